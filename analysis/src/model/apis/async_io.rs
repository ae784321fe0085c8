//! `async-io` 1 and 2.

use crate::{
    model::{
        Api, Model, Prelude, Proved,
        Returns::{Socket, This},
        Role, SockTy,
        Source::Is,
        options as opt,
    },
    socket::{Domain, Phase, Platforms, SockType},
};

const ALL: Platforms = Platforms::ALL;
const UNIX: Platforms = Platforms::UNIX;
const LISTENER: &str = "async_io::Async<std::net::TcpListener>";
const STREAM: &str = "async_io::Async<std::net::TcpStream>";
const UDP: &str = "async_io::Async<std::net::UdpSocket>";
const UNIX_LISTENER: &str = "async_io::Async<std::os::unix::net::UnixListener>";
const UNIX_STREAM: &str = "async_io::Async<std::os::unix::net::UnixStream>";
const UNIX_DATAGRAM: &str = "async_io::Async<std::os::unix::net::UnixDatagram>";

/// The tables of `async_io`.
pub(super) static MODEL: Model = Model {
    krate: "async_io",
    rows: ROWS,
    neutral: NEUTRAL,
    types: TYPES,
    aliases: ALIASES,
    extends: &[],
    prelude: Prelude {
        uses: "use std::{net::{SocketAddr, TcpListener, TcpStream, UdpSocket}, os::unix::net::{UnixDatagram, UnixListener, UnixStream}}; use async_io::Async;",
        given: "listener: TcpListener, wrapped: Async<TcpListener>, unix: Async<UnixListener>, addr: SocketAddr",
    },
    proved: PROVED,
};

#[rustfmt::skip]
static TYPES: &[SockTy] = &[
    SockTy { path: "async_io::Async<std::net::TcpListener>",            domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::LISTENING },
    SockTy { path: "async_io::Async<std::net::TcpStream>",              domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::CONNECTED },
    SockTy { path: "async_io::Async<std::net::UdpSocket>",              domain: Domain::INET, sock_type: SockType::DATAGRAM, phase: Phase::BOUND.join(Phase::CONNECTED) },
    SockTy { path: "async_io::Async<std::os::unix::net::UnixListener>", domain: Domain::UNIX, sock_type: SockType::STREAM,   phase: Phase::LISTENING },
    SockTy { path: "async_io::Async<std::os::unix::net::UnixStream>",   domain: Domain::UNIX, sock_type: SockType::STREAM,   phase: Phase::CONNECTED },
    SockTy { path: "async_io::Async<std::os::unix::net::UnixDatagram>", domain: Domain::UNIX, sock_type: SockType::DATAGRAM, phase: Phase::UNKNOWN },
];

#[rustfmt::skip]
static ALIASES: &[(&str, &str)] = &[
    ("smol::Async", "async_io::Async"),
];

#[rustfmt::skip]
static PROVED: &[Proved] = &[
    Proved { version: "1.13.0", features: &[], uses: "" },
    Proved { version: "2.6.0", features: &[], uses: "" },
];

