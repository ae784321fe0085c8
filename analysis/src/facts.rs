//! All that is kept of a file: small, owned, `Send`.

use std::{collections::BTreeSet, ops::Range};

use crate::{
    cfg::Cfg,
    ir::{Block, Expr, Name, Pat, Path, Ty},
    model::SockOpt,
};

#[cfg(any(test, feature = "testing"))]
pub(crate) mod text;

/// One file, lowered.
#[derive(Debug, Clone, Default)]
pub struct FileFacts {
    /// `mod name;` declarations, those inside inline modules and item macros included.
    pub mods: Vec<ModDecl>,
    /// Conditions on the whole file (`#![cfg(…)]`).
    pub(crate) cfg: Option<Cfg>,
    /// Items in order.
    pub(crate) items: Vec<Item>,
}

/// A `mod name;` declaration: the file it names is another file of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModDecl {
    /// The module's name.
    pub name: String,
    /// Inline modules around the declaration, outermost first, each with its `#[path]` if it has one.
    pub inside: Vec<(String, Option<String>)>,
    /// The `#[path = "…"]` of the declaration.
    pub path: Option<String>,
    /// Whether a `cfg` stands on it or around it, so that the file may rightly be absent.
    pub conditional: bool,
    /// Byte offset of the declaration in the file.
    pub offset: usize,
}

/// An item and where it exists.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) cfg: Cfg,
    pub(crate) kind: ItemKind,
}

/// What an item is.
#[derive(Debug, Clone)]
pub(crate) enum ItemKind {
    /// `mod name { … }`.
    Mod(Name, Vec<Item>),
    /// `mod name;`, as an index of [`FileFacts::mods`].
    ModDecl(Name, usize),
    /// One leaf of a `use` tree: the path, and the name it gets here; `None` is a glob.
    Use(Path, Option<Name>),
    /// `fn`.
    Func(Box<Func>),
    /// `impl`, with the trait if it is one of a trait.
    Impl(Ty, Option<Path>, Vec<Item>),
    /// `trait`, with its provided methods.
    Trait(Name, Vec<Item>),
    /// `struct` or `union`: fields by name or index.
    Struct(Name, Vec<(Name, Ty)>),
    /// `enum`: variants with their fields.
    Enum(Name, Vec<(Name, Vec<(Name, Ty)>)>),
    /// `type name = ty`.
    Alias(Name, Ty),
    /// `const` or `static`.
    Const(Name, Ty, Expr),
    /// `compile_error!(…)`.
    CompileError,
    /// What a derive macro may read from the command line.
    Flags(Flags),
}

/// An argument of the command line that may be a flag.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Flag {
    pub(crate) name: Name,
    /// The function that the name is given to; names are joined by `::`.
    pub(crate) maker: Name,
    /// What is to be done when the argument is met.
    pub(crate) action: Name,
}

/// The flags in a structure, if its derive macro is one that reads the command line.
#[derive(Debug, Clone)]
pub(crate) struct Flags {
    /// The structure.
    pub(crate) ty: Name,
    pub(crate) derived: Path,
    /// The fields that are flags, each with what it is unless the flag is given.
    pub(crate) fields: Vec<(Name, bool)>,
}

/// An attribute that may be `#[sockopt::listener]`, and what it asks for if it is.
#[derive(Debug, Clone)]
pub(crate) struct Listener {
    pub(crate) path: Path,
    /// Where it is there at all.
    pub(crate) cfg: Cfg,
    /// Whether it is to set `SO_REUSEADDR`.
    pub(crate) reuse_address: bool,
    /// Further options that it sets.
    pub(crate) options: Vec<&'static SockOpt>,
    /// Rules of which it leaves alone what they speak of.
    pub(crate) allowed: Vec<String>,
}

impl Listener {
    /// Whether it leaves alone what a rule speaks of.
    pub(crate) fn allows(&self, rule: &str) -> bool {
        self.allowed.iter().any(|it| it == rule)
    }
}

/// A function, method or associated function.
#[derive(Debug, Clone)]
pub(crate) struct Func {
    pub(crate) name: Name,
    /// Parameters; a receiver is the first, with the pattern `self`.
    pub(crate) params: Vec<(Pat, Ty)>,
    pub(crate) has_self: bool,
    pub(crate) is_async: bool,
    pub(crate) ret: Ty,
    /// Generic parameters with their bounds, those of the surrounding `impl` not included.
    pub(crate) generics: Vec<(Name, Vec<Path>)>,
    /// The body; absent for a required trait method and for one that no socket can pass through.
    pub(crate) body: Option<Block>,
    /// If the body was not read, where it is in the text: what stands in its place is empty.
    pub(crate) unread: Option<Range<usize>>,
    /// Attributes on it or around it that may be `#[sockopt::listener]`.
    pub(crate) listeners: Vec<Listener>,
    /// Items declared inside the body.
    pub(crate) inner: Vec<Item>,
    /// Paths that the body calls or names, joined by `::`, each once.
    pub(crate) paths: Box<[Name]>,
    /// Methods that the body calls, each once.
    pub(crate) methods: Box<[Name]>,
    /// Flags of the command line that the body may declare.
    pub(crate) flags: BTreeSet<Flag>,
    /// How many expressions the body has.
    pub(crate) weight: usize,
}
