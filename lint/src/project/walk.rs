//! The `.rs` files below a folder.
//!
//! Skipped: hidden files and folders, `target` folders, what `.gitignore` excludes, and folders that are
//! packages of their own. Symbolic links are not followed, so there are no loops; what is no regular file is
//! not opened.

use std::path::{Path, PathBuf};

use ignore::gitignore::Gitignore;
use walkdir::{DirEntry, WalkDir};

use crate::warning::Warning;

/// What to do with a folder that has a `Cargo.toml` of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nested {
    /// It is a package of its own.
    Skip,
    /// It is a folder like any other.
    Enter,
}

/// The `.rs` files below `folder`, sorted by path, and what could not be read.
#[must_use]
pub fn sources(folder: &Path, nested: Nested) -> (Vec<PathBuf>, Vec<Warning>) {
    let mut ignores = Ignores::above(folder);
    let (mut files, mut warnings) = (Vec::new(), Vec::new());
    let enter = |entry: &DirEntry| entry.depth() == 0 || is_wanted(entry, nested);
    let walk = WalkDir::new(folder).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(|entry| ignores.admit(entry) && enter(entry)) {
        match entry {
            Ok(entry) if entry.file_type().is_file() && is_source(entry.path()) => {
                files.push(entry.into_path());
            }
            Ok(_) => {}
            Err(error) => warnings.push(unreadable(folder, &error)),
        }
    }
    files.sort_unstable();
    (files, warnings)
}

fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

fn is_wanted(entry: &DirEntry, nested: Nested) -> bool {
    if entry.file_name().as_encoded_bytes().starts_with(b".") {
        return false;
    }
    let path = entry.path();
    let folder = entry.file_type().is_dir();
    let is_package = || nested == Nested::Skip && path.join("Cargo.toml").is_file();
    !(folder && (is_build_folder(path) || is_package()))
}

/// A folder called `target` holds what cargo built, unless it belongs to a module called `target`.
fn is_build_folder(path: &Path) -> bool {
    let is_module = || path.join("mod.rs").is_file() || path.with_extension("rs").is_file();
    path.file_name().is_some_and(|name| name == "target") && !is_module()
}

fn unreadable(folder: &Path, error: &walkdir::Error) -> Warning {
    let path = error.path().unwrap_or(folder);
    let why = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
    Warning::new(path, format!("failed to read: {why}")).help("check its permissions")
}

/// The ignore files that hold at one point of a walk, outermost first, each with the depth of its folder.
struct Ignores {
    files: Vec<(usize, Gitignore)>,
}

impl Ignores {
    /// Those of the folders above the walk, up to the repository's root; none outside of a repository.
    fn above(folder: &Path) -> Self {
        let is_root = |it: &&Path| it.join(".git").exists();
        let Some(root) = folder.ancestors().find(is_root) else {
            return Self { files: Vec::new() };
        };
        let above = folder.ancestors().skip(1).take_while(|it| it.starts_with(root));
        let mut files: Vec<_> = above.filter_map(read).map(|file| (0, file)).collect();
        files.reverse();
        Self { files }
    }

    /// Whether no ignore file excludes an entry. Entries come in walking order.
    fn admit(&mut self, entry: &DirEntry) -> bool {
        let (depth, is_dir) = (entry.depth(), entry.file_type().is_dir());
        // The files at depth 0 are those above the walk and that of its root.
        self.files.retain(|(of, _)| *of < depth.max(1));
        if depth > 0 && self.excludes(entry.path(), is_dir) {
            return false;
        }
        if is_dir && let Some(file) = read(entry.path()) {
            self.files.push((depth, file));
        }
        true
    }

    fn excludes(&self, path: &Path, is_dir: bool) -> bool {
        // The innermost file that says anything decides.
        let says = |(_, file): &(usize, Gitignore)| {
            let said = file.matched(path, is_dir);
            (!said.is_none()).then(|| said.is_ignore())
        };
        self.files.iter().rev().find_map(says).unwrap_or(false)
    }
}

fn read(folder: &Path) -> Option<Gitignore> {
    let path = folder.join(".gitignore");
    // A line that is no pattern excludes nothing, as in git.
    path.is_file().then(|| Gitignore::new(path).0)
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::{Nested, sources};

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
        let (files, warnings) = sources(folder, nested);
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
