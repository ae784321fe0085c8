//! Patterns and places: how values get into variables and out of them.

use std::rc::Rc;

use super::Solver;
use crate::{
    cfg::Tri,
    ir::{Expr, Name, Pat},
    link::Type,
    model,
    state::{State, Struct, Value},
};

impl<'w> Solver<'w> {
    /// Binds the variables of a pattern that matches.
    pub(super) fn bind_pattern(&mut self, pat: &'w Pat, value: Value<'w>) {
        match pat {
            Pat::Wild | Pat::Value | Pat::Bool(_) => {}
            Pat::Bind(name, sub) => {
                if let Some(sub) = sub {
                    self.bind_pattern(sub, value.clone());
                }
                self.st.declare(name, value);
            }
            Pat::Tuple(pats) => {
                let parts = match value.strip() {
                    Value::Tuple(parts) if parts.len() == pats.len() => parts,
                    value => {
                        vec![if value.holds_socket() { value } else { Value::Unknown }; pats.len()]
                    }
                };
                for (pat, part) in pats.iter().zip(parts) {
                    self.bind_pattern(pat, part);
                }
            }
            Pat::Variant(path, fields) => {
                let transparent =
                    matches!(path.last(), "Some" | "Ok" | "Ready" | "Break" | "Continue");
                for (name, pat) in fields {
                    let part =
                        if transparent { value.clone().strip() } else { self.part(&value, name) };
                    self.bind_pattern(pat, part);
                }
            }
            // The names of the first alternative are those of all.
            Pat::Or(pats) => {
                if let Some(first) = pats.first() {
                    self.bind_pattern(first, value);
                }
            }
            Pat::Guard(pat, _) => self.bind_pattern(pat, value),
        }
    }

    fn part(&mut self, value: &Value<'w>, name: &str) -> Value<'w> {
        match value.clone().strip() {
            Value::Struct(it) => match it.fields.get(name) {
                Some(value) => value.clone(),
                None => it.ty.map_or(Value::Unknown, |ty| self.unknown_field(ty, name)),
            },
            Value::Tuple(parts) => name
                .parse()
                .ok()
                .and_then(|idx: usize| parts.get(idx).cloned())
                .unwrap_or(Value::Unknown),
            Value::Addr(addr) => Value::Addr(addr),
            _ => Value::Unknown,
        }
    }

    /// Matches a value from the present state: the verdict, the state in which it matches (variables
    /// declared) and the one in which it does not.
    pub(super) fn match_pattern(
        &mut self,
        pat: &'w Pat,
        value: Value<'w>,
    ) -> (Tri, State<'w>, State<'w>) {
        let start = std::mem::replace(&mut self.st, State::dead());
        if !start.live {
            return (Tri::No, State::dead(), start);
        }
        let (mut yes, mut no) = match (pat, &value) {
            (Pat::Bool(want), Value::Flag(default)) => start.by_flag(want == default),
            _ => (start.clone(), start),
        };
        if let (Value::Outcome(outcome), Some(failure)) = (&value, on_error(pat)) {
            let undone = if failure { &mut yes } else { &mut no };
            undone.undo(outcome);
        }
        // A creation that failed made no socket.
        if let (Value::Fallible(made), Some(failure)) = (&value, on_error(pat))
            && let Value::Sock(handle) = **made
        {
            let without = if failure { &mut yes } else { &mut no };
            without.remove(handle.id);
        }
        let mut verdict = verdict(pat, &value);
        self.st = yes;
        self.bind_pattern(pat, value);
        if let Pat::Guard(_, guard) = pat {
            match self.eval(guard).strip() {
                Value::Bool(true) => {}
                Value::Bool(false) => verdict = Tri::No,
                _ if verdict == Tri::Yes => verdict = Tri::Maybe,
                _ => {}
            }
        }
        (verdict, std::mem::replace(&mut self.st, State::dead()), no)
    }

    pub(super) fn let_else(&mut self, pat: &'w Pat, value: Value<'w>, or_else: &'w Expr) {
        let (verdict, yes, no) = self.match_pattern(pat, value);
        if verdict != Tri::Yes {
            self.st = no;
            self.eval(or_else);
        }
        self.st = if verdict == Tri::No { State::dead() } else { yes };
    }

    /// The variable or field that an expression names, made present if its type tells what it is.
    pub(super) fn place_of(&mut self, expr: &'w Expr) -> Option<&mut Value<'w>> {
        match expr {
            Expr::Path(path) => self.st.var(path.as_ident()?),
            Expr::RefMut(inner) | Expr::Index(inner, _) => self.place_of(inner),
            Expr::Field(base, name) => self.field_slot(base, name),
            _ => None,
        }
    }

    pub(super) fn field(&mut self, base: &'w Expr, name: &'w str) -> Value<'w> {
        if let Some(slot) = self.field_slot(base, name) {
            return slot.clone();
        }
        let value = self.eval(base);
        self.part(&value, name)
    }

    fn field_slot(&mut self, base: &'w Expr, name: &'w str) -> Option<&mut Value<'w>> {
        let ty = match self.place_of(base)? {
            Value::Struct(it) if !it.fields.contains_key(name) => it.ty,
            _ => None,
        };
        if let Some(ty) = ty {
            let value = self.unknown_field(ty, name);
            if let Some(Value::Struct(it)) = self.place_of(base) {
                Rc::make_mut(it).fields.insert(name, value);
            }
        }
        match self.place_of(base)? {
            Value::Struct(it) => Rc::make_mut(it).fields.get_mut(name),
            Value::Tuple(parts) => parts.get_mut(name.parse::<usize>().ok()?),
            _ => None,
        }
    }

