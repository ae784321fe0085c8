//! The right side of an arm: its tokens, with what the pattern bound in place of the variables.
//!
//! Names of variables that the body itself declares get a number, so that they neither hide nor mean those of
//! the caller. Which names those are is read off the tokens: what stands behind `let` and `for`, before `=>`,
//! and between the bars of a closure.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};

use super::matching::{Binding, Bindings, is_punct, repetition};

/// The body of an arm, or one piece of it.
#[derive(Debug)]
pub(super) enum Body {
    Token(TokenTree),
    /// The name of a variable that the body declares.
    Local(String),
    Group(Delimiter, Vec<Body>),
    /// `$name`.
    Var(Ident),
    /// `$(…) sep op`.
    Repeat(Vec<Body>, Vec<TokenTree>),
}

/// Reads a body; nothing if it has a form that is not known.
pub(super) fn body(tokens: TokenStream) -> Option<Vec<Body>> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut locals = Locals::default();
    locals.collect(&tokens);
    read(&tokens, &locals, Around::Other)
}

/// What a list of tokens stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    Braces,
    /// The braces of a structure, as a value or as a pattern.
    Fields,
    Other,
}

fn read(tokens: &[TokenTree], locals: &Locals, around: Around) -> Option<Vec<Body>> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            TokenTree::Punct(it) if it.as_char() == '$' => {
                match tokens.get(at)? {
                    TokenTree::Ident(name) if name == "crate" => {
                        out.push(Body::Token(name.clone().into()));
                    }
                    TokenTree::Ident(name) => out.push(Body::Var(name.clone())),
                    TokenTree::Group(it) if it.delimiter() == Delimiter::Parenthesis => {
                        let inner: Vec<TokenTree> = it.stream().into_iter().collect();
                        let mut rest = tokens[at + 1..].iter().cloned();
                        let (sep, _) = repetition(&mut rest)?;
                        at += sep.len() + 1;
                        out.push(Body::Repeat(read(&inner, locals, around)?, sep));
                    }
                    _ => return None,
                }
                at += 1;
            }
            TokenTree::Group(it) => {
                let inner: Vec<TokenTree> = it.stream().into_iter().collect();
                let around = match it.delimiter() {
                    Delimiter::Brace if is_structure(&tokens[..at - 1]) => Around::Fields,
                    Delimiter::Brace => Around::Braces,
                    _ => Around::Other,
                };
                out.push(Body::Group(it.delimiter(), read(&inner, locals, around)?));
            }
            TokenTree::Ident(name) => match locals.role(tokens, at - 1, around) {
                Role::Local => out.push(Body::Local(name.to_string())),
                Role::Field => {
                    out.push(Body::Token(token.clone()));
                    out.push(Body::Token(Punct::new(':', Spacing::Alone).into()));
                    out.push(Body::Local(name.to_string()));
                }
                Role::Other => out.push(Body::Token(token.clone())),
            },
            token => out.push(Body::Token(token.clone())),
        }
    }
    Some(out)
}

/// Whether braces behind these tokens hold fields: `Path { … }`, but not `-> Path { … }`.
fn is_structure(before: &[TokenTree]) -> bool {
    let Some((TokenTree::Ident(name), rest)) = before.split_last() else { return false };
    let path = rest.iter().rev().take_while(|it| {
        is_punct(it, ':') || matches!(it, TokenTree::Ident(it) if !is_keyword(&it.to_string()))
    });
    let rest = &rest[..rest.len() - path.count()];
    name.to_string().starts_with(char::is_uppercase)
        && !rest.last().is_some_and(|it| {
            is_punct(it, '>') || matches!(it, TokenTree::Ident(it) if it == "impl" || it == "for")
        })
}

/// The names that a body declares.
#[derive(Default)]
struct Locals {
    names: BTreeSet<String>,
    /// Those of closures, which are called.
    closures: BTreeSet<String>,
}

/// What a name in a body is.
enum Role {
    /// A variable that the body declares.
    Local,
    /// Such a variable, and the field of the same name.
    Field,
    Other,
}

