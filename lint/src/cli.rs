//! The command line: flags only, no decisions.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use clap::{
    Arg, ArgAction, ArgMatches, Args, Command, CommandFactory, FromArgMatches, Parser, Subcommand,
    ValueEnum, error::ErrorKind, parser::ValueSource,
};
use sockopt_analysis::{Level, socket::Platforms};

use crate::{config, error::nearest, levels::LevelFlag, partition::Partition};

/// Finds listening sockets bound without `SO_REUSEADDR`, and socket options set too late.
#[derive(Debug, Default, Parser)]
#[expect(clippy::struct_excessive_bools, reason = "one per flag")]
#[command(name = "cargo-sockopt", bin_name = "cargo sockopt", version, about, after_help = AFTER)]
#[command(disable_help_subcommand = true)]
#[command(subcommand_help_heading = "Further commands", override_usage = USAGE)]
pub struct Cli {
    /// What else to do.
    #[command(subcommand)]
    pub verb: Option<Verb>,

    /// Files or folders to analyze, `-` for standard input [default: the current workspace]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Name under which standard input is reported
    #[arg(long, value_name = "NAME")]
    pub stdin_path: Option<PathBuf>,

    /// Whether settings are left aside.
    #[arg(skip)]
    pub no_config: bool,

    /// How findings are printed [default: human, in GitHub Actions github]
    #[arg(long, value_name = "FMT", value_enum)]
    pub message_format: Option<MessageFormat>,

    /// Also write a report to a file (repeatable)
    #[arg(long, value_name = "FILE=FMT", value_parser = output, conflicts_with = "diff")]
    pub output: Vec<Output>,

    /// Report only what was not there in a commit: where this branch, tag or commit and HEAD parted
    #[arg(long, value_name = "REF", conflicts_with_all = ["fix", "diff"])]
    pub since: Option<String>,

    /// With `--since`, compare with that commit itself
    #[arg(long, requires = "since")]
    pub no_merge_base: bool,

    /// Report on a part of the packages, such as hash:1/4: see `cargo sockopt merge`
    #[arg(long, value_name = "hash:I/N", conflicts_with_all = ["fix", "diff"])]
    pub partition: Option<Partition>,

    /// Print how often each rule fires, and not where
    #[arg(long, conflicts_with_all = ["fix", "diff"])]
    pub statistics: bool,

    /// Do not report what this file knows: see `cargo sockopt baseline`
    #[arg(long, value_name = "FILE", global = true)]
    pub baseline: Option<PathBuf>,

    /// When to use colors
    #[arg(long, value_name = "WHEN", value_enum, global = true)]
    pub color: Option<Color>,

    /// Judge these platforms only: linux, apple, bsd, windows, other, or unix for all but windows
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = config::platform, global = true)]
    pub platforms: Vec<Platforms>,

    /// Print what a rule is about, and exit
    #[arg(long, value_name = "RULE")]
    pub explain: Option<String>,

    /// Print the rules with their levels and groups, and exit
    #[arg(long)]
    pub list_rules: bool,

    /// Print findings only
    #[arg(short, long, conflicts_with = "verbose", global = true)]
    pub quiet: bool,

    /// Also print what the analysis gave up on, and why
    #[arg(short, long, action = ArgAction::Count, global = true)]
    pub verbose: u8,

    /// What is done about findings.
    #[command(flatten)]
    pub fixes: FixArgs,

    /// What may be changed.
    #[command(flatten)]
    pub allowed: AllowArgs,

    /// Levels of rules.
    #[command(flatten)]
    pub levels: LevelArgs,

    /// Which packages.
    #[command(flatten)]
    pub packages: PackageArgs,

    /// Which targets.
    #[command(flatten)]
    pub targets: TargetArgs,

    /// What is passed on to cargo.
    #[command(flatten)]
    pub manifest: ManifestArgs,
}

const USAGE: &str = "cargo sockopt [OPTIONS] [PATH]...\n       cargo sockopt <COMMAND> [OPTIONS]";

