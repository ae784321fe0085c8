//! `cargo sockopt list`: every socket that gets an address.

use serde_json::{Value, json};

use crate::sample::Sample;

const MAIN: &str = "\
use std::{io, net::{SocketAddr, TcpListener, UdpSocket}, os::unix::net::UnixListener};

mod net;

fn main() -> io::Result<()> {
    let web = TcpListener::bind(\"0.0.0.0:80\")?;
    let dns = UdpSocket::bind(\"127.0.0.1:53\")?;
    let local = UnixListener::bind(\"/run/sample\")?;
    net::listen(\"[::]:81\".parse().unwrap(), true)?;
    net::listen(\"[::]:82\".parse().unwrap(), std::env::args().count() > 1)?;
    Ok(())
}
";

const NET: &str = "\
use std::{io, net::SocketAddr};
use socket2::{Domain, Socket, Type};

pub fn listen(addr: SocketAddr, reuse: bool) -> io::Result<()> {
    let socket = Socket::new(Domain::IPV6, Type::STREAM, None)?;
    socket.set_reuse_address(reuse)?;
    socket.set_only_v6(true)?;
    socket.bind(&addr.into())?;
    socket.listen(1)
}

pub fn bad(addr: SocketAddr) -> io::Result<()> {
    let socket = Socket::new(Domain::IPV6, Type::STREAM, None)?;
    socket.bind(&addr.into())?;
    socket.listen(1)
}

pub fn meant(addr: SocketAddr) -> io::Result<()> {
    let socket = Socket::new(Domain::IPV6, Type::STREAM, None)?;
    // sockopt: allow(missing_reuseaddr) -- each start has another port
    socket.bind(&addr.into())?;
    socket.listen(1)
}

pub fn ignored(addr: SocketAddr) -> io::Result<()> {
    let socket = Socket::new(Domain::IPV6, Type::STREAM, None)?;
    let _ = socket.set_reuse_address(true);
    socket.bind(&addr.into())?;
    socket.listen(1)
}

pub fn elsewhere(socket: &Socket, addr: SocketAddr) -> io::Result<()> {
    socket.bind(&addr.into())
}
";

fn sample() -> Sample {
    Sample::new(&[("src/main.rs", MAIN), ("src/net.rs", NET)])
}

/// The sockets of a JSON document.
fn sockets(sample: &Sample, args: &str) -> Vec<Value> {
    let run = sample.run(&format!("list --message-format json {args}"), 0);
    let document: Value = serde_json::from_str(&run.stdout).expect("one JSON document");
    assert_eq!(document["version"], 1);
    document["sockets"].as_array().expect("a list").clone()
}

#[test]
fn every_socket_is_listed_with_what_is_known_of_it() {
    let all = sockets(&sample(), "");
    let short = |it: &Value| {
        let names =
            ["path", "line", "function", "kind", "port", "all_interfaces", "listens", "verdict"];
        Value::from(names.map(|name| it[name].clone()).to_vec())
    };
    let expected = [
        json!(["src/main.rs", 6, "main", "tcp", 80, true, "yes", "ok"]),
        json!(["src/main.rs", 7, "main", "udp", 53, false, "no", "ok"]),
        json!(["src/main.rs", 8, "main", "unix", null, false, "yes", "ok"]),
        json!(["src/net.rs", 8, "net::listen", "tcp", null, false, "yes", "ok"]),
        json!(["src/net.rs", 14, "net::bad", "tcp", null, false, "yes", "error"]),
        json!(["src/net.rs", 21, "net::meant", "tcp", null, false, "yes", "suppressed"]),
        json!(["src/net.rs", 28, "net::ignored", "tcp", null, false, "yes", "warning"]),
        json!(["src/net.rs", 33, "net::elsewhere", "unknown", null, false, "unknown", "unknown"]),
    ];
    assert_eq!(all.iter().map(short).collect::<Vec<_>>(), expected);
    assert_eq!(all[0]["api"], "std::net::TcpListener::bind");
    assert_eq!(all[0]["call"], "TcpListener::bind(\"0.0.0.0:80\")");
    assert_eq!(all[0]["options"]["SO_REUSEADDR"]["linux"], "on");
    let listen = &all[3]["options"];
    assert_eq!(listen["SO_REUSEADDR"]["linux"], "depends");
    assert_eq!(listen["IPV6_V6ONLY"]["bsd"], "on");
    let rule = json!([{ "rule": "sockopt::missing_reuseaddr", "verdict": "error" }]);
    assert_eq!(all[4]["findings"], rule);
    assert_eq!(all[7]["other_options"], "unknown");
}

#[test]
fn a_table_says_it_for_people() {
    let run = sample().run("list src/net.rs", 0);
    let lines: Vec<_> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 6, "{}", run.stdout);
    assert!(lines[0].contains("where"), "{}", lines[0]);
    assert!(lines[1].contains("SO_REUSEADDR depends; IPV6_V6ONLY on"), "{}", lines[1]);
    assert!(lines[2].ends_with("error: missing_reuseaddr"), "{}", lines[2]);
    assert!(lines[5].contains("others unknown"), "{}", lines[5]);
    assert!(
        run.stderr.contains(
            "sockopt: sockets are bound in 5 places: 1 error, 1 warning, 1 suppressed, 1 unknown, 1 ok\n"
        ),
        "{}",
        run.stderr
    );
}

#[test]
fn selection_exclusion_and_platforms_count() {
    let sample = sample();
    assert_eq!(sockets(&sample, "src/main.rs").len(), 3);
    assert!(sockets(&sample, "--tests").is_empty());
    let windows = sockets(&sample, "--platforms windows");
    assert!(windows.iter().all(|it| it["platforms"] == json!(["windows"])), "{windows:?}");
    sample.write("sockopt.toml", "exclude = [\"net.rs\"]\n");
    assert_eq!(sockets(&sample, "").len(), 3);
}

#[test]
fn what_is_in_the_baseline_is_known() {
    let sample = sample();
    sample.run("baseline write", 0);
    let known = sockets(&sample, "--baseline sockopt-baseline.toml");
    assert!(known.iter().any(|it| it["verdict"] == "known"), "{known:?}");
}
