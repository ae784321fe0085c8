//! What must hold of any text, and texts that try it: `fuzz/` looks for those that break it, and
//! `smoke.rs` tries again what was found, with some mutations that are the same on every run.
//!
//! Invariant: what a target does with an input depends on the input alone.

mod analysis;
mod attribute;
mod fixes;
mod mutate;
mod pool;
mod reports;
mod sample;

use std::{path::PathBuf, sync::OnceLock};

use cargo_sockopt::project::modules::STACK_BYTES;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::sources::repository;
pub use sample::SEPARATOR;

/// What is tried. An input is a text, or several ones with [`SEPARATOR`] between them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    /// The analysis, on bytes.
    Bytes,
    /// The analysis, on sources of this repository, token by token something else.
    Tokens,
    /// The same, on random programs.
    Programs,
    /// Fixes, on both.
    Fixes,
    /// The attribute, on both.
    Attribute,
    /// The whole tool with all that it prints, on both.
    Reports,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Bytes, Self::Tokens, Self::Programs, Self::Fixes, Self::Attribute, Self::Reports];

    /// The name of the fuzzer.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Tokens => "tokens",
            Self::Programs => "programs",
            Self::Fixes => "fixes",
            Self::Attribute => "attribute",
            Self::Reports => "reports",
        }
    }

    /// Where the inputs are kept that reach what others do not, and those that broke something once.
    #[must_use]
    pub fn kept(self) -> [PathBuf; 2] {
        ["seeds", "regressions"].map(|it| repository().join("fuzz").join(it).join(self.name()))
    }

    /// Tries an input.
    ///
    /// # Panics
    /// Something does not hold of it.
    pub fn run(self, input: &[u8]) {
        on_a_large_stack(|| match self {
            Self::Bytes | Self::Tokens | Self::Programs => analysis::check(input),
            Self::Fixes => fixes::check(input),
            Self::Attribute => attribute::check(input),
            Self::Reports => reports::check(input),
        });
    }

    /// Another input of at most `most` bytes.
    #[must_use]
    pub fn mutate(self, input: &[u8], most: usize, seed: u64) -> Vec<u8> {
        let pool = match self {
            Self::Programs => pool::PROGRAMS,
            _ => pool::ALL,
        };
        let text = String::from_utf8_lossy(input);
        let text = on_a_large_stack(|| mutate::mutate(&text, pool, most, seed));
        if self == Self::Bytes { mutate::scattered(text, seed) } else { text.into_bytes() }
    }
}

/// Parsing needs it.
fn on_a_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    static POOL: OnceLock<ThreadPool> = OnceLock::new();
    let pool = POOL.get_or_init(|| {
        let pool = ThreadPoolBuilder::new().stack_size(STACK_BYTES).build();
        pool.expect("a thread starts")
    });
    pool.install(work)
}