#[rustfmt::skip]
static ROWS: &[Api] = &[
    Api { path: "async_io::Async::new",                                               role: Role::Convert,                                                                       returns: This,                  platforms: ALL,  versions: "*",   proof: "let s = Async::new(listener)?;" },
    Api { path: "async_io::Async::new_nonblocking",                                   role: Role::Convert,                                                                       returns: This,                  platforms: ALL,  versions: ">=2", proof: "let s = Async::new_nonblocking(listener)?;" },
    Api { path: "async_io::Async<std::net::TcpListener>::new",                        role: Role::Convert,                                                                       returns: Socket(LISTENER),      platforms: ALL,  versions: "*",   proof: "let s = Async::<TcpListener>::new(any())?;" },
    Api { path: "async_io::Async<std::net::TcpListener>::new_nonblocking",            role: Role::Convert,                                                                       returns: Socket(LISTENER),      platforms: ALL,  versions: ">=2", proof: "let s = Async::<TcpListener>::new_nonblocking(any())?;" },
    Api { path: "async_io::Async<std::net::TcpListener>::bind",                       role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[(&opt::REUSE_ADDR, UNIX)] }, returns: Socket(LISTENER),      platforms: ALL,  versions: "*",   proof: "let s = Async::<TcpListener>::bind(addr)?;" },
    Api { path: "async_io::Async<std::net::TcpListener>::accept",                     role: Role::Accept,                                                                        returns: Socket(STREAM),        platforms: ALL,  versions: "*",   proof: "let (s, peer) = wrapped.accept().await?;" },
    Api { path: "async_io::Async<std::net::TcpStream>::new",                          role: Role::Convert,                                                                       returns: Socket(STREAM),        platforms: ALL,  versions: "*",   proof: "let s = Async::<TcpStream>::new(any())?;" },
    Api { path: "async_io::Async<std::net::TcpStream>::new_nonblocking",              role: Role::Convert,                                                                       returns: Socket(STREAM),        platforms: ALL,  versions: ">=2", proof: "let s = Async::<TcpStream>::new_nonblocking(any())?;" },
    Api { path: "async_io::Async<std::net::TcpStream>::connect",                      role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(STREAM),        platforms: ALL,  versions: "*",   proof: "let s = Async::<TcpStream>::connect(addr).await?;" },
    Api { path: "async_io::Async<std::net::UdpSocket>::new",                          role: Role::Convert,                                                                       returns: Socket(UDP),           platforms: ALL,  versions: "*",   proof: "let s = Async::<UdpSocket>::new(any())?;" },
    Api { path: "async_io::Async<std::net::UdpSocket>::new_nonblocking",              role: Role::Convert,                                                                       returns: Socket(UDP),           platforms: ALL,  versions: ">=2", proof: "let s = Async::<UdpSocket>::new_nonblocking(any())?;" },
    Api { path: "async_io::Async<std::net::UdpSocket>::bind",                         role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::DATAGRAM), phase: Phase::BOUND, addr: Some(0), sets: &[] }, returns: Socket(UDP),           platforms: ALL,  versions: "*",   proof: "let s = Async::<UdpSocket>::bind(addr)?;" },
    Api { path: "async_io::Async<std::os::unix::net::UnixListener>::new",             role: Role::Convert,                                                                       returns: Socket(UNIX_LISTENER), platforms: UNIX, versions: "*",   proof: "let s = Async::<UnixListener>::new(any())?;" },
    Api { path: "async_io::Async<std::os::unix::net::UnixListener>::new_nonblocking", role: Role::Convert,                                                                       returns: Socket(UNIX_LISTENER), platforms: UNIX, versions: ">=2", proof: "let s = Async::<UnixListener>::new_nonblocking(any())?;" },
    Api { path: "async_io::Async<std::os::unix::net::UnixListener>::bind",            role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[] }, returns: Socket(UNIX_LISTENER), platforms: UNIX, versions: "*",   proof: "let s = Async::<UnixListener>::bind(\"socket\")?;" },
    Api { path: "async_io::Async<std::os::unix::net::UnixListener>::accept",          role: Role::Accept,                                                                        returns: Socket(UNIX_STREAM),   platforms: UNIX, versions: "*",   proof: "let (s, peer) = unix.accept().await?;" },
    Api { path: "async_io::Async<std::os::unix::net::UnixStream>::new",               role: Role::Convert,                                                                       returns: Socket(UNIX_STREAM),   platforms: UNIX, versions: "*",   proof: "let s = Async::<UnixStream>::new(any())?;" },
    Api { path: "async_io::Async<std::os::unix::net::UnixStream>::new_nonblocking",   role: Role::Convert,                                                                       returns: Socket(UNIX_STREAM),   platforms: UNIX, versions: ">=2", proof: "let s = Async::<UnixStream>::new_nonblocking(any())?;" },
    Api { path: "async_io::Async<std::os::unix::net::UnixStream>::connect",           role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(UNIX_STREAM),   platforms: UNIX, versions: "*",   proof: "let s = Async::<UnixStream>::connect(\"socket\").await?;" },
    Api { path: "async_io::Async<std::os::unix::net::UnixDatagram>::new",             role: Role::Convert,                                                                       returns: Socket(UNIX_DATAGRAM), platforms: UNIX, versions: "*",   proof: "let s = Async::<UnixDatagram>::new(any())?;" },
    Api { path: "async_io::Async<std::os::unix::net::UnixDatagram>::new_nonblocking", role: Role::Convert,                                                                       returns: Socket(UNIX_DATAGRAM), platforms: UNIX, versions: ">=2", proof: "let s = Async::<UnixDatagram>::new_nonblocking(any())?;" },
    Api { path: "async_io::Async<std::os::unix::net::UnixDatagram>::bind",            role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::DATAGRAM), phase: Phase::BOUND, addr: Some(0), sets: &[] }, returns: Socket(UNIX_DATAGRAM), platforms: UNIX, versions: "*",   proof: "let s = Async::<UnixDatagram>::bind(\"socket\")?;" },
    Api { path: "async_io::Async<std::os::unix::net::UnixDatagram>::unbound",         role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::DATAGRAM), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(UNIX_DATAGRAM), platforms: UNIX, versions: "*",   proof: "let s = Async::<UnixDatagram>::unbound()?;" },
    Api { path: "*::get_ref",                                                         role: Role::Convert,                                                                       returns: This,                  platforms: ALL,  versions: "*",   proof: "let s = wrapped.get_ref();" },
    Api { path: "*::get_mut",                                                         role: Role::Convert,                                                                       returns: This,                  platforms: ALL,  versions: "<2",  proof: "let mut wrapped = wrapped; let s = wrapped.get_mut();" },
    Api { path: "*::into_inner",                                                      role: Role::Convert,                                                                       returns: This,                  platforms: ALL,  versions: "*",   proof: "let s = wrapped.into_inner()?;" },
];

#[rustfmt::skip]
static NEUTRAL: &[(&str, &[&str])] = &[
    ("async_io::Async<std::net::TcpListener>", &["incoming", "poll_readable", "poll_writable", "read_with", "read_with_mut", "readable", "readable_owned", "writable", "writable_owned", "write_with", "write_with_mut"]),
    ("async_io::Async<std::net::TcpStream>", &["peek", "poll_readable", "poll_writable", "read_with", "read_with_mut", "readable", "readable_owned", "writable", "writable_owned", "write_with", "write_with_mut"]),
    ("async_io::Async<std::net::UdpSocket>", &["peek", "peek_from", "poll_readable", "poll_writable", "read_with", "read_with_mut", "readable", "readable_owned", "recv", "recv_from", "send", "send_to", "writable", "writable_owned", "write_with", "write_with_mut"]),
    ("async_io::Async<std::os::unix::net::UnixListener>", &["incoming", "poll_readable", "poll_writable", "read_with", "read_with_mut", "readable", "readable_owned", "writable", "writable_owned", "write_with", "write_with_mut"]),
    ("async_io::Async<std::os::unix::net::UnixStream>", &["pair", "poll_readable", "poll_writable", "read_with", "read_with_mut", "readable", "readable_owned", "writable", "writable_owned", "write_with", "write_with_mut"]),
    ("async_io::Async<std::os::unix::net::UnixDatagram>", &["pair", "poll_readable", "poll_writable", "read_with", "read_with_mut", "readable", "readable_owned", "recv", "recv_from", "send", "send_to", "writable", "writable_owned", "write_with", "write_with_mut"]),
];
