//! Files as the URIs by which editors name them.

use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::project::normalize;

/// All but what needs no escape in a path.
const ESCAPED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The file that a URI names; none if it names something else.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.0.strip_prefix("file://")?;
    let rest = rest.strip_prefix("localhost").unwrap_or(rest);
    let path = percent_decode_str(rest).decode_utf8().ok()?;
    if !path.starts_with('/') {
        return None;
    }
    let path = if cfg!(windows) { path.trim_start_matches('/') } else { &*path };
    Some(normalize(Path::new(path)))
}

/// The URI of a file.
pub(super) fn of(path: &Path) -> Uri {
    let path = path.to_string_lossy();
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.into_owned() };
    let slash = if path.starts_with('/') { "" } else { "/" };
    Uri(format!("file://{slash}{}", utf8_percent_encode(&path, ESCAPED)))
}

#[cfg(all(test, unix))]
mod tests {
    use std::path::Path;

    use gen_lsp_types::Uri;

    #[test]
    fn a_path_and_its_uri_lead_to_each_other() {
        let path = Path::new("/a b/ö%/x-y_z.rs");
        let uri = super::of(path);
        assert_eq!(uri.0, "file:///a%20b/%C3%B6%25/x-y_z.rs");
        assert_eq!(super::path(&uri).as_deref(), Some(path));
    }

    #[test]
    fn what_is_no_file_has_no_path() {
        let path = |uri: &str| super::path(&Uri(uri.to_owned()));
        assert_eq!(path("untitled:Untitled-1"), None);
        assert_eq!(path("file://host/share/a.rs"), None);
        assert_eq!(path("file:///%ff"), None);
        assert_eq!(path("file://localhost/a/./%62.rs").as_deref(), Some(Path::new("/a/b.rs")));
    }
}
