//! The tool in an editor: beside clippy.

mod clippy;