    pub(super) fn element_of(&mut self, value: Value<'w>) -> Value<'w> {
        match value.strip() {
            Value::Tuple(parts) => {
                let mut parts = parts.into_iter();
                let first = parts.next().unwrap_or(Value::Unknown);
                // One of several sockets: which, nobody knows.
                for other in parts {
                    if other != first {
                        self.escape(&first, "one of several");
                        self.escape(&other, "one of several");
                        return Value::Unknown;
                    }
                }
                first
            }
            Value::Several(ty) => self.unknown_of(&Type::Adt(ty)),
            value @ (Value::Sock(_) | Value::Addr(_) | Value::Str(_) | Value::Struct(_)) => value,
            _ => Value::Unknown,
        }
    }

    /// A value of a type of which nothing else is known.
    pub(super) fn unknown_of(&mut self, ty: &Type) -> Value<'w> {
        match ty {
            Type::Socket(ty) => {
                let id =
                    self.add_sock(crate::state::Sock::foreign(ty.domain, ty.sock_type, ty.phase));
                Value::Sock(crate::state::Handle { id, ty: Some(ty) })
            }
            Type::Adt(id) => {
                let variant = None;
                Value::Struct(Rc::new(Struct {
                    ty: Some(*id),
                    variant,
                    fields: std::collections::BTreeMap::new(),
                }))
            }
            Type::Tuple(parts) if parts.is_empty() => Value::Unit,
            Type::Tuple(parts) => {
                Value::Tuple(parts.iter().map(|it| self.unknown_of(it)).collect())
            }
            Type::Several(id) => Value::Several(*id),
            Type::External(path) => super::values::unknown_address(path),
            Type::Unknown => Value::Unknown,
        }
    }
}

