//! What tests share: marks, examples in documentation, the one way to analyze a snippet.
//!
//! Invariant: whatever is wrong with a test's own text is a panic, since nobody else calls this.

mod states;

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Edit, Request, Workspace, analyze,
    diagnostic::Diagnostic,
    docs::{self, Line},
    facts::FileFacts,
    link,
    listener::{self, Job, Problem, Wishes},
    lower,
    model::MODELS,
    rewrite,
    rules::{Group, Rule},
    socket::Platforms,
    solve,
    trace::{self, EventKind},
    workspace::{Dependency, Package},
};

pub use crate::marks::{Differences, Found, Mark};
pub use states::{check_states, check_states_in_body};

/// As [`crate::marks::marks`].
///
/// # Panics
/// A comment that starts as a mark does and is none.
#[must_use]
pub fn marks(source: &str) -> Vec<Mark> {
    crate::marks::marks(source).unwrap_or_else(|error| panic!("{error}"))
}

/// A project of one file, in which the names of all modelled crates mean those crates.
#[must_use]
pub fn workspace(facts: FileFacts) -> Workspace {
    let dependencies = MODELS.iter().map(|model| Dependency {
        ident: model.krate.to_owned(),
        krate: model.krate.to_owned(),
        version: None,
        member: None,
    });
    let package = Package { name: "sample".to_owned(), dependencies: dependencies.collect() };
    Workspace {
        packages: vec![package],
        files: vec![facts],
        platforms: Platforms::ALL,
        ..Workspace::default()
    }
}

/// What all rules find in a text, on all platforms, each with all that it says.
///
/// # Panics
/// The text does not parse.
#[must_use]
pub fn found(text: &str) -> Vec<Found> {
    let lowered = lower(text).unwrap_or_else(|error| panic!("{error} in:\n{text}"));
    let analysis = analyze(&workspace(lowered.facts));
    let found = analysis.diagnostics.into_iter().map(|diagnostic| {
        let start = lowered.sites.get(diagnostic.primary.site.id).label.start;
        let line = text[..start].matches('\n').count() + 1;
        Found { line, rule: diagnostic.rule.name.to_owned(), message: told(&diagnostic) }
    });
    found.collect()
}

/// All that a finding says, not only its first sentence.
fn told(diagnostic: &Diagnostic) -> String {
    let Diagnostic { message, primary, secondary, notes, help, .. } = diagnostic;
    let labels = [primary].into_iter().chain(secondary).map(|label| &label.text);
    let lines = [message].into_iter().chain(labels).chain(notes).chain(help);
    lines.map(String::as_str).collect::<Vec<_>>().join("\n")
}

/// What all rules say about a text whose package is built for Windows or not, and the text with all that can
/// be done about it: fixes that would change the same place wait for the next round.
///
/// # Panics
/// A text does not parse.
#[must_use]
pub fn fixed(text: &str, for_windows: bool) -> String {
    fixed_by(&|rule| for_windows || rule.group != Group::Portability, text, for_windows)
}

/// As [`fixed`], by some of the rules.
///
/// # Panics
/// A text does not parse.
#[must_use]
pub fn fixed_by(asks: &dyn Fn(&Rule) -> bool, text: &str, for_windows: bool) -> String {
    let mut text = text.to_owned();
    for _ in 0..8 {
        let lowered = lower(&text).unwrap_or_else(|error| panic!("{error} in:\n{text}"));
        let analysis = analyze(&workspace(lowered.facts));
        let reported = analysis.diagnostics.iter().filter(|it| asks(it.rule));
        let fixes: Vec<_> = reported.filter_map(|it| it.fix.as_ref()).collect();
        let requests: Vec<_> = fixes.iter().map(|fix| Request { fix, for_windows }).collect();
        let edits = rewrite(&text, &lowered.sites, &requests);
        let mut chosen: Vec<Edit> = Vec::new();
        for edits in edits.into_iter().flatten() {
            let free = |edit: &Edit| {
                chosen
                    .iter()
                    .all(|it| edit.range.end < it.range.start || it.range.end < edit.range.start)
            };
            if edits.iter().all(free) {
                chosen.extend(edits);
            }
        }
        if chosen.is_empty() {
            break;
        }
        chosen.sort_by_key(|edit| (edit.range.start, edit.range.end));
        for edit in chosen.iter().rev() {
            text.replace_range(edit.range.clone(), &edit.text);
        }
    }
    text
}

/// What the attribute makes of all that a text holds, and what it says about parts of it.
#[must_use]
pub fn arranged(text: &str) -> (String, Vec<Problem>) {
    let wishes = Wishes::default();
    let job = Job { text, item: 0..text.len(), renamed: &[], wishes: &wishes };
    let arranged = listener::arrange(&job);
    (arranged.text, arranged.problems)
}

