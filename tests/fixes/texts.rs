//! Whatever a source looks like: nothing but the edits changes, what is offered parses, twice is once.
//!
//! The sources are those of all fixtures in which something can be fixed, so that a new kind of fix is tested
//! as soon as a fixture needs it.

use std::{collections::BTreeSet, fs, ops::Range, path::PathBuf, sync::OnceLock, thread};

use cargo_sockopt::{Host, run};
use proptest::prelude::*;
use serde_json::Value;

use super::Sample;
use crate::harness::{Fixture, Tool, fixtures_dir};

/// Runs the tool on a text, without a process.
fn tool(args: &str, text: &str) -> String {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut host = Host {
        stdin: &mut text.as_bytes(),
        out: &mut out,
        err: &mut err,
        out_colors: false,
        err_colors: false,
        out_links: false,
        progress: cargo_sockopt::progress::Progress::default(),
        term_color: None,
        actions: None,
        cargo: "cargo".into(),
        cwd: fixtures_dir(),
    };
    let args = format!("cargo-sockopt -W all --platforms unix,windows {args} -");
    run(args.split_whitespace().map(Into::into), &mut host);
    String::from_utf8(out).expect("the tool writes UTF-8")
}

/// The edits of each fix in the tool's JSON.
fn suggestions(json: &str) -> Vec<Vec<(Range<usize>, String)>> {
    let messages = json.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let edit = |span: &Value| {
        let text = span["suggested_replacement"].as_str()?.to_owned();
        let byte = |key: &str| usize::try_from(span[key].as_u64()?).ok();
        Some((byte("byte_start")?..byte("byte_end")?, text))
    };
    let edits = |message: &Value| {
        let children = message["message"]["children"].as_array().cloned().unwrap_or_default();
        let spans = children.iter().filter_map(|it| it["spans"].as_array()).flatten();
        spans.filter_map(edit).collect::<Vec<_>>()
    };
    messages.map(|it| edits(&it)).filter(|it| !it.is_empty()).collect()
}

/// The sources of the fixtures in which something can be fixed.
fn sources() -> &'static [(PathBuf, String)] {
    static SOURCES: OnceLock<Vec<(PathBuf, String)>> = OnceLock::new();
    SOURCES.get_or_init(|| {
        let all = Fixture::all().into_iter().flat_map(|it| it.sources());
        let json = |text: &str| tool("--message-format json", text);
        let found: Vec<_> = all.filter(|(_, text)| !suggestions(&json(text)).is_empty()).collect();
        assert!(found.len() > 5, "hardly any fixture can be fixed: {found:?}");
        found
    })
}

fn apply(text: &str, edits: &[(Range<usize>, String)]) -> String {
    let mut patched = text.to_owned();
    for (range, new) in edits.iter().rev() {
        patched.replace_range(range.clone(), new);
    }
    patched
}

/// On a thread with room for deep trees, as in the tool itself.
fn parses(text: String) -> bool {
    let parse = move || sockopt_analysis::lower(&text).is_ok_and(|it| it.partial.is_none());
    let thread = thread::Builder::new().stack_size(64 << 20).spawn(parse).expect("a thread");
    thread.join().expect("the parser does not panic")
}

/// Whether the lines of `text` that no edit touches are all in `patched`, in their order.
fn keeps_the_rest(text: &str, edits: &[(Range<usize>, String)], patched: &str) -> bool {
    let mut at = 0;
    let mut new = patched.split_inclusive('\n');
    text.split_inclusive('\n').all(|line| {
        let range = at..at + line.len();
        at = range.end;
        let touches = |(edit, _): &(Range<usize>, String)| {
            edit.start < range.end && range.start < edit.end.max(edit.start + 1)
        };
        edits.iter().any(touches) || new.any(|it| it == line)
    })
}

fn check(path: &std::path::Path, text: &str) -> Result<(), TestCaseError> {
    let name = path.display();
    let offered = suggestions(&tool("--message-format json", text));
    let whole = parses(text.to_owned());
    for edits in &offered {
        let patched = apply(text, edits);
        prop_assert!(!whole || parses(patched.clone()), "{name} does not parse:\n{patched}");
    }
    let patched = tool("--fix --unsafe-fixes", text);
    let edits: Vec<_> = offered.into_iter().flatten().collect();
    prop_assert!(keeps_the_rest(text, &edits, &patched), "{name}: more has changed:\n{patched}");
    let twice = tool("--fix --unsafe-fixes", &patched);
    prop_assert_eq!(twice, patched, "{}: twice is not once", name);
    Ok(())
}

/// A way to write the same program.
#[derive(Debug, Clone)]
enum Manner {
    ByteOrderMark,
    WindowsLineEnds,
    /// Windows line ends where a bit is set.
    MixedLineEnds(u64),
    Tabs,
    /// Comments behind, and blank lines after, some lines.
    Comments(u64, u64),
    /// Comments above some lines.
    Above(u64),
    NoLastLineEnd,
}

