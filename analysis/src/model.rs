//! What each socket API does: one row per call, the single source of truth.
//!
//! A row names a call by its canonical path and says which step of a socket's life it takes. The
//! operands of a call are numbered as the kernel sees them: operand 0 is the socket (the receiver of
//! a method, the first argument of a free function), operand 1 the next argument. Constructors have
//! no socket yet, so their first argument is operand 0.
//!
//! Invariant: no other file of this crate names an API, and no rule names a crate.

mod addresses;
mod apis;
mod confined;
pub mod options;
pub mod own;
#[cfg(feature = "testing")]
pub mod proofs;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
    sync::LazyLock,
};

use crate::socket::{Domain, OptValue, Phase, Platforms, SockType};

pub use addresses::{AddrSource, address, address_type, family};
pub use confined::{confined_names, listed_platforms, of_windows_alone, platforms_of};
pub use options::SockOpt;
pub use own::Own;

/// One call of a socket API, or one constant that such calls take.
#[derive(Debug)]
pub struct Api {
    /// Canonical path: `crate::module::Type::method`. `*::name` is a method of every socket type; such
    /// a name says nothing about a file, so it is no word to search for.
    pub path: &'static str,
    /// What the call does.
    pub role: Role,
    /// What the call evaluates to, behind any `Result`, `Option` or future; of a tuple, its first part.
    pub returns: Returns,
    /// Where the item exists.
    pub platforms: Platforms,
    /// Releases of the crate for which the row is true, as a Cargo version requirement. A path may have
    /// one row for each range of releases, the newest first: it counts where no lock file is at hand.
    pub versions: &'static str,
    /// A statement that makes this call and compiles against the real crate; empty only where no Unix
    /// has the item.
    pub proof: &'static str,
}

impl PartialEq for Api {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Api {}

impl Api {
    /// Whether the row speaks of a release; of any, if it is not known.
    #[must_use]
    pub fn holds_in(&self, version: Option<&semver::Version>) -> bool {
        let Some(version) = version else { return true };
        semver::VersionReq::parse(self.versions).map_or(true, |req| req.matches(version))
    }
}

/// One type whose values are sockets.
#[derive(Debug)]
pub struct SockTy {
    /// Canonical path of the type.
    pub path: &'static str,
    /// Domain of every value of the type.
    pub domain: Domain,
    /// Type of every value of the type.
    pub sock_type: SockType,
    /// Phases that a value whose origin is not seen can be in.
    pub phase: Phase,
}

/// A value that a row fixes, or takes from an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source<T> {
    /// Always this.
    Is(T),
    /// Whatever this operand says.
    Operand(usize),
}

