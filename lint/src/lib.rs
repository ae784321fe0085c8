//! The cargo subcommand: finds a project's files, runs the analysis on them, reports what it says.
//!
//! Invariant: nothing here knows what a socket is. [`run()`] does all the work over a [`Host`], so that tests
//! need no process; [`main`] connects it with the real one.

pub mod baseline;
pub mod cli;
pub mod completions;
pub mod config;
pub mod error;
pub mod exit;
pub mod explain;
pub mod finding;
pub mod git;
pub mod identity;
pub mod init;
pub mod interrupt;
pub mod inventory;
pub mod levels;
pub mod lex;
pub mod locate;
pub mod lsp;
pub mod partition;
pub mod patch;
pub mod progress;
pub mod project;
pub mod render;
pub mod report;
pub mod run;
pub mod since;
pub mod suppress;
pub mod threads;
pub mod warning;

use std::{
    env,
    io::{self, IsTerminal},
    process,
};

use anstream::{AutoStream, ColorChoice};

pub use exit::Exit;
pub use run::{Actions, Host, run};

use progress::Progress;

/// Runs the tool as a process: real arguments, streams and environment.
#[must_use]
pub fn main() -> process::ExitCode {
    interrupt::watch();
    let colored = |choice| choice != ColorChoice::Never;
    let out_colors = colored(AutoStream::choice(&io::stdout()));
    let err_colors = colored(AutoStream::choice(&io::stderr()));
    let is_watched = io::stderr().is_terminal() && !is_ci() && !is_dumb();
    let progress = if is_watched { Progress::start() } else { Progress::default() };
    let mut host = Host {
        stdin: &mut io::stdin(),
        out: &mut io::BufWriter::new(AutoStream::always(io::stdout())),
        err: &mut AutoStream::always(io::stderr()),
        out_colors,
        err_colors,
        out_links: links(),
        progress,
        term_color: env::var("CARGO_TERM_COLOR").ok(),
        actions: env::var("GITHUB_ACTIONS")
            .is_ok_and(|it| it == "true")
            .then(|| Actions { step_summary: env::var_os("GITHUB_STEP_SUMMARY").map(Into::into) }),
        cargo: env::var_os("CARGO").unwrap_or_else(|| "cargo".into()).into(),
        cwd: env::current_dir().unwrap_or_else(|_| ".".into()),
    };
    run(env::args_os(), &mut host).into()
}

/// Whether nobody looks on.
fn is_ci() -> bool {
    env::var_os("CI").is_some_and(|it| !it.is_empty() && it != "false")
        || env::var_os("GITHUB_ACTIONS").is_some()
}

/// Whether the terminal cannot remove a line.
fn is_dumb() -> bool {
    env::var_os("TERM").is_none_or(|it| it == "dumb")
}

/// Whether standard output shows links, if it shows colors; cargo's setting counts.
fn links() -> bool {
    match env::var("CARGO_TERM_HYPERLINKS").as_deref() {
        Ok("true") => true,
        Ok("false") => false,
        _ => supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
    }
}
