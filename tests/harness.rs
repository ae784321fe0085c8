//! Runs the tool and the fixtures: scrubbed environment, bounded time, findings as values.

use std::{
    ffi::OsStr,
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use walkdir::WalkDir;

pub(crate) use sockopt_tests::sources::{repository, rust_files};

/// No run of the tool takes longer, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// The workspace of fixtures.
pub(crate) fn fixtures_dir() -> PathBuf {
    repository().join("fixtures")
}

/// One fixture: a package in `fixtures/`.
#[derive(Clone, Debug)]
pub(crate) struct Fixture {
    /// Name of the folder.
    pub(crate) name: String,
    /// The folder.
    pub(crate) dir: PathBuf,
}

impl Fixture {
    /// Every fixture that people write, in the order of names; those generated from the models are not.
    pub(crate) fn all() -> Vec<Self> {
        Self::below(&fixtures_dir())
    }

    /// As `all`, of a copy of the fixtures.
    pub(crate) fn below(root: &Path) -> Vec<Self> {
        let entries = fs::read_dir(root).expect("fixtures/ can be read");
        let mut all: Vec<_> = entries
            .map(|entry| entry.expect("fixtures/ can be read").path())
            .filter(|dir| dir.join("Cargo.toml").exists())
            .map(|dir| Self { name: file_name(&dir), dir })
            .filter(|fixture| !fixture.name.starts_with("model-"))
            .collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        assert!(!all.is_empty(), "no fixtures");
        all
    }

    /// The fixture called `name`.
    pub(crate) fn named(name: &str) -> Self {
        Self { name: name.to_owned(), dir: fixtures_dir().join(name) }
    }

    /// Its sources, in the order of paths.
    pub(crate) fn sources(&self) -> Vec<(PathBuf, String)> {
        rust_files(&self.dir)
            .into_iter()
            .map(|path| {
                let text = fs::read_to_string(&path).expect("fixtures are UTF-8");
                (path, text)
            })
            .collect()
    }

    /// What the tool finds in it, with all rules on.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        static ALL: OnceLock<Vec<Finding>> = OnceLock::new();
        let all = ALL.get_or_init(|| find(&fixtures_dir(), &Self::all()));
        all.iter().filter(|it| it.primary.path.starts_with(&self.dir)).cloned().collect()
    }

    /// As `findings`, in a run of its own.
    pub(crate) fn findings_alone(&self) -> Vec<Finding> {
        find(&fixtures_dir(), std::slice::from_ref(self))
    }
}

/// One run over some fixtures below a folder, with all rules on.
pub(crate) fn find(root: &Path, fixtures: &[Fixture]) -> Vec<Finding> {
    let run = Tool::new()
        .args(["--message-format", "json", "-W", "all"])
        .args(fixtures.iter().map(|it| &it.dir))
        .current_dir(root)
        .run();
    assert!(matches!(run.code(), Some(0 | 1)), "exit status {}\n{}", run.status, run.stderr);
    assert!(run.stderr.is_empty() || !run.stderr.contains("warning"), "{}", run.stderr);
    let findings = findings(&run.stdout, &[root, repository()]);
    for finding in &findings {
        let path = &finding.primary.path;
        let owned = fixtures.iter().any(|it| path.starts_with(&it.dir));
        assert!(owned, "nobody asked about {}", path.display());
    }
    findings
}

/// The last part of a path.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// One finding, from the tool's JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The rule, without the tool's prefix.
    pub(crate) rule: String,
    /// The level it was reported at.
    pub(crate) level: String,
    /// The message.
    pub(crate) message: String,
    /// Where it is.
    pub(crate) primary: Span,
    /// Where its cause lies.
    pub(crate) secondary: Vec<Span>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// The file.
    pub(crate) path: PathBuf,
    /// First line, from 1.
    pub(crate) line: usize,
    /// The text that the byte offsets cut out of the file.
    pub(crate) snippet: String,
    /// What is to be seen there.
    pub(crate) label: String,
}

