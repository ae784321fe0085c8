//! Whatever lies in a folder, and wherever the tool runs: it ends, says what it could not do, and does the rest.
//!
//! How long that takes and how much memory is for benchmarks; here, a run that takes for ever is ended.

use std::{
    ffi::OsStr,
    fs::{self, File},
    os::unix::{ffi::OsStrExt, fs::symlink, net::UnixListener},
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use nix::{sys::stat::Mode, unistd::mkfifo};

use crate::{
    harness::{Run, Tool},
    sample::{LISTENER, MANIFEST, Sample},
};

/// A package with the listener behind some lines.
fn sample(before: &str, files: &[(&str, &str)]) -> Sample {
    let lib = format!("{before}\n{LISTENER}");
    Sample::new(&[&[("src/lib.rs", lib.as_str())], files].concat())
}

fn pipe(sample: &Sample, path: &str) {
    mkfifo(&sample.path(path), Mode::S_IRWXU).expect("a pipe");
}

fn many(count: usize, part: &dyn Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().concat()
}

/// Everything of ours was found, and `warnings` is how often something could not be read.
#[track_caller]
fn assert_found(sample: &Sample, findings: usize, warnings: usize) -> Run {
    let run = sample.run("--message-format short", 1);
    assert_eq!(run.stdout.lines().count(), findings, "{}\n{}", run.stdout, run.stderr);
    assert_eq!(run.stderr.matches("warning: ").count(), warnings, "{}", run.stderr);
    run
}

#[test]
fn nobody_waits_for_pipes_sockets_and_devices() {
    let before = "mod pipe; mod other; #[path = \"/dev/zero\"] mod zero; include!(\"/dev/zero\");";
    let sample = sample(before, &[("src/seen.rs", LISTENER)]);
    for path in ["src/pipe.rs", "src/other.rs", "src/stray.rs", "Cargo.lock"] {
        pipe(&sample, path);
    }
    symlink("../src/pipe.rs", sample.path("src/link.rs")).expect("a link");
    symlink("/dev/zero", sample.path("src/main.rs")).expect("a link");
    let _socket = UnixListener::bind(sample.path("src/socket.rs")).expect("a socket");
    let run = assert_found(&sample, 2, 4);
    assert!(run.stderr.contains("src/main.rs: failed to read: not a regular file"), "{run:?}");
}

#[test]
fn settings_in_a_pipe_or_a_device_are_refused() {
    let sample = sample("", &[]);
    pipe(&sample, "sockopt.toml");
    assert!(sample.run("", 2).stderr.contains("not a regular file"));
    fs::remove_file(sample.path("sockopt.toml")).expect("a file");
    symlink("/dev/zero", sample.path("sockopt.toml")).expect("a link");
    assert!(sample.run("", 2).stderr.contains("not a regular file"));
}

#[test]
fn a_baseline_in_a_pipe_is_refused_unless_somebody_names_it() {
    let sample = sample("", &[("sockopt.toml", "baseline = \"known.toml\"\n")]);
    pipe(&sample, "known.toml");
    for command in ["", "baseline write", "baseline prune"] {
        assert!(sample.run(command, 2).stderr.contains("not a regular file"), "{command}");
    }
    let path = sample.path("known.toml");
    let writer = thread::spawn(move || fs::write(path, "version = 1\nfindings = []\n"));
    assert_eq!(
        sample.run("--baseline known.toml --message-format short", 1).stdout.lines().count(),
        1
    );
    writer.join().expect("a thread").expect("a pipe takes it");
}

#[test]
fn a_file_beyond_all_measure_is_not_read() {
    let sample = sample("mod large;", &[("src/large.rs", "")]);
    let large = File::create(sample.path("src/large.rs")).expect("a file");
    large.set_len(1 << 40).expect("a file with a hole");
    let run = assert_found(&sample, 1, 1);
    assert!(run.stderr.contains("src/large.rs: failed to read: larger than"), "{}", run.stderr);
}

#[test]
fn links_lead_nowhere_twice() {
    let sample = sample("mod a; mod nowhere; mod there;", &[("other/there.rs", LISTENER)]);
    for (to, from) in [
        ("..", "src/up"),
        (".", "src/here"),
        ("/", "src/root"),
        ("self", "src/self"),
        ("b.rs", "src/a.rs"),
        ("a.rs", "src/b.rs"),
        ("gone.rs", "src/nowhere.rs"),
        ("../other/there.rs", "src/there.rs"),
    ] {
        symlink(to, sample.path(from)).expect("a link");
    }
    let run = sample.run("--message-format short", 1);
    assert_eq!(run.stderr.matches("failed to find the file of").count(), 2, "{}", run.stderr);
    assert!(run.stdout.contains("src/lib.rs:"), "{}", run.stdout);
}

#[test]
fn names_need_not_say_anything() {
    let sample = sample("mod folder;", &[("src/folder.rs/inside.rs", LISTENER)]);
    let odd = sample.root().join("src").join(OsStr::from_bytes(b"\xff\xfe"));
    fs::create_dir(&odd).expect("a folder");
    fs::write(odd.join(OsStr::from_bytes(b"\xfd.rs")), LISTENER).expect("a file");
    assert_found(&sample, 3, 1);
    for format in ["human", "json", "sarif", "gitlab", "junit", "checkstyle", "rdjson", "shard"] {
        sample.run(&format!("--message-format {format}"), 1);
    }
    sample.run("--fix --allow-no-vcs", 0);
    let fixed = fs::read_to_string(odd.join(OsStr::from_bytes(b"\xfd.rs"))).expect("a file");
    assert!(fixed.contains("set_reuse_address(true)?;\n    socket.bind"), "{fixed}");
}

#[test]
fn bytes_need_not_be_text() {
    let sample = sample("", &[("src/empty.rs", ""), ("src/blank.rs", "\n\r\n\t")]);
    sample.write("src/nul.rs", [b"\0", LISTENER.as_bytes()].concat());
    sample.write("src/nuls.rs", [0; 5000]);
    sample.write("src/latin.rs", [LISTENER.as_bytes(), b"// \xe4\n"].concat());
    let wide: Vec<u8> = LISTENER.encode_utf16().flat_map(u16::to_le_bytes).collect();
    sample.write("src/wide.rs", [b"\xff\xfe", wide.as_slice()].concat());
    sample.write("src/mark.rs", format!("\u{feff}{}", LISTENER.replace('\n', "\r\n")));
    assert_found(&sample, 2, 3);
    sample.run("--fix --allow-no-vcs", 0);
    let fixed = sample.read("src/mark.rs");
    let setter = "    socket.set_reuse_address(true)?;\r\n    socket.bind";
    assert_eq!(fixed.replace(setter, "    socket.bind"), {
        format!("\u{feff}{}", LISTENER.replace('\n', "\r\n"))
    });
}

#[test]
fn files_may_come_go_grow_and_shrink_during_a_run() {
    let names: Vec<_> = (0..30).map(|it| format!("src/m{it}.rs")).collect();
    let lib = many(30, &|it| format!("mod m{it};\n"));
    let sample = sample(&lib, &[]);
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for turn in (0..).take_while(|_| !is_over.load(Ordering::Relaxed)) {
                for (index, name) in names.iter().enumerate() {
                    let text = LISTENER.repeat((turn + index) % 4);
                    let path = sample.path(name);
                    let _ = match (turn * 7 + index) % 5 {
                        0 => fs::remove_file(path),
                        1 => File::create(path).and_then(|it| it.set_len(100)),
                        2 => fs::write(path, &text[..text.len() / 2]),
                        _ => fs::write(path, text),
                    };
                }
            }
        });
        for args in ["-q", "-q --message-format json", "-q --fix --allow-no-vcs"].repeat(4) {
            let run = sample.tool(args).run();
            assert!(matches!(run.code(), Some(0..=2)), "{args}: {run:?}");
            assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

#[test]
fn modules_that_lead_in_circles_or_double_come_to_an_end() {
    let twice =
        |name: &str| format!("#[path = \"{name}\"] pub mod a;\n#[path = \"{name}\"] mod b;\n");
    let lib =
        "#[path = \"lib.rs\"] mod myself; mod a; mod e0; include!(\"lib.rs\"); include!(\"i.rs\");";
    let sample = sample(&format!("{lib}\n{}", twice("d0.rs")), &[]);
    sample.write("src/a.rs", format!("mod x {{ #[path = \"../../a.rs\"] mod a; }}\n{LISTENER}"));
    sample.write("src/i.rs", format!("include!(\"i.rs\"); include!(\"lib.rs\");\n{LISTENER}"));
    // Each level has two ways to the next, and all have one to each other.
    for it in 0..40 {
        sample.write(&format!("src/d{it}.rs"), twice(&format!("d{}.rs", it + 1)));
        let all = many(40, &|it| format!("#[path = \"e{it}.rs\"] mod e{it};\n"));
        sample.write(&format!("src/e{it}.rs"), all);
    }
    sample.write("src/d40.rs", LISTENER);
    sample.write("src/e0.rs", format!("{}{LISTENER}", sample.read("src/e0.rs")));
    assert_found(&sample, 5, 0);
}

#[test]
fn packages_that_need_each_other_are_analyzed() {
    let package = |name: &str, other: &str| {
        let manifest = MANIFEST.replace("sample", name).replace("[workspace]", "");
        format!("{manifest}{other} = {{ path = \"../{other}\" }}\n")
    };
    let sample = Sample::bare(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\n"),
        ("a/Cargo.toml", &package("a", "b")),
        ("b/Cargo.toml", &package("b", "a")),
        ("a/src/lib.rs", &format!("pub use b::*;\n{LISTENER}")),
        ("b/src/lib.rs", &format!("pub use a::*;\n{LISTENER}")),
    ]);
    assert_found(&sample, 2, 0);
    for (manifest, what) in [
        ("[package", "b/Cargo.toml"),
        ("\0", "b/Cargo.toml"),
        ("[package]\nname = \"a\"\n", "two packages named `a`"),
    ] {
        sample.write("b/Cargo.toml", manifest);
        assert!(sample.run("", 2).stderr.contains(what), "{manifest:?}");
    }
}

