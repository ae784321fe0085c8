//! Why a run, or a part of it, could not be done: everything outside our control, with what to do about it.

use std::{fmt, io, path::PathBuf};

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
    /// A folder has settings in a file of their own and in its manifest.
    TwoConfigs(PathBuf, PathBuf),
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
}

impl Error {
    /// What to do about it: an imperative.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let text = match self {
            Self::NoSuchPath(_) => "check the spelling, and the folder the command runs in",
            Self::NotAFile(_) => "pass a file or a folder, or `-` to read standard input",
            Self::Path(..) => "check its permissions",
            Self::NoManifest(_) => "pass `--manifest-path`, or a file or a folder to analyze",
            Self::Manifest(..) => "correct the manifest, or pass the files or folders to analyze",
            Self::Config { near: None, .. } => "correct it",
            Self::TwoConfigs(..) => "keep one of the two",
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
            Self::TwoConfigs(file, manifest) => {
                let (file, manifest) = (file.display(), manifest.display());
                write!(f, "choose between the settings in `{file}` and those in `{manifest}`")
            }
            Self::NoSources(path) => write!(f, "find any `.rs` file in `{}`", path.display()),
            Self::NoSuchPackage(name, _) => write!(f, "find a package called `{name}`"),
            Self::NoSuchTarget(name, _) => write!(f, "find {name} in the selected packages"),
            Self::NoSuchRule(name, _) => write!(f, "find a rule or group called `{name}`"),
            Self::Pattern(pattern, text) => write!(f, "read the pattern `{pattern}`: {text}"),
            Self::Stdin(error) => write!(f, "read standard input: {error}"),
            Self::Threads(error) => write!(f, "start the worker threads: {error}"),
            Self::Output(error) => write!(f, "write the report: {error}"),
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
