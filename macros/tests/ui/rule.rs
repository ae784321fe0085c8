//! A rule that is missing.
#![allow(unused_imports, reason = "every case imports the same")]

use socket2::{Domain, SockRef, Socket, Type};
use std::{io, net::{SocketAddr, TcpListener}};

#[sockopt::listener(allow(reason = "it is late"))]
pub fn listen(addr: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
    socket.bind(&addr.into())?;
    socket.listen(128)?;
    Ok(socket)
}

fn main() {}