/// Code that stands for more than it says, or for itself.
#[test]
fn code_that_goes_round_in_circles_comes_to_an_end() {
    let doubling = |name: &str, inside: &str| {
        let level = |it: usize| {
            let inside = inside.replace("NEXT", &format!("{name}{}", it + 1));
            format!("macro_rules! {name}{it} {{ ($($t:tt)*) => {{ {inside} }} }}\n")
        };
        let last = format!("macro_rules! {name}40 {{ ($($t:tt)*) => {{ $($t)* }} }}\n");
        many(40, &level) + &last
    };
    let calls = many(60, &|it| {
        let next = format!("f{}(s, a);", it + 1);
        format!("fn f{it}(s: &socket2::Socket, a: &socket2::SockAddr) {{ {next} {next} }}\n")
    });
    let constants = many(60, &|it| format!("const C{}: i32 = C{it} + C{it};\n", it + 1));
    for code in [
        "macro_rules! m { ($($t:tt)*) => { m!($($t)* $($t)*); } }\nm!(bind); fn f() { m!(bind) }".to_owned(),
        format!("{}a0!(fn bind() {{}});", doubling("a", "NEXT!($($t)* $($t)*);")),
        format!("{}fn f() {{ b0!(bind()); }}", doubling("b", "NEXT!($($t)*); NEXT!($($t)*);")),
        "type A = B; type B = A; type V<T> = V<V<T>>; struct S(S); fn f(a: A, s: S, v: V<A>) { a.bind(v.bind(s.0.0)) }".to_owned(),
        "pub use x::Y; mod x { pub use crate::z::*; pub use crate::Y; } mod z { pub use crate::x::*; pub use super::*; } fn f(y: Y) { y.bind(Y::new()) }".to_owned(),
        format!("const C0: i32 = D; const D: i32 = C0;\n{constants}fn f() {{ unsafe {{ libc::setsockopt(C9, D, C59, x, 4) }} }}"),
        format!("{calls}fn f60(s: &socket2::Socket, a: &socket2::SockAddr) {{ f0(s, a) }}"),
        "trait T { fn go(&self, t: &dyn T) { t.go(self) } } impl<X: T> T for Vec<X> { fn go(&self, t: &dyn T) { self[0].go(t); socket2::Socket::new().bind(t) } }".to_owned(),
        "fn f(s: socket2::Socket) { let y = |g| g(g); y(y); let z = |g, h| h(h, g); z(z, z); s.bind(y(z)); }".to_owned(),
    ] {
        let sample = sample("mod circles;", &[("src/circles.rs", &code)]);
        let run = sample.run("--message-format short", 1);
        assert!(run.stdout.contains("src/lib.rs:4:"), "{code}\n{}", run.stdout);
    }
}

