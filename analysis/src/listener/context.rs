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

    /// As [`Self::in_file`], where the attribute stands in an example of the documentation: rustdoc compiles it as
    /// a file of its own, and says where it comes from.
    #[must_use]
    pub fn in_docs(item: &str, file: &str, line: usize) -> Option<Self> {
        let lines: Vec<&str> = file.lines().map(str::trim_start).collect();
        // What is put around an example moves its lines a little.
        let near = [line, line.saturating_sub(1), line + 1, line.saturating_sub(2), line + 2];
        near.iter().find_map(|line| Self::in_example(item, &lines, *line))
    }

    fn in_example(item: &str, lines: &[&str], line: usize) -> Option<Self> {
        let at = line.checked_sub(1)?;
        let (before, after) = (lines.get(..at)?, lines.get(at..)?);
        let first = before.iter().rposition(|it| comment(it).is_none_or(is_fence))? + 1;
        let code: Option<Vec<&str>> = lines
            .get(first..at)?
            .iter()
            .chain(after.iter().take_while(|it| !comment(it).is_none_or(is_fence)))
            .map(|it| comment(it).map(shown))
            .collect();
        let code = code?;
        let written = code.get(at - first)?;
        let column = written.len() - written.trim_start().len() + 1;
        let text = code.join("\n");
        let line = at - first + 1;
        Self::in_file(item, &text, line, column).or_else(|| {
            let wrapped = format!("fn main() {{\n{text}\n}}\n");
            Self::in_file(item, &wrapped, line + 1, column)
        })
    }

    /// Puts an item that a macro makes, whose attribute this place of the file has, behind the first invocation
    /// of the macro, else behind the macro.
    #[must_use]
    pub fn of_macro(item: &str, file: &str, line: usize, column: usize) -> Option<Self> {
        let (start, tree) = lower::parse(file)?;
        let offset = offset(file, line, column)?.checked_sub(start)?;
        let mut macros = Macros { offset, made_by: None, invoked: Vec::new() };
        macros.visit_file(&tree);
        drop(tree);
        lower::forget_texts();
        let Macros { made_by, invoked, .. } = macros;
        let (name, behind) = made_by?;
        let invoked = invoked.into_iter().find(|(it, _)| *it == name);
        let end = invoked.map_or(behind, |(_, end)| end) + start;
        Some(Self::wrapped(format!("{}\n", file.get(..end)?), item, file.get(end..)?))
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
        Self::wrapped(before, item, "")
    }

    /// A method has a type.
    fn wrapped(mut before: String, item: &str, after: &str) -> Self {
        let is_method = is_method(&tokens::lex(item));
        if is_method {
            before.push_str("impl Receiver__ {\n");
        }
        let end = if is_method { "}\n" } else { "" };
        Self::between(before, item, &format!("{end}{after}"))
    }

    fn between(before: String, item: &str, after: &str) -> Self {
        let range = before.len()..before.len() + item.len();
        Self { text: before + item + after, item: range }
    }
}

/// What a line of documentation says.
fn comment(line: &str) -> Option<&str> {
    let text = line.strip_prefix("//!").or_else(|| line.strip_prefix("///"))?;
    Some(text.strip_prefix(' ').unwrap_or(text))
}

fn is_fence(text: &str) -> bool {
    text.trim_start().starts_with("```")
}

