//! Reading Rust source by its tokens alone, which takes a twentieth of the time that a parser takes.

use std::{collections::BTreeSet, ops::Range};

use memchr::memmem;
use ra_ap_rustc_lexer::{LiteralKind, TokenKind, strip_shebang, tokenize};

/// A text with blanks, byte for byte, for what no socket is used by: comments, strings, the names that functions
/// get, declarations of foreign functions, and constants that are plain numbers. Generated bindings name every call
/// and option there is, and use none.
#[must_use]
pub fn essence(text: &str) -> String {
    let tokens = tokens(text);
    let mut inert = Vec::new();
    for (index, (kind, range)) in tokens.iter().enumerate() {
        match kind {
            TokenKind::LineComment { .. } | TokenKind::BlockComment { .. } => {
                inert.push(range.clone());
            }
            TokenKind::Literal { kind, .. } if !is_number(*kind) => inert.push(range.clone()),
            TokenKind::Ident => {
                let code = Code { text, tokens: &tokens[index + 1..] };
                let end = match &text[range.clone()] {
                    "fn" => code.name(),
                    "extern" => code.foreign(),
                    "const" | "static" => code.number(),
                    _ => None,
                };
                inert.extend(end.map(|end| range.end..end));
            }
            _ => {}
        }
    }
    blank(text, inert)
}

/// Whether a byte can be part of an identifier.
pub(crate) fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// Where names count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Within {
    /// In imports, and where a path begins.
    Text,
    /// In imports.
    Imports,
    /// In imports that others can name, or that hold in the whole crate.
    Exports,
}

/// Whether what stands in this range of a text is no part of a longer name.
pub(crate) fn is_whole(text: &[u8], range: Range<usize>) -> bool {
    let before = range.start.checked_sub(1).and_then(|at| text.get(at));
    ![before, text.get(range.end)].into_iter().flatten().any(|it| is_part(*it))
}

/// Whether a text names something there; what it says in comments counts, too.
#[must_use]
pub fn is_named(name: &str, text: &[u8], within: Within) -> bool {
    let find = |text: &[u8], words: &str| memmem::find(text, words.as_bytes());
    let import = if within == Within::Exports { "pub use " } else { "use " };
    let is_imported = || {
        text.split(|it| *it == b';').any(|statement| {
            let start = find(statement, import).or_else(|| find(statement, "extern crate "));
            start.is_some_and(|start| wholes(name, &statement[start..]).next().is_some())
        })
    };
    let mut wholes = wholes(name, text).peekable();
    wholes.peek().is_some()
        && ((within == Within::Text && wholes.any(|it| text[it.end..].starts_with(b"::")))
            || is_imported())
}

/// Where a name stands as a whole.
fn wholes<'t>(name: &'t str, text: &'t [u8]) -> impl Iterator<Item = Range<usize>> {
    let found = memmem::find_iter(text, name).map(|start| start..start + name.len());
    found.filter(|it| is_whole(text, it.clone()))
}

/// A body that is shorter than this, in bytes, is read: it costs little, and what it returns may be known.
const SHORT: usize = 64;

/// The code of a text.
#[derive(Debug, Default)]
struct Skeleton {
    /// What is between the braces of functions that are items, or members of items.
    bodies: Vec<Range<usize>>,
    /// What macros are given.
    macros: Vec<Range<usize>>,
    /// Whether something else may run: the value of a constant, what a macro is given.
    runs_more: bool,
}

