//! What the attribute makes of items, form by form.

use super::{Job, Wishes, arrange};

const IMPORTS: &str = "use std::{io, net::{SocketAddr, TcpListener}};\n\
                       use socket2::{Domain, SockRef, Socket, Type};\n\
                       use tokio::net::TcpSocket;\n";

/// The item with its options set, or what is said about which part of it.
fn arranged(arguments: &str, imports: &str, item: &str) -> Result<String, Vec<String>> {
    let renamed = [("nix_026".to_owned(), "nix".to_owned())];
    let text = format!("{imports}{item}\n");
    let (wishes, mut problems) = Wishes::parse(arguments);
    for problem in &mut problems {
        problem.range = problem.range.start + text.len()..problem.range.end + text.len();
    }
    let item = imports.len()..text.len() - 1;
    let arranged = arrange(&Job { text: &text, item, renamed: &renamed, wishes: &wishes });
    problems.extend(arranged.problems);
    if problems.is_empty() {
        return Ok(arranged.text);
    }
    let all = text + arguments;
    Err(problems.iter().map(|it| format!("`{}`: {}", &all[it.range.clone()], it.message)).collect())
}

/// Checks what becomes of a function that is given an address. A line of `diff` that starts with `-` goes, one
/// that starts with `+` comes, all others stay.
#[track_caller]
fn check(arguments: &str, head: &str, diff: &str) {
    check_with(arguments, IMPORTS, head, diff);
}

#[track_caller]
fn check_with(arguments: &str, imports: &str, head: &str, diff: &str) {
    let side = |other: char| {
        let lines = diff.trim_matches('\n').lines().filter(|line| !line.starts_with(other));
        lines.map(|line| line.get(1..).unwrap_or_default().to_owned() + "\n").collect::<String>()
    };
    let item = |body: String| format!("{head} {{\n{body}}}");
    let becomes = arranged(arguments, imports, &item(side('+')));
    let expected = item(side('-'));
    match becomes {
        Ok(text) => assert!(text == expected, "the item becomes\n{text}\nand not\n{expected}"),
        Err(problems) => panic!("{problems:#?}"),
    }
}

/// Checks what is said about a function that is given an address.
#[track_caller]
fn check_problems(arguments: &str, head: &str, body: &str, expected: &[&str]) {
    let problems = arranged(arguments, IMPORTS, &format!("{head} {{\n{body}\n}}"))
        .expect_err("something is wrong with the item");
    assert_eq!(problems, expected);
}

const RESULT: &str = "fn listen(addr: SocketAddr) -> io::Result<Socket>";
const TOKIO: &str = "async fn listen(addr: SocketAddr) -> io::Result<tokio::net::TcpListener>";

#[test]
fn the_option_is_set_where_the_socket_is_bound() {
    check(
        "",
        RESULT,
        "
     let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
-    socket.bind(&addr.into())?;
+    socket
+        .set_reuse_address(cfg!(not(windows)))
+        .and_then(|()| socket.bind(&addr.into()))?;
     socket.listen(128)?;
     Ok(socket)
",
    );
    check(
        "",
        TOKIO,
        "
     let socket = TcpSocket::new_v4()?;
-    socket.bind(addr)?;
+    socket
+        .set_reuseaddr(cfg!(not(windows)))
+        .and_then(|()| socket.bind(addr))?;
     socket.listen(1024)
",
    );
}

#[test]
fn what_leaves_the_function_cannot_stand_in_a_closure() {
    check(
        "",
        TOKIO,
        "
     let socket = TcpSocket::new_v4()?;
+    #[cfg(not(windows))]
+    socket.set_reuseaddr(true)?;
     socket.bind(resolve(addr).await?)?;
     socket.listen(1024)
",
    );
}

