//! Settings of packages: `sockopt.toml`, `.sockopt.toml` or `.config/sockopt.toml`, `[package.metadata.sockopt]`,
//! `[workspace.metadata.sockopt]`.
//!
//! A setting of the package counts before that of the workspace, key by key. In one folder, either the file or the
//! manifest has the settings: two places that differ would be a riddle. Every setting remembers where it stands.

pub mod models;
pub mod pattern;
pub mod raw;
pub mod show;

use std::{
    collections::BTreeMap,
    io,
    ops::Range,
    path::{Path, PathBuf},
};

use semver::{Version, VersionReq};
use serde::{Deserialize, de::DeserializeOwned};
use sockopt_analysis::{Level, socket::Platforms};
use toml::Spanned;

use crate::{
    config::{
        models::Model,
        pattern::Patterns,
        raw::{PlatformName, Raw, RawOverride},
    },
    error::{Error, nearest},
    project::{Project, read_text},
};

/// The name of the file beside a manifest, or in a folder that has none.
pub const FILE: &str = "sockopt.toml";

/// Where the file can be, beside a manifest or in a folder that has none: one of these.
const FILES: [&str; 3] = [FILE, ".sockopt.toml", ".config/sockopt.toml"];

/// Where a setting stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// In a file, on a line.
    File(PathBuf, usize),
    /// On the command line.
    Flag(&'static str),
}

/// Levels by the names of rules and groups, and where each stands.
pub type Levels = BTreeMap<String, (Level, Origin)>;

/// What holds for a package.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// The platforms that the package is built for: these are judged, and no others.
    pub platforms: Option<Platforms>,
    /// Files that are not reported on.
    pub exclude: Option<Patterns>,
    /// The versions of the tool that will do.
    pub required_version: Option<String>,
    /// The file of known findings.
    pub baseline: Option<PathBuf>,
    /// Levels.
    pub levels: Levels,
    /// Levels for some files or platforms; later ones count before earlier ones.
    pub overrides: Vec<Override>,
    /// What calls do whose source cannot be seen, as far as the package says it itself: it holds everywhere.
    pub models: Vec<Model>,
    /// Where the first four stand.
    pub origins: BTreeMap<&'static str, Origin>,
}

/// Levels for some files or platforms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The files; none for all.
    pub files: Option<Patterns>,
    /// The platforms.
    pub platforms: Platforms,
    /// Levels.
    pub levels: Levels,
}

impl Settings {
    /// These settings, and those of `around` where these say nothing.
    fn or(mut self, around: &Self) -> Self {
        let mut origins = around.origins.clone();
        origins.append(&mut self.origins);
        let mut levels = around.levels.clone();
        levels.append(&mut self.levels);
        // Settings of a root hold for its package and for the workspace: they stand in one file.
        let mut overrides = around.overrides.clone();
        if self.overrides != overrides {
            overrides.append(&mut self.overrides);
        }
        Self {
            platforms: self.platforms.or(around.platforms),
            exclude: self.exclude.or_else(|| around.exclude.clone()),
            required_version: self.required_version.or_else(|| around.required_version.clone()),
            baseline: self.baseline.or_else(|| around.baseline.clone()),
            levels,
            overrides,
            models: self.models,
            origins,
        }
    }

    /// Whether a file is not reported on.
    #[must_use]
    pub fn excludes(&self, path: &Path) -> bool {
        self.exclude.as_ref().is_some_and(|it| it.matches(path))
    }
}

