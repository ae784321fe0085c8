//! Fixes, put into the texts in memory: in rounds, until nothing is left to fix.
//!
//! Each round takes the fixes that do not collide, puts them in, and analyzes the whole project again with the
//! new texts ([`trial`]). If what they repair is gone and nothing new is found, they are kept. Otherwise those
//! whose finding is still there are refused; if that is not it, the fixes of the files in question are tried by
//! themselves, and halves of them, so that the number of analyses that one bad fix costs grows with the logarithm
//! of the number of fixes. All in all there are [`ATTEMPTS`] at most; what could not be judged by then is refused
//! too.
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

use sockopt_analysis::{Analysis, Applicability, Diagnostic, Edit, Fix};

use crate::{
    finding::{judge, severity_of},
    levels::Levels,
    patch::trial::{Known, Problem},
    project::{
        Project,
        modules::{self, Loaded, LoadedFile},
    },
    suppress::{self, Suppression, Suppressions, flaws::Flaw, rules},
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
    /// What is meant to stay.
    pub suppressions: Suppressions,
}

impl Tree {
    /// Loads and analyzes a project. Call it on a thread with [`modules::STACK_BYTES`].
    #[must_use]
    pub fn new(project: Project) -> Self {
        let (loaded, analysis) = modules::load(project);
        let suppressions = Suppressions::new(&loaded);
        Self { loaded, analysis, suppressions }
    }

    /// The suppression that keeps a diagnostic from being reported.
    #[must_use]
    pub fn suppression(&self, diagnostic: &Diagnostic, levels: &Levels) -> Option<&Suppression> {
        let by = self.suppressions.of_diagnostic(diagnostic, &self.loaded)?;
        let path = &self.loaded.files[diagnostic.primary.site.file.0 as usize].path;
        let settings = self.loaded.settings_at(path);
        (!levels.forbid(diagnostic.rule, settings, path)).then_some(by)
    }
}

/// What decides which fixes are made.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
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
    pub refused: Refused,
}

/// Findings whose fix was not made, and why.
pub type Refused = BTreeMap<Known, Problem>;

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
    let fixed = latest.as_ref().map_or(0, |it| fewer(tree, it, terms));
    let overlay = latest.as_ref().map(|it| it.loaded.project().overlay.clone());
    let change = |(path, new): (PathBuf, Vec<u8>)| {
        let old = maker.originals.remove(&path).filter(|old| *old != new)?;
        Some(Change { path, old, new })
    };
    let changes = overlay.unwrap_or_default().into_iter().filter_map(change).collect();
    Patch { tree: latest, changes, fixed, refused: maker.refused }
}

/// Whether [`make`] would make a fix by itself. Call it on a thread with [`modules::STACK_BYTES`].
#[must_use]
pub fn is_good(tree: &Tree, fix: &Candidate, terms: Terms<'_>) -> bool {
    trial::run(tree, std::slice::from_ref(fix), terms).is_ok()
}

/// How many findings fewer than before are reported.
#[must_use]
pub fn fewer(before: &Tree, after: &Tree, terms: Terms<'_>) -> usize {
    let count = |tree| reported(tree, terms.levels).count() + flaws(tree, terms).count();
    count(before).saturating_sub(count(after))
}

/// What is reported of the suppressions of a project.
fn flaws<'a>(tree: &'a Tree, terms: Terms<'a>) -> impl Iterator<Item = Flaw> + 'a {
    let is_reported = move |it: &Flaw| {
        it.suppressed.is_none()
            && severity_of(it, &tree.loaded, terms.levels).is_some()
            && tree.loaded.origin_at(&it.path).is_some()
    };
    suppress::flaws::flaws(tree).into_iter().filter(is_reported)
}

/// What is reported of a project.
pub fn reported<'a>(tree: &'a Tree, levels: &'a Levels) -> impl Iterator<Item = &'a Diagnostic> {
    let is_reported = move |it: &&Diagnostic| {
        let file = it.primary.site.file.0 as usize;
        tree.loaded.origin(file).is_some()
            && judge(it, &tree.loaded, levels).is_some()
            && tree.suppression(it, levels).is_none()
    };
    tree.analysis.diagnostics.iter().filter(is_reported)
}

struct Maker<'a> {
    terms: Terms<'a>,
    /// How many are left.
    attempts: usize,
    /// What the files held that are changed.
    originals: BTreeMap<PathBuf, Vec<u8>>,
    refused: Refused,
}

