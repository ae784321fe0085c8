//! What the stories of a text say about the sockets that one item of it binds.

use std::{collections::BTreeMap, ops::Range};

use super::tokens;
use crate::{
    Fix, Workspace,
    diagnostic::Report,
    fix::{Action, Applicability},
    link,
    lower::Lowered,
    model::{Api, MODELS, SockOpt, options::REUSE_ADDR},
    rules,
    sites::{FileId, Site, SiteMap},
    socket::{Domain, OptValue, Phase, Platform, Platforms, SockType},
    solve,
    state::{Options, Sock},
    trace::{EventKind, Trace},
    workspace::{Crate, Dependency, Package},
};

/// What is seen of an item.
pub(super) struct Survey {
    pub(super) sites: SiteMap,
    /// Calls that bind.
    pub(super) binds: BTreeMap<Site, Seen>,
    /// Options that are set too late.
    pub(super) late: Vec<Late>,
    /// Calls that make a socket listen, and whether it is bound here, or elsewhere with what it needs.
    listens: BTreeMap<Site, bool>,
    /// Whether it calls an API that makes a listener.
    ready: bool,
}

/// What is seen of one call that binds.
pub(super) struct Seen {
    pub(super) row: &'static Api,
    pub(super) domain: Domain,
    pub(super) platforms: Platforms,
    pub(super) sock_type: SockType,
    listens: bool,
    pub(super) connects: bool,
    stories: Vec<Story>,
}

struct Story {
    platform: Platform,
    options: Options,
    ephemeral: bool,
}

/// An option that is set too late.
pub(super) struct Late {
    pub(super) call: Site,
    pub(super) message: String,
    pub(super) fix: Option<Fix>,
}

impl Survey {
    pub(super) fn new(
        lowered: Lowered,
        text: &str,
        item: &Range<usize>,
        renamed: &[(String, String)],
    ) -> Self {
        let workspace = workspace(lowered.facts, renamed);
        let mut survey = Self {
            sites: lowered.sites,
            binds: BTreeMap::new(),
            late: Vec::new(),
            listens: BTreeMap::new(),
            ready: false,
        };
        let program = link::Program::link(&workspace);
        solve::run(&program, &mut |trace| {
            survey.add(trace, item);
            true
        });
        let words: String = tokens::lex(text.get(item.clone()).unwrap_or_default())
            .into_iter()
            .map(|it| it.text)
            .collect();
        survey.ready = program.listeners().into_iter().any(|path| words.contains(path));
        for late in &mut survey.late {
            let bind = late.fix.as_ref().and_then(|fix| match fix.action {
                Action::MoveBefore { bind, .. } => survey.binds.get(&bind),
                _ => None,
            });
            if let (Some(fix), Some(bind)) = (&mut late.fix, bind) {
                fix.on_windows = bind.platforms.contains(Platform::Windows);
            }
        }
        survey
    }

    fn add(&mut self, trace: &Trace<'_>, item: &Range<usize>) {
        let sites = std::mem::take(&mut self.sites);
        let here = |site: Site| {
            let range = sites.get(site.id).expr;
            item.start <= range.start && range.end <= item.end && !range.is_empty()
        };
        for event in trace.events {
            match event.kind {
                EventKind::Bind(addr, row) if here(event.site()) => {
                    let sock = &event.sock;
                    let seen = self.binds.entry(event.site()).or_insert_with(|| Seen::new(row));
                    seen.platforms = seen.platforms.union(Platforms::only(trace.platform));
                    seen.domain = seen.domain.join(if sock.domain.may(addr.domain) {
                        sock.domain.meet(addr.domain)
                    } else {
                        sock.domain
                    });
                    seen.sock_type = seen.sock_type.join(sock.sock_type);
                    seen.connects |= trace.connects(event);
                    let (platform, options) = (trace.platform, sock.options.clone());
                    let ephemeral = addr.port == Some(0);
                    seen.stories.push(Story { platform, options, ephemeral });
                }
                EventKind::Listen => {
                    let may_be_tcp = event.sock.domain.may(Domain::INET)
                        && event.sock.sock_type.may(SockType::STREAM);
                    if here(event.site()) && may_be_tcp {
                        let bound = event.sock.binds.iter().any(|bind| {
                            let on_windows = trace.platform == Platform::Windows;
                            let lacks = !on_windows && Sock::may_lack_reuse(&bind.options);
                            here(bind.at.site) || bind.implicit || !lacks
                        });
                        let known = self.listens.entry(event.site()).or_insert(bound);
                        *known |= bound && trace.platform != Platform::Windows;
                    }
                    for bind in event.sock.binds.iter() {
                        if let Some(seen) = self.binds.get_mut(&bind.at.site) {
                            seen.listens |= event.sock.phase.may(Phase::LISTENING);
                        }
                    }
                }
                _ => {}
            }
        }
        let mut report = Report::default();
        if let Some(rule) = rules::by_name("late_option") {
            (rule.check)(trace, &mut report);
        }
        for found in report.diagnostics {
            let call = found.primary.site;
            // What merely repeats an API's own setting does no harm.
            let idle = found
                .fix
                .as_ref()
                .is_some_and(|fix| fix.applicability != Applicability::MachineApplicable);
            if here(call) && !idle && self.late.iter().all(|it| it.call != call) {
                let message = match found.help {
                    Some(help) => format!("{}: {help}", found.message),
                    None => found.message,
                };
                self.late.push(Late { call, message, fix: found.fix });
            }
        }
        self.sites = sites;
    }

