//! `missing_reuseaddr`: a listener bound without `SO_REUSEADDR`.

use crate::{
    diagnostic::{Diagnostic, Report},
    fix::{Action, Fix},
    model::options::REUSE_ADDR,
    socket::{OptValue, Platform},
    state::Bind,
    trace::{Event, Trace},
};

declare_rule! {
    /// ### What it does
    /// Finds TCP listeners that are bound while neither `SO_REUSEADDR` nor `SO_REUSEPORT` is on.
    ///
    /// ### Why is this bad?
    /// While any earlier connection that the server closed first is in `TIME_WAIT`, `bind` answers
    /// `EADDRINUSE`: the server works in every test and fails its first restart in production. `std` and
    /// `tokio` set the option inside `TcpListener::bind` on Unix; a socket made by hand loses it. See
    /// socket(7), `SO_REUSEADDR`.
    ///
    /// On Linux the previous process needs the option too, so the first restart after the fix can still
    /// fail for about a minute.
    ///
    /// ### Bad
    /// ```rust,no_run
    /// # use socket2::{Domain, Socket, Type};
    /// # fn main() -> std::io::Result<()> {
    /// # let addr = std::net::SocketAddr::from(([127, 0, 0, 1], 8080));
    /// let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    /// s.bind(&addr.into())?; //~ missing_reuseaddr
    /// s.listen(128)?;
    /// # Ok(()) }
    /// ```
    ///
    /// ```rust,no_run
    /// # fn main() -> std::io::Result<()> {
    /// # let addr = std::net::SocketAddr::from(([127, 0, 0, 1], 8080));
    /// let s = tokio::net::TcpSocket::new_v4()?;
    /// s.bind(addr)?; //~ missing_reuseaddr
    /// let listener = s.listen(128)?;
    /// # drop(listener);
    /// # Ok(()) }
    /// ```
    ///
    /// ### Good
    /// ```rust,no_run
    /// # use socket2::{Domain, Socket, Type};
    /// # fn main() -> std::io::Result<()> {
    /// # let addr = std::net::SocketAddr::from(([127, 0, 0, 1], 8080));
    /// let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    /// #[cfg(not(windows))]
    /// s.set_reuse_address(true)?;
    /// s.bind(&addr.into())?;
    /// s.listen(128)?;
    /// # Ok(()) }
    /// ```
    ///
    /// ```rust,no_run
    /// # fn main() -> std::io::Result<()> {
    /// # let addr = std::net::SocketAddr::from(([127, 0, 0, 1], 8080));
    /// let listener = mio::net::TcpListener::bind(addr)?; // Sets it by itself.
    /// # drop(listener);
    /// # Ok(()) }
    /// ```
    ///
    /// ### Fix
    /// Set the option before `bind`, on every platform but Windows. `--fix` does so, as the code around looks
    /// at errors; not in a helper that binds sockets of any kind.
    ///
    /// ### Known misses
    /// A socket whose options unknown code may have set, one that is bound on some unseen path, one that a
    /// dependency makes, and one whose domain or type is not in the source stay silent. So does one that is
    /// taken out of a field with `mem::replace`, and one that a variable gets on some path in the place of another
    /// that a reference is still known to keep. So do a bind to port 0, which no earlier
    /// socket can block, and a socket that is bound and never listens.
    "missing_reuseaddr", Correctness, Deny, "listener bound without SO_REUSEADDR", check,
    |trace| trace.doubts_a_listener(),
}

fn check(trace: &Trace<'_>, report: &mut Report) {
    if trace.platform == Platform::Windows {
        return;
    }
    for listener in trace.tcp_listeners() {
        for bind in listener.sock.binds.iter() {
            let off = bind.option(&REUSE_ADDR).value;
            // A value that was switched off, or set too late, is a rule of its own.
            let told =
                !off.is(OptValue::UNSET) || trace.late_sets(bind, &REUSE_ADDR).next().is_some();
            if listener.sock.created.is_some()
                && bind.cannot_restart()
                && !bind.is_ephemeral()
                && !told
            {
                report.push(diagnostic(trace, listener, bind));
            }
        }
    }
}

