//! The standard library: `std::net`, `std::os::fd`, `std::os::unix::net`, `std::time`.

use crate::{
    model::{
        Api, Model, Prelude, Proved, RAW_FD, RAW_SOCKET,
        Returns::{Other, Socket, This, Unit},
        Role, SockTy,
        Source::{Is, Operand},
        options as opt,
    },
    socket::{Domain, Phase, Platforms, SockType},
};

const ALL: Platforms = Platforms::ALL;
const UNIX: Platforms = Platforms::UNIX;
const WINDOWS: Platforms = Platforms::WINDOWS;
const LISTENER: &str = "std::net::TcpListener";
const STREAM: &str = "std::net::TcpStream";
const UDP: &str = "std::net::UdpSocket";
const UNIX_LISTENER: &str = "std::os::unix::net::UnixListener";
const UNIX_STREAM: &str = "std::os::unix::net::UnixStream";
const UNIX_DATAGRAM: &str = "std::os::unix::net::UnixDatagram";
const OWNED_FD: &str = "std::os::fd::OwnedFd";
const BORROWED_FD: &str = "std::os::fd::BorrowedFd";
const OWNED_SOCKET: &str = "std::os::windows::io::OwnedSocket";
const BORROWED_SOCKET: &str = "std::os::windows::io::BorrowedSocket";

/// The tables of `std`.
pub(super) static MODEL: Model = Model {
    krate: "std",
    rows: ROWS,
    neutral: NEUTRAL,
    types: TYPES,
    aliases: ALIASES,
    extends: EXTENDS,
    prelude: Prelude {
        uses: "use std::{net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, UdpSocket}, os::{fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd}, unix::net::{self as unix, UnixDatagram, UnixListener, UnixStream}}, time::Duration};",
        given: "listener: TcpListener, stream: TcpStream, udp: UdpSocket, unix_listener: UnixListener, unix_stream: UnixStream, datagram: UnixDatagram, fd: RawFd, owned: OwnedFd, addr: SocketAddr, unix_addr: unix::SocketAddr, timeout: Duration, group: Ipv4Addr, group6: Ipv6Addr",
    },
    proved: PROVED,
};

#[rustfmt::skip]
static TYPES: &[SockTy] = &[
    SockTy { path: "std::net::TcpListener",                domain: Domain::INET,    sock_type: SockType::STREAM,   phase: Phase::LISTENING },
    SockTy { path: "std::net::TcpStream",                  domain: Domain::INET,    sock_type: SockType::STREAM,   phase: Phase::CONNECTED },
    SockTy { path: "std::net::UdpSocket",                  domain: Domain::INET,    sock_type: SockType::DATAGRAM, phase: Phase::BOUND.join(Phase::CONNECTED) },
    SockTy { path: "std::os::unix::net::UnixListener",     domain: Domain::UNIX,    sock_type: SockType::STREAM,   phase: Phase::LISTENING },
    SockTy { path: "std::os::unix::net::UnixStream",       domain: Domain::UNIX,    sock_type: SockType::STREAM,   phase: Phase::CONNECTED },
    SockTy { path: "std::os::unix::net::UnixDatagram",     domain: Domain::UNIX,    sock_type: SockType::DATAGRAM, phase: Phase::UNKNOWN },
    SockTy { path: "std::os::fd::OwnedFd",                 domain: Domain::UNKNOWN, sock_type: SockType::UNKNOWN,  phase: Phase::UNKNOWN },
    SockTy { path: "std::os::fd::BorrowedFd",              domain: Domain::UNKNOWN, sock_type: SockType::UNKNOWN,  phase: Phase::UNKNOWN },
    SockTy { path: "std::os::fd::RawFd",                   domain: Domain::UNKNOWN, sock_type: SockType::UNKNOWN,  phase: Phase::UNKNOWN },
    SockTy { path: "std::os::windows::io::OwnedSocket",    domain: Domain::UNKNOWN, sock_type: SockType::UNKNOWN,  phase: Phase::UNKNOWN },
    SockTy { path: "std::os::windows::io::BorrowedSocket", domain: Domain::UNKNOWN, sock_type: SockType::UNKNOWN,  phase: Phase::UNKNOWN },
    SockTy { path: "std::os::windows::io::RawSocket",      domain: Domain::UNKNOWN, sock_type: SockType::UNKNOWN,  phase: Phase::UNKNOWN },
];

#[rustfmt::skip]
static ALIASES: &[(&str, &str)] = &[
    ("std::os::unix::io", "std::os::fd"),
    ("std::os::unix::prelude", "std::os::fd"),
    ("std::os::wasi::io", "std::os::fd"),
    ("std::os::windows::prelude", "std::os::windows::io"),
];

