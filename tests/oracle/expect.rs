//! What must be said about a program, from what the kernel saw on all of its paths.
//!
//! The tool joins paths where they meet; here nothing is joined, every path was taken. A fault is one of a
//! socket (the place where it is made) at a call (its place): it has to be reported when it is there on
//! every path that gets there, and must not be when there is a path without it, since then the condition
//! is the user's own.

use std::collections::{BTreeMap, BTreeSet};

use sockopt_tests::oracle::generate::Program;

use crate::record::{Place, Sock, Story, What};

const REUSE_ADDR: (i32, i32) = (1, 2);
const REUSE_PORT: (i32, i32) = (1, 15);
const ONLY_V6: (i32, i32) = (41, 26);
const JOIN: (i32, i32) = (0, 35);

const UNIX: i32 = 1;
const INET: i32 = 2;
const INET6: i32 = 10;
const STREAM: i32 = 1;
const DATAGRAM: i32 = 2;

/// Something that has to be reported.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fault {
    pub(crate) rule: &'static str,
    /// Any of these lines will do.
    pub(crate) lines: BTreeSet<u64>,
    /// Whether it may go without a report, and why.
    pub(crate) silent: Option<&'static str>,
}

/// All faults of a program.
pub(crate) fn faults(program: &Program, story: &Story) -> Vec<Fault> {
    let mut faults = Faults { program, story, all: Vec::new() };
    faults.listeners();
    faults.late();
    faults.unchecked();
    faults.useless();
    faults.datagrams();
    faults.all
}

/// The kernel's verdicts that contradict what `fixtures/kernel-record` saw of the options.
pub(crate) fn contradictions(story: &Story) -> Vec<String> {
    let mut all = Vec::new();
    for (first, second) in story.first.iter().zip(&story.second) {
        let (Some(one), Some(two)) = (first.bound(), second.bound()) else { continue };
        if !first.served || is_ephemeral(first) || first.made_at() != second.made_at() {
            continue;
        }
        let end = first.calls.len();
        // The kernel remembers the flag that a port was bound with, whatever becomes of it after `listen`.
        if first.option(REUSE_PORT, one) == Some(true)
            && first.option(REUSE_PORT, end) != Some(true)
        {
            continue;
        }
        let shares = |option| {
            first.option(option, end) == Some(true) && second.option(option, two) == Some(true)
        };
        let expected = if shares(REUSE_ADDR) || shares(REUSE_PORT) { 0 } else { 98 };
        let errno = second.calls[two].errno;
        if first.calls[one].errno == 0 && errno != expected {
            all.push(format!("run {}: restart {errno}, expected {expected}", first.run));
        }
    }
    all
}

/// A socket, the position of a call that sets an option of it, and the value.
type SetBy<'a> = (&'a Sock, usize, bool);

struct Faults<'a> {
    program: &'a Program,
    story: &'a Story,
    all: Vec<Fault>,
}

impl<'a> Faults<'a> {
    fn push(&mut self, rule: &'static str, places: impl IntoIterator<Item = &'a Place>) {
        self.push_unless(rule, places, None);
    }

    fn push_unless(
        &mut self,
        rule: &'static str,
        places: impl IntoIterator<Item = &'a Place>,
        silent: Option<&'static str>,
    ) {
        let lines = places.into_iter().flatten().copied().collect();
        let keeps = || {
            self.keeps_another_socket()
                .then_some("another name keeps the socket that was there before")
        };
        self.all.push(Fault { rule, lines, silent: silent.or_else(keeps) });
    }

    /// Whether a variable gets another socket below a reference to it.
    fn keeps_another_socket(&self) -> bool {
        let text = &self.program.text;
        text.match_indices("let same").any(|(at, _)| {
            let (line, below) = text[at..].split_once('\n').unwrap_or_default();
            let lent = line.split_once("= &").map(|(_, it)| it.trim_end_matches(';'));
            let assigns = |line: &str, name| {
                line.trim_start().strip_prefix(name).is_some_and(|it| it.starts_with(" = "))
            };
            lent.is_some_and(|name| below.lines().any(|line| assigns(line, name)))
        })
    }

    /// Sockets that are bound, by where. Several may get there, one for each of the places where they are
    /// made; which one it is may be the user's own choice, as any other condition.
    fn bound(&self) -> BTreeMap<&'a Place, Vec<&'a Sock>> {
        let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for sock in &self.story.first {
            if let Some(bound) = sock.bound() {
                all.entry(&sock.calls[bound].place).or_default().push(sock);
            }
        }
        all
    }

