//! Blocks, statements and patterns.

use compact_str::ToCompactString;

use super::{Lowerer, exprs, names};
use crate::ir::{Block, Expr, Let, Name, Pat, Path, Stmt, StmtKind, Ty};

impl Lowerer<'_> {
    pub(super) fn block(&mut self, block: &syn::Block) -> Block {
        let stmts = self.braces(block, |this| this.stmts(&block.stmts));
        Block { stmts }
    }

    pub(super) fn stmt(&mut self, stmt: &syn::Stmt, last: bool, out: &mut Vec<Stmt>) {
        self.stmt_as(stmt, last, false, out);
    }

    /// Lowers a statement: the value of the `last` one is that of the block, that of a `discarded` one is
    /// thrown away on the spot, semicolon or not.
    pub(super) fn stmt_as(
        &mut self,
        stmt: &syn::Stmt,
        last: bool,
        discarded: bool,
        out: &mut Vec<Stmt>,
    ) {
        let invocation = match stmt {
            syn::Stmt::Macro(it) => Some((&it.mac, &it.attrs, it.semi_token.is_some())),
            syn::Stmt::Expr(syn::Expr::Macro(it), semi) => {
                Some((&it.mac, &it.attrs, semi.is_some()))
            }
            _ => None,
        };
        if let Some((mac, attrs, semi)) = invocation
            && let Some(stmts) = self.expanded_stmts(mac, last && !semi, discarded || semi)
        {
            let cfg = names::cfg_of(attrs);
            out.extend(stmts.into_iter().map(|it| Stmt { cfg: cfg.clone().and(it.cfg), ..it }));
            return;
        }
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
                let lowered = self.expr_as(it, discarded || semi.is_some());
                (cfg, if tail { StmtKind::Tail(lowered) } else { StmtKind::Expr(lowered) })
            }
            syn::Stmt::Macro(it) => {
                let tail = last && it.semi_token.is_none();
                let discarded = discarded || it.semi_token.is_some();
                let cfg = names::cfg_of(&it.attrs);
                let lowered = self.macro_call(&it.mac, discarded);
                let kind = if tail { StmtKind::Tail(lowered) } else { StmtKind::Expr(lowered) };
                (cfg, kind)
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
        StmtKind::Let(Box::new(Let { pat: self.pat(pat), ty, init, or_else }))
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
                let is_rest = |it: &&syn::Pat| matches!(it, syn::Pat::Rest(_));
                let before = it.elems.iter().position(|it| is_rest(&it)).unwrap_or(it.elems.len());
                let parts = it.elems.iter().enumerate().filter(|(_, it)| !is_rest(it));
                // How many stand for `..` is not said here, so that those behind it have no number.
                let name = |idx: usize| {
                    if idx < before { idx.to_compact_string() } else { Name::const_new("..") }
                };
                let fields = parts.map(|(idx, it)| (name(idx), self.pat(it))).collect();
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
            syn::Pat::Wild(_) | syn::Pat::Rest(_) => Pat::Wild,
            _ => Pat::Value,
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
        label: Option<Name>,
        boundary: bool,
        discarded: bool,
    ) -> Expr {
        let lower = |this: &mut Self| {
            let mut stmts = Vec::with_capacity(block.stmts.len());
            for (idx, stmt) in block.stmts.iter().enumerate() {
                let last = idx + 1 == block.stmts.len();
                this.stmt_as(stmt, last, last && discarded, &mut stmts);
            }
            stmts
        };
        let stmts = self.braces(block, |this| this.scope(lower));
        Expr::Block { label, boundary, block: Block { stmts } }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check_ir;

    #[test]
    fn an_underscore_discards_and_a_name_does_not() {
        check_ir(
            r"
fn f() {
    let _ = s.set_reuse_address(true);
    let _unused = s.set_reuse_port(true);
    let _: io::Result<()> = s.bind(addr);
}
",
            r"
fn f() -> () {
  let _ = discarded call#0 .set_reuse_address(s, true)
  let _unused = call#1 .set_reuse_port(s, true)
  let _: io::Result<()> = discarded call#2 .bind(s, addr)
}
",
        );
    }

    #[test]
    fn statements_keep_their_conditions() {
        check_ir(
            r#"
fn f() {
    #[cfg(all(unix, not(target_os = "solaris")))]
    s.set_reuse_port(true)?;
    #[cfg(windows)]
    let on = false;
    #[cfg(feature = "tls")]
    {
        wrap(s);
    }
    #[cfg(unix)]
    configure!(s);
}
"#,
            r#"
fn f() -> () {
  cfg(all(unix, not(target_os = "solaris"))):
    try call#0 .set_reuse_port(s, true)
  cfg(windows):
    let on = false
  cfg(feature = "tls"):
    {
      discarded call#1 wrap(s)
    }
  cfg(unix):
    opaque(s, hidden("unparsed macro": s))
}
"#,
        );
    }

    #[test]
    fn let_else_keeps_its_way_out() {
        check_ir(
            r#"
fn f() -> Option<()> {
    let Some(s): Option<Socket> = make() else { return None };
    let Ok((a, [b, ..])) = split(s) else { panic!("no parts") };
    let late: TcpListener;
    late = s.into();
    Some(())
}
"#,
            r#"
fn f() -> Option<()> {
  let Some { 0: s }: Option<Socket> = call#0 make() else {
    tail return None
  }
  let Ok { 0: (a, (b, _)) } = call#1 split(s) else {
    tail diverge("no parts")
  }
  let late: TcpListener
  late = call#2 .into(s)
  tail call#3 Some(())
}
"#,
        );
    }

    #[test]
    fn capitals_are_constants_and_others_are_bound() {
        check_ir(
            r"
fn f(x: X) {
    match x { None => a(), LIMIT => b(), other => c(other), ref s @ Some(true) => d(s) }
}
",
            r"
fn f(x: X) -> () {
  tail match x {
    None => call#0 a()
    LIMIT => call#1 b()
    other => call#2 c(other)
    s @ Some { 0: true } => call#3 d(s)
  }
}
",
        );
    }

    #[test]
    fn items_in_a_body_stand_beside_it() {
        check_ir(
            r"
fn f() {
    use socket2::Socket as Raw;
    const ON: bool = true;
    fn inner(s: &Raw) { s.set_reuse_address(ON); }
    inner(&s);
}
",
            r"
fn f() -> () {
  use socket2::Socket as Raw
  const ON: bool = true
  fn inner(s: &Raw) -> () {
    discarded call#0 .set_reuse_address(s, ON)
  }
  discarded call#1 inner(s)
}
",
        );
    }

    #[test]
    fn a_block_that_ends_a_function_is_its_value() {
        check_ir(
            r"
fn f() -> Socket {
    if ready { wait(); }
    match kind { A => a(), _ => b() }
}
",
            r"
fn f() -> Socket {
  if ready {
    discarded call#0 wait()
  }
  tail match kind {
    A => call#1 a()
    _ => call#2 b()
  }
}
",
        );
    }
}
