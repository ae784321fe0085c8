//! The socket has no name.
#![allow(unused_imports, reason = "every case imports the same")]

use socket2::{Domain, SockRef, Socket, Type};
use std::{io, net::{SocketAddr, TcpListener}};

fn index() -> usize {
    0
}

#[sockopt::listener]
pub fn listen(addr: SocketAddr) -> io::Result<Socket> {
    let bound = |socket: Socket| -> io::Result<Socket> {
        [&socket][index()].bind(&addr.into())?;
        socket.listen(128)?;
        Ok(socket)
    };
    bound(Socket::new(Domain::for_address(addr), Type::STREAM, None)?)
}

fn main() {}
