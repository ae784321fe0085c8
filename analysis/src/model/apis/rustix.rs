//! `rustix` 0.35 to 1.

use crate::{
    model::{
        Api, Model, Prelude, Proved,
        Returns::{Other, Socket, Unit},
        Role,
        Source::Operand,
        options as opt,
    },
    socket::{Domain, Phase, Platforms, SockType},
};

const ALL: Platforms = Platforms::ALL;
const UNIX: Platforms = Platforms::UNIX;
const LINUX: Platforms = Platforms::LINUX;
const BSD: Platforms = Platforms::BSD;
const OWNED_FD: &str = "std::os::fd::OwnedFd";

/// The tables of `rustix`.
pub(super) static MODEL: Model = Model {
    krate: "rustix",
    rows: ROWS,
    neutral: NEUTRAL,
    types: &[],
    aliases: ALIASES,
    extends: &[],
    prelude: Prelude {
        uses: "use std::{net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6}, os::fd::OwnedFd, time::Duration}; use rustix::net::{AddressFamily, SocketFlags, SocketType, accept, accept_with, acceptfrom, acceptfrom_with, bind, connect, listen, socket, socket_with, sockopt};",
        given: "fd: OwnedFd, addr: SocketAddr, v4: SocketAddrV4, v6: SocketAddrV6, timeout: Duration, group: Ipv4Addr, group6: Ipv6Addr",
    },
    proved: PROVED,
};

#[rustfmt::skip]
static ALIASES: &[(&str, &str)] = &[
    ("rustix::fd", "std::os::fd"),
    ("rustix::io::OwnedFd", "std::os::fd::OwnedFd"),
    ("io_lifetimes", "std::os::fd"),
];

#[rustfmt::skip]
static PROVED: &[Proved] = &[
    Proved { version: "0.36.17", features: &["net"], uses: "use rustix::net::{Protocol, SocketAddrAny, SocketAddrUnix, bind_any, bind_unix, bind_v4, bind_v6, connect_any, connect_unix, connect_v4, connect_v6};" },
    Proved { version: "0.37.28", features: &["net"], uses: "use rustix::net::{Protocol, SocketAddrAny, SocketAddrUnix, bind_any, bind_unix, bind_v4, bind_v6, connect_any, connect_unix, connect_v4, connect_v6};" },
    Proved { version: "0.38.44", features: &["net"], uses: "use rustix::net::{SocketAddrAny, SocketAddrUnix, bind_any, bind_unix, bind_v4, bind_v6, connect_any, connect_unix, connect_v4, connect_v6};" },
    Proved { version: "1.1.6", features: &["net"], uses: "" },
];

