//! A socket of another family.
#![allow(unused_imports, reason = "every case imports the same")]

use socket2::{Domain, SockRef, Socket, Type};
use std::{io, net::{SocketAddr, TcpListener}};

#[sockopt::listener(only_v6 = true)]
pub fn listen(addr: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&addr.into())?;
    socket.listen(128)?;
    Ok(socket)
}

fn main() {}
