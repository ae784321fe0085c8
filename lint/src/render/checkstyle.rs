//! checkstyle's XML: the findings of each file.

use std::io;

use super::xml::{self, Xml};
use crate::{finding::Finding, report::Report};

/// The version of checkstyle whose form it is.
const VERSION: &str = "8.0";

/// The whole report.
#[must_use]
pub fn document(report: &Report) -> String {
    let mut found: Vec<_> = report.counting().map(|(it, _)| it).collect();
    found.sort_by_key(|it| it.order());
    xml::document(|xml| {
        xml::element(xml, "checkstyle", &[("version", VERSION)], |xml| {
            let files = found.chunk_by(|a, b| a.primary.place.path == b.primary.place.path);
            files.into_iter().try_for_each(|found| file(xml, found))
        })
    })
}

fn file(xml: &mut Xml, found: &[&Finding]) -> io::Result<()> {
    let path = found.first().map_or("", |it| it.primary.place.path.as_str());
    xml::element(xml, "file", &[("name", path)], |xml| {
        found.iter().try_for_each(|it| error(xml, it))
    })
}

fn error(xml: &mut Xml, finding: &Finding) -> io::Result<()> {
    let start = finding.primary.place.start;
    let (line, column) = (start.line.to_string(), start.column.to_string());
    let source = format!("sockopt.{}", finding.rule);
    let attributes = [
        ("line", line.as_str()),
        ("column", &column),
        ("severity", finding.severity.name()),
        ("message", &finding.message),
        ("source", &source),
    ];
    xml::empty(xml, "error", &attributes)
}