const AFTER: &str = "\
A RULE is the name of a rule, of a group, `all`, or `warnings`; later flags win.

Exit status: 0 nothing found at level deny, 1 something found at level deny or a diff printed, 2 the run, or a
part of it, could not be done. With --fix, what is left counts.";

/// What else to do than to report.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Write a comment above everything that is found, so that it is not reported any more
    Suppress(SuppressArgs),
    /// Write or prune the file of known findings
    #[command(subcommand)]
    Baseline(BaselineVerb),
    /// Print the settings, and where each comes from
    Config(ConfigArgs),
    /// Print every socket that is bound, with its options and what is found about it
    List(ListArgs),
    /// Test the models of the configuration: what calls do whose source cannot be seen
    #[command(subcommand)]
    Model(ModelVerb),
    /// Join what all parts of a partition found, and end as one run over everything
    Merge(MergeArgs),
    /// Run clippy beside, and print what both have to say
    #[command(after_help = CLIPPY)]
    Clippy(ClippyArgs),
    /// Serve an editor, as a language server over standard input and output
    Lsp(LspArgs),
    /// Write the files that a project begins with: settings, what is known, a job of its CI
    Init(InitArgs),
    /// Print the script that completes commands and flags in a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Print the manual page, or write the pages of all commands into a folder
    Man {
        /// The folder, as in `~/.local/share/man/man1`
        #[arg(value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
}

/// A shell that completes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// bash
    Bash,
    /// Elvish
    Elvish,
    /// fish
    Fish,
    /// Nushell
    Nushell,
    /// `PowerShell`
    #[value(name = "powershell")]
    PowerShell,
    /// zsh
    Zsh,
}

/// Which project begins, and with what.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The folder [default: the current workspace]
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
    /// What runs the jobs [default: as `.github`, `.gitlab-ci.yml` or the remote `origin` say]
    #[arg(long, value_name = "WHICH", value_enum)]
    pub ci: Option<Ci>,
    /// Take nothing as known: the first run reports everything
    #[arg(long, conflicts_with = "baseline")]
    pub no_baseline: bool,
}

/// What runs the jobs of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Ci {
    /// GitHub Actions
    Github,
    /// GitLab
    Gitlab,
    /// Something else: no file is written
    None,
}

const CLIPPY: &str = "\
Flags before `--` hold for both, those behind it for clippy: `cargo sockopt clippy -- --all-targets -- -D warnings`.

Exit status: 2 if clippy could not be run, or we; otherwise that of clippy, unless it is 0; then ours.";

/// How clippy is run.
#[derive(Debug, Args)]
pub struct ClippyArgs {
    /// How findings are printed; `json` prints clippy's messages, too [default: as clippy is told to]
    #[arg(long, value_name = "FMT", value_enum)]
    pub message_format: Option<MessageFormat>,
    /// What `cargo clippy` is told
    #[arg(last = true, value_name = "ARGS")]
    pub args: Vec<OsString>,
}

impl ClippyArgs {
    /// What clippy is told to print, if it is told.
    #[must_use]
    pub fn format(&self) -> Option<&str> {
        let mut args = self.args.iter().take_while(|it| *it != "--").filter_map(|it| it.to_str());
        let flag = args.find_map(|it| it.strip_prefix("--message-format"))?;
        flag.strip_prefix('=').or_else(|| args.next())
    }
}

/// What editors add to the command of a server that they start.
#[derive(Debug, Args)]
pub struct LspArgs {
    /// What is done anyway
    #[arg(long, hide = true)]
    pub stdio: bool,
    /// The process of the editor
    #[arg(long = "clientProcessId", value_name = "ID", hide = true)]
    pub client_process_id: Option<u32>,
}

