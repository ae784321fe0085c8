//! `multicast_reuseaddr`: a receiver of a multicast group that keeps others out.

use crate::{
    diagnostic::{Diagnostic, Report},
    fix::{Action, Fix},
    model::{
        Setter,
        options::{OPTIONS, REUSE_ADDR, ValueKind},
    },
    state::{Sock, Spot},
    trace::{Event, Trace},
};

declare_rule! {
    /// ### What it does
    /// Finds datagram sockets that join a multicast group on a fixed port, and are bound with neither
    /// `SO_REUSEADDR` nor `SO_REUSEPORT`.
    ///
    /// ### Why is this bad?
    /// A group is meant for every program on the machine that wants to hear it, and all of them bind the
    /// same port. Without the option the first one keeps the others out, and this one fails with
    /// `EADDRINUSE` where another was first: another instance, or a service of the system (mDNS, SSDP).
    /// With it every member gets every datagram. See socket(7).
    ///
    /// ### Bad
    /// ```rust,no_run
    /// # use std::net::{Ipv4Addr, UdpSocket};
    /// # fn main() -> std::io::Result<()> {
    /// let s = UdpSocket::bind("0.0.0.0:1900")?; //~ multicast_reuseaddr
    /// s.join_multicast_v4(&Ipv4Addr::new(239, 255, 255, 250), &Ipv4Addr::UNSPECIFIED)?;
    /// # Ok(()) }
    /// ```
    /// ```rust,no_run
    /// # use socket2::{Domain, Socket, Type};
    /// # use std::net::{Ipv4Addr, SocketAddr};
    /// # fn main() -> std::io::Result<()> {
    /// let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    /// s.bind(&SocketAddr::from(([0, 0, 0, 0], 1900)).into())?; //~ multicast_reuseaddr
    /// s.join_multicast_v4(&Ipv4Addr::new(239, 255, 255, 250), &Ipv4Addr::UNSPECIFIED)?;
    /// # Ok(()) }
    /// ```
    ///
    /// ### Good
    /// ```rust,no_run
    /// # use socket2::{Domain, Socket, Type};
    /// # use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
    /// # fn main() -> std::io::Result<()> {
    /// let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    /// s.set_reuse_address(true)?;
    /// s.bind(&SocketAddr::from(([0, 0, 0, 0], 1900)).into())?;
    /// s.join_multicast_v4(&Ipv4Addr::new(239, 255, 255, 250), &Ipv4Addr::UNSPECIFIED)?;
    /// let s: UdpSocket = s.into();
    /// # drop(s);
    /// # Ok(()) }
    /// ```
    ///
    /// ### Fix
    /// Set `SO_REUSEADDR` before `bind`; `--fix` does so. A socket that `UdpSocket::bind` makes has to be made by
    /// hand.
    ///
    /// ### Known misses
    /// A port that is not in the source stays silent unless it is one on all interfaces, and so does a join that no story with the bind
    /// reaches: in another crate, or of a socket that comes out of a collection.
    "multicast_reuseaddr", Suspicious, Warn, "multicast socket bound without SO_REUSEADDR", check,
    |trace| trace.joins().next().is_some(),
}

fn check(trace: &Trace<'_>, report: &mut Report) {
    for join in trace.joins().filter(|join| join.sock.is_udp() && join.sock.created.is_some()) {
        for bind in join.sock.binds.iter() {
            if bind.addr.is_meant() && Sock::lacks_sharing(&bind.options) {
                let setter = trace.setter(bind, &REUSE_ADDR).filter(|_| bind.spot == bind.at);
                report.push(diagnostic(trace, join, (bind.spot, bind.implicit, setter), join.spot));
            }
        }
    }
    for (event, addr) in trace.binds().filter(|(event, _)| event.sock.is_udp()) {
        let mut groups = OPTIONS.iter().filter(|option| option.value == ValueKind::Group);
        let joined = groups.find_map(|option| event.sock.options.get(option).set_by);
        if let Some(join) = joined.filter(|_| addr.is_meant())
            && event.sock.created.is_some()
            && Sock::lacks_sharing(&event.sock.options)
        {
            let setter = trace.setter_beside(event, &REUSE_ADDR);
            report.push(diagnostic(trace, event, (event.spot, false, setter), join));
        }
    }
}

