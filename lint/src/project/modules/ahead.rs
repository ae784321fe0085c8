//! What can be done while cargo is asked about a project: most files below the manifest will be wanted.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use sockopt_analysis::Prefilter;

use super::{Reading, Scan, Shown, scan};
use crate::{
    project::{lock::Lock, walk::some_sources},
    threads::threads,
};

/// What is larger is not looked at ahead: somebody may be waiting by then.
const MOST_BYTES_AHEAD: u64 = 1 << 20;

/// What was looked at before it was known whether it belongs to a project. It goes to whoever loads the project first:
/// what files hold may have changed when it is loaded again.
#[derive(Debug, Clone, Default)]
pub struct Ahead(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) files: HashMap<PathBuf, (Scan, Shown)>,
    /// The lock file in a folder.
    pub(super) lock: Option<(PathBuf, Lock)>,
}

impl Ahead {
    /// Does `work`, and looks at files below a folder until that is done; at its lock file, too, if there is time.
    pub fn look<T>(folder: &Path, work: impl FnOnce() -> T) -> (T, Self) {
        let is_done = AtomicBool::new(false);
        let look = || {
            let goes_on = || !is_done.load(Ordering::Relaxed);
            let scanned = some_sources(folder, MOST_BYTES_AHEAD, goes_on).map(|path| {
                let scan = scan(&path, &Reading::Never, Prefilter::of_tables());
                (path, scan)
            });
            // What cannot be read is not there any more, perhaps.
            let files = scanned.filter(|(_, (scan, _))| !matches!(scan, Scan::Failed(_))).collect();
            Seen { files, lock: goes_on().then(|| (folder.to_owned(), Lock::read(folder))) }
        };
        let mut seen = Seen::default();
        let Ok(threads) = threads() else { return (work(), Self::default()) };
        let result = threads.in_place_scope(|scope| {
            scope.spawn(|_| seen = look());
            let result = work();
            is_done.store(true, Ordering::Relaxed);
            result
        });
        (result, Self(Arc::new(Mutex::new(seen))))
    }

    pub(super) fn take(&self) -> Seen {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path, sync::Mutex};

    use super::{Ahead, Prefilter, Reading, Seen, scan};
    use crate::project::{Package, Project, SourceFile, modules::load};

    const LATE: &str = "fn f() { let s = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
        s.bind(&a()).unwrap(); s.set_reuse_address(true).unwrap(); s.listen(1).unwrap(); }";

    fn project(folder: &Path) -> Project {
        let package = Package { folder: folder.to_owned(), ..Package::default() };
        let files = vec![SourceFile { path: folder.join("a.rs"), package: 0 }];
        Project { root: folder.to_owned(), packages: vec![package], files, ..Project::default() }
    }

    #[test]
    fn what_was_seen_is_used_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.rs");
        fs::write(&path, LATE).unwrap();
        let mut project = project(folder.path());
        let scanned = scan(&path, &Reading::Never, Prefilter::of_tables());
        let seen = Seen { files: [(path.clone(), scanned)].into(), lock: None };
        project.ahead = Ahead(Mutex::new(seen).into());
        fs::write(&path, "fn f() {}").unwrap();
        let is_fine = |project: &Project| load(project.clone()).1.diagnostics.is_empty();
        assert_eq!((is_fine(&project), is_fine(&project)), (false, true));
    }
}