#[test]
fn what_arguments_hold_ends_when_it_did() {
    let head = "fn listen(all: &All) -> io::Result<Socket>";
    check(
        "",
        head,
        "
     let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
-    s.bind(&all.lock().addr.into())?;
+    s.set_reuse_address(cfg!(not(windows)))
+        .and_then(|()| s.bind(&all.lock().addr.into()))?;
     s.listen(1)?;
     Ok(s)
",
    );
    check(
        "only_v6 = true",
        head,
        "
     let s = Socket::new(Domain::IPV6, Type::STREAM, None)?;
-    if let Err(it) = s.bind(&all.lock().addr.into()) {
+    if let Err(it) = (match (&all.lock().addr.into(),) { (sockopt_0,) => s.set_only_v6(true).and_then(|()| s
+        .set_reuse_address(cfg!(not(windows)))
+        .and_then(|()| s.bind(sockopt_0))) }) {
         return Err(it);
     }
     s.listen(1)?;
     Ok(s)
",
    );
}

#[test]
fn a_late_option_moves() {
    check(
        "",
        RESULT,
        "
     let socket = Socket::new(Domain::IPV6, Type::STREAM, None)?;
+    #[cfg(not(windows))]
+    socket.set_reuse_address(true)?;
+    socket.set_only_v6(true)?;
     socket.bind(&addr.into())?;
-    socket.set_reuse_address(true)?;
-    socket.set_only_v6(true)?;
     socket.listen(128)?;
     Ok(socket)
",
    );
}

#[test]
fn every_argument_sets_its_option() {
    check(
        "reuse_port, only_v6 = strict(&addr), backlog = 1 << 12",
        RESULT,
        "
     let socket = Socket::new(Domain::IPV6, Type::STREAM, None)?;
+    #[cfg(not(windows))]
+    socket.set_reuse_port(true)?;
-    socket.bind(&addr.into())?;
-    socket.listen(128)?;
+    socket
+        .set_only_v6(strict(&addr))
+        .and_then(|()| socket
+            .set_reuse_address(cfg!(not(windows)))
+            .and_then(|()| socket.bind(&addr.into())))?;
+    socket.listen(1 << 12)?;
     Ok(socket)
",
    );
}

#[test]
fn functions_are_named_by_their_whole_paths() {
    check_with(
        "",
        "use std::os::fd::OwnedFd;\nuse rustix::net::{AddressFamily, SocketType, bind, listen, socket};\n",
        "fn listen(addr: std::net::SocketAddr) -> rustix::io::Result<OwnedFd>",
        "
     let fd = socket(AddressFamily::INET, SocketType::STREAM, None)?;
-    bind(&fd, &addr)?;
+    rustix::net::sockopt::set_socket_reuseaddr(&fd, true)
+        .and_then(|()| bind(&fd, &addr))?;
     listen(&fd, 128)?;
     Ok(fd)
",
    );
    check_with(
        "",
        "use nix::sys::socket::*;\n",
        "fn listen(addr: SockaddrIn) -> nix::Result<()>",
        "
     let fd = socket(AddressFamily::Inet, SockType::Stream, SockFlag::empty(), None)?;
-    bind(fd.as_raw_fd(), &addr)?;
+    ::nix::sys::socket::setsockopt(&fd, ::nix::sys::socket::sockopt::ReuseAddr, &true)
+        .and_then(|()| bind(fd.as_raw_fd(), &addr))?;
     listen(&fd, Backlog::new(128)?)
",
    );
}

#[test]
fn functions_that_two_crates_may_have_are_named_by_none() {
    let head = "fn listen(addr: SockaddrIn) -> nix::Result<()>";
    let diff = "
     let fd = socket(AddressFamily::Inet, SockType::Stream, SockFlag::empty(), None)?;
-    bind(fd.as_raw_fd(), &addr)?;
+    nix::sys::socket::setsockopt(&fd, nix::sys::socket::sockopt::ReuseAddr, &true)
+        .and_then(|()| bind(fd.as_raw_fd(), &addr))?;
     listen(&fd, Backlog::new(128)?)
";
    let nix = "use nix::sys::socket::{bind, listen, socket};\n";
    let by_system = format!("#[cfg(unix)]\n{nix}#[cfg(windows)]\nuse rustix::net::bind;\n");
    check_with("", &by_system, head, diff);
    let body =
        "    let fd = socket(AddressFamily::Inet, SockType::Stream, SockFlag::empty(), None)?;
    bind(fd.as_raw_fd(), &addr)?;
    listen(&fd, Backlog::new(128)?)";
    for imports in [
        format!("{nix}use rustix::net::bind;\n"),
        format!("use rustix::net::bind;\n{nix}"),
        "use nix::sys::socket::*;\nuse rustix::net::*;\n".to_owned(),
    ] {
        let problems = arranged("", &imports, &format!("{head} {{\n{body}\n}}"));
        let expected = "`bind(fd.as_raw_fd(), &addr)`: cannot set `SO_REUSEADDR` around this call: the socket is no \
                        variable or field, a name that is needed means two things, or the code around does not show \
                        what becomes of an error";
        assert_eq!(problems, Err(vec![expected.to_owned()]), "below {imports}");
    }
}

#[test]
fn a_glob_says_what_a_crate_is_called() {
    check_with(
        "",
        "use nix_026::sys::socket::*;\n",
        "fn listen(addr: SockaddrIn) -> nix_026::Result<()>",
        "
     let fd = socket(AddressFamily::Inet, SockType::Stream, SockFlag::empty(), None)?;
-    bind(fd.as_raw_fd(), &addr)?;
+    nix_026::sys::socket::setsockopt(&fd, nix_026::sys::socket::sockopt::ReuseAddr, &true)
+        .and_then(|()| bind(fd.as_raw_fd(), &addr))?;
     listen(&fd, 128)
",
    );
}

#[test]
fn a_code_is_looked_at_as_that_of_bind() {
    let head = "unsafe fn listen(raw: *const libc::sockaddr, len: libc::socklen_t) -> libc::c_int";
    check(
        "",
        head,
        "
     let fd = libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0);
+    if libc::setsockopt(
+        fd,
+        libc::SOL_SOCKET,
+        libc::SO_REUSEADDR,
+        (&1 as *const libc::c_int).cast(),
+        std::mem::size_of::<libc::c_int>() as libc::socklen_t,
+    ) < 0
+    {
+        return -1;
+    }
     if libc::bind(fd, raw, len) < 0 {
         return -1;
     }
     libc::listen(fd, 128)
",
    );
    check(
        "",
        head,
        "
     let fd = libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0);
-    match libc::bind(fd, raw, len) {
+    match (match libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, (&1 as *const libc::c_int).cast(), std::mem::size_of::<libc::c_int>() as libc::socklen_t) { 0 => libc::bind(fd, raw, len), code => code }) {
         0 => libc::listen(fd, 128),
         code => code,
     }
",
    );
}