impl Maker<'_> {
    /// The fixes that can be made and were not refused, in the order of files and places.
    fn candidates(&mut self, tree: &Tree) -> Vec<Candidate> {
        let flaws = self.flaws(tree);
        // Nothing is repaired that a comment, once it is understood, wants to stay.
        let is_misread = |it: &Candidate| it.known.rule != rules::UNUSED.name;
        if flaws.iter().any(is_misread) {
            return flaws.into_iter().filter(is_misread).collect();
        }
        let is_wanted = |it: &&Diagnostic| {
            let sure = |fix: &Fix| fix.applicability == Applicability::MachineApplicable;
            it.fix.as_ref().is_some_and(|fix| self.terms.risky || sure(fix))
                && !self.refused.contains_key(&Known::of(it, &tree.loaded))
        };
        let diagnostics: Vec<_> = reported(tree, self.terms.levels).filter(is_wanted).collect();
        let offered = offer::edits(&tree.loaded, &diagnostics, self.terms.levels);
        let mut candidates = flaws;
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

    /// The fixes of suppressions.
    fn flaws(&mut self, tree: &Tree) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        let mut grounds = offer::Grounds::new(tree.loaded.project());
        for Flaw { rule, path, range, fix, .. } in flaws(tree, self.terms) {
            let known = Known { path: path.clone(), at: range.start, rule: rule.name };
            let Some((applicability, edits)) = fix else { continue };
            let is_wanted = self.terms.risky || applicability == Applicability::MachineApplicable;
            let is_refused = self.refused.contains_key(&known);
            if is_wanted
                && !is_refused
                && grounds.owns(&path)
                && self.keep_original_text(tree, &path)
            {
                candidates.push(Candidate { known, path, edits });
            }
        }
        candidates
    }

    /// Remembers what a file held that was not parsed: its edits were made from what it holds now.
    fn keep_original_text(&mut self, tree: &Tree, path: &PathBuf) -> bool {
        if let Some(file) = tree.loaded.files.iter().find(|it| it.path == *path) {
            return self.keep_original(tree, file);
        }
        if !self.originals.contains_key(path) {
            let Ok(bytes) = tree.loaded.project().read(path) else { return false };
            self.originals.insert(path.clone(), bytes);
        }
        true
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
        let moved = |(known, why): (Known, Problem)| Some((known.moved(&edits)?, why));
        self.refused = std::mem::take(&mut self.refused).into_iter().filter_map(moved).collect();
        latest
    }

    /// Makes those of some fixes that are clean together with what was made before.
    fn narrow(&mut self, round: &mut Round<'_>, mut fixes: Vec<Candidate>) {
        if fixes.is_empty() {
            return;
        }
        let Some(left) = self.attempts.checked_sub(1) else {
            let untried = |it: Candidate| (it.known, Problem::Untried(it.path));
            self.refused.extend(fixes.into_iter().map(untried));
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
            let stays = |it: Candidate| (it.known.clone(), Problem::Stays(it.known));
            self.refused.extend(bad.into_iter().map(stays));
            self.narrow(round, rest);
        } else if let [only] = &fixes[..] {
            self.refused.extend(problems.into_iter().next().map(|it| (only.known.clone(), it)));
        } else {
            // Most often it is a fix of the same file; if that tells nothing, each half is tried.
            let is_near = |it: &Candidate| problems.iter().any(|problem| problem.path() == it.path);
            let (mut near, mut far): (Vec<_>, Vec<_>) = fixes.drain(..).partition(is_near);
            if near.is_empty() || far.is_empty() {
                near.append(&mut far);
                far = near.split_off(near.len() / 2);
            }
            self.narrow(round, far);
            self.narrow(round, near);
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

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fmt::Write, fs};

    use rayon::ThreadPoolBuilder;
    use sockopt_analysis::Edit;

    use super::{ATTEMPTS, Candidate, Maker, Terms, Tree, reported, trial::Known};
    use crate::{
        levels::Levels,
        project::{Package, Project, SourceFile, modules},
    };

    /// How one of the calls is changed.
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Change {
        /// The finding goes.
        Good,
        /// The text does not parse.
        Broken,
        /// The finding stays.
        Idle,
        /// Another finding comes, in the same file.
        Bad,
    }
    use Change::{Bad, Broken, Good, Idle};

    const CALL: &str = "    s.set_reuse_address(true)?;\n";

    /// A file with some functions, each of which has a finding of one rule.
    fn text(functions: usize) -> String {
        let mut text = "use socket2::{Domain, Socket, Type};\n".to_owned();
        for index in 0..functions {
            let address = "std::net::SocketAddr::from(([127, 0, 0, 1], 7000))";
            let made = "Socket::new(Domain::IPV4, Type::DGRAM, None)?";
            writeln!(text, "pub fn f{index}() -> std::io::Result<Socket> {{").unwrap();
            writeln!(text, "    let s = {made};\n{CALL}    s.bind(&{address}.into())?;").unwrap();
            text += "    Ok(s)\n}\n";
        }
        text
    }

    fn edit(change: Change, at: usize) -> Edit {
        let whole = at..at + CALL.len();
        match change {
            Good => Edit { range: whole, text: String::new() },
            Broken => Edit { range: at..at, text: "}".into() },
            Idle => Edit { range: at..at, text: "    // nothing\n".into() },
            // A listener of its own, which lacks what it needs.
            Bad => Edit {
                range: whole,
                text: "    let t = Socket::new(Domain::IPV4, Type::STREAM, None)?;\n    \
                       t.bind(&std::net::SocketAddr::from(([127, 0, 0, 1], 7000)).into())?;\n    \
                       t.listen(1)?;\n"
                    .into(),
            },
        }
    }

    /// Makes changes, one per function. Says which were refused and why, how many findings are left, and how
    /// many trials it took.
    fn check(changes: &[Change]) -> (BTreeMap<usize, String>, usize, usize) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.rs");
        let text = text(changes.len());
        fs::write(&path, &text).unwrap();
        let package =
            Package { folder: folder.path().to_owned(), rest_selected: true, ..Package::default() };
        let project = Project {
            root: folder.path().to_owned(),
            packages: vec![package],
            files: vec![SourceFile { path, package: 0 }],
            ..Project::default()
        };
        let levels = Levels::new(&[]).unwrap();
        let terms = Terms { levels: &levels, risky: true };
        let pool = ThreadPoolBuilder::new().stack_size(modules::STACK_BYTES).build().unwrap();
        pool.install(|| {
            let tree = Tree::new(project);
            let found: Vec<_> = reported(&tree, &levels).collect();
            assert_eq!(found.len(), changes.len(), "{found:?}");
            let calls = text.match_indices(CALL).map(|(at, _)| at);
            let candidates = found.iter().zip(calls).zip(changes).map(|((it, at), change)| {
                let known = Known::of(it, &tree.loaded);
                let path = known.path.clone();
                Candidate { known, path, edits: vec![edit(*change, at)] }
            });
            let candidates: Vec<_> = candidates.collect();
            let known: Vec<_> = candidates.iter().map(|it| it.known.at).collect();
            let mut maker = Maker {
                terms,
                attempts: ATTEMPTS,
                originals: BTreeMap::new(),
                refused: BTreeMap::new(),
            };
            let mut round = super::Round { tree: &tree, made: Vec::new(), latest: None };
            maker.narrow(&mut round, candidates);
            let index = |it: &Known| known.iter().position(|at| *at == it.at).unwrap();
            let refused = maker
                .refused
                .iter()
                .map(|(it, why)| (index(it), why.text(|it| it.display().to_string())))
                .collect();
            let left = round.latest.as_ref().unwrap_or(&tree);
            (refused, reported(left, &levels).count(), ATTEMPTS - maker.attempts)
        })
    }

    #[test]
    fn good_fixes_take_one_trial() {
        assert_eq!(check(&[Good; 20]), (BTreeMap::new(), 0, 1));
    }

    #[test]
    fn a_fix_that_does_not_help_is_refused() {
        let (refused, left, trials) = check(&[Good, Idle, Good, Idle]);
        let why = "the finding would still be there".to_owned();
        assert_eq!(refused, [(1, why.clone()), (3, why)].into());
        assert_eq!((left, trials), (2, 2));
    }

    #[test]
    fn a_fix_that_breaks_the_text_is_told_from_the_others() {
        let mut changes = [Good; 16];
        changes[5] = Broken;
        let (refused, left, trials) = check(&changes);
        assert_eq!(refused, [(5, "the text would not parse any more".to_owned())].into());
        assert_eq!(left, 1);
        assert!(trials <= 9, "{trials}");
    }

    #[test]
    fn a_fix_that_makes_another_finding_is_told_from_the_others() {
        let (refused, left, _) = check(&[Good, Good, Bad, Good]);
        assert!(refused[&2].starts_with("it would lead to `sockopt::missing_reuseaddr` in "));
        assert_eq!((refused.len(), left), (1, 1));
    }

    #[test]
    fn trials_have_an_end() {
        let (refused, left, trials) = check(&[Broken; 100]);
        assert_eq!((refused.len(), left, trials), (100, 100, ATTEMPTS));
        assert!(refused.values().any(|why| why.starts_with("64 analyses were not enough")));
    }
}
