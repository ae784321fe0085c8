//! From the command line to projects.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use sockopt_analysis::{Group, RULES, socket::Platforms};

use super::{
    Package, Project, SourceFile,
    cargo::Cargo,
    manifest::{self, Below},
    modules::Ahead,
    normalize, select,
    walk::{self, Found, Nested},
};
use crate::{
    cli::Cli,
    config::{self, Origin},
    error::Error,
    levels::Levels,
    threads::threads,
    warning::Warning,
};

/// What there is to analyze, and what there is not.
#[derive(Debug, Default)]
pub struct Discovery {
    /// The projects.
    pub projects: Vec<Project>,
    /// Why a part of what was asked for cannot be done.
    pub errors: Vec<Error>,
    /// What had to be left out.
    pub warnings: Vec<Warning>,
    /// What was done in another way than usual; for `--verbose`.
    pub notes: Vec<String>,
}

/// Finds the projects that the command line asks for. Each path that cannot be had is an error of its own.
pub fn discover(cli: &Cli, cargo: &Cargo, stdin: &mut dyn io::Read) -> Discovery {
    let mut search = Search { cli, cargo, found: Discovery::default() };
    let result = if cli.paths.is_empty() { search.workspace() } else { Ok(()) };
    search.found.errors.extend(result.err());
    for path in &cli.paths {
        let result = if path.as_os_str() == "-" { search.stdin(stdin) } else { search.path(path) };
        search.found.errors.extend(result.err());
    }
    search.select();
    search.found
}

struct Search<'a> {
    cli: &'a Cli,
    cargo: &'a Cargo,
    found: Discovery,
}

