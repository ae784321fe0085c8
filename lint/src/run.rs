//! One run: discover, load, analyze, fix, report.

mod clippy;
mod comparing;
mod fixing;
mod initializing;
mod listing;
mod looking;
mod merging;
mod modelling;
mod reporting;
mod suppressing;
mod telling;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError, mpsc},
    time::Instant,
};

use anstream::adapter::strip_str;
use rayon::ThreadPool;

use crate::{
    cli::{self, Cli, Color, ConfigArgs, MessageFormat, ModelVerb, Verb},
    completions,
    config::{self, show},
    error::Error,
    exit::Exit,
    explain,
    finding::{Finding, Severity, Sources},
    identity::{Folders, Identity},
    levels::{self, Levels},
    lsp,
    patch::{Refused, Tree},
    progress::Progress,
    project::{self, Project, cargo::Cargo},
    render::{self, human, json, statistics::Statistics},
    suppress::rules::by_name,
    threads::threads,
    warning::{Located, Warning},
};

pub use looking::{Look, look};
use merging::Terms;
pub use reporting::Actions;
use reporting::Record;
use telling::{Account, View};

/// The world around a run.
pub struct Host<'a> {
    /// Standard input.
    pub stdin: &'a mut dyn Read,
    /// Where findings go.
    pub out: &'a mut dyn Write,
    /// Where warnings and progress go.
    pub err: &'a mut dyn Write,
    /// Whether `out` shows colors, if nothing else is said.
    pub out_colors: bool,
    /// Whether `err` shows colors, if nothing else is said.
    pub err_colors: bool,
    /// Whether `out` shows links, if it shows colors.
    pub out_links: bool,
    /// What says on a terminal what the run is at.
    pub progress: Progress,
    /// The value of `CARGO_TERM_COLOR`.
    pub term_color: Option<String>,
    /// GitHub Actions, if that is where it runs.
    pub actions: Option<Actions>,
    /// cargo, as a program.
    pub cargo: PathBuf,
    /// The current folder.
    pub cwd: PathBuf,
}

/// Runs the tool with arguments, the program's name first.
pub fn run(args: impl IntoIterator<Item = OsString>, host: &mut Host<'_>) -> Exit {
    let result = match cli::parse(args) {
        Ok(cli @ Cli { verb: Some(Verb::Lsp(_)), .. }) => lsp::serve(cli, host),
        Ok(cli) => {
            host.set_colors(cli.color);
            if cli.quiet {
                host.progress = Progress::default();
            }
            session(&cli, host)
        }
        Err(usage) => print_usage(&usage, host),
    };
    let result = result.and_then(|exit| host.flush().map(|()| exit));
    match result {
        Ok(exit) => exit,
        // Whoever reads has seen enough.
        Err(Error::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Clean,
        Err(error) => {
            // Nobody is left to hear about an error stream that fails.
            let _ = host.error(&error);
            let _ = host.flush();
            Exit::Failed
        }
    }
}

impl Host<'_> {
    fn set_colors(&mut self, color: Option<Color>) {
        let choice = match (color, self.term_color.as_deref()) {
            (Some(Color::Always), _) | (None, Some("always")) => Some(true),
            (Some(Color::Never), _) | (None, Some("never")) => Some(false),
            _ => None,
        };
        self.out_colors = choice.unwrap_or(self.out_colors);
        self.err_colors = choice.unwrap_or(self.err_colors);
    }

    fn print(&mut self, text: &str) -> io::Result<()> {
        let _hidden = self.progress.hide();
        write(self.out, text, self.out_colors)
    }

    fn say(&mut self, text: &str) -> io::Result<()> {
        let _hidden = self.progress.hide();
        write(self.err, text, self.err_colors)
    }

    fn error(&mut self, error: &Error) -> io::Result<()> {
        self.say(&format!("\x1b[1;31merror\x1b[0m: {error}\n"))?;
        error.help().map_or(Ok(()), |help| self.say(&format!("  = help: {help}\n")))
    }

    fn flush(&mut self) -> Result<(), Error> {
        let _hidden = self.progress.hide();
        self.out.flush()?;
        Ok(self.err.flush()?)
    }
}

fn write(to: &mut dyn Write, text: &str, colors: bool) -> io::Result<()> {
    if colors { to.write_all(text.as_bytes()) } else { write!(to, "{}", strip_str(text)) }
}

