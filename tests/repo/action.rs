//! `action.yml` and the hook of pre-commit: what they say, and the scripts of the action, run in bash.

use std::{fs, os::unix::fs::symlink, process::Command};

use serde_json::Value;

use super::{assert_valid, file, is_pinned, used, yaml};
use crate::{harness::repository, sample::Sample};

fn action() -> Value {
    yaml(&file("action.yml"))
}

#[test]
fn the_action_is_valid_and_says_what_goes_in_and_out() {
    let action = action();
    assert_valid(&action, include_str!("github-actions.json"));
    for what in ["inputs", "outputs"] {
        for (name, it) in action[what].as_object().expect(what) {
            assert!(it["description"].as_str().is_some_and(|it| it.ends_with('.')), "{name}");
            assert!(file("docs/adoption.md").contains(&format!("| `{name}` |")), "{name}");
        }
    }
}

#[test]
fn what_the_action_uses_is_pinned_and_nothing_is_pasted_into_a_script() {
    let action = action();
    let steps = &action["runs"]["steps"];
    assert!(used(steps).iter().all(|it| is_pinned(it)), "{:?}", used(steps));
    let scripts: Vec<_> =
        steps.as_array().expect("steps").iter().filter_map(|it| it["run"].as_str()).collect();
    assert_eq!(scripts.len(), 3);
    assert!(scripts.iter().all(|it| !it.contains("${{")), "{scripts:?}");
}

/// Runs the script of a step as a runner does. Says the exit status, and what it hands on.
fn step(id: &str, sample: &Sample, env: &[(&str, &str)]) -> (Option<i32>, String) {
    let action = action();
    let steps = action["runs"]["steps"].as_array().expect("steps");
    let step = steps.iter().find(|it| it["id"] == id).expect("a step");
    let output = sample.path("output");
    fs::write(&output, "").expect("a file can be written");
    let mut bash = Command::new("bash");
    bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c"]);
    bash.arg(step["run"].as_str().expect("a script")).envs(env.iter().copied());
    bash.env("GITHUB_OUTPUT", &output).current_dir(sample.root());
    let ended = bash.output().expect("bash runs");
    (ended.status.code(), fs::read_to_string(output).expect("a file can be read"))
}

const LISTENER: &str = "pub fn f(a: std::net::SocketAddr) -> std::io::Result<socket2::Socket> {
    let s = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
    s.bind(&a.into())?;
    s.listen(128)?;
    Ok(s)
}
";

/// Runs the tool as the action does.
fn run(sample: &Sample, args: &str, since: &str) -> (Option<i32>, String) {
    let bin = sample.path("tool/bin");
    fs::create_dir_all(&bin).expect("a folder can be made");
    let _ = symlink(env!("CARGO_BIN_EXE_under_test"), bin.join("cargo-sockopt"));
    let root = sample.path("tool").display().to_string();
    let sarif = sample.path("a b.sarif").display().to_string();
    let env = [("ROOT", &*root), ("SARIF", &*sarif), ("ARGS", args), ("SINCE", since)];
    step("run", sample, &env)
}

#[test]
fn the_action_fails_as_the_tool_does_and_hands_on_its_report() {
    let sample = Sample::new(&[("src/lib.rs", LISTENER)]);
    sample.commit("first");
    let report = format!("sarif={}\n", sample.path("a b.sarif").display());
    assert_eq!(run(&sample, "", ""), (Some(1), format!("status=1\n{report}")));
    assert!(sample.read("a b.sarif").contains("sockopt::missing_reuseaddr"));
    let allowed = run(&sample, "-A missing_reuseaddr\n  --platforms unix", "");
    assert_eq!(allowed, (Some(0), format!("status=0\n{report}")));
    assert_eq!(run(&sample, "", "HEAD"), (Some(0), format!("status=0\n{report}")));
    // Neither the report of an earlier run nor half a report is handed on.
    assert_eq!(run(&sample, "", "no-such-branch"), (Some(2), "status=2\n".to_owned()));
    assert_eq!(run(&sample, "no/such/folder", ""), (Some(2), "status=2\n".to_owned()));
}

#[test]
fn inputs_of_the_action_are_no_code() {
    let sample = Sample::new(&[("src/lib.rs", LISTENER)]);
    for text in ["$(touch pwned)", "`touch pwned`", "; touch pwned #", "\"; touch pwned; \"", "*"] {
        run(&sample, text, "");
        run(&sample, "", text);
        assert!(!sample.path("pwned").exists(), "{text}");
    }
}

#[test]
fn the_same_sources_are_one_build_for_the_action() {
    let sample = Sample::bare(&[
        ("Cargo.toml", ""),
        ("Cargo.lock", ""),
        ("analysis/a b.rs", "one"),
        ("lint/c.rs", ""),
    ]);
    let root = sample.root().display().to_string();
    let key = || step("key", &sample, &[("SOURCE", &root)]);
    let first = key();
    assert_eq!((first.0, first.1.len()), (Some(0), "hash=\n".len() + 40), "{first:?}");
    assert_eq!(key(), first);
    sample.write("analysis/a b.rs", "two");
    assert_ne!(key(), first);
}

#[test]
fn the_hook_runs_what_the_root_of_the_repository_installs() {
    let hooks = yaml(&file(".pre-commit-hooks.yaml"));
    let hook = &hooks[0];
    assert_eq!((&hook["id"], &hook["language"]), (&"sockopt".into(), &"rust".into()));
    let manifest = file("Cargo.toml");
    let entry = hook["entry"].as_str().expect("an entry");
    assert!(
        manifest.contains(&format!("[[bin]]\nname = \"{entry}\"\npath = \"lint/src/main.rs\""))
    );
    assert!(repository().join("lint/src/main.rs").is_file());
}
