//! Changes as a unified diff, which `git apply` and `patch -p1` read.

use std::io::{self, Write};

use similar::{Algorithm, TextDiff};

use super::Change;

/// Writes what a change does to the file that is displayed as `name`. Line ends are written as they are.
///
/// # Errors
/// `to` fails.
pub fn write(change: &Change, name: &str, colors: bool, to: &mut dyn Write) -> io::Result<()> {
    let mut plain = Vec::new();
    let (old, new) = (String::from_utf8_lossy(&change.old), String::from_utf8_lossy(&change.new));
    let diff = TextDiff::configure().algorithm(Algorithm::Patience).diff_lines(&*old, &*new);
    let mut unified = diff.unified_diff();
    let name = name.trim_start_matches('/');
    unified.context_radius(3).header(&format!("a/{name}"), &format!("b/{name}"));
    unified.to_writer(&mut plain)?;
    if !colors {
        return to.write_all(&plain);
    }
    plain.split_inclusive(|byte| *byte == b'\n').try_for_each(|line| colored(line, to))
}

fn colored(line: &[u8], to: &mut dyn Write) -> io::Result<()> {
    let style = match line {
        [b'-', b'-', ..] | [b'+', b'+', ..] => "\x1b[1m",
        [b'-', ..] => "\x1b[31m",
        [b'+', ..] => "\x1b[32m",
        [b'@', ..] => "\x1b[36m",
        _ => return to.write_all(line),
    };
    let text = line.strip_suffix(b"\n").unwrap_or(line);
    to.write_all(style.as_bytes())?;
    to.write_all(text)?;
    to.write_all(b"\x1b[0m")?;
    to.write_all(&line[text.len()..])
}
