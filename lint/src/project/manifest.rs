//! Projects without cargo: a `Cargo.toml` read by ourselves.
//!
//! Needed where cargo refuses to answer though the manifest is in order: a package unpacked inside of another
//! workspace's folder, a toolchain that is not installed. Published manifests list their targets; for others,
//! cargo's conventions give them.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use globset::{Glob, GlobSet, GlobSetBuilder};
use rayon::prelude::*;
use semver::{Version, VersionReq};
use toml::{Table, Value};
use walkdir::WalkDir;

use super::{Dependency, Package, Project, SourceFile, Target, normalize, read_text, shown};
use crate::{config::Settings, error::Error};

/// The project of a manifest: its package, and the members of its workspace if it has one.
///
/// # Errors
/// The manifest cannot be read, is no TOML, or describes neither a package nor a workspace.
pub fn read(manifest: &Path) -> Result<Project, Error> {
    let folder = manifest.parent().map(Path::to_owned).unwrap_or_default();
    let table = table(manifest)?;
    let around = Around::find(&folder, &table);
    let mut packages: Vec<_> = package(manifest, &table, around.as_ref()).into_iter().collect();
    if let Some(around) = around.as_ref().filter(|it| it.root == folder) {
        packages.extend(around.members());
    }
    let root = around.filter(|it| it.has_member(&folder)).map_or(folder, |it| it.root);
    if packages.is_empty() {
        let text = "neither `[package]` nor `[workspace]` has what it needs".to_owned();
        return Err(Error::Manifest(manifest.to_owned(), text));
    }
    packages.sort_by(|a, b| a.folder.cmp(&b.folder));
    Ok(Project { root, packages, ..Project::default() })
}

/// What lies below a folder that has no manifest itself.
#[derive(Debug, Default)]
pub struct Below {
    /// The packages: whatever lies below one manifest is one project.
    pub projects: Vec<Project>,
    /// The files of no package.
    pub rest: Vec<PathBuf>,
    /// The manifests that cannot be read, or say nothing; what lies in their folders is left to the package around.
    pub wrong: Vec<(PathBuf, Error)>,
}

/// The packages of manifests, and which of some files they have. Both are sorted by path.
#[must_use]
pub fn below(manifests: &[PathBuf], files: Vec<PathBuf>) -> Below {
    let mut below = Below::default();
    let tables: Vec<_> = manifests.par_iter().map(|it| table(it)).collect();
    let mut read = Vec::new();
    for (manifest, table) in manifests.iter().zip(tables) {
        match table {
            Ok(table) => read.extend(manifest.parent().map(|folder| (folder, manifest, table))),
            Err(error) => below.wrong.push((manifest.clone(), error)),
        }
    }
    read.sort_unstable_by_key(|(folder, ..)| *folder);
    let mut workspaces: BTreeMap<&Path, Around> = BTreeMap::new();
    for (folder, _, table) in &read {
        let around = table.get("workspace").and_then(|it| Around::new(folder, it));
        workspaces.extend(around.map(|it| (*folder, it)));
    }
    let packages: Vec<_> = read
        .par_iter()
        .map(|(folder, manifest, table)| {
            let around = folder.ancestors().find_map(|it| workspaces.get(it));
            package(manifest, table, around)
        })
        .collect();
    let mut homes: BTreeMap<PathBuf, (usize, usize)> = BTreeMap::new();
    for ((folder, ..), package) in read.iter().zip(packages) {
        let is_new = below.projects.last().is_none_or(|it| !folder.starts_with(&it.root));
        if is_new {
            below.projects.push(Project { root: folder.to_path_buf(), ..Project::default() });
        }
        let index = below.projects.len() - 1;
        if let Some(package) = package {
            let packages = &mut below.projects[index].packages;
            homes.insert(folder.to_path_buf(), (index, packages.len()));
            packages.push(package);
        }
    }
    let home = |folder: &Path| folder.ancestors().find_map(|it| homes.get(it)).copied();
    // Files of one folder follow each other.
    let mut latest = (PathBuf::new(), None);
    for path in files {
        let folder = path.parent().unwrap_or(Path::new(""));
        if latest.0 != folder {
            latest = (folder.to_owned(), home(folder));
        }
        match latest.1 {
            Some((project, package)) => {
                below.projects[project].files.push(SourceFile { path, package });
            }
            None => below.rest.push(path),
        }
    }
    below.projects.retain(|it| !it.files.is_empty());
    below
}

