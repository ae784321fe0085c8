//! Sockets that get an address, owned and complete: all that is printed of them.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use sockopt_analysis::{
    inventory::{Entry, Listens, Setting},
    socket::{Platform, Platforms},
};

use crate::finding::{BaselineState, Finding, Label, Place, Severity};

/// One place where sockets are bound.
#[derive(Debug)]
pub struct Listed {
    /// The package; empty for files without a manifest.
    pub package: String,
    /// The call.
    pub place: Place,
    /// The calls that have set options before.
    pub setters: Vec<Place>,
    /// The call, as it is written.
    pub call: String,
    /// Path of the function that holds it.
    pub function: String,
    /// Path of what is called, if it binds.
    pub api: Option<&'static str>,
    /// What the sockets are.
    pub kind: &'static str,
    /// The port, if it is known.
    pub port: Option<u16>,
    /// Whether the address is known to be that of all interfaces.
    pub wildcard: bool,
    /// Whether they listen.
    pub listens: Listens,
    /// Where that is so.
    pub platforms: Platforms,
    /// What the call finds options to be.
    pub options: Vec<(&'static str, BTreeMap<Platform, Setting>)>,
    /// Whether code that is not seen may set any other option.
    pub is_open: bool,
    /// What is found about them.
    pub found: Vec<Found>,
}

/// Something that is found about a socket.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// What it comes to.
    pub verdict: Verdict,
    /// The rule, without `sockopt::`.
    pub rule: &'static str,
}

/// What is to be said of a socket: the worst comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Something is found at level deny.
    Error,
    /// Something is found at level warn.
    Warning,
    /// A comment says that what is found is meant to stay.
    Suppressed,
    /// What is found is in the baseline.
    Known,
    /// Nothing is found, but not all that matters is known.
    Unknown,
    /// Nothing is found.
    Ok,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Error, Self::Warning, Self::Suppressed, Self::Known, Self::Unknown, Self::Ok];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Suppressed => "suppressed",
            Self::Known => "known",
            Self::Unknown => "unknown",
            Self::Ok => "ok",
        }
    }
}

impl Listed {
    /// A place of the analysis, on the platforms that are judged.
    #[must_use]
    pub fn new(
        entry: &Entry,
        judged: Platforms,
        package: String,
        (place, setters): (Place, Vec<Place>),
        call: &str,
    ) -> Self {
        let options = entry.options.iter().filter_map(|(option, values)| {
            let values: BTreeMap<_, _> = values
                .iter()
                .filter(|(platform, _)| judged.contains(**platform))
                .map(|(platform, value)| (*platform, *value))
                .collect();
            (!values.is_empty()).then_some((option.name, values))
        });
        Self {
            package,
            place,
            setters,
            call: call.split_whitespace().collect::<Vec<_>>().join(" "),
            function: entry.item.clone(),
            api: entry.api,
            kind: entry.kind(),
            port: entry.port,
            wildcard: entry.wildcard,
            listens: entry.listens,
            platforms: entry.platforms.intersection(judged),
            options: options.collect(),
            is_open: entry.is_open,
            found: Vec::new(),
        }
    }

    /// Takes note of a finding that is about it.
    pub fn add(&mut self, finding: &Finding) {
        let is_here = |it: &Label| it.place == self.place;
        let is_about = std::iter::once(&finding.primary).chain(&finding.secondary).any(is_here)
            || self.setters.contains(&finding.primary.place);
        if !is_about {
            return;
        }
        let verdict = match finding.severity {
            _ if finding.suppressed.is_some() => Verdict::Suppressed,
            _ if finding.baseline_state == Some(BaselineState::Unchanged) => Verdict::Known,
            Severity::Error => Verdict::Error,
            Severity::Warning => Verdict::Warning,
        };
        self.found.push(Found { verdict, rule: finding.rule });
        self.found.sort();
        self.found.dedup();
    }

    /// What is to be said of it.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let mut values = self.options.iter().flat_map(|(_, values)| values.values());
        let is_unknown = self.is_open
            || self.kind == "unknown"
            || self.listens == Listens::Unknown
            || values.any(|it| *it == Setting::Unknown);
        let clean = if is_unknown { Verdict::Unknown } else { Verdict::Ok };
        self.found.first().map_or(clean, |it| it.verdict)
    }

    /// What its address is known to be: `*:80` for port 80 of all interfaces.
    #[must_use]
    pub fn address(&self) -> String {
        match (self.wildcard, self.port) {
            (true, Some(port)) => format!("*:{port}"),
            (true, None) => "*:?".to_owned(),
            (false, Some(port)) => format!("?:{port}"),
            (false, None) => "?".to_owned(),
        }
    }
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    sockets: Vec<Socket<'a>>,
}

#[derive(Serialize)]
struct Socket<'a> {
    package: &'a str,
    path: &'a str,
    line: usize,
    column: usize,
    function: &'a str,
    call: &'a str,
    api: Option<&'a str>,
    kind: &'a str,
    port: Option<u16>,
    all_interfaces: bool,
    listens: &'a str,
    #[serde(serialize_with = "names")]
    platforms: Platforms,
    options: BTreeMap<&'a str, BTreeMap<&'a str, &'a str>>,
    other_options: &'a str,
    verdict: Verdict,
    findings: Vec<Rule>,
}

#[derive(Serialize)]
struct Rule {
    rule: String,
    verdict: Verdict,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn names<S: Serializer>(platforms: &Platforms, to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(platforms.iter().map(Platform::name))
}

const fn answer(listens: Listens) -> &'static str {
    match listens {
        Listens::Yes => "yes",
        Listens::No => "no",
        Listens::Unknown => "unknown",
    }
}

/// Sockets as one JSON document.
#[must_use]
pub fn json(all: &[Listed]) -> String {
    let document = Document { version: 1, sockets: all.iter().map(socket).collect() };
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn socket(it: &Listed) -> Socket<'_> {
    let options = it.options.iter().map(|(option, values)| {
        (*option, values.iter().map(|(on, value)| (on.name(), value.name())).collect())
    });
    let rule = |it: &Found| Rule { rule: format!("sockopt::{}", it.rule), verdict: it.verdict };
    Socket {
        package: &it.package,
        path: &it.place.path,
        line: it.place.start.line,
        column: it.place.start.column,
        function: &it.function,
        call: &it.call,
        api: it.api,
        kind: it.kind,
        port: it.port,
        all_interfaces: it.wildcard,
        listens: answer(it.listens),
        platforms: it.platforms,
        options: options.collect(),
        other_options: if it.is_open { "unknown" } else { "unset" },
        verdict: it.verdict(),
        findings: it.found.iter().map(rule).collect(),
    }
}
