//! A call that sets an option, written as the call that binds is.

use std::ops::Range;

use quote::ToTokens;
use syn::{
    Expr,
    visit::{self, Visit},
};

use super::{
    Edit, Rewriter, Style,
    tree::{Callee, Path},
};
use crate::model::{self, Returns, Role, SYSTEM_CALLS, Setter};

/// The widest line that rustfmt leaves, unless a project says otherwise.
pub(super) const WIDTH: usize = 100;
/// The widest chain of methods that rustfmt leaves on one line.
pub(super) const CHAIN: usize = 60;

/// What a line stands deeper than the one around it, unless tabs are used.
const STEP: &str = "    ";

/// What a line stands deeper than one with this indentation.
pub(super) fn step(indent: &str) -> &'static str {
    if indent.contains('\t') { "\t" } else { STEP }
}

/// A call that sets an option, and what has to be imported for it.
pub(super) struct SetCall {
    /// The socket, if the call is a method.
    receiver: Option<String>,
    /// The method, or the path of the function.
    callee: String,
    args: Vec<String>,
    pub(super) imports: Vec<Edit>,
}

impl SetCall {
    /// The call on one line.
    pub(super) fn line(&self) -> String {
        let dot = if self.receiver.is_some() { "." } else { "" };
        let receiver = self.receiver.as_deref().unwrap_or_default();
        format!("{receiver}{dot}{}({})", self.callee, self.args.join(", "))
    }

    /// The call with one argument per line.
    fn lines(&self, indent: &str, newline: &str) -> String {
        let inner = format!("{newline}{indent}{}", step(indent));
        format!(
            "{}({inner}{},{newline}{indent})",
            self.callee,
            self.args.join(&format!(",{inner}"))
        )
    }

    /// The call with its method on a line of its own, behind `deeper`. rustfmt leaves the first method beside a
    /// name that starts a statement and is no longer than a step.
    pub(super) fn broken(&self, deeper: &str, starts: bool) -> String {
        match &self.receiver {
            Some(receiver) if !starts || receiver.len() > STEP.len() => {
                format!("{receiver}{deeper}.{}({})", self.callee, self.args.join(", "))
            }
            _ => self.line(),
        }
    }
}

