//! A differential oracle: random socket programs, what the kernel saw of them, and what the tool says.
//!
//! ```text
//! cargo run -p sockopt-tests --bin oracle -- DIR [--programs N] [--seed S] [--tool PATH]
//! ```
//!
//! Writes `N` programs to `DIR`, builds them into one binary, runs each on every path that it has and again
//! over a real `TIME_WAIT`, and compares the faults that show with the findings of the tool. Every
//! disagreement is a bug: of the generator, of the judge, or of the tool.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    io::{self, Write},
    path::Path,
    process::{Command, ExitCode, Stdio},
};

use clap::Parser;
use serde_json::Value;
use sockopt_tests::oracle::generate;

mod expect;
mod package;
mod record;

/// Random socket programs, on the kernel and in front of the tool.
#[derive(Parser)]
struct Arguments {
    /// Where the programs are written; what is there is removed.
    dir: std::path::PathBuf,
    /// How many.
    #[arg(long, default_value_t = 100)]
    programs: u64,
    /// The first seed; each program has the next.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The tool; this program itself, if not told.
    #[arg(long)]
    tool: Option<std::path::PathBuf>,
}

fn main() -> ExitCode {
    if std::env::args().nth(1).is_some_and(|it| it == "sockopt") {
        return cargo_sockopt::main();
    }
    match run(&Arguments::parse()) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(error) => {
            let _ = writeln!(io::stderr(), "oracle: {error}");
            ExitCode::from(2)
        }
    }
}

/// How many disagreements there are.
fn run(arguments: &Arguments) -> Result<usize, Box<dyn Error>> {
    let dir = std::path::absolute(&arguments.dir)?;
    let programs: Vec<_> = (arguments.seed..arguments.seed + arguments.programs)
        .map(|seed| generate::program(&format!("p{seed}"), seed))
        .collect();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").canonicalize()?;
    let packages = package::Packages { dir: &dir, fixtures };
    packages.write(&programs)?;
    let stories = record::stories(&packages.run()?);
    let mut findings = findings(&dir, arguments)?;
    let mut out = io::stdout().lock();
    let (mut wrong, mut faults, mut restarted) = (0, 0, 0);
    for program in &programs {
        let Some(story) = stories.get(&program.name) else {
            return Err(format!("{} was not run", program.name).into());
        };
        let expected = expect::faults(program, story);
        let mut found = findings.remove(&program.name).unwrap_or_default();
        faults += expected.len();
        restarted += story.first.iter().filter(|it| it.served).count();
        let mut complain = |text: String| {
            wrong += 1;
            writeln!(out, "{}: {text}", program.name)
        };
        if let Some(broken) = &story.broken {
            complain(broken.clone())?;
        }
        for text in expect::contradictions(story) {
            complain(text)?;
        }
        for fault in &expected {
            let is_it = |it: &Finding| it.0 == fault.rule && fault.lines.contains(&it.1);
            if fault.silent.is_none() && !found.iter().any(is_it) {
                complain(format!("missed {} at {:?}", fault.rule, fault.lines))?;
            }
        }
        let explained = |it: &Finding| {
            expected.iter().any(|fault| it.0 == fault.rule && fault.lines.contains(&it.1))
        };
        // Nothing is known of a line that no path leads to.
        let run: BTreeSet<_> =
            story.first.iter().flat_map(|it| &it.calls).flat_map(|it| &it.place).collect();
        let is_run =
            |it: &Finding| run.contains(&it.1) && it.2.is_none_or(|bind| run.contains(&bind));
        found.retain(|it| !explained(it) && is_run(it));
        for (rule, line, _) in found {
            complain(format!("false {rule} at {line}"))?;
        }
    }
    writeln!(
        out,
        "{} programs, {faults} faults, {restarted} listeners restarted, {wrong} disagreements",
        programs.len()
    )?;
    Ok(wrong)
}

/// A rule, a line, and the line of the `bind` that it is about.
type Finding = (String, u64, Option<u64>);

/// The rules that this judges.
const JUDGED: &[&str] = &[
    "missing_reuseaddr",
    "late_option",
    "disabled_reuseaddr",
    "conditional_reuseaddr",
    "unchecked_option",
    "useless_option",
    "udp_reuseaddr",
    "multicast_reuseaddr",
];

/// What the tool finds: rules and lines, by program.
fn findings(
    dir: &Path,
    arguments: &Arguments,
) -> Result<BTreeMap<String, Vec<Finding>>, Box<dyn Error>> {
    let tool = arguments.tool.clone().map_or_else(std::env::current_exe, Ok)?;
    let mut command = Command::new(tool);
    command.args(["sockopt", "--workspace", "--message-format", "json", "-A", "all"]);
    command.args(JUDGED.iter().flat_map(|rule| ["-W", *rule]));
    command.current_dir(dir).env("CARGO_NET_OFFLINE", "true").stdin(Stdio::null());
    let output = command.stderr(Stdio::inherit()).output()?;
    let mut all: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for line in String::from_utf8(output.stdout)?.lines() {
        let message: Value = serde_json::from_str(line)?;
        let message = &message["message"];
        let Some(rule) = message["code"]["code"].as_str() else { continue };
        let spans = message["spans"].as_array().map(Vec::as_slice).unwrap_or_default();
        let line = |it: &Value| it["line_start"].as_u64().unwrap_or(0);
        let is_bind =
            |it: &&Value| it["label"].as_str().is_some_and(|it| it.ends_with("bound here"));
        let bind = spans.iter().find(is_bind).map(line);
        for span in spans.iter().filter(|span| span["is_primary"] == true) {
            let file = Path::new(span["file_name"].as_str().unwrap_or_default());
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let rule = rule.trim_start_matches("sockopt::").to_owned();
            all.entry(name).or_default().push((rule, line(span), bind));
        }
    }
    Ok(all)
}
