//! Rows of the user: what calls do whose source the analysis cannot see.
//!
//! A row is about the crate that is called, whoever calls it. So it holds in the whole workspace, wherever in it the
//! row stands, and two rows that speak of the same call are a mistake.

use std::{
    collections::BTreeSet,
    ops::Range,
    path::{Path, PathBuf},
};

use semver::VersionReq;
use sockopt_analysis::{
    model::{self, Own, own},
    socket::Platforms,
};
use toml::Spanned;

use super::{
    Reader,
    raw::{OptionName, RawAddress, RawModel, RawSet, SocketKind},
    show,
};
use crate::{
    error::{Error, nearest},
    project::{Project, Target},
};

/// A row with where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// What it says.
    pub row: own::Row,
    /// The file that it stands in.
    pub file: PathBuf,
    /// The line of that file.
    pub line: usize,
    /// Code that shows it at work.
    pub example: Option<Example>,
}

/// Code with the findings in it marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The code.
    pub text: String,
    /// The line on which it begins.
    pub line: usize,
}

impl Model {
    /// The paths of the call.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.row.path.as_str()).chain(self.row.also.iter().map(String::as_str))
    }

    /// Where it stands, as it is displayed in a folder.
    #[must_use]
    pub fn place(&self, cwd: &Path) -> String {
        format!("{}:{}", show::shown(&self.file, cwd), self.line)
    }

    fn wrong(&self, message: String) -> Error {
        Error::Config { path: self.file.clone(), line: self.line, message, near: None }
    }
}

/// The names of a project's libraries in code.
fn libraries(project: &Project) -> BTreeSet<String> {
    let targets = project.packages.iter().flat_map(|it| &it.targets);
    let libraries = targets.filter(|it| it.is_library());
    libraries.map(|Target { name, .. }| name.replace('-', "_")).collect()
}

/// Of some models, those of calls whose source is not in a project.
pub(super) fn of_others(project: &Project, mut models: Vec<Model>) -> Vec<Model> {
    let libraries = libraries(project);
    let is_here = |path: &str| path.split("::").next().is_some_and(|it| libraries.contains(it));
    models.retain(|model| !model.paths().any(is_here));
    models
}

/// Gives a project the rows of all its packages.
///
/// # Errors
/// Two rows about one call, or a row about a call whose source is in the workspace.
pub(super) fn gather(project: &mut Project, of_workspace: Vec<Model>) -> Result<(), Error> {
    let mut models = of_workspace;
    for model in project.packages.iter().flat_map(|it| &it.settings.models) {
        // A file in the root is for the package there and for the workspace.
        if !models.contains(model) {
            models.push(model.clone());
        }
    }
    let libraries = libraries(project);
    for (index, model) in models.iter().enumerate() {
        for path in model.paths() {
            let krate = path.split("::").next().unwrap_or_default();
            if libraries.contains(krate) {
                let text = format!(
                    "`{path}` is in this workspace, whose source says what it does: a model is for other crates"
                );
                return Err(model.wrong(text));
            }
            let same = |it: &&Model| {
                let [a, b] = [&it.row.versions, &model.row.versions];
                it.paths().any(|it| it == path) && (a == b || a == "*" || b == "*")
            };
            if let Some(first) = models[..index].iter().find(same) {
                let place = first.place(&project.root);
                let text = format!("`{path}` has a model already, in `{place}`");
                return Err(model.wrong(text));
            }
        }
    }
    project.rows = Own::new(models.iter().map(|it| it.row.clone()).collect());
    project.models = models;
    Ok(())
}

