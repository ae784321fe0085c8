//! The arguments of the attribute.

use std::ops::Range;

use syn::{
    Expr, ExprLit, Lit, Meta, Token, parse::Parser, punctuated::Punctuated, spanned::Spanned,
};

use super::Problem;
use crate::{
    model::{
        SockOpt,
        options::{EXCLUSIVE_ADDR_USE, REUSE_PORT, V6ONLY},
    },
    rules,
    socket::Platform,
};

/// What the arguments may be.
const NAMES: [&str; 7] =
    ["reuse_address", "reuse_port", "only_v6", "exclusive_on_windows", "backlog", "allow", "crate"];

/// What is wanted of every listener of an item.
#[derive(Debug, Default)]
pub struct Wishes {
    /// Whether it has `SO_REUSEADDR`, and which argument says so; if none, where nothing else makes it needless.
    pub(super) reuse_address: Option<(usize, bool)>,
    /// The number of queued connections, and which argument says so.
    pub(super) backlog: Option<(usize, String)>,
    options: Vec<(usize, Wish)>,
    allowed: Vec<String>,
    ranges: Vec<Range<usize>>,
    values: Vec<(String, usize)>,
}

/// An option and the value that it is given.
#[derive(Debug)]
pub struct Wish {
    /// The option.
    pub option: &'static SockOpt,
    /// An expression.
    pub value: String,
}

impl Wishes {
    /// The arguments in a text, and what is wrong with them.
    #[must_use]
    pub fn parse(text: &str) -> (Self, Vec<Problem>) {
        let mut wishes = Self::default();
        let mut problems = Vec::new();
        match Punctuated::<Meta, Token![,]>::parse_terminated.parse_str(text) {
            Ok(arguments) => {
                let mut seen: Vec<String> = Vec::new();
                for argument in &arguments {
                    let (path, range) = (argument.path(), argument.path().span().byte_range());
                    let name = path.get_ident().map(ToString::to_string).unwrap_or_default();
                    if seen.contains(&name) {
                        let message = format!("`{name}` is given twice");
                        problems.push(Problem::new(range, message));
                        continue;
                    }
                    seen.push(name.clone());
                    wishes.ranges.push(range);
                    wishes.add(&name, argument, text, &mut problems);
                }
            }
            Err(error) => problems.push(Problem::new(error.span().byte_range(), error.to_string())),
        }
        // What Windows lacks is set by a statement, which cannot stand in the closure of another.
        wishes.options.sort_by_key(|(_, wish)| wish.option.platforms.contains(Platform::Windows));
        crate::lower::forget_texts();
        (wishes, problems)
    }

    fn add(&mut self, name: &str, argument: &Meta, text: &str, problems: &mut Vec<Problem>) {
        let at = self.ranges.len() - 1;
        let mut complain =
            |range: Range<usize>, message: String| problems.push(Problem::new(range, message));
        let range = self.ranges[at].clone();
        match (name, argument) {
            ("reuse_address", _) => match switch(argument) {
                Ok(on) => self.reuse_address = Some((at, on)),
                Err(range) => complain(range, expected_switch(name)),
            },
            ("reuse_port" | "exclusive_on_windows", _) => match switch(argument) {
                Ok(true) => {
                    let option =
                        if name == "reuse_port" { &REUSE_PORT } else { &EXCLUSIVE_ADDR_USE };
                    self.options.push((at, Wish { option, value: "true".to_owned() }));
                }
                Ok(false) => {}
                Err(range) => complain(range, expected_switch(name)),
            },
            ("only_v6" | "backlog", Meta::NameValue(pair)) => {
                let value = pair.value.span().byte_range();
                let value_text = text.get(value.clone()).unwrap_or_default().to_owned();
                self.values.push((value_text.clone(), value.start));
                if name == "backlog" {
                    self.backlog = Some((at, value_text));
                } else {
                    self.options.push((at, Wish { option: &V6ONLY, value: value_text }));
                }
            }
            ("only_v6", _) => {
                complain(range, "expected `only_v6 = true` or another value".into());
            }
            ("backlog", _) => {
                complain(range, "expected `backlog = 1024` or another value".into());
            }
            ("allow", Meta::List(list)) => self.allow(list, problems),
            ("allow", _) => {
                complain(range, "expected `allow(rule, reason = \"…\")`".into());
            }
            ("crate", Meta::NameValue(pair)) if matches!(pair.value, Expr::Path(_)) => {}
            ("crate", _) => complain(range, "expected `crate = path`".into()),
            _ => {
                let written = text.get(range.clone()).unwrap_or_default();
                complain(range, unknown("argument", written, &NAMES));
            }
        }
    }

