//! What makes a finding the one that it is, whatever lines are inserted around it.
//!
//! An identity has no line number: it is the rule, the package, the path in the package, the path of the item in
//! the file, and the code that the finding begins and ends with (where something is made, and where it goes
//! wrong), without comments and formatting. Findings that agree in all that are numbered.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sockopt_analysis::{
    Diagnostic,
    diagnostic::Label,
    outline::{Node, item_at, outline},
    skim,
};

use crate::{
    lex,
    patch::Tree,
    project::{Project, modules::Loaded, read_regular},
    suppress::flaws::Flaw,
};

/// How much of the code is kept for people to read.
const SHOWN: usize = 80;

/// What a finding is known again by.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The package's name; empty without a manifest.
    #[serde(default)]
    pub package: String,
    /// The file, in the package's folder, with `/`.
    pub path: String,
    /// The path of the item in the file; empty outside of all.
    #[serde(default)]
    pub item: String,
    /// The rule.
    pub rule: String,
    /// Tells the code from other code.
    pub hash: String,
    /// Which of several that are the same, from 1.
    #[serde(default = "first", rename = "n")]
    pub ordinal: usize,
    /// The code where it goes wrong, shortened: for people.
    #[serde(default)]
    pub code: String,
}

const fn first() -> usize {
    1
}

impl Identity {
    /// What must agree.
    #[must_use]
    pub fn key(&self) -> [&str; 5] {
        [&self.package, &self.path, &self.item, &self.rule, &self.hash]
    }

    /// The identity as sixteen hexadecimal digits, for formats that want a short one.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let ordinal = self.ordinal.to_string();
        hash(self.key().into_iter().chain([ordinal.as_str()]))
    }

    /// Whether another could be the same finding, after its code went to another file or module.
    #[must_use]
    pub fn may_have_moved_to(&self, other: &Self) -> bool {
        let ends = |long: &str, short: &str| {
            long.strip_suffix(short).is_some_and(|it| it.is_empty() || it.ends_with("::"))
        };
        (&self.rule, &self.hash) == (&other.rule, &other.hash)
            && !self.item.is_empty()
            && !other.item.is_empty()
            && (ends(&self.item, &other.item) || ends(&other.item, &self.item))
    }
}

/// Numbers identities that are the same, in their order.
pub fn number<'a>(identities: impl IntoIterator<Item = &'a mut Identity>) {
    let mut seen: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for it in identities {
        let count = seen.entry(it.key().map(str::to_owned).to_vec()).or_default();
        *count += 1;
        it.ordinal = *count;
    }
}

/// As [`number_of`], in hexadecimal digits.
fn hash<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    format!("{:016x}", number_of(words))
}

/// A number for words, the same on every machine and in every release (FNV-1a).
pub(crate) fn number_of<'a>(words: impl IntoIterator<Item = &'a str>) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for word in words {
        for byte in word.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}

/// Makes the identities of what is found in a project.
pub struct Identifier<'l> {
    loaded: &'l Loaded,
    sources: BTreeMap<PathBuf, Source>,
}

/// A file in which something is found.
struct Source {
    text: String,
    /// Where its items are, as far as tokens tell, each with what it holds if that was asked for.
    items: Vec<(Range<usize>, OnceCell<Vec<Node>>)>,
    /// What the whole text holds, if an item was none.
    nodes: OnceCell<Vec<Node>>,
}

impl Source {
    fn new(text: String) -> Self {
        let items = skim::items(&text).into_iter().map(|it| (it, OnceCell::new())).collect();
        Self { text, items, nodes: OnceCell::new() }
    }

    /// The path of the innermost item around a byte; empty outside of all. One item is parsed in no time, a text
    /// takes as long as the analysis of it.
    fn item_at(&self, at: usize) -> &str {
        let before = self.items.partition_point(|(range, _)| range.start <= at);
        if let Some((range, nodes)) = self.items[..before].last()
            && at < range.end
        {
            let nodes = nodes.get_or_init(|| outline(&self.text[range.clone()]));
            let is_whole = |it: &Node| it.item.is_some() && it.range == (0..range.len());
            if nodes.first().is_some_and(is_whole) {
                return item_at(nodes, at - range.start);
            }
        }
        item_at(self.nodes.get_or_init(|| outline(&self.text)), at)
    }
}