/// What is joined, and how it is reported.
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// What each part wrote with `--output FILE=shard`
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// How findings are printed [default: human, in GitHub Actions github]
    #[arg(long, value_name = "FMT", value_enum)]
    pub message_format: Option<MessageFormat>,
    /// Also write a report to a file (repeatable)
    #[arg(long, value_name = "FILE=FMT", value_parser = output)]
    pub output: Vec<Output>,
    /// Print how often each rule fires, and not where
    #[arg(long)]
    pub statistics: bool,
}

/// Which sockets are printed, and how.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Files or folders [default: the current workspace]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How they are printed
    #[arg(long, value_name = "FMT", value_enum, default_value_t)]
    pub message_format: ListFormat,
}

/// How sockets are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// As a table
    #[default]
    Human,
    /// As one JSON document
    Json,
}

/// What to do with the models.
#[derive(Debug, Subcommand)]
pub enum ModelVerb {
    /// Compare what is found in the example of each with the marks in it
    Test,
}

/// Which settings are printed.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// The file or folder that they hold for [default: the current workspace]
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
    /// Print the JSON schema of a configuration instead
    #[arg(long)]
    pub schema: bool,
}

/// What to do with the baseline.
#[derive(Debug, Subcommand)]
pub enum BaselineVerb {
    /// Take everything that is found now as known
    Write,
    /// Remove what is not found any more; nothing is added
    Prune,
}

/// What is suppressed, and why.
#[derive(Debug, Args)]
pub struct SuppressArgs {
    /// Files or folders [default: the current workspace]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Why it is meant to stay: part of each comment
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub reason: String,
    /// Suppress this rule only (repeatable)
    #[arg(long, value_name = "RULE")]
    pub rule: Vec<String>,
}

/// Reads a reason.
fn reason(text: &str) -> Result<String, String> {
    let text = text.trim();
    match text {
        "" => Err("whoever meets the comment next year has to know why".to_owned()),
        _ if text.contains(['\n', '\r']) => Err("it must fit on one line".to_owned()),
        _ => Ok(text.to_owned()),
    }
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum MessageFormat {
    /// With the source and the whole story
    #[default]
    Human,
    /// One line per finding
    Short,
    /// cargo's `compiler-message` objects, one per line
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions; the default there
    Github,
    /// GitLab's code quality report
    Gitlab,
    /// XML as of `JUnit`, a suite per package
    Junit,
    /// checkstyle's XML
    Checkstyle,
    /// reviewdog's diagnostics, with suggestions
    Rdjson,
    /// What a part of a partition found, for `cargo sockopt merge`
    Shard,
}

impl MessageFormat {
    /// Whether it is written in one piece, and not finding by finding.
    #[must_use]
    pub const fn is_document(self) -> bool {
        !matches!(self, Self::Human | Self::Short | Self::Json)
    }
}

/// A report in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The file.
    pub path: PathBuf,
    /// What is written to it.
    pub format: MessageFormat,
}

/// Reads `FILE=FORMAT`.
fn output(text: &str) -> Result<Output, String> {
    let formats = || {
        let values =
            MessageFormat::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        values.map(|it| it.get_name().to_owned()).collect::<Vec<_>>().join(", ")
    };
    let Some((path, format)) = text.rsplit_once('=').filter(|(path, _)| !path.is_empty()) else {
        return Err(format!("write `FILE=FORMAT`, where FORMAT is one of {}", formats()));
    };
    if let Ok(format) = MessageFormat::from_str(format, false) {
        return Ok(Output { path: path.into(), format });
    }
    let near = nearest(format, formats().split(", "));
    let near = near.map_or_else(String::new, |it| format!("; did you mean `{it}`?"));
    Err(format!("`{format}` is none of {}{near}", formats()))
}

/// When to use colors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, as the environment says
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What is done about findings.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Fixes")]
#[expect(clippy::struct_excessive_bools, reason = "one per flag")]
pub struct FixArgs {
    /// Fix what can be fixed without changing what the program is meant to do; `-` is printed
    #[arg(long)]
    pub fix: bool,
    /// Print the fixes as a unified diff, and change nothing
    #[arg(long, conflicts_with = "fix")]
    pub diff: bool,
    /// With `--fix` or `--diff`, also what may change the meaning of the program
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// Run `cargo check` on the fixed project, and undo what does not compile
    #[arg(long, requires = "fix")]
    pub verify: bool,
}

