//! Does what takes its time, one job after the other: looks at projects, tells what was found, answers.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    io,
    path::{Path, PathBuf},
    sync::{PoisonError, mpsc},
};

use gen_lsp_types::{
    CodeAction, CodeActionKind, Diagnostic, Hover, MarkupContent, MarkupKind, MessageType,
    Position, PublishDiagnosticsParams, Range, ShowMessageParams,
};
use lsp_server::{Message, Notification, RequestId, Response};
use rayon::ThreadPool;
use serde::Serialize;
use sockopt_analysis::{Applicability, Edit, RULES};

use super::{
    Asked, Client,
    actions::{FIX_ALL, is_wanted},
    diagnostics::{self, Desk},
    documents::Documents,
};
use crate::{
    cli::Cli,
    error::Error,
    explain,
    finding::{Finding, Sources, Suggestion},
    levels::Levels,
    patch::{self, Candidate, Terms, Tree, trial::Known},
    project::{self, Project, cargo::Cargo, discover::manifest_above},
    run::{Look, look},
    threads::threads,
    warning::Warning,
};

/// What there is to do.
#[derive(Debug)]
pub(super) enum Job {
    /// Look at the projects.
    Look {
        /// The folders that the editor shows.
        folders: Vec<PathBuf>,
        /// The texts that are open.
        documents: Documents,
        /// Whether there may be other projects and files than before.
        discovers: bool,
    },
    /// Answer a request.
    Answer(RequestId, Question),
}

/// What the editor wants to know.
#[derive(Debug)]
pub(super) enum Question {
    /// What the rule is about that reports something at a position.
    Hover(PathBuf, Position),
    /// What can be done about a range, by actions of some kinds.
    Actions(PathBuf, Range, Option<Vec<CodeActionKind>>),
}

/// Sends a message to the editor.
type Tell = Box<dyn Fn(Message) + Send>;

/// All that is known of the projects.
pub(super) struct Analyst {
    cli: Cli,
    levels: Levels,
    pool: &'static ThreadPool,
    cargo: Cargo,
    client: Client,
    tell: Tell,
    asked: Asked,
    documents: Documents,
    projects: Vec<Project>,
    /// Why a part of the projects cannot be had.
    errors: Vec<Error>,
    /// What of them had to be left out.
    warnings: Vec<Warning>,
    look: Look,
    /// Whether fixes are good: each is tried once, when somebody asks.
    tried: BTreeMap<Known, bool>,
    /// What the editor was told, by file.
    told: BTreeMap<PathBuf, Vec<Diagnostic>>,
    /// The messages that the editor was shown, and still hold; true for errors.
    shown: BTreeSet<(String, bool)>,
}

impl Analyst {
    /// Knows nothing yet.
    pub(super) fn new(
        cli: Cli,
        levels: Levels,
        cargo: Cargo,
        client: Client,
        tell: Tell,
        asked: Asked,
    ) -> Result<Self, Error> {
        Ok(Self {
            cli,
            levels,
            pool: threads()?,
            cargo,
            client,
            tell,
            asked,
            documents: Documents::new(client.encoding),
            projects: Vec::new(),
            errors: Vec::new(),
            warnings: Vec::new(),
            look: Look::default(),
            tried: BTreeMap::new(),
            told: BTreeMap::new(),
            shown: BTreeSet::new(),
        })
    }

    /// Does what there is to do, until nobody asks any more.
    pub(super) fn work(mut self, jobs: &mpsc::Receiver<Job>) {
        let mut queue = VecDeque::new();
        loop {
            if queue.is_empty() {
                let Ok(job) = jobs.recv() else { return };
                queue.push_back(job);
            }
            loop {
                match jobs.try_recv() {
                    Ok(job) => queue.push_back(job),
                    Err(mpsc::TryRecvError::Empty) => break,
                    // Nobody waits for what is left.
                    Err(mpsc::TryRecvError::Disconnected) => return,
                }
            }
            match queue.pop_front() {
                Some(Job::Look { folders, documents, discovers }) => {
                    // Nobody has asked about these texts, and they are old by now.
                    if let Some(Job::Look { discovers: later, .. }) = queue.front_mut() {
                        *later |= discovers;
                        continue;
                    }
                    self.documents = documents;
                    if discovers {
                        self.discover(&folders);
                    }
                    self.look();
                }
                Some(Job::Answer(id, question)) => self.answer(&id, &question),
                None => {}
            }
        }
    }

    /// Finds the projects of the folders, and of the texts that are open.
    fn discover(&mut self, folders: &[PathBuf]) {
        if let Some(folder) = folders.first() {
            self.cargo.cwd.clone_from(folder);
        }
        let has_manifest = |it: &&PathBuf| manifest_above(it).is_some();
        let paths: Vec<_> = folders.iter().filter(has_manifest).cloned().collect();
        self.find(paths.clone());
        // Packages that lie in a folder and belong to no workspace of it, and single files.
        let is_shown =
            |it: &Path| folders.is_empty() || folders.iter().any(|at| it.starts_with(at));
        let known: BTreeSet<_> = self.projects.iter().flat_map(manifests).collect();
        let further = self.documents.iter().filter_map(|(path, _)| {
            let manifest = manifest_above(path);
            match manifest {
                _ if !is_shown(path) || self.projects.iter().any(|it| has(it, path)) => None,
                Some(it) if known.contains(it.as_path()) => None,
                Some(it) => Some(it.parent()?.to_owned()),
                None => path.is_file().then(|| path.clone()),
            }
        });
        let further: BTreeSet<_> = further.collect();
        if !further.is_empty() {
            self.find(paths.into_iter().chain(further).collect());
        }
    }

