//! `cargo sockopt init`: writes what is not there yet, and leaves what is there as it is.

use std::path::{Path, PathBuf};

use super::{Session, reporting::create};
use crate::{
    baseline,
    cli::{Ci, InitArgs},
    config,
    error::Error,
    exit::Exit,
    init::{self, Job},
    project::Project,
    render::human,
};

/// The folder for what `.gitlab-ci.yml` includes.
const INCLUDED: &str = ".gitlab/sockopt.yml";

/// A file that is there, and whether it was not before.
type Entry = (PathBuf, bool);

impl Session<'_, '_> {
    /// Begins a project.
    pub(super) fn init(mut self, projects: Vec<Project>, args: &InitArgs) -> Result<Exit, Error> {
        let Some(mut project) = projects.into_iter().next().filter(|_| !self.incomplete) else {
            return Ok(Exit::Failed);
        };
        // The settings hold for all of it, and so does what is known.
        project.scope.clear();
        let root = project.root.clone();
        let is_cargo = project.packages.iter().any(|it| it.manifest.is_some());
        let settings = config::file(&root)?;
        let baseline = self.first_baseline(project, settings.is_some(), args)?;
        let names_none = settings.is_some() && baseline.is_none() && !args.no_baseline;
        let mut entries: Vec<_> = baseline.iter().cloned().collect();
        entries.push(if let Some(path) = settings {
            (path, false)
        } else {
            let name = baseline.as_ref().map(|(path, _)| slashed(path, &root));
            entry(root.join(config::FILE), &init::settings(name.as_deref()))?
        });
        let top = root.ancestors().find(|it| it.join(".git").exists()).unwrap_or(&root);
        let jobs = args.ci.map_or_else(|| init::detect(top), |it| vec![it]);
        let job = Job {
            folder: slashed(&root, top),
            is_cargo,
            branch: init::branch(top),
            commit: init::COMMIT,
        };
        for ci in &jobs {
            entries.extend(job_file(*ci, top, &job)?);
        }
        if !self.cli.quiet {
            let text = self.account(&entries, &jobs, &job);
            self.host.say(&text)?;
            if names_none {
                let help = "`cargo sockopt baseline write`, and `baseline` in them, take what is found as known";
                self.host.say(&format!("sockopt: the settings name no baseline: {help}\n"))?;
            }
        }
        Ok(Exit::Clean)
    }

    /// The file of known findings, if there is to be one.
    fn first_baseline(
        &mut self,
        project: Project,
        has_settings: bool,
        args: &InitArgs,
    ) -> Result<Option<Entry>, Error> {
        let configured = project.baseline.clone();
        if args.no_baseline || (has_settings && configured.is_none()) {
            return Ok(None);
        }
        let given = self.cli.baseline.as_ref().map(|it| self.host.cwd.join(it));
        let path = configured.or(given).unwrap_or_else(|| project.root.join(baseline::FILE));
        if path.symlink_metadata().is_ok() {
            return Ok(Some((path, false)));
        }
        self.collect(vec![project])?;
        let (known, _) = self.added(&[])?;
        // Settings must not name a file that is not there.
        let is_needed = has_settings || !known.is_empty();
        is_needed.then(|| entry(path, &baseline::text(&known))).transpose()
    }

    /// What was found and done, and what to do next.
    fn account(&self, entries: &[Entry], jobs: &[Ci], job: &Job) -> String {
        let findings: Vec<_> = self.findings.iter().map(|(it, _)| it).collect();
        let mut text = String::new();
        if self.scanned > 0 {
            text += &human::summary(&findings, self.scanned);
            text += &human::fixable(&findings, false, false);
        }
        let mut say = |line: &str| text.extend(["sockopt: ", line, "\n"]);
        for (path, is_new) in entries {
            let path = path.strip_prefix(&self.host.cwd).unwrap_or(path).display();
            say(&format!("{} `{path}`", if *is_new { "wrote" } else { "kept" }));
        }
        if jobs.is_empty() {
            say("nothing shows what runs the jobs: `--ci github` or `--ci gitlab` writes one");
        }
        if entries.iter().any(|(_, is_new)| *is_new) {
            say("next, look at what was written, and commit it");
        }
        if entries.iter().any(|(path, is_new)| *is_new && path.ends_with(INCLUDED)) {
            say(&format!("next, add `include: [{{ local: {INCLUDED} }}]` to `.gitlab-ci.yml`"));
        }
        let path = if job.is_cargo { "" } else { " ." };
        say(&format!("next, run `cargo sockopt{path}`"));
        text
    }
}

/// Writes the file of a job, if none has it.
fn job_file(ci: Ci, top: &Path, job: &Job) -> Result<Option<Entry>, Error> {
    match ci {
        Ci::None => Ok(None),
        Ci::Github => match init::workflow(top) {
            Some(path) => Ok(Some((path, false))),
            None => entry(top.join(".github/workflows/sockopt.yml"), &job.github()).map(Some),
        },
        Ci::Gitlab => {
            let main = top.join(".gitlab-ci.yml");
            if init::mentions_tool(&main) {
                return Ok(Some((main, false)));
            }
            let path = if main.exists() { top.join(INCLUDED) } else { main };
            entry(path, &job.gitlab()).map(Some)
        }
    }
}

/// Writes a file if nothing is there.
fn entry(path: PathBuf, text: &str) -> Result<Entry, Error> {
    match create(&path, text.as_bytes()) {
        Ok(is_new) => Ok((path, is_new)),
        Err(error) => Err(Error::Write(path, error)),
    }
}

/// A path as files of every platform have it, from a folder if it is below.
fn slashed(path: &Path, folder: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/")
}
