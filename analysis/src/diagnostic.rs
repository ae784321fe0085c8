//! What a rule says about a program, in sites; `lint` turns sites into bytes, the macro into nodes.

use crate::{fix::Fix, rules::Rule, sites::Site, socket::Platforms};

/// A place that explains a diagnostic, and what is to be seen there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// Where.
    pub site: Site,
    /// What: lowercase, no final period.
    pub text: String,
}

/// One violation of one rule.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The rule.
    pub rule: &'static Rule,
    /// One sentence of fact.
    pub message: String,
    /// What is wrong, and where.
    pub primary: Label,
    /// Where the cause lies, in the order of the story.
    pub secondary: Vec<Label>,
    /// What the kernel does, and who says so.
    pub notes: Vec<String>,
    /// What to do: an imperative.
    pub help: Option<String>,
    /// How the program can be changed to that end.
    pub fix: Option<Fix>,
    /// Where it holds.
    pub platforms: Platforms,
    /// Path of the enclosing item, as `module::Type::function`.
    pub item: String,
}

impl Diagnostic {
    /// A diagnostic of `rule` at `site`.
    #[must_use]
    pub fn new(rule: &'static Rule, site: Site, message: impl Into<String>) -> Self {
        Self {
            rule,
            message: message.into(),
            primary: Label { site, text: String::new() },
            secondary: Vec::new(),
            notes: Vec::new(),
            help: None,
            fix: None,
            platforms: Platforms::NONE,
            item: String::new(),
        }
    }

    /// Says what is wrong at the primary site.
    #[must_use]
    pub fn primary(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Adds a place that explains the cause. A place that is shown already is not shown twice.
    #[must_use]
    pub fn label(mut self, site: Option<Site>, text: impl Into<String>) -> Self {
        let shown = |site| {
            self.primary.site == site || self.secondary.iter().any(|label| label.site == site)
        };
        if let Some(site) = site.filter(|site| !shown(*site)) {
            self.secondary.push(Label { site, text: text.into() });
        }
        self
    }

    /// Adds the calls that led to a place, before the place itself. The primary site comes after what the
    /// first label shows: where the socket was made.
    #[must_use]
    pub(crate) fn led_to(mut self, site: Site, calls: impl Iterator<Item = Site>) -> Self {
        let shown = self.secondary.iter().position(|label| label.site == site);
        let start = if self.primary.site == site { 1 } else { usize::MAX };
        let at = shown.unwrap_or(start).min(self.secondary.len());
        let after = self.secondary.split_off(at);
        let new: Vec<Site> = calls.filter(|call| after.iter().all(|it| it.site != *call)).collect();
        let mut this =
            new.into_iter().fold(self, |this, call| this.label(Some(call), "called from here"));
        this.secondary.extend(after);
        this
    }

    /// Names the item around the primary site.
    #[must_use]
    pub fn item(mut self, path: String) -> Self {
        self.item = path;
        self
    }

    /// Adds a fact with its authority.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Says how the program can be changed.
    #[must_use]
    pub(crate) fn fix(mut self, fix: impl Into<Option<Fix>>) -> Self {
        self.fix = fix.into();
        self
    }
}

/// Collects what the rules find in one function on one platform.
#[derive(Default, Debug)]
pub struct Report {
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) excused: Vec<Option<usize>>,
}

impl Report {
    /// Adds a violation.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// What the rule at hand reports in a package is meant so, whatever other stories say: an index of
    /// [`crate::Workspace::packages`], none for files without a package.
    pub fn excuse(&mut self, package: Option<usize>) {
        self.excused.push(package);
    }
}
