//! What fixes make of code, form by form.

use crate::testing::{fixed, found};

/// Checks what becomes of the body of a function that is given an address. A line of `before` that starts
/// with `-` goes, one that starts with `+` comes, all others stay.
#[track_caller]
fn check(for_windows: bool, head: &str, diff: &str) {
    let side = |other: char| {
        let lines = diff.trim_matches('\n').lines().filter(|line| !line.starts_with(other));
        lines.map(|line| line.get(1..).unwrap_or_default().to_owned() + "\n").collect::<String>()
    };
    let text = |body: String| {
        format!(
            "use std::{{io, net::SocketAddr}};\nuse socket2::{{Domain, Socket, Type}};\n{head}{{\n{body}}}\n"
        )
    };
    let (before, after) = (text(side('+')), text(side('-')));
    let fixed = fixed(&before, for_windows);
    assert!(fixed == after, "the text becomes\n{fixed}\nand not\n{after}");
    let rest: Vec<_> =
        found(&fixed).into_iter().filter(|it| it.rule == "missing_reuseaddr").collect();
    assert!(rest.is_empty() || before == after, "still found: {rest:?}");
}

const RESULT: &str = "fn listen(addr: SocketAddr) -> io::Result<Socket> ";
const PLAIN: &str = "fn listen(addr: SocketAddr) -> Socket ";
const ANYHOW: &str = "fn listen(addr: SocketAddr) -> anyhow::Result<Socket> ";

