//! Positions as editors count them, and bytes: a line ends at `\n`, `\r\n` or `\r`, and columns count units of
//! the encoding that was agreed on.

use std::ops::Range;

use gen_lsp_types::{Position, PositionEncodingKind};

/// What columns count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Bytes.
    Utf8,
    /// What every editor counts if nothing was agreed on.
    Utf16,
}

impl Encoding {
    /// Its name.
    pub(super) const fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    /// Where a range of bytes is; both ends are between characters.
    pub(super) fn range(self, text: &str, range: &Range<usize>) -> gen_lsp_types::Range {
        let (start, end) = (self.position(text, range.start), self.position(text, range.end));
        gen_lsp_types::Range { start, end }
    }

    fn position(self, text: &str, offset: usize) -> Position {
        let offset = offset.min(text.len());
        let starts = line_starts(text).take_while(|start| *start <= offset);
        let (line, start) = starts.enumerate().last().unwrap_or_default();
        let before = text.get(start..offset).unwrap_or_default();
        let column = match self {
            Self::Utf8 => before.len(),
            Self::Utf16 => before.encode_utf16().count(),
        };
        Position { line: small(line), character: small(column) }
    }

    /// The byte at a position. What is behind the end of a line, or of the text, is that end.
    pub(super) fn offset(self, text: &str, position: Position) -> usize {
        let line = usize::try_from(position.line).unwrap_or(usize::MAX);
        let Some(start) = line_starts(text).nth(line) else { return text.len() };
        let rest = &text[start..];
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let mut left = position.character;
        for (at, letter) in rest[..end].char_indices() {
            let units = match self {
                Self::Utf8 => letter.len_utf8(),
                Self::Utf16 => letter.len_utf16(),
            };
            let Some(fewer) = left.checked_sub(small(units)).filter(|_| left > 0) else {
                return start + at;
            };
            left = fewer;
        }
        start + end
    }
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The byte that each line begins with.
fn line_starts(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let ends = bytes.iter().enumerate().filter(move |(at, byte)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    std::iter::once(0).chain(ends.map(|(at, _)| at + 1))
}

#[cfg(test)]
mod tests {
    use gen_lsp_types::Position;

    use super::Encoding::{self, Utf8, Utf16};

    const TEXT: &str = "a\r\nö😀x\r\rend\n";

    #[track_caller]
    fn check(encoding: Encoding, needle: &str, line: u32, character: u32) {
        let at = TEXT.find(needle).unwrap();
        let position = Position { line, character };
        assert_eq!(encoding.range(TEXT, &(at..at)).start, position);
        assert_eq!(encoding.offset(TEXT, position), at);
    }

    #[test]
    fn columns_count_what_was_agreed_on() {
        check(Utf16, "x", 1, 3);
        check(Utf8, "x", 1, 6);
        check(Utf16, "😀", 1, 1);
        check(Utf8, "😀", 1, 2);
    }

    #[test]
    fn every_line_end_ends_a_line() {
        check(Utf16, "end", 3, 0);
        check(Utf16, "\r\n", 0, 1);
    }

    #[test]
    fn what_is_behind_the_end_is_the_end() {
        let offset = |line, character| Utf16.offset(TEXT, Position { line, character });
        assert_eq!(offset(0, 99), 1);
        assert_eq!(offset(4, 0), TEXT.len());
        assert_eq!(offset(99, 0), TEXT.len());
        // Within a character is before it.
        assert_eq!(offset(1, 2), TEXT.find('😀').unwrap());
    }
}
