//! The `.rs` files below a folder.
//!
//! Skipped: hidden files and folders, `target` folders, what `.gitignore` excludes, and folders that are
//! packages of their own. Symbolic links are not followed, so there are no loops; what is no regular file is
//! not opened, and a folder whose `.gitignore` is none is left out.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::warning::Warning;

/// What to do with a folder that has a `Cargo.toml` of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nested {
    /// It is a package of its own.
    Skip,
    /// It is a folder like any other.
    Enter,
}

/// What lies below a folder.
#[derive(Debug, Default)]
pub struct Found {
    /// The `.rs` files, sorted by path.
    pub files: Vec<PathBuf>,
    /// The files called `Cargo.toml`, sorted by path.
    pub manifests: Vec<PathBuf>,
    /// What could not be read.
    pub warnings: Vec<Warning>,
}

/// Looks at all that lies below these folders, with as many threads as there are processors.
#[must_use]
pub fn sources(folders: &[&Path], nested: Nested) -> Found {
    let mut alike: BTreeMap<Rules, Vec<&Path>> = BTreeMap::new();
    for folder in folders {
        alike.entry(Rules::of(folder)).or_default().push(folder);
    }
    let mut found = Found::default();
    for (rules, folders) in alike {
        rules.walk(&folders, nested, &mut found);
    }
    found.files.sort_unstable();
    found.manifests.sort_unstable();
    found.warnings.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The `.rs` files below a folder that are no larger than this, one by one, as long as it `goes_on`. Packages of
/// their own are not told apart.
pub fn some_sources(
    folder: &Path,
    most_bytes: u64,
    goes_on: impl Fn() -> bool,
) -> impl Iterator<Item = PathBuf> {
    let mut walk = Rules::of(folder).builder(folder, Nested::Enter);
    let entries = walk.max_filesize(Some(most_bytes)).build().take_while(move |_| goes_on());
    let is_file = |it: &DirEntry| it.file_type().is_some_and(|it| it.is_file());
    entries.flatten().filter(move |it| is_file(it) && is_source(it.path())).map(DirEntry::into_path)
}

/// Which files with patterns count in a walk.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rules {
    /// Those above its folders.
    parents: bool,
    /// Those within.
    patterns: bool,
}

impl Rules {
    fn of(folder: &Path) -> Self {
        Self { parents: is_in_repository(folder), patterns: has_patterns(folder) }
    }

    fn builder(self, folder: &Path, nested: Nested) -> WalkBuilder {
        let mut walk = WalkBuilder::new(folder);
        walk.standard_filters(false).hidden(true).require_git(false);
        walk.git_ignore(self.patterns).parents(self.parents);
        walk.filter_entry(move |entry| entry.depth() == 0 || is_wanted(entry, nested));
        walk
    }

    fn walk(self, folders: &[&Path], nested: Nested, found: &mut Found) {
        let Some((first, others)) = folders.split_first() else { return };
        let mut walk = self.builder(first, nested);
        for folder in others {
            walk.add(folder);
        }
        let found = Mutex::new(found);
        let lock = || found.lock().unwrap_or_else(PoisonError::into_inner);
        walk.build_parallel().run(|| {
            Box::new(|entry| {
                match entry {
                    Ok(entry) if !entry.file_type().is_some_and(|it| it.is_file()) => {}
                    Ok(entry) if is_source(entry.path()) => lock().files.push(entry.into_path()),
                    Ok(entry) if entry.file_name() == "Cargo.toml" => {
                        lock().manifests.push(entry.into_path());
                    }
                    Ok(_) => {}
                    Err(error) => lock().warnings.push(unreadable(first, &error)),
                }
                WalkState::Continue
            })
        });
    }
}

fn is_in_repository(folder: &Path) -> bool {
    folder.ancestors().any(|it| it.join(".git").exists())
}

fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

fn is_wanted(entry: &DirEntry, nested: Nested) -> bool {
    let path = entry.path();
    let is_folder = entry.file_type().is_some_and(|it| it.is_dir());
    let is_package = || nested == Nested::Skip && path.join("Cargo.toml").is_file();
    !(is_folder && (is_build_folder(path) || is_package() || !has_patterns(path)))
}

/// Whether the `.gitignore` of a folder can be read, or there is none: whoever opens a pipe waits.
fn has_patterns(folder: &Path) -> bool {
    fs::metadata(folder.join(".gitignore")).map_or(true, |it| it.is_file())
}

/// A folder called `target` holds what cargo built, unless it belongs to a module called `target`.
fn is_build_folder(path: &Path) -> bool {
    let is_module = || path.join("mod.rs").is_file() || path.with_extension("rs").is_file();
    path.file_name().is_some_and(|name| name == "target") && !is_module()
}

