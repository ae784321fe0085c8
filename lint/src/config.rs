//! Settings of packages: `sockopt.toml`, `[package.metadata.sockopt]`, `[workspace.metadata.sockopt]`.
//!
//! A setting of the package counts before that of the workspace, each by itself. In one folder, either the
//! file or the manifest has the settings: two places that differ would be a riddle.

use std::{fs, io, path::Path};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, Unexpected},
};
use sockopt_analysis::socket::{Platform, Platforms};

use crate::{
    error::{Error, nearest},
    project::Project,
};

/// The name of the file beside a manifest, or in a folder that has none.
const FILE: &str = "sockopt.toml";

/// What can be set. A further setting is a further field, and a line of `Settings::or`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The platforms that the package is built for: these are judged, and no others.
    #[serde(default, deserialize_with = "platforms")]
    pub platforms: Option<Platforms>,
}

impl Settings {
    /// These settings, and those of `around` where these say nothing.
    fn or(self, around: &Self) -> Self {
        Self { platforms: self.platforms.or(around.platforms) }
    }
}

/// Reads the settings of a project's packages.
///
/// # Errors
/// Settings that cannot be read or make no sense, or that stand in two places of one folder.
pub fn apply(project: &mut Project) -> Result<(), Error> {
    let root = Folder::read(&project.root)?;
    for package in &mut project.packages {
        let own = if package.folder == project.root {
            root.package.clone()
        } else {
            Folder::read(&package.folder)?.package
        };
        package.settings = own.unwrap_or_default().or(&root.workspace);
    }
    Ok(())
}

/// The settings of one folder.
struct Folder {
    /// For the package in it.
    package: Option<Settings>,
    /// For the packages of the workspace whose root it is.
    workspace: Settings,
}

impl Folder {
    fn read(folder: &Path) -> Result<Self, Error> {
        let (file, manifest) = (folder.join(FILE), folder.join("Cargo.toml"));
        let settings: Option<Settings> =
            text(&file)?.map(|text| parse(&file, &text)).transpose()?;
        // A manifest that does not have the word is not parsed once more.
        let metadata = text(&manifest)?.filter(|text| text.contains("sockopt"));
        let metadata: Option<Manifest> =
            metadata.map(|text| parse(&manifest, &text)).transpose()?;
        let Manifest { package, workspace } = metadata.unwrap_or_default();
        let (package, workspace) = (package.metadata.sockopt, workspace.metadata.sockopt);
        if settings.is_some() && (package.is_some() || workspace.is_some()) {
            return Err(Error::TwoConfigs(file, manifest));
        }
        Ok(Self {
            package: package.or_else(|| settings.clone()),
            workspace: workspace.or(settings).unwrap_or_default(),
        })
    }
}

/// A manifest, as far as settings go.
#[derive(Default, Deserialize)]
struct Manifest {
    #[serde(default)]
    package: Section,
    #[serde(default)]
    workspace: Section,
}

#[derive(Default, Deserialize)]
struct Section {
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
struct Metadata {
    sockopt: Option<Settings>,
}

fn text(path: &Path) -> Result<Option<String>, Error> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::Path(path.to_owned(), error)),
    }
}

/// Reads a file of ours.
///
/// # Errors
/// It is no TOML, or has keys or values that do not exist.
pub(crate) fn parse<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, Error> {
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.map_or(1, |before| before.matches('\n').count() + 1);
        let message = error.message().trim().replace('\n', ", ");
        // serde says: unknown field `a`, expected one of `b`, `c`.
        let mut names = message.split('`').skip(1).step_by(2);
        let near = names
            .next()
            .filter(|_| message.starts_with("unknown"))
            .and_then(|name| nearest(name, names));
        Error::Config { path: path.to_owned(), line, message, near }
    })
}

/// The names of platforms, and of the group of all but Windows.
const PLATFORMS: &[&str] = &["linux", "apple", "bsd", "windows", "other", "unix"];

/// The platforms that a name means.
fn by_name(name: &str) -> Option<Platforms> {
    let single = Platform::ALL.into_iter().find(|it| it.name() == name);
    single.map(Platforms::only).or((name == "unix").then_some(Platforms::UNIX))
}

/// Reads one name of `--platforms`.
///
/// # Errors
/// There is no such platform.
pub fn platform(name: &str) -> Result<Platforms, String> {
    by_name(name).ok_or_else(|| {
        let near = nearest(name, PLATFORMS.iter().copied());
        near.map_or_else(
            || format!("the platforms are {}", PLATFORMS.join(", ")),
            |near| format!("did you mean `{near}`?"),
        )
    })
}

