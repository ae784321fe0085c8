//! Levels of rules: the rules' own, then those of the configuration, then flags in their order, as in rustc: the
//! later wins, and `forbid` stays.
//!
//! A rule of group `portability` whose level nobody has set is reported only in packages that are built for a
//! platform on which the finding holds.

use std::path::Path;

use sockopt_analysis::{
    Level, Rule,
    rules::Group,
    socket::{Platform, Platforms},
};

use crate::{
    config::{self, Origin, Settings},
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

/// What the flags say about the levels of rules.
#[derive(Debug, Clone)]
pub struct Levels {
    flags: Vec<(Choice, Level)>,
    /// The level of what is at warn in the end, if a flag gives one.
    warnings: Option<Level>,
}

/// The flag that sets a level.
const fn flag_of(level: Level) -> &'static str {
    match level {
        Level::Allow => "--allow",
        Level::Warn => "--warn",
        Level::Deny => "--deny",
        Level::Forbid => "--forbid",
    }
}

/// The rules that a flag is about.
#[derive(Debug, Clone, Copy)]
enum Choice {
    All,
    Group(Group),
    Rule(&'static Rule),
}

/// Where something is found.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// What holds for the package.
    pub settings: &'a Settings,
    /// The file.
    pub path: &'a Path,
    /// The platforms on which it holds.
    pub holds_on: Platforms,
    /// Those that the package is built for.
    pub built_for: Platforms,
}

/// The level of a rule, and who has set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The level.
    pub level: Level,
    /// Who has set it; nobody, if it is the rule's own.
    pub origin: Option<Origin>,
}

impl Levels {
    /// Levels under `flags`.
    ///
    /// # Errors
    /// A flag names neither a rule nor a group.
    pub fn new(flags: &[LevelFlag]) -> Result<Self, Error> {
        let mut levels = Self { flags: Vec::new(), warnings: None };
        for flag in flags {
            let name = flag.name.replace('-', "_");
            let name = name.strip_prefix("sockopt::").unwrap_or(&name);
            let group = Group::ALL.into_iter().find(|group| group.name() == name);
            let choice = match (name, group) {
                ("warnings", _) => {
                    levels.warnings = Some(flag.level);
                    continue;
                }
                ("all", _) => Choice::All,
                (_, Some(group)) => Choice::Group(group),
                (_, None) => Choice::Rule(by_name(name).ok_or_else(|| unknown(&flag.name))?),
            };
            levels.flags.push((choice, flag.level));
        }
        Ok(levels)
    }

    /// The level of a rule, and the platforms on which what it found is reported.
    #[must_use]
    pub fn of(&self, rule: &Rule, situation: &Situation<'_>) -> (Level, Platforms) {
        let Situation { settings, path, holds_on, built_for } = *situation;
        let is_elsewhere = holds_on.intersection(built_for).is_empty();
        let (mut most, mut on) = (Level::Allow, Platforms::NONE);
        for platform in holds_on.iter() {
            let Decision { level, origin } =
                self.decide(rule, settings, Some(path), Some(platform));
            let is_foreign = rule.group == Group::Portability && origin.is_none() && is_elsewhere;
            if level > Level::Allow && !is_foreign {
                most = most.max(level);
                on = on.union(Platforms::only(platform));
            }
        }
        (most, on)
    }

    /// Whether a rule may be reported anywhere in a package.
    #[must_use]
    pub fn may_report(&self, rule: &Rule, settings: &Settings) -> bool {
        let overrides = settings.overrides.iter().filter_map(|it| nearest_level(&it.levels, rule));
        let level = self.decide(rule, settings, None, None).level;
        overrides.fold(level, |most, (level, _)| most.max(*level)) > Level::Allow
    }

    /// Whether a rule is at level forbid in a file, which no suppression lowers.
    #[must_use]
    pub fn forbid(&self, rule: &Rule, settings: &Settings, path: &Path) -> bool {
        let level = |it| self.decide(rule, settings, Some(path), Some(it)).level;
        Platform::ALL.into_iter().any(|it| level(it) == Level::Forbid)
    }

    /// The level of a rule in a package, and who has set it. Without a file or a platform, what is said about some
    /// of them does not count.
    #[must_use]
    pub fn decide(
        &self,
        rule: &Rule,
        settings: &Settings,
        path: Option<&Path>,
        platform: Option<Platform>,
    ) -> Decision {
        let mut decision = Decision { level: rule.level, origin: None };
        let mut set = |level: Level, origin: &Origin| {
            if decision.level != Level::Forbid {
                decision = Decision { level, origin: Some(origin.clone()) };
            }
        };
        if let Some((level, origin)) = nearest_level(&settings.levels, rule) {
            set(*level, origin);
        }
        for it in &settings.overrides {
            let is_here =
                it.files.as_ref().is_none_or(|files| path.is_some_and(|it| files.matches(it)));
            let is_on =
                platform.map_or(it.platforms == Platforms::ALL, |on| it.platforms.contains(on));
            if let Some((level, origin)) =
                nearest_level(&it.levels, rule).filter(|_| is_here && is_on)
            {
                set(*level, origin);
            }
        }
        for (choice, level) in &self.flags {
            let is_meant = match choice {
                Choice::All => true,
                Choice::Group(group) => rule.group == *group,
                Choice::Rule(it) => *it == rule,
            };
            if is_meant {
                set(*level, &Origin::Flag(flag_of(*level)));
            }
        }
        // As in rustc, `warnings` means what is at warn in the end, wherever the flag stands.
        if let Some(level) = self.warnings.filter(|_| decision.level == Level::Warn) {
            decision.level = level;
        }
        decision
    }
}

