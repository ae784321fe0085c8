//! The correct listeners of the fixtures, broken on every run of the tests.

use std::{
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use sockopt_analysis::testing::marks;

use super::{
    Found, Tally, copy,
    mutation::{Mutation, apply},
    place::{Place, Source, Spot},
    report, run, sums, with_texts,
};
use crate::harness::{Fixture, fixtures_dir};

/// Fixtures whose setter and bind are in different files: setter, bind, module of the bind.
const ACROSS_FILES: &[(&str, &str, &str)] = &[
    ("split-crates-net/src/lib.rs", "split-crates/src/main.rs", "innocent"),
    ("split-files/src/creation.rs", "split-files/src/binding.rs", "innocent"),
];

/// Fixtures that some mutations leave right: module in file, mutations, why.
const STILL_RIGHT: &[(&str, &[Mutation], &str)] =
    &[("silence/src/lookalikes.rs::zmq", &Mutation::ALL, "this is no socket of the kernel's")];

/// A place in the fixtures, and the lines that are its.
struct FixturePlace {
    place: Place,
    lines: Vec<(PathBuf, RangeInclusive<usize>)>,
}

impl FixturePlace {
    /// Whether something was found in it by one of the rules.
    fn has(&self, found: &Found, rules: &[&str]) -> bool {
        found.iter().any(|(rule, path, line)| {
            rules.contains(&rule.as_str())
                && self.lines.iter().any(|(file, lines)| file == path && lines.contains(line))
        })
    }
}

/// The fixtures' sources, and the listeners in them that set the option and bear no mark.
fn fixture_places() -> (Vec<Source>, Vec<FixturePlace>) {
    let files = Fixture::all().into_iter().flat_map(|it| it.sources()).map(|it| it.0);
    // What the attribute puts right cannot be broken.
    let files = files.filter(|path| !path.starts_with(fixtures_dir().join("annotated")));
    let sources: Vec<_> = files.filter_map(|path| Source::read(&path)).collect();
    let mut places = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        let marked: Vec<_> = marks(&source.text).into_iter().map(|it| it.line).collect();
        for module in source.modules() {
            let lines = source.line(module.range.start)..=source.line(module.range.end);
            let spots = |calls: Vec<_>| calls.into_iter().map(|call| Spot { source: index, call });
            let name = format!("{}::{}", relative(source).display(), module.name);
            let mut place = Place {
                setters: spots(source.setters(&module.range)).collect(),
                binds: spots(source.binds(&module.range)).collect(),
                excluded: excluded(&name),
                name,
            };
            for (file, bind, name) in ACROSS_FILES {
                if Path::new(bind) == relative(source) && *name == module.name {
                    place.setters = all_setters(&sources, file);
                }
            }
            let correct = !marked.iter().any(|line| lines.contains(line));
            if correct && !place.setters.is_empty() && !place.binds.is_empty() {
                let elsewhere = place.setters.iter().filter(|it| it.source != index);
                let elsewhere = elsewhere.map(|it| (relative(&sources[it.source]), 0..=usize::MAX));
                let lines = elsewhere.chain([(relative(source), lines)]);
                let lines = lines.map(|(path, lines)| (path.to_owned(), lines)).collect();
                places.push(FixturePlace { place, lines });
            }
        }
    }
    (sources, places)
}

/// The mutations that leave a fixture right.
fn excluded(name: &str) -> Vec<Mutation> {
    let rows = STILL_RIGHT.iter().filter(|(it, _, _)| *it == name);
    rows.flat_map(|(_, mutations, _)| mutations.iter().copied()).collect()
}

fn relative(source: &Source) -> &Path {
    source.path.strip_prefix(fixtures_dir()).unwrap_or(&source.path)
}

/// The setters of a whole file.
fn all_setters(sources: &[Source], file: &str) -> Vec<Spot> {
    let index = sources.iter().position(|it| it.path.ends_with(file)).expect("a fixture");
    let source = &sources[index];
    let calls = source.setters(&(0..source.text.len()));
    calls.into_iter().map(|call| Spot { source: index, call }).collect()
}

#[test]
fn broken_fixtures_are_found() {
    let (sources, places) = fixture_places();
    let folder = tempfile::tempdir().expect("a folder can be made");
    copy(&fixtures_dir(), folder.path());
    let folders = || Fixture::all().into_iter().map(|it| folder.path().join(it.name));
    let innocent = run(folder.path(), folders());
    for it in &places {
        let said = it.has(&innocent, Mutation::MoveAfterBind.rules());
        assert!(!said, "{} is reported as it is", it.place.name);
    }
    let tallies = Mutation::ALL.map(|mutation| {
        let mut tally = Tally::new(mutation);
        let mut edits = Vec::new();
        let mut broken = Vec::new();
        for it in &places {
            if let Some(made) = tally.attempt(&sources, &it.place) {
                edits.extend(made);
                broken.push(it);
            }
        }
        // All mutants at once: each is in a module of its own.
        let texts = apply(&sources, edits).unwrap_or_else(|why| panic!("{mutation}: {why}"));
        let found = with_texts(folder.path(), &fixtures_dir(), &sources, &texts, || {
            run(folder.path(), folders())
        });
        for it in broken {
            tally.judge(&it.place, it.has(&found, mutation.rules()));
        }
        tally
    });
    println!("{}", report(&tallies));
    let (found, mutants) = sums(&tallies);
    assert!(found * 100 >= mutants * 97, "{}", report(&tallies));
}