#[test]
fn a_listener_that_an_api_makes_is_left_alone() {
    check(
        "",
        "fn listen(addr: SocketAddr) -> io::Result<TcpListener>",
        "
     TcpListener::bind(addr)
",
    );
}

#[test]
fn what_the_code_says_itself_is_meant_so() {
    for body in [
        "     socket.set_reuse_address(reuse)?;\n     socket.bind(&addr.into())?;",
        "     if reuse {\n         socket.set_reuse_address(true)?;\n     }\n     socket.bind(&addr.into())?;",
        "     socket.set_reuse_address(!cfg!(windows))?;\n     socket.bind(&addr.into())?;",
    ] {
        check(
            "",
            "fn listen(addr: SocketAddr, reuse: bool) -> io::Result<Socket>",
            &format!(
                "     let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;\n{body}\n     socket.listen(128)?;\n     Ok(socket)\n"
            ),
        );
    }
}

#[test]
fn an_option_can_be_left_alone() {
    for arguments in [
        "reuse_address = false",
        "allow(missing_reuseaddr, reason = \"a test\")",
        "reuse_address = false, crate = reexported::sockopt",
    ] {
        check(
            arguments,
            RESULT,
            "
     let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
     socket.bind(&addr.into())?;
     socket.listen(128)?;
     Ok(socket)
",
        );
    }
}

