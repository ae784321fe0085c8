//! The commit that a project is compared with, and the project as it was there.
//!
//! The files that the analysis can need (sources, manifests, ignore files) are taken from git's objects and put
//! into a temporary folder, from which the project is discovered like any other. A manifest decides what a
//! package is, so an old tree under today's manifests would be a tree that never was.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs, io,
    path::{Component, Path, PathBuf},
};

use crate::{
    error::Error,
    git::{Blob, Changes, Git},
    interrupt,
};

/// The commit that a project is compared with.
#[derive(Debug)]
pub struct Base {
    git: Git,
    /// The project's root in the repository.
    prefix: PathBuf,
    /// The commit.
    pub commit: String,
    /// What it is, in words.
    pub what: String,
}

impl Base {
    /// Finds the commit for a project: where `reference` and the work tree parted, or, if `exact`, `reference`.
    ///
    /// # Errors
    /// The project is in no repository, or the commit is not there: with the command that fetches it.
    pub fn find(root: &Path, reference: &str, exact: bool) -> Result<Self, Error> {
        let git = Git::new(root);
        let prefix = git.line(&["rev-parse", "--show-prefix"]);
        let prefix = prefix.map_err(|why| Error::NoRepository(root.to_owned(), why))?;
        let verify = |name: &str| {
            git.line(&["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")])
        };
        let remote = remote(&git);
        let tracked = format!("{remote}/{reference}");
        let found = if reference.starts_with('-') {
            None
        } else {
            // A checkout of a robot has no local branches but one.
            let known = verify(reference).map(|it| (it, reference));
            known.or_else(|_| verify(&tracked).map(|it| (it, tracked.as_str()))).ok()
        };
        let missing = |why: &str| Error::NoBase {
            reference: reference.to_owned(),
            why: why.to_owned(),
            command: fetch(&git, reference, &remote),
        };
        let (commit, name) = found.ok_or_else(|| missing("it is not in this clone"))?;
        let prefix = PathBuf::from(prefix);
        if exact {
            return Ok(Self { git, prefix, commit, what: name.to_owned() });
        }
        let base = git.line(&["merge-base", &commit, "HEAD"]);
        let base = base.ok().and_then(|it| it.lines().next().map(str::to_owned));
        let base =
            base.ok_or_else(|| missing("this clone does not reach back to where they parted"))?;
        let what = format!("merge base of HEAD and {name}");
        Ok(Self { git, prefix, commit: base, what })
    }

    /// The commit, as people write it.
    #[must_use]
    pub fn short(&self) -> &str {
        self.commit.get(..12).unwrap_or(&self.commit)
    }

    fn failed(&self, why: &dyn ToString) -> Error {
        Error::Base(self.short().to_owned(), why.to_string())
    }

    /// Puts the files into a folder. Says where the project's root is in it.
    ///
    /// # Errors
    /// git does not say what they hold, or they cannot be written.
    pub fn extract(&self, folder: &Path, whole: bool) -> Result<PathBuf, Error> {
        let files = self.git.files(&self.commit).map_err(|why| self.failed(&why))?;
        let is_wanted = |it: &&Blob| {
            let is_inside = whole || it.path.starts_with(&self.prefix) || is_ignore(&it.path);
            is_inside && is_needed(&it.path) && is_plain(&it.path)
        };
        let wanted: Vec<_> = files.iter().filter(is_wanted).collect();
        let write = |blob: &Blob, bytes: &[u8]| -> io::Result<()> {
            let path = folder.join(&blob.path);
            interrupt::inside(|| {
                fs::create_dir_all(path.parent().unwrap_or(folder))?;
                fs::write(path, bytes)
            })
        };
        self.git.read(&wanted, write).map_err(|why| self.failed(&why))?;
        // Ignore files above the project hold within a repository.
        interrupt::inside(|| fs::create_dir_all(folder.join(".git")))
            .map_err(|why| self.failed(&why))?;
        Ok(folder.join(&self.prefix))
    }

    /// How the work tree differs from the commit.
    ///
    /// # Errors
    /// git does not say.
    pub fn changes(&self) -> Result<Changes, Error> {
        self.git.changes(&self.commit).map_err(|why| self.failed(&why))
    }

    /// The root of the work tree.
    ///
    /// # Errors
    /// git does not say.
    pub fn top(&self, root: &Path) -> Result<PathBuf, Error> {
        let above = self.prefix.components().count();
        let top = root.ancestors().nth(above);
        top.map(Path::to_owned)
            .ok_or_else(|| self.failed(&"the work tree is not around the project"))
    }
}

/// Where files of the old tree are now, by their paths in the repository.
#[must_use]
pub fn renamed(changes: &Changes) -> BTreeMap<&Path, &Path> {
    changes.renamed.iter().map(|(old, new)| (old.as_path(), new.as_path())).collect()
}

fn is_ignore(path: &Path) -> bool {
    path.file_name() == Some(OsStr::new(".gitignore"))
}

/// Whether the analysis can need a file.
fn is_needed(path: &Path) -> bool {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let is_source = path.extension() == Some(OsStr::new("rs"));
    is_source || is_ignore(path) || matches!(name, "Cargo.toml" | "Cargo.lock")
}

/// Whether a path stays where it is put.
fn is_plain(path: &Path) -> bool {
    path.components().all(|it| matches!(it, Component::Normal(name) if name != ".git"))
}

fn remote(git: &Git) -> String {
    let names = git.line(&["remote"]).unwrap_or_default();
    let has_origin = names.lines().any(|it| it == "origin");
    if has_origin { "origin" } else { names.lines().next().unwrap_or_default() }.to_owned()
}

/// The command that fetches a commit which is missing; none if there is nowhere to fetch it from.
fn fetch(git: &Git, reference: &str, remote: &str) -> Option<String> {
    if remote.is_empty() || reference.starts_with('-') {
        return None;
    }
    let is_shallow =
        git.line(&["rev-parse", "--is-shallow-repository"]).is_ok_and(|it| it == "true");
    let deep = if is_shallow { " --unshallow" } else { "" };
    let plain = reference.split(['~', '^', '@', ':']).next().unwrap_or_default();
    let is_object = plain.len() >= 7 && plain.chars().all(|it| it.is_ascii_hexdigit());
    let branch = plain.strip_prefix(remote).and_then(|it| it.strip_prefix('/')).unwrap_or(plain);
    let branch = branch.strip_prefix("refs/heads/").unwrap_or(branch);
    let what = if plain.is_empty() || plain == "HEAD" {
        // It is behind what there is.
        is_shallow.then(String::new)?
    } else if is_object {
        format!(" {plain}")
    } else if let Some(tag) = plain.strip_prefix("refs/tags/") {
        format!(" tag {tag}")
    } else {
        format!(" +refs/heads/{branch}:refs/remotes/{remote}/{branch}")
    };
    Some(format!("git fetch{deep} {remote}{what}"))
}
