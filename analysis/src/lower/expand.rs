//! `macro_rules!` of the workspace: an invocation is lowered as what it stands for.
//!
//! A macro is known behind its definition, up to the end of the block or module that it is in, and a later
//! one hides it. The first arm that matches is written out, and its tokens are lowered in place:
//!
//! ```text
//! macro_rules! syscall {
//!     ($name:ident($($arg:expr),*)) => {{
//!         let r = unsafe { libc::$name($($arg),*) };        let r·1 = … libc::bind(fd, addr, len)
//!         if r == -1 { Err(last()) } else { Ok(r) }
//!     }};
//! }
//! syscall!(bind(fd, addr, len))?;                           the call is at the invocation
//! ```
//!
//! Tokens of a body are said to be where the invocation is, those of its arguments stay where they are. Macros
//! of other files are those that the caller says are seen here ([`Foreign`]): a file is lowered without any,
//! and again if that shows that it invokes one. What is not expanded (a macro of another workspace, an arm of a form that is not known, one level or one token too
//! many, a result that does not parse) is lowered as a macro of unknown meaning.

mod crates;
mod matching;
mod transcript;

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    sync::Arc,
};

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::{
    Token,
    parse::{Parse, ParseStream, Parser},
    punctuated::Punctuated,
};

use self::{
    crates::{invoked, rooted},
    matching::Pattern,
    transcript::{Body, Writer},
};
use super::{Lowerer, depth, macros::is_known, names};
use crate::{
    cfg::Cfg,
    ir::{Expr, Stmt},
    macros::{self, FileMacros, Foreign, Node, NodeKind, Visible, Wanted},
};

/// How many expansions may surround one.
const MOST_LEVELS: usize = 8;

/// How many tokens a file may grow by.
const MOST_TOKENS: usize = 1 << 16;

/// How many tokens may be compared with the arms of a file's macros.
const MOST_COMPARED: usize = 1 << 20;

/// The macros that are visible at the current node.
pub(super) struct Macros<'a> {
    visible: Vec<Definition>,
    /// Those of other files that become visible at a `mod` declaration, by its offset.
    shown: BTreeMap<usize, Vec<Definition>>,
    /// Those of other files that only a path or an import leads to, by the path as it is written.
    paths: BTreeMap<Vec<String>, Definition>,
    /// What is lowered; nothing if no other file has to do with it.
    source: Option<Source<'a>>,
    /// What other files have to do with.
    file: FileMacros,
    /// The newest node of the scope at hand.
    newest: Option<usize>,
    /// Where the invocations around the current node start.
    starts: Vec<usize>,
    /// Whether a macro wrote the code at hand.
    writes: bool,
    /// How many conditions surround the block or module at hand.
    outside: usize,
    levels: usize,
    tokens: usize,
    compared: usize,
    expanded: usize,
}

/// The text that is lowered.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) text: &'a str,
    /// How many bytes of the file stand before it.
    pub(super) start: usize,
}

#[derive(Clone)]
struct Definition {
    name: String,
    cfg: Cfg,
    /// In order; nothing for an arm that cannot be read.
    arms: Rc<[Option<Arm>]>,
    foreign: bool,
}

struct Arm {
    pattern: Vec<Pattern>,
    body: Vec<Body>,
}

/// Where a macro stands, as far as it matters to names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Among the variables of a function.
    Body,
    /// Among items, which see no variables.
    Items,
}

impl Definition {
    /// A macro of another file; nothing if its text cannot be read.
    fn read(visible: &Visible) -> Option<Self> {
        let Visible { cfg, definition, krate } = visible;
        let mut rules = syn::parse_str::<TokenStream>(&definition.rules).ok()?;
        if let Some(krate) = krate {
            rules = rooted(rules, krate);
        }
        let (name, cfg) = (definition.name.clone(), cfg.clone());
        Some(Self { name, cfg, arms: arms(rules).into(), foreign: true })
    }
}