#[test]
fn every_listener_of_an_item_counts() {
    check(
        "",
        "mod servers",
        "
     use super::*;
     pub fn two(addr: SocketAddr) -> io::Result<(Socket, Socket)> {
         fn one(addr: SocketAddr) -> io::Result<Socket> {
             let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
-            socket.bind(&addr.into())?;
+            socket
+                .set_reuse_address(cfg!(not(windows)))
+                .and_then(|()| socket.bind(&addr.into()))?;
             socket.listen(128)?;
             Ok(socket)
         }
         let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
-        s.bind(&addr.into())?;
+        s.set_reuse_address(cfg!(not(windows)))
+            .and_then(|()| s.bind(&addr.into()))?;
         s.listen(128)?;
         Ok((one(addr)?, s))
     }
     pub fn many(all: &[SocketAddr]) -> io::Result<()> {
         for addr in all {
             let make = || {
                 let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
-                s.bind(&(*addr).into())?;
+                s.set_reuse_address(cfg!(not(windows)))
+                    .and_then(|()| s.bind(&(*addr).into()))?;
                 s.listen(128)
             };
             make()?;
         }
         Ok(())
     }
",
    );
}

/// Something else has the name of what is looked for.
#[test]
fn what_only_looks_like_a_listener_is_left_alone() {
    let local = "
     let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
-    socket.bind(&addr.into())?;
+    socket
+        .set_reuse_address(cfg!(not(windows)))
+        .and_then(|()| socket.bind(&addr.into()))?;
     bind(&socket, addr);
     bind!(socket, addr);
     query.bind(addr);
     socket.listen(128)?;
     Ok(socket)
";
    check_with(
        "",
        &format!(
            "{IMPORTS}fn bind(_: &Socket, _: SocketAddr) {{}}\nmacro_rules! bind {{ ($s:expr, $a:expr) => {{ let _ = (&$s, $a); }} }}\n"
        ),
        "fn listen(addr: SocketAddr, query: Query) -> io::Result<Socket>",
        local,
    );
}

#[test]
fn a_module_that_has_the_name_of_a_crate_is_not_the_crate() {
    let imports = "mod socket2 {\n    pub struct Socket;\n    impl Socket {\n        pub fn new() -> Self { Self }\n        pub fn bind(&self) {}\n        pub fn listen(&self) {}\n    }\n}\nuse self::socket2::Socket;\n";
    let item = "fn listen() {\n    let s = Socket::new();\n    s.bind();\n    s.listen();\n}";
    let problems = arranged("", imports, item).expect_err("it is no socket");
    assert_eq!(
        problems,
        [
            "`bind`: sockopt does not know the API of this `bind`, so it cannot tell what it does to a socket"
        ]
    );
}

#[test]
fn problems_stand_at_what_they_are_about() {
    let tcp = "let s = Socket::new(Domain::IPV6, Type::STREAM, None)?;";
    check_problems(
        "",
        "fn talk()",
        "println!(\"hello\");",
        &[
            "`talk`: no listener is made here: looked for a `bind` of a TCP socket, and for calls that make a listener, as `TcpListener::bind`",
        ],
    );
    check_problems(
        "",
        "fn talk(s: Unknown)",
        "s.bind(1);",
        &[
            "`bind`: sockopt does not know the API of this `bind`, so it cannot tell what it does to a socket",
        ],
    );
    check_problems(
        "",
        RESULT,
        "let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?; s.bind(&addr.into())?; Ok(s)",
        &["`bind(&addr.into())`: this socket is no TCP listener"],
    );
    check_problems(
        "",
        "fn listen(addr: SocketAddr, kind: Type) -> io::Result<Socket>",
        "let s = Socket::new(Domain::IPV4, kind, None)?; s.bind(&addr.into())?; Ok(s)",
        &[
            "`bind(&addr.into())`: nothing shows that this socket is a TCP listener: its type is not written here, and it does not listen here",
        ],
    );
    check_problems(
        "",
        RESULT,
        "let s = TcpListener::bind(addr)?; SockRef::from(&s).set_only_v6(true)?; Ok(s.into())",
        &[
            "`set_only_v6(true)`: `IPV6_V6ONLY` is set after `bind`: make the socket by hand, and set `IPV6_V6ONLY` before `bind`",
        ],
    );
    check_problems(
        "",
        RESULT,
        &format!(
            "{tcp} s.bind(&addr.into())?; let only = addr.is_ipv6(); s.set_only_v6(only)?; s.listen(1)?; Ok(s)"
        ),
        &[
            "`set_only_v6(only)`: this option is set too late, and cannot be moved before `bind`: it depends on what stands between, or is no statement of its own",
        ],
    );
    check_problems(
        "",
        RESULT,
        "make(addr)?.bind(&addr.into())",
        &[
            "`bind`: sockopt does not know the API of this `bind`, so it cannot tell what it does to a socket",
        ],
    );
    check_problems(
        "",
        RESULT,
        "let s = (Socket::new(Domain::IPV6, Type::STREAM, None)?, 1); pair(&s).0.bind(&addr.into())?; s.0.listen(1)?; Ok(s.0)",
        &[
            "`listen(1)`: this socket is not bound in this item, so that nothing can be set before: annotate what binds it",
        ],
    );
}

