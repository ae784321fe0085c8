//! What makes the tool a check of changes: what is meant to stay, what was there before, and the configuration.

mod baseline;
mod configuration;
mod since;
mod suppressions;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use crate::harness::{Run, Tool};

const MANIFEST: &str = "\
[package]
name = \"sample\"
version = \"0.0.0\"
edition = \"2024\"

[dependencies]
socket2 = \"0.6\"

[workspace]
";

/// A function that makes a listener; with `set`, a correct one.
fn listener(name: &str, set: bool) -> String {
    let set = if set { "    socket.set_reuse_address(true)?;\n" } else { "" };
    format!(
        "pub fn {name}(addr: std::net::SocketAddr) -> std::io::Result<socket2::Socket> {{\n    \
         let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;\n\
         {set}    socket.bind(&addr.into())?;\n    socket.listen(128)?;\n    Ok(socket)\n}}\n"
    )
}

/// A package in a folder of its own.
struct Sample {
    folder: TempDir,
}

impl Sample {
    /// A package with further files.
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder for a package");
        let sample = Self { folder };
        sample.write("Cargo.toml", MANIFEST);
        for (path, text) in files {
            sample.write(path, text);
        }
        sample
    }

    /// A package with one file, committed.
    fn committed(text: &str) -> Self {
        let sample = Self::new(&[("src/lib.rs", text)]);
        sample.git(&["init", "--quiet", "--initial-branch", "main"]);
        sample.commit("first");
        sample
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).expect("a file can be read")
    }

    #[track_caller]
    fn run(&self, args: &str, code: i32) -> Run {
        self.run_args(&args.split_whitespace().collect::<Vec<_>>(), code)
    }

    #[track_caller]
    fn run_args(&self, args: &[&str], code: i32) -> Run {
        let run = Tool::new().args(args).current_dir(self.root()).run();
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
        assert_eq!(run.code(), Some(code), "{args:?}\n{}\n{}", run.stdout, run.stderr);
        run
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    /// Runs git, as somebody. Says what it prints.
    fn git(&self, args: &[&str]) -> String {
        git(self.root(), args)
    }
}

/// Runs git in a folder, as somebody and without anybody's settings. Says what it prints.
fn git(folder: &Path, args: &[&str]) -> String {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=a", "-c", "user.email=a@example.org"]).args(args);
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = git.current_dir(folder).output().expect("git runs");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[track_caller]
fn says(text: &str, what: &str) {
    assert!(text.contains(what), "no `{what}` in:\n{text}");
}
