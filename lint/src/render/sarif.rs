//! SARIF 2.1.0: one run, with everything that was found, also what is meant to stay and what was known.
//!
//! The limits are those of GitHub's code scanning, which refuses a whole file that is beyond them.

use std::{borrow::Cow, fmt::Write as _, io::Write};

use flate2::{Compression, write::GzEncoder};
use serde::Serialize;
use sockopt_analysis::{Group, Level};

use crate::{
    finding::{
        BaselineState, Finding, Label, Place, Severity, Suggestion, Suppressed, applicability_name,
    },
    report::{Document, REPOSITORY, Report, RuleText, rule_url},
    warning::Located,
};

/// How many results a run may have.
pub const MAX_RESULTS: usize = 25_000;
/// How many bytes a compressed file may have.
pub const MAX_BYTES: usize = 10_000_000;
/// How many places a result may name.
const MAX_LOCATIONS: usize = 1_000;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Stands for the folder that paths are relative to.
const ROOT: &str = "%SRCROOT%";

/// The whole report. What is beyond the limits is left out: first what does not count, then warnings.
#[must_use]
pub fn document(report: &Report) -> Document {
    let found = report.findings.len();
    let mut kept = found.min(MAX_RESULTS);
    loop {
        let note = (kept < found).then(|| {
            format!("holds {kept} of {found} findings, since GitHub takes no more in one file")
        });
        let text = json(&log(report, kept, note.as_deref()));
        let size = compressed(&text);
        if size <= MAX_BYTES || kept == 0 {
            return Document { text: text + "\n", note };
        }
        // In whole bytes per finding, so that it gets less each time.
        kept = (MAX_BYTES / size.div_ceil(kept)).min(kept - 1);
    }
}

fn json(log: &Log<'_>) -> String {
    serde_json::to_string(log).expect("strings and numbers always serialize")
}

/// How many bytes a text has when it is compressed as for an upload; one that is small enough is not compressed.
fn compressed(text: &str) -> usize {
    if text.len() <= MAX_BYTES {
        return text.len();
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder
        .write_all(text.as_bytes())
        .and_then(|()| encoder.finish())
        .map_or(text.len(), |it| it.len())
}

fn log<'a>(report: &'a Report, kept: usize, note: Option<&'a str>) -> Log<'a> {
    let is_compared = report.findings.iter().any(|(it, _)| it.baseline_state.is_some());
    let result = |it: &'a Finding| result(it, report, is_compared);
    let results = chosen(report, kept).into_iter().map(result).collect();
    let notified = report.warnings.iter().map(notification);
    let left_out = note.map(|text| Notification {
        level: "warning",
        message: Text { text: text.into() },
        locations: Vec::new(),
    });
    let driver = Driver {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        information_uri: REPOSITORY,
        rules: report.rules.iter().map(rule).collect(),
    };
    let invocation = Invocation {
        execution_successful: report.complete,
        tool_execution_notifications: notified.chain(left_out).collect(),
    };
    let root = Base { description: Text { text: "the root of the repository".into() } };
    let run = Run {
        tool: Tool { driver },
        invocations: [invocation],
        original_uri_base_ids: Bases { root },
        column_kind: "unicodeCodePoints",
        results,
    };
    Log { schema: SCHEMA, version: "2.1.0", runs: [run] }
}

/// The most important findings, in their order.
fn chosen(report: &Report, kept: usize) -> Vec<&Finding> {
    let mut ranked: Vec<_> = report.findings.iter().map(|(it, _)| it).enumerate().collect();
    if kept < ranked.len() {
        ranked.sort_by_key(|(_, it)| (!it.counts(), it.severity != Severity::Error));
        ranked.truncate(kept);
        ranked.sort_by_key(|(index, _)| *index);
    }
    ranked.into_iter().map(|(_, it)| it).collect()
}

fn rule(rule: &RuleText) -> Rule<'_> {
    let RuleText { name, summary, level, group, docs } = rule;
    let (score, precision) = match group {
        Group::Correctness => ("5.0", "very-high"),
        // Somebody else gets a port that is in use.
        Group::Portability => ("6.0", "high"),
        Group::Suspicious => ("4.0", "high"),
        Group::Pedantic => ("1.0", "medium"),
    };
    let (severity, problem) = match level {
        Level::Deny | Level::Forbid => ("error", "error"),
        Level::Warn => ("warning", "warning"),
        Level::Allow => ("note", "recommendation"),
    };
    // The first paragraph below the first heading.
    let full = docs.lines().skip_while(|it| it.starts_with('#') || it.is_empty());
    let full = full.take_while(|it| !it.is_empty()).collect::<Vec<_>>().join(" ");
    Rule {
        id: id(name),
        name: name.split('_').map(capitalized).collect(),
        short_description: Text { text: Cow::Borrowed(*summary) },
        full_description: Text {
            text: if full.is_empty() { (*summary).into() } else { full.into() },
        },
        help: Help { text: docs, markdown: docs },
        help_uri: rule_url(name),
        default_configuration: Configuration { enabled: *level != Level::Allow, level: severity },
        properties: RuleProperties {
            tags: ["security", "reliability", "sockets", group.name()],
            precision,
            problem_severity: problem,
            security_severity: score,
        },
    }
}

