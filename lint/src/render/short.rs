//! One line per finding, as editors and `grep` read it.

use crate::{finding::Finding, report::Report};

/// `path:line:column: error[sockopt::rule]: message`.
#[must_use]
pub fn line(finding: &Finding) -> String {
    let place = &finding.primary.place;
    let (path, line, column) = (&place.path, place.start.line, place.start.column);
    let (severity, rule, message) = (finding.severity.name(), finding.rule, &finding.message);
    format!("{path}:{line}:{column}: {severity}[sockopt::{rule}]: {message}")
}

/// One line per finding.
#[must_use]
pub fn document(report: &Report) -> String {
    report.counting().map(|(it, _)| line(it) + "\n").collect()
}

#[cfg(test)]
mod tests {
    use crate::render::human::tests::sample;

    #[test]
    fn a_finding_is_one_line() {
        let (finding, _) = sample();
        let expected =
            "src/main.rs:3:7: error[sockopt::missing_reuseaddr]: listener bound too early";
        assert_eq!(super::line(&finding), expected);
    }
}
