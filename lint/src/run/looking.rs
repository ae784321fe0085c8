//! One look at projects that prints nothing: what an editor is told.

use std::{io, path::Path};

use super::{Host, Session};
use crate::{
    cli::Cli,
    error::Error,
    finding::{Finding, Sources},
    levels::Levels,
    patch::Tree,
    progress::Progress,
    project::Project,
    threads::threads,
};

/// What there is to see.
#[derive(Debug, Default)]
pub struct Look {
    /// What a run would report, and what it would not count, in order; each with the index of its project.
    pub findings: Vec<(Finding, usize)>,
    /// The projects as they were analyzed.
    pub trees: Vec<Tree>,
    /// Their texts, as far as something was found in them.
    pub sources: Vec<Sources>,
}

/// Looks at projects as a run does.
///
/// # Errors
/// A flag makes no sense, or the baseline cannot be read.
pub fn look(cli: &Cli, cwd: &Path, projects: Vec<Project>) -> Result<Look, Error> {
    let mut host = Host {
        stdin: &mut io::empty(),
        out: &mut io::sink(),
        err: &mut io::sink(),
        out_colors: false,
        err_colors: false,
        out_links: false,
        progress: Progress::default(),
        term_color: None,
        actions: None,
        cargo: "cargo".into(),
        cwd: cwd.to_owned(),
    };
    let mut session = Session::new(cli, Levels::new(&cli.levels.flags)?, &mut host);
    let (sources, trees) = session.collect_with(projects, |tree, _| tree)?;
    session.compare_with_baseline(threads()?)?;
    Ok(Look { findings: session.findings, trees, sources })
}
