//! Findings that are known, in a file.

use super::{Sample, listener, says};

const FILE: &str = "sockopt-baseline.toml";
const CHECK: &str = "--baseline sockopt-baseline.toml";

/// A package with findings that are all known.
fn known(text: &str) -> Sample {
    let sample = Sample::new(&[("src/lib.rs", text)]);
    sample.run("baseline write", 0);
    sample.run(CHECK, 0);
    sample
}

#[test]
fn what_is_known_is_counted_and_does_not_fail() {
    let sample = Sample::new(&[("src/lib.rs", &listener("one", false))]);
    let run = sample.run("baseline write", 0);
    says(&run.stderr, "added: src/lib.rs:3: sockopt::missing_reuseaddr\n");
    says(&run.stderr, "sockopt: 1 finding in `sockopt-baseline.toml`: 1 added, 0 removed\n");
    let run = sample.run(CHECK, 0);
    assert_eq!(run.stdout, "");
    assert_eq!(run.stderr, "sockopt: nothing found in 1 file, 1 known before\n");
    sample.run("", 1);
    sample.write("src/lib.rs", listener("one", false) + &listener("two", false));
    let run = sample.run(&format!("{CHECK} --message-format short"), 1);
    says(&run.stdout, "src/lib.rs:9:12: error[sockopt::missing_reuseaddr]");
    assert_eq!(run.stdout.lines().count(), 1);
    says(&run.stderr, "sockopt: 1 error in 1 file, 1 known before\n");
}

#[test]
fn a_baseline_that_is_not_there_ends_the_run() {
    let sample = Sample::new(&[("src/lib.rs", &listener("one", true))]);
    let run = sample.run("--baseline gone.toml", 2);
    says(&run.stderr, "gone.toml");
    says(&run.stderr, "cargo sockopt baseline write");
    sample.run("baseline prune", 2);
    sample.write(FILE, "version = 1\nfindings = [\n  { rule = 1 },\n]\n");
    says(&sample.run(CHECK, 2).stderr, "sockopt-baseline.toml:3");
}

#[test]
fn the_file_is_sorted_and_has_a_line_per_finding() {
    let sample = known(&(listener("two", false) + &listener("one", false)));
    let text = sample.read(FILE);
    let lines: Vec<_> = text.lines().filter(|it| it.contains("rule = ")).collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].contains("item = \"one\"") && lines[1].contains("item = \"two\""), "{text}");
    says(lines[0], "code = \"socket.bind(&addr.into())\"");
    assert!(!text.contains("line ="), "{text}");
    sample.run("baseline write", 0);
    assert_eq!(sample.read(FILE), text);
}

#[test]
fn a_thousand_lines_and_other_formatting_change_nothing() {
    let sample = known(&listener("one", false));
    let text = listener("one", false).replace(
        "socket.bind(&addr.into())",
        "socket\n        .bind(\n            &addr.into(), // here\n        )",
    );
    sample.write("src/lib.rs", "// A line.\n".repeat(1000) + &text);
    sample.run(CHECK, 0);
}

#[test]
fn code_that_moved_is_known() {
    let sample = known(&(listener("one", false) + &listener("two", false)));
    sample.write("src/lib.rs", format!("mod net;\n{}", listener("one", false)));
    sample.write("src/net.rs", listener("two", false));
    sample.run(CHECK, 0);
    let inside = format!("mod server {{\n{}}}\n{}", listener("two", false), listener("one", false));
    sample.write("src/lib.rs", inside);
    sample.write("src/net.rs", "");
    sample.run(CHECK, 0);
}

#[test]
fn a_finding_that_is_gone_makes_no_room_for_another() {
    let sample = known(&(listener("one", false) + &listener("two", true)));
    sample.write("src/lib.rs", listener("one", true) + &listener("two", false));
    let run = sample.run(&format!("{CHECK} --message-format short"), 1);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    says(&run.stdout, "src/lib.rs:10:");
    says(
        &run.stderr,
        "sockopt: 1 finding of the baseline is gone: see `cargo sockopt baseline prune`\n",
    );
    // Nor one of the same name in another file.
    let sample = known(&(listener("one", false) + "mod net;\n"));
    sample.write("src/lib.rs", listener("one", true) + "mod net;\n");
    sample.write("src/net.rs", listener("one", false));
    sample.run(CHECK, 1);
    // Nor one twice in one function.
    let sample = known(&listener("one", false));
    let twice = listener("one", false);
    let body = &twice[twice.find("    let").unwrap()..twice.find("    Ok").unwrap()];
    sample.write(
        "src/lib.rs",
        twice.replacen("    let", &format!("    {{\n{body}    }}\n    let"), 1),
    );
    let run = sample.run(&format!("{CHECK} --message-format short"), 1);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
}

#[test]
fn pruning_removes_and_never_adds() {
    let sample = known(&(listener("one", false) + &listener("two", false)));
    let before = sample.read(FILE);
    sample.write("src/lib.rs", listener("one", false) + &listener("three", false));
    let run = sample.run("baseline prune -A all --platforms windows", 0);
    says(&run.stderr, "sockopt: 1 finding in `sockopt-baseline.toml`: 1 of 2 are gone\n");
    let after = sample.read(FILE);
    assert!(after.lines().all(|line| before.contains(line)), "{after}");
    assert!(after.contains("\"one\"") && !after.contains("\"two\""), "{after}");
    sample.run(CHECK, 1);
    sample.run("baseline prune", 0);
    assert_eq!(sample.read(FILE), after);
}

#[test]
fn both_sides_of_a_merge_can_be_kept() {
    let sample = known(&listener("one", false));
    let one = sample.read(FILE);
    sample.write("src/lib.rs", listener("two", false));
    sample.run("baseline write", 0);
    let two = sample.read(FILE);
    let line = |text: &str| text.lines().find(|it| it.contains("rule")).unwrap().to_owned() + "\n";
    sample.write(FILE, two.replace(&line(&two), &(line(&two) + &line(&one) + &line(&one))));
    sample.write("src/lib.rs", listener("one", false) + &listener("two", false));
    sample.run(CHECK, 0);
}

#[test]
fn suppressions_and_the_baseline_do_not_mix() {
    let comment = "    // sockopt: allow(missing_reuseaddr) -- why\n    socket.bind";
    let text = listener("one", false).replace("    socket.bind", comment);
    let sample = Sample::new(&[("src/lib.rs", &text)]);
    says(&sample.run("baseline write", 0).stderr, "sockopt: 0 findings in");
    sample.write("src/lib.rs", listener("one", false));
    sample.run(CHECK, 1);
    // What is known gets no comment.
    let sample = known(&listener("one", false));
    sample.write("src/lib.rs", listener("one", false) + &listener("two", false));
    let suppress = ["suppress", "--reason", "why", "--allow-no-vcs", "--baseline", FILE];
    says(&sample.run_args(&suppress, 0).stderr, "sockopt: 1 finding suppressed in 1 file");
    assert_eq!(
        sample.read("src/lib.rs"),
        listener("one", false) + &listener("two", false).replace("    socket.bind", comment)
    );
    sample.run(CHECK, 0);
}