    fn find(&mut self, paths: Vec<PathBuf>) {
        (self.projects, self.errors, self.warnings) = Default::default();
        if paths.is_empty() {
            return;
        }
        self.cli.paths = paths;
        let found = project::discover(&self.cli, &self.cargo, &mut io::empty());
        (self.projects, self.errors, self.warnings) =
            (found.projects, found.errors, found.warnings);
        // A folder of documentation, say, is nothing to complain of.
        self.errors.retain(|it| !matches!(it, Error::NoSources(_)));
    }

    /// Looks at the projects with the texts that are open, and tells what there is.
    fn look(&mut self) {
        let mut projects = self.projects.clone();
        for (path, document) in self.documents.iter() {
            for project in &mut projects {
                project.overlay.insert(path.clone(), document.text.clone().into_bytes());
            }
        }
        self.tried.clear();
        let (look, error) = match look(&self.cli, &self.cargo.cwd, projects) {
            Ok(look) => (look, None),
            Err(error) => (Look::default(), Some(error)),
        };
        self.look = look;
        self.publish(error.as_ref());
    }

    /// Tells what was found, and of what was told before, that it is gone.
    fn publish(&mut self, error: Option<&Error>) {
        let Look { trees, sources, .. } = &mut self.look;
        let mut doubts = Vec::new();
        for (index, (tree, sources)) in trees.iter().zip(sources).enumerate() {
            let located = |it: &Warning| (it.path.clone(), sources.locate(it), index);
            doubts.extend(tree.loaded.warnings.iter().map(located));
        }
        let mut all: BTreeMap<PathBuf, Vec<Diagnostic>> = BTreeMap::new();
        for path in self.told.keys().chain(self.documents.iter().map(|(path, _)| path)) {
            all.entry(path.clone()).or_default();
        }
        for (finding, _, desk) in self.found() {
            all.entry(desk.path(&finding.primary.place)).or_default().push(desk.finding(finding));
        }
        for (path, located, index) in &doubts {
            let diagnostic = self.desk(&self.look.sources[*index]).warning(located);
            all.entry(path.clone()).or_default().push(diagnostic);
        }
        let mut messages = BTreeSet::new();
        for error in self.errors.iter().chain(error) {
            messages.insert((diagnostics::text(error), true));
            if let Some((path, it)) = diagnostics::error(error, self.client.encoding) {
                all.entry(path).or_default().push(it);
            }
        }
        for warning in &self.warnings {
            messages.insert((format!("{}: {}", warning.path.display(), warning.message), false));
        }
        for (message, is_error) in messages.difference(&self.shown) {
            let kind = if *is_error { MessageType::Error } else { MessageType::Warning };
            let params = ShowMessageParams { kind, message: format!("sockopt: {message}") };
            self.notify("window/showMessage", params);
        }
        self.shown = messages;
        for (path, diagnostics) in &all {
            let open = self.documents.get(path);
            if open.is_some() || self.told.get(path) != Some(diagnostics) {
                let uri = open.map_or_else(|| super::uri::of(path), |it| it.uri.clone());
                let (version, diagnostics) = (open.map(|it| it.version), diagnostics.clone());
                let params = PublishDiagnosticsParams { uri, version, diagnostics };
                self.notify("textDocument/publishDiagnostics", params);
            }
        }
        all.retain(|_, diagnostics| !diagnostics.is_empty());
        self.told = all;
    }

    fn notify(&self, method: &str, params: impl Serialize) {
        (self.tell)(Notification::new(method.to_owned(), params).into());
    }

    /// What counts, each with its project and what is needed to show it.
    fn found(&self) -> impl Iterator<Item = (&Finding, &Tree, Desk<'_>)> {
        let Look { findings, trees, sources } = &self.look;
        findings.iter().filter(|(it, _)| it.counts()).filter_map(|(it, index)| {
            Some((it, trees.get(*index)?, self.desk(sources.get(*index)?)))
        })
    }

    /// What counts in a range of a file.
    fn found_in(
        &self,
        path: &Path,
        range: Range,
    ) -> impl Iterator<Item = (&Finding, &Tree, Desk<'_>)> {
        self.found().filter(move |(finding, _, desk)| {
            let place = &finding.primary.place;
            let at = desk.range(place);
            desk.path(place) == path && at.start <= range.end && range.start <= at.end
        })
    }

    fn desk<'a>(&'a self, sources: &'a Sources) -> Desk<'a> {
        Desk { client: self.client, documents: &self.documents, sources }
    }

