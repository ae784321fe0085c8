//! cargo's `compiler-message` objects: whatever reads `cargo check --message-format json` reads them.

use std::path::Path;

use serde::Serialize;

use crate::{
    finding::{
        Finding, Label, Origin, Place, Replacement, Sources, Suggestion, applicability_name,
    },
    project::{self, Target},
    render::human,
    report::Report,
    warning::Located,
};

#[derive(Serialize)]
struct CompilerMessage<'a> {
    reason: &'static str,
    package_id: &'a str,
    #[serde(serialize_with = "project::lossy")]
    manifest_path: &'a Path,
    target: &'a Target,
    message: Diagnostic<'a>,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    #[serde(rename = "$message_type", skip_serializing_if = "Option::is_none")]
    message_type: Option<&'static str>,
    message: &'a str,
    code: Option<Code<'a>>,
    level: &'a str,
    spans: Vec<Span<'a>>,
    children: Vec<Diagnostic<'a>>,
    rendered: Option<String>,
}

#[derive(Serialize)]
struct Code<'a> {
    code: String,
    explanation: Option<&'a str>,
}

#[derive(Serialize)]
struct Span<'a> {
    file_name: &'a str,
    byte_start: usize,
    byte_end: usize,
    line_start: usize,
    line_end: usize,
    column_start: usize,
    column_end: usize,
    is_primary: bool,
    text: Vec<Line<'a>>,
    label: Option<&'a str>,
    suggested_replacement: Option<&'a str>,
    suggestion_applicability: Option<&'a str>,
    expansion: Option<()>,
}

#[derive(Serialize)]
struct Line<'a> {
    text: &'a str,
    highlight_start: usize,
    highlight_end: usize,
}

/// A finding, on one line.
#[must_use]
pub fn finding(finding: &Finding, sources: &Sources) -> String {
    let primary = label(&finding.primary, true, sources);
    let secondary = finding.secondary.iter().map(|it| label(it, false, sources));
    let platforms = format!("holds on: {}", finding.platforms);
    let notes = finding.notes.iter().map(|note| child("note", note));
    let platforms = (!finding.platforms.is_empty()).then(|| child("note", &platforms));
    let help = match &finding.fix {
        Some(fix) => Some(suggestion(fix, sources)),
        None => finding.help.as_deref().map(|help| child("help", help)),
    };
    let code = format!("sockopt::{}", finding.rule);
    let diagnostic = Diagnostic {
        message_type: Some("diagnostic"),
        message: &finding.message,
        code: Some(Code { code, explanation: Some(finding.explanation) }),
        level: finding.severity.name(),
        spans: std::iter::once(primary).chain(secondary).collect(),
        children: notes.chain(platforms).chain(help).collect(),
        rendered: Some(human::plain(finding, sources)),
    };
    message(&finding.origin, diagnostic)
}

/// A warning, on one line.
#[must_use]
pub fn warning(warning: &Located, origin: &Origin, sources: &Sources) -> String {
    let text = format!("{}: {}", warning.path, warning.message);
    let rendered = anstream::adapter::strip_str(&human::warning(warning, true)).to_string();
    let diagnostic = Diagnostic {
        message_type: Some("diagnostic"),
        message: &text,
        code: None,
        level: "warning",
        spans: warning.place.iter().map(|place| span(place, None, true, sources)).collect(),
        children: warning.help.iter().map(|help| child("help", help)).collect(),
        rendered: Some(rendered),
    };
    message(origin, diagnostic)
}

/// All findings, and the last line. What could not be analyzed belongs to no package here, and is left out.
#[must_use]
pub fn document(report: &Report) -> String {
    let lines = report.counting().map(|(it, sources)| finding(it, sources) + "\n");
    let end = build_finished(report.complete && !report.fails()) + "\n";
    lines.chain([end]).collect()
}

/// The last line of a run.
#[must_use]
pub fn build_finished(success: bool) -> String {
    serde_json::json!({ "reason": "build-finished", "success": success }).to_string()
}

/// Whether a line of cargo's is the last one of a run.
#[must_use]
pub fn is_build_finished(line: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Message<'a> {
        reason: &'a str,
    }
    // Most lines are long, and something else.
    memchr::memmem::find(line, b"\"build-finished\"").is_some()
        && serde_json::from_slice::<Message<'_>>(line).is_ok_and(|it| it.reason == "build-finished")
}

fn message(origin: &Origin, message: Diagnostic<'_>) -> String {
    let Origin { package_id, manifest_path, target, .. } = origin;
    let reason = "compiler-message";
    let message = CompilerMessage { reason, package_id, manifest_path, target, message };
    serde_json::to_string(&message).expect("strings and numbers always serialize")
}

