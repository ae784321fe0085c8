//! Paths, types, patterns' names and `cfg` attributes.

use compact_str::ToCompactString;
use syn::{GenericArgument, Meta, PathArguments, punctuated::Punctuated};

use crate::{
    cfg::Cfg,
    facts::Listener,
    ir::{Name, Path, Seg, Ty},
    model::{
        self, Flags, Role,
        options::{REUSE_PORT, V6ONLY},
    },
};

/// An identifier without its raw prefix.
pub(super) fn name(ident: &syn::Ident) -> Name {
    let text = ident.to_compact_string();
    text.strip_prefix("r#").map(Name::from).unwrap_or(text)
}

pub(super) fn path(path: &syn::Path) -> Path {
    let mut segs = Vec::with_capacity(path.segments.len());
    if path.leading_colon.is_some() {
        segs.push(Seg { name: Name::default(), args: Vec::new() });
    }
    segs.extend(path.segments.iter().map(|seg| Seg {
        name: name(&seg.ident),
        args: match &seg.arguments {
            PathArguments::AngleBracketed(args) => generic_args(args),
            _ => Vec::new(),
        },
    }));
    Path { qself: None, segs }
}

/// `<Type>::rest`; of `<Type as Trait>::rest`, only what follows the trait is kept.
pub(super) fn qualified(qself: Option<&syn::QSelf>, syn_path: &syn::Path) -> Path {
    let mut path = path(syn_path);
    if let Some(qself) = qself {
        // Of `<Type>::rest`, the colons count as leading ones.
        let colons = usize::from(syn_path.leading_colon.is_some());
        path.segs.drain(..(qself.position + colons).min(path.segs.len()));
        path.qself = Some(Box::new(ty(&qself.ty)));
    }
    path
}

pub(super) fn generic_args(args: &syn::AngleBracketedGenericArguments) -> Vec<Ty> {
    args.args
        .iter()
        .filter_map(|arg| match arg {
            GenericArgument::Type(it) => Some(ty(it)),
            _ => None,
        })
        .collect()
}

fn is_number(name: &str) -> bool {
    ["bool", "u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64"].contains(&name)
}

pub(super) fn ty(it: &syn::Type) -> Ty {
    match it {
        syn::Type::Path(it) => Ty::Path(qualified(it.qself.as_ref(), &it.path)),
        syn::Type::Reference(it) => Ty::Ref(Box::new(ty(&it.elem))),
        syn::Type::Ptr(it) => Ty::Ref(Box::new(ty(&it.elem))),
        syn::Type::Paren(it) => ty(&it.elem),
        syn::Type::Group(it) => ty(&it.elem),
        syn::Type::Slice(it) => ty(&it.elem),
        // Of a socket, any element is as good as the array; of a number, none is.
        syn::Type::Array(it) => match ty(&it.elem) {
            Ty::Path(path) if path.as_ident().is_some_and(is_number) => Ty::Unknown,
            elem => elem,
        },
        syn::Type::Tuple(it) => Ty::Tuple(it.elems.iter().map(ty).collect()),
        syn::Type::ImplTrait(it) => Ty::Bounds(bounds(it.bounds.iter())),
        syn::Type::TraitObject(it) => Ty::Bounds(bounds(it.bounds.iter())),
        _ => Ty::Unknown,
    }
}

pub(super) fn bounds<'a>(bounds: impl Iterator<Item = &'a syn::TypeParamBound>) -> Vec<Path> {
    bounds
        .filter_map(|bound| match bound {
            syn::TypeParamBound::Trait(it) => Some(path(&it.path)),
            _ => None,
        })
        .collect()
}

/// The value of `#[path = "…"]`.
pub(super) fn path_attr(attrs: &[syn::Attribute]) -> Option<String> {
    attrs.iter().find_map(|attr| match &attr.meta {
        Meta::NameValue(it) if it.path.is_ident("path") => string(&it.value),
        _ => None,
    })
}

/// Whether one of the attributes is called `name`.
pub(super) fn has(attrs: &[syn::Attribute], name: &str) -> bool {
    attrs.iter().any(|attr| attr.path().is_ident(name))
}

/// Attributes that the compiler knows itself, of those that often stand on functions.
const BUILT_IN: [&str; 16] = [
    "allow",
    "bench",
    "cfg",
    "cold",
    "deny",
    "deprecated",
    "derive",
    "doc",
    "expect",
    "ignore",
    "inline",
    "must_use",
    "no_mangle",
    "test",
    "track_caller",
    "warn",
];

/// Attributes that may be `#[sockopt::listener]`, with what it would understand of their arguments: imports can
/// give it any name.
pub(super) fn listeners(attrs: &[syn::Attribute]) -> Vec<Listener> {
    let mut found = Vec::new();
    for attr in attrs {
        add_listeners(&attr.meta, Cfg::TRUE, &mut found);
    }
    found
}

fn add_listeners(meta: &Meta, cfg: Cfg, found: &mut Vec<Listener>) {
    let metas = |list: &syn::MetaList| {
        list.parse_args_with(Punctuated::<Meta, syn::Token![,]>::parse_terminated)
            .unwrap_or_default()
    };
    match meta {
        Meta::List(list) if list.path.is_ident("cfg_attr") => {
            let parts = metas(list);
            let mut parts = parts.iter();
            if let Some(condition) = parts.next() {
                let cfg = cfg.and(predicate(condition));
                parts.for_each(|it| add_listeners(it, cfg.clone(), found));
            }
        }
        Meta::NameValue(_) => {}
        Meta::Path(path) | Meta::List(syn::MetaList { path, .. })
            if BUILT_IN.iter().any(|it| path.is_ident(it)) => {}
        Meta::Path(it) => found.push(listener(it, cfg, &Punctuated::new())),
        Meta::List(it) => found.push(listener(&it.path, cfg, &metas(it))),
    }
}

