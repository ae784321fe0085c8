//! Which libraries of a project are read: in a large workspace most packages have nothing to do with the sockets
//! of another, and still most depend on each other.
//!
//! A library is read if some of its package is, if the code that is read names it, or if it exports what another
//! one that is read has; and if the analysis asks for it.

use std::collections::{BTreeMap, BTreeSet};

use sockopt_analysis::{
    skim::{Within, is_named},
    workspace::reached,
};

use crate::project::{Project, Target};

/// The libraries of a project.
#[derive(Debug)]
pub(super) struct Libraries {
    /// The packages that each depends on, with the name that its code has for them.
    members: Vec<Vec<(String, usize)>>,
    /// Those that are read, by package.
    wanted: BTreeSet<usize>,
    /// Packages of which the library exports something, as far as it was looked at.
    exports: BTreeMap<usize, BTreeSet<usize>>,
}

impl Libraries {
    pub(super) fn new(project: &Project) -> Self {
        let folders = project.folders();
        let members = project.packages.iter().map(|package| {
            let member = |it: &crate::project::Dependency| {
                let member = folders.get(it.path.as_deref()?).copied()?;
                Some((project.ident(it, Some(member)), member))
            };
            package.dependencies.iter().filter_map(member).collect()
        });
        Self { members: members.collect(), wanted: BTreeSet::new(), exports: BTreeMap::new() }
    }

    /// Adds those of some packages; answers whether that are any more.
    pub(super) fn want(&mut self, packages: &BTreeSet<usize>) -> bool {
        let before = self.wanted.len();
        self.wanted.extend(packages);
        self.wanted.len() > before
    }

    /// Adds those that the code of a package names.
    pub(super) fn want_named(&mut self, package: usize, text: &[u8], within: Within) {
        let named = self.named(package, text, within);
        self.wanted.extend(named);
    }

    fn named(&self, package: usize, text: &[u8], within: Within) -> BTreeSet<usize> {
        let members = self.members[package].iter();
        let named = members.filter(|(ident, _)| is_named(ident, text, within));
        named.map(|(_, member)| *member).collect()
    }

    /// All that are read, given the packages of which something is: with what these export, and with those through which
    /// these can be named.
    pub(super) fn settle(&mut self, project: &Project, read: &BTreeSet<usize>) -> &BTreeSet<usize> {
        self.wanted.extend(read);
        let mut leading = read.clone();
        let below = reached(read.iter().copied(), |it| self.needs(it).collect());
        loop {
            let before = (self.wanted.len(), leading.len());
            for package in &below {
                let is_wanted = self.wanted.contains(package);
                let may_lead = self.needs(*package).any(|it| leading.contains(&it));
                if !is_wanted && !may_lead {
                    continue;
                }
                let exports = self.exports(project, *package);
                if exports.iter().any(|it| leading.contains(it)) {
                    leading.insert(*package);
                    self.wanted.insert(*package);
                }
                if is_wanted {
                    self.wanted.extend(exports);
                }
            }
            if before == (self.wanted.len(), leading.len()) {
                return &self.wanted;
            }
        }
    }

    fn needs(&self, package: usize) -> impl Iterator<Item = usize> {
        self.members[package].iter().map(|(_, member)| *member)
    }

