//! What the tool found, owned and complete: all that renderers see.
//!
//! Invariant: a finding holds display paths, byte offsets, lines and columns, and no site, so that it can
//! outlive the analysis.

use std::{
    collections::BTreeMap,
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

use serde::Serialize;
use sockopt_analysis::{Diagnostic, Level, diagnostic, sites::Site};

use crate::{
    levels::Levels,
    locate::{Position, SourceText},
    project::{self, Target, modules::Loaded},
    warning::{Located, Warning},
};

/// Whether a finding fails the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Found at level warn.
    Warning,
    /// Found at level deny or forbid.
    Error,
}

impl Severity {
    /// The word that rustc uses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// What a level means for a finding; nothing for `allow`.
    #[must_use]
    pub const fn of(level: Level) -> Option<Self> {
        match level {
            Level::Allow => None,
            Level::Warn => Some(Self::Warning),
            Level::Deny | Level::Forbid => Some(Self::Error),
        }
    }
}

/// A stretch of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file, as it is displayed.
    pub path: String,
    /// Where it starts.
    pub start: Position,
    /// Where it ends.
    pub end: Position,
    /// First byte, from the start of the file.
    pub byte_start: usize,
    /// Byte after the last.
    pub byte_end: usize,
}

/// A place and what is to be seen there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What: lowercase, no final period; may be empty.
    pub text: String,
}

/// The package and the target whose code something was found in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The package's name; empty for files without a manifest.
    pub package: String,
    /// cargo's identifier of the package.
    pub package_id: String,
    /// The package's manifest; empty for files without one.
    #[serde(serialize_with = "project::lossy")]
    pub manifest_path: PathBuf,
    /// The target.
    pub target: Target,
}

/// One violation of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule's name, without `sockopt::`.
    pub rule: &'static str,
    /// The rule's documentation.
    pub explanation: &'static str,
    /// Whether it fails the run.
    pub severity: Severity,
    /// One sentence of fact.
    pub message: String,
    /// What is wrong, and where.
    pub primary: Label,
    /// Where the cause lies, in the order of the story.
    pub secondary: Vec<Label>,
    /// Facts, with their authority.
    pub notes: Vec<String>,
    /// What to do: an imperative.
    pub help: Option<String>,
    /// The platforms that it holds on, in words.
    pub platforms: String,
    /// Path of the enclosing item.
    pub item: String,
    /// The package and target.
    pub origin: Origin,
}

impl Finding {
    /// Orders findings by file, then position, then rule.
    #[must_use]
    pub fn order(&self) -> (&str, usize, usize, &str) {
        let place = &self.primary.place;
        (&place.path, place.byte_start, place.byte_end, self.rule)
    }
}

/// The texts of the files that are shown, by display path.
#[derive(Debug)]
pub struct Sources {
    base: PathBuf,
    texts: BTreeMap<String, SourceText>,
}

impl Sources {
    /// No text yet; files below `base` are displayed relative to it.
    #[must_use]
    pub fn new(base: &Path) -> Self {
        Self { base: base.to_owned(), texts: BTreeMap::new() }
    }

    /// How a path is displayed.
    #[must_use]
    pub fn display(&self, path: &Path) -> String {
        let shown = path.strip_prefix(&self.base).unwrap_or(path);
        let shown = if shown.as_os_str().is_empty() { Path::new(".") } else { shown };
        shown.display().to_string()
    }

    /// The text of a displayed file.
    #[must_use]
    pub fn get(&self, display: &str) -> Option<&SourceText> {
        self.texts.get(display)
    }

    /// Adds a text that is no file, or not one to be read again.
    pub fn insert(&mut self, path: &Path, text: String) {
        self.texts.insert(self.display(path), SourceText::new(text));
    }

    /// Locates a range of a file. The file is read when it is first asked for: the analysis keeps no text.
    pub fn place(&mut self, path: &Path, range: &Range<usize>) -> Place {
        let display = self.display(path);
        let read = || {
            let bytes = fs::read(path).unwrap_or_default();
            SourceText::new(String::from_utf8_lossy(&bytes).into_owned())
        };
        let source = self.texts.entry(display.clone()).or_insert_with(read);
        let range = source.clamp_range(range);
        Place {
            start: source.position(range.start),
            end: source.position(range.end),
            path: display,
            byte_start: range.start,
            byte_end: range.end,
        }
    }

    /// Locates a warning.
    pub fn locate(&mut self, warning: &Warning) -> Located {
        Located {
            path: self.display(&warning.path),
            place: warning.offset.map(|offset| self.place(&warning.path, &(offset..offset))),
            message: warning.message.clone(),
            help: warning.help.clone(),
        }
    }
}

/// Turns a diagnostic into a finding, unless its rule is allowed or its file is not reported on.
pub fn from_diagnostic(
    diagnostic: &Diagnostic,
    loaded: &Loaded,
    levels: &Levels,
    sources: &mut Sources,
) -> Option<Finding> {
    let severity = Severity::of(levels.of(diagnostic.rule))?;
    let file = diagnostic.primary.site.file.0 as usize;
    let origin = loaded.origin(file)?;
    Some(Finding {
        rule: diagnostic.rule.name,
        explanation: diagnostic.rule.docs,
        severity,
        message: diagnostic.message.clone(),
        primary: label(&diagnostic.primary, loaded, sources),
        secondary: diagnostic.secondary.iter().map(|it| label(it, loaded, sources)).collect(),
        notes: diagnostic.notes.clone(),
        help: diagnostic.help.clone(),
        platforms: diagnostic.platforms.to_string(),
        item: diagnostic.item.clone(),
        origin,
    })
}

fn label(label: &diagnostic::Label, loaded: &Loaded, sources: &mut Sources) -> Label {
    let Site { file, id } = label.site;
    let file = &loaded.files[file.0 as usize];
    Label { place: sources.place(&file.path, &file.sites.get(id).label), text: label.text.clone() }
}
