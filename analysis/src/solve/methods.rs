//! Method calls: by the receiver's type if it is known, never by the name alone.

use super::Solver;
use crate::{
    ir::{Call, Expr, Ty},
    link::{Type, TypeKey},
    model::{self, Api, Role},
    socket::{Domain, Phase, SockType},
    state::{Addr, Handle, Sock, State, Value},
};

/// Methods that hand on the value inside, or a view of it.
const ADAPTORS: &[&str] = &[
    "unwrap",
    "expect",
    "map_err",
    "ok",
    "err",
    "context",
    "with_context",
    "wrap_err",
    "wrap_err_with",
    "or_err",
    "ok_or",
    "ok_or_else",
    "as_ref",
    "as_mut",
    "as_deref",
    "as_deref_mut",
    "borrow",
    "borrow_mut",
    "lock",
    "write",
    "read",
    "get_ref",
    "get_mut",
    "clone",
    "cloned",
    "copied",
    "to_owned",
    "take",
    "into_inner",
    "by_ref",
    "boxed",
    "fuse",
    "compat",
    "iter",
    "into_iter",
    "iter_mut",
    "next",
    "deref",
    "deref_mut",
    "unwrap_or_default",
    "into_owned",
    "leak",
    "instrument",
    "in_current_span",
    "as_ptr",
    "as_mut_ptr",
    "cast",
    "try_into",
    "into",
    "to_string",
    "as_str",
    "to_socket_addrs",
    "parse",
    "collect",
    "or_else_err",
    "transpose",
    "flatten",
    "unwrap_unchecked",
    "get",
    "join",
    "into_std",
    "unwrap_or",
    "as_slice",
    "to_vec",
    "into_boxed_slice",
    "first",
    "last",
    "rev",
    "pop",
    "pop_back",
    "pop_front",
    "remove",
    "swap_remove",
    "drain",
    "zip",
    "peekable",
    "fetch",
    "diagnose",
    "nonblocking",
    "cloexec",
    "or_fail",
    "attach_printable",
    "change_context",
];

/// Methods whose closure gets the value inside and whose result is the closure's.
const COMBINATORS: &[&str] = &[
    "and_then",
    "map",
    "then",
    "map_or",
    "map_or_else",
    "is_ok_and",
    "is_some_and",
    "is_none_or",
    "filter_map",
    "flat_map",
    "find_map",
    "for_each",
    "try_for_each",
    "try_fold",
    "fold",
    "with",
    "and",
];

/// Methods whose closure only looks at the value.
const OBSERVERS: &[&str] =
    &["inspect", "tap", "tap_mut", "filter", "inspect_err", "tap_err", "tap_ok"];

/// Methods that look at a value of any type and change nothing.
const LOOKS: &[&str] = &["is_none", "is_some", "is_ok", "is_err", "is_empty", "len", "eq", "ne"];

/// Functions that put a value into another type, given to a combinator by name.
const CONVERSIONS: &[&str] = &["into", "from", "new", "Some", "Ok"];

/// Methods whose closure runs on the error path.
const RECOVERIES: &[&str] = &["or_else", "unwrap_or_else"];

/// Methods of a result that are not merely adaptors.
const HANDLED: &[&[&str]] = &[COMBINATORS, OBSERVERS, RECOVERIES, &["unwrap", "expect"]];

