//! Findings compared with verdicts.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    io::{self, Write},
};

use crate::{
    run::Outcome,
    tables::{Judgement, Krate, Place, Verdict},
};

/// How the findings and the verdicts differ.
pub(crate) struct Report {
    swept: usize,
    rules: BTreeMap<String, Tally>,
    new: Vec<Place>,
    false_alarms: Vec<Place>,
    gone: Vec<Place>,
    failed: Vec<String>,
}

/// The findings of one rule.
#[derive(Default)]
struct Tally {
    crates: BTreeSet<String>,
    findings: usize,
    judged: BTreeMap<Judgement, usize>,
}

impl Report {
    /// Compares; `outcomes` are in the order of `crates`.
    pub(crate) fn new(crates: &[Krate], outcomes: &[Outcome], verdicts: &[Verdict]) -> Self {
        let verdicts: BTreeMap<_, _> =
            verdicts.iter().map(|it| (&it.place, it.judgement)).collect();
        let found: BTreeSet<_> = outcomes.iter().flatten().flatten().collect();
        let is_judged = |place: &&Place, as_what| verdicts.get(*place).copied() == as_what;
        let all = |as_what| {
            let judged = found.iter().filter(|it| is_judged(it, as_what));
            judged.map(|it| (*it).clone()).collect::<Vec<_>>()
        };
        let mut rules: BTreeMap<String, Tally> = BTreeMap::new();
        for place in &found {
            let tally = rules.entry(place.rule.clone()).or_default();
            tally.crates.insert(place.krate.clone());
            tally.findings += 1;
            if let Some(judgement) = verdicts.get(*place) {
                *tally.judged.entry(*judgement).or_default() += 1;
            }
        }
        // Nothing is known about the findings of a crate on which the tool failed.
        let failed: BTreeMap<_, _> = crates
            .iter()
            .zip(outcomes)
            .filter_map(|(krate, outcome)| Some((&krate.name, outcome.as_ref().err()?)))
            .collect();
        let is_gone = |it: &&&Place| !found.contains(**it) && !failed.contains_key(&it.krate);
        Self {
            swept: crates.len(),
            new: all(None),
            false_alarms: all(Some(Judgement::False)),
            gone: verdicts.keys().filter(is_gone).map(|it| (*it).clone()).collect(),
            failed: failed.into_iter().map(|(name, why)| format!("{name}: {why}")).collect(),
            rules,
        }
    }

    /// Whether every finding was judged, and none a false alarm.
    pub(crate) fn is_clean(&self) -> bool {
        self.new.is_empty() && self.false_alarms.is_empty()
    }

    /// Prints everything that is worth knowing.
    pub(crate) fn print(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "{} crates", self.swept)?;
        writeln!(out, "{:24}crates findings  true false debatable", "rule")?;
        for (rule, tally) in &self.rules {
            let judged = |it| tally.judged.get(&it).copied().unwrap_or_default();
            let (yes, no) = (judged(Judgement::True), judged(Judgement::False));
            let (crates, findings) = (tally.crates.len(), tally.findings);
            let either = judged(Judgement::Debatable);
            writeln!(out, "{rule:24}{crates:6} {findings:8} {yes:5} {no:5} {either:9}")?;
        }
        list(out, "new, not judged", &self.new)?;
        list(out, "false alarms", &self.false_alarms)?;
        list(out, "judged, not found any more", &self.gone)?;
        list(out, "failed", &self.failed)
    }
}

/// Prints a list, if there is something in it.
fn list(out: &mut impl Write, title: &str, items: &[impl fmt::Display]) -> io::Result<()> {
    if !items.is_empty() {
        writeln!(out, "\n{title}: {}", items.len())?;
    }
    items.iter().try_for_each(|item| writeln!(out, "  {item}"))
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, krate, version, path, line } = self;
        write!(f, "{krate} {version} {path}:{line} {rule}")
    }
}
