//! `cargo sockopt lsp`: a language server over standard input and output.
//!
//! This thread speaks the protocol and keeps the texts that are open; it never waits for an analysis. The
//! analyst does one thing after the other: it looks at the projects, tells the editor what was found, and
//! answers what is asked about it. So an answer is always about the texts that the editor had when it asked.
//!
//! Invariant: what is told is what a run says: nothing here judges a finding.

mod actions;
mod analyst;
mod diagnostics;
mod documents;
mod position;
mod uri;

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

use gen_lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionParams, DidChangeTextDocumentParams,
    DidChangeWatchedFilesParams, DidChangeWatchedFilesRegistrationOptions,
    DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    FileChangeType, FileSystemWatcher, HoverParams, InitializeResult, Registration,
    RegistrationParams, ServerCapabilities, ServerInfo, TextDocumentSyncKind,
    TextDocumentSyncOptions, Uri, WorkspaceFoldersServerCapabilities, WorkspaceOptions,
};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{cli::Cli, error::Error, exit::Exit, levels::Levels, project::cargo::Cargo, run::Host};
use analyst::{Analyst, Job, Question};
use documents::Documents;
use position::Encoding;

/// How long nobody must have typed before the projects are looked at again.
const PAUSE: Duration = Duration::from_millis(100);

/// The files whose changes matter, open or not.
const WATCHED: [&str; 3] = ["**/*.rs", "**/*.toml", "**/Cargo.lock"];

/// What the editor can do, and wants.
#[derive(Debug, Clone, Copy)]
struct Client {
    encoding: Encoding,
    /// Whether edits can name the version of the text that they are for.
    has_versions: bool,
    /// Whether a diagnostic can point at several places.
    has_related: bool,
    /// Whether it tells of files that change, if asked to.
    watches: bool,
}

impl Client {
    /// Reads the parameters of `initialize`. What is missing or odd is not there.
    fn new(params: &Value) -> Self {
        let capability = |path: &str| params.pointer(&format!("/capabilities/{path}"));
        let can = |path: &str| capability(path).and_then(Value::as_bool) == Some(true);
        let encodings = capability("general/positionEncodings").and_then(Value::as_array);
        let is_utf8 = encodings.is_some_and(|all| all.iter().any(|it| it == "utf-8"));
        Self {
            encoding: if is_utf8 { Encoding::Utf8 } else { Encoding::Utf16 },
            has_versions: can("workspace/workspaceEdit/documentChanges"),
            has_related: can("textDocument/publishDiagnostics/relatedInformation"),
            watches: can("workspace/didChangeWatchedFiles/dynamicRegistration"),
        }
    }
}

/// The requests that wait for an answer of the analyst.
type Asked = Arc<Mutex<BTreeSet<RequestId>>>;

/// Serves the editor at the other end of standard input and output, until it has had enough.
///
/// # Errors
/// A flag makes no sense, or what comes in does not.
pub fn serve(cli: Cli, host: &Host<'_>) -> Result<Exit, Error> {
    let levels = Levels::new(&cli.levels.flags)?;
    let flags = cli.manifest.cargo_flags();
    let cargo = Cargo { program: host.cargo.clone(), cwd: host.cwd.clone(), flags };
    let (connection, threads) = Connection::stdio();
    let end = match initialize(&connection) {
        Ok((client, folders)) => {
            let asked = Asked::default();
            let (jobs, todo) = mpsc::channel();
            let (sender, open) = (connection.sender.clone(), asked.clone());
            // Nobody is left to hear about an editor that does not listen.
            let tell = move |it| sender.send(it).unwrap_or_default();
            let analyst = Analyst::new(cli, levels, cargo, client, Box::new(tell), open)?;
            let analyst = thread::spawn(move || analyst.work(&todo));
            let server = Server {
                connection: &connection,
                client,
                folders,
                documents: Documents::new(client.encoding),
                jobs,
                asked,
                due: None,
                discovers: true,
                is_down: false,
                sent: 0,
            };
            let end = server.run();
            if analyst.join().is_err() { End::Broken } else { end }
        }
        Err(end) => end,
    };
    drop(connection);
    match end {
        End::Broken => return Err(Error::Editor("the analysis ended early".to_owned())),
        End::Closed => threads.join().map_err(|error| Error::Editor(error.to_string()))?,
        // What is on its way arrives, if anybody is there.
        End::Exit { .. } => threads.join().unwrap_or_default(),
    }
    // As the protocol has it.
    Ok(if end == (End::Exit { is_down: true }) { Exit::Clean } else { Exit::Code(1) })
}

/// How a conversation ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The editor says so; it should have asked to shut down before.
    Exit { is_down: bool },
    /// The editor is gone, or sends what cannot be read.
    Closed,
    /// Nobody is left to answer.
    Broken,
}

