//! Which code has to do with multicast or broadcast, by the names that it uses.
//!
//! What a socket that leaves its function is for, nobody can see. Names are enough to know that it may be
//! for many: that some code of the package speaks of it.

use super::{FuncId, Program};
use crate::{model, sites::Site};

impl Program<'_> {
    /// Whether a function speaks of multicast or broadcast.
    pub(crate) fn is_about_many(&self, id: FuncId) -> bool {
        let func = self.func(id).func;
        let names = func.methods.iter().chain(&func.paths).chain([&func.name]);
        names.into_iter().any(|name| model::is_about_many(name))
    }

    /// Whether any code does that can get hold of a socket of this function: code of its package, and of
    /// the packages of the workspace that depend on it.
    pub(crate) fn is_about_many_around(&self, id: FuncId) -> bool {
        let about_many = self.about_many.get_or_init(|| {
            let speak = self.func_ids().filter(|id| self.is_about_many(*id));
            speak.map(|id| self.package_of(id)).collect()
        });
        let home = self.package_of(id);
        about_many.iter().any(|package| *package == home || self.depends(*package, home))
    }

    /// The package of a function; none for a file that no crate reaches.
    pub(crate) fn package_of(&self, id: FuncId) -> Option<usize> {
        let krate = self.modules[self.func(id).scope.idx()].krate?;
        self.workspace.crates.get(krate).map(|it| it.package)
    }

    /// The package of a place.
    pub(crate) fn package_around(&self, site: Site) -> Option<usize> {
        self.some_func.get(&site.file).and_then(|id| self.package_of(*id))
    }

    fn depends(&self, package: Option<usize>, on: Option<usize>) -> bool {
        let (Some(package), Some(on)) = (package, on) else { return false };
        let dependencies = self.workspace.packages.get(package).map(|it| &it.dependencies);
        dependencies.into_iter().flatten().any(|it| it.member == Some(on))
    }
}
