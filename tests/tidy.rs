//! The arrows between the files of the source tree, which the compiler cannot see.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use sockopt_analysis::model::{MODELS, options::OPTIONS};

use crate::harness::{repository, rust_files};

/// Which modules of `analysis` each module may import. The crate's root and the test tools import anything.
#[rustfmt::skip]
const ARROWS: &[(&str, &[&str])] = &[
    ("socket",     &[]),
    ("cfg",        &["socket"]),
    ("model",      &["socket"]),
    ("skim",       &[]),
    ("prefilter",  &["model", "skim", "socket"]),
    ("evidence",   &["model", "skim", "socket"]),
    ("sites",      &[]),
    ("ir",         &["cfg", "model", "sites", "socket"]),
    ("facts",      &["cfg", "ir", "model", "sites", "socket"]),
    ("workspace",  &["facts", "model", "sites", "socket"]),
    ("macros",     &["cfg", "facts", "ir", "prefilter", "skim", "workspace"]),
    ("lower",      &["cfg", "facts", "ir", "macros", "model", "sites", "skim", "socket"]),
    ("link",       &["cfg", "facts", "ir", "model", "sites", "socket", "workspace"]),
    ("demand",     &["link", "model", "skim", "workspace"]),
    ("state",      &["ir", "link", "model", "sites", "socket"]),
    ("summary",    &["ir", "link", "model", "sites", "socket", "state"]),
    ("trace",      &["diagnostic", "link", "model", "sites", "socket", "state"]),
    ("solve",      &["cfg", "facts", "ir", "link", "model", "sites", "socket", "state", "summary", "trace", "workspace"]),
    ("inventory",  &["model", "sites", "socket", "state", "trace"]),
    ("docs",       &[]),
    ("marks",      &["docs", "rules"]),
    ("diagnostic", &["fix", "rules", "sites", "socket"]),
    ("fix",        &["model", "sites", "socket", "state"]),
    ("rewrite",    &["cfg", "fix", "lower", "model", "sites", "socket"]),
    ("outline",    &["lower"]),
    ("listener",   &["diagnostic", "facts", "fix", "link", "lower", "model", "rewrite", "rules", "sites", "socket", "solve", "state", "trace", "workspace"]),
    ("rules",      &["diagnostic", "fix", "model", "sites", "socket", "state", "trace"]),
    ("lib",        ANYTHING),
    ("testing",    ANYTHING),
];

const ANYTHING: &[&str] = &["*"];

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The sources of a package of this workspace.
fn sources(package: &str) -> Vec<(PathBuf, String)> {
    let files = rust_files(&repository().join(package));
    files.into_iter().map(|path| (path.clone(), read(&path))).collect()
}

/// Code without line comments and without the tests at the end of the file.
fn product_code(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// The modules right below the crate that `code` names by `crate::`.
fn imports(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        let Some(list) = rest.strip_prefix('{') else {
            found.insert(first_word(rest));
            continue;
        };
        let mut depth = 0;
        let mut start = true;
        for (at, letter) in list.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => start = true,
                _ if letter.is_whitespace() => {}
                _ if start && depth == 0 => {
                    found.insert(first_word(&list[at..]));
                    start = false;
                }
                _ => {}
            }
        }
    }
    found.remove("");
    found
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect()
}

/// `rules` for `analysis/src/rules/late_option.rs`.
fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix(repository().join("analysis/src")).expect("a file of analysis");
    let first = inside.iter().next().expect("a file has a name").to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn imports_of_every_form_are_seen() {
    let code = "use crate::{a::{b, c}, d, e as f};\nuse crate::g::h;\nfn i() { crate::j::k() }";
    assert_eq!(imports(code).into_iter().collect::<Vec<_>>(), ["a", "d", "e", "g", "j"]);
}

