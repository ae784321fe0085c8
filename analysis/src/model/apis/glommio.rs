//! `glommio` 0.7 to 0.9.

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

const LINUX: Platforms = Platforms::LINUX;
const LISTENER: &str = "glommio::net::TcpListener";
const STREAM: &str = "glommio::net::TcpStream";
const UDP: &str = "glommio::net::UdpSocket";
const UNIX_LISTENER: &str = "glommio::net::UnixListener";
const UNIX_STREAM: &str = "glommio::net::UnixStream";
const UNIX_DATAGRAM: &str = "glommio::net::UnixDatagram";

/// The tables of `glommio`.
pub(super) static MODEL: Model = Model {
    krate: "glommio",
    rows: ROWS,
    neutral: NEUTRAL,
    types: TYPES,
    aliases: &[],
    extends: &[],
    prelude: Prelude {
        uses: "use std::{net::{Ipv4Addr, Ipv6Addr, SocketAddr}, os::unix::net as std_unix, time::Duration}; use glommio::net::{TcpListener, TcpStream, UdpSocket, UnixDatagram, UnixListener, UnixStream};",
        given: "listener: TcpListener, udp: UdpSocket, unix_listener: UnixListener, datagram: UnixDatagram, addr: SocketAddr, group: Ipv4Addr, group6: Ipv6Addr",
    },
    proved: PROVED,
};

#[rustfmt::skip]
static TYPES: &[SockTy] = &[
    SockTy { path: "glommio::net::TcpListener",  domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::LISTENING },
    SockTy { path: "glommio::net::TcpStream",    domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::CONNECTED },
    SockTy { path: "glommio::net::UdpSocket",    domain: Domain::INET, sock_type: SockType::DATAGRAM, phase: Phase::BOUND.join(Phase::CONNECTED) },
    SockTy { path: "glommio::net::UnixListener", domain: Domain::UNIX, sock_type: SockType::STREAM,   phase: Phase::LISTENING },
    SockTy { path: "glommio::net::UnixStream",   domain: Domain::UNIX, sock_type: SockType::STREAM,   phase: Phase::CONNECTED },
    SockTy { path: "glommio::net::UnixDatagram", domain: Domain::UNIX, sock_type: SockType::DATAGRAM, phase: Phase::UNKNOWN },
];

#[rustfmt::skip]
static PROVED: &[Proved] = &[
    Proved { version: "0.9.0", features: &[], uses: "" },
];

