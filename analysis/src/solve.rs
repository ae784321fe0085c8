//! The typestate of every socket, by abstract interpretation.
//!
//! Each function is evaluated once per platform that can make a difference, with unknown arguments. A
//! call of a workspace function is evaluated in place with the arguments at hand: that makes a summary
//! for exactly the values that matter (`reuse: bool`, option structs, closures, the option that a raw
//! wrapper gets), where a summary made beforehand would have to be general. Depth, recursion and total
//! work are bounded; beyond a bound the callee is unknown, and what it gets is forgotten.
//!
//! ```text
//! let s = Socket::new(d, t, None)?;    s: created  reuseaddr=unset
//! if reuse {                           s: created  reuseaddr=unset   ┐ fork
//!     s.set_reuse_address(true)?;      s: created  reuseaddr=on      ┘
//! }                                    s: created  reuseaddr=unset|on  join
//! s.bind(&addr)?;                      s: bound    (remembers unset|on: silent)
//! s.listen(128)?;                      s: listening
//! ```
//!
//! A `bind` remembers the options as they were: that is what the kernel read. Error paths (`?`, `return
//! Err`) end; the result of a `bind` can be looked at, and on its error path the socket is as before.
//!
//! Evaluation is run for one platform at a time with `cfg` decided, so that conditions that belong
//! together stay together. A function whose story holds nothing that tells platforms apart is evaluated
//! once for all of them.

mod calls;
mod collections;
mod exprs;
mod fields;
mod flow;
mod methods;
#[cfg(any(test, feature = "testing"))]
mod observe;
mod patterns;
mod raw;
mod steps;
mod transfer;
mod values;

#[cfg(any(test, feature = "testing"))]
pub(crate) use observe::PROBE;

use std::rc::Rc;

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    ir::{Call, Path, Ty},
    link::{FuncId, ModId, Part, Place, Program, REACH, Res, Story, Type},
    model::SockTy,
    sites::{Site, SiteId},
    socket::{Phase, Platform, Platforms},
    state::{Field, Sock, SockId, Spot, State, Value},
    trace::{Event, EventKind, Trace},
};

/// How many calls deep a story is followed.
const MAX_DEPTH: usize = 8;
/// The size up to which a callee that touches no socket is evaluated for the value that it returns.
const SMALL: usize = 60;
/// How many bytes of source an expression takes, more or less.
const BYTES: usize = 12;
/// How many expressions one story may evaluate.
const FUEL: usize = 8_000;

/// What an evaluation learns beside what it shows.
pub(crate) struct Outcome {
    pub(crate) story: Story,
    /// Functions that are called with sockets, or for a value, and whose bodies were not read.
    pub(crate) unread: BTreeSet<FuncId>,
    /// Where stories ended and why.
    pub(crate) gave_up: BTreeMap<&'static str, usize>,
    /// The calls that rows of the user describe, each with the path of its row.
    pub(crate) described: BTreeMap<Site, &'static str>,
}

/// Evaluates every function that can have to do with a socket, and shows each story to `judge`, which answers whether
/// code around the story could change what is said of it.
pub(crate) fn run<'w>(
    program: &'w Program<'w>,
    judge: &mut dyn FnMut(&Trace<'_>) -> bool,
) -> Outcome {
    let (memo, told, gave_up) = (Memo::default(), BTreeSet::new(), BTreeMap::new());
    let mut session = Session { program, judge, memo, told, unread: BTreeSet::new(), gave_up };
    let story = session.tell_all();
    // Whoever has a structure in its hands may do anything with the socket in it.
    let mut handlers = program.handlers(&session.memo.fields.candidates());
    handlers.retain(|func| !session.told.contains(func));
    session.tell_each(handlers);
    let again = session.memo.fields.settle(program);
    session.memo.calls.clear();
    session.tell_each(again);
    let again = session.memo.fields.settle_binds();
    session.memo.calls.clear();
    session.tell_each(again);
    let Session { unread, gave_up, .. } = session;
    Outcome { story, unread, gave_up, described: session.memo.described }
}

/// How a story may go on in functions around it.
#[derive(Clone, Copy, Default)]
struct Links {
    /// Callers give it a socket that may yet be bound or listen, or get one.
    hands_on: bool,
    /// Code that is not seen gets one.
    escapes: bool,
    /// What is said of it depends on what else is given to it.
    asks: bool,
}

