//! The API binds before anything can be set.
#![allow(unused_imports, reason = "every case imports the same")]

use socket2::{Domain, SockRef, Socket, Type};
use std::{io, net::{SocketAddr, TcpListener}};

#[sockopt::listener]
pub fn listen(addr: SocketAddr) -> io::Result<Socket> {
    let listener = TcpListener::bind(addr)?;
    SockRef::from(&listener).set_only_v6(true)?;
    Ok(listener.into())
}

fn main() {}