fn print_usage(usage: &clap::Error, host: &mut Host<'_>) -> Result<Exit, Error> {
    let text = usage.render().ansi().to_string();
    if usage.use_stderr() {
        host.say(&text)?;
        return Ok(Exit::Failed);
    }
    host.print(&text)?;
    Ok(Exit::Clean)
}

fn session(cli: &Cli, host: &mut Host<'_>) -> Result<Exit, Error> {
    if let Some(name) = &cli.explain {
        let plain = name.strip_prefix("sockopt::").unwrap_or(name);
        let rule = by_name(plain).ok_or_else(|| levels::unknown(name))?;
        host.print(&explain::rule(rule))?;
        return Ok(Exit::Clean);
    }
    if cli.list_rules {
        host.print(&explain::list())?;
        return Ok(Exit::Clean);
    }
    if let Some(Verb::Config(ConfigArgs { schema: true, .. })) = &cli.verb {
        host.print(&config::raw::schema())?;
        return Ok(Exit::Clean);
    }
    match &cli.verb {
        Some(Verb::Completions { shell }) => {
            host.print(&completions::script(*shell))?;
            Ok(Exit::Clean)
        }
        Some(Verb::Man { folder }) => manual(folder.as_deref(), host),
        Some(Verb::Clippy(args)) => clippy::run(cli, args, host),
        _ => report(cli, host),
    }
}

/// A run that looks at projects.
fn report(cli: &Cli, host: &mut Host<'_>) -> Result<Exit, Error> {
    let levels = Levels::new(&cli.levels.flags)?;
    if let Some(Verb::Merge(args)) = &cli.verb {
        return Session::new(cli, levels, host).merge(args);
    }
    let cargo = Cargo {
        program: host.cargo.clone(),
        cwd: host.cwd.clone(),
        flags: cli.manifest.cargo_flags(),
    };
    if cli.paths.iter().all(|path| path.as_os_str() != "-") {
        host.progress.step("looking for packages");
    }
    let found = project::discover(cli, &cargo, host.stdin);
    let mut session = Session::new(cli, levels, host);
    session.notes(&found.notes)?;
    session.errors(&found.errors)?;
    session.early_warnings(&found.warnings)?;
    match &cli.verb {
        None | Some(Verb::Clippy(_) | Verb::Lsp(_)) => {
            session.analyze(found.projects)?;
            session.finish()
        }
        // It needs no project.
        Some(Verb::Merge(args)) => session.merge(args),
        Some(Verb::Suppress(args)) => session.suppress(found.projects, args),
        Some(Verb::Config(_)) => session.show_settings(&found.projects),
        Some(Verb::Baseline(verb)) => session.baseline(found.projects, verb),
        Some(Verb::Init(args)) => session.init(found.projects, args),
        Some(Verb::Completions { .. } | Verb::Man { .. }) => Ok(Exit::Clean),
        Some(Verb::List(args)) => session.list(found.projects, args.message_format),
        Some(Verb::Model(ModelVerb::Test)) => session.test_models(found.projects),
    }
}

/// `cargo sockopt man`.
fn manual(folder: Option<&Path>, host: &mut Host<'_>) -> Result<Exit, Error> {
    if let Some(folder) = folder {
        let folder = host.cwd.join(folder);
        completions::manuals(&folder).map_err(|error| Error::Write(folder, error))?;
    } else {
        host.print(&completions::manual()?)?;
    }
    Ok(Exit::Clean)
}

/// Makes something of each item, the heaviest first, since whatever is begun last keeps one thread busy while the others
/// have nothing to do; takes what was made in the order of the items, as soon as it is there. A thread begins an item
/// when it has finished another: as many as there are threads are held at one time.
fn in_order<T: Send, U: Send>(
    items: Vec<T>,
    weight: impl Fn(&T) -> usize,
    pool: &ThreadPool,
    make: &(impl Fn(T) -> U + Sync),
    mut take: impl FnMut(usize, U) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut left: Vec<_> = items.into_iter().enumerate().collect();
    left.sort_by_key(|(index, item)| (weight(item), Reverse(*index)));
    let count = left.len();
    let left = Mutex::new(left);
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let (done, made) = mpsc::channel();
    pool.in_place_scope(|scope| {
        scope.spawn_broadcast(move |_, _| {
            while let Some((index, item)) = next() {
                if done.send((index, make(item))).is_err() {
                    // Whoever waited has failed.
                    break;
                }
            }
        });
        // It goes with this step, so that nothing more is begun if that fails.
        let (made, mut early) = (made, BTreeMap::new());
        for index in 0..count {
            let it = loop {
                if let Some(it) = early.remove(&index) {
                    break it;
                }
                // If nothing comes a thread has panicked, and so does the scope at its end.
                let Ok((index, it)) = made.recv() else { return Ok(()) };
                early.insert(index, it);
            };
            take(index, it)?;
        }
        Ok(())
    })
}

