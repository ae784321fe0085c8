//! The sources of this repository.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

/// The root of the repository.
///
/// # Panics
/// Never: this package is in a folder of it.
#[must_use]
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is in the repository")
}

/// Every `.rs` file below a folder, in the order of paths, build output left out.
///
/// # Panics
/// The folder cannot be read.
#[must_use]
pub fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a source folder can be read") {
            let path = entry.expect("a source folder can be read").path();
            if path.is_dir() {
                if path.file_name() != Some(OsStr::new("target")) {
                    folders.push(path);
                }
            } else if path.extension() == Some(OsStr::new("rs")) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
