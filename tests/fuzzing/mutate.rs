//! Texts that are almost like those that people write: tokens and statements go, come, and change places.

use std::ops::Range;

use fastrand::Rng;
use ra_ap_rustc_lexer::{TokenKind, tokenize};
use sockopt_analysis::outline;

use super::{pool::Pool, sample::SEPARATOR};

/// What something can be put into.
const AROUND: &[(&str, &str)] = &[
    ("{ ", " }"),
    ("( ", " )"),
    ("if ready() { ", " }"),
    ("if let Some(it) = it { ", " } else { return; }"),
    ("match it { _ => { ", " } }"),
    ("loop { ", " break; }"),
    ("for it in all { ", " }"),
    ("while ready() { ", " }"),
    ("unsafe { ", " }"),
    ("async move { ", " }.await"),
    ("(|| { ", " })()"),
    ("#[cfg(windows)] { ", " }"),
    ("if cfg!(unix) { ", " }"),
    ("mod inside { use super::*; ", " }"),
    ("fn inside() { ", " }"),
    ("impl Inside { ", " }"),
    ("trait Inside { ", " }"),
    ("vec![ ", " ]"),
    ("select! { ", " }"),
    ("macro_rules! made { ($($it:tt)*) => { ", " $($it)* } } made!(it);"),
    ("made!( ", " );"),
    ("#[sockopt::listener] ", ""),
    ("#[allow(sockopt::missing_reuseaddr)] ", ""),
    ("drop( ", " )"),
    ("Ok::<_, ()>( ", " )?"),
    ("let it = ", ";"),
    ("return ", ";"),
    ("/* ", " */"),
    ("// ", "\n"),
];

/// What stands in few texts.
const ODD: &[&str] = &[
    "\u{feff}",
    "\0",
    "\r\n",
    "\r",
    "\u{85}",
    "é",
    "\u{202e}",
    "日本",
    "\t",
    "/*",
    "*/",
    "//",
    "'",
    "\"",
    "r#\"",
    "'a",
    "$it",
    "$crate",
    "..",
    "::",
    "<",
    ">>",
    "#",
    "?",
    "!",
    "|",
    "&&mut ",
    "r#fn",
    "0x",
    "1e",
    "b\"\\xff\"",
    "c\"\"",
    "#![cfg(test)]",
    "#!/bin/run\n",
    ".await",
    " as RawFd",
    "self",
    "Self",
    "super::",
    "crate::",
    "_",
    "-1",
    "0",
    "1",
    "true",
    "false",
    "dyn ",
    "impl ",
    "where ",
    "const ",
    "static mut ",
    "union ",
    "extern \"C\" ",
    "let _ = ",
    "use a as b;",
    "use self::*;",
    "type T = T;",
    "const N: usize = N;",
    "return;",
    "break 'a;",
    "// sockopt: allow(missing_reuseaddr) -- why\n",
    "// sockopt: allow-file(all) -- why\n",
    "// sockopt:",
    "//~ late_option\n",
    "//@ reuse_port, backlog = 7\n",
    "//@ only_v6 = true, reuse_address = false\n",
];

/// Another text of at most `most` bytes.
pub(super) fn mutate(text: &str, pool: Pool, most: usize, seed: u64) -> String {
    let mut mutator = Mutator { rng: Rng::with_seed(seed), pool, text: text.to_owned() };
    for _ in 0..=mutator.rng.u8(..4) {
        mutator.step();
    }
    let mut text = mutator.text;
    let end = (0..=most.min(text.len())).rev().find(|it| text.is_char_boundary(*it));
    text.truncate(end.unwrap_or(0));
    text
}

/// A text in which some bytes are others.
pub(super) fn scattered(text: String, seed: u64) -> Vec<u8> {
    let (mut rng, mut bytes) = (Rng::with_seed(seed), text.into_bytes());
    for _ in 0..rng.u8(..4) {
        if !bytes.is_empty() {
            let at = rng.usize(..bytes.len());
            bytes[at] = rng.u8(..);
        }
    }
    bytes
}

struct Mutator {
    rng: Rng,
    pool: Pool,
    text: String,
}

impl Mutator {
    fn step(&mut self) {
        match self.rng.u8(..32) {
            _ if self.text.trim().is_empty() => self.text = self.pool.text(&mut self.rng),
            0 => self.text = self.pool.text(&mut self.rng),
            1..4 => self.replace(Self::tokens, |_, _| String::new()),
            4..6 => self.replace(Self::tokens, |_, tokens| tokens.repeat(2)),
            6..8 => self.exchange(Self::tokens),
            8..11 => self.replace(Self::token, |it, _| it.other_tokens(1)),
            11..13 => self.replace(Self::token, |it, token| it.other_tokens(8) + token),
            13..16 => self.replace(Self::node, |_, _| String::new()),
            16..18 => self.exchange(Self::node),
            18..20 => self.replace(Self::node, |it, node| it.own_node() + "\n" + node),
            20..23 => self.replace(Self::node, |it, node| it.pool.piece(&mut it.rng) + "\n" + node),
            23 => self.replace(Self::node, |it, _| it.pool.piece(&mut it.rng)),
            24 => self.replace(Self::node, Self::wrapped),
            25 => self.replace(Self::tokens, Self::wrapped),
            26 => self.replace(Self::token, |it, token| it.odd() + token),
            27 | 28 => self.rename(),
            29 => self.text = self.text.replace('\n', "\r\n"),
            30 => self.split(),
            _ => self.text += &self.pool.text(&mut self.rng),
        }
    }

