//! The socket IR: a small structured program, all that is kept of a function's body.
//!
//! Names stay as written; linking resolves them when the whole workspace is known. What cannot hold or
//! move a socket is folded into [`Expr::Opaque`], which keeps only the operands that can.

use crate::{cfg::Cfg, sites::SiteId};

/// An identifier, or several.
pub(crate) type Name = compact_str::CompactString;

mod locals;
#[cfg(any(test, feature = "testing"))]
pub(crate) mod text;

/// A path as written, generic arguments included.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Path {
    /// `<Type>::rest` or `<Type as Trait>::rest`.
    pub qself: Option<Box<Ty>>,
    /// Segments in order; a leading `::` is an empty first segment.
    pub segs: Vec<Seg>,
}

/// One segment of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seg {
    /// The identifier, raw prefix removed.
    pub name: Name,
    /// Generic type arguments.
    pub args: Vec<Ty>,
}

impl Path {
    /// The path of one name.
    pub(crate) fn ident(name: impl Into<Name>) -> Self {
        Self { qself: None, segs: vec![Seg { name: name.into(), args: Vec::new() }] }
    }

    /// The last name, or the empty string.
    pub(crate) fn last(&self) -> &str {
        self.segs.last().map_or("", |seg| seg.name.as_str())
    }

    /// The names, joined by `::`.
    pub(crate) fn joined(&self) -> String {
        let names: Vec<&str> = self.segs.iter().map(|seg| seg.name.as_str()).collect();
        names.join("::")
    }

    /// The name, if the path is just that.
    pub(crate) fn as_ident(&self) -> Option<&str> {
        match (&self.qself, self.segs.as_slice()) {
            (None, [seg]) => Some(&seg.name),
            _ => None,
        }
    }
}

/// A type as written, as far as sockets need it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Ty {
    /// A named type.
    Path(Path),
    /// A reference or pointer.
    Ref(Box<Ty>),
    /// A tuple.
    Tuple(Vec<Ty>),
    /// `impl Trait` or `dyn Trait`, by its bounds.
    Bounds(Vec<Path>),
    /// Anything else, or nothing written.
    #[default]
    Unknown,
}

/// A block of statements.
#[derive(Debug, Clone, Default)]
pub(crate) struct Block {
    /// In order; the value is that of the last statement if it is a tail.
    pub stmts: Vec<Stmt>,
}

/// A statement with the `cfg` that stands on it.
#[derive(Debug, Clone)]
pub(crate) struct Stmt {
    /// Where it exists.
    pub cfg: Cfg,
    /// What it does.
    pub kind: StmtKind,
}

/// What a statement does.
#[derive(Debug, Clone)]
pub(crate) enum StmtKind {
    /// `let pat: ty = init else { … };`
    Let(Box<Let>),
    /// An expression whose value is dropped.
    Expr(Expr),
    /// The value of the block.
    Tail(Expr),
}

/// What a `let` says.
#[derive(Debug, Clone)]
pub(crate) struct Let {
    /// What is bound.
    pub pat: Pat,
    /// The annotation.
    pub ty: Ty,
    /// The initializer.
    pub init: Option<Expr>,
    /// The diverging block.
    pub or_else: Option<Expr>,
}

/// A pattern, as far as bindings need it.
#[derive(Debug, Clone)]
pub(crate) enum Pat {
    /// `_`, and `..` between others: matches everything, binds nothing.
    Wild,
    /// A literal, a range, a constant expression: matches some values, binds nothing.
    Value,
    /// A literal `true` or `false`.
    Bool(bool),
    /// `name` or `name @ pat`.
    Bind(Name, Option<Box<Pat>>),
    /// A tuple or slice.
    Tuple(Vec<Pat>),
    /// `Path(..)`, `Path { .. }` or a bare path; fields by name or index.
    Variant(Path, Vec<(Name, Pat)>),
    /// `a | b`.
    Or(Vec<Pat>),
    /// `pat if guard`.
    Guard(Box<Pat>, Box<Expr>),
}

/// An arm of a `match`.
#[derive(Debug, Clone)]
pub(crate) struct Arm {
    /// Where it exists.
    pub cfg: Cfg,
    /// What it matches.
    pub pat: Pat,
    /// What it evaluates to.
    pub body: Expr,
}

/// The kind of a loop.
#[derive(Debug, Clone)]
pub(crate) enum LoopKind {
    /// `loop`.
    Forever,
    /// `while cond`.
    While(Box<Expr>),
    /// `for pat in iter`.
    For(Box<Pat>, Box<Expr>),
}

