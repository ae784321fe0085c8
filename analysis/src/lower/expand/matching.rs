//! The left side of an arm: what its pattern binds in the tokens of an invocation.
//!
//! Greedy, as far as a repetition's rounds match, and without a way back: compiled code needs none, since
//! rustc refuses patterns that do. So an arm costs as much as its input is long, times its own depth.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use syn::{
    Token,
    buffer::Cursor,
    ext::IdentExt,
    parse::{Parse, ParseStream, Parser},
};

/// What the variables of a pattern stand for, by name.
pub(super) type Bindings = BTreeMap<String, Binding>;

/// What one variable stands for.
#[derive(Debug, Clone)]
pub(super) enum Binding {
    /// Tokens of the invocation.
    One(TokenStream),
    /// One for each round of the repetition around it.
    Many(Vec<Binding>),
}

/// A pattern, or one piece of it.
#[derive(Debug)]
pub(super) enum Pattern {
    Token(TokenTree),
    Group(Delimiter, Vec<Pattern>),
    /// `$name:kind`.
    Fragment(String, Kind),
    /// `$(…) sep op`.
    Repeat(Vec<Pattern>, Vec<TokenTree>, char),
}

/// A kind of fragment.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Block,
    Expr,
    Ident,
    Item,
    Lifetime,
    Literal,
    Meta,
    Pat,
    Path,
    Stmt,
    Tt,
    Ty,
    Vis,
}

impl Kind {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "block" => Self::Block,
            "expr" | "expr_2021" => Self::Expr,
            "ident" => Self::Ident,
            "item" => Self::Item,
            "lifetime" => Self::Lifetime,
            "literal" => Self::Literal,
            "meta" => Self::Meta,
            "pat" | "pat_param" => Self::Pat,
            "path" => Self::Path,
            "stmt" => Self::Stmt,
            "tt" => Self::Tt,
            "ty" => Self::Ty,
            "vis" => Self::Vis,
            _ => return None,
        })
    }
}

/// Reads a pattern; nothing if it has a form that is not known.
pub(super) fn pattern(tokens: TokenStream) -> Option<Vec<Pattern>> {
    let mut tokens = tokens.into_iter().peekable();
    let mut out = Vec::new();
    while let Some(token) = tokens.next() {
        out.push(match token {
            TokenTree::Group(it) => Pattern::Group(it.delimiter(), pattern(it.stream())?),
            TokenTree::Punct(it) if it.as_char() == '$' => match tokens.next()? {
                TokenTree::Ident(name) => {
                    if !is_punct(&tokens.next()?, ':') {
                        return None;
                    }
                    let TokenTree::Ident(kind) = tokens.next()? else { return None };
                    Pattern::Fragment(name.to_string(), Kind::named(&kind.to_string())?)
                }
                TokenTree::Group(body) if body.delimiter() == Delimiter::Parenthesis => {
                    let (sep, op) = repetition(&mut tokens)?;
                    Pattern::Repeat(pattern(body.stream())?, sep, op)
                }
                _ => return None,
            },
            token => Pattern::Token(token),
        });
    }
    Some(out)
}

/// What follows `$(…)`: a separator, if there is one, and the operator.
pub(super) fn repetition(
    tokens: &mut impl Iterator<Item = TokenTree>,
) -> Option<(Vec<TokenTree>, char)> {
    let mut sep = Vec::new();
    loop {
        let token = tokens.next()?;
        let op = ['*', '+', '?'].into_iter().find(|op| is_punct(&token, *op));
        match op {
            Some(op) => return Some((sep, op)),
            // No token of the language has more than three letters of punctuation.
            None if sep.len() < 3 => sep.push(token),
            None => return None,
        }
    }
}

pub(super) fn is_punct(token: &TokenTree, letter: char) -> bool {
    matches!(token, TokenTree::Punct(it) if it.as_char() == letter)
}

/// What a pattern binds in `tokens`, if it matches all of them.
pub(super) fn bind(pattern: &[Pattern], tokens: TokenStream) -> Option<Bindings> {
    let mut bindings = Bindings::new();
    let parse = |input: ParseStream<'_>| all(pattern, input, &mut bindings);
    parse.parse2(tokens).ok()?;
    Some(bindings)
}

fn all(pattern: &[Pattern], input: ParseStream<'_>, out: &mut Bindings) -> syn::Result<()> {
    for part in pattern {
        match part {
            Pattern::Token(token) => same(token, input)?,
            Pattern::Group(delimiter, inner) => match input.parse()? {
                TokenTree::Group(it) if it.delimiter() == *delimiter => {
                    let bound = bind(inner, it.stream());
                    out.extend(bound.ok_or_else(|| input.error("another group"))?);
                }
                _ => return Err(input.error("no group")),
            },
            Pattern::Fragment(name, kind) => {
                out.insert(name.clone(), Binding::One(fragment(*kind, input)?));
            }
            Pattern::Repeat(body, sep, op) => {
                let mut rounds = rounds(body, sep, *op, input);
                if *op == '+' && rounds.is_empty() {
                    return Err(input.error("no round"));
                }
                let mut names = Vec::new();
                variables(body, &mut names);
                for name in names {
                    let each = rounds.iter_mut().filter_map(|round| round.remove(name)).collect();
                    out.insert(name.to_owned(), Binding::Many(each));
                }
            }
        }
    }
    Ok(())
}

