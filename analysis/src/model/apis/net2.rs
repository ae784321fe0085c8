//! `net2` 0.2.

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
const WINDOWS: Platforms = Platforms::WINDOWS;
const TCP: &str = "net2::TcpBuilder";
const UDP: &str = "net2::UdpBuilder";
const STD_LISTENER: &str = "std::net::TcpListener";
const STD_STREAM: &str = "std::net::TcpStream";
const STD_UDP: &str = "std::net::UdpSocket";

/// The tables of `net2`.
pub(super) static MODEL: Model = Model {
    krate: "net2",
    rows: ROWS,
    neutral: NEUTRAL,
    types: TYPES,
    aliases: &[],
    extends: EXTENDS,
    prelude: Prelude {
        uses: "use std::{net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, UdpSocket}, os::fd::{FromRawFd, RawFd}, time::Duration}; use net2::{TcpBuilder, TcpListenerExt, TcpStreamExt, UdpBuilder, UdpSocketExt, unix::{UnixTcpBuilderExt, UnixUdpBuilderExt}};",
        given: "b: TcpBuilder, u: UdpBuilder, listener: TcpListener, stream: TcpStream, udp: UdpSocket, fd: RawFd, addr: SocketAddr, timeout: Duration, group: Ipv4Addr, group6: Ipv6Addr",
    },
    proved: PROVED,
};

#[rustfmt::skip]
static TYPES: &[SockTy] = &[
    SockTy { path: "net2::TcpBuilder", domain: Domain::INET, sock_type: SockType::STREAM,   phase: Phase::UNKNOWN },
    SockTy { path: "net2::UdpBuilder", domain: Domain::INET, sock_type: SockType::DATAGRAM, phase: Phase::CREATED.join(Phase::BOUND) },
];

#[rustfmt::skip]
static EXTENDS: &[(&str, &str)] = &[
    ("net2::TcpBuilder", "net2::unix::UnixTcpBuilderExt"),
    ("net2::UdpBuilder", "net2::unix::UnixUdpBuilderExt"),
    ("std::net::TcpListener", "net2::TcpListenerExt"),
    ("std::net::TcpStream", "net2::TcpStreamExt"),
    ("std::net::UdpSocket", "net2::UdpSocketExt"),
];

#[rustfmt::skip]
static PROVED: &[Proved] = &[
    Proved { version: "0.2.39", features: &[], uses: "" },
];

