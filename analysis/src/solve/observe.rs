//! State marks of tests: a call of [`PROBE`] says what is known of a socket where it stands.

use super::Solver;
use crate::{
    ir::{Call, Path},
    state::Value,
    trace::Observed,
};

/// The function that no program has, and that tests put where a mark stands.
pub(crate) const PROBE: &str = "sockopt_state";

impl<'w> Solver<'w> {
    /// Whether the call is a probe. It leaves no trace in the state; in a function that is evaluated for
    /// its caller it says nothing.
    pub(super) fn observe(&mut self, call: &'w Call, path: &Path) -> bool {
        let [arg] = call.args.as_slice() else { return false };
        if path.as_ident() != Some(PROBE) {
            return false;
        }
        let value = self.eval(arg).strip();
        if self.stack.len() == 1 && self.func() == self.entry {
            let sock = match value {
                Value::Sock(handle) => self.st.socks.get(&handle.id).map(|it| (**it).clone()),
                _ => None,
            };
            self.observed.push(Observed { site: call.site, sock });
        }
        true
    }
}
