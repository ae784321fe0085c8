//! `unchecked_option`: the result of setting an option is thrown away.

use crate::{
    diagnostic::{Diagnostic, Report},
    fix::{Action, Fix},
    model::options::V6ONLY,
    socket::{Domain, OptValue},
    trace::{Event, OptionSet, Trace},
};

declare_rule! {
    /// ### What it does
    /// Finds calls that set an option whose failure goes unnoticed until it hurts, and whose result is
    /// thrown away.
    ///
    /// ### Why is this bad?
    /// A wrong option level, a value of the wrong size or a missing privilege shows up only in that result.
    /// Without it the program goes on with a socket that is not what it seems, and the first sign is a
    /// restart that fails. See setsockopt(2).
    ///
    /// ### Bad
    /// ```rust,no_run
    /// # use socket2::{Domain, Socket, Type};
    /// # fn main() -> std::io::Result<()> {
    /// # let addr = std::net::SocketAddr::from(([127, 0, 0, 1], 8080));
    /// let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    /// #[cfg(not(windows))]
    /// let _ = s.set_reuse_address(true); //~ unchecked_option
    /// s.bind(&addr.into())?;
    /// s.listen(128)?;
    /// # Ok(()) }
    /// ```
    ///
    /// ```rust,no_run
    /// # #[cfg(not(unix))]
    /// # fn main() {}
    /// # #[cfg(unix)]
    /// # fn main() -> std::io::Result<()> {
    /// # use std::os::fd::AsRawFd;
    /// # use socket2::{Domain, Socket, Type};
    /// # let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    /// let on: libc::c_int = 1;
    /// let (fd, on, size) = (s.as_raw_fd(), (&raw const on).cast(), 4);
    /// unsafe { libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, on, size) }; //~ unchecked_option
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
    /// # #[cfg(not(unix))]
    /// # fn main() {}
    /// # #[cfg(unix)]
    /// # fn main() -> rustix::io::Result<()> {
    /// # use rustix::net::{AddressFamily, SocketType, socket, sockopt};
    /// let fd = socket(AddressFamily::INET, SocketType::STREAM, None)?;
    /// sockopt::set_socket_reuseaddr(&fd, true)?;
    /// # Ok(()) }
    /// ```
    ///
    /// ### Fix
    /// Treat the error as the error of the `bind` is treated; `--fix` does so where one function makes both
    /// calls, unless a comment says that the error is ignored.
    ///
    /// ### Known misses
    /// A result that is stored and never looked at, and one that `unwrap_or` replaces, stay silent.
    "unchecked_option", Suspicious, Warn, "result of setting an option is thrown away", check, asks,
}

fn check(trace: &Trace<'_>, report: &mut Report) {
    for (event, set) in trace.sets() {
        if is_harmless(trace, event, set)
            || !set.discarded
            || !set.option.must_check
            || !set.option.platforms.contains(trace.platform)
        {
            continue;
        }
        let name = set.option.name;
        let diagnostic = Diagnostic::new(
            &RULE,
            event.site(),
            format!("the result of setting `{name}` is thrown away"),
        )
        .primary("a failure of this call goes unnoticed")
        .label(event.sock.created.map(|spot| spot.site), "the socket is created here")
        .item(trace.item(event.spot.func))
        .note("the socket then goes on without the option; see setsockopt(2)")
        .help("treat the error as the error of `bind` is treated")
        .fix(Fix::sure(Action::Check {
            call: event.site(),
            returns: set.returns,
            like: trace.bind_beside(event, set.option),
            option: set.option,
        }));
        report.push(event.story(diagnostic));
    }
}

/// Whether nothing is lost if the set fails.
fn asks(trace: &Trace<'_>) -> bool {
    trace.sets().any(|(_, set)| set.discarded && set.option.must_check)
}

