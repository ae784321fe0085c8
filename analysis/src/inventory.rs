//! Every place where a socket gets an address: what all stories together say about the sockets there.
//!
//! A function that is given a socket has a story of its own, in which nothing is known of that socket, and one in each
//! of its callers. The first counts only where there is no other.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    model::{
        SockOpt,
        options::{OPTIONS, REUSE_ADDR},
    },
    sites::Site,
    socket::{Domain, OptValue, Platform, Platforms, SockType},
    state::{Addr, OptState, Sock, Spot},
    trace::{Event, EventKind, Trace},
};

/// A place where sockets are bound, or where they listen without that.
#[derive(Debug)]
pub struct Entry {
    /// The call.
    pub site: Site,
    /// Path of the function that holds it.
    pub item: String,
    /// Path of what is called, if it binds.
    pub api: Option<&'static str>,
    /// Where it is called.
    pub platforms: Platforms,
    /// The domains of the sockets.
    pub domain: Domain,
    /// Their types.
    pub sock_type: SockType,
    /// The port, if it is the same on all paths.
    pub port: Option<u16>,
    /// Whether it is the address of all interfaces on all paths.
    pub wildcard: bool,
    /// Whether the sockets listen.
    pub listens: Listens,
    /// What the call finds each option to be, on each platform that has it: those that something is done to, and
    /// `SO_REUSEADDR` where that matters.
    pub options: Vec<(&'static SockOpt, BTreeMap<Platform, Setting>)>,
    /// The calls that have set options of the sockets before.
    pub setters: BTreeSet<Site>,
    /// Whether code that is not seen had the socket in its hands, so that any option may be set.
    pub is_open: bool,
}

impl Entry {
    /// What the sockets are, as users name it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        let (inet, unix) = (self.domain.is(Domain::INET), self.domain.is(Domain::UNIX));
        let (stream, datagram) =
            (self.sock_type.is(SockType::STREAM), self.sock_type.is(SockType::DATAGRAM));
        match (inet, unix, stream, datagram) {
            (true, _, true, _) => "tcp",
            (true, _, _, true) => "udp",
            (_, true, true, _) => "unix",
            (_, true, _, true) => "unix-datagram",
            _ => "unknown",
        }
    }
}

/// What an option is, all stories together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Nobody sets it.
    Unset,
    /// On, whatever happens.
    On,
    /// Switched off.
    Off,
    /// A path, a caller or a value of the running program decides.
    Depends,
    /// Code that is not seen may set it.
    Unknown,
}

impl Setting {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unset => "unset",
            Self::On => "on",
            Self::Off => "off",
            Self::Depends => "depends",
            Self::Unknown => "unknown",
        }
    }

    fn of(state: OptState) -> Self {
        match state.value {
            it if it.is(OptValue::ON) => Self::On,
            it if it.is(OptValue::OFF) => Self::Off,
            it if it.is(OptValue::UNSET) => Self::Unset,
            it if it.may(OptValue::OPAQUE) && state.set_by.is_none() => Self::Unknown,
            _ => Self::Depends,
        }
    }

    fn join(self, other: Self) -> Self {
        match (self, other) {
            _ if self == other => self,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            _ => Self::Depends,
        }
    }
}

/// Whether a bound socket listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listens {
    /// Some story comes to that.
    Yes,
    /// No story does.
    No,
    /// The stories do not see the socket to its end.
    Unknown,
}

/// What is collected, story by story.
#[derive(Default)]
pub(crate) struct Inventory {
    places: BTreeMap<Site, Place>,
    /// Calls that listen on a socket which is seen to be bound.
    bound_before: BTreeSet<Site>,
}

struct Place {
    at: Spot,
    item: String,
    api: Option<&'static str>,
    /// Whether a story sees the socket from the start.
    is_told: bool,
    views: Vec<(Platform, Sock, Addr)>,
    listens: bool,
    outlives: bool,
}

