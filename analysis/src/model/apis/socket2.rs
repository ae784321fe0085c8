//! `socket2` 0.3 to 0.6.

use crate::{
    model::{
        Api, Model,
        Returns::{Socket, Unit},
        Role, SockTy,
        Source::Operand,
        options as opt,
    },
    socket::{Domain, Phase, Platforms, SockType},
};

const ALL: Platforms = Platforms::ALL;
const SOCKET: &str = "socket2::Socket";

/// The tables of `socket2`.
pub(super) static MODEL: Model = Model {
    krate: "socket2",
    rows: ROWS,
    types: TYPES,
    aliases: &[],
    proved: &["0.3", "0.4", "0.5", "0.6"],
};

#[rustfmt::skip]
static TYPES: &[SockTy] = &[
    SockTy { path: SOCKET,             domain: Domain::UNKNOWN, sock_type: SockType::UNKNOWN, phase: Phase::UNKNOWN },
    SockTy { path: "socket2::SockRef", domain: Domain::UNKNOWN, sock_type: SockType::UNKNOWN, phase: Phase::UNKNOWN },
];

#[rustfmt::skip]
static ROWS: &[Api] = &[
    Api { path: "socket2::Socket::new", role: Role::Create { domain: Operand(0), sock_type: Operand(1), phase: Phase::CREATED, addr: None, sets: &[] }, returns: Socket(SOCKET), platforms: ALL, versions: "*", proof: "let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;" },
    Api { path: "socket2::Socket::set_reuse_address", role: Role::Set { option: &opt::REUSE_ADDR, value: Operand(1) }, returns: Unit, platforms: ALL, versions: "*", proof: "s.set_reuse_address(true)?;" },
    Api { path: "socket2::Socket::bind", role: Role::Bind, returns: Unit, platforms: ALL, versions: "*", proof: "s.bind(&addr)?;" },
    Api { path: "socket2::Socket::listen", role: Role::Listen, returns: Unit, platforms: ALL, versions: "*", proof: "s.listen(128)?;" },
];
