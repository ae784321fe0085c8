//! Where two paths meet.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{Addr, Bind, OptState, Options, Sock, SockId, State, Struct, Value};
use crate::socket::OptValue;

/// What decides which of two paths is taken.
#[derive(Clone, Copy)]
pub(crate) struct Fork {
    /// Whether the family of an address does.
    by_family: bool,
    /// Which of them needs fewer flags of the command line, so that it is the one that is taken by default.
    flags: Ordering,
}

impl Fork {
    /// Nothing that is known.
    pub(crate) const UNKNOWN: Self = Self { by_family: false, flags: Ordering::Equal };

    /// Joins two values. An answer that is another if a flag is given is what that flag decides.
    fn values<'w>(
        self,
        left: Value<'w>,
        right: Value<'w>,
        lost: &mut BTreeSet<SockId>,
    ) -> Value<'w> {
        let usual = match self.flags {
            Ordering::Less => &left,
            Ordering::Equal => &Value::Never,
            Ordering::Greater => &right,
        };
        let is_answer = |it: &Value<'_>| matches!(it, Value::Bool(_) | Value::Flag(_));
        match usual {
            Value::Bool(default) | Value::Flag(default)
                if left != right && is_answer(&left) && is_answer(&right) =>
            {
                Value::Flag(*default)
            }
            _ => values(left, right, lost),
        }
    }
}

/// Joins two paths, each with the value that it ends in. `by_family`: which of them is taken depends on
/// the family of an address.
fn paths<'w>(
    left: (State<'w>, Value<'w>),
    right: (State<'w>, Value<'w>),
    by_family: bool,
) -> (State<'w>, Value<'w>) {
    match (left.0.live, right.0.live) {
        (_, false) => return left,
        (false, true) => return right,
        (true, true) => {}
    }
    let ((mut left, left_value), (mut right, mut right_value)) = (left, right);
    let fork = Fork { by_family, flags: left.unusual.cmp(&right.unusual) };
    left.unusual = left.unusual.min(right.unusual);
    let renamed = unifiable(&left, &left_value, &right, &right_value);
    for (other, own) in &renamed {
        left.remove(*other);
        right.remove(*own);
    }
    right.rename(&mut right_value, &renamed);

    let mut lost = BTreeSet::new();
    let value = fork.values(left_value, right_value, &mut lost);
    for (frame, other) in left.frames.iter_mut().zip(right.frames) {
        if Rc::ptr_eq(frame, &other) {
            continue;
        }
        let frame = Rc::make_mut(frame);
        frame.vars.truncate(other.vars.len());
        for ((_, value), (_, other)) in frame.vars.iter_mut().zip(&other.vars) {
            if value != other {
                let own = std::mem::replace(value, Value::Never);
                *value = fork.values(own, other.clone(), &mut lost);
            }
        }
    }
    left.operands.truncate(right.operands.len());
    for (value, other) in left.operands.iter_mut().zip(right.operands) {
        let own = std::mem::replace(value, Value::Never);
        *value = fork.values(own, other, &mut lost);
    }
    if !Rc::ptr_eq(&left.socks, &right.socks) {
        let socks = Rc::make_mut(&mut left.socks);
        for (id, other) in right.socks.iter() {
            match socks.get_mut(id) {
                Some(sock) if Rc::ptr_eq(sock, other) => {}
                Some(sock) => Rc::make_mut(sock).join(other, fork),
                None => {
                    socks.insert(*id, Rc::clone(other));
                }
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
        paths((self, Value::Unit), (other, Value::Unit), false).0
    }

    /// The state and value where this path and `other` meet.
    pub(crate) fn join_with(
        self,
        value: Value<'w>,
        other: Self,
        other_value: Value<'w>,
    ) -> (Self, Value<'w>) {
        paths((self, value), (other, other_value), false)
    }

    /// As `join_with`, where the family of an address decides which path is taken.
    pub(crate) fn join_families(
        self,
        value: Value<'w>,
        other: Self,
        other_value: Value<'w>,
    ) -> (Self, Value<'w>) {
        paths((self, value), (other, other_value), true)
    }

    /// From here on, one socket stands for both: `other` is as `id` is.
    pub(crate) fn unify(&mut self, other: SockId, id: SockId) {
        let Some(sock) = self.remove(other) else { return };
        if let Some(known) = self.sock_mut(id) {
            known.join(&sock, Fork::UNKNOWN);
        }
        self.rename(&mut Value::Unit, &BTreeMap::from([(other, id)]));
    }

    /// The sockets that a variable, an operand or `value` has.
    fn reached(&self, value: &Value<'w>) -> BTreeSet<SockId> {
        let mut all = BTreeSet::new();
        let vars = self.frames.iter().flat_map(|frame| &frame.vars).map(|(_, it)| it);
        for value in vars.chain(&self.operands).chain([value]) {
            value.handles(&mut |id| {
                all.insert(id);
            });
        }
        all
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
        let socks = self.socks.iter().map(|(id, sock)| (new(*id), Rc::clone(sock)));
        self.socks = Rc::new(socks.collect());
    }
}

/// Pairs of sockets that stand in one position and of which each path reaches only its own, as a map from
/// the right one to the left one. A socket whose variable has another one by now is out of reach.
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
    if pairs.is_empty() {
        return renamed;
    }
    let (of_left, of_right) = (left.reached(left_value), right.reached(right_value));
    let mut taken = BTreeSet::new();
    for (own, other) in pairs {
        let exclusive = !of_right.contains(&own) && !of_left.contains(&other);
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
        (Value::Struct(left), Value::Struct(right)) if !Rc::ptr_eq(left, right) => {
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
        // What the other path has is out of sight, and what is known of this one stays true of it.
        (Value::Sock(handle), Value::Unknown) | (Value::Unknown, Value::Sock(handle)) => {
            Value::Sock(handle)
        }
        (Value::Str(left), Value::Str(right))
            if Addr::is_written(left) && Addr::is_written(right) =>
        {
            Value::Addr(Addr::of_text(left).join(Addr::of_text(right)))
        }
        (Value::Str(text), Value::Addr(addr)) | (Value::Addr(addr), Value::Str(text))
            if Addr::is_written(text) =>
        {
            Value::Addr(addr.join(Addr::of_text(text)))
        }
        (Value::Option(left), Value::Option(right)) => Value::AnyOption(vec![left, right]),
        (Value::AnyOption(mut all), Value::Option(it))
        | (Value::Option(it), Value::AnyOption(mut all)) => {
            all.push(it);
            Value::AnyOption(all)
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
            Value::Mixed
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
            return Value::Mixed;
        }
    };
    for it in more {
        if !all.contains(&it) {
            all.push(it);
        }
    }
    if all.len() > ALTERNATIVES { Value::Mixed } else { Value::OneOf(all) }
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
            wildcard: self.wildcard && other.wildcard,
        }
    }
}

