//! Fixes, put into the texts in memory: in rounds, until nothing is left to fix.
//!
//! Each round takes the fixes that do not collide, puts them in, and analyzes the whole project again with the
//! new texts ([`trial`]). If what they repair is gone and nothing new is found, they are kept. Otherwise those
//! whose finding is still there are refused, and if that is not it, halves are tried, so that the number of
//! analyses that one bad fix costs grows with the logarithm of the number of fixes. All in all there are
//! [`ATTEMPTS`] at most; what could not be judged by then is refused too.
//!
//! Invariant: a text that leaves this module parses, and was analyzed as it is.

pub mod diff;
pub mod edits;
pub mod leftovers;
pub mod lock;
pub mod offer;
pub mod trial;
pub mod vcs;
pub mod verify;
pub mod write;

use std::{collections::BTreeMap, path::PathBuf};

use sockopt_analysis::{Analysis, Applicability, Diagnostic, Edit, Fix, Prefilter, analyze};

use crate::{
    finding::judge,
    levels::Levels,
    patch::trial::{Known, Problem},
    project::{
        Project,
        modules::{self, Loaded, LoadedFile},
    },
};

/// How often a project is analyzed at most while its fixes are tried.
pub const ATTEMPTS: usize = 64;

/// A project as it was analyzed.
#[derive(Debug)]
pub struct Tree {
    /// Its files.
    pub loaded: Loaded,
    /// What is to be said about them.
    pub analysis: Analysis,
}

impl Tree {
    /// Loads and analyzes a project. Call it on a thread with [`modules::STACK_BYTES`].
    #[must_use]
    pub fn new(project: Project, prefilter: &Prefilter) -> Self {
        let loaded = modules::load(project, prefilter);
        let analysis = analyze(&loaded.workspace);
        Self { loaded, analysis }
    }
}

/// What decides which fixes are made.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// Which files are worth parsing.
    pub prefilter: &'a Prefilter,
    /// What is reported.
    pub levels: &'a Levels,
    /// Whether fixes are made that may be wrong.
    pub risky: bool,
}

/// A text that changes.
#[derive(Debug, Clone)]
pub struct Change {
    /// The file.
    pub path: PathBuf,
    /// What it held when it was analyzed.
    pub old: Vec<u8>,
    /// What it is to hold.
    pub new: Vec<u8>,
}

/// What came of the fixes of a project.
#[derive(Debug, Default)]
pub struct Patch {
    /// The project with the new texts; none if nothing changes.
    pub tree: Option<Tree>,
    /// The texts that change, by path.
    pub changes: Vec<Change>,
    /// How many findings are gone.
    pub fixed: usize,
    /// The findings whose fix was not made, where they are in the end, and why.
    pub refused: BTreeMap<Known, String>,
}

/// A fix that can be made.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The finding.
    pub known: Known,
    /// The file that it changes.
    pub path: PathBuf,
    /// How.
    pub edits: Vec<Edit>,
}

/// Makes the fixes of a project, in memory. Call it on a thread with [`modules::STACK_BYTES`].
#[must_use]
pub fn make(tree: &Tree, terms: Terms<'_>) -> Patch {
    let mut maker =
        Maker { terms, attempts: ATTEMPTS, originals: BTreeMap::new(), refused: BTreeMap::new() };
    let mut latest = None;
    // Every round makes or refuses a fix, and what is made adds no finding: there is an end.
    loop {
        let current = latest.as_ref().unwrap_or(tree);
        let candidates = maker.candidates(current);
        if candidates.is_empty() {
            break;
        }
        latest = maker.round(current, candidates).or(latest);
    }
    let fixed = latest.as_ref().map_or(0, |it| fewer(tree, it, terms.levels));
    let overlay = latest.as_ref().map(|it| it.loaded.project().overlay.clone());
    let change = |(path, new): (PathBuf, Vec<u8>)| {
        let old = maker.originals.remove(&path).filter(|old| *old != new)?;
        Some(Change { path, old, new })
    };
    let changes = overlay.unwrap_or_default().into_iter().filter_map(change).collect();
    Patch { tree: latest, changes, fixed, refused: maker.refused }
}

/// How many findings fewer than before are reported.
#[must_use]
pub fn fewer(before: &Tree, after: &Tree, levels: &Levels) -> usize {
    let count = |tree| reported(tree, levels).count();
    count(before).saturating_sub(count(after))
}

/// What is reported of a project.
fn reported<'a>(tree: &'a Tree, levels: &'a Levels) -> impl Iterator<Item = &'a Diagnostic> {
    let is_reported = move |it: &&Diagnostic| {
        let file = it.primary.site.file.0 as usize;
        tree.loaded.origin(file).is_some() && judge(it, &tree.loaded, levels).is_some()
    };
    tree.analysis.diagnostics.iter().filter(is_reported)
}

