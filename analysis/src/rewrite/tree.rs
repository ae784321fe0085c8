//! What stands around a call.

use std::{cell::OnceCell, collections::BTreeSet, ops::Range};

use super::call::is_place;
use syn::{
    Block, Expr, Item, ItemUse, Macro, Signature, Stmt,
    spanned::Spanned,
    visit::{self, Visit},
};

/// A parsed text.
pub(super) struct Tree<'a> {
    pub(super) file: &'a syn::File,
    top: OnceCell<Below<'a>>,
    /// Macros around calls, as the expressions that their tokens are.
    macros: &'a [(Range<usize>, Expr)],
    /// Bytes before the parsed text.
    pub(super) start: usize,
}

/// One node around a call.
#[derive(Clone, Copy)]
pub(super) enum Node<'a> {
    Func(&'a Signature),
    Block(&'a Block),
    Stmt(&'a Stmt),
    Expr(&'a Expr),
}

/// The nodes around a call with their bytes, outermost first; the call is the last.
pub(super) struct Path<'a> {
    pub(super) nodes: Vec<(Node<'a>, Range<usize>)>,
    /// The `use` declarations of the scopes around the call, innermost last.
    pub(super) uses: Vec<Vec<&'a ItemUse>>,
}

/// The macros of a file whose tokens are one expression and hold one of the offsets.
pub(super) fn macros_around(
    file: &syn::File,
    offsets: &BTreeSet<usize>,
) -> Vec<(Range<usize>, Expr)> {
    let mut collector = Collector { offsets, found: Vec::new() };
    collector.visit_file(file);
    collector.found
}

struct Collector<'o> {
    offsets: &'o BTreeSet<usize>,
    found: Vec<(Range<usize>, Expr)>,
}

impl<'a> Visit<'a> for Collector<'_> {
    fn visit_macro(&mut self, node: &'a Macro) {
        let whole = node.span().byte_range();
        if self.offsets.range(whole).next().is_some()
            && let Ok(expr) = syn::parse2(node.tokens.clone())
        {
            self.found.push((arguments(node), expr));
        }
    }
}

/// The bytes of what a macro is given, delimiters included.
fn arguments(node: &Macro) -> Range<usize> {
    node.delimiter.span().join().byte_range()
}

impl<'a> Tree<'a> {
    /// `start` is how many bytes there are before the parsed text.
    pub(super) fn new(
        file: &'a syn::File,
        macros: &'a [(Range<usize>, Expr)],
        start: usize,
    ) -> Self {
        Self { file, top: OnceCell::new(), macros, start }
    }

    /// The nodes around the call that has exactly these bytes.
    pub(super) fn path(&self, call: &Range<usize>) -> Option<Path<'a>> {
        let mut path = Path { nodes: Vec::new(), uses: Vec::new() };
        let mut below = self.top.get_or_init(|| self.below(Inside::File(self.file)));
        loop {
            path.uses.push(below.uses.clone());
            let holds = |it: &&Branch<'_>| it.range.start <= call.start && call.end <= it.range.end;
            let Some(branch) = below.branches.iter().find(holds) else { break };
            path.nodes.extend(branch.inside.node().map(|node| (node, branch.range.clone())));
            below = branch.below.get_or_init(|| self.below(branch.inside));
        }
        let is_call =
            |node: &Node<'_>| matches!(node, Node::Expr(Expr::Call(_) | Expr::MethodCall(_)));
        let at = path.nodes.iter().rposition(|(_, range)| range == call)?;
        if let Some(last) =
            path.nodes.iter().rposition(|(node, range)| range == call && is_call(node))
        {
            path.nodes.truncate(last + 1);
            return Some(path);
        }
        // A macro that makes the call which its tokens spell.
        path.nodes.truncate(at + 1);
        let (Node::Expr(Expr::Macro(it)), _) = path.nodes[at] else { return None };
        let arguments = arguments(&it.mac);
        let (_, expr) = self.macros.iter().find(|(range, _)| *range == arguments)?;
        path.nodes.push((Node::Expr(expr), self.range(expr)));
        matches!(expr, Expr::Call(_)).then_some(path)
    }

    /// What stands right below a part of the text.
    fn below(&self, inside: Inside<'a>) -> Below<'a> {
        let below = Below { branches: Vec::new(), uses: Vec::new() };
        let mut gardener = Gardener { tree: self, below };
        match inside {
            Inside::File(it) => gardener.visit_file(it),
            Inside::Item(it) => visit::visit_item(&mut gardener, it),
            Inside::Fn(it) => visit::visit_item_fn(&mut gardener, it),
            Inside::ImplFn(it) => visit::visit_impl_item_fn(&mut gardener, it),
            Inside::TraitFn(it) => visit::visit_trait_item_fn(&mut gardener, it),
            Inside::Block(it) => visit::visit_block(&mut gardener, it),
            Inside::Stmt(it) => visit::visit_stmt(&mut gardener, it),
            Inside::Expr(it) => visit::visit_expr(&mut gardener, it),
        }
        gardener.below
    }

    /// The bytes of a node.
    pub(super) fn range(&self, node: &impl Spanned) -> Range<usize> {
        let range = node.span().byte_range();
        range.start + self.start..range.end + self.start
    }
}

/// A part of the text with its bytes. A syntax tree does not know them, it writes all tokens down to tell: that is
/// done once for each part, and only around calls that somebody asks for.
struct Branch<'a> {
    inside: Inside<'a>,
    range: Range<usize>,
    below: OnceCell<Below<'a>>,
}

