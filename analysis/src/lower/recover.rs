//! Files that do not parse as a whole: their items one by one, without the broken ones.
//!
//! Code of the 2015 edition (`async` as a name, parameters without one), or one item that somebody is just
//! writing, would otherwise hide all the rest. Items are told apart by their tokens alone: one ends at a
//! semicolon or with braces. Modules, `impl`s and traits that do not parse are tried without their insides,
//! and those one by one.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::{
    Attribute,
    parse::{Parse, ParseStream, Parser},
};

/// Modules in modules are followed so far.
const MOST_LEVELS: usize = 64;

/// The attributes and items of a file, as far as they parse.
pub(super) fn items(tokens: TokenStream) -> (Vec<Attribute>, Vec<syn::Item>) {
    let parse = |input: ParseStream<'_>| {
        let attrs = Attribute::parse_inner(input).unwrap_or_default();
        Ok((attrs, input.parse::<TokenStream>()?))
    };
    let (attrs, rest) = parse.parse2(tokens).unwrap_or_default();
    (attrs, each(rest, 0))
}

fn each<T: Recover>(tokens: TokenStream, level: usize) -> Vec<T> {
    let mut out = Vec::new();
    for item in split(tokens) {
        match syn::parse2(item.iter().cloned().collect()) {
            Ok(item) => out.push(item),
            Err(_) if level < MOST_LEVELS => out.extend(T::recover(item, level + 1)),
            Err(_) => {}
        }
    }
    out
}

/// What can be parsed in part.
trait Recover: Parse {
    /// The item without those of its own items that do not parse.
    fn recover(item: Vec<TokenTree>, level: usize) -> Option<Self>;
}

impl Recover for syn::Item {
    fn recover(item: Vec<TokenTree>, level: usize) -> Option<Self> {
        let (hollow, inside) = hollow(item)?;
        let mut item = syn::parse2(hollow).ok()?;
        match &mut item {
            Self::Mod(syn::ItemMod { content: Some((_, items)), .. }) => {
                *items = each(inside, level);
            }
            Self::Impl(it) => it.items = each(inside, level),
            Self::Trait(it) => it.items = each(inside, level),
            _ => return None,
        }
        Some(item)
    }
}

impl Recover for syn::ImplItem {
    fn recover(_: Vec<TokenTree>, _: usize) -> Option<Self> {
        None
    }
}

impl Recover for syn::TraitItem {
    fn recover(_: Vec<TokenTree>, _: usize) -> Option<Self> {
        None
    }
}

/// An item with nothing between the braces at its end, and what stands there.
fn hollow(mut item: Vec<TokenTree>) -> Option<(TokenStream, TokenStream)> {
    let Some(TokenTree::Group(body)) = item.pop() else { return None };
    let mut empty = Group::new(Delimiter::Brace, TokenStream::new());
    empty.set_span(body.span());
    let hollow = item.into_iter().chain([empty.into()]).collect();
    (body.delimiter() == Delimiter::Brace).then(|| (hollow, body.stream()))
}

/// The tokens of each item.
fn split(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut out = Vec::new();
    let mut item: Vec<TokenTree> = Vec::new();
    let mut word = None;
    for token in tokens {
        if item.is_empty() && is_semicolon(&token) {
            continue;
        }
        if let (None, TokenTree::Ident(it)) = (&word, &token) {
            word = decides(&it.to_string());
        } else if let (Some(End::Value), TokenTree::Ident(it)) = (&word, &token)
            && ["fn", "unsafe", "async", "extern"].contains(&it.to_string().as_str())
            && matches!(item.last(), Some(TokenTree::Ident(it)) if it == "const")
        {
            word = Some(End::Braces);
        }
        let braces = matches!(&token, TokenTree::Group(it) if it.delimiter() == Delimiter::Brace);
        let ends = is_semicolon(&token) || (braces && !matches!(word, Some(End::Value)));
        item.push(token);
        if ends {
            out.push(std::mem::take(&mut item));
            word = None;
        }
    }
    out.extend((!item.is_empty()).then_some(item));
    out
}

/// How an item ends.
enum End {
    /// With braces, or at a semicolon.
    Braces,
    /// At a semicolon; braces are part of it.
    Value,
}

/// What the first words of an item say of its end.
fn decides(word: &str) -> Option<End> {
    match word {
        "pub" | "crate" | "default" | "unsafe" | "extern" | "async" => None,
        "use" | "const" | "static" | "type" => Some(End::Value),
        _ => Some(End::Braces),
    }
}

fn is_semicolon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(it) if it.as_char() == ';')
}

#[cfg(test)]
mod tests {
    use crate::{lower, testing::check_ir};

    #[test]
    fn broken_items_are_left_out() {
        check_ir(
            r"
#![cfg(unix)]
use a::{b, c};
const A: [T; 1] = [T { x: { 1 } }];
pub const fn ok() { a() }
fn old() { let async = 1; }
mod inside {
    fn broken( -> ) {}
    pub(crate) static B: T = T {};
    fn f() { b(); }
}
impl T {
    fn g(&self) { c(); }
    fn old(&self) { x.async(); }
};
trait Old { fn unnamed(u8); fn h(&self) { d() } }
struct S { a: A }
broken broken
",
            r"
use a::b as b
use a::c as c
const A: T = (T { x: {
  tail 1
} })
fn ok() -> () {
  tail call#0 a()
}
mod inside {
  const B: T = T {  }
  fn f() -> () {
    discarded call#1 b()
  }
}
impl T {
  fn g(self: Self) -> () {
    discarded call#2 c()
  }
}
trait Old {
  fn h(self: Self) -> () {
    tail call#3 d()
  }
}
struct S {a: A}
",
        );
    }

    #[test]
    fn the_place_of_the_error_is_told() {
        let text = "fn f() { a() }\nfn old(async: u8) {}\nmod m;\n";
        let lowered = lower(text).unwrap();
        let error = lowered.partial.unwrap();
        assert_eq!(&text[error.offset..error.offset + 5], "async");
        assert_eq!(lowered.facts.mods[0].offset, text.find("mod m").unwrap());
        assert!(lower("fn f( {}").is_err(), "there are no tokens to go by");
    }
}
