//! Five ways to break a listener, as edits of its text that leave every line where it is.

use std::fmt;

use proc_macro2::{TokenStream, TokenTree};

use super::{
    outline::{Bytes, Call, Form, Outline, Statement, holds},
    place::{Place, Source, Spot},
};

/// A way to break a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mutation {
    /// Nobody switches the option on.
    DeleteSetter,
    /// It is switched on when `bind` is over.
    MoveAfterBind,
    /// It is switched on for a second socket that is made the same way.
    AnotherSocket,
    /// It is switched off.
    SetFalse,
    /// It is switched on for Windows only.
    SwapBranch,
}

/// Why a mutation cannot be made at a place.
pub(crate) type Skipped = &'static str;

/// New text for some bytes of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// Which of the sources.
    pub(crate) source: usize,
    range: Bytes,
    text: String,
}

/// Methods of a result; any other method is called on what the setter returns.
const OF_RESULTS: &[&str] = &[
    "unwrap",
    "expect",
    "ok",
    "err",
    "is_err",
    "is_ok",
    "map",
    "map_err",
    "and_then",
    "or_else",
    "unwrap_or_else",
    "unwrap_or_default",
    "inspect_err",
    "context",
    "with_context",
    "wrap_err",
    "await",
    "into",
    "log_err",
];

impl fmt::Display for Mutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::DeleteSetter => "delete-setter",
            Self::MoveAfterBind => "move-after-bind",
            Self::AnotherSocket => "another-socket",
            Self::SetFalse => "set-false",
            Self::SwapBranch => "swap-branch",
        })
    }
}

impl Mutation {
    pub(crate) const ALL: [Self; 5] = [
        Self::DeleteSetter,
        Self::MoveAfterBind,
        Self::AnotherSocket,
        Self::SetFalse,
        Self::SwapBranch,
    ];

    /// The rules that may notice it.
    pub(crate) fn rules(self) -> &'static [&'static str] {
        match self {
            Self::MoveAfterBind => &["missing_reuseaddr", "disabled_reuseaddr", "late_option"],
            Self::SwapBranch => &["missing_reuseaddr", "disabled_reuseaddr", "windows_reuseaddr"],
            _ => &["missing_reuseaddr", "disabled_reuseaddr"],
        }
    }

    /// The edits that make it at a place: every setter of the place is broken.
    pub(crate) fn edits(self, sources: &[Source], place: &Place) -> Result<Vec<Edit>, Skipped> {
        let mut edits = Vec::new();
        for setter in &place.setters {
            let site = Site { sources, place, spot: setter, source: &sources[setter.source] };
            let made = match self {
                Self::DeleteSetter => site.delete(),
                Self::MoveAfterBind => site.move_after_bind(),
                Self::AnotherSocket => site.another_socket(),
                Self::SetFalse => site.set_false(),
                Self::SwapBranch => site.swap_branch(),
            }?;
            edits.extend(made.into_iter().filter(|edit| !edits.contains(edit)).collect::<Vec<_>>());
        }
        Ok(edits)
    }
}

/// The sources with the edits made, as (index, text).
pub(crate) fn apply(
    sources: &[Source],
    mut edits: Vec<Edit>,
) -> Result<Vec<(usize, String)>, Skipped> {
    edits.sort_by_key(|edit| (edit.source, edit.range.start, edit.range.end));
    let mut texts: Vec<(usize, String)> = Vec::new();
    let mut end = 0;
    for edit in &edits {
        let text = &sources[edit.source].text;
        if texts.last().is_none_or(|(source, _)| *source != edit.source) {
            finish(sources, &mut texts, end);
            texts.push((edit.source, String::new()));
            end = 0;
        }
        let Some(new) = texts.last_mut() else { continue };
        if edit.range.start < end {
            return Err("two edits of the same text");
        }
        new.1.push_str(&text[end..edit.range.start]);
        new.1.push_str(&edit.text);
        end = edit.range.end;
    }
    finish(sources, &mut texts, end);
    let parses = texts.iter().all(|(_, text)| Outline::of(text).is_some());
    if parses { Ok(texts) } else { Err("the mutant does not parse") }
}

