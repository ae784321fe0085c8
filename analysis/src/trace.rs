//! What rules see: every socket call that an evaluation met, with all that was known just before it.
//!
//! One trace is the story of one function on one platform, the functions that it calls included. The
//! same call may appear several times, once for each abstract state that reaches it.

use crate::{
    diagnostic::Diagnostic,
    link::{FuncId, Program},
    model::{
        self, Api, Returns, Setter, SockOpt,
        options::{REUSE_ADDR, REUSE_PORT, REUSE_PORT_LB, ValueKind},
    },
    sites::Site,
    socket::{Domain, OptValue, Phase, Platform, SockType},
    state::{Addr, Bind, OptState, Sock, Spot},
};

/// The story of one function on one platform.
pub(crate) struct Trace<'a> {
    pub(crate) program: &'a Program<'a>,
    pub(crate) platform: Platform,
    /// The function that the story is about.
    pub(crate) entry: FuncId,
    pub(crate) events: &'a [Event],
    /// Sockets that an API binds when it makes them, each as it is then.
    pub(crate) made: &'a [Event],
    /// Binds of sockets that the story does not see to their end: they are returned, stored or given to
    /// unknown code.
    pub(crate) outlive: &'a [Site],
    /// What tests asked for.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) observed: &'a [Observed],
}

/// What is known of a socket at a place that a test asks about.
#[cfg(any(test, feature = "testing"))]
#[derive(Debug)]
pub(crate) struct Observed {
    /// The probe.
    pub(crate) site: crate::sites::SiteId,
    /// The socket; none if no socket is known to be there.
    pub(crate) sock: Option<Sock>,
}

/// One call.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) kind: EventKind,
    pub(crate) spot: Spot,
    /// The socket before the call; after it, for a socket that is made or converted.
    pub(crate) sock: Sock,
    /// The calls that led here from the function that the trace is about.
    pub(crate) calls: Vec<Spot>,
}

/// What a call does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum EventKind {
    Set(OptionSet),
    /// A raw call that sets what its arguments name.
    RawSet(RawSet),
    /// `bind(2)` to this address.
    Bind(Addr, &'static Api),
    /// `listen(2)`, or the moment when a bound socket is given the type of a listener.
    Listen,
    Connect,
    JoinMulticast,
}

/// A call that sets an option.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OptionSet {
    pub(crate) option: &'static SockOpt,
    pub(crate) value: OptValue,
    /// Whether its result is thrown away on the spot.
    pub(crate) discarded: bool,
    /// What the call at the event's place evaluates to.
    pub(crate) returns: Returns,
    /// Whether the family of an address decides that it is made.
    pub(crate) by_family: bool,
}

/// The arguments of a raw call that sets an option, as far as they are known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawSet {
    pub(crate) name: RawName,
    pub(crate) level: Option<&'static str>,
    /// The length that it is told.
    pub(crate) len: Option<usize>,
    /// How many bytes the value has.
    pub(crate) size: Option<usize>,
    /// The call; the event stands where the option is named.
    pub(crate) at: Spot,
    /// Which operands of the call name the level and the option.
    pub(crate) operands: (Option<usize>, usize),
}

/// What a raw call names.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RawName {
    One(&'static SockOpt),
    /// The bits of two names.
    Both(&'static SockOpt, &'static SockOpt),
}

impl<'a> Trace<'a> {
    /// Calls that set an option.
    pub(crate) fn sets(&self) -> impl Iterator<Item = (&'a Event, OptionSet)> {
        self.events.iter().filter_map(|event| match event.kind {
            EventKind::Set(set) => Some((event, set)),
            _ => None,
        })
    }

    /// Raw calls that set an option.
    pub(crate) fn raw_sets(&self) -> impl Iterator<Item = (&'a Event, RawSet)> {
        self.events.iter().filter_map(|event| match event.kind {
            EventKind::RawSet(set) => Some((event, set)),
            _ => None,
        })
    }

