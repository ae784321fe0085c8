//! An option that the body sets at times.
#![allow(unused_imports, reason = "every case imports the same")]

use socket2::{Domain, SockRef, Socket, Type};
use std::{io, net::{SocketAddr, TcpListener}};

#[sockopt::listener(reuse_address = true)]
pub fn listen(addr: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
    if addr.port() != 0 {
        socket.set_reuse_address(true)?;
    }
    socket.bind(&addr.into())?;
    socket.listen(128)?;
    Ok(socket)
}

fn main() {}
