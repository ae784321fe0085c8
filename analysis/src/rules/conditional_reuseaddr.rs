//! `conditional_reuseaddr`: a listener that has `SO_REUSEADDR` for one family of addresses only.

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
    /// Finds TCP listeners that get `SO_REUSEADDR` on some paths only, where the condition is not the
    /// user's own switch but the family of the address.
    ///
    /// ### Why is this bad?
    /// The option is needed for IPv4 and IPv6 alike: on the path without it, a restart fails with
    /// `EADDRINUSE` while old connections are in `TIME_WAIT`. See socket(7). The setter usually slipped
    /// into a branch that was meant for `IPV6_V6ONLY`.
    ///
    /// ### Bad
    /// ```rust,no_run
    /// # use socket2::{Domain, Socket, Type};
    /// # fn main() -> std::io::Result<()> {
    /// # let addr: std::net::SocketAddr = std::env::args().nth(1).unwrap().parse().unwrap();
    /// let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
    /// if addr.is_ipv6() {
    ///     s.set_only_v6(true)?;
    ///     s.set_reuse_address(!cfg!(windows))?; //~ conditional_reuseaddr
    /// }
    /// s.bind(&addr.into())?;
    /// s.listen(128)?;
    /// # Ok(()) }
    /// ```
    ///
    /// ### Good
    /// ```rust,no_run
    /// # use socket2::{Domain, Socket, Type};
    /// # fn main() -> std::io::Result<()> {
    /// # let addr: std::net::SocketAddr = std::env::args().nth(1).unwrap().parse().unwrap();
    /// let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
    /// if addr.is_ipv6() {
    ///     s.set_only_v6(true)?;
    /// }
    /// s.set_reuse_address(!cfg!(windows))?;
    /// s.bind(&addr.into())?;
    /// s.listen(128)?;
    /// # Ok(()) }
    /// ```
    ///
    /// ### Fix
    /// Set the option before the branch. `--fix --unsafe-fixes` moves the call out of an `if`.
    ///
    /// ### Known misses
    /// Any other condition may be the user's own switch (a parameter, a field, a feature, an environment
    /// variable, the port), and stays silent. So does a listener that gets `SO_REUSEPORT` on some path: the family
    /// that lacks the one option may have the other.
    "conditional_reuseaddr", Suspicious, Warn, "SO_REUSEADDR set for one address family only", check,
    |trace| trace.doubts_a_listener(),
}

fn check(trace: &Trace<'_>, report: &mut Report) {
    if trace.platform == Platform::Windows {
        return;
    }
    for listener in trace.tcp_listeners() {
        for bind in listener.sock.binds.iter() {
            if is_forgotten(bind)
                && listener.sock.created.is_some()
                && let Some(setter) = bind.option(&REUSE_ADDR).set_by
            {
                report.push(diagnostic(trace, listener, bind, setter));
            }
        }
    }
}

/// Whether one family is bound with the option and the other without.
fn is_forgotten(bind: &Bind) -> bool {
    let option = bind.option(&REUSE_ADDR);
    option.by_family
        && option.value == OptValue::ON.join(OptValue::UNSET)
        && bind.lacks_reuse_port()
        && !bind.is_ephemeral()
}

fn diagnostic(trace: &Trace<'_>, listener: &Event, bind: &Bind, setter: Spot) -> Diagnostic {
    let message = "`SO_REUSEADDR` is set for one family of addresses only";
    let diagnostic = Diagnostic::new(&RULE, setter.site, message)
        .primary("addresses of the other family do not come here")
        .label(listener.sock.created.map(|spot| spot.site), "the socket is created here")
        .label(Some(bind.site()), "both families are bound here")
        .label(listener.sock.listen.map(|spot| spot.site), "it listens here")
        .item(trace.item(setter.func))
        .note(
            "for the other family a restart fails with EADDRINUSE while old connections are in TIME_WAIT; see \
             socket(7)",
        )
        .help("set it before the branch, on every platform but Windows")
        .fix(Fix::unsure(Action::Hoist { call: setter.site }));
    listener.story(diagnostic)
}

#[cfg(test)]
mod tests {
    use crate::testing::check_body;

    /// A listener whose setter stands behind a condition.
    fn behind(condition: &str, mark: &str) {
        check_body(&format!(
            r"
let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
{condition} {{
    s.set_reuse_address(!cfg!(windows))?; {mark}
}}
s.bind(&addr.into())?;
s.listen(128)?;
"
        ));
    }

    #[test]
    fn every_way_to_ask_for_the_family_counts() {
        for condition in [
            "if addr.is_ipv6()",
            "if !addr.is_ipv4()",
            "if addr.ip().is_ipv6()",
            "if let SocketAddr::V6(_) = addr",
            "if matches!(addr, SocketAddr::V6(_))",
            "if Domain::for_address(addr) == Domain::IPV6",
            "if Domain::IPV6 == Domain::for_address(addr)",
            "if Domain::for_address(addr) != Domain::IPV4",
        ] {
            behind(condition, "//~ conditional_reuseaddr");
        }
    }

