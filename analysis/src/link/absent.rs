//! Modules that were not parsed, and that define what the story uses: constants, options, functions.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Def, FuncId, ModId, Place, Program, Res, Story, Type, TypeId, TypeKind, build::most_loads,
};
use crate::{
    cfg::Cfg,
    facts::{Item, ItemKind},
    ir::{Expr, Path, Ty},
    model,
    socket::Platform,
    workspace::Workspace,
};

/// How many calls above a decision every function that is called counts; further up, types and constants.
const NEAR: usize = 1;

/// Imports that a name may pass through.
const STEPS: usize = 8;

/// `mod name;` declarations without a parsed file, by crate and path.
#[derive(Default)]
struct Absent<'w> {
    by_path: BTreeMap<(usize, Vec<&'w str>), (usize, usize)>,
    /// Those under no condition.
    unconditional: BTreeSet<(usize, usize)>,
}

/// Files that were not parsed and define what a story uses.
#[derive(Debug, Default)]
pub(crate) struct Needed {
    /// Declarations of modules, as file and index of [`crate::facts::FileFacts::mods`].
    pub(crate) modules: BTreeSet<(usize, usize)>,
    /// Those that hold on every platform, needed or not.
    pub(crate) unconditional: BTreeSet<(usize, usize)>,
    /// Libraries, by package.
    pub(crate) libraries: BTreeSet<usize>,
}

impl<'w> Program<'w> {
    /// What the story needs of files that were not parsed.
    pub(crate) fn needed(&self, story: &Story) -> Needed {
        let Absent { by_path, unconditional } = absent(self.workspace);
        let mut search = Search {
            program: self,
            absent: by_path,
            libraries: self.absent_libraries(),
            seen: BTreeSet::new(),
            entered: BTreeSet::new(),
            types: BTreeSet::new(),
            needed: Needed { unconditional, ..Needed::default() },
        };
        if search.absent.is_empty() && search.libraries.is_empty() {
            return search.needed;
        }
        for (id, part) in story {
            let near = part.above <= NEAR;
            // A listener that an API makes in one call is judged wherever the solver comes by.
            for callee in search.function(*id, near || self.makes_a_listener(*id)) {
                if near && !story.contains_key(&callee) {
                    search.function(callee, false);
                }
            }
        }
        search.needed
    }

    /// Packages of the workspace by the name of their library, if that was not parsed.
    fn absent_libraries(&self) -> BTreeMap<&'w str, usize> {
        let dependencies = self.workspace.packages.iter().flat_map(|it| &it.dependencies);
        let absent = dependencies.filter_map(|it| {
            let package = it.member.filter(|it| !self.libraries.contains_key(it))?;
            (!model::describes(&it.krate)).then_some((it.krate.as_str(), package))
        });
        absent.collect()
    }

    /// Whether a function calls an API that makes a listener in one call.
    fn makes_a_listener(&self, id: FuncId) -> bool {
        let def = self.func(id);
        let Some(platform) = def.platforms.iter().next() else { return false };
        def.func.paths.iter().filter(|path| path.contains("::")).any(|path| {
            let names: Vec<&str> = path.split("::").collect();
            let res = self.resolve_written(&names, def.scope, platform);
            matches!(res, Res::External(path) if self.workspace.models.makes_a_listener(&path))
        })
    }

    /// Where a module is in its crate; none for one that no crate reaches.
    fn place_of(&self, id: ModId) -> Option<(usize, Vec<&'w str>)> {
        let mut path = Vec::new();
        let mut at = Some(id);
        while let Some(id) = at {
            let module = &self.modules[id.idx()];
            if module.parent.is_some() && !module.transparent {
                path.push(module.name);
            }
            at = module.parent;
        }
        path.reverse();
        Some((self.modules[id.idx()].krate?, path))
    }
}

