//! What GitLab, reviewdog, and readers of XML need.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::{Reader, XmlVersion, events::Event};
use serde_json::Value;

use super::{Sample, json, wrong};
use crate::harness::{Fixture, Tool, fixtures_dir};

/// What the tool prints about all fixtures.
fn fixtures(format: &str) -> String {
    Tool::new()
        .args(["--message-format", format, "-W", "all"])
        .args(Fixture::all().iter().map(|it| &it.dir))
        .current_dir(&fixtures_dir())
        .run()
        .stdout
}

/// An element: its path from the root, and its attributes.
type Element = (String, BTreeMap<String, String>);

/// The elements of a document, as they begin; it is well-formed.
fn elements(text: &str) -> Vec<Element> {
    let mut reader = Reader::from_str(text);
    let (mut open, mut all) = (Vec::new(), Vec::new());
    loop {
        let event = reader.read_event().unwrap_or_else(|error| panic!("{error}: {text}"));
        match &event {
            Event::Start(start) | Event::Empty(start) => {
                let name = start.name().as_ref().to_owned();
                open.push(name);
                let attributes = start.attributes().map(|it| {
                    let it = it.expect("an attribute");
                    let key = it.key.as_ref().to_owned();
                    let value = it.normalized_value(XmlVersion::Explicit1_0).expect("a value");
                    (key, value.into_owned())
                });
                all.push((open.join("/"), attributes.collect()));
                if matches!(event, Event::Empty(_)) {
                    open.pop();
                }
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "{text}");
    all
}

fn of<'e>(all: &'e [Element], path: &str) -> Vec<&'e BTreeMap<String, String>> {
    all.iter().filter(|(it, _)| it == path).map(|(_, it)| it).collect()
}

#[test]
fn gitlab_finds_its_fields_and_fingerprints_are_unique() {
    let sample = Sample::new(&wrong("one"));
    let issues = json(&sample.run("--message-format gitlab", 1).stdout);
    assert_eq!(issues[0]["location"]["path"], "code/src/lib.rs");
    assert_eq!(
        json(&Sample::new("").run("--message-format gitlab", 0).stdout),
        Value::Array(vec![])
    );
    let all = json(&fixtures("gitlab"));
    let all = all.as_array().expect("a list");
    for issue in all {
        for field in ["description", "check_name", "fingerprint"] {
            assert!(issue[field].as_str().is_some_and(|it| !it.is_empty()), "{issue}");
        }
        let severities = ["info", "minor", "major", "critical", "blocker"];
        assert!(issue["severity"].as_str().is_some_and(|it| severities.contains(&it)), "{issue}");
        let path = issue["location"]["path"].as_str().expect("a path");
        assert!(fixtures_dir().parent().is_some_and(|it| it.join(path).is_file()), "{path}");
        assert!(issue["location"]["lines"]["begin"].as_u64().is_some_and(|it| it > 0), "{issue}");
    }
    let prints: BTreeSet<_> = all.iter().map(|it| it["fingerprint"].as_str()).collect();
    assert!(prints.len() == all.len() && all.len() > 50, "{} of {}", prints.len(), all.len());
}

#[test]
fn junit_has_a_suite_per_package_and_a_case_per_finding() {
    let number = |it: &BTreeMap<String, String>, key: &str| it[key].parse::<usize>().expect(key);
    let all = elements(&fixtures("junit"));
    let root = of(&all, "testsuites")[0];
    let suites = of(&all, "testsuites/testsuite");
    let cases = of(&all, "testsuites/testsuite/testcase");
    let failures = of(&all, "testsuites/testsuite/testcase/failure");
    assert_eq!((number(root, "tests"), number(root, "failures")), (cases.len(), failures.len()));
    assert_eq!(suites.iter().map(|it| number(it, "failures")).sum::<usize>(), failures.len());
    assert_eq!(suites.iter().map(|it| number(it, "tests")).sum::<usize>(), cases.len());
    assert!(suites.iter().any(|it| number(it, "failures") == 0), "a package that passes");
    assert!(failures.len() > 50 && failures.iter().all(|it| !it["message"].is_empty()));
    let sample = elements(&Sample::new("").run("--message-format junit", 0).stdout);
    assert_eq!(of(&sample, "testsuites/testsuite/testcase").len(), 1);
    assert!(of(&sample, "testsuites/testsuite/testcase/failure").is_empty());
}

#[test]
fn checkstyle_has_every_finding_below_its_file() {
    let sample = Sample::new(&[wrong("one"), wrong("two")].concat());
    let all = elements(&sample.run("--message-format checkstyle", 1).stdout);
    assert_eq!(of(&all, "checkstyle").len(), 1);
    assert_eq!(
        of(&all, "checkstyle/file").iter().map(|it| &it["name"]).collect::<Vec<_>>(),
        ["src/lib.rs"]
    );
    let errors = of(&all, "checkstyle/file/error");
    assert_eq!(errors.len(), 2);
    let first = errors[0];
    assert_eq!((&*first["line"], &*first["column"], &*first["severity"]), ("5", "17", "error"));
    assert_eq!(first["source"], "sockopt.missing_reuseaddr");
    let files = elements(&fixtures("checkstyle"));
    let names: Vec<_> = of(&files, "checkstyle/file").iter().map(|it| it["name"].clone()).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "a file is named once");
    assert!(elements(&Sample::new("").run("--message-format checkstyle", 0).stdout).len() == 1);
}

#[test]
fn rdjson_has_columns_in_bytes_and_suggestions() {
    let sample = Sample::new(&wrong("one"));
    let all = json(&sample.run("--message-format rdjson", 1).stdout);
    assert_eq!(all["source"]["name"], "cargo-sockopt");
    let it = &all["diagnostics"][0];
    assert_eq!(
        (&it["severity"], &it["code"]["value"]),
        (&"ERROR".into(), &"sockopt::missing_reuseaddr".into())
    );
    assert_eq!(it["location"]["path"], "src/lib.rs");
    // `é` has two bytes, and a letter beyond the first plane four.
    let start = &it["location"]["range"]["start"];
    assert_eq!((&start["line"], &start["column"]), (&5.into(), &21.into()));
    let suggestion = &it["suggestions"][0];
    assert!(suggestion["text"].as_str().is_some_and(|it| it.contains("set_reuse_address(true)")));
    assert!(suggestion["range"]["start"]["line"].is_u64());
}
