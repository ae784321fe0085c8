//! From a project's files to the analysis' workspace: what is read, what is parsed, what belongs to what.
//!
//! A file is parsed if the prefilter admits it, and so is what the analysis needs to place it: crate roots,
//! the files that can be its ancestors in the module tree, and files with a `#[path]`. Then `mod name;` is
//! resolved by rustc's rules. A `Home` is what those rules remember of how a file was reached: `a.rs`
//! looks for its modules in `a/`, but beside itself if it was reached through a `#[path]`.
//!
//! Macros of other files become known when all files are: see `expansion`.
//!
//! Invariant: edges form no cycle. Only facts and sites are kept; texts are read again when they are shown.

mod ahead;
mod expansion;
mod libraries;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    ffi::OsStr,
    hash::{DefaultHasher, Hasher},
    io,
    path::{Path, PathBuf},
    sync::{LazyLock, Mutex, OnceLock, PoisonError},
};

use memchr::memmem::{self, Finder};
use rayon::prelude::*;
use sockopt_analysis::{
    Analysis, Demand, Foreign, Lowered, ParseError, Prefilter, SecondLook, Workspace, analyze,
    evidence,
    facts::{FileFacts, ModDecl},
    lower_parts, lower_with, macros,
    sites::SiteMap,
    skim::{Within, bodies_around},
    socket::Platforms,
    workspace,
};

pub use self::ahead::Ahead;
use self::{ahead::Seen, libraries::Libraries};
use super::{Package, Project, SourceFile, Target, lock::Lock, normalize, read_regular};
use crate::{config::Settings, finding::Origin, warning::Warning};

/// Threads that parse need this much: `syn` recurses as deep as the text nests.
pub const STACK_BYTES: usize = 256 << 20;

/// A text that matters and is larger than this is not parsed: its syntax tree takes some two hundred times
/// the memory. Generated bindings of whole operating systems stay below it.
const MOST_BYTES: usize = 8 << 20;

/// How often files that were left out are looked at again. Each time adds one call to a story.
const LOOKS: usize = 4;

/// A project, ready to be analyzed.
#[derive(Debug)]
pub struct Loaded {
    /// What the analysis does not see of its files, in the same order.
    pub files: Vec<LoadedFile>,
    /// What could not be read or parsed.
    pub warnings: Vec<Warning>,
    /// How many files were looked at.
    pub scanned: usize,
    /// The files that may hold comments for us, parsed or not.
    pub annotated: Vec<PathBuf>,
    /// Of each package, the platforms that its code shows.
    shown: Vec<Platforms>,
    /// Where each of `files` stands among them.
    by_path: BTreeMap<PathBuf, usize>,
    project: Project,
}

/// The platforms that matter to a package.
#[derive(Debug, Clone, Copy)]
pub struct Ambit {
    /// Those that are judged.
    pub judged: Platforms,
    /// Those that the package is built for, as far as anything says so.
    pub built_for: Platforms,
}

/// What `lint` knows of a file that was parsed.
#[derive(Debug)]
pub struct LoadedFile {
    /// Where it is.
    pub path: PathBuf,
    /// Where its sites are.
    pub sites: SiteMap,
    /// The [`fingerprint`] of the text that was parsed.
    pub fingerprint: u64,
    package: usize,
    target: Option<usize>,
    reported: bool,
}

impl Loaded {
    /// Whose code a file is; nothing if it is not reported on.
    #[must_use]
    pub fn origin(&self, file: usize) -> Option<Origin> {
        let file = self.files.get(file).filter(|file| file.reported)?;
        Some(self.origin_of(file.package, file.target, &file.path))
    }

    /// What holds for the package of a file.
    #[must_use]
    pub fn settings_at(&self, path: &Path) -> &Settings {
        let known = self.by_path.get(path).map(|file| self.files[*file].package);
        let package = known.unwrap_or_else(|| unreached(&self.project, path).package);
        &self.project.packages[package].settings
    }

    /// Whose file a path is; nothing if it is not reported on.
    #[must_use]
    pub fn origin_at(&self, path: &Path) -> Option<Origin> {
        if let Some(file) = self.by_path.get(path) {
            return self.origin(*file);
        }
        let Owner { package, reported, .. } = unreached(&self.project, path);
        let is_reported = reported && self.project.packages[package].rest_selected;
        is_reported.then(|| self.origin_of(package, None, path))
    }

    /// The platforms that matter to the package of a file.
    #[must_use]
    pub fn ambit(&self, file: usize) -> Ambit {
        let package = self.files.get(file).map_or(0, |file| file.package);
        let Package { settings, shown, .. } = &self.project.packages[package];
        let shown = shown.union(self.shown[package]);
        settings.platforms.map_or(
            Ambit { judged: Platforms::ALL, built_for: Platforms::UNIX.union(shown) },
            |set| Ambit { judged: set, built_for: set },
        )
    }

    /// Whose file a path is.
    #[must_use]
    pub fn origin_of_path(&self, path: &Path) -> Origin {
        if let Some(file) = self.by_path.get(path).map(|file| &self.files[*file]) {
            return self.origin_of(file.package, file.target, path);
        }
        let packages = self.project.packages.iter().enumerate();
        let around = packages.filter(|(_, it)| path.starts_with(&it.folder));
        let nearest = around.max_by_key(|(_, it)| it.folder.components().count());
        self.origin_of(nearest.map_or(0, |(index, _)| index), None, path)
    }

    /// The project.
    #[must_use]
    pub fn project(&self) -> &Project {
        &self.project
    }

    fn origin_of(&self, package: usize, target: Option<usize>, path: &Path) -> Origin {
        let package = &self.project.packages[package];
        let target = target.map_or_else(|| package.targets.first(), |it| package.targets.get(it));
        Origin {
            package: package.name.clone(),
            package_id: package.id.clone(),
            manifest_path: package.manifest.clone().unwrap_or_default(),
            target: target.cloned().unwrap_or_else(|| Target::script(path)),
        }
    }
}

