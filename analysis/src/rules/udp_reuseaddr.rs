//! `udp_reuseaddr`: a datagram socket whose port any program may take.

use crate::{
    diagnostic::{Diagnostic, Report},
    fix::{Action, Fix},
    model::options::{
        BIND_TO_DEVICE, BIND_TO_IFINDEX, BROADCAST, REUSE_ADDR, REUSE_PORT, TRANSPARENT,
        V6_TRANSPARENT,
    },
    socket::{OptValue, Platform, SockType},
    state::Spot,
    trace::{Event, Trace},
};

declare_rule! {
    /// ### What it does
    /// Finds datagram sockets that are bound with `SO_REUSEADDR` on, and are neither for multicast nor for
    /// broadcast.
    ///
    /// ### Why is this bad?
    /// Datagrams have no `TIME_WAIT`, so a restart needs no option. With it, a second socket that has it as
    /// well binds the same port, whoever runs it: on Linux the last one to bind gets every datagram, and
    /// the first gets none, without an error. On Windows who gets them is undetermined. See socket(7).
    ///
    /// ### Bad
    /// ```rust,no_run
    /// # use socket2::{Domain, Socket, Type};
    /// # fn main() -> std::io::Result<()> {
    /// # let addr = std::net::SocketAddr::from(([0, 0, 0, 0], 53));
    /// let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    /// s.set_reuse_address(true)?; //~ udp_reuseaddr
    /// s.bind(&addr.into())?;
    /// # Ok(()) }
    /// ```
    ///
    /// ### Good
    /// ```rust,no_run
    /// # use socket2::{Domain, Socket, Type};
    /// # fn main() -> std::io::Result<()> {
    /// # let addr = std::net::SocketAddr::from(([0, 0, 0, 0], 53));
    /// let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    /// s.bind(&addr.into())?;
    /// # Ok(()) }
    /// ```
    ///
    /// ```rust,no_run
    /// # use socket2::{Domain, Socket, Type};
    /// # use std::net::Ipv4Addr;
    /// # fn main() -> std::io::Result<()> {
    /// # let addr = std::net::SocketAddr::from(([0, 0, 0, 0], 1900));
    /// let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    /// s.set_reuse_address(true)?; // Every member of a group gets every datagram.
    /// s.bind(&addr.into())?;
    /// s.join_multicast_v4(&Ipv4Addr::new(239, 255, 255, 250), &Ipv4Addr::UNSPECIFIED)?;
    /// # Ok(()) }
    /// ```
    ///
    /// ### Fix
    /// Remove the call, as `--fix --unsafe-fixes` does. To share one port between processes on purpose, `SO_REUSEPORT` spreads the
    /// datagrams and keeps other users out.
    ///
    /// ### Known misses
    /// A socket that code of the story which speaks of multicast or broadcast has in its hands stays silent,
    /// and so does one that is returned or stored where any code of its package speaks of them. A bind to
    /// port 0 and a value that only the running program knows are silent as well.
    "udp_reuseaddr", Suspicious, Warn, "SO_REUSEADDR on a unicast datagram socket", check, asks,
}

fn check(trace: &Trace<'_>, report: &mut Report) {
    // Elsewhere an exact duplicate is refused.
    if !matches!(trace.platform, Platform::Linux | Platform::Windows) {
        return;
    }
    for (bind, addr) in trace.binds() {
        let option = bind.sock.options.get(&REUSE_ADDR);
        // A dependency that makes sockets leaves it to its users what they are for.
        let broadcast = bind.sock.options.get(&BROADCAST);
        let broadcasts = broadcast.value.may(OptValue::ON.join(OptValue::OPAQUE))
            && (broadcast.set_by.is_some() || bind.sock.presumed.is_none());
        if let Some(setter) = option.set_by.filter(|_| option.value.is(OptValue::ON))
            && bind.sock.is_udp()
            && (bind.sock.created.is_some() || bind.sock.presumed.is_some())
            && addr.port != Some(0)
            && !broadcasts
            && !is_set_apart(bind)
            && !trace.may_be_for_many(bind)
        {
            // A socket with a peer of its own beside one for all others: both need the option.
            if trace.connects(bind) {
                report.excuse(trace.package(setter.func));
            } else {
                report.push(diagnostic(trace, bind, setter));
            }
        }
    }
}

fn asks(trace: &Trace<'_>) -> bool {
    let may = OptValue::ON.join(OptValue::OPAQUE);
    trace.binds().any(|(bind, addr)| {
        addr.port != Some(0)
            && bind.sock.sock_type.may(SockType::DATAGRAM)
            && bind.sock.options.get(&REUSE_ADDR).value.may(may)
    })
}

