//! Keeps two runs from fixing one tree at the same time.

use std::{fs::File, path::Path};

use fs4::{FileExt, TryLockError};

/// Holds other runs up, as long as it lives.
#[derive(Debug)]
pub struct Lock {
    _folder: Option<File>,
}

/// Waits until no other run fixes a tree; `waits` is called if there is one. The lock is on the folder itself,
/// so that nothing has to be left in it. Where a folder cannot be locked (Windows, some network file systems)
/// the runs do not wait for each other, and the second leaves alone what the first has changed.
pub fn take(folder: &Path, waits: impl FnOnce()) -> Lock {
    let Ok(file) = File::open(folder) else { return Lock { _folder: None } };
    if let Err(TryLockError::WouldBlock) = FileExt::try_lock(&file) {
        waits();
        let _ = FileExt::lock(&file);
    }
    Lock { _folder: Some(file) }
}