/// Reads and parses what matters of a project, in parallel, and analyzes it. Call it on a thread with [`STACK_BYTES`].
#[must_use]
pub fn load(project: Project) -> (Loaded, Analysis) {
    let own = (project.lists_all || !project.rows.is_empty()).then(|| {
        Prefilter::new(project.rows, &|krate| renames(&project, krate), project.lists_all)
    });
    let mut loader = Loader::new(&project, own.as_ref().unwrap_or_else(|| Prefilter::of_tables()));
    let Seen { files, lock } = project.ahead.take();
    // They were looked at for what usually matters.
    loader.ahead = Mutex::new(if own.is_some() { HashMap::new() } else { files });
    let lock = lock.filter(|(folder, _)| *folder == project.root);
    loader.lock = lock.map(|(_, lock)| lock.into()).unwrap_or_default();
    loader.scan();
    let analysis = if loader.files.is_empty() {
        Analysis::default()
    } else {
        loader.resolve();
        loader.expand();
        loader.look_again().unwrap_or_else(|| loader.with_workspace(analyze))
    };
    let Parts { files, warnings, scanned, annotated, shown } = loader.finish();
    let by_path = files.iter().zip(0..).map(|(file, index)| (file.path.clone(), index)).collect();
    let loaded = Loaded { files, warnings, scanned, annotated, shown, by_path, project };
    (loaded, analysis)
}

/// What the analysis sees of a project before it asks for anything.
#[cfg(test)]
#[must_use]
pub fn workspace(project: &Project) -> Workspace {
    let mut loader = Loader::new(project, Prefilter::of_tables());
    loader.scan();
    loader.resolve();
    loader.workspace()
}

/// A [`Loaded`] while its project is still borrowed.
struct Parts {
    files: Vec<LoadedFile>,
    warnings: Vec<Warning>,
    scanned: usize,
    annotated: Vec<PathBuf>,
    shown: Vec<Platforms>,
}

/// How a file was reached, as far as it decides where its modules are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Home {
    dir: PathBuf,
    /// The folder in `dir` where modules are; none for `mod.rs`, crate roots, and whatever `#[path]` named.
    relative: Option<String>,
}

impl Home {
    /// The home of a crate root, a `mod.rs`, or a file that `#[path]` named.
    fn root(path: &Path) -> Self {
        Self { dir: path.parent().map(Path::to_owned).unwrap_or_default(), relative: None }
    }

    /// The home of a file that `mod name;` found as `name.rs`.
    fn named(path: &Path) -> Self {
        let relative = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        Self { relative, ..Self::root(path) }
    }

    /// Where a declaration's file may be, in order of preference, each with the home that it would have.
    fn candidates(&self, decl: &ModDecl) -> Vec<(PathBuf, Self)> {
        let Self { dir, relative } = self.inside(&decl.inside);
        if let Some(path) = &decl.path {
            let path = normalize(&dir.join(path));
            let home = Self::root(&path);
            return vec![(path, home)];
        }
        let folder = relative.map_or(dir.clone(), |relative| dir.join(relative));
        let name = plain_name(&decl.name);
        let file = normalize(&folder.join(format!("{name}.rs")));
        let nested = normalize(&folder.join(name).join("mod.rs"));
        let (home, nested_home) = (Self::named(&file), Self::root(&nested));
        vec![(file, home), (nested, nested_home)]
    }

    /// The home within inline modules: each adds its name, or its `#[path]`, which counts from the folder of
    /// the file and drops the file's own name.
    fn inside(&self, modules: &[(String, Option<String>)]) -> Self {
        let mut home = self.clone();
        for (name, path) in modules {
            let relative = home.relative.take();
            if let Some(path) = path {
                home.dir.push(path);
            } else {
                home.dir.extend(relative);
                home.dir.push(plain_name(name));
            }
        }
        home
    }
}

fn plain_name(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// How far a file is read.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Reading {
    /// Not at all: it is looked at, no more.
    Never,
    /// What it declares, and the bodies that begin at these places.
    Parts(BTreeSet<usize>),
    /// As a whole.
    Full,
}

impl Reading {
    const OUTLINE: Self = Self::Parts(BTreeSet::new());

    /// As far as some names are in it, given by where they are.
    fn around(bytes: &[u8], names: &BTreeSet<usize>) -> Self {
        let text = std::str::from_utf8(bytes).ok();
        text.and_then(|text| bodies_around(text, names)).map_or(Self::Full, Self::Parts)
    }

    fn lower(&self, text: &str, foreign: &Foreign) -> Result<Lowered, ParseError> {
        match self {
            Self::Parts(bodies) => lower_parts(text, bodies, foreign),
            Self::Never | Self::Full => lower_with(text, foreign),
        }
    }

    /// As far as either.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Never, it) | (it, Self::Never) => it,
            (Self::Parts(mut a), Self::Parts(mut b)) => {
                a.append(&mut b);
                Self::Parts(a)
            }
            _ => Self::Full,
        }
    }
}

/// What is known of a path.
enum Entry {
    /// Read, and not parsed since it cannot matter.
    Skipped,
    /// Could not be read or parsed.
    Failed,
    /// Parsed, as an index of [`Loader::files`].
    Loaded(usize),
}

