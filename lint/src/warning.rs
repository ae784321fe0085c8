//! What could not be analyzed, though the run went on without it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::finding::{Place, Sources};

/// One file, folder or declaration that the analysis had to do without.
#[derive(Debug, Clone)]
pub struct Warning {
    /// The file or folder.
    pub path: PathBuf,
    /// Where in it, as bytes from its start, if that is known.
    pub offset: Option<usize>,
    /// What is wrong, completing "failed to …".
    pub message: String,
    /// What to do: an imperative.
    pub help: Option<String>,
}

/// A [`Warning`] whose place was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Located {
    /// The path as users see it.
    pub path: String,
    /// Where in the file, if that is known.
    pub place: Option<Place>,
    /// What is wrong, completing "failed to …".
    pub message: String,
    /// What to do: an imperative.
    pub help: Option<String>,
}

impl Located {
    /// The same with paths that are displayed relative to another folder.
    #[must_use]
    pub fn moved(&self, sources: &Sources, base: &Path) -> Self {
        let mut warning = self.clone();
        let paths = warning.place.as_mut().map(|it| &mut it.path).into_iter();
        paths.chain([&mut warning.path]).for_each(|it| *it = sources.moved(it, base));
        warning
    }
}

impl Warning {
    /// A warning about a whole file or folder.
    pub fn new(path: impl Into<PathBuf>, message: impl Into<String>) -> Self {
        Self { path: path.into(), offset: None, message: message.into(), help: None }
    }

    /// Says where in the file.
    #[must_use]
    pub fn at(mut self, offset: usize) -> Self {
        self.offset = Some(offset);
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }
}
