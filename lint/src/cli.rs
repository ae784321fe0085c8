//! The command line: flags only, no decisions.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use clap::{
    ArgAction, ArgMatches, Args, Command, CommandFactory, FromArgMatches, Parser, Subcommand,
    ValueEnum, error::ErrorKind,
};
use sockopt_analysis::{Level, socket::Platforms};

use crate::{config, levels::LevelFlag};

/// Finds listening sockets bound without `SO_REUSEADDR`, and socket options set too late.
#[derive(Debug, Default, Parser)]
#[expect(clippy::struct_excessive_bools, reason = "one per flag")]
#[command(name = "cargo-sockopt", bin_name = "cargo sockopt", version, about, after_help = AFTER)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
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
    match MessageFormat::from_str(format, false) {
        Ok(format) => Ok(Output { path: path.into(), format }),
        Err(_) => Err(format!("`{format}` is none of {}", formats())),
    }
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
            clap::Arg::new(name)
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
    let matches = Cli::command().try_get_matches_from(args)?;
    let mut cli = Cli::from_arg_matches(&matches)?;
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
        Some(Verb::Baseline(_) | Verb::Model(_)) | None => {}
    }
    let FixArgs { fix, diff, .. } = cli.fixes;
    let has_stdin = cli.paths.iter().any(|path| path.as_os_str() == "-");
    if cli.since.is_some() && has_stdin {
        let text = "`--since` cannot be used with `-`, which is in no commit";
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

/// Whether the last part of a path is the name of a command.
#[must_use]
pub fn is_verb(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| Cli::command().get_subcommands().any(|verb| name == verb.get_name()))
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
        assert!(super::is_verb("/folder/baseline".as_ref()));
        assert!(!super::is_verb("/folder/baselines".as_ref()));
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
    }
}
