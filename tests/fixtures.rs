//! Every fixture: what the tool finds is what the marks say, exactly.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

use crate::{
    harness::{Finding, Fixture, built_fixtures, cargo, fixtures_dir},
    marks::{self, Mark},
};

#[test]
fn every_fixture_finds_what_its_marks_say() {
    let mut failing = Vec::new();
    let mut report = String::new();
    for fixture in Fixture::all() {
        let differences = Differences::of(&fixture);
        if !differences.is_empty() {
            failing.push(fixture.name.clone());
            let _ = write!(report, "{differences}");
        }
    }
    assert!(failing.is_empty(), "{report}\nfailing fixtures: {}", failing.join(", "));
}

/// How a fixture's findings differ from its marks.
#[derive(Default)]
struct Differences {
    missed: Vec<String>,
    unexpected: Vec<String>,
    no_miss_any_more: Vec<String>,
}

impl Differences {
    fn of(fixture: &Fixture) -> Self {
        let mut differences = Self::default();
        let mut findings = fixture.findings();
        for (path, source) in fixture.sources() {
            for mark in marks::parse(&source) {
                differences.compare(&path, &mark, &mut findings);
            }
        }
        for finding in findings {
            let place = place(&finding.primary.path, finding.primary.line, &finding.rule);
            differences.unexpected.push(format!("{place}: {}", finding.message));
        }
        differences
    }

    /// Takes the finding that `mark` expects out of `findings`.
    fn compare(&mut self, path: &Path, mark: &Mark, findings: &mut Vec<Finding>) {
        let place = place(path, mark.line, &mark.rule);
        match (findings.iter().position(|finding| meets(finding, path, mark)), mark.miss) {
            (Some(idx), true) => {
                findings.remove(idx);
                self.no_miss_any_more.push(place);
            }
            (Some(idx), false) => drop(findings.remove(idx)),
            (None, true) => {}
            (None, false) => {
                let text = mark.text.as_ref().map(|text| format!(": \"{text}\""));
                self.missed.push(place + &text.unwrap_or_default());
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.missed.is_empty() && self.unexpected.is_empty() && self.no_miss_any_more.is_empty()
    }
}

impl std::fmt::Display for Differences {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lists = [
            ("missed", &self.missed),
            ("unexpected", &self.unexpected),
            ("no miss any more", &self.no_miss_any_more),
        ];
        for (name, list) in lists {
            for line in list {
                writeln!(f, "{name}: {line}")?;
            }
        }
        Ok(())
    }
}

fn meets(finding: &Finding, path: &Path, mark: &Mark) -> bool {
    finding.rule == mark.rule
        && finding.primary.line == mark.line
        && finding.primary.path == path
        && mark.text.as_ref().is_none_or(|text| finding.message.contains(text))
}

/// `folder/src/main.rs:7 rule`.
fn place(path: &Path, line: usize, rule: &str) -> String {
    let path = path.strip_prefix(fixtures_dir()).unwrap_or(path);
    format!("{}:{line} {rule}", path.display())
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
        if !says || clean != marks::parse(&source).is_empty() {
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
