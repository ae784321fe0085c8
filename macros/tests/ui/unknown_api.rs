//! A `bind` of something that is no socket.
#![allow(unused_imports, reason = "every case imports the same")]

use socket2::{Domain, SockRef, Socket, Type};
use std::{io, net::{SocketAddr, TcpListener}};

pub struct Query;

impl Query {
    fn bind(&self, _: &socket2::SockAddr) -> io::Result<Socket> {
        Err(io::ErrorKind::Other.into())
    }
}

#[sockopt::listener]
pub fn listen(addr: SocketAddr, query: Query) -> io::Result<Socket> {
    query.bind(&addr.into())
}

fn main() {}