impl Inventory {
    /// Adds what one story says.
    pub(crate) fn add(&mut self, trace: &Trace<'_>) {
        for event in trace.made.iter().chain(trace.events) {
            if let EventKind::Bind(addr, row) = event.kind {
                self.see(trace, event, addr, Some(row.path));
            }
        }
        for event in trace.events.iter().filter(|it| matches!(it.kind, EventKind::Listen)) {
            if event.sock.binds.is_empty() {
                self.see(trace, event, Addr::UNKNOWN, None);
            } else {
                self.bound_before.insert(event.site());
            }
            let sites = event.sock.binds.iter().map(|it| it.at.site).chain([event.site()]);
            for site in sites {
                if let Some(place) = self.places.get_mut(&site) {
                    place.listens = true;
                }
            }
        }
        for site in trace.outlive {
            if let Some(place) = self.places.get_mut(site) {
                place.outlives = true;
            }
        }
    }

    fn see(&mut self, trace: &Trace<'_>, event: &Event, addr: Addr, api: Option<&'static str>) {
        let is_told = event.sock.created.is_some();
        let place = self.places.entry(event.site()).or_insert_with(|| Place {
            at: event.spot,
            item: trace.item(event.spot.func),
            api,
            is_told,
            views: Vec::new(),
            listens: false,
            outlives: false,
        });
        if is_told && !place.is_told {
            place.is_told = true;
            place.views.clear();
        }
        if is_told == place.is_told {
            place.views.push((trace.platform, event.sock.clone(), addr));
        }
    }

    /// What there is, in the order of the files.
    pub(crate) fn finish(self) -> Vec<Entry> {
        let own = |(site, place): &(Site, Place)| {
            place.api.is_some() || !self.bound_before.contains(site)
        };
        self.places.into_iter().filter(own).map(|(_, place)| entry(place)).collect()
    }
}

fn entry(place: Place) -> Entry {
    let Place { at, item, api, is_told, views, listens, outlives } = place;
    let addr = views.iter().map(|(_, _, addr)| *addr).reduce(Addr::join).unwrap_or(Addr::UNKNOWN);
    let socks = || views.iter().map(|(_, sock, _)| sock);
    let sock_type = socks().map(|it| it.sock_type).fold(SockType::BOTTOM, SockType::join);
    let domain = socks().map(|it| it.domain).fold(Domain::BOTTOM, Domain::join);
    let options = OPTIONS.iter().filter_map(|option| {
        let mut values: BTreeMap<Platform, Setting> = BTreeMap::new();
        let here = views.iter().filter(|(platform, ..)| option.platforms.contains(*platform));
        for (platform, sock, _) in here {
            let now = Setting::of(sock.options.get(option));
            values.entry(*platform).and_modify(|it| *it = it.join(now)).or_insert(now);
        }
        let says = |it: &Setting| !matches!(it, Setting::Unset | Setting::Unknown);
        let always = *option == &REUSE_ADDR && domain.may(Domain::INET);
        (always || values.values().any(says)).then_some((*option, values))
    });
    Entry {
        site: at.site,
        item,
        api,
        platforms: views
            .iter()
            .map(|it| Platforms::only(it.0))
            .fold(Platforms::NONE, Platforms::union),
        domain: if domain.is_unknown() { addr.domain } else { domain },
        sock_type,
        port: addr.port,
        wildcard: addr.wildcard,
        // A datagram socket never listens.
        listens: match (listens, (outlives || !is_told) && !sock_type.is(SockType::DATAGRAM)) {
            (true, _) => Listens::Yes,
            (false, true) => Listens::Unknown,
            (false, false) => Listens::No,
        },
        options: options.collect(),
        setters: socks()
            .flat_map(|it| it.options.known.values())
            .filter_map(|it| Some(it.set_by?.site))
            .collect(),
        is_open: socks().any(|it| it.options.rest.is_unknown()),
    }
}