/// Whether the kernel may tell it from another socket on its port: by a device, or by addresses that are
/// those of the traffic (`TPROXY`).
fn is_set_apart(bind: &Event) -> bool {
    let may = |option| {
        let state = bind.sock.options.get(option);
        state.value.may(OptValue::ON.join(OptValue::OPAQUE))
            && (state.set_by.is_some() || bind.sock.presumed.is_none())
    };
    // With SO_REUSEPORT, sockets with and without a device share the port as it is.
    let shared = bind.sock.options.get(&REUSE_PORT).value.is(OptValue::ON);
    may(&TRANSPARENT)
        || may(&V6_TRANSPARENT)
        || (!shared && (may(&BIND_TO_DEVICE) || may(&BIND_TO_IFINDEX)))
}

fn diagnostic(trace: &Trace<'_>, bind: &Event, setter: Spot) -> Diagnostic {
    let message = "`SO_REUSEADDR` is on for a unicast datagram socket";
    let group = bind.sock.options.get(&REUSE_PORT).value.is(OptValue::ON);
    let note = match trace.platform {
        Platform::Linux if group => {
            "SO_REUSEPORT alone shares the port among sockets of one user; SO_REUSEADDR beside it lets in those of \
             any other; see socket(7)"
        }
        Platform::Windows => {
            "on Windows a second socket may then bind a port that is in use, with an undetermined result; see \
             Microsoft, \"Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE\""
        }
        _ => {
            "the last socket to bind the port gets every datagram, whoever runs it, and the first gets none; see \
             socket(7)"
        }
    };
    let diagnostic = Diagnostic::new(&RULE, setter.site, message)
        .primary("this lets another process take the port")
        .label(bind.sock.created.map(|spot| spot.site), "the socket is created here")
        .label(Some(bind.site()), "it is bound here")
        .item(trace.item(setter.func))
        .note(note)
        .help(if group {
            "remove the call; SO_REUSEPORT shares the port without it"
        } else {
            "remove the call: datagrams have no TIME_WAIT, and a restart needs no option"
        })
        .fix(Fix::unsure(Action::Remove { call: setter.site }));
    bind.story(diagnostic)
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_body};

    /// A datagram socket that is bound with the option, with `more` somewhere.
    fn shared(mark: &str, before: &str, after: &str) {
        check_body(&format!(
            r"
let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
{before}
s.set_reuse_address(true)?; {mark}
s.bind(&addr.into())?;
{after}
"
        ));
    }

    #[test]
    fn what_becomes_of_it_does_not_matter() {
        shared("//~ udp_reuseaddr", "", "let s: UdpSocket = s.into();");
    }

    #[test]
    fn a_socket_with_a_peer_of_its_own_shares_the_port_of_the_others() {
        shared("", "", "s.connect(&addr.into())?;");
        check(
            r"
use socket2::{Domain, Socket, Type};
fn server(addr: std::net::SocketAddr) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    s.set_reuse_address(true)?;
    s.bind(&addr.into())?;
    Ok(s)
}
fn peer(addr: std::net::SocketAddr, peer: std::net::SocketAddr) -> std::io::Result<Socket> {
    let s = server(addr)?;
    s.connect(&peer.into())?;
    Ok(s)
}
",
        );
    }

    #[test]
    fn a_socket_that_the_kernel_can_tell_apart_shares_its_port() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
