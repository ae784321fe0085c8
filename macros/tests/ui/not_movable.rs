//! The value is not known before `bind`.
#![allow(unused_imports, reason = "every case imports the same")]

use socket2::{Domain, SockRef, Socket, Type};
use std::{io, net::{SocketAddr, TcpListener}};

#[sockopt::listener]
pub fn listen(addr: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
    socket.bind(&addr.into())?;
    let only = addr.is_ipv6();
    socket.set_only_v6(only)?;
    socket.listen(128)?;
    Ok(socket)
}

fn main() {}