fn skeleton(text: &str, all: &[(TokenKind, Range<usize>)]) -> Skeleton {
    let mut tokens = Code { text, tokens: all }.significant().peekable();
    let mut found = Skeleton::default();
    let (mut depth, mut signature, mut is_value) = (0_usize, None, false);
    let mut before = TokenKind::Semi;
    while let Some((kind, token, end)) = tokens.next() {
        let is_macro = before == TokenKind::Bang;
        match kind {
            TokenKind::Ident if token == "fn" => {
                let is_named = |(kind, ..): &(TokenKind, &str, usize)| is_name(*kind);
                signature = tokens.peek().is_some_and(is_named).then_some(depth).or(signature);
            }
            TokenKind::Semi => {
                is_value = false;
                signature = signature.filter(|it| *it != depth);
            }
            TokenKind::OpenBrace if signature == Some(depth) => {
                signature = None;
                match group(&mut tokens) {
                    Some((close, _)) => found.bodies.push(end..close - 1),
                    None => found.runs_more = true,
                }
            }
            _ if is_opening(kind) && is_macro => {
                // `macro_rules!` has braces, and so has whatever defines a function.
                let (close, has_braces) = group(&mut tokens).unwrap_or((text.len(), true));
                found.macros.push(end..close);
                found.runs_more |= has_braces;
            }
            TokenKind::Eq => is_value = true,
            TokenKind::Or | TokenKind::OpenBrace if is_value => {
                found.runs_more = true;
                depth += usize::from(is_opening(kind));
            }
            _ if is_opening(kind) => depth += 1,
            _ if is_closing(kind) => depth = depth.saturating_sub(1),
            _ => {}
        }
        // `macro_rules! name { … }`
        if !(is_macro && is_name(kind)) {
            before = kind;
        }
    }
    // What does not end is for the parser to complain of.
    found.runs_more |= depth > 0 || signature.is_some();
    found
}

/// Goes on behind the group that was just opened; answers where it ends, and whether there are braces in it.
fn group<'a>(
    tokens: &mut impl Iterator<Item = (TokenKind, &'a str, usize)>,
) -> Option<(usize, bool)> {
    let (mut open, mut has_braces) = (1_usize, false);
    for (kind, _, end) in tokens {
        has_braces |= kind == TokenKind::OpenBrace;
        open += usize::from(is_opening(kind));
        open -= usize::from(is_closing(kind));
        if open == 0 {
            return Some((end, has_braces));
        }
    }
    None
}

fn is_opening(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::OpenBrace | TokenKind::OpenParen | TokenKind::OpenBracket)
}

fn is_closing(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::CloseBrace | TokenKind::CloseParen | TokenKind::CloseBracket)
}

fn is_name(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Ident | TokenKind::RawIdent)
}

/// Whether anything in a text can run: declarations alone cannot.
#[must_use]
pub fn has_code(text: &str) -> bool {
    let Skeleton { bodies, runs_more, .. } = skeleton(text, &tokens(text));
    runs_more || bodies.iter().any(|it| !text[it.clone()].trim().is_empty())
}

/// A text with blanks, byte for byte, for the bodies of functions but those that begin at `read`, and which these are.
/// Blank are comments for `rustdoc`, too: for a parser each of their lines is an attribute.
#[must_use]
pub fn without_bodies(text: &str, read: &BTreeSet<usize>) -> (String, Vec<Range<usize>>) {
    let tokens = tokens(text);
    let Skeleton { mut bodies, macros, .. } = skeleton(text, &tokens);
    bodies.retain(|it| it.len() >= SHORT && !read.contains(&it.start));
    (blank(text, bodies.iter().cloned().chain(docs(&tokens, &macros))), bodies)
}

/// A text with blanks, byte for byte, for the comments that [`without_bodies`] leaves out.
#[must_use]
pub fn without_docs(text: &str) -> String {
    let tokens = tokens(text);
    let Skeleton { macros, .. } = skeleton(text, &tokens);
    blank(text, docs(&tokens, &macros))
}

/// Comments for `rustdoc`, but for those that a macro is given: it may ask for them.
fn docs<'a>(
    tokens: &'a [(TokenKind, Range<usize>)],
    macros: &'a [Range<usize>],
) -> impl Iterator<Item = Range<usize>> {
    let is_doc = |kind: &TokenKind| {
        matches!(
            kind,
            TokenKind::LineComment { doc_style: Some(_) }
                | TokenKind::BlockComment { doc_style: Some(_), .. }
        )
    };
    let docs = tokens.iter().filter(move |(kind, _)| is_doc(kind)).map(|(_, range)| range.clone());
    docs.filter(|doc| !is_within(doc.start, macros))
}