impl Search<'_> {
    fn absolute(&self, path: &Path) -> PathBuf {
        normalize(&self.cargo.cwd.join(path))
    }

    fn given_manifest(&self) -> Result<Option<PathBuf>, Error> {
        let Some(path) = &self.cli.manifest.manifest_path else { return Ok(None) };
        let path = self.absolute(path);
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => Ok(Some(path.join("Cargo.toml"))),
            Ok(_) => Ok(Some(path)),
            Err(error) => Err(missing(path, error)),
        }
    }

    /// Without a path: the workspace of `--manifest-path`, or the one around the current folder.
    fn workspace(&mut self) -> Result<(), Error> {
        let cwd = &self.cargo.cwd;
        let manifest = self.given_manifest()?.or_else(|| manifest_above(cwd));
        let manifest = manifest.ok_or_else(|| Error::NoManifest(cwd.clone()))?;
        let project = self.project(&manifest)?;
        if self.found.projects[project].files.is_empty() {
            let root = self.found.projects.remove(project).root;
            return Err(Error::NoSources(root));
        }
        Ok(())
    }

    fn path(&mut self, path: &Path) -> Result<(), Error> {
        let path = self.absolute(path);
        let metadata = fs::metadata(&path).map_err(|error| missing(path.clone(), error))?;
        if !metadata.is_dir() && !metadata.is_file() {
            return Err(Error::NotAFile(path));
        }
        if path.file_name().is_some_and(|name| name == "Cargo.toml") {
            return self.package(&path);
        }
        let manifest = path.join("Cargo.toml");
        if manifest.is_file() {
            return self.package(&manifest);
        }
        if self.within_package(&path)? { Ok(()) } else { self.alone(path, metadata.is_dir()) }
    }

    /// A folder with a manifest: reported on, and analyzed with the workspace that it belongs to.
    fn package(&mut self, manifest: &Path) -> Result<(), Error> {
        let project = self.project(manifest)?;
        let folder = manifest.parent().unwrap_or(manifest);
        if self.narrow(project, folder) { Ok(()) } else { Err(Error::NoSources(folder.to_owned())) }
    }

    /// A file or folder of a package: reported on, and analyzed with the package's workspace.
    fn within_package(&mut self, path: &Path) -> Result<bool, Error> {
        let given = self.given_manifest()?;
        let Some(manifest) = given.or_else(|| manifest_above(path)) else { return Ok(false) };
        match self.project(&manifest) {
            Ok(project) => Ok(self.narrow(project, path)),
            Err(error @ (Error::Config { .. } | Error::TwoConfigs(..) | Error::Version { .. })) => {
                Err(error)
            }
            Err(error) => {
                self.found.warnings.push(without(&error, &manifest));
                Ok(false)
            }
        }
    }

    /// Reports on `path` of a project. Without a file there, a project that reports on nothing else is dropped.
    fn narrow(&mut self, index: usize, path: &Path) -> bool {
        let project = &mut self.found.projects[index];
        let is_there = project.files.iter().any(|file| file.path.starts_with(path));
        if is_there {
            project.scope.push(path.to_owned());
        } else if project.scope.is_empty() {
            self.found.projects.remove(index);
        }
        is_there
    }

    /// A folder or file without a manifest.
    fn alone(&mut self, path: PathBuf, is_dir: bool) -> Result<(), Error> {
        if !is_dir {
            let folder = path.parent().map(Path::to_owned).unwrap_or_default();
            self.add(plain(folder, vec![path]))?;
            return Ok(());
        }
        let Found { files, manifests, warnings } = walk::sources(&[&path], Nested::Enter);
        self.found.warnings.extend(warnings);
        if files.is_empty() {
            return Err(Error::NoSources(path));
        }
        let Below { projects, rest, wrong } =
            threads()?.install(|| manifest::below(&manifests, files));
        self.found.warnings.extend(wrong.iter().map(|(manifest, error)| without(error, manifest)));
        for mut project in projects {
            project.around = Some(path.clone());
            let result = self.add(project);
            self.found.errors.extend(result.err());
        }
        if !rest.is_empty() {
            self.add(plain(path, rest))?;
        }
        Ok(())
    }

    fn stdin(&mut self, stdin: &mut dyn io::Read) -> Result<(), Error> {
        let mut bytes = Vec::new();
        stdin.read_to_end(&mut bytes).map_err(Error::Stdin)?;
        let name = self.cli.stdin_path.as_deref().unwrap_or(Path::new("stdin.rs"));
        let mut project = plain(self.cargo.cwd.clone(), vec![self.absolute(name)]);
        project.stdin = Some(bytes);
        self.add(project)?;
        Ok(())
    }

    /// The project of a manifest, as an index: that which has it already, or a new one.
    fn project(&mut self, manifest: &Path) -> Result<usize, Error> {
        let has = |it: &Package| it.manifest.as_deref() == Some(manifest);
        let known = |it: &Project| it.packages.iter().any(has);
        if let Some(index) = self.found.projects.iter().position(known) {
            return Ok(index);
        }
        let folder = manifest.parent().unwrap_or(manifest);
        let (answer, ahead) = Ahead::look(folder, || self.cargo.project(manifest));
        let (mut project, note) = answer?;
        project.ahead = ahead;
        if let Some(text) = note {
            let path = manifest.display();
            self.found.notes.push(format!("`{path}` was read without cargo: {text}"));
        }
        if let Some(index) = self.found.projects.iter().position(|it| same(it, &project)) {
            return Ok(index);
        }
        let folders: Vec<&Path> = project.packages.iter().map(|it| it.folder.as_path()).collect();
        let Found { files, warnings, .. } = walk::sources(&folders, Nested::Skip);
        self.found.warnings.extend(warnings);
        let folders = project.folders();
        let file = |path: PathBuf| {
            let package = path.ancestors().find_map(|it| folders.get(it).copied())?;
            Some(SourceFile { path, package })
        };
        let files: Vec<_> = files.into_iter().filter_map(file).collect();
        project.files = files;
        self.add(project)
    }

    /// Adds a project with its settings; the flag counts before them. Says its index.
    fn add(&mut self, mut project: Project) -> Result<usize, Error> {
        if !self.cli.no_config {
            config::apply(&mut project)?;
        }
        let flag = self.cli.platforms.iter().copied().reduce(Platforms::union);
        for package in &mut project.packages {
            package.settings.platforms = flag.or(package.settings.platforms);
            if flag.is_some() {
                package.settings.origins.insert("platforms", Origin::Flag("--platforms"));
            }
            if let Some(path) = &self.cli.baseline {
                package.settings.baseline = Some(self.cargo.cwd.join(path));
                package.settings.origins.insert("baseline", Origin::Flag("--baseline"));
            }
        }
        // A matter of taste is found in what cannot be wrong.
        let levels = Levels::new(&self.cli.levels.flags)?;
        project.lists_all = project.packages.iter().any(|package| {
            let mut rules = RULES.iter().filter(|rule| rule.group == Group::Pedantic);
            rules.any(|rule| levels.may_report(rule, &package.settings))
        });
        self.found.projects.push(project);
        Ok(self.found.projects.len() - 1)
    }

    /// Applies the selection flags; a project that they make no sense for is dropped.
    fn select(&mut self) {
        let Cli { packages, targets, .. } = self.cli;
        let Discovery { projects, errors, .. } = &mut self.found;
        projects.retain_mut(|project| {
            let has_manifest = project.packages.iter().any(|package| package.manifest.is_some());
            let result =
                if has_manifest { select::apply(project, packages, targets) } else { Ok(()) };
            let is_fine = result.is_ok();
            errors.extend(result.err());
            is_fine
        });
    }
}

/// What is said of a manifest that cannot be read.
fn without(error: &Error, manifest: &Path) -> Warning {
    Warning::new(manifest, format!("{error}; what lies in its folder is analyzed without it"))
}

/// Whether two projects are one: a virtual workspace has no package of its own to know it by.
fn same(a: &Project, b: &Project) -> bool {
    let manifests =
        |it: &Project| -> Vec<_> { it.packages.iter().map(|it| it.manifest.clone()).collect() };
    a.root == b.root && manifests(a) == manifests(b)
}

fn plain(root: PathBuf, files: Vec<PathBuf>) -> Project {
    let package = Package {
        id: format!("path+file://{}", root.display()),
        folder: root.clone(),
        rest_selected: true,
        ..Package::default()
    };
    let files = files.into_iter().map(|path| SourceFile { path, package: 0 }).collect();
    Project { root, packages: vec![package], files, ..Project::default() }
}

/// The manifest in a folder, or in the nearest folder above that has one.
#[must_use]
pub fn manifest_above(path: &Path) -> Option<PathBuf> {
    path.ancestors().map(|folder| folder.join("Cargo.toml")).find(|it| it.is_file())
}

fn missing(path: PathBuf, error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::NotFound => Error::NoSuchPath(path),
        _ => Error::Path(path, error),
    }
}