impl Rewriter<'_> {
    pub(super) fn source(&self, node: &impl syn::spanned::Spanned) -> Option<&str> {
        self.layout.text.get(self.tree.range(node))
    }

    /// The call that gives an option a value, on the socket of the call that binds at `path`.
    pub(super) fn set_call(
        &self,
        path: &Path<'_>,
        setter: &Setter,
        value: &str,
    ) -> Option<SetCall> {
        let parts = path.parts()?;
        if !is_place(parts.socket) {
            return None;
        }
        let socket = self.source(parts.socket)?;
        match parts.callee {
            Callee::Method(_) if setter.path == setter.call.path => {
                let callee = self.named_by_trait(path, setter.path)?;
                let args = vec![format!("&{socket}"), value.to_owned()];
                Some(SetCall { receiver: None, callee, args, imports: Vec::new() })
            }
            Callee::Method(_) => {
                let simple = !setter.path.contains("::") && setter.option.is_none();
                simple.then(|| SetCall {
                    receiver: Some(socket.to_owned()),
                    callee: setter.path.to_owned(),
                    args: vec![value.to_owned()],
                    imports: Vec::new(),
                })
            }
            Callee::Function(function) => {
                let names = self.names_beside(path, function, setter)?;
                let args = set_args(setter, socket, &names, value)?;
                Some(SetCall {
                    receiver: None,
                    callee: (names.of)(setter.path),
                    args,
                    imports: names.imports,
                })
            }
        }
    }

    /// `<Type as Trait>::method`, which needs no import and takes any reference to the type.
    fn named_by_trait(&self, path: &Path<'_>, method: &str) -> Option<String> {
        let (home, name) = method.rsplit_once("::")?;
        let ty = model::extended_by(home)?;
        let (module, ty) = ty.rsplit_once("::")?;
        let below = home.strip_prefix(module)?.strip_prefix("::")?;
        // A dependency may have another name.
        let import = path.import_of(ty, &format!("{module}::")).ok()?;
        let prefix = match import.map(|it| it.prefix) {
            Some(it) if ["crate::", "self::", "super::"].iter().any(|own| it.starts_with(own)) => {
                return None;
            }
            Some(it) => it,
            None if self.layout.text.contains(&format!("{module}::{ty}")) => {
                format!("::{module}::")
            }
            None => return None,
        };
        Some(format!("<{prefix}{ty} as {prefix}{below}>::{name}"))
    }

    /// How names that stand beside a function are written where the function is called.
    fn names_beside(
        &self,
        path: &Path<'_>,
        function: &syn::Path,
        setter: &Setter,
    ) -> Option<Names> {
        let whole = self.tree.range(function);
        let last = self.tree.range(&function.segments.last()?.ident).start;
        let prefix = self.layout.text.get(whole.start..last)?.to_owned();
        if !prefix.is_empty() {
            // The program's own module may not have the other names.
            let first = &function.segments.first()?.ident;
            if ["crate", "self", "super"].iter().any(|own| first == own) {
                return None;
            }
            path.imports_of(&first.to_string()).ok()?;
            let constants = prefix.clone();
            return Some(Names {
                of: Box::new(move |name| format!("{prefix}{name}")),
                constants,
                imports: Vec::new(),
            });
        }
        let name = function.segments.last()?.ident.to_string();
        let owner = setter.call.path.strip_suffix(setter.path)?;
        let import = path.import_of(&name, owner).ok()?;
        let heads = [Some(setter.path), setter.option];
        let heads = heads.into_iter().flatten().filter_map(|it| it.split("::").next());
        if import.is_none() {
            path.has_one_glob_of(&name).ok()?;
        }
        let c = setter.call.returns == Returns::Code;
        match import {
            Some(import) if c || self.style == Style::InPlace => {
                let prefix = import.prefix;
                let constants = prefix.clone();
                let of = Box::new(move |name: &str| format!("{prefix}{name}"));
                Some(Names { of, constants, imports: Vec::new() })
            }
            Some(import) => {
                let mut missing: Vec<&str> = Vec::new();
                for head in heads {
                    match path.import_of(head, owner).ok()? {
                        Some(known) if known.prefix == import.prefix => {}
                        Some(_) => return None,
                        None if missing.contains(&head) => {}
                        None if self.defines(head) => return None,
                        None => missing.push(head),
                    }
                }
                let imports = self.imports(&import, &missing)?;
                let of = Box::new(|name: &str| name.to_owned());
                Some(Names { of, constants: String::new(), imports })
            }
            // A macro that puts the crate's name before a call.
            None if c && self.layout.text.contains(&format!("{SYSTEM_CALLS}::")) => Some(Names {
                of: Box::new(|name: &str| name.to_owned()),
                constants: format!("{SYSTEM_CALLS}::"),
                imports: Vec::new(),
            }),
            // A glob that imports it says as little about what else there is.
            None if !c && self.style == Style::InPlace => {
                let (krate, rest) = owner.split_once("::")?;
                let globs = path.globs();
                let globs = globs.iter().filter_map(|it| it.split_once("::"));
                let same = globs.filter(|(_, it)| rest.strip_suffix("::") == Some(it));
                let called: Vec<&str> = same.map(|(name, _)| name).collect();
                // A dependency may have another name.
                let prefix = match called.first() {
                    Some(name) if !called.contains(&krate) => format!("{name}::{rest}"),
                    _ => format!("::{owner}"),
                };
                let constants = prefix.clone();
                let of = Box::new(move |name: &str| format!("{prefix}{name}"));
                Some(Names { of, constants, imports: Vec::new() })
            }
            None => {
                let brings = path.globs().iter().any(|it| owner.strip_prefix(it) == Some("::"));
                for head in heads {
                    path.has_one_glob_of(head).ok()?;
                    if path.import_of(head, owner).ok()?.is_some_and(|it| it.prefix != owner) {
                        return None;
                    }
                }
                let of = Box::new(|name: &str| name.to_owned());
                brings.then(|| Names { of, constants: String::new(), imports: Vec::new() })
            }
        }
    }

    /// A statement with another call in it, so that it reads as rustfmt has it. The statement is `own` now.
    pub(super) fn laid_out(
        &self,
        call: &SetCall,
        own: &Range<usize>,
        fill: &dyn Fn(&str) -> String,
    ) -> String {
        let newline = self.layout.newline(own.start);
        let indent = self.layout.blanks(own.start);
        let line = fill(&call.line());
        let flat = flattened(&line);
        let now = self.layout.text.get(own.clone()).unwrap_or_default();
        // A project may allow wider chains.
        let is_usual = !now.contains('\n') && now.len() >= flat.len();
        if flat.trim_end_matches(';').len() <= CHAIN || is_usual {
            return flat;
        }
        // A mark stands for the call until it is known how deep it stands.
        let mut text = fill("\0");
        let (ahead, behind) = text.split_once('\0').unwrap_or((&text, ""));
        if call.receiver.is_some() {
            let deeper = format!("{newline}{indent}{}", step(indent));
            return match behind.trim_start() {
                rest if rest.starts_with('.') => {
                    format!("{ahead}{}{deeper}{rest}", call.broken(&deeper, ahead.is_empty()))
                }
                _ => line,
            };
        }
        let widest = line.lines().map(|it| it.trim_end().len()).max().unwrap_or(0);
        if indent.len() + widest <= WIDTH || call.args.len() < 2 {
            return line;
        }
        if text.contains("unsafe { \0 }") {
            let inner = step(indent);
            let broken = format!("unsafe {{{newline}{indent}{inner}\0{newline}{indent}}}");
            text = text.replace("unsafe { \0 }", &broken);
        }
        let (ahead, behind) = text.split_once('\0').unwrap_or((&text, ""));
        let deeper = ahead.rsplit_once('\n').map_or(indent, |(_, last)| last);
        let own: String = deeper.chars().take_while(|it| it.is_whitespace()).collect();
        let behind = if ahead.starts_with("if ") {
            behind.replacen(&format!(" {{{newline}"), &format!("{newline}{indent}{{{newline}"), 1)
        } else {
            behind.to_owned()
        };
        format!("{ahead}{}{behind}", call.lines(&own, newline))
    }
}

