//! Statements that move.

use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, Pat, Stmt, visit::Visit};

use super::{
    Edit, NOT_ON_WINDOWS, Rewriter,
    tree::{Node, Path},
};
use crate::{
    model::{Setter, SockOpt},
    sites::Site,
};

/// A statement with its lines.
struct Whole<'a> {
    stmt: &'a Stmt,
    range: Range<usize>,
    /// Its lines, with the comments above it.
    lines: Range<usize>,
}

impl<'a> Rewriter<'a> {
    /// Moves the statement that makes `call` before the one that makes `bind`.
    pub(super) fn move_before(
        &self,
        (call, bind): (Site, Site),
        option: &SockOpt,
        setter: Option<&Setter>,
        guard: bool,
    ) -> Option<Vec<Edit>> {
        let (set, bind) = (self.path(call)?, self.path(bind)?);
        let Some(block) = shared_block(&set, &bind) else {
            return self.set_elsewhere(&set, &bind, option, setter?, guard);
        };
        let (late, early) = (self.whole(&set, block)?, self.whole(&bind, block)?);
        let Node::Block(around) = set.nodes[block].0 else { return None };
        let place = |wanted: &Stmt| around.stmts.iter().position(|it| std::ptr::eq(it, wanted));
        let (from, to) = (place(late.stmt)?, place(early.stmt)?);
        if from <= to || !only_sets(&set, block) {
            return None;
        }
        let between = &around.stmts[to..from];
        let same =
            self.source(handle(set.parts()?.socket)) == self.source(handle(bind.parts()?.socket));
        let mut edits = Vec::new();
        let text = if same && !depends(late.stmt, between) {
            self.layout.text.get(late.lines.clone())?.to_owned()
        } else {
            // The socket has another name there.
            let value = *set.parts()?.args.last()?;
            set.alone()?;
            if depends(value, between) || set.parts()?.args.len() != 1 {
                return None;
            }
            let call = self.set_call(&bind, setter?, self.source(value)?)?;
            if !call.imports.is_empty() {
                return None;
            }
            let own = &set.call()?.1;
            let gone = self.layout.text.get(own.clone())?.parse().ok()?;
            edits.extend(self.without_imports_of(gone, &set)?);
            let before = self.layout.text.get(late.lines.start..own.start)?;
            let behind = self.layout.text.get(own.end..late.lines.end)?;
            format!("{before}{}{behind}", call.line())
        };
        let has_cfg = self.source(late.stmt)?.starts_with("#[cfg");
        let text = if guard && !has_cfg {
            let at = late.range.start - late.lines.start;
            let (indent, newline) =
                (self.layout.indent(late.range.start)?, self.layout.newline(late.range.start));
            format!("{}{NOT_ON_WINDOWS}{newline}{indent}{}", &text[..at], &text[at..])
        } else {
            text
        };
        // The last line of a file may lack its line break.
        let text =
            if text.ends_with('\n') { text } else { text + self.layout.newline(early.range.start) };
        let gone = self.layout.without_double_gap(&late.lines);
        edits.push(Edit::insert(early.lines.start, text));
        edits.push(Edit { range: gone, text: String::new() });
        Some(edits)
    }

    /// Switches an option on before a bind in one function, and no longer in another.
    fn set_elsewhere(
        &self,
        set: &Path<'a>,
        bind: &Path<'a>,
        option: &SockOpt,
        setter: &Setter,
        guard: bool,
    ) -> Option<Vec<Edit>> {
        let stmt = set.alone()?;
        let on = self.source(*set.parts()?.args.last()?)? == "true";
        if !on || set.is_only_statement(stmt) {
            return None;
        }
        let attributes = self.layout.text.get(stmt.start..self.layout.behind_attributes(stmt))?;
        let guard = guard || attributes.contains("not(windows)");
        if !guard && !attributes.is_empty() {
            return None;
        }
        let mut edits = self.set_on(bind, option, (setter, "true"), guard)?;
        let gone = self.layout.text.get(stmt.clone())?.parse().ok()?;
        let (above, behind) = self.layout.comments_of(stmt)?;
        // What is said about the call goes where it goes, or above `bind`.
        let at = bind.call()?.1.start;
        let newline = self.layout.newline(at);
        match edits.last_mut().filter(|it| it.text.ends_with('\n')) {
            _ if above.is_empty() && behind.is_empty() => {}
            Some(written) => {
                let call = written.text.trim_end();
                let indent = &call[..call.len() - call.trim_start().len()];
                let above: String =
                    above.iter().map(|line| [indent, line, newline].concat()).collect();
                let behind = if behind.is_empty() { String::new() } else { format!(" {behind}") };
                written.text = format!("{above}{call}{behind}{newline}");
            }
            None => {
                let indent = self.layout.blanks(at);
                let comments = above.into_iter().chain([behind]).filter(|it| !it.is_empty());
                let lines = comments.map(|line| [indent, line, newline].concat()).collect();
                edits.push(Edit::insert(self.layout.line_start(at), lines));
            }
        }
        edits.extend(self.without_imports_of(gone, set)?);
        let lines = self.layout.without_double_gap(&self.layout.lines_of(stmt)?);
        edits.push(Edit { range: lines, text: String::new() });
        Some(edits)
    }

