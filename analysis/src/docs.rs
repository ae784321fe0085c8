//! The documentation of a rule as text: what of it a reader sees, and what only the compiler does.

/// One line of a doc comment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Line<'a> {
    /// Markdown.
    Text(&'a str),
    /// The start of a block of code, with what stands behind the backticks.
    Open(&'a str),
    /// Code.
    Code(&'a str),
    /// Code that is compiled and not shown.
    Hidden(&'a str),
    /// The end of a block of code.
    Close,
}

/// The lines of the documentation `docs`, without the space that follows the slashes.
pub(crate) fn lines(docs: &str) -> impl Iterator<Item = Line<'_>> {
    let mut inside = false;
    docs.lines().map(move |line| {
        let line = line.strip_prefix(' ').unwrap_or(line).trim_end();
        if let Some(info) = line.strip_prefix("```") {
            inside = !inside;
            return if inside { Line::Open(info) } else { Line::Close };
        }
        if !inside {
            return Line::Text(line);
        }
        match line.trim_start().strip_prefix('#') {
            Some("") => Line::Hidden(""),
            Some(code) if code.starts_with(' ') => Line::Hidden(&code[1..]),
            _ => Line::Code(line),
        }
    })
}

/// A line of code, and what follows the `//~` of a mark on it.
pub(crate) fn split_mark(line: &str) -> (&str, Option<&str>) {
    match line.split_once("//~") {
        Some((code, mark)) => (code, Some(mark)),
        None => (line, None),
    }
}

/// The documentation as a reader sees it: no hidden code, no marks, no orders to the compiler.
#[must_use]
pub fn shown(docs: &str) -> String {
    let mut text = String::new();
    for line in lines(docs) {
        let line = match line {
            Line::Text(line) => line,
            Line::Open(info) => {
                text += "```";
                info.split(',').next().unwrap_or_default()
            }
            Line::Code(line) => split_mark(line).0.trim_end(),
            Line::Hidden(_) => continue,
            Line::Close => "```",
        };
        text += line;
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text
}

#[cfg(test)]
mod tests {
    use super::shown;

    const DOCS: &str = " Says `why`.\n\n ```rust,no_run\n # fn main() {\n #[cfg(unix)]\n s.bind(); //~ rule\n #\n # }\n ```\n";

    #[test]
    fn a_reader_sees_neither_hidden_code_nor_marks() {
        assert_eq!(shown(DOCS), "Says `why`.\n\n```rust\n#[cfg(unix)]\ns.bind();\n```");
    }
}
