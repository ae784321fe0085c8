//! Macros of other files: what a file shows of its own, what it invokes, and which of the one is the other.
//!
//! A macro is seen further down the text, and a `mod` declaration is where the text of its file stands. With
//! `#[macro_use]`, what the file shows at its end is seen behind the declaration as well:
//!
//! ```text
//! lib.rs    macro_rules! a { … }                 seen in net.rs and further down
//!           #[macro_use] mod macros;             shows what macros.rs defines
//!           mod net;                             sees `a`, and what macros.rs shows
//!           macro_rules! b { … }                 not seen in net.rs
//! ```
//!
//! Besides, a macro can be named by a path if it has `#[macro_export]` or a `use` of its own. Here a path is
//! not followed: it means the one macro of that name which the crate can name so, if there is only one. A name
//! that only `use module::*` brings is not known.
//!
//! Invariant: where two macros may be meant, or one that is not of the workspace, none is.

mod scopes;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use self::scopes::{Meaning, Scopes, names};
use crate::{cfg::Cfg, workspace::Workspace};
#[cfg(feature = "files")]
use crate::{prefilter::Prefilter, skim::is_part};

/// How many macros may invoke one another.
const MOST_LEVELS: usize = 8;

/// Imports that a name may pass through.
const STEPS: usize = 4;

/// What a file has to do with macros of other files.
#[derive(Debug, Clone, Default)]
pub struct FileMacros {
    /// What makes macros known, each with what came before it in its scope.
    pub(crate) nodes: Vec<Node>,
    /// The newest node at the end of the file.
    pub(crate) last: Option<usize>,
    /// The newest node at each of [`crate::facts::FileFacts::mods`].
    pub(crate) decls: Vec<Option<usize>>,
    /// Invocations of macros that the file does not define itself.
    pub(crate) wanted: BTreeMap<Wanted, Vec<Range<usize>>>,
    /// `#[macro_use] extern crate name;`, with the names if it is given any.
    pub(crate) preludes: Vec<(String, Option<Vec<String>>)>,
    /// Whether the file itself says `#![macro_use]`.
    pub(crate) shows: bool,
    /// Those of `wanted` whose tokens have words of the tables.
    notable: BTreeSet<Wanted>,
}

/// A step of a textual scope.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) before: Option<usize>,
    /// Where it stands, relative to its scope.
    pub(crate) cfg: Cfg,
    pub(crate) kind: NodeKind,
}

#[derive(Debug, Clone)]
pub(crate) enum NodeKind {
    Definition(Arc<Definition>),
    /// `mod name;`, as an index of [`crate::facts::FileFacts::mods`]; whether it has `#[macro_use]`.
    Module(usize, bool),
}

/// A macro that other files may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Definition {
    pub(crate) name: String,
    /// What stands between its braces.
    pub(crate) rules: String,
    /// Whether it has `#[macro_export]`.
    pub(crate) exported: bool,
    /// The macros that it may invoke, as paths; `$crate` is one of their names.
    pub(crate) invokes: BTreeSet<Vec<String>>,
    worth: Worth,
}

/// What the text of a macro says of sockets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Worth {
    #[default]
    Nothing,
    /// It calls something that has the name of a system call.
    Perhaps,
    /// A file with this text would be parsed.
    Sockets,
}

/// An invocation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wanted {
    /// As it is written; a leading `::` is an empty name.
    pub(crate) path: Vec<String>,
    /// The newest node where it stands.
    pub(crate) scope: Option<usize>,
}

/// The macros of other files that a file may expand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Foreign {
    /// Those that are visible where the file starts, oldest first.
    pub(crate) start: Vec<Visible>,
    /// Those that a `#[macro_use] mod` shows, by the offset of the declaration, oldest first.
    pub(crate) shown: BTreeMap<usize, Vec<Visible>>,
    /// Those that a path or an import leads to, by the path as it is written.
    pub(crate) paths: BTreeMap<Vec<String>, Visible>,
}