#[test]
fn much_of_one_thing_is_no_more_than_that() {
    let socket =
        "socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap()";
    for code in [
        many(2_000, &|it| format!("if x[{it}] {{ s.set_reuse_address(true).unwrap(); }}\n")),
        many(1_000, &|it| {
            format!("let s{it} = {socket}; s{it}.bind(a).unwrap(); s{it}.listen(1).unwrap();\n")
        }),
        many(60, &|it| {
            format!("'a{it}: loop {{ if x[{it}] {{ s.set_nodelay(true).unwrap(); break 'a0; }}\n")
        }) + &"}".repeat(60),
        format!(
            "match n {{ {} _ => {{}} }}",
            many(2_000, &|it| format!("{it} => s.set_nodelay({}).unwrap(),", it % 2 == 0))
        ),
        many(500, &|it| format!("let c{it} = || {{ c{0}(); c{0}(); }};\n", it.max(1) - 1)),
    ] {
        let code = format!(
            "fn f(a: &socket2::SockAddr, x: &[bool], n: u32) {{ let s = {socket};\n{code}\n}}"
        );
        let sample = sample("mod much;", &[("src/much.rs", &code)]);
        let run = sample.run("--message-format short", 1);
        assert!(run.stdout.contains("src/lib.rs:4:"), "{code}\n{}", run.stdout);
    }
    // On one line, where columns are counted.
    let line = many(400, &|it| LISTENER.replace("listener", &format!("l{it}")).replace('\n', " "));
    let sample = sample(&line, &[]);
    let run = sample.run("--message-format short", 1);
    assert_eq!(run.stdout.lines().count(), 401);
    assert!(
        run.stdout
            .contains(&format!("src/lib.rs:1:{}:", line.rfind("bind(&addr").expect("a call") + 1))
    );
}

