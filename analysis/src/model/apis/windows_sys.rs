//! `windows-sys` 0.42 to 0.61: Windows sockets.

use crate::{
    model::{
        Api, Model, Prelude, RAW_SOCKET,
        Returns::{Code, Other, Socket},
        Role,
        Source::Operand,
        options as opt,
    },
    socket::{Domain, Phase, Platforms, SockType},
};

const WINDOWS: Platforms = Platforms::WINDOWS;

/// The tables of `windows_sys`.
pub(super) static MODEL: Model = Model {
    krate: "windows_sys",
    rows: ROWS,
    neutral: NEUTRAL,
    types: &[],
    aliases: ALIASES,
    extends: &[],
    prelude: Prelude { uses: "", given: "" },
    proved: &[],
};

#[rustfmt::skip]
static ALIASES: &[(&str, &str)] = &[
    ("windows_sys::Win32::Networking::WinSock::SOCKET", "std::os::windows::io::RawSocket"),
];

#[rustfmt::skip]
static ROWS: &[Api] = &[
    Api { path: "windows_sys::Win32::Networking::WinSock::socket",                   role: Role::Create { domain: Operand(0), sock_type: Operand(1), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(RAW_SOCKET), platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::WSASocketA",               role: Role::Create { domain: Operand(0), sock_type: Operand(1), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(RAW_SOCKET), platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::WSASocketW",               role: Role::Create { domain: Operand(0), sock_type: Operand(1), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(RAW_SOCKET), platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::setsockopt",               role: Role::SetBy { level: Some(1), name: 2, value: 3, len: Some(4) },                     returns: Code,               platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::bind",                     role: Role::Bind,                                                                          returns: Code,               platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::listen",                   role: Role::Listen,                                                                        returns: Code,               platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::connect",                  role: Role::Connect,                                                                       returns: Code,               platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::WSAConnect",               role: Role::Connect,                                                                       returns: Code,               platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::accept",                   role: Role::Accept,                                                                        returns: Socket(RAW_SOCKET), platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::WSAAccept",                role: Role::Accept,                                                                        returns: Socket(RAW_SOCKET), platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::AF_INET",                  role: Role::DomainName(Domain::INET4),                                                      returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::AF_INET6",                 role: Role::DomainName(Domain::INET6),                                                      returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::AF_UNIX",                  role: Role::DomainName(Domain::UNIX),                                                      returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::SOCK_STREAM",              role: Role::TypeName(SockType::STREAM),                                                    returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::SOCK_DGRAM",               role: Role::TypeName(SockType::DATAGRAM),                                                  returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::SOCK_RAW",                 role: Role::TypeName(SockType::OTHER),                                                     returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::SOCK_RDM",                 role: Role::TypeName(SockType::OTHER),                                                     returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::SOCK_SEQPACKET",           role: Role::TypeName(SockType::OTHER),                                                     returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::SOL_SOCKET",               role: Role::LevelName("SOL_SOCKET"),                                                       returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::IPPROTO_IP",               role: Role::LevelName("IPPROTO_IP"),                                                       returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::IPPROTO_IPV6",             role: Role::LevelName("IPPROTO_IPV6"),                                                     returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::IPPROTO_TCP",              role: Role::LevelName("IPPROTO_TCP"),                                                      returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::IPPROTO_UDP",              role: Role::LevelName("IPPROTO_UDP"),                                                      returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::SO_REUSEADDR",             role: Role::OptionName(&opt::REUSE_ADDR),                                                  returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::SO_EXCLUSIVEADDRUSE",      role: Role::OptionName(&opt::EXCLUSIVE_ADDR_USE),                                          returns: Other,              platforms: WINDOWS, versions: ">=0.59", proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::IPV6_V6ONLY",              role: Role::OptionName(&opt::V6ONLY),                                                      returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::SO_RCVBUF",                role: Role::OptionName(&opt::RCVBUF),                                                      returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::SO_SNDBUF",                role: Role::OptionName(&opt::SNDBUF),                                                      returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::SO_KEEPALIVE",             role: Role::OptionName(&opt::KEEPALIVE),                                                   returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::SO_LINGER",                role: Role::OptionName(&opt::LINGER),                                                      returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::SO_BROADCAST",             role: Role::OptionName(&opt::BROADCAST),                                                   returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::TCP_NODELAY",              role: Role::OptionName(&opt::NODELAY),                                                     returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::TCP_MAXSEG",               role: Role::OptionName(&opt::MAXSEG),                                                      returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::TCP_FASTOPEN",             role: Role::OptionName(&opt::FASTOPEN),                                                    returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::IP_TTL",                   role: Role::OptionName(&opt::IP_TTL),                                                      returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::IP_TOS",                   role: Role::OptionName(&opt::IP_TOS),                                                      returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::IP_ADD_MEMBERSHIP",        role: Role::OptionName(&opt::ADD_MEMBERSHIP),                                              returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::IP_ADD_SOURCE_MEMBERSHIP", role: Role::OptionName(&opt::ADD_SOURCE_MEMBERSHIP),                                       returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::IPV6_ADD_MEMBERSHIP",      role: Role::OptionName(&opt::V6_ADD_MEMBERSHIP),                                           returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::IPV6_JOIN_GROUP",          role: Role::OptionName(&opt::V6_ADD_MEMBERSHIP),                                           returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
    Api { path: "windows_sys::Win32::Networking::WinSock::MCAST_JOIN_GROUP",         role: Role::OptionName(&opt::JOIN_GROUP),                                                  returns: Other,              platforms: WINDOWS, versions: "*",      proof: "" },
];

#[rustfmt::skip]
static NEUTRAL: &[(&str, &[&str])] = &[
    ("windows_sys::Win32::Networking::WinSock", &["IPV6_DROP_MEMBERSHIP", "IPV6_LEAVE_GROUP", "IPV6_MULTICAST_HOPS", "IPV6_MULTICAST_IF", "IPV6_MULTICAST_LOOP", "IPV6_UNICAST_HOPS", "IP_DONTFRAGMENT", "IP_DROP_MEMBERSHIP", "IP_HDRINCL", "IP_MULTICAST_IF", "IP_MULTICAST_LOOP", "IP_MULTICAST_TTL", "IP_PKTINFO", "SO_CONDITIONAL_ACCEPT", "SO_DEBUG", "SO_DONTLINGER", "SO_DONTROUTE", "SO_ERROR", "SO_OOBINLINE", "SO_PORT_SCALABILITY", "SO_RANDOMIZE_PORT", "SO_RCVTIMEO", "SO_REUSE_MULTICASTPORT", "SO_REUSE_UNICASTPORT", "SO_SNDTIMEO", "SO_TYPE", "SO_UPDATE_ACCEPT_CONTEXT", "SO_UPDATE_CONNECT_CONTEXT", "TCP_KEEPALIVE", "TCP_KEEPCNT", "TCP_KEEPIDLE", "TCP_KEEPINTVL", "WSACleanup", "WSAEventSelect", "WSAGetLastError", "WSAIoctl", "WSAPoll", "WSARecv", "WSARecvFrom", "WSASend", "WSASendTo", "WSAStartup", "WSA_FLAG_NO_HANDLE_INHERIT", "WSA_FLAG_OVERLAPPED", "closesocket", "getpeername", "getsockname", "getsockopt", "ioctlsocket", "recv", "recvfrom", "select", "send", "sendto", "shutdown"]),
];
