//! Calls by path: rows of the tables, functions of the workspace, and what is neither.

use std::rc::Rc;

use super::{
    Activation, BYTES, MAX_DEPTH, REMEMBERED, SMALL, Settled, Solver, exprs::values_of_row,
};
use crate::{
    ir::{Call, Callee, Closure, Expr, Path, Seg, Ty},
    link::{Def, FuncId, Place, Res, Type, TypeId, TypeKey},
    model,
    socket::Platforms,
    state::{ClosureRef, Frame, Handle, Spot, Struct, Value},
};

/// Functions of other crates that run what they are given and hand on its value.
const RUNNERS: &[&str] = &[
    "spawn_blocking",
    "block_on",
    "block_in_place",
    "unblock",
    "timeout",
    "catch_unwind",
    "scope",
];

/// Associated functions that put what they are given into a value of their type.
const MAKERS: &[&str] = &["new", "from", "try_new", "try_from", "from_std", "wrap"];

/// Functions that never come back.
const ENDS: &[&str] =
    &["std::process::exit", "std::process::abort", "libc::exit", "libc::_exit", "libc::abort"];

impl<'w> Solver<'w> {
    pub(super) fn call(&mut self, call: &'w Call) -> Value<'w> {
        match &call.callee {
            Callee::Method(name, turbofish) => self.method(call, name, turbofish),
            Callee::Value => {
                let mut args = self.operands(&call.args);
                if !self.st.live || args.is_empty() {
                    return Value::Never;
                }
                let callee = args.remove(0);
                self.call_value(call, &callee.strip(), args)
            }
            Callee::Path { path, in_macro } => self.call_path(call, path, *in_macro),
        }
    }

    fn call_path(&mut self, call: &'w Call, path: &'w Path, in_macro: bool) -> Value<'w> {
        #[cfg(any(test, feature = "testing"))]
        if self.observe(call, path) {
            return Value::Unit;
        }
        let local = path.as_ident().and_then(|name| self.st.read(name).cloned());
        let mut args: Vec<Value<'w>> =
            self.operands(&call.args).into_iter().map(Value::looked_at).collect();
        if !self.st.live {
            return Value::Never;
        }
        if let Some(callee) = local {
            return self.call_value(call, &callee.strip(), args);
        }
        let res = self.resolve(path);
        match &*res {
            Res::External(name) => {
                let bare = in_macro && path.as_ident().is_some();
                let system_call = if bare { model::system_call(name) } else { None };
                self.call_external(call, system_call.as_ref().unwrap_or(name), args)
            }
            res => {
                let funcs = self.program.functions(res, self.platform);
                if funcs.is_empty() {
                    return self.construct(call, res, path, args);
                }
                self.mutable_arguments(call, &mut args);
                let funcs = self.accepting(funcs, &args);
                self.call_functions(call, &funcs, &args)
            }
        }
    }

