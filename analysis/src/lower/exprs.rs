//! Expressions.

use compact_str::ToCompactString;

use super::{Lowerer, names};
use crate::{
    cfg::Cfg,
    facts::Flag,
    ir::{Arm, Call, Callee, Closure, Expr, LoopKind, Name, Path, Ty},
    model,
    sites::span_of,
};

impl Lowerer<'_> {
    pub(super) fn expr(&mut self, expr: &syn::Expr) -> Expr {
        self.expr_as(expr, false)
    }

    fn boxed(&mut self, expr: &syn::Expr) -> Box<Expr> {
        Box::new(self.expr(expr))
    }

    fn all<'a>(&mut self, exprs: impl IntoIterator<Item = &'a syn::Expr>) -> Vec<Expr> {
        exprs.into_iter().map(|expr| self.expr(expr)).collect()
    }

    /// Lowers an expression; `discarded` says that its value is thrown away on the spot.
    pub(super) fn expr_as(&mut self, expr: &syn::Expr, discarded: bool) -> Expr {
        if let Some(body) = self.bodies.last_mut() {
            body.weight += 1;
        }
        match expr {
            syn::Expr::Paren(it) => self.expr_as(&it.expr, discarded),
            syn::Expr::Group(it) => self.expr_as(&it.expr, discarded),
            syn::Expr::Await(it) => Expr::Await(Box::new(self.expr_as(&it.base, discarded))),
            syn::Expr::Unsafe(it) => self.block_expr(&it.block, None, false, discarded),
            syn::Expr::Const(it) => self.block_expr(&it.block, None, false, discarded),
            syn::Expr::Block(it) => {
                self.block_expr(&it.block, it.label.as_ref().map(label), false, discarded)
            }
            syn::Expr::Async(it) => {
                Expr::Future(Box::new(self.block_expr(&it.block, None, true, false)))
            }
            syn::Expr::TryBlock(it) => self.block_expr(&it.block, None, true, false),
            syn::Expr::Call(it) => self.call(expr, it, discarded),
            syn::Expr::MethodCall(it) => self.method_call(expr, it, discarded),
            syn::Expr::Macro(it) => self.macro_call(&it.mac, discarded),
            syn::Expr::Lit(it) => literal(&it.lit),
            syn::Expr::Path(it) => {
                let path = names::qualified(it.qself.as_ref(), &it.path);
                // A single name is nearly always a variable, unless it starts with a capital.
                if path.segs.len() > 1 || path.last().starts_with(char::is_uppercase) {
                    self.calls(&path);
                }
                Expr::Path(path)
            }
            syn::Expr::Reference(it) if it.mutability.is_some() => {
                Expr::RefMut(self.boxed(&it.expr))
            }
            syn::Expr::Reference(it) => self.expr(&it.expr),
            syn::Expr::RawAddr(it) => self.expr(&it.expr),
            syn::Expr::Field(it) => Expr::Field(self.boxed(&it.base), member(&it.member)),
            syn::Expr::Index(it) => Expr::Index(self.boxed(&it.expr), self.boxed(&it.index)),
            syn::Expr::Unary(it) => self.unary(it),
            syn::Expr::Binary(it) => self.binary(it),
            syn::Expr::Cast(it) => Expr::Cast(self.boxed(&it.expr), names::ty(&it.ty)),
            syn::Expr::Try(it) => Expr::Try(self.boxed(&it.expr)),
            syn::Expr::Assign(it) => self.assign(it),
            syn::Expr::Tuple(it) => Expr::Tuple(self.all(&it.elems)),
            syn::Expr::Array(it) => Expr::Tuple(self.all(&it.elems)),
            syn::Expr::Repeat(it) => Expr::Tuple(vec![self.expr(&it.expr)]),
            syn::Expr::Struct(it) => self.structure(it),
            syn::Expr::Range(it) => {
                Expr::Opaque(self.all(it.start.iter().chain(&it.end).map(|it| &**it)))
            }
            syn::Expr::Closure(it) => self.closure(it),
            _ => self.control_flow(expr, discarded),
        }
    }

    fn control_flow(&mut self, expr: &syn::Expr, discarded: bool) -> Expr {
        match expr {
            syn::Expr::If(it) => {
                let cond = self.boxed(&it.cond);
                let then = Box::new(self.block_expr(&it.then_branch, None, false, discarded));
                let otherwise =
                    it.else_branch.as_ref().map(|(_, it)| Box::new(self.expr_as(it, discarded)));
                Expr::If(cond, then, otherwise)
            }
            syn::Expr::Let(it) => {
                let value = self.boxed(&it.expr);
                Expr::Let(Box::new(self.pat(&it.pat)), value)
            }
            syn::Expr::Match(it) => {
                let value = self.boxed(&it.expr);
                let arms = it.arms.iter().map(|arm| Arm {
                    cfg: names::cfg_of(&arm.attrs),
                    pat: self.pat(&arm.pat),
                    body: self.expr_as(&arm.body, discarded),
                });
                Expr::Match(value, arms.collect())
            }
            syn::Expr::Loop(it) => {
                let body = self.block(&it.body);
                Expr::Loop(it.label.as_ref().map(label), LoopKind::Forever, body)
            }
            syn::Expr::While(it) => {
                let kind = LoopKind::While(self.boxed(&it.cond));
                Expr::Loop(it.label.as_ref().map(label), kind, self.block(&it.body))
            }
            syn::Expr::ForLoop(it) => {
                let iter = self.boxed(&it.expr);
                let kind = LoopKind::For(Box::new(self.pat(&it.pat)), iter);
                Expr::Loop(it.label.as_ref().map(label), kind, self.block(&it.body))
            }
            syn::Expr::Return(it) => Expr::Return(it.expr.as_ref().map(|it| self.boxed(it))),
            syn::Expr::Break(it) => Expr::Break(
                it.label.as_ref().map(lifetime),
                it.expr.as_ref().map(|it| self.boxed(it)),
            ),
            syn::Expr::Continue(it) => Expr::Continue(it.label.as_ref().map(lifetime)),
            syn::Expr::Yield(it) => Expr::Opaque(it.expr.iter().map(|it| self.expr(it)).collect()),
            _ => Expr::UNKNOWN,
        }
    }

    fn call(&mut self, node: &syn::Expr, it: &syn::ExprCall, discarded: bool) -> Expr {
        let site = self.site(node, ends(it));
        let mut args = Vec::with_capacity(it.args.len() + 1);
        let callee = if let syn::Expr::Path(func) = strip(&it.func) {
            let path = names::qualified(func.qself.as_ref(), &func.path);
            if path.as_ident() == Some("drop") && it.args.len() == 1 {
                return Expr::Opaque(vec![self.expr_as(&it.args[0], true)]);
            }
            self.calls(&path);
            Callee::Path { path, in_macro: self.macro_depth > 0 }
        } else {
            args.push(self.expr(&it.func));
            Callee::Value
        };
        args.extend(self.all(&it.args));
        Expr::Call(Box::new(Call { site, callee, args, discarded }))
    }

    fn method_call(&mut self, node: &syn::Expr, it: &syn::ExprMethodCall, discarded: bool) -> Expr {
        let name = names::name(&it.method);
        // `.ok();` turns the result into something that nobody has to look at.
        let receiver = self.expr_as(&it.receiver, discarded && name == "ok" && it.args.is_empty());
        let site = self.site(node, (it.method.span(), it.paren_token.span.close()));
        let mut args = vec![receiver];
        args.extend(self.all(&it.args));
        if let Some(body) = self.bodies.last_mut() {
            body.methods.insert(name.clone());
            body.flags.extend(declared_flag(it));
        }
        let turbofish = it.turbofish.as_ref().map(names::generic_args).unwrap_or_default();
        Expr::Call(Box::new(Call {
            site,
            callee: Callee::Method(name, turbofish),
            args,
            discarded,
        }))
    }

    /// Notes that the body at hand calls or names what `path` means.
    fn calls(&mut self, path: &Path) {
        let Some(body) = self.bodies.last_mut() else { return };
        body.paths.insert(path.joined().into());
    }

    fn unary(&mut self, it: &syn::ExprUnary) -> Expr {
        let value = self.expr(&it.expr);
        match (it.op, value) {
            (syn::UnOp::Not(_), value) => Expr::Not(Box::new(value)),
            (syn::UnOp::Neg(_), Expr::Int(value)) => Expr::Int(value.wrapping_neg()),
            (syn::UnOp::Deref(_), value) => value,
            (_, value) => Expr::Opaque(vec![value]),
        }
    }

    fn binary(&mut self, it: &syn::ExprBinary) -> Expr {
        let (left, right) = (self.boxed(&it.left), self.boxed(&it.right));
        let op = match it.op {
            syn::BinOp::And(_) => return Expr::And(left, right),
            syn::BinOp::Or(_) => return Expr::Or(left, right),
            syn::BinOp::BitOr(_) => "|",
            syn::BinOp::Eq(_) => "==",
            syn::BinOp::Ne(_) => "!=",
            syn::BinOp::Lt(_) => "<",
            syn::BinOp::Le(_) => "<=",
            syn::BinOp::Gt(_) => ">",
            syn::BinOp::Ge(_) => ">=",
            syn::BinOp::Add(_) => "+",
            syn::BinOp::Sub(_) => "-",
            syn::BinOp::Mul(_) => "*",
            // `flags |= x`: the place no longer holds what it held.
            syn::BinOp::AddAssign(_)
            | syn::BinOp::SubAssign(_)
            | syn::BinOp::BitOrAssign(_)
            | syn::BinOp::BitAndAssign(_) => {
                return Expr::Assign(left, Box::new(Expr::Opaque(vec![*right])));
            }
            _ => "",
        };
        Expr::Binary(op, left, right)
    }

    fn assign(&mut self, it: &syn::ExprAssign) -> Expr {
        if matches!(&*it.left, syn::Expr::Infer(_)) {
            return Expr::Opaque(vec![self.expr_as(&it.right, true)]);
        }
        let value = self.boxed(&it.right);
        Expr::Assign(self.boxed(&it.left), value)
    }

    fn structure(&mut self, it: &syn::ExprStruct) -> Expr {
        let fields = it.fields.iter().map(|field| {
            let value = self.expr(&field.expr);
            let cfg = names::cfg_of(&field.attrs);
            let value = if cfg == Cfg::TRUE { value } else { Expr::OneOf(vec![(cfg, value)]) };
            (member(&field.member), value)
        });
        let fields = fields.collect();
        let rest = it.rest.as_ref().map(|it| self.boxed(it));
        let path = names::qualified(it.qself.as_ref(), &it.path);
        self.calls(&path);
        Expr::Struct(path, fields, rest)
    }

    fn closure(&mut self, it: &syn::ExprClosure) -> Expr {
        let params = it.inputs.iter().map(|it| self.pat(it)).collect();
        let body = self.expr(&it.body);
        Expr::Closure(Box::new(Closure { params, body }))
    }
}

