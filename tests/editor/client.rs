//! An editor, as far as a language server can tell: frames written and read by hand, texts edited as the protocol
//! says.

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child, ChildStdin, ExitStatus},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::harness::{Tool, wait};

/// No answer takes longer, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A session.
pub(crate) struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// What came and was not asked for yet.
    kept: Vec<Value>,
    last: i64,
}

/// The URI of a file whose name needs no escapes.
pub(crate) fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

impl Client {
    /// Starts the server, and says nothing.
    pub(crate) fn start(tool: Tool) -> Self {
        let mut child = tool.start();
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take().expect("a pipe"));
        let (sender, messages) = channel();
        thread::spawn(move || {
            let mut from = BufReader::new(stdout);
            while let Some(message) = read(&mut from) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Self { child, stdin, messages, kept: Vec::new(), last: 0 }
    }

    /// Starts the server for some folders, as an editor that can do a lot; says what it can do.
    pub(crate) fn open_folders(tool: Tool, folders: &[&Path]) -> (Self, Value) {
        let mut client = Self::start(tool);
        let folder = |it: &&Path| json!({ "uri": uri(it), "name": "folder" });
        let folders: Vec<_> = folders.iter().map(folder).collect();
        let capabilities = json!({
            "general": { "positionEncodings": ["utf-16"] },
            "workspace": { "workspaceEdit": { "documentChanges": true } },
            "textDocument": { "publishDiagnostics": { "relatedInformation": true } },
        });
        let result = client.initialize(json!({
            "processId": null,
            "rootUri": null,
            "workspaceFolders": folders,
            "capabilities": capabilities,
        }));
        (client, result)
    }

    /// Says hello; what the server answers.
    pub(crate) fn initialize(&mut self, params: Value) -> Value {
        let response = self.request("initialize", params);
        self.notify("initialized", json!({}));
        response["result"].clone()
    }

    /// Writes bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().expect("an open pipe");
        stdin.write_all(bytes).and_then(|()| stdin.flush()).expect("the server reads");
    }

    fn send(&mut self, mut message: Value) {
        message["jsonrpc"] = json!("2.0");
        let text = message.to_string();
        self.write(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        let mut message = json!({ "method": method });
        message["params"] = params;
        self.send(message);
    }

    /// Asks, and does not wait for the answer. Says the number of the request.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method });
        message["params"] = params;
        self.send(message);
        self.last
    }

    /// Asks, and waits.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        self.response(id)
    }

    /// The answer to a request.
    pub(crate) fn response(&mut self, id: i64) -> Value {
        self.wait_for(|it| it["id"] == id && it.get("method").is_none())
    }

    /// The next message of a kind, of those that came and those that will.
    pub(crate) fn wait_for(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + PATIENCE;
        if let Some(at) = self.kept.iter().position(&is_it) {
            return self.kept.remove(at);
        }
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let message = self.messages.recv_timeout(left).expect("a message");
            assert_eq!(message["jsonrpc"], "2.0", "{message}");
            if is_it(&message) {
                return message;
            }
            self.kept.push(message);
        }
    }

    /// The next diagnostics of a file.
    pub(crate) fn diagnostics(&mut self, path: &Path) -> Vec<Value> {
        let uri = uri(path);
        let message = self.wait_for(|it| {
            it["method"] == "textDocument/publishDiagnostics" && it["params"]["uri"] == uri
        });
        message["params"]["diagnostics"].as_array().expect("a list").clone()
    }

    /// The next diagnostics of a version of a file.
    pub(crate) fn diagnostics_of(&mut self, path: &Path, version: i64) -> Vec<Value> {
        let uri = uri(path);
        let message = self.wait_for(|it| {
            let params = &it["params"];
            it["method"] == "textDocument/publishDiagnostics"
                && params["uri"] == uri
                && params["version"] == version
        });
        message["params"]["diagnostics"].as_array().expect("a list").clone()
    }

    pub(crate) fn open(&mut self, path: &Path, text: &str) {
        let document =
            json!({ "uri": uri(path), "languageId": "rust", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    pub(crate) fn change(&mut self, path: &Path, version: i64, changes: Value) {
        let document = json!({ "uri": uri(path), "version": version });
        let mut params = json!({ "textDocument": document });
        params["contentChanges"] = changes;
        self.notify("textDocument/didChange", params);
    }

    /// The actions for a range.
    pub(crate) fn actions(&mut self, path: &Path, range: &Value, only: Value) -> Vec<Value> {
        let mut context = json!({ "diagnostics": [] });
        if !only.is_null() {
            context["only"] = only;
        }
        let document = json!({ "uri": uri(path) });
        let params = json!({ "textDocument": document, "range": range, "context": context });
        let response = self.request("textDocument/codeAction", params);
        response["result"].as_array().unwrap_or_else(|| panic!("{response}")).clone()
    }

    /// Leaves as the protocol asks for.
    pub(crate) fn leave(mut self) {
        assert_eq!(self.request("shutdown", Value::Null)["result"], Value::Null);
        self.notify("exit", Value::Null);
        let (status, stderr) = self.end();
        assert_eq!((status.code(), stderr.as_str()), (Some(0), ""));
    }

    /// Waits for the end of the server. Says how it ended, and what it said.
    pub(crate) fn end(mut self) -> (ExitStatus, String) {
        drop(self.stdin.take());
        let status = wait(&mut self.child, PATIENCE);
        let mut stderr = String::new();
        let pipe = self.child.stderr.take();
        pipe.expect("a pipe").read_to_string(&mut stderr).expect("a pipe can be read");
        (status, stderr)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // A test that failed leaves no server behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One frame; none at the end.
fn read(from: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        from.read_line(&mut line).ok().filter(|it| *it > 0)?;
        let line = line.strip_suffix("\r\n").expect("headers end with CR LF");
        if line.is_empty() {
            break;
        }
        if let Some(number) = line.strip_prefix("Content-Length: ") {
            length = Some(number.parse().expect("a number"));
        }
    }
    let mut bytes = vec![0; length.expect("a length")];
    from.read_exact(&mut bytes).ok()?;
    Some(serde_json::from_slice(&bytes).expect("JSON"))
}

/// A text with the edits of an action, which is about one version of one file.
pub(crate) fn edited(text: &str, action: &Value, version: &Value) -> String {
    let changes = action["edit"]["documentChanges"].as_array().expect("changes");
    let [change] = &changes[..] else { panic!("{action}") };
    assert_eq!(&change["textDocument"]["version"], version);
    let mut units: Vec<u16> = text.encode_utf16().collect();
    let offset = |position: &Value| {
        let number = |key: &str| {
            let number = position[key].as_u64().expect("a number");
            usize::try_from(number).expect("a small number")
        };
        let lines = text.split_inclusive('\n').take(number("line"));
        lines.map(|it| it.encode_utf16().count()).sum::<usize>() + number("character")
    };
    let edits = change["edits"].as_array().expect("edits").iter();
    let mut edits: Vec<_> = edits
        .map(|it| (offset(&it["range"]["start"]), offset(&it["range"]["end"]), &it["newText"]))
        .collect();
    edits.sort_by_key(|(start, ..)| *start);
    for (start, end, new) in edits.into_iter().rev() {
        units.splice(start..end, new.as_str().expect("a text").encode_utf16());
    }
    String::from_utf16(&units).expect("a text")
}
