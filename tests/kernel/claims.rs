//! What the notes of findings say: which generation must have set `SO_REUSEADDR`, and when; what other
//! options do to sockets that are not theirs.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket},
    time::Duration,
};

use socket2::{Domain, Socket, Type};

use super::{
    ANY_PORT, PATIENCE, close_first, control_is_refused, in_use, leave_time_wait, local, skipped,
    stream,
};

/// When a generation of a server sets the option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sets {
    Never,
    BeforeBind,
    AfterBind,
    AfterListen,
    /// On the listener, when the connection has been accepted.
    AfterAccept,
    /// Before bind, and off again after it. That is too early for itself as well: listen looks again.
    Clears,
}

impl Sets {
    const ALL: [Self; 6] = [
        Self::Never,
        Self::BeforeBind,
        Self::AfterBind,
        Self::AfterListen,
        Self::AfterAccept,
        Self::Clears,
    ];

    /// Whether a connection of this generation lets a later one bind.
    fn lets_bind(self) -> bool {
        matches!(self, Self::BeforeBind | Self::AfterBind | Self::AfterListen)
    }

    /// Makes a listener as this generation does.
    fn open(self, addr: SocketAddr) -> io::Result<TcpListener> {
        let socket = stream(addr);
        self.set(&socket, &[Self::BeforeBind, Self::Clears], true)?;
        socket.bind(&addr.into())?;
        self.set(&socket, &[Self::AfterBind], true)?;
        self.set(&socket, &[Self::Clears], false)?;
        socket.listen(8)?;
        self.set(&socket, &[Self::AfterListen], true)?;
        Ok(socket.into())
    }

    fn set(self, socket: &Socket, when: &[Self], on: bool) -> io::Result<()> {
        if when.contains(&self) { socket.set_reuse_address(on) } else { Ok(()) }
    }
}

/// The port of a generation that served a connection, closed it first, and ended.
fn served_by(generation: Sets) -> SocketAddr {
    let listener = generation.open(ANY_PORT).expect("a port is free");
    let addr = listener.local_addr().expect("a listener has an address");
    if generation == Sets::AfterAccept {
        let client = TcpStream::connect_timeout(&addr, PATIENCE).expect("the listener listens");
        let (server, _) = listener.accept().expect("a connection waits");
        let view = socket2::SockRef::from(&listener);
        view.set_reuse_address(true).expect("a listener takes the option");
        close_first(server, client).expect("the connection ends");
    } else {
        leave_time_wait(&listener).expect("a connection can be served");
    }
    addr
}