fn child<'a>(level: &'a str, message: &'a str) -> Diagnostic<'a> {
    Diagnostic {
        message_type: None,
        message,
        code: None,
        level,
        spans: Vec::new(),
        children: Vec::new(),
        rendered: None,
    }
}

fn suggestion<'a>(fix: &'a Suggestion, sources: &'a Sources) -> Diagnostic<'a> {
    let applicability = Some(applicability_name(fix.applicability));
    let edit = |it: &'a Replacement| Span {
        suggested_replacement: Some(&it.text),
        suggestion_applicability: applicability,
        ..span(&it.place, None, true, sources)
    };
    Diagnostic { spans: fix.edits.iter().map(edit).collect(), ..child("help", &fix.message) }
}

fn label<'a>(label: &'a Label, is_primary: bool, sources: &'a Sources) -> Span<'a> {
    let text = Some(label.text.as_str()).filter(|text| !text.is_empty());
    span(&label.place, text, is_primary, sources)
}

fn span<'a>(
    place: &'a Place,
    label: Option<&'a str>,
    is_primary: bool,
    sources: &'a Sources,
) -> Span<'a> {
    Span {
        file_name: &place.path,
        byte_start: place.byte_start,
        byte_end: place.byte_end,
        line_start: place.start.line,
        line_end: place.end.line,
        column_start: place.start.column,
        column_end: place.end.column,
        is_primary,
        text: lines(place, sources),
        label,
        suggested_replacement: None,
        suggestion_applicability: None,
        expansion: None,
    }
}

fn lines<'a>(place: &Place, sources: &'a Sources) -> Vec<Line<'a>> {
    let Some(source) = sources.get(&place.path) else { return Vec::new() };
    let line = |number| {
        let text = source.line(number);
        let first = number == place.start.line;
        let last = number == place.end.line;
        Line {
            text,
            highlight_start: if first { place.start.column } else { 1 },
            highlight_end: if last { place.end.column } else { text.chars().count() + 1 },
        }
    };
    (place.start.line..=place.end.line).map(line).collect()
}

#[cfg(test)]
mod tests {
    use cargo_metadata::{Message, diagnostic::DiagnosticLevel};

    use crate::{render::human::tests::sample, warning::Located};

    fn parse(line: &str) -> cargo_metadata::CompilerMessage {
        assert!(!line.contains('\n'));
        match serde_json::from_str(line).unwrap() {
            Message::CompilerMessage(message) => message,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn cargo_metadata_reads_a_finding() {
        let (finding, sources) = sample();
        let message = parse(&super::finding(&finding, &sources));
        assert_eq!(message.package_id.repr, "path+file:///w#demo@0.1.0");
        assert!(message.target.is_bin());
        let diagnostic = message.message;
        assert_eq!(diagnostic.level, DiagnosticLevel::Error);
        assert_eq!(diagnostic.code.unwrap().code, "sockopt::missing_reuseaddr");
        let span = &diagnostic.spans[0];
        assert!(span.is_primary && !diagnostic.spans[1].is_primary);
        assert_eq!((span.line_start, span.column_start, span.column_end), (3, 7, 18));
        assert_eq!(span.text[0].text, "    s.bind(&äddr);");
        assert_eq!((span.text[0].highlight_start, span.text[0].highlight_end), (7, 18));
        let children: Vec<_> =
            diagnostic.children.iter().map(|it| (it.level, &*it.message)).collect();
        let expected = [
            (DiagnosticLevel::Note, "see socket(7)"),
            (DiagnosticLevel::Note, "holds on: unix"),
            (DiagnosticLevel::Help, "set it before"),
        ];
        assert_eq!(children, expected);
        assert!(diagnostic.rendered.unwrap().starts_with("error[sockopt::missing_reuseaddr]"));
    }

    #[test]
    fn cargo_metadata_reads_a_warning() {
        let (finding, sources) = sample();
        let place = Some(finding.primary.place.clone());
        let (path, message) = ("src/main.rs".into(), "failed to parse".into());
        let warning = Located { path, place, message, help: None };
        let message = parse(&super::warning(&warning, &finding.origin, &sources)).message;
        assert_eq!((message.level, message.code), (DiagnosticLevel::Warning, None));
        assert_eq!(message.spans.len(), 1);
    }

    #[test]
    fn cargo_metadata_reads_the_end() {
        let message: Message = serde_json::from_str(&super::build_finished(true)).unwrap();
        assert!(matches!(message, Message::BuildFinished(end) if end.success));
        assert!(super::is_build_finished(super::build_finished(false).as_bytes()));
        assert!(!super::is_build_finished(br#"{"reason":"x","y":"build-finished"}"#));
        assert!(!super::is_build_finished(br#"println!("{:?}", "build-finished")"#));
    }
}