impl Locals {
    fn collect(&mut self, tokens: &[TokenTree]) {
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Ident(it) if it == "let" => self.behind_let(&tokens[at + 1..]),
                TokenTree::Ident(it) if it == "for" => {
                    let rest = &tokens[at + 1..];
                    let end = rest.iter().position(|it| {
                        matches!(it, TokenTree::Ident(it) if it == "in") || is_braces(it)
                    });
                    self.pattern(&rest[..end.unwrap_or(0)], false);
                }
                TokenTree::Punct(it) if it.as_char() == '|' && opens(&tokens[..at]) => {
                    let rest = &tokens[at + 1..];
                    let end = rest.iter().position(|it| is_punct(it, '|')).unwrap_or(0);
                    for param in rest[..end].split(|it| is_punct(it, ',')) {
                        let colon = param.iter().position(|it| is_punct(it, ':'));
                        self.pattern(&param[..colon.unwrap_or(param.len())], false);
                    }
                }
                TokenTree::Punct(it)
                    if it.as_char() == '='
                        && it.spacing() == Spacing::Joint
                        && tokens.get(at + 1).is_some_and(|it| is_punct(it, '>')) =>
                {
                    self.pattern(arm(&tokens[..at]), false);
                }
                TokenTree::Group(it) => {
                    let inner: Vec<TokenTree> = it.stream().into_iter().collect();
                    self.collect(&inner);
                }
                _ => {}
            }
        }
    }

    fn behind_let(&mut self, rest: &[TokenTree]) {
        let mut end = 0;
        while let Some(token) = rest.get(end) {
            let twin = |idx: usize| rest.get(idx).is_some_and(|it| is_punct(it, ':'));
            let path = twin(end + 1) || (end > 0 && twin(end - 1));
            let range = end > 0 && is_punct(&rest[end - 1], '.');
            if is_punct(token, ';')
                || (is_punct(token, '=') && !range)
                || (is_punct(token, ':') && !path)
            {
                break;
            }
            end += 1;
        }
        self.pattern(&rest[..end], false);
        let closure = |it: &TokenTree| {
            is_punct(it, '|') || matches!(it, TokenTree::Ident(it) if it == "move")
        };
        if let [TokenTree::Ident(name), equals, value, ..] = rest
            && is_punct(equals, '=')
            && closure(value)
        {
            self.closures.insert(name.to_string());
        }
    }

    /// Notes the names that a pattern binds; `fields` says that it stands in the braces of one.
    fn pattern(&mut self, tokens: &[TokenTree], fields: bool) {
        for (at, token) in tokens.iter().enumerate() {
            match token {
                // A guard.
                TokenTree::Ident(it) if it == "if" => return,
                TokenTree::Ident(it) if binds(tokens, at, fields) => {
                    self.names.insert(it.to_string());
                }
                TokenTree::Group(it) => {
                    let inner: Vec<TokenTree> = it.stream().into_iter().collect();
                    self.pattern(&inner, it.delimiter() == Delimiter::Brace);
                }
                _ => {}
            }
        }
    }

    fn role(&self, tokens: &[TokenTree], at: usize, around: Around) -> Role {
        let TokenTree::Ident(name) = &tokens[at] else { return Role::Other };
        let name = name.to_string();
        if !self.names.contains(&name) || is_variable(tokens, at) {
            return Role::Other;
        }
        let before = |back: usize| at.checked_sub(back).map(|at| &tokens[at]);
        let punct =
            |token: Option<&TokenTree>, letter| token.is_some_and(|it| is_punct(it, letter));
        let next = tokens.get(at + 1);
        let member = punct(before(1), '.') && !punct(before(2), '.');
        let in_path = (punct(before(1), ':') && punct(before(2), ':'))
            || (punct(next, ':') && punct(tokens.get(at + 2), ':'));
        let label = punct(before(1), '\'');
        let declares = ["fn", "mod", "use", "struct", "enum", "trait", "type", "pub"];
        let declared = matches!(before(1), Some(TokenTree::Ident(it)) if declares.contains(&it.to_string().as_str()));
        let called = match next {
            Some(TokenTree::Group(it)) if it.delimiter() == Delimiter::Parenthesis => {
                !self.closures.contains(&name)
            }
            Some(TokenTree::Punct(it)) => it.as_char() == '!' && it.spacing() == Spacing::Alone,
            _ => false,
        };
        if member || in_path || label || declared || called {
            return Role::Other;
        }
        let starts = at == 0 || punct(before(1), ',');
        if around != Around::Other && starts && punct(next, ':') {
            return Role::Other;
        }
        if around == Around::Fields && starts && (next.is_none() || punct(next, ',')) {
            return Role::Field;
        }
        Role::Local
    }
}

/// Whether the word at `at` of a pattern is a name that it binds.
fn binds(tokens: &[TokenTree], at: usize, fields: bool) -> bool {
    let TokenTree::Ident(word) = &tokens[at] else { return false };
    let word = word.to_string();
    let of_type = at > 0 && is_punct(&tokens[at - 1], ':') && !fields;
    let of_path = tokens.get(at + 1).is_some_and(|it| {
        is_punct(it, ':') || is_punct(it, '!') || matches!(it, TokenTree::Group(_))
    });
    let is_name = !is_keyword(&word) && !word.starts_with(char::is_uppercase);
    is_name && !is_variable(tokens, at) && !of_type && !of_path
}

/// Whether a bar behind these tokens opens a closure.
fn opens(before: &[TokenTree]) -> bool {
    match before.last() {
        None => true,
        Some(TokenTree::Punct(it)) => ",=>&;:(".contains(it.as_char()),
        Some(TokenTree::Ident(it)) => {
            ["move", "return", "else", "in"].contains(&it.to_string().as_str())
        }
        Some(_) => false,
    }
}

