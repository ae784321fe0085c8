//! Fixes as edits of a text.
//!
//! The text is parsed again, and the call that a fix names is found by its bytes. An edit is offered only
//! where the code around the call has a form that is known to stay correct: elsewhere there is none, and
//! the advice of the diagnostic has to do.

mod layout;
mod tree;

use std::ops::Range;

use crate::{
    fix::{Action, Fix},
    lower,
    rewrite::{layout::Layout, tree::Tree},
    sites::{Site, SiteMap},
};

/// Puts `text` in the place of a range of bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// The bytes that go; empty to insert.
    pub range: Range<usize>,
    /// What comes in their place.
    pub text: String,
}

/// A fix, and what the text around it cannot tell.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The fix.
    pub fix: &'a Fix,
    /// Whether the package is built for Windows.
    pub for_windows: bool,
}

/// The edits of fixes of one file, in the order of the requests: each in the order of the text, and without
/// overlaps; none where the code has a form that no safe edit is known for.
///
/// Needs as much stack as [`lower()`].
#[must_use]
pub fn rewrite(text: &str, sites: &SiteMap, requests: &[Request<'_>]) -> Vec<Option<Vec<Edit>>> {
    let none = || requests.iter().map(|_| None).collect();
    let Some((start, file)) = lower::parse(text) else { return none() };
    let rewriter = Rewriter { layout: Layout::new(text), tree: Tree { file: &file, start }, sites };
    let edits = requests.iter().map(|request| rewriter.edits(request)).collect();
    drop(file);
    lower::forget_texts();
    edits
}

/// One file at hand.
struct Rewriter<'a> {
    layout: Layout<'a>,
    tree: Tree<'a>,
    sites: &'a SiteMap,
}

impl Rewriter<'_> {
    fn edits(&self, request: &Request<'_>) -> Option<Vec<Edit>> {
        let mut edits = match &request.fix.action {
            Action::Remove { call } => self.remove(*call)?,
            Action::NotOnWindows { call } => self.not_on_windows(*call)?,
        };
        edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
        let apart = edits.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start);
        apart.then_some(edits)
    }

    fn range(&self, site: Site) -> Range<usize> {
        self.sites.get(site.id).expr
    }

    fn remove(&self, call: Site) -> Option<Vec<Edit>> {
        let path = self.tree.path(&self.range(call))?;
        let stmt = path.alone()?;
        let range = self.layout.lines_of(stmt)?;
        Some(vec![Edit { range, text: String::new() }])
    }

    fn not_on_windows(&self, call: Site) -> Option<Vec<Edit>> {
        let path = self.tree.path(&self.range(call))?;
        let stmt = path.alone()?;
        let (indent, newline) = (self.layout.indent(stmt.start)?, self.layout.newline(stmt.start));
        let text = format!("#[cfg(not(windows))]{newline}{indent}");
        Some(vec![Edit { range: stmt.start..stmt.start, text }])
    }
}
