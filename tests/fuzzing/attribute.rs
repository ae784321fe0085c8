//! What `#[sockopt::listener]` makes of any item: something that parses, with the user's own tokens in it.

use sockopt_analysis::{
    listener::{Arranged, Job, Place, Wishes, arrange},
    lower, outline,
};

/// So many items of a text are tried.
const ITEMS: usize = 4;

/// What an input begins with that has arguments for the attribute.
const ARGUMENTS: &str = "//@";

pub(super) fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let first = text.lines().next().unwrap_or_default();
    let arguments = first.strip_prefix(ARGUMENTS).unwrap_or_default();
    let (wishes, wrong) = Wishes::parse(arguments);
    for problem in &wrong {
        assert!(problem.range.start <= problem.range.end, "no range: {problem:?}");
    }
    let items = outline(&text).into_iter().filter(|it| it.body.is_some()).take(ITEMS);
    for node in items {
        let item = &text[node.range.clone()];
        let (line, column) = position(&text, node.range.start);
        let places = [
            Place::in_file(item, &text, line, column),
            Place::in_docs(item, &text, line),
            Place::of_macro(item, &text, line, column),
            Some(Place::alone(item)),
            Some(Place { text: text.clone().into_owned(), item: node.range.clone() }),
        ];
        for place in places.into_iter().flatten() {
            arranged(&place, &wishes);
        }
    }
}

/// A line and a column, both from 1.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let start = before.rfind('\n').map_or(0, |it| it + 1);
    (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
}

/// Checks what becomes of an item.
fn arranged(place: &Place, wishes: &Wishes) {
    let Place { text, item } = place;
    let job = Job { text, item: item.clone(), renamed: &[], wishes };
    let Arranged { tokens, text: own, problems } = arrange(&job);
    for problem in &problems {
        assert!(problem.range.start <= problem.range.end, "no range: {problem:?}");
        assert!(!problem.message.is_empty(), "nothing is said");
    }
    for (token, from) in &tokens {
        let Some(from) = from.filter(|it| *it < text.len()) else { continue };
        let written = text.get(from..).unwrap_or_default();
        // Documentation is an attribute, whose brackets are nowhere.
        let is_own =
            written.starts_with(&token.text) || written.starts_with('/') || token.text == "]";
        assert!(is_own, "{token:?} did not stand at {from}:\n{text}\nnow:\n{own}");
    }
    if !problems.is_empty() {
        return;
    }
    let whole = [&text[..item.start], &own, &text[item.end..]].concat();
    let is_whole = |text: &str| lower(text).is_ok_and(|it| it.partial.is_none());
    assert!(is_whole(&whole) || !is_whole(text), "does not parse any more:\n{whole}");
    // What was done is not done again.
    let none = Wishes::default();
    let arranged_again = |text: &str, own: usize| {
        let item = item.start..item.start + own;
        arrange(&Job { text, item, renamed: &[], wishes: &none })
    };
    let again = arranged_again(&whole, own.len());
    if again.problems.is_empty() {
        let twice = [&text[..item.start], &again.text, &text[item.end..]].concat();
        let thrice = arranged_again(&twice, again.text.len());
        assert_eq!(thrice.text, again.text, "arranged twice is not arranged once");
    }
}
