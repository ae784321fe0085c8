//! `tokio` 0.1 to 1.

use crate::{
    model::{
        Api, Model, Prelude, Proved,
        Returns::{Socket, Unit},
        Role, SockTy,
        Source::{Is, Operand},
        options as opt,
    },
    socket::{Domain, OptValue, Phase, Platforms, SockType},
};

const ALL: Platforms = Platforms::ALL;
const UNIX: Platforms = Platforms::UNIX;
const LINUX: Platforms = Platforms::LINUX;
const WINDOWS: Platforms = Platforms::WINDOWS;
const LISTENER: &str = "tokio::net::TcpListener";
const STREAM: &str = "tokio::net::TcpStream";
const UDP: &str = "tokio::net::UdpSocket";
const SOCKET: &str = "tokio::net::TcpSocket";
const UNIX_LISTENER: &str = "tokio::net::UnixListener";
const UNIX_STREAM: &str = "tokio::net::UnixStream";
const UNIX_DATAGRAM: &str = "tokio::net::UnixDatagram";
const UNIX_SOCKET: &str = "tokio::net::UnixSocket";
const STD_LISTENER: &str = "std::net::TcpListener";
const STD_STREAM: &str = "std::net::TcpStream";
const STD_UDP: &str = "std::net::UdpSocket";
const STD_UNIX_LISTENER: &str = "std::os::unix::net::UnixListener";
const STD_UNIX_STREAM: &str = "std::os::unix::net::UnixStream";
const STD_UNIX_DATAGRAM: &str = "std::os::unix::net::UnixDatagram";

/// The tables of `tokio`.
pub(super) static MODEL: Model = Model {
    krate: "tokio",
    rows: ROWS,
    neutral: NEUTRAL,
    types: TYPES,
    aliases: ALIASES,
    extends: &[],
    prelude: Prelude {
        uses: "use std::{net::{Ipv4Addr, Ipv6Addr, SocketAddr}, os::fd::{FromRawFd, RawFd}, time::Duration}; use tokio::net::{TcpListener, TcpStream, UdpSocket, UnixDatagram, UnixListener, UnixStream};",
        given: "mut listener: TcpListener, stream: TcpStream, udp: UdpSocket, mut unix_listener: UnixListener, unix_stream: UnixStream, datagram: UnixDatagram, std_listener: std::net::TcpListener, std_stream: std::net::TcpStream, std_udp: std::net::UdpSocket, fd: RawFd, addr: SocketAddr, timeout: Duration, group: Ipv4Addr, group6: Ipv6Addr",
    },
    proved: PROVED,
};

#[rustfmt::skip]
static TYPES: &[SockTy] = &[
    SockTy { path: "tokio::net::TcpListener",  domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::LISTENING },
    SockTy { path: "tokio::net::TcpStream",    domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::CONNECTED },
    SockTy { path: "tokio::net::UdpSocket",    domain: Domain::INET, sock_type: SockType::DATAGRAM, phase: Phase::BOUND.join(Phase::CONNECTED) },
    SockTy { path: "tokio::net::TcpSocket",    domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::CREATED.join(Phase::BOUND) },
    SockTy { path: "tokio::net::UnixListener", domain: Domain::UNIX, sock_type: SockType::STREAM,   phase: Phase::LISTENING },
    SockTy { path: "tokio::net::UnixStream",   domain: Domain::UNIX, sock_type: SockType::STREAM,   phase: Phase::CONNECTED },
    SockTy { path: "tokio::net::UnixDatagram", domain: Domain::UNIX, sock_type: SockType::DATAGRAM, phase: Phase::UNKNOWN },
    SockTy { path: "tokio::net::UnixSocket",   domain: Domain::UNIX, sock_type: SockType::UNKNOWN,  phase: Phase::CREATED.join(Phase::BOUND) },
];

#[rustfmt::skip]
static ALIASES: &[(&str, &str)] = &[
    ("tokio::net::tcp", "tokio::net"),
    ("tokio::net::udp", "tokio::net"),
    ("tokio::net::unix::UnixListener", "tokio::net::UnixListener"),
    ("tokio::net::unix::UnixStream", "tokio::net::UnixStream"),
    ("tokio::net::unix::UnixDatagram", "tokio::net::UnixDatagram"),
    ("tokio_tcp", "tokio::net"),
    ("tokio_udp", "tokio::net"),
    ("tokio_uds", "tokio::net"),
];