fn finish(sources: &[Source], texts: &mut [(usize, String)], end: usize) {
    if let Some((source, text)) = texts.last_mut() {
        text.push_str(&sources[*source].text[end..]);
    }
}

/// One setter of a place.
struct Site<'a> {
    sources: &'a [Source],
    place: &'a Place,
    spot: &'a Spot,
    source: &'a Source,
}

impl Site<'_> {
    fn setter(&self) -> &Call {
        &self.spot.call
    }

    fn edit(&self, range: Bytes, text: impl Into<String>) -> Edit {
        Edit { source: self.spot.source, range, text: text.into() }
    }

    /// Takes some text away, and leaves its line breaks.
    fn cut(&self, range: Bytes) -> Edit {
        let lines = self.source.text[range.clone()].matches('\n').count();
        self.edit(range, "\n".repeat(lines))
    }

    fn delete(&self) -> Result<Vec<Edit>, Skipped> {
        let statement = self.statement()?;
        if self.is_all_of(statement) {
            return Ok(vec![self.cut(statement.range.clone())]);
        }
        match self.link() {
            Some(link) => Ok(vec![self.cut(link)]),
            None => Ok(vec![self.edit(self.setter().range.clone(), self.neutral())]),
        }
    }

    fn swap_branch(&self) -> Result<Vec<Edit>, Skipped> {
        let statement = self.statement()?;
        if let Some(predicate) = self.platform() {
            return Ok(vec![self.edit(predicate, "windows")]);
        }
        let range = if self.is_all_of(statement) {
            let (start, end) = (statement.range.start, statement.range.end);
            return Ok(vec![
                self.edit(start..start, "if cfg!(windows) { "),
                self.edit(end..end, " }"),
            ]);
        } else if self.link().is_some() {
            return Err("the setter is a part of a chain");
        } else {
            self.setter().range.clone()
        };
        Ok(vec![
            self.edit(range.start..range.start, "(if cfg!(windows) { "),
            self.edit(range.end..range.end, format!(" }} else {{ {} }})", self.neutral())),
        ])
    }

    /// The predicate about platforms that the setter depends on.
    fn platform(&self) -> Option<Bytes> {
        let function = self.source.outline.function(&self.setter().range)?;
        let around = self.source.outline.conditions.iter().filter(|it| {
            let predicate = &self.source.text[it.predicate.clone()];
            let words = ["unix", "windows", "target_os", "target_family"];
            holds(&it.scope, &self.setter().range)
                && holds(&function.body, &it.scope)
                && predicate != "windows"
                && words.iter().any(|word| predicate.contains(word))
        });
        around.min_by_key(|it| it.scope.len()).map(|it| it.predicate.clone())
    }

    fn set_false(&self) -> Result<Vec<Edit>, Skipped> {
        let setter = self.setter();
        let raw = setter.args.iter().any(|arg| self.source.text[arg.clone()].contains("SO_"));
        if let Some(value) = setter.args.last().filter(|_| !raw) {
            let text = &self.source.text[value.clone()];
            let off = if text.starts_with('&') { "&false" } else { "false" };
            return Ok(vec![self.edit(value.clone(), off)]);
        }
        for word in setter.args.iter().flat_map(|arg| self.source.words(arg)) {
            if let Some(off) = off(&word.text) {
                return Ok(vec![self.edit(word.range, off)]);
            }
            if let Some(value) = self.source.variable(&word.text, &word.range)
                && let Some(on) = self.source.words(&value).first()
                && let Some(off) = off(&on.text)
            {
                return Ok(vec![self.edit(on.range.clone(), off)]);
            }
        }
        Err("the value is not in sight")
    }

    fn another_socket(&self) -> Result<Vec<Edit>, Skipped> {
        let other = self.other(self.spot.source, &self.setter().range);
        let other = other.or_else(|| {
            let (source, call) = self.helper()?;
            self.other(source, &call.range)
        });
        other.ok_or("the socket is not made in sight")
    }

    /// Edits after which the socket named in `range` is another one.
    fn other(&self, index: usize, range: &Bytes) -> Option<Vec<Edit>> {
        let source = &self.sources[index];
        let at = source.outline.statement(range)?.range.start;
        let words = source.words(range);
        words.iter().find_map(|word| {
            let made = self.copy(index, word)?;
            let edit = |range, text| Edit { source: index, range, text };
            let renamed = words.iter().filter(|it| it.text == word.text);
            let renamed = renamed.map(|it| edit(it.range.clone(), format!("another_{}", it.text)));
            Some([edit(at..at, made)].into_iter().chain(renamed).collect())
        })
    }

    /// Statements that make another socket, in the way in which a variable got its own.
    fn copy(&self, index: usize, word: &Word) -> Option<String> {
        let source = &self.sources[index];
        let value = source.variable(&word.text, &word.range)?;
        let binds = |it: &Spot| it.source == index && holds(&value, &it.call.range);
        let sets = index == self.spot.source && holds(&value, &self.setter().range);
        if sets || self.place.binds.iter().any(binds) {
            return None;
        }
        let text = &source.text[value.clone()];
        let name = &word.text;
        if source.creates(&value) {
            return Some(format!("let another_{name} = {}; ", one_line(text)?));
        }
        source.words(&value).into_iter().find_map(|word| {
            let made = self.copy(index, &word)?;
            let (start, end) = (word.range.start - value.start, word.range.end - value.start);
            let text = format!("{}another_{}{}", &text[..start], word.text, &text[end..]);
            Some(format!("{made}let another_{name} = {}; ", one_line(&text)?))
        })
    }

    fn move_after_bind(&self) -> Result<Vec<Edit>, Skipped> {
        let here = self.move_within(self.spot.source, self.setter());
        here.or_else(|why| {
            let (source, call) = self.helper().ok_or(why)?;
            self.move_within(source, call)
        })
    }

    /// Moves `call` behind the bind in the same function.
    fn move_within(&self, index: usize, call: &Call) -> Result<Vec<Edit>, Skipped> {
        let source = &self.sources[index];
        let binds = self.place.binds.iter().filter(|it| it.source == index);
        let pairs = binds.filter_map(|bind| {
            let pair = source.outline.siblings(&call.range, &bind.call.range)?;
            Some((pair.0, pair.1, &bind.call))
        });
        let pair = pairs.min_by_key(|(first, _, _)| first.block.len());
        let (first, second, bind) = pair.ok_or("setter and bind share no function")?;
        let site = Site { source, spot: &Spot { source: index, call: call.clone() }, ..*self };
        if first.index == second.index {
            return site.move_link(bind);
        }
        if first.index > second.index {
            return Err("the setter stands behind the bind");
        }
        let kept = match &first.form {
            Form::Let { name, .. } => source.names(&second.range, name),
            _ => false,
        };
        if kept || source.creates(&first.range) {
            return Err("the socket is made in the same statement");
        }
        let mut moved = vec![first];
        if let Form::Let { name, .. } = &first.form {
            moved.extend(source.outline.block_of(first).filter(|it| {
                let between = first.index < it.index && it.index < second.index;
                between && source.names(&it.range, name)
            }));
        }
        let texts: Option<Vec<_>> =
            moved.iter().map(|it| one_line(&source.text[it.range.clone()])).collect();
        let text = texts.ok_or("the setter has no tokens")?.join(" ");
        let mut edits: Vec<_> = moved.iter().map(|it| site.cut(it.range.clone())).collect();
        let (start, end) = (second.range.start, second.range.end);
        if let Form::Tail = second.form {
            edits.push(site.edit(start..start, "let outcome = "));
            edits.push(site.edit(end..end, format!("; {text} outcome")));
        } else {
            edits.push(site.edit(end..end, format!(" {text}")));
        }
        Ok(edits)
    }

    /// Moves a part of a chain behind the bind in the same chain.
    fn move_link(&self, bind: &Call) -> Result<Vec<Edit>, Skipped> {
        let link = self.link().ok_or("setter and bind are one statement")?;
        let chained = bind.receiver.as_ref().is_some_and(|it| holds(it, &self.setter().range));
        if !chained {
            return Err("setter and bind are one statement");
        }
        let end = bind.range.end + self.tries(bind.range.end);
        let text = one_line(&self.source.text[link.clone()]).ok_or("the setter has no tokens")?;
        Ok(vec![self.cut(link), self.edit(end..end, text)])
    }

    fn statement(&self) -> Result<&Statement, Skipped> {
        let statement = self.source.outline.statement(&self.setter().range);
        statement.ok_or("the setter is in no statement")
    }

    /// Whether the setter is all that a statement does, apart from looking at its result.
    fn is_all_of(&self, statement: &Statement) -> bool {
        let range = &statement.range;
        let mut arms = self.source.outline.arms.iter();
        let binds = |it: &Spot| it.source == self.spot.source && holds(range, &it.call.range);
        matches!(statement.form, Form::Plain)
            && !arms.any(|arm| holds(range, arm) && holds(arm, &self.setter().range))
            && !self.place.binds.iter().any(binds)
            && !self.source.creates(range)
    }

    /// The call from the bind's function of the function that the setter is in.
    fn helper(&self) -> Option<(usize, &Call)> {
        let helper = &self.source.outline.function(&self.setter().range)?.name;
        self.place.binds.iter().find_map(|bind| {
            let source = &self.sources[bind.source];
            let body = &source.outline.function(&bind.call.range)?.body;
            let mut calls = source.outline.calls.iter();
            let call = calls.find(|it| it.name == *helper && holds(body, &it.range))?;
            Some((bind.source, call))
        })
    }

    /// The setter as a part of a chain, where the value that it returns is used on.
    fn link(&self) -> Option<Bytes> {
        let receiver = self.setter().receiver.as_ref()?;
        let end = self.setter().range.end;
        let end = end + self.tries(end);
        let rest = self.source.text[end..].trim_start();
        let method = rest.strip_prefix('.').map(|rest| {
            let rest = rest.trim_start();
            let end = rest.find(|it: char| !it.is_alphanumeric() && it != '_');
            &rest[..end.unwrap_or(rest.len())]
        });
        let chained = match method {
            Some(method) => !OF_RESULTS.contains(&method),
            None => self.source.creates(receiver),
        };
        chained.then_some(receiver.end..end)
    }

    /// How many bytes from `at` on hand a failure on.
    fn tries(&self, at: usize) -> usize {
        let rest = &self.source.text[at..];
        let text = rest.trim_start();
        let space = rest.len() - text.len();
        let unwraps = [".unwrap()", "?"];
        unwraps.iter().find(|it| text.starts_with(**it)).map_or(0, |it| space + it.len())
    }

    /// What the setter would be if it did nothing.
    fn neutral(&self) -> &'static str {
        let raw = self.setter().name == "setsockopt"
            && self.source.text[self.setter().range.clone()].contains("SO_REUSE");
        if raw { "0" } else { "Ok(())" }
    }
}

/// The opposite of a word that switches an option on.
fn off(word: &str) -> Option<String> {
    let rest = word.strip_prefix('1');
    match rest {
        Some(kind) if !kind.starts_with(|it: char| it.is_ascii_digit()) => Some(format!("0{kind}")),
        _ => (word == "true").then(|| "false".to_owned()),
    }
}

/// Source text on one line, without comments.
fn one_line(text: &str) -> Option<String> {
    let tokens: TokenStream = text.parse().ok()?;
    Some(tokens.to_string()).filter(|it| !it.contains('\n'))
}

/// A name or a literal of a source.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) range: Bytes,
}

/// The names and literals of `tokens`, which start at `offset`.
pub(crate) fn words(tokens: TokenStream, offset: usize, found: &mut Vec<Word>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => words(group.stream(), offset, found),
            TokenTree::Punct(_) => {}
            token => {
                let range = token.span().byte_range();
                let range = range.start + offset..range.end + offset;
                found.push(Word { text: token.to_string(), range });
            }
        }
    }
}
