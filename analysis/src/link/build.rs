//! Building the module tree and the tables of items.

use std::{
    cell::{OnceCell, RefCell},
    collections::BTreeMap,
};

use super::{
    Binding, Calls, ConstDef, ConstId, Def, FuncDef, FuncId, GlobTarget, ModId, Module, Place,
    Program, Res, Type, TypeDef, TypeId, TypeKey, TypeKind, exists,
};
use crate::{
    cfg::Cfg,
    facts::{Flags, Func, Item, ItemKind},
    ir::{Path, Ty},
    model,
    sites::FileId,
    socket::{Platform, Platforms},
    workspace::{Dependency, Package, Workspace},
};

/// How often files are walked as modules again, all in all: a file that helps tests is a module of each, but files
/// that name each other twice are a tree that doubles with each level.
pub(super) fn most_loads(workspace: &Workspace) -> usize {
    1_000 + 10 * workspace.files.len()
}

impl<'w> Program<'w> {
    pub(crate) fn link(workspace: &'w Workspace) -> Self {
        let mut builder = Builder {
            program: Self {
                workspace,
                modules: Vec::new(),
                funcs: Vec::new(),
                attributed: Vec::new(),
                some_func: BTreeMap::new(),
                types: Vec::new(),
                consts: Vec::new(),
                roots: Vec::new(),
                methods: BTreeMap::new(),
                by_name: BTreeMap::new(),
                relations: OnceCell::new(),
                related: RefCell::default(),
                implementors: BTreeMap::new(),
                assoc_consts: BTreeMap::new(),
                reach: RefCell::default(),
                flags: BTreeMap::new(),
                declared: OnceCell::new(),
                about_many: OnceCell::new(),
                calls: Calls::default(),
                dependencies: workspace.packages.iter().map(by_ident).collect(),
                libraries: (0..)
                    .zip(&workspace.crates)
                    .filter(|(_, krate)| krate.library)
                    .map(|(idx, krate)| (krate.package, idx))
                    .collect(),
            },
            children: workspace
                .modules
                .iter()
                .map(|edge| ((edge.parent, edge.decl), edge.child))
                .collect(),
            reached: vec![false; workspace.files.len()],
            loading: Vec::new(),
            loads: most_loads(workspace),
            impls: Vec::new(),
            flags: Vec::new(),
        };
        for (idx, krate) in workspace.crates.iter().enumerate() {
            let root = builder.file(krate.root, None, Some(idx), "", Platforms::ALL);
            builder.program.roots.push(root);
        }
        for file in 0..workspace.files.len() {
            if !builder.reached[file] {
                builder.file(file, None, None, "", Platforms::ALL);
            }
        }
        builder.resolve_globs();
        builder.restrict_by_imports();
        builder.index_impls();
        builder.index_flags();
        builder.program.mark_relevant();
        builder.program
    }
}

/// The dependencies of a package by the names that its code has for them.
fn by_ident(package: &Package) -> BTreeMap<&str, &Dependency> {
    // Of two with one name, the first.
    package.dependencies.iter().rev().map(|it| (it.ident.as_str(), it)).collect()
}

struct Impl<'w> {
    scope: ModId,
    self_ty: &'w Ty,
    of: Option<&'w Path>,
    platforms: Platforms,
    conditional: bool,
    funcs: Vec<FuncId>,
    consts: Vec<(&'w str, ConstId)>,
}

impl<'w> Impl<'w> {
    fn new(
        scope: ModId,
        self_ty: &'w Ty,
        of: Option<&'w Path>,
        (platforms, conditional): (Platforms, bool),
    ) -> Self {
        let (funcs, consts) = (Vec::new(), Vec::new());
        Self { scope, self_ty, of, platforms, conditional, funcs, consts }
    }
}

struct Builder<'w> {
    program: Program<'w>,
    children: BTreeMap<(usize, usize), usize>,
    reached: Vec<bool>,
    /// Files being loaded: a module that includes itself must not recurse for ever.
    loading: Vec<usize>,
    /// How often files may still be loaded that were before.
    loads: usize,
    impls: Vec<Impl<'w>>,
    flags: Vec<(ModId, &'w Flags)>,
}

