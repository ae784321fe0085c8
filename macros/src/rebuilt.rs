//! Tokens from what became of their text: what was there before is the token that was there.

use std::{collections::BTreeMap, ops::Range};

use sockopt_analysis::listener::{Kind, Token};

use crate::{
    compiler::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree},
    printed::{Leaf, Printed},
};

/// What the parts of the text were printed from.
pub(crate) struct Rebuilt<'a> {
    pub(crate) item: &'a Printed,
    /// Where the item starts in the text that was analyzed.
    pub(crate) start: usize,
    pub(crate) arguments: &'a Printed,
    /// Where the arguments start, behind that text.
    pub(crate) end: usize,
}

/// A group that is not closed yet: its tokens so far, and its span if it was there before.
struct Open {
    delimiter: Delimiter,
    tokens: Vec<TokenTree>,
    span: Span,
}

impl Rebuilt<'_> {
    /// The printed text that holds a byte, and where in it.
    fn source(&self, at: usize) -> Option<(&Printed, usize)> {
        match at.checked_sub(self.end) {
            Some(at) => Some((self.arguments, at)),
            None => Some((self.item, at.checked_sub(self.start)?)),
        }
    }

    /// The token that starts at a byte.
    fn leaf(&self, at: usize) -> Option<(&Printed, usize)> {
        let (printed, at) = self.source(at)?;
        let index = printed.tokens.binary_search_by_key(&at, |(range, _)| range.start).ok()?;
        Some((printed, index))
    }

    /// The narrowest span for a range of bytes: that of the first token in it.
    pub(crate) fn span(&self, range: &Range<usize>) -> Span {
        let Some((printed, at)) = self.source(range.start) else { return Span::call_site() };
        let found = printed.tokens.iter().find(|(own, _)| own.end > at);
        found.map_or_else(Span::call_site, |(_, leaf)| match leaf {
            Leaf::Token(token) => token.span(),
            Leaf::Open(group) => group.span_open(),
            Leaf::Close(group) => group.span_close(),
            Leaf::Ghost => Span::call_site(),
        })
    }

    /// The stream of tokens that make an item.
    pub(crate) fn stream(&self, tokens: &[(Token, Option<usize>)]) -> TokenStream {
        let known = self.words();
        let mut stack: Vec<Open> = Vec::new();
        let mut top: Vec<TokenTree> = Vec::new();
        let mut at = 0;
        while let Some((token, from)) = tokens.get(at) {
            let leaf = from.and_then(|from| self.leaf(from));
            if let Some((group, count)) = leaf.and_then(|it| self.ghost(it, &tokens[at..])) {
                top.push(TokenTree::Group(group));
                at += count;
                continue;
            }
            at += 1;
            match (token.kind, leaf.map(|(printed, index)| &printed.tokens[index].1)) {
                (Kind::Open, leaf) => {
                    let span = match leaf {
                        Some(Leaf::Open(group)) => group.span(),
                        _ => Span::call_site(),
                    };
                    let delimiter = match token.text.as_str() {
                        "(" => Delimiter::Parenthesis,
                        "[" => Delimiter::Bracket,
                        _ => Delimiter::Brace,
                    };
                    stack.push(Open { delimiter, tokens: std::mem::take(&mut top), span });
                }
                (Kind::Close, _) => {
                    let Some(open) = stack.pop() else { continue };
                    let inner = std::mem::replace(&mut top, open.tokens);
                    let mut group = Group::new(open.delimiter, inner.into_iter().collect());
                    group.set_span(open.span);
                    top.push(TokenTree::Group(group));
                }
                (_, Some(Leaf::Token(token))) => top.push(token.clone()),
                _ => top.extend(fresh(token, &known)),
            }
        }
        top.into_iter().collect()
    }

    /// A group without delimiters, if all that it holds is still there.
    fn ghost(
        &self,
        (printed, index): (&Printed, usize),
        tokens: &[(Token, Option<usize>)],
    ) -> Option<(Group, usize)> {
        let starts = printed.ghosts.iter().filter(|(range, _)| range.start == index);
        let (range, group) = starts.max_by_key(|(range, _)| range.len())?;
        let same = |(offset, (_, from)): (usize, &(Token, Option<usize>))| {
            from.and_then(|from| self.leaf(from)).is_some_and(|(_, it)| it == index + offset)
        };
        let count = range.len();
        let whole = tokens.len() >= count && tokens[..count].iter().enumerate().all(same);
        whole.then(|| (group.clone(), count))
    }

    /// Names and literals of the user, by how they are written.
    fn words(&self) -> BTreeMap<&str, &TokenTree> {
        let mut words = BTreeMap::new();
        for (range, leaf) in &self.item.tokens {
            if let (
                Leaf::Token(token @ (TokenTree::Ident(_) | TokenTree::Literal(_))),
                Some(text),
            ) = (leaf, self.item.text.get(range.clone()))
            {
                words.insert(text, token);
            }
        }
        words
    }
}

/// A new token. A name that the user wrote as well means what it means there.
fn fresh(token: &Token, known: &BTreeMap<&str, &TokenTree>) -> Option<TokenTree> {
    let place = Span::call_site();
    let like = known.get(token.text.as_str());
    let span = like.map_or(place, |it| place.resolved_at(it.span()));
    let mut tree = match (token.kind, like) {
        (Kind::Punct(joint), _) => {
            let spacing = if joint { Spacing::Joint } else { Spacing::Alone };
            TokenTree::Punct(Punct::new(token.text.chars().next()?, spacing))
        }
        (_, Some(like)) => (*like).clone(),
        (Kind::Ident, None) => match token.text.strip_prefix("r#") {
            Some(name) => TokenTree::Ident(Ident::new_raw(name, place)),
            None => TokenTree::Ident(Ident::new(&token.text, place)),
        },
        _ => TokenTree::Literal(token.text.parse::<Literal>().ok()?),
    };
    tree.set_span(span);
    Some(tree)
}

/// An item as it is, with errors beside it.
pub(crate) fn beside<'a>(
    item: TokenStream,
    problems: impl IntoIterator<Item = (Span, &'a str)>,
) -> TokenStream {
    let mut stream = item;
    for (span, message) in problems {
        stream.extend(error(span, message));
    }
    stream
}

/// `::core::compile_error! { "…" }`
fn error(span: Span, message: &str) -> Vec<TokenTree> {
    let punct = |char, spacing| TokenTree::Punct(Punct::new(char, spacing));
    let name = |name| TokenTree::Ident(Ident::new(name, span));
    let text = TokenTree::Literal(Literal::string(message));
    let group = Group::new(Delimiter::Brace, TokenStream::from(text));
    let mut tokens = vec![
        punct(':', Spacing::Joint),
        punct(':', Spacing::Alone),
        name("core"),
        punct(':', Spacing::Joint),
        punct(':', Spacing::Alone),
        name("compile_error"),
        punct('!', Spacing::Alone),
        TokenTree::Group(group),
    ];
    for token in &mut tokens {
        token.set_span(span);
    }
    tokens
}
