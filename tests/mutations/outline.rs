//! What a mutation needs to know of a source text: calls, statements, functions and conditions, as byte ranges.

use std::ops::Range;

use syn::{
    Block, Expr, Item, Local, Meta, Pat, Stmt, Token,
    punctuated::Punctuated,
    spanned::Spanned,
    visit::{self, Visit},
};

/// Bytes of a text.
pub(crate) type Bytes = Range<usize>;

/// A call of a function, a method or a macro.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The whole expression.
    pub(crate) range: Bytes,
    /// The last word of the path, or the method.
    pub(crate) name: String,
    /// Where that word starts.
    pub(crate) name_at: usize,
    /// Whether the name is `Type::name`.
    pub(crate) of_type: bool,
    /// What a method is called on.
    pub(crate) receiver: Option<Bytes>,
    pub(crate) args: Vec<Bytes>,
}

/// A statement of a block.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) range: Bytes,
    pub(crate) block: Bytes,
    pub(crate) index: usize,
    pub(crate) form: Form,
}

#[derive(Clone, Debug)]
pub(crate) enum Form {
    /// `let NAME = VALUE;`
    Let { name: String, value: Bytes },
    /// Any other `let` with a value that is kept.
    LetPattern,
    /// A statement that leaves nothing behind.
    Plain,
    /// The value of its block.
    Tail,
}

/// A function with a body.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) body: Bytes,
}

/// A module written in the file.
#[derive(Clone, Debug)]
pub(crate) struct Module {
    pub(crate) name: String,
    pub(crate) range: Bytes,
}

/// `cfg(…)` or `cfg!(…)`, and what depends on it.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) predicate: Bytes,
    pub(crate) scope: Bytes,
}

/// A source text in parts.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    pub(crate) calls: Vec<Call>,
    pub(crate) statements: Vec<Statement>,
    pub(crate) functions: Vec<Function>,
    pub(crate) modules: Vec<Module>,
    pub(crate) conditions: Vec<Condition>,
    /// Arms of `match` and bodies of closures: what runs there is not all that its statement does.
    pub(crate) arms: Vec<Bytes>,
}

/// Whether `outer` holds all of `inner`.
pub(crate) fn holds(outer: &Bytes, inner: &Bytes) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

impl Outline {
    /// The parts of a text; nothing if it does not parse.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let file = syn::parse_file(text).ok()?;
        let mut outline = Self::default();
        outline.visit_file(&file);
        Some(outline)
    }

    /// The smallest statement around some bytes.
    pub(crate) fn statement(&self, inner: &Bytes) -> Option<&Statement> {
        let around = self.statements.iter().filter(|it| holds(&it.range, inner));
        around.min_by_key(|it| it.range.len())
    }

    /// The smallest function around some bytes.
    pub(crate) fn function(&self, inner: &Bytes) -> Option<&Function> {
        let around = self.functions.iter().filter(|it| holds(&it.body, inner));
        around.min_by_key(|it| it.body.len())
    }

    /// The statements around `first` and around `second` in the smallest block that holds both.
    pub(crate) fn siblings(
        &self,
        first: &Bytes,
        second: &Bytes,
    ) -> Option<(&Statement, &Statement)> {
        let around =
            self.statements.iter().filter(|it| holds(&it.range, first) && holds(&it.block, second));
        let first = around.min_by_key(|it| it.block.len())?;
        let second = self.block_of(first).find(|it| holds(&it.range, second))?;
        Some((first, second))
    }

    /// The statements of the block that `one` stands in.
    pub(crate) fn block_of(&self, one: &Statement) -> impl Iterator<Item = &Statement> {
        let block = one.block.clone();
        self.statements.iter().filter(move |it| it.block == block)
    }

    fn block(&mut self, range: &Bytes, statements: &[Stmt]) {
        for (index, statement) in statements.iter().enumerate() {
            let last = index + 1 == statements.len();
            let form = form(statement, last);
            let (range, block) = (statement.span().byte_range(), range.clone());
            self.statements.push(Statement { range, block, index, form });
        }
    }

    fn conditions(&mut self, attrs: &[syn::Attribute], scope: &Bytes) {
        for attr in attrs {
            if let Meta::List(list) = &attr.meta
                && attr.path().is_ident("cfg")
            {
                let predicate = list.tokens.span().byte_range();
                self.conditions.push(Condition { predicate, scope: scope.clone() });
            }
        }
    }

    fn call(&mut self, range: Bytes, path: &syn::Path, args: Vec<Bytes>) {
        let Some(last) = path.segments.last() else { return };
        let before = path.segments.iter().rev().nth(1);
        let capital = |name: String| name.starts_with(|it: char| it.is_uppercase());
        self.calls.push(Call {
            range,
            name: last.ident.to_string(),
            name_at: last.ident.span().byte_range().start,
            of_type: before.is_some_and(|it| capital(it.ident.to_string())),
            receiver: None,
            args,
        });
    }
}

