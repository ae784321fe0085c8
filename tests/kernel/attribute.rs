//! Every listener that fixes repair, with `#[sockopt::listener]` instead: the kernel is asked for the same, in the
//! same order.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use syn::{
    spanned::Spanned,
    visit::{self, Visit},
};

use super::{
    ANY_PORT,
    programs::{Listener, Program, Started, copies_target, keep_programs, repaired},
    skipped,
};
use crate::harness::{Finding, Fixture, cargo_in, copy, find, fixtures_dir, moved};

/// The rules whose findings the attribute puts right.
const RULES: [&str; 2] = ["missing_reuseaddr", "late_option"];

/// Functions that the attribute and the fixes do not treat alike, and why: file, function, reason.
const OTHERWISE: &[(&str, &str, &str)] = &[
    ("idioms/src/bin/i18_clients.rs", "wrong", "a client is no listener"),
    ("second-look/src/net.rs", "built::open", "another file says which way the condition goes"),
    ("second-look/src/net.rs", "switched::open", "another file says which way the condition goes"),
    ("second-look/src/server.rs", "bound::listener", "another file makes the socket"),
    ("split-crates/src/main.rs", "wrong::listener", "another crate makes the socket"),
    ("split-files/src/binding.rs", "wrong::bind", "another file makes the socket"),
    ("whole-program/src/bin/struct_field.rs", "late::impl Server::listen", "another method binds"),
];

/// A function of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    /// Below the fixtures.
    path: PathBuf,
    /// With the modules around it.
    name: String,
}

/// Where a function stands.
#[derive(Clone, Debug)]
struct Place {
    /// Its first byte, attributes included.
    start: usize,
    lines: RangeInclusive<usize>,
}

/// Collects the functions of a file.
#[derive(Default)]
struct Functions {
    around: Vec<String>,
    found: Vec<(String, Place)>,
}

impl Functions {
    fn of(text: &str) -> Vec<(String, Place)> {
        let mut functions = Self::default();
        functions.visit_file(&syn::parse_file(text).expect("fixtures parse"));
        functions.found
    }

    /// Runs `visit` within what has a name.
    fn within(&mut self, name: String, visit: impl FnOnce(&mut Self)) {
        self.around.push(name);
        visit(self);
        self.around.pop();
    }

    fn add(&mut self, node: &impl Spanned, name: &syn::Ident, visit: impl FnOnce(&mut Self)) {
        self.within(name.to_string(), |this| {
            let span = node.span();
            let place = Place {
                start: span.byte_range().start,
                lines: span.start().line..=span.end().line,
            };
            this.found.push((this.around.join("::"), place));
            visit(this);
        });
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_mod(&mut self, it: &'ast syn::ItemMod) {
        self.within(it.ident.to_string(), |this| visit::visit_item_mod(this, it));
    }

    fn visit_item_impl(&mut self, it: &'ast syn::ItemImpl) {
        let line = it.span().source_text().unwrap_or_default();
        let name = line.split('{').next().unwrap_or_default().trim().to_owned();
        self.within(name, |this| visit::visit_item_impl(this, it));
    }

    fn visit_item_trait(&mut self, it: &'ast syn::ItemTrait) {
        self.within(it.ident.to_string(), |this| visit::visit_item_trait(this, it));
    }

    fn visit_item_fn(&mut self, it: &'ast syn::ItemFn) {
        self.add(it, &it.sig.ident, |this| visit::visit_item_fn(this, it));
    }

    fn visit_impl_item_fn(&mut self, it: &'ast syn::ImplItemFn) {
        self.add(it, &it.sig.ident, |this| visit::visit_impl_item_fn(this, it));
    }

    fn visit_trait_item_fn(&mut self, it: &'ast syn::TraitItemFn) {
        self.add(it, &it.sig.ident, |this| visit::visit_trait_item_fn(this, it));
    }
}

/// The functions of the fixtures below a folder that have some lines, the innermost of each.
fn functions<'l>(
    root: &Path,
    lines: impl Iterator<Item = (&'l Path, usize)>,
) -> BTreeMap<Name, Place> {
    let mut files: BTreeMap<&Path, Vec<(String, Place)>> = BTreeMap::new();
    let around = lines.filter_map(|(path, line)| {
        let functions = files
            .entry(path)
            .or_insert_with(|| Functions::of(&fs::read_to_string(path).expect("a source file")));
        let around = functions.iter().filter(|(_, it)| it.lines.contains(&line));
        let (name, place) = around.max_by_key(|(_, it)| *it.lines.start())?.clone();
        let path = path.strip_prefix(root).expect("a path below the fixtures").to_owned();
        Some((Name { path, name }, place))
    });
    around.collect()
}

/// Where something can be put right.
fn lines(findings: &[Finding]) -> impl Iterator<Item = (&Path, usize)> {
    let findings = findings.iter().filter(|it| RULES.contains(&it.rule.as_str()));
    findings.map(|it| (it.primary.path.as_path(), it.primary.line))
}

/// Writes a copy of the fixtures in which some functions are annotated.
fn annotate(functions: &BTreeMap<Name, Place>) -> PathBuf {
    copy("annotated", |path| {
        let path = path.strip_prefix(fixtures_dir()).expect("a path below fixtures/");
        let text = || fs::read_to_string(fixtures_dir().join(path)).expect("a text");
        if path.file_name().is_some_and(|it| it == "Cargo.toml") {
            let package = path.parent().filter(|it| it.components().count() == 1)?;
            functions.keys().find(|it| it.path.starts_with(package))?;
            let ours = "[dependencies]\nsockopt = { path = \"../../macros\" }\n";
            let text = text().replace("sockopt = { path = \"../../macros\" }\n", "");
            return Some(moved(&text.replacen("[dependencies]\n", ours, 1)));
        }
        let here = functions.iter().filter(|(it, _)| it.path == path);
        let starts: BTreeSet<usize> = here.map(|(_, place)| place.start).collect();
        let mut text = (!starts.is_empty()).then(text)?;
        for start in starts.into_iter().rev() {
            text.insert_str(start, "#[::sockopt::listener] ");
        }
        Some(text)
    })
}

/// Compiles annotated functions: those which the attribute refuses, and what it says.
fn refused(root: &Path, functions: &BTreeMap<Name, Place>) -> BTreeMap<Name, String> {
    let what = ["build", "--offline", "--workspace", "--exclude", "model-*", "--keep-going"];
    let arguments = [&what[..], &["--message-format", "json"]].concat();
    let output = cargo_in(root, &copies_target(), &arguments);
    let mut refused = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let line: Value = serde_json::from_str(line).expect("cargo writes JSON");
        let message = &line["message"];
        let primary = |span: &&Value| span["is_primary"] == true;
        let span = message["spans"].as_array().and_then(|it| it.iter().find(primary));
        let (Some(span), true) = (span, message["level"] == "error") else { continue };
        let said = message["rendered"].as_str().unwrap_or_default();
        let path = Path::new(span["file_name"].as_str().expect("a file name"));
        let at = span["line_start"].as_u64().and_then(|it| usize::try_from(it).ok());
        let here = |(name, place): &(&Name, &Place)| {
            name.path == path && at.is_some_and(|at| place.lines.contains(&at))
        };
        let around = functions.iter().filter(here).max_by_key(|(_, it)| *it.lines.start());
        let (name, _) = around.unwrap_or_else(|| panic!("not about the attribute: {said}"));
        assert!(message["code"].is_null(), "what it becomes is wrong: {said}");
        let text = message["message"].as_str().unwrap_or_default().to_owned();
        refused.insert(name.clone(), text);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() || !refused.is_empty(), "{stderr}");
    refused
}

