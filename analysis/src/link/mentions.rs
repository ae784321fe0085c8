//! How a file that was not parsed would name what this program does with sockets.
//!
//! One name alone says nothing, since everything has a `new` and a `run`: a function is looked for beside
//! its module, a method beside its type.

use std::collections::BTreeSet;

use super::{
    Binding, Def, FuncDef, FuncId, GlobTarget, ModId, Module, Place, Program, Res, Story, Type,
    TypeId, TypeKind,
};
use crate::{
    ir::{Name, Path, Ty},
    sites::FileId,
    socket::Platform,
};

/// Two names that a file needs both to go on with a story.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mention {
    /// The package in which the story is so far, as an index of [`crate::Workspace::packages`].
    pub(crate) package: usize,
    pub(crate) names: [String; 2],
}

/// How many structs deep a socket or a switch may be in a value.
const DEPTH: usize = 3;

/// What a value may carry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Load {
    Socket,
    /// A socket, or a `bool` that may decide what becomes of one.
    Switch,
}

/// The names under which a module declares one of these functions.
fn own_functions<'w>(module: &Module<'w>, free: &BTreeSet<FuncId>) -> Vec<&'w str> {
    let is_free = |it: &Binding<'_>| matches!(it.def, Def::Func(id) if free.contains(&id));
    let names = module.names.iter().filter(|(_, bindings)| bindings.iter().any(is_free));
    names.map(|(name, _)| *name).collect()
}