/// A macro as another file sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Visible {
    pub(crate) cfg: Cfg,
    pub(crate) definition: Arc<Definition>,
    /// What `$crate` means there: nothing for the crate at hand, else the name of the other.
    pub(crate) krate: Option<String>,
}

impl Definition {
    pub(crate) fn new(
        name: String,
        rules: String,
        exported: bool,
        invokes: BTreeSet<Vec<String>>,
    ) -> Self {
        Self { name, rules, exported, invokes, worth: Worth::Nothing }
    }
}

impl FileMacros {
    /// Looks for words of the tables in what was kept of `text`.
    #[cfg(feature = "files")]
    pub fn weigh(&mut self, text: &str, prefilter: &Prefilter) {
        for definition in self.nodes.iter_mut().filter_map(Node::definition_mut) {
            let rules = definition.rules.as_bytes();
            definition.worth = if prefilter.admits(rules) {
                Worth::Sockets
            } else if prefilter.names_a_call(rules) {
                Worth::Perhaps
            } else {
                Worth::Nothing
            };
        }
        let is_notable = |range: &Range<usize>| {
            text.as_bytes().get(range.clone()).is_some_and(|it| prefilter.names_a_call(it))
        };
        let notable = self.wanted.iter().filter(|(_, ranges)| ranges.iter().any(is_notable));
        self.notable = notable.map(|(wanted, _)| wanted.clone()).collect();
    }

    /// The macros that other files may see, each with its rules.
    pub fn definitions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.defined().map(|it| (it.name.as_str(), it.rules.as_str()))
    }

    /// The names of macros which make sockets, or do something with one.
    pub fn about_sockets(&self) -> impl Iterator<Item = &str> {
        self.defined().filter(|it| it.worth == Worth::Sockets).map(|it| it.name.as_str())
    }

    fn defined(&self) -> impl Iterator<Item = &Definition> {
        self.nodes.iter().filter_map(Node::definition)
    }

    /// Moves what is said in bytes by those that stand before the parsed text.
    pub(crate) fn shift(&mut self, by: usize) {
        for range in self.wanted.values_mut().flatten() {
            *range = range.start + by..range.end + by;
        }
    }
}

impl Node {
    fn definition(&self) -> Option<&Definition> {
        match &self.kind {
            NodeKind::Definition(it) => Some(it),
            NodeKind::Module(..) => None,
        }
    }

    fn definition_mut(&mut self) -> Option<&mut Definition> {
        match &mut self.kind {
            NodeKind::Definition(it) => Some(Arc::make_mut(it)),
            NodeKind::Module(..) => None,
        }
    }
}

/// The names of the macros that a text may define.
#[cfg(feature = "files")]
#[must_use]
pub fn names_defined(bytes: &[u8]) -> Vec<String> {
    const WORD: &[u8] = b"macro_rules!";
    let mut names = Vec::new();
    let mut rest = bytes;
    while let Some(at) = memchr::memmem::find(rest, WORD) {
        rest = rest[at + WORD.len()..].trim_ascii_start();
        let end = rest.iter().position(|it| !is_part(*it)).unwrap_or(rest.len());
        names.extend(std::str::from_utf8(&rest[..end]).ok().map(str::to_owned));
    }
    names
}

/// The names of macros that matter to some file, be they defined or not: those that are given sockets, that
/// do something with one, or that invoke one which does. `notable` are names that matter beside those.
#[must_use]
pub fn names_wanted(files: &[FileMacros], notable: &BTreeSet<String>) -> BTreeSet<String> {
    let mut defined: BTreeMap<&str, Vec<&Definition>> = BTreeMap::new();
    let mut invoked_by: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut matter: Vec<&str> = notable.iter().map(String::as_str).collect();
    for definition in files.iter().flat_map(FileMacros::defined) {
        let name = definition.name.as_str();
        defined.entry(name).or_default().push(definition);
        for inner in &definition.invokes {
            invoked_by.entry(last(inner)).or_default().insert(name);
        }
        matter.extend((definition.worth > Worth::Nothing).then_some(name));
    }
    let matter = reached(matter, |name| invoked_by.get(name).into_iter().flatten().copied());
    let wanted = files.iter().flat_map(|file| {
        let names = file.wanted.keys().map(|it| last(&it.path)).filter(|it| matter.contains(it));
        names.chain(file.notable.iter().map(|it| last(&it.path)))
    });
    let all = reached(wanted.collect(), |name| {
        let definitions = defined.get(name).into_iter().flatten();
        definitions.flat_map(|it| &it.invokes).map(|path| last(path))
    });
    all.into_iter().map(str::to_owned).collect()
}

