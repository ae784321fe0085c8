//! Fixes of any files: what they make parses, keeps all that they are not about, and has nothing left to fix.

use std::{collections::BTreeMap, fs, path::PathBuf};

use cargo_sockopt::{
    levels::{LevelFlag, Levels},
    lex,
    patch::{self, Change, Terms, Tree, offer, reported, trial::Problem},
};
use sockopt_analysis::{Diagnostic, Edit, Level, lower};

use super::{analysis::places_exist, sample::Sample};

pub(super) fn check(input: &[u8]) {
    let all = LevelFlag { level: Level::Warn, name: "all".to_owned() };
    let levels = Levels::new(&[all]).expect("a known name");
    let sample = Sample::new(input);
    let mut tree = Tree::new(sample.project());
    for risky in [false, true] {
        let terms = Terms { levels: &levels, risky };
        edits_are_apart(&tree, &levels);
        let made = patch::make(&tree, terms);
        for (known, why) in &made.refused {
            let is_broken = matches!(why, Problem::Broken(_));
            assert!(!is_broken, "the fix of {known:?} leaves a text that does not parse");
        }
        let Some(promised) = made.tree else { continue };
        made.changes.iter().for_each(still_parses);
        for Change { path, new, .. } in &made.changes {
            fs::write(path, new).expect("a temporary file can be written");
        }
        let after = Tree::new(sample.project());
        places_exist(&after);
        assert_eq!(counts(&after, &levels), counts(&promised, &levels), "on the disk it differs");
        let (before, now) = (counts(&tree, &levels), counts(&after, &levels));
        for (rule, count) in now {
            let had = before.get(&rule).copied().unwrap_or(0);
            assert!(count <= had, "{rule:?} was found {had} times, and {count} times when fixed");
        }
        let again = patch::make(&after, terms);
        assert!(
            again.changes.is_empty(),
            "fixed twice is not fixed once: {:#?}",
            texts(&again.changes)
        );
        tree = after;
    }
}

/// How often each rule is reported in each file.
fn counts(tree: &Tree, levels: &Levels) -> BTreeMap<(PathBuf, &'static str), usize> {
    let mut counts = BTreeMap::new();
    for it in reported(tree, levels) {
        let path = tree.loaded.files[it.primary.site.file.0 as usize].path.clone();
        *counts.entry((path, it.rule.name)).or_default() += 1;
    }
    counts
}

/// Checks that the edits of every fix are in order, apart, between characters, and that no comment is lost.
fn edits_are_apart(tree: &Tree, levels: &Levels) {
    let diagnostics: Vec<&Diagnostic> = reported(tree, levels).collect();
    let offered = offer::edits(&tree.loaded, &diagnostics, levels);
    for (diagnostic, edits) in diagnostics.iter().zip(offered) {
        let (Some(fix), Some(edits)) = (&diagnostic.fix, edits) else { continue };
        let path = &tree.loaded.files[fix.file().0 as usize].path;
        let text =
            String::from_utf8(tree.loaded.project().read(path).expect("a file")).expect("parsed");
        let exists = |it: &Edit| text.get(it.range.clone()).is_some();
        assert!(edits.iter().all(exists), "no range of the text: {edits:?}");
        let apart = edits.windows(2).all(|it| it[0].range.end <= it[1].range.start);
        assert!(apart, "not in order: {edits:?}");
        let changes = |it: &Edit| text.get(it.range.clone()) != Some(it.text.as_str());
        assert!(edits.is_empty() || edits.iter().any(changes), "nothing changes: {edits:?}");
        // What stands beside a statement goes with it, and nothing else.
        if edits.iter().any(|it| !it.text.is_empty()) {
            let written: String = edits.iter().flat_map(|it| ["\n", &it.text]).collect();
            for gone in edits.iter().flat_map(|it| comments(&text[it.range.clone()])) {
                assert!(written.contains(&gone), "{gone} goes:\n{edits:#?}\nin:\n{text}");
            }
        }
    }
}

/// Checks that a text parses if it did.
fn still_parses(change: &Change) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("it was parsed");
    let (old, new) = (text(&change.old), text(&change.new));
    let is_whole = |text: &str| lower(text).is_ok_and(|it| it.partial.is_none());
    assert!(is_whole(&new) || !is_whole(&old), "does not parse any more:\n{new}");
}

/// What is written in the comments of a part of a text.
fn comments(part: &str) -> Vec<String> {
    lex::comments(part).into_iter().map(|it| part[it.range].trim_end().to_owned()).collect()
}

fn texts(changes: &[Change]) -> Vec<String> {
    changes.iter().map(|it| String::from_utf8_lossy(&it.new).into_owned()).collect()
}
