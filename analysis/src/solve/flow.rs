//! Control flow: blocks that can be left early, branches, loops.

use super::Solver;
use crate::{
    cfg::{Cfg, Tri},
    ir::{Arm, Block, Expr, LoopKind, Pat},
    model,
    state::{State, Value},
};

/// How often a loop's body is evaluated: the option lattice is two steps high.
const ROUNDS: usize = 3;
/// The longest literal array over which a loop is evaluated element by element.
const UNROLLED: usize = 8;

/// The two ways on from a condition.
struct Branch<'w> {
    yes: State<'w>,
    no: State<'w>,
    /// Whether the condition is the family of an address.
    by_family: bool,
}

/// Whether it is the family of an address that decides if the value matches the pattern.
fn tells_family(pat: &Pat, value: &Value<'_>) -> bool {
    matches!((pat, value), (Pat::Variant(path, _), Value::Addr(_)) if model::family(path.last()).is_some())
}

/// A loop or labelled block in evaluation.
pub(super) struct Loop<'w> {
    label: Option<&'w str>,
    /// Whether an unlabelled `break` means it.
    unlabelled: bool,
    /// Variables and operands of the scope around it.
    depth: usize,
    operands: usize,
    breaks: (State<'w>, Value<'w>),
    continues: State<'w>,
}