fn diagnostic(trace: &Trace<'_>, listener: &Event, bind: &Bind) -> Diagnostic {
    let created = listener.sock.created.map(|spot| spot.site);
    let elsewhere = trace.set_elsewhere(bind, &REUSE_ADDR, &listener.sock);
    let mut diagnostic = Diagnostic::new(&RULE, bind.site(), "listening socket is bound without `SO_REUSEADDR`")
        .primary("bound here with the option unset")
        .label(created, "the socket is created here")
            .label(Some(bind.at.site), "this call binds it")
        .label(elsewhere.map(Event::site), "`SO_REUSEADDR` is set here, on another socket")
        .label(listener.sock.listen.map(|spot| spot.site), "it listens here")
        .item(trace.item(bind.spot.func))
        .note(
            "while a connection that this side closed first is in TIME_WAIT (about 60 s on Linux), a restart \
             fails with EADDRINUSE; see socket(7)",
        )
        .help("set `SO_REUSEADDR` before `bind`, on every platform but Windows");
    // A helper for sockets of any kind is right as it is.
    if bind.spot == bind.at
        && let Some(setter) = trace.setter(bind, &REUSE_ADDR)
    {
        diagnostic = diagnostic.fix(Fix::sure(Action::SetBefore {
            bind: bind.at.site,
            option: &REUSE_ADDR,
            setter,
            spares_windows: true,
        }));
    }
    if trace.platform == Platform::Linux {
        diagnostic = diagnostic.note(
            "on Linux the previous process needs the option too, so the first restart after the fix can still fail",
        );
    }
    listener.story(diagnostic)
}

#[cfg(test)]
mod tests {
    use crate::testing::{self, check, check_body};

    #[test]
    fn what_cannot_be_compiled_for_unix_is_not_for_unix() {
        for above in [
            "use std::os::windows::io::AsRawSocket;",
            "use windows_sys::Win32::Foundation::HANDLE;",
            "#[cfg(unix)] compile_error!(\"for Windows alone\");",
            "#![cfg(windows)]",
        ] {
            check(&format!(
                r"
{above}
use socket2::{{Domain, Socket, Type}};
fn listener(addr: std::net::SocketAddr) -> std::io::Result<Socket> {{
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    s.bind(&addr.into())?;
    s.listen(128)?;
    Ok(s)
}}
"
            ));
        }
    }

    #[test]
    fn a_socket_with_the_option_is_clean() {
        check_body(
            r"
let s = Socket::new(Domain::IPV6, Type::STREAM, None)?;
s.set_reuse_address(!cfg!(windows))?;
s.bind(&addr.into())?;
s.listen(128)?;
",
        );
    }

    #[test]
    fn the_first_restart_on_linux_may_still_fail() {
        let text = |os: &str| {
            format!(
                r#"
use socket2::{{Domain, Socket, Type}};
#[cfg(target_os = "{os}")]
fn listener(addr: std::net::SocketAddr) -> std::io::Result<()> {{
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    s.bind(&addr.into())?;
    s.listen(128)
}}
"#
            )
        };
        for (os, told) in [("linux", true), ("macos", false)] {
            let found = testing::found(&text(os));
            assert_eq!(found[0].message.contains("the first restart after the fix"), told, "{os}");
        }
    }