/// The step that a call takes in the life of a socket.
#[derive(Clone, Copy, Debug)]
pub enum Role {
    /// Makes a socket and takes it up to `phase`; `sets` lists what the API sets by itself before bind.
    Create {
        /// Where the domain comes from.
        domain: Source<Domain>,
        /// Where the type comes from.
        sock_type: Source<SockType>,
        /// How far the call takes the new socket.
        phase: Phase,
        /// The operand that is the local address, if the call binds.
        addr: Option<usize>,
        /// Options switched on before the bind, and where.
        sets: &'static [(&'static SockOpt, Platforms)],
    },
    /// Sets one option of operand 0.
    Set {
        /// The option.
        option: &'static SockOpt,
        /// Its new value.
        value: Source<OptValue>,
    },
    /// Sets the option that an operand names: `setsockopt(2)` and its likes.
    SetBy {
        /// The operand with the option level, where there is one.
        level: Option<usize>,
        /// The operand with the option name.
        name: usize,
        /// The operand with the value, or a pointer to it.
        value: usize,
        /// The operand with the size of the value in bytes, where there is one.
        len: Option<usize>,
    },
    /// `bind(2)` of operand 0 to the address in operand 1.
    Bind,
    /// `listen(2)` on operand 0.
    Listen,
    /// `connect(2)` of operand 0.
    Connect,
    /// Makes a connected socket from the listener in operand 0.
    Accept,
    /// Operand 0 joins a multicast group.
    JoinMulticast,
    /// Another handle of the socket in operand 0: conversion, duplicate, borrowed view.
    Convert,
    /// Leaves everything that is tracked as it is.
    Neutral,
    /// A constant (or function without effect) that names an option.
    OptionName(&'static SockOpt),
    /// A constant that names an option level (`SOL_SOCKET`).
    LevelName(&'static str),
    /// A constant or function that names a domain.
    DomainName(Domain),
    /// A constant or function that names a socket type.
    TypeName(SockType),
    /// A length of time: the sum of these operands, none of which is negative.
    Time(&'static [usize]),
    /// A constant or function that names a protocol of the internet family, by the type that it implies.
    ProtocolName(SockType),
    /// What a row of the user says.
    Steps(&'static Steps),
    /// Tells whether a flag of the command line is given, by the name that the flag is declared with.
    Flag,
    /// A constant that makes an argument of the command line a flag, by what a flag is that is given.
    FlagAction(bool),
    /// A derive macro that fills structures from the command line.
    Flags(&'static Flags),
}

/// How a derive macro knows which fields are flags of the command line.
#[derive(Debug)]
pub struct Flags {
    /// The attributes that it reads.
    pub attributes: &'static [&'static str],
    /// What makes a `bool` a flag, of which one has to be there.
    pub marks: &'static [&'static str],
    /// What else changes nothing about what a flag is that nobody gives.
    pub neutral: &'static [&'static str],
    /// The associated functions that read the command line.
    pub makers: &'static [&'static str],
}

/// What a call does that is described by a row of the user.
#[derive(Debug)]
pub struct Steps {
    /// The kind of socket that it makes; none if the steps are those of the socket in an operand.
    pub creates: Option<(Domain, SockType)>,
    /// The operand that is the socket.
    pub socket: usize,
    /// How many operands the steps are about.
    pub operands: usize,
    /// What becomes of the socket, in this order, and where.
    pub each: Vec<(Platforms, Step)>,
}

impl Steps {
    /// Whether the call does anything at all.
    #[must_use]
    pub fn are_any(&self) -> bool {
        self.creates.is_some() || !self.each.is_empty()
    }

    /// Whether a step is one of them.
    #[must_use]
    pub fn does(&self, step: Step) -> bool {
        self.each.iter().any(|(_, it)| *it == step)
    }
}

/// One step of several.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Sets an option.
    Set(&'static SockOpt, Source<OptValue>),
    /// `bind(2)`, to the address in these operands.
    Bind(&'static [usize]),
    /// `listen(2)`.
    Listen,
    /// `connect(2)`.
    Connect,
}

/// What a call evaluates to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returns {
    /// Nothing of interest.
    Unit,
    /// The socket, as a value of this type; a raw descriptor is [`RAW_FD`].
    Socket(&'static str),
    /// Operand 0 again, so that calls chain.
    This,
    /// A C status: zero or -1.
    Code,
    /// Some value that is no socket.
    Other,
}

/// The type of a bare descriptor.
pub const RAW_FD: &str = "std::os::fd::RawFd";

/// The type of a bare descriptor on Windows.
pub const RAW_SOCKET: &str = "std::os::windows::io::RawSocket";

/// The crate whose functions code calls by their bare names, imported or put there by a macro.
pub const SYSTEM_CALLS: &str = "libc";

/// The path of a bare name, if that crate has it.
#[must_use]
pub fn system_call(name: &str) -> Option<String> {
    let path = format!("{SYSTEM_CALLS}::{name}");
    is_known(&path).then_some(path)
}

/// The socket type of the protocol that an option level stands for as the last argument of `socket(2)`.
#[must_use]
pub fn protocol(level: &str) -> Option<SockType> {
    match level {
        "IPPROTO_TCP" => Some(SockType::STREAM),
        "IPPROTO_UDP" => Some(SockType::DATAGRAM),
        _ => None,
    }
}

/// Whether a name in a program tells that it sends to many, whatever crate has the name: a socket for
/// multicast or broadcast is shared between programs on purpose.
#[must_use]
pub fn is_about_many(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [
        "multicast",
        "membership",
        "mcast",
        "join_ssm",
        "set_broadcast",
        "so_broadcast",
        "sockopt::broadcast",
    ]
    .iter()
    .any(|word| name.contains(word))
}

/// The tables of one crate (or of the standard library).
#[derive(Debug)]
pub struct Model {
    /// The crate as paths name it: `socket2`.
    pub krate: &'static str,
    /// Its calls that matter.
    pub rows: &'static [Api],
    /// Its calls and constants that change nothing that is tracked: (type or module, names). The owner
    /// `*` is every socket type.
    pub neutral: &'static [(&'static str, &'static [&'static str])],
    /// Its socket types.
    pub types: &'static [SockTy],
    /// Other paths of the same items: (path prefix as written, canonical prefix).
    pub aliases: &'static [(&'static str, &'static str)],
    /// Where a type's further methods are listed: (type, type it derefs to or trait that extends it).
    pub extends: &'static [(&'static str, &'static str)],
    /// What surrounds every proof.
    pub prelude: Prelude,
    /// Releases that the proofs are compiled against, oldest first.
    pub proved: &'static [Proved],
}

