//! What each flag does, and what is printed.

use std::{collections::HashSet, fs, process::Command};

use rustfix::Filter;

use super::{DATAGRAMS, LISTENER, Sample, fixed_datagrams, fixed_listener};
use crate::harness::{Fixture, Tool};

fn both() -> Sample {
    let lib = format!("mod datagrams;\n{LISTENER}");
    let sample = Sample::new(&[("src/lib.rs", &lib), ("src/datagrams.rs", DATAGRAMS)]);
    sample.commit("a");
    sample
}

#[test]
fn without_a_flag_fixes_are_shown_and_counted() {
    let sample = both();
    let run = sample.run("", 0);
    let patch = "\n    6 +     #[cfg(not(windows))]\n";
    assert!(run.stdout.contains(patch), "{}", run.stdout);
    let count = "1 finding can be fixed with `--fix`, 1 more with `--unsafe-fixes`";
    assert!(run.stderr.contains(count), "{}", run.stderr);
    let run = sample.run("--unsafe-fixes", 0);
    let count = "2 findings can be fixed with `--fix --unsafe-fixes`";
    assert!(run.stderr.contains(count), "{}", run.stderr);
    assert_eq!(sample.read("src/datagrams.rs"), DATAGRAMS);
}

#[test]
fn fix_makes_what_is_sure_and_reports_the_rest() {
    let sample = both();
    let run = sample.run("--fix", 0);
    assert_eq!(sample.read("src/lib.rs"), format!("mod datagrams;\n{}", fixed_listener()));
    assert_eq!(sample.read("src/datagrams.rs"), DATAGRAMS);
    assert!(!run.stdout.contains("windows_reuseaddr"), "{}", run.stdout);
    assert!(run.stdout.contains("udp_reuseaddr"), "{}", run.stdout);
    assert!(run.stderr.contains("1 finding fixed in 1 file"), "{}", run.stderr);
    // The changed file is not looked at: nothing would be changed.
    sample.run("--fix", 0);
    assert_eq!(sample.read("src/lib.rs"), format!("mod datagrams;\n{}", fixed_listener()));
}

#[test]
fn the_exit_status_is_that_of_what_remains() {
    let sample = both();
    sample.run("--fix -D windows_reuseaddr -D udp_reuseaddr", 1);
    sample.run("--fix -D windows_reuseaddr", 0);
}

#[test]
fn unsafe_fixes_make_the_rest_too() {
    let sample = both();
    let run = sample.run("--fix --unsafe-fixes", 0);
    assert_eq!(sample.read("src/datagrams.rs"), fixed_datagrams());
    assert!(run.stdout.is_empty(), "{}", run.stdout);
    assert!(run.stderr.contains("2 findings fixed in 2 files"), "{}", run.stderr);
}

#[test]
fn only_what_is_selected_is_fixed() {
    let sample = both();
    sample.run("--fix --unsafe-fixes src/datagrams.rs", 0);
    assert_eq!(sample.read("src/datagrams.rs"), fixed_datagrams());
    assert_eq!(sample.read("src/lib.rs"), format!("mod datagrams;\n{LISTENER}"));
    sample.run("--fix -A portability", 0);
    assert_eq!(sample.read("src/lib.rs"), format!("mod datagrams;\n{LISTENER}"));
}

#[test]
fn a_diff_changes_nothing_and_is_one_that_git_applies() {
    let sample = both();
    let run = sample.run("--diff --unsafe-fixes", 1);
    assert_eq!(sample.read("src/datagrams.rs"), DATAGRAMS);
    assert!(run.stderr.contains("2 findings would be fixed in 2 files"), "{}", run.stderr);
    sample.write("a.diff", &run.stdout);
    sample.git(&["apply", "a.diff"]);
    assert_eq!(sample.read("src/datagrams.rs"), fixed_datagrams());
    assert_eq!(sample.read("src/lib.rs"), format!("mod datagrams;\n{}", fixed_listener()));
    assert!(sample.run("--diff --unsafe-fixes", 0).stdout.is_empty());
}

#[test]
fn a_diff_of_windows_line_ends_is_one_that_git_applies() {
    let sample = Sample::new(&[("src/lib.rs", &LISTENER.replace('\n', "\r\n"))]);
    sample.git(&["init", "--quiet"]);
    sample.write("a.diff", sample.run("--diff", 1).stdout);
    sample.git(&["apply", "a.diff"]);
    assert_eq!(sample.read("src/lib.rs"), fixed_listener().replace('\n', "\r\n"));
}

