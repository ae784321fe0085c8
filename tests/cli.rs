//! The contracts of the command line: exit codes, bad input, and the rules in the README.

use std::{fs, path::Path, process::Command};

use tempfile::TempDir;

use crate::harness::{Fixture, Run, Tool, file_name, fixtures_dir, repository};

/// A listener with one finding at level deny.
const LISTENER: &str = r"
use socket2::{Domain, Socket, Type};

pub fn listener(addr: std::net::SocketAddr) -> std::io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&addr.into())?;
    socket.listen(128)?;
    Ok(socket)
}
";

const MANIFEST: &str =
    "[package]\nname = \"sample\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n";

/// A package whose `src/lib.rs` has the listener, with further lines before it and further files.
fn package(lines: &str, files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder for a package");
    fs::create_dir(folder.path().join("src")).expect("a folder for sources");
    let write = |name: &str, bytes: &[u8]| {
        fs::write(folder.path().join(name), bytes).expect("a file can be written");
    };
    write("Cargo.toml", MANIFEST.as_bytes());
    write("src/lib.rs", format!("{lines}{LISTENER}").as_bytes());
    for (name, bytes) in files {
        write(name, bytes);
    }
    folder
}

fn run(path: impl AsRef<Path>) -> Run {
    Tool::new().arg(path.as_ref()).run()
}

/// The run went on to the listener, and named `file` in one message that says `what`.
fn assert_goes_on(run: &Run, file: &str, what: &str) {
    assert_ended(run, 1);
    assert!(run.stdout.contains("missing_reuseaddr"), "the run did not go on: {run:?}");
    let messages = run.stderr.lines().filter(|line| line.contains(file)).count();
    assert!(messages >= 1, "`{file}` is not named: {}", run.stderr);
    assert!(run.stderr.contains(what), "no `{what}` in: {}", run.stderr);
    let warnings = run.stderr.lines().filter(|line| line.starts_with("warning")).count();
    assert_eq!(warnings, 1, "one message, and one only: {}", run.stderr);
}

/// The run could not be done, and said so in one message that names `what`.
fn assert_refused(run: &Run, what: &str) {
    assert_ended(run, 2);
    assert!(run.stdout.is_empty(), "{}", run.stdout);
    assert!(run.stderr.contains(what), "no `{what}` in: {}", run.stderr);
    let errors = run.stderr.lines().filter(|line| line.starts_with("error")).count();
    assert_eq!(errors, 1, "one message, and one only: {}", run.stderr);
}

fn assert_ended(run: &Run, code: i32) {
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    assert_eq!(run.code(), Some(code), "{} {}\n{}", run.status, run.stdout, run.stderr);
}

#[test]
fn nothing_found_is_0() {
    assert_ended(&run(Fixture::named("silence").dir), 0);
}

#[test]
fn something_found_at_deny_is_1() {
    assert_ended(&run(Fixture::named("restart-fails").dir), 1);
}

#[test]
fn something_found_below_deny_is_0() {
    let run = Tool::new()
        .args(["-W", "all"])
        .arg(Fixture::named("restart-fails").dir)
        .current_dir(&fixtures_dir())
        .run();
    assert_ended(&run, 0);
    assert!(run.stdout.contains("missing_reuseaddr"), "{}", run.stdout);
}

#[test]
fn cargo_passes_the_subcommands_name() {
    let run = Tool::new().arg("sockopt").arg(Fixture::named("restart-fails").dir).run();
    assert_ended(&run, 1);
}

#[test]
fn a_single_file_is_analyzed() {
    let run = run(Fixture::named("restart-fails").dir.join("src/main.rs"));
    assert_ended(&run, 1);
}

#[test]
fn a_folder_without_a_manifest_is_analyzed() {
    let folder = package("", &[]);
    fs::remove_file(folder.path().join("Cargo.toml")).expect("a manifest");
    assert_ended(&run(folder.path()), 1);
}

#[test]
fn standard_input_is_analyzed() {
    assert_ended(&Tool::new().arg("-").stdin(LISTENER).run(), 1);
    assert_ended(&Tool::new().arg("-").stdin("fn main() {}").run(), 0);
}

#[test]
fn an_unknown_flag_is_2() {
    assert_refused(&Tool::new().arg("--no-such-flag").run(), "--no-such-flag");
}

#[test]
fn an_unknown_rule_is_2() {
    assert_refused(&Tool::new().args(["-D", "missing_reusaddr"]).run(), "missing_reusaddr");
}

#[test]
fn a_path_that_does_not_exist_is_2() {
    assert_refused(&run("no/such/folder"), "no/such/folder");
}

#[test]
fn a_folder_with_nothing_to_analyze_is_2() {
    let folder = tempfile::tempdir().expect("an empty folder");
    assert_refused(&run(folder.path()), &file_name(folder.path()));
}

#[test]
fn a_broken_manifest_is_2() {
    let folder = package("", &[("Cargo.toml", b"[package\nname = 1")]);
    assert_refused(&run(folder.path()), "Cargo.toml");
}