fn table(manifest: &Path) -> Result<Table, Error> {
    let error = |text: String| Error::Manifest(manifest.to_owned(), text);
    let text = read_text(manifest).map_err(|it| error(it.to_string()))?;
    text.parse().map_err(|it: toml::de::Error| error(it.message().to_owned()))
}

/// The nearest workspace of a folder or around it. The folder need not be a member.
struct Around {
    root: PathBuf,
    included: GlobSet,
    excluded: GlobSet,
    /// `[workspace.dependencies]`.
    dependencies: Table,
}

impl Around {
    /// The workspace around `folder`, whose own manifest says `own`.
    fn find(folder: &Path, own: &Table) -> Option<Self> {
        let above = folder.ancestors().skip(1).map(|it| (it, table(&it.join("Cargo.toml")).ok()));
        let mut tables = std::iter::once((folder, Some(own.clone()))).chain(above);
        tables.find_map(|(root, table)| Self::new(root, table?.get("workspace")?))
    }

    fn new(root: &Path, workspace: &Value) -> Option<Self> {
        let dependencies = workspace.get("dependencies").and_then(Value::as_table);
        workspace.is_table().then(|| Self {
            root: root.to_owned(),
            included: globs(workspace.get("members")),
            excluded: globs(workspace.get("exclude")),
            dependencies: dependencies.cloned().unwrap_or_default(),
        })
    }

    fn has_member(&self, folder: &Path) -> bool {
        let folder = folder.strip_prefix(&self.root).unwrap_or(folder);
        self.included.is_match(folder) && !self.excluded.is_match(folder)
    }

    fn members(&self) -> Vec<Package> {
        let is_open = |it: &walkdir::DirEntry| {
            it.depth() == 0 || !it.file_name().as_encoded_bytes().starts_with(b".")
        };
        let folders = WalkDir::new(&self.root).min_depth(1).into_iter();
        folders
            .filter_entry(is_open)
            .flatten()
            .filter(|it| it.file_type().is_dir() && self.has_member(it.path()))
            .filter_map(|it| {
                let manifest = it.path().join("Cargo.toml");
                package(&manifest, &table(&manifest).ok()?, Some(self))
            })
            .collect()
    }
}

fn globs(list: Option<&Value>) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for text in strings(list) {
        // A pattern that is none matches nothing; cargo would have said so.
        if let Ok(glob) = Glob::new(text.trim_start_matches("./").trim_end_matches('/')) {
            set.add(glob);
        }
    }
    set.build().unwrap_or_default()
}

fn strings(list: Option<&Value>) -> impl Iterator<Item = &str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn package(manifest: &Path, table: &Table, around: Option<&Around>) -> Option<Package> {
    let section = table.get("package").or_else(|| table.get("project"))?;
    let text = |key| section.get(key).and_then(Value::as_str);
    let name = text("name")?.to_owned();
    let version = text("version").unwrap_or("0.0.0");
    let folder = manifest.parent()?.to_owned();
    let edition = text("edition").unwrap_or("2015");
    let layout = Layout { folder: &folder, name: &name, package: section, table };
    let mut targets = layout.targets();
    for target in &mut targets {
        edition.clone_into(&mut target.edition);
    }
    let dependencies = dependencies(&folder, table, around);
    let documented =
        ["metadata", "docs", "rs", "targets"].iter().try_fold(section, |it, key| it.get(key));
    let conditions = table.get("target").and_then(Value::as_table).into_iter().flatten();
    let named = conditions.map(|(key, _)| key.as_str()).chain(strings(documented));
    Some(Package {
        id: format!("path+file://{}#{name}@{version}", folder.display()),
        version: Version::parse(version).ok(),
        manifest: Some(manifest.to_owned()),
        targets,
        shown: shown(&dependencies, named),
        settings: Settings::default(),
        dependencies,
        rest_selected: true,
        folder,
        name,
    })
}