    /// TCP sockets that listen, each with the call that shows it.
    pub(crate) fn tcp_listeners(&self) -> impl Iterator<Item = &'a Event> {
        self.events
            .iter()
            .filter(|event| matches!(event.kind, EventKind::Listen) && event.sock.is_tcp())
    }

    /// Whether some socket listens.
    pub(crate) fn listens(&self) -> bool {
        self.events.iter().any(|event| {
            matches!(event.kind, EventKind::Listen) || event.sock.phase.may(Phase::LISTENING)
        })
    }

    /// Whether arguments could decide what a listener has that was bound step by step: if it is a TCP socket, and if
    /// `SO_REUSEADDR` is on.
    pub(crate) fn doubts_a_listener(&self) -> bool {
        let never = OptValue::UNSET.join(OptValue::OFF);
        let is_decided = |bind: &Bind| {
            let value = bind.option(&REUSE_ADDR).value;
            let late = || self.late_sets(bind, &REUSE_ADDR).next().is_some();
            match self.platform {
                Platform::Windows => value.is(OptValue::ON) || value.is(never),
                _ => value.is(OptValue::ON) && !late(),
            }
        };
        let listeners = self.events.iter().filter(|it| {
            let Sock { domain, sock_type, .. } = &it.sock;
            let may_be_tcp = domain.may(Domain::INET) && sock_type.may(SockType::STREAM);
            matches!(it.kind, EventKind::Listen) && may_be_tcp
        });
        let mut doubtful = listeners.filter(|listener| {
            let binds = listener.sock.binds.iter();
            let mut binds = binds.filter(|bind| !bind.implicit && !bind.is_ephemeral());
            binds.any(|bind| !listener.sock.is_tcp() || !is_decided(bind))
        });
        doubtful.next().is_some()
    }

    /// Explicit binds, each with the address.
    pub(crate) fn binds(&self) -> impl Iterator<Item = (&'a Event, Addr)> {
        self.events.iter().filter_map(|event| match event.kind {
            EventKind::Bind(addr, _) => Some((event, addr)),
            _ => None,
        })
    }

    /// Calls that join a multicast group.
    pub(crate) fn joins(&self) -> impl Iterator<Item = &'a Event> {
        self.events.iter().filter(|event| match event.kind {
            EventKind::JoinMulticast => true,
            EventKind::Set(set) => set.option.value == ValueKind::Group,
            _ => false,
        })
    }

    /// Whether the socket of a bind may be one for many: some code says so that handles it in this story,
    /// or that may handle it later.
    pub(crate) fn may_be_for_many(&self, bind: &Event) -> bool {
        let made = bind.sock.created.map(|spot| spot.site);
        let same = |it: &&Event| {
            it.sock.created.map(|spot| spot.site) == made
                || it.sock.binds.iter().any(|own| own.at.site == bind.site())
        };
        let handlers = self
            .events
            .iter()
            .filter(same)
            .flat_map(|it| it.calls.iter().map(|call| call.func).chain([it.spot.func]));
        let makers = bind.sock.created.map(|spot| spot.func);
        let program = self.program;
        handlers.chain(makers).chain([self.entry]).any(|func| program.is_about_many(func))
            || (self.outlive.contains(&bind.site()) && program.is_about_many_around(bind.spot.func))
    }

    /// Sets of `option` that came after `bind`, with the value that they set.
    pub(crate) fn late_sets(
        &self,
        bind: &Bind,
        option: &'static SockOpt,
    ) -> impl Iterator<Item = (&'a Event, OptionSet)> {
        let spot = bind.spot;
        self.sets().filter(move |(event, set)| {
            set.option == option
                && event.is_after_bind()
                && event.sock.binds.iter().any(|it| it.spot == spot)
        })
    }

    /// A set of `option` to a true value on some other socket, in the function that holds `bind`.
    pub(crate) fn set_elsewhere(
        &self,
        bind: &Bind,
        option: &'static SockOpt,
        sock: &Sock,
    ) -> Option<&'a Event> {
        let made = |sock: &Sock| sock.created.map(|spot| spot.site);
        self.sets()
            .find(|(event, set)| {
                set.option == option
                    && set.value.is(OptValue::ON)
                    && event.spot.func == bind.spot.func
                    && made(&event.sock).is_some()
                    && made(&event.sock) != made(sock)
                    && event.sock.is_tcp()
            })
            .map(|(event, _)| event)
    }

    /// Whether some socket is bound while `option` may be on.
    pub(crate) fn binds_with(&self, option: &SockOpt) -> bool {
        let on = OptValue::ON.join(OptValue::OPAQUE);
        self.events.iter().any(|event| {
            matches!(event.kind, EventKind::Bind(..))
                && event.sock.options.get(option).value.may(on)
        })
    }

    /// Whether a set is made on every path to what the socket does next. One that is made on some paths
    /// only may have a condition that asks what the socket is; where nothing is still to come, a helper may
    /// have one, the function itself would have asked in vain.
    pub(crate) fn is_certain(&self, event: &Event, set: OptionSet) -> bool {
        let beyond = Phase::BOUND.join(Phase::LISTENING).join(Phase::CONNECTED);
        if event.sock.phase.is(beyond) {
            return event.calls.is_empty();
        }
        let made = event.sock.created.map(|spot| spot.site);
        let mut steps = self.events.iter().filter(|it| {
            let step =
                matches!(it.kind, EventKind::Bind(..) | EventKind::Listen | EventKind::Connect);
            step && it.sock.created.map(|spot| spot.site) == made
                && it.sock.domain == event.sock.domain
        });
        let never = |it: &Event| it.sock.options.get(set.option).value.may(OptValue::UNSET);
        steps.clone().next().is_some() && !steps.any(never)
    }

    /// Whether all that the socket of `event` does afterwards is to be bound to a port that nobody asked
    /// for: it only finds out what the system can do.
    pub(crate) fn is_probe(&self, event: &Event) -> bool {
        let Some(made) = event.sock.created.map(|spot| spot.site) else { return false };
        let later = self.events.iter().filter(|it| {
            it.sock.created.is_some_and(|spot| spot.site == made)
                && !matches!(it.kind, EventKind::Set(_) | EventKind::RawSet(_))
        });
        let free = |it: &Event| matches!(it.kind, EventKind::Bind(addr, _) if addr.port == Some(0));
        later.clone().next().is_some()
            && later.clone().all(free)
            && !later.clone().any(|it| self.outlive.contains(&it.site()))
    }

    /// Whether the socket of `event` gets both options that let others have its port too when it is bound,
    /// and does nothing with the port itself.
    pub(crate) fn holds_a_port(&self, event: &Event) -> bool {
        let Some(made) = event.sock.created.map(|spot| spot.site) else { return false };
        let own = || {
            self.events.iter().filter(|it| it.sock.created.is_some_and(|spot| spot.site == made))
        };
        let late = |option: &SockOpt| {
            own().any(|it| match it.kind {
                EventKind::Set(set) => {
                    set.option == option && !set.value.is(OptValue::OFF) && it.is_after_bind()
                }
                _ => false,
            })
        };
        late(&REUSE_ADDR)
            && late(&REUSE_PORT)
            && !own().any(|it| matches!(it.kind, EventKind::Listen | EventKind::Connect))
    }

    /// Whether the socket of `event` connects at some point of the story.
    pub(crate) fn connects(&self, event: &Event) -> bool {
        let made = event.sock.created.map(|spot| spot.site);
        made.is_some()
            && self.events.iter().any(|it| {
                matches!(it.kind, EventKind::Connect)
                    && it.sock.created.map(|spot| spot.site) == made
            })
    }

    /// How the code around `bind` sets an option on the socket that it binds.
    pub(crate) fn setter(&self, bind: &Bind, option: &SockOpt) -> Option<Setter> {
        (!bind.implicit).then(|| self.setter_of(bind.row, bind.at, option)).flatten()
    }

    /// As [`Self::setter`], where a bind is the event itself.
    pub(crate) fn setter_beside(&self, bind: &Event, option: &SockOpt) -> Option<Setter> {
        match bind.kind {
            EventKind::Bind(_, row) => self.setter_of(row, bind.spot, option),
            _ => None,
        }
    }

    fn setter_of(&self, row: &Api, at: Spot, option: &SockOpt) -> Option<Setter> {
        let version = self.program.version_of(row.path, at.func);
        model::setter(row, option, version.as_ref())
    }

    /// The call that binds the socket for which `event` sets `option`, if there is one in the same function.
    pub(crate) fn bind_beside(&self, event: &Event, option: &SockOpt) -> Option<Site> {
        let made = |event: &Event| event.sock.created.map(|spot| spot.site);
        let mut binds = self.binds().map(|(bind, _)| bind).filter(|bind| {
            let set_by = bind.sock.options.get(option).set_by.map(|spot| spot.site);
            let same = made(event).is_some() && made(event) == made(bind);
            bind.spot.func == event.spot.func && (same || set_by == Some(event.site()))
        });
        binds.next().map(Event::site)
    }

    /// Whether `#[sockopt::listener]` moves the call of an event before the bind of its socket.
    pub(crate) fn is_arranged(&self, event: &Event) -> bool {
        self.program.is_arranged(event.spot.func, self.platform)
    }

    /// The package of a function.
    pub(crate) fn package(&self, func: FuncId) -> Option<usize> {
        self.program.package_of(func)
    }

    /// Path of the item that holds a spot.
    pub(crate) fn item(&self, func: FuncId) -> String {
        self.program.item_path(func)
    }
}