struct Session<'a, 'h> {
    cli: &'a Cli,
    levels: Levels,
    host: &'a mut Host<'h>,
    /// What standard output is written in.
    format: MessageFormat,
    /// What is for documents only.
    record: Record,
    /// What the runs of a partition have in common.
    terms: Terms,
    findings: Vec<(Finding, usize)>,
    scanned: usize,
    /// When it began.
    start: Instant,
    /// Whether something of what was asked for could not be done.
    incomplete: bool,
    /// Where the packages are.
    folders: Folders,
    /// The files of known findings that the configuration names.
    baselines: BTreeSet<PathBuf>,
    /// What the baseline knows and is not found any more.
    absent: Vec<Identity>,
    /// How many findings were fixed, or would be.
    fixed: usize,
    /// In how many files.
    changed: usize,
}

impl<'a, 'h> Session<'a, 'h> {
    fn new(cli: &'a Cli, levels: Levels, host: &'a mut Host<'h>) -> Self {
        Self {
            cli,
            levels,
            format: reporting::format(cli, host.actions.as_ref()),
            host,
            record: Record::default(),
            terms: Terms::default(),
            findings: Vec::new(),
            scanned: 0,
            start: Instant::now(),
            incomplete: false,
            folders: Folders::default(),
            baselines: BTreeSet::new(),
            absent: Vec::new(),
            fixed: 0,
            changed: 0,
        }
    }

    fn notes(&mut self, notes: &[String]) -> Result<(), Error> {
        for note in notes.iter().filter(|_| self.cli.verbose > 0) {
            self.host.say(&format!("note: {note}\n"))?;
        }
        Ok(())
    }

    fn errors(&mut self, errors: &[Error]) -> Result<(), Error> {
        for error in errors {
            self.incomplete = true;
            self.host.error(error)?;
        }
        Ok(())
    }

    /// Warnings of discovery: they belong to no project.
    fn early_warnings(&mut self, warnings: &[Warning]) -> Result<(), Error> {
        let mut sources = Sources::new(&self.host.cwd);
        let located: Vec<_> = warnings.iter().map(|it| sources.locate(it)).collect();
        located.iter().try_for_each(|it| self.warn(it))?;
        self.record.warnings(located, None);
        Ok(())
    }

    fn warn(&mut self, warning: &Located) -> Result<(), Error> {
        let text = human::warning(warning, self.is(MessageFormat::Human));
        Ok(self.host.say(&text)?)
    }

    fn is(&self, format: MessageFormat) -> bool {
        self.format == format
    }

    fn analyze(&mut self, mut projects: Vec<Project>) -> Result<(), Error> {
        let names = projects.iter().flat_map(|it| &it.packages).map(|it| it.name.clone());
        self.terms = Terms::new(self.cli, names.collect());
        let bases = self.bases(&projects)?;
        self.divide(&mut projects)?;
        let shown = self.collect(projects)?;
        let pool = threads()?;
        self.compare_with_baseline(pool)?;
        self.compare_with_bases(pool, bases)?;
        self.refusals()?;
        if self.cli.fixes.diff {
            return Ok(());
        }
        self.report_all(&shown)
    }

    /// Leaves what other runs of a partition report on to them.
    fn divide(&mut self, projects: &mut Vec<Project>) -> Result<(), Error> {
        let Some(partition) = self.cli.partition else { return Ok(()) };
        // Whether code has left a place can be asked of all.
        projects.iter().for_each(|it| self.folders.add(it));
        projects.retain(|it| partition.concerns(it));
        let pool = threads()?;
        pool.install(|| projects.iter_mut().for_each(|it| partition.apply(it)));
        Ok(())
    }

