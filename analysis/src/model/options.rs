//! One row per socket option: which call reads it, and what a late set really does.
//!
//! Measured on Linux 6.18 (`tests/kernel.rs` repeats every claim that can be observed on loopback);
//! the other systems from their manuals.

use crate::socket::{Domain, Platform, Platforms, SockType};

/// One socket option.
#[derive(Debug)]
pub struct SockOpt {
    /// Name as in the manuals.
    pub name: &'static str,
    /// Name of its option level.
    pub sol: &'static str,
    /// The call that reads it.
    pub read_by: ReadBy,
    /// What the kernel does with a set after that call.
    pub late: Late,
    /// How its value is written.
    pub value: ValueKind,
    /// Socket types on which it has an effect.
    pub sock_types: SockType,
    /// Domains on which it has an effect.
    pub domains: Domain,
    /// Systems that have it.
    pub platforms: Platforms,
    /// Whether a failed set would go unnoticed until it hurts.
    pub must_check: bool,
    /// Its number on Linux (x86-64), by which raw code may name it.
    pub number: i32,
    /// Manual page or RFC.
    pub source: &'static str,
    /// Why the kernel's view of the order cannot be observed on loopback without privilege, if so.
    pub unobservable: Option<&'static str>,
}

/// The call after which an option is no longer read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReadBy {
    /// `bind(2)`.
    Bind,
    /// `connect(2)`.
    Connect,
    /// No call fixes it.
    Nothing,
}

/// What the kernel does with a late set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Late {
    /// The call fails with this error.
    Error(&'static str),
    /// The call succeeds and changes nothing.
    Silent,
    /// The call takes effect.
    Works,
}

/// How an option's value is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ValueKind {
    /// A C `int` that is zero or not.
    Bool,
    /// A number with a meaning of its own.
    Int,
    /// `struct linger`, or `Option<Duration>`; on means a time of zero, which resets the connection.
    Linger,
    /// A multicast group that the socket joins.
    Group,
    /// Anything else (an interface name, a program, a range).
    Other,
}