fn is_harmless(trace: &Trace<'_>, event: &Event, set: OptionSet) -> bool {
    // Whoever switches off what is off by default, or asks for both families at best, loses nothing; and on
    // a socket of IPv4 the call has to fail.
    let v6 = set.value.is(OptValue::ON) && (set.by_family || event.sock.domain.is(Domain::INET6));
    set.value.is(OptValue::OFF) || (set.option == &V6ONLY && !v6) || trace.is_probe(event)
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_body};

    /// A datagram socket, which no other rule has anything to say about.
    fn datagram(set: &str) {
        check_body(&format!(
            "let s = Socket::new(Domain::IPV6, Type::DGRAM, None)?;\n{set}\ns.bind(&addr.into())?;"
        ));
    }

    #[test]
    fn every_way_to_throw_a_result_away_counts() {
        datagram("let _ = s.set_only_v6(true); //~ unchecked_option");
        datagram("s.set_only_v6(true).ok(); //~ unchecked_option");
        datagram("drop(s.set_only_v6(true)); //~ unchecked_option");
        datagram("s.set_only_v6(true); //~ unchecked_option");
    }

    #[test]
    fn a_result_that_is_replaced_or_forgotten_is_a_known_miss() {
        datagram(
            "s.set_only_v6(true).unwrap_or(()); //~ miss unchecked_option: `unwrap_or` is a use",
        );
        datagram(
            "let result = s.set_only_v6(true); //~ miss unchecked_option: `result` may be used",
        );
    }

    #[test]
    fn a_result_that_is_looked_at_is_checked() {
        datagram("s.set_only_v6(true)?;");
        datagram("s.set_only_v6(true).unwrap();");
        datagram("s.set_only_v6(true).map_err(io::Error::other)?;");
        datagram("if let Err(error) = s.set_only_v6(true) { eprintln!(\"{error}\"); }");
        datagram("match s.set_only_v6(true) { Ok(()) => {} Err(error) => return Err(error) }");
        datagram("let result = s.set_only_v6(true); result?;");
        datagram("if s.set_only_v6(true).is_err() { eprintln!(\"no\"); }");
    }

    #[test]
    fn an_option_whose_failure_hurts_nobody_may_fail() {
        datagram("let _ = s.set_recv_buffer_size(1 << 20);");
        datagram("let _ = s.set_broadcast(true);");
    }

    #[test]
    fn what_a_dependency_made_is_a_socket_if_it_becomes_one() {
        check(
            r"
fn listener(addr: std::net::SocketAddr) -> std::io::Result<tokio::net::TcpListener> {
    let s = dependency::new_socket(&addr)?;
    #[cfg(unix)]
    let _ = s.set_reuse_address(true); //~ unchecked_option
    s.bind(&addr.into())?;
    tokio::net::TcpListener::from_std(s.into())
}
fn configure() -> dependency::Settings {
    let mut settings = dependency::settings();
    settings.set_reuse_address(true);
    settings
}
",
        );
    }

    #[test]
    fn a_socket_that_may_be_one_of_ipv4_has_to_refuse() {
        check_body(
            r"
let s = Socket::new(Domain::for_address(addr), Type::DGRAM, None)?;
let _ = s.set_only_v6(true);
let t = Socket::new(Domain::for_address(addr), Type::DGRAM, None)?;
if addr.is_ipv6() {
    let _ = t.set_only_v6(true); //~ unchecked_option
}
s.bind(&addr.into())?;
t.bind(&addr.into())?;
",
        );
    }

    #[test]
    fn a_probe_only_finds_out_what_the_system_can_do() {
        check_body(
            r"
let any = SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], 0));
let s = Socket::new(Domain::IPV6, Type::STREAM, None)?;
let _ = s.set_only_v6(true);
let works = s.bind(&any.into()).is_ok();
let t = Socket::new(Domain::IPV6, Type::STREAM, None)?;
let _ = t.set_only_v6(true); //~ unchecked_option
t.bind(&any.into())?;
t.listen(1)?;
",
        );
    }

    #[test]
    fn results_of_other_calls_are_no_options() {
        datagram("let _ = s.local_addr();");
        datagram("let _ = s.only_v6();");
        datagram("let _ = elsewhere::set_only_v6(&s, true);");
    }
}
