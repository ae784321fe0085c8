//! What one row of the tables does to the state.

use std::rc::Rc;

use super::Solver;
use crate::{
    ir::{Call, Callee, Expr, Pat, Ty},
    model::{
        self, Api, Returns, Role, SockOpt, SockTy, Source,
        options::{REUSE_ADDR, V6ONLY},
    },
    socket::{Domain, OptValue, Phase, Platform, Platforms, SockType},
    state::{Addr, Bind, Handle, OptState, Options, Outcome, Sock, SockId, Spot, Value},
    trace::{Event, EventKind, OptionSet},
};

impl<'w> Solver<'w> {
    /// Applies a row to its operands.
    pub(super) fn apply(
        &mut self,
        call: &'w Call,
        row: &'static Api,
        args: &[Value<'w>],
    ) -> Value<'w> {
        if let Some(value) = Self::constant_row(row) {
            return value;
        }
        match row.role {
            Role::Create { domain, sock_type, phase, addr, sets } => {
                return self.create(call, row, args, (domain, sock_type, phase, addr), sets);
            }
            Role::Neutral | Role::Accept => return self.neutral(row, args),
            Role::Time(parts) => return super::values::time(parts, args),
            Role::Steps(steps) => return self.steps(call, row, steps, args),
            _ => {}
        }
        self.raw_set(call, row.role, args);
        let Some(handle) = self.socket_operand(call, args, 0) else {
            args.iter().for_each(|it| self.escape(it, "operand that is not followed"));
            return Value::Unknown;
        };
        // The row of some type stands for all that have the method: what it returns is that type's own.
        let any_type = handle.ty.is_none() && matches!(call.callee, Callee::Method(..));
        let bound = match row.role {
            Role::Set { option, value } => {
                let value = match value {
                    Source::Is(value) => OptState::new(value, None),
                    Source::Operand(at) => super::values::opt_state(option, args.get(at)),
                };
                self.set_at(
                    self.spot(call.site),
                    (call.discarded, row.returns),
                    handle.id,
                    option,
                    value,
                );
                None
            }
            Role::SetBy { level, name, value, .. } => {
                let level = level.and_then(|at| args.get(at));
                let operands = (level, args.get(name), args.get(value));
                self.set_by(call, row, handle.id, operands, call.args.get(name));
                None
            }
            Role::Bind => {
                let addr = args.get(1).map_or(Addr::UNKNOWN, super::values::addr_of);
                Some(self.bind(call, row, handle.id, addr))
            }
            Role::Listen => {
                self.listen(call, handle.id);
                None
            }
            Role::Connect => {
                self.step(call, handle.id, EventKind::Connect, Phase::CONNECTED);
                None
            }
            Role::JoinMulticast => {
                self.step(call, handle.id, EventKind::JoinMulticast, Phase::BOTTOM);
                self.has_joined(call, handle.id);
                None
            }
            _ => None,
        };
        match (row.returns, bound) {
            (Returns::Socket(_), _) if any_type => Value::Sock(handle),
            (Returns::Socket(path), _) => model::socket_type(path)
                .map_or(Value::Sock(handle), |ty| self.converted(handle, ty)),
            (Returns::This, _) => Value::Sock(handle),
            (Returns::Unit | Returns::Code, Some(outcome)) => Value::Outcome(Box::new(outcome)),
            (Returns::Unit, None) => Value::Unit,
            _ => Value::Unknown,
        }
    }

