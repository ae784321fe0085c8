//! Names that are imported, that have to be, and that are no longer needed.

use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};
use syn::{ItemUse, UseTree};

use super::{Edit, Rewriter, Style, call::WIDTH, tree::Path};
use crate::{cfg::Cfg, lower, model};

impl Rewriter<'_> {
    /// Whether the file has an item of its own of this name.
    pub(super) fn defines(&self, name: &str) -> bool {
        ["fn ", "mod ", "struct ", "let "].iter().any(|word| {
            let text = format!("{word}{name}");
            self.layout.text.match_indices(&text).any(|(at, _)| {
                let behind = &self.layout.text[at + text.len()..];
                !behind.starts_with(|it: char| it.is_alphanumeric() || it == '_')
            })
        })
    }

    /// Adds names to the declaration that imports the function that is called.
    pub(super) fn imports(&self, import: &Import<'_>, missing: &[&str]) -> Option<Vec<Edit>> {
        if missing.is_empty() {
            return Some(Vec::new());
        }
        let declaration = self.tree.range(import.item);
        if let Some(group) = import.group {
            let items: Vec<_> = group.items.iter().map(|it| self.tree.range(it)).collect();
            let line = |range: &Range<usize>| self.layout.line_start(range.start);
            let one_line = items.first().map(&line) == items.last().map(&line);
            let grown: usize = missing.iter().map(|it| it.len() + 2).sum();
            let width = |at: usize| self.layout.line_end(at) - self.layout.line_start(at);
            let fits = items.iter().all(|item| width(item.start) + grown <= WIDTH);
            if fits || !one_line {
                let text = |range: &Range<usize>| self.layout.text.get(range.clone());
                let names: Option<Vec<_>> = items.iter().map(text).collect();
                let names = names?;
                return Some(
                    missing.iter().map(|name| insert_name(name, &names, &items)).collect(),
                );
            }
        }
        let (indent, newline) =
            (self.layout.indent(declaration.start)?, self.layout.newline(declaration.start));
        let list = match missing {
            [one] => (*one).to_owned(),
            more => format!("{{{}}}", more.join(", ")),
        };
        let text = format!("{newline}{indent}use {}{list};", import.prefix);
        Some(vec![Edit::insert(declaration.end, text)])
    }

    /// The edits after which a file imports nothing that only some tokens need; none if that cannot be done.
    pub(super) fn without_imports_of(
        &self,
        tokens: TokenStream,
        path: &Path<'_>,
    ) -> Option<Vec<Edit>> {
        if self.style == Style::InPlace {
            return Some(Vec::new());
        }
        let mut names = Vec::new();
        idents(tokens, &mut names);
        names.sort();
        names.dedup();
        let mut edits = Vec::new();
        for name in names {
            // Once where it is imported, and once where it goes.
            if self.words(&name) <= 2
                && let Some(import) = path.imports_of(&name).ok()?.pop()
                && import.name != "self"
            {
                edits.push(self.without(&import, &name)?);
            }
        }
        Some(edits)
    }

    /// How often a word stands in the text.
    fn words(&self, word: &str) -> usize {
        let part = |it: char| it.is_alphanumeric() || it == '_';
        let text = self.layout.text;
        let alone = |(at, _): &(usize, &str)| {
            !text[..*at].ends_with(part) && !text[at + word.len()..].starts_with(part)
        };
        text.match_indices(word).filter(alone).count()
    }

    fn without(&self, import: &Import<'_>, name: &str) -> Option<Edit> {
        let Some(group) = import.group else {
            let declaration = self.tree.range(import.item);
            let simple = matches!(&import.item.tree, UseTree::Path(_))
                && !self.layout.text.get(declaration.clone())?.contains('{');
            let range = self.layout.lines_of(&declaration).filter(|_| simple)?;
            return Some(Edit { range, text: String::new() });
        };
        let is_it = |it: &UseTree| matches!(it, UseTree::Name(it) if it.ident == name);
        let at = group.items.iter().position(is_it)?;
        let items: Vec<_> = group.items.iter().map(|it| self.tree.range(it)).collect();
        if let [one, other] = &items[..] {
            let kept = if at == 0 { other } else { one };
            let text = self.layout.text.get(kept.clone())?.to_owned();
            return Some(Edit { range: self.tree.range(group), text });
        }
        let range = match items.get(at + 1) {
            Some(next) => items[at].start..next.start,
            None => items.get(at.checked_sub(1)?)?.end..items[at].end,
        };
        Some(Edit { range, text: String::new() })
    }
}

pub(super) fn idents(tokens: TokenStream, found: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => found.push(ident.to_string()),
            TokenTree::Group(group) => idents(group.stream(), found),
            _ => {}
        }
    }
}

/// A name means two things, and no condition chooses.
pub(super) struct Ambiguous;