/// What makes a proof a function that compiles.
#[derive(Debug)]
pub struct Prelude {
    /// Imports.
    pub uses: &'static str,
    /// Parameters of each proof's function.
    pub given: &'static str,
}

/// One release of a crate that proofs are compiled against.
#[derive(Debug)]
pub struct Proved {
    /// The lowest version that has everything its rows claim.
    pub version: &'static str,
    /// Cargo features that the proofs need.
    pub features: &'static [&'static str],
    /// Imports of this release only.
    pub uses: &'static str,
}

/// All tables.
pub static MODELS: &[&Model] = apis::MODELS;

struct Index {
    rows: BTreeMap<&'static str, Vec<&'static Api>>,
    neutral: BTreeSet<(&'static str, &'static str)>,
    types: BTreeMap<&'static str, &'static SockTy>,
    aliases: BTreeMap<&'static str, &'static str>,
    extends: BTreeMap<&'static str, Vec<&'static str>>,
    /// Calls of types with parameters, by their paths without these.
    generic: BTreeMap<String, Vec<&'static Api>>,
    /// Methods of all socket types, by name alone.
    methods: BTreeMap<&'static str, Vec<&'static Api>>,
    neutral_methods: BTreeSet<&'static str>,
    /// Calls and macros that are about flags of the command line, by their last names.
    flags: BTreeMap<&'static str, &'static Api>,
    /// Options by the last names of the calls and constants that set or name them.
    option_words: BTreeMap<&'static str, &'static SockOpt>,
    crates: BTreeSet<&'static str>,
    /// The first names of all paths: most paths of a program have another.
    heads: BTreeSet<&'static str>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index {
        rows: BTreeMap::new(),
        neutral: BTreeSet::new(),
        types: BTreeMap::new(),
        aliases: BTreeMap::new(),
        extends: BTreeMap::new(),
        generic: BTreeMap::new(),
        methods: BTreeMap::new(),
        neutral_methods: BTreeSet::new(),
        flags: BTreeMap::new(),
        option_words: BTreeMap::new(),
        crates: MODELS.iter().map(|model| model.krate).collect(),
        heads: BTreeSet::new(),
    };
    for model in MODELS {
        for row in model.rows {
            index.rows.entry(row.path).or_default().push(row);
            if let Some(((owner, _), (_, name))) =
                row.path.split_once('<').zip(row.path.rsplit_once(">::"))
            {
                index.generic.entry(format!("{owner}::{name}")).or_default().push(row);
            }
            if let (Role::Set { option, .. } | Role::OptionName(option), Some((_, word))) =
                (&row.role, row.path.rsplit_once("::"))
            {
                index.option_words.insert(word, option);
            }
            if let (Role::Flag | Role::FlagAction(_) | Role::Flags(_), Some((_, word))) =
                (&row.role, row.path.rsplit_once("::"))
            {
                index.flags.insert(word, row);
            }
        }
        for (owner, names) in model.neutral {
            index.neutral.extend(names.iter().map(|name| (*owner, *name)));
        }
        for (ty, home) in model.extends {
            index.extends.entry(ty).or_default().push(home);
        }
        index.types.extend(model.types.iter().map(|ty| (ty.path, ty)));
        index.aliases.extend(model.aliases.iter().copied());
    }
    let is_type = |owner: &str| owner == "*" || index.types.contains_key(owner);
    for (path, rows) in &index.rows {
        if let Some((_, name)) = path.rsplit_once("::").filter(|(owner, _)| is_type(owner)) {
            let methods = rows.iter().filter(|row| !matches!(row.role, Role::Create { .. }));
            index.methods.entry(name).or_default().extend(methods);
        }
    }
    let neutral = index.neutral.iter().filter(|(owner, _)| is_type(owner)).map(|(_, name)| *name);
    index.neutral_methods = neutral.collect();
    let paths = index.rows.keys().chain(index.types.keys()).chain(index.aliases.keys()).copied();
    let owners = index.neutral.iter().map(|(owner, _)| *owner).chain(index.extends.keys().copied());
    index.heads = paths.chain(owners).map(head).collect();
    index
});

