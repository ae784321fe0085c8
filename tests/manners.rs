//! How the tool behaves in a terminal and in a pipe: progress, links, counts, Ctrl-C.

use std::{
    fs::{self, File},
    io::Read,
    os::unix::{fs::PermissionsExt, process::ExitStatusExt},
    path::Path,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use nix::{
    pty::openpty,
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;

use crate::{
    harness::{Fixture, Tool, drain, fixtures_dir, wait},
    sample::{LISTENER, Sample},
};

const PATIENCE: Duration = Duration::from_secs(60);

fn interrupt(child: &Child) {
    let pid = i32::try_from(child.id()).expect("a process");
    kill(Pid::from_raw(pid), Signal::SIGINT).expect("a signal");
}

#[track_caller]
fn until(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "never: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// A program that does something before it does what the one of its name in `PATH` does.
fn wrapper(sample: &Sample, name: &str, before: &str) {
    let path = std::env::var("PATH").expect("a path");
    let text = format!("#!/bin/sh\nPATH='{path}'\n{before}\nexec {name} \"$@\"\n");
    sample.write(&format!("bin/{name}"), text);
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(sample.path(&format!("bin/{name}")), mode).expect("permissions");
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries.map(|it| it.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

/// A repository, and a run of it since `main` whose temporary files are in a folder of their own.
fn since(before: &str) -> (Sample, Sample, Tool) {
    let sample = Sample::new(&[("src/lib.rs", LISTENER)]);
    sample.commit("first");
    let aside = Sample::bare(&[("tmp/.keep", "")]);
    fs::remove_file(aside.path("tmp/.keep")).expect("a file");
    wrapper(&aside, "git", before);
    let path =
        format!("{}:{}", aside.path("bin").display(), std::env::var("PATH").expect("a path"));
    let tool = sample.tool("--since main").env("PATH", path).env("TMPDIR", aside.path("tmp"));
    (sample, aside, tool)
}

#[test]
fn ctrl_c_leaves_no_folder_of_a_commit_behind() {
    // While git is asked for the files, and when they are there.
    for step in ["cat-file", "diff"] {
        let hang = format!("case \"$*\" in *\" {step} \"*) sleep 20;; esac");
        let (sample, aside, tool) = since(&hang);
        let mut child = tool.spawn();
        until("a temporary folder", || !names(&aside.path("tmp")).is_empty());
        thread::sleep(Duration::from_millis(300));
        interrupt(&child);
        let start = Instant::now();
        let status = wait(&mut child, PATIENCE);
        assert!(start.elapsed() < Duration::from_secs(5), "it waited for git");
        assert_eq!(status.code(), Some(130), "{step}: {status}");
        assert_eq!(names(&aside.path("tmp")), Vec::<String>::new(), "{step}");
        assert_eq!(sample.git(&["status", "--porcelain"]), "");
    }
}

#[test]
fn without_ctrl_c_nothing_is_left_either() {
    let (_sample, aside, tool) = since("");
    assert_eq!(tool.run().code(), Some(0));
    assert_eq!(names(&aside.path("tmp")), Vec::<String>::new());
}

#[test]
fn ctrl_c_leaves_every_file_whole_and_none_beside_it() {
    let lib = (0..40).map(|it| format!("mod m{it};\n")).collect::<Vec<_>>().concat();
    let sample = Sample::new(&[("src/lib.rs", &lib)]);
    let file = |it: u32| format!("src/m{it}.rs");
    let reset = || (0..40).for_each(|it| sample.write(&file(it), LISTENER));
    let fixed = LISTENER
        .replace("    socket.bind", "    socket.set_reuse_address(true)?;\n    socket.bind");
    let tool = || sample.tool("--fix --allow-no-vcs -q --output report.json=json");
    reset();
    let start = Instant::now();
    assert_eq!(tool().run().code(), Some(0));
    let whole = start.elapsed();
    let mut interrupted = 0;
    for time in 0..12 {
        reset();
        sample.write("report.json", "old");
        let mut child = tool().spawn();
        thread::sleep(whole * time / 12);
        interrupt(&child);
        let status = wait(&mut child, PATIENCE);
        // Before it is minded, the signal itself ends the run.
        let is_interrupted = status.code() == Some(130) || status.signal() == Some(2);
        assert!(is_interrupted || status.success(), "{status}");
        interrupted += usize::from(status.code() == Some(130));
        for it in 0..40 {
            let text = sample.read(&file(it));
            assert!(text == LISTENER || text == fixed, "{} is damaged", file(it));
        }
        let report = sample.read("report.json");
        assert!(report == "old" || report.ends_with("}\n"), "{report}");
        let mut found = names(&sample.path("src"));
        found.extend(names(sample.root()));
        found.retain(|it| it.starts_with('.'));
        assert_eq!(found, Vec::<String>::new());
    }
    assert!(interrupted > 3, "hardly any run was interrupted: {interrupted}");
}

/// What a run writes to the terminal that is its standard error.
fn on_terminal(tool: Tool) -> String {
    let pty = openpty(None, None).expect("a terminal");
    let mut child = tool.spawn_with_stderr(Stdio::from(pty.slave));
    let out = drain(child.stdout.take());
    let mut screen = File::from(pty.master);
    let reader = thread::spawn(move || {
        let (mut all, mut bytes) = (Vec::new(), [0; 4096]);
        // Linux says EIO when nobody has the other end any more.
        while let Ok(count @ 1..) = screen.read(&mut bytes) {
            all.extend_from_slice(&bytes[..count]);
        }
        String::from_utf8_lossy(&all).into_owned()
    });
    wait(&mut child, PATIENCE);
    drop(out.join());
    reader.join().expect("a terminal can be read")
}

/// A run that takes two seconds, since cargo does.
fn slow() -> (Sample, Tool) {
    let sample = Sample::new(&[("src/lib.rs", LISTENER)]);
    wrapper(&sample, "cargo", "sleep 2");
    let tool = sample.tool("").env("CARGO", sample.path("bin/cargo")).env("TERM", "xterm");
    (sample, tool)
}

#[test]
fn a_terminal_shows_what_a_long_run_is_at_and_then_it_is_gone() {
    let (_sample, tool) = slow();
    let screen = on_terminal(tool);
    assert!(screen.contains("\r\x1b[Ksockopt: looking for packages (1 s)"), "{screen:?}");
    let last = screen.rsplit("\r\x1b[K").next().expect("an end");
    assert!(last.starts_with("sockopt: 1 error in 1 file"), "{screen:?}");
}

#[test]
fn nobody_else_sees_progress() {
    let quiet = |tool: Tool| {
        let screen = on_terminal(tool);
        assert!(!screen.contains("looking for packages"), "{screen:?}");
    };
    let (_sample, tool) = slow();
    quiet(tool.env("CI", "true"));
    let (_sample, tool) = slow();
    quiet(tool.arg("-q"));
    let (_sample, tool) = slow();
    quiet(tool.env("TERM", "dumb"));
    // A run that is over soon: it does not wait for another cargo to be done.
    let soon = Tool::new().arg(Fixture::named("restart-fails").dir).env("CARGO", "/no/such/cargo");
    quiet(soon.env("TERM", "xterm"));
    let (_sample, tool) = slow();
    let run = tool.run();
    assert_eq!(run.stderr.lines().count(), 2, "{}", run.stderr);
}

#[test]
fn a_rule_is_a_link_where_terminals_show_links() {
    let run = |flags: &str, name: &str, value: &str| {
        let tool = Tool::new().args(flags.split_whitespace()).env(name, value);
        tool.arg(Fixture::named("restart-fails").dir).run().stdout
    };
    let link = "\x1b]8;;https://";
    for name in ["FORCE_HYPERLINK", "CARGO_TERM_HYPERLINKS"] {
        let value = if name.starts_with("CARGO") { "true" } else { "1" };
        assert!(run("--color always", name, value).contains(link), "{name}");
        assert!(!run("--color never", name, value).contains('\x1b'), "{name}");
        assert!(!run("--color always --message-format short", name, value).contains(link));
    }
    assert!(!run("--color always", "TERM", "xterm").contains(link));
}

#[test]
fn statistics_count_what_a_run_reports() {
    let tool =
        |args: &str| Tool::new().args(args.split_whitespace()).current_dir(&fixtures_dir()).run();
    let run = tool("-W all --statistics");
    let listed = tool("-W all --message-format short").stdout;
    assert_eq!(run.code(), Some(0));
    let rows: Vec<Vec<&str>> =
        run.stdout.lines().skip(1).map(|it| it.split_whitespace().collect()).collect();
    assert!(rows.len() > 8, "{}", run.stdout);
    for row in &rows {
        let (count, rule) = (row[0].parse::<usize>().expect("a number"), row[5]);
        assert_eq!(listed.matches(&format!("[{rule}]")).count(), count, "{rule}");
    }
    assert!(run.stderr.contains(" packages in "), "{}", run.stderr);
    let counts: Value =
        serde_json::from_str(&tool("-W all --statistics --message-format json").stdout)
            .expect("one object");
    let total: u64 = counts["rules"]
        .as_array()
        .expect("rules")
        .iter()
        .filter_map(|it| it["findings"].as_u64())
        .sum();
    assert_eq!(total, listed.lines().count() as u64);
    assert_eq!(counts["warnings"], total);
    assert!(counts["seconds"].as_f64().is_some_and(|it| it > 0.0));
    assert_eq!(tool("--statistics restart-fails").code(), Some(1));
    assert_eq!(tool("--statistics silence").code(), Some(0));
    assert_eq!(tool("--statistics --message-format sarif").code(), Some(2));
}

#[test]
fn what_is_misspelt_is_recognized() {
    let sample = Sample::new(&[("src/lib.rs", LISTENER)]);
    for (args, meant) in [
        ("-D missing_reusaddr", "`missing_reuseaddr`"),
        ("--explain late_options", "`late_option`"),
        ("--platforms linus", "`linux`"),
        ("-p sampel", "`sample`"),
        ("basline write", "the command `baseline`"),
        ("src baseline", "`baseline` comes before paths"),
        ("baseline writ", "'write'"),
        ("--platfroms linux", "'--platforms'"),
        ("--message-format jsno", "'json'"),
    ] {
        let run = sample.run(args, 2);
        assert!(run.stderr.contains(meant), "{args}: {}", run.stderr);
    }
}

#[test]
fn a_reader_that_leaves_early_is_no_failure_wherever_something_is_printed() {
    let sample = Sample::new(&[("src/lib.rs", LISTENER)]);
    sample.run("--output part=shard", 1);
    for args in [
        "--help",
        "--version",
        "--list-rules",
        "--explain late_option",
        "config",
        "config --schema",
        "--diff",
        "--statistics",
        "merge part",
        "--message-format short",
        "--message-format json",
        "--message-format sarif",
        "--message-format github",
        "--message-format gitlab",
        "--message-format junit",
        "--message-format checkstyle",
        "--message-format rdjson",
        "--message-format shard",
    ] {
        let run = sample.tool(args).run_into_closed_pipe();
        assert_eq!((run.code(), run.stderr.as_str()), (Some(0), ""), "{args}");
    }
    let run = sample.tool("--fix -").stdin(LISTENER).run_into_closed_pipe();
    assert_eq!(run.code(), Some(0), "{}", run.stderr);
}