fn id(rule: &str) -> String {
    format!("sockopt::{rule}")
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|it| it.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

fn result<'a>(finding: &'a Finding, report: &Report, is_compared: bool) -> SarifResult<'a> {
    let story = finding.secondary.iter().take(MAX_LOCATIONS - 1);
    let primary =
        Location { logical_locations: logical(&finding.item), ..location(&finding.primary, None) };
    // The cause first; what is wrong comes last.
    let flow = || {
        let labels = story.clone().chain([&finding.primary]);
        let step = |it| FlowLocation { location: location(it, None) };
        CodeFlow { thread_flows: [ThreadFlow { locations: labels.map(step).collect() }] }
    };
    // If one result says it, all must; what is meant to stay was not compared, and is nobody's news.
    let state = finding.baseline_state.unwrap_or(BaselineState::Unchanged);
    SarifResult {
        rule_id: id(finding.rule),
        rule_index: report.rules.iter().position(|it| it.name == finding.rule),
        level: finding.severity.name(),
        message: Text { text: finding.account().into() },
        locations: [primary],
        related_locations: story
            .clone()
            .enumerate()
            .map(|(index, it)| location(it, Some(index)))
            .collect(),
        partial_fingerprints: Fingerprints { finding: finding.identity.fingerprint() },
        code_flows: (!finding.secondary.is_empty()).then(flow).into_iter().collect(),
        fixes: finding.fix.iter().map(fix).collect(),
        suppressions: finding.suppressed.iter().map(suppression).collect(),
        baseline_state: is_compared.then_some(state),
        properties: ResultProperties {
            package: &finding.origin.package,
            platforms: &finding.platforms,
            code: &finding.identity.code,
            fix_applicability: finding.fix.as_ref().map(|it| applicability_name(it.applicability)),
        },
    }
}

fn logical(item: &str) -> Vec<LogicalLocation<'_>> {
    let some = (!item.is_empty()).then_some(LogicalLocation { fully_qualified_name: item });
    some.into_iter().collect()
}

fn location(label: &Label, id: Option<usize>) -> Location<'_> {
    let text = &label.text;
    let message = (!text.is_empty()).then(|| Text { text: text.as_str().into() });
    Location { id, message, ..at(&label.place) }
}

fn at(place: &Place) -> Location<'_> {
    let physical =
        PhysicalLocation { artifact_location: artifact(&place.path), region: Some(region(place)) };
    Location { id: None, physical, message: None, logical_locations: Vec::new() }
}

fn region(place: &Place) -> Region {
    Region {
        start_line: place.start.line,
        start_column: place.start.column,
        end_line: place.end.line,
        end_column: place.end.column,
        byte_offset: place.byte_start,
        byte_length: place.byte_end - place.byte_start,
    }
}

fn fix(fix: &Suggestion) -> Fix<'_> {
    let replacement = |it: &crate::finding::Replacement| (region(&it.place), it.text.clone());
    let replacements = fix.edits.iter().map(replacement).map(|(deleted_region, text)| {
        Replacement { deleted_region, inserted_content: Text { text: text.into() } }
    });
    let path = fix.edits.first().map_or("", |it| it.place.path.as_str());
    let change = Change { artifact_location: artifact(path), replacements: replacements.collect() };
    Fix { description: Text { text: fix.message.as_str().into() }, artifact_changes: [change] }
}

