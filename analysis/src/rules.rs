//! The rules: what is declared about each, and the one list of them.

use std::fmt;

use crate::{diagnostic::Report, trace::Trace};

/// How severe a finding is, as in rustc.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// Not reported.
    Allow,
    /// Reported; the run succeeds.
    Warn,
    /// Reported; the run fails.
    Deny,
    /// As `Deny`, and no later flag lowers it.
    Forbid,
}

impl Level {
    /// The name used by flags and configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
            Self::Forbid => "forbid",
        }
    }
}

/// What kind of wrong a rule finds; the group is the ceiling of the rule's default level.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Group {
    /// Wrong on every run.
    Correctness,
    /// Wrong on some runs.
    Suspicious,
    /// Wrong on some platforms.
    Portability,
    /// A matter of taste.
    Pedantic,
}

impl Group {
    /// Every group.
    pub const ALL: [Self; 4] =
        [Self::Correctness, Self::Suspicious, Self::Portability, Self::Pedantic];

    /// The name used by flags and configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Correctness => "correctness",
            Self::Suspicious => "suspicious",
            Self::Portability => "portability",
            Self::Pedantic => "pedantic",
        }
    }

    /// The highest level that a rule of the group may have by default.
    #[must_use]
    pub const fn ceiling(self) -> Level {
        match self {
            Self::Correctness => Level::Deny,
            Self::Suspicious | Self::Portability => Level::Warn,
            Self::Pedantic => Level::Allow,
        }
    }
}

/// One rule.
pub struct Rule {
    /// `snake_case`; printed as `sockopt::name`.
    pub name: &'static str,
    /// Its group.
    pub group: Group,
    /// Its level unless a flag or the configuration says otherwise.
    pub level: Level,
    /// One line: the wrong pattern.
    pub summary: &'static str,
    /// The long documentation, in Markdown.
    pub docs: &'static str,
    pub(crate) check: fn(&Trace<'_>, &mut Report),
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Rule {}

/// Declares the rule of a file. The doc comment is `--explain`, the manual, a compiled doctest and the
/// lint test at once.
macro_rules! declare_rule {
    ($(#[doc = $doc:literal])+ $name:literal, $group:ident, $level:ident, $summary:literal, $check:ident $(,)?) => {
        $(#[doc = $doc])+
        pub static RULE: crate::rules::Rule = crate::rules::Rule {
            name: $name,
            group: crate::rules::Group::$group,
            level: crate::rules::Level::$level,
            summary: $summary,
            docs: concat!($($doc, "\n"),+),
            check: $check,
        };
    };
}

macro_rules! rules {
    ($($name:ident),+ $(,)?) => {
        $(mod $name;)+
        /// Every rule, in the order in which they are listed to users.
        pub static RULES: &[&Rule] = &[$(&$name::RULE),+];
    };
}

rules! {
    missing_reuseaddr,
    late_option,
    disabled_reuseaddr,
    windows_reuseaddr,
    unchecked_option,
}

/// The rule called `name`; a dash is read as an underscore.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Rule> {
    let name = name.replace('-', "_");
    RULES.iter().copied().find(|rule| rule.name == name)
}
