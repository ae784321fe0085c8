//! `cargo sockopt clippy`: clippy beside our own run, since editors have one slot for what checks a project.
//!
//! Both run at the same time. What clippy says is passed on line by line, unchanged; what we say follows, in one
//! piece. The line that ends a run of cargo's comes once, at the end.

use std::{
    cell::RefCell,
    io::{self, BufRead, BufReader, Write},
    process::{Command, Stdio},
    thread,
};

use super::{Host, report};
use crate::{
    cli::{Cli, ClippyArgs, MessageFormat},
    error::Error,
    exit::Exit,
    progress::Progress,
    render::json,
};

/// What a run has printed, in order; true for what belongs to the error stream.
type Log = RefCell<Vec<(bool, Vec<u8>)>>;

/// One of the two streams.
struct Stream<'a> {
    is_err: bool,
    log: &'a Log,
}

impl Write for Stream<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut log = self.log.borrow_mut();
        match log.last_mut() {
            Some((is_err, last)) if *is_err == self.is_err => last.extend(bytes),
            _ => log.push((self.is_err, bytes.to_owned())),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs clippy and us.
pub(super) fn run(cli: &Cli, args: &ClippyArgs, host: &mut Host<'_>) -> Result<Exit, Error> {
    let Host { out_colors, err_colors, out_links, term_color, actions, cargo, cwd, .. } = &*host;
    let (out_colors, err_colors, out_links) = (*out_colors, *err_colors, *out_links);
    let (term_color, actions) = (term_color.clone(), actions.clone());
    let (cargo, cwd) = (cargo.clone(), cwd.clone());
    let is_json = cli.message_format == Some(MessageFormat::Json);
    let us = || {
        let log = Log::default();
        let mut host = Host {
            stdin: &mut io::empty(),
            out: &mut Stream { is_err: false, log: &log },
            err: &mut Stream { is_err: true, log: &log },
            out_colors,
            err_colors,
            out_links,
            // Clippy says what it is at.
            progress: Progress::default(),
            term_color,
            actions,
            cargo,
            cwd,
        };
        let result = report(cli, &mut host);
        (result, log.into_inner())
    };
    let (theirs, ours) = thread::scope(|scope| {
        let us = scope.spawn(us);
        let theirs = clippy(cli, args, host);
        (theirs, us.join())
    });
    let (ours, log) = match ours {
        Ok(it) => it,
        Err(panic) => std::panic::resume_unwind(panic),
    };
    for (is_err, bytes) in log {
        let to = if is_err { &mut *host.err } else { &mut *host.out };
        pass_on(&mut bytes.as_slice(), is_json, to)?;
    }
    let mut exit = Exit::Clean;
    for result in [theirs, ours] {
        let result = match result {
            Err(Error::Output(error)) => return Err(error.into()),
            Err(error) => {
                host.error(&error)?;
                Exit::Failed
            }
            Ok(it) => it,
        };
        exit = match (exit, result) {
            (Exit::Failed, _) | (_, Exit::Failed) => Exit::Failed,
            (Exit::Clean, it) => it,
            (it, _) => it,
        };
    }
    if is_json {
        host.print(&format!("{}\n", json::build_finished(exit == Exit::Clean)))?;
    }
    Ok(exit)
}

/// Runs clippy, and passes on what it says.
fn clippy(cli: &Cli, args: &ClippyArgs, host: &mut Host<'_>) -> Result<Exit, Error> {
    let is_json = cli.message_format == Some(MessageFormat::Json);
    let cargo = || {
        let mut command = Command::new(&host.cargo);
        command.arg("clippy").current_dir(&host.cwd).stdin(Stdio::null());
        command
    };
    let failed = |error: io::Error| Error::Clippy(error.to_string());
    let version = cargo().arg("--version").output().map_err(failed)?;
    if !version.status.success() {
        let text = String::from_utf8_lossy(&version.stderr);
        let first = text.lines().next().unwrap_or_default();
        return Err(Error::Clippy(first.trim_start_matches("error: ").to_owned()));
    }
    let mut command = cargo();
    if is_json && args.format().is_none() {
        command.args(["--message-format", "json"]);
    }
    if let Some(path) = &cli.manifest.manifest_path {
        command.arg("--manifest-path").arg(path);
    }
    command.args(cli.manifest.cargo_flags()).args(cli.manifest.feature_flags());
    command.args(cli.packages.cargo_flags()).args(cli.targets.cargo_flags()).args(&args.args);
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(failed)?;
    let mut passed = Ok(());
    if let Some(stdout) = child.stdout.take() {
        let to = if is_json { &mut *host.out } else { &mut *host.err };
        passed = pass_on(&mut BufReader::new(stdout), is_json, to);
    }
    if passed.is_err() {
        // Nobody reads what it would say: it has ended already, or has no reason to go on.
        let _ = child.kill();
    }
    let status = child.wait().map_err(failed)?;
    passed?;
    match status.code() {
        Some(0) => Ok(Exit::Clean),
        Some(code) => Ok(Exit::Code(u8::try_from(code).unwrap_or(u8::MAX))),
        None => Err(Error::Clippy(status.to_string())),
    }
}

/// Passes lines on as they come, but for the one that ends a run.
fn pass_on(from: &mut dyn BufRead, is_json: bool, to: &mut dyn Write) -> io::Result<()> {
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line)? > 0 {
        if !(is_json && json::is_build_finished(&line)) {
            to.write_all(&line)?;
            to.flush()?;
        }
        line.clear();
    }
    Ok(())
}
