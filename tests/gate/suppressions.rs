//! Comments that say what is meant to stay.

use super::{Sample, committed, listener, says};

/// A broken listener with a line above its bind.
fn with_comment(comment: &str) -> String {
    listener("serve", false).replace("    socket.bind", &format!("    {comment}\n    socket.bind"))
}

const COMMENT: &str = "// sockopt: allow(missing_reuseaddr) -- the address is new each time";

#[test]
fn what_is_suppressed_does_not_count() {
    let sample = Sample::new(&[("src/lib.rs", &with_comment(COMMENT))]);
    let run = sample.run("", 0);
    assert_eq!(run.stdout, "");
    assert_eq!(run.stderr, "sockopt: nothing found in 1 file, 1 suppressed\n");
    let run = sample.run("--message-format json", 0);
    assert_eq!(run.stdout, "{\"reason\":\"build-finished\",\"success\":true}\n");
    says(&sample.run("-F missing_reuseaddr", 1).stdout, "level `forbid` counts more");
}

#[test]
fn what_is_suppressed_is_not_fixed() {
    let text = with_comment(COMMENT);
    let sample = Sample::new(&[("src/lib.rs", &text)]);
    sample.run("--fix --unsafe-fixes --allow-no-vcs", 0);
    assert_eq!(sample.read("src/lib.rs"), text);
}

#[test]
fn an_unused_suppression_is_found_and_removed() {
    let text = listener("serve", true);
    let sample = Sample::new(&[("src/lib.rs", &format!("{COMMENT}\n{text}"))]);
    let run = sample.run("--message-format short", 0);
    says(&run.stdout, "src/lib.rs:1:19: warning[sockopt::unused_suppression]: `missing_reuseaddr`");
    let json = sample.run("--message-format json", 0).stdout;
    says(&json, "\"code\":\"sockopt::unused_suppression\"");
    says(&json, "MachineApplicable");
    sample.run("-D warnings", 1);
    assert_eq!(sample.run("-A unused_suppression", 0).stdout, "");
    sample.run("--fix --allow-no-vcs", 0);
    assert_eq!(sample.read("src/lib.rs"), text);
}

#[test]
fn in_a_file_without_any_socket_a_suppression_is_unused_too() {
    let other =
        "pub fn f() {\r\n    g(); // sockopt: allow(late_option, udp_reuseaddr) -- gone\r\n}\r\n";
    let lib = format!("pub mod other;\n{}", listener("serve", true));
    let sample = Sample::new(&[("src/lib.rs", &lib), ("src/other.rs", other)]);
    let run = sample.run("--message-format short", 0);
    assert_eq!(run.stdout.matches("unused_suppression").count(), 2, "{}", run.stdout);
    sample.run("--fix --allow-no-vcs", 0);
    assert_eq!(sample.read("src/other.rs"), "pub fn f() {\r\n    g();\r\n}\r\n");
}

#[test]
fn only_the_rule_that_is_unused_goes() {
    let comment = COMMENT.replace("(missing", "(late_option, missing");
    let sample = Sample::new(&[("src/lib.rs", &with_comment(&comment))]);
    says(&sample.run("--message-format short", 0).stdout, "`late_option` finds nothing here");
    sample.run("--fix --allow-no-vcs", 0);
    assert_eq!(sample.read("src/lib.rs"), with_comment(COMMENT));
}

