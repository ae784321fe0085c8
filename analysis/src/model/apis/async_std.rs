//! `async-std` 1.

use crate::{
    model::{
        Api, Model, Prelude, Proved,
        Returns::{Socket, Unit},
        Role, SockTy,
        Source::{Is, Operand},
        options as opt,
    },
    socket::{Domain, Phase, Platforms, SockType},
};

const ALL: Platforms = Platforms::ALL;
const UNIX: Platforms = Platforms::UNIX;
const LISTENER: &str = "async_std::net::TcpListener";
const STREAM: &str = "async_std::net::TcpStream";
const UDP: &str = "async_std::net::UdpSocket";
const UNIX_LISTENER: &str = "async_std::os::unix::net::UnixListener";
const UNIX_STREAM: &str = "async_std::os::unix::net::UnixStream";
const UNIX_DATAGRAM: &str = "async_std::os::unix::net::UnixDatagram";

/// The tables of `async_std`.
pub(super) static MODEL: Model = Model {
    krate: "async_std",
    rows: ROWS,
    neutral: NEUTRAL,
    types: TYPES,
    aliases: &[],
    extends: &[],
    prelude: Prelude {
        uses: "use std::{net::{Ipv4Addr, Ipv6Addr, SocketAddr}, os::unix::net as std_unix, time::Duration}; use own::{TcpListener, TcpStream, UdpSocket}; use own_unix::{UnixDatagram, UnixListener, UnixStream};",
        given: "listener: TcpListener, stream: TcpStream, udp: UdpSocket, unix_listener: UnixListener, datagram: UnixDatagram, std_listener: std::net::TcpListener, std_stream: std::net::TcpStream, std_udp: std::net::UdpSocket, addr: SocketAddr, group: Ipv4Addr, group6: Ipv6Addr",
    },
    proved: PROVED,
};

#[rustfmt::skip]
static TYPES: &[SockTy] = &[
    SockTy { path: "async_std::net::TcpListener",            domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::LISTENING },
    SockTy { path: "async_std::net::TcpStream",              domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::CONNECTED },
    SockTy { path: "async_std::net::UdpSocket",              domain: Domain::INET, sock_type: SockType::DATAGRAM, phase: Phase::BOUND.join(Phase::CONNECTED) },
    SockTy { path: "async_std::os::unix::net::UnixListener", domain: Domain::UNIX, sock_type: SockType::STREAM,   phase: Phase::LISTENING },
    SockTy { path: "async_std::os::unix::net::UnixStream",   domain: Domain::UNIX, sock_type: SockType::STREAM,   phase: Phase::CONNECTED },
    SockTy { path: "async_std::os::unix::net::UnixDatagram", domain: Domain::UNIX, sock_type: SockType::DATAGRAM, phase: Phase::UNKNOWN },
];

#[rustfmt::skip]
static PROVED: &[Proved] = &[
    Proved { version: "1.13.2", features: &[], uses: "use async_std::net as own; use async_std::os::unix::net as own_unix;" },
];

