//! `disabled_reuseaddr`: a listener whose `SO_REUSEADDR` is switched off.

use crate::{
    diagnostic::{Diagnostic, Report},
    fix::{Action, Fix},
    model::options::REUSE_ADDR,
    socket::{OptValue, Platform},
    state::{Bind, Spot},
    trace::{Event, Trace},
};

declare_rule! {
    /// ### What it does
    /// Finds TCP listeners whose `SO_REUSEADDR` is switched off at `bind`, or cleared after it.
    ///
    /// ### Why is this bad?
    /// Off at `bind`, the next restart fails with `EADDRINUSE` while old connections are in `TIME_WAIT`.
    /// Cleared after `bind`, the accepted sockets copy the cleared flag, and on Linux the next start is
    /// refused all the same. See socket(7).
    ///
    /// ### Bad
    /// ```rust,no_run
    /// # use socket2::{Domain, Socket, Type};
    /// # fn main() -> std::io::Result<()> {
    /// # let addr = std::net::SocketAddr::from(([127, 0, 0, 1], 8080));
    /// let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    /// s.set_reuse_address(false)?; //~ disabled_reuseaddr
    /// s.bind(&addr.into())?;
    /// s.listen(128)?;
    /// # Ok(()) }
    /// ```
    ///
    /// ```rust,no_run
    /// # #[cfg(not(unix))]
    /// # fn main() {}
    /// # #[cfg(unix)]
    /// # fn main() -> nix::Result<()> {
    /// # use nix::sys::socket::{AddressFamily, Backlog, SockFlag, SockType, SockaddrIn};
    /// # use nix::sys::socket::{bind, listen, setsockopt, socket, sockopt};
    /// # use std::os::fd::AsRawFd;
    /// let fd = socket(AddressFamily::Inet, SockType::Stream, SockFlag::empty(), None)?;
    /// setsockopt(&fd, sockopt::ReuseAddr, &false)?; //~ disabled_reuseaddr
    /// bind(fd.as_raw_fd(), &SockaddrIn::new(127, 0, 0, 1, 8080))?;
    /// listen(&fd, Backlog::new(128)?)?;
    /// # Ok(()) }
    /// ```
    ///
    /// ### Good
    /// ```rust,no_run
    /// # use socket2::{Domain, Socket, Type};
    /// # fn main() -> std::io::Result<()> {
    /// # let addr = std::net::SocketAddr::from(([127, 0, 0, 1], 8080));
    /// let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    /// s.set_reuse_address(!cfg!(windows))?;
    /// s.bind(&addr.into())?;
    /// s.listen(128)?;
    /// # Ok(()) }
    /// ```
    ///
    /// ```rust,no_run
    /// # #[cfg(not(unix))]
    /// # fn main() {}
    /// # #[cfg(unix)]
    /// # fn main() -> nix::Result<()> {
    /// # use nix::sys::socket::{AddressFamily, Backlog, SockFlag, SockType, SockaddrIn};
    /// # use nix::sys::socket::{bind, listen, setsockopt, socket, sockopt};
    /// # use std::os::fd::AsRawFd;
    /// let fd = socket(AddressFamily::Inet, SockType::Stream, SockFlag::empty(), None)?;
    /// setsockopt(&fd, sockopt::ReuseAddr, &true)?;
    /// bind(fd.as_raw_fd(), &SockaddrIn::new(127, 0, 0, 1, 8080))?;
    /// listen(&fd, Backlog::new(128)?)?;
    /// # Ok(()) }
    /// ```
    ///
    /// ### Fix
    /// Switch the option on, unless being refused is what you want. `--fix --unsafe-fixes` does so where the
    /// value stands in the call, and removes a call that clears the option after `bind`.
    ///
    /// ### Known misses
    /// A value that only the running program knows is the user's own switch, and stays silent.
    "disabled_reuseaddr", Suspicious, Warn, "SO_REUSEADDR switched off on a listener", check,
    |trace| trace.doubts_a_listener(),
}

