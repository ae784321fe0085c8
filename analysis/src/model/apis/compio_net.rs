//! `compio-net` 0.1 to 0.12. `bind_with_options` is left out on purpose: what it sets is in its argument.

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
const LISTENER: &str = "compio_net::TcpListener";
const STREAM: &str = "compio_net::TcpStream";
const UDP: &str = "compio_net::UdpSocket";
const UNIX_LISTENER: &str = "compio_net::UnixListener";
const UNIX_STREAM: &str = "compio_net::UnixStream";
const SOCKET: &str = "compio_net::TcpSocket";
const UNIX_SOCKET: &str = "compio_net::UnixSocket";

/// The tables of `compio_net`.
pub(super) static MODEL: Model = Model {
    krate: "compio_net",
    rows: ROWS,
    neutral: NEUTRAL,
    types: TYPES,
    aliases: ALIASES,
    extends: &[],
    prelude: Prelude {
        uses: "use std::{net::{Ipv4Addr, Ipv6Addr, SocketAddr}, os::unix::net as std_unix, time::Duration}; use compio_net::{TcpListener, TcpStream, UdpSocket, UnixListener, UnixStream};",
        given: "listener: TcpListener, stream: TcpStream, udp: UdpSocket, unix_listener: UnixListener, std_stream: std::net::TcpStream, std_udp: std::net::UdpSocket, addr: SocketAddr, group: Ipv4Addr, group6: Ipv6Addr",
    },
    proved: PROVED,
};

#[rustfmt::skip]
static TYPES: &[SockTy] = &[
    SockTy { path: "compio_net::TcpListener",  domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::LISTENING },
    SockTy { path: "compio_net::TcpStream",    domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::CONNECTED },
    SockTy { path: "compio_net::UdpSocket",    domain: Domain::INET, sock_type: SockType::DATAGRAM, phase: Phase::BOUND.join(Phase::CONNECTED) },
    SockTy { path: "compio_net::UnixListener", domain: Domain::UNIX, sock_type: SockType::STREAM,   phase: Phase::LISTENING },
    SockTy { path: "compio_net::UnixStream",   domain: Domain::UNIX, sock_type: SockType::STREAM,   phase: Phase::CONNECTED },
    SockTy { path: "compio_net::TcpSocket",    domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::CREATED.join(Phase::BOUND) },
    SockTy { path: "compio_net::UnixSocket",   domain: Domain::UNIX, sock_type: SockType::STREAM,   phase: Phase::CREATED.join(Phase::BOUND) },
];

#[rustfmt::skip]
static ALIASES: &[(&str, &str)] = &[
    ("compio::net", "compio_net"),
];

#[rustfmt::skip]
static PROVED: &[Proved] = &[
    Proved { version: "0.6.0", features: &["io-uring"], uses: "" },
    Proved { version: "0.7.0", features: &["io-uring"], uses: "" },
    Proved { version: "0.11.1", features: &[], uses: "" },
    Proved { version: "0.12.5", features: &[], uses: "use compio_net::{TcpSocket, UnixSocket};" },
];

