//! Marks: comments that say which finding is expected where.
//!
//! `//~ rule` expects a finding on its line, `//~^ rule` one line up, `//~| rule` on the line of the mark above. A
//! quoted text is part of the message. `//~ miss rule: why` is a finding that should be there, and is known not to
//! be. The fixtures have them, the examples in the documentation of rules, and those of the user's rows.

use std::fmt;

use crate::{
    docs,
    rules::{self, Level},
};

/// One mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The line on which the finding's primary label starts, from 1.
    pub line: usize,
    /// The rule, without the tool's prefix.
    pub rule: String,
    /// Part of the message.
    pub text: Option<String>,
    /// Whether the finding is known to be missing.
    pub miss: bool,
}

/// All marks of a source text.
///
/// # Errors
/// A comment starts as a mark does and is none.
pub fn marks(source: &str) -> Result<Vec<Mark>, String> {
    let mut marks: Vec<Mark> = Vec::new();
    for (idx, text) in source.lines().enumerate() {
        let (_, Some(mark)) = docs::split_mark(text) else { continue };
        let line = idx + 1;
        let above = mark.chars().take_while(|it| *it == '^').count();
        let (line, mark) = match mark.strip_prefix('|') {
            Some(rest) => (marks.last().map_or(line, |mark| mark.line), rest),
            None => (line.saturating_sub(above), &mark[above..]),
        };
        marks.push(mark_of(line, mark.trim())?);
    }
    Ok(marks)
}

fn mark_of(line: usize, mark: &str) -> Result<Mark, String> {
    let (miss, mark) = match mark.strip_prefix("miss ") {
        Some(rest) => (true, rest),
        None => (false, mark),
    };
    let (rule, rest) = mark.split_once(':').unwrap_or((mark, ""));
    let text = rest.trim().strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let (rule, text) = (rule.trim().to_owned(), text.map(str::to_owned));
    let is_name = rule.chars().all(|it| it.is_ascii_lowercase() || it == '_') && !rule.is_empty();
    if !is_name || !(miss || text.is_some() || rest.trim().is_empty()) {
        return Err(format!("`//~ {mark}` is no mark"));
    }
    if miss && rest.trim().is_empty() {
        return Err(format!("`//~ miss {mark}` does not say why"));
    }
    Ok(Mark { line, rule, text, miss })
}

/// A finding, as far as marks speak of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The line on which its primary label starts, from 1.
    pub line: usize,
    /// The rule, without the tool's prefix.
    pub rule: String,
    /// The message.
    pub message: String,
}

/// How findings differ from marks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    missed: Vec<String>,
    unexpected: Vec<String>,
    no_miss_any_more: Vec<String>,
}

impl Differences {
    /// Adds what differs between the marks and the findings of one file; `name` is the file's. A rule that
    /// is off by default counts where a mark names it.
    pub fn compare(&mut self, name: &str, marks: &[Mark], mut found: Vec<Found>) {
        let off = |rule: &str| rules::by_name(rule).is_some_and(|it| it.level == Level::Allow);
        found.retain(|it| !off(&it.rule) || marks.iter().any(|mark| mark.rule == it.rule));
        for mark in marks {
            let meets = |it: &Found| {
                let told = mark.text.as_ref().is_none_or(|text| it.message.contains(text));
                it.rule == mark.rule && it.line == mark.line && told
            };
            let met = found.iter().position(meets).map(|idx| found.remove(idx));
            let place = format!("{name}:{} {}", mark.line, mark.rule);
            match (met, mark.miss) {
                (Some(_), true) => self.no_miss_any_more.push(place),
                (Some(_), false) | (None, true) => {}
                (None, false) => {
                    let text = mark.text.as_ref().map(|text| format!(": \"{text}\""));
                    self.missed.push(place + &text.unwrap_or_default());
                }
            }
        }
        let unexpected =
            found.iter().map(|it| format!("{name}:{} {}: {}", it.line, it.rule, it.message));
        self.unexpected.extend(unexpected);
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lists = [
            ("missed", &self.missed),
            ("unexpected", &self.unexpected),
            ("no miss any more", &self.no_miss_any_more),
        ];
        for (name, list) in lists {
            for line in list {
                writeln!(f, "{name}: {line}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Differences, Found, Mark, marks};

    #[test]
    fn marks_point_at_lines() {
        let marks =
            marks("a //~ one\nb\n//~^ two: \"text\"\n//~| three\nc //~ miss four: too hard")
                .unwrap();
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

    #[test]
    fn what_differs_is_told_apart() {
        let found = [(1, "one"), (3, "three"), (4, "four")];
        let found = found.map(|(line, rule)| Found {
            line,
            rule: rule.to_owned(),
            message: "said".to_owned(),
        });
        let marks =
            marks("//~ one: \"sai\"\n//~ two\n//~ miss three: too hard\n\n//~ miss five: so")
                .unwrap();
        let mut differences = Differences::default();
        differences.compare("file", &marks, found.to_vec());
        let expected =
            "missed: file:2 two\nunexpected: file:4 four: said\nno miss any more: file:3 three\n";
        assert_eq!(differences.to_string(), expected);
    }

    #[test]
    fn what_only_looks_like_a_mark_is_refused() {
        for wrong in ["//~ Two words", "//~", "//~ rule: no quotes", "//~ miss rule"] {
            assert!(marks(wrong).is_err(), "{wrong}");
        }
    }
}