/// Whether a pattern is for the error of a result (`true`), for its success (`false`), or neither.
fn on_error(pat: &Pat) -> Option<bool> {
    match pat {
        Pat::Guard(pat, _) => on_error(pat),
        Pat::Variant(path, _) => match path.last() {
            "Err" => Some(true),
            "Ok" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a pattern matches a value.
fn verdict(pat: &Pat, value: &Value<'_>) -> Tri {
    match (pat, value) {
        (Pat::Wild | Pat::Bind(_, None), _) => Tri::Yes,
        (Pat::Bind(_, Some(sub)), value) => verdict(sub, value),
        (Pat::Guard(pat, _), value) => verdict(pat, value),
        (Pat::Bool(want), Value::Bool(is)) => {
            if want == is {
                Tri::Yes
            } else {
                Tri::No
            }
        }
        (Pat::Or(pats), value) => {
            let verdicts = pats.iter().map(|pat| verdict(pat, value));
            verdicts.fold(Tri::No, |all, it| match (all, it) {
                (Tri::Yes, _) | (_, Tri::Yes) => Tri::Yes,
                (Tri::No, Tri::No) => Tri::No,
                _ => Tri::Maybe,
            })
        }
        (Pat::Variant(path, fields), value) => variant_verdict(path.last(), fields, value),
        (Pat::Tuple(pats), Value::Tuple(parts)) if pats.len() == parts.len() => pats
            .iter()
            .zip(parts)
            .map(|(pat, part)| verdict(pat, part))
            .fold(Tri::Yes, |all, it| match (all, it) {
                (Tri::No, _) | (_, Tri::No) => Tri::No,
                (Tri::Yes, Tri::Yes) => Tri::Yes,
                _ => Tri::Maybe,
            }),
        _ => Tri::Maybe,
    }
}

fn variant_verdict(name: &str, fields: &[(Name, Pat)], value: &Value<'_>) -> Tri {
    let inner = |value: &Value<'_>| match fields {
        [(_, pat)] => verdict(pat, value),
        [] => Tri::Yes,
        _ => Tri::Maybe,
    };
    let whole = fields.iter().all(|(_, pat)| matches!(pat, Pat::Wild | Pat::Bind(_, None)));
    if let (Some(family), Value::Addr(addr)) = (model::family(name), value) {
        return match addr.domain.is_of(family) {
            Some(true) if whole => Tri::Yes,
            Some(false) => Tri::No,
            _ => Tri::Maybe,
        };
    }
    match (name, value) {
        ("Some" | "Ok", Value::Failed) | ("None" | "Err", Value::Just(_)) => Tri::No,
        ("Some" | "Ok", Value::Just(value)) => inner(value),
        (name, Value::Struct(it)) => match it.variant {
            Some(variant) if variant == name && whole => Tri::Yes,
            Some(variant) if variant != name && !matches!(name, "Some" | "Ok") => Tri::No,
            _ => Tri::Maybe,
        },
        _ => Tri::Maybe,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_body, check_states, check_states_in_body};

    #[test]
    fn a_later_variable_of_the_name_hides_the_earlier() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.set_reuse_address(true)?; //? s: created reuseaddr=on
{
    let s = Socket::new(Domain::IPV6, Type::STREAM, None)?; //? s: created reuseaddr=unset
} //? s: created reuseaddr=on
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?; //? s: created reuseaddr=unset
",
        );
    }

    #[test]
    fn let_else_goes_on_with_what_matches() {
        check_states_in_body(
            r"
let Ok(s) = Socket::new(Domain::IPV4, Type::STREAM, None) else {
    return Ok(());
}; //? s: created reuseaddr=unset
let Ok(()) = s.bind(&addr.into()) else {
    s.set_reuse_address(true)?; //? s: created reuseaddr=on
    return Ok(());
}; //? s: bound reuseaddr=unset
",
        );
    }

    #[test]
    fn if_let_binds_what_is_inside() {
        check_states_in_body(
            r"
if let Ok(s) = Socket::new(Domain::IPV4, Type::STREAM, None) {
    s.set_reuse_address(true)?; //? s: created reuseaddr=on
}
let maybe = Some(Socket::new(Domain::IPV4, Type::STREAM, None)?);
if let Some(s) = &maybe {
    s.set_reuse_address(true)?;
} //? maybe: created reuseaddr=on
",
        );
    }

    #[test]
    fn the_error_arm_of_a_bind_is_before_it() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
match s.bind(&addr.into()) {
    Ok(()) => {
        s.listen(1)?; //? s: listening reuseaddr=unset
    }
    Err(_) => {
        s.set_reuse_address(true)?; //? s: created reuseaddr=on
        s.bind(&addr.into())?; //? s: bound reuseaddr=on
    }
} //? s: bound|listening reuseaddr=unset|on
",
        );
    }

    #[test]
    fn tuples_are_taken_apart() {
        check_states_in_body(
            r"
let (s, t) = (Socket::new(Domain::IPV4, Type::STREAM, None)?, Socket::new(Domain::IPV6, Type::STREAM, None)?);
t.set_reuse_address(true)?; //? s: created reuseaddr=unset //? t: created reuseaddr=on
let pair = (s, t);
pair.0.set_reuse_port(true)?; //? pair.0: created reuseport=on //? pair.1: created reuseaddr=on
let (s, _) = pair; //? s: created reuseport=on
",
        );
    }

    #[test]
    fn a_field_holds_a_socket() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
struct Server { socket: Socket, backlog: i32 }
impl Server {
    fn start(&self, addr: std::net::SocketAddr) -> std::io::Result<()> {
        self.socket.bind(&addr.into())?; //? self.socket: bound reuseaddr=unknown
        self.socket.listen(self.backlog)
    }
}
fn serve(addr: std::net::SocketAddr) -> std::io::Result<()> {
    let server = Server { socket: Socket::new(Domain::IPV4, Type::STREAM, None)?, backlog: 1 };
    server.socket.set_reuse_address(true)?; //? server.socket: created reuseaddr=on
    server.start(addr)?; //? server.socket: listening reuseaddr=on
    let Server { socket, .. } = server; //? socket: listening reuseaddr=on
    Ok(())
}
",
        );
    }

    #[test]
    fn a_wrapper_type_is_its_socket() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