    /// Puts something in the place of a part.
    fn replace(
        &mut self,
        part: fn(&mut Self) -> Range<usize>,
        by: impl FnOnce(&mut Self, &str) -> String,
    ) {
        let range = part(self);
        let old = self.text[range.clone()].to_owned();
        let new = by(self, &old);
        self.text.replace_range(range, &new);
    }

    /// Lets two parts change places.
    fn exchange(&mut self, part: fn(&mut Self) -> Range<usize>) {
        let (mut one, mut other) = (part(self), part(self));
        if other.start < one.start {
            std::mem::swap(&mut one, &mut other);
        }
        if one.end <= other.start {
            let (first, second) =
                (self.text[one.clone()].to_owned(), self.text[other.clone()].to_owned());
            self.text.replace_range(other, &first);
            self.text.replace_range(one, &second);
        }
    }

    fn token(&mut self) -> Range<usize> {
        self.some_tokens(1)
    }

    fn tokens(&mut self) -> Range<usize> {
        let count = self.rng.usize(1..8);
        self.some_tokens(count)
    }

    /// Where some tokens are that follow each other.
    fn some_tokens(&mut self, count: usize) -> Range<usize> {
        let all = tokens(&self.text);
        let Some(first) = all.len().checked_sub(1) else { return 0..0 };
        let first = self.rng.usize(..=first);
        let last = (first + count).min(all.len()) - 1;
        all[first].1.start..all[last].1.end
    }

    /// Where an item, a statement or an arm is; a line, if there is none.
    fn node(&mut self) -> Range<usize> {
        if let Some(node) = self.rng.choice(outline(&self.text)) {
            return node.range;
        }
        let starts: Vec<_> = self.text.match_indices('\n').map(|(at, _)| at + 1).collect();
        let start = self.rng.choice(&starts).copied().unwrap_or(0);
        let end = self.text[start..].find('\n').map_or(self.text.len(), |it| start + it);
        start..end
    }

    fn own_node(&mut self) -> String {
        let range = self.node();
        self.text[range].to_owned()
    }

    /// Tokens of this text, or of another.
    fn other_tokens(&mut self, most: usize) -> String {
        let count = self.rng.usize(1..=most);
        if self.rng.bool() {
            let range = self.some_tokens(count);
            return format!("{} ", &self.text[range]);
        }
        let piece = self.pool.piece(&mut self.rng);
        let own = std::mem::replace(&mut self.text, piece);
        let range = self.some_tokens(count);
        let piece = std::mem::replace(&mut self.text, own);
        format!("{} ", &piece[range])
    }

    fn odd(&mut self) -> String {
        self.rng.choice(ODD).copied().unwrap_or_default().to_owned()
    }

    /// A part in something else, now and then in many of them.
    fn wrapped(&mut self, part: &str) -> String {
        let (before, behind) = self.rng.choice(AROUND).copied().unwrap_or_default();
        let times = if self.rng.u8(..16) == 0 { 1 << self.rng.u8(..9) } else { 1 };
        [&before.repeat(times), part, &behind.repeat(times)].concat()
    }

    /// Calls all that has one name by another, that may be taken.
    fn rename(&mut self) {
        let all = tokens(&self.text);
        let is_name = |(kind, _): &&(TokenKind, Range<usize>)| *kind == TokenKind::Ident;
        let names: Vec<_> = all.iter().filter(is_name).map(|(_, range)| range.clone()).collect();
        let mut name = || self.rng.choice(&names).map(|it| self.text[it.clone()].to_owned());
        let (Some(from), Some(to)) = (name(), name()) else { return };
        for range in names.into_iter().rev() {
            if self.text[range.clone()] == from {
                self.text.replace_range(range, &to);
            }
        }
    }

    /// Moves what comes behind an item into a file of its own.
    fn split(&mut self) {
        let at = self.node().start;
        let files = self.text.matches(char::from(SEPARATOR)).count() + 1;
        let (behind, separator) = (self.text.split_off(at), char::from(SEPARATOR));
        self.text = format!(
            "pub mod m{files}; pub use m{files}::*;\n{}\n{separator}use super::*;\n{behind}",
            self.text
        );
    }
}

/// The tokens of a text, blanks left out.
fn tokens(text: &str) -> Vec<(TokenKind, Range<usize>)> {
    let mut end = 0;
    let all = tokenize(text).map(|token| {
        let start = end;
        end += token.len as usize;
        (token.kind, start..end)
    });
    all.filter(|(kind, _)| *kind != TokenKind::Whitespace).collect()
}