/// What stands right below a part of the text.
struct Below<'a> {
    branches: Vec<Branch<'a>>,
    uses: Vec<&'a ItemUse>,
}

/// A part of the text that others can be below.
#[derive(Clone, Copy)]
enum Inside<'a> {
    File(&'a syn::File),
    Item(&'a Item),
    Fn(&'a syn::ItemFn),
    ImplFn(&'a syn::ImplItemFn),
    TraitFn(&'a syn::TraitItemFn),
    Block(&'a Block),
    Stmt(&'a Stmt),
    Expr(&'a Expr),
}

impl<'a> Inside<'a> {
    fn node(self) -> Option<Node<'a>> {
        match self {
            Self::File(_) | Self::Item(_) => None,
            Self::Fn(it) => Some(Node::Func(&it.sig)),
            Self::ImplFn(it) => Some(Node::Func(&it.sig)),
            Self::TraitFn(it) => Some(Node::Func(&it.sig)),
            Self::Block(it) => Some(Node::Block(it)),
            Self::Stmt(it) => Some(Node::Stmt(it)),
            Self::Expr(it) => Some(Node::Expr(it)),
        }
    }
}

/// Finds what stands right below a part of the text.
struct Gardener<'t, 'a> {
    tree: &'t Tree<'a>,
    below: Below<'a>,
}

impl<'a> Gardener<'_, 'a> {
    fn add(&mut self, inside: Inside<'a>, node: &impl Spanned) {
        let range = self.tree.range(node);
        self.below.branches.push(Branch { inside, range, below: OnceCell::new() });
    }
}

impl<'a> Visit<'a> for Gardener<'_, 'a> {
    fn visit_item(&mut self, node: &'a Item) {
        match node {
            Item::Use(it) => self.below.uses.push(it),
            _ => self.add(Inside::Item(node), node),
        }
    }

    fn visit_item_fn(&mut self, node: &'a syn::ItemFn) {
        self.add(Inside::Fn(node), node);
    }

    fn visit_impl_item_fn(&mut self, node: &'a syn::ImplItemFn) {
        self.add(Inside::ImplFn(node), node);
    }

    fn visit_trait_item_fn(&mut self, node: &'a syn::TraitItemFn) {
        self.add(Inside::TraitFn(node), node);
    }

    fn visit_block(&mut self, node: &'a Block) {
        self.add(Inside::Block(node), node);
    }

    fn visit_stmt(&mut self, node: &'a Stmt) {
        match node {
            Stmt::Item(Item::Use(it)) => self.below.uses.push(it),
            _ => self.add(Inside::Stmt(node), node),
        }
    }

    fn visit_expr(&mut self, node: &'a Expr) {
        self.add(Inside::Expr(node), node);
    }

    fn visit_macro(&mut self, node: &'a Macro) {
        let arguments = arguments(node);
        if let Some((_, expr)) = self.tree.macros.iter().find(|(range, _)| *range == arguments) {
            self.visit_expr(expr);
        }
    }
}

/// Whether a condition on the result of a call holds when the call fails.
pub(super) fn means_failure(condition: &Expr) -> bool {
    match condition {
        Expr::Let(it) => {
            let variant = match &*it.pat {
                syn::Pat::TupleStruct(pat) => pat.path.segments.last(),
                _ => None,
            };
            variant.is_some_and(|it| it.ident == "Err")
        }
        Expr::MethodCall(it) => it.method == "is_err",
        Expr::Binary(it) => match it.op {
            syn::BinOp::Lt(_) | syn::BinOp::Ne(_) => true,
            syn::BinOp::Eq(_) => matches!(*it.right, Expr::Unary(_)),
            _ => false,
        },
        _ => false,
    }
}

/// What a call does beside its socket.
pub(super) struct Parts<'a> {
    /// The name of a method, or the path of a function.
    pub(super) callee: Callee<'a>,
    /// The socket: the receiver, or the first argument.
    pub(super) socket: &'a Expr,
    /// The other arguments.
    pub(super) args: Vec<&'a Expr>,
}

pub(super) enum Callee<'a> {
    Method(&'a syn::ExprMethodCall),
    Function(&'a syn::Path),
}

impl<'a> Path<'a> {
    /// The call itself.
    pub(super) fn call(&self) -> Option<&(Node<'a>, Range<usize>)> {
        self.nodes.last()
    }

    /// The call, taken apart.
    pub(super) fn parts(&self) -> Option<Parts<'a>> {
        match self.nodes.last()?.0 {
            Node::Expr(Expr::MethodCall(call)) => Some(Parts {
                callee: Callee::Method(call),
                socket: &call.receiver,
                args: call.args.iter().collect(),
            }),
            Node::Expr(Expr::Call(call)) => {
                let Expr::Path(path) = &*call.func else { return None };
                let mut args = call.args.iter();
                Some(Parts {
                    callee: Callee::Function(&path.path),
                    socket: args.next()?,
                    args: args.collect(),
                })
            }
            _ => None,
        }
    }

    /// The bytes of the statement around the call, if all that the statement does is to make the call and to
    /// look at its result.
    pub(super) fn alone(&self) -> Option<&Range<usize>> {
        let at = self.statement_of(self.nodes.len() - 1)?;
        let (Node::Stmt(stmt), range) = &self.nodes[at] else { return None };
        let ends = match stmt {
            Stmt::Expr(expr, semi) => semi.is_some() || matches!(expr, Expr::If(_)),
            Stmt::Local(local) => matches!(local.pat, syn::Pat::Wild(_)),
            Stmt::Macro(it) => it.semi_token.is_some(),
            Stmt::Item(_) => false,
        };
        ends.then_some(range)
    }

    /// Whether a statement around the call is all that its block does.
    pub(super) fn is_only_statement(&self, stmt: &Range<usize>) -> bool {
        let at = self
            .nodes
            .iter()
            .position(|(node, range)| matches!(node, Node::Stmt(_)) && range == stmt);
        let block = at.and_then(|at| at.checked_sub(1)).map(|at| self.nodes[at].0);
        let Some(Node::Block(block)) = block else { return false };
        match &block.stmts[..] {
            [_] => true,
            [_, Stmt::Expr(Expr::Call(call), None)] => {
                matches!(&*call.func, Expr::Path(it) if it.path.is_ident("Ok"))
            }
            _ => false,
        }
    }

    /// The statement with the branch around a statement that is all that the branch holds, or that statement:
    /// a variable that only the branch needs is then as conditional as its use.
    pub(super) fn branch_around<'s>(&'s self, stmt: &'s Range<usize>) -> &'s Range<usize> {
        let at = self
            .nodes
            .iter()
            .position(|(node, range)| matches!(node, Node::Stmt(_)) && range == stmt);
        match at.and_then(|at| self.nodes.get(at.checked_sub(3)?..at)) {
            Some(
                [
                    (Node::Stmt(Stmt::Expr(..)), outer),
                    (Node::Expr(Expr::If(it)), _),
                    (Node::Block(block), _),
                ],
            ) if block.stmts.len() == 1
                && it.else_branch.is_none()
                && matches!(&*it.cond, Expr::Let(it) if is_place(&it.expr)) =>
            {
                outer
            }
            _ => stmt,
        }
    }

    /// Position of the statement that only looks at the result of what stands at a position: by methods, by
    /// `?`, by a condition without another branch.
    fn statement_of(&self, mut at: usize) -> Option<usize> {
        loop {
            let above = at.checked_sub(1)?;
            let looks = match (self.nodes[above].0, self.nodes[at].0) {
                (Node::Stmt(_), _) if self.is_alone_in_unsafe(above) => {
                    at = above - 2;
                    continue;
                }
                (Node::Stmt(_), _) => return Some(above),
                (Node::Expr(Expr::MethodCall(call)), Node::Expr(child)) => {
                    std::ptr::eq(&raw const *call.receiver, child)
                }
                (Node::Expr(Expr::If(it)), Node::Expr(child)) => {
                    std::ptr::eq(&raw const *it.cond, child)
                        && it.else_branch.is_none()
                        && means_failure(child)
                }
                (Node::Expr(Expr::Binary(it)), Node::Expr(child)) => {
                    std::ptr::eq(&raw const *it.left, child)
                        && matches!(*it.right, Expr::Lit(_) | Expr::Unary(_))
                }
                (Node::Expr(Expr::Call(it)), _) => it.args.len() == 1,
                (Node::Expr(Expr::Assign(it)), _) => matches!(*it.left, Expr::Infer(_)),
                (
                    Node::Expr(
                        Expr::Try(_)
                        | Expr::Paren(_)
                        | Expr::Macro(_)
                        | Expr::Let(_)
                        | Expr::Await(_),
                    ),
                    _,
                ) => true,
                _ => false,
            };
            if !looks {
                return None;
            }
            at = above;
        }
    }

    /// Whether the statement at a position is all that an `unsafe` block holds, and its value.
    pub(super) fn is_alone_in_unsafe(&self, stmt: usize) -> bool {
        let around = |by: usize| stmt.checked_sub(by).map(|at| self.nodes[at].0);
        matches!(
            (self.nodes[stmt].0, around(1), around(2)),
            (Node::Stmt(Stmt::Expr(_, None)), Some(Node::Block(block)), Some(Node::Expr(Expr::Unsafe(_))))
                if block.stmts.len() == 1
        )
    }

    /// Position of the chain of methods that the call is part of.
    fn chain_at(&self) -> usize {
        let mut at = self.nodes.len() - 1;
        while let (Some(above), Node::Expr(child)) = (at.checked_sub(1), self.nodes[at].0) {
            let is_link = match self.nodes[above].0 {
                Node::Expr(Expr::MethodCall(it)) => std::ptr::eq(&raw const *it.receiver, child),
                Node::Expr(Expr::Try(_) | Expr::Await(_)) => true,
                _ => false,
            };
            if !is_link {
                break;
            }
            at = above;
        }
        at
    }

    /// The bytes of the chain of methods that the call is part of.
    pub(super) fn chain(&self) -> &Range<usize> {
        &self.nodes[self.chain_at()].1
    }

    /// The methods of that chain, the last one first.
    pub(super) fn dots(&self) -> impl Iterator<Item = &'a syn::ExprMethodCall> {
        let top = match self.nodes[self.chain_at()].0 {
            Node::Expr(it) => Some(it),
            _ => None,
        };
        let inner = |expr: &&'a Expr| match expr {
            Expr::MethodCall(it) => Some(&*it.receiver),
            Expr::Try(it) => Some(&*it.expr),
            Expr::Await(it) => Some(&*it.base),
            _ => None,
        };
        std::iter::successors(top, inner).filter_map(|expr| match expr {
            Expr::MethodCall(it) => Some(it),
            _ => None,
        })
    }

    /// Whether a statement ends with the call and what looks at its result, so that nothing of the program runs
    /// between them.
    pub(super) fn is_used_at_once(&self) -> bool {
        let mut around = self.nodes.iter().rev().skip(1).map(|(node, _)| *node);
        let end = around.find(|node| match node {
            Node::Expr(Expr::Try(_) | Expr::Paren(_) | Expr::Await(_)) => false,
            Node::Expr(Expr::MethodCall(it)) => {
                !["expect", "is_err", "is_ok", "ok", "unwrap"].iter().any(|name| it.method == name)
            }
            _ => true,
        });
        match end {
            Some(Node::Stmt(Stmt::Local(it))) => {
                it.init.as_ref().is_some_and(|init| init.diverge.is_none())
            }
            Some(Node::Stmt(Stmt::Expr(_, semicolon))) => semicolon.is_some(),
            _ => false,
        }
    }

    /// The signature of the function around the call, if no closure and no block of its own stands between.
    pub(super) fn function(&self) -> Option<&'a Signature> {
        let at = self.nodes.iter().rposition(|(node, _)| matches!(node, Node::Func(_)))?;
        let between = self.nodes[at..].iter().any(|(node, _)| {
            matches!(node, Node::Expr(Expr::Closure(_) | Expr::Async(_) | Expr::TryBlock(_)))
        });
        let Node::Func(signature) = self.nodes[at].0 else { return None };
        (!between).then_some(signature)
    }

    /// The innermost function, closure or `async` block around the call.
    pub(super) fn frame(&self) -> Option<&Range<usize>> {
        self.nodes.iter().rev().find_map(|(node, range)| {
            let frame =
                matches!(node, Node::Func(_) | Node::Expr(Expr::Closure(_) | Expr::Async(_)));
            frame.then_some(range)
        })
    }
}
