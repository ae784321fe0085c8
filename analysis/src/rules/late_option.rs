//! `late_option`: an option set too late to be read.

use crate::{
    diagnostic::{Diagnostic, Report},
    fix::{Action, Fix},
    model::options::{BIND_ADDRESS_NO_PORT, Late, REUSE_ADDR, REUSE_PORT, ReadBy, V6ONLY},
    socket::{OptValue, Phase, SockType},
    state::Bind,
    trace::{Event, OptionSet, Trace},
};

declare_rule! {
    /// ### What it does
    /// Finds a socket option that is set after the call that reads it, where the kernel refuses the late
    /// set or ignores it.
    ///
    /// ### Why is this bad?
    /// `bind(2)` reads `SO_REUSEADDR`. Set later, the call succeeds and `getsockopt` reads 1, but that
    /// `bind` has been decided without it. `IPV6_V6ONLY` answers `EINVAL` once the socket is bound. Most
    /// other options work at any time, whatever the folklore says, and are not reported.
    ///
    /// ### Bad
    /// ```rust,no_run
    /// # use socket2::{Domain, Socket, Type};
    /// # fn main() -> std::io::Result<()> {
    /// # let addr = std::net::SocketAddr::from(([127, 0, 0, 1], 8080));
    /// let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    /// s.bind(&addr.into())?;
    /// #[cfg(not(windows))]
    /// s.set_reuse_address(true)?; //~ late_option
    /// s.listen(128)?;
    /// # Ok(()) }
    /// ```
    ///
    /// ```rust,no_run
    /// # use socket2::SockRef;
    /// # fn main() -> std::io::Result<()> {
    /// let listener = std::net::TcpListener::bind("[::]:8080")?;
    /// SockRef::from(&listener).set_only_v6(true)?; //~ late_option: "IPV6_V6ONLY"
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
    /// Move the call in front of the call that reads the option. A socket that an API has bound by itself
    /// has no place in front: make the socket by hand. `--fix` moves a statement of the same file, and gives it
    /// the name that the socket has there.
    ///
    /// ### Known misses
    /// A socket that is bound on some paths only stays silent, and so does an option that only a raw
    /// number names. `SO_REUSEADDR` after a bind to port 0 is late, but nothing was lost by it.
    "late_option", Correctness, Deny, "option set after the call that reads it", check, asks,
}

fn check(trace: &Trace<'_>, report: &mut Report) {
    for (event, set) in trace.sets() {
        if is_judged(trace, event, set)
            && event.is_after_bind()
            && matters(trace, event, set)
            && !trace.is_arranged(event)
        {
            report.push(diagnostic(trace, event, set));
        }
    }
}

/// Whether the late set could have been meant for the bind that it missed.
/// Whether a late set would be judged on this platform.
fn is_judged(trace: &Trace<'_>, event: &Event, set: OptionSet) -> bool {
    let option = set.option;
    let here = option.platforms.contains(trace.platform) && event.sock.domain.may(option.domains);
    // A port that the kernel picks is free: nothing was lost by the late set.
    let binds = &event.sock.binds;
    let ephemeral = !binds.is_empty() && binds.iter().all(Bind::is_ephemeral);
    let is_lost = option != &REUSE_ADDR || !ephemeral;
    option.read_by == ReadBy::Bind && option.late != Late::Works && here && is_lost
}

fn asks(trace: &Trace<'_>) -> bool {
    let bound = Phase::BOUND.join(Phase::LISTENING);
    trace.sets().any(|(event, set)| event.sock.phase.may(bound) && is_judged(trace, event, set))
}

fn matters(trace: &Trace<'_>, event: &Event, set: OptionSet) -> bool {
    // Clearing an option after the bind is judged by what it does to the next start.
    if set.value.is(OptValue::OFF) && set.option != &V6ONLY {
        return false;
    }
    if set.option == &BIND_ADDRESS_NO_PORT {
        return trace.connects(event);
    }
    // The first of several sockets on one port may be late: those that come later look at its flag then.
    let shares = set.option == &REUSE_PORT
        || (set.option == &REUSE_ADDR && !event.sock.sock_type.is(SockType::STREAM));
    if shares && trace.binds_with(set.option) {
        return false;
    }
    // Nobody sets both by mistake and then neither listens nor connects: the port is held for others.
    let holds = set.option == &REUSE_ADDR || set.option == &REUSE_PORT;
    if holds && trace.holds_a_port(event) {
        return false;
    }
    // Repeating what the user did in time changes nothing.
    let in_time = |bind: &Bind| {
        let state = bind.option(set.option);
        state.set_by.is_some() || state.value.may(OptValue::OPAQUE)
    };
    let foreign = event.sock.binds.is_empty();
    set.option.late != Late::Silent || foreign || !event.sock.binds.iter().any(in_time)
}

