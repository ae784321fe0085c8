//! SARIF, before the schema that GitHub validates with.

use std::{collections::BTreeSet, sync::OnceLock};

use cargo_sockopt::{
    cli::MessageFormat,
    finding::{Finding, Label, Origin, Place, Severity},
    identity::Identity,
    locate::Position,
    project::Target,
    render,
    report::Report,
};
use jsonschema::Validator;
use serde_json::Value;

use super::{Sample, json, wrong};
use crate::harness::{Fixture, Tool, fixtures_dir};

/// A report that the schema accepts: its only run.
#[track_caller]
fn valid(text: &str) -> Value {
    static SCHEMA: OnceLock<Validator> = OnceLock::new();
    let schema = SCHEMA.get_or_init(|| {
        // A bracket that nothing opens is itself in JavaScript, and an error elsewhere.
        let text = include_str!("sarif-2.1.0.json").replace("{2}]?$", "{2}\\\\]?$");
        let schema = json(&text);
        jsonschema::validator_for(&schema).expect("a schema")
    });
    let log = json(text);
    let wrong: Vec<_> =
        schema.iter_errors(&log).map(|it| format!("{}: {it}", it.instance_path())).collect();
    assert!(wrong.is_empty(), "{}\n{text}", wrong.join("\n"));
    log["runs"][0].clone()
}

fn results(run: &Value) -> &Vec<Value> {
    run["results"].as_array().expect("results")
}

#[test]
fn nothing_found_is_valid() {
    let run = valid(&Sample::new("").run("--message-format sarif", 0).stdout);
    assert!(results(&run).is_empty());
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), cargo_sockopt::suppress::rules::all().count());
    for rule in rules {
        for field in ["id", "name", "helpUri"] {
            assert!(rule[field].is_string(), "{rule}");
        }
        assert!(rule["help"]["markdown"].as_str().is_some_and(|it| it.contains("### Bad")));
        let score = rule["properties"]["security-severity"].as_str().expect("a string");
        assert!((0.1..=10.0).contains(&score.parse::<f64>().expect("a number")));
        assert!(!rule["fullDescription"]["text"].as_str().expect("text").contains('#'), "{rule}");
    }
}

#[test]
fn one_finding_fills_every_column() {
    let sample = Sample::new(&wrong("one"));
    let run = valid(&sample.run("--message-format sarif", 1).stdout);
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let [result] = results(&run).as_slice() else { panic!("one result: {run}") };
    let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small");
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    assert_eq!(
        (&result["ruleId"], &result["level"]),
        (&"sockopt::missing_reuseaddr".into(), &"error".into())
    );
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "code/src/lib.rs", "as the repository has it");
    // `é` and a letter beyond the first plane are a column each.
    assert_eq!(
        (&place["region"]["startLine"], &place["region"]["startColumn"]),
        (&5.into(), &17.into())
    );
    assert_eq!(result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"], "one");
    let print = result["partialFingerprints"]["sockoptFinding/v1"].as_str().expect("a fingerprint");
    assert!(print.len() == 16 && print.bytes().all(|it| it.is_ascii_hexdigit()), "{print}");
    let flow = result["codeFlows"][0]["threadFlows"][0]["locations"].as_array().expect("a flow");
    let lines: Vec<_> = flow
        .iter()
        .map(|it| it["location"]["physicalLocation"]["region"]["startLine"].as_u64())
        .collect();
    assert_eq!(
        lines,
        [Some(4), Some(6), Some(5)],
        "the secondary labels in order, then the primary"
    );
    let replacement = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
    let text = replacement["insertedContent"]["text"].as_str().expect("a text");
    assert!(text.contains("set_reuse_address(true)"), "{text}");
    assert!(replacement["deletedRegion"]["startLine"].is_u64());
    assert_eq!(result["suppressions"], Value::Array(Vec::new()));
    assert!(result["baselineState"].is_null(), "it was not compared");
    assert_eq!(result["properties"]["package"], "sample");
}

