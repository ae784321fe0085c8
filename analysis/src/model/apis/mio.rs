//! `mio` 0.6 to 1.

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
const WINDOWS: Platforms = Platforms::WINDOWS;
const LISTENER: &str = "mio::net::TcpListener";
const STREAM: &str = "mio::net::TcpStream";
const UDP: &str = "mio::net::UdpSocket";
const SOCKET: &str = "mio::net::TcpSocket";
const UNIX_LISTENER: &str = "mio::net::UnixListener";
const UNIX_STREAM: &str = "mio::net::UnixStream";
const UNIX_DATAGRAM: &str = "mio::net::UnixDatagram";

/// The tables of `mio`.
pub(super) static MODEL: Model = Model {
    krate: "mio",
    rows: ROWS,
    neutral: NEUTRAL,
    types: TYPES,
    aliases: ALIASES,
    extends: &[],
    prelude: Prelude {
        uses: "use std::{net::{Ipv4Addr, Ipv6Addr, SocketAddr}, os::fd::{FromRawFd, RawFd}, time::Duration}; use mio::net::{TcpListener, TcpStream, UdpSocket};",
        given: "mut listener: TcpListener, mut stream: TcpStream, mut udp: UdpSocket, std_listener: std::net::TcpListener, std_stream: std::net::TcpStream, std_udp: std::net::UdpSocket, fd: RawFd, addr: SocketAddr, timeout: Duration, group: Ipv4Addr, group6: Ipv6Addr",
    },
    proved: PROVED,
};

#[rustfmt::skip]
static TYPES: &[SockTy] = &[
    SockTy { path: "mio::net::TcpListener",  domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::LISTENING },
    SockTy { path: "mio::net::TcpStream",    domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::CONNECTED },
    SockTy { path: "mio::net::UdpSocket",    domain: Domain::INET, sock_type: SockType::DATAGRAM, phase: Phase::BOUND.join(Phase::CONNECTED) },
    SockTy { path: "mio::net::TcpSocket",    domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::CREATED.join(Phase::BOUND) },
    SockTy { path: "mio::net::UnixListener", domain: Domain::UNIX, sock_type: SockType::STREAM,   phase: Phase::LISTENING },
    SockTy { path: "mio::net::UnixStream",   domain: Domain::UNIX, sock_type: SockType::STREAM,   phase: Phase::CONNECTED },
    SockTy { path: "mio::net::UnixDatagram", domain: Domain::UNIX, sock_type: SockType::DATAGRAM, phase: Phase::UNKNOWN },
];

#[rustfmt::skip]
static ALIASES: &[(&str, &str)] = &[
    ("mio::tcp", "mio::net"),
    ("mio::udp", "mio::net"),
    ("mio::deprecated", "mio::net"),
    ("mio_uds", "mio::net"),
];

#[rustfmt::skip]
static PROVED: &[Proved] = &[
    Proved { version: "0.6.23", features: &[], uses: "" },
    Proved { version: "0.7.14", features: &["os-poll", "os-util", "tcp", "udp", "uds"], uses: "use mio::net::{UnixDatagram, UnixListener, UnixStream};" },
    Proved { version: "0.8.11", features: &["net", "os-poll"], uses: "use mio::net::{UnixDatagram, UnixListener, UnixStream};" },
    Proved { version: "1.2.4", features: &["net", "os-poll"], uses: "use mio::net::{UnixDatagram, UnixListener, UnixStream};" },
];

