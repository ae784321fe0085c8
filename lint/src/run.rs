//! One run: discover, load, analyze, report.

use std::{
    ffi::OsString,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use anstream::adapter::strip_str;
use rayon::ThreadPoolBuilder;
use sockopt_analysis::{Analysis, Prefilter, analyze, rules::by_name};

use crate::{
    cli::{self, Cli, Color, MessageFormat},
    error::Error,
    exit::Exit,
    explain,
    finding::{Finding, Severity, Sources, from_diagnostic},
    levels::{self, Levels},
    project::{
        self, Project,
        cargo::Cargo,
        modules::{self, Loaded},
    },
    render::{self, human, json},
    warning::Warning,
};

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
    /// The value of `CARGO_TERM_COLOR`.
    pub term_color: Option<String>,
    /// cargo, as a program.
    pub cargo: PathBuf,
    /// The current folder.
    pub cwd: PathBuf,
}

/// Runs the tool with arguments, the program's name first.
pub fn run(args: impl IntoIterator<Item = OsString>, host: &mut Host<'_>) -> Exit {
    let result = match cli::parse(args) {
        Ok(cli) => {
            host.set_colors(cli.color);
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
        write(self.out, text, self.out_colors)
    }

    fn say(&mut self, text: &str) -> io::Result<()> {
        write(self.err, text, self.err_colors)
    }

    fn error(&mut self, error: &Error) -> io::Result<()> {
        self.say(&format!("\x1b[1;31merror\x1b[0m: {error}\n"))?;
        error.help().map_or(Ok(()), |help| self.say(&format!("  = help: {help}\n")))
    }

    fn flush(&mut self) -> Result<(), Error> {
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
    let levels = Levels::new(&cli.levels.flags)?;
    let cargo = Cargo {
        program: host.cargo.clone(),
        cwd: host.cwd.clone(),
        flags: cli.manifest.cargo_flags(),
    };
    let found = project::discover(cli, &cargo, host.stdin);
    let mut session = Session { cli, levels, host, findings: Vec::new(), scanned: 0 };
    session.notes(&found.notes)?;
    session.errors(&found.errors)?;
    session.early_warnings(&found.warnings)?;
    session.analyze(found.projects)?;
    session.finish(found.errors.is_empty())
}

struct Session<'a, 'h> {
    cli: &'a Cli,
    levels: Levels,
    host: &'a mut Host<'h>,
    findings: Vec<(Finding, usize)>,
    scanned: usize,
}

impl Session<'_, '_> {
    fn notes(&mut self, notes: &[String]) -> Result<(), Error> {
        for note in notes.iter().filter(|_| self.cli.verbose > 0) {
            self.host.say(&format!("note: {note}\n"))?;
        }
        Ok(())
    }

    fn errors(&mut self, errors: &[Error]) -> Result<(), Error> {
        for error in errors {
            self.host.error(error)?;
        }
        Ok(())
    }

    /// Warnings of discovery: they belong to no project.
    fn early_warnings(&mut self, warnings: &[Warning]) -> Result<(), Error> {
        let mut sources = Sources::new(&self.host.cwd);
        for warning in warnings {
            let text = human::warning(&sources.locate(warning), self.is(MessageFormat::Human));
            self.host.say(&text)?;
        }
        Ok(())
    }

    fn is(&self, format: MessageFormat) -> bool {
        self.cli.message_format == format
    }

    fn analyze(&mut self, projects: Vec<Project>) -> Result<(), Error> {
        let pool = ThreadPoolBuilder::new().stack_size(modules::STACK_BYTES).build();
        let pool = pool.map_err(|error| Error::Threads(error.to_string()))?;
        let prefilter = Prefilter::new(&[]);
        let mut shown = Vec::new();
        for project in projects {
            let (loaded, analysis) = pool.install(|| {
                let loaded = modules::load(project, &prefilter);
                let analysis = analyze(&loaded.workspace);
                (loaded, analysis)
            });
            let sources = self.project(&loaded, &analysis, shown.len())?;
            shown.push(sources);
        }
        self.findings.sort_by(|(a, _), (b, _)| a.order().cmp(&b.order()));
        self.findings.dedup_by(|(a, _), (b, _)| a.order() == b.order());
        for (finding, project) in &self.findings {
            let text = render::finding(self.cli.message_format, finding, &shown[*project]);
            self.host.print(&text)?;
        }
        Ok(())
    }

    /// Reports a project's warnings, and keeps its findings.
    fn project(
        &mut self,
        loaded: &Loaded,
        analysis: &Analysis,
        index: usize,
    ) -> Result<Sources, Error> {
        let mut sources = Sources::new(self.base(loaded.project()));
        if let (Some(bytes), Some(file)) = (&loaded.project().stdin, loaded.project().files.first())
        {
            sources.insert(&file.path, String::from_utf8_lossy(bytes).into_owned());
        }
        for warning in &loaded.warnings {
            let located = sources.locate(warning);
            self.host.say(&human::warning(&located, self.is(MessageFormat::Human)))?;
            if self.is(MessageFormat::Json) {
                let origin = loaded.origin_of_path(&warning.path);
                self.host.print(&format!("{}\n", json::warning(&located, &origin, &sources)))?;
            }
        }
        for (reason, count) in analysis.gave_up.iter().filter(|_| self.cli.verbose > 0) {
            self.host.say(&format!("note: gave up {count} times: {reason}\n"))?;
        }
        let diagnostics = analysis.diagnostics.iter();
        let findings =
            diagnostics.filter_map(|it| from_diagnostic(it, loaded, &self.levels, &mut sources));
        self.findings.extend(findings.map(|finding| (finding, index)));
        self.scanned += loaded.scanned;
        Ok(sources)
    }

    /// What paths are shown relative to: for machines the workspace, as in cargo; for people where they are.
    fn base<'p>(&'p self, project: &'p Project) -> &'p Path {
        let is_cargo = project.packages.iter().any(|package| package.manifest.is_some());
        if self.is(MessageFormat::Json) && is_cargo { &project.root } else { &self.host.cwd }
    }

    fn finish(self, complete: bool) -> Result<Exit, Error> {
        let failing = self.findings.iter().any(|(it, _)| it.severity == Severity::Error);
        if self.is(MessageFormat::Json) {
            self.host.print(&format!("{}\n", json::build_finished(complete && !failing)))?;
        } else if !self.cli.quiet && self.scanned > 0 {
            let findings: Vec<_> = self.findings.iter().map(|(finding, _)| finding).collect();
            self.host.flush()?;
            self.host.say(&human::summary(&findings, self.scanned))?;
        }
        Ok(match (complete, failing) {
            (false, _) => Exit::Failed,
            (true, true) => Exit::Findings,
            (true, false) => Exit::Clean,
        })
    }
}
