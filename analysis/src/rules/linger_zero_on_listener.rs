//! `linger_zero_on_listener`: a listener whose connections are reset when they are closed.

use crate::{
    diagnostic::{Diagnostic, Report},
    model::options::LINGER,
    socket::{OptValue, Phase},
    state::{Bind, Spot},
    trace::{Event, Trace},
};

declare_rule! {
    /// ### What it does
    /// Finds TCP listeners on which `SO_LINGER` is set to a time of zero.
    ///
    /// ### Why is this bad?
    /// An accepted socket copies the option from its listener, and a close with a time of zero resets the
    /// connection: what the peer has not read yet is lost, and it sees `ECONNRESET` where the answer should
    /// end. As a remedy for `TIME_WAIT` it is the wrong one, `SO_REUSEADDR` is the right one. See socket(7).
    ///
    /// ### Bad
    /// ```rust,no_run
    /// # use socket2::{Domain, Socket, Type};
    /// # use std::time::Duration;
    /// # fn main() -> std::io::Result<()> {
    /// # let addr = std::net::SocketAddr::from(([127, 0, 0, 1], 8080));
    /// let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    /// #[cfg(not(windows))]
    /// s.set_reuse_address(true)?;
    /// s.set_linger(Some(Duration::ZERO))?; //~ linger_zero_on_listener
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
    /// #[cfg(not(windows))]
    /// s.set_reuse_address(true)?;
    /// s.bind(&addr.into())?;
    /// s.listen(128)?;
    /// # Ok(()) }
    /// ```
    ///
    /// ### Fix
    /// Remove the call; to reset one connection, set the option on its own socket.
    ///
    /// ### Known misses
    /// A time that only the running program knows stays silent, and so does a function that also sets the
    /// option to something else, on whatever socket.
    "linger_zero_on_listener", Suspicious, Warn, "SO_LINGER with a time of zero on a listener", check,
    asks,
}

fn check(trace: &Trace<'_>, report: &mut Report) {
    let sets = || trace.sets().filter(|(_, set)| set.option == &LINGER);
    // Whoever sets it back, on the listener or on what it accepts, has thought of it.
    if sets().any(|(_, set)| !set.value.is(OptValue::ON)) {
        return;
    }
    for listener in trace.tcp_listeners() {
        let option = listener.sock.options.get(&LINGER);
        if let Some(setter) = option.set_by.filter(|_| option.value.is(OptValue::ON)) {
            report.push(diagnostic(trace, listener, setter));
        }
    }
    for (event, _) in sets() {
        if event.sock.is_tcp() && event.sock.phase.is(Phase::LISTENING) {
            report.push(diagnostic(trace, event, event.spot));
        }
    }
}

fn asks(trace: &Trace<'_>) -> bool {
    trace.listens() && trace.sets().any(|(_, set)| set.option == &LINGER)
}

fn diagnostic(trace: &Trace<'_>, event: &Event, setter: Spot) -> Diagnostic {
    let message = "`SO_LINGER` is set to a time of zero on a listening socket";
    let diagnostic = Diagnostic::new(&RULE, setter.site, message)
        .primary("every accepted socket copies this")
        .label(event.sock.created.map(|spot| spot.site), "the socket is created here")
        .label(event.sock.binds.last().map(Bind::site), "it is bound here")
        .label(event.sock.listen.map(|spot| spot.site), "it listens here")
        .item(trace.item(setter.func))
        .note("each connection is then reset when it is closed, and its peer sees ECONNRESET; see socket(7)")
        .help("remove the call, or set the option on the one connection that is to be reset");
    event.story(diagnostic)
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_body};

    /// A listener with a call before it is bound.
    fn listener(set: &str) {
        check_body(&format!(
            r"
use std::time::Duration;
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.set_reuse_address(!cfg!(windows))?;
{set}
s.bind(&addr.into())?;
s.listen(128)?;
"
        ));
    }

    #[test]
    fn every_way_to_write_zero_is_zero() {
        listener("s.set_linger(Some(Duration::from_secs(0)))?; //~ linger_zero_on_listener");
        listener("s.set_linger(Some(Duration::new(0, 0)))?; //~ linger_zero_on_listener");
        listener(
            "const NOW: Option<Duration> = Some(Duration::ZERO);
s.set_linger(NOW)?; //~ linger_zero_on_listener",
        );
    }

    #[test]
    fn another_time_or_an_unknown_one_resets_nothing() {
        listener("s.set_linger(None)?;");
        listener("s.set_linger(Some(Duration::from_secs(5)))?;");
        listener("s.set_linger(Some(Duration::new(0, 1)))?;");
        listener("s.set_linger(Some(Duration::from_secs(addr.port().into())))?;");
        listener("s.set_linger(timeout_of(&addr))?;");
    }

    #[test]
    fn a_listener_that_listens_already_hands_it_on_as_well() {
        check_body(
            r"
let s = TcpListener::bind(addr)?;
SockRef::from(&s).set_linger(Some(std::time::Duration::ZERO))?; //~ linger_zero_on_listener
",
        );
        check(
            r"
pub fn quick(listener: &std::net::TcpListener) -> std::io::Result<()> {
    let zero = std::time::Duration::ZERO;
    socket2::SockRef::from(listener).set_linger(Some(zero)) //~ linger_zero_on_listener
}
",
        );
    }

    #[test]
    fn the_structure_of_c_is_read() {
        for (fields, mark) in [
            ("l_onoff: 1, l_linger: 0", "//~ linger_zero_on_listener"),
            ("l_onoff: 0, l_linger: 0", ""),
            ("l_onoff: 1, l_linger: 5", ""),
            ("l_onoff: 1, l_linger: seconds(&addr)", ""),
        ] {
            check_body(&format!(
                r"
let fd = unsafe {{ libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0) }};
let value = libc::linger {{ {fields} }};
unsafe {{
    libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_LINGER, &value as *const _ as *const _, 8); {mark}
    libc::listen(fd, 128);
}}
"
            ));
        }
    }

    #[test]
    fn a_connection_may_be_reset() {
        check_body(
            r"
let s = TcpListener::bind(addr)?;
let (stream, _) = s.accept()?;
SockRef::from(&stream).set_linger(Some(std::time::Duration::ZERO))?;
let client = Socket::new(Domain::IPV4, Type::STREAM, None)?;
client.set_linger(Some(std::time::Duration::ZERO))?;
client.connect(&addr.into())?;
",
        );
    }

    #[test]
    fn an_option_that_is_set_back_is_no_finding() {
        listener("s.set_linger(Some(Duration::ZERO))?; s.set_linger(None)?;");
    }

    #[test]
    fn a_listener_of_the_unix_domain_resets_nothing() {
        check_body(
            r"
let s = Socket::new(Domain::UNIX, Type::STREAM, None)?;
s.set_linger(Some(std::time::Duration::ZERO))?;
s.bind(&addr.into())?;
s.listen(128)?;
",
        );
    }
}
