//! `disabled_reuseaddr`: a listener whose `SO_REUSEADDR` is switched off.

use crate::{
    diagnostic::{Diagnostic, Report},
    model::options::REUSE_ADDR,
    socket::{OptValue, Platform},
    state::Spot,
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
    /// ### Fix
    /// Switch the option on, unless being refused is what you want.
    ///
    /// ### Known misses
    /// A value that only the running program knows is the user's own switch, and stays silent.
    "disabled_reuseaddr", Suspicious, Warn, "SO_REUSEADDR switched off on a listener", check,
}

fn check(trace: &Trace<'_>, report: &mut Report) {
    if trace.platform == Platform::Windows {
        return;
    }
    for listener in trace.tcp_listeners() {
        for bind in &listener.sock.binds {
            let off = bind.option(&REUSE_ADDR);
            if let (true, Some(setter)) = (off.value.is(OptValue::OFF), off.set_by)
                && bind.cannot_restart()
                && !bind.is_ephemeral()
            {
                let message = "`SO_REUSEADDR` is switched off on a listening socket";
                let note = "a restart fails with EADDRINUSE while old connections are in TIME_WAIT; see socket(7)";
                report.push(diagnostic(trace, listener, setter, message, note));
            }
            let on = bind.option(&REUSE_ADDR).value.is(OptValue::ON);
            for (cleared, set) in trace.late_sets(bind, &REUSE_ADDR) {
                if on && set.value.is(OptValue::OFF) && !bind.is_ephemeral() {
                    let message = "`SO_REUSEADDR` is cleared after `bind`";
                    let note = "accepted sockets copy the cleared flag, so on Linux the next start is refused; see socket(7)";
                    report.push(diagnostic(trace, listener, cleared.spot, message, note));
                }
            }
        }
    }
}

fn diagnostic(trace: &Trace<'_>, listener: &Event, setter: Spot, message: &str, note: &str) -> Diagnostic {
    let bind = listener.sock.binds.last().map(|bind| bind.site());
    let diagnostic = Diagnostic::new(&RULE, setter.site, message)
        .primary("switched off here")
        .label(listener.sock.created.map(|spot| spot.site), "the socket is created here")
        .label(bind, "it is bound here")
        .label(listener.sock.listen.map(|spot| spot.site), "it listens here")
        .item(trace.item(setter.func))
        .note(note)
        .help("switch it on, on every platform but Windows");
    trace.story(listener, diagnostic)
}
