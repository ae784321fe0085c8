//! cargo's selection flags: what is reported on.

use globset::Glob;

use super::{Package, Project, Target};
use crate::{
    cli::{PackageArgs, TargetArgs},
    error::{Error, nearest},
};

/// Marks the targets of a project that the flags select.
///
/// # Errors
/// A flag selects nothing.
pub fn apply(
    project: &mut Project,
    packages: &PackageArgs,
    targets: &TargetArgs,
) -> Result<(), Error> {
    let included = patterns(project, &packages.package)?;
    let excluded = patterns(project, &packages.exclude)?;
    let selection = Selection::new(targets);
    for package in &mut project.packages {
        let any = |patterns: &[Pattern]| patterns.iter().any(|it| it.matches(package));
        let chosen =
            (included.is_empty() || packages.workspace || any(&included)) && !any(&excluded);
        package.rest_selected = chosen && selection.all;
        for target in &mut package.targets {
            target.selected = chosen && selection.matches(target);
        }
    }
    selection.check(project)
}

/// A package: its name or a glob of it, and perhaps its version.
struct Pattern {
    glob: globset::GlobMatcher,
    version: Option<String>,
}

impl Pattern {
    fn new(text: &str) -> Result<Self, Error> {
        let (name, version) = match text.rsplit_once(['@', ':']) {
            Some((name, version)) if !name.contains('/') => (name, Some(version.to_owned())),
            _ => (text, None),
        };
        let error = |it: globset::Error| Error::Pattern(text.to_owned(), it.kind().to_string());
        Ok(Self { glob: Glob::new(name).map_err(error)?.compile_matcher(), version })
    }

    fn matches(&self, package: &Package) -> bool {
        let is_version = |it: &String| {
            package.version.as_ref().is_some_and(|version| version.to_string().starts_with(it))
        };
        self.glob.is_match(&package.name) && self.version.as_ref().is_none_or(is_version)
    }
}

fn patterns(project: &Project, texts: &[String]) -> Result<Vec<Pattern>, Error> {
    let pattern = |text: &String| {
        let pattern = Pattern::new(text)?;
        if project.packages.iter().any(|it| pattern.matches(it)) {
            return Ok(pattern);
        }
        let names = project.packages.iter().map(|it| it.name.as_str());
        Err(Error::NoSuchPackage(text.clone(), nearest(text, names)))
    };
    texts.iter().map(pattern).collect()
}

/// What the target flags ask for.
struct Selection<'a> {
    all: bool,
    lib: bool,
    kinds: [(&'static str, bool, &'a [String]); 4],
}

impl<'a> Selection<'a> {
    fn new(args: &'a TargetArgs) -> Self {
        let kinds: [(_, _, &[String]); 4] = [
            ("bin", args.bins, &args.bin),
            ("example", args.examples, &args.example),
            ("test", args.tests, &args.test),
            ("bench", args.benches, &args.bench),
        ];
        let some = args.lib || kinds.iter().any(|(_, all, names)| *all || !names.is_empty());
        Self { all: args.all_targets || !some, lib: args.lib, kinds }
    }

    fn matches(&self, target: &Target) -> bool {
        let is_named = |(kind, all, names): &(&str, bool, &[String])| {
            target.is(kind) && (*all || names.contains(&target.name))
        };
        self.all || (self.lib && target.is_library()) || self.kinds.iter().any(is_named)
    }

    /// A name that means nothing, and a library where there is none, are mistakes, as in cargo.
    fn check(&self, project: &Project) -> Result<(), Error> {
        let targets = || project.packages.iter().flat_map(|it| &it.targets);
        for (kind, _, names) in &self.kinds {
            let known = || targets().filter(|it| it.is(kind)).map(|it| it.name.as_str());
            if let Some(name) = names.iter().find(|name| known().all(|it| it != **name)) {
                let text = format!("a {kind} target called `{name}`");
                return Err(Error::NoSuchTarget(text, nearest(name, known())));
            }
        }
        if self.all || !self.lib || targets().any(|it| it.selected) {
            return Ok(());
        }
        Err(Error::NoSuchTarget("a library".to_owned(), None))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::apply;
    use crate::{
        cli,
        error::Error,
        project::{Package, Project, Target},
    };

    fn project() -> Project {
        let package = |name: &str, kinds: &[&str]| Package {
            name: name.into(),
            version: "1.2.3".parse().ok(),
            targets: kinds
                .iter()
                .map(|it| Target::new(it, &format!("{name}-{it}"), Path::new("")))
                .collect(),
            ..Package::default()
        };
        let packages = vec![
            package("net-a", &["lib", "bin", "test", "custom-build"]),
            package("net-b", &["bin", "bench", "example"]),
        ];
        Project { packages, ..Project::default() }
    }

    fn selected(flags: &str) -> Result<String, Error> {
        let args = std::iter::once("c").chain(flags.split_whitespace()).map(Into::into);
        let cli = cli::parse(args).unwrap();
        let mut project = project();
        apply(&mut project, &cli.packages, &cli.targets)?;
        let targets = project.packages.iter().flat_map(|it| &it.targets).filter(|it| it.selected);
        Ok(targets.map(|it| it.name.replace("net-", "")).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn packages() {
        let all = "a-lib a-bin a-test a-custom-build b-bin b-bench b-example";
        assert_eq!(selected("").unwrap(), all);
        assert_eq!(selected("--workspace --all-targets").unwrap(), all);
        assert_eq!(selected("-p net-*").unwrap(), all);
        assert_eq!(selected("-p net-b").unwrap(), "b-bin b-bench b-example");
        assert_eq!(selected("-p net-b@1.2").unwrap(), "b-bin b-bench b-example");
        assert_eq!(selected("--workspace --exclude net-a").unwrap(), "b-bin b-bench b-example");
        assert_eq!(selected("-p net-bb").unwrap_err().help().unwrap(), "did you mean `net-b`?");
        assert!(selected("-p net-b@2").is_err());
        assert!(matches!(selected("-p [").unwrap_err(), Error::Pattern(..)));
    }

    #[test]
    fn targets() {
        assert_eq!(selected("--lib").unwrap(), "a-lib");
        assert_eq!(selected("--bins --benches").unwrap(), "a-bin b-bin b-bench");
        assert_eq!(selected("--bin net-b-bin").unwrap(), "b-bin");
        assert_eq!(selected("-p net-a --tests --examples").unwrap(), "a-test");
        let error = selected("--bin net-b-bim").unwrap_err();
        assert!(matches!(error, Error::NoSuchTarget(..)));
        assert!(selected("-p net-b --lib").is_err());
    }
}
