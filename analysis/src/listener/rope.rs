//! A text that is edited, and what of it was there before.

use std::ops::Range;

use crate::Edit;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    /// What it says.
    text: String,
    /// Where it stood before, in bytes; none if it is new.
    from: Option<usize>,
}

impl Piece {
    fn part(&self, range: Range<usize>) -> Self {
        let from = self.from.map(|from| from + range.start);
        Self { text: self.text.get(range).unwrap_or_default().to_owned(), from }
    }
}

/// A text in pieces.
#[derive(Clone, Debug)]
pub(super) struct Rope {
    pieces: Vec<Piece>,
}

impl Rope {
    pub(super) fn new(text: &str) -> Self {
        Self { pieces: vec![Piece { text: text.to_owned(), from: Some(0) }] }
    }

    pub(super) fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    /// Where a byte stood before.
    pub(super) fn origin(&self, at: usize) -> Option<usize> {
        let mut start = 0;
        for piece in &self.pieces {
            let end = start + piece.text.len();
            if at < end {
                return piece.from.map(|from| from + at - start);
            }
            start = end;
        }
        None
    }

    /// Where a range stood before, if it stood there as a whole.
    pub(super) fn origin_of(&self, range: Range<usize>) -> Option<usize> {
        let mut start = 0;
        self.pieces.iter().find_map(|piece| {
            let own = start..start + piece.text.len();
            start = own.end;
            let whole = own.start <= range.start && range.end <= own.end;
            piece.from.filter(|_| whole).map(|from| from + range.start - own.start)
        })
    }

    /// The pieces of a range.
    fn slice(&self, range: &Range<usize>) -> Vec<Piece> {
        let mut out = Vec::new();
        let mut start = 0;
        for piece in &self.pieces {
            let end = start + piece.text.len();
            let (from, to) = (range.start.max(start), range.end.min(end));
            if from < to {
                out.push(piece.part(from - start..to - start));
            }
            start = end;
        }
        out
    }

    /// Applies edits that are in order and apart. What one of them takes away and another, or the same,
    /// writes again is still what was there; so is what `others` say, each with where it stands.
    pub(super) fn apply(&mut self, edits: &[Edit], others: &[(&str, usize)]) {
        let text = self.text();
        let mut known: Vec<(String, Vec<Piece>)> = Vec::new();
        for edit in edits.iter().filter(|edit| !edit.range.is_empty()) {
            let gone = text.get(edit.range.clone()).unwrap_or_default();
            let start = edit.range.start + gone.len() - gone.trim_start().len();
            let range = start..start + gone.trim().len();
            known.push((gone.trim().to_owned(), self.slice(&range)));
        }
        for (text, from) in others {
            known.push((
                (*text).to_owned(),
                vec![Piece { text: (*text).to_owned(), from: Some(*from) }],
            ));
        }
        let mut pieces = Vec::new();
        let mut at = 0;
        for edit in edits {
            pieces.extend(self.slice(&(at..edit.range.start)));
            pieces.extend(recognized(&edit.text, &known));
            at = edit.range.end;
        }
        pieces.extend(self.slice(&(at..text.len())));
        self.pieces = pieces;
    }
}

/// A new text, in which one of the known ones may occur.
fn recognized(text: &str, known: &[(String, Vec<Piece>)]) -> Vec<Piece> {
    let fresh = |text: &str| Piece { text: text.to_owned(), from: None };
    let found = known
        .iter()
        .filter(|(known, _)| !known.is_empty())
        .find_map(|(known, pieces)| Some((text.find(known.as_str())?, known.len(), pieces)));
    let pieces = match found {
        Some((at, len, pieces)) => {
            let behind = fresh(&text[at + len..]);
            [vec![fresh(&text[..at])], pieces.clone(), vec![behind]].concat()
        }
        None => vec![fresh(text)],
    };
    pieces.into_iter().filter(|piece| !piece.text.is_empty()).collect()
}
