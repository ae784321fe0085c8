//! Options for which there is no call.
#![allow(unused_imports, reason = "every case imports the same")]

use socket2::{Domain, SockRef, Socket, Type};
use std::{io, net::{SocketAddr, TcpListener}};

#[sockopt::listener(only_v6 = true, backlog = 7)]
pub fn listen(addr: SocketAddr) -> io::Result<Socket> {
    TcpListener::bind(addr).map(Into::into)
}

fn main() {}
