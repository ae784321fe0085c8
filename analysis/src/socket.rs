//! The vocabulary of the analysis: what one socket is, and how two views of it join.
//!
//! Every value here is a small bit set, so a join is a bitwise or: *Bit-vector typestate analysis*
//! (Arslanagić, Subotić and Pérez, 2022) shows that this is all that "option before phase" needs.

use std::fmt;

/// One class of target platforms that the analysis judges on its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Platform {
    /// Linux and Android.
    Linux,
    /// macOS, iOS and their relatives.
    Apple,
    /// FreeBSD, NetBSD, OpenBSD and `DragonFly`.
    Bsd,
    /// Windows.
    Windows,
    /// Any other Unix (illumos, Solaris, AIX, Haiku, …).
    Other,
}

impl Platform {
    /// All platforms, in the order in which they are judged and printed.
    pub const ALL: [Self; 5] = [Self::Linux, Self::Apple, Self::Bsd, Self::Windows, Self::Other];

    /// The name users write and read.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Linux => "linux",
            Self::Apple => "apple",
            Self::Bsd => "bsd",
            Self::Windows => "windows",
            Self::Other => "other",
        }
    }
}

/// A set of [`Platform`]s.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Platforms(u8);

impl Platforms {
    /// No platform.
    pub const NONE: Self = Self(0);
    /// Every platform.
    pub const ALL: Self = Self(0b1_1111);
    /// Everything but Windows.
    pub const UNIX: Self = Self(Self::ALL.0 & !Self::WINDOWS.0);
    /// Windows only.
    pub const WINDOWS: Self = Self::only(Platform::Windows);
    /// Linux only.
    pub const LINUX: Self = Self::only(Platform::Linux);
    /// The Apple systems only.
    pub const APPLE: Self = Self::only(Platform::Apple);
    /// The BSDs only.
    pub const BSD: Self = Self::only(Platform::Bsd);

    /// The set of one platform.
    #[must_use]
    pub const fn only(platform: Platform) -> Self {
        Self(1 << platform as u8)
    }

    /// Members of either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Members of both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Members that are not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether `platform` is a member.
    #[must_use]
    pub const fn contains(self, platform: Platform) -> bool {
        self.0 & (1 << platform as u8) != 0
    }

    /// Whether the set has no member.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The members, in printing order.
    pub fn iter(self) -> impl Iterator<Item = Platform> {
        Platform::ALL.into_iter().filter(move |platform| self.contains(*platform))
    }
}

impl fmt::Display for Platforms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ALL => f.write_str("all platforms"),
            Self::UNIX => f.write_str("unix"),
            _ => {
                let names: Vec<_> = self.iter().map(Platform::name).collect();
                f.write_str(&names.join(", "))
            }
        }
    }
}