#[rustfmt::skip]
static PROVED: &[Proved] = &[
    Proved { version: "0.2.25", features: &["tcp", "udp", "uds"], uses: "use std::os::unix::net as std_unix;" },
    Proved { version: "0.3.7", features: &["net"], uses: "use std::os::unix::net as std_unix; use tokio::net::TcpSocket;" },
    Proved { version: "1.54.1", features: &["net"], uses: "use std::os::unix::net as std_unix; use tokio::net::{TcpSocket, UnixSocket};" },
];

#[rustfmt::skip]
static ROWS: &[Api] = &[
    Api { path: "tokio::net::TcpListener::bind",               role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[(&opt::REUSE_ADDR, UNIX)] }, returns: Socket(LISTENER),          platforms: ALL,     versions: "*",     proof: "let s = TcpListener::bind(addr).await?;" },
    Api { path: "tokio::net::TcpListener::from_std",           role: Role::Convert,                                                                       returns: Socket(LISTENER),          platforms: ALL,     versions: "*",     proof: "let s = TcpListener::from_std(std_listener)?;" },
    Api { path: "tokio::net::TcpListener::try_from",           role: Role::Convert,                                                                       returns: Socket(LISTENER),          platforms: ALL,     versions: "*",     proof: "let s = TcpListener::try_from(std_listener)?;" },
    Api { path: "tokio::net::TcpListener::into_std",           role: Role::Convert,                                                                       returns: Socket(STD_LISTENER),      platforms: ALL,     versions: ">=1",   proof: "let s = listener.into_std()?;" },
    Api { path: "tokio::net::TcpListener::set_ttl",            role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                      platforms: ALL,     versions: "*",     proof: "listener.set_ttl(64)?;" },
    Api { path: "tokio::net::TcpListener::accept",             role: Role::Accept,                                                                        returns: Socket(STREAM),            platforms: ALL,     versions: "*",     proof: "let (s, peer) = listener.accept().await?;" },
    Api { path: "tokio::net::TcpSocket::new_v4",               role: Role::Create { domain: Is(Domain::INET4), sock_type: Is(SockType::STREAM), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(SOCKET),            platforms: ALL,     versions: ">=0.3", proof: "let s = TcpSocket::new_v4()?;" },
    Api { path: "tokio::net::TcpSocket::new_v6",               role: Role::Create { domain: Is(Domain::INET6), sock_type: Is(SockType::STREAM), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(SOCKET),            platforms: ALL,     versions: ">=0.3", proof: "let s = TcpSocket::new_v6()?;" },
    Api { path: "tokio::net::TcpSocket::from_std_stream",      role: Role::Convert,                                                                       returns: Socket(SOCKET),            platforms: ALL,     versions: ">=1",   proof: "let s = TcpSocket::from_std_stream(std_stream);" },
    Api { path: "tokio::net::TcpSocket::from_raw_fd",          role: Role::Convert,                                                                       returns: Socket(SOCKET),            platforms: UNIX,    versions: ">=0.3", proof: "let s = unsafe { TcpSocket::from_raw_fd(fd) };" },
    Api { path: "tokio::net::TcpSocket::from_raw_socket",      role: Role::Convert,                                                                       returns: Socket(SOCKET),            platforms: WINDOWS, versions: ">=0.3", proof: "" },
    Api { path: "tokio::net::TcpSocket::set_reuseaddr",        role: Role::Set { option: &opt::REUSE_ADDR, value: Operand(1) },                           returns: Unit,                      platforms: ALL,     versions: ">=0.3", proof: "let s = TcpSocket::new_v4()?; s.set_reuseaddr(true)?;" },
    Api { path: "tokio::net::TcpSocket::set_reuseport",        role: Role::Set { option: &opt::REUSE_PORT, value: Operand(1) },                           returns: Unit,                      platforms: UNIX,    versions: ">=0.3", proof: "let s = TcpSocket::new_v4()?; s.set_reuseport(true)?;" },
    Api { path: "tokio::net::TcpSocket::set_recv_buffer_size", role: Role::Set { option: &opt::RCVBUF, value: Operand(1) },                               returns: Unit,                      platforms: ALL,     versions: ">=0.3", proof: "let s = TcpSocket::new_v4()?; s.set_recv_buffer_size(65536)?;" },
    Api { path: "tokio::net::TcpSocket::set_send_buffer_size", role: Role::Set { option: &opt::SNDBUF, value: Operand(1) },                               returns: Unit,                      platforms: ALL,     versions: ">=0.3", proof: "let s = TcpSocket::new_v4()?; s.set_send_buffer_size(65536)?;" },
    Api { path: "tokio::net::TcpSocket::set_keepalive",        role: Role::Set { option: &opt::KEEPALIVE, value: Operand(1) },                            returns: Unit,                      platforms: ALL,     versions: ">=1",   proof: "let s = TcpSocket::new_v4()?; s.set_keepalive(true)?;" },
    Api { path: "tokio::net::TcpSocket::set_linger",           role: Role::Set { option: &opt::LINGER, value: Operand(1) },                               returns: Unit,                      platforms: ALL,     versions: ">=1",   proof: "let s = TcpSocket::new_v4()?; s.set_linger(Some(timeout))?;" },
    Api { path: "tokio::net::TcpSocket::set_zero_linger",      role: Role::Set { option: &opt::LINGER, value: Is(OptValue::ON) },                         returns: Unit,                      platforms: ALL,     versions: ">=1",   proof: "let s = TcpSocket::new_v4()?; s.set_zero_linger()?;" },
    Api { path: "tokio::net::TcpSocket::set_nodelay",          role: Role::Set { option: &opt::NODELAY, value: Operand(1) },                              returns: Unit,                      platforms: ALL,     versions: ">=1",   proof: "let s = TcpSocket::new_v4()?; s.set_nodelay(true)?;" },
    Api { path: "tokio::net::TcpSocket::set_tos",              role: Role::Set { option: &opt::IP_TOS, value: Operand(1) },                               returns: Unit,                      platforms: ALL,     versions: ">=1",   proof: "let s = TcpSocket::new_v4()?; s.set_tos(0)?;" },
    Api { path: "tokio::net::TcpSocket::set_tos_v4",           role: Role::Set { option: &opt::IP_TOS, value: Operand(1) },                               returns: Unit,                      platforms: ALL,     versions: ">=1",   proof: "let s = TcpSocket::new_v4()?; s.set_tos_v4(0)?;" },
    Api { path: "tokio::net::TcpSocket::bind_device",          role: Role::Set { option: &opt::BIND_TO_DEVICE, value: Operand(1) },                       returns: Unit,                      platforms: LINUX,   versions: ">=1",   proof: "let s = TcpSocket::new_v4()?; s.bind_device(Some(b\"lo\"))?;" },
    Api { path: "tokio::net::TcpSocket::bind",                 role: Role::Bind,                                                                          returns: Unit,                      platforms: ALL,     versions: ">=0.3", proof: "let s = TcpSocket::new_v4()?; s.bind(addr)?;" },
    Api { path: "tokio::net::TcpSocket::listen",               role: Role::Listen,                                                                        returns: Socket(LISTENER),          platforms: ALL,     versions: ">=0.3", proof: "let s = TcpSocket::new_v4()?; let s = s.listen(128)?;" },
    Api { path: "tokio::net::TcpSocket::connect",              role: Role::Connect,                                                                       returns: Socket(STREAM),            platforms: ALL,     versions: ">=0.3", proof: "let s = TcpSocket::new_v4()?; let s = s.connect(addr).await?;" },
    Api { path: "tokio::net::TcpStream::connect",              role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(STREAM),            platforms: ALL,     versions: "*",     proof: "let s = TcpStream::connect(addr).await?;" },
    Api { path: "tokio::net::TcpStream::from_std",             role: Role::Convert,                                                                       returns: Socket(STREAM),            platforms: ALL,     versions: "*",     proof: "let s = TcpStream::from_std(std_stream)?;" },
    Api { path: "tokio::net::TcpStream::try_from",             role: Role::Convert,                                                                       returns: Socket(STREAM),            platforms: ALL,     versions: "*",     proof: "let s = TcpStream::try_from(std_stream)?;" },
    Api { path: "tokio::net::TcpStream::into_std",             role: Role::Convert,                                                                       returns: Socket(STD_STREAM),        platforms: ALL,     versions: ">=1",   proof: "let s = stream.into_std()?;" },
    Api { path: "tokio::net::TcpStream::set_nodelay",          role: Role::Set { option: &opt::NODELAY, value: Operand(1) },                              returns: Unit,                      platforms: ALL,     versions: "*",     proof: "stream.set_nodelay(true)?;" },
    Api { path: "tokio::net::TcpStream::set_linger",           role: Role::Set { option: &opt::LINGER, value: Operand(1) },                               returns: Unit,                      platforms: ALL,     versions: "*",     proof: "stream.set_linger(Some(timeout))?;" },
    Api { path: "tokio::net::TcpStream::set_ttl",              role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                      platforms: ALL,     versions: "*",     proof: "stream.set_ttl(64)?;" },
    Api { path: "tokio::net::TcpStream::set_keepalive",        role: Role::Set { option: &opt::KEEPALIVE, value: Operand(1) },                            returns: Unit,                      platforms: ALL,     versions: "<0.3",  proof: "stream.set_keepalive(Some(timeout))?;" },
    Api { path: "tokio::net::TcpStream::set_recv_buffer_size", role: Role::Set { option: &opt::RCVBUF, value: Operand(1) },                               returns: Unit,                      platforms: ALL,     versions: "<0.3",  proof: "stream.set_recv_buffer_size(65536)?;" },
    Api { path: "tokio::net::TcpStream::set_send_buffer_size", role: Role::Set { option: &opt::SNDBUF, value: Operand(1) },                               returns: Unit,                      platforms: ALL,     versions: "<0.3",  proof: "stream.set_send_buffer_size(65536)?;" },
    Api { path: "tokio::net::TcpStream::set_zero_linger",      role: Role::Set { option: &opt::LINGER, value: Is(OptValue::ON) },                         returns: Unit,                      platforms: ALL,     versions: ">=1",   proof: "stream.set_zero_linger()?;" },
    Api { path: "tokio::net::UdpSocket::bind",                 role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::DATAGRAM), phase: Phase::BOUND, addr: Some(0), sets: &[] }, returns: Socket(UDP),               platforms: ALL,     versions: "*",     proof: "let s = UdpSocket::bind(addr).await?;" },
    Api { path: "tokio::net::UdpSocket::from_std",             role: Role::Convert,                                                                       returns: Socket(UDP),               platforms: ALL,     versions: "*",     proof: "let s = UdpSocket::from_std(std_udp)?;" },
    Api { path: "tokio::net::UdpSocket::try_from",             role: Role::Convert,                                                                       returns: Socket(UDP),               platforms: ALL,     versions: "*",     proof: "let s = UdpSocket::try_from(std_udp)?;" },
    Api { path: "tokio::net::UdpSocket::into_std",             role: Role::Convert,                                                                       returns: Socket(STD_UDP),           platforms: ALL,     versions: ">=1",   proof: "let s = udp.into_std()?;" },
    Api { path: "tokio::net::UdpSocket::set_broadcast",        role: Role::Set { option: &opt::BROADCAST, value: Operand(1) },                            returns: Unit,                      platforms: ALL,     versions: "*",     proof: "udp.set_broadcast(true)?;" },
    Api { path: "tokio::net::UdpSocket::set_ttl",              role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                      platforms: ALL,     versions: "*",     proof: "udp.set_ttl(64)?;" },
    Api { path: "tokio::net::UdpSocket::set_tos",              role: Role::Set { option: &opt::IP_TOS, value: Operand(1) },                               returns: Unit,                      platforms: ALL,     versions: ">=1",   proof: "udp.set_tos(0)?;" },
    Api { path: "tokio::net::UdpSocket::set_tos_v4",           role: Role::Set { option: &opt::IP_TOS, value: Operand(1) },                               returns: Unit,                      platforms: ALL,     versions: ">=1",   proof: "udp.set_tos_v4(0)?;" },
    Api { path: "tokio::net::UdpSocket::bind_device",          role: Role::Set { option: &opt::BIND_TO_DEVICE, value: Operand(1) },                       returns: Unit,                      platforms: LINUX,   versions: ">=1",   proof: "udp.bind_device(Some(b\"lo\"))?;" },
    Api { path: "tokio::net::UdpSocket::join_multicast_v4",    role: Role::JoinMulticast,                                                                 returns: Unit,                      platforms: ALL,     versions: "*",     proof: "udp.join_multicast_v4(group, Ipv4Addr::UNSPECIFIED)?;" },
    Api { path: "tokio::net::UdpSocket::join_multicast_v6",    role: Role::JoinMulticast,                                                                 returns: Unit,                      platforms: ALL,     versions: "*",     proof: "udp.join_multicast_v6(&group6, 0)?;" },
    Api { path: "tokio::net::UdpSocket::connect",              role: Role::Connect,                                                                       returns: Unit,                      platforms: ALL,     versions: "*",     proof: "udp.connect(addr).await?;" },
    Api { path: "tokio::net::UnixListener::bind",              role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[] }, returns: Socket(UNIX_LISTENER),     platforms: UNIX,    versions: "*",     proof: "let s = UnixListener::bind(\"socket\")?;" },
    Api { path: "tokio::net::UnixListener::bind_addr",         role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[] }, returns: Socket(UNIX_LISTENER),     platforms: UNIX,    versions: ">=1",   proof: "let s = UnixListener::bind_addr(&any())?;" },
    Api { path: "tokio::net::UnixListener::from_std",          role: Role::Convert,                                                                       returns: Socket(UNIX_LISTENER),     platforms: UNIX,    versions: "*",     proof: "let s = UnixListener::from_std(any())?;" },
    Api { path: "tokio::net::UnixListener::into_std",          role: Role::Convert,                                                                       returns: Socket(STD_UNIX_LISTENER), platforms: UNIX,    versions: ">=1",   proof: "let s = unix_listener.into_std()?;" },
    Api { path: "tokio::net::UnixListener::accept",            role: Role::Accept,                                                                        returns: Socket(UNIX_STREAM),       platforms: UNIX,    versions: "*",     proof: "let (s, peer) = unix_listener.accept().await?;" },
    Api { path: "tokio::net::UnixSocket::new_stream",          role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(UNIX_SOCKET),       platforms: UNIX,    versions: ">=1",   proof: "let s = UnixSocket::new_stream()?;" },
    Api { path: "tokio::net::UnixSocket::new_datagram",        role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::DATAGRAM), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(UNIX_SOCKET),       platforms: UNIX,    versions: ">=1",   proof: "let s = UnixSocket::new_datagram()?;" },
    Api { path: "tokio::net::UnixSocket::from_raw_fd",         role: Role::Convert,                                                                       returns: Socket(UNIX_SOCKET),       platforms: UNIX,    versions: ">=1",   proof: "let s = unsafe { UnixSocket::from_raw_fd(fd) };" },
    Api { path: "tokio::net::UnixSocket::bind",                role: Role::Bind,                                                                          returns: Unit,                      platforms: UNIX,    versions: ">=1",   proof: "let s = UnixSocket::new_stream()?; s.bind(\"socket\")?;" },
    Api { path: "tokio::net::UnixSocket::listen",              role: Role::Listen,                                                                        returns: Socket(UNIX_LISTENER),     platforms: UNIX,    versions: ">=1",   proof: "let s = UnixSocket::new_stream()?; let s = s.listen(128)?;" },
    Api { path: "tokio::net::UnixSocket::connect",             role: Role::Connect,                                                                       returns: Socket(UNIX_STREAM),       platforms: UNIX,    versions: ">=1",   proof: "let s = UnixSocket::new_stream()?; let s = s.connect(\"socket\").await?;" },
    Api { path: "tokio::net::UnixSocket::datagram",            role: Role::Convert,                                                                       returns: Socket(UNIX_DATAGRAM),     platforms: UNIX,    versions: ">=1",   proof: "let s = UnixSocket::new_datagram()?.datagram()?;" },
    Api { path: "tokio::net::UnixStream::connect",             role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(UNIX_STREAM),       platforms: UNIX,    versions: "*",     proof: "let s = UnixStream::connect(\"socket\").await?;" },
    Api { path: "tokio::net::UnixStream::connect_addr",        role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(UNIX_STREAM),       platforms: UNIX,    versions: ">=1",   proof: "let s = UnixStream::connect_addr(&any()).await?;" },
    Api { path: "tokio::net::UnixStream::from_std",            role: Role::Convert,                                                                       returns: Socket(UNIX_STREAM),       platforms: UNIX,    versions: "*",     proof: "let s = UnixStream::from_std(any())?;" },
    Api { path: "tokio::net::UnixStream::into_std",            role: Role::Convert,                                                                       returns: Socket(STD_UNIX_STREAM),   platforms: UNIX,    versions: ">=1",   proof: "let s = unix_stream.into_std()?;" },
    Api { path: "tokio::net::UnixDatagram::unbound",           role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::DATAGRAM), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(UNIX_DATAGRAM),     platforms: UNIX,    versions: "*",     proof: "let s = UnixDatagram::unbound()?;" },
    Api { path: "tokio::net::UnixDatagram::bind",              role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::DATAGRAM), phase: Phase::BOUND, addr: Some(0), sets: &[] }, returns: Socket(UNIX_DATAGRAM),     platforms: UNIX,    versions: "*",     proof: "let s = UnixDatagram::bind(\"socket\")?;" },
    Api { path: "tokio::net::UnixDatagram::from_std",          role: Role::Convert,                                                                       returns: Socket(UNIX_DATAGRAM),     platforms: UNIX,    versions: "*",     proof: "let s = UnixDatagram::from_std(any())?;" },
    Api { path: "tokio::net::UnixDatagram::into_std",          role: Role::Convert,                                                                       returns: Socket(STD_UNIX_DATAGRAM), platforms: UNIX,    versions: ">=1",   proof: "let s = datagram.into_std()?;" },
    Api { path: "tokio::net::UnixDatagram::connect",           role: Role::Connect,                                                                       returns: Unit,                      platforms: UNIX,    versions: "*",     proof: "datagram.connect(\"socket\")?;" },
];

