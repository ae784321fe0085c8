//! What becomes of tokens, outside of the compiler.

use crate::{Around, TokenStream, compiler::TokenTree, expand};

/// What an item becomes, as a text.
fn expanded(arguments: &str, imports: &str, item: &str) -> String {
    let attribute = format!("#[sockopt::listener({arguments})]\n");
    let text = format!("{imports}{attribute}{item}");
    let line = imports.matches('\n').count() + 1;
    let around = Around { file: Some((text, line, 1)), ..Around::default() };
    expand(tokens(arguments), tokens(item), around).to_string()
}

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("tokens")
}

/// What each API is used as: a name, imports, an item.
const ITEMS: &[(&str, &str, &str)] = &[
    (
        "libc",
        "",
        "unsafe fn listen(raw: *const libc::sockaddr, len: libc::socklen_t) -> libc::c_int { \
         let fd = libc::socket(libc::AF_INET6, libc::SOCK_STREAM, 0); \
         if libc::bind(fd, raw, len) < 0 { return -1; } \
         libc::listen(fd, 128) }",
    ),
    (
        "mio",
        "use mio::net::{TcpListener, TcpSocket};\n",
        "fn listen(addr: SocketAddr) -> io::Result<TcpListener> { \
         let socket = TcpSocket::new_v6()?; socket.bind(addr)?; socket.listen(128) }",
    ),
    (
        "net2",
        "use net2::TcpBuilder;\n",
        "fn listen(addr: SocketAddr) -> io::Result<TcpListener> { \
         let builder = TcpBuilder::new_v6()?; builder.bind(addr)?; builder.listen(128) }",
    ),
    (
        "nix",
        "use nix::sys::socket::{AddressFamily, Backlog, SockFlag, SockType, SockaddrIn6, bind, listen, socket};\n",
        "fn make(addr: SockaddrIn6) -> nix::Result<OwnedFd> { \
         let fd = socket(AddressFamily::Inet6, SockType::Stream, SockFlag::empty(), None)?; \
         bind(fd.as_raw_fd(), &addr)?; listen(&fd, Backlog::new(128)?)?; Ok(fd) }",
    ),
    (
        "rustix",
        "use rustix::net::{AddressFamily, SocketType, bind, listen, socket};\n",
        "fn make(addr: SocketAddr) -> rustix::io::Result<OwnedFd> { \
         let fd = socket(AddressFamily::INET6, SocketType::STREAM, None)?; \
         bind(&fd, &addr)?; listen(&fd, 128)?; Ok(fd) }",
    ),
    (
        "socket2",
        "use socket2::{Domain, Socket, Type};\n",
        "fn listen(addr: SocketAddr) -> io::Result<Socket> { \
         let socket = Socket::new(Domain::IPV6, Type::STREAM, None)?; \
         socket.bind(&addr.into())?; socket.listen(128)?; Ok(socket) }",
    ),
    (
        "tokio",
        "use tokio::net::{TcpListener, TcpSocket};\n",
        "async fn listen(addr: SocketAddr) -> io::Result<TcpListener> { \
         let socket = TcpSocket::new_v6()?; socket.bind(addr)?; socket.listen(1024) }",
    ),
];

const ARGUMENTS: &[&str] = &[
    "",
    "reuse_address = true",
    "reuse_address = false",
    "reuse_port",
    "only_v6 = true",
    "exclusive_on_windows",
    "backlog = 7",
    "allow(missing_reuseaddr, reason = \"a test\")",
    "crate = other::sockopt",
];

/// What is new in an item, statement by statement, or what is said about it.
fn difference(becomes: &str, item: &str) -> Vec<String> {
    let parts = |text: &str| -> Vec<String> {
        let parts =
            text.split_inclusive([';', '{', '}']).map(|it| it.trim_matches([' ', '{', '}']));
        parts.filter(|it| !it.is_empty()).map(|it| it.trim().to_owned()).collect()
    };
    let own = parts(&tokens(item).to_string());
    let new = parts(becomes).into_iter().filter(|it| !own.contains(it));
    new.filter(|it| !it.ends_with("compile_error !")).collect()
}

#[test]
fn every_argument_with_every_api_becomes_what_is_on_record() {
    let record = include_str!("tests/expansions.txt");
    let mut now = String::new();
    for (api, imports, item) in ITEMS {
        for arguments in ARGUMENTS {
            let becomes = difference(&expanded(arguments, imports, item), item);
            now.extend([api, "(", arguments, ")\n"]);
            now.extend(becomes.iter().map(|it| format!("    {it}\n")));
        }
    }
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/expansions.txt"), &now)
            .expect("the record can be written");
    }
    assert!(now == record, "BLESS=1 writes what is new; read the diff\n{now}");
}

/// Every token of an item, those in groups included.
fn count(stream: TokenStream) -> usize {
    let of = |token| match token {
        TokenTree::Group(group) => 1 + count(group.stream()),
        _ => 1,
    };
    stream.into_iter().map(of).sum()
}

/// The first tokens of an item, and of the groups that are open there.
fn cut(stream: TokenStream, left: &mut usize) -> TokenStream {
    let mut out = Vec::new();
    for token in stream {
        if *left == 0 {
            break;
        }
        *left -= 1;
        out.push(match token {
            TokenTree::Group(group) => {
                crate::compiler::Group::new(group.delimiter(), cut(group.stream(), left)).into()
            }
            token => token,
        });
    }
    out.into_iter().collect()
}

#[test]
fn half_typed_items_come_back_and_nothing_fails() {
    for (api, imports, item) in ITEMS {
        for length in 0..=count(tokens(item)) {
            let half = cut(tokens(item), &mut length.clone()).to_string();
            let becomes = expanded("reuse_port, only_v6 = true", imports, &half);
            assert!(!becomes.contains("please report"), "{api}: {half}\n{becomes}");
            let is_lost = |it: &&str| !becomes.contains(it.trim_matches([',', '(', ')']));
            assert_eq!(half.split_whitespace().find(is_lost), None, "{api}: {half}\n{becomes}");
        }
    }
}

#[test]
fn half_typed_arguments_come_back_as_errors() {
    let arguments = "reuse_address = true, only_v6 = f(&[1, 2]), allow(late_option, reason = \"it is\"), crate = a::b";
    let (_, imports, item) = ITEMS[5];
    for length in 0..=count(tokens(arguments)) {
        let half = cut(tokens(arguments), &mut length.clone()).to_string();
        let becomes = expanded(&half, imports, item);
        assert!(!becomes.contains("please report"), "{half}\n{becomes}");
        assert!(becomes.contains("socket . listen (128) ?"), "{half}\n{becomes}");
    }
}

#[test]
fn an_editor_without_files_gets_the_item() {
    let item = "fn listen(query: Query) { query.bind(1) }";
    let around = Around { no_files: true, ..Around::default() };
    let becomes = expand(TokenStream::new(), tokens(item), around).to_string();
    assert_eq!(becomes, tokens(item).to_string());
}