#[rustfmt::skip]
static ROWS: &[Api] = &[
    Api { path: "compio_net::TcpListener::bind",               role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[(&opt::REUSE_ADDR, ALL)] }, returns: Socket(LISTENER),      platforms: ALL,   versions: ">=0.7",  proof: "let s = TcpListener::bind(addr).await?;" },
    Api { path: "compio_net::TcpListener::bind",               role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[] }, returns: Socket(LISTENER),      platforms: ALL,   versions: "<0.7",   proof: "let s = TcpListener::bind(addr).await?;" },
    Api { path: "compio_net::TcpListener::from_std",           role: Role::Convert,                                                                       returns: Socket(LISTENER),      platforms: ALL,   versions: ">=0.12", proof: "let s = TcpListener::from_std(any())?;" },
    Api { path: "compio_net::TcpListener::set_ttl_v4",         role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                  platforms: ALL,   versions: ">=0.12", proof: "listener.set_ttl_v4(64)?;" },
    Api { path: "compio_net::TcpListener::accept",             role: Role::Accept,                                                                        returns: Socket(STREAM),        platforms: ALL,   versions: "*",      proof: "let (s, peer) = listener.accept().await?;" },
    Api { path: "compio_net::TcpSocket::new_v4",               role: Role::Create { domain: Is(Domain::INET4), sock_type: Is(SockType::STREAM), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(SOCKET),        platforms: ALL,   versions: ">=0.12", proof: "let s = TcpSocket::new_v4().await?;" },
    Api { path: "compio_net::TcpSocket::new_v6",               role: Role::Create { domain: Is(Domain::INET6), sock_type: Is(SockType::STREAM), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(SOCKET),        platforms: ALL,   versions: ">=0.12", proof: "let s = TcpSocket::new_v6().await?;" },
    Api { path: "compio_net::TcpSocket::from_std_stream",      role: Role::Convert,                                                                       returns: Socket(SOCKET),        platforms: ALL,   versions: ">=0.12", proof: "let s = TcpSocket::from_std_stream(std_stream)?;" },
    Api { path: "compio_net::TcpSocket::set_reuseaddr",        role: Role::Set { option: &opt::REUSE_ADDR, value: Operand(1) },                           returns: Unit,                  platforms: ALL,   versions: ">=0.12", proof: "let s = TcpSocket::new_v4().await?; s.set_reuseaddr(true)?;" },
    Api { path: "compio_net::TcpSocket::set_reuseport",        role: Role::Set { option: &opt::REUSE_PORT, value: Operand(1) },                           returns: Unit,                  platforms: UNIX,  versions: ">=0.12", proof: "let s = TcpSocket::new_v4().await?; s.set_reuseport(true)?;" },
    Api { path: "compio_net::TcpSocket::set_recv_buffer_size", role: Role::Set { option: &opt::RCVBUF, value: Operand(1) },                               returns: Unit,                  platforms: ALL,   versions: ">=0.12", proof: "let s = TcpSocket::new_v4().await?; s.set_recv_buffer_size(65536)?;" },
    Api { path: "compio_net::TcpSocket::set_send_buffer_size", role: Role::Set { option: &opt::SNDBUF, value: Operand(1) },                               returns: Unit,                  platforms: ALL,   versions: ">=0.12", proof: "let s = TcpSocket::new_v4().await?; s.set_send_buffer_size(65536)?;" },
    Api { path: "compio_net::TcpSocket::set_keepalive",        role: Role::Set { option: &opt::KEEPALIVE, value: Operand(1) },                            returns: Unit,                  platforms: ALL,   versions: ">=0.12", proof: "let s = TcpSocket::new_v4().await?; s.set_keepalive(true)?;" },
    Api { path: "compio_net::TcpSocket::set_nodelay",          role: Role::Set { option: &opt::NODELAY, value: Operand(1) },                              returns: Unit,                  platforms: ALL,   versions: ">=0.12", proof: "let s = TcpSocket::new_v4().await?; s.set_nodelay(true)?;" },
    Api { path: "compio_net::TcpSocket::set_tos_v4",           role: Role::Set { option: &opt::IP_TOS, value: Operand(1) },                               returns: Unit,                  platforms: ALL,   versions: ">=0.12", proof: "let s = TcpSocket::new_v4().await?; s.set_tos_v4(0)?;" },
    Api { path: "compio_net::TcpSocket::bind_device",          role: Role::Set { option: &opt::BIND_TO_DEVICE, value: Operand(1) },                       returns: Unit,                  platforms: LINUX, versions: ">=0.12", proof: "let s = TcpSocket::new_v4().await?; s.bind_device(Some(b\"lo\"))?;" },
    Api { path: "compio_net::TcpSocket::set_zero_linger",      role: Role::Set { option: &opt::LINGER, value: Is(OptValue::ON) },                         returns: Unit,                  platforms: ALL,   versions: ">=0.12", proof: "let s = TcpSocket::new_v4().await?; s.set_zero_linger()?;" },
    Api { path: "compio_net::TcpSocket::bind",                 role: Role::Bind,                                                                          returns: Unit,                  platforms: ALL,   versions: ">=0.12", proof: "let s = TcpSocket::new_v4().await?; s.bind(addr).await?;" },
    Api { path: "compio_net::TcpSocket::listen",               role: Role::Listen,                                                                        returns: Socket(LISTENER),      platforms: ALL,   versions: ">=0.12", proof: "let s = TcpSocket::new_v4().await?; let s = s.listen(128).await?;" },
    Api { path: "compio_net::TcpSocket::connect",              role: Role::Connect,                                                                       returns: Socket(STREAM),        platforms: ALL,   versions: ">=0.12", proof: "let s = TcpSocket::new_v4().await?; let s = s.connect(addr).await?;" },
    Api { path: "compio_net::TcpStream::connect",              role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(STREAM),        platforms: ALL,   versions: "*",      proof: "let s = TcpStream::connect(addr).await?;" },
    Api { path: "compio_net::TcpStream::from_std",             role: Role::Convert,                                                                       returns: Socket(STREAM),        platforms: ALL,   versions: "*",      proof: "let s = TcpStream::from_std(std_stream)?;" },
    Api { path: "compio_net::TcpStream::set_nodelay",          role: Role::Set { option: &opt::NODELAY, value: Operand(1) },                              returns: Unit,                  platforms: ALL,   versions: ">=0.12", proof: "stream.set_nodelay(true)?;" },
    Api { path: "compio_net::TcpStream::set_zero_linger",      role: Role::Set { option: &opt::LINGER, value: Is(OptValue::ON) },                         returns: Unit,                  platforms: ALL,   versions: ">=0.12", proof: "stream.set_zero_linger()?;" },
    Api { path: "compio_net::TcpStream::set_ttl_v4",           role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                  platforms: ALL,   versions: ">=0.12", proof: "stream.set_ttl_v4(64)?;" },
    Api { path: "compio_net::UdpSocket::bind",                 role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::DATAGRAM), phase: Phase::BOUND, addr: Some(0), sets: &[] }, returns: Socket(UDP),           platforms: ALL,   versions: "*",      proof: "let s = UdpSocket::bind(addr).await?;" },
    Api { path: "compio_net::UdpSocket::from_std",             role: Role::Convert,                                                                       returns: Socket(UDP),           platforms: ALL,   versions: "*",      proof: "let s = UdpSocket::from_std(std_udp)?;" },
    Api { path: "compio_net::UdpSocket::set_broadcast",        role: Role::Set { option: &opt::BROADCAST, value: Operand(1) },                            returns: Unit,                  platforms: ALL,   versions: ">=0.12", proof: "udp.set_broadcast(true)?;" },
    Api { path: "compio_net::UdpSocket::join_multicast_v4",    role: Role::JoinMulticast,                                                                 returns: Unit,                  platforms: ALL,   versions: ">=0.12", proof: "udp.join_multicast_v4(&group, &Ipv4Addr::UNSPECIFIED)?;" },
    Api { path: "compio_net::UdpSocket::join_multicast_v6",    role: Role::JoinMulticast,                                                                 returns: Unit,                  platforms: ALL,   versions: ">=0.12", proof: "udp.join_multicast_v6(&group6, 0)?;" },
    Api { path: "compio_net::UdpSocket::connect",              role: Role::Connect,                                                                       returns: Unit,                  platforms: ALL,   versions: "*",      proof: "udp.connect(addr).await?;" },
    Api { path: "compio_net::UnixListener::bind",              role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[] }, returns: Socket(UNIX_LISTENER), platforms: ALL,   versions: "*",      proof: "let s = UnixListener::bind(\"socket\").await?;" },
    Api { path: "compio_net::UnixListener::accept",            role: Role::Accept,                                                                        returns: Socket(UNIX_STREAM),   platforms: ALL,   versions: "*",      proof: "let (s, peer) = unix_listener.accept().await?;" },
    Api { path: "compio_net::UnixSocket::new_stream",          role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(UNIX_SOCKET),   platforms: ALL,   versions: ">=0.12", proof: "let s = UnixSocket::new_stream().await?;" },
    Api { path: "compio_net::UnixSocket::bind",                role: Role::Bind,                                                                          returns: Unit,                  platforms: ALL,   versions: ">=0.12", proof: "let s = UnixSocket::new_stream().await?; s.bind(\"socket\").await?;" },
    Api { path: "compio_net::UnixSocket::listen",              role: Role::Listen,                                                                        returns: Socket(UNIX_LISTENER), platforms: ALL,   versions: ">=0.12", proof: "let s = UnixSocket::new_stream().await?; let s = s.listen(128).await?;" },
    Api { path: "compio_net::UnixSocket::connect",             role: Role::Connect,                                                                       returns: Socket(UNIX_STREAM),   platforms: ALL,   versions: ">=0.12", proof: "let s = UnixSocket::new_stream().await?; let s = s.connect(\"socket\").await?;" },
    Api { path: "compio_net::UnixStream::connect",             role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(UNIX_STREAM),   platforms: ALL,   versions: "*",      proof: "let s = UnixStream::connect(\"socket\").await?;" },
];

