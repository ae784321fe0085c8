//! Macros: what is known of the common ones, and what the tokens of any other look like.

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Token,
    parse::{Parse, ParseStream, Parser},
    punctuated::Punctuated,
};

use super::{Lowerer, names};
use crate::{
    cfg::Cfg,
    ir::{Arm, Block, Expr, Name, Pat, Path, Stmt},
};

/// Macros that only read their arguments.
const READERS: &[&str] = &[
    "print",
    "println",
    "eprint",
    "eprintln",
    "write",
    "writeln",
    "log",
    "trace",
    "debug",
    "info",
    "warn",
    "error",
    "event",
    "span",
    "trace_span",
    "debug_span",
    "info_span",
    "warn_span",
    "error_span",
    "assert",
    "assert_eq",
    "assert_ne",
    "assert_matches",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "anyhow",
    "eyre",
    "format_err",
    "concat",
    "stringify",
    "env",
    "option_env",
    "include_str",
    "include_bytes",
    "line",
    "file",
    "column",
    "module_path",
    "json",
    "ensure",
    "addr_of",
    "addr_of_mut",
];

/// Macros behind which the function does not go on.
const ENDS: &[&str] =
    &["panic", "unreachable", "todo", "unimplemented", "compile_error", "bail", "abort"];

/// Macros that have a meaning of their own, unless the file defines one of that name.
const SPECIAL: &[&str] = &[
    "cfg",
    "cfg_if",
    "format",
    "format_args",
    "try",
    "dbg",
    "vec",
    "join",
    "try_join",
    "select",
    "select_biased",
    "matches",
    "macro_rules",
];

/// Whether something is known of the macros of a name.
pub(super) fn is_known(name: &str) -> bool {
    SPECIAL.contains(&name) || ENDS.contains(&name) || READERS.contains(&name)
}

