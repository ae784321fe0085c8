//! Expressions: one arm per form, each a call.

use std::rc::Rc;

use super::Solver;
use crate::{
    cfg::{Cfg, Tri},
    ir::{Block, Expr, Let, Name, Pat, Path, Stmt, StmtKind, Ty},
    link::{Def, Place, Res, Type, TypeKey},
    model,
    socket::Domain,
    state::{Struct, Value},
};

impl<'w> Solver<'w> {
    pub(super) fn eval(&mut self, expr: &'w Expr) -> Value<'w> {
        self.fuel = self.fuel.saturating_sub(1);
        if !self.st.live || self.fuel == 0 {
            return Value::Never;
        }
        match expr {
            Expr::Opaque(parts) => {
                parts.iter().for_each(|it| drop(self.eval(it)));
                Value::Unknown
            }
            Expr::Hidden(reason, names) => self.hidden(reason, names),
            Expr::Bool(it) => Value::Bool(*it),
            Expr::Int(it) => Value::Int(*it),
            Expr::Str(text, args) => {
                let args = self.operands(args);
                super::values::formatted(text, &args, |name| self.st.read(name).cloned())
            }
            Expr::Path(path) => self.path(path),
            Expr::Tuple(parts) if parts.is_empty() => Value::Unit,
            Expr::Tuple(parts) => Value::Tuple(self.operands(parts)),
            Expr::Struct(path, fields, rest) => self.structure(path, fields, rest.as_deref()),
            Expr::Field(base, name) => self.field(base, name),
            Expr::Index(base, index) => {
                self.eval(index);
                self.element(base)
            }
            Expr::Call(call) => self.call(call),
            Expr::Assign(place, value) => self.assign(place, value),
            Expr::RefMut(inner) => self.eval(inner),
            Expr::Not(inner) => match self.eval(inner).strip() {
                Value::Bool(it) => Value::Bool(!it),
                Value::Flag(it) => Value::Flag(!it),
                Value::Family => Value::Family,
                Value::Failure(outcome, failed) => Value::Failure(outcome, !failed),
                _ => Value::Unknown,
            },
            Expr::And(..) | Expr::Or(..) | Expr::Let(..) => self.condition_value(expr),
            Expr::Binary(op, left, right) => self.binary(op, left, right),
            Expr::Cast(inner, ty) => {
                let value = self.eval(inner);
                let target = self.type_in(ty, self.func());
                if matches!(*target, Type::Socket(_)) { self.typed(value, &target) } else { value }
            }
            Expr::Block { label, boundary, block } => {
                self.block_expr(label.as_deref(), *boundary, block)
            }
            Expr::If(cond, then, otherwise) => self.if_else(cond, then, otherwise.as_deref()),
            Expr::Match(value, arms) => self.match_arms(value, arms),
            Expr::Loop(label, kind, body) => self.loop_expr(label.as_deref(), kind, body),
            Expr::Closure(closure) => Value::Closure(
                crate::state::ClosureRef(closure),
                self.st.frames.len().saturating_sub(1),
            ),
            Expr::Return(value) => self.return_from(value.as_deref()),
            Expr::Break(label, value) => self.break_from(label.as_deref(), value.as_deref()),
            Expr::Continue(label) => self.continue_from(label.as_deref()),
            Expr::Try(inner) => self.question_mark(inner),
            Expr::Future(inner) => self.future(|this| this.eval(inner)),
            Expr::Await(inner) => match self.eval(inner) {
                Value::Never => self.diverge(),
                value => value,
            },
            Expr::Cfg(cfg) => match self.holds(cfg) {
                Tri::Yes => Value::Bool(true),
                Tri::No => Value::Bool(false),
                Tri::Maybe => Value::Unknown,
            },
            Expr::OneOf(alternatives) => self.one_of(alternatives),
            Expr::Diverge(parts) => {
                parts.iter().for_each(|it| drop(self.eval(it)));
                self.diverge()
            }
        }
    }

    /// No path goes on from here.
    pub(super) fn diverge(&mut self) -> Value<'w> {
        self.st.live = false;
        Value::Never
    }

    pub(super) fn holds(&mut self, cfg: &Cfg) -> Tri {
        self.tells_apart(cfg.like(self.platform));
        cfg.holds(self.platform)
    }

