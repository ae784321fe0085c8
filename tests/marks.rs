//! Marks: comments in fixtures that say which finding is expected where.
//!
//! `//~ rule` expects a finding on its line, `//~^ rule` one line up, `//~| rule` on the line of the mark
//! above. A quoted text is part of the message. `//~ miss rule: why` is a finding that should be there,
//! and is known not to be.

/// One mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The line on which the finding's primary label starts, from 1.
    pub(crate) line: usize,
    /// The rule, without the tool's prefix.
    pub(crate) rule: String,
    /// Part of the message.
    pub(crate) text: Option<String>,
    /// Whether the finding is known to be missing.
    pub(crate) miss: bool,
}

/// All marks of a source text.
pub(crate) fn parse(source: &str) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    for (idx, text) in source.lines().enumerate() {
        let Some((_, mark)) = text.split_once("//~") else { continue };
        let line = idx + 1;
        let above = mark.chars().take_while(|it| *it == '^').count();
        let (line, mark) = match mark.strip_prefix('|') {
            Some(rest) => (marks.last().map_or(line, |mark| mark.line), rest),
            None => (line - above, &mark[above..]),
        };
        marks.push(one(line, mark.trim()));
    }
    marks
}

fn one(line: usize, mark: &str) -> Mark {
    let (miss, mark) = match mark.strip_prefix("miss ") {
        Some(rest) => (true, rest),
        None => (false, mark),
    };
    let (rule, rest) = mark.split_once(':').unwrap_or((mark, ""));
    let text = rest.trim().strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let (rule, text) = (rule.trim().to_owned(), text.map(str::to_owned));
    assert!(
        rule.chars().all(|it| it.is_ascii_lowercase() || it == '_') && !rule.is_empty(),
        "`{mark}` is no mark"
    );
    assert!(!miss || !rest.trim().is_empty(), "`miss {mark}` does not say why");
    assert!(miss || text.is_some() || rest.trim().is_empty(), "`{mark}` is no mark");
    Mark { line, rule, text, miss }
}

#[test]
fn marks_point_at_lines() {
    let marks = parse("a //~ one\nb\n//~^ two: \"text\"\n//~| three\nc //~ miss four: too hard");
    let expected = [
        (1, "one", None, false),
        (2, "two", Some("text"), false),
        (2, "three", None, false),
        (5, "four", None, true),
    ]
    .map(|(line, rule, text, miss)| Mark {
        line,
        rule: rule.to_owned(),
        text: text.map(str::to_owned),
        miss,
    });
    assert_eq!(marks, expected);
}