/// Where a package's targets are.
struct Layout<'a> {
    folder: &'a Path,
    name: &'a str,
    package: &'a Value,
    table: &'a Table,
}

impl Layout<'_> {
    fn targets(&self) -> Vec<Target> {
        let mut targets = Vec::new();
        targets.extend(self.library());
        let main = self.folder.join("src/main.rs");
        let main = (self.is_on("autobins") && main.is_file())
            .then(|| Target::new("bin", self.name, &main));
        targets.extend(main);
        for (kind, folder, auto) in [
            ("bin", "src/bin", "autobins"),
            ("example", "examples", "autoexamples"),
            ("test", "tests", "autotests"),
            ("bench", "benches", "autobenches"),
        ] {
            targets.extend(self.declared(kind, folder));
            if self.is_on(auto) {
                targets.extend(found(kind, &self.folder.join(folder)));
            }
        }
        targets.extend(self.build_script());
        let mut seen = Vec::new();
        targets.retain(|target: &Target| {
            let is_new = !seen.contains(&target.src_path);
            seen.push(target.src_path.clone());
            is_new && target.src_path.is_file()
        });
        targets
    }

    fn is_on(&self, key: &str) -> bool {
        self.package.get(key).and_then(Value::as_bool) != Some(false)
    }

    fn library(&self) -> Option<Target> {
        let section = self.table.get("lib");
        let text = |key| section.and_then(|it| it.get(key)).and_then(Value::as_str);
        let path = self.folder.join(text("path").unwrap_or("src/lib.rs"));
        let macros = ["proc-macro", "proc_macro"].iter().any(|key| {
            section.and_then(|it| it.get(*key)).and_then(Value::as_bool).unwrap_or(false)
        });
        let name = text("name").unwrap_or(self.name).replace('-', "_");
        path.is_file().then(|| Target::new(if macros { "proc-macro" } else { "lib" }, &name, &path))
    }

    fn declared(&self, kind: &str, folder: &str) -> Vec<Target> {
        let list = self.table.get(kind).and_then(Value::as_array).into_iter().flatten();
        let target = |section: &Value| {
            let text = |key| section.get(key).and_then(Value::as_str);
            let name = text("name")?;
            let given = text("path").map(PathBuf::from);
            let usual = [format!("{folder}/{name}.rs"), format!("{folder}/{name}/main.rs")];
            let main = (kind == "bin").then(|| PathBuf::from("src/main.rs"));
            let paths = given.into_iter().chain(usual.map(PathBuf::from)).chain(main);
            let path = paths.map(|it| self.folder.join(it)).find(|it| it.is_file())?;
            Some(Target::new(kind, name, &normalize(&path)))
        };
        list.filter_map(target).collect()
    }

    fn build_script(&self) -> Option<Target> {
        let path = match self.package.get("build") {
            Some(Value::Boolean(false)) => return None,
            Some(Value::String(path)) => path,
            _ => "build.rs",
        };
        let path = self.folder.join(path);
        path.is_file().then(|| Target::new("custom-build", "build-script-build", &path))
    }
}

/// Targets by convention: `NAME.rs` and `NAME/main.rs` in a folder.
fn found(kind: &str, folder: &Path) -> Vec<Target> {
    let mut targets = Vec::new();
    for entry in
        WalkDir::new(folder).min_depth(1).max_depth(1).sort_by_file_name().into_iter().flatten()
    {
        let path = entry.path();
        let main = path.join("main.rs");
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        if path.extension().is_some_and(|it| it == "rs") {
            targets.push(Target::new(kind, &name, path));
        } else if main.is_file() {
            targets.push(Target::new(kind, &name, &main));
        }
    }
    targets
}

