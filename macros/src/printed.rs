//! Tokens as a text that has the same tokens, and where each stands in it.
//!
//! Every statement begins a line of its own, since what is written into a text looks at lines.

use std::ops::Range;

use crate::compiler::{Delimiter, Group, Spacing, TokenStream, TokenTree};

/// A text and the tokens that it was printed from.
pub(crate) struct Printed {
    pub(crate) text: String,
    /// In the order of the text.
    pub(crate) tokens: Vec<(Range<usize>, Leaf)>,
    /// Groups without delimiters: the tokens in them, by their positions in [`Self::tokens`].
    pub(crate) ghosts: Vec<(Range<usize>, Group)>,
}

/// A token, or one end of a group.
pub(crate) enum Leaf {
    Token(TokenTree),
    Open(Group),
    Close(Group),
    /// A parenthesis around a group that has no delimiters, since the text needs one there.
    Ghost,
}

/// What the text ends with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    Name,
    Literal,
    Punct(char, Spacing),
}

impl Printed {
    pub(crate) fn new(stream: TokenStream) -> Self {
        let mut printed = Self { text: String::new(), tokens: Vec::new(), ghosts: Vec::new() };
        printed.stream(stream, Last::Nothing);
        printed
    }

    fn stream(&mut self, stream: TokenStream, mut last: Last) -> Last {
        for token in stream {
            last = self.token(token, last);
        }
        last
    }

    fn token(&mut self, token: TokenTree, last: Last) -> Last {
        match token {
            TokenTree::Group(group) => self.group(group, last),
            TokenTree::Punct(ref punct) => {
                let char = punct.as_char();
                let apart = match last {
                    Last::Punct(_, Spacing::Alone) => true,
                    Last::Literal => char == '.' || char == '\'' || char == '#',
                    Last::Name => char == '\'' || char == '#',
                    _ => false,
                };
                let next = Last::Punct(char, punct.spacing());
                self.separate(apart);
                self.leaf(&char.to_string(), Leaf::Token(token));
                if char == ';' {
                    self.text.push('\n');
                    return Last::Nothing;
                }
                next
            }
            TokenTree::Ident(ref ident) => {
                let text = ident.to_string();
                self.separate(matches!(last, Last::Name | Last::Literal));
                self.leaf(&text, Leaf::Token(token));
                Last::Name
            }
            TokenTree::Literal(ref literal) => {
                // A line break within a token would look like one between statements.
                let text = literal.to_string().replace(['\n', '\r'], " ");
                let apart = matches!(last, Last::Name | Last::Literal | Last::Punct('#', _));
                self.separate(apart);
                self.leaf(&text, Leaf::Token(token));
                Last::Literal
            }
        }
    }

    fn group(&mut self, group: Group, last: Last) -> Last {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => (" {", "}"),
            Delimiter::None => return self.ghost(group, last),
        };
        if open == " {" {
            self.text.push(' ');
        }
        self.leaf(open.trim(), Leaf::Open(group.clone()));
        if close == "}" {
            self.text.push('\n');
        }
        self.stream(group.stream(), Last::Nothing);
        if close == "}" && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.leaf(close, Leaf::Close(group));
        if close == "}" {
            self.text.push('\n');
        }
        Last::Nothing
    }

    /// What a macro was given as one expression is one, whatever stands around it.
    fn ghost(&mut self, group: Group, last: Last) -> Last {
        let start = self.tokens.len();
        let operator = group.stream().into_iter().any(|token| match token {
            TokenTree::Punct(it) => !matches!(it.as_char(), ':' | '<' | '>' | '&' | '.' | '\''),
            _ => false,
        });
        let last = if operator {
            self.leaf("(", Leaf::Ghost);
            self.stream(group.stream(), Last::Nothing);
            self.leaf(")", Leaf::Ghost);
            Last::Nothing
        } else {
            self.stream(group.stream(), last)
        };
        self.ghosts.push((start..self.tokens.len(), group));
        last
    }

    fn separate(&mut self, apart: bool) {
        if apart {
            self.text.push(' ');
        }
    }

    fn leaf(&mut self, text: &str, leaf: Leaf) {
        let start = self.text.len();
        self.text.push_str(text);
        self.tokens.push((start..self.text.len(), leaf));
    }
}
