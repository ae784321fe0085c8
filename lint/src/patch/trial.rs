//! One trial of fixes: the project is analyzed with them, and compared with what it was.
//!
//! Looked at are the findings that are reported, wherever they are, and those of rules that are denied by
//! default, even if the user allows them. A finding is known again by its rule and its place, which moves with
//! the text around it; one whose place was taken away by an edit, by any other of its rule in the same item.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use rayon::prelude::*;
use sockopt_analysis::{Diagnostic, Edit, Level, lower, socket::Platforms};

use super::{ATTEMPTS, Candidate, Terms, Tree, edits};
use crate::{finding::judge, levels::Levels, project::modules::Loaded};

/// A finding, as it is known again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Known {
    /// The file.
    pub path: PathBuf,
    /// The first byte of what is wrong.
    pub at: usize,
    /// The rule.
    pub rule: &'static str,
}

impl Known {
    /// How a diagnostic is known again.
    #[must_use]
    pub fn of(diagnostic: &Diagnostic, loaded: &Loaded) -> Self {
        let site = diagnostic.primary.site;
        let file = &loaded.files[site.file.0 as usize];
        let at = file.sites.get(site.id).label.start;
        Self { path: file.path.clone(), at, rule: diagnostic.rule.name }
    }

    /// The same finding once edits are made; none if they take its place away.
    pub(super) fn moved(&self, made: &ByFile<'_>) -> Option<Self> {
        let at = made.get(&self.path).map_or(Some(self.at), |it| edits::moved(it, self.at))?;
        Some(Self { at, ..self.clone() })
    }
}

/// What is wrong with fixes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// What was to be repaired is still found.
    Stays(Known),
    /// Something is found that was not found before.
    New(Known),
    /// A text does not parse any more.
    Broken(PathBuf),
    /// There was no time to find out.
    Untried(PathBuf),
}

impl Problem {
    /// The file that it is in.
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Stays(known) | Self::New(known) => &known.path,
            Self::Broken(path) | Self::Untried(path) => path,
        }
    }

    /// Why a fix was not made, with paths as users see them.
    #[must_use]
    pub fn text(&self, shown: impl Fn(&Path) -> String) -> String {
        match self {
            Self::Stays(_) => "the finding would still be there".to_owned(),
            Self::New(Known { path, rule, .. }) => {
                format!("it would lead to `sockopt::{rule}` in `{}`", shown(path))
            }
            Self::Broken(_) => "the text would not parse any more".to_owned(),
            Self::Untried(_) => {
                format!("{ATTEMPTS} analyses were not enough to tell the good fixes from the bad")
            }
        }
    }
}

/// Edits of files, in order.
pub(super) type ByFile<'a> = BTreeMap<&'a PathBuf, Vec<&'a Edit>>;

/// The edits of fixes that do not collide, by file.
pub(super) fn by_file(fixes: &[Candidate]) -> ByFile<'_> {
    let mut files = ByFile::new();
    for fix in fixes {
        files.entry(&fix.path).or_default().extend(&fix.edits);
    }
    for edits in files.values_mut() {
        edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    }
    files
}

/// Analyzes a project with fixes.
pub(super) fn run(
    tree: &Tree,
    fixes: &[Candidate],
    terms: Terms<'_>,
) -> Result<Tree, Vec<Problem>> {
    let files = by_file(fixes);
    let mut project = tree.loaded.project().clone();
    let patched: Vec<_> = files
        .par_iter()
        .map(|(path, edits)| {
            let old = project.read(path).unwrap_or_default();
            let new = edits::apply(&old, edits);
            if parses(&new, &old) { Ok(((*path).clone(), new)) } else { Err((*path).clone()) }
        })
        .collect();
    let broken = patched.iter().filter_map(|it| it.as_ref().err());
    let broken: Vec<_> = broken.map(|path| Problem::Broken(path.clone())).collect();
    if !broken.is_empty() {
        return Err(broken);
    }
    project.overlay.extend(patched.into_iter().flatten());
    let after = Tree::new(project);
    let problems = compare(tree, &after, fixes, &files, terms.levels);
    if problems.is_empty() { Ok(after) } else { Err(problems) }
}

/// Whether a text parses at least as well as the old one did.
fn parses(new: &[u8], old: &[u8]) -> bool {
    let parsed = |bytes: &[u8]| str::from_utf8(bytes).ok().and_then(|text| lower(text).ok());
    let is_whole = |bytes| parsed(bytes).is_some_and(|it| it.partial.is_none());
    is_whole(new) || (parsed(new).is_some() && !is_whole(old)) || parsed(old).is_none()
}

fn compare(
    before: &Tree,
    after: &Tree,
    fixes: &[Candidate],
    files: &ByFile<'_>,
    levels: &Levels,
) -> Vec<Problem> {
    let repaired: BTreeSet<_> = fixes.iter().map(|fix| &fix.known).collect();
    // Where what was found is now, and on which platforms it may be found; none for what is repaired.
    let mut expected = BTreeMap::new();
    let mut uprooted: BTreeMap<_, usize> = BTreeMap::new();
    for Seen { known, platforms, item } in watched(before, levels) {
        let is_repaired = repaired.contains(&known);
        if let Some(moved) = known.moved(files) {
            expected.insert(moved, (!is_repaired).then_some(platforms).ok_or(known));
        } else if !is_repaired {
            *uprooted.entry((known.path, known.rule, item)).or_default() += 1;
        }
    }
    let mut problems = Vec::new();
    for Seen { known, platforms, item } in watched(after, levels) {
        match expected.get(&known) {
            Some(Ok(before)) if before.intersection(platforms) == platforms => {}
            Some(Err(old)) => problems.push(Problem::Stays(old.clone())),
            _ => match uprooted.get_mut(&(known.path.clone(), known.rule, item)) {
                Some(count) if *count > 0 => *count -= 1,
                _ => problems.push(Problem::New(known)),
            },
        }
    }
    problems
}

/// A finding that must not be new.
struct Seen<'a> {
    known: Known,
    platforms: Platforms,
    /// The item around it.
    item: &'a str,
}

/// The findings that must not become more.
fn watched<'a>(tree: &'a Tree, levels: &'a Levels) -> impl Iterator<Item = Seen<'a>> {
    let Tree { loaded, analysis, .. } = tree;
    analysis.diagnostics.iter().filter_map(move |it| {
        let file = it.primary.site.file.0 as usize;
        let platforms = it.platforms.intersection(loaded.ambit(file).judged);
        let is_denied = matches!(it.rule.level, Level::Deny | Level::Forbid);
        let is_watched = judge(it, loaded, levels).is_some() || is_denied;
        (is_watched && !platforms.is_empty()).then(|| Seen {
            known: Known::of(it, loaded),
            platforms,
            item: &it.item,
        })
    })
}
