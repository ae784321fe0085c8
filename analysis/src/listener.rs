//! What `#[sockopt::listener]` makes of an item: the options of every listener in it, set in the right place.
//!
//! The same engine as that of fixes, in rounds: analyze the text, make one change, analyze again, until
//! nothing is left to do. What is left and cannot be done is a [`Problem`]. Nothing here knows of tokens that
//! have spans: the macro prints its item as a text, and finds its tokens again by where they stood.
//!
//! The item is analyzed with the file around it, where that is at hand: imports say what its names mean.

mod arguments;
mod context;
mod rope;
mod survey;
mod tokens;

use std::{collections::BTreeSet, ops::Range};

pub use arguments::{Wish, Wishes};
pub use context::{Place, renamed};
pub use tokens::{Kind, Token};

use crate::{
    Edit, Fix, Request,
    fix::Action,
    lower,
    model::{self, options::REUSE_ADDR},
    rewrite::{Style, rewrite_in},
    sites::{Site, SiteMap},
    socket::{Domain, Platform, SockType},
};
use rope::Rope;
use survey::{Seen, Survey};

/// More changes than this, one item does not need.
const ROUNDS: usize = 64;

/// An item and what is wanted of it.
#[derive(Debug)]
pub struct Job<'a> {
    /// The text around and with the item.
    pub text: &'a str,
    /// Where the item stands in it, its attributes included.
    pub item: Range<usize>,
    /// Crates that code calls by other names: (name in code, name of the crate).
    pub renamed: &'a [(String, String)],
    /// What is wanted. Its positions are those of a text that follows [`Self::text`].
    pub wishes: &'a Wishes,
}

/// What became of an item.
#[derive(Debug)]
pub struct Arranged {
    /// Its tokens, each with where it stood before: in [`Job::text`], or behind it in the arguments.
    pub tokens: Vec<(Token, Option<usize>)>,
    /// Its text.
    pub text: String,
    /// What could not be done: if there is anything, the item should stay as it is.
    pub problems: Vec<Problem>,
}

/// Why an item cannot be what is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: bytes of [`Job::text`], or behind it of the arguments.
    pub range: Range<usize>,
    /// What: lowercase, no final period.
    pub message: String,
}

impl Problem {
    fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { range, message: message.into() }
    }
}

/// Sets the options of every listener of an item in the right place.
///
/// Needs as much stack as [`lower()`].
#[must_use]
pub fn arrange(job: &Job<'_>) -> Arranged {
    let mut session = Session {
        job,
        rope: Rope::new(job.text),
        done: BTreeSet::new(),
        met: BTreeSet::new(),
        problems: Vec::new(),
    };
    for _ in 0..ROUNDS {
        if !session.round() {
            break;
        }
    }
    session.problems.sort_by_key(|it| (it.range.start, it.range.end));
    session.problems.dedup();
    let text = session.rope.text();
    let item = session.item(&text);
    let own = text.get(item.clone()).unwrap_or_default().to_owned();
    let tokens = tokens::lex(&own).into_iter().map(|token| {
        let from =
            session.rope.origin_of(item.start + token.range.start..item.start + token.range.end);
        (token, from)
    });
    Arranged { tokens: tokens.collect(), text: own, problems: session.problems }
}

/// One change that may be necessary.
struct Step {
    /// Around which call.
    call: Site,
    /// What tells it from other changes there.
    name: &'static str,
    fix: Result<Fix, String>,
    /// The argument that wants it.
    wish: Option<usize>,
}

struct Session<'a> {
    job: &'a Job<'a>,
    rope: Rope,
    /// What was tried: where the call stood, and what for.
    done: BTreeSet<(usize, &'static str)>,
    /// Arguments for which there was something to do, or to complain about.
    met: BTreeSet<usize>,
    problems: Vec<Problem>,
}