/// Waits for `initialize`, and answers it. Says what the editor can do, and the folders that it shows.
fn initialize(connection: &Connection) -> Result<(Client, Vec<PathBuf>), End> {
    loop {
        match connection.receiver.recv() {
            Ok(Message::Request(request)) if request.method == "initialize" => {
                let client = Client::new(&request.params);
                let result = InitializeResult {
                    capabilities: capabilities(client),
                    server_info: Some(ServerInfo {
                        name: env!("CARGO_PKG_NAME").to_owned(),
                        version: Some(env!("CARGO_PKG_VERSION").to_owned()),
                    }),
                };
                send(connection, Response::new_ok(request.id, result));
                return Ok((client, folders(&request.params)));
            }
            Ok(Message::Request(Request { id, .. })) => {
                let text = "the first request is `initialize`".to_owned();
                let code = ErrorCode::ServerNotInitialized as i32;
                send(connection, Response::new_err(id, code, text));
            }
            Ok(Message::Notification(it)) if it.method == "exit" => {
                return Err(End::Exit { is_down: false });
            }
            Ok(_) => {}
            Err(_) => return Err(End::Closed),
        }
    }
}

/// The folders that the editor shows; none if it shows single files.
fn folders(params: &Value) -> Vec<PathBuf> {
    let path = |it: &Value| uri::path(&Uri(it.as_str()?.to_owned()));
    let listed = params.get("workspaceFolders").and_then(Value::as_array);
    let listed = listed.map(|all| all.iter().filter_map(|it| path(it.get("uri")?)).collect());
    listed.unwrap_or_else(|| params.get("rootUri").and_then(path).into_iter().collect())
}

fn capabilities(client: Client) -> ServerCapabilities {
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QuickFix, actions::FIX_ALL.into()]),
        ..CodeActionOptions::default()
    };
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::Incremental),
        save: Some(true.into()),
        ..TextDocumentSyncOptions::default()
    };
    let folders = WorkspaceFoldersServerCapabilities {
        supported: Some(true),
        change_notifications: Some(true.into()),
    };
    ServerCapabilities {
        position_encoding: Some(client.encoding.kind()),
        text_document_sync: Some(sync.into()),
        hover_provider: Some(true.into()),
        code_action_provider: Some(actions.into()),
        workspace: Some(WorkspaceOptions {
            workspace_folders: Some(folders),
            ..WorkspaceOptions::default()
        }),
        ..ServerCapabilities::default()
    }
}

fn send(connection: &Connection, message: impl Into<Message>) {
    // An editor that does not listen any more is noticed where it does not speak.
    let _ = connection.sender.send(message.into());
}

struct Server<'a> {
    connection: &'a Connection,
    client: Client,
    /// The folders that the editor shows.
    folders: Vec<PathBuf>,
    documents: Documents,
    /// What the analyst has to do.
    jobs: mpsc::Sender<Job>,
    asked: Asked,
    /// When the projects are to be looked at again.
    due: Option<Instant>,
    /// Whether there may be other projects and files than before.
    discovers: bool,
    /// Whether the editor asked to shut down.
    is_down: bool,
    /// How many requests the editor was sent.
    sent: i32,
}