impl<'w> Solver<'w> {
    pub(super) fn block_expr(
        &mut self,
        label: Option<&'w str>,
        boundary: bool,
        block: &'w Block,
    ) -> Value<'w> {
        if boundary {
            return self.bounded(|this| this.block(block));
        }
        let Some(label) = label else { return self.block(block) };
        self.open_loop(Some(label), false);
        let value = self.block(block);
        let end = std::mem::replace(&mut self.st, State::dead());
        let Some(scope) = self.loops.pop() else { return Value::Never };
        let (st, value) = end.join_with(value, scope.breaks.0, scope.breaks.1);
        self.st = st;
        value
    }

    /// Evaluates what `return` and `?` cannot leave: a function's or closure's body, an async block.
    pub(super) fn bounded(&mut self, run: impl FnOnce(&mut Self) -> Value<'w>) -> Value<'w> {
        let depth = self.st.depth();
        let operands = self.st.operands.len();
        let loops = std::mem::take(&mut self.loops);
        self.returns.push(Vec::new());
        let value = run(self);
        self.loops = loops;
        let mut ends = self.returns.pop().unwrap_or_default();
        ends.push((std::mem::replace(&mut self.st, State::dead()), value));
        // An error ends the story that the caller goes on with, unless there is no other.
        if ends.iter().any(|(st, value)| st.live && *value != Value::Failed) {
            ends.retain(|(_, value)| *value != Value::Failed);
        }
        let mut joined = (State::dead(), Value::Never);
        for (mut st, value) in ends {
            st.truncate(depth);
            st.operands.truncate(operands);
            joined = joined.0.join_with(joined.1, st, value);
        }
        self.st = joined.0;
        joined.1
    }

    /// Evaluates what a future will do. One that never completes ends whoever waits for it, not whoever
    /// makes it.
    pub(super) fn future(&mut self, run: impl FnOnce(&mut Self) -> Value<'w>) -> Value<'w> {
        let before = self.st.clone();
        let value = run(self);
        if self.st.live {
            return value;
        }
        self.st = before;
        Value::Never
    }

    pub(super) fn return_from(&mut self, value: Option<&'w Expr>) -> Value<'w> {
        let value = value.map_or(Value::Unit, |it| self.eval(it));
        let end = std::mem::replace(&mut self.st, State::dead());
        if let Some(ends) = self.returns.last_mut().filter(|_| end.live) {
            ends.push((end, value));
        }
        Value::Never
    }

    /// `value?` goes on with success; the error path ends.
    pub(super) fn question_mark(&mut self, inner: &'w Expr) -> Value<'w> {
        match self.eval(inner) {
            Value::Failed => {
                let end = std::mem::replace(&mut self.st, State::dead());
                if let Some(ends) = self.returns.last_mut() {
                    ends.push((end, Value::Failed));
                }
                Value::Never
            }
            value => value.strip(),
        }
    }

    pub(super) fn if_else(
        &mut self,
        cond: &'w Expr,
        then: &'w Expr,
        otherwise: Option<&'w Expr>,
    ) -> Value<'w> {
        let depth = self.st.depth();
        let Branch { yes, no, by_family } = self.branch(cond);
        self.families += usize::from(by_family);
        self.st = yes;
        let then = self.eval(then);
        self.st.truncate(depth);
        let yes = std::mem::replace(&mut self.st, no);
        let otherwise = otherwise.map_or(Value::Unit, |it| self.eval(it));
        self.st.truncate(depth);
        let no = std::mem::replace(&mut self.st, State::dead());
        self.families -= usize::from(by_family);
        let join = if by_family { State::join_families } else { State::join_with };
        let (st, value) = join(yes, then, no, otherwise);
        self.st = st;
        value
    }

    /// Evaluates a condition. Variables that it binds are declared where it holds.
    fn branch(&mut self, cond: &'w Expr) -> Branch<'w> {
        match cond {
            Expr::And(left, right) => {
                let left = self.branch(left);
                self.st = left.yes;
                let right = self.branch(right);
                let by_family = left.by_family && right.by_family;
                Branch { yes: right.yes, no: left.no.join(right.no), by_family }
            }
            Expr::Or(left, right) => {
                let left = self.branch(left);
                self.st = left.no;
                let right = self.branch(right);
                let by_family = left.by_family && right.by_family;
                Branch { yes: left.yes.join(right.yes), no: right.no, by_family }
            }
            Expr::Not(inner) => {
                let Branch { yes, no, by_family } = self.branch(inner);
                Branch { yes: no, no: yes, by_family }
            }
            Expr::Let(pat, value) => {
                let value = self.eval(value);
                let by_family = tells_family(pat, &value);
                let (verdict, yes, no) = self.match_pattern(pat, value);
                let dead = State::dead;
                match verdict {
                    Tri::Yes => Branch { yes, no: dead(), by_family },
                    Tri::No => Branch { yes: dead(), no, by_family },
                    Tri::Maybe => Branch { yes, no, by_family },
                }
            }
            _ => {
                let value = self.eval(cond).strip();
                let by_family = value == Value::Family;
                let st = std::mem::replace(&mut self.st, State::dead());
                let (yes, no) = match value {
                    Value::Bool(true) => (st, State::dead()),
                    Value::Bool(false) => (State::dead(), st),
                    Value::Failure(outcome, failed) => {
                        let mut undone = st.clone();
                        undone.undo(&outcome);
                        if failed { (undone, st) } else { (st, undone) }
                    }
                    Value::Flag(default) => st.by_flag(default),
                    _ => (st.clone(), st),
                };
                Branch { yes, no, by_family }
            }
        }
    }

    /// A condition as a value.
    pub(super) fn condition_value(&mut self, cond: &'w Expr) -> Value<'w> {
        let depth = self.st.depth();
        let Branch { mut yes, mut no, by_family } = self.branch(cond);
        yes.truncate(depth);
        no.truncate(depth);
        let value = match (yes.live, no.live) {
            (true, false) => Value::Bool(true),
            (false, true) => Value::Bool(false),
            _ if by_family => Value::Family,
            _ if yes.unusual != no.unusual => Value::Flag(yes.unusual < no.unusual),
            _ => Value::Unknown,
        };
        self.st = yes.join(no);
        value
    }

    pub(super) fn match_arms(&mut self, value: &'w Expr, arms: &'w [Arm]) -> Value<'w> {
        let value = self.eval(value);
        let guarded = arms.iter().any(|arm| matches!(arm.pat, Pat::Guard(..)));
        let by_family = !guarded && arms.iter().any(|arm| tells_family(&arm.pat, &value));
        let join = if by_family { State::join_families } else { State::join_with };
        self.families += usize::from(by_family);
        let depth = self.st.depth();
        let mut joined = (State::dead(), Value::Never);
        let mut answers = true;
        for arm in arms {
            if !self.st.live {
                break;
            }
            if self.holds(&arm.cfg) == Tri::No {
                continue;
            }
            let (verdict, yes, no) = self.match_pattern(&arm.pat, value.clone());
            if verdict == Tri::No {
                self.st = no;
                continue;
            }
            self.st = yes;
            let result = self.eval(&arm.body);
            self.st.truncate(depth);
            answers &= matches!(result, Value::Bool(_));
            let rest = if verdict == Tri::Yes { State::dead() } else { no };
            let end = std::mem::replace(&mut self.st, rest);
            joined = join(joined.0, joined.1, end, result);
        }
        self.families -= usize::from(by_family);
        // A match covers every case: what no arm took does not happen.
        self.st = joined.0;
        if by_family && answers && joined.1 == Value::Mixed { Value::Family } else { joined.1 }
    }

    pub(super) fn one_of(&mut self, alternatives: &'w [(Cfg, Expr)]) -> Value<'w> {
        let verdicts: Vec<Tri> = alternatives.iter().map(|(cfg, _)| self.holds(cfg)).collect();
        if let Some(only) = verdicts
            .iter()
            .position(|it| *it == Tri::Yes)
            .filter(|_| alternatives.iter().any(|(cfg, _)| *cfg != Cfg::TRUE))
        {
            return self.eval(&alternatives[only].1);
        }
        let live: Vec<usize> =
            (0..alternatives.len()).filter(|idx| verdicts[*idx] != Tri::No).collect();
        if live.is_empty() {
            return Value::Unit;
        }
        self.fork(live.len(), |this, idx| this.eval(&alternatives[live[idx]].1))
    }

    fn open_loop(&mut self, label: Option<&'w str>, unlabelled: bool) {
        self.loops.push(Loop {
            label,
            unlabelled,
            depth: self.st.depth(),
            operands: self.st.operands.len(),
            breaks: (State::dead(), Value::Never),
            continues: State::dead(),
        });
    }

    pub(super) fn loop_expr(
        &mut self,
        label: Option<&'w str>,
        kind: &'w LoopKind,
        body: &'w Block,
    ) -> Value<'w> {
        let element = match kind {
            LoopKind::For(pat, iter) => match self.eval(iter).strip() {
                Value::Tuple(parts) if (1..=UNROLLED).contains(&parts.len()) => {
                    return self.unrolled(label, pat, parts, body);
                }
                value => self.element_of(value),
            },
            _ => Value::Unknown,
        };
        self.st.operands.push(element);
        let mut exit = (State::dead(), Value::Never);
        for _ in 0..ROUNDS {
            let before = self.st.clone();
            let (end, again) = self.iteration(label, kind, body);
            exit = exit.0.join_with(exit.1, end.0, end.1);
            if !again.live {
                break;
            }
            self.st = before.clone().join(again);
            if self.st == before {
                break;
            }
        }
        self.st = exit.0;
        self.st.operands.pop();
        exit.1
    }

    /// A loop over a literal array: one round after the other, each with its element.
    fn unrolled(
        &mut self,
        label: Option<&'w str>,
        pat: &'w Pat,
        parts: Vec<Value<'w>>,
        body: &'w Block,
    ) -> Value<'w> {
        let depth = self.st.depth();
        self.open_loop(label, true);
        for part in parts {
            self.bind_pattern(pat, part);
            self.block(body);
            self.st.truncate(depth);
            if let Some(scope) = self.loops.last_mut() {
                let continues = std::mem::replace(&mut scope.continues, State::dead());
                self.st = std::mem::replace(&mut self.st, State::dead()).join(continues);
            }
            if !self.st.live {
                break;
            }
        }
        let end = std::mem::replace(&mut self.st, State::dead());
        let Some(scope) = self.loops.pop() else { return Value::Never };
        self.st = end.join(scope.breaks.0);
        Value::Unit
    }

    /// One round: how the loop ends in it, and the state in which the next one begins.
    fn iteration(
        &mut self,
        label: Option<&'w str>,
        kind: &'w LoopKind,
        body: &'w Block,
    ) -> ((State<'w>, Value<'w>), State<'w>) {
        self.open_loop(label, true);
        let depth = self.st.depth();
        let mut exit = (State::dead(), Value::Unit);
        match kind {
            LoopKind::Forever => {}
            LoopKind::While(cond) => {
                let Branch { yes, mut no, .. } = self.branch(cond);
                no.truncate(depth);
                self.st = yes;
                exit.0 = no;
            }
            LoopKind::For(pat, _) => {
                exit.0 = self.st.clone();
                let element = self.st.operands.last().cloned().unwrap_or(Value::Unknown);
                self.bind_pattern(pat, element);
            }
        }
        if self.st.live {
            self.block(body);
        }
        let mut end = std::mem::replace(&mut self.st, State::dead());
        end.truncate(depth);
        let Some(scope) = self.loops.pop() else { return (exit, end) };
        let mut again = end.join(scope.continues);
        // What the next round can no longer name has been dropped, so it is not another round's socket.
        again.sweep();
        (exit.0.join_with(exit.1, scope.breaks.0, scope.breaks.1), again)
    }

    fn target(&self, label: Option<&str>) -> Option<usize> {
        self.loops.iter().rposition(|it| match label {
            Some(label) => it.label == Some(label),
            None => it.unlabelled,
        })
    }

    pub(super) fn break_from(&mut self, label: Option<&str>, value: Option<&'w Expr>) -> Value<'w> {
        let value = value.map_or(Value::Unit, |it| self.eval(it));
        let mut end = std::mem::replace(&mut self.st, State::dead());
        if let Some(target) = self.target(label).filter(|_| end.live) {
            let scope = &mut self.loops[target];
            end.truncate(scope.depth);
            end.operands.truncate(scope.operands);
            let breaks = std::mem::replace(&mut scope.breaks, (State::dead(), Value::Never));
            scope.breaks = breaks.0.join_with(breaks.1, end, value);
        }
        Value::Never
    }

    pub(super) fn continue_from(&mut self, label: Option<&str>) -> Value<'w> {
        let mut end = std::mem::replace(&mut self.st, State::dead());
        if let Some(target) = self.target(label).filter(|_| end.live) {
            let scope = &mut self.loops[target];
            end.truncate(scope.depth);
            end.operands.truncate(scope.operands);
            let continues = std::mem::replace(&mut scope.continues, State::dead());
            scope.continues = continues.join(end);
        }
        Value::Never
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_body, check_states, check_states_in_body};

    #[test]
    fn a_future_that_never_completes_ends_who_waits_for_it() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
async fn forever() { loop { work() } }
async fn serve() -> std::io::Result<()> {
    tokio::spawn(async { loop { work() } });
    tokio::spawn(forever());
    tokio::spawn(async move { forever().await });
    let never = forever();
    let also = async { std::process::exit(1) };
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?; //? s: created reuseaddr=unset
    if work() {
        never.await;
        s.set_reuse_address(true)?;
    } //? s: created reuseaddr=unset
    if work() {
        async { loop { work() } }.await;
        s.set_reuse_address(true)?;
    } //? s: created reuseaddr=unset
    Ok(())
}
",
        );
    }

    #[test]
    fn a_branch_forks_and_joins() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?; //? s: created reuseaddr=unset
let reuse = addr.is_ipv4();
if reuse {
    s.set_reuse_address(true)?; //? s: created reuseaddr=on
} else {
    s.set_nonblocking(true)?; //? s: created reuseaddr=unset
} //? s: created reuseaddr=unset|on
s.bind(&addr.into())?; //? s: bound reuseaddr=unset|on
s.listen(128)?; //? s: listening reuseaddr=unset|on
",
        );
    }

    #[test]
    fn a_condition_that_is_known_forks_nothing() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
