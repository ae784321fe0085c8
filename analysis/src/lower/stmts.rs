//! Blocks, statements and patterns.

use super::{Lowerer, exprs, names};
use crate::{
    cfg::Cfg,
    ir::{Block, Expr, Pat, Path, Stmt, StmtKind, Ty},
};

impl Lowerer<'_> {
    pub(super) fn block(&mut self, block: &syn::Block) -> Block {
        Block { stmts: self.stmts(&block.stmts) }
    }

    pub(super) fn stmt(&mut self, stmt: &syn::Stmt, last: bool, out: &mut Vec<Stmt>) {
        let (cfg, kind) = match stmt {
            syn::Stmt::Local(it) => (names::cfg_of(&it.attrs), self.local(it)),
            syn::Stmt::Item(it) => {
                let mut items = Vec::new();
                self.item(it, &mut items);
                if let Some(body) = self.bodies.last_mut() {
                    body.inner.extend(items);
                }
                return;
            }
            syn::Stmt::Expr(it, semi) => {
                let cfg = names::cfg_of(exprs::attrs(it));
                let tail = last && semi.is_none();
                // A block-like statement without a semicolon is `()`, so nothing is thrown away.
                let lowered = self.expr_as(it, semi.is_some());
                (cfg, if tail { StmtKind::Tail(lowered) } else { StmtKind::Expr(lowered) })
            }
            syn::Stmt::Macro(it) => {
                let tail = last && it.semi_token.is_none();
                let lowered = self.macro_call(&it.mac, it.semi_token.is_some());
                let kind = if tail { StmtKind::Tail(lowered) } else { StmtKind::Expr(lowered) };
                (names::cfg_of(&it.attrs), kind)
            }
        };
        out.push(Stmt { cfg, kind });
    }

    fn local(&mut self, it: &syn::Local) -> StmtKind {
        let (pat, ty) = match &it.pat {
            syn::Pat::Type(typed) => (&*typed.pat, names::ty(&typed.ty)),
            pat => (pat, Ty::Unknown),
        };
        let discarded = matches!(pat, syn::Pat::Wild(_));
        let init = it.init.as_ref().map(|init| self.expr_as(&init.expr, discarded));
        let or_else = it
            .init
            .as_ref()
            .and_then(|init| init.diverge.as_ref())
            .map(|(_, body)| self.expr(body));
        StmtKind::Let { pat: self.pat(pat), ty, init, or_else }
    }

    pub(super) fn pat(&mut self, pat: &syn::Pat) -> Pat {
        match pat {
            syn::Pat::Ident(it) => self.pat_ident(it),
            syn::Pat::Paren(it) => self.pat(&it.pat),
            syn::Pat::Reference(it) => self.pat(&it.pat),
            syn::Pat::Type(it) => self.pat(&it.pat),
            syn::Pat::Tuple(it) => Pat::Tuple(it.elems.iter().map(|it| self.pat(it)).collect()),
            syn::Pat::Slice(it) => Pat::Tuple(it.elems.iter().map(|it| self.pat(it)).collect()),
            syn::Pat::Or(it) => Pat::Or(it.cases.iter().map(|it| self.pat(it)).collect()),
            syn::Pat::Path(it) => {
                Pat::Variant(names::qualified(it.qself.as_ref(), &it.path), Vec::new())
            }
            syn::Pat::TupleStruct(it) => {
                let fields =
                    it.elems.iter().enumerate().map(|(idx, it)| (idx.to_string(), self.pat(it)));
                let fields = fields.collect();
                Pat::Variant(names::path(&it.path), fields)
            }
            syn::Pat::Struct(it) => {
                let fields = it
                    .fields
                    .iter()
                    .map(|field| (exprs::member(&field.member), self.pat(&field.pat)));
                let fields = fields.collect();
                Pat::Variant(names::path(&it.path), fields)
            }
            syn::Pat::Guard(it) => {
                let pat = self.pat(&it.pat);
                Pat::Guard(Box::new(pat), Box::new(self.expr(&it.guard)))
            }
            syn::Pat::Lit(syn::ExprLit { lit: syn::Lit::Bool(it), .. }) => Pat::Bool(it.value),
            _ => Pat::Wild,
        }
    }

    fn pat_ident(&mut self, it: &syn::PatIdent) -> Pat {
        let name = names::name(&it.ident);
        let sub = it.subpat.as_ref().map(|(_, pat)| Box::new(self.pat(pat)));
        // By convention of the language's lints, a capital starts a constant or variant (`None`).
        let capital = name.chars().next().is_some_and(char::is_uppercase);
        if capital && sub.is_none() && it.by_ref.is_none() && it.mutability.is_none() {
            return Pat::Variant(Path::ident(name), Vec::new());
        }
        Pat::Bind(name, sub)
    }

    /// A block as an expression; `discarded` reaches its tail.
    pub(super) fn block_expr(
        &mut self,
        block: &syn::Block,
        label: Option<String>,
        boundary: bool,
        discarded: bool,
    ) -> Expr {
        let mut stmts = Vec::with_capacity(block.stmts.len());
        for (idx, stmt) in block.stmts.iter().enumerate() {
            let last = idx + 1 == block.stmts.len();
            match stmt {
                syn::Stmt::Expr(it, None) if last && discarded => {
                    let cfg: Cfg = names::cfg_of(exprs::attrs(it));
                    stmts.push(Stmt { cfg, kind: StmtKind::Tail(self.expr_as(it, true)) });
                }
                _ => self.stmt(stmt, last, &mut stmts),
            }
        }
        Expr::Block { label, boundary, block: Block { stmts } }
    }
}
