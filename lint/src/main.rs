//! `cargo sockopt`.
fn main() {}