impl Sock {
    /// What is true of both.
    pub(crate) fn join(&mut self, other: &Self, fork: Fork) {
        self.domain = self.domain.join(other.domain);
        self.sock_type = self.sock_type.join(other.sock_type);
        self.phase = self.phase.join(other.phase);
        self.options.join(&other.options, fork);
        self.created = self.created.or(other.created);
        self.listen = self.listen.or(other.listen);
        self.kind_depth = self.kind_depth.min(other.kind_depth);
        self.presumed = self.presumed.or(other.presumed);
        for field in &other.fields {
            if !self.fields.contains(field) {
                self.fields.push(*field);
            }
        }
        if self.binds == other.binds {
            return;
        }
        let binds = Rc::make_mut(&mut self.binds);
        for bind in other.binds.iter() {
            match binds.iter_mut().find(|it| it.spot == bind.spot) {
                Some(own) => own.join(bind),
                None => binds.push(bind.clone()),
            }
        }
    }
}

impl Bind {
    /// What is true of both.
    pub(crate) fn join(&mut self, other: &Self) {
        // The two rounds or branches each have a bind of their own: nothing decides between its options.
        self.options.join(&other.options, Fork::UNKNOWN);
        self.addr = self.addr.join(other.addr);
    }
}

impl OptState {
    fn join(self, other: Self, fork: Fork) -> Self {
        let value = self.value.join(other.value);
        let (by_default, set_by) = match fork.flags {
            Ordering::Less => (self.is_on_by_default(), self.set_by.or(other.set_by)),
            Ordering::Equal => {
                (self.is_on_by_default() && other.is_on_by_default(), self.set_by.or(other.set_by))
            }
            Ordering::Greater => (other.is_on_by_default(), other.set_by.or(self.set_by)),
        };
        Self {
            value,
            set_by,
            by_family: if self.value == other.value {
                self.by_family && other.by_family
            } else {
                // What some addresses of a family get is no matter of the family.
                let (own, it) = (self.value, other.value);
                let apart =
                    |on: OptValue, off: OptValue| on.is(OptValue::ON) && !off.may(OptValue::ON);
                fork.by_family && (apart(own, it) || apart(it, own))
            },
            by_default: by_default && !value.is(OptValue::ON),
        }
    }
}

