//! Lines, indentation, comments and line endings of a text.

use std::ops::Range;

/// A text as a reader sees it: in lines.
pub(super) struct Layout<'a> {
    pub(super) text: &'a str,
    /// Where its lines start, but for the first.
    starts: Vec<usize>,
}

impl<'a> Layout<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let starts = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        Self { text, starts }
    }

    fn before(&self, at: usize) -> &'a str {
        self.text.get(..at).unwrap_or_default()
    }

    fn after(&self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or_default()
    }

    /// The start of the line that holds a byte.
    pub(super) fn line_start(&self, at: usize) -> usize {
        let line = self.starts.partition_point(|start| *start <= at);
        line.checked_sub(1).map_or(0, |it| self.starts[it])
    }

    /// The end of the line that holds a byte, its line break included.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let line = self.starts.partition_point(|start| *start <= at);
        self.starts.get(line).copied().unwrap_or(self.text.len())
    }

    /// The blanks before a byte, if nothing else stands before it on its line.
    pub(super) fn indent(&self, at: usize) -> Option<&'a str> {
        let before = self.text.get(self.line_start(at)..at)?;
        before.chars().all(|it| it == ' ' || it == '\t').then_some(before)
    }

    /// The blanks with which the line of a byte starts.
    pub(super) fn blanks(&self, at: usize) -> &'a str {
        let line = self.after(self.line_start(at));
        let is_blank = |it: char| it == ' ' || it == '\t';
        &line[..line.len() - line.trim_start_matches(is_blank).len()]
    }

    /// The line break of the line that holds a byte.
    pub(super) fn newline(&self, at: usize) -> &'static str {
        let end = self.line_end(at);
        if self.before(end).ends_with("\r\n") { "\r\n" } else { "\n" }
    }

    /// The whole lines of a statement, with the comments right above it and behind it; none if it shares
    /// its lines with other code.
    pub(super) fn lines_of(&self, stmt: &Range<usize>) -> Option<Range<usize>> {
        self.indent(stmt.start)?;
        let end = self.line_end(stmt.end);
        let behind = self.text.get(stmt.end..end)?.trim();
        if !behind.is_empty() && !behind.starts_with("//") {
            return None;
        }
        Some(self.with_comments(stmt.start)..end)
    }

    /// The comments right above a statement, and that behind it; none if it shares its lines with other code, or
    /// has comments within.
    pub(super) fn comments_of(&self, stmt: &Range<usize>) -> Option<(Vec<&'a str>, &'a str)> {
        let lines = self.lines_of(stmt)?;
        let above = self.text.get(lines.start..self.line_start(stmt.start))?;
        let behind = self.text.get(stmt.end..lines.end)?.trim();
        let within = self.may_have_comments(stmt);
        (!within).then(|| (above.lines().map(str::trim).collect(), behind))
    }

    /// Whether there are comments in a range, or what looks like some.
    pub(super) fn may_have_comments(&self, range: &Range<usize>) -> bool {
        let text = self.text.get(range.clone()).unwrap_or_default();
        text.contains("//") || text.contains("/*")
    }

    /// Where a statement starts behind its attributes.
    pub(super) fn behind_attributes(&self, stmt: &Range<usize>) -> usize {
        let mut at = stmt.start;
        while self.after(at).starts_with("#[") {
            let mut depth = 0_usize;
            let mut quoted = false;
            let end = self.after(at).char_indices().find(|(_, letter)| {
                match letter {
                    '"' => quoted = !quoted,
                    '[' if !quoted => depth += 1,
                    ']' if !quoted => depth -= 1,
                    _ => {}
                }
                *letter == ']' && depth == 0 && !quoted
            });
            let Some((end, _)) = end else { return stmt.start };
            let rest = self.after(at + end + 1);
            at += end + 1 + (rest.len() - rest.trim_start().len());
        }
        at.min(stmt.end)
    }

    /// Lines that go, with the blank line behind them if there is one before them or a block begins there.
    pub(super) fn without_double_gap(&self, lines: &Range<usize>) -> Range<usize> {
        let blank =
            |range: Range<usize>| self.text.get(range).is_some_and(|it| it.trim().is_empty());
        let behind = self.line_end(lines.end);
        let above = self.line_start(lines.start.saturating_sub(1));
        let gap = lines.end < self.text.len() && blank(lines.end..behind);
        let opens = self.before(lines.start).trim_end().ends_with('{');
        if gap && (opens || blank(above..lines.start)) {
            lines.start..behind
        } else {
            lines.clone()
        }
    }

    /// The start of the comments that stand right above the line of a byte, or of that line.
    pub(super) fn with_comments(&self, at: usize) -> usize {
        let mut start = self.line_start(at);
        while start > 0 {
            let above = self.line_start(start - 1);
            let line = self.text[above..start].trim();
            if !line.starts_with("//") || line.starts_with("//!") {
                break;
            }
            start = above;
        }
        start
    }
}