impl Event {
    /// Whether the call does something to a socket that may be wrong, together with what was done before or comes
    /// later.
    pub(crate) fn is_step(&self) -> bool {
        match self.kind {
            EventKind::Set(set) => set.option.is_judged(),
            EventKind::RawSet(_)
            | EventKind::Bind(..)
            | EventKind::Listen
            | EventKind::JoinMulticast => true,
            EventKind::Connect => false,
        }
    }

    /// Adds the calls that lead here and to the bind, so that a story that spans functions can be
    /// followed.
    pub(crate) fn story(&self, diagnostic: Diagnostic) -> Diagnostic {
        let sites = |calls: &[Spot]| calls.iter().map(|call| call.site).collect::<Vec<_>>();
        let binds = self.sock.binds.iter().map(|bind| (bind.at.site, sites(&bind.calls)));
        let here = (self.spot.site, sites(&self.calls));
        binds.chain([here]).fold(diagnostic, |diagnostic, (site, calls)| {
            diagnostic.led_to(site, calls.into_iter())
        })
    }

    /// Whether the socket was certainly bound, and its `bind` is known or implied by its type.
    pub(crate) fn is_after_bind(&self) -> bool {
        self.sock.phase.is(Phase::BOUND.join(Phase::LISTENING))
    }

    pub(crate) fn site(&self) -> Site {
        self.spot.site
    }
}