#[test]
fn a_diff_without_fixes_fails_for_what_is_denied() {
    let sample = Sample::new(&[("src/lib.rs", DATAGRAMS)]);
    assert!(sample.run("--diff -D udp_reuseaddr", 1).stdout.is_empty());
    sample.run("--diff", 0);
}

#[test]
fn standard_input_is_printed_fixed() {
    let sample = Sample::new(&[]);
    let run = |args: &str, text: &str| sample.tool(args).stdin(text).run();
    let fixed = run("--fix -W windows_reuseaddr -", LISTENER);
    assert_eq!(fixed.stdout, fixed_listener());
    assert_eq!(fixed.code(), Some(0));
    let broken = "fn f( {}\n\u{1b}[1m";
    assert_eq!(run("--fix -", broken).stdout, broken);
    let rest = run("--fix -D udp_reuseaddr -", DATAGRAMS);
    assert_eq!((rest.stdout.as_str(), rest.code()), (DATAGRAMS, Some(1)));
    assert!(rest.stderr.contains("udp_reuseaddr"), "{}", rest.stderr);
    let diff = run("--diff -W windows_reuseaddr -", LISTENER);
    assert!(diff.stdout.contains("\n+    #[cfg(not(windows))]\n"), "{}", diff.stdout);
    assert_eq!(diff.code(), Some(1));
}

#[test]
fn flags_that_make_no_sense_are_refused() {
    let sample = Sample::listener();
    for args in [
        "--fix --diff",
        "--verify",
        "--allow-dirty",
        "--fix - a.rs",
        "--diff --message-format json",
    ] {
        sample.run(args, 2);
    }
}

#[test]
fn rustfix_reads_the_json() {
    let sample = both();
    let run = sample.run("--message-format json", 0);
    let messages = run.stdout.lines().map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        line["message"].to_string()
    });
    let messages: Vec<_> = messages.filter(|it| it != "null").collect();
    let json = messages.join("\n");
    let of = |filter, file: &str| {
        let all = rustfix::get_suggestions_from_json(&json, &HashSet::new(), filter);
        let is_here = |it: &rustfix::Suggestion| {
            it.solutions[0].replacements.iter().all(|it| it.snippet.file_name == file)
        };
        let here: Vec<_> = all.expect("rustfix reads it").into_iter().filter(is_here).collect();
        rustfix::apply_suggestions(&sample.read(file), &here).expect("the edits fit")
    };
    let (lib, fixed) = ("src/lib.rs", format!("mod datagrams;\n{}", fixed_listener()));
    assert_eq!(of(Filter::MachineApplicableOnly, lib), fixed);
    assert_eq!(of(Filter::MachineApplicableOnly, "src/datagrams.rs"), DATAGRAMS);
    assert_eq!(of(Filter::Everything, "src/datagrams.rs"), fixed_datagrams());
}

#[test]
fn quiet_says_nothing_of_what_was_fixed() {
    let sample = both();
    let run = sample.run("--fix --unsafe-fixes --quiet", 0);
    assert!(run.stdout.is_empty() && run.stderr.is_empty(), "{run:?}");
}

/// A stand-in for the crates that a sample uses, so that it compiles without a network.
const SOCKET2: &str = "\
use std::{io::Result, net::SocketAddr};
pub struct Domain;
pub struct Type;
pub struct Socket;
pub struct Addr;
impl Domain { pub const IPV4: Self = Self; }
impl Type { pub const STREAM: Self = Self; pub const DGRAM: Self = Self; }
impl From<SocketAddr> for Addr { fn from(_: SocketAddr) -> Self { Self } }
impl Socket {
    pub fn new(_: Domain, _: Type, _: Option<()>) -> Result<Self> { Ok(Self) }
    pub fn set_reuse_address(&self, _: bool) -> Result<()> { Ok(()) }
    pub fn bind(&self, _: &Addr) -> Result<()> { Ok(()) }
    pub fn listen(&self, _: i32) -> Result<()> { Ok(()) }
}
";

/// A package that compiles, and where its dependencies are.
struct Compiling {
    sample: Sample,
    _crates: Sample,
}

