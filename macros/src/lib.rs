//! Socket options in the right order, at compile time: `#[sockopt::listener]`.
//!
//! `bind(2)` reads `SO_REUSEADDR`. A server that sets it later, or not at all, works in every test and fails its
//! first restart in production: connections in `TIME_WAIT` still have the port, and `bind` answers `EADDRINUSE`.
//! `std` and `tokio` set the option in `TcpListener::bind`; whoever makes the socket by hand has to.
//!
//! ```
//! use socket2::{Domain, Socket, Type};
//! use std::{io, net::SocketAddr};
//!
//! #[sockopt::listener]
//! fn listen(addr: SocketAddr) -> io::Result<Socket> {
//!     let socket = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
//!     socket.bind(&addr.into())?;
//!     socket.listen(128)?;
//!     Ok(socket)
//! }
//!
//! # fn main() -> io::Result<()> {
//! let socket = listen(([127, 0, 0, 1], 0).into())?;
//! assert_eq!(socket.reuse_address()?, cfg!(not(windows)));
//! # Ok(()) }
//! ```
//!
//! The attribute stands on functions, `async` functions, methods, `impl` blocks, traits and inline modules. It runs
//! the analysis of [`cargo sockopt`](https://docs.rs/cargo-sockopt) on what it stands on, and changes nothing but the
//! order of options: there is no code of this crate in the program. Beside `crate_name::…` imports of your own,
//! nothing is needed; where a module called `sockopt` is imported (`nix` and `rustix` have one), write
//! `#[::sockopt::listener]`.
//!
//! # What it becomes
//!
//! An option that is missing is set in the expression that binds, so that an error takes the way of an error of
//! `bind`. On Windows, where `SO_REUSEADDR` lets another process take the port, it stays off.
//!
//! ```
//! # use socket2::Socket;
//! # use std::{io, net::SocketAddr};
//! # fn what_it_becomes(socket: &Socket, addr: SocketAddr) -> io::Result<()> {
//! // socket.bind(&addr.into())?;
//! socket.set_reuse_address(cfg!(not(windows))).and_then(|()| socket.bind(&addr.into()))?;
//! # Ok(()) }
//! ```
//!
//! What the arguments of `bind` hold, as the guard of a lock, ends when it did: if more of the statement runs after
//! the call, they are matched, and not put into the closure.
//!
//! ```
//! # use socket2::Socket;
//! # use std::{io, net::SocketAddr, sync::Mutex};
//! # fn what_it_becomes(socket: &Socket, addr: &Mutex<SocketAddr>) -> io::Result<()> {
//! // if let Err(error) = socket.bind(&(*addr.lock().unwrap()).into()) { … }
//! if let Err(error) = (match (&(*addr.lock().unwrap()).into(),) {
//!     (sockopt_0,) => socket.set_reuse_address(cfg!(not(windows))).and_then(|()| socket.bind(sockopt_0)),
//! }) {
//!     return Err(error);
//! }
//! # Ok(()) }
//! ```
//!
//! Where the arguments of `bind` leave the function or wait (`?`, `return`, `.await`), they cannot stand in a
//! closure, and the option is set by a statement that looks at its result as that of `bind` does:
//!
//! ```
//! # use tokio::net::TcpSocket;
//! # use std::{io, net::SocketAddr};
//! # async fn resolve() -> io::Result<SocketAddr> { Ok(([127, 0, 0, 1], 0).into()) }
//! # async fn what_it_becomes(socket: TcpSocket) -> io::Result<()> {
//! #[cfg(not(windows))]
//! socket.set_reuseaddr(true)?;
//! socket.bind(resolve().await?)?;
//! # Ok(()) }
//! ```
//!
//! A statement that sets an option too late moves to where it is in time, its tokens unchanged.
//!
//! | API | the option is set by |
//! | --- | --- |
//! | `socket2` 0.4 to 0.6 | `socket.set_reuse_address(…)` |
//! | `tokio::net::TcpSocket`, `mio` 0.7 | `socket.set_reuseaddr(…)` |
//! | `net2` | `builder.reuse_address(…)` |
//! | `nix` | `nix::sys::socket::setsockopt(&fd, nix::sys::socket::sockopt::ReuseAddr, &true)` |
//! | `rustix` | `rustix::net::sockopt::set_socket_reuseaddr(&fd, true)` |
//! | `libc` | `libc::setsockopt(…)`, looked at as `libc::bind` is; in an expression `match libc::setsockopt(…) { 0 => libc::bind(…), code => code }` |
//!
//! A listener that an API makes by itself (`TcpListener::bind` of `std`, `tokio` and others) is left as it is.
//!
//! # Examples
//!
//! `tokio`, with a backlog:
//!
//! ```
//! use std::{io, net::SocketAddr};
//! use tokio::net::{TcpListener, TcpSocket};
//!
//! #[sockopt::listener(backlog = 4096)]
//! async fn listen(addr: SocketAddr) -> io::Result<TcpListener> {
//!     let socket = TcpSocket::new_v4()?;
//!     socket.bind(addr)?;
//!     socket.listen(128)
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> io::Result<()> {
//! let listener = listen(([127, 0, 0, 1], 0).into()).await?;
//! assert_eq!(socket2::SockRef::from(&listener).reuse_address()?, cfg!(not(windows)));
//! # Ok(()) }
//! ```
//!
//! `nix`, whose options are types:
//!
//! ```
//! # #[cfg(unix)] mod on_unix {
//! use nix::sys::socket::{
//!     AddressFamily, Backlog, SockFlag, SockType, SockaddrIn, bind, getsockopt, listen, socket, sockopt,
//! };
//! use std::os::fd::{AsRawFd, OwnedFd};
//!
//! #[::sockopt::listener(reuse_port)]
//! fn make(addr: SockaddrIn) -> nix::Result<OwnedFd> {
//!     let fd = socket(AddressFamily::Inet, SockType::Stream, SockFlag::empty(), None)?;
//!     bind(fd.as_raw_fd(), &addr)?;
//!     listen(&fd, Backlog::new(128)?)?;
//!     Ok(fd)
//! }
//!
//! # pub fn test() -> nix::Result<()> {
//! let fd = make(SockaddrIn::new(127, 0, 0, 1, 0))?;
//! assert!(getsockopt(&fd, sockopt::ReuseAddr)? && getsockopt(&fd, sockopt::ReusePort)?);
//! # Ok(()) } }
//! # #[cfg(unix)] on_unix::test().unwrap();
//! ```
//!
//! `rustix`:
//!
//! ```
//! # #[cfg(unix)] mod on_unix {
//! use rustix::net::{AddressFamily, SocketAddrV4, SocketType, bind, listen, socket, sockopt};
//! use std::os::fd::OwnedFd;
//!
//! #[::sockopt::listener]
//! fn make(addr: SocketAddrV4) -> rustix::io::Result<OwnedFd> {
//!     let fd = socket(AddressFamily::INET, SocketType::STREAM, None)?;
//!     bind(&fd, &addr)?;
//!     listen(&fd, 128)?;
//!     Ok(fd)
//! }
//!
//! # pub fn test() {
//! let fd = make(SocketAddrV4::new([127, 0, 0, 1].into(), 0)).unwrap();
//! assert!(sockopt::socket_reuseaddr(&fd).unwrap());
//! # } }
//! # #[cfg(unix)] on_unix::test();
//! ```
//!
//! `libc`, on a whole `impl`:
//!
//! ```
//! # #[cfg(unix)] mod on_unix {
//! struct Server { fd: libc::c_int }
//!
//! #[sockopt::listener]
//! impl Server {
//!     fn bind(&self, addr: &libc::sockaddr_in) -> bool {
//!         let len = size_of_val(addr) as libc::socklen_t;
//!         unsafe { libc::bind(self.fd, (&raw const *addr).cast(), len) == 0 && libc::listen(self.fd, 128) == 0 }
//!     }
//! }
//!
//! # pub fn test() {
//! let fd = unsafe { libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0) };
//! let mut addr: libc::sockaddr_in = unsafe { std::mem::zeroed() };
//! addr.sin_family = libc::AF_INET as libc::sa_family_t;
//! assert!(Server { fd }.bind(&addr));
//! # use std::os::fd::FromRawFd;
//! # let socket = unsafe { socket2::Socket::from_raw_fd(fd) };
//! assert!(socket.reuse_address().unwrap());
//! # } }
//! # #[cfg(unix)] on_unix::test();
//! ```
//!
//! `net2`, in one chain:
//!
//! ```
//! #[sockopt::listener]
//! fn listen(addr: std::net::SocketAddr) -> std::io::Result<std::net::TcpListener> {
//!     net2::TcpBuilder::new_v4()?.bind(addr)?.listen(128)
//! }
//!
//! # fn main() -> std::io::Result<()> {
//! let listener = listen(([127, 0, 0, 1], 0).into())?;
//! assert_eq!(socket2::SockRef::from(&listener).reuse_address()?, cfg!(not(windows)));
//! # Ok(()) }
//! ```
//!
//! # Arguments
//!
//! | argument | does |
//! | --- | --- |
//! | `reuse_address = false` | leaves `SO_REUSEADDR` alone; `true` sets it also where something else makes it needless: port 0, `SO_REUSEPORT` in the body |
//! | `reuse_port` | sets `SO_REUSEPORT`, except on Windows, by a statement before that which binds |
//! | `only_v6 = value` | sets `IPV6_V6ONLY` on sockets of that family |
//! | `exclusive_on_windows` | sets `SO_EXCLUSIVEADDRUSE`: an error at the argument today, since none of the APIs above can (`setsockopt` of `windows-sys` can, by hand) |
//! | `backlog = value` | is written in the place of the value that `listen` is given |
//! | `allow(rule, reason = "…")` | leaves alone what a rule of `cargo sockopt` speaks of, `late_option` or `missing_reuseaddr`; any rule is silent about the item |
//! | `crate = path` | nothing: no path of this crate is in what the item becomes. It may be given, so that macros which write this attribute can hand it on as they do to others |
//!
//! ```
//! # use socket2::{Domain, Socket, Type};
//! # use std::{io, net::SocketAddr};
//! #[sockopt::listener(only_v6 = true, reuse_port)]
//! fn listen(addr: SocketAddr) -> io::Result<Socket> {
//!     let socket = Socket::new(Domain::IPV6, Type::STREAM, None)?;
//!     socket.bind(&addr.into())?;
//!     socket.listen(128)?;
//!     Ok(socket)
//! }
//!
//! # fn main() -> io::Result<()> {
//! # if let Ok(socket) = listen("[::1]:0".parse().unwrap()) {
//! assert!(socket.only_v6()?);
//! # }
//! # Ok(()) }
//! ```
//!
//! # What it refuses
//!
//! An item without a listener, an API that is not known, an option that cannot be moved or set, and an argument
//! that does not fit are errors at what they are about. The item itself stays as it is beside them.
//!
//! ```compile_fail
//! #[sockopt::listener] // no listener is made here
//! fn greet() {
//!     println!("hello");
//! }
//! ```
//!
//! What your code says itself is meant so: an option that is set from a variable or on some condition is left alone.
//! Types that the file imports from another file of yours (`use crate::net::Socket`) are not known.

mod printed;
mod rebuilt;
#[cfg(test)]
mod tests;

use std::thread;

#[cfg(not(test))]
use proc_macro as compiler;
// Outside of the compiler, only this has tokens.
#[cfg(test)]
use proc_macro2 as compiler;
use sockopt_analysis::listener::{self, Arranged, Job, Place, Problem, Wishes};

use compiler::{Span, TokenStream};
use printed::Printed;

/// What the parser may need, as deep as it recurses. Only what is used of it is ever there.
const STACK_BYTES: usize = 256 << 20;

/// Sets the options of every listener that an item makes, in the right place: see the [crate].
#[cfg(not(test))]
#[proc_macro_attribute]
pub fn listener(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand(arguments, item, Around::new())
}

/// What stands around an item.
#[derive(Default)]
struct Around {
    /// The file with the attribute, and its line and column there.
    file: Option<(String, usize, usize)>,
    /// The manifest of the package, and those of the folders around it: a workspace may say what a dependency is.
    manifest: String,
    /// Whether whoever expands the macro knows of no files, as some editors: what names mean cannot be told there,
    /// and the compiler will say what is wrong.
    no_files: bool,
}

#[cfg(not(test))]
impl Around {
    fn new() -> Self {
        let span = Span::call_site();
        let path = span.local_file();
        let text = path.as_ref().and_then(|it| std::fs::read_to_string(it).ok());
        let folder = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
        let manifests = std::path::Path::new(&folder).ancestors().map(|it| it.join("Cargo.toml"));
        let manifests = manifests.filter_map(|it| std::fs::read_to_string(it).ok());
        Self {
            file: text.map(|it| (it, span.line(), span.column())),
            manifest: manifests.collect::<Vec<_>>().join("\n"),
            no_files: path.is_none() && span.file().is_empty(),
        }
    }
}

/// What an item becomes: itself, with errors beside it if there are any.
fn expand(arguments: TokenStream, item: TokenStream, around: Around) -> TokenStream {
    let (own, given) = (Printed::new(item.clone()), Printed::new(arguments));
    let no_files = around.no_files;
    let job = Outside { item: own.text.clone(), arguments: given.text.clone(), around };
    // A thread of its own: it has the stack, and there `proc_macro2` has byte ranges.
    let arranged = thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(move || job.arrange())
        .ok()
        .and_then(|it| it.join().ok());
    let Some((arranged, start, end)) = arranged else {
        let message = "sockopt failed on this item; please report it";
        return rebuilt::beside(item, [(Span::call_site(), message)]);
    };
    let Arranged { tokens, problems, .. } = arranged;
    let rebuilt = rebuilt::Rebuilt { item: &own, start, arguments: &given, end };
    if problems.is_empty() {
        return rebuilt.stream(&tokens);
    }
    if no_files {
        return item;
    }
    let problems = problems.iter().map(|it| (rebuilt.span(&it.range), it.message.as_str()));
    rebuilt::beside(item, problems)
}

/// All that the analysis is given, as texts.
struct Outside {
    item: String,
    arguments: String,
    around: Around,
}

impl Outside {
    /// What becomes of the item, where it starts in the text, and how long that is.
    fn arrange(&self) -> (Arranged, usize, usize) {
        let file = self.around.file.as_ref();
        let place = file.and_then(|(text, line, column)| {
            Place::in_file(&self.item, text, *line, *column)
                .or_else(|| Place::in_docs(&self.item, text, *line))
                .or_else(|| Place::of_macro(&self.item, text, *line, *column))
        });
        let place = place.unwrap_or_else(|| Place::alone(&self.item));
        let (wishes, wrong) = Wishes::parse(&self.arguments);
        let renamed = listener::renamed(&self.around.manifest);
        let job =
            Job { text: &place.text, item: place.item.clone(), renamed: &renamed, wishes: &wishes };
        let mut arranged = listener::arrange(&job);
        let end = place.text.len();
        let wrong = wrong
            .into_iter()
            .map(|it| Problem { range: it.range.start + end..it.range.end + end, ..it });
        arranged.problems.extend(wrong);
        (arranged, place.item.start, end)
    }
}