impl<'a> Path<'a> {
    /// Where a name is imported, in the innermost scope that has it: at several places if conditions choose.
    pub(super) fn imports_of(&self, name: &str) -> Result<Vec<Import<'a>>, Ambiguous> {
        let within = |scope: &Vec<&'a ItemUse>| {
            let mut found = Vec::new();
            scope.iter().for_each(|item| Import::add(item, name, &mut found));
            found
        };
        let mut found: Vec<Import<'_>> =
            self.uses.iter().rev().map(within).find(|it| !it.is_empty()).unwrap_or_default();
        found.dedup_by(|one, other| one.meaning() == other.meaning() && one.cfg() == other.cfg());
        let contradicts = |one: &Import<'_>, other: &Import<'_>| {
            one.meaning() != other.meaning() && one.cfg() == other.cfg()
        };
        if has_pair(&found, contradicts) { Err(Ambiguous) } else { Ok(found) }
    }

    /// Where a name is imported: from `owner`, a path with the last `::`, if conditions choose.
    pub(super) fn import_of(
        &self,
        name: &str,
        owner: &str,
    ) -> Result<Option<Import<'a>>, Ambiguous> {
        let mut found = self.imports_of(name)?;
        if found.windows(2).any(|pair| pair[0].meaning() != pair[1].meaning()) {
            found.retain(|it| it.meaning().0 == owner);
            return found.pop().map(Some).ok_or(Ambiguous);
        }
        Ok(found.pop())
    }

    /// The modules of which all names are imported, those of the innermost scope first.
    pub(super) fn globs(&self) -> Vec<String> {
        self.uses.iter().rev().flat_map(|scope| globs_of(scope)).map(|(module, _)| module).collect()
    }

    /// Checks that globs do not bring a name from two modules, as far as these are known.
    pub(super) fn has_one_glob_of(&self, name: &str) -> Result<(), Ambiguous> {
        for scope in &self.uses {
            let mut globs = globs_of(scope);
            globs.retain(|(module, _)| {
                model::is_known(&model::canonical(&format!("{module}::{name}")))
            });
            let contradicts =
                |one: &(String, Cfg), other: &(String, Cfg)| one.0 != other.0 && one.1 == other.1;
            if has_pair(&globs, contradicts) {
                return Err(Ambiguous);
            }
        }
        Ok(())
    }
}

/// Whether two of them are so.
fn has_pair<T>(all: &[T], are_so: impl Fn(&T, &T) -> bool) -> bool {
    all.iter().enumerate().any(|(at, one)| all[..at].iter().any(|other| are_so(one, other)))
}

/// The modules of which declarations import all names, and on which condition.
fn globs_of(scope: &[&ItemUse]) -> Vec<(String, Cfg)> {
    fn add(tree: &UseTree, prefix: &str, found: &mut Vec<String>) {
        match tree {
            UseTree::Path(it) => add(&it.tree, &format!("{prefix}{}::", it.ident), found),
            UseTree::Group(it) => it.items.iter().for_each(|it| add(it, prefix, found)),
            UseTree::Glob(_) => found.extend(prefix.strip_suffix("::").map(str::to_owned)),
            UseTree::Name(_) | UseTree::Rename(_) => {}
        }
    }
    let of = |item: &&ItemUse| {
        let mut found = Vec::new();
        add(&item.tree, "", &mut found);
        let cfg = lower::cfg_of(&item.attrs);
        found.into_iter().map(move |module| (module, cfg.clone()))
    };
    scope.iter().flat_map(of).collect()
}

/// Where a name is imported.
pub(super) struct Import<'a> {
    item: &'a ItemUse,
    /// The list that has the name.
    group: Option<&'a syn::UseGroup>,
    /// The path before the name, with the last `::`.
    pub(super) prefix: String,
    /// The name that it has there.
    name: &'a syn::Ident,
}

impl<'a> Import<'a> {
    /// Adds what imports a name.
    fn add(item: &'a ItemUse, name: &str, found: &mut Vec<Self>) {
        let root = if item.leading_colon.is_some() { "::" } else { "" };
        Self::add_within((item, None), &item.tree, name, root.to_owned(), found);
    }

    fn add_within(
        (item, group): (&'a ItemUse, Option<&'a syn::UseGroup>),
        tree: &'a UseTree,
        name: &str,
        prefix: String,
        found: &mut Vec<Self>,
    ) {
        match tree {
            UseTree::Path(it) => {
                let prefix = format!("{prefix}{}::", it.ident);
                Self::add_within((item, group), &it.tree, name, prefix, found);
            }
            UseTree::Name(it)
                if it.ident == name || (it.ident == "self" && is_last(&prefix, name)) =>
            {
                found.push(Self { item, group, prefix, name: &it.ident });
            }
            UseTree::Rename(it) if it.rename == name => {
                found.push(Self { item, group: None, prefix, name: &it.ident });
            }
            UseTree::Group(it) => {
                for tree in &it.items {
                    Self::add_within((item, Some(it)), tree, name, prefix.clone(), found);
                }
            }
            _ => {}
        }
    }

    /// The path of what is imported, and its name there.
    fn meaning(&self) -> (&str, &syn::Ident) {
        (self.prefix.trim_start_matches("::"), self.name)
    }

    fn cfg(&self) -> Cfg {
        lower::cfg_of(&self.item.attrs)
    }
}

/// Whether a name is the last one before the last `::`.
fn is_last(prefix: &str, name: &str) -> bool {
    prefix.strip_suffix("::").is_some_and(|path| path.rsplit("::").next() == Some(name))
}

/// Puts a name where it belongs in a sorted list, or at the end.
fn insert_name(name: &str, names: &[&str], items: &[Range<usize>]) -> Edit {
    let sorted = names.is_sorted();
    let at = if sorted { names.partition_point(|it| *it < name) } else { names.len() };
    if let Some(item) = items.get(at) {
        return Edit::insert(item.start, format!("{name}, "));
    }
    Edit::insert(items.last().map_or(0, |it| it.end), format!(", {name}"))
}
