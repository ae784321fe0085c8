//! Annotations and the summary of a step, where GitHub Actions runs.

use super::{Sample, wrong};
use crate::harness::Tool;

#[test]
fn in_github_actions_findings_are_annotations_and_a_summary() {
    let sample = Sample::new(&wrong("one"));
    let summary = sample.root().join("summary.md");
    sample.write("summary.md", "before\n");
    let tool = || Tool::new().env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", &summary);
    let run = sample.run_tool(tool(), "", 1);
    let start =
        "::error file=code/src/lib.rs,line=5,endLine=5,col=17,endColumn=35,title=sockopt%3A%3A";
    assert!(run.stdout.starts_with(start), "{}", run.stdout);
    assert_eq!(run.stdout.lines().count(), 1, "a command is one line");
    let written = sample.read("summary.md");
    assert!(written.starts_with("before\n### cargo sockopt\n"), "{written}");
    assert!(
        written.contains("/docs/rules/missing_reuseaddr.md) | code/src/lib.rs:5 |"),
        "{written}"
    );
    // What is asked for is printed, and no summary written.
    let run = sample.run_tool(tool(), "--message-format short", 1);
    assert!(run.stdout.starts_with("src/lib.rs:5:"), "{}", run.stdout);
    assert_eq!(sample.read("summary.md"), written);
    // Neither is a diff anything else.
    let run = sample.run_tool(tool(), "--diff", 1);
    assert!(run.stdout.starts_with("--- "), "{}", run.stdout);
}

#[test]
fn elsewhere_the_variables_of_github_mean_nothing() {
    let sample = Sample::new(&wrong("one"));
    let summary = sample.root().join("summary.md");
    let tool = || Tool::new().env("GITHUB_STEP_SUMMARY", &summary);
    assert!(sample.run_tool(tool(), "", 1).stdout.starts_with("error[sockopt::"));
    sample.run_tool(tool(), "--message-format github", 1);
    assert!(!summary.exists());
}

#[test]
fn a_summary_that_cannot_be_written_is_named_and_fails_nothing() {
    let sample = Sample::new("");
    let tool =
        Tool::new().env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", "/no/such/file");
    let run = sample.run_tool(tool, "", 0);
    assert!(run.stderr.contains("failed to write the summary `/no/such/file`"), "{}", run.stderr);
}
