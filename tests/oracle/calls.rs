//! How each API writes the calls on a socket: an expression that is a `Result`.

/// An API that makes sockets by hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Api {
    Socket2,
    Tokio,
    Nix,
    Libc,
    Rustix,
}

/// What kind of socket a program is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sort {
    Tcp,
    Udp,
    Unix,
}

/// The family of its addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Family {
    V4,
    V6,
    /// That of the address at hand.
    Either,
}

/// An option.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Opt {
    ReuseAddr,
    ReusePort,
    OnlyV6,
    KeepAlive,
}

impl Api {
    pub(crate) fn owned_type(self) -> &'static str {
        match self {
            Self::Socket2 => "Socket",
            Self::Tokio => "TcpSocket",
            Self::Nix | Self::Libc | Self::Rustix => "OwnedFd",
        }
    }

    pub(crate) fn prelude(self) -> &'static str {
        match self {
            Self::Socket2 => "use socket2::{Domain, SockAddr, Socket, Type};",
            Self::Tokio => "use tokio::net::{TcpListener, TcpSocket};",
            Self::Nix => {
                "use nix::sys::socket::{AddressFamily, Backlog, SockFlag, SockType, SockaddrStorage};\n\
                 use nix::sys::socket::{bind, listen, setsockopt, socket, sockopt};\n\
                 use std::os::fd::{AsRawFd, OwnedFd};"
            }
            Self::Libc => "use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};",
            Self::Rustix => {
                "use rustix::net::{AddressFamily, SocketType, bind, listen, socket, sockopt};\n\
                 use std::os::fd::OwnedFd;"
            }
        }
    }

    /// Functions that every program of the API has.
    pub(crate) fn items(self) -> &'static str {
        match self {
            Self::Libc => {
                "fn cvt(result: libc::c_int) -> io::Result<()> {\n    \
                 if result < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }\n}\n\n\
                 fn open(domain: libc::c_int, sock_type: libc::c_int) -> io::Result<OwnedFd> {\n    \
                 let fd = unsafe { libc::socket(domain, sock_type, 0) };\n    \
                 if fd < 0 {\n        return Err(io::Error::last_os_error());\n    }\n    \
                 Ok(unsafe { OwnedFd::from_raw_fd(fd) })\n}\n"
            }
            _ => "",
        }
    }

    /// Makes a socket.
    pub(crate) fn make(self, sort: Sort, family: Family, addr: &str) -> String {
        let pick = |v4: &str, v6: &str| match family {
            Family::V4 => v4.to_owned(),
            Family::V6 => v6.to_owned(),
            Family::Either => format!("if {addr}.is_ipv6() {{ {v6} }} else {{ {v4} }}"),
        };
        let stream = sort != Sort::Udp;
        match self {
            Self::Socket2 => {
                let domain = match (sort, family) {
                    (Sort::Unix, _) => "Domain::UNIX".to_owned(),
                    (_, Family::Either) => format!("Domain::for_address({addr})"),
                    _ => pick("Domain::IPV4", "Domain::IPV6"),
                };
                let sock_type = if stream { "Type::STREAM" } else { "Type::DGRAM" };
                format!("Socket::new({domain}, {sock_type}, None)")
            }
            Self::Tokio => pick("TcpSocket::new_v4()", "TcpSocket::new_v6()"),
            Self::Nix => {
                let domain = match sort {
                    Sort::Unix => "AddressFamily::Unix".to_owned(),
                    _ => pick("AddressFamily::Inet", "AddressFamily::Inet6"),
                };
                let sock_type = if stream { "SockType::Stream" } else { "SockType::Datagram" };
                format!("socket({domain}, {sock_type}, SockFlag::empty(), None)")
            }
            Self::Libc => {
                let domain = match sort {
                    Sort::Unix => "libc::AF_UNIX".to_owned(),
                    _ => pick("libc::AF_INET", "libc::AF_INET6"),
                };
                let sock_type = if stream { "libc::SOCK_STREAM" } else { "libc::SOCK_DGRAM" };
                format!("open({domain}, {sock_type})")
            }
            Self::Rustix => {
                let domain = match sort {
                    Sort::Unix => "AddressFamily::UNIX".to_owned(),
                    _ => pick("AddressFamily::INET", "AddressFamily::INET6"),
                };
                let sock_type = if stream { "SocketType::STREAM" } else { "SocketType::DGRAM" };
                format!("socket({domain}, {sock_type}, None)")
            }
        }
    }

    /// Whether the API can set the option.
    pub(crate) fn has(self, opt: Opt) -> bool {
        self != Self::Tokio || opt != Opt::OnlyV6
    }

    /// Sets an option.
    pub(crate) fn set(self, sock: &str, opt: Opt, value: &str) -> String {
        match self {
            Self::Socket2 => {
                let name = match opt {
                    Opt::ReuseAddr => "set_reuse_address",
                    Opt::ReusePort => "set_reuse_port",
                    Opt::OnlyV6 => "set_only_v6",
                    Opt::KeepAlive => "set_keepalive",
                };
                format!("{sock}.{name}({value})")
            }
            Self::Tokio => {
                let name = match opt {
                    Opt::ReuseAddr => "set_reuseaddr",
                    Opt::ReusePort => "set_reuseport",
                    Opt::OnlyV6 => unreachable!("`has` says no"),
                    Opt::KeepAlive => "set_keepalive",
                };
                format!("{sock}.{name}({value})")
            }
            Self::Nix => {
                let name = match opt {
                    Opt::ReuseAddr => "ReuseAddr",
                    Opt::ReusePort => "ReusePort",
                    Opt::OnlyV6 => "Ipv6V6Only",
                    Opt::KeepAlive => "KeepAlive",
                };
                let value =
                    if value.contains(' ') { format!("({value})") } else { value.to_owned() };
                format!("setsockopt(&{sock}, sockopt::{name}, &{value})")
            }
            Self::Libc => {
                let (level, name) = match opt {
                    Opt::ReuseAddr => ("SOL_SOCKET", "SO_REUSEADDR"),
                    Opt::ReusePort => ("SOL_SOCKET", "SO_REUSEPORT"),
                    Opt::OnlyV6 => ("IPPROTO_IPV6", "IPV6_V6ONLY"),
                    Opt::KeepAlive => ("SOL_SOCKET", "SO_KEEPALIVE"),
                };
                let value = match value {
                    "true" => "1".to_owned(),
                    "false" => "0".to_owned(),
                    _ => format!("libc::c_int::from({value})"),
                };
                format!(
                    "cvt(unsafe {{\n    let on: libc::c_int = {value};\n    let len = size_of_val(&on) as libc::socklen_t;\n    \
                     libc::setsockopt({sock}.as_raw_fd(), libc::{level}, libc::{name}, (&raw const on).cast(), len)\n}})"
                )
            }
            Self::Rustix => {
                let name = match opt {
                    Opt::ReuseAddr => "set_socket_reuseaddr",
                    Opt::ReusePort => "set_socket_reuseport",
                    Opt::OnlyV6 => "set_ipv6_v6only",
                    Opt::KeepAlive => "set_socket_keepalive",
                };
                format!("sockopt::{name}(&{sock}, {value})")
            }
        }
    }

    /// Binds it.
    pub(crate) fn bind(self, sort: Sort, sock: &str, addr: &str) -> String {
        match self {
            Self::Socket2 if sort == Sort::Unix => format!("{sock}.bind({addr})"),
            Self::Socket2 => format!("{sock}.bind(&{addr}.into())"),
            Self::Tokio => format!("{sock}.bind({addr})"),
            Self::Nix => format!("bind({sock}.as_raw_fd(), &SockaddrStorage::from({addr}))"),
            Self::Libc => format!(
                "cvt(unsafe {{\n    let to = socket2::SockAddr::from({addr});\n    \
                 libc::bind({sock}.as_raw_fd(), to.as_ptr().cast(), to.len())\n}})"
            ),
            Self::Rustix => format!("bind(&{sock}, &{addr})"),
        }
    }

    /// Has it listen.
    pub(crate) fn listen(self, sock: &str) -> String {
        match self {
            Self::Socket2 | Self::Tokio => format!("{sock}.listen(128)"),
            Self::Nix => format!("Backlog::new(128).and_then(|backlog| listen(&{sock}, backlog))"),
            Self::Libc => format!("cvt(unsafe {{ libc::listen({sock}.as_raw_fd(), 128) }})"),
            Self::Rustix => format!("listen(&{sock}, 128)"),
        }
    }
}