fn suppression(suppressed: &Suppressed) -> Suppression<'_> {
    let Suppressed { reason, place } = suppressed;
    Suppression { kind: "inSource", justification: reason, location: at(place) }
}

fn notification(warning: &Located) -> Notification<'_> {
    let text = format!("{}: {}", warning.path, warning.message);
    let whole = || PhysicalLocation { artifact_location: artifact(&warning.path), region: None };
    let located = warning.place.as_ref().map_or_else(
        || Location { id: None, physical: whole(), message: None, logical_locations: Vec::new() },
        at,
    );
    Notification { level: "warning", message: Text { text: text.into() }, locations: vec![located] }
}

/// A path as a URI: relative to the root, or absolute.
fn artifact(path: &str) -> Artifact {
    let mut uri = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    if let Some(drive) = path.get(..2).filter(|it| it.ends_with(':')) {
        return Artifact { uri: format!("file:///{drive}{}", &uri[4..]), uri_base_id: None };
    }
    if path.starts_with('/') {
        return Artifact { uri: format!("file://{uri}"), uri_base_id: None };
    }
    Artifact { uri, uri_base_id: Some(ROOT) }
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    invocations: [Invocation<'a>; 1],
    original_uri_base_ids: Bases<'a>,
    column_kind: &'static str,
    results: Vec<SarifResult<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation<'a> {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification<'a>>,
}

#[derive(Serialize)]
struct Notification<'a> {
    level: &'static str,
    message: Text<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location<'a>>,
}

#[derive(Serialize)]
struct Bases<'a> {
    #[serde(rename = "%SRCROOT%")]
    root: Base<'a>,
}

#[derive(Serialize)]
struct Base<'a> {
    description: Text<'a>,
}

#[derive(Serialize)]
struct Text<'a> {
    text: Cow<'a, str>,
}

#[derive(Serialize)]
struct Help<'a> {
    text: &'a str,
    markdown: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    id: String,
    name: String,
    short_description: Text<'a>,
    full_description: Text<'a>,
    help: Help<'a>,
    help_uri: String,
    default_configuration: Configuration,
    properties: RuleProperties,
}

#[derive(Serialize)]
struct Configuration {
    enabled: bool,
    level: &'static str,
}

#[derive(Serialize)]
struct RuleProperties {
    tags: [&'static str; 4],
    precision: &'static str,
    #[serde(rename = "problem.severity")]
    problem_severity: &'static str,
    #[serde(rename = "security-severity")]
    security_severity: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Text<'a>,
    locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    code_flows: Vec<CodeFlow<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Fix<'a>>,
    /// Never left out: an empty list says that it is not suppressed.
    suppressions: Vec<Suppression<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_state: Option<BaselineState>,
    properties: ResultProperties<'a>,
}

#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "sockoptFinding/v1")]
    finding: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultProperties<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    package: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    platforms: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix_applicability: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(rename = "physicalLocation")]
    physical: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
    byte_offset: usize,
    byte_length: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation<'a> {
    fully_qualified_name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CodeFlow<'a> {
    thread_flows: [ThreadFlow<'a>; 1],
}

#[derive(Serialize)]
struct ThreadFlow<'a> {
    locations: Vec<FlowLocation<'a>>,
}

#[derive(Serialize)]
struct FlowLocation<'a> {
    location: Location<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fix<'a> {
    description: Text<'a>,
    artifact_changes: [Change<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    artifact_location: Artifact,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    inserted_content: Text<'a>,
}

#[derive(Serialize)]
struct Suppression<'a> {
    kind: &'static str,
    justification: &'a str,
    location: Location<'a>,
}

#[cfg(test)]
mod tests {
    use super::artifact;

    #[test]
    fn paths_become_uris() {
        let check = |path: &str, uri: &str, relative: bool| {
            let it = artifact(path);
            assert_eq!((it.uri.as_str(), it.uri_base_id.is_some()), (uri, relative));
        };
        check("src/ä b.rs", "src/%C3%A4%20b.rs", true);
        check("src/a#1%.rs", "src/a%231%25.rs", true);
        check("/tmp/a:b.rs", "file:///tmp/a%3Ab.rs", false);
        check("C:/a.rs", "file:///C:/a.rs", false);
    }
}
