//! Every fixture that listens, started twice over a real `TIME_WAIT`: the second start must fail exactly
//! where there is a finding that says so.

use std::{
    collections::BTreeMap,
    fmt, fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{OnceLock, mpsc},
    thread,
};

use sockopt_analysis::testing::{self, Mark};

use super::{ANY_PORT, PATIENCE, ask, control_is_refused, skipped};
use crate::harness::{
    Finding, Fixture, Tool, build, built_fixtures, copy, file_name, find, fixtures_dir, wait,
};

/// Listeners whose misbehaviour this trigger cannot show, or shows where there is nothing to report.
const NOT_JUDGED: &[(&str, &str, &str)] = &[(
    "i06_runtime_value",
    "computed",
    "the option is off for port 0 only, which is the port of this test's first start",
)];

/// One way to make a listener: a variant of a program.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Listener {
    /// The program's file name.
    pub(super) program: String,
    /// The variant's name on its command line.
    pub(super) variant: String,
}

impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.program, self.variant)
    }
}

/// A program of a fixture.
pub(super) struct Program {
    name: String,
    variants: Vec<String>,
    /// Its sources: the one file, or the whole package.
    sources: Vec<(PathBuf, String)>,
}

impl Program {
    /// Every program that listens; one that does not says why in its second line.
    fn all() -> Vec<(Fixture, Vec<Self>)> {
        Self::of_all(Fixture::all())
    }

    pub(super) fn of_all(fixtures: Vec<Fixture>) -> Vec<(Fixture, Vec<Self>)> {
        fixtures
            .into_iter()
            .map(|fixture| {
                let programs = Self::of(&fixture);
                (fixture, programs)
            })
            .collect()
    }

    fn of(fixture: &Fixture) -> Vec<Self> {
        let sources = fixture.sources();
        let roots = sources.iter().filter(|(_, text)| text.contains("\nfn main()"));
        let mut programs = Vec::new();
        for (path, text) in roots {
            let Some(variants) = variants(text) else {
                assert!(text.contains("\n//! Not run: "), "{} is not run", path.display());
                continue;
            };
            let alone = file_name(path.parent().expect("a file is in a folder")) == "bin";
            let name = if alone { stem(path) } else { fixture.name.clone() };
            let sources = if alone { vec![(path.clone(), text.clone())] } else { sources.clone() };
            programs.push(Self { name, variants, sources });
        }
        programs
    }

    pub(super) fn listeners(&self) -> impl Iterator<Item = Listener> {
        let program = &self.name;
        self.variants.iter().map(|it| Listener { program: program.clone(), variant: it.clone() })
    }

    /// Whether a line of a file belongs to a variant: to the module of its name, where there is one.
    pub(super) fn covers(&self, variant: &str, path: &Path, line: usize) -> bool {
        let modules: Vec<_> = self
            .sources
            .iter()
            .filter_map(|(path, text)| Some((path, module(text, variant)?)))
            .collect();
        if modules.is_empty() {
            return self.sources.iter().any(|(source, _)| source == path);
        }
        modules.iter().any(|(source, lines)| *source == path && lines.contains(&line))
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The names in a program's call of `serve::run`.
fn variants(text: &str) -> Option<Vec<String>> {
    let (_, call) = text.split_once("serve::run(&[")?;
    let (call, _) = call.split_once("]);")?;
    let names = call.split("(\"").skip(1).filter_map(|it| it.split_once('"'));
    Some(names.map(|(name, _)| name.to_owned()).collect())
}

/// The lines of the inline module called `name`.
fn module(text: &str, name: &str) -> Option<std::ops::Range<usize>> {
    let starts = [format!("mod {name} {{"), format!("pub mod {name} {{")];
    let lines: Vec<_> = text.lines().collect();
    let start = lines.iter().position(|line| starts.iter().any(|it| line == it))?;
    let end = lines[start..].iter().position(|line| *line == "}")?;
    Some(start + 1..start + end + 2)
}

/// What the kernel says to the second start of a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Starts,
    InUse,
    /// The control was not refused.
    Blind,
}

/// The verdicts on all listeners, asked for once.
fn verdicts() -> &'static BTreeMap<Listener, Verdict> {
    static VERDICTS: OnceLock<BTreeMap<Listener, Verdict>> = OnceLock::new();
    VERDICTS.get_or_init(|| {
        let programs = Program::all();
        let listeners = programs.iter().flat_map(|it| &it.1).flat_map(Program::listeners);
        let listeners = listeners.filter(|it| not_judged(it).is_none());
        let verdicts: BTreeMap<_, _> = listeners
            .map(|listener| {
                let verdict = judge(built_fixtures(), &listener);
                (listener, verdict)
            })
            .collect();
        let blind = verdicts.values().filter(|it| **it == Verdict::Blind).count();
        if blind > 0 {
            skipped(&format!("{blind} of {} listeners", verdicts.len()));
        }
        verdicts
    })
}

