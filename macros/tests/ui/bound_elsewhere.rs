//! The `bind` is out of sight.
#![allow(unused_imports, reason = "every case imports the same")]

use socket2::{Domain, SockRef, Socket, Type};
use std::{io, net::{SocketAddr, TcpListener}};

#[sockopt::listener]
pub fn listen(socket: Socket) -> io::Result<Socket> {
    socket.listen(128)?;
    Ok(socket)
}

fn main() {}