    fn listeners(&mut self) {
        for (bind, socks) in self.bound() {
            let of_tcp =
                |it: &&&Sock| matches!(it.domain(), INET | INET6) && it.sock_type() == STREAM;
            let listeners: Vec<_> =
                socks.iter().filter(of_tcp).filter(|it| it.listens()).copied().collect();
            if listeners.is_empty() {
                continue;
            }
            if listeners.iter().any(|it| is_ephemeral(it)) {
                self.of_a_helper(bind, &listeners);
                continue;
            }
            let state = |sock: &Sock, option| sock.option(option, sock.bound().unwrap_or(0));
            let safe = |sock: &Sock| {
                state(sock, REUSE_ADDR) == Some(true) || state(sock, REUSE_PORT) == Some(true)
            };
            let late = || {
                socks.iter().flat_map(|sock| {
                    let bound = sock.bound().unwrap_or(0);
                    sock.sets(REUSE_ADDR).filter(move |it| it.0 > bound)
                })
            };
            let off: Vec<_> = listeners
                .iter()
                .filter(|it| state(it, REUSE_ADDR) == Some(false))
                .flat_map(|it| it.sets(REUSE_ADDR).map(|it| it.2))
                .collect();
            // SO_REUSEPORT is there for a reason of its own: where it is missing, nothing else helps.
            let never = |socks: &[&Sock]| {
                !socks.iter().any(|it| state(it, REUSE_ADDR) == Some(true))
                    && !socks.iter().all(|it| safe(it))
            };
            let mut made: Vec<_> = listeners.iter().map(|it| it.made_at()).collect();
            made.dedup();
            let of_one = made.into_iter().any(|place| {
                let of_one = listeners.iter().filter(|it| it.made_at() == place).copied();
                never(&of_one.collect::<Vec<_>>())
            });
            let chosen = listeners.iter().any(|it| state(it, REUSE_PORT) == Some(false));
            let choice = if chosen && listeners.iter().any(|it| safe(it)) {
                Some("a value that only the running program knows")
            } else if never(&listeners) {
                None
            } else {
                Some("which socket it is may be the user's choice")
            };
            if of_one {
                if !off.is_empty() {
                    self.push_unless("disabled_reuseaddr", off, choice);
                } else if late().next().is_none() {
                    self.push_unless("missing_reuseaddr", [bind], choice);
                }
            }
            if listeners.iter().all(|it| state(it, REUSE_ADDR) == Some(true)) {
                let mut cleared: BTreeMap<&Place, Vec<bool>> = BTreeMap::new();
                late().for_each(|(_, value, place)| cleared.entry(place).or_default().push(value));
                for (place, _) in cleared.into_iter().filter(|it| !it.1.contains(&true)) {
                    self.push("disabled_reuseaddr", [place]);
                }
            } else if self.program.looks_at.contains('f') {
                self.of_one_family(&listeners);
            }
        }
    }