    /// Of several functions of one name (`impl From<A> for T`, `impl From<B> for T`), those whose first
    /// parameter the first argument fits.
    fn accepting(&self, mut funcs: Vec<FuncId>, args: &[Value<'w>]) -> Vec<FuncId> {
        let Some(Value::Sock(Handle { ty: Some(ty), .. })) = args.first() else { return funcs };
        let accepts = |id: &FuncId| {
            let def = self.program.func(*id);
            let first = def.func.params.first().map(|(_, ty)| ty);
            let first =
                first.map(|it| self.program.type_of(it, Place::function(def, self.platform)));
            !matches!(first, Some(Type::Socket(it)) if it.path != ty.path)
        };
        if funcs.len() > 1 {
            funcs.retain(accepts);
        }
        funcs
    }

    /// Resolves a path in the function at hand; `Self` and `<Type>` are replaced by what they mean.
    pub(super) fn resolve(&mut self, path: &'w Path) -> Rc<Res<'w>> {
        let key = (std::ptr::from_ref(path), self.scope(), self.platform);
        if let Some(known) = self.memo.paths.get(&key) {
            return Rc::clone(known);
        }
        let res = Rc::new(self.resolve_anew(path));
        self.memo.paths.insert(key, Rc::clone(&res));
        res
    }

    fn resolve_anew(&self, path: &'w Path) -> Res<'w> {
        let def = self.program.func(self.func());
        let first = path.segs.first().map(|seg| seg.name.as_str());
        let (owner, rest): (&Ty, &[Seg]) = match (&path.qself, first, def.self_ty) {
            (Some(qself), ..) => (qself, &path.segs),
            (None, Some("Self"), Some(self_ty)) => (self_ty, &path.segs[1..]),
            (None, Some(name), _) if def.is_generic(name) => {
                (&Ty::Path(Path::ident(name)), &path.segs[1..])
            }
            _ => return self.resolve_generic(path),
        };
        let names: Vec<&str> = rest.iter().map(|seg| seg.name.as_str()).collect();
        match self.program.type_of(owner, self.place()) {
            Type::Adt(id) if names.is_empty() => Res::Defs(vec![Def::Type(id)]),
            Type::Adt(id) => Res::Assoc(id, names.join("::")),
            Type::Socket(ty) => Res::External(format!("{}::{}", ty.path, names.join("::"))),
            Type::External(owner) => Res::External(format!("{owner}::{}", names.join("::"))),
            _ => Res::External(format!("?::{}", names.join("::"))),
        }
    }

    /// `Async::<TcpListener>::bind` has a row of its own.
    fn resolve_generic(&self, path: &'w Path) -> Res<'w> {
        if let [.., owner, method] = path.segs.as_slice()
            && !owner.args.is_empty()
        {
            let ty = Path { qself: None, segs: path.segs[..path.segs.len() - 1].to_vec() };
            if let Type::Socket(ty) = self.program.type_of(&Ty::Path(ty), self.place()) {
                return Res::External(format!("{}::{}", ty.path, method.name));
            }
        }
        self.program.resolve(path, self.scope(), self.platform)
    }

    fn call_external(&mut self, call: &'w Call, name: &str, mut args: Vec<Value<'w>>) -> Value<'w> {
        if let Some(row) = self.row(name) {
            return self.apply(call, row, &args);
        }
        self.require(name);
        let last = name.rsplit("::").next().unwrap_or(name);
        let owner = name.rsplit("::").nth(1).unwrap_or_default();
        match last {
            "Some" | "Ok" if args.len() == 1 => {
                return Value::Just(Box::new(args.remove(0).strip()));
            }
            "Err" => return Value::Failed,
            _ if ENDS.contains(&name) => return self.diverge(),
            _ => {}
        }
        if let Some(address) = super::values::made_address(name, &args) {
            return address;
        }
        if self.program.workspace.models.is_neutral(name) {
            return Value::Unknown;
        }
        // `LazyLock::new(|| ..)` is what the closure makes.
        if let (true, [Value::Closure(closure, frame)]) =
            (last == "new" && owner.starts_with("Lazy"), args.as_slice())
        {
            return self.call_closure(*closure, *frame, Vec::new());
        }
        if super::collections::makes_empty(name) {
            return Value::Failed;
        }
        // `Arc::new(socket)`, `Box::pin(future)`, `Some(x).unwrap_or(y)`: one argument, wrapped.
        if super::values::wraps(name) && args.len() == 1 {
            return args.remove(0).strip();
        }
        if let Some(method) = self.universal_method(call, last, &args) {
            return method;
        }
        let runs = RUNNERS.contains(&last);
        let mut value = Value::Unknown;
        // A type made from a socket, by value, is another handle of it.
        let makes = owner.starts_with(char::is_uppercase) && MAKERS.contains(&last);
        if let (true, [Value::Sock(handle)]) = (makes, args.as_slice()) {
            return Value::Sock(Handle { id: handle.id, ty: None });
        }
        self.lend(call);
        for arg in args {
            match arg.strip() {
                Value::Closure(closure, frame) => {
                    let result = self.maybe_run(closure, frame);
                    if runs {
                        value = result;
                    }
                }
                arg if runs && arg.holds_socket() => value = arg,
                arg => self.escape(&arg, "call into another crate"),
            }
        }
        value
    }

    /// `AsRawFd::as_raw_fd(&socket)`: a method of every socket type, called by its trait.
    fn universal_method(
        &mut self,
        call: &'w Call,
        name: &str,
        args: &[Value<'w>],
    ) -> Option<Value<'w>> {
        let Some(Value::Sock(handle)) = args.first().cloned().map(Value::strip) else {
            return None;
        };
        let ty = handle.ty.map_or(model::RAW_FD, |ty| ty.path);
        let row = self.row(&format!("{ty}::{name}")).filter(|row| row.path.starts_with("*::"))?;
        Some(self.apply(call, row, args))
    }

    /// Calls what a variable holds.
    fn call_value(
        &mut self,
        call: &'w Call,
        callee: &Value<'w>,
        args: Vec<Value<'w>>,
    ) -> Value<'w> {
        match callee {
            Value::Closure(closure, frame) => self.call_closure(*closure, *frame, args),
            Value::Func(func) => self.call_functions(call, &[*func], &args),
            Value::Api(row) => self.apply(call, row, &args),
            _ => {
                args.iter().for_each(|it| self.escape(it, "call of an unknown value"));
                Value::Unknown
            }
        }
    }

    /// A tuple struct or variant.
    fn construct(
        &mut self,
        call: &'w Call,
        res: &Res<'w>,
        path: &'w Path,
        args: Vec<Value<'w>>,
    ) -> Value<'w> {
        const INDICES: [&str; 12] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"];
        let (ty, variant) = match res {
            Res::Assoc(id, name) if self.program.has_variant(*id, name) => (*id, Some(path.last())),
            Res::Assoc(id, name) => {
                self.call_unknown(call, &args);
                return self.read(*id, name);
            }
            Res::Defs(defs) => match defs
                .iter()
                .find_map(|def| if let Def::Type(id) = def { Some(*id) } else { None })
            {
                Some(id) => (id, None),
                None => return self.call_unknown(call, &args),
            },
            Res::External(_) => return self.call_unknown(call, &args),
        };
        INDICES.into_iter().zip(&args).for_each(|(name, value)| self.store(ty, name, value));
        let fields = INDICES.into_iter().zip(args).collect();
        Value::Struct(Rc::new(Struct { ty: Some(ty), variant, fields }))
    }

    /// A structure as a derived function makes it: from the command line, perhaps.
    fn read(&mut self, ty: TypeId, maker: &str) -> Value<'w> {
        let Some(flags) = self.program.read_flags(ty, maker, self.func(), self.platform) else {
            return Value::Unknown;
        };
        let fields = flags.iter().map(|(name, default)| (name.as_str(), Value::Flag(*default)));
        Value::Struct(Rc::new(Struct { ty: Some(ty), variant: None, fields: fields.collect() }))
    }