impl Server<'_> {
    fn run(mut self) -> End {
        loop {
            let wait = self.due.map(|due| due.saturating_duration_since(Instant::now()));
            let message = match wait {
                Some(wait) => {
                    self.connection.receiver.recv_timeout(wait).map_err(|it| it.is_timeout())
                }
                None => self.connection.receiver.recv().map_err(|_| false),
            };
            let is_heard = match message {
                Err(true) => self.look(),
                Err(false) => return End::Closed,
                Ok(Message::Notification(it)) if it.method == "exit" => {
                    return End::Exit { is_down: self.is_down };
                }
                Ok(Message::Notification(it)) => self.notice(it),
                Ok(Message::Request(it)) => self.answer(it),
                Ok(Message::Response(_)) => true,
            };
            if !is_heard {
                return End::Broken;
            }
        }
    }

    /// Has the projects looked at, with the texts as they are. False if there is nobody to do it.
    fn look(&mut self) -> bool {
        self.due = None;
        let discovers = std::mem::take(&mut self.discovers);
        let (folders, documents) = (self.folders.clone(), self.documents.clone());
        self.jobs.send(Job::Look { folders, documents, discovers }).is_ok()
    }

    fn wait(&mut self, pause: Duration) {
        self.due = Some(Instant::now() + pause);
    }

    fn answer(&mut self, request: Request) -> bool {
        let Request { id, method, params } = request;
        if self.is_down || method == "initialize" {
            let text = format!("`{method}` comes too late");
            return self.refuse(id, ErrorCode::InvalidRequest, text);
        }
        let question = match method.as_str() {
            "shutdown" => {
                self.is_down = true;
                send(self.connection, Response::new_ok(id, ()));
                return true;
            }
            "textDocument/hover" => read(params).map(|it: HoverParams| {
                let it = it.text_document_position_params;
                Some(Question::Hover(uri::path(&it.text_document.uri)?, it.position))
            }),
            "textDocument/codeAction" => read(params).map(|it: CodeActionParams| {
                let path = uri::path(&it.text_document.uri)?;
                Some(Question::Actions(path, it.range, it.context.only))
            }),
            _ => {
                return self.refuse(
                    id,
                    ErrorCode::MethodNotFound,
                    format!("`{method}` is unknown"),
                );
            }
        };
        match question {
            Err(error) => self.refuse(id, ErrorCode::InvalidParams, error.to_string()),
            Ok(None) => {
                send(self.connection, Response::new_ok(id, ()));
                true
            }
            Ok(Some(question)) => {
                self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone());
                // It is about the texts as they are now.
                let is_heard = self.due.is_none() || self.look();
                is_heard && self.jobs.send(Job::Answer(id, question)).is_ok()
            }
        }
    }

    fn refuse(&self, id: RequestId, code: ErrorCode, text: String) -> bool {
        send(self.connection, Response::new_err(id, code as i32, text));
        true
    }

    /// Takes note of something. What makes no sense is passed over: there is nobody to tell.
    fn notice(&mut self, notification: Notification) -> bool {
        let Notification { method, params } = notification;
        let _ = match method.as_str() {
            "initialized" => {
                self.watch();
                self.wait(Duration::ZERO);
                Ok(())
            }
            "textDocument/didOpen" => read(params).map(|it: DidOpenTextDocumentParams| {
                self.discovers |= self.documents.open(it.text_document);
                self.wait(Duration::ZERO);
            }),
            "textDocument/didChange" => read(params).map(|it: DidChangeTextDocumentParams| {
                self.documents.change(it);
                self.wait(PAUSE);
            }),
            "textDocument/didSave" => {
                self.discovers |= !self.client.watches;
                self.wait(Duration::ZERO);
                Ok(())
            }
            "textDocument/didClose" => read(params).map(|it: DidCloseTextDocumentParams| {
                self.discovers |= self.documents.close(&it.text_document.uri);
                self.wait(Duration::ZERO);
            }),
            "workspace/didChangeWatchedFiles" => {
                read(params).map(|it: DidChangeWatchedFilesParams| {
                    let is_new = |it: &gen_lsp_types::FileEvent| {
                        let is_text = uri::path(&it.uri).is_some_and(|it| documents::counts(&it));
                        it.kind != FileChangeType::Changed || !is_text
                    };
                    self.discovers |= it.changes.iter().any(is_new);
                    self.wait(PAUSE);
                })
            }
            "workspace/didChangeWorkspaceFolders" => {
                read(params).map(|it: DidChangeWorkspaceFoldersParams| {
                    let paths = |all: Vec<gen_lsp_types::WorkspaceFolder>| {
                        all.into_iter().filter_map(|it| uri::path(&it.uri)).collect::<Vec<_>>()
                    };
                    let removed = paths(it.event.removed);
                    self.folders.retain(|it| !removed.contains(it));
                    self.folders.extend(paths(it.event.added));
                    self.discovers = true;
                    self.wait(Duration::ZERO);
                })
            }
            "$/cancelRequest" => {
                if let Some(id) = params.get("id").and_then(|it| read(it.clone()).ok()) {
                    self.cancel(id);
                }
                Ok(())
            }
            _ => Ok(()),
        };
        true
    }

    fn cancel(&self, id: RequestId) {
        if self.asked.lock().unwrap_or_else(PoisonError::into_inner).remove(&id) {
            self.refuse(id, ErrorCode::RequestCanceled, "canceled".to_owned());
        }
    }

    /// Asks to be told of files that change.
    fn watch(&mut self) {
        if !self.client.watches {
            return;
        }
        let watcher =
            |glob: &str| FileSystemWatcher { glob_pattern: glob.to_owned().into(), kind: None };
        let options = DidChangeWatchedFilesRegistrationOptions {
            watchers: WATCHED.into_iter().map(watcher).collect(),
        };
        let registration = Registration {
            id: "files".to_owned(),
            method: "workspace/didChangeWatchedFiles".to_owned(),
            register_options: serde_json::to_value(options).ok(),
        };
        let params = RegistrationParams { registrations: vec![registration] };
        self.sent += 1;
        let method = "client/registerCapability".to_owned();
        send(self.connection, Request::new(self.sent.into(), method, params));
    }
}

fn read<T: DeserializeOwned>(params: Value) -> serde_json::Result<T> {
    serde_json::from_value(params)
}