if true {
    s.set_reuse_address(true)?;
} else {
    s.set_reuse_port(true)?; //? s: unreachable
} //? s: created reuseaddr=on
if !true || false {
    s.set_reuse_port(true)?; //? s: unreachable
} //? s: created reuseaddr=on
",
        );
    }

    #[test]
    fn arms_of_a_match_make_one_socket() {
        check_states_in_body(
            r"
let s = match addr {
    SocketAddr::V4(_) => {
        let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        s.set_reuse_address(true)?; //? s: created reuseaddr=on
        s
    }
    SocketAddr::V6(_) => {
        let s = Socket::new(Domain::IPV6, Type::STREAM, None)?;
        s.set_only_v6(true)?; //? s: created v6only=on
        s.set_reuse_address(true)?; //? s: created reuseaddr=on v6only=on
        s
    }
}; //? s: created reuseaddr=on v6only=unset|on
s.bind(&addr.into())?; //? s: bound reuseaddr=on v6only=unset|on
",
        );
    }

    #[test]
    fn an_arm_that_sets_nothing_shows_after_the_match() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
match addr.port() {
    80 => s.set_reuse_address(true)?,
    443 => s.set_reuse_address(false)?,
    _ => (),
} //? s: created reuseaddr=unset|on|off
",
        );
    }

    #[test]
    fn a_loop_that_makes_a_new_socket_starts_over() {
        check_states_in_body(
            r"
let mut s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.set_reuse_address(true)?; //? s: created reuseaddr=on
while s.bind(&addr.into()).is_err() {
    s = Socket::new(Domain::IPV4, Type::STREAM, None)?; //? s: created reuseaddr=unset
} //? s: bound reuseaddr=unset|on
s.listen(128)?; //? s: listening reuseaddr=unset|on
",
        );
    }

    #[test]
    fn a_loop_over_a_literal_array_runs_once_for_each_element() {
        check_states_in_body(
            r"
for on in [true, false] {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?; //? s: created reuseaddr=unset
    s.set_reuse_address(on)?; //? s: created reuseaddr=on|off
}
let mut last = Socket::new(Domain::IPV4, Type::STREAM, None)?;
for on in [false, true] {
    last.set_reuse_address(on)?;
} //? last: created reuseaddr=on
",
        );
    }

    #[test]
    fn a_loop_may_run_no_round() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
