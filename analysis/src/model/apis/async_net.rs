//! `async-net` 1 and 2; `smol::net` is the same.

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
const LISTENER: &str = "async_net::TcpListener";
const STREAM: &str = "async_net::TcpStream";
const UDP: &str = "async_net::UdpSocket";
const UNIX_LISTENER: &str = "async_net::unix::UnixListener";
const UNIX_STREAM: &str = "async_net::unix::UnixStream";
const UNIX_DATAGRAM: &str = "async_net::unix::UnixDatagram";

/// The tables of `async_net`.
pub(super) static MODEL: Model = Model {
    krate: "async_net",
    rows: ROWS,
    neutral: NEUTRAL,
    types: TYPES,
    aliases: ALIASES,
    extends: &[],
    prelude: Prelude {
        uses: "use std::{net::{Ipv4Addr, Ipv6Addr, SocketAddr}, os::unix::net as std_unix, time::Duration}; use own::{TcpListener, TcpStream, UdpSocket}; use own_unix::{UnixDatagram, UnixListener, UnixStream};",
        given: "listener: TcpListener, stream: TcpStream, udp: UdpSocket, unix_listener: UnixListener, datagram: UnixDatagram, std_listener: std::net::TcpListener, std_stream: std::net::TcpStream, std_udp: std::net::UdpSocket, addr: SocketAddr, group: Ipv4Addr, group6: Ipv6Addr",
    },
    proved: PROVED,
};

#[rustfmt::skip]
static TYPES: &[SockTy] = &[
    SockTy { path: "async_net::TcpListener",        domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::LISTENING },
    SockTy { path: "async_net::TcpStream",          domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::CONNECTED },
    SockTy { path: "async_net::UdpSocket",          domain: Domain::INET, sock_type: SockType::DATAGRAM, phase: Phase::BOUND.join(Phase::CONNECTED) },
    SockTy { path: "async_net::unix::UnixListener", domain: Domain::UNIX, sock_type: SockType::STREAM,   phase: Phase::LISTENING },
    SockTy { path: "async_net::unix::UnixStream",   domain: Domain::UNIX, sock_type: SockType::STREAM,   phase: Phase::CONNECTED },
    SockTy { path: "async_net::unix::UnixDatagram", domain: Domain::UNIX, sock_type: SockType::DATAGRAM, phase: Phase::UNKNOWN },
];

#[rustfmt::skip]
static ALIASES: &[(&str, &str)] = &[
    ("smol::net", "async_net"),
];

#[rustfmt::skip]
static PROVED: &[Proved] = &[
    Proved { version: "1.8.0", features: &[], uses: "use async_net as own; use async_net::unix as own_unix;" },
    Proved { version: "2.0.0", features: &[], uses: "use async_net as own; use async_net::unix as own_unix;" },
];