    #[test]
    fn a_second_socket_in_place_of_one_that_failed() {
        check_body(
            r"
let s = match Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::from(262))) {
    Ok(s) => s,
    Err(_) => Socket::new(Domain::IPV4, Type::STREAM, None)?,
};
s.bind(&addr.into())?; //~ missing_reuseaddr
s.listen(128)?;
",
        );
    }

    #[test]
    fn whatever_listens_is_a_stream() {
        check_body(
            r"
let kind = if addr.port() == 80 { Type::STREAM } else { Type::DGRAM };
let s = Socket::new(Domain::IPV4, kind, None)?;
s.bind(&addr.into())?; //~ missing_reuseaddr
if addr.port() == 80 {
    s.listen(128)?;
}
",
        );
    }

    #[test]
    fn a_path_that_is_out_of_sight_does_not_hide_the_other() {
        check_body(
            r"
let s = if addr.port() == 80 {
    elsewhere::bound(addr)?
} else {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    s.bind(&addr.into())?; //~ missing_reuseaddr
    s
};
s.listen(128)?;
",
        );
    }

    #[test]
    fn port_0_is_seen_wherever_it_is_written() {
        for addr in [
            r#"if v6() { "[::1]:0" } else { "127.0.0.1:0" }.parse::<SocketAddr>().unwrap()"#,
            r#"("localhost", 0).to_socket_addrs()?.next().unwrap()"#,
            "{ let mut it = elsewhere(); it.set_port(0); it }",
            "SocketAddr::new(ip(), Server::PORT)",
            "*ANY",
        ] {
            check(&format!(
                r#"
use socket2::{{Domain, Socket, Type}};
use std::{{net::{{SocketAddr, ToSocketAddrs}}, sync::LazyLock}};
struct Server;
impl Server {{ const PORT: u16 = 0; }}
static ANY: LazyLock<SocketAddr> = LazyLock::new(|| "127.0.0.1:0".parse().unwrap());
fn listener() -> std::io::Result<Socket> {{
    let addr = {addr};
    let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
    s.bind(&addr.into())?;
    s.listen(128)?;
    Ok(s)
}}
"#
            ));
        }
    }

    #[test]
    fn a_formatted_address_has_the_port_that_it_is_given() {
        for (text, mark) in [
            (r#"format!("0.0.0.0:{}", 0)"#, ""),
            (r#"format!("{}:{}", host(), 0)"#, ""),
            (r#"format!("[::1]:{none}")"#, ""),
            (r#"format!("127.0.0.1:{}", 8080)"#, "//~ missing_reuseaddr"),
            (r#"format!("127.0.0.1:{}", port())"#, "//~ missing_reuseaddr"),
        ] {
            check_body(&format!(
                r"
let none = 0;
let addr: SocketAddr = {text}.parse().unwrap();
let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
s.bind(&addr.into())?; {mark}
s.listen(128)?;
"
            ));
        }
    }

    #[test]
    fn one_of_several_options_is_none_of_the_others() {
        check_body(
            r"
let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
let (level, name) = match addr {
    SocketAddr::V4(_) => (libc::IPPROTO_IP, libc::IP_TRANSPARENT),
    SocketAddr::V6(_) => (libc::IPPROTO_IPV6, libc::IPV6_TRANSPARENT),
};
unsafe { libc::setsockopt(s.as_raw_fd(), level, name, on(), 4) };
s.bind(&addr.into())?; //~ missing_reuseaddr
s.listen(128)?;
",
        );
    }

    #[test]
    fn the_option_on_another_socket_does_not_help() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let t = Socket::new(Domain::IPV4, Type::STREAM, None)?;
t.set_reuse_address(!cfg!(windows))?;
s.bind(&addr.into())?; //~ missing_reuseaddr
s.listen(128)?;
t.bind(&addr.into())?;
t.listen(128)?;
",
        );
    }

    #[test]
    fn the_other_option_that_lets_a_listener_restart_is_enough() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
#[cfg(not(windows))]
s.set_reuse_port(true)?;
s.bind(&addr.into())?;
s.listen(128)?;
",
        );
    }

    #[test]
    fn an_option_set_on_some_paths_is_a_choice() {
        check(
            r"
use socket2::{Domain, Socket, Type};
fn listener(addr: std::net::SocketAddr, reuse: bool) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    if reuse {
        #[cfg(not(windows))]
        s.set_reuse_address(true)?;
    }
    s.bind(&addr.into())?;
    s.listen(128)?;
    Ok(s)
}
",
        );
    }

    #[test]
    fn a_socket_passed_away_is_unknown() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
elsewhere::prepare(&s)?;
s.bind(&addr.into())?;
s.listen(128)?;
",
        );
    }

    #[test]
    fn a_socket_that_a_known_function_leaves_alone_is_known() {
        check(
            r"
use socket2::{Domain, Socket, Type};
fn prepare(s: &Socket) -> std::io::Result<()> {
    s.set_nonblocking(true)
}
fn listener(addr: std::net::SocketAddr) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    prepare(&s)?;
    s.bind(&addr.into())?; //~ missing_reuseaddr
    s.listen(128)?;
    Ok(s)
}
",
        );
    }

    #[test]
    fn port_0_cannot_be_taken() {
        check_body(
            r"
let any = SocketAddr::from(([127, 0, 0, 1], 0));
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.bind(&any.into())?;
s.listen(128)?;
",
        );
    }

    #[test]
    fn a_client_that_binds_is_no_listener() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.bind(&addr.into())?;
