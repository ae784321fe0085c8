//! `cargo sockopt lsp`, in sessions with an editor.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Value, json};

use super::client::{Client, edited, uri};
use crate::{
    harness::{Fixture, Tool, fixtures_dir},
    sample::{MANIFEST, Sample},
};

/// A listener without the option that it needs; the letters take more bytes than columns.
const LISTENER: &str = "\
use socket2::{Domain, Socket, Type};

pub fn listener(addr: std::net::SocketAddr) -> std::io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    /* äöü 😀 */ socket.bind(&addr.into())?;
    socket.listen(128)?;
    Ok(socket)
}
";

const CLEAN: &str = "pub fn nothing() {}\n";

fn sample(text: &str) -> Sample {
    Sample::new(&[("src/lib.rs", text)])
}

fn open(sample: &Sample) -> Client {
    Client::open_folders(sample.tool("lsp"), &[sample.root()]).0
}

fn codes(diagnostics: &[Value]) -> Vec<&str> {
    diagnostics.iter().map(|it| it["code"].as_str().unwrap_or_default()).collect()
}

/// What `--fix` makes of a file.
fn fixed(text: &str) -> String {
    let sample = sample(text);
    let args = ["--fix", "--allow-no-vcs"];
    Tool::new().args(args).current_dir(sample.root()).run();
    sample.read("src/lib.rs")
}

#[test]
fn a_finding_is_shown_explained_and_fixed() {
    let sample = sample(LISTENER);
    let (mut client, hello) = Client::open_folders(sample.tool("lsp"), &[sample.root()]);
    assert_eq!(hello["capabilities"]["positionEncoding"], "utf-16");
    assert_eq!(hello["serverInfo"]["name"], "cargo-sockopt");
    let path = sample.path("src/lib.rs");
    client.open(&path, LISTENER);
    let diagnostics = client.diagnostics_of(&path, 1);
    let [it] = &diagnostics[..] else { panic!("{diagnostics:?}") };
    assert_eq!((&it["severity"], &it["source"]), (&json!(1), &json!("sockopt")));
    assert_eq!(it["code"], "sockopt::missing_reuseaddr");
    assert!(it["codeDescription"]["href"].as_str().unwrap().starts_with("https://"), "{it}");
    let at = |line: u32, character: u32| json!({ "line": line, "character": character });
    let range = json!({ "start": at(4, 24), "end": at(4, 42) });
    assert_eq!(it["range"], range);
    let related = it["relatedInformation"].as_array().unwrap();
    let lines: Vec<_> =
        related.iter().map(|it| it["location"]["range"]["start"]["line"].as_u64()).collect();
    assert_eq!(lines, [Some(3), Some(5)]);
    assert_eq!(related[0]["location"]["uri"], uri(&path));
    assert!(it["message"].as_str().unwrap().contains("\nholds on: unix"), "{it}");

    let hover = |line| json!({ "textDocument": { "uri": uri(&path) }, "position": at(line, 30) });
    let shown = client.request("textDocument/hover", hover(4))["result"].clone();
    assert_eq!((&shown["range"], &shown["contents"]["kind"]), (&range, &json!("markdown")));
    let text = shown["contents"]["value"].as_str().unwrap();
    assert!(text.contains("### What it does") && !text.contains("\n# "), "{text}");
    assert_eq!(client.request("textDocument/hover", hover(1))["result"], Value::Null);

    let actions = client.actions(&path, &range, Value::Null);
    let [fix, suppress] = &actions[..] else { panic!("{actions:?}") };
    assert_eq!((&fix["kind"], &fix["isPreferred"]), (&json!("quickfix"), &json!(true)));
    assert_eq!(fix["diagnostics"], json!(diagnostics));
    let new = edited(LISTENER, fix, &json!(1));
    assert_eq!(new, fixed(LISTENER));
    assert_ne!(new, LISTENER);
    let elsewhere = json!({ "start": at(1, 0), "end": at(1, 0) });
    assert_eq!(client.actions(&path, &elsewhere, Value::Null), [Value::Null; 0]);
    assert_eq!(client.actions(&path, &range, json!(["refactor"])), [Value::Null; 0]);

    // Until somebody writes why, nothing is suppressed.
    let new = edited(LISTENER, suppress, &json!(1));
    client.change(&path, 2, json!([{ "text": new }]));
    let both = ["sockopt::malformed_suppression", "sockopt::missing_reuseaddr"];
    assert_eq!(codes(&client.diagnostics_of(&path, 2)), both);
    let new = new.replace(" -- \n", " -- the port is another on every start\n");
    client.change(&path, 3, json!([{ "text": new }]));
    assert_eq!(client.diagnostics_of(&path, 3), [Value::Null; 0]);
    client.leave();
}

