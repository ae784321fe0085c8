//! Places: where a listener gets the option, and where it is bound.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    mutation::{Mutation, Word, words},
    outline::{Bytes, Call, Form, Module, Outline, holds},
};

/// A source file.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    pub(crate) outline: Outline,
}

/// A call in one of the sources.
#[derive(Clone, Debug)]
pub(crate) struct Spot {
    pub(crate) source: usize,
    pub(crate) call: Call,
}

/// A listener that is right.
#[derive(Debug, Default)]
pub(crate) struct Place {
    /// What to call it.
    pub(crate) name: String,
    pub(crate) setters: Vec<Spot>,
    pub(crate) binds: Vec<Spot>,
    /// Mutations after which it is right all the same, or which make no sense here.
    pub(crate) excluded: Vec<Mutation>,
}

/// Setters that have the option in their name. Either option makes restarts work.
const SETTERS: &[&str] = &[
    "set_reuse_address",
    "set_reuseaddr",
    "reuse_address",
    "set_socket_reuseaddr",
    "set_reuse_port",
    "set_reuseport",
    "reuse_port",
    "set_socket_reuseport",
];

/// Names of the options in calls that set any option.
const OPTIONS: &[&str] = &["SO_REUSEADDR", "ReuseAddr", "SO_REUSEPORT", "ReusePort"];

impl Source {
    /// A file, if it can be read and parses.
    pub(crate) fn read(path: &Path) -> Option<Self> {
        let text = fs::read_to_string(path).ok()?;
        let outline = Outline::of(&text)?;
        Some(Self { path: path.to_owned(), text, outline })
    }

    /// The line of an offset, from 1.
    pub(crate) fn line(&self, offset: usize) -> usize {
        self.text[..offset].matches('\n').count() + 1
    }

    /// The names and literals in some bytes.
    pub(crate) fn words(&self, range: &Bytes) -> Vec<Word> {
        let mut found = Vec::new();
        if let Ok(tokens) = self.text[range.clone()].parse() {
            words(tokens, range.start, &mut found);
        }
        found
    }

    /// Whether some bytes name something.
    pub(crate) fn names(&self, range: &Bytes, name: &str) -> bool {
        self.words(range).iter().any(|word| word.text == name)
    }

    /// The first value of the variable that `name` is at `at`.
    pub(crate) fn variable(&self, name: &str, at: &Bytes) -> Option<Bytes> {
        let lets = self.outline.statements.iter().filter_map(|it| match &it.form {
            Form::Let { name: bound, value } if bound == name => Some((it, value)),
            _ => None,
        });
        let seen = lets.filter(|(it, _)| it.range.end <= at.start && holds(&it.block, at));
        seen.max_by_key(|(it, _)| it.range.start).map(|(_, value)| value.clone())
    }

    /// Whether a socket is made in some bytes.
    pub(crate) fn creates(&self, range: &Bytes) -> bool {
        self.outline.calls.iter().filter(|it| holds(range, &it.range)).any(|it| {
            let text = &self.text[it.range.clone()];
            let path = text.split('(').next().unwrap_or_default();
            let named = it.name.contains("socket")
                && !it.name.contains("opt")
                && !it.name.starts_with("set")
                && !it.name.starts_with("get")
                && !it.name.starts_with("from");
            let new = it.name.starts_with("new") && it.of_type;
            let of = ["Socket", "Builder", "Stream"].iter().any(|word| path.contains(word));
            (new && of)
                || (named && it.receiver.is_none())
                || ["new_v4", "new_v6"].contains(&&*it.name)
        })
    }

    /// The calls that switch the option on within some bytes.
    pub(crate) fn setters(&self, range: &Bytes) -> Vec<Call> {
        let all: Vec<_> = self
            .outline
            .calls
            .iter()
            .filter(|it| holds(range, &it.range) && self.sets(it))
            .collect();
        // A call around a setter is none itself; the next one in a chain is.
        let inner = |it: &&&Call| {
            let within = |other: &&Call| it.args.iter().any(|arg| holds(arg, &other.range));
            !all.iter().any(within)
        };
        let mut found: Vec<Call> = all.iter().filter(inner).map(|it| (*it).clone()).collect();
        found.dedup_by_key(|it| it.range.clone());
        found
    }

    fn sets(&self, call: &Call) -> bool {
        let text = |arg: &Bytes| self.text[arg.clone()].to_owned();
        let off = ["false", "&false"];
        if call.args.last().is_none_or(|arg| off.contains(&&*text(arg))) {
            return false;
        }
        SETTERS.contains(&&*call.name)
            || call.args.iter().any(|arg| {
                let mut words = self.words(arg).into_iter();
                words.any(|it| OPTIONS.contains(&&*it.text))
            })
    }

    /// The calls that bind within some bytes.
    pub(crate) fn binds(&self, range: &Bytes) -> Vec<Call> {
        let calls = self.outline.calls.iter().filter(|it| holds(range, &it.range));
        calls.filter(|it| it.name == "bind" && !it.of_type).cloned().collect()
    }

    /// The call whose name stands on a line: a setter if there is one, or what `likely` prefers.
    fn call_on(&self, line: usize, likely: impl Fn(&Call) -> bool) -> Option<Call> {
        let on_line = |it: &&Call| self.line(it.name_at) == line;
        let calls: Vec<_> = self.outline.calls.iter().filter(on_line).collect();
        let likely = calls.iter().filter(|it| likely(it)).min_by_key(|it| it.range.len());
        likely.or(calls.first()).map(|it| (*it).clone())
    }

    /// The setter whose name stands on a line.
    pub(crate) fn setter_on(&self, line: usize) -> Option<Call> {
        self.call_on(line, |it| self.sets(it))
    }

    /// The bind whose name stands on a line.
    pub(crate) fn bind_on(&self, line: usize) -> Option<Call> {
        self.call_on(line, |it| it.name.contains("bind"))
    }

    /// The modules of the file that have none inside.
    pub(crate) fn modules(&self) -> impl Iterator<Item = &Module> {
        let all = &self.outline.modules;
        all.iter().filter(|it| {
            !all.iter().any(|other| other.range != it.range && holds(&it.range, &other.range))
        })
    }
}
