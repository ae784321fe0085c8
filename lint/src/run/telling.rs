//! What there is to say of a project, as far as nothing else decides it. It is made by the thread that analyzed the
//! project, so that nobody waits for threads which are busy with others.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{
    cli::MessageFormat,
    finding::{Finding, Origin, Sources, from_diagnostic, from_flaw},
    identity::Identifier,
    levels::Levels,
    partition::Partition,
    patch::{Refused, Tree, offer, trial::Known},
    project::{Project, modules::Loaded},
    suppress::flaws::{Flaw, flaws},
    warning::Located,
};

/// What of a run decides what is said.
pub(super) struct View {
    pub(super) levels: Levels,
    pub(super) format: MessageFormat,
    pub(super) cwd: PathBuf,
    pub(super) partition: Option<Partition>,
}

/// What there is to say of a project.
pub(super) struct Account {
    /// What could not be analyzed, and whose that is if the format says it.
    pub(super) warnings: Vec<(Located, Option<Origin>)>,
    /// Why something was not followed, and how often.
    pub(super) gave_up: BTreeMap<&'static str, usize>,
    pub(super) findings: Vec<Finding>,
    /// The texts of all that.
    pub(super) sources: Sources,
    /// How many files were looked at.
    pub(super) scanned: usize,
}

impl View {
    /// What there is to say of a project whose fixes were refused for some findings. Call it on a thread with
    /// [`crate::project::modules::STACK_BYTES`].
    pub(super) fn account(&self, tree: &Tree, refused: &Refused) -> Account {
        let Tree { loaded, analysis, .. } = tree;
        let mut sources = self.sources(loaded.project());
        let warnings = loaded.warnings.iter().filter(|it| !self.is_elsewhere(&it.path, loaded));
        let says_whose = self.format == MessageFormat::Json;
        let origin = |path: &Path| says_whose.then(|| loaded.origin_of_path(path));
        let warnings = warnings.map(|it| (sources.locate(it), origin(&it.path))).collect();
        let mut findings = self.diagnostics(tree, refused, &mut sources);
        findings.extend(self.flaws(tree, refused, &mut sources));
        let own = || {
            let files = loaded.project().files.iter();
            files.filter(|it| !self.is_elsewhere(&it.path, loaded)).count()
        };
        let scanned = if self.partition.is_some() { own() } else { loaded.scanned };
        Account { warnings, gave_up: analysis.gave_up.clone(), findings, sources, scanned }
    }

    fn diagnostics(&self, tree: &Tree, refused: &Refused, sources: &mut Sources) -> Vec<Finding> {
        let Tree { loaded, analysis, .. } = tree;
        let finding = |it| Some((it, from_diagnostic(it, loaded, &self.levels, sources)?));
        let (reported, mut findings): (Vec<_>, Vec<_>) =
            analysis.diagnostics.iter().filter_map(finding).unzip();
        let identities = || {
            let mut identifier = Identifier::new(loaded);
            reported.iter().map(|it| identifier.diagnostic(it)).collect::<Vec<_>>()
        };
        let offers = || offer::edits(loaded, &reported, &self.levels);
        let (offered, identities) = rayon::join(offers, identities);
        let offers = reported.iter().zip(offered);
        for (finding, ((diagnostic, edits), identity)) in
            findings.iter_mut().zip(offers.zip(identities))
        {
            finding.identity = identity;
            if let Some(problem) = refused.get(&Known::of(diagnostic, loaded)) {
                finding.unfixed = Some(problem.text(|it| sources.display(it)));
            } else if let Some((fix, edits)) = diagnostic.fix.as_ref().zip(edits) {
                let path = &loaded.files[fix.file().0 as usize].path;
                finding.suggest(fix.applicability, path, edits, sources);
            }
            if let Some(by) = tree.suppressions.of_diagnostic(diagnostic, loaded) {
                let path = &loaded.files[diagnostic.primary.site.file.0 as usize].path;
                if self.levels.forbid(diagnostic.rule, loaded.settings_at(path), path) {
                    let note = "level `forbid` counts more than its suppression";
                    finding.notes.push(note.to_owned());
                } else {
                    finding.suppress(&by.reason, path, &by.range, sources);
                }
            }
        }
        findings
    }

    fn flaws(&self, tree: &Tree, refused: &Refused, sources: &mut Sources) -> Vec<Finding> {
        let loaded = &tree.loaded;
        let mut identifier = Identifier::new(loaded);
        let finding = |flaw: &Flaw| {
            let mut finding = from_flaw(flaw, loaded, &self.levels, sources)?;
            finding.identity = identifier.flaw(flaw);
            let Flaw { rule, path, range, .. } = flaw;
            let known = Known { path: path.clone(), at: range.start, rule: rule.name };
            let problem = refused.get(&known);
            finding.unfixed = problem.map(|it| it.text(|it| sources.display(it)));
            Some(finding)
        };
        flaws(tree).iter().filter_map(finding).collect()
    }

    /// Whether a run of a partition leaves a file to another.
    fn is_elsewhere(&self, path: &Path, loaded: &Loaded) -> bool {
        let is_own = |it: Partition| it.has(&loaded.origin_of_path(path).package);
        !self.partition.is_none_or(is_own)
    }

    /// The texts of a project that are not, or not yet, what files hold.
    pub(super) fn sources(&self, project: &Project) -> Sources {
        let mut sources = Sources::new(self.base(project));
        let stdin =
            project.stdin.iter().zip(&project.files).map(|(bytes, file)| (&file.path, bytes));
        for (path, bytes) in stdin.chain(&project.overlay) {
            sources.insert(path, String::from_utf8_lossy(bytes).into_owned());
        }
        sources
    }

    /// What paths are shown relative to: for machines the workspace, as in cargo; for people where they are.
    fn base<'p>(&'p self, project: &'p Project) -> &'p Path {
        let is_cargo = project.packages.iter().any(|package| package.manifest.is_some());
        if self.format == MessageFormat::Json && is_cargo { &project.root } else { &self.cwd }
    }
}
