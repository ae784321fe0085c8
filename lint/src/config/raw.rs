//! What can be written in a configuration. The schema is made from these types.

use std::{borrow::Cow, collections::BTreeMap, path::PathBuf};

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde::{Deserialize, Deserializer, de::Error as _};
use sockopt_analysis::{
    Level,
    rules::Group,
    socket::{Platform, Platforms},
};
use toml::Spanned;

use crate::{error::nearest, suppress::rules};

/// Settings of `cargo sockopt`: `sockopt.toml`, or `[package.metadata.sockopt]` or `[workspace.metadata.sockopt]` in
/// `Cargo.toml`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "cargo-sockopt")]
pub struct Raw {
    /// The platforms that the package is built for: these are judged, and no others.
    #[schemars(with = "Option<Vec<PlatformName>>", length(min = 1))]
    pub platforms: Option<Spanned<Vec<PlatformName>>>,
    /// Files that are not reported on, written as in `.gitignore`, from the folder of this file.
    #[schemars(with = "Option<Vec<String>>")]
    pub exclude: Option<Spanned<Vec<Spanned<String>>>>,
    /// The versions of cargo-sockopt that understand these settings, as in `Cargo.toml`: `">=0.2"`.
    #[schemars(with = "Option<String>")]
    pub required_version: Option<Spanned<String>>,
    /// The file of known findings, from the folder of this file. Only in the root of a workspace.
    #[schemars(with = "Option<String>")]
    pub baseline: Option<Spanned<PathBuf>>,
    /// Levels of rules, of groups, or of `all`; a rule counts before its group, and that before `all`.
    #[serde(default)]
    #[schemars(with = "LevelTable")]
    pub levels: Levels,
    /// Levels for some files or platforms; later ones count before earlier ones.
    #[serde(default)]
    #[schemars(with = "Vec<RawOverride>")]
    pub overrides: Vec<Spanned<RawOverride>>,
}

/// Levels for some files or platforms.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawOverride {
    /// The files, written as in `.gitignore`, from the folder of this file; all, if it is left out.
    #[schemars(with = "Option<Vec<String>>")]
    pub files: Option<Vec<Spanned<String>>>,
    /// The platforms; all, if it is left out.
    pub platforms: Option<Vec<PlatformName>>,
    /// Levels of rules, of groups, or of `all`.
    #[schemars(with = "LevelTable")]
    pub levels: Levels,
}

/// Levels as they are written.
pub type Levels = BTreeMap<RuleName, Spanned<LevelName>>;

/// A platform, or all but Windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PlatformName {
    /// Linux and Android.
    Linux,
    /// macOS, iOS and their relatives.
    Apple,
    /// FreeBSD, NetBSD, OpenBSD and `DragonFly`.
    Bsd,
    /// Windows.
    Windows,
    /// Any other Unix.
    Other,
    /// All but Windows.
    Unix,
}

impl PlatformName {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Linux, Self::Apple, Self::Bsd, Self::Windows, Self::Other, Self::Unix];

    /// As it is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Linux => Platform::Linux.name(),
            Self::Apple => Platform::Apple.name(),
            Self::Bsd => Platform::Bsd.name(),
            Self::Windows => Platform::Windows.name(),
            Self::Other => Platform::Other.name(),
            Self::Unix => "unix",
        }
    }

    /// What it means.
    #[must_use]
    pub const fn platforms(self) -> Platforms {
        match self {
            Self::Linux => Platforms::LINUX,
            Self::Apple => Platforms::APPLE,
            Self::Bsd => Platforms::BSD,
            Self::Windows => Platforms::WINDOWS,
            Self::Other => Platforms::only(Platform::Other),
            Self::Unix => Platforms::UNIX,
        }
    }
}

/// A level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LevelName {
    /// Not reported.
    Allow,
    /// Reported.
    Warn,
    /// Reported, and the run fails.
    Deny,
    /// As `deny`, and nothing lowers it.
    Forbid,
}

impl LevelName {
    /// What it means.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::Allow => Level::Allow,
            Self::Warn => Level::Warn,
            Self::Deny => Level::Deny,
            Self::Forbid => Level::Forbid,
        }
    }
}

/// The name of a rule, of a group, or `all`, with underscores.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleName(pub String);

fn names() -> impl Iterator<Item = &'static str> {
    let groups = Group::ALL.iter().map(|group| group.name());
    rules::all().map(|rule| rule.name).chain(groups).chain(["all"])
}

impl<'de> Deserialize<'de> for RuleName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = String::deserialize(deserializer)?;
        let name = written.replace('-', "_");
        if names().any(|it| it == name) {
            return Ok(Self(name));
        }
        let text = format!("unknown rule or group `{written}`");
        Err(D::Error::custom(match nearest(&name, names()) {
            Some(near) => format!("{text}, expected `{near}`"),
            None => text,
        }))
    }
}

/// The table of levels, for the schema.
struct LevelTable;

impl JsonSchema for LevelTable {
    fn schema_name() -> Cow<'static, str> {
        "Levels".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let level = generator.subschema_for::<LevelName>();
        let properties: BTreeMap<_, _> = names().map(|name| (name, level.clone())).collect();
        json_schema!({
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        })
    }
}

/// The JSON schema of a configuration.
#[must_use]
pub fn schema() -> String {
    let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<Raw>();
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests {
    use std::{env, fs, path::Path};

    use sockopt_analysis::socket::{Platform, Platforms};

    use super::{PlatformName, schema};

    #[test]
    fn every_platform_has_a_name() {
        let all = PlatformName::ALL.iter().map(|it| it.platforms());
        assert_eq!(all.fold(Platforms::NONE, Platforms::union), Platforms::ALL);
        for platform in Platform::ALL {
            assert!(PlatformName::ALL.iter().any(|it| it.name() == platform.name()));
        }
        assert_eq!(PlatformName::Unix.name(), Platforms::UNIX.to_string());
    }

    #[test]
    fn the_schema_is_what_the_types_say() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sockopt.schema.json");
        if env::var_os("BLESS").is_some() {
            fs::write(&path, schema()).unwrap();
        }
        let written = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(written, schema(), "run `BLESS=1 cargo test -p cargo-sockopt --lib`");
    }
}