impl Session<'_> {
    /// Makes one change; answers whether there may be more to do.
    fn round(&mut self) -> bool {
        let text = self.rope.text();
        let item = self.item(&text);
        let Some(survey) = self.survey(&text, &item) else { return false };
        let steps = self.steps(&survey, &text);
        for step in steps {
            if self.take(step, &survey.sites, &text, &item) {
                return true;
            }
        }
        if !survey.has_listener() {
            self.problems.push(self.nothing_found(&survey, &text, &item));
        } else if self.problems.is_empty() {
            self.unmet();
        }
        false
    }

    /// Where the item is now.
    fn item(&self, text: &str) -> Range<usize> {
        self.job.item.start..text.len() - (self.job.text.len() - self.job.item.end)
    }

    fn survey(&mut self, text: &str, item: &Range<usize>) -> Option<Survey> {
        let unreadable = match lower(text) {
            Ok(lowered) => {
                let Some(error) = lowered.partial.clone().filter(|it| item.contains(&it.offset))
                else {
                    return Some(Survey::new(lowered, text, item, self.job.renamed));
                };
                error
            }
            Err(error) => error,
        };
        let at = self.rope.origin(unreadable.offset).unwrap_or(self.job.item.start);
        let message = format!("sockopt cannot read this: {unreadable}");
        self.problems.push(Problem::new(at..at + 1, message));
        None
    }

    /// Takes a step that was not tried yet; answers whether the text has changed.
    fn take(&mut self, step: Step, sites: &SiteMap, text: &str, item: &Range<usize>) -> bool {
        let range = sites.get(step.call.id);
        let at = self.rope.origin(range.label.start).unwrap_or(range.label.start);
        if !self.done.insert((at, step.name)) {
            return false;
        }
        self.met.extend(step.wish);
        let place = step.wish.and_then(|at| self.job.wishes.range(at)).map_or_else(
            || at..at + range.label.len(),
            |range| self.job.text.len() + range.start..self.job.text.len() + range.end,
        );
        let fix = match step.fix {
            Ok(fix) => fix,
            Err(message) => {
                self.problems.push(Problem::new(place, message));
                return false;
            }
        };
        let request = Request { fix: &fix, for_windows: true };
        let edits = rewrite_in(Style::InPlace, text, sites, &[request]).pop().flatten();
        let mut why = refusal(&fix, step.name);
        if edits.iter().flatten().any(|edit| !within(edit, item)) {
            "the socket of this option is bound outside of this item: annotate what holds both"
                .clone_into(&mut why);
        }
        let edits = edits.filter(|edits| edits.iter().all(|edit| within(edit, item)));
        let Some(edits) = edits else {
            self.problems.push(Problem::new(at..at + range.label.len(), why));
            return false;
        };
        let before = self.rope.clone();
        let offset = self.job.text.len();
        let values = self.job.wishes.values();
        let values: Vec<_> = values.map(|(text, at)| (text, at + offset)).collect();
        self.rope.apply(&edits, &values);
        if lower(&self.rope.text()).is_ok_and(|it| it.partial.is_none()) {
            return true;
        }
        self.rope = before;
        self.problems.push(Problem::new(at..at + range.label.len(), why));
        false
    }

    fn steps(&self, survey: &Survey, text: &str) -> Vec<Step> {
        let wishes = self.job.wishes;
        let mut steps = Vec::new();
        if !wishes.allows("late_option") {
            steps.extend(survey.late.iter().map(|late| Step {
                call: late.call,
                name: "the option that is set too late",
                fix: late.fix.clone().ok_or_else(|| late.message.clone()),
                wish: None,
            }));
        }
        for (at, seen) in survey.listeners() {
            let wanted = wishes.options().map(|(at, wish)| (Some(at), wish));
            steps.extend(wanted.filter_map(|(wish, it)| Self::wanted(*at, seen, it, wish)));
            if let Some((argument, true)) = wishes.reuse_address
                && seen.may_decline_reuse_address()
            {
                let message =
                    format!("the body sets `{}` itself, and not always to `true`", REUSE_ADDR.name);
                let (name, wish) = (REUSE_ADDR.name, Some(argument));
                steps.push(Step { call: *at, name, fix: Err(message), wish });
            }
            if !matches!(wishes.reuse_address, Some((_, false)))
                && !wishes.allows("missing_reuseaddr")
                && seen.lacks_reuse_address(wishes.asks_for_reuse())
            {
                let setter = model::setter(seen.row, &REUSE_ADDR, None);
                let setter = setter.ok_or_else(|| unable(seen, REUSE_ADDR.name));
                let fix = setter.map(|setter| {
                    fix(
                        seen,
                        Action::SetBefore {
                            bind: *at,
                            option: &REUSE_ADDR,
                            setter,
                            spares_windows: true,
                        },
                    )
                });
                steps.push(Step { call: *at, name: REUSE_ADDR.name, fix, wish: None });
            }
        }
        if let Some((at, wish)) = &wishes.backlog {
            for call in survey.listen_calls(text) {
                let value = wish.clone();
                let fix = Fix::sure(Action::Replace { call, value });
                steps.push(Step { call, name: "the backlog", fix: Ok(fix), wish: Some(*at) });
            }
        }
        steps
    }

    /// What gives one listener the option of one argument.
    fn wanted(at: Site, seen: &Seen, wish: &Wish, argument: Option<usize>) -> Option<Step> {
        let option = wish.option;
        if !seen.domain.may(option.domains) {
            return None;
        }
        let step = |fix| Step { call: at, name: option.name, fix, wish: argument };
        if !seen.domain.is(option.domains) {
            let family = "whether this socket is an IPv6 one is known at run time only, and on another the call fails";
            return Some(step(Err(family.to_owned())));
        }
        let setter = model::setter(seen.row, option, None)
            .or_else(|| model::setter_of_trait(seen.row, option));
        let known = setter.filter(|it| it.level.is_none() || it.is_system_call());
        let Some(setter) = known else { return Some(step(Err(unable(seen, option.name)))) };
        if seen.has(option) {
            return Some(Step {
                fix: Err(format!("the body sets `{}` itself", option.name)),
                ..step(Err(String::new()))
            });
        }
        let value = wish.value.clone();
        Some(step(Ok(fix(seen, Action::SetTo { bind: at, option, setter, value }))))
    }

    /// Arguments that no listener had to do with.
    fn unmet(&mut self) {
        let wishes = self.job.wishes;
        let wanted = wishes.options().map(|(at, wish)| (at, wish.option.name));
        let all: Vec<_> =
            wanted.chain(wishes.backlog.iter().map(|(at, _)| (*at, "the backlog"))).collect();
        for (at, name) in all {
            if self.met.contains(&at) {
                continue;
            }
            let Some(range) = wishes.range(at) else { continue };
            let offset = self.job.text.len();
            let message = if name == "the backlog" {
                "no call here takes a backlog: looked for `listen(…)` with a value".to_owned()
            } else {
                format!("no socket that is bound here takes `{name}`")
            };
            self.problems.push(Problem::new(range.start + offset..range.end + offset, message));
        }
    }

    fn nothing_found(&self, survey: &Survey, text: &str, item: &Range<usize>) -> Problem {
        let origin = |range: Range<usize>| {
            let at = self.rope.origin(range.start).unwrap_or(range.start);
            at..at + range.len()
        };
        if let Some((site, seen)) = survey.binds.iter().next() {
            let message = if seen.connects {
                "this socket connects, so that it is no listener"
            } else if seen.sock_type.may(SockType::STREAM) && seen.domain.may(Domain::INET) {
                "nothing shows that this socket is a TCP listener: its type is not written here, and it does not listen here"
            } else {
                "this socket is no TCP listener"
            };
            return Problem::new(origin(survey.sites.get(site.id).label), message);
        }
        if let Some(site) = survey.unbound() {
            let message = "this socket is not bound in this item, so that nothing can be set before: annotate what binds it";
            return Problem::new(origin(survey.sites.get(site.id).label), message);
        }
        let tokens = tokens::lex(text.get(item.clone()).unwrap_or_default());
        let moved = |range: &Range<usize>| item.start + range.start..item.start + range.end;
        if let Some(call) = tokens::call_of(&tokens, &["bind", "listen"]) {
            let message = format!(
                "sockopt does not know the API of this `{}`, so it cannot tell what it does to a socket",
                call.text
            );
            return Problem::new(origin(moved(&call.range)), message);
        }
        let name = tokens::name(&tokens).map_or(item.start..item.start + 1, |it| moved(&it.range));
        let message = "no listener is made here: looked for a `bind` of a TCP socket, and for calls that make a listener, as `TcpListener::bind`";
        Problem::new(origin(name), message)
    }
}