    fn allow(&mut self, list: &syn::MetaList, problems: &mut Vec<Problem>) {
        let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
        let parts = match list.parse_args_with(parser) {
            Ok(parts) => parts,
            Err(error) => {
                problems.push(Problem::new(error.span().byte_range(), error.to_string()));
                return;
            }
        };
        let (mut rule, mut reason) = (false, false);
        for part in &parts {
            let range = part.path().span().byte_range();
            rule |= !part.path().is_ident("reason");
            match part {
                Meta::NameValue(pair) if pair.path.is_ident("reason") => match &pair.value {
                    Expr::Lit(ExprLit { lit: Lit::Str(text), .. })
                        if !text.value().trim().is_empty() =>
                    {
                        reason = true;
                    }
                    other => {
                        reason = true;
                        let range = other.span().byte_range();
                        problems.push(Problem::new(range, "expected a text that says why"));
                    }
                },
                Meta::Path(path) => {
                    let name =
                        path.segments.last().map(|it| it.ident.to_string()).unwrap_or_default();
                    if rules::by_name(&name).is_some() {
                        self.allowed.push(name);
                    } else {
                        let names: Vec<_> = rules::RULES.iter().map(|it| it.name).collect();
                        problems.push(Problem::new(range, unknown("rule", &name, &names)));
                    }
                }
                _ => problems.push(Problem::new(range, "expected the name of a rule")),
            }
        }
        let range = list.path.span().byte_range();
        for (what, is_there) in [("rule", rule), ("reason", reason)] {
            if !is_there {
                let message = format!("a {what} is missing: `allow(rule, reason = \"…\")`");
                problems.push(Problem::new(range.clone(), message));
            }
        }
    }

    /// Whether what a rule speaks of is meant so.
    #[must_use]
    pub fn allows(&self, rule: &str) -> bool {
        self.allowed.iter().any(|it| it == rule)
    }

    /// Whether `SO_REUSEADDR` is wanted whatever else a socket has.
    pub(super) fn asks_for_reuse(&self) -> bool {
        matches!(self.reuse_address, Some((_, true))) || !self.options.is_empty()
    }

    /// Options to set, each with the number of its argument.
    pub(super) fn options(&self) -> impl Iterator<Item = (usize, &Wish)> {
        self.options.iter().map(|(at, wish)| (*at, wish))
    }

    /// Where the name of an argument stands.
    pub(super) fn range(&self, at: usize) -> Option<Range<usize>> {
        self.ranges.get(at).cloned()
    }

    /// Values that are written out, and where.
    pub(super) fn values(&self) -> impl Iterator<Item = (&str, usize)> {
        self.values.iter().map(|(text, at)| (text.as_str(), *at))
    }
}

fn expected_switch(name: &str) -> String {
    format!("expected `{name} = true` or `{name} = false`")
}

/// The value of an argument that is on or off.
fn switch(argument: &Meta) -> Result<bool, Range<usize>> {
    match argument {
        Meta::Path(_) => Ok(true),
        Meta::NameValue(pair) => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Bool(value), .. }) => Ok(value.value),
            other => Err(other.span().byte_range()),
        },
        Meta::List(list) => Err(list.path.span().byte_range()),
    }
}

/// What to say to a name that is none of those that are known.
fn unknown(what: &str, written: &str, known: &[&str]) -> String {
    let near = known
        .iter()
        .map(|it| (strsim::damerau_levenshtein(it, written), *it))
        .min()
        .filter(|(distance, it)| *distance * 2 <= it.len());
    match near {
        Some((_, name)) => format!("unknown {what} `{written}`: did you mean `{name}`?"),
        None => format!("unknown {what} `{written}`: expected one of `{}`", known.join("`, `")),
    }
}