/// Reads the settings of a project's packages.
///
/// # Errors
/// Settings that cannot be read or make no sense, that stand in two places of one folder, or that ask for another
/// version of the tool.
pub fn apply(project: &mut Project) -> Result<(), Error> {
    let mut root = Folder::read(&project.root)?;
    if let Some(folder) = &project.around {
        let around = Folder::read(folder)?.workspace;
        root.workspace = root.workspace.or(&around);
        root.workspace.models.extend(models::of_others(project, around.models));
    }
    let of_package = root.package.as_ref().and_then(|it| it.baseline.as_ref());
    project.baseline = of_package.or(root.workspace.baseline.as_ref()).cloned();
    for package in &mut project.packages {
        let own = if package.folder == project.root {
            root.package.clone()
        } else {
            let own = Folder::read(&package.folder)?.package;
            if let Some(Origin::File(path, line)) =
                own.as_ref().and_then(|it| it.origins.get("baseline"))
            {
                let message = "`baseline` is for a whole workspace: set it in its root".to_owned();
                return Err(Error::Config { path: path.clone(), line: *line, message, near: None });
            }
            own
        };
        package.settings = own.unwrap_or_default().or(&root.workspace);
    }
    models::gather(project, root.workspace.models)
}

/// The file that has the settings of a project's root, if there are some.
///
/// # Errors
/// As [`apply`].
pub fn file(root: &Path) -> Result<Option<PathBuf>, Error> {
    let manifest = root.join("Cargo.toml");
    let mut files = FILES.iter().map(|it| root.join(it));
    if let Some(file) = files.find(|it| it.symlink_metadata().is_ok()) {
        return Ok(Some(file));
    }
    let Some(text) = text(&manifest)?.filter(|text| text.contains("sockopt")) else {
        return Ok(None);
    };
    let Manifest { package, workspace } = parse(&manifest, &text)?;
    let has_some = package.metadata.sockopt.is_some() || workspace.metadata.sockopt.is_some();
    Ok(has_some.then_some(manifest))
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
        let manifest = folder.join("Cargo.toml");
        let mut found: Option<(PathBuf, Settings)> = None;
        for file in FILES.map(|it| folder.join(it)) {
            let Some(text) = text(&file)? else { continue };
            if let Some((other, _)) = found {
                return Err(Error::TwoConfigs(other, file));
            }
            let settings = Reader { path: &file, text: &text, folder }.settings(None)?;
            found = Some((file, settings));
        }
        let (file, settings) = found.unzip();
        // A manifest that does not have the word is not parsed once more.
        let Some(metadata) = text(&manifest)?.filter(|text| text.contains("sockopt")) else {
            let workspace = settings.clone().unwrap_or_default();
            return Ok(Self { package: settings, workspace });
        };
        let Manifest { package, workspace } = parse(&manifest, &metadata)?;
        let (package, workspace) = (package.metadata.sockopt, workspace.metadata.sockopt);
        if let Some(file) = file.filter(|_| package.is_some() || workspace.is_some()) {
            return Err(Error::TwoConfigs(file, manifest));
        }
        let reader = Reader { path: &manifest, text: &metadata, folder };
        let read = |raw: Option<Raw>| raw.map(|it| reader.settings(Some(it))).transpose();
        let (package, workspace) = (read(package)?, read(workspace)?);
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
    sockopt: Option<Raw>,
}

/// A file of settings at hand.
struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    folder: &'a Path,
}

