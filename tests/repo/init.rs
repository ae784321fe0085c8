//! `cargo sockopt init`.

use cargo_sockopt::init::Job;

use super::{assert_valid, file, is_pinned, used, yaml};
use crate::sample::{MANIFEST, Sample};

const WRONG: &str = "pub fn f(a: std::net::SocketAddr) -> std::io::Result<socket2::Socket> {
    let s = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
    s.bind(&a.into())?;
    s.listen(128)?;
    Ok(s)
}
";
const WORKFLOW: &str = ".github/workflows/sockopt.yml";

/// What there is after it, and what it said. Run again, it changes nothing.
#[track_caller]
fn init(sample: &Sample, args: &str) -> (Vec<String>, String) {
    let before = tree(sample);
    let said = sample.run(&format!("init {args}"), 0).stderr;
    let after = tree(sample);
    for (path, text) in &before {
        assert_eq!(after.iter().find(|it| it.0 == *path), Some(&(path.clone(), text.clone())));
    }
    let again = sample.run(&format!("init {args}"), 0).stderr;
    assert_eq!(tree(sample), after);
    assert!(!again.contains("wrote") && !again.contains("commit it"), "{again}");
    let is_new = |it: &(String, String)| !before.contains(it);
    let new: Vec<_> = after.into_iter().filter(is_new).map(|(path, _)| path).collect();
    for path in &new {
        let written = said.contains(&format!("wrote `{path}`"));
        let shown = written || said.contains(path.rsplit('/').next().unwrap_or_default());
        assert!(shown, "`{path}` is not named: {said}");
    }
    (new, said)
}

/// Every file but those of git, with what it holds.
fn tree(sample: &Sample) -> Vec<(String, String)> {
    let files = walkdir::WalkDir::new(sample.root()).sort_by_file_name().into_iter();
    let files = files.filter_entry(|it| it.file_name() != ".git").map(Result::unwrap);
    let name = |path: &std::path::Path| {
        path.strip_prefix(sample.root()).expect("below").to_string_lossy().into_owned()
    };
    files
        .filter(|it| it.file_type().is_file())
        .map(|it| (name(it.path()), std::fs::read_to_string(it.path()).expect("a file")))
        .collect()
}

#[test]
fn a_package_gets_settings_what_is_known_and_a_workflow() {
    let sample = Sample::new(&[("src/lib.rs", WRONG)]);
    sample.commit("first");
    sample.git(&["remote", "add", "origin", "git@github.com:a/b.git"]);
    let (new, said) = init(&sample, "");
    assert_eq!(new, [WORKFLOW, "sockopt-baseline.toml", "sockopt.toml"]);
    assert!(said.contains("added: src/lib.rs:3: sockopt::missing_reuseaddr"), "{said}");
    assert!(said.contains("1 finding can be fixed with `--fix`"), "{said}");
    // From here, only what is new fails.
    sample.run("", 0);
    sample.write("src/lib.rs", format!("{WRONG}{}", WRONG.replace("fn f", "fn g")));
    let run = sample.run("", 1);
    assert!(run.stderr.contains("1 error in 1 file, 1 known before"), "{}", run.stderr);
}

#[test]
fn without_a_finding_nothing_is_known() {
    let sample = Sample::new(&[("src/lib.rs", "")]);
    let (new, said) = init(&sample, "");
    assert_eq!(new, ["sockopt.toml"]);
    assert!(said.contains("`--ci github` or `--ci gitlab`"), "{said}");
    sample.write("src/lib.rs", WRONG);
    sample.run("", 1);
}

#[test]
fn without_a_baseline_everything_is_reported() {
    let sample = Sample::new(&[("src/lib.rs", WRONG), (".gitlab-ci.yml", "a:\n  script: b\n")]);
    let (new, said) = init(&sample, "--no-baseline");
    assert_eq!(new, [".gitlab/sockopt.yml", "sockopt.toml"]);
    assert!(said.contains("`include: [{ local: .gitlab/sockopt.yml }]` to `.gitlab-ci.yml`"));
    sample.run("", 1);
}