impl<'w> Builder<'w> {
    fn file(
        &mut self,
        file: usize,
        parent: Option<ModId>,
        krate: Option<usize>,
        name: &'w str,
        platforms: Platforms,
    ) -> ModId {
        let is_new = !std::mem::replace(&mut self.reached[file], true);
        let facts = &self.program.workspace.files[file];
        let own = facts.cfg.as_ref().map_or(Platforms::ALL, Cfg::platforms);
        let id = self.module(parent, krate, name, platforms.intersection(own), false);
        let under = facts.cfg.as_ref().is_some_and(|cfg| *cfg != Cfg::TRUE);
        self.program.modules[id.idx()].conditional = under;
        if !self.loading.contains(&file) && (is_new || self.loads > 0) {
            self.loads -= usize::from(!is_new);
            self.loading.push(file);
            self.items(id, file, &facts.items, None);
            self.loading.pop();
        }
        id
    }

    fn module(
        &mut self,
        parent: Option<ModId>,
        krate: Option<usize>,
        name: &'w str,
        platforms: Platforms,
        transparent: bool,
    ) -> ModId {
        let id = ModId::new(self.program.modules.len());
        let root = parent.map_or(id, |parent| self.program.modules[parent.idx()].root);
        self.program.modules.push(Module {
            parent,
            krate,
            root,
            name,
            platforms,
            conditional: false,
            refused: Platforms::NONE,
            spelled: Vec::new(),
            transparent,
            names: BTreeMap::new(),
            globs: Vec::new(),
            glob_targets: Vec::new(),
        });
        id
    }

    fn bind(&mut self, scope: ModId, name: &'w str, cfg: &'w Cfg, def: Def<'w>) {
        self.program.modules[scope.idx()].names.entry(name).or_default().push(Binding { cfg, def });
    }

    /// Enters items into `scope`; functions go to `owner`, the `impl` or trait around them, if any.
    fn items(
        &mut self,
        scope: ModId,
        file: usize,
        items: &'w [Item],
        mut owner: Option<&mut Impl<'w>>,
    ) {
        for item in items {
            let cfg = &item.cfg;
            let platforms =
                self.program.modules[scope.idx()].platforms.intersection(cfg.platforms());
            let krate = self.program.modules[scope.idx()].krate;
            let conditional =
                *cfg != Cfg::TRUE || owner.as_ref().is_some_and(|owner| owner.conditional);
            if !conditional {
                let spelled = &mut self.program.modules[scope.idx()].spelled;
                head_paths(&item.kind, &mut |path| {
                    if model::platforms_of(&written(path)) != Platforms::ALL {
                        spelled.push(path);
                    }
                });
            }
            match &item.kind {
                ItemKind::Mod(name, items) => {
                    let id = self.module(Some(scope), krate, name, platforms, false);
                    self.program.modules[id.idx()].conditional = *cfg != Cfg::TRUE;
                    self.bind(scope, name, cfg, Def::Mod(id));
                    self.items(id, file, items, None);
                }
                ItemKind::ModDecl(name, decl) => {
                    if let Some(child) = self.children.get(&(file, *decl)).copied() {
                        let id = self.file(child, Some(scope), krate, name, platforms);
                        self.program.modules[id.idx()].conditional |= *cfg != Cfg::TRUE;
                        self.bind(scope, name, cfg, Def::Mod(id));
                    }
                }
                ItemKind::Use(path, Some(name)) => {
                    self.bind(scope, name, cfg, Def::Use(scope, path));
                }
                ItemKind::Use(path, None) => {
                    self.program.modules[scope.idx()].globs.push((cfg, path));
                }
                ItemKind::Func(func) => {
                    let self_ty = owner.as_ref().map(|owner| owner.self_ty);
                    let id = self.func(scope, file, func, self_ty, platforms);
                    match &mut owner {
                        Some(owner) => owner.funcs.push(id),
                        None => self.bind(scope, &func.name, cfg, Def::Func(id)),
                    }
                }
                ItemKind::Impl(self_ty, of, items) => {
                    let mut imp = Impl::new(scope, self_ty, of.as_ref(), (platforms, conditional));
                    self.with_platforms(scope, platforms, |this| {
                        this.items(scope, file, items, Some(&mut imp));
                    });
                    self.impls.push(imp);
                }
                ItemKind::Trait(name, items) => {
                    let id = self.type_def(scope, name, cfg, TypeKind::Trait);
                    let mut imp = Impl::new(scope, &Ty::Unknown, None, (platforms, conditional));
                    self.with_platforms(scope, platforms, |this| {
                        this.items(scope, file, items, Some(&mut imp));
                    });
                    self.index(&TypeKey::Adt(id), &imp.funcs);
                }
                ItemKind::Struct(name, fields) => {
                    self.type_def(scope, name, cfg, TypeKind::Struct(fields));
                }
                ItemKind::Flags(flags) => self.flags.push((scope, flags)),
                ItemKind::Enum(name, variants) => {
                    self.type_def(scope, name, cfg, TypeKind::Enum(variants));
                }
                // An associated type is no name of the module.
                ItemKind::Alias(..) if owner.is_some() => {}
                ItemKind::Alias(name, ty) => {
                    self.type_def(scope, name, cfg, TypeKind::Alias(ty));
                }
                ItemKind::Const(name, ty, value) => {
                    let id = ConstId::new(self.program.consts.len());
                    self.program.consts.push(ConstDef { value, ty, scope });
                    match &mut owner {
                        Some(owner) => owner.consts.push((name, id)),
                        None => self.bind(scope, name, cfg, Def::Const(id)),
                    }
                }
                ItemKind::CompileError => {
                    let module = &mut self.program.modules[scope.idx()];
                    module.refused = module.refused.union(cfg.certain());
                }
            }
        }
    }

