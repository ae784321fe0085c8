//! What git knows, asked of `git` itself: no work tree is touched, and no lock is taken, since somebody may be at
//! work in the repository.

use std::{
    ffi::OsStr,
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

/// A repository, by a folder in its work tree.
#[derive(Debug, Clone)]
pub struct Git {
    folder: PathBuf,
}

/// A file of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// Its path in the repository.
    pub path: PathBuf,
    object: String,
}

impl Git {
    /// For a folder.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    fn command<S: AsRef<OsStr>>(&self, args: &[S]) -> Command {
        let mut git = Command::new("git");
        git.args(["--no-optional-locks", "--literal-pathspecs", "-C"]).arg(&self.folder).args(args);
        // What a hook is told about the repository holds for the folder that git runs it in, and not for ours.
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX"] {
            git.env_remove(name);
        }
        git.stdin(Stdio::null());
        git
    }

    /// What a command prints.
    ///
    /// # Errors
    /// git does not run, or what it says of its failure.
    pub fn bytes<S: AsRef<OsStr>>(&self, args: &[S]) -> Result<Vec<u8>, String> {
        let output = self.command(args).output().map_err(|error| does_not_run(&error))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }

    /// What a command prints, as one line.
    ///
    /// # Errors
    /// As [`Git::bytes`].
    pub fn line(&self, args: &[&str]) -> Result<String, String> {
        Ok(String::from_utf8_lossy(&self.bytes(args)?).trim_end_matches(['\r', '\n']).to_owned())
    }

    /// The regular files of a commit.
    ///
    /// # Errors
    /// As [`Git::bytes`].
    pub fn files(&self, commit: &str) -> Result<Vec<Blob>, String> {
        let listed = self.bytes(&["ls-tree", "-r", "-z", "--full-tree", commit])?;
        let blob = |entry: &[u8]| {
            let tab = entry.iter().position(|it| *it == b'\t')?;
            let head = String::from_utf8_lossy(&entry[..tab]).into_owned();
            let mut words = head.split(' ');
            let (mode, _, object) = (words.next()?, words.next()?, words.next()?);
            let path = path(&entry[tab + 1..]);
            mode.starts_with("100").then(|| Blob { path, object: object.to_owned() })
        };
        Ok(listed.split(|it| *it == 0).filter_map(blob).collect())
    }

    /// Shows what some files hold.
    ///
    /// # Errors
    /// git does not say, or `see` fails.
    pub fn read(
        &self,
        blobs: &[&Blob],
        mut see: impl FnMut(&Blob, &[u8]) -> io::Result<()>,
    ) -> Result<(), String> {
        let mut git = self.command(&["cat-file", "--batch"]);
        git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = git.spawn().map_err(|error| does_not_run(&error))?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let asked: String = blobs.iter().flat_map(|it| [it.object.as_str(), "\n"]).collect();
        // git answers while it is still asked: nobody may wait for the other.
        let asking = thread::spawn(move || stdin.map(|mut it| it.write_all(asked.as_bytes())));
        let result = stdout.map_or_else(
            || Ok(()),
            |stdout| {
                let mut answers = BufReader::new(stdout);
                blobs.iter().try_for_each(|blob| see(blob, &answer(&mut answers)?))
            },
        );
        let _ = asking.join();
        let _ = child.wait();
        result.map_err(|error: io::Error| error.to_string())
    }

    /// Files that have another name than in a commit: the old one and the new one, in the repository.
    ///
    /// # Errors
    /// As [`Git::bytes`].
    pub fn changes(&self, commit: &str) -> Result<Changes, String> {
        let args = ["diff", "--no-ext-diff", "--no-textconv", "--no-color", "--no-relative"];
        let more = ["--find-renames", "--name-status", "-z", commit, "--"];
        let listed = self.bytes(&[&args[..], &more].concat())?;
        let mut words = listed.split(|it| *it == 0).filter(|it| !it.is_empty());
        let mut changes = Changes::default();
        while let (Some(status), Some(old)) = (words.next(), words.next()) {
            changes.count += 1;
            match (status[0], words.clone().next()) {
                (b'R', Some(new)) => {
                    changes.renamed.push((path(old), path(new)));
                    words.next();
                }
                (b'C', _) => {
                    words.next();
                }
                _ => {}
            }
        }
        Ok(changes)
    }
}

/// How the work tree differs from a commit; files that git does not know are left out.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// How many files.
    pub count: usize,
    /// Those with another name: the old one and the new one.
    pub renamed: Vec<(PathBuf, PathBuf)>,
}

/// One answer of `cat-file --batch`: `object type size`, and so many bytes.
fn answer(answers: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut head = String::new();
    answers.read_line(&mut head)?;
    let size = head.trim_end().rsplit(' ').next().and_then(|it| it.parse().ok());
    let size: usize = size.ok_or_else(|| {
        let head = head.trim_end();
        io::Error::other(if head.is_empty() { "git ended early" } else { head }.to_owned())
    })?;
    let mut bytes = vec![0; size];
    answers.read_exact(&mut bytes)?;
    answers.read_exact(&mut [0])?;
    Ok(bytes)
}

fn does_not_run(error: &io::Error) -> String {
    format!("`git` does not run: {error}")
}

/// A path as git prints it.
#[cfg(unix)]
#[must_use]
pub fn path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    OsStr::from_bytes(bytes).into()
}

/// A path as git prints it.
#[cfg(not(unix))]
#[must_use]
pub fn path(bytes: &[u8]) -> PathBuf {
    String::from_utf8_lossy(bytes).into_owned().into()
}