/// The system calls on sockets that a program makes until it listens, as a tracer shows them.
fn calls(programs: &Path, listener: &Listener) -> Vec<String> {
    let output =
        programs.with_file_name(format!("{}.{}.trace", listener.program, listener.variant));
    let mut command = Command::new("strace");
    command.args([
        "-f",
        "-qq",
        "-e",
        "trace=socket,setsockopt,bind,listen,connect",
        "-e",
        "signal=none",
    ]);
    command.arg("-o").arg(&output).arg(programs.join(&listener.program));
    Started::run(command, listener, ANY_PORT).stop();
    let trace = fs::read_to_string(&output).expect("a trace");
    drop(fs::remove_file(&output));
    // The number of the process comes first.
    let calls = trace.lines().filter_map(|line| line.split_once(' '));
    calls.map(|(_, call)| call.trim().to_owned()).collect()
}

#[test]
fn annotated_listeners_make_the_calls_of_repaired_ones() {
    if Command::new("strace").arg("-V").output().is_err() {
        skipped("calls of annotated listeners: there is no strace");
        return;
    }
    let (repaired_root, repaired) = repaired();
    let findings = Fixture::all().iter().flat_map(Fixture::findings).collect::<Vec<_>>();
    let mut annotated = functions(&fixtures_dir(), lines(&findings));
    let (mut refusals, mut root) = (BTreeMap::new(), annotate(&annotated));
    // Where a package does not compile, those that need it are not tried.
    loop {
        let more = refused(&root, &annotated);
        if more.is_empty() {
            break;
        }
        annotated.retain(|it, _| !more.contains_key(it));
        refusals.extend(more);
        root = annotate(&annotated);
    }
    let programs = keep_programs(&root);
    let left = find(repaired_root, &Fixture::below(repaired_root));
    let left = functions(repaired_root, lines(&left));
    let mut wrong = Vec::new();
    for (name, said) in &refusals {
        if !left.contains_key(name) && !is_otherwise(name) {
            wrong.push(format!("{name:?}: only fixes can do it: {said}"));
        }
    }
    for name in annotated.keys().filter(|it| left.contains_key(it) && !is_otherwise(it)) {
        wrong.push(format!("{name:?}: only the attribute can do it"));
    }
    let mut same = 0;
    for program in Program::of_all(Fixture::all()).into_iter().flat_map(|it| it.1) {
        for listener in program.listeners() {
            let mine = lines(&findings)
                .filter(|(path, line)| program.covers(&listener.variant, path, *line));
            let mine = functions(&fixtures_dir(), mine);
            if mine.is_empty()
                || !mine.keys().all(|it| annotated.contains_key(it) && !is_otherwise(it))
            {
                continue;
            }
            let (ours, theirs) = (calls(&programs, &listener), calls(repaired, &listener));
            if ours == theirs {
                same += 1;
            } else {
                wrong.push(format!("{listener}: {ours:#?}\nand not {theirs:#?}"));
            }
        }
    }
    let unknown = OTHERWISE.iter().filter(|it| {
        let name = Name { path: it.0.into(), name: it.1.to_owned() };
        !annotated.contains_key(&name) && !refusals.contains_key(&name)
    });
    wrong.extend(unknown.map(|it| format!("{it:?}: there is no such function")));
    assert!(wrong.is_empty(), "{}\nbut {same} make the same calls", wrong.join("\n"));
    assert!(same > 50, "only {same} listeners were compared");
}

fn is_otherwise(function: &Name) -> bool {
    let Name { path, name } = function;
    OTHERWISE.iter().any(|it| path == Path::new(it.0) && name == it.1)
}
