//! What the caller tells the analysis about the project around the files.

use std::collections::BTreeSet;

use semver::Version;

use crate::{facts::FileFacts, model::Own, socket::Platforms};

/// A whole project.
#[derive(Debug, Default)]
pub struct Workspace {
    /// Its packages.
    pub packages: Vec<Package>,
    /// Its crates: libraries, binaries, tests, examples, benches. A file that no crate reaches is
    /// analyzed as a crate of its own.
    pub crates: Vec<Crate>,
    /// Its files that were lowered, indexed by [`crate::sites::FileId`].
    pub files: Vec<FileFacts>,
    /// Which file each `mod name;` declaration means.
    pub modules: Vec<ModuleEdge>,
    /// Platforms to judge.
    pub platforms: Platforms,
    /// Rows of the user.
    pub models: Own,
    /// Whether every socket matters that is bound, and not only one that may be wrong.
    pub lists_all: bool,
}

/// Which packages of a workspace depend on which.
#[derive(Debug)]
pub struct Relations {
    needs: Vec<Vec<usize>>,
    needed_by: Vec<Vec<usize>>,
}

impl Relations {
    /// Those of a workspace.
    #[must_use]
    pub fn of(workspace: &Workspace) -> Self {
        let needs = workspace
            .packages
            .iter()
            .map(|package| package.dependencies.iter().filter_map(|it| it.member).collect());
        let needs: Vec<Vec<usize>> = needs.collect();
        let mut needed_by = vec![Vec::new(); needs.len()];
        for (it, others) in needs.iter().enumerate() {
            others.iter().for_each(|other| needed_by[*other].push(it));
        }
        Self { needs, needed_by }
    }

    /// For each package, whether its code can meet that of `package`: it depends on it, or is seen by one that does.
    #[must_use]
    pub fn related(&self, package: usize) -> Vec<bool> {
        let mut seen = vec![false; self.needs.len()];
        spread(vec![package], &self.needed_by, &mut seen);
        let users = (0..seen.len()).filter(|it| seen[*it]).collect();
        seen.fill(false);
        spread(users, &self.needs, &mut seen);
        seen
    }
}

fn spread(mut from: Vec<usize>, edges: &[Vec<usize>], seen: &mut [bool]) {
    while let Some(it) = from.pop() {
        if !std::mem::replace(&mut seen[it], true) {
            from.extend(&edges[it]);
        }
    }
}

/// What can be reached from some numbers.
#[must_use]
pub fn reached(
    from: impl IntoIterator<Item = usize>,
    next: impl Fn(usize) -> Vec<usize>,
) -> BTreeSet<usize> {
    let mut seen = BTreeSet::new();
    let mut stack: Vec<_> = from.into_iter().collect();
    while let Some(it) = stack.pop() {
        if seen.insert(it) {
            stack.extend(next(it));
        }
    }
    seen
}

/// A Cargo package.
#[derive(Debug, Clone)]
pub struct Package {
    /// Name in the manifest.
    pub name: String,
    /// What it depends on, under the names that code uses.
    pub dependencies: Vec<Dependency>,
}

/// A dependency of a package.
#[derive(Debug, Clone)]
pub struct Dependency {
    /// The crate's name in this package's code (`tokio_02` of `tokio_02 = { package = "tokio" }`).
    pub ident: String,
    /// The crate's own name (`tokio`), with underscores.
    pub krate: String,
    /// Its version: from the lock file, or the lowest that the manifest allows.
    pub version: Option<Version>,
    /// The package of this workspace that it is, as an index of [`Workspace::packages`].
    pub member: Option<usize>,
}

/// A crate: one compilation unit with a root file.
#[derive(Debug, Clone)]
pub struct Crate {
    /// Its name in code.
    pub name: String,
    /// Its root, as an index of [`Workspace::files`].
    pub root: usize,
    /// Its package, as an index of [`Workspace::packages`].
    pub package: usize,
    /// Whether it is the library of its package, which the other crates of the package can name.
    pub library: bool,
}

/// The file that a `mod name;` declaration means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModuleEdge {
    /// The declaring file, as an index of [`Workspace::files`].
    pub parent: usize,
    /// Which of the parent's [`FileFacts::mods`].
    pub decl: usize,
    /// The module's file, as an index of [`Workspace::files`].
    pub child: usize,
}
