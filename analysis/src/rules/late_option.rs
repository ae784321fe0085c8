//! `late_option`: an option set too late to be read.

use crate::{
    diagnostic::{Diagnostic, Report},
    model::options::{BIND_ADDRESS_NO_PORT, Late, ReadBy, V6ONLY},
    socket::{OptValue, Phase},
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
    /// has no place in front: make the socket by hand.
    ///
    /// ### Known misses
    /// A socket that is bound on some paths only stays silent, and so does an option that only a raw
    /// number names.
    "late_option", Correctness, Deny, "option set after the call that reads it", check,
}

fn check(trace: &Trace<'_>, report: &mut Report) {
    for (event, set) in trace.sets() {
        let option = set.option;
        let judged = option.read_by == ReadBy::Bind && option.late != Late::Works;
        let here = option.platforms.contains(trace.platform) && event.sock.domain.may(option.domains);
        if judged && here && event.is_after_bind() && matters(trace, event, set) {
            report.push(diagnostic(trace, event, set));
        }
    }
}

/// Whether the late set could have been meant for the bind that it missed.
fn matters(trace: &Trace<'_>, event: &Event, set: OptionSet) -> bool {
    // Clearing an option after the bind is judged by what it does to the next start.
    if set.value.is(OptValue::OFF) && set.option != &V6ONLY {
        return false;
    }
    if set.option == &BIND_ADDRESS_NO_PORT {
        return trace.connects(event);
    }
    // Repeating what the user did in time changes nothing.
    let in_time = |bind: &crate::state::Bind| {
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
    let reader = if event.sock.phase.is(Phase::LISTENING) { "it is bound and listens already" } else { "`bind` reads the option here" };
    let consequence = match option.late {
        Late::Error(code) => format!("once the socket is bound the call fails with {code}; see {}", option.source),
        _ => format!("the call succeeds, but `bind` has been decided without it; see {}", option.source),
    };
    let help = if implicit {
        format!("make the socket by hand, and set `{}` before `bind`", option.name)
    } else {
        format!("set `{}` before `bind`", option.name)
    };
    let diagnostic = Diagnostic::new(&RULE, event.site(), format!("`{}` is set after `bind`", option.name))
        .primary("too late for the `bind` of this socket")
        .label(event.sock.created.filter(|_| !implicit).map(|spot| spot.site), "the socket is created here")
        .label(bind.map(crate::state::Bind::site), if implicit { "the socket is created and bound here" } else { reader })
        .item(trace.item(event.spot.func))
        .note(consequence)
        .help(help);
    trace.story(event, diagnostic)
}
