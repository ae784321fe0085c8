//! `libc` 0.2.

use crate::{
    model::{
        Api, Model, Prelude, Proved, RAW_FD,
        Returns::{Code, Other, Socket},
        Role,
        Source::Operand,
        options as opt,
    },
    socket::{Domain, Phase, Platform, Platforms, SockType},
};

const NOT_APPLE: Platforms =
    Platforms::LINUX.union(Platforms::BSD).union(Platforms::only(Platform::Other));
const LINUX_OTHER: Platforms = Platforms::LINUX.union(Platforms::only(Platform::Other));
const NOT_LINUX: Platforms =
    Platforms::APPLE.union(Platforms::BSD).union(Platforms::only(Platform::Other));
const ALL: Platforms = Platforms::ALL;
const UNIX: Platforms = Platforms::UNIX;
const LINUX: Platforms = Platforms::LINUX;
const BSD: Platforms = Platforms::BSD;
const APPLE: Platforms = Platforms::APPLE;
const OTHER: Platforms = Platforms::only(Platform::Other);

/// The tables of `libc`.
pub(super) static MODEL: Model = Model {
    krate: "libc",
    rows: ROWS,
    neutral: NEUTRAL,
    types: &[],
    aliases: &[],
    extends: &[],
    prelude: Prelude {
        uses: "use std::{os::fd::RawFd, ptr};",
        given: "fd: RawFd, addr: *const libc::sockaddr, len: libc::socklen_t",
    },
    proved: PROVED,
};

#[rustfmt::skip]
static PROVED: &[Proved] = &[
    Proved { version: "0.2.191", features: &[], uses: "" },
];