    /// Prints what counts, and writes the documents.
    fn report_all(&mut self, shown: &[Sources]) -> Result<(), Error> {
        if self.cli.statistics {
            self.statistics()?;
            return self.files(shown);
        }
        let prints_text = self.prints_text();
        for (finding, project) in self.findings.iter().filter(|(it, _)| it.counts()) {
            let links = self.host.out_links && self.host.out_colors;
            let text = render::finding(self.format, finding, &shown[*project], links);
            if prints_text { self.host.say(&text)? } else { self.host.print(&text)? }
        }
        self.documents(shown)
    }

    /// Prints how often each rule fires.
    fn statistics(&mut self) -> Result<(), Error> {
        let findings: Vec<_> = self.findings.iter().map(|(it, _)| it).collect();
        let looked_at = (self.scanned, self.record.packages().len());
        let counts = Statistics::new(&findings, looked_at, self.start.elapsed());
        if self.is(MessageFormat::Json) {
            return Ok(self.host.print(&counts.json())?);
        }
        self.host.print(&counts.table())?;
        if !self.cli.quiet {
            self.host.flush()?;
            self.host.say(&counts.effort())?;
        }
        Ok(())
    }

    /// Finds what there is to report, in order, and fixes it if that is asked for. Says the texts of each project.
    fn collect(&mut self, projects: Vec<Project>) -> Result<Vec<Sources>, Error> {
        Ok(self.collect_with(projects, |_, _| ())?.0)
    }

    /// As `collect`, with what `keep` makes of each project as it was analyzed, and of its texts.
    fn collect_with<K: Send>(
        &mut self,
        projects: Vec<Project>,
        keep: impl Fn(Tree, &mut Sources) -> K + Sync,
    ) -> Result<(Vec<Sources>, Vec<K>), Error> {
        let pool = threads()?;
        let (mut shown, mut kept) = (Vec::new(), Vec::new());
        let count = projects.len();
        let step = |(index, project): (usize, &Project)| {
            let name = project.root.file_name().unwrap_or_default().to_string_lossy();
            let of = if count > 1 { format!(" ({} of {count})", index + 1) } else { String::new() };
            format!("analyzing {name}{of}")
        };
        let steps: Vec<_> = projects.iter().enumerate().map(step).collect();
        for project in &projects {
            self.record.project(project, &self.host.cwd);
            self.folders.add(project);
            self.baselines.extend(project.baseline.clone());
        }
        let view = self.view();
        let tell = |tree: Tree, refused: &Refused| {
            let mut account = view.account(&tree, refused);
            let kept = keep(tree, &mut account.sources);
            (account, kept)
        };
        if self.cli.fixes.fix || self.cli.fixes.diff {
            for (index, project) in projects.into_iter().enumerate() {
                self.host.progress.step(steps[index].as_str());
                let _lock = self.lock(&project)?;
                let tree = pool.install(|| Tree::new(project));
                let (tree, refused) = self.fix(tree, pool)?;
                let (account, it) = pool.install(|| tell(tree, &refused));
                shown.push(self.take(account, index)?);
                kept.push(it);
            }
        } else {
            let weight = |it: &Project| it.files.len();
            let make = |project| tell(Tree::new(project), &Refused::new());
            in_order(projects, weight, pool, &make, |index, (account, it)| {
                self.host.progress.step(steps[index].as_str());
                shown.push(self.take(account, index)?);
                kept.push(it);
                Ok(())
            })?;
        }
        self.arrange();
        self.number();
        Ok((shown, kept))
    }

    /// Orders the findings.
    fn arrange(&mut self) {
        self.findings.sort_by(|(a, _), (b, _)| a.order().cmp(&b.order()));
        // A file that two paths on the command line lead to is analyzed twice.
        self.findings.dedup_by(|(a, _), (b, _)| a.order() == b.order() && a.message == b.message);
    }

    /// Reports a project's warnings, and keeps its findings; answers its texts.
    fn take(&mut self, account: Account, index: usize) -> Result<Sources, Error> {
        let Account { warnings, gave_up, findings, sources, scanned } = account;
        for (warning, origin) in &warnings {
            self.warn(warning)?;
            if let Some(origin) = origin {
                self.host.print(&format!("{}\n", json::warning(warning, origin, &sources)))?;
            }
        }
        self.record.warnings(warnings.into_iter().map(|(it, _)| it), Some(index));
        for (reason, count) in gave_up.iter().filter(|_| self.cli.verbose > 0) {
            self.host.say(&format!("note: gave up {count} times: {reason}\n"))?;
        }
        self.findings.extend(findings.into_iter().map(|it| (it, index)));
        self.scanned += scanned;
        Ok(sources)
    }

