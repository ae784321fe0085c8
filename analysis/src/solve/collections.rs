//! Collections of sockets: one socket stands for all that the same call makes.
//!
//! A collection is transparent, as `Option` is: a variable that holds a `Vec<Socket>` holds the socket.
//! What is put into it round by round, or call by call, is one abstract socket of which some path makes
//! each; sockets of different types are not told apart, and are lost.

use super::Solver;
use crate::{
    ir::Expr,
    link::COLLECTIONS,
    state::{Handle, Value},
};

/// Methods that put their last argument into a collection.
const FILLS: &[&str] = &["push", "push_back", "push_front", "insert"];

/// Whether the function at `path` makes an empty collection.
pub(super) fn makes_empty(path: &str) -> bool {
    let mut names = path.rsplit("::");
    let maker = names.next().is_some_and(|it| ["new", "with_capacity", "default"].contains(&it));
    maker && names.next().is_some_and(|it| COLLECTIONS.contains(&it))
}

impl<'w> Solver<'w> {
    /// Puts a socket into a collection; answers whether `place` is one.
    pub(super) fn fill(&mut self, name: &str, place: &'w Expr, given: &Value<'w>) -> bool {
        let Value::Sock(new) = given.clone().strip() else { return false };
        let Some(slot) = self.place_of(place).filter(|_| FILLS.contains(&name)) else {
            return false;
        };
        match slot {
            Value::Failed => *slot = Value::Sock(new),
            Value::Sock(known) => {
                let known = *known;
                self.fill_further(place, known, new);
            }
            _ => return false,
        }
        true
    }

    fn fill_further(&mut self, place: &'w Expr, known: Handle, new: Handle) {
        if known.id == new.id {
            return;
        }
        let made = |id| self.st.socks.get(&id).filter(|sock| sock.created.is_some());
        let kind = |id| made(id).map(|sock| sock.sock_type);
        if kind(known.id).is_some() && kind(known.id) == kind(new.id) {
            self.st.unify(new.id, known.id);
            return;
        }
        for handle in [known, new] {
            self.escape(&Value::Sock(handle), "one of several");
        }
        if let Some(slot) = self.place_of(place) {
            *slot = Value::Mixed;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_body, check_states_in_body};

    #[test]
    fn what_a_loop_puts_in_is_what_the_next_loop_takes_out() {
        for mark in ["", "//~ missing_reuseaddr"] {
            let set = if mark.is_empty() { "s.set_reuse_address(!cfg!(windows))?;" } else { "" };
            check(&format!(
                r"
use socket2::{{Domain, Socket, Type}};
fn serve(addrs: &[std::net::SocketAddr]) -> std::io::Result<()> {{
    let mut sockets = Vec::new();
    for addr in addrs {{
        let s = Socket::new(Domain::for_address(*addr), Type::STREAM, None)?;
        {set}
        sockets.push(s);
    }}
    for (s, addr) in sockets.iter().zip(addrs) {{
        s.bind(&(*addr).into())?; {mark}
    }}
    for s in sockets {{
        s.listen(128)?;
    }}
    Ok(())
}}
"
            ));
        }
    }

    #[test]
    fn what_a_collection_holds_has_its_type() {
        let made = [
            ("let mut all: Vec<Server> = Vec::new(); all.push(elsewhere::one());", true),
            ("let mut all: Vec<Server> = elsewhere::all();", true),
            ("let mut all: Vec<elsewhere::Server> = Vec::new();", false),
            ("let mut all = elsewhere::all();", false),
        ];
        let taken = [
            "for it in all { it.open(addr, false)?; }",
            "for it in all.iter() { it.open(addr, false)?; }",
            "while let Some(it) = all.pop() { it.open(addr, false)?; }",
            "all.first().unwrap().open(addr, false)?;",
            "all[0].open(addr, false)?;",
        ];
        for (all, is_known) in made {
            for take in taken {
                check(&format!(
                    r"
use socket2::{{Domain, Socket, Type}};
struct Server;
impl Server {{
    fn open(&self, addr: std::net::SocketAddr, reuse: bool) -> std::io::Result<()> {{
        let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
        if reuse {{ s.set_reuse_address(!cfg!(windows))?; }}
        s.bind(&addr.into())?; {mark}
        s.listen(128)
    }}
}}
struct Other;
impl Other {{
    fn open(&self, addr: std::net::SocketAddr, reuse: bool) -> std::io::Result<()> {{ Ok(()) }}
}}
fn serve(addr: std::net::SocketAddr) -> std::io::Result<()> {{
    {all}
    {take}
    Ok(())
}}
",
                    mark = if is_known { "//~ missing_reuseaddr" } else { "" },
                ));
            }
        }
    }

    #[test]
    fn sockets_of_different_types_are_not_told_apart() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let t = Socket::new(Domain::IPV6, Type::DGRAM, None)?;
let mut one = Vec::new();
one.push(&s);
let first = one[0]; //? first: created reuseaddr=unset
one.push(&t); //? s: unknown //? t: unknown
",
        );
    }

    #[test]
    fn sockets_of_several_calls_are_judged_one_by_one() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.bind(&addr.into())?; //~ missing_reuseaddr
let t = Socket::new(Domain::IPV6, Type::STREAM, None)?;
t.set_reuse_address(!cfg!(windows))?;
t.bind(&addr.into())?;
let mut sockets = Vec::new();
sockets.push(s);
sockets.push(t);
for socket in sockets {
    socket.listen(128)?;
}
",
        );
    }

    #[test]
    fn an_element_is_the_socket() {
        check_body(
            r"
let mut sockets = vec![];
sockets.push(Socket::new(Domain::IPV4, Type::STREAM, None)?);
sockets[0].bind(&addr.into())?; //~ missing_reuseaddr
sockets.pop().unwrap().listen(128)?;
",
        );
    }

    #[test]
    fn a_collection_of_somebody_else_may_hold_any_socket() {
        check(
            r"
use socket2::{Domain, Socket, Type};
fn serve(sockets: &mut Vec<Socket>, addr: std::net::SocketAddr) -> std::io::Result<()> {
    sockets.push(Socket::new(Domain::IPV4, Type::STREAM, None)?);
    sockets[0].bind(&addr.into())?;
    sockets[0].listen(128)
}
",
        );
    }
}
