//! What stands around an annotated item.

use std::ops::Range;

use syn::{
    Attribute,
    spanned::Spanned,
    visit::{self, Visit},
};

use super::tokens::{self, Kind, Token};
use crate::{
    lower,
    model::{self, MODELS},
};

/// An item in a text that says what its names mean.
#[derive(Debug)]
pub struct Place {
    /// The text.
    pub text: String,
    /// Where the item stands in it.
    pub item: Range<usize>,
}

impl Place {
    /// Puts an item, as the attribute is given it, into the file that has the attribute at this line and column,
    /// both from 1.
    ///
    /// Needs as much stack as [`lower()`].
    #[must_use]
    pub fn in_file(item: &str, file: &str, line: usize, column: usize) -> Option<Self> {
        let (start, tree) = lower::parse(file)?;
        let offset = offset(file, line, column)?.checked_sub(start)?;
        let mut finder = Finder { offset, found: None };
        finder.visit_file(&tree);
        drop(tree);
        lower::forget_texts();
        let range = finder.found.map(|it| it.start + start..it.end + start)?;
        let name = |text: &str| tokens::name(&tokens::lex(text)).map(|it| it.text.clone());
        let written = file.get(range.clone())?;
        if name(written) != name(item) {
            return None;
        }
        // The item begins a line, as every statement of it does.
        let before = format!("{}\n", file.get(..range.start)?);
        Some(Self::between(before, item, file.get(range.end..)?))
    }

    /// Puts an item into a text that imports what can be meant by its names, if each of them is a type of one
    /// crate only.
    #[must_use]
    pub fn alone(item: &str) -> Self {
        let words = tokens::lex(item);
        let mut before = String::new();
        for path in imports(&words) {
            before.extend([
                "use ", path, ";
",
            ]);
        }
        let is_method = is_method(&words);
        if is_method {
            before.push_str("impl Receiver__ {\n");
        }
        Self::between(before, item, if is_method { "}\n" } else { "" })
    }

    fn between(before: String, item: &str, after: &str) -> Self {
        let range = before.len()..before.len() + item.len();
        Self { text: before + item + after, item: range }
    }
}

/// The byte at a line and a column, both from 1.
fn offset(text: &str, line: usize, column: usize) -> Option<usize> {
    let start = match line.checked_sub(1)? {
        0 => 0,
        above => text.match_indices('\n').nth(above - 1)?.0 + 1,
    };
    let rest = text.get(start..)?;
    let within = rest.char_indices().nth(column.checked_sub(1)?)?.0;
    Some(start + within)
}

struct Finder {
    offset: usize,
    found: Option<Range<usize>>,
}

impl Finder {
    fn look(&mut self, attrs: &[Attribute], node: &impl Spanned) {
        if attrs.iter().any(|it| it.span().byte_range().contains(&self.offset)) {
            self.found = Some(node.span().byte_range());
        }
    }
}

impl<'a> Visit<'a> for Finder {
    fn visit_item_fn(&mut self, node: &'a syn::ItemFn) {
        self.look(&node.attrs, node);
        visit::visit_item_fn(self, node);
    }

    fn visit_item_impl(&mut self, node: &'a syn::ItemImpl) {
        self.look(&node.attrs, node);
        visit::visit_item_impl(self, node);
    }

    fn visit_item_mod(&mut self, node: &'a syn::ItemMod) {
        self.look(&node.attrs, node);
        visit::visit_item_mod(self, node);
    }

    fn visit_impl_item_fn(&mut self, node: &'a syn::ImplItemFn) {
        self.look(&node.attrs, node);
        visit::visit_impl_item_fn(self, node);
    }

    fn visit_trait_item_fn(&mut self, node: &'a syn::TraitItemFn) {
        self.look(&node.attrs, node);
        visit::visit_trait_item_fn(self, node);
    }
}

/// Paths of the types that an item names and does not import, where only one crate has a type of the name.
fn imports(words: &[Token]) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let before = |back: usize| at.checked_sub(back).and_then(|at| words.get(at));
        let inner = before(1).is_some_and(|it| it.text == ":" || it.text == ".");
        if word.kind != Kind::Ident || inner || !word.text.starts_with(char::is_uppercase) {
            continue;
        }
        let own = words.windows(2).any(|pair| {
            ["struct", "enum", "type", "trait", "as", "use"].contains(&pair[0].text.as_str())
                && pair[1].text == word.text
        });
        let types = MODELS.iter().flat_map(|model| model.types).map(|ty| ty.path);
        let mut same = types.filter(|path| path.rsplit("::").next() == Some(&word.text));
        if let (Some(path), None) = (same.next(), same.next())
            && !own
            && !found.contains(&path)
        {
            found.push(path);
            let krate = path.split("::").next().unwrap_or_default();
            found.extend(
                companions(words, krate).filter(|it| !found.contains(it)).collect::<Vec<_>>(),
            );
        }
    }
    found
}

/// What else of a crate an item names: the owners of constants and functions.
fn companions<'t>(words: &'t [Token], krate: &'t str) -> impl Iterator<Item = &'static str> + 't {
    let rows = MODELS.iter().filter(move |it| it.krate == krate).flat_map(|it| it.rows);
    let owners = rows.filter_map(|row| row.path.rsplit_once("::")).map(|(owner, _)| owner);
    let mut seen = Vec::new();
    owners.filter(move |owner| {
        let name = owner.rsplit("::").next().unwrap_or_default();
        let named = name.starts_with(char::is_uppercase)
            && words.iter().any(|word| word.text == name)
            && model::socket_type(owner).is_none()
            && !seen.contains(owner);
        if named {
            seen.push(*owner);
        }
        named
    })
}

/// Whether an item is a function with a receiver.
fn is_method(words: &[Token]) -> bool {
    let Some(at) = words.iter().position(|it| it.text == "fn") else { return false };
    let Some(open) = words[at..].iter().position(|it| it.text == "(") else { return false };
    let block = words[..at].iter().any(|it| it.text == "impl" || it.text == "mod");
    let first = words[at + open..].iter().take_while(|it| it.text != ")" && it.text != ",");
    !block && first.into_iter().any(|it| it.text == "self")
}

/// Crates that a manifest gives other names, as far as the tables describe them: (name in code, crate).
#[must_use]
pub fn renamed(manifest: &str) -> Vec<(String, String)> {
    let mut table = String::new();
    let mut found = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[') {
            header.trim_end_matches(']').trim().clone_into(&mut table);
            continue;
        }
        let Some((_, rest)) = line.split_once("package") else { continue };
        let Some(value) = rest.trim_start().strip_prefix('=') else { continue };
        let krate = value.trim_start().trim_start_matches(['"', '\'']);
        let krate = krate.split(['"', '\'']).next().unwrap_or_default().replace('-', "_");
        let name = match line.split_once('=') {
            Some((name, _)) if name.trim() != "package" => name.trim(),
            _ => table.rsplit('.').next().unwrap_or_default(),
        };
        let ident = name.trim_matches(['"', '\'']).replace('-', "_");
        if model::describes(&krate) && table.contains("dependencies") {
            found.push((ident, krate));
        }
    }
    found
}
