//! Items: modules, `use` trees, functions, impls, types, constants.

use std::collections::BTreeSet;

use compact_str::ToCompactString;
use syn::{FnArg, ImplItem, ReturnType, TraitItem, UseTree, spanned::Spanned};

use super::{Lowerer, macros, names};
use crate::{
    cfg::Cfg,
    facts::{Flags, Func, Item, ItemKind, ModDecl},
    ir::{Block, Expr, Name, Pat, Path, Seg, Stmt, StmtKind, Ty},
};

impl Lowerer<'_> {
    pub(super) fn items(&mut self, items: &[syn::Item]) -> Vec<Item> {
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            self.item(item, &mut out);
        }
        out.shrink_to_fit();
        out
    }

    pub(super) fn item(&mut self, item: &syn::Item, out: &mut Vec<Item>) {
        let cfg = names::cfg_of(attrs(item));
        self.with_attributes(attrs(item), |this| {
            this.under(&cfg.clone(), |this| this.item_under(item, cfg, out));
        });
    }

    fn item_under(&mut self, item: &syn::Item, cfg: Cfg, out: &mut Vec<Item>) {
        let kind = match item {
            syn::Item::Mod(it) => self.module(it),
            syn::Item::Use(it) => {
                let start = it.leading_colon.map(|_| Name::default()).into_iter().collect();
                use_tree(&it.tree, start, &cfg, out);
                return;
            }
            syn::Item::ExternCrate(it) => {
                let krate = names::name(&it.ident);
                let rename =
                    it.rename.as_ref().map_or_else(|| krate.clone(), |(_, to)| names::name(to));
                self.macros.prelude(&krate, &it.attrs);
                // A leading `::` makes the path start at a crate.
                ItemKind::Use(path_of(vec![Name::default(), krate]), Some(rename))
            }
            syn::Item::Fn(it) => ItemKind::Func(self.func(&it.sig, Some(&it.block)).into()),
            syn::Item::Impl(it) => ItemKind::Impl(
                names::ty(&it.self_ty),
                it.trait_.as_ref().map(|(path, _)| names::path(path)),
                self.impl_items(&it.items, &it.generics),
            ),
            syn::Item::Trait(it) => {
                ItemKind::Trait(names::name(&it.ident), self.trait_items(&it.items))
            }
            syn::Item::Struct(it) => {
                let (name, fields) = (names::name(&it.ident), fields(&it.fields));
                if names::derives(&it.attrs, "Default") {
                    let zeros = fields.iter().map(|(name, ty)| (name.clone(), zero(ty))).collect();
                    let value = Expr::Struct(Path::ident("Self"), zeros, None);
                    out.push(Item { cfg: cfg.clone(), kind: derived_default(&name, value) });
                }
                let flags = names::flags(&it.attrs, &it.fields).into_iter();
                out.extend(flags.map(|(derived, fields)| Item {
                    cfg: cfg.clone(),
                    kind: ItemKind::Flags(Flags { ty: name.clone(), derived, fields }),
                }));
                ItemKind::Struct(name, fields)
            }
            syn::Item::Union(it) => {
                let fields = syn::Fields::Named(it.fields.clone());
                ItemKind::Struct(names::name(&it.ident), self::fields(&fields))
            }
            syn::Item::Enum(it) => ItemKind::Enum(
                names::name(&it.ident),
                it.variants
                    .iter()
                    .map(|variant| (names::name(&variant.ident), fields(&variant.fields)))
                    .collect(),
            ),
            syn::Item::Type(it) => ItemKind::Alias(names::name(&it.ident), names::ty(&it.ty)),
            syn::Item::Const(it) => {
                ItemKind::Const(names::name(&it.ident), names::ty(&it.ty), self.expr(&it.expr))
            }
            syn::Item::Static(it) => {
                ItemKind::Const(names::name(&it.ident), names::ty(&it.ty), self.expr(&it.expr))
            }
            syn::Item::Macro(it) if it.mac.path.is_ident("compile_error") => ItemKind::CompileError,
            syn::Item::Macro(it) => {
                self.item_macro(it, &cfg, out);
                return;
            }
            _ => return,
        };
        out.push(Item { cfg, kind });
    }

    fn item_macro(&mut self, it: &syn::ItemMacro, cfg: &Cfg, out: &mut Vec<Item>) {
        if let Some(name) = it.ident.as_ref().filter(|_| it.mac.path.is_ident("macro_rules")) {
            return self.define(name, &it.mac, &it.attrs);
        }
        let lower = |this: &mut Self, branch: &Cfg, items: &[syn::Item]| {
            let cfg = cfg.clone().and(branch.clone());
            for item in this.items(items) {
                out.push(Item { cfg: cfg.clone().and(item.cfg), kind: item.kind });
            }
        };
        if self.expanded_items(&it.mac, lower) {
            return;
        }
        for (branch, items) in macros::item_branches(&it.mac) {
            let cfg = cfg.clone().and(branch);
            self.under(&cfg.clone(), |this| {
                for item in this.items(&items) {
                    out.push(Item { cfg: cfg.clone().and(item.cfg), kind: item.kind });
                }
            });
        }
    }

    fn module(&mut self, it: &syn::ItemMod) -> ItemKind {
        let name = names::name(&it.ident);
        let path = names::path_attr(&it.attrs);
        let Some((_, content)) = &it.content else {
            let decl = ModDecl {
                name: name.to_string(),
                inside: self.inside.clone(),
                path,
                conditional: !self.conditions.is_empty()
                    || it.attrs.iter().any(|attr| attr.path().is_ident("cfg_attr")),
                offset: it.span().byte_range().start,
            };
            self.mods.push(decl);
            self.declare(names::has(&it.attrs, "macro_use"));
            return ItemKind::ModDecl(name, self.mods.len() - 1);
        };
        self.inside.push((name.to_string(), path));
        let items = if names::has(&it.attrs, "macro_use") {
            self.items(content)
        } else {
            self.scope(|this| this.items(content))
        };
        self.inside.pop();
        ItemKind::Mod(name, items)
    }

    fn func(&mut self, sig: &syn::Signature, body: Option<&syn::Block>) -> Func {
        self.bodies.push(super::Body::default());
        let params = sig.inputs.iter().map(|input| match input {
            FnArg::Receiver(_) => (Pat::Bind("self".into(), None), Ty::Path(Path::ident("Self"))),
            FnArg::Typed(it) => (self.pat(&it.pat), names::ty(&it.ty)),
        });
        let params = params.collect();
        let unread = body
            .map(|body| body.brace_token.span.open().byte_range().end)
            .and_then(|start| self.unread.get(&start).cloned());
        let body = body.map(|body| self.block(body));
        let super::Body { inner, paths, methods, flags, weight } =
            self.bodies.pop().unwrap_or_default();
        Func {
            name: names::name(&sig.ident),
            params,
            has_self: sig.receiver().is_some(),
            is_async: sig.asyncness.is_some(),
            ret: match &sig.output {
                ReturnType::Default => Ty::Tuple(Vec::new()),
                ReturnType::Type(_, it) => names::ty(it),
            },
            generics: generics(&sig.generics),
            body,
            unread,
            listeners: self.listeners.clone(),
            inner,
            paths: paths.into_iter().collect(),
            methods: methods.into_iter().collect(),
            flags,
            weight,
        }
    }

    fn impl_items(&mut self, items: &[ImplItem], outer: &syn::Generics) -> Vec<Item> {
        let outer = generics(outer);
        let mut out = Vec::new();
        self.impl_items_under(&Cfg::TRUE, items, &outer, &mut out);
        out.shrink_to_fit();
        out
    }

    fn impl_items_under(
        &mut self,
        cfg: &Cfg,
        items: &[ImplItem],
        outer: &[(Name, Vec<Path>)],
        out: &mut Vec<Item>,
    ) {
        for item in items {
            let (attrs, kind) = match item {
                ImplItem::Fn(it) => {
                    let mut func =
                        self.with_attributes(&it.attrs, |this| this.func(&it.sig, Some(&it.block)));
                    func.generics.extend(outer.iter().cloned());
                    (&it.attrs, ItemKind::Func(func.into()))
                }
                ImplItem::Const(it) => (
                    &it.attrs,
                    ItemKind::Const(names::name(&it.ident), names::ty(&it.ty), self.expr(&it.expr)),
                ),
                ImplItem::Type(it) => {
                    (&it.attrs, ItemKind::Alias(names::name(&it.ident), names::ty(&it.ty)))
                }
                ImplItem::Macro(it) => {
                    let around = cfg.clone().and(names::cfg_of(&it.attrs));
                    self.expanded_items(&it.mac, |this, branch, items| {
                        let cfg = around.clone().and(branch.clone());
                        this.impl_items_under(&cfg, items, outer, out);
                    });
                    continue;
                }
                _ => continue,
            };
            out.push(Item { cfg: cfg.clone().and(names::cfg_of(attrs)), kind });
        }
    }

    fn trait_items(&mut self, items: &[TraitItem]) -> Vec<Item> {
        let mut out = Vec::new();
        for item in items {
            if let TraitItem::Fn(it) = item {
                let func =
                    self.with_attributes(&it.attrs, |this| this.func(&it.sig, it.default.as_ref()));
                out.push(Item { cfg: names::cfg_of(&it.attrs), kind: ItemKind::Func(func.into()) });
            }
        }
        out
    }
}

