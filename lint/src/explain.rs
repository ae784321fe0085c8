//! What users can read about the rules.

use std::fmt::Write;

use sockopt_analysis::{Rule, docs};

use crate::{report::RuleText, suppress::rules::all};

/// The documentation of a rule, for `--explain`.
#[must_use]
pub fn rule(rule: &Rule) -> String {
    let (name, summary) = (rule.name, rule.summary);
    let (level, group) = (rule.level.name(), rule.group.name());
    let docs = docs::shown(rule.docs);
    format!("sockopt::{name}: {summary}\nlevel: {level}\ngroup: {group}\n\n{docs}\n")
}

/// The documentation of all rules, for reports that carry it.
#[must_use]
pub fn texts() -> Vec<RuleText> {
    let text = |rule: &Rule| {
        let Rule { name, summary, level, group, docs, .. } = *rule;
        RuleText { name, summary, level, group, docs: docs::shown(docs) }
    };
    all().map(text).collect()
}

/// One line per rule, for `--list-rules`.
#[must_use]
pub fn list() -> String {
    let width = all().map(|rule| rule.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for rule in all() {
        let (level, group) = (rule.level.name(), rule.group.name());
        let _ = writeln!(text, "{:width$}  {level:6}  {group:11}  {}", rule.name, rule.summary);
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::suppress::rules::all;

    #[test]
    fn every_rule_is_listed_and_explained() {
        for rule in all() {
            assert!(super::list().contains(rule.name));
            let text = super::rule(rule);
            assert!(text.contains("### What it does"), "{text}");
            assert!(!text.contains("//~") && !text.contains("\n# "), "{text}");
            assert!(text.contains(rule.level.name()) && text.contains(rule.group.name()));
        }
    }
}
