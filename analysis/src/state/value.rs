//! What a variable can hold, as far as sockets need it.

use std::{collections::BTreeMap, rc::Rc};

use super::{Sock, SockId};
use crate::{
    ir::Closure,
    link::{FuncId, TypeId},
    model::{Api, SockOpt, SockTy},
    socket::{Domain, SockType},
};

/// A handle of a socket: what API type it has is known or not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Handle {
    pub(crate) id: SockId,
    pub(crate) ty: Option<&'static SockTy>,
}

impl PartialEq for Handle {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.ty.map(|ty| ty.path) == other.ty.map(|ty| ty.path)
    }
}

impl Eq for Handle {}

/// What is known of an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Addr {
    pub(crate) domain: Domain,
    pub(crate) port: Option<u16>,
    /// Whether it is the address of all interfaces.
    pub(crate) wildcard: bool,
}

impl Addr {
    pub(crate) const UNKNOWN: Self = Self::of(Domain::UNKNOWN);

    /// What a text tells that is written as an address is: `host:port`, or a host alone.
    pub(crate) fn of_text(text: &str) -> Self {
        let wildcard = ["0.0.0.0", "[::]"].iter().any(|any| text.starts_with(any)) || text == "::";
        let port = text.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
        Self { port, wildcard, ..Self::UNKNOWN }
    }

    /// Whether a text may be an address with a port.
    pub(crate) fn is_written(text: &str) -> bool {
        text.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok())
    }

    /// Some address of a domain.
    pub(crate) const fn of(domain: Domain) -> Self {
        Self { domain, port: None, wildcard: false }
    }
}

/// The result of a `bind` that nobody has looked at: on the error path, the socket is as before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Outcome {
    pub(crate) id: SockId,
    pub(crate) before: Sock,
}

/// A value of a struct or enum of the workspace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Struct<'w> {
    pub(crate) ty: Option<TypeId>,
    pub(crate) variant: Option<&'w str>,
    pub(crate) fields: BTreeMap<&'w str, Value<'w>>,
}

impl Struct<'_> {
    /// The socket in the only field that holds one.
    pub(crate) fn only_socket(&self) -> Option<Handle> {
        let mut sockets = self.fields.values().filter_map(|field| match field {
            Value::Sock(handle) => Some(*handle),
            _ => None,
        });
        sockets.next().filter(|_| sockets.next().is_none())
    }
}

/// A closure, by identity.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClosureRef<'w>(pub(crate) &'w Closure);

impl PartialEq for ClosureRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for ClosureRef<'_> {}

