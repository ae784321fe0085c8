//! `monoio` 0.1 and 0.2. `bind_with_config` is left out on purpose: what it sets is in its argument.

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
const LISTENER: &str = "monoio::net::TcpListener";
const STREAM: &str = "monoio::net::TcpStream";
const UDP: &str = "monoio::net::udp::UdpSocket";
const UNIX_LISTENER: &str = "monoio::net::UnixListener";
const UNIX_STREAM: &str = "monoio::net::UnixStream";
const UNIX_DATAGRAM: &str = "monoio::net::UnixDatagram";

/// The tables of `monoio`.
pub(super) static MODEL: Model = Model {
    krate: "monoio",
    rows: ROWS,
    neutral: NEUTRAL,
    types: TYPES,
    aliases: ALIASES,
    extends: &[],
    prelude: Prelude {
        uses: "use std::{net::{Ipv4Addr, Ipv6Addr, SocketAddr}, os::unix::net as std_unix, time::Duration}; use monoio::net::{TcpListener, TcpStream, UnixDatagram, UnixListener, UnixStream, udp::UdpSocket};",
        given: "listener: TcpListener, stream: TcpStream, udp: UdpSocket, unix_listener: UnixListener, datagram: UnixDatagram, addr: SocketAddr, timeout: Duration",
    },
    proved: PROVED,
};

#[rustfmt::skip]
static TYPES: &[SockTy] = &[
    SockTy { path: "monoio::net::TcpListener",    domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::LISTENING },
    SockTy { path: "monoio::net::TcpStream",      domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::CONNECTED },
    SockTy { path: "monoio::net::udp::UdpSocket", domain: Domain::INET, sock_type: SockType::DATAGRAM, phase: Phase::BOUND.join(Phase::CONNECTED) },
    SockTy { path: "monoio::net::UnixListener",   domain: Domain::UNIX, sock_type: SockType::STREAM,   phase: Phase::LISTENING },
    SockTy { path: "monoio::net::UnixStream",     domain: Domain::UNIX, sock_type: SockType::STREAM,   phase: Phase::CONNECTED },
    SockTy { path: "monoio::net::UnixDatagram",   domain: Domain::UNIX, sock_type: SockType::DATAGRAM, phase: Phase::UNKNOWN },
];

#[rustfmt::skip]
static ALIASES: &[(&str, &str)] = &[
    ("monoio::net::tcp", "monoio::net"),
    ("monoio::net::unix", "monoio::net"),
];

#[rustfmt::skip]
static PROVED: &[Proved] = &[
    Proved { version: "0.2.4", features: &[], uses: "" },
];

