//! Facts of all files to one program: which name means what, in which module, on which platform.
//!
//! Linking builds the module tree once; names are looked up when the solver meets them, because the
//! answer depends on the platform that is being judged.
//!
//! Invariant: nothing here looks into the body of a function.

mod absent;
mod build;
mod flags;
mod many;
mod mentions;
mod paths;
mod relevance;
mod types;

use std::{
    cell::{OnceCell, RefCell},
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use semver::Version;

use crate::{
    cfg::{Cfg, Tri},
    facts::{Flags, Func},
    ir::{Expr, Name, Path, Ty},
    sites::FileId,
    socket::{Platform, Platforms},
    workspace::{Dependency, Relations, Workspace},
};

#[cfg(feature = "files")]
pub(crate) use absent::Needed;
pub(crate) use mentions::Mention;
pub(crate) use paths::Res;
pub(crate) use relevance::{Calls, Part, REACH, Story};
pub(crate) use types::{COLLECTIONS, Place, Type};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub(crate) struct $name(u32);

        impl $name {
            fn new(idx: usize) -> Self {
                Self(u32::try_from(idx).unwrap_or(u32::MAX))
            }

            fn idx(self) -> usize {
                self.0 as usize
            }
        }
    )+};
}

ids! {
    /// A module, or the scope of a function's inner items.
    ModId,
    /// A function.
    FuncId,
    /// A struct, enum, alias or trait.
    TypeId,
    /// A constant.
    ConstId,
}

/// The linked program.
pub(crate) struct Program<'w> {
    pub(crate) workspace: &'w Workspace,
    modules: Vec<Module<'w>>,
    funcs: Vec<FuncDef<'w>>,
    /// Functions with an attribute, or within something that has one, in their order.
    attributed: Vec<FuncId>,
    /// One function of each file that has any.
    some_func: BTreeMap<FileId, FuncId>,
    types: Vec<TypeDef<'w>>,
    consts: Vec<ConstDef<'w>>,
    /// Root modules of crates, by the index of the crate.
    roots: Vec<ModId>,
    /// Methods and associated functions by the type they belong to.
    methods: BTreeMap<(TypeKey, &'w str), Vec<FuncId>>,
    /// Methods by name alone.
    by_name: BTreeMap<&'w str, Vec<FuncId>>,
    /// Packages that have to do with each other, as they are asked for.
    relations: OnceCell<Relations>,
    related: RefCell<BTreeMap<usize, Rc<Vec<bool>>>>,
    /// Associated constants by the type they belong to.
    assoc_consts: BTreeMap<(TypeId, &'w str), ConstId>,
    /// What implements each trait of the workspace, and where; none for what is no type of it.
    implementors: BTreeMap<TypeId, Vec<(Platforms, Option<TypeId>)>>,
    reach: RefCell<paths::Reaches>,
    /// What derive macros may read from the command line, by the type that they fill.
    flags: BTreeMap<TypeId, Vec<(ModId, &'w Flags)>>,
    /// For each package the flags that its code declares by calls, each with what it is unless it is given, once
    /// somebody asks; none where declarations of one name differ.
    declared: OnceCell<flags::Declared>,
    /// Packages with code that speaks of multicast or broadcast, once somebody asks.
    about_many: OnceCell<BTreeSet<Option<usize>>>,
    pub(crate) calls: Calls<'w>,
    /// The dependencies of each package, by the names that its code has for them.
    dependencies: Vec<BTreeMap<&'w str, &'w Dependency>>,
    /// The library of each package that has one.
    libraries: BTreeMap<usize, usize>,
}

/// What an `impl` is for: a type of the workspace, or the canonical path of another.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum TypeKey {
    Adt(TypeId),
    External(String),
}

struct Module<'w> {
    parent: Option<ModId>,
    /// Its crate, as an index of [`Workspace::crates`]; none for a file that no crate reaches.
    krate: Option<usize>,
    root: ModId,
    name: &'w str,
    platforms: Platforms,
    /// Whether it is compiled under some condition only.
    conditional: bool,
    /// The platforms for which it says `compile_error!`.
    refused: Platforms,
    /// Confined paths that the heads of its unconditional items spell out.
    spelled: Vec<&'w Path>,
    /// Whether it is the scope of a function's inner items, which sees the names around it.
    transparent: bool,
    names: BTreeMap<&'w str, Vec<Binding<'w>>>,
    globs: Vec<(&'w Cfg, &'w Path)>,
    /// What the globs mean, and where, once the names are known.
    glob_targets: Vec<(Platforms, GlobTarget)>,
}