#[rustfmt::skip]
static ROWS: &[Api] = &[
    Api { path: "libc::socket",                   role: Role::Create { domain: Operand(0), sock_type: Operand(1), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(RAW_FD), platforms: ALL,         versions: "*", proof: "let s = unsafe { libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0) };" },
    Api { path: "libc::setsockopt",               role: Role::SetBy { level: Some(1), name: 2, value: 3, len: Some(4) },                     returns: Code,           platforms: ALL,         versions: "*", proof: "let on: libc::c_int = 1; unsafe { libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, (&raw const on).cast(), size_of_val(&on) as libc::socklen_t) };" },
    Api { path: "libc::bind",                     role: Role::Bind,                                                                          returns: Code,           platforms: ALL,         versions: "*", proof: "unsafe { libc::bind(fd, addr, len) };" },
    Api { path: "libc::listen",                   role: Role::Listen,                                                                        returns: Code,           platforms: ALL,         versions: "*", proof: "unsafe { libc::listen(fd, 128) };" },
    Api { path: "libc::connect",                  role: Role::Connect,                                                                       returns: Code,           platforms: ALL,         versions: "*", proof: "unsafe { libc::connect(fd, addr, len) };" },
    Api { path: "libc::accept",                   role: Role::Accept,                                                                        returns: Socket(RAW_FD), platforms: ALL,         versions: "*", proof: "let s = unsafe { libc::accept(fd, ptr::null_mut(), ptr::null_mut()) };" },
    Api { path: "libc::accept4",                  role: Role::Accept,                                                                        returns: Socket(RAW_FD), platforms: NOT_APPLE,   versions: "*", proof: "let s = unsafe { libc::accept4(fd, ptr::null_mut(), ptr::null_mut(), 0) };" },
    Api { path: "libc::dup",                      role: Role::Convert,                                                                       returns: Socket(RAW_FD), platforms: ALL,         versions: "*", proof: "let s = unsafe { libc::dup(fd) };" },
    Api { path: "libc::dup2",                     role: Role::Convert,                                                                       returns: Socket(RAW_FD), platforms: ALL,         versions: "*", proof: "let s = unsafe { libc::dup2(fd, 3) };" },
    Api { path: "libc::dup3",                     role: Role::Convert,                                                                       returns: Socket(RAW_FD), platforms: NOT_APPLE,   versions: "*", proof: "let s = unsafe { libc::dup3(fd, 3, 0) };" },
    Api { path: "libc::AF_INET",                  role: Role::DomainName(Domain::INET4),                                                      returns: Other,          platforms: UNIX,        versions: "*", proof: "let domain = libc::AF_INET;" },
    Api { path: "libc::AF_INET6",                 role: Role::DomainName(Domain::INET6),                                                      returns: Other,          platforms: UNIX,        versions: "*", proof: "let domain = libc::AF_INET6;" },
    Api { path: "libc::AF_UNIX",                  role: Role::DomainName(Domain::UNIX),                                                      returns: Other,          platforms: UNIX,        versions: "*", proof: "let domain = libc::AF_UNIX;" },
    Api { path: "libc::AF_LOCAL",                 role: Role::DomainName(Domain::UNIX),                                                      returns: Other,          platforms: UNIX,        versions: "*", proof: "let domain = libc::AF_LOCAL;" },
    Api { path: "libc::PF_INET",                  role: Role::DomainName(Domain::INET4),                                                      returns: Other,          platforms: UNIX,        versions: "*", proof: "let domain = libc::PF_INET;" },
    Api { path: "libc::PF_INET6",                 role: Role::DomainName(Domain::INET6),                                                      returns: Other,          platforms: UNIX,        versions: "*", proof: "let domain = libc::PF_INET6;" },
    Api { path: "libc::PF_UNIX",                  role: Role::DomainName(Domain::UNIX),                                                      returns: Other,          platforms: UNIX,        versions: "*", proof: "let domain = libc::PF_UNIX;" },
    Api { path: "libc::PF_LOCAL",                 role: Role::DomainName(Domain::UNIX),                                                      returns: Other,          platforms: UNIX,        versions: "*", proof: "let domain = libc::PF_LOCAL;" },
    Api { path: "libc::AF_NETLINK",               role: Role::DomainName(Domain::OTHER),                                                     returns: Other,          platforms: LINUX,       versions: "*", proof: "let domain = libc::AF_NETLINK;" },
    Api { path: "libc::AF_PACKET",                role: Role::DomainName(Domain::OTHER),                                                     returns: Other,          platforms: LINUX,       versions: "*", proof: "let domain = libc::AF_PACKET;" },
    Api { path: "libc::AF_VSOCK",                 role: Role::DomainName(Domain::OTHER),                                                     returns: Other,          platforms: UNIX,        versions: "*", proof: "let domain = libc::AF_VSOCK;" },
    Api { path: "libc::AF_CAN",                   role: Role::DomainName(Domain::OTHER),                                                     returns: Other,          platforms: LINUX,       versions: "*", proof: "let domain = libc::AF_CAN;" },
    Api { path: "libc::AF_ALG",                   role: Role::DomainName(Domain::OTHER),                                                     returns: Other,          platforms: LINUX,       versions: "*", proof: "let domain = libc::AF_ALG;" },
    Api { path: "libc::AF_BLUETOOTH",             role: Role::DomainName(Domain::OTHER),                                                     returns: Other,          platforms: UNIX,        versions: "*", proof: "let domain = libc::AF_BLUETOOTH;" },
    Api { path: "libc::AF_XDP",                   role: Role::DomainName(Domain::OTHER),                                                     returns: Other,          platforms: LINUX,       versions: "*", proof: "let domain = libc::AF_XDP;" },
    Api { path: "libc::PF_NETLINK",               role: Role::DomainName(Domain::OTHER),                                                     returns: Other,          platforms: LINUX,       versions: "*", proof: "let domain = libc::PF_NETLINK;" },
    Api { path: "libc::PF_PACKET",                role: Role::DomainName(Domain::OTHER),                                                     returns: Other,          platforms: LINUX,       versions: "*", proof: "let domain = libc::PF_PACKET;" },
    Api { path: "libc::AF_ROUTE",                 role: Role::DomainName(Domain::OTHER),                                                     returns: Other,          platforms: UNIX,        versions: "*", proof: "let domain = libc::AF_ROUTE;" },
    Api { path: "libc::SOCK_STREAM",              role: Role::TypeName(SockType::STREAM),                                                    returns: Other,          platforms: UNIX,        versions: "*", proof: "let ty = libc::SOCK_STREAM;" },
    Api { path: "libc::SOCK_DGRAM",               role: Role::TypeName(SockType::DATAGRAM),                                                  returns: Other,          platforms: UNIX,        versions: "*", proof: "let ty = libc::SOCK_DGRAM;" },
    Api { path: "libc::SOCK_RAW",                 role: Role::TypeName(SockType::OTHER),                                                     returns: Other,          platforms: UNIX,        versions: "*", proof: "let ty = libc::SOCK_RAW;" },
    Api { path: "libc::SOCK_SEQPACKET",           role: Role::TypeName(SockType::OTHER),                                                     returns: Other,          platforms: UNIX,        versions: "*", proof: "let ty = libc::SOCK_SEQPACKET;" },
    Api { path: "libc::SOCK_RDM",                 role: Role::TypeName(SockType::OTHER),                                                     returns: Other,          platforms: UNIX,        versions: "*", proof: "let ty = libc::SOCK_RDM;" },
    Api { path: "libc::SOL_SOCKET",               role: Role::LevelName("SOL_SOCKET"),                                                       returns: Other,          platforms: UNIX,        versions: "*", proof: "let sol = libc::SOL_SOCKET;" },
    Api { path: "libc::IPPROTO_IP",               role: Role::LevelName("IPPROTO_IP"),                                                       returns: Other,          platforms: UNIX,        versions: "*", proof: "let sol = libc::IPPROTO_IP;" },
    Api { path: "libc::IPPROTO_IPV6",             role: Role::LevelName("IPPROTO_IPV6"),                                                     returns: Other,          platforms: UNIX,        versions: "*", proof: "let sol = libc::IPPROTO_IPV6;" },
    Api { path: "libc::IPPROTO_TCP",              role: Role::LevelName("IPPROTO_TCP"),                                                      returns: Other,          platforms: UNIX,        versions: "*", proof: "let sol = libc::IPPROTO_TCP;" },
    Api { path: "libc::IPPROTO_UDP",              role: Role::LevelName("IPPROTO_UDP"),                                                      returns: Other,          platforms: UNIX,        versions: "*", proof: "let sol = libc::IPPROTO_UDP;" },
    Api { path: "libc::IPPROTO_ICMP",             role: Role::LevelName("IPPROTO_ICMP"),                                                     returns: Other,          platforms: UNIX,        versions: "*", proof: "let sol = libc::IPPROTO_ICMP;" },
    Api { path: "libc::SOL_IP",                   role: Role::LevelName("IPPROTO_IP"),                                                       returns: Other,          platforms: LINUX_OTHER, versions: "*", proof: "let sol = libc::SOL_IP;" },
    Api { path: "libc::SOL_IPV6",                 role: Role::LevelName("IPPROTO_IPV6"),                                                     returns: Other,          platforms: LINUX_OTHER, versions: "*", proof: "let sol = libc::SOL_IPV6;" },
    Api { path: "libc::SOL_TCP",                  role: Role::LevelName("IPPROTO_TCP"),                                                      returns: Other,          platforms: LINUX_OTHER, versions: "*", proof: "let sol = libc::SOL_TCP;" },
    Api { path: "libc::SOL_UDP",                  role: Role::LevelName("IPPROTO_UDP"),                                                      returns: Other,          platforms: LINUX_OTHER, versions: "*", proof: "let sol = libc::SOL_UDP;" },
    Api { path: "libc::SO_REUSEADDR",             role: Role::OptionName(&opt::REUSE_ADDR),                                                  returns: Other,          platforms: UNIX,        versions: "*", proof: "let name = libc::SO_REUSEADDR;" },
    Api { path: "libc::SO_REUSEPORT",             role: Role::OptionName(&opt::REUSE_PORT),                                                  returns: Other,          platforms: UNIX,        versions: "*", proof: "let name = libc::SO_REUSEPORT;" },
    Api { path: "libc::SO_REUSEPORT_LB",          role: Role::OptionName(&opt::REUSE_PORT_LB),                                               returns: Other,          platforms: BSD,         versions: "*", proof: "let name = libc::SO_REUSEPORT_LB;" },
    Api { path: "libc::SO_EXCLBIND",              role: Role::OptionName(&opt::EXCL_BIND),                                                   returns: Other,          platforms: OTHER,       versions: "*", proof: "let name = libc::SO_EXCLBIND;" },
    Api { path: "libc::IPV6_V6ONLY",              role: Role::OptionName(&opt::V6ONLY),                                                      returns: Other,          platforms: UNIX,        versions: "*", proof: "let name = libc::IPV6_V6ONLY;" },
    Api { path: "libc::IP_FREEBIND",              role: Role::OptionName(&opt::FREEBIND),                                                    returns: Other,          platforms: LINUX,       versions: "*", proof: "let name = libc::IP_FREEBIND;" },
    Api { path: "libc::IPV6_FREEBIND",            role: Role::OptionName(&opt::V6_FREEBIND),                                                 returns: Other,          platforms: LINUX,       versions: "*", proof: "let name = libc::IPV6_FREEBIND;" },
    Api { path: "libc::IP_TRANSPARENT",           role: Role::OptionName(&opt::TRANSPARENT),                                                 returns: Other,          platforms: LINUX,       versions: "*", proof: "let name = libc::IP_TRANSPARENT;" },
    Api { path: "libc::IPV6_TRANSPARENT",         role: Role::OptionName(&opt::V6_TRANSPARENT),                                              returns: Other,          platforms: LINUX,       versions: "*", proof: "let name = libc::IPV6_TRANSPARENT;" },
    Api { path: "libc::IP_BINDANY",               role: Role::OptionName(&opt::BIND_ANY),                                                    returns: Other,          platforms: BSD,         versions: "*", proof: "let name = libc::IP_BINDANY;" },
    Api { path: "libc::IPV6_BINDANY",             role: Role::OptionName(&opt::V6_BIND_ANY),                                                 returns: Other,          platforms: BSD,         versions: "*", proof: "let name = libc::IPV6_BINDANY;" },
    Api { path: "libc::SO_BINDANY",               role: Role::OptionName(&opt::SO_BIND_ANY),                                                 returns: Other,          platforms: BSD,         versions: "*", proof: "let name = libc::SO_BINDANY;" },
    Api { path: "libc::IP_BIND_ADDRESS_NO_PORT",  role: Role::OptionName(&opt::BIND_ADDRESS_NO_PORT),                                        returns: Other,          platforms: LINUX,       versions: "*", proof: "let name = libc::IP_BIND_ADDRESS_NO_PORT;" },
    Api { path: "libc::SO_BINDTODEVICE",          role: Role::OptionName(&opt::BIND_TO_DEVICE),                                              returns: Other,          platforms: LINUX,       versions: "*", proof: "let name = libc::SO_BINDTODEVICE;" },
    Api { path: "libc::SO_BINDTOIFINDEX",         role: Role::OptionName(&opt::BIND_TO_IFINDEX),                                             returns: Other,          platforms: LINUX,       versions: "*", proof: "let name = libc::SO_BINDTOIFINDEX;" },
    Api { path: "libc::IP_BOUND_IF",              role: Role::OptionName(&opt::BOUND_IF),                                                    returns: Other,          platforms: APPLE,       versions: "*", proof: "let name = libc::IP_BOUND_IF;" },
    Api { path: "libc::IPV6_BOUND_IF",            role: Role::OptionName(&opt::V6_BOUND_IF),                                                 returns: Other,          platforms: APPLE,       versions: "*", proof: "let name = libc::IPV6_BOUND_IF;" },
    Api { path: "libc::SO_RCVBUF",                role: Role::OptionName(&opt::RCVBUF),                                                      returns: Other,          platforms: UNIX,        versions: "*", proof: "let name = libc::SO_RCVBUF;" },
    Api { path: "libc::SO_SNDBUF",                role: Role::OptionName(&opt::SNDBUF),                                                      returns: Other,          platforms: UNIX,        versions: "*", proof: "let name = libc::SO_SNDBUF;" },
    Api { path: "libc::SO_RCVBUFFORCE",           role: Role::OptionName(&opt::RCVBUF_FORCE),                                                returns: Other,          platforms: LINUX,       versions: "*", proof: "let name = libc::SO_RCVBUFFORCE;" },
    Api { path: "libc::SO_SNDBUFFORCE",           role: Role::OptionName(&opt::SNDBUF_FORCE),                                                returns: Other,          platforms: LINUX,       versions: "*", proof: "let name = libc::SO_SNDBUFFORCE;" },
    Api { path: "libc::SO_KEEPALIVE",             role: Role::OptionName(&opt::KEEPALIVE),                                                   returns: Other,          platforms: UNIX,        versions: "*", proof: "let name = libc::SO_KEEPALIVE;" },
    Api { path: "libc::SO_LINGER",                role: Role::OptionName(&opt::LINGER),                                                      returns: Other,          platforms: UNIX,        versions: "*", proof: "let name = libc::SO_LINGER;" },
    Api { path: "libc::SO_BROADCAST",             role: Role::OptionName(&opt::BROADCAST),                                                   returns: Other,          platforms: UNIX,        versions: "*", proof: "let name = libc::SO_BROADCAST;" },
    Api { path: "libc::TCP_NODELAY",              role: Role::OptionName(&opt::NODELAY),                                                     returns: Other,          platforms: UNIX,        versions: "*", proof: "let name = libc::TCP_NODELAY;" },
    Api { path: "libc::TCP_MAXSEG",               role: Role::OptionName(&opt::MAXSEG),                                                      returns: Other,          platforms: UNIX,        versions: "*", proof: "let name = libc::TCP_MAXSEG;" },
    Api { path: "libc::TCP_FASTOPEN",             role: Role::OptionName(&opt::FASTOPEN),                                                    returns: Other,          platforms: UNIX,        versions: "*", proof: "let name = libc::TCP_FASTOPEN;" },
    Api { path: "libc::TCP_FASTOPEN_CONNECT",     role: Role::OptionName(&opt::FASTOPEN_CONNECT),                                            returns: Other,          platforms: LINUX,       versions: "*", proof: "let name = libc::TCP_FASTOPEN_CONNECT;" },
    Api { path: "libc::TCP_DEFER_ACCEPT",         role: Role::OptionName(&opt::DEFER_ACCEPT),                                                returns: Other,          platforms: LINUX,       versions: "*", proof: "let name = libc::TCP_DEFER_ACCEPT;" },
    Api { path: "libc::SO_MARK",                  role: Role::OptionName(&opt::MARK),                                                        returns: Other,          platforms: LINUX,       versions: "*", proof: "let name = libc::SO_MARK;" },
    Api { path: "libc::SO_INCOMING_CPU",          role: Role::OptionName(&opt::INCOMING_CPU),                                                returns: Other,          platforms: LINUX,       versions: "*", proof: "let name = libc::SO_INCOMING_CPU;" },
    Api { path: "libc::SO_ATTACH_REUSEPORT_CBPF", role: Role::OptionName(&opt::ATTACH_REUSEPORT_CBPF),                                       returns: Other,          platforms: LINUX,       versions: "*", proof: "let name = libc::SO_ATTACH_REUSEPORT_CBPF;" },
    Api { path: "libc::IP_TTL",                   role: Role::OptionName(&opt::IP_TTL),                                                      returns: Other,          platforms: UNIX,        versions: "*", proof: "let name = libc::IP_TTL;" },
    Api { path: "libc::IP_TOS",                   role: Role::OptionName(&opt::IP_TOS),                                                      returns: Other,          platforms: UNIX,        versions: "*", proof: "let name = libc::IP_TOS;" },
    Api { path: "libc::IP_MTU_DISCOVER",                   role: Role::OptionName(&opt::MTU_DISCOVER),                                                      returns: Other,          platforms: LINUX,        versions: "*", proof: "let name = libc::IP_MTU_DISCOVER;" },
    Api { path: "libc::IPV6_MTU_DISCOVER",                   role: Role::OptionName(&opt::V6_MTU_DISCOVER),                                                      returns: Other,          platforms: LINUX,        versions: "*", proof: "let name = libc::IPV6_MTU_DISCOVER;" },
    Api { path: "libc::IPV6_UNICAST_HOPS",                   role: Role::OptionName(&opt::V6_UNICAST_HOPS),                                                      returns: Other,          platforms: UNIX,        versions: "*", proof: "let name = libc::IPV6_UNICAST_HOPS;" },
    Api { path: "libc::IPV6_MULTICAST_HOPS",                   role: Role::OptionName(&opt::V6_MULTICAST_HOPS),                                                      returns: Other,          platforms: UNIX,        versions: "*", proof: "let name = libc::IPV6_MULTICAST_HOPS;" },
    Api { path: "libc::IP_ADD_MEMBERSHIP",        role: Role::OptionName(&opt::ADD_MEMBERSHIP),                                              returns: Other,          platforms: UNIX,        versions: "*", proof: "let name = libc::IP_ADD_MEMBERSHIP;" },
    Api { path: "libc::IP_ADD_SOURCE_MEMBERSHIP", role: Role::OptionName(&opt::ADD_SOURCE_MEMBERSHIP),                                       returns: Other,          platforms: UNIX,        versions: "*", proof: "let name = libc::IP_ADD_SOURCE_MEMBERSHIP;" },
    Api { path: "libc::IPV6_ADD_MEMBERSHIP",      role: Role::OptionName(&opt::V6_ADD_MEMBERSHIP),                                           returns: Other,          platforms: LINUX_OTHER, versions: "*", proof: "let name = libc::IPV6_ADD_MEMBERSHIP;" },
    Api { path: "libc::MCAST_JOIN_GROUP",         role: Role::OptionName(&opt::JOIN_GROUP),                                                  returns: Other,          platforms: UNIX,        versions: "*", proof: "let name = libc::MCAST_JOIN_GROUP;" },
    Api { path: "libc::IPV6_JOIN_GROUP",          role: Role::OptionName(&opt::V6_ADD_MEMBERSHIP),                                           returns: Other,          platforms: NOT_LINUX,   versions: "*", proof: "let name = libc::IPV6_JOIN_GROUP;" },
];

#[rustfmt::skip]
static NEUTRAL: &[(&str, &[&str])] = &[
    ("libc", &["IPPROTO_ICMPV6", "IPPROTO_MPTCP", "IPPROTO_RAW", "IPPROTO_SCTP", "IPV6_ADDR_PREFERENCES", "IPV6_AUTOFLOWLABEL", "IPV6_CHECKSUM", "IPV6_DONTFRAG", "IPV6_DROP_MEMBERSHIP", "IPV6_HOPLIMIT", "IPV6_LEAVE_GROUP", "IPV6_MINHOPCOUNT", "IPV6_MTU", "IPV6_MULTICAST_ALL", "IPV6_MULTICAST_IF", "IPV6_MULTICAST_LOOP", "IPV6_ORIGDSTADDR", "IPV6_PKTINFO", "IPV6_RECVERR", "IPV6_RECVHOPLIMIT", "IPV6_RECVORIGDSTADDR", "IPV6_RECVPKTINFO", "IPV6_RECVTCLASS", "IPV6_TCLASS", "IP_BLOCK_SOURCE", "IP_CHECKSUM", "IP_DONTFRAG", "IP_DROP_MEMBERSHIP", "IP_DROP_SOURCE_MEMBERSHIP", "IP_HDRINCL", "IP_MINTTL", "IP_MTU", "IP_MULTICAST_ALL", "IP_MULTICAST_IF", "IP_MULTICAST_LOOP", "IP_MULTICAST_TTL", "IP_OPTIONS", "IP_ORIGDSTADDR", "IP_PASSSEC", "IP_PKTINFO", "IP_RECVDSTADDR", "IP_RECVERR", "IP_RECVIF", "IP_RECVOPTS", "IP_RECVORIGDSTADDR", "IP_RECVPKTINFO", "IP_RECVTOS", "IP_RECVTTL", "IP_UNBLOCK_SOURCE", "IP_UNICAST_IF", "MCAST_LEAVE_GROUP", "SOCK_CLOEXEC", "SOCK_NONBLOCK", "SO_ACCEPTCONN", "SO_ACCEPTFILTER", "SO_ATTACH_BPF", "SO_ATTACH_FILTER", "SO_ATTACH_REUSEPORT_EBPF", "SO_BINTIME", "SO_BUSY_POLL", "SO_BUSY_POLL_BUDGET", "SO_COOKIE", "SO_DEBUG", "SO_DETACH_FILTER", "SO_DOMAIN", "SO_DONTROUTE", "SO_ERROR", "SO_INCOMING_NAPI_ID", "SO_LABEL", "SO_LINGER_SEC", "SO_LOCK_FILTER", "SO_MAX_PACING_RATE", "SO_NOSIGPIPE", "SO_NO_CHECK", "SO_NP_EXTENSIONS", "SO_NREAD", "SO_NWRITE", "SO_OOBINLINE", "SO_PASSCRED", "SO_PASSPIDFD", "SO_PASSSEC", "SO_PEEK_OFF", "SO_PEERCRED", "SO_PEERGROUPS", "SO_PEERLABEL", "SO_PEERPIDFD", "SO_PEERSEC", "SO_PREFER_BUSY_POLL", "SO_PRIORITY", "SO_PROTOCOL", "SO_RCVLOWAT", "SO_RCVTIMEO", "SO_RESERVE_MEM", "SO_RTABLE", "SO_RXQ_OVFL", "SO_SELECT_ERR_QUEUE", "SO_SETFIB", "SO_SNDLOWAT", "SO_SNDTIMEO", "SO_TIMESTAMP", "SO_TIMESTAMPING", "SO_TIMESTAMPNS", "SO_TS_CLOCK", "SO_TXTIME", "SO_TYPE", "SO_USELOOPBACK", "SO_USER_COOKIE", "SO_WIFI_STATUS", "SO_ZEROCOPY", "TCP_CM_INQ", "TCP_CONGESTION", "TCP_CORK", "TCP_FASTOPEN_KEY", "TCP_FASTOPEN_NO_COOKIE", "TCP_INFO", "TCP_INQ", "TCP_KEEPALIVE", "TCP_KEEPCNT", "TCP_KEEPIDLE", "TCP_KEEPINIT", "TCP_KEEPINTVL", "TCP_LINGER2", "TCP_MD5SIG", "TCP_NOOPT", "TCP_NOPUSH", "TCP_NOTSENT_LOWAT", "TCP_QUICKACK", "TCP_REPAIR", "TCP_SAVED_SYN", "TCP_SAVE_SYN", "TCP_SYNCNT", "TCP_THIN_DUPACK", "TCP_THIN_LINEAR_TIMEOUTS", "TCP_TIMESTAMP", "TCP_TX_DELAY", "TCP_ULP", "TCP_USER_TIMEOUT", "TCP_WINDOW_CLAMP", "TCP_ZEROCOPY_RECEIVE", "close", "epoll_ctl", "fcntl", "freeaddrinfo", "getaddrinfo", "getpeername", "getsockname", "getsockopt", "ioctl", "kevent", "poll", "ppoll", "read", "readv", "recv", "recvfrom", "recvmmsg", "recvmsg", "select", "send", "sendfile", "sendmmsg", "sendmsg", "sendto", "shutdown", "socketpair", "splice", "write", "writev"]),
];
