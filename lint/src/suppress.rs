//! Suppressions: comments that say that a finding is meant to stay, and why.
//!
//! `// sockopt: allow(rule) -- reason` is about the line that it ends, or about what begins below it: a statement,
//! a match arm, or an item with all that is in it. `//! sockopt: allow(rule) -- reason` is about the item that
//! it opens, or about the file. What counts is where a finding is (its primary label), not where its story begins:
//! one function may serve many others.

pub mod directive;
pub mod flaws;
pub mod insert;
pub mod rules;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    path::{Path, PathBuf},
};

use sockopt_analysis::{
    Analysis, Diagnostic,
    outline::{Node, outline},
};

use crate::{
    lex::{self, Comment, Style},
    project::modules::Loaded,
    suppress::directive::{Directive, Malformed, Named, Reading, read},
};

/// The suppressions of a project.
#[derive(Debug, Default)]
pub struct Suppressions {
    files: BTreeMap<PathBuf, Vec<Suppression>>,
    /// What was meant to be one: the bytes of each comment.
    malformed: Vec<(PathBuf, Range<usize>, Malformed)>,
}

/// One suppression.
#[derive(Debug)]
pub struct Suppression {
    /// The bytes of the comment.
    pub range: Range<usize>,
    /// The rules.
    pub rules: Vec<Named>,
    /// Why.
    pub reason: String,
    scopes: Vec<Scope>,
}

/// Where a suppression holds.
#[derive(Debug)]
enum Scope {
    File,
    /// For what begins in these bytes.
    Node(Range<usize>),
    /// For what begins or ends in the bytes of this line.
    Line(Range<usize>),
}

impl Scope {
    fn covers(&self, place: &Range<usize>) -> bool {
        match self {
            Self::File => true,
            Self::Node(range) => range.contains(&place.start),
            Self::Line(line) => {
                let last = place.end.saturating_sub(1).max(place.start);
                line.contains(&place.start) || line.contains(&last)
            }
        }
    }
}

impl Suppression {
    /// Whether it is about a rule at a place.
    fn covers(&self, rule: &str, place: &Range<usize>) -> bool {
        self.rules.iter().any(|it| it.name == rule) && self.scopes.iter().any(|it| it.covers(place))
    }
}

/// A rule of a suppression: the file, and the first byte of the rule's name.
type Use = (PathBuf, usize);

impl Suppressions {
    /// Finds those of a project. Call it on a thread with [`crate::project::modules::STACK_BYTES`].
    #[must_use]
    pub fn new(loaded: &Loaded) -> Self {
        let mut this = Self::default();
        for path in &loaded.annotated {
            let bytes = loaded.project().read(path).unwrap_or_default();
            if let Ok(text) = String::from_utf8(bytes) {
                this.add(path, &text);
            }
        }
        this
    }

    fn add(&mut self, path: &Path, text: &str) {
        let comments = lex::comments(text);
        let mut nodes = None;
        // What stands below the comments from one on.
        let mut below = 0..0;
        for comment in comments {
            let (body, start) = comment.body(text);
            match read(body, start) {
                Reading::Prose => {}
                // Documentation that shows one.
                _ if comment.style == Style::Outer => {}
                Reading::Malformed(it) => {
                    self.malformed.push((path.to_owned(), comment.range, it));
                }
                Reading::Directive(_) if comment.style == Style::Block => {
                    let help = "write it behind `//`, on a line of its own".to_owned();
                    let why = "is in a block comment".to_owned();
                    let it = Malformed { why, help, fix: None };
                    self.malformed.push((path.to_owned(), comment.range, it));
                }
                Reading::Directive(Directive { rules, reason }) => {
                    let nodes = nodes.get_or_insert_with(|| outline(text));
                    let end = comment.range.end;
                    if !below.contains(&end) {
                        below = end..lex::next_token(text, end);
                    }
                    let scopes = scopes(text, &comment, below.end, nodes);
                    let it = Suppression { range: comment.range, rules, reason, scopes };
                    self.files.entry(path.to_owned()).or_default().push(it);
                }
            }
        }
    }

    /// The suppression of a rule at a place of a file: of several, that which stands nearest before it.
    #[must_use]
    pub fn of(&self, path: &Path, rule: &str, place: &Range<usize>) -> Option<&Suppression> {
        let all = self.files.get(path)?;
        all.iter().filter(|it| it.covers(rule, place)).max_by_key(|it| it.range.start)
    }

    /// The suppression of a diagnostic.
    #[must_use]
    pub fn of_diagnostic(&self, diagnostic: &Diagnostic, loaded: &Loaded) -> Option<&Suppression> {
        let (path, place) = place(diagnostic, loaded);
        self.of(path, diagnostic.rule.name, &place)
    }

    /// What diagnostics make use of.
    fn used(&self, analysis: &Analysis, loaded: &Loaded) -> BTreeSet<Use> {
        let mut used = BTreeSet::new();
        for diagnostic in &analysis.diagnostics {
            let (path, place) = place(diagnostic, loaded);
            self.mark(path, diagnostic.rule.name, &place, &mut used);
        }
        used
    }

    /// Marks every suppression of a rule at a place as used.
    fn mark(&self, path: &Path, rule: &str, place: &Range<usize>, used: &mut BTreeSet<Use>) {
        let all = self.files.get(path).into_iter().flatten();
        for it in all.filter(|it| it.covers(rule, place)) {
            let named = it.rules.iter().filter(|it| it.name == rule);
            used.extend(named.map(|it| (path.to_owned(), it.range.start)));
        }
    }
}