/// What `use path::*` takes its names from.
#[derive(Clone, PartialEq, Debug)]
enum GlobTarget {
    Mod(ModId),
    Enum(TypeId),
    External(String),
}

#[derive(Clone, Copy)]
struct Binding<'w> {
    cfg: &'w Cfg,
    def: Def<'w>,
}

/// What a name means.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Def<'w> {
    Mod(ModId),
    Func(FuncId),
    Type(TypeId),
    Const(ConstId),
    /// An imported path, still to be resolved in the module of the import.
    Use(ModId, &'w Path),
}

/// A function and where it stands.
pub(crate) struct FuncDef<'w> {
    pub(crate) func: &'w Func,
    /// Where names in its body are looked up.
    pub(crate) scope: ModId,
    pub(crate) file: FileId,
    /// The type that `Self` means.
    pub(crate) self_ty: Option<&'w Ty>,
    pub(crate) platforms: Platforms,
    /// Whether it, or anything it calls, may touch a socket.
    pub(crate) relevant: bool,
    /// Whether the workspace calls it, so that its arguments are seen elsewhere.
    pub(crate) called: bool,
}

impl FuncDef<'_> {
    /// Whether `name` is a type parameter of the function or of the `impl` around it.
    pub(crate) fn is_generic(&self, name: &str) -> bool {
        self.func.generics.iter().any(|(it, _)| it == name)
    }
}

/// A type of the workspace.
pub(crate) struct TypeDef<'w> {
    pub(crate) kind: TypeKind<'w>,
    scope: ModId,
}

