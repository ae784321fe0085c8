//! A call that switches an option on, before the call that binds.

use std::ops::Range;

use syn::Expr;

use super::{
    Edit, NOT_ON_WINDOWS, Rewriter, Style, UNLESS_WINDOWS,
    call::{CHAIN, SetCall, WIDTH, flattened, has_control_flow, may_hold, step},
    frame::Frame,
    tree::{Callee, Node, Path, means_failure},
};
use crate::{
    model::{Returns, Setter, SockOpt},
    sites::Site,
    socket::Platform,
};

/// What `.and_then(|()| …)` adds to a line.
const THEN: usize = 16;

/// A condition that holds when a call fails.
pub(super) struct Condition<'a> {
    pub(super) range: Range<usize>,
    before: &'a str,
    behind: &'a str,
}

impl Condition<'_> {
    /// The condition about another call.
    pub(super) fn with(&self, call: &str) -> String {
        format!("{}{call}{}", self.before, self.behind)
    }
}

impl Rewriter<'_> {
    /// Switches an option on before a call that binds.
    pub(super) fn set_before(
        &self,
        bind: Site,
        option: &SockOpt,
        setter: &Setter,
        guard: bool,
    ) -> Option<Vec<Edit>> {
        self.set_on(&self.path(bind)?, option, (setter, "true"), guard)
    }

    /// Gives an option a value before the call at `path`, which binds.
    pub(super) fn set_on(
        &self,
        path: &Path<'_>,
        option: &SockOpt,
        (setter, value): (&Setter, &str),
        guard: bool,
    ) -> Option<Vec<Edit>> {
        let returns = if setter.option.is_some() { setter.call.returns } else { Returns::Unit };
        let Some(call) = self.set_call(path, setter, value) else {
            return self.set_in_chain(path, (setter, value), guard);
        };
        let code = returns == Returns::Code;
        let everywhere = !guard || setter.call.platforms.contains(Platform::Windows);
        if self.style == Style::InPlace
            && everywhere
            && !code
            && let Some(edits) = self.set_in_expression(path, (setter, value), guard)
        {
            return Some(edits);
        }
        match self.frame(path, returns, option) {
            Some(frame) if frame.single || !guard => self.set_as_statement(&frame, call, guard),
            _ if code => self
                .set_in_condition(path, &call, guard)
                .or_else(|| self.set_in_match(path, &call, guard)),
            _ if everywhere => self.set_in_expression(path, (setter, value), guard),
            _ => None,
        }
    }

    /// `match set(…) { 0 => bind(…), code => code }` in the place of `bind(…)`.
    fn set_in_match(&self, path: &Path<'_>, call: &SetCall, guard: bool) -> Option<Vec<Edit>> {
        let parts = path.parts()?;
        let ends_early = !path.is_used_at_once() && parts.args.iter().any(|it| may_hold(it));
        if self.style != Style::InPlace
            || guard
            || ends_early
            || parts.args.iter().any(has_control_flow)
        {
            return None;
        }
        let (_, range) = path.call()?;
        let bind = self.layout.text.get(range.clone())?;
        let set = call.line();
        // A statement that starts with `match` ends with it.
        let text = format!("(match {set} {{ 0 => {bind}, code => code }})");
        Some(vec![Edit { range: range.clone(), text }])
    }

    /// `set(…)?;` before `bind(…)?;`.
    fn set_as_statement(&self, frame: &Frame, call: SetCall, guard: bool) -> Option<Vec<Edit>> {
        let at = frame.stmt.start;
        let stmt = self.laid_out(&call, &frame.stmt, &|call| frame.fill(call));
        let mut edits = call.imports;
        let newline = self.layout.newline(at);
        let Some(indent) = self.layout.indent(at) else {
            let attribute = if guard { format!("{NOT_ON_WINDOWS} ") } else { String::new() };
            edits.push(Edit::insert(at, format!("{attribute}{stmt} ")));
            return Some(edits);
        };
        let start = self.layout.with_comments(at);
        let is_argued = self.layout.text.get(start..at)?.contains("SAFETY:");
        let argument = "// SAFETY: the pointer and the length are those of a `c_int`.";
        let lines = [is_argued.then_some(argument), guard.then_some(NOT_ON_WINDOWS), Some(&stmt)];
        let lines = lines.into_iter().flatten().map(|line| format!("{indent}{line}{newline}"));
        edits.push(Edit::insert(start, lines.collect()));
        Some(edits)
    }

    /// `set(…).and_then(|()| bind(…))` in the place of `bind(…)`.
    fn set_in_expression(
        &self,
        path: &Path<'_>,
        (setter, value): (&Setter, &str),
        guard: bool,
    ) -> Option<Vec<Edit>> {
        let (_, range) = path.call()?;
        let parts = path.parts()?;
        let waits = path
            .nodes
            .len()
            .checked_sub(2)
            .is_some_and(|at| matches!(path.nodes[at].0, Node::Expr(Expr::Await(_))));
        if waits || parts.args.iter().any(has_control_flow) {
            return None;
        }
        let value = if guard { UNLESS_WINDOWS } else { value };
        let call = self.set_call(path, setter, value)?;
        let given = if setter.call.returns == Returns::Unit { "()" } else { "_" };
        if self.style == Style::InPlace
            && !path.is_used_at_once()
            && parts.args.iter().any(|it| may_hold(it))
        {
            return self
                .set_behind_arguments(path, &format!("{}.and_then(|{given}| ", call.line()));
        }
        let newline = self.layout.newline(range.start);
        let bind = flattened(self.layout.text.get(range.clone())?);
        let line = self.layout.line_start(range.start);
        let width = self.layout.text.get(line..self.layout.line_end(range.end))?.trim_end().len();
        let set = call.line();
        let behind = format!(".and_then(|{given}| {bind})");
        let mut edits = call.imports.clone();
        if set.len() + behind.len() <= CHAIN && width + set.len() + THEN <= WIDTH {
            edits.push(Edit { range: range.clone(), text: format!("{set}{behind}") });
            return Some(edits);
        }
        let indent = self.layout.blanks(range.start);
        let deeper = format!("{newline}{indent}{}", step(indent));
        let starts = line + indent.len() == range.start;
        let set = call.broken(&deeper, starts);
        edits.push(Edit { range: range.clone(), text: format!("{set}{deeper}{behind}") });
        let rest = self.layout.text.get(range.end..)?;
        if rest.starts_with('.') {
            edits.push(Edit::insert(range.end, deeper));
        } else if rest.starts_with(" {") {
            let text = format!("{newline}{indent}");
            edits.push(Edit { range: range.end..range.end + 1, text });
        }
        Some(edits)
    }

    /// `match (…,) { (a,) => set(…).and_then(|()| bind(a)) }` in the place of `bind(…)`: what a closure holds ends
    /// with it, what is matched lasts as long as the statement.
    fn set_behind_arguments(&self, path: &Path<'_>, then: &str) -> Option<Vec<Edit>> {
        let (_, range) = path.call()?;
        let parts = path.parts()?;
        let start = self.tree.range(*parts.args.first()?).start;
        let end = self.tree.range(*parts.args.last()?).end;
        let bind = self.layout.text.get(range.start..start)?;
        let names: Vec<_> = (0..parts.args.len()).map(|at| format!("sockopt_{at}")).collect();
        let names = names.join(", ");
        // A statement that starts with `match` ends with it.
        let arm = format!(",) {{ ({names},) => {then}{bind}{names})) }})");
        Some(vec![
            Edit { range: range.start..start, text: "(match (".to_owned() },
            Edit { range: end..range.end, text: arm },
        ])
    }

    /// `set(…) < 0 || bind(…) < 0` in the place of `bind(…) < 0`.
    fn set_in_condition(&self, path: &Path<'_>, call: &SetCall, guard: bool) -> Option<Vec<Edit>> {
        let condition = self.condition(path).filter(|_| !guard)?;
        let mut edits = call.imports.clone();
        let set = self.laid_out(call, &condition.range, &|call| condition.with(call));
        edits.push(Edit::insert(condition.range.start, format!("{set} || ")));
        Some(edits)
    }

    /// What asks whether a call failed that returns a code, as all or the first part of a condition.
    pub(super) fn condition(&self, path: &Path<'_>) -> Option<Condition<'_>> {
        let comparison = path.nodes.iter().rposition(
            |(node, _)| matches!(node, Node::Expr(it @ Expr::Binary(_)) if means_failure(it)),
        )?;
        let mut top = comparison;
        while let (Some(Node::Expr(Expr::Binary(it))), Node::Expr(child)) =
            (top.checked_sub(1).map(|at| path.nodes[at].0), path.nodes[top].0)
            && matches!(it.op, syn::BinOp::Or(_))
            && std::ptr::eq(&raw const *it.left, child)
        {
            top -= 1;
        }
        let is_condition = matches!(
            (top.checked_sub(1).map(|at| path.nodes[at].0), path.nodes[top].0),
            (Some(Node::Expr(Expr::If(it))), Node::Expr(condition))
                if std::ptr::eq(&raw const *it.cond, condition)
        );
        let inside = comparison..path.nodes.len();
        let stmts = inside.clone().filter(|at| matches!(path.nodes[*at].0, Node::Stmt(_)));
        let unsafes = inside.filter(|at| path.is_alone_in_unsafe(*at));
        if !is_condition || stmts.count() != unsafes.count() {
            return None;
        }
        let (whole, call) = (&path.nodes[comparison].1, &path.call()?.1);
        Some(Condition {
            range: whole.clone(),
            before: self.layout.text.get(whole.start..call.start)?,
            behind: self.layout.text.get(call.end..whole.end)?,
        })
    }

    /// `.set(true)?` before `.bind(…)?` in a chain of builder methods.
    fn set_in_chain(
        &self,
        path: &Path<'_>,
        (setter, value): (&Setter, &str),
        guard: bool,
    ) -> Option<Vec<Edit>> {
        let Callee::Method(bind) = path.parts()?.callee else { return None };
        let parent = path.nodes.len().checked_sub(2).map(|at| path.nodes[at].0)?;
        let receiver = self.tree.range(&bind.receiver).end;
        let dot = self.layout.text.get(receiver..self.tree.range(&bind.method).start)?;
        let value = if guard { UNLESS_WINDOWS } else { value };
        let result = match parent {
            Node::Expr(Expr::Try(_)) => "?",
            Node::Expr(Expr::MethodCall(it)) if it.method == "unwrap" => ".unwrap()",
            _ => return None,
        };
        let set = format!(".{}({value}){result}", setter.path.rsplit("::").next()?);
        if setter.call.returns != Returns::This
            || setter.option.is_some()
            || setter.path == setter.call.path
        {
            return None;
        }
        let chain = path.chain();
        let whole = self.layout.text.get(chain.clone())?;
        let outgrows = whole.len() <= CHAIN && whole.len() + set.len() > CHAIN;
        if whole.contains('\n') || !outgrows {
            return Some(vec![Edit::insert(
                receiver,
                format!("{}{set}", dot.trim_end_matches('.')),
            )]);
        }
        let indent = self.layout.blanks(chain.start);
        let deeper = format!("{}{indent}{}", self.layout.newline(chain.start), step(indent));
        let dots = path.dots().map(|call| self.tree.range(&call.receiver).end);
        let text = |at: usize| {
            if at == receiver { format!("{deeper}{set}{deeper}") } else { deeper.clone() }
        };
        Some(dots.map(|at| Edit::insert(at, text(at))).collect())
    }
}