fn fix(seen: &Seen, action: Action) -> Fix {
    Fix { on_windows: seen.platforms.contains(Platform::Windows), ..Fix::sure(action) }
}

fn within(edit: &Edit, item: &Range<usize>) -> bool {
    item.start <= edit.range.start && edit.range.end <= item.end
}

fn unable(seen: &Seen, option: &str) -> String {
    let krate = seen.row.path.split("::").next().unwrap_or_default();
    format!("`{krate}` has no call that sets `{option}` before this `bind`")
}

/// Why there is no edit for a fix.
fn refusal(fix: &Fix, name: &str) -> String {
    match fix.action {
        Action::MoveBefore { .. } => {
            "this option is set too late, and cannot be moved before `bind`: it depends on \
                                      what stands between, or is no statement of its own"
                .to_owned()
        }
        Action::Replace { .. } => "cannot write another value here".to_owned(),
        Action::SetTo { ref setter, .. }
            if fix.on_windows && !setter.call.platforms.contains(Platform::Windows) =>
        {
            format!(
                "cannot set `{name}` around this call: Windows lacks it, so that it takes a statement of its own, \
                 before one that is `….bind(…)?;`"
            )
        }
        _ => format!(
            "cannot set `{name}` around this call: the socket is no variable or field, a name that is needed means \
             two things, or the code around does not show what becomes of an error"
        ),
    }
}

#[cfg(test)]
mod tests;