#[test]
fn what_is_typed_counts_and_not_what_is_saved() {
    let sample = sample(CLEAN);
    let path = sample.path("src/lib.rs");
    let mut client = open(&sample);
    client.open(&path, CLEAN);
    assert_eq!(client.diagnostics_of(&path, 1), [Value::Null; 0]);
    let at = |line: u32, character: u32| json!({ "line": line, "character": character });
    let whole = json!({ "start": at(0, 0), "end": at(9, 0) });
    client.change(&path, 2, json!([{ "range": whole, "text": LISTENER }]));
    assert_eq!(codes(&client.diagnostics_of(&path, 2)), ["sockopt::missing_reuseaddr"]);
    // The edit is made behind letters that take several units each.
    let before = json!({ "start": at(4, 17), "end": at(4, 17) });
    let call = "socket.set_reuse_address(true)?; ";
    client.change(&path, 3, json!([{ "range": before, "text": call }]));
    assert_eq!(client.diagnostics_of(&path, 3), [Value::Null; 0]);
    assert_eq!(sample.read("src/lib.rs"), CLEAN);
    // What is thrown away counts no more.
    client.change(&path, 4, json!([{ "text": LISTENER }]));
    assert_eq!(client.diagnostics_of(&path, 4).len(), 1);
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri(&path) } }));
    assert_eq!(client.diagnostics(&path), [Value::Null; 0]);
    client.leave();
}

#[test]
fn files_that_are_not_open_are_told_of_too() {
    let module = format!("mod net;\n{CLEAN}");
    let sample = Sample::new(&[("src/lib.rs", &module), ("src/net.rs", LISTENER)]);
    let path = sample.path("src/net.rs");
    let mut client = open(&sample);
    assert_eq!(client.diagnostics(&path).len(), 1);
    // The fix of such a file is for what is on the disk.
    let range =
        json!({ "start": { "line": 4, "character": 30 }, "end": { "line": 4, "character": 30 } });
    let actions = client.actions(&path, &range, json!(["quickfix"]));
    assert_eq!(edited(LISTENER, &actions[0], &Value::Null), fixed(LISTENER));
    sample.write("src/net.rs", fixed(LISTENER));
    let change = json!({ "uri": uri(&path), "type": 2 });
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [change] }));
    assert_eq!(client.diagnostics(&path), [Value::Null; 0]);
    client.leave();
}

#[test]
fn all_fixes_of_a_file_are_those_that_fix_makes() {
    let second = LISTENER
        .replace("use socket2::{Domain, Socket, Type};\n", "")
        .replace("listener(", "other(");
    let text = format!("{LISTENER}{second}");
    let sample = sample(&text);
    let path = sample.path("src/lib.rs");
    let mut client = open(&sample);
    client.open(&path, &text);
    assert_eq!(client.diagnostics_of(&path, 1).len(), 2);
    let nowhere =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
    let actions = client.actions(&path, &nowhere, json!(["source.fixAll"]));
    let [all] = &actions[..] else { panic!("{actions:?}") };
    assert_eq!(all["kind"], "source.fixAll.sockopt");
    assert_eq!(edited(&text, all, &json!(1)), fixed(&text));
    client.leave();
}

