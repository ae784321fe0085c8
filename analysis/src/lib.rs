//! Whole-program typestate analysis of socket options in Rust source.
//!
//! Three doors: [`Prefilter`] says whether a file is worth parsing, [`lower()`] turns one file into small
//! owned facts, [`analyze`] turns the facts of a workspace into diagnostics. No I/O, no threads, no clock.

#![cfg_attr(
    not(feature = "files"),
    allow(
        dead_code,
        unused_imports,
        reason = "what a search through files needs goes through many modules"
    )
)]

pub mod cfg;
#[cfg(feature = "files")]
pub mod demand;
pub mod diagnostic;
pub mod docs;
#[cfg(feature = "files")]
pub mod evidence;
pub mod facts;
pub mod fix;
pub mod inventory;
mod ir;
mod link;
pub mod listener;
pub mod lower;
pub mod macros;
pub mod marks;
pub mod model;
pub mod outline;
#[cfg(feature = "files")]
pub mod prefilter;
pub mod rewrite;
pub mod rules;
pub mod sites;
#[cfg(feature = "files")]
pub mod skim;
pub mod socket;
mod solve;
mod state;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod trace;
pub mod workspace;

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

#[cfg(feature = "files")]
pub use demand::{Demand, SecondLook};
pub use diagnostic::{Diagnostic, Label};
pub use fix::{Applicability, Fix};
#[cfg(feature = "files")]
pub use lower::lower_parts;
pub use lower::{Lowered, ParseError, lower, lower_with};
pub use macros::{FileMacros, Foreign};
pub use outline::outline;
#[cfg(feature = "files")]
pub use prefilter::Prefilter;
pub use rewrite::{Edit, Request, rewrite};
pub use rules::{Group, Level, RULES, Rule};
pub use workspace::Workspace;

use crate::{
    diagnostic::Report,
    sites::Site,
    socket::{Platform, Platforms},
};

/// What the analysis says about a workspace.
#[derive(Debug, Default)]
pub struct Analysis {
    /// Violations of all rules, ordered by file, then site; one per rule and site, its platforms joined.
    pub diagnostics: Vec<Diagnostic>,
    /// Where stories ended because code could not be seen through: reason and count.
    pub gave_up: BTreeMap<&'static str, usize>,
    /// The calls that rows of the user describe, each with the path of its row.
    pub described: BTreeMap<Site, &'static str>,
    /// Where sockets are bound, if [`Workspace::lists_all`].
    pub inventory: Vec<inventory::Entry>,
}

/// Analyzes a workspace with all rules.
#[must_use]
pub fn analyze(workspace: &Workspace) -> Analysis {
    examine(&link::Program::link(workspace)).analysis
}

/// What an analysis learns beside what it says.
struct Examined {
    analysis: Analysis,
    story: link::Story,
    /// Functions whose bodies were not read and could make a difference.
    unread: BTreeSet<link::FuncId>,
    /// The packages in which something is found.
    suspects: BTreeSet<usize>,
}

fn examine<'w>(program: &'w link::Program<'w>) -> Examined {
    let workspace = program.workspace;
    let mut found: BTreeMap<(Site, &'static str), (Platform, Diagnostic)> = BTreeMap::new();
    let mut excused = BTreeSet::new();
    let mut calls: BTreeMap<Site, fix::Call> = BTreeMap::new();
    let mut inventory = inventory::Inventory::default();
    let solve::Outcome { story, unread, gave_up, described } = solve::run(program, &mut |trace| {
        if workspace.lists_all {
            inventory.add(trace);
        }
        let (told, excuses) = judge(trace);
        excused.extend(excuses);
        let here = Platforms::only(trace.platform);
        for event in trace.events {
            calls.entry(event.spot.site).or_default().meet(trace.platform, &event.sock);
        }
        let asks = RULES.iter().any(|rule| (rule.asks)(trace))
            || (workspace.lists_all && trace.binds().next().is_some());
        for mut diagnostic in told {
            let Diagnostic { rule, primary, item, .. } = &diagnostic;
            if program.allows(rule.name, primary.site.file, item, trace.platform) {
                continue;
            }
            diagnostic.platforms = here;
            match found.entry((diagnostic.primary.site, diagnostic.rule.name)) {
                Entry::Vacant(entry) => {
                    entry.insert((trace.platform, diagnostic));
                }
                Entry::Occupied(mut entry) => {
                    let (platform, known) = entry.get();
                    let platforms = known.platforms.union(here);
                    // Of several stories that lead to one place, the shortest is told of the first platform.
                    let length = |it: &Diagnostic| it.secondary.len();
                    if (trace.platform, length(&diagnostic)) < (*platform, length(known)) {
                        entry.insert((trace.platform, diagnostic));
                    }
                    entry.get_mut().1.platforms = platforms;
                }
            }
        }
        asks
    });
    if !excused.is_empty() {
        found.retain(|(site, rule), _| !excused.contains(&(*rule, program.package_around(*site))));
    }
    let mut diagnostics: Vec<_> = found.into_values().map(|(_, it)| it).collect();
    for diagnostic in &mut diagnostics {
        diagnostic.fix = diagnostic.fix.take().and_then(|mut fix| {
            let site = fix.site();
            let call = calls.get(&site).copied().unwrap_or_default();
            // A call that a row of the user describes may do more than what is wrong with it.
            (fix.suits(call) && !described.contains_key(&site)).then_some(fix)
        });
    }
    let sites = diagnostics.iter().map(|it| it.primary.site);
    let suspects = sites.filter_map(|site| program.package_around(site)).collect();
    let analysis = Analysis { diagnostics, gave_up, described, inventory: inventory.finish() };
    Examined { analysis, story, unread, suspects }
}

/// What all rules say about one story, and the packages in which a rule finds an excuse.
fn judge(trace: &trace::Trace<'_>) -> (Vec<Diagnostic>, Vec<(&'static str, Option<usize>)>) {
    let (mut report, mut excused) = (Report::default(), Vec::new());
    for rule in RULES {
        (rule.check)(trace, &mut report);
        excused.extend(report.excused.drain(..).map(|package| (rule.name, package)));
    }
    (report.diagnostics, excused)
}