#[test]
fn what_is_asked_for_and_left_to_a_condition_is_an_error() {
    let with = |set: &str| {
        format!(
            "let s = Socket::new(Domain::IPV4, Type::STREAM, None)?; {set} s.bind(&addr.into())?; s.listen(1)?; Ok(s)"
        )
    };
    for set in [
        "if addr.port() != 0 { s.set_reuse_address(true)?; }",
        "s.set_reuse_address(addr.port() != 0)?;",
        "s.set_reuse_address(false)?;",
    ] {
        let expected =
            "`reuse_address`: the body sets `SO_REUSEADDR` itself, and not always to `true`";
        check_problems("reuse_address = true", RESULT, &with(set), &[expected]);
        let item = format!("{RESULT} {{ {} }}", with(set));
        assert_eq!(arranged("", IMPORTS, &item), Ok(item.clone()), "{set}");
        assert_eq!(arranged("reuse_address = false", IMPORTS, &item), Ok(item.clone()), "{set}");
    }
    for set in [
        "s.set_reuse_address(true)?;",
        "s.set_reuse_address(cfg!(not(windows)))?;",
        "#[cfg(not(windows))] s.set_reuse_address(true)?;",
        "#[cfg(unix)] s.set_reuse_address(true)?;",
    ] {
        let item = format!("{RESULT} {{ {} }}", with(set));
        assert_eq!(arranged("reuse_address = true", IMPORTS, &item), Ok(item.clone()), "{set}");
    }
}

#[test]
fn the_methods_that_a_trait_provides_count() {
    let item = |before: &str, behind: &str| {
        format!(
            "trait Open {{\n    fn open(&self, addr: SocketAddr) -> io::Result<Socket> {{\n        \
             let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;\n        {before}s.bind(&addr.into()){behind}?;\n        \
             s.listen(1)?;\n        Ok(s)\n    }}\n}}"
        )
    };
    let becomes =
        arranged("", IMPORTS, &item("", "")).map(|it| it.replace('\n', "").replace("  ", ""));
    let expected = item("s.set_reuse_address(cfg!(not(windows))).and_then(|()| ", ")");
    assert_eq!(becomes, Ok(expected.replace('\n', "").replace("  ", "")));
}

#[test]
fn what_is_not_rust_is_said_to_be_none() {
    let problems = arranged("", IMPORTS, "fn listen() { let = 1; }").expect_err("no pattern");
    assert!(problems[0].contains("sockopt cannot read this: "), "{problems:?}");
}

#[test]
fn what_is_bound_elsewhere_is_no_business_of_the_item() {
    let bound = |before: &str| {
        format!(
            "{IMPORTS}fn bound(addr: SocketAddr) -> io::Result<Socket> {{\n let s = Socket::new(Domain::IPV4, \
             Type::STREAM, None)?;\n{before}s.bind(&addr.into())?;\n Ok(s)\n}}\n"
        )
    };
    let item = |rest: &str| {
        format!("{RESULT} {{\n let s = bound(addr)?;\n{rest} s.listen(1)?;\n Ok(s)\n}}")
    };
    let reuse = "s.set_reuse_address(true)?;\n";
    assert_eq!(arranged("", &bound(reuse), &item("")), Ok(item("")));
    let problems = [
        (
            "",
            "`listen(1)`: this socket is not bound in this item, so that nothing can be set before: annotate what binds it",
        ),
        (
            reuse,
            "`set_reuse_address(true)`: the socket of this option is bound outside of this item: annotate what holds both",
        ),
    ];
    for (late, expected) in problems {
        let problems = arranged("", &bound(""), &item(late)).expect_err("the option is missing");
        assert!(problems.contains(&expected.to_owned()), "{problems:#?}");
    }
    check_problems(
        "",
        RESULT,
        "let s = Socket::new(Domain::IPV4, Type::STREAM, None)?; s.bind(&addr.into())?; s.connect(&addr.into())?; Ok(s)",
        &["`bind(&addr.into())`: this socket connects, so that it is no listener"],
    );
}