    fn call_unknown(&mut self, call: &'w Call, args: &[Value<'w>]) -> Value<'w> {
        self.lend(call);
        args.iter().for_each(|it| self.escape(it, "call of unknown code"));
        Value::Unknown
    }

    /// Code that is not seen may write to what a call lends it, of which only the sockets are known from then on.
    pub(super) fn lend(&mut self, call: &'w Call) {
        let is_method = matches!(call.callee, Callee::Method(..));
        for (idx, arg) in call.args.iter().enumerate() {
            if matches!(arg, Expr::RefMut(_)) || (is_method && idx == 0) {
                self.forget_plain(arg);
            }
        }
    }

    /// Somebody may write to a place.
    pub(super) fn forget_plain(&mut self, place: &'w Expr) {
        if let Some(slot) = self.place_of(place) {
            slot.forget_plain();
        }
    }

    /// Calls functions of the workspace; several if they differ by conditions that have no answer.
    pub(super) fn call_functions(
        &mut self,
        call: &'w Call,
        funcs: &[FuncId],
        args: &[Value<'w>],
    ) -> Value<'w> {
        for id in funcs {
            self.tells_apart(self.program.func(*id).platforms);
        }
        let spot = self.spot(call.site);
        self.fork(funcs.len(), |this, idx| this.call_function(call, spot, funcs[idx], args))
    }

    fn call_function(
        &mut self,
        call: &'w Call,
        spot: Spot,
        id: FuncId,
        args: &[Value<'w>],
    ) -> Value<'w> {
        let seen = self.stack.iter().any(|it| it.func == id);
        let def = self.program.func(id);
        let holds_socket = args.iter().any(Value::holds_socket);
        let idle = !def.relevant && def.func.weight > SMALL && !holds_socket;
        if let Some(body) = &def.func.unread {
            // What is not read could make a difference if it were, as below.
            if holds_socket || body.len() <= SMALL * BYTES {
                self.unread.insert(id);
            }
            return self.unfollowed(call, id, args);
        }
        if self.stack.len() >= MAX_DEPTH || seen || def.func.body.is_none() || idle {
            return self.unfollowed(call, id, args);
        }
        if let Some(value) = self.settled(id, args) {
            return value;
        }
        let before = (self.alike, std::mem::take(&mut self.impossible));
        let unusual = self.st.unusual;
        self.alike = Platforms::ALL;
        self.stack.push(Activation { func: id, call: Some((call, spot)) });
        let mut finals = Vec::new();
        let mut body = |this: &mut Self| {
            let (value, after) = this.call_body(id, args.to_vec());
            finals = after;
            value
        };
        let value = if def.func.is_async { self.future(body) } else { body(self) };
        self.stack.pop();
        let changed = finals
            .iter()
            .zip(args)
            .any(|(after, before)| matches!(after, Value::Struct(_)) && after != before);
        if self.st.live
            && self.st.unusual == unusual
            && self.fuel > 0
            && !changed
            && args.iter().chain([&value]).all(Value::is_inert)
        {
            let (args, value) = (args.to_vec(), value.clone());
            let settled = Settled { args, value, alike: self.alike, impossible: self.impossible };
            let known = self.memo.calls.entry((id, self.platform)).or_default();
            if known.len() < REMEMBERED {
                known.push(settled);
            }
        }
        self.alike = self.alike.intersection(before.0);
        self.impossible |= before.1;
        self.write_back(call, finals);
        value
    }

    fn unfollowed(&mut self, call: &'w Call, id: FuncId, args: &[Value<'w>]) -> Value<'w> {
        self.lend(call);
        args.iter().for_each(|it| self.escape(it, "call that is not followed"));
        let ty = self.type_in(&self.program.func(id).func.ret, id);
        self.unknown_of(&ty)
    }

    /// What came of the same call before, if it left nothing behind.
    fn settled(&mut self, id: FuncId, args: &[Value<'w>]) -> Option<Value<'w>> {
        let known = self.memo.calls.get(&(id, self.platform))?;
        let settled = known.iter().find(|it| it.args == args)?;
        self.alike = self.alike.intersection(settled.alike);
        self.impossible |= settled.impossible;
        Some(settled.value.clone())
    }

    /// Evaluates a function with these arguments; also returns what its parameters hold at the end.
    pub(super) fn call_body(
        &mut self,
        id: FuncId,
        args: Vec<Value<'w>>,
    ) -> (Value<'w>, Vec<Value<'w>>) {
        let def = self.program.func(id);
        let Some(body) = &def.func.body else { return (Value::Unknown, Vec::new()) };
        self.st.push_frame(Frame { func: id, scope: def.scope, vars: Vec::new(), around: None });
        let mut args = args.into_iter();
        for (pat, ty) in &def.func.params {
            let value = args.next().unwrap_or(Value::Unknown);
            let known = !matches!(value, Value::Unknown | Value::Mixed);
            let ty = self.type_in(ty, id);
            let value = self.typed(value, &ty);
            if !known {
                self.forget_phase(&value);
            }
            self.bind_pattern(pat, value);
        }
        let value = self.bounded(|this| this.block(body));
        let finals = def.func.params.iter().map(|(pat, _)| match pat {
            crate::ir::Pat::Bind(name, None) => self.st.frames.last().and_then(|frame| {
                frame.vars.iter().find(|(it, _)| it == name).map(|(_, value)| value.clone())
            }),
            _ => None,
        });
        let finals = finals.map(|it| it.unwrap_or(Value::Unknown)).collect();
        self.st.frames.pop();
        let value = if self.st.live {
            let ty = self.type_in(&def.func.ret, id);
            self.typed(value, &ty)
        } else {
            Value::Never
        };
        (value, finals)
    }

    /// What a callee did to the structures and plain values that it got by `&mut`, or by `self`, is seen by the caller.
    fn write_back(&mut self, call: &'w Call, finals: Vec<Value<'w>>) {
        let is_method = matches!(call.callee, Callee::Method(..));
        for (idx, (arg, value)) in call.args.iter().zip(finals).enumerate() {
            let lent = matches!(arg, Expr::RefMut(_));
            if (lent || (is_method && idx == 0))
                && let Some(slot) = self.place_of(arg)
            {
                match (&slot, &value) {
                    (Value::Struct(_), Value::Struct(_)) => *slot = value,
                    _ if lent && slot.is_plain() && !value.holds_socket() => *slot = value,
                    _ => {}
                }
            }
        }
    }

    /// A place that is lent out for writing holds what the callee leaves there.
    fn mutable_arguments(&mut self, call: &'w Call, args: &mut [Value<'w>]) {
        for (arg, value) in call.args.iter().zip(args) {
            if let (Expr::RefMut(_), Some(slot)) = (arg, self.place_of(arg)) {
                *value = slot.clone();
            }
        }
    }

    pub(super) fn call_closure(
        &mut self,
        closure: ClosureRef<'w>,
        frame: usize,
        args: Vec<Value<'w>>,
    ) -> Value<'w> {
        let ClosureRef(definition) = closure;
        let Closure { params, body }: &'w Closure = definition;
        // The function that made the closure has returned: what it captured is out of sight.
        if frame >= self.st.frames.len() || self.st.frames.len() > 4 * MAX_DEPTH {
            args.iter().for_each(|it| self.escape(it, "closure that outlives its function"));
            return Value::Unknown;
        }
        let around = &self.st.frames[frame];
        let (func, scope) = (around.func, around.scope);
        self.st.push_frame(Frame { func, scope, vars: Vec::new(), around: Some(frame) });
        let mut args = args.into_iter();
        for pat in params {
            self.bind_pattern(pat, args.next().unwrap_or(Value::Unknown));
        }
        let value = self.bounded(|this| this.eval(body));
        self.st.frames.pop();
        value
    }

    /// A closure that unknown code may call, with arguments that nobody knows.
    pub(super) fn maybe_run(&mut self, closure: ClosureRef<'w>, frame: usize) -> Value<'w> {
        let params = closure.0.params.len();
        let args = vec![Value::Unknown; params];
        self.perhaps(|this| this.call_closure(closure, frame, args), Value::Never)
    }

    /// Gives a value the type that is written beside it.
    pub(super) fn typed(&mut self, value: Value<'w>, ty: &Type) -> Value<'w> {
        match (value, ty) {
            (Value::Just(inner), ty) => Value::Just(Box::new(self.typed(*inner, ty))),
            (Value::Fallible(inner), ty) => Value::Fallible(Box::new(self.typed(*inner, ty))),
            (Value::Unknown | Value::Mixed, ty) => self.unknown_of(ty),
            (Value::Failed, Type::Several(ty)) => Value::Several(*ty),
            (Value::Sock(handle), Type::Socket(ty)) => self.converted(handle, ty),
            (Value::Tuple(parts), Type::Tuple(types)) if parts.len() == types.len() => {
                Value::Tuple(
                    parts.into_iter().zip(types).map(|(part, ty)| self.typed(part, ty)).collect(),
                )
            }
            (value, _) => value,
        }
    }

    /// The functions called `name` of a type of the workspace, or of an extension trait.
    pub(super) fn methods_of(&self, key: &TypeKey, name: &str) -> Vec<FuncId> {
        let mut found = self.program.methods(key, name, self.platform);
        // Anybody may implement a trait of theirs for a type of somebody else's.
        found.retain(|id| self.program.can_meet(self.func(), *id));
        found.retain(|id| self.program.func(*id).func.body.is_some());
        // Two traits in scope would be ambiguous, so that of this module is the one that is meant.
        let here =
            |id: &FuncId| self.program.same_module(self.program.func(*id).scope, self.scope());
        if found.iter().any(here) {
            found.retain(here);
        }
        found
    }

    /// A constant of the tables that is called like a function (`Type::stream()`).
    pub(super) fn constant_row(row: &'static model::Api) -> Option<Value<'w>> {
        match values_of_row(row) {
            Value::Api(_) => None,
            value => Some(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze, lower,
        solve::{FUEL, MAX_DEPTH},
        testing::{check, check_body, check_states, check_states_in_body, workspace},
    };

    #[test]
    fn a_helper_is_told_what_to_do() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
fn make(reuse: bool) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    if reuse {
        s.set_reuse_address(true)?;
    } //? s: created reuseaddr=unset|on
    Ok(s)
}
fn with() -> std::io::Result<()> {
    let s = make(true)?; //? s: created reuseaddr=on
    Ok(())
}
fn without() -> std::io::Result<()> {
    let s = make(false)?; //? s: created reuseaddr=unset
    Ok(())
}
",
        );
    }

    #[test]
    fn a_helper_changes_the_socket_that_it_borrows() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
fn prepare(s: &Socket) -> std::io::Result<()> {
    s.set_reuse_address(true)
}
fn serve(addr: std::net::SocketAddr) -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    prepare(&s)?; //? s: created reuseaddr=on
    s.bind(&addr.into())?; //? s: bound reuseaddr=on
    Ok(())
}
",
        );
    }

    #[test]
    fn an_option_structure_has_defaults() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