/// A statement without the line breaks before methods.
pub(super) fn flattened(text: &str) -> String {
    let mut out = String::new();
    for (idx, line) in text.lines().enumerate() {
        let part = line.trim_start();
        if idx > 0 && !part.starts_with(['.', '?']) {
            out.push('\n');
            out.push_str(line);
            continue;
        }
        out.push_str(if idx == 0 { line } else { part });
    }
    if out.contains('\n') { text.to_owned() } else { out }
}

/// How names are written.
struct Names {
    /// A name that stands beside the function that is called.
    of: Box<dyn Fn(&str) -> String>,
    /// What stands before constants.
    constants: String,
    imports: Vec<Edit>,
}

/// The arguments of a function that sets an option.
fn set_args(setter: &Setter, socket: &str, names: &Names, value: &str) -> Option<Vec<String>> {
    let Some(option) = setter.option else {
        return Some(vec![socket.to_owned(), value.to_owned()]);
    };
    let Role::SetBy { len, .. } = setter.call.role else { return None };
    let prefix = &names.constants;
    if len.is_none() {
        let borrows = setter.call.proof.contains("(&");
        let socket = match socket.strip_suffix(".as_raw_fd()") {
            Some(owner) if borrows => format!("&{owner}"),
            None if borrows && !socket.starts_with('&') => return None,
            _ => socket.to_owned(),
        };
        return Some(vec![socket, (names.of)(option), format!("&{value}")]);
    }
    let number = match value {
        "true" => "1".to_owned(),
        "false" => "0".to_owned(),
        other => format!("{prefix}c_int::from({other})"),
    };
    Some(vec![
        socket.to_owned(),
        format!("{prefix}{}", setter.level?),
        format!("{prefix}{option}"),
        format!("(&{number} as *const {prefix}c_int).cast()"),
        format!("std::mem::size_of::<{prefix}c_int>() as {prefix}socklen_t"),
    ])
}

