//! The output formats: dispatch, nothing else.

pub mod human;
pub mod json;
pub mod short;
mod suggestion;

use crate::{
    cli::MessageFormat,
    finding::{Finding, Sources},
};

/// One finding, with its line end, and with ANSI colors where people read it.
#[must_use]
pub fn finding(format: MessageFormat, finding: &Finding, sources: &Sources) -> String {
    match format {
        MessageFormat::Human => human::colored(finding, sources),
        MessageFormat::Short => short::line(finding) + "\n",
        MessageFormat::Json => json::finding(finding, sources) + "\n",
    }
}