#[rustfmt::skip]
static ROWS: &[Api] = &[
    Api { path: "glommio::net::TcpListener::bind",            role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[(&opt::REUSE_PORT, LINUX)] }, returns: Socket(LISTENER),      platforms: LINUX, versions: "*", proof: "let s = TcpListener::bind(addr)?;" },
    Api { path: "glommio::net::TcpListener::set_ttl",         role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                  platforms: LINUX, versions: "*", proof: "listener.set_ttl(64)?;" },
    Api { path: "glommio::net::TcpListener::accept",          role: Role::Accept,                                                                        returns: Socket(STREAM),        platforms: LINUX, versions: "*", proof: "let s = listener.accept().await?;" },
    Api { path: "glommio::net::TcpStream::connect",           role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(STREAM),        platforms: LINUX, versions: "*", proof: "let s = TcpStream::connect(addr).await?;" },
    Api { path: "glommio::net::UdpSocket::bind",              role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::DATAGRAM), phase: Phase::BOUND, addr: Some(0), sets: &[(&opt::REUSE_PORT, LINUX)] }, returns: Socket(UDP),           platforms: LINUX, versions: "*", proof: "let s = UdpSocket::bind(addr)?;" },
    Api { path: "glommio::net::UdpSocket::set_broadcast",     role: Role::Set { option: &opt::BROADCAST, value: Operand(1) },                            returns: Unit,                  platforms: LINUX, versions: "*", proof: "udp.set_broadcast(true)?;" },
    Api { path: "glommio::net::UdpSocket::set_ttl",           role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                  platforms: LINUX, versions: "*", proof: "udp.set_ttl(64)?;" },
    Api { path: "glommio::net::UdpSocket::join_multicast_v4", role: Role::JoinMulticast,                                                                 returns: Unit,                  platforms: LINUX, versions: "*", proof: "udp.join_multicast_v4(&group, &Ipv4Addr::UNSPECIFIED)?;" },
    Api { path: "glommio::net::UdpSocket::join_multicast_v6", role: Role::JoinMulticast,                                                                 returns: Unit,                  platforms: LINUX, versions: "*", proof: "udp.join_multicast_v6(&group6, 0)?;" },
    Api { path: "glommio::net::UdpSocket::connect",           role: Role::Connect,                                                                       returns: Unit,                  platforms: LINUX, versions: "*", proof: "udp.connect(addr).await?;" },
    Api { path: "glommio::net::UnixListener::bind",           role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[] }, returns: Socket(UNIX_LISTENER), platforms: LINUX, versions: "*", proof: "let s = UnixListener::bind(\"socket\")?;" },
    Api { path: "glommio::net::UnixListener::accept",         role: Role::Accept,                                                                        returns: Socket(UNIX_STREAM),   platforms: LINUX, versions: "*", proof: "let s = unix_listener.accept().await?;" },
    Api { path: "glommio::net::UnixStream::connect",          role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(UNIX_STREAM),   platforms: LINUX, versions: "*", proof: "let s = UnixStream::connect(\"socket\").await?;" },
    Api { path: "glommio::net::UnixDatagram::bind",           role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::DATAGRAM), phase: Phase::BOUND, addr: Some(0), sets: &[] }, returns: Socket(UNIX_DATAGRAM), platforms: LINUX, versions: "*", proof: "let s = UnixDatagram::bind(\"socket\")?;" },
    Api { path: "glommio::net::UnixDatagram::unbound",        role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::DATAGRAM), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(UNIX_DATAGRAM), platforms: LINUX, versions: "*", proof: "let s = UnixDatagram::unbound()?;" },
    Api { path: "glommio::net::UnixDatagram::connect",        role: Role::Connect,                                                                       returns: Unit,                  platforms: LINUX, versions: "*", proof: "datagram.connect(\"socket\").await?;" },
];

#[rustfmt::skip]
static NEUTRAL: &[(&str, &[&str])] = &[
    ("glommio::net::TcpListener", &["incoming", "local_addr", "shared_accept", "ttl"]),
    ("glommio::net::TcpStream", &["buffered", "buffered_with", "connect_timeout", "local_addr", "nodelay", "peek", "peer_addr", "read_timeout", "set_nodelay", "set_read_timeout", "set_ttl", "set_write_timeout", "shutdown", "ttl", "write_timeout"]),
    ("glommio::net::UdpSocket", &["broadcast", "buffer_size", "leave_multicast_v4", "leave_multicast_v6", "local_addr", "multicast_loop_v4", "multicast_loop_v6", "multicast_ttl_v4", "peek", "peek_from", "peer_addr", "read_timeout", "recv", "recv_from", "send", "send_to", "set_buffer_size", "set_multicast_loop_v4", "set_multicast_loop_v6", "set_multicast_ttl_v4", "set_read_timeout", "set_write_timeout", "ttl", "write_timeout"]),
    ("glommio::net::UnixListener", &["incoming", "local_addr", "shared_accept"]),
    ("glommio::net::UnixStream", &["buffered", "buffered_with", "local_addr", "pair", "peek", "peer_addr", "shutdown"]),
    ("glommio::net::UnixDatagram", &["buffer_size", "local_addr", "pair", "peek", "peek_from", "peer_addr", "recv", "recv_from", "send", "send_to", "set_buffer_size"]),
];