#[test]
fn the_error_goes_where_that_of_bind_goes() {
    check(
        false,
        RESULT,
        "
     let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
+    socket.set_reuse_address(true)?;
     socket.bind(&addr.into())?;
     socket.listen(128)?;
     Ok(socket)
",
    );
    check(
        false,
        PLAIN,
        "
     let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
+    socket.set_reuse_address(true).unwrap();
     socket.bind(&addr.into()).unwrap();
     socket.listen(128).unwrap();
     socket
",
    );
    check(
        false,
        PLAIN,
        "
     let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect(\"Cannot create socket\");
+    socket
+        .set_reuse_address(true)
+        .expect(\"Failed to set SO_REUSEADDR\");
     socket.bind(&addr.into()).expect(\"Cannot bind\");
     socket.listen(128).unwrap();
     socket
",
    );
    check(
        false,
        ANYHOW,
        "
     let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
+    socket
+        .set_reuse_address(true)
+        .context(\"failed to set SO_REUSEADDR\")?;
     socket.bind(&addr.into()).context(\"cannot bind\")?;
     socket.listen(128)?;
     Ok(socket)
",
    );
    check(
        false,
        ANYHOW,
        "
     let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
+    socket.set_reuse_address(true).map_err(Error::Io)?;
     socket.bind(&addr.into()).map_err(Error::Io)?;
     socket.listen(128)?;
     Ok(socket)
",
    );
    check(
        false,
        ANYHOW,
        "
     let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
+    socket
+        .set_reuse_address(true)
+        .map_err(|e| Error::new(&name, e))?;
     socket.bind(&addr.into()).map_err(|e| Error::new(&name, e))?;
     socket.listen(128)?;
     Ok(socket)
",
    );
}

#[test]
fn an_error_that_names_bind_is_left_alone() {
    check(
        false,
        ANYHOW,
        "
     let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
-    socket.bind(&addr.into()).with_context(|| format!(\"cannot bind {addr}\"))?;
+    socket
+        .set_reuse_address(true)
+        .and_then(|()| socket.bind(&addr.into()))
+        .with_context(|| format!(\"cannot bind {addr}\"))?;
     socket.listen(128)?;
     Ok(socket)
",
    );
}

#[test]
fn an_error_that_takes_values_with_it_is_made_once() {
    check(
        false,
        ANYHOW,
        "
     let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
-    s.bind(&addr).map_err(|e| Error::new(name, e))?;
+    s.set_reuse_address(true).and_then(|()| s.bind(&addr)).map_err(|e| Error::new(name, e))?;
     s.listen(128)?;
     Ok(s)
",
    );
}

#[test]
fn a_result_that_is_looked_at_by_hand() {
    check(
        false,
        RESULT,
        "
     let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
-    if let Err(error) = s.bind(&addr) {
+    if let Err(error) = s.set_reuse_address(true).and_then(|()| s.bind(&addr)) {
         return Err(error);
     }
     s.listen(128)?;
     Ok(s)
",
    );
    check(
        false,
        RESULT,
        "
     let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
-    match s.bind(&addr) {
+    match s.set_reuse_address(true).and_then(|()| s.bind(&addr)) {
         Ok(()) => s.listen(128)?,
         Err(error) => return Err(error),
     }
     Ok(s)
",
    );
}

#[test]
fn comments_attributes_and_line_breaks_stay_with_bind() {
    check(
        false,
        RESULT,
        "
     let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;

+    socket.set_reuse_address(true)?;
     // The address of the configuration.
     socket
         .bind(&addr.into()) // in time
         ?;
     socket.listen(128)?;
     Ok(socket)
",
    );
}

#[test]
fn windows_is_spared_where_the_package_is_built_for_it() {
    check(
        true,
        RESULT,
        "
     let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
+    #[cfg(not(windows))]
+    socket.set_reuse_address(true)?;
     socket.bind(&addr.into())?;
     socket.listen(128)?;
     Ok(socket)
",
    );
    check(
        true,
        RESULT,
        "
     let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
+    #[cfg(not(windows))]
     socket.set_reuse_address(true)?;
     socket.bind(&addr.into())?;
     socket.listen(128)?;
     Ok(socket)
",
    );
    check(
        true,
        RESULT,
        "
     let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
-    if let Err(error) = s.bind(&addr) {
+    if let Err(error) = s
+        .set_reuse_address(cfg!(not(windows)))
+        .and_then(|()| s.bind(&addr))
+    {
         return Err(error);
     }
     s.listen(128)?;
     Ok(s)
",
    );
}

#[test]
fn a_late_call_moves_with_its_comment() {
    check(
        false,
        RESULT,
        "
     let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
+    // So that a restart works.
+    socket.set_reuse_address(true)?;
     socket.bind(&addr.into())?;
-    // So that a restart works.
-    socket.set_reuse_address(true)?;
     socket.listen(128)?;
     Ok(socket)
",
    );
    check(
        false,
        RESULT,
        "
     let socket = Socket::new(Domain::IPV6, Type::STREAM, None)?;
     socket.set_reuse_address(true)?;
+    if only {
+        socket.set_only_v6(true)?;
+    }
     socket.bind(&addr.into())?;
-    if only {
-        socket.set_only_v6(true)?;
-    }
     socket.listen(128)?;
     Ok(socket)
",
    );
}

#[test]
fn a_late_call_takes_the_name_that_the_socket_has_at_bind() {
    check(
        false,
        "fn listen(addr: SocketAddr) -> io::Result<std::net::TcpListener> ",
        "
     let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
+    socket.set_reuse_address(true)?;
     socket.bind(&addr.into())?;
     socket.listen(128)?;
     let listener: std::net::TcpListener = socket.into();
-    socket2::SockRef::from(&listener).set_reuse_address(true)?;
     Ok(listener)
",
    );
}

#[test]
fn a_result_that_is_thrown_away_is_looked_at() {
    check(
        false,
        RESULT,
        "
     let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
-    let _ = socket.set_reuse_address(true);
+    socket.set_reuse_address(true)?;
     socket.bind(&addr.into())?;
     socket.listen(128)?;
     Ok(socket)
",
    );
    check(
        false,
        PLAIN,
        "
     let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
-    socket.set_reuse_address(true).ok();
+    socket.set_reuse_address(true).expect(\"failed to set SO_REUSEADDR\");
     socket.bind(&addr.into()).expect(\"cannot bind\");
     socket.listen(128).unwrap();
     socket
",
    );
}

#[test]
fn a_call_that_switches_off_switches_on() {
    check(
        false,
        RESULT,
        "
     let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
-    socket.set_reuse_address(false)?;
+    socket.set_reuse_address(true)?;
     socket.bind(&addr.into())?;
     socket.listen(128)?;
     Ok(socket)
",
    );
}

#[test]
fn a_call_for_one_family_is_made_for_both() {
    check(
        false,
        RESULT,
        "
     let socket = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
-    if addr.is_ipv6() {
-        socket.set_reuse_address(true)?;
-    }
+    socket.set_reuse_address(true)?;
     socket.bind(&addr.into())?;
     socket.listen(128)?;
     Ok(socket)
",
    );
}

const UNSAFE: &str =
    "unsafe fn listen(addr: *const libc::sockaddr, len: libc::socklen_t) -> io::Result<i32> ";

#[test]
fn a_raw_call_is_checked_as_bind_is() {
    check(
        false,
        UNSAFE,
        "
     let fd = unsafe { libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0) };
+    if unsafe {
+        libc::setsockopt(
+            fd,
+            libc::SOL_SOCKET,
+            libc::SO_REUSEADDR,
+            (&1 as *const libc::c_int).cast(),
+            std::mem::size_of::<libc::c_int>() as libc::socklen_t,
+        )
+    } < 0
+    {
+        return Err(io::Error::last_os_error());
+    }
     if unsafe { libc::bind(fd, addr, len) } < 0 {
         return Err(io::Error::last_os_error());
     }
     unsafe { libc::listen(fd, 128) };
     Ok(fd)
",
    );
}

#[test]
fn imports_come_with_the_names() {
    let nix = "use nix::sys::socket::{bind, listen, socket, AddressFamily, Backlog, SockFlag, SockType, SockaddrIn};\n\
               use std::os::fd::{AsRawFd, OwnedFd};\n\
               fn server(addr: SockaddrIn) -> nix::Result<OwnedFd> {\n    \
               let fd = socket(AddressFamily::Inet, SockType::Stream, SockFlag::empty(), None)?;\n    \
               bind(fd.as_raw_fd(), &addr)?;\n    listen(&fd, Backlog::new(128)?)?;\n    Ok(fd)\n}\n";
    let after = nix
        .replace("    bind(fd", "    setsockopt(&fd, sockopt::ReuseAddr, &true)?;\n    bind(fd")
        .replace("SockaddrIn};\n", "SockaddrIn};\nuse nix::sys::socket::{setsockopt, sockopt};\n");
    assert_eq!(fixed(nix, false), after);
}

/// A listener that is bound by functions, below these declarations.
fn bound_by_functions(imports: &str) -> String {
    format!(
        "use nix::sys::socket::{{AddressFamily, Backlog, SockFlag, SockType, SockaddrIn}};
{imports}
fn server(addr: SockaddrIn) -> nix::Result<std::os::fd::OwnedFd> {{
    let fd = socket(AddressFamily::Inet, SockType::Stream, SockFlag::empty(), None)?;
    bind(fd.as_raw_fd(), &addr)?;
    listen(&fd, Backlog::new(128)?)?;
    Ok(fd)
}}
"
    )
}

#[test]
fn a_name_that_means_two_things_is_no_help() {
    for imports in [
        "use nix::sys::socket::{bind, listen, setsockopt, socket, sockopt};\nuse rustix::net::bind;",
        "use nix::sys::socket::{bind, listen, setsockopt, socket, sockopt};\nuse rustix::net::sockopt;",
        "use {nix::sys::socket::{bind, listen, socket}, rustix::net::bind};",
        "use nix::sys::socket::{bind, listen, socket};\nuse rustix::net::connect as bind;",
        "use nix::sys::socket::*;\nuse rustix::net::*;",
        "use nix::sys::socket::*;\nuse rustix::net::sockopt;",
    ] {
        let text = bound_by_functions(imports);
        assert!(!found(&text).is_empty(), "nothing is found below {imports}");
        assert_eq!(fixed(&text, false), text);
    }
    let path = bound_by_functions(
        "use nix::sys::socket::{self, listen, socket};\nuse rustix::net as socket;",
    )
    .replace(" bind(", " socket::bind(");
    assert_eq!(fixed(&path, false), path);
}

#[test]
fn a_name_that_means_one_thing_at_a_time_is_known() {
    let call = "    setsockopt(&fd, sockopt::ReuseAddr, &true)?;\n    bind(";
    let nix = "use nix::sys::socket::{bind, listen, setsockopt, socket, sockopt};";
    let rustix = "use rustix::net::{bind, listen, setsockopt, socket, sockopt};";
    for imports in [
        format!("#[cfg(not(windows))]\n{nix}\n#[cfg(windows)]\n{rustix}"),
        format!("#[cfg(windows)]\n{rustix}\n#[cfg(not(windows))]\n{nix}"),
        format!("{nix}\nuse ::{}", &nix["use ".len()..]),
        "#[cfg(unix)]\nuse nix::sys::socket::*;\n#[cfg(windows)]\nuse rustix::net::*;".to_owned(),
        "use nix::sys::socket::*;\nuse nix::sys::socket::sockopt;".to_owned(),
    ] {
        let text = bound_by_functions(&imports);
        assert_eq!(fixed(&text, false), text.replace("    bind(", call));
    }
    let inner =
        bound_by_functions(rustix).replace("{\n    let", &format!("{{\n    {nix}\n    let"));
    assert_eq!(fixed(&inner, false), inner.replace("    bind(", call));
}

#[test]
fn a_chain_of_builder_methods_grows() {
    check(
        false,
        "fn listen(addr: SocketAddr) -> io::Result<std::net::TcpListener> ",
        "
-    net2::TcpBuilder::new_v4()?.bind(addr)?.listen(128)
+    net2::TcpBuilder::new_v4()?
+        .reuse_address(true)?
+        .bind(addr)?
+        .listen(128)
",
    );
}

#[test]
fn other_line_endings_stay() {
    let text = "\u{feff}use socket2::{Domain, Socket, Type};\r\nfn f(a: A) -> std::io::Result<()> {\r\n\t\
                let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;\r\n\ts.bind(&a)?; // ä\r\n\ts.listen(1)\r\n}\r\n";
    let after = text.replace("\ts.bind", "\ts.set_reuse_address(true)?;\r\n\ts.bind");
    assert_eq!(fixed(text, false), after);
}

#[test]
fn a_macro_that_makes_calls_makes_one_more() {
    let head = "macro_rules! syscall {
    ($name:ident($($arg:expr),* $(,)?)) => {{
        let status = unsafe { libc::$name($($arg),*) };
        if status == -1 { Err(io::Error::last_os_error()) } else { Ok(status) }
    }};
}
fn listen(addr: *const libc::sockaddr, len: libc::socklen_t) -> io::Result<i32> ";
    check(
        false,
        head,
        "
     let fd = syscall!(socket(libc::AF_INET, libc::SOCK_STREAM, 0))?;
+    syscall!(setsockopt(
+        fd,
+        libc::SOL_SOCKET,
+        libc::SO_REUSEADDR,
+        (&1 as *const libc::c_int).cast(),
+        std::mem::size_of::<libc::c_int>() as libc::socklen_t,
+    ))?;
     syscall!(bind(fd, addr, len))?;
     syscall!(listen(fd, 128))?;
     Ok(fd)
",
    );
}

#[test]
fn conditions_on_several_codes_grow() {
    check(
        false,
        UNSAFE,
        "
     let fd = libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0);
-    libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, on, 4);
-    if libc::bind(fd, addr, len) == -1 || libc::listen(fd, 128) == -1 {
+    if libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, on, 4) == -1 || libc::bind(fd, addr, len) == -1 || libc::listen(fd, 128) == -1 {
         return Err(io::Error::last_os_error());
     }
     Ok(fd)
",
    );
}

#[test]
fn no_comment_is_lost() {
    check(
        false,
        UNSAFE,
        "
     let fd = libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0);
     // Restarts need it.
-    libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, on, 4); // at once
-    if libc::bind(fd, addr, len) == -1 || libc::listen(fd, 128) == -1 {
+    // at once
+    if libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, on, 4) == -1 || libc::bind(fd, addr, len) == -1 || libc::listen(fd, 128) == -1 {
         return Err(io::Error::last_os_error());
     }
     Ok(fd)
",
    );
    check(
        false,
        RESULT,
        "
     let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
     let _ = /* Who cares? */ socket.set_reuse_address(true);
     socket.bind(&addr.into())?;
     socket.listen(128)?;
     Ok(socket)
",
    );
    check(
        false,
        RESULT,
        "
     let socket = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
     if addr.is_ipv6() { // The other family is for tests.
         socket.set_reuse_address(true)?;
     }
     socket.bind(&addr.into())?;
     socket.listen(128)?;
     Ok(socket)
",
    );
}

#[test]
fn attributes_stay_where_a_result_is_looked_at() {
    check(
        true,
        RESULT,
        "
     let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
     #[cfg(not(windows))]
-    socket.set_reuse_address(true).ok();
+    socket.set_reuse_address(true)?;
     #[cfg(not(test))]
     socket.bind(&addr.into())?;
     socket.listen(128)?;
     Ok(socket)
",
    );
}

#[test]
fn a_call_that_is_too_late_in_another_function_is_made_in_the_first() {
    let text = |bound: &str, start: &str| {
        format!(
            "use socket2::{{Domain, Socket, Type}};
fn listen(addr: std::net::SocketAddr) -> std::io::Result<Socket> {{
    let socket = bound(addr)?;
    start(&socket)?;
    Ok(socket)
}}

fn bound(addr: std::net::SocketAddr) -> std::io::Result<Socket> {{
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
{bound}    socket.bind(&addr.into())?;
    Ok(socket)
}}

fn start(socket: &Socket) -> std::io::Result<()> {{
{start}    socket.listen(128)
}}
"
        )
    };
    let call = "    #[cfg(not(windows))]\n    socket.set_reuse_address(true)?;\n";
    assert_eq!(fixed(&text("", call), true), text(call, ""));
    let call = format!("    // Restarts need it.\n{}", call.replace(")?;", ")?; // at once"));
    assert_eq!(fixed(&text("", &call), true), text(&call, ""));
}

#[test]
fn names_that_are_no_bits_get_a_call_each() {
    check(
        false,
        "fn listen(fd: i32, on: *const libc::c_void) -> io::Result<()> ",
        "
-    cvt(unsafe { libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR | libc::SO_REUSEPORT, on, 4) })?;
+    cvt(unsafe { libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, on, 4) })?;
+    cvt(unsafe { libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_REUSEPORT, on, 4) })?;
     Ok(())
",
    );
}

#[test]
fn chains_break_where_rustfmt_breaks_them() {
    check(
        false,
        PLAIN,
        "
     let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
+    socket
+        .set_reuse_address(true)
+        .expect(\"Failed to set SO_REUSEADDR\");
     socket
         .bind(&addr.into())
         .expect(\"Could not bind the listening socket of the server\");
     socket.listen(128).unwrap();
     socket
",
    );
    check(
        false,
        ANYHOW,
        "
     let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
+    socket
+        .set_reuse_address(true)
+        .context(\"failed to set SO_REUSEADDR\")?;
     socket.bind(&addr.into()).context(\"cannot bind\")?;
     socket.listen(128)?;
     Ok(socket)
",
    );
    // Whose project has it wider, wants it wider.
    check(
        false,
        ANYHOW,
        "
     let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
+    socket.set_reuse_address(true).context(\"failed to set SO_REUSEADDR\")?;
     socket.bind(&addr.into()).context(\"could not bind the socket of the whole server\")?;
     socket.listen(128)?;
     Ok(socket)
",
    );
}

#[test]
fn an_old_macro_is_repeated() {
    check(
        false,
        "fn listen(addr: SocketAddr) -> io::Result<std::net::TcpListener> ",
        "
     let builder = try!(net2::TcpBuilder::new_v4());
+    try!(builder.reuse_address(true));
     try!(builder.bind(addr));
     builder.listen(128)
",
    );
}

#[test]
fn names_that_a_glob_brings_are_there_already() {
    let text = "use nix::sys::socket::*;
fn server(addr: SockaddrIn) -> nix::Result<std::os::fd::OwnedFd> {
    let fd = socket(AddressFamily::Inet, SockType::Stream, SockFlag::empty(), None)?;
    bind(std::os::fd::AsRawFd::as_raw_fd(&fd), &addr)?;
    listen(&fd, Backlog::new(128)?)?;
    Ok(fd)
}
";
    let text = text.replace("std::os::fd::AsRawFd::as_raw_fd(&fd)", "fd.as_raw_fd()");
    let call = "    setsockopt(&fd, sockopt::ReuseAddr, &true)?;\n    bind(";
    assert_eq!(fixed(&text, false), text.replace("    bind(", call));
}

#[test]
fn names_that_nobody_needs_any_more_are_not_imported() {
    let text = "use socket2::{Domain, SockRef, Socket, Type};
fn listen(addr: std::net::SocketAddr) -> std::io::Result<std::net::TcpListener> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&addr.into())?;
    socket.listen(128)?;
    let listener: std::net::TcpListener = socket.into();
    SockRef::from(&listener).set_reuse_address(true)?;
    Ok(listener)
}
";
    let late = "    SockRef::from(&listener).set_reuse_address(true)?;\n";
    let text_after = text
        .replace("SockRef, ", "")
        .replace(late, "")
        .replace("    socket.bind", "    socket.set_reuse_address(true)?;\n    socket.bind");
    assert_eq!(fixed(text, false), text_after);
}

#[test]
fn what_sockets_of_several_kinds_share_stays() {
    let text = "use std::{io, net::SocketAddr};
use socket2::{Domain, Socket, Type};
fn bind(socket: &Socket, addr: SocketAddr) -> io::Result<()> {
    socket.bind(&addr.into())?;
    Ok(())
}
pub fn stream(addr: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    bind(&socket, addr)?;
    socket.listen(128)?;
    Ok(socket)
}
";
    let set = "    socket.set_reuse_address(true)?;\n    socket.bind";
    assert_eq!(fixed(text, false), text.replace("    socket.bind", set));
    let shared = text.to_owned()
        + "pub fn datagrams(addr: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    bind(&socket, addr)?;
    Ok(socket)
}
";
    assert_eq!(found(&shared).len(), 1);
    assert_eq!(fixed(&shared, false), shared);
}
