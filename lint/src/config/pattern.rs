//! Patterns of files, as in `.gitignore`.

use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Some patterns, from one folder.
#[derive(Debug, Clone)]
pub struct Patterns {
    folder: PathBuf,
    /// As they are written.
    pub lines: Vec<String>,
    matcher: Gitignore,
}

impl PartialEq for Patterns {
    fn eq(&self, other: &Self) -> bool {
        (&self.folder, &self.lines) == (&other.folder, &other.lines)
    }
}

impl Eq for Patterns {}

impl Patterns {
    /// Reads patterns.
    ///
    /// # Errors
    /// Which one is none, and why.
    pub fn new(folder: &Path, lines: Vec<String>) -> Result<Self, (usize, String)> {
        let mut builder = GitignoreBuilder::new(folder);
        for (index, line) in lines.iter().enumerate() {
            let added = builder.add_line(None, line);
            added.map_err(|error| (index, plain(&error)))?;
        }
        let last = lines.len().saturating_sub(1);
        let matcher = builder.build().map_err(|error| (last, plain(&error)))?;
        Ok(Self { folder: folder.to_owned(), lines, matcher })
    }

    /// Whether they name a file, or a folder around it.
    #[must_use]
    pub fn matches(&self, path: &Path) -> bool {
        let Ok(inside) = path.strip_prefix(&self.folder) else { return false };
        self.matcher.matched_path_or_any_parents(inside, false).is_ignore()
    }
}

fn plain(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Patterns;

    #[test]
    fn patterns_are_those_of_git() {
        let lines = ["tests/", "*.gen.rs", "/build.rs", "!tests/keep.gen.rs", "src/**/old"];
        let lines = lines.map(str::to_owned).to_vec();
        let patterns = Patterns::new(Path::new("/w"), lines).unwrap();
        let matches = |path: &str| patterns.matches(Path::new(path));
        assert!(matches("/w/tests/a.rs") && matches("/w/a/tests/b/c.rs") && matches("/w/x.gen.rs"));
        assert!(
            matches("/w/build.rs") && !matches("/w/a/build.rs") && matches("/w/src/a/old/x.rs")
        );
        assert!(!matches("/w/src/main.rs") && !matches("/v/tests/a.rs"));
        let (index, why) =
            Patterns::new(Path::new("/w"), vec!["a".into(), "[z-a]".into()]).unwrap_err();
        assert_eq!(index, 1);
        assert!(why.contains("invalid range"), "{why}");
    }
}