fn diagnostic(trace: &Trace<'_>, event: &Event, set: OptionSet) -> Diagnostic {
    let option = set.option;
    let bind = event.sock.binds.last();
    let implicit = bind.is_none_or(|bind| bind.implicit);
    let reader = if event.sock.phase.is(Phase::LISTENING) {
        "it is bound and listens already"
    } else {
        "`bind` reads the option here"
    };
    let by_api = bind.is_some_and(|bind| {
        let state = bind.option(option);
        state.value.is(OptValue::ON) && state.set_by.is_none()
    });
    let consequence = match option.late {
        _ if by_api => format!(
            "the API has set it before its own `bind`, so the late call changes nothing; see {}",
            option.source
        ),
        Late::Error(code) => {
            format!("once the socket is bound the call fails with {code}; see {}", option.source)
        }
        _ => format!(
            "the call succeeds, but `bind` has been decided without it; see {}",
            option.source
        ),
    };
    let help = if by_api {
        format!(
            "remove the call, or make the socket by hand and set `{}` before `bind`",
            option.name
        )
    } else if implicit {
        format!("make the socket by hand, and set `{}` before `bind`", option.name)
    } else {
        format!("set `{}` before `bind`", option.name)
    };
    let fix = match &event.sock.binds[..] {
        _ if by_api => Some(Fix::unsure(Action::Remove { call: event.site() })),
        [bind] if !bind.implicit && bind.at.site.file == event.site().file => {
            Some(Fix::sure(Action::MoveBefore {
                call: event.site(),
                bind: bind.at.site,
                option,
                setter: trace.setter(bind, option),
            }))
        }
        _ => None,
    };
    let diagnostic =
        Diagnostic::new(&RULE, event.site(), format!("`{}` is set after `bind`", option.name))
            .primary("too late for the `bind` of this socket")
            .label(
                event.sock.created.filter(|_| !implicit).map(|spot| spot.site),
                "the socket is created here",
            )
            .label(
                bind.map(Bind::site),
                if implicit { "the socket is created and bound here" } else { reader },
            )
            .item(trace.item(event.spot.func))
            .note(consequence)
            .help(help)
            .fix(fix);
    event.story(diagnostic)
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_body, fixed_by};

    #[test]
    fn a_listener_that_an_api_has_bound_is_bound() {
        check_body(
            r#"
let s = TcpListener::bind(addr)?;
SockRef::from(&s).set_only_v6(true)?; //~ late_option: "IPV6_V6ONLY"
"#,
        );
    }

    #[test]
    fn the_first_of_several_sockets_may_be_late() {
        check_body(
            r"
let first = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
first.bind(&addr.into())?;
first.set_reuse_port(true)?;
let next = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
next.set_reuse_port(true)?;
next.bind(&addr.into())?;
",
        );
    }

    #[test]
    fn a_port_is_held_for_others() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.bind(&addr.into())?;