fn head(path: &str) -> &str {
    path.split("::").next().unwrap_or(path)
}

/// Whether the tables have a path that starts like this one.
fn has_head(path: &str) -> bool {
    INDEX.heads.contains(head(path))
}

/// Whether a call at `path` may decide anything: it makes, changes or binds a socket.
#[must_use]
pub fn decides(path: &str) -> bool {
    rows(path).iter().any(|row| match row.role {
        // A listener that is right from the start matters only to code that changes it later.
        Role::Create { phase, sets, .. } => {
            phase.may(Phase::CREATED) || (phase.is(Phase::LISTENING) && sets.is_empty())
        }
        Role::Set { option, .. } | Role::OptionName(option) => option.decides(),
        Role::SetBy { .. } | Role::Bind | Role::Listen | Role::JoinMulticast => true,
        _ => false,
    })
}

/// Whether the call at `path`, written without the parameters of its type, may give a socket an address.
#[must_use]
pub fn binds(path: &str) -> bool {
    let bound = Phase::BOUND.join(Phase::LISTENING);
    let generic = INDEX.generic.get(path).into_iter().flatten();
    rows(path).iter().chain(generic).any(|row| match row.role {
        Role::Create { phase, .. } => phase.may(bound),
        Role::Bind | Role::Listen => true,
        _ => false,
    })
}

/// How code sets an option beside a call that binds: paths as they stand below the owner of that call, a type
/// or a module.
#[derive(Clone, Copy, Debug)]
pub struct Setter {
    /// The call.
    pub call: &'static Api,
    /// Where the call stands.
    pub path: &'static str,
    /// The constant that names the option, where the call takes one.
    pub option: Option<&'static str>,
    /// The constant that names the option's level, where the call takes one.
    pub level: Option<&'static str>,
}

impl Setter {
    /// Whether the call is the kernel's own, as C has it.
    #[must_use]
    pub fn is_system_call(&self) -> bool {
        is_within(self.call.path, SYSTEM_CALLS)
    }
}

