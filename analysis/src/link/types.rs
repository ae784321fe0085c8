//! Types, as far as sockets need them.

use std::collections::BTreeSet;

use super::{Def, FuncDef, ModId, Program, Res, TypeId, TypeKind};
use crate::{
    facts::Func,
    ir::{Path, Ty},
    model::{self, Own, RAW_FD, SockTy},
    socket::Platform,
};

/// Type constructors whose value is, for a socket's life, the value inside.
const WRAPPERS: &[&str] = &[
    "Option",
    "Result",
    "Arc",
    "Rc",
    "Box",
    "Mutex",
    "RwLock",
    "RefCell",
    "Cell",
    "UnsafeCell",
    "ManuallyDrop",
    "Pin",
    "Cow",
    "OnceCell",
    "OnceLock",
    "LazyLock",
    "Lazy",
    "MutexGuard",
    "Ref",
    "RefMut",
    "IoResult",
    "Poll",
];

/// Types of collections.
pub(crate) const COLLECTIONS: &[&str] = &[
    "Vec", "VecDeque", "SmallVec", "ArrayVec", "HashMap", "BTreeMap", "HashSet", "BTreeSet", "Slab",
];

/// Traits whose implementors are handles of a socket (or of another file).
const HANDLE_TRAITS: &[&str] =
    &["AsRawFd", "AsFd", "IntoRawFd", "AsSocket", "AsRawSocket", "IntoRawSocket", "AsRawSocketFd"];

/// What a type is to the analysis.
#[derive(Clone, Debug)]
pub(crate) enum Type {
    /// A socket, by its row.
    Socket(&'static SockTy),
    /// A type of the workspace.
    Adt(TypeId),
    /// A collection of values of a type of the workspace.
    Several(TypeId),
    Tuple(Vec<Type>),
    /// Some other type, by its canonical path.
    External(String),
    Unknown,
}

impl Type {
    /// Whether it is one of these types of the workspace, or a tuple that holds one.
    pub(super) fn is_one_of(&self, types: &BTreeSet<TypeId>) -> bool {
        match self {
            Self::Adt(id) => types.contains(id),
            Self::Tuple(parts) => parts.iter().any(|part| part.is_one_of(types)),
            _ => false,
        }
    }
}

/// Where a type is written.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    scope: ModId,
    platform: Platform,
    /// The function around it with what `Self` means there, for `Self` and type parameters.
    owner: Option<(&'a Func, Option<&'a Ty>)>,
    /// How many more aliases may be followed: a cycle of them never ends.
    steps: usize,
}

impl<'a> Place<'a> {
    pub(crate) fn module(scope: ModId, platform: Platform) -> Self {
        Self { scope, platform, owner: None, steps: 32 }
    }

    pub(crate) fn function(def: &'a FuncDef<'_>, platform: Platform) -> Self {
        Self { owner: Some((def.func, def.self_ty)), ..Self::module(def.scope, platform) }
    }
}

