//! Whatever the text, the analysis ends without a panic: every fixture cut at every token.

use std::thread;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use sockopt_analysis::{analyze, lower, testing::workspace};

use crate::harness::Fixture;

/// Lowering is promised this much.
const STACK: usize = 256 << 20;

/// Cuts per fixture source: all of them where the file is small, an even sample where it is not.
const CUTS: usize = 250;

/// A place between two tokens.
struct Cut {
    offset: usize,
    /// What closes the groups that are open there.
    closing: String,
}

fn cuts(text: &str) -> Vec<Cut> {
    let tokens: TokenStream = text.parse().expect("a fixture has tokens");
    let mut cuts = Vec::new();
    collect(tokens, "", &mut cuts);
    cuts
}

fn collect(tokens: TokenStream, closing: &str, cuts: &mut Vec<Cut>) {
    for token in tokens {
        if let TokenTree::Group(group) = &token {
            let close = match group.delimiter() {
                Delimiter::Parenthesis => ")",
                Delimiter::Brace => "}",
                Delimiter::Bracket => "]",
                Delimiter::None => "",
            };
            let closing = format!("{close}{closing}");
            let offset = group.span_open().byte_range().end;
            cuts.push(Cut { offset, closing: closing.clone() });
            collect(group.stream(), &closing, cuts);
        }
        cuts.push(Cut { offset: token.span().byte_range().end, closing: closing.to_owned() });
    }
}

/// Analyzes a text that parses; says whether it did.
fn survives(text: &str) -> bool {
    let Ok(lowered) = lower(text) else { return false };
    let analysis = analyze(&workspace(lowered.facts));
    for diagnostic in &analysis.diagnostics {
        let range = lowered.sites.get(diagnostic.primary.site.id).label;
        assert!(text.get(range.clone()).is_some(), "{range:?} is no range of the text");
    }
    true
}

/// Analyzes every text on `threads` threads with a large stack; says how many parsed.
fn survive_all(texts: &[String]) -> usize {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let size = texts.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let handles: Vec<_> = texts
            .chunks(size)
            .map(|chunk| {
                let work = || chunk.iter().filter(|text| survives(text)).count();
                let builder = thread::Builder::new().stack_size(STACK);
                builder.spawn_scoped(scope, work).expect("a thread starts")
            })
            .collect();
        handles.into_iter().map(|it| it.join().expect("no text panics")).sum()
    })
}

#[test]
fn a_fixture_cut_at_any_token_does_no_harm() {
    let mut texts = Vec::new();
    for (_, source) in Fixture::all().iter().flat_map(Fixture::sources) {
        let cuts = cuts(&source);
        let step = cuts.len().div_ceil(CUTS).max(1);
        for cut in cuts.iter().step_by(step) {
            let start = &source[..cut.offset];
            texts.push(format!("{start}{}", cut.closing));
        }
        // What does not parse is refused early, so that a few of those are enough.
        texts.extend(cuts.iter().step_by(step * 16).map(|cut| source[..cut.offset].to_owned()));
    }
    let parsed = survive_all(&texts);
    assert!(parsed * 5 > texts.len(), "only {parsed} of {} cuts parse", texts.len());
}

#[test]
fn a_fixture_without_any_one_line_does_no_harm() {
    let mut texts = Vec::new();
    for (_, source) in Fixture::all().iter().flat_map(Fixture::sources) {
        let lines: Vec<_> = source.lines().collect();
        let step = lines.len().div_ceil(CUTS / 4).max(1);
        for idx in (0..lines.len()).step_by(step) {
            texts.push([&lines[..idx], &lines[idx + 1..]].concat().join("\n"));
        }
    }
    let parsed = survive_all(&texts);
    assert!(parsed * 5 > texts.len(), "only {parsed} of {} texts parse", texts.len());
}

#[test]
fn odd_texts_do_no_harm() {
    let texts = [
        "",
        "\u{feff}",
        "#!/usr/bin/env run\n",
        "\u{feff}#![x]",
        "\0",
        "//",
        "/*",
        "\"",
        "r#\"",
        "'",
        "fn",
        "use {};",
        "use ::*;",
        "mod m { mod m { mod m; } }",
        "macro_rules! m { () => {} }",
        "const X: u8 = X;",
        "type T = T; fn f(s: T) { s.bind(0); }",
        "use a as b; use b as a;",
        "pub use self::*; use socket2::*;",
        "fn f() { f() }",
        "fn f() { g() } fn g() { f() }",
        "impl Drop for T { fn drop(&mut self) { self.drop() } }",
        "fn f() { loop { let s = socket2::Socket::new(); break 'a s; } }",
        "fn f(s: socket2::Socket) { let t = s; let s = t; let t = s; s.bind(t).listen(s) }",
    ];
    survive_all(&texts.map(str::to_owned));
}
