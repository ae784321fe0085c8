//! Fixes as edits of a text.
//!
//! The text is parsed again, and the call that a fix names is found by its bytes. An edit is offered only
//! where the code around the call has a form that is known to stay correct: elsewhere there is none, and
//! the advice of the diagnostic has to do.

mod call;
mod frame;
mod imports;
mod insert;
mod layout;
mod relocate;
mod tree;

use std::ops::Range;

use syn::Expr;

use crate::{
    fix::{Action, Fix},
    lower,
    model::{Returns, SockOpt, options::REUSE_ADDR},
    rewrite::{
        layout::Layout,
        tree::{Path, Tree, macros_around},
    },
    sites::{Site, SiteMap},
    socket::Platform,
};

/// What keeps a statement from being compiled for Windows.
const NOT_ON_WINDOWS: &str = "#[cfg(not(windows))]";
/// What switches an option on everywhere else.
const UNLESS_WINDOWS: &str = "cfg!(not(windows))";

/// Puts `text` in the place of a range of bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// The bytes that go; empty to insert.
    pub range: Range<usize>,
    /// What comes in their place.
    pub text: String,
}

impl Edit {
    fn insert(at: usize, text: String) -> Self {
        Self { range: at..at, text }
    }
}

/// A fix, and what the text around it cannot tell.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The fix.
    pub fix: &'a Fix,
    /// Whether the package is built for Windows.
    pub for_windows: bool,
}

/// Where a call that sets an option is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Style {
    /// As people write it: as a statement of its own, with what it needs imported.
    Statement,
    /// As part of the expression that binds, so that errors take the same way; names are whole paths.
    InPlace,
}