/// The findings in the tool's JSON output; file names are relative to one of `bases`.
pub(crate) fn findings(stdout: &str, bases: &[&Path]) -> Vec<Finding> {
    let messages = stdout.lines().map(|line| {
        serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"))
    });
    let mut all = Vec::new();
    for message in messages.filter(|message| message["reason"] == "compiler-message") {
        let message = &message["message"];
        let Some(rule) = message["code"]["code"].as_str() else { continue };
        let spans = message["spans"].as_array().expect("a message has spans");
        let (primary, secondary): (Vec<_>, Vec<_>) =
            spans.iter().partition(|span| span["is_primary"] == true);
        assert_eq!(primary.len(), 1, "one primary span: {message}");
        all.push(Finding {
            rule: rule.strip_prefix("sockopt::").expect("the tool's prefix").to_owned(),
            level: message["level"].as_str().expect("a level").to_owned(),
            message: message["message"].as_str().expect("a message").to_owned(),
            primary: span(primary[0], bases),
            secondary: secondary.into_iter().map(|it| span(it, bases)).collect(),
        });
    }
    all
}

fn span(span: &Value, bases: &[&Path]) -> Span {
    let name = Path::new(span["file_name"].as_str().expect("a file name"));
    let path = bases
        .iter()
        .map(|base| base.join(name))
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("{} does not exist", name.display()));
    let number = |key: &str| {
        let number = span[key].as_u64().unwrap_or_else(|| panic!("no {key}: {span}"));
        usize::try_from(number).expect("a small number")
    };
    let text = fs::read(&path).expect("a source file");
    let snippet = String::from_utf8_lossy(&text[number("byte_start")..number("byte_end")]);
    Span {
        line: number("line_start"),
        snippet: snippet.into_owned(),
        label: span["label"].as_str().unwrap_or_default().to_owned(),
        path,
    }
}

/// A run of the tool that is being prepared.
pub(crate) struct Tool {
    command: Command,
    stdin: Vec<u8>,
}

/// What a run of the tool left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// The exit code; nothing if a signal ended the run.
    pub(crate) fn code(&self) -> Option<i32> {
        self.status.code()
    }
}

impl Tool {
    /// The tool, in an environment that knows only where cargo is.
    pub(crate) fn new() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_under_test"));
        scrub(&mut command);
        Self { command, stdin: Vec::new() }
    }

    /// The tool as `"$@"` of a shell, which may close or limit something first.
    pub(crate) fn in_shell(script: &str) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", script, "sh", env!("CARGO_BIN_EXE_under_test")]);
        scrub(&mut command);
        Self { command, stdin: Vec::new() }
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn current_dir(mut self, dir: &Path) -> Self {
        self.command.current_dir(dir);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn stdin(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.stdin = text.into();
        self
    }

    /// Runs the tool to its end.
    pub(crate) fn run(self) -> Run {
        let mut child = self.spawn();
        let stdout = drain(child.stdout.take());
        let stderr = drain(child.stderr.take());
        let status = wait(&mut child, PATIENCE);
        let text = |pipe: thread::JoinHandle<String>| pipe.join().expect("pipes can be read");
        Run { status, stdout: text(stdout), stderr: text(stderr) }
    }

    /// Runs the tool with nobody to read what it prints.
    pub(crate) fn run_into_closed_pipe(self) -> Run {
        let mut child = self.spawn();
        drop(child.stdout.take());
        let stderr = drain(child.stderr.take());
        let status = wait(&mut child, PATIENCE);
        let stderr = stderr.join().expect("pipes can be read");
        Run { status, stdout: String::new(), stderr }
    }

    /// Starts the tool, to be talked to.
    pub(crate) fn start(mut self) -> Child {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        self.command.spawn().expect("the tool starts")
    }

    /// Starts the tool.
    pub(crate) fn spawn(self) -> Child {
        self.spawn_with_stderr(Stdio::piped())
    }

    /// Starts the tool with a standard error of its own.
    pub(crate) fn spawn_with_stderr(mut self, stderr: Stdio) -> Child {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(stderr);
        let stdin = std::mem::take(&mut self.stdin);
        let mut child = self.command.spawn().expect("the tool starts");
        let mut pipe = child.stdin.take().expect("stdin is piped");
        // A tool that does not read its input is fine.
        thread::spawn(move || pipe.write_all(&stdin));
        child
    }
}

