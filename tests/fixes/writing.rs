//! Files are replaced in one step, or left as they are with a message.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::Path,
    process::Command,
};

use super::{LISTENER, Sample, fixed_listener};
use crate::harness::Run;

const FIX: &str = "--fix --allow-no-vcs";

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode can be set");
}

/// A package with two listeners.
fn two() -> Sample {
    let text = format!("mod other;\n{LISTENER}");
    Sample::new(&[("src/lib.rs", &text), ("src/other/mod.rs", LISTENER)])
}

#[test]
fn permissions_stay() {
    let sample = two();
    mode(&sample.path("src/lib.rs"), 0o755);
    mode(&sample.path("src/other/mod.rs"), 0o600);
    sample.run(FIX, 0);
    let mode = |path| fs::metadata(sample.path(path)).expect("a file").mode() & 0o7777;
    assert_eq!((mode("src/lib.rs"), mode("src/other/mod.rs")), (0o755, 0o600));
    assert_eq!(sample.read("src/other/mod.rs"), fixed_listener());
}

#[test]
fn the_owner_stays() {
    let sample = Sample::listener();
    let path = sample.path("src/lib.rs");
    // Only the superuser can give files away.
    if std::os::unix::fs::chown(&path, Some(65534), Some(65534)).is_err() {
        return;
    }
    sample.run(FIX, 0);
    let metadata = fs::metadata(path).expect("a file");
    assert_eq!((metadata.uid(), metadata.gid()), (65534, 65534));
}

#[test]
fn a_link_stays_a_link() {
    let sample = Sample::new(&[("src/lib.rs", "mod linked;\n"), ("shared/real.rs", LISTENER)]);
    symlink("../shared/real.rs", sample.path("src/linked.rs")).expect("a link");
    sample.run(FIX, 0);
    assert!(fs::symlink_metadata(sample.path("src/linked.rs")).expect("a link").is_symlink());
    assert_eq!(sample.read("shared/real.rs"), fixed_listener());
    assert!(sample.stray().is_empty());
}

#[test]
fn a_read_only_file_is_named_and_the_others_are_fixed() {
    let sample = two();
    mode(&sample.path("src/other/mod.rs"), 0o444);
    let run = sample.run(FIX, 2);
    assert!(run.stderr.contains("other/mod.rs`: it is read-only"), "{}", run.stderr);
    assert_eq!(sample.read("src/other/mod.rs"), LISTENER);
    assert!(sample.read("src/lib.rs").ends_with(&fixed_listener()));
    assert!(run.stderr.contains("1 finding fixed in 1 file"), "{}", run.stderr);
    assert!(run.stdout.contains("src/other/mod.rs:5"), "{}", run.stdout);
}

/// Runs the tool in a shell script with the rights of a superuser over mounts only; none where there are none.
#[expect(clippy::print_stderr, reason = "who reads the log must see that a test was not made")]
fn unshared(sample: &Sample, script: &str) -> Option<Run> {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-e", "-c", script, "sh"]);
    command.arg(env!("CARGO_BIN_EXE_under_test")).current_dir(sample.root());
    let output = command.output().ok()?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let run =
        Run { status: output.status, stdout: text(output.stdout), stderr: text(output.stderr) };
    if run.stderr.contains("unshare") || run.stderr.contains("mount:") {
        eprintln!("skipped, since nothing can be mounted here: {}", run.stderr);
        return None;
    }
    Some(run)
}

#[test]
fn a_read_only_folder_is_named_and_the_others_are_fixed() {
    let sample = two();
    let script = format!(
        "mount --bind src/other src/other; mount -o remount,bind,ro src/other; exec \"$1\" {FIX}"
    );
    let Some(run) = unshared(&sample, &script) else { return };
    assert_eq!(run.code(), Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("src/other/mod.rs`: "), "{}", run.stderr);
    assert_eq!(sample.read("src/other/mod.rs"), LISTENER);
    assert!(sample.read("src/lib.rs").ends_with(&fixed_listener()));
}

#[test]
fn a_full_disk_is_named_and_the_others_are_fixed() {
    let sample = two();
    // The folder gets a disk of its own, and that is full.
    let script = format!(
        "cp src/other/mod.rs .; mount -t tmpfs -o size=32k tmpfs src/other; mv mod.rs src/other; \
         head -c 100000 /dev/zero > src/other/filler 2> filler.err || true; \
         \"$1\" {FIX} || code=$?; cp src/other/mod.rs after.rs; ls -A src/other > after; exit $code"
    );
    let Some(run) = unshared(&sample, &script) else { return };
    assert_eq!(run.code(), Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("src/other/mod.rs`: No space left"), "{}", run.stderr);
    assert_eq!(sample.read("after.rs"), LISTENER);
    assert_eq!(sample.read("after"), "filler\nmod.rs\n");
    assert!(sample.read("src/lib.rs").ends_with(&fixed_listener()));
}

#[test]
fn a_limit_on_file_sizes_is_named() {
    let long = format!("{LISTENER}{}", "// long\n".repeat(1000));
    let sample = Sample::new(&[("src/lib.rs", &long)]);
    let mut command = Command::new("sh");
    let script = format!("trap '' XFSZ; ulimit -f 1; exec \"$1\" {FIX}");
    command.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_under_test")]);
    let output = command.current_dir(sample.root()).output().expect("a shell");
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("lib.rs`: File too large"), "{stderr}");
    assert_eq!(sample.read("src/lib.rs"), long);
    assert!(sample.stray().is_empty());
}

#[test]
fn nothing_outside_of_the_workspace_is_written() {
    let outside = Sample::new(&[("a.rs", LISTENER), ("b.rs", LISTENER)]);
    let text = format!("#[path = \"{}\"]\nmod a;\nmod b;\n", outside.path("a.rs").display());
    let sample = Sample::new(&[("src/lib.rs", &text)]);
    symlink(outside.path("b.rs"), sample.path("src/b.rs")).expect("a link");
    let run = sample.run(&format!("{FIX} -W windows_reuseaddr"), 0);
    assert!(run.stdout.contains("windows_reuseaddr"), "it is reported: {}", run.stdout);
    assert_eq!(outside.read("a.rs"), LISTENER);
    assert_eq!(outside.read("b.rs"), LISTENER);
    assert!(!run.stderr.contains("fixed"), "{}", run.stderr);
}

#[test]
fn files_that_are_not_text_are_left_alone() {
    let sample = two();
    let latin = [LISTENER.as_bytes(), b"// \xe4\n"].concat();
    sample.write("src/other/mod.rs", &latin);
    let run = sample.run(FIX, 0);
    assert!(run.stderr.contains("UTF-8"), "{}", run.stderr);
    assert_eq!(fs::read(sample.path("src/other/mod.rs")).expect("a file"), latin);
    assert!(sample.read("src/lib.rs").ends_with(&fixed_listener()));
}

#[test]
fn what_a_file_with_an_error_holds_beside_it_is_fixed() {
    let sample = Sample::listener();
    let text = format!("{LISTENER}\nfn broken() {{ let }}\n");
    sample.write("src/lib.rs", &text);
    sample.run("--diff", 0);
    assert_eq!(sample.read("src/lib.rs"), text);
}

#[test]
fn hard_links_keep_the_old_text() {
    let sample = Sample::listener();
    fs::hard_link(sample.path("src/lib.rs"), sample.path("backup")).expect("a link");
    sample.run(FIX, 0);
    assert_eq!(
        (sample.read("src/lib.rs"), sample.read("backup")),
        (fixed_listener(), LISTENER.into())
    );
}
