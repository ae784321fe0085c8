//! Programs of others that look at the same tree.

use std::path::{Path, PathBuf};

use crate::process::{Job, installed};

/// The words of the targets: a search that reads every file and does nothing else.
const TWO_WORDS: &str = "bind|set_reuse";

/// What the tool itself has to look for, as a person would write it.
const ALL_NAMES: &str = "socket2|TcpSocket|TcpBuilder|sys::socket|rustix::net|setsockopt|set_reuse|reuse_address|\
                         SO_REUSEADDR|SO_REUSEPORT|join_multicast|bind\\(|listen\\(";

/// A program of others.
pub(crate) struct Peer {
    /// How the table calls it.
    pub(crate) name: &'static str,
    /// Its version; nothing if it is not installed.
    pub(crate) version: Option<String>,
    /// What it is called on a command line.
    pub(crate) program: &'static str,
    args: Vec<PathBuf>,
    done: &'static [i32],
}

impl Peer {
    fn new(name: &'static str, program: &'static str, args: &[&str]) -> Self {
        let args = args.iter().map(Into::into).collect();
        Self { name, version: version(program), program, args, done: &[0, 1] }
    }

    /// The command line, for readers.
    pub(crate) fn command(&self) -> String {
        let words = self.args.iter().map(|word| match word.file_name() {
            Some(name) if word.is_absolute() => name.display().to_string(),
            _ => word.display().to_string(),
        });
        let quote = |word: String| if word.contains('|') { format!("'{word}'") } else { word };
        let words: Vec<_> = words.map(quote).collect();
        format!("{} {} TREE", self.program, words.join(" "))
    }

    /// A run over a tree.
    pub(crate) fn job(&self, tree: &Path) -> Job {
        Job::new(self.program, self.done).args(&self.args).args([tree])
    }
}

/// All of them, the fastest first.
pub(crate) fn all(rules: &Path, cores: usize) -> Vec<Peer> {
    let rule = |name: &str| rules.join(name).display().to_string();
    let (ast_grep, semgrep, cores) = (rule("ast-grep.yml"), rule("semgrep.yml"), cores.to_string());
    vec![
        // 2: some of the files could not be read, in trees that have such.
        Peer {
            done: &[0, 1, 2],
            ..Peer::new("ripgrep, two words", "rg", &["-c", "-t", "rust", TWO_WORDS])
        },
        Peer {
            done: &[0, 1, 2],
            ..Peer::new("ripgrep, all names", "rg", &["-c", "-t", "rust", ALL_NAMES])
        },
        Peer::new("ast-grep", "ast-grep", &["scan", "--rule", &ast_grep]),
        Peer {
            // 2 and 3: some of the files could not be parsed.
            done: &[0, 1, 2, 3],
            ..Peer::new(
                "semgrep",
                "semgrep",
                &[
                    "scan",
                    "--config",
                    &semgrep,
                    "--metrics=off",
                    "--disable-version-check",
                    "--quiet",
                    "--no-git-ignore",
                    "-j",
                    &cores,
                ],
            )
        },
    ]
}

/// What a program says of its version.
pub(crate) fn version(program: &str) -> Option<String> {
    let said = Job::new(installed(program)?, &[0]).args(["--version"]).output().ok()?;
    let line = said.lines().next()?.trim();
    let mut words = line.split_whitespace();
    words.find(|word| word.starts_with(|it: char| it.is_ascii_digit())).map(str::to_owned)
}
