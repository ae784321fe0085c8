//! `missing_reuseaddr`: a listener bound without `SO_REUSEADDR`.

use crate::{
    diagnostic::{Diagnostic, Report},
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
    /// ### Fix
    /// Set the option before `bind`, on every platform but Windows.
    ///
    /// ### Known misses
    /// A socket whose options unknown code may have set, one that is bound on some unseen path, and one
    /// whose domain or type is not in the source stay silent. So do a bind to port 0, which no earlier
    /// socket can block, and a socket that is bound and never listens.
    "missing_reuseaddr", Correctness, Deny, "listener bound without SO_REUSEADDR", check,
}

fn check(trace: &Trace<'_>, report: &mut Report) {
    if trace.platform == Platform::Windows {
        return;
    }
    for listener in trace.tcp_listeners() {
        for bind in &listener.sock.binds {
            let off = bind.option(&REUSE_ADDR).value;
            // A value that was switched off, or set too late, is a rule of its own.
            let told = !off.is(OptValue::UNSET) || trace.late_sets(bind, &REUSE_ADDR).next().is_some();
            if listener.sock.created.is_some() && bind.cannot_restart() && !bind.is_ephemeral() && !told {
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
        .label(elsewhere.map(Event::site), "`SO_REUSEADDR` is set here, on another socket")
        .label(listener.sock.listen.map(|spot| spot.site), "it listens here")
        .item(trace.item(bind.spot.func))
        .note(
            "while a connection that this side closed first is in TIME_WAIT (about 60 s on Linux), a restart \
             fails with EADDRINUSE; see socket(7)",
        )
        .help("set `SO_REUSEADDR` before `bind`, on every platform but Windows");
    if trace.platform == Platform::Linux {
        diagnostic = diagnostic.note(
            "on Linux the previous process needs the option too, so the first restart after the fix can still fail",
        );
    }
    trace.story(listener, diagnostic)
}