#[rustfmt::skip]
static EXTENDS: &[(&str, &str)] = &[
    ("std::os::fd::AsFd", "*"),
    ("std::os::fd::AsRawFd", "*"),
    ("std::os::fd::IntoRawFd", "*"),
    ("std::os::windows::io::AsSocket", "*"),
    ("std::os::windows::io::AsRawSocket", "*"),
    ("std::os::windows::io::IntoRawSocket", "*"),
];

#[rustfmt::skip]
static PROVED: &[Proved] = &[
    Proved { version: "*", features: &[], uses: "" },
];

#[rustfmt::skip]
static ROWS: &[Api] = &[
    Api { path: "std::net::TcpListener::bind",                              role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[(&opt::REUSE_ADDR, UNIX)] }, returns: Socket(LISTENER),        platforms: ALL,     versions: "*", proof: "let s = TcpListener::bind(addr)?;" },
    Api { path: "std::net::TcpListener::from",                              role: Role::Convert,                                                                       returns: Socket(LISTENER),        platforms: ALL,     versions: "*", proof: "let s = TcpListener::from(owned);" },
    Api { path: "std::net::TcpListener::from_raw_fd",                       role: Role::Convert,                                                                       returns: Socket(LISTENER),        platforms: UNIX,    versions: "*", proof: "let s = unsafe { TcpListener::from_raw_fd(fd) };" },
    Api { path: "std::net::TcpListener::from_raw_socket",                   role: Role::Convert,                                                                       returns: Socket(LISTENER),        platforms: WINDOWS, versions: "*", proof: "" },
    Api { path: "std::net::TcpListener::set_only_v6",                       role: Role::Set { option: &opt::V6ONLY, value: Operand(1) },                               returns: Unit,                    platforms: ALL,     versions: "*", proof: "listener.set_only_v6(true)?;" },
    Api { path: "std::net::TcpListener::set_ttl",                           role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                    platforms: ALL,     versions: "*", proof: "listener.set_ttl(64)?;" },
    Api { path: "std::net::TcpListener::accept",                            role: Role::Accept,                                                                        returns: Socket(STREAM),          platforms: ALL,     versions: "*", proof: "let (s, peer) = listener.accept()?;" },
    Api { path: "std::net::TcpStream::connect",                             role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(STREAM),          platforms: ALL,     versions: "*", proof: "let s = TcpStream::connect(addr)?;" },
    Api { path: "std::net::TcpStream::connect_timeout",                     role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(STREAM),          platforms: ALL,     versions: "*", proof: "let s = TcpStream::connect_timeout(&addr, timeout)?;" },
    Api { path: "std::net::TcpStream::from",                                role: Role::Convert,                                                                       returns: Socket(STREAM),          platforms: ALL,     versions: "*", proof: "let s = TcpStream::from(owned);" },
    Api { path: "std::net::TcpStream::from_raw_fd",                         role: Role::Convert,                                                                       returns: Socket(STREAM),          platforms: UNIX,    versions: "*", proof: "let s = unsafe { TcpStream::from_raw_fd(fd) };" },
    Api { path: "std::net::TcpStream::from_raw_socket",                     role: Role::Convert,                                                                       returns: Socket(STREAM),          platforms: WINDOWS, versions: "*", proof: "" },
    Api { path: "std::net::TcpStream::set_nodelay",                         role: Role::Set { option: &opt::NODELAY, value: Operand(1) },                              returns: Unit,                    platforms: ALL,     versions: "*", proof: "stream.set_nodelay(true)?;" },
    Api { path: "std::net::TcpStream::set_ttl",                             role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                    platforms: ALL,     versions: "*", proof: "stream.set_ttl(64)?;" },
    Api { path: "std::net::UdpSocket::bind",                                role: Role::Create { domain: Is(Domain::INET), sock_type: Is(SockType::DATAGRAM), phase: Phase::BOUND, addr: Some(0), sets: &[] }, returns: Socket(UDP),             platforms: ALL,     versions: "*", proof: "let s = UdpSocket::bind(addr)?;" },
    Api { path: "std::net::UdpSocket::from",                                role: Role::Convert,                                                                       returns: Socket(UDP),             platforms: ALL,     versions: "*", proof: "let s = UdpSocket::from(owned);" },
    Api { path: "std::net::UdpSocket::from_raw_fd",                         role: Role::Convert,                                                                       returns: Socket(UDP),             platforms: UNIX,    versions: "*", proof: "let s = unsafe { UdpSocket::from_raw_fd(fd) };" },
    Api { path: "std::net::UdpSocket::from_raw_socket",                     role: Role::Convert,                                                                       returns: Socket(UDP),             platforms: WINDOWS, versions: "*", proof: "" },
    Api { path: "std::net::UdpSocket::set_broadcast",                       role: Role::Set { option: &opt::BROADCAST, value: Operand(1) },                            returns: Unit,                    platforms: ALL,     versions: "*", proof: "udp.set_broadcast(true)?;" },
    Api { path: "std::net::UdpSocket::set_ttl",                             role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                    platforms: ALL,     versions: "*", proof: "udp.set_ttl(64)?;" },
    Api { path: "std::net::UdpSocket::join_multicast_v4",                   role: Role::JoinMulticast,                                                                 returns: Unit,                    platforms: ALL,     versions: "*", proof: "udp.join_multicast_v4(&group, &Ipv4Addr::UNSPECIFIED)?;" },
    Api { path: "std::net::UdpSocket::join_multicast_v6",                   role: Role::JoinMulticast,                                                                 returns: Unit,                    platforms: ALL,     versions: "*", proof: "udp.join_multicast_v6(&group6, 0)?;" },
    Api { path: "std::net::UdpSocket::connect",                             role: Role::Connect,                                                                       returns: Unit,                    platforms: ALL,     versions: "*", proof: "udp.connect(addr)?;" },
    Api { path: "std::os::unix::net::UnixListener::bind",                   role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[] }, returns: Socket(UNIX_LISTENER),   platforms: UNIX,    versions: "*", proof: "let s = UnixListener::bind(\"socket\")?;" },
    Api { path: "std::os::unix::net::UnixListener::bind_addr",              role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::LISTENING, addr: Some(0), sets: &[] }, returns: Socket(UNIX_LISTENER),   platforms: UNIX,    versions: "*", proof: "let s = UnixListener::bind_addr(&unix_addr)?;" },
    Api { path: "std::os::unix::net::UnixListener::from",                   role: Role::Convert,                                                                       returns: Socket(UNIX_LISTENER),   platforms: UNIX,    versions: "*", proof: "let s = UnixListener::from(owned);" },
    Api { path: "std::os::unix::net::UnixListener::from_raw_fd",            role: Role::Convert,                                                                       returns: Socket(UNIX_LISTENER),   platforms: UNIX,    versions: "*", proof: "let s = unsafe { UnixListener::from_raw_fd(fd) };" },
    Api { path: "std::os::unix::net::UnixListener::accept",                 role: Role::Accept,                                                                        returns: Socket(UNIX_STREAM),     platforms: UNIX,    versions: "*", proof: "let (s, peer) = unix_listener.accept()?;" },
    Api { path: "std::os::unix::net::UnixStream::connect",                  role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(UNIX_STREAM),     platforms: UNIX,    versions: "*", proof: "let s = UnixStream::connect(\"socket\")?;" },
    Api { path: "std::os::unix::net::UnixStream::connect_addr",             role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::STREAM), phase: Phase::CONNECTED, addr: None, sets: &[] }, returns: Socket(UNIX_STREAM),     platforms: UNIX,    versions: "*", proof: "let s = UnixStream::connect_addr(&unix_addr)?;" },
    Api { path: "std::os::unix::net::UnixStream::from",                     role: Role::Convert,                                                                       returns: Socket(UNIX_STREAM),     platforms: UNIX,    versions: "*", proof: "let s = UnixStream::from(owned);" },
    Api { path: "std::os::unix::net::UnixStream::from_raw_fd",              role: Role::Convert,                                                                       returns: Socket(UNIX_STREAM),     platforms: UNIX,    versions: "*", proof: "let s = unsafe { UnixStream::from_raw_fd(fd) };" },
    Api { path: "std::os::unix::net::UnixDatagram::unbound",                role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::DATAGRAM), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(UNIX_DATAGRAM),   platforms: UNIX,    versions: "*", proof: "let s = UnixDatagram::unbound()?;" },
    Api { path: "std::os::unix::net::UnixDatagram::bind",                   role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::DATAGRAM), phase: Phase::BOUND, addr: Some(0), sets: &[] }, returns: Socket(UNIX_DATAGRAM),   platforms: UNIX,    versions: "*", proof: "let s = UnixDatagram::bind(\"socket\")?;" },
    Api { path: "std::os::unix::net::UnixDatagram::bind_addr",              role: Role::Create { domain: Is(Domain::UNIX), sock_type: Is(SockType::DATAGRAM), phase: Phase::BOUND, addr: Some(0), sets: &[] }, returns: Socket(UNIX_DATAGRAM),   platforms: UNIX,    versions: "*", proof: "let s = UnixDatagram::bind_addr(&unix_addr)?;" },
    Api { path: "std::os::unix::net::UnixDatagram::from",                   role: Role::Convert,                                                                       returns: Socket(UNIX_DATAGRAM),   platforms: UNIX,    versions: "*", proof: "let s = UnixDatagram::from(owned);" },
    Api { path: "std::os::unix::net::UnixDatagram::from_raw_fd",            role: Role::Convert,                                                                       returns: Socket(UNIX_DATAGRAM),   platforms: UNIX,    versions: "*", proof: "let s = unsafe { UnixDatagram::from_raw_fd(fd) };" },
    Api { path: "std::os::unix::net::UnixDatagram::connect",                role: Role::Connect,                                                                       returns: Unit,                    platforms: UNIX,    versions: "*", proof: "datagram.connect(\"socket\")?;" },
    Api { path: "std::os::unix::net::UnixDatagram::connect_addr",           role: Role::Connect,                                                                       returns: Unit,                    platforms: UNIX,    versions: "*", proof: "datagram.connect_addr(&unix_addr)?;" },
    Api { path: "std::os::fd::OwnedFd::from",                               role: Role::Convert,                                                                       returns: Socket(OWNED_FD),        platforms: UNIX,    versions: "*", proof: "let s = OwnedFd::from(listener);" },
    Api { path: "std::os::fd::OwnedFd::from_raw_fd",                        role: Role::Convert,                                                                       returns: Socket(OWNED_FD),        platforms: UNIX,    versions: "*", proof: "let s = unsafe { OwnedFd::from_raw_fd(fd) };" },
    Api { path: "std::os::fd::OwnedFd::try_clone",                          role: Role::Convert,                                                                       returns: Socket(OWNED_FD),        platforms: UNIX,    versions: "*", proof: "let s = owned.try_clone()?;" },
    Api { path: "std::os::fd::BorrowedFd::borrow_raw",                      role: Role::Convert,                                                                       returns: Socket(BORROWED_FD),     platforms: UNIX,    versions: "*", proof: "let s = unsafe { BorrowedFd::borrow_raw(fd) };" },
    Api { path: "std::os::fd::BorrowedFd::try_clone_to_owned",              role: Role::Convert,                                                                       returns: Socket(OWNED_FD),        platforms: UNIX,    versions: "*", proof: "let s = owned.as_fd().try_clone_to_owned()?;" },
    Api { path: "std::os::windows::io::OwnedSocket::from",                  role: Role::Convert,                                                                       returns: Socket(OWNED_SOCKET),    platforms: WINDOWS, versions: "*", proof: "" },
    Api { path: "std::os::windows::io::OwnedSocket::from_raw_socket",       role: Role::Convert,                                                                       returns: Socket(OWNED_SOCKET),    platforms: WINDOWS, versions: "*", proof: "" },
    Api { path: "std::os::windows::io::BorrowedSocket::borrow_raw",         role: Role::Convert,                                                                       returns: Socket(BORROWED_SOCKET), platforms: WINDOWS, versions: "*", proof: "" },
    Api { path: "std::os::windows::io::BorrowedSocket::try_clone_to_owned", role: Role::Convert,                                                                       returns: Socket(OWNED_SOCKET),    platforms: WINDOWS, versions: "*", proof: "" },
    Api { path: "std::time::Duration::ZERO",                                role: Role::Time(&[]),                                                                     returns: Other,                   platforms: ALL,     versions: "*", proof: "let time = std::time::Duration::ZERO;" },
    Api { path: "std::time::Duration::new",                                 role: Role::Time(&[0, 1]),                                                                 returns: Other,                   platforms: ALL,     versions: "*", proof: "let time = std::time::Duration::new(0, 0);" },
    Api { path: "std::time::Duration::from_secs",                           role: Role::Time(&[0]),                                                                    returns: Other,                   platforms: ALL,     versions: "*", proof: "let time = std::time::Duration::from_secs(0);" },
    Api { path: "std::time::Duration::from_millis",                         role: Role::Time(&[0]),                                                                    returns: Other,                   platforms: ALL,     versions: "*", proof: "let time = std::time::Duration::from_millis(0);" },
    Api { path: "std::time::Duration::from_micros",                         role: Role::Time(&[0]),                                                                    returns: Other,                   platforms: ALL,     versions: "*", proof: "let time = std::time::Duration::from_micros(0);" },
    Api { path: "std::time::Duration::from_nanos",                          role: Role::Time(&[0]),                                                                    returns: Other,                   platforms: ALL,     versions: "*", proof: "let time = std::time::Duration::from_nanos(0);" },
    Api { path: "*::as_fd",                                                 role: Role::Convert,                                                                       returns: Socket(BORROWED_FD),     platforms: UNIX,    versions: "*", proof: "let s = listener.as_fd();" },
    Api { path: "*::as_raw_fd",                                             role: Role::Convert,                                                                       returns: Socket(RAW_FD),          platforms: UNIX,    versions: "*", proof: "let s = listener.as_raw_fd();" },
    Api { path: "*::into_raw_fd",                                           role: Role::Convert,                                                                       returns: Socket(RAW_FD),          platforms: UNIX,    versions: "*", proof: "let s = listener.into_raw_fd();" },
    Api { path: "*::as_socket",                                             role: Role::Convert,                                                                       returns: Socket(BORROWED_SOCKET), platforms: WINDOWS, versions: "*", proof: "" },
    Api { path: "*::as_raw_socket",                                         role: Role::Convert,                                                                       returns: Socket(RAW_SOCKET),      platforms: WINDOWS, versions: "*", proof: "" },
    Api { path: "*::into_raw_socket",                                       role: Role::Convert,                                                                       returns: Socket(RAW_SOCKET),      platforms: WINDOWS, versions: "*", proof: "" },
    Api { path: "*::try_clone",                                             role: Role::Convert,                                                                       returns: This,                    platforms: ALL,     versions: "*", proof: "let s = listener.try_clone()?;" },
    Api { path: "*::into",                                                  role: Role::Convert,                                                                       returns: This,                    platforms: ALL,     versions: "*", proof: "let s: OwnedFd = listener.into();" },
    Api { path: "*::try_into",                                              role: Role::Convert,                                                                       returns: This,                    platforms: ALL,     versions: "*", proof: "let s: OwnedFd = listener.try_into()?;" },
];

