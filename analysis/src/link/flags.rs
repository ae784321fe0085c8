//! Flags of the command line: what a program is told unless somebody says otherwise.

use std::collections::BTreeMap;

use super::{FuncId, Place, Program, Res, Type, TypeId};
use crate::{
    ir::Name,
    model::{self, Api, Role},
    socket::Platform,
};

/// For each package the flags that it declares.
pub(super) type Declared = BTreeMap<Option<usize>, BTreeMap<Name, Option<bool>>>;

impl<'w> Program<'w> {
    /// What a flag is unless it is given, by the name that code of the package of `from` declares it with.
    pub(crate) fn declared_flag(&self, name: &str, from: FuncId) -> Option<bool> {
        let declared = self.declared.get_or_init(|| self.declared_flags());
        *declared.get(&self.package_of(from))?.get(name)?
    }

    fn declared_flags(&self) -> Declared {
        let mut all = Declared::new();
        for id in self.func_ids() {
            let def = self.func(id);
            for flag in &def.func.flags {
                let default = self.default_of(&flag.maker, &flag.action, id);
                let own = all.entry(self.package_of(id)).or_default();
                let known = own.entry(flag.name.clone()).or_insert(default);
                if *known != default {
                    *known = None;
                }
            }
        }
        all
    }

    /// Functions of the package of `from` that may declare flags, and whose bodies were not read: they return
    /// something of the crate at the head of `path`.
    pub(crate) fn unread_makers(
        &self,
        path: &str,
        from: FuncId,
        platform: Platform,
    ) -> impl Iterator<Item = FuncId> {
        let (krate, package) = (path.split("::").next(), self.package_of(from));
        let is_of_it =
            move |ty: &Type| matches!(ty, Type::External(it) if it.split("::").next() == krate);
        self.func_ids().filter(move |id| {
            let def = self.func(*id);
            def.func.unread.is_some()
                && self.package_of(*id) == package
                && is_of_it(&self.type_of(&def.func.ret, Place::function(def, platform)))
        })
    }

    /// What an argument is unless it is given, if its action makes it a flag: both are to be of one crate.
    fn default_of(&self, maker: &str, action: &str, from: FuncId) -> Option<bool> {
        let def = self.func(from);
        let (maker, _) = self.meant(maker, def)?;
        let (Res::External(maker), (Res::External(action), _)) = (maker, self.meant(action, def)?)
        else {
            return None;
        };
        let krate = |path: &str| path.split("::").next().map(str::to_owned);
        match self.flag_row(&action, from)?.role {
            Role::FlagAction(given) if krate(&maker) == krate(&action) => Some(!given),
            _ => None,
        }
    }

    /// The fields of a type that are flags of the command line if the associated function called `maker` fills it,
    /// each with what it is unless the flag is given.
    pub(crate) fn read_flags(
        &self,
        id: TypeId,
        maker: &str,
        from: FuncId,
        platform: Platform,
    ) -> Option<&'w [(Name, bool)]> {
        self.flags.get(&id)?.iter().find_map(|(scope, flags)| {
            let Res::External(derived) = self.resolve(&flags.derived, *scope, platform) else {
                return None;
            };
            match self.flag_row(&derived, from)?.role {
                Role::Flags(it) if it.makers.contains(&maker) => Some(flags.fields.as_slice()),
                _ => None,
            }
        })
    }

    /// The row of a path that is about flags, in the version that this package uses.
    fn flag_row(&self, path: &str, from: FuncId) -> Option<&'static Api> {
        let version = self.version_of(path, from);
        let mut rows = model::rows(path).iter().copied();
        rows.find(|row| row.holds_in(version.as_ref()))
    }
}