    #[test]
    fn a_family_that_is_written_out_is_no_condition() {
        check_body(
            r"
let s = Socket::new(Domain::IPV6, Type::STREAM, None)?;
let family = Domain::IPV6;
if family == Domain::IPV6 {
    s.set_reuse_address(!cfg!(windows))?;
}
s.bind(&addr.into())?;
s.listen(128)?;
let local = SocketAddr::V4(std::net::SocketAddrV4::new(std::net::Ipv4Addr::LOCALHOST, 80));
let t = Socket::new(Domain::for_address(local), Type::STREAM, None)?;
if let SocketAddr::V4(_) = local {
    t.set_reuse_address(!cfg!(windows))?;
}
t.bind(&local.into())?;
t.listen(128)?;
let u = Socket::new(Domain::for_address(local), Type::STREAM, None)?;
if local.is_ipv6() {
    u.set_reuse_address(!cfg!(windows))?;
}
u.bind(&local.into())?; //~ missing_reuseaddr
u.listen(128)?;
",
        );
    }

    #[test]
    fn any_other_condition_may_be_a_switch() {
        for condition in [
            "if std::env::args().len() > 1",
            "if addr.port() != 0",
            "if addr.is_ipv6() && std::env::args().len() > 1",
            "if addr.ip().is_loopback()",
            "if let Some(_) = std::env::args().nth(1)",
            r#"if cfg!(feature = "reuse")"#,
        ] {
            behind(condition, "");
        }
    }

    #[test]
    fn a_switch_for_one_family_is_a_switch() {
        check_body(
            r"
let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
if addr.is_ipv6() {
    if std::env::args().len() > 1 {
        s.set_reuse_address(!cfg!(windows))?;
    }
}
s.bind(&addr.into())?;
s.listen(128)?;
",
        );
    }

    #[test]
    fn a_switch_for_the_other_family_is_a_switch() {
        check_body(
            r"
let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
if std::env::args().len() > 1 {
    s.set_reuse_address(!cfg!(windows))?;
}
if addr.is_ipv6() {
    s.set_reuse_address(!cfg!(windows))?;
}
s.bind(&addr.into())?;
s.listen(128)?;
",
        );
    }

    #[test]
    fn a_match_on_the_address_is_a_condition() {
        check_body(
            r"
let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
match addr {
    SocketAddr::V4(_) => {}
    SocketAddr::V6(_) => s.set_reuse_address(!cfg!(windows))?, //~ conditional_reuseaddr
}
s.bind(&addr.into())?;
s.listen(128)?;
",
        );
    }

    #[test]
    fn a_guard_makes_it_a_choice() {
        check_body(
            r"
let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
match addr {
    SocketAddr::V6(it) if it.port() == 0 => {}
    _ => s.set_reuse_address(!cfg!(windows))?,
}
s.bind(&addr.into())?;
s.listen(128)?;
",
        );
    }

    #[test]
    fn both_families_may_have_a_setter_of_their_own() {
        check_body(
            r"
let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
if addr.is_ipv6() {
    s.set_only_v6(true)?;
    s.set_reuse_address(!cfg!(windows))?;
} else {
    s.set_reuse_address(!cfg!(windows))?;
}
s.bind(&addr.into())?;
s.listen(128)?;
",
        );
    }

    #[test]
    fn the_other_option_makes_up_for_it() {
        check_body(
            r"
let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
if addr.is_ipv6() {
    s.set_reuse_address(!cfg!(windows))?;
}
#[cfg(unix)]
s.set_reuse_port(true)?;
s.bind(&addr.into())?;
s.listen(128)?;
",
        );
    }

    #[test]
    fn each_family_may_have_an_option_of_its_own() {
        check_body(
            r"
let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
if addr.is_ipv6() {
    s.set_reuse_address(!cfg!(windows))?;
} else {
    #[cfg(unix)]
    s.set_reuse_port(true)?;
}
s.bind(&addr.into())?;
s.listen(128)?;
",
        );
    }

    #[test]
    fn both_options_of_one_family_are_a_known_miss() {
        check_body(
            r"
let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
if addr.is_ipv6() {
    #[cfg(unix)]
    s.set_reuse_port(true)?;
    s.set_reuse_address(!cfg!(windows))?;
}
s.bind(&addr.into())?;
s.listen(128)?;
",
        );
    }

    #[test]
    fn a_client_needs_it_for_neither() {
        check_body(
            r"
let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
if addr.is_ipv6() {
    s.set_reuse_address(true)?;
}
s.bind(&addr.into())?;
s.connect(&addr.into())?;
",
        );
    }
}
