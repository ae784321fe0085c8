//! `tokio-uring` 0.4 and 0.5.

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
const LISTENER: &str = "tokio_uring::net::TcpListener";
const STREAM: &str = "tokio_uring::net::TcpStream";
const UDP: &str = "tokio_uring::net::UdpSocket";
const UNIX_LISTENER: &str = "tokio_uring::net::UnixListener";
const UNIX_STREAM: &str = "tokio_uring::net::UnixStream";

/// The tables of `tokio_uring`.
pub(super) static MODEL: Model = Model {
    krate: "tokio_uring",
    rows: ROWS,
    neutral: NEUTRAL,
    types: TYPES,
    aliases: &[],
    extends: &[],
    prelude: Prelude {
        uses: "use std::{net::{Ipv4Addr, Ipv6Addr, SocketAddr}, os::unix::net as std_unix, time::Duration}; use tokio_uring::net::{TcpListener, TcpStream, UdpSocket, UnixListener, UnixStream};",
        given: "listener: TcpListener, stream: TcpStream, udp: UdpSocket, unix_listener: UnixListener, addr: SocketAddr",
    },
    proved: PROVED,
};

#[rustfmt::skip]
static TYPES: &[SockTy] = &[
    SockTy { path: "tokio_uring::net::TcpListener",  domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::LISTENING },
    SockTy { path: "tokio_uring::net::TcpStream",    domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::CONNECTED },
    SockTy { path: "tokio_uring::net::UdpSocket",    domain: Domain::INET, sock_type: SockType::DATAGRAM, phase: Phase::BOUND.join(Phase::CONNECTED) },
    SockTy { path: "tokio_uring::net::UnixListener", domain: Domain::UNIX, sock_type: SockType::STREAM,   phase: Phase::LISTENING },
    SockTy { path: "tokio_uring::net::UnixStream",   domain: Domain::UNIX, sock_type: SockType::STREAM,   phase: Phase::CONNECTED },
];

#[rustfmt::skip]
static PROVED: &[Proved] = &[
    Proved { version: "0.5.0", features: &[], uses: "" },
];

#[rustfmt::skip]
static ROWS: &[Api] = &[
    Api { path: "tokio_uring::net::TcpListener::bind",      role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[(&opt::REUSE_PORT, LINUX), (&opt::REUSE_ADDR, LINUX)] }, returns: Socket(LISTENER),      platforms: LINUX, versions: "*",     proof: "let s = TcpListener::bind(addr)?;" },
    Api { path: "tokio_uring::net::TcpListener::from_std",  role: Role::Convert,                                                                       returns: Socket(LISTENER),      platforms: LINUX, versions: "*",     proof: "let s = TcpListener::from_std(any());" },
    Api { path: "tokio_uring::net::TcpListener::accept",    role: Role::Accept,                                                                        returns: Socket(STREAM),        platforms: LINUX, versions: "*",     proof: "let (s, peer) = listener.accept().await?;" },
    Api { path: "tokio_uring::net::TcpStream::connect",     role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(STREAM),        platforms: LINUX, versions: "*",     proof: "let s = TcpStream::connect(addr).await?;" },
    Api { path: "tokio_uring::net::TcpStream::from_std",    role: Role::Convert,                                                                       returns: Socket(STREAM),        platforms: LINUX, versions: "*",     proof: "let s = TcpStream::from_std(any());" },
    Api { path: "tokio_uring::net::TcpStream::set_nodelay", role: Role::Set { option: &opt::NODELAY, value: Operand(1) },                              returns: Unit,                  platforms: LINUX, versions: ">=0.5", proof: "stream.set_nodelay(true)?;" },
    Api { path: "tokio_uring::net::UdpSocket::bind",        role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::DATAGRAM), phase: Phase::BOUND, addr: Some(0), sets: &[(&opt::REUSE_PORT, LINUX), (&opt::REUSE_ADDR, LINUX)] }, returns: Socket(UDP),           platforms: LINUX, versions: "*",     proof: "let s = UdpSocket::bind(addr).await?;" },
    Api { path: "tokio_uring::net::UdpSocket::from_std",    role: Role::Convert,                                                                       returns: Socket(UDP),           platforms: LINUX, versions: "*",     proof: "let s = UdpSocket::from_std(any());" },
    Api { path: "tokio_uring::net::UdpSocket::connect",     role: Role::Connect,                                                                       returns: Unit,                  platforms: LINUX, versions: "*",     proof: "udp.connect(addr).await?;" },
    Api { path: "tokio_uring::net::UnixListener::bind",     role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[(&opt::REUSE_PORT, LINUX), (&opt::REUSE_ADDR, LINUX)] }, returns: Socket(UNIX_LISTENER), platforms: LINUX, versions: "*",     proof: "let s = UnixListener::bind(\"socket\")?;" },
    Api { path: "tokio_uring::net::UnixListener::accept",   role: Role::Accept,                                                                        returns: Socket(UNIX_STREAM),   platforms: LINUX, versions: "*",     proof: "let s = unix_listener.accept().await?;" },
    Api { path: "tokio_uring::net::UnixStream::connect",    role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(UNIX_STREAM),   platforms: LINUX, versions: "*",     proof: "let s = UnixStream::connect(\"socket\").await?;" },
    Api { path: "tokio_uring::net::UnixStream::from_std",   role: Role::Convert,                                                                       returns: Socket(UNIX_STREAM),   platforms: LINUX, versions: "*",     proof: "let s = UnixStream::from_std(any());" },
];

#[rustfmt::skip]
static NEUTRAL: &[(&str, &[&str])] = &[
    ("tokio_uring::net::TcpListener", &["local_addr"]),
    ("tokio_uring::net::TcpStream", &["read", "read_fixed", "shutdown", "write", "write_all", "write_fixed", "write_fixed_all", "writev"]),
    ("tokio_uring::net::UdpSocket", &["local_addr", "read", "read_fixed", "recv_from", "recvmsg", "send", "send_to", "send_zc", "sendmsg", "sendmsg_zc", "shutdown", "write", "write_fixed"]),
    ("tokio_uring::net::UnixListener", &["local_addr"]),
    ("tokio_uring::net::UnixStream", &["read", "read_fixed", "shutdown", "write", "write_all", "write_fixed", "write_fixed_all", "writev"]),
];