#[rustfmt::skip]
static ROWS: &[Api] = &[
    Api { path: "monoio::net::TcpListener::bind",                 role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[(&opt::REUSE_ADDR, ALL), (&opt::REUSE_PORT, UNIX)] }, returns: Socket(LISTENER),      platforms: ALL,  versions: "*", proof: "let s = TcpListener::bind(addr)?;" },
    Api { path: "monoio::net::TcpListener::from_std",             role: Role::Convert,                                                                       returns: Socket(LISTENER),      platforms: ALL,  versions: "*", proof: "let s = TcpListener::from_std(any())?;" },
    Api { path: "monoio::net::TcpListener::accept",               role: Role::Accept,                                                                        returns: Socket(STREAM),        platforms: ALL,  versions: "*", proof: "let (s, peer) = listener.accept().await?;" },
    Api { path: "monoio::net::TcpStream::connect",                role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(STREAM),        platforms: ALL,  versions: "*", proof: "let s = TcpStream::connect(addr).await?;" },
    Api { path: "monoio::net::TcpStream::connect_addr",           role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(STREAM),        platforms: ALL,  versions: "*", proof: "let s = TcpStream::connect_addr(addr).await?;" },
    Api { path: "monoio::net::TcpStream::from_std",               role: Role::Convert,                                                                       returns: Socket(STREAM),        platforms: ALL,  versions: "*", proof: "let s = TcpStream::from_std(any())?;" },
    Api { path: "monoio::net::TcpStream::set_nodelay",            role: Role::Set { option: &opt::NODELAY, value: Operand(1) },                              returns: Unit,                  platforms: ALL,  versions: "*", proof: "stream.set_nodelay(true)?;" },
    Api { path: "monoio::net::TcpStream::set_tcp_keepalive",      role: Role::Set { option: &opt::KEEPALIVE, value: Is(OptValue::ON) },                      returns: Unit,                  platforms: ALL,  versions: "*", proof: "stream.set_tcp_keepalive(Some(timeout), None, None)?;" },
    Api { path: "monoio::net::udp::UdpSocket::bind",              role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::DATAGRAM), phase: Phase::BOUND, addr: Some(0), sets: &[] }, returns: Socket(UDP),           platforms: ALL,  versions: "*", proof: "let s = UdpSocket::bind(addr)?;" },
    Api { path: "monoio::net::udp::UdpSocket::from_std",          role: Role::Convert,                                                                       returns: Socket(UDP),           platforms: ALL,  versions: "*", proof: "let s = UdpSocket::from_std(any())?;" },
    Api { path: "monoio::net::udp::UdpSocket::set_reuse_address", role: Role::Set { option: &opt::REUSE_ADDR, value: Operand(1) },                           returns: Unit,                  platforms: ALL,  versions: "*", proof: "udp.set_reuse_address(true)?;" },
    Api { path: "monoio::net::udp::UdpSocket::set_reuse_port",    role: Role::Set { option: &opt::REUSE_PORT, value: Operand(1) },                           returns: Unit,                  platforms: UNIX, versions: "*", proof: "udp.set_reuse_port(true)?;" },
    Api { path: "monoio::net::udp::UdpSocket::connect",           role: Role::Connect,                                                                       returns: Unit,                  platforms: ALL,  versions: "*", proof: "udp.connect(addr).await?;" },
    Api { path: "monoio::net::UnixListener::bind",                role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[] }, returns: Socket(UNIX_LISTENER), platforms: UNIX, versions: "*", proof: "let s = UnixListener::bind(\"socket\")?;" },
    Api { path: "monoio::net::UnixListener::accept",              role: Role::Accept,                                                                        returns: Socket(UNIX_STREAM),   platforms: UNIX, versions: "*", proof: "let (s, peer) = unix_listener.accept().await?;" },
    Api { path: "monoio::net::UnixStream::connect",               role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(UNIX_STREAM),   platforms: UNIX, versions: "*", proof: "let s = UnixStream::connect(\"socket\").await?;" },
    Api { path: "monoio::net::UnixDatagram::bind",                role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::DATAGRAM), phase: Phase::BOUND, addr: Some(0), sets: &[] }, returns: Socket(UNIX_DATAGRAM), platforms: UNIX, versions: "*", proof: "let s = UnixDatagram::bind(\"socket\")?;" },
    Api { path: "monoio::net::UnixDatagram::unbound",             role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::DATAGRAM), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(UNIX_DATAGRAM), platforms: UNIX, versions: "*", proof: "let s = UnixDatagram::unbound()?;" },
];

#[rustfmt::skip]
static NEUTRAL: &[(&str, &[&str])] = &[
    ("monoio::net::TcpListener", &["cancelable_accept", "local_addr", "readable"]),
    ("monoio::net::TcpStream", &["local_addr", "nodelay", "peer_addr", "readable", "try_into_poll_io", "writable"]),
    ("monoio::net::udp::UdpSocket", &["cancelable_recv", "cancelable_recv_from", "cancelable_send", "cancelable_send_to", "local_addr", "peer_addr", "readable", "recv", "recv_from", "send", "send_to", "writable"]),
    ("monoio::net::UnixListener", &["cancelable_accept", "readable"]),
    ("monoio::net::UnixStream", &["local_addr", "pair", "peer_addr", "peer_cred", "readable", "try_into_poll_io", "writable"]),
    ("monoio::net::UnixDatagram", &["local_addr", "pair", "peer_addr", "readable", "recv", "recv_from", "send", "send_to", "writable"]),
];
