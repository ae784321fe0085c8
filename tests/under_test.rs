//! The tool under test.

use std::process::ExitCode;

fn main() -> ExitCode {
    cargo_sockopt::main()
}