    fn create(
        &mut self,
        call: &'w Call,
        row: &'static Api,
        args: &[Value<'w>],
        (domain, sock_type, phase, addr): (Source<Domain>, Source<SockType>, Phase, Option<usize>),
        sets: &[(&'static SockOpt, Platforms)],
    ) -> Value<'w> {
        let Returns::Socket(path) = row.returns else { return Value::Unknown };
        let domain = match domain {
            Source::Is(domain) => domain,
            Source::Operand(at) => match args.get(at) {
                Some(Value::Domain(domain)) => *domain,
                _ => Domain::UNKNOWN,
            },
        };
        let kind_depth = match sock_type {
            Source::Operand(at) => call.args.get(at).map(|it| self.decided(it)),
            Source::Is(_) => None,
        };
        let sock_type = match sock_type {
            Source::Is(ty) => ty,
            Source::Operand(at) => match args.get(at) {
                Some(Value::Type(ty)) => *ty,
                _ => SockType::UNKNOWN,
            },
        };
        let (domain, sock_type) =
            args.iter().fold((domain, sock_type), |(domain, sock_type), arg| {
                match arg.clone().strip() {
                    Value::Protocol(ty) => (domain.meet(Domain::INET), sock_type.meet(ty)),
                    Value::Level(level) => model::protocol(level)
                        .map_or((domain, sock_type), |ty| {
                            (domain.meet(Domain::INET), sock_type.meet(ty))
                        }),
                    _ => (domain, sock_type),
                }
            });
        let spot = self.spot(call.site);
        let mut sock = Sock::new(domain, sock_type, spot);
        sock.kind_depth = kind_depth.filter(|depth| *depth < self.stack.len());
        for (option, platforms) in sets {
            self.tells_apart(*platforms);
            if platforms.contains(self.platform) {
                sock.options.set(option, OptState::new(OptValue::ON, None));
            }
        }
        let addr = addr.and_then(|at| args.get(at)).map_or(Addr::UNKNOWN, super::values::addr_of);
        let id = self.made(row, sock, phase, addr);
        let handle = Value::Sock(Handle { id, ty: model::socket_type(path) });
        Value::Fallible(Box::new(handle))
    }

    /// A new socket, which the call that makes it takes up to `phase`.
    pub(super) fn made(
        &mut self,
        row: &'static Api,
        mut sock: Sock,
        phase: Phase,
        addr: Addr,
    ) -> SockId {
        if let Some(spot) = sock.created {
            if phase.may(Phase::BOUND.join(Phase::LISTENING)) {
                let options = sock.options.clone();
                let calls = self.calls();
                if self.program.workspace.lists_all && self.st.live && self.fuel > 0 {
                    let kind = EventKind::Bind(addr, row);
                    self.made.push(Event { kind, spot, sock: sock.clone(), calls: calls.clone() });
                }
                Rc::make_mut(&mut sock.binds).push(Bind {
                    spot,
                    at: spot,
                    options,
                    implicit: true,
                    row,
                    calls,
                    addr,
                });
            }
            if phase.is(Phase::LISTENING) {
                sock.phase = phase;
                sock.listen = Some(spot);
                self.event(EventKind::Listen, spot, &sock);
            }
        }
        sock.phase = phase;
        self.add_sock(sock)
    }

    /// A call that changes nothing, of which at most the type of the result is known.
    fn neutral(&mut self, row: &'static Api, args: &[Value<'w>]) -> Value<'w> {
        match row.returns {
            Returns::This => args.first().cloned().unwrap_or(Value::Unknown),
            Returns::Socket(path) => {
                let ty = model::socket_type(path);
                ty.map_or(Value::Unknown, |ty| self.unknown_of(&crate::link::Type::Socket(ty)))
            }
            _ => Value::Unknown,
        }
    }

