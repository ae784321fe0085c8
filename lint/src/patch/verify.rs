//! `--verify`: cargo is asked whether the fixed project compiles, and what does not is put back.
//!
//! First the files are put back that the errors are in, then, if that is not it, all. If the project does not
//! compile even then, it did not compile before. So what remains changed in the end did compile.

use std::{
    io,
    path::{Path, PathBuf},
    process::Command,
};

use cargo_metadata::{
    Message,
    diagnostic::{Diagnostic, DiagnosticLevel},
};

use super::{Change, write};
use crate::{cli::ManifestArgs, error::Error};

/// How cargo is asked.
#[derive(Debug)]
pub struct Check<'a> {
    /// cargo, as a program.
    pub cargo: &'a Path,
    /// The root of the project.
    pub root: &'a Path,
    /// What is passed on to it.
    pub manifest: &'a ManifestArgs,
}

/// Why a project does not compile.
struct Problem {
    /// The files that errors are in, links followed.
    files: Vec<PathBuf>,
    /// The first error.
    text: String,
}

impl Check<'_> {
    /// The command, as a user would type it.
    #[must_use]
    pub fn command(&self) -> String {
        format!("cargo {}", self.args().join(" "))
    }

    /// Puts back those changes with which the project does not compile, and says so.
    #[must_use]
    pub fn settle(&self, changes: &[Change]) -> Vec<Error> {
        let mut kept: Vec<_> = changes.iter().collect();
        let (mut undone, mut errors, mut first) = (Vec::new(), Vec::new(), None);
        loop {
            let problem = match self.run() {
                Ok(None) => break,
                Ok(Some(problem)) => problem,
                Err(error) => {
                    errors.push(error);
                    errors.extend(kept.into_iter().filter_map(put_back));
                    return errors;
                }
            };
            if kept.is_empty() {
                errors.push(Error::NeverCompiled(self.root.to_owned(), problem.text));
                return errors;
            }
            let is_in = |change: &&Change| {
                change.path.canonicalize().is_ok_and(|path| problem.files.contains(&path))
            };
            let (mut bad, mut rest): (Vec<_>, Vec<_>) = kept.into_iter().partition(is_in);
            if bad.is_empty() {
                std::mem::swap(&mut bad, &mut rest);
            }
            errors.extend(bad.iter().copied().filter_map(put_back));
            undone.extend(bad.into_iter().map(|it| it.path.clone()));
            kept = rest;
            first.get_or_insert(problem.text);
        }
        errors.extend(first.map(|text| Error::RolledBack(undone, text)));
        errors
    }

    fn args(&self) -> Vec<String> {
        let mut args = vec!["check".to_owned(), "--workspace".into(), "--all-targets".into()];
        args.extend(self.manifest.cargo_flags());
        args.extend(self.manifest.feature_flags());
        args
    }

    /// Why the project does not compile; none if it does.
    fn run(&self) -> Result<Option<Problem>, Error> {
        let mut command = Command::new(self.cargo);
        command.args(self.args()).args(["--message-format", "json"]).current_dir(self.root);
        let failed = |error: io::Error| Error::Verify(self.root.to_owned(), error.to_string());
        let output = command.output().map_err(failed)?;
        if output.status.success() {
            return Ok(None);
        }
        let messages = Message::parse_stream(output.stdout.as_slice()).filter_map(Result::ok);
        let errors: Vec<_> = messages
            .filter_map(|message| match message {
                Message::CompilerMessage(it) if it.message.level == DiagnosticLevel::Error => {
                    Some(it.message)
                }
                _ => None,
            })
            .collect();
        let spans = errors.iter().flat_map(|it| &it.spans);
        let files = spans.filter_map(|it| self.root.join(&it.file_name).canonicalize().ok());
        let stderr = String::from_utf8_lossy(&output.stderr);
        let from_cargo =
            || stderr.lines().find(|line| line.starts_with("error")).unwrap_or_default();
        let text = errors.first().map_or_else(|| from_cargo().to_owned(), headline);
        Ok(Some(Problem { files: files.collect(), text }))
    }
}

/// Where an error is, and what it says.
fn headline(error: &Diagnostic) -> String {
    let primary = error.spans.iter().find(|span| span.is_primary);
    let place =
        primary.map(|it| format!("{}:{}:{}: ", it.file_name, it.line_start, it.column_start));
    format!("{}{}", place.unwrap_or_default(), error.message)
}

/// Undoes a change; says why if that is impossible.
fn put_back(change: &Change) -> Option<Error> {
    let Change { path, old, new } = change.clone();
    let undo = Change { path: path.clone(), old: new, new: old };
    write::write(&undo).err().map(|error| Error::NotRolledBack(path, Box::new(error)))
}