/// The edits of fixes of one file, in the order of the requests: each in the order of the text, and without
/// overlaps; none where the code has a form that no safe edit is known for.
///
/// Needs as much stack as [`lower()`].
#[must_use]
pub fn rewrite(text: &str, sites: &SiteMap, requests: &[Request<'_>]) -> Vec<Option<Vec<Edit>>> {
    rewrite_in(Style::Statement, text, sites, requests)
}

/// As [`rewrite()`], in a style.
pub(crate) fn rewrite_in(
    style: Style,
    text: &str,
    sites: &SiteMap,
    requests: &[Request<'_>],
) -> Vec<Option<Vec<Edit>>> {
    let Some((start, file)) = lower::parse(text) else {
        return requests.iter().map(|_| None).collect();
    };
    let offset = |site: Site| sites.get(site.id).expr.start.checked_sub(start);
    let offsets = requests.iter().filter_map(|it| offset(it.fix.site())).collect();
    let macros = macros_around(&file, &offsets);
    let tree = Tree::new(&file, &macros, start);
    let rewriter = Rewriter { layout: Layout::new(text), tree, sites, style };
    let edits = requests.iter().map(|request| rewriter.edits(request)).collect();
    drop((macros, file));
    lower::forget_texts();
    edits
}

/// One file at hand.
struct Rewriter<'a> {
    layout: Layout<'a>,
    tree: Tree<'a>,
    sites: &'a SiteMap,
    style: Style,
}

impl<'a> Rewriter<'a> {
    fn edits(&self, request: &Request<'_>) -> Option<Vec<Edit>> {
        let guard = request.fix.on_windows && request.for_windows;
        let mut edits = match request.fix.action {
            Action::SetBefore { bind, option, ref setter, spares_windows } => {
                self.set_before(bind, option, setter, guard && spares_windows)?
            }
            Action::SetTo { bind, option, ref setter, ref value } => {
                let guard = guard && !setter.call.platforms.contains(Platform::Windows);
                self.set_on(&self.path(bind)?, option, (setter, value), guard)?
            }
            Action::Replace { call, ref value } => self.replace(call, value)?,
            Action::MoveBefore { call, bind, option, ref setter } => {
                let guard = guard && option == &REUSE_ADDR;
                self.move_before((call, bind), option, setter.as_ref(), guard)?
            }
            Action::Check { call, returns, like, option } => {
                self.check(call, returns, like, option)?
            }
            Action::SwitchOn { call } => self.switch_on(call, guard)?,
            Action::Hoist { call } => self.hoist(call)?,
            Action::Relevel { call, operands, option } => self.relevel(call, operands, option)?,
            Action::Split { call, operand } => self.split(call, operand)?,
            Action::Remove { call } => self.remove(call)?,
            Action::NotOnWindows { call } => self.not_on_windows(call)?,
        };
        edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
        let apart = edits.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start);
        apart.then_some(edits)
    }

    /// The nodes around a site.
    fn path(&self, site: Site) -> Option<Path<'a>> {
        self.tree.path(&self.sites.get(site.id).expr)
    }

    /// `set(…)?;` in the place of `let _ = set(…);`.
    fn check(
        &self,
        call: Site,
        returns: Returns,
        like: Option<Site>,
        option: &SockOpt,
    ) -> Option<Vec<Edit>> {
        let path = self.path(call)?;
        let stmt = path.alone()?.clone();
        let start = self.layout.behind_attributes(&stmt);
        // Whoever says so has thrown it away on purpose.
        let above = self.layout.text.get(self.layout.with_comments(stmt.start)..stmt.start)?;
        if above.to_ascii_lowercase().contains("ignor") {
            return None;
        }
        let call = path.call()?.1.clone();
        if [start..call.start, call.end..stmt.end]
            .iter()
            .any(|it| self.layout.may_have_comments(it))
        {
            return None;
        }
        let set = self.layout.text.get(call)?;
        let bind = like.and_then(|site| self.path(site));
        let bind = bind.filter(|bind| bind.frame() == path.frame());
        let frame = bind.as_ref().and_then(|bind| self.frame(bind, returns, option));
        let text = match frame {
            Some(frame) => {
                let inner = self.layout.behind_attributes(&frame.stmt) - frame.stmt.start;
                frame.fill(set).get(inner..)?.to_owned()
            }
            None if returns == Returns::Code => {
                let condition = self.condition(&bind?)?;
                let lines = self.layout.lines_of(&stmt)?;
                let text = condition.with(set);
                let at = condition.range.start;
                let mut edits = vec![
                    Edit { range: lines, text: String::new() },
                    Edit::insert(at, format!("{text} || ")),
                ];
                let (mut comments, behind) = self.layout.comments_of(&stmt)?;
                comments.extend((!behind.is_empty()).then_some(behind));
                if !comments.is_empty() {
                    let (indent, newline) = (self.layout.blanks(at), self.layout.newline(at));
                    let line = |it: &&str| format!("{indent}{it}{newline}");
                    let start = self.layout.line_start(at);
                    edits.push(Edit::insert(start, comments.iter().map(line).collect()));
                }
                return Some(edits);
            }
            None if returns == Returns::Unit && returns_io_error(path.function()?) => {
                format!("{set}?;")
            }
            None => return None,
        };
        Some(vec![Edit { range: start..stmt.end, text }])
    }

    fn remove(&self, call: Site) -> Option<Vec<Edit>> {
        let path = self.path(call)?;
        let stmt = path.alone()?;
        // A block that is left empty has lost its reason.
        if path.is_only_statement(stmt) {
            return None;
        }
        let range = self.layout.without_double_gap(&self.layout.lines_of(stmt)?);
        let gone = self.layout.text.get(stmt.clone())?.parse().ok()?;
        let mut edits = self.without_imports_of(gone, &path)?;
        edits.push(Edit { range, text: String::new() });
        Some(edits)
    }

    fn not_on_windows(&self, call: Site) -> Option<Vec<Edit>> {
        let path = self.path(call)?;
        let Some((stmt, indent)) = path
            .alone()
            .map(|stmt| path.branch_around(stmt))
            .and_then(|stmt| Some((stmt, self.layout.indent(stmt.start)?)))
        else {
            return self.switch(&path, "true", UNLESS_WINDOWS);
        };
        let newline = self.layout.newline(stmt.start);
        Some(vec![Edit::insert(stmt.start, format!("{NOT_ON_WINDOWS}{newline}{indent}"))])
    }

    fn replace(&self, call: Site, value: &str) -> Option<Vec<Edit>> {
        let range = self.tree.range(*self.path(call)?.parts()?.args.last()?);
        Some(vec![Edit { range, text: value.to_owned() }])
    }

    fn switch_on(&self, call: Site, guard: bool) -> Option<Vec<Edit>> {
        let on = if guard { UNLESS_WINDOWS } else { "true" };
        self.switch(&self.path(call)?, "false", on)
    }

    /// Writes another value where a call is given a value that stands in the text.
    fn switch(&self, path: &Path<'_>, from: &str, to: &str) -> Option<Vec<Edit>> {
        let value = *path.parts()?.args.last()?;
        let (borrow, value) = match value {
            Expr::Reference(it) => ("&", &*it.expr),
            _ => ("", value),
        };
        (self.source(value)? == from).then(|| {
            let to =
                if borrow.is_empty() || to == "true" { to.to_owned() } else { format!("({to})") };
            vec![Edit { range: self.tree.range(value), text: to }]
        })
    }

    fn relevel(
        &self,
        call: Site,
        (level, name): (usize, usize),
        option: &SockOpt,
    ) -> Option<Vec<Edit>> {
        let path = self.path(call)?;
        let parts = path.parts()?;
        let operand = |at: usize| match parts.args.get(at.checked_sub(1)?)? {
            Expr::Path(written) => Some(written),
            _ => None,
        };
        // A constant of the program may be another option elsewhere.
        if operand(name)?.path.segments.last()?.ident != option.name {
            return None;
        }
        let written = operand(level)?;
        let last = &written.path.segments.last()?.ident;
        let prefixed = written.path.segments.len() > 1;
        prefixed.then(|| vec![Edit { range: self.tree.range(last), text: option.sol.to_owned() }])
    }

    fn split(&self, call: Site, operand: usize) -> Option<Vec<Edit>> {
        let path = self.path(call)?;
        let parts = path.parts()?;
        let Expr::Binary(both) = parts.args.get(operand.checked_sub(1)?)? else { return None };
        let simple = |it: &Expr| matches!(it, Expr::Path(_));
        if !simple(&both.left) || !simple(&both.right) {
            return None;
        }
        let path_of_statement = self.frame(&path, Returns::Code, &REUSE_ADDR)?;
        let stmt = path_of_statement.stmt;
        let (indent, newline) = (self.layout.indent(stmt.start)?, self.layout.newline(stmt.start));
        let names = self.tree.range(both);
        let with = |name: &Expr| {
            let before = self.layout.text.get(stmt.start..names.start)?;
            let behind = self.layout.text.get(names.end..stmt.end)?;
            Some(format!("{before}{}{behind}", self.source(name)?))
        };
        let text = format!("{}{newline}{indent}{}", with(&both.left)?, with(&both.right)?);
        Some(vec![Edit { range: stmt, text }])
    }
}

/// Whether a function returns an error that the standard library's I/O errors become by `?`.
fn returns_io_error(signature: &syn::Signature) -> bool {
    use quote::ToTokens;
    let text = signature.output.to_token_stream().to_string().replace(' ', "");
    let result = text.contains("Result<") || text.contains("Result");
    result
        && ["io::Result", "io::Error", "anyhow", "eyre", "Box<dyn"]
            .iter()
            .any(|it| text.contains(it))
}

#[cfg(test)]
mod tests;
