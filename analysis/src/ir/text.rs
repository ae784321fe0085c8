//! The readable form of the socket IR, for tests of lowering: `call#n` is a call with its site.

use super::{
    Arm, Block, Callee, Closure, Expr, Let, LoopKind, Name, Pat, Path, Stmt, StmtKind, Ty,
};
use crate::cfg::Cfg;

/// A block's statements, one below the other.
pub(crate) fn block(block: &Block) -> String {
    block.stmts.iter().map(stmt).collect::<Vec<_>>().join("\n")
}

/// `text` in braces, indented.
pub(crate) fn braced(text: &str) -> String {
    if text.is_empty() { "{}".to_owned() } else { format!("{{\n{}\n}}", indented(text)) }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

/// `text`, below its condition if it has one.
pub(crate) fn under(condition: &Cfg, text: String) -> String {
    if *condition == Cfg::TRUE {
        return text;
    }
    format!("cfg({}):\n{}", cfg(condition), indented(&text))
}

/// A condition as it is written in attributes.
pub(crate) fn cfg(it: &Cfg) -> String {
    match it {
        Cfg::All(parts) => format!("all({})", list(parts, cfg)),
        Cfg::Any(parts) => format!("any({})", list(parts, cfg)),
        Cfg::Not(inner) => format!("not({})", cfg(inner)),
        Cfg::Atom(key, None) => key.clone(),
        Cfg::Atom(key, Some(value)) => format!("{key} = {value:?}"),
    }
}

fn list<T>(parts: &[T], show: impl Fn(&T) -> String) -> String {
    parts.iter().map(show).collect::<Vec<_>>().join(", ")
}

fn stmt(it: &Stmt) -> String {
    let text = match &it.kind {
        StmtKind::Let(it) => {
            let Let { pat: bound, ty: annotation, init, or_else } = &**it;
            let part = |before: &str, text: Option<String>| {
                text.map(|text| format!("{before}{text}")).unwrap_or_default()
            };
            let annotation = (*annotation != Ty::Unknown).then(|| ty(annotation));
            [
                part("let ", Some(pat(bound))),
                part(": ", annotation),
                part(" = ", init.as_ref().map(expr)),
                part(" else ", or_else.as_ref().map(expr)),
            ]
            .concat()
        }
        StmtKind::Expr(it) => expr(it),
        StmtKind::Tail(it) => format!("tail {}", expr(it)),
    };
    under(&it.cfg, text)
}

/// A path as it is written.
pub(crate) fn path(it: &Path) -> String {
    let segs = it.segs.iter().map(|seg| {
        let args =
            if seg.args.is_empty() { String::new() } else { format!("<{}>", list(&seg.args, ty)) };
        format!("{}{args}", seg.name)
    });
    let qself = it.qself.iter().map(|qself| format!("<{}>", ty(qself)));
    qself.chain(segs).collect::<Vec<_>>().join("::")
}

/// A type as it is written.
pub(crate) fn ty(it: &Ty) -> String {
    match it {
        Ty::Path(it) => path(it),
        Ty::Ref(inner) => format!("&{}", ty(inner)),
        Ty::Tuple(parts) => format!("({})", list(parts, ty)),
        Ty::Bounds(bounds) => {
            format!("impl {}", bounds.iter().map(path).collect::<Vec<_>>().join(" + "))
        }
        Ty::Unknown => "?".to_owned(),
    }
}

/// A pattern.
pub(crate) fn pat(it: &Pat) -> String {
    match it {
        Pat::Wild => "_".to_owned(),
        Pat::Value => "<value>".to_owned(),
        Pat::Bool(it) => it.to_string(),
        Pat::Bind(name, None) => name.to_string(),
        Pat::Bind(name, Some(sub)) => format!("{name} @ {}", pat(sub)),
        Pat::Tuple(parts) => format!("({})", list(parts, pat)),
        Pat::Variant(name, fields) if fields.is_empty() => path(name),
        Pat::Variant(name, fields) => {
            let fields = list(fields, |(name, field)| format!("{name}: {}", pat(field)));
            format!("{} {{ {fields} }}", path(name))
        }
        Pat::Or(parts) => parts.iter().map(pat).collect::<Vec<_>>().join(" | "),
        Pat::Guard(inner, guard) => format!("{} if {}", pat(inner), expr(guard)),
    }
}

/// An expression.
pub(crate) fn expr(it: &Expr) -> String {
    match it {
        Expr::Opaque(parts) => format!("opaque({})", list(parts, expr)),
        Expr::Hidden(reason, names) => format!("hidden({reason:?}: {})", names.join(", ")),
        Expr::Bool(it) => it.to_string(),
        Expr::Int(it) => it.to_string(),
        Expr::Str(text, args) if args.is_empty() => format!("{text:?}"),
        Expr::Str(text, args) => format!("format({text:?}, {})", list(args, expr)),
        Expr::Path(it) => path(it),
        Expr::Tuple(parts) => format!("({})", list(parts, expr)),
        Expr::Struct(name, fields, rest) => structure(name, fields, rest.as_deref()),
        Expr::Field(base, name) => format!("{}.{name}", expr(base)),
        Expr::Index(base, index) => format!("{}[{}]", expr(base), expr(index)),
        Expr::Call(call) => {
            let discarded = if call.discarded { "discarded " } else { "" };
            let callee = match &call.callee {
                Callee::Path { path: callee, in_macro } => {
                    format!("{}{}", path(callee), if *in_macro { "!" } else { "" })
                }
                Callee::Method(name, turbofish) if turbofish.is_empty() => format!(".{name}"),
                Callee::Method(name, turbofish) => format!(".{name}::<{}>", list(turbofish, ty)),
                Callee::Value => "*".to_owned(),
            };
            format!("{discarded}call#{} {callee}({})", call.site.0, list(&call.args, expr))
        }
        Expr::Assign(place, value) => format!("{} = {}", expr(place), expr(value)),
        Expr::RefMut(inner) => format!("&mut {}", expr(inner)),
        Expr::Not(inner) => format!("!{}", expr(inner)),
        Expr::And(left, right) => format!("({} && {})", expr(left), expr(right)),
        Expr::Or(left, right) => format!("({} || {})", expr(left), expr(right)),
        Expr::Binary(op, left, right) => format!("({} {op} {})", expr(left), expr(right)),
        Expr::Cast(inner, target) => format!("({} as {})", expr(inner), ty(target)),
        Expr::Cfg(it) => format!("cfg!({})", cfg(it)),
        Expr::Closure(it) => {
            let Closure { params, body } = &**it;
            format!("|{}| {}", list(params, pat), expr(body))
        }
        Expr::Try(inner) => format!("try {}", expr(inner)),
        Expr::Future(inner) => format!("async {}", expr(inner)),
        Expr::Await(inner) => format!("await {}", expr(inner)),
        Expr::Return(value) => jump("return", None, value.as_deref()),
        Expr::Break(label, value) => jump("break", label.as_deref(), value.as_deref()),
        Expr::Continue(label) => jump("continue", label.as_deref(), None),
        Expr::Diverge(parts) => format!("diverge({})", list(parts, expr)),
        _ => control_flow(it),
    }
}

fn control_flow(it: &Expr) -> String {
    match it {
        Expr::Block { label, boundary, block: body } => {
            let boundary = if *boundary { "bounded " } else { "" };
            format!("{}{boundary}{}", labelled(label.as_deref()), braced(&block(body)))
        }
        Expr::If(cond, then, None) => format!("if {} {}", expr(cond), expr(then)),
        Expr::If(cond, then, Some(otherwise)) => {
            format!("if {} {} else {}", expr(cond), expr(then), expr(otherwise))
        }
        Expr::Let(bound, value) => format!("let {} = {}", pat(bound), expr(value)),
        Expr::Match(value, arms) => {
            let arms: Vec<_> = arms.iter().map(arm).collect();
            format!("match {} {}", expr(value), braced(&arms.join("\n")))
        }
        Expr::Loop(label, kind, body) => {
            let head = match kind {
                LoopKind::Forever => "loop".to_owned(),
                LoopKind::While(cond) => format!("while {}", expr(cond)),
                LoopKind::For(element, iter) => format!("for {} in {}", pat(element), expr(iter)),
            };
            format!("{}{head} {}", labelled(label.as_deref()), braced(&block(body)))
        }
        Expr::OneOf(alternatives) => {
            let all: Vec<_> = alternatives.iter().map(|(cfg, it)| under(cfg, expr(it))).collect();
            format!("one of {}", braced(&all.join("\n")))
        }
        _ => "?".to_owned(),
    }
}

fn arm(it: &Arm) -> String {
    under(&it.cfg, format!("{} => {}", pat(&it.pat), expr(&it.body)))
}

fn structure(name: &Path, fields: &[(Name, Expr)], rest: Option<&Expr>) -> String {
    let fields = fields.iter().map(|(name, value)| format!("{name}: {}", expr(value)));
    let rest = rest.map(|rest| format!("..{}", expr(rest)));
    format!("{} {{ {} }}", path(name), fields.chain(rest).collect::<Vec<_>>().join(", "))
}

fn labelled(label: Option<&str>) -> String {
    label.map(|label| format!("'{label}: ")).unwrap_or_default()
}

fn jump(word: &str, label: Option<&str>, value: Option<&Expr>) -> String {
    let label = label.map(|label| format!(" '{label}")).unwrap_or_default();
    let value = value.map(|value| format!(" {}", expr(value))).unwrap_or_default();
    format!("{word}{label}{value}")
}
