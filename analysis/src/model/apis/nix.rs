//! `nix` 0.20 to 0.31.

use crate::{
    model::{
        Api, Model, Prelude, Proved, RAW_FD,
        Returns::{Other, Socket, Unit},
        Role,
        Source::Operand,
        options as opt,
    },
    socket::{Domain, Phase, Platform, Platforms, SockType},
};

const NOT_APPLE: Platforms =
    Platforms::LINUX.union(Platforms::BSD).union(Platforms::only(Platform::Other));
const UNIX: Platforms = Platforms::UNIX;
const LINUX: Platforms = Platforms::LINUX;
const BSD: Platforms = Platforms::BSD;
const OTHER: Platforms = Platforms::only(Platform::Other);
const OWNED_FD: &str = "std::os::fd::OwnedFd";

/// The tables of `nix`.
pub(super) static MODEL: Model = Model {
    krate: "nix",
    rows: ROWS,
    neutral: NEUTRAL,
    types: &[],
    aliases: &[],
    extends: &[],
    prelude: Prelude {
        uses: "use std::{net::SocketAddrV4, os::fd::{AsRawFd, OwnedFd, RawFd}}; use nix::{sys::socket::{AddressFamily, SockFlag, SockProtocol, SockType, accept, accept4, bind, connect, getsockopt, listen, setsockopt, socket, sockopt}, unistd::{dup, dup2}};",
        given: "fd: RawFd, owned: OwnedFd, inet: SocketAddrV4",
    },
    proved: PROVED,
};

#[rustfmt::skip]
static PROVED: &[Proved] = &[
    Proved { version: "0.23.2", features: &[], uses: "use nix::sys::socket::{InetAddr, SockAddr};" },
    Proved { version: "0.24.3", features: &[], uses: "use nix::sys::socket::SockaddrIn;" },
    Proved { version: "0.26.4", features: &[], uses: "use nix::sys::socket::SockaddrIn;" },
    Proved { version: "0.27.1", features: &["fs", "net", "socket"], uses: "use nix::sys::socket::SockaddrIn;" },
    Proved { version: "0.28.0", features: &["fs", "net", "socket"], uses: "use nix::sys::socket::{Backlog, SockaddrIn};" },
    Proved { version: "0.30.1", features: &["fs", "net", "socket"], uses: "use nix::sys::socket::{Backlog, SockaddrIn};" },
    Proved { version: "0.31.3", features: &["fs", "net", "socket"], uses: "use nix::sys::socket::{Backlog, SockaddrIn};" },
];

