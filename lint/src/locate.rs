//! Byte offsets to lines and columns.
//!
//! Lines end at `\n`, and a `\r` before it belongs to the line's end. Columns count characters from 1, as in
//! rustc's messages; a byte order mark is not a character of the first line. Offsets are clamped, since a
//! file may have changed after it was analyzed.

use std::{borrow::Cow, ops::Range, sync::OnceLock};

use serde::{Deserialize, Serialize};

/// A line and a column, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// A text and where its lines start.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct SourceText {
    text: String,
    starts: Vec<usize>,
    /// How many characters there are before every [`STEP`] bytes: a line can be as long as the file.
    counts: Vec<usize>,
    /// The text as it may be printed, where that is another one.
    printable: OnceLock<Option<String>>,
}

const STEP: usize = 4096;

impl From<String> for SourceText {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<SourceText> for String {
    fn from(source: SourceText) -> Self {
        source.text
    }
}

const BOM: &str = "\u{feff}";

impl SourceText {
    /// Indexes a text.
    #[must_use]
    pub fn new(text: String) -> Self {
        let after =
            text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(after).collect();
        let steps = text.as_bytes().chunks(STEP).scan(0, |count, step| {
            *count += characters(step);
            Some(*count)
        });
        let counts = std::iter::once(0).chain(steps).collect();
        Self { text, starts, counts, printable: OnceLock::new() }
    }

    /// How many characters there are between two offsets.
    fn count(&self, start: usize, end: usize) -> usize {
        let bytes = self.text.as_bytes();
        let (first, last) = (start.div_ceil(STEP), end / STEP);
        if first >= last {
            return characters(&bytes[start..end]);
        }
        let whole = self.counts[last] - self.counts[first];
        characters(&bytes[start..first * STEP]) + whole + characters(&bytes[last * STEP..end])
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The whole text, safe to print: see [`printable`].
    #[must_use]
    pub fn printable(&self) -> &str {
        let other = || match printable(&self.text) {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(text),
        };
        self.printable.get_or_init(other).as_deref().unwrap_or(&self.text)
    }

    /// Where `offset` is.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.clamp(offset);
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts[line - 1];
        let mark = usize::from(self.text[start..offset].starts_with(BOM));
        Position { line, column: self.count(start, offset) - mark + 1 }
    }

    /// The column of `offset` in bytes, from 1.
    #[must_use]
    pub fn byte_column(&self, offset: usize) -> usize {
        let offset = self.clamp(offset);
        let line = self.starts.partition_point(|start| *start <= offset);
        let before = &self.text[self.starts[line - 1]..offset];
        before.strip_prefix(BOM).unwrap_or(before).len() + 1
    }

    /// A line by its number, without its end and without a byte order mark.
    #[must_use]
    pub fn line(&self, number: usize) -> &str {
        let Some(start) = number.checked_sub(1).and_then(|it| self.starts.get(it)) else {
            return "";
        };
        let end = self.starts.get(number).copied().unwrap_or(self.text.len());
        let line = &self.text[*start..end];
        line.strip_prefix(BOM).unwrap_or(line).trim_end_matches(['\n', '\r'])
    }

    /// How many lines there are; a text that ends with a line end has an empty one behind it.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// The bytes of lines, from 1, with their ends.
    #[must_use]
    pub fn line_range(&self, lines: &Range<usize>) -> Range<usize> {
        let start = |line: usize| {
            self.starts.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len())
        };
        start(lines.start)..start(lines.end)
    }

    /// The text of lines, from 1, with their ends.
    #[must_use]
    pub fn lines(&self, lines: &Range<usize>) -> &str {
        &self.text[self.line_range(lines)]
    }

    /// The range within the text, on character boundaries, that is nearest to `range`.
    #[must_use]
    pub fn clamp_range(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.clamp(range.start);
        start..self.clamp(range.end).max(start)
    }

    fn clamp(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

/// Control characters of a source would reach the terminal; each becomes one blank, so offsets hold.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    let control = |it: char| it.is_ascii_control() && !matches!(it, '\t' | '\n' | '\r');
    if text.contains(control) { text.replace(control, " ").into() } else { text.into() }
}

/// How many characters begin in the bytes of a text.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count()
}

#[cfg(test)]
mod tests {
    use super::{Position, SourceText};

    fn check(text: &str, needle: &str, line: usize, column: usize) {
        let at = text.find(needle).unwrap();
        let position = SourceText::new(text.to_owned()).position(at);
        assert_eq!(position, Position { line, column }, "{needle:?} in {text:?}");
    }

    #[test]
    fn columns_count_characters() {
        check("let s = \"äöü\"; bind()", "bind", 1, 16);
        check("a\n\nbind", "bind", 3, 1);
        for length in 4090..4100 {
            check(&format!("a\n{}äbind", "x".repeat(length)), "bind", 2, length + 2);
        }
        check(&format!("{}bind", "ä".repeat(9000)), "bind", 1, 9001);
    }

    #[test]
    fn windows_line_ends_are_one_line_end() {
        check("a\r\nb\r\n  bind", "bind", 3, 3);
        assert_eq!(SourceText::new("a\r\nb\r\n".into()).line(1), "a");
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        check("\u{feff}bind", "bind", 1, 1);
        check("\u{feff}a\nbind", "bind", 2, 1);
        assert_eq!(SourceText::new("\u{feff}a\n".into()).line(1), "a");
    }

    #[test]
    fn offsets_outside_of_the_text_are_clamped() {
        let text = SourceText::new("ä\n".into());
        assert_eq!(text.position(1), Position { line: 1, column: 1 });
        assert_eq!(text.position(99), Position { line: 2, column: 1 });
        assert_eq!(text.clamp_range(&(1..99)), 0..3);
        assert_eq!(text.line(0), "");
        assert_eq!(text.line(9), "");
    }
}