fn listener(
    attribute: &syn::Path,
    cfg: Cfg,
    arguments: &Punctuated<Meta, syn::Token![,]>,
) -> Listener {
    let mut listener = Listener {
        path: path(attribute),
        cfg,
        reuse_address: true,
        options: Vec::new(),
        allowed: Vec::new(),
    };
    for argument in arguments {
        let off = matches!(argument, Meta::NameValue(it) if is_false(&it.value));
        match (argument.path().get_ident().map(name).as_deref(), argument) {
            (Some("reuse_address"), _) => listener.reuse_address = !off,
            (Some("reuse_port"), _) if !off => listener.options.push(&REUSE_PORT),
            (Some("only_v6"), _) => listener.options.push(&V6ONLY),
            (Some("allow"), Meta::List(list)) => {
                let rules =
                    list.parse_args_with(Punctuated::<Meta, syn::Token![,]>::parse_terminated);
                let rules = rules.unwrap_or_default().into_iter();
                let names =
                    rules.filter_map(|it| Some(it.path().segments.last()?.ident.to_string()));
                listener.allowed.extend(names);
            }
            _ => {}
        }
    }
    listener
}

fn is_false(expr: &syn::Expr) -> bool {
    matches!(expr, syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Bool(it), .. }) if !it.value)
}

/// Whether one of the attributes derives the trait called `name`.
pub(super) fn derives(attrs: &[syn::Attribute], name: &str) -> bool {
    derived(attrs).any(|path| path.is_ident(name))
}

fn derived(attrs: &[syn::Attribute]) -> impl Iterator<Item = syn::Path> {
    let paths = Punctuated::<syn::Path, syn::Token![,]>::parse_terminated;
    attrs
        .iter()
        .filter(|attr| attr.path().is_ident("derive"))
        .filter_map(move |attr| attr.parse_args_with(paths).ok())
        .flatten()
}

/// The fields of a structure that derive macros may take for flags of the command line, each with what it is unless
/// the flag is given.
pub(super) fn flags(
    attrs: &[syn::Attribute],
    fields: &syn::Fields,
) -> Vec<(Path, Vec<(Name, bool)>)> {
    let mut found = Vec::new();
    for derived in derived(attrs) {
        let derived = path(&derived);
        let Some(Role::Flags(flags)) = model::about_flags(derived.last()).map(|row| row.role)
        else {
            continue;
        };
        let flag = |field: &syn::Field| Some((name(field.ident.as_ref()?), flag(field, flags)?));
        found.push((derived, fields.iter().filter_map(flag).collect()));
    }
    found
}

/// What a field is unless the flag is given; none if that is not known, or if it is no flag.
fn flag(field: &syn::Field, flags: &Flags) -> Option<bool> {
    let is_bool = matches!(ty(&field.ty), Ty::Path(path) if path.as_ident() == Some("bool"));
    let own = |attr: &&syn::Attribute| flags.attributes.iter().any(|it| attr.path().is_ident(it));
    let metas = Punctuated::<Meta, syn::Token![,]>::parse_terminated;
    let mut is_marked = false;
    for attr in field.attrs.iter().filter(own) {
        for meta in attr.parse_args_with(metas).ok()? {
            let is = |names: &[&str]| names.iter().any(|it| meta.path().is_ident(it));
            is_marked |= is(flags.marks);
            if !is(flags.neutral) {
                return None;
            }
        }
    }
    let conditional = field.attrs.iter().any(|attr| attr.path().is_ident("cfg_attr"));
    (is_bool && is_marked && !conditional).then_some(false)
}

fn string(expr: &syn::Expr) -> Option<String> {
    match expr {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(it), .. }) => Some(it.value()),
        _ => None,
    }
}

/// The conjunction of all `#[cfg(…)]` of a node.
pub(crate) fn cfg_of(attrs: &[syn::Attribute]) -> Cfg {
    attrs
        .iter()
        .filter(|attr| attr.path().is_ident("cfg"))
        .map(|attr| attr.parse_args::<Meta>().map_or_else(|_| unknown(), |meta| predicate(&meta)))
        .fold(Cfg::TRUE, Cfg::and)
}

fn unknown() -> Cfg {
    Cfg::Atom(String::new(), None)
}

/// A `cfg` predicate.
pub(super) fn predicate(meta: &Meta) -> Cfg {
    match meta {
        Meta::Path(it) => it.get_ident().map_or_else(unknown, |ident| match name(ident).as_str() {
            "true" => Cfg::TRUE,
            "false" => Cfg::Any(Vec::new()),
            name => Cfg::Atom(name.to_owned(), None),
        }),
        Meta::NameValue(it) => match (it.path.get_ident(), string(&it.value)) {
            (Some(key), Some(value)) => Cfg::Atom(name(key).into(), Some(value)),
            _ => unknown(),
        },
        Meta::List(it) => {
            let parts = it.parse_args_with(Punctuated::<Meta, syn::Token![,]>::parse_terminated);
            let Ok(parts) = parts else { return unknown() };
            let mut parts: Vec<Cfg> = parts.iter().map(predicate).collect();
            match it.path.get_ident().map(name).as_deref() {
                Some("all") => Cfg::All(parts),
                Some("any") => Cfg::Any(parts),
                Some("not") if parts.len() == 1 => Cfg::Not(Box::new(parts.remove(0))),
                _ => unknown(),
            }
        }
    }
}