#[test]
fn a_fix_that_may_not_be_meant_says_so() {
    let addr = "let addr = std::net::SocketAddr::from(([127, 0, 0, 1], 7000));";
    let text = LISTENER
        .replace("STREAM", "DGRAM")
        .replace(
            "    /* äöü 😀 */ ",
            &format!("    {addr}\n    socket.set_reuse_address(true)?;\n    "),
        )
        .replace("    socket.listen(128)?;\n", "");
    let sample = sample(&text);
    let path = sample.path("src/lib.rs");
    let mut client = open(&sample);
    client.open(&path, &text);
    let diagnostics = client.diagnostics_of(&path, 1);
    assert_eq!(codes(&diagnostics), ["sockopt::udp_reuseaddr"]);
    let actions = client.actions(&path, &diagnostics[0]["range"], Value::Null);
    let title = actions[0]["title"].as_str().unwrap();
    assert!(title.ends_with(" (perhaps not what you mean)"), "{title}");
    assert_eq!(actions[0]["isPreferred"], json!(false));
    let new = edited(&text, &actions[0], &json!(1));
    assert_eq!(new, text.replace("    socket.set_reuse_address(true)?;\n", ""));
    assert_eq!(
        client.actions(&path, &diagnostics[0]["range"], json!(["source.fixAll"])),
        [Value::Null; 0]
    );
    client.leave();
}

#[test]
fn settings_count_and_their_errors_are_shown() {
    let sample = sample(LISTENER);
    let (path, settings) = (sample.path("src/lib.rs"), sample.path("sockopt.toml"));
    sample.write("sockopt.toml", "[levels]\nmissing_reuseaddr = \"warn\"\n");
    let mut client = open(&sample);
    assert_eq!(client.diagnostics(&path)[0]["severity"], 2);
    sample.write("sockopt.toml", "[levels]\nmissing_reuseadr = \"warn\"\n");
    let saved = json!({ "textDocument": { "uri": uri(&settings) } });
    client.notify("textDocument/didSave", saved.clone());
    let message = client.wait_for(|it| it["method"] == "window/showMessage");
    let text = message["params"]["message"].as_str().unwrap();
    assert!(text.contains("did you mean `missing_reuseaddr`?"), "{text}");
    let shown = client.diagnostics(&settings);
    assert_eq!((shown.len(), &shown[0]["range"]["start"]["line"]), (1, &json!(1)));
    sample.write("sockopt.toml", "[levels]\nmissing_reuseaddr = \"allow\"\n");
    client.notify("textDocument/didSave", saved);
    assert_eq!(client.diagnostics(&settings), [Value::Null; 0]);
    client.leave();
}

#[test]
fn what_is_suppressed_or_known_is_not_told() {
    let suppressed =
        LISTENER.replace("    /*", "    // sockopt: allow(missing_reuseaddr) -- why\n    /*");
    let sample = Sample::new(&[("src/lib.rs", "mod a;\nmod b;\n"), ("src/a.rs", &suppressed)]);
    sample.write("src/b.rs", LISTENER);
    sample.run("baseline write", 0);
    let mut client =
        Client::open_folders(sample.tool("lsp --baseline sockopt-baseline.toml"), &[sample.root()])
            .0;
    for file in ["src/a.rs", "src/b.rs"] {
        client.open(&sample.path(file), &sample.read(file));
        assert_eq!(client.diagnostics_of(&sample.path(file), 1), [Value::Null; 0], "{file}");
    }
    client.leave();
}

