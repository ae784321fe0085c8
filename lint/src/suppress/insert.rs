//! Writes suppressions into texts: one comment above each statement that is to be left alone.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    path::PathBuf,
};

use sockopt_analysis::{
    Edit,
    outline::{Node, outline},
};

use super::line;
use crate::{
    lex,
    patch::{Change, edits},
    project::modules::{Loaded, fingerprint},
};

/// A finding that is to be suppressed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The file.
    pub path: PathBuf,
    /// The first byte of what is wrong.
    pub at: usize,
    /// The rule.
    pub rule: &'static str,
}

/// The texts with a comment for each finding. Call it on a thread with
/// [`crate::project::modules::STACK_BYTES`].
#[must_use]
pub fn changes(loaded: &Loaded, targets: &[Target], reason: &str) -> Vec<Change> {
    let mut files: BTreeMap<&PathBuf, Vec<&Target>> = BTreeMap::new();
    for it in targets {
        files.entry(&it.path).or_default().push(it);
    }
    let change = |(path, targets): (&PathBuf, Vec<&Target>)| {
        let old = loaded.project().read(path).ok()?;
        let file = loaded.files.iter().find(|it| it.path == *path)?;
        let text = str::from_utf8(&old).ok()?;
        if fingerprint(&old) != file.fingerprint {
            return None;
        }
        let comments = comments(text, &targets, reason);
        let new = edits::apply(&old, &comments.iter().collect::<Vec<_>>());
        Some(Change { path: path.clone(), old, new })
    };
    files.into_iter().filter_map(change).collect()
}

/// The comments for the findings of one text, as edits. Call it on a thread with
/// [`crate::project::modules::STACK_BYTES`].
#[must_use]
pub fn comments(text: &str, targets: &[&Target], reason: &str) -> Vec<Edit> {
    let nodes = outline(text);
    let mut rules: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for it in targets {
        rules.entry(spot(text, &nodes, it.at)).or_default().insert(it.rule);
    }
    let comment = |(at, rules): (usize, BTreeSet<&str>)| {
        let Range { end, .. } = line(text, at);
        let below = &text[at..end];
        let indent = &below[..below.len() - below.trim_start_matches([' ', '\t']).len()];
        let line_end = if below.ends_with("\r\n") { "\r\n" } else { "\n" };
        let rules = rules.into_iter().collect::<Vec<_>>().join(", ");
        let text = format!("{indent}// sockopt: allow({rules}) -- {reason}{line_end}");
        Edit { range: at..at, text }
    };
    rules.into_iter().map(comment).collect()
}

/// Where a line can begin that is about what is at a place.
fn spot(text: &str, nodes: &[Node], at: usize) -> usize {
    // A byte order mark stays in front.
    let first = |line: Range<usize>| {
        if text[line.clone()].starts_with('\u{feff}') { 3 } else { line.start }
    };
    let begins_line = |it: &&Node| {
        let start = it.range.start;
        it.range.contains(&at) && text[first(line(text, start))..start].trim().is_empty()
    };
    let around = || nodes.iter().filter(begins_line);
    let statement = around().rfind(|it| it.item.is_none());
    let own_line = first(line(text, at));
    let is_own = |node: &&Node| first(line(text, node.range.start)) == own_line;
    match (statement, around().next_back()) {
        (Some(node), _) => first(line(text, node.range.start)),
        (None, Some(item)) if lex::is_within_token(text, own_line) || is_own(&item) => {
            first(line(text, item.range.start))
        }
        _ => own_line,
    }
}

#[cfg(test)]
mod tests {
    use sockopt_analysis::Edit;

    use super::{Target, comments};
    use crate::patch::edits;

    /// A text with comments for what is at the digits: an even one is of rule `even`, an odd one of `odd`.
    fn suppressed(text: &str) -> String {
        let digits = text.char_indices().filter(|(_, it)| it.is_ascii_digit());
        let target = |(at, digit): (usize, char)| Target {
            path: "a.rs".into(),
            at,
            rule: if (digit as u8).is_multiple_of(2) { "even" } else { "odd" },
        };
        let targets: Vec<_> = digits.map(target).collect();
        let edits: Vec<Edit> = comments(text, &targets.iter().collect::<Vec<_>>(), "why");
        let new = edits::apply(text.as_bytes(), &edits.iter().collect::<Vec<_>>());
        String::from_utf8(new).unwrap()
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let expected = expected.replace('@', "// sockopt: allow");
        assert_eq!(suppressed(text), expected);
        let windows = |text: &str| text.replace('\n', "\r\n");
        assert_eq!(suppressed(&windows(text)), windows(&expected));
    }

    #[test]
    fn a_comment_stands_above_the_statement() {
        check(
            "fn f() {\n\ta\n\t\t.b(1)\n\t\t.c(2);\n\td();\n}\n",
            "fn f() {\n\t@(even, odd) -- why\n\ta\n\t\t.b(1)\n\t\t.c(2);\n\td();\n}\n",
        );
        check(
            "fn f() {\n    #[cfg(unix)]\n    a(1);\n}\n",
            "fn f() {\n    @(odd) -- why\n    #[cfg(unix)]\n    a(1);\n}\n",
        );
        check(
            "fn f() {\n    match x {\n        A => a(1),\n    }\n}\n",
            "fn f() {\n    match x {\n        @(odd) -- why\n        A => a(1),\n    }\n}\n",
        );
    }

    #[test]
    fn an_item_on_one_line_gets_it_above() {
        check("fn f() { a(1); b() }\n", "@(odd) -- why\nfn f() { a(1); b() }\n");
        let text = "\u{feff}fn f() { a(1) }";
        assert_eq!(suppressed(text), "\u{feff}// sockopt: allow(odd) -- why\nfn f() { a(1) }");
    }

    #[test]
    fn in_a_macro_it_stands_above_the_line() {
        check(
            "fn f() {\n  select! {\n    a(1) => {}\n  }\n}\n",
            "fn f() {\n  @(odd) -- why\n  select! {\n    a(1) => {}\n  }\n}\n",
        );
        check(
            "m! {\n  fn f() {\n    a(1);\n  }\n}\n",
            "m! {\n  fn f() {\n    @(odd) -- why\n    a(1);\n  }\n}\n",
        );
    }
}
