//! What users can read about the rules.

use std::fmt::Write;

use sockopt_analysis::{Group, Level, Rule, docs, rules::by_name};

use crate::{report::RuleText, suppress::rules::all};

/// The first line of each page.
const GENERATED: &str =
    "<!-- Generated from the source of the rule: BLESS=1 cargo test -p cargo-sockopt --lib -->\n";

/// The documentation of a rule, for `--explain`.
#[must_use]
pub fn rule(rule: &Rule) -> String {
    let (name, summary) = (rule.name, rule.summary);
    let (level, group) = (rule.level.name(), rule.group.name());
    let docs = docs::shown(rule.docs);
    format!("sockopt::{name}: {summary}\nlevel: {level}\ngroup: {group}\n\n{docs}\n")
}

/// The documentation of all rules, for reports that carry it.
#[must_use]
pub fn texts() -> Vec<RuleText> {
    let text = |rule: &Rule| {
        let Rule { name, summary, level, group, docs, .. } = *rule;
        RuleText { name, summary, level, group, docs: docs::shown(docs) }
    };
    all().map(text).collect()
}

/// The page of a rule, as Markdown: what [`rule()`] says, and how to have less of it, or more.
#[must_use]
pub fn page(rule: &Rule) -> String {
    let Rule { name, summary, level, group, docs, .. } = *rule;
    let (level, group, levels) = (level.name(), group.name(), levels(rule));
    // The page has a title: headings go up by one.
    let docs = docs::shown(docs).replace("### ", "## ");
    format!(
        "{GENERATED}\n# `sockopt::{name}`\n\n{}\n\n\
         Level `{level}`, group [`{group}`](README.md#groups).\n\n{docs}\n\n{levels}",
        sentence(summary),
    )
}

/// How to set the level of a rule, as Markdown.
fn levels(rule: &Rule) -> String {
    let name = rule.name;
    if rule.level == Level::Allow {
        return format!(
            "## Where it is wanted\n\nIn `sockopt.toml`:\n\n\
             ```toml\n[levels]\n{name} = \"warn\"\n```\n\n\
             For one run: `cargo sockopt --warn {name}`.\n"
        );
    }
    let comment = format!(
        "At one place, a comment with the reason:\n\n\
         ```rust\n// sockopt: allow({name}) -- why it is meant to stay\n```\n\n"
    );
    // What is found about comments cannot be suppressed by a comment.
    let comment = if by_name(name).is_some() { comment.as_str() } else { "" };
    format!(
        "## Where it is not wanted\n\n{comment}In `sockopt.toml`, for some files or for all:\n\n\
         ```toml\n[[overrides]]\nfiles = [\"tests/\"]\nlevels = {{ {name} = \"allow\" }}\n\n\
         [levels]\n{name} = \"allow\"\n```\n\n\
         For one run: `cargo sockopt --allow {name}`.\n"
    )
}

/// The page that lists all rules, as Markdown.
#[must_use]
pub fn index() -> String {
    let mut text = format!(
        "{GENERATED}\n# Rules\n\n`cargo sockopt --explain RULE` prints what the page of a rule says.\n\n\
         | rule | level | group | finds |\n| --- | --- | --- | --- |\n"
    );
    for Rule { name, summary, level, group, .. } in all() {
        let (level, group) = (level.name(), group.name());
        let _ = writeln!(text, "| [`{name}`]({name}.md) | {level} | {group} | {summary} |");
    }
    text.push_str("\n## Groups\n\n| group | finds what is |\n| --- | --- |\n");
    for group in Group::ALL {
        let _ = writeln!(text, "| `{}` | {} |", group.name(), group.meaning());
    }
    text
}

/// A summary with a capital and a period.
fn sentence(summary: &str) -> String {
    let mut letters = summary.chars();
    let first = letters.next().map(|it| it.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}

/// One line per rule, for `--list-rules`.
#[must_use]
pub fn list() -> String {
    let width = all().map(|rule| rule.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for rule in all() {
        let (level, group) = (rule.level.name(), rule.group.name());
        let _ = writeln!(text, "{:width$}  {level:6}  {group:11}  {}", rule.name, rule.summary);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeMap,
        env, fs,
        path::{Path, PathBuf},
    };

    use crate::{report::rule_url, suppress::rules::all};

    #[test]
    fn every_rule_is_listed_and_explained() {
        for rule in all() {
            assert!(super::list().contains(rule.name));
            let text = super::rule(rule);
            assert!(text.contains("### What it does"), "{text}");
            assert!(!text.contains("//~") && !text.contains("\n# "), "{text}");
            assert!(text.contains(rule.level.name()) && text.contains(rule.group.name()));
        }
    }

    /// All pages, by their names.
    fn pages() -> BTreeMap<String, String> {
        let pages = all().map(|rule| (format!("{}.md", rule.name), super::page(rule)));
        pages.chain([("README.md".to_owned(), super::index())]).collect()
    }

    #[test]
    fn the_pages_are_what_the_rules_say() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/rules");
        let written = || {
            let files = fs::read_dir(&folder).into_iter().flatten();
            let paths: Vec<PathBuf> = files.map(|it| it.unwrap().path()).collect();
            paths
        };
        if env::var_os("BLESS").is_some() {
            fs::create_dir_all(&folder).unwrap();
            written().iter().for_each(|path| fs::remove_file(path).unwrap());
            pages().iter().for_each(|(name, text)| fs::write(folder.join(name), text).unwrap());
        }
        let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
        let text = |path: &PathBuf| fs::read_to_string(path).unwrap();
        let written: BTreeMap<_, _> = written().iter().map(|it| (name(it), text(it))).collect();
        assert_eq!(written, pages(), "run `BLESS=1 cargo test -p cargo-sockopt --lib`");
    }

    #[test]
    fn the_address_of_a_rule_is_that_of_its_page() {
        for rule in all() {
            let url = rule_url(rule.name);
            let path = url.split("/blob/HEAD/docs/rules/").nth(1).unwrap();
            assert!(pages().contains_key(path), "{url}");
        }
    }
}
