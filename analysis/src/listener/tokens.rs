//! The tokens of a text in their order, delimiters among them.

use std::ops::Range;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An opening `(`, `[` or `{`.
    Open,
    /// A closing one.
    Close,
    /// A name or a keyword.
    Ident,
    /// One character; `true` if the next one belongs to the same operator.
    Punct(bool),
    /// A literal.
    Literal,
}

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// How it is written.
    pub text: String,
    /// Where it stands, in bytes.
    pub range: Range<usize>,
}

/// The tokens of a text; none if it is not one.
pub(super) fn lex(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    if let Ok(stream) = text.parse::<TokenStream>() {
        flatten(stream, &mut out);
    }
    crate::lower::forget_texts();
    out
}

fn flatten(stream: TokenStream, out: &mut Vec<Token>) {
    for token in stream {
        let range = token.span().byte_range();
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::None => ("", ""),
                };
                let (start, end) =
                    (group.span_open().byte_range(), group.span_close().byte_range());
                out.push(Token { kind: Kind::Open, text: open.to_owned(), range: start });
                flatten(group.stream(), out);
                out.push(Token { kind: Kind::Close, text: close.to_owned(), range: end });
            }
            TokenTree::Ident(it) => {
                out.push(Token { kind: Kind::Ident, text: it.to_string(), range });
            }
            TokenTree::Punct(it) => {
                let kind = Kind::Punct(it.spacing() == Spacing::Joint);
                out.push(Token { kind, text: it.as_char().to_string(), range });
            }
            TokenTree::Literal(it) => {
                out.push(Token { kind: Kind::Literal, text: it.to_string(), range });
            }
        }
    }
}

/// The first call of something that has one of these names.
pub(super) fn call_of<'t>(tokens: &'t [Token], names: &[&str]) -> Option<&'t Token> {
    let calls = tokens.windows(3).filter_map(|window| match window {
        [before, name, open] => {
            (open.text == "(" && before.text != "fn" && names.contains(&name.text.as_str()))
                .then_some(name)
        }
        _ => None,
    });
    calls.into_iter().next()
}

/// The name of an item, or the word that it starts with.
pub(super) fn name(tokens: &[Token]) -> Option<&Token> {
    let at = item_word(tokens)?;
    let next = tokens.get(at + 1).filter(|it| it.kind == Kind::Ident && tokens[at].text != "impl");
    next.or(tokens.get(at))
}

/// Position of the word that says what an item is: `fn`, `impl`, `mod`, `trait`.
fn item_word(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0_usize;
    tokens.iter().position(|token| {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && ["fn", "impl", "mod", "trait"].contains(&token.text.as_str())
    })
}
