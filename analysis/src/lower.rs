//! Source text to [`FileFacts`]: parse with `syn`, keep what can matter, drop the tree.
//!
//! Lowering decides nothing about sockets. It removes what no socket flows through (types, lifetimes,
//! attributes but `cfg`, arithmetic), makes different spellings of one thing equal (`async` blocks,
//! parentheses, `unsafe`, `try!`, macros of the workspace and others whose tokens parse), and leaves a small tree:
//!
//! ```text
//! let s = Socket::new(d, t, None)?;      let s = try call#0 Socket::new(d, t, None)
//! #[cfg(unix)]                           cfg(unix):
//! s.set_reuse_address(true)?;              try call#1 .set_reuse_address(s, true)
//! s.bind(&addr.into())?;                 try call#2 .bind(s, call#3 .into(addr))
//! ```
//!
//! What it cannot see through becomes `Hidden` with the local names it mentions, so
//! that the solver forgets what it knew of them.

mod depth;
mod expand;
mod exprs;
mod items;
mod macros;
mod names;
mod recover;
mod stmts;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    ops::Range,
};

use proc_macro2::TokenStream;

pub(crate) use names::cfg_of;

use crate::{
    cfg::Cfg,
    facts::{FileFacts, Flag, Item, Listener, ModDecl},
    ir::Name,
    macros::{FileMacros, Foreign},
    sites::{SiteId, SiteMap},
};

/// A file after lowering.
#[derive(Debug)]
pub struct Lowered {
    /// What the analysis keeps.
    pub facts: FileFacts,
    /// Where its sites are.
    pub sites: SiteMap,
    /// What it has to do with macros of other files.
    pub macros: FileMacros,
    /// What is wrong with the first of the items that were left out because they do not parse.
    pub partial: Option<ParseError>,
}

/// Why a text could not be lowered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// What is wrong: lowercase, no final period.
    pub message: String,
    /// Where, in bytes from the start of the text.
    pub offset: usize,
    /// What to do: an imperative.
    pub help: &'static str,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Lowers one file by itself.
///
/// # Errors
/// The text cannot even be split into tokens, nests deeper than any program does, or is too long. Needs up to 256 MiB of stack.
pub fn lower(text: &str) -> Result<Lowered, ParseError> {
    lower_with(text, &Foreign::default())
}

/// Lowers one file, in which macros of other files are known.
///
/// # Errors
/// As [`lower`].
pub fn lower_with(text: &str, foreign: &Foreign) -> Result<Lowered, ParseError> {
    #[cfg(feature = "files")]
    let text = &crate::skim::without_docs(text);
    lower_unread(text, &[], foreign)
}

/// Lowers one file but for the bodies of its functions, short ones and those that begin at `read` excepted: what it
/// declares, and what of that is not read. Macros of other files are known as in [`lower_with`].
///
/// # Errors
/// As [`lower`].
#[cfg(feature = "files")]
pub fn lower_parts(
    text: &str,
    read: &BTreeSet<usize>,
    foreign: &Foreign,
) -> Result<Lowered, ParseError> {
    let (blank, bodies) = crate::skim::without_bodies(text, read);
    match lower_unread(&blank, &bodies, foreign) {
        // What looked like a body was none, perhaps.
        Err(_) | Ok(Lowered { partial: Some(_), .. }) => lower_with(text, foreign),
        outline => outline,
    }
}

/// Lowers a file in which these bodies are blank.
fn lower_unread(
    text: &str,
    unread: &[Range<usize>],
    foreign: &Foreign,
) -> Result<Lowered, ParseError> {
    let start = text.len() - strip_preamble(text).len();
    let text = &text[start..];
    if let Some((offset, excess)) = depth::excess(text) {
        let (message, help) = (excess.message(), excess.help());
        return Err(ParseError { message, offset: start + offset, help });
    }
    let error = |error: syn::Error| ParseError {
        message: error.to_string(),
        offset: start + error.span().byte_range().start,
        help: "correct the file",
    };
    let lowered = parse_most(text).map_err(error).map(|(attrs, items, wrong)| {
        let partial = wrong.map(error);
        let mut sites = SiteMap::default();
        let macros = expand::Macros::new(Some(expand::Source { text, start }), foreign);
        let unread = unread.iter().map(|it| (it.start - start, it.clone())).collect();
        let (mut facts, mut macros) = lower_with_macros(&attrs, &items, &mut sites, macros, unread);
        macros.shows = names::has(&attrs, "macro_use");
        sites.shift(start);
        macros.shift(start);
        for decl in &mut facts.mods {
            decl.offset += start;
        }
        Lowered { facts, sites, macros, partial }
    });
    forget_texts();
    lowered
}

