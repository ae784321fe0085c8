//! The part of a run that writes documents: what goes to standard output in one piece, and `--output`.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::Session;
use crate::{
    cli::{Cli, MessageFormat, Output, Verb},
    error::Error,
    explain,
    finding::Sources,
    interrupt,
    project::Project,
    render::{self, github},
    report::{Document, Report},
    warning::Located,
};

/// GitHub Actions, if that is where the tool runs.
#[derive(Debug, Clone, Default)]
pub struct Actions {
    /// The file that the summary of the step is appended to: `GITHUB_STEP_SUMMARY`.
    pub step_summary: Option<PathBuf>,
}

/// What documents need of a project, when it is gone.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Root {
    path: PathBuf,
    is_cargo: bool,
    /// The folder that the tool ran in.
    cwd: PathBuf,
    /// The root of the repository.
    top: Option<PathBuf>,
}

/// What standard output is written in. A text or a diff that is printed stays one.
pub(super) fn format(cli: &Cli, actions: Option<&Actions>) -> MessageFormat {
    let prints_text = cli.fixes.fix && cli.paths.iter().any(|it| it.as_os_str() == "-");
    let is_report = matches!(cli.verb, None | Some(Verb::Clippy(_) | Verb::Merge(_)));
    let is_report = is_report && !cli.fixes.diff && !prints_text && !cli.statistics;
    let usual = if actions.is_some() && is_report {
        MessageFormat::Github
    } else {
        MessageFormat::default()
    };
    cli.message_format.unwrap_or(usual)
}

/// What of a run is for its documents only.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Record {
    roots: Vec<Root>,
    packages: Vec<String>,
    warnings: Vec<(Located, Option<usize>)>,
}

impl Record {
    /// Keeps what is to be known of a project.
    pub(super) fn project(&mut self, project: &Project, cwd: &Path) {
        let is_cargo = project.packages.iter().any(|it| it.manifest.is_some());
        let (path, cwd) = (project.root.clone(), cwd.to_owned());
        let top = top(&path);
        self.roots.push(Root { path, is_cargo, cwd, top });
        let packages = project.packages.iter().enumerate();
        let reported = packages.filter(|(index, _)| project.reports_on(*index));
        self.packages.extend(reported.map(|(_, it)| it.name.clone()));
    }

    /// Keeps warnings that belong to a project, or to none.
    pub(super) fn warnings(
        &mut self,
        warnings: impl IntoIterator<Item = Located>,
        project: Option<usize>,
    ) {
        self.warnings.extend(warnings.into_iter().map(|it| (it, project)));
    }

    /// The names of the packages that are reported on, in order.
    pub(super) fn packages(&self) -> Vec<String> {
        let mut packages = self.packages.clone();
        packages.sort();
        packages.dedup();
        packages
    }

    /// The projects.
    pub(super) fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// What could not be analyzed.
    pub(super) fn located(&self) -> Vec<Located> {
        self.warnings.iter().map(|(it, _)| it.clone()).collect()
    }

    /// Adds what another run kept, whose paths were displayed in one way and are to be in another.
    pub(super) fn add(&mut self, other: Self, from: &[Sources], to: &[Sources]) {
        let first = self.roots.len();
        self.roots.extend(other.roots);
        self.packages.extend(other.packages);
        for (warning, index) in other.warnings {
            let bases = index.and_then(|it| from.get(it).zip(to.get(it)));
            let warning = match bases {
                Some((from, to)) => warning.moved(from, to.base()),
                None => warning,
            };
            // A file that belongs to no package, or to one that several runs look at.
            if self.warnings.iter().all(|(known, _)| *known != warning) {
                self.warnings.push((warning, index.map(|it| first + it)));
            }
        }
    }
}

/// The nearest repository around a folder.
fn top(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|it| it.join(".git").exists()).map(Path::to_owned)
}

impl Session<'_, '_> {
    /// Prints and writes what is written in one piece.
    pub(super) fn documents(&mut self, shown: &[Sources]) -> Result<(), Error> {
        if self.format.is_document() {
            let document = self.document(shown, self.format);
            if self.prints_text() {
                self.host.say(&document.text)?;
            } else {
                self.host.print(&document.text)?;
            }
            self.note("standard output", document.note.as_deref())?;
        }
        self.files(shown)
    }

    /// Writes what goes to files.
    pub(super) fn files(&mut self, shown: &[Sources]) -> Result<(), Error> {
        for Output { path, format } in &self.cli.output {
            let document = self.document(shown, *format);
            let absolute = self.host.cwd.join(path);
            if let Err(error) = replace(&absolute, document.text.as_bytes()) {
                self.errors(&[Error::Report(path.clone(), error)])?;
                continue;
            }
            self.note(&format!("`{}`", path.display()), document.note.as_deref())?;
        }
        self.step_summary(shown)
    }

