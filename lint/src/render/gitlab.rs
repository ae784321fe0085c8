//! GitLab's code quality report: a JSON list.

use serde::Serialize;

use crate::{
    finding::{Finding, Severity},
    report::Report,
};

#[derive(Serialize)]
struct Issue<'a> {
    description: &'a str,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// The whole report. GitLab shows what is in one report and not in that of the target branch, by fingerprint.
#[must_use]
pub fn document(report: &Report) -> String {
    json(&report.counting().map(|(it, _)| issue(it)).collect::<Vec<_>>()) + "\n"
}

fn json(issues: &[Issue<'_>]) -> String {
    serde_json::to_string_pretty(issues).expect("strings and numbers always serialize")
}

fn issue(finding: &Finding) -> Issue<'_> {
    let place = &finding.primary.place;
    Issue {
        description: &finding.message,
        check_name: format!("sockopt::{}", finding.rule),
        fingerprint: finding.identity.fingerprint(),
        severity: match finding.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
        },
        location: Location {
            path: &place.path,
            lines: Lines { begin: place.start.line, end: place.end.line },
        },
    }
}
