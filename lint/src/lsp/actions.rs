//! What the editor can do about findings: the fixes that `--fix` would make, and comments that suppress.

use std::path::PathBuf;

use gen_lsp_types::{
    CodeAction, CodeActionKind, DocumentChange, OptionalVersionedTextDocumentIdentifier,
    TextDocumentEdit, TextDocumentIdentifier, TextEdit, WorkspaceEdit,
};
use similar::{ChangeTag, TextDiff};
use sockopt_analysis::{Applicability, Edit};

use super::diagnostics::Desk;
use crate::{
    finding::{Finding, Replacement, Suggestion},
    patch::Change,
    suppress::insert::{self, Target},
};

/// All fixes of a file that keep the meaning of the program.
pub(super) const FIX_ALL: &str = "source.fixAll.sockopt";

/// Whether actions of a kind are asked for; a kind stands for all that it is the beginning of.
pub(super) fn is_wanted(kind: &str, only: Option<&[CodeActionKind]>, unasked: bool) -> bool {
    let Some(only) = only else { return unasked };
    only.iter().any(|it| {
        let it = String::from(it.clone());
        it.is_empty()
            || kind.strip_prefix(&it).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

impl Desk<'_> {
    /// The fix of a finding.
    pub(super) fn fix(&self, finding: &Finding, fix: &Suggestion) -> Option<CodeAction> {
        let path = self.path(&fix.edits.first()?.place);
        let edit =
            |it: &Replacement| TextEdit { range: self.range(&it.place), new_text: it.text.clone() };
        let is_sure = fix.applicability == Applicability::MachineApplicable;
        let doubt = if is_sure { "" } else { " (perhaps not what you mean)" };
        Some(CodeAction {
            title: format!("{}{doubt}", fix.message),
            kind: Some(CodeActionKind::QuickFix),
            diagnostics: Some(vec![self.finding(finding)]),
            is_preferred: Some(is_sure),
            edit: Some(self.edit(&path, fix.edits.iter().map(edit).collect())),
            ..CodeAction::default()
        })
    }

    /// A comment that suppresses a finding as soon as the reason is written, which nobody else can do.
    pub(super) fn suppress(&self, finding: &Finding) -> Option<CodeAction> {
        let place = &finding.primary.place;
        let path = self.path(place);
        let text = self.sources.get(&place.path)?.text();
        let target = Target { path: path.clone(), at: place.byte_start, rule: finding.rule };
        let edits = insert::comments(text, &[&target], "");
        let edit =
            |it: Edit| TextEdit { range: self.bytes(&path, text, &it.range), new_text: it.text };
        Some(CodeAction {
            title: format!(
                "suppress `sockopt::{}` here: write the reason behind `--`",
                finding.rule
            ),
            kind: Some(CodeActionKind::QuickFix),
            diagnostics: Some(vec![self.finding(finding)]),
            edit: Some(self.edit(&path, edits.into_iter().map(edit).collect())),
            ..CodeAction::default()
        })
    }

    /// All fixes of a file, as one change of it.
    pub(super) fn fix_all(&self, change: &Change) -> Option<CodeAction> {
        let (old, new) = (str::from_utf8(&change.old).ok()?, str::from_utf8(&change.new).ok()?);
        let edit = |it: Edit| TextEdit {
            range: self.bytes(&change.path, old, &it.range),
            new_text: it.text,
        };
        Some(CodeAction {
            title: "make all safe fixes of `sockopt` in this file".to_owned(),
            kind: Some(FIX_ALL.into()),
            edit: Some(self.edit(&change.path, lines(old, new).into_iter().map(edit).collect())),
            ..CodeAction::default()
        })
    }

    /// Edits of one file, for the version of it that was analyzed.
    fn edit(&self, path: &PathBuf, edits: Vec<TextEdit>) -> WorkspaceEdit {
        let uri = self.uri(path);
        if !self.client.has_versions {
            return WorkspaceEdit {
                changes: Some([(uri, edits)].into()),
                ..WorkspaceEdit::default()
            };
        }
        let text_document = OptionalVersionedTextDocumentIdentifier {
            version: self.documents.get(path).map(|it| it.version),
            text_document_identifier: TextDocumentIdentifier { uri },
        };
        let edits = edits.into_iter().map(Into::into).collect();
        let change = DocumentChange::from(TextDocumentEdit { text_document, edits });
        WorkspaceEdit { document_changes: Some(vec![change]), ..WorkspaceEdit::default() }
    }
}

/// What makes a text of another, in whole lines.
fn lines(old: &str, new: &str) -> Vec<Edit> {
    let diff = TextDiff::from_lines(old, new);
    let mut edits: Vec<Edit> = Vec::new();
    let mut at = 0;
    for change in diff.iter_all_changes() {
        let length = if change.tag() == ChangeTag::Insert { 0 } else { change.value().len() };
        if change.tag() != ChangeTag::Equal {
            let next = Edit { range: at..at, text: String::new() };
            if edits.last().is_none_or(|it| it.range.end != at) {
                edits.push(next);
            }
            if let Some(last) = edits.last_mut() {
                last.range.end += length;
                last.text += if change.tag() == ChangeTag::Insert { change.value() } else { "" };
            }
        }
        at += length;
    }
    edits
}

#[cfg(test)]
mod tests {
    use gen_lsp_types::CodeActionKind;

    use super::{FIX_ALL, is_wanted, lines};
    use crate::patch::edits;

    #[track_caller]
    fn check(old: &str, new: &str, count: usize) {
        let found = lines(old, new);
        let made = edits::apply(old.as_bytes(), &found.iter().collect::<Vec<_>>());
        assert_eq!(String::from_utf8(made).unwrap(), new);
        assert_eq!(found.len(), count, "{found:?}");
    }

    #[test]
    fn edits_make_the_new_text() {
        check("a\nb\nc\n", "a\nb\nc\n", 0);
        check("a\nb\nc\n", "a\nx\ny\nc\nz", 2);
        check("a\r\nb\r\nc", "b\r\nc", 1);
        check("a\nb\n", "b\na\n", 2);
        check("", "a", 1);
    }

    #[test]
    fn a_kind_stands_for_what_it_begins() {
        let wanted =
            |kind: &'static str| is_wanted(FIX_ALL, Some(&[CodeActionKind::from(kind)]), false);
        assert!(wanted("source") && wanted("source.fixAll") && wanted(FIX_ALL) && wanted(""));
        assert!(!wanted("quickfix") && !wanted("source.fix") && !wanted("source.fixAll.other"));
        assert!(is_wanted(FIX_ALL, None, true) && !is_wanted(FIX_ALL, None, false));
        assert!(!is_wanted(FIX_ALL, Some(&[]), true));
    }
}
