//! The tool in an editor: as a language server, and beside clippy.

mod client;
mod clippy;
mod server;