struct Loader<'a> {
    project: &'a Project,
    /// Where each of the project's files stands in it, by the bytes of its path: most paths are written in one way, and
    /// to compare them part by part takes longer.
    positions: HashMap<&'a OsStr, usize>,
    prefilter: &'a Prefilter,
    /// What was looked at before.
    ahead: Mutex<HashMap<PathBuf, (Scan, Shown)>>,
    /// What is known of the project's files, in the same order.
    walked: Vec<Option<Entry>>,
    /// What is known of other paths.
    others: BTreeMap<PathBuf, Entry>,
    files: Vec<(PathBuf, SiteMap)>,
    /// Of the same files.
    fingerprints: Vec<u64>,
    /// Of the same files.
    facts: Vec<FileFacts>,
    /// Of the same files, and of those that were left out.
    macros: expansion::Known,
    admitted: Vec<PathBuf>,
    /// How many of these have their ancestors.
    placed: usize,
    /// The packages that have them.
    concerned: BTreeSet<usize>,
    libraries: Libraries,
    /// Files that were read in parts, with the bodies that were.
    parts: BTreeMap<usize, BTreeSet<usize>>,
    /// How often a file was parsed.
    changes: usize,
    /// Files that were left out and may declare a module that lives elsewhere.
    leading: BTreeSet<PathBuf>,
    /// By parent and declaration; the children of one declaration differ if its file was reached in two ways.
    edges: BTreeSet<(usize, usize, usize)>,
    /// The files that some edge leads to.
    children: BTreeSet<usize>,
    /// Files that were left out, by parent and declaration.
    left_out: BTreeMap<(usize, usize), PathBuf>,
    visited: BTreeSet<(usize, Vec<Home>)>,
    warnings: Vec<Warning>,
    /// What warnings say of declarations whose file is missing.
    missing: Vec<Warning>,
    lock: OnceLock<Lock>,
    /// Files with the mark of a comment for us.
    annotated: BTreeSet<PathBuf>,
    /// Of each package, the platforms that its code shows.
    shown: Vec<Platforms>,
}

/// What a look at a text shows beside its facts.
#[derive(Debug, Clone, Copy, Default)]
struct Shown {
    /// The platforms that it is built for, whether it matters or not.
    platforms: Platforms,
    /// Whether it may hold comments for us.
    is_annotated: bool,
}

/// What became of a file.
#[derive(Debug)]
enum Scan {
    /// It cannot matter, but for macros that it may define, and for files that it may lead to.
    Skipped {
        macros: Vec<String>,
        leads: bool,
    },
    Loaded {
        lowered: Box<Lowered>,
        admitted: bool,
        fingerprint: u64,
        reading: Reading,
    },
    Failed(Warning),
}

impl<'a> Loader<'a> {
    fn new(project: &'a Project, prefilter: &'a Prefilter) -> Self {
        let paths = project.files.iter().map(|it| it.path.as_os_str());
        Self {
            project,
            positions: paths.zip(0..).collect(),
            prefilter,
            ahead: Mutex::default(),
            walked: project.files.iter().map(|_| None).collect(),
            others: BTreeMap::new(),
            files: Vec::new(),
            fingerprints: Vec::new(),
            facts: Vec::new(),
            macros: expansion::Known::default(),
            admitted: Vec::new(),
            placed: 0,
            concerned: BTreeSet::new(),
            libraries: Libraries::new(project),
            parts: BTreeMap::new(),
            changes: 0,
            leading: BTreeSet::new(),
            edges: BTreeSet::new(),
            children: BTreeSet::new(),
            lock: OnceLock::new(),
            left_out: BTreeMap::new(),
            visited: BTreeSet::new(),
            warnings: Vec::new(),
            missing: Vec::new(),
            annotated: BTreeSet::new(),
            shown: vec![Platforms::NONE; project.packages.len()],
        }
    }

    fn roots(&self) -> impl Iterator<Item = &'a Path> + use<'a> {
        let targets = self.project.packages.iter().flat_map(|package| &package.targets);
        targets.map(|target| target.src_path.as_path())
    }

    /// Looks at every file once.
    fn scan(&mut self) {
        let asked: BTreeSet<_> = self.project.scope.iter().map(PathBuf::as_path).collect();
        let only = self.project.files.len() == 1 && self.project.around.is_none();
        let files = self.project.files.iter().map(|file| file.path.as_path());
        let others: BTreeSet<_> =
            self.roots().filter(|path| self.position(path).is_none()).collect();
        let all = files.chain(others);
        let reading = |path| {
            if only || asked.contains(path) { Reading::Full } else { Reading::Never }
        };
        let jobs: Vec<_> = all.map(|path| (path, reading(path))).collect();
        self.read(&jobs);
    }

    /// Parses the files in which an admitted file's declaration can be, and what its package is built from.
    fn add_ancestors(&mut self) {
        let mut wanted = BTreeSet::new();
        let mut folders = BTreeSet::new();
        let mut steps: BTreeMap<&Path, BTreeSet<&OsStr>> = BTreeMap::new();
        let new = &self.admitted[self.placed..];
        self.placed = self.admitted.len();
        for path in new {
            let package = unreached(self.project, path).package;
            let targets = self.project.packages[package].targets.iter();
            for root in targets.map(|it| it.src_path.as_path()).filter(|it| self.is_skipped(it)) {
                if let Some(step) = first_step(root, path) {
                    steps.entry(root).or_default().insert(step);
                }
            }
            self.concerned.insert(package);
            if let (Some(entry), Ok(text)) = (self.entry(path), self.project.read(path)) {
                let is_outline = self.reading(entry) == Some(Reading::OUTLINE);
                let within = if is_outline { Within::Imports } else { Within::Text };
                self.libraries.want_named(package, &text, within);
            }
            let around = path.ancestors().skip(1);
            let around = around.take_while(|it| it.starts_with(&self.project.root));
            // Those above one that was seen were seen.
            for folder in around.take_while(|it| folders.insert(*it)) {
                let names = ["mod.rs", "lib.rs", "main.rs"].map(|name| folder.join(name));
                wanted.extend(names.into_iter().chain([folder.with_extension("rs")]));
            }
        }
        let may_declare = |root: &Path, names: &BTreeSet<&OsStr>| {
            let names = names.iter().map(|it| it.as_encoded_bytes());
            let text = self.project.read(root);
            text.is_ok_and(|text| names.into_iter().any(|it| memmem::find(&text, it).is_some()))
        };
        let roots = steps.into_iter().filter(|(root, names)| may_declare(root, names));
        wanted.extend(roots.map(|(root, _)| root.to_owned()));
        for package in self.libraries.settle(self.project, &self.concerned) {
            let package = &self.project.packages[*package];
            let library = package.targets.iter().find(|target| target.is_library());
            wanted.extend(library.map(|target| target.src_path.clone()));
            let leading = self.leading.iter().filter(|path| path.starts_with(&package.folder));
            wanted.extend(leading.cloned());
        }
        wanted.retain(|path| self.is_skipped(path));
        let jobs: Vec<_> = wanted.iter().map(|path| (path.as_path(), Reading::OUTLINE)).collect();
        self.read(&jobs);
    }

