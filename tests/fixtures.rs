//! Every fixture: what the tool finds is what the marks say, exactly.

use std::{fmt::Write, path::PathBuf};

use sockopt_analysis::testing::{Differences, Found, marks};

use crate::harness::{Fixture, built_fixtures, cargo, fixtures_dir};

#[test]
fn every_fixture_finds_what_its_marks_say() {
    let mut failing = Vec::new();
    let mut report = String::new();
    for fixture in Fixture::all() {
        let differences = differences(&fixture);
        if !differences.is_empty() {
            failing.push(fixture.name.clone());
            let _ = write!(report, "{differences}");
        }
    }
    assert!(failing.is_empty(), "{report}\nfailing fixtures: {}", failing.join(", "));
}

/// How a fixture's findings differ from its marks.
fn differences(fixture: &Fixture) -> Differences {
    let mut differences = Differences::default();
    let mut findings = fixture.findings();
    for (path, source) in fixture.sources() {
        let here = findings.extract_if(.., |finding| finding.primary.path == path);
        let found =
            here.map(|it| Found { line: it.primary.line, rule: it.rule, message: it.message });
        let name = path.strip_prefix(fixtures_dir()).unwrap_or(&path).display().to_string();
        differences.compare(&name, &marks(&source), found.collect());
    }
    assert!(findings.is_empty(), "in no source of {}: {findings:#?}", fixture.name);
    differences
}

#[test]
fn every_fixture_builds() {
    built_fixtures();
    if fixtures_dir().read_dir().expect("fixtures/ can be read").any(|entry| {
        entry.is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with("model-"))
    }) {
        cargo(&["check", "--locked", "--package", "model-*"]);
    }
}

#[test]
fn every_source_says_what_it_is_drawn_from_and_its_verdict() {
    let mut wrong: Vec<PathBuf> = Vec::new();
    for (path, source) in Fixture::all().iter().flat_map(Fixture::sources) {
        let first = source.lines().next().unwrap_or_default();
        let clean = first.ends_with("verdict: clean.");
        let says = first.starts_with("//! Shape: ") && first.contains("; verdict: ");
        if !says || clean != marks(&source).is_empty() {
            wrong.push(path);
        }
    }
    assert!(
        wrong.is_empty(),
        "the first line is not `//! Shape: …; verdict: ….`, or the marks do not fit it: {wrong:#?}"
    );
}

#[test]
fn the_reassigned_socket_is_found_and_the_lost_setter_is_shown() {
    let fixture = Fixture::named("reassigned-socket");
    let findings = fixture.findings();
    let lost = findings.iter().filter(|finding| {
        finding.rule == "missing_reuseaddr"
            && finding.secondary.iter().any(|span| span.snippet.contains("set_reuse_address"))
    });
    let labels: Vec<_> =
        findings.iter().map(|it| (it.primary.line, it.level.as_str(), &it.secondary)).collect();
    assert_eq!(lost.count(), 2, "the setter on the other socket has no label: {labels:#?}");
}

#[test]
fn a_fixture_alone_finds_the_same_as_among_others() {
    for name in ["split-files", "split-crates", "silence"] {
        let fixture = Fixture::named(name);
        assert_eq!(fixture.findings_alone(), fixture.findings(), "{name}");
    }
}

#[test]
fn every_label_covers_a_call() {
    for finding in Fixture::named("socket2-listener").findings() {
        for span in finding.secondary.iter().chain([&finding.primary]) {
            assert!(span.snippet.ends_with(')'), "`{}` at {}", span.snippet, span.line);
            assert!(!span.label.is_empty(), "no label at {}: {}", span.line, finding.message);
        }
    }
}