    /// The functions of an `impl` exist where the `impl` does.
    fn with_platforms(
        &mut self,
        scope: ModId,
        platforms: Platforms,
        enter: impl FnOnce(&mut Self),
    ) {
        let before = std::mem::replace(&mut self.program.modules[scope.idx()].platforms, platforms);
        enter(self);
        self.program.modules[scope.idx()].platforms = before;
    }

    fn func(
        &mut self,
        scope: ModId,
        file: usize,
        func: &'w Func,
        self_ty: Option<&'w Ty>,
        platforms: Platforms,
    ) -> FuncId {
        let krate = self.program.modules[scope.idx()].krate;
        let scope = if func.inner.is_empty() {
            scope
        } else {
            let inner = self.module(Some(scope), krate, &func.name, platforms, true);
            self.items(inner, file, &func.inner, None);
            inner
        };
        let id = FuncId::new(self.program.funcs.len());
        let file = FileId(u32::try_from(file).unwrap_or(u32::MAX));
        if !func.listeners.is_empty() {
            self.program.attributed.push(id);
        }
        self.program.some_func.entry(file).or_insert(id);
        self.program.funcs.push(FuncDef {
            func,
            scope,
            file,
            self_ty,
            platforms,
            relevant: false,
            called: false,
        });
        id
    }

    fn type_def(
        &mut self,
        scope: ModId,
        name: &'w str,
        cfg: &'w Cfg,
        kind: TypeKind<'w>,
    ) -> TypeId {
        let id = TypeId::new(self.program.types.len());
        self.program.types.push(TypeDef { kind, scope });
        self.bind(scope, name, cfg, Def::Type(id));
        id
    }

    /// Finds what each glob means. A glob may lead to another, so this is done twice.
    fn resolve_globs(&mut self) {
        for _ in 0..2 {
            let targets: Vec<_> = (0..self.program.modules.len())
                .map(|idx| {
                    let scope = ModId::new(idx);
                    let globs = self.program.modules[idx].globs.iter();
                    globs
                        .flat_map(|(cfg, path)| self.program.glob_targets(cfg, path, scope))
                        .collect()
                })
                .collect();
            for (module, targets) in self.program.modules.iter_mut().zip(targets) {
                module.glob_targets = targets;
            }
            self.program.reach = RefCell::default();
        }
    }

    /// A module that imports what only some platforms have, without a condition, exists only there, and so
    /// does all that is in it; the same holds where it says `compile_error!` for the others. A crate whose
    /// unconditional modules do so cannot be built for any other platform.
    fn restrict_by_imports(&mut self) {
        let mut crates = vec![Platforms::ALL; self.program.workspace.crates.len()];
        let mut own = Vec::with_capacity(self.program.modules.len());
        let mut conditional: Vec<bool> = Vec::with_capacity(self.program.modules.len());
        for (idx, module) in self.program.modules.iter().enumerate() {
            // Parents come before their children.
            let inherited = module.parent.is_some_and(|parent| conditional[parent.idx()]);
            conditional.push(inherited || module.conditional);
            let platforms = self.program.compiled_on(ModId::new(idx));
            if let Some(krate) = module.krate.filter(|_| !conditional[idx]) {
                crates[krate] = crates[krate].intersection(platforms);
            }
            own.push(platforms);
        }
        let crates = self.with_libraries(&crates);
        for idx in 0..self.program.modules.len() {
            let module = &self.program.modules[idx];
            let inherited = match (module.parent, module.krate) {
                // Parents come before their children.
                (Some(parent), _) => own[parent.idx()],
                (None, Some(krate)) => crates[krate],
                (None, None) => Platforms::ALL,
            };
            own[idx] = own[idx].intersection(inherited);
            let module = &mut self.program.modules[idx];
            module.platforms = module.platforms.intersection(own[idx]);
        }
        for def in &mut self.program.funcs {
            def.platforms = def.platforms.intersection(own[def.scope.idx()]);
        }
    }

