//! The attribute macro.

mod printed;
mod rebuilt;

use std::{fs, path::Path, thread};

use proc_macro::{Span, TokenStream};
use sockopt_analysis::listener::{self, Arranged, Job, Place, Problem, Wishes};

use printed::Printed;

/// What the parser may need, as deep as it recurses. Only what is used of it is ever there.
const STACK_BYTES: usize = 256 << 20;

/// Sets the options of every listener that an item makes, in the right place.
#[proc_macro_attribute]
pub fn listener(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let (own, given) = (Printed::new(item.clone()), Printed::new(arguments));
    let job = Outside {
        item: own.text.clone(),
        arguments: given.text.clone(),
        file: file_around(),
        manifest: manifest(),
    };
    // A thread of its own: it has the stack, and there `proc_macro2` has byte ranges.
    let arranged = thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(move || job.arrange())
        .ok()
        .and_then(|it| it.join().ok());
    let Some((arranged, start, end)) = arranged else {
        let message = "sockopt failed on this item; please report it";
        return rebuilt::beside(item, [(Span::call_site(), message)]);
    };
    let Arranged { tokens, problems, .. } = arranged;
    let rebuilt = rebuilt::Rebuilt { item: &own, start, arguments: &given, end };
    if problems.is_empty() {
        return rebuilt.stream(&tokens);
    }
    let problems = problems.iter().map(|it| (rebuilt.span(&it.range), it.message.as_str()));
    rebuilt::beside(item, problems)
}

/// All that the analysis is given, as texts.
struct Outside {
    item: String,
    arguments: String,
    file: Option<(String, usize, usize)>,
    manifest: String,
}

impl Outside {
    /// What becomes of the item, where it starts in the text, and how long that is.
    fn arrange(&self) -> (Arranged, usize, usize) {
        let file = self.file.as_ref();
        let place =
            file.and_then(|(text, line, column)| Place::in_file(&self.item, text, *line, *column));
        let place = place.unwrap_or_else(|| Place::alone(&self.item));
        let (wishes, wrong) = Wishes::parse(&self.arguments);
        let renamed = listener::renamed(&self.manifest);
        let job =
            Job { text: &place.text, item: place.item.clone(), renamed: &renamed, wishes: &wishes };
        let mut arranged = listener::arrange(&job);
        let end = place.text.len();
        let wrong = wrong
            .into_iter()
            .map(|it| Problem { range: it.range.start + end..it.range.end + end, ..it });
        arranged.problems.extend(wrong);
        (arranged, place.item.start, end)
    }
}

/// The file with the attribute, and its line and column there.
fn file_around() -> Option<(String, usize, usize)> {
    let span = Span::call_site();
    let text = fs::read_to_string(span.local_file()?).ok()?;
    Some((text, span.line(), span.column()))
}

/// The manifest of the package that is compiled, and those of the folders around it: a workspace may say what a
/// dependency is.
fn manifest() -> String {
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let folders = Path::new(&folder).ancestors();
    let texts = folders.filter_map(|it| fs::read_to_string(it.join("Cargo.toml")).ok());
    texts.collect::<Vec<_>>().join("\n")
}
