//! Whole-program typestate analysis of socket options in Rust source.
//!
//! Three doors: [`Prefilter`] says whether a file is worth parsing, [`lower()`] turns one file into small
//! owned facts, [`analyze`] turns the facts of a workspace into diagnostics. No I/O, no threads, no clock.

pub mod cfg;
pub mod demand;
pub mod diagnostic;
pub mod docs;
pub mod evidence;
pub mod facts;
mod ir;
mod link;
pub mod lower;
pub mod model;
pub mod prefilter;
pub mod rules;
pub mod sites;
pub mod socket;
mod solve;
mod state;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod trace;
pub mod workspace;

use std::collections::{BTreeMap, btree_map::Entry};

pub use demand::{Demand, SecondLook};
pub use diagnostic::{Diagnostic, Label};
pub use lower::{Lowered, ParseError, lower};
pub use prefilter::Prefilter;
pub use rules::{Group, Level, RULES, Rule};
pub use workspace::Workspace;

use crate::{diagnostic::Report, sites::Site, socket::Platforms};

/// What the analysis says about a workspace.
#[derive(Debug, Default)]
pub struct Analysis {
    /// Violations of all rules, ordered by file, then site; one per rule and site, its platforms joined.
    pub diagnostics: Vec<Diagnostic>,
    /// Where stories ended because code could not be seen through: reason and count.
    pub gave_up: BTreeMap<&'static str, usize>,
}

/// Analyzes a workspace with all rules.
#[must_use]
pub fn analyze(workspace: &Workspace) -> Analysis {
    let program = link::Program::link(workspace);
    let mut found: BTreeMap<(Site, &'static str), Diagnostic> = BTreeMap::new();
    let gave_up = solve::run(&program, &mut |trace| {
        let mut report = Report::default();
        for rule in RULES {
            (rule.check)(trace, &mut report);
        }
        let here = Platforms::only(trace.platform);
        for mut diagnostic in report.diagnostics {
            diagnostic.platforms = here;
            match found.entry((diagnostic.primary.site, diagnostic.rule.name)) {
                Entry::Vacant(entry) => {
                    entry.insert(diagnostic);
                }
                Entry::Occupied(mut entry) => {
                    let platforms = entry.get().platforms.union(here);
                    // Of several stories that lead to one place, the shortest is told.
                    if diagnostic.secondary.len() < entry.get().secondary.len() {
                        entry.insert(diagnostic);
                    }
                    entry.get_mut().platforms = platforms;
                }
            }
        }
    });
    Analysis { diagnostics: found.into_values().collect(), gave_up }
}
