//! The tool under test.

fn main() {}
