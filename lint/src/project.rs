//! The project around the files: packages, targets, dependencies, and which of its files are reported on.
//!
//! [`discover()`] turns the command line into projects. Everything that is found below a workspace is
//! analyzed together, since a socket may be made in one package and bound in another; scopes and selections
//! only say what is reported.

pub mod cargo;
pub mod discover;
pub mod lock;
pub mod manifest;
pub mod modules;
pub mod select;
pub mod walk;

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read},
    path::{Component, Path, PathBuf},
};

use semver::{Version, VersionReq};
use serde::{Deserialize, Serialize, Serializer};
use sockopt_analysis::{evidence, model::Own, socket::Platforms};

use crate::config::{Settings, models::Model};

pub use discover::{Discovery, discover};
use modules::Ahead;

/// What is analyzed together: a cargo workspace, a folder, or one text.
#[derive(Debug, Clone, Default)]
pub struct Project {
    /// The workspace's root, or the folder.
    pub root: PathBuf,
    /// The folder around it whose settings count after its own: that which was asked for, without a manifest.
    pub around: Option<PathBuf>,
    /// Its packages; one without a manifest for a plain folder.
    pub packages: Vec<Package>,
    /// Files and folders to report on; empty for all.
    pub scope: Vec<PathBuf>,
    /// Its `.rs` files, sorted by path.
    pub files: Vec<SourceFile>,
    /// The text of its only file, if that was read from standard input.
    pub stdin: Option<Vec<u8>>,
    /// The file of known findings, if the configuration names one.
    pub baseline: Option<PathBuf>,
    /// What calls do whose source cannot be seen.
    pub models: Vec<Model>,
    /// The same, as the analysis has it.
    pub rows: Own,
    /// Whether every socket matters that gets an address, and not only one that may be wrong.
    pub lists_all: bool,
    /// Texts that count instead of what the files hold: patched, and not yet written.
    pub overlay: BTreeMap<PathBuf, Vec<u8>>,
    /// What was looked at of its files while cargo was asked about it.
    pub ahead: Ahead,
}

impl Project {
    /// The packages by their folders.
    #[must_use]
    pub fn folders(&self) -> BTreeMap<&Path, usize> {
        let packages = self.packages.iter().enumerate();
        // Of two in one folder, the first.
        packages.rev().map(|(index, it)| (it.folder.as_path(), index)).collect()
    }

    /// What the code of a package calls a dependency, given the package of the project that it is.
    #[must_use]
    pub fn ident(&self, dependency: &Dependency, member: Option<usize>) -> String {
        let targets = member.and_then(|it| self.packages.get(it)).map(|it| &it.targets);
        let library = targets.into_iter().flatten().find(|it| it.is_library());
        let own_name = library.map_or(&dependency.name, |it| &it.name);
        dependency.rename.as_ref().unwrap_or(own_name).replace('-', "_")
    }

    /// Of each package, those of the project that it depends on.
    #[must_use]
    pub fn needs(&self) -> Vec<Vec<usize>> {
        let folders = self.folders();
        let members = |it: &Package| -> Vec<usize> {
            let paths = it.dependencies.iter().filter_map(|it| it.path.as_deref());
            paths.filter_map(|it| folders.get(it).copied()).collect()
        };
        self.packages.iter().map(members).collect()
    }

    /// Of each package, those of the project that depend on it.
    #[must_use]
    pub fn needed_by(&self) -> Vec<Vec<usize>> {
        let mut needed_by = vec![Vec::new(); self.packages.len()];
        for (it, needs) in self.needs().into_iter().enumerate() {
            needs.into_iter().for_each(|other| needed_by[other].push(it));
        }
        needed_by
    }

    /// Whether there is no manifest.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.packages.iter().all(|package| package.manifest.is_none())
    }

    /// Where a path is in [`Self::files`].
    #[must_use]
    pub fn position(&self, path: &Path) -> Option<usize> {
        self.files.binary_search_by(|file| file.path.as_path().cmp(path)).ok()
    }

    /// Whether anything of a package is reported on.
    #[must_use]
    pub fn reports_on(&self, package: usize) -> bool {
        let Some(it) = self.packages.get(package) else { return false };
        let in_scope = |file: &SourceFile| {
            file.package == package && self.scope.iter().any(|it| file.path.starts_with(it))
        };
        (it.rest_selected || it.targets.iter().any(|it| it.selected))
            && (self.scope.is_empty() || self.files.iter().any(in_scope))
    }

    /// What a file holds.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.overlay.get(path).or(self.stdin.as_ref()) {
            Some(bytes) => Ok(bytes.clone()),
            None => read_regular(path),
        }
    }
}