/// Leaves only what is needed to find cargo and its registry.
fn scrub(command: &mut Command) {
    command.env_clear();
    for name in ["PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN", "TMPDIR"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.env("CARGO_NET_OFFLINE", "true");
}

/// Reads a pipe to its end.
pub(crate) fn drain(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    let mut pipe = pipe.expect("output is piped");
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("pipes can be read");
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Waits for a child, and ends it when it takes too long.
pub(crate) fn wait(child: &mut Child, patience: Duration) -> ExitStatus {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return status;
        }
        if Instant::now() > deadline {
            child.kill().expect("a child can be ended");
            child.wait().expect("a child can be waited for");
            panic!("no end after {patience:?}");
        }
        thread::sleep(Duration::from_millis(3));
    }
}

/// Builds all fixtures once, and says where their programs are.
pub(crate) fn built_fixtures() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| build(&fixtures_dir(), &fixtures_dir().join("target")))
}

/// Builds all programs of the fixtures below a folder, and says where they are.
pub(crate) fn build(root: &Path, target: &Path) -> PathBuf {
    let what = ["build", "--locked", "--workspace", "--exclude", "model-*"];
    succeed(&cargo_in(root, target, &what));
    target.join("debug")
}

/// Runs cargo in the workspace of fixtures.
pub(crate) fn cargo(args: &[&str]) {
    succeed(&cargo_in(&fixtures_dir(), &fixtures_dir().join("target"), args));
}

fn succeed(output: &Output) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo failed:\n{stderr}");
}

/// Runs cargo in a workspace, with a target folder.
pub(crate) fn cargo_in(root: &Path, target: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What `cargo test` sets for this test would make the dependencies look changed.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG") || name.starts_with("CARGO_MANIFEST") {
            command.env_remove(&*name);
        }
    }
    command.env_remove("CARGO_BUILD_TARGET");
    let (verb, rest) = args.split_first().expect("a command");
    command.args([verb, "--quiet", "--target-dir"]).arg(target).args(rest).current_dir(root);
    command.output().expect("cargo starts")
}

/// A copy of the fixtures, each text as it is `changed`.
pub(crate) fn copy(name: &str, changed: impl Fn(&Path) -> Option<String>) -> PathBuf {
    let repository = fixtures_dir().join("target").join(name);
    let root = repository.join("fixtures");
    for entry in
        WalkDir::new(fixtures_dir()).into_iter().filter_entry(|it| it.file_name() != "target")
    {
        let entry = entry.expect("fixtures/ can be read");
        let to =
            root.join(entry.path().strip_prefix(fixtures_dir()).expect("a path below fixtures/"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(to).expect("folders can be made");
        } else if let Some(text) = changed(entry.path()) {
            write_changed(&to, &text);
        } else {
            copy_file(entry.path(), &to);
        }
    }
    // What a folder above ignores is ignored no further than to the root of a repository.
    let init = Command::new("git").args(["init", "--quiet"]).current_dir(&repository).status();
    assert!(init.expect("git starts").success());
    root
}

/// Copies a file of the fixtures elsewhere.
pub(crate) fn copy_file(from: &Path, to: &Path) {
    if file_name(from) == "Cargo.toml" {
        let text = fs::read_to_string(from).expect("a manifest can be read");
        write_changed(to, &moved(&text));
    } else if fs::read(to).ok() != fs::read(from).ok() {
        fs::copy(from, to).expect("a file can be copied");
    }
}

/// A manifest of the fixtures elsewhere: a path in it still leads to this repository.
pub(crate) fn moved(manifest: &str) -> String {
    manifest.replace("\"../../", &format!("\"{}/", repository().display()))
}

/// Writes a file, unless it says that already: what is built of it is then still fresh.
fn write_changed(path: &Path, text: &str) {
    if fs::read_to_string(path).ok().as_deref() != Some(text) {
        fs::write(path, text).expect("a file can be written");
    }
}
