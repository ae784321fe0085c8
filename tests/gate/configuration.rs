//! The configuration: levels, excluded files, and where each setting comes from.

use std::fs;

use super::{Sample, listener, says};
use crate::harness::repository;

fn lines(sample: &Sample, args: &str, code: i32) -> Vec<String> {
    let run = sample.run(&format!("--message-format short {args}"), code);
    run.stdout.lines().map(str::to_owned).collect()
}

/// A broken listener in the library, and one in a test.
fn sample(config: &str) -> Sample {
    let sample = Sample::new(&[
        ("src/lib.rs", &listener("one", false)),
        ("tests/t.rs", &listener("two", false)),
    ]);
    sample.write("sockopt.toml", config);
    sample
}

#[test]
fn levels_hold_for_rules_groups_files_and_platforms() {
    assert_eq!(lines(&sample(""), "", 1).len(), 2);
    let warn = "[levels]\ncorrectness = \"warn\"\n";
    let found = lines(&sample(warn), "", 0);
    assert!(found.len() == 2 && found.iter().all(|it| it.contains("warning[")), "{found:?}");
    assert_eq!(lines(&sample(warn), "-D all", 1).len(), 2);
    assert!(lines(&sample("levels = { missing-reuseaddr = \"allow\" }\n"), "", 0).is_empty());
    let tests = "[[overrides]]\nfiles = [\"tests/\"]\nlevels = { all = \"allow\" }\n";
    let found = lines(&sample(tests), "", 1);
    assert_eq!(found.len(), 1, "{found:?}");
    says(&found[0], "src/lib.rs");
    let bsd = "[[overrides]]\nplatforms = [\"bsd\", \"apple\"]\nlevels.all = \"allow\"\n";
    says(&sample(bsd).run("", 1).stdout, "holds on: linux, other\n");
    let unix = "[[overrides]]\nplatforms = [\"unix\"]\nlevels.all = \"allow\"\n";
    assert!(lines(&sample(unix), "", 0).is_empty());
    let forbid = "levels.missing_reuseaddr = \"forbid\"\n";
    assert_eq!(lines(&sample(forbid), "-A all", 1).len(), 2);
}

#[test]
fn what_is_a_matter_of_taste_is_looked_for_in_every_file() {
    let plain = "pub fn listen() { std::net::TcpListener::bind(\"0.0.0.0:80\"); }";
    let sample = Sample::new(&[("src/lib.rs", "mod net;"), ("src/net.rs", plain)]);
    assert!(lines(&sample, "", 0).is_empty());
    says(&lines(&sample, "-W pedantic", 0)[0], "src/net.rs");
    sample.write(
        "sockopt.toml",
        "[[overrides]]\nfiles = [\"src/\"]\nlevels.implicit_reuseaddr = \"warn\"\n",
    );
    says(&lines(&sample, "", 0)[0], "src/net.rs");
}

#[test]
fn excluded_files_are_not_reported_on_even_if_they_are_named() {
    let sample = sample("exclude = [\"tests/\"]\n");
    for args in ["", "tests/t.rs src", "--tests --lib"] {
        let found = lines(&sample, args, 1);
        assert_eq!(found.len(), 1, "{args}: {found:?}");
    }
    assert!(lines(&sample, "tests/t.rs", 0).is_empty());
    sample.run("--fix --allow-no-vcs", 0);
    assert_eq!(sample.read("tests/t.rs"), listener("two", false));
}

#[test]
fn the_configuration_names_the_baseline() {
    let sample = sample("baseline = \"ci/known.toml\"\n");
    says(&sample.run("", 2).stderr, "ci/known.toml");
    sample.write("ci/.keep", "");
    sample.run("baseline write", 0);
    says(&sample.read("ci/known.toml"), "rule = \"missing_reuseaddr\"");
    sample.run("", 0);
    sample.write("src/lib.rs", "");
    says(&sample.run("", 0).stderr, "1 finding of the baseline is gone");
    says(&sample.run("baseline prune", 0).stderr, "1 finding in `ci/known.toml`: 1 of 2 are gone");
}

#[test]
fn mistakes_end_the_run_with_their_line() {
    let check = |config: &str, what: &str, help: &str| {
        let run = sample(config).run("", 2);
        says(&run.stderr, &format!("sockopt.toml:{what}"));
        says(&run.stderr, help);
        assert_eq!(run.stdout, "");
    };
    check("\nexlude = []\n", "2`: unknown field `exlude`", "did you mean `exclude`?");
    check("[levels]\nlate = \"warn\"\n", "2`: unknown rule or group `late`", "late_option");
    check("[levels]\nall = \"warning\"\n", "2`: unknown variant `warning`", "did you mean `warn`?");
    check("[[overrides]]\nfile = [\"a\"]\n", "2`: unknown field `file`", "did you mean `files`?");
    let run = sample("required-version = \">=9\"\n").run("", 2);
    says(&run.stderr, "sockopt.toml`: it asks for cargo-sockopt >=9, and this is");
    says(&run.stderr, "cargo install");
}

#[test]
fn what_holds_is_printed_with_its_origin() {
    let sample = sample(
        "platforms = [\"linux\"]\n\n[levels]\npedantic = \"warn\"\n\n[[overrides]]\nfiles = [\"tests/\"]\n\
         levels = { late_option = \"allow\" }\n",
    );
    let run = sample.run("config -D udp_reuseaddr", 0);
    let plain: Vec<_> =
        run.stdout.lines().map(|it| it.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for line in [
        "# sample (.)",
        "platforms = [\"linux\"] # sockopt.toml:1",
        "exclude = [] # default",
        "implicit_reuseaddr = \"warn\" # sockopt.toml:4",
        "late_option = \"deny\" # default",
        "udp_reuseaddr = \"deny\" # --deny",
        "files = [\"tests/\"]",
        "levels.late_option = \"allow\" # sockopt.toml:8",
    ] {
        assert!(plain.contains(&line.to_owned()), "no `{line}` in:\n{}", run.stdout);
    }
    assert_eq!(run.stdout.matches("[[overrides]]").count(), 1, "{}", run.stdout);
    let given = sample.run("config --baseline known.toml", 0).stdout;
    assert!(given.lines().any(|it| it.starts_with("baseline = \"known.toml\"")), "{given}");
    // Of a file, the overrides are in the levels.
    let of_file = sample.run("config tests/t.rs", 0).stdout;
    says(&of_file, "late_option = \"allow\"");
    assert!(!of_file.contains("overrides"), "{of_file}");
    says(&sample.run("config src/lib.rs --platforms bsd", 0).stdout, "platforms = [\"bsd\"]");
    // What is printed is a configuration.
    sample.write("sockopt.toml", run.stdout);
    sample.run("config", 0);
}

#[test]
fn the_schema_is_printed_and_checked_in() {
    let sample = sample("");
    let printed = sample.run("config --schema", 0).stdout;
    let path = repository().join("lint/sockopt.schema.json");
    assert_eq!(printed, fs::read_to_string(path).expect("the schema"));
    let schema: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
    for key in ["platforms", "exclude", "required-version", "baseline", "levels", "overrides"] {
        assert!(schema["properties"][key]["description"].is_string(), "{key}");
    }
}
