//! What is not committed is not touched, unless a flag says so.

use super::{LISTENER, Sample, fixed_listener};

fn assert_refused(sample: &Sample, args: &str, says: &[&str]) {
    let run = sample.run(args, 2);
    for what in says {
        assert!(run.stderr.contains(what), "no `{what}` in {}", run.stderr);
    }
    assert!(run.stdout.contains("windows_reuseaddr"), "{}", run.stdout);
}

fn assert_fixed(sample: &Sample, args: &str) {
    sample.run(args, 0);
    assert!(sample.read("src/lib.rs").contains("#[cfg(not(windows))]"));
}

/// A listener that is committed, and then changed.
fn changed() -> Sample {
    let sample = Sample::listener();
    sample.commit("a");
    sample.write("src/lib.rs", format!("{LISTENER}\n// more\n"));
    sample
}

#[test]
fn outside_of_version_control_nothing_is_fixed_unless_that_is_allowed() {
    let sample = Sample::listener();
    assert_refused(&sample, "--fix", &["not under version control", "--allow-no-vcs"]);
    assert_refused(&sample, "--fix --allow-dirty", &["--allow-no-vcs"]);
    assert_eq!(sample.read("src/lib.rs"), LISTENER);
    assert_fixed(&sample, "--fix --allow-no-vcs");
}

#[test]
fn a_dirty_file_is_not_fixed_unless_that_is_allowed() {
    let sample = changed();
    let says = ["src/lib.rs (dirty)", "--allow-dirty"];
    assert_refused(&sample, "--fix", &says);
    assert_refused(&sample, "--fix --allow-staged", &says);
    assert_fixed(&sample, "--fix --allow-dirty");
}

#[test]
fn a_staged_file_is_not_fixed_unless_that_is_allowed() {
    let sample = changed();
    sample.git(&["add", "--all"]);
    assert_refused(&sample, "--fix", &["src/lib.rs (staged)", "--allow-staged"]);
    assert_fixed(&sample, "--fix --allow-staged");
    let sample = changed();
    sample.git(&["add", "--all"]);
    assert_fixed(&sample, "--fix --allow-dirty");
}

#[test]
fn a_file_that_git_does_not_know_is_not_fixed_unless_that_is_allowed() {
    let sample = Sample::listener();
    sample.git(&["init", "--quiet"]);
    assert_refused(&sample, "--fix", &["src/lib.rs (not in version control)"]);
    assert_fixed(&sample, "--fix --allow-dirty");
}

#[test]
fn a_root_file_that_git_ignores_is_not_fixed_unless_that_is_allowed() {
    let sample = Sample::listener();
    sample.write("src/main.rs", "fn main() {}\n");
    sample.write(".gitignore", "lib.rs\n");
    sample.commit("a");
    assert_refused(&sample, "--fix", &["src/lib.rs (ignored by version control)"]);
    assert_fixed(&sample, "--fix --allow-dirty");
}

#[test]
fn other_files_may_be_dirty() {
    let sample = Sample::listener();
    sample.commit("a");
    sample.write("README.md", "new");
    sample.write("src/other.rs", "fn f() {}\n");
    assert_fixed(&sample, "--fix");
    assert_eq!(sample.read("src/lib.rs"), fixed_listener());
}

#[test]
fn a_repository_inside_a_repository_is_asked_itself() {
    let sample = Sample::new(&[("src/lib.rs", "mod inner;\n"), ("src/inner/mod.rs", LISTENER)]);
    sample.commit("a");
    let inner = Sample::new(&[]);
    inner.commit("a");
    let git = sample.path("src/inner/.git");
    std::fs::rename(inner.path(".git"), git).expect("a repository");
    assert_refused(&sample, "--fix", &["mod.rs (not in version control)"]);
}

#[test]
fn a_diff_asks_nothing() {
    let sample = changed();
    assert!(!sample.run("--diff", 1).stdout.is_empty());
}