    /// The platforms of each crate, given those on which its own code compiles: cargo builds the library of a
    /// package before its other crates, whether they name it or not.
    fn with_libraries(&self, own: &[Platforms]) -> Vec<Platforms> {
        let crates = &self.program.workspace.crates;
        let libraries: BTreeMap<usize, Platforms> = crates
            .iter()
            .zip(own)
            .filter(|(krate, _)| krate.library)
            .map(|(krate, platforms)| (krate.package, *platforms))
            .collect();
        let library = |package: &usize| libraries.get(package).copied().unwrap_or(Platforms::ALL);
        crates
            .iter()
            .zip(own)
            .map(|(krate, platforms)| platforms.intersection(library(&krate.package)))
            .collect()
    }

    fn index_flags(&mut self) {
        for (scope, flags) in std::mem::take(&mut self.flags) {
            let of = self.program.modules[scope.idx()].names.get(flags.ty.as_str());
            let types = of.into_iter().flatten().filter_map(|binding| match binding.def {
                Def::Type(id) => Some(id),
                _ => None,
            });
            for id in types.collect::<Vec<_>>() {
                self.program.flags.entry(id).or_default().push((scope, flags));
            }
        }
    }

    fn index_impls(&mut self) {
        for imp in std::mem::take(&mut self.impls) {
            let key = self.program.impl_key(imp.scope, imp.self_ty);
            let of = imp.of.and_then(|of| self.program.trait_at(of, imp.scope));
            if let Some(of) = of {
                let ty = if let Some(TypeKey::Adt(id)) = key { Some(id) } else { None };
                let all = self.program.implementors.entry(of).or_default();
                all.push((imp.platforms, ty));
            }
            if let Some(key) = key {
                let provided = of.map(|of| self.provided(of, &imp)).unwrap_or_default();
                if let TypeKey::Adt(id) = key {
                    let consts = imp.consts.iter().map(|(name, it)| ((id, *name), *it));
                    self.program.assoc_consts.extend(consts);
                }
                self.index(&key, &imp.funcs);
                self.index(&key, &provided);
            }
        }
    }

    /// The provided methods that a type gets from a trait of the workspace.
    fn provided(&self, id: TypeId, imp: &Impl<'w>) -> Vec<FuncId> {
        let own =
            |name: &str| imp.funcs.iter().any(|func| self.program.func(*func).func.name == name);
        let range = (TypeKey::Adt(id), "")..;
        self.program
            .methods
            .range(range)
            .take_while(|((key, _), _)| *key == TypeKey::Adt(id))
            .filter(|((_, name), _)| !own(name))
            .flat_map(|(_, funcs)| {
                funcs.iter().copied().filter(|func| self.program.func(*func).func.body.is_some())
            })
            .collect()
    }

    fn index(&mut self, key: &TypeKey, funcs: &[FuncId]) {
        for id in funcs {
            let func = self.program.func(*id).func;
            let entry = self.program.methods.entry((key.clone(), &func.name)).or_default();
            if !entry.contains(id) {
                entry.push(*id);
            }
            let named = self.program.by_name.entry(&func.name).or_default();
            if func.has_self && func.body.is_some() && !named.contains(id) {
                named.push(*id);
            }
        }
    }
}

/// A path as its names spell it, from the crate on.
fn written(path: &Path) -> String {
    let names: Vec<&str> = path.segs.iter().map(|seg| seg.name.as_str()).collect();
    names.join("::").trim_start_matches(':').to_owned()
}

/// Shows the paths of several names in an item's head: the types of a signature, the trait of an `impl`.
fn head_paths<'w>(item: &'w ItemKind, see: &mut dyn FnMut(&'w Path)) {
    match item {
        ItemKind::Func(func) => {
            func.params.iter().for_each(|(_, ty)| type_paths(ty, see));
            type_paths(&func.ret, see);
        }
        ItemKind::Impl(_, Some(of), _) if of.segs.len() > 1 => see(of),
        ItemKind::Alias(_, ty) => type_paths(ty, see),
        _ => {}
    }
}

