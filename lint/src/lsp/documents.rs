//! The texts that are open in the editor: they count, whatever the files hold.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use gen_lsp_types::{
    DidChangeTextDocumentParams, TextDocumentContentChangeEvent, TextDocumentItem, Uri,
};

use super::{position::Encoding, uri};

/// An open text.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// As the editor names it.
    pub(super) uri: Uri,
    /// Its version.
    pub(super) version: i32,
    /// What it holds.
    pub(super) text: String,
}

/// The open texts, by file.
#[derive(Debug, Clone)]
pub(super) struct Documents {
    encoding: Encoding,
    all: BTreeMap<PathBuf, Document>,
}

impl Documents {
    /// None yet.
    pub(super) const fn new(encoding: Encoding) -> Self {
        Self { encoding, all: BTreeMap::new() }
    }

    /// Those that are open.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&PathBuf, &Document)> {
        self.all.iter()
    }

    /// An open text.
    pub(super) fn get(&self, path: &PathBuf) -> Option<&Document> {
        self.all.get(path)
    }

    /// Opens a text. Says whether it is one that counts.
    pub(super) fn open(&mut self, document: TextDocumentItem) -> bool {
        let TextDocumentItem { uri, version, text, .. } = document;
        let path = uri::path(&uri).filter(|it| counts(it));
        let Some(path) = path else { return false };
        self.all.insert(path, Document { uri, version, text });
        true
    }

    /// Closes a text. Says whether it was one that counts.
    pub(super) fn close(&mut self, uri: &Uri) -> bool {
        uri::path(uri).is_some_and(|path| self.all.remove(&path).is_some())
    }

    /// Changes a text, change by change.
    pub(super) fn change(&mut self, params: DidChangeTextDocumentParams) {
        let document = params.text_document;
        let path = uri::path(&document.text_document_identifier.uri);
        let Some(open) = path.and_then(|path| self.all.get_mut(&path)) else { return };
        open.version = document.version;
        for change in params.content_changes {
            match change {
                TextDocumentContentChangeEvent::TextDocumentContentChangePartial(it) => {
                    let start = self.encoding.offset(&open.text, it.range.start);
                    let end = self.encoding.offset(&open.text, it.range.end).max(start);
                    open.text.replace_range(start..end, &it.text);
                }
                TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(it) => {
                    open.text = it.text;
                }
            }
        }
    }
}

/// Whether a file is one of those that are analyzed.
pub(super) fn counts(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "rs")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use serde_json::{from_value, json};

    use super::{Documents, Encoding};

    #[test]
    fn changes_are_made_one_after_the_other() {
        let mut documents = Documents::new(Encoding::Utf16);
        let open = |uri: &str| {
            from_value(json!({ "uri": uri, "languageId": "rust", "version": 1, "text": "ab\nc" }))
        };
        assert!(documents.open(open("file:///a.rs").unwrap()));
        assert!(!documents.open(open("file:///Cargo.toml").unwrap()));
        let at = |line: u32, character: u32| json!({ "line": line, "character": character });
        let change = json!({
            "textDocument": { "uri": "file:///a.rs", "version": 2 },
            "contentChanges": [
                { "range": { "start": at(0, 1), "end": at(1, 0) }, "text": "\n😀\n" },
                { "range": { "start": at(1, 2), "end": at(1, 2) }, "text": "x" },
            ],
        });
        documents.change(from_value(change).unwrap());
        let path = PathBuf::from("/a.rs");
        let document = documents.get(&path).unwrap();
        assert_eq!((document.text.as_str(), document.version), ("a\n😀x\nc", 2));
        let change = json!({
            "textDocument": { "uri": "file:///a.rs", "version": 3 },
            "contentChanges": [{ "text": "new" }],
        });
        documents.change(from_value(change).unwrap());
        assert_eq!(documents.get(&path).unwrap().text, "new");
    }
}