    /// Evaluates operands in order. Those that are ready wait where a join can see them.
    pub(super) fn operands(&mut self, exprs: &'w [Expr]) -> Vec<Value<'w>> {
        let base = self.st.operands.len();
        for expr in exprs {
            let value = self.eval(expr);
            if !self.st.live {
                return vec![Value::Never; exprs.len()];
            }
            self.st.operands.push(value);
        }
        let mut values = self.st.operands.split_off(base.min(self.st.operands.len()));
        values.resize(exprs.len(), Value::Unknown);
        values
    }

    fn hidden(&mut self, reason: &'static str, names: &[Name]) -> Value<'w> {
        for name in names {
            if let Some(value) = self.st.read(name).cloned() {
                self.escape(&value, reason);
                if !value.holds_socket()
                    && let Some(var) = self.st.var(name)
                {
                    *var = Value::Unknown;
                }
            }
        }
        Value::Unknown
    }

    pub(super) fn block(&mut self, block: &'w Block) -> Value<'w> {
        let depth = self.st.depth();
        let value = self.stmts(&block.stmts);
        self.st.truncate(depth);
        value
    }

    fn stmts(&mut self, stmts: &'w [Stmt]) -> Value<'w> {
        let mut value = Value::Unit;
        for (idx, stmt) in stmts.iter().enumerate() {
            let holds = self.holds(&stmt.cfg);
            let bound = match &stmt.kind {
                StmtKind::Let(it) => it.init.as_ref().map(|init| (&**it, init)),
                _ => None,
            };
            value = match (bound, &stmt.kind, holds) {
                (.., Tri::No) => continue,
                (Some((Let { pat, ty, or_else, .. }, init)), ..) => {
                    let value = self.let_value(ty, init, holds == Tri::Maybe, pat);
                    if let Value::OneOf(alternatives) = value {
                        let rest = &stmts[idx + 1..];
                        return self.fork(alternatives.len(), |this, at| {
                            this.bind_let(pat, alternatives[at].clone(), or_else.as_ref());
                            this.stmts(rest)
                        });
                    }
                    self.bind_let(pat, value, or_else.as_ref());
                    // What is written through the new name is not seen in the old place.
                    if let Expr::RefMut(place) = init {
                        self.forget_plain(place);
                    }
                    Value::Unit
                }
                (None, kind, Tri::Yes) => self.stmt(kind),
                (None, kind, Tri::Maybe) => self.perhaps(|this| this.stmt(kind), Value::Unit),
            };
            if !self.st.live {
                return Value::Never;
            }
        }
        value
    }

    /// The value of a `let`. One that may not exist leaves what an earlier one of the same name holds:
    /// `#[cfg(feature = "a")] let s = …; #[cfg(not(feature = "a"))] let s = …;`.
    fn let_value(&mut self, ty: &'w Ty, init: &'w Expr, maybe: bool, pat: &Pat) -> Value<'w> {
        let target = self.type_in(ty, self.func());
        let value = if maybe {
            let other = match pat {
                Pat::Bind(name, None) => self.st.read(name).cloned().unwrap_or(Value::Never),
                _ => Value::Never,
            };
            self.perhaps(|this| this.eval(init), other)
        } else {
            self.eval_as(init, &target)
        };
        if self.st.live {
            self.typed(value, &target).unwrapped_alternatives()
        } else {
            Value::Never
        }
    }

    /// Evaluates an expression whose type stands around it: that tells which `Default::default()` it is.
    fn eval_as(&mut self, expr: &'w Expr, ty: &Type) -> Value<'w> {
        if let (Expr::Call(call), Type::Adt(id)) = (expr, ty)
            && call.is_default()
            && let [func] = self.program.methods(&TypeKey::Adt(*id), "default", self.platform)[..]
        {
            return self.call_functions(call, &[func], &[]);
        }
        self.eval(expr)
    }

    fn bind_let(&mut self, pat: &'w Pat, value: Value<'w>, or_else: Option<&'w Expr>) {
        match or_else {
            Some(or_else) => self.let_else(pat, value, or_else),
            None => self.bind_pattern(pat, value),
        }
    }

    fn stmt(&mut self, kind: &'w StmtKind) -> Value<'w> {
        match kind {
            StmtKind::Let(it) => {
                self.bind_pattern(&it.pat, Value::Never);
                Value::Unit
            }
            StmtKind::Expr(expr) => {
                self.eval(expr);
                Value::Unit
            }
            StmtKind::Tail(expr) => self.eval(expr),
        }
    }

    fn path(&mut self, path: &'w Path) -> Value<'w> {
        if let Some(name) = path.as_ident() {
            if let Some(value) = self.st.read(name) {
                return value.clone();
            }
            if name == "None" {
                return Value::Failed;
            }
        }
        let res = self.resolve(path);
        match &*res {
            Res::Defs(defs) => match defs.as_slice() {
                [Def::Const(id)] => self.constant(*id),
                [Def::Func(id)] => Value::Func(*id),
                [Def::Type(id)] => unit_struct(*id, None),
                _ => Value::Unknown,
            },
            Res::Assoc(id, name) => {
                if let Some(constant) = self.program.assoc_const(*id, name) {
                    return self.constant(constant);
                }
                let variant = Some(path.last()).filter(|it| *it == name);
                let methods = self.program.methods(&TypeKey::Adt(*id), name, self.platform);
                match methods.as_slice() {
                    [func] => Value::Func(*func),
                    [] => unit_struct(*id, variant),
                    _ => Value::Unknown,
                }
            }
            Res::External(path) => {
                if let Some(row) = self.row(path) {
                    return values_of_row(row);
                }
                self.require(path);
                if let Some(address) = super::values::made_address(path, &[]) {
                    return address;
                }
                if self.program.workspace.models.is_neutral(path) {
                    Value::Neutral
                } else {
                    Value::Unknown
                }
            }
        }
    }

    /// Code that names what the platform lacks is not compiled for it.
    pub(super) fn require(&mut self, path: &str) {
        let platforms = model::platforms_of(path);
        self.tells_apart(platforms);
        self.impossible |= !platforms.contains(self.platform);
    }

    /// The row of an external path, in the version that this package uses.
    pub(super) fn row(&mut self, path: &str) -> Option<&'static model::Api> {
        let rows = self.program.workspace.models.rows(path);
        // The tables have one row only where it is as true of all releases.
        let differs = |row: &&model::Api| row.role.steps().is_some() && row.versions != "*";
        let version = (rows.len() > 1 || rows.iter().any(differs))
            .then(|| self.program.version_of(path, self.func()))
            .flatten();
        let row = rows.iter().copied().find(|row| row.holds_in(version.as_ref()))?;
        self.tells_apart(row.platforms);
        if !row.platforms.contains(self.platform) {
            self.impossible = true;
        }
        Some(row)
    }

    fn constant(&mut self, id: crate::link::ConstId) -> Value<'w> {
        let def = self.program.constant(id);
        let ty = self.program.type_of(def.ty, Place::module(def.scope, self.platform));
        // A constant may be defined by itself, which no compiler accepts and no reader has to.
        let value = if self.const_depth < super::MAX_DEPTH {
            self.const_depth += 1;
            let frame = crate::state::Frame {
                func: self.func(),
                scope: def.scope,
                vars: Vec::new(),
                around: None,
            };
            self.st.push_frame(frame);
            let value = self.eval(def.value);
            self.st.frames.pop();
            self.const_depth -= 1;
            value
        } else {
            Value::Unknown
        };
        self.typed(value, &ty)
    }

    fn structure(
        &mut self,
        path: &'w Path,
        fields: &'w [(Name, Expr)],
        rest: Option<&'w Expr>,
    ) -> Value<'w> {
        let base = self.st.operands.len();
        for (_, value) in fields {
            let value = self.eval(value);
            if !self.st.live {
                return Value::Never;
            }
            self.st.operands.push(value);
        }
        let values = self.st.operands.split_off(base.min(self.st.operands.len()));
        let res = self.resolve(path);
        let (ty, variant) = match &*res {
            Res::Defs(defs) => (
                defs.iter().find_map(|def| if let Def::Type(id) = def { Some(*id) } else { None }),
                None,
            ),
            Res::Assoc(id, _) => (Some(*id), Some(path.last())),
            Res::External(_) => (None, None),
        };
        let whole = ty.map_or(Type::Unknown, Type::Adt);
        let mut all = match rest.map(|rest| self.eval_as(rest, &whole).strip()) {
            Some(Value::Struct(it)) => it.fields.clone(),
            _ => std::collections::BTreeMap::new(),
        };
        all.extend(fields.iter().map(|(name, _)| name.as_str()).zip(values));
        if let Some(ty) = ty {
            all.iter().for_each(|(name, value)| self.store(ty, name, value));
        }
        Value::Struct(Rc::new(Struct { ty, variant, fields: all }))
    }

    fn element(&mut self, base: &'w Expr) -> Value<'w> {
        let value = self.eval(base);
        self.element_of(value)
    }

    fn assign(&mut self, place: &'w Expr, value: &'w Expr) -> Value<'w> {
        let value = self.eval(value);
        if !self.st.live {
            return Value::Never;
        }
        self.write(place, value);
        Value::Unit
    }

    /// Writes a value to a place; a place that is not tracked takes the value out of sight.
    pub(super) fn write(&mut self, place: &'w Expr, value: Value<'w>) {
        if let Expr::Tuple(places) = place {
            let parts = match value.strip() {
                Value::Tuple(parts) if parts.len() == places.len() => parts,
                _ => vec![Value::Unknown; places.len()],
            };
            return places.iter().zip(parts).for_each(|(place, part)| self.write(place, part));
        }
        if let Expr::Field(base, name) = place
            && let Some(Value::Struct(it)) = self.place_of(base)
            && let Some(ty) = it.ty
        {
            self.store(ty, name, &value);
            self.links.hands_on |= self.outlives(&value);
        }
        if let Some(slot) = self.place_of(place) {
            *slot = value;
        } else {
            self.links.hands_on |= self.is_early(&value);
            self.escape(&value, "stored out of sight");
        }
    }

    fn binary(&mut self, op: &str, left: &'w Expr, right: &'w Expr) -> Value<'w> {
        let left = self.eval(left).strip();
        let right = self.eval(right).strip();
        match (op, left, right) {
            ("==" | "!=", Value::Domain(left), Value::Domain(right)) => {
                let known = [Domain::INET4, Domain::INET6, Domain::UNIX].contains(&left);
                match (left.may(right), known && left == right) {
                    (false, _) => Value::Bool(op == "!="),
                    (_, true) => Value::Bool(op == "=="),
                    _ if left.join(right).is(Domain::INET) => Value::Family,
                    _ => Value::Unknown,
                }
            }
            ("|", Value::Type(it), _) | ("|", _, Value::Type(it)) => Value::Type(it),
            ("|" | "+", Value::Option(one), Value::Option(other)) => Value::Options(one, other),
            ("==", Value::Bool(left), Value::Bool(right)) => Value::Bool(left == right),
            ("==", Value::Int(left), Value::Int(right)) => Value::Bool(left == right),
            ("!=", Value::Bool(left), Value::Bool(right)) => Value::Bool(left != right),
            ("!=", Value::Int(left), Value::Int(right)) => Value::Bool(left != right),
            (">", Value::Int(left), Value::Int(right)) => Value::Bool(left > right),
            ("<", Value::Int(left), Value::Int(right)) => Value::Bool(left < right),
            _ => Value::Unknown,
        }
    }
}

fn unit_struct(id: crate::link::TypeId, variant: Option<&str>) -> Value<'_> {
    Value::Struct(Rc::new(Struct {
        ty: Some(id),
        variant,
        fields: std::collections::BTreeMap::new(),
    }))
}

/// What a constant of the tables is worth; a function stays a function.
pub(super) fn values_of_row<'w>(row: &'static model::Api) -> Value<'w> {
    match row.role {
        model::Role::OptionName(option) => Value::Option(option),
        model::Role::LevelName(name) => Value::Level(name),
        model::Role::DomainName(domain) => Value::Domain(domain),
        model::Role::TypeName(ty) => Value::Type(ty),
        model::Role::ProtocolName(ty) => Value::Protocol(ty),
        model::Role::Time([]) => Value::Int(0),
        _ => Value::Api(row),
    }
}
