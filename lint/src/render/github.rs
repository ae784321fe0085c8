//! Workflow commands of GitHub Actions, which become annotations, and the summary of the step.
//!
//! GitHub shows ten errors and ten warnings of a step. The rest are lines of the log.

use std::fmt::Write;

use crate::{
    finding::{Finding, Severity},
    report::{Document, Report, rule_url},
};

/// How many annotations of each severity a step may have.
pub const MAX_ANNOTATIONS: usize = 10;
/// How many bytes a summary may have: half of what GitHub takes of a step, which may write more than this.
pub const MAX_SUMMARY: usize = 512 * 1024;

/// Annotations, errors first, then a line for each finding that GitHub would not show as one.
#[must_use]
pub fn document(report: &Report) -> Document {
    let (mut commands, mut lines) = (String::new(), String::new());
    for severity in [Severity::Error, Severity::Warning] {
        let found = report.counting().map(|(it, _)| it).filter(|it| it.severity == severity);
        for (index, finding) in found.enumerate() {
            if index < MAX_ANNOTATIONS {
                commands += &annotation(finding);
            } else {
                lines += &line(finding);
            }
        }
    }
    let left = lines.lines().count();
    let note = format!(
        "has {left} more, since GitHub shows {MAX_ANNOTATIONS} of each severity: see the log"
    );
    Document { text: commands + &lines, note: (left > 0).then_some(note) }
}

/// `::error file=…,line=…,title=…::message`.
fn annotation(finding: &Finding) -> String {
    let place = &finding.primary.place;
    let (start, end) = (place.start, place.end);
    let mut text = format!("::{} file={}", finding.severity.name(), property(&place.path));
    let _ = write!(text, ",line={},endLine={},col={}", start.line, end.line, start.column);
    if start.line == end.line {
        let _ = write!(text, ",endColumn={}", end.column);
    }
    let title = property(&format!("sockopt::{}", finding.rule));
    text + &format!(",title={title}::{}\n", data(&finding.account()))
}

/// A line of the log that is no command, whatever the names in it are.
fn line(finding: &Finding) -> String {
    let (place, severity, rule) = (&finding.primary.place, finding.severity.name(), finding.rule);
    let (path, line, column) = (&place.path, place.start.line, place.start.column);
    let text =
        format!("also {path}:{line}:{column}: {severity}[sockopt::{rule}]: {}", finding.message);
    text.replace(['\r', '\n'], " ") + "\n"
}

/// Escapes what stands behind the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// The summary of the step, as Markdown.
#[must_use]
pub fn summary(report: &Report) -> String {
    let mut all: Vec<_> = report.counting().map(|(it, _)| it).collect();
    all.sort_by_key(|it| it.severity != Severity::Error);
    let mut text = String::from("### cargo sockopt\n\n");
    let files = match report.scanned {
        1 => "1 file".to_owned(),
        count => format!("{count} files"),
    };
    if all.is_empty() {
        let _ = writeln!(text, "Nothing found in {files}.");
    } else {
        let errors = all.iter().filter(|it| it.severity == Severity::Error).count();
        let warnings = all.len() - errors;
        let _ = writeln!(text, "Errors: {errors}, warnings: {warnings}, in {files}.\n");
        text += "| severity | rule | place | message |\n| --- | --- | --- | --- |\n";
    }
    for (index, finding) in all.iter().enumerate() {
        let place = &finding.primary.place;
        let row = [
            finding.severity.name().to_owned(),
            format!("[`sockopt::{0}`]({1})", finding.rule, rule_url(finding.rule)),
            format!("{}:{}", cell(&place.path), place.start.line),
            cell(&finding.message),
        ];
        let row = format!("| {} |\n", row.join(" | "));
        if text.len() + row.len() > MAX_SUMMARY {
            let _ = writeln!(text, "\nAnd {} more: see the log.", all.len() - index);
            break;
        }
        text += &row;
    }
    let hidden = report.findings.len() - all.len();
    if hidden > 0 {
        let _ = writeln!(text, "\nSuppressed or known: {hidden}.");
    }
    if !report.complete {
        text += "\nA part of the run could not be done: see the log.\n";
    }
    text + "\n"
}

/// Escapes what would end a cell of a table, or begin a tag.
fn cell(text: &str) -> String {
    text.replace(['\r', '\n'], " ").replace('|', "\\|").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::{document, summary};
    use crate::{
        finding::{Finding, Severity},
        render::human::tests::sample,
        report::{Report, rule_url},
    };

    /// The sample, changed, as often as it is said.
    fn report(count: usize, change: impl Fn(usize, &mut Finding)) -> Report {
        let (finding, sources) = sample();
        let changed = |index| {
            let mut finding = finding.clone();
            change(index, &mut finding);
            (finding, 0)
        };
        let findings = (0..count).map(changed).collect();
        Report { findings, sources: vec![sources], scanned: 2, complete: true, ..Report::default() }
    }

    #[test]
    fn what_means_something_in_commands_is_escaped() {
        let report = report(1, |_, it| {
            it.primary.place.path = "src/a,b:100%.rs".into();
            it.message = "::error::50%\r\nof it, all".into();
            it.notes.clear();
        });
        let expected = "::error file=src/a%2Cb%3A100%25.rs,line=3,endLine=3,col=7,endColumn=18,\
            title=sockopt%3A%3Amissing_reuseaddr::::error::50%25%0D%0Aof it, all: bound here%0A\
            holds on: unix%0Ahelp: set it before\n";
        assert_eq!(document(&report).text, expected);
    }

    #[test]
    fn errors_come_first_and_the_rest_are_lines() {
        let report = report(40, |index, it| {
            it.severity = if index % 2 == 0 { Severity::Warning } else { Severity::Error };
        });
        let document = document(&report);
        let starts: Vec<_> = document.text.lines().map(|it| &it[..6]).collect();
        assert_eq!(starts[..10], ["::erro"; 10]);
        assert_eq!(starts[10..20], ["::warn"; 10]);
        assert_eq!(starts[20..], ["also s"; 20]);
        assert!(document.note.is_some_and(|it| it.contains("has 20 more")));
    }

    #[test]
    fn the_summary_is_a_table_within_its_limit() {
        let small = summary(&report(1, |_, it| it.message = "a | b\n<c>".into()));
        let rule =
            format!("[`sockopt::{0}`]({1})", "missing_reuseaddr", rule_url("missing_reuseaddr"));
        let row = &format!("| error | {rule} | src/main.rs:3 | a \\| b &lt;c> |\n");
        assert!(
            small.contains(row) && small.contains("Errors: 1, warnings: 0, in 2 files."),
            "{small}"
        );
        let large = summary(&report(20_000, |_, _| {}));
        assert!(large.len() <= super::MAX_SUMMARY + 200 && large.contains("more: see the log"));
        assert!(summary(&report(0, |_, _| {})).contains("Nothing found in 2 files."));
    }
}
