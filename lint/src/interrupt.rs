//! Ctrl-C: what a run has made only for a while is removed, and the status is that of a program which SIGINT ended.
//!
//! Files are replaced in one step, so there is nothing else to be put right. The second Ctrl-C does not wait.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    process,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use crate::progress;

/// 128 and the number of the signal, as shells have it.
const STATUS: i32 = 130;

/// What is there only for a while.
static TEMPORARY: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn temporary() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Minds Ctrl-C from now on, unless whoever started us wants it ignored.
pub fn watch() {
    let came = AtomicBool::new(false);
    // Where it cannot be minded, it ends the process as ever.
    let _ = ctrlc::try_set_handler(move || {
        if came.swap(true, Ordering::SeqCst) {
            process::exit(STATUS);
        }
        thread::spawn(end);
    });
}

fn end() {
    // Never given back: nothing can be made after this.
    let paths = temporary();
    for path in paths.iter() {
        // There is nobody left to be told.
        let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    }
    progress::clear();
    process::exit(STATUS);
}

/// Keeps something in mind, as long as it lives.
#[derive(Debug)]
pub struct Guard(PathBuf);

impl Drop for Guard {
    fn drop(&mut self) {
        temporary().remove(&self.0);
    }
}

/// Makes a file or folder that is removed on Ctrl-C, too. Drop it before the guard.
///
/// # Errors
/// It cannot be made.
pub fn guarded<T>(
    make: impl FnOnce() -> io::Result<T>,
    path: impl FnOnce(&T) -> &Path,
) -> io::Result<(Guard, T)> {
    let mut paths = temporary();
    let made = make()?;
    let path = path(&made).to_owned();
    paths.insert(path.clone());
    Ok((Guard(path), made))
}

/// Makes something within a guarded folder, which is not removed meanwhile.
pub fn inside<T>(act: impl FnOnce() -> T) -> T {
    let _paths = temporary();
    act()
}
