//! What a shard found, as a file, and `cargo sockopt merge`: all shards as one run.
//!
//! The file holds what every format needs, texts included, so that the machine that joins them needs no sources.

use std::{collections::BTreeMap, fs, path::Path};

use serde::{Deserialize, Serialize};

use super::{Session, reporting::Record};
use crate::{
    cli::{Cli, MergeArgs},
    error::Error,
    exit::Exit,
    finding::{Finding, Sources},
    identity,
    partition::Partition,
    suppress::rules::by_name,
};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// By what a file is known to be one of these.
#[derive(Serialize, Deserialize)]
struct Head {
    /// The version of the tool.
    #[serde(rename = "cargo-sockopt-shard")]
    version: String,
}

/// What a shard found.
#[derive(Serialize, Deserialize)]
struct Shard {
    #[serde(flatten)]
    head: Head,
    partition: Partition,
    terms: Terms,
    record: Record,
    findings: Vec<(Finding, usize)>,
    sources: Vec<Sources>,
    scanned: usize,
    complete: bool,
}

/// What must be the same for all.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Terms {
    /// Tells flags from others.
    flags: u64,
    /// All packages, whichever shard reports on them.
    packages: Vec<String>,
}

impl Terms {
    pub(super) fn new(cli: &Cli, mut packages: Vec<String>) -> Self {
        let Cli { paths, stdin_path, since, no_merge_base, baseline, platforms, .. } = cli;
        let Cli { levels, packages: chosen, targets, manifest, .. } = cli;
        let what = format!("{paths:?} {stdin_path:?} {chosen:?} {targets:?} {manifest:?}");
        let how = format!("{since:?} {no_merge_base} {baseline:?} {platforms:?} {levels:?}");
        packages.sort();
        Self { flags: identity::number_of([what.as_str(), how.as_str()]), packages }
    }
}

impl Session<'_, '_> {
    /// What this run found, for [`Session::merge`].
    pub(super) fn shard(&self, shown: &[Sources]) -> String {
        let shard = Shard {
            head: Head { version: VERSION.to_owned() },
            partition: self.cli.partition.unwrap_or_default(),
            terms: self.terms.clone(),
            record: self.record.clone(),
            findings: self.findings.clone(),
            sources: shown.to_vec(),
            scanned: self.scanned,
            complete: !self.incomplete,
        };
        serde_json::to_string(&shard).expect("strings and numbers always serialize") + "\n"
    }

    /// `cargo sockopt merge`.
    pub(super) fn merge(mut self, args: &MergeArgs) -> Result<Exit, Error> {
        let mut shards = Vec::new();
        for path in &args.files {
            shards.push((path.as_path(), read(&self.host.cwd.join(path))?));
        }
        check(&shards)?;
        let mut shown = Vec::new();
        for (_, shard) in shards {
            let first = shown.len();
            for (sources, root) in shard.sources.iter().zip(shard.record.roots()) {
                shown.push(sources.relative_to(&self.base_for(self.format, Some(root))));
            }
            for (finding, index) in shard.findings {
                let bases = shard.sources.get(index).zip(shown.get(first + index));
                let Some((from, to)) = bases else { continue };
                self.findings.push((finding.moved(from, to.base()), first + index));
            }
            self.scanned += shard.scanned;
            self.incomplete |= !shard.complete;
            self.record.add(shard.record, &shard.sources, &shown[first..]);
        }
        for warning in self.record.located() {
            self.warn(&warning)?;
        }
        self.arrange();
        self.report_all(&shown)?;
        self.finish()
    }
}

fn read(path: &Path) -> Result<Shard, Error> {
    let failed = |why: String| Error::NoShard(path.to_owned(), why);
    let bytes = fs::read(path).map_err(|error| Error::Path(path.to_owned(), error))?;
    let head: Result<Head, _> = serde_json::from_slice(&bytes);
    let version = head.map_err(|_| failed("it is another format".to_owned()))?.version;
    if version != VERSION {
        let what = format!("`{}` is of version {version}, and this is {VERSION}", path.display());
        return Err(Error::Merge(what, "use one version of cargo-sockopt for all of them"));
    }
    let mut shard: Shard =
        serde_json::from_slice(&bytes).map_err(|error| failed(error.to_string()))?;
    for (finding, _) in &mut shard.findings {
        finding.explanation = by_name(finding.rule).map_or("", |it| it.docs);
    }
    Ok(shard)
}

/// Whether these are all the shards of one run.
fn check(shards: &[(&Path, Shard)]) -> Result<(), Error> {
    let Some(((first, reference), rest)) = shards.split_first() else { return Ok(()) };
    let differ = |other: &Path, what: &str, help| {
        let (first, other) = (first.display(), other.display());
        Err(Error::Merge(format!("`{first}` and `{other}` are of {what}"), help))
    };
    for (path, shard) in rest {
        if shard.partition.count != reference.partition.count {
            let (one, other) = (reference.partition, shard.partition);
            let what = format!("different partitions, {one} and {other}");
            return differ(path, &what, "pass the files of one partition");
        }
        if shard.terms.flags != reference.terms.flags {
            let help = "run all parts with the same flags but `--partition`";
            return differ(path, "runs with different flags", help);
        }
        if shard.terms.packages != reference.terms.packages {
            let help = "run all parts on the same commit";
            return differ(path, "runs over different packages", help);
        }
    }
    let mut files: BTreeMap<Partition, Vec<String>> = BTreeMap::new();
    for (path, shard) in shards {
        files.entry(shard.partition).or_default().push(format!("`{}`", path.display()));
    }
    if let Some((partition, twice)) = files.iter().find(|(_, files)| files.len() > 1) {
        let what = format!("part {partition} is there more than once: {}", twice.join(", "));
        return Err(Error::Merge(what, "pass one file of each part"));
    }
    let count = reference.partition.count;
    let all = (1..=count).map(|index| Partition { index, count });
    let missing: Vec<_> =
        all.filter(|it| !files.contains_key(it)).map(|it| it.to_string()).collect();
    match missing.as_slice() {
        [] => Ok(()),
        [one] => {
            let help = "pass the file that it wrote; if it failed, run it again";
            Err(Error::Merge(format!("part {one} is missing"), help))
        }
        several => {
            let help = "pass the files that they wrote; if one failed, run it again";
            Err(Error::Merge(format!("parts {} are missing", several.join(", ")), help))
        }
    }
}