impl<'a> Macros<'a> {
    pub(super) fn new(source: Option<Source<'a>>, foreign: &Foreign) -> Self {
        let read = |list: &Vec<Visible>| list.iter().filter_map(Definition::read).collect();
        let path = |(path, it): (&Vec<String>, _)| Some((path.clone(), Definition::read(it)?));
        Self {
            visible: read(&foreign.start),
            shown: foreign.shown.iter().map(|(offset, list)| (*offset, read(list))).collect(),
            paths: foreign.paths.iter().filter_map(path).collect(),
            source,
            file: FileMacros::default(),
            newest: None,
            starts: Vec::new(),
            writes: false,
            outside: 0,
            levels: 0,
            tokens: MOST_TOKENS,
            compared: MOST_COMPARED,
            expanded: 0,
        }
    }

    /// What the file has to do with macros of others, now that its end is reached.
    pub(super) fn finish(mut self) -> FileMacros {
        self.file.last = self.newest;
        self.file
    }

    /// Whether a macro wrote the code at hand.
    pub(super) fn writes(&self) -> bool {
        self.writes
    }

    /// Notes what makes the macros of a crate known in this one.
    pub(super) fn prelude(&mut self, krate: &str, attrs: &[syn::Attribute]) {
        let Some(attr) = attrs.iter().find(|it| it.path().is_ident("macro_use")) else { return };
        let list = Punctuated::<syn::Ident, Token![,]>::parse_terminated;
        let listed = matches!(attr.meta, syn::Meta::List(_)).then(|| attr.parse_args_with(list));
        let listed =
            listed.map(|it| it.into_iter().flatten().map(|it| names::name(&it).into()).collect());
        self.file.preludes.push((krate.to_owned(), listed));
    }

    /// The macros that an invocation can mean, each under its condition; only the first without one counts.
    fn named(&mut self, mac: &syn::Macro) -> Vec<Definition> {
        let found = textual_name(&mac.path).map_or_else(Vec::new, |name| self.textual(&name));
        let is_bare = mac.path.segments.len() == 1;
        let is_own = |it: &Definition| !it.foreign;
        if !found.is_empty() && (is_bare || found.iter().all(is_own)) {
            if !found.iter().any(is_own) {
                self.want(mac);
            }
            return found;
        }
        self.want(mac);
        if self.paths.is_empty() {
            return Vec::new();
        }
        self.paths.get(&written(&mac.path)).cloned().into_iter().collect()
    }

    /// Notes that a macro of another file may be meant.
    fn want(&mut self, mac: &syn::Macro) {
        let known = mac.path.segments.last().is_none_or(|it| is_known(&names::name(&it.ident)));
        if self.source.is_some() && !known {
            let wanted = Wanted { path: written(&mac.path), scope: self.newest };
            let range = span(mac).byte_range();
            let known = self.file.wanted.entry(wanted).or_default();
            known.push(range);
        }
    }

    fn textual(&self, name: &str) -> Vec<Definition> {
        let mut earlier = Cfg::TRUE;
        let mut found = Vec::new();
        for it in self.visible.iter().rev().filter(|it| it.name == name) {
            found.push(Definition { cfg: earlier.clone().and(it.cfg.clone()), ..it.clone() });
            if it.cfg == Cfg::TRUE {
                break;
            }
            earlier = earlier.and(Cfg::Not(Box::new(it.cfg.clone())));
        }
        found
    }

    fn expand(
        &mut self,
        mac: &syn::Macro,
        arms: &[Option<Arm>],
        place: Place,
    ) -> Option<TokenStream> {
        let cost = transcript::size(&mac.tokens) + 1;
        for arm in arms {
            let arm = arm.as_ref()?;
            self.compared = self.compared.checked_sub(cost)?;
            let Some(bindings) = matching::bind(&arm.pattern, mac.tokens.clone()) else { continue };
            self.expanded += 1;
            let number = (place == Place::Body).then_some(self.expanded);
            let mut writer = Writer { span: span(mac), number, left: &mut self.tokens };
            return writer.write(&arm.body, &bindings).filter(|it| !depth::grows_too_deep(it));
        }
        None
    }
}

/// The name of a macro that is looked up where it stands; a path leads to another one.
fn textual_name(path: &syn::Path) -> Option<String> {
    let mut segs = path.segments.iter();
    let last = segs.next_back()?;
    let within = ["crate", "self", "super"];
    let here = path.leading_colon.is_none()
        && segs.all(|seg| within.contains(&names::name(&seg.ident).as_str()));
    here.then(|| names::name(&last.ident).into())
}