/// What `#[derive(Default)]` makes of a type whose default is `value`.
fn derived_default(name: &str, value: Expr) -> ItemKind {
    let body = Block { stmts: vec![Stmt { cfg: Cfg::TRUE, kind: StmtKind::Tail(value) }] };
    let func = Func {
        name: "default".into(),
        params: Vec::new(),
        has_self: false,
        is_async: false,
        ret: Ty::Path(Path::ident("Self")),
        generics: Vec::new(),
        body: Some(body),
        unread: None,
        listeners: Vec::new(),
        inner: Vec::new(),
        paths: Box::default(),
        methods: Box::default(),
        flags: BTreeSet::new(),
        weight: 1,
    };
    let func = Item { cfg: Cfg::TRUE, kind: ItemKind::Func(func.into()) };
    ItemKind::Impl(Ty::Path(Path::ident(name)), Some(Path::ident("Default")), vec![func])
}

/// The default of a type of the language, as far as it decides anything.
fn zero(ty: &Ty) -> Expr {
    let Ty::Path(path) = ty else { return Expr::UNKNOWN };
    match path.last() {
        "bool" => Expr::Bool(false),
        "Option" => Expr::Path(Path::ident("None")),
        "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "isize"
        | "c_int" => Expr::Int(0),
        _ => Expr::UNKNOWN,
    }
}

