//! There is no place for a statement.
#![allow(unused_imports, reason = "every case imports the same")]

use socket2::{Domain, SockRef, Socket, Type};
use std::{io, net::{SocketAddr, TcpListener}};

#[sockopt::listener(reuse_port)]
pub fn listen(addr: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
    if let Err(error) = socket.bind(&addr.into()) {
        return Err(error);
    }
    socket.listen(128)?;
    Ok(socket)
}

fn main() {}
