//! The fuzzers of `fuzz/`, as far as they go in a few seconds: every input that is kept, and some mutations that
//! are the same on every run.

use std::{fs, sync::mpsc, thread, time::Duration};

use sockopt_tests::fuzzing::Target;

/// No input takes longer, on the slowest machine: a fuzzer is content with ten seconds of a fast one.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many inputs of each target are made up.
const MUTATIONS: u64 = 60;

/// How long these may be.
const MOST: usize = 8 << 10;

/// The inputs of a target, by name.
fn inputs(target: Target) -> Vec<(String, Vec<u8>)> {
    let mut inputs = Vec::new();
    for folder in target.kept() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("kept inputs can be listed").path();
            let bytes = fs::read(&path).expect("kept inputs can be read");
            inputs.push((path.display().to_string(), bytes));
        }
    }
    inputs.sort_unstable();
    // One of these is several runs of the tool.
    let count = if target == Target::Reports { MUTATIONS / 4 } else { MUTATIONS };
    for seed in 0..count {
        // Half of them begin with nothing: what they are made from is up to the mutation.
        let kept = usize::try_from(seed).ok().and_then(|it| inputs.get(it));
        let kept = kept.map_or(&[][..], |(_, bytes)| bytes);
        let input = target.mutate(if seed % 2 == 0 { &[] } else { kept }, MOST, seed);
        inputs.push((format!("mutation {seed}"), input));
    }
    inputs
}

fn check(target: Target) {
    for (name, input) in inputs(target) {
        let (sender, done) = mpsc::channel();
        let worker = thread::spawn(move || {
            target.run(&input);
            let _ = sender.send(());
        });
        let waited = done.recv_timeout(PATIENCE);
        let has_end = waited != Err(mpsc::RecvTimeoutError::Timeout);
        assert!(has_end, "{}, {name}: no end", target.name());
        if let Err(why) = worker.join() {
            let why = why.downcast_ref::<String>().map_or("it panics", String::as_str);
            panic!("{}, {name}: {why}", target.name());
        }
    }
}

#[test]
fn bytes_do_no_harm() {
    check(Target::Bytes);
}

#[test]
fn mutated_sources_do_no_harm() {
    check(Target::Tokens);
}

#[test]
fn mutated_programs_do_no_harm() {
    check(Target::Programs);
}

#[test]
fn fixes_of_mutated_sources_keep_their_promises() {
    check(Target::Fixes);
}

#[test]
fn the_attribute_on_mutated_sources_keeps_its_promises() {
    check(Target::Attribute);
}

#[test]
fn reports_about_mutated_sources_can_be_read() {
    check(Target::Reports);
}

#[test]
fn every_target_is_a_fuzzer() {
    let manifest = sockopt_tests::sources::repository().join("fuzz/Cargo.toml");
    let manifest = fs::read_to_string(manifest).expect("a manifest");
    for target in Target::ALL {
        let line = format!("path = \"targets/{}.rs\"", target.name());
        assert!(manifest.contains(&line), "there is no fuzzer {}", target.name());
    }
}
