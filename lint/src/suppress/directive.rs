//! What is written in a suppression: `sockopt: allow(rule, …) -- reason`.
//!
//! It must be the whole comment. A comment that only begins like one is prose, unless it cannot mean anything
//! else.

use std::ops::Range;

use crate::{error::nearest, suppress::rules};

/// What a comment is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// Nothing of ours.
    Prose,
    /// A suppression.
    Directive(Directive),
    /// What was meant to be one.
    Malformed(Malformed),
}

/// A suppression as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// The rules.
    pub rules: Vec<Named>,
    /// Why.
    pub reason: String,
}

/// A rule that is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its name, without the tool's, and with underscores.
    pub name: String,
    /// Where in the text.
    pub range: Range<usize>,
}

/// What was meant to be a suppression and is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// What is wrong: completes "the suppression …".
    pub why: String,
    /// What to do: an imperative.
    pub help: String,
    /// What was meant, if there is no doubt: bytes of the text, and what belongs there.
    pub fix: Option<(Range<usize>, String)>,
}

/// Words that other tools have for what is `allow` here.
const SYNONYMS: [&str; 10] = [
    "allows", "allowed", "deny", "disable", "expect", "forbid", "ignore", "nolint", "suppress",
    "warn",
];

/// Reads the body of a comment that starts at `start` in the text.
#[must_use]
pub fn read(body: &str, start: usize) -> Reading {
    let at = |part: &str| start + (part.as_ptr() as usize - body.as_ptr() as usize);
    let Some(rest) = body.trim().strip_prefix("sockopt:") else { return Reading::Prose };
    let rest = rest.trim_start();
    let is_part = |it: char| it.is_alphanumeric() || it == '_';
    let word = &rest[..rest.find(|it| !is_part(it)).unwrap_or(rest.len())];
    let behind = rest[word.len()..].trim_start();
    let Some(list) = behind.strip_prefix('(') else {
        let first = behind.split(|it: char| !is_part(it) && it != '-').next().unwrap_or_default();
        if word == "allow" && (behind.is_empty() || rules::is_known(first)) {
            return malformed("names no rule in parentheses", None);
        }
        return Reading::Prose;
    };
    if word != "allow" {
        if !SYNONYMS.contains(&word) && nearest(word, ["allow"]).is_none() {
            return Reading::Prose;
        }
        let from = at(word);
        let fix = (from..from + word.len(), "allow".to_owned());
        return malformed(&format!("says `{word}`"), Some(fix));
    }
    let Some((list, tail)) = list.split_once(')') else {
        return malformed("has no closing parenthesis", None);
    };
    let names: Vec<_> = list.split(',').map(str::trim).collect();
    let named = |name: &&str| {
        let from = at(name);
        let plain = name.strip_prefix("sockopt::").unwrap_or(name).replace('-', "_");
        Named { name: plain, range: from..from + name.len() }
    };
    // A comma may stand behind the last name.
    let count = names.len() - usize::from(names.len() > 1 && names.last() == Some(&""));
    let rules: Vec<_> = names[..count].iter().map(named).collect();
    if rules.iter().any(|it| it.name.is_empty()) {
        return malformed("names no rule", None);
    }
    let tail = tail.trim();
    if let Some(reason) = tail.strip_prefix("--") {
        let reason = reason.trim();
        if !reason.is_empty() {
            return Reading::Directive(Directive { rules, reason: reason.to_owned() });
        }
    }
    let reason = tail.trim_start_matches(|it: char| !it.is_alphanumeric() && it != '`');
    if reason.is_empty() {
        return malformed("gives no reason", None);
    }
    let from = at(tail);
    malformed("gives no reason behind `--`", Some((from..at(reason), "-- ".to_owned())))
}

fn malformed(why: &str, fix: Option<(Range<usize>, String)>) -> Reading {
    let help = "write `sockopt: allow(rule) -- reason`".to_owned();
    Reading::Malformed(Malformed { why: why.to_owned(), help, fix })
}

#[cfg(test)]
mod tests {
    use super::{Reading, read};

    /// The rules and the reason; or `! why`, with what a fix makes of the text; or nothing.
    fn said(body: &str) -> String {
        match read(body, 0) {
            Reading::Prose => String::new(),
            Reading::Directive(it) => {
                let names: Vec<_> = it.rules.iter().map(|it| it.name.as_str()).collect();
                assert!(it.rules.iter().all(|it| !body[it.range.clone()].contains(' ')));
                format!("{}: {}", names.join(" "), it.reason)
            }
            Reading::Malformed(it) => {
                let mut fixed = body.to_owned();
                if let Some((range, text)) = it.fix {
                    fixed.replace_range(range, &text);
                    assert!(matches!(read(&fixed, 0), Reading::Directive(_)), "{fixed}");
                }
                format!("! {}", it.why)
            }
        }
    }

    #[test]
    fn a_directive_names_rules_and_a_reason() {
        assert_eq!(said(" sockopt: allow(late_option) -- it's late"), "late_option: it's late");
        assert_eq!(said("sockopt:allow( a-b , sockopt::c, )--d -- e"), "a_b c: d -- e");
        assert_eq!(said(" sockopt: allow(x) -- ä (see #1)"), "x: ä (see #1)");
    }

    #[test]
    fn prose_is_none() {
        for text in [
            "see sockopt: allow(late_option) -- reason",
            "sockopt: the linter",
            "sockopt: allow some slack here",
            "sockopt: allow",
            "sockopt: bind(addr) comes later",
            "SOCKOPT: allow(late_option) -- shouted",
            "`sockopt: allow(late_option) -- reason` silences it",
            "",
        ] {
            let expected =
                if text == "sockopt: allow" { "! names no rule in parentheses" } else { "" };
            assert_eq!(said(text), expected, "{text}");
        }
    }

    #[test]
    fn what_can_only_be_meant_as_one_is_malformed() {
        assert_eq!(said("sockopt: allow(late_option)"), "! gives no reason");
        assert_eq!(said("sockopt: allow(late_option) --"), "! gives no reason");
        assert_eq!(said("sockopt: allow(late_option) — why"), "! gives no reason behind `--`");
        assert_eq!(said("sockopt: allow(late_option): why"), "! gives no reason behind `--`");
        assert_eq!(said("sockopt: allow(late_option -- why"), "! has no closing parenthesis");
        assert_eq!(said("sockopt: allow() -- why"), "! names no rule");
        assert_eq!(said("sockopt: allow(a,,b) -- why"), "! names no rule");
        assert_eq!(said("sockopt: allow late-option -- why"), "! names no rule in parentheses");
        assert_eq!(said("sockopt: expect(late_option) -- why"), "! says `expect`");
        assert_eq!(said("sockopt: alow(late_option) -- why"), "! says `alow`");
    }
}
