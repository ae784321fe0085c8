//! How the code around a call looks at its result, as a text with a hole for another call.

use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Block, Expr, ExprClosure, ExprMethodCall, Stmt};

use super::{
    Rewriter,
    tree::{Node, Path, means_failure},
};
use crate::model::{Returns, SockOpt};

/// A statement that makes a call and looks at its result; another call can take the place of the first.
#[derive(Debug)]
pub(super) struct Frame {
    /// The statement.
    pub(super) stmt: Range<usize>,
    /// Whether it is one statement, to which an attribute can be given.
    pub(super) single: bool,
    before: String,
    behind: String,
}

impl Frame {
    /// The statement with another call.
    pub(super) fn fill(&self, call: &str) -> String {
        format!("{}{call}{}", self.before, self.behind)
    }
}

/// What is written in the place of a range of the statement.
type Swap = (Range<usize>, String);

/// How far the result has been looked at on the way up from a call.
struct Climb {
    at: usize,
    checked: bool,
    swaps: Vec<Swap>,
}

impl Rewriter<'_> {
    /// The statement around a call, with a hole for a call that sets `option` and returns the same; none if
    /// the statement cannot be made twice.
    pub(super) fn frame(
        &self,
        path: &Path<'_>,
        returns: Returns,
        option: &SockOpt,
    ) -> Option<Frame> {
        let code = returns == Returns::Code;
        let mut climb = Climb { at: path.nodes.len() - 1, checked: false, swaps: Vec::new() };
        loop {
            let above = climb.at.checked_sub(1)?;
            let (node, range) = &path.nodes[above];
            match node {
                Node::Expr(Expr::MethodCall(call)) => {
                    self.suffix(call, path, &mut climb, option)?;
                }
                Node::Expr(Expr::Try(_)) => climb.checked = true,
                Node::Expr(Expr::Paren(_)) => {}
                Node::Expr(Expr::Await(_)) => {
                    let child = &path.nodes[climb.at].1;
                    climb.swaps.push((child.end..range.end, String::new()));
                }
                Node::Expr(Expr::Macro(it)) => {
                    climb.checked |= it.mac.path.is_ident("try");
                    if !code && !it.mac.path.is_ident("try") {
                        return None;
                    }
                }
                Node::Expr(Expr::Call(call)) if code && call.args.len() == 1 => {}
                Node::Expr(Expr::Return(_)) => {
                    let child = &path.nodes[climb.at].1;
                    climb.swaps.push((range.start..child.start, String::new()));
                    return self.tail(path, climb, above);
                }
                Node::Expr(Expr::Binary(_)) if code => return self.checked_at_once(path, climb),
                Node::Stmt(_) if path.is_alone_in_unsafe(above) && above >= 2 => {
                    climb.at = above - 2;
                    continue;
                }
                Node::Stmt(stmt) => return self.statement(path, climb, stmt, code),
                _ => return None,
            }
            climb.at = above;
        }
    }

    fn statement(&self, path: &Path<'_>, climb: Climb, stmt: &Stmt, code: bool) -> Option<Frame> {
        let range = &path.nodes[climb.at - 1].1;
        let child = &path.nodes[climb.at].1;
        let mut climb = climb;
        match stmt {
            Stmt::Expr(_, Some(_)) => {}
            Stmt::Macro(it) if it.semi_token.is_some() && (code || it.mac.path.is_ident("try")) => {
            }
            Stmt::Expr(_, None) if climb.checked => {
                climb.swaps.push((range.end..range.end, ";".into()));
            }
            Stmt::Expr(_, None) => {
                let at = climb.at;
                return self.tail(path, climb, at);
            }
            Stmt::Local(local) => {
                let plain = local.init.as_ref().is_some_and(|init| init.diverge.is_none());
                if !plain || !local.attrs.is_empty() {
                    return None;
                }
                if !climb.checked {
                    return if code { self.pair(path, climb, local) } else { None };
                }
                climb.swaps.push((range.start..child.start, String::new()));
            }
            _ => return None,
        }
        self.build(path, range.clone(), climb.swaps)
    }

    /// A call whose result the function returns as its own: the other call's is only looked at.
    fn tail(&self, path: &Path<'_>, climb: Climb, at: usize) -> Option<Frame> {
        path.function()?;
        let stmt = path.nodes[..at].iter().rposition(|(node, _)| matches!(node, Node::Stmt(_)))?;
        let is_return = matches!(path.nodes[at].0, Node::Expr(Expr::Return(_)));
        let is_body =
            stmt.checked_sub(2).is_some_and(|it| matches!(path.nodes[it].0, Node::Func(_)));
        if climb.checked || (!is_return && !is_body) || (is_return && stmt + 1 != at) {
            return None;
        }
        let range = path.nodes[stmt].1.clone();
        let child = path.nodes[climb.at].1.clone();
        let mut swaps = climb.swaps;
        swaps.push((child.end..range.end, "?;".into()));
        self.build(path, range, swaps)
    }

    /// `if bind(…) < 0 { return … }`.
    fn checked_at_once(&self, path: &Path<'_>, mut climb: Climb) -> Option<Frame> {
        let [(Node::Stmt(_), range), (Node::Expr(Expr::If(it)), _), (Node::Expr(condition), _)] =
            path.nodes.get(climb.at.checked_sub(3)?..climb.at)?
        else {
            return None;
        };
        let fails = std::ptr::eq(&raw const *it.cond, *condition) && means_failure(condition);
        if !fails || it.else_branch.is_some() {
            return None;
        }
        self.repeatable(&it.then_branch, &mut climb.swaps)?;
        self.build(path, range.clone(), climb.swaps)
    }

    /// `let code = bind(…); if code < 0 { return … }`.
    fn pair(&self, path: &Path<'_>, mut climb: Climb, local: &syn::Local) -> Option<Frame> {
        let syn::Pat::Ident(name) = &local.pat else { return None };
        let (Node::Block(block), _) = path.nodes.get(climb.at.checked_sub(2)?)? else {
            return None;
        };
        let at = block
            .stmts
            .iter()
            .position(|stmt| matches!(stmt, Stmt::Local(it) if std::ptr::eq(it, local)))?;
        let Stmt::Expr(Expr::If(check), _) = block.stmts.get(at + 1)? else { return None };
        let Expr::Binary(condition) = &*check.cond else { return None };
        let asks = matches!(&*condition.left, Expr::Path(it) if it.path.is_ident(&name.ident));
        if !asks || !means_failure(&check.cond) || check.else_branch.is_some() {
            return None;
        }
        self.repeatable(&check.then_branch, &mut climb.swaps)?;
        let range = path.nodes[climb.at - 1].1.start..self.tree.range(check).end;
        self.build(path, range, climb.swaps)
    }

    /// Whether a block that is entered when a call has failed can as well be entered after another call:
    /// it leaves, and does not say which call it was. Messages are put right.
    fn repeatable(&self, block: &Block, swaps: &mut Vec<Swap>) -> Option<()> {
        let leaves = match block.stmts.last()? {
            Stmt::Expr(expr, _) => leaves(expr),
            Stmt::Macro(it) => is_last_word(it.mac.path.segments.last()),
            _ => false,
        };
        (leaves && self.names(block.to_token_stream(), swaps)).then_some(())
    }

    /// Whether no identifier of some tokens speaks of binding; texts that do are put right.
    fn names(&self, tokens: TokenStream, swaps: &mut Vec<Swap>) -> bool {
        tokens.into_iter().all(|token| match token {
            TokenTree::Group(group) => self.names(group.stream(), swaps),
            TokenTree::Ident(ident) => !speaks_of_binding(&ident.to_string()),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                let other = replace_word(&text, "bind", "setsockopt");
                if other != text {
                    let range = literal.span().byte_range();
                    swaps.push((range.start + self.tree.start..range.end + self.tree.start, other));
                }
                true
            }
            TokenTree::Punct(_) => true,
        })
    }

    /// A method on the result, if it may be called on another result as well.
    fn suffix(
        &self,
        call: &ExprMethodCall,
        path: &Path<'_>,
        climb: &mut Climb,
        option: &SockOpt,
    ) -> Option<()> {
        let Node::Expr(child) = path.nodes[climb.at].0 else { return None };
        if !std::ptr::eq(&raw const *call.receiver, child) {
            return None;
        }
        let name = call.method.to_string();
        climb.checked = matches!(name.as_str(), "unwrap" | "expect" | "unwrap_or_else");
        match (name.as_str(), call.args.first()) {
            ("unwrap" | "into_diagnostic", None) => Some(()),
            ("expect" | "context" | "wrap_err", Some(Expr::Lit(message))) => {
                let syn::Lit::Str(text) = &message.lit else { return None };
                let capital = text.value().starts_with(|it: char| it.is_uppercase());
                let verb = if capital { "Failed" } else { "failed" };
                let message = format!("\"{verb} to set {}\"", option.name);
                climb.swaps.push((self.tree.range(text), message));
                Some(())
            }
            (
                "map_err" | "with_context" | "wrap_err_with" | "unwrap_or_else" | "inspect_err"
                | "change_context",
                Some(argument),
            ) => self.says_nothing_else(argument).then_some(()),
            _ => None,
        }
    }

    /// Whether an argument that makes an error out of another can be written twice, and does not say which
    /// call failed.
    fn says_nothing_else(&self, argument: &Expr) -> bool {
        let text = self.layout.text.get(self.tree.range(argument)).unwrap_or_default();
        if ["bind", "bound", "listen", "address"]
            .iter()
            .any(|word| contains_ignoring_case(text, word))
        {
            return false;
        }
        match argument {
            Expr::Path(it) => {
                let first = it.path.segments.first().map(|it| it.ident.to_string());
                it.path.segments.len() > 1
                    || first.is_some_and(|it| it.starts_with(char::is_uppercase))
            }
            Expr::Closure(closure) => borrows_only(closure),
            _ => false,
        }
    }

    fn build(&self, path: &Path<'_>, stmt: Range<usize>, mut swaps: Vec<Swap>) -> Option<Frame> {
        let call = &path.call()?.1;
        swaps.sort_by_key(|(range, _)| (range.start, range.end));
        let write = |part: Range<usize>| {
            let mut out = String::new();
            let mut at = part.start;
            let within = |range: &Range<usize>| range.start >= part.start && range.end <= part.end;
            for (range, text) in swaps.iter().filter(|(range, _)| within(range)) {
                out.push_str(self.layout.text.get(at..range.start)?);
                out.push_str(text);
                at = range.end;
            }
            out.push_str(self.layout.text.get(at..part.end)?);
            Some(out)
        };
        let before = without_comments(write(stmt.start..call.start)?);
        let behind = without_comments(write(call.end..stmt.end)?);
        let single = path.nodes.iter().any(|(_, range)| *range == stmt);
        Some(Frame { stmt, single, before, behind })
    }
}