fn not_judged(listener: &Listener) -> Option<&'static str> {
    NOT_JUDGED
        .iter()
        .find(|it| it.0 == listener.program && it.1 == listener.variant)
        .map(|(_, _, reason)| *reason)
}

/// The recipe: start, serve, stop; control; start again.
fn judge(programs: &Path, listener: &Listener) -> Verdict {
    let first = Started::new(programs, listener, ANY_PORT);
    let addr = first.addr.unwrap_or_else(|| panic!("{listener}: the first start failed"));
    first.stop();
    if !control_is_refused(addr) {
        return Verdict::Blind;
    }
    let second = Started::new(programs, listener, addr);
    let verdict = if second.addr.is_some() { Verdict::Starts } else { Verdict::InUse };
    second.stop();
    verdict
}

/// A program that was started.
pub(super) struct Started {
    child: Child,
    /// Where it listens, or nothing if it was told that the port is in use.
    addr: Option<SocketAddr>,
    name: String,
}

impl Started {
    fn new(programs: &Path, listener: &Listener, addr: SocketAddr) -> Self {
        Self::run(Command::new(programs.join(&listener.program)), listener, addr)
    }

    /// As `new`, by a command that lacks the arguments only.
    pub(super) fn run(mut command: Command, listener: &Listener, addr: SocketAddr) -> Self {
        let mut child = command
            .args([&addr.to_string(), &listener.variant])
            .stdout(Stdio::piped())
            .stdin(Stdio::null())
            .spawn()
            .expect("a fixture starts");
        let stdout = child.stdout.take().expect("stdout is piped");
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            let read = BufReader::new(stdout).read_line(&mut line);
            let _ = sender.send(read.map(|_| line));
        });
        let Ok(Ok(line)) = receiver.recv_timeout(PATIENCE) else {
            let _ = child.kill();
            let _ = child.wait();
            panic!("{listener}: says nothing")
        };
        let addr = match line.trim_end().split_once(' ') {
            Some(("listening", addr)) => Some(addr.parse().expect("an address")),
            Some(("error:", "AddrInUse 98")) => None,
            _ => panic!("{listener}: says `{}`", line.trim_end()),
        };
        Self { child, addr, name: listener.to_string() }
    }

    /// Has it serve a connection, then ends it.
    pub(super) fn stop(mut self) {
        let expected = i32::from(self.addr.is_none());
        if let Some(addr) = self.addr {
            for line in ["hello\n", "quit\n"] {
                let answer = ask(addr, line).unwrap_or_else(|error| {
                    let _ = self.child.kill();
                    let _ = self.child.wait();
                    panic!("{}: {error}", self.name)
                });
                assert_eq!(answer, b"+", "{}", self.name);
            }
        }
        let status = wait(&mut self.child, PATIENCE);
        assert_eq!(status.code(), Some(expected), "{}", self.name);
    }
}

/// Whether a finding says that the next start fails. Late options other than `SO_REUSEADDR` are caught by
/// `super::options`.
fn says_in_use(rule: &str, text: Option<&str>) -> bool {
    match rule {
        "missing_reuseaddr" | "disabled_reuseaddr" => true,
        // The addresses of the fixtures are of IPv4, the family that they forget.
        "conditional_reuseaddr" => true,
        "late_option" => text.is_none_or(|text| text.contains("SO_REUSEADDR")),
        _ => false,
    }
}