fn platforms<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Platforms>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    let mut all = Platforms::NONE;
    for name in &names {
        let platforms = by_name(name).ok_or_else(|| D::Error::unknown_variant(name, PLATFORMS))?;
        all = all.union(platforms);
    }
    if all.is_empty() {
        return Err(D::Error::invalid_value(Unexpected::Seq, &"one platform at least"));
    }
    Ok(Some(all))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use sockopt_analysis::socket::{Platform, Platforms};

    use super::{PLATFORMS, Settings, apply, by_name};
    use crate::{
        error::Error,
        project::{Package, Project},
    };

    /// The settings of two packages, in the root and in `a`, or the error with `DIR` for the folder.
    fn settings(tree: &[(&str, &str)]) -> Result<[Settings; 2], String> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("a")).unwrap();
        for (path, text) in tree {
            fs::write(folder.path().join(path), text).unwrap();
        }
        let package =
            |name: &str| Package { folder: folder.path().join(name), ..Package::default() };
        let mut project = Project {
            root: folder.path().to_owned(),
            packages: vec![
                Package { folder: folder.path().to_owned(), ..Package::default() },
                package("a"),
            ],
            ..Project::default()
        };
        let text = |error: Error| {
            let text = format!("{error} ({})", error.help().unwrap_or_default());
            text.replace(&folder.path().display().to_string(), "DIR")
        };
        apply(&mut project).map_err(text)?;
        let mut packages = project.packages.into_iter().map(|it| it.settings);
        Ok([packages.next().unwrap(), packages.next().unwrap()])
    }

    fn on(platforms: Platforms) -> Settings {
        Settings { platforms: Some(platforms) }
    }

    #[test]
    fn nothing_is_set_where_nothing_is_said() {
        let manifest = "[package]\nname = \"sockopt\"\n[package.metadata.docs.rs]\ntargets = []\n";
        let none = Settings::default();
        assert_eq!(settings(&[("Cargo.toml", manifest)]), Ok([none.clone(), none]));
    }

    #[test]
    fn the_package_counts_before_the_workspace() {
        let tree = [
            ("Cargo.toml", "[workspace.metadata.sockopt]\nplatforms = [\"linux\", \"bsd\"]\n"),
            ("a/Cargo.toml", "[package.metadata.sockopt]\nplatforms = [\"unix\"]\n"),
        ];
        let both = Platforms::LINUX.union(Platforms::BSD);
        assert_eq!(settings(&tree), Ok([on(both), on(Platforms::UNIX)]));
        assert_eq!(settings(&tree[..1]), Ok([on(both), on(both)]));
    }

    #[test]
    fn a_file_says_the_same() {
        let tree = [
            ("sockopt.toml", "platforms = [\"windows\"]\n"),
            ("a/sockopt.toml", "platforms = [\"linux\"]\n"),
        ];
        assert_eq!(settings(&tree), Ok([on(Platforms::WINDOWS), on(Platforms::LINUX)]));
        assert_eq!(settings(&tree[..1]), Ok([on(Platforms::WINDOWS), on(Platforms::WINDOWS)]));
    }

    #[track_caller]
    fn refused(tree: &[(&str, &str)], message: &str) {
        assert_eq!(settings(tree), Err(message.to_owned()));
    }

    #[test]
    fn two_places_in_one_folder_are_one_too_many() {
        refused(
            &[
                ("a/sockopt.toml", "platforms = [\"unix\"]"),
                ("a/Cargo.toml", "[package.metadata.sockopt]\nplatforms = [\"unix\"]"),
            ],
            "failed to choose between the settings in `DIR/a/sockopt.toml` and those in `DIR/a/Cargo.toml` \
             (keep one of the two)",
        );
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        refused(
            &[("sockopt.toml", "# ours\nplatfroms = [\"linux\"]\n")],
            "failed to read `DIR/sockopt.toml:2`: unknown field `platfroms`, expected `platforms` \
             (did you mean `platforms`?)",
        );
        refused(
            &[(
                "Cargo.toml",
                "[package]\n[package.metadata.sockopt]\nplatforms = [\n  \"unix\",\n  \"widows\",\n]",
            )],
            "failed to read `DIR/Cargo.toml:3`: unknown variant `widows`, expected one of `linux`, `apple`, \
             `bsd`, `windows`, `other`, `unix` (did you mean `windows`?)",
        );
        refused(
            &[("a/sockopt.toml", "platforms = []")],
            "failed to read `DIR/a/sockopt.toml:1`: invalid value: sequence, expected one platform at least \
             (correct it)",
        );
        refused(
            &[("sockopt.toml", "\nplatforms = \"linux\"")],
            "failed to read `DIR/sockopt.toml:2`: invalid type: string \"linux\", expected a sequence \
             (correct it)",
        );
    }

    #[test]
    fn every_platform_has_a_name() {
        let all = PLATFORMS.iter().map(|name| by_name(name).unwrap());
        assert_eq!(all.fold(Platforms::NONE, Platforms::union), Platforms::ALL);
        assert!(Platform::ALL.iter().all(|it| PLATFORMS.contains(&it.name())));
        assert_eq!(by_name(&Platforms::UNIX.to_string()), Some(Platforms::UNIX));
    }
}