/// What may be changed.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Fixes")]
pub struct AllowArgs {
    /// Change files even if they have changes that are not committed
    #[arg(long, global = true)]
    pub allow_dirty: bool,
    /// Change files even if they have changes that are only in the index
    #[arg(long, global = true)]
    pub allow_staged: bool,
    /// Change files even if they are not under version control
    #[arg(long, global = true)]
    pub allow_no_vcs: bool,
}

/// Which packages: cargo's flags.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Package selection")]
pub struct PackageArgs {
    /// Report on this package only (repeatable, patterns allowed)
    #[arg(short, long = "package", value_name = "SPEC", global = true)]
    pub package: Vec<String>,

    /// Report on the whole workspace (the default)
    #[arg(long, alias = "all", global = true)]
    pub workspace: bool,

    /// Do not report on this package (repeatable, patterns allowed)
    #[arg(long, value_name = "SPEC", global = true)]
    pub exclude: Vec<String>,
}

impl PackageArgs {
    /// The same flags, for cargo.
    #[must_use]
    pub fn cargo_flags(&self) -> Vec<String> {
        let Self { package, workspace, exclude } = self;
        let named = |flag: &'static str| move |it: &String| [flag.to_owned(), it.clone()];
        let mut flags: Vec<_> = package.iter().flat_map(named("--package")).collect();
        flags.extend(workspace.then(|| "--workspace".to_owned()));
        flags.extend(exclude.iter().flat_map(named("--exclude")));
        flags
    }
}

/// Which targets: cargo's flags. None of them means every target.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Target selection")]
#[expect(clippy::struct_excessive_bools, reason = "one per flag of cargo")]
pub struct TargetArgs {
    /// Report on libraries
    #[arg(long, global = true)]
    pub lib: bool,
    /// Report on all binaries
    #[arg(long, global = true)]
    pub bins: bool,
    /// Report on this binary
    #[arg(long, value_name = "NAME", global = true)]
    pub bin: Vec<String>,
    /// Report on all examples
    #[arg(long, global = true)]
    pub examples: bool,
    /// Report on this example
    #[arg(long, value_name = "NAME", global = true)]
    pub example: Vec<String>,
    /// Report on all tests
    #[arg(long, global = true)]
    pub tests: bool,
    /// Report on this test
    #[arg(long, value_name = "NAME", global = true)]
    pub test: Vec<String>,
    /// Report on all benches
    #[arg(long, global = true)]
    pub benches: bool,
    /// Report on this bench
    #[arg(long, value_name = "NAME", global = true)]
    pub bench: Vec<String>,
    /// Report on all targets (the default)
    #[arg(long, global = true)]
    pub all_targets: bool,
}

impl TargetArgs {
    /// Whether some are chosen.
    #[must_use]
    pub fn is_some(&self) -> bool {
        let Self { lib, bins, bin, examples, example, tests, test, benches, bench, all_targets } =
            self;
        let named = [bin, example, test, bench];
        let kinds = *lib || *bins || *examples || *tests || *benches;
        !all_targets && (kinds || named.iter().any(|it| !it.is_empty()))
    }

    /// The same flags, for cargo.
    #[must_use]
    pub fn cargo_flags(&self) -> Vec<String> {
        let Self { lib, bins, bin, examples, example, tests, test, benches, bench, all_targets } =
            self;
        let kinds = [
            (lib, "--lib"),
            (bins, "--bins"),
            (examples, "--examples"),
            (tests, "--tests"),
            (benches, "--benches"),
            (all_targets, "--all-targets"),
        ];
        let named = [(bin, "--bin"), (example, "--example"), (test, "--test"), (bench, "--bench")];
        let kinds = kinds.into_iter().filter(|(given, _)| **given).map(|(_, flag)| flag.to_owned());
        let named = named.into_iter().flat_map(|(names, flag)| {
            names.iter().flat_map(move |it| [flag.to_owned(), it.clone()])
        });
        kinds.chain(named).collect()
    }
}

