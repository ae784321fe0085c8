//! What can be written in a configuration. The schema is made from these types.

use std::{borrow::Cow, cmp::Ordering, collections::BTreeMap, fmt, path::PathBuf};

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{
        self, Error as _, MapAccess, SeqAccess, Unexpected, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer},
    },
};
use sockopt_analysis::{
    Level,
    model::{
        Source,
        options::{self, SockOpt},
    },
    rules::Group,
    socket::{Domain, OptValue, Platform, Platforms, SockType},
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
    /// What calls do whose source cannot be seen: they are of a crate outside of the workspace.
    #[serde(default)]
    #[schemars(with = "Vec<RawModel>")]
    pub models: Vec<Spanned<RawModel>>,
}

/// What a call does to a socket, in this order: it makes one, sets options, binds, listens or connects. Arguments
/// count from 0; the receiver of a method is argument 0.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawModel {
    /// The call, as `crate::module::function` or `crate::Type::method`.
    #[schemars(with = "String")]
    pub path: Spanned<String>,
    /// Other paths of the same call: where its crate exports it again.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub also: Vec<Spanned<String>>,
    /// The kind of socket that it makes; left out if it is given one.
    pub creates: Option<SocketKind>,
    /// The argument that is the socket, if it makes none: 0, if it is left out.
    #[schemars(with = "Option<usize>")]
    pub socket: Option<Spanned<usize>>,
    /// The options that it sets, before anything else: `true`, `false`, or a table.
    #[serde(default)]
    #[schemars(with = "SetTable")]
    pub sets: BTreeMap<OptionName, Spanned<RawSet>>,
    /// The argument that is the address to which it binds; two of them, if the port is another; `true`, if none is.
    #[schemars(with = "Option<RawAddress>")]
    pub binds: Option<Spanned<RawAddress>>,
    /// Whether the socket listens.
    #[serde(default)]
    pub listens: bool,
    /// Whether the socket connects.
    #[serde(default)]
    pub connects: bool,
    /// Whether it is given a socket and changes nothing that matters.
    #[serde(default)]
    pub neutral: bool,
    /// The type of the socket that it returns, or `self` for the socket that it was given.
    #[schemars(with = "Option<String>")]
    pub returns: Option<Spanned<String>>,
    /// The platforms that have it; all, if it is left out.
    #[schemars(with = "Option<Vec<PlatformName>>", length(min = 1))]
    pub platforms: Option<Spanned<Vec<PlatformName>>>,
    /// The versions of its crate for which this is true, as in `Cargo.toml`: `">=2"`.
    #[schemars(with = "Option<String>")]
    pub versions: Option<Spanned<String>>,
    /// Code that calls it, with a comment `//~ rule` on each line where something must be found: see `cargo sockopt
    /// model test`.
    #[schemars(with = "Option<String>")]
    pub example: Option<Spanned<String>>,
}

/// What a new socket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SocketKind {
    /// TCP, over IPv4 or IPv6.
    Tcp,
    /// UDP, over IPv4 or IPv6.
    Udp,
    /// A stream of the Unix domain.
    Unix,
    /// A datagram socket of the Unix domain.
    UnixDatagram,
    /// Any of these: an argument decides.
    Any,
}

impl SocketKind {
    /// Its domain and type.
    #[must_use]
    pub const fn kind(self) -> (Domain, SockType) {
        match self {
            Self::Tcp => (Domain::INET, SockType::STREAM),
            Self::Udp => (Domain::INET, SockType::DATAGRAM),
            Self::Unix => (Domain::UNIX, SockType::STREAM),
            Self::UnixDatagram => (Domain::UNIX, SockType::DATAGRAM),
            Self::Any => (Domain::UNKNOWN, SockType::UNKNOWN),
        }
    }

    /// Whether it is no datagram socket.
    #[must_use]
    pub const fn may_listen(self) -> bool {
        !matches!(self, Self::Udp | Self::UnixDatagram)
    }
}

/// Where an address is.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[serde(untagged)]
pub enum RawAddress {
    /// Whether there is one, in no argument.
    Nowhere(bool),
    /// In this argument.
    In(usize),
    /// In two arguments: without the port, and the port.
    Parts([usize; 2]),
}

