//! Parts of a partition, and their reports joined: the same as one run over everything, byte for byte.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    process::Command,
};

use cargo_sockopt::partition::Partition;
use serde_json::Value;

use crate::{
    harness::{Run, Tool, fixtures_dir, repository},
    sample::Sample,
};

const FORMATS: [&str; 9] =
    ["human", "short", "json", "sarif", "github", "gitlab", "junit", "checkstyle", "rdjson"];

/// A function that makes a socket, and leaves the option to others.
const MAKE: &str = "\
pub fn make() -> std::io::Result<socket2::Socket> {
    socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)
}
";

/// One that binds what it is given.
const BIND: &str = "\
pub fn bind(s: socket2::Socket, a: std::net::SocketAddr) -> std::io::Result<socket2::Socket> {
    s.bind(&a.into())?;
    s.listen(128)?;
    Ok(s)
}
";

/// A workspace of packages: each with what it needs of the others, and its code.
fn workspace(packages: &[(&str, &[&str], &str)]) -> Sample {
    let sample = Sample::bare(&[(
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n",
    )]);
    for (name, needs, code) in packages {
        let needs = needs.iter().map(|it| format!("{it} = {{ path = \"../{it}\" }}\n"));
        let needs = needs.collect::<Vec<_>>().concat();
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             socket2 = \"0.6\"\n{needs}"
        );
        sample.write(&format!("crates/{name}/Cargo.toml"), manifest);
        sample.write(&format!("crates/{name}/src/lib.rs"), code);
    }
    sample
}

/// Services over a library of their own, stories that run through three packages, and packages without sockets.
fn estate() -> Sample {
    let uses = |socket: &str| {
        format!(
            "pub fn serve(a: std::net::SocketAddr) -> std::io::Result<socket2::Socket> {{\n    \
             let s = {socket}?;\n    ends::bind(s, a)\n}}\n"
        )
    };
    let plain =
        "pub fn nothing() {}\n// sockopt: allow(late_option) -- was repaired\npub fn left() {}\n";
    workspace(&[
        ("common", &[], "pub trait Start { fn start(&self); }\npub fn log(_: &str) {}\n"),
        ("sockets", &["common"], MAKE),
        ("ends", &["common"], BIND),
        ("one", &["sockets", "ends", "common"], &uses("sockets::make()")),
        ("two", &["sockets", "ends", "common"], &format!("{MAKE}{}", uses("make()"))),
        ("alone", &["common"], &format!("{MAKE}{BIND}{}", uses("make()").replace("ends::", ""))),
        ("plain", &["common"], plain),
        (
            "other",
            &[],
            "pub struct Other;\nimpl Other { pub fn bind(&self) {} pub fn listen(&self) {} }\n",
        ),
    ])
}

fn outputs(name: &str) -> String {
    FORMATS.map(|it| format!(" --output {name}.{it}={it}")).concat()
}

/// Runs everything at once, and in parts; says how the first run ended, and how the joined reports did.
#[track_caller]
fn compare(sample: &Sample, flags: &str, count: usize) -> (Run, Run) {
    let whole = sample.tool(&format!("{flags}{}", outputs("whole"))).run();
    let mut files = String::new();
    let mut scanned = BTreeSet::new();
    for index in 1..=count {
        let file = format!("part-{index}.json");
        let part = format!("{flags} --partition hash:{index}/{count} --output {file}=shard");
        let run = sample.tool(&part).run();
        assert!(matches!(run.code(), Some(0 | 1)), "{}", run.stderr);
        files.extend([" ", &file]);
        scanned.extend(run.stdout.lines().map(str::to_owned));
    }
    let joined = sample.tool(&format!("merge{files}{}", outputs("joined"))).run();
    assert_eq!(joined.code(), whole.code(), "{}\n{}", whole.stderr, joined.stderr);
    for format in FORMATS {
        let (one, other) =
            (sample.read(&format!("whole.{format}")), sample.read(&format!("joined.{format}")));
        assert_eq!(one, other, "{format}, {count} parts");
    }
    assert_eq!(joined.stdout, whole.stdout);
    (whole, joined)
}