impl Lowerer<'_> {
    /// A macro in expression or statement position.
    pub(super) fn macro_call(&mut self, mac: &syn::Macro, discarded: bool) -> Expr {
        if let Some(expanded) = self.expanded_expr(mac, discarded) {
            return expanded;
        }
        let name = mac.path.segments.last().map(|seg| names::name(&seg.ident)).unwrap_or_default();
        let tokens = &mac.tokens;
        match name.as_str() {
            "cfg" => syn::parse2::<syn::Meta>(tokens.clone())
                .map_or(Expr::UNKNOWN, |meta| Expr::Cfg(names::predicate(&meta))),
            "cfg_if" => self.cfg_if(tokens),
            "format" | "format_args" => self.format(tokens),
            "try" => self.arguments(tokens).map_or(Expr::UNKNOWN, |mut args| {
                if args.len() == 1 {
                    Expr::Try(Box::new(args.remove(0)))
                } else {
                    Expr::Opaque(args)
                }
            }),
            "dbg" => self.arguments(tokens).map_or(Expr::UNKNOWN, single),
            "vec" if tokens.is_empty() => Expr::Path(Path::ident("None")),
            "join" | "try_join" | "vec" => {
                self.arguments(tokens).map_or_else(|| hidden(tokens), Expr::Tuple)
            }
            "select" | "select_biased" => self.select(tokens),
            "matches" => self.matches(tokens),
            name if ENDS.contains(&name) => {
                Expr::Diverge(self.arguments(tokens).unwrap_or_default())
            }
            name if READERS.contains(&name) => {
                Expr::Opaque(self.arguments(tokens).unwrap_or_default())
            }
            _ => self.unknown_macro(tokens),
        }
    }

    /// A macro of unknown meaning: calls in its tokens are taken to happen, in order and once
    /// (`syscall!(bind(..))`, `retry!({ .. })`); places it is given may be changed by it. It may look at
    /// every result.
    fn unknown_macro(&mut self, tokens: &TokenStream) -> Expr {
        if tokens.is_empty() {
            return Expr::UNKNOWN;
        }
        self.macro_depth += 1;
        let lowered = self.unknown_tokens(tokens);
        self.macro_depth -= 1;
        lowered
    }

    fn unknown_tokens(&mut self, tokens: &TokenStream) -> Expr {
        let parser = Punctuated::<syn::Expr, Token![,]>::parse_terminated;
        if let Ok(args) = parser.parse2(tokens.clone()) {
            if args.iter().any(is_place) {
                let mut parts: Vec<Expr> = args.iter().map(|arg| self.expr(arg)).collect();
                parts.push(hidden(tokens));
                return Expr::Opaque(parts);
            }
            if args.len() == 1 {
                return self.expr(&args[0]);
            }
            return Expr::Opaque(args.iter().map(|arg| self.expr(arg)).collect());
        }
        match syn::Block::parse_within.parse2(tokens.clone()) {
            Ok(stmts) => {
                let block = Block { stmts: self.stmts(&stmts) };
                Expr::Opaque(vec![Expr::Block { label: None, boundary: true, block }])
            }
            Err(_) => hidden(tokens),
        }
    }

    fn arguments(&mut self, tokens: &TokenStream) -> Option<Vec<Expr>> {
        let args =
            Punctuated::<syn::Expr, Token![,]>::parse_terminated.parse2(tokens.clone()).ok()?;
        Some(args.iter().map(|arg| self.expr(arg)).collect())
    }

    fn format(&mut self, tokens: &TokenStream) -> Expr {
        let args = self.arguments(tokens).unwrap_or_default();
        let mut args = args.into_iter();
        match args.next() {
            Some(Expr::Str(text, _)) => Expr::Str(text, args.collect()),
            _ => Expr::Opaque(args.collect()),
        }
    }

    fn cfg_if(&mut self, tokens: &TokenStream) -> Expr {
        let Ok(branches) = syn::parse2::<CfgIf>(tokens.clone()) else { return hidden(tokens) };
        let alternatives = branches.exclusive().into_iter().map(|(cfg, body)| {
            let lowered = match syn::Block::parse_within.parse2(body.clone()) {
                Ok(stmts) => {
                    let block = Block { stmts: self.stmts(&stmts) };
                    Expr::Block { label: None, boundary: false, block }
                }
                Err(_) => hidden(&body),
            };
            (cfg, lowered)
        });
        Expr::OneOf(alternatives.collect())
    }

    fn select(&mut self, tokens: &TokenStream) -> Expr {
        let Ok(arms) = syn::parse2::<Select>(tokens.clone()) else { return hidden(tokens) };
        let alternatives = arms.0.iter().map(|arm| {
            let body = self.expr(&arm.body);
            let Some((pat, future)) = &arm.source else { return (Cfg::TRUE, body) };
            let pat = self.pat(pat);
            let future = self.expr(future);
            let arm = Arm { cfg: Cfg::TRUE, pat, body };
            (Cfg::TRUE, Expr::Match(Box::new(future), vec![arm]))
        });
        Expr::OneOf(alternatives.collect())
    }

    fn matches(&mut self, tokens: &TokenStream) -> Expr {
        let parse = |input: ParseStream<'_>| {
            let value: syn::Expr = input.parse()?;
            input.parse::<Token![,]>()?;
            let pat = syn::Pat::parse_multi_with_leading_vert(input)?;
            let guard = input.parse::<Option<Token![if]>>()?.map(|_| input.parse()).transpose()?;
            input.parse::<Option<Token![,]>>()?;
            Ok((value, pat, guard))
        };
        let Ok((value, pat, guard)) = parse.parse2(tokens.clone()) else { return hidden(tokens) };
        let value = self.expr(&value);
        let pat = match (self.pat(&pat), guard) {
            (pat, Some(guard)) => Pat::Guard(Box::new(pat), Box::new(self.expr(&guard))),
            (pat, None) => pat,
        };
        let arm = |pat, answer| Arm { cfg: Cfg::TRUE, pat, body: Expr::Bool(answer) };
        Expr::Match(Box::new(value), vec![arm(pat, true), arm(Pat::Wild, false)])
    }

    pub(super) fn stmts(&mut self, stmts: &[syn::Stmt]) -> Vec<Stmt> {
        self.scope(|this| {
            let mut out = Vec::with_capacity(stmts.len());
            for (idx, stmt) in stmts.iter().enumerate() {
                this.stmt(stmt, idx + 1 == stmts.len(), &mut out);
            }
            out
        })
    }
}

