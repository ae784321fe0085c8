//! What is wrong with suppressions themselves.

use std::{
    collections::BTreeSet,
    ops::Range,
    path::{Path, PathBuf},
};

use sockopt_analysis::{
    Applicability::{self, MachineApplicable, MaybeIncorrect},
    Edit, Rule,
    socket::Platforms,
};

use super::{Named, Suppression, Use, is_alone, line, rules};
use crate::{error::nearest, patch::Tree, project::modules::Loaded};

/// One thing that is wrong.
#[derive(Debug, Clone)]
pub struct Flaw {
    /// The rule.
    pub rule: &'static Rule,
    /// The file.
    pub path: PathBuf,
    /// The bytes of what is wrong.
    pub range: Range<usize>,
    /// One sentence of fact.
    pub message: String,
    /// What is to be seen there.
    pub label: String,
    /// What to do: an imperative.
    pub help: String,
    /// How it can be repaired.
    pub fix: Option<(Applicability, Vec<Edit>)>,
    /// The reason and the comment's bytes, if it is suppressed itself.
    pub suppressed: Option<(String, Range<usize>)>,
}

/// What is wrong with the suppressions of a project, by file and place. Call it on a thread with
/// [`crate::project::modules::STACK_BYTES`].
#[must_use]
pub fn flaws(tree: &Tree) -> Vec<Flaw> {
    let Tree { loaded, suppressions, .. } = tree;
    let mut found: Vec<_> = suppressions.malformed.iter().map(malformed).collect();
    let all =
        || suppressions.files.iter().flat_map(|(path, all)| all.iter().map(move |it| (path, it)));
    for (path, it) in all() {
        let names = it.rules.iter().filter(|named| !rules::is_known(&named.name));
        found.extend(names.map(|named| unknown(loaded, path, it, named)));
    }
    let mut used = suppressions.used(&tree.analysis, loaded);
    for it in &found {
        suppressions.mark(&it.path, it.rule.name, &it.range, &mut used);
    }
    found.extend(unused(tree, used));
    for it in &mut found {
        let by = suppressions.of(&it.path, it.rule.name, &it.range);
        it.suppressed = by.map(|by| (by.reason.clone(), by.range.clone()));
    }
    found.sort_by(|a, b| (&a.path, a.range.start).cmp(&(&b.path, b.range.start)));
    found
}

fn malformed((path, range, it): &(PathBuf, Range<usize>, super::Malformed)) -> Flaw {
    let edit =
        |(range, text): (Range<usize>, String)| (MachineApplicable, vec![Edit { range, text }]);
    Flaw {
        rule: &rules::MALFORMED,
        path: path.clone(),
        range: range.clone(),
        message: format!("this suppression {}, so it suppresses nothing", it.why),
        label: "not understood".to_owned(),
        help: it.help.clone(),
        fix: it.fix.clone().map(edit),
        suppressed: None,
    }
}

fn unknown(loaded: &Loaded, path: &Path, it: &Suppression, named: &Named) -> Flaw {
    let name = &named.name;
    let near = nearest(name, rules::all().map(|rule| rule.name));
    let (help, edits) = match near {
        Some(near) => {
            let help = format!("did you mean `{near}`?");
            (help, Some(vec![Edit { range: named.range.clone(), text: near }]))
        }
        None => ("remove it, or see `cargo sockopt --list-rules`".to_owned(), {
            let is_known = |it: &&Named| rules::is_known(&it.name);
            without(loaded, path, it, &it.rules.iter().filter(is_known).collect::<Vec<_>>())
        }),
    };
    Flaw {
        rule: &rules::UNKNOWN,
        path: path.to_owned(),
        range: named.range.clone(),
        message: format!("no rule is called `{name}`"),
        label: "suppresses nothing".to_owned(),
        help,
        fix: edits.map(|edits| (MaybeIncorrect, edits)),
        suppressed: None,
    }
}

/// Rules that report nothing where they are suppressed, on any platform.
fn unused(tree: &Tree, mut used: BTreeSet<Use>) -> Vec<Flaw> {
    let Tree { loaded, suppressions, .. } = tree;
    let project = loaded.project();
    // What is suppressed may come from code that we did not see.
    if project.stdin.is_some() || !loaded.warnings.is_empty() {
        return Vec::new();
    }
    let meta = |it: &&Named| it.name == rules::UNUSED.name;
    let find = |used: &BTreeSet<Use>| {
        let mut found = Vec::new();
        for (path, all) in &suppressions.files {
            for it in all {
                let is_used = |named: &Named| {
                    used.contains(&(path.clone(), named.range.start))
                        || !rules::is_known(&named.name)
                };
                let idle = it.rules.iter().filter(|it| !is_used(it) && !meta(it));
                found.extend(idle.map(|named| (path, it, named)));
            }
        }
        found
    };
    let is_partial = |it: &Platforms| *it != Platforms::ALL;
    let mut packages = project.packages.iter().filter_map(|it| it.settings.platforms);
    if !find(&used).is_empty() && packages.any(|it| is_partial(&it)) {
        let mut project = project.clone();
        project.packages.iter_mut().for_each(|it| it.settings.platforms = None);
        let all = Tree::new(project);
        used.extend(suppressions.used(&all.analysis, &all.loaded));
    }
    let mut found = Vec::new();
    for (path, it, named) in find(&used) {
        let is_idle = |other: &&Named| {
            used.contains(&(path.clone(), other.range.start))
                || !rules::is_known(&other.name)
                || meta(other)
        };
        let kept: Vec<_> = it.rules.iter().filter(is_idle).collect();
        found.push(Flaw {
            rule: &rules::UNUSED,
            path: path.clone(),
            range: named.range.clone(),
            message: format!("`{}` finds nothing here, so this suppression is unused", named.name),
            label: "nothing to suppress".to_owned(),
            help: if kept.is_empty() { "remove the comment" } else { "remove the rule" }.to_owned(),
            fix: without(loaded, path, it, &kept).map(|edits| (MachineApplicable, edits)),
            suppressed: None,
        });
    }
    found
}

/// The edits that leave only some rules of a suppression; if none, it goes as a whole.
fn without(loaded: &Loaded, path: &Path, it: &Suppression, kept: &[&Named]) -> Option<Vec<Edit>> {
    let text = String::from_utf8(loaded.project().read(path).ok()?).ok()?;
    let Range { start, end } = it.range;
    text.get(start..end)?;
    if let ([first, ..], [.., last]) = (&it.rules[..], &it.rules[..])
        && !kept.is_empty()
    {
        let names: Vec<_> = kept.iter().filter_map(|it| text.get(it.range.clone())).collect();
        let range = first.range.start..last.range.end;
        return Some(vec![Edit { range, text: names.join(", ") }]);
    }
    let range = if is_alone(&text, start) {
        let line = line(&text, start);
        // A byte order mark stays.
        let from =
            if text[line.clone()].starts_with('\u{feff}') { line.start + 3 } else { line.start };
        from..line.end
    } else {
        text[..start].trim_end_matches([' ', '\t']).len()..end
    };
    Some(vec![Edit { range, text: String::new() }])
}
