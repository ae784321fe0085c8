//! `cargo sockopt suppress`: writes comments, so that what is found now is not reported any more.

use std::{collections::BTreeSet, path::PathBuf};

use super::Session;
use crate::{
    cli::SuppressArgs,
    error::Error,
    exit::Exit,
    finding::BaselineState,
    levels,
    patch::{self, Change, Tree},
    project::Project,
    render::human,
    suppress::{
        insert::{self, Target},
        place, rules,
    },
    threads::threads,
    warning::Warning,
};

impl Session<'_, '_> {
    /// Suppresses what is found in some projects.
    pub(super) fn suppress(
        mut self,
        projects: Vec<Project>,
        args: &SuppressArgs,
    ) -> Result<Exit, Error> {
        let rules: Result<BTreeSet<_>, _> = args
            .rule
            .iter()
            .map(|name| rules::by_name(name).map(|it| it.name).ok_or_else(|| levels::unknown(name)))
            .collect();
        let (rules, pool) = (rules?, threads()?);
        let known = self.known(&projects)?;
        let (mut found, mut done, mut files) = (0, 0, 0);
        for project in projects.into_iter().filter(|it| it.stdin.is_none()) {
            let _lock = self.lock(&project)?;
            let tree = pool.install(|| Tree::new(project));
            let mut grounds = patch::offer::Grounds::new(tree.loaded.project());
            let targets: Vec<_> = self
                .active(&tree)
                .into_iter()
                .filter(|it| rules.is_empty() || rules.contains(it.rule))
                .filter(|it| !known.contains(it))
                .filter(|it| grounds.owns(&it.path))
                .collect();
            let changes = pool.install(|| insert::changes(&tree.loaded, &targets, &args.reason));
            let mut project = tree.loaded.project().clone();
            let texts = changes.iter().map(|Change { path, new, .. }| (path.clone(), new.clone()));
            project.overlay.extend(texts);
            let after = pool.install(|| Tree::new(project));
            let left = self.active(&after);
            let gone = self.active(&tree).len().saturating_sub(left.len());
            if gone < targets.len() {
                self.failures(&after, &left, &rules)?;
            }
            let (written, errors) = self.write(tree.loaded.project(), &changes)?;
            self.errors(&errors)?;
            found += targets.len();
            files += written;
            if errors.is_empty() {
                done += gone.min(targets.len());
            }
        }
        if !self.cli.quiet {
            self.host.flush()?;
            self.host.say(&human::suppressed(done, files))?;
        }
        Ok(if self.incomplete || done < found { Exit::Failed } else { Exit::Clean })
    }

    /// What the baseline knows: it is silent without a comment.
    fn known(&mut self, projects: &[Project]) -> Result<BTreeSet<Target>, Error> {
        let has_baseline = projects.iter().any(|it| it.baseline.is_some());
        if self.cli.baseline.is_none() && !has_baseline {
            return Ok(BTreeSet::new());
        }
        let shown = self.collect(projects.to_vec())?;
        self.compare_with_baseline(threads()?)?;
        let mut known = BTreeSet::new();
        for (it, project) in &self.findings {
            let place = &it.primary.place;
            let is_here = |path: &&PathBuf| shown[*project].display(path) == place.path;
            let files = projects[*project].files.iter().map(|it| &it.path);
            if let (Some(BaselineState::Unchanged), Some(path)) =
                (it.baseline_state, files.into_iter().find(is_here))
            {
                known.insert(Target { path: path.clone(), at: place.byte_start, rule: it.rule });
            }
        }
        Ok(known)
    }

    /// What is reported of a project, and not of its suppressions.
    fn active(&self, tree: &Tree) -> Vec<Target> {
        let reported = patch::reported(tree, &self.levels);
        let target = |it| {
            let (path, place) = place(it, &tree.loaded);
            Target { path: path.to_owned(), at: place.start, rule: it.rule.name }
        };
        reported.map(target).collect()
    }

    /// Says what is reported all the same.
    fn failures(
        &mut self,
        after: &Tree,
        left: &[Target],
        rules: &BTreeSet<&str>,
    ) -> Result<(), Error> {
        let mut sources = self.view().sources(after.loaded.project());
        for Target { path, at, rule } in left {
            if rules.is_empty() || rules.contains(rule) {
                let text = format!("failed to suppress `sockopt::{rule}`");
                let settings = after.loaded.settings_at(path);
                let is_forbidden = rules::by_name(rule)
                    .is_some_and(|rule| self.levels.forbid(rule, settings, path));
                let help = if is_forbidden {
                    "it is at level forbid: repair it"
                } else {
                    "write the comment by hand"
                };
                let warning = Warning::new(path, text).at(*at).help(help);
                self.host.say(&human::warning(&sources.locate(&warning), true))?;
            }
        }
        Ok(())
    }
}