#[rustfmt::skip]
static NEUTRAL: &[(&str, &[&str])] = &[
    ("tokio::net::TcpListener", &["accept_std", "incoming", "local_addr", "poll_accept", "poll_accept_std", "ttl"]),
    ("tokio::net::TcpStream", &["async_io", "by_ref", "connect_std", "into_split", "keepalive", "linger", "local_addr", "nodelay", "peek", "peer_addr", "poll_peek", "poll_read_ready", "poll_write_ready", "quickack", "readable", "ready", "recv_buffer_size", "reunite", "send_buffer_size", "set_quickack", "shutdown", "split", "take_error", "try_io", "try_read", "try_read_buf", "try_read_vectored", "try_write", "try_write_vectored", "ttl", "writable"]),
    ("tokio::net::UdpSocket", &["async_io", "broadcast", "device", "leave_multicast_v4", "leave_multicast_v6", "local_addr", "multicast_loop_v4", "multicast_loop_v6", "multicast_ttl_v4", "peek", "peek_from", "peek_sender", "peer_addr", "poll_peek", "poll_peek_from", "poll_peek_sender", "poll_read_ready", "poll_recv", "poll_recv_from", "poll_recv_ready", "poll_send", "poll_send_ready", "poll_send_to", "poll_write_ready", "readable", "ready", "recv", "recv_buf", "recv_buf_from", "recv_dgram", "recv_from", "send", "send_dgram", "send_to", "set_multicast_loop_v4", "set_multicast_loop_v6", "set_multicast_ttl_v4", "set_tclass_v6", "split", "take_error", "tclass_v6", "tos", "tos_v4", "try_io", "try_peek", "try_peek_from", "try_peek_sender", "try_recv", "try_recv_buf", "try_recv_buf_from", "try_recv_from", "try_send", "try_send_to", "ttl", "writable"]),
    ("tokio::net::UnixListener", &["incoming", "local_addr", "poll_accept", "poll_accept_std", "poll_read_ready", "take_error"]),
    ("tokio::net::UnixStream", &["async_io", "into_split", "local_addr", "pair", "peer_addr", "peer_cred", "poll_read_ready", "poll_write_ready", "readable", "ready", "shutdown", "split", "take_error", "try_io", "try_read", "try_read_buf", "try_read_vectored", "try_write", "try_write_vectored", "writable"]),
    ("tokio::net::UnixDatagram", &["async_io", "into_split", "local_addr", "pair", "peer_addr", "poll_read_ready", "poll_recv", "poll_recv_from", "poll_recv_ready", "poll_send", "poll_send_ready", "poll_send_to", "poll_write_ready", "readable", "ready", "recv", "recv_buf", "recv_buf_from", "recv_dgram", "recv_from", "send", "send_dgram", "send_to", "shutdown", "split", "take_error", "try_io", "try_recv", "try_recv_buf", "try_recv_buf_from", "try_recv_from", "try_send", "try_send_to", "writable"]),
    ("tokio::net::TcpSocket", &["device", "keepalive", "linger", "local_addr", "nodelay", "recv_buffer_size", "reuseaddr", "reuseport", "send_buffer_size", "set_tclass_v6", "take_error", "tclass_v6", "tos", "tos_v4"]),
    ("tokio::net::UnixSocket", &[]),
];