struct Maker<'a> {
    terms: Terms<'a>,
    /// How many are left.
    attempts: usize,
    /// What the files held that are changed.
    originals: BTreeMap<PathBuf, Vec<u8>>,
    refused: BTreeMap<Known, String>,
}

impl Maker<'_> {
    /// The fixes that can be made and were not refused, in the order of files and places.
    fn candidates(&mut self, tree: &Tree) -> Vec<Candidate> {
        let is_wanted = |it: &&Diagnostic| {
            let sure = |fix: &Fix| fix.applicability == Applicability::MachineApplicable;
            it.fix.as_ref().is_some_and(|fix| self.terms.risky || sure(fix))
                && !self.refused.contains_key(&Known::of(it, &tree.loaded))
        };
        let diagnostics: Vec<_> = reported(tree, self.terms.levels).filter(is_wanted).collect();
        let offered = offer::edits(&tree.loaded, &diagnostics);
        let mut candidates = Vec::new();
        for (diagnostic, edits) in diagnostics.into_iter().zip(offered) {
            let Some((fix, edits)) = diagnostic.fix.as_ref().zip(edits) else { continue };
            let file = &tree.loaded.files[fix.file().0 as usize];
            if !edits.is_empty() && self.keep_original(tree, file) {
                let known = Known::of(diagnostic, &tree.loaded);
                candidates.push(Candidate { known, path: file.path.clone(), edits });
            }
        }
        candidates.sort_by(|a, b| a.order().cmp(&b.order()));
        candidates
    }

    /// Remembers what a file held when it was analyzed; false if it holds something else by now.
    fn keep_original(&mut self, tree: &Tree, file: &LoadedFile) -> bool {
        if self.originals.contains_key(&file.path) {
            return true;
        }
        let Ok(bytes) = tree.loaded.project().read(&file.path) else { return false };
        let is_same = modules::fingerprint(&bytes) == file.fingerprint;
        if is_same {
            self.originals.insert(file.path.clone(), bytes);
        }
        is_same
    }

    /// Makes what can be made at once; none if that is nothing.
    fn round(&mut self, tree: &Tree, candidates: Vec<Candidate>) -> Option<Tree> {
        let mut apart: Vec<Candidate> = Vec::new();
        for it in candidates {
            let collides = |other: &Candidate| {
                other.path == it.path && edits::collide(&other.edits, &it.edits)
            };
            if !apart.iter().rev().any(collides) {
                apart.push(it);
            }
        }
        let mut round = Round { tree, made: Vec::new(), latest: None };
        self.narrow(&mut round, apart);
        let Round { made, latest, .. } = round;
        let edits = trial::by_file(&made);
        let moved = |(known, why): (Known, String)| Some((known.moved(&edits)?, why));
        self.refused = std::mem::take(&mut self.refused).into_iter().filter_map(moved).collect();
        latest
    }

    /// Makes those of some fixes that are clean together with what was made before.
    fn narrow(&mut self, round: &mut Round<'_>, mut fixes: Vec<Candidate>) {
        if fixes.is_empty() {
            return;
        }
        let Some(left) = self.attempts.checked_sub(1) else {
            let why =
                format!("{ATTEMPTS} analyses were not enough to tell the good fixes from the bad");
            self.refused.extend(fixes.into_iter().map(|it| (it.known, why.clone())));
            return;
        };
        self.attempts = left;
        let all: Vec<_> = round.made.iter().chain(&fixes).cloned().collect();
        let problems = match trial::run(round.tree, &all, self.terms) {
            Ok(tree) => {
                round.made = all;
                round.latest = Some(tree);
                return;
            }
            Err(problems) => problems,
        };
        let stays = |it: &Candidate| problems.contains(&Problem::Stays(it.known.clone()));
        let (bad, rest): (Vec<_>, Vec<_>) = fixes.iter().cloned().partition(stays);
        if !bad.is_empty() {
            let why = "the finding would still be there";
            self.refused.extend(bad.into_iter().map(|it| (it.known, why.to_owned())));
            self.narrow(round, rest);
        } else if let [only] = &fixes[..] {
            let why = problems.first().map_or_else(String::new, ToString::to_string);
            self.refused.insert(only.known.clone(), why);
        } else {
            let right = fixes.split_off(fixes.len() / 2);
            self.narrow(round, fixes);
            self.narrow(round, right);
        }
    }
}

impl Candidate {
    fn order(&self) -> (&PathBuf, usize) {
        (&self.path, self.edits.first().map_or(0, |it| it.range.start))
    }
}

/// One round.
struct Round<'a> {
    /// The project as it was before.
    tree: &'a Tree,
    /// The fixes that are clean together.
    made: Vec<Candidate>,
    /// The project with them.
    latest: Option<Tree>,
}