#[test]
fn parts_joined_are_what_one_run_finds() {
    let sample = estate();
    for count in [1, 2, 3, 5, 16] {
        let (whole, joined) = compare(&sample, "-W all", count);
        assert_eq!(joined.stderr, whole.stderr);
        assert!(whole.stdout.contains("unused_suppression"), "{}", whole.stdout);
    }
    assert_eq!(compare(&sample, "", 3).0.code(), Some(1));
    let shown = sample.read("joined.sarif");
    let sarif: Value = serde_json::from_str(&shown).expect("SARIF");
    assert!(sarif["runs"][0]["results"].as_array().is_some_and(|it| !it.is_empty()));
}

#[test]
fn the_parts_of_the_fixtures_are_what_one_run_finds() {
    let folder = Sample::bare(&[]);
    let tool = |args: &str| {
        let args = args.replace("DIR", &folder.root().display().to_string());
        Tool::new().args(args.split_whitespace()).current_dir(&fixtures_dir()).run()
    };
    let whole = tool("-W all --message-format json");
    for index in 1..=4 {
        tool(&format!("-W all --partition hash:{index}/4 --output DIR/{index}=shard"));
    }
    let joined = tool("merge DIR/1 DIR/2 DIR/3 DIR/4 --message-format json");
    assert!(whole.stdout.lines().count() > 100);
    assert!(whole.stdout == joined.stdout, "{} {}", whole.stdout.len(), joined.stdout.len());
}

/// The part that has a package.
fn part_of(name: &str, count: usize) -> usize {
    let all = (1..=count).map(|index| Partition { index, count });
    all.filter(|it| it.has(name)).map(|it| it.index).next().expect("a part")
}

#[test]
fn a_finding_is_in_the_part_of_its_package_whatever_else_there_is() {
    let sample = estate();
    let parts = || {
        let mut parts = BTreeMap::new();
        for index in 1..=4 {
            let run =
                sample.tool(&format!("-W all --message-format short --partition hash:{index}/4"));
            for line in run.run().stdout.lines() {
                let package = line.split('/').nth(1).expect("a package").to_owned();
                parts.insert(package, index);
            }
        }
        parts
    };
    let before = parts();
    assert!(before.len() > 2, "{before:?}");
    for (package, part) in &before {
        assert_eq!(*part, part_of(package, 4), "{package}");
    }
    for name in ["aaa", "mmm", "zzz"] {
        sample.write(
            &format!("crates/{name}/Cargo.toml"),
            format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n"),
        );
        sample.write(&format!("crates/{name}/src/lib.rs"), "");
    }
    assert_eq!(parts(), before);
}

#[test]
fn a_part_reads_only_what_it_needs() {
    let sample = estate();
    let broken = |name: &str| {
        sample.write(&format!("crates/{name}/src/lib.rs"), "use socket2::Socket;\nfn broken( {");
    };
    // Nobody who makes a socket has to do with it; and it is not in the part.
    broken("plain");
    let [part, other] = ["alone", "plain"].map(|it| part_of(it, 16));
    assert_ne!(part, other, "take other names");
    let run = sample.run(&format!("--partition hash:{part}/16 -v"), 1);
    assert!(!run.stderr.contains("plain"), "{}", run.stderr);
    let run = sample.run(&format!("--partition hash:{other}/16"), 0);
    assert_eq!(run.stderr.matches("crates/plain/src/lib.rs").count(), 1, "{}", run.stderr);
}

#[test]
fn a_baseline_and_a_commit_count_in_parts_as_in_the_whole() {
    let sample = estate();
    sample.commit("first");
    sample.run("baseline write", 0);
    let other = "crates/other/src/lib.rs";
    sample.write(other, format!("{MAKE}{BIND}pub fn serve(a: std::net::SocketAddr) -> std::io::Result<socket2::Socket> {{ bind(make()?, a) }}\n"));
    let baseline = "--baseline sockopt-baseline.toml";
    for flags in [baseline, "--since main", &format!("{baseline} --since main")] {
        let (whole, _) = compare(&sample, flags, 3);
        assert_eq!(whole.code(), Some(1), "{}", whole.stderr);
        assert!(whole.stdout.contains("crates/other"), "{}", whole.stdout);
        assert!(!whole.stdout.contains("crates/two"), "{}", whole.stdout);
    }
    // It is not said to be gone just because another part looks at it.
    let part = part_of("plain", 16);
    let run = sample.run(&format!("{baseline} --partition hash:{part}/16"), 0);
    assert!(!run.stderr.contains("gone"), "{}", run.stderr);
    // What a part sees is not all there is.
    for refused in ["baseline write --partition hash:1/2", "--partition hash:1/2 baseline prune"] {
        assert!(sample.run(refused, 2).stderr.contains("--partition"));
    }
}