impl Program<'_> {
    /// What callers of the functions of a story need to name, whose arguments or results decide about a
    /// socket.
    pub(crate) fn mentions(&self, story: &Story) -> BTreeSet<Mention> {
        let mut found = BTreeSet::new();
        let mut free: BTreeSet<FuncId> = BTreeSet::new();
        let mut told = BTreeSet::new();
        let shared = story.iter().filter(|(_, part)| part.is_shared).map(|(&id, _)| id);
        for id in shared {
            match self.func(id).self_ty {
                Some(Ty::Path(ty)) => {
                    let name = &self.func(id).func.name;
                    self.add(&mut found, self.func(id).scope, name, ty.last());
                }
                Some(_) => {}
                None => {
                    free.insert(id);
                }
            }
            for (ty, field) in self.socket_fields(id, &mut told) {
                self.add(&mut found, self.func(id).scope, field, ty);
            }
        }
        if !free.is_empty() || !self.workspace.models.is_empty() {
            let own: Vec<_> = self.modules.iter().map(|it| own_functions(it, &free)).collect();
            for idx in 0..self.modules.len() {
                self.add_members(&mut found, ModId::new(idx), &free, &own);
            }
        }
        found
    }

    /// What callers in the files of the same functions need to name, each with the file.
    pub(crate) fn own_mentions(&self, story: &Story) -> BTreeSet<(usize, String)> {
        let (mut found, mut told) = (BTreeSet::new(), BTreeSet::new());
        for (&id, _) in story.iter().filter(|(_, part)| part.is_shared) {
            let def = self.func(id);
            let fields = self.socket_fields(id, &mut told).into_iter().map(|(_, field)| field);
            let names = fields.chain([def.func.name.as_str()]);
            found.extend(names.map(|name| (def.file.0 as usize, name.to_owned())));
        }
        found
    }

    fn add(&self, found: &mut BTreeSet<Mention>, scope: ModId, name: &str, beside: &str) {
        let krate = self.modules[scope.idx()].krate.and_then(|it| self.workspace.crates.get(it));
        let package = krate.map_or(0, |it| it.package);
        found.insert(Mention { package, names: [name.to_owned(), beside.to_owned()] });
    }

    /// The names under which a module shows functions, its own and those it exports again.
    fn add_members(
        &self,
        found: &mut BTreeSet<Mention>,
        id: ModId,
        free: &BTreeSet<FuncId>,
        own: &[Vec<&str>],
    ) {
        let module = &self.modules[id.idx()];
        let Some(platform) = module.platforms.iter().next() else { return };
        let mut add = |name: &str| {
            if let (true, Some(krate)) = (module.parent.is_none(), module.krate) {
                let krate = &self.workspace.crates[krate].name;
                for beside in ["crate", "super", krate] {
                    self.add(found, id, name, beside);
                }
            } else {
                self.add(found, id, name, module.name);
            }
        };
        for (name, bindings) in &module.names {
            for binding in bindings {
                let means = match binding.def {
                    Def::Func(func) => free.contains(&func),
                    Def::Use(scope, path) => {
                        let res = self.resolve(path, scope, platform);
                        matches!(&res, Res::External(path) if self.is_modelled(path))
                            || self.functions(&res, platform).iter().any(|it| free.contains(it))
                    }
                    _ => false,
                };
                if means {
                    add(name);
                }
            }
        }
        for (_, target) in &module.glob_targets {
            match target {
                GlobTarget::Mod(from) => own[from.idx()].iter().for_each(|name| add(name)),
                GlobTarget::External(from) => {
                    let all = self.workspace.models.paths();
                    let inside = all.filter_map(|it| it.strip_prefix(from)?.strip_prefix("::"));
                    inside.filter(|name| !name.contains("::")).for_each(&mut add);
                }
                GlobTarget::Enum(_) => {}
            }
        }
    }

    /// Whether a row of the user is about a call.
    fn is_modelled(&self, path: &str) -> bool {
        !self.workspace.models.own_rows(path).is_empty()
    }

    /// The sockets in the type to which a method belongs, which its other methods can reach: the names of the type
    /// and of its fields. None if those of the type were told for a method that stands in the same place.
    fn socket_fields<'s>(
        &'s self,
        id: FuncId,
        told: &mut BTreeSet<(TypeId, &'s str, ModId, FileId, Platform)>,
    ) -> Vec<(&'s str, &'s str)> {
        let def = self.func(id);
        let (Some(Ty::Path(ty)), Some(platform)) = (def.self_ty, def.platforms.iter().next())
        else {
            return Vec::new();
        };
        let place = Place::function(def, platform);
        let this = self.type_of(&Ty::Path(Path::ident("Self")), place);
        let Type::Adt(id) = this else { return Vec::new() };
        if !told.insert((id, ty.last(), def.scope, def.file, platform)) {
            return Vec::new();
        }
        let TypeKind::Struct(fields) = self.type_def(id).kind else { return Vec::new() };
        let place = Place::module(self.type_def(id).scope, platform);
        let carries = |(field, field_ty): &&(Name, Ty)| {
            let is_named = field.starts_with(|it: char| !it.is_ascii_digit());
            is_named && self.carries(&self.type_of(field_ty, place), platform, Load::Socket, 0)
        };
        fields.iter().filter(carries).map(|(field, _)| (ty.last(), field.as_str())).collect()
    }

    /// Whether what a function is given, or what it returns, may decide about a socket.
    pub(crate) fn speaks(&self, id: FuncId, above: usize) -> bool {
        let def = self.func(id);
        let Some(platform) = def.platforms.iter().next() else { return false };
        let place = Place::function(def, platform);
        let ret = self.type_of(&def.func.ret, place);
        let is_descriptor = above == 0
            && matches!(&ret, Type::External(path) if ["i32", "c_int"].contains(&last(path)));
        is_descriptor
            || self.carries(&ret, platform, Load::Socket, DEPTH)
            || def.func.params.iter().any(|(_, ty)| {
                is_hook(ty, def)
                    || (!matches!(self.type_of(ty, place), Type::Socket(_))
                        && self.carries(&self.type_of(ty, place), platform, Load::Switch, DEPTH))
            })
    }

    /// Whether a function is given functions.
    pub(crate) fn is_hooked(&self, id: FuncId) -> bool {
        let def = self.func(id);
        def.func.params.iter().any(|(_, ty)| is_hook(ty, def))
    }

    fn carries(&self, ty: &Type, platform: Platform, load: Load, depth: usize) -> bool {
        match ty {
            Type::Socket(ty) => ty.phase.is_early(ty.domain),
            Type::External(path) => load == Load::Switch && path == "bool",
            Type::Tuple(parts) => {
                parts.iter().any(|part| self.carries(part, platform, load, depth))
            }
            Type::Adt(id) if depth > 0 => {
                let def = self.type_def(*id);
                let place = Place::module(def.scope, platform);
                let carries = |(_, ty): &(Name, Ty)| {
                    self.carries(&self.type_of(ty, place), platform, load, depth - 1)
                };
                match def.kind {
                    TypeKind::Struct(fields) => fields.iter().any(carries),
                    TypeKind::Enum(_) if load == Load::Switch => true,
                    TypeKind::Enum(variants) => {
                        variants.iter().any(|(_, fields)| fields.iter().any(carries))
                    }
                    _ => false,
                }
            }
            _ => false,
        }
    }
}

/// Whether a parameter is a function that the caller gives.
fn is_hook(ty: &Ty, def: &FuncDef<'_>) -> bool {
    let is_fn = |bounds: &[Path]| bounds.iter().any(|it| it.last().starts_with("Fn"));
    match ty {
        Ty::Bounds(bounds) => is_fn(bounds),
        Ty::Ref(inner) => is_hook(inner, def),
        Ty::Path(path) => {
            let generic =
                |(name, bounds): &(Name, Vec<Path>)| path.as_ident() == Some(name) && is_fn(bounds);
            def.func.generics.iter().any(generic)
        }
        _ => false,
    }
}

fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}
