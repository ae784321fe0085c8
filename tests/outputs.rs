//! What other programs read, before readers that nobody here wrote.

mod formats;
mod github;
mod list;
mod sarif;

use std::{fs, ops::Deref, path::Path};

use serde_json::Value;

use crate::{
    harness::{Run, Tool},
    sample::{self, MANIFEST},
};

/// The start of every source: nothing in it is to be found.
const HEAD: &str = "use socket2::{Domain, Socket, Type};\nuse std::io;\n";

/// A function with an error, which has a fix.
fn wrong(name: &str) -> String {
    format!(
        "pub fn {name}(addr: std::net::SocketAddr) -> io::Result<Socket> {{\n    let s = \
         Socket::new(Domain::IPV4, Type::STREAM, None)?;\n    /* é𐀀, */ s.bind(&addr.into())?;\n    \
         s.listen(128)?;\n    Ok(s)\n}}\n"
    )
}

/// A package below the root of what looks like a repository.
struct Sample(sample::Sample);

impl Deref for Sample {
    type Target = sample::Sample;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Sample {
    fn new(text: &str) -> Self {
        let text = format!("{HEAD}{text}");
        let files = [(".git/HEAD", ""), ("code/Cargo.toml", MANIFEST), ("code/src/lib.rs", &text)];
        Self(sample::Sample::bare(&files))
    }

    /// Runs the tool where the package is, below the root of the repository.
    #[track_caller]
    fn run(&self, args: &str, code: i32) -> Run {
        self.run_tool(Tool::new(), args, code)
    }

    #[track_caller]
    fn run_tool(&self, tool: Tool, args: &str, code: i32) -> Run {
        let args: Vec<_> = args.split_whitespace().collect();
        let run = tool.args(&args).current_dir(&self.root().join("code")).run();
        assert_eq!(run.code(), Some(code), "{args:?}\n{}\n{}", run.stdout, run.stderr);
        run
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn a_run_prints_writes_and_fails_as_it_would() {
    let sample = Sample::new(&wrong("one"));
    let alone = sample.run("", 1);
    let run = sample.run("--output ../a.sarif=sarif --output b.txt=short --output c.json=json", 1);
    assert_eq!((&run.stdout, &run.stderr), (&alone.stdout, &alone.stderr));
    assert_eq!(
        json(&sample.read("a.sarif"))["runs"][0]["results"].as_array().map(Vec::len),
        Some(1)
    );
    assert!(
        sample.read("code/b.txt").starts_with("src/lib.rs:5:"),
        "{}",
        sample.read("code/b.txt")
    );
    let cargo = sample.run("--message-format json", 1).stdout;
    assert_eq!(sample.read("code/c.json"), cargo);
    sample.run("--output d.txt=human", 1);
    assert!(sample.read("code/d.txt").starts_with(&alone.stdout), "{}", sample.read("code/d.txt"));
}

#[test]
fn a_report_that_cannot_be_written_fails_the_run_and_is_named() {
    let sample = Sample::new("");
    let run = sample.run("--output no/such/folder/a.sarif=sarif --output b.txt=short", 2);
    assert!(run.stderr.contains("failed to write the report `no/such/folder/a.sarif`"), "{run:?}");
    assert_eq!(sample.read("code/b.txt"), "");
}

#[cfg(unix)]
#[test]
fn a_report_replaces_a_file_and_keeps_its_permissions_and_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let sample = Sample::new("");
    sample.write("real", "old");
    let real = sample.root().join("real");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o604)).expect("permissions");
    symlink(&real, sample.root().join("link")).expect("a link");
    sample.run("--output ../link=sarif --output /dev/null=short", 0);
    assert_eq!(fs::metadata(&real).expect("a file").permissions().mode() & 0o777, 0o604);
    assert!(sample.root().join("link").is_symlink() && sample.read("real").starts_with('{'));
    assert!(!Path::new("/dev/null").is_file());
}