    /// Reads files in parallel, at least so far.
    fn read(&mut self, jobs: &[(&Path, Reading)]) {
        let scan = |(path, least): &(&Path, Reading)| self.scan_one(path, least);
        let results: Vec<_> = jobs.par_iter().map(scan).collect();
        for ((path, _), (result, shown)) in jobs.iter().zip(results) {
            self.show(path, shown);
            self.record(path, result);
        }
    }

    fn scan_one(&self, path: &Path, least: &Reading) -> (Scan, Shown) {
        let Project { stdin, overlay, .. } = self.project;
        let least = if stdin.is_some() { &Reading::Full } else { least };
        match overlay.get(path).or(stdin.as_ref()) {
            Some(bytes) => parse(path, bytes.clone(), least, self.prefilter),
            None => self.scanned(path, least).unwrap_or_else(|| scan(path, least, self.prefilter)),
        }
    }

    /// What is known of a file already, if it was looked at closely enough.
    fn scanned(&self, path: &Path, least: &Reading) -> Option<(Scan, Shown)> {
        let known = self.ahead.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
        known.filter(|(scan, _)| match scan {
            Scan::Loaded { reading, .. } => *reading == Reading::Full || reading == least,
            _ => *least == Reading::Never,
        })
    }

    /// Keeps what a file shows.
    fn show(&mut self, path: &Path, shown: Shown) {
        if !shown.platforms.is_empty() {
            let package = unreached(self.project, path).package;
            self.shown[package] = self.shown[package].union(shown.platforms);
        }
        if shown.is_annotated {
            self.annotated.insert(path.to_owned());
        }
    }

    fn record(&mut self, path: &Path, scan: Scan) {
        let entry = match scan {
            Scan::Skipped { macros, leads } => {
                self.macros.leave_out(path, macros);
                if leads {
                    self.leading.insert(path.to_owned());
                }
                Entry::Skipped
            }
            Scan::Failed(warning) => {
                self.warnings.push(warning);
                Entry::Failed
            }
            Scan::Loaded { lowered, admitted, fingerprint, reading } => {
                if let Some(error) = lowered.partial {
                    let text = format!("failed to parse an item: {error}");
                    let help = "correct it; the rest of the file is analyzed";
                    self.warnings.push(Warning::new(path, text).at(error.offset).help(help));
                }
                if admitted {
                    self.admitted.push(path.to_owned());
                }
                self.changes += 1;
                let file = self.loaded(path).unwrap_or(self.files.len());
                match reading {
                    Reading::Parts(bodies) => self.parts.insert(file, bodies),
                    Reading::Never | Reading::Full => self.parts.remove(&file),
                };
                if file < self.files.len() {
                    self.files[file].1 = lowered.sites;
                    self.fingerprints[file] = fingerprint;
                    self.facts[file] = lowered.facts;
                    self.macros.replace(file, lowered.macros);
                } else {
                    self.files.push((path.to_owned(), lowered.sites));
                    self.fingerprints.push(fingerprint);
                    self.facts.push(lowered.facts);
                    self.macros.add(lowered.macros);
                }
                Entry::Loaded(file)
            }
        };
        match self.position(path) {
            Some(index) => self.walked[index] = Some(entry),
            None => {
                self.others.insert(path.to_owned(), entry);
            }
        }
    }

    fn position(&self, path: &Path) -> Option<usize> {
        let known = self.positions.get(path.as_os_str()).copied();
        known.or_else(|| self.project.position(path))
    }

    fn entry(&self, path: &Path) -> Option<&Entry> {
        match self.position(path) {
            Some(index) => self.walked[index].as_ref(),
            None => self.others.get(path),
        }
    }

    fn is_skipped(&self, path: &Path) -> bool {
        matches!(self.entry(path), Some(Entry::Skipped))
    }

    fn loaded(&self, path: &Path) -> Option<usize> {
        match self.entry(path) {
            Some(Entry::Loaded(index)) => Some(*index),
            _ => None,
        }
    }

    /// Finds the module tree of all that was parsed so far.
    fn resolve(&mut self) {
        self.add_ancestors();
        self.edges.clear();
        self.children.clear();
        self.left_out.clear();
        self.visited.clear();
        self.missing.clear();
        self.resolve_roots();
        self.resolve_rest();
    }

    /// Parses what the analysis asks for, until that adds nothing more; then what was said stands.
    fn look_again(&mut self) -> Option<Analysis> {
        let mut look = SecondLook::default();
        for _ in 0..LOOKS {
            let (demand, analysis) = self.with_workspace(|workspace| look.next(workspace));
            let before = self.changes;
            self.answer(&demand);
            let wants_more = self.libraries.want(&demand.libraries);
            let added = self.changes > before || wants_more;
            if added {
                self.resolve();
            }
            if !self.expand() && !added {
                return Some(analysis);
            }
        }
        None
    }

    /// How far a file was read.
    fn reading(&self, entry: &Entry) -> Option<Reading> {
        match entry {
            Entry::Skipped => Some(Reading::Never),
            Entry::Loaded(file) => {
                Some(self.parts.get(file).map_or(Reading::Full, |it| Reading::Parts(it.clone())))
            }
            Entry::Failed => None,
        }
    }

