//! A package in a folder of its own, for runs that change or compare something.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use crate::harness::{Run, Tool};

/// The manifest of a package that makes sockets.
pub(crate) const MANIFEST: &str = "\
[package]
name = \"sample\"
version = \"0.0.0\"
edition = \"2024\"

[dependencies]
socket2 = \"0.6\"

[workspace]
";

/// A function with one finding at level deny.
pub(crate) const LISTENER: &str = "\
pub fn listener(addr: std::net::SocketAddr) -> std::io::Result<socket2::Socket> {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
    socket.bind(&addr.into())?;
    socket.listen(128)?;
    Ok(socket)
}
";

/// A folder with files.
pub(crate) struct Sample {
    folder: TempDir,
}

impl Sample {
    /// A package with a manifest and further files; a file can be the manifest.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let manifest = [("Cargo.toml", MANIFEST)];
        Self::bare(&[&manifest, files].concat())
    }

    /// A folder with files, and nothing else.
    pub(crate) fn bare(files: &[(&str, &str)]) -> Self {
        let sample = Self { folder: tempfile::tempdir().expect("a folder for a package") };
        for (path, text) in files {
            sample.write(path, text);
        }
        sample
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).expect("a file can be read")
    }

    /// The tool in the folder.
    pub(crate) fn tool(&self, args: &str) -> Tool {
        Tool::new().args(args.split_whitespace()).current_dir(self.root())
    }

    /// Runs the tool, which has to end with an exit status.
    #[track_caller]
    pub(crate) fn run(&self, args: &str, code: i32) -> Run {
        self.run_args(&args.split_whitespace().collect::<Vec<_>>(), code)
    }

    /// As [`Self::run`], for arguments with blanks.
    #[track_caller]
    pub(crate) fn run_args(&self, args: &[&str], code: i32) -> Run {
        let run = Tool::new().args(args).current_dir(self.root()).run();
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
        assert_eq!(run.code(), Some(code), "{args:?}\n{}\n{}", run.stdout, run.stderr);
        run
    }

    /// Runs git in the folder.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        git(self.root(), args)
    }

    /// Puts all there is under version control.
    pub(crate) fn commit(&self, message: &str) {
        if !self.path(".git").exists() {
            self.git(&["init", "--quiet", "--initial-branch", "main"]);
        }
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }
}

/// Runs git in a folder, as somebody and without anybody's settings. Says what it prints.
pub(crate) fn git(folder: &Path, args: &[&str]) -> String {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=a", "-c", "user.email=a@example.org"]).args(args);
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = git.current_dir(folder).output().expect("git runs");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