impl Reader<'_> {
    /// Reads one row.
    pub(super) fn model(&self, entry: &Spanned<RawModel>) -> Result<Model, Error> {
        let raw = entry.get_ref();
        for path in std::iter::once(&raw.path).chain(&raw.also) {
            self.check_path(path)?;
        }
        let path = raw.path.get_ref();
        self.check_steps(entry)?;
        let set = |(option, value): (&OptionName, &Spanned<RawSet>)| {
            let RawSet { value: source, platforms } = value.get_ref();
            let platforms = platforms.as_ref().map(|it| self.platforms(it, &value.span()));
            let platforms = platforms.transpose()?.unwrap_or(Platforms::ALL);
            Ok(own::Set { option: option.0, value: *source, platforms })
        };
        let platforms = raw.platforms.as_ref();
        let platforms = platforms.map(|it| self.platforms(it.get_ref(), &it.span())).transpose()?;
        let versions = match &raw.versions {
            Some(text) => {
                let known = VersionReq::parse(text.get_ref());
                known.map_err(|error| self.wrong(&text.span(), format!("no version: {error}")))?;
                text.get_ref().clone()
            }
            None => "*".to_owned(),
        };
        let row = own::Row {
            path: path.clone(),
            also: raw.also.iter().map(|it| it.get_ref().clone()).collect(),
            creates: raw.creates.map(SocketKind::kind),
            socket: raw.socket.as_ref().map_or(0, |it| *it.get_ref()),
            sets: raw.sets.iter().map(set).collect::<Result<_, Error>>()?,
            binds: raw.binds.as_ref().and_then(|it| it.get_ref().operands()),
            listens: raw.listens,
            connects: raw.connects,
            returns: self.returned(raw)?,
            platforms: platforms.unwrap_or(Platforms::ALL),
            versions,
        };
        let example = raw.example.as_ref().map(|it| {
            // The line end behind the quotes that open a text is no part of it.
            let quotes = self.text.get(it.span().start..).unwrap_or_default();
            let opened = quotes.trim_start_matches(['"', '\'']);
            let first = usize::from(opened.starts_with(['\n', '\r']));
            let line = self.line(&it.span()) + first;
            Example { text: it.get_ref().clone(), line }
        });
        let (file, line) = (self.path.to_owned(), self.line(&raw.path.span()));
        Ok(Model { row, file, line, example })
    }

    /// A path starts with a crate, and is not one that the tables have.
    fn check_path(&self, path: &Spanned<String>) -> Result<(), Error> {
        let (text, span) = (path.get_ref().as_str(), path.span());
        let wrong = |why: &str| Err(self.wrong(&span, format!("`{text}` {why}")));
        let near = |near: String, why: &str| {
            let message = format!("`{text}` {why}");
            let (path, line) = (self.path.to_owned(), self.line(&span));
            Err(Error::Config { path, line, message, near: Some(near) })
        };
        let names: Vec<&str> = text.split("::").collect();
        let is_name = |it: &&str| {
            let part = |it: char| it.is_alphanumeric() || it == '_';
            !it.is_empty()
                && it.chars().all(part)
                && !it.starts_with(|it: char| it.is_ascii_digit())
        };
        if text.contains('-') {
            return near(text.replace('-', "_"), "is no path: code writes the crate with `_`");
        }
        if text.ends_with("()") {
            return near(text.trim_end_matches("()").to_owned(), "is no path");
        }
        if !names.iter().all(is_name) {
            return wrong("is no path: write `crate::module::function` or `crate::Type::method`");
        }
        if names.len() < 2 || ["crate", "self", "super", "Self"].contains(&names[0]) {
            return wrong("names no crate: write `crate_name::function`");
        }
        if names.len() == 2 && own::is_type(names[0]) {
            return wrong("names no crate: write `crate_name::Type::method`");
        }
        let canonical = model::canonical(text);
        if !model::rows(&canonical).is_empty() || model::is_neutral(&canonical) {
            return wrong("is known already: a model cannot say otherwise");
        }
        if canonical != text {
            return near(canonical, "is another name of what is known already");
        }
        Ok(())
    }

    /// The steps say something, and do not contradict each other.
    fn check_steps(&self, entry: &Spanned<RawModel>) -> Result<(), Error> {
        let raw = entry.get_ref();
        let path = raw.path.get_ref();
        let at = |span: Range<usize>, message: String| Err(self.wrong(&span, message));
        let here = raw.path.span();
        let binds = raw.binds.as_ref().and_then(|it| it.get_ref().operands());
        let acts = raw.creates.is_some()
            || !raw.sets.is_empty()
            || binds.is_some()
            || raw.listens
            || raw.connects;
        if raw.neutral && acts {
            return at(here, format!("`{path}` cannot be `neutral` and do something"));
        }
        if !raw.neutral && !acts && raw.returns.is_none() {
            let text = "does nothing: say what it `creates`, `sets`, `binds` or `returns`, that it `listens` or \
                        `connects`, or `neutral = true`";
            return at(here, format!("`{path}` {text}"));
        }
        if let (Some(_), Some(socket)) = (raw.creates, &raw.socket) {
            let text = "makes a socket, so no argument is one: remove `socket`, or `creates`";
            return at(socket.span(), format!("`{path}` {text}"));
        }
        if raw.listens && raw.connects {
            return at(here, format!("`{path}`: `listens` and `connects` exclude each other"));
        }
        if raw.listens && raw.creates.is_some_and(|it| !it.may_listen()) {
            return at(here, format!("`{path}` never `listens`: no datagram socket does"));
        }
        if raw.listens && raw.creates.is_some() && binds.is_none() {
            let text = "listens, so it binds: add `binds = N`, the argument that is the address, or `binds = true` if \
                        none is";
            return at(here, format!("`{path}` {text}"));
        }
        if raw.creates.is_none() {
            let socket = raw.socket.as_ref().map_or(0, |it| *it.get_ref());
            let text = |what: &str| {
                format!(
                    "argument {socket} of `{path}` is the socket: {what} is another (arguments count from 0, and the \
                     receiver of a method is argument 0)"
                )
            };
            if let Some(address) = &raw.binds
                && binds.is_some_and(|it| it.contains(&socket))
            {
                return at(address.span(), text("the address"));
            }
            for (option, set) in &raw.sets {
                if set.get_ref().argument() == Some(socket) {
                    return at(set.span(), text(&format!("the value of `{}`", option.0.name)));
                }
            }
        }
        Ok(())
    }

    fn returned(&self, raw: &RawModel) -> Result<own::Returned, Error> {
        let Some(returns) = &raw.returns else { return Ok(own::Returned::Plain) };
        let (text, span) = (returns.get_ref().as_str(), returns.span());
        if text == "self" {
            return match raw.creates {
                Some(_) => Err(self.wrong(
                    &span,
                    "`self` is the socket in an argument, and this call makes one: name its type"
                        .to_owned(),
                )),
                None => Ok(own::Returned::This),
            };
        }
        let canonical = model::canonical(text);
        let krate = text.split("::").next().unwrap_or_default();
        let known = || {
            model::MODELS
                .iter()
                .flat_map(|it| it.types)
                .map(|it| it.path)
                .filter(|it| !it.contains('<'))
        };
        if model::socket_type(&canonical).is_none() {
            let last = text.rsplit("::").next().unwrap_or_default();
            let is_path = text.contains("::") && own::is_type(last) && !text.contains('<');
            if !is_path || krate == "std" || model::describes(krate) {
                let why = "is no type of sockets that is known: write `self`, or the whole path of a type";
                let (path, line) = (self.path.to_owned(), self.line(&span));
                let same = known().filter(|it| it.ends_with(&format!("::{last}")));
                let near = same.min_by_key(|it| !it.starts_with("std::"));
                let near = near.map(str::to_owned).or_else(|| nearest(text, known()));
                return Err(Error::Config { path, line, message: format!("`{text}` {why}"), near });
            }
        }
        Ok(own::Returned::Type(canonical))
    }
}

impl RawAddress {
    /// The arguments that are the address; none if the call does not bind.
    fn operands(&self) -> Option<Vec<usize>> {
        match self {
            Self::Nowhere(false) => None,
            Self::Nowhere(true) => Some(Vec::new()),
            Self::In(at) => Some(vec![*at]),
            Self::Parts(parts) => Some(parts.to_vec()),
        }
    }
}
