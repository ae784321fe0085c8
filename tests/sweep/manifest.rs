//! Manifests, written anew.

use std::{collections::BTreeSet, fmt::Write, path::Path};

use serde_json::Value;

/// The manifest of a package that depends on one version of another.
pub(crate) fn depending_on(name: &str, version: &str) -> String {
    let dependency = [("package", name), ("version", &format!("={version}"))];
    head("scratch", "0.0.0", "2021") + &table("[dependencies.wanted]", &dependency)
}

/// The manifest that a member of a workspace would be published with, from what cargo says about it.
pub(crate) fn published(package: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let root = text(&package["manifest_path"]);
    let root = Path::new(&root).parent().unwrap_or(Path::new(""));
    let (name, version) = (text(&package["name"]), text(&package["version"]));
    let mut manifest = head(&name, &version, &text(&package["edition"]));
    for target in package["targets"].as_array().into_iter().flatten() {
        let path = text(&target["src_path"]);
        let Ok(path) = Path::new(&path).strip_prefix(root) else { continue };
        let title = match target["kind"][0].as_str() {
            Some("custom-build") => continue,
            Some(kind @ ("bin" | "example" | "test" | "bench")) => format!("[[{kind}]]"),
            _ => "[lib]".to_owned(),
        };
        let path = path.to_string_lossy();
        manifest += &table(&title, &[("name", &text(&target["name"])), ("path", &path)]);
    }
    let mut titles = BTreeSet::new();
    for dependency in package["dependencies"].as_array().into_iter().flatten() {
        let kind = dependency["kind"].as_str().map_or(String::new(), |kind| format!("{kind}-"));
        let platform = dependency["target"].as_str();
        let platform = platform.map_or(String::new(), |it| format!("target.{it:?}."));
        let package = text(&dependency["name"]);
        let name = dependency["rename"].as_str().unwrap_or(&package);
        let title = format!("[{platform}{kind}dependencies.{name:?}]");
        let rows = [("package", &*package), ("version", &text(&dependency["req"]))];
        if titles.insert(title.clone()) {
            manifest += &table(&title, &rows);
        }
    }
    manifest
}

/// A package on its own.
fn head(name: &str, version: &str, edition: &str) -> String {
    let rows = [("name", name), ("version", version), ("edition", edition)];
    table("[package]", &rows) + "[workspace]\n\n"
}

/// Strings under a title.
fn table(title: &str, rows: &[(&str, &str)]) -> String {
    let mut text = format!("{title}\n");
    for (key, value) in rows {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{key} = {value:?}");
    }
    text + "\n"
}
