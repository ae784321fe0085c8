//! Versions of dependencies: from the lock file, or the lowest that the manifest allows.

use std::{collections::BTreeMap, path::Path};

use semver::{Comparator, Op, Version, VersionReq};
use serde::Deserialize;

use super::read_text;

/// What of a `Cargo.lock` matters.
#[derive(Default, Deserialize)]
#[serde(default)]
struct File {
    package: Vec<Locked>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Locked {
    name: String,
    version: String,
}

/// The versions in a `Cargo.lock`, by package name.
#[derive(Debug, Default)]
pub struct Lock {
    versions: BTreeMap<String, Vec<Version>>,
}

impl Lock {
    /// Reads the lock file of a workspace. One that is absent or broken locks nothing: cargo would make it
    /// anew.
    #[must_use]
    pub fn read(root: &Path) -> Self {
        read_text(&root.join("Cargo.lock")).map_or_else(|_| Self::default(), |it| Self::parse(&it))
    }

    fn parse(text: &str) -> Self {
        let File { package } = toml::from_str(text).unwrap_or_default();
        let mut lock = Self::default();
        for Locked { name, version } in package {
            lock.versions.entry(name).or_default().extend(Version::parse(&version));
        }
        lock
    }

    /// The version of a package that `req` means.
    #[must_use]
    pub fn version(&self, name: &str, req: &VersionReq) -> Option<Version> {
        let locked = self.versions.get(name).into_iter().flatten();
        locked.filter(|it| req.matches(it)).max().cloned().or_else(|| lowest(req))
    }
}

/// The lowest version that a requirement allows, if it has a lower bound.
fn lowest(req: &VersionReq) -> Option<Version> {
    req.comparators.iter().filter_map(lower_bound).max()
}

fn lower_bound(it: &Comparator) -> Option<Version> {
    let (minor, patch) = (it.minor.unwrap_or(0), it.patch.unwrap_or(0));
    let version = Version { pre: it.pre.clone(), ..Version::new(it.major, minor, patch) };
    match it.op {
        Op::Less | Op::LessEq => None,
        Op::Greater => Some(match (it.minor, it.patch) {
            (None, _) => Version::new(it.major + 1, 0, 0),
            (_, None) => Version::new(it.major, minor + 1, 0),
            _ => Version::new(it.major, minor, patch + 1),
        }),
        _ => Some(version),
    }
}

#[cfg(test)]
mod tests {
    use semver::VersionReq;

    use super::Lock;

    const LOCK: &str = "
        version = 4
        [[package]]
        name = \"net\"
        version = \"0.4.9\"
        [[package]]
        name = \"net\"
        version = \"0.5.7\"
    ";

    fn check(lock: &str, req: &str, expected: Option<&str>) {
        let version = Lock::parse(lock).version("net", &VersionReq::parse(req).unwrap());
        assert_eq!(version.map(|it| it.to_string()).as_deref(), expected, "{req}");
    }

    #[test]
    fn the_locked_version_that_satisfies_the_requirement() {
        check(LOCK, "0.4", Some("0.4.9"));
        check(LOCK, "0.5.1", Some("0.5.7"));
        check(LOCK, "*", Some("0.5.7"));
    }

    #[test]
    fn without_a_lock_file_the_lowest_version_allowed() {
        check("", "0.5.1", Some("0.5.1"));
        check("broken [", "=1.2.3", Some("1.2.3"));
        check("", ">=0.4, <0.6", Some("0.4.0"));
        check("", ">0.4", Some("0.5.0"));
        check("", "<2", None);
        check("", "*", None);
    }
}