impl<'w> Solver<'w> {
    pub(super) fn method(
        &mut self,
        call: &'w Call,
        name: &'w str,
        turbofish: &'w [Ty],
    ) -> Value<'w> {
        let mut args = self.operands(&call.args);
        if !self.st.live {
            return Value::Never;
        }
        if let [Value::Outcome(_) | Value::Failure(..), ..] = args.as_slice()
            && let Some(value) = self.on_outcome(name, &args)
        {
            return value;
        }
        if let Value::Fallible(_) = &args[0]
            && !HANDLED.iter().any(|names| names.contains(&name))
            && !self.program.has_method(name, self.func())
            && !self.is_described(&args, name)
        {
            return self.extension_of_result(name, args);
        }
        let receiver = args[0].clone().strip();
        match &receiver {
            Value::Sock(handle) => self.method_of_socket(call, name, *handle, args),
            Value::Struct(it) if it.ty.is_some() => {
                let key = it.ty.map(TypeKey::Adt);
                let found = key.map(|key| self.methods_of(&key, name)).unwrap_or_default();
                if let Some(inner) = it.only_socket().filter(|_| found.is_empty())
                    && !matches!(self.socket_row(inner, name, args.len()), Lookup::None)
                {
                    // No method of the type itself: it derefs to the socket inside.
                    return self.method_of_socket(call, name, inner, args);
                }
                if found.is_empty() {
                    return self.on_any(call, name, turbofish, receiver, args);
                }
                args[0] = receiver;
                self.call_functions(call, &found, &args)
            }
            Value::Addr(_) | Value::Unknown if name == "set_port" => {
                let port = if let Some(Value::Int(port)) = args.get(1) {
                    u16::try_from(*port).ok()
                } else {
                    None
                };
                let changed = Value::Addr(Addr { port, ..super::values::addr_of(&receiver) });
                if let Some(slot) = self.place_of(&call.args[0]) {
                    *slot = changed;
                }
                Value::Unit
            }
            _ => self.on_any(call, name, turbofish, receiver, args),
        }
    }

    /// Whether a row says what a method does to the socket before it. Whether a call that users describe can fail,
    /// they do not say: then its result is the socket itself.
    fn is_described(&mut self, args: &[Value<'w>], name: &str) -> bool {
        match args[0].clone().strip() {
            Value::Sock(handle) => {
                matches!(self.socket_row(handle, name, args.len()), Lookup::Row(_))
            }
            _ => false,
        }
    }

    /// Whatever an extension of `Result` is called, it hands on what is inside.
    fn extension_of_result(&mut self, name: &str, mut args: Vec<Value<'w>>) -> Value<'w> {
        for arg in args.split_off(1) {
            match arg {
                Value::Closure(closure, frame) => drop(self.maybe_run(closure, frame)),
                arg => self.escape(&arg, "call of unknown code"),
            }
        }
        match name {
            "is_ok" | "is_err" => Value::Unknown,
            _ => args.remove(0),
        }
    }

    /// `bind(..).is_err()`, `.or_else(..)`: what looks at the result of a `bind`.
    fn on_outcome(&mut self, name: &str, args: &[Value<'w>]) -> Option<Value<'w>> {
        let Value::Outcome(outcome) = &args[0] else { return None };
        match name {
            "is_err" | "is_ok" => Some(Value::Failure(outcome.clone(), name == "is_err")),
            "map_err" | "context" | "with_context" | "wrap_err" | "or_err" | "inspect_err"
            | "as_ref" => Some(args[0].clone()),
            _ if RECOVERIES.contains(&name) => {
                let Some(Value::Closure(closure, frame)) = args.get(1) else { return None };
                let mut undone = self.st.clone();
                undone.undo(outcome);
                let done = std::mem::replace(&mut self.st, undone);
                let value = self.call_closure(*closure, *frame, vec![Value::Unknown]);
                // A recovery that hands back the error ends the story, as `?` does.
                let recovered = if value == Value::Failed {
                    State::dead()
                } else {
                    std::mem::replace(&mut self.st, State::dead())
                };
                let (st, value) = done.join_with(Value::Unit, recovered, value);
                self.st = st;
                Some(value)
            }
            _ => None,
        }
    }

    fn method_of_socket(
        &mut self,
        call: &'w Call,
        name: &'w str,
        handle: Handle,
        mut args: Vec<Value<'w>>,
    ) -> Value<'w> {
        let receiver = Value::Sock(handle);
        if let Some(ty) = handle.ty {
            let extension = self.methods_of(&TypeKey::External(ty.path.to_owned()), name);
            if !extension.is_empty() {
                args[0] = receiver;
                return self.call_functions(call, &extension, &args);
            }
        }
        match self.socket_row(handle, name, args.len()) {
            Lookup::Row(row) => {
                args[0] = receiver;
                self.apply(call, row, &args)
            }
            // Of the socket in an `Option`, not of the socket.
            Lookup::Neutral if name == "take" && args.len() == 1 => receiver,
            Lookup::Neutral => {
                args.iter().skip(1).for_each(|it| self.escape(it, "call of unknown code"));
                Value::Unknown
            }
            Lookup::None => self.on_any(call, name, &[], receiver, args),
        }
    }

    /// The row of a method of a socket; of a handle whose type is not known, one on which all types agree.
    fn socket_row(&mut self, handle: Handle, name: &str, args: usize) -> Lookup {
        if let Some(ty) = handle.ty {
            let path = format!("{}::{name}", ty.path);
            // `reuse_address()` reads what `reuse_address(true)` sets.
            return match self.row(&path).filter(|row| !matches!(row.role, Role::Set { value: model::Source::Operand(at), .. } if at >= args)) {
                Some(row) => Lookup::Row(row),
                None if self.program.workspace.models.is_neutral(&path) => Lookup::Neutral,
                None => Lookup::None,
            };
        }
        match model::method_of_any_socket(name, args) {
            model::AnySocket::Row(row) => Lookup::Row(row),
            model::AnySocket::Neutral => Lookup::Neutral,
            model::AnySocket::None => Lookup::None,
        }
    }

    /// A method whose receiver decides nothing: an adaptor, a combinator, or unknown.
    fn on_any(
        &mut self,
        call: &'w Call,
        name: &'w str,
        turbofish: &'w [Ty],
        receiver: Value<'w>,
        mut args: Vec<Value<'w>>,
    ) -> Value<'w> {
        let closure = args.iter().skip(1).rev().find_map(|arg| match arg.clone().strip() {
            Value::Closure(closure, frame) => Some((closure, frame)),
            _ => None,
        });
        if let Some((closure, frame)) = closure {
            if RECOVERIES.contains(&name) {
                let recovered = self.maybe_run(closure, frame);
                return if matches!(receiver, Value::Unknown | Value::Mixed | Value::Failed) {
                    recovered
                } else {
                    receiver
                };
            }
            if COMBINATORS.contains(&name) || OBSERVERS.contains(&name) {
                return self.combine(name, receiver, closure, frame);
            }
            if !ADAPTORS.contains(&name) {
                let mut value = Value::Unknown;
                for arg in args.split_off(1) {
                    match arg.strip() {
                        Value::Closure(closure, frame) => value = self.maybe_run(closure, frame),
                        arg => self.escape(&arg, "call of unknown code"),
                    }
                }
                self.escape(&receiver, "unknown method");
                return if matches!(name, "spawn" | "spawn_blocking") {
                    value
                } else {
                    Value::Unknown
                };
            }
        }
        match (name, &receiver) {
            ("domain" | "family", Value::Addr(addr)) => return Value::Domain(addr.domain),
            ("is_ipv4" | "is_ipv6", Value::Addr(addr)) => {
                let family = if name == "is_ipv4" { Domain::INET4 } else { Domain::INET6 };
                return addr.domain.is_of(family).map_or(Value::Family, Value::Bool);
            }
            ("ip", Value::Addr(addr)) => {
                return Value::Addr(Addr { port: None, ..*addr });
            }
            _ => {}
        }
        if let ("and_then" | "map", Some(Value::Func(func))) = (name, args.get(1)) {
            return self.call_functions(call, &[*func], &[receiver]);
        }
        if let ("and_then" | "map", Some(Value::Api(row))) = (name, args.get(1)) {
            return self.apply(call, row, &[receiver]);
        }
        if let ("and_then" | "map", Some(Expr::Path(path)), Value::Sock(handle)) =
            (name, call.args.get(1), &receiver)
            && CONVERSIONS.contains(&path.last())
        {
            return Value::Sock(Handle { id: handle.id, ty: None });
        }
        if let [_, .., given] = args.as_slice()
            && self.fill(name, &call.args[0], given)
        {
            return Value::Unknown;
        }
        if LOOKS.contains(&name) && args.len() == 1 {
            return Value::Unknown;
        }
        if ADAPTORS.contains(&name) {
            return self.adapt(name, turbofish, receiver, &args);
        }
        self.unknown_method(call, name, receiver, args)
    }

    fn adapt(
        &mut self,
        name: &str,
        turbofish: &'w [Ty],
        receiver: Value<'w>,
        args: &[Value<'w>],
    ) -> Value<'w> {
        args.iter().skip(1).for_each(|it| self.escape(it, "call of unknown code"));
        match (name, receiver) {
            // What it becomes is said elsewhere: by an annotation, a signature, a later method.
            ("into" | "try_into", Value::Sock(handle)) => {
                Value::Sock(Handle { id: handle.id, ty: None })
            }
            ("to_socket_addrs", value @ Value::Tuple(_)) => {
                Value::Addr(super::values::addr_of(&value))
            }
            ("parse", value @ Value::Str(_)) => {
                let addr = super::values::addr_of(&value);
                let target = turbofish.first().map(|ty| self.program.type_of(ty, self.place()));
                match target {
                    Some(Type::External(path)) => match super::values::unknown_address(&path) {
                        Value::Addr(of_type) => {
                            Value::Addr(Addr { domain: of_type.domain, ..addr })
                        }
                        _ => Value::Unknown,
                    },
                    _ => Value::Addr(addr),
                }
            }
            (
                "iter" | "into_iter" | "iter_mut" | "collect" | "to_vec" | "as_slice",
                value @ Value::Tuple(_),
            ) => value,
            ("next" | "first" | "last" | "get", value @ Value::Tuple(_))
            | (
                "next" | "first" | "last" | "get" | "pop" | "pop_back" | "pop_front" | "remove"
                | "swap_remove",
                value @ Value::Several(_),
            ) => self.element_of(value),
            (
                "map_err" | "ok" | "ok_or" | "ok_or_else" | "context" | "with_context",
                Value::Failed,
            ) => Value::Failed,
            ("unwrap" | "expect", Value::Failed) => self.diverge(),
            ("join", value) if !value.holds_socket() => Value::Unknown,
            (_, value) => value,
        }
    }

    fn combine(
        &mut self,
        name: &str,
        receiver: Value<'w>,
        closure: crate::state::ClosureRef<'w>,
        frame: usize,
    ) -> Value<'w> {
        if receiver == Value::Failed {
            return Value::Failed;
        }
        let given = match name {
            "for_each" | "try_for_each" | "filter_map" | "find_map" | "flat_map" => {
                self.element_of(receiver.clone())
            }
            _ => receiver.clone(),
        };
        let params = closure.0.params.len();
        let mut closure_args = vec![Value::Unknown; params];
        if let Some(last) = closure_args.last_mut() {
            *last = given;
        }
        // An error or an empty sequence skips the closure, and then what follows does not need it.
        let known = !matches!(
            receiver,
            Value::Unknown | Value::Mixed | Value::Tuple(_) | Value::Bool(_) | Value::Flag(_)
        );
        let result = if known {
            self.call_closure(closure, frame, closure_args)
        } else {
            self.perhaps(|this| this.call_closure(closure, frame, closure_args), Value::Never)
        };
        if OBSERVERS.contains(&name) { receiver } else { result }
    }

    fn unknown_method(
        &mut self,
        call: &'w Call,
        name: &'w str,
        receiver: Value<'w>,
        mut args: Vec<Value<'w>>,
    ) -> Value<'w> {
        if receiver == Value::Unknown {
            if let Some(default) = self.flag(name, &args) {
                return Value::Flag(default);
            }
            if let Some(value) = self.presume(call, name, &args) {
                return value;
            }
        }
        let holds = args.iter().skip(1).any(Value::holds_socket) || receiver.holds_socket();
        if !holds {
            self.lend(call);
            return Value::Unknown;
        }
        if matches!(receiver, Value::Unknown | Value::Mixed | Value::Struct(_))
            && let Some(func) = self.program.only_method(name, self.func(), self.platform)
        {
            args[0] = receiver;
            return self.call_functions(call, &[func], &args);
        }
        self.lend(call);
        args.iter().skip(1).for_each(|it| self.escape(it, "unknown method"));
        self.escape(&receiver, "unknown method");
        Value::Unknown
    }

    /// What a flag of the command line is unless it is given, if the method asks for one by the name that code
    /// around declares it with.
    fn flag(&mut self, name: &str, args: &[Value<'w>]) -> Option<bool> {
        let [_, Value::Str(flag)] = args else { return None };
        let row = model::about_flags(name).filter(|row| matches!(row.role, Role::Flag))?;
        let version = self.program.version_of(row.path, self.func());
        if !row.holds_in(version.as_ref()) || self.program.has_method(name, self.func()) {
            return None;
        }
        let default = self.program.declared_flag(flag, self.func());
        if default.is_none() {
            self.unread.extend(self.program.unread_makers(row.path, self.func(), self.platform));
        }
        default
    }

    /// A setter that only sockets have, of a variable that nothing is known of (it may come from a
    /// dependency): presumed to be a socket until something shows that it is one.
    fn presume(&mut self, call: &'w Call, name: &str, args: &[Value<'w>]) -> Option<Value<'w>> {
        let model::AnySocket::Row(row) = model::method_of_any_socket(name, args.len()) else {
            return None;
        };
        let sets = matches!(row.role, Role::Set { option, .. } if option.must_check);
        if !sets || self.program.has_method(name, self.func()) {
            return None;
        }
        self.place_of(&call.args[0]).filter(|slot| **slot == Value::Unknown)?;
        let mut sock = Sock::foreign(Domain::UNKNOWN, SockType::UNKNOWN, Phase::UNKNOWN);
        sock.presumed = Some(self.next_id());
        let id = self.add_sock(sock);
        let receiver = Value::Sock(Handle { id, ty: None });
        if let Some(slot) = self.place_of(&call.args[0]) {
            *slot = receiver.clone();
        }
        let mut args = args.to_vec();
        args[0] = receiver;
        Some(self.apply(call, row, &args))
    }
}