impl Addr {
    /// Whether whoever sends to the socket has to know the port: it is written out, or the socket hears
    /// all interfaces on a port that the running program knows.
    pub(crate) fn is_meant(self) -> bool {
        self.port.map_or(self.wildcard, |port| port != 0)
    }
}

impl Bind {
    pub(crate) fn site(&self) -> Site {
        self.spot.site
    }

    pub(crate) fn option(&self, option: &SockOpt) -> OptState {
        self.options.get(option)
    }

    /// Whether the kernel picks the port, so that no earlier socket can have it.
    pub(crate) fn is_ephemeral(&self) -> bool {
        self.addr.port == Some(0)
    }

    /// Whether some path leads here with no option on that lets a listener restart.
    pub(crate) fn cannot_restart(&self) -> bool {
        Sock::may_lack_reuse(&self.options)
    }

    /// Whether every path leads here without the options that let several sockets have one port.
    pub(crate) fn lacks_reuse_port(&self) -> bool {
        let never = OptValue::UNSET.join(OptValue::OFF);
        [&REUSE_PORT, &REUSE_PORT_LB].iter().all(|option| self.option(option).value.is(never))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check_body;

    #[test]
    fn a_port_may_be_shared_where_only_the_running_program_knows() {
        check_body(
            r"
let share = std::env::args().count() > 1;
let first = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
first.bind(&addr.into())?;
first.set_reuse_port(true)?;
let next = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
next.set_reuse_port(share)?;
next.bind(&addr.into())?;
",
        );
    }
}
