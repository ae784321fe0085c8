//! What the tool costs: beside programs of others, and as the work grows.
//!
//! ```text
//! cargo run --release -p sockopt-benches -- corpora DIR    # builds the trees: minutes, and 1.5 GB
//! cargo run --release -p sockopt-benches -- compare DIR    # prints the tables of docs/performance.md
//! cargo run --release -p sockopt-benches -- growth
//! cargo bench -p sockopt-benches                           # prefilter, parser, lowering, solver
//! ```

use std::{
    env,
    error::Error,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::Parser;
use compare::Tables;

mod compare;
mod corpora;
mod growth;
mod machine;
mod pages;
mod pairs;
mod peers;
mod process;
mod tool;

/// What cargo-sockopt costs.
#[derive(Parser)]
enum Verb {
    /// Build the trees that are searched
    Corpora {
        /// Where
        dir: PathBuf,
        /// Which; all, if none is named
        which: Vec<corpora::Corpus>,
    },
    Compare(compare::Arguments),
    Growth(growth::Arguments),
}

fn main() -> ExitCode {
    if let Some(answered) = tool::answer(env::args_os().nth(1).as_ref()) {
        return if answered.is_ok() { ExitCode::SUCCESS } else { ExitCode::from(2) };
    }
    match run(&Verb::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error}"));
            ExitCode::from(2)
        }
    }
}

fn run(verb: &Verb) -> Result<(), Box<dyn Error>> {
    match verb {
        Verb::Corpora { dir, which } => {
            let which = if which.is_empty() { &corpora::Corpus::ALL[..] } else { which };
            for corpus in which {
                say(&format!("{}", corpus.folder(dir).display()));
                corpus.build(dir)?;
            }
        }
        Verb::Compare(arguments) => {
            let Tables { brief, whole } = compare::run(arguments, &say)?;
            let text = format!("{}\n\n{whole}", brief.trim_end());
            io::stdout().write_all(text.as_bytes())?;
            if arguments.write {
                pages::put("README.md", "speed", &brief)?;
                pages::put("docs/performance.md", "comparison", &text)?;
            }
        }
        Verb::Growth(arguments) => {
            let text = growth::run(arguments, &say)?;
            io::stdout().write_all(text.as_bytes())?;
            if arguments.write {
                pages::put("docs/performance.md", "growth", &text)?;
            }
        }
    }
    Ok(())
}

/// What happens meanwhile; nobody has to read it.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