    /// The socket in an operand. A variable that nothing was known of is one from now on.
    pub(super) fn socket_operand(
        &mut self,
        call: &'w Call,
        args: &[Value<'w>],
        at: usize,
    ) -> Option<Handle> {
        match args.get(at)?.clone().strip() {
            Value::Sock(handle) => Some(handle),
            Value::Unknown | Value::Mixed => {
                let ty = model::socket_type(model::RAW_FD)?;
                self.place_of(call.args.get(at)?)?;
                let id = self.add_sock(Sock::foreign(ty.domain, ty.sock_type, ty.phase));
                let handle = Handle { id, ty: Some(ty) };
                if let Some(slot) = self.place_of(call.args.get(at)?) {
                    *slot = Value::Sock(handle);
                }
                Some(handle)
            }
            _ => None,
        }
    }

    pub(super) fn sock(&mut self, id: SockId) -> Sock {
        let unknown = || Sock::foreign(Domain::UNKNOWN, SockType::UNKNOWN, Phase::UNKNOWN);
        self.st.socks.get(&id).map_or_else(unknown, |sock| Sock::clone(sock))
    }

    pub(super) fn set_at(
        &mut self,
        spot: Spot,
        (discarded, returns): (bool, Returns),
        id: SockId,
        option: &'static SockOpt,
        state: OptState,
    ) {
        let mut sock = self.sock(id);
        let late = sock.phase.is(Phase::BOUND.join(Phase::LISTENING));
        if late && option == &REUSE_ADDR && self.program.is_arranged(spot.func, self.platform) {
            // Where the attribute has moved it to, it is made everywhere else.
            self.tells_apart(Platforms::WINDOWS);
            if self.platform == Platform::Windows {
                return;
            }
        }
        let (value, by_family) = (state.value, self.families > 0);
        let set = OptionSet { option, value, discarded, returns, by_family };
        self.event(EventKind::Set(set), spot, &sock);
        sock.options.set(option, OptState { set_by: Some(spot), ..state });
        self.st.put(id, sock);
    }

    /// `setsockopt(fd, level, name, value, len)`: an option that the source does not name may be any.
    fn set_by(
        &mut self,
        call: &'w Call,
        row: &Api,
        id: SockId,
        (level, name, value): (Option<&Value<'w>>, Option<&Value<'w>>, Option<&Value<'w>>),
        written: Option<&Expr>,
    ) {
        match name.cloned().map(Value::strip) {
            Some(Value::Option(option)) => {
                let state = super::values::opt_state(option, value);
                let spot = self.naming_spot(call, written);
                // What a wrapper evaluates to, nobody has looked at.
                let direct = spot.site.id == call.site;
                let returns = if direct { row.returns } else { Returns::Other };
                self.set_at(spot, (call.discarded, returns), id, option, state);
            }
            Some(Value::Neutral) => {}
            Some(Value::AnyOption(options)) => {
                self.links.asks = true;
                let mut sock = self.sock(id);
                for option in options {
                    sock.options.set(option, OptState::new(OptValue::UNKNOWN, None));
                }
                self.st.put(id, sock);
                self.give_up("one of several options");
            }
            _ => {
                self.links.asks |= written.is_none_or(|it| self.is_given(it));
                let mut sock = self.sock(id);
                match level.cloned().map(Value::strip) {
                    Some(Value::Level(sol)) => sock.options.forget_level(sol),
                    _ => sock.options = Options { known: Rc::default(), rest: OptValue::UNKNOWN },
                }
                self.st.put(id, sock);
                self.give_up("option that is not named");
            }
        }
    }

    /// Where the option is named: in a wrapper that gets it as a parameter, at the wrapper's call.
    pub(super) fn naming_spot(&self, call: &'w Call, written: Option<&'w Expr>) -> Spot {
        let depth = written.map_or(self.stack.len(), |written| self.decided(written));
        self.spot_below(depth).unwrap_or_else(|| self.spot(call.site))
    }

    /// How many functions deep an operand is decided: where the outermost one does not merely hand on a
    /// parameter of its own.
    fn decided(&self, mut operand: &'w Expr) -> usize {
        let mut depth = self.stack.len();
        if self.stack.last().is_none_or(|it| it.func != self.func()) {
            // A closure's body: its names are not those of the function that calls it.
            return depth;
        }
        while let (Some(activation), Expr::Path(path)) = (self.stack.get(depth - 1), operand) {
            let params = &self.program.func(activation.func).func.params;
            let is_it = |(pat, _): &(Pat, Ty)| matches!(pat, Pat::Bind(it, None) if path.as_ident() == Some(it));
            let given = params.iter().position(is_it);
            let Some((at, (call, _))) = given.zip(activation.call) else { break };
            let Some(argument) = call.args.get(at) else { break };
            (operand, depth) = (argument, depth - 1);
        }
        depth
    }

    /// Whether callers may decide what an operand is worth: it is no constant that nobody has read.
    pub(super) fn is_given(&self, operand: &Expr) -> bool {
        let Expr::Path(path) = operand else { return true };
        let of = path.segs.first().map_or("", |it| it.name.as_str());
        let is_constant = !path.last().contains(char::is_lowercase);
        !is_constant || self.program.func(self.func()).is_generic(of)
    }

    /// The call that leads from the function at `depth` to the present one, if there is one.
    fn spot_below(&self, depth: usize) -> Option<Spot> {
        self.stack.get(depth)?.call.map(|(_, spot)| spot)
    }

    pub(super) fn bind(
        &mut self,
        call: &'w Call,
        row: &'static Api,
        id: SockId,
        addr: Addr,
    ) -> Outcome {
        let at = self.spot(call.site);
        self.arrange(at, id);
        let before = self.sock(id);
        // A helper for sockets of any kind is as it should be: the call that makes it a TCP socket is not.
        let spot = before.kind_depth.and_then(|depth| self.spot_below(depth)).unwrap_or(at);
        self.event(EventKind::Bind(addr, row), at, &before);
        let mut sock = before.clone();
        if sock.domain.is_unknown() {
            sock.domain = sock.domain.meet(addr.domain);
        }
        let calls = self.calls();
        let options = sock.options.clone();
        let bind = Bind { spot, at, options, implicit: false, row, calls, addr };
        // A second round of a loop binds at the same spot: the state at hand is the newest.
        let binds = Rc::make_mut(&mut sock.binds);
        binds.retain(|it| it.spot != spot);
        binds.push(bind.clone());
        self.memo.fields.bound(&sock, &bind);
        sock.phase = Phase::BOUND;
        self.st.put(id, sock);
        Outcome { id, before }
    }

    /// Sets before a bind what `#[sockopt::listener]` sets there.
    fn arrange(&mut self, at: Spot, id: SockId) {
        let Some(listener) = self.program.listener(at.func, self.platform) else { return };
        let mut sock = self.sock(id);
        if !sock.sock_type.may(SockType::STREAM) || !sock.domain.may(Domain::INET) {
            return;
        }
        self.tells_apart(Platforms::WINDOWS);
        let wanted = listener.reuse_address && !listener.allows("missing_reuseaddr");
        let reuse = wanted && self.platform != Platform::Windows;
        let options =
            reuse.then_some(&REUSE_ADDR).into_iter().chain(listener.options.iter().copied());
        for option in options {
            let state = sock.options.get(option);
            let open = state.value.is(OptValue::UNSET) || state.set_by.is_none();
            if open && option.platforms.contains(self.platform) {
                let value = if option == &V6ONLY { OptValue::UNKNOWN } else { OptValue::ON };
                sock.options.set(option, OptState::new(value, Some(at)));
            }
        }
        self.st.put(id, sock);
    }

    pub(super) fn listen(&mut self, call: &'w Call, id: SockId) {
        let spot = self.spot(call.site);
        let mut sock = self.sock(id);
        // Of the internet domain, only streams listen (`listen(2)`): a socket of unknown type is one.
        if sock.domain.is(Domain::INET) && sock.sock_type.may(SockType::STREAM) {
            sock.sock_type = SockType::STREAM;
        }
        sock.phase = Phase::LISTENING;
        sock.listen = Some(spot);
        self.event(EventKind::Listen, spot, &sock);
        self.st.put(id, sock);
    }

    pub(super) fn step(&mut self, call: &'w Call, id: SockId, kind: EventKind, phase: Phase) {
        let spot = self.spot(call.site);
        let mut sock = self.sock(id);
        self.event(kind, spot, &sock);
        if phase != Phase::BOTTOM {
            sock.phase = phase;
        }
        self.st.put(id, sock);
    }

    /// A join is remembered as the option that it sets.
    fn has_joined(&mut self, call: &'w Call, id: SockId) {
        let set_by = Some(self.spot(call.site));
        if let Some(sock) = self.st.sock_mut(id) {
            let state = OptState::new(OptValue::ON, set_by);
            sock.options.set(&model::options::ADD_MEMBERSHIP, state);
        }
    }

    /// Another handle of the same socket. A type says what the socket is; a bound socket that becomes a
    /// listener listens, whoever makes the call.
    pub(super) fn converted(&mut self, handle: Handle, ty: &'static SockTy) -> Value<'w> {
        let mut sock = self.sock(handle.id);
        // A conversion that cannot be (of the wrong `impl`) tells nothing of the socket.
        if sock.domain.may(ty.domain) && sock.sock_type.may(ty.sock_type) {
            sock.domain = sock.domain.meet(ty.domain);
            sock.sock_type = sock.sock_type.meet(ty.sock_type);
            if let Some(id) = sock.presumed.filter(|_| ty.path != model::RAW_FD) {
                self.confirmed.entry(id).or_insert(ty);
            }
        }
        let bound = sock.phase.may(Phase::BOUND.join(Phase::LISTENING)) && !sock.phase.is_unknown();
        if ty.phase.is(Phase::LISTENING) && bound {
            sock.phase = Phase::LISTENING;
            if let Some(spot) = sock.listen.or_else(|| sock.binds.last().map(|bind| bind.spot)) {
                self.event(EventKind::Listen, spot, &sock);
            }
        }
        self.st.put(handle.id, sock);
        Value::Sock(Handle { id: handle.id, ty: Some(ty) })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_states, check_states_in_body};

    #[test]
    fn a_socket_is_made_then_bound_then_listens() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?; //? s: created reuseaddr=unset
s.set_reuse_address(true)?; //? s: created reuseaddr=on
s.bind(&addr.into())?; //? s: bound reuseaddr=on
s.listen(128)?; //? s: listening reuseaddr=on
",
        );
    }

    #[test]
    fn a_socket_connects() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.connect(&addr.into())?; //? s: connected reuseaddr=unset
",
        );
    }

    #[test]
    fn the_last_set_counts() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.set_reuse_address(true)?;