#[test]
fn fields_comments_folders_and_findings_may_be_many() {
    let field = |it| format!("s{it}: socket2::Socket,\n");
    let made = |it| {
        format!(
            "s{it}: socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap(),\n"
        )
    };
    let used = |it| {
        format!(
            "pub fn f{it}(&self, a: &socket2::SockAddr) {{ self.s{it}.bind(a).unwrap(); self.s{it}.listen(1).unwrap(); }}\n"
        )
    };
    let code = format!(
        "pub struct S {{ {} }}\nimpl S {{ {} pub fn new() -> Self {{ Self {{ {} }} }} }}",
        many(200, &field),
        many(200, &used),
        many(200, &made)
    );
    assert_found(&sample(&code, &[]), 201, 0);
    let comments = "// sockopt: allow(missing_reuseaddr) -- the last one counts\n".repeat(2_000);
    let sample = self::sample(&comments, &[]);
    let run = sample.run("--message-format short", 0);
    assert!(run.stderr.contains("1 suppressed"), "{}", run.stderr);
    let mut folder = "src".to_owned();
    let mut files = Vec::new();
    for _ in 0..200 {
        files.push((format!("{folder}/a.rs"), format!("pub mod a;\n{LISTENER}")));
        folder += "/a";
    }
    files.push((format!("{folder}/a.rs"), LISTENER.to_owned()));
    let files: Vec<_> = files.iter().map(|(path, code)| (path.as_str(), code.as_str())).collect();
    let run = assert_found(&self::sample("mod a;", &files), 202, 0);
    assert!(run.stderr.contains("202 findings can be fixed"), "{}", run.stderr);
    let sample =
        self::sample(&many(400, &|it| LISTENER.replace("listener", &format!("l{it}"))), &[]);
    let run = sample.run("", 1);
    assert_eq!(run.stdout.matches("bound without `SO_REUSEADDR`").count(), 401, "{}", run.stdout);
}