impl<'l> Identifier<'l> {
    /// For what is found in a project.
    #[must_use]
    pub fn new(loaded: &'l Loaded) -> Self {
        Self { loaded, sources: BTreeMap::new() }
    }

    /// The identity of a diagnostic, not numbered. Call it on a thread with
    /// [`crate::project::modules::STACK_BYTES`].
    pub fn diagnostic(&mut self, diagnostic: &Diagnostic) -> Identity {
        let (at, code) = self.code(&diagnostic.primary);
        let begins = diagnostic.secondary.first().map(|it| self.code(it).1);
        let file = diagnostic.primary.site.file.0 as usize;
        let path = &self.loaded.files[file].path;
        self.identity(diagnostic.rule.name, path, at, &begins.unwrap_or_default(), &code)
    }

    /// The identity of what is wrong with a suppression.
    pub fn flaw(&mut self, flaw: &Flaw) -> Identity {
        let Flaw { rule, path, range, .. } = flaw;
        let code = self.source(path).text.get(range.clone()).unwrap_or_default().to_owned();
        self.identity(rule.name, path, range.start, "", &code)
    }

    fn identity(
        &mut self,
        rule: &str,
        path: &Path,
        at: usize,
        begins: &str,
        code: &str,
    ) -> Identity {
        let item = self.source(path).item_at(at).to_owned();
        let (package, path) = in_package(self.loaded, path);
        let shown: String =
            code.chars().map(|it| if it.is_control() { ' ' } else { it }).take(SHOWN).collect();
        Identity {
            package,
            path,
            item,
            rule: rule.to_owned(),
            hash: hash([begins, code]),
            ordinal: 1,
            code: shown,
        }
    }

    /// The first byte of what a label shows, and its code.
    fn code(&mut self, label: &Label) -> (usize, String) {
        let loaded = self.loaded;
        let file = &loaded.files[label.site.file.0 as usize];
        let Range { start, end } = file.sites.get(label.site.id).expr;
        let text = self.source(&file.path).text.get(start..end).unwrap_or_default();
        (file.sites.get(label.site.id).label.start, lex::normalized(text))
    }

    fn source(&mut self, path: &Path) -> &Source {
        let loaded = self.loaded;
        self.sources.entry(path.to_owned()).or_insert_with(|| {
            let bytes = loaded.project().read(path).unwrap_or_default();
            Source::new(String::from_utf8_lossy(&bytes).into_owned())
        })
    }
}

/// Everything that is found in a project and not suppressed, at any level and on any platform, numbered. Call it
/// on a thread with [`crate::project::modules::STACK_BYTES`].
#[must_use]
pub fn everything(tree: &Tree, flaws: &[Flaw]) -> Vec<Identity> {
    let Tree { loaded, analysis, suppressions } = tree;
    let mut identifier = Identifier::new(loaded);
    let is_free = |it: &&Diagnostic| suppressions.of_diagnostic(it, loaded).is_none();
    let mut diagnostics: Vec<_> = analysis.diagnostics.iter().filter(is_free).collect();
    diagnostics.sort_by_key(|it| {
        let (path, place) = crate::suppress::place(it, loaded);
        (path, place.start, place.end)
    });
    let mut all: Vec<_> = diagnostics.into_iter().map(|it| identifier.diagnostic(it)).collect();
    let free = flaws.iter().filter(|it| it.suppressed.is_none());
    all.extend(free.map(|it| identifier.flaw(it)));
    number(&mut all);
    all
}

/// The package of a file, and its path in the package's folder.
fn in_package(loaded: &Loaded, path: &Path) -> (String, String) {
    let package = loaded.origin_of_path(path).package;
    let project = loaded.project();
    let folder = project.packages.iter().find(|it| it.name == package).map(|it| &it.folder);
    let inside = folder.and_then(|it| path.strip_prefix(it).ok());
    let inside = inside.or_else(|| path.strip_prefix(&project.root).ok()).unwrap_or(path);
    let parts: Vec<_> = inside.iter().map(|it| it.to_string_lossy()).collect();
    (package, parts.join("/"))
}

