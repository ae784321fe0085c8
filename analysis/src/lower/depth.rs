//! How deep a text nests, counted without recursion: the parser recurses, and a stack overflow aborts. And how much
//! there is of it: what does not fit into memory aborts as well.
//!
//! Not a lexer of its own: it only has to tell code from strings and comments, and it may count too
//! much, never too little.

use proc_macro2::TokenStream;

/// What the stack of a lowering thread (256 MiB) holds with a wide margin, debug builds included.
const LIMIT: usize = 24_000;
/// A step that makes the parser recurse through several of its functions.
const DEEP: usize = 8;
/// A step that only makes a chain longer.
const SHALLOW: usize = 1;

/// What one macro may add; eight levels of them add less than the margin.
const GROWTH: usize = LIMIT / 16;

/// A token takes some four to eight hundred bytes in the syntax tree. Bytes do not tell: 4 MiB of generated bindings are
/// fewer tokens than this, 8 MiB of semicolons are eight times as many.
const MOST_TOKENS: usize = 1_000_000;
/// What a line of documentation is to the parser: an attribute.
const DOCUMENTATION: usize = 6;

/// Why a text is not parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Excess {
    /// Of depth: the stack would not hold it.
    Depth,
    /// Of tokens.
    Tokens,
}

impl Excess {
    pub(super) fn message(self) -> String {
        match self {
            Self::Depth => "nested too deep to be parsed".to_owned(),
            Self::Tokens => format!("more than {} million tokens", MOST_TOKENS / 1_000_000),
        }
    }

    pub(super) fn help(self) -> &'static str {
        match self {
            Self::Depth => "correct the file",
            Self::Tokens => "split the file",
        }
    }
}

/// The offset at which there is too much of `text` to be parsed safely.
pub(super) fn excess(text: &str) -> Option<(usize, Excess)> {
    more_than(text, LIMIT, MOST_TOKENS)
}

/// Whether what a macro stands for is nested too deep to be parsed in place of it.
pub(super) fn grows_too_deep(tokens: &TokenStream) -> bool {
    more_than(&tokens.to_string(), GROWTH, MOST_TOKENS).is_some()
}

fn more_than(text: &str, most_depth: usize, most_tokens: usize) -> Option<(usize, Excess)> {
    let bytes = text.as_bytes();
    let mut piles = Piles { open: vec![Level::new(Opened::Delimiter)], total: 0 };
    let mut before = Before::Nothing;
    let (mut at, mut tokens) = (0, 0);
    while at < bytes.len() {
        let len = if let Some(end) = skip_text(bytes, at) {
            if bytes[at] != b'/' {
                before = Before::Value;
                tokens += 1;
            } else if matches!(bytes.get(at + 2), Some(b'/' | b'!' | b'*')) {
                tokens += DOCUMENTATION;
            }
            end - at
        } else if is_word(bytes[at]) {
            let len = word(&bytes[at..]);
            before = piles.word(&bytes[at..at + len]);
            tokens += 1;
            len
        } else if bytes[at].is_ascii_whitespace() {
            1
        } else {
            let (len, next) = piles.mark(&bytes[at..], before);
            before = next;
            tokens += len.min(2);
            len
        };
        if piles.total > most_depth {
            return Some((at, Excess::Depth));
        }
        if tokens > most_tokens {
            return Some((at, Excess::Tokens));
        }
        at += len;
    }
    None
}

/// What stands before a token, comments apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing that a postfix or binary operator could belong to.
    Nothing,
    /// A name: of a value, or of a type.
    Name,
    /// A literal, or what a closing parenthesis or bracket ends.
    Value,
    /// `}`: a value, or the end of a statement.
    Block,
}

/// What opened a level. All but delimiters are guesses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opened {
    Delimiter,
    /// `<`, where arguments of a type can begin.
    Angle,
    /// `|`, where a closure can begin.
    Bar,
}

struct Level {
    opened: Opened,
    /// What the statement or the element at that level has piled up so far.
    piled: usize,
}

impl Level {
    fn new(opened: Opened) -> Self {
        Self { opened, piled: 0 }
    }
}

struct Piles {
    /// Never empty, and the first one is a delimiter.
    open: Vec<Level>,
    total: usize,
}

impl Piles {
    fn add(&mut self, step: usize) {
        self.total += step;
        if let Some(level) = self.open.last_mut() {
            level.piled += step;
        }
    }

    fn open(&mut self, opened: Opened) {
        self.open.push(Level::new(opened));
        self.total += DEEP;
    }

    fn is_in(&self, opened: Opened) -> bool {
        self.open.last().is_some_and(|it| it.opened == opened)
    }

    /// Forgets the innermost level, and says what it has piled up.
    fn close(&mut self) -> usize {
        if self.open.len() < 2 {
            return 0;
        }
        let piled = self.open.pop().map_or(0, |it| it.piled);
        self.total -= piled + DEEP;
        piled
    }

