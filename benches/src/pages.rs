//! Puts tables into pages: between `<!-- name -->` and `<!-- end of name -->`.

use std::{error::Error, fs, path::Path};

/// Replaces what a page of this source tree has below a name.
///
/// # Errors
/// The page has no such place, or cannot be written.
pub(crate) fn put(page: &str, name: &str, text: &str) -> Result<(), Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(page);
    let old =
        fs::read_to_string(&path).map_err(|error| format!("failed to read {page}: {error}"))?;
    let new = with(&old, name, text).ok_or_else(|| format!("{page} has no place for `{name}`"))?;
    Ok(fs::write(path, new)?)
}

fn with(page: &str, name: &str, text: &str) -> Option<String> {
    let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->\n"));
    let (before, rest) = page.split_once(&open)?;
    let (_, after) = rest.split_once(&close)?;
    Some(format!("{before}{open}\n{}\n\n{close}{after}", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::with;

    #[test]
    fn only_what_is_between_the_comments_changes() {
        let page = "# A\n<!-- b -->\nold\n<!-- end of b -->\nrest\n";
        let new = "# A\n<!-- b -->\n\n| c |\n\n<!-- end of b -->\nrest\n";
        assert_eq!(with(page, "b", "| c |\n").as_deref(), Some(new));
        assert_eq!(with(new, "b", "| c |\n").as_deref(), Some(new), "a second time");
        assert_eq!(with(page, "c", ""), None);
    }
}