impl Program<'_> {
    /// What a written type is.
    pub(crate) fn type_of(&self, ty: &Ty, place: Place<'_>) -> Type {
        let Some(steps) = place.steps.checked_sub(1) else { return Type::Unknown };
        let place = Place { steps, ..place };
        match ty {
            Ty::Path(path) => self.type_at(path, place).unwrap_or(Type::Unknown),
            Ty::Ref(inner) => self.type_of(inner, place),
            Ty::Tuple(parts) => {
                Type::Tuple(parts.iter().map(|it| self.type_of(it, place)).collect())
            }
            Ty::Bounds(bounds) => self.bounded(bounds, place),
            Ty::Unknown => Type::Unknown,
        }
    }

    fn bounded(&self, bounds: &[Path], place: Place<'_>) -> Type {
        for bound in bounds {
            if HANDLE_TRAITS.contains(&bound.last()) {
                return raw_fd();
            }
            let args = bound.segs.last().map_or(&[][..], |seg| seg.args.as_slice());
            if let ("Into" | "From" | "Borrow" | "AsRef" | "Deref", [inner]) = (bound.last(), args)
            {
                return self.type_of(inner, place);
            }
            // A trait of the workspace that one type implements is that type.
            if let Some(Type::Adt(of)) = self.type_at(bound, place)
                && let Some(id) = self.only_implementor(of, place.platform)
            {
                return Type::Adt(id);
            }
        }
        Type::Unknown
    }

    pub(super) fn type_at(&self, path: &Path, place: Place<'_>) -> Option<Type> {
        let Place { scope, platform, owner, steps } = place;
        if path.qself.is_some() {
            return None;
        }
        let last = path.segs.last()?;
        if WRAPPERS.contains(&last.name.as_str())
            && let Some(inner) = last.args.first()
        {
            return Some(self.type_of(inner, place));
        }
        if let (Some(name), Some((func, self_ty))) = (path.as_ident(), owner) {
            if name == "Self" {
                return self_ty.map(|ty| self.type_of(ty, Place { owner: None, ..place }));
            }
            if let Some((_, bounds)) = func.generics.iter().find(|(it, _)| it == name) {
                return Some(self.bounded(bounds, Place { owner: None, ..place }));
            }
        }
        match self.resolve(path, scope, platform) {
            Res::Defs(defs) => defs.iter().find_map(|def| match def {
                Def::Type(id) => {
                    Some(self.alias_target(*id, Place { steps, ..Place::module(scope, platform) }))
                }
                _ => None,
            }),
            Res::External(name) => {
                if let (true, [element]) =
                    (COLLECTIONS.contains(&last.name.as_str()), last.args.as_slice())
                    && let Type::Adt(id) = self.type_of(element, place)
                {
                    return Some(Type::Several(id));
                }
                let own = self.workspace.models;
                Some(external_type(own, &name, last.args.first(), |ty| self.type_of(ty, place)))
            }
            Res::Assoc(..) => None,
        }
    }

    /// The type that a path of these names means.
    pub(super) fn type_named(&self, names: &[&str], scope: ModId, platform: Platform) -> Type {
        match self.resolve_written(names, scope, platform) {
            Res::Defs(defs) => defs.iter().find_map(|def| match def {
                Def::Type(id) => Some(self.alias_target(*id, Place::module(scope, platform))),
                _ => None,
            }),
            _ => None,
        }
        .unwrap_or(Type::Unknown)
    }

    fn alias_target(&self, id: TypeId, place: Place<'_>) -> Type {
        let def = self.type_def(id);
        match def.kind {
            TypeKind::Alias(ty) => self.type_of(ty, Place { scope: def.scope, ..place }),
            _ => Type::Adt(id),
        }
    }

    /// The type of a field of a struct of the workspace.
    pub(crate) fn field_type(&self, id: TypeId, field: &str, platform: Platform) -> Type {
        let def = self.type_def(id);
        let TypeKind::Struct(fields) = def.kind else { return Type::Unknown };
        let found = fields.iter().find(|(name, _)| name == field);
        found.map_or(Type::Unknown, |(_, ty)| self.type_of(ty, Place::module(def.scope, platform)))
    }
}

/// `async_io::Async<std::net::TcpListener>` has rows of its own.
fn external_type(
    own: Own,
    name: &str,
    arg: Option<&Ty>,
    resolve: impl FnOnce(&Ty) -> Type,
) -> Type {
    if let Some(ty) = own.socket_type(name) {
        return Type::Socket(ty);
    }
    let inner = match arg.map(resolve) {
        Some(Type::Socket(ty)) => Some(ty.path.to_owned()),
        Some(Type::External(path)) => Some(path),
        _ => None,
    };
    let generic = inner.map(|inner| format!("{name}<{inner}>"));
    generic
        .and_then(|name| model::socket_type(&name))
        .map_or_else(|| Type::External(name.to_owned()), Type::Socket)
}

fn raw_fd() -> Type {
    model::socket_type(RAW_FD).map_or(Type::Unknown, Type::Socket)
}