/// The items that an item macro stands for, each group with its condition.
pub(super) fn item_branches(mac: &syn::Macro) -> Vec<(Cfg, Vec<syn::Item>)> {
    let name = mac.path.segments.last().map(|seg| names::name(&seg.ident)).unwrap_or_default();
    let parse =
        |tokens| syn::parse2::<syn::File>(tokens).map(|file| file.items).unwrap_or_default();
    match name.as_str() {
        "cfg_if" => syn::parse2::<CfgIf>(mac.tokens.clone()).map_or_else(
            |_| Vec::new(),
            |branches| {
                branches.exclusive().into_iter().map(|(cfg, body)| (cfg, parse(body))).collect()
            },
        ),
        // `cfg_unix! { .. }`, `cfg_net! { .. }`: the condition is in the name, or nowhere to be seen.
        name => {
            let condition = Cfg::Atom(name.trim_start_matches("cfg_").to_owned(), None);
            vec![(condition, parse(mac.tokens.clone()))]
        }
    }
}

/// `if #[cfg(a)] { .. } else if #[cfg(b)] { .. } else { .. }`.
struct CfgIf(Vec<(Cfg, TokenStream)>);

impl CfgIf {
    /// The branches, each with the negation of all earlier conditions.
    fn exclusive(self) -> Vec<(Cfg, TokenStream)> {
        let mut earlier = Cfg::TRUE;
        let mut out = Vec::with_capacity(self.0.len());
        for (cfg, body) in self.0 {
            out.push((earlier.clone().and(cfg.clone()), body));
            earlier = earlier.and(Cfg::Not(Box::new(cfg)));
        }
        out
    }
}

impl Parse for CfgIf {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut branches = Vec::new();
        loop {
            let cfg = if input.parse::<Option<Token![if]>>()?.is_some() {
                names::cfg_of(&input.call(syn::Attribute::parse_outer)?)
            } else {
                Cfg::TRUE
            };
            let body;
            syn::braced!(body in input);
            branches.push((cfg, body.parse()?));
            if input.parse::<Option<Token![else]>>()?.is_none() {
                return Ok(Self(branches));
            }
        }
    }
}

/// `tokio::select! { pat = future, if guard => body, else => body }`.
struct Select(Vec<SelectArm>);

struct SelectArm {
    source: Option<(syn::Pat, syn::Expr)>,
    body: syn::Expr,
}

impl Parse for Select {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(syn::Ident) && input.peek2(Token![;]) {
            input.parse::<syn::Ident>()?;
            input.parse::<Token![;]>()?;
        }
        let mut arms = Vec::new();
        while !input.is_empty() {
            let bare =
                input.peek(Token![else]) || (input.peek(syn::Ident) && input.peek2(Token![=>]));
            let source = if bare {
                input.parse::<TokenTree>()?;
                None
            } else {
                let pat = syn::Pat::parse_multi_with_leading_vert(input)?;
                input.parse::<Token![=]>()?;
                let future = input.parse()?;
                if input.parse::<Option<Token![,]>>()?.is_some() {
                    input.parse::<Token![if]>()?;
                    input.parse::<syn::Expr>()?;
                }
                Some((pat, future))
            };
            input.parse::<Token![=>]>()?;
            let body = syn::Expr::parse_with_earlier_boundary_rule(input)?;
            input.parse::<Option<Token![,]>>()?;
            arms.push(SelectArm { source, body });
        }
        Ok(Self(arms))
    }
}

fn single(mut args: Vec<Expr>) -> Expr {
    if args.len() == 1 { args.remove(0) } else { Expr::Tuple(args) }
}

/// Whether a macro that is given `expr` could change the variable behind it.
fn is_place(expr: &syn::Expr) -> bool {
    match expr {
        syn::Expr::Path(_) | syn::Expr::Field(_) => true,
        syn::Expr::Reference(it) => is_place(&it.expr),
        syn::Expr::Paren(it) => is_place(&it.expr),
        _ => false,
    }
}

fn hidden(tokens: &TokenStream) -> Expr {
    let mut names = Vec::new();
    mentioned(tokens.clone(), &mut names);
    names.sort_unstable();
    names.dedup();
    Expr::Hidden("unparsed macro", names)
}