/// The stories of one program, one after the other.
struct Session<'w, 'a> {
    program: &'w Program<'w>,
    judge: &'a mut dyn FnMut(&Trace<'_>) -> bool,
    memo: Memo<'w>,
    told: BTreeSet<FuncId>,
    unread: BTreeSet<FuncId>,
    gave_up: BTreeMap<&'static str, usize>,
}

impl Session<'_, '_> {
    /// Tells the stories of all functions in which something is decided, and then of those that call them, as
    /// long as that is seen to have to do with a socket.
    fn tell_all(&mut self) -> Story {
        let program = self.program;
        let mut story = Story::new();
        let mut work = program.calls.deciding.clone();
        for above in 0..=REACH {
            let mut next = BTreeSet::new();
            for func in work {
                self.told.insert(func);
                let Links { hands_on, escapes, asks } = self.tell(func);
                if hands_on || escapes || asks {
                    let decide = || {
                        (asks && program.speaks(func, above))
                            || (escapes && program.is_hooked(func))
                    };
                    let is_shared = above < REACH && (hands_on || decide());
                    story.insert(func, Part { above, is_shared });
                    if is_shared {
                        next.extend(program.callers(func));
                    }
                }
            }
            work = &next - &self.told;
        }
        story
    }

    fn tell_each(&mut self, funcs: impl IntoIterator<Item = FuncId>) {
        for func in funcs {
            self.tell(func);
        }
    }

    /// Tells the story of a function, once for the platforms on which it goes the same way.
    fn tell(&mut self, func: FuncId) -> Links {
        let program = self.program;
        let mut links = Links::default();
        if program.func(func).func.unread.is_some() {
            return links;
        }
        let mut left = program.func(func).platforms.intersection(program.workspace.platforms);
        while let Some(platform) = left.iter().next() {
            let memo = std::mem::take(&mut self.memo);
            let mut solver = Solver::new(program, platform, func, memo);
            solver.enter(func);
            self.memo = std::mem::take(&mut solver.memo);
            for (reason, count) in &solver.gave_up {
                *self.gave_up.entry(*reason).or_default() += count;
            }
            let story = left.intersection(solver.alike);
            self.unread.append(&mut solver.unread);
            links.hands_on |= solver.links.hands_on;
            links.escapes |= solver.links.escapes;
            links.asks |= solver.links.asks || solver.fuel == 0;
            // Beyond its fuel a story has gaps, and on a platform that lacks an API it does not exist.
            if solver.fuel > 0 && !solver.impossible {
                for platform in story.iter() {
                    links.asks |= (self.judge)(&Trace {
                        program,
                        platform,
                        entry: func,
                        events: &solver.events,
                        made: &solver.made,
                        outlive: &solver.outlive,
                        #[cfg(any(test, feature = "testing"))]
                        observed: &solver.observed,
                    });
                }
            }
            left = left.without(story);
        }
        links
    }
}

/// What one story learns that is as true in the next.
#[derive(Default)]
struct Memo<'w> {
    /// Calls that leave no trace in the caller, so that what their story tells is told once: for a
    /// function on a platform, lists of arguments without sockets with what came of them.
    calls: BTreeMap<(FuncId, Platform), Vec<Settled<'w>>>,
    fields: fields::Fields,
    described: BTreeMap<Site, &'static str>,
    /// What a path means, by its address in the facts.
    paths: BTreeMap<(*const Path, ModId, Platform), Rc<Res<'w>>>,
    /// What a written type is, by its address and the function around it.
    types: BTreeMap<(*const Ty, FuncId, Platform), Rc<Type>>,
    field_types: BTreeMap<(Field, Platform), Rc<Type>>,
}

/// How many lists of arguments are remembered for a function.
const REMEMBERED: usize = 16;

struct Settled<'w> {
    args: Vec<Value<'w>>,
    value: Value<'w>,
    alike: Platforms,
    impossible: bool,
}

/// A function in evaluation, with the call that led to it.
struct Activation<'w> {
    func: FuncId,
    call: Option<(&'w Call, Spot)>,
}

