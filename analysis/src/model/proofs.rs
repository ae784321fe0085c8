//! The proofs of the tables as cargo packages: a row whose path or signature is wrong does not compile.
//!
//! Each crate of the tables becomes one package; in it, each proved release is a module that knows that
//! release under the crate's own name; in it, each row is one function.

use std::{collections::BTreeMap, fmt::Write as _};

use semver::{Version, VersionReq};

use super::{Api, MODELS, Model, Proved};
use crate::socket::{Platform, Platforms};

/// Every file of the packages: path below `fixtures/` and content.
#[must_use]
pub fn packages() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for model in MODELS.iter().filter(|model| !model.proved.is_empty()) {
        let folder = format!("model-{}", package(model));
        files.insert(format!("{folder}/Cargo.toml"), manifest(model));
        files.insert(format!("{folder}/src/lib.rs"), library(model));
    }
    files
}

/// Whether the requirement `versions` of a row admits the release `version`.
#[must_use]
pub fn admits(versions: &str, version: &str) -> bool {
    let req = VersionReq::parse(versions).expect("a table test parses every requirement");
    Version::parse(version).is_ok_and(|version| req.matches(&version))
}

fn package(model: &Model) -> String {
    model.krate.replace('_', "-")
}

/// `socket2_0_6`; a release of the standard library is no dependency.
fn renamed(model: &Model, proved: &Proved) -> Option<String> {
    let mut numbers = proved.version.split('.');
    let (major, minor) = (numbers.next()?, numbers.next()?);
    Some(match major {
        "0" => format!("{}_0_{minor}", model.krate),
        _ => format!("{}_{major}", model.krate),
    })
}

fn manifest(model: &Model) -> String {
    let package = package(model);
    let mut text = format!(
        "[package]\nname = \"model-{package}\"\nversion.workspace = true\nedition.workspace = true\npublish.workspace = true\n\n[dependencies]\n"
    );
    for proved in model.proved {
        let Some(name) = renamed(model, proved) else { continue };
        let version = proved.version;
        let features: Vec<_> = proved.features.iter().map(|name| format!("{name:?}")).collect();
        let features = match features.is_empty() {
            true => String::new(),
            false => format!(", features = [{}]", features.join(", ")),
        };
        let _ = writeln!(
            text,
            "{name} = {{ package = \"{package}\", version = \"{version}\"{features} }}"
        );
    }
    text
}

fn library(model: &Model) -> String {
    let mut text = format!(
        "//! Every proof of the tables of `{}`. Generated: `BLESS=1 cargo test -p sockopt-analysis --features testing model`.\n\n\
         #![allow(warnings, reason = \"proofs compile; nobody calls them, and old releases are deprecated\")]\n\n\
         type Proof = Result<(), Box<dyn std::error::Error>>;\n\n\
         fn any<T>() -> T {{\n    unimplemented!()\n}}\n",
        model.krate
    );
    for proved in model.proved {
        let name = renamed(model, proved);
        let module = name.as_deref().unwrap_or("prelude");
        let _ = writeln!(text, "\nmod proofs_{module} {{\n    use super::{{Proof, any}};");
        if let Some(name) = &name {
            let _ = writeln!(text, "    use {name} as {};", model.krate);
        }
        for line in [proved.uses, model.prelude.uses] {
            for item in line.split_inclusive(';').map(str::trim) {
                let _ = writeln!(text, "    {item}");
            }
        }
        for (at, row) in model.rows.iter().enumerate() {
            if admits(row.versions, proved.version) || name.is_none() {
                text += &function(model, row, at);
            }
        }
        text += "}\n";
    }
    text
}

/// One row as a function; rows that Linux does not have compile where they exist.
fn function(model: &Model, row: &Api, at: usize) -> String {
    if row.proof.is_empty() {
        return String::new();
    }
    let name: String =
        row.path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let name = name.trim_start_matches('_');
    let given = model.prelude.given;
    let cfg = match row.platforms.contains(Platform::Linux) {
        true => String::new(),
        false => format!("    #[cfg({})]\n", predicate(row.platforms)),
    };
    format!(
        "\n{cfg}    async fn row_{at}_{name}({given}) -> Proof {{\n        {}\n        Ok(())\n    }}\n",
        row.proof
    )
}

fn predicate(platforms: Platforms) -> String {
    let one = |platform| match platform {
        Platform::Linux => "target_os = \"linux\"",
        Platform::Apple => "target_vendor = \"apple\"",
        Platform::Bsd => "target_os = \"freebsd\"",
        Platform::Windows => "windows",
        Platform::Other => "target_os = \"illumos\"",
    };
    format!("any({})", platforms.iter().map(one).collect::<Vec<_>>().join(", "))
}
