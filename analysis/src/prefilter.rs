//! Which files are worth parsing: a file can matter only if it names some API of the model tables.
//!
//! The words to search for come from the rows, so a new row extends the filter by itself. A setter is
//! known by its own name; what makes a socket by the type or module that it belongs to; `bind` and
//! `listen` as such say nothing, since everything has a `bind`.

use std::{collections::BTreeSet, sync::LazyLock};

use aho_corasick::{AhoCorasick, MatchKind};

use crate::{
    model::{self, Api, Own, Role, Source},
    skim::{essence, has_code, is_part},
    socket::{Domain, Phase},
};

/// Type names too common to search for: the crate's name stands for them.
const COMMON: &[&str] = &[
    "Socket",
    "TcpListener",
    "UdpSocket",
    "TcpStream",
    "UnixListener",
    "UnixStream",
    "UnixDatagram",
];

/// Searches raw bytes for the words of the model tables.
#[derive(Debug)]
pub struct Prefilter {
    words: AhoCorasick,
    /// Patterns below are enough by themselves; those above are bare calls.
    strong: usize,
    /// The crates one of which a bare call needs beside it.
    homes: AhoCorasick,
    /// Whether there are rows of the user: what they describe may be shown to others by a declaration alone.
    has_own: bool,
}

impl Prefilter {
    /// The filter for the model tables.
    #[must_use]
    pub fn of_tables() -> &'static Self {
        static FILTER: LazyLock<Prefilter> =
            LazyLock::new(|| Prefilter::new(Own::default(), &|_| Vec::new(), false));
        &FILTER
    }

    /// A filter for the model tables and the rows of the user; also for what binds sockets and cannot be wrong, if
    /// `lists_all`. `idents` are the names that code gives a crate beside its own.
    #[must_use]
    pub fn new(own: Own, idents: &dyn Fn(&str) -> Vec<String>, lists_all: bool) -> Self {
        let (bare, mut strong): (BTreeSet<String>, BTreeSet<String>) =
            words().into_iter().partition(|word| word.ends_with('('));
        if lists_all {
            strong.extend(rows().filter_map(binding_word));
        }
        strong.extend(own.words(idents));
        // What holds another word is found by that.
        let holds = |word: &String, it: &String| word != it && word.contains(it.as_str());
        let least: Vec<_> =
            strong.iter().filter(|word| !strong.iter().any(|it| holds(word, it))).collect();
        Self {
            strong: least.len(),
            words: automaton(least.into_iter().chain(&bare).map(String::as_str)),
            homes: automaton(homes()),
            has_own: !own.is_empty(),
        }
    }

    /// Whether a file with this content can matter.
    #[must_use]
    pub fn admits(&self, bytes: &[u8]) -> bool {
        // Few get so far that their tokens are looked at.
        let uses = |text: &str| self.finds(essence(text).as_bytes()) && has_code(text);
        self.finds(bytes) && (self.has_own || std::str::from_utf8(bytes).is_ok_and(uses))
    }

    fn finds(&self, bytes: &[u8]) -> bool {
        let mut calls = false;
        for found in self.words.find_iter(bytes) {
            if found.pattern().as_usize() < self.strong {
                return true;
            }
            calls = true;
        }
        // `nix` is also the end of `unix`.
        let is_home = |start: usize| start == 0 || !is_part(bytes[start - 1]);
        calls && self.homes.find_iter(bytes).any(|found| is_home(found.start()))
    }

    /// Whether a part of a file can matter, if the rest of it names what it needs.
    pub(crate) fn names_a_call(&self, bytes: &[u8]) -> bool {
        self.words.is_match(bytes)
    }
}

/// Of matches that overlap, only one is found: that lets the library search with vector instructions, which is
/// several times as fast as its automaton.
fn automaton<'a>(words: impl IntoIterator<Item = &'a str>) -> AhoCorasick {
    let mut builder = AhoCorasick::builder();
    builder.match_kind(MatchKind::LeftmostFirst).build(words).expect("a few hundred short words")
}

/// The crates whose functions may be called by their bare names: some only by import.
fn homes() -> BTreeSet<&'static str> {
    let function = |row: &Api| match (row.role, row.path.split_once("::")) {
        (Role::Create { .. }, Some((krate, rest))) if !rest.contains(char::is_uppercase) => {
            Some(krate)
        }
        _ => None,
    };
    rows().filter_map(function).chain([model::SYSTEM_CALLS]).filter(|it| *it != "*").collect()
}

fn rows() -> impl Iterator<Item = &'static Api> {
    model::MODELS.iter().flat_map(|model| model.rows)
}