fn fields(fields: &syn::Fields) -> Vec<(Name, Ty)> {
    let name = |(idx, field): (usize, &syn::Field)| {
        let name = field.ident.as_ref().map_or_else(|| idx.to_compact_string(), names::name);
        (name, names::ty(&field.ty))
    };
    fields.iter().enumerate().map(name).collect()
}

fn generics(generics: &syn::Generics) -> Vec<(Name, Vec<Path>)> {
    let types = generics
        .type_params()
        .map(|param| (names::name(&param.ident), names::bounds(param.bounds.iter())));
    let constants = generics.const_params().map(|param| (names::name(&param.ident), Vec::new()));
    let mut out: Vec<(Name, Vec<Path>)> = types.chain(constants).collect();
    for predicate in generics.where_clause.iter().flat_map(|clause| &clause.predicates) {
        let syn::WherePredicate::Type(it) = predicate else { continue };
        let Ty::Path(path) = names::ty(&it.bounded_ty) else { continue };
        if let Some((_, bounds)) = out.iter_mut().find(|(name, _)| path.as_ident() == Some(name)) {
            bounds.extend(names::bounds(it.bounds.iter()));
        }
    }
    out
}

fn use_tree(tree: &UseTree, mut prefix: Vec<Name>, cfg: &Cfg, out: &mut Vec<Item>) {
    let (prefix, bound) = match tree {
        UseTree::Path(it) => {
            prefix.push(names::name(&it.ident));
            return use_tree(&it.tree, prefix, cfg, out);
        }
        UseTree::Group(it) => {
            return it.items.iter().for_each(|tree| use_tree(tree, prefix.clone(), cfg, out));
        }
        UseTree::Glob(_) => (prefix, None),
        UseTree::Name(it) if it.ident == "self" => {
            let last = prefix.last().cloned();
            (prefix, last)
        }
        UseTree::Name(it) => {
            prefix.push(names::name(&it.ident));
            (prefix, Some(names::name(&it.ident)))
        }
        UseTree::Rename(it) => {
            if it.ident != "self" {
                prefix.push(names::name(&it.ident));
            }
            (prefix, Some(names::name(&it.rename)))
        }
    };
    out.push(Item { cfg: cfg.clone(), kind: ItemKind::Use(path_of(prefix), bound) });
}

fn path_of(names: Vec<Name>) -> Path {
    let segs = names.into_iter().map(|name| Seg { name, args: Vec::new() }).collect();
    Path { qself: None, segs }
}