const DEPENDENCIES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

fn dependencies(folder: &Path, table: &Table, around: Option<&Around>) -> Vec<Dependency> {
    let platforms = table.get("target").and_then(Value::as_table).into_iter().flatten();
    let tables = std::iter::once(table).chain(platforms.filter_map(|(_, it)| it.as_table()));
    tables
        .flat_map(|table| DEPENDENCIES.iter().filter_map(|key| table.get(*key)?.as_table()))
        .flatten()
        .map(|(key, value)| {
            inherited(key, value, around).unwrap_or_else(|| dependency(folder, key, value))
        })
        .collect()
}

/// What `key = { workspace = true }` means. Where no workspace says it, the name at least is known.
fn inherited(key: &str, value: &Value, around: Option<&Around>) -> Option<Dependency> {
    let is_inherited = value.get("workspace").and_then(Value::as_bool) == Some(true);
    let around = around.filter(|_| is_inherited)?;
    Some(dependency(&around.root, key, around.dependencies.get(key)?))
}

fn dependency(folder: &Path, key: &str, value: &Value) -> Dependency {
    let text = |name| value.get(name).and_then(Value::as_str);
    let package = text("package");
    let req = value.as_str().or_else(|| text("version"));
    Dependency {
        name: package.unwrap_or(key).to_owned(),
        rename: package.map(|_| key.to_owned()),
        req: req.and_then(|it| VersionReq::parse(it).ok()).unwrap_or(VersionReq::STAR),
        path: text("path").map(|path| normalize(&folder.join(path))),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::{read, table};
    use crate::{error::Error, project::Project};

    fn project(tree: &[(&str, &str)]) -> (tempfile::TempDir, Result<Project, Error>) {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in tree {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let project = read(&root.path().join("Cargo.toml"));
        (root, project)
    }

    fn targets(project: &Project, root: &Path) -> Vec<String> {
        let targets = project.packages.iter().flat_map(|it| &it.targets);
        targets
            .map(|it| {
                let path = it.src_path.strip_prefix(root).unwrap().display();
                format!("{} {} {path}", it.kind[0], it.name)
            })
            .collect()
    }

    #[test]
    fn targets_by_convention() {
        let (root, project) = project(&[
            ("Cargo.toml", "[package]\nname = \"my-net\"\nversion = \"1.2.3\"\n"),
            ("src/lib.rs", ""),
            ("src/main.rs", ""),
            ("src/bin/a.rs", ""),
            ("src/bin/b/main.rs", ""),
            ("tests/t.rs", ""),
            ("tests/common/mod.rs", ""),
            ("build.rs", ""),
        ]);
        let project = project.unwrap();
        let expected = [
            "lib my_net src/lib.rs",
            "bin my-net src/main.rs",
            "bin a src/bin/a.rs",
            "bin b src/bin/b/main.rs",
            "test t tests/t.rs",
            "custom-build build-script-build build.rs",
        ];
        assert_eq!(targets(&project, root.path()), expected);
        assert!(project.packages[0].id.ends_with("#my-net@1.2.3"));
    }

    #[test]
    fn declared_targets_and_dependencies() {
        let (root, project) = project(&[
            (
                "Cargo.toml",
                "[package]\nname = \"p\"\nautobins = false\nbuild = false\n\
                 [lib]\npath = \"lib.rs\"\nname = \"q\"\n\
                 [[bin]]\nname = \"x\"\npath = \"x.rs\"\n\
                 [dependencies]\na-b = \"1\"\n\
                 [target.'cfg(unix)'.dev-dependencies]\nc2 = { package = \"c\", version = \"0.5\" }\n",
            ),
            ("lib.rs", ""),
            ("x.rs", ""),
            ("src/main.rs", ""),
            ("build.rs", ""),
        ]);
        let project = project.unwrap();
        assert_eq!(targets(&project, root.path()), ["lib q lib.rs", "bin x x.rs"]);
        let dependencies = &project.packages[0].dependencies;
        assert_eq!(dependencies[0].name, "a-b");
        assert_eq!((&*dependencies[1].name, dependencies[1].rename.as_deref()), ("c", Some("c2")));
    }

    #[test]
    fn members_of_a_workspace() {
        let (root, project) = project(&[
            ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\nexclude = [\"crates/no\"]\n"),
            ("crates/a/Cargo.toml", "[package]\nname = \"a\"\n"),
            ("crates/a/src/lib.rs", ""),
            ("crates/no/Cargo.toml", "[package]\nname = \"no\"\n"),
            ("crates/no/src/lib.rs", ""),
        ]);
        assert_eq!(targets(&project.unwrap(), root.path()), ["lib a crates/a/src/lib.rs"]);
    }

    #[test]
    fn dependencies_of_the_workspace() {
        let workspace = "[workspace]\nmembers = [\"a\"]\n[workspace.dependencies]\n\
            c2 = { package = \"c\", version = \"0.5\" }\nb = { path = \"b\" }\n";
        let inherits = "[package]\nname = \"p\"\n[dependencies]\n\
            c2.workspace = true\nb = { workspace = true }\nd = { workspace = true }\n";
        let root = tempfile::tempdir().unwrap();
        for (folder, text) in [("", workspace), ("a", inherits), ("other", inherits)] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
            fs::write(root.path().join(folder).join("Cargo.toml"), text).unwrap();
        }
        for (folder, around) in [("a", ""), ("other", "other")] {
            let project = read(&root.path().join(folder).join("Cargo.toml")).unwrap();
            assert_eq!(project.root, root.path().join(around).components().as_path());
            let names: Vec<_> = project.packages[0]
                .dependencies
                .iter()
                .map(|it| (it.name.as_str(), it.req.to_string(), it.path.is_some()))
                .collect();
            let expected = [("b", "*", true), ("c", "^0.5", false), ("d", "*", false)];
            assert_eq!(names, expected.map(|(name, req, path)| (name, req.to_owned(), path)));
        }
        let project = read(&root.path().join("Cargo.toml")).unwrap();
        assert_eq!(project.packages[0].dependencies.len(), 3);
    }

    #[test]
    fn manifests_show_windows() {
        let shows = |lines: &str| {
            let (_root, project) =
                project(&[("Cargo.toml", &format!("[package]\nname = \"p\"\n{lines}"))]);
            !project.unwrap().packages[0].shown.is_empty()
        };
        assert!(shows("[dependencies]\nwindows-sys = \"0.60\""));
        assert!(shows("[dev-dependencies]\nw = { package = \"winapi\", version = \"0.3\" }"));
        assert!(shows("[target.'cfg(windows)'.dependencies]\nlog = \"0.4\""));
        assert!(shows("[target.x86_64-pc-windows-msvc.dependencies]\nlog = \"0.4\""));
        assert!(shows("[package.metadata.docs.rs]\ntargets = [\"x86_64-pc-windows-msvc\"]"));
        assert!(!shows("[package.metadata.docs.rs]\ntargets = [\"x86_64-unknown-linux-gnu\"]"));
        assert!(!shows("[target.'cfg(unix)'.dependencies]\nnix = \"0.30\""));
    }

    #[test]
    fn a_broken_manifest_is_an_error() {
        for text in ["[package", "", "[package]\nversion = \"1\"\n"] {
            let (root, project) = project(&[("Cargo.toml", text)]);
            assert!(matches!(project, Err(Error::Manifest(..))), "{text}");
            drop(root);
        }
        assert!(table(Path::new("/no/such/Cargo.toml")).is_err());
    }
}
