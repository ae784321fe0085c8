//! Abstract state: what is known of every socket and variable at one point of the program.
//!
//! A variable holds a [`Value`]; a socket is an object of its own, since several variables, a raw
//! descriptor and a borrowed view can be handles of one socket. Where two paths meet, values join
//! position by position. Two *different* sockets in one position are one socket to the rest of the
//! program if neither path knows the other's: each path made its own (`match addr { V4 => new_v4(),
//! V6 => new_v6() }`), so they are unified and their facts joined. Otherwise the position is unknown.

mod join;
mod value;

use std::{collections::BTreeMap, rc::Rc};

pub(crate) use join::Fork;
pub(crate) use value::{Addr, ClosureRef, Handle, Outcome, Struct, Value};

use crate::{
    link::{FuncId, ModId, TypeId},
    model::{Api, SockOpt, options},
    sites::Site,
    socket::{Domain, OptValue, Phase, SockType},
};

/// Identity of an abstract socket within one evaluation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct SockId(pub(crate) u32);

/// A place in a function's body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Spot {
    pub(crate) site: Site,
    pub(crate) func: FuncId,
}

/// What is known of one option of one socket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct OptState {
    pub(crate) value: OptValue,
    /// The call that set it last; none if an API did so by itself.
    pub(crate) set_by: Option<Spot>,
    /// Whether it is the family of an address that decides between several values.
    pub(crate) by_family: bool,
    /// Whether it is on unless somebody gives a flag of the command line.
    pub(crate) by_default: bool,
}

impl OptState {
    /// A value that is the same on all paths.
    pub(crate) fn new(value: OptValue, set_by: Option<Spot>) -> Self {
        Self { value, set_by, by_family: false, by_default: false }
    }

    /// Whether it is on where nobody gives a flag of the command line.
    pub(crate) fn is_on_by_default(&self) -> bool {
        self.by_default || self.value.is(OptValue::ON)
    }
}

/// Options by name; those that are missing have the value `rest`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Options {
    pub(crate) known: Rc<BTreeMap<&'static str, OptState>>,
    pub(crate) rest: OptValue,
}

impl Options {
    pub(crate) fn get(&self, option: &SockOpt) -> OptState {
        self.state(option.name)
    }

    fn state(&self, name: &str) -> OptState {
        self.known.get(name).copied().unwrap_or(OptState::new(self.rest, None))
    }

    pub(crate) fn set(&mut self, option: &SockOpt, state: OptState) {
        Rc::make_mut(&mut self.known).insert(option.name, state);
    }

    /// Some option of one level was set to some value.
    pub(crate) fn forget_level(&mut self, sol: &str) {
        for option in options::OPTIONS.iter().filter(|option| option.sol == sol) {
            self.set(option, OptState::new(OptValue::UNKNOWN, None));
        }
    }

    fn forget(&mut self) {
        self.known = Rc::default();
        self.rest = OptValue::UNKNOWN;
    }
}

/// A successful `bind(2)`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Bind {
    /// The call to blame: `at`, or the call of a helper that binds sockets of any kind.
    pub(crate) spot: Spot,
    /// The call that binds.
    pub(crate) at: Spot,
    /// The options as the kernel read them.
    pub(crate) options: Options,
    /// Whether an API did it by itself, together with the creation.
    pub(crate) implicit: bool,
    /// What that call is.
    pub(crate) row: &'static Api,
    /// The calls that led there.
    pub(crate) calls: Vec<Spot>,
    pub(crate) addr: Addr,
}

/// A field of a structure, by its place in the declaration.
pub(crate) type Field = (TypeId, usize);

