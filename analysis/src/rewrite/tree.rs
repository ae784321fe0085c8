//! What stands around a call.

use std::ops::Range;

use syn::{
    Block, Expr, Stmt,
    spanned::Spanned,
    visit::{self, Visit},
};

/// A parsed text.
pub(super) struct Tree<'a> {
    pub(super) file: &'a syn::File,
    /// Bytes before the parsed text.
    pub(super) start: usize,
}

/// One node around a call, with its bytes.
#[derive(Clone, Copy)]
pub(super) enum Node<'a> {
    Block(&'a Block),
    Stmt(&'a Stmt),
    Expr(&'a Expr),
}

/// The nodes around a call, outermost first; the call is the last.
pub(super) struct Path<'a> {
    pub(super) nodes: Vec<(Node<'a>, Range<usize>)>,
}

impl<'a> Tree<'a> {
    /// The nodes around the expression that has exactly these bytes.
    pub(super) fn path(&self, call: &Range<usize>) -> Option<Path<'a>> {
        let target = call.start.checked_sub(self.start)?..call.end.checked_sub(self.start)?;
        let mut finder = Finder { target: &target, start: self.start, nodes: Vec::new() };
        finder.visit_file(self.file);
        let last = finder.nodes.iter().rposition(|(_, range)| range == call)?;
        finder.nodes.truncate(last + 1);
        let is_call =
            matches!(finder.nodes[last].0, Node::Expr(Expr::Call(_) | Expr::MethodCall(_)));
        is_call.then_some(Path { nodes: finder.nodes })
    }
}

struct Finder<'t, 'a> {
    target: &'t Range<usize>,
    start: usize,
    nodes: Vec<(Node<'a>, Range<usize>)>,
}

impl<'a> Finder<'_, 'a> {
    /// Whether the call is within a node, which is then remembered.
    fn enter(&mut self, node: Node<'a>) -> bool {
        let range = match node {
            Node::Block(it) => it.span(),
            Node::Stmt(it) => it.span(),
            Node::Expr(it) => it.span(),
        }
        .byte_range();
        let around = range.start <= self.target.start && self.target.end <= range.end;
        if around {
            self.nodes.push((node, range.start + self.start..range.end + self.start));
        }
        around
    }
}

impl<'a> Visit<'a> for Finder<'_, 'a> {
    fn visit_block(&mut self, node: &'a Block) {
        if self.enter(Node::Block(node)) {
            visit::visit_block(self, node);
        }
    }

    fn visit_stmt(&mut self, node: &'a Stmt) {
        if self.enter(Node::Stmt(node)) {
            visit::visit_stmt(self, node);
        }
    }

    fn visit_expr(&mut self, node: &'a Expr) {
        if self.enter(Node::Expr(node)) {
            visit::visit_expr(self, node);
        }
    }
}

impl Path<'_> {
    /// The bytes of the statement around the call, if all that the statement does is to make the call and to
    /// look at its result.
    pub(super) fn alone(&self) -> Option<&Range<usize>> {
        let at = self.nodes.iter().rposition(|(node, _)| matches!(node, Node::Stmt(_)))?;
        let (Node::Stmt(stmt), range) = &self.nodes[at] else { return None };
        let ends = match stmt {
            Stmt::Expr(_, semi) => semi.is_some(),
            Stmt::Local(local) => matches!(local.pat, syn::Pat::Wild(_)),
            _ => false,
        };
        let mut above = self.nodes[at + 1..].iter().rev();
        let mut child = above.next().map(|(node, _)| node)?;
        for (node, _) in above {
            let looks = match (node, child) {
                (Node::Expr(Expr::MethodCall(call)), Node::Expr(child)) => {
                    std::ptr::eq(&raw const *call.receiver, *child)
                }
                (Node::Expr(Expr::Try(_) | Expr::Paren(_)), _) => true,
                _ => false,
            };
            if !looks {
                return None;
            }
            child = node;
        }
        ends.then_some(range)
    }
}
