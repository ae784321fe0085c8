//! `useless_option`: an option that has no effect on the socket at hand, or a call that always fails there.

use crate::{
    diagnostic::{Diagnostic, Report},
    fix::{Action, Fix},
    model::options::Misfit,
    socket::{Domain, OptValue, Platform},
    trace::{Event, OptionSet, Trace},
};

declare_rule! {
    /// ### What it does
    /// Finds options that are set on a socket of a domain or type that does not have them: the call
    /// changes nothing, or always fails.
    ///
    /// ### Why is this bad?
    /// `SO_REUSEADDR` on a Unix-domain socket is accepted and ignored: a path in use stays in use until it
    /// is unlinked, so the restart that the call should have helped fails all the same. `SO_REUSEPORT`
    /// there is refused by Linux with `EOPNOTSUPP`, as are the options of IP and TCP. See unix(7).
    ///
    /// ### Bad
    /// ```rust,no_run
    /// # #[cfg(not(unix))]
    /// # fn main() {}
    /// # #[cfg(unix)]
    /// # fn main() -> std::io::Result<()> {
    /// # use socket2::{Domain, SockAddr, Socket, Type};
    /// let s = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    /// s.set_reuse_address(true)?; //~ useless_option
    /// s.bind(&SockAddr::unix("/run/app.sock")?)?;
    /// s.listen(128)?;
    /// # Ok(()) }
    /// ```
    ///
    /// ### Good
    /// ```rust,no_run
    /// # #[cfg(not(unix))]
    /// # fn main() {}
    /// # #[cfg(unix)]
    /// # fn main() -> std::io::Result<()> {
    /// # use socket2::{Domain, SockAddr, Socket, Type};
    /// let s = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    /// let _ = std::fs::remove_file("/run/app.sock");
    /// s.bind(&SockAddr::unix("/run/app.sock")?)?;
    /// s.listen(128)?;
    /// # Ok(()) }
    /// ```
    ///
    /// ### Fix
    /// Remove the call, as `--fix --unsafe-fixes` does; in a helper for several domains, make it for those that
    /// have the option.
    ///
    /// ### Known misses
    /// A socket whose domain or type is not in the source stays silent, and so does a call
    /// that is made on some paths only, one that no `bind`, `listen` or `connect` follows, and a value that
    /// only the running program knows. Options that other domains have under the same name are not judged.
    "useless_option", Suspicious, Warn, "option that the socket does not have", check, asks,
}

fn check(trace: &Trace<'_>, report: &mut Report) {
    if trace.platform == Platform::Windows {
        return;
    }
    for (event, set) in trace.sets() {
        let here = set.option.platforms.contains(trace.platform) && trace.is_certain(event, set);
        match set.option.misfit(event.sock.domain, event.sock.sock_type).filter(|_| here) {
            // Switching off what is off anyway is nothing that anybody relies on, and a value from outside
            // is a choice.
            Some(_) if !set.value.is(OptValue::ON) => {}
            // The other systems ignore it.
            Some(Misfit::Refused(_)) if trace.platform != Platform::Linux => {}
            Some(misfit) => report.push(diagnostic(trace, event, set, misfit)),
            None => {}
        }
    }
}

fn asks(trace: &Trace<'_>) -> bool {
    trace.sets().any(|(event, set)| {
        set.value.may(OptValue::ON.join(OptValue::OPAQUE))
            && set.option.may_misfit(event.sock.domain, event.sock.sock_type)
    })
}