/// An abstract socket.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(clippy::struct_field_names, reason = "the manual's `type` is a keyword")]
pub(crate) struct Sock {
    pub(crate) domain: Domain,
    pub(crate) sock_type: SockType,
    pub(crate) phase: Phase,
    pub(crate) options: Options,
    /// Where it was made; none for a socket that comes from outside.
    pub(crate) created: Option<Spot>,
    /// Binds on the paths that lead here, each once. Shared, as the options are: every event keeps its socket.
    pub(crate) binds: Rc<Vec<Bind>>,
    pub(crate) listen: Option<Spot>,
    /// How many functions deep its type was decided, if its maker only handed it on.
    pub(crate) kind_depth: Option<usize>,
    /// Who it is, if only its methods' names say that it is a socket.
    pub(crate) presumed: Option<SockId>,
    /// The fields that it comes from or was put into.
    pub(crate) fields: Vec<Field>,
}

impl Sock {
    /// A socket whose origin is not seen.
    pub(crate) fn foreign(domain: Domain, sock_type: SockType, phase: Phase) -> Self {
        Self {
            domain,
            sock_type,
            phase,
            options: Options { known: Rc::default(), rest: OptValue::UNKNOWN },
            created: None,
            binds: Rc::default(),
            listen: None,
            kind_depth: None,
            presumed: None,
            fields: Vec::new(),
        }
    }

    /// A socket fresh from `socket(2)`.
    pub(crate) fn new(domain: Domain, sock_type: SockType, created: Spot) -> Self {
        let options = Options { known: Rc::default(), rest: OptValue::UNSET };
        Self { options, created: Some(created), ..Self::foreign(domain, sock_type, Phase::CREATED) }
    }

    /// Whether it is certainly a UDP socket.
    pub(crate) fn is_udp(&self) -> bool {
        self.domain.is(Domain::INET) && self.sock_type.is(SockType::DATAGRAM)
    }

    /// Whether it is certainly a TCP socket.
    pub(crate) fn is_tcp(&self) -> bool {
        self.domain.is(Domain::INET) && self.sock_type.is(SockType::STREAM)
    }

    /// Code that is not seen had the socket in its hands.
    pub(crate) fn escape(&mut self) {
        self.options.forget();
        self.phase = Phase::UNKNOWN;
    }

    /// Whether every path comes to `bind` with no option on that lets several sockets have one port.
    pub(crate) fn lacks_sharing(options: &Options) -> bool {
        let never = OptValue::UNSET.join(OptValue::OFF);
        [&options::REUSE_ADDR, &options::REUSE_PORT, &options::REUSE_PORT_LB]
            .iter()
            .all(|option| options.get(option).value.is(never))
    }

    /// Whether some path comes to `bind` with no option on that lets a listener restart. A value that
    /// only the running program knows is not such a path.
    pub(crate) fn may_lack_reuse(options: &Options) -> bool {
        let never = OptValue::UNSET.join(OptValue::OFF);
        let may_lack = |option| {
            let value = options.get(option).value;
            value.may(never) && !value.may(OptValue::OPAQUE)
        };
        options.get(&options::REUSE_ADDR).value.is(never)
            && may_lack(&options::REUSE_PORT)
            && may_lack(&options::REUSE_PORT_LB)
    }
}

/// The variables of one function or closure in evaluation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Frame<'w> {
    /// The function whose text is evaluated, and where its names are looked up.
    pub(crate) func: FuncId,
    pub(crate) scope: ModId,
    /// In order of declaration; the last of a name is the one in scope.
    pub(crate) vars: Vec<(&'w str, Value<'w>)>,
    /// The frame that a closure sees around it.
    pub(crate) around: Option<usize>,
}

/// All that is known at one point.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct State<'w> {
    /// Whether any path reaches the point.
    pub(crate) live: bool,
    /// Shared between the states of different paths, as are the frames: most paths differ in little.
    pub(crate) socks: Rc<BTreeMap<SockId, Rc<Sock>>>,
    pub(crate) frames: Vec<Rc<Frame<'w>>>,
    /// Operands that have been evaluated and wait for the others.
    pub(crate) operands: Vec<Value<'w>>,
    /// How many decisions that lead here go another way if nobody gives a flag of the command line.
    pub(crate) unusual: u32,
}

