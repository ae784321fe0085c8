//! Which functions can touch a socket: the solver leaves out the others.
//!
//! Paths are resolved; methods are compared by name, so a function too many may be looked at, never one
//! too few. `bind` and `listen` alone are methods of half the world: they count where the signature or
//! the fields of `self` hold a socket, since otherwise the socket comes from a call that counts.

use std::collections::{BTreeMap, BTreeSet};

use super::{FuncDef, FuncId, Place, Program, Res, Type, TypeKind};
use crate::{
    ir::{Path, Ty},
    model,
    socket::Platform,
};

/// How many calls above one that decides something a story is looked for. Names of methods are common:
/// without a bound, most of a large workspace would call something that calls something.
const REACH: usize = 4;

impl Program<'_> {
    /// Marks every function that may touch a socket, and every one that calls such a function.
    pub(super) fn mark_relevant(&mut self) {
        let mut callers: BTreeMap<FuncId, Vec<FuncId>> = BTreeMap::new();
        let mut by_method: BTreeMap<&str, Vec<FuncId>> = BTreeMap::new();
        let mut work = Vec::new();
        for id in self.func_ids() {
            let def = self.func(id);
            for name in &def.func.methods {
                by_method.entry(name).or_default().push(id);
            }
            let mut decides = def.func.methods.iter().any(|name| model::is_setter(name))
                || self.steps_a_socket(def);
            for path in &def.func.paths {
                decides |= self
                    .named(path, def, &mut |callee| callers.entry(callee).or_default().push(id));
            }
            if decides {
                work.push(id);
            }
        }
        let called: Vec<FuncId> = self
            .func_ids()
            .filter(|id| {
                callers.contains_key(id)
                    || (self.func(*id).func.has_self
                        && by_method.contains_key(self.func(*id).func.name.as_str()))
            })
            .collect();
        let mut relevant: BTreeSet<FuncId> = BTreeSet::new();
        for _ in 0..=REACH {
            for id in std::mem::take(&mut work) {
                if relevant.insert(id) {
                    let func = self.func(id).func;
                    work.extend(callers.remove(&id).unwrap_or_default());
                    if func.has_self {
                        work.extend(by_method.remove(func.name.as_str()).unwrap_or_default());
                    }
                }
            }
        }
        for id in relevant {
            self.funcs[id.idx()].relevant = true;
        }
        // A file that two modules share holds the same functions twice.
        let called: BTreeSet<_> =
            called.iter().map(|id| std::ptr::from_ref(self.func(*id).func)).collect();
        for def in &mut self.funcs {
            def.called = called.contains(&std::ptr::from_ref(def.func));
        }
    }

    /// Shows the functions that a path means; answers whether it means an API that decides something.
    fn named(&self, path: &str, def: &FuncDef<'_>, show: &mut impl FnMut(FuncId)) -> bool {
        let Some(platform) = def.platforms.iter().next() else { return false };
        let names: Vec<&str> = path.split("::").collect();
        let (first, rest) =
            names.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
        let res = if def.is_generic(first) || (first == "Self" && def.self_ty.is_some()) {
            let owner = Ty::Path(Path::ident(first));
            match self.type_of(&owner, Place::function(def, platform)) {
                Type::Adt(id) => Res::Assoc(id, rest.join("::")),
                Type::Socket(ty) => Res::External(format!("{}::{}", ty.path, rest.join("::"))),
                _ => return false,
            }
        } else {
            self.resolve_written(&names, def.scope, platform)
        };
        // A bare name in a macro may get its crate from there.
        if let Res::External(path) = &res {
            return model::decides(path)
                || (names.len() == 1
                    && model::system_call(path).is_some_and(|path| model::decides(&path)));
        }
        self.functions(&res, platform).into_iter().for_each(show);
        false
    }

    /// Whether the function binds something, and a socket is in its hands without any call.
    fn steps_a_socket(&self, def: &FuncDef<'_>) -> bool {
        let steps = ["bind", "listen"].iter().any(|step| def.func.methods.contains(*step));
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