    /// Calls that bind a TCP socket which may listen.
    pub(super) fn listeners(&self) -> impl Iterator<Item = (&Site, &Seen)> {
        self.binds.iter().filter(|(_, seen)| seen.is_listener())
    }

    /// Whether anything makes a listener.
    pub(super) fn has_listener(&self) -> bool {
        self.ready || self.listeners().next().is_some() || self.listens.values().any(|bound| *bound)
    }

    /// A call that makes a socket listen which is bound elsewhere, without what it needs as far as is seen.
    pub(super) fn unbound(&self) -> Option<Site> {
        self.listens.iter().find(|(_, bound)| !**bound).map(|(site, _)| *site)
    }

    /// Calls of something named `listen`, with a value.
    pub(super) fn listen_calls(&self, text: &str) -> Vec<Site> {
        let named = |site: &&Site| {
            let ranges = self.sites.get(site.id);
            let call = text.get(ranges.expr).unwrap_or_default();
            syn::parse_str::<syn::Expr>(call).is_ok_and(|call| takes_a_backlog(&call))
        };
        self.listens.keys().filter(named).copied().collect()
    }
}

fn takes_a_backlog(call: &syn::Expr) -> bool {
    match call {
        syn::Expr::MethodCall(it) => it.method == "listen" && it.args.len() == 1,
        syn::Expr::Call(it) => match &*it.func {
            syn::Expr::Path(path) => {
                it.args.len() == 2
                    && path.path.segments.last().is_some_and(|it| it.ident == "listen")
            }
            _ => false,
        },
        _ => false,
    }
}

impl Seen {
    fn new(row: &'static Api) -> Self {
        Self {
            row,
            domain: Domain::BOTTOM,
            platforms: Platforms::NONE,
            sock_type: SockType::BOTTOM,
            listens: false,
            connects: false,
            stories: Vec::new(),
        }
    }

    fn is_listener(&self) -> bool {
        let stream = self.sock_type.is(SockType::STREAM)
            || (self.listens && self.sock_type.may(SockType::STREAM));
        stream && self.domain.may(Domain::INET) && !self.connects
    }

    /// Whether some path comes here without `SO_REUSEADDR`, though nothing shows that this is meant so. Unless
    /// it is asked for, it may as well be needless.
    pub(super) fn lacks_reuse_address(&self, asked: bool) -> bool {
        self.off_windows().any(|story| {
            let state = story.options.get(&REUSE_ADDR);
            if state.value.is(OptValue::UNSET) {
                return asked || (!story.ephemeral && Sock::may_lack_reuse(&story.options));
            }
            // Code that is not seen had the socket in its hands.
            state.set_by.is_none() && !state.value.is(OptValue::ON)
        })
    }

    /// Whether the code sets `SO_REUSEADDR` itself, from a variable, on some condition or to `false`.
    pub(super) fn may_decline_reuse_address(&self) -> bool {
        let mut states = self.off_windows().map(|it| it.options.get(&REUSE_ADDR));
        states.any(|it| it.set_by.is_some() && !it.value.is(OptValue::ON))
    }

    fn off_windows(&self) -> impl Iterator<Item = &Story> {
        self.stories.iter().filter(|it| it.platform != Platform::Windows)
    }

    /// Whether the code sets an option itself.
    pub(super) fn has(&self, option: &SockOpt) -> bool {
        self.stories.iter().any(|it| it.options.get(option).set_by.is_some())
    }
}

/// A project of one file, in which the names of all modelled crates mean those crates.
fn workspace(facts: crate::facts::FileFacts, renamed: &[(String, String)]) -> Workspace {
    let own = MODELS.iter().map(|model| (model.krate, model.krate));
    let renamed = renamed.iter().map(|(ident, krate)| (ident.as_str(), krate.as_str()));
    let dependencies = renamed.chain(own).map(|(ident, krate)| Dependency {
        ident: ident.to_owned(),
        krate: krate.to_owned(),
        version: None,
        member: None,
    });
    let package = Package { name: String::new(), dependencies: dependencies.collect() };
    let krate = Crate { name: String::new(), root: 0, package: 0, library: false };
    debug_assert_eq!(FileId(0).0, 0, "the item's file is the only one");
    Workspace {
        packages: vec![package],
        crates: vec![krate],
        files: vec![facts],
        platforms: Platforms::ALL,
        ..Workspace::default()
    }
}