#[rustfmt::skip]
static ROWS: &[Api] = &[
    Api { path: "rustix::net::socket",                                      role: Role::Create { domain: Operand(0), sock_type: Operand(1), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(OWNED_FD), platforms: ALL,   versions: ">=0.38", proof: "let s = socket(AddressFamily::INET, SocketType::STREAM, None)?;" },
    Api { path: "rustix::net::socket",                                      role: Role::Create { domain: Operand(0), sock_type: Operand(1), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(OWNED_FD), platforms: ALL,   versions: "<0.38",  proof: "let s = socket(AddressFamily::INET, SocketType::STREAM, Protocol::default())?;" },
    Api { path: "rustix::net::socket_with",                                 role: Role::Create { domain: Operand(0), sock_type: Operand(1), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(OWNED_FD), platforms: ALL,   versions: ">=0.38", proof: "let s = socket_with(AddressFamily::INET, SocketType::STREAM, SocketFlags::empty(), None)?;" },
    Api { path: "rustix::net::socket_with",                                 role: Role::Create { domain: Operand(0), sock_type: Operand(1), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(OWNED_FD), platforms: ALL,   versions: "<0.38",  proof: "let s = socket_with(AddressFamily::INET, SocketType::STREAM, SocketFlags::empty(), Protocol::default())?;" },
    Api { path: "rustix::net::bind",                                        role: Role::Bind,                                                                          returns: Unit,             platforms: ALL,   versions: "*",      proof: "bind(&fd, &addr)?;" },
    Api { path: "rustix::net::bind_any",                                    role: Role::Bind,                                                                          returns: Unit,             platforms: ALL,   versions: "<1",     proof: "bind_any(&fd, &any::<SocketAddrAny>())?;" },
    Api { path: "rustix::net::bind_v4",                                     role: Role::Bind,                                                                          returns: Unit,             platforms: ALL,   versions: "<1",     proof: "bind_v4(&fd, &v4)?;" },
    Api { path: "rustix::net::bind_v6",                                     role: Role::Bind,                                                                          returns: Unit,             platforms: ALL,   versions: "<1",     proof: "bind_v6(&fd, &v6)?;" },
    Api { path: "rustix::net::bind_unix",                                   role: Role::Bind,                                                                          returns: Unit,             platforms: UNIX,  versions: "<1",     proof: "bind_unix(&fd, &SocketAddrUnix::new(\"socket\")?)?;" },
    Api { path: "rustix::net::bind_xdp",                                    role: Role::Bind,                                                                          returns: Unit,             platforms: LINUX, versions: "0.38",   proof: "rustix::net::bind_xdp(&fd, any())?;" },
    Api { path: "rustix::net::listen",                                      role: Role::Listen,                                                                        returns: Unit,             platforms: ALL,   versions: "*",      proof: "listen(&fd, 128)?;" },
    Api { path: "rustix::net::connect",                                     role: Role::Connect,                                                                       returns: Unit,             platforms: ALL,   versions: "*",      proof: "connect(&fd, &addr)?;" },
    Api { path: "rustix::net::connect_any",                                 role: Role::Connect,                                                                       returns: Unit,             platforms: ALL,   versions: "<1",     proof: "connect_any(&fd, &any::<SocketAddrAny>())?;" },
    Api { path: "rustix::net::connect_v4",                                  role: Role::Connect,                                                                       returns: Unit,             platforms: ALL,   versions: "<1",     proof: "connect_v4(&fd, &v4)?;" },
    Api { path: "rustix::net::connect_v6",                                  role: Role::Connect,                                                                       returns: Unit,             platforms: ALL,   versions: "<1",     proof: "connect_v6(&fd, &v6)?;" },
    Api { path: "rustix::net::connect_unix",                                role: Role::Connect,                                                                       returns: Unit,             platforms: UNIX,  versions: "<1",     proof: "connect_unix(&fd, &SocketAddrUnix::new(\"socket\")?)?;" },
    Api { path: "rustix::net::accept",                                      role: Role::Accept,                                                                        returns: Socket(OWNED_FD), platforms: ALL,   versions: "*",      proof: "let s = accept(&fd)?;" },
    Api { path: "rustix::net::accept_with",                                 role: Role::Accept,                                                                        returns: Socket(OWNED_FD), platforms: ALL,   versions: "*",      proof: "let s = accept_with(&fd, any())?;" },
    Api { path: "rustix::net::acceptfrom",                                  role: Role::Accept,                                                                        returns: Socket(OWNED_FD), platforms: ALL,   versions: "*",      proof: "let (s, peer) = acceptfrom(&fd)?;" },
    Api { path: "rustix::net::acceptfrom_with",                             role: Role::Accept,                                                                        returns: Socket(OWNED_FD), platforms: ALL,   versions: "*",      proof: "let (s, peer) = acceptfrom_with(&fd, any())?;" },
    Api { path: "rustix::net::sockopt::set_socket_reuseaddr",               role: Role::Set { option: &opt::REUSE_ADDR, value: Operand(1) },                           returns: Unit,             platforms: ALL,   versions: "*",      proof: "sockopt::set_socket_reuseaddr(&fd, true)?;" },
    Api { path: "rustix::net::sockopt::set_socket_reuseport",               role: Role::Set { option: &opt::REUSE_PORT, value: Operand(1) },                           returns: Unit,             platforms: UNIX,  versions: ">=0.38", proof: "sockopt::set_socket_reuseport(&fd, true)?;" },
    Api { path: "rustix::net::sockopt::set_socket_reuseport_lb",            role: Role::Set { option: &opt::REUSE_PORT_LB, value: Operand(1) },                        returns: Unit,             platforms: BSD,   versions: ">=0.38", proof: "sockopt::set_socket_reuseport_lb(&fd, true)?;" },
    Api { path: "rustix::net::sockopt::set_ipv6_v6only",                    role: Role::Set { option: &opt::V6ONLY, value: Operand(1) },                               returns: Unit,             platforms: ALL,   versions: "*",      proof: "sockopt::set_ipv6_v6only(&fd, true)?;" },
    Api { path: "rustix::net::sockopt::set_ip_freebind",                    role: Role::Set { option: &opt::FREEBIND, value: Operand(1) },                             returns: Unit,             platforms: LINUX, versions: ">=0.38", proof: "sockopt::set_ip_freebind(&fd, true)?;" },
    Api { path: "rustix::net::sockopt::set_ipv6_freebind",                  role: Role::Set { option: &opt::V6_FREEBIND, value: Operand(1) },                          returns: Unit,             platforms: LINUX, versions: ">=0.38", proof: "sockopt::set_ipv6_freebind(&fd, true)?;" },
    Api { path: "rustix::net::sockopt::set_socket_recv_buffer_size",        role: Role::Set { option: &opt::RCVBUF, value: Operand(1) },                               returns: Unit,             platforms: ALL,   versions: ">=0.37", proof: "sockopt::set_socket_recv_buffer_size(&fd, 65536)?;" },
    Api { path: "rustix::net::sockopt::set_socket_send_buffer_size",        role: Role::Set { option: &opt::SNDBUF, value: Operand(1) },                               returns: Unit,             platforms: ALL,   versions: ">=0.37", proof: "sockopt::set_socket_send_buffer_size(&fd, 65536)?;" },
    Api { path: "rustix::net::sockopt::set_socket_recv_buffer_size_force",  role: Role::Set { option: &opt::RCVBUF_FORCE, value: Operand(1) },                         returns: Unit,             platforms: LINUX, versions: ">=0.38", proof: "sockopt::set_socket_recv_buffer_size_force(&fd, 65536)?;" },
    Api { path: "rustix::net::sockopt::set_socket_send_buffer_size_force",  role: Role::Set { option: &opt::SNDBUF_FORCE, value: Operand(1) },                         returns: Unit,             platforms: LINUX, versions: ">=1",    proof: "sockopt::set_socket_send_buffer_size_force(&fd, 65536)?;" },
    Api { path: "rustix::net::sockopt::set_socket_keepalive",               role: Role::Set { option: &opt::KEEPALIVE, value: Operand(1) },                            returns: Unit,             platforms: ALL,   versions: ">=0.37", proof: "sockopt::set_socket_keepalive(&fd, true)?;" },
    Api { path: "rustix::net::sockopt::set_socket_linger",                  role: Role::Set { option: &opt::LINGER, value: Operand(1) },                               returns: Unit,             platforms: ALL,   versions: "*",      proof: "sockopt::set_socket_linger(&fd, Some(timeout))?;" },
    Api { path: "rustix::net::sockopt::set_socket_broadcast",               role: Role::Set { option: &opt::BROADCAST, value: Operand(1) },                            returns: Unit,             platforms: ALL,   versions: "*",      proof: "sockopt::set_socket_broadcast(&fd, true)?;" },
    Api { path: "rustix::net::sockopt::set_tcp_nodelay",                    role: Role::Set { option: &opt::NODELAY, value: Operand(1) },                              returns: Unit,             platforms: ALL,   versions: "*",      proof: "sockopt::set_tcp_nodelay(&fd, true)?;" },
    Api { path: "rustix::net::sockopt::set_socket_incoming_cpu",            role: Role::Set { option: &opt::INCOMING_CPU, value: Operand(1) },                         returns: Unit,             platforms: LINUX, versions: ">=0.38", proof: "sockopt::set_socket_incoming_cpu(&fd, 0)?;" },
    Api { path: "rustix::net::sockopt::set_ip_ttl",                         role: Role::Set { option: &opt::IP_TTL, value: Operand(1) },                               returns: Unit,             platforms: ALL,   versions: "*",      proof: "sockopt::set_ip_ttl(&fd, 64)?;" },
    Api { path: "rustix::net::sockopt::set_ip_tos",                         role: Role::Set { option: &opt::IP_TOS, value: Operand(1) },                               returns: Unit,             platforms: UNIX,  versions: ">=0.38", proof: "sockopt::set_ip_tos(&fd, 0)?;" },
    Api { path: "rustix::net::sockopt::set_ip_add_membership",              role: Role::JoinMulticast,                                                                 returns: Unit,             platforms: ALL,   versions: "*",      proof: "sockopt::set_ip_add_membership(&fd, &group, &Ipv4Addr::UNSPECIFIED)?;" },
    Api { path: "rustix::net::sockopt::set_ip_add_membership_with_ifindex", role: Role::JoinMulticast,                                                                 returns: Unit,             platforms: UNIX,  versions: ">=0.38", proof: "sockopt::set_ip_add_membership_with_ifindex(&fd, &group, &Ipv4Addr::UNSPECIFIED, 0)?;" },
    Api { path: "rustix::net::sockopt::set_ip_add_source_membership",       role: Role::JoinMulticast,                                                                 returns: Unit,             platforms: UNIX,  versions: ">=0.38", proof: "sockopt::set_ip_add_source_membership(&fd, &group, &Ipv4Addr::UNSPECIFIED, &group)?;" },
    Api { path: "rustix::net::sockopt::set_ipv6_add_membership",            role: Role::JoinMulticast,                                                                 returns: Unit,             platforms: ALL,   versions: "*",      proof: "sockopt::set_ipv6_add_membership(&fd, &group6, 0)?;" },
    Api { path: "rustix::io::dup",                                          role: Role::Convert,                                                                       returns: Socket(OWNED_FD), platforms: UNIX,  versions: "*",      proof: "let s = rustix::io::dup(&fd)?;" },
    Api { path: "rustix::io::fcntl_dupfd_cloexec",                          role: Role::Convert,                                                                       returns: Socket(OWNED_FD), platforms: UNIX,  versions: ">=0.36", proof: "let s = rustix::io::fcntl_dupfd_cloexec(&fd, 0)?;" },
    Api { path: "rustix::net::AddressFamily::INET",                         role: Role::DomainName(Domain::INET4),                                                      returns: Other,            platforms: ALL,   versions: "*",      proof: "let domain = AddressFamily::INET;" },
    Api { path: "rustix::net::AddressFamily::INET6",                        role: Role::DomainName(Domain::INET6),                                                      returns: Other,            platforms: ALL,   versions: "*",      proof: "let domain = AddressFamily::INET6;" },
    Api { path: "rustix::net::AddressFamily::UNIX",                         role: Role::DomainName(Domain::UNIX),                                                      returns: Other,            platforms: ALL,   versions: "*",      proof: "let domain = AddressFamily::UNIX;" },
    Api { path: "rustix::net::AddressFamily::NETLINK",                      role: Role::DomainName(Domain::OTHER),                                                     returns: Other,            platforms: LINUX, versions: "*",      proof: "let domain = AddressFamily::NETLINK;" },
    Api { path: "rustix::net::AddressFamily::PACKET",                       role: Role::DomainName(Domain::OTHER),                                                     returns: Other,            platforms: LINUX, versions: "*",      proof: "let domain = AddressFamily::PACKET;" },
    Api { path: "rustix::net::AddressFamily::VSOCK",                        role: Role::DomainName(Domain::OTHER),                                                     returns: Other,            platforms: LINUX, versions: ">=1",    proof: "let domain = AddressFamily::VSOCK;" },
    Api { path: "rustix::net::SocketType::STREAM",                          role: Role::TypeName(SockType::STREAM),                                                    returns: Other,            platforms: ALL,   versions: "*",      proof: "let ty = SocketType::STREAM;" },
    Api { path: "rustix::net::SocketType::DGRAM",                           role: Role::TypeName(SockType::DATAGRAM),                                                  returns: Other,            platforms: ALL,   versions: "*",      proof: "let ty = SocketType::DGRAM;" },
    Api { path: "rustix::net::SocketType::SEQPACKET",                       role: Role::TypeName(SockType::OTHER),                                                     returns: Other,            platforms: ALL,   versions: "*",      proof: "let ty = SocketType::SEQPACKET;" },
    Api { path: "rustix::net::SocketType::RAW",                             role: Role::TypeName(SockType::OTHER),                                                     returns: Other,            platforms: ALL,   versions: "*",      proof: "let ty = SocketType::RAW;" },
    Api { path: "rustix::net::SocketType::RDM",                             role: Role::TypeName(SockType::OTHER),                                                     returns: Other,            platforms: ALL,   versions: "*",      proof: "let ty = SocketType::RDM;" },
];

#[rustfmt::skip]
static NEUTRAL: &[(&str, &[&str])] = &[
    ("rustix::net::sockopt", &["get_ip_freebind", "get_ip_multicast_loop", "get_ip_multicast_ttl", "get_ip_original_dst", "get_ip_recvtos", "get_ip_tos", "get_ip_ttl", "get_ipv6_freebind", "get_ipv6_multicast_hops", "get_ipv6_multicast_loop", "get_ipv6_original_dst", "get_ipv6_recvtclass", "get_ipv6_tclass", "get_ipv6_unicast_hops", "get_ipv6_v6only", "get_socket_acceptconn", "get_socket_broadcast", "get_socket_cookie", "get_socket_domain", "get_socket_error", "get_socket_incoming_cpu", "get_socket_keepalive", "get_socket_linger", "get_socket_nosigpipe", "get_socket_oobinline", "get_socket_passcred", "get_socket_peercred", "get_socket_protocol", "get_socket_recv_buffer_size", "get_socket_reuseaddr", "get_socket_reuseport", "get_socket_reuseport_lb", "get_socket_send_buffer_size", "get_socket_timeout", "get_socket_type", "get_tcp_congestion", "get_tcp_cork", "get_tcp_keepcnt", "get_tcp_keepidle", "get_tcp_keepintvl", "get_tcp_nodelay", "get_tcp_quickack", "get_tcp_thin_linear_timeouts", "get_tcp_user_timeout", "get_txtime", "get_xdp_mmap_offsets", "get_xdp_options", "get_xdp_statistics", "getsockopt_nosigpipe", "ip_freebind", "ip_mtu", "ip_mtu_discover", "ip_multicast_if", "ip_multicast_loop", "ip_multicast_ttl", "ip_original_dst", "ip_recvtos", "ip_tos", "ip_ttl", "ipv6_freebind", "ipv6_mtu", "ipv6_mtu_discover", "ipv6_multicast_hops", "ipv6_multicast_if", "ipv6_multicast_loop", "ipv6_original_dst", "ipv6_recvtclass", "ipv6_tclass", "ipv6_unicast_hops", "ipv6_v6only", "set_ip_drop_membership", "set_ip_drop_membership_with_ifindex", "set_ip_drop_source_membership", "set_ip_mtu_discover", "set_ip_multicast_if", "set_ip_multicast_if_with_ifindex", "set_ip_multicast_loop", "set_ip_multicast_ttl", "set_ip_recvtos", "set_ipv6_drop_membership", "set_ipv6_mtu_discover", "set_ipv6_multicast_hops", "set_ipv6_multicast_if", "set_ipv6_multicast_loop", "set_ipv6_recvtclass", "set_ipv6_tclass", "set_ipv6_unicast_hops", "set_socket_nosigpipe", "set_socket_oobinline", "set_socket_passcred", "set_socket_timeout", "set_tcp_congestion", "set_tcp_cork", "set_tcp_keepcnt", "set_tcp_keepidle", "set_tcp_keepintvl", "set_tcp_quickack", "set_tcp_thin_linear_timeouts", "set_tcp_user_timeout", "set_txtime", "set_xdp_rx_ring_size", "set_xdp_tx_ring_size", "set_xdp_umem_completion_ring_size", "set_xdp_umem_fill_ring_size", "set_xdp_umem_reg", "setsockopt_nosigpipe", "socket_acceptconn", "socket_broadcast", "socket_cookie", "socket_domain", "socket_error", "socket_incoming_cpu", "socket_keepalive", "socket_linger", "socket_nosigpipe", "socket_oobinline", "socket_passcred", "socket_peercred", "socket_protocol", "socket_recv_buffer_size", "socket_reuseaddr", "socket_reuseport", "socket_reuseport_lb", "socket_send_buffer_size", "socket_timeout", "socket_type", "tcp_congestion", "tcp_cork", "tcp_keepcnt", "tcp_keepidle", "tcp_keepintvl", "tcp_nodelay", "tcp_quickack", "tcp_thin_linear_timeouts", "tcp_user_timeout", "xdp_mmap_offsets", "xdp_options", "xdp_statistics"]),
    ("rustix::net", &["connect_unspec", "getpeername", "getsockname", "recv", "recv_uninit", "recvfrom", "recvfrom_uninit", "recvmsg", "send", "sendmsg", "sendmsg_addr", "sendmsg_any", "sendmsg_unix", "sendmsg_v4", "sendmsg_v6", "sendto", "sendto_any", "sendto_unix", "sendto_v4", "sendto_v6", "shutdown", "socketpair", "wsa_cleanup", "wsa_startup"]),
    ("rustix::io", &["close", "fcntl_getfd", "fcntl_setfd", "ioctl_fionbio", "ioctl_fionread", "is_read_write", "read", "readv", "write", "writev"]),
    ("rustix::fs", &["fcntl_getfl", "fcntl_setfl"]),
];
