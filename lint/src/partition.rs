//! `--partition hash:i/n`: the part of the packages that one of several runs reports on.
//!
//! A package belongs to the shard that its name says, so that no other package changes shards when one comes or goes.
//! What is reported needs more than it is found in: a story can begin in a dependency, and whoever uses a package
//! decides what its functions are given. So a shard looks at its packages and at all that these depend on; and where
//! a package has to do with sockets, itself or through what it depends on, at all that depend on it, too. Others
//! are not even read.

use std::{collections::BTreeSet, fmt, str::FromStr};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sockopt_analysis::{Prefilter, workspace::reached};

use crate::{identity, project::Project};

/// One of so many parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Partition {
    /// Which, from 1.
    pub index: usize,
    /// How many there are.
    pub count: usize,
}

impl Default for Partition {
    /// The only one.
    fn default() -> Self {
        Self { index: 1, count: 1 }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl FromStr for Partition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || "write `hash:I/N`: part I of N, such as `hash:1/4`".to_owned();
        let (index, count) =
            text.strip_prefix("hash:").and_then(|it| it.split_once('/')).ok_or_else(form)?;
        let number = |text: &str| text.parse::<usize>().map_err(|_| form());
        let (index, count) = (number(index)?, number(count)?);
        if count == 0 || !(1..=count).contains(&index) {
            return Err(format!("there is no part {index} of {count}: parts count from 1"));
        }
        Ok(Self { index, count })
    }
}

impl Partition {
    /// Whether it has the packages of a name. Those of one name stay together; what has no manifest has no name.
    #[must_use]
    pub fn has(self, package: &str) -> bool {
        let count = u64::try_from(self.count).unwrap_or(u64::MAX);
        let number = identity::number_of([package]);
        // The lower half alone would be the same for names that differ in few bits.
        let shard = (number ^ (number >> 32)) % count;
        usize::try_from(shard).is_ok_and(|it| it + 1 == self.index)
    }

    /// Whether anything of a project is reported on.
    #[must_use]
    pub fn concerns(self, project: &Project) -> bool {
        project.packages.iter().any(|it| self.has(&it.name))
    }

    /// Selects the part of a project, and leaves out the packages that it does not need.
    pub fn apply(self, project: &mut Project) {
        let all = project.packages.iter().enumerate();
        let own = all.filter(|(_, it)| self.has(&it.name)).map(|(index, _)| index).collect();
        let needed = needed(project, &own);
        for (index, package) in project.packages.iter_mut().enumerate() {
            if !own.contains(&index) {
                package.rest_selected = false;
                package.targets.iter_mut().for_each(|it| it.selected = false);
            }
            if !needed.contains(&index) {
                package.targets.clear();
            }
        }
        project.files.retain(|it| needed.contains(&it.package));
    }
}

/// The packages without which stories that end in some of them are not understood.
fn needed(project: &Project, own: &BTreeSet<usize>) -> BTreeSet<usize> {
    let (needs, needed_by) = (project.needs(), project.needed_by());
    let (mut read, mut relevant) = (BTreeSet::new(), BTreeSet::new());
    let mut needed = own.clone();
    loop {
        let before = needed.len();
        needed = reached(needed, |it| needs[it].clone());
        relevant.extend(admitted(project, &needed.difference(&read).copied().collect()));
        read.extend(&needed);
        let has_sockets = |it: &&usize| {
            reached([**it], |it| needs[it].clone()).iter().any(|it| relevant.contains(it))
        };
        let with_sockets: Vec<_> = needed.iter().filter(has_sockets).copied().collect();
        needed.extend(reached(with_sockets, |it| needed_by[it].clone()));
        if needed.len() == before {
            return needed;
        }
    }
}

/// Which of some packages name a call of the tables.
fn admitted(project: &Project, some: &BTreeSet<usize>) -> BTreeSet<usize> {
    let walked = project.files.iter().map(|it| (it.package, it.path.as_path()));
    let targets = project.packages.iter().enumerate();
    let targets = targets
        .flat_map(|(index, it)| it.targets.iter().map(move |it| (index, it.src_path.as_path())));
    let files: Vec<_> = walked.chain(targets).filter(|(it, _)| some.contains(it)).collect();
    let prefilter = Prefilter::of_tables();
    let names_call = |path| project.read(path).is_ok_and(|bytes| prefilter.admits(&bytes));
    files.par_iter().filter(|(_, path)| names_call(path)).map(|(package, _)| *package).collect()
}

#[cfg(test)]
mod tests {
    use super::Partition;

    #[test]
    fn a_part_counts_from_one() {
        let read = |text: &str| text.parse::<Partition>().map(|it| it.to_string());
        assert_eq!(read("hash:2/3").unwrap(), "2/3");
        for wrong in ["2/3", "hash:0/3", "hash:4/3", "hash:1/0", "hash:a/b", "hash:1", "slice:1/2"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert!(read("hash:4/3").unwrap_err().contains("no part 4 of 3"));
    }

    #[test]
    fn every_package_is_in_one_part_and_stays_there() {
        let names: Vec<_> = (0..1000).map(|it| format!("package-{it}")).collect();
        let part = |name: &String| {
            let all = (1..=8).map(|index| Partition { index, count: 8 });
            let having: Vec<_> = all.filter(|it| it.has(name)).map(|it| it.index).collect();
            assert_eq!(having.len(), 1, "{name}: {having:?}");
            having[0]
        };
        let parts: Vec<_> = names.iter().map(part).collect();
        let sizes = (1..=8).map(|part| parts.iter().filter(|it| **it == part).count());
        let sizes: Vec<_> = sizes.collect();
        assert!(sizes.iter().all(|it| (90..=160).contains(it)), "{sizes:?}");
        // In every release, and on every machine.
        assert_eq!(parts[..8], [8, 7, 2, 1, 4, 3, 6, 5]);
    }
}
