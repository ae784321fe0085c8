//! What tokens of a macro mean outside of the crate and the file that define it.

use std::collections::BTreeSet;

use proc_macro2::{Group, Ident, Punct, Spacing, TokenStream, TokenTree};

use super::matching::is_punct;
use crate::lower::{macros::is_known, names};

/// The rules of a macro of another crate: `$crate` means that crate.
pub(super) fn rooted(rules: TokenStream, krate: &str) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    for token in rules {
        match token {
            TokenTree::Group(it) => {
                out.push(Group::new(it.delimiter(), rooted(it.stream(), krate)).into());
            }
            TokenTree::Ident(it)
                if it == "crate" && out.last().is_some_and(|it| is_punct(it, '$')) =>
            {
                out.pop();
                out.extend([Spacing::Joint, Spacing::Alone].map(|it| Punct::new(':', it).into()));
                out.push(Ident::new(krate, it.span()).into());
            }
            token => out.push(token),
        }
    }
    out.into_iter().collect()
}

/// Collects the paths of macros that some tokens may invoke.
pub(super) fn invoked(tokens: TokenStream, out: &mut BTreeSet<Vec<String>>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(it) => invoked(it.stream(), out),
            TokenTree::Punct(it) if it.as_char() == '!' => {
                let is_call = matches!(tokens.get(at + 1), Some(TokenTree::Group(_)));
                let path = path_before(&tokens[..at]);
                if is_call && path.last().is_some_and(|it| !is_known(it)) {
                    out.insert(path);
                }
            }
            _ => {}
        }
    }
}

/// The path at the end of these tokens.
fn path_before(mut tokens: &[TokenTree]) -> Vec<String> {
    let mut path = Vec::new();
    while let [before @ .., TokenTree::Ident(name)] = tokens {
        let rooted = before.last().is_some_and(|it| is_punct(it, '$'));
        path.push(if rooted { format!("${name}") } else { names::name(name).into() });
        let [before @ .., colon, twin] = before else { break };
        if rooted || !(is_punct(colon, ':') && is_punct(twin, ':')) {
            break;
        }
        tokens = before;
    }
    path.reverse();
    path
}