fn mentioned(tokens: TokenStream, names: &mut Vec<Name>) {
    for token in tokens {
        match token {
            TokenTree::Ident(it) => names.push(names::name(&it)),
            TokenTree::Group(it) => mentioned(it.stream(), names),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check_ir;

    #[test]
    fn wrappers_of_system_calls_are_seen_through() {
        check_ir(
            r"
fn f() -> io::Result<()> {
    let fd = syscall!(socket(libc::AF_INET, libc::SOCK_STREAM, 0))?;
    syscall!(bind(fd, addr, len));
    cvt!(unsafe { libc::listen(fd, 1) })?;
    try!(s.bind(addr));
}
",
            r"
fn f() -> io::Result<()> {
  let fd = try call#0 socket!(libc::AF_INET, libc::SOCK_STREAM, 0)
  call#1 bind!(fd, addr, len)
  try {
    tail call#2 libc::listen!(fd, 1)
  }
  try call#3 .bind(s, addr)
}
",
        );
    }

    #[test]
    fn a_macro_that_is_given_a_variable_may_change_it() {
        check_ir(
            r"
fn f() {
    configure!(s, true);
    store!(self.socket);
}
",
            r#"
fn f() -> () {
  opaque(s, true, hidden("unparsed macro": s, true))
  opaque(self.socket, hidden("unparsed macro": self, socket))
}
"#,
        );
    }

    #[test]
    fn tokens_that_do_not_parse_mention_names() {
        check_ir(
            r"
fn f() {
    configure!(s => reuse, other: { port });
    empty!();
}
",
            r#"
fn f() -> () {
  hidden("unparsed macro": other, port, reuse, s)
  opaque()
}
"#,
        );
    }

    #[test]
    fn readers_only_read() {
        check_ir(
            r#"
fn f() {
    println!("{} {}", s.local_addr()?, name);
    assert!(s.bind(addr).is_ok(), "bound");
    let text = format!("0.0.0.0:{}", port);
    let both = vec![a(), b()];
    bail!("no socket {}", s);
}
"#,
            r#"
fn f() -> () {
  opaque("{} {}", try call#0 .local_addr(s), name)
  opaque(call#2 .is_ok(call#1 .bind(s, addr)), "bound")
  let text = format("0.0.0.0:{}", port)
  let both = (call#3 a(), call#4 b())
  diverge("no socket {}", s)
}
"#,
        );
    }

    #[test]
    fn statements_in_a_macro_end_at_it() {
        check_ir(
            r"
fn f() {
    retry! {
        let s = make()?;
        s.bind(addr)?;
    }
}
",
            r"
fn f() -> () {
  tail opaque(bounded {
    let s = try call#0 make!()
    try call#1 .bind(s, addr)
  })
}
",
        );
    }

    #[test]
    fn branches_of_cfg_if_exclude_each_other() {
        check_ir(
            r#"
fn f() {
    cfg_if::cfg_if! {
        if #[cfg(windows)] {
            s.set_exclusive(true);
        } else if #[cfg(feature = "reuse")] {
            s.set_reuse_address(true);
        } else {
            skip(s)
        }
    }
}
"#,
            r#"
fn f() -> () {
  tail one of {
    cfg(windows):
      {
        discarded call#0 .set_exclusive(s, true)
      }
    cfg(all(not(windows), feature = "reuse")):
      {
        discarded call#1 .set_reuse_address(s, true)
      }
    cfg(all(not(windows), not(feature = "reuse"))):
      {
        tail call#2 skip(s)
      }
  }
}
"#,
        );
    }

    #[test]
    fn arms_of_select_are_alternatives() {
        check_ir(
            r#"
fn f() {
    tokio::select! {
        biased;
        Ok(s) = make() => s.listen(1)?,
        _ = stop.recv(), if armed => { return; }
        else => panic!("closed"),
    }
}
"#,
            r#"
fn f() -> () {
  tail one of {
    match call#1 make() {
      Ok { 0: s } => try call#0 .listen(s, 1)
    }
    match call#2 .recv(stop) {
      _ => {
        return
      }
    }
    diverge("closed")
  }
}
"#,
        );
    }

    #[test]
    fn macro_calls_know_that_they_are_in_one() {
        check_ir(
            r"
fn f() {
    check!(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, on));
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, on);
    dbg!(s.bind(addr));
}
",
            r"
fn f() -> () {
  call#0 setsockopt!(fd, SOL_SOCKET, SO_REUSEADDR, on)
  discarded call#1 setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, on)
  call#2 .bind(s, addr)
}
",
        );
    }
}