/// How code that calls `bind` sets an option in the same release of the same API.
#[must_use]
pub fn setter(bind: &Api, option: &SockOpt, version: Option<&semver::Version>) -> Option<Setter> {
    let (owner, _) = bind.path.rsplit_once("::")?;
    let prefix = format!("{owner}::");
    let rows: Vec<(&'static str, &'static Api)> = INDEX
        .rows
        .range::<str, _>((Bound::Included(prefix.as_str()), Bound::Unbounded))
        .take_while(|(path, _)| path.starts_with(&prefix))
        .filter_map(|(path, rows)| {
            let row = rows.iter().find(|row| row.holds_in(version))?;
            Some((path.get(prefix.len()..)?, *row))
        })
        .collect();
    let below = || rows.iter().copied();
    let named = |wanted: fn(&Role) -> Option<&str>, name: &str| {
        below().find(|(_, row)| wanted(&row.role) == Some(name)).map(|(path, _)| path)
    };
    let sets = |row: &Api| matches!(row.role, Role::Set { option: it, value: Source::Operand(1) } if it == option);
    if let Some((path, call)) = below().find(|(_, row)| sets(row)) {
        return Some(Setter { call, path, option: None, level: None });
    }
    let (path, call) = below().find(|(_, row)| matches!(row.role, Role::SetBy { .. }))?;
    let Role::SetBy { level, .. } = call.role else { return None };
    let option_name = |role: &Role| match role {
        Role::OptionName(it) => Some(it.name),
        _ => None,
    };
    let level_name = |role: &Role| match role {
        Role::LevelName(it) => Some(*it),
        _ => None,
    };
    let constant = named(option_name, option.name)?;
    let level = match level {
        Some(_) => Some(named(level_name, option.sol)?),
        None => None,
    };
    Some(Setter { call, path, option: Some(constant), level })
}

/// As [`setter`], where a trait extends the type that has `bind`: the call by its whole path.
#[must_use]
pub fn setter_of_trait(bind: &Api, option: &SockOpt) -> Option<Setter> {
    let (owner, _) = bind.path.rsplit_once("::")?;
    let homes = INDEX.extends.get(owner)?;
    let rows = INDEX
        .rows
        .iter()
        .filter(|(path, _)| path.rsplit_once("::").is_some_and(|(home, _)| homes.contains(&home)));
    let sets = |row: &&&Api| matches!(row.role, Role::Set { option: it, value: Source::Operand(1) } if it == option);
    let call = *rows.flat_map(|(_, rows)| rows).find(sets)?;
    Some(Setter { call, path: call.path, option: None, level: None })
}

/// The type that a trait extends.
#[must_use]
pub fn extended_by(home: &str) -> Option<&'static str> {
    INDEX.extends.iter().find(|(_, homes)| homes.contains(&home)).map(|(ty, _)| *ty)
}

/// The call, constant or macro of this name that is about flags of the command line.
#[must_use]
pub fn about_flags(word: &str) -> Option<&'static Api> {
    INDEX.flags.get(word).copied()
}

/// The option that a call or constant of this name sets or names, in whatever API.
#[must_use]
pub fn option_of_word(word: &str) -> Option<&'static SockOpt> {
    INDEX.option_words.get(word).copied()
}

/// Whether the call at `path` makes a listener: creates, binds and listens in one.
#[must_use]
pub fn makes_a_listener(path: &str) -> bool {
    let makes =
        |row: &&Api| matches!(row.role, Role::Create { phase, .. } if phase.is(Phase::LISTENING));
    rows(path).iter().any(makes)
}

/// Whether a method of this name sets an option that matters, whatever socket type it is called on.
#[must_use]
pub fn is_setter(name: &str) -> bool {
    INDEX.methods.get(name).into_iter().flatten().any(|row| match row.role {
        Role::Set { option, .. } => option.decides(),
        Role::JoinMulticast => true,
        _ => false,
    })
}

/// The rows of `path`, one per range of versions. A method that the type itself does not list is looked
/// up where the type's further methods are, then among the methods of every socket type.
#[must_use]
pub fn rows(path: &str) -> &'static [&'static Api] {
    if !has_head(path) {
        return &[];
    }
    homes(path)
        .find_map(|(owner, name)| INDEX.rows.get(format!("{owner}::{name}").as_str()))
        .map_or(&[], Vec::as_slice)
}

/// Whether `path` changes nothing that is tracked. Rows come first: ask this when there are none.
#[must_use]
pub fn is_neutral(path: &str) -> bool {
    has_head(path) && homes(path).any(|home| INDEX.neutral.contains(&home))
}