for _ in 0..addr.port() {
    s.set_reuse_address(true)?; //? s: created reuseaddr=on
} //? s: created reuseaddr=unset|on
",
        );
    }

    #[test]
    fn a_break_ends_the_loop_with_its_state() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
loop {
    s.set_reuse_address(true)?;
    if addr.is_ipv4() {
        break;
    }
    s.set_reuse_address(false)?; //? s: created reuseaddr=off
} //? s: created reuseaddr=on
let t = loop {
    let made = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    break made;
}; //? t: created reuseaddr=unset
",
        );
    }

    #[test]
    fn a_loop_that_continues_skips_what_follows() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
for _ in 0..addr.port() {
    if addr.is_ipv4() {
        continue;
    }
    s.set_reuse_address(true)?; //? s: created reuseaddr=on
} //? s: created reuseaddr=unset|on
",
        );
    }

    #[test]
    fn a_label_names_the_loop_that_ends() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
'outer: for _ in 0..2 {
    loop {
        if addr.is_ipv4() {
            break 'outer;
        }
        s.set_reuse_address(true)?;
        break;
    } //? s: created reuseaddr=on
} //? s: created reuseaddr=unset|on
let done = 'block: {
    if addr.is_ipv6() {
        break 'block s;
    }
    s.set_reuse_address(true)?;
    s
}; //? done: created reuseaddr=unset|on
",
        );
    }

    #[test]
    fn an_early_return_leaves_the_other_path_alone() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
