//! What cargo's `fix` asks of version control, asked of the files that would change only.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    path::{Path, PathBuf},
};

use crate::{
    error::Error,
    git::{self, Git},
};

/// How many paths one call of git gets: command lines have limits.
const CHUNK: usize = 200;

/// What a run may change all the same.
#[derive(Debug, Clone, Copy)]
pub struct Allowed {
    /// Files with changes.
    pub dirty: bool,
    /// Files whose changes are all in the index.
    pub staged: bool,
    /// Files outside of version control.
    pub no_vcs: bool,
}

/// Checks that what is in some files is not lost when they are changed.
///
/// # Errors
/// Some of them have uncommitted changes, are unknown or ignored, or are under no version control.
pub fn check(files: &[&Path], allowed: Allowed) -> Result<(), Error> {
    // As in cargo.
    if allowed.no_vcs {
        return Ok(());
    }
    let mut repositories: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    for file in files {
        let real = file.canonicalize().unwrap_or_else(|_| (*file).to_owned());
        match repository(&real) {
            Some(Repository::Git(root)) => repositories.entry(root).or_default().push(real),
            Some(Repository::Other) => {}
            None => return Err(Error::NoVersionControl((*file).to_owned())),
        }
    }
    if allowed.dirty {
        return Ok(());
    }
    let mut changed = Vec::new();
    for (root, files) in &repositories {
        for chunk in files.chunks(CHUNK) {
            changed.extend(status(root, chunk)?);
        }
    }
    changed.retain(|(_, state)| !(allowed.staged && *state == STAGED));
    changed.sort();
    if changed.is_empty() { Ok(()) } else { Err(Error::Uncommitted(changed)) }
}

enum Repository {
    Git(PathBuf),
    /// One that cargo does not look into either.
    Other,
}

/// The innermost repository around a file.
fn repository(file: &Path) -> Option<Repository> {
    file.ancestors().skip(1).find_map(|folder| {
        let has = |name: &&str| folder.join(name).exists();
        if has(&".git") {
            return Some(Repository::Git(folder.to_owned()));
        }
        let other = [".hg", ".jj", ".pijul", ".fslckout", "_FOSSIL_"];
        other.iter().any(has).then_some(Repository::Other)
    })
}

const STAGED: &str = "staged";

/// Those of some files that have changes.
fn status(root: &Path, files: &[PathBuf]) -> Result<Vec<(PathBuf, &'static str)>, Error> {
    let mut args: Vec<&OsStr> = ["status", "--porcelain=v1", "-z", "--no-renames"]
        .into_iter()
        .chain(["--ignored", "--untracked-files=all", "--"])
        .map(OsStr::new)
        .collect();
    args.extend(files.iter().map(|it| it.as_os_str()));
    let output = Git::new(root).bytes(&args).map_err(|text| Error::Git(root.to_owned(), text))?;
    let entries = output.split(|byte| *byte == 0).filter(|it| it.len() > 3);
    let entry = |it: &[u8]| (root.join(git::path(&it[3..])), state(it[0], it[1]));
    Ok(entries.map(entry).collect())
}

/// What the two letters of git mean: the index, and the work tree.
const fn state(index: u8, tree: u8) -> &'static str {
    match (index, tree) {
        (b'?', _) => "not in version control",
        (b'!', _) => "ignored by version control",
        (_, b' ') => STAGED,
        _ => "dirty",
    }
}
