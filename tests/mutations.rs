//! Correct listeners, broken in five ways: how often the tool notices.
//!
//! The fixtures are broken on every run. Published crates are broken where their sources are: a folder
//! with one unpacked crate each, `NAME-VERSION`, named by the variable `CRATES`:
//! `CRATES=dir cargo test -p sockopt-tests published -- --ignored --nocapture`.
//! `mutations/places.tsv` says where, and holds no more of their text than line numbers.

mod mutation;
mod outline;
mod place;

use std::{
    collections::BTreeSet,
    fmt, fs,
    path::{Path, PathBuf},
};

use sockopt_analysis::testing::marks;

use crate::harness::{Fixture, Tool, findings, fixtures_dir};
use mutation::{Mutation, apply};
use place::{Place, Source, Spot};

/// Fixtures whose setter and bind are in different files: setter, bind, module of the bind.
const ACROSS_FILES: &[(&str, &str, &str)] = &[
    ("split-crates-net/src/lib.rs", "split-crates/src/main.rs", "innocent"),
    ("split-files/src/creation.rs", "split-files/src/binding.rs", "innocent"),
];

/// Fixtures that some mutations leave right: module in file, mutations, why.
const STILL_RIGHT: &[(&str, &[Mutation], &str)] = &[
    ("idioms/src/bin/i21_any_order.rs::port_first", &Mutation::ALL, SO_REUSEPORT),
    ("net2-listener/src/main.rs::good", &[Mutation::SetFalse], SO_REUSEPORT),
    ("silence/src/lookalikes.rs::zmq", &Mutation::ALL, "this is no socket of the kernel's"),
    ("socket2-old/src/main.rs::good_03", &Mutation::ALL, SO_REUSEPORT),
];

const SO_REUSEPORT: &str = "SO_REUSEPORT is on as well";

/// A finding: rule, file, line. No mutation moves a line.
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
            fs::copy(&path, to.join(name)).expect("a file can be copied");
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

/// A place in the fixtures, and the lines that are its.
struct FixturePlace {
    place: Place,
    lines: Vec<(PathBuf, std::ops::RangeInclusive<usize>)>,
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
    let mut tallies = Vec::new();
    for mutation in Mutation::ALL {
        let mut tally = Tally::new(mutation);
        let mut edits = Vec::new();
        let mut broken = Vec::new();
        for it in &places {
            tally.places += 1;
            if it.place.excluded.contains(&mutation) {
                tally.excluded += 1;
                continue;
            }
            let made = mutation.edits(&sources, &it.place);
            match made.and_then(|made| apply(&sources, made.clone()).map(|_| made)) {
                Ok(made) => {
                    edits.extend(made);
                    broken.push(it);
                }
                Err(why) => tally.skipped.push(format!("{}: {why}", it.place.name)),
            }
        }
        let texts = apply(&sources, edits).unwrap_or_else(|why| panic!("{mutation}: {why}"));
        for (index, text) in &texts {
            fs::write(folder.path().join(relative(&sources[*index])), text).expect("a fixture");
        }
        let found = run(folder.path(), folders());
        for it in broken {
            assert!(!it.has(&innocent, Mutation::MoveAfterBind.rules()), "{}", it.place.name);
            tally.mutants += 1;
            if it.has(&found, mutation.rules()) {
                tally.found += 1;
            } else {
                tally.survivors.push(it.place.name.clone());
            }
        }
        for (index, _) in &texts {
            let source = &sources[*index];
            fs::write(folder.path().join(relative(source)), &source.text).expect("a fixture");
        }
        tallies.push(tally);
    }
    report(&tallies);
}

fn report(tallies: &[Tally]) {
    let text: Vec<_> = tallies.iter().map(ToString::to_string).collect();
    let (found, mutants) = tallies
        .iter()
        .fold((0, 0), |(found, mutants), it| (found + it.found, mutants + it.mutants));
    println!("{}\n{found} of {mutants}", text.join("\n"));
    assert!(found * 100 >= mutants * 97, "{found} of {mutants} are found\n{}", text.join("\n"));
}
