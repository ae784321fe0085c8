//! The readable form of the facts of a file, for tests of lowering.

use super::{Func, Item, ItemKind};
use crate::ir::{
    Name, Ty,
    text::{block, braced, expr, pat, path, ty, under},
};

/// Items, one below the other.
pub(crate) fn items(items: &[Item]) -> String {
    items.iter().map(|it| under(&it.cfg, item(&it.kind))).collect::<Vec<_>>().join("\n")
}

fn item(it: &ItemKind) -> String {
    match it {
        ItemKind::Mod(name, inner) => format!("mod {name} {}", braced(&items(inner))),
        ItemKind::ModDecl(name, idx) => format!("mod {name} = file {idx}"),
        ItemKind::Use(target, Some(name)) => format!("use {} as {name}", path(target)),
        ItemKind::Use(target, None) => format!("use {}::*", path(target)),
        ItemKind::Func(it) => func(it),
        ItemKind::Impl(target, of, inner) => {
            let of = of.as_ref().map(|of| format!("{} for ", path(of))).unwrap_or_default();
            format!("impl {of}{} {}", ty(target), braced(&items(inner)))
        }
        ItemKind::Trait(name, inner) => format!("trait {name} {}", braced(&items(inner))),
        ItemKind::Struct(name, members) => format!("struct {name} {{{}}}", fields(members)),
        ItemKind::Enum(name, variants) => {
            let variants: Vec<_> = variants
                .iter()
                .map(|(name, members)| format!("{name} {{{}}}", fields(members)))
                .collect();
            format!("enum {name} {}", braced(&variants.join("\n")))
        }
        ItemKind::Alias(name, target) => format!("type {name} = {}", ty(target)),
        ItemKind::Const(name, of, value) => format!("const {name}: {} = {}", ty(of), expr(value)),
        ItemKind::CompileError => "compile_error".to_owned(),
        ItemKind::Flags(it) => format!("flags of {} {:?}", it.ty, it.fields),
    }
}

fn fields(fields: &[(Name, Ty)]) -> String {
    fields.iter().map(|(name, of)| format!("{name}: {}", ty(of))).collect::<Vec<_>>().join(", ")
}

fn func(it: &Func) -> String {
    let params: Vec<_> =
        it.params.iter().map(|(bound, of)| format!("{}: {}", pat(bound), ty(of))).collect();
    let mut parts: Vec<String> = Vec::new();
    if !it.inner.is_empty() {
        parts.push(items(&it.inner));
    }
    let head = format!("fn {}({}) -> {}", it.name, params.join(", "), ty(&it.ret));
    let Some(body) = &it.body else { return head };
    if !body.stmts.is_empty() {
        parts.push(block(body));
    }
    format!("{head} {}", braced(&parts.join("\n")))
}
