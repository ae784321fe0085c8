//! reviewdog's diagnostics as one JSON object: `rdjson`.
//!
//! Columns count bytes here, from 1.

use serde::Serialize;

use crate::{
    finding::{Finding, Label, Place, Severity, Sources, Suggestion},
    report::{REPOSITORY, Report, rule_url},
};

#[derive(Serialize)]
struct DiagnosticResult<'a> {
    source: Source,
    diagnostics: Vec<Diagnostic<'a>>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
    url: &'static str,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    message: String,
    location: Location<'a>,
    severity: &'static str,
    code: Code,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggested>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Code {
    value: String,
    url: String,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Suggested {
    range: Range,
    text: String,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    range: Range,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
}

/// The whole report.
#[must_use]
pub fn document(report: &Report) -> String {
    let source = Source { name: env!("CARGO_PKG_NAME"), url: REPOSITORY };
    let diagnostics = report.counting().map(|(it, sources)| diagnostic(it, sources)).collect();
    json(&DiagnosticResult { source, diagnostics }) + "\n"
}

fn json(result: &DiagnosticResult<'_>) -> String {
    serde_json::to_string(result).expect("strings and numbers always serialize")
}

fn diagnostic<'a>(finding: &'a Finding, sources: &Sources) -> Diagnostic<'a> {
    let mut message = finding.message.clone();
    finding.notes.iter().for_each(|it| message.extend(["\nnote: ", it]));
    finding.help.iter().for_each(|it| message.extend(["\nhelp: ", it]));
    let related =
        |it: &'a Label| Related { message: &it.text, location: location(&it.place, sources) };
    Diagnostic {
        message,
        location: location(&finding.primary.place, sources),
        severity: match finding.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
        },
        code: Code { value: format!("sockopt::{}", finding.rule), url: rule_url(finding.rule) },
        suggestions: finding.fix.iter().filter_map(|it| suggested(it, sources)).collect(),
        related_locations: finding.secondary.iter().map(related).collect(),
    }
}

/// A fix as one replacement: reviewers would take several one by one.
fn suggested(fix: &Suggestion, sources: &Sources) -> Option<Suggested> {
    let (first, last) = (&fix.edits.first()?.place, &fix.edits.last()?.place);
    let source = sources.get(&first.path)?.text();
    let (mut text, mut at) = (String::new(), first.byte_start);
    for edit in &fix.edits {
        text += source.get(at..edit.place.byte_start)?;
        text += &edit.text;
        at = edit.place.byte_end;
    }
    let start = range(first, sources).start;
    Some(Suggested { range: Range { start, end: range(last, sources).end }, text })
}

fn location<'a>(place: &'a Place, sources: &Sources) -> Location<'a> {
    Location { path: &place.path, range: range(place, sources) }
}

fn range(place: &Place, sources: &Sources) -> Range {
    let source = sources.get(&place.path);
    let position = |line, column, offset| Position {
        line,
        column: source.map_or(column, |it| it.byte_column(offset)),
    };
    Range {
        start: position(place.start.line, place.start.column, place.byte_start),
        end: position(place.end.line, place.end.column, place.byte_end),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use sockopt_analysis::{Applicability, Edit};

    use crate::{render::human::tests::sample, report::Report};

    #[test]
    fn columns_are_bytes_and_a_fix_is_one_replacement() {
        let (mut finding, mut sources) = sample();
        let edit = |at: usize, text: &str| Edit { range: at..at, text: text.into() };
        let edits = vec![edit(0, "1"), edit(11, "2")];
        let path = Path::new("/w/src/main.rs");
        finding.suggest(Applicability::MachineApplicable, path, edits, &mut sources);
        let report =
            Report { findings: vec![(finding, 0)], sources: vec![sources], ..Report::default() };
        let text = super::document(&report);
        let all: serde_json::Value = serde_json::from_str(&text).unwrap();
        let it = &all["diagnostics"][0];
        // `ä` has two bytes.
        assert_eq!(it["location"]["range"]["end"]["column"], 19);
        assert_eq!(it["suggestions"][0]["text"], "1fn main() {2");
        assert_eq!(it["suggestions"][0]["range"]["end"]["column"], 12);
        // The byte order mark is none of a line's.
        assert_eq!(it["related_locations"][0]["location"]["range"]["start"]["column"], 5);
    }
}