#[derive(Clone, Copy)]
pub(crate) enum TypeKind<'w> {
    Struct(&'w [(Name, Ty)]),
    Enum(&'w [(Name, Vec<(Name, Ty)>)]),
    Alias(&'w Ty),
    Trait,
}

/// A constant of the workspace.
pub(crate) struct ConstDef<'w> {
    pub(crate) value: &'w Expr,
    pub(crate) ty: &'w Ty,
    pub(crate) scope: ModId,
}

impl<'w> Program<'w> {
    pub(crate) fn func(&self, id: FuncId) -> &FuncDef<'w> {
        &self.funcs[id.idx()]
    }

    pub(crate) fn type_def(&self, id: TypeId) -> &TypeDef<'w> {
        &self.types[id.idx()]
    }

    pub(crate) fn constant(&self, id: ConstId) -> &ConstDef<'w> {
        &self.consts[id.idx()]
    }

    pub(crate) fn func_ids(&self) -> impl Iterator<Item = FuncId> {
        (0..self.funcs.len()).map(FuncId::new)
    }

    /// Methods and associated functions called `name` of a type, those that exist on `platform`.
    pub(crate) fn methods(&self, key: &TypeKey, name: &str, platform: Platform) -> Vec<FuncId> {
        // A tuple of an owned and a borrowed part cannot be looked up by reference.
        let found = self.methods.get(&(key.clone(), name)).map_or(&[][..], Vec::as_slice);
        found.iter().copied().filter(|id| self.func(*id).platforms.contains(platform)).collect()
    }

    /// The only method called `name` that `from` can call, if there is just one on `platform`.
    pub(crate) fn only_method(
        &self,
        name: &str,
        from: FuncId,
        platform: Platform,
    ) -> Option<FuncId> {
        let mut found = self
            .methods_called(name, from)
            .filter(|id| self.func(*id).platforms.contains(platform));
        found.next().filter(|_| found.next().is_none())
    }

    /// Methods called `name` of packages whose code can meet that of `from`.
    fn methods_called(&self, name: &str, from: FuncId) -> impl Iterator<Item = FuncId> {
        let found = self.by_name.get(name).map_or(&[][..], Vec::as_slice).iter().copied();
        found.filter(move |id| self.can_meet(from, *id))
    }

    /// Whether one function can call the other: some package sees both of theirs. Otherwise what is found in a
    /// package would depend on others that it has nothing to do with.
    pub(crate) fn can_meet(&self, one: FuncId, other: FuncId) -> bool {
        match (self.package_of(one), self.package_of(other)) {
            (Some(one), Some(other)) if one != other => self.related(one)[other],
            _ => true,
        }
    }

    fn related(&self, package: usize) -> Rc<Vec<bool>> {
        if let Some(known) = self.related.borrow().get(&package) {
            return Rc::clone(known);
        }
        let relations = self.relations.get_or_init(|| Relations::of(self.workspace));
        let all = Rc::new(relations.related(package));
        self.related.borrow_mut().insert(package, Rc::clone(&all));
        all
    }

    /// The constant called `name` of a type.
    pub(crate) fn assoc_const(&self, id: TypeId, name: &str) -> Option<ConstId> {
        self.assoc_consts.get(&(id, name)).copied()
    }

    /// The only type that implements a trait of the workspace, if there is just one on `platform`.
    fn only_implementor(&self, of: TypeId, platform: Platform) -> Option<TypeId> {
        let all = self.implementors.get(&of)?.iter();
        let mut found = all.filter(|(platforms, _)| platforms.contains(platform));
        found.next().filter(|_| found.next().is_none())?.1
    }

    /// Whether any method that `from` can call is called `name`.
    pub(crate) fn has_method(&self, name: &str, from: FuncId) -> bool {
        self.methods_called(name, from).next().is_some()
    }

    /// A field of a structure, as the place of its name in the declaration.
    pub(crate) fn field(&self, id: TypeId, name: &str) -> Option<(TypeId, usize)> {
        let TypeKind::Struct(fields) = self.type_def(id).kind else { return None };
        Some((id, fields.iter().position(|(it, _)| it == name)?))
    }

    /// Functions that get a value of one of these types, or name it and so may make one.
    pub(crate) fn handlers(&self, types: &BTreeSet<TypeId>) -> Vec<FuncId> {
        if types.is_empty() {
            return Vec::new();
        }
        let types = self.holders(types);
        let handles = |id: &FuncId| {
            let def = self.func(*id);
            let Some(platform) = def.platforms.iter().next() else { return false };
            let place = Place::function(def, platform);
            let named = def.func.paths.iter().map(|path| {
                let names: Vec<&str> = path.split("::").collect();
                self.type_named(&names, def.scope, platform)
            });
            let given = def.func.params.iter().map(|(_, ty)| ty).chain(def.self_ty);
            given.map(|ty| self.type_of(ty, place)).chain(named).any(|ty| ty.is_one_of(&types))
        };
        self.func_ids().filter(handles).collect()
    }

    /// These types and all that hold one, however deep.
    fn holders(&self, types: &BTreeSet<TypeId>) -> BTreeSet<TypeId> {
        let mut all = types.clone();
        loop {
            let holds = |id: &TypeId| {
                let def = self.type_def(*id);
                let place = Place::module(def.scope, Platform::Linux);
                let held = |(_, ty): &(Name, Ty)| self.type_of(ty, place).is_one_of(&all);
                match def.kind {
                    TypeKind::Struct(fields) => fields.iter().any(held),
                    TypeKind::Enum(variants) => {
                        variants.iter().any(|(_, fields)| fields.iter().any(held))
                    }
                    TypeKind::Alias(_) | TypeKind::Trait => false,
                }
            };
            let ids = (0..self.types.len()).map(TypeId::new);
            let more: Vec<TypeId> = ids.filter(|id| !all.contains(id) && holds(id)).collect();
            if more.is_empty() {
                return all;
            }
            all.extend(more);
        }
    }

    /// Whether an enum has a variant called `name`.
    pub(crate) fn has_variant(&self, id: TypeId, name: &str) -> bool {
        matches!(self.type_def(id).kind, TypeKind::Enum(variants) if variants.iter().any(|(it, _)| it == name))
    }

    /// The version of the crate at the head of `path` that the package of `func` uses, if it is known.
    pub(crate) fn version_of(&self, path: &str, func: FuncId) -> Option<Version> {
        let head = path.split("::").next()?;
        let krate = self.workspace.crates.get(self.modules[self.func(func).scope.idx()].krate?)?;
        let package = self.workspace.packages.get(krate.package)?;
        package.dependencies.iter().find(|it| it.krate == head)?.version.clone()
    }

    /// `module::Type::function`, as users name it.
    pub(crate) fn item_path(&self, id: FuncId) -> String {
        let def = self.func(id);
        let mut parts = vec![def.func.name.as_str()];
        if let Some(Ty::Path(path)) = def.self_ty {
            parts.push(path.last());
        }
        let mut scope = Some(def.scope);
        while let Some(id) = scope {
            let module = &self.modules[id.idx()];
            if !module.transparent && !module.name.is_empty() {
                parts.push(module.name);
            }
            scope = module.parent;
        }
        parts.reverse();
        parts.join("::")
    }
}

/// Whether something under `cfg` can exist on `platform`.
fn exists(cfg: &Cfg, platform: Platform) -> bool {
    cfg.holds(platform) != Tri::No
}