#[test]
fn problems_of_arguments_stand_at_the_argument() {
    let body = "let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?; s.bind(&addr.into())?; s.listen(1)?; Ok(s)";
    for (arguments, expected) in [
        (
            "reuse_adress",
            "`reuse_adress`: unknown argument `reuse_adress`: did you mean `reuse_address`?",
        ),
        (
            "colour = 1",
            "`colour`: unknown argument `colour`: expected one of `reuse_address`, `reuse_port`, `only_v6`, `exclusive_on_windows`, `backlog`, `allow`, `crate`",
        ),
        ("reuse_port, reuse_port", "`reuse_port`: `reuse_port` is given twice"),
        ("reuse_address = 1", "`1`: expected `reuse_address = true` or `reuse_address = false`"),
        ("only_v6", "`only_v6`: expected `only_v6 = true` or another value"),
        ("backlog", "`backlog`: expected `backlog = 1024` or another value"),
        ("crate", "`crate`: expected `crate = path`"),
        ("allow", "`allow`: expected `allow(rule, reason = \"…\")`"),
        ("allow(late_option)", "`allow`: a reason is missing: `allow(rule, reason = \"…\")`"),
        ("allow(reason = \"x\")", "`allow`: a rule is missing: `allow(rule, reason = \"…\")`"),
        (
            "allow(late_opton, reason = \"x\")",
            "`late_opton`: unknown rule `late_opton`: did you mean `late_option`?",
        ),
        (
            "exclusive_on_windows",
            "`exclusive_on_windows`: `socket2` has no call that sets `SO_EXCLUSIVEADDRUSE` before this `bind`",
        ),
        (
            "only_v6 = true",
            "`only_v6`: whether this socket is an IPv6 one is known at run time only, and on another the call fails",
        ),
    ] {
        check_problems(arguments, RESULT, body, &[expected]);
    }
    check_problems(
        "only_v6 = true, backlog = 7",
        "fn listen(addr: SocketAddr) -> io::Result<TcpListener>",
        "TcpListener::bind(addr)",
        &[
            "`only_v6`: no socket that is bound here takes `IPV6_V6ONLY`",
            "`backlog`: no call here takes a backlog: looked for `listen(…)` with a value",
        ],
    );
}

#[test]
fn an_option_of_one_family_is_set_on_sockets_of_it() {
    check(
        "only_v6 = true",
        "fn listen(addr: SocketAddr) -> io::Result<[Socket; 2]>",
        "
     let old = Socket::new(Domain::IPV4, Type::STREAM, None)?;
-    old.bind(&addr.into())?;
+    old.set_reuse_address(cfg!(not(windows)))
+        .and_then(|()| old.bind(&addr.into()))?;
     old.listen(1)?;
     let new = Socket::new(Domain::IPV6, Type::STREAM, None)?;
-    new.bind(&addr.into())?;
+    new.set_only_v6(true).and_then(|()| new
+        .set_reuse_address(cfg!(not(windows)))
+        .and_then(|()| new.bind(&addr.into())))?;
     new.listen(1)?;
     Ok([old, new])
",
    );
    check_problems(
        "only_v6 = true",
        RESULT,
        "let s = Socket::new(Domain::IPV4, Type::STREAM, None)?; s.bind(&addr.into())?; s.listen(1)?; Ok(s)",
        &["`only_v6`: no socket that is bound here takes `IPV6_V6ONLY`"],
    );
}