fn form(statement: &Stmt, last: bool) -> Form {
    match statement {
        Stmt::Local(Local { pat: Pat::Wild(_), .. }) => Form::Plain,
        Stmt::Local(Local { pat, init: Some(init), .. }) => {
            let pat = match pat {
                Pat::Type(typed) => &typed.pat,
                pat => pat,
            };
            match pat {
                Pat::Ident(ident) if init.diverge.is_none() => Form::Let {
                    name: ident.ident.to_string(),
                    value: init.expr.span().byte_range(),
                },
                _ => Form::LetPattern,
            }
        }
        Stmt::Expr(_, None) if last => Form::Tail,
        Stmt::Macro(it) if last && it.semi_token.is_none() => Form::Tail,
        _ => Form::Plain,
    }
}

impl<'ast> Visit<'ast> for Outline {
    fn visit_block(&mut self, block: &'ast Block) {
        self.block(&block.span().byte_range(), &block.stmts);
        visit::visit_block(self, block);
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        if let Stmt::Local(local) = statement {
            self.conditions(&local.attrs, &local.span().byte_range());
        }
        visit::visit_stmt(self, statement);
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        let range = expr.span().byte_range();
        let attrs = match expr {
            Expr::Block(it) => &it.attrs[..],
            Expr::If(it) => &it.attrs,
            Expr::Match(it) => &it.attrs,
            Expr::MethodCall(it) => &it.attrs,
            Expr::Call(it) => &it.attrs,
            Expr::Try(it) => &it.attrs,
            Expr::Unsafe(it) => &it.attrs,
            _ => &[],
        };
        self.conditions(attrs, &range);
        let ranges = |args: &Punctuated<Expr, Token![,]>| {
            args.iter().map(|it| it.span().byte_range()).collect::<Vec<_>>()
        };
        match expr {
            Expr::MethodCall(call) => self.calls.push(Call {
                // Attributes stand before the receiver, and are not its.
                range: call.receiver.span().byte_range().start..range.end,
                name: call.method.to_string(),
                name_at: call.method.span().byte_range().start,
                of_type: false,
                receiver: Some(call.receiver.span().byte_range()),
                args: ranges(&call.args),
            }),
            Expr::Call(call) => {
                if let Expr::Path(path) = &*call.func {
                    let start = path.span().byte_range().start;
                    self.call(start..range.end, &path.path, ranges(&call.args));
                }
            }
            Expr::If(it) => {
                if let Expr::Macro(cond) = &*it.cond
                    && cond.mac.path.is_ident("cfg")
                {
                    let predicate = cond.mac.tokens.span().byte_range();
                    self.conditions
                        .push(Condition { predicate, scope: it.then_branch.span().byte_range() });
                }
            }
            Expr::Closure(it) => self.arms.push(it.body.span().byte_range()),
            Expr::Match(it) => {
                self.arms.extend(it.arms.iter().map(|arm| arm.body.span().byte_range()));
            }
            _ => {}
        }
        visit::visit_expr(self, expr);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let parse = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(args) = mac.parse_body_with(parse) {
            let ranges = args.iter().map(|it| it.span().byte_range()).collect();
            self.call(mac.span().byte_range(), &mac.path, ranges);
            for arg in &args {
                Visit::visit_expr(self, arg);
            }
        } else if let Ok(statements) = mac.parse_body_with(Block::parse_within) {
            self.block(&mac.tokens.span().byte_range(), &statements);
            for statement in &statements {
                Visit::visit_stmt(self, statement);
            }
        } else {
            self.groups(mac.tokens.clone());
        }
    }

    fn visit_item(&mut self, item: &'ast Item) {
        if let Item::Fn(it) = item {
            let body = it.block.span().byte_range();
            self.functions.push(Function { name: it.sig.ident.to_string(), body });
        }
        if let Item::Mod(it) = item
            && it.content.is_some()
        {
            let range = it.span().byte_range();
            self.modules.push(Module { name: it.ident.to_string(), range });
        }
        visit::visit_item(self, item);
    }

    fn visit_impl_item_fn(&mut self, it: &'ast syn::ImplItemFn) {
        let body = it.block.span().byte_range();
        self.functions.push(Function { name: it.sig.ident.to_string(), body });
        visit::visit_impl_item_fn(self, it);
    }
}

impl Outline {
    /// Blocks among the tokens of a macro that has a syntax of its own.
    fn groups(&mut self, tokens: proc_macro2::TokenStream) {
        use syn::parse::Parser;
        for token in tokens {
            let proc_macro2::TokenTree::Group(group) = token else { continue };
            let range = group.span_open().byte_range().start..group.span_close().byte_range().end;
            match Block::parse_within.parse2(group.stream()) {
                Ok(statements) if group.delimiter() == proc_macro2::Delimiter::Brace => {
                    self.block(&range, &statements);
                    for statement in &statements {
                        Visit::visit_stmt(self, statement);
                    }
                }
                _ => self.groups(group.stream()),
            }
        }
    }
}