    /// A helper alone does not say which port it is told.
    fn of_a_helper(&mut self, bind: &'a Place, listeners: &[&'a Sock]) {
        if bind.len() > 1 {
            let silent = Some("a helper alone does not say which port it is told");
            let sets = listeners.iter().flat_map(|it| it.sets(REUSE_ADDR)).map(|it| it.2);
            self.push_unless("disabled_reuseaddr", sets.collect::<Vec<_>>(), silent);
            self.push_unless("missing_reuseaddr", [bind], silent);
        }
    }

    /// On for one family, and not for the other.
    fn of_one_family(&mut self, listeners: &[&'a Sock]) {
        let state = |sock: &Sock| sock.option(REUSE_ADDR, sock.bound().unwrap_or(0));
        let port = |sock: &&&Sock| sock.option(REUSE_PORT, sock.bound().unwrap_or(0)).is_some();
        let of = |domain: i32| -> BTreeSet<_> {
            listeners.iter().filter(|it| it.domain() == domain).map(|it| state(it)).collect()
        };
        let (on, unset) = (BTreeSet::from([Some(true)]), BTreeSet::from([None]));
        let families = (of(INET), of(INET6));
        let one_of_them = families == (on.clone(), unset.clone()) || families == (unset, on);
        if one_of_them && !listeners.iter().any(|it| port(&it)) {
            let sets: Vec<_> =
                listeners.iter().flat_map(|it| it.sets(REUSE_ADDR)).map(|it| it.2).collect();
            self.push("conditional_reuseaddr", sets);
        }
    }

    /// The calls that set an option, by where the socket is made and where they are.
    fn sets(&self, option: (i32, i32)) -> BTreeMap<(&'a Place, &'a Place), Vec<SetBy<'a>>> {
        let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for sock in &self.story.first {
            for (at, value, place) in sock.sets(option) {
                all.entry((sock.made_at(), place)).or_default().push((sock, at, value));
            }
        }
        all
    }

    fn late(&mut self) {
        for option in [REUSE_ADDR, REUSE_PORT, ONLY_V6] {
            let shared = self.story.first.iter().any(|sock| {
                sock.bound().is_some_and(|bound| sock.option(option, bound) == Some(true))
            });
            let all = self.sets(option);
            for ((made, place), sets) in &all {
                let after =
                    |it: &(&Sock, usize, bool)| it.0.bound().is_some_and(|bound| bound < it.1);
                if !sets.iter().all(after) {
                    continue;
                }
                if sets.iter().any(|it| it.0.domain() == UNIX) {
                    // The helper alone does not say what socket it gets.
                    if place.len() > 1 {
                        self.push_unless("late_option", [*place], Some("a helper for any socket"));
                    }
                    continue;
                }
                let all_off = sets.iter().all(|it| !it.2);
                let (sock, _, _) = sets[0];
                let silent = if option == ONLY_V6 {
                    sets.iter().all(|it| it.0.domain() == INET)
                } else {
                    let shares = option == REUSE_PORT || sock.sock_type() == DATAGRAM;
                    let own = |sock: &Sock, at: usize| sock.calls[at].place != **made;
                    // The same place may set it on one of several sockets.
                    let in_time = all.iter().filter(|((_, at), _)| at == place).any(|(_, sets)| {
                        sets.iter().any(|(sock, _, _)| {
                            let bound = sock.bound().unwrap_or(0);
                            sock.sets(option).any(|it| it.0 < bound && own(sock, it.0))
                        })
                    });
                    let holds = self.holds_a_port(made);
                    all_off
                        || (shares && shared)
                        || (option == REUSE_ADDR && sets.iter().all(|it| is_ephemeral(it.0)))
                        || in_time
                        || holds
                };
                if !silent || place.len() > 1 {
                    let why = "a method alone does not say how its socket was bound";
                    self.push_unless("late_option", [*place], silent.then_some(why));
                }
            }
        }
    }

    /// Both options are set late, and nothing else is done with the port.
    fn holds_a_port(&self, made: &Place) -> bool {
        let own = || self.story.first.iter().filter(|it| it.made_at() == made);
        let late = |option| {
            own().any(|it| {
                let bound = it.bound().unwrap_or(usize::MAX);
                it.sets(option).any(|it| it.0 > bound && it.1)
            })
        };
        late(REUSE_ADDR) && late(REUSE_PORT) && !own().any(Sock::listens)
    }

    /// Whether the writer says this about a call.
    fn says(&self, place: &Place, what: &str) -> bool {
        let line = place.first().and_then(|it| usize::try_from(it - 1).ok());
        let line = line.and_then(|it| self.program.text.lines().nth(it));
        line.is_some_and(|it| it.ends_with(what))
    }

    fn unchecked(&mut self) {
        for option in [REUSE_ADDR, REUSE_PORT, ONLY_V6] {
            for ((made, place), sets) in self.sets(option) {
                if !self.says(place, "// discarded") {
                    continue;
                }
                // The helper alone does not say what it is called with.
                let any = "a helper for any socket";
                if sets.iter().all(|it| !it.2) {
                    if place.len() > 1 {
                        self.push_unless("unchecked_option", [place], Some(any));
                    }
                    continue;
                }
                let helper = place.len() > 1 && sets.iter().any(|it| it.0.domain() != UNIX);
                let helper = helper.then_some(any);
                let v6 = |it: &(&Sock, usize, bool)| it.2 && it.0.domain() == INET6;
                if option == ONLY_V6 && !sets.iter().all(v6) {
                    continue;
                }
                let own = || self.story.first.iter().filter(|it| it.made_at()[0] == made[0]);
                let free = |it: &Sock| {
                    !it.listens() && !joins(it) && (it.bound().is_none() || is_ephemeral(it))
                };
                let probe = own().all(free) && own().any(|it| it.bound().is_some());
                if !probe || helper.is_some() {
                    let std =
                        option == ONLY_V6 && self.program.text.contains("std::net::TcpListener");
                    let silent = if probe {
                        helper
                    } else {
                        std.then_some("the domain is not in the source")
                    };
                    self.push_unless("unchecked_option", [place], silent);
                }
            }
        }
    }

    /// Whether sockets that are made elsewhere are bound or listen where this one does.
    fn is_one_of_several(&self, made: &Place) -> bool {
        let bound = |sock: &&'a Sock| sock.bound().map(|at| &sock.calls[at].place);
        let all = || self.story.first.iter();
        let own: BTreeSet<_> =
            all().filter(|it| it.made_at() == made).filter_map(|it| bound(&it)).collect();
        all().any(|it| it.made_at() != made && bound(&it).is_some_and(|it| own.contains(it)))
    }

    fn useless(&mut self) {
        for option in [REUSE_ADDR, REUSE_PORT, ONLY_V6] {
            for ((made, place), sets) in self.sets(option) {
                let misfit = |it: &(&Sock, usize, bool)| {
                    it.0.domain() == UNIX || (option == ONLY_V6 && it.0.domain() == INET)
                };
                if !sets.iter().all(|it| misfit(it) && it.2) {
                    continue;
                }
                let refused = sets.iter().all(|it| it.0.calls[it.1].errno != 0);
                let ignored = sets[0].0.domain() == UNIX && option == REUSE_ADDR;
                if refused == ignored {
                    self.push("the kernel takes what it should refuse", [place]);
                }
                let late = sets.iter().all(|it| it.0.bound().is_some_and(|bound| bound < it.1));
                let mut bound = self
                    .story
                    .first
                    .iter()
                    .filter(|it| it.made_at()[0] == made[0] && it.bound().is_some());
                let always = bound.clone().next().is_some()
                    && bound.all(|it| it.option(option, it.bound().unwrap_or(0)).is_some());
                if late || always {
                    let silent = if late && place.len() > 1 {
                        Some("a helper that is called late may have a condition")
                    } else if self.program.looks_at.contains('f') {
                        Some("the domain is not in the source")
                    } else if self.is_one_of_several(made) {
                        Some("which socket it is may be the user's choice")
                    } else if self.says(place, "// logged") {
                        Some("where it fails, it is not set")
                    } else {
                        None
                    };
                    self.push_unless("useless_option", [place], silent);
                }
            }
        }
    }

    fn datagrams(&mut self) {
        for (bind, socks) in self.bound() {
            if socks.iter().any(|it| it.sock_type() != DATAGRAM || it.domain() == UNIX) {
                continue;
            }
            let port = socks.iter().any(|it| is_ephemeral(it));
            let helper = "a helper alone does not say which port it is told";
            if port && bind.len() == 1 {
                continue;
            }
            let on = |it: &&Sock, option| it.option(option, it.bound().unwrap_or(0)) == Some(true);
            let speaks_of_it = self.program.text.contains("join_multicast");
            if socks.iter().all(|it| on(it, REUSE_ADDR)) {
                let sets: Vec<_> =
                    socks.iter().flat_map(|it| it.sets(REUSE_ADDR)).map(|it| it.2).collect();
                let logged = sets.iter().any(|it| self.says(it, "// logged"));
                let silent = match (logged, port) {
                    _ if speaks_of_it => {
                        Some("code that speaks of multicast may have it in its hands")
                    }
                    (_, true) => Some(helper),
                    (true, _) => Some("where it fails, it is not set"),
                    _ => None,
                };
                self.push_unless("udp_reuseaddr", sets, silent);
            }
            let shares = |it: &&Sock| on(it, REUSE_ADDR) || on(it, REUSE_PORT);
            let joined: Vec<_> = socks.iter().filter(|it| joins(it)).collect();
            if !joined.is_empty()
                && !joined.iter().any(|it| shares(it))
                && !port
                && self.program.text.contains(".ip(), 8080)")
            {
                self.push("multicast_reuseaddr", [bind]);
            }
        }
    }
}

fn joins(sock: &Sock) -> bool {
    sock.sets(JOIN).next().is_some()
}

/// Whether the kernel picks its port.
fn is_ephemeral(sock: &Sock) -> bool {
    sock.domain() != UNIX && sock.calls.iter().any(|it| it.what == What::Bind { port: 0 })
}