/// A line of an example, which its reader may not see.
fn shown(line: &str) -> &str {
    match line.trim_start().strip_prefix('#') {
        Some("") => "",
        Some(rest) if rest.starts_with(' ') => rest,
        _ => line,
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

    fn visit_item_trait(&mut self, node: &'a syn::ItemTrait) {
        self.look(&node.attrs, node);
        visit::visit_item_trait(self, node);
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

/// The macro that a byte belongs to, and where macros are invoked in the place of items.
struct Macros {
    offset: usize,
    /// Its name, and where it ends.
    made_by: Option<(String, usize)>,
    invoked: Vec<(String, usize)>,
}

impl<'a> Visit<'a> for Macros {
    fn visit_item_macro(&mut self, node: &'a syn::ItemMacro) {
        let range = node.span().byte_range();
        let name = |path: &syn::Path| path.segments.last().map(|it| it.ident.to_string());
        match &node.ident {
            Some(ident) if range.contains(&self.offset) => {
                self.made_by = Some((ident.to_string(), range.end));
            }
            // What it is given may have the attribute.
            None if range.contains(&self.offset) => {
                self.made_by = Some((String::new(), range.end));
            }
            Some(_) => {}
            None => self.invoked.extend(name(&node.mac.path).map(|it| (it, range.end))),
        }
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
    let block = words[..at].iter().any(|it| ["impl", "mod", "trait"].contains(&it.text.as_str()));
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

#[cfg(test)]
mod tests {
    use super::{Place, renamed};

    const FILE: &str = "use socket2::Socket;\nstruct S;\nimpl S {\n    #[sockopt::listener]\n    /// Docs.\n    fn listen(&self) { old() }\n}\n";

    #[test]
    fn an_item_takes_the_place_that_it_has_in_its_file() {
        let place = Place::in_file("fn listen(&self) { new() }", FILE, 4, 5).expect("it is there");
        let expected =
            "use socket2::Socket;\nstruct S;\nimpl S {\n    \nfn listen(&self) { new() }\n}\n";
        assert_eq!(place.text, expected);
        assert_eq!(&place.text[place.item], "fn listen(&self) { new() }");
    }

    #[test]
    fn an_example_is_a_file() {
        let file = "//! Text.\n//! ```\n//! # use a::B;\n//! #[listener]\n//! fn f() {}\n//! f();\n//! ```\nfn g() {}\n";
        let place = Place::in_docs("fn f() {}", file, 4).expect("it is there");
        assert_eq!(place.text, "fn main() {\n use a::B;\n\nfn f() {}\nf();\n}\n");
        assert!(Place::in_docs("fn g() {}", file, 8).is_none());
    }

    #[test]
    fn a_macro_of_the_file_makes_an_item() {
        let definition = "macro_rules! m {\n    ($n:ident) => {\n        #[listener]\n        fn $n() {}\n    };\n}";
        let uses = "mod a {\n    use a::B;\n    m!(f);\n    const C: u8 = 1;\n}\n";
        let file = format!("{definition}\n{uses}");
        let place = Place::of_macro("fn f() {}", &file, 3, 9).expect("it is there");
        assert_eq!(place.text, file.replace("m!(f);", "m!(f);\nfn f() {}"));
        let place = Place::of_macro("fn f() {}", definition, 3, 9).expect("it is there");
        assert_eq!(place.text, format!("{definition}\nfn f() {{}}"));
        let given = "m!(#[listener] f);\n";
        let place = Place::of_macro("fn f() {}", given, 1, 4).expect("it is there");
        assert_eq!(place.text, "m!(#[listener] f);\nfn f() {}\n");
        assert!(Place::of_macro("fn f() {}", &file, 8, 5).is_none());
    }

    #[test]
    fn an_item_that_is_not_there_has_no_place() {
        assert!(Place::in_file("fn other(&self) {}", FILE, 4, 5).is_none());
        assert!(Place::in_file("fn listen(&self) {}", FILE, 3, 1).is_none());
        assert!(Place::in_file("fn listen(&self) {}", FILE, 400, 1).is_none());
        assert!(Place::in_file("fn listen(&self) {}", "fn {", 1, 1).is_none());
    }

    #[test]
    fn an_item_alone_imports_what_only_one_crate_has() {
        let item = "fn f(self) { let s = Socket::new(Domain::IPV4, Type::STREAM, None); TcpListener::bind(1); }";
        let place = Place::alone(item);
        assert!(place.text.contains("use socket2::Socket;\n"), "{}", place.text);
        assert!(place.text.contains("use socket2::Domain;\n"), "{}", place.text);
        assert!(!place.text.contains("TcpListener;"), "{}", place.text);
        assert!(place.text.contains("impl "), "{}", place.text);
        assert_eq!(&place.text[place.item], item);
    }

    #[test]
    fn a_manifest_says_what_crates_are_called() {
        let manifest = "[package]\nname = \"x\"\npackage = \"nix\"\n[dependencies]\nsock-et = { version = \"0.6\", package = \"socket2\" }\n                        serde = { package = \"serde_core\" }\n[target.'cfg(unix)'.dependencies.old]\npackage = 'nix'\n";
        let expected = [("sock_et", "socket2"), ("old", "nix")];
        let expected = expected.map(|(ident, krate)| (ident.to_owned(), krate.to_owned()));
        assert_eq!(renamed(manifest), expected);
    }
}
