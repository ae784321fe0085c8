//! Rows of the user: calls of crates whose source nobody shows us.
//!
//! A wrapper does several things in one call, so such a row lists steps, and not one role. It is about the crate
//! that is called, whoever calls it, and counts in the whole workspace.
//!
//! Invariant: no row of the user is about a path of the other tables; whoever reads them sees to that.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use super::{Api, INDEX, Returns, Role, SockOpt, SockTy, Source, Step, Steps, is_within};
use crate::socket::{Domain, OptValue, Phase, Platforms, SockType};

/// Why a story ends at a call that has fewer operands than its row speaks of.
pub const TOO_FEW: &str = "call with fewer arguments than its model says";

/// A row, as the user writes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Path of a function, or of a type and its method.
    pub path: String,
    /// Other paths of the same call.
    pub also: Vec<String>,
    /// The kind of socket that it makes; none if it is about the one in an operand.
    pub creates: Option<(Domain, SockType)>,
    /// The operand that is the socket.
    pub socket: usize,
    /// The options that it sets, before anything else.
    pub sets: Vec<Set>,
    /// The operands that are the address to which it binds; none if it does not, empty if none is.
    pub binds: Option<Vec<usize>>,
    /// Whether the socket listens.
    pub listens: bool,
    /// Whether the socket connects.
    pub connects: bool,
    /// What it evaluates to.
    pub returns: Returned,
    /// Where the item exists.
    pub platforms: Platforms,
    /// Releases of the crate for which the row is true.
    pub versions: String,
}

/// An option that a row sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    /// The option.
    pub option: &'static SockOpt,
    /// Its value.
    pub value: Source<OptValue>,
    /// Where it is set.
    pub platforms: Platforms,
}

/// What a call of a user's row evaluates to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returned {
    /// The socket that it makes, of some type; nothing, if it makes none.
    Plain,
    /// The socket in its operand, so that calls chain.
    This,
    /// The socket, as a value of this type.
    Type(String),
}

/// All rows of the user. Rows live as long as the program, as those of the tables do: what is known of a socket points
/// at them. The same rows are kept once, however often they are read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Own(Option<&'static Tables>);

#[derive(Debug, Default)]
struct Tables {
    rows: BTreeMap<&'static str, Vec<&'static Api>>,
    types: BTreeMap<&'static str, &'static SockTy>,
    methods: BTreeSet<&'static str>,
}

static KNOWN: Mutex<Vec<(Vec<Row>, &'static Tables)>> = Mutex::new(Vec::new());

impl Own {
    /// The rows, ready to be looked up.
    #[must_use]
    pub fn new(rows: Vec<Row>) -> Self {
        if rows.is_empty() {
            return Self(None);
        }
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, tables)) = known.iter().find(|(it, _)| *it == rows) {
            return Self(Some(tables));
        }
        let tables: &'static Tables = Box::leak(Box::new(Tables::new(&rows)));
        known.push((rows, tables));
        Self(Some(tables))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0.is_none()
    }

    /// The paths of calls that the rows describe.
    pub fn paths(self) -> impl Iterator<Item = &'static str> {
        self.0.into_iter().flat_map(|it| it.rows.keys().copied())
    }

    /// The rows of the user for `path`.
    #[must_use]
    pub fn own_rows(self, path: &str) -> &'static [&'static Api] {
        self.0.and_then(|it| it.rows.get(path)).map_or(&[], Vec::as_slice)
    }

    /// As [`super::rows`], those of the user first.
    #[must_use]
    pub fn rows(self, path: &str) -> &'static [&'static Api] {
        let own = self.own_rows(path);
        if !own.is_empty() {
            return own;
        }
        match self.method(path) {
            Some(name) => INDEX.rows.get(format!("*::{name}").as_str()).map_or(&[], Vec::as_slice),
            None => super::rows(path),
        }
    }

    /// The name of a method of a type of the user.
    fn method(self, path: &str) -> Option<&str> {
        let (owner, name) = path.rsplit_once("::")?;
        self.0?.types.contains_key(owner).then_some(name)
    }

    /// As [`super::is_neutral`]. A type of the user has the methods that change no socket of any type.
    #[must_use]
    pub fn is_neutral(self, path: &str) -> bool {
        match self.method(path) {
            Some(name) => INDEX.neutral_methods.contains(name),
            None => super::is_neutral(path),
        }
    }

    /// As [`super::socket_type`].
    #[must_use]
    pub fn socket_type(self, path: &str) -> Option<&'static SockTy> {
        super::socket_type(path).or_else(|| self.0?.types.get(path).copied())
    }

    /// As [`super::is_known`].
    #[must_use]
    pub fn is_known(self, path: &str) -> bool {
        let below =
            |it: &Tables| it.rows.range(path..).next().is_some_and(|(key, _)| is_within(key, path));
        self.0.is_some_and(below) || super::is_known(path)
    }

    /// As [`super::decides`]. What the user describes is looked at wherever it is called.
    #[must_use]
    pub fn decides(self, path: &str) -> bool {
        !self.own_rows(path).is_empty() || super::decides(path)
    }

    /// As [`super::is_setter`], for a method of any socket type.
    #[must_use]
    pub fn is_step(self, name: &str) -> bool {
        super::is_setter(name) || self.0.is_some_and(|it| it.methods.contains(name))
    }

    /// As [`super::makes_a_listener`].
    #[must_use]
    pub fn makes_a_listener(self, path: &str) -> bool {
        let makes = |row: &&Api| {
            row.role.steps().is_some_and(|it| it.creates.is_some() && it.does(Step::Listen))
        };
        self.own_rows(path).iter().any(makes) || super::makes_a_listener(path)
    }

    /// The words one of which stands in every file that calls what the rows describe; `idents` are the names that
    /// code gives a crate.
    #[must_use]
    pub fn words(self, idents: &dyn Fn(&str) -> Vec<String>) -> BTreeSet<String> {
        let mut words = BTreeSet::new();
        for path in self.paths() {
            let names: Vec<&str> = path.split("::").collect();
            let krate = names[0];
            for ident in idents(krate).iter().map(String::as_str).chain([krate]) {
                words.extend([format!("{ident}::"), format!("{ident} as "), format!("{ident};")]);
            }
            if let [.., owner, name] = names.as_slice()
                && is_type(owner)
            {
                // A method may be called where its type is not named.
                words.insert(if super::describes(krate) {
                    (*name).to_owned()
                } else {
                    (*owner).to_owned()
                });
            }
        }
        words
    }
}