/// Comments speak of the call that is there. A text may hold what only looks like one.
fn without_comments(code: String) -> String {
    if !code.contains("//") || code.contains('"') {
        return code;
    }
    let line = |line: &str| line.split("//").next().unwrap_or_default().trim_end().to_owned();
    code.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Whether a statement's last expression leaves the block around it.
fn leaves(expr: &Expr) -> bool {
    match expr {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
        Expr::Macro(it) => is_last_word(it.mac.path.segments.last()),
        Expr::Call(call) => match &*call.func {
            Expr::Path(it) => {
                it.path.segments.last().is_some_and(|it| it.ident == "exit" || it.ident == "abort")
            }
            _ => false,
        },
        Expr::Try(it) => match &*it.expr {
            Expr::Call(call) => matches!(&*call.func, Expr::Path(it) if it.path.is_ident("Err")),
            _ => false,
        },
        _ => false,
    }
}

fn is_last_word(name: Option<&syn::PathSegment>) -> bool {
    name.is_some_and(|it| {
        ["panic", "bail", "unreachable", "todo", "unimplemented"]
            .iter()
            .any(|word| it.ident == word)
    })
}

fn speaks_of_binding(word: &str) -> bool {
    ["bind", "bound"].iter().any(|it| contains_ignoring_case(word, it))
}

fn contains_ignoring_case(text: &str, word: &str) -> bool {
    text.to_ascii_lowercase().contains(word)
}

/// Replaces `word` where it stands alone.
fn replace_word(text: &str, word: &str, other: &str) -> String {
    let part = |it: char| it.is_alphanumeric() || it == '_';
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let (before, behind) = (&rest[..at], &rest[at + word.len()..]);
        let alone = !before.ends_with(part) && !behind.starts_with(part);
        out.push_str(before);
        out.push_str(if alone { other } else { word });
        rest = behind;
    }
    out + rest
}