impl Reader<'_> {
    fn line(&self, span: &Range<usize>) -> usize {
        line(self.text, span.start)
    }

    fn origin(&self, span: &Range<usize>) -> Origin {
        Origin::File(self.path.to_owned(), self.line(span))
    }

    fn wrong(&self, span: &Range<usize>, message: String) -> Error {
        Error::Config { path: self.path.to_owned(), line: self.line(span), message, near: None }
    }

    /// The settings: those of a section, or of the whole file.
    fn settings(&self, section: Option<Raw>) -> Result<Settings, Error> {
        let raw: Raw = section.map_or_else(|| parse(self.path, self.text), Ok)?;
        let mut settings = Settings { levels: self.levels(&raw.levels), ..Settings::default() };
        if let Some(wanted) = &raw.required_version {
            self.check_version(wanted)?;
            settings.required_version = Some(wanted.get_ref().clone());
            settings.origins.insert("required-version", self.origin(&wanted.span()));
        }
        if let Some(names) = &raw.platforms {
            let platforms = self.platforms(names.get_ref(), &names.span())?;
            settings.platforms = Some(platforms);
            settings.origins.insert("platforms", self.origin(&names.span()));
        }
        if let Some(lines) = &raw.exclude {
            settings.exclude = Some(self.patterns(lines.get_ref())?);
            settings.origins.insert("exclude", self.origin(&lines.span()));
        }
        if let Some(path) = &raw.baseline {
            settings.baseline = Some(self.folder.join(path.get_ref()));
            settings.origins.insert("baseline", self.origin(&path.span()));
        }
        let overrides = raw.overrides.iter().map(|it| self.one_override(it));
        settings.overrides = overrides.collect::<Result<_, _>>()?;
        settings.models = raw.models.iter().map(|it| self.model(it)).collect::<Result<_, _>>()?;
        Ok(settings)
    }

    fn check_version(&self, wanted: &Spanned<String>) -> Result<(), Error> {
        let wrong = |why: String| self.wrong(&wanted.span(), why);
        let required = VersionReq::parse(wanted.get_ref());
        let required = required.map_err(|error| wrong(format!("no version: {error}")))?;
        let own = env!("CARGO_PKG_VERSION");
        let is_met = Version::parse(own).is_ok_and(|it| required.matches(&it));
        let path = self.path.to_owned();
        if is_met { Ok(()) } else { Err(Error::Version { path, required: required.to_string() }) }
    }

    fn levels(&self, levels: &raw::Levels) -> Levels {
        let level = |(name, level): (&raw::RuleName, &Spanned<raw::LevelName>)| {
            (name.0.clone(), (level.get_ref().level(), self.origin(&level.span())))
        };
        levels.iter().map(level).collect()
    }

    fn platforms(&self, names: &[PlatformName], span: &Range<usize>) -> Result<Platforms, Error> {
        let all = names.iter().map(|it| it.platforms()).reduce(Platforms::union);
        all.ok_or_else(|| {
            let text = "invalid value: sequence, expected one platform at least";
            self.wrong(span, text.to_owned())
        })
    }

    fn patterns(&self, lines: &[Spanned<String>]) -> Result<Patterns, Error> {
        let plain = lines.iter().map(|it| it.get_ref().clone()).collect();
        Patterns::new(self.folder, plain).map_err(|(index, why)| {
            let span = lines.get(index).map_or(0..0, Spanned::span);
            self.wrong(&span, format!("no pattern: {why}"))
        })
    }

    fn one_override(&self, it: &Spanned<RawOverride>) -> Result<Override, Error> {
        let RawOverride { files, platforms, levels } = it.get_ref();
        if files.is_none() && platforms.is_none() {
            let text = "an override names `files`, `platforms` or both".to_owned();
            return Err(self.wrong(&it.span(), text));
        }
        let platforms = platforms.as_ref().map(|names| self.platforms(names, &it.span()));
        Ok(Override {
            files: files.as_ref().map(|lines| self.patterns(lines)).transpose()?,
            platforms: platforms.transpose()?.unwrap_or(Platforms::ALL),
            levels: self.levels(levels),
        })
    }
}

fn text(path: &Path) -> Result<Option<String>, Error> {
    match read_text(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(Error::Path(path.to_owned(), error)),
    }
}

/// Whether there is no such file; a `.config` can be a file itself.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn line(text: &str, at: usize) -> usize {
    text.get(..at).map_or(1, |before| before.matches('\n').count() + 1)
}

/// Reads a file of ours.
///
/// # Errors
/// It is no TOML, or has keys or values that do not exist.
pub(crate) fn parse<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, Error> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line(text, span.start));
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

