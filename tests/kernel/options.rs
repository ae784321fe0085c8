//! The option table: each option that bind reads is set before and after it, and makes the difference
//! that its row claims.

use std::{
    io::{self, Write},
    net::{Ipv6Addr, SocketAddr},
    os::fd::AsFd,
    process::{Command, Stdio},
    thread,
};

use nix::sys::socket::{setsockopt, sockopt::IpBindAddressNoPort};
use socket2::{Domain, Socket, Type};
use sockopt_analysis::model::options::{self, Late, Misfit, OPTIONS, ReadBy, SockOpt, ValueKind};
use sockopt_analysis::socket::SockType;

use super::{ANY_PORT, in_use, local, skipped, stream};
use crate::harness::built_fixtures;

/// What came of one order of set and bind.
struct Outcome {
    set: io::Result<()>,
    /// Whether the option did what it is for.
    effect: bool,
}

/// Tries one order: `late` is set after bind.
type Experiment = fn(late: bool) -> Outcome;

/// How the effect of an option is observed.
fn experiment(option: &SockOpt) -> Experiment {
    match option.name {
        "SO_REUSEADDR" => reuse_addr,
        "SO_REUSEPORT" => reuse_port,
        "IPV6_V6ONLY" => only_v6,
        "IP_FREEBIND" => |late| freebind(late, |socket| socket.set_freebind_v4(true)),
        "IPV6_FREEBIND" => |late| freebind(late, |socket| socket.set_freebind_v6(true)),
        "IP_BIND_ADDRESS_NO_PORT" => no_port,
        name => {
            panic!("{name}: nobody observes it; add an experiment, or say why none is possible")
        }
    }
}

