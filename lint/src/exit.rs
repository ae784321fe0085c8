//! How a run ends.

use std::process::ExitCode;

/// The documented exit statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// 0: the run was done, and nothing was found at level deny.
    Clean,
    /// 1: the run was done, and something was found at level deny.
    Findings,
    /// 2: the run, or a part of it, could not be done: usage, configuration, an unreadable project,
    /// nothing to analyze.
    Failed,
    /// What clippy ended with, which was run beside and did not succeed; or what the protocol of editors asks for.
    Code(u8),
}

impl Exit {
    /// The number that the process returns.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Failed => 2,
            Self::Code(code) => code,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}
