//! `cargo sockopt model test`: whether the models of the configuration say what their examples expect.

use std::{collections::BTreeSet, path::Path};

use sockopt_analysis::{
    marks::{Differences, Found, marks},
    model::own::TOO_FEW,
};

use super::Session;
use crate::{
    config::{
        Settings,
        models::{Example, Model},
        show,
    },
    error::Error,
    exit::Exit,
    finding::judge,
    levels::Levels,
    patch::Tree,
    project::{Package, Project, SourceFile},
    threads::threads,
    warning::Warning,
};

/// What came of one model.
enum Outcome {
    /// As many findings as are marked, and no other.
    Passed(usize),
    /// What is wrong, line by line.
    Failed(Vec<String>),
    /// There is no example.
    Untested,
}

impl Session<'_, '_> {
    /// Runs the examples of all models, and says which models nothing uses.
    pub(super) fn test_models(self, projects: Vec<Project>) -> Result<Exit, Error> {
        let pool = threads()?;
        let (mut passed, mut failed, mut untested, mut unused) = (0, 0, 0, 0);
        for project in projects {
            let cwd = &self.host.cwd;
            let bench = Bench { project: &project, levels: Levels::new(&[])?, cwd };
            let outcomes: Vec<_> =
                pool.install(|| project.models.iter().map(|it| bench.test(it)).collect());
            let models = project.models.clone();
            let tree = pool.install(|| Tree::new(project));
            let used: BTreeSet<_> = tree.analysis.described.into_values().collect();
            for (model, outcome) in models.iter().zip(outcomes) {
                let path = &model.row.path;
                let place = model.place(&self.host.cwd);
                let (color, word, lines) = match outcome {
                    Outcome::Passed(count) => {
                        passed += 1;
                        ("32", "ok", vec![format!("{count} as marked")])
                    }
                    Outcome::Failed(lines) => {
                        failed += 1;
                        ("1;31", "failed", lines)
                    }
                    Outcome::Untested => {
                        untested += 1;
                        ("33", "no example", Vec::new())
                    }
                };
                self.host.print(&format!("\x1b[{color}m{word}\x1b[0m: {path} ({place})\n"))?;
                for line in lines {
                    self.host.print(&format!("  {line}\n"))?;
                }
                if !model.paths().any(|it| used.contains(it)) {
                    unused += 1;
                    self.host.print("  no call of it is seen in this workspace\n")?;
                }
            }
        }
        if !self.cli.quiet {
            self.host.flush()?;
            let all = passed + failed + untested;
            if all == 0 {
                self.host.say("sockopt: the configuration has no models\n")?;
                return Ok(if self.incomplete { Exit::Failed } else { Exit::Clean });
            }
            let s = if all == 1 { "" } else { "s" };
            self.host.say(&format!(
                "sockopt: {all} model{s}: {passed} ok, {failed} failed, {untested} without an example, {unused} unused\n"
            ))?;
        }
        Ok(match (self.incomplete, failed) {
            (true, _) => Exit::Failed,
            (false, 0) => Exit::Clean,
            (false, _) => Exit::Findings,
        })
    }
}

/// What examples are tested with.
struct Bench<'a> {
    project: &'a Project,
    /// Those that rules have by themselves.
    levels: Levels,
    cwd: &'a Path,
}

impl Bench<'_> {
    /// Compares what is found in the example of a model with its marks.
    fn test(&self, model: &Model) -> Outcome {
        let Some(Example { text, line: first }) = &model.example else {
            return Outcome::Untested;
        };
        let file = show::shown(&model.file, self.cwd);
        let mut marks = match marks(text) {
            Ok(marks) => marks,
            Err(why) => return Outcome::Failed(vec![format!("{file}:{first}: {why}")]),
        };
        // Statements stand in a function; the line that opens it is not the user's.
        let is_body = !text.contains("fn ");
        let code = if is_body {
            format!("async fn example() -> std::io::Result<()> {{\n{text}\nOk(())\n}}\n")
        } else {
            text.clone()
        };
        let line_of = |at: usize| {
            let above = code.get(..at).map_or(0, |it| it.matches('\n').count());
            first + above - usize::from(is_body && above > 0)
        };
        let Tree { loaded, analysis, .. } = Tree::new(alone(self.project, &code));
        let warning =
            |it: &Warning| format!("{file}:{}: {}", line_of(it.offset.unwrap_or(0)), it.message);
        let mut lines: Vec<String> = loaded.warnings.iter().map(warning).collect();
        let is_described = |it| analysis.described.values().any(|path| *path == it);
        if lines.is_empty() && !model.paths().any(is_described) {
            lines.push(format!("{file}:{first}: the example does not call `{}`", model.row.path));
        }
        if analysis.gave_up.contains_key(TOO_FEW) {
            lines.push(format!("{file}:{first}: the example has a {TOO_FEW}"));
        }
        let found = analysis.diagnostics.iter().filter_map(|it| {
            let rule = it.rule.name;
            let is_reported = judge(it, &loaded, &self.levels).is_some();
            let line = line_of(loaded.files[0].sites.get(it.primary.site.id).label.start);
            let found = Found { line, rule: rule.to_owned(), message: it.message.clone() };
            (is_reported || marks.iter().any(|it| it.rule == rule)).then_some(found)
        });
        let found = found.collect();
        marks.iter_mut().for_each(|it| it.line += first - 1);
        let mut differences = Differences::default();
        differences.compare(&file, &marks, found);
        lines.extend(differences.to_string().lines().map(str::to_owned));
        if lines.is_empty() { Outcome::Passed(marks.len()) } else { Outcome::Failed(lines) }
    }
}

/// A project with nothing but one text, in which the names of all dependencies mean what they mean elsewhere.
fn alone(project: &Project, text: &str) -> Project {
    let dependencies = project.packages.iter().flat_map(|it| it.dependencies.iter().cloned());
    let package = Package {
        folder: project.root.clone(),
        dependencies: dependencies.collect(),
        rest_selected: true,
        settings: Settings::default(),
        ..Package::default()
    };
    let path = project.root.join("example.rs");
    Project {
        root: project.root.clone(),
        packages: vec![package],
        files: vec![SourceFile { path, package: 0 }],
        stdin: Some(text.as_bytes().to_vec()),
        models: project.models.clone(),
        rows: project.rows,
        ..Project::default()
    }
}