    fn view(&self) -> View {
        View {
            levels: self.levels.clone(),
            format: self.format,
            cwd: self.host.cwd.clone(),
            partition: self.cli.partition,
        }
    }

    /// `cargo sockopt config`.
    fn show_settings(self, projects: &[Project]) -> Result<Exit, Error> {
        for project in projects {
            let path = project.scope.first().map(PathBuf::as_path);
            let text = show::settings(project, &self.levels, &self.host.cwd, path);
            self.host.print(&text)?;
        }
        Ok(if self.incomplete { Exit::Failed } else { Exit::Clean })
    }

    fn finish(self) -> Result<Exit, Error> {
        let complete = !self.incomplete;
        let has_diff = self.cli.fixes.diff && self.changed > 0;
        let fails = |it: &Finding| it.counts() && it.severity == Severity::Error;
        let failing = has_diff || self.findings.iter().any(|(it, _)| fails(it));
        if self.is(MessageFormat::Json) && self.cli.statistics {
            // The object with the counts is all.
        } else if self.is(MessageFormat::Json) {
            self.host.print(&format!("{}\n", json::build_finished(complete && !failing)))?;
        } else if !self.cli.quiet && self.scanned > 0 {
            let findings: Vec<_> = self.findings.iter().map(|(finding, _)| finding).collect();
            self.host.flush()?;
            let fixes = &self.cli.fixes;
            if self.fixed > 0 {
                self.host.say(&human::fixed(self.fixed, self.changed, fixes.diff))?;
            }
            self.host.say(&human::summary(&findings, self.scanned))?;
            if !self.absent.is_empty() && self.looks_at_everything() {
                self.host.say(&human::absent(self.absent.len()))?;
            }
            if !fixes.diff {
                self.host.say(&human::fixable(&findings, fixes.fix, fixes.unsafe_fixes))?;
            }
        }
        Ok(match (complete, failing) {
            (false, _) => Exit::Failed,
            (true, true) => Exit::Findings,
            (true, false) => Exit::Clean,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs, io,
        path::Path,
        sync::atomic::{AtomicUsize, Ordering},
        thread,
        time::Duration,
    };

    use super::{Host, in_order, run};
    use crate::{error::Error, exit::Exit, progress::Progress, threads::threads};

    /// A folder with files, and what the tool says in it.
    struct Case {
        folder: tempfile::TempDir,
        stdin: &'static str,
        cargo: &'static str,
    }

    struct Said {
        exit: Exit,
        out: String,
        err: String,
    }

    const MANIFEST: (&str, &str) =
        ("Cargo.toml", "[package]\nname = \"demo\"\nedition = \"2021\"\n");
    const MAIN: (&str, &str) = ("src/main.rs", "fn main() {}\n");

    impl Case {
        fn new(tree: &[(&str, &str)]) -> Self {
            let case =
                Self { folder: tempfile::tempdir().unwrap(), stdin: "", cargo: env!("CARGO") };
            for (path, text) in tree {
                case.write(path, text);
            }
            case
        }

        fn path(&self) -> &Path {
            self.folder.path()
        }

        fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
            let path = self.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }

        fn run(&self, args: &str) -> Said {
            let (mut out, mut err) = (Vec::new(), Vec::new());
            let exit = self.run_into(args, &mut out, &mut err);
            let text = |bytes| {
                let text = String::from_utf8(bytes).unwrap();
                text.replace(&self.path().display().to_string(), "[DIR]")
            };
            Said { exit, out: text(out), err: text(err) }
        }

        fn run_into(&self, args: &str, out: &mut dyn io::Write, err: &mut dyn io::Write) -> Exit {
            let mut host = Host {
                stdin: &mut self.stdin.as_bytes(),
                out,
                err,
                out_colors: false,
                err_colors: false,
                out_links: false,
                progress: Progress::default(),
                term_color: None,
                actions: None,
                cargo: self.cargo.into(),
                cwd: self.path().to_owned(),
            };
            let args = std::iter::once("cargo-sockopt").chain(args.split_whitespace());
            run(args.map(Into::into), &mut host)
        }
    }

    #[track_caller]
    fn check(tree: &[(&str, &str)], args: &str, exit: Exit, err: &str) {
        let said = Case::new(tree).run(args);
        assert_eq!(said.err, err);
        assert_eq!((said.exit, said.out.as_str()), (exit, ""));
    }

    #[test]
    fn a_package_is_analyzed_from_anywhere_below_it() {
        let clean = "sockopt: nothing found in 1 file\n";
        check(&[MANIFEST, MAIN], "", Exit::Clean, clean);
        check(&[MANIFEST, MAIN], "sockopt --offline", Exit::Clean, clean);
        check(&[MANIFEST, MAIN], "--manifest-path Cargo.toml", Exit::Clean, clean);
        check(&[MANIFEST, MAIN], ".", Exit::Clean, clean);
        check(&[MANIFEST, MAIN], "src/main.rs -W all -q", Exit::Clean, "");
        check(&[MANIFEST, MAIN], "src", Exit::Clean, clean);
    }

    #[test]
    fn a_folder_needs_no_manifest() {
        let tree = [("a.rs", "mod b;"), ("b.rs", ""), ("c/d.rs", "")];
        check(&tree, ".", Exit::Clean, "sockopt: nothing found in 3 files\n");
        check(&tree, "c/d.rs a.rs", Exit::Clean, "sockopt: nothing found in 3 files\n");
    }

    #[test]
    fn standard_input_is_one_file() {
        let mut case = Case::new(&[]);
        case.stdin = "mod elsewhere; fn main() {}";
        let said = case.run("-");
        assert_eq!(
            (said.exit, said.err.as_str()),
            (Exit::Clean, "sockopt: nothing found in 1 file\n")
        );
        case.stdin = "fn main( {}";
        let said = case.run("- --stdin-path src/x.rs");
        assert_eq!(said.exit, Exit::Clean);
        assert!(said.err.starts_with("warning: src/x.rs:1:"), "{}", said.err);
    }

    #[test]
    fn a_path_that_does_not_exist_fails_the_run_and_the_others_are_analyzed() {
        let err = "\
error: failed to find `[DIR]/gone.rs`
  = help: check the spelling, and the folder the command runs in
sockopt: nothing found in 1 file
";
        check(&[("a.rs", "")], "gone.rs a.rs", Exit::Failed, err);
        let said = Case::new(&[]).run("--manifest-path gone/Cargo.toml");
        assert_eq!(said.exit, Exit::Failed);
        assert!(
            said.err.starts_with("error: failed to find `[DIR]/gone/Cargo.toml`"),
            "{}",
            said.err
        );
    }

    #[test]
    fn a_broken_manifest_fails_the_run() {
        let manifests = ["[package\n", "[package]\nversion = \"1\"\n", "[package]\nname = 1\n"];
        for text in manifests {
            let said = Case::new(&[("Cargo.toml", text), MAIN]).run("");
            assert_eq!(said.exit, Exit::Failed, "{}", said.err);
            assert!(
                said.err.starts_with("error: failed to load `[DIR]/Cargo.toml`: "),
                "{}",
                said.err
            );
            assert_eq!(said.err.matches("error: ").count(), 1, "{}", said.err);
        }
    }

    #[test]
    fn without_cargo_the_manifest_is_read_all_the_same() {
        let mut case = Case::new(&[MANIFEST, MAIN]);
        case.cargo = "/no/such/cargo";
        let said = case.run("-v");
        assert_eq!(said.exit, Exit::Clean);
        assert!(said.err.contains("was read without cargo"), "{}", said.err);
    }

    #[test]
    fn a_package_unpacked_within_another_workspace_is_a_project_of_its_own() {
        let case = Case::new(&[
            ("Cargo.toml", "[workspace]\nmembers = []\n"),
            ("inner/Cargo.toml", MANIFEST.1),
            ("inner/src/main.rs", "fn main() {}"),
        ]);
        let said = case.run("--manifest-path inner/Cargo.toml");
        assert_eq!(
            (said.exit, said.err.as_str()),
            (Exit::Clean, "sockopt: nothing found in 1 file\n")
        );
    }

    #[test]
    fn the_second_look_parses_only_what_a_story_can_run_through() {
        let make = "use socket2::{Domain, Socket, Type};\n\
            pub fn make() -> std::io::Result<Socket> { Socket::new(Domain::IPV4, Type::STREAM, None) }\n";
        // A file that is parsed, and does not parse, is named.
        let said = Case::new(&[
            MANIFEST,
            ("src/main.rs", "mod net; mod used; mod common; mod other;"),
            ("src/net.rs", make),
            ("src/used.rs", "fn f() { crate::net::make() "),
            ("src/common.rs", "fn f() { crate::factory::make() "),
            ("src/other.rs", "use crate::net; fn f() { net::makes(make_net) "),
        ])
        .run("");
        let warned: Vec<_> = said.err.lines().filter(|it| it.starts_with("warning")).collect();
        assert_eq!(warned.len(), 1, "{}", said.err);
        assert!(warned[0].starts_with("warning: src/used.rs:"), "{}", said.err);
    }

    #[test]
    fn nothing_to_analyze_fails_the_run() {
        let err = "\
error: failed to find any `.rs` file in `[DIR]/docs`
  = help: pass a file or a folder with Rust sources
";
        check(&[("docs/a.md", "")], "docs", Exit::Failed, err);
        let said = Case::new(&[]).run("");
        assert_eq!(said.exit, Exit::Failed);
        assert!(
            said.err.starts_with("error: failed to find `Cargo.toml` in `[DIR]`"),
            "{}",
            said.err
        );
    }

    #[test]
    fn a_file_that_does_not_parse_is_named_and_the_run_goes_on() {
        let err = "\
warning: src/main.rs:3:5: failed to parse an item: expected `;`
  = help: correct it; the rest of the file is analyzed
sockopt: nothing found in 2 files
";
        let tree = [
            MANIFEST,
            ("src/main.rs", "use socket2::Socket;\nfn main() { let x = 1\n    let y = 2; }"),
            ("src/b.rs", ""),
        ];
        check(&tree, "", Exit::Clean, err);
    }

    #[test]
    fn a_file_that_is_not_utf8_is_named_and_the_run_goes_on() {
        let case = Case::new(&[MANIFEST, MAIN]);
        case.write("src/b.rs", b"// caf\xe9\n");
        let err = "\
warning: src/b.rs:1:7: failed to read: not UTF-8
  = help: save it as UTF-8, as rustc requires; the rest is analyzed without it
sockopt: nothing found in 2 files
";
        let said = case.run("");
        assert_eq!((said.exit, said.err.as_str()), (Exit::Clean, err));
    }

    // Root may read anything but the memory of nobody.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_cannot_be_read_is_named_and_the_run_goes_on() {
        let main = ("src/main.rs", "#[path = \"/proc/self/mem\"]\nmod memory;\nfn main() {}");
        let said = Case::new(&[MANIFEST, main]).run("");
        assert_eq!(said.exit, Exit::Clean);
        assert!(said.err.starts_with("warning: /proc/self/mem: failed to read: "), "{}", said.err);
    }