#[test]
fn the_analysis_imports_along_the_arrows_only() {
    let modules: BTreeSet<_> = sources("analysis/src").iter().map(|it| module_of(&it.0)).collect();
    let mut wrong = Vec::new();
    let tests = |path: &Path| path.ends_with("tests.rs");
    for (path, text) in sources("analysis/src").into_iter().filter(|(path, _)| !tests(path)) {
        let module = module_of(&path);
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == module) else {
            wrong.push(format!("{module}: no arrow leads to or from it"));
            continue;
        };
        for import in imports(&product_code(&text)) {
            // What the root exports again has no module of its own.
            let known = modules.contains(&import) && import != module;
            if known && *allowed != ANYTHING && !allowed.contains(&import.as_str()) {
                wrong.push(format!("{}: {module} imports {import}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rules_do_not_see_syntax() {
    let banned = ["syn::", "ir::", "link::", "solve::"];
    for (path, text) in sources("analysis/src/rules") {
        let code = product_code(&text);
        for word in banned {
            assert!(!code.contains(word), "{} names {word}", path.display());
        }
    }
}

#[test]
fn syntax_trees_are_for_lowering_and_rewriting() {
    for (path, text) in sources("analysis/src").into_iter().chain(sources("lint/src")) {
        let code = product_code(&text);
        let lowers = path.starts_with(repository().join("analysis/src"))
            && ["lower", "outline", "sites", "testing", "cfg", "rewrite", "listener"]
                .contains(&module_of(&path).as_str());
        assert!(lowers || !names(&code, "syn"), "{} names syn", path.display());
    }
}

#[test]
fn the_tool_names_no_socket_api() {
    // The command line is no socket.
    let others = ["std", "clap"];
    let crates = MODELS.iter().map(|model| model.krate).filter(|krate| !others.contains(krate));
    let options = OPTIONS.iter().map(|option| option.name);
    let calls = ["setsockopt", "TcpListener", "TcpSocket", "UdpSocket", "bind", "listen"];
    let words: Vec<_> = crates.chain(options).chain(calls).collect();
    let mut wrong = Vec::new();
    for (path, text) in sources("lint/src") {
        let code = product_code(&text);
        for word in words.iter().filter(|word| names(&code, word)) {
            wrong.push(format!("{} names {word}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether `code` has `word`, whole.
fn names(code: &str, word: &str) -> bool {
    let part = |it: char| it.is_alphanumeric() || it == '_';
    code.match_indices(word)
        .any(|(at, _)| !code[..at].ends_with(part) && !code[at + word.len()..].starts_with(part))
}

#[test]
fn renderers_know_findings_only() {
    let banned = ["run", "patch", "baseline", "diff", "cache", "rules", "suppress", "explain"];
    for (path, text) in sources("lint/src/render") {
        let imports = imports(&product_code(&text));
        for word in banned {
            assert!(!imports.contains(word), "{} imports {word}", path.display());
        }
    }
}

#[test]
fn every_file_opens_with_its_purpose() {
    for package in ["analysis", "benches", "lint", "macros", "tests", "fuzz", "fixtures"] {
        for (path, text) in sources(package) {
            assert!(text.starts_with("//! "), "{} does not open with `//! `", path.display());
        }
    }
}

#[test]
fn nothing_names_the_folder_it_was_written_in() {
    for package in ["analysis", "benches", "lint", "macros", "tests", "fuzz", "fixtures"] {
        for (path, text) in sources(package) {
            let word = ["/wo", "rk/"].concat();
            assert!(!text.contains(&word), "{} names {word}", path.display());
        }
    }
}

/// What stands between backticks in a text.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Whether a path as the pages write it (`rules/<rule>.rs` for any rule) names `path`.
fn covers(written: &str, path: &str) -> bool {
    let Some((before, rest)) = written.split_once('<') else { return written == path };
    let after = rest.split_once('>').map_or("", |(_, after)| after);
    let stem = path.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    stem.is_some_and(|stem| !stem.is_empty() && !stem.contains('/'))
}

/// Every Rust file of the repository, as the pages write paths.
fn tree() -> Vec<String> {
    let name = |path: PathBuf| {
        let inside = path.strip_prefix(repository()).expect("a file of the repository");
        inside.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
    };
    rust_files(repository()).into_iter().map(name).collect()
}

#[test]
fn the_code_map_names_every_file_and_no_other() {
    let text = read(&repository().join("ARCHITECTURE.md"));
    let map = text.split("## Code map").nth(1).expect("a code map");
    let map: Vec<_> = map
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|word| Path::new(word).extension().is_some_and(|it| it == "rs"))
        .collect();
    let tree = tree();
    let mut wrong = Vec::new();
    for path in tree.iter().filter(|path| !path.starts_with("fixtures/")) {
        let lines = map.iter().filter(|written| covers(written, path)).count();
        if lines != 1 {
            wrong.push(format!("{path} has {lines} lines"));
        }
    }
    for written in map {
        if !tree.iter().any(|path| covers(written, path)) {
            wrong.push(format!("{written} does not exist"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn recipes_name_what_exists() {
    let text = read(&repository().join("CONTRIBUTING.md"));
    let tree = tree();
    for word in quoted(&text).filter(|word| !word.contains(' ')) {
        let path = word.contains('/') || Path::new(word).extension().is_some_and(|it| it == "md");
        let exists = repository().join(word).exists() || tree.iter().any(|it| covers(word, it));
        assert!(!path || exists, "{word} does not exist");
    }
}

#[test]
fn recipes_have_three_steps_at_most() {
    let text = read(&repository().join("CONTRIBUTING.md"));
    assert!(!text.lines().any(|line| line.starts_with("4. ")), "a recipe has a fourth step");
}

#[test]
fn every_crate_is_published_with_its_licences() {
    for package in ["analysis", "lint", "macros"] {
        for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
            let root = read(&repository().join(name));
            assert_eq!(read(&repository().join(package).join(name)), root, "{package}/{name}");
        }
    }
}