#[rustfmt::skip]
static ROWS: &[Api] = &[
    Api { path: "mio::net::TcpListener::bind",               role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[(&opt::REUSE_ADDR, UNIX)] }, returns: Socket(LISTENER),              platforms: ALL,     versions: ">=0.7", proof: "let s = TcpListener::bind(addr)?;" },
    Api { path: "mio::net::TcpListener::bind",               role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[(&opt::REUSE_ADDR, UNIX)] }, returns: Socket(LISTENER),              platforms: ALL,     versions: "0.6",   proof: "let s = TcpListener::bind(&addr)?;" },
    Api { path: "mio::net::TcpListener::from_std",           role: Role::Convert,                                                                       returns: Socket(LISTENER),              platforms: ALL,     versions: ">=0.7", proof: "let s = TcpListener::from_std(std_listener);" },
    Api { path: "mio::net::TcpListener::from_std",           role: Role::Convert,                                                                       returns: Socket(LISTENER),              platforms: ALL,     versions: "0.6",   proof: "let s = TcpListener::from_std(std_listener)?;" },
    Api { path: "mio::net::TcpListener::from_raw_fd",        role: Role::Convert,                                                                       returns: Socket(LISTENER),              platforms: UNIX,    versions: "*",     proof: "let s = unsafe { TcpListener::from_raw_fd(fd) };" },
    Api { path: "mio::net::TcpListener::from_raw_socket",    role: Role::Convert,                                                                       returns: Socket(LISTENER),              platforms: WINDOWS, versions: ">=0.7", proof: "" },
    Api { path: "mio::net::TcpListener::set_only_v6",        role: Role::Set { option: &opt::V6ONLY, value: Operand(1) },                               returns: Unit,                          platforms: ALL,     versions: "0.6",   proof: "listener.set_only_v6(true)?;" },
    Api { path: "mio::net::TcpListener::set_ttl",            role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                          platforms: ALL,     versions: "*",     proof: "listener.set_ttl(64)?;" },
    Api { path: "mio::net::TcpListener::accept",             role: Role::Accept,                                                                        returns: Socket(STREAM),                platforms: ALL,     versions: "*",     proof: "let (s, peer) = listener.accept()?;" },
    Api { path: "mio::net::TcpListener::accept_std",         role: Role::Accept,                                                                        returns: Socket("std::net::TcpStream"), platforms: ALL,     versions: "0.6",   proof: "let (s, peer) = listener.accept_std()?;" },
    Api { path: "mio::net::TcpSocket::new_v4",               role: Role::Create { domain: Is(Domain::INET4), sock_type: Is(SockType::STREAM), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(SOCKET),                platforms: ALL,     versions: "0.7",   proof: "let s = mio::net::TcpSocket::new_v4()?;" },
    Api { path: "mio::net::TcpSocket::new_v6",               role: Role::Create { domain: Is(Domain::INET6), sock_type: Is(SockType::STREAM), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(SOCKET),                platforms: ALL,     versions: "0.7",   proof: "let s = mio::net::TcpSocket::new_v6()?;" },
    Api { path: "mio::net::TcpSocket::from_raw_fd",          role: Role::Convert,                                                                       returns: Socket(SOCKET),                platforms: UNIX,    versions: "0.7",   proof: "let s = unsafe { mio::net::TcpSocket::from_raw_fd(fd) };" },
    Api { path: "mio::net::TcpSocket::from_raw_socket",      role: Role::Convert,                                                                       returns: Socket(SOCKET),                platforms: WINDOWS, versions: "0.7",   proof: "" },
    Api { path: "mio::net::TcpSocket::set_reuseaddr",        role: Role::Set { option: &opt::REUSE_ADDR, value: Operand(1) },                           returns: Unit,                          platforms: ALL,     versions: "0.7",   proof: "let s = mio::net::TcpSocket::new_v4()?; s.set_reuseaddr(true)?;" },
    Api { path: "mio::net::TcpSocket::set_reuseport",        role: Role::Set { option: &opt::REUSE_PORT, value: Operand(1) },                           returns: Unit,                          platforms: UNIX,    versions: "0.7",   proof: "let s = mio::net::TcpSocket::new_v4()?; s.set_reuseport(true)?;" },
    Api { path: "mio::net::TcpSocket::set_linger",           role: Role::Set { option: &opt::LINGER, value: Operand(1) },                               returns: Unit,                          platforms: ALL,     versions: "0.7",   proof: "let s = mio::net::TcpSocket::new_v4()?; s.set_linger(Some(timeout))?;" },
    Api { path: "mio::net::TcpSocket::set_recv_buffer_size", role: Role::Set { option: &opt::RCVBUF, value: Operand(1) },                               returns: Unit,                          platforms: ALL,     versions: "0.7",   proof: "let s = mio::net::TcpSocket::new_v4()?; s.set_recv_buffer_size(65536)?;" },
    Api { path: "mio::net::TcpSocket::set_send_buffer_size", role: Role::Set { option: &opt::SNDBUF, value: Operand(1) },                               returns: Unit,                          platforms: ALL,     versions: "0.7",   proof: "let s = mio::net::TcpSocket::new_v4()?; s.set_send_buffer_size(65536)?;" },
    Api { path: "mio::net::TcpSocket::set_keepalive",        role: Role::Set { option: &opt::KEEPALIVE, value: Operand(1) },                            returns: Unit,                          platforms: ALL,     versions: "0.7",   proof: "let s = mio::net::TcpSocket::new_v4()?; s.set_keepalive(true)?;" },
    Api { path: "mio::net::TcpSocket::set_keepalive_params", role: Role::Set { option: &opt::KEEPALIVE, value: Is(OptValue::ON) },                      returns: Unit,                          platforms: ALL,     versions: "0.7",   proof: "let s = mio::net::TcpSocket::new_v4()?; s.set_keepalive_params(any())?;" },
    Api { path: "mio::net::TcpSocket::bind",                 role: Role::Bind,                                                                          returns: Unit,                          platforms: ALL,     versions: "0.7",   proof: "let s = mio::net::TcpSocket::new_v4()?; s.bind(addr)?;" },
    Api { path: "mio::net::TcpSocket::listen",               role: Role::Listen,                                                                        returns: Socket(LISTENER),              platforms: ALL,     versions: "0.7",   proof: "let s = mio::net::TcpSocket::new_v4()?; let s = s.listen(128)?;" },
    Api { path: "mio::net::TcpSocket::connect",              role: Role::Connect,                                                                       returns: Socket(STREAM),                platforms: ALL,     versions: "0.7",   proof: "let s = mio::net::TcpSocket::new_v4()?; let s = s.connect(addr)?;" },
    Api { path: "mio::net::TcpStream::connect",              role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(STREAM),                platforms: ALL,     versions: ">=0.7", proof: "let s = TcpStream::connect(addr)?;" },
    Api { path: "mio::net::TcpStream::connect",              role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(STREAM),                platforms: ALL,     versions: "0.6",   proof: "let s = TcpStream::connect(&addr)?;" },
    Api { path: "mio::net::TcpStream::connect_stream",       role: Role::Connect,                                                                       returns: Socket(STREAM),                platforms: ALL,     versions: "0.6",   proof: "let s = TcpStream::connect_stream(std_stream, &addr)?;" },
    Api { path: "mio::net::TcpStream::from_stream",          role: Role::Convert,                                                                       returns: Socket(STREAM),                platforms: ALL,     versions: "0.6",   proof: "let s = TcpStream::from_stream(std_stream)?;" },
    Api { path: "mio::net::TcpStream::from_std",             role: Role::Convert,                                                                       returns: Socket(STREAM),                platforms: ALL,     versions: ">=0.7", proof: "let s = TcpStream::from_std(std_stream);" },
    Api { path: "mio::net::TcpStream::set_nodelay",          role: Role::Set { option: &opt::NODELAY, value: Operand(1) },                              returns: Unit,                          platforms: ALL,     versions: "*",     proof: "stream.set_nodelay(true)?;" },
    Api { path: "mio::net::TcpStream::set_ttl",              role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                          platforms: ALL,     versions: "*",     proof: "stream.set_ttl(64)?;" },
    Api { path: "mio::net::TcpStream::set_keepalive",        role: Role::Set { option: &opt::KEEPALIVE, value: Operand(1) },                            returns: Unit,                          platforms: ALL,     versions: "0.6",   proof: "stream.set_keepalive(Some(timeout))?;" },
    Api { path: "mio::net::TcpStream::set_keepalive_ms",     role: Role::Set { option: &opt::KEEPALIVE, value: Operand(1) },                            returns: Unit,                          platforms: ALL,     versions: "0.6",   proof: "stream.set_keepalive_ms(Some(1))?;" },
    Api { path: "mio::net::TcpStream::set_linger",           role: Role::Set { option: &opt::LINGER, value: Operand(1) },                               returns: Unit,                          platforms: ALL,     versions: "0.6",   proof: "stream.set_linger(Some(timeout))?;" },
    Api { path: "mio::net::TcpStream::set_recv_buffer_size", role: Role::Set { option: &opt::RCVBUF, value: Operand(1) },                               returns: Unit,                          platforms: ALL,     versions: "0.6",   proof: "stream.set_recv_buffer_size(65536)?;" },
    Api { path: "mio::net::TcpStream::set_send_buffer_size", role: Role::Set { option: &opt::SNDBUF, value: Operand(1) },                               returns: Unit,                          platforms: ALL,     versions: "0.6",   proof: "stream.set_send_buffer_size(65536)?;" },
    Api { path: "mio::net::TcpStream::set_only_v6",          role: Role::Set { option: &opt::V6ONLY, value: Operand(1) },                               returns: Unit,                          platforms: ALL,     versions: "0.6",   proof: "stream.set_only_v6(true)?;" },
    Api { path: "mio::net::UdpSocket::bind",                 role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::DATAGRAM), phase: Phase::BOUND, addr: Some(0), sets: &[] }, returns: Socket(UDP),                   platforms: ALL,     versions: ">=0.7", proof: "let s = UdpSocket::bind(addr)?;" },
    Api { path: "mio::net::UdpSocket::bind",                 role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::DATAGRAM), phase: Phase::BOUND, addr: Some(0), sets: &[] }, returns: Socket(UDP),                   platforms: ALL,     versions: "0.6",   proof: "let s = UdpSocket::bind(&addr)?;" },
    Api { path: "mio::net::UdpSocket::from_socket",          role: Role::Convert,                                                                       returns: Socket(UDP),                   platforms: ALL,     versions: "0.6",   proof: "let s = UdpSocket::from_socket(std_udp)?;" },
    Api { path: "mio::net::UdpSocket::from_std",             role: Role::Convert,                                                                       returns: Socket(UDP),                   platforms: ALL,     versions: ">=0.7", proof: "let s = UdpSocket::from_std(std_udp);" },
    Api { path: "mio::net::UdpSocket::set_broadcast",        role: Role::Set { option: &opt::BROADCAST, value: Operand(1) },                            returns: Unit,                          platforms: ALL,     versions: "*",     proof: "udp.set_broadcast(true)?;" },
    Api { path: "mio::net::UdpSocket::set_ttl",              role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                          platforms: ALL,     versions: "*",     proof: "udp.set_ttl(64)?;" },
    Api { path: "mio::net::UdpSocket::set_only_v6",          role: Role::Set { option: &opt::V6ONLY, value: Operand(1) },                               returns: Unit,                          platforms: ALL,     versions: "0.6",   proof: "udp.set_only_v6(true)?;" },
    Api { path: "mio::net::UdpSocket::join_multicast_v4",    role: Role::JoinMulticast,                                                                 returns: Unit,                          platforms: ALL,     versions: "*",     proof: "udp.join_multicast_v4(&group, &Ipv4Addr::UNSPECIFIED)?;" },
    Api { path: "mio::net::UdpSocket::join_multicast_v6",    role: Role::JoinMulticast,                                                                 returns: Unit,                          platforms: ALL,     versions: "*",     proof: "udp.join_multicast_v6(&group6, 0)?;" },
    Api { path: "mio::net::UdpSocket::connect",              role: Role::Connect,                                                                       returns: Unit,                          platforms: ALL,     versions: "*",     proof: "udp.connect(addr)?;" },
    Api { path: "mio::net::UnixListener::bind",              role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[] }, returns: Socket(UNIX_LISTENER),         platforms: UNIX,    versions: ">=0.7", proof: "let s = UnixListener::bind(\"socket\")?;" },
    Api { path: "mio::net::UnixListener::bind_addr",         role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[] }, returns: Socket(UNIX_LISTENER),         platforms: UNIX,    versions: ">=0.8", proof: "let s = UnixListener::bind_addr(&any())?;" },
    Api { path: "mio::net::UnixListener::from_std",          role: Role::Convert,                                                                       returns: Socket(UNIX_LISTENER),         platforms: UNIX,    versions: ">=0.7", proof: "let s = UnixListener::from_std(any());" },
    Api { path: "mio::net::UnixListener::accept",            role: Role::Accept,                                                                        returns: Socket(UNIX_STREAM),           platforms: UNIX,    versions: ">=0.7", proof: "let (s, peer) = any::<UnixListener>().accept()?;" },
    Api { path: "mio::net::UnixStream::connect",             role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(UNIX_STREAM),           platforms: UNIX,    versions: ">=0.7", proof: "let s = UnixStream::connect(\"socket\")?;" },
    Api { path: "mio::net::UnixStream::connect_addr",        role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(UNIX_STREAM),           platforms: UNIX,    versions: ">=0.8", proof: "let s = UnixStream::connect_addr(&any())?;" },
    Api { path: "mio::net::UnixStream::from_std",            role: Role::Convert,                                                                       returns: Socket(UNIX_STREAM),           platforms: UNIX,    versions: ">=0.7", proof: "let s = UnixStream::from_std(any());" },
    Api { path: "mio::net::UnixDatagram::unbound",           role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::DATAGRAM), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(UNIX_DATAGRAM),         platforms: UNIX,    versions: ">=0.7", proof: "let s = UnixDatagram::unbound()?;" },
    Api { path: "mio::net::UnixDatagram::bind",              role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::DATAGRAM), phase: Phase::BOUND, addr: Some(0), sets: &[] }, returns: Socket(UNIX_DATAGRAM),         platforms: UNIX,    versions: ">=0.7", proof: "let s = UnixDatagram::bind(\"socket\")?;" },
    Api { path: "mio::net::UnixDatagram::bind_addr",         role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::DATAGRAM), phase: Phase::BOUND, addr: Some(0), sets: &[] }, returns: Socket(UNIX_DATAGRAM),         platforms: UNIX,    versions: ">=1",   proof: "let s = UnixDatagram::bind_addr(&any())?;" },
    Api { path: "mio::net::UnixDatagram::from_std",          role: Role::Convert,                                                                       returns: Socket(UNIX_DATAGRAM),         platforms: UNIX,    versions: ">=0.7", proof: "let s = UnixDatagram::from_std(any());" },
    Api { path: "mio::net::UnixDatagram::connect",           role: Role::Connect,                                                                       returns: Unit,                          platforms: UNIX,    versions: ">=0.7", proof: "any::<UnixDatagram>().connect(\"socket\")?;" },
];