/// Whether an expression may be written twice: it names a place, and doing so changes nothing.
pub(super) fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) => true,
        Expr::Field(it) => is_place(&it.base),
        Expr::Reference(it) => is_place(&it.expr),
        Expr::Paren(it) => is_place(&it.expr),
        Expr::Unary(it) => matches!(it.op, syn::UnOp::Deref(_)) && is_place(&it.expr),
        Expr::Cast(it) => is_place(&it.expr),
        Expr::Index(it) => is_place(&it.expr) && matches!(*it.index, Expr::Lit(_) | Expr::Path(_)),
        Expr::MethodCall(it) => {
            let looks = [
                "as_ref",
                "as_mut",
                "as_raw_fd",
                "as_fd",
                "borrow",
                "deref",
                "get_ref",
                "unwrap",
                "expect",
            ];
            looks.iter().any(|name| it.method == name) && is_place(&it.receiver)
        }
        _ => false,
    }
}

/// Methods whose results hold nothing that does more than to end when it is dropped.
const PLAIN: [&str; 14] = [
    "as_fd",
    "as_ptr",
    "as_raw_fd",
    "as_raw_socket",
    "as_ref",
    "as_socket",
    "cast",
    "clone",
    "into",
    "ip",
    "len",
    "port",
    "to_owned",
    "to_string",
];

/// Whether an expression may hold something whose end is seen, as the guard of a lock.
pub(super) fn may_hold(expr: &Expr) -> bool {
    struct Calls(bool);
    impl<'a> Visit<'a> for Calls {
        fn visit_expr_method_call(&mut self, node: &'a syn::ExprMethodCall) {
            self.0 |= !PLAIN.iter().any(|it| node.method == it);
            visit::visit_expr_method_call(self, node);
        }

        fn visit_expr_call(&mut self, node: &'a syn::ExprCall) {
            self.0 |= !is_made(&node.func);
            visit::visit_expr_call(self, node);
        }

        fn visit_expr_struct(&mut self, _: &'a syn::ExprStruct) {
            self.0 = true;
        }

        fn visit_macro(&mut self, node: &'a syn::Macro) {
            self.0 |= node.path.segments.last().is_none_or(|it| it.ident != "addr_of");
        }
    }
    let mut calls = Calls(false);
    calls.visit_expr(expr);
    calls.0
}

/// Whether a function makes an address or a number of what it is given.
fn is_made(function: &Expr) -> bool {
    let Expr::Path(function) = function else { return false };
    let names: Vec<String> = function.path.segments.iter().map(|it| it.ident.to_string()).collect();
    match names.as_slice() {
        [.., ty, name] if ["from", "new"].contains(&name.as_str()) => {
            ty.contains("Addr") || ["Some", "Box", "String"].contains(&ty.as_str())
        }
        [.., name] => ["Some", "size_of", "size_of_val"].contains(&name.as_str()),
        [] => false,
    }
}

/// Whether tokens leave the function around them, or wait.
pub(super) fn has_control_flow(node: &impl ToTokens) -> bool {
    fn within(tokens: proc_macro2::TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            proc_macro2::TokenTree::Group(group) => within(group.stream()),
            proc_macro2::TokenTree::Punct(it) => it.as_char() == '?',
            proc_macro2::TokenTree::Ident(it) => {
                ["await", "return", "break", "continue", "yield"].iter().any(|word| it == word)
            }
            proc_macro2::TokenTree::Literal(_) => false,
        })
    }
    within(node.to_token_stream())
}