enum Lookup {
    Row(&'static Api),
    Neutral,
    None,
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_body, check_states, check_states_in_body};

    #[test]
    fn and_then_hands_on_the_socket() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)
    .and_then(|s| {
        s.set_reuse_address(true)?;
        Ok(s)
    })
    .and_then(|s| s.set_reuse_port(true).map(|()| s))?; //? s: created reuseaddr=on reuseport=on
",
        );
    }

    #[test]
    fn a_conversion_by_name_hands_on_the_socket() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None).map(Arc::new)?; //? s: created reuseaddr=unset
let t: Shared = s.try_clone().map(Into::into)?;
if Some(&t).is_none() {
    return Ok(());
}
t.set_reuse_address(true)?; //? t: created reuseaddr=on //? s: created reuseaddr=on
",
        );
    }

    #[test]
    fn results_of_setters_are_chained() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.set_reuse_address(true).and_then(|()| s.bind(&addr.into())).and_then(|()| s.listen(1))?; //? s: listening reuseaddr=on
",
        );
    }

    #[test]
    fn an_error_that_is_mapped_changes_nothing() {
        check_states_in_body(
            r#"
let s = Socket::new(Domain::IPV4, Type::STREAM, None).map_err(|error| io::Error::other(error))?; //? s: created reuseaddr=unset
s.set_reuse_address(true).map_err(drop).unwrap(); //? s: created reuseaddr=on
s.bind(&addr.into()).expect("free"); //? s: bound reuseaddr=on
"#,
        );
    }

    #[test]
    fn a_failed_bind_is_tried_again_on_the_same_socket() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.bind(&addr.into()).or_else(|_| {
    s.set_reuse_address(true)?; //? s: created reuseaddr=on
    s.bind(&addr.into())
})?; //? s: bound reuseaddr=unset|on
",
        );
    }

    #[test]
    fn a_clone_is_another_handle_of_one_socket() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let other = s.try_clone()?;
