//! What the attribute makes of the fixtures, beside what their fixes make of them.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;
use sockopt_analysis::testing::{arranged, calls, fixed_by, items};

use crate::harness::{Fixture, cargo_in, copy, fixtures_dir};
use crate::sample::{MANIFEST, Sample};

/// The rules whose findings the attribute puts right.
const RULES: [&str; 2] = ["missing_reuseaddr", "late_option"];

/// Sources that the attribute arranges in another way than the fixes do, and why.
const OTHERWISE: &[(&str, &str)] = &[];

#[test]
fn the_attribute_and_the_fixes_make_the_same_calls() {
    let mut wrong = Vec::new();
    let (mut same, mut refused) = (0, 0);
    for (path, text) in Fixture::all().iter().flat_map(Fixture::sources) {
        let name = path.display().to_string();
        let fixed = fixed_by(&|rule| RULES.contains(&rule.name), &text, true);
        if fixed == text || OTHERWISE.iter().any(|(end, _)| name.ends_with(end)) {
            continue;
        }
        let (arranged, problems) = arranged(&text);
        if !problems.is_empty() {
            refused += 1;
            if items(&fixed, &RULES).is_empty() {
                let first = problems.first().map(|it| it.message.as_str()).unwrap_or_default();
                wrong.push(format!("{name}: only the fixes can do it: {first}"));
            }
            continue;
        }
        // A socket that comes from elsewhere may have the option: the attribute sets it, a fix does not.
        let items = items(&text, &RULES);
        let of = |text: &str| {
            let mut calls = calls(text);
            calls.retain(|item, _| items.contains(item));
            calls
        };
        let (ours, theirs) = (of(&arranged), of(&fixed));
        if ours == theirs {
            same += 1;
        } else {
            let first = ours.iter().zip(&theirs).find(|(ours, theirs)| ours != theirs);
            wrong.push(format!("{name}: {first:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{same} same, {refused} refused\n{}", wrong.join("\n"));
}

/// What clippy says about the annotated fixtures: lint, file and line.
fn said_by_clippy(root: &Path) -> BTreeSet<String> {
    let what = ["clippy", "--offline", "-p", "annotated", "--message-format", "json"];
    let lints = ["--", "-W", "clippy::pedantic", "-W", "clippy::nursery"];
    let target = fixtures_dir().join("target");
    let output = cargo_in(root, &target, &[&what[..], &lints].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut said = BTreeSet::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let line: Value = serde_json::from_str(line).expect("cargo writes JSON");
        let spans = line["message"]["spans"].as_array().into_iter().flatten();
        said.extend(spans.filter(|it| it["is_primary"] == true).map(|span| {
            let code = &line["message"]["code"]["code"];
            let file = span["file_name"].as_str().unwrap_or_default();
            format!("{code} {file}:{}", span["line_start"])
        }));
    }
    said
}

#[test]
fn clippy_says_no_more_of_annotated_code() {
    let plain = copy("plain", |path| {
        let text = fs::read_to_string(path).ok().filter(|it| it.contains("listener"))?;
        let lines = text.lines().map(|line| {
            let ours = ["#[sockopt::listener", "#[::sockopt::listener", "#[cfg_attr(unix, sockopt"];
            let is_ours = ours.iter().any(|it| line.trim_start().starts_with(it));
            if is_ours { String::new() } else { line.to_owned() }
        });
        let text = lines.collect::<Vec<_>>().join("\n") + "\n";
        path.components().any(|it| it.as_os_str() == "annotated").then_some(text)
    });
    let (ours, theirs) = (said_by_clippy(&fixtures_dir()), said_by_clippy(&plain));
    assert!(!theirs.is_empty(), "clippy says nothing at all");
    let more: Vec<_> = ours.difference(&theirs).collect();
    assert!(more.is_empty(), "{more:#?}");
}

#[test]
fn the_attribute_of_a_renamed_dependency_is_known() {
    let server = "use socket2::{Domain, Socket, Type};\n\
         #[so::listener]\n\
         fn main() -> std::io::Result<()> {\n    \
         let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;\n    \
         socket.bind(&std::net::SocketAddr::from(([0, 0, 0, 0], 80)).into())?;\n    \
         socket.listen(128)\n}\n";
    for (package, status) in [("sockopt", 0), ("other", 1)] {
        let ours = format!("so = {{ version = \"0.1\", package = \"{package}\" }}\nsocket2 = ");
        let manifest = MANIFEST.replace("socket2 = ", &ours);
        let sample = Sample::bare(&[("Cargo.toml", &manifest), ("src/main.rs", server)]);
        sample.run("-A all -D missing_reuseaddr", status);
    }
}
