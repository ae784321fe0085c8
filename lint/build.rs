//! Says which commit an optimized build is made from, so that `init` can have a project checked by the same one.
//!
//! Only these are installed; in others, a new commit would mean a new build.

use std::{env, fs, path::Path, process::Command};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var("PROFILE").is_ok_and(|it| it == "release")
        && let Some(commit) = packaged().or_else(checked_out)
    {
        println!("cargo::rustc-env=SOCKOPT_COMMIT={commit}");
    }
}

/// The commit that a package of a registry was made from.
fn packaged() -> Option<String> {
    let text = fs::read_to_string(".cargo_vcs_info.json").ok()?;
    text.split('"').find(|it| is_commit(it)).map(str::to_owned)
}

/// The commit that is checked out, if nothing in it was changed, and if the repository is that of this package.
fn checked_out() -> Option<String> {
    let git = |args: &[&str]| {
        let output = Command::new("git").args(args).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        output.status.success().then_some(text)
    };
    let top = git(&["rev-parse", "--show-toplevel"])?;
    if fs::canonicalize(top).ok()? != fs::canonicalize("..").ok()? {
        return None;
    }
    let log = git(&["rev-parse", "--git-path", "logs/HEAD"])?;
    for path in [log.as_str(), "src", "../analysis/src", "../Cargo.lock"] {
        if Path::new(path).exists() {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    // With changes, this ends in `-dirty`.
    git(&["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"])
        .filter(|it| is_commit(it))
}

fn is_commit(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|it| it.is_ascii_hexdigit())
}