#[test]
fn a_file_of_too_many_tokens_is_not_parsed() {
    let tokens = format!(
        "// sockopt: allow(late_option) -- not to be judged\nfn f(s: &socket2::Socket) {{ s.bind(a); {} }}",
        ";".repeat(1_000_000)
    );
    let sample = sample("mod tokens;", &[("src/tokens.rs", &tokens)]);
    let run = assert_found(&sample, 1, 1);
    assert!(run.stderr.contains("failed to parse: more than 1 million tokens"), "{}", run.stderr);
    let run = sample.run("", 1);
    assert!(run.stderr.contains("help: split the file"), "{}", run.stderr);
}

#[test]
fn it_runs_where_little_is_there() {
    let sample = sample("", &[]);
    for script in [
        "exec \"$@\" <&-",
        "exec \"$@\" >&-",
        "exec \"$@\" 2>&-",
        "exec \"$@\" <&- >&- 2>&-",
        "unset HOME; exec \"$@\"",
        "PATH=/nowhere exec \"$@\"",
        "CARGO=/nowhere/cargo exec \"$@\"",
        "CARGO=/bin/false exec \"$@\"",
        "RUSTC_WRAPPER=/nowhere/wrapper exec \"$@\"",
        "TMPDIR=/nowhere exec \"$@\"",
        "ulimit -n 16; exec \"$@\"",
    ] {
        let run = Tool::in_shell(script).current_dir(sample.root()).run();
        assert_eq!(run.code(), Some(1), "{script}: {run:?}");
    }
}

#[test]
fn what_is_missing_is_named() {
    let sample = sample("", &[]);
    sample.commit("first");
    for (script, what) in [
        ("exec \"$@\" >/dev/full", "failed to write the report"),
        ("exec \"$@\" --diff >/dev/full", "failed to write the report"),
        ("exec \"$@\" --output /dev/full=json", "failed to write the report `/dev/full`"),
        ("exec \"$@\" --output src=json", "failed to write the report `src`"),
        ("exec \"$@\" --output nowhere/x=json", "failed to write the report `nowhere/x`"),
        (
            "TMPDIR=/nowhere exec \"$@\" --since HEAD",
            "failed to make a temporary folder in `/nowhere`",
        ),
        ("mkdir gone && cd gone && rmdir ../gone && exec \"$@\"", "failed to find `Cargo.toml`"),
        ("ulimit -v 400000; exec \"$@\"", "failed to start the worker threads"),
    ] {
        let run = Tool::in_shell(script).current_dir(sample.root()).run();
        assert_eq!(run.code(), Some(2), "{script}: {run:?}");
        assert!(run.stderr.contains(what), "{script}: {}", run.stderr);
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    }
}
