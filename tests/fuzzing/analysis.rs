//! The analysis of any files: it ends, and what it finds is in them.

use std::{ops::Range, str};

use cargo_sockopt::patch::Tree;
use sockopt_analysis::{Label, outline};

use super::sample::Sample;

pub(super) fn check(input: &[u8]) {
    let sample = Sample::new(input);
    let tree = Tree::new(sample.project());
    places_exist(&tree);
    if let Ok(text) = str::from_utf8(input) {
        for node in outline(text) {
            assert!(text.get(node.range.clone()).is_some(), "no range: {node:?}");
            let is_inside = |it: &Range<usize>| {
                node.range.start <= it.start && it.end <= node.range.end && it.start <= it.end
            };
            assert!(node.body.as_ref().is_none_or(is_inside), "outside: {node:?}");
        }
    }
}

/// Checks that everything a finding points at is a part of a text.
pub(super) fn places_exist(tree: &Tree) {
    let files = tree.loaded.files.iter().map(|it| tree.loaded.project().read(&it.path));
    let texts: Vec<_> = files
        .map(|it| String::from_utf8(it.expect("the file is there")).expect("parsed"))
        .collect();
    let exists = |label: &Label| {
        let file = label.site.file.0 as usize;
        let range = tree.loaded.files[file].sites.get(label.site.id).label;
        texts[file].get(range).is_some_and(|it| !it.is_empty())
    };
    for it in &tree.analysis.diagnostics {
        assert!(exists(&it.primary), "nothing is where `{}` is: {it:?}", it.rule.name);
        assert!(it.secondary.iter().all(exists), "nothing is where the cause is: {it:?}");
    }
}
