//! Canonical paths: what a path means in a module, on a platform.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    rc::Rc,
};

use super::{Def, FuncId, GlobTarget, ModId, Program, TypeId, TypeKey, TypeKind, exists};
use crate::{
    cfg::Tri,
    facts::Listener,
    ir::{Path, Ty},
    model,
    sites::FileId,
    socket::Platform,
    workspace::Dependency,
};

/// Imports, re-exports and aliases that a path may pass through; only a cycle passes through more.
const STEPS: usize = 32;

/// The modules that have a name.
type Names = BTreeMap<String, Vec<ModId>>;

/// What the globs of a module lead to, directly or through other globs.
struct Reach {
    /// Modules with their place in the order in which they are reached.
    modules: BTreeMap<ModId, usize>,
    /// Those of them that have a name.
    names: Rc<Names>,
    enums: Vec<TypeId>,
    /// Paths outside of the workspace.
    outside: BTreeSet<String>,
}

/// What globs lead to, as far as somebody has asked. Modules that import each other's names by globs reach
/// the same modules, so the names of a set of modules are listed once.
#[derive(Default)]
pub(super) struct Reaches {
    of: BTreeMap<(ModId, Platform), Rc<Reach>>,
    names: BTreeMap<Vec<ModId>, Rc<Names>>,
}

/// What a path means.
#[derive(Debug)]
pub(crate) enum Res<'w> {
    /// Definitions of the workspace; several if they differ by conditions that have no answer.
    Defs(Vec<Def<'w>>),
    /// An item of a type of the workspace: associated function, constant or variant.
    Assoc(TypeId, String),
    /// An item outside of the workspace, by its canonical path. Also any name that means nothing here.
    External(String),
}

/// The canonical path of the attribute that puts options in order.
const ATTRIBUTE: &str = "sockopt::listener";

impl<'w> Program<'w> {
    /// Whether a path outside of the workspace leads to something that makes a difference.
    fn is_known(&self, path: &str) -> bool {
        self.workspace.models.is_known(path)
            || path == ATTRIBUTE
            || ATTRIBUTE.strip_prefix(path) == Some("::listener")
    }