/// An abstract value. `Result`, `Option`, references and smart pointers are transparent: a variable of
/// type `io::Result<Arc<Socket>>` holds the socket.
// `Eq` lets two shared structures that are one be equal without a look inside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Value<'w> {
    /// No path gives a value.
    Never,
    /// A value from out of sight.
    Unknown,
    /// One of several values that have nothing in common.
    Mixed,
    Unit,
    /// `None`, `Err(_)`, or a collection that is empty.
    Failed,
    /// `Some(_)` or `Ok(_)`, for certain.
    Just(Box<Value<'w>>),
    /// A result that nobody has looked at: its methods are those of `Result`, not of what is inside.
    Fallible(Box<Value<'w>>),
    Sock(Handle),
    Bool(bool),
    /// What a flag of the command line decides, by what it is if nobody gives the flag.
    Flag(bool),
    /// Whether an address is of one family or of the other.
    Family,
    Int(i64),
    Str(&'w str),
    Addr(Addr),
    Option(&'static SockOpt),
    /// One of several options.
    AnyOption(Vec<&'static SockOpt>),
    /// Two names as one number.
    Options(&'static SockOpt, &'static SockOpt),
    Level(&'static str),
    Domain(Domain),
    Type(SockType),
    /// A protocol of the internet family, by its socket type.
    Protocol(SockType),
    /// A constant of the tables that changes nothing that is tracked.
    Neutral,
    /// A collection of values of a type of the workspace.
    Several(TypeId),
    /// One of several tuples, of which the parts belong together.
    OneOf(Vec<Value<'w>>),
    /// A tuple or array.
    Tuple(Vec<Value<'w>>),
    Struct(Rc<Struct<'w>>),
    /// A closure and the frame that it was made in.
    Closure(ClosureRef<'w>, usize),
    Func(FuncId),
    Api(&'static Api),
    /// The result of a `bind`.
    Outcome(Box<Outcome>),
    /// Whether a `bind` failed (`true`) or succeeded (`false`).
    Failure(Box<Outcome>, bool),
}

impl Value<'_> {
    /// The value inside of what is certainly `Some` or `Ok`.
    pub(crate) fn strip(self) -> Self {
        match self {
            Self::Just(inner) | Self::Fallible(inner) => inner.strip(),
            Self::Outcome(_) => Self::Unit,
            value => value,
        }
    }

    /// The value as an argument: a result that is passed on may be looked at by whoever gets it.
    pub(crate) fn looked_at(self) -> Self {
        match self {
            Self::Fallible(inner) => *inner,
            value => value,
        }
    }

    /// Alternatives themselves, out of the `Ok` around them.
    pub(crate) fn unwrapped_alternatives(self) -> Self {
        match self {
            Self::Just(inner) if matches!(*inner, Self::OneOf(_)) => *inner,
            value => value,
        }
    }

    /// Shows every socket that can be reached through the value.
    pub(crate) fn handles(&self, show: &mut dyn FnMut(SockId)) {
        match self {
            Self::Sock(handle) => show(handle.id),
            Self::Just(inner) | Self::Fallible(inner) => inner.handles(show),
            Self::Tuple(parts) | Self::OneOf(parts) => parts.iter().for_each(|it| it.handles(show)),
            Self::Struct(it) => it.fields.values().for_each(|it| it.handles(show)),
            Self::Outcome(it) | Self::Failure(it, _) => show(it.id),
            _ => {}
        }
    }

    /// Gives every socket in the value another identity.
    pub(crate) fn rename(&mut self, new: &impl Fn(SockId) -> SockId) {
        match self {
            Self::Sock(handle) => handle.id = new(handle.id),
            Self::Just(inner) | Self::Fallible(inner) => inner.rename(new),
            Self::Tuple(parts) | Self::OneOf(parts) => {
                parts.iter_mut().for_each(|it| it.rename(new));
            }
            Self::Struct(it) if it.fields.values().any(Value::holds_socket) => {
                Rc::make_mut(it).fields.values_mut().for_each(|it| it.rename(new));
            }
            Self::Outcome(it) | Self::Failure(it, _) => it.id = new(it.id),
            _ => {}
        }
    }

    /// Whether the value means the same in every state: no socket, no variable of some function.
    pub(crate) fn is_inert(&self) -> bool {
        match self {
            Self::Sock(_) | Self::Closure(..) | Self::Outcome(_) | Self::Failure(..) => false,
            Self::Just(inner) | Self::Fallible(inner) => inner.is_inert(),
            Self::Tuple(parts) | Self::OneOf(parts) => parts.iter().all(Self::is_inert),
            Self::Struct(it) => it.fields.values().all(Self::is_inert),
            _ => true,
        }
    }

    /// Whether it is a number or an answer.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self, Self::Bool(_) | Self::Flag(_) | Self::Int(_) | Self::Family)
    }

    /// Forgets all but the sockets, and what they are in.
    pub(crate) fn forget_plain(&mut self) {
        match self {
            Self::Bool(_) | Self::Flag(_) | Self::Int(_) | Self::Family => *self = Self::Unknown,
            Self::Just(inner) | Self::Fallible(inner) => inner.forget_plain(),
            Self::Tuple(parts) | Self::OneOf(parts) => {
                parts.iter_mut().for_each(Self::forget_plain);
            }
            Self::Struct(it) => {
                let fields = &mut Rc::make_mut(it).fields;
                fields.retain(|_, field| field.holds_socket());
                fields.values_mut().for_each(Self::forget_plain);
            }
            _ => {}
        }
    }

    /// Whether any socket can be reached through the value.
    pub(crate) fn holds_socket(&self) -> bool {
        let mut any = false;
        self.handles(&mut |_| any = true);
        any
    }
}