    /// What comes next is within nothing of what was before it at this level.
    fn separate(&mut self) {
        if let Some(level) = self.open.last_mut() {
            self.total -= std::mem::take(&mut level.piled);
        }
    }

    /// As [`Self::separate`], and what was guessed to be open is not.
    fn end_statement(&mut self) {
        while !self.is_in(Opened::Delimiter) {
            self.close();
        }
        self.separate();
    }

    /// A word; says what it is for what follows.
    fn word(&mut self, word: &[u8]) -> Before {
        match word {
            b"return" | b"break" | b"yield" | b"become" | b"while" | b"match" => self.add(DEEP),
            b"if" | b"else" | b"move" | b"as" => self.add(SHALLOW),
            b"in" | b"async" | b"static" | b"const" | b"unsafe" | b"mut" | b"ref" => {}
            // What follows is a pattern, and a `|` that opens one opens no closure.
            b"for" => {
                self.add(DEEP);
                return Before::Name;
            }
            [b'0'..=b'9', ..] => return Before::Value,
            _ => return Before::Name,
        }
        Before::Nothing
    }

    /// A mark at the start of `rest`: its length, and what it is for what follows.
    fn mark(&mut self, rest: &[u8], before: Before) -> (usize, Before) {
        let is_operand = before != Before::Nothing;
        let mut after = Before::Nothing;
        let mut len = 1;
        match rest {
            // A lifetime.
            [b'\'', ..] => len += word(&rest[1..]),
            [b'(' | b'[' | b'{', ..] => {
                if is_operand && rest[0] != b'{' {
                    self.add(SHALLOW);
                }
                self.open(Opened::Delimiter);
            }
            [b')' | b']', ..] => {
                self.end_statement();
                self.close();
                after = Before::Value;
            }
            [b'}', ..] => {
                self.end_statement();
                self.close();
                if !continues(&rest[1..]) {
                    self.end_statement();
                }
                after = Before::Block;
            }
            [b'=', b'>', ..] => {
                self.end_statement();
                len = 2;
            }
            [b';', ..] => self.end_statement(),
            [b',', ..] => self.separate(),
            [b'-', b'>', ..] => {
                self.add(DEEP);
                len = 2;
            }
            [b'<', b'=', ..] => {
                self.add(SHALLOW);
                len = 2;
            }
            // Behind a literal or a call, it compares or shifts.
            [b'<', ..] if before == Before::Value => self.add(SHALLOW),
            [b'<', ..] => self.open(Opened::Angle),
            [b'>', ..] if self.is_in(Opened::Angle) => {
                // It may have been a comparison.
                let piled = self.close();
                self.add(piled);
                after = Before::Name;
            }
            [b'|', b'|', ..] => {
                self.add(DEEP);
                len = 2;
            }
            [b'|', ..] if self.is_in(Opened::Bar) => {
                self.close();
                self.add(DEEP);
            }
            [b'|', ..] if matches!(before, Before::Nothing | Before::Block) => {
                self.open(Opened::Bar);
            }
            [b'!' | b'&' | b'*' | b'-' | b'=' | b'|' | b'@', ..] => self.add(DEEP),
            [b'?', ..] => {
                self.add(SHALLOW);
                after = Before::Value;
            }
            [b'.' | b'+' | b'^' | b'%' | b':' | b'/' | b'>', ..] => self.add(SHALLOW),
            _ => {}
        }
        (len, after)
    }
}

/// Whether the expression that a `}` ended may go on behind it.
fn continues(rest: &[u8]) -> bool {
    let mut at = 0;
    loop {
        at += rest[at..].iter().take_while(|it| it.is_ascii_whitespace()).count();
        match (&rest[at..], skip_text(rest, at)) {
            ([b'/', ..], Some(end)) => at = end,
            (rest, _) => {
                let continuing = [b"else".as_slice(), b"as"].contains(&&rest[..word(rest)]);
                let fresh = |it: &u8| is_word(*it) || b"#'\"})]".contains(it);
                return continuing || !rest.first().is_none_or(fresh);
            }
        }
    }
}

/// The length of the word at the start of a text.
fn word(rest: &[u8]) -> usize {
    rest.iter().take_while(|it| is_word(**it)).count()
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// The end of the comment, string or character literal that starts at `at`, if one does.
fn skip_text(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at..];
    match rest {
        [b'/', b'/', ..] => Some(at + memchr(rest, b'\n')),
        [b'/', b'*', ..] => Some(at + block_comment(rest)),
        [b'"', ..] => Some(at + quoted(rest)),
        [b'\'', ..] => character(rest).map(|len| at + len),
        [b'r' | b'b' | b'c', ..] if at == 0 || !is_word(bytes[at - 1]) => {
            let prefix = rest.iter().take_while(|byte| matches!(byte, b'r' | b'b' | b'c')).count();
            raw_string(&rest[prefix..])
                .filter(|_| rest[..prefix].contains(&b'r'))
                .map(|len| at + prefix + len)
        }
        _ => None,
    }
}