/// What can be reached from some names.
fn reached<'n, I: IntoIterator<Item = &'n str>>(
    mut stack: Vec<&'n str>,
    next: impl Fn(&'n str) -> I,
) -> BTreeSet<&'n str> {
    let mut seen = BTreeSet::new();
    while let Some(name) = stack.pop() {
        if seen.insert(name) {
            stack.extend(next(name));
        }
    }
    seen
}

fn last(path: &[String]) -> &str {
    path.last().map_or("", String::as_str)
}

/// Whether some file invokes what may be a macro of another.
#[must_use]
pub fn are_foreign(files: &[FileMacros]) -> bool {
    let defined: BTreeSet<&str> =
        files.iter().flat_map(FileMacros::defined).map(|it| it.name.as_str()).collect();
    let mut wanted = files.iter().flat_map(|it| it.wanted.keys());
    !defined.is_empty() && wanted.any(|it| defined.contains(last(&it.path)))
}

/// What each file may expand of others, as far as it matters. `notable` are names of macros that matter
/// whatever their text.
#[must_use]
pub fn foreign(
    workspace: &Workspace,
    macros: &[FileMacros],
    notable: &BTreeSet<String>,
) -> BTreeMap<usize, Foreign> {
    let scopes = Scopes::new(workspace, macros);
    let mut out = BTreeMap::new();
    for (file, it) in macros.iter().enumerate() {
        let mut view = View { scopes: &scopes, file, notable, foreign: Foreign::default() };
        for wanted in it.wanted.keys() {
            if scopes.defined.contains_key(last(&wanted.path)) {
                view.want(wanted, it.notable.contains(wanted));
            }
        }
        if view.foreign != Foreign::default() {
            out.insert(file, view.foreign);
        }
    }
    out
}

/// What one file gets of the others.
struct View<'s, 'w> {
    scopes: &'s Scopes<'w>,
    file: usize,
    notable: &'s BTreeSet<String>,
    foreign: Foreign,
}

impl View<'_, '_> {
    /// Adds what an invocation means, if that matters.
    fn want(&mut self, wanted: &Wanted, notable: bool) {
        let mut found = BTreeMap::new();
        let matters = self.collect(&wanted.path, wanted.scope, MOST_LEVELS, &mut found);
        if !(matters || notable) {
            return;
        }
        for (path, meaning) in found {
            match meaning {
                Found::Textual => self.add_textual(last(&path)),
                Found::Path(visible) => drop(self.foreign.paths.insert(path, visible)),
            }
        }
    }

    /// What a path means, and what macros it leads to invoke; answers whether one of them matters.
    fn collect(
        &self,
        path: &[String],
        scope: Option<usize>,
        levels: usize,
        found: &mut BTreeMap<Vec<String>, Found>,
    ) -> bool {
        if levels == 0 || found.contains_key(path) {
            return false;
        }
        let each = match self.meaning(path, scope) {
            Some((it, each)) => {
                found.insert(path.to_owned(), it);
                each
            }
            None => return false,
        };
        let mut matters = false;
        for Visible { definition, krate, .. } in each {
            matters |= definition.worth > Worth::Nothing || self.notable.contains(&definition.name);
            for inner in &definition.invokes {
                let inner = rooted(inner, krate.as_deref());
                matters |= self.collect(&inner, scope, levels - 1, found);
            }
        }
        matters
    }