#[test]
fn a_suppression_is_used_whatever_the_run_looks_at() {
    let windows = "// sockopt: allow(windows_reuseaddr) -- exclusive there";
    let call = "    socket.set_reuse_address";
    let other = listener("other", true).replace(call, &format!("    {windows}\n{call}"));
    let both = format!("{}{other}", with_comment(COMMENT));
    let sample = Sample::new(&[("src/lib.rs", &both)]);
    for args in [
        "",
        "--platforms windows",
        "--platforms linux",
        "-A all -W unused_suppression",
        "--examples",
        "-W all",
    ] {
        let run = sample.run(args, 0);
        assert_eq!(run.stdout, "", "{args}: {}", run.stderr);
    }
    sample.write("sockopt.toml", "platforms = [\"windows\"]\n");
    assert_eq!(sample.run("", 0).stdout, "");
    // What was suppressed might come from the file that does not parse.
    let unused = format!("{COMMENT}\nmod broken;\n{}", listener("serve", true));
    let sample = Sample::new(&[("src/lib.rs", &unused), ("src/broken.rs", "fn f() { socket2( {")]);
    assert_eq!(sample.run("", 0).stdout, "");
}

#[test]
fn mistakes_in_a_suppression_are_found_and_repaired() {
    let check = |comment: &str, rule: &str, fixed: Option<&str>| {
        let sample = Sample::new(&[("src/lib.rs", &with_comment(comment))]);
        let run = sample.run("--message-format short", 1);
        says(&run.stdout, &format!("warning[sockopt::{rule}]"));
        says(&run.stdout, "error[sockopt::missing_reuseaddr]");
        let run = Sample::run(&sample, "--diff --unsafe-fixes", 1);
        let Some(fixed) = fixed else { return };
        says(&run.stdout, &format!("+    {fixed}"));
    };
    let reason = "the address is new each time";
    check("// sockopt: allow(missing_reuseaddr)", "malformed_suppression", None);
    check(&COMMENT.replace("--", "-"), "malformed_suppression", Some(COMMENT));
    check(&COMMENT.replace("allow", "expect"), "malformed_suppression", Some(COMMENT));
    check(&COMMENT.replace("reuseaddr", "reusaddr"), "unknown_rule", Some(COMMENT));
    check(
        &format!("/* sockopt: allow(missing_reuseaddr) -- {reason} */"),
        "malformed_suppression",
        None,
    );
}

#[test]
fn prose_is_none() {
    let prose = "// as in `sockopt: allow(missing_reuseaddr) -- reason`, but not here";
    let sample = Sample::new(&[("src/lib.rs", &with_comment(prose))]);
    let run = sample.run("--message-format short", 1);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
}

#[test]
fn suppress_writes_the_comments() {
    let text = format!("{}{}", listener("one", false), listener("two", false));
    let sample = committed(&text);
    sample.run("suppress", 2);
    sample.run_args(&["suppress", "--reason", " "], 2);
    says(
        &sample.run_args(&["suppress", "--reason", "x", "--rule", "late_optoin"], 2).stderr,
        "late_option",
    );
    let run = sample.run_args(&["suppress", "--reason", "x", "--rule", "late_option"], 0);
    assert_eq!(run.stderr, "sockopt: 0 findings suppressed in 0 files\n");
    let reason = "the address is new each time";
    let run = sample.run_args(&["suppress", "--reason", reason, "src"], 0);
    assert_eq!(run.stderr, "sockopt: 2 findings suppressed in 1 file\n");
    let expected = text.replace("    socket.bind", &format!("    {COMMENT}\n    socket.bind"));
    assert_eq!(sample.read("src/lib.rs"), expected);
    assert_eq!(sample.run("", 0).stderr, "sockopt: nothing found in 1 file, 2 suppressed\n");
    // Twice is the same as once, and nothing that is not committed is lost.
    sample.write("src/lib.rs", format!("{expected}{}", listener("three", false)));
    says(&sample.run_args(&["suppress", "--reason", reason], 2).stderr, "src/lib.rs (dirty)");
    sample.run_args(&["suppress", "--reason", reason, "--allow-dirty"], 0);
    assert_eq!(sample.read("src/lib.rs").matches(COMMENT).count(), 3);
}

#[test]
fn what_is_forbidden_cannot_be_suppressed() {
    let sample = committed(&listener("one", false));
    let run = sample.run_args(&["suppress", "--reason", "x", "-F", "missing_reuseaddr"], 2);
    says(&run.stderr, "failed to suppress");
}
