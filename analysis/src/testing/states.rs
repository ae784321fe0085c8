//! State marks: what the solver knows of a socket behind a statement.
//!
//! `//? s: bound reuseaddr=unset` says what is known of the socket in variable `s` just behind the
//! statement that ends on the mark's line, on Linux; `//?windows s: …` says it for another platform.
//! The phase is exact, and so is each option; one need not be named if
//! it is unknown, or as those that nobody set. Where a
//! line is evaluated more than once (loops), the mark says what is known of all rounds together.
//! Code that is never reached says `s: unreachable`, a variable that holds no socket `s: no socket`.
//! `//? miss s: bound: why` is what should be known, and is known not to be.
//!
//! A mark is turned into a call that the solver answers, so it can stand wherever a statement can.

use std::collections::BTreeMap;

use super::workspace;
use crate::{
    link::Program,
    lower,
    model::options::OPTIONS,
    socket::{OptValue, Phase, Platform},
    solve::{self, PROBE},
    state::Sock,
};

/// One mark.
#[derive(Debug, PartialEq, Eq)]
struct StateMark {
    line: usize,
    platform: Platform,
    name: String,
    state: String,
    miss: bool,
}

/// What is known at one place, all rounds together.
struct Known {
    /// None if there was a round in which no socket was known.
    sock: Option<(Phase, BTreeMap<&'static str, OptValue>, OptValue)>,
}

/// Checks that the solver knows behind each marked statement what the marks say.
///
/// # Panics
/// It knows something else, or the text does not parse, or holds no mark.
#[track_caller]
pub fn check_states(source: &str) {
    let (text, marks) = split(source);
    assert!(!marks.is_empty(), "no mark in:\n{source}");
    let known = observe(&text);
    let mut wrong = Vec::new();
    for mark in &marks {
        let key = (mark.line, mark.platform, mark.name.clone());
        let known = known.get(&key).map_or_else(|| "unreachable".to_owned(), |it| it.text(mark));
        let place = format!("line {} on {}", mark.line, mark.platform.name());
        match (known == mark.state, mark.miss) {
            (true, false) | (false, true) => {}
            (true, true) => wrong.push(format!("no miss any more: {place}")),
            (false, false) => {
                wrong.push(format!("{place}: `{}` is {known}, not {}", mark.name, mark.state));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\nin:\n{source}", wrong.join("\n"));
}

/// As [`check_states`], for the body of a function that is given an address and may use `?`.
///
/// # Panics
/// As [`check_states`].
#[track_caller]
pub fn check_states_in_body(body: &str) {
    check_states(&super::in_function(body));
}

/// The text with a probe for each mark, and the marks.
fn split(source: &str) -> (String, Vec<StateMark>) {
    let mut marks = Vec::new();
    let mut text = String::new();
    for (idx, line) in source.lines().enumerate() {
        let mut parts = line.split("//?");
        text += parts.next().unwrap_or_default();
        for part in parts {
            let mark = mark_of(idx + 1, part);
            text.extend([PROBE, "(", &mark.name, ");"]);
            marks.push(mark);
        }
        text.push('\n');
    }
    (text, marks)
}

fn mark_of(line: usize, mark: &str) -> StateMark {
    let (platform, rest) = mark.split_once(' ').unwrap_or((mark, ""));
    let platform = match platform {
        "" => Some(Platform::Linux),
        name => Platform::ALL.into_iter().find(|it| it.name() == name),
    };
    let (miss, rest) = match rest.trim().strip_prefix("miss ") {
        Some(rest) => (true, rest),
        None => (false, rest.trim()),
    };
    let mut parts = rest.splitn(3, ':').map(str::trim);
    match (platform, parts.next(), parts.next(), parts.next()) {
        (Some(platform), Some(name), Some(state), why) if miss == why.is_some() => {
            StateMark { line, platform, name: name.to_owned(), state: state.to_owned(), miss }
        }
        _ => panic!("line {line}: `{mark}` is no state mark"),
    }
}

/// What is known where, on each platform: by line and variable.
fn observe(text: &str) -> BTreeMap<(usize, Platform, String), Known> {
    let lowered = lower(text).unwrap_or_else(|error| panic!("{error} in:\n{text}"));
    let workspace = workspace(lowered.facts);
    let program = Program::link(&workspace);
    let mut all: BTreeMap<_, Known> = BTreeMap::new();
    solve::run(&program, &mut |trace| {
        for observed in trace.observed {
            let range = lowered.sites.get(observed.site).expr;
            let line = text[..range.start].matches('\n').count() + 1;
            let name = &text[range.start + PROBE.len() + 1..range.end - 1];
            let known = Known::of(observed.sock.as_ref());
            let key = (line, trace.platform, name.to_owned());
            let joined = match all.remove(&key) {
                Some(before) => before.join(known),
                None => known,
            };
            all.insert(key, joined);
        }
        true
    });
    all
}

impl Known {
    fn of(sock: Option<&Sock>) -> Self {
        let sock = sock.map(|sock| {
            let known = sock.options.known.iter().map(|(name, state)| (*name, state.value));
            (sock.phase, known.collect(), sock.options.rest)
        });
        Self { sock }
    }

    fn join(self, other: Self) -> Self {
        let (Some(left), Some(right)) = (self.sock, other.sock) else { return Self { sock: None } };
        let names = left.1.keys().chain(right.1.keys());
        let value = |name: &&'static str| {
            let of = |known: &BTreeMap<_, OptValue>, rest| known.get(name).copied().unwrap_or(rest);
            (*name, of(&left.1, left.2).join(of(&right.1, right.2)))
        };
        let known = names.map(value).collect();
        Self { sock: Some((left.0.join(right.0), known, left.2.join(right.2))) }
    }

    /// As the mark should say it: with the options that it names, and what is known of others.
    fn text(&self, mark: &StateMark) -> String {
        let Some((phase, known, rest)) = &self.sock else { return "no socket".to_owned() };
        let mut parts = vec![phase.to_string()];
        let mut options: Vec<(String, OptValue)> = Vec::new();
        for word in mark.state.split_whitespace().filter(|word| word.contains('=')) {
            let name = word.split('=').next().unwrap_or_default();
            let option = OPTIONS.iter().find(|it| short(it.name) == name);
            let option = option.unwrap_or_else(|| panic!("line {}: no option {name}", mark.line));
            options.push((name.to_owned(), known.get(option.name).copied().unwrap_or(*rest)));
        }
        for (name, value) in known.iter().filter(|(_, value)| *value != rest && !value.is_unknown())
        {
            if !options.iter().any(|(it, _)| *it == short(name)) {
                options.push((short(name), *value));
            }
        }
        parts.extend(options.iter().map(|(name, value)| format!("{name}={value}")));
        parts.join(" ")
    }
}

/// `reuseaddr` for `SO_REUSEADDR`.
fn short(name: &str) -> String {
    let name = ["SO_", "IPV6_"].iter().find_map(|it| name.strip_prefix(it)).unwrap_or(name);
    name.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_names_platform_variable_and_state() {
        let mark = mark_of(3, "windows s: bound reuseaddr=unset|on");
        let expected = StateMark {
            line: 3,
            platform: Platform::Windows,
            name: "s".to_owned(),
            state: "bound reuseaddr=unset|on".to_owned(),
            miss: false,
        };
        assert_eq!(mark, expected);
        assert!(mark_of(1, " miss s: created: too hard").miss);
    }

    #[test]
    fn a_mark_becomes_a_call_on_its_own_line() {
        let (text, marks) = split("a;\nb; //? s: created //?bsd t: bound\n");
        assert_eq!(text, "a;\nb; sockopt_state(s);sockopt_state(t);\n");
        assert_eq!(marks.len(), 2);
    }

    #[test]
    fn rounds_of_a_line_are_joined() {
        let on =
            Known { sock: Some((Phase::BOUND, [("SO_X", OptValue::ON)].into(), OptValue::UNSET)) };
        let unset = Known { sock: Some((Phase::CREATED, BTreeMap::new(), OptValue::UNSET)) };
        assert_eq!(on.join(unset).text(&mark_of(1, " s: x")), "created|bound x=unset|on");
    }
}
