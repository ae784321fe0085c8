//! What the tool takes as the work grows: trees that are ten times as large in one respect, step by step.

mod trees;

use std::{
    error::Error,
    fmt::Write as _,
    path::PathBuf,
    time::{Duration, Instant},
};

use clap::Args;
use trees::{RESPECTS, Respect, Tree};

use crate::{
    compare::precise,
    corpora::Size,
    machine,
    pairs::Spread,
    process::Usage,
    tool::{Answer, Tool},
};

/// Measure how time and memory grow with the work
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Only what grows in these respects
    respect: Vec<String>,
    /// No step is taken that would be larger
    #[arg(long, default_value_t = 10_000_000)]
    most: u64,
    /// No step is taken that is expected to take more seconds of processor time
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// cargo-sockopt, built; this source tree's own, if not told
    #[arg(long)]
    tool: Option<PathBuf>,
    /// Write the tables into docs/performance.md
    #[arg(long)]
    pub(crate) write: bool,
}

/// Most runs of one step, and for how long a next one begins.
const RUNS: usize = 5;
const PATIENCE: Duration = Duration::from_secs(5);

/// An exponent between steps says nothing where most of the time is spent on starting.
const STARTING: f64 = 0.02;

/// Prints a table for each respect.
///
/// # Errors
/// A tree cannot be written, or the tool cannot be run on it.
pub(crate) fn run(arguments: &Arguments, say: &dyn Fn(&str)) -> Result<String, Box<dyn Error>> {
    let asked = |it: &&Respect| {
        arguments.respect.is_empty() || arguments.respect.iter().any(|name| name == it.name)
    };
    let machine = machine::line();
    let tool = Tool::new(arguments.tool.as_deref())?;
    let mut text = format!("Measured on {machine}; {}.\n", tool.version()?);
    for respect in RESPECTS.iter().filter(asked) {
        write!(
            text,
            "\nWith the number of {}:\n\n\
             | {} | lines of Rust | s | CPU s | MiB | CPU grows as | memory grows as |\n\
             | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
            respect.says, respect.name
        )?;
        text += &grow(respect, &tool, arguments, say)?;
    }
    Ok(text)
}

/// The rows of one respect.
fn grow(
    respect: &Respect,
    tool: &Tool,
    arguments: &Arguments,
    say: &dyn Fn(&str),
) -> Result<String, Box<dyn Error>> {
    let mut rows = String::new();
    let mut before: Option<Step> = None;
    let mut count = respect.first;
    while count <= respect.last.min(arguments.most) {
        // What grew at least so fast once can be expected to do so again.
        let expected = before.as_ref().map_or(0.0, |it| it.cpu * 10_f64.powf(it.exponent.max(1.0)));
        if expected > precise(arguments.seconds) {
            writeln!(rows, "| {count} | | | would be {expected:.0} | | | |")?;
            break;
        }
        say(&format!("{}: {count}", respect.name));
        let folder = tempfile::tempdir()?;
        let tree = Tree { root: folder.path().canonicalize()? };
        tree.write(respect, count)?;
        let step = Step::measure(count, tool, &tree, before.as_ref())?;
        let row = step.row(before.as_ref());
        say(row.trim_end());
        rows.push_str(&row);
        before = Some(step);
        count *= 10;
    }
    Ok(rows)
}

/// What one size of a tree takes: medians.
struct Step {
    count: u64,
    lines: u64,
    wall: f64,
    cpu: f64,
    peak: f64,
    /// Of the processor time, since the step before.
    exponent: f64,
}

impl Step {
    fn measure(
        count: u64,
        tool: &Tool,
        tree: &Tree,
        before: Option<&Self>,
    ) -> Result<Self, Box<dyn Error>> {
        let lines = Size::of(&tree.root)?.lines;
        let answer = Answer::about(&tree.root.join("Cargo.toml"))?;
        let job = answer.at_hand(tool.job([&tree.root]));
        let start = Instant::now();
        let mut runs: Vec<Usage> = vec![job.run()?];
        while runs.len() < RUNS && start.elapsed() < PATIENCE {
            runs.push(job.run()?);
        }
        let median = |figure: fn(&Usage) -> f64| Spread::of(runs.iter().map(figure)).median;
        let cpu = median(|it| it.cpu);
        let exponent = before.map_or(1.0, |it| exponent(it.count, it.cpu, count, cpu));
        let peak = median(|it| precise(it.peak) / precise(1 << 20));
        Ok(Self { count, lines, wall: median(|it| it.wall), cpu, peak, exponent })
    }

    fn row(&self, before: Option<&Self>) -> String {
        let is_told = before.filter(|it| it.cpu > STARTING);
        let cpu = is_told.map_or_else(String::new, |_| power(self.exponent));
        let peak = is_told.map_or_else(String::new, |it| {
            power(exponent(it.count, it.peak, self.count, self.peak))
        });
        let Self { count, lines, wall, cpu: seconds, peak: mebibytes, .. } = self;
        format!(
            "| {count} | {lines} | {wall:.3} | {seconds:.3} | {mebibytes:.0} | {cpu} | {peak} |\n"
        )
    }
}

/// The power of the count that a figure grew with.
fn exponent(count: u64, figure: f64, then: u64, grown: f64) -> f64 {
    (grown / figure).ln() / (precise(then) / precise(count)).ln()
}

fn power(exponent: f64) -> String {
    if exponent > 1.2 { format!("**n^{exponent:.2}**") } else { format!("n^{exponent:.2}") }
}

#[cfg(test)]
mod tests {
    use super::exponent;

    #[test]
    fn a_line_grows_with_the_power_of_one() {
        assert!((exponent(10, 2.0, 100, 20.0) - 1.0).abs() < 1e-9);
        assert!((exponent(10, 2.0, 100, 200.0) - 2.0).abs() < 1e-9);
        assert!(exponent(10, 2.0, 100, 2.0).abs() < 1e-9);
    }
}