s.set_reuse_address(true).and_then(|()| s.set_reuse_port(true))?;
let t = Socket::new(Domain::IPV4, Type::STREAM, None)?;
t.bind(&addr.into())?;
t.set_reuse_address(true)?; //~ late_option
t.set_reuse_port(true)?; //~ late_option
t.connect(&addr.into())?;
",
        );
        // One that is switched off holds nothing.
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.bind(&addr.into())?;
s.set_reuse_address(false)?;
s.set_reuse_port(true)?; //~ late_option
",
        );
        // Whatever the port is for, this call fails.
        check_body(
            r"
let s = Socket::new(Domain::IPV6, Type::DGRAM, None)?;
s.bind(&addr.into())?;
s.set_reuse_address(true).and_then(|()| s.set_reuse_port(true))?;
s.set_only_v6(true)?; //~ late_option
",
        );
    }

    #[test]
    fn a_later_datagram_socket_looks_at_the_first_ones_flag() {
        check(
            r"
use socket2::{Domain, Socket, Type};
fn bind(addr: std::net::SocketAddr, join: bool) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    if join {
        s.set_reuse_port(true)?;
    }
    s.bind(&addr.into())?;
    if !join {
        s.set_reuse_port(true)?;
    }
    Ok(s)
}
pub fn many(addr: std::net::SocketAddr) -> std::io::Result<()> {
    let first = bind(addr, false)?;
    bind(first.local_addr()?.as_socket().unwrap(), true)?;
    Ok(())
}
",
        );
    }

    #[test]
    fn an_option_that_works_late_is_not_late() {
        check_body(
            r"
let s = TcpListener::bind(addr)?;
SockRef::from(&s).set_keepalive(true)?;
SockRef::from(&s).set_recv_buffer_size(4096)?;
SockRef::from(&s).set_tcp_nodelay(true)?;
",
        );
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
s.bind(&addr.into())?;
s.bind_device(Some(device()))?;
s.set_ip_transparent_v4(true)?;
let t = Socket::new(Domain::IPV4, Type::STREAM, None)?;
t.bind(&addr.into())?;
let fd = std::os::fd::AsRawFd::as_raw_fd(&t);
let on: libc::c_int = 1;
unsafe { libc::setsockopt(fd, libc::IPPROTO_TCP, libc::TCP_FASTOPEN_CONNECT, (&raw const on).cast(), 4) };
",
        );
    }

    #[test]
    fn what_became_of_the_call_is_told() {
        let late = |make: &str, set: &str, told: &str| {
            check_body(&format!("{make}\nSockRef::from(&s).{set}?; //~ late_option: \"{told}\""));
        };
        let own = "let s = Socket::new(Domain::IPV6, Type::DGRAM, None)?;\ns.bind(&addr.into())?;";
        late(own, "set_only_v6(true)", "the call fails with EINVAL");
        late(own, "set_only_v6(true)", "the socket is created here");
        late(own, "set_only_v6(true)", "`bind` reads the option here");
        late(own, "set_reuse_address(true)", "`bind` has been decided without it");
        let api = "let s = std::net::UdpSocket::bind(addr)?;";
        late(api, "set_reuse_address(true)", "the socket is created and bound here");
        late(api, "set_reuse_address(true)", "make the socket by hand, and set");
    }

    #[test]
    fn what_the_api_has_set_can_go() {
        let text = r"
fn serve(addr: std::net::SocketAddr) -> std::io::Result<()> {
    let s = std::net::TcpListener::bind(addr)?;
    socket2::SockRef::from(&s).set_reuse_address(true)?; //~ late_option: 'the API has set it before its own `bind`'
    s.set_nonblocking(true)
}
"
        .replace('\'', "\"");
        check(&text);
    }

    #[test]
    fn every_option_that_bind_reads_counts() {
        check_body(
            r#"
let s = Socket::new(Domain::IPV6, Type::DGRAM, None)?;
s.bind(&addr.into())?;
s.set_only_v6(false)?; //~ late_option: "IPV6_V6ONLY"
#[cfg(target_os = "linux")]
s.set_reuse_port(true)?; //~ late_option: "SO_REUSEPORT"
"#,
        );
    }

    #[test]
    fn the_same_calls_on_another_socket_are_in_time() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
let t = Socket::new(Domain::IPV6, Type::DGRAM, None)?;
s.bind(&addr.into())?;
t.set_only_v6(true)?;
t.bind(&addr.into())?;
",
        );
    }

    #[test]
    fn a_new_socket_in_an_old_name_is_not_bound() {
        check_body(
            r"
let mut s = Socket::new(Domain::IPV6, Type::DGRAM, None)?;
s.bind(&addr.into())?;
s = Socket::new(Domain::IPV6, Type::DGRAM, None)?;
s.set_only_v6(true)?;
",
        );
    }

    #[test]
    fn a_bind_on_some_paths_is_not_certain() {
        check_body(
            r"
let s = Socket::new(Domain::IPV6, Type::DGRAM, None)?;
if addr.port() != 0 {
    s.bind(&addr.into())?;
}
s.set_only_v6(true)?;
",
        );
    }

    #[test]
    fn to_repeat_what_was_set_in_time_changes_nothing() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