/// The file and the bytes that a diagnostic points at.
#[must_use]
pub fn place<'l>(diagnostic: &Diagnostic, loaded: &'l Loaded) -> (&'l Path, Range<usize>) {
    let site = diagnostic.primary.site;
    let file = &loaded.files[site.file.0 as usize];
    (&file.path, file.sites.get(site.id).label)
}

/// Where the suppression in a comment holds; `next` is the first token behind it.
fn scopes(text: &str, comment: &Comment, next: usize, nodes: &[Node]) -> Vec<Scope> {
    let start = comment.range.start;
    if comment.style == Style::Inner {
        let opened = |it: &&Node| it.body.as_ref().is_some_and(|body| body.contains(&start));
        let innermost = nodes.iter().rfind(opened);
        return vec![innermost.map_or(Scope::File, |it| Scope::Node(it.range.clone()))];
    }
    if !is_alone(text, start) {
        return vec![Scope::Line(line(text, start))];
    }
    let below = nodes.iter().find(|it| {
        it.range.start <= next
            && next < it.range.end
            && (it.range.start == next || next <= lex::behind_attributes(text, it.range.start))
    });
    let below = below.map(|it| Scope::Node(it.range.clone()));
    below.into_iter().chain([Scope::Line(line(text, next))]).collect()
}

/// Whether nothing but blanks stands before a place on its line.
fn is_alone(text: &str, at: usize) -> bool {
    text[line(text, at).start..at].trim_start_matches('\u{feff}').trim().is_empty()
}

/// The line around a place, with its end.
fn line(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |it| it + 1);
    let end = text[at..].find('\n').map_or(text.len(), |it| at + it + 1);
    start..end
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Suppressions;

    /// The places marked with a digit for which a rule is suppressed in a text; `@` stands for the comment's
    /// words.
    fn suppressed(text: &str) -> String {
        let text = text.replace('@', "sockopt: allow(late_option) -- why");
        let mut suppressions = Suppressions::default();
        let path = Path::new("a.rs");
        suppressions.add(path, &text);
        let digits = text.char_indices().filter(|(_, it)| it.is_ascii_digit());
        let is_suppressed =
            |at: usize| suppressions.of(path, "late_option", &(at..at + 1)).is_some();
        digits.filter(|(at, _)| is_suppressed(*at)).map(|(_, digit)| digit).collect()
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(suppressed(text), expected);
        assert_eq!(suppressed(&text.replace('\n', "\r\n")), expected, "with Windows line ends");
    }

    #[test]
    fn a_comment_at_the_end_of_a_line_is_about_the_line() {
        check("fn f() {\n  a(1); // @\n  b(2);\n}\nfn g() { // @\n  c(3);\n}", "1");
        check("fn f() {\n  a(\n    1,\n  ); // @\n}", "");
    }

    #[test]
    fn a_comment_above_is_about_what_begins_below() {
        check("fn f() {\n  // @\n  a\n    .b(1)\n    .c(|| {\n      2\n    });\n  d(3);\n}", "12");
        check("fn f() {\n  // @\n\n  // more\n  #[cfg(unix)]\n  a(1);\n  b(2);\n}", "1");
        check("fn f() {\n  match x {\n    // @\n    A => {\n a(1) }\n    B => b(2),\n  }\n}", "1");
        check("fn f() {\n  a\n    // @\n    .b(1)\n    .c(2);\n}", "1");
        check("fn f() {\n  S {\n    // @\n    a: b(\n 1),\n    c: d(2),\n  };\n}", "1");
        check("fn f() {\n  select! {\n    // @\n    a(1) => {}\n    b(2) => {}\n  }\n}", "1");
        check("fn f() {\n  // @\n}\nfn g() { 1 }", "");
    }

    #[test]
    fn a_comment_above_an_item_is_about_all_that_is_in_it() {
        check("// @\nfn f() {\n  a(1);\n  { b(2) }\n}\nfn g() { 3 }", "12");
        check("// @\nimpl A {\n  fn f() {\n 1 }\n  fn g() {\n 2 }\n}\nfn h() { 3 }", "12");
        check("// @\nmod m {\n  fn f() {\n 1 }\n}\nfn h() { 2 }", "1");
        check("/// Doc.\n// @\n#[inline]\nfn f() {\n 1 }\nfn g() { 2 }", "1");
        check("impl A {\n  // @\n  pub async fn f() {\n 1 }\n  fn g() {\n 2 }\n}", "1");
    }

    #[test]
    fn an_inner_comment_is_about_the_file_or_the_item_it_opens() {
        check("//! Doc.\n//! @\nfn f() { 1 }\nmod m { fn g() {\n 2 } }", "12");
        check("mod m {\n  //! @\n  fn f() { 1 }\n}\nfn g() { 2 }", "1");
        check("fn f() {\n  //! @\n  1\n}\nfn g() { 2 }", "1");
    }

    #[test]
    fn what_is_no_comment_suppresses_nothing() {
        check("/// @\nfn f() {\n 1 }", "");
        check("fn f() {\n  let s = \"\n// @\n\";\n  a(1);\n  /* // @\n*/ b(2);\n}", "");
        check("fn f() {\n  // as in: @\n  a(1);\n}", "");
        check("macro_rules! m { () => {\n  // @\n  a(1);\n  b(2);\n} }", "1");
    }

    #[test]
    fn a_text_that_does_not_parse_has_lines() {
        check("fn f( {\n  // @\n  a(1);\n  b(2); // @\n  c(3);\n", "12");
    }
}