/// A path as it is written; a leading `::` is an empty name.
fn written(path: &syn::Path) -> Vec<String> {
    let start = path.leading_colon.map(|_| String::new());
    start
        .into_iter()
        .chain(path.segments.iter().map(|seg| names::name(&seg.ident).into()))
        .collect()
}

/// Tokens as people write them, so that words which are looked for are found. Literals may get other blanks.
fn as_written(tokens: &TokenStream) -> String {
    tokens.to_string().replace(" :: ", "::").replace(" (", "(")
}

/// The whole invocation.
fn span(mac: &syn::Macro) -> Span {
    let start = mac.path.segments.first().map_or_else(Span::call_site, |seg| seg.ident.span());
    start.join(mac.delimiter.span().close()).unwrap_or(start)
}

impl Lowerer<'_> {
    /// Makes a macro known from here on.
    pub(super) fn define(&mut self, name: &syn::Ident, mac: &syn::Macro, attrs: &[syn::Attribute]) {
        let (name, cfg) = (String::from(names::name(name)), self.condition());
        if let Some(source) = self.macros.source
            && self.bodies.is_empty()
        {
            let rules = match mac.delimiter.span() {
                span if self.macros.levels == 0 => {
                    let inside = span.open().byte_range().end..span.close().byte_range().start;
                    source.text.get(inside).unwrap_or_default().to_owned()
                }
                _ => as_written(&mac.tokens),
            };
            let exported = attrs.iter().find(|it| it.path().is_ident("macro_export"));
            // What it invokes may then be found only by its own crate.
            let alone = exported.is_some_and(|it| matches!(it.meta, syn::Meta::Path(_)));
            let mut invokes = BTreeSet::new();
            invoked(mac.tokens.clone(), &mut invokes);
            let definition = macros::Definition::new(name.clone(), rules, alone, invokes);
            self.node(NodeKind::Definition(Arc::new(definition)));
        }
        let arms = arms(mac.tokens.clone()).into();
        self.macros.visible.push(Definition { name, cfg, arms, foreign: false });
    }

    /// Makes known what the file of the last `mod` declaration shows.
    pub(super) fn declare(&mut self, used: bool) {
        let (Some(decl), Some(source)) = (self.mods.last(), self.macros.source) else { return };
        let shown = self.macros.shown.get(&(decl.offset + source.start));
        let around = self.condition();
        let under =
            |it: &Definition| Definition { cfg: around.clone().and(it.cfg.clone()), ..it.clone() };
        let shown: Vec<_> = shown.into_iter().flatten().map(under).collect();
        self.macros.visible.extend(shown);
        self.macros.file.decls.push(self.macros.newest);
        self.node(NodeKind::Module(self.mods.len() - 1, used));
    }

    fn node(&mut self, kind: NodeKind) {
        let (before, cfg) = (self.macros.newest, self.condition());
        self.macros.file.nodes.push(Node { before, cfg, kind });
        self.macros.newest = Some(self.macros.file.nodes.len() - 1);
    }

    /// The conditions on the item at hand, relative to the block or module that it is in.
    fn condition(&self) -> Cfg {
        self.conditions[self.macros.outside..].iter().cloned().fold(Cfg::TRUE, Cfg::and)
    }

    /// Runs `lower` on what stands between the braces of a block.
    pub(super) fn braces<T>(
        &mut self,
        block: &syn::Block,
        lower: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let around = self.macros.writes;
        // What a macro writes is said to be where its invocation starts.
        let start = block.brace_token.span.open().byte_range().start;
        self.macros.writes &= self.macros.starts.contains(&start);
        let result = lower(self);
        self.macros.writes = around;
        result
    }

    /// Runs `lower` on a block or module, whose macros end with it.
    pub(super) fn scope<T>(&mut self, lower: impl FnOnce(&mut Self) -> T) -> T {
        let visible = self.macros.visible.len();
        let outside = std::mem::replace(&mut self.macros.outside, self.conditions.len());
        let newest = self.macros.newest;
        let result = lower(self);
        self.macros.visible.truncate(visible);
        self.macros.outside = outside;
        self.macros.newest = newest;
        result
    }

    /// A macro of the workspace as an expression.
    pub(super) fn expanded_expr(&mut self, mac: &syn::Macro, discarded: bool) -> Option<Expr> {
        let parse = |input: ParseStream<'_>| {
            let expr: syn::Expr = input.parse()?;
            input.parse::<Option<Token![;]>>()?;
            Ok(expr)
        };
        let lower = |this: &mut Self, _: &Cfg, expr: &syn::Expr| this.expr_as(expr, discarded);
        let mut found = self.expanded(mac, Place::Body, parse, lower)?;
        match found.as_slice() {
            [(cfg, _)] if *cfg == Cfg::TRUE => found.pop().map(|(_, expr)| expr),
            _ => Some(Expr::OneOf(found)),
        }
    }

    /// A macro of the workspace as statements, each with its condition. `tail` says that the value of the last
    /// one is that of the block, `discarded` that it is thrown away on the spot.
    pub(super) fn expanded_stmts(
        &mut self,
        mac: &syn::Macro,
        tail: bool,
        discarded: bool,
    ) -> Option<Vec<Stmt>> {
        let lower = |this: &mut Self, _: &Cfg, stmts: &Vec<syn::Stmt>| {
            let mut out = Vec::with_capacity(stmts.len());
            for (idx, stmt) in stmts.iter().enumerate() {
                let last = idx + 1 == stmts.len();
                this.stmt_as(stmt, last && tail, last && discarded, &mut out);
            }
            out
        };
        let found = self.expanded(mac, Place::Body, syn::Block::parse_within, lower)?;
        let under = |(cfg, stmts): (Cfg, Vec<Stmt>)| {
            stmts.into_iter().map(move |it| Stmt { cfg: cfg.clone().and(it.cfg), ..it })
        };
        Some(found.into_iter().flat_map(under).collect())
    }

    /// A macro of the workspace as items of a module, of an `impl`, or whatever `T` is; `lower` gets the
    /// condition under which they stand.
    pub(super) fn expanded_items<T: Parse>(
        &mut self,
        mac: &syn::Macro,
        mut lower: impl FnMut(&mut Self, &Cfg, &[T]),
    ) -> bool {
        let parse = |input: ParseStream<'_>| {
            let mut items = Vec::new();
            while !input.is_empty() {
                items.push(input.parse()?);
            }
            Ok(items)
        };
        let lower = |this: &mut Self, cfg: &Cfg, items: &Vec<T>| lower(this, cfg, items);
        self.expanded(mac, Place::Items, parse, lower).is_some()
    }

    fn expanded<P, T>(
        &mut self,
        mac: &syn::Macro,
        place: Place,
        parse: impl Fn(ParseStream<'_>) -> syn::Result<P>,
        mut lower: impl FnMut(&mut Self, &Cfg, &P) -> T,
    ) -> Option<Vec<(Cfg, T)>> {
        if self.macros.levels == MOST_LEVELS {
            return None;
        }
        let mut parsed = Vec::new();
        for it in self.macros.named(mac) {
            let tokens = self.macros.expand(mac, &it.arms, place)?;
            parsed.push((it.cfg, (&parse).parse2(tokens).ok()?));
        }
        if parsed.is_empty() {
            return None;
        }
        self.macros.levels += 1;
        self.macros.starts.push(span(mac).byte_range().start);
        let writes = std::mem::replace(&mut self.macros.writes, true);
        let each = parsed.into_iter().map(|(cfg, it)| {
            let lowered = self.under(&cfg, |this| lower(this, &cfg, &it));
            (cfg, lowered)
        });
        let each = each.collect();
        self.macros.writes = writes;
        self.macros.starts.pop();
        self.macros.levels -= 1;
        Some(each)
    }
}

