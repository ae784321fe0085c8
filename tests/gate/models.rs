//! Models: what calls do whose source cannot be seen, as the configuration says it.

use super::{Sample, says};

const MANIFEST: &str = "\
[package]
name = \"sample\"
version = \"0.0.0\"
edition = \"2024\"

[dependencies]
net = { package = \"acme-net\", version = \"2\" }

[workspace]
";

const LISTEN: &str = "\
[[models]]
path = \"acme_net::listen\"
creates = \"tcp\"
binds = 0
listens = true
versions = \">=2\"
";

/// A listener in a file that names nothing but the wrapper, by the other name that the package gives its crate.
fn sample(config: &str) -> Sample {
    let sample = Sample::new(&[
        ("Cargo.toml", MANIFEST),
        ("src/lib.rs", "mod prelude;\nmod web;\nmod again;\n"),
        ("src/web.rs", "pub fn web() { net::listen(\"[::]:80\").unwrap(); }\n"),
        ("src/prelude.rs", "pub use net::*;\npub use net::listen as open;\n"),
        (
            "src/again.rs",
            "use crate::prelude::*;\npub fn one() { listen(\"[::]:81\").unwrap(); }\n\
             pub fn two() { crate::prelude::open(\"[::]:82\").unwrap(); }\n",
        ),
    ]);
    sample.write("sockopt.toml", config);
    sample
}

fn places(sample: &Sample, code: i32) -> Vec<String> {
    let run = sample.run("--message-format short", code);
    let place = |line: &str| line.split(": ").next().unwrap_or_default().to_owned();
    run.stdout.lines().map(place).collect()
}

#[test]
fn a_wrapper_is_judged_wherever_it_is_called() {
    assert!(places(&sample(""), 0).is_empty());
    let found = places(&sample(LISTEN), 1);
    assert_eq!(found, ["src/again.rs:2:16", "src/again.rs:3:16", "src/web.rs:1:16"]);
    let set = format!("{LISTEN}sets = {{ SO_REUSEADDR = {{ platforms = [\"unix\"] }} }}\n");
    assert!(places(&sample(&set), 0).is_empty());
    assert!(places(&sample(&LISTEN.replace(">=2", "<2")), 0).is_empty());
}

#[test]
fn a_described_call_may_return_the_socket_or_a_result() {
    let models = "[[models]]\npath = \"acme_net::Server::new\"\ncreates = \"tcp\"\nreturns = \"acme_net::Server\"\n\
                  [[models]]\npath = \"acme_net::Server::start\"\nbinds = 1\nlistens = true\n";
    for new in ["Server::new()", "Server::new().unwrap()", "Server::new()?"] {
        let sample = sample(models);
        let text = format!(
            "use acme_net::Server;\npub fn four() -> Result<(), acme_net::Error> {{\n    let server = {new};\n    server.start(\"[::]:84\");\n    Ok(())\n}}\n"
        );
        sample.write("src/lib.rs", text);
        let found = places(&sample, 1);
        assert_eq!(found, ["src/lib.rs:4:12"], "{new}");
    }
}

#[test]
fn a_model_in_a_manifest_says_the_same() {
    let sample = sample("");
    std::fs::remove_file(sample.path("sockopt.toml")).expect("it was there");
    let section = LISTEN.replace("[[models]]", "[[package.metadata.sockopt.models]]");
    sample.write("Cargo.toml", format!("{MANIFEST}{section}"));
    assert_eq!(places(&sample, 1).len(), 3);
}

#[test]
fn no_fix_changes_what_a_model_describes() {
    let sample = sample(LISTEN);
    let before = sample.read("src/web.rs");
    sample.run("--fix --unsafe-fixes --allow-no-vcs", 1);
    assert_eq!(sample.read("src/web.rs"), before);
}

#[test]
fn a_commit_is_compared_with_todays_models() {
    let sample = sample(LISTEN);
    sample.commit("first");
    sample.write("src/new.rs", "");
    assert!(sample.run("--since HEAD", 0).stdout.is_empty());
    sample.write("src/lib.rs", "mod prelude;\nmod web;\nmod again;\npub fn three() { net::listen(\"[::]:83\").unwrap(); }\n");
    says(&sample.run("--since HEAD", 1).stdout, "src/lib.rs:4");
}

#[test]
fn examples_are_compared_with_their_marks() {
    let good =
        "example = '''\nlet first = acme_net::listen(\"[::]:80\")?; //~ missing_reuseaddr\n'''\n";
    let run = sample(&format!("{LISTEN}{good}")).run("model test", 0);
    assert_eq!(run.stdout, "ok: acme_net::listen (sockopt.toml:2)\n  1 as marked\n");
    let cases = [
        (
            "let a = 1;\nacme_net::listen(\"[::]:80\")?;",
            "unexpected: sockopt.toml:9 missing_reuseaddr: ",
        ),
        (
            "acme_net::listen(\"[::]:0\")?; //~ missing_reuseaddr",
            "missed: sockopt.toml:8 missing_reuseaddr\n",
        ),
        (
            "acme_net::listen(\"[::]:0\")?; //~ not a mark",
            "sockopt.toml:8: `//~ not a mark` is no mark",
        ),
        (
            "acme_net::listen()?;",
            "sockopt.toml:8: the example has a call with fewer arguments than its model says",
        ),
        ("let a = 1;", "sockopt.toml:8: the example does not call `acme_net::listen`"),
        ("let a = 1;\nlet b = ;", "sockopt.toml:9: "),
        (
            "fn f() {\n    acme_net::listen(\"[::]:80\");\n}",
            "unexpected: sockopt.toml:9 missing_reuseaddr: ",
        ),
    ];
    for (code, expected) in cases {
        let run = sample(&format!("{LISTEN}example = '''\n{code}\n'''\n")).run("model test", 1);
        says(&run.stdout, "failed: acme_net::listen (sockopt.toml:2)\n");
        says(&run.stdout, expected);
    }
}

#[test]
fn models_without_an_example_and_without_a_use_are_named() {
    let other = "[[models]]\npath = \"acme_net::gone\"\nneutral = true\n";
    let run = sample(&format!("{LISTEN}{other}")).run("model test", 0);
    says(&run.stdout, "no example: acme_net::listen (sockopt.toml:2)\nno example: acme_net::gone");
    says(&run.stdout, "  no call of it is seen in this workspace\n");
    says(&run.stderr, "2 models: 0 ok, 0 failed, 2 without an example, 1 unused\n");
}

#[test]
fn the_settings_name_the_models() {
    says(
        &sample(LISTEN).run("config", 0).stdout,
        "# models, for all packages\n#   acme_net::listen  # sockopt.toml:2\n",
    );
}
