//! `--statistics`: how often each rule fires, and not where.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde::Serialize;
use sockopt_analysis::Applicability;

use crate::finding::{BaselineState, Finding, Severity};

/// What a run found, counted.
#[derive(Debug, Serialize)]
pub struct Statistics {
    rules: Vec<Row>,
    errors: usize,
    warnings: usize,
    suppressed: usize,
    known: usize,
    fixable: usize,
    files: usize,
    packages: usize,
    seconds: f64,
}

/// What a rule found at a level.
#[derive(Debug, Serialize)]
struct Row {
    rule: String,
    level: Severity,
    findings: usize,
    fixable: usize,
    files: usize,
    packages: usize,
}

impl Statistics {
    /// Of what was found in so many files and packages.
    #[must_use]
    pub fn new(
        findings: &[&Finding],
        (files, packages): (usize, usize),
        elapsed: Duration,
    ) -> Self {
        let mut groups: BTreeMap<_, Vec<&Finding>> = BTreeMap::new();
        for it in findings.iter().filter(|it| it.counts()) {
            groups.entry((it.rule, it.severity)).or_default().push(it);
        }
        let mut rules: Vec<_> = groups.into_values().map(|it| Row::new(&it)).collect();
        rules.sort_by(|a, b| b.findings.cmp(&a.findings).then_with(|| a.rule.cmp(&b.rule)));
        let of = |level| rules.iter().filter(|it| it.level == level).map(|it| it.findings).sum();
        let known = |it: &&&Finding| it.baseline_state == Some(BaselineState::Unchanged);
        Self {
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            suppressed: findings.iter().filter(|it| it.suppressed.is_some()).count(),
            known: findings.iter().filter(known).count(),
            fixable: rules.iter().map(|it| it.fixable).sum(),
            files,
            packages,
            seconds: (elapsed.as_secs_f64() * 1000.0).round() / 1000.0,
            rules,
        }
    }

    /// For people: a line per rule, those that fire most often first.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = String::new();
        if !self.rules.is_empty() {
            text += "findings  fixable  files  packages  level    rule\n";
        }
        for Row { rule, level, findings, fixable, files, packages } in &self.rules {
            let level = level.name();
            let counts = format!("{findings:>8}  {fixable:>7}  {files:>5}  {packages:>8}");
            let which = format!("  {level:<7}  {rule}\n");
            text.extend([counts, which]);
        }
        text
    }

    /// For people: what was looked at, and how long that took.
    #[must_use]
    pub fn effort(&self) -> String {
        let plural = |count, word| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        let (files, packages) = (plural(self.files, "file"), plural(self.packages, "package"));
        format!("sockopt: {files} of {packages} in {:.1} s\n", self.seconds)
    }

    /// For machines: one object.
    ///
    /// # Panics
    /// Never: strings and numbers always serialize.
    #[must_use]
    pub fn json(&self) -> String {
        serde_json::to_string(self).expect("strings and numbers always serialize") + "\n"
    }
}

impl Row {
    fn new(findings: &[&Finding]) -> Self {
        let first = findings[0];
        let different = |of: fn(&Finding) -> &str| {
            findings.iter().map(|it| of(it)).collect::<BTreeSet<_>>().len()
        };
        let is_fixable = |it: &&&Finding| {
            it.fix.as_ref().is_some_and(|it| it.applicability == Applicability::MachineApplicable)
        };
        Self {
            rule: format!("sockopt::{}", first.rule),
            level: first.severity,
            findings: findings.len(),
            fixable: findings.iter().filter(is_fixable).count(),
            files: different(|it| &it.primary.place.path),
            packages: different(|it| &it.origin.package_id),
        }
    }
}