other.set_reuse_address(true)?; //? s: created reuseaddr=on //? other: created reuseaddr=on
s.bind(&addr.into())?; //? s: bound reuseaddr=on //? other: bound reuseaddr=on
",
        );
    }

    #[test]
    fn shared_and_locked_sockets_are_sockets() {
        check_states_in_body(
            r"
let s = std::sync::Arc::new(std::sync::Mutex::new(Socket::new(Domain::IPV4, Type::STREAM, None)?));
let other = s.clone();
other.lock().unwrap().set_reuse_address(true)?; //? s: created reuseaddr=on
",
        );
    }

    #[test]
    fn a_listener_that_is_made_of_a_bound_socket_listens() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.set_reuse_address(true)?;
s.bind(&addr.into())?;
let listener: TcpListener = s.into(); //? listener: listening reuseaddr=on
",
        );
    }

    #[test]
    fn a_listener_that_binds_by_itself_sets_the_option_on_unix() {
        check_states_in_body(
            r"
let listener = TcpListener::bind(addr)?; //? listener: listening reuseaddr=on //?windows listener: listening reuseaddr=unset
SockRef::from(&listener).set_only_v6(false)?; //? listener: listening reuseaddr=on v6only=off
",
        );
    }

    #[test]
    fn methods_of_what_is_no_socket_do_nothing() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let query = database();