fn diagnostic(trace: &Trace<'_>, event: &Event, set: OptionSet, misfit: Misfit) -> Diagnostic {
    let name = set.option.name;
    let (place, page) = if event.sock.domain.is(Domain::UNIX) {
        ("a Unix-domain socket", "unix(7)")
    } else if set.option.sol == "IPPROTO_IPV6" {
        ("an IPv4 socket", set.option.source)
    } else {
        ("a datagram socket", set.option.source)
    };
    let (primary, note) = match misfit {
        Misfit::Ignored => (
            "this has no effect",
            format!(
                "the call succeeds and changes nothing: a path in use stays in use until it is unlinked; see {page}"
            ),
        ),
        Misfit::Refused(code) => (
            "this call fails",
            format!(
                "current Linux refuses the option there with {code}, older kernels ignore it; see {page}"
            ),
        ),
        Misfit::Foreign(code) => {
            ("this call fails", format!("Linux refuses the option there with {code}; see {page}"))
        }
    };
    let diagnostic = Diagnostic::new(&RULE, event.site(), format!("`{name}` is set on {place}"))
        .primary(primary)
        .label(event.sock.created.map(|spot| spot.site), "the socket is created here")
        .item(trace.item(event.spot.func))
        .note(note)
        .help("remove the call, or make it for sockets that have the option only")
        .fix(Fix::unsure(Action::Remove { call: event.site() }));
    event.story(diagnostic)
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_body};

    #[test]
    fn options_of_the_internet_are_not_those_of_paths() {
        check_body(
            r"
let s = Socket::new(Domain::UNIX, Type::STREAM, None)?;
#[cfg(unix)]
s.set_reuse_port(true)?; //~ useless_option
s.set_tcp_nodelay(true)?; //~ useless_option
s.set_only_v6(true)?; //~ useless_option
s.set_recv_buffer_size(4096)?;
s.set_nonblocking(true)?;
s.connect(&addr.into())?;
",
        );
    }

    #[test]
    fn options_of_tcp_are_not_those_of_datagrams() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
s.set_tcp_nodelay(true)?; //~ useless_option
s.set_broadcast(true)?;
s.set_keepalive(true)?;
s.bind(&addr.into())?;
let t = Socket::new(Domain::IPV4, Type::STREAM, None)?;
t.set_tcp_nodelay(true)?;
",
        );
    }

    #[test]
    fn what_the_socket_is_is_told() {
        for (kind, set, told) in [
            ("UNIX, Type::STREAM", "set_reuse_address", "a Unix-domain socket"),
            ("IPV4, Type::DGRAM", "set_only_v6", "an IPv4 socket"),
            ("IPV4, Type::DGRAM", "set_tcp_nodelay", "a datagram socket"),
        ] {
            check_body(&format!(
                "let s = Socket::new(Domain::{kind}, None)?;\ns.{set}(true)?; //~ useless_option: \"{told}\"\ns.connect(&addr.into())?;"
            ));
        }
    }

    #[test]
    fn only_linux_refuses_it() {
        let text = |os: &str, mark: &str| {
            format!(
                r#"
use socket2::{{Domain, SockAddr, Socket, Type}};
#[cfg(target_os = "{os}")]
fn open(addr: &SockAddr) -> std::io::Result<()> {{
    let s = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    s.set_reuse_port(true)?; {mark}
    s.connect(addr)
}}
"#
            )
        };
        check(&text("linux", "//~ useless_option"));
        check(&text("macos", ""));
    }

    #[test]
    fn options_of_ipv6_are_not_those_of_ipv4() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
