//! The items, statements and match arms of a text, as byte ranges: what a comment can be about, and where a
//! finding is, in words that do not change when lines are inserted.

use std::{cmp::Reverse, ops::Range};

use syn::{
    Arm, FieldValue, ImplItem, Item, Stmt, TraitItem, Type,
    spanned::Spanned,
    visit::{self, Visit},
};

use crate::lower;

/// An item, a statement or a match arm.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node {
    /// Its bytes, attributes and documentation included.
    pub range: Range<usize>,
    /// What is between its braces, if it is an item that has some.
    pub body: Option<Range<usize>>,
    /// The path of an item within the file, as `module::Type::function`; one without a name has that around it.
    pub item: Option<String>,
}

/// The nodes of a text, outer ones first; of a text that does not parse, those of the items that do.
///
/// Needs as much stack as [`lower()`](crate::lower()).
#[must_use]
pub fn outline(text: &str) -> Vec<Node> {
    let Some((start, items)) = lower::parse_items(text) else { return Vec::new() };
    let mut outliner = Outliner { start, path: Vec::new(), nodes: Vec::new() };
    for item in &items {
        outliner.visit_item(item);
    }
    let mut nodes = outliner.nodes;
    // A `where` clause is visited before the parameters that stand before it.
    nodes.sort_by_key(|it| (it.range.start, Reverse(it.range.end)));
    drop(items);
    lower::forget_texts();
    nodes
}

/// The path of the innermost item around a byte; empty outside of all.
#[must_use]
pub fn item_at(nodes: &[Node], at: usize) -> &str {
    let before = nodes.partition_point(|node| node.range.start <= at);
    let around = nodes[..before].iter().filter(|node| at < node.range.end);
    around.filter_map(|node| node.item.as_deref()).next_back().unwrap_or_default()
}

struct Outliner {
    /// Bytes before the parsed text.
    start: usize,
    /// The names of the items around.
    path: Vec<String>,
    nodes: Vec<Node>,
}

impl Outliner {
    fn bytes(&self, node: &impl Spanned) -> Range<usize> {
        let range = node.span().byte_range();
        range.start + self.start..range.end + self.start
    }

    fn plain(&mut self, node: &impl Spanned) {
        let range = self.bytes(node);
        self.nodes.push(Node { range, body: None, item: None });
    }

    /// Adds an item that has the name of what is around it.
    fn nameless(&mut self, node: &impl Spanned) {
        let (range, item) = (self.bytes(node), Some(self.path.join("::")));
        self.nodes.push(Node { range, body: None, item });
    }

    /// Adds an item, and what `inside` sees below it.
    fn item(
        &mut self,
        node: &impl Spanned,
        name: String,
        braces: Option<proc_macro2::extra::DelimSpan>,
        inside: impl FnOnce(&mut Self),
    ) {
        let body = braces.map(|it| self.bytes(&it.open()).end..self.bytes(&it.close()).start);
        self.path.push(name);
        let (range, item) = (self.bytes(node), Some(self.path.join("::")));
        self.nodes.push(Node { range, body, item });
        inside(self);
        self.path.pop();
    }
}

/// The name of a type without its path and parameters.
fn type_name(ty: &Type) -> String {
    match ty {
        Type::Path(it) => it.path.segments.last().map(|it| it.ident.to_string()),
        Type::Reference(it) => Some(type_name(&it.elem)),
        Type::Group(it) => Some(type_name(&it.elem)),
        Type::Paren(it) => Some(type_name(&it.elem)),
        _ => None,
    }
    .unwrap_or_default()
}

impl<'a> Visit<'a> for Outliner {
    fn visit_item(&mut self, node: &'a Item) {
        let inside = |this: &mut Self| visit::visit_item(this, node);
        match node {
            Item::Fn(it) => {
                let braces = Some(it.block.brace_token.span);
                self.item(node, it.sig.ident.to_string(), braces, inside);
            }
            Item::Impl(it) => {
                self.item(node, type_name(&it.self_ty), Some(it.brace_token.span), inside);
            }
            Item::Mod(it) => {
                let braces = it.content.as_ref().map(|(braces, _)| braces.span);
                self.item(node, it.ident.to_string(), braces, inside);
            }
            Item::Trait(it) => {
                self.item(node, it.ident.to_string(), Some(it.brace_token.span), inside);
            }
            Item::Const(it) => self.item(node, it.ident.to_string(), None, inside),
            Item::Static(it) => self.item(node, it.ident.to_string(), None, inside),
            _ => {
                self.nameless(node);
                inside(self);
            }
        }
    }

    fn visit_impl_item(&mut self, node: &'a ImplItem) {
        let inside = |this: &mut Self| visit::visit_impl_item(this, node);
        match node {
            ImplItem::Fn(it) => {
                let braces = Some(it.block.brace_token.span);
                self.item(node, it.sig.ident.to_string(), braces, inside);
            }
            ImplItem::Const(it) => self.item(node, it.ident.to_string(), None, inside),
            _ => {
                self.nameless(node);
                inside(self);
            }
        }
    }

    fn visit_trait_item(&mut self, node: &'a TraitItem) {
        let inside = |this: &mut Self| visit::visit_trait_item(this, node);
        if let TraitItem::Fn(it) = node {
            let braces = it.default.as_ref().map(|block| block.brace_token.span);
            self.item(node, it.sig.ident.to_string(), braces, inside);
        } else {
            self.nameless(node);
            inside(self);
        }
    }

    fn visit_stmt(&mut self, node: &'a Stmt) {
        if !matches!(node, Stmt::Item(_)) {
            self.plain(node);
        }
        visit::visit_stmt(self, node);
    }

    fn visit_arm(&mut self, node: &'a Arm) {
        self.plain(node);
        visit::visit_arm(self, node);
    }

    fn visit_field_value(&mut self, node: &'a FieldValue) {
        self.plain(node);
        visit::visit_field_value(self, node);
    }
}

#[cfg(test)]
mod tests {
    use super::{item_at, outline};

    const TEXT: &str = "\u{feff}//! ä\nmod m {\n    impl<T> super::A<T> {\n        /// Doc.\n        fn f() {\n            \
        let x = match y { 1 => g(), _ => 0 };\n            fn inner() { h(); }\n        }\n    }\n}\n\
        trait B { fn p() { q() } }\nstatic C: D = D { e: f() };\nfn broken = {}\n";

    fn at(needle: &str) -> String {
        item_at(&outline(TEXT), TEXT.find(needle).unwrap()).to_owned()
    }

    #[test]
    fn an_item_is_named_by_its_path_in_the_file() {
        assert_eq!(at("let x"), "m::A::f");
        assert_eq!(at("h()"), "m::A::f::inner");
        assert_eq!(at("q()"), "B::p");
        assert_eq!(at("f() }"), "C");
        assert_eq!(at("//! ä"), "");
    }

    #[test]
    fn nodes_are_items_statements_and_arms() {
        let nodes = outline(TEXT);
        let shown: Vec<_> = nodes.iter().map(|it| &TEXT[it.range.clone()]).collect();
        for text in ["1 => g(),", "let x = match y { 1 => g(), _ => 0 };", "h();", "e: f()"] {
            assert!(shown.contains(&text), "{shown:#?}");
        }
        let function = nodes.iter().find(|it| it.item.as_deref() == Some("m::A::f")).unwrap();
        assert!(TEXT[function.range.clone()].starts_with("/// Doc."));
        assert!(TEXT[function.body.clone().unwrap()].trim_start().starts_with("let x"));
    }
}