/// The flag of the command line that a chain of calls declares so far: `Arg::new("name").action(SetTrue)`.
fn declared_flag(it: &syn::ExprMethodCall) -> Option<Flag> {
    let syn::Expr::Path(action) = it.args.first()? else { return None };
    let action = names::qualified(action.qself.as_ref(), &action.path);
    model::about_flags(action.last())?;
    let mut at = &*it.receiver;
    while let syn::Expr::MethodCall(call) = at {
        at = &call.receiver;
    }
    let syn::Expr::Call(root) = at else { return None };
    let (syn::Expr::Path(maker), Some(Expr::Str(name, _))) =
        (&*root.func, root.args.first().map(literal_of))
    else {
        return None;
    };
    let maker = names::qualified(maker.qself.as_ref(), &maker.path);
    Some(Flag { name, maker: maker.joined().into(), action: action.joined().into() })
}

fn literal_of(expr: &syn::Expr) -> Expr {
    if let syn::Expr::Lit(it) = expr { literal(&it.lit) } else { Expr::UNKNOWN }
}

/// First and last span of a node: joining spans gives only the first on stable Rust.
fn ends(node: &syn::ExprCall) -> (proc_macro2::Span, proc_macro2::Span) {
    (span_of(&node.func), node.paren_token.span.close())
}

