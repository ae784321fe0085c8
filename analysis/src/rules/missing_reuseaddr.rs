//! `missing_reuseaddr`: a listener is bound without `SO_REUSEADDR`.

use crate::{diagnostic::Report, trace::Trace};

declare_rule! {
    /// ### What it does
    /// Finds TCP listeners that are bound without `SO_REUSEADDR`.
    "missing_reuseaddr", Correctness, Deny, "listener bound without SO_REUSEADDR", check,
}

fn check(_trace: &Trace<'_>, _report: &mut Report) {}