#[rustfmt::skip]
static ROWS: &[Api] = &[
    Api { path: "nix::sys::socket::socket",                       role: Role::Create { domain: Operand(0), sock_type: Operand(1), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(OWNED_FD), platforms: UNIX,      versions: ">=0.27", proof: "let s: OwnedFd = socket(AddressFamily::Inet, SockType::Stream, SockFlag::empty(), None)?;" },
    Api { path: "nix::sys::socket::socket",                       role: Role::Create { domain: Operand(0), sock_type: Operand(1), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(RAW_FD),   platforms: UNIX,      versions: "<0.27",  proof: "let s: RawFd = socket(AddressFamily::Inet, SockType::Stream, SockFlag::empty(), None)?;" },
    Api { path: "nix::sys::socket::setsockopt",                   role: Role::SetBy { level: None, name: 1, value: 2, len: None },                           returns: Unit,             platforms: UNIX,      versions: ">=0.27", proof: "setsockopt(&owned, sockopt::ReuseAddr, &true)?;" },
    Api { path: "nix::sys::socket::setsockopt",                   role: Role::SetBy { level: None, name: 1, value: 2, len: None },                           returns: Unit,             platforms: UNIX,      versions: "<0.27",  proof: "setsockopt(fd, sockopt::ReuseAddr, &true)?;" },
    Api { path: "nix::sys::socket::bind",                         role: Role::Bind,                                                                          returns: Unit,             platforms: UNIX,      versions: ">=0.24", proof: "bind(owned.as_raw_fd(), &SockaddrIn::from(inet))?;" },
    Api { path: "nix::sys::socket::bind",                         role: Role::Bind,                                                                          returns: Unit,             platforms: UNIX,      versions: "<0.24",  proof: "bind(fd, &SockAddr::new_inet(InetAddr::from_std(&inet.into())))?;" },
    Api { path: "nix::sys::socket::listen",                       role: Role::Listen,                                                                        returns: Unit,             platforms: UNIX,      versions: ">=0.28", proof: "listen(&owned, Backlog::new(128)?)?;" },
    Api { path: "nix::sys::socket::listen",                       role: Role::Listen,                                                                        returns: Unit,             platforms: UNIX,      versions: "0.27",   proof: "listen(&owned, 128)?;" },
    Api { path: "nix::sys::socket::listen",                       role: Role::Listen,                                                                        returns: Unit,             platforms: UNIX,      versions: "<0.27",  proof: "listen(fd, 128)?;" },
    Api { path: "nix::sys::socket::connect",                      role: Role::Connect,                                                                       returns: Unit,             platforms: UNIX,      versions: ">=0.24", proof: "connect(owned.as_raw_fd(), &SockaddrIn::from(inet))?;" },
    Api { path: "nix::sys::socket::connect",                      role: Role::Connect,                                                                       returns: Unit,             platforms: UNIX,      versions: "<0.24",  proof: "connect(fd, &SockAddr::new_inet(InetAddr::from_std(&inet.into())))?;" },
    Api { path: "nix::sys::socket::accept",                       role: Role::Accept,                                                                        returns: Socket(RAW_FD),   platforms: UNIX,      versions: "*",      proof: "let s = accept(fd)?;" },
    Api { path: "nix::sys::socket::accept4",                      role: Role::Accept,                                                                        returns: Socket(RAW_FD),   platforms: NOT_APPLE, versions: "*",      proof: "let s = accept4(fd, SockFlag::empty())?;" },
    Api { path: "nix::unistd::dup",                               role: Role::Convert,                                                                       returns: Socket(OWNED_FD), platforms: UNIX,      versions: ">=0.30", proof: "let s = dup(&owned)?;" },
    Api { path: "nix::unistd::dup",                               role: Role::Convert,                                                                       returns: Socket(RAW_FD),   platforms: UNIX,      versions: "<0.30",  proof: "let s = dup(fd)?;" },
    Api { path: "nix::unistd::dup2",                              role: Role::Convert,                                                                       returns: Socket(RAW_FD),   platforms: UNIX,      versions: "<0.30",  proof: "let s = dup2(fd, 3)?;" },
    Api { path: "nix::sys::socket::AddressFamily::Inet",          role: Role::DomainName(Domain::INET4),                                                      returns: Other,            platforms: UNIX,      versions: "*",      proof: "let domain = AddressFamily::Inet;" },
    Api { path: "nix::sys::socket::AddressFamily::Inet6",         role: Role::DomainName(Domain::INET6),                                                      returns: Other,            platforms: UNIX,      versions: "*",      proof: "let domain = AddressFamily::Inet6;" },
    Api { path: "nix::sys::socket::AddressFamily::Unix",          role: Role::DomainName(Domain::UNIX),                                                      returns: Other,            platforms: UNIX,      versions: "*",      proof: "let domain = AddressFamily::Unix;" },
    Api { path: "nix::sys::socket::AddressFamily::Netlink",       role: Role::DomainName(Domain::OTHER),                                                     returns: Other,            platforms: LINUX,     versions: "*",      proof: "let domain = AddressFamily::Netlink;" },
    Api { path: "nix::sys::socket::AddressFamily::Packet",        role: Role::DomainName(Domain::OTHER),                                                     returns: Other,            platforms: LINUX,     versions: "*",      proof: "let domain = AddressFamily::Packet;" },
    Api { path: "nix::sys::socket::AddressFamily::Vsock",         role: Role::DomainName(Domain::OTHER),                                                     returns: Other,            platforms: LINUX,     versions: "*",      proof: "let domain = AddressFamily::Vsock;" },
    Api { path: "nix::sys::socket::AddressFamily::Alg",           role: Role::DomainName(Domain::OTHER),                                                     returns: Other,            platforms: LINUX,     versions: "*",      proof: "let domain = AddressFamily::Alg;" },
    Api { path: "nix::sys::socket::AddressFamily::Can",           role: Role::DomainName(Domain::OTHER),                                                     returns: Other,            platforms: LINUX,     versions: "*",      proof: "let domain = AddressFamily::Can;" },
    Api { path: "nix::sys::socket::SockType::Stream",             role: Role::TypeName(SockType::STREAM),                                                    returns: Other,            platforms: UNIX,      versions: "*",      proof: "let ty = SockType::Stream;" },
    Api { path: "nix::sys::socket::SockType::Datagram",           role: Role::TypeName(SockType::DATAGRAM),                                                  returns: Other,            platforms: UNIX,      versions: "*",      proof: "let ty = SockType::Datagram;" },
    Api { path: "nix::sys::socket::SockType::SeqPacket",          role: Role::TypeName(SockType::OTHER),                                                     returns: Other,            platforms: UNIX,      versions: "*",      proof: "let ty = SockType::SeqPacket;" },
    Api { path: "nix::sys::socket::SockType::Raw",                role: Role::TypeName(SockType::OTHER),                                                     returns: Other,            platforms: UNIX,      versions: "*",      proof: "let ty = SockType::Raw;" },
    Api { path: "nix::sys::socket::SockType::Rdm",                role: Role::TypeName(SockType::OTHER),                                                     returns: Other,            platforms: UNIX,      versions: "*",      proof: "let ty = SockType::Rdm;" },
    Api { path: "nix::sys::socket::SockProtocol::Tcp",            role: Role::ProtocolName(SockType::STREAM),                                                 returns: Other,            platforms: UNIX,      versions: "*",      proof: "let protocol = SockProtocol::Tcp;" },
    Api { path: "nix::sys::socket::SockProtocol::Udp",            role: Role::ProtocolName(SockType::DATAGRAM),                                                 returns: Other,            platforms: UNIX,      versions: "*",      proof: "let protocol = SockProtocol::Udp;" },
    Api { path: "nix::sys::socket::sockopt::ReuseAddr",           role: Role::OptionName(&opt::REUSE_ADDR),                                                  returns: Other,            platforms: UNIX,      versions: "*",      proof: "let name = sockopt::ReuseAddr;" },
    Api { path: "nix::sys::socket::sockopt::ReusePort",           role: Role::OptionName(&opt::REUSE_PORT),                                                  returns: Other,            platforms: UNIX,      versions: "*",      proof: "let name = sockopt::ReusePort;" },
    Api { path: "nix::sys::socket::sockopt::ReusePortLb",         role: Role::OptionName(&opt::REUSE_PORT_LB),                                               returns: Other,            platforms: BSD,       versions: ">=0.29", proof: "let name = sockopt::ReusePortLb;" },
    Api { path: "nix::sys::socket::sockopt::ExclBind",            role: Role::OptionName(&opt::EXCL_BIND),                                                   returns: Other,            platforms: OTHER,     versions: ">=0.30", proof: "let name = sockopt::ExclBind;" },
    Api { path: "nix::sys::socket::sockopt::Ipv6V6Only",          role: Role::OptionName(&opt::V6ONLY),                                                      returns: Other,            platforms: UNIX,      versions: ">=0.23", proof: "let name = sockopt::Ipv6V6Only;" },
    Api { path: "nix::sys::socket::sockopt::IpFreebind",          role: Role::OptionName(&opt::FREEBIND),                                                    returns: Other,            platforms: LINUX,     versions: ">=0.23", proof: "let name = sockopt::IpFreebind;" },
    Api { path: "nix::sys::socket::sockopt::IpTransparent",       role: Role::OptionName(&opt::TRANSPARENT),                                                 returns: Other,            platforms: LINUX,     versions: "*",      proof: "let name = sockopt::IpTransparent;" },
    Api { path: "nix::sys::socket::sockopt::BindAny",             role: Role::OptionName(&opt::BIND_ANY),                                                    returns: Other,            platforms: BSD,       versions: "*",      proof: "let name = sockopt::BindAny;" },
    Api { path: "nix::sys::socket::sockopt::IpBindAddressNoPort", role: Role::OptionName(&opt::BIND_ADDRESS_NO_PORT),                                        returns: Other,            platforms: LINUX,     versions: ">=0.28", proof: "let name = sockopt::IpBindAddressNoPort;" },
    Api { path: "nix::sys::socket::sockopt::BindToDevice",        role: Role::OptionName(&opt::BIND_TO_DEVICE),                                              returns: Other,            platforms: LINUX,     versions: "*",      proof: "let name = sockopt::BindToDevice;" },
    Api { path: "nix::sys::socket::sockopt::RcvBuf",              role: Role::OptionName(&opt::RCVBUF),                                                      returns: Other,            platforms: UNIX,      versions: "*",      proof: "let name = sockopt::RcvBuf;" },
    Api { path: "nix::sys::socket::sockopt::SndBuf",              role: Role::OptionName(&opt::SNDBUF),                                                      returns: Other,            platforms: UNIX,      versions: "*",      proof: "let name = sockopt::SndBuf;" },
    Api { path: "nix::sys::socket::sockopt::RcvBufForce",         role: Role::OptionName(&opt::RCVBUF_FORCE),                                                returns: Other,            platforms: LINUX,     versions: "*",      proof: "let name = sockopt::RcvBufForce;" },
    Api { path: "nix::sys::socket::sockopt::SndBufForce",         role: Role::OptionName(&opt::SNDBUF_FORCE),                                                returns: Other,            platforms: LINUX,     versions: "*",      proof: "let name = sockopt::SndBufForce;" },
    Api { path: "nix::sys::socket::sockopt::KeepAlive",           role: Role::OptionName(&opt::KEEPALIVE),                                                   returns: Other,            platforms: UNIX,      versions: "*",      proof: "let name = sockopt::KeepAlive;" },
    Api { path: "nix::sys::socket::sockopt::Linger",              role: Role::OptionName(&opt::LINGER),                                                      returns: Other,            platforms: UNIX,      versions: "*",      proof: "let name = sockopt::Linger;" },
    Api { path: "nix::sys::socket::sockopt::Broadcast",           role: Role::OptionName(&opt::BROADCAST),                                                   returns: Other,            platforms: UNIX,      versions: "*",      proof: "let name = sockopt::Broadcast;" },
    Api { path: "nix::sys::socket::sockopt::TcpNoDelay",          role: Role::OptionName(&opt::NODELAY),                                                     returns: Other,            platforms: UNIX,      versions: "*",      proof: "let name = sockopt::TcpNoDelay;" },
    Api { path: "nix::sys::socket::sockopt::TcpMaxSeg",           role: Role::OptionName(&opt::MAXSEG),                                                      returns: Other,            platforms: UNIX,      versions: ">=0.23", proof: "let name = sockopt::TcpMaxSeg;" },
    Api { path: "nix::sys::socket::sockopt::TcpFastOpenConnect",  role: Role::OptionName(&opt::FASTOPEN_CONNECT),                                            returns: Other,            platforms: LINUX,     versions: ">=0.28", proof: "let name = sockopt::TcpFastOpenConnect;" },
    Api { path: "nix::sys::socket::sockopt::Mark",                role: Role::OptionName(&opt::MARK),                                                        returns: Other,            platforms: LINUX,     versions: "*",      proof: "let name = sockopt::Mark;" },
    Api { path: "nix::sys::socket::sockopt::AttachReusePortCbpf", role: Role::OptionName(&opt::ATTACH_REUSEPORT_CBPF),                                       returns: Other,            platforms: LINUX,     versions: ">=0.30", proof: "let name = sockopt::AttachReusePortCbpf;" },
    Api { path: "nix::sys::socket::sockopt::Ipv4Ttl",             role: Role::OptionName(&opt::IP_TTL),                                                      returns: Other,            platforms: NOT_APPLE, versions: ">=0.23", proof: "let name = sockopt::Ipv4Ttl;" },
    Api { path: "nix::sys::socket::sockopt::IpTos",               role: Role::OptionName(&opt::IP_TOS),                                                      returns: Other,            platforms: NOT_APPLE, versions: ">=0.26", proof: "let name = sockopt::IpTos;" },
    Api { path: "nix::sys::socket::sockopt::Ipv4Tos",             role: Role::OptionName(&opt::IP_TOS),                                                      returns: Other,            platforms: NOT_APPLE, versions: ">=0.31", proof: "let name = sockopt::Ipv4Tos;" },
    Api { path: "nix::sys::socket::sockopt::IpAddMembership",     role: Role::OptionName(&opt::ADD_MEMBERSHIP),                                              returns: Other,            platforms: UNIX,      versions: "*",      proof: "let name = sockopt::IpAddMembership;" },
    Api { path: "nix::sys::socket::sockopt::Ipv6AddMembership",   role: Role::OptionName(&opt::V6_ADD_MEMBERSHIP),                                           returns: Other,            platforms: UNIX,      versions: "*",      proof: "let name = sockopt::Ipv6AddMembership;" },
];

#[rustfmt::skip]
static NEUTRAL: &[(&str, &[&str])] = &[
    ("nix::sys::socket::sockopt", &["AcceptConn", "AcceptFilter", "AlgSetAeadAuthSize", "AlgSetKey", "DontRoute", "Fib", "FilterAttach", "FilterDetach", "Ip6tOriginalDst", "IpDontFrag", "IpDropMembership", "IpMtu", "IpMulticastLoop", "IpMulticastTtl", "IpRecvTos", "Ipv4OrigDstAddr", "Ipv4PacketInfo", "Ipv4RecvDstAddr", "Ipv4RecvErr", "Ipv4RecvIf", "Ipv4RecvTtl", "Ipv6DontFrag", "Ipv6DropMembership", "Ipv6MulticastHops", "Ipv6OrigDstAddr", "Ipv6PacketInfo", "Ipv6RecvErr", "Ipv6RecvHopLimit", "Ipv6RecvPacketInfo", "Ipv6RecvTClass", "Ipv6TClass", "Ipv6Ttl", "LingerSec", "ListenQLimit", "LocalPeerCred", "LocalPeerPid", "LocalPeerToken", "OobInline", "OriginalDst", "PassCred", "PeerCredentials", "PeerPidfd", "Priority", "ReceiveTimeout", "ReceiveTimestamp", "ReceiveTimestampns", "Rtable", "RxqOvfl", "SendTimeout", "SetOwnedFd", "SockType", "SocketError", "TcpCongestion", "TcpFunctionAlias", "TcpFunctionBlk", "TcpKeepAlive", "TcpKeepCount", "TcpKeepIdle", "TcpKeepInterval", "TcpRepair", "TcpTlsRx", "TcpTlsTx", "TcpUlp", "TcpUserTimeout", "TsClock", "TxTime", "UdpGroSegment", "UdpGsoSegment", "UserCookie", "UtunIfname"]),
    ("nix::sys::socket", &["getpeername", "getsockname", "getsockopt", "recv", "recvfrom", "recvmmsg", "recvmsg", "send", "sendmmsg", "sendmsg", "sendto", "shutdown", "socketpair"]),
    ("nix::unistd", &["close", "pipe", "read", "write"]),
    ("nix::fcntl", &["fcntl"]),
];
