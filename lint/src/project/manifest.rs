//! Projects without cargo: a `Cargo.toml` read by ourselves.
//!
//! Needed where cargo refuses to answer though the manifest is in order: a package unpacked inside of another
//! workspace's folder, a toolchain that is not installed. Published manifests list their targets; for others,
//! cargo's conventions give them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use globset::{Glob, GlobSet, GlobSetBuilder};
use semver::{Version, VersionReq};
use toml::{Table, Value};
use walkdir::WalkDir;

use super::{Dependency, Package, Project, Target, normalize};
use crate::error::Error;

/// The project of a manifest: its package, and the members of its workspace if it has one.
///
/// # Errors
/// The manifest cannot be read, is no TOML, or describes neither a package nor a workspace.
pub fn read(manifest: &Path) -> Result<Project, Error> {
    let root = manifest.parent().map(Path::to_owned).unwrap_or_default();
    let table = table(manifest)?;
    let mut packages: Vec<_> = package(manifest, &table).into_iter().collect();
    if let Some(workspace) = table.get("workspace") {
        packages.extend(members(&root, workspace));
    }
    if packages.is_empty() {
        let text = "neither `[package]` nor `[workspace]` has what it needs".to_owned();
        return Err(Error::Manifest(manifest.to_owned(), text));
    }
    packages.sort_by(|a, b| a.folder.cmp(&b.folder));
    Ok(Project { root, packages, scope: Vec::new(), files: Vec::new(), stdin: None })
}

fn table(manifest: &Path) -> Result<Table, Error> {
    let error = |text: String| Error::Manifest(manifest.to_owned(), text);
    let text = fs::read_to_string(manifest).map_err(|it| error(it.to_string()))?;
    text.parse().map_err(|it: toml::de::Error| error(it.message().to_owned()))
}

fn members(root: &Path, workspace: &Value) -> Vec<Package> {
    let (included, excluded) = (globs(workspace.get("members")), globs(workspace.get("exclude")));
    let is_open = |it: &walkdir::DirEntry| {
        it.depth() == 0 || !it.file_name().as_encoded_bytes().starts_with(b".")
    };
    let folders = WalkDir::new(root).min_depth(1).into_iter().filter_entry(is_open).flatten();
    folders
        .filter(|it| it.file_type().is_dir())
        .filter(|it| {
            let folder = it.path().strip_prefix(root).unwrap_or(it.path());
            included.is_match(folder) && !excluded.is_match(folder)
        })
        .filter_map(|it| {
            let manifest = it.path().join("Cargo.toml");
            package(&manifest, &table(&manifest).ok()?)
        })
        .collect()
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

fn package(manifest: &Path, table: &Table) -> Option<Package> {
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
    Some(Package {
        id: format!("path+file://{}#{name}@{version}", folder.display()),
        version: Version::parse(version).ok(),
        manifest: Some(manifest.to_owned()),
        targets,
        dependencies: dependencies(&folder, table),
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

fn dependencies(folder: &Path, table: &Table) -> Vec<Dependency> {
    let platforms = table.get("target").and_then(Value::as_table).into_iter().flatten();
    let tables = std::iter::once(table).chain(platforms.filter_map(|(_, it)| it.as_table()));
    tables
        .flat_map(|table| DEPENDENCIES.iter().filter_map(|key| table.get(*key)?.as_table()))
        .flatten()
        .map(|(key, value)| dependency(folder, key, value))
        .collect()
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
    fn a_broken_manifest_is_an_error() {
        for text in ["[package", "", "[package]\nversion = \"1\"\n"] {
            let (root, project) = project(&[("Cargo.toml", text)]);
            assert!(matches!(project, Err(Error::Manifest(..))), "{text}");
            drop(root);
        }
        assert!(table(Path::new("/no/such/Cargo.toml")).is_err());
    }
}
