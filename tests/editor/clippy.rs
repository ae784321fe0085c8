//! `cargo sockopt clippy`: one list of messages for an editor that has room for one.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};

use serde_json::Value;

use crate::{
    harness::{Fixture, Run, Tool, fixtures_dir},
    sample::Sample,
};

const LISTENER: &str = "\
use socket2::{Domain, Socket, Type};

pub fn listener(addr: std::net::SocketAddr) -> std::io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&addr.into())?;
    socket.listen(128)?;
    Ok(socket)
}
";

/// A cargo whose clippy does what a script says; it writes down how it was called.
fn cargo(sample: &Sample, clippy: &str) -> PathBuf {
    let real = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let script = format!(
        "#!/bin/sh\nif [ \"$1 $2\" = \"clippy --version\" ]; then echo clippy; exit 0; fi\n\
         if [ \"$1\" = clippy ]; then echo \"$@\" > '{}'; {clippy}; fi\nexec '{real}' \"$@\"\n",
        sample.path("called").display()
    );
    sample.write("cargo.sh", script);
    let path = sample.path("cargo.sh");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a script");
    path
}

fn run(sample: &Sample, clippy: &str, args: &[&str]) -> Run {
    let tool = Tool::new().arg("clippy").args(args).env("CARGO", cargo(sample, clippy));
    let run = tool.current_dir(sample.root()).run();
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    run
}

/// The reasons of the messages of a run, in order.
fn reasons(run: &Run) -> Vec<String> {
    let reason = |line: &str| {
        let message: Value = serde_json::from_str(line).unwrap_or_default();
        message["reason"].as_str().unwrap_or(line).to_owned()
    };
    run.stdout.lines().map(reason).collect()
}

const SAYS: &str = "echo '{\"reason\":\"compiler-artifact\"}'; echo noise; \
    echo '{\"reason\":\"build-finished\",\"success\":true}'; echo Checking >&2";

#[test]
fn messages_are_passed_on_and_end_once() {
    let sample = Sample::new(&[("src/lib.rs", LISTENER)]);
    let json = ["--", "--message-format=json", "-q"];
    let run = run(&sample, &format!("{SAYS}; exit 0"), &json);
    assert_eq!(run.code(), Some(1), "{}", run.stderr);
    assert_eq!(reasons(&run), ["compiler-artifact", "noise", "compiler-message", "build-finished"]);
    assert!(run.stdout.ends_with("\"success\":false}\n"), "{}", run.stdout);
    assert!(run.stderr.contains("Checking"), "{}", run.stderr);
    assert_eq!(sample.read("called"), "clippy --message-format=json -q\n");
}

#[test]
fn the_format_is_asked_for_on_either_side() {
    let sample = Sample::new(&[("src/lib.rs", "")]);
    let args = ["--message-format", "json", "--", "--all-targets", "--", "-W", "clippy::pedantic"];
    let run = run(&sample, &format!("{SAYS}; exit 0"), &args);
    assert_eq!(run.code(), Some(0), "{}", run.stderr);
    assert_eq!(reasons(&run), ["compiler-artifact", "noise", "build-finished"]);
    assert!(run.stdout.ends_with("\"success\":true}\n"), "{}", run.stdout);
    let called = "clippy --message-format json --all-targets -- -W clippy::pedantic\n";
    assert_eq!(sample.read("called"), called);
    let refused = self::run(
        &sample,
        "exit 0",
        &["--message-format", "json", "--", "--message-format", "short"],
    );
    assert_eq!(refused.code(), Some(2));
}

#[test]
fn the_exit_status_is_the_worse_of_both() {
    let (bad, good) =
        (Sample::new(&[("src/lib.rs", LISTENER)]), Sample::new(&[("src/lib.rs", "")]));
    for (sample, clippy, code) in [
        (&good, "exit 0", 0),
        (&bad, "exit 0", 1),
        (&good, "exit 101", 101),
        (&bad, "exit 101", 101),
        (&good, "kill -9 $$", 2),
    ] {
        let run = run(sample, clippy, &["--", "--message-format", "json"]);
        assert_eq!(run.code(), Some(code), "{clippy}: {}", run.stderr);
        let end = format!("\"success\":{}}}\n", code == 0);
        assert!(run.stdout.ends_with(&end), "{clippy}: {}", run.stdout);
    }
    bad.write("sockopt.toml", "nonsense = 1\n");
    let run = run(&bad, "exit 101", &[]);
    assert_eq!(run.code(), Some(2), "{}", run.stderr);
}

#[test]
fn people_read_clippy_first() {
    let sample = Sample::new(&[("src/lib.rs", LISTENER)]);
    let run =
        run(&sample, "echo printed; echo 'from clippy' >&2; sleep 1; exit 0", &["-p", "sample"]);
    assert_eq!(run.code(), Some(1), "{}", run.stderr);
    assert!(run.stdout.starts_with("error[sockopt::missing_reuseaddr]"), "{}", run.stdout);
    let mut lines: Vec<_> = run.stderr.lines().take(3).collect();
    // Of two streams that become one, nobody knows which is first.
    lines[..2].sort_unstable();
    assert_eq!(lines, ["from clippy", "printed", "sockopt: 1 error in 1 file"]);
    assert_eq!(sample.read("called"), "clippy --package sample\n");
}

#[test]
fn without_clippy_there_is_one_message_and_our_report() {
    let sample = Sample::new(&[("src/lib.rs", LISTENER)]);
    let path = cargo(&sample, "exit 0");
    let text = fs::read_to_string(&path).unwrap();
    let missing = "echo 'error: no such command: `clippy`' >&2; exit 101";
    fs::write(&path, text.replace("echo clippy; exit 0", missing)).unwrap();
    let run = Tool::new()
        .args(["clippy", "--message-format", "json"])
        .env("CARGO", &path)
        .current_dir(sample.root())
        .run();
    assert_eq!(run.code(), Some(2), "{}", run.stderr);
    assert_eq!(reasons(&run), ["compiler-message", "build-finished"]);
    let error = "error: failed to run `cargo clippy`: no such command: `clippy`\n  \
        = help: install it: `rustup component add clippy`\n";
    assert_eq!(run.stderr, error);
}

#[test]
fn the_real_clippy_and_we_find_what_each_finds() {
    let fixture = Fixture::named("restart-fails");
    let run = Tool::new()
        .args(["clippy", "--", "--message-format", "json", "--offline"])
        .args(["--", "-W", "clippy::implicit_return"])
        .env("CARGO_TARGET_DIR", fixtures_dir().join("target"))
        .current_dir(&fixture.dir)
        .run();
    let codes: Vec<_> = run
        .stdout
        .lines()
        .filter_map(|line| {
            let message: Value = serde_json::from_str(line).ok()?;
            Some(message["message"]["code"]["code"].as_str()?.to_owned())
        })
        .collect();
    assert!(codes.iter().any(|it| it == "clippy::implicit_return"), "{codes:?}\n{}", run.stderr);
    assert!(codes.iter().any(|it| it == "sockopt::missing_reuseaddr"), "{codes:?}\n{}", run.stderr);
    assert_eq!(run.code(), Some(1), "{}", run.stderr);
}