impl Options {
    fn join(&mut self, other: &Self, fork: Fork) {
        if self == other {
            return;
        }
        let names: BTreeSet<&'static str> =
            self.known.keys().chain(other.known.keys()).copied().collect();
        for name in names {
            let own = self.state(name);
            let it = other.state(name);
            Rc::make_mut(&mut self.known).insert(name, own.join(it, fork));
        }
        self.rest = self.rest.join(other.rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        link::{FuncId, ModId, Program},
        lower,
        model::{
            SockOpt,
            options::{REUSE_ADDR, REUSE_PORT},
        },
        sites::{FileId, Site, SiteId},
        socket::{Domain, OptValue, Phase, SockType},
        state::{Frame, Handle, Spot},
        testing,
    };

    /// A function and its scope.
    fn function() -> (FuncId, ModId) {
        let workspace = testing::workspace(lower("fn f() {}").unwrap().facts);
        let program = Program::link(&workspace);
        let func = program.func_ids().next().unwrap();
        (func, program.func(func).scope)
    }

    fn spot(id: u32) -> Spot {
        Spot { site: Site { file: FileId(0), id: SiteId(id) }, func: function().0 }
    }

    fn handle(id: u32) -> Value<'static> {
        Value::Sock(Handle { id: SockId(id), ty: None })
    }