#[test]
fn what_is_told_is_what_a_run_says() {
    let tool = Tool::new().args(["lsp", "-W", "all"]).current_dir(&fixtures_dir());
    let (mut client, _) = Client::open_folders(tool, &[&fixtures_dir()]);
    let mut expected = BTreeSet::new();
    for finding in Fixture::all().iter().flat_map(Fixture::findings) {
        let level = if finding.level == "error" { 1 } else { 2 };
        let code = format!("sockopt::{}", finding.rule);
        expected.insert((uri(&finding.primary.path), finding.primary.line, code, level));
    }
    let is_fixture = |uri: &str| {
        Fixture::all().iter().any(|it| uri.starts_with(&self::uri(&it.dir.join("src"))))
    };
    let mut told = BTreeSet::new();
    while told.len() < expected.len() {
        let message = client.wait_for(|it| it["method"] == "textDocument/publishDiagnostics");
        let file = message["params"]["uri"].as_str().unwrap().to_owned();
        for it in message["params"]["diagnostics"].as_array().unwrap() {
            let line = usize::try_from(it["range"]["start"]["line"].as_u64().unwrap()).unwrap() + 1;
            let code = it["code"].as_str().unwrap().to_owned();
            if is_fixture(&file) {
                told.insert((file.clone(), line, code, it["severity"].as_i64().unwrap()));
            }
        }
    }
    assert_eq!(told, expected);
    client.leave();
}

#[test]
fn folders_may_be_several_and_texts_lie_outside_of_all() {
    let (one, other) = (sample(LISTENER), sample(LISTENER));
    let tool = one.tool("lsp");
    let (mut client, _) = Client::open_folders(tool, &[one.root(), other.root()]);
    assert_eq!(client.diagnostics(&one.path("src/lib.rs")).len(), 1);
    assert_eq!(client.diagnostics(&other.path("src/lib.rs")).len(), 1);
    let folder = json!({ "uri": uri(other.root()), "name": "other" });
    let event = json!({ "event": { "added": [], "removed": [folder] } });
    client.notify("workspace/didChangeWorkspaceFolders", event);
    assert_eq!(client.diagnostics(&other.path("src/lib.rs")), [Value::Null; 0]);
    // Somebody else's code, looked up.
    client.open(&other.path("src/lib.rs"), LISTENER);
    assert_eq!(client.diagnostics_of(&other.path("src/lib.rs"), 1), [Value::Null; 0]);
    client.leave();
}

#[test]
fn a_text_needs_neither_a_folder_nor_a_package() {
    let alone = Sample::bare(&[("alone.rs", LISTENER)]);
    let package = sample(LISTENER);
    let nested = Sample::bare(&[("a/Cargo.toml", MANIFEST), ("a/src/lib.rs", LISTENER)]);
    let (mut client, _) = Client::open_folders(alone.tool("lsp"), &[]);
    for path in [alone.path("alone.rs"), package.path("src/lib.rs")] {
        client.open(&path, LISTENER);
        assert_eq!(client.diagnostics_of(&path, 1).len(), 1, "{}", path.display());
    }
    client.leave();
    let mut client = open(&nested);
    client.open(&nested.path("a/src/lib.rs"), LISTENER);
    assert_eq!(client.diagnostics_of(&nested.path("a/src/lib.rs"), 1).len(), 1);
    client.leave();
}

#[test]
fn columns_count_what_was_agreed_on() {
    let sample = sample(LISTENER);
    let start = |encodings: Value| {
        let mut client = Client::start(sample.tool("lsp --stdio"));
        let capabilities = json!({ "general": { "positionEncodings": encodings } });
        let params = json!({ "rootUri": uri(sample.root()), "capabilities": capabilities });
        let hello = client.initialize(params);
        let diagnostics = client.diagnostics(&sample.path("src/lib.rs"));
        let column = diagnostics[0]["range"]["start"]["character"].clone();
        assert!(diagnostics[0].get("relatedInformation").is_none());
        client.leave();
        (hello["capabilities"]["positionEncoding"].clone(), column)
    };
    assert_eq!(start(json!(["utf-16", "utf-8"])), (json!("utf-8"), json!(29)));
    assert_eq!(start(Value::Null), (json!("utf-16"), json!(24)));
}

