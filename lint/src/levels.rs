//! Levels of rules, as in rustc: flags in their order, the later wins, `forbid` stays.

use sockopt_analysis::{
    Level, RULES, Rule,
    rules::{Group, by_name},
};

use crate::error::{Error, nearest};

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
    of: Vec<(&'static Rule, Level)>,
}

impl Levels {
    /// The rules' own levels, changed by `flags`.
    ///
    /// # Errors
    /// A flag names neither a rule nor a group.
    pub fn new(flags: &[LevelFlag]) -> Result<Self, Error> {
        let mut levels = Self { of: RULES.iter().map(|rule| (*rule, rule.level)).collect() };
        for flag in flags {
            levels.apply(flag)?;
        }
        // As in rustc, `warnings` means what is at warn in the end, wherever the flag stands.
        for flag in flags.iter().filter(|flag| flag.name == "warnings") {
            levels.set(flag.level, |_, level| level == Level::Warn);
        }
        Ok(levels)
    }

    /// The level of a rule.
    #[must_use]
    pub fn of(&self, rule: &Rule) -> Level {
        self.of.iter().find(|(it, _)| *it == rule).map_or(rule.level, |(_, level)| *level)
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
        for (rule, current) in &mut self.of {
            if *current != Level::Forbid && chosen(rule, *current) {
                *current = level;
            }
        }
    }
}

/// The error for a name that is neither a rule nor a group.
#[must_use]
pub fn unknown(name: &str) -> Error {
    let groups = Group::ALL.iter().map(|group| group.name());
    let names = RULES.iter().map(|rule| rule.name).chain(groups).chain(["all", "warnings"]);
    Error::NoSuchRule(name.to_owned(), nearest(&name.replace('-', "_"), names))
}

#[cfg(test)]
mod tests {
    use sockopt_analysis::{Level, RULES, rules::by_name};

    use super::{LevelFlag, Levels};

    fn level(flags: &[(Level, &str)]) -> Level {
        let flag =
            |(level, name): &(Level, &str)| LevelFlag { level: *level, name: (*name).into() };
        let flags: Vec<_> = flags.iter().map(flag).collect();
        Levels::new(&flags).unwrap().of(by_name("missing_reuseaddr").unwrap())
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
        assert!(RULES.iter().all(|rule| levels.of(rule) == Level::Warn));
    }

    #[test]
    fn an_unknown_rule_is_an_error_with_a_suggestion() {
        let flags = [LevelFlag { level: Level::Warn, name: "missing-reusaddr".into() }];
        let error = Levels::new(&flags).unwrap_err();
        assert_eq!(error.help().unwrap(), "did you mean `missing_reuseaddr`?");
    }
}
