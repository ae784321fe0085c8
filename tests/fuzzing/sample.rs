//! An input as files in a folder, and as a project.

use std::{fs, path::PathBuf};

use cargo_sockopt::project::{Package, Project, SourceFile, Target};
use tempfile::TempDir;

/// What stands between the files of an input.
pub const SEPARATOR: u8 = 0x1c;

/// The files of an input: `lib.rs`, `m1.rs`, `m2.rs`, …
pub(super) struct Sample {
    folder: TempDir,
    files: Vec<PathBuf>,
}

impl Sample {
    pub(super) fn new(input: &[u8]) -> Self {
        let folder = tempfile::tempdir().expect("there is a place for temporary folders");
        let mut files = Vec::new();
        for (index, text) in input.split(|it| *it == SEPARATOR).enumerate() {
            let name = if index == 0 { "lib.rs".to_owned() } else { format!("m{index}.rs") };
            let path = folder.path().join(name);
            fs::write(&path, text).expect("a temporary file can be written");
            files.push(path);
        }
        Self { folder, files }
    }

    /// What a crate of these files is to the tool.
    pub(super) fn project(&self) -> Project {
        let folder = self.folder.path().to_owned();
        let package = Package {
            folder: folder.clone(),
            targets: vec![Target::new("lib", "sample", &self.files[0])],
            rest_selected: true,
            ..Package::default()
        };
        let file = |path: &PathBuf| SourceFile { path: path.clone(), package: 0 };
        let mut files: Vec<_> = self.files.iter().map(file).collect();
        files.sort_unstable();
        Project { root: folder, packages: vec![package], files, ..Project::default() }
    }
}