#[test]
fn what_cannot_be_parsed_is_a_remark() {
    let text = format!("{LISTENER}fn broken( {{\n");
    let sample = sample(&text);
    let path = sample.path("src/lib.rs");
    let mut client = open(&sample);
    client.open(&path, &text);
    let diagnostics = client.diagnostics_of(&path, 1);
    assert!(diagnostics.iter().any(|it| it["severity"] == 3), "{diagnostics:?}");
    client.leave();
}

#[test]
fn requests_that_make_no_sense_are_refused() {
    let sample = sample(CLEAN);
    let mut client = Client::start(sample.tool("lsp"));
    let code = |response: &Value| response["error"]["code"].clone();
    assert_eq!(code(&client.request("textDocument/hover", json!({}))), -32002);
    client.initialize(json!({ "capabilities": {}, "rootUri": uri(sample.root()) }));
    assert_eq!(code(&client.request("textDocument/hover", json!({}))), -32602);
    assert_eq!(code(&client.request("textDocument/rename", json!({}))), -32601);
    assert_eq!(code(&client.request("initialize", json!({}))), -32600);
    client.notify("textDocument/didOpen", json!({ "nonsense": 1 }));
    client.notify("$/nonsense", json!({}));
    client.change(Path::new("/nowhere.rs"), 1, json!([]));
    let untitled = json!({ "uri": "untitled:1" });
    let position = json!({ "line": 0, "character": 0 });
    let hover = json!({ "textDocument": untitled, "position": position });
    assert_eq!(client.request("textDocument/hover", hover)["result"], Value::Null);
    assert_eq!(client.request("shutdown", Value::Null)["result"], Value::Null);
    assert_eq!(code(&client.request("textDocument/hover", json!({}))), -32600);
    client.notify("exit", Value::Null);
    assert_eq!(client.end().0.code(), Some(0));
}

#[test]
fn a_request_can_be_taken_back() {
    let sample = sample(LISTENER);
    let path = sample.path("src/lib.rs");
    let mut client = open(&sample);
    // It waits for the first look at the project.
    let position = json!({ "line": 4, "character": 30 });
    let hover = json!({ "textDocument": { "uri": uri(&path) }, "position": position });
    let id = client.ask("textDocument/hover", hover.clone());
    client.notify("$/cancelRequest", json!({ "id": id }));
    assert_eq!(client.response(id)["error"]["code"], -32800);
    assert!(client.request("textDocument/hover", hover)["result"]["contents"].is_object());
    client.leave();
}

#[test]
fn an_editor_that_leaves_without_a_word_is_an_error() {
    let sample = sample(CLEAN);
    let mut client = open(&sample);
    client.notify("exit", Value::Null);
    assert_eq!(client.end().0.code(), Some(1));
    let client = open(&sample);
    assert_eq!(client.end().0.code(), Some(1));
    let mut client = Client::start(sample.tool("lsp"));
    client.notify("exit", Value::Null);
    assert_eq!(client.end().0.code(), Some(1));
}

#[test]
fn a_broken_frame_ends_the_session_with_its_reason() {
    let sample = sample(CLEAN);
    for bytes in ["Content-Length: 5\r\n\r\n{\"a\":", "Content-Length: x\r\n\r\n", "hello\r\n\r\n"]
    {
        let mut client = open(&sample);
        client.write(bytes.as_bytes());
        let (status, stderr) = client.end();
        assert_eq!(status.code(), Some(2), "{stderr}");
        assert!(stderr.starts_with("error: failed to talk to the editor: "), "{stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
    }
}

#[test]
fn a_flag_that_makes_no_sense_is_said_at_once() {
    let sample = sample(CLEAN);
    let run = sample.run("lsp -D missing_reusaddr", 2);
    assert!(run.stderr.contains("did you mean `missing_reuseaddr`?"), "{}", run.stderr);
    assert!(fs::read_dir(sample.root()).is_ok() && run.stdout.is_empty());
}
