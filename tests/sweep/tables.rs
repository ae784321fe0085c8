//! The two tables: which crates are swept, and what people say about the findings in them.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

/// A row of `crates.tsv`.
#[derive(Clone, Debug)]
pub(crate) struct Krate {
    /// Name of the package.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
    /// Where its sources are.
    pub(crate) source: Source,
}

/// Where the sources of a crate are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// In the registry.
    Registry,
    /// In a folder of a public repository.
    Repository {
        /// `owner/name`.
        name: String,
        /// The commit.
        commit: String,
        /// The crate's folder in it; empty for its root.
        folder: String,
    },
}

impl Krate {
    /// Where `fetch` puts it.
    pub(crate) fn folder(&self, dir: &Path) -> PathBuf {
        dir.join(format!("{}-{}", self.name, self.version))
    }
}

/// What people say about a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Judgement {
    /// It is as the tool says.
    True,
    /// A false alarm.
    False,
    /// A careful reader could say either.
    Debatable,
}

/// A row of `verdicts.tsv`; why is for readers only.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    /// What is judged.
    pub(crate) place: Place,
    /// The judgement.
    pub(crate) judgement: Judgement,
}

/// A finding, as far as it has to be told from others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// The rule, without the tool's prefix.
    pub(crate) rule: String,
    /// Name of the crate.
    pub(crate) krate: String,
    /// Its version.
    pub(crate) version: String,
    /// The file, relative to the crate.
    pub(crate) path: String,
    /// The line.
    pub(crate) line: u64,
}

/// The crates to sweep.
pub(crate) fn crates() -> Result<Vec<Krate>, Box<dyn Error>> {
    rows("crates.tsv")?
        .iter()
        .map(|row| krate(row).ok_or_else(|| wrong("crates.tsv", row)))
        .collect()
}

/// What is known about findings.
pub(crate) fn verdicts() -> Result<Vec<Verdict>, Box<dyn Error>> {
    let rows = rows("verdicts.tsv")?;
    rows.iter().map(|row| verdict(row).ok_or_else(|| wrong("verdicts.tsv", row))).collect()
}

/// The lines of a table below its head.
fn rows(name: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sweep").join(name);
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text.lines().skip(1).map(str::to_owned).collect())
}

fn wrong(table: &str, row: &str) -> Box<dyn Error> {
    format!("{table} has a broken row: {row}").into()
}

fn krate(row: &str) -> Option<Krate> {
    let [name, version, source] = row.split('\t').collect::<Vec<_>>().try_into().ok()?;
    let source = if source == "registry" {
        Source::Registry
    } else {
        let (place, folder) = source.split_once(':')?;
        let (name, commit) = place.split_once('@')?;
        Source::Repository {
            name: name.to_owned(),
            commit: commit.to_owned(),
            folder: folder.to_owned(),
        }
    };
    Some(Krate { name: name.to_owned(), version: version.to_owned(), source })
}

fn verdict(row: &str) -> Option<Verdict> {
    let [krate, version, path, line, rule, judgement, _why] =
        row.split('\t').collect::<Vec<_>>().try_into().ok()?;
    let judgement = match judgement {
        "true" => Judgement::True,
        "false" => Judgement::False,
        "debatable" => Judgement::Debatable,
        _ => return None,
    };
    let place = Place {
        rule: rule.to_owned(),
        krate: krate.to_owned(),
        version: version.to_owned(),
        path: path.to_owned(),
        line: line.parse().ok()?,
    };
    Some(Verdict { place, judgement })
}