    fn answer(&mut self, demand: &Demand) {
        let invocations = self.invocations(demand);
        let left_out = demand.modules.iter().filter_map(|it| self.left_out.get(it));
        let mut wanted: BTreeMap<PathBuf, Reading> =
            left_out.map(|path| (path.clone(), Reading::OUTLINE)).collect();
        let mut want = |path: PathBuf, reading: Reading| {
            let known = wanted.entry(path).or_insert(Reading::Never);
            *known = std::mem::replace(known, Reading::Never).or(reading);
        };
        // What stands under a condition confines nothing; of what nobody is known to declare, that is not known.
        let mut confining: BTreeMap<&Path, bool> = BTreeMap::new();
        for (decl, path) in &self.left_out {
            *confining.entry(path).or_default() |= demand.unconditional.contains(decl);
        }
        for (file, bodies) in &demand.bodies {
            want(self.files[*file].0.clone(), Reading::Parts(bodies.clone()));
        }
        let further = |(file, entry): (&SourceFile, &Option<Entry>)| {
            let SourceFile { path, package } = file;
            let read = match entry.as_ref()? {
                Entry::Loaded(file) => Some(*file).filter(|file| self.parts.contains_key(file)),
                _ => None,
            };
            let is_left_out = matches!(entry, Some(Entry::Skipped));
            let is_asked = demand.mentions(*package)
                || demand.confines(*package)
                || invocations.are_any(*package)
                || read.is_some_and(|file| demand.mentions_within(file));
            if !is_asked || !(is_left_out || read.is_some()) {
                return None;
            }
            let bytes = self.project.read(path).ok()?;
            let mut places = demand.places(*package, read, &bytes);
            places.append(&mut invocations.places(*package, &bytes));
            if places.is_empty() {
                let may_confine = confining.get(path.as_path()).is_none_or(|it| *it);
                let is_needed = is_left_out && may_confine && demand.imports(*package, &bytes);
                return is_needed.then(|| (path.clone(), Reading::OUTLINE));
            }
            Some((path.clone(), Reading::around(&bytes, &places)))
        };
        let files = self.project.files.par_iter().zip(&self.walked);
        files
            .filter_map(further)
            .collect::<Vec<_>>()
            .into_iter()
            .for_each(|(path, it)| want(path, it));
        let jobs = wanted.iter().filter_map(|(path, reading)| {
            let known = self.entry(path).and_then(|it| self.reading(it))?;
            let both = known.clone().or(reading.clone());
            (both != known).then_some((path.as_path(), both))
        });
        let jobs: Vec<_> = jobs.collect();
        self.read(&jobs);
        self.admitted.extend(wanted.into_keys());
    }

    fn resolve_roots(&mut self) {
        for root in self.roots() {
            if let Some(file) = self.loaded(root) {
                self.follow(file, vec![Home::root(root)], true);
            }
        }
    }

    /// Files that no root reaches: a part of the tree that we do not see, or of none, as in a plain folder.
    fn resolve_rest(&mut self) {
        let strict = self.project.is_plain() && self.project.stdin.is_none();
        let mut rest: Vec<_> = (0..self.files.len()).collect();
        let is_main = |path: &Path| {
            let name = path.file_name().unwrap_or_default();
            ["mod.rs", "lib.rs", "main.rs", "build.rs"].iter().any(|it| name == *it)
        };
        // Parents first, as far as names tell.
        rest.sort_by_key(|file| {
            let path = self.files[*file].0.as_path();
            (path.components().count(), !is_main(path), path.to_owned())
        });
        let roots: BTreeSet<_> = self.roots().filter_map(|root| self.loaded(root)).collect();
        for file in rest {
            if self.children.contains(&file) || roots.contains(&file) {
                continue;
            }
            let path = self.files[file].0.as_path();
            let root = Home::root(path);
            let homes = if is_main(path) { vec![root] } else { vec![Home::named(path), root] };
            self.follow(file, homes, strict);
        }
    }

    /// Resolves the declarations of a file, and of what they lead to. Where it is not known how the file is
    /// reached, there are several homes, tried in order.
    fn follow(&mut self, file: usize, homes: Vec<Home>, strict: bool) {
        let mut queue = VecDeque::from([(file, homes)]);
        while let Some((parent, homes)) = queue.pop_front() {
            if !self.visited.insert((parent, homes.clone())) {
                continue;
            }
            for decl in 0..self.facts[parent].mods.len() {
                if let Some((child, home)) = self.child(parent, decl, &homes, strict)
                    && !self.reaches(child, parent)
                {
                    self.edges.insert((parent, decl, child));
                    self.children.insert(child);
                    queue.push_back((child, vec![home]));
                }
            }
        }
    }

    fn child(
        &mut self,
        parent: usize,
        index: usize,
        homes: &[Home],
        strict: bool,
    ) -> Option<(usize, Home)> {
        let decl = &self.facts[parent].mods[index];
        let by_path = decl.path.is_some() || decl.inside.iter().any(|(_, path)| path.is_some());
        let candidates = homes.iter().flat_map(|home| home.candidates(decl));
        let exists = |path: &Path| self.entry(path).is_some() || path.is_file();
        let Some((path, home)) = candidates.into_iter().find(|(path, _)| exists(path)) else {
            if strict && !decl.conditional && self.project.stdin.is_none() {
                let warning = missing(&self.files[parent].0, decl, &homes[0]);
                self.missing.push(warning);
            }
            return None;
        };
        let is_new = self.entry(&path).is_none();
        let is_skipped = self.is_skipped(&path);
        if self.project.stdin.is_none() && (is_new || (is_skipped && by_path)) {
            let least = if by_path { Reading::OUTLINE } else { Reading::Never };
            let (scan, shown) = self.scan_one(&path, &least);
            self.show(&path, shown);
            self.record(&path, scan);
        }
        if self.is_skipped(&path) {
            self.left_out.insert((parent, index), path);
            return None;
        }
        self.loaded(&path).map(|child| (child, home))
    }

    fn reaches(&self, from: usize, to: usize) -> bool {
        let mut seen = BTreeSet::new();
        let mut stack = vec![from];
        while let Some(file) = stack.pop() {
            if file == to {
                return true;
            }
            if seen.insert(file) {
                let edges = self.edges.range((file, 0, 0)..(file + 1, 0, 0));
                stack.extend(edges.map(|(_, _, child)| *child));
            }
        }
        false
    }

    /// Shows `see` the workspace as far as it is known.
    fn with_workspace<T>(&mut self, see: impl FnOnce(&Workspace) -> T) -> T {
        let mut workspace = self.workspace();
        let seen = see(&workspace);
        self.facts = std::mem::take(&mut workspace.files);
        seen
    }

