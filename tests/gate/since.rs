//! What is new since a commit.

use std::{fs, path::Path};

use super::{Sample, committed, git, listener, says};
use crate::harness::{Run, Tool};

const SET: &str = "    socket.set_reuse_address(true)?;\n";

/// A repository whose branch `topic` begins behind one commit of `main`, with a correct and a broken listener.
fn repository() -> Sample {
    let sample = committed(&(listener("good", true) + &listener("bad", false)));
    sample.git(&["checkout", "--quiet", "-b", "topic"]);
    sample
}

/// What is reported since `main`: lines of the short format.
#[track_caller]
fn since(sample: &Sample, code: i32) -> Vec<String> {
    lines(&sample.run("--since main --message-format short", code))
}

fn lines(run: &Run) -> Vec<String> {
    run.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn a_deleted_setter_fails_though_no_line_that_is_left_has_changed() {
    let sample = repository();
    assert!(since(&sample, 0).is_empty());
    let text = sample.read("src/lib.rs");
    sample.write("src/lib.rs", text.replace(SET, ""));
    let check = || {
        let found = since(&sample, 1);
        assert_eq!(found.len(), 1, "{found:?}");
        says(&found[0], "src/lib.rs:3:12: error[sockopt::missing_reuseaddr]");
    };
    // In the work tree, in the index, and in a commit.
    check();
    sample.git(&["add", "--all"]);
    check();
    sample.commit("break");
    check();
}

#[test]
fn the_base_is_named_and_nothing_is_touched() {
    let sample = repository();
    sample.write("src/lib.rs", "// A line.\n".repeat(1000) + &sample.read("src/lib.rs"));
    sample.write("src/new.rs", "");
    let state =
        || (sample.git(&["status", "--porcelain"]), sample.git(&["rev-parse", "HEAD", "main"]));
    let before = state();
    let run = sample.run("--since main", 0);
    let commit = &sample.git(&["rev-parse", "main"])[..12];
    let first = format!(
        "sockopt: compared with {commit} (merge base of HEAD and main): 1 file there, 1 changed since\n"
    );
    assert_eq!(run.stderr, format!("{first}sockopt: nothing found in 2 files, 1 known before\n"));
    assert_eq!(run.stdout, "");
    assert_eq!(state(), before);
    assert_eq!(sample.run("--since main -q", 0).stderr, "");
}

#[test]
fn code_that_moved_passes() {
    let sample = repository();
    sample.write("src/net/tcp.rs", listener("bad", false).replace("pub fn", "pub(crate) fn"));
    sample.write("src/net.rs", "mod tcp;\n");
    sample.write("src/lib.rs", "mod net;\n".to_owned() + &listener("good", true));
    assert!(since(&sample, 0).is_empty());
    // Within the file, too.
    let sample = repository();
    sample.write(
        "src/lib.rs",
        format!("{}mod inner {{\n{}}}\n", listener("good", true), listener("bad", false)),
    );
    assert!(since(&sample, 0).is_empty());
}

#[test]
fn a_renamed_file_is_the_same_file() {
    let sample = committed(&format!("mod net;\n{}", listener("good", true)));
    sample.write("src/net.rs", listener("bad", false));
    sample.commit("net");
    sample.git(&["branch", "topic"]);
    sample.git(&["mv", "src/net.rs", "src/tcp.rs"]);
    sample.write("src/lib.rs", format!("mod tcp;\n{}", listener("good", true)));
    assert!(since(&sample, 0).is_empty());
    sample.git(&["checkout", "--quiet", "-b", "renamed"]);
    sample.commit("rename");
    assert!(since(&sample, 0).is_empty());
    sample.write("src/tcp.rs", listener("bad", false) + &listener("worse", false));
    assert_eq!(since(&sample, 1).len(), 1);
}

#[test]
fn a_new_file_is_new() {
    let sample = repository();
    sample.write("src/other.rs", listener("other", false));
    let found = since(&sample, 1);
    assert_eq!(found.len(), 1, "{found:?}");
    says(&found[0], "src/other.rs:3:12");
}

#[test]
fn a_fixed_finding_makes_no_room_for_a_new_one() {
    let sample = repository();
    sample.write("src/lib.rs", listener("good", false) + &listener("bad", true));
    assert_eq!(since(&sample, 1).len(), 1);
    sample.write("src/lib.rs", listener("good", true) + &listener("bad", true));
    let run = sample.run("--since main", 0);
    says(&run.stderr, "sockopt: nothing found in 1 file\n");
}

#[test]
fn what_main_did_since_is_not_ours() {
    let sample = repository();
    sample.commit("empty");
    sample.git(&["checkout", "--quiet", "main"]);
    // What we still have, main has repaired.
    sample.write("src/lib.rs", listener("good", true) + &listener("bad", true));
    sample.commit("repair");
    sample.git(&["checkout", "--quiet", "topic"]);
    assert!(since(&sample, 0).is_empty());
    let found = lines(&sample.run("--since main --no-merge-base --message-format short", 1));
    assert_eq!(found.len(), 1, "{found:?}");
    // A merge brings the repair, and the new base.
    sample.git(&["merge", "--quiet", "--no-edit", "main"]);
    assert!(since(&sample, 0).is_empty());
    assert!(!sample.read("src/lib.rs").is_empty());
    sample.write("src/lib.rs", listener("good", true) + &listener("bad", false));
    assert_eq!(since(&sample, 1).len(), 1);
}

#[test]
fn a_suppression_that_goes_makes_the_finding_new() {
    let comment = "    // sockopt: allow(missing_reuseaddr) -- why\n    socket.bind";
    let text = listener("bad", false);
    let sample = committed(&text.replace("    socket.bind", comment));
    assert!(since(&sample, 0).is_empty());
    sample.write("src/lib.rs", text);
    assert_eq!(since(&sample, 1).len(), 1);
}

#[test]
fn levels_and_platforms_do_not_make_a_finding_new() {
    let windows = "[target.'cfg(windows)'.dependencies]\nwindows-sys = \"0.61\"\n";
    let sample = repository();
    sample.write("Cargo.toml", sample.read("Cargo.toml") + windows);
    for args in ["-W all", "-D all", "--platforms windows", "--lib -W all"] {
        let run = sample.run(&format!("--since main --message-format short {args}"), 0);
        assert_eq!(run.stdout, "", "{args}");
    }
}

#[test]
fn a_base_that_does_not_parse_is_analyzed_as_far_as_it_does() {
    let sample = committed(&(listener("bad", false) + "fn broken() { let = 1 }\n"));
    sample.write("src/lib.rs", listener("bad", false) + "fn broken() {}\n");
    assert!(since(&sample, 0).is_empty());
    sample.write("src/lib.rs", listener("bad", false) + &listener("worse", false));
    assert_eq!(since(&sample, 1).len(), 1);
    // Of what cannot even be told apart, nothing is known.
    let sample = committed(&(listener("bad", false) + "fn broken( {}\n"));
    sample.write("src/lib.rs", listener("bad", false));
    let run = sample.run("--since main --message-format short", 1);
    says(&run.stderr, "warning: src/lib.rs: failed to parse");
    says(&run.stderr, "what it has is taken for new");
    // With a manifest that is none, nothing was there.
    sample.write("Cargo.toml", "[package\n");
    sample.commit("break the manifest");
    sample.write("Cargo.toml", super::MANIFEST);
    let run = sample.run("--since main --message-format short", 1);
    says(&run.stderr, "failed to load");
    says(&run.stderr, "what it has is taken for new");
    assert_eq!(lines(&run).len(), 1);
}

#[test]
fn a_project_below_the_root_and_one_without_a_manifest_are_compared_too() {
    let sample = Sample::new(&[
        ("a/src/lib.rs", &listener("bad", false)),
        ("b/x.rs", &listener("bad", false)),
    ]);
    fs::rename(sample.path("Cargo.toml"), sample.path("a/Cargo.toml"))
        .expect("a file can be moved");
    sample.git(&["init", "--quiet", "--initial-branch", "main"]);
    sample.commit("first");
    let run = |args: &[&str], code: i32| {
        sample.run_args(&[args, &["--since", "main", "--message-format", "short"]].concat(), code)
    };
    run(&["a"], 0);
    run(&["b"], 0);
    run(&["a/src/lib.rs", "b/x.rs"], 0);
    sample.write("a/src/lib.rs", listener("bad", false) + &listener("worse", false));
    sample.write("b/x.rs", listener("bad", false) + &listener("worse", false));
    assert_eq!(lines(&run(&["a", "b"], 1)).len(), 2);
    // A project that was not there before.
    sample.write("c/x.rs", listener("bad", false));
    assert_eq!(lines(&run(&["c"], 1)).len(), 1);
}

/// The command between backticks in a message.
fn command(run: &Run) -> Vec<String> {
    let command = run.stderr.split("`git ").nth(1).and_then(|it| it.split('`').next());
    let command = command.unwrap_or_else(|| panic!("no command in {}", run.stderr));
    command.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn a_shallow_clone_ends_the_run_with_the_command_that_helps() {
    let origin = repository();
    origin.write("src/lib.rs", listener("good", false) + &listener("bad", false));
    origin.commit("break");
    origin.commit("more");
    let url = format!("file://{}", origin.root().display());
    let commit = origin.git(&["rev-parse", "main"]);
    for reference in ["main", "origin/main", "HEAD~2", commit.as_str()] {
        let folder = tempfile::tempdir().expect("a folder");
        git(
            folder.path(),
            &["clone", "--quiet", "--depth", "1", "--branch", "topic", &url, "clone"],
        );
        let clone = folder.path().join("clone");
        let run = |code: i32| check(&clone, reference, code);
        let failed = run(2);
        assert_eq!(failed.stdout, "");
        says(
            &failed.stderr,
            &format!("error: failed to compare with `{reference}`: it is not in this clone"),
        );
        let command = command(&failed);
        assert!(
            command.starts_with(&["fetch".to_owned(), "--unshallow".to_owned()]),
            "{command:?}"
        );
        git(&clone, &command.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(lines(&run(1)).len(), 1, "{reference}");
    }
    // The commit is there, and what is between is not.
    let folder = tempfile::tempdir().expect("a folder");
    git(folder.path(), &["clone", "--quiet", "--depth", "1", "--branch", "topic", &url, "clone"]);
    let clone = folder.path().join("clone");
    git(
        &clone,
        &[
            "fetch",
            "--quiet",
            "--depth",
            "1",
            "origin",
            "+refs/heads/main:refs/remotes/origin/main",
        ],
    );
    let failed = check(&clone, "origin/main", 2);
    says(&failed.stderr, "does not reach back to where they parted");
    let command = command(&failed);
    git(&clone, &command.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(lines(&check(&clone, "origin/main", 1)).len(), 1);
}

#[track_caller]
fn check(folder: &Path, reference: &str, code: i32) -> Run {
    let args = ["--since", reference, "--message-format", "short"];
    let run = Tool::new().args(args).current_dir(folder).run();
    assert_eq!(run.code(), Some(code), "{reference}: {}\n{}", run.stdout, run.stderr);
    run
}

#[test]
fn a_hook_in_a_linked_work_tree_looks_at_that() {
    use std::os::unix::fs::PermissionsExt;
    let sample = repository();
    let folder = tempfile::tempdir().expect("a folder");
    let tree = folder.path().join("tree");
    let path = tree.to_str().expect("UTF-8");
    sample.git(&["worktree", "add", "--quiet", "-b", "linked", path]);
    let hook = sample.path(".git/hooks/pre-commit");
    let tool = env!("CARGO_BIN_EXE_under_test");
    fs::create_dir_all(hook.parent().expect("a folder")).expect("a folder can be made");
    fs::write(&hook, format!("#!/bin/sh\nexec '{tool}' src --since main >\"$PWD/said\" 2>&1\n"))
        .expect("a hook can be written");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("a hook can run");
    let commit = || {
        let mut git = std::process::Command::new("git");
        git.args(["-c", "user.name=a", "-c", "user.email=a@example.org"]);
        git.args(["commit", "--quiet", "--all", "--allow-empty", "--message", "x"]);
        let is_done = git.current_dir(&tree).output().expect("git runs").status.success();
        (is_done, fs::read_to_string(tree.join("said")).unwrap_or_default())
    };
    let (is_done, said) = commit();
    assert!(is_done && said.contains("1 file there, 0 changed since"), "{said}");
    fs::write(tree.join("src/lib.rs"), listener("good", false) + &listener("bad", false))
        .expect("a file can be written");
    let (is_done, said) = commit();
    assert!(!is_done && said.contains("1 error in 1 file, 1 known before"), "{said}");
}

#[test]
fn what_cannot_be_compared_ends_the_run() {
    let sample = repository();
    says(&check(sample.root(), "no-such-branch", 2).stderr, "check the spelling");
    says(&check(sample.root(), "-x", 2).stderr, "error");
    let outside = Sample::new(&[("src/lib.rs", "")]);
    says(&check(outside.root(), "main", 2).stderr, "failed to find a repository around");
    sample.run("--since main --fix", 2);
    sample.run("--since main -", 2);
    sample.run("--no-merge-base", 2);
}

#[test]
fn the_baseline_counts_beside_the_commit() {
    let sample = repository();
    sample.write("src/other.rs", listener("other", false));
    sample.run("baseline write", 0);
    sample.run("--since main", 1);
    sample.run("--since main --baseline sockopt-baseline.toml", 0);
}