#[test]
fn an_item_that_is_not_finished_is_no_reason_to_panic() {
    let whole = format!(
        "{RESULT} {{ let s = Socket::new(Domain::IPV6, Type::STREAM, None)?; s.bind(&addr.into()).context(\"x\")?; \
         s.set_only_v6(true)?; if let Err(it) = s.listen(1) {{ return Err(it); }} Ok(s) }}"
    );
    let ends: Vec<usize> = super::tokens::lex(&whole).iter().map(|it| it.range.end).collect();
    for end in ends {
        let cut = &whole[..end];
        let mut open: Vec<char> = Vec::new();
        for letter in cut.chars() {
            match letter {
                '(' => open.push(')'),
                '{' => open.push('}'),
                ')' | '}' => {
                    open.pop();
                }
                _ => {}
            }
        }
        // What the compiler hands on is balanced.
        let closed: String = cut.chars().chain(open.into_iter().rev()).collect();
        let _ = arranged("reuse_port, backlog = 1", IMPORTS, cut);
        let _ = arranged("reuse_port, backlog = 1", IMPORTS, &closed);
    }
}

/// The rules that find something in a function that lacks the option, below some items and attributes.
fn found_below(head: &str, body: &str) -> Vec<String> {
    let text = format!(
        "{IMPORTS}{head}\n{RESULT} {{\n let s = Socket::new(Domain::IPV6, Type::STREAM, None)?;\n{body}\n Ok(s)\n}}\n"
    );
    crate::testing::found(&text).into_iter().map(|it| it.rule).collect()
}

const MISSING: &str = "s.bind(&addr.into())?;\n s.listen(128)?;";

#[test]
fn rules_know_the_attribute_by_every_name() {
    for head in [
        "#[sockopt::listener]",
        "#[::sockopt::listener(reuse_port)]",
        "use sockopt::listener;\n#[listener]",
        "use sockopt::listener as server;\n#[server]",
        "use sockopt as so;\n#[so::listener]",
        "extern crate sockopt as so;\n#[so::listener]",
        "use sockopt::*;\n#[listener]",
        "mod prelude { pub use sockopt::listener as server; }\nuse prelude::server;\n#[server]",
        "mod prelude { pub use sockopt::listener as server; }\n#[prelude::server]",
        "#[cfg_attr(unix, inline, sockopt::listener)]",
        "#[cfg_attr(feature = \"so\", sockopt::listener)]",
    ] {
        assert!(found_below(head, MISSING).is_empty(), "{head}");
    }
    for head in [
        "",
        "use other::listener;\n#[listener]",
        "use other as sockopt;\n#[sockopt::listener]",
        "#[so::listener]",
        "#[cfg_attr(windows, sockopt::listener)]",
        "#[sockopt::listener(reuse_address = false)]",
        "#[sockopt::listener(allow(late_option, reason = \"it is off\"), reuse_address = false)]",
    ] {
        assert_eq!(found_below(head, MISSING), ["missing_reuseaddr"], "{head}");
    }
    let module = format!(
        "{IMPORTS}use sockopt as so;\n#[so::listener]\nmod servers {{\n use super::*;\n pub {RESULT} {{\n \
         let s = Socket::new(Domain::IPV6, Type::STREAM, None)?;\n{MISSING}\n Ok(s)\n}}\n}}\n"
    );
    assert_eq!(crate::testing::found(&module), []);
}

#[test]
fn rules_that_the_attribute_allows_are_silent() {
    let late = "s.bind(&addr.into())?;\n s.set_reuse_address(true)?;\n s.listen(128)?;";
    let early = "s.set_reuse_address(true)?;\n s.bind(&addr.into())?;\n s.listen(128)?;";
    let cases = [
        ("missing_reuseaddr", MISSING, vec![]),
        ("missing_reuseaddr", early, vec!["windows_reuseaddr"]),
        ("windows_reuseaddr", early, vec![]),
        ("late_option", late, vec!["windows_reuseaddr"]),
        (
            "disabled_reuseaddr",
            "s.set_reuse_address(false)?;\ns.bind(&addr.into())?;\ns.listen(1)?;",
            vec![],
        ),
        (
            "late_option",
            "s.set_reuse_address(false)?;\ns.bind(&addr.into())?;\ns.listen(1)?;",
            vec!["disabled_reuseaddr"],
        ),
    ];
    for (rule, body, expected) in cases {
        let head = format!("#[sockopt::listener(allow({rule}, reason = \"it is meant so\"))]");
        assert_eq!(found_below(&head, body), expected, "{head}\n{body}");
    }
}