/// What is passed on to cargo.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Manifest options")]
#[expect(clippy::struct_excessive_bools, reason = "one per flag of cargo")]
pub struct ManifestArgs {
    /// Path to `Cargo.toml`
    #[arg(long, value_name = "PATH", global = true)]
    pub manifest_path: Option<PathBuf>,
    /// Assert that `Cargo.lock` will remain unchanged
    #[arg(long, global = true)]
    pub locked: bool,
    /// Run without accessing the network
    #[arg(long, global = true)]
    pub offline: bool,
    /// Equivalent to specifying both `--locked` and `--offline`
    #[arg(long, global = true)]
    pub frozen: bool,
    /// Accepted for cargo's sake: code of every feature is analyzed anyway
    #[arg(long, value_name = "FEATURES", global = true)]
    pub features: Vec<String>,
    /// Accepted for cargo's sake
    #[arg(long, global = true)]
    pub all_features: bool,
    /// Accepted for cargo's sake
    #[arg(long, global = true)]
    pub no_default_features: bool,
}

impl ManifestArgs {
    /// The flags for `cargo metadata`.
    #[must_use]
    pub fn cargo_flags(&self) -> Vec<String> {
        [(self.locked, "--locked"), (self.offline, "--offline"), (self.frozen, "--frozen")]
            .into_iter()
            .filter(|(given, _)| *given)
            .map(|(_, flag)| flag.to_owned())
            .collect()
    }

    /// The flags about features.
    #[must_use]
    pub fn feature_flags(&self) -> Vec<String> {
        let Self { features, all_features, no_default_features, .. } = self;
        let mut flags: Vec<_> =
            features.iter().flat_map(|it| ["--features".to_owned(), it.clone()]).collect();
        flags.extend(all_features.then(|| "--all-features".to_owned()));
        flags.extend(no_default_features.then(|| "--no-default-features".to_owned()));
        flags
    }
}

/// `-A`, `-W`, `-D` and `-F`, in the order in which they were given.
#[derive(Debug, Default)]
pub struct LevelArgs {
    /// The flags.
    pub flags: Vec<LevelFlag>,
}

const LEVELS: [(&str, char, Level); 4] = [
    ("allow", 'A', Level::Allow),
    ("warn", 'W', Level::Warn),
    ("deny", 'D', Level::Deny),
    ("forbid", 'F', Level::Forbid),
];