    fn document(&self, shown: &[Sources], format: MessageFormat) -> Document {
        if format == MessageFormat::Shard {
            return self.shard(shown).into();
        }
        render::document(format, &self.report(shown, format))
    }

    /// Appends to the summary of the step, if GitHub is to be told.
    fn step_summary(&mut self, shown: &[Sources]) -> Result<(), Error> {
        let outputs = self.cli.output.iter().map(|it| it.format);
        let is_told = outputs.chain([self.format]).any(|it| it == MessageFormat::Github);
        let file = self.host.actions.as_ref().and_then(|it| it.step_summary.clone());
        let Some(path) = file.filter(|_| is_told) else { return Ok(()) };
        let text = github::summary(&self.report(shown, MessageFormat::Github));
        let file = File::options().create(true).append(true).open(&path);
        if let Err(error) = file.and_then(|mut it| it.write_all(text.as_bytes())) {
            let text = format!("failed to write the summary `{}`: {error}", path.display());
            self.host.say(&format!("\x1b[1;33mwarning\x1b[0m: {text}\n"))?;
        }
        Ok(())
    }

    /// Says what a document does not hold.
    fn note(&mut self, name: &str, note: Option<&str>) -> Result<(), Error> {
        note.map_or(Ok(()), |it| {
            Ok(self.host.say(&format!("\x1b[1;33mwarning\x1b[0m: {name} {it}\n"))?)
        })
    }

    /// The run, with paths as the readers of a format expect them.
    fn report(&self, shown: &[Sources], format: MessageFormat) -> Report {
        let Record { roots, warnings, .. } = &self.record;
        let base = |root: Option<&Root>| self.base_for(format, root);
        let sources =
            shown.iter().zip(roots).map(|(it, root)| it.relative_to(&base(Some(root)))).collect();
        let findings = self.findings.iter().filter_map(|(it, index)| {
            let base = base(roots.get(*index));
            Some((it.moved(shown.get(*index)?, &base), *index))
        });
        let warnings = warnings.iter().map(|(it, index)| {
            let place = index.and_then(|it| shown.get(it).zip(roots.get(it)));
            place.map_or_else(|| it.clone(), |(shown, root)| it.moved(shown, &base(Some(root))))
        });
        let warnings = warnings.collect();
        Report {
            findings: findings.collect(),
            sources,
            rules: explain::texts(),
            warnings,
            packages: self.record.packages(),
            scanned: self.scanned,
            complete: !self.incomplete,
        }
    }

    /// What paths of a format are relative to.
    pub(super) fn base_for(&self, format: MessageFormat, root: Option<&Root>) -> PathBuf {
        let cwd = root.map_or(&self.host.cwd, |it| &it.cwd);
        let workspace = root.filter(|it| it.is_cargo).map_or(cwd, |it| &it.path);
        let repository =
            || root.map_or_else(|| top(cwd), |it| it.top.clone()).unwrap_or(workspace.clone());
        match format {
            MessageFormat::Json => workspace.clone(),
            // Who reads these puts them beside the files of a repository.
            MessageFormat::Sarif | MessageFormat::Github | MessageFormat::Gitlab => repository(),
            MessageFormat::Human
            | MessageFormat::Short
            | MessageFormat::Junit
            | MessageFormat::Checkstyle
            | MessageFormat::Rdjson
            | MessageFormat::Shard => cwd.clone(),
        }
    }
}

/// Replaces a file in one step; what is no regular file is written to.
pub(super) fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    // A rename would replace a link itself.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let metadata = fs::metadata(&path).ok();
    if metadata.as_ref().is_some_and(|it| !it.is_file()) {
        return File::options().write(true).open(path)?.write_all(text);
    }
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let make = || tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")));
    let (_guard, mut file) = interrupt::guarded(make, |it| it.path())?;
    file.write_all(text)?;
    match metadata {
        Some(metadata) => file.as_file().set_permissions(metadata.permissions())?,
        None => readable(file.as_file())?,
    }
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Writes a file in one step if nothing is there, and says whether that is so.
pub(super) fn create(path: &Path, text: &[u8]) -> io::Result<bool> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text)?;
    readable(file.as_file())?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(true),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error.error),
    }
}

/// Temporary files are their owner's only.
#[cfg(unix)]
fn readable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &File) -> io::Result<()> {
    Ok(())
}
