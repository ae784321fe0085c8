//! Replaces a file in one step.
//!
//! The new text goes into a temporary file in the same folder, which is then renamed over the old one: whatever
//! happens, the file holds all of the old text or all of the new one. A link stays a link; what it leads to is
//! replaced. Other names of the same file (hard links) keep the old text.

use std::{
    fs::{self, File, Metadata},
    io::{self, Write},
    path::Path,
};

use fs4::FileExt;
use tempfile::{Builder, NamedTempFile};

use super::{Change, leftovers};
use crate::{
    error::Error,
    interrupt::{self, Guard},
};

/// Writes a change, if the file still holds what was analyzed.
///
/// # Errors
/// The file changed, is read-only, or cannot be written; then it is as it was.
pub fn write(change: &Change) -> Result<(), Error> {
    let Change { path, old, new } = change;
    let failed = |error: io::Error| Error::Write(path.clone(), error);
    // A rename would replace the link itself.
    let real = path.canonicalize().map_err(failed)?;
    let metadata = fs::metadata(&real).map_err(failed)?;
    if metadata.permissions().readonly() {
        return Err(Error::ReadOnly(path.clone()));
    }
    let (_guard, temporary) = filled(&real, new, &metadata).map_err(failed)?;
    let now = fs::read(&real).map_err(failed)?;
    if now == *new {
        // A link that is a file of the project, too, led here before.
        return Ok(());
    }
    if now != *old {
        return Err(Error::Changed(path.clone()));
    }
    temporary.persist(&real).map_err(|error| failed(error.error))?;
    sync_folder(&real);
    Ok(())
}

/// A file beside `path` that holds `text` for good, with the permissions of `path`.
fn filled(path: &Path, text: &[u8], metadata: &Metadata) -> io::Result<(Guard, NamedTempFile)> {
    let mut builder = Builder::new();
    builder.prefix(leftovers::PREFIX).suffix(leftovers::SUFFIX).rand_bytes(8);
    let make = || builder.tempfile_in(path.parent().unwrap_or(path));
    let (guard, mut temporary) = interrupt::guarded(make, |it| it.path())?;
    // Shows that somebody is still at work with it. Where there are no locks, nobody looks for one.
    let _ = FileExt::try_lock(temporary.as_file());
    temporary.write_all(text)?;
    keep_owner(temporary.as_file(), metadata);
    temporary.as_file().set_permissions(metadata.permissions())?;
    temporary.as_file().sync_all()?;
    Ok((guard, temporary))
}

/// Only the superuser can give files away: for others, a file that was somebody else's becomes theirs.
#[cfg(unix)]
fn keep_owner(file: &File, metadata: &Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let is_own =
        file.metadata().is_ok_and(|it| (it.uid(), it.gid()) == (metadata.uid(), metadata.gid()));
    if !is_own && fchown(file, Some(metadata.uid()), Some(metadata.gid())).is_err() {
        let _ = fchown(file, None, Some(metadata.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) {}

/// Makes the rename outlive a power failure, where folders can be opened.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent().and_then(|it| File::open(it).ok()) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::write;
    use crate::{error::Error, patch::Change};

    /// Writes `new` where `old` was read, and something else is by now. Says what is there then.
    fn check(now: &str, is_written: bool) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.rs");
        fs::write(&path, now).unwrap();
        let change = Change { path: path.clone(), old: b"old".into(), new: b"new".into() };
        let result = write(&change);
        assert!(
            if is_written { result.is_ok() } else { matches!(result, Err(Error::Changed(_))) },
            "{result:?}"
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
        fs::read_to_string(path).unwrap()
    }

    #[test]
    fn a_file_that_changed_since_it_was_read_is_left_alone() {
        assert_eq!(check("old", true), "new");
        assert_eq!(check("newer", false), "newer");
        // By way of a link, it was written before.
        assert_eq!(check("new", true), "new");
    }

    #[test]
    fn a_file_that_is_gone_stays_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.rs");
        let change = Change { path, old: b"old".into(), new: b"new".into() };
        assert!(matches!(write(&change), Err(Error::Write(..))));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
