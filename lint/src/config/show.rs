//! `cargo sockopt config`: what holds for each package, and who says so. What is printed is a configuration.

use std::path::Path;

use sockopt_analysis::socket::Platforms;

use super::{Origin, Override, Settings};
use crate::{
    config::{models::Model, pattern::Patterns},
    levels::{Decision, Levels},
    project::{Package, Project},
    suppress::rules,
};

/// The settings of a project: packages with the same ones together. With a path, only those of its package, and the
/// levels are those of a file there.
#[must_use]
pub fn settings(project: &Project, levels: &Levels, cwd: &Path, path: Option<&Path>) -> String {
    let is_meant = |it: &&Package| path.is_none_or(|path| home(project, path) == it.folder);
    let mut texts: Vec<(String, Vec<String>)> = Vec::new();
    for package in project.packages.iter().filter(is_meant) {
        let text = of_package(&package.settings, levels, cwd, path);
        let folder = shown(&package.folder, cwd);
        let name =
            if package.name.is_empty() { folder } else { format!("{} ({folder})", package.name) };
        match texts.iter_mut().find(|(it, _)| *it == text) {
            Some((_, names)) => names.push(name),
            None => texts.push((text, vec![name])),
        }
    }
    let each = texts.into_iter().map(|(text, names)| format!("# {}\n{text}", names.join(", ")));
    let text = each.collect::<Vec<_>>().join("\n");
    if project.models.is_empty() { text } else { text + &models(project, cwd) }
}

/// The models, which hold for all packages.
fn models(project: &Project, cwd: &Path) -> String {
    let line = |it: &Model| (format!("#   {}", it.row.path), it.place(cwd));
    let lines: Vec<_> = project.models.iter().map(line).collect();
    "\n# models, for all packages\n".to_owned() + &aligned(&lines)
}

/// The folder of the innermost package around a path.
fn home<'p>(project: &'p Project, path: &Path) -> &'p Path {
    let folders = project.packages.iter().map(|it| it.folder.as_path());
    let around = folders.filter(|it| path.starts_with(it));
    around.max_by_key(|it| it.components().count()).unwrap_or(&project.root)
}

/// A path as it is displayed in a folder.
pub(crate) fn shown(path: &Path, cwd: &Path) -> String {
    let inside = path.strip_prefix(cwd).unwrap_or(path);
    if inside.as_os_str().is_empty() { ".".to_owned() } else { inside.display().to_string() }
}

fn of_package(settings: &Settings, levels: &Levels, cwd: &Path, path: Option<&Path>) -> String {
    let origin = |origin: Option<&Origin>| match origin {
        Some(Origin::File(path, line)) => format!("{}:{line}", shown(path, cwd)),
        Some(Origin::Flag(flag)) => (*flag).to_owned(),
        None => "default".to_owned(),
    };
    let of = |key: &str| origin(settings.origins.get(key));
    let mut lines = vec![
        (
            format!("platforms = {}", platforms(settings.platforms.unwrap_or(Platforms::ALL))),
            of("platforms"),
        ),
        (format!("exclude = {}", patterns(settings.exclude.as_ref())), of("exclude")),
    ];
    if let Some(version) = &settings.required_version {
        lines.push((format!("required-version = {version:?}"), of("required-version")));
    }
    if let Some(baseline) = &settings.baseline {
        lines.push((format!("baseline = {:?}", shown(baseline, cwd)), of("baseline")));
    }
    lines.push(("\n[levels]".to_owned(), String::new()));
    for rule in rules::all() {
        let Decision { level, origin: by } = levels.decide(rule, settings, path, None);
        lines.push((format!("{} = \"{}\"", rule.name, level.name()), origin(by.as_ref())));
    }
    for Override { files, platforms: on, levels } in &settings.overrides {
        let is_here = |it: &Patterns| path.is_none_or(|path| it.matches(path));
        if !files.as_ref().is_none_or(is_here) || (path.is_some() && *on == Platforms::ALL) {
            continue;
        }
        lines.push(("\n[[overrides]]".to_owned(), String::new()));
        lines.extend(
            files.as_ref().map(|it| (format!("files = {}", patterns(Some(it))), String::new())),
        );
        lines.push((format!("platforms = {}", platforms(*on)), String::new()));
        for (name, (level, by)) in levels {
            lines.push((format!("levels.{name} = \"{}\"", level.name()), origin(Some(by))));
        }
    }
    aligned(&lines)
}

/// Lines with their origins in one column.
fn aligned(lines: &[(String, String)]) -> String {
    let width = lines.iter().map(|(line, _)| line.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for (line, by) in lines {
        let pad = width.saturating_sub(line.chars().count());
        if by.is_empty() {
            text.extend([line.as_str(), "\n"]);
        } else {
            text.extend([line.as_str(), &" ".repeat(pad), "  # ", by, "\n"]);
        }
    }
    text
}

fn platforms(platforms: Platforms) -> String {
    let names: Vec<_> = platforms.iter().map(|it| format!("\"{}\"", it.name())).collect();
    format!("[{}]", names.join(", "))
}

fn patterns(patterns: Option<&Patterns>) -> String {
    let lines = patterns.into_iter().flat_map(|it| &it.lines).map(|it| format!("{it:?}"));
    format!("[{}]", lines.collect::<Vec<_>>().join(", "))
}