#[rustfmt::skip]
static ROWS: &[Api] = &[
    Api { path: "net2::TcpBuilder::new_v4",                  role: Role::Create { domain: Is(Domain::INET4), sock_type: Is(SockType::STREAM), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(TCP),          platforms: ALL,     versions: "*", proof: "let s = TcpBuilder::new_v4()?;" },
    Api { path: "net2::TcpBuilder::new_v6",                  role: Role::Create { domain: Is(Domain::INET6), sock_type: Is(SockType::STREAM), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(TCP),          platforms: ALL,     versions: "*", proof: "let s = TcpBuilder::new_v6()?;" },
    Api { path: "net2::TcpBuilder::from_raw_fd",             role: Role::Convert,                                                                       returns: Socket(TCP),          platforms: UNIX,    versions: "*", proof: "let s = unsafe { TcpBuilder::from_raw_fd(fd) };" },
    Api { path: "net2::TcpBuilder::from_raw_socket",         role: Role::Convert,                                                                       returns: Socket(TCP),          platforms: WINDOWS, versions: "*", proof: "" },
    Api { path: "net2::TcpBuilder::reuse_address",           role: Role::Set { option: &opt::REUSE_ADDR, value: Operand(1) },                           returns: This,                 platforms: ALL,     versions: "*", proof: "b.reuse_address(true)?;" },
    Api { path: "net2::TcpBuilder::only_v6",                 role: Role::Set { option: &opt::V6ONLY, value: Operand(1) },                               returns: This,                 platforms: ALL,     versions: "*", proof: "b.only_v6(true)?;" },
    Api { path: "net2::TcpBuilder::ttl",                     role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: This,                 platforms: ALL,     versions: "*", proof: "b.ttl(64)?;" },
    Api { path: "net2::TcpBuilder::bind",                    role: Role::Bind,                                                                          returns: This,                 platforms: ALL,     versions: "*", proof: "b.bind(addr)?;" },
    Api { path: "net2::TcpBuilder::listen",                  role: Role::Listen,                                                                        returns: Socket(STD_LISTENER), platforms: ALL,     versions: "*", proof: "let s = b.listen(128)?;" },
    Api { path: "net2::TcpBuilder::connect",                 role: Role::Connect,                                                                       returns: Socket(STD_STREAM),   platforms: ALL,     versions: "*", proof: "let s = b.connect(addr)?;" },
    Api { path: "net2::TcpBuilder::to_tcp_listener",         role: Role::Convert,                                                                       returns: Socket(STD_LISTENER), platforms: ALL,     versions: "*", proof: "let s = b.to_tcp_listener()?;" },
    Api { path: "net2::TcpBuilder::to_tcp_stream",           role: Role::Convert,                                                                       returns: Socket(STD_STREAM),   platforms: ALL,     versions: "*", proof: "let s = b.to_tcp_stream()?;" },
    Api { path: "net2::unix::UnixTcpBuilderExt::reuse_port", role: Role::Set { option: &opt::REUSE_PORT, value: Operand(1) },                           returns: This,                 platforms: UNIX,    versions: "*", proof: "b.reuse_port(true)?;" },
    Api { path: "net2::UdpBuilder::new_v4",                  role: Role::Create { domain: Is(Domain::INET4), sock_type: Is(SockType::DATAGRAM), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(UDP),          platforms: ALL,     versions: "*", proof: "let s = UdpBuilder::new_v4()?;" },
    Api { path: "net2::UdpBuilder::new_v6",                  role: Role::Create { domain: Is(Domain::INET6), sock_type: Is(SockType::DATAGRAM), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(UDP),          platforms: ALL,     versions: "*", proof: "let s = UdpBuilder::new_v6()?;" },
    Api { path: "net2::UdpBuilder::from_raw_fd",             role: Role::Convert,                                                                       returns: Socket(UDP),          platforms: UNIX,    versions: "*", proof: "let s = unsafe { UdpBuilder::from_raw_fd(fd) };" },
    Api { path: "net2::UdpBuilder::from_raw_socket",         role: Role::Convert,                                                                       returns: Socket(UDP),          platforms: WINDOWS, versions: "*", proof: "" },
    Api { path: "net2::UdpBuilder::reuse_address",           role: Role::Set { option: &opt::REUSE_ADDR, value: Operand(1) },                           returns: This,                 platforms: ALL,     versions: "*", proof: "u.reuse_address(true)?;" },
    Api { path: "net2::UdpBuilder::only_v6",                 role: Role::Set { option: &opt::V6ONLY, value: Operand(1) },                               returns: This,                 platforms: ALL,     versions: "*", proof: "u.only_v6(true)?;" },
    Api { path: "net2::UdpBuilder::ttl",                     role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: This,                 platforms: ALL,     versions: "*", proof: "u.ttl(64)?;" },
    Api { path: "net2::UdpBuilder::bind",                    role: Role::Bind,                                                                          returns: Socket(STD_UDP),      platforms: ALL,     versions: "*", proof: "let s = u.bind(addr)?;" },
    Api { path: "net2::unix::UnixUdpBuilderExt::reuse_port", role: Role::Set { option: &opt::REUSE_PORT, value: Operand(1) },                           returns: This,                 platforms: UNIX,    versions: "*", proof: "u.reuse_port(true)?;" },
    Api { path: "net2::TcpListenerExt::set_only_v6",         role: Role::Set { option: &opt::V6ONLY, value: Operand(1) },                               returns: Unit,                 platforms: ALL,     versions: "*", proof: "TcpListenerExt::set_only_v6(&listener, true)?;" },
    Api { path: "net2::TcpListenerExt::set_ttl",             role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                 platforms: ALL,     versions: "*", proof: "TcpListenerExt::set_ttl(&listener, 64)?;" },
    Api { path: "net2::TcpListenerExt::set_linger",          role: Role::Set { option: &opt::LINGER, value: Operand(1) },                               returns: Unit,                 platforms: ALL,     versions: "*", proof: "TcpListenerExt::set_linger(&listener, Some(timeout))?;" },
    Api { path: "net2::TcpStreamExt::set_only_v6",           role: Role::Set { option: &opt::V6ONLY, value: Operand(1) },                               returns: Unit,                 platforms: ALL,     versions: "*", proof: "TcpStreamExt::set_only_v6(&stream, true)?;" },
    Api { path: "net2::TcpStreamExt::set_nodelay",           role: Role::Set { option: &opt::NODELAY, value: Operand(1) },                              returns: Unit,                 platforms: ALL,     versions: "*", proof: "TcpStreamExt::set_nodelay(&stream, true)?;" },
    Api { path: "net2::TcpStreamExt::set_linger",            role: Role::Set { option: &opt::LINGER, value: Operand(1) },                               returns: Unit,                 platforms: ALL,     versions: "*", proof: "TcpStreamExt::set_linger(&stream, Some(timeout))?;" },
    Api { path: "net2::TcpStreamExt::set_keepalive",         role: Role::Set { option: &opt::KEEPALIVE, value: Operand(1) },                            returns: Unit,                 platforms: ALL,     versions: "*", proof: "TcpStreamExt::set_keepalive(&stream, Some(timeout))?;" },
    Api { path: "net2::TcpStreamExt::set_keepalive_ms",      role: Role::Set { option: &opt::KEEPALIVE, value: Operand(1) },                            returns: Unit,                 platforms: ALL,     versions: "*", proof: "TcpStreamExt::set_keepalive_ms(&stream, Some(1))?;" },
    Api { path: "net2::TcpStreamExt::set_recv_buffer_size",  role: Role::Set { option: &opt::RCVBUF, value: Operand(1) },                               returns: Unit,                 platforms: ALL,     versions: "*", proof: "TcpStreamExt::set_recv_buffer_size(&stream, 65536)?;" },
    Api { path: "net2::TcpStreamExt::set_send_buffer_size",  role: Role::Set { option: &opt::SNDBUF, value: Operand(1) },                               returns: Unit,                 platforms: ALL,     versions: "*", proof: "TcpStreamExt::set_send_buffer_size(&stream, 65536)?;" },
    Api { path: "net2::TcpStreamExt::set_ttl",               role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                 platforms: ALL,     versions: "*", proof: "TcpStreamExt::set_ttl(&stream, 64)?;" },
    Api { path: "net2::TcpStreamExt::connect",               role: Role::Connect,                                                                       returns: Unit,                 platforms: ALL,     versions: "*", proof: "TcpStreamExt::connect(&stream, addr)?;" },
    Api { path: "net2::UdpSocketExt::set_only_v6",           role: Role::Set { option: &opt::V6ONLY, value: Operand(1) },                               returns: Unit,                 platforms: ALL,     versions: "*", proof: "UdpSocketExt::set_only_v6(&udp, true)?;" },
    Api { path: "net2::UdpSocketExt::set_broadcast",         role: Role::Set { option: &opt::BROADCAST, value: Operand(1) },                            returns: Unit,                 platforms: ALL,     versions: "*", proof: "UdpSocketExt::set_broadcast(&udp, true)?;" },
    Api { path: "net2::UdpSocketExt::set_recv_buffer_size",  role: Role::Set { option: &opt::RCVBUF, value: Operand(1) },                               returns: Unit,                 platforms: ALL,     versions: "*", proof: "UdpSocketExt::set_recv_buffer_size(&udp, 65536)?;" },
    Api { path: "net2::UdpSocketExt::set_send_buffer_size",  role: Role::Set { option: &opt::SNDBUF, value: Operand(1) },                               returns: Unit,                 platforms: ALL,     versions: "*", proof: "UdpSocketExt::set_send_buffer_size(&udp, 65536)?;" },
    Api { path: "net2::UdpSocketExt::set_ttl",               role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                 platforms: ALL,     versions: "*", proof: "UdpSocketExt::set_ttl(&udp, 64)?;" },
    Api { path: "net2::UdpSocketExt::join_multicast_v4",     role: Role::JoinMulticast,                                                                 returns: Unit,                 platforms: ALL,     versions: "*", proof: "UdpSocketExt::join_multicast_v4(&udp, &group, &Ipv4Addr::UNSPECIFIED)?;" },
    Api { path: "net2::UdpSocketExt::join_multicast_v6",     role: Role::JoinMulticast,                                                                 returns: Unit,                 platforms: ALL,     versions: "*", proof: "UdpSocketExt::join_multicast_v6(&udp, &group6, 0)?;" },
    Api { path: "net2::UdpSocketExt::connect",               role: Role::Connect,                                                                       returns: Unit,                 platforms: ALL,     versions: "*", proof: "UdpSocketExt::connect(&udp, addr)?;" },
];

#[rustfmt::skip]
static NEUTRAL: &[(&str, &[&str])] = &[
    ("net2::TcpBuilder", &["get_reuse_address", "local_addr", "take_error"]),
    ("net2::UdpBuilder", &["get_reuse_address", "take_error"]),
    ("net2::TcpListenerExt", &["linger", "only_v6", "set_nonblocking", "take_error", "ttl"]),
    ("net2::TcpStreamExt", &["keepalive", "keepalive_ms", "linger", "nodelay", "only_v6", "read_timeout", "read_timeout_ms", "recv_buffer_size", "send_buffer_size", "set_nonblocking", "set_read_timeout", "set_read_timeout_ms", "set_write_timeout", "set_write_timeout_ms", "take_error", "ttl", "write_timeout", "write_timeout_ms"]),
    ("net2::UdpSocketExt", &["broadcast", "leave_multicast_v4", "leave_multicast_v6", "multicast_hops_v6", "multicast_if_v4", "multicast_if_v6", "multicast_loop_v4", "multicast_loop_v6", "multicast_ttl_v4", "only_v6", "read_timeout", "read_timeout_ms", "recv", "recv_buffer_size", "send", "send_buffer_size", "set_multicast_hops_v6", "set_multicast_if_v4", "set_multicast_if_v6", "set_multicast_loop_v4", "set_multicast_loop_v6", "set_multicast_ttl_v4", "set_nonblocking", "set_read_timeout", "set_read_timeout_ms", "set_unicast_hops_v6", "set_write_timeout", "set_write_timeout_ms", "take_error", "ttl", "unicast_hops_v6", "write_timeout", "write_timeout_ms"]),
    ("net2::unix::UnixTcpBuilderExt", &["get_reuse_port"]),
    ("net2::unix::UnixUdpBuilderExt", &["get_reuse_port"]),
];