impl<'w> State<'w> {
    pub(crate) fn dead() -> Self {
        Self::default()
    }

    /// The two ways on from here where a flag of the command line decides, by what it is if nobody gives the flag.
    pub(crate) fn by_flag(self, default: bool) -> (Self, Self) {
        let unusual = Self { unusual: self.unusual + 1, ..self.clone() };
        if default { (self, unusual) } else { (unusual, self) }
    }

    /// The variable called `name` that is in scope.
    pub(crate) fn var(&mut self, name: &str) -> Option<&mut Value<'w>> {
        let mut idx = self.frames.len().checked_sub(1)?;
        loop {
            let at = self.frames[idx].vars.iter().rposition(|(it, _)| *it == name);
            if let Some(at) = at {
                return Some(&mut Rc::make_mut(&mut self.frames[idx]).vars[at].1);
            }
            idx = self.frames[idx].around?;
        }
    }

    /// What the variable called `name` holds.
    pub(crate) fn read(&self, name: &str) -> Option<&Value<'w>> {
        let mut idx = self.frames.len().checked_sub(1)?;
        loop {
            if let Some((_, value)) = self.frames[idx].vars.iter().rfind(|(it, _)| *it == name) {
                return Some(value);
            }
            idx = self.frames[idx].around?;
        }
    }

    pub(crate) fn push_frame(&mut self, frame: Frame<'w>) {
        self.frames.push(Rc::new(frame));
    }

    /// Takes a `bind` back: on its error path the socket is as far as it was before, whatever else was
    /// set since.
    pub(crate) fn undo(&mut self, outcome: &Outcome) {
        if let Some(sock) = self.sock_mut(outcome.id) {
            sock.phase = outcome.before.phase;
            sock.binds.clone_from(&outcome.before.binds);
        }
    }

    /// The socket called `id`, to be changed.
    pub(crate) fn sock_mut(&mut self, id: SockId) -> Option<&mut Sock> {
        if !self.socks.contains_key(&id) {
            return None;
        }
        Rc::make_mut(&mut self.socks).get_mut(&id).map(Rc::make_mut)
    }

    /// From here on, `id` is this socket.
    pub(crate) fn put(&mut self, id: SockId, sock: Sock) {
        Rc::make_mut(&mut self.socks).insert(id, Rc::new(sock));
    }

    /// Forgets the socket called `id`.
    pub(crate) fn remove(&mut self, id: SockId) -> Option<Rc<Sock>> {
        if !self.socks.contains_key(&id) {
            return None;
        }
        Rc::make_mut(&mut self.socks).remove(&id)
    }

    pub(crate) fn declare(&mut self, name: &'w str, value: Value<'w>) {
        if let Some(frame) = self.frames.last_mut() {
            Rc::make_mut(frame).vars.push((name, value));
        }
    }

    /// How many variables the innermost frame has.
    pub(crate) fn depth(&self) -> usize {
        self.frames.last().map_or(0, |frame| frame.vars.len())
    }

    /// Ends the scope of all variables of the innermost frame declared since `depth`.
    pub(crate) fn truncate(&mut self, depth: usize) {
        if let Some(frame) = self.frames.last_mut().filter(|frame| frame.vars.len() > depth) {
            Rc::make_mut(frame).vars.truncate(depth);
        }
    }

    /// Forgets sockets that no variable or operand can reach: their story is over.
    pub(crate) fn sweep(&mut self) {
        let mut reachable = Vec::new();
        for (_, value) in self.frames.iter().flat_map(|frame| &frame.vars) {
            value.handles(&mut |id| reachable.push(id));
        }
        self.operands.iter().for_each(|value| value.handles(&mut |id| reachable.push(id)));
        if self.socks.keys().any(|id| !reachable.contains(id)) {
            Rc::make_mut(&mut self.socks).retain(|id, _| reachable.contains(id));
        }
    }
}