if addr.is_ipv4() {
    s.set_reuse_port(true)?; //? s: created reuseport=on
    return Ok(());
} //? s: created reuseport=unset
",
        );
    }

    #[test]
    fn a_question_mark_goes_on_with_success() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.bind(&addr.into())?; //? s: bound reuseaddr=unset
let made = || -> io::Result<Socket> { Err(io::ErrorKind::Other.into()) };
let t = made()?; //? t: unreachable
",
        );
    }

    #[test]
    fn code_behind_a_panic_is_not_reached() {
        check_states_in_body(
            r#"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
if addr.is_ipv6() {
    s.set_reuse_address(true)?;
} else {
    panic!("no IPv4");
} //? s: created reuseaddr=on
"#,
        );
    }

    #[test]
    fn a_closure_that_returns_does_not_end_its_function() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let set = || -> io::Result<()> {
    if addr.is_ipv4() {
        return s.set_reuse_address(true);
    }
    Ok(())
};
set()?; //? s: created reuseaddr=unset|on
",
        );
    }

    #[test]
    fn a_bind_that_is_tested_forks_the_phase() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
if s.bind(&addr.into()).is_err() {
    s.set_reuse_address(true)?; //? s: created reuseaddr=on
} else {
    s.set_nonblocking(true)?; //? s: bound reuseaddr=unset
} //? s: created|bound reuseaddr=unset|on
",
        );
    }

    #[test]
    fn on_a_platform_only_its_statements_exist() {
        check_states_in_body(
            r#"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
#[cfg(unix)]
s.set_reuse_address(true)?;
#[cfg(target_os = "linux")]
s.set_reuse_port(true)?;
s.bind(&addr.into())?; //? s: bound reuseaddr=on reuseport=on //?windows s: bound reuseaddr=unset reuseport=unset //?apple s: bound reuseaddr=on reuseport=unset
"#,
        );
    }

    #[test]
    fn a_feature_may_be_on_or_off() {
        check_states_in_body(
            r#"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
#[cfg(feature = "reuse")]
s.set_reuse_address(true)?;
s.bind(&addr.into())?; //? s: bound reuseaddr=unset|on //?windows s: bound reuseaddr=unset|on
"#,
        );
    }

    #[test]
    fn a_bind_that_failed_for_one_reason_is_tried_again() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