fn unreadable(folder: &Path, error: &ignore::Error) -> Warning {
    let (mut path, mut inner) = (folder, error);
    loop {
        match inner {
            ignore::Error::WithPath { path: at, err } => (path, inner) = (at, err),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                inner = err;
            }
            _ => break,
        }
    }
    let why = inner.io_error().map_or_else(|| inner.to_string(), ToString::to_string);
    Warning::new(path, format!("failed to read: {why}")).help("check its permissions")
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::{Found, Nested, some_sources, sources};

    fn files(tree: &[(&str, &str)], folder: &str, nested: Nested) -> Vec<String> {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in tree {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        relative(root.path(), &root.path().join(folder), nested)
    }

    fn relative(root: &Path, folder: &Path, nested: Nested) -> Vec<String> {
        let Found { files, warnings, .. } = sources(&[folder], nested);
        assert!(warnings.is_empty(), "{warnings:?}");
        files.iter().map(|it| it.strip_prefix(root).unwrap().display().to_string()).collect()
    }

    #[test]
    fn files_are_sorted_and_end_in_rs() {
        let tree = [("b.rs", ""), ("a/z.rs", ""), ("a.rs", ""), ("README.md", ""), ("a/rs", "")];
        assert_eq!(files(&tree, "", Nested::Skip), ["a/z.rs", "a.rs", "b.rs"]);
    }

    #[test]
    fn hidden_and_built_folders_are_skipped() {
        let tree = [
            (".git/x.rs", ""),
            (".x.rs", ""),
            ("target/debug/x.rs", ""),
            ("src/target/x.rs", ""),
            ("src/target/mod.rs", ""),
            ("b/target.rs", ""),
            ("b/target/y.rs", ""),
        ];
        let expected = ["b/target/y.rs", "b/target.rs", "src/target/mod.rs", "src/target/x.rs"];
        assert_eq!(files(&tree, "", Nested::Skip), expected);
    }

    #[test]
    fn other_packages_are_skipped_where_packages_matter() {
        let tree = [("Cargo.toml", ""), ("a.rs", ""), ("sub/Cargo.toml", ""), ("sub/b.rs", "")];
        assert_eq!(files(&tree, "", Nested::Skip), ["a.rs"]);
        assert_eq!(files(&tree, "", Nested::Enter), ["a.rs", "sub/b.rs"]);
    }

    #[test]
    fn ignore_files_hold_below_their_folder_and_the_inner_one_decides() {
        let tree = [
            (".gitignore", "gen.rs\n/out\n*.tmp.rs\n"),
            ("gen.rs", ""),
            ("out/x.rs", ""),
            ("a/out/y.rs", ""),
            ("a/.gitignore", "!gen.rs\nb.rs\n"),
            ("a/gen.rs", ""),
            ("a/b.rs", ""),
            ("b.rs", ""),
            ("c.tmp.rs", ""),
        ];
        assert_eq!(files(&tree, "", Nested::Skip), ["a/gen.rs", "a/out/y.rs", "b.rs"]);
    }

    #[test]
    fn ignore_files_above_hold_within_a_repository_only() {
        let tree = [(".gitignore", "gen.rs\n"), ("a/b/gen.rs", ""), ("a/b/x.rs", "")];
        assert_eq!(files(&tree, "a/b", Nested::Skip), ["a/b/gen.rs", "a/b/x.rs"]);
        let tree = [(".git/HEAD", ""), tree[0], tree[1], tree[2]];
        assert_eq!(files(&tree, "a/b", Nested::Skip), ["a/b/x.rs"]);
    }

    #[test]
    fn some_are_found_one_by_one() {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in [("a.rs", "12"), ("b.rs", "123"), ("c.md", ""), (".d.rs", "")] {
            fs::write(root.path().join(path), text).unwrap();
        }
        fs::create_dir(root.path().join("e.rs")).unwrap();
        let names = |goes_on| {
            let found = some_sources(root.path(), 2, move || goes_on);
            found.map(|it| it.file_name().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(true), ["a.rs"]);
        assert!(names(false).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn patterns_that_are_no_file_are_not_opened() {
        let root = tempfile::tempdir().unwrap();
        for path in ["a.rs", "b/c.rs"] {
            fs::create_dir_all(root.path().join("b")).unwrap();
            fs::write(root.path().join(path), "").unwrap();
        }
        let socket = |path: &str| std::os::unix::net::UnixListener::bind(root.path().join(path));
        let _inner = socket("b/.gitignore").unwrap();
        assert_eq!(relative(root.path(), root.path(), Nested::Enter), ["a.rs"]);
        let _outer = socket(".gitignore").unwrap();
        assert_eq!(relative(root.path(), root.path(), Nested::Enter), ["a.rs"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_pipes_are_left_alone() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("a.rs"), "").unwrap();
        std::os::unix::fs::symlink(root.path(), root.path().join("loop")).unwrap();
        std::os::unix::net::UnixListener::bind(root.path().join("s.rs")).unwrap();
        assert_eq!(relative(root.path(), root.path(), Nested::Skip), ["a.rs"]);
    }
}
