//! What a function does is done in the same order with the attribute: arguments, calls, errors, and the end of
//! values that live as long as a statement.
#![cfg(unix)]

use std::{cell::RefCell, io, net::SocketAddr};

use socket2::{Domain, Socket, Type};

/// What was done.
#[derive(Default)]
struct Log(RefCell<Vec<String>>);

/// Something whose end is seen.
struct Held<'l> {
    log: &'l Log,
    name: &'static str,
    addr: SocketAddr,
}

impl Log {
    fn add(&self, what: &str) {
        self.0.borrow_mut().push(what.to_owned());
    }

    fn hold(&self, name: &'static str, addr: SocketAddr) -> Held<'_> {
        self.add(&format!("make {name}"));
        Held { log: self, name, addr }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.log.add(&format!("drop {}", self.name));
    }
}

macro_rules! listeners {
    ($($name:ident, $other:ident: |$log:ident, $addr:ident, $socket:ident| $body:expr;)*) => {
        $(
            fn $name($log: &Log, $addr: SocketAddr) -> io::Result<()> {
                let $socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
                $body;
                $log.add("bound");
                $socket.listen(1)?;
                assert!(!$socket.reuse_address()?);
                Ok(())
            }

            #[sockopt::listener]
            fn $other($log: &Log, $addr: SocketAddr) -> io::Result<()> {
                let $socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
                $body;
                $log.add("bound");
                $socket.listen(1)?;
                assert!($socket.reuse_address()?);
                Ok(())
            }
        )*

        /// Every function beside its annotated self.
        const PAIRS: &[(&str, [fn(&Log, SocketAddr) -> io::Result<()>; 2])] =
            &[$((stringify!($name), [$name, $other])),*];
    };
}

listeners! {
    question, question_annotated: |log, addr, socket|
        socket.bind(&log.hold("argument", addr).addr.into())?;
    mapped, mapped_annotated: |log, addr, socket|
        socket.bind(&log.hold("argument", addr).addr.into()).map_err(|error| io::Error::from({ log.add("error"); error.kind() }))?;
    inspected, inspected_annotated: |log, addr, socket|
        socket.bind(&log.hold("argument", addr).addr.into()).inspect(|()| log.add("looked at"))?;
    plain, plain_annotated: |log, addr, socket|
        socket.bind(&addr.into()).inspect(|()| log.add("looked at"))?;
    held, held_annotated: |log, addr, socket| {
        let held = log.hold("outer", addr);
        let bound = socket.bind(&held.addr.into());
        log.add("asked");
        bound?;
    };
    leaves, leaves_annotated: |log, addr, socket|
        socket.bind(&{
            let held = log.hold("inner", addr);
            io::Result::Ok(held.addr)?.into()
        })?;
}

#[test]
fn all_is_done_in_the_order_in_which_it_is_written() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    for addr in [SocketAddr::from(([127, 0, 0, 1], 0)), taken.local_addr().expect("an address")] {
        for (name, pair) in PAIRS {
            let logs = pair.map(|run| {
                let log = Log::default();
                let result = run(&log, addr);
                (result.map_err(|it| it.kind()), log.0.into_inner())
            });
            assert_eq!(logs[0], logs[1], "{name}");
            assert_eq!(logs[0].0.is_ok(), addr.port() == 0, "{name}");
        }
    }
}
