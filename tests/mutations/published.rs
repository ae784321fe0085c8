//! Correct listeners of published crates, broken where their sources are.
//!
//! `CRATES=FOLDER cargo test -p sockopt-tests published -- --ignored --nocapture`, where the folder has one
//! unpacked crate in each `NAME-VERSION`. `ONLY=TEXT` takes the rows whose name has the text. `places.tsv` says
//! where to edit; no text of the crates is kept.

use std::{
    collections::BTreeSet,
    env,
    path::{Path, PathBuf},
    thread,
};

use super::{
    Found, Tally, copy,
    mutation::{Mutation, apply},
    place::{Place, Source, Spot},
    report, run, with_texts,
};

/// One row of `places.tsv`.
struct Row<'a> {
    name: String,
    folder: String,
    binds: Vec<(&'a str, usize)>,
    setters: Vec<(&'a str, usize)>,
    excluded: Vec<Mutation>,
}

impl<'a> Row<'a> {
    /// The rows: crate, version, file of the bind, lines of binds, of setters (`FILE:LINE` in other files),
    /// mutations that leave the place right, and a remark.
    fn all(table: &'a str) -> Vec<Self> {
        table.lines().skip(1).map(Self::parse).collect()
    }

    fn parse(line: &'a str) -> Self {
        let cells: Vec<_> = line.split('\t').collect();
        let [krate, version, path, binds, setters, excluded, _] = cells[..] else {
            panic!("`{line}` has not 7 cells");
        };
        let lines = |cell: &'a str| -> Vec<_> {
            let spots = cell.split(',').map(|it| it.rsplit_once(':').unwrap_or((path, it)));
            let spots = spots.map(|(path, line)| (path, line.parse().expect("a line number")));
            spots.collect()
        };
        let excluded = |it: &Mutation| excluded.split(',').any(|name| name == it.to_string());
        Self {
            name: format!("{krate}-{version}/{path}:{binds}"),
            folder: format!("{krate}-{version}"),
            binds: lines(binds),
            setters: lines(setters),
            excluded: Mutation::ALL.into_iter().filter(excluded).collect(),
        }
    }

    /// The files it names, and the place in them.
    fn place(&self, crates: &Path) -> (Vec<Source>, Place) {
        let spots = || self.binds.iter().chain(&self.setters);
        let paths: BTreeSet<_> = spots().map(|(path, _)| *path).collect();
        let paths: Vec<_> = paths.into_iter().collect();
        let read = |path: &&str| {
            let path = crates.join(&self.folder).join(path);
            Source::read(&path).unwrap_or_else(|| panic!("{} cannot be read", path.display()))
        };
        let sources: Vec<_> = paths.iter().map(read).collect();
        let spot = |(path, line): &(&str, usize), setter: bool| {
            let source = paths.iter().position(|it| it == path).expect("the path of a spot");
            let file = &sources[source];
            let call = if setter { file.setter_on(*line) } else { file.bind_on(*line) };
            let call = call.unwrap_or_else(|| panic!("{}: no call at {path}:{line}", self.name));
            Spot { source, call }
        };
        let place = Place {
            name: self.name.clone(),
            setters: self.setters.iter().map(|it| spot(it, true)).collect(),
            binds: self.binds.iter().map(|it| spot(it, false)).collect(),
            excluded: self.excluded.clone(),
        };
        (sources, place)
    }

    /// What was found right here.
    fn reported(&self, found: &Found) -> Vec<String> {
        let here = |(rule, path, line): &&(String, PathBuf, usize)| {
            let mut spots = self.binds.iter().chain(&self.setters);
            Mutation::MoveAfterBind.rules().contains(&rule.as_str())
                && spots.any(|(file, at)| Path::new(file) == path && at == line)
        };
        let told = found.iter().filter(here);
        told.map(|(rule, _, line)| format!("{}: {rule} at {line}", self.name)).collect()
    }
}

/// What became of the mutants of one row, and what was said about the place as it is.
fn break_row(row: &Row<'_>, crates: &Path) -> ([Tally; 5], Vec<String>) {
    let (sources, place) = row.place(crates);
    let original = crates.join(&row.folder);
    let folder = tempfile::tempdir().expect("a folder can be made");
    copy(&original, folder.path());
    let findings = || run(folder.path(), [folder.path().to_owned()]);
    let innocent = findings();
    let tallies = Mutation::ALL.map(|mutation| {
        let mut tally = Tally::new(mutation);
        if let Some(edits) = tally.attempt(&sources, &place) {
            let texts = apply(&sources, edits).unwrap_or_else(|why| panic!("{}: {why}", row.name));
            let found = with_texts(folder.path(), &original, &sources, &texts, findings);
            let mut new = found.difference(&innocent);
            tally.judge(&place, new.any(|(rule, ..)| mutation.rules().contains(&rule.as_str())));
        }
        tally
    });
    (tallies, row.reported(&innocent))
}

#[test]
#[ignore = "needs the sources of published crates"]
fn broken_published_crates_are_found() {
    let crates = env::var_os("CRATES").expect("CRATES names a folder of unpacked crates");
    let crates = PathBuf::from(crates);
    let rows = Row::all(include_str!("places.tsv"));
    let only = env::var("ONLY").unwrap_or_default();
    let rows: Vec<_> = rows.iter().filter(|row| row.name.contains(&only)).collect();
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut tallies = Mutation::ALL.map(Tally::new);
    let mut reported = Vec::new();
    let share = |first| rows.iter().skip(first).step_by(threads);
    let work = |first| share(first).map(|row| break_row(row, &crates)).collect::<Vec<_>>();
    let done: Vec<_> = thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|first| scope.spawn(move || work(first))).collect();
        handles.into_iter().flat_map(|it| it.join().expect("no row panics")).collect()
    });
    for (counted, told) in done {
        tallies.iter_mut().zip(counted).for_each(|(tally, other)| tally.add(other));
        reported.extend(told);
    }
    println!("{}", report(&tallies));
    assert!(reported.is_empty(), "reported as they are:\n{}", reported.join("\n"));
}