struct Options { reuse: bool, port: bool }
impl Default for Options {
    fn default() -> Self { Options { reuse: true, port: false } }
}
fn make(options: &Options) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    if options.reuse { s.set_reuse_address(true)?; }
    if options.port { s.set_reuse_port(true)?; }
    Ok(s)
}
fn defaults() -> std::io::Result<()> {
    let s = make(&Options::default())?; //? s: created reuseaddr=on reuseport=unset
    Ok(())
}
fn changed() -> std::io::Result<()> {
    let s = make(&Options { port: true, ..Options::default() })?; //? s: created reuseaddr=on reuseport=on
    Ok(())
}
fn named() -> std::io::Result<()> {
    let s = make(&Options { reuse: false, ..Options::default() })?; //? s: created reuseaddr=unset reuseport=unset
    Ok(())
}
fn rest() -> std::io::Result<()> {
    let s = make(&Options { port: true, ..Default::default() })?; //? s: created reuseaddr=on reuseport=on
    Ok(())
}
fn annotated() -> std::io::Result<()> {
    let options: Options = Default::default();
    let s = make(&options)?; //? s: created reuseaddr=on reuseport=unset
    Ok(())
}
",
        );
    }

    #[test]
    fn a_glob_leads_to_the_twin_of_the_platform() {
        for glob in ["self::imp::*", "crate::imp::*", "imp::*"] {
            check_states(&format!(
                r"
use socket2::{{Domain, Socket, Type}};
use std::io;
#[cfg(unix)]
mod imp {{
    use super::*;
    pub fn prepare(s: &Socket) -> io::Result<()> {{ s.set_reuse_address(true) }}
}}
#[cfg(windows)]
mod imp {{
    use super::*;
    pub fn prepare(s: &Socket) -> io::Result<()> {{ s.set_reuse_address(false) }}
}}
use {glob};
fn serve() -> io::Result<()> {{
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    prepare(&s)?; //? s: created reuseaddr=on //?windows s: created reuseaddr=off
    Ok(())
}}
"
            ));
        }
    }

    /// What the option is after `lend` had what tells whether it is to be set.
    fn lent(lend: &str, state: &str) {
        check_states(&format!(
            r"
use socket2::{{Domain, Socket, Type}};
struct Options {{ on: bool }}
impl Options {{
    fn read(&mut self) {{ if elsewhere::told() {{ self.on = false; }} }}
    fn look(&self) -> bool {{ self.on }}
}}
fn off(on: &mut bool) {{ *on = false; }}
fn change(options: &mut Options) {{ options.on = elsewhere::told(); }}
fn long(options: &mut Options) {{
    let all = [{long}];
    if all.len() > 1 {{ options.on = false; }}
}}
fn serve() -> std::io::Result<()> {{
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let mut on = true;
    let mut options = Options {{ on: true }};
    {lend}
    s.set_reuse_address(on)?;
    s.set_reuse_port(options.on)?; //? s: {state}
    Ok(())
}}
",
            long = "elsewhere::one(), ".repeat(80),
        ));
    }

    #[test]
    fn what_is_lent_to_be_written_is_what_the_callee_leaves() {
        lent("off(&mut on);", "created reuseaddr=off reuseport=on");
        lent("change(&mut options);", "created reuseaddr=on reuseport=opaque");
        lent("options.look();", "created reuseaddr=on reuseport=on");
        lent("options.read();", "created reuseaddr=on reuseport=opaque");
    }

    #[test]
    fn what_code_that_is_not_seen_may_write_to_is_not_known() {
        for lend in ["elsewhere::read(&mut on);", "parser.refer(&mut on);", "let other = &mut on;"]
        {
            lent(lend, "created reuseaddr=opaque reuseport=on");
        }
        for lend in [
            "elsewhere::read(&mut options);",
            "long(&mut options);",
            "options.merge(elsewhere::options());",
            "let other = &mut options; other.on = false;",
        ] {
            lent(lend, "created reuseaddr=on reuseport=opaque");
        }
        lent("elsewhere::read(&options, on);", "created reuseaddr=on reuseport=on");
    }

    #[test]
    fn a_setter_that_gets_a_runtime_value_makes_it_opaque() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