fn rounds(body: &[Pattern], sep: &[TokenTree], op: char, input: ParseStream<'_>) -> Vec<Bindings> {
    let mut rounds = Vec::new();
    while !input.is_empty() && (op != '?' || rounds.is_empty()) {
        let ahead = input.fork();
        let separated = rounds.is_empty() || sep.iter().all(|token| same(token, &ahead).is_ok());
        let mut round = Bindings::new();
        if !separated || all(body, &ahead, &mut round).is_err() || ahead.cursor() == input.cursor()
        {
            break;
        }
        syn::parse::discouraged::Speculative::advance_to(input, &ahead);
        rounds.push(round);
    }
    rounds
}

fn variables<'p>(pattern: &'p [Pattern], names: &mut Vec<&'p str>) {
    for part in pattern {
        match part {
            Pattern::Token(_) => {}
            Pattern::Fragment(name, _) => names.push(name),
            Pattern::Group(_, inner) | Pattern::Repeat(inner, ..) => variables(inner, names),
        }
    }
}

fn same(token: &TokenTree, input: ParseStream<'_>) -> syn::Result<()> {
    let next: TokenTree = input.parse()?;
    let same = match (token, &next) {
        (TokenTree::Ident(a), TokenTree::Ident(b)) => a == b,
        (TokenTree::Punct(a), TokenTree::Punct(b)) => a.as_char() == b.as_char(),
        (TokenTree::Literal(a), TokenTree::Literal(b)) => a.to_string() == b.to_string(),
        _ => false,
    };
    if same { Ok(()) } else { Err(input.error("another token")) }
}

/// Consumes a fragment, and answers the tokens that stand for it.
fn fragment(kind: Kind, input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let start = input.cursor();
    let mut atom = true;
    match kind {
        Kind::Block => drop(input.parse::<syn::Block>()?),
        Kind::Expr => atom = expr(input)?,
        Kind::Ident => {
            if input.peek(Token![_]) {
                return Err(input.error("no name"));
            }
            input.call(syn::Ident::parse_any)?;
        }
        Kind::Item => drop(input.parse::<syn::Item>()?),
        Kind::Lifetime => drop(input.parse::<syn::Lifetime>()?),
        Kind::Literal => {
            input.parse::<Option<Token![-]>>()?;
            input.parse::<syn::Lit>()?;
        }
        Kind::Meta => drop(input.parse::<syn::Meta>()?),
        Kind::Pat => drop(syn::Pat::parse_multi_with_leading_vert(input)?),
        Kind::Path => drop(input.parse::<syn::Path>()?),
        Kind::Stmt => stmt(input)?,
        Kind::Tt => tree(input)?,
        Kind::Ty => drop(input.parse::<syn::Type>()?),
        Kind::Vis => drop(input.parse::<syn::Visibility>()?),
    }
    let tokens: TokenStream = between(start, input.cursor()).collect();
    Ok(if atom { tokens } else { together(tokens) })
}

/// Consumes an expression; answers whether what stands beside it cannot tear it apart.
fn expr(input: ParseStream<'_>) -> syn::Result<bool> {
    if input.peek(Token![_]) || input.peek(Token![let]) {
        return Err(input.error("no expression"));
    }
    Ok(matches!(
        input.parse()?,
        syn::Expr::Path(_)
            | syn::Expr::Lit(_)
            | syn::Expr::Call(_)
            | syn::Expr::MethodCall(_)
            | syn::Expr::Field(_)
            | syn::Expr::Index(_)
            | syn::Expr::Paren(_)
            | syn::Expr::Tuple(_)
            | syn::Expr::Array(_)
            | syn::Expr::Group(_)
    ))
}

/// Consumes a statement without its semicolon.
fn stmt(input: ParseStream<'_>) -> syn::Result<()> {
    if input.peek(Token![let]) {
        while !input.is_empty() && !input.peek(Token![;]) {
            input.parse::<TokenTree>()?;
        }
        return Ok(());
    }
    let ahead = input.fork();
    if syn::Expr::parse(&ahead).is_ok() {
        input.parse::<syn::Expr>()?;
    } else {
        input.parse::<syn::Item>()?;
    }
    Ok(())
}

/// Operators that are one token to a macro, and several to `proc_macro2`; longer ones first.
const OPERATORS: &[&str] = &[
    "..=", "...", "<<=", ">>=", "::", "->", "=>", "==", "!=", "<=", ">=", "&&", "||", "..", "+=",
    "-=", "*=", "/=", "%=", "^=", "&=", "|=", "<<", ">>",
];

/// Consumes one token as macros count them.
fn tree(input: ParseStream<'_>) -> syn::Result<()> {
    if input.peek(syn::Lifetime) {
        input.parse::<syn::Lifetime>()?;
        return Ok(());
    }
    let mut letters = String::new();
    let mut at = input.cursor();
    while let Some((punct, next)) = at.punct() {
        letters.push(punct.as_char());
        at = next;
        if punct.spacing() == Spacing::Alone || letters.len() == 3 {
            break;
        }
    }
    let operator = OPERATORS.iter().find(|it| letters.starts_with(**it));
    for _ in 0..operator.map_or(1, |it| it.len()) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

fn between<'c>(start: Cursor<'c>, end: Cursor<'c>) -> impl Iterator<Item = TokenTree> {
    let mut at = start;
    std::iter::from_fn(move || {
        if at >= end {
            return None;
        }
        let (token, next) = at.token_tree()?;
        at = next;
        Some(token)
    })
}

/// Tokens as one operand, whatever stands beside them.
fn together(tokens: TokenStream) -> TokenStream {
    let mut spans = tokens.clone().into_iter().map(|token| token.span());
    let first = spans.next();
    let last = spans.last().or(first);
    let mut group = Group::new(Delimiter::None, tokens);
    if let (Some(first), Some(last)) = (first, last) {
        group.set_span(first.join(last).unwrap_or(first));
    }
    TokenTree::from(group).into()
}
