//! What a project shows of the platforms that it is built for, without being parsed.
//!
//! Unix is taken for granted. Windows has to be shown: by a `cfg` that names it, whichever way round, or by
//! the name of something that only Windows has and that says so (`winapi` does not). What is said in comments
//! and strings does not count, as far as a line by itself tells: a `cfg` in a string of several lines does.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::AhoCorasick;

use crate::{model, skim::is_part, socket::Platforms};

/// What is looked for first: one word alone is found at the speed of memory, a list of crates is not.
const WINDOWS: &str = "windows";

static NAME: LazyLock<Words> = LazyLock::new(|| Words::new([WINDOWS]));

/// Finds one of some words in bytes.
struct Words(AhoCorasick);

impl Words {
    fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        Self(AhoCorasick::new(words).expect("a few short words"))
    }

    fn find(&self, bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
        self.0.find_iter(bytes).map(|found| found.range())
    }

    /// As `find`, where no identifier goes on at either end.
    fn find_whole(&self, bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
        self.find(bytes).filter(|found| {
            let (before, after) = (&bytes[..found.start], &bytes[found.end..]);
            !before.last().is_some_and(|it| is_part(*it))
                && !after.first().is_some_and(|it| is_part(*it))
        })
    }
}

/// What a text shows by its code.
#[must_use]
pub fn of_text(bytes: &[u8]) -> Platforms {
    static OWNED: LazyLock<Words> = LazyLock::new(|| Words::new(owned_by_windows()));
    if NAME.find(bytes).next().is_none() {
        return Platforms::NONE;
    }
    let names_item = || OWNED.find_whole(bytes).any(|found| is_code(bytes, found.start));
    if names_item() || has_cfg_of_windows(bytes) { Platforms::WINDOWS } else { Platforms::NONE }
}

/// What a dependency shows by its name.
#[must_use]
pub fn of_dependency(name: &str) -> Platforms {
    let platforms = model::platforms_of(&name.replace('-', "_"));
    if platforms == Platforms::WINDOWS { platforms } else { Platforms::NONE }
}

/// What a manifest shows by the name of a target, or by a `cfg(…)` in its place.
#[must_use]
pub fn of_target(target: &str) -> Platforms {
    if target.contains(WINDOWS) { Platforms::WINDOWS } else { Platforms::NONE }
}

/// How code names what only Windows has: a crate, or a module of one without its crate. The crate `windows`
/// is left out, since a module of one's own may be called so.
fn owned_by_windows() -> impl Iterator<Item = &'static str> {
    let words = model::of_windows_alone().filter(|it| it.contains(WINDOWS) && *it != WINDOWS);
    words.map(|path| path.split_once("::").map_or(path, |(_, rest)| rest))
}

fn has_cfg_of_windows(bytes: &[u8]) -> bool {
    static CFG: LazyLock<Words> = LazyLock::new(|| Words::new(["cfg"]));
    let mut done = 0;
    for found in CFG.find(bytes) {
        let starts = found.start.checked_sub(1).is_none_or(|before| !is_part(bytes[before]));
        if found.start < done || !starts {
            continue;
        }
        let Some(start) = opening(bytes, found.end) else { continue };
        let (end, is_closed) = closing(bytes, start);
        done = end;
        if is_closed && names_windows(&bytes[start..end]) && is_code(bytes, found.start) {
            return true;
        }
    }
    false
}

/// The parenthesis of `cfg(`, `cfg!(` or `cfg_attr(`; `at` is behind `cfg`.
fn opening(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at..];
    let rest = rest.strip_prefix(b"_attr").or(rest.strip_prefix(b"!")).unwrap_or(rest);
    (rest.first() == Some(&b'(')).then(|| bytes.len() - rest.len())
}

/// The parenthesis that belongs to the one at `start`, or what stands in no predicate before it.
fn closing(bytes: &[u8], start: usize) -> (usize, bool) {
    let mut depth = 0usize;
    for (len, byte) in bytes[start..].iter().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return (start + len, true),
            b')' => depth -= 1,
            b';' | b'{' | b'}' => return (start + len, false),
            _ => {}
        }
    }
    (bytes.len(), false)
}

/// Whether a predicate has `windows`, or `target_os` or `target_family` with that value.
fn names_windows(predicate: &[u8]) -> bool {
    NAME.find_whole(predicate).any(|found| {
        let before = predicate[..found.start].trim_ascii_end();
        let after = predicate[found.end..].trim_ascii_start();
        if let (Some(before), Some(b'"')) = (before.strip_suffix(b"\""), after.first()) {
            let key = before.trim_ascii_end().strip_suffix(b"=").map(<[u8]>::trim_ascii_end);
            let keys: [&[u8]; 2] = [b"target_os", b"target_family"];
            return key.is_some_and(|key| keys.iter().any(|it| key.ends_with(it)));
        }
        matches!(before.last(), Some(b'(' | b','))
            && matches!(after.first(), None | Some(b')' | b','))
    })
}