fn make(reuse: bool) -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    s.set_reuse_address(reuse)?; //? s: created reuseaddr=opaque
    Ok(())
}
",
        );
    }

    #[test]
    fn unknown_code_makes_what_it_gets_unknown() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let t = Socket::new(Domain::IPV4, Type::STREAM, None)?;
tune::prepare(&s); //? s: unknown //? t: created reuseaddr=unset
s.set_reuse_address(true)?; //? s: unknown reuseaddr=on
",
        );
    }

    #[test]
    fn recursion_ends() {
        check_states(
            r"
 
use socket2::{Domain, Socket, Type};
fn retry(s: Socket, left: u32) -> std::io::Result<Socket> {
    if left == 0 { return Ok(s); }
    retry(s, left - 1)
}
fn serve() -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let s = retry(s, 3)?; //? s: unknown
    Ok(())
}
fn other() -> std::io::Result<()> {
    let t = Socket::new(Domain::IPV4, Type::STREAM, None)?; //? t: created reuseaddr=unset
    Ok(())
}
",
        );
    }

    #[test]
    fn a_closure_is_called_in_place() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let set = |on: bool| s.set_reuse_address(on);
set(true)?; //? s: created reuseaddr=on
set(false)?; //? s: created reuseaddr=off
(|| s.set_reuse_port(true))()?; //? s: created reuseaddr=off reuseport=on
",
        );
    }

    #[test]
    fn unknown_code_may_call_a_closure() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
with_retries(|| s.set_reuse_address(true))?; //? s: created reuseaddr=unset|on
",
        );
    }

    #[test]
    fn a_runner_hands_on_what_its_closure_makes() {
        check_states_in_body(
            r"
let s = tokio::task::spawn_blocking(move || {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    s.set_reuse_address(true)?;
    Ok::<_, io::Error>(s)
})
.await??; //? s: created reuseaddr=on
",
        );
    }

    #[test]
    fn an_async_block_is_followed() {
        check_states_in_body(
            r"
let made = async {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    s.set_reuse_address(true)?;
    Ok::<_, io::Error>(s)
};
let s = made.await?; //? s: created reuseaddr=on
",
        );
    }

    #[test]
    fn raw_descriptors_are_the_same_socket() {
        check_states_in_body(
            r"
use std::os::fd::{FromRawFd, IntoRawFd, AsRawFd};
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let fd = s.into_raw_fd(); //? fd: created reuseaddr=unset
let listener = unsafe { TcpListener::from_raw_fd(fd) };
SockRef::from(&listener).set_reuse_address(true)?; //? fd: created reuseaddr=on //? listener: created reuseaddr=on
",
        );
    }

    #[test]
    fn a_view_of_a_socket_is_the_socket() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let view = SockRef::from(&s);
view.set_reuse_address(true)?; //? s: created reuseaddr=on //? view: created reuseaddr=on
",
        );
    }

    #[test]
    fn a_function_with_a_condition_exists_on_its_platforms() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