#[test]
fn what_is_suppressed_or_known_is_marked() {
    let allow = "// sockopt: allow(missing_reuseaddr) -- for now\n";
    let sample = Sample::new(&[allow, &wrong("one"), &wrong("two")].concat());
    sample.run("baseline write --baseline b.toml", 0);
    sample.write("code/src/lib.rs", &(sample.read("code/src/lib.rs") + &wrong("three")));
    let run = valid(&sample.run("--baseline b.toml --message-format sarif", 1).stdout);
    let results = results(&run);
    let states: Vec<_> = results.iter().map(|it| it["baselineState"].as_str()).collect();
    assert_eq!(states, [Some("unchanged"), Some("unchanged"), Some("new")]);
    let suppression = &results[0]["suppressions"][0];
    assert_eq!(
        (&suppression["kind"], &suppression["justification"]),
        (&"inSource".into(), &"for now".into())
    );
    assert!(results[1..].iter().all(|it| it["suppressions"].as_array().is_some_and(Vec::is_empty)));
}

#[test]
fn everything_that_the_fixtures_have_is_valid() {
    let run = Tool::new()
        .args(["--message-format", "sarif", "-W", "all"])
        .args(Fixture::all().iter().map(|it| &it.dir))
        .current_dir(&fixtures_dir())
        .run();
    let log = valid(&run.stdout);
    let results = results(&log);
    assert!(results.len() > 50, "{}", results.len());
    let prints: BTreeSet<_> =
        results.iter().map(|it| it["partialFingerprints"].to_string()).collect();
    assert_eq!(prints.len(), results.len(), "each finding has a fingerprint of its own");
}

#[test]
fn what_could_not_be_analyzed_is_a_notification() {
    let sample = Sample::new(&wrong("one"));
    sample.write("code/src/x.rs", "use socket2::Socket;\nfn f( {}\n");
    let run = valid(&sample.run("--message-format sarif", 1).stdout);
    let notification = &run["invocations"][0]["toolExecutionNotifications"][0];
    let place = &notification["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "code/src/x.rs", "{notification}");
    let run = valid(&sample.run("gone.rs src --message-format sarif", 2).stdout);
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert_eq!(results(&run).len(), 1);
}

/// A report with as many findings; every third is an error.
fn large(findings: usize, words: usize) -> Report {
    let finding = |line: usize| {
        let position = |column| Position { line: line + 1, column };
        let place = Place {
            path: format!("src/{}.rs", line % 977),
            start: position(1),
            end: position(9),
            byte_start: line * 10,
            byte_end: line * 10 + 8,
        };
        let mut random = fastrand::Rng::with_seed(line as u64);
        let message: String = (0..words * 16).map(|_| random.alphanumeric()).collect();
        let target = Target::script("src/main.rs".as_ref());
        let origin = Origin {
            package: "demo".into(),
            package_id: String::new(),
            manifest_path: "Cargo.toml".into(),
            target,
        };
        let hash = format!("{line:016x}");
        let severity = if line.is_multiple_of(3) { Severity::Error } else { Severity::Warning };
        let label = |text: &str| Label { place: place.clone(), text: text.into() };
        Finding {
            rule: "late_option",
            explanation: "",
            severity,
            message,
            primary: label("here"),
            secondary: vec![label("made here"), label("read here")],
            notes: vec!["see socket(7)".into()],
            help: Some("move it".into()),
            fix: None,
            platforms: "unix".into(),
            item: "main".into(),
            origin,
            suppressed: None,
            identity: Identity { hash, ..Identity::default() },
            baseline_state: None,
            unfixed: None,
        }
    };
    let findings = (0..findings).map(|line| (finding(line), 0)).collect();
    Report { findings, complete: true, ..Report::default() }
}

#[test]
fn what_github_does_not_take_is_left_out_with_a_note() {
    // Over the number of results, and over the size.
    for (report, at_most) in [(large(30_000, 1), 25_000), (large(600, 2_500), 500)] {
        let document = render::document(MessageFormat::Sarif, &report);
        let note = document.note.expect("a note");
        let log = json(&document.text);
        let run = &log["runs"][0];
        let results = results(run);
        assert!(results.len() <= at_most && results.len() > 100, "{}", results.len());
        assert!(
            note.contains(&format!("{} of {}", results.len(), report.findings.len())),
            "{note}"
        );
        let errors = |of: &mut dyn Iterator<Item = bool>| of.filter(|it| *it).count();
        let kept = errors(&mut results.iter().map(|it| it["level"] == "error"));
        let all = errors(&mut report.findings.iter().map(|it| it.0.severity == Severity::Error));
        assert_eq!(kept, all.min(results.len()), "errors come before warnings");
        let notification = &run["invocations"][0]["toolExecutionNotifications"][0];
        assert!(notification["message"]["text"].as_str().is_some_and(|it| it == note));
    }
    assert!(render::document(MessageFormat::Sarif, &large(25_000, 1)).note.is_none());
}
