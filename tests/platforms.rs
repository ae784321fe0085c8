//! What is reported for which platform: what packages show, what cannot be compiled, and the configuration.

use std::{fs, process::Command};

use tempfile::TempDir;

use crate::harness::{Run, Tool, built_fixtures};

/// A listener that is right on Unix, and wrong on Windows.
const LISTENER: &str = r"
use socket2::{Domain, Socket, Type};

pub fn listener(addr: std::net::SocketAddr) -> std::io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&addr.into())?;
    socket.listen(128)?;
    Ok(socket)
}
";

/// The sources and the manifests of one package or several; `[package]` and `src/lib.rs` are there by default.
fn tree(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file can be written");
    };
    for (path, text) in files {
        write(path, text);
    }
    for (path, text) in [("Cargo.toml", manifest("").as_str()), ("src/lib.rs", LISTENER)] {
        if files.iter().all(|(it, _)| *it != path) {
            write(path, text);
        }
    }
    folder
}

fn manifest(lines: &str) -> String {
    format!(
        "[package]\nname = \"sample\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\nsocket2 = \"0.6\"\n{lines}"
    )
}

fn listener_below(lines: &str) -> String {
    format!("{lines}{LISTENER}")
}

fn run(files: &[(&str, &str)], args: &[&str]) -> Run {
    let folder = tree(files);
    Tool::new().args(args).arg(folder.path()).run()
}

/// Whether the listener is reported for Windows, under these files and arguments.
#[track_caller]
fn reports(files: &[(&str, &str)], args: &[&str]) -> bool {
    let run = run(files, args);
    assert!(matches!(run.code(), Some(0 | 1)), "{run:?}");
    assert!(!run.stderr.contains("warning: "), "{run:?}");
    run.stdout.contains("windows_reuseaddr")
}

#[test]
fn a_package_that_does_not_show_windows_is_not_judged_for_it() {
    assert!(!reports(&[], &[]));
    let comment = listener_below("// Not for #[cfg(windows)].\n");
    assert!(!reports(&[("src/lib.rs", &comment)], &[]));
    let unix = manifest("[target.'cfg(unix)'.dependencies]\nlibc = \"0.2\"\n");
    assert!(!reports(&[("Cargo.toml", &unix)], &[]));
}

#[test]
fn a_level_that_names_the_rule_decides() {
    let args = ["windows_reuseaddr", "portability", "all"];
    assert!(args.iter().all(|name| reports(&[], &["-W", name])));
    assert!(!reports(&[], &["-W", "late_option"]));
    let shows = listener_below("#[cfg(windows)] mod sys {}\n");
    assert!(!reports(&[("src/lib.rs", &shows)], &["-A", "portability"]));
}

#[test]
fn flags_that_nobody_gives_are_what_the_tables_say() {
    let run = Command::new(built_fixtures().join("flags")).output().expect("a fixture starts");
    assert!(run.status.success(), "{run:?}");
    // Of the listeners, the tool says that the first and the last have the option unless they are told.
    assert_eq!(String::from_utf8_lossy(&run.stdout), "true\nfalse\ntrue\n");
}

#[test]
fn code_shows_windows_even_where_it_is_not_parsed() {
    for file in ["src/lib.rs", "src/other.rs", "build.rs", "tests/t.rs"] {
        let text = if file == "src/lib.rs" { LISTENER } else { "" };
        let text = format!(
            "{text}fn newline() -> &'static str {{ if cfg!(windows) {{ \"1\" }} else {{ \"2\" }} }}\n"
        );
        assert!(reports(&[(file, &text)], &[]), "{file}");
    }
}

#[test]
fn manifests_show_windows() {
    for lines in [
        "[target.'cfg(windows)'.dependencies]\nlog = \"0.4\"\n",
        "[target.'cfg(target_os = \"windows\")'.dev-dependencies]\nlog = \"0.4\"\n",
        "[target.x86_64-pc-windows-msvc.build-dependencies]\nlog = \"0.4\"\n",
        "windows-sys = \"0.60\"\n",
        "w = { package = \"winapi\", version = \"0.3\", optional = true }\n",
        "[package.metadata.docs.rs]\ntargets = [\"x86_64-pc-windows-msvc\"]\n",
    ] {
        assert!(reports(&[("Cargo.toml", &manifest(lines))], &[]), "{lines}");
    }
}

