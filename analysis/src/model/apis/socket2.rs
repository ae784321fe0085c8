//! `socket2` 0.3 to 0.6.

use crate::{
    model::{
        Api, Model, Prelude, Proved,
        Returns::{Other, Socket, This, Unit},
        Role, SockTy,
        Source::{Is, Operand},
        options as opt,
    },
    socket::{Domain, OptValue, Phase, Platform, Platforms, SockType},
};

const NOT_APPLE: Platforms =
    Platforms::LINUX.union(Platforms::BSD).union(Platforms::only(Platform::Other));
const LINUX_APPLE: Platforms = Platforms::LINUX.union(Platforms::APPLE);
const ALL: Platforms = Platforms::ALL;
const UNIX: Platforms = Platforms::UNIX;
const LINUX: Platforms = Platforms::LINUX;
const WINDOWS: Platforms = Platforms::WINDOWS;
const BSD: Platforms = Platforms::BSD;
const APPLE: Platforms = Platforms::APPLE;
const SOCKET: &str = "socket2::Socket";
const SOCK_REF: &str = "socket2::SockRef";
const LISTENER: &str = "std::net::TcpListener";
const STREAM: &str = "std::net::TcpStream";
const UDP: &str = "std::net::UdpSocket";
const UNIX_LISTENER: &str = "std::os::unix::net::UnixListener";
const UNIX_STREAM: &str = "std::os::unix::net::UnixStream";
const UNIX_DATAGRAM: &str = "std::os::unix::net::UnixDatagram";

/// The tables of `socket2`.
pub(super) static MODEL: Model = Model {
    krate: "socket2",
    rows: ROWS,
    neutral: NEUTRAL,
    types: TYPES,
    aliases: &[],
    extends: EXTENDS,
    prelude: Prelude {
        uses: "use std::{ffi::CStr, net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener}, num::NonZeroU32, os::fd::{FromRawFd, RawFd}, time::Duration}; use socket2::{Domain, Protocol, SockAddr, Socket, Type};",
        given: "s: Socket, addr: SockAddr, inet: SocketAddr, timeout: Duration, listener: TcpListener, fd: RawFd, index: Option<NonZeroU32>, name: &CStr, group: Ipv4Addr, group6: Ipv6Addr",
    },
    proved: PROVED,
};

#[rustfmt::skip]
static TYPES: &[SockTy] = &[
    SockTy { path: "socket2::Socket",  domain: Domain::UNKNOWN, sock_type: SockType::UNKNOWN, phase: Phase::UNKNOWN },
    SockTy { path: "socket2::SockRef", domain: Domain::UNKNOWN, sock_type: SockType::UNKNOWN, phase: Phase::UNKNOWN },
];

#[rustfmt::skip]
static EXTENDS: &[(&str, &str)] = &[
    ("socket2::SockRef", "socket2::Socket"),
];

#[rustfmt::skip]
static PROVED: &[Proved] = &[
    Proved { version: "0.3.19", features: &["pair", "reuseport", "unix"], uses: "" },
    Proved { version: "0.4.10", features: &["all"], uses: "use socket2::{SockRef, TcpKeepalive};" },
    Proved { version: "0.5.10", features: &["all"], uses: "use socket2::{SockRef, TcpKeepalive};" },
    Proved { version: "0.6.5", features: &["all"], uses: "use socket2::{SockRef, TcpKeepalive};" },
];