s.set_reuse_address(true)?;
s.set_ip_transparent_v4(true)?;
s.bind(&addr.into())?;
let t = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
t.set_reuse_address(true)?;
t.bind_device(Some(device()))?;
t.bind(&addr.into())?;
",
        );
    }

    #[test]
    fn a_socket_in_a_field_may_join_by_another_method() {
        check(
            r"
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
pub struct Udp { socket: Option<UdpSocket> }
impl Udp {
    pub fn bind(&mut self, addr: SocketAddr) -> std::io::Result<()> {
        self.socket = Some(net2::UdpBuilder::new_v4()?.reuse_address(true)?.bind(addr)?);
        Ok(())
    }
    pub fn join(&self, group: &Ipv4Addr, any: &Ipv4Addr) -> std::io::Result<()> {
        self.socket.as_ref().unwrap().join_multicast_v4(group, any)
    }
}
pub fn unicast(udp: &std::sync::RwLock<Udp>, addr: SocketAddr) { udp.write().unwrap().bind(addr).unwrap(); }
",
        );
    }

    #[test]
    fn what_a_dependency_made_is_shared_as_well() {
        check(
            r"
fn relay(addr: std::net::SocketAddr) -> std::io::Result<tokio::net::UdpSocket> {
    let s = dependency::new_socket(&addr)?;
    s.set_reuse_address(true)?; //~ udp_reuseaddr
    s.bind(&addr.into())?;
    tokio::net::UdpSocket::from_std(s.into())
}
",
        );
    }

    #[test]
    fn a_socket_for_many_is_shared_on_purpose() {
        let join = "s.join_multicast_v4(&group, &any)?;";
        shared("", join, "");
        shared("", "", join);
        shared("", "s.set_broadcast(true)?;", "");
        shared("", "", "s.set_broadcast(true)?;");
        shared("", "", "s.set_multicast_loop_v4(false)?;");
        shared("", "", "if addr.ip().is_multicast() { subscribe(&s); }");
        shared("", "", "subscribe(&s, MULTICAST_GROUP);");
    }

    #[test]
    fn a_stream_a_socket_without_the_option_and_an_unknown_one_are_fine() {
        check(
            r"
use socket2::{Domain, Socket, Type};
use std::net::SocketAddr;
pub fn plain(addr: SocketAddr) -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    s.bind(&addr.into())
}
pub fn stream(addr: SocketAddr) -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    s.set_reuse_address(true)?;
    s.bind(&addr.into())
}
pub fn any(ty: Type, addr: SocketAddr) -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV4, ty, None)?;
    s.set_reuse_address(true)?;
    s.bind(&addr.into())
}
pub fn chosen(reuse: bool, addr: SocketAddr) -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    s.set_reuse_address(reuse)?;
    s.bind(&addr.into())
}
pub fn some_port() -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    s.set_reuse_address(true)?;
    s.bind(&SocketAddr::from(([0, 0, 0, 0], 0)).into())
}
pub fn path(addr: &socket2::SockAddr) -> std::io::Result<()> {
    let s = Socket::new(Domain::UNIX, Type::DGRAM, None)?;
    s.bind(addr)
}
",
        );
    }

    #[test]
    fn other_systems_refuse_a_second_socket() {
        check(
            r"
use socket2::{Domain, Socket, Type};
#[cfg(target_os = 'macos')]
fn open(addr: std::net::SocketAddr) -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    s.set_reuse_address(true)?;
    s.bind(&addr.into())
}
"
            .replace('\'', "\"")
            .as_str(),
        );
    }

    #[test]
    fn who_gets_the_datagrams_is_told() {
        shared(
            "//~ udp_reuseaddr: \"the last socket to bind the port gets every datagram\"",
            "",
            "",
        );
        let beside = "#[cfg(unix)] s.set_reuse_port(true)?;";
        shared("//~ udp_reuseaddr: \"SO_REUSEPORT alone shares the port\"", beside, "");
        check(
            r"
use socket2::{Domain, Socket, Type};
#[cfg(windows)]
fn open(addr: std::net::SocketAddr) -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    s.set_reuse_address(true)?; //~ udp_reuseaddr: 'with an undetermined result'
    s.bind(&addr.into())
}
"
            .replace('\'', "\"")
            .as_str(),
        );
    }

    #[test]
    fn a_helper_for_both_is_seen_with_each_of_its_callers() {
        check(
            r"
use socket2::{Domain, Socket, Type};
use std::net::SocketAddr;
fn open(ty: Type, addr: SocketAddr) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::for_address(addr), ty, None)?;
    #[cfg(not(windows))]
    s.set_reuse_address(true)?; //~ udp_reuseaddr
    s.bind(&addr.into())?;
    Ok(s)
}
pub fn tcp(addr: SocketAddr) -> std::io::Result<Socket> { open(Type::STREAM, addr) }
pub fn udp(addr: SocketAddr) -> std::io::Result<Socket> { open(Type::DGRAM, addr) }
",
        );
    }

    #[test]
    fn a_socket_that_leaves_may_join_where_some_code_does() {
        let text = |keep: &str| {
            format!(
                r"
use socket2::{{Domain, Socket, Type}};
use std::net::{{Ipv4Addr, SocketAddr}};
pub struct Server {{ socket: Socket }}
impl Server {{
    pub fn join(&self, group: &Ipv4Addr) -> std::io::Result<()> {{
        self.socket.join_multicast_v4(group, &Ipv4Addr::UNSPECIFIED)
    }}
}}
{keep}
"
            )
        };
        check(&text(
            r"
pub fn server(addr: SocketAddr) -> std::io::Result<Server> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&addr.into())?;
    Ok(Server { socket })
}
",
        ));
        check(&text(
            r"
pub fn serve(addr: SocketAddr) -> std::io::Result<()> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    socket.set_reuse_address(true)?; //~ udp_reuseaddr
    socket.bind(&addr.into())?;
    socket.send_to(&[1], &addr.into()).map(drop)
}
",
        ));
    }

    #[test]
    fn an_option_that_is_not_named_may_set_it_apart() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
let fd = std::os::fd::AsRawFd::as_raw_fd(&s);
unsafe { libc::setsockopt(fd, libc::IPPROTO_IP, option(), value, 4) };
s.set_reuse_address(true)?;
s.bind(&addr.into())?;
",
        );
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
let fd = std::os::fd::AsRawFd::as_raw_fd(&s);
unsafe { libc::setsockopt(fd, libc::SOL_SOCKET, option(), value, 4) };
#[cfg(unix)]
s.set_reuse_port(true)?;
s.set_reuse_address(true)?;
s.bind(&addr.into())?;
",
        );
    }
}
