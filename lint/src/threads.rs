//! The threads that parse and analyze.
//!
//! There is one pool for all that is done: what a thread frees stays with it, to be used again, so other threads for
//! another step would hold as much memory once more.

use std::sync::LazyLock;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::{error::Error, project::modules::STACK_BYTES};

/// As many threads as there are processors, each with [`STACK_BYTES`].
///
/// # Errors
/// The system has none to give.
pub fn threads() -> Result<&'static ThreadPool, Error> {
    static POOL: LazyLock<Result<ThreadPool, String>> = LazyLock::new(|| {
        let pool = ThreadPoolBuilder::new().stack_size(STACK_BYTES).build();
        pool.map_err(|error| error.to_string())
    });
    POOL.as_ref().map_err(|error| Error::Threads(error.clone()))
}
