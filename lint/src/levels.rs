//! Levels of rules, as in rustc: flags in their order, the later wins, `forbid` stays.
//!
//! A rule of group `portability` that no flag names is reported only in packages that are built for a platform
//! on which the finding holds.

use sockopt_analysis::{Level, Rule, rules::Group, socket::Platforms};

use crate::{
    error::{Error, nearest},
    suppress::rules::{all, by_name},
};

/// One `-A`, `-W`, `-D` or `-F`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelFlag {
    /// The level that the flag gives.
    pub level: Level,
    /// A rule, a group, `all` or `warnings`.
    pub name: String,
}

/// The level of every rule.
#[derive(Debug)]
pub struct Levels {
    of: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    rule: &'static Rule,
    level: Level,
    /// Whether a flag decided it, for every package.
    is_chosen: bool,
}

impl Levels {
    /// The rules' own levels, changed by `flags`.
    ///
    /// # Errors
    /// A flag names neither a rule nor a group.
    pub fn new(flags: &[LevelFlag]) -> Result<Self, Error> {
        let entry = |rule: &'static Rule| Entry { rule, level: rule.level, is_chosen: false };
        let mut levels = Self { of: all().map(entry).collect() };
        for flag in flags {
            levels.apply(flag)?;
        }
        // As in rustc, `warnings` means what is at warn in the end, wherever the flag stands.
        for flag in flags.iter().filter(|flag| flag.name == "warnings") {
            for entry in levels.of.iter_mut().filter(|entry| entry.level == Level::Warn) {
                entry.level = flag.level;
            }
        }
        Ok(levels)
    }

    /// The level of a rule for a finding that holds on some platforms, in a package that is built for some.
    #[must_use]
    pub fn of(&self, rule: &Rule, holds_on: Platforms, built_for: Platforms) -> Level {
        let entry = self.of.iter().find(|it| it.rule == rule);
        let (level, is_chosen) = entry.map_or((rule.level, false), |it| (it.level, it.is_chosen));
        let is_elsewhere = holds_on.intersection(built_for).is_empty();
        if rule.group == Group::Portability && !is_chosen && is_elsewhere {
            return Level::Allow;
        }
        level
    }

    /// Whether a rule is at level forbid, which no suppression lowers.
    #[must_use]
    pub fn forbid(&self, rule: &str) -> bool {
        self.of.iter().any(|it| it.rule.name == rule && it.level == Level::Forbid)
    }

    fn apply(&mut self, flag: &LevelFlag) -> Result<(), Error> {
        let name = flag.name.replace('-', "_");
        let name = name.strip_prefix("sockopt::").unwrap_or(&name);
        let group = Group::ALL.into_iter().find(|group| group.name() == name);
        match (name, group) {
            ("warnings", _) => {}
            ("all", _) => self.set(flag.level, |_, _| true),
            (_, Some(group)) => self.set(flag.level, |rule, _| rule.group == group),
            (_, None) => {
                let rule = by_name(name).ok_or_else(|| unknown(&flag.name))?;
                self.set(flag.level, |it, _| it == rule);
            }
        }
        Ok(())
    }

    fn set(&mut self, level: Level, chosen: impl Fn(&Rule, Level) -> bool) {
        for entry in &mut self.of {
            if entry.level != Level::Forbid && chosen(entry.rule, entry.level) {
                (entry.level, entry.is_chosen) = (level, true);
            }
        }
    }
}

/// The error for a name that is neither a rule nor a group.
#[must_use]
pub fn unknown(name: &str) -> Error {
    let groups = Group::ALL.iter().map(|group| group.name());
    let names = all().map(|rule| rule.name).chain(groups).chain(["all", "warnings"]);
    Error::NoSuchRule(name.to_owned(), nearest(&name.replace('-', "_"), names))
}

#[cfg(test)]
mod tests {
    use sockopt_analysis::{Level, RULES, socket::Platforms};

    use super::{LevelFlag, Levels, by_name};

    fn levels(flags: &[(Level, &str)]) -> Levels {
        let flag =
            |(level, name): &(Level, &str)| LevelFlag { level: *level, name: (*name).into() };
        let flags: Vec<_> = flags.iter().map(flag).collect();
        Levels::new(&flags).unwrap()
    }

    fn level(flags: &[(Level, &str)]) -> Level {
        let rule = by_name("missing_reuseaddr").unwrap();
        levels(flags).of(rule, Platforms::UNIX, Platforms::UNIX)
    }

    #[test]
    fn portability_is_judged_by_what_the_package_is_built_for() {
        let on_windows = |flags: &[(Level, &str)], rule, built_for| {
            levels(flags).of(by_name(rule).unwrap(), Platforms::WINDOWS, built_for)
        };
        let rule = "windows_reuseaddr";
        assert_eq!(on_windows(&[], rule, Platforms::UNIX), Level::Allow);
        assert_eq!(on_windows(&[], rule, Platforms::ALL), Level::Warn);
        assert_eq!(on_windows(&[], "bad_setsockopt_args", Platforms::UNIX), Level::Deny);
        for name in [rule, "portability", "all"] {
            assert_eq!(on_windows(&[(Level::Deny, name)], rule, Platforms::UNIX), Level::Deny);
        }
        // What is no warning here does not become an error.
        let warnings = [(Level::Deny, "warnings")];
        assert_eq!(on_windows(&warnings, rule, Platforms::UNIX), Level::Allow);
        assert_eq!(on_windows(&warnings, rule, Platforms::ALL), Level::Deny);
        let other = [(Level::Warn, "correctness"), (Level::Warn, "late_option")];
        assert_eq!(on_windows(&other, rule, Platforms::UNIX), Level::Allow);
    }

    #[test]
    fn the_later_flag_wins() {
        assert_eq!(level(&[]), Level::Deny);
        assert_eq!(
            level(&[(Level::Allow, "all"), (Level::Warn, "missing-reuseaddr")]),
            Level::Warn
        );
        assert_eq!(
            level(&[(Level::Warn, "missing_reuseaddr"), (Level::Allow, "all")]),
            Level::Allow
        );
        assert_eq!(level(&[(Level::Allow, "correctness")]), Level::Allow);
        assert_eq!(level(&[(Level::Allow, "sockopt::missing_reuseaddr")]), Level::Allow);
    }

    #[test]
    fn forbid_is_not_lowered() {
        assert_eq!(level(&[(Level::Forbid, "all"), (Level::Allow, "all")]), Level::Forbid);
    }

    #[test]
    fn warnings_are_what_is_at_warn_in_the_end() {
        assert_eq!(level(&[(Level::Allow, "warnings")]), Level::Deny);
        assert_eq!(level(&[(Level::Deny, "warnings"), (Level::Warn, "all")]), Level::Deny);
    }

    #[test]
    fn warn_all_puts_every_rule_at_warn() {
        let flags = [LevelFlag { level: Level::Warn, name: "all".into() }];
        let levels = Levels::new(&flags).unwrap();
        let of = |rule| levels.of(rule, Platforms::WINDOWS, Platforms::UNIX);
        assert!(RULES.iter().all(|rule| of(rule) == Level::Warn));
    }

    #[test]
    fn an_unknown_rule_is_an_error_with_a_suggestion() {
        let flags = [LevelFlag { level: Level::Warn, name: "missing-reusaddr".into() }];
        let error = Levels::new(&flags).unwrap_err();
        assert_eq!(error.help().unwrap(), "did you mean `missing_reuseaddr`?");
    }
}
