//! `--fix` and what belongs to it: what the tests of fixes share.

mod changing;
mod modes;
mod texts;
mod version_control;
mod writing;

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

[target.'cfg(windows)'.dependencies]
windows-sys = \"0.61\"

[workspace]
";

/// A listener whose option is to be kept from Windows: a sure fix.
const LISTENER: &str = "\
use socket2::{Domain, Socket, Type};

pub fn listener(addr: std::net::SocketAddr) -> std::io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&addr.into())?;
    socket.listen(128)?;
    Ok(socket)
}
";

/// The same, fixed.
fn fixed_listener() -> String {
    let call = "    socket.set_reuse_address";
    LISTENER.replace(call, &format!("    #[cfg(not(windows))]\n{call}"))
}

/// A socket whose option may be meant: an unsafe fix.
const DATAGRAMS: &str = "\
use socket2::{Domain, Socket, Type};

pub fn datagrams() -> std::io::Result<Socket> {
    let addr = std::net::SocketAddr::from(([127, 0, 0, 1], 7000));
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&addr.into())?;
    Ok(socket)
}
";

/// The same, fixed.
fn fixed_datagrams() -> String {
    DATAGRAMS.replace("    socket.set_reuse_address(true)?;\n", "")
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

    /// A package with one listener.
    fn listener() -> Self {
        Self::new(&[("src/lib.rs", LISTENER)])
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

    fn tool(&self, args: &str) -> Tool {
        Tool::new().args(args.split_whitespace()).current_dir(self.root())
    }

    #[track_caller]
    fn run(&self, args: &str, code: i32) -> Run {
        let run = self.tool(args).run();
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
        assert_eq!(run.code(), Some(code), "{args}\n{}\n{}", run.stdout, run.stderr);
        run
    }

    /// Runs git, as somebody.
    fn git(&self, args: &[&str]) {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=a", "-c", "user.email=a@example.org"]).args(args);
        let output = git.current_dir(self.root()).output().expect("git runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Puts all there is under version control.
    fn commit(&self) {
        self.git(&["init", "--quiet"]);
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message=a"]);
    }

    /// The names below the root that a run must not leave.
    fn stray(&self) -> Vec<PathBuf> {
        let mut stray = Vec::new();
        let mut folders = vec![self.root().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder can be read") {
                let path = entry.expect("an entry").path();
                if path.is_dir() && !path.ends_with("target") && !path.ends_with(".git") {
                    folders.push(path);
                } else if path.to_string_lossy().contains("sockopt-fix") {
                    stray.push(path);
                }
            }
        }
        stray
    }
}