fn memchr(rest: &[u8], byte: u8) -> usize {
    rest.iter().position(|it| *it == byte).unwrap_or(rest.len())
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0usize, 0);
    while at < rest.len() {
        match &rest[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn quoted(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// `'x'` and `'\n'`, but not the lifetime `'x`.
fn character(rest: &[u8]) -> Option<usize> {
    if rest.get(1) == Some(&b'\\') {
        return Some(3 + memchr(rest.get(3..)?, b'\'') + 1);
    }
    let width = rest.get(1).map(|first| match first {
        0..0x80 => 1,
        0x80..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    })?;
    (rest.get(1 + width) == Some(&b'\'')).then_some(width + 2)
}

/// `#"…"#` with any number of hashes.
fn raw_string(rest: &[u8]) -> Option<usize> {
    let hashes = rest.iter().take_while(|byte| **byte == b'#').count();
    if rest.get(hashes) != Some(&b'"') {
        return None;
    }
    let mut end = vec![b'#'; hashes + 1];
    end[0] = b'"';
    let body = &rest[hashes + 1..];
    let len =
        body.windows(end.len()).position(|it| it == end).map_or(body.len(), |at| at + end.len());
    Some(hashes + 1 + len)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn too_deep(text: &str) -> Option<usize> {
        more_than(text, LIMIT, usize::MAX).map(|(at, _)| at)
    }

    #[test]
    fn there_may_be_as_many_tokens_as_in_generated_code() {
        let is_too_much = |text: &str| excess(text).is_some_and(|(_, it)| it == Excess::Tokens);
        for (part, bytes) in
            [("const A:u8=1;", 5 << 20), ("///\n", 3 << 20), ("#[a]", 3 << 20), (";", 3 << 20)]
        {
            assert!(is_too_much(&part.repeat(bytes / part.len())), "{part}");
        }
        for part in [
            "pub const SOL_SOCKET: c_int = 0xffff;\n",
            "    // A comment is nothing, and blanks are nothing.\n",
            "    if unsafe { setsockopt(descriptor, level, option, value, length) } < 0 {\n        return;\n    }\n",
            "\"a text is one token; this one has 46 bytes\", ",
        ] {
            assert!(!is_too_much(&part.repeat((4 << 20) / part.len())), "{part}");
        }
    }

    #[test]
    fn deep_nesting_of_every_kind_is_seen() {
        for (open, close) in [
            ("(", ")"),
            ("[", "]"),
            ("{", "}"),
            ("V<", ">"),
            ("V<u8, ", ">"),
            ("!", ""),
            ("&", ""),
            ("a=", ""),
            ("-", ""),
            ("return ", ""),
            ("break 'a ", ""),
            ("while ", "{}"),
            ("for a in ", "{}"),
            ("for | a in |b, c| ", "{}"),
            ("match ", "{}"),
            ("|a, b| ", ""),
            ("move |a: V<u8, u8>, b| ", ""),
            ("1 | |a, b| ", ""),
            ("a @ ", ""),
            ("1 / ", ""),
            ("1 >> ", ""),
            ("{} /* so */ * ", ""),
            ("{}(1, 2) + ", ""),
            ("a < b && c > d && ", ""),
        ] {
            let text = format!("fn f() {{ {}x{} }}", open.repeat(100_000), close.repeat(100_000));
            assert!(too_deep(&text).is_some(), "{open}");
        }
        for more in ["(1, 2)", "[0]", " as u8", ".a(1, 2)", "?"] {
            let text = format!("fn f() {{ x{} }}", more.repeat(100_000));
            assert!(too_deep(&text).is_some(), "{more}");
        }
    }

    #[test]
    fn long_is_not_deep() {
        for part in [
            "a(-1, &b[2]); if x { y } ",
            "if a < b { c } ",
            "A(b, _) if c < d => |e, f| e, ",
            "(A, b) => {} ",
            "fn f<'a, T: A<B = C>>(a: &'a T) -> V<u8> where T: B {} ",
            "f(|a, b| a < b, 1 << 3); ",
            "[1 << 3, !0, b'a', V::<u8>::new()], ",
            "{ a } // so\n",
        ] {
            let text = format!("fn f() {{ {} }}", part.repeat(100_000));
            assert_eq!(too_deep(&text), None, "{part}");
        }
    }

    #[test]
    fn delimiters_in_text_do_not_count() {
        let text = format!(
            "/* {0} */ // {0}\nconst A: &str = \"{0}\\\"\"; const B: &str = r#\"{0}\"#; const C: char = '('; fn f<'a>() {{}}",
            "(".repeat(100_000)
        );
        assert_eq!(too_deep(&text), None);
    }
}
