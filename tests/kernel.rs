//! The kernel is the judge: what the rules and the option table claim, asked of real sockets on loopback.
//!
//! Invariant: no test here sends a packet anywhere but to this machine, waits for longer than a few
//! seconds, or passes without saying so where the environment cannot judge.

mod attribute;
mod claims;
mod options;
mod programs;

use std::{
    io::{self, ErrorKind, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    time::Duration,
};

use socket2::{Domain, Socket, Type};

/// Nothing on loopback takes longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A port of the kernel's choice on 127.0.0.1.
const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A stream socket for `addr`.
fn stream(addr: SocketAddr) -> Socket {
    Socket::new(Domain::for_address(addr), Type::STREAM, None).expect("sockets can be made")
}

/// The local address of a socket.
fn local(socket: &Socket) -> SocketAddr {
    let addr = socket.local_addr().expect("a bound socket has an address");
    addr.as_socket().expect("an address of the internet")
}

/// Whether a bind was refused for the port being in use; any other failure is a failure of the test.
fn in_use(result: io::Result<()>) -> bool {
    match result {
        Ok(()) => false,
        Err(error) if error.kind() == ErrorKind::AddrInUse => true,
        Err(error) => panic!("neither bound nor EADDRINUSE: {error}"),
    }
}

/// The control of the recipe: a plain socket must be refused, or this environment cannot judge
/// (`TIME_WAIT` switched off, a sandbox that is no Linux).
fn control_is_refused(addr: SocketAddr) -> bool {
    in_use(stream(addr).bind(&addr.into()))
}

/// Says that a test could not judge. Written past the test harness, which hides what passing tests print.
fn skipped(what: &str) {
    let _ = writeln!(io::stderr(), "SKIPPED (blind environment): {what}");
}

/// Sends one line to a server, and reads its answer until it closes the connection, first.
fn ask(addr: SocketAddr, line: &str) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect_timeout(&addr, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(line.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}

/// Has `listener` accept a connection of this thread and close it first: `TIME_WAIT` at the listener's port.
fn leave_time_wait(listener: &TcpListener) -> io::Result<()> {
    let client = TcpStream::connect_timeout(&listener.local_addr()?, PATIENCE)?;
    let (server, _) = listener.accept()?;
    close_first(server, client)
}

fn close_first(server: TcpStream, mut client: TcpStream) -> io::Result<()> {
    drop(server);
    client.set_read_timeout(Some(PATIENCE))?;
    assert_eq!(client.read(&mut [0])?, 0, "the server sent nothing");
    Ok(())
}