fn absent(workspace: &Workspace) -> Absent<'_> {
    let children: BTreeMap<_, _> =
        workspace.modules.iter().map(|edge| ((edge.parent, edge.decl), edge.child)).collect();
    let mut absent = Absent::default();
    for (krate, it) in workspace.crates.iter().enumerate() {
        let mut loads = most_loads(workspace);
        let root = workspace.files[it.root].items.as_slice();
        let mut stack = vec![(it.root, root, Vec::new(), false)];
        while let Some((file, items, path, under)) = stack.pop() {
            collect(&children, file, items, &path, &mut |inner, place, cfg| {
                let under = under || *cfg != Cfg::TRUE;
                match inner {
                    Inner::Items(items) => stack.push((file, items, place, under)),
                    // No path of a program is longer.
                    Inner::File(child) if place.len() < 64 && loads > 0 => {
                        loads -= 1;
                        stack.push((child, &workspace.files[child].items, place, under));
                    }
                    Inner::File(_) => {}
                    Inner::Absent(decl) => {
                        absent.by_path.insert((krate, place), (file, decl));
                        absent.unconditional.extend((!under).then_some((file, decl)));
                    }
                }
            });
        }
    }
    absent
}

/// A module within a list of items.
enum Inner<'w> {
    Items(&'w [Item]),
    File(usize),
    Absent(usize),
}

fn collect<'w>(
    children: &BTreeMap<(usize, usize), usize>,
    file: usize,
    items: &'w [Item],
    path: &[&'w str],
    show: &mut impl FnMut(Inner<'w>, Vec<&'w str>, &Cfg),
) {
    for item in items {
        let (name, inner) = match &item.kind {
            ItemKind::Mod(name, items) => (name, Inner::Items(items)),
            ItemKind::ModDecl(name, decl) => match children.get(&(file, *decl)) {
                Some(child) => (name, Inner::File(*child)),
                None => (name, Inner::Absent(*decl)),
            },
            _ => continue,
        };
        show(inner, path.iter().copied().chain([name.as_str()]).collect(), &item.cfg);
    }
}

struct Search<'p, 'w> {
    program: &'p Program<'w>,
    absent: BTreeMap<(usize, Vec<&'w str>), (usize, usize)>,
    /// Paths that were looked up, by the module in which they are written.
    seen: BTreeSet<(ModId, String)>,
    /// Modules that were looked into, with what was looked for.
    entered: BTreeSet<(ModId, String)>,
    types: BTreeSet<TypeId>,
    libraries: BTreeMap<&'w str, usize>,
    needed: Needed,
}

impl Search<'_, '_> {
    /// Looks up what a function names; answers the functions that it calls.
    fn function(&mut self, id: FuncId, calls: bool) -> Vec<FuncId> {
        let def = self.program.func(id);
        let Some(platform) = def.platforms.iter().next() else { return Vec::new() };
        let tys = def.func.params.iter().map(|(_, ty)| ty).chain([&def.func.ret]);
        for ty in tys.chain(def.self_ty) {
            self.ty(ty, def.scope, Place::function(def, platform), platform, 3);
        }
        let mut callees = Vec::new();
        for path in &def.func.paths {
            let names: Vec<&str> = path.split("::").collect();
            let is_item = |name: &&str| name.starts_with(char::is_uppercase);
            if calls || names.iter().rev().take(2).any(is_item) {
                callees.extend(self.path(&names, def.scope, platform, STEPS));
            }
        }
        callees
    }

    fn ty(&mut self, ty: &Ty, scope: ModId, place: Place<'_>, platform: Platform, depth: usize) {
        match ty {
            Ty::Path(path) => {
                self.path(&names_of(path), scope, platform, STEPS);
                for arg in path.segs.iter().flat_map(|seg| &seg.args) {
                    self.ty(arg, scope, place, platform, depth);
                }
                if let Type::Adt(id) = self.program.type_of(ty, place)
                    && depth > 0
                    && self.types.insert(id)
                {
                    self.fields(id, platform, depth - 1);
                }
            }
            Ty::Ref(inner) => self.ty(inner, scope, place, platform, depth),
            Ty::Tuple(parts) => {
                parts.iter().for_each(|it| self.ty(it, scope, place, platform, depth));
            }
            Ty::Bounds(_) | Ty::Unknown => {}
        }
    }