#[rustfmt::skip]
static ROWS: &[Api] = &[
    Api { path: "async_net::TcpListener::try_from",        role: Role::Convert,                                                                       returns: Socket(LISTENER),      platforms: ALL,  versions: ">=2", proof: "let s = TcpListener::try_from(std_listener)?;" },
    Api { path: "async_net::TcpListener::bind",            role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[(&opt::REUSE_ADDR, UNIX)] }, returns: Socket(LISTENER),      platforms: ALL,  versions: "*",   proof: "let s = TcpListener::bind(addr).await?;" },
    Api { path: "async_net::TcpListener::accept",          role: Role::Accept,                                                                        returns: Socket(STREAM),        platforms: ALL,  versions: "*",   proof: "let (s, peer) = listener.accept().await?;" },
    Api { path: "async_net::TcpListener::set_ttl",         role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                  platforms: ALL,  versions: "*",   proof: "listener.set_ttl(64)?;" },
    Api { path: "async_net::TcpStream::try_from",          role: Role::Convert,                                                                       returns: Socket(STREAM),        platforms: ALL,  versions: ">=2", proof: "let s = TcpStream::try_from(std_stream)?;" },
    Api { path: "async_net::TcpStream::connect",           role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(STREAM),        platforms: ALL,  versions: "*",   proof: "let s = TcpStream::connect(addr).await?;" },
    Api { path: "async_net::TcpStream::set_nodelay",       role: Role::Set { option: &opt::NODELAY, value: Operand(1) },                              returns: Unit,                  platforms: ALL,  versions: "*",   proof: "stream.set_nodelay(true)?;" },
    Api { path: "async_net::TcpStream::set_ttl",           role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                  platforms: ALL,  versions: "*",   proof: "stream.set_ttl(64)?;" },
    Api { path: "async_net::UdpSocket::try_from",          role: Role::Convert,                                                                       returns: Socket(UDP),           platforms: ALL,  versions: ">=2", proof: "let s = UdpSocket::try_from(std_udp)?;" },
    Api { path: "async_net::UdpSocket::bind",              role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::DATAGRAM), phase: Phase::BOUND, addr: Some(0), sets: &[] }, returns: Socket(UDP),           platforms: ALL,  versions: "*",   proof: "let s = UdpSocket::bind(addr).await?;" },
    Api { path: "async_net::UdpSocket::set_broadcast",     role: Role::Set { option: &opt::BROADCAST, value: Operand(1) },                            returns: Unit,                  platforms: ALL,  versions: "*",   proof: "udp.set_broadcast(true)?;" },
    Api { path: "async_net::UdpSocket::set_ttl",           role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                  platforms: ALL,  versions: "*",   proof: "udp.set_ttl(64)?;" },
    Api { path: "async_net::UdpSocket::join_multicast_v4", role: Role::JoinMulticast,                                                                 returns: Unit,                  platforms: ALL,  versions: "*",   proof: "udp.join_multicast_v4(group, Ipv4Addr::UNSPECIFIED)?;" },
    Api { path: "async_net::UdpSocket::join_multicast_v6", role: Role::JoinMulticast,                                                                 returns: Unit,                  platforms: ALL,  versions: "*",   proof: "udp.join_multicast_v6(&group6, 0)?;" },
    Api { path: "async_net::UdpSocket::connect",           role: Role::Connect,                                                                       returns: Unit,                  platforms: ALL,  versions: "*",   proof: "udp.connect(addr).await?;" },
    Api { path: "async_net::unix::UnixListener::bind",     role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[] }, returns: Socket(UNIX_LISTENER), platforms: UNIX, versions: "*",   proof: "let s = UnixListener::bind(\"socket\")?;" },
    Api { path: "async_net::unix::UnixListener::accept",   role: Role::Accept,                                                                        returns: Socket(UNIX_STREAM),   platforms: UNIX, versions: "*",   proof: "let (s, peer) = unix_listener.accept().await?;" },
    Api { path: "async_net::unix::UnixStream::connect",    role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(UNIX_STREAM),   platforms: UNIX, versions: "*",   proof: "let s = UnixStream::connect(\"socket\").await?;" },
    Api { path: "async_net::unix::UnixDatagram::bind",     role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::DATAGRAM), phase: Phase::BOUND, addr: Some(0), sets: &[] }, returns: Socket(UNIX_DATAGRAM), platforms: UNIX, versions: "*",   proof: "let s = UnixDatagram::bind(\"socket\")?;" },
    Api { path: "async_net::unix::UnixDatagram::unbound",  role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::DATAGRAM), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(UNIX_DATAGRAM), platforms: UNIX, versions: "*",   proof: "let s = UnixDatagram::unbound()?;" },
    Api { path: "async_net::unix::UnixDatagram::connect",  role: Role::Connect,                                                                       returns: Unit,                  platforms: UNIX, versions: "*",   proof: "datagram.connect(\"socket\")?;" },
];

#[rustfmt::skip]
static NEUTRAL: &[(&str, &[&str])] = &[
    ("async_net::TcpListener", &["incoming", "local_addr", "ttl"]),
    ("async_net::TcpStream", &["local_addr", "nodelay", "peek", "peer_addr", "shutdown", "ttl"]),
    ("async_net::UdpSocket", &["broadcast", "leave_multicast_v4", "leave_multicast_v6", "local_addr", "multicast_loop_v4", "multicast_loop_v6", "multicast_ttl_v4", "peek", "peek_from", "peer_addr", "recv", "recv_from", "send", "send_to", "set_multicast_loop_v4", "set_multicast_loop_v6", "set_multicast_ttl_v4", "ttl"]),
    ("async_net::unix::UnixListener", &["incoming", "local_addr"]),
    ("async_net::unix::UnixStream", &["local_addr", "pair", "peer_addr", "shutdown"]),
    ("async_net::unix::UnixDatagram", &["local_addr", "pair", "peer_addr", "recv", "recv_from", "send", "send_to", "shutdown"]),
];