#[cfg(not(windows))]
s.set_reuse_address(true)?;
s.bind(&addr.into())?;
#[cfg(not(windows))]
s.set_reuse_address(true)?;
s.listen(128)?;
",
        );
    }

    #[test]
    fn a_setter_in_a_function_is_late_where_it_is_called_late() {
        check(
            r"
use socket2::{Domain, Socket, Type};
fn set(s: &Socket) -> std::io::Result<()> {
    s.set_only_v6(true) //~ late_option
}
fn late(addr: std::net::SocketAddr) -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV6, Type::DGRAM, None)?;
    s.bind(&addr.into())?;
    set(&s)
}
",
        );
    }

    #[test]
    fn a_setter_in_a_function_is_in_time_where_it_is_called_in_time() {
        check(
            r"
use socket2::{Domain, Socket, Type};
fn set(s: &Socket) -> std::io::Result<()> {
    s.set_only_v6(true)
}
fn in_time(addr: std::net::SocketAddr) -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV6, Type::DGRAM, None)?;
    set(&s)?;
    s.bind(&addr.into())
}
",
        );
    }

    #[test]
    fn what_unknown_code_returns_is_unknown() {
        check_body(
            r"
let s = elsewhere::socket(addr)?;
s.bind(&addr.into())?;
s.set_only_v6(true)?;
",
        );
    }

    #[test]
    fn a_method_of_the_same_name_on_another_type_is_no_option() {
        check(
            r"
struct Query;
impl Query {
    fn bind(&self, _: u16) {}
    fn set_reuse_address(&self, _: bool) {}
}
fn query(q: &Query) {
    q.bind(1);
    q.set_reuse_address(true);
}
",
        );
    }

    #[test]
    fn a_listener_made_of_a_bare_descriptor_is_not_bound_yet() {
        check(
            r"
use std::{io, net::TcpListener, os::fd::FromRawFd};
pub fn make() -> io::Result<TcpListener> {
    let fd = unsafe { libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0) };
    let l = unsafe { TcpListener::from_raw_fd(fd) };
    set(&l)?;
    Ok(l)
}
fn set(l: &TcpListener) -> io::Result<()> { socket2::SockRef::from(l).set_reuse_address(true) }
",
        );
    }

    #[test]
    fn nothing_is_lost_on_a_port_that_the_kernel_picks() {
        check_body(
            r#"
let s = std::net::UdpSocket::bind("0.0.0.0:0")?;
SockRef::from(&s).set_reuse_address(true)?;
"#,
        );
    }

    #[test]
    fn only_what_shares_a_port_is_looked_at_later() {
        check_body(
            r"
let first = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
first.bind(&addr.into())?;
first.set_reuse_address(true)?;
let next = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
next.set_reuse_address(true)?; //~ udp_reuseaddr
next.bind(&addr.into())?;
",
        );
        check_body(
            r"
let first = Socket::new(Domain::IPV4, Type::STREAM, None)?;
first.bind(&addr.into())?;
first.set_reuse_address(true)?; //~ late_option
let next = Socket::new(Domain::IPV4, Type::STREAM, None)?;
next.set_reuse_address(true)?;
next.bind(&addr.into())?;
",
        );
        check_body(
            r"
let first = Socket::new(Domain::IPV6, Type::DGRAM, None)?;
first.bind(&addr.into())?;
first.set_only_v6(true)?; //~ late_option
let next = Socket::new(Domain::IPV6, Type::DGRAM, None)?;
next.set_only_v6(true)?;
next.bind(&addr.into())?;
",
        );
    }

    #[test]
    fn a_call_that_fails_is_late_each_time() {
        check_body(
            r"
let s = Socket::new(Domain::IPV6, Type::DGRAM, None)?;
s.set_only_v6(true)?;
s.bind(&addr.into())?;
s.set_only_v6(true)?; //~ late_option
",
        );
    }

    #[test]
    fn what_the_api_has_set_is_removed() {
        let text = r"
fn serve(addr: std::net::SocketAddr) -> std::io::Result<()> {
    let s = std::net::TcpListener::bind(addr)?;
    #[cfg(unix)]
    socket2::SockRef::from(&s).set_reuse_address(true)?;
    s.set_nonblocking(true)
}
";
        let fixed = r"
fn serve(addr: std::net::SocketAddr) -> std::io::Result<()> {
    let s = std::net::TcpListener::bind(addr)?;
    s.set_nonblocking(true)
}
";
        assert_eq!(fixed_by(&|rule| rule.name == "late_option", text, false), fixed);
    }
}