/// Where the bodies begin in which one of these names is, given by where they are; none if one of them gets another
/// name, by which any body may know it.
#[must_use]
pub fn bodies_around(text: &str, names: &BTreeSet<usize>) -> Option<BTreeSet<usize>> {
    let Skeleton { bodies, .. } = skeleton(text, &tokens(text));
    let is_renamed = |at: &usize| {
        let mut behind = text.get(*at..).unwrap_or("").split_whitespace();
        behind.nth(1) == Some("as")
    };
    if names.iter().any(|at| !is_within(*at, &bodies) && is_renamed(at)) {
        return None;
    }
    let around = bodies.into_iter().filter(|it| names.range(it.clone()).next().is_some());
    Some(around.map(|it| it.start).collect())
}

/// Where the items of a text are, as far as tokens tell: what ends with braces or a semicolon outside of all others.
/// Only a parser knows whether one of these is an item, and a whole one.
#[must_use]
pub fn items(text: &str) -> Vec<Range<usize>> {
    let tokens = tokens(text);
    let (mut depth, mut start, mut found) = (0_usize, None, Vec::new());
    for (kind, token, end) in (Code { text, tokens: &tokens }).significant() {
        let begin = *start.get_or_insert(end - token.len());
        depth += usize::from(is_opening(kind));
        depth = depth.saturating_sub(usize::from(is_closing(kind)));
        if depth == 0 && matches!(kind, TokenKind::Semi | TokenKind::CloseBrace) {
            found.push(begin..end);
            start = None;
        }
    }
    found
}

/// Whether a place is in one of these ranges, which are in order.
fn is_within(at: usize, ranges: &[Range<usize>]) -> bool {
    let behind = ranges.partition_point(|it| it.start <= at);
    behind.checked_sub(1).is_some_and(|it| ranges[it].contains(&at))
}

fn is_number(kind: LiteralKind) -> bool {
    matches!(kind, LiteralKind::Int { .. } | LiteralKind::Float { .. })
}

fn tokens(text: &str) -> Vec<(TokenKind, Range<usize>)> {
    let mut at = strip_shebang(text).unwrap_or(0);
    let tokens = tokenize(&text[at..]);
    let token = |token: ra_ap_rustc_lexer::Token| {
        let start = at;
        at += token.len as usize;
        (token.kind, start..at)
    };
    tokens.map(token).collect()
}

fn blank(text: &str, ranges: impl IntoIterator<Item = Range<usize>>) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for range in ranges {
        bytes[range].fill(b' ');
    }
    // Whole tokens were replaced, so whole characters were.
    String::from_utf8(bytes).unwrap_or_default()
}

/// The tokens behind a keyword.
#[derive(Clone, Copy)]
struct Code<'a> {
    text: &'a str,
    tokens: &'a [(TokenKind, Range<usize>)],
}

impl<'a> Code<'a> {
    fn significant(self) -> impl Iterator<Item = (TokenKind, &'a str, usize)> {
        let is_trivia = |kind: TokenKind| {
            matches!(
                kind,
                TokenKind::Whitespace
                    | TokenKind::LineComment { .. }
                    | TokenKind::BlockComment { .. }
            )
        };
        let code = self.tokens.iter().filter(move |(kind, _)| !is_trivia(*kind));
        code.map(move |(kind, range)| (*kind, &self.text[range.clone()], range.end))
    }

    /// Where the name of a function ends.
    fn name(self) -> Option<usize> {
        let (kind, _, end) = self.significant().next()?;
        is_name(kind).then_some(end)
    }

    /// Where a block of foreign declarations ends.
    fn foreign(self) -> Option<usize> {
        let mut tokens = self.significant().peekable();
        tokens.next_if(|(kind, ..)| matches!(kind, TokenKind::Literal { .. }));
        let mut depth = 0_usize;
        for (kind, _, end) in tokens {
            match kind {
                TokenKind::OpenBrace => depth += 1,
                TokenKind::CloseBrace if depth == 1 => return Some(end),
                TokenKind::CloseBrace => depth = depth.checked_sub(1)?,
                _ if depth == 0 => return None,
                _ => {}
            }
        }
        None
    }

