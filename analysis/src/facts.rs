//! All that is kept of a file: small, owned, `Send`.

/// One file, lowered.
#[derive(Debug, Clone, Default)]
pub struct FileFacts {
    /// `mod name;` declarations, those inside inline modules and item macros included.
    pub mods: Vec<ModDecl>,
}

/// A `mod name;` declaration: the file it names is another file of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModDecl {
    /// The module's name.
    pub name: String,
    /// Inline modules around the declaration, outermost first, each with its `#[path]` if it has one.
    pub inside: Vec<(String, Option<String>)>,
    /// The `#[path = "…"]` of the declaration.
    pub path: Option<String>,
    /// Whether a `cfg` stands on it or around it, so that the file may rightly be absent.
    pub conditional: bool,
    /// Byte offset of the declaration in the file.
    pub offset: usize,
}