/// Makes a lattice of bit sets: bottom is empty, join is union, top (`unknown`) is full.
macro_rules! lattice {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $value:ident = $bit:literal $text:literal,)+ } unknown = $all:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
        pub struct $name(u8);

        impl $name {
            $($(#[$vdoc])* pub const $value: Self = Self($bit);)+
            /// Top: nothing is known.
            pub const UNKNOWN: Self = Self($all);
            /// Bottom: no path reaches this point.
            pub const BOTTOM: Self = Self(0);

            /// Every element of the lattice.
            pub fn elements() -> impl Iterator<Item = Self> {
                (0..=$all).map(Self)
            }

            /// Least upper bound: what holds where two paths meet.
            #[must_use]
            pub const fn join(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// What is left when `other` is known as well; `other` if the two exclude each other.
            #[must_use]
            pub const fn meet(self, other: Self) -> Self {
                if self.0 & other.0 == 0 { other } else { Self(self.0 & other.0) }
            }

            /// Whether nothing is known.
            #[must_use]
            pub const fn is_unknown(self) -> bool {
                self.0 == $all
            }

            /// Whether every path that reaches this point has `value`.
            #[must_use]
            pub const fn is(self, value: Self) -> bool {
                self.0 != 0 && self.0 & !value.0 == 0
            }

            /// Whether some path may have `value`.
            #[must_use]
            pub const fn may(self, value: Self) -> bool {
                self.0 & value.0 != 0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                if self.is_unknown() {
                    return f.write_str("unknown");
                }
                let names: Vec<&str> = [$((Self::$value, $text)),+]
                    .into_iter()
                    .filter(|(value, _)| self.may(*value))
                    .map(|(_, text)| text)
                    .collect();
                f.write_str(&names.join("|"))
            }
        }
    };
}

lattice! {
    /// First argument of `socket(2)`.
    Domain {
        /// `AF_INET`.
        INET4 = 1 "ipv4",
        /// `AF_INET6`.
        INET6 = 8 "ipv6",
        /// `AF_UNIX`.
        UNIX = 2 "unix",
        /// Any other address family.
        OTHER = 4 "other",
    } unknown = 0b1111
}

impl Domain {
    /// `AF_INET` or `AF_INET6`.
    pub const INET: Self = Self::INET4.join(Self::INET6);

    /// Whether it is of one family; none if it may or may not be.
    #[must_use]
    pub fn is_of(self, family: Self) -> Option<bool> {
        match (self.is(family), self.may(family)) {
            (true, _) => Some(true),
            (_, false) => Some(false),
            _ => None,
        }
    }
}

lattice! {
    /// Second argument of `socket(2)`.
    SockType {
        /// `SOCK_STREAM`.
        STREAM = 1 "stream",
        /// `SOCK_DGRAM`.
        DATAGRAM = 2 "datagram",
        /// Any other type.
        OTHER = 4 "other",
    } unknown = 0b111
}

lattice! {
    /// How far a socket has come in its life.
    Phase {
        /// Made by `socket(2)`, nothing else.
        CREATED = 1 "created",
        /// `bind(2)` has succeeded.
        BOUND = 2 "bound",
        /// `listen(2)` has succeeded.
        LISTENING = 4 "listening",
        /// `connect(2)` has been called, or the socket came from `accept(2)`.
        CONNECTED = 8 "connected",
    } unknown = 0b1111
}

impl Phase {
    /// Whether a socket of this domain may have steps before it that options are about: `bind(2)`, `listen(2)`, a
    /// multicast group.
    #[must_use]
    pub const fn is_early(self, domain: Domain) -> bool {
        domain.may(Domain::INET) && self.may(Self::CREATED.join(Self::BOUND))
    }
}

lattice! {
    /// What is known of one option of one socket.
    OptValue {
        /// No call has set it.
        UNSET = 1 "unset",
        /// Set to a true value.
        ON = 2 "on",
        /// Set to zero.
        OFF = 4 "off",
        /// Set to a value that only the running program knows, or seen by code that we cannot see.
        OPAQUE = 8 "opaque",
    } unknown = 0b1111
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! laws {
        ($name:ident, $ty:ty) => {
            #[test]
            fn $name() {
                for a in <$ty>::elements() {
                    assert_eq!(a.join(a), a);
                    assert_eq!(a.join(<$ty>::BOTTOM), a);
                    assert_eq!(a.join(<$ty>::UNKNOWN), <$ty>::UNKNOWN);
                    for b in <$ty>::elements() {
                        assert_eq!(a.join(b), b.join(a));
                        for c in <$ty>::elements() {
                            assert_eq!(a.join(b).join(c), a.join(b.join(c)));
                            // Monotone: knowing less about an input never tells more about the join.
                            if a.join(b) == b {
                                assert_eq!(a.join(c).join(b.join(c)), b.join(c));
                            }
                        }
                    }
                }
            }
        };
    }

    laws!(domain_is_a_join_semilattice, Domain);
    laws!(sock_type_is_a_join_semilattice, SockType);
    laws!(phase_is_a_join_semilattice, Phase);
    laws!(opt_value_is_a_join_semilattice, OptValue);

    #[test]
    fn some_paths_only_prints_as_both_values() {
        assert_eq!(OptValue::ON.join(OptValue::UNSET).to_string(), "unset|on");
        assert_eq!(OptValue::UNKNOWN.to_string(), "unknown");
    }

    #[test]
    fn platforms_print_in_one_order() {
        assert_eq!(Platforms::UNIX.to_string(), "unix");
        assert_eq!(Platforms::WINDOWS.union(Platforms::LINUX).to_string(), "linux, windows");
    }
}
