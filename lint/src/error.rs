//! Why a run, or a part of it, could not be done: everything outside our control, with what to do about it.

use std::{fmt, io, path::PathBuf};

use crate::cli;

/// Each variant says what failed, the path, and what to do.
#[derive(Debug)]
pub enum Error {
    /// A path on the command line names nothing.
    NoSuchPath(PathBuf),
    /// A path on the command line is a device, a pipe or a socket.
    NotAFile(PathBuf),
    /// A path on the command line could not be read.
    Path(PathBuf, io::Error),
    /// No `Cargo.toml` in this folder or above it.
    NoManifest(PathBuf),
    /// cargo, or we, could not make sense of a manifest.
    Manifest(PathBuf, String),
    /// A setting makes no sense: where it stands, what is wrong, and the name that was probably meant.
    Config {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// What is wrong.
        message: String,
        /// The name that was probably meant.
        near: Option<String>,
    },
    /// The settings ask for another version of the tool.
    Version {
        /// The file.
        path: PathBuf,
        /// The versions that will do.
        required: String,
    },
    /// A folder has settings in a file of their own and in its manifest.
    TwoConfigs(PathBuf, PathBuf),
    /// There is no baseline at this path.
    NoBaseline(PathBuf),
    /// A project that is to be compared with a commit is in no repository: what git says.
    NoRepository(PathBuf, String),
    /// The commit to compare with is not there, and the command that fetches it.
    NoBase {
        /// As it was asked for.
        reference: String,
        /// What is missing.
        why: String,
        /// The command.
        command: Option<String>,
    },
    /// The project could not be had as it was in a commit.
    Base(String, String),
    /// No temporary folder could be made in this one.
    Temporary(PathBuf, io::Error),
    /// Nothing below this path ends in `.rs`.
    NoSources(PathBuf),
    /// `-p` or `--exclude` names no package.
    NoSuchPackage(String, Option<String>),
    /// A target flag names, or means, no target.
    NoSuchTarget(String, Option<String>),
    /// `-A`, `-W`, `-D`, `-F` or `--explain` names no rule.
    NoSuchRule(String, Option<String>),
    /// A package pattern is not a glob.
    Pattern(String, String),
    /// Standard input could not be read.
    Stdin(io::Error),
    /// The worker threads could not be started.
    Threads(String),
    /// The report could not be written.
    Output(io::Error),
    /// A report could not be written to its file.
    Report(PathBuf, io::Error),
    /// A file is not what a part of a partition found.
    NoShard(PathBuf, String),
    /// Files are not all parts of one partition: what is wrong, and what to do.
    Merge(String, &'static str),
    /// A file that is to be fixed could not be written.
    Write(PathBuf, io::Error),
    /// A file that is to be fixed is read-only.
    ReadOnly(PathBuf),
    /// A file that is to be fixed is not what it was when it was analyzed.
    Changed(PathBuf),
    /// Files that are to be fixed are not under version control.
    NoVersionControl(PathBuf),
    /// Files that are to be fixed have changes that are not committed: each with what git says of it.
    Uncommitted(Vec<(PathBuf, &'static str)>),
    /// git could not say whether files have changes.
    Git(PathBuf, String),
    /// cargo could not be asked whether the fixed project compiles.
    Verify(PathBuf, String),
    /// A fixed file that does not compile was changed before it could be put back.
    NotRolledBack(PathBuf, Box<Error>),
    /// clippy could not be run: what cargo says.
    Clippy(String),
    /// What an editor sent could not be understood.
    Editor(String),
    /// Fixes were undone, since the project does not compile with them: files, and cargo's first error.
    RolledBack(Vec<PathBuf>, String),
    /// All fixes were undone, since the project does not compile without them either: cargo's first error.
    NeverCompiled(PathBuf, String),
}

impl Error {
    /// What to do about it: an imperative.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let text = match self {
            Self::NoSuchPath(path) => {
                let usual = "check the spelling, and the folder the command runs in";
                return Some(match cli::verb_like(path) {
                    Some((verb, true)) => {
                        format!("the command `{verb}` comes before paths: `cargo sockopt {verb}`")
                    }
                    Some((verb, false)) => {
                        format!("did you mean the command `{verb}`? If not, {usual}")
                    }
                    None => usual.to_owned(),
                });
            }
            Self::NotAFile(_) => "pass a file or a folder, or `-` to read standard input",
            Self::Path(..) => "check its permissions",
            Self::NoManifest(_) => "pass `--manifest-path`, or a file or a folder to analyze",
            Self::Manifest(..) => "correct the manifest, or pass the files or folders to analyze",
            Self::Config { near: None, .. } => "correct it",
            Self::Version { .. } => "install it: `cargo install cargo-sockopt`",
            Self::TwoConfigs(..) => "keep one of the two",
            Self::NoBaseline(_) => "write it with `cargo sockopt baseline write --baseline FILE`",
            Self::NoRepository(..) => "run in a clone, or without `--since`",
            Self::NoBase { command: Some(command), .. } => {
                return Some(format!("run `{command}`, and again"));
            }
            Self::NoBase { command: None, .. } => "check the spelling: see `git log --all`",
            Self::Temporary(..) => "make room, or set `TMPDIR` to a folder that can be written",
            Self::Base(..) => "see `git fsck`, or run without `--since`",
            Self::NoSources(_) => "pass a file or a folder with Rust sources",
            Self::NoSuchRule(_, None) => "see `cargo sockopt --list-rules`",
            Self::NoSuchPackage(_, None) | Self::NoSuchTarget(_, None) => {
                "see `cargo metadata --no-deps`"
            }
            Self::Config { near: Some(near), .. }
            | Self::NoSuchPackage(_, Some(near))
            | Self::NoSuchTarget(_, Some(near))
            | Self::NoSuchRule(_, Some(near)) => return Some(format!("did you mean `{near}`?")),
            Self::Pattern(..) => "write the name of a package, or a pattern such as `net-*`",
            Self::Stdin(_) | Self::Output(_) => return None,
            Self::Report(..) => "make room, make its folder, or correct the permissions",
            Self::NoShard(..) => {
                "pass what `cargo sockopt --partition hash:I/N --output FILE=shard` writes"
            }
            Self::Merge(_, help) => help,
            Self::Write(..) => {
                "it is as it was; make room or correct its permissions, and run again"
            }
            Self::ReadOnly(_) => "it is as it was; make it writable, and run again",
            Self::Changed(_) => "it was left as it is; run again",
            Self::NoVersionControl(_) => "pass `--allow-no-vcs` to change files all the same",
            Self::Uncommitted(files) => {
                let staged = files.iter().all(|(_, state)| *state == "staged");
                let flag = if staged { "--allow-staged" } else { "--allow-dirty" };
                return Some(format!(
                    "commit them, or pass `{flag}`; `--diff` only shows the fixes"
                ));
            }
            Self::Git(..) => "pass `--allow-dirty` to change files all the same",
            Self::Verify(..) => "nothing was changed; run again without `--verify`",
            Self::NotRolledBack(..) => "look at it: it holds a fix that does not compile",
            Self::RolledBack(..) => "make these changes by hand; `--diff` shows them",
            Self::NeverCompiled(..) => "correct that first, or run again without `--verify`",
            Self::Clippy(_) => "install it: `rustup component add clippy`",
            Self::Editor(_) => "an editor starts it: see `In an editor` in the README",
            Self::Threads(_) => "raise the limits on threads and on address space (`ulimit -v`)",
        };
        Some(text.to_owned())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("failed to ")?;
        match self {
            Self::NoSuchPath(path) => write!(f, "find `{}`", path.display()),
            Self::NotAFile(path) => {
                write!(f, "read `{}`: neither a regular file nor a folder", path.display())
            }
            Self::Path(path, error) => write!(f, "read `{}`: {error}", path.display()),
            Self::NoManifest(path) => {
                write!(f, "find `Cargo.toml` in `{}` or any folder above it", path.display())
            }
            Self::Manifest(path, text) => write!(f, "load `{}`: {text}", path.display()),
            Self::Config { path, line, message, .. } => {
                write!(f, "read `{}:{line}`: {message}", path.display())
            }
            Self::Version { path, required } => {
                let (path, own) = (path.display(), env!("CARGO_PKG_VERSION"));
                write!(f, "use `{path}`: it asks for cargo-sockopt {required}, and this is {own}")
            }
            Self::TwoConfigs(file, manifest) => {
                let (file, manifest) = (file.display(), manifest.display());
                write!(f, "choose between the settings in `{file}` and those in `{manifest}`")
            }
            Self::NoBaseline(path) => write!(f, "find the baseline `{}`", path.display()),
            Self::NoRepository(path, text) => {
                write!(f, "find a repository around `{}`: {text}", path.display())
            }
            Self::NoBase { reference, why, .. } => {
                write!(f, "compare with `{reference}`: {why}")
            }
            Self::Base(commit, text) => write!(f, "read commit {commit}: {text}"),
            Self::Temporary(path, error) => {
                write!(f, "make a temporary folder in `{}`: {}", path.display(), error.kind())
            }
            Self::NoSources(path) => write!(f, "find any `.rs` file in `{}`", path.display()),
            Self::NoSuchPackage(name, _) => write!(f, "find a package called `{name}`"),
            Self::NoSuchTarget(name, _) => write!(f, "find {name} in the selected packages"),
            Self::NoSuchRule(name, _) => write!(f, "find a rule or group called `{name}`"),
            Self::Pattern(pattern, text) => write!(f, "read the pattern `{pattern}`: {text}"),
            Self::Stdin(error) => write!(f, "read standard input: {error}"),
            Self::Threads(error) => write!(f, "start the worker threads: {error}"),
            Self::Output(error) => write!(f, "write the report: {error}"),
            Self::Report(path, error) => {
                write!(f, "write the report `{}`: {error}", path.display())
            }
            Self::NoShard(path, why) => {
                write!(f, "read `{}` as what a part found: {why}", path.display())
            }
            Self::Merge(what, _) => write!(f, "join the reports: {what}"),
            Self::Write(path, error) => write!(f, "write `{}`: {error}", path.display()),
            Self::ReadOnly(path) => write!(f, "fix `{}`: it is read-only", path.display()),
            Self::Changed(path) => {
                write!(f, "fix `{}`: it was changed by somebody else meanwhile", path.display())
            }
            Self::NoVersionControl(path) => {
                write!(f, "fix `{}`: it is not under version control", path.display())
            }
            Self::Uncommitted(files) => {
                f.write_str("fix files with changes that are not committed:")?;
                files
                    .iter()
                    .try_for_each(|(path, state)| write!(f, "\n  {} ({state})", path.display()))
            }
            Self::Git(folder, text) => {
                write!(f, "see what is committed in `{}`: {text}", folder.display())
            }
            Self::Verify(path, text) => {
                write!(f, "verify the fixes in `{}`: {text}", path.display())
            }
            Self::NotRolledBack(path, error) => {
                write!(f, "put `{}` back: {error}", path.display())
            }
            Self::Clippy(text) => write!(f, "run `cargo clippy`: {text}"),
            Self::Editor(text) => write!(f, "talk to the editor: {text}"),
            Self::RolledBack(paths, text) => {
                f.write_str(
                    "compile the project with the fixes of these files, which were undone:",
                )?;
                paths.iter().try_for_each(|path| write!(f, "\n  {}", path.display()))?;
                write!(f, "\n  {text}")
            }
            Self::NeverCompiled(path, text) => write!(
                f,
                "verify any fix in `{}`, so all were undone: it does not compile without them either: {text}",
                path.display()
            ),
        }
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// The candidate that `name` was probably meant to be.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let score = |candidate: &str| strsim::jaro_winkler(name, candidate);
    candidates
        .into_iter()
        .max_by(|a, b| score(a).total_cmp(&score(b)))
        .filter(|best| score(best) > 0.75)
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_typo_finds_its_name_and_nonsense_finds_none() {
        let names = ["missing_reuseaddr", "late_option"];
        assert_eq!(nearest("missing_reusaddr", names).as_deref(), Some("missing_reuseaddr"));
        assert_eq!(nearest("zzz", names), None);
    }
}