s.set_reuse_address(false)?; //? s: created reuseaddr=off
",
        );
    }

    #[test]
    fn options_of_other_sockets_are_their_own() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let t = Socket::new(Domain::IPV6, Type::STREAM, None)?;
t.set_only_v6(true)?; //? s: created v6only=unset //? t: created v6only=on
",
        );
    }

    #[test]
    fn raw_calls_name_the_option() {
        check_states_in_body(
            r"
let fd = unsafe { libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0) }; //? fd: created reuseaddr=unset
let on: libc::c_int = 1;
unsafe {
    libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, &on as *const _ as *const libc::c_void, 4);
} //? fd: created reuseaddr=on
unsafe { libc::listen(fd, 128) }; //? fd: listening reuseaddr=on
",
        );
    }

    #[test]
    fn a_number_made_from_a_bool_is_what_the_bool_is() {
        check_states_in_body(
            r"
let fd = unsafe { libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0) };
let reuse = true;
let on = libc::c_int::from(reuse);
unsafe { libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, (&raw const on).cast(), 4) }; //? fd: created reuseaddr=on
let off = i32::from(!reuse);
unsafe { libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, (&raw const off).cast(), 4) }; //? fd: created reuseaddr=off
",
        );
    }

    #[test]
    fn a_raw_call_that_names_no_option_may_set_any_of_its_level() {
        check_states_in_body(
            r"
let fd = unsafe { libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0) };
let name = option_of(&addr);
unsafe { libc::setsockopt(fd, libc::SOL_SOCKET, name, std::ptr::null(), 4) }; //? fd: created reuseaddr=unknown v6only=unset
unsafe { libc::setsockopt(fd, level_of(&addr), name, std::ptr::null(), 4) }; //? fd: created reuseaddr=unknown v6only=unknown
",
        );
    }

    #[test]
    fn a_socket_of_a_caller_may_have_any_option() {
        check_states(
            r"
fn serve(s: socket2::Socket, t: tokio::net::TcpSocket) -> std::io::Result<()> {
    s.set_reuse_address(true)?; //? s: unknown reuseaddr=on reuseport=unknown
    let listener = t.listen(128)?; //? listener: listening reuseaddr=unknown
    Ok(())
}
",
        );
    }

    #[test]
    fn a_tokio_socket_is_followed_to_its_listener() {
        check_states_in_body(
            r"
let s = tokio::net::TcpSocket::new_v4()?; //? s: created reuseaddr=unset
s.set_reuseaddr(true)?;
s.bind(addr)?; //? s: bound reuseaddr=on
let listener = s.listen(1024)?; //? listener: listening reuseaddr=on
",
        );
    }

    #[test]
    fn a_protocol_says_the_type() {
        check(
            r"
use socket2::{Domain, Protocol, Socket, Type};
pub fn open(ty: Type, addr: std::net::SocketAddr) -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV4, ty, Some(Protocol::UDP))?;
    s.set_reuse_address(true)?; //~ udp_reuseaddr
    s.bind(&addr.into())
}
pub unsafe fn raw(ty: libc::c_int, addr: *const libc::sockaddr) {
    let s = libc::socket(libc::AF_INET, ty, libc::IPPROTO_UDP);
    let on: libc::c_int = 1;
    assert_eq!(libc::setsockopt(s, libc::SOL_SOCKET, libc::SO_REUSEADDR, (&raw const on).cast(), 4), 0); //~ udp_reuseaddr
    assert_eq!(libc::bind(s, addr, 16), 0);
}
",
        );
    }

    #[test]
    fn a_type_may_have_flags() {
        check(
            r"
fn open(addr: *const libc::sockaddr, len: libc::socklen_t) {
    let s = unsafe { libc::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0) };
    let on: libc::c_int = 1;
    assert_eq!(unsafe { libc::setsockopt(s, libc::SOL_SOCKET, libc::SO_REUSEADDR, (&raw const on).cast(), 4) }, 0); //~ udp_reuseaddr
    assert_eq!(unsafe { libc::bind(s, addr, len) }, 0);
}
",
        );
    }

    #[test]
    fn an_option_that_no_table_lists_is_another() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let fd = std::os::fd::AsRawFd::as_raw_fd(&s);