fn diagnostic(
    trace: &Trace<'_>,
    event: &Event,
    (bind, implicit, setter): (Spot, bool, Option<Setter>),
    join: Spot,
) -> Diagnostic {
    let message = "multicast socket is bound without `SO_REUSEADDR`";
    let help = if implicit {
        "make the socket by hand, and set `SO_REUSEADDR` before `bind`"
    } else {
        "set `SO_REUSEADDR` before `bind`"
    };
    let diagnostic = Diagnostic::new(&RULE, bind.site, message)
        .primary("bound here with the option unset")
        .label(event.sock.created.map(|spot| spot.site), "the socket is created here")
        .label(Some(join.site), "it joins the group here")
        .item(trace.item(bind.func))
        .note("no other program on the machine can then receive on the port, and this one fails with EADDRINUSE where another was first; see socket(7)")
        .help(help)
        .fix(setter.map(|setter| {
            Fix::sure(Action::SetBefore {
                bind: bind.site,
                option: &REUSE_ADDR,
                setter,
                spares_windows: false,
            })
        }));
    event.story(diagnostic)
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_body};

    #[test]
    fn a_port_on_all_interfaces_is_for_somebody() {
        for (addr, mark) in [
            ("(Ipv4Addr::UNSPECIFIED, port())", "//~ multicast_reuseaddr"),
            ("SocketAddr::from(([0, 0, 0, 0], port()))", "//~ multicast_reuseaddr"),
            (
                "SocketAddr::new(Ipv4Addr::new(0, 0, 0, 0).into(), port())",
                "//~ multicast_reuseaddr",
            ),
            (r#"format!("0.0.0.0:{}", port())"#, "//~ multicast_reuseaddr"),
            (r#"format!("0.0.0.0:{}", 0)"#, ""),
            (r#"format!("10.0.0.1:{}", port())"#, ""),
            ("(local(), port())", ""),
            ("SocketAddr::new(Ipv4Addr::new(10, 0, 0, 1).into(), port())", ""),
            ("addr", ""),
        ] {
            check(&format!(
                r"
use std::net::{{Ipv4Addr, SocketAddr, UdpSocket}};
fn receiver(group: &Ipv4Addr, addr: SocketAddr) -> std::io::Result<UdpSocket> {{
    let s = UdpSocket::bind({addr})?; {mark}
    s.join_multicast_v4(group, &Ipv4Addr::UNSPECIFIED)?;
    Ok(s)
}}
"
            ));
        }
    }

    #[test]
    fn a_join_before_the_bind_is_a_join() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
s.join_multicast_v4(&group, &any)?;
s.bind(&SocketAddr::from(([0, 0, 0, 0], 5353)).into())?; //~ multicast_reuseaddr
",
        );
    }

    #[test]
    fn either_option_is_enough() {
        for set in ["s.set_reuse_address(true)?;", "#[cfg(unix)] s.set_reuse_port(true)?;"] {
            check_body(&format!(
                r"
let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
{set}
s.bind(&SocketAddr::from(([0, 0, 0, 0], 5353)).into())?; {mark}
s.join_multicast_v4(&group, &any)?;
",
                mark = if set.contains("port") { "//~ multicast_reuseaddr" } else { "" },
            ));
        }
    }

    #[test]
    fn an_option_that_may_be_on_is_a_choice() {
        check(
            r"
use socket2::{Domain, Socket, Type};
use std::net::{Ipv4Addr, SocketAddr};
pub fn receiver(reuse: bool, group: &Ipv4Addr) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    if reuse {
        s.set_reuse_address(true)?;
    }
    s.bind(&SocketAddr::from(([0, 0, 0, 0], 5353)).into())?;
    s.join_multicast_v4(group, &Ipv4Addr::UNSPECIFIED)?;
    Ok(s)
}
",
        );
    }

    #[test]
    fn a_port_that_is_free_or_unknown_keeps_nobody_out() {
        check_body(
            r#"
let s = UdpSocket::bind("0.0.0.0:0")?;
s.join_multicast_v4(&group, &any)?;
let s = UdpSocket::bind(addr)?;
s.join_multicast_v4(&group, &any)?;
"#,
        );
    }

    #[test]
    fn a_socket_that_joins_nothing_needs_nothing() {
        check_body(
            r#"
let s = UdpSocket::bind("0.0.0.0:1900")?;
let t = UdpSocket::bind("0.0.0.0:0")?;
t.join_multicast_v4(&group, &any)?;
"#,
        );
    }

    #[test]
    fn a_bind_in_a_helper_and_a_join_in_a_method_are_one_story() {
        check(
            r#"
use std::{io, net::{Ipv4Addr, UdpSocket}};
struct Receiver { socket: UdpSocket }
impl Receiver {
    fn new(addr: &str) -> io::Result<Self> {
        Ok(Self { socket: UdpSocket::bind(addr)? }) //~ multicast_reuseaddr
    }
    fn join(&self) -> io::Result<()> {
        self.socket.join_multicast_v4(&Ipv4Addr::new(224, 0, 0, 251), &Ipv4Addr::UNSPECIFIED)
    }
}
pub fn discover() -> io::Result<()> {
    let receiver = Receiver::new("0.0.0.0:5353")?;
    receiver.join()
}
"#,
        );
    }

    #[test]
    fn raw_options_join_as_well() {
        check_body(
            r#"
let s = UdpSocket::bind("0.0.0.0:1900")?; //~ multicast_reuseaddr
let fd = std::os::fd::AsRawFd::as_raw_fd(&s);
unsafe { libc::setsockopt(fd, libc::IPPROTO_IP, libc::IP_ADD_MEMBERSHIP, group, size) };
"#,
        );
    }

    #[test]
    fn a_socket_of_an_unknown_type_may_have_no_port() {
        check(
            r"
use socket2::{Socket, Type, Domain};
use std::net::{Ipv4Addr, SocketAddr};
pub fn receiver(ty: Type, group: &Ipv4Addr) -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV4, ty, None)?;
    s.bind(&SocketAddr::from(([0, 0, 0, 0], 5353)).into())?;
    s.join_multicast_v4(group, &Ipv4Addr::UNSPECIFIED)
}
",
        );
    }
}
