//! Runs the tool on crates: in parallel, offline, in bounded time.

use std::{
    collections::BTreeSet,
    error::Error,
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::tables::{Krate, Place};

/// No crate takes longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the tool found in a crate, or why it did not run to its end.
pub(crate) type Outcome = Result<BTreeSet<Place>, String>;

/// Analyzes every crate; the outcomes are in the order of the crates.
pub(crate) fn analyze(crates: &[Krate], dir: &Path, tool: &Path) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::new());
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(krate) = crates.get(index) else { break };
            let outcome = one(krate, dir, tool).map_err(|error| error.to_string());
            if let Ok(mut all) = outcomes.lock() {
                all.push((index, outcome));
            }
        }
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(work))));
    let mut outcomes = outcomes.into_inner().unwrap_or_default();
    outcomes.sort_by_key(|(index, _)| *index);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

fn one(krate: &Krate, dir: &Path, tool: &Path) -> Result<BTreeSet<Place>, Box<dyn Error>> {
    let folder = krate.folder(dir);
    if !folder.is_dir() {
        return Err("not fetched".into());
    }
    let mut command = Command::new(tool);
    command.args(["sockopt", "--message-format", "json", "-W", "all"]).arg(&folder);
    command.current_dir(dir).env("CARGO_NET_OFFLINE", "true").stdin(Stdio::null());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let stdout = drain(child.stdout.take());
    let stderr = drain(child.stderr.take());
    let code = wait(&mut child)?;
    let text = |pipe: thread::JoinHandle<String>| pipe.join().unwrap_or_default();
    let (stdout, stderr) = (text(stdout), text(stderr));
    match code {
        Some(0 | 1) => Ok(stdout.lines().filter_map(|line| place(line, krate, &folder)).collect()),
        _ => Err(stderr.lines().next().unwrap_or("ended without a word").into()),
    }
}

/// Reads a pipe to its end while the child runs, since a full pipe would stop it.
fn drain(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read before an error is worth as much.
        let _ = pipe.map(|mut it| it.read_to_end(&mut bytes));
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// The exit code of a child; one that takes too long is ended.
fn wait(child: &mut Child) -> Result<Option<i32>, Box<dyn Error>> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code());
        }
        if Instant::now() > deadline {
            child.kill()?;
            child.wait()?;
            return Err(format!("no end after {PATIENCE:?}").into());
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// The place of a finding, from a line of the tool's JSON.
fn place(line: &str, krate: &Krate, folder: &Path) -> Option<Place> {
    let message: Value = serde_json::from_str(line).ok()?;
    let message = &message["message"];
    let rule = message["code"]["code"].as_str()?.strip_prefix("sockopt::")?;
    let span = message["spans"].as_array()?.iter().find(|span| span["is_primary"] == true)?;
    Some(Place {
        rule: rule.to_owned(),
        krate: krate.name.clone(),
        version: krate.version.clone(),
        path: inside(Path::new(span["file_name"].as_str()?), folder),
        line: span["line_start"].as_u64()?,
    })
}

/// A file's name relative to the crate. The tool names it relative to the workspace, as cargo does.
fn inside(name: &Path, folder: &Path) -> String {
    let bases = folder.ancestors().map(|base| base.join(name));
    let path = bases.into_iter().find(|it| it.is_file()).unwrap_or_else(|| name.to_owned());
    let path: PathBuf = path.strip_prefix(folder).map_or(path.clone(), Path::to_owned);
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}
