//! `may` 0.2 and 0.3.

use crate::{
    model::{
        Api, Model, Prelude, Proved,
        Returns::{Socket, This, Unit},
        Role, SockTy,
        Source::{Is, Operand},
        options as opt,
    },
    socket::{Domain, Phase, Platforms, SockType},
};

const ALL: Platforms = Platforms::ALL;
const UNIX: Platforms = Platforms::UNIX;
const LISTENER: &str = "may::net::TcpListener";
const STREAM: &str = "may::net::TcpStream";
const UDP: &str = "may::net::UdpSocket";
const UNIX_LISTENER: &str = "may::os::unix::net::UnixListener";
const UNIX_STREAM: &str = "may::os::unix::net::UnixStream";
const UNIX_DATAGRAM: &str = "may::os::unix::net::UnixDatagram";

/// The tables of `may`.
pub(super) static MODEL: Model = Model {
    krate: "may",
    rows: ROWS,
    neutral: NEUTRAL,
    types: TYPES,
    aliases: &[],
    extends: &[],
    prelude: Prelude {
        uses: "use std::{net::{Ipv4Addr, Ipv6Addr, SocketAddr}, os::unix::net as std_unix, time::Duration}; use may::{net::{TcpListener, TcpStream, UdpSocket}, os::unix::net::{UnixDatagram, UnixListener, UnixStream}};",
        given: "listener: TcpListener, stream: TcpStream, udp: UdpSocket, unix_listener: UnixListener, datagram: UnixDatagram, addr: SocketAddr, timeout: Duration, group: Ipv4Addr, group6: Ipv6Addr",
    },
    proved: PROVED,
};

#[rustfmt::skip]
static TYPES: &[SockTy] = &[
    SockTy { path: "may::net::TcpListener",            domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::LISTENING },
    SockTy { path: "may::net::TcpStream",              domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::CONNECTED },
    SockTy { path: "may::net::UdpSocket",              domain: Domain::INET, sock_type: SockType::DATAGRAM, phase: Phase::BOUND.join(Phase::CONNECTED) },
    SockTy { path: "may::os::unix::net::UnixListener", domain: Domain::UNIX, sock_type: SockType::STREAM,   phase: Phase::LISTENING },
    SockTy { path: "may::os::unix::net::UnixStream",   domain: Domain::UNIX, sock_type: SockType::STREAM,   phase: Phase::CONNECTED },
    SockTy { path: "may::os::unix::net::UnixDatagram", domain: Domain::UNIX, sock_type: SockType::DATAGRAM, phase: Phase::UNKNOWN },
];

#[rustfmt::skip]
static PROVED: &[Proved] = &[
    Proved { version: "0.3.51", features: &[], uses: "" },
];