struct Wrapper(Socket);
impl Wrapper {
    fn set_reuse(&self) -> std::io::Result<()> { self.0.set_reuse_address(true) }
}
impl std::ops::Deref for Wrapper {
    type Target = Socket;
    fn deref(&self) -> &Socket { &self.0 }
}
fn serve(addr: std::net::SocketAddr) -> std::io::Result<()> {
    let s = Wrapper(Socket::new(Domain::IPV4, Type::STREAM, None)?); //? s.0: created reuseaddr=unset
    s.set_reuse()?; //? s.0: created reuseaddr=on
    s.bind(&addr.into())?; //? s.0: bound reuseaddr=on
    Ok(())
}
",
        );
    }

    #[test]
    fn a_socket_that_is_assigned_is_the_new_one() {
        check_states_in_body(
            r"
let mut s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.set_reuse_address(true)?;
let old = s; //? old: created reuseaddr=on
s = Socket::new(Domain::IPV6, Type::STREAM, None)?; //? s: created reuseaddr=unset //? old: created reuseaddr=on
let t;
t = s; //? t: created reuseaddr=unset
",
        );
    }

    #[test]
    fn an_option_that_is_filled_later_holds_the_socket() {
        check_states_in_body(
            r"
let mut slot = None;
for _ in 0..3 {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    s.set_reuse_address(true)?;
    slot = Some(s);
    break;
} //? slot: created reuseaddr=on
let s = slot.unwrap(); //? s: created reuseaddr=on
",
        );
    }

    #[test]
    fn a_macro_that_is_not_known_may_do_anything() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let t = Socket::new(Domain::IPV4, Type::STREAM, None)?;
configure!(s => reuse); //? s: unknown //? t: created reuseaddr=unset
",
        );
    }

    #[test]
    fn variables_change_places() {
        check_states_in_body(
            r"
let mut s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let mut t = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.set_reuse_address(true)?;
(s, t) = (t, s); //? s: created reuseaddr=unset //? t: created reuseaddr=on
std::mem::swap(&mut s, &mut t); //? s: unknown //? t: unknown
",
        );
    }

    #[test]
    fn a_method_fills_a_field_that_another_lends() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
struct Server { socket: Option<Socket> }
impl Server {
    fn open(&mut self) -> std::io::Result<()> {
        let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        s.set_reuse_address(true)?;
        self.socket = Some(s); //? self.socket: created reuseaddr=on
        Ok(())
    }
    fn socket(&self) -> &Socket { self.socket.as_ref().unwrap() }
}
fn serve() -> std::io::Result<()> {
    let mut server = Server { socket: None };
    server.open()?; //? server.socket: created reuseaddr=on
    server.socket().set_reuse_port(true)?; //? server.socket: created reuseaddr=on reuseport=on
    Ok(())
}
",
        );
    }

    #[test]
    fn an_error_that_is_looked_at_later_keeps_what_came_between() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let result = s.bind(&addr.into());
s.set_reuse_address(true)?; //? s: bound reuseaddr=on
match result {
    Ok(()) => {
        s.listen(1)?; //? s: listening reuseaddr=on
    }
    Err(_) => {
        s.set_nonblocking(true)?; //? s: created reuseaddr=on
    }
}
",
        );
    }

    #[test]
    fn a_guard_may_be_certain() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
match elsewhere::mode() {
    _ if true => s.set_reuse_address(true)?,
    _ => {}
} //? s: created reuseaddr=on
match elsewhere::mode() {
    _ if false => s.set_reuse_address(false)?,
    _ => {}
} //? s: created reuseaddr=on
match elsewhere::mode() {
    _ if elsewhere::flag() => s.set_reuse_address(false)?,
    _ => {}
} //? s: created reuseaddr=on|off
",
        );
    }

    #[test]
    fn a_variant_is_certain_or_not() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
