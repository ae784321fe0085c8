//! Findings that are known already: a file of identities, and what is new compared with them.
//!
//! Identities are compared, not counts: a finding that was repaired makes no room for a new one. One whose code
//! went elsewhere is the same finding, if it is gone from where it was.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::Path,
};

use serde::Deserialize;

use crate::{config, error::Error, identity::Identity, project};

/// The name that is used where none is given.
pub const FILE: &str = "sockopt-baseline.toml";

/// The only version of the file so far.
const VERSION: u32 = 1;

/// What comes of a comparison.
#[derive(Debug, Default)]
pub struct Comparison {
    /// For each finding, the known one that it is.
    pub same: Vec<Option<usize>>,
    /// The known ones that are not found any more.
    pub absent: Vec<usize>,
}

/// Compares findings with known ones. `has_left` says whether the item of a known one is gone from its file, and
/// `has_come` whether that of a finding is new in its own.
pub fn compare(
    found: &[&Identity],
    known: &[Identity],
    mut has_left: impl FnMut(&Identity) -> bool,
    mut has_come: impl FnMut(&Identity) -> bool,
) -> Comparison {
    let mut exact: BTreeMap<_, usize> = BTreeMap::new();
    for (index, it) in known.iter().enumerate() {
        exact.insert((it.key(), it.ordinal), index);
    }
    let same = |it: &&Identity| exact.get(&(it.key(), it.ordinal)).copied();
    let mut same: Vec<_> = found.iter().map(same).collect();
    let mut absent: BTreeSet<_> = (0..known.len()).collect();
    same.iter().flatten().for_each(|it| {
        absent.remove(it);
    });
    for (found, same) in found.iter().zip(&mut same).filter(|(_, same)| same.is_none()) {
        let is_it = |it: &usize| known[*it].may_have_moved_to(found) && has_left(&known[*it]);
        let moved = absent.iter().copied().find(is_it).filter(|_| has_come(found));
        if let Some(moved) = moved {
            absent.remove(&moved);
            *same = Some(moved);
        }
    }
    Comparison { same, absent: absent.into_iter().collect() }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    #[serde(default)]
    findings: Vec<Identity>,
}

/// Reads a baseline that nobody named on the command line.
///
/// # Errors
/// There is none, it cannot be read, or it is no baseline.
pub fn read(path: &Path) -> Result<Vec<Identity>, Error> {
    parse(path, project::read_text(path))
}

/// Reads a baseline that somebody named, which may be a pipe.
///
/// # Errors
/// As [`read`].
pub fn read_given(path: &Path) -> Result<Vec<Identity>, Error> {
    parse(path, fs::read_to_string(path))
}

fn parse(path: &Path, text: io::Result<String>) -> Result<Vec<Identity>, Error> {
    let text = text.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::NoBaseline(path.to_owned()),
        _ => Error::Path(path.to_owned(), error),
    })?;
    let Document { version, mut findings } = config::parse(path, &text)?;
    if version != VERSION {
        let line = text.lines().position(|it| it.trim_start().starts_with("version"));
        let message = format!("version {version} is not known here, only {VERSION}");
        let line = line.map_or(1, |it| it + 1);
        return Err(Error::Config { path: path.to_owned(), line, message, near: None });
    }
    // Whoever resolves a conflict keeps both sides.
    findings.sort();
    findings.dedup_by(|a, b| (a.key(), a.ordinal) == (b.key(), b.ordinal));
    Ok(findings)
}

