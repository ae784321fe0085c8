//! What is known already, and what is new: `--baseline`, and `cargo sockopt baseline`.

use std::path::Path;

use rayon::ThreadPool;

use super::{Session, reporting::replace};
use crate::{
    baseline::{self, Comparison},
    cli::{BaselineVerb, Cli},
    error::Error,
    exit::Exit,
    finding::BaselineState,
    identity::{self, Folders, Identity},
    interrupt,
    patch::Tree,
    project::{self, Package, Project, cargo::Cargo},
    since::{self, Base},
    suppress::flaws::flaws,
    threads::threads,
    warning::Warning,
};

impl Session<'_, '_> {
    /// Numbers the findings that are the same: first those that count.
    pub(super) fn number(&mut self) {
        let (active, rest): (Vec<_>, Vec<_>) =
            self.findings.iter_mut().map(|(it, _)| it).partition(|it| it.counts());
        identity::number(active.into_iter().chain(rest).map(|it| &mut it.identity));
    }

    /// Marks what is known of the findings that count.
    pub(super) fn mark(
        &mut self,
        pool: &ThreadPool,
        known: &[Identity],
        mut has_come: impl FnMut(&Identity) -> bool + Send,
    ) -> Comparison {
        let folders = &mut self.folders;
        let active: Vec<_> =
            self.findings.iter().map(|(it, _)| it).filter(|it| it.counts()).collect();
        let found: Vec<_> = active.iter().map(|it| &it.identity).collect();
        let comparison = pool.install(|| {
            baseline::compare(&found, known, |it| !folders.has_item(it), &mut has_come)
        });
        let mut same = comparison.same.iter();
        for (it, _) in self.findings.iter_mut().filter(|(it, _)| it.counts()) {
            let is_known = same.next().is_some_and(Option::is_some);
            it.baseline_state =
                Some(if is_known { BaselineState::Unchanged } else { BaselineState::New });
        }
        comparison
    }

    /// Marks what is in the baseline, if there is one.
    pub(super) fn compare_with_baseline(&mut self, pool: &ThreadPool) -> Result<(), Error> {
        let mut known = Vec::new();
        if let Some(given) = &self.cli.baseline {
            known = baseline::read_given(&self.host.cwd.join(given))?;
        } else if self.baselines.is_empty() {
            return Ok(());
        } else {
            for path in &self.baselines {
                known.extend(baseline::read(path)?);
            }
        }
        let comparison = self.mark(pool, &known, |_| true);
        self.absent = comparison.absent.into_iter().map(|it| known[it].clone()).collect();
        Ok(())
    }

    /// Whether no flag leaves anything out.
    pub(super) fn looks_at_everything(&self) -> bool {
        let Cli { paths, platforms, packages, levels, targets, partition, .. } = self.cli;
        let has_targets = targets.is_some();
        let has_packages = !packages.package.is_empty() || !packages.exclude.is_empty();
        paths.is_empty()
            && partition.is_none()
            && platforms.is_empty()
            && levels.flags.is_empty()
            && !has_packages
            && !has_targets
    }

    /// The commits that projects are compared with, if they are.
    pub(super) fn bases(&self, projects: &[Project]) -> Result<Vec<(Base, Project)>, Error> {
        let Some(reference) = &self.cli.since else { return Ok(Vec::new()) };
        let base = |project: &Project| {
            let base = Base::find(&project.root, reference, self.cli.no_merge_base)?;
            Ok((base, project.clone()))
        };
        projects.iter().map(base).collect()
    }

    /// Marks what was found in the commits, too.
    pub(super) fn compare_with_bases(
        &mut self,
        pool: &ThreadPool,
        bases: Vec<(Base, Project)>,
    ) -> Result<(), Error> {
        if bases.is_empty() {
            return Ok(());
        }
        let (mut known, mut there) = (Vec::new(), Folders::default());
        let mut folders = Vec::new();
        for (base, project) in bases {
            let failed = |error| Error::Temporary(std::env::temp_dir(), error);
            self.host.progress.step(format!("analyzing {}", base.short()));
            let (guard, folder) =
                interrupt::guarded(tempfile::tempdir, |it| it.path()).map_err(failed)?;
            let (found, files) = self.in_base(&base, &project, folder.path(), &mut there, pool)?;
            let changes = base.changes()?;
            if !self.cli.quiet {
                let (commit, what, changed) = (base.short(), &base.what, changes.count);
                let s = if files == 1 { "" } else { "s" };
                self.host.say(&format!(
                    "sockopt: compared with {commit} ({what}): {files} file{s} there, {changed} changed since\n"
                ))?;
            }
            let (top, renamed) = (base.top(&project.root)?, since::renamed(&changes));
            known.extend(found.into_iter().map(|mut it| {
                // A file that has another name is the same file.
                let old = there.file(&it);
                let old = old.as_deref().and_then(|it| it.strip_prefix(folder.path()).ok());
                let new = old.and_then(|it| renamed.get(&it)).map(|it| top.join(it));
                if let Some((package, path)) = new.as_deref().and_then(|it| self.folders.locate(it))
                {
                    (it.package, it.path) = (package.to_owned(), path);
                }
                it
            }));
            // The folder goes first.
            folders.push((folder, guard));
        }
        identity::number(&mut known);
        self.mark(pool, &known, |it| !there.has_item(it));
        Ok(())
    }