#[rustfmt::skip]
static ROWS: &[Api] = &[
    Api { path: "may::net::TcpListener::bind",               role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[(&opt::REUSE_ADDR, ALL), (&opt::REUSE_PORT, UNIX)] }, returns: Socket(LISTENER),      platforms: ALL,  versions: ">=0.3", proof: "let s = TcpListener::bind(addr)?;" },
    Api { path: "may::net::TcpListener::bind",               role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[(&opt::REUSE_ADDR, UNIX)] }, returns: Socket(LISTENER),      platforms: ALL,  versions: "<0.3",  proof: "let s = TcpListener::bind(addr)?;" },
    Api { path: "may::net::TcpListener::accept",             role: Role::Accept,                                                                        returns: Socket(STREAM),        platforms: ALL,  versions: "*",     proof: "let (s, peer) = listener.accept()?;" },
    Api { path: "may::net::TcpStream::connect",              role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(STREAM),        platforms: ALL,  versions: "*",     proof: "let s = TcpStream::connect(addr)?;" },
    Api { path: "may::net::TcpStream::connect_timeout",      role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(STREAM),        platforms: ALL,  versions: "*",     proof: "let s = TcpStream::connect_timeout(&addr, timeout)?;" },
    Api { path: "may::net::TcpStream::set_nodelay",          role: Role::Set { option: &opt::NODELAY, value: Operand(1) },                              returns: Unit,                  platforms: ALL,  versions: "*",     proof: "stream.set_nodelay(true)?;" },
    Api { path: "may::net::TcpStream::set_ttl",              role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                  platforms: ALL,  versions: "*",     proof: "stream.set_ttl(64)?;" },
    Api { path: "may::net::UdpSocket::bind",                 role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::DATAGRAM), phase: Phase::BOUND, addr: Some(0), sets: &[] }, returns: Socket(UDP),           platforms: ALL,  versions: "*",     proof: "let s = UdpSocket::bind(addr)?;" },
    Api { path: "may::net::UdpSocket::set_broadcast",        role: Role::Set { option: &opt::BROADCAST, value: Operand(1) },                            returns: Unit,                  platforms: ALL,  versions: "*",     proof: "udp.set_broadcast(true)?;" },
    Api { path: "may::net::UdpSocket::set_ttl",              role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                  platforms: ALL,  versions: "*",     proof: "udp.set_ttl(64)?;" },
    Api { path: "may::net::UdpSocket::join_multicast_v4",    role: Role::JoinMulticast,                                                                 returns: Unit,                  platforms: ALL,  versions: "*",     proof: "udp.join_multicast_v4(&group, &Ipv4Addr::UNSPECIFIED)?;" },
    Api { path: "may::net::UdpSocket::join_multicast_v6",    role: Role::JoinMulticast,                                                                 returns: Unit,                  platforms: ALL,  versions: "*",     proof: "udp.join_multicast_v6(&group6, 0)?;" },
    Api { path: "may::net::UdpSocket::connect",              role: Role::Connect,                                                                       returns: Unit,                  platforms: ALL,  versions: "*",     proof: "udp.connect(addr)?;" },
    Api { path: "may::os::unix::net::UnixListener::bind",    role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[] }, returns: Socket(UNIX_LISTENER), platforms: UNIX, versions: "*",     proof: "let s = UnixListener::bind(\"socket\")?;" },
    Api { path: "may::os::unix::net::UnixListener::accept",  role: Role::Accept,                                                                        returns: Socket(UNIX_STREAM),   platforms: UNIX, versions: "*",     proof: "let (s, peer) = unix_listener.accept()?;" },
    Api { path: "may::os::unix::net::UnixStream::connect",   role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(UNIX_STREAM),   platforms: UNIX, versions: "*",     proof: "let s = UnixStream::connect(\"socket\")?;" },
    Api { path: "may::os::unix::net::UnixDatagram::bind",    role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::DATAGRAM), phase: Phase::BOUND, addr: Some(0), sets: &[] }, returns: Socket(UNIX_DATAGRAM), platforms: UNIX, versions: "*",     proof: "let s = UnixDatagram::bind(\"socket\")?;" },
    Api { path: "may::os::unix::net::UnixDatagram::unbound", role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::DATAGRAM), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(UNIX_DATAGRAM), platforms: UNIX, versions: "*",     proof: "let s = UnixDatagram::unbound()?;" },
    Api { path: "may::os::unix::net::UnixDatagram::connect", role: Role::Connect,                                                                       returns: Unit,                  platforms: UNIX, versions: "*",     proof: "datagram.connect(\"socket\")?;" },
    Api { path: "*::inner",                                  role: Role::Convert,                                                                       returns: This,                  platforms: ALL,  versions: "*",     proof: "let s = udp.inner();" },
];

#[rustfmt::skip]
static NEUTRAL: &[(&str, &[&str])] = &[
    ("may::net::TcpListener", &["incoming", "local_addr", "take_error"]),
    ("may::net::TcpStream", &["local_addr", "peek", "peer_addr", "read_timeout", "set_read_timeout", "set_write_timeout", "shutdown", "take_error", "ttl", "write_timeout"]),
    ("may::net::UdpSocket", &["broadcast", "leave_multicast_v4", "leave_multicast_v6", "local_addr", "multicast_loop_v4", "multicast_loop_v6", "multicast_ttl_v4", "read_timeout", "recv", "recv_from", "send", "send_to", "set_multicast_loop_v4", "set_multicast_loop_v6", "set_multicast_ttl_v4", "set_read_timeout", "set_write_timeout", "take_error", "ttl", "write_timeout"]),
    ("may::os::unix::net::UnixListener", &["incoming", "local_addr", "take_error"]),
    ("may::os::unix::net::UnixStream", &["local_addr", "pair", "peek", "peer_addr", "read_timeout", "set_read_timeout", "set_write_timeout", "shutdown", "take_error", "write_timeout"]),
    ("may::os::unix::net::UnixDatagram", &["local_addr", "pair", "peek", "peer_addr", "read_timeout", "recv", "recv_from", "send", "send_to", "set_read_timeout", "set_write_timeout", "shutdown", "take_error", "write_timeout"]),
];