#[rustfmt::skip]
static ROWS: &[Api] = &[
    Api { path: "socket2::Socket::new",                     role: Role::Create { domain: Operand(0), sock_type: Operand(1), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(SOCKET),        platforms: ALL,         versions: ">=0.4",       proof: "let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;" },
    Api { path: "socket2::Socket::new",                     role: Role::Create { domain: Operand(0), sock_type: Operand(1), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(SOCKET),        platforms: ALL,         versions: "0.3",         proof: "let s = Socket::new(Domain::ipv4(), Type::stream(), None)?;" },
    Api { path: "socket2::Socket::new_raw",                 role: Role::Create { domain: Operand(0), sock_type: Operand(1), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(SOCKET),        platforms: ALL,         versions: ">=0.4",       proof: "let s = Socket::new_raw(Domain::IPV4, Type::STREAM, None)?;" },
    Api { path: "socket2::Socket::from",                    role: Role::Convert,                                                                       returns: Socket(SOCKET),        platforms: ALL,         versions: "*",           proof: "let s = Socket::from(listener);" },
    Api { path: "socket2::Socket::from_raw_fd",             role: Role::Convert,                                                                       returns: Socket(SOCKET),        platforms: UNIX,        versions: "*",           proof: "let s = unsafe { Socket::from_raw_fd(fd) };" },
    Api { path: "socket2::Socket::from_raw_socket",         role: Role::Convert,                                                                       returns: Socket(SOCKET),        platforms: WINDOWS,     versions: "*",           proof: "" },
    Api { path: "socket2::Socket::set_reuse_address",       role: Role::Set { option: &opt::REUSE_ADDR, value: Operand(1) },                           returns: Unit,                  platforms: ALL,         versions: "*",           proof: "s.set_reuse_address(true)?;" },
    Api { path: "socket2::Socket::set_reuse_port",          role: Role::Set { option: &opt::REUSE_PORT, value: Operand(1) },                           returns: Unit,                  platforms: UNIX,        versions: "*",           proof: "s.set_reuse_port(true)?;" },
    Api { path: "socket2::Socket::set_reuse_port_lb",       role: Role::Set { option: &opt::REUSE_PORT_LB, value: Operand(1) },                        returns: Unit,                  platforms: BSD,         versions: ">=0.5",       proof: "s.set_reuse_port_lb(true)?;" },
    Api { path: "socket2::Socket::set_only_v6",             role: Role::Set { option: &opt::V6ONLY, value: Operand(1) },                               returns: Unit,                  platforms: ALL,         versions: "*",           proof: "s.set_only_v6(true)?;" },
    Api { path: "socket2::Socket::set_freebind",            role: Role::Set { option: &opt::FREEBIND, value: Operand(1) },                             returns: Unit,                  platforms: LINUX,       versions: ">=0.4, <0.6", proof: "s.set_freebind(true)?;" },
    Api { path: "socket2::Socket::set_freebind_v4",         role: Role::Set { option: &opt::FREEBIND, value: Operand(1) },                             returns: Unit,                  platforms: LINUX,       versions: ">=0.6",       proof: "s.set_freebind_v4(true)?;" },
    Api { path: "socket2::Socket::set_freebind_ipv6",       role: Role::Set { option: &opt::V6_FREEBIND, value: Operand(1) },                          returns: Unit,                  platforms: LINUX,       versions: ">=0.4, <0.6", proof: "s.set_freebind_ipv6(true)?;" },
    Api { path: "socket2::Socket::set_freebind_v6",         role: Role::Set { option: &opt::V6_FREEBIND, value: Operand(1) },                          returns: Unit,                  platforms: LINUX,       versions: ">=0.6",       proof: "s.set_freebind_v6(true)?;" },
    Api { path: "socket2::Socket::set_ip_transparent",      role: Role::Set { option: &opt::TRANSPARENT, value: Operand(1) },                          returns: Unit,                  platforms: LINUX,       versions: ">=0.4, <0.6", proof: "s.set_ip_transparent(true)?;" },
    Api { path: "socket2::Socket::set_ip_transparent_v4",   role: Role::Set { option: &opt::TRANSPARENT, value: Operand(1) },                          returns: Unit,                  platforms: LINUX,       versions: ">=0.6",       proof: "s.set_ip_transparent_v4(true)?;" },
    Api { path: "socket2::Socket::set_ip_transparent_v6",   role: Role::Set { option: &opt::V6_TRANSPARENT, value: Operand(1) },                       returns: Unit,                  platforms: LINUX,       versions: ">=0.6",       proof: "s.set_ip_transparent_v6(true)?;" },
    Api { path: "socket2::Socket::bind_device",             role: Role::Set { option: &opt::BIND_TO_DEVICE, value: Operand(1) },                       returns: Unit,                  platforms: LINUX,       versions: ">=0.4",       proof: "s.bind_device(Some(b\"lo\"))?;" },
    Api { path: "socket2::Socket::bind_device",             role: Role::Set { option: &opt::BIND_TO_DEVICE, value: Operand(1) },                       returns: Unit,                  platforms: LINUX,       versions: "0.3",         proof: "s.bind_device(Some(name))?;" },
    Api { path: "socket2::Socket::bind_device_by_index",    role: Role::Set { option: &opt::BOUND_IF, value: Operand(1) },                             returns: Unit,                  platforms: APPLE,       versions: ">=0.4, <0.6", proof: "s.bind_device_by_index(index)?;" },
    Api { path: "socket2::Socket::bind_device_by_index_v4", role: Role::Set { option: &opt::BIND_TO_IFINDEX, value: Operand(1) },                      returns: Unit,                  platforms: LINUX_APPLE, versions: ">=0.6",       proof: "s.bind_device_by_index_v4(index)?;" },
    Api { path: "socket2::Socket::bind_device_by_index_v4", role: Role::Set { option: &opt::BOUND_IF, value: Operand(1) },                             returns: Unit,                  platforms: APPLE,       versions: "0.5",         proof: "s.bind_device_by_index_v4(index)?;" },
    Api { path: "socket2::Socket::bind_device_by_index_v6", role: Role::Set { option: &opt::BIND_TO_IFINDEX, value: Operand(1) },                      returns: Unit,                  platforms: LINUX_APPLE, versions: ">=0.6",       proof: "s.bind_device_by_index_v6(index)?;" },
    Api { path: "socket2::Socket::bind_device_by_index_v6", role: Role::Set { option: &opt::V6_BOUND_IF, value: Operand(1) },                          returns: Unit,                  platforms: APPLE,       versions: "0.5",         proof: "s.bind_device_by_index_v6(index)?;" },
    Api { path: "socket2::Socket::set_recv_buffer_size",    role: Role::Set { option: &opt::RCVBUF, value: Operand(1) },                               returns: Unit,                  platforms: ALL,         versions: "*",           proof: "s.set_recv_buffer_size(65536)?;" },
    Api { path: "socket2::Socket::set_send_buffer_size",    role: Role::Set { option: &opt::SNDBUF, value: Operand(1) },                               returns: Unit,                  platforms: ALL,         versions: "*",           proof: "s.set_send_buffer_size(65536)?;" },
    Api { path: "socket2::Socket::set_keepalive",           role: Role::Set { option: &opt::KEEPALIVE, value: Operand(1) },                            returns: Unit,                  platforms: ALL,         versions: ">=0.4",       proof: "s.set_keepalive(true)?;" },
    Api { path: "socket2::Socket::set_keepalive",           role: Role::Set { option: &opt::KEEPALIVE, value: Operand(1) },                            returns: Unit,                  platforms: ALL,         versions: "0.3",         proof: "s.set_keepalive(Some(timeout))?;" },
    Api { path: "socket2::Socket::set_tcp_keepalive",       role: Role::Set { option: &opt::KEEPALIVE, value: Is(OptValue::ON) },                      returns: Unit,                  platforms: ALL,         versions: ">=0.4",       proof: "s.set_tcp_keepalive(&TcpKeepalive::new())?;" },
    Api { path: "socket2::Socket::set_linger",              role: Role::Set { option: &opt::LINGER, value: Operand(1) },                               returns: Unit,                  platforms: ALL,         versions: "*",           proof: "s.set_linger(Some(timeout))?;" },
    Api { path: "socket2::Socket::set_broadcast",           role: Role::Set { option: &opt::BROADCAST, value: Operand(1) },                            returns: Unit,                  platforms: ALL,         versions: "*",           proof: "s.set_broadcast(true)?;" },
    Api { path: "socket2::Socket::set_nodelay",             role: Role::Set { option: &opt::NODELAY, value: Operand(1) },                              returns: Unit,                  platforms: ALL,         versions: "<0.6",        proof: "s.set_nodelay(true)?;" },
    Api { path: "socket2::Socket::set_tcp_nodelay",         role: Role::Set { option: &opt::NODELAY, value: Operand(1) },                              returns: Unit,                  platforms: ALL,         versions: ">=0.6",       proof: "s.set_tcp_nodelay(true)?;" },
    Api { path: "socket2::Socket::set_mss",                 role: Role::Set { option: &opt::MAXSEG, value: Operand(1) },                               returns: Unit,                  platforms: UNIX,        versions: "<0.6",        proof: "s.set_mss(1200)?;" },
    Api { path: "socket2::Socket::set_tcp_mss",             role: Role::Set { option: &opt::MAXSEG, value: Operand(1) },                               returns: Unit,                  platforms: UNIX,        versions: ">=0.6",       proof: "s.set_tcp_mss(1200)?;" },
    Api { path: "socket2::Socket::set_mark",                role: Role::Set { option: &opt::MARK, value: Operand(1) },                                 returns: Unit,                  platforms: LINUX,       versions: "*",           proof: "s.set_mark(1)?;" },
    Api { path: "socket2::Socket::set_cpu_affinity",        role: Role::Set { option: &opt::INCOMING_CPU, value: Operand(1) },                         returns: Unit,                  platforms: LINUX,       versions: ">=0.4",       proof: "s.set_cpu_affinity(0)?;" },
    Api { path: "socket2::Socket::set_ttl",                 role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                  platforms: ALL,         versions: "<0.6",        proof: "s.set_ttl(64)?;" },
    Api { path: "socket2::Socket::set_ttl_v4",              role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,                  platforms: ALL,         versions: ">=0.6",       proof: "s.set_ttl_v4(64)?;" },
    Api { path: "socket2::Socket::set_tos",                 role: Role::Set { option: &opt::IP_TOS, value: Operand(1) },                               returns: Unit,                  platforms: ALL,         versions: ">=0.4, <0.6", proof: "s.set_tos(0)?;" },
    Api { path: "socket2::Socket::set_tos_v4",              role: Role::Set { option: &opt::IP_TOS, value: Operand(1) },                               returns: Unit,                  platforms: ALL,         versions: ">=0.6",       proof: "s.set_tos_v4(0)?;" },
    Api { path: "socket2::Socket::join_multicast_v4",       role: Role::JoinMulticast,                                                                 returns: Unit,                  platforms: ALL,         versions: "*",           proof: "s.join_multicast_v4(&group, &Ipv4Addr::UNSPECIFIED)?;" },
    Api { path: "socket2::Socket::join_multicast_v4_n",     role: Role::JoinMulticast,                                                                 returns: Unit,                  platforms: ALL,         versions: ">=0.4",       proof: "s.join_multicast_v4_n(&group, &socket2::InterfaceIndexOrAddress::Index(0))?;" },
    Api { path: "socket2::Socket::join_multicast_v6",       role: Role::JoinMulticast,                                                                 returns: Unit,                  platforms: ALL,         versions: "*",           proof: "s.join_multicast_v6(&group6, 0)?;" },
    Api { path: "socket2::Socket::join_ssm_v4",             role: Role::JoinMulticast,                                                                 returns: Unit,                  platforms: ALL,         versions: ">=0.4",       proof: "s.join_ssm_v4(&group, &group, &Ipv4Addr::UNSPECIFIED)?;" },
    Api { path: "socket2::Socket::bind",                    role: Role::Bind,                                                                          returns: Unit,                  platforms: ALL,         versions: "*",           proof: "s.bind(&addr)?;" },
    Api { path: "socket2::Socket::listen",                  role: Role::Listen,                                                                        returns: Unit,                  platforms: ALL,         versions: "*",           proof: "s.listen(128)?;" },
    Api { path: "socket2::Socket::connect",                 role: Role::Connect,                                                                       returns: Unit,                  platforms: ALL,         versions: "*",           proof: "s.connect(&addr)?;" },
    Api { path: "socket2::Socket::connect_timeout",         role: Role::Connect,                                                                       returns: Unit,                  platforms: ALL,         versions: "*",           proof: "s.connect_timeout(&addr, timeout)?;" },
    Api { path: "socket2::Socket::accept",                  role: Role::Accept,                                                                        returns: Socket(SOCKET),        platforms: ALL,         versions: "*",           proof: "let (s, peer) = s.accept()?;" },
    Api { path: "socket2::Socket::accept_raw",              role: Role::Accept,                                                                        returns: Socket(SOCKET),        platforms: ALL,         versions: ">=0.4",       proof: "let (s, peer) = s.accept_raw()?;" },
    Api { path: "socket2::Socket::accept4",                 role: Role::Accept,                                                                        returns: Socket(SOCKET),        platforms: NOT_APPLE,   versions: ">=0.4",       proof: "let (s, peer) = s.accept4(0)?;" },
    Api { path: "socket2::Socket::into_tcp_listener",       role: Role::Convert,                                                                       returns: Socket(LISTENER),      platforms: ALL,         versions: "0.3",         proof: "let s = s.into_tcp_listener();" },
    Api { path: "socket2::Socket::into_tcp_stream",         role: Role::Convert,                                                                       returns: Socket(STREAM),        platforms: ALL,         versions: "0.3",         proof: "let s = s.into_tcp_stream();" },
    Api { path: "socket2::Socket::into_udp_socket",         role: Role::Convert,                                                                       returns: Socket(UDP),           platforms: ALL,         versions: "0.3",         proof: "let s = s.into_udp_socket();" },
    Api { path: "socket2::Socket::into_unix_listener",      role: Role::Convert,                                                                       returns: Socket(UNIX_LISTENER), platforms: UNIX,        versions: "0.3",         proof: "let s = s.into_unix_listener();" },
    Api { path: "socket2::Socket::into_unix_stream",        role: Role::Convert,                                                                       returns: Socket(UNIX_STREAM),   platforms: UNIX,        versions: "0.3",         proof: "let s = s.into_unix_stream();" },
    Api { path: "socket2::Socket::into_unix_datagram",      role: Role::Convert,                                                                       returns: Socket(UNIX_DATAGRAM), platforms: UNIX,        versions: "0.3",         proof: "let s = s.into_unix_datagram();" },
    Api { path: "socket2::SockRef::from",                   role: Role::Convert,                                                                       returns: Socket(SOCK_REF),      platforms: ALL,         versions: ">=0.4",       proof: "let s = SockRef::from(&listener);" },
    Api { path: "socket2::Domain::ipv4",                    role: Role::DomainName(Domain::INET4),                                                      returns: Other,                 platforms: ALL,         versions: "0.3",         proof: "let domain = Domain::ipv4();" },
    Api { path: "socket2::Domain::IPV4",                    role: Role::DomainName(Domain::INET4),                                                      returns: Other,                 platforms: ALL,         versions: ">=0.4",       proof: "let domain = Domain::IPV4;" },
    Api { path: "socket2::Domain::ipv6",                    role: Role::DomainName(Domain::INET6),                                                      returns: Other,                 platforms: ALL,         versions: "0.3",         proof: "let domain = Domain::ipv6();" },
    Api { path: "socket2::Domain::IPV6",                    role: Role::DomainName(Domain::INET6),                                                      returns: Other,                 platforms: ALL,         versions: ">=0.4",       proof: "let domain = Domain::IPV6;" },
    Api { path: "socket2::Domain::unix",                    role: Role::DomainName(Domain::UNIX),                                                      returns: Other,                 platforms: UNIX,        versions: "0.3",         proof: "let domain = Domain::unix();" },
    Api { path: "socket2::Domain::UNIX",                    role: Role::DomainName(Domain::UNIX),                                                      returns: Other,                 platforms: ALL,         versions: ">=0.4",       proof: "let domain = Domain::UNIX;" },
    Api { path: "socket2::Domain::for_address",             role: Role::DomainName(Domain::INET),                                                      returns: Other,                 platforms: ALL,         versions: ">=0.4",       proof: "let domain = Domain::for_address(inet);" },
    Api { path: "socket2::Domain::packet",                  role: Role::DomainName(Domain::OTHER),                                                     returns: Other,                 platforms: LINUX,       versions: "0.3",         proof: "let domain = Domain::packet();" },
    Api { path: "socket2::Domain::PACKET",                  role: Role::DomainName(Domain::OTHER),                                                     returns: Other,                 platforms: LINUX,       versions: ">=0.4",       proof: "let domain = Domain::PACKET;" },
    Api { path: "socket2::Domain::VSOCK",                   role: Role::DomainName(Domain::OTHER),                                                     returns: Other,                 platforms: LINUX,       versions: ">=0.4",       proof: "let domain = Domain::VSOCK;" },
    Api { path: "socket2::Type::stream",                    role: Role::TypeName(SockType::STREAM),                                                    returns: Other,                 platforms: ALL,         versions: "0.3",         proof: "let ty = Type::stream();" },
    Api { path: "socket2::Type::STREAM",                    role: Role::TypeName(SockType::STREAM),                                                    returns: Other,                 platforms: ALL,         versions: ">=0.4",       proof: "let ty = Type::STREAM;" },
    Api { path: "socket2::Type::dgram",                     role: Role::TypeName(SockType::DATAGRAM),                                                  returns: Other,                 platforms: ALL,         versions: "0.3",         proof: "let ty = Type::dgram();" },
    Api { path: "socket2::Type::DGRAM",                     role: Role::TypeName(SockType::DATAGRAM),                                                  returns: Other,                 platforms: ALL,         versions: ">=0.4",       proof: "let ty = Type::DGRAM;" },
    Api { path: "socket2::Type::seqpacket",                 role: Role::TypeName(SockType::OTHER),                                                     returns: Other,                 platforms: ALL,         versions: "0.3",         proof: "let ty = Type::seqpacket();" },
    Api { path: "socket2::Type::SEQPACKET",                 role: Role::TypeName(SockType::OTHER),                                                     returns: Other,                 platforms: ALL,         versions: ">=0.4",       proof: "let ty = Type::SEQPACKET;" },
    Api { path: "socket2::Type::raw",                       role: Role::TypeName(SockType::OTHER),                                                     returns: Other,                 platforms: ALL,         versions: "0.3",         proof: "let ty = Type::raw();" },
    Api { path: "socket2::Type::RAW",                       role: Role::TypeName(SockType::OTHER),                                                     returns: Other,                 platforms: ALL,         versions: ">=0.4",       proof: "let ty = Type::RAW;" },
    Api { path: "socket2::Type::DCCP",                      role: Role::TypeName(SockType::OTHER),                                                     returns: Other,                 platforms: LINUX,       versions: ">=0.5",       proof: "let ty = Type::DCCP;" },
    Api { path: "socket2::Type::cloexec",                   role: Role::Neutral,                                                                       returns: This,                  platforms: UNIX,        versions: ">=0.4",       proof: "let ty = Type::STREAM.cloexec();" },
    Api { path: "socket2::Type::cloexec",                   role: Role::Neutral,                                                                       returns: This,                  platforms: UNIX,        versions: "0.3",         proof: "let ty = Type::stream().cloexec();" },
    Api { path: "socket2::Type::non_blocking",              role: Role::Neutral,                                                                       returns: This,                  platforms: UNIX,        versions: "0.3",         proof: "let ty = Type::stream().non_blocking();" },
    Api { path: "socket2::Type::nonblocking",               role: Role::Neutral,                                                                       returns: This,                  platforms: UNIX,        versions: ">=0.4",       proof: "let ty = Type::STREAM.nonblocking();" },
    Api { path: "socket2::Type::no_inherit",                role: Role::Neutral,                                                                       returns: This,                  platforms: WINDOWS,     versions: ">=0.4",       proof: "" },
    Api { path: "socket2::Type::registered_io",             role: Role::Neutral,                                                                       returns: This,                  platforms: WINDOWS,     versions: ">=0.6",       proof: "" },
    Api { path: "socket2::Protocol::tcp",                   role: Role::ProtocolName(SockType::STREAM),                                                returns: Other,                 platforms: ALL,         versions: "0.3",          proof: "let protocol = Protocol::tcp();" },
    Api { path: "socket2::Protocol::TCP",                   role: Role::ProtocolName(SockType::STREAM),                                                returns: Other,                 platforms: ALL,         versions: ">=0.4",        proof: "let protocol = Protocol::TCP;" },
    Api { path: "socket2::Protocol::udp",                   role: Role::ProtocolName(SockType::DATAGRAM),                                              returns: Other,                 platforms: ALL,         versions: "0.3",          proof: "let protocol = Protocol::udp();" },
    Api { path: "socket2::Protocol::UDP",                   role: Role::ProtocolName(SockType::DATAGRAM),                                              returns: Other,                 platforms: ALL,         versions: ">=0.4",        proof: "let protocol = Protocol::UDP;" },
];

#[rustfmt::skip]
static NEUTRAL: &[(&str, &[&str])] = &[
    ("socket2::Socket", &["attach_filter", "broadcast", "busy_poll", "cookie", "cork", "cpu_affinity", "dccp_available_ccids", "dccp_cur_mps", "dccp_qpolicy_txqlen", "dccp_recv_cscov", "dccp_send_cscov", "dccp_server_timewait", "dccp_service", "dccp_tx_ccid", "dccp_xx_ccid", "detach_filter", "device", "device_index", "device_index_v4", "device_index_v6", "domain", "freebind", "freebind_ipv6", "freebind_v4", "freebind_v6", "header_included", "header_included_v4", "header_included_v6", "ip_transparent", "ip_transparent_v4", "ip_transparent_v6", "is_listener", "keepalive", "keepalive_interval", "keepalive_retries", "keepalive_time", "leave_multicast_v4", "leave_multicast_v4_n", "leave_multicast_v6", "leave_ssm_v4", "linger", "local_addr", "mark", "mss", "multicast_all_v4", "multicast_all_v6", "multicast_hops_v6", "multicast_if_v4", "multicast_if_v6", "multicast_loop_v4", "multicast_loop_v6", "multicast_ttl_v4", "nodelay", "nonblocking", "only_v6", "original_dst", "original_dst_ipv6", "original_dst_v4", "original_dst_v6", "out_of_band_inline", "pair", "pair_raw", "passcred", "peek", "peek_from", "peek_sender", "peer_addr", "priority", "protocol", "quickack", "r#type", "read_timeout", "recv", "recv_buffer_size", "recv_from", "recv_from_vectored", "recv_from_vectored_with_flags", "recv_from_with_flags", "recv_hoplimit_v6", "recv_out_of_band", "recv_tclass_v6", "recv_tos", "recv_tos_v4", "recv_vectored", "recv_vectored_with_flags", "recv_with_flags", "recvmsg", "reuse_address", "reuse_port", "reuse_port_lb", "send", "send_buffer_size", "send_out_of_band", "send_to", "send_to_vectored", "send_to_vectored_with_flags", "send_to_with_flags", "send_vectored", "send_vectored_with_flags", "send_with_flags", "sendfile", "sendmsg", "set_busy_poll", "set_cloexec", "set_cork", "set_dccp_ccid", "set_dccp_qpolicy_txqlen", "set_dccp_recv_cscov", "set_dccp_send_cscov", "set_dccp_server_timewait", "set_dccp_service", "set_fib", "set_header_included", "set_header_included_v4", "set_header_included_v6", "set_multicast_all_v4", "set_multicast_all_v6", "set_multicast_hops_v6", "set_multicast_if_v4", "set_multicast_if_v6", "set_multicast_loop_v4", "set_multicast_loop_v6", "set_multicast_ttl_v4", "set_no_inherit", "set_no_peercred", "set_nonblocking", "set_nosigpipe", "set_out_of_band_inline", "set_passcred", "set_priority", "set_quickack", "set_read_timeout", "set_recv_hoplimit_v6", "set_recv_tclass_v6", "set_recv_tos", "set_recv_tos_v4", "set_tclass_v6", "set_tcp_ack_frequency", "set_tcp_congestion", "set_tcp_cork", "set_tcp_notsent_lowat", "set_tcp_quickack", "set_tcp_thin_linear_timeouts", "set_tcp_user_timeout", "set_thin_linear_timeouts", "set_unicast_hops_v6", "set_write_timeout", "shutdown", "take_error", "tclass_v6", "tcp_congestion", "tcp_cork", "tcp_keepalive_interval", "tcp_keepalive_retries", "tcp_keepalive_time", "tcp_mss", "tcp_nodelay", "tcp_notsent_lowat", "tcp_quickack", "tcp_thin_linear_timeouts", "tcp_user_timeout", "thin_linear_timeouts", "tos", "tos_v4", "ttl", "ttl_v4", "unicast_hops_v6", "write_timeout"]),
    ("socket2::Protocol", &["DCCP", "DIVERT", "ICMPV4", "ICMPV6", "MPTCP", "SCTP", "UDPLITE", "icmpv4", "icmpv6"]),
];