#[test]
fn each_package_of_a_workspace_shows_it_for_itself() {
    let member =
        |name: &str| format!("[package]\nname = \"{name}\"\n[dependencies]\nsocket2 = \"0.6\"\n");
    let shows = listener_below("#[cfg(not(windows))] fn f() {}\n");
    let folder = tree(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\n"),
        ("src/lib.rs", ""),
        ("a/Cargo.toml", &member("a")),
        ("a/src/lib.rs", &shows),
        ("b/Cargo.toml", &member("b")),
        ("b/src/lib.rs", LISTENER),
    ]);
    let run = Tool::new().args(["--message-format", "short"]).current_dir(folder.path()).run();
    let lines: Vec<_> = run.stdout.lines().collect();
    assert!(matches!(lines[..], [line] if line.starts_with("a/src/lib.rs:")), "{run:?}");
}

#[test]
fn without_a_manifest_the_files_that_are_given_show_it() {
    let shows = listener_below("#[cfg(windows)] mod sys {}\n");
    let folder = tree(&[("src/lib.rs", &shows), ("src/other/plain.rs", LISTENER)]);
    fs::remove_file(folder.path().join("Cargo.toml")).expect("a manifest");
    let count = |path: &str| {
        let run =
            Tool::new().args(["--message-format", "short"]).arg(folder.path().join(path)).run();
        run.stdout.matches("windows_reuseaddr").count()
    };
    assert_eq!([count("src/lib.rs"), count("src/other/plain.rs"), count("")], [1, 0, 2]);
    let run = |text: &str| Tool::new().arg("-").stdin(text).run();
    assert!(run(&shows).stdout.contains("windows_reuseaddr"));
    assert!(!run(LISTENER).stdout.contains("windows_reuseaddr"));
}

/// A crate with the listener in one file and `text` in another, which is parsed.
fn beside(text: &str, args: &[&str]) -> bool {
    let text = format!(
        "{text}\npub fn is_kept(it: &socket2::Socket) -> bool {{ it.keepalive().is_ok() }}\n"
    );
    let files = [
        ("src/lib.rs", "pub mod net;\npub mod other;\n"),
        ("src/net.rs", LISTENER),
        ("src/other.rs", &text),
    ];
    reports(&files, args)
}

#[test]
fn a_crate_that_cannot_be_compiled_for_windows_is_not_judged_for_it() {
    for text in [
        "use std::os::unix::io::AsRawFd;",
        "use std::os::fd::AsRawFd;",
        "use nix::sys::signal::kill;",
        "use libc::{c_int, sockaddr_in};",
        "use rustix::process::getpid;",
        "#[cfg(windows)]\ncompile_error!(\"not for Windows\");",
    ] {
        assert!(!beside(text, &["-W", "all"]), "{text}");
    }
    for text in [
        "",
        "#[cfg(unix)] use std::os::fd::AsRawFd;",
        "#[cfg(unix)] mod unix { use std::os::fd::AsRawFd; }",
        "#[cfg(test)] mod tests { use std::os::fd::AsRawFd; }",
        "#![cfg(feature = \"fd\")]\nuse std::os::fd::AsRawFd;",
    ] {
        assert!(beside(text, &["-W", "all"]), "{text}");
    }
}

#[test]
fn a_binary_is_compiled_where_its_library_is() {
    let library = "use std::os::fd::AsRawFd;\npub use socket2::Socket;\n";
    let main = listener_below("fn main() {}\n");
    assert!(!reports(&[("src/lib.rs", library), ("src/main.rs", &main)], &["-W", "all"]));
    assert!(reports(&[("src/lib.rs", ""), ("src/main.rs", &main)], &["-W", "all"]));
}