fn type_paths<'w>(ty: &'w Ty, see: &mut dyn FnMut(&'w Path)) {
    match ty {
        Ty::Path(path) => {
            if path.segs.len() > 1 && path.qself.is_none() {
                see(path);
            }
            path.segs.iter().flat_map(|seg| &seg.args).for_each(|ty| type_paths(ty, see));
        }
        Ty::Ref(inner) => type_paths(inner, see),
        Ty::Tuple(parts) => parts.iter().for_each(|ty| type_paths(ty, see)),
        Ty::Bounds(bounds) => bounds.iter().filter(|path| path.segs.len() > 1).for_each(see),
        Ty::Unknown => {}
    }
}

impl Program<'_> {
    /// The platforms on which what a module imports, spells out and says without a condition compiles.
    fn compiled_on(&self, id: ModId) -> Platforms {
        let module = &self.modules[id.idx()];
        let imports = module.names.values().flatten().filter_map(|binding| match binding.def {
            Def::Use(_, path) => Some((binding.cfg, path)),
            _ => None,
        });
        imports
            .chain(module.globs.iter().copied())
            .filter(|(cfg, _)| **cfg == Cfg::TRUE && !module.transparent)
            .map(|(_, path)| path)
            .chain(module.spelled.iter().copied().filter(|_| !module.transparent))
            .map(|path| self.import_platforms(path, id))
            .fold(Platforms::ALL.without(module.refused), Platforms::intersection)
    }

    /// The platforms on which an import means something that they have.
    fn import_platforms(&self, path: &Path, scope: ModId) -> Platforms {
        let written = model::listed_platforms(&written(path));
        let confined_to = |platform: Platform| match self.resolve(path, scope, platform) {
            Res::External(path) => written.unwrap_or_else(|| model::platforms_of(&path)),
            _ => Platforms::ALL,
        };
        // What is confined nowhere means that on one platform, and nothing else on another.
        if confined_to(Platform::Linux) == Platforms::ALL {
            return Platforms::ALL;
        }
        Platform::ALL
            .into_iter()
            .filter(|platform| confined_to(*platform).contains(*platform))
            .fold(Platforms::NONE, |all, it| all.union(Platforms::only(it)))
    }

    /// What a glob leads to: on each platform something else, if what it names is declared once for each.
    fn glob_targets(&self, cfg: &Cfg, path: &Path, scope: ModId) -> Vec<(Platforms, GlobTarget)> {
        let mut targets: Vec<(Platforms, GlobTarget)> = Vec::new();
        for platform in self.modules[scope.idx()].platforms.iter().filter(|it| exists(cfg, *it)) {
            let Some(target) = self.glob_target(path, scope, platform) else { continue };
            let own = Platforms::only(platform);
            match targets.iter_mut().find(|(_, it)| *it == target) {
                Some((platforms, _)) => *platforms = platforms.union(own),
                None => targets.push((own, target)),
            }
        }
        targets
    }

    fn glob_target(&self, path: &Path, scope: ModId, platform: Platform) -> Option<GlobTarget> {
        match self.resolve(path, scope, platform) {
            Res::Defs(defs) => defs.iter().find_map(|def| match def {
                Def::Mod(id) => Some(GlobTarget::Mod(*id)),
                Def::Type(id) => Some(GlobTarget::Enum(*id)),
                _ => None,
            }),
            Res::External(path) => Some(GlobTarget::External(path)),
            Res::Assoc(..) => None,
        }
    }

    /// The trait of the workspace at `path`.
    fn trait_at(&self, path: &Path, scope: ModId) -> Option<TypeId> {
        let platform = self.modules[scope.idx()].platforms.iter().next()?;
        match self.type_at(path, Place::module(scope, platform)) {
            Some(Type::Adt(id)) => Some(id),
            _ => None,
        }
    }

    fn impl_key(&self, scope: ModId, ty: &Ty) -> Option<TypeKey> {
        let platform = self.modules[scope.idx()].platforms.iter().next()?;
        match self.type_of(ty, Place::module(scope, platform)) {
            Type::Adt(id) => Some(TypeKey::Adt(id)),
            Type::Socket(ty) => Some(TypeKey::External(ty.path.to_owned())),
            Type::External(path) => Some(TypeKey::External(path)),
            _ => None,
        }
    }
}