query.set_reuse_address(true);
query.bind(&addr)?; //? s: created reuseaddr=unset
",
        );
    }

    #[test]
    fn a_platform_that_is_asked_for_decides_the_argument() {
        check_states_in_body(
            r#"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.set_reuse_address(!cfg!(windows))?; //? s: created reuseaddr=on //?windows s: created reuseaddr=off
if cfg!(target_os = "linux") {
    s.set_reuse_port(true)?;
} //? s: created reuseaddr=on reuseport=on //?windows s: created reuseaddr=off reuseport=unset
"#,
        );
    }

    #[test]
    fn builders_pass_the_socket_along() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
struct Builder { inner: Socket }
impl Builder {
    fn new() -> std::io::Result<Self> {
        Ok(Self { inner: Socket::new(Domain::IPV4, Type::STREAM, None)? })
    }
    fn reuse(self, on: bool) -> std::io::Result<Self> {
        self.inner.set_reuse_address(on)?; //? self.inner: unknown reuseaddr=opaque
        Ok(self)
    }
    fn build(self) -> Socket { self.inner }
}
fn serve() -> std::io::Result<()> {
    let s = Builder::new()?.reuse(true)?.build(); //? s: created reuseaddr=on
    let t = Builder::new()?.build(); //? t: created reuseaddr=unset
    Ok(())
}
",
        );
    }

    #[test]
    fn an_unknown_method_of_a_socket_makes_it_unknown() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.tune(); //? s: unknown