    /// Everything that is found in a project as it was, and how many files it had.
    fn in_base(
        &mut self,
        base: &Base,
        project: &Project,
        folder: &Path,
        there: &mut Folders,
        pool: &ThreadPool,
    ) -> Result<(Vec<Identity>, usize), Error> {
        let is_outside = |it: &Package| !it.folder.starts_with(&project.root);
        let root = base.extract(folder, project.packages.iter().any(is_outside))?;
        let manifest = root.join("Cargo.toml");
        let is_cargo = project.packages.iter().any(|it| it.manifest.is_some());
        if (is_cargo && !manifest.is_file()) || !root.is_dir() {
            // It was not there yet.
            return Ok((Vec::new(), 0));
        }
        let mut cli = Cli { no_config: true, ..Cli::default() };
        if is_cargo {
            cli.manifest.manifest_path = Some(manifest);
        } else {
            cli.paths.push(root);
        }
        let cargo = Cargo {
            program: self.host.cargo.clone(),
            cwd: folder.to_owned(),
            flags: self.cli.manifest.cargo_flags(),
        };
        let found = project::discover(&cli, &cargo, &mut std::io::empty());
        for error in &found.errors {
            self.doubt(&format!("{error} (in {}", base.short()))?;
        }
        let (mut all, mut files) = (Vec::new(), 0);
        let rows = project.rows;
        for mut project in found.projects {
            project.rows = rows;
            there.add(&project);
            let it = pool.install(|| Everything::new(project));
            all.extend(it.found);
            files += it.scanned;
            for Warning { path, message, .. } in it.warnings {
                let path = path.strip_prefix(folder).unwrap_or(&path);
                let text = format!("{}: {message} (in {}", path.display(), base.short());
                self.doubt(&text)?;
            }
        }
        Ok((all, files))
    }

    /// Says what of a commit could not be analyzed.
    fn doubt(&mut self, what: &str) -> Result<(), Error> {
        let text = format!("{what}: what it has is taken for new)");
        Ok(self.host.say(&format!("\x1b[1;33mwarning\x1b[0m: {text}\n"))?)
    }

    /// `cargo sockopt baseline`.
    pub(super) fn baseline(
        mut self,
        projects: Vec<Project>,
        verb: &BaselineVerb,
    ) -> Result<Exit, Error> {
        let Some(project) = projects.first() else { return Ok(Exit::Failed) };
        let given = self.cli.baseline.clone().or_else(|| project.baseline.clone());
        let path = given.unwrap_or_else(|| project.root.join(baseline::FILE));
        let path = self.host.cwd.join(path);
        let (kept, text) = match verb {
            BaselineVerb::Write => {
                let before = if path.exists() { baseline::read(&path)? } else { Vec::new() };
                self.collect(projects)?;
                self.added(&before)?
            }
            BaselineVerb::Prune => {
                let before = baseline::read(&path)?;
                let kept = self.still_there(projects, &before)?;
                let text = format!("{} of {} are gone", before.len() - kept.len(), before.len());
                (kept, text)
            }
        };
        if self.incomplete {
            return Ok(Exit::Failed);
        }
        replace(&path, baseline::text(&kept).as_bytes())
            .map_err(|error| Error::Write(path.clone(), error))?;
        if !self.cli.quiet {
            let shown = path.strip_prefix(&self.host.cwd).unwrap_or(&path).display().to_string();
            let (count, s) = (kept.len(), if kept.len() == 1 { "" } else { "s" });
            self.host.say(&format!("sockopt: {count} finding{s} in `{shown}`: {text}\n"))?;
        }
        Ok(Exit::Clean)
    }

    /// What counts now, and how it differs from what was known; each that is added is named.
    pub(super) fn added(&mut self, before: &[Identity]) -> Result<(Vec<Identity>, String), Error> {
        let active: Vec<_> =
            self.findings.iter().map(|(it, _)| it).filter(|it| it.counts()).collect();
        let is_new = |it: &Identity| {
            before.iter().all(|old| (old.key(), old.ordinal) != (it.key(), it.ordinal))
        };
        let mut added = 0;
        let mut lines = Vec::new();
        for it in active.iter().filter(|it| is_new(&it.identity)) {
            added += 1;
            let place = &it.primary.place;
            let (path, line, rule) = (&place.path, place.start.line, it.rule);
            lines.push(format!("added: {path}:{line}: sockopt::{rule}\n"));
        }
        let now: Vec<_> = active.iter().map(|it| it.identity.clone()).collect();
        let gone = (before.len() + added).saturating_sub(now.len());
        if !self.cli.quiet {
            self.host.say(&lines.concat())?;
        }
        Ok((now, format!("{added} added, {gone} removed")))
    }

    /// Those of some known findings that are still found, whatever is reported.
    fn still_there(
        &mut self,
        projects: Vec<Project>,
        known: &[Identity],
    ) -> Result<Vec<Identity>, Error> {
        let pool = threads()?;
        let mut found = Vec::new();
        for project in projects {
            self.folders.add(&project);
            found.extend(pool.install(|| Everything::new(project)).found);
        }
        let found: Vec<_> = found.iter().collect();
        let folders = &mut self.folders;
        let left = |it: &Identity| !folders.has_item(it);
        let comparison = pool.install(|| baseline::compare(&found, known, left, |_| true));
        let is_kept = |(index, _): &(usize, _)| !comparison.absent.contains(index);
        Ok(known.iter().enumerate().filter(is_kept).map(|(_, it)| it.clone()).collect())
    }
}

/// Everything that is found in a project, whatever is reported of it.
struct Everything {
    found: Vec<Identity>,
    /// How many files were looked at.
    scanned: usize,
    /// What could not be analyzed.
    warnings: Vec<Warning>,
}

impl Everything {
    fn new(mut project: Project) -> Self {
        project.scope.clear();
        project.packages.iter_mut().for_each(|it| it.settings.platforms = None);
        let tree = Tree::new(project);
        let flaws = flaws(&tree);
        let found = identity::everything(&tree, &flaws);
        Self { found, scanned: tree.loaded.scanned, warnings: tree.loaded.warnings }
    }
}