#[test]
fn several_projects_and_folders_are_divided_too() {
    let [one, two] = [
        estate(),
        Sample::bare(&[
            ("a.rs", MAKE),
            ("b.rs", "// sockopt: allow(late_option) -- why\nfn f() {}\n"),
        ]),
    ];
    let folder = Sample::bare(&[]);
    let name = |it: &Sample| it.root().display().to_string();
    compare(&folder, &format!("-W all {} {}", name(&one), name(&two)), 3);
}

#[test]
fn what_is_no_whole_is_refused() {
    let sample = estate();
    for (index, count) in [(1, 3), (2, 3), (3, 3), (1, 2)] {
        let flags = format!("-W all --partition hash:{index}/{count}");
        sample.run(&format!("{flags} --output {index}-{count}=shard -q"), 0);
    }
    sample.run("-W all --output sarif=sarif -q", 0);
    sample.tool("--partition hash:3/3 --output flags=shard -q").run();
    let text = sample.read("3-3");
    sample.write("old", text.replacen("\"0.", "\"9.", 1));
    sample.write("cut", &text[..text.len() / 2]);
    let refused = |files: &str, what: &str| {
        let run = sample.run(&format!("merge {files} --output out=json"), 2);
        assert!(run.stderr.contains(what), "no `{what}` in: {}", run.stderr);
        assert!(run.stderr.contains("= help: "), "{}", run.stderr);
        assert_eq!(run.stdout, "");
        assert!(!sample.path("out").exists());
    };
    refused("1-3 2-3", "part 3/3 is missing");
    refused("2-3", "parts 1/3, 3/3 are missing");
    refused("1-3 2-3 3-3 2-3", "part 2/3 is there more than once: `2-3`, `2-3`");
    refused("1-3 2-3 1-2", "different partitions, 1/3 and 1/2");
    refused("1-3 2-3 flags", "runs with different flags");
    refused("1-3 2-3 old", "is of version 9.");
    refused("1-3 2-3 sarif", "as what a part found: it is another format");
    refused("1-3 2-3 cut", "as what a part found: it is another format");
    refused("1-3 2-3 gone", "failed to read");
    fs::remove_dir_all(sample.path("crates/plain")).expect("a folder");
    sample.run("-W all --partition hash:3/3 --output tree=shard -q", 0);
    refused("1-3 2-3 tree", "runs over different packages");
    sample.run("merge", 2);
    sample.run("--partition 1/2", 2);
    sample.run("--partition hash:3/2", 2);
    sample.run("--partition hash:1/2 --fix", 2);
}

/// The lines of an example that run the tool, with the program instead of its name.
fn commands(example: &str) -> Vec<String> {
    let text =
        fs::read_to_string(repository().join("docs/examples").join(example)).expect("a file");
    let lines =
        text.lines().map(|it| it.trim().trim_start_matches("run: ").trim_start_matches("- "));
    let lines = lines.filter(|it| it.starts_with("cargo sockopt "));
    lines.map(|it| it.replace("cargo sockopt", env!("CARGO_BIN_EXE_under_test"))).collect()
}

#[test]
fn the_commands_of_the_examples_do_what_one_run_does() {
    for example in ["github-matrix.yml", "kubernetes-job.yml"] {
        let sample = estate();
        let whole = sample.run("--output whole.sarif=sarif", 1);
        let commands = commands(example);
        let [part, join] = commands.as_slice() else { panic!("{example}: {commands:?}") };
        let shell = |line: &str, index: usize| {
            let mut shell = Command::new("sh");
            shell.arg("-c").arg(line).current_dir(sample.root());
            shell.env("PARTS", "4").env("REPORTS", ".").env_remove("GITHUB_ACTIONS");
            shell.env("PART", index.to_string()).env("part", index.to_string());
            shell.output().expect("a shell")
        };
        for index in 1..=4 {
            let output = shell(part, index);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        let output = shell(join, 0);
        assert_eq!(output.status.code(), Some(1), "{example}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), whole.stdout);
        assert_eq!(sample.read("sockopt.sarif"), sample.read("whole.sarif"));
    }
}
