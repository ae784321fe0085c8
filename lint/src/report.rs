//! A run as formats see it that are written in one piece.
//!
//! Invariant: every path in it is relative to the folder that readers of the format start from, with `/`, if it is
//! below that folder.

use sockopt_analysis::{Group, Level};

use crate::{
    finding::{Finding, Severity, Sources},
    warning::Located,
};

/// Where the project is kept.
pub const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// What was found, and how far the run came.
#[derive(Debug, Default)]
pub struct Report {
    /// What was found, in order, each with the texts that it stands in, as an index of `sources`.
    pub findings: Vec<(Finding, usize)>,
    /// The texts, by project.
    pub sources: Vec<Sources>,
    /// The rules, in the order in which they are listed.
    pub rules: Vec<RuleText>,
    /// What could not be analyzed.
    pub warnings: Vec<Located>,
    /// The names of the packages, in order.
    pub packages: Vec<String>,
    /// How many files were looked at.
    pub scanned: usize,
    /// Whether all that was asked for could be done.
    pub complete: bool,
}

/// What there is to read about a rule.
#[derive(Debug, Clone)]
pub struct RuleText {
    /// Its name, without `sockopt::`.
    pub name: &'static str,
    /// What it finds, in a few words.
    pub summary: &'static str,
    /// Its level, if no flag says another.
    pub level: Level,
    /// Its group.
    pub group: Group,
    /// Its documentation, as Markdown.
    pub docs: String,
}

/// Where a rule's page of `docs/rules/` can be read on the web.
#[must_use]
pub fn rule_url(name: &str) -> String {
    format!("{REPOSITORY}/blob/HEAD/docs/rules/{name}.md")
}

/// A report in one format.
#[derive(Debug)]
pub struct Document {
    /// The text.
    pub text: String,
    /// What was left out of it, and why.
    pub note: Option<String>,
}

impl From<String> for Document {
    fn from(text: String) -> Self {
        Self { text, note: None }
    }
}

impl Report {
    /// What counts, with the texts that it stands in.
    pub fn counting(&self) -> impl Iterator<Item = (&Finding, &Sources)> {
        let all = self.findings.iter().filter(|(it, _)| it.counts());
        all.filter_map(|(it, index)| Some((it, self.sources.get(*index)?)))
    }

    /// Whether something was found that fails the run.
    #[must_use]
    pub fn fails(&self) -> bool {
        self.counting().any(|(it, _)| it.severity == Severity::Error)
    }
}
