//! Brings the sources of crates through the ordinary clients: cargo for the registry, git for repositories.

use std::{
    error::Error,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::{
    manifest,
    tables::{Krate, Source},
};

/// Brings a crate to `dir`, unless it is there.
pub(crate) fn bring(krate: &Krate, dir: &Path) -> Result<(), Box<dyn Error>> {
    let folder = krate.folder(dir);
    if folder.exists() {
        return Ok(());
    }
    // Only a complete source gets its name, so that a run which was stopped can be taken up again.
    let part = dir.join("part");
    if part.exists() {
        fs::remove_dir_all(&part)?;
    }
    fs::create_dir_all(&part)?;
    let source = part.join("source");
    match &krate.source {
        Source::Registry => copy(&unpacked(krate, &part)?, &source)?,
        Source::Repository { name, commit, folder } => {
            let repository = part.join("repository");
            check_out(name, commit, &repository)?;
            publish(krate, &repository, folder, &source)?;
        }
    }
    fs::rename(source, folder)?;
    Ok(fs::remove_dir_all(part)?)
}

/// Where cargo unpacks a crate that a throw-away package in `scratch` depends on.
fn unpacked(krate: &Krate, scratch: &Path) -> Result<PathBuf, Box<dyn Error>> {
    fs::write(scratch.join("Cargo.toml"), manifest::depending_on(&krate.name, &krate.version))?;
    fs::create_dir_all(scratch.join("src"))?;
    fs::write(scratch.join("src/lib.rs"), "")?;
    let metadata = metadata(scratch, &[])?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let named = packages.filter(|it| it["name"] == *krate.name);
    let mut matching = named.filter(|it| it["version"] == *krate.version);
    let manifest = matching.next().and_then(|it| it["manifest_path"].as_str());
    let folder = manifest.and_then(|it| Path::new(it).parent());
    Ok(folder.ok_or("cargo knows nothing of it")?.to_owned())
}

/// Checks out one commit, without history.
fn check_out(name: &str, commit: &str, folder: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let url = format!("https://github.com/{name}");
    for args in [
        &["init", "--quiet"][..],
        &["fetch", "--quiet", "--depth=1", &url, commit],
        &["checkout", "--quiet", "--detach", "FETCH_HEAD"],
    ] {
        output(Command::new("git").args(args).current_dir(folder).env("GIT_LFS_SKIP_SMUDGE", "1"))?;
    }
    Ok(())
}

/// Copies a package out of a repository as it would be published: alone, with a manifest that inherits
/// nothing, and the workspace's lock file.
fn publish(
    krate: &Krate,
    repository: &Path,
    folder: &str,
    to: &Path,
) -> Result<(), Box<dyn Error>> {
    let from = repository.join(folder);
    let metadata = metadata(&from, &["--no-deps"])?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let package = packages.into_iter().find(|it| it["name"] == *krate.name);
    copy(&from, to)?;
    fs::write(to.join("Cargo.toml"), manifest::published(package.ok_or("no such package")?))?;
    let mut locks = from.ancestors().take_while(|it| it.starts_with(repository));
    if let Some(folder) = locks.find(|it| it.join("Cargo.lock").is_file()) {
        fs::copy(folder.join("Cargo.lock"), to.join("Cargo.lock"))?;
    }
    Ok(())
}

/// What cargo says about the package in a folder.
fn metadata(folder: &Path, flags: &[&str]) -> Result<Value, Box<dyn Error>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["metadata", "--format-version=1"]).args(flags).current_dir(folder);
    // A repository may ask for a toolchain that is not installed.
    Ok(serde_json::from_slice(&output(command.env("RUSTUP_TOOLCHAIN", "stable"))?)?)
}

/// What a program prints; an error is what it says about it.
fn output(command: &mut Command) -> Result<Vec<u8>, Box<dyn Error>> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(stderr.lines().find(|line| !line.trim().is_empty()).unwrap_or("no reason given").into())
}

/// Copies a folder without the packages in it. Links are left out: no source of a crate needs one.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        let file_type = entry.file_type()?;
        let is_package = path.join("Cargo.toml").exists() || path.ends_with(".git");
        if file_type.is_dir() && !is_package {
            copy(&path, &target)?;
        } else if file_type.is_file() {
            fs::copy(path, target)?;
        }
    }
    Ok(())
}