/// Whether a closure can be made twice: it takes nothing with it.
fn borrows_only(closure: &ExprClosure) -> bool {
    if closure.capture.is_some() {
        return false;
    }
    let mut own = Vec::new();
    super::imports::idents(closure.inputs.to_token_stream(), &mut own);
    looks_only(closure.body.to_token_stream(), &own)
}

/// Whether every variable that some tokens name is their own, or borrowed.
fn looks_only(tokens: TokenStream, own: &[String]) -> bool {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let punct = |at: Option<usize>, letter: char| matches!(at.and_then(|at| tokens.get(at)), Some(TokenTree::Punct(it)) if it.as_char() == letter);
    let mut written = false;
    for (at, token) in tokens.iter().enumerate() {
        let fine = match token {
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                let is_macro = punct(Some(at + 1), '!');
                written = is_macro;
                let is_path = punct(Some(at + 1), ':') || punct(at.checked_sub(1), ':');
                let is_member = punct(at.checked_sub(1), '.');
                let is_borrowed = punct(at.checked_sub(1), '&');
                let is_called = matches!(tokens.get(at + 1), Some(TokenTree::Group(_)));
                let is_word = syn::parse_str::<syn::Ident>(&name).is_err();
                own.contains(&name)
                    || is_macro
                    || is_path
                    || is_member
                    || is_borrowed
                    || is_called
                    || is_word
                    || name.starts_with(char::is_uppercase)
            }
            // What a macro that writes a text is given is borrowed.
            TokenTree::Group(group) => written || looks_only(group.stream(), own),
            TokenTree::Punct(it) => {
                written &= it.as_char() == '!';
                true
            }
            TokenTree::Literal(_) => true,
        };
        if !fine {
            return false;
        }
        if matches!(token, TokenTree::Group(_)) {
            written = false;
        }
    }
    true
}
