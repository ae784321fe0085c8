//! Sites: the nodes of a file that a finding can point at.
//!
//! Lowering numbers a node when it first needs it, in the order in which it walks the file, and notes its bytes
//! on the spot ([`SiteMap`]). That needs no second visit in the same order.

use std::ops::Range;

use proc_macro2::Span;
use syn::{Expr, spanned::Spanned};

/// Index of a file in the analyzed workspace.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct FileId(pub u32);

/// Number of a node within its file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct SiteId(pub u32);

/// A node of the workspace.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Site {
    /// The file.
    pub file: FileId,
    /// The node within it.
    pub id: SiteId,
}

/// Byte ranges of a file's sites, indexed by [`SiteId`].
#[derive(Debug, Default, Clone)]
pub struct SiteMap {
    ranges: Vec<SiteRanges>,
    expanded: Vec<bool>,
}

/// Where a site is, in bytes from the start of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteRanges {
    /// The part that a label underlines: a method call without its receiver, a call.
    pub label: Range<usize>,
    /// The whole expression.
    pub expr: Range<usize>,
}

impl SiteMap {
    /// The ranges of a site; empty at the start of the file for a number that was never given.
    #[must_use]
    pub fn get(&self, id: SiteId) -> SiteRanges {
        let fallback = SiteRanges { label: 0..0, expr: 0..0 };
        self.ranges.get(id.0 as usize).cloned().unwrap_or(fallback)
    }

    /// Whether the code around a site is not that of the file: a macro wrote the statement it is in, or the
    /// expression, even if its arguments are part of it. What stands in braces that a macro was given, and
    /// passes on, is the file's own: the body of a function in `cfg_unix! { … }`.
    #[must_use]
    pub fn is_expanded(&self, id: SiteId) -> bool {
        self.expanded.get(id.0 as usize).copied().unwrap_or(true)
    }

    /// Gives a node its number. `label` covers the part of it that a reader should look at; `expanded` says that a
    /// macro wrote it.
    pub(crate) fn add(
        &mut self,
        node: &Expr,
        (start, end): (Span, Span),
        expanded: bool,
    ) -> SiteId {
        let id = SiteId(u32::try_from(self.ranges.len()).unwrap_or(u32::MAX));
        let (start, end) = (start.byte_range(), end.byte_range());
        // A macro may write its arguments in another order.
        let label = start.start.min(end.start)..start.end.max(end.end);
        self.ranges.push(SiteRanges { label, expr: span_of(node).byte_range() });
        self.expanded.push(expanded);
        id
    }

    /// Moves every range by the bytes that stand before the parsed text (byte order mark, `#!` line).
    pub(crate) fn shift(&mut self, by: usize) {
        for ranges in &mut self.ranges {
            for range in [&mut ranges.label, &mut ranges.expr] {
                *range = range.start + by..range.end + by;
            }
        }
    }
}

/// The span of an expression. [`Spanned`] writes all its tokens down for that, and so would each call of a chain.
pub(crate) fn span_of(node: &Expr) -> Span {
    let last = match node {
        Expr::Call(it) => it.paren_token.span.close(),
        Expr::MethodCall(it) => it.paren_token.span.close(),
        _ => return node.span(),
    };
    let mut first = node;
    loop {
        first = match first {
            Expr::Await(it) if it.attrs.is_empty() => &it.base,
            Expr::Call(it) if it.attrs.is_empty() => &it.func,
            Expr::Field(it) if it.attrs.is_empty() => &it.base,
            Expr::Index(it) if it.attrs.is_empty() => &it.expr,
            Expr::MethodCall(it) if it.attrs.is_empty() => &it.receiver,
            Expr::Try(it) if it.attrs.is_empty() => &it.expr,
            _ => {
                let first = first.span();
                return first.join(last).unwrap_or(first);
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use syn::{Expr, spanned::Spanned};

    use super::span_of;

    #[test]
    fn a_span_is_that_of_all_tokens() {
        for text in [
            "f(1)",
            "a.b()?.c[0].await.d(2)",
            "#[x] f()(1)(2)",
            "(a + b).c()",
            "a::b::<C>::d(e)",
            "{ a }.b()",
            "x",
        ] {
            let node: Expr = syn::parse_str(text).unwrap();
            assert_eq!(span_of(&node).byte_range(), node.span().byte_range(), "{text}");
        }
    }
}
