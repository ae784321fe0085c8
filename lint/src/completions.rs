//! Scripts that complete commands and flags in shells.
//!
//! A shell completes the first word of a line, which is `cargo`. Where one lets a script say what follows it, the
//! script does; elsewhere, `cargo-sockopt` is completed, which takes the same arguments.

use std::{fs, io, path::Path};

use clap::{
    Command, CommandFactory,
    builder::{PossibleValuesParser, ValueParser},
};
use clap_complete::{Generator, Shell as Known};
use clap_complete_nushell::Nushell;
use clap_mangen::Man;

use crate::{
    cli::{self, Cli, Shell},
    config::raw::PlatformName,
    suppress::rules::all,
};

/// The program, as shells and manuals know it.
const NAME: &str = "cargo-sockopt";

const BASH: &str = include_str!("completions/cargo.bash");
const FISH: &str = include_str!("completions/cargo.fish");

/// The script for a shell.
#[must_use]
pub fn script(shell: Shell) -> String {
    match shell {
        // The generator writes the hyphen of the name in two ways, and its commands would not be found.
        Shell::Bash => generated(Known::Bash, NAME).replace("cargo__subcmd__", "cargo__") + BASH,
        Shell::Elvish => generated(Known::Elvish, NAME),
        Shell::Fish => generated(Known::Fish, NAME) + FISH,
        // The generator quotes names of two words, but not the first.
        Shell::Nushell => generated(Nushell, "cargo sockopt")
            .replace("extern cargo sockopt [", "extern \"cargo sockopt\" ["),
        Shell::PowerShell => generated(Known::PowerShell, NAME),
        // cargo's own completion calls the function that has the name of a command.
        Shell::Zsh => generated(Known::Zsh, NAME),
    }
}

fn generated(generator: impl Generator, name: &str) -> String {
    let mut script = Vec::new();
    clap_complete::generate(generator, &mut command(), name, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// The command line, with the names that a shell can offer. Others are left to the messages of a run.
fn command() -> Command {
    let offered = |names: Vec<&'static str>| ValueParser::from(PossibleValuesParser::new(names));
    let rules = || offered(all().map(|it| it.name).collect());
    let platforms = offered(PlatformName::ALL.iter().map(|it| it.name()).collect());
    let levels = ["allow", "warn", "deny", "forbid"];
    let with_rules = levels
        .into_iter()
        .chain(["explain"])
        .fold(Cli::command(), |command, id| command.mut_arg(id, |it| it.value_parser(rules())));
    with_rules
        .mut_arg("platforms", |it| it.value_parser(platforms))
        .mut_subcommand("suppress", |it| it.mut_arg("rule", |it| it.value_parser(rules())))
}

/// The manual page.
///
/// # Errors
/// None: nothing that can fail is written to.
pub fn manual() -> io::Result<String> {
    let mut page = Vec::new();
    Man::new(cli::command().name(NAME)).render(&mut page)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

/// Writes the manual pages, one for each command, into a folder.
///
/// # Errors
/// The folder, or a file in it, cannot be written.
pub fn manuals(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    clap_mangen::generate_to(cli::command().name(NAME), folder)
}
