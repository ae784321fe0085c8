//! The whole tool on any text: it ends as it should, and what it prints can be read.

use std::fs;

use cargo_sockopt::{Exit, Host, progress::Progress, run};
use quick_xml::{Reader, events::Event};
use serde_json::Value;
use tempfile::TempDir;

/// The formats that can be checked here, by what they are written in.
const JSON: [&str; 3] = ["sarif", "gitlab", "rdjson"];
const XML: [&str; 2] = ["junit", "checkstyle"];
const LINES: [&str; 2] = ["json", "shard"];
const PLAIN: [&str; 3] = ["human", "short", "github"];

pub(super) fn check(input: &[u8]) {
    let case = Case { input, folder: tempfile::tempdir().expect("a temporary folder") };
    case.formats();
    case.run(&["list", "--message-format", "json", "-"]);
    let diff = case.run(&["--diff", "--unsafe-fixes", "-W", "all", "-"]);
    let fixed = case.run(&["--fix", "--unsafe-fixes", "-W", "all", "-"]);
    assert_eq!(diff.is_empty(), fixed == input, "the diff says something else:\n{}", text(&diff));
}

struct Case<'a> {
    input: &'a [u8],
    folder: TempDir,
}

impl Case<'_> {
    /// What is printed; the run has to end as one that was done.
    fn run(&self, args: &[&str]) -> Vec<u8> {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut host = Host {
            stdin: &mut &*self.input,
            out: &mut out,
            err: &mut err,
            out_colors: true,
            err_colors: true,
            out_links: true,
            progress: Progress::default(),
            term_color: None,
            actions: None,
            cargo: "cargo".into(),
            cwd: self.folder.path().to_owned(),
        };
        let exit = run(["cargo-sockopt"].iter().chain(args).map(Into::into), &mut host);
        assert!(matches!(exit, Exit::Clean | Exit::Findings), "{args:?}: {exit:?}\n{}", text(&err));
        out
    }

    /// Checks that every format can be read.
    fn formats(&self) {
        let all = [&JSON[..], &XML, &LINES, &PLAIN].concat();
        let outputs: Vec<_> = all.iter().map(|it| format!("--output={it}={it}")).collect();
        let outputs = outputs.iter().map(String::as_str);
        self.run(&outputs.chain(["-W", "all", "-v", "-"]).collect::<Vec<_>>());
        let written = |name: &&str| {
            let path = self.folder.path().join(name);
            let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"));
            (name.to_string(), text)
        };
        for (name, text) in JSON.iter().map(written) {
            is_json(&name, &text);
        }
        for (name, text) in LINES.iter().map(written) {
            text.lines().for_each(|line| is_json(&name, line));
        }
        for (name, text) in XML.iter().map(written) {
            let mut reader = Reader::from_str(&text);
            while reader.read_event().unwrap_or_else(|it| panic!("{name}: {it}\n{text}"))
                != Event::Eof
            {}
        }
        PLAIN.iter().map(written).for_each(drop);
    }
}

fn is_json(name: &str, text: &str) {
    serde_json::from_str::<Value>(text).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