    /// A state with one frame; `socks` are numbered by the given ids.
    fn state(socks: &[(u32, Sock)], vars: &[(&'static str, Value<'static>)]) -> State<'static> {
        let (func, scope) = function();
        let frame = Frame { func, scope, vars: vars.to_vec(), around: None };
        State {
            live: true,
            socks: Rc::new(
                socks.iter().map(|(id, sock)| (SockId(*id), Rc::new(sock.clone()))).collect(),
            ),
            frames: vec![Rc::new(frame)],
            operands: Vec::new(),
            unusual: 0,
        }
    }

    fn made() -> Sock {
        Sock::new(Domain::INET, SockType::STREAM, spot(0))
    }

    fn with(mut sock: Sock, option: &SockOpt, value: OptValue) -> Sock {
        sock.options.set(option, OptState::new(value, None));
        sock
    }

    fn bound(mut sock: Sock, at: u32) -> Sock {
        let options = sock.options.clone();
        let bind = Bind {
            spot: spot(at),
            at: spot(at),
            options,
            implicit: false,
            row: crate::model::rows("socket2::Socket::bind")[0],
            calls: Vec::new(),
            addr: Addr::UNKNOWN,
        };
        Rc::make_mut(&mut sock.binds).push(bind);
        sock.phase = Phase::BOUND;
        sock
    }

    /// Hand-made states in which variable `s` is one socket, or each state's own, or none.
    fn states() -> Vec<State<'static>> {
        let (on, port) =
            (with(made(), &REUSE_ADDR, OptValue::ON), with(made(), &REUSE_PORT, OptValue::OFF));
        let mut unknown = on.clone();
        unknown.escape();
        vec![
            State::dead(),
            state(&[(0, made())], &[("s", handle(0))]),
            state(&[(0, on.clone())], &[("s", handle(0))]),
            state(&[(0, bound(port.clone(), 1))], &[("s", handle(0))]),
            state(&[(0, bound(on.clone(), 1))], &[("s", handle(0))]),
            state(&[(0, bound(on.clone(), 2))], &[("s", handle(0))]),
            state(&[(0, unknown)], &[("s", handle(0))]),
            state(&[(1, on.clone())], &[("s", handle(1))]),
            state(&[(2, port)], &[("s", Value::Just(Box::new(handle(2))))]),
            state(&[(3, made())], &[("s", Value::Fallible(Box::new(handle(3))))]),
            state(&[(0, made()), (4, on.clone())], &[("s", handle(4))]),
            state(&[(5, on), (6, made())], &[("s", Value::Tuple(vec![handle(5), handle(6)]))]),
            state(&[], &[("s", Value::Failed)]),
            state(&[], &[("s", Value::Unknown)]),
            state(&[], &[("s", Value::Bool(true))]),
        ]
    }

    /// What a rule could see of the state: sockets without their identity, in the variable's order,
    /// and those that no variable reaches.
    fn seen(state: &State<'_>) -> (bool, Vec<String>) {
        let mut ids = Vec::new();
        for (_, value) in state.frames.iter().flat_map(|frame| &frame.vars) {
            value.handles(&mut |id| ids.push(id));
        }
        let mut seen: Vec<String> = ids.iter().map(|id| known(&state.socks[id])).collect();
        let mut rest: Vec<String> = state
            .socks
            .iter()
            .filter(|(id, _)| !ids.contains(id))
            .map(|(_, sock)| known(sock))
            .collect();
        rest.sort_unstable();
        seen.push("out of reach".to_owned());
        seen.append(&mut rest);
        (state.live, seen)
    }

    fn options(options: &Options) -> String {
        let value = |option| options.get(option).value;
        format!("{} {} {}", value(&REUSE_ADDR), value(&REUSE_PORT), options.rest)
    }

    fn known(sock: &Sock) -> String {
        let mut binds: Vec<_> = sock
            .binds
            .iter()
            .map(|bind| format!("{:?} {}", bind.spot.site.id, options(&bind.options)))
            .collect();
        binds.sort_unstable();
        format!("{} {} {binds:?}", sock.phase, options(&sock.options))
    }

    #[test]
    fn joining_a_state_with_itself_changes_nothing() {
        for state in states() {
            assert_eq!(state.clone().join(state.clone()), state);
        }
    }

    #[test]
    fn it_does_not_matter_which_path_comes_first() {
        for left in states() {
            for right in states() {
                let one = left.clone().join(right.clone());
                let other = right.clone().join(left.clone());
                assert_eq!(seen(&one), seen(&other), "{left:#?}\n{right:#?}");
            }
        }
    }

    #[test]
    fn a_path_that_has_been_joined_adds_nothing() {
        for left in states() {
            for right in states() {
                let once = left.clone().join(right.clone());
                let again = once.clone().join(right.clone());
                assert_eq!(seen(&once), seen(&again), "{left:#?}\n{right:#?}");
            }
        }
    }

    #[test]
    fn each_paths_own_socket_is_one_behind_the_join() {
        let left = state(&[(0, made())], &[("s", handle(0))]);
        let right = state(&[(1, with(made(), &REUSE_ADDR, OptValue::ON))], &[("s", handle(1))]);
        let joined = left.join(right);
        assert_eq!(joined.socks.len(), 1);
        let sock = joined.socks.values().next().unwrap();
        assert_eq!(sock.options.get(&REUSE_ADDR).value.to_string(), "unset|on");
    }

    #[test]
    fn a_socket_that_one_path_has_replaced_is_out_of_its_reach() {
        let on = with(made(), &REUSE_ADDR, OptValue::ON);
        let kept = || state(&[(0, on.clone())], &[("s", handle(0))]);
        let replaced = || state(&[(0, on.clone()), (1, made())], &[("s", handle(1))]);
        for joined in [kept().join(replaced()), replaced().join(kept())] {
            let Value::Sock(s) = joined.frames[0].vars[0].1 else { panic!("{joined:#?}") };
            let sock = &joined.socks[&s.id];
            assert_eq!(sock.options.get(&REUSE_ADDR).value.to_string(), "unset|on");
            assert!(!sock.phase.is_unknown());
        }
    }

    #[test]
    fn a_socket_that_both_paths_know_is_not_mistaken_for_another() {
        let both = [(0, made()), (1, with(made(), &REUSE_ADDR, OptValue::ON))];
        let left = state(&both, &[("s", handle(0)), ("t", handle(0))]);
        let right = state(&both, &[("s", handle(1)), ("t", handle(0))]);
        let joined = left.join(right);
        assert_eq!(joined.frames[0].vars[0].1, Value::Mixed);
        assert!(joined.socks.values().all(|sock| sock.phase.is_unknown()));
    }
}