    /// The workspace, which takes the facts.
    fn workspace(&mut self) -> Workspace {
        let Owners { crates, .. } = Owners::new(self);
        let lock = || self.lock.get_or_init(|| Lock::read(&self.project.root));
        let packages = packages(self.project, &lock);
        let edge = |(parent, decl, child): &_| workspace::ModuleEdge {
            parent: *parent,
            decl: *decl,
            child: *child,
        };
        Workspace {
            packages,
            crates: crates.into_iter().map(|(_, it)| it).collect(),
            files: std::mem::take(&mut self.facts),
            modules: self.edges.iter().map(edge).collect(),
            platforms: judged(self.project),
            models: self.project.rows,
            lists_all: self.project.lists_all,
        }
    }

    fn finish(self) -> Parts {
        let scanned = self.walked.iter().flatten().count() + self.others.len();
        let Owners { files: owners, .. } = Owners::new(&self);
        let file = |(((path, sites), fingerprint), owner)| {
            let Owner { package, target, reported } = owner;
            LoadedFile { path, sites, fingerprint, package, target, reported }
        };
        let files = self.files.into_iter().zip(self.fingerprints).zip(owners);
        let files = files.map(file).collect();
        let mut warnings = self.warnings;
        warnings.extend(self.missing);
        warnings.sort_by(|a, b| (&a.path, a.offset).cmp(&(&b.path, b.offset)));
        let annotated = self.annotated.into_iter().collect();
        Parts { files, warnings, scanned, annotated, shown: self.shown }
    }
}

/// The first target that reaches a file, and whether the file is reported on.
#[derive(Debug, Clone)]
struct Owner {
    package: usize,
    target: Option<usize>,
    reported: bool,
}

struct Owners {
    files: Vec<Owner>,
    /// Each with its target: package and index.
    crates: Vec<((usize, usize), workspace::Crate)>,
}

impl Owners {
    fn new(loader: &Loader<'_>) -> Self {
        let files = loader.files.iter().map(|(path, _)| unreached(loader.project, path)).collect();
        let mut owners = Self { files, crates: Vec::new() };
        let mut selected = vec![false; owners.files.len()];
        for (package, it) in loader.project.packages.iter().enumerate() {
            for (index, target) in it.targets.iter().enumerate() {
                let Some(root) = loader.loaded(&target.src_path) else { continue };
                let name = target.name.replace('-', "_");
                let library = target.is_library();
                let krate = workspace::Crate { name, root, package, library };
                owners.crates.push(((package, index), krate));
                for file in tree(loader, root) {
                    selected[file] |= target.selected;
                    let owner = &mut owners.files[file];
                    if owner.target.is_none() {
                        (owner.package, owner.target) = (package, Some(index));
                    }
                }
            }
        }
        owners.add_plain(loader);
        for (owner, selected) in owners.files.iter_mut().zip(selected) {
            let rest = loader.project.packages[owner.package].rest_selected;
            owner.reported &= if owner.target.is_some() { selected } else { rest };
        }
        owners
    }

    /// In a plain folder, each file that no other declares is the root of a crate.
    fn add_plain(&mut self, loader: &Loader<'_>) {
        for (root, (path, _)) in loader.files.iter().enumerate() {
            let package = self.files[root].package;
            if loader.project.packages[package].manifest.is_none()
                && !loader.children.contains(&root)
            {
                let Target { name, .. } = Target::script(path);
                let krate = workspace::Crate { name, root, package, library: false };
                self.crates.push(((package, usize::MAX), krate));
            }
        }
    }
}

/// The owner of a file until a target is seen to reach it: the package whose folder it is in.
fn unreached(project: &Project, path: &Path) -> Owner {
    let walked = project.position(path).map(|index| project.files[index].package);
    let folder = |it: &Package| path.starts_with(&it.folder);
    let package = walked.or_else(|| project.packages.iter().rposition(folder)).unwrap_or(0);
    let is_root =
        || project.packages.iter().flat_map(|it| &it.targets).any(|it| it.src_path == path);
    // What the walk left out below a package's folder is ignored on purpose: it is context, no more.
    let is_ignored = walked.is_none() && project.packages.iter().any(folder) && !is_root();
    let in_scope =
        project.scope.is_empty() || project.scope.iter().any(|scope| path.starts_with(scope));
    let is_excluded = project.packages[package].settings.excludes(path);
    Owner { package, target: None, reported: in_scope && !is_ignored && !is_excluded }
}

/// What the root of a crate, wherever it is, has to name if it leads to a file.
fn first_step<'p>(root: &Path, path: &'p Path) -> Option<&'p OsStr> {
    let below = path.strip_prefix(root.parent()?).ok()?;
    Path::new(below.components().next()?.as_os_str()).file_stem()
}

fn tree(loader: &Loader<'_>, root: usize) -> BTreeSet<usize> {
    let mut seen = BTreeSet::new();
    let mut stack = vec![root];
    while let Some(file) = stack.pop() {
        if seen.insert(file) {
            let edges = loader.edges.range((file, 0, 0)..(file + 1, 0, 0));
            stack.extend(edges.map(|(_, _, child)| *child));
        }
    }
    seen
}

/// The platforms that some package is judged for. What each is judged for is left to the report: a story may
/// begin in one package and end in another.
fn judged(project: &Project) -> Platforms {
    let packages = project.packages.iter();
    let each = packages.map(|it| it.settings.platforms.unwrap_or(Platforms::ALL));
    each.fold(Platforms::NONE, Platforms::union)
}

/// The names that packages give a crate.
fn renames(project: &Project, krate: &str) -> Vec<String> {
    let dependencies = project.packages.iter().flat_map(|it| &it.dependencies);
    let of_crate = dependencies.filter(|it| it.name.replace('-', "_") == krate);
    of_crate.filter_map(|it| Some(it.rename.as_ref()?.replace('-', "_"))).collect()
}

