//! How a finding can be repaired: verbs over sites. [`crate::rewrite()`] turns them into edits of a text.

use crate::sites::{FileId, Site};

/// How far a fix can be trusted, as in rustc. Advice without a fix is the `help` of a diagnostic.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Applicability {
    /// It is what the author meant, and compiles.
    MachineApplicable,
    /// It compiles; whether it is what the author meant, only the author knows.
    MaybeIncorrect,
}

/// What to do about one finding. All its sites are in one file.
#[derive(Clone, Debug)]
pub struct Fix {
    /// How far it can be trusted.
    pub applicability: Applicability,
    pub(crate) action: Action,
    /// Whether the call that it is about is also made on Windows.
    pub(crate) on_windows: bool,
}

impl Fix {
    /// A fix that is what the author meant.
    pub(crate) const fn sure(action: Action) -> Self {
        Self { applicability: Applicability::MachineApplicable, action, on_windows: false }
    }

    /// A fix that the author has to look at.
    pub(crate) const fn unsure(action: Action) -> Self {
        Self { applicability: Applicability::MaybeIncorrect, action, on_windows: false }
    }

    /// The file that it changes.
    #[must_use]
    pub fn file(&self) -> FileId {
        self.action.site().file
    }

    /// The call around which it changes the text.
    #[must_use]
    pub fn site(&self) -> Site {
        self.action.site()
    }
}

/// One change of a program.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// Make the statement around a call go.
    Remove { call: Site },
    /// Keep a call from being made on Windows.
    NotOnWindows { call: Site },
}

impl Action {
    fn site(&self) -> Site {
        match self {
            Self::Remove { call } | Self::NotOnWindows { call } => *call,
        }
    }
}
