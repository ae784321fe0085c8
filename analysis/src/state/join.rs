//! Where two paths meet.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{Addr, Bind, OptState, Options, Sock, SockId, State, Struct, Value};

/// Joins two paths, each with the value that it ends in.
pub(super) fn paths<'w>(
    left: (State<'w>, Value<'w>),
    right: (State<'w>, Value<'w>),
) -> (State<'w>, Value<'w>) {
    match (left.0.live, right.0.live) {
        (_, false) => return left,
        (false, true) => return right,
        (true, true) => {}
    }
    let ((mut left, left_value), (mut right, mut right_value)) = (left, right);
    let renamed = unifiable(&left, &left_value, &right, &right_value);
    right.rename(&mut right_value, &renamed);

    let mut lost = BTreeSet::new();
    let value = values(left_value, right_value, &mut lost);
    for (frame, other) in left.frames.iter_mut().zip(right.frames) {
        if Rc::ptr_eq(frame, &other) {
            continue;
        }
        let frame = Rc::make_mut(frame);
        frame.vars.truncate(other.vars.len());
        for ((_, value), (_, other)) in frame.vars.iter_mut().zip(&other.vars) {
            if value != other {
                let own = std::mem::replace(value, Value::Never);
                *value = values(own, other.clone(), &mut lost);
            }
        }
    }
    left.operands.truncate(right.operands.len());
    for (value, other) in left.operands.iter_mut().zip(right.operands) {
        let own = std::mem::replace(value, Value::Never);
        *value = values(own, other, &mut lost);
    }
    for (id, other) in right.socks {
        match left.socks.get_mut(&id) {
            Some(sock) if Rc::ptr_eq(sock, &other) => {}
            Some(sock) => Rc::make_mut(sock).join(&other),
            None => {
                left.socks.insert(id, other);
            }
        }
    }
    for id in lost {
        if let Some(sock) = left.sock_mut(id) {
            sock.escape();
        }
    }
    (left, value)
}

impl<'w> State<'w> {
    /// The state where this path and `other` meet.
    pub(crate) fn join(self, other: Self) -> Self {
        paths((self, Value::Unit), (other, Value::Unit)).0
    }

    /// The state and value where this path and `other` meet.
    pub(crate) fn join_with(
        self,
        value: Value<'w>,
        other: Self,
        other_value: Value<'w>,
    ) -> (Self, Value<'w>) {
        paths((self, value), (other, other_value))
    }

    fn rename(&mut self, value: &mut Value<'w>, renamed: &BTreeMap<SockId, SockId>) {
        if renamed.is_empty() {
            return;
        }
        let new = |id| renamed.get(&id).copied().unwrap_or(id);
        value.rename(&new);
        self.frames
            .iter_mut()
            .flat_map(|frame| &mut Rc::make_mut(frame).vars)
            .for_each(|(_, it)| it.rename(&new));
        self.operands.iter_mut().for_each(|it| it.rename(&new));
        self.socks =
            std::mem::take(&mut self.socks).into_iter().map(|(id, sock)| (new(id), sock)).collect();
    }
}

/// Pairs of sockets that stand in one position and of which each path knows only its own, as a map from
/// the right one to the left one.
fn unifiable<'w>(
    left: &State<'w>,
    left_value: &Value<'w>,
    right: &State<'w>,
    right_value: &Value<'w>,
) -> BTreeMap<SockId, SockId> {
    let mut pairs = Vec::new();
    matching(left_value, right_value, &mut pairs);
    for (frame, other) in
        left.frames.iter().zip(&right.frames).filter(|(frame, other)| !Rc::ptr_eq(frame, other))
    {
        for ((_, value), (_, other)) in frame.vars.iter().zip(&other.vars) {
            matching(value, other, &mut pairs);
        }
    }
    for (value, other) in left.operands.iter().zip(&right.operands) {
        matching(value, other, &mut pairs);
    }
    let mut renamed = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (own, other) in pairs {
        let exclusive = !right.socks.contains_key(&own) && !left.socks.contains_key(&other);
        if exclusive && !renamed.contains_key(&other) && taken.insert(own) {
            renamed.insert(other, own);
        }
    }
    renamed
}

fn matching(left: &Value<'_>, right: &Value<'_>, pairs: &mut Vec<(SockId, SockId)>) {
    match (left, right) {
        (Value::Just(left) | Value::Fallible(left), right) => matching(left, right, pairs),
        (left, Value::Just(right) | Value::Fallible(right)) => matching(left, right, pairs),
        (Value::Sock(left), Value::Sock(right)) if left.id != right.id => {
            pairs.push((left.id, right.id));
        }
        (Value::Tuple(left), Value::Tuple(right)) => {
            left.iter().zip(right).for_each(|(left, right)| matching(left, right, pairs));
        }
        (Value::Struct(left), Value::Struct(right)) => {
            for (name, left) in &left.fields {
                if let Some(right) = right.fields.get(name) {
                    matching(left, right, pairs);
                }
            }
        }
        _ => {}
    }
}