#[cfg(target_os = "linux")]
#[test]
fn an_unreadable_file_is_named_and_the_run_goes_on() {
    let folder = package("mod unreadable;", &[]);
    // Not even the superuser reads the first page of a process.
    let link = folder.path().join("src/unreadable.rs");
    std::os::unix::fs::symlink("/proc/self/mem", link).expect("a link");
    assert_goes_on(&run(folder.path()), "unreadable.rs", "failed to read");
}

#[test]
fn invalid_utf_8_is_named_and_the_run_goes_on() {
    let bytes = b"// socket2::Socket \xff\xfe\nfn f() {}\n";
    let folder = package("mod latin;", &[("src/latin.rs", bytes)]);
    assert_goes_on(&run(folder.path()), "latin.rs", "UTF-8");
}

#[test]
fn a_syntax_error_is_named_and_the_run_goes_on() {
    let text = b"use socket2::Socket;\nfn f( {}\n";
    let folder = package("mod broken;", &[("src/broken.rs", text)]);
    assert_goes_on(&run(folder.path()), "broken.rs", "broken.rs:2");
}

#[test]
fn a_missing_module_is_named_and_the_run_goes_on() {
    let folder = package("mod gone;", &[]);
    assert_goes_on(&run(folder.path()), "gone", "gone");
}

#[test]
fn a_module_that_a_cfg_leaves_out_may_be_missing() {
    let run = run(package("#[cfg(windows)]\nmod gone;", &[]).path());
    assert_ended(&run, 1);
    assert!(!run.stderr.contains("gone"), "{}", run.stderr);
}

#[test]
fn nesting_a_hundred_thousand_deep_is_survived() {
    let open = "(".repeat(100_000);
    let close = ")".repeat(100_000);
    let text = format!("use socket2::Socket;\nfn f() -> u8 {{ {open}1{close} }}\n");
    let folder = package("mod deep;", &[("src/deep.rs", text.as_bytes())]);
    assert_goes_on(&run(folder.path()), "deep.rs", "deep");
}

#[test]
fn a_file_of_50_megabytes_is_survived() {
    let line = "// A comment of sixty-four characters, which says socket2::Socket.\n";
    let text = line.repeat(50_000_000 / line.len());
    let folder = package("mod large;", &[("src/large.rs", text.as_bytes())]);
    let run = run(folder.path());
    assert_ended(&run, 1);
    assert!(run.stdout.contains("missing_reuseaddr"), "the run did not go on: {run:?}");
}

#[test]
fn every_rule_explains_itself() {
    for rule in cargo_sockopt::suppress::rules::all() {
        let run = Tool::new().args(["--explain", rule.name]).run();
        assert_ended(&run, 0);
        for heading in ["What it does", "Why is this bad?"] {
            assert!(run.stdout.contains(heading), "{}: no `{heading}`", rule.name);
        }
    }
}

#[test]
fn an_unknown_rule_is_not_explained() {
    assert_refused(&Tool::new().args(["--explain", "late_options"]).run(), "late_option");
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let run = Tool::new()
        .args(["--message-format", "json", "-W", "all"])
        .arg(Fixture::named("idioms").dir)
        .run_into_closed_pipe();
    assert_ended(&run, 0);
    assert!(run.stderr.is_empty(), "{}", run.stderr);
}

#[test]
fn machine_formats_end_with_the_result() {
    for (name, success) in [("silence", true), ("restart-fails", false)] {
        let run = Tool::new()
            .args(["--message-format", "json"])
            .arg(Fixture::named(name).dir)
            .current_dir(&fixtures_dir())
            .run();
        let last = run.stdout.lines().next_back().unwrap_or_default();
        let last: serde_json::Value = serde_json::from_str(last).expect("JSON");
        assert_eq!(last["reason"], "build-finished");
        assert_eq!(last["success"], success, "{name}");
    }
}

#[test]
fn two_runs_print_the_same() {
    let print = || run(Fixture::named("idioms").dir).stdout;
    assert_eq!(print(), print());
}

#[test]
fn the_readme_lists_the_rules() {
    let readme = fs::read_to_string(repository().join("README.md")).expect("a README");
    let rows: Vec<_> = readme.lines().filter(|line| line.starts_with("| [`")).collect();
    for rule in cargo_sockopt::suppress::rules::all() {
        let (level, group) = (rule.level.name(), rule.group.name());
        let page = format!("[`{0}`](docs/rules/{0}.md)", rule.name);
        let row = format!("| {page} | {level} | {group} | {} |", rule.summary);
        assert!(rows.contains(&row.as_str()), "not in the README: {row}");
    }
}

#[test]
fn the_work_tree_is_left_as_it_was() {
    let folder = package("", &[]);
    assert_ended(&run(folder.path()), 1);
    let mut names: Vec<_> = fs::read_dir(folder.path())
        .expect("a folder")
        .map(|entry| file_name(&entry.expect("an entry").path()))
        .collect();
    names.sort();
    assert_eq!(names, ["Cargo.toml", "src"]);
}

#[test]
fn ci_is_a_script_that_parses() {
    let script = repository().join(".ci/run");
    let status = Command::new("bash").arg("-n").arg(&script).status().expect("bash");
    assert!(status.success(), "{}", script.display());
}
