//! Textual scopes, and what paths to macros mean.

use std::{
    cell::{OnceCell, RefCell},
    collections::{BTreeMap, BTreeSet},
};

use super::{FileMacros, Node, NodeKind, STEPS, Visible};
use crate::{
    cfg::Cfg,
    facts::{Item, ItemKind},
    ir::Path,
    workspace::Workspace,
};

/// What a name means: macros under their conditions, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) each: Vec<Visible>,
    /// Whether it certainly means one of them.
    pub(super) closed: bool,
}

impl Meaning {
    fn add(&mut self, visible: Visible) {
        self.closed |= visible.cfg == Cfg::TRUE;
        self.each.push(visible);
    }
}

/// Imported paths by name.
type Bound<'w> = BTreeMap<&'w str, BTreeSet<Vec<&'w str>>>;

/// The textual scopes and the macros of a workspace.
pub(super) struct Scopes<'w> {
    pub(super) workspace: &'w Workspace,
    pub(super) macros: &'w [FileMacros],
    /// By file: the declarations that lead to it.
    parents: Vec<Vec<(usize, usize)>>,
    /// By declaration.
    children: BTreeMap<(usize, usize), Vec<usize>>,
    /// Where the macros of a name are: file and node.
    pub(super) defined: BTreeMap<&'w str, Vec<(usize, usize)>>,
    /// By file, the roots from which it is reached.
    roots: Vec<BTreeSet<usize>>,
    /// By the name that it gives to a file, each import of a name that macros have.
    imports: BTreeMap<(&'w str, usize), Vec<&'w Path>>,
    /// The modules of each file, inline or declared.
    modules: OnceCell<BTreeSet<(&'w str, usize)>>,
    /// The paths that a file gives names to.
    bound: RefCell<BTreeMap<usize, Bound<'w>>>,
    /// What names mean at the start of files; nothing if it depends on how a file is reached.
    known: RefCell<BTreeMap<(usize, String), Option<Meaning>>>,
}

impl<'w> Scopes<'w> {
    pub(super) fn new(workspace: &'w Workspace, macros: &'w [FileMacros]) -> Self {
        let mut parents = vec![Vec::new(); macros.len()];
        let mut children: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for edge in &workspace.modules {
            parents[edge.child].push((edge.parent, edge.decl));
            children.entry((edge.parent, edge.decl)).or_default().push(edge.child);
        }
        let mut defined: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (file, it) in macros.iter().enumerate() {
            for (node, definition) in it.nodes.iter().enumerate() {
                let definition = definition.definition();
                if let Some(definition) = definition {
                    defined.entry(definition.name.as_str()).or_default().push((file, node));
                }
            }
        }
        let roots = (0..macros.len()).map(|file| roots(&parents, file)).collect();
        let mut imports: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (file, facts) in workspace.files.iter().enumerate() {
            leaves(&facts.items, &mut |path, bound| {
                if defined.contains_key(bound) {
                    imports.entry((bound, file)).or_default().push(path);
                }
            });
        }
        Self {
            workspace,
            macros,
            parents,
            children,
            defined,
            roots,
            imports,
            modules: OnceCell::new(),
            bound: RefCell::default(),
            known: RefCell::default(),
        }
    }

    /// What a name means in the text of a file behind one of its nodes; nothing if that is not known.
    pub(super) fn textual(&self, file: usize, at: Option<usize>, name: &str) -> Option<Meaning> {
        let mut found = self.within(file, at, name)?;
        if !found.closed {
            let outside = self.start(file, name)?;
            found.closed = outside.closed;
            found.each.extend(outside.each);
        }
        Some(found)
    }

    /// What the file itself, and what it shows of others, make a name mean.
    fn within(&self, file: usize, mut at: Option<usize>, name: &str) -> Option<Meaning> {
        let mut found = Meaning::default();
        while let Some(node) = at.filter(|_| !found.closed) {
            let Node { before, cfg, kind } = &self.macros[file].nodes[node];
            match kind {
                NodeKind::Definition(it) if it.name == name => {
                    let (cfg, definition) = (cfg.clone(), it.clone());
                    found.add(Visible { cfg, definition, krate: None });
                }
                NodeKind::Definition(_) => {}
                NodeKind::Module(decl, used) => {
                    for visible in self.shown(file, *decl, *used, name)?.each {
                        found.add(Visible { cfg: cfg.clone().and(visible.cfg), ..visible });
                    }
                }
            }
            at = *before;
        }
        Some(found)
    }

    /// What a declaration makes a name mean behind it.
    pub(super) fn shown(
        &self,
        file: usize,
        decl: usize,
        used: bool,
        name: &str,
    ) -> Option<Meaning> {
        let children = self.children.get(&(file, decl)).map_or(&[][..], Vec::as_slice);
        let mut shown = children.iter().filter(|child| used || self.macros[**child].shows);
        let Some(child) = shown.next() else { return Some(Meaning::default()) };
        if shown.next().is_some() {
            return None;
        }
        let mut found = self.within(*child, self.macros[*child].last, name)?;
        let around = self.workspace.files[*child].cfg.clone().unwrap_or(Cfg::TRUE);
        for visible in &mut found.each {
            visible.cfg = around.clone().and(visible.cfg.clone());
        }
        Some(found)
    }

    /// What a name means where a file starts.
    pub(super) fn start(&self, file: usize, name: &str) -> Option<Meaning> {
        let key = (file, name.to_owned());
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let each = self.parents[file].iter().map(|(parent, decl)| {
            let at = self.macros[*parent].decls.get(*decl).copied().flatten();
            self.textual(*parent, at, name)
        });
        let meaning =
            if self.parents[file].is_empty() { Some(Meaning::default()) } else { one(each) };
        self.known.borrow_mut().insert(key, meaning.clone());
        meaning
    }

    /// The only macro of a name in the trees of `roots` which a path can mean; with `exported`, from outside.
    fn only(&self, roots: &BTreeSet<usize>, name: &str, exported: bool) -> Option<Visible> {
        let here = |file: usize| !self.roots[file].is_disjoint(roots);
        let imported = || self.imports_of(name).any(|(file, _)| here(file));
        let definitions = self.defined.get(name)?.iter().filter(|(file, _)| here(*file));
        let mut found: Option<Visible> = None;
        for (file, node) in definitions {
            let Node { cfg, kind: NodeKind::Definition(definition), .. } =
                &self.macros[*file].nodes[*node]
            else {
                continue;
            };
            if found.is_some() || !(definition.exported || (!exported && imported())) {
                return None;
            }
            let (cfg, definition) = (cfg.clone(), definition.clone());
            found = Some(Visible { cfg, definition, krate: None });
        }
        found
    }

    /// Whether some file of these trees gives a name to what is not of the crate.
    fn is_taken(&self, roots: &BTreeSet<usize>, name: &str) -> bool {
        let here = |file: usize| !self.roots[file].is_disjoint(roots);
        self.imports_of(name).filter(|(file, _)| here(*file)).any(|(file, paths)| {
            let is_own =
                |path: &&Path| path.last() == name && self.is_own(file, &names(path), STEPS);
            !paths.iter().all(is_own)
        })
    }

    /// The imports of a name, by file.
    fn imports_of<'s>(&'s self, name: &'s str) -> impl Iterator<Item = (usize, &'s [&'w Path])> {
        let range = self.imports.range((name, 0)..=(name, usize::MAX));
        range.map(|((_, file), paths)| (*file, paths.as_slice()))
    }

    /// The paths to which a file gives the name of a macro.
    pub(super) fn imports_in<'s>(&'s self, file: usize, name: &'s str) -> &'s [&'s Path] {
        self.imports.get(&(name, file)).map_or(&[], Vec::as_slice)
    }

    /// Whether a path leads to the crate of the file that names it.
    fn is_own(&self, file: usize, path: &[&str], steps: usize) -> bool {
        let Some(steps) = steps.checked_sub(1) else { return false };
        match path {
            // `pub(crate) use name;` behind the macro.
            [_] | ["crate" | "self" | "super", ..] => true,
            [first, ..] => {
                let bound = self.bound(file, first);
                match bound.as_slice() {
                    [] => self.declares(file, first),
                    // `use dep;` and `extern crate dep;`.
                    [path] if path.as_slice() == [*first] => false,
                    [path] => self.is_own(file, path, steps),
                    _ => false,
                }
            }
            [] => false,
        }
    }

    /// Whether the crates of a file have a module of a name.
    fn declares(&self, file: usize, name: &str) -> bool {
        let all = self.modules.get_or_init(|| {
            let mut all = BTreeSet::new();
            for (file, facts) in self.workspace.files.iter().enumerate() {
                modules(&facts.items, &mut |name| {
                    all.insert((name, file));
                });
            }
            all
        });
        let mut files = all.range((name, 0)..=(name, usize::MAX)).map(|(_, file)| *file);
        files.any(|other| !self.roots[other].is_disjoint(&self.roots[file]))
    }

    /// The paths that a file gives a name to.
    fn bound(&self, file: usize, name: &str) -> Vec<Vec<&'w str>> {
        let mut known = self.bound.borrow_mut();
        let bound = known.entry(file).or_insert_with(|| {
            let mut bound = Bound::new();
            leaves(&self.workspace.files[file].items, &mut |path, name| {
                bound.entry(name).or_default().insert(names(path));
            });
            bound
        });
        bound.get(name).map_or_else(Vec::new, |it| it.iter().cloned().collect())
    }

    /// The roots of the crate that a file calls `ident`.
    fn dependency(&self, file: usize, ident: &str) -> Option<BTreeSet<usize>> {
        let crates = &self.workspace.crates;
        let of = crates.iter().filter(|it| self.roots[file].contains(&it.root));
        let each = of.map(|krate| {
            let mut dependencies = self.workspace.packages[krate.package].dependencies.iter();
            let member = dependencies.find(|it| it.ident == ident).map(|it| it.member);
            let library = crates.iter().find(|it| {
                it.package == krate.package
                    && it.library
                    && it.name == ident
                    && it.root != krate.root
            });
            let library = match member {
                Some(member) => crates.iter().find(|it| it.library && Some(it.package) == member),
                None => library,
            };
            library.map(|it| BTreeSet::from([it.root]))
        });
        one(each)
    }

    /// What a path means in a file.
    pub(super) fn by_path(&self, file: usize, path: &[&str], steps: usize) -> Option<Visible> {
        let steps = steps.checked_sub(1)?;
        let (name, within) = path.split_last()?;
        let other = |krate: &str| {
            let found = self.only(&self.dependency(file, krate)?, name, true)?;
            Some(Visible { krate: Some(krate.to_owned()), ..found })
        };
        match within {
            [] => self.imported(file, name, steps),
            ["crate" | "self" | "super", ..] => self.own(file, name),
            ["", krate, ..] => other(krate),
            [first, ..] => match self.bound(file, first).as_slice() {
                [] if self.declares(file, first) => self.own(file, name),
                [] => other(first),
                [target] => {
                    let path: Vec<&str> = target.iter().chain(&path[1..]).copied().collect();
                    // `use dep;` and `extern crate dep;`.
                    if target.as_slice() == [*first] {
                        other(first)
                    } else {
                        self.by_path(file, &path, steps)
                    }
                }
                _ => None,
            },
        }
    }

    fn own(&self, file: usize, name: &str) -> Option<Visible> {
        let roots = &self.roots[file];
        self.only(roots, name, false).filter(|_| !self.is_taken(roots, name))
    }

    /// What a bare name means that no text around it defines: an import, or what a crate shows.
    fn imported(&self, file: usize, name: &str, steps: usize) -> Option<Visible> {
        let imports = self.imports_in(file, name);
        if imports.is_empty() {
            return self.prelude(file, name);
        }
        let each = imports.iter().map(|path| match names(path).as_slice() {
            [_] => None,
            path => self.by_path(file, path, steps),
        });
        one(each)
    }

    fn prelude(&self, file: usize, name: &str) -> Option<Visible> {
        let each = self.roots[file].iter().map(|root| {
            for (krate, listed) in self.macros[*root].preludes.iter().rev() {
                if listed.as_ref().is_some_and(|it| !it.iter().any(|it| it == name)) {
                    continue;
                }
                // What a crate shows that is not of the workspace is not known.
                let there = self.dependency(*root, krate)?;
                if let Some(found) = self.only(&there, name, true) {
                    return Some(Visible { krate: Some(krate.clone()), ..found });
                }
            }
            None
        });
        one(each)
    }
}