match s.bind(&addr.into()) {
    Ok(()) => {}
    Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
        s.set_reuse_address(true)?; //? s: created reuseaddr=on
        s.bind(&addr.into())?; //? s: bound reuseaddr=on
    }
    Err(error) => return Err(error),
} //? s: bound reuseaddr=unset|on
",
        );
    }

    #[test]
    fn a_platform_decides_a_condition() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let on = if cfg!(windows) { false } else { true };
s.set_reuse_address(on)?; //? s: created reuseaddr=on //?windows s: created reuseaddr=off
match cfg!(unix) {
    true => s.set_reuse_port(true)?,
    false => (),
} //? s: created reuseaddr=on reuseport=on //?windows s: created reuseaddr=off reuseport=unset
",
        );
    }

    #[test]
    fn conditions_are_evaluated_from_left_to_right() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
if addr.is_ipv4() && s.set_reuse_port(true).is_ok() {
    s.set_nonblocking(true)?; //? s: created reuseport=on
} //? s: created reuseport=unset|on
if s.bind(&addr.into()).is_ok() && s.listen(1).is_ok() {
    s.set_nonblocking(true)?; //? s: listening reuseport=unset|on
} //? s: created|listening reuseport=unset|on
",
        );
    }

    #[test]
    fn numbers_and_flags_are_compared() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.set_reuse_address(2 == 2)?; //? s: created reuseaddr=on
s.set_reuse_address(2 == 3)?; //? s: created reuseaddr=off
s.set_reuse_address(2 != 3)?; //? s: created reuseaddr=on
s.set_reuse_address(2 != 2)?; //? s: created reuseaddr=off
s.set_reuse_address(3 > 2)?; //? s: created reuseaddr=on
s.set_reuse_address(2 > 2)?; //? s: created reuseaddr=off
s.set_reuse_address(2 < 3)?; //? s: created reuseaddr=on
s.set_reuse_address(2 < 2)?; //? s: created reuseaddr=off
s.set_reuse_address(true == true)?; //? s: created reuseaddr=on
s.set_reuse_address(true == false)?; //? s: created reuseaddr=off
s.set_reuse_address(true != false)?; //? s: created reuseaddr=on
s.set_reuse_address(true != true)?; //? s: created reuseaddr=off
s.set_reuse_address(Domain::IPV4 != Domain::IPV6)?; //? s: created reuseaddr=on
s.set_reuse_address(Domain::IPV4 == Domain::IPV6)?; //? s: created reuseaddr=off
s.set_reuse_address(2 > 3)?; //? s: created reuseaddr=off
s.set_reuse_address(3 < 2)?; //? s: created reuseaddr=off
",
        );
    }

    #[test]
    fn a_domain_is_compared_with_the_family_in_sight_only() {
        check(
            r"
use socket2::{Domain, Socket, Type};
pub fn open(domain: Domain, addr: std::net::SocketAddr) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
    if domain == Domain::IPV4 {
        s.set_reuse_address(true)?;
    }
    s.bind(&addr.into())?;
    s.listen(1)?;
    Ok(s)
}
",
        );
    }

    #[test]
    fn a_condition_may_have_a_name() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let both = true && !cfg!(windows);