s.set_only_v6(true)?; //~ useless_option
s.bind(&addr.into())?;
let t = Socket::new(Domain::for_address(addr), Type::DGRAM, None)?;
t.set_only_v6(true)?;
t.bind(&addr.into())?;
",
        );
    }

    #[test]
    fn a_socket_of_an_unknown_domain_may_have_the_option() {
        check(
            r"
use socket2::{Domain, Socket, Type};
pub fn open(domain: Domain, ty: Type) -> std::io::Result<Socket> {
    let s = Socket::new(domain, ty, None)?;
    s.set_reuse_address(true)?;
    s.set_tcp_nodelay(true)?;
    Ok(s)
}
",
        );
    }

    #[test]
    fn a_helper_for_every_domain_is_seen_with_each_of_its_callers() {
        check(
            r"
use socket2::{Domain, SockAddr, Socket, Type};
fn open(domain: Domain, addr: &SockAddr) -> std::io::Result<Socket> {
    let s = Socket::new(domain, Type::STREAM, None)?;
    #[cfg(not(windows))]
    s.set_reuse_address(true)?; //~ useless_option
    s.bind(addr)?;
    s.listen(128)?;
    Ok(s)
}
pub fn tcp(addr: &SockAddr) -> std::io::Result<Socket> { open(Domain::IPV4, addr) }
pub fn unix(addr: &SockAddr) -> std::io::Result<Socket> { open(Domain::UNIX, addr) }
",
        );
    }

    #[test]
    fn a_helper_that_asks_first_is_right() {
        check(
            r"
use socket2::{Domain, SockAddr, Socket, Type};
fn open(domain: Domain, reuse: bool, addr: &SockAddr) -> std::io::Result<Socket> {
    let s = Socket::new(domain, Type::STREAM, None)?;
    if reuse {
        #[cfg(not(windows))]
        s.set_reuse_address(true)?;
    }
    s.bind(addr)?;
    s.listen(128)?;
    Ok(s)
}
pub fn tcp(addr: &SockAddr) -> std::io::Result<Socket> { open(Domain::IPV4, true, addr) }
pub fn unix(addr: &SockAddr) -> std::io::Result<Socket> { open(Domain::UNIX, false, addr) }
",
        );
    }

    #[test]
    fn a_helper_that_asks_the_address_is_right() {
        check(
            r"
use socket2::{Domain, SockAddr, Socket, Type};
fn open(domain: Domain, addr: &SockAddr) -> std::io::Result<Socket> {
    let s = Socket::new(domain, Type::STREAM, None)?;
    if !addr.is_unix() {
        #[cfg(not(windows))]
        s.set_reuse_address(true)?;
        s.set_tcp_nodelay(true)?;
    }
    s.bind(addr)?;
    s.listen(128)?;
    Ok(s)
}
pub fn unix(addr: &SockAddr) -> std::io::Result<Socket> { open(Domain::UNIX, addr) }
",
        );
    }

    #[test]
    fn a_type_says_what_the_socket_is() {
        check(
            r"
use std::os::unix::net::UnixListener;
pub fn tune(listener: &UnixListener, quick: bool) -> std::io::Result<()> {
    if quick {
        socket2::SockRef::from(listener).set_reuse_address(true)?; //~ useless_option
    }
    Ok(())
}
",
        );
    }

    #[test]
    fn options_that_the_user_chooses_are_the_users() {
        check(
            r"
use socket2::{SockRef, Socket};
use std::os::unix::net::UnixStream;
pub struct Options { nodelay: Option<bool>, quick: bool }
impl Options {
    fn apply(&self, s: &Socket) -> std::io::Result<()> {
        if let Some(nodelay) = self.nodelay {
            s.set_tcp_nodelay(nodelay)?;
        }
        if self.quick {
            s.set_tcp_nodelay(true)?;
        }
        Ok(())
    }
}
pub fn connect(path: &str, options: &Options) -> std::io::Result<UnixStream> {
    let stream = UnixStream::connect(path)?;
    options.apply(&SockRef::from(&stream))?;
    Ok(stream)
}
",
        );
    }

    #[test]
    fn a_set_that_nothing_follows_may_have_a_condition() {
        check(
            r"
use socket2::{Domain, Socket, Type};
pub fn make() -> std::io::Result<Socket> {
    let s = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    s.set_reuse_address(true)?; //~ miss useless_option: what the socket is for is not seen
    Ok(s)
}
",
        );
    }

    #[test]
    fn switching_off_what_is_off_and_leaving_it_to_the_user_are_fine() {
        check(
            r"
use socket2::{Domain, Socket, Type};
pub fn open(reuse: bool) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    s.set_reuse_address(false)?;
    s.set_reuse_address(reuse)?;
    s.listen(1)?;
    Ok(s)
}
",
        );
    }

    #[test]
    fn other_domains_have_options_of_their_own() {
        check_body(
            r"
let fd = unsafe { libc::socket(libc::AF_VSOCK, libc::SOCK_STREAM, 0) };
let on: libc::c_int = 1;
let result = unsafe { libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, (&raw const on).cast(), 4) };
if result != 0 { return Err(io::Error::last_os_error()); }
unsafe { libc::listen(fd, 1) };
",
        );
    }
}