/// How far back a line is looked at.
const LINE: usize = 256;

/// Whether the line before `at` shows no comment and no open string.
fn is_code(bytes: &[u8], at: usize) -> bool {
    let line = &bytes[at.saturating_sub(LINE)..at];
    let line = line.rsplit(|byte| *byte == b'\n').next().unwrap_or(line);
    let has = |pair: &[u8; 2]| line.windows(2).any(|it| it == pair);
    let in_string = line.iter().fold(false, |open, byte| open ^ (*byte == b'"'));
    let continues = line.trim_ascii_start().starts_with(b"* ");
    !in_string && !continues && !has(b"//") && (!has(b"/*") || has(b"*/"))
}

#[cfg(test)]
mod tests {
    use super::{of_dependency, of_target, of_text};
    use crate::socket::Platforms;

    #[track_caller]
    fn check(text: &str, shows: bool) {
        assert_eq!(of_text(text.as_bytes()) == Platforms::WINDOWS, shows, "{text}");
    }

    #[test]
    fn every_form_of_cfg_shows_windows() {
        check("#[cfg(windows)] mod a;", true);
        check("#![cfg(not(windows))]", true);
        check("if cfg!(windows) {}", true);
        check("let reuse = !cfg!( windows );", true);
        check("#[cfg(any(unix, windows))]", true);
        check("#[cfg(\n    any(\n        feature = \"a-b/c\",\n        windows,\n    )\n)]", true);
        check("#[cfg(target_os = \"windows\")]", true);
        check("#[cfg(all(test, not(target_family=\"windows\")))]", true);
        check("#[cfg_attr(windows, path = \"w.rs\")] mod sys;", true);
        check("#[cfg_attr(docsrs, doc(cfg(windows)))]", true);
        check("cfg_if! { if #[cfg(unix)] {} else if #[cfg(windows)] {} }", true);
        check("if cfg!(feature = \"x\") && cfg!(windows) {}", true);
    }

    #[test]
    fn other_conditions_do_not() {
        check("#[cfg(unix)] #[cfg(not(target_os = \"linux\"))] fn f() {}", false);
        check("#[cfg(feature = \"windows\")]", false);
        check("#[cfg(feature = \"no-windows\")]", false);
        check("#[cfg_attr(test, doc = \"of windows\")]", false);
        check("#[cfg_attr(unix, path = \"windows.rs\")]", false);
        check("my_cfg(windows); cfg.open(windows); cfg (windows", false);
        check("#[cfg(test)] mod tests { fn f() { slide(windows) } }", false);
        check("slice.windows(2); ui.windows(cfg)", false);
    }

    #[test]
    fn comments_and_strings_do_not() {
        check("// #[cfg(windows)]", false);
        check("/// ```\n/// #[cfg(windows)]", false);
        check("f(); // not for cfg(windows)", false);
        check("/* cfg(windows) */", false);
        check("/**\n * cfg!(windows)\n */", false);
        check("println!(\"cfg(windows)\")", false);
        check("/* why */ #[cfg(windows)] fn f() {}", true);
        check("*reuse = cfg!(windows);", true);
    }

    #[test]
    fn what_only_windows_has_shows_it() {
        check("use std::os::windows::io::AsRawSocket;", true);
        check("use windows_sys::Win32::Networking::WinSock;", true);
        check("extern crate windows_sys as sys;", true);
        check("// as windows_sys does\nuse my::winapi_like;", false);
        check("mod windows; use self::windows::Main;", false);
        let shows = |name| of_dependency(name) == Platforms::WINDOWS;
        assert!(shows("windows-sys") && shows("windows") && shows("winapi"));
        assert!(!shows("nix") && !shows("socket2") && !shows("libc"));
    }

    #[test]
    fn targets_show_it() {
        let shows = |target| of_target(target) == Platforms::WINDOWS;
        assert!(shows("cfg(windows)") && shows("x86_64-pc-windows-msvc"));
        assert!(shows("cfg(target_os = \"windows\")") && !shows("cfg(unix)"));
    }

    #[test]
    fn a_text_that_does_not_end_is_read_once() {
        let text = "cfg(".repeat(100_000) + "windows";
        check(&text, false);
    }
}
