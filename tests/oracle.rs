//! Random programs: what the kernel saw of them, and what the tool says (`oracle/`, which is a program).

use std::{
    io::{self, Write},
    process::Command,
};

use crate::harness::fixtures_dir;

/// So few that they take no longer than the other tests; a run over thousands is a matter of minutes.
const PROGRAMS: &str = "120";

#[test]
fn the_kernel_agrees_with_the_tool_on_random_programs() {
    let run = Command::new(env!("CARGO_BIN_EXE_oracle"))
        .arg(fixtures_dir().join("target/oracle-programs"))
        .args(["--programs", PROGRAMS, "--seed", "1"])
        .output()
        .expect("the oracle starts");
    let (stdout, stderr) =
        (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{stdout}{stderr}");
    if stdout.contains(" 0 listeners restarted") {
        let _ = writeln!(io::stderr(), "SKIPPED (blind environment): restarts of random programs");
    }
}