fn check(trace: &Trace<'_>, report: &mut Report) {
    if trace.platform == Platform::Windows {
        return;
    }
    for listener in trace.tcp_listeners() {
        for bind in listener.sock.binds.iter() {
            let off = bind.option(&REUSE_ADDR);
            // Switched off on some paths and never on is as bad.
            let never = off.value.may(OptValue::OFF) && bind.cannot_restart();
            if let (true, Some(setter)) = (never, off.set_by)
                && !bind.is_ephemeral()
            {
                let message = "`SO_REUSEADDR` is switched off on a listening socket";
                let note = "a restart fails with EADDRINUSE while old connections are in TIME_WAIT; see socket(7)";
                let fix = Action::SwitchOn { call: setter.site };
                report
                    .push(diagnostic(trace, listener, setter, message, note).fix(Fix::unsure(fix)));
            }
            let on = bind.option(&REUSE_ADDR).value.is(OptValue::ON);
            for (cleared, set) in trace.late_sets(bind, &REUSE_ADDR) {
                if on && set.value.is(OptValue::OFF) && !bind.is_ephemeral() {
                    let message = "`SO_REUSEADDR` is cleared after `bind`";
                    let note = "accepted sockets copy the cleared flag, so on Linux the next start is refused; see socket(7)";
                    let fix = Action::Remove { call: cleared.site() };
                    let found = diagnostic(trace, listener, cleared.spot, message, note);
                    report.push(found.fix(Fix::unsure(fix)));
                }
            }
        }
    }
}

fn diagnostic(
    trace: &Trace<'_>,
    listener: &Event,
    setter: Spot,
    message: &str,
    note: &str,
) -> Diagnostic {
    let bind = listener.sock.binds.last().map(Bind::site);
    let diagnostic = Diagnostic::new(&RULE, setter.site, message)
        .primary("switched off here")
        .label(listener.sock.created.map(|spot| spot.site), "the socket is created here")
        .label(bind, "it is bound here")
        .label(listener.sock.listen.map(|spot| spot.site), "it listens here")
        .item(trace.item(setter.func))
        .note(note)
        .help("switch it on, on every platform but Windows");
    listener.story(diagnostic)
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_body};

    #[test]
    fn an_option_that_is_cleared_after_bind_is_copied_by_accept() {
        check_body(
            r#"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.set_reuse_address(!cfg!(windows))?;
s.bind(&addr.into())?;
s.listen(128)?;
s.set_reuse_address(false)?; //~ disabled_reuseaddr: "cleared"
"#,
        );
    }

    #[test]
    fn off_on_some_paths_and_on_on_none_is_off() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
if std::env::args().len() > 1 {
    s.set_reuse_address(false)?; //~ disabled_reuseaddr
}
s.bind(&addr.into())?;
s.listen(128)?;
",
        );
    }

    #[test]
    fn the_last_value_before_bind_counts() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.set_reuse_address(false)?;
s.set_reuse_address(!cfg!(windows))?;
s.bind(&addr.into())?;
s.listen(128)?;
",
        );
    }

    #[test]
    fn off_on_windows_alone_is_right() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.set_reuse_address(cfg!(unix))?;
s.bind(&addr.into())?;
s.listen(128)?;
",
        );
    }

    #[test]
    fn a_value_from_outside_is_a_choice() {
        check(
            r"
use socket2::{Domain, Socket, Type};
fn listener(addr: std::net::SocketAddr, reuse: bool) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    s.set_reuse_address(reuse)?;
    s.bind(&addr.into())?;
    s.listen(128)?;
    Ok(s)
}
",
        );
    }

    #[test]
    fn a_client_and_a_datagram_socket_may_switch_it_off() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.set_reuse_address(false)?;
s.bind(&addr.into())?;
s.connect(&addr.into())?;
let t = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
t.set_reuse_address(false)?;
t.bind(&addr.into())?;
",
        );
    }

    #[test]
    fn the_other_option_makes_up_for_it() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.set_reuse_address(false)?;
#[cfg(not(windows))]
s.set_reuse_port(true)?;
s.bind(&addr.into())?;
s.listen(128)?;
",
        );
    }

    #[test]
    fn off_on_another_socket_says_nothing() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let t = Socket::new(Domain::IPV4, Type::STREAM, None)?;
t.set_reuse_address(false)?;
s.set_reuse_address(!cfg!(windows))?;
s.bind(&addr.into())?;
s.listen(128)?;
",
        );
    }
}
