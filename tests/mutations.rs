//! Correct listeners, broken in five ways: how often the tool notices.

mod fixtures;
mod mutation;
mod outline;
mod place;
mod published;

use std::{
    collections::BTreeSet,
    fmt, fs,
    path::{Path, PathBuf},
};

use crate::harness::{Tool, copy_file, findings};
use mutation::{Edit, Mutation, apply};
use place::{Place, Source};

/// Findings as (rule, file, line). No mutation moves a line.
type Found = BTreeSet<(String, PathBuf, usize)>;

/// How often one mutation was noticed.
struct Tally {
    mutation: Mutation,
    places: usize,
    mutants: usize,
    found: usize,
    excluded: usize,
    skipped: Vec<String>,
    survivors: Vec<String>,
}

impl Tally {
    fn new(mutation: Mutation) -> Self {
        Self {
            mutation,
            places: 0,
            mutants: 0,
            found: 0,
            excluded: 0,
            skipped: Vec::new(),
            survivors: Vec::new(),
        }
    }

    /// The edits that break a place, if it can be broken in this way.
    fn attempt(&mut self, sources: &[Source], place: &Place) -> Option<Vec<Edit>> {
        self.places += 1;
        if place.excluded.contains(&self.mutation) {
            self.excluded += 1;
            return None;
        }
        let made = self.mutation.edits(sources, place);
        let made = made.and_then(|made| apply(sources, made.clone()).map(|_| made));
        made.map_err(|why| self.skipped.push(format!("{}: {why}", place.name))).ok()
    }

    /// Adds what was counted elsewhere.
    fn add(&mut self, other: Self) {
        self.places += other.places;
        self.mutants += other.mutants;
        self.found += other.found;
        self.excluded += other.excluded;
        self.skipped.extend(other.skipped);
        self.survivors.extend(other.survivors);
    }

    /// Counts a mutant.
    fn judge(&mut self, place: &Place, found: bool) {
        self.mutants += 1;
        if found {
            self.found += 1;
        } else {
            self.survivors.push(place.name.clone());
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { mutation, places, mutants, found, excluded, .. } = self;
        let skipped = self.skipped.len();
        write!(
            f,
            "{mutation:16} {places:4} places {mutants:4} mutants {found:4} found \
             {skipped:4} skipped {excluded:4} still right"
        )?;
        self.skipped.iter().try_for_each(|it| write!(f, "\n  skipped: {it}"))?;
        self.survivors.iter().try_for_each(|it| write!(f, "\n  survived: {it}"))
    }
}

/// Copies a tree of sources, build output left out.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("a source folder can be read") {
        let path = entry.expect("a source folder can be read").path();
        let name = path.file_name().expect("an entry has a name");
        if path.is_dir() {
            if name != "target" {
                copy(&path, &to.join(name));
            }
        } else {
            copy_file(&path, &to.join(name));
        }
    }
}

/// What the tool says about some folders below `base`.
fn run(base: &Path, folders: impl IntoIterator<Item = PathBuf>) -> Found {
    let run = Tool::new()
        .args(["--message-format", "json", "-W", "all"])
        .args(folders)
        .current_dir(base)
        .run();
    assert!(matches!(run.code(), Some(0 | 1)), "exit status {}\n{}", run.status, run.stderr);
    let found = findings(&run.stdout, &[base]).into_iter().map(|it| {
        let path = it.primary.path.strip_prefix(base).unwrap_or(&it.primary.path).to_owned();
        (it.rule, path, it.primary.line)
    });
    found.collect()
}

/// Does something while some files of a copy have other texts.
fn with_texts<T>(
    copy: &Path,
    original: &Path,
    sources: &[Source],
    texts: &[(usize, String)],
    work: impl FnOnce() -> T,
) -> T {
    let path = |index: &usize| {
        let path = &sources[*index].path;
        copy.join(path.strip_prefix(original).unwrap_or(path))
    };
    for (index, text) in texts {
        fs::write(path(index), text).expect("a copy can be written");
    }
    let done = work();
    for (index, _) in texts {
        fs::write(path(index), &sources[*index].text).expect("a copy can be written");
    }
    done
}

/// How many mutants were found, and how many there were.
fn sums(tallies: &[Tally]) -> (usize, usize) {
    let sum = |of: fn(&Tally) -> usize| tallies.iter().map(of).sum();
    (sum(|it| it.found), sum(|it| it.mutants))
}

fn report(tallies: &[Tally]) -> String {
    let text: Vec<_> = tallies.iter().map(ToString::to_string).collect();
    let (found, mutants) = sums(tallies);
    format!("{}\n{found} of {mutants} are found", text.join("\n"))
}