fn strip(expr: &syn::Expr) -> &syn::Expr {
    match expr {
        syn::Expr::Paren(it) => strip(&it.expr),
        syn::Expr::Group(it) => strip(&it.expr),
        _ => expr,
    }
}

fn literal(lit: &syn::Lit) -> Expr {
    match lit {
        syn::Lit::Bool(it) => Expr::Bool(it.value),
        syn::Lit::Int(it) => {
            let value = it.base10_parse().map_or(Expr::UNKNOWN, Expr::Int);
            match it.suffix() {
                "" => value,
                suffix => Expr::Cast(Box::new(value), Ty::Path(crate::ir::Path::ident(suffix))),
            }
        }
        syn::Lit::Str(it) => Expr::Str(it.value().into(), Vec::new()),
        _ => Expr::UNKNOWN,
    }
}

pub(super) fn member(member: &syn::Member) -> Name {
    match member {
        syn::Member::Named(it) => names::name(it),
        syn::Member::Unnamed(it) => it.index.to_compact_string(),
    }
}

fn label(it: &syn::Label) -> Name {
    lifetime(&it.name)
}

fn lifetime(it: &syn::Lifetime) -> Name {
    it.ident.to_compact_string()
}

/// The attributes of the expressions that can stand as statements.
pub(super) fn attrs(expr: &syn::Expr) -> &[syn::Attribute] {
    match expr {
        syn::Expr::Assign(it) => &it.attrs,
        syn::Expr::Async(it) => &it.attrs,
        syn::Expr::Await(it) => &it.attrs,
        syn::Expr::Binary(it) => &it.attrs,
        syn::Expr::Block(it) => &it.attrs,
        syn::Expr::Break(it) => &it.attrs,
        syn::Expr::Call(it) => &it.attrs,
        syn::Expr::ForLoop(it) => &it.attrs,
        syn::Expr::If(it) => &it.attrs,
        syn::Expr::Loop(it) => &it.attrs,
        syn::Expr::Macro(it) => &it.attrs,
        syn::Expr::Match(it) => &it.attrs,
        syn::Expr::MethodCall(it) => &it.attrs,
        syn::Expr::Paren(it) => &it.attrs,
        syn::Expr::Path(it) => &it.attrs,
        syn::Expr::Return(it) => &it.attrs,
        syn::Expr::Try(it) => &it.attrs,
        syn::Expr::Tuple(it) => &it.attrs,
        syn::Expr::Unsafe(it) => &it.attrs,
        syn::Expr::While(it) => &it.attrs,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check_ir;

    #[test]
    fn chains_nest_from_the_receiver_outwards() {
        check_ir(
            r"
fn f() -> io::Result<()> {
    let s = Socket::new(d, t, None)?.tap(|s| s.set_reuse_address(true)).unwrap();
    s.bind(&addr.into()).map_err(Error::from)?;
    Ok(())
}
",
            r"
fn f() -> io::Result<()> {
  let s = call#3 .unwrap(call#1 .tap(try call#0 Socket::new(d, t, None), |s| call#2 .set_reuse_address(s, true)))
  try call#6 .map_err(call#4 .bind(s, call#5 .into(addr)), Error::from)
  tail call#7 Ok(())
}
",
        );
    }

    #[test]
    fn what_changes_no_value_is_gone() {
        check_ir(
            r"
fn f() {
    (unsafe { &*s }).bind((&&addr));
    future.await;
    *r#fn = &mut s;
}
",
            r"
fn f() -> () {
  discarded call#0 .bind({
    tail s
  }, addr)
  await future
  fn = &mut s
}
",
        );
    }

    #[test]
    fn a_result_that_is_dropped_is_discarded() {
        check_ir(
            r"
fn f() {
    s.set_reuse_address(true).ok();
    drop(s.set_reuse_port(true));
    _ = s.set_nonblocking(true);
    if quick { s.listen(1); } else { s.listen(2).ok() };
    s.set_reuse_address(true).ok().unwrap();
}
",
            r"
fn f() -> () {
  discarded call#1 .ok(discarded call#0 .set_reuse_address(s, true))
  opaque(discarded call#3 .set_reuse_port(s, true))
  opaque(discarded call#4 .set_nonblocking(s, true))
  if quick {
    discarded call#5 .listen(s, 1)
  } else {
    tail discarded call#7 .ok(discarded call#6 .listen(s, 2))
  }
  discarded call#10 .unwrap(call#9 .ok(call#8 .set_reuse_address(s, true)))
}
",
        );
    }

    #[test]
    fn the_tail_of_an_unsafe_block_is_dropped_with_it() {
        check_ir(
            r"
fn f() -> i32 {
    unsafe { libc::setsockopt(fd, l, n, v, 4) };
    unsafe {
        libc::bind(fd, a, l);
    }
    let r = unsafe { libc::listen(fd, 1) };
    unsafe { libc::close(fd) }
}
",
            r"
fn f() -> i32 {
  {
    tail discarded call#0 libc::setsockopt(fd, l, n, v, 4)
  }
  {
    discarded call#1 libc::bind(fd, a, l)
  }
  let r = {
    tail call#2 libc::listen(fd, 1)
  }
  tail {
    tail call#3 libc::close(fd)
  }
}
",
        );
    }

    #[test]
    fn async_blocks_end_what_leaves_them() {
        check_ir(
            r"
fn f() {
    let made = async move { s.bind(a)?; Ok(s) };
    spawn(async { run(s).await });
}
",
            r"
fn f() -> () {
  let made = async bounded {
    try call#0 .bind(s, a)
    tail call#1 Ok(s)
  }
  discarded call#2 spawn(async bounded {
    tail await call#3 run(s)
  })
}
",
        );
    }

    #[test]
    fn arms_keep_their_conditions() {
        check_ir(
            r"
fn f(kind: Kind) {
    match kind {
        #[cfg(unix)]
        Kind::Unix { path, .. } => bind(path),
        Kind::Tcp(addr @ SocketAddr::V4(_)) | Kind::Udp(addr) if ready() => listen(addr),
        None => {}
        _ => return,
    }
}
",
            r"
fn f(kind: Kind) -> () {
  tail match kind {
    cfg(unix):
      Kind::Unix { path: path } => call#0 bind(path)
    Kind::Tcp { 0: addr @ SocketAddr::V4 { 0: _ } } | Kind::Udp { 0: addr } if call#1 ready() => call#2 listen(addr)
    None => {}
    _ => return
  }
}
",
        );
    }

    #[test]
    fn operators_that_decide_are_kept() {
        check_ir(
            r"
fn f() {
    let both = a && !b || c;
    let flags = SO_REUSEADDR | SO_REUSEPORT;
    flags |= O_CLOEXEC;
    let on = -1i32 as c_int;
    let port = 80u16 + base[0].1;
}
",
            r"
fn f() -> () {
  let both = ((a && !b) || c)
  let flags = (SO_REUSEADDR | SO_REUSEPORT)
  flags = opaque(O_CLOEXEC)
  let on = (opaque((1 as i32)) as c_int)
  let port = ((80 as u16) + base[0].1)
}
",
        );
    }

    #[test]
    fn structures_keep_fields_and_rest() {
        check_ir(
            r"
fn f() {
    let options = Options { reuse, #[cfg(unix)] port: true, ..Options::default() };
    let pair = Pair(a, (b, c));
}
",
            r"
fn f() -> () {
  let options = Options { reuse: reuse, port: one of {
    cfg(unix):
      true
  }, ..call#0 Options::default() }
  let pair = call#1 Pair(a, (b, c))
}
",
        );
    }

    #[test]
    fn loops_keep_labels_and_values() {
        check_ir(
            r"
fn f() {
    let s = 'retry: loop {
        for addr in [a, b] {
            if bad { continue 'retry; }
            break 'retry make(addr);
        }
        while let Some(next) = iter.next() { break; }
    };
}
",
            r"
fn f() -> () {
  let s = 'retry: loop {
    for addr in (a, b) {
      if bad {
        continue 'retry
      }
      break 'retry call#0 make(addr)
    }
    tail while let Some { 0: next } = call#1 .next(iter) {
      break
    }
  }
}
",
        );
    }
}