/// What a file holds that nobody named: a pipe would keep the run waiting, a device might never end, and what is
/// larger than any source is not read.
///
/// # Errors
/// The file is not there, is none of these, or cannot be read.
pub fn read_regular(path: &Path) -> io::Result<Vec<u8>> {
    const MOST_BYTES: u64 = 1 << 30;
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    if metadata.len() > MOST_BYTES {
        return Err(io::Error::other("larger than 1 GiB"));
    }
    // As `fs::read`, which asks for the length again.
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1);
    fs::File::open(path)?.take(MOST_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// As [`read_regular`], for a text.
///
/// # Errors
/// As there; or it is not UTF-8.
pub fn read_text(path: &Path) -> io::Result<String> {
    let text = String::from_utf8(read_regular(path)?);
    text.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not UTF-8"))
}

/// A file of a project.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceFile {
    /// Where it is.
    pub path: PathBuf,
    /// The package in whose folder it is, as an index of [`Project::packages`].
    pub package: usize,
}

/// A package.
#[derive(Debug, Clone, Default)]
pub struct Package {
    /// Name in the manifest; empty without one.
    pub name: String,
    /// Its version, if the manifest says it.
    pub version: Option<Version>,
    /// cargo's identifier.
    pub id: String,
    /// Its manifest, if it has one.
    pub manifest: Option<PathBuf>,
    /// Its folder.
    pub folder: PathBuf,
    /// Its targets.
    pub targets: Vec<Target>,
    /// What it depends on.
    pub dependencies: Vec<Dependency>,
    /// Whether files that no target reaches are reported on.
    pub rest_selected: bool,
    /// The platforms that its manifest shows it is built for, beyond those that are taken for granted.
    pub shown: Platforms,
    /// Its settings.
    pub settings: Settings,
}

/// A dependency as its manifest declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The package's own name.
    pub name: String,
    /// Its other name in this package.
    pub rename: Option<String>,
    /// The versions that will do.
    pub req: VersionReq,
    /// The folder of a path dependency.
    pub path: Option<PathBuf>,
}

/// A target, in the shape of cargo's messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "cargo's message has them")]
pub struct Target {
    /// `lib`, `bin`, `test`, …
    pub kind: Vec<String>,
    /// `lib`, `bin`, `proc-macro`, …
    pub crate_types: Vec<String>,
    /// Its name.
    pub name: String,
    /// Its root file.
    #[serde(serialize_with = "lossy")]
    pub src_path: PathBuf,
    /// Its edition.
    pub edition: String,
    /// Whether it is documented.
    pub doc: bool,
    /// Whether its examples are tests.
    pub doctest: bool,
    /// Whether it is tested.
    pub test: bool,
    /// Whether it is reported on.
    #[serde(skip)]
    pub selected: bool,
}

impl Target {
    /// A target of `kind`, as it is by default.
    #[must_use]
    pub fn new(kind: &str, name: &str, src_path: &Path) -> Self {
        let library = matches!(kind, "lib" | "proc-macro");
        Self {
            kind: vec![kind.to_owned()],
            crate_types: vec![(if library { kind } else { "bin" }).to_owned()],
            name: name.to_owned(),
            src_path: src_path.to_owned(),
            edition: "2021".to_owned(),
            doc: library || kind == "bin",
            doctest: library,
            test: !matches!(kind, "example" | "custom-build"),
            selected: true,
        }
    }

    /// The target that stands for a file which belongs to none: a binary of its own.
    #[must_use]
    pub fn script(path: &Path) -> Self {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().replace('-', "_"));
        Self::new("bin", &name.unwrap_or_default(), path)
    }

    /// Whether other crates can use it.
    #[must_use]
    pub fn is_library(&self) -> bool {
        let library = ["lib", "rlib", "dylib", "cdylib", "staticlib", "proc-macro"];
        self.kind.iter().any(|kind| library.contains(&kind.as_str()))
    }

    /// Whether it is of `kind`.
    #[must_use]
    pub fn is(&self, kind: &str) -> bool {
        self.kind.iter().any(|it| it == kind)
    }
}

/// Serializes a path, whatever bytes it has.
///
/// # Errors
/// The serializer's.
pub fn lossy<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}

/// The platforms that a manifest shows the package is built for: by the names of its dependencies, and by the
/// targets that it names.
fn shown<'a>(dependencies: &[Dependency], targets: impl IntoIterator<Item = &'a str>) -> Platforms {
    let dependencies = dependencies.iter().map(|it| evidence::of_dependency(&it.name));
    let targets = targets.into_iter().map(evidence::of_target);
    dependencies.chain(targets).fold(Platforms::NONE, Platforms::union)
}

/// A path without `.` and, as far as names go, without `..`; links are not followed.
#[must_use]
pub fn normalize(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if clean.file_name().is_some() => {
                clean.pop();
            }
            Component::ParentDir if clean.has_root() => {}
            _ => clean.push(part),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::normalize;

    #[test]
    fn paths_are_normalized_by_name() {
        let check = |path, expected| assert_eq!(normalize(Path::new(path)), Path::new(expected));
        check("/a/./b/../c/", "/a/c");
        check("../a/../../b", "../../b");
        check("/../a", "/a");
    }
}
