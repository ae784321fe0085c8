//! Values that are no sockets: addresses, numbers that switch an option.

use crate::{
    model::{self, AddrSource, SockOpt, options::ValueKind},
    socket::{Domain, OptValue},
    state::{Addr, OptState, Value},
};

/// What an address-like value says about the address.
pub(super) fn addr_of(value: &Value<'_>) -> Addr {
    match value {
        Value::Addr(addr) => *addr,
        Value::Just(inner) => addr_of(inner),
        Value::Str(text) => Addr::of_text(text),
        Value::Tuple(parts) if is_octets(parts) => {
            let wildcard = parts.iter().all(|part| *part == Value::Int(0));
            Addr { wildcard, ..Addr::of(Domain::INET) }
        }
        Value::Tuple(parts) => match parts.as_slice() {
            [ip, port] => {
                let wildcard = addr_of(ip).wildcard;
                Addr { domain: Domain::INET, port: port_number(port), wildcard }
            }
            [first, rest @ ..] => rest.iter().map(addr_of).fold(addr_of(first), Addr::join),
            [] => Addr::UNKNOWN,
        },
        _ => Addr::UNKNOWN,
    }
}

/// The bytes of an address without a port, or its groups.
fn is_octets(parts: &[Value<'_>]) -> bool {
    matches!(parts.len(), 4 | 8 | 16) && parts.iter().all(|part| matches!(part, Value::Int(_)))
}

fn port_number(value: &Value<'_>) -> Option<u16> {
    if let Value::Int(port) = value { u16::try_from(*port).ok() } else { None }
}

/// What `format!` makes of its arguments, if it is an address. The last argument stands for a last `{}`;
/// `var` looks up what `{name}` stands for.
pub(super) fn formatted<'w>(
    text: &'w str,
    args: &[Value<'w>],
    var: impl FnOnce(&str) -> Option<Value<'w>>,
) -> Value<'w> {
    let Some((_, end)) = text.rsplit_once(':').filter(|_| text.contains('{')) else {
        return Value::Str(text);
    };
    let port = match end.strip_prefix('{').and_then(|end| end.strip_suffix('}')) {
        Some("") => args.last().and_then(port_number),
        Some(name) => var(name).and_then(|value| port_number(&value)),
        None => end.parse().ok(),
    };
    Value::Addr(Addr { port, ..Addr::of_text(text) })
}

/// What a function of the address table makes of its arguments.
pub(super) fn made_address<'w>(path: &str, args: &[Value<'w>]) -> Option<Value<'w>> {
    let (domain, source) = model::address(path)?;
    let argument = |at: usize| args.get(at).map_or(Addr::UNKNOWN, addr_of);
    Some(Value::Addr(match source {
        AddrSource::Port(at) => {
            let port = args.get(at).and_then(port_number);
            Addr { domain, port, wildcard: argument(0).wildcard }
        }
        AddrSource::Address(at) => {
            let inner = argument(at);
            Addr { domain: inner.domain.meet(domain), ..inner }
        }
        AddrSource::Octets => {
            let wildcard = is_octets(args) && args.iter().all(|part| *part == Value::Int(0));
            Addr { wildcard, ..Addr::of(domain) }
        }
        AddrSource::Wildcard => Addr { wildcard: true, ..Addr::of(domain) },
        AddrSource::Nothing => Addr::of(domain),
    }))
}

/// Constructors that put one value into a wrapper, and conversions that keep what it is.
const WRAPPERS: &[&str] = &[
    "Arc",
    "Rc",
    "Box",
    "Mutex",
    "RwLock",
    "RefCell",
    "Cell",
    "ManuallyDrop",
    "Pin",
    "Some",
    "Cow",
    "Cursor",
    "NonNull",
    "Compat",
];

/// Number types whose `from` keeps what an option's value says: `c_int::from(true)`.
const NUMBERS: &[&str] = &["c_int", "c_uint", "i32", "u32", "i64", "u64", "usize", "isize"];

/// Whether the function at `path` only wraps its argument.
pub(super) fn wraps(path: &str) -> bool {
    let mut names = path.rsplit("::");
    match (names.next(), names.next()) {
        (Some("from"), Some(number)) if NUMBERS.contains(&number) => true,
        (Some("new" | "pin" | "from" | "clone" | "into_inner" | "new_unchecked"), Some(owner)) => {
            WRAPPERS.contains(&owner)
        }
        (
            Some(
                "ready" | "identity" | "black_box" | "by_ref" | "from_ref" | "from_mut" | "addr_of"
                | "cvt" | "cvt_r",
            ),
            _,
        ) => true,
        _ => false,
    }
}

/// A value of an address type.
pub(super) fn unknown_address<'w>(ty: &str) -> Value<'w> {
    model::address_type(ty).map_or(Value::Unknown, |domain| Value::Addr(Addr::of(domain)))
}

/// What a set makes of an option, whoever makes it.
pub(super) fn opt_state(option: &SockOpt, value: Option<&Value<'_>>) -> OptState {
    let Some(value) = value else { return OptState::new(OptValue::OPAQUE, None) };
    match option.value {
        ValueKind::Linger => OptState::new(linger(value), None),
        _ => OptState {
            by_default: *inner(value) == Value::Flag(true),
            ..OptState::new(switch(value), None)
        },
    }
}

fn switch(value: &Value<'_>) -> OptValue {
    match inner(value) {
        Value::Bool(false) | Value::Int(0) => OptValue::OFF,
        Value::Bool(true) | Value::Int(_) => OptValue::ON,
        _ => OptValue::OPAQUE,
    }
}

/// The value itself of what is passed as `&[1]`, or as a pointer to the one field of a structure.
fn inner<'a, 'w>(value: &'a Value<'w>) -> &'a Value<'w> {
    match value {
        Value::Just(it) => inner(it),
        Value::Tuple(parts) if parts.len() == 1 => inner(&parts[0]),
        value => value,
    }
}

/// `Option<Duration>`, or the `struct linger` of C, whose fields have the same names everywhere. On is a
/// time of zero: any other time, or none, lets a close go on as it would.
fn linger(value: &Value<'_>) -> OptValue {
    match value {
        Value::Failed => OptValue::OFF,
        Value::Just(inner) => match **inner {
            Value::Int(0) => OptValue::ON,
            Value::Int(_) => OptValue::OFF,
            _ => linger(inner),
        },
        Value::Tuple(parts) if parts.len() == 1 => linger(&parts[0]),
        Value::Struct(it) => match ["l_onoff", "l_linger"].map(|name| it.fields.get(name)) {
            [Some(Value::Int(0)), _] => OptValue::OFF,
            [Some(Value::Int(_)), Some(Value::Int(0))] => OptValue::ON,
            [Some(Value::Int(_)), Some(Value::Int(_))] => OptValue::OFF,
            _ => OptValue::OPAQUE,
        },
        _ => OptValue::OPAQUE,
    }
}

/// A length of time, as a number that is zero only if the time is.
pub(super) fn time<'w>(parts: &[usize], args: &[Value<'w>]) -> Value<'w> {
    let sum = parts.iter().try_fold(0_i64, |sum, at| match args.get(*at) {
        Some(Value::Int(part)) => sum.checked_add(*part),
        _ => None,
    });
    sum.map_or(Value::Unknown, Value::Int)
}
