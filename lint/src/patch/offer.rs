//! What fixes are, as edits: made for what is reported, from a second parse of each file that has some.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use rayon::prelude::*;
use sockopt_analysis::{
    Diagnostic, Edit, Fix, Group, Level, RULES, Request, Rule, rewrite, socket::Platforms,
};

use crate::{
    levels::{Levels, Situation},
    project::{
        Project,
        modules::{Ambit, Loaded, fingerprint},
    },
};

/// The edits that repair diagnostics, in their order; none where there is no safe edit, or where the file is
/// not the project's own. Call it on a thread with [`crate::project::modules::STACK_BYTES`].
#[must_use]
pub fn edits(
    loaded: &Loaded,
    diagnostics: &[&Diagnostic],
    levels: &Levels,
) -> Vec<Option<Vec<Edit>>> {
    let mut files: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, diagnostic) in diagnostics.iter().enumerate() {
        if let Some(fix) = &diagnostic.fix {
            files.entry(fix.file().0 as usize).or_default().push(index);
        }
    }
    let mut grounds = Grounds::new(loaded.project());
    files.retain(|file, _| grounds.owns(&loaded.files[*file].path));
    let of_file = |(file, indices): (&usize, &Vec<usize>)| {
        let fixes = indices.iter().filter_map(|index| diagnostics[*index].fix.as_ref());
        let edits = of_file(loaded, *file, fixes, levels).unwrap_or_default();
        indices.iter().copied().zip(edits).collect::<Vec<_>>()
    };
    let mut offered = vec![None; diagnostics.len()];
    for (index, edits) in files.par_iter().flat_map_iter(of_file).collect::<Vec<_>>() {
        offered[index] = edits;
    }
    offered
}

fn of_file<'a>(
    loaded: &Loaded,
    file: usize,
    fixes: impl Iterator<Item = &'a Fix>,
    levels: &Levels,
) -> Option<Vec<Option<Vec<Edit>>>> {
    // What is not reported on is not touched either.
    loaded.origin(file)?;
    let for_windows = matters(Platforms::WINDOWS, loaded, file, levels);
    let file = &loaded.files[file];
    let bytes = loaded.project().read(&file.path).ok()?;
    if fingerprint(&bytes) != file.fingerprint {
        return None;
    }
    let text = String::from_utf8(bytes).ok()?;
    let requests: Vec<_> = fixes.map(|fix| Request { fix, for_windows }).collect();
    Some(rewrite(&text, &file.sites, &requests))
}

/// Whether a package is built for a platform, or the user wants to know what would be if it were.
fn matters(platform: Platforms, loaded: &Loaded, file: usize, levels: &Levels) -> bool {
    let Ambit { judged, built_for } = loaded.ambit(file);
    let path = loaded.files[file].path.as_path();
    let settings = loaded.settings_at(path);
    let situation = Situation { settings, path, holds_on: platform, built_for };
    let is_reported = |rule: &&Rule| levels.of(rule, &situation).0 != Level::Allow;
    let mut portability = RULES.iter().copied().filter(|rule| rule.group == Group::Portability);
    !built_for.intersection(platform).is_empty()
        || (!judged.intersection(platform).is_empty() && portability.any(|it| is_reported(&it)))
}

/// Where the files of a project lie, links followed.
#[derive(Debug)]
pub struct Grounds<'p> {
    project: &'p Project,
    /// What folders are, links followed: that of a folder is found from that of the one above it.
    known: BTreeMap<PathBuf, Option<PathBuf>>,
}

impl<'p> Grounds<'p> {
    /// Those of a project.
    #[must_use]
    pub fn new(project: &'p Project) -> Self {
        Self { project, known: BTreeMap::new() }
    }

    /// Whether a file lies in the project: in its root, or in the folder of a member.
    pub fn owns(&mut self, path: &Path) -> bool {
        let project = self.project;
        if project.stdin.is_some() {
            return true;
        }
        let Some(path) = self.follow(path) else { return false };
        // Of most workspaces, every package is below the root.
        let mut folders =
            [&project.root].into_iter().chain(project.packages.iter().map(|it| &it.folder));
        folders.any(|it| self.follow(it).is_some_and(|folder| path.starts_with(folder)))
    }

    fn follow(&mut self, path: &Path) -> Option<PathBuf> {
        let mut unknown = Vec::new();
        let mut at = path;
        let mut known = loop {
            match (self.known.get(at), at.parent(), at.file_name()) {
                (Some(known), ..) => break known.clone(),
                (None, Some(above), Some(name)) if !above.as_os_str().is_empty() => {
                    unknown.push((at, name));
                    at = above;
                }
                _ => break at.canonicalize().ok(),
            }
        };
        for (at, name) in unknown.into_iter().rev() {
            known = match fs::symlink_metadata(at) {
                Ok(it) if it.is_symlink() => at.canonicalize().ok(),
                Ok(_) => known.map(|above| above.join(name)),
                Err(_) => None,
            };
            self.known.insert(at.to_owned(), known.clone());
        }
        known
    }
}
