//! How addresses are made: what a function of addresses says about domain and port.

use crate::socket::Domain;

/// One function or constructor that makes an address.
#[derive(Debug)]
pub(super) struct AddrFn {
    /// Canonical path.
    pub path: &'static str,
    /// Domain of the result.
    pub domain: Domain,
    /// Where the port comes from.
    pub from: AddrSource,
}

/// Where the port of an address comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AddrSource {
    /// This argument is the port.
    Port(usize),
    /// This argument is an address.
    Address(usize),
    /// The arguments are the parts of an address without a port.
    Octets,
    /// It is the address of all interfaces, without a port.
    Wildcard,
    /// Nothing in the call says it.
    Nothing,
}

use AddrSource::{Address, Nothing, Octets, Port, Wildcard};

const INET: Domain = Domain::INET;
const INET4: Domain = Domain::INET4;
const INET6: Domain = Domain::INET6;
const UNIX: Domain = Domain::UNIX;
const ANY: Domain = Domain::UNKNOWN;

#[rustfmt::skip]
static ADDRESSES: &[AddrFn] = &[
    AddrFn { path: "std::net::SocketAddr::new",                 domain: INET, from: Port(1) },
    AddrFn { path: "std::net::SocketAddr::V4",                  domain: INET4, from: Address(0) },
    AddrFn { path: "std::net::SocketAddr::V6",                  domain: INET6, from: Address(0) },
    AddrFn { path: "std::net::IpAddr::V4",                      domain: INET4, from: Address(0) },
    AddrFn { path: "std::net::IpAddr::V6",                      domain: INET6, from: Address(0) },
    AddrFn { path: "std::net::Ipv4Addr::new",                   domain: INET4, from: Octets },
    AddrFn { path: "std::net::Ipv6Addr::new",                   domain: INET6, from: Octets },
    AddrFn { path: "std::net::Ipv4Addr::UNSPECIFIED",           domain: INET4, from: Wildcard },
    AddrFn { path: "std::net::Ipv6Addr::UNSPECIFIED",           domain: INET6, from: Wildcard },
    AddrFn { path: "std::net::SocketAddrV4::new",               domain: INET4, from: Port(1) },
    AddrFn { path: "std::net::SocketAddrV6::new",               domain: INET6, from: Port(1) },
    AddrFn { path: "std::os::unix::net::SocketAddr::from_pathname", domain: UNIX, from: Nothing },
    AddrFn { path: "socket2::SockAddr::unix",                   domain: UNIX, from: Nothing },
    AddrFn { path: "nix::sys::socket::SockAddr::new_inet",      domain: INET, from: Address(0) },
    AddrFn { path: "nix::sys::socket::SockAddr::new_unix",      domain: UNIX, from: Nothing },
    AddrFn { path: "nix::sys::socket::SockAddr::Inet",          domain: INET, from: Address(0) },
    AddrFn { path: "nix::sys::socket::InetAddr::new",           domain: INET, from: Port(1) },
    AddrFn { path: "nix::sys::socket::InetAddr::from_std",      domain: INET, from: Address(0) },
    AddrFn { path: "nix::sys::socket::SockaddrIn::new",         domain: INET4, from: Port(4) },
    AddrFn { path: "nix::sys::socket::UnixAddr::new",           domain: UNIX, from: Nothing },
    AddrFn { path: "nix::sys::socket::UnixAddr::new_abstract",  domain: UNIX, from: Nothing },
    AddrFn { path: "rustix::net::SocketAddrV4::new",            domain: INET4, from: Port(1) },
    AddrFn { path: "rustix::net::SocketAddrV6::new",            domain: INET6, from: Port(1) },
    AddrFn { path: "rustix::net::SocketAddrUnix::new",          domain: UNIX, from: Nothing },
];

/// Types whose values are addresses, with their domain.
#[rustfmt::skip]
static TYPES: &[(&str, Domain)] = &[
    ("std::net::SocketAddr",   INET),
    ("std::net::SocketAddrV4", INET4),
    ("std::net::SocketAddrV6", INET6),
    ("std::net::IpAddr",       INET),
    ("std::net::Ipv4Addr",     INET4),
    ("std::net::Ipv6Addr",     INET6),
    ("nix::sys::socket::InetAddr",    INET),
    ("nix::sys::socket::SockaddrIn",  INET4),
    ("nix::sys::socket::SockaddrIn6", INET6),
    ("nix::sys::socket::UnixAddr",    UNIX),
    ("rustix::net::SocketAddrUnix",   UNIX),
    ("socket2::SockAddr",             ANY),
    ("nix::sys::socket::SockAddr",    ANY),
    ("nix::sys::socket::SockaddrStorage", ANY),
    ("rustix::net::SocketAddrAny",    ANY),
    ("rustix::net::SocketAddrV4",     INET4),
    ("rustix::net::SocketAddrV6",     INET6),
    ("std::os::unix::net::SocketAddr", UNIX),
];

/// The family that a variant of an address's enum stands for.
#[must_use]
pub fn family(variant: &str) -> Option<Domain> {
    match variant {
        "V4" => Some(INET4),
        "V6" => Some(INET6),
        _ => None,
    }
}

/// What the function at a canonical path says about the address that it makes: the domain, and where
/// the port comes from. Every address type can be converted from another address or a string.
#[must_use]
pub fn address(path: &str) -> Option<(Domain, AddrSource)> {
    if let Some(row) = ADDRESSES.iter().find(|it| it.path == path) {
        return Some((row.domain, row.from));
    }
    let (owner, name) = path.rsplit_once("::")?;
    let converts = ["from", "from_str", "try_from"].contains(&name);
    address_type(owner).filter(|_| converts).map(|domain| (domain, Address(0)))
}

/// The domain of the address type at a canonical path.
#[must_use]
pub fn address_type(path: &str) -> Option<Domain> {
    TYPES.iter().find(|(it, _)| *it == path).map(|(_, domain)| *domain)
}

/// Whether a path is that of an address type or of something of it.
#[must_use]
pub(super) fn names(path: &str) -> bool {
    let owner = path.rsplit_once("::").map_or("", |(owner, _)| owner);
    address_type(path).is_some() || address_type(owner).is_some()
}