    fn meaning(&self, path: &[String], scope: Option<usize>) -> Option<(Found, Vec<Visible>)> {
        let name = last(path);
        if !self.scopes.defined.contains_key(name) {
            return None;
        }
        let written: Vec<&str> = path.iter().map(String::as_str).collect();
        if written.len() == 1 {
            let textual = self.scopes.textual(self.file, scope, name)?;
            if !textual.each.is_empty() {
                return self
                    .is_undisputed(name, &textual)
                    .then_some((Found::Textual, textual.each));
            }
        }
        let found = self.scopes.by_path(self.file, &written, STEPS)?;
        Some((Found::Path(found.clone()), vec![found]))
    }

    /// Whether no import gives the name to something else.
    fn is_undisputed(&self, name: &str, textual: &Meaning) -> bool {
        let imports = self.scopes.imports_in(self.file, name);
        imports.iter().all(|path| match names(path).as_slice() {
            [_] => true,
            path => self
                .scopes
                .by_path(self.file, path, STEPS)
                .is_some_and(|it| textual.each.iter().all(|own| own.definition == it.definition)),
        })
    }

    fn add_textual(&mut self, name: &str) {
        let has = |list: &[Visible]| list.iter().any(|it| it.definition.name == name);
        let (scopes, file) = (self.scopes, self.file);
        if !has(&self.foreign.start)
            && let Some(meaning) = scopes.start(file, name)
        {
            self.foreign.start.extend(meaning.each.into_iter().rev());
        }
        for node in &scopes.macros[file].nodes {
            let NodeKind::Module(decl, used) = node.kind else { continue };
            let Some(decl_facts) = scopes.workspace.files[file].mods.get(decl) else { continue };
            let Some(meaning) = scopes.shown(file, decl, used, name) else { continue };
            let shown = self.foreign.shown.entry(decl_facts.offset).or_default();
            if !has(shown) {
                shown.extend(meaning.each.into_iter().rev());
            }
        }
        self.foreign.shown.retain(|_, it| !it.is_empty());
    }
}

/// How a path leads to its macro.
enum Found {
    Textual,
    Path(Visible),
}