/// A file as its tree, and how many bytes stand before what was parsed; none if it does not parse.
pub(crate) fn parse(text: &str) -> Option<(usize, syn::File)> {
    let start = text.len() - strip_preamble(text).len();
    let text = &text[start..];
    if depth::excess(text).is_some() {
        return None;
    }
    Some((start, syn::parse_str(text).ok()?))
}

/// As [`parse`], but of a file that does not parse the items that do; none if not even its tokens can be told.
pub(crate) fn parse_items(text: &str) -> Option<(usize, Vec<syn::Item>)> {
    let start = text.len() - strip_preamble(text).len();
    let text = &text[start..];
    if depth::excess(text).is_some() {
        return None;
    }
    let (_, items, _) = parse_most(text).ok()?;
    Some((start, items))
}

/// The attributes and items of a file, and what is wrong with it if that is not all of them.
type Most = (Vec<syn::Attribute>, Vec<syn::Item>, Option<syn::Error>);

fn parse_most(text: &str) -> syn::Result<Most> {
    let tokens = syn::parse_str::<TokenStream>(text)?;
    // Tokens that somebody else holds are copied, so whoever needs them again makes them again.
    match syn::parse2::<syn::File>(tokens) {
        Ok(file) => Ok((file.attrs, file.items, None)),
        Err(wrong) => {
            let (attrs, items) = recover::items(syn::parse_str(text)?);
            Ok((attrs, items, Some(wrong)))
        }
    }
}

/// Spans are offsets into a table of this thread that otherwise keeps every text it ever saw. No span of
/// this thread may be asked for its bytes afterwards.
pub(crate) fn forget_texts() {
    proc_macro2::extra::invalidate_current_thread_spans();
}

fn lower_with_macros(
    attrs: &[syn::Attribute],
    items: &[syn::Item],
    sites: &mut SiteMap,
    macros: expand::Macros<'_>,
    unread: BTreeMap<usize, Range<usize>>,
) -> (FileFacts, FileMacros) {
    let mut lowerer = Lowerer {
        sites,
        unread,
        mods: Vec::new(),
        inside: Vec::new(),
        conditions: Vec::new(),
        bodies: Vec::new(),
        listeners: Vec::new(),
        macro_depth: 0,
        macros,
    };
    let items = lowerer.items(items);
    let facts = FileFacts { mods: lowerer.mods, cfg: Some(names::cfg_of(attrs)), items };
    (facts, lowerer.macros.finish())
}

/// The text behind a byte order mark and a `#!` line, neither of which `syn` counts in its offsets.
fn strip_preamble(text: &str) -> &str {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let shebang = text.strip_prefix("#!").filter(|rest| !rest.trim_start().starts_with('['));
    match shebang {
        Some(rest) => rest.find('\n').map_or("", |end| &rest[end..]),
        None => text,
    }
}

/// Walks a file in source order.
struct Lowerer<'a> {
    sites: &'a mut SiteMap,
    /// By where they begin in what is parsed, bodies that are blank.
    unread: BTreeMap<usize, Range<usize>>,
    mods: Vec<ModDecl>,
    /// The inline modules around the current item.
    inside: Vec<(String, Option<String>)>,
    /// The conditions around the current item.
    conditions: Vec<Cfg>,
    /// The functions around the current node, innermost last.
    bodies: Vec<Body>,
    /// Attributes around the current node that may be `#[sockopt::listener]`.
    listeners: Vec<Listener>,
    /// How many macros of unknown meaning surround the current node.
    macro_depth: usize,
    macros: expand::Macros<'a>,
}

/// What is collected of a function's body beside its code.
#[derive(Default)]
struct Body {
    inner: Vec<Item>,
    paths: BTreeSet<Name>,
    methods: BTreeSet<Name>,
    flags: BTreeSet<Flag>,
    weight: usize,
}

impl Lowerer<'_> {
    fn site(&mut self, node: &syn::Expr, label: (proc_macro2::Span, proc_macro2::Span)) -> SiteId {
        self.sites.add(node, label, self.macros.writes())
    }

    /// Runs `lower` on what has these attributes.
    fn with_attributes<T>(
        &mut self,
        attrs: &[syn::Attribute],
        lower: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let around = self.listeners.len();
        self.listeners.extend(names::listeners(attrs));
        let result = lower(self);
        self.listeners.truncate(around);
        result
    }

    /// Runs `lower` on what stands under `cfg`.
    fn under<T>(&mut self, cfg: &Cfg, lower: impl FnOnce(&mut Self) -> T) -> T {
        let around = self.conditions.len();
        self.conditions.extend((*cfg != Cfg::TRUE).then(|| cfg.clone()));
        let result = lower(self);
        self.conditions.truncate(around);
        result
    }
}