    fn exports(&mut self, project: &Project, package: usize) -> BTreeSet<usize> {
        if let Some(known) = self.exports.get(&package) {
            return known.clone();
        }
        let library = project.packages[package].targets.iter().find(|it| it.is_library());
        let text = library.and_then(|it: &Target| project.read(&it.src_path).ok());
        let exports = self.named(package, &text.unwrap_or_default(), Within::Exports);
        self.exports.insert(package, exports.clone());
        exports
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use semver::VersionReq;
    use sockopt_analysis::skim::Within;

    use super::Libraries;
    use crate::project::{
        Dependency, Package, Project, SourceFile, Target,
        modules::{Loaded, load},
    };

    /// Libraries: name, what each depends on, text.
    type Tree<'a> = &'a [(&'a str, &'a str, &'a str)];

    fn project(folder: &Path, tree: Tree<'_>) -> Project {
        let path = |name: &str| folder.join(name).join("lib.rs");
        let dependency = |name: &str| Dependency {
            name: name.to_owned(),
            rename: None,
            req: VersionReq::STAR,
            path: Some(folder.join(name)),
        };
        let package = |(name, needs, text): &(&str, &str, &str)| {
            fs::create_dir(folder.join(name)).unwrap();
            fs::write(path(name), text).unwrap();
            Package {
                name: (*name).to_owned(),
                folder: folder.join(name),
                manifest: Some(folder.join(name).join("Cargo.toml")),
                targets: vec![Target::new("lib", name, &path(name))],
                dependencies: needs.split_whitespace().map(dependency).collect(),
                ..Package::default()
            }
        };
        let packages = tree.iter().map(package).collect();
        let file = |(package, (name, ..)): (usize, &(&str, _, _))| SourceFile {
            path: path(name),
            package,
        };
        let files = tree.iter().enumerate().map(file).collect();
        Project { root: folder.to_owned(), packages, files, ..Project::default() }
    }

    /// What is read if something is read of the first package, and if its code is `text`.
    #[track_caller]
    fn check(tree: Tree<'_>, text: &str, expected: &str) {
        let folder = tempfile::tempdir().unwrap();
        let project = project(folder.path(), tree);
        let mut libraries = Libraries::new(&project);
        libraries.want_named(0, text.as_bytes(), Within::Text);
        let wanted = libraries.settle(&project, &BTreeSet::from([0]));
        let names: Vec<_> = wanted.iter().map(|it| tree[*it].0).collect();
        assert_eq!(names.join(" "), expected);
    }

    #[test]
    fn what_is_named_is_read() {
        let tree =
            [("app", "net my-log ui", ""), ("net", "", ""), ("my-log", "", ""), ("ui", "", "")];
        check(&tree, "use net::bind;", "app net");
        check(&tree, "fn f() { my_log::start(planet, internet::net2) }", "app my-log");
        check(&tree, "", "app");
    }

    #[test]
    fn what_a_library_exports_is_read_with_it() {
        let text = "use log::x;\npub use net::{bind, listen};\nfn f() { ui::g() }";
        let tree = [
            ("app", "all", ""),
            ("all", "net log ui", text),
            ("net", "", ""),
            ("log", "", ""),
            ("ui", "", ""),
        ];
        check(&tree, "all::bind()", "app all net");
        check(&tree, "", "app");
    }

    #[test]
    fn a_library_is_read_through_which_another_can_be_named() {
        let (app, net) = ("fn main() {}", "");
        let tree = |all, both| {
            [("net", "", net), ("app", "net all", app), ("all", "both", all), ("both", "net", both)]
        };
        // What depends on the first package is below a package that is read, too.
        let found = |all, both| {
            let folder = tempfile::tempdir().unwrap();
            let project = project(folder.path(), &tree(all, both));
            let mut libraries = Libraries::new(&project);
            libraries.settle(&project, &BTreeSet::from([0, 1])).len()
        };
        assert_eq!(found("pub use both::*;", "pub extern crate net;"), 4);
        assert_eq!(found("use both::*;", "pub use net::bind;"), 3);
        assert_eq!(found("pub use both::*;", "use net::bind;"), 2);
    }

    fn loaded(tree: Tree<'_>) -> (Loaded, usize) {
        let folder = tempfile::tempdir().unwrap();
        let (loaded, analysis) = load(project(folder.path(), tree));
        (loaded, analysis.diagnostics.len())
    }

    #[test]
    fn the_analysis_asks_for_the_libraries_that_a_story_leads_to() {
        let app = "use std::net::SocketAddr; use socket2::{Domain, Socket, Type};
            pub fn run() { let s = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
            s.bind(&SocketAddr::from(([127, 0, 0, 1], config::PORT)).into()).unwrap(); s.listen(1).unwrap(); }";
        let check = |config: &str, port: &str, expected: (usize, usize)| {
            let defaults = format!("pub const NET: u16 = {port};");
            let (loaded, found) = loaded(&[
                ("app", "config ui", app),
                ("config", "defaults", config),
                ("defaults", "", &defaults),
                ("ui", "", ""),
            ]);
            assert_eq!((loaded.files.len(), found), expected, "{config}");
        };
        check("pub use defaults::NET as PORT;", "0", (3, 0));
        check("use defaults::NET;\npub const PORT: u16 = NET;", "0", (3, 0));
        check("pub const PORT: u16 = defaults::NET;", "8080", (3, 1));
    }
}
