//! Temporary files of runs that were killed.
//!
//! A run holds a lock on each of its temporary files. What is not locked belongs to nobody any more.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    path::{Path, PathBuf},
};

use fs4::FileExt;

/// How the name of a temporary file begins.
pub const PREFIX: &str = ".sockopt-fix-";

/// How the name of a temporary file ends.
pub const SUFFIX: &str = ".tmp";

/// Removes what killed runs left beside some files.
pub fn remove<'a>(files: impl IntoIterator<Item = &'a Path>) {
    let folders: BTreeSet<PathBuf> = files.into_iter().filter_map(real_folder).collect();
    for folder in folders {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let paths = entries.map(|entry| entry.path()).filter(|path| is_temporary(path));
        // Whatever cannot be removed now can be removed next time.
        paths.filter(|path| is_abandoned(path)).for_each(|path| drop(fs::remove_file(path)));
    }
}

/// The folder in which a file is, links followed.
fn real_folder(file: &Path) -> Option<PathBuf> {
    let is_link = file.symlink_metadata().is_ok_and(|it| it.is_symlink());
    let real = if is_link { file.canonicalize().ok()? } else { file.to_owned() };
    real.parent().map(Path::to_owned)
}

fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.strip_prefix(PREFIX).is_some_and(|it| it.ends_with(SUFFIX))
        && path.symlink_metadata().is_ok_and(|it| it.is_file())
}

fn is_abandoned(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| FileExt::try_lock(&file).is_ok())
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use fs4::FileExt;

    use super::remove;

    #[test]
    fn what_nobody_works_with_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let names = [".sockopt-fix-dead.tmp", ".sockopt-fix-live.tmp", "a.rs", ".sockopt-fix-x.rs"];
        for name in names {
            fs::write(path(name), "").unwrap();
        }
        let live = File::open(path(names[1])).unwrap();
        FileExt::lock(&live).unwrap();
        remove([path("a.rs").as_path()]);
        let left: Vec<_> = names.iter().filter(|name| path(name).exists()).collect();
        assert_eq!(left, [&names[1], &names[2], &names[3]]);
    }
}