s.connect(&addr.into())?;
",
        );
    }

    #[test]
    fn other_domains_and_types_have_no_time_wait() {
        check_body(
            r"
let s = Socket::new(Domain::UNIX, Type::STREAM, None)?;
s.bind(&socket2::SockAddr::unix(path)?)?;
s.listen(128)?;
let t = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
t.bind(&addr.into())?;
",
        );
    }

    #[test]
    fn what_becomes_a_listener_of_std_listens() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.bind(&addr.into())?; //~ missing_reuseaddr
let _: TcpListener = s.into();
",
        );
    }

    #[test]
    fn the_option_of_a_listener_made_by_std_is_its_own_affair() {
        check_body(
            r"
let s = TcpListener::bind(addr)?;
s.set_nonblocking(true)?;
",
        );
    }

    #[test]
    fn a_socket_for_windows_alone_needs_no_option() {
        check(
            r"
use socket2::{Domain, Socket, Type};
#[cfg(windows)]
fn listener(addr: std::net::SocketAddr) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    s.bind(&addr.into())?;
    s.listen(128)?;
    Ok(s)
}
",
        );
    }

    #[test]
    fn sockets_of_other_crates_are_judged_alike() {
        check(
            r"
use nix::sys::socket::{bind, listen, setsockopt, socket, sockopt, AddressFamily, Backlog, SockFlag, SockType, SockaddrIn};
fn nix(addr: &SockaddrIn) -> nix::Result<()> {
    let fd = socket(AddressFamily::Inet, SockType::Stream, SockFlag::empty(), None)?;
    bind(fd.as_raw_fd(), addr)?; //~ missing_reuseaddr
    listen(&fd, Backlog::new(128)?)
}
fn nix_with_option(addr: &SockaddrIn) -> nix::Result<()> {
    let fd = socket(AddressFamily::Inet, SockType::Stream, SockFlag::empty(), None)?;
    setsockopt(&fd, sockopt::ReuseAddr, &true)?;
    bind(fd.as_raw_fd(), addr)?;
    listen(&fd, Backlog::new(128)?)
}
fn tokio(addr: std::net::SocketAddr) -> std::io::Result<tokio::net::TcpListener> {
    let s = tokio::net::TcpSocket::new_v4()?;
    s.bind(addr)?; //~ missing_reuseaddr
    s.listen(128)
}
",
        );
    }

    #[test]
    fn a_socket_that_is_put_away_and_taken_out_is_a_known_miss() {
        check_body(
            r"
let (sender, receiver) = std::sync::mpsc::channel();
sender.send(Socket::new(Domain::IPV4, Type::STREAM, None)?).unwrap();
let s = receiver.recv().unwrap();
s.bind(&addr.into())?; //~ miss missing_reuseaddr: channels are not followed
s.listen(128)?;
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let t = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
let mut sockets = vec![];
sockets.push(s);
sockets.push(t);
sockets[0].bind(&addr.into())?; //~ miss missing_reuseaddr: elements of different types are not told apart
sockets[0].listen(128)?;
",
        );
    }

    #[test]
    fn the_story_is_told_in_order() {
        let text = r"
use socket2::{Domain, Socket, Type};
fn make() -> std::io::Result<Socket> { Socket::new(Domain::IPV4, Type::STREAM, None) }
fn attach(s: &Socket, addr: std::net::SocketAddr) -> std::io::Result<()> { s.bind(&addr.into()) }
fn start(s: &Socket) -> std::io::Result<()> { s.listen(128) }
pub fn serve(addr: std::net::SocketAddr) -> std::io::Result<()> {
    let s = make()?;
    attach(&s, addr)?;
    start(&s)
}
";
        let workspace = testing::workspace(crate::lower(text).unwrap().facts);
        let found = crate::analyze(&workspace).diagnostics;
        let labels: Vec<_> = found[0].secondary.iter().map(|label| label.text.as_str()).collect();
        let told = [
            "the socket is created here",
            "called from here",
            "called from here",
            "it listens here",
        ];
        assert_eq!(labels, told);
    }

    #[test]
    fn what_a_dependency_does_is_a_known_miss() {
        check(
            r"
use dependency::Backend as _;
fn listener(addr: std::net::SocketAddr) -> std::io::Result<std::os::fd::OwnedFd> {
    let s = dependency::System::socket(dependency::Kind::Stream)?;
    addr.bind_to(&s)?; //~ miss missing_reuseaddr: a dependency makes and binds the socket
    dependency::System::listen(&s, 128)?;
    Ok(s)
}
",
        );
    }

    #[test]
    fn a_variable_with_another_socket_below_a_reference_is_a_known_miss() {
        check_body(
            r"
let mut s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let same = &s;
same.set_nodelay(true)?;
if std::env::args().len() > 1 {
    s = Socket::new(Domain::IPV6, Type::STREAM, None)?;
}
s.bind(&addr.into())?; //~ miss missing_reuseaddr: the reference keeps one of the sockets apart from the variable
s.listen(128)?;
",
        );
    }

    #[test]
    fn a_field_that_is_replaced_is_a_known_miss() {
        check(
            r"
use socket2::{Domain, Socket, Type};
enum State { Open(Socket), Bound(Socket), Closed }
pub struct Server { state: State }
impl Server {
    pub fn new() -> std::io::Result<Self> {
        Ok(Self { state: State::Open(Socket::new(Domain::IPV4, Type::STREAM, None)?) })
    }
    pub fn bind(&mut self, addr: std::net::SocketAddr) -> std::io::Result<()> {
        if let State::Open(s) = std::mem::replace(&mut self.state, State::Closed) {
            s.bind(&addr.into())?; //~ miss missing_reuseaddr: what is in an enum of a field is not followed
            self.state = State::Bound(s);
        }
        Ok(())
    }
    pub fn listen(&mut self) -> std::io::Result<()> {
        if let State::Bound(s) = &self.state { s.listen(128)?; }
        Ok(())
    }
}
",
        );
    }

    #[test]
    fn a_macro_that_is_no_rust_is_a_known_miss() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
