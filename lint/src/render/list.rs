//! Sockets as a table.

use std::collections::BTreeMap;

use sockopt_analysis::{
    inventory::{Listens, Setting},
    socket::{Platform, Platforms},
};

use crate::inventory::{Listed, Verdict};

const HEAD: [&str; COLUMNS] =
    ["where", "function", "call", "socket", "address", "options", "verdict"];
const COLUMNS: usize = 7;

/// The table, with ANSI colors.
#[must_use]
pub fn table(all: &[Listed]) -> String {
    let rows: Vec<[String; COLUMNS]> = all.iter().map(row).collect();
    let mut widths = HEAD.map(str::len);
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &[&str; COLUMNS]| {
        let padded: Vec<_> =
            cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        padded.join("  ").trim_end().to_owned() + "\n"
    };
    let mut text = String::new();
    if !rows.is_empty() {
        text.extend(["\x1b[1m", line(&HEAD).trim_end(), "\x1b[0m\n"]);
    }
    for (row, listed) in rows.iter().zip(all) {
        let plain = line(&row.each_ref().map(String::as_str));
        let last = row[COLUMNS - 1].as_str();
        let head = plain.trim_end().strip_suffix(last).unwrap_or(&plain);
        text.extend([head, color(listed.verdict()), last, "\x1b[0m\n"]);
    }
    text
}

/// The last line: how many there are, and what is to be said of them.
#[must_use]
pub fn summary(all: &[Listed]) -> String {
    let count = |verdict| all.iter().filter(|it| it.verdict() == verdict).count();
    let counts = Verdict::ALL.into_iter().map(|it| (count(it), it.name()));
    let counts: Vec<_> = counts
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| {
            let s = if count > 1 && ["error", "warning"].contains(&name) { "s" } else { "" };
            format!("{count} {name}{s}")
        })
        .collect();
    let places = match all.len() {
        0 => return "sockopt: no socket is bound\n".to_owned(),
        1 => "1 place".to_owned(),
        many => format!("{many} places"),
    };
    format!("sockopt: sockets are bound in {places}: {}\n", counts.join(", "))
}

const fn color(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Error => "\x1b[1;31m",
        Verdict::Warning => "\x1b[1;33m",
        Verdict::Ok => "\x1b[32m",
        Verdict::Suppressed | Verdict::Known | Verdict::Unknown => "\x1b[2m",
    }
}

fn row(it: &Listed) -> [String; COLUMNS] {
    let listens = match it.listens {
        Listens::Yes => " listener",
        Listens::No => "",
        Listens::Unknown => " listener?",
    };
    let place = &it.place;
    let mut found: Vec<_> = it.found.iter().map(|it| it.rule).collect();
    found.dedup();
    let verdict = it.verdict().name();
    [
        format!("{}:{}:{}", place.path, place.start.line, place.start.column),
        it.function.clone(),
        it.api.unwrap_or(&it.call).to_owned(),
        format!("{}{listens}", it.kind),
        it.address(),
        options(it),
        if found.is_empty() {
            verdict.to_owned()
        } else {
            format!("{verdict}: {}", found.join(", "))
        },
    ]
}

/// `SO_REUSEADDR on`, and where that is so if it is not so everywhere.
fn options(it: &Listed) -> String {
    let each = it.options.iter().map(|(option, values)| format!("{option} {}", value(values)));
    let open = it.is_open.then(|| "others unknown".to_owned());
    each.chain(open).collect::<Vec<_>>().join("; ")
}

fn value(values: &BTreeMap<Platform, Setting>) -> String {
    let mut groups: Vec<(Setting, Platforms)> = Vec::new();
    for (platform, value) in values {
        let here = Platforms::only(*platform);
        match groups.iter_mut().find(|(it, _)| it == value) {
            Some((_, platforms)) => *platforms = platforms.union(here),
            None => groups.push((*value, here)),
        }
    }
    match groups.as_slice() {
        [(value, _)] => value.name().to_owned(),
        groups => {
            let group = |(value, on): &(Setting, Platforms)| format!("{} ({on})", value.name());
            groups.iter().map(group).collect::<Vec<_>>().join(", ")
        }
    }
}