#[test]
fn a_restart_works_only_if_both_generations_had_it_in_time() {
    let mut wrong = Vec::new();
    let mut blind = 0;
    for first in Sets::ALL {
        for second in Sets::ALL {
            let addr = served_by(first);
            if !control_is_refused(addr) {
                blind += 1;
                continue;
            }
            let starts = !in_use(second.open(addr).map(drop));
            let expected = first.lets_bind() && second == Sets::BeforeBind;
            if starts != expected {
                wrong.push(format!("{first:?} then {second:?}: starts: {starts}"));
            }
        }
    }
    if blind > 0 {
        skipped(&format!("{blind} of 36 pairs of generations"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A datagram socket on 127.0.0.1, with the option or without.
fn datagram(addr: SocketAddr, reuse: bool) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    socket.set_reuse_address(reuse)?;
    socket.bind(&addr.into())?;
    socket.set_read_timeout(Some(PATIENCE))?;
    Ok(socket.into())
}

/// As `datagram` with the option, and with `SO_REUSEPORT` as well.
fn datagram_of_group() -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    socket.bind(&ANY_PORT.into())?;
    Ok(socket.into())
}

#[test]
fn the_last_datagram_socket_to_bind_gets_everything() {
    loses_everything(&datagram(ANY_PORT, true).expect("a port is free"));
}

#[test]
fn the_other_option_does_not_keep_it() {
    loses_everything(&datagram_of_group().expect("a port is free"));
}

/// A second socket takes the datagrams of the first.
fn loses_everything(first: &UdpSocket) {
    let addr = first.local_addr().expect("a bound socket has an address");
    let second = datagram(addr, true).expect("both have the option");
    let client = UdpSocket::bind(ANY_PORT).expect("a port is free");
    for number in 0..20 {
        client.send_to(&[number], addr).expect("loopback takes a datagram");
        let mut datagram = [0];
        second.recv(&mut datagram).expect("the second socket gets it");
        assert_eq!(datagram, [number]);
    }
    first.set_nonblocking(true).expect("a socket need not wait");
    let error = first.recv(&mut [0]).expect_err("the first socket got a datagram");
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
}

#[test]
fn a_datagram_socket_restarts_without_the_option_and_keeps_its_port_to_itself() {
    let first = datagram(ANY_PORT, false).expect("a port is free");
    let addr = first.local_addr().expect("a bound socket has an address");
    assert!(in_use(datagram(addr, true).map(drop)), "while the first lives");
    let client = UdpSocket::bind(ANY_PORT).expect("a port is free");
    client.connect(addr).expect("datagram sockets connect at once");
    client.send(&[1]).expect("loopback takes a datagram");
    first.recv(&mut [0]).expect("the only socket gets it");
    drop(first);
    assert!(!in_use(datagram(addr, false).map(drop)), "when the first is gone");
}

#[test]
fn members_of_a_group_share_a_port_only_with_the_option() {
    let group = Ipv4Addr::new(239, 255, 255, 250);
    // The membership is one of the loopback interface: nothing leaves this machine.
    let join = |socket: &UdpSocket| socket.join_multicast_v4(&group, &Ipv4Addr::LOCALHOST);
    for reuse in [false, true] {
        let first = datagram(ANY_PORT, reuse).expect("a port is free");
        if join(&first).is_err() {
            return skipped("members of a group");
        }
        let addr = first.local_addr().expect("a bound socket has an address");
        let second = datagram(addr, reuse).and_then(|second| join(&second));
        assert_eq!(in_use(second), !reuse, "with the option: {reuse}");
    }
}

/// How the answer of a server ends for its client: at once, or with a reset.
fn end_of_answer(zero: impl Fn(&Socket) -> io::Result<()>, listens: bool) -> io::Result<usize> {
    let socket = stream(ANY_PORT);
    socket.bind(&ANY_PORT.into())?;
    if listens {
        socket.listen(8)?;
        zero(&socket)?;
    } else {
        zero(&socket)?;
        socket.listen(8)?;
    }
    let listener = TcpListener::from(socket);
    let mut client = TcpStream::connect_timeout(&listener.local_addr()?, PATIENCE)?;
    client.set_read_timeout(Some(PATIENCE))?;
    let (mut server, _) = listener.accept()?;
    server.write_all(b"answer")?;
    drop(server);
    client.read_to_end(&mut Vec::new())
}

#[test]
fn a_linger_time_of_zero_on_the_listener_resets_every_connection() {
    let end = end_of_answer(|_| Ok(()), false).expect("without the option");
    assert_eq!(end, b"answer".len());
    let zero = |socket: &Socket| socket.set_linger(Some(Duration::ZERO));
    for listens in [false, true] {
        let error = end_of_answer(zero, listens).expect_err("with the option");
        assert_eq!(error.kind(), ErrorKind::ConnectionReset, "set after listen: {listens}");
    }
    let long = |socket: &Socket| socket.set_linger(Some(Duration::from_secs(5)));
    assert_eq!(end_of_answer(long, false).expect("with a time"), b"answer".len());
}

#[test]
fn a_late_set_succeeds_and_reads_1_and_does_not_help() {
    let addr = served_by(Sets::AfterBind);
    if !control_is_refused(addr) {
        return skipped("a late set");
    }
    let socket = stream(addr);
    assert!(in_use(socket.bind(&addr.into())), "without the option");
    let listener = Sets::AfterBind.open(ANY_PORT).expect("a port is free");
    let view = socket2::SockRef::from(&listener);
    assert!(view.reuse_address().expect("the option can be read"), "the late set reads 1");
    assert!(in_use(Sets::AfterBind.open(addr).map(drop)), "the same program again");
}

#[test]
fn listen_looks_again_at_an_option_that_was_cleared_after_bind() {
    let addr = served_by(Sets::BeforeBind);
    if !control_is_refused(addr) {
        return skipped("an option cleared after bind");
    }
    let socket = stream(addr);
    socket.set_reuse_address(true).expect("the option can be set");
    socket.bind(&addr.into()).expect("with the option");
    socket.set_reuse_address(false).expect("the option can be cleared");
    assert!(in_use(socket.listen(8)), "without the option");
}

#[test]
fn the_first_of_several_sockets_may_set_the_other_option_late() {
    let first = stream(ANY_PORT);
    first.bind(&ANY_PORT.into()).expect("a port is free");
    first.listen(1).expect("the first socket listens");
    let join = || {
        let next = stream(ANY_PORT);
        next.set_reuse_port(true).expect("the option can be set");
        next.bind(&local(&first).into())
    };
    assert!(in_use(join()));
    first.set_reuse_port(true).expect("a late set succeeds");
    join().expect("both sockets have the option now");
}

#[test]
fn the_first_of_several_datagram_sockets_may_set_it_late() {
    let datagram = || Socket::new(Domain::IPV4, Type::DGRAM, None).expect("a socket can be made");
    let first = datagram();
    first.bind(&ANY_PORT.into()).expect("a port is free");
    let join = || {
        let next = datagram();
        next.set_reuse_address(true).expect("the option can be set");
        next.bind(&local(&first).into())
    };
    assert!(in_use(join()));
    first.set_reuse_address(true).expect("a late set succeeds");
    join().expect("both sockets have the option now");
}

#[test]
fn a_failed_bind_leaves_the_socket_usable() {
    let addr = served_by(Sets::BeforeBind);
    if !control_is_refused(addr) {
        return skipped("a failed bind");
    }
    let socket = stream(addr);
    assert!(in_use(socket.bind(&addr.into())), "without the option");
    socket.set_reuse_address(true).expect("the option can be set");
    socket.bind(&addr.into()).expect("with the option, the same socket binds");
    socket.listen(8).expect("nobody else listens");
}

#[test]
fn a_live_listener_is_never_shared() {
    let first = Sets::BeforeBind.open(ANY_PORT).expect("a port is free");
    let addr = first.local_addr().expect("a listener has an address");
    assert!(in_use(Sets::BeforeBind.open(addr).map(drop)));
}

#[test]
fn the_standard_library_sets_it() {
    let first = TcpListener::bind(ANY_PORT).expect("a port is free");
    let addr = first.local_addr().expect("a listener has an address");
    leave_time_wait(&first).expect("a connection can be served");
    drop(first);
    if !control_is_refused(addr) {
        return skipped("the standard library");
    }
    assert!(!in_use(TcpListener::bind(addr).map(drop)));
}