let t = Socket::new(Domain::IPV4, Type::STREAM, None)?;
t.local_addr()?; //? t: created reuseaddr=unset
",
        );
    }

    #[test]
    fn the_same_is_done_to_each_of_several_sockets() {
        check_states_in_body(
            r"
let a = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let b = Socket::new(Domain::IPV6, Type::STREAM, None)?;
for s in [&a, &b] {
    s.set_reuse_address(true)?;
} //? a: created reuseaddr=on //? b: created reuseaddr=on
[&a, &b].into_iter().try_for_each(|s| s.set_reuse_port(true))?; //? miss a: created reuseaddr=on reuseport=on: a closure is given one of several sockets
",
        );
    }

    #[test]
    fn a_hook_in_a_box_is_called() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let hooks: Vec<Box<dyn Fn(&Socket) -> io::Result<()>>> = vec![Box::new(|s| s.set_reuse_address(true))];
for hook in &hooks {
    hook(&s)?;
} //? s: created reuseaddr=on
",
        );
    }

    #[test]
    fn what_is_taken_out_of_an_option_is_the_socket() {
        check_states_in_body(
            r"
let mut slot = Some(Socket::new(Domain::IPV4, Type::STREAM, None)?);
slot.as_ref().unwrap().set_reuse_address(true)?; //? slot: created reuseaddr=on
let s = slot.take().unwrap(); //? s: created reuseaddr=on
let mut kept = Vec::new();
kept.push(Socket::new(Domain::IPV4, Type::STREAM, None)?);
for t in &kept {
    t.set_reuse_address(true)?; //? t: created reuseaddr=on
}
",
        );
    }

    #[test]
    fn results_that_are_joined_are_both_evaluated() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.set_reuse_address(true).and(s.set_reuse_port(true))?; //? s: created reuseaddr=on reuseport=on
