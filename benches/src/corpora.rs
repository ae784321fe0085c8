//! The trees that are searched: published crates and repositories, in versions that a rebuild does not change.

use std::{
    error::Error,
    fs,
    io::{self, BufRead},
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use sockopt_analysis::Prefilter;
use walkdir::WalkDir;

use crate::process::Job;

/// A tree that can be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Corpus {
    /// The crates of a web framework, as one workspace
    Small,
    /// Network crates and everything below them, as `cargo vendor` writes it
    Medium,
    /// Sources of eleven big projects, as their repositories hold them
    Repos,
}

/// What `small` takes of what its lock file brings.
const FRAMEWORK: &[&str] = &[
    "actix-codec",
    "actix-files",
    "actix-http",
    "actix-multipart",
    "actix-router",
    "actix-rt",
    "actix-server",
    "actix-service",
    "actix-test",
    "actix-tls",
    "actix-utils",
    "actix-web",
    "actix-web-actors",
    "actix-ws",
    "awc",
];

/// The repositories, each at one commit.
const REPOSITORIES: &[(&str, &str)] = &[
    ("bytecodealliance/wasmtime", "e6b33de5139d915a48127fc78b790e2d306cf896"),
    ("datafuselabs/databend", "3c011dc532e7174b04c56cdf1b17c4a88d8d78b2"),
    ("denoland/deno", "98f9507affc905f088124891add3a8dd63b91f77"),
    ("linkerd/linkerd2-proxy", "29637b64f6cebedaf15bfbf516818d7a28a4d5a6"),
    ("microsoft/openvmm", "1488a37b7cfe596c8fd72bbf7d2bb3af3f99aea6"),
    ("oxidecomputer/omicron", "b848b6df85531e85aaaa6d434dfb5bfd45bb42ce"),
    ("quickwit-oss/quickwit", "9fd01432a734d5b0a52d8d9b4251023caa179f5b"),
    ("risingwavelabs/risingwave", "448c6570b1b9d636736708340f61a85900c2b7d7"),
    ("rust-lang/cargo", "af373f761aa4e42b093c2e453078fd73c8ce54dd"),
    ("tikv/tikv", "8e964719db0d2088d47a280a1dde3fefa1b31d6b"),
    ("vectordotdev/vector", "c3445d42d2799eb9afe102b71cba7ae96a80942b"),
];

impl Corpus {
    pub(crate) const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Repos];

    /// The folder of the tree.
    pub(crate) fn folder(self, dir: &Path) -> PathBuf {
        dir.join(match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Repos => "repos",
        })
    }

    /// Builds the tree, unless it is there.
    ///
    /// # Errors
    /// cargo or git says that it cannot be had, or the disk does.
    pub(crate) fn build(self, dir: &Path) -> Result<(), Box<dyn Error>> {
        let folder = self.folder(dir);
        if folder.exists() {
            return Ok(());
        }
        // Only a complete tree gets its name, so that a run which was stopped can be taken up again.
        fs::create_dir_all(dir)?;
        let part = tempfile::Builder::new().prefix("part-").tempdir_in(dir)?;
        let tree = part.path().join("tree");
        match self {
            Self::Small => {
                let vendored = part.path().join("vendored");
                vendor("small", part.path(), &vendored)?;
                fs::create_dir(&tree)?;
                for name in FRAMEWORK {
                    fs::rename(vendored.join(name), tree.join(name))?;
                    remove_file(&tree.join(name).join(".cargo-checksum.json"))?;
                    remove_file(&tree.join(name).join("Cargo.lock"))?;
                }
                fs::write(
                    tree.join("Cargo.toml"),
                    "[workspace]\nresolver = \"2\"\nmembers = [\"*\"]\n",
                )?;
            }
            Self::Medium => {
                vendor("medium", part.path(), &tree)?;
                // Half of the tree would be the generated bindings of one operating system.
                for entry in fs::read_dir(&tree)? {
                    let entry = entry?;
                    let name = entry.file_name();
                    let name = name.to_string_lossy();
                    if name == "windows" || name.starts_with("windows-0.") {
                        fs::remove_dir_all(entry.path())?;
                    }
                }
            }
            Self::Repos => {
                for (name, commit) in REPOSITORIES {
                    check_out(name, commit, part.path(), &tree.join(name.replace('/', "-")))?;
                }
            }
        }
        Ok(fs::rename(tree, folder)?)
    }
}

/// Brings all that a lock file of `corpora/` names, through cargo.
fn vendor(name: &str, scratch: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora").join(name);
    fs::copy(kept.with_extension("toml"), scratch.join("Cargo.toml"))?;
    fs::copy(kept.with_extension("lock"), scratch.join("Cargo.lock"))?;
    fs::create_dir(scratch.join("src"))?;
    fs::write(scratch.join("src/lib.rs"), "")?;
    let cargo = Job::new("cargo", &[0]).args(["vendor", "--locked", "--quiet"]).args([to]);
    cargo.folder(scratch).run().map(|_| ())
}

/// Writes the Rust files and manifests of one commit, without history.
fn check_out(name: &str, commit: &str, scratch: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(to)?;
    let url = format!("https://github.com/{name}");
    let bare = scratch.join("repository");
    let git =
        |args: &[&str]| Job::new("git", &[0]).args(args).folder(to).env("GIT_DIR", &bare).run();
    git(&["init", "--quiet", "--bare"])?;
    git(&["fetch", "--quiet", "--depth=1", &url, commit])?;
    git(&["--work-tree=.", "checkout", "--quiet", "FETCH_HEAD", "--", "*.rs", "*Cargo.toml"])?;
    Ok(fs::remove_dir_all(&bare)?)
}

fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// How much Rust there is in a tree.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Size {
    pub(crate) files: u64,
    pub(crate) lines: u64,
    pub(crate) bytes: u64,
}

impl Size {
    /// Of all `.rs` files below a folder.
    ///
    /// # Errors
    /// One of them cannot be read.
    pub(crate) fn of(folder: &Path) -> io::Result<Self> {
        let mut size = Self::default();
        for path in sources(folder) {
            let file = fs::File::open(path)?;
            size.files += 1;
            size.bytes += file.metadata()?.len();
            // Line by line: what a child is said to have taken is at least what this process has.
            for line in io::BufReader::new(file).split(b'\n') {
                line?;
                size.lines += 1;
            }
        }
        Ok(size)
    }
}

/// How many `.rs` files below a folder name what the tool looks for, and how many bytes are in them: the others are
/// read, and not parsed.
///
/// # Errors
/// One of them cannot be read.
pub(crate) fn admitted(folder: &Path) -> io::Result<(u64, u64)> {
    let prefilter = Prefilter::of_tables();
    let (mut files, mut bytes) = (0, 0);
    for path in sources(folder) {
        let text = fs::read(path)?;
        if prefilter.admits(&text) {
            files += 1;
            bytes += text.len() as u64;
        }
    }
    Ok((files, bytes))
}

/// The `.rs` files below a folder, in order.
pub(crate) fn sources(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = entries.filter(|it| it.file_type().is_file()).map(walkdir::DirEntry::into_path);
    files.filter(|path| path.extension().is_some_and(|it| it == "rs"))
}