/// A package that compiles, if `further` does, which is a part of its root file.
fn compiling(datagrams: &str, further: &str) -> Compiling {
    let manifest = |name: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.6.1\"\nedition = \"2024\"\n")
    };
    let crates = Sample::new(&[
        ("socket2/Cargo.toml", &manifest("socket2")),
        ("socket2/src/lib.rs", SOCKET2),
        ("windows/Cargo.toml", &manifest("windows")),
        ("windows/src/lib.rs", ""),
    ]);
    std::fs::remove_file(crates.path("Cargo.toml")).expect("a manifest");
    let path = crates.root().display();
    let dependencies = format!(
        "[dependencies]\nsocket2 = {{ path = '{path}/socket2' }}\n\
         [target.'cfg(windows)'.dependencies]\nwindows = {{ path = '{path}/windows' }}\n[workspace]\n"
    );
    let lib = format!("mod listener;\npub mod datagrams;\npub use listener::*;\n{further}");
    let sample = Sample::new(&[
        ("src/lib.rs", &lib),
        ("src/listener.rs", LISTENER),
        ("src/datagrams.rs", datagrams),
        (".gitignore", "target\n"),
    ]);
    sample.write("Cargo.toml", manifest("sample") + &dependencies);
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut lock = Command::new(cargo);
    let lock = lock.args(["generate-lockfile", "--offline"]).current_dir(sample.root()).output();
    let lock = lock.expect("cargo runs");
    assert!(lock.status.success(), "{}", String::from_utf8_lossy(&lock.stderr));
    sample.commit("a");
    Compiling { sample, _crates: crates }
}

#[test]
fn what_compiles_is_kept() {
    let Compiling { sample, .. } = &compiling(DATAGRAMS, "");
    let run = sample.run("--fix --unsafe-fixes --verify --offline", 0);
    assert!(run.stderr.contains("verifying with `cargo check"), "{}", run.stderr);
    assert!(run.stderr.contains("2 findings fixed in 2 files"), "{}", run.stderr);
    assert_eq!(sample.read("src/listener.rs"), fixed_listener());
}

#[test]
fn what_does_not_compile_is_put_back() {
    // The fix takes away the only use of a function.
    let text = DATAGRAMS.replace("use socket2", "#![deny(dead_code)]\nuse socket2");
    let text = text.replace("true)?", "yes())?") + "\nfn yes() -> bool {\n    true\n}\n";
    let Compiling { sample, .. } = &compiling(&text, "");
    let run = sample.run("--fix --unsafe-fixes --verify --offline", 2);
    assert_eq!(sample.read("src/datagrams.rs"), text);
    assert_eq!(sample.read("src/listener.rs"), fixed_listener());
    assert!(run.stderr.contains("which were undone"), "{}", run.stderr);
    assert!(run.stderr.contains("datagrams.rs"), "{}", run.stderr);
    assert!(run.stderr.contains("1 finding fixed in 1 file"), "{}", run.stderr);
    assert!(run.stdout.contains("udp_reuseaddr"), "{}", run.stdout);
}

#[test]
fn nothing_is_kept_where_nothing_compiled_before() {
    let Compiling { sample, .. } = &compiling(DATAGRAMS, "fn wrong() -> u8 {}\n");
    let run = sample.run("--fix --verify --offline", 2);
    assert_eq!(sample.read("src/listener.rs"), LISTENER);
    assert!(run.stderr.contains("does not compile without them either"), "{}", run.stderr);
}

#[test]
fn what_cargo_does_not_know_cannot_be_verified() {
    let sample = Sample::listener();
    fs::remove_file(sample.path("Cargo.toml")).expect("a manifest");
    let run = sample.run("--fix --verify -W windows_reuseaddr .", 2);
    assert_eq!(sample.read("src/lib.rs"), LISTENER);
    assert!(run.stderr.contains("Cargo.toml"), "{}", run.stderr);
}

#[test]
fn windows_counts_where_it_is_judged() {
    let setter = "    socket.set_reuse_address(true)?;\n";
    let fixed = |args: &str| {
        let sample = Sample::new(&[("src/lib.rs", &LISTENER.replace(setter, ""))]);
        sample.write("Cargo.toml", "[package]\nname = \"sample\"\nedition = \"2024\"\n");
        sample.run(&format!("--fix --allow-no-vcs {args}"), 0);
        sample.read("src/lib.rs")
    };
    assert_eq!(fixed(""), LISTENER);
    assert_eq!(fixed("-W portability"), fixed_listener());
    assert_eq!(fixed("--platforms unix,windows"), fixed_listener());
    assert_eq!(fixed("-W portability --platforms unix"), LISTENER);
}

#[test]
fn a_fix_that_other_callers_would_suffer_from_is_not_offered() {
    // A helper for several domains sets the option, of which one has no use for it.
    let fixture = Fixture::named("misused").dir;
    let file = fixture.join("src/bin/unix_domain.rs");
    let tool = Tool::new().args(["--diff", "--unsafe-fixes"]).arg(file).current_dir(&fixture);
    let run = tool.run();
    assert!(!run.stdout.contains("-    socket.set_reuse_address"), "{}", run.stdout);
    assert!(!run.stderr.contains("21:12: failed to fix"), "{}", run.stderr);
}
