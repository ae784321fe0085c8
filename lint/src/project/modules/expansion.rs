//! Macros of other files: a file that invokes one is lowered again when the macro is known.
//!
//! The first time, files are lowered one by one, and say which macros they define and which they miss. What is
//! missed and defined elsewhere is then given to the file, if the macro or what it is given can have to do
//! with sockets. A file that was left out is read for the sake of a macro that it defines, or invokes.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use rayon::prelude::*;
use sockopt_analysis::{
    Demand, FileMacros, Foreign, Lowered, Workspace, demand::Invocations, macros,
    workspace::reached,
};

use super::{Entry, Loader, Reading, fingerprint, unreached};

/// How often files are lowered again, since what a macro writes may define or invoke others.
const ROUNDS: usize = 4;

/// What is known of macros.
#[derive(Default)]
pub(super) struct Known {
    /// Of each file that was parsed.
    files: Vec<FileMacros>,
    /// The macros of others with which files were lowered.
    given: BTreeMap<usize, Foreign>,
    /// By the name of a macro, files that were left out and define one.
    left_out: BTreeMap<String, Vec<PathBuf>>,
    /// Names of macros that a story runs through, whatever their text says.
    notable: BTreeSet<String>,
    /// The same, with the packages that define them.
    told: BTreeSet<(String, usize)>,
    /// What invocations were looked for: names, and packages that define a macro of that name.
    asked: BTreeSet<(String, usize)>,
}

impl Known {
    /// Adds a file that was parsed.
    pub(super) fn add(&mut self, macros: FileMacros) {
        self.files.push(macros);
    }

    /// Takes what is read of a file anew, which has no macros of others so far.
    pub(super) fn replace(&mut self, file: usize, macros: FileMacros) {
        self.files[file] = macros;
        self.given.remove(&file);
    }

    /// Adds a file that was left out.
    pub(super) fn leave_out(&mut self, path: &Path, names: Vec<String>) {
        for name in names {
            self.left_out.entry(name).or_default().push(path.to_owned());
        }
    }
}

impl Loader<'_> {
    /// Lowers again what invokes macros of other files; answers whether there was anything to do.
    pub(super) fn expand(&mut self) -> bool {
        if self.project.stdin.is_some() {
            return false;
        }
        let mut any = false;
        for _ in 0..ROUNDS {
            any |= self.add_definitions();
            if !macros::are_foreign(&self.macros.files) {
                return any;
            }
            let known = std::mem::take(&mut self.macros);
            let see = |it: &Workspace| macros::foreign(it, &known.files, &known.notable);
            let foreign = self.with_workspace(see);
            self.macros = known;
            if !self.lower_again(foreign) {
                return any;
            }
            any = true;
        }
        any
    }

    /// Parses the files that define what others invoke.
    fn add_definitions(&mut self) -> bool {
        let before = self.files.len();
        let mut names = BTreeSet::new();
        loop {
            let wanted = macros::names_wanted(&self.macros.files, &self.macros.notable);
            let new: Vec<_> = wanted.difference(&names).cloned().collect();
            let paths = new.iter().filter_map(|it| self.macros.left_out.remove(it)).flatten();
            let mut paths: BTreeSet<_> = paths.collect();
            paths.retain(|path| self.is_skipped(path));
            if paths.is_empty() {
                break;
            }
            let jobs: Vec<_> =
                paths.iter().map(|path| (path.as_path(), Reading::OUTLINE)).collect();
            self.read(&jobs);
            self.admitted.extend(paths);
            names = wanted;
        }
        let added = self.files.len() > before;
        if added {
            self.resolve();
        }
        added
    }

    fn lower_again(&mut self, foreign: BTreeMap<usize, Foreign>) -> bool {
        let both: BTreeSet<_> = foreign.keys().chain(self.macros.given.keys()).copied().collect();
        let again: Vec<_> =
            both.into_iter().filter(|it| foreign.get(it) != self.macros.given.get(it)).collect();
        let none = Foreign::default();
        let lower = |file: &usize| {
            let bytes = self.project.read(&self.files[*file].0).ok()?;
            let text = String::from_utf8(bytes).ok()?;
            let reading = self.reading(&Entry::Loaded(*file))?;
            let mut lowered = reading.lower(&text, foreign.get(file).unwrap_or(&none)).ok()?;
            lowered.macros.weigh(&text, self.prefilter);
            Some((*file, fingerprint(text.as_bytes()), lowered))
        };
        let lowered: Vec<_> = again.par_iter().filter_map(lower).collect();
        self.macros.given = foreign;
        let mut moved = false;
        for (file, fingerprint, Lowered { facts, sites, macros, .. }) in lowered {
            self.fingerprints[file] = fingerprint;
            moved |= self.facts[file].mods != facts.mods;
            self.facts[file] = facts;
            self.files[file].1 = sites;
            self.macros.files[file] = macros;
        }
        if moved {
            self.resolve();
        }
        !again.is_empty()
    }

    /// What to look for in files that were left out, since the macros they invoke make sockets or have to do
    /// with what `demand` asks for.
    pub(super) fn invocations(&mut self, demand: &Demand) -> Invocations {
        for (file, macros) in self.macros.files.iter().enumerate() {
            let package = unreached(self.project, &self.files[file].0).package;
            if demand.mentions(package) {
                let told = macros
                    .definitions()
                    .filter(|(_, rules)| demand.admits(package, rules.as_bytes()));
                for (name, _) in told {
                    self.macros.notable.insert(name.to_owned());
                    self.macros.told.insert((name.to_owned(), package));
                }
            }
        }
        let mut all = self.macros.told.clone();
        for (file, macros) in self.macros.files.iter().enumerate() {
            let package = unreached(self.project, &self.files[file].0).package;
            all.extend(macros.about_sockets().map(|name| (name.to_owned(), package)));
        }
        let needed_by = self.project.needed_by();
        let mut new: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (name, package) in all.difference(&self.macros.asked) {
            let users = reached([*package], |it| needed_by[it].clone());
            new.entry(name.clone()).or_default().extend(users);
        }
        self.macros.asked = all;
        Invocations::of(new)
    }
}
