//! The tables, one file per crate.

use super::Model;

mod socket2;

/// Every table; a new crate is one file and one line here.
pub(super) static MODELS: &[&Model] = &[&socket2::MODEL];
