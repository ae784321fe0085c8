//! XML as of `JUnit`: a suite per package, and a failed case per finding.

use std::io;

use super::xml::{self, Xml};
use crate::{finding::Finding, report::Report};

/// The whole report. A package without findings has a case that passed, so that there is something to compare with.
#[must_use]
pub fn document(report: &Report) -> String {
    let found: Vec<_> = report.counting().map(|(it, _)| it).collect();
    let mut packages: Vec<_> = report.packages.iter().map(String::as_str).collect();
    packages.extend(found.iter().map(|it| it.origin.package.as_str()));
    packages.sort_unstable();
    packages.dedup();
    let suites: Vec<_> = packages
        .iter()
        .map(|name| (*name, found.iter().copied().filter(|it| it.origin.package == *name)))
        .map(|(name, found)| (name, found.collect::<Vec<_>>()))
        .collect();
    let tests: usize = suites.iter().map(|(_, found)| found.len().max(1)).sum();
    let (tests, failures) = (tests.to_string(), found.len().to_string());
    let counts =
        [("name", "cargo-sockopt"), ("tests", &tests), ("failures", &failures), ("errors", "0")];
    xml::document(|xml| {
        xml::element(xml, "testsuites", &counts, |xml| {
            suites.iter().try_for_each(|(name, found)| suite(xml, name, found))
        })
    })
}

fn suite(xml: &mut Xml, package: &str, found: &[&Finding]) -> io::Result<()> {
    let package = if package.is_empty() { "files" } else { package };
    let (tests, failures) = (found.len().max(1).to_string(), found.len().to_string());
    let attributes = [
        ("name", package),
        ("tests", &tests),
        ("failures", &failures),
        ("errors", "0"),
        ("skipped", "0"),
    ];
    xml::element(xml, "testsuite", &attributes, |xml| {
        if found.is_empty() {
            let attributes = [("name", "no findings"), ("classname", package), ("time", "0")];
            return xml::empty(xml, "testcase", &attributes);
        }
        found.iter().try_for_each(|it| case(xml, package, it))
    })
}

fn case(xml: &mut Xml, package: &str, finding: &Finding) -> io::Result<()> {
    let place = &finding.primary.place;
    // Without a line, so that it is the same case tomorrow.
    let mut name = format!("sockopt::{} in {}", finding.rule, place.path);
    if !finding.item.is_empty() {
        name.extend([" ", &finding.item]);
    }
    if finding.identity.ordinal > 1 {
        name.extend([" #", &finding.identity.ordinal.to_string()]);
    }
    let line = place.start.line.to_string();
    let attributes = [
        ("name", &*name),
        ("classname", package),
        ("file", &place.path),
        ("line", &line),
        ("time", "0"),
    ];
    xml::element(xml, "testcase", &attributes, |xml| {
        let attributes = [("type", finding.severity.name()), ("message", &finding.message)];
        xml::text(xml, "failure", &attributes, &story(finding))
    })
}

fn story(finding: &Finding) -> String {
    let labels = std::iter::once(&finding.primary).chain(&finding.secondary);
    let line = |path: &str, line: usize, text: &str| format!("{path}:{line}: {text}\n");
    let mut text: String =
        labels.map(|it| line(&it.place.path, it.place.start.line, &it.text)).collect();
    finding.notes.iter().for_each(|it| text.extend(["note: ", it, "\n"]));
    finding.help.iter().for_each(|it| text.extend(["help: ", it, "\n"]));
    text
}