/// A path of a macro's body where it is written out: `$crate` has become a name.
fn rooted(path: &[String], krate: Option<&str>) -> Vec<String> {
    match (path, krate) {
        ([first, rest @ ..], Some(krate)) if first == "$crate" => {
            let start = [String::new(), krate.to_owned()];
            start.into_iter().chain(rest.iter().cloned()).collect()
        }
        ([first, rest @ ..], None) if first == "$crate" => {
            ["crate".to_owned()].into_iter().chain(rest.iter().cloned()).collect()
        }
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{foreign, names_defined, names_wanted};
    use crate::{
        FileMacros, Prefilter, Workspace,
        facts::{self, FileFacts},
        lower::{lower, lower_with},
        testing::workspace,
        workspace::{Crate, Dependency, ModuleEdge, Package},
    };

    /// Files by module path; `lib` is the root.
    type Files<'a> = &'a [(&'a str, &'a str)];

    /// Adds a crate that depends on all that were added before.
    fn add(workspace: &mut Workspace, macros: &mut Vec<FileMacros>, name: &str, files: Files<'_>) {
        let first = workspace.files.len();
        for (_, text) in files {
            let mut lowered = lower(text).unwrap();
            lowered.macros.weigh(text, Prefilter::of_tables());
            workspace.files.push(lowered.facts);
            macros.push(lowered.macros);
        }
        let found = |path: &str| files.iter().position(|(name, _)| *name == path);
        for (parent, (path, _)) in files.iter().enumerate() {
            let dir = if *path == "lib" { String::new() } else { format!("{path}::") };
            for (decl, it) in workspace.files[first + parent].mods.iter().enumerate() {
                let inside = it.inside.iter().flat_map(|(name, _)| [name, "::"]);
                let inside: String = inside.collect();
                if let Some(child) = found(&format!("{dir}{inside}{}", it.name)) {
                    let (parent, child) = (first + parent, first + child);
                    workspace.modules.push(ModuleEdge { parent, decl, child });
                }
            }
        }
        let member = |(at, krate): (usize, &Crate)| Dependency {
            ident: krate.name.clone(),
            krate: krate.name.clone(),
            version: None,
            member: Some(at),
        };
        let dependencies = workspace.crates.iter().enumerate().map(member).collect();
        let package = workspace.packages.len();
        workspace.packages.push(Package { name: name.to_owned(), dependencies });
        let krate = Crate { name: name.to_owned(), root: first, package, library: true };
        workspace.crates.push(krate);
    }

    /// What is kept of the last file of the last of some crates.
    fn kept(crates: &[Files<'_>]) -> String {
        let mut workspace = workspace(FileFacts::default());
        workspace.packages.clear();
        workspace.files.clear();
        let mut macros = Vec::new();
        for (at, files) in crates.iter().enumerate() {
            add(&mut workspace, &mut macros, &format!("crate{at}"), files);
        }
        let last = workspace.files.len() - 1;
        let given = foreign(&workspace, &macros, &BTreeSet::new()).remove(&last);
        let (_, text) = crates.last().unwrap().last().unwrap();
        let lowered = lower_with(text, &given.unwrap_or_default()).unwrap();
        facts::text::items(&lowered.facts.items)
    }

    /// Checks which expressions the function at the end of the last file has.
    #[track_caller]
    fn check(crates: &[Files<'_>], expected: &[&str]) {
        let kept = kept(crates);
        let (_, body) = kept.rsplit_once("fn f() -> () {\n").unwrap();
        let calls = body.lines().map_while(|line| line.strip_prefix("  "));
        assert_eq!(calls.collect::<Vec<_>>(), expected, "{kept}");
    }

    const F: &str = "fn f() { m!(s); }";
    const UNKNOWN: &str = "opaque(s, hidden(\"unparsed macro\": s))";

    #[test]
    fn text_before_a_declaration_is_seen_in_its_file() {
        let lib = "macro_rules! m { ($e:expr) => { a::bind($e) } } mod net;";
        check(&[&[("lib", lib), ("net", F)]], &["discarded call#0 a::bind(s)"]);
        let lib = "mod net; macro_rules! m { ($e:expr) => { a::bind($e) } }";
        check(&[&[("lib", lib), ("net", F)]], &[UNKNOWN]);
        let lib = "mod a { macro_rules! m { ($e:expr) => { a::bind($e) } } } mod net;";
        check(&[&[("lib", lib), ("net", F)]], &[UNKNOWN]);
        let lib = "macro_rules! m { ($e:expr) => { a::bind($e) } } mod a { mod net; }";
        let net = "mod deep;";
        check(
            &[&[("lib", lib), ("a::net", net), ("a::net::deep", F)]],
            &["discarded call#0 a::bind(s)"],
        );
    }

    #[test]
    fn the_last_definition_counts() {
        let lib = "macro_rules! m { ($e:expr) => { a::bind($e) } } macro_rules! m { ($e:expr) => { b::bind($e) } }
            mod net; macro_rules! m { ($e:expr) => { c::bind($e) } }";
        check(&[&[("lib", lib), ("net", F)]], &["discarded call#0 b::bind(s)"]);
        let lib = "#[cfg(unix)] macro_rules! m { ($e:expr) => { a::bind($e) } }
            #[cfg(not(unix))] macro_rules! m { ($e:expr) => { b::bind($e) } } mod net;";
        let both = [
            "cfg(not(unix)):",
            "  discarded call#0 b::bind(s)",
            "cfg(all(not(not(unix)), unix)):",
            "  discarded call#1 a::bind(s)",
        ];
        check(&[&[("lib", lib), ("net", F)]], &both);
    }

    #[test]
    fn macro_use_shows_what_a_file_defines() {
        let macros = "macro_rules! m { ($e:expr) => { a::bind($e) } }";
        let net = "fn f() { m!(s); }";
        let lib = "#[macro_use] mod macros; mod net;";
        check(
            &[&[("lib", lib), ("macros", macros), ("net", net)]],
            &["discarded call#0 a::bind(s)"],
        );
        let own = "#[macro_use] mod macros; fn f() { m!(s); }";
        check(&[&[("macros", macros), ("lib", own)]], &["discarded call#0 a::bind(s)"]);
        let hidden = "mod macros; mod net;";
        check(&[&[("lib", hidden), ("macros", macros), ("net", net)]], &[UNKNOWN]);
        let inner = format!("#![macro_use] {macros}");
        check(
            &[&[("lib", hidden), ("macros", &inner), ("net", net)]],
            &["discarded call#0 a::bind(s)"],
        );
        let conditional = "#[cfg(unix)] #[macro_use] mod macros; mod net;";
        check(
            &[&[("lib", conditional), ("macros", macros), ("net", net)]],
            &["cfg(unix):", "  discarded call#0 a::bind(s)"],
        );
    }

    #[test]
    fn a_path_leads_to_what_is_exported() {
        let macros = "#[macro_export] macro_rules! m { ($e:expr) => { a::bind($e) } }";
        let found = ["discarded call#0 a::bind(s)"];
        for net in [
            "fn f() { crate::m!(s); }",
            "use crate::m; fn f() { m!(s); }",
            "use crate::{macros, m as other}; fn f() { macros::m!(s); }",
        ] {
            let files = [("lib", "mod net; mod macros;"), ("macros", macros), ("net", net)];
            check(&[&files], &found);
        }
        let files = [("lib", "mod net; mod macros;"), ("macros", macros), ("net", F)];
        check(&[&files], &[UNKNOWN]);
        let glob = "use crate::*; fn f() { m!(s); }";
        check(&[&[("lib", "mod net; mod macros;"), ("macros", macros), ("net", glob)]], &[UNKNOWN]);
        let private = "macro_rules! m { ($e:expr) => { a::bind($e) } }";
        let net = "fn f() { crate::m!(s); }";
        check(&[&[("lib", "mod net; mod macros;"), ("macros", private), ("net", net)]], &[UNKNOWN]);
        let used = format!("{private} pub(crate) use m;");
        for net in ["use crate::macros::m; fn f() { m!(s); }", "fn f() { super::macros::m!(s); }"] {
            let files = [("lib", "mod net; mod macros;"), ("macros", used.as_str()), ("net", net)];
            check(&[&files], &found);
        }
    }

    #[test]
    fn other_crates_of_the_workspace_are_known() {
        let macros = "#[macro_export] macro_rules! m { ($e:expr) => { $crate::net::bind($e) } }
            #[macro_export] macro_rules! outer { ($e:expr) => { $crate::m!($e); } }";
        let first: Files<'_> = &[("lib", "mod macros;"), ("macros", macros)];
        let found = ["discarded call#0 ::crate0::net::bind(s)"];
        for lib in [
            "fn f() { crate0::m!(s); }",
            "use crate0::m; fn f() { m!(s); }",
            "use ::crate0::*; fn f() { ::crate0::m!(s); }",
            "#[macro_use] extern crate crate0; fn f() { m!(s); }",
            "#[macro_use] extern crate log; #[macro_use(m)] extern crate crate0; fn f() { m!(s); }",
            "extern crate crate0 as other; fn f() { other::m!(s); }",
            "fn f() { crate0::outer!(s); }",
        ] {
            check(&[first, &[("lib", lib)]], &found);
        }
        for lib in [
            "fn f() { m!(s); }",
            "fn f() { crate1::m!(s); }",
            "#[macro_use(other)] extern crate crate0; fn f() { m!(s); }",
            "#[macro_use] extern crate crate0; #[macro_use] extern crate log; fn f() { m!(s); }",
        ] {
            check(&[first, &[("lib", lib)]], &[UNKNOWN]);
        }
    }

    #[test]
    fn a_macro_that_another_writes_has_the_words_of_people() {
        let m = "macro_rules! m { ($e:expr) => { libc::bind ( $e, a, b ) } }";
        let lib = format!(
            "macro_rules! unix {{ ($($i:item)*) => {{ $($i)* }} }} unix! {{ {m} }} mod net;"
        );
        check(&[&[("lib", &lib), ("net", F)]], &["discarded call#0 libc::bind(s, a, b)"]);
        let other = lib.replace("libc::bind", "app::mount");
        check(&[&[("lib", &other), ("net", F)]], &[UNKNOWN]);
    }

    #[test]
    fn a_name_that_may_be_that_of_another_macro_is_unknown() {
        let m = "macro_rules! m { ($e:expr) => { a::bind($e) } }";
        let lib = format!("{m} mod net;");
        for net in ["use ext::m; fn f() { m!(s); }", "use ext::{other as m}; fn f() { m!(s); }"] {
            check(&[&[("lib", &lib), ("net", net)]], &[UNKNOWN]);
        }
        let net = "fn f() { crate::m!(s); }";
        let exported = format!("#[macro_export] {m}");
        let twice: Files<'_> =
            &[("lib", "mod a; mod b; mod net;"), ("a", &exported), ("b", &exported), ("net", net)];
        check(&[twice], &[UNKNOWN]);
        let lib = "mod a; mod net; pub use ext::m;";
        check(&[&[("lib", lib), ("a", &exported), ("net", net)]], &[UNKNOWN]);
        let net = "fn f() { ext::m!(s); }";
        check(&[&[("lib", "mod a; mod net;"), ("a", &exported), ("net", net)]], &[UNKNOWN]);
    }

    #[test]
    fn a_file_with_two_parents_sees_what_both_show() {
        let shared = ("shared", "fn f() { m!(s); }");
        let m = "macro_rules! m { ($e:expr) => { a::bind($e) } } mod shared;";
        let mut workspace = workspace(FileFacts::default());
        workspace.packages.clear();
        workspace.files.clear();
        let mut macros = Vec::new();
        add(&mut workspace, &mut macros, "one", &[("lib", m), shared]);
        add(&mut workspace, &mut macros, "two", &[("lib", m)]);
        workspace.modules.push(ModuleEdge { parent: 2, decl: 0, child: 1 });
        assert_eq!(foreign(&workspace, &macros, &BTreeSet::new()).len(), 1);
        add(&mut workspace, &mut macros, "three", &[("lib", "mod shared;")]);
        workspace.modules.push(ModuleEdge { parent: 3, decl: 0, child: 1 });
        assert!(foreign(&workspace, &macros, &BTreeSet::new()).is_empty());
    }

    #[test]
    fn what_cannot_matter_is_not_given() {
        let lib = "macro_rules! m { ($e:expr) => { log($e) } } mod net;";
        check(&[&[("lib", lib), ("net", F)]], &[UNKNOWN]);
        check(
            &[&[("lib", lib), ("net", "fn f() { m!(bind(s)); }")]],
            &["discarded call#0 log(call#1 bind(s))"],
        );
        let lib = "macro_rules! m { ($e:expr) => { inner!($e); } }
            macro_rules! inner { ($e:expr) => { a::bind($e) } } mod net;";
        check(&[&[("lib", lib), ("net", F)]], &["discarded call#0 a::bind(s)"]);
    }

    #[test]
    fn definitions_are_looked_for_by_name() {
        let text = b"macro_rules! a {}\nmacro_rules!\n  b { () => { macro_rules! c () } } macro_rules! $d {}";
        assert_eq!(names_defined(text), ["a", "b", "c", ""]);
        let mut lowered = lower("fn f() { a!(bind(s)); b!(s); }").unwrap();
        lowered.macros.weigh("fn f() { a!(bind(s)); b!(s); }", Prefilter::of_tables());
        let wanted = names_wanted(&[lowered.macros], &BTreeSet::new());
        assert_eq!(wanted, BTreeSet::from(["a".to_owned()]));
    }
}