/// The packages as the analysis sees them.
fn packages<'l>(project: &Project, lock: &dyn Fn() -> &'l Lock) -> Vec<workspace::Package> {
    let members = project.folders();
    let dependency = |it: &super::Dependency| {
        let member = it.path.as_deref().and_then(|path| members.get(path).copied());
        let krate = it.name.replace('-', "_");
        let ident = project.ident(it, member);
        let version = member.and_then(|it| project.packages[it].version.clone());
        let version = version.or_else(|| lock().version(&it.name, &it.req));
        workspace::Dependency { ident, krate, version, member }
    };
    let package = |it: &Package| {
        let mut dependencies: Vec<_> = it.dependencies.iter().map(dependency).collect();
        // One name may be declared for several platforms and kinds.
        let mut seen = BTreeSet::new();
        dependencies.retain(|it| seen.insert(it.ident.clone()));
        workspace::Package { name: it.name.clone(), dependencies }
    };
    project.packages.iter().map(package).collect()
}

fn missing(parent: &Path, decl: &ModDecl, home: &Home) -> Warning {
    let paths = home.candidates(decl);
    let tried: Vec<_> = paths
        .iter()
        .map(|(path, _)| {
            let shown = path.strip_prefix(&home.dir).unwrap_or(path);
            format!("`{}`", shown.display())
        })
        .collect();
    let (name, tried) = (&decl.name, tried.join(" or "));
    Warning::new(parent, format!("failed to find the file of `mod {name};`"))
        .at(decl.offset)
        .help(format!("create {tried}, or remove the declaration; the rest is analyzed without it"))
}

/// Reads a file, and parses it if it matters.
fn scan(path: &Path, least: &Reading, prefilter: &Prefilter) -> (Scan, Shown) {
    let failed = |text: String| {
        let warning = Warning::new(path, format!("failed to read: {text}"));
        let warning = warning.help("check its permissions; the rest is analyzed without it");
        (Scan::Failed(warning), Shown::default())
    };
    match read_regular(path) {
        Ok(bytes) => parse(path, bytes, least, prefilter),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let warning = Warning::new(path, "failed to find the root file of a target");
            let help = "create it, or remove the target from `Cargo.toml`";
            (Scan::Failed(warning.help(help)), Shown::default())
        }
        Err(error) => failed(error.to_string()),
    }
}

fn parse(path: &Path, bytes: Vec<u8>, least: &Reading, prefilter: &Prefilter) -> (Scan, Shown) {
    static MARK: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("sockopt:"));
    let is_annotated = MARK.find(&bytes).is_some();
    let shown = Shown { platforms: evidence::of_text(&bytes), is_annotated };
    (parse_text(path, bytes, least, prefilter), shown)
}

fn parse_text(path: &Path, bytes: Vec<u8>, least: &Reading, prefilter: &Prefilter) -> Scan {
    let admitted = prefilter.admits(&bytes);
    let reading = if admitted { Reading::Full } else { least.clone() };
    let skipped = (reading == Reading::Never).then(|| Scan::Skipped {
        macros: macros::names_defined(&bytes),
        leads: has_path_attribute(&bytes),
    });
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return Scan::Failed(not_utf8(path, &error)),
    };
    if let Some(skipped) = skipped {
        return skipped;
    }
    if text.len() > MOST_BYTES {
        let text = format!("failed to parse: larger than {} MiB", MOST_BYTES >> 20);
        let help = "split the file; the rest is analyzed without it";
        return Scan::Failed(Warning::new(path, text).help(help));
    }
    match reading.lower(&text, &Foreign::default()) {
        Ok(mut lowered) => {
            lowered.macros.weigh(&text, prefilter);
            let fingerprint = fingerprint(text.as_bytes());
            Scan::Loaded { lowered: Box::new(lowered), admitted, fingerprint, reading }
        }
        Err(error) => {
            let warning = Warning::new(path, format!("failed to parse: {error}")).at(error.offset);
            Scan::Failed(warning.help(format!("{}; the rest is analyzed without it", error.help)))
        }
    }
}