enum Reuse { Addr, Port, Both(bool), Neither }
fn first(reuse: Reuse) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    match reuse {
        Reuse::Addr => {}
        _ => s.set_reuse_address(true)?,
    }
    Ok(s)
}
fn either(reuse: Reuse) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    match reuse {
        Reuse::Addr | Reuse::Port => s.set_reuse_address(true)?,
        _ => {}
    }
    Ok(s)
}
fn guarded(reuse: Reuse) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    match reuse {
        Reuse::Addr if elsewhere::flag() => s.set_reuse_address(true)?,
        _ => {}
    }
    Ok(s)
}
fn both(reuse: Reuse, on: bool) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    match (reuse, on) {
        (Reuse::Addr, true) => s.set_reuse_address(true)?,
        _ => {}
    }
    Ok(s)
}
fn inside(reuse: Reuse) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    match reuse {
        Reuse::Both(true) => s.set_reuse_address(true)?,
        _ => {}
    }
    Ok(s)
}
fn named(reuse: Reuse) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    match reuse {
        all @ Reuse::Addr => s.set_reuse_address(true)?,
        _ => {}
    }
    Ok(s)
}
fn surely(reuse: Option<bool>) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    match reuse {
        Some(_) if true => s.set_reuse_address(true)?,
        _ => {}
    }
    Ok(s)
}
fn serve() -> std::io::Result<()> {
    let s = first(Reuse::Addr)?; //? s: created reuseaddr=unset
    let s = first(Reuse::Port)?; //? s: created reuseaddr=on
    let s = either(Reuse::Port)?; //? s: created reuseaddr=on
    let s = either(Reuse::Neither)?; //? s: created reuseaddr=unset
    let s = guarded(Reuse::Addr)?; //? s: created reuseaddr=unset|on
    let s = guarded(Reuse::Port)?; //? s: created reuseaddr=unset
    let s = both(Reuse::Addr, true)?; //? s: created reuseaddr=on
    let s = both(Reuse::Addr, false)?; //? s: created reuseaddr=unset
    let s = both(Reuse::Port, true)?; //? s: created reuseaddr=unset
    let s = inside(Reuse::Both(elsewhere::flag()))?; //? s: created reuseaddr=unset|on
    let s = named(Reuse::Addr)?; //? s: created reuseaddr=on
    let s = named(Reuse::Port)?; //? s: created reuseaddr=unset
    let s = surely(Some(true))?; //? s: created reuseaddr=on
    Ok(())
}
",
        );
    }

    #[test]
    fn a_tuple_has_types() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.bind(&addr.into())?;
let (l, _): (TcpListener, u8) = (s.into(), 1); //? l: listening reuseaddr=unset
",
        );
    }

    #[test]
    fn the_error_may_come_first() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
match s.bind(&addr.into()) {
    Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
        s.set_nonblocking(true)?; //? s: created reuseaddr=unset
    }
    Err(_) => {
        s.set_nonblocking(true)?; //? s: created reuseaddr=unset
    }
    Ok(()) => {
        s.set_nonblocking(true)?; //? s: bound reuseaddr=unset
    }
}
",
        );
    }

    #[test]
    fn a_part_of_a_tuple_is_replaced() {
        check_states_in_body(
            r"
let mut pair = (Socket::new(Domain::IPV4, Type::STREAM, None)?, 1);
pair.0.set_reuse_address(true)?;
pair.0 = Socket::new(Domain::IPV4, Type::STREAM, None)?; //? pair.0: created reuseaddr=unset
",
        );
    }

    #[test]
    fn one_of_several_sockets_is_none_that_is_known() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let t = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let list = [&s, &t];
list[elsewhere::at()].set_reuse_address(true)?; //? s: unknown //? t: unknown
let u = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let list = [&u];
list[0].set_reuse_address(true)?; //? u: created reuseaddr=on
",
        );
    }

    #[test]
    fn an_address_has_its_port_in_each_variant() {
        check_body(
            r"
let any = SocketAddr::from(([127, 0, 0, 1], 0));
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
if let SocketAddr::V4(four) = any {
    s.bind(&four.into())?;
    s.listen(1)?;
}
",
        );
    }

    #[test]
    fn a_literal_is_one_of_many_values() {
        check(
            r"
use socket2::{Domain, Socket, Type};
enum Mode { Level(u8) }
fn make(mode: Mode, addr: std::net::SocketAddr) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    match mode {
        Mode::Level(0) => {}
        _ => s.set_reuse_address(!cfg!(windows))?,
    }
    s.bind(&addr.into())?;
    s.listen(1)?;
    Ok(s)
}
pub fn serve(addr: std::net::SocketAddr) -> std::io::Result<Socket> { make(Mode::Level(5), addr) }
",
        );
    }

    #[test]
    fn parts_behind_others_are_not_counted() {
        check(
            r"
use socket2::{Domain, Socket, Type};
struct Pair(Socket, Socket, Socket);
pub fn serve(addr: std::net::SocketAddr) -> std::io::Result<Socket> {
    let a = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let b = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let c = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    c.set_reuse_address(!cfg!(windows))?;
    let Pair(.., last) = Pair(a, b, c);
    last.bind(&addr.into())?;
    last.listen(1)?;
    Ok(last)
}
",
        );
        check(
            r"
use socket2::{Domain, Socket, Type};
pub fn serve(addr: std::net::SocketAddr) -> std::io::Result<Socket> {
    let a = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let b = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    b.set_reuse_address(!cfg!(windows))?;
    let (.., last) = (a, b);
    last.bind(&addr.into())?;
    last.listen(1)?;
    Ok(last)
}
",
        );
    }
}