unsafe { libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_PRIORITY, (&raw const on).cast(), 4) }; //? s: created reuseaddr=unset
",
        );
    }

    #[test]
    fn the_attribute_sets_options_of_the_internet() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
#[sockopt::listener]
fn path(addr: &socket2::SockAddr) -> std::io::Result<()> {
    let s = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    s.bind(addr)?; //? s: bound reuseaddr=unset
    s.listen(1)
}
#[sockopt::listener]
fn own(addr: std::net::SocketAddr) -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    s.bind(&addr.into())?; //? s: bound reuseaddr=on
    s.listen(1)
}
#[sockopt::listener]
fn given(s: &Socket, addr: std::net::SocketAddr) -> std::io::Result<()> {
    s.bind(&addr.into())?; //? s: bound reuseaddr=on
    s.listen(1)
}
",
        );
    }

    #[test]
    fn a_raw_value_may_stand_in_an_array() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let fd = std::os::fd::AsRawFd::as_raw_fd(&s);
unsafe { libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, [1].as_ptr().cast(), 4) }; //? s: created reuseaddr=on
unsafe { libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, [0_u8, 1, 0, 0].as_ptr().cast(), 4) }; //? s: created reuseaddr=opaque
",
        );
    }

    #[test]
    fn a_time_of_zero_is_what_counts() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.set_linger(Some(std::time::Duration::from_secs(0)))?; //? s: created linger=on