bind!(s => addr); //~ miss missing_reuseaddr: the macro may do anything to `s`
s.listen(128)?;
",
        );
    }

    #[test]
    fn a_conversion_is_chosen_by_the_type_of_its_argument() {
        check(
            r"
use std::{io, net::TcpListener, os::unix::net::UnixListener};
pub enum L { Tcp(mio::net::TcpListener), Uds(mio::net::UnixListener) }
impl From<TcpListener> for L { fn from(l: TcpListener) -> Self { L::Tcp(mio::net::TcpListener::from_std(l)) } }
impl From<UnixListener> for L { fn from(l: UnixListener) -> Self { L::Uds(mio::net::UnixListener::from_std(l)) } }
pub fn bind_uds(addr: &std::path::Path) -> io::Result<L> { let lst = UnixListener::bind(addr)?; Ok(L::from(lst)) }
",
        );
    }

    #[test]
    fn port_zero_is_seen_through_globs() {
        check(
            r"
use std::net::*;
pub fn f() -> std::io::Result<()> {
    let s = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
    s.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())?;
    s.listen(1)
}
",
        );
    }

    #[test]
    fn a_wrapper_that_derefs_is_the_socket_inside() {
        check(
            r"
use socket2::{Domain, Socket, Type};
struct Attacher<T>(T);
impl<T> Attacher<T> { fn new(t: T) -> std::io::Result<Self> { Ok(Self(t)) } }
impl<T> std::ops::Deref for Attacher<T> { type Target = T; fn deref(&self) -> &T { &self.0 } }
pub fn f(addr: &socket2::SockAddr) -> std::io::Result<()> {
    let s = Attacher::new(Socket::new(Domain::IPV4, Type::STREAM, None)?)?;
    s.bind(addr)?; //~ missing_reuseaddr
    s.listen(128)
}
",
        );
    }

    #[test]
    fn a_helper_for_any_kind_of_socket_is_not_to_blame() {
        check(
            r"
use socket2::{Domain, SockAddr, Socket, Type};
fn open(domain: Domain, ty: Type, addr: &SockAddr) -> std::io::Result<Socket> {
    let s = Socket::new(domain, ty, None)?;
    s.bind(addr)?;
    Ok(s)
}
pub fn udp(addr: &SockAddr) -> std::io::Result<Socket> { open(Domain::IPV4, Type::DGRAM, addr) }
pub fn tcp(addr: &SockAddr) -> std::io::Result<Socket> {
    let s = open(Domain::IPV4, Type::STREAM, addr)?; //~ missing_reuseaddr
    s.listen(128)?;
    Ok(s)
}
",
        );
    }
}