#[cfg(windows)]
fn prepare(_: &Socket) -> std::io::Result<()> { Ok(()) }
#[cfg(not(windows))]
fn prepare(s: &Socket) -> std::io::Result<()> { s.set_reuse_address(true) }
fn serve() -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    prepare(&s)?; //? s: created reuseaddr=on //?windows s: created reuseaddr=unset
    Ok(())
}
",
        );
    }

    #[test]
    fn a_result_that_names_its_type_is_a_result() {
        check_states_in_body(
            r"
let made = async {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    io::Result::Ok(s)
};
let s = made.await?; //? s: created reuseaddr=unset
let kept = std::option::Option::Some(Socket::new(Domain::IPV4, Type::STREAM, None)?); //? kept: created reuseaddr=unset
",
        );
    }

    #[test]
    fn a_closure_renews_a_variable_that_it_captures() {
        check_states_in_body(
            r"
let mut s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.set_reuse_address(true)?;
let mut renew = || -> io::Result<()> {
    s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    Ok(())
};
renew()?; //? s: created reuseaddr=unset
",
        );
    }

    #[test]
    fn a_variant_tells_a_helper_what_to_set() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
enum Reuse { Addr, Port, Neither(u8) }
fn make(reuse: Reuse) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    match reuse {
        Reuse::Addr => s.set_reuse_address(true)?,
        Reuse::Port => s.set_reuse_port(true)?,
        Reuse::Neither(_) => {}
    }
    Ok(s)
}
fn serve() -> std::io::Result<()> {
    let s = make(Reuse::Addr)?; //? s: created reuseaddr=on reuseport=unset
    let t = make(Reuse::Port)?; //? t: created reuseaddr=unset reuseport=on
    let u = make(Reuse::Neither(1))?; //? u: created reuseaddr=unset reuseport=unset
    Ok(())
}
",
        );
    }

    #[test]
    fn a_structure_is_changed_before_it_is_used() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
#[derive(Default)]
struct Options { reuse: bool, port: Option<bool> }
impl Options {
    fn reuse(&mut self, on: bool) -> &mut Self { self.reuse = on; self }
    fn with_port(mut self, on: bool) -> Self { self.port = Some(on); self }
}
fn make(options: &Options) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    s.set_reuse_address(options.reuse)?;
    if let Some(port) = options.port { s.set_reuse_port(port)?; }
    Ok(s)
}
fn serve() -> std::io::Result<()> {
    let mut options = Options { reuse: false, port: None };
    options.reuse(true);
    let s = make(&options)?; //? s: created reuseaddr=on reuseport=unset
    options.reuse = false;
    let t = make(&options)?; //? t: created reuseaddr=off reuseport=unset
    let u = make(&Options { reuse: true, port: None }.with_port(true))?; //? u: created reuseaddr=on reuseport=on
    let v = make(&Options::default())?; //? v: created reuseaddr=off reuseport=unset
    Ok(())
}
",
        );
    }

    #[test]
    fn generic_helpers_get_the_socket_itself() {
        check_states(
            r"
use socket2::{Domain, SockRef, Socket, Type};
use std::os::fd::AsFd;
fn borrow<S: AsFd>(s: &S) -> std::io::Result<()> { SockRef::from(s).set_reuse_address(true) }
fn take(s: impl AsFd) -> std::io::Result<()> {
    rustix::net::sockopt::set_socket_reuseaddr(s, true)?;
    Ok(())
}
fn serve() -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    borrow(&s)?; //? s: created reuseaddr=on
    let t = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    take(&t)?; //? t: created reuseaddr=on
    Ok(())
}
",
        );
    }

    #[test]
    fn a_method_of_a_trait_is_that_of_the_type_or_unknown() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
trait Setup { fn setup(&self, s: &Socket) -> std::io::Result<()>; }
struct A;
struct B;
impl Setup for A { fn setup(&self, s: &Socket) -> std::io::Result<()> { s.set_reuse_address(true) } }
impl Setup for B { fn setup(&self, s: &Socket) -> std::io::Result<()> { Ok(()) } }
fn serve<T: Setup>(any: T) -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    A.setup(&s)?; //? s: created reuseaddr=on
    let t = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    B.setup(&t)?; //? t: created reuseaddr=unset
    any.setup(&t)?; //? t: unknown
    Ok(())
}
",
        );
    }

    #[test]
    fn a_structure_comes_out_of_its_result_whole() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
struct Wrapper { socket: Socket, kind: u8 }
impl Wrapper {
    fn new() -> std::io::Result<Self> {
        Ok(Self { socket: Socket::new(Domain::IPV4, Type::STREAM, None)?, kind: 1 })
    }
    fn kind(&self) -> u8 { self.kind }
}
fn serve() {
    let wrapper = Wrapper::new().unwrap();
    wrapper.kind();
    let s = &wrapper.socket; //? s: created reuseaddr=unset
}
",
        );
    }

    #[test]
    fn a_trait_of_one_type_is_that_type() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
trait Backend {
    fn make() -> std::io::Result<Socket>;
    fn prepare(&self, s: &Socket) -> std::io::Result<()>;
}
struct System;
impl Backend for System {
    fn make() -> std::io::Result<Socket> { Socket::new(Domain::IPV4, Type::STREAM, None) }
    fn prepare(&self, s: &Socket) -> std::io::Result<()> { s.set_reuse_address(true) }
}
trait Other { fn prepare(&self, s: &Socket); }
struct Many;
impl Other for Many { fn prepare(&self, s: &Socket) {} }
impl Other for u8 { fn prepare(&self, s: &Socket) {} }
struct Server<B> { backend: B, boxed: Box<dyn Backend> }
impl<B: Backend> Server<B> {
    fn generic(&self, backend: &B) -> std::io::Result<()> {
        let s = B::make()?; //? s: created reuseaddr=unset
        backend.prepare(&s)?; //? s: created reuseaddr=on
        let t = <B as Backend>::make()?; //? t: created reuseaddr=unset
        self.boxed.prepare(&t)?; //? t: created reuseaddr=on
        Ok(())
    }
}
fn dynamic(backend: &dyn Backend, any: impl Other) -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?; //? s: created reuseaddr=unset
    any.prepare(&s); //? s: unknown
    let t = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    backend.prepare(&t)?; //? t: created reuseaddr=on
    Ok(())
}
",
        );
    }

    #[test]
    fn async_functions_that_run_together_make_their_own_sockets() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
