//! What a fix changes, as lines that go and lines that come.

use std::ops::Range;

use similar::{ChangeTag, TextDiff};

use crate::{
    finding::{Replacement, Sources, Suggestion},
    locate::SourceText,
};

/// Lines that are shown around those that change, and that separate two stretches at least.
const CONTEXT: usize = 1;

/// A line of a fix.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Its number: of the new text, or of the old one if the line goes.
    pub(super) number: usize,
    /// Whether it comes, goes or stays.
    pub(super) tag: ChangeTag,
    /// The line, without its end.
    pub(super) text: String,
}

/// The lines of a fix in stretches, with some that stay around them.
pub(super) fn rows(suggestion: &Suggestion, sources: &Sources) -> Vec<Vec<Row>> {
    let path = suggestion.edits.first().map(|it| it.place.path.as_str());
    let Some(source) = path.and_then(|path| sources.get(path)) else { return Vec::new() };
    let mut shift = 0;
    stretches(&suggestion.edits)
        .into_iter()
        .map(|stretch| {
            let window = window(stretch, source);
            let old = source.lines(&window);
            let new = patched(stretch, source, &window);
            let rows = compare(old, &new, window.start, shift);
            shift += new.lines().count().cast_signed() - old.lines().count().cast_signed();
            rows
        })
        .collect()
}

/// Edits whose lines, with those around, touch each other.
fn stretches(edits: &[Replacement]) -> Vec<&[Replacement]> {
    let near =
        |a: &Replacement, b: &Replacement| b.place.start.line <= a.place.end.line + 2 * CONTEXT + 1;
    edits.chunk_by(near).collect()
}

/// The lines of a stretch, from 1.
fn window(stretch: &[Replacement], source: &SourceText) -> Range<usize> {
    let first = stretch.first().map_or(1, |it| it.place.start.line);
    let last = stretch.last().map_or(1, |it| it.place.end.line);
    first.saturating_sub(CONTEXT).max(1)..(last + CONTEXT + 1).min(source.line_count() + 1)
}

/// The text of a stretch with its edits.
fn patched(stretch: &[Replacement], source: &SourceText, window: &Range<usize>) -> String {
    let bytes = source.line_range(window);
    let (mut text, mut done) = (String::new(), bytes.start);
    for Replacement { place, text: new } in stretch {
        text += source.text().get(done..place.byte_start).unwrap_or_default();
        text += new;
        done = place.byte_end;
    }
    text + source.text().get(done..bytes.end).unwrap_or_default()
}

fn compare(old: &str, new: &str, first: usize, shift: isize) -> Vec<Row> {
    let diff = TextDiff::from_lines(old, new);
    let row = |change: similar::Change<&str>| {
        let number = match change.new_index() {
            Some(index) => (first + index).saturating_add_signed(shift),
            None => first + change.old_index().unwrap_or_default(),
        };
        let text = change.value().trim_end_matches(['\r', '\n']).trim_start_matches('\u{feff}');
        Row { number, tag: change.tag(), text: text.to_owned() }
    };
    let mut rows: Vec<_> = diff.iter_all_changes().map(row).collect();
    // An edit that takes a whole line ends in the next one.
    let stay = |it: &&Row| it.tag == ChangeTag::Equal;
    let behind = rows.iter().rev().take_while(stay).count();
    rows.truncate(rows.len() - behind.saturating_sub(CONTEXT));
    let before = rows.iter().take_while(stay).count();
    rows.drain(..before.saturating_sub(CONTEXT));
    rows
}

#[cfg(test)]
mod tests {
    use std::{fmt::Write, path::Path};

    use sockopt_analysis::Applicability;

    use super::rows;
    use crate::finding::{Replacement, Sources, Suggestion};

    const TEXT: &str = "\u{feff}a\r\n\tb\r\nc\r\nd\r\ne\r\nf\r\ng\r\n";

    /// Replaces needles in the text.
    fn check(edits: &[(&str, &str)], expected: &str) {
        let mut sources = Sources::new(Path::new("/w"));
        let path = Path::new("/w/a.rs");
        sources.insert(path, TEXT.to_owned());
        let mut edit = |(needle, text): &(&str, &str)| {
            let start = TEXT.find(needle).unwrap();
            let place = sources.place(path, &(start..start + needle.len()));
            Replacement { place, text: (*text).to_owned() }
        };
        let edits = edits.iter().map(&mut edit).collect();
        let suggestion = Suggestion {
            applicability: Applicability::MachineApplicable,
            message: "do it".into(),
            edits,
        };
        let mut shown = String::new();
        for (index, stretch) in rows(&suggestion, &sources).into_iter().enumerate() {
            if index > 0 {
                shown += "..\n";
            }
            for row in stretch {
                writeln!(shown, "{}{}{}", row.number, row.tag, row.text).unwrap();
            }
        }
        assert_eq!(shown, expected);
    }

    #[test]
    fn lines_that_change_are_shown_between_lines_that_do_not() {
        check(&[("\tb", "\tx")], "1 a\n2-\tb\n2+\tx\n3 c\n");
        check(&[("c\r\n", "")], "2 \tb\n3-c\n3 d\n");
        check(&[("g", "x\r\ny")], "6 f\n7-g\n7+x\n8+y\n");
    }

    #[test]
    fn the_first_line_has_no_byte_order_mark() {
        check(&[("a", "x")], "1-a\n1+x\n2 \tb\n");
    }

    #[test]
    fn stretches_that_are_far_apart_are_numbered_on() {
        check(&[("a\r\n", "a\r\nnew\r\n"), ("g", "x")], "1 a\n2+new\n3 \tb\n..\n7 f\n7-g\n8+x\n");
    }
}
