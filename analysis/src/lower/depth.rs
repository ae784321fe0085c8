//! How deep a text nests, counted without recursion: the parser recurses, and a stack overflow aborts.
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

/// The offset at which `text` is nested too deep to be parsed safely.
pub(super) fn too_deep(text: &str) -> Option<usize> {
    deeper_than(text, LIMIT)
}

/// Whether what a macro stands for is nested too deep to be parsed in place of it.
pub(super) fn grows_too_deep(tokens: &TokenStream) -> bool {
    deeper_than(&tokens.to_string(), GROWTH).is_some()
}

fn deeper_than(text: &str, limit: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    // One entry per open delimiter: what the statement at that level has piled up so far.
    let mut open = vec![0usize];
    let mut total = 0usize;
    let mut at = 0;
    while at < bytes.len() {
        let level = open.len() - 1;
        let step = match bytes[at] {
            b'/' | b'"' | b'\'' | b'r' | b'b' | b'c' => {
                if let Some(end) = skip_text(bytes, at) {
                    at = end;
                    continue;
                }
                0
            }
            b'(' | b'[' | b'{' => {
                open.push(0);
                total += DEEP;
                0
            }
            closing @ (b')' | b']' | b'}') => {
                if open.len() > 1 {
                    total -= open.pop().unwrap_or_default() + DEEP;
                }
                if closing == b'}' && !continues(&bytes[at + 1..]) {
                    reset(&mut open, &mut total);
                }
                0
            }
            b',' | b';' => {
                reset(&mut open, &mut total);
                0
            }
            b'<' | b'!' | b'&' | b'*' | b'-' | b'=' | b'|' => DEEP,
            b'.' | b'+' | b'?' | b'^' | b'%' | b':' => SHALLOW,
            b'e' | b'i' | b'm' if keyword(bytes, at) => SHALLOW,
            _ => 0,
        };
        if step > 0 {
            open[level] += step;
            total += step;
        }
        if total > limit {
            return Some(at);
        }
        at += 1;
    }
    None
}

fn reset(open: &mut [usize], total: &mut usize) {
    if let Some(level) = open.last_mut() {
        *total -= *level;
        *level = 0;
    }
}

/// Whether the expression that a `}` ended goes on behind it.
fn continues(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii_start();
    rest.starts_with(b"else")
        || matches!(rest.first(), Some(b'.' | b'?' | b'=' | b'|' | b'+' | b'-' | b'&' | b'<'))
}

/// `else`, `if`, `move` and `match` chain without punctuation.
fn keyword(bytes: &[u8], at: usize) -> bool {
    let free = at == 0 || !is_word(bytes[at - 1]);
    free && ["else", "if", "move", "match"]
        .iter()
        .any(|word| bytes[at..].starts_with(word.as_bytes()))
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

    #[test]
    fn deep_nesting_of_every_kind_is_seen() {
        for (open, close) in [
            ("(", ")"),
            ("[", "]"),
            ("{", "}"),
            ("V<", ">"),
            ("!", ""),
            ("&", ""),
            ("a=", ""),
            ("-", ""),
        ] {
            let text = format!("fn f() {{ {}x{} }}", open.repeat(100_000), close.repeat(100_000));
            assert!(too_deep(&text).is_some(), "{open}");
        }
    }

    #[test]
    fn long_is_not_deep() {
        let text = format!("fn f() {{ {} }}", "a(-1, &b[2]); if x { y } ".repeat(100_000));
        assert_eq!(too_deep(&text), None);
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