/// A call, of a function or of a method.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// Where.
    pub site: SiteId,
    /// Who.
    pub callee: Callee,
    /// Arguments, the receiver first.
    pub args: Vec<Expr>,
    /// Whether the result is thrown away on the spot.
    pub discarded: bool,
}

impl Call {
    /// Whether it is `Default::default()`, of whatever type is wanted.
    pub(crate) fn is_default(&self) -> bool {
        let Callee::Path { path, .. } = &self.callee else { return false };
        let [.., owner, name] = path.segs.as_slice() else { return false };
        path.qself.is_none() && owner.name == "Default" && name.name == "default"
    }
}

/// What a call calls.
#[derive(Debug, Clone)]
pub(crate) enum Callee {
    /// A path. `prefix_libc` is set for a bare name in a macro that may put `libc::` before it.
    Path {
        /// As written.
        path: Path,
        /// Whether the call stands in a macro's tokens.
        in_macro: bool,
    },
    /// A method, by name, with its turbofish.
    Method(Name, Vec<Ty>),
    /// Any other expression, which is the first of the arguments.
    Value,
}

/// An expression.
#[derive(Debug, Clone)]
pub(crate) enum Expr {
    /// A value without interest, once its operands have been evaluated. They are only read.
    Opaque(Vec<Expr>),
    /// Code that cannot be seen through, and the local names that it mentions.
    Hidden(&'static str, Vec<Name>),
    /// A `bool`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A string, or the format string of `format!` with its arguments.
    Str(Name, Vec<Expr>),
    /// A variable, constant, function or unit value.
    Path(Path),
    /// A tuple or array; the empty one is unit.
    Tuple(Vec<Expr>),
    /// `Path { field: value, ..rest }`.
    Struct(Path, Vec<(Name, Expr)>, Option<Box<Expr>>),
    /// `base.name`.
    Field(Box<Expr>, Name),
    /// `base[index]`: some element.
    Index(Box<Expr>, Box<Expr>),
    /// A call.
    Call(Box<Call>),
    /// `place = value`.
    Assign(Box<Expr>, Box<Expr>),
    /// `&mut place`: the callee may write to it.
    RefMut(Box<Expr>),
    /// `!value`.
    Not(Box<Expr>),
    /// `left && right`.
    And(Box<Expr>, Box<Expr>),
    /// `left || right`.
    Or(Box<Expr>, Box<Expr>),
    /// `left | right` and other operators.
    Binary(&'static str, Box<Expr>, Box<Expr>),
    /// `value as ty`, or a value whose type is written beside it.
    Cast(Box<Expr>, Ty),
    /// A block; `boundary` ends `return` and `?` (async and try blocks).
    Block {
        /// Label, for `break 'label value`.
        label: Option<Name>,
        /// Whether `return` and `?` end here.
        boundary: bool,
        /// The statements.
        block: Block,
    },
    /// `if cond { then } else { otherwise }`.
    If(Box<Expr>, Box<Expr>, Option<Box<Expr>>),
    /// `let pat = value` as a condition.
    Let(Box<Pat>, Box<Expr>),
    /// `match value { … }`.
    Match(Box<Expr>, Vec<Arm>),
    /// A loop.
    Loop(Option<Name>, LoopKind, Block),
    /// A closure; its body runs when it is called.
    Closure(Box<Closure>),
    /// `return value`.
    Return(Option<Box<Expr>>),
    /// `break 'label value`.
    Break(Option<Name>, Option<Box<Expr>>),
    /// `continue 'label`.
    Continue(Option<Name>),
    /// `value?`.
    Try(Box<Expr>),
    /// An async block.
    Future(Box<Expr>),
    /// `value.await`.
    Await(Box<Expr>),
    /// `cfg!(…)`.
    Cfg(Cfg),
    /// Several alternatives of which one runs: `cfg_if!` as an expression, `select!`.
    OneOf(Vec<(Cfg, Expr)>),
    /// The program ends here (`panic!`).
    Diverge(Vec<Expr>),
}

/// A closure.
#[derive(Debug, Clone)]
pub(crate) struct Closure {
    /// Its parameters.
    pub params: Vec<Pat>,
    /// Its body.
    pub body: Expr,
}

impl Expr {
    /// A value that nothing is known of.
    pub(crate) const UNKNOWN: Self = Self::Opaque(Vec::new());
}