#[rustfmt::skip]
static NEUTRAL: &[(&str, &[&str])] = &[
    ("std::net::TcpListener", &["deferaccept", "incoming", "into_incoming", "local_addr", "only_v6", "peer_addr", "set_deferaccept", "set_nonblocking", "take_error", "ttl"]),
    ("std::net::TcpStream", &["deferaccept", "linger", "local_addr", "nodelay", "only_v6", "peek", "peer_addr", "quickack", "read_timeout", "set_deferaccept", "set_linger", "set_nonblocking", "set_quickack", "set_read_timeout", "set_write_timeout", "shutdown", "take_error", "ttl", "write_timeout"]),
    ("std::net::UdpSocket", &["broadcast", "leave_multicast_v4", "leave_multicast_v6", "local_addr", "multicast_loop_v4", "multicast_loop_v6", "multicast_ttl_v4", "only_v6", "peek", "peek_from", "peek_sender", "peer_addr", "read_timeout", "recv", "recv_from", "send", "send_to", "set_multicast_loop_v4", "set_multicast_loop_v6", "set_multicast_ttl_v4", "set_nonblocking", "set_read_timeout", "set_write_timeout", "take_error", "ttl", "write_timeout"]),
    ("std::os::unix::net::UnixListener", &["incoming", "local_addr", "set_nonblocking", "take_error"]),
    ("std::os::unix::net::UnixStream", &["local_addr", "pair", "passcred", "peek", "peer_addr", "peer_cred", "read_timeout", "recv_vectored_with_ancillary", "send_vectored_with_ancillary", "set_mark", "set_nonblocking", "set_passcred", "set_read_timeout", "set_write_timeout", "shutdown", "take_error", "write_timeout"]),
    ("std::os::unix::net::UnixDatagram", &["local_addr", "pair", "passcred", "peek", "peek_from", "peer_addr", "read_timeout", "recv", "recv_from", "recv_vectored_with_ancillary", "recv_vectored_with_ancillary_from", "send", "send_to", "send_to_addr", "send_vectored_with_ancillary", "send_vectored_with_ancillary_to", "set_mark", "set_nonblocking", "set_passcred", "set_read_timeout", "set_write_timeout", "shutdown", "take_error", "write_timeout"]),
    ("std::os::linux::net::TcpStreamExt", &["deferaccept", "quickack", "set_deferaccept", "set_quickack"]),
    ("*", &["by_ref", "bytes", "chain", "close", "cmp", "eq", "flush", "fmt", "hash", "is_terminal", "ne", "partial_cmp", "poll_close", "poll_flush", "poll_read", "poll_shutdown", "poll_write", "read", "read_buf", "read_exact", "read_to_end", "read_to_string", "read_u8", "read_vectored", "readable", "shutdown", "take", "type_id", "writable", "write", "write_all", "write_fmt", "write_u8", "write_vectored"]),
];