#[rustfmt::skip]
static NEUTRAL: &[(&str, &[&str])] = &[
    ("compio_net::TcpListener", &["close", "incoming", "local_addr", "take_error", "ttl_v4"]),
    ("compio_net::TcpStream", &["close", "disconnect", "into_split", "linger", "local_addr", "nodelay", "peek", "peer_addr", "quickack", "send_out_of_band", "set_quickack", "split", "take_error", "ttl_v4"]),
    ("compio_net::UdpSocket", &["broadcast", "close", "device", "get_socket_option", "leave_multicast_v4", "leave_multicast_v6", "local_addr", "multicast_loop_v4", "multicast_loop_v6", "multicast_ttl_v4", "peer_addr", "recv", "recv_from", "recv_from_managed", "recv_from_multi", "recv_from_vectored", "recv_managed", "recv_msg", "recv_msg_managed", "recv_msg_multi", "recv_msg_vectored", "recv_multi", "recv_vectored", "send", "send_msg", "send_msg_vectored", "send_msg_zerocopy", "send_msg_zerocopy_vectored", "send_to", "send_to_vectored", "send_to_zerocopy", "send_to_zerocopy_vectored", "send_vectored", "send_zerocopy", "send_zerocopy_vectored", "set_multicast_loop_v4", "set_multicast_loop_v6", "set_multicast_ttl_v4", "set_tclass_v6", "set_ttl_v4", "take_error", "tclass_v6", "tos_v4", "ttl_v4"]),
    ("compio_net::UnixListener", &["close", "from_std", "incoming", "local_addr", "take_error"]),
    ("compio_net::UnixStream", &["close", "disconnect", "from_std", "into_split", "local_addr", "peer_addr", "split", "take_error"]),
    ("compio_net::TcpSocket", &["device", "keepalive", "linger", "local_addr", "nodelay", "recv_buffer_size", "reuseaddr", "reuseport", "send_buffer_size", "set_tclass_v6", "take_error", "tclass_v6", "tos_v4"]),
    ("compio_net::UnixSocket", &["local_addr", "take_error"]),
];