s.set_linger(Some(std::time::Duration::from_secs(5)))?; //? s: created linger=off
s.set_linger(None)?; //? s: created linger=off
s.set_linger(Some(elsewhere::time()))?; //? s: created linger=opaque
let fd = std::os::fd::AsRawFd::as_raw_fd(&s);
let long = libc::linger { l_onoff: 1, l_linger: 5 };
unsafe { libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_LINGER, (&raw const long).cast(), 8) }; //? s: created linger=off
let zero = [libc::linger { l_onoff: 1, l_linger: 0 }];
unsafe { libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_LINGER, zero.as_ptr().cast(), 8) }; //? s: created linger=on
let off = [libc::linger { l_onoff: 1, l_linger: 0 }, libc::linger { l_onoff: 0, l_linger: 0 }];
unsafe { libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_LINGER, off.as_ptr().cast(), 8) }; //? s: created linger=opaque
",
        );
    }

    #[test]
    fn what_a_call_returns_is_of_its_type() {
        check_states(
            r"
async fn serve(addr: std::net::SocketAddr) -> std::io::Result<()> {
    let s = tokio::net::TcpSocket::new_v4()?;
    s.bind(addr)?;
    let l = s.listen(1)?;
    let (c, _) = l.accept().await?; //? l: listening reuseaddr=unset
    Ok(())
}
",
        );
    }
}
