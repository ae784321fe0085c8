//! The part of a run that changes files: `--fix` and `--diff`.

use std::path::Path;

use rayon::ThreadPool;

use super::Session;
use crate::{
    cli::Verb,
    error::Error,
    finding::Finding,
    patch::{
        self, Change, Patch, Refused, Terms, Tree, diff, leftovers,
        lock::{self, Lock},
        vcs,
        verify::Check,
        write,
    },
    project::Project,
    render::human,
    warning::Located,
};

impl Session<'_, '_> {
    /// Whether the fixed text is printed where findings are printed otherwise.
    pub(super) fn prints_text(&self) -> bool {
        self.cli.fixes.fix && self.cli.paths.iter().any(|path| path.as_os_str() == "-")
    }

    /// Before files are read that will be changed: waits for other runs, and clears up after dead ones.
    pub(super) fn lock(&mut self, project: &Project) -> Result<Option<Lock>, Error> {
        let writes = self.cli.fixes.fix || matches!(self.cli.verb, Some(Verb::Suppress(_)));
        if !writes || project.stdin.is_some() {
            return Ok(None);
        }
        let mut said = Ok(());
        let lock = lock::take(&project.root, || {
            let root = project.root.display();
            said = self.host.say(&format!("sockopt: waiting for another run to fix `{root}`\n"));
        });
        said?;
        leftovers::remove(project.files.iter().map(|file| file.path.as_path()));
        Ok(Some(lock))
    }

    /// Makes the fixes of a project, and prints or writes them. The project as it is then, and the findings
    /// that were to be fixed and are not.
    pub(super) fn fix(&mut self, tree: Tree, pool: &ThreadPool) -> Result<(Tree, Refused), Error> {
        let risky = self.cli.fixes.unsafe_fixes;
        let terms = Terms { levels: &self.levels, risky };
        self.host.progress.step("trying fixes");
        let Patch { tree: patched, changes, fixed, refused } =
            pool.install(|| patch::make(&tree, terms));
        let project = tree.loaded.project();
        if self.prints_text() {
            let _hidden = self.host.progress.hide();
            let file = project.files.first().map_or(Path::new(""), |it| &it.path);
            let text = patched.as_ref().unwrap_or(&tree).loaded.project().read(file);
            self.host.out.write_all(&text.unwrap_or_default())?;
        } else if self.cli.fixes.diff {
            let _hidden = self.host.progress.hide();
            for change in &changes {
                let name = self.view().sources(project).display(&change.path);
                diff::write(change, &name, self.host.out_colors, self.host.out)?;
            }
        } else {
            let (done, errors) = self.write(project, &changes)?;
            self.errors(&errors)?;
            if !errors.is_empty() {
                // What is on the disk is neither the one nor the other.
                let project = project.clone();
                let now = pool.install(|| Tree::new(project));
                let terms = Terms { levels: &self.levels, risky };
                self.fixed += patch::fewer(&tree, &now, terms);
                self.changed += done;
                return Ok((now, refused));
            }
        }
        self.fixed += fixed;
        self.changed += changes.len();
        Ok((patched.unwrap_or(tree), refused))
    }

    /// Writes changes. Says how many remain, and what went wrong.
    pub(super) fn write(
        &mut self,
        project: &Project,
        changes: &[Change],
    ) -> Result<(usize, Vec<Error>), Error> {
        let (fixes, allowed) = (&self.cli.fixes, &self.cli.allowed);
        if changes.is_empty() {
            return Ok((0, Vec::new()));
        }
        let is_cargo = project.packages.iter().any(|package| package.manifest.is_some());
        if fixes.verify && !is_cargo {
            let why = "there is no `Cargo.toml`".to_owned();
            return Ok((0, vec![Error::Verify(project.root.clone(), why)]));
        }
        let allowed = vcs::Allowed {
            dirty: allowed.allow_dirty,
            staged: allowed.allow_staged,
            no_vcs: allowed.allow_no_vcs,
        };
        let files: Vec<_> = changes.iter().map(|it| it.path.as_path()).collect();
        if let Err(error) = vcs::check(&files, allowed) {
            return Ok((0, vec![error]));
        }
        let (mut written, mut errors) = (Vec::new(), Vec::new());
        for change in changes {
            match write::write(change) {
                Ok(()) => written.push(change.clone()),
                Err(error) => errors.push(error),
            }
        }
        let mut done = written.len();
        if fixes.verify && done > 0 {
            let (cargo, root) = (self.host.cargo.clone(), project.root.as_path());
            let check = Check { cargo: &cargo, root, manifest: &self.cli.manifest };
            if !self.cli.quiet {
                self.host.say(&format!("sockopt: verifying with `{}`\n", check.command()))?;
            }
            self.host.progress.step("compiling what was fixed");
            errors.extend(check.settle(&written));
            done = written.iter().filter(|it| holds(it)).count();
        }
        Ok((done, errors))
    }

    /// Says which fixes were not made, and why. Of what is known, nobody asked.
    pub(super) fn refusals(&mut self) -> Result<(), Error> {
        let is_told = |it: &Finding| it.counts() || self.cli.verbose > 0;
        let refused = self.findings.iter().map(|(it, _)| it).filter(|it| is_told(it));
        let warning = |it: &Finding| {
            Some(Located {
                path: it.primary.place.path.clone(),
                place: Some(it.primary.place.clone()),
                message: format!("failed to fix `sockopt::{}`: {}", it.rule, it.unfixed.as_ref()?),
                help: Some("make the change by hand".to_owned()),
            })
        };
        let warnings: Vec<_> = refused.filter_map(warning).collect();
        warnings.iter().try_for_each(|it| Ok(self.host.say(&human::warning(it, true))?))
    }
}

fn holds(change: &Change) -> bool {
    std::fs::read(&change.path).is_ok_and(|bytes| bytes == change.new)
}
