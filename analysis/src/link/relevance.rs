//! Which functions can touch a socket: the solver leaves out the others.
//!
//! Paths are resolved; methods are compared by name, so a function too many may be looked at, never one
//! too few. `bind` and `listen` alone are methods of half the world: they count where the signature or
//! the fields of `self` hold a socket, since otherwise the socket comes from a call that counts.

use std::collections::{BTreeMap, BTreeSet};

use super::{FuncDef, FuncId, Place, Program, Res, Type, TypeKind};
use crate::{
    ir::{Name, Path, Ty},
    model,
    socket::Platform,
};

/// How many calls above one that decides something a story is looked for. Names of methods are common:
/// without a bound, most of a large workspace would call something that calls something.
pub(crate) const REACH: usize = 4;

/// The functions that a socket goes through.
pub(crate) type Story = BTreeMap<FuncId, Part>;

/// What a function has to do with a story.
#[derive(Clone, Copy)]
pub(crate) struct Part {
    /// How many calls it is above a decision.
    pub(crate) above: usize,
    /// Whether its callers can decide about the socket, too.
    pub(crate) is_shared: bool,
}

/// The calls of a program.
#[derive(Default)]
pub(crate) struct Calls<'w> {
    by_path: BTreeMap<FuncId, Vec<FuncId>>,
    by_method: BTreeMap<&'w str, Vec<FuncId>>,
    /// The functions that decide something without calling anybody here.
    pub(crate) deciding: BTreeSet<FuncId>,
}

impl<'w> Program<'w> {
    /// Marks every function that may touch a socket, and every one that calls such a function.
    pub(super) fn mark_relevant(&mut self) {
        self.calls = self.find_calls();
        let called: Vec<FuncId> = self
            .func_ids()
            .filter(|id| {
                let func = self.func(*id).func;
                let by_name = || self.calls.by_method.get(func.name.as_str()).into_iter().flatten();
                self.calls.by_path.contains_key(id)
                    || (func.has_self && by_name().any(|caller| self.can_meet(*id, *caller)))
            })
            .collect();
        let mut seen = BTreeSet::new();
        let mut work = self.calls.deciding.clone();
        for _ in 0..=REACH {
            let next = work.iter().flat_map(|id| self.callers(*id)).collect();
            seen.append(&mut work);
            work = &next - &seen;
        }
        for id in seen {
            self.funcs[id.idx()].relevant = true;
        }
        // A file that two modules share holds the same functions twice.
        let called: BTreeSet<_> =
            called.iter().map(|id| std::ptr::from_ref(self.func(*id).func)).collect();
        for def in &mut self.funcs {
            def.called = called.contains(&std::ptr::from_ref(def.func));
        }
    }

    /// Who calls whom, and who decides something without calling anybody here.
    fn find_calls(&self) -> Calls<'w> {
        let mut calls = Calls::default();
        for id in self.func_ids() {
            let def = self.func(id);
            for name in &def.func.methods {
                calls.by_method.entry(name).or_default().push(id);
            }
            let mut decides =
                def.func.methods.iter().any(|name| self.workspace.models.is_step(name))
                    || self.steps_a_socket(def);
            for path in &def.func.paths {
                decides |= self.named(path, def, &mut |callee| {
                    calls.by_path.entry(callee).or_default().push(id);
                });
            }
            if decides {
                calls.deciding.insert(id);
            }
        }
        calls
    }

    /// Who calls a function, or a method of its name.
    pub(crate) fn callers(&self, id: FuncId) -> impl Iterator<Item = FuncId> {
        let func = self.func(id).func;
        let by_path = self.calls.by_path.get(&id);
        let by_method = self.calls.by_method.get(func.name.as_str()).filter(|_| func.has_self);
        let by_method = by_method.into_iter().flatten().filter(move |it| self.can_meet(id, **it));
        by_path.into_iter().flatten().chain(by_method).copied()
    }

    /// Shows the functions that a path means; answers whether it means an API that decides something.
    fn named(&self, written: &str, def: &FuncDef<'_>, show: &mut impl FnMut(FuncId)) -> bool {
        let Some((res, platform)) = self.meant(written, def) else { return false };
        // A bare name in a macro may get its crate from there.
        if let Res::External(path) = &res {
            return self.decides(path)
                || (!written.contains("::")
                    && model::system_call(path).is_some_and(|path| model::decides(&path)));
        }
        self.functions(&res, platform).into_iter().for_each(show);
        false
    }

    /// Whether a call of this API is what stories are about.
    fn decides(&self, path: &str) -> bool {
        self.workspace.models.decides(path) || (self.workspace.lists_all && model::binds(path))
    }

    /// Paths in the bodies of functions that mean an API which makes a listener, as they are written.
    pub(crate) fn listeners(&self) -> BTreeSet<&'w str> {
        let mut found = BTreeSet::new();
        for id in self.func_ids() {
            let def = self.func(id);
            let makes = |path: &&'w Name| matches!(self.meant(path, def), Some((Res::External(path), _)) if self.workspace.models.makes_a_listener(&path));
            found.extend(def.func.paths.iter().filter(makes).map(Name::as_str));
        }
        found
    }

    /// What a path in the body of a function means, on the first platform that has the function.
    pub(super) fn meant(&self, path: &str, def: &FuncDef<'_>) -> Option<(Res<'w>, Platform)> {
        let platform = def.platforms.iter().next()?;
        let names: Vec<&str> = path.split("::").collect();
        let (first, rest) =
            names.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
        let res = if def.is_generic(first) || (first == "Self" && def.self_ty.is_some()) {
            let owner = Ty::Path(Path::ident(first));
            match self.type_of(&owner, Place::function(def, platform)) {
                Type::Adt(id) => Res::Assoc(id, rest.join("::")),
                Type::Socket(ty) => Res::External(format!("{}::{}", ty.path, rest.join("::"))),
                _ => return None,
            }
        } else {
            self.resolve_written(&names, def.scope, platform)
        };
        Some((res, platform))
    }

    /// Whether the function binds something, and a socket is in its hands without any call.
    fn steps_a_socket(&self, def: &FuncDef<'_>) -> bool {
        let steps = def.func.methods.iter().any(|it| ["bind", "listen"].contains(&it.as_str()));
        let Some(platform) = def.platforms.iter().next().filter(|_| steps) else { return false };
        let place = Place::function(def, platform);
        let tys = def.func.params.iter().map(|(_, ty)| ty).chain(def.self_ty);
        tys.into_iter().any(|ty: &Ty| self.holds_socket(&self.type_of(ty, place), platform, 3))
    }

    fn holds_socket(&self, ty: &Type, platform: Platform, depth: usize) -> bool {
        match ty {
            Type::Socket(_) => true,
            Type::Tuple(parts) => parts.iter().any(|part| self.holds_socket(part, platform, depth)),
            Type::Adt(id) if depth > 0 => {
                let def = self.type_def(*id);
                let TypeKind::Struct(fields) = def.kind else {
                    return matches!(def.kind, TypeKind::Enum(_));
                };
                let place = Place::module(def.scope, platform);
                fields
                    .iter()
                    .any(|(_, ty)| self.holds_socket(&self.type_of(ty, place), platform, depth - 1))
            }
            _ => false,
        }
    }
}
