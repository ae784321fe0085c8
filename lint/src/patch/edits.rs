//! Edits of one text: putting them in, and where things are afterwards.

use sockopt_analysis::Edit;

/// A text with edits put in; they are in order and apart.
#[must_use]
pub fn apply(text: &[u8], edits: &[&Edit]) -> Vec<u8> {
    let mut patched = Vec::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        patched.extend_from_slice(text.get(done..edit.range.start).unwrap_or_default());
        patched.extend_from_slice(edit.text.as_bytes());
        done = edit.range.end;
    }
    patched.extend_from_slice(text.get(done..).unwrap_or_default());
    patched
}

/// Where the byte at `at` is once the edits are in; none if one of them takes it away.
#[must_use]
pub fn moved(edits: &[&Edit], at: usize) -> Option<usize> {
    let mut moved = at;
    for Edit { range, text } in edits {
        if range.end <= at {
            moved = moved - range.len() + text.len();
        } else if range.start <= at {
            return None;
        }
    }
    Some(moved)
}

/// Whether two fixes want different things of the same bytes: two insertions at one place do.
#[must_use]
pub fn collide(one: &[Edit], other: &[Edit]) -> bool {
    let collide = |a: &Edit, b: &Edit| {
        let (a, b) = (&a.range, &b.range);
        a.start == b.start || (a.start < b.end && b.start < a.end)
    };
    one.iter().any(|a| other.iter().any(|b| collide(a, b)))
}

#[cfg(test)]
mod tests {
    use sockopt_analysis::Edit;

    use super::{apply, collide, moved};

    fn edit(range: std::ops::Range<usize>, text: &str) -> Edit {
        Edit { range, text: text.into() }
    }

    #[test]
    fn what_is_not_edited_stays_and_is_found_again() {
        let text = b"one two three";
        let edits = [edit(0..0, "zero "), edit(4..8, ""), edit(13..13, "!")];
        let edits: Vec<_> = edits.iter().collect();
        let patched = apply(text, &edits);
        assert_eq!(patched, b"zero one three!");
        for (at, byte) in text.iter().enumerate() {
            let kept = moved(&edits, at);
            assert_eq!(kept.is_none(), (4..8).contains(&at), "{at}");
            assert!(kept.is_none_or(|it| patched[it] == *byte), "{at}");
        }
    }

    #[test]
    fn edits_collide_where_their_order_would_matter() {
        assert!(collide(&[edit(3..3, "a")], &[edit(3..3, "b")]));
        assert!(collide(&[edit(0..9, "")], &[edit(3..3, "b")]));
        assert!(collide(&[edit(3..5, "")], &[edit(1..4, "b")]));
        assert!(!collide(&[edit(3..5, "")], &[edit(5..6, "b")]));
        assert!(!collide(&[edit(3..5, "")], &[edit(1..3, "b"), edit(7..7, "")]));
    }
}