    /// Resolves a path as seen from `scope`.
    pub(crate) fn resolve(&self, path: &Path, scope: ModId, platform: Platform) -> Res<'w> {
        let names: Vec<&str> = path.segs.iter().map(|seg| seg.name.as_str()).collect();
        self.resolve_names(&names, scope, platform, STEPS)
    }

    /// What `#[sockopt::listener]` does to a function, if it is on it or around it.
    pub(crate) fn listener(&self, id: FuncId, platform: Platform) -> Option<&'w Listener> {
        let def = self.func(id);
        let mut on_it = def.func.listeners.iter().filter(|it| it.cfg.holds(platform) != Tri::No);
        on_it.find(|it| self.is_ours(&it.path, def.scope, platform))
    }

    /// Whether `#[sockopt::listener]` moves late options of a function before the bind of their socket.
    pub(crate) fn is_arranged(&self, id: FuncId, platform: Platform) -> bool {
        self.listener(id, platform).is_some_and(|it| !it.allows("late_option"))
    }

    /// Whether `#[sockopt::listener(allow(rule, …))]` says that what a rule finds in an item is meant so.
    pub(crate) fn allows(&self, rule: &str, file: FileId, item: &str, platform: Platform) -> bool {
        let mut around = self.attributed.iter().copied().filter(|id| {
            let def = self.func(*id);
            def.file == file && def.func.listeners.iter().any(|it| it.allows(rule))
        });
        around.any(|id| {
            self.item_path(id) == item
                && self.listener(id, platform).is_some_and(|it| it.allows(rule))
        })
    }

    /// Whether the path of an attribute means the one of this project. An attribute stands outside of the
    /// module that it is on, and may share its name with a function.
    fn is_ours(&self, path: &Path, scope: ModId, platform: Platform) -> bool {
        let means = |path: &Path, scope: ModId| matches!(self.resolve(path, scope, platform), Res::External(it) if it == ATTRIBUTE);
        let imported = |scope: ModId| {
            let bindings = path.as_ident().and_then(|it| self.modules[scope.idx()].names.get(it));
            bindings.into_iter().flatten().any(|binding| match binding.def {
                Def::Use(home, path) => means(path, home),
                _ => false,
            })
        };
        let mut scopes = std::iter::successors(Some(scope), |it| self.modules[it.idx()].parent);
        scopes.any(|scope| means(path, scope) || imported(scope))
    }

    /// Resolves names as written in a body.
    pub(super) fn resolve_written(
        &self,
        names: &[&str],
        scope: ModId,
        platform: Platform,
    ) -> Res<'w> {
        self.resolve_names(names, scope, platform, STEPS)
    }

    /// The functions that a resolution may call.
    pub(crate) fn functions(&self, res: &Res<'w>, platform: Platform) -> Vec<FuncId> {
        match res {
            Res::Defs(defs) => defs
                .iter()
                .filter_map(|def| match def {
                    Def::Func(id) => Some(*id),
                    _ => None,
                })
                .collect(),
            Res::Assoc(ty, name) => self.methods(&TypeKey::Adt(*ty), name, platform),
            Res::External(_) => Vec::new(),
        }
    }

    fn resolve_names(
        &self,
        names: &[&str],
        scope: ModId,
        platform: Platform,
        steps: usize,
    ) -> Res<'w> {
        let Some((first, rest)) = names.split_first() else { return Res::External(String::new()) };
        let Some(steps) = steps.checked_sub(1) else { return Res::External(names.join("::")) };
        match *first {
            "" => self.resolve_crate(rest, scope, platform, steps),
            "crate" | "$crate" => {
                self.resolve_in(self.modules[scope.idx()].root, rest, platform, steps)
            }
            "self" => self.resolve_in(self.enclosing(scope), rest, platform, steps),
            "super" => {
                let module = self.enclosing(scope);
                let parent =
                    self.modules[module.idx()].parent.map_or(module, |it| self.enclosing(it));
                match rest.first() {
                    Some(&"super") => self.resolve_names(rest, parent, platform, steps),
                    _ => self.resolve_in(parent, rest, platform, steps),
                }
            }
            _ => self.resolve_lexically(names, scope, platform, steps),
        }
    }

    /// Looks a name up in the scopes around, then among crates, then (as editions before 2018 do) in
    /// the crate's root.
    fn resolve_lexically(
        &self,
        names: &[&str],
        scope: ModId,
        platform: Platform,
        steps: usize,
    ) -> Res<'w> {
        let mut at = scope;
        loop {
            if let Some(res) = self.member(at, names, platform, steps) {
                return res;
            }
            let module = &self.modules[at.idx()];
            match module.parent.filter(|_| module.transparent) {
                Some(parent) => at = parent,
                None => break,
            }
        }
        let root = self.modules[scope.idx()].root;
        let from_root = names.len() > 1 && at != root && self.dependency(names[0], scope).is_none();
        if from_root && let Some(res) = self.member(root, names, platform, steps) {
            return res;
        }
        self.resolve_crate(names, scope, platform, steps)
    }

    /// Whether two scopes belong to one module.
    pub(crate) fn same_module(&self, left: ModId, right: ModId) -> bool {
        self.enclosing(left) == self.enclosing(right)
    }

    /// The module that `self::` means.
    fn enclosing(&self, mut scope: ModId) -> ModId {
        while let (true, Some(parent)) =
            (self.modules[scope.idx()].transparent, self.modules[scope.idx()].parent)
        {
            scope = parent;
        }
        scope
    }

    /// A path that starts at a crate.
    fn resolve_crate(
        &self,
        names: &[&str],
        scope: ModId,
        platform: Platform,
        steps: usize,
    ) -> Res<'w> {
        let Some((first, rest)) = names.split_first() else { return Res::External(String::new()) };
        if let Some(dependency) = self.dependency(first, scope) {
            // A crate that the tables describe is what they say, also where its source is at hand.
            if let Some(member) = dependency.member.filter(|_| !model::describes(&dependency.krate))
                && let Some(library) = self.libraries.get(&member)
                && let Some(root) = self.roots.get(*library)
            {
                return self.resolve_in(*root, rest, platform, steps);
            }
            return external(&dependency.krate, rest);
        }
        if let Some(root) = self.own_library(first, scope).filter(|_| !model::describes(first)) {
            return self.resolve_in(root, rest, platform, steps);
        }
        match *first {
            "core" | "alloc" => external("std", rest),
            first => external(first, rest),
        }
    }

    fn dependency(&self, ident: &str, scope: ModId) -> Option<&'w Dependency> {
        let krate = self.workspace.crates.get(self.modules[scope.idx()].krate?)?;
        self.dependencies.get(krate.package)?.get(ident).copied()
    }

    /// The library of the same package, which binaries and tests name like a dependency.
    fn own_library(&self, ident: &str, scope: ModId) -> Option<ModId> {
        let own = self.modules[scope.idx()].krate?;
        let library = *self.libraries.get(&self.workspace.crates[own].package)?;
        let is_meant = library != own && self.workspace.crates[library].name == ident;
        self.roots.get(library).copied().filter(|_| is_meant)
    }

    /// A path inside a module, from there on.
    fn resolve_in(
        &self,
        module: ModId,
        names: &[&str],
        platform: Platform,
        steps: usize,
    ) -> Res<'w> {
        if names.is_empty() {
            return Res::Defs(vec![Def::Mod(module)]);
        }
        self.member(module, names, platform, steps)
            .unwrap_or_else(|| Res::External(names.join("::")))
    }

    /// The first name as a member of `module`, the others as members of that. Names that a glob brings
    /// are looked for after the module's own, in the modules that can be reached through globs.
    fn member(
        &self,
        module: ModId,
        names: &[&str],
        platform: Platform,
        steps: usize,
    ) -> Option<Res<'w>> {
        let steps = steps.checked_sub(1)?;
        let (first, rest) = names.split_first()?;
        let own = |id: ModId| {
            let bindings = self.modules[id.idx()].names.get(first).into_iter().flatten();
            let found = bindings.filter(|it| exists(it.cfg, platform)).map(|it| it.def);
            let found: Vec<Def<'w>> = found.filter(|def| fits(def, rest)).collect();
            (!found.is_empty()).then(|| self.follow(&found, rest, platform, steps))
        };
        if let Some(res) = own(module) {
            return Some(res);
        }
        if self.modules[module.idx()].glob_targets.is_empty() {
            return None;
        }
        let reach = self.reach(module, platform);
        let mut modules = reach.names.get(*first).cloned().unwrap_or_default();
        modules.sort_by_key(|id| reach.modules.get(id));
        if let Some(res) = modules.into_iter().find_map(own) {
            return Some(res);
        }
        if let Some(id) = reach.enums.iter().find(|id| self.has_variant(**id, first)) {
            return Some(Res::Assoc(*id, (*first).to_owned()));
        }
        reach.outside.iter().find_map(|path| match external(path, names) {
            Res::External(full) if self.is_known(&full) => Some(Res::External(full)),
            _ => None,
        })
    }

    /// What the globs of a module lead to.
    fn reach(&self, module: ModId, platform: Platform) -> Rc<Reach> {
        if let Some(known) = self.reach.borrow().of.get(&(module, platform)) {
            return Rc::clone(known);
        }
        let mut modules = BTreeMap::from([(module, 0)]);
        let mut order = vec![module];
        let (mut enums, mut outside, mut unknown) = (Vec::new(), BTreeSet::new(), false);
        let mut at = 0;
        while let Some(id) = order.get(at) {
            let globs = &self.modules[id.idx()].glob_targets;
            for (_, target) in globs.iter().filter(|(on, _)| on.contains(platform)) {
                match target {
                    GlobTarget::Mod(id) => {
                        if let Entry::Vacant(entry) = modules.entry(*id) {
                            entry.insert(order.len());
                            order.push(*id);
                        }
                    }
                    GlobTarget::Enum(id) => enums.push(*id),
                    GlobTarget::External(path) => {
                        let known = self.is_known(path);
                        // What the tables do not know says as much as any other that they do not know.
                        if known || !std::mem::replace(&mut unknown, true) {
                            outside.insert(path.clone());
                        }
                    }
                }
            }
            at += 1;
        }
        let set: Vec<ModId> = modules.keys().copied().collect();
        let mut cache = self.reach.borrow_mut();
        let names = Rc::clone(cache.names.entry(set).or_insert_with_key(|set| {
            let mut names = Names::new();
            for id in set {
                for name in self.modules[id.idx()].names.keys() {
                    names.entry((*name).to_owned()).or_default().push(*id);
                }
            }
            Rc::new(names)
        }));
        let reach = Rc::new(Reach { modules, names, enums, outside });
        cache.of.insert((module, platform), Rc::clone(&reach));
        reach
    }

    fn follow(
        &self,
        found: &[Def<'w>],
        rest: &[&str],
        platform: Platform,
        steps: usize,
    ) -> Res<'w> {
        let mut defs = Vec::new();
        for def in found {
            let res = match *def {
                Def::Use(scope, path) => {
                    let mut names: Vec<&str> =
                        path.segs.iter().map(|seg| seg.name.as_str()).collect();
                    names.extend(rest);
                    self.resolve_import(&names, scope, platform, steps)
                }
                Def::Mod(id) if !rest.is_empty() => self.resolve_in(id, rest, platform, steps),
                Def::Type(id) if !rest.is_empty() => self.associated(id, rest, platform, steps),
                def => Res::Defs(vec![def]),
            };
            match res {
                Res::Defs(more) => defs.extend(more),
                res if found.len() == 1 => return res,
                // Alternatives that disagree about what kind of thing the name is: the first one wins.
                res if defs.is_empty() => return res,
                _ => {}
            }
        }
        Res::Defs(defs)
    }

    /// An import may have the name of what it imports (`use socket2;`, `use tokio::net::tcp as net`).
    fn resolve_import(
        &self,
        names: &[&str],
        scope: ModId,
        platform: Platform,
        steps: usize,
    ) -> Res<'w> {
        let Some(steps) = steps.checked_sub(1) else { return Res::External(names.join("::")) };
        let itself = self.modules[scope.idx()].names.get(names[0]).into_iter().flatten().any(|it| {
            matches!(it.def, Def::Use(_, path) if path.segs.first().is_some_and(|seg| seg.name == names[0]))
        });
        if itself {
            self.resolve_crate(names, scope, platform, steps)
        } else {
            self.resolve_names(names, scope, platform, steps)
        }
    }

    fn associated(&self, id: TypeId, rest: &[&str], platform: Platform, steps: usize) -> Res<'w> {
        let def = self.type_def(id);
        match def.kind {
            TypeKind::Alias(Ty::Path(path)) if path.qself.is_none() => {
                let mut names: Vec<&str> = path.segs.iter().map(|seg| seg.name.as_str()).collect();
                names.extend(rest);
                self.resolve_names(&names, def.scope, platform, steps)
            }
            _ => Res::Assoc(id, rest.join("::")),
        }
    }
}

/// A function has no members: the module or type of the same name is meant.
fn fits(def: &Def<'_>, rest: &[&str]) -> bool {
    rest.is_empty() || matches!(def, Def::Mod(_) | Def::Type(_) | Def::Use(..))
}

fn external<'w>(krate: &str, rest: &[&str]) -> Res<'w> {
    let mut path = krate.to_owned();
    for name in rest {
        path.push_str("::");
        path.push_str(name);
    }
    Res::External(model::canonical(&path))
}