struct Solver<'w> {
    memo: Memo<'w>,
    program: &'w Program<'w>,
    platform: Platform,
    st: State<'w>,
    /// The function that the story is about.
    entry: FuncId,
    /// The functions in evaluation, with the call that led to each.
    stack: Vec<Activation<'w>>,
    /// Where `return` and `?` go, one per function, closure or async block in evaluation.
    returns: Vec<Vec<(State<'w>, Value<'w>)>>,
    loops: Vec<flow::Loop<'w>>,
    events: Vec<Event>,
    made: Vec<Event>,
    /// Binds of sockets that unknown code got hold of, or that the story hands on at its end.
    outlive: Vec<Site>,
    #[cfg(any(test, feature = "testing"))]
    observed: Vec<crate::trace::Observed>,
    unread: BTreeSet<FuncId>,
    gave_up: BTreeMap<&'static str, usize>,
    next_sock: u32,
    links: Links,
    /// Sockets that were presumed and turned out to be what they were taken for.
    confirmed: BTreeMap<SockId, &'static SockTy>,
    /// How many constants are in evaluation, one inside the other.
    const_depth: usize,
    fuel: usize,
    /// How many branches on the family of an address lead here.
    families: usize,
    /// The platforms on which all that was met so far is as it is on this one.
    alike: Platforms,
    /// Whether the story uses something that the platform does not have.
    impossible: bool,
}

impl<'w> Solver<'w> {
    fn new(program: &'w Program<'w>, platform: Platform, func: FuncId, memo: Memo<'w>) -> Self {
        Self {
            memo,
            program,
            platform,
            st: State { live: true, ..State::default() },
            entry: func,
            stack: vec![Activation { func, call: None }],
            returns: Vec::new(),
            loops: Vec::new(),
            events: Vec::new(),
            made: Vec::new(),
            outlive: Vec::new(),
            #[cfg(any(test, feature = "testing"))]
            observed: Vec::new(),
            unread: BTreeSet::new(),
            gave_up: BTreeMap::new(),
            next_sock: 0,
            links: Links::default(),
            confirmed: BTreeMap::new(),
            const_depth: 0,
            fuel: FUEL,
            families: 0,
            alike: Platforms::ALL,
            impossible: false,
        }
    }

    /// Evaluates a function that unknown code calls.
    fn enter(&mut self, id: FuncId) {
        let def = self.program.func(id);
        let mut args = Vec::with_capacity(def.func.params.len());
        for (_, ty) in &def.func.params {
            let ty = self.type_in(ty, id);
            args.push(self.unknown_of(&ty));
        }
        let is_given = args.iter().any(|it| self.is_early(it));
        if def.called {
            args.iter().for_each(|arg| self.forget_phase(arg));
        }
        let (value, finals) = self.call_body(id, args);
        self.hand_out(&value);
        for it in finals.iter().chain([&value]) {
            self.links.hands_on |= self.outlives(it);
        }
        self.settle_presumed();
        // A socket that others made matters if it is more than looked at.
        let is_foreign = |it: &Event| it.sock.created.is_none() && it.is_step();
        if self.events.iter().any(is_foreign) {
            self.links.hands_on |= is_given || self.is_early(&value);
            self.links.asks = true;
        }
    }

    /// Whether others may take a step on a socket in `value` that no word of the tables shows: bind it, or listen.
    fn is_early(&self, value: &Value<'w>) -> bool {
        let mut is_early = false;
        value.handles(&mut |id| {
            let sock = self.st.socks.get(&id);
            is_early |= sock.is_some_and(|it| it.phase.is_early(it.domain));
        });
        is_early
    }

    /// The sockets in a value go where the story does not follow them. Answers whether one that was made here may yet be
    /// bound or listen.
    fn outlives(&mut self, value: &Value<'w>) -> bool {
        let (st, outlive, mut is_early) = (&self.st, &mut self.outlive, false);
        value.handles(&mut |id| {
            let Some(sock) = st.socks.get(&id) else { return };
            outlive.extend(sock.binds.iter().map(|bind| bind.at.site));
            is_early |= sock.created.is_some() && sock.phase.is_early(sock.domain);
        });
        is_early
    }

    /// A type tells how far a socket has come, unless somebody made it of a bare descriptor: where that
    /// could have been seen and was not, nothing is known.
    fn forget_phase(&mut self, value: &Value<'w>) {
        let st = &mut self.st;
        value.handles(&mut |id| {
            if let Some(sock) = st.sock_mut(id) {
                sock.phase = Phase::UNKNOWN;
            }
        });
    }

    /// The function whose text is evaluated: that of a closure's definition, not the one that calls it.
    fn func(&self) -> FuncId {
        self.st.frames.last().map_or(self.entry, |frame| frame.func)
    }

    /// Where names are looked up.
    fn scope(&self) -> ModId {
        self.st
            .frames
            .last()
            .map_or_else(|| self.program.func(self.entry).scope, |frame| frame.scope)
    }