const ON: bool = true;
async fn make(on: bool) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    s.set_reuse_address(on)?;
    Ok(s)
}
async fn serve() -> std::io::Result<()> {
    let s = make(ON).await?; //? s: created reuseaddr=on
    let (a, b) = tokio::try_join!(make(true), make(false))?; //? a: created reuseaddr=on //? b: created reuseaddr=off
    let t = tokio::time::timeout(limit(), make(true)).await??; //? t: created reuseaddr=on
    Ok(())
}
",
        );
    }

    #[test]
    fn a_chain_of_calls_is_followed_to_a_depth() {
        let chain = |links: usize| {
            let link =
                |at| format!("fn f{at}(s: &Socket) -> std::io::Result<()> {{ f{}(s) }}\n", at + 1);
            let links: String = (0..links).map(link).collect();
            let last = links.lines().count();
            format!(
                "use socket2::{{Domain, Socket, Type}};\n{links}fn f{last}(s: &Socket) -> std::io::Result<()> {{ s.set_reuse_address(true) }}\nfn serve() -> std::io::Result<()> {{\nlet s = Socket::new(Domain::IPV4, Type::STREAM, None)?;\nf0(&s)?; //? s: "
            )
        };
        check_states(&(chain(MAX_DEPTH - 2) + "created reuseaddr=on\nOk(())\n}\n"));
        check_states(&(chain(MAX_DEPTH - 1) + "unknown\nOk(())\n}\n"));
    }

    #[test]
    fn a_story_that_is_too_long_is_not_told() {
        let listener = "let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;\ns.bind(&addr.into())?;{mark}\ns.listen(1)?;\n";
        let long = "let _ = 1;\n".repeat(FUEL);
        check_body(&listener.replace("{mark}", " //~ missing_reuseaddr"));
        check_body(&(listener.replace("{mark}", "") + &long));
    }

    #[test]
    fn what_a_story_learns_without_fuel_is_not_remembered() {
        let statements = |count: usize| "let _ = 1;\n".repeat(count);
        // The fuel ends in the middle of what both call.
        check_states(&format!(
            r"
use socket2::{{Domain, Socket, Type}};
fn first() -> std::io::Result<()> {{
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    {}
    s.set_reuse_port(reuse())
}}
fn reuse() -> bool {{
    {}
    true
}}
fn second() -> std::io::Result<()> {{
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    s.set_reuse_address(reuse())?; //? s: created reuseaddr=on
    Ok(())
}}
",
            statements(FUEL - 40),
            statements(50),
        ));
    }

    #[test]
    fn what_is_given_up_is_counted() {
        let gave_up = |body: &str| {
            let text = format!(
                "use socket2::{{Domain, Socket, Type}};\nfn f(given: &Socket) -> std::io::Result<()> {{\n{body}\nOk(())\n}}\n"
            );
            analyze(&workspace(lower(&text).unwrap().facts)).gave_up
        };
        let made = "let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;\n";
        let twice = gave_up(&format!("{made}tune::one(&s);\ntune::other(&s);"));
        assert_eq!(twice, [("call into another crate", 2)].into());
        // Nobody expects the end of a story that began elsewhere.
        assert_eq!(gave_up("given.set_reuse_address(true)?;\ntune::one(given);").len(), 0);
    }

    #[test]
    fn a_closure_that_surely_runs_is_taken_to_run_perhaps() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
std::thread::scope(|scope| {
    scope.spawn(|| s.set_reuse_address(true));
}); //? miss s: created reuseaddr=on: a runner may fail before it runs what it is given
std::mem::forget(s.try_clone()?); //? miss s: created reuseaddr=unset|on: `forget` is taken for unknown code
",
        );
    }

    #[test]
    fn a_function_is_a_value() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
fn make() -> std::io::Result<Socket> { Socket::new(Domain::IPV4, Type::STREAM, None) }
struct Maker;
impl Maker {
    fn make() -> std::io::Result<Socket> { Socket::new(Domain::IPV4, Type::STREAM, None) }
}
fn serve() -> std::io::Result<()> {
    let f = make;
    let s = f()?; //? s: created reuseaddr=unset
    let f = Maker::make;
    let t = f()?; //? t: created reuseaddr=unset
    let f = Socket::new;
    let u = f(Domain::IPV4, Type::STREAM, None)?; //? u: created reuseaddr=unset
    Ok(())
}
",
        );
    }

    #[test]
    fn a_conversion_is_that_of_the_argument() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
struct Server { s: Socket }
impl From<Socket> for Server {
    fn from(s: Socket) -> Server { s.set_reuse_address(true).unwrap(); Server { s } }
}
impl From<std::net::UdpSocket> for Server {
    fn from(s: std::net::UdpSocket) -> Server { panic!() }
}
impl From<tokio::net::TcpSocket> for Server {
    fn from(s: tokio::net::TcpSocket) -> Server { s.set_reuseport(true).unwrap(); panic!() }
}
fn serve() -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let server = Server::from(s); //? server.s: created reuseaddr=on
    Ok(())
}
",
        );
    }

    #[test]
    fn self_may_be_a_type_of_somebody_elses() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
