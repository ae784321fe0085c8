//! Projects as cargo knows them.

use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, MetadataCommand};
use serde_json::Value;

use super::{Dependency, Package, Project, Target, manifest, shown};
use crate::{config::Settings, error::Error};

/// How to call cargo.
#[derive(Debug, Clone)]
pub struct Cargo {
    /// The program.
    pub program: PathBuf,
    /// The folder it runs in.
    pub cwd: PathBuf,
    /// Further flags of `cargo metadata`.
    pub flags: Vec<String>,
}

/// Why cargo's answer can be done without: it says nothing about the manifest itself.
const NOT_THE_MANIFEST: [&str; 7] = [
    SILENT,
    "believes it's in a workspace when it's not",
    "failed to find a workspace root",
    "is not installed",
    "no default toolchain",
    "is required\n\nThe package requires the Cargo feature",
    "this version of Cargo is older than",
];

/// What is said for a cargo that failed, or was ended, without a word.
const SILENT: &str = "cargo failed, and did not say why";

impl Cargo {
    /// The project of a manifest. Where cargo cannot be asked, the manifest is read without it; then the
    /// second part says why.
    ///
    /// # Errors
    /// The manifest is broken.
    pub fn project(&self, manifest: &Path) -> Result<(Project, Option<String>), Error> {
        let mut command = MetadataCommand::new();
        command.cargo_path(&self.program).current_dir(&self.cwd).manifest_path(manifest);
        command.no_deps().other_options(self.flags.clone());
        let why = match command.exec() {
            Ok(metadata) => return Ok((project(metadata), None)),
            Err(cargo_metadata::Error::CargoMetadata { stderr }) if stderr.trim().is_empty() => {
                SILENT.to_owned()
            }
            Err(cargo_metadata::Error::CargoMetadata { stderr }) => stderr,
            Err(error) => format!("this version of Cargo is older than we are: {error}"),
        };
        if !NOT_THE_MANIFEST.iter().any(|phrase| why.contains(phrase)) {
            return Err(Error::Manifest(manifest.to_owned(), message(&why)));
        }
        Ok((manifest::read(manifest)?, Some(message(&why))))
    }
}

/// cargo's message without its frame.
fn message(stderr: &str) -> String {
    let lines = stderr.lines().filter(|line| !line.trim().is_empty());
    let lines: Vec<_> = lines.take_while(|line| !line.starts_with("Stack backtrace")).collect();
    let text = lines.join("\n  ");
    text.strip_prefix("error: ").unwrap_or(&text).to_owned()
}

fn project(metadata: Metadata) -> Project {
    let members = &metadata.workspace_members;
    let is_member = |package: &cargo_metadata::Package| members.contains(&package.id);
    let mut packages: Vec<_> =
        metadata.packages.into_iter().filter(is_member).map(package).collect();
    packages.sort_by(|a, b| a.folder.cmp(&b.folder));
    let root = metadata.workspace_root.into_std_path_buf();
    Project { root, packages, ..Project::default() }
}

fn package(package: cargo_metadata::Package) -> Package {
    let conditions = package.dependencies.iter().filter_map(|it| it.target.as_ref());
    let conditions: Vec<_> = conditions.map(ToString::to_string).collect();
    let documented = package.metadata.pointer("/docs/rs/targets").and_then(Value::as_array);
    let documented = documented.into_iter().flatten().filter_map(Value::as_str);
    let dependencies: Vec<_> = package.dependencies.into_iter().map(dependency).collect();
    let manifest = package.manifest_path.into_std_path_buf();
    Package {
        name: package.name.to_string(),
        version: Some(package.version),
        id: package.id.repr,
        folder: manifest.parent().map(Path::to_owned).unwrap_or_default(),
        manifest: Some(manifest),
        targets: package.targets.into_iter().map(target).collect(),
        shown: shown(&dependencies, conditions.iter().map(String::as_str).chain(documented)),
        dependencies,
        rest_selected: true,
        settings: Settings::default(),
    }
}

fn target(target: cargo_metadata::Target) -> Target {
    Target {
        kind: target.kind.iter().map(ToString::to_string).collect(),
        crate_types: target.crate_types.iter().map(ToString::to_string).collect(),
        name: target.name,
        src_path: target.src_path.into_std_path_buf(),
        edition: target.edition.to_string(),
        doc: target.doc,
        doctest: target.doctest,
        test: target.test,
        selected: true,
    }
}

fn dependency(dependency: cargo_metadata::Dependency) -> Dependency {
    Dependency {
        name: dependency.name,
        rename: dependency.rename,
        req: dependency.req,
        path: dependency.path.map(cargo_metadata::camino::Utf8PathBuf::into_std_path_buf),
    }
}