fn words() -> BTreeSet<String> {
    let is_module = |word: &str| {
        let mut types = model::MODELS.iter().flat_map(|model| model.types);
        word.starts_with(char::is_uppercase)
            && !types.any(|it| it.path.split('<').next().is_some_and(|it| it.ends_with(word)))
    };
    let mut words = BTreeSet::new();
    for row in rows() {
        match (word(row), row.role, row.path.rsplit_once("::")) {
            // Bindings name such a module wherever they take one of its types.
            (Some(module), Role::Create { .. }, Some((_, name))) if is_module(&module) => {
                let uses =
                    ["::{", "::*", ",", ";", "}", " as "].map(|end| format!("{module}{end}"));
                words.extend(uses.into_iter().chain([format!("{module}::{name}")]));
            }
            (word, ..) => words.extend(word),
        }
    }
    words
}

/// The type or module of a call that makes a socket and binds it.
fn binding_word(row: &Api) -> Option<String> {
    let bound = Phase::BOUND.join(Phase::LISTENING);
    let Role::Create { phase, .. } = row.role else { return None };
    let (owner, _) = row.path.rsplit_once("::").filter(|_| phase.may(bound))?;
    let last = owner.rsplit("::").next().unwrap_or(owner);
    Some(last.split('<').next().unwrap_or(last).to_owned())
}

/// The word without which a file does not use the API of a row by its own path.
fn word(row: &Api) -> Option<String> {
    let mut names: Vec<&str> = row.path.split("::").collect();
    let name = names.pop()?;
    match row.role {
        Role::Set { option, .. } if !option.is_judged() => None,
        Role::Set { .. } | Role::JoinMulticast => Some(name.to_owned()),
        Role::OptionName(option) if option.is_judged() => Some(name.to_owned()),
        // What makes a Unix-domain socket cannot be wrong, and stands in every crate.
        Role::Create { domain: Source::Is(Domain::UNIX), .. } => None,
        Role::Create { phase, sets, .. }
            if phase.is(Phase::CREATED) || (phase.is(Phase::LISTENING) && sets.is_empty()) =>
        {
            Some(origin(&names, name))
        }
        Role::SetBy { .. } => Some(name.to_owned()),
        // Bare system calls are imported or wrapped in macros, so only the call itself can be looked for.
        Role::Bind | Role::Listen if names.len() == 1 => Some(format!("{name}(")),
        _ => None,
    }
    .filter(|_| names.first() != Some(&"*"))
}

/// `TcpSocket` of `tokio::net::TcpSocket::new_v4`, `socket2` of `socket2::Socket::new`, `sys::socket` of
/// `nix::sys::socket::socket`.
fn origin(owner: &[&str], name: &str) -> String {
    let is_type = |name: &&str| name.starts_with(char::is_uppercase);
    match owner {
        [krate, .., ty] if is_type(ty) && COMMON.contains(ty) => (*krate).to_owned(),
        [.., ty] if is_type(ty) => ty.split('<').next().unwrap_or(ty).to_owned(),
        [.., outer, inner] => format!("{outer}::{inner}"),
        _ => format!("{name}("),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_any_name_of_the_tables_is_not_parsed() {
        let filter = Prefilter::of_tables();
        assert!(!filter.admits(b"fn main() { query.execute(&pool); println!(\"socket\"); }"));
        assert!(filter.admits(b"use socket2::Socket; fn f(s: Socket) { s.listen(1) }"));
        assert!(filter.admits(b"fn f(s: &S) { s.set_reuseaddr(true); }"));
        assert!(filter.admits(b"fn f() { let s = TcpSocket::new_v4()?; }"));
        assert!(filter.admits(b"use nix::sys::socket::*; fn f() { bind() }"));
        assert!(
            filter.admits(b"use nix::{sys::{socket::{bind, listen}}}; fn f() { bind(fd, addr) }")
        );
        assert!(!filter.admits(b"use std::os::unix::net::UnixListener; fn f() { app.bind(addr) }"));
        assert!(!filter.admits(b"use tokio::net::UnixDatagram; fn f() { may.bind(addr) }"));
        assert!(filter.admits(b"fn f() { unsafe { libc::bind(fd, addr, len) } }"));
        assert!(filter.admits(b"use windows_sys::Win32::Networking::WinSock; fn f() { g() }"));
        assert!(filter.admits(b"use x::WinSock::{SOCKET, bind}; fn f() { g() }"));
        assert!(filter.admits(b"fn f() { x::WinSock::WSASocketW(1) }"));
        assert!(!filter.admits(b"fn f(it: x::WinSock::SOCKADDR) { g() }"));
        assert!(!filter.admits(b"use socket2::Socket; pub const SO_REUSEADDR: c_int = 4;"));
        assert!(!filter.admits(b"fn f() { g() } // see setsockopt"));
        assert!(!filter.admits(b"fn f() { query.bind(1); ui.bind(key); gpu.set_bind_group(0) }"));
    }
}