/// A baseline as text: sorted, one finding per line.
#[must_use]
pub fn text(findings: &[Identity]) -> String {
    let mut text = format!(
        "# Findings of `cargo sockopt` that are known: with `--baseline` they are not reported.\n\
         # `cargo sockopt baseline prune` removes what was repaired.\n\
         version = {VERSION}\nfindings = [\n"
    );
    let mut sorted: Vec<_> = findings.iter().collect();
    sorted.sort();
    for Identity { package, path, item, rule, hash, ordinal, code } in sorted {
        let pairs = [("package", package), ("path", path), ("item", item), ("rule", rule)];
        let mut line = String::from("  {");
        let mut add = |key: &str, value: &str| {
            // What JSON writes between quotes means the same in TOML.
            let value = serde_json::to_string(value).unwrap_or_default();
            line.extend([" ", key, " = ", &value, ","]);
        };
        pairs.into_iter().filter(|(_, it)| !it.is_empty()).for_each(|(key, it)| add(key, it));
        add("hash", hash);
        add("code", code);
        if *ordinal > 1 {
            line.extend([" n = ", &ordinal.to_string(), ","]);
        }
        line.pop();
        text.extend([line.as_str(), " },\n"]);
    }
    text + "]\n"
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{compare, read, text};
    use crate::identity::Identity;

    /// `path item hash`, and perhaps the ordinal.
    fn identity(line: &str) -> Identity {
        let words: Vec<_> = line.split(' ').collect();
        let ordinal = words.get(3).map_or(1, |it| it.parse().unwrap());
        Identity {
            path: words[0].into(),
            item: words[1].into(),
            hash: words[2].into(),
            rule: "late_option".into(),
            code: "s.set(\"ä\\n\", true)".into(),
            ordinal,
            ..Identity::default()
        }
    }

    /// What is new and what is absent; an item with a capital letter is still where it was.
    fn compared(found: &[&str], known: &[&str]) -> (Vec<usize>, Vec<usize>) {
        let all = |lines: &[&str]| lines.iter().map(|it| identity(it)).collect::<Vec<_>>();
        let (found, known) = (all(found), all(known));
        let found: Vec<_> = found.iter().collect();
        let is_lower = |it: &Identity| !it.item.starts_with(char::is_uppercase);
        let it = compare(&found, &known, is_lower, |_| true);
        let new = it.same.iter().enumerate().filter(|(_, same)| same.is_none());
        (new.map(|(index, _)| index).collect(), it.absent)
    }

    #[test]
    fn identities_are_compared_and_not_counts() {
        assert_eq!(compared(&["a f 1"], &["a f 1"]), (vec![], vec![]));
        assert_eq!(compared(&["a g 1"], &["a f 1"]), (vec![0], vec![0]));
        assert_eq!(compared(&["a f 2"], &["a f 1"]), (vec![0], vec![0]));
        assert_eq!(compared(&["a f 1", "a f 1 2"], &["a f 1"]), (vec![1], vec![]));
        assert_eq!(compared(&[], &["a f 1"]), (vec![], vec![0]));
    }

    #[test]
    fn code_that_moved_is_the_same() {
        assert_eq!(compared(&["b f 1"], &["a f 1"]), (vec![], vec![]));
        assert_eq!(compared(&["b m::f 1"], &["a f 1"]), (vec![], vec![]));
        assert_eq!(compared(&["b f 1", "c f 1"], &["a f 1"]), (vec![1], vec![]));
        assert_eq!(compared(&["b F 1"], &["a F 1"]), (vec![0], vec![0]));
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.toml");
        let all = ["b f 1", "a g 2 2", "a g 2"].map(identity);
        let written = text(&all);
        assert_eq!(written.lines().filter(|it| it.starts_with("  {")).count(), 3);
        fs::write(&path, written.replace("  {", "  { ").replace("version", "# <<<<\nversion"))
            .unwrap();
        let mut sorted = all.to_vec();
        sorted.sort();
        assert_eq!(read(&path).unwrap(), sorted);
        assert_eq!(text(&sorted), written);
        fs::write(&path, "version = 1\nfindings = [{ pth = \"\" }]\n").unwrap();
        let error = read(&path).unwrap_err();
        assert!(error.to_string().contains("b.toml:2`: unknown field `pth`"), "{error}");
        fs::write(&path, "\nversion = 7\n").unwrap();
        assert!(read(&path).unwrap_err().to_string().contains(":2`: version 7"));
    }
}