    /// What a type is that is written in the signature or body of `func`.
    fn type_in(&mut self, ty: &'w Ty, func: FuncId) -> Rc<Type> {
        let key = (std::ptr::from_ref(ty), func, self.platform);
        if let Some(known) = self.memo.types.get(&key) {
            return Rc::clone(known);
        }
        let place = Place::function(self.program.func(func), self.platform);
        let found = Rc::new(self.program.type_of(ty, place));
        self.memo.types.insert(key, Rc::clone(&found));
        found
    }

    fn place(&self) -> Place<'w> {
        Place::function(self.program.func(self.func()), self.platform)
    }

    fn spot(&self, id: SiteId) -> Spot {
        let func = self.func();
        Spot { site: Site { file: self.program.func(func).file, id }, func }
    }

    /// The calls that lead to this point from the function that the story is about.
    fn calls(&self) -> Vec<Spot> {
        self.stack.iter().filter_map(|it| it.call.map(|(_, spot)| spot)).collect()
    }

    /// The story goes one way on these platforms and another way on the others.
    fn tells_apart(&mut self, platforms: Platforms) {
        let others = Platforms::ALL.without(platforms);
        let own = if platforms.contains(self.platform) { platforms } else { others };
        self.alike = self.alike.intersection(own);
    }

    fn give_up(&mut self, reason: &'static str) {
        *self.gave_up.entry(reason).or_default() += 1;
    }

    /// The identity that the next socket gets.
    fn next_id(&self) -> SockId {
        SockId(self.next_sock)
    }

    fn add_sock(&mut self, sock: Sock) -> SockId {
        let id = self.next_id();
        self.next_sock += 1;
        self.st.put(id, sock);
        id
    }

    /// What was presumed to be a socket and never shown to be one has no story. One that was had its
    /// type all along.
    fn settle_presumed(&mut self) {
        let confirmed = &self.confirmed;
        self.events.retain_mut(|event| {
            let Some(id) = event.sock.presumed else { return true };
            let Some(ty) = confirmed.get(&id) else { return false };
            event.sock.domain = event.sock.domain.meet(ty.domain);
            event.sock.sock_type = event.sock.sock_type.meet(ty.sock_type);
            true
        });
    }

    fn event(&mut self, kind: EventKind, spot: Spot, sock: &Sock) {
        if self.st.live && self.fuel > 0 {
            self.memo.fields.note(kind, spot.func, self.entry, sock);
            let calls = self.calls();
            self.events.push(Event { kind, spot, sock: sock.clone(), calls });
        }
    }

    /// Unknown code gets hold of every socket in `value`.
    fn escape(&mut self, value: &Value<'w>, reason: &'static str) {
        if let Value::Outcome(_) | Value::Failure(..) = value {
            // A result is no handle of the socket.
            return;
        }
        let mut open = false;
        self.links.escapes |= self.outlives(value);
        let (st, fields) = (&mut self.st, &mut self.memo.fields);
        value.handles(&mut |id| {
            if let Some(sock) = st.sock_mut(id) {
                // A socket that listens or is connected has its story behind it.
                let early = Phase::CREATED.join(Phase::BOUND);
                open |= sock.created.is_some() && sock.phase.may(early);
                fields.lose(sock);
                sock.escape();
            }
        });
        if open {
            self.give_up(reason);
        }
    }

    /// Runs what may happen, or not: then the value is another.
    fn perhaps(
        &mut self,
        run: impl FnOnce(&mut Self) -> Value<'w>,
        otherwise: Value<'w>,
    ) -> Value<'w> {
        let before = self.st.clone();
        let value = run(self);
        let end = std::mem::replace(&mut self.st, State::dead());
        let (st, value) = end.join_with(value, before, otherwise);
        self.st = st;
        value
    }

    /// Runs each branch from the present state and joins where they end.
    fn fork(
        &mut self,
        branches: usize,
        mut run: impl FnMut(&mut Self, usize) -> Value<'w>,
    ) -> Value<'w> {
        let before = self.st.clone();
        let mut joined = (State::dead(), Value::Never);
        for idx in 0..branches {
            self.st = before.clone();
            let value = run(self, idx);
            let end = std::mem::replace(&mut self.st, State::dead());
            joined = joined.0.join_with(joined.1, end, value);
        }
        self.st = joined.0;
        joined.1
    }
}