/// Joins two values; sockets that the result no longer reaches go to `lost`.
fn values<'w>(left: Value<'w>, right: Value<'w>, lost: &mut BTreeSet<SockId>) -> Value<'w> {
    match (left, right) {
        (left, right) if left == right => left,
        (Value::Never, it) | (it, Value::Never) => it,
        (Value::Just(left), Value::Just(right)) => {
            Value::Just(Box::new(values(*left, *right, lost)))
        }
        (Value::Fallible(left), Value::Fallible(right)) => {
            Value::Fallible(Box::new(values(*left, *right, lost)))
        }
        (Value::Fallible(inner), it) | (it, Value::Fallible(inner)) => {
            values(*inner, it.strip(), lost)
        }
        // A variable that is `None` on one path is only used where it is not.
        (Value::Failed, it) | (it, Value::Failed) => it.strip(),
        (Value::Just(inner), it) | (it, Value::Just(inner)) => values(*inner, it, lost),
        (Value::Outcome(_), it) | (it, Value::Outcome(_)) => values(Value::Unit, it, lost),
        (Value::Sock(left), Value::Sock(right)) if left.id == right.id => {
            Value::Sock(super::Handle { id: left.id, ty: None })
        }
        (Value::Domain(left), Value::Domain(right)) => Value::Domain(left.join(right)),
        (Value::Type(left), Value::Type(right)) => Value::Type(left.join(right)),
        (Value::Addr(left), Value::Addr(right)) => Value::Addr(left.join(right)),
        (Value::OneOf(all), it) | (it, Value::OneOf(all)) => one_of(all, it, lost),
        (Value::Tuple(left), Value::Tuple(right)) if belong_together(&left, &right) => {
            Value::OneOf(vec![Value::Tuple(left), Value::Tuple(right)])
        }
        (Value::Tuple(left), Value::Tuple(right)) if left.len() == right.len() => Value::Tuple(
            left.into_iter().zip(right).map(|(left, right)| values(left, right, lost)).collect(),
        ),
        (Value::Struct(left), Value::Struct(right))
            if left.ty == right.ty && left.variant == right.variant =>
        {
            Value::Struct(Rc::new(structs(&left, &right, lost)))
        }
        (left, right) => {
            left.handles(&mut |id| {
                lost.insert(id);
            });
            right.handles(&mut |id| {
                lost.insert(id);
            });
            Value::Unknown
        }
    }
}

/// How many tuples are kept apart.
const ALTERNATIVES: usize = 6;

/// Whether two tuples tell different kinds of sockets (`(addr, AF_UNIX, SOCK_STREAM)` and `(addr, AF_INET,
/// SOCK_DGRAM)`): joined part by part they would tell of sockets that no path makes.
fn belong_together(left: &[Value<'_>], right: &[Value<'_>]) -> bool {
    let kind = |(left, right): (&Value<'_>, &Value<'_>)| {
        left != right
            && matches!(left, Value::Domain(_) | Value::Type(_))
            && matches!(right, Value::Domain(_) | Value::Type(_))
    };
    left.len() == right.len()
        && left.iter().zip(right).any(kind)
        && left.iter().chain(right).all(|it| !it.holds_socket())
}

fn one_of<'w>(mut all: Vec<Value<'w>>, it: Value<'w>, lost: &mut BTreeSet<SockId>) -> Value<'w> {
    let more = match it {
        Value::OneOf(more) => more,
        it @ Value::Tuple(_) => vec![it],
        it => {
            it.handles(&mut |id| {
                lost.insert(id);
            });
            return Value::Unknown;
        }
    };
    for it in more {
        if !all.contains(&it) {
            all.push(it);
        }
    }
    if all.len() > ALTERNATIVES { Value::Unknown } else { Value::OneOf(all) }
}

fn structs<'w>(left: &Struct<'w>, right: &Struct<'w>, lost: &mut BTreeSet<SockId>) -> Struct<'w> {
    let mut fields = BTreeMap::new();
    let lose = |value: &Value<'_>, lost: &mut BTreeSet<SockId>| {
        value.handles(&mut |id| {
            lost.insert(id);
        });
    };
    for (name, value) in &left.fields {
        match right.fields.get(name) {
            Some(other) => {
                fields.insert(*name, values(value.clone(), other.clone(), lost));
            }
            None => lose(value, lost),
        }
    }
    right
        .fields
        .iter()
        .filter(|(name, _)| !left.fields.contains_key(*name))
        .for_each(|(_, it)| lose(it, lost));
    Struct { ty: left.ty, variant: left.variant, fields }
}

impl Addr {
    pub(crate) fn join(self, other: Self) -> Self {
        Self {
            domain: self.domain.join(other.domain),
            port: self.port.filter(|port| other.port == Some(*port)),
        }
    }
}

impl Sock {
    fn join(&mut self, other: &Self) {
        self.domain = self.domain.join(other.domain);
        self.sock_type = self.sock_type.join(other.sock_type);
        self.phase = self.phase.join(other.phase);
        self.options.join(&other.options);
        self.created = self.created.or(other.created);
        self.listen = self.listen.or(other.listen);
        self.kind_depth = self.kind_depth.min(other.kind_depth);
        for bind in &other.binds {
            match self.binds.iter_mut().find(|it| it.spot == bind.spot) {
                Some(own) => own.join(bind),
                None => self.binds.push(bind.clone()),
            }
        }
    }
}

impl Bind {
    fn join(&mut self, other: &Self) {
        self.options.join(&other.options);
        self.addr = self.addr.join(other.addr);
    }
}

impl Options {
    pub(super) fn join(&mut self, other: &Self) {
        let names: BTreeSet<&'static str> =
            self.known.keys().chain(other.known.keys()).copied().collect();
        for name in names {
            let own = self
                .known
                .get(name)
                .copied()
                .unwrap_or(OptState { value: self.rest, set_by: None });
            let it = other
                .known
                .get(name)
                .copied()
                .unwrap_or(OptState { value: other.rest, set_by: None });
            let joined =
                OptState { value: own.value.join(it.value), set_by: own.set_by.or(it.set_by) };
            self.known.insert(name, joined);
        }
        self.rest = self.rest.join(other.rest);
    }
}