    /// Answers, unless the question was taken back.
    fn answer(&mut self, id: &RequestId, question: &Question) {
        let asked = self.asked.clone();
        let asked = || asked.lock().unwrap_or_else(PoisonError::into_inner);
        if !asked().contains(id) {
            return;
        }
        let response = match question {
            Question::Hover(path, at) => Response::new_ok(id.clone(), self.hover(path, *at)),
            Question::Actions(path, range, only) => {
                Response::new_ok(id.clone(), self.actions(path, *range, only.as_deref()))
            }
        };
        if asked().remove(id) {
            (self.tell)(response.into());
        }
    }

    /// The documentation of the rules that report something at a position.
    fn hover(&self, path: &Path, at: Position) -> Option<Hover> {
        let here: Vec<_> = self.found_in(path, Range { start: at, end: at }).collect();
        let rules: BTreeSet<_> = here.iter().map(|(finding, ..)| finding.rule).collect();
        let texts = explain::texts().into_iter().filter(|it| rules.contains(it.name));
        let texts =
            texts.map(|it| format!("`sockopt::{}`: {}\n\n{}\n", it.name, it.summary, it.docs));
        let value = texts.collect::<Vec<_>>().join("\n---\n\n");
        let (finding, _, desk) = here.first()?;
        let contents = MarkupContent { kind: MarkupKind::Markdown, value }.into();
        Some(Hover { contents, range: Some(desk.range(&finding.primary.place)) })
    }

    /// What can be done about what is found in a range.
    fn actions(
        &mut self,
        path: &Path,
        range: Range,
        only: Option<&[CodeActionKind]>,
    ) -> Vec<CodeAction> {
        let mut actions = Vec::new();
        let mut tried = std::mem::take(&mut self.tried);
        if is_wanted(&String::from(CodeActionKind::QuickFix), only, true) {
            for (finding, tree, desk) in self.found_in(path, range) {
                if let Some(fix) = &finding.fix
                    && self.is_good(finding, fix, tree, desk, &mut tried)
                {
                    actions.extend(desk.fix(finding, fix));
                }
                let settings = tree.loaded.settings_at(path);
                let can_be_suppressed = RULES.iter().any(|rule| {
                    rule.name == finding.rule && !self.levels.forbid(rule, settings, path)
                });
                if can_be_suppressed {
                    actions.extend(self.pool.install(|| desk.suppress(finding)));
                }
            }
        }
        self.tried = tried;
        let is_safe = |(finding, _, desk): &(&Finding, &Tree, Desk<'_>)| {
            let fix = finding.fix.as_ref();
            fix.is_some_and(|it| it.applicability == Applicability::MachineApplicable)
                && desk.path(&finding.primary.place) == path
        };
        // Whoever repairs one may want to repair them all.
        let unasked = || {
            let repairs = actions.iter().any(|it| it.is_preferred == Some(true));
            repairs && self.found().filter(is_safe).count() > 1
        };
        if is_wanted(FIX_ALL, only, only.is_none() && unasked()) {
            actions.extend(self.fix_all(path));
        }
        actions
    }

    /// Whether the fix of a finding is one that `--fix` would make.
    fn is_good(
        &self,
        finding: &Finding,
        fix: &Suggestion,
        tree: &Tree,
        desk: Desk<'_>,
        tried: &mut BTreeMap<Known, bool>,
    ) -> bool {
        let Some(first) = fix.edits.first() else { return false };
        let place = &finding.primary.place;
        let known = Known { path: desk.path(place), at: place.byte_start, rule: finding.rule };
        if let Some(good) = tried.get(&known) {
            return *good;
        }
        let edits = fix.edits.iter().map(|it| {
            let range = it.place.byte_start..it.place.byte_end;
            Edit { range, text: it.text.clone() }
        });
        let (path, edits) = (desk.path(&first.place), edits.collect());
        let candidate = Candidate { known: known.clone(), path, edits };
        let terms = self.terms();
        let good = self.pool.install(|| patch::is_good(tree, &candidate, terms));
        tried.insert(known, good);
        good
    }

    fn terms(&self) -> Terms<'_> {
        Terms { levels: &self.levels, risky: false }
    }

    /// What `--fix` makes of a file.
    fn fix_all(&self, path: &Path) -> Option<CodeAction> {
        let Look { trees, sources, .. } = &self.look;
        let both = trees.iter().zip(sources);
        let (tree, sources) = both.into_iter().find(|(it, _)| has(it.loaded.project(), path))?;
        let mut project = tree.loaded.project().clone();
        project.scope = vec![path.to_owned()];
        let terms = self.terms();
        let patch = || patch::make(&Tree::new(project), terms);
        let patch = self.pool.install(patch);
        let change = patch.changes.into_iter().find(|it| it.path == path)?;
        self.desk(sources).fix_all(&change)
    }
}

/// Whether a file is one of a project's.
fn has(project: &Project, path: &Path) -> bool {
    project.files.binary_search_by(|it| it.path.as_path().cmp(path)).is_ok()
}

fn manifests(project: &Project) -> impl Iterator<Item = &Path> {
    project.packages.iter().filter_map(|it| it.manifest.as_deref())
}
