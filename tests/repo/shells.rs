//! Completions, in a real bash, and the manual.

use std::{fs, process::Command};

use crate::{harness::Tool, sample::Sample};

fn script(shell: &str) -> String {
    let run = Tool::new().args(["completions", shell]).run();
    assert_eq!(run.code(), Some(0), "{}", run.stderr);
    run.stdout
}

/// What bash offers for a line, of which the last word is not complete, after some further script.
fn offered(before: &str, line: &str) -> Vec<String> {
    let sample = Sample::bare(&[("completions.bash", &script("bash")), ("before.bash", before)]);
    let driver = "
        source before.bash
        source completions.bash
        COMP_WORDS=(\"$@\")
        COMP_CWORD=$(($# - 1))
        [[ $(complete -p \"$1\") =~ -F\\ ([^ ]+) ]]
        \"${BASH_REMATCH[1]}\" \"$1\" \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD - 1]}\"
        printf '%s\\n' \"${COMPREPLY[@]}\"
    ";
    let mut bash = Command::new("bash");
    bash.args(["--noprofile", "--norc", "-c", driver, "bash"]).args(line.split(' '));
    let output = bash.current_dir(sample.root()).output().expect("bash runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && stderr.is_empty(), "{stderr}");
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_the_program_and_the_command_of_cargo() {
    for start in ["cargo-sockopt", "cargo sockopt", "cargo +nightly sockopt"] {
        assert_eq!(offered("", &format!("{start} supp")), ["suppress"], "{start}");
        assert_eq!(offered("", &format!("{start} --unsafe")), ["--unsafe-fixes"], "{start}");
        assert_eq!(offered("", &format!("{start} --explain late")), ["late_option"], "{start}");
        assert_eq!(offered("", &format!("{start} suppress --rul")), ["--rule"], "{start}");
    }
}

#[test]
fn bash_still_completes_the_rest_of_cargo() {
    let cargo = "_others() { COMPREPLY=(asked \"$@\"); }\ncomplete -F _others cargo";
    assert_eq!(offered(cargo, "cargo buil"), ["asked", "cargo", "buil", "cargo"]);
    assert_eq!(offered(cargo, "cargo sockopt supp"), ["suppress"]);
    // Where scripts are loaded when they are needed.
    let lazy = format!("_completion_loader() {{\n{cargo}\nreturn 124\n}}");
    assert_eq!(offered(&lazy, "cargo buil"), ["asked", "cargo", "buil", "cargo"]);
    assert_eq!(offered("", "cargo buil"), [""]);
}

#[test]
fn every_shell_gets_a_script_with_the_names_of_rules() {
    let starts = [
        ("bash", "_cargo_sockopt()"),
        ("elvish", "edit:completion:arg-completer[cargo-sockopt]"),
        ("fish", "complete -c cargo -n"),
        ("nushell", "export extern \"cargo sockopt\" ["),
        ("powershell", "-CommandName 'cargo-sockopt'"),
        ("zsh", "#compdef cargo-sockopt"),
    ];
    for (shell, start) in starts {
        let script = script(shell);
        assert!(script.contains(start) && script.contains("unsafe-fixes"), "{shell}: {script}");
        let names_rules = script.contains("late_option");
        // These generators write no values.
        assert_eq!(names_rules, !["elvish", "powershell"].contains(&shell), "{shell}");
    }
    assert_eq!(Tool::new().args(["completions", "sh"]).run().code(), Some(2));
}

#[test]
fn every_command_has_a_page_in_the_manual() {
    let sample = Sample::bare(&[]);
    let page = sample.run("man", 0).stdout;
    assert!(page.contains(".SH SYNOPSIS") && page.contains("Exit status"), "{page}");
    sample.run("man share/man1", 0);
    assert_eq!(sample.read("share/man1/cargo-sockopt.1"), page);
    for command in ["suppress", "baseline-write", "config", "init", "completions", "man"] {
        let page = sample.read(&format!("share/man1/cargo-sockopt-{command}.1"));
        assert!(page.contains(".SH NAME"), "{page}");
        assert!(page.contains(&format!("cargo sockopt {}", command.replace('-', " "))), "{page}");
    }
    fs::write(sample.path("taken"), "").expect("a file can be written");
    let run = sample.run("man taken", 2);
    assert!(run.stderr.contains("failed to write") && run.stderr.contains("taken"), "{run:?}");
}