/// `pattern => body;` again and again.
fn arms(rules: TokenStream) -> Vec<Option<Arm>> {
    let mut out = Vec::new();
    let mut rules = rules.into_iter();
    while let Some(pattern) = rules.next() {
        if matching::is_punct(&pattern, ';') {
            continue;
        }
        let arrow = [rules.next(), rules.next()];
        let arrow = arrow.iter().flatten().zip(['=', '>']).all(|(it, c)| matching::is_punct(it, c));
        let (TokenTree::Group(pattern), true, Some(TokenTree::Group(body))) =
            (pattern, arrow, rules.next())
        else {
            out.push(None);
            break;
        };
        let arm = matching::pattern(pattern.stream())
            .zip(transcript::body(body.stream()))
            .filter(|_| body.delimiter() != Delimiter::None)
            .map(|(pattern, body)| Arm { pattern, body });
        out.push(arm);
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::{
        lower,
        sites::SiteId,
        testing::{check, check_ir, check_states},
    };

    /// The system call of a name, and its check.
    const SYSCALL: &str = r"
macro_rules! syscall {
    ($name:ident($($arg:expr),* $(,)?)) => {{
        let r = unsafe { libc::$name($($arg),*) };
        if r == -1 { Err(io::Error::last_os_error()) } else { Ok(r) }
    }};
}
";

    #[test]
    fn an_invocation_is_what_its_body_says() {
        check_ir(
            &format!("{SYSCALL}fn f() {{ let fd = syscall!(socket(AF_INET, kind | 1, 0,))?; }}"),
            r"
fn f() -> () {
  let fd = try {
    let r·1 = {
      tail call#0 libc::socket(AF_INET, (kind | 1), 0)
    }
    tail if (r·1 == -1) {
      tail call#1 Err(call#2 io::Error::last_os_error())
    } else {
      tail call#3 Ok(r·1)
    }
  }
}
",
        );
    }

    #[test]
    fn the_first_arm_that_matches_counts() {
        check_ir(
            r"
macro_rules! set {
    ($s:ident.$name:ident = on) => { $s.$name(true) };
    ($s:expr, [$($name:ident),+]) => { ($($s.$name(true)),+) };
    ($s:expr; $kind:ty, $to:literal $(, $more:tt)?) => { <$kind>::set(&$s, $to, $($more)?) };
    ('a $l:lifetime { $($p:pat => $b:block)* }) => { match x { $($p => $b,)* } };
    ($v:vis $p:path; $s:stmt) => { { $s; $p } };
}
fn f() {
    set!(s.reuse = on);
    set!(self.s, [reuse, port]);
    set!(s; Vec<u8>, -1, (a));
    set!('a 'b { Some(s) => { s } None => { t } });
    set!(pub(crate) a::B; let s = make());
    set!(s => none);
}
",
            r#"
fn f() -> () {
  discarded call#0 .reuse(s, true)
  (call#1 .reuse(self.s, true), call#2 .port(self.s, true))
  discarded call#3 <Vec<u8>>::set(s, -1, a)
  match x {
    Some { 0: s } => {
      tail s
    }
    None => {
      tail t
    }
  }
  {
    let s = call#4 make()
    tail a::B
  }
  hidden("unparsed macro": none, s)
}
"#,
        );
    }

    #[test]
    fn arguments_stay_whole() {
        check_ir(
            r"
macro_rules! both { ($a:expr, $b:expr) => { $a && $b } }
fn f() { let x = both!(a || b, !c); }
",
            r"
fn f() -> () {
  let x = ((a || b) && !c)
}
",
        );
    }

    #[test]
    fn variables_of_the_body_are_not_those_of_the_caller() {
        check_ir(
            r"
macro_rules! open {
    ($addr:expr, $s:ident) => {
        let addr = parse($addr);
        let Options { reuse, port: p, .. } = options;
        let $s = Socket::new(addr.domain, Options { reuse, p })?;
        for x in list { addr.log(|y| y + x) }
        match addr { Some(addr) | Old { addr } if on => addr, z => z.addr }
        addr::addr(addr)
    };
}
fn f(addr: A) {
    open!(addr, s);
    s.bind(addr, x, y, z);
}
",
            r"
fn f(addr: A) -> () {
  let addr·1 = call#0 parse(addr)
  let Options { reuse: reuse·1, port: p·1 } = options
  let s = try call#1 Socket::new(addr·1.domain, Options { reuse: reuse·1, p: p·1 })
  for x·1 in list {
    tail call#2 .log(addr·1, |y·1| (y·1 + x·1))
  }
  match addr·1 {
    Some { 0: addr·1 } | Old { addr: addr·1 } if on => addr·1
    z·1 => z·1.addr
  }
  discarded call#3 addr::addr(addr·1)
  discarded call#4 .bind(s, addr, x, y, z)
}
",
        );
    }

    #[test]
    fn a_macro_is_visible_behind_its_definition() {
        check_ir(
            r"
fn before() { m!(x()); }
macro_rules! m { ($e:expr) => { first($e) } }
fn between() {
    m!(x());
    macro_rules! m { ($e:expr) => { inner($e) } }
    { macro_rules! m { ($e:expr) => { deep($e) } } m!(x()); }
    m!(x());
    std::m!(x());
}
mod hidden { macro_rules! m { ($e:expr) => { module($e) } } }
fn after() { crate::m!(x()); }
#[macro_use]
mod shown { macro_rules! m { ($e:expr) => { second($e) } } }
fn last() { m!(x()); }
",
            r"
fn before() -> () {
  call#0 x!()
}
fn between() -> () {
  discarded call#1 first(call#2 x())
  {
    discarded call#3 deep(call#4 x())
  }
  discarded call#5 inner(call#6 x())
  call#7 x!()
}
mod hidden {}
fn after() -> () {
  discarded call#8 first(call#9 x())
}
mod shown {}
fn last() -> () {
  discarded call#10 second(call#11 x())
}
",
        );
    }

    #[test]
    fn definitions_keep_their_conditions() {
        check_ir(
            r"
#[cfg(unix)]
macro_rules! m { ($e:expr) => { first($e) } }
#[cfg(not(unix))]
macro_rules! m { ($e:expr) => {} }
fn f() {
    m!(x());
}
#[cfg(unix)]
mod inner {
    macro_rules! m { () => { fn made() {} } }
    m!();
}
",
            r"
fn f() -> () {
  cfg(all(not(not(unix)), unix)):
    discarded call#0 first(call#1 x())
}
cfg(unix):
  mod inner {
    fn made() -> () {}
  }
",
        );
    }

    #[test]
    fn a_local_macro_hides_a_known_one() {
        check_ir(
            r"
macro_rules! println { ($($arg:tt)*) => { log($($arg)*) } }
macro_rules! vec { [$e:expr; $n:expr] => { of($e) } }
fn f() { println!(a, s); let v = vec![s; 2]; let w = vec![s]; let x = std::vec![s; 2]; }
",
            r#"
fn f() -> () {
  discarded call#0 log(a, s)
  let v = call#1 of(s)
  let w = (s)
  let x = hidden("unparsed macro": s)
}
"#,
        );
    }

    #[test]
    fn items_are_made_wherever_they_can_be() {
        check_ir(
            r"
macro_rules! made {
    ($(#[$meta:meta])* $v:vis fn $name:ident: $ty:ty) => { $(#[$meta])* $v fn $name(x: $ty) { let x = x; } };
    (mod $name:ident) => { mod $name; };
}
macro_rules! unix { ($($item:item)*) => { $(#[cfg(unix)] $item)* } }
made!(#[cfg(unix)] pub fn a: A);
made! { mod b }
unix! { use c::d; }
impl T {
    made!(fn e: E);
    #[cfg(windows)]
    made! { fn f: F }
}
fn g() {
    made!(fn h: H);
}
",
            r"
cfg(unix):
  fn a(x: A) -> () {
    let x = x
  }
mod b = file 0
cfg(unix):
  use c::d as d
impl T {
  fn e(x: E) -> () {
    let x = x
  }
  cfg(windows):
    fn f(x: F) -> () {
      let x = x
    }
}
fn g() -> () {
  fn h(x·6: H) -> () {
    let x·6 = x·6
  }
}
",
        );
    }

    #[test]
    fn macros_of_macros_are_expanded() {
        check_ir(
            r"
macro_rules! outer { ($name:ident, $with:expr) => {
    macro_rules! $name { ($x:expr) => { set($x, $with) } }
} }
macro_rules! inner { ($($t:tt)*) => { again!($($t)*) } }
macro_rules! again { ($a:ident :: $op:tt $b:ident) => { $a.$b($op) } }
outer!(on, true);
fn f() { on!(s); inner!(s::-b); }
",
            r#"
fn f() -> () {
  discarded call#0 set(s, true)
  hidden("unparsed macro": b, s)
}
"#,
        );
    }

    #[test]
    fn recursion_ends() {
        check_ir(
            r"
macro_rules! count { ($head:expr $(, $tail:expr)*) => { add($head, count!($($tail),*)) }; () => { none() } }
macro_rules! forever { ($($t:tt)*) => { forever!($($t)*) } }
fn f() { count!(a, b); forever!(s.bind(a)); }
",
            r"
fn f() -> () {
  discarded call#0 add(a, call#1 add(b, call#2 none()))
  call#3 .bind(s, a)
}
",
        );
    }

    /// Lowers on as much stack as lowering is promised.
    fn lowers(text: String) {
        let work = move || drop(lower(&text).unwrap());
        let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(work).unwrap();
        thread.join().unwrap();
    }

    #[test]
    fn growth_is_bounded() {
        let twice = "macro_rules! m { ($($t:tt)*) => { m!($($t)* $($t)*); m!($($t)* $($t)*) } }";
        lowers(format!("{twice} fn f() {{ {} }}", "m!(a b c d);".repeat(1000)));
        let arms = "($a:expr, x) => {};".repeat(1000);
        let call = format!("m!({});", "a + ".repeat(1000) + "b");
        lowers(format!("macro_rules! m {{ {arms} }} fn f() {{ {} }}", call.repeat(100)));
        let deep = format!(
            "macro_rules! m {{ ($($t:tt)*) => {{ {}m!($($t)*){} }} }} fn f() {{ m!({}x{}); }}",
            "(".repeat(180),
            ")".repeat(180),
            "[".repeat(900),
            "]".repeat(900)
        );
        lowers(deep);
        lowers(format!(
            "macro_rules! m {{ ($e:expr) => {{ [$e, $e] }} }} fn f() {{ {}x{}; }}",
            "m!(".repeat(200),
            ")".repeat(200)
        ));
    }

    #[test]
    fn odd_macros_do_no_harm() {
        for rules in [
            "",
            "()",
            "() =>",
            "() => {} ()",
            "($) => {}",
            "($x) => {}",
            "($x:what) => {}",
            "($($x:tt)) => {}",
            "($($x:tt)* $($y:tt)*) => { $($x $y)* }",
            "($x:tt) => { $($x)* }",
            "($($x:tt)*) => { $x }",
            "($($v:vis)*) => {}",
            "() => { $ }",
            "() => { ${ignore(x)} }",
            "() => { $( }",
            "(x) => { fn }",
            "($($(a)?)*) => {}",
            "($x:expr) => { $x $x $x }",
            "() => { let let = for | => }",
            "a => b",
        ] {
            let text = format!(
                "macro_rules! m {{ {} }} m!(a); m!(); fn f() {{ m!(a); m!(a b); m!(); }}",
                rules.replace("$( }", "$() }")
            );
            lowers(text);
        }
    }

    #[test]
    fn what_a_macro_writes_is_marked() {
        let text = "
macro_rules! items { ($($item:item)*) => { $(#[cfg(unix)] $item)* fn made() { made_here() } } }
macro_rules! wrap { ($e:expr, $b:block) => { around($e); let v = || { $e; inside() }; if on() $b } }
fn plain() { outside(); wrap!(argument(), { block(); wrap!(deep(), {}) }); other!(unknown()); }
items! { fn own() { own_call(); wrap!(nested(), {}); } fn two() {} }
";
        let lowered = lower(text).unwrap();
        let mut expanded = [Vec::new(), Vec::new()];
        for id in (0..).map(SiteId).take_while(|id| lowered.sites.get(*id).expr != (0..0)) {
            let range = lowered.sites.get(id).label;
            let name = text[range].split(['(', '!']).next().unwrap().to_owned();
            expanded[usize::from(lowered.sites.is_expanded(id))].push(name);
        }
        let [own, written] = expanded;
        assert_eq!(own, ["outside", "block", "unknown", "own_call"]);
        let argument = ["wrap", "argument", "argument", "wrap", "wrap"];
        assert_eq!(written[..5], argument, "{written:?}");
        assert!(
            written[5..]
                .iter()
                .all(|it| ["wrap", "deep", "nested", "items"].contains(&it.as_str()))
        );
        assert!(lowered.sites.is_expanded(SiteId(1000)), "nothing is known of it");
    }

    #[test]
    fn a_checked_system_call_is_followed() {
        let uses = r"
use std::{io, os::fd::RawFd};
fn wrong(addr: *const libc::sockaddr, len: libc::socklen_t) -> io::Result<RawFd> {
    let fd = syscall!(socket(libc::AF_INET, libc::SOCK_STREAM, 0))?;
    syscall!(bind(fd, addr, len))?; //~ missing_reuseaddr
    syscall!(listen(fd, 128))?;
    Ok(fd)
}
fn right(addr: *const libc::sockaddr, len: libc::socklen_t) -> io::Result<RawFd> {
    let fd = syscall!(socket(libc::AF_INET, libc::SOCK_STREAM, 0))?;
    let on: libc::c_int = 1;
    syscall!(setsockopt(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, (&raw const on).cast(), 4))?;
    syscall!(bind(fd, addr, len))?;
    syscall!(listen(fd, 128))?;
    Ok(fd)
}
";
        check(&format!("{SYSCALL}{uses}"));
    }

    #[test]
    fn a_macro_that_sets_an_option_is_followed() {
        check_states(
            r"
use std::{io, os::fd::RawFd};
macro_rules! setsockopt {
    ($fd:expr, $level:ident, $name:ident, $value:expr) => {{
        let value: libc::c_int = $value;
        let size = std::mem::size_of::<libc::c_int>() as libc::socklen_t;
        let r = unsafe { libc::setsockopt($fd, libc::$level, libc::$name, (&raw const value).cast(), size) };
        if r == -1 { return Err(io::Error::last_os_error()); }
    }};
}
fn on(addr: *const libc::sockaddr) -> io::Result<RawFd> {
    let r = unsafe { libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0) };
    setsockopt!(r, SOL_SOCKET, SO_REUSEADDR, 1);
    unsafe { libc::bind(r, addr, 16) }; //? r: bound reuseaddr=on
    Ok(r)
}
fn off(addr: *const libc::sockaddr) -> io::Result<RawFd> {
    let r = unsafe { libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0) };
    setsockopt!(r, SOL_SOCKET, SO_REUSEADDR, 0);
    unsafe { libc::bind(r, addr, 16) }; //? r: bound reuseaddr=off
    Ok(r)
}
",
        );
    }

    #[test]
    fn a_macro_that_makes_a_socket_is_followed() {
        check(
            r"
use socket2::{Domain, Socket, Type};
macro_rules! stream {
    ($($set:ident),*) => {{
        let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        $(#[cfg(not(windows))] s.$set(true)?;)*
        s
    }};
}
fn f(addr: socket2::SockAddr, other: Socket) -> std::io::Result<(Socket, Socket)> {
    let s = stream!(set_nonblocking);
    let t = stream!(set_reuse_address);
    s.bind(&addr)?; //~ missing_reuseaddr
    s.listen(128)?;
    t.bind(&addr)?;
    t.listen(128)?;
    Ok((s, t))
}
",
        );
    }

    #[test]
    fn a_listener_of_a_macro_is_found_where_the_macro_is_used() {
        check(
            r"
use socket2::{Domain, Socket, Type};
macro_rules! listener {
    ($name:ident $(, $set:ident)*) => {
        pub fn $name(addr: &socket2::SockAddr) -> std::io::Result<Socket> {
            let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
            $(#[cfg(not(windows))] s.$set(true)?;)*
            s.bind(addr)?;
            s.listen(128)?;
            Ok(s)
        }
    };
}
listener!(right, set_reuse_address, set_nonblocking);
listener!(wrong, set_nonblocking); //~ missing_reuseaddr
",
        );
    }

    #[test]
    fn a_variable_of_the_macro_is_another_one() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
macro_rules! probe {
    ($addr:expr) => {
        let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        s.bind($addr)?;
    };
}
fn f(addr: &socket2::SockAddr) -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    probe!(addr);
    s.set_reuse_address(true)?; //? s: created reuseaddr=on
    s.bind(addr)?; //? s: bound reuseaddr=on
    Ok(())
}
",
        );
    }
}