/// A listener that is wrong everywhere but on Windows.
const MISSING: &str = r"
use socket2::{Domain, Socket, Type};

pub fn listener(addr: std::net::SocketAddr) -> std::io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&addr.into())?;
    socket.listen(128)?;
    Ok(socket)
}
";

#[test]
fn configured_platforms_decide_outright() {
    let shows = listener_below("#[cfg(windows)] mod sys {}\n");
    let set = |platforms: &str| format!("platforms = [{platforms}]\n");
    let (windows, unix) = (set("\"unix\", \"windows\""), set("\"linux\", \"bsd\""));
    assert!(reports(&[("sockopt.toml", &windows)], &[]));
    assert!(!reports(&[("sockopt.toml", &unix), ("src/lib.rs", &shows)], &["-W", "all"]));
    let metadata = manifest(&format!("[package.metadata.sockopt]\n{windows}"));
    assert!(reports(&[("Cargo.toml", &metadata)], &[]));
    let workspace = manifest(&format!("[workspace.metadata.sockopt]\n{windows}"));
    assert!(reports(&[("Cargo.toml", &workspace)], &[]));
    assert!(reports(&[], &["--platforms", "windows,linux"]));
    assert!(!reports(&[("sockopt.toml", &windows)], &["--platforms", "linux"]));
}

#[test]
fn a_finding_says_which_of_the_configured_platforms_it_holds_on() {
    let found = |platforms: &str| run(&[("src/lib.rs", MISSING)], &["--platforms", platforms]);
    assert!(found("linux,bsd,windows").stdout.contains("holds on: linux, bsd"));
    assert_eq!(found("windows").code(), Some(0));
}

#[track_caller]
fn assert_refused(files: &[(&str, &str)], args: &[&str], words: &[&str]) {
    let run = run(files, args);
    assert_eq!(run.code(), Some(2), "{run:?}");
    assert!(run.stdout.is_empty(), "{run:?}");
    for word in words {
        assert!(run.stderr.contains(word), "no `{word}` in: {}", run.stderr);
    }
}

#[test]
fn mistakes_in_the_configuration_end_the_run() {
    let file = [("sockopt.toml", "\nplatform = [\"linux\"]\n")];
    assert_refused(&file, &[], &["sockopt.toml:2", "`platform`", "did you mean `platforms`?"]);
    let metadata = manifest("[package.metadata.sockopt]\nplatforms = [\"linus\"]\n");
    let files = [("Cargo.toml", metadata.as_str())];
    assert_refused(&files, &[], &["Cargo.toml:11", "`linus`", "did you mean `linux`?"]);
    let metadata = metadata.replace("linus", "linux");
    let both = [("Cargo.toml", metadata.as_str()), ("sockopt.toml", "platforms = [\"linux\"]\n")];
    assert_refused(&both, &[], &["sockopt.toml", "Cargo.toml", "keep one of the two"]);
    assert_refused(&[], &["--platforms", "widows"], &["did you mean `windows`?"]);
}

#[test]
fn a_mistake_is_no_reason_to_go_on_with_a_file_alone() {
    let folder = tree(&[("sockopt.toml", "platforms = 1\n")]);
    let run = Tool::new().arg(folder.path().join("src/lib.rs")).run();
    assert_eq!(run.code(), Some(2), "{run:?}");
}

#[test]
fn a_manifest_that_cargo_refuses_inherits_from_the_workspace() {
    let member =
        "[package]\nname = \"stray\"\nversion = \"0.0.0\"\n[dependencies]\ns2.workspace = true\n";
    let folder = tree(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"a\"]\n[workspace.dependencies]\ns2 = { package = \"socket2\", version = \"0.6\" }\n",
        ),
        ("a/Cargo.toml", "[package]\nname = \"a\"\n"),
        ("a/src/lib.rs", ""),
        ("stray/Cargo.toml", member),
        ("stray/src/lib.rs", &MISSING.replace("socket2", "s2")),
    ]);
    let run = Tool::new().arg(folder.path().join("stray")).run();
    assert_eq!(run.code(), Some(1), "{run:?}");
}