    /// Moves the statement that makes a call out of the branch around it.
    pub(super) fn hoist(&self, call: Site) -> Option<Vec<Edit>> {
        let path = self.path(call)?;
        let stmt = path.alone()?.clone();
        let inner = path.nodes.iter().rposition(|(_, range)| *range == stmt)?;
        let [(Node::Stmt(outer), branch), (Node::Expr(Expr::If(it)), _), (Node::Block(block), _)] =
            path.nodes.get(inner.checked_sub(3)?..inner)?
        else {
            return None;
        };
        let Node::Stmt(own) = path.nodes[inner].0 else { return None };
        if it.else_branch.is_some()
            || matches!(*it.cond, Expr::Let(_))
            || matches!(outer, Stmt::Local(_))
        {
            return None;
        }
        let indent = self.layout.indent(branch.start)?;
        let lines = self.layout.lines_of(&stmt)?;
        let deeper = self.layout.indent(stmt.start)?;
        let text = self.layout.text.get(lines.clone())?;
        let shallow: String = text
            .split_inclusive('\n')
            .map(|line| {
                line.strip_prefix(deeper).map_or(line.to_owned(), |it| format!("{indent}{it}"))
            })
            .collect();
        if block.stmts.len() == 1 {
            let whole = self.layout.lines_of(branch)?;
            let start = self.layout.line_start(branch.start);
            let around = [branch.start..lines.start, lines.end..whole.end];
            if around.iter().any(|it| self.layout.may_have_comments(it)) {
                return None;
            }
            return Some(vec![Edit { range: start.max(whole.start)..whole.end, text: shallow }]);
        }
        let first = block.stmts.iter().position(|it| std::ptr::eq(it, own))?;
        if depends(own, &block.stmts[..first]) {
            return None;
        }
        Some(vec![
            Edit::insert(self.layout.with_comments(branch.start), shallow),
            Edit { range: lines, text: String::new() },
        ])
    }

    /// The statement of a block that a call is in.
    fn whole(&self, path: &Path<'a>, block: usize) -> Option<Whole<'a>> {
        let (Node::Stmt(stmt), range) = path.nodes.get(block + 1)? else { return None };
        let lines = self.layout.lines_of(range)?;
        Some(Whole { stmt, range: range.clone(), lines })
    }
}

/// What a view of a socket is a view of.
fn handle(expr: &Expr) -> &Expr {
    match expr {
        Expr::Reference(it) => handle(&it.expr),
        Expr::Paren(it) => handle(&it.expr),
        Expr::MethodCall(it) if it.method == "as_raw_fd" || it.method == "as_fd" => {
            handle(&it.receiver)
        }
        _ => expr,
    }
}

/// The innermost block around both calls, as a position that is the same in both paths.
fn shared_block(one: &Path<'_>, other: &Path<'_>) -> Option<usize> {
    let pairs = one.nodes.iter().zip(&other.nodes);
    let same = pairs.take_while(|((_, one), (_, other))| one == other).count();
    (0..same).rev().find(|at| matches!(one.nodes[*at].0, Node::Block(_)))
}

/// Whether all that the statement of a block does is to make the call, on some condition perhaps.
fn only_sets(path: &Path<'_>, block: usize) -> bool {
    path.nodes[block + 1..].iter().all(|(node, _)| match node {
        Node::Block(it) => it.stmts.len() == 1,
        Node::Expr(it) => !matches!(
            it,
            Expr::Closure(_)
                | Expr::Async(_)
                | Expr::Loop(_)
                | Expr::While(_)
                | Expr::ForLoop(_)
                | Expr::Match(_)
        ),
        Node::Stmt(it) => !matches!(it, Stmt::Local(it) if !matches!(it.pat, Pat::Wild(_))),
        Node::Func(_) => false,
    })
}

/// Whether code names what the statements before it declare or assign.
fn depends(code: &impl ToTokens, before: &[Stmt]) -> bool {
    let mut declared = Declared { names: Vec::new() };
    for stmt in before {
        declared.visit_stmt(stmt);
    }
    mentions(code.to_token_stream(), &declared.names)
}

fn mentions(tokens: TokenStream, names: &[String]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(it) => names.iter().any(|name| it == name),
        TokenTree::Group(it) => mentions(it.stream(), names),
        _ => false,
    })
}

/// Names that statements declare at their own level, or assign anywhere.
struct Declared {
    names: Vec<String>,
}

impl<'a> Visit<'a> for Declared {
    fn visit_pat_ident(&mut self, node: &'a syn::PatIdent) {
        self.names.push(node.ident.to_string());
    }

    fn visit_expr_assign(&mut self, node: &'a syn::ExprAssign) {
        if let Expr::Path(it) = &*node.left
            && let Some(name) = it.path.get_ident()
        {
            self.names.push(name.to_string());
        }
        syn::visit::visit_expr_assign(self, node);
    }
}