/// What a table of levels says about a rule: under its name, its group's, or `all`.
fn nearest_level<'l>(levels: &'l config::Levels, rule: &Rule) -> Option<&'l (Level, Origin)> {
    [rule.name, rule.group.name(), "all"].into_iter().find_map(|name| levels.get(name))
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
    use std::path::Path;

    use sockopt_analysis::{Level, RULES, Rule, socket::Platforms};

    use super::{LevelFlag, Levels, Situation, by_name};
    use crate::config::{Origin, Override, Settings, pattern::Patterns};

    fn levels(flags: &[(Level, &str)]) -> Levels {
        let flag =
            |(level, name): &(Level, &str)| LevelFlag { level: *level, name: (*name).into() };
        let flags: Vec<_> = flags.iter().map(flag).collect();
        Levels::new(&flags).unwrap()
    }

    /// The level of a rule without any configuration.
    fn of(levels: &Levels, rule: &Rule, holds_on: Platforms, built_for: Platforms) -> Level {
        let (settings, path) = (&Settings::default(), Path::new("a.rs"));
        levels.of(rule, &Situation { settings, path, holds_on, built_for }).0
    }

    fn level(flags: &[(Level, &str)]) -> Level {
        let rule = by_name("missing_reuseaddr").unwrap();
        of(&levels(flags), rule, Platforms::UNIX, Platforms::UNIX)
    }

    #[test]
    fn portability_is_judged_by_what_the_package_is_built_for() {
        let on_windows = |flags: &[(Level, &str)], rule, built_for| {
            of(&levels(flags), by_name(rule).unwrap(), Platforms::WINDOWS, built_for)
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
        let of = |rule| of(&levels, rule, Platforms::WINDOWS, Platforms::UNIX);
        assert!(RULES.iter().all(|rule| of(rule) == Level::Warn));
    }

    #[test]
    fn an_unknown_rule_is_an_error_with_a_suggestion() {
        let flags = [LevelFlag { level: Level::Warn, name: "missing-reusaddr".into() }];
        let error = Levels::new(&flags).unwrap_err();
        assert_eq!(error.help().unwrap(), "did you mean `missing_reuseaddr`?");
    }

    fn table(levels: &[(&str, Level)]) -> crate::config::Levels {
        let entry = |(name, level): &(&str, Level)| {
            ((*name).to_owned(), (*level, Origin::File("sockopt.toml".into(), 1)))
        };
        levels.iter().map(entry).collect()
    }

    #[test]
    fn the_configuration_counts_before_the_rules_and_after_the_flags() {
        let tests = Patterns::new(Path::new("/w"), vec!["tests/".into()]).unwrap();
        let settings = Settings {
            levels: table(&[
                ("all", Level::Warn),
                ("portability", Level::Allow),
                ("late_option", Level::Deny),
            ]),
            overrides: vec![
                Override {
                    files: Some(tests),
                    platforms: Platforms::ALL,
                    levels: table(&[("all", Level::Allow), ("udp_reuseaddr", Level::Forbid)]),
                },
                Override {
                    files: None,
                    platforms: Platforms::BSD.union(Platforms::APPLE),
                    levels: table(&[("late_option", Level::Allow)]),
                },
            ],
            ..Settings::default()
        };
        let of = |flags: &[(Level, &str)], rule, path, holds_on| {
            let path = Path::new(path);
            let built_for = Platforms::ALL;
            let situation = Situation { settings: &settings, path, holds_on, built_for };
            levels(flags).of(by_name(rule).unwrap(), &situation)
        };
        let (lib, test) = ("/w/src/lib.rs", "/w/tests/t.rs");
        let unix = Platforms::UNIX;
        assert_eq!(of(&[], "missing_reuseaddr", lib, unix), (Level::Warn, unix));
        assert_eq!(of(&[], "missing_reuseaddr", test, unix).0, Level::Allow);
        assert_eq!(of(&[], "windows_reuseaddr", lib, Platforms::WINDOWS).0, Level::Allow);
        // On some platforms it is not reported, so it holds on the others.
        let rest = unix.without(Platforms::BSD).without(Platforms::APPLE);
        assert_eq!(of(&[], "late_option", lib, unix), (Level::Deny, rest));
        assert_eq!(of(&[], "late_option", lib, Platforms::BSD), (Level::Allow, Platforms::NONE));
        let deny = [(Level::Deny, "all")];
        assert_eq!(of(&deny, "late_option", test, unix), (Level::Deny, unix));
        // Nothing lowers `forbid`.
        let allow = [(Level::Allow, "all")];
        assert_eq!(of(&allow, "udp_reuseaddr", test, unix), (Level::Forbid, unix));
        assert_eq!(of(&allow, "udp_reuseaddr", lib, unix).0, Level::Allow);
        let udp = by_name("udp_reuseaddr").unwrap();
        assert!(levels(&allow).forbid(udp, &settings, Path::new(test)));
    }
}
