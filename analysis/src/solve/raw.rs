//! Raw calls that set an option: how their arguments fit together.

use super::Solver;
use crate::{
    ir::{Call, Callee, Expr, Pat, Ty},
    model::Role,
    socket::{Domain, Phase, SockType},
    state::{Sock, Value},
    trace::{EventKind, RawName, RawSet},
};

impl<'w> Solver<'w> {
    /// Notes what a raw call says of the option, whatever is known of the socket.
    pub(super) fn raw_set(&mut self, call: &'w Call, role: Role, args: &[Value<'w>]) {
        let Role::SetBy { level: Some(level), name: at, value, len: Some(len) } = role else {
            return;
        };
        let operands = (Some(level), at);
        let name = match args.get(at).cloned().map(Value::strip) {
            Some(Value::Option(option)) => RawName::One(option),
            Some(Value::Options(one, other)) => RawName::Both(one, other),
            _ => {
                self.links.asks |= call.args.get(at).is_none_or(|it| self.is_given(it));
                return;
            }
        };
        let level = match args.get(level).cloned().map(Value::strip) {
            Some(Value::Level(level)) => Some(level),
            _ => None,
        };
        let known_len = match args.get(len) {
            Some(Value::Int(len)) => usize::try_from(*len).ok(),
            _ => None,
        };
        let len = known_len.or_else(|| self.length(call.args.get(len)?));
        let size = call.args.get(value).and_then(|it| self.size_behind(it));
        let set = RawSet { name, level, len, size, at: self.spot(call.site), operands };
        let spot = self.naming_spot(call, call.args.get(at));
        let sock = match args.first() {
            Some(Value::Sock(handle)) => self.sock(handle.id),
            _ => Sock::foreign(Domain::UNKNOWN, SockType::UNKNOWN, Phase::UNKNOWN),
        };
        self.event(EventKind::RawSet(set), spot, &sock);
    }

    /// How many bytes an expression like `size_of::<u8>() as socklen_t` says.
    fn length(&self, expr: &'w Expr) -> Option<usize> {
        match expr {
            Expr::Cast(inner, _) => self.length(inner),
            Expr::Call(call) => match &call.callee {
                Callee::Path { path, .. } if path.last() == "size_of" => {
                    size_of_type(path.segs.last()?.args.first()?)
                }
                Callee::Path { path, .. } if path.last() == "size_of_val" => {
                    self.size_behind(call.args.first()?)
                }
                Callee::Method(name, _)
                    if ["into", "try_into", "unwrap"].contains(&name.as_str()) =>
                {
                    self.length(call.args.first()?)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// How many bytes the variable has that a pointer points at.
    fn size_behind(&self, pointer: &'w Expr) -> Option<usize> {
        match pointer {
            Expr::Cast(inner, _) | Expr::RefMut(inner) => self.size_behind(inner),
            Expr::Call(call) => match &call.callee {
                Callee::Method(name, _) if name == "cast" => self.size_behind(call.args.first()?),
                Callee::Path { path, .. }
                    if ["from_ref", "from_mut", "addr_of"].contains(&path.last()) =>
                {
                    self.size_behind(call.args.first()?)
                }
                _ => None,
            },
            Expr::Path(path) => self.size_of_variable(path.as_ident()?),
            _ => None,
        }
    }

    /// Of a variable that the function declares once, as a parameter or by `let`, with its type in sight.
    fn size_of_variable(&self, name: &str) -> Option<usize> {
        let func = self.program.func(self.func()).func;
        let is_it = |pat: &Pat| matches!(pat, Pat::Bind(it, None) if it == name);
        let params = func.params.iter().filter(|(pat, _)| is_it(pat));
        let locals = func.body.as_ref()?.locals(name);
        match (params.map(|(_, ty)| ty).collect::<Vec<_>>().as_slice(), locals.as_slice()) {
            ([ty], []) => size_of_type(ty),
            ([], [local]) if local.is_bool => Some(1),
            ([], [local]) => size_of_type(local.written()),
            _ => None,
        }
    }
}

/// The size of a number's type, the same on every platform.
fn size_of_type(ty: &Ty) -> Option<usize> {
    let Ty::Path(path) = ty else { return None };
    match path.as_ident()? {
        "bool" | "u8" | "i8" => Some(1),
        "u16" | "i16" => Some(2),
        "u32" | "i32" => Some(4),
        "u64" | "i64" => Some(8),
        _ => None,
    }
}