    #[test]
    fn a_missing_module_is_named_and_the_run_goes_on() {
        let err = "\
warning: src/main.rs:2:1: failed to find the file of `mod gone;`
  = help: create `gone.rs` or `gone/mod.rs`, or remove the declaration; the rest is analyzed without it
sockopt: nothing found in 1 file
";
        let main = ("src/main.rs", "#[cfg(windows)] mod other;\nmod gone;\nfn main() {}");
        check(&[MANIFEST, main], "", Exit::Clean, err);
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_not_opened() {
        let said = Case::new(&[]).run("/dev/zero");
        assert_eq!(said.exit, Exit::Failed);
        assert!(said.err.contains("neither a regular file nor a folder"), "{}", said.err);
    }

    #[test]
    fn a_text_nested_very_deep_is_named_and_the_run_goes_on() {
        for (open, close) in [("(", ")"), ("{", "}"), ("-", ""), ("&", ""), ("[", "]")] {
            let (open, close) = (open.repeat(100_000), close.repeat(100_000));
            let case = Case::new(&[]);
            case.write("a.rs", format!("fn main() {{ let x = {open}1{close}; }}"));
            let said = case.run("a.rs");
            assert_eq!(said.exit, Exit::Clean);
            assert!(said.err.contains("a.rs:1:"), "{}", said.err);
        }
    }

    #[test]
    fn a_very_large_file_does_not_end_the_run() {
        let case = Case::new(&[("b.rs", "")]);
        case.write("a.rs", "static A: u8 = 1;\n".repeat(50_000_000 / 18));
        let said = case.run(".");
        assert_eq!(
            (said.exit, said.err.as_str()),
            (Exit::Clean, "sockopt: nothing found in 2 files\n")
        );
        let said = case.run("a.rs");
        assert_eq!(said.exit, Exit::Clean);
        assert!(
            said.err.starts_with("warning: a.rs: failed to parse: larger than 8 MiB"),
            "{}",
            said.err
        );
    }

    #[test]
    fn usage_errors_fail_the_run_and_help_does_not() {
        let run = |args| Case::new(&[MANIFEST, MAIN]).run(args);
        assert_eq!(run("--no-such-flag").exit, Exit::Failed);
        assert_eq!(run("--message-format xml").exit, Exit::Failed);
        assert_eq!(run("-q -v").exit, Exit::Failed);
        let said = run("-D missing_reusaddr");
        assert_eq!(said.exit, Exit::Failed);
        assert!(said.err.contains("did you mean `missing_reuseaddr`?"), "{}", said.err);
        let said = run("-p dem");
        assert_eq!(said.exit, Exit::Failed);
        assert!(said.err.contains("did you mean `demo`?"), "{}", said.err);
        let help = run("--help");
        assert_eq!((help.exit, help.err.as_str()), (Exit::Clean, ""));
        assert!(help.out.contains("Usage: cargo sockopt [OPTIONS] [PATH]..."), "{}", help.out);
        assert_eq!(run("--version").exit, Exit::Clean);
    }

    #[test]
    fn rules_are_explained() {
        let said = Case::new(&[]).run("--explain missing-reuseaddr");
        assert_eq!((said.exit, said.err.as_str()), (Exit::Clean, ""));
        assert!(said.out.starts_with("sockopt::missing_reuseaddr: "), "{}", said.out);
        let said = Case::new(&[]).run("--explain nonsense");
        assert_eq!(said.exit, Exit::Failed);
        assert!(Case::new(&[]).run("--list-rules").out.contains("missing_reuseaddr"));
    }

    #[test]
    fn json_ends_with_build_finished() {
        let main = ("src/main.rs", "mod gone;\nfn main() {}");
        let said = Case::new(&[MANIFEST, main]).run("--message-format json");
        let messages = cargo_metadata::Message::parse_stream(said.out.as_bytes());
        let messages: Vec<_> = messages.map(Result::unwrap).collect();
        let [cargo_metadata::Message::CompilerMessage(warning), last] = &messages[..] else {
            panic!("{}", said.out);
        };
        assert_eq!(warning.message.spans[0].file_name, "src/main.rs");
        assert!(warning.package_id.repr.contains("#demo@0.0.0"), "{}", warning.package_id);
        assert!(matches!(last, cargo_metadata::Message::BuildFinished(end) if end.success));
        let said = Case::new(&[]).run("gone --message-format json");
        assert_eq!(said.out, "{\"reason\":\"build-finished\",\"success\":false}\n");
    }

    #[test]
    fn colors_are_what_was_asked_for() {
        let main = ("src/main.rs", "mod gone;\nfn main() {}");
        let has_colors = |args: &str| Case::new(&[MANIFEST, main]).run(args).err.contains('\u{1b}');
        assert!(has_colors("--color always"));
        assert!(!has_colors("--color never"));
        assert!(!has_colors("--color auto"));
    }

    #[test]
    fn a_reader_that_went_away_is_no_failure() {
        struct Closed;
        impl io::Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let case = Case::new(&[]);
        assert_eq!(case.run_into("--list-rules", &mut Closed, &mut Vec::new()), Exit::Clean);
    }

    #[test]
    fn items_are_taken_in_order_whatever_their_weight() {
        let mut taken = Vec::new();
        let weight = |it: &usize| (it * 7) % 13;
        let made =
            in_order((0..40).collect(), weight, threads().unwrap(), &|it| it * 2, |at, it| {
                taken.push((at, it));
                Ok(())
            });
        assert!(made.is_ok());
        assert_eq!(taken, (0..40).map(|it| (it, it * 2)).collect::<Vec<_>>());
    }

    #[test]
    fn nothing_more_is_begun_once_taking_failed() {
        let begun = AtomicUsize::new(0);
        let make = |()| {
            begun.fetch_add(1, Ordering::Relaxed);
            thread::sleep(Duration::from_millis(2));
        };
        let failed = |_, ()| Err(Error::Threads(String::new()));
        assert!(in_order(vec![(); 5_000], |()| 1, threads().unwrap(), &make, failed).is_err());
        assert!(begun.into_inner() < 5_000);
    }
}
