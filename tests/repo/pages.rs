//! The pages for readers: the picture of a report, links, the list of formats.

use std::{env, fs, path::Path};

use anstyle_svg::{Term, VGA};
use clap::ValueEnum;
use walkdir::WalkDir;

use super::file;
use crate::harness::{Tool, repository};

/// The picture, as the report is now.
fn picture() -> String {
    let args = ["--color", "always", "fixtures/restart-fails"];
    let run = Tool::new().args(args).current_dir(repository()).run();
    assert_eq!(run.code(), Some(1), "{}", run.stderr);
    let prompt = "$ cargo sockopt fixtures/restart-fails\n";
    // Dark red on black is hard to read: every color but black is the bright one.
    let mut palette = VGA;
    palette.0[1..8].copy_from_slice(&VGA.0[9..]);
    Term::new().palette(palette).render_svg(&format!("{prompt}{}{}", run.stdout, run.stderr))
}

#[test]
fn the_readme_shows_a_report_as_it_is() {
    let path = repository().join("docs/report.svg");
    if env::var_os("BLESS").is_some() {
        fs::write(&path, picture()).expect("a file can be written");
    }
    assert!(file("README.md").contains("](docs/report.svg)"));
    let written = fs::read_to_string(path).unwrap_or_default();
    let help = "run `BLESS=1 cargo test -p sockopt-tests --test e2e pages`";
    assert!(written == picture(), "docs/report.svg is out of date: {help}");
}

#[test]
fn links_lead_somewhere() {
    let pages = WalkDir::new(repository().join("docs")).into_iter().map(Result::unwrap);
    let pages = pages.map(walkdir::DirEntry::into_path).chain([repository().join("README.md")]);
    let mut wrong = Vec::new();
    for page in pages.filter(|it| it.extension().is_some_and(|it| it == "md")) {
        let text = fs::read_to_string(&page).expect("a page");
        let folder = page.parent().expect("a folder");
        for link in text.split("](").skip(1).filter_map(|it| it.split(')').next()) {
            if !link.contains("://") && !leads(&page, folder, link) {
                wrong.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a link within the repository leads to a file, and in it to a heading.
fn leads(page: &Path, folder: &Path, link: &str) -> bool {
    let (path, heading) = link.split_once('#').map_or((link, None), |(a, b)| (a, Some(b)));
    let target = if path.is_empty() { page.to_owned() } else { folder.join(path) };
    let Some(heading) = heading else { return target.exists() };
    let text = fs::read_to_string(target).unwrap_or_default();
    let plain = |line: &str| {
        let line = line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
        line.chars().filter(|it| it.is_alphanumeric() || "-_".contains(*it)).collect::<String>()
    };
    text.lines().filter(|it| it.starts_with('#')).any(|it| plain(it) == heading)
}

#[test]
fn every_format_has_its_row() {
    let page = file("docs/outputs.md");
    for format in cargo_sockopt::cli::MessageFormat::value_variants() {
        let value = format.to_possible_value().expect("a name");
        let name = format!("`{}`", value.get_name());
        let rows = page.lines().filter(|it| it.starts_with("| ") && it.contains(&name));
        assert_eq!(rows.count(), 1, "{name}");
    }
}
