//! `implicit_reuseaddr`: a listener whose `SO_REUSEADDR` is an API's, and only on Unix.

use crate::{
    diagnostic::{Diagnostic, Report},
    model::options::REUSE_ADDR,
    socket::{OptValue, Platform},
    state::Bind,
    trace::{Event, Trace},
};

declare_rule! {
    /// ### What it does
    /// Finds TCP listeners that rely on an API which sets `SO_REUSEADDR` by itself on Unix, and not on
    /// Windows. Off by default: the API is right on both.
    ///
    /// ### Why is this bad?
    /// The line says nothing of the option, so whoever replaces it by a socket made by hand loses it, and
    /// whoever compares the platforms sees one line behave in two ways. See socket(7), and Microsoft,
    /// "Using `SO_REUSEADDR` and `SO_EXCLUSIVEADDRUSE`".
    ///
    /// ### Bad
    /// ```rust,no_run
    /// # use socket2::SockRef;
    /// # fn main() -> std::io::Result<()> {
    /// # let addr = std::net::SocketAddr::from(([127, 0, 0, 1], 8080));
    /// let listener = std::net::TcpListener::bind(addr)?; //~ implicit_reuseaddr
    /// SockRef::from(&listener).set_recv_buffer_size(1 << 20)?;
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
    /// s.set_recv_buffer_size(1 << 20)?;
    /// s.bind(&addr.into())?;
    /// s.listen(128)?;
    /// # Ok(()) }
    /// ```
    ///
    /// ### Fix
    /// Make the socket by hand, if the option is to be in the source.
    ///
    /// ### Known misses
    /// Only functions that have more to do with options are looked into: a listener that is bound and then
    /// only accepts is right as it is. A bind to port 0 stays silent.
    "implicit_reuseaddr", Pedantic, Allow, "listener that relies on an API to set SO_REUSEADDR", check,
    |_| false,
}

fn check(trace: &Trace<'_>, report: &mut Report) {
    if trace.platform == Platform::Windows {
        return;
    }
    for listener in trace.tcp_listeners() {
        for bind in listener.sock.binds.iter().filter(|bind| bind.implicit && !bind.is_ephemeral())
        {
            let option = bind.option(&REUSE_ADDR);
            if option.value.is(OptValue::ON) && option.set_by.is_none() {
                report.push(diagnostic(trace, listener, bind));
            }
        }
    }
}

fn diagnostic(trace: &Trace<'_>, listener: &Event, bind: &Bind) -> Diagnostic {
    let message = "the API sets `SO_REUSEADDR` on this listener by itself";
    let diagnostic = Diagnostic::new(&RULE, bind.site(), message)
        .primary("on by the API on Unix, and off on Windows")
        .item(trace.item(bind.spot.func))
        .note("a socket made by hand in its place needs the option before `bind`; see socket(7)")
        .help("make the socket by hand, if the option is to be in the source");
    listener.story(diagnostic)
}

#[cfg(test)]
mod tests {
    use crate::testing::check_body;

    #[test]
    fn a_listener_that_somebody_tunes_is_seen() {
        check_body(
            r"
let s = TcpListener::bind(addr)?; //~ implicit_reuseaddr
SockRef::from(&s).set_recv_buffer_size(4096)?;
",
        );
    }

    #[test]
    fn a_listener_with_the_option_in_the_source_is_not() {
        check_body(
            r#"
let s = TcpListener::bind(addr)?; //~ implicit_reuseaddr
SockRef::from(&s).set_recv_buffer_size(4096)?;
let t = Socket::new(Domain::IPV4, Type::STREAM, None)?;
t.set_reuse_address(!cfg!(windows))?;
t.bind(&addr.into())?;
t.listen(128)?;
let u = TcpListener::bind("127.0.0.1:0")?;
SockRef::from(&u).set_recv_buffer_size(4096)?;
let v = UdpSocket::bind(addr)?;
SockRef::from(&v).set_recv_buffer_size(4096)?;
"#,
        );
    }

    #[test]
    fn a_listener_that_only_accepts_is_a_known_miss() {
        check_body(
            r"
let s = TcpListener::bind(addr)?; //~ miss implicit_reuseaddr: nothing else is done to it
s.accept()?;
",
        );
    }
}