impl Args for LevelArgs {
    fn augment_args(command: Command) -> Command {
        let arg = |(name, short, _): (&'static str, char, Level)| {
            Arg::new(name)
                .long(name)
                .short(short)
                .value_name("RULE")
                .action(ArgAction::Append)
                .help_heading("Levels")
                .global(true)
                .help(format!("Set the level of a rule to {name}"))
        };
        LEVELS.into_iter().fold(command, |command, level| command.arg(arg(level)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for LevelArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Vec::new();
        for (id, _, level) in LEVELS {
            let indices = matches.indices_of(id).into_iter().flatten();
            let names = matches.get_many::<String>(id).into_iter().flatten();
            let flag = |name: &String| LevelFlag { level, name: name.clone() };
            flags.extend(indices.zip(names.map(flag)));
        }
        flags.sort_by_key(|(index, _)| *index);
        Ok(Self { flags: flags.into_iter().map(|(_, flag)| flag).collect() })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Reads the arguments, the program's name first. cargo passes `sockopt` as the next one; it is dropped.
///
/// # Errors
/// Wrong usage, or `--help` or `--version`.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let mut args: Vec<_> = args.into_iter().collect();
    if args.get(1).is_some_and(|arg| arg == "sockopt") {
        args.remove(1);
    }
    let matches = command().try_get_matches_from(args)?;
    let mut cli = Cli::from_arg_matches(&matches)?;
    if let Some(verb) = matches.subcommand_name()
        && let Some(flag) = idle_flag(&matches)
    {
        let text = format!("`{flag}` cannot be used before the command `{verb}`: see its `--help`");
        return Err(Cli::command().error(ErrorKind::ArgumentConflict, text));
    }
    if let Some((verb, matches)) = matches.subcommand()
        && let Some(flag) = unused_flag(verb, matches)
    {
        let text = format!("`{flag}` means nothing to the command `{verb}`: see its `--help`");
        return Err(Cli::command().error(ErrorKind::ArgumentConflict, text));
    }
    let AllowArgs { allow_dirty, allow_staged, allow_no_vcs } = cli.allowed;
    if (allow_dirty || allow_staged || allow_no_vcs) && cli.verb.is_none() && !cli.fixes.fix {
        let text =
            "`--allow-dirty`, `--allow-staged` and `--allow-no-vcs` are of no use without `--fix`";
        return Err(Cli::command().error(ErrorKind::MissingRequiredArgument, text));
    }
    match &mut cli.verb {
        Some(Verb::Suppress(args)) => cli.paths = std::mem::take(&mut args.paths),
        Some(Verb::Config(args)) => cli.paths.extend(args.path.take()),
        Some(Verb::List(args)) => cli.paths = std::mem::take(&mut args.paths),
        Some(Verb::Init(args)) => cli.paths.extend(args.path.take()),
        Some(Verb::Clippy(args)) => cli.message_format = joint_format(args)?,
        Some(Verb::Merge(args)) => {
            cli.message_format = args.message_format.take();
            cli.output = std::mem::take(&mut args.output);
            cli.statistics = args.statistics;
        }
        Some(_) | None => {}
    }
    let FixArgs { fix, diff, .. } = cli.fixes;
    let has_stdin = cli.paths.iter().any(|path| path.as_os_str() == "-");
    if cli.since.is_some() && has_stdin {
        let text = "`--since` cannot be used with `-`, which is in no commit";
        return Err(Cli::command().error(ErrorKind::ArgumentConflict, text));
    }
    if let Some(format) = cli.message_format.filter(|_| cli.statistics)
        && !matches!(format, MessageFormat::Human | MessageFormat::Json)
    {
        let text = "`--statistics` is printed as human or json";
        return Err(Cli::command().error(ErrorKind::ArgumentConflict, text));
    }
    let conflict = |text: &str| Err(Cli::command().error(ErrorKind::ArgumentConflict, text));
    if fix && has_stdin && cli.paths.len() > 1 {
        return conflict("with `--fix`, `-` cannot be used with further paths");
    }
    let is_for_machines = |it: MessageFormat| it == MessageFormat::Json || it.is_document();
    if let Some(format) = cli.message_format.filter(|it| is_for_machines(*it))
        && (diff || (fix && has_stdin))
    {
        let value = format.to_possible_value();
        let name = value.as_ref().map_or("json", |it| it.get_name());
        let text = "cannot be used where a text or a diff is printed";
        return conflict(&format!("`--message-format {name}` {text}"));
    }
    let mut files: Vec<_> = cli.output.iter().map(|it| &it.path).collect();
    files.sort();
    if let Some(twice) = files.windows(2).find(|it| it[0] == it[1]) {
        return conflict(&format!("`--output` names `{}` twice", twice[0].display()));
    }
    Ok(cli)
}

/// The format of a run beside clippy: readers of JSON get both as JSON, or neither.
fn joint_format(args: &ClippyArgs) -> Result<Option<MessageFormat>, clap::Error> {
    let is_json = args.format().map(|it| it.starts_with("json"));
    match (args.message_format, is_json) {
        (None, Some(true)) => Ok(Some(MessageFormat::Json)),
        (Some(ours), Some(is_json)) if is_json != (ours == MessageFormat::Json) => {
            let text = "clippy and we cannot print different formats: give `--message-format` once";
            Err(Cli::command().error(ErrorKind::ArgumentConflict, text))
        }
        (ours, _) => Ok(ours),
    }
}

/// The command line, where the help of a command has only what means something to it.
#[must_use]
pub fn command() -> Command {
    let mut command = Cli::command();
    // Global flags are known to a command once it is built.
    command.build();
    let verbs: Vec<_> = command.get_subcommands().map(|it| it.get_name().to_owned()).collect();
    verbs.into_iter().fold(command, |command, verb| {
        let hide = |it: Arg| if is_unused(&verb, &it) { it.hide(true) } else { it };
        command.mut_subcommand(&verb, |it| it.mut_args(hide))
    })
}

/// Whether a flag of all commands means nothing to one.
fn is_unused(verb: &str, arg: &Arg) -> bool {
    let id = arg.get_id().as_str();
    let is_output = matches!(id, "color" | "quiet" | "verbose" | "help" | "version");
    arg.is_global_set()
        && match verb {
            "merge" | "completions" | "man" => !is_output,
            "suppress" => false,
            _ => id.starts_with("allow_"),
        }
}

/// A flag of all commands that was given to one to which it means nothing.
fn unused_flag(verb: &str, matches: &ArgMatches) -> Option<String> {
    let command = Cli::command();
    let mut given = command.get_arguments().filter(|it| {
        is_unused(verb, it)
            && matches.value_source(it.get_id().as_str()) == Some(ValueSource::CommandLine)
    });
    given.next().and_then(Arg::get_long).map(|it| format!("--{it}"))
}

/// An argument before a command that means nothing to it.
fn idle_flag(matches: &ArgMatches) -> Option<String> {
    let command = Cli::command();
    let mut given = command.get_arguments().filter(|it| {
        let id = it.get_id().as_str();
        !it.is_global_set() && matches.value_source(id) == Some(ValueSource::CommandLine)
    });
    given.next().map(|it| it.get_long().map_or("PATH".to_owned(), |it| format!("--{it}")))
}

/// The command that was probably meant by the last part of a path, and whether it is its very name.
#[must_use]
pub fn verb_like(path: &Path) -> Option<(String, bool)> {
    let name = path.file_name()?.to_str().filter(|it| !it.contains('.'))?;
    let command = Cli::command();
    let verb = nearest(name, command.get_subcommands().map(Command::get_name))?;
    let is_it = verb == name;
    Some((verb, is_it))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use sockopt_analysis::Level;

    use super::{Cli, MessageFormat, parse};

    fn cli(line: &str) -> Cli {
        parse(line.split_whitespace().map(Into::into)).unwrap()
    }

    #[test]
    fn the_command_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_command_is_known_by_its_name() {
        let verb = |path: &str| super::verb_like(path.as_ref());
        assert_eq!(verb("/folder/baseline"), Some(("baseline".into(), true)));
        assert_eq!(verb("/folder/basline"), Some(("baseline".into(), false)));
        assert_eq!(verb("/folder/baseline.rs"), None);
        assert_eq!(verb("/folder/src"), None);
    }

    #[test]
    fn the_leading_sockopt_may_be_left_out() {
        assert_eq!(cli("cargo-sockopt sockopt src").paths, cli("cargo-sockopt src").paths);
        assert_eq!(
            cli("cargo-sockopt sockopt sockopt").paths,
            ["sockopt".as_ref() as &std::path::Path]
        );
    }

    #[test]
    fn flags_of_all_commands_may_come_before_one() {
        let cli = cli("cargo-sockopt --platforms linux -Dall baseline write");
        assert!(matches!(cli.verb, Some(super::Verb::Baseline(_))));
        assert_eq!((cli.platforms.len(), cli.levels.flags.len()), (1, 1));
        let refused =
            |line: &str| parse(line.split_whitespace().map(Into::into)).unwrap_err().to_string();
        for line in ["c --fix config", "c --since main config", "c --output a=json merge b"] {
            let flag = line.split(' ').nth(1).unwrap();
            assert!(refused(line).contains(&format!("`{flag}` cannot be used before")), "{line}");
        }
        for line in
            ["c merge -W all a", "c -W all merge a", "c man --offline", "c list --allow-dirty"]
        {
            assert!(refused(line).contains("means nothing to the command"), "{line}");
        }
        // Behind a path, it is one.
        assert_eq!(super::tests::cli("c src config").paths.len(), 2);
    }

    #[test]
    fn level_flags_keep_their_order() {
        let flags =
            cli("cargo-sockopt -Dwarnings -A all --warn late_option -F x -A y").levels.flags;
        let flags: Vec<_> = flags.iter().map(|flag| (flag.level, &*flag.name)).collect();
        let expected = [
            (Level::Deny, "warnings"),
            (Level::Allow, "all"),
            (Level::Warn, "late_option"),
            (Level::Forbid, "x"),
            (Level::Allow, "y"),
        ];
        assert_eq!(flags, expected);
    }

    #[test]
    fn an_output_is_a_file_and_a_format() {
        let outputs = cli("c --output a=b.json=json --output C:\\x.sarif=sarif").output;
        let shown: Vec<_> = outputs.iter().map(|it| (it.path.to_str(), it.format)).collect();
        let expected =
            [(Some("a=b.json"), MessageFormat::Json), (Some("C:\\x.sarif"), MessageFormat::Sarif)];
        assert_eq!(shown, expected);
        for wrong in ["a", "a=", "=json", "a=yaml"] {
            let error = parse(["c", "--output", wrong].map(Into::into)).unwrap_err().to_string();
            assert!(
                error.contains(
                    "human, short, json, sarif, github, gitlab, junit, checkstyle, rdjson"
                ),
                "{error}"
            );
        }
        assert!(parse("c --output a=json --output a=short".split(' ').map(Into::into)).is_err());
    }

    #[test]
    fn a_dash_is_a_path() {
        assert_eq!(cli("cargo-sockopt - --stdin-path a.rs").paths.len(), 1);
    }

    #[test]
    fn cargo_flags_are_passed_on() {
        assert_eq!(cli("c --locked --frozen").manifest.cargo_flags(), ["--locked", "--frozen"]);
        let line = "--package a --package b --workspace --exclude c";
        let flags = cli(&format!("c {line}")).packages.cargo_flags();
        assert_eq!(flags.join(" "), line);
        let line = "--lib --tests --all-targets --bin a --bench b";
        assert_eq!(cli(&format!("c {line}")).targets.cargo_flags().join(" "), line);
        let line = "--features a --features b,c --all-features";
        assert_eq!(cli(&format!("c {line}")).manifest.feature_flags().join(" "), line);
    }

    #[test]
    fn clippy_and_we_print_json_or_neither() {
        let format = |line: &str| cli(&format!("c clippy {line}")).message_format;
        assert_eq!(format("-- -- --message-format json"), None);
        assert_eq!(format("-- --message-format short"), None);
        assert_eq!(format("-- --message-format"), None);
        let ansi = "--message-format=json-diagnostic-rendered-ansi";
        assert_eq!(format(&format!("-- {ansi}")), Some(MessageFormat::Json));
        assert_eq!(format("-- --message-format json"), Some(MessageFormat::Json));
        assert_eq!(format("--message-format json -- -q"), Some(MessageFormat::Json));
        assert_eq!(format("--message-format sarif"), Some(MessageFormat::Sarif));
        for line in [
            "--message-format json -- --message-format short",
            "--message-format short -- --message-format json",
        ] {
            let line = format!("c clippy {line}");
            assert!(parse(line.split(' ').map(Into::into)).is_err(), "{line}");
        }
    }
}