/// What all answers are, if they are the same.
fn one<T: PartialEq>(mut each: impl Iterator<Item = Option<T>>) -> Option<T> {
    let first = each.next()??;
    each.all(|it| it.as_ref() == Some(&first)).then_some(first)
}

fn roots(parents: &[Vec<(usize, usize)>], file: usize) -> BTreeSet<usize> {
    let (mut seen, mut stack, mut roots) = (BTreeSet::new(), vec![file], BTreeSet::new());
    while let Some(file) = stack.pop() {
        if seen.insert(file) {
            stack.extend(parents[file].iter().map(|(parent, _)| *parent));
            roots.extend(parents[file].is_empty().then_some(file));
        }
    }
    roots
}

pub(super) fn names(path: &Path) -> Vec<&str> {
    path.segs.iter().map(|seg| seg.name.as_str()).collect()
}

/// Shows the leaves of all `use` trees, with the names that they bind.
fn leaves<'w>(items: &'w [Item], show: &mut impl FnMut(&'w Path, &'w str)) {
    for item in items {
        match &item.kind {
            ItemKind::Use(path, Some(bound)) => show(path, bound),
            ItemKind::Mod(_, items) | ItemKind::Impl(_, _, items) | ItemKind::Trait(_, items) => {
                leaves(items, show);
            }
            ItemKind::Func(func) => leaves(&func.inner, show),
            _ => {}
        }
    }
}

fn modules<'w>(items: &'w [Item], show: &mut impl FnMut(&'w str)) {
    for item in items {
        match &item.kind {
            ItemKind::Mod(name, items) => {
                show(name);
                modules(items, show);
            }
            ItemKind::ModDecl(name, _) => show(name),
            _ => {}
        }
    }
}
