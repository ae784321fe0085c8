//! Names that are imported, that have to be, and that are no longer needed.

use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};
use syn::UseTree;

use super::{Edit, Rewriter, Style, call::WIDTH, tree::Path};

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
            let import = path.uses.iter().find_map(|it| Import::of(it, &name));
            // Once where it is imported, and once where it goes.
            if let Some(import) = import
                && self.words(&name) <= 2
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

/// Where a name is imported.
pub(super) struct Import<'a> {
    item: &'a syn::ItemUse,
    /// The list that has the name.
    group: Option<&'a syn::UseGroup>,
    /// The path before the name, with the last `::`.
    pub(super) prefix: String,
}

impl<'a> Import<'a> {
    pub(super) fn of(item: &'a syn::ItemUse, name: &str) -> Option<Self> {
        let root = if item.leading_colon.is_some() { "::" } else { "" };
        Self::within(item, &item.tree, name, root.to_owned(), None)
    }

    fn within(
        item: &'a syn::ItemUse,
        tree: &'a UseTree,
        name: &str,
        prefix: String,
        group: Option<&'a syn::UseGroup>,
    ) -> Option<Self> {
        match tree {
            UseTree::Path(it) => {
                let prefix = format!("{prefix}{}::", it.ident);
                if matches!(&*it.tree, UseTree::Name(leaf) if leaf.ident == "self")
                    && it.ident == name
                {
                    return None;
                }
                Self::within(item, &it.tree, name, prefix, None)
            }
            UseTree::Name(it) if it.ident == name => Some(Self { item, group, prefix }),
            UseTree::Rename(it) if it.rename == name => Some(Self { item, group: None, prefix }),
            UseTree::Group(it) => it
                .items
                .iter()
                .find_map(|tree| Self::within(item, tree, name, prefix.clone(), Some(it))),
            _ => None,
        }
    }
}

/// Whether a declaration imports all that a module has.
pub(super) fn is_glob_of(tree: &UseTree, module: &str) -> bool {
    let (head, rest) = module.split_once("::").unwrap_or((module, ""));
    match tree {
        UseTree::Path(it) => it.ident == head && is_glob_of(&it.tree, rest),
        UseTree::Group(it) => it.items.iter().any(|tree| is_glob_of(tree, module)),
        UseTree::Glob(_) => module.is_empty(),
        _ => false,
    }
}

/// What a crate is called where a declaration imports all that one of its modules has.
pub(super) fn crate_of_glob<'t>(tree: &'t UseTree, module: &str) -> Option<&'t syn::Ident> {
    let (_, rest) = module.split_once("::")?;
    match tree {
        UseTree::Path(it) => is_glob_of(&it.tree, rest).then_some(&it.ident),
        UseTree::Group(it) => it.items.iter().find_map(|tree| crate_of_glob(tree, module)),
        _ => None,
    }
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