/// The items in which some rules find something.
///
/// # Panics
/// The text does not parse.
#[must_use]
pub fn items(text: &str, rules: &[&str]) -> BTreeSet<String> {
    let lowered = lower(text).unwrap_or_else(|error| panic!("{error} in:\n{text}"));
    let found = analyze(&workspace(lowered.facts)).diagnostics;
    found.into_iter().filter(|it| rules.contains(&it.rule.name)).map(|it| it.item).collect()
}

/// The calls on sockets that the functions of a text make on Linux, each function's in their order.
///
/// # Panics
/// The text does not parse.
#[must_use]
pub fn calls(text: &str) -> BTreeMap<String, Vec<String>> {
    let lowered = lower(text).unwrap_or_else(|error| panic!("{error} in:\n{text}"));
    let mut workspace = workspace(lowered.facts);
    workspace.platforms = Platforms::LINUX;
    let program = link::Program::link(&workspace);
    let mut calls: BTreeMap<String, Vec<String>> = BTreeMap::new();
    solve::run(&program, &mut |trace| {
        let call = |event: &trace::Event| match event.kind {
            EventKind::Set(set) => format!("{} = {}", set.option.name, set.value),
            EventKind::RawSet(_) => "raw".to_owned(),
            EventKind::Bind(..) => format!("bind {} {}", event.sock.domain, event.sock.sock_type),
            other => format!("{other:?}"),
        };
        calls.entry(trace.item(trace.entry)).or_default().extend(trace.events.iter().map(call));
        true
    });
    calls
}

/// Checks that all rules together find in a text what its marks say, and nothing else.
///
/// # Panics
/// They do not.
#[track_caller]
pub fn check(text: &str) {
    let mut differences = Differences::default();
    differences.compare("line", &marks(text), found(text));
    assert!(differences.is_empty(), "\n{differences}in:\n{text}");
}

/// As [`check`], for the body of a function that is given an address and may use `?`.
///
/// # Panics
/// As [`check`].
#[track_caller]
pub fn check_body(body: &str) {
    check(&in_function(body));
}

/// A file with a function that is given an address and may use `?`.
fn in_function(body: &str) -> String {
    format!(
        "use std::{{io, net::{{SocketAddr, TcpListener, UdpSocket}}}};\n\
         use socket2::{{Domain, Protocol, SockRef, Socket, Type}};\n\
         fn body(addr: SocketAddr) -> io::Result<()> {{\n{body}\nOk(())\n}}\n"
    )
}

/// What is kept of a source text, in readable form.
///
/// # Panics
/// The text does not parse.
#[must_use]
pub fn ir(text: &str) -> String {
    let lowered = lower(text).unwrap_or_else(|error| panic!("{error} in:\n{text}"));
    crate::facts::text::items(&lowered.facts.items)
}

/// Checks what is kept of a source text, lines indented as they are in `expected`.
///
/// # Panics
/// It is something else.
#[track_caller]
pub fn check_ir(text: &str, expected: &str) {
    let kept = ir(text);
    assert!(kept.trim() == expected.trim(), "kept is:\n{kept}\nand not:\n{expected}");
}

/// The headings of a rule's documentation, in their order.
#[must_use]
pub fn headings(docs: &str) -> Vec<&str> {
    docs::lines(docs).filter_map(heading).collect()
}

/// The blocks of code below a heading of a rule's documentation, with their hidden lines: what stands
/// behind the backticks, and the code.
#[must_use]
pub fn examples<'a>(docs: &'a str, below: &str) -> Vec<(&'a str, String)> {
    let mut examples: Vec<(&str, String)> = Vec::new();
    let mut here = false;
    for line in docs::lines(docs) {
        here = heading(line).map_or(here, |heading| heading == below);
        match (line, examples.last_mut()) {
            (Line::Open(info), _) if here => examples.push((info, String::new())),
            (Line::Code(line) | Line::Hidden(line), Some((_, code))) if here => {
                code.push_str(line);
                code.push('\n');
            }
            _ => {}
        }
    }
    examples
}

fn heading(line: Line<'_>) -> Option<&str> {
    match line {
        Line::Text(line) => line.strip_prefix("### "),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{examples, headings};

    #[test]
    fn examples_keep_the_lines_that_readers_do_not_see() {
        let docs = " ### One\n ```rust\n a\n ```\n ### Two\n ```rust,no_run\n # fn main() {\n #[b]\n #\n # }\n ```\n x\n ```text\n c\n ```\n";
        assert_eq!(headings(docs), ["One", "Two"]);
        let expected =
            [("rust,no_run", "fn main() {\n#[b]\n\n}\n".to_owned()), ("text", "c\n".to_owned())];
        assert_eq!(examples(docs, "Two"), expected);
    }
}
