//! The output formats: dispatch, nothing else.

pub mod checkstyle;
pub mod github;
pub mod gitlab;
pub mod human;
pub mod json;
pub mod junit;
pub mod list;
pub mod rdjson;
pub mod sarif;
pub mod short;
pub mod statistics;
mod suggestion;
mod xml;

use crate::{
    cli::MessageFormat,
    finding::{Finding, Sources},
    report::{Document, Report},
};

/// One finding, with its line end, and with ANSI colors and perhaps links where people read it; nothing where a
/// document is written in one piece.
#[must_use]
pub fn finding(format: MessageFormat, finding: &Finding, sources: &Sources, links: bool) -> String {
    match format {
        MessageFormat::Human => human::colored(finding, sources, links),
        MessageFormat::Short => short::line(finding) + "\n",
        MessageFormat::Json => json::finding(finding, sources) + "\n",
        MessageFormat::Sarif
        | MessageFormat::Github
        | MessageFormat::Gitlab
        | MessageFormat::Junit
        | MessageFormat::Checkstyle
        | MessageFormat::Rdjson
        | MessageFormat::Shard => String::new(),
    }
}

/// A whole report, as a file holds it.
#[must_use]
pub fn document(format: MessageFormat, report: &Report) -> Document {
    match format {
        MessageFormat::Human => human::document(report).into(),
        MessageFormat::Short => short::document(report).into(),
        MessageFormat::Json => json::document(report).into(),
        MessageFormat::Sarif => sarif::document(report),
        MessageFormat::Github => github::document(report),
        MessageFormat::Gitlab => gitlab::document(report).into(),
        MessageFormat::Junit => junit::document(report).into(),
        MessageFormat::Checkstyle => checkstyle::document(report).into(),
        MessageFormat::Rdjson => rdjson::document(report).into(),
        // It is more than a report: see `shard`.
        MessageFormat::Shard => String::new().into(),
    }
}