#[rustfmt::skip]
static ROWS: &[Api] = &[
    Api { path: "async_std::net::TcpListener::from",               role: Role::Convert,                                                                       returns: Socket(LISTENER),      platforms: ALL,  versions: "*", proof: "let s = TcpListener::from(std_listener);" },
    Api { path: "async_std::net::TcpListener::bind",               role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[(&opt::REUSE_ADDR, UNIX)] }, returns: Socket(LISTENER),      platforms: ALL,  versions: "*", proof: "let s = TcpListener::bind(addr).await?;" },
    Api { path: "async_std::net::TcpListener::accept",             role: Role::Accept,                                                                        returns: Socket(STREAM),        platforms: ALL,  versions: "*", proof: "let (s, peer) = listener.accept().await?;" },
    Api { path: "async_std::net::TcpStream::from",                 role: Role::Convert,                                                                       returns: Socket(STREAM),        platforms: ALL,  versions: "*", proof: "let s = TcpStream::from(std_stream);" },
    Api { path: "async_std::net::TcpStream::connect",              role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(STREAM),        platforms: ALL,  versions: "*", proof: "let s = TcpStream::connect(addr).await?;" },
    Api { path: "async_std::net::TcpStream::set_nodelay",          role: Role::Set { option: &opt::NODELAY, value: Operand(1) },                              returns: Unit,                  platforms: ALL,  versions: "*", proof: "stream.set_nodelay(true)?;" },
    Api { path: "async_std::net::TcpStream::set_ttl",              role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                  platforms: ALL,  versions: "*", proof: "stream.set_ttl(64)?;" },
    Api { path: "async_std::net::UdpSocket::from",                 role: Role::Convert,                                                                       returns: Socket(UDP),           platforms: ALL,  versions: "*", proof: "let s = UdpSocket::from(std_udp);" },
    Api { path: "async_std::net::UdpSocket::bind",                 role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::DATAGRAM), phase: Phase::BOUND, addr: Some(0), sets: &[] }, returns: Socket(UDP),           platforms: ALL,  versions: "*", proof: "let s = UdpSocket::bind(addr).await?;" },
    Api { path: "async_std::net::UdpSocket::set_broadcast",        role: Role::Set { option: &opt::BROADCAST, value: Operand(1) },                            returns: Unit,                  platforms: ALL,  versions: "*", proof: "udp.set_broadcast(true)?;" },
    Api { path: "async_std::net::UdpSocket::set_ttl",              role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                  platforms: ALL,  versions: "*", proof: "udp.set_ttl(64)?;" },
    Api { path: "async_std::net::UdpSocket::join_multicast_v4",    role: Role::JoinMulticast,                                                                 returns: Unit,                  platforms: ALL,  versions: "*", proof: "udp.join_multicast_v4(group, Ipv4Addr::UNSPECIFIED)?;" },
    Api { path: "async_std::net::UdpSocket::join_multicast_v6",    role: Role::JoinMulticast,                                                                 returns: Unit,                  platforms: ALL,  versions: "*", proof: "udp.join_multicast_v6(&group6, 0)?;" },
    Api { path: "async_std::net::UdpSocket::connect",              role: Role::Connect,                                                                       returns: Unit,                  platforms: ALL,  versions: "*", proof: "udp.connect(addr).await?;" },
    Api { path: "async_std::os::unix::net::UnixListener::bind",    role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[] }, returns: Socket(UNIX_LISTENER), platforms: UNIX, versions: "*", proof: "let s = UnixListener::bind(\"socket\").await?;" },
    Api { path: "async_std::os::unix::net::UnixListener::accept",  role: Role::Accept,                                                                        returns: Socket(UNIX_STREAM),   platforms: UNIX, versions: "*", proof: "let (s, peer) = unix_listener.accept().await?;" },
    Api { path: "async_std::os::unix::net::UnixStream::connect",   role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(UNIX_STREAM),   platforms: UNIX, versions: "*", proof: "let s = UnixStream::connect(\"socket\").await?;" },
    Api { path: "async_std::os::unix::net::UnixDatagram::bind",    role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::DATAGRAM), phase: Phase::BOUND, addr: Some(0), sets: &[] }, returns: Socket(UNIX_DATAGRAM), platforms: UNIX, versions: "*", proof: "let s = UnixDatagram::bind(\"socket\").await?;" },
    Api { path: "async_std::os::unix::net::UnixDatagram::unbound", role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::DATAGRAM), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(UNIX_DATAGRAM), platforms: UNIX, versions: "*", proof: "let s = UnixDatagram::unbound()?;" },
    Api { path: "async_std::os::unix::net::UnixDatagram::connect", role: Role::Connect,                                                                       returns: Unit,                  platforms: UNIX, versions: "*", proof: "datagram.connect(\"socket\").await?;" },
];

#[rustfmt::skip]
static NEUTRAL: &[(&str, &[&str])] = &[
    ("async_std::net::TcpListener", &["incoming", "into_incoming", "local_addr"]),
    ("async_std::net::TcpStream", &["local_addr", "nodelay", "peek", "peer_addr", "shutdown", "ttl"]),
    ("async_std::net::UdpSocket", &["broadcast", "leave_multicast_v4", "leave_multicast_v6", "local_addr", "multicast_loop_v4", "multicast_loop_v6", "multicast_ttl_v4", "peek", "peek_from", "peer_addr", "recv", "recv_from", "send", "send_to", "set_multicast_loop_v4", "set_multicast_loop_v6", "set_multicast_ttl_v4", "ttl"]),
    ("async_std::os::unix::net::UnixListener", &["incoming", "local_addr"]),
    ("async_std::os::unix::net::UnixStream", &["local_addr", "pair", "peer_addr", "shutdown"]),
    ("async_std::os::unix::net::UnixDatagram", &["local_addr", "pair", "peer_addr", "recv", "recv_from", "send", "send_to", "shutdown"]),
];