/// Reads one name of `--platforms`.
///
/// # Errors
/// There is no such platform.
pub fn platform(name: &str) -> Result<Platforms, String> {
    let known = PlatformName::ALL.into_iter().find(|it| it.name() == name);
    known.map(PlatformName::platforms).ok_or_else(|| {
        let names = || PlatformName::ALL.iter().map(|it| it.name());
        let all = || format!("the platforms are {}", names().collect::<Vec<_>>().join(", "));
        nearest(name, names()).map_or_else(all, |near| format!("did you mean `{near}`?"))
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use sockopt_analysis::{Level, socket::Platforms};

    use super::{Settings, apply};
    use crate::{
        error::Error,
        project::{Package, Project},
    };

    /// The settings of two packages, in the root and in `a`, or the error with `DIR` for the folder.
    fn settings_of(tree: &[(&str, &str)]) -> Result<[Settings; 2], String> {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in tree {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
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

    /// Their platforms.
    fn settings(tree: &[(&str, &str)]) -> Result<[Option<Platforms>; 2], String> {
        settings_of(tree).map(|all| all.map(|it| it.platforms))
    }

    #[test]
    fn nothing_is_set_where_nothing_is_said() {
        let manifest = "[package]\nname = \"sockopt\"\n[package.metadata.docs.rs]\ntargets = []\n";
        let none = Settings::default();
        assert_eq!(settings_of(&[("Cargo.toml", manifest)]), Ok([none.clone(), none]));
    }

    #[test]
    fn the_package_counts_before_the_workspace() {
        let tree = [
            ("Cargo.toml", "[workspace.metadata.sockopt]\nplatforms = [\"linux\", \"bsd\"]\n"),
            ("a/Cargo.toml", "[package.metadata.sockopt]\nplatforms = [\"unix\"]\n"),
        ];
        let both = Platforms::LINUX.union(Platforms::BSD);
        assert_eq!(settings(&tree), Ok([Some(both), Some(Platforms::UNIX)]));
        assert_eq!(settings(&tree[..1]), Ok([Some(both), Some(both)]));
    }

    #[test]
    fn a_file_says_the_same() {
        let tree = [
            ("sockopt.toml", "platforms = [\"windows\"]\n"),
            ("a/sockopt.toml", "platforms = [\"linux\"]\n"),
        ];
        assert_eq!(settings(&tree), Ok([Some(Platforms::WINDOWS), Some(Platforms::LINUX)]));
        assert_eq!(settings(&tree[..1]), Ok([Some(Platforms::WINDOWS), Some(Platforms::WINDOWS)]));
    }

    #[test]
    fn a_file_can_be_out_of_sight() {
        for file in [".sockopt.toml", ".config/sockopt.toml"] {
            let tree = [(file, "platforms = [\"linux\"]\nbaseline = \"b.toml\"\n")];
            let [settings, _] = settings_of(&tree).unwrap();
            assert_eq!(settings.platforms, Some(Platforms::LINUX));
            // Paths count from the package's folder.
            let folder = settings.baseline.unwrap().parent().unwrap().to_owned();
            assert!(!folder.ends_with(".config"), "{}", folder.display());
        }
        assert_eq!(settings(&[(".config", "")]), Ok([None, None]));
        let tree = [("a/sockopt.toml", ""), ("a/.config/sockopt.toml", "")];
        assert!(settings(&tree).unwrap_err().contains("a/.config/sockopt.toml` (keep one"));
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
            "failed to read `DIR/sockopt.toml:2`: unknown field `platfroms`, expected one of `platforms`, `exclude`, \
             `required-version`, `baseline`, `levels`, `overrides`, `models` \
             (did you mean `platforms`?)",
        );
        refused(
            &[(
                "Cargo.toml",
                "[package]\n[package.metadata.sockopt]\nplatforms = [\n  \"unix\",\n  \"widows\",\n]",
            )],
            "failed to read `DIR/Cargo.toml:5`: unknown variant `widows`, expected one of `linux`, `apple`, \
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
    fn levels_are_merged_key_by_key() {
        let tree = [
            (
                "Cargo.toml",
                "[workspace.metadata.sockopt]\nexclude = [\"x\"]\nlevels = { all = \"warn\", late-option = \"deny\" }\n\
                 [[workspace.metadata.sockopt.overrides]]\nfiles = [\"tests/\"]\nlevels = { all = \"allow\" }\n",
            ),
            (
                "a/sockopt.toml",
                "[levels]\nlate_option = \"warn\"\n[[overrides]]\nplatforms = [\"bsd\"]\nlevels.pedantic = \"warn\"\n",
            ),
        ];
        let [_, a] = settings_of(&tree).unwrap();
        let levels: Vec<_> =
            a.levels.iter().map(|(name, (level, _))| (name.as_str(), *level)).collect();
        assert_eq!(levels, [("all", Level::Warn), ("late_option", Level::Warn)]);
        assert_eq!(a.overrides.len(), 2);
        assert_eq!(a.overrides[1].platforms, Platforms::BSD);
        assert_eq!(a.exclude.unwrap().lines, ["x"]);
    }

    #[test]
    fn mistakes_in_levels_are_named() {
        refused(
            &[("sockopt.toml", "[levels]\nall = \"warn\"\nlate_optoin = \"warn\"\n")],
            "failed to read `DIR/sockopt.toml:3`: unknown rule or group `late_optoin`, expected `late_option` \
             (did you mean `late_option`?)",
        );
        refused(
            &[("sockopt.toml", "[levels]\nall = \"wran\"\n")],
            "failed to read `DIR/sockopt.toml:2`: unknown variant `wran`, expected one of `allow`, `warn`, `deny`, \
             `forbid` (did you mean `warn`?)",
        );
        refused(
            &[("sockopt.toml", "[[overrides]]\nlevels.all = \"allow\"\n")],
            "failed to read `DIR/sockopt.toml:1`: an override names `files`, `platforms` or both (correct it)",
        );
        refused(
            &[("sockopt.toml", "exclude = [\n  \"a\",\n  \"[z-a]\",\n]\n")],
            "failed to read `DIR/sockopt.toml:3`: no pattern: invalid range; 'z' > 'a' (correct it)",
        );
        refused(
            &[("a/sockopt.toml", "baseline = \"b.toml\"\n")],
            "failed to read `DIR/a/sockopt.toml:1`: `baseline` is for a whole workspace: set it in its root \
             (correct it)",
        );
    }

    /// The error about a model with these lines, of which the first is line 2.
    #[track_caller]
    fn refused_model(lines: &str, message: &str) {
        let text = format!("[[models]]\n{lines}\n");
        refused(&[("sockopt.toml", &text)], &format!("failed to read `DIR/sockopt.toml:{message}"));
    }

    #[test]
    fn a_model_is_about_a_call_of_another_crate() {
        let after = |path: &str, rest: &str| refused_model(&format!("path = {path:?}"), rest);
        after("listen", "2`: `listen` names no crate: write `crate_name::function` (correct it)");
        after(
            "crate::net::listen",
            "2`: `crate::net::listen` names no crate: write `crate_name::function` (correct it)",
        );
        after(
            "Server::start",
            "2`: `Server::start` names no crate: write `crate_name::Type::method` (correct it)",
        );
        after(
            "acme-net::listen",
            "2`: `acme-net::listen` is no path: code writes the crate with `_` (did you mean `acme_net::listen`?)",
        );
        after(
            "acme_net::listen()",
            "2`: `acme_net::listen()` is no path (did you mean `acme_net::listen`?)",
        );
        after(
            "acme_net::Server<T>::f",
            "2`: `acme_net::Server<T>::f` is no path: write `crate::module::function` or `crate::Type::method` \
             (correct it)",
        );
        after(
            "socket2::Socket::bind",
            "2`: `socket2::Socket::bind` is known already: a model cannot say otherwise (correct it)",
        );
        after(
            "std::net::TcpListener::local_addr",
            "2`: `std::net::TcpListener::local_addr` is known already: a model cannot say otherwise (correct it)",
        );
    }

    #[test]
    fn the_steps_of_a_model_make_sense() {
        let after = |lines: &str, rest: &str| {
            refused_model(&format!("path = \"acme_net::f\"\n{lines}"), rest);
        };
        after(
            "",
            "2`: `acme_net::f` does nothing: say what it `creates`, `sets`, `binds` or `returns`, that it `listens` or \
             `connects`, or `neutral = true` (correct it)",
        );
        after(
            "create = \"tcp\"",
            "3`: unknown field `create`, expected one of `path`, `also`, `creates`, `socket`, `sets`, `binds`, \
             `listens`, `connects`, `neutral`, `returns`, `platforms`, `versions`, `example` \
             (did you mean `creates`?)",
        );
        after(
            "creates = \"unix-dgram\"",
            "3`: unknown variant `unix-dgram`, expected one of `tcp`, `udp`, `unix`, `unix-datagram`, `any` \
             (did you mean `unix-datagram`?)",
        );
        after(
            "sets = { SO_REUSEADR = true }",
            "3`: unknown option `SO_REUSEADR`, expected `SO_REUSEADDR` (did you mean `SO_REUSEADDR`?)",
        );
        after(
            "sets = { SO_REUSEADDR = 1 }",
            "3`: invalid type: integer `1`, expected `true`, `false`, or a table such as `{ argument = 1 }` \
             (correct it)",
        );
        after(
            "sets.SO_REUSEADDR = { value = true, argument = 1 }",
            "3`: `value` and `argument` exclude each other (correct it)",
        );
        after(
            "binds = -1",
            "3`: invalid value: integer `-1`, expected the argument that is the address, as a number, two of them, or \
             `true` (correct it)",
        );
        after(
            "binds = 0",
            "3`: argument 0 of `acme_net::f` is the socket: the address is another (arguments count from 0, and the \
             receiver of a method is argument 0) (correct it)",
        );
        after(
            "socket = 1\nsets.SO_REUSEADDR = { argument = 1 }",
            "4`: argument 1 of `acme_net::f` is the socket: the value of `SO_REUSEADDR` is another (arguments count \
             from 0, and the receiver of a method is argument 0) (correct it)",
        );
        after(
            "creates = \"tcp\"\nsocket = 0",
            "4`: `acme_net::f` makes a socket, so no argument is one: remove `socket`, or `creates` (correct it)",
        );
        after(
            "creates = \"udp\"\nbinds = 0\nlistens = true",
            "2`: `acme_net::f` never `listens`: no datagram socket does (correct it)",
        );
        after(
            "creates = \"tcp\"\nlistens = true",
            "2`: `acme_net::f` listens, so it binds: add `binds = N`, the argument that is the address, or \
             `binds = true` if none is (correct it)",
        );
        after(
            "neutral = true\nlistens = true",
            "2`: `acme_net::f` cannot be `neutral` and do something (correct it)",
        );
        after(
            "returns = \"std::net::TcpListner\"",
            "3`: `std::net::TcpListner` is no type of sockets that is known: write `self`, or the whole path of a type \
             (did you mean `std::net::TcpListener`?)",
        );
        after(
            "returns = \"UdpSocket\"",
            "3`: `UdpSocket` is no type of sockets that is known: write `self`, or the whole path of a type \
             (did you mean `std::net::UdpSocket`?)",
        );
        after(
            "neutral = true\nversions = \"new\"",
            "4`: no version: unexpected character 'n' while parsing major version number (correct it)",
        );
    }

    #[test]
    fn a_call_has_one_model() {
        let model = "[[models]]\npath = \"acme_net::f\"\nneutral = true\n";
        refused(
            &[("sockopt.toml", model), ("a/sockopt.toml", model)],
            "failed to read `DIR/a/sockopt.toml:2`: `acme_net::f` has a model already, in `sockopt.toml:2` \
             (correct it)",
        );
        let of = |versions: &str| format!("{model}versions = \"{versions}\"\n");
        let both = format!("{}{}", of("<2"), of(">=2"));
        assert_eq!(settings_of(&[("sockopt.toml", &both)]).unwrap()[0].models.len(), 2);
    }

    #[test]
    fn another_version_is_asked_for() {
        let version = env!("CARGO_PKG_VERSION");
        let asks =
            |text: &str| settings(&[("sockopt.toml", &format!("required-version = \"{text}\""))]);
        assert!(asks(&format!("={version}")).is_ok() && asks("*").is_ok());
        let error = asks(">=999").unwrap_err();
        assert!(error.contains("asks for cargo-sockopt >=999"), "{error}");
        assert!(asks("new").unwrap_err().contains("sockopt.toml:1`: no version: "));
    }
}
