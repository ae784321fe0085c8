//! A sweep over published crates: what the tool finds there, compared with verdicts that people wrote.
//!
//! ```text
//! cargo run -p sockopt-tests --bin sweep -- fetch DIR
//! cargo run -p sockopt-tests --bin sweep -- run DIR [--tool PATH]
//! ```
//!
//! `fetch` brings the crates of `crates.tsv` to `DIR`; nothing of them is built. `run` analyzes each of them
//! and fails when there is a finding that nobody has judged, or one that was judged a false alarm.

use std::{
    error::Error,
    io,
    path::{Path, PathBuf},
    process::ExitCode,
};

mod fetch;
mod manifest;
mod report;
mod run;
mod tables;

const USAGE: &str = "usage: sweep fetch DIR | sweep run DIR [--tool PATH]";

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let words: Vec<_> = args.iter().map(String::as_str).collect();
    let result = match *words {
        // Without `--tool`, the sweep starts itself as the tool.
        ["sockopt", ..] => return cargo_sockopt::main(),
        ["fetch", dir] => fetch_all(Path::new(dir)),
        ["run", dir] => {
            std::env::current_exe().map_err(Into::into).and_then(|it| run_all(dir, &it))
        }
        ["run", dir, "--tool", tool] => run_all(dir, Path::new(tool)),
        _ => Err(USAGE.into()),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            complain(&error.to_string());
            ExitCode::from(2)
        }
    }
}

#[expect(
    clippy::print_stderr,
    reason = "the one place where this program speaks of its own errors"
)]
fn complain(text: &str) {
    eprintln!("sweep: {text}");
}

/// Whether every crate is there now.
fn fetch_all(dir: &Path) -> Result<bool, Box<dyn Error>> {
    let mut complete = true;
    for krate in tables::crates()? {
        if let Err(error) = fetch::bring(&krate, dir) {
            complain(&format!("{} {}: {error}", krate.name, krate.version));
            complete = false;
        }
    }
    Ok(complete)
}

/// Whether every finding was judged, and none a false alarm.
fn run_all(dir: &str, tool: &Path) -> Result<bool, Box<dyn Error>> {
    let (dir, tool): (PathBuf, _) = (std::path::absolute(dir)?, std::path::absolute(tool)?);
    let crates = tables::crates()?;
    let outcomes = run::analyze(&crates, &dir, &tool);
    let report = report::Report::new(&crates, &outcomes, &tables::verdicts()?);
    report.print(&mut io::stdout().lock())?;
    Ok(report.is_clean())
}