fn attrs(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(it) => &it.attrs,
        syn::Item::Enum(it) => &it.attrs,
        syn::Item::ExternCrate(it) => &it.attrs,
        syn::Item::Fn(it) => &it.attrs,
        syn::Item::Impl(it) => &it.attrs,
        syn::Item::Macro(it) => &it.attrs,
        syn::Item::Mod(it) => &it.attrs,
        syn::Item::Static(it) => &it.attrs,
        syn::Item::Struct(it) => &it.attrs,
        syn::Item::Trait(it) => &it.attrs,
        syn::Item::Type(it) => &it.attrs,
        syn::Item::Union(it) => &it.attrs,
        syn::Item::Use(it) => &it.attrs,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check_ir;

    #[test]
    fn use_trees_become_leaves() {
        check_ir(
            r"
use std::net::{self, SocketAddr, TcpListener as Listener, tcp::{*, self as t}};
pub(crate) use ::socket2::*;
extern crate libc as c;
extern crate nix;
",
            r"
use std::net as net
use std::net::SocketAddr as SocketAddr
use std::net::TcpListener as Listener
use std::net::tcp::*
use std::net::tcp as t
use ::socket2::*
use ::libc as c
use ::nix as nix
",
        );
    }

    #[test]
    fn cfg_if_gives_its_items_conditions() {
        check_ir(
            r#"
cfg_if::cfg_if! {
    if #[cfg(unix)] {
        mod unix;
        use unix::bind;
    } else {
        fn bind() { fallback() }
    }
}
#[cfg(windows)]
cfg_net! { mod net { fn listen() {} } }
macro_rules! made { () => { fn none() {} } }
#[cfg(windows)]
compile_error!("not for Windows");
"#,
            r"
cfg(unix):
  mod unix = file 0
cfg(unix):
  use unix::bind as bind
cfg(not(unix)):
  fn bind() -> () {
    tail call#0 fallback()
  }
cfg(all(windows, net)):
  mod net {
    fn listen() -> () {}
  }
cfg(windows):
  compile_error
",
        );
    }

    #[test]
    fn functions_keep_types_and_receivers() {
        check_ir(
            r"
impl<S: AsRawFd> Listen for Server<S> {
    type Socket = socket2::Socket;
    const BACKLOG: i32 = 128;
    fn listen(&mut self, (addr, reuse): (SocketAddr, bool)) -> io::Result<&'static Socket> {
        self.socket.listen(Self::BACKLOG)
    }
    #[cfg(unix)]
    async fn fd(self: Arc<Self>, socket: impl AsFd + Send) -> RawFd { <S as AsRawFd>::as_raw_fd(&self.socket) }
}
trait Listen {
    fn required(&self);
    fn provided(&self) { self.required() }
}
",
            r"
impl Listen for Server<S> {
  type Socket = socket2::Socket
  const BACKLOG: i32 = 128
  fn listen(self: Self, (addr, reuse): (SocketAddr, bool)) -> io::Result<&Socket> {
    tail call#0 .listen(self.socket, Self::BACKLOG)
  }
  cfg(unix):
    fn fd(self: Self, socket: impl AsFd + Send) -> RawFd {
      tail call#1 <S>::as_raw_fd(self.socket)
    }
}
trait Listen {
  fn required(self: Self) -> ()
  fn provided(self: Self) -> () {
    tail call#2 .required(self)
  }
}
",
        );
    }

    #[test]
    fn types_keep_their_fields() {
        check_ir(
            r"
struct Server { socket: Arc<Mutex<Option<Socket>>>, addr: *const sockaddr, hook: Box<dyn Fn(&Socket)> }
struct Wrapper(Socket, [u8; 4]);
union Either { v4: sockaddr_in, v6: sockaddr_in6 }
enum Kind { Tcp(TcpListener), Unix { path: PathBuf }, None }
type Listener = std::net::TcpListener;
static FLAG: bool = true;
",
            r"
struct Server {socket: Arc<Mutex<Option<Socket>>>, addr: &sockaddr, hook: Box<impl Fn>}
struct Wrapper {0: Socket, 1: ?}
struct Either {v4: sockaddr_in, v6: sockaddr_in6}
enum Kind {
  Tcp {0: TcpListener}
  Unix {path: PathBuf}
  None {}
}
type Listener = std::net::TcpListener
const FLAG: bool = true
",
        );
    }

    #[test]
    fn inner_items_belong_to_the_function() {
        check_ir(
            r"
fn outer() {
    struct Guard(Socket);
    impl Guard { fn open(&self) { self.0.listen(1).ok(); } }
    mod deep { pub fn f() { super::g() } }
    Guard(make()).open();
}
",
            r"
fn outer() -> () {
  struct Guard {0: Socket}
  impl Guard {
    fn open(self: Self) -> () {
      discarded call#1 .ok(discarded call#0 .listen(self.0, 1))
    }
  }
  mod deep {
    fn f() -> () {
      tail call#2 super::g()
    }
  }
  discarded call#5 .open(call#3 Guard(call#4 make()))
}
",
        );
    }
}