    fn fields(&mut self, id: TypeId, platform: Platform, depth: usize) {
        let def = self.program.type_def(id);
        let TypeKind::Struct(fields) = def.kind else { return };
        let place = Place::module(def.scope, platform);
        for (_, ty) in fields {
            self.ty(ty, def.scope, place, platform, depth);
        }
    }

    /// Follows names as far as they lead; where they lead into a file that was not parsed, it is needed.
    fn path(
        &mut self,
        names: &[&str],
        scope: ModId,
        platform: Platform,
        steps: usize,
    ) -> Vec<FuncId> {
        let Some(steps) = steps.checked_sub(1) else { return Vec::new() };
        if names.is_empty() || !self.seen.insert((scope, names.join("::"))) {
            return Vec::new();
        }
        let program = self.program;
        let res = program.resolve_written(names, scope, platform);
        match &res {
            Res::Defs(defs) if !defs.is_empty() => {
                for def in defs {
                    if let Def::Const(id) = def
                        && let Expr::Path(Path { qself: None, segs }) = program.constant(*id).value
                    {
                        let names: Vec<&str> = segs.iter().map(|seg| seg.name.as_str()).collect();
                        self.path(&names, program.constant(*id).scope, platform, steps);
                    }
                }
            }
            Res::Assoc(..) => {}
            _ => {
                if let Res::External(path) = &res
                    && let Some(package) = self.libraries.get(path.split("::").next().unwrap_or(""))
                {
                    self.needed.libraries.insert(*package);
                }
                self.unresolved(names, scope, platform, steps);
            }
        }
        program.functions(&res, platform)
    }

    fn unresolved(&mut self, names: &[&str], scope: ModId, platform: Platform, steps: usize) {
        let mut at = Some(scope);
        while let Some(id) = at {
            self.within(id, names, platform, steps);
            let module = &self.program.modules[id.idx()];
            at = module.parent.filter(|_| module.transparent);
        }
        for split in 1..names.len() {
            let (prefix, rest) = names.split_at(split);
            if let Res::Defs(defs) = self.program.resolve_written(prefix, scope, platform) {
                for def in defs {
                    if let Def::Mod(id) = def {
                        self.within(id, rest, platform, steps);
                    }
                }
            }
        }
    }

    /// The first of `names` as a member of a module: a file that is missing, or an import of one.
    fn within(&mut self, id: ModId, names: &[&str], platform: Platform, steps: usize) {
        if !self.entered.insert((id, names.join("::"))) {
            return;
        }
        let program = self.program;
        let (first, rest) = (names[0], &names[1..]);
        if let Some((krate, mut path)) = program.place_of(id) {
            path.push(first);
            if let Some(decl) = self.absent.get(&(krate, path)) {
                self.needed.modules.insert(*decl);
                return;
            }
        }
        let module = &program.modules[id.idx()];
        for binding in module.names.get(first).into_iter().flatten() {
            if let Def::Use(scope, path) = binding.def {
                let mut names = names_of(path);
                names.extend(rest);
                self.path(&names, scope, platform, steps);
            }
        }
        if module.names.contains_key(first) {
            return;
        }
        for (_, path) in &module.globs {
            match program.resolve(path, id, platform) {
                Res::Defs(defs) if !defs.is_empty() => {
                    for def in defs {
                        if let Def::Mod(from) = def {
                            self.within(from, names, platform, steps);
                        }
                    }
                }
                _ => {
                    self.path(&names_of(path), id, platform, steps);
                }
            }
        }
    }
}

fn names_of(path: &Path) -> Vec<&str> {
    path.segs.iter().map(|seg| seg.name.as_str()).collect()
}