/// What comes of setting an option on a socket that does not have it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Misfit {
    /// The call succeeds and changes nothing.
    Ignored,
    /// Switching it on fails on Linux with this error; other systems were not asked.
    Refused(&'static str),
    /// The socket has no option of this level: the call fails, on Linux with this error.
    Foreign(&'static str),
}

const INET: Domain = Domain::INET;
const ANY: SockType = SockType::UNKNOWN;
const STREAM: SockType = SockType::STREAM;
const ALL: Platforms = Platforms::ALL;
const UNIX: Platforms = Platforms::UNIX;
const LINUX: Platforms = Platforms::LINUX;

#[rustfmt::skip]
mod table {
    use super::{ALL, ANY, Domain, INET, LINUX, Late, Platform, Platforms, ReadBy, STREAM, SockOpt, SockType, UNIX, ValueKind::{Bool, Group, Int, Linger, Other}};

    // Netfilter looks at the flag of a listener for every packet (`TPROXY`), so a late set still works.
    const PRIVILEGE: Option<&str> = Some("needs CAP_NET_ADMIN");
    const DEVICE: Option<&str> = Some("needs a second interface");
    const FOREIGN: Option<&str> = Some("not a Linux option");
    const PORT: Option<&str> = Some("read by the call that picks the port: bind, listen or connect");
    const NO_READER: Option<&str> = Some("no call fixes it, so there is no order to observe");

    macro_rules! options {
        ($($ident:ident = $opt:expr;)+) => {
            $(#[doc = concat!("`", stringify!($ident), "`: see the row.")] pub static $ident: SockOpt = $opt;)+
            /// Every option.
            pub static OPTIONS: &[&SockOpt] = &[$(&$ident),+];
        };
    }

    options! {
        REUSE_ADDR   = SockOpt { name: "SO_REUSEADDR", sol: "SOL_SOCKET", read_by: ReadBy::Bind, late: Late::Silent, value: Bool, sock_types: ANY, domains: INET, platforms: ALL, must_check: true, number: 2, source: "socket(7)", unobservable: None };
        REUSE_PORT   = SockOpt { name: "SO_REUSEPORT", sol: "SOL_SOCKET", read_by: ReadBy::Bind, late: Late::Silent, value: Bool, sock_types: ANY, domains: INET, platforms: UNIX, must_check: true, number: 15, source: "socket(7)", unobservable: None };
        REUSE_PORT_LB = SockOpt { name: "SO_REUSEPORT_LB", sol: "SOL_SOCKET", read_by: ReadBy::Bind, late: Late::Silent, value: Bool, sock_types: ANY, domains: INET, platforms: Platforms::BSD, must_check: true, number: -1, source: "FreeBSD setsockopt(2)", unobservable: FOREIGN };
        EXCLUSIVE_ADDR_USE = SockOpt { name: "SO_EXCLUSIVEADDRUSE", sol: "SOL_SOCKET", read_by: ReadBy::Bind, late: Late::Silent, value: Bool, sock_types: ANY, domains: INET, platforms: Platforms::WINDOWS, must_check: true, number: -1, source: "Microsoft, \"Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE\"", unobservable: FOREIGN };
        EXCL_BIND = SockOpt { name: "SO_EXCLBIND", sol: "SOL_SOCKET", read_by: ReadBy::Bind, late: Late::Silent, value: Bool, sock_types: ANY, domains: INET, platforms: Platforms::only(Platform::Other), must_check: true, number: -1, source: "illumos socket.h(3HEAD)", unobservable: FOREIGN };
        V6ONLY       = SockOpt { name: "IPV6_V6ONLY", sol: "IPPROTO_IPV6", read_by: ReadBy::Bind, late: Late::Error("EINVAL"), value: Bool, sock_types: ANY, domains: Domain::INET6, platforms: ALL, must_check: true, number: 26, source: "ipv6(7)", unobservable: None };
        FREEBIND     = SockOpt { name: "IP_FREEBIND", sol: "IPPROTO_IP", read_by: ReadBy::Bind, late: Late::Silent, value: Bool, sock_types: ANY, domains: INET, platforms: LINUX, must_check: true, number: 15, source: "ip(7)", unobservable: None };
        V6_FREEBIND  = SockOpt { name: "IPV6_FREEBIND", sol: "IPPROTO_IPV6", read_by: ReadBy::Bind, late: Late::Silent, value: Bool, sock_types: ANY, domains: INET, platforms: LINUX, must_check: true, number: 78, source: "ip(7)", unobservable: None };
        TRANSPARENT  = SockOpt { name: "IP_TRANSPARENT", sol: "IPPROTO_IP", read_by: ReadBy::Bind, late: Late::Works, value: Bool, sock_types: ANY, domains: INET, platforms: LINUX, must_check: true, number: 19, source: "ip(7)", unobservable: PRIVILEGE };
        V6_TRANSPARENT = SockOpt { name: "IPV6_TRANSPARENT", sol: "IPPROTO_IPV6", read_by: ReadBy::Bind, late: Late::Works, value: Bool, sock_types: ANY, domains: INET, platforms: LINUX, must_check: true, number: 75, source: "ip(7)", unobservable: PRIVILEGE };
        BIND_ANY = SockOpt { name: "IP_BINDANY", sol: "IPPROTO_IP", read_by: ReadBy::Bind, late: Late::Silent, value: Bool, sock_types: ANY, domains: INET, platforms: Platforms::BSD, must_check: true, number: -1, source: "FreeBSD ip(4)", unobservable: FOREIGN };
        V6_BIND_ANY = SockOpt { name: "IPV6_BINDANY", sol: "IPPROTO_IPV6", read_by: ReadBy::Bind, late: Late::Silent, value: Bool, sock_types: ANY, domains: INET, platforms: Platforms::BSD, must_check: true, number: -1, source: "FreeBSD ip6(4)", unobservable: FOREIGN };
        SO_BIND_ANY = SockOpt { name: "SO_BINDANY", sol: "SOL_SOCKET", read_by: ReadBy::Bind, late: Late::Silent, value: Bool, sock_types: ANY, domains: INET, platforms: Platforms::BSD, must_check: true, number: -1, source: "OpenBSD getsockopt(2)", unobservable: FOREIGN };
        BIND_ADDRESS_NO_PORT = SockOpt { name: "IP_BIND_ADDRESS_NO_PORT", sol: "IPPROTO_IP", read_by: ReadBy::Bind, late: Late::Silent, value: Bool, sock_types: ANY, domains: INET, platforms: LINUX, must_check: false, number: 24, source: "ip(7)", unobservable: None };
        FASTOPEN_CONNECT = SockOpt { name: "TCP_FASTOPEN_CONNECT", sol: "IPPROTO_TCP", read_by: ReadBy::Connect, late: Late::Error("EINVAL"), value: Bool, sock_types: STREAM, domains: INET, platforms: LINUX, must_check: false, number: 30, source: "tcp(7)", unobservable: None };
        // Late sets of everything below work or are judged by no rule (kernel study, section 3).
        BIND_TO_DEVICE = SockOpt { name: "SO_BINDTODEVICE", sol: "SOL_SOCKET", read_by: ReadBy::Bind, late: Late::Works, value: Other, sock_types: ANY, domains: INET, platforms: LINUX, must_check: false, number: 25, source: "socket(7)", unobservable: DEVICE };
        BIND_TO_IFINDEX = SockOpt { name: "SO_BINDTOIFINDEX", sol: "SOL_SOCKET", read_by: ReadBy::Bind, late: Late::Works, value: Other, sock_types: ANY, domains: INET, platforms: LINUX, must_check: false, number: 62, source: "socket(7)", unobservable: DEVICE };
        LOCAL_PORT_RANGE = SockOpt { name: "IP_LOCAL_PORT_RANGE", sol: "IPPROTO_IP", read_by: ReadBy::Bind, late: Late::Works, value: Other, sock_types: ANY, domains: INET, platforms: LINUX, must_check: false, number: 51, source: "ip(7)", unobservable: PORT };
        BOUND_IF     = SockOpt { name: "IP_BOUND_IF", sol: "IPPROTO_IP", read_by: ReadBy::Bind, late: Late::Works, value: Other, sock_types: ANY, domains: INET, platforms: Platforms::APPLE, must_check: false, number: -1, source: "Apple ip(4)", unobservable: FOREIGN };
        V6_BOUND_IF  = SockOpt { name: "IPV6_BOUND_IF", sol: "IPPROTO_IPV6", read_by: ReadBy::Bind, late: Late::Works, value: Other, sock_types: ANY, domains: INET, platforms: Platforms::APPLE, must_check: false, number: -1, source: "Apple ip6(4)", unobservable: FOREIGN };
        RCVBUF       = SockOpt { name: "SO_RCVBUF", sol: "SOL_SOCKET", read_by: ReadBy::Connect, late: Late::Works, value: Int, sock_types: ANY, domains: Domain::UNKNOWN, platforms: ALL, must_check: false, number: 8, source: "tcp(7)", unobservable: NO_READER };
        SNDBUF       = SockOpt { name: "SO_SNDBUF", sol: "SOL_SOCKET", read_by: ReadBy::Connect, late: Late::Works, value: Int, sock_types: ANY, domains: Domain::UNKNOWN, platforms: ALL, must_check: false, number: 7, source: "tcp(7)", unobservable: NO_READER };
        RCVBUF_FORCE = SockOpt { name: "SO_RCVBUFFORCE", sol: "SOL_SOCKET", read_by: ReadBy::Connect, late: Late::Works, value: Int, sock_types: ANY, domains: Domain::UNKNOWN, platforms: LINUX, must_check: false, number: 33, source: "socket(7)", unobservable: PRIVILEGE };
        SNDBUF_FORCE = SockOpt { name: "SO_SNDBUFFORCE", sol: "SOL_SOCKET", read_by: ReadBy::Connect, late: Late::Works, value: Int, sock_types: ANY, domains: Domain::UNKNOWN, platforms: LINUX, must_check: false, number: 32, source: "socket(7)", unobservable: PRIVILEGE };
        KEEPALIVE    = SockOpt { name: "SO_KEEPALIVE", sol: "SOL_SOCKET", read_by: ReadBy::Nothing, late: Late::Works, value: Bool, sock_types: STREAM, domains: INET, platforms: ALL, must_check: false, number: 9, source: "socket(7)", unobservable: NO_READER };
        LINGER       = SockOpt { name: "SO_LINGER", sol: "SOL_SOCKET", read_by: ReadBy::Nothing, late: Late::Works, value: Linger, sock_types: STREAM, domains: INET, platforms: ALL, must_check: false, number: 13, source: "socket(7)", unobservable: NO_READER };
        BROADCAST    = SockOpt { name: "SO_BROADCAST", sol: "SOL_SOCKET", read_by: ReadBy::Nothing, late: Late::Works, value: Bool, sock_types: SockType::DATAGRAM, domains: INET, platforms: ALL, must_check: false, number: 6, source: "socket(7)", unobservable: NO_READER };
        NODELAY      = SockOpt { name: "TCP_NODELAY", sol: "IPPROTO_TCP", read_by: ReadBy::Nothing, late: Late::Works, value: Bool, sock_types: STREAM, domains: INET, platforms: ALL, must_check: false, number: 1, source: "tcp(7)", unobservable: NO_READER };
        // Linux keeps the size that a connection negotiated, the BSDs lower it: no late set is wrong everywhere.
        MAXSEG       = SockOpt { name: "TCP_MAXSEG", sol: "IPPROTO_TCP", read_by: ReadBy::Connect, late: Late::Works, value: Int, sock_types: STREAM, domains: INET, platforms: ALL, must_check: false, number: 2, source: "tcp(7)", unobservable: NO_READER };
        FASTOPEN     = SockOpt { name: "TCP_FASTOPEN", sol: "IPPROTO_TCP", read_by: ReadBy::Nothing, late: Late::Works, value: Int, sock_types: STREAM, domains: INET, platforms: ALL, must_check: false, number: 23, source: "tcp(7)", unobservable: NO_READER };
        DEFER_ACCEPT = SockOpt { name: "TCP_DEFER_ACCEPT", sol: "IPPROTO_TCP", read_by: ReadBy::Nothing, late: Late::Works, value: Int, sock_types: STREAM, domains: INET, platforms: LINUX, must_check: false, number: 9, source: "tcp(7)", unobservable: NO_READER };
        MARK         = SockOpt { name: "SO_MARK", sol: "SOL_SOCKET", read_by: ReadBy::Nothing, late: Late::Works, value: Int, sock_types: ANY, domains: INET, platforms: LINUX, must_check: false, number: 36, source: "socket(7)", unobservable: NO_READER };
        INCOMING_CPU = SockOpt { name: "SO_INCOMING_CPU", sol: "SOL_SOCKET", read_by: ReadBy::Nothing, late: Late::Works, value: Int, sock_types: ANY, domains: INET, platforms: LINUX, must_check: false, number: 49, source: "socket(7)", unobservable: NO_READER };
        // Fails with EINVAL unless SO_REUSEPORT is on: an order of two sets, not of a set and a call.
        ATTACH_REUSEPORT_CBPF = SockOpt { name: "SO_ATTACH_REUSEPORT_CBPF", sol: "SOL_SOCKET", read_by: ReadBy::Nothing, late: Late::Works, value: Other, sock_types: ANY, domains: INET, platforms: LINUX, must_check: false, number: 51, source: "socket(7)", unobservable: NO_READER };
        IP_TTL       = SockOpt { name: "IP_TTL", sol: "IPPROTO_IP", read_by: ReadBy::Nothing, late: Late::Works, value: Int, sock_types: ANY, domains: INET, platforms: ALL, must_check: false, number: 2, source: "ip(7)", unobservable: NO_READER };
        IP_TOS       = SockOpt { name: "IP_TOS", sol: "IPPROTO_IP", read_by: ReadBy::Nothing, late: Late::Works, value: Int, sock_types: ANY, domains: INET, platforms: ALL, must_check: false, number: 1, source: "ip(7)", unobservable: NO_READER };
        MTU_DISCOVER = SockOpt { name: "IP_MTU_DISCOVER", sol: "IPPROTO_IP", read_by: ReadBy::Nothing, late: Late::Works, value: Int, sock_types: ANY, domains: INET, platforms: LINUX, must_check: false, number: 10, source: "ip(7)", unobservable: NO_READER };
        V6_MTU_DISCOVER = SockOpt { name: "IPV6_MTU_DISCOVER", sol: "IPPROTO_IPV6", read_by: ReadBy::Nothing, late: Late::Works, value: Int, sock_types: ANY, domains: Domain::INET6, platforms: LINUX, must_check: false, number: 23, source: "ipv6(7)", unobservable: NO_READER };
        V6_UNICAST_HOPS = SockOpt { name: "IPV6_UNICAST_HOPS", sol: "IPPROTO_IPV6", read_by: ReadBy::Nothing, late: Late::Works, value: Int, sock_types: ANY, domains: Domain::INET6, platforms: ALL, must_check: false, number: 16, source: "ipv6(7)", unobservable: NO_READER };
        V6_MULTICAST_HOPS = SockOpt { name: "IPV6_MULTICAST_HOPS", sol: "IPPROTO_IPV6", read_by: ReadBy::Nothing, late: Late::Works, value: Int, sock_types: SockType::DATAGRAM, domains: Domain::INET6, platforms: ALL, must_check: false, number: 18, source: "ipv6(7)", unobservable: NO_READER };
        // A join is no order to keep, but what a socket that joins was bound with matters.
        ADD_MEMBERSHIP = SockOpt { name: "IP_ADD_MEMBERSHIP", sol: "IPPROTO_IP", read_by: ReadBy::Nothing, late: Late::Works, value: Group, sock_types: SockType::DATAGRAM, domains: INET, platforms: ALL, must_check: false, number: 35, source: "ip(7)", unobservable: NO_READER };
        ADD_SOURCE_MEMBERSHIP = SockOpt { name: "IP_ADD_SOURCE_MEMBERSHIP", sol: "IPPROTO_IP", read_by: ReadBy::Nothing, late: Late::Works, value: Group, sock_types: SockType::DATAGRAM, domains: INET, platforms: ALL, must_check: false, number: 39, source: "ip(7)", unobservable: NO_READER };
        V6_ADD_MEMBERSHIP = SockOpt { name: "IPV6_ADD_MEMBERSHIP", sol: "IPPROTO_IPV6", read_by: ReadBy::Nothing, late: Late::Works, value: Group, sock_types: SockType::DATAGRAM, domains: INET, platforms: ALL, must_check: false, number: 20, source: "ipv6(7)", unobservable: NO_READER };
        JOIN_GROUP = SockOpt { name: "MCAST_JOIN_GROUP", sol: "IPPROTO_IP", read_by: ReadBy::Nothing, late: Late::Works, value: Group, sock_types: SockType::DATAGRAM, domains: INET, platforms: ALL, must_check: false, number: 42, source: "RFC 3678, section 5.1", unobservable: NO_READER };
    }
}

pub use table::*;

/// The option called `name` in the manuals.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static SockOpt> {
    OPTIONS.iter().copied().find(|opt| opt.name == name)
}

impl SockOpt {
    /// Whether a rule says something about a call that sets the option, whatever else is done.
    #[must_use]
    pub fn is_judged(&self) -> bool {
        self.must_check || (self.read_by == ReadBy::Bind && self.late != Late::Works)
    }

    /// What a set does on a socket that certainly has not got the option; none if it has, may have, or
    /// nobody has looked (`tests/kernel/options.rs` has).
    #[must_use]
    pub fn misfit(&self, domain: Domain, sock_type: SockType) -> Option<Misfit> {
        if domain.is(Domain::UNIX) {
            return match (self.sol, self.name) {
                ("SOL_SOCKET", "SO_REUSEADDR") => Some(Misfit::Ignored),
                ("SOL_SOCKET", "SO_REUSEPORT") => Some(Misfit::Refused("EOPNOTSUPP")),
                ("SOL_SOCKET", _) => None,
                _ => Some(Misfit::Foreign("EOPNOTSUPP")),
            };
        }
        let datagram = domain.is(Domain::INET) && sock_type.is(SockType::DATAGRAM);
        let of_tcp = datagram && self.sol == "IPPROTO_TCP";
        let of_ipv6 = domain.is(Domain::INET4) && self.sol == "IPPROTO_IPV6";
        (of_tcp || of_ipv6).then_some(Misfit::Foreign("ENOPROTOOPT"))
    }

    /// Whether [`Self::misfit`] may be something for a socket of which more is known.
    #[must_use]
    pub fn may_misfit(&self, domain: Domain, sock_type: SockType) -> bool {
        let types = [SockType::STREAM, SockType::DATAGRAM];
        let domains = [Domain::UNIX, Domain::INET4, Domain::INET6];
        domains.iter().filter(|it| domain.may(**it)).any(|domain| {
            let mut types = types.iter().filter(|it| sock_type.may(**it));
            types.any(|sock_type| self.misfit(*domain, *sock_type).is_some())
        })
    }

    /// Whether a rule may have something to say about the option.
    #[must_use]
    pub fn decides(&self) -> bool {
        self.read_by != ReadBy::Nothing || self.value == ValueKind::Linger
    }
}

impl PartialEq for SockOpt {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for SockOpt {}