fn manner() -> impl Strategy<Value = Manner> {
    prop_oneof![
        Just(Manner::ByteOrderMark),
        Just(Manner::WindowsLineEnds),
        any::<u64>().prop_map(Manner::MixedLineEnds),
        Just(Manner::Tabs),
        any::<(u64, u64)>().prop_map(|(a, b)| Manner::Comments(a, b)),
        any::<u64>().prop_map(Manner::Above),
        Just(Manner::NoLastLineEnd),
    ]
}

fn write(text: &str, manner: &Manner) -> String {
    let bit = |bits: u64, index: usize| bits & (1 << (index % 64)) != 0;
    let by_line = |change: &dyn Fn(usize, &str) -> String| {
        text.split_inclusive('\n').enumerate().map(|(index, line)| change(index, line)).collect()
    };
    match manner {
        Manner::ByteOrderMark if text.starts_with('\u{feff}') => text.to_owned(),
        Manner::ByteOrderMark => format!("\u{feff}{text}"),
        Manner::WindowsLineEnds => text.replace("\r\n", "\n").replace('\n', "\r\n"),
        Manner::MixedLineEnds(bits) => by_line(&|index, line| match line.strip_suffix('\n') {
            Some(rest) if bit(*bits, index) && !rest.ends_with('\r') => format!("{rest}\r\n"),
            _ => line.to_owned(),
        }),
        Manner::Tabs => by_line(&|_, line| {
            let code = line.trim_start_matches(' ');
            "\t".repeat((line.len() - code.len()) / 4) + code
        }),
        Manner::Comments(comments, blanks) => by_line(&|index, line| {
            let rest = line.trim_end_matches(['\r', '\n']);
            let end = &line[rest.len()..];
            let comment = if bit(*comments, index) { " // äöü → 字" } else { "" };
            let blank = if bit(*blanks, index) { end } else { "" };
            format!("{rest}{comment}{end}{blank}")
        }),
        Manner::Above(bits) => by_line(&|index, line| {
            let code = line.trim_start_matches(['\u{feff}', ' ', '\t']);
            let inner = code.starts_with("//!") || code.starts_with("#!");
            if inner || !bit(*bits, index) || line.starts_with('\u{feff}') {
                return line.to_owned();
            }
            let indent = &line[..line.len() - code.len()];
            format!("{indent}// é: why\n{line}")
        }),
        Manner::NoLastLineEnd => text.trim_end().to_owned(),
    }
}

#[test]
fn every_fixture_is_fixed_as_it_is() {
    for (path, text) in sources() {
        check(path, text).unwrap_or_else(|error| panic!("{error}"));
    }
}

/// Few, since each is several runs of the tool; `PROPTEST_CASES` says how many instead.
fn cases() -> u32 {
    let cases = std::env::var("PROPTEST_CASES").ok();
    cases.and_then(|it| it.parse().ok()).unwrap_or(24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..Default::default() })]

    #[test]
    fn fixes_leave_the_rest_as_it_is(
        index in any::<prop::sample::Index>(),
        manners in prop::collection::vec(manner(), 1..4),
    ) {
        let (path, text) = index.get(sources());
        let text = manners.iter().fold(text.clone(), |text, manner| write(&text, manner));
        check(path, &text)?;
    }
}

#[test]
fn files_keep_their_line_ends_and_their_byte_order_mark() {
    let listener = super::LISTENER;
    for manner in [
        Manner::ByteOrderMark,
        Manner::WindowsLineEnds,
        Manner::MixedLineEnds(0b1011),
        Manner::Tabs,
        Manner::NoLastLineEnd,
    ] {
        let text = write(listener, &manner);
        let sample = Sample::new(&[("src/lib.rs", &text)]);
        let run = Tool::new().args(["--fix", "--allow-no-vcs"]).current_dir(sample.root()).run();
        assert_eq!(run.code(), Some(0), "{}", run.stderr);
        let patched = fs::read_to_string(sample.path("src/lib.rs")).expect("a file");
        let lines = |text: &str| text.split_inclusive('\n').map(str::to_owned).collect::<Vec<_>>();
        let new: Vec<_> =
            lines(&patched).into_iter().filter(|line| !lines(&text).contains(line)).collect();
        assert_eq!(new.len(), 1, "{manner:?}: {new:?}");
        let ends: BTreeSet<_> = lines(&text).iter().map(|it| it.ends_with("\r\n")).collect();
        assert!(ends.contains(&new[0].ends_with("\r\n")), "{manner:?}: {new:?}");
        assert_eq!(patched.replace(&new[0], ""), text, "{manner:?}");
    }
}
