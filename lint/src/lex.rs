//! Tokens and comments of Rust source, as byte ranges; `syn` keeps no comments.

use std::ops::Range;

use ra_ap_rustc_lexer::{DocStyle, TokenKind, strip_shebang, tokenize};

/// How a comment is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `// …`
    Line,
    /// `//! …`
    Inner,
    /// `/// …`
    Outer,
    /// `/* … */` of any kind.
    Block,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its bytes, without the end of its line.
    pub range: Range<usize>,
    /// How it is written.
    pub style: Style,
}

impl Comment {
    /// What is written in it, and where that starts.
    #[must_use]
    pub fn body<'t>(&self, text: &'t str) -> (&'t str, usize) {
        let marks = match self.style {
            Style::Line | Style::Block => 2,
            Style::Inner | Style::Outer => 3,
        };
        let start = (self.range.start + marks).min(self.range.end);
        let body = text.get(start..self.range.end).unwrap_or_default();
        (body.strip_suffix("*/").filter(|_| self.style == Style::Block).unwrap_or(body), start)
    }
}

/// The comments of a text, in order.
#[must_use]
pub fn comments(text: &str) -> Vec<Comment> {
    let style = |kind| match kind {
        TokenKind::LineComment { doc_style: None } => Some(Style::Line),
        TokenKind::LineComment { doc_style: Some(DocStyle::Inner) } => Some(Style::Inner),
        TokenKind::LineComment { doc_style: Some(DocStyle::Outer) } => Some(Style::Outer),
        TokenKind::BlockComment { .. } => Some(Style::Block),
        _ => None,
    };
    let comment = |(kind, range): (TokenKind, Range<usize>)| {
        let style = style(kind)?;
        // The lexer counts the `\r` of a line's end to the comment.
        let shown = text[range.clone()].trim_end_matches('\r').len();
        Some(Comment { range: range.start..range.start + shown, style })
    };
    tokens(text, preamble(text)).filter_map(comment).collect()
}

/// Where the next token behind `at` starts that is neither blank nor a comment; `at` is no place within a token.
#[must_use]
pub fn next_token(text: &str, at: usize) -> usize {
    code(text, at).next().map_or(text.len(), |(_, range)| range.start)
}

/// Where a node that starts at `at` starts without its attributes and its documentation.
#[must_use]
pub fn behind_attributes(text: &str, at: usize) -> usize {
    let mut tokens = code(text, at).peekable();
    loop {
        match tokens.peek() {
            Some((TokenKind::Pound, _)) => {}
            Some((_, range)) => return range.start,
            None => return text.len(),
        }
        let mut depth = 0_usize;
        for (kind, _) in tokens.by_ref() {
            match kind {
                TokenKind::OpenBracket => depth += 1,
                TokenKind::CloseBracket => depth = depth.saturating_sub(1),
                _ => continue,
            }
            if depth == 0 {
                break;
            }
        }
    }
}

/// Whether a place is within a token that is no blank: a string, or a block comment.
#[must_use]
pub fn is_within_token(text: &str, at: usize) -> bool {
    let around = tokens(text, preamble(text)).find(|(_, range)| at < range.end);
    around.is_some_and(|(kind, range)| range.start < at && kind != TokenKind::Whitespace)
}

/// Code without comments, and with blanks only where words would run together: what formatting does not change.
#[must_use]
pub fn normalized(code_text: &str) -> String {
    let mut text = String::new();
    let mut comma = false;
    for (kind, range) in code(code_text, 0) {
        let token = &code_text[range];
        let closes =
            matches!(kind, TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace);
        // Where a list is broken into lines, a comma comes behind its last element.
        if std::mem::take(&mut comma) && !closes {
            text.push(',');
        }
        if kind == TokenKind::Comma {
            comma = true;
            continue;
        }
        let is_word = |it: char| it.is_alphanumeric() || it == '_';
        if text.ends_with(is_word) && token.starts_with(is_word) {
            text.push(' ');
        }
        text.push_str(token);
    }
    if comma {
        text.push(',');
    }
    text
}

/// The tokens behind `at`, without blanks and comments.
fn code(text: &str, at: usize) -> impl Iterator<Item = (TokenKind, Range<usize>)> + '_ {
    let is_code = |kind| {
        !matches!(
            kind,
            TokenKind::Whitespace | TokenKind::LineComment { .. } | TokenKind::BlockComment { .. }
        )
    };
    tokens(text, at).filter(move |(kind, _)| is_code(*kind))
}

fn tokens(text: &str, at: usize) -> impl Iterator<Item = (TokenKind, Range<usize>)> + '_ {
    let mut end = at;
    tokenize(text.get(at..).unwrap_or_default()).map(move |token| {
        let start = end;
        end += token.len as usize;
        (token.kind, start..end)
    })
}

/// The length of a byte order mark and a `#!` line.
fn preamble(text: &str) -> usize {
    let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
    mark + strip_shebang(&text[mark..]).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Style, behind_attributes, comments, is_within_token, next_token, normalized};

    fn bodies(text: &str) -> Vec<(Style, &str)> {
        comments(text).iter().map(|it| (it.style, it.body(text).0)).collect()
    }

    #[test]
    fn only_comments_are_comments() {
        let text = "\u{feff}#!/bin/x // no\n//! in\r\n/// out\nlet s = \"// no\"; // a\r\n\
                    let r = r#\"// no \" // no\"#; let c = '\"'; // b\n/* x /* // no */ y */ let l: &'a u8 = b'/'; //c";
        let expected = [
            (Style::Inner, " in"),
            (Style::Outer, " out"),
            (Style::Line, " a"),
            (Style::Line, " b"),
            (Style::Block, " x /* // no */ y "),
            (Style::Line, "c"),
        ];
        assert_eq!(bodies(text), expected);
        assert_eq!(bodies("/*"), [(Style::Block, "")]);
        assert_eq!(bodies("//"), [(Style::Line, "")]);
    }

    #[test]
    fn attributes_and_documentation_stand_before_a_node() {
        let text = "/// Doc.\n#[a(\"]\", [1])]\n// x\n#[b] fn f() {}";
        assert_eq!(&text[behind_attributes(text, 0)..], "fn f() {}");
        assert_eq!(behind_attributes("#[a", 0), 3);
        assert!(text[next_token(text, 0)..].starts_with("#[a"));
        assert_eq!(next_token("  ", 0), 2);
    }

    #[test]
    fn formatting_does_not_count() {
        let text =
            "Socket::new( // of ours\n    a,\n    b as  u8,\n)?\n    . bind(&[1, 2], \"a  b\")";
        assert_eq!(normalized(text), "Socket::new(a,b as u8)?.bind(&[1,2],\"a  b\")");
    }

    #[test]
    fn a_place_in_a_string_is_within_a_token() {
        let text = "let a = \"x\ny\";\nlet b;";
        assert!(is_within_token(text, text.find('y').unwrap()));
        assert!(!is_within_token(text, text.find("let b").unwrap()));
        assert!(!is_within_token(text, 0));
    }
}