    /// Where a constant ends whose value is a number, cast perhaps.
    fn number(self) -> Option<usize> {
        let mut tokens = self.significant();
        tokens
            .by_ref()
            .find(|(kind, ..)| !matches!(kind, TokenKind::Ident | TokenKind::Colon))
            .filter(|(kind, ..)| *kind == TokenKind::Eq)?;
        let mut is_cast = false;
        for (kind, text, end) in tokens {
            match kind {
                TokenKind::Semi => return Some(end),
                TokenKind::Minus | TokenKind::Literal { .. } => {}
                TokenKind::Ident if text == "as" => is_cast = true,
                TokenKind::Ident | TokenKind::Colon if is_cast => {}
                _ => return None,
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{
        Within, bodies_around, essence, has_code, is_named, items, skeleton, tokens,
        without_bodies, without_docs,
    };

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let found = essence(text);
        assert_eq!(found.len(), text.len());
        assert_eq!(words(&found), words(expected));
    }

    #[track_caller]
    fn check_bodies(text: &str, expected: &[&str]) {
        let found: Vec<_> =
            skeleton(text, &tokens(text)).bodies.into_iter().map(|it| text[it].trim()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn functions_have_bodies() {
        check_bodies("fn f() { a }", &["a"]);
        check_bodies(
            "impl A { fn f<T>(x: [u8; 2]) -> [T; { 3 }] where T: B { { a } b } fn g() {} }",
            &["{ a } b", ""],
        );
        check_bodies(
            "trait A { fn f(); fn g() { \"}\" /* } */ } } mod m { fn h() { '}' } }",
            &["\"}\" /* } */", "'}'"],
        );
        check_bodies("type F = fn(u8); struct S { f: fn() } const C: u8 = { 1 };", &[]);
        check_bodies("fn f() -> fn(u8) { a }", &["a"]);
        check_bodies("fn f() { a", &[]);
    }

    #[track_caller]
    fn check_around(text: &str, name: &str, expected: Option<&[&str]>) {
        let names = text.match_indices(name).map(|(at, _)| at).collect();
        let first = |start: usize| text[start..].split_whitespace().next().unwrap();
        let around = bodies_around(text, &names);
        let around = around.map(|it| it.into_iter().map(first).collect::<Vec<_>>());
        assert_eq!(around.as_deref(), expected);
    }

    #[test]
    fn bodies_are_known_by_the_names_in_them() {
        let text =
            "use n::make; fn f() { a(make()) } fn g() { b } impl A { fn h() { c { make } } }";
        check_around(text, "make", Some(&["a(make())", "c"]));
        check_around(text, "gone", Some(&[]));
        check_around("use n::make as new; fn f() { new() }", "make", None);
        check_around("fn f() { a; make as u8 }", "make", Some(&["a;"]));
    }

    #[test]
    fn items_end_with_braces_or_semicolons() {
        let shown = |text: &'static str| -> Vec<_> {
            items(text).into_iter().map(|it| &text[it]).collect()
        };
        let text = "//! a\nuse a::b; /// d\n#[e { f }] fn g(h: [u8; 1]) { i; } impl J { fn k() {} }\nmod l;";
        let expected =
            ["use a::b;", "#[e { f }] fn g(h: [u8; 1]) { i; }", "impl J { fn k() {} }", "mod l;"];
        assert_eq!(shown(text), expected);
        assert_eq!(shown("const A: B = B { c: 1 };"), ["const A: B = B { c: 1 }", ";"]);
        assert_eq!(shown("fn f() { a"), [""; 0]);
    }

    #[test]
    fn comments_for_rustdoc_are_blank_but_in_macros() {
        let text = "//! a\n/// b\nfn f() {} // c\nm! { /// d\n x } /** e */ fn g() {}";
        let expected = "     \n     \nfn f() {} // c\nm! { /// d\n x }          fn g() {}";
        assert_eq!(without_docs(text), expected);
        let (text, bodies) = without_bodies("/// a\nfn f() {}", &BTreeSet::new());
        assert_eq!((text.as_str(), bodies.len()), ("     \nfn f() {}", 0));
    }

    #[test]
    fn declarations_do_not_run() {
        for text in [
            "pub const A: GUID = GUID::from_u128(1); pub type F = fn(u8); struct S { a: u8 }",
            "link!(\"a.dll\" \"system\" fn bind(a: A, b: B) -> C); extern { fn f(); }",
            "mod a { pub trait T { fn f(); fn g() {} } } union U { a: u8 }",
        ] {
            assert!(!has_code(text), "{text}");
        }
        for text in [
            "fn f() { g() }",
            "impl A { fn f(&self) { g() } }",
            "cfg_if! { if #[cfg(unix)] { fn f() { a } } }",
            "static A: Lazy<B> = Lazy::new(|| f());",
            "const A: B = { f() };",
        ] {
            assert!(has_code(text), "{text}");
        }
    }

    #[test]
    fn a_name_counts_in_its_place() {
        let text = b"pub use a::{b, r#c}; use d::e;\nextern crate f; fn use_g() { h::bc(i) }";
        let named = |within| {
            let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "bc", "use_g"];
            let named = names.into_iter().filter(|it| is_named(it, text, within));
            named.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(named(Within::Text), "a b c d e f h");
        assert_eq!(named(Within::Imports), "a b c d e f");
        assert_eq!(named(Within::Exports), "a b c f");
        assert!(!is_named("h", b"", Within::Text));
        // Would take hours if each name were looked at with all before it.
        assert!(!is_named("a", &b"a ".repeat(4 << 20), Within::Imports));
    }

    #[test]
    fn what_macros_are_given_is_no_item() {
        check_bodies("macro_rules! m { () => { fn f() { a } } } fn g() { b }", &["b"]);
        check_bodies(
            "cfg_if::cfg_if! { if #[cfg(unix)] { fn f() { a } } } #![a] fn g() -> ! { b }",
            &["b"],
        );
        check_bodies("m!(fn f() { a }); if a != (b) {} fn g() { b }", &["b"]);
    }

    #[test]
    fn comments_and_strings_are_blank() {
        check("// a\nf(\"b\", 'c', b\"d\", 1); /* e */ /// ä\n", "f( , , , 1);");
        check("#!/bin/x\nf()", "#!/bin/x f()");
    }

    #[test]
    fn the_name_of_a_function_is_blank() {
        check(
            "pub unsafe fn /* a */ listen(f: fn(u8)) { listen(f) }",
            "pub unsafe fn (f: fn(u8)) { listen(f) }",
        );
        check("fn r#bind();", "fn ();");
    }

    #[test]
    fn foreign_declarations_are_blank() {
        check(
            "extern \"C\" { fn bind(s: c_int) -> c_int; static A: [u8; { 1 }]; } f()",
            "extern f()",
        );
        check("extern crate libc; extern \"C\" fn f() {}", "extern crate libc; extern fn () {}");
        check("extern { fn f();", "extern { fn ();");
    }

    #[test]
    fn constants_that_are_numbers_are_blank() {
        check("pub const SO_REUSEADDR: c_int = 0x0004;", "pub const");
        check("pub const A: self::B = -4i32 as _; f()", "pub const f()");
        check("static mut A: u8 = 1;", "static");
        check("const A: c_int = libc::SO_REUSEADDR;", "const A: c_int = libc::SO_REUSEADDR;");
        check("const A: u8 = f(1);", "const A: u8 = f(1);");
        check("const fn f() { 1; }", "const fn () { 1; }");
        check("x as *const u8; a = 1;", "x as *const u8; a = 1;");
        check("fn f<const N: usize>() { g = 1; }", "fn <const N: usize>() { g = 1; }");
    }
}