#[test]
fn what_is_there_is_kept_and_counts() {
    let manifest = format!(
        "{MANIFEST}[package.metadata.sockopt]\nbaseline = \"known.toml\"\nlevels.late_option = \"warn\"\n"
    );
    let workflow =
        "on: push\njobs:\n  a:\n    runs-on: b\n    steps:\n      - run: cargo sockopt\n";
    let sample = Sample::bare(&[
        ("Cargo.toml", &manifest),
        ("src/lib.rs", WRONG),
        (".github/workflows/ci.yml", workflow),
    ]);
    let (new, said) = init(&sample, "");
    assert_eq!(new, ["known.toml"]);
    for kept in ["Cargo.toml", ".github/workflows/ci.yml"] {
        assert!(said.contains(&format!("kept `{kept}`")), "{said}");
    }
    sample.run("", 0);
}

#[test]
fn from_a_member_the_whole_workspace_begins() {
    let root = "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"3\"\n";
    let member = |name: &str| MANIFEST.replace("sample", name).replace("\n[workspace]\n", "");
    let sample = Sample::bare(&[
        ("code/Cargo.toml", root),
        ("code/a/Cargo.toml", &member("a")),
        ("code/a/src/lib.rs", ""),
        ("code/b/Cargo.toml", &member("b")),
        ("code/b/src/lib.rs", WRONG),
        (".github/dependabot.yml", ""),
        (".git/HEAD", "ref: refs/heads/trunk\n"),
    ]);
    let run = sample.tool("init").current_dir(&sample.path("code/a")).run();
    assert_eq!(run.code(), Some(0), "{}", run.stderr);
    assert!(sample.read("code/sockopt-baseline.toml").contains("package = \"b\""));
    assert!(sample.read("code/sockopt.toml").contains("\nbaseline = \"sockopt-baseline.toml\"\n"));
    let workflow = sample.read(WORKFLOW);
    assert!(workflow.contains("working-directory: \"code\""), "{workflow}");
    assert_valid(&yaml(&workflow), include_str!("github-workflows.json"));
}

#[test]
fn a_folder_without_a_manifest_begins_if_it_is_named() {
    let sample = Sample::bare(&[("a.rs", WRONG)]);
    let (new, said) = init(&sample, ". --ci gitlab");
    assert_eq!(new, [".gitlab-ci.yml", "sockopt-baseline.toml", "sockopt.toml"]);
    assert!(said.contains("run `cargo sockopt .`"), "{said}");
    sample.run(".", 0);
    assert!(sample.read(".gitlab-ci.yml").contains("cargo-sockopt\\\" . --output"));
}

#[test]
fn a_project_that_cannot_be_read_begins_nothing() {
    let sample = Sample::bare(&[("Cargo.toml", "[package"), ("src/lib.rs", WRONG)]);
    sample.run("init --ci github", 2);
    assert_eq!(tree(&sample).len(), 2);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_kept() {
    let sample = Sample::new(&[("src/lib.rs", WRONG)]);
    std::os::unix::fs::symlink("elsewhere", sample.path("sockopt-baseline.toml")).expect("a link");
    let said = sample.run("init", 0).stderr;
    assert!(said.contains("kept `sockopt-baseline.toml`"), "{said}");
    assert!(!sample.path("elsewhere").exists());
}

#[test]
fn jobs_are_valid_and_the_guide_shows_them() {
    let job = Job { is_cargo: true, branch: "main".to_owned(), ..Job::default() };
    let guide = file("docs/adoption.md");
    for text in [job.github(), job.gitlab()] {
        assert!(guide.contains(&format!("```yaml\n{text}```")), "not in the guide:\n{text}");
    }
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let pinned = Job { commit: Some(commit), folder: "a b".to_owned(), ..job.clone() };
    for job in [job, pinned] {
        assert_valid(&yaml(&job.github()), include_str!("github-workflows.json"));
        assert_valid(&yaml(&job.gitlab()), include_str!("gitlab-ci.json"));
        let workflow = yaml(&job.github());
        let used = used(&workflow["jobs"]["sockopt"]["steps"]).into_iter();
        let open: Vec<_> = used.filter(|it| !is_pinned(it)).map(str::to_owned).collect();
        let own = ["cargo-sockopt/cargo-sockopt@main"];
        assert_eq!(open, if job.commit.is_some() { &[][..] } else { &own[..] });
        assert!(job.gitlab().contains(&format!("--rev {commit}")) == job.commit.is_some());
    }
}