s.set_reuse_address(both)?; //? s: created reuseaddr=on
let either = false || cfg!(windows);
s.set_reuse_address(either)?; //? s: created reuseaddr=off
",
        );
        check(
            r"
use socket2::{Domain, Socket, Type};
pub fn open(addr: std::net::SocketAddr) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
    let v6 = !addr.is_ipv4();
    if v6 {
        s.set_reuse_address(true)?; //~ conditional_reuseaddr
    }
    s.bind(&addr.into())?;
    s.listen(1)?;
    Ok(s)
}
",
        );
        check_body(
            r"
let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
let v4 = matches!(addr, SocketAddr::V4(_)) && addr.is_ipv4();
if v4 {
    s.set_reuse_address(true)?; //~ conditional_reuseaddr
}
s.bind(&addr.into())?;
s.listen(1)?;
",
        );
    }

    #[test]
    fn what_is_not_the_family_alone_is_not_the_family() {
        check_body(
            r"
let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
let both = elsewhere::one() && elsewhere::other();
if both {
    s.set_reuse_address(true)?;
}
s.bind(&addr.into())?;
s.listen(1)?;
",
        );
        check_body(
            r"
let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
if addr.is_ipv4() || elsewhere::flag() {
    s.set_reuse_address(true)?;
}
s.bind(&addr.into())?;
s.listen(1)?;
",
        );
        check_body(
            r"
let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
match addr {
    SocketAddr::V4(_) if elsewhere::flag() => s.set_reuse_address(true)?,
    _ => {}
}
s.bind(&addr.into())?;
s.listen(1)?;
",
        );
        check_body(
            r"
let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
let reuse = match addr {
    SocketAddr::V4(_) => true,
    SocketAddr::V6(_) => elsewhere::flag(),
};
if reuse {
    s.set_reuse_address(true)?;
}
s.bind(&addr.into())?;
s.listen(1)?;
",
        );
        check_body(
            r"
let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
let mode = match addr {
    SocketAddr::V4(_) => 4,
    SocketAddr::V6(_) => 6,
};
if mode {
    s.set_reuse_address(true)?;
}
s.bind(&addr.into())?;
s.listen(1)?;
",
        );
        check_body(
            r"
let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
let reuse = match elsewhere::flag() {
    Some(_) => true,
    None => false,
};
if reuse {
    s.set_reuse_address(true)?;
}
s.bind(&addr.into())?;
s.listen(1)?;
",
        );
    }

    #[test]
    fn both_families_may_have_one_answer() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
let reuse = match addr {
    SocketAddr::V4(_) => true,
    SocketAddr::V6(_) => true,
};
s.set_reuse_address(reuse)?; //? s: created reuseaddr=on
",
        );
    }

    #[test]
    fn a_result_may_be_negated() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
let failed = !s.bind(&addr.into()).is_ok();
if failed {
    s.set_nonblocking(true)?; //? s: created reuseaddr=unset
} else {
    s.set_nonblocking(true)?; //? s: bound reuseaddr=unset
}
",
        );
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
if !(addr.is_ipv4() && s.bind(&addr.into()).is_ok()) {
    return Ok(());
} //? s: bound reuseaddr=unset
",
        );
    }

    #[test]
    fn a_function_that_always_fails_comes_back() {
        check_states(
            r"
use socket2::{Domain, Socket, Type};
fn refuse() -> std::io::Result<()> { return Err(std::io::ErrorKind::Other.into()); }
fn serve() -> std::io::Result<()> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let _ = refuse(); //? s: created reuseaddr=unset
    Ok(())
}
",
        );
    }

    #[test]
    fn a_platform_is_known() {
        check_states_in_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
cfg_if::cfg_if! {
    if #[cfg(unix)] {
        s.set_reuse_address(true)?;
    } else {
        s.set_reuse_address(false)?;
    }
} //? s: created reuseaddr=on //?windows s: created reuseaddr=off
",
        );
    }

    #[test]
    fn a_feature_may_be_off() {
        check_states_in_body(
            r#"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
cfg_if::cfg_if! {
    if #[cfg(feature = "reuse")] {
        s.set_reuse_address(true)?;
    } else {
        s.set_nonblocking(true)?;
    }
} //? s: created reuseaddr=unset|on
"#,
        );
    }

    #[test]
    fn a_variable_that_each_feature_declares_is_one_of_several() {
        check_body(
            r#"
#[cfg(feature = "a")]
let s = {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    s.set_reuse_address(true)?;
    s
};
#[cfg(not(feature = "a"))]
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.bind(&addr.into())?;
s.listen(1)?;
"#,
        );
    }

    #[test]
    fn a_family_that_is_known_is_no_question() {
        check_states_in_body(
            r"
let four = std::net::SocketAddrV4::new(elsewhere::ip(), 80);
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
match SocketAddr::from(four) {
    SocketAddr::V6(_) => s.set_reuse_address(true)?,
    _ => {}
} //? s: created reuseaddr=unset
let any = SocketAddr::V4(elsewhere::address());
if any.is_ipv6() {
    s.set_reuse_port(true)?;
} //? s: created reuseaddr=unset reuseport=unset
",
        );
    }

    #[test]
    fn the_family_decides_as_far_as_its_branches_go() {
        check_body(
            r"
let s = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
if addr.is_ipv4() {
    s.set_nonblocking(true)?;
}
let _ = s.set_only_v6(true);
match addr {
    SocketAddr::V4(_) => s.set_nonblocking(true)?,
    SocketAddr::V6(_) => {}
}
let _ = s.set_only_v6(true);
",
        );
    }
}
