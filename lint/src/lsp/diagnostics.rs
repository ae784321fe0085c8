//! What was found, in the editor's words.

use std::{
    fs, ops,
    path::{Path, PathBuf},
};

use gen_lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    Location, Range, Uri,
};

use super::{Client, documents::Documents, position::Encoding, uri};
use crate::{
    error::Error,
    finding::{Finding, Label, Place, Severity, Sources},
    report::rule_url,
    suppress::rules,
    warning::Located,
};

const SOURCE: &str = "sockopt";

/// Where things are, for the editor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Desk<'a> {
    pub(super) client: Client,
    pub(super) documents: &'a Documents,
    /// The texts of the project.
    pub(super) sources: &'a Sources,
}

impl Desk<'_> {
    /// The file of a place.
    pub(super) fn path(&self, place: &Place) -> PathBuf {
        self.sources.absolute(&place.path)
    }

    /// A file, as the editor names it.
    pub(super) fn uri(&self, path: &PathBuf) -> Uri {
        self.documents.get(path).map_or_else(|| uri::of(path), |it| it.uri.clone())
    }

    /// A place, as the editor counts.
    pub(super) fn range(&self, place: &Place) -> Range {
        let text = self.sources.get(&place.path).map_or("", |it| it.text());
        self.bytes(&self.path(place), text, &(place.byte_start..place.byte_end))
    }

    /// Bytes of the text of a file, as the editor counts.
    pub(super) fn bytes(&self, path: &PathBuf, text: &str, bytes: &ops::Range<usize>) -> Range {
        let is_open = self.documents.get(path).is_some();
        // An editor takes a byte order mark away when it reads a file.
        let shown = if is_open { text } else { text.strip_prefix('\u{feff}').unwrap_or(text) };
        let hidden = text.len() - shown.len();
        let bytes = bytes.start.saturating_sub(hidden)..bytes.end.saturating_sub(hidden);
        self.client.encoding.range(shown, &bytes)
    }

    /// A finding.
    pub(super) fn finding(&self, finding: &Finding) -> Diagnostic {
        let related = |it: &Label| DiagnosticRelatedInformation {
            location: Location {
                uri: self.uri(&self.path(&it.place)),
                range: self.range(&it.place),
            },
            message: it.text.clone(),
        };
        let related = || finding.secondary.iter().map(related).collect();
        let is_unused = finding.rule == rules::UNUSED.name;
        Diagnostic {
            range: self.range(&finding.primary.place),
            severity: Some(match finding.severity {
                Severity::Error => DiagnosticSeverity::Error,
                Severity::Warning => DiagnosticSeverity::Warning,
            }),
            code: Some(format!("sockopt::{}", finding.rule).into()),
            code_description: Some(CodeDescription { href: Uri(rule_url(finding.rule)) }),
            tags: is_unused.then(|| vec![DiagnosticTag::Unnecessary]),
            related_information: self.client.has_related.then(related),
            ..plain(finding.account())
        }
    }

    /// What could not be analyzed: a remark, since the compiler says the same, and louder.
    pub(super) fn warning(&self, warning: &Located) -> Diagnostic {
        let help = warning.help.iter().map(|it| format!("\nhelp: {it}"));
        let text = std::iter::once(warning.message.clone()).chain(help).collect();
        Diagnostic {
            range: warning.place.as_ref().map(|it| self.range(it)).unwrap_or_default(),
            severity: Some(DiagnosticSeverity::Information),
            ..plain(text)
        }
    }
}

fn plain(text: String) -> Diagnostic {
    let source = Some(SOURCE.to_owned());
    Diagnostic { source, message: text.into(), ..Diagnostic::default() }
}

/// Why a project could not be analyzed, and the file that is to be corrected, if it is one.
pub(super) fn error(error: &Error, encoding: Encoding) -> Option<(PathBuf, Diagnostic)> {
    let (path, line) = match error {
        Error::Config { path, line, .. } => (path, *line),
        Error::Manifest(path, _) | Error::Version { path, .. } | Error::TwoConfigs(path, _) => {
            (path, 1)
        }
        _ => return None,
    };
    let diagnostic = Diagnostic {
        range: whole_line(path, line, encoding),
        severity: Some(DiagnosticSeverity::Error),
        ..plain(text(error))
    };
    Some((path.clone(), diagnostic))
}

/// An error, as a run says it.
pub(super) fn text(error: &Error) -> String {
    let help = error.help().map(|it| format!("\nhelp: {it}"));
    format!("{error}{}", help.unwrap_or_default())
}

fn whole_line(path: &Path, number: usize, encoding: Encoding) -> Range {
    let text = fs::read_to_string(path).unwrap_or_default();
    let mut start = 0;
    let mut lines = text.split_inclusive('\n');
    for line in lines.by_ref().take(number.saturating_sub(1)) {
        start += line.len();
    }
    let length = lines.next().map_or(0, |it| it.trim_end().len());
    encoding.range(&text, &(start..start + length))
}
