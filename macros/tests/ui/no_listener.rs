//! There is nothing to arrange.
#![allow(unused_imports, reason = "every case imports the same")]

use socket2::{Domain, SockRef, Socket, Type};
use std::{io, net::{SocketAddr, TcpListener}};

#[sockopt::listener]
pub fn listen(addr: SocketAddr) -> io::Result<Socket> {
    println!("{addr}");
    Err(io::ErrorKind::Other.into())
}

fn main() {}
