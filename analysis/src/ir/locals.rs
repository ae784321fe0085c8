//! Where a body declares a variable: raw calls take pointers, and what they point at is known by its
//! declaration only.

use super::{Block, Expr, Let, LoopKind, Pat, StmtKind, Ty};

/// A declaration: the type written beside it and its initializer, where it has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Local<'a> {
    pub(crate) ty: &'a Ty,
    init: Option<&'a Ty>,
    /// Whether it is initialized with `true` or `false`.
    pub(crate) is_bool: bool,
}

impl<'a> Local<'a> {
    const HIDDEN: Self = Self { ty: &Ty::Unknown, init: None, is_bool: false };

    fn new(ty: &'a Ty, init: Option<&'a Expr>) -> Self {
        let cast = match init {
            Some(Expr::Cast(_, ty)) => Some(ty),
            _ => None,
        };
        Self { ty, init: cast, is_bool: matches!(init, Some(Expr::Bool(_))) }
    }

    /// The type, as far as it is written: beside the name, or in the initializer (`1_u8`, `x as u8`).
    pub(crate) fn written(&self) -> &'a Ty {
        match (self.ty, self.init) {
            (Ty::Unknown, Some(ty)) => ty,
            (ty, _) => ty,
        }
    }
}

impl Block {
    /// Every declaration of a variable called `name`, in blocks and closures inside as well.
    pub(crate) fn locals<'a>(&'a self, name: &str) -> Vec<Local<'a>> {
        let mut found = Vec::new();
        block(self, name, &mut found);
        found
    }
}

fn block<'a>(it: &'a Block, name: &str, found: &mut Vec<Local<'a>>) {
    for stmt in &it.stmts {
        match &stmt.kind {
            StmtKind::Let(it) => {
                let Let { pat, ty, init, or_else } = &**it;
                match pat {
                    Pat::Bind(it, None) if it == name => found.push(Local::new(ty, init.as_ref())),
                    _ => pattern(pat, name, found),
                }
                init.iter().chain(or_else).for_each(|it| expr(it, name, found));
            }
            StmtKind::Expr(it) | StmtKind::Tail(it) => expr(it, name, found),
        }
    }
}

fn pattern<'a>(pat: &'a Pat, name: &str, found: &mut Vec<Local<'a>>) {
    match pat {
        Pat::Wild | Pat::Value | Pat::Bool(_) => {}
        Pat::Bind(it, inner) => {
            if it == name {
                found.push(Local::HIDDEN);
            }
            inner.iter().for_each(|it| pattern(it, name, found));
        }
        Pat::Tuple(parts) | Pat::Or(parts) => {
            parts.iter().for_each(|it| pattern(it, name, found));
        }
        Pat::Variant(_, fields) => fields.iter().for_each(|(_, it)| pattern(it, name, found)),
        Pat::Guard(it, guard) => {
            pattern(it, name, found);
            expr(guard, name, found);
        }
    }
}

fn expr<'a>(it: &'a Expr, name: &str, found: &mut Vec<Local<'a>>) {
    let mut all = |exprs: &'a [Expr]| exprs.iter().for_each(|it| expr(it, name, found));
    match it {
        Expr::Hidden(..)
        | Expr::Bool(_)
        | Expr::Int(_)
        | Expr::Path(_)
        | Expr::Continue(_)
        | Expr::Cfg(_) => {}
        Expr::Opaque(parts) | Expr::Tuple(parts) | Expr::Diverge(parts) | Expr::Str(_, parts) => {
            all(parts);
        }
        Expr::Call(call) => all(&call.args),
        Expr::Struct(_, fields, rest) => {
            fields.iter().for_each(|(_, it)| expr(it, name, found));
            rest.iter().for_each(|it| expr(it, name, found));
        }
        Expr::Field(inner, _)
        | Expr::RefMut(inner)
        | Expr::Not(inner)
        | Expr::Try(inner)
        | Expr::Future(inner)
        | Expr::Await(inner)
        | Expr::Cast(inner, _) => expr(inner, name, found),
        Expr::Index(left, right)
        | Expr::Assign(left, right)
        | Expr::And(left, right)
        | Expr::Or(left, right)
        | Expr::Binary(_, left, right) => {
            expr(left, name, found);
            expr(right, name, found);
        }
        Expr::Block { block: inner, .. } => block(inner, name, found),
        Expr::If(cond, then, otherwise) => {
            expr(cond, name, found);
            expr(then, name, found);
            otherwise.iter().for_each(|it| expr(it, name, found));
        }
        Expr::Let(pat, value) => {
            pattern(pat, name, found);
            expr(value, name, found);
        }
        Expr::Match(value, arms) => {
            expr(value, name, found);
            for arm in arms {
                pattern(&arm.pat, name, found);
                expr(&arm.body, name, found);
            }
        }
        Expr::Loop(_, kind, body) => {
            match kind {
                LoopKind::Forever => {}
                LoopKind::While(cond) => expr(cond, name, found),
                LoopKind::For(pat, iter) => {
                    pattern(pat, name, found);
                    expr(iter, name, found);
                }
            }
            block(body, name, found);
        }
        Expr::Closure(closure) => {
            closure.params.iter().for_each(|it| pattern(it, name, found));
            expr(&closure.body, name, found);
        }
        Expr::Return(value) | Expr::Break(_, value) => {
            value.iter().for_each(|it| expr(it, name, found));
        }
        Expr::OneOf(alternatives) => {
            alternatives.iter().for_each(|(_, it)| expr(it, name, found));
        }
    }
}
