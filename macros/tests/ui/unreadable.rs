//! What the parser does not know.
#![allow(unused_imports, reason = "every case imports the same")]

use socket2::{Domain, SockRef, Socket, Type};
use std::{io, net::{SocketAddr, TcpListener}};

#[sockopt::listener]
pub fn listen(addr: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
    socket.bind(&addr.into())?;
    socket.;
    Err(io::ErrorKind::Other.into())
}

fn main() {}
