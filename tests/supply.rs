//! What is shipped: why each dependency is there, under which licences, and what is in the packages.
//!
//! `.ci/validate` asks `cargo deny`, which knows advisories, too, and builds the packages.

use std::{collections::BTreeSet, fs, process::Command};

use crate::harness::{repository, rust_files};

/// The packages that are published.
const PUBLISHED: [(&str, &str); 3] =
    [("sockopt-analysis", "analysis"), ("cargo-sockopt", "lint"), ("sockopt", "macros")];

fn read(path: &str) -> String {
    let path = repository().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What cargo says, line by line.
#[track_caller]
fn cargo(args: &[&str]) -> Vec<String> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let output = cargo.args(args).arg("--offline").current_dir(repository()).output();
    let output = output.expect("cargo runs");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

/// The lines of a section of the manifest of the workspace.
fn section(name: &str) -> Vec<String> {
    let manifest = read("Cargo.toml");
    let start = manifest.split(&format!("[{name}]\n")).nth(1).expect("the section");
    let lines = start.lines().take_while(|it| !it.starts_with('['));
    lines.filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

#[test]
fn every_dependency_has_its_reason_and_is_used() {
    let users = [".", "analysis", "benches", "lint", "macros", "tests"];
    let manifests = users.map(|it| read(&format!("{it}/Cargo.toml"))).concat();
    let lines = section("workspace.dependencies");
    assert!(lines.len() > 60, "{lines:?}");
    for pair in lines.chunks(2) {
        let [reason, dependency] = pair else { panic!("{pair:?} is no pair") };
        let has_reason = reason.starts_with("# ") && reason.ends_with('.') && reason.len() > 10;
        assert!(has_reason, "{dependency} is there for no reason: {reason}");
        let (name, _) = dependency.split_once(" = ").expect("a dependency");
        let used = |how| manifests.contains(&format!("\n{name}{how}"));
        let is_used = used(".workspace = true") || used(" = { workspace = true");
        assert!(is_used, "nothing depends on {name}");
    }
}

#[test]
fn members_take_dependencies_from_the_workspace_only() {
    for member in ["analysis", "benches", "lint", "macros", "tests"] {
        let manifest = read(&format!("{member}/Cargo.toml"));
        for part in manifest.split("\n[").filter(|it| it.contains("dependencies")) {
            for line in part.lines().skip(1).filter(|it| it.contains(" = ")) {
                assert!(line.contains("workspace = true"), "{member}: {line}");
            }
        }
    }
}

/// The lines of `cargo tree` about what is shipped, on any platform.
fn shipped(args: &[&str]) -> Vec<String> {
    let tree = ["tree", "--locked", "--edges", "normal,build", "--target", "all"];
    let packages = PUBLISHED.iter().flat_map(|(name, _)| ["--package", *name]);
    cargo(&tree.into_iter().chain(packages).chain(args.iter().copied()).collect::<Vec<_>>())
}

#[test]
fn what_is_shipped_has_one_version_of_each_crate() {
    let lines = shipped(&["--prefix", "none", "--format", "{p}"]);
    let versions: BTreeSet<_> = lines
        .iter()
        .filter_map(|it| it.split_once(" v"))
        .map(|(name, rest)| (name, rest.split_whitespace().next().unwrap_or_default()))
        .collect();
    assert!(versions.len() > 80, "{versions:?}");
    let names: Vec<_> = versions.iter().map(|(name, _)| *name).collect();
    let twice: Vec<_> = names.windows(2).filter(|it| it[0] == it[1]).map(|it| it[0]).collect();
    assert_eq!(twice, Vec::<&str>::new());
}

#[test]
fn what_is_shipped_is_under_licences_that_are_allowed() {
    let deny = read("deny.toml");
    let allowed = deny.lines().find(|it| it.starts_with("allow = ")).expect("licences");
    let allowed: Vec<_> = allowed.split('"').skip(1).step_by(2).collect();
    // A conjunction of alternatives is all that occurs; `/` is how alternatives were once written.
    let is_fine = |licences: &str| {
        licences.replace('/', " OR ").split(" AND ").all(|part| {
            part.trim_matches(['(', ')', ' ']).split(" OR ").any(|it| allowed.contains(&it.trim()))
        })
    };
    for (licences, fine) in
        [("MIT/Unlicense", true), ("(MIT OR GPL-3.0) AND Zlib", true), ("MIT AND GPL-3.0", false)]
    {
        assert_eq!(is_fine(licences), fine, "{licences}");
    }
    for line in shipped(&["--prefix", "none", "--format", "{p}\t{l}"]) {
        let Some((krate, licences)) = line.split_once('\t') else { continue };
        assert!(is_fine(licences.trim_end_matches(" (*)")), "{krate} is under {licences:?}");
    }
}

#[test]
fn packages_have_all_that_they_are_built_from() {
    for (name, folder) in PUBLISHED {
        let listed: BTreeSet<_> =
            cargo(&["package", "--list", "--allow-dirty", "--package", name]).into_iter().collect();
        let mut wanted: BTreeSet<_> =
            ["Cargo.toml", "README.md", "LICENSE-MIT", "LICENSE-APACHE"].map(str::to_owned).into();
        let folder = repository().join(folder);
        for path in rust_files(&folder.join("src")) {
            let text = fs::read_to_string(&path).expect("a source");
            let included = text.split("include_str!(\"").skip(1);
            let included = included.filter_map(|it| it.split('"').next());
            let beside = path.parent().expect("a folder");
            for file in included.map(|it| beside.join(it)).chain([path.clone()]) {
                let inside = file.strip_prefix(&folder).expect("a file of the package");
                wanted.insert(inside.to_string_lossy().into_owned());
            }
        }
        let missing: Vec<_> = wanted.difference(&listed).collect();
        assert!(missing.is_empty(), "{name} lacks {missing:?}");
        // Other tests belong to the repository: they ask files around the package.
        let strays: Vec<_> = listed.iter().filter(|it| it.starts_with("tests/")).collect();
        assert!(strays.is_empty(), "{name} has {strays:?}");
    }
}