/// Tells a text from what it was before: a fix must not be made from the sites of another text.
#[must_use]
pub fn fingerprint(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

fn not_utf8(path: &Path, error: &std::string::FromUtf8Error) -> Warning {
    let at = error.utf8_error().valid_up_to();
    Warning::new(path, "failed to read: not UTF-8")
        .at(at)
        .help("save it as UTF-8, as rustc requires; the rest is analyzed without it")
}

/// Whether a file may declare a module that lives elsewhere.
fn has_path_attribute(bytes: &[u8]) -> bool {
    static PLAIN: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("#[path"));
    static CONDITIONAL: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("cfg_attr("));
    static PATH: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("path ="));
    let has = |finder: &Finder<'_>| finder.find(bytes).is_some();
    has(&PLAIN) || (has(&CONDITIONAL) && has(&PATH))
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use sockopt_analysis::{
        FileMacros, Lowered, Prefilter, facts::FileFacts, facts::ModDecl, sites::SiteMap,
    };

    use super::{Home, Loader, Reading, Scan};
    use crate::project::{Package, Project, SourceFile, Target};

    /// `name`, `name@path`, both perhaps within `inline::` or `inline@path::`; a `?` makes it conditional.
    fn decl(text: &str) -> ModDecl {
        let named = |text: &str| match text.split_once('@') {
            Some((name, path)) => (name.to_owned(), Some(path.to_owned())),
            None => (text.to_owned(), None),
        };
        let conditional = text.ends_with('?');
        let mut parts: Vec<_> = text.trim_end_matches('?').split("::").map(named).collect();
        let (name, path) = parts.pop().unwrap();
        ModDecl { name, inside: parts, path, conditional, offset: 0 }
    }

    /// Resolves a tree of files with their declarations; the first is the root. Says `parent>child` per edge,
    /// and `parent!name` for a file that is missing.
    fn edges(tree: &[(&str, &str)]) -> Vec<String> {
        resolve(tree, true)
    }

    fn resolve(tree: &[(&str, &str)], has_root: bool) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for (path, _) in tree {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let target = Target::new("bin", "demo", &root.join(tree[0].0));
        let package = Package {
            folder: root.to_owned(),
            manifest: has_root.then(|| root.join("Cargo.toml")),
            targets: if has_root { vec![target] } else { vec![] },
            ..Package::default()
        };
        let mut files: Vec<_> =
            tree.iter().map(|(path, _)| SourceFile { path: root.join(path), package: 0 }).collect();
        files.sort_unstable();
        let root_path = root.to_owned();
        let project =
            Project { root: root_path, packages: vec![package], files, ..Project::default() };
        let mut loader = Loader::new(&project, Prefilter::of_tables());
        for (path, mods) in tree {
            let mut facts = FileFacts::default();
            facts.mods.extend(mods.split_whitespace().map(decl));
            let sites = SiteMap::default();
            let lowered = Lowered { facts, sites, macros: FileMacros::default(), partial: None };
            let lowered = Box::new(lowered);
            let reading = Reading::Full;
            let scan = Scan::Loaded { lowered, admitted: true, fingerprint: 0, reading };
            loader.record(&root.join(path), scan);
        }
        loader.resolve_roots();
        loader.resolve_rest();
        let name = |file: usize| tree[file].0;
        let edge = |(parent, _, child): &(usize, usize, usize)| {
            format!("{}>{}", name(*parent), name(*child))
        };
        let mut said: Vec<_> = loader.edges.iter().map(edge).collect();
        said.extend(loader.missing.iter().map(|it| {
            let path = it.path.strip_prefix(root).unwrap().display().to_string();
            format!("{path}!{}", it.message.split('`').nth(1).unwrap())
        }));
        said
    }

    #[test]
    fn a_root_finds_both_layouts() {
        let tree = [
            ("src/main.rs", "a b r#type"),
            ("src/a.rs", ""),
            ("src/b/mod.rs", ""),
            ("src/type.rs", ""),
        ];
        let expected =
            ["src/main.rs>src/a.rs", "src/main.rs>src/b/mod.rs", "src/main.rs>src/type.rs"];
        assert_eq!(edges(&tree), expected);
    }

    #[test]
    fn a_root_of_any_name_looks_beside_itself() {
        let tree =
            [("tests/t.rs", "common"), ("tests/common/mod.rs", "x"), ("tests/common/x.rs", "")];
        let expected = ["tests/t.rs>tests/common/mod.rs", "tests/common/mod.rs>tests/common/x.rs"];
        assert_eq!(edges(&tree), expected);
    }

    #[test]
    fn a_named_file_looks_in_its_folder() {
        let tree =
            [("lib.rs", "a"), ("a.rs", "b"), ("a/b.rs", "c"), ("a/b/c.rs", ""), ("b.rs", "")];
        assert_eq!(edges(&tree), ["lib.rs>a.rs", "a.rs>a/b.rs", "a/b.rs>a/b/c.rs"]);
    }

    #[test]
    fn inline_modules_add_folders() {
        let tree = [("lib.rs", "x::y::a b"), ("x/y/a.rs", ""), ("b.rs", "z::c"), ("b/z/c.rs", "")];
        assert_eq!(edges(&tree), ["lib.rs>x/y/a.rs", "lib.rs>b.rs", "b.rs>b/z/c.rs"]);
    }

    #[test]
    fn a_path_counts_from_the_files_own_folder() {
        let tree = [
            ("src/lib.rs", "a@../o/x.rs b"),
            ("o/x.rs", "y"),
            ("o/y.rs", ""),
            ("src/b.rs", "c@z.rs"),
            ("src/z.rs", ""),
        ];
        let expected =
            ["src/lib.rs>o/x.rs", "src/lib.rs>src/b.rs", "o/x.rs>o/y.rs", "src/b.rs>src/z.rs"];
        assert_eq!(edges(&tree), expected);
    }

    #[test]
    fn a_path_within_inline_modules() {
        // As the reference says: a file that is no mod.rs adds its own name, and an inline module with a path
        // replaces it.
        let tree = [
            ("lib.rs", "i::a@p.rs b"),
            ("i/p.rs", ""),
            ("b.rs", "i::c@q.rs i@thread::d"),
            ("b/i/q.rs", ""),
            ("thread/d.rs", ""),
        ];
        let expected = ["lib.rs>i/p.rs", "lib.rs>b.rs", "b.rs>b/i/q.rs", "b.rs>thread/d.rs"];
        assert_eq!(edges(&tree), expected);
    }

    #[test]
    fn a_missing_file_is_reported_unless_it_is_conditional() {
        assert_eq!(edges(&[("lib.rs", "a b?")]), ["lib.rs!mod a;"]);
    }

    #[test]
    fn a_file_that_declares_itself_is_no_cycle() {
        assert_eq!(edges(&[("lib.rs", "a"), ("a.rs", "b@a.rs c@lib.rs")]), ["lib.rs>a.rs"]);
    }

    #[test]
    fn a_file_may_have_several_parents() {
        let tree = [("lib.rs", "a b@a.rs"), ("a.rs", "c"), ("a/c.rs", ""), ("c.rs", "")];
        assert_eq!(edges(&tree), ["lib.rs>a.rs", "lib.rs>a.rs", "a.rs>a/c.rs", "a.rs>c.rs"]);
    }

    #[test]
    fn without_a_root_every_file_may_be_one() {
        let tree =
            [("x.rs", "common"), ("common.rs", "deep"), ("common/deep.rs", ""), ("y.rs", "gone")];
        assert_eq!(
            resolve(&tree, false),
            ["x.rs>common.rs", "common.rs>common/deep.rs", "y.rs!mod gone;"]
        );
    }

    #[test]
    fn a_part_of_the_tree_that_no_root_reaches_is_resolved_in_silence() {
        let tree = [("lib.rs", ""), ("a.rs", "b gone"), ("a/b.rs", "")];
        assert_eq!(edges(&tree), ["a.rs>a/b.rs"]);
    }

    #[test]
    fn homes_are_normalized() {
        let home = Home::root(Path::new("/p/src/lib.rs"));
        let candidates = home.candidates(&decl("a@../x/./y.rs"));
        assert_eq!(candidates[0].0, Path::new("/p/x/y.rs"));
    }
}