/// The pattern at the end of these tokens, behind the arm before it.
fn arm(before: &[TokenTree]) -> &[TokenTree] {
    let start = before.iter().enumerate().rev().find(|(at, it)| {
        is_punct(it, ',') || is_punct(it, ';') || (is_braces(it) && !is_structure(&before[..*at]))
    });
    &before[start.map_or(0, |(at, _)| at + 1)..]
}

fn is_braces(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(it) if it.delimiter() == Delimiter::Brace)
}

/// Whether the name at `at` is that of a macro's variable or its kind: `$name:kind`.
fn is_variable(tokens: &[TokenTree], at: usize) -> bool {
    let dollar = |back: usize| at.checked_sub(back).is_some_and(|at| is_punct(&tokens[at], '$'));
    dollar(1) || (dollar(3) && is_punct(&tokens[at - 1], ':'))
}

fn is_keyword(name: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "_", "as", "box", "crate", "else", "false", "if", "in", "let", "match", "move", "mut",
        "ref", "return", "self", "super", "true", "unsafe", "while",
    ];
    KEYWORDS.contains(&name)
}

/// Writes a body.
pub(super) struct Writer<'a> {
    /// Where the invocation is, which is where tokens of the body are said to be.
    pub(super) span: Span,
    /// What the names of the body's own variables get.
    pub(super) number: Option<usize>,
    /// How many tokens may be written.
    pub(super) left: &'a mut usize,
}

impl Writer<'_> {
    /// The tokens of a body; nothing if they are too many, or the variables do not fit.
    pub(super) fn write(&mut self, body: &[Body], bindings: &Bindings) -> Option<TokenStream> {
        let mut out = Vec::new();
        self.write_to(body, bindings, &mut out)?;
        Some(out.into_iter().collect())
    }

    fn write_to(
        &mut self,
        body: &[Body],
        bindings: &Bindings,
        out: &mut Vec<TokenTree>,
    ) -> Option<()> {
        for part in body {
            self.spend(1)?;
            match part {
                Body::Token(token) => out.push(self.here(token.clone())),
                Body::Local(name) => {
                    // No source has this letter in a name, though it may.
                    let name = match self.number {
                        Some(number) => format!("{name}·{number}"),
                        None => name.clone(),
                    };
                    out.push(Ident::new(&name, self.span).into());
                }
                Body::Group(delimiter, inner) => {
                    let group = Group::new(*delimiter, self.write(inner, bindings)?);
                    out.push(self.here(group.into()));
                }
                Body::Var(name) => match bindings.get(&name.to_string()) {
                    Some(Binding::One(tokens)) => {
                        self.spend(size(tokens))?;
                        out.extend(tokens.clone());
                    }
                    Some(Binding::Many(_)) => return None,
                    // A variable of a macro that the body defines.
                    None => {
                        out.push(self.here(Punct::new('$', Spacing::Joint).into()));
                        out.push(self.here(name.clone().into()));
                    }
                },
                Body::Repeat(body, sep) => self.repeat(body, sep, bindings, out)?,
            }
        }
        Some(())
    }

    fn repeat(
        &mut self,
        body: &[Body],
        sep: &[TokenTree],
        bindings: &Bindings,
        out: &mut Vec<TokenTree>,
    ) -> Option<()> {
        let mut names = BTreeSet::new();
        variables(body, &mut names);
        let many = names.iter().filter_map(|name| match bindings.get(name) {
            Some(Binding::Many(each)) => Some((name, each)),
            _ => None,
        });
        let many: Vec<_> = many.collect();
        let rounds = many.first()?.1.len();
        if many.iter().any(|(_, each)| each.len() != rounds) {
            return None;
        }
        let mut here: Bindings = names
            .iter()
            .filter_map(|name| Some((name.clone(), bindings.get(name)?)))
            .filter(|(_, it)| matches!(it, Binding::One(_)))
            .map(|(name, it)| (name, it.clone()))
            .collect();
        for round in 0..rounds {
            self.spend(1)?;
            for (name, each) in &many {
                here.insert((*name).clone(), each[round].clone());
            }
            if round > 0 {
                out.extend(sep.iter().map(|token| self.here(token.clone())));
            }
            self.write_to(body, &here, out)?;
        }
        Some(())
    }

    fn spend(&mut self, tokens: usize) -> Option<()> {
        *self.left = self.left.checked_sub(tokens)?;
        Some(())
    }

    fn here(&self, mut token: TokenTree) -> TokenTree {
        token.set_span(self.span);
        token
    }
}

fn variables(body: &[Body], names: &mut BTreeSet<String>) {
    for part in body {
        match part {
            Body::Token(_) | Body::Local(_) => {}
            Body::Var(name) => drop(names.insert(name.to_string())),
            Body::Group(_, inner) | Body::Repeat(inner, _) => variables(inner, names),
        }
    }
}

/// How many tokens there are, those in groups included.
pub(super) fn size(tokens: &TokenStream) -> usize {
    let each = tokens.clone().into_iter().map(|token| match token {
        TokenTree::Group(it) => 1 + size(&it.stream()),
        _ => 1,
    });
    each.sum()
}