impl Tables {
    fn new(rows: &[Row]) -> Self {
        let mut tables = Self::default();
        for row in rows {
            let steps: &'static Steps = Box::leak(Box::new(steps(row)));
            let returns = match &row.returns {
                Returned::Plain => Returns::Unit,
                Returned::This => Returns::This,
                Returned::Type(path) => {
                    let path = leak(path);
                    tables.add_type(path);
                    Returns::Socket(path)
                }
            };
            for path in std::iter::once(&row.path).chain(&row.also) {
                let path = leak(path);
                if let Some((owner, name)) =
                    path.rsplit_once("::").filter(|(owner, _)| is_type(last(owner)))
                {
                    tables.add_type(owner);
                    tables.methods.insert(name);
                }
                let api = Api {
                    path,
                    role: Role::Steps(steps),
                    returns,
                    platforms: row.platforms,
                    versions: leak(&row.versions),
                    proof: "",
                };
                tables.rows.entry(path).or_default().push(Box::leak(Box::new(api)));
            }
        }
        tables
    }

    /// A type of which nothing is known but that its values are sockets.
    fn add_type(&mut self, path: &'static str) {
        if super::socket_type(path).is_none() {
            let ty = SockTy {
                path,
                domain: Domain::UNKNOWN,
                sock_type: SockType::UNKNOWN,
                phase: Phase::UNKNOWN,
            };
            self.types.entry(path).or_insert_with(|| Box::leak(Box::new(ty)));
        }
    }
}

fn steps(row: &Row) -> Steps {
    let sets = row.sets.iter().map(|it| (it.platforms, Step::Set(it.option, it.value)));
    let all = |step| (Platforms::ALL, step);
    let binds = row.binds.iter().map(|it| all(Step::Bind(it.clone().leak())));
    let listens = row.listens.then_some(all(Step::Listen));
    let connects = row.connects.then_some(all(Step::Connect));
    let values = row.sets.iter().filter_map(|it| match it.value {
        Source::Operand(at) => Some(at),
        Source::Is(_) => None,
    });
    let socket = row.creates.is_none().then_some(row.socket);
    let operands = values.chain(row.binds.iter().flatten().copied()).chain(socket);
    Steps {
        creates: row.creates,
        socket: row.socket,
        operands: operands.max().map_or(0, |last| last + 1),
        each: sets.chain(binds).chain(listens).chain(connects).collect(),
    }
}

fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

/// Whether a part of a path is the name of a type.
#[must_use]
pub fn is_type(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
}