s.set_reuse_address(true).and(s.bind(&addr.into()))?; //? s: bound reuseaddr=on reuseport=on
",
        );
    }

    #[test]
    fn an_extension_of_a_result_hands_it_on() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None).or_log(); //? s: created reuseaddr=unset
let ok = Socket::new(Domain::IPV4, Type::STREAM, None).is_ok(); //? ok: no socket
",
        );
    }

    #[test]
    fn an_error_that_is_mapped_is_that_of_the_bind() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
match s.bind(&addr.into()).map_err(|error| error.to_string()) {
    Ok(()) => {
        s.set_nonblocking(true)?; //? s: bound reuseaddr=unset
    }
    Err(_) => {
        s.set_nonblocking(true)?; //? s: created reuseaddr=unset
    }
}
",
        );
    }

    #[test]
    fn a_method_with_a_closure_may_do_anything() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.elsewhere(|| ()); //? s: unknown
let t = Some(Socket::new(Domain::IPV4, Type::STREAM, None)?).ok_or_else(|| elsewhere::error())?; //? t: created reuseaddr=unset
",
        );
    }

    #[test]
    fn an_address_has_a_domain() {
        check_body(
            r"
let four = std::net::SocketAddrV4::new(elsewhere::ip(), 80);
let s = Socket::new(socket2::SockAddr::from(four).domain(), Type::DGRAM, None)?;
s.set_only_v6(true)?; //~ useless_option
s.bind(&four.into())?;
",
        );
    }

    #[test]
    fn each_element_may_be_given_to_a_closure() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
[&s].iter().for_each(|it| it.set_reuse_address(true).unwrap()); //? s: created reuseaddr=unset|on
",
        );
    }

    #[test]
    fn a_method_of_the_workspace_makes_no_socket_of_its_receiver() {
        check(
            r"
pub struct Tuned;
impl Tuned { pub fn set_reuse_address(&self, on: bool) {} }
fn relay(addr: std::net::SocketAddr) -> std::io::Result<tokio::net::UdpSocket> {
    let s = dependency::new_socket(&addr)?;
    s.set_reuse_address(true)?;
    s.bind(&addr.into())?;
    tokio::net::UdpSocket::from_std(s.into())
}
",
        );
    }

    #[test]
    fn what_a_socket_tells_is_no_socket() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let local = s.local_addr()?; //? local: no socket //? s: created reuseaddr=unset
",
        );
    }

    #[test]
    fn what_follows_a_set_runs_with_it() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.set_reuse_address(true).and_then(|()| s.set_reuse_port(true))?; //? s: created reuseaddr=on reuseport=on
",
        );
    }
}