trait Make { fn make() -> std::io::Result<Socket>; }
impl Make for Socket {
    fn make() -> std::io::Result<Socket> {
        let s = Self::new(Domain::IPV4, Type::STREAM, None)?; //? s: created reuseaddr=unset
        Ok(s)
    }
}
",
        );
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.bind(&<SocketAddr>::from(([127, 0, 0, 1], 0)).into())?;
s.listen(1)?;
",
        );
        check_body(
            r"
let s = async_io::Async::<std::net::UdpSocket>::bind(addr)?;
SockRef::from(&s).set_only_v6(true)?; //~ late_option
",
        );
    }

    #[test]
    fn a_function_that_is_not_known_is_no_system_call() {
        check_body(
            r"
use helper::*;
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let fd = std::os::fd::AsRawFd::as_raw_fd(&s);
bind(fd, &addr, 16);
listen(fd, 1);
",
        );
    }

    #[test]
    fn a_program_that_ends_goes_nowhere() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
if addr.is_ipv4() {
    s.set_reuse_address(true)?;
} else {
    std::process::exit(1);
} //? s: created reuseaddr=on
",
        );
    }

    #[test]
    fn what_takes_a_socket_is_no_socket() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let t = elsewhere::Server::start(s); //? t: no socket
let u = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let v = elsewhere::from(u); //? v: no socket //? u: unknown
",
        );
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.set_reuse_address(elsewhere::Flag::from(false))?; //? s: created reuseaddr=opaque
",
        );
    }

    #[test]
    fn identity_is_what_it_gets() {
        check_states_in_body(
            r"
let s = std::convert::identity(Socket::new(Domain::IPV4, Type::STREAM, None)?); //? s: created reuseaddr=unset
",
        );
    }

    #[test]
    fn a_function_that_is_not_seen_is_no_variant() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
make_it! { struct Server }
struct Server;
fn serve() -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let server = Server::derived(&s); //? s: unknown
    Ok(())
}
",
        );
    }

    #[test]
    fn a_helper_may_be_long() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
fn make() -> std::io::Result<Socket> {
    let mut n = 0;
    n += 1; n += 1; n += 1; n += 1; n += 1; n += 1; n += 1; n += 1; n += 1; n += 1;
    n += 1; n += 1; n += 1; n += 1; n += 1; n += 1; n += 1; n += 1; n += 1; n += 1;
    n += 1; n += 1; n += 1; n += 1; n += 1; n += 1; n += 1; n += 1; n += 1; n += 1;
    Socket::new(Domain::IPV4, Type::STREAM, None)
}
fn serve() -> std::io::Result<()> {
    let s = make()?; //? s: created reuseaddr=unset
    Ok(())
}
",
        );
    }

    #[test]
    fn a_call_changes_a_structure_each_time() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
struct Options { reuse: bool }
impl Options { fn on(&mut self) { self.reuse = true; } }
fn make(options: &Options) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    s.set_reuse_address(options.reuse)?;
    Ok(s)
}
fn serve() -> std::io::Result<()> {
    let mut one = Options { reuse: false };
    one.on();
    let mut other = Options { reuse: false };
    other.on();
    let s = make(&other)?; //? s: created reuseaddr=on
    Ok(())
}
",
        );
    }

    #[test]
    fn a_helper_for_windows_is_called_on_windows_alone() {
        check(
            r"
use socket2::{Domain, Socket, Type};
fn tune() -> u32 { std::os::windows::io::AsRawSocket::as_raw_socket; 1 }
pub fn one(addr: std::net::SocketAddr) -> std::io::Result<Socket> {
    tune();
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    s.bind(&addr.into())?;
    s.listen(1)?;
    Ok(s)
}
pub fn other(addr: std::net::SocketAddr) -> std::io::Result<Socket> {
    tune();
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    s.bind(&addr.into())?;
    s.listen(1)?;
    Ok(s)
}
",
        );
    }

    #[test]
    fn a_structure_is_changed_by_whom_it_is_lent_to() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
#[derive(Clone, Copy)]
struct Options { reuse: bool }
fn take(mut options: Options) { options.reuse = true; }
fn lend(options: &mut Options) { options.reuse = true; }
fn make(options: &Options) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    s.set_reuse_address(options.reuse)?;
    Ok(s)
}
fn serve() -> std::io::Result<()> {
    let mut options = Options { reuse: false };
    take(options);
    let s = make(&options)?; //? s: created reuseaddr=off
    lend(&mut options);
    let t = make(&options)?; //? t: created reuseaddr=on
    Ok(())
}
",
        );
    }

    #[test]
    fn a_closure_that_is_returned_is_out_of_sight() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
fn setter(on: bool) -> impl Fn(&Socket) { move |s| s.set_reuse_address(on).unwrap() }
fn serve() -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let set = setter(true);
    set(&s); //? s: unknown
    Ok(())
}
",
        );
    }

    #[test]
    fn one_of_two_methods_of_a_name_is_meant() {
        check_states(
            r"
mod a {
    pub trait Tune { fn tune(&self); }
    impl Tune for socket2::Socket { fn tune(&self) { self.set_reuse_address(true).unwrap(); } }
}
mod b {
    pub trait Tune { fn tune(&self); }
    impl Tune for socket2::Socket { fn tune(&self) { self.set_reuse_address(false).unwrap(); } }
}
use a::Tune;
fn serve() -> std::io::Result<()> {
    let s = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
    s.tune(); //? s: created reuseaddr=on|off
    Ok(())
}
",
        );
    }

    #[test]
    fn a_constant_is_read_as_often_as_it_is_named() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
const ON: bool = true;
fn serve() -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    for on in [ON, ON, ON, ON, ON, ON, ON, ON, ON, ON] { s.set_reuse_port(on)?; }
    s.set_reuse_address(ON)?; //? s: created reuseaddr=on reuseport=unset|on
    Ok(())
}
",
        );
    }

    #[test]
    fn a_constant_parameter_is_not_the_constant_of_its_name() {
        check(
            r"
use socket2::{Domain, Socket, Type};
const REUSE: bool = false;
pub fn make<const REUSE: bool>(addr: std::net::SocketAddr) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    s.set_reuse_address(REUSE)?;
    s.bind(&addr.into())?;
    s.listen(1)?;
    Ok(s)
}
",
        );
    }
}