/// Compares the kernel's verdicts with what `claims` says about a variant: whether the next start fails.
fn compare(mut claims: impl FnMut(&Fixture, &Program, &str) -> Option<bool>) {
    let mut wrong = Vec::new();
    let mut agreed = 0;
    for (fixture, programs) in Program::all() {
        for program in programs {
            for listener in program.listeners() {
                let Some(verdict) = verdicts().get(&listener) else { continue };
                let Some(claim) = claims(&fixture, &program, &listener.variant) else { continue };
                match (verdict, claim) {
                    (Verdict::Blind, _) => {}
                    (Verdict::InUse, true) | (Verdict::Starts, false) => agreed += 1,
                    _ => wrong.push(format!("{listener}: {verdict:?}, expected in use: {claim}")),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}\nbut {agreed} agree", wrong.join("\n"));
}

fn marks_of(program: &Program, variant: &str) -> Vec<Mark> {
    let mut all = Vec::new();
    for (path, text) in &program.sources {
        let marks = testing::marks(text).into_iter();
        all.extend(marks.filter(|mark| program.covers(variant, path, mark.line)));
    }
    all
}

#[test]
fn the_kernel_agrees_with_the_marks() {
    compare(|_, program, variant| {
        let marks = marks_of(program, variant);
        Some(marks.iter().any(|mark| says_in_use(&mark.rule, mark.text.as_deref())))
    });
}

#[test]
fn the_kernel_agrees_with_the_tool() {
    let mut findings: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    compare(|fixture, program, variant| {
        // What is known to be missed is no verdict of the tool.
        if marks_of(program, variant).iter().any(|mark| mark.miss) {
            return None;
        }
        let name = fixture.name.clone();
        let findings = findings.entry(name).or_insert_with(|| fixture.findings());
        let mut mine =
            findings.iter().filter(|it| program.covers(variant, &it.primary.path, it.primary.line));
        Some(mine.any(|it| says_in_use(&it.rule, Some(&it.message))))
    });
}

/// A copy of the fixtures on which all fixes were tried, and its programs.
pub(super) fn repaired() -> &'static (PathBuf, PathBuf) {
    static REPAIRED: OnceLock<(PathBuf, PathBuf)> = OnceLock::new();
    REPAIRED.get_or_init(|| {
        let root = copy("repaired", |_| None);
        let run =
            Tool::new().args(["--fix", "--unsafe-fixes", "--allow-dirty"]).current_dir(&root).run();
        assert!(matches!(run.code(), Some(0 | 1)), "{}", run.stderr);
        build(&root, &copies_target());
        let programs = keep_programs(&root);
        (root, programs)
    })
}

/// Where copies of the fixtures are built, one after the other: what they depend on is built once.
pub(super) fn copies_target() -> PathBuf {
    fixtures_dir().join("target/copies")
}

/// Puts the programs that were built last beside the copy that they were built of.
pub(super) fn keep_programs(root: &Path) -> PathBuf {
    let kept = root.with_file_name("programs");
    drop(fs::remove_dir_all(&kept));
    fs::create_dir_all(&kept).expect("folders can be made");
    for (_, programs) in Program::of_all(Fixture::below(root)) {
        for program in programs {
            let built = copies_target().join("debug").join(&program.name);
            fs::hard_link(built, kept.join(&program.name)).expect("a program can be linked");
        }
    }
    kept
}

#[test]
fn repaired_listeners_restart() {
    let (root, programs) = repaired();
    let fixtures = Fixture::below(root);
    let findings = find(root, &fixtures);
    let (mut repaired, mut wrong) = (0, Vec::new());
    for program in Program::of_all(fixtures).into_iter().flat_map(|it| it.1) {
        for listener in program.listeners() {
            let Some(before) = verdicts().get(&listener) else { continue };
            let mut mine = findings
                .iter()
                .filter(|it| program.covers(&listener.variant, &it.primary.path, it.primary.line));
            let claim = mine.any(|it| says_in_use(&it.rule, Some(&it.message)));
            let verdict = judge(programs, &listener);
            repaired += usize::from((*before, verdict) == (Verdict::InUse, Verdict::Starts));
            if verdict != Verdict::Blind && claim != (verdict == Verdict::InUse) {
                wrong.push(format!("{listener}: {verdict:?}, expected in use: {claim}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let blind = verdicts().values().any(|it| *it == Verdict::Blind);
    assert!(repaired > 50 || blind, "only {repaired} listeners were repaired");
}

#[test]
fn every_listener_that_is_not_judged_exists() {
    let programs = Program::all();
    let all: Vec<_> = programs.iter().flat_map(|it| &it.1).flat_map(Program::listeners).collect();
    for (program, variant, _) in NOT_JUDGED {
        assert!(
            all.iter().any(|it| it.program == *program && it.variant == *variant),
            "{program} {variant} does not exist"
        );
    }
}
