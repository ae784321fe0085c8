//! `cfg` predicates, judged per platform with three answers.

use crate::socket::{Platform, Platforms};

/// A `cfg` predicate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cfg {
    /// `all(…)`; the empty one always holds.
    All(Vec<Cfg>),
    /// `any(…)`.
    Any(Vec<Cfg>),
    /// `not(…)`.
    Not(Box<Cfg>),
    /// `key` or `key = "value"`.
    Atom(String, Option<String>),
}

/// The answer to a question that may have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tri {
    /// Certainly.
    Yes,
    /// Certainly not.
    No,
    /// It depends on what the source does not show.
    Maybe,
}

impl Tri {
    fn from(value: bool) -> Self {
        if value { Self::Yes } else { Self::No }
    }

    /// The opposite answer.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Maybe => Self::Maybe,
        }
    }
}

impl Cfg {
    /// The predicate that always holds.
    pub const TRUE: Self = Self::All(Vec::new());

    /// Both predicates at once.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All(none), it) | (it, Self::All(none)) if none.is_empty() => it,
            (Self::All(mut left), right) => {
                left.push(right);
                Self::All(left)
            }
            (left, right) => Self::All(vec![left, right]),
        }
    }

    /// Whether the predicate holds on `platform`; features and the like have no answer.
    #[must_use]
    pub fn holds(&self, platform: Platform) -> Tri {
        match self {
            Self::All(parts) => fold(parts, platform, Tri::Yes, Tri::No),
            Self::Any(parts) => fold(parts, platform, Tri::No, Tri::Yes),
            Self::Not(inner) => inner.holds(platform).negated(),
            Self::Atom(key, value) => atom(key, value.as_deref(), platform),
        }
    }

    /// The platforms on which the predicate may hold.
    #[must_use]
    pub fn platforms(&self) -> Platforms {
        Platform::ALL
            .into_iter()
            .filter(|platform| self.holds(*platform) != Tri::No)
            .fold(Platforms::NONE, |set, platform| set.union(Platforms::only(platform)))
    }

    /// The platforms on which the predicate certainly holds.
    #[must_use]
    pub fn certain(&self) -> Platforms {
        Platforms::ALL.without(Self::Not(Box::new(self.clone())).platforms())
    }

    /// The platforms that give the same answer as `platform`.
    #[must_use]
    pub fn like(&self, platform: Platform) -> Platforms {
        let answer = self.holds(platform);
        let same = Platform::ALL.into_iter().filter(|it| self.holds(*it) == answer);
        same.fold(Platforms::NONE, |set, it| set.union(Platforms::only(it)))
    }
}

fn fold(parts: &[Cfg], platform: Platform, neutral: Tri, absorbing: Tri) -> Tri {
    let mut answer = neutral;
    for part in parts {
        match part.holds(platform) {
            it if it == absorbing => return absorbing,
            Tri::Maybe => answer = Tri::Maybe,
            _ => {}
        }
    }
    answer
}

fn atom(key: &str, value: Option<&str>, platform: Platform) -> Tri {
    match (key, value) {
        ("unix", None) => Tri::from(platform != Platform::Windows),
        ("windows", None) => Tri::from(platform == Platform::Windows),
        ("target_family", Some("unix")) => Tri::from(platform != Platform::Windows),
        ("target_family", Some("windows")) => Tri::from(platform == Platform::Windows),
        ("target_vendor", Some("apple")) => Tri::from(platform == Platform::Apple),
        ("target_os", Some(os)) => target_os(os, platform),
        ("target_family" | "target_os", _) => Tri::No,
        // Aliases that crates define in their build scripts with these well-known meanings.
        ("linux_android" | "linux_kernel", None) => Tri::from(platform == Platform::Linux),
        ("apple" | "apple_targets", None) => Tri::from(platform == Platform::Apple),
        ("freebsdlike" | "netbsdlike", None) if platform != Platform::Bsd => Tri::No,
        ("bsd", None) if !matches!(platform, Platform::Bsd | Platform::Apple) => Tri::No,
        ("solarish", None) if platform != Platform::Other => Tri::No,
        _ => Tri::Maybe,
    }
}

/// A class stands for several systems: the first of its list is its usual member. A predicate on that
/// one has an answer; a predicate on a rarer one has none, so both of its branches are looked at.
fn target_os(os: &str, platform: Platform) -> Tri {
    let (usual, rare): (&str, &[&str]) = match platform {
        Platform::Linux => ("linux", &["android", "l4re"]),
        Platform::Apple => ("macos", &["ios", "tvos", "watchos", "visionos"]),
        Platform::Bsd => ("freebsd", &["netbsd", "openbsd", "dragonfly"]),
        Platform::Windows => ("windows", &[]),
        Platform::Other => (
            "",
            &[
                "illumos",
                "solaris",
                "aix",
                "haiku",
                "hurd",
                "nto",
                "redox",
                "fuchsia",
                "cygwin",
                "emscripten",
                "vxworks",
                "espidf",
                "horizon",
                "vita",
            ],
        ),
    };
    if os == usual {
        Tri::Yes
    } else if rare.contains(&os) {
        Tri::Maybe
    } else {
        Tri::No
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atom(key: &str, value: Option<&str>) -> Cfg {
        Cfg::Atom(key.into(), value.map(Into::into))
    }

    #[test]
    fn platform_predicates_have_answers() {
        let not_windows = Cfg::Not(Box::new(atom("windows", None)));
        assert_eq!(not_windows.holds(Platform::Linux), Tri::Yes);
        assert_eq!(not_windows.holds(Platform::Windows), Tri::No);
        assert_eq!(not_windows.platforms(), Platforms::UNIX);
        assert_eq!(not_windows.certain(), Platforms::UNIX);
        assert_eq!(not_windows.like(Platform::Linux), Platforms::UNIX);
        assert_eq!(not_windows.like(Platform::Windows), Platforms::WINDOWS);
    }

    #[test]
    fn features_have_none() {
        let feature = atom("feature", Some("reuse"));
        assert_eq!(feature.holds(Platform::Linux), Tri::Maybe);
        let both = feature.clone().and(atom("unix", None));
        assert_eq!(both.holds(Platform::Windows), Tri::No);
        assert_eq!(both.certain(), Platforms::NONE);
        assert_eq!(both.platforms(), Platforms::UNIX);
        assert_eq!(feature.like(Platform::Linux), Platforms::ALL);
    }

    #[test]
    fn a_rarer_system_of_a_class_may_hold() {
        assert_eq!(atom("target_os", Some("android")).holds(Platform::Linux), Tri::Maybe);
        assert_eq!(atom("target_os", Some("freebsd")).holds(Platform::Bsd), Tri::Yes);
        assert_eq!(atom("target_os", Some("freebsd")).holds(Platform::Linux), Tri::No);
    }
}