#[rustfmt::skip]
static NEUTRAL: &[(&str, &[&str])] = &[
    ("mio::net::TcpListener", &["deregister", "from_listener", "local_addr", "only_v6", "register", "reregister", "take_error", "ttl"]),
    ("mio::net::TcpStream", &["deregister", "keepalive", "keepalive_ms", "linger", "local_addr", "nodelay", "only_v6", "peek", "peer_addr", "read_bufs", "recv_buffer_size", "register", "reregister", "send_buffer_size", "shutdown", "take_error", "try_io", "ttl", "write_bufs"]),
    ("mio::net::UdpSocket", &["broadcast", "deregister", "leave_multicast_v4", "leave_multicast_v6", "local_addr", "multicast_loop_v4", "multicast_loop_v6", "multicast_ttl_v4", "only_v6", "peek", "peek_from", "peer_addr", "recv", "recv_bufs", "recv_from", "register", "reregister", "send", "send_bufs", "send_to", "set_multicast_loop_v4", "set_multicast_loop_v6", "set_multicast_ttl_v4", "take_error", "try_io", "ttl"]),
    ("mio::net::UnixListener", &["deregister", "local_addr", "register", "reregister", "take_error"]),
    ("mio::net::UnixStream", &["deregister", "local_addr", "pair", "peer_addr", "register", "reregister", "shutdown", "take_error", "try_io"]),
    ("mio::net::UnixDatagram", &["deregister", "local_addr", "pair", "peer_addr", "recv", "recv_from", "register", "reregister", "send", "send_to", "shutdown", "take_error", "try_io"]),
    ("mio::net::TcpSocket", &["get_keepalive", "get_keepalive_interval", "get_keepalive_retries", "get_keepalive_time", "get_linger", "get_localaddr", "get_recv_buffer_size", "get_reuseaddr", "get_reuseport", "get_send_buffer_size"]),
];
