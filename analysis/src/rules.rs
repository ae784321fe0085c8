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

    /// What its rules find, in a few words.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Correctness => "wrong on every run",
            Self::Suspicious => "wrong on some runs",
            Self::Portability => {
                "wrong on some platforms; reported where a package shows that it is built for them"
            }
            Self::Pedantic => "a matter of taste",
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
    /// Whether what it says may depend on the arguments that callers give, or on code that was not read, in a story
    /// that sees its sockets to their end. Such code is looked for only if some rule asks.
    pub(crate) asks: fn(&Trace<'_>) -> bool,
}

impl Rule {
    /// A rule of group `suspicious`, at level warn, about something that is not in a trace: its findings are made
    /// elsewhere.
    #[must_use]
    pub const fn elsewhere(name: &'static str, summary: &'static str, docs: &'static str) -> Self {
        let (group, level) = (Group::Suspicious, Level::Warn);
        Self { name, group, level, summary, docs, check: |_, _| {}, asks: |_| false }
    }
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
    ($(#[doc = $doc:literal])+ $name:literal, $group:ident, $level:ident, $summary:literal, $check:expr, $asks:expr $(,)?) => {
        $(#[doc = $doc])+
        pub(super) static RULE: crate::rules::Rule = crate::rules::Rule {
            name: $name,
            group: crate::rules::Group::$group,
            level: crate::rules::Level::$level,
            summary: $summary,
            docs: concat!($($doc, "\n"),+),
            check: $check,
            asks: $asks,
        };
    };
}

mod bad_setsockopt_args;
mod conditional_reuseaddr;
mod disabled_reuseaddr;
mod implicit_reuseaddr;
mod late_option;
mod linger_zero_on_listener;
mod missing_reuseaddr;
mod multicast_reuseaddr;
mod udp_reuseaddr;
mod unchecked_option;
mod useless_option;
mod windows_reuseaddr;

macro_rules! rules {
    ($($name:ident),+ $(,)?) => {
        /// Every rule, in the order in which they are listed to users.
        pub static RULES: &[&Rule] = &[$(&$name::RULE),+];
        /// The file of each rule.
        #[cfg(test)]
        static FILES: &[&str] = &[$(stringify!($name)),+];
    };
}

rules! {
    missing_reuseaddr,
    late_option,
    disabled_reuseaddr,
    conditional_reuseaddr,
    windows_reuseaddr,
    unchecked_option,
    multicast_reuseaddr,
    udp_reuseaddr,
    useless_option,
    bad_setsockopt_args,
    linger_zero_on_listener,
    implicit_reuseaddr,
}

/// The rule called `name`; a dash is read as an underscore.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Rule> {
    let name = name.replace('-', "_");
    RULES.iter().copied().find(|rule| rule.name == name)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::{FILES, RULES, Rule, by_name};
    use crate::testing;

    /// The only blocks of code that are compiled, and are not run.
    const COMPILED: &str = "rust,no_run";

    /// The blocks of code below a heading; there is one at least.
    fn examples(rule: &Rule, heading: &str) -> Vec<String> {
        let examples = testing::examples(rule.docs, heading);
        assert!(!examples.is_empty(), "{rule:?}: no example below {heading}");
        for (info, _) in &examples {
            assert_eq!(*info, COMPILED, "{rule:?}: below {heading}");
        }
        examples.into_iter().map(|(_, code)| code).collect()
    }

    #[test]
    fn a_rule_is_called_as_its_file() {
        let names: Vec<_> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(names, FILES);
    }

    #[test]
    fn every_file_is_listed() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let files: BTreeSet<_> =
            entries.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
        assert_eq!(files, FILES.iter().map(ToString::to_string).collect());
    }

    #[test]
    fn a_name_is_the_wrong_pattern() {
        for rule in RULES {
            let part = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
            assert!(rule.name.chars().all(part), "{rule:?}");
            let cures = ["no_", "invalid_", "check_"];
            assert!(!cures.iter().any(|word| rule.name.starts_with(word)), "{rule:?}");
            assert_eq!(by_name(&rule.name.replace('_', "-")), Some(*rule));
        }
    }

    #[test]
    fn a_summary_is_part_of_a_sentence() {
        for Rule { name, summary, .. } in RULES {
            let shouts = summary.starts_with("SO_") || summary.starts_with("IP");
            assert!(shouts || summary.starts_with(char::is_lowercase), "{name}: {summary}");
            assert!(!summary.ends_with('.') && !summary.contains('\n'), "{name}: {summary}");
        }
    }

    #[test]
    fn the_group_is_the_ceiling_of_the_level() {
        for rule in RULES {
            assert!(rule.level <= rule.group.ceiling(), "{rule:?}");
        }
    }

    #[test]
    fn docs_are_complete_and_in_order() {
        let expected = ["What it does", "Why is this bad?", "Bad", "Good", "Fix", "Known misses"];
        for rule in RULES {
            assert_eq!(testing::headings(rule.docs), expected, "{rule:?}");
        }
    }

    #[test]
    fn every_example_is_compiled() {
        for rule in RULES {
            let judged = examples(rule, "Bad").len() + examples(rule, "Good").len();
            assert_eq!(rule.docs.matches("```").count(), 2 * judged, "{rule:?}");
        }
    }

    #[test]
    fn bad_examples_fire_at_their_marks() {
        for rule in RULES {
            for code in examples(rule, "Bad") {
                let marks = testing::marks(&code);
                let named = marks.iter().any(|mark| mark.rule == rule.name && !mark.miss);
                assert!(named, "{rule:?}: no mark of its own in:\n{code}");
                testing::check(&code);
            }
        }
    }

    #[test]
    fn what_is_said_of_fix_is_true() {
        for rule in RULES {
            let fires = |code: &str| testing::found(code).iter().any(|it| it.rule == rule.name);
            let examples = examples(rule, "Bad");
            let repaired = examples.iter().any(|code| !fires(&testing::fixed(code, true)));
            assert_eq!(rule.docs.contains("`--fix"), repaired, "{rule:?}");
        }
    }

    #[test]
    fn good_examples_are_silent_under_all_rules() {
        for rule in RULES {
            for code in examples(rule, "Good") {
                assert!(!code.contains("//~"), "{rule:?}: a mark in:\n{code}");
                testing::check(&code);
            }
        }
    }
}