#[test]
fn every_option_that_bind_reads_behaves_as_its_row_says() {
    let observable = OPTIONS.iter().filter(|it| it.read_by == ReadBy::Bind);
    let mut wrong = Vec::new();
    for option in observable.filter(|it| it.unobservable.is_none()) {
        if option.domains.is(sockopt_analysis::socket::Domain::INET)
            && option.name.starts_with("IPV6")
            && !has_ipv6()
        {
            skipped(&format!("{}: no IPv6", option.name));
            continue;
        }
        let experiment = experiment(option);
        let early = experiment(false);
        if early.set.is_err() || !early.effect {
            wrong.push(format!("{} before bind: {:?}, no effect", option.name, early.set));
        }
        let late = experiment(true);
        let as_said = match (option.late, &late.set) {
            (Late::Error(errno), Err(error)) => !late.effect && is_errno(error, errno),
            (Late::Silent, Ok(())) => !late.effect,
            (Late::Works, Ok(())) => late.effect,
            _ => false,
        };
        if !as_said {
            let Outcome { set, effect } = late;
            let (name, said) = (option.name, option.late);
            wrong.push(format!("{name} after bind: {set:?}, effect {effect}; row: {said:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One raw call: a kind of socket, an option level, a name, a value and its length.
#[derive(Clone, Copy)]
struct RawSet {
    domain: Domain,
    sock_type: Type,
    sol: &'static str,
    name: i32,
    value: i32,
    len: usize,
}

/// What the kernel answers to raw calls, each on a socket of its own: nothing, or an error.
fn answers(sets: &[RawSet]) -> Vec<io::Result<()>> {
    let lines = sets.iter().map(|set| {
        let numbers = (i32::from(set.domain), i32::from(set.sock_type), number_of(set.sol));
        let (domain, sock_type, sol) = numbers;
        format!("{domain} {sock_type} {sol} {} {} {}\n", set.name, set.value, set.len)
    });
    let mut child = Command::new(built_fixtures().join("ask_kernel"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a fixture starts");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let lines: String = lines.collect();
    let writer = thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = child.wait_with_output().expect("a child can be waited for");
    writer.join().expect("a writer ends").expect("the fixture reads its input");
    let text = String::from_utf8_lossy(&output.stdout);
    let answers: Vec<i32> = text.lines().map(|it| it.parse().expect("a number")).collect();
    assert_eq!(answers.len(), sets.len(), "one answer for each call");
    let result = |errno| if errno == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(errno)) };
    answers.into_iter().map(result).collect()
}

/// The number of an option level on Linux.
fn number_of(sol: &str) -> i32 {
    match sol {
        "SOL_SOCKET" => 1,
        "IPPROTO_IP" => 0,
        "IPPROTO_TCP" => 6,
        "IPPROTO_IPV6" => 41,
        _ => panic!("{sol}: no such option level"),
    }
}

#[test]
fn an_option_that_a_socket_has_not_got_fails_or_does_nothing_as_said() {
    use sockopt_analysis::socket::{Domain as D, SockType as T};
    let kinds = [
        (D::UNIX, T::STREAM, Domain::UNIX, Type::STREAM),
        (D::UNIX, T::DATAGRAM, Domain::UNIX, Type::DGRAM),
        (D::INET4, T::STREAM, Domain::IPV4, Type::STREAM),
        (D::INET4, T::DATAGRAM, Domain::IPV4, Type::DGRAM),
        (D::INET6, T::DATAGRAM, Domain::IPV6, Type::DGRAM),
    ];
    let mut said = Vec::new();
    let mut sets = Vec::new();
    for option in OPTIONS.iter().filter(|option| option.number >= 0) {
        for (kind, sock_kind, domain, sock_type) in kinds {
            let Some(misfit) = option.misfit(kind, sock_kind) else { continue };
            said.push((option.name, misfit));
            let SockOpt { sol, number: name, .. } = **option;
            sets.push(RawSet { domain, sock_type, sol, name, value: 1, len: 4 });
        }
    }
    let mut wrong = Vec::new();
    for ((name, misfit), answer) in said.into_iter().zip(answers(&sets)) {
        let as_said = match misfit {
            Misfit::Ignored => answer.is_ok(),
            Misfit::Refused(errno) | Misfit::Foreign(errno) => {
                answer.as_ref().is_err_and(|error| is_errno(error, errno))
            }
        };
        if !as_said {
            wrong.push(format!("{name}: {answer:?}, {misfit:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_value_that_is_shorter_than_an_int_is_refused() {
    let number = |it: &&&SockOpt| matches!(it.value, ValueKind::Bool | ValueKind::Int);
    let judged = OPTIONS.iter().filter(number).filter(|it| it.sol != "IPPROTO_IP");
    let mut names = Vec::new();
    let mut sets = Vec::new();
    for option in judged.filter(|option| option.number >= 0) {
        for len in 0..4 {
            names.push((option.name, len));
            let SockOpt { sol, number: name, .. } = **option;
            let stream = option.sock_types.may(SockType::STREAM);
            let sock_type = if stream { Type::STREAM } else { Type::DGRAM };
            sets.push(RawSet { domain: Domain::IPV6, sock_type, sol, name, value: 1, len });
        }
    }
    let refused =
        |answer: &io::Result<()>| answer.as_ref().is_err_and(|error| is_errno(error, "EINVAL"));
    let wrong: Vec<_> =
        names.iter().zip(answers(&sets)).filter(|(_, answer)| !refused(answer)).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn at_another_level_a_number_is_another_option() {
    let at_ip = |option: &SockOpt| RawSet {
        domain: Domain::IPV6,
        sock_type: Type::STREAM,
        sol: "IPPROTO_IP",
        name: option.number,
        value: 1,
        len: 4,
    };
    let answers =
        answers(&[&options::REUSE_ADDR, &options::REUSE_PORT, &options::V6ONLY].map(at_ip));
    assert!(answers.iter().all(Result::is_ok), "nothing tells of the mistake: {answers:?}");
    assert_eq!(options::REUSE_ADDR.number, options::IP_TTL.number);
    assert_eq!(options::REUSE_PORT.number, options::FREEBIND.number);
}

#[test]
fn two_names_make_one_of_them() {
    let both = options::REUSE_ADDR.number | options::REUSE_PORT.number;
    assert_eq!(both, options::REUSE_PORT.number);
}

#[test]
fn a_path_in_use_stays_in_use_until_it_is_unlinked() {
    let folder = tempfile::tempdir().expect("a folder for a socket");
    let path = folder.path().join("socket");
    let addr = socket2::SockAddr::unix(&path).expect("a short path");
    let open = || {
        let socket = Socket::new(Domain::UNIX, Type::STREAM, None).expect("sockets can be made");
        socket.set_reuse_address(true).expect("the option is accepted");
        socket
    };
    open().bind(&addr).expect("a path that is free");
    assert!(in_use(open().bind(&addr)), "though the first socket is closed");
    std::fs::remove_file(&path).expect("the path exists");
    assert!(!in_use(open().bind(&addr)));
}

fn is_errno(error: &io::Error, name: &str) -> bool {
    let raw = error.raw_os_error().unwrap_or_default();
    format!("{:?}", nix::errno::Errno::from_raw(raw)) == name
}

fn has_ipv6() -> bool {
    let addr = SocketAddr::from((Ipv6Addr::LOCALHOST, 0));
    Socket::new(Domain::IPV6, Type::STREAM, None).is_ok_and(|it| it.bind(&addr.into()).is_ok())
}

/// Runs `set` and `bind` in one order or the other.
fn in_order(
    late: bool,
    set: impl Fn() -> io::Result<()>,
    bind: impl FnOnce() -> bool,
) -> (io::Result<()>, bool) {
    if late {
        let bound = bind();
        (set(), bound)
    } else {
        let set = set();
        (set, bind())
    }
}

/// Binds next to a bound socket that has the option.
fn reuse_addr(late: bool) -> Outcome {
    let first = stream(ANY_PORT);
    first.set_reuse_address(true).expect("the first socket takes the option");
    first.bind(&ANY_PORT.into()).expect("a port is free");
    let second = stream(ANY_PORT);
    let bind = || !in_use(second.bind(&local(&first).into()));
    let (set, effect) = in_order(late, || second.set_reuse_address(true), bind);
    // The value reads 1 in both cases: only bind tells the difference.
    assert!(second.reuse_address().expect("the option can be read"));
    Outcome { set, effect }
}

/// Binds next to a live listener that has the option.
fn reuse_port(late: bool) -> Outcome {
    let first = stream(ANY_PORT);
    first.set_reuse_port(true).expect("the first socket takes the option");
    first.bind(&ANY_PORT.into()).expect("a port is free");
    first.listen(1).expect("the first socket listens");
    let second = stream(ANY_PORT);
    let bind = || !in_use(second.bind(&local(&first).into()));
    let (set, effect) = in_order(late, || second.set_reuse_port(true), bind);
    assert!(second.reuse_port().expect("the option can be read"));
    Outcome { set, effect }
}

/// With the option, the IPv4 side of the port stays free.
fn only_v6(late: bool) -> Outcome {
    // A port that no other test has on IPv4, which the kernel would not look at for an IPv6 socket.
    let free = stream(ANY_PORT);
    free.bind(&ANY_PORT.into()).expect("a port is free");
    let other = local(&free);
    drop(free);
    let any = SocketAddr::from((Ipv6Addr::UNSPECIFIED, other.port()));
    let socket = stream(any);
    socket.set_only_v6(false).expect("both domains, whatever the system's default");
    let bind = || socket.bind(&any.into()).is_ok();
    let (set, bound) = in_order(late, || socket.set_only_v6(true), bind);
    assert!(bound, "a port is free");
    Outcome { set, effect: !in_use(stream(other).bind(&other.into())) }
}

/// With the option, an address that this machine does not have can be bound. Nothing is sent from it.
fn freebind(late: bool, set: fn(&Socket) -> io::Result<()>) -> Outcome {
    let foreign = SocketAddr::from((Ipv6Addr::new(0, 0, 0, 0, 0, 0, 0, 2), 0));
    let socket = stream(foreign);
    let bind = || socket.bind(&foreign.into()).is_ok();
    let (set, effect) = in_order(late, || set(&socket), bind);
    Outcome { set, effect }
}

/// With the option, bind to port 0 takes no port.
fn no_port(late: bool) -> Outcome {
    let socket = stream(ANY_PORT);
    let set = || setsockopt(&socket.as_fd(), IpBindAddressNoPort, &true).map_err(io::Error::from);
    let bind = || socket.bind(&ANY_PORT.into()).is_ok();
    let (set, bound) = in_order(late, set, bind);
    assert!(bound, "127.0.0.1 can be bound");
    Outcome { set, effect: local(&socket).port() == 0 }
}
