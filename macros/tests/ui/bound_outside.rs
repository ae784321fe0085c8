//! The option cannot move into another function.
#![allow(unused_imports, reason = "every case imports the same")]

use socket2::{Domain, SockRef, Socket, Type};
use std::{io, net::{SocketAddr, TcpListener}};

fn bound(addr: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
    socket.bind(&addr.into())?;
    Ok(socket)
}

#[sockopt::listener]
pub fn listen(addr: SocketAddr) -> io::Result<Socket> {
    let socket = bound(addr)?;
    socket.set_reuse_address(true)?;
    socket.listen(128)?;
    Ok(socket)
}

fn main() {}