/// The places where the item at `path` may be listed: (type or module, name).
fn homes(path: &str) -> impl Iterator<Item = (&str, &str)> {
    let (owner, name) = path.rsplit_once("::").unwrap_or(("", path));
    let further = INDEX.extends.get(owner).map_or(&[] as &[_], Vec::as_slice).iter().copied();
    let every = socket_type(owner).map(|_| "*");
    std::iter::once(owner).chain(further).chain(every).map(move |owner| (owner, name))
}

/// What a method does to a socket whose API is not known.
#[derive(Debug)]
pub enum AnySocket {
    /// What this row says, as does every other type that has the method.
    Row(&'static Api),
    /// Nothing that is tracked.
    Neutral,
    /// The types disagree, or none has it.
    None,
}

/// The method called `name`, called with `operands` operands, of whatever socket type it is.
#[must_use]
pub fn method_of_any_socket(name: &str, operands: usize) -> AnySocket {
    let takes = |row: &&&Api| match row.role {
        Role::Set { value: Source::Operand(at), .. } => at < operands,
        _ => true,
    };
    let mut rows = INDEX.methods.get(name).into_iter().flatten().filter(takes);
    match rows.next() {
        Some(first) if rows.all(|row| row.role.agrees(&first.role)) => AnySocket::Row(first),
        None if INDEX.neutral_methods.contains(name) => AnySocket::Neutral,
        _ => AnySocket::None,
    }
}

impl Role {
    /// The steps of a row of the user.
    #[must_use]
    pub fn steps(&self) -> Option<&'static Steps> {
        if let Self::Steps(steps) = self { Some(steps) } else { None }
    }

    /// Whether two calls do the same to a socket.
    fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Set { option, .. }, Self::Set { option: other, .. }) => option == other,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

/// The socket type at `path`.
#[must_use]
pub fn socket_type(path: &str) -> Option<&'static SockTy> {
    INDEX.types.get(path).copied()
}

/// The canonical form of an absolute path: the longest alias that is a prefix is replaced, repeatedly.
#[must_use]
pub fn canonical(path: &str) -> String {
    let mut path = path.to_owned();
    // Aliases form short chains (smol → async-net); the bound only guards against a cyclic table.
    for _ in 0..8 {
        if !has_head(&path) {
            break;
        }
        let Some((prefix, target)) = prefixes(&path)
            .find_map(|prefix| INDEX.aliases.get(prefix).map(|target| (prefix.len(), *target)))
        else {
            break;
        };
        path = format!("{target}{}", &path[prefix..]);
    }
    re_exported(&path).map(str::to_owned).unwrap_or(path)
}

/// `other::socket2::Socket`: a crate that re-exports one of the tables under its own name.
fn re_exported(path: &str) -> Option<&str> {
    let mut rest = path.split_once("::")?.1;
    while let Some((krate, inner)) = rest.split_once("::") {
        if krate != "std" && describes(krate) && is_known(rest) {
            return Some(rest);
        }
        rest = inner;
    }
    None
}

/// Whether the tables describe a crate of this name.
#[must_use]
pub fn describes(krate: &str) -> bool {
    INDEX.crates.contains(krate)
}

/// Whether the tables speak of `path` or of anything below it.
#[must_use]
pub fn is_known(path: &str) -> bool {
    fn below<V>(map: &BTreeMap<&'static str, V>, path: &str) -> bool {
        map.range(path..).next().is_some_and(|(key, _)| is_within(key, path))
    }
    let has_neutral = || {
        let owner = INDEX.neutral.range((path, "")..).next();
        owner.is_some_and(|(owner, _)| is_within(owner, path)) || is_neutral(path)
    };
    let is_listed = || {
        below(&INDEX.rows, path)
            || below(&INDEX.types, path)
            || below(&INDEX.aliases, path)
            || has_neutral()
    };
    addresses::names(path) || has_head(path) && is_listed()
}

/// Whether `path` is `prefix` or below it.
fn is_within(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// `a::b::c`, `a::b`, `a`.
fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.rfind("::").map(|at| &path[..at]))
}

#[cfg(test)]
mod tests;