/// Where the packages are, to see which items their files hold.
#[derive(Debug, Default)]
pub struct Folders {
    of: BTreeMap<String, PathBuf>,
    items: BTreeMap<PathBuf, BTreeSet<String>>,
}

impl Folders {
    /// Adds the packages of a project.
    pub fn add(&mut self, project: &Project) {
        let packages = project.packages.iter();
        self.of.extend(packages.map(|it| (it.name.clone(), it.folder.clone())));
    }

    /// The package of a file, and its path in it; none outside of all.
    #[must_use]
    pub fn locate(&self, path: &Path) -> Option<(&str, String)> {
        let around = self.of.iter().filter(|(_, folder)| path.starts_with(folder));
        let (name, folder) = around.max_by_key(|(_, folder)| folder.components().count())?;
        let inside = path.strip_prefix(folder).ok()?;
        let parts: Vec<_> = inside.iter().map(|it| it.to_string_lossy()).collect();
        Some((name, parts.join("/")))
    }

    /// Where the file of an identity is.
    #[must_use]
    pub fn file(&self, identity: &Identity) -> Option<PathBuf> {
        Some(self.of.get(&identity.package)?.join(&identity.path))
    }

    /// Whether the file of an identity has the item of that name. Call it on a thread with
    /// [`crate::project::modules::STACK_BYTES`].
    pub fn has_item(&mut self, identity: &Identity) -> bool {
        let Some(path) = self.file(identity) else { return false };
        let items = self.items.entry(path).or_insert_with_key(|path| {
            let text = read_regular(path).unwrap_or_default();
            let nodes = outline(&String::from_utf8_lossy(&text));
            nodes.into_iter().filter_map(|it| it.item).collect()
        });
        items.contains(&identity.item)
    }
}

#[cfg(test)]
mod tests {
    use sockopt_analysis::outline::{item_at, outline};

    use super::{Identity, Source, number};

    #[test]
    fn one_item_tells_what_the_whole_text_does() {
        let text = "#![a]\nuse b;\nmod c { impl D { /// e\n fn f() { g } } }\nfn h() -> [u8; { i }] { j }\n\
                    fn k() -> L<{ m }> { fn n() { o } p }\nconst Q: R = R { s: t };\n\
                    const U: fn() = { fn v() { w } v };\nx! { fn y() { z } }\nfn broken = {}\nfn last() { ready }";
        let own = Source::new(text.to_owned());
        let nodes = outline(text);
        for at in 0..text.len() {
            assert_eq!(own.item_at(at), item_at(&nodes, at), "at {:?}", &text[at..]);
        }
        assert_eq!(own.item_at(text.find("g }").unwrap()), "c::D::f");
    }

    fn identity(path: &str, item: &str) -> Identity {
        let (path, item) = (path.to_owned(), item.to_owned());
        Identity { path, item, ordinal: 1, ..Identity::default() }
    }

    #[test]
    fn those_that_are_the_same_are_numbered() {
        let mut all = [
            identity("a.rs", "f"),
            identity("a.rs", "g"),
            identity("a.rs", "f"),
            identity("b.rs", "f"),
        ];
        number(&mut all);
        assert_eq!(all.each_ref().map(|it| it.ordinal), [1, 1, 2, 1]);
        let mut prints: Vec<_> = all.iter().map(Identity::fingerprint).collect();
        assert!(prints.iter().all(|it| it.len() == 16));
        prints.sort();
        prints.dedup();
        assert_eq!(prints.len(), 4);
    }

    #[test]
    fn a_fingerprint_is_the_same_in_every_release() {
        assert_eq!(identity("a.rs", "f").fingerprint(), "e59af72654730536");
    }

    #[test]
    fn code_that_moves_keeps_the_end_of_its_path() {
        let moves = |a: &str, b: &str| identity("a.rs", a).may_have_moved_to(&identity("b.rs", b));
        assert!(moves("server::A::f", "A::f") && moves("f", "server::f") && moves("f", "f"));
        assert!(!moves("B::f", "A::f") && !moves("of", "f") && !moves("", ""));
    }
}