impl<'de> Deserialize<'de> for RawAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Address;
        impl<'de> Visitor<'de> for Address {
            type Value = RawAddress;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the argument that is the address, as a number, two of them, or `true`")
            }

            fn visit_bool<E: de::Error>(self, is_bound: bool) -> Result<RawAddress, E> {
                Ok(RawAddress::Nowhere(is_bound))
            }

            fn visit_i64<E: de::Error>(self, at: i64) -> Result<RawAddress, E> {
                let wrong = |_| E::invalid_value(Unexpected::Signed(at), &self);
                usize::try_from(at).map(RawAddress::In).map_err(wrong)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<RawAddress, A::Error> {
                let parts = <[usize; 2]>::deserialize(SeqAccessDeserializer::new(seq))?;
                Ok(RawAddress::Parts(parts))
            }
        }
        deserializer.deserialize_any(Address)
    }
}

/// The value that an option is given, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct RawSet {
    /// The value.
    pub value: Source<OptValue>,
    /// The platforms; all, if it is left out.
    pub platforms: Option<Vec<PlatformName>>,
}

impl RawSet {
    /// The argument that is the value.
    #[must_use]
    pub const fn argument(&self) -> Option<usize> {
        if let Source::Operand(at) = self.value { Some(at) } else { None }
    }
}

/// The value that an option is given, as a table.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawSetTable {
    /// The value, if it is always the same: `true`, if this and `argument` are left out.
    value: Option<bool>,
    /// The argument that is the value.
    argument: Option<usize>,
    /// The platforms on which it is set; all, if it is left out.
    #[schemars(length(min = 1))]
    platforms: Option<Vec<PlatformName>>,
}

const fn switched(on: bool) -> Source<OptValue> {
    Source::Is(if on { OptValue::ON } else { OptValue::OFF })
}

impl<'de> Deserialize<'de> for RawSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Set;
        impl<'de> Visitor<'de> for Set {
            type Value = RawSet;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`true`, `false`, or a table such as `{ argument = 1 }`")
            }

            fn visit_bool<E: de::Error>(self, on: bool) -> Result<RawSet, E> {
                Ok(RawSet { value: switched(on), platforms: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawSet, A::Error> {
                let RawSetTable { value, argument, platforms } =
                    RawSetTable::deserialize(MapAccessDeserializer::new(map))?;
                let value = match (value, argument) {
                    (Some(_), Some(_)) => {
                        return Err(de::Error::custom("`value` and `argument` exclude each other"));
                    }
                    (value, None) => switched(value.unwrap_or(true)),
                    (None, Some(at)) => Source::Operand(at),
                };
                Ok(RawSet { value, platforms })
            }
        }
        deserializer.deserialize_any(Set)
    }
}

/// The name of an option, as in the manuals.
#[derive(Debug, Clone, Copy)]
pub struct OptionName(pub &'static SockOpt);

impl PartialEq for OptionName {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for OptionName {}

impl PartialOrd for OptionName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for OptionName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.name.cmp(other.0.name)
    }
}

impl<'de> Deserialize<'de> for OptionName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = String::deserialize(deserializer)?;
        options::by_name(&written).map(Self).ok_or_else(|| {
            let text = format!("unknown option `{written}`");
            D::Error::custom(match nearest(&written, options::OPTIONS.iter().map(|it| it.name)) {
                Some(near) => format!("{text}, expected `{near}`"),
                None => format!("{text}: write it as the manuals do"),
            })
        })
    }
}

/// The table of options, for the schema.
struct SetTable;

impl JsonSchema for SetTable {
    fn schema_name() -> Cow<'static, str> {
        "Sets".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let table = generator.subschema_for::<RawSetTable>();
        let names: Vec<_> = options::OPTIONS.iter().map(|it| it.name).collect();
        json_schema!({
            "type": "object",
            "propertyNames": { "enum": names },
            "additionalProperties": { "anyOf": [{ "type": "boolean" }, table] },
        })
    }
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
