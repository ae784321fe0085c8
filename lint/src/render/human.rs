//! For people: the source, the labels, the whole story.

use std::ops::Range;

use codespan_reporting::{
    diagnostic::{Diagnostic, Label, LabelStyle, Severity as Shown},
    files::{Error, Files},
    term::{self, Config, termcolor::Ansi},
};
use similar::ChangeTag;
use sockopt_analysis::Applicability;

use crate::{
    finding::{self, BaselineState, Finding, Severity, Sources, Suggestion},
    locate::{SourceText, printable},
    render::suggestion::{self, Row},
    report::{Report, rule_url},
    warning::Located,
};

/// A finding, with ANSI colors, and perhaps with a link from the rule to its documentation.
#[must_use]
pub fn colored(finding: &Finding, sources: &Sources, links: bool) -> String {
    let (files, mut diagnostic) = diagnostic(finding, sources, true);
    if links {
        diagnostic.code = diagnostic.code.map(|it| link(&rule_url(finding.rule), &it));
    }
    let mut writer = Ansi::new(Vec::new());
    match term::emit_to_write_style(&mut writer, &Config::default(), &files, &diagnostic) {
        Ok(()) => String::from_utf8_lossy(writer.get_ref()).into_owned(),
        Err(_) => plain(finding, sources),
    }
}

/// A text that leads to an address (OSC 8).
fn link(url: &str, text: &str) -> String {
    format!("\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\")
}

/// A finding, without colors.
#[must_use]
pub fn plain(finding: &Finding, sources: &Sources) -> String {
    let (files, diagnostic) = diagnostic(finding, sources, false);
    let text = term::emit_into_string(&Config::default(), &files, &diagnostic);
    // Places are clamped to their texts, so there is nothing that cannot be shown; if there were, the
    // message matters more than the picture.
    text.unwrap_or_else(|_| format!("{}: {}\n\n", finding.severity.name(), finding.message))
}

/// All findings and the last line, without colors.
#[must_use]
pub fn document(report: &Report) -> String {
    let all: Vec<_> = report.findings.iter().map(|(it, _)| it).collect();
    let end = summary(&all, report.scanned);
    let end = anstream::adapter::strip_str(&end).to_string();
    report.counting().map(|(it, sources)| plain(it, sources)).chain([end]).collect()
}

/// A warning: one line, and with `help` a second one.
#[must_use]
pub fn warning(warning: &Located, help: bool) -> String {
    let place = warning.place.as_ref();
    let at = place.map(|place| format!(":{}:{}", place.start.line, place.start.column));
    let (path, at) = (&warning.path, at.unwrap_or_default());
    let mut text = format!("\x1b[1;33mwarning\x1b[0m: {path}{at}: {}\n", warning.message);
    if let Some(line) = warning.help.as_ref().filter(|_| help) {
        text.extend(["  = help: ", line, "\n"]);
    }
    text
}

/// The last line: how many findings in how many files, and how many there are that do not count.
#[must_use]
pub fn summary(findings: &[&Finding], analyzed: usize) -> String {
    let suppressed = findings.iter().filter(|it| it.suppressed.is_some()).count();
    let known =
        findings.iter().filter(|it| it.baseline_state == Some(BaselineState::Unchanged)).count();
    let mut beside = String::new();
    for (count, what) in [(suppressed, "suppressed"), (known, "known before")] {
        if count > 0 {
            beside.extend([", ", &count.to_string(), " ", what]);
        }
    }
    let findings: Vec<_> = findings.iter().filter(|it| it.counts()).collect();
    let count = |severity| findings.iter().filter(|it| it.severity == severity).count();
    let counts: Vec<_> = [(count(Severity::Error), "error"), (count(Severity::Warning), "warning")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| plural(count, word))
        .collect();
    if counts.is_empty() {
        return format!("sockopt: nothing found in {}{beside}\n", plural(analyzed, "file"));
    }
    let mut files: Vec<_> = findings.iter().map(|it| &it.primary.place.path).collect();
    files.sort_unstable();
    files.dedup();
    format!("sockopt: {} in {}{beside}\n", counts.join(", "), plural(files.len(), "file"))
}

/// How many findings were fixed, or would be, in how many files.
#[must_use]
pub fn fixed(findings: usize, files: usize, would_be: bool) -> String {
    let verb = if would_be { "would be fixed" } else { "fixed" };
    format!("sockopt: {} {verb} in {}\n", plural(findings, "finding"), plural(files, "file"))
}

/// How many findings were suppressed, in how many files.
#[must_use]
pub fn suppressed(findings: usize, files: usize) -> String {
    format!("sockopt: {} suppressed in {}\n", plural(findings, "finding"), plural(files, "file"))
}

/// How many findings of the baseline are not found any more.
#[must_use]
pub fn absent(findings: usize) -> String {
    let (count, are) = (plural(findings, "finding"), if findings == 1 { "is" } else { "are" });
    format!("sockopt: {count} of the baseline {are} gone: see `cargo sockopt baseline prune`\n")
}

/// How many of the findings can be fixed, and with which flags; nothing if none can, or the flags were given.
#[must_use]
pub fn fixable(findings: &[&Finding], fix: bool, risky: bool) -> String {
    let of = |applicability| {
        let fixes = findings.iter().filter(|it| it.counts()).filter_map(|it| it.fix.as_ref());
        fixes.filter(|fix| fix.applicability == applicability).count()
    };
    let (sure, maybe) = (of(Applicability::MachineApplicable), of(Applicability::MaybeIncorrect));
    let count = |count, flags| format!("{} can be fixed with `{flags}`", plural(count, "finding"));
    let text = match (if fix { 0 } else { sure }, maybe) {
        _ if fix && risky => return String::new(),
        (0, 0) => return String::new(),
        (sure, 0) => count(sure, "--fix"),
        (sure, maybe) if risky || sure == 0 => count(sure + maybe, "--fix --unsafe-fixes"),
        (sure, maybe) => format!("{}, {maybe} more with `--unsafe-fixes`", count(sure, "--fix")),
    };
    format!("sockopt: {text}\n")
}

fn plural(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

/// The files that a finding shows, by their paths. What is known of their lines is used for all findings.
struct Texts<'a>(Vec<(&'a str, Option<&'a SourceText>)>);

impl<'a> Texts<'a> {
    fn file(&self, id: usize) -> Result<(&'a str, Option<&'a SourceText>), Error> {
        self.0.get(id).copied().ok_or(Error::FileMissing)
    }
}

impl<'a> Files<'a> for Texts<'a> {
    type FileId = usize;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, id: usize) -> Result<&'a str, Error> {
        Ok(self.file(id)?.0)
    }

    fn source(&'a self, id: usize) -> Result<&'a str, Error> {
        Ok(self.file(id)?.1.map_or("", SourceText::printable))
    }

    fn line_index(&'a self, id: usize, byte: usize) -> Result<usize, Error> {
        Ok(self.file(id)?.1.map_or(0, |it| it.position(byte).line - 1))
    }

    fn line_range(&'a self, id: usize, line: usize) -> Result<Range<usize>, Error> {
        Ok(self.file(id)?.1.map_or(0..0, |it| it.line_range(&(line + 1..line + 2))))
    }
}

fn diagnostic<'a>(
    finding: &'a Finding,
    sources: &'a Sources,
    colors: bool,
) -> (Texts<'a>, Diagnostic<usize>) {
    let mut files: Vec<(&str, Option<&SourceText>)> = Vec::new();
    let mut label = |style, label: &'a finding::Label| {
        let path = label.place.path.as_str();
        let id = files.iter().position(|it| it.0 == path).unwrap_or_else(|| {
            files.push((path, sources.get(path)));
            files.len() - 1
        });
        Label::new(style, id, label.place.byte_start..label.place.byte_end)
            .with_message(&label.text)
    };
    let primary = std::iter::once(label(LabelStyle::Primary, &finding.primary));
    let secondary = finding.secondary.iter().map(|it| label(LabelStyle::Secondary, it));
    let labels = primary.chain(secondary).collect();
    let severity = match finding.severity {
        Severity::Warning => Shown::Warning,
        Severity::Error => Shown::Error,
    };
    let diagnostic = Diagnostic::new(severity)
        .with_code(format!("sockopt::{}", finding.rule))
        .with_message(&finding.message)
        .with_labels(labels)
        .with_notes(notes(finding, sources, colors));
    (Texts(files), diagnostic)
}

fn notes(finding: &Finding, sources: &Sources, colors: bool) -> Vec<String> {
    let mut notes: Vec<_> = finding.notes.iter().map(|note| format!("note: {note}")).collect();
    if !finding.platforms.is_empty() {
        notes.push(format!("holds on: {}", finding.platforms));
    }
    notes.extend(match &finding.fix {
        Some(fix) => Some(help(finding, fix, sources, colors)),
        None => finding.help.as_ref().map(|help| format!("help: {help}")),
    });
    notes
}

/// The help, and below it the lines that change.
fn help(finding: &Finding, fix: &Suggestion, sources: &Sources, colors: bool) -> String {
    let mut text = format!("help: {}", fix.message);
    let path = fix.edits.first().map(|it| &it.place.path);
    if let Some(path) = path.filter(|path| **path != finding.primary.place.path) {
        text.extend([" (in ", path, ")"]);
    }
    if fix.applicability == Applicability::MaybeIncorrect {
        text += " (unsafe: see whether it is what you mean)";
    }
    let stretches = suggestion::rows(fix, sources);
    let most = stretches.iter().flatten().map(|row| row.number).max().unwrap_or_default();
    let width = most.to_string().len();
    for (index, stretch) in stretches.iter().enumerate() {
        if index > 0 {
            text += "\n...";
        }
        for Row { number, tag, text: line } in stretch {
            let style = match tag {
                ChangeTag::Delete if colors => ("\x1b[31m", "\x1b[0m"),
                ChangeTag::Insert if colors => ("\x1b[32m", "\x1b[0m"),
                _ => ("", ""),
            };
            let line = printable(line).replace('\t', "    ");
            let line = format!("{number:width$} {tag} {line}");
            text.extend(["\n", style.0, line.trim_end(), style.1]);
        }
    }
    text
}

#[cfg(test)]
pub(super) mod tests {
    use std::path::Path;

    use sockopt_analysis::{Applicability, Edit};

    use super::{plain, summary};
    use crate::{
        finding::{Finding, Label, Origin, Severity, Sources},
        identity::Identity,
        project::Target,
    };

    const MAIN: &str = "fn main() {\r\n    let s = make();\r\n    s.bind(&äddr);\r\n}\r\n";
    const MAKE: &str = "\u{feff}fn make() -> S {\n    S::new()\n}\n";

    /// A finding in two files, one with Windows line ends, the other with a byte order mark.
    pub(crate) fn sample() -> (Finding, Sources) {
        let mut sources = Sources::new(Path::new("/w"));
        let mut label = |path: &str, text: &str, needle: &str, says: &str| {
            let path = Path::new(path);
            sources.insert(path, text.to_owned());
            let start = text.find(needle).unwrap();
            let place = sources.place(path, &(start..start + needle.len()));
            Label { place, text: says.to_owned() }
        };
        let primary = label("/w/src/main.rs", MAIN, "bind(&äddr)", "bound here");
        let secondary = label("/w/src/make.rs", MAKE, "S::new()", "made here");
        let finding = Finding {
            rule: "missing_reuseaddr",
            explanation: "### What it does\n",
            severity: Severity::Error,
            message: "listener bound too early".into(),
            primary,
            secondary: vec![secondary],
            notes: vec!["see socket(7)".into()],
            help: Some("set it before".into()),
            fix: None,
            platforms: "unix".into(),
            item: "main".into(),
            origin: Origin {
                package: "demo".into(),
                package_id: "path+file:///w#demo@0.1.0".into(),
                manifest_path: "/w/Cargo.toml".into(),
                target: Target::script(Path::new("/w/src/main.rs")),
            },
            suppressed: None,
            identity: Identity::default(),
            baseline_state: None,
            unfixed: None,
        };
        (finding, sources)
    }

    #[test]
    fn a_finding_tells_the_whole_story() {
        let (finding, sources) = sample();
        let expected = "\
error[sockopt::missing_reuseaddr]: listener bound too early
  ┌─ src/main.rs:3:7
  │
3 │     s.bind(&äddr);
  │       ^^^^^^^^^^^ bound here
  │
  ┌─ src/make.rs:2:5
  │
2 │     S::new()
  │     -------- made here
  │
  = note: see socket(7)
  = holds on: unix
  = help: set it before

";
        assert_eq!(plain(&finding, &sources), expected);
    }

    /// The sample with a fix that has edits in both files' manner: a line that comes, in another file.
    fn with_fix() -> (Finding, Sources) {
        let (mut finding, mut sources) = sample();
        let edit = Edit { range: 20..20, text: "    // new\n".into() };
        let path = Path::new("/w/src/make.rs");
        finding.suggest(Applicability::MaybeIncorrect, path, vec![edit], &mut sources);
        (finding, sources)
    }

    #[test]
    fn a_fix_is_shown_below_the_help() {
        let (finding, sources) = with_fix();
        let text = plain(&finding, &sources);
        let expected = "
  = help: set it before (in src/make.rs) (unsafe: see whether it is what you mean)
    1   fn make() -> S {
    2 +     // new
    3       S::new()

";
        assert!(text.ends_with(expected), "{text}");
        let colored = super::colored(&finding, &sources, false);
        assert_eq!(anstream::adapter::strip_str(&colored).to_string(), text);
    }

    #[test]
    fn the_summary_says_what_can_be_fixed() {
        let (maybe, _) = with_fix();
        let mut sure = maybe.clone();
        sure.fix.as_mut().unwrap().applicability = Applicability::MachineApplicable;
        let check = |findings: &[&Finding], fix, risky, expected: &str| {
            let text = super::fixable(findings, fix, risky);
            assert_eq!(text.trim_start_matches("sockopt: ").trim_end(), expected);
        };
        let all = [&sure, &sure, &maybe];
        check(
            &all,
            false,
            false,
            "2 findings can be fixed with `--fix`, 1 more with `--unsafe-fixes`",
        );
        check(&all, false, true, "3 findings can be fixed with `--fix --unsafe-fixes`");
        check(&all, true, false, "1 finding can be fixed with `--fix --unsafe-fixes`");
        check(&all, true, true, "");
        check(&all[..1], false, false, "1 finding can be fixed with `--fix`");
        check(&all[2..], false, false, "1 finding can be fixed with `--fix --unsafe-fixes`");
        check(&[&sample().0], false, false, "");
    }

    #[test]
    fn colors_change_nothing_else() {
        let (finding, sources) = sample();
        let colored = super::colored(&finding, &sources, false);
        assert!(colored.contains('\u{1b}'));
        let stripped = anstream::adapter::strip_str(&colored).to_string();
        assert_eq!(stripped, plain(&finding, &sources));
    }

    #[test]
    fn a_link_leads_from_the_rule_to_its_page() {
        let (finding, sources) = sample();
        let linked = super::colored(&finding, &sources, true);
        let url = crate::report::rule_url("missing_reuseaddr");
        let expected = format!("[\x1b]8;;{url}\x1b\\sockopt::missing_reuseaddr\x1b]8;;\x1b\\]");
        assert!(linked.contains(&expected), "{linked:?}");
        let stripped = anstream::adapter::strip_str(&linked).to_string();
        assert_eq!(stripped, plain(&finding, &sources));
    }

    #[test]
    fn the_summary_counts_findings_and_their_files() {
        let (error, _) = sample();
        let warning = Finding { severity: Severity::Warning, ..error.clone() };
        assert_eq!(summary(&[], 3), "sockopt: nothing found in 3 files\n");
        assert_eq!(summary(&[&error], 3), "sockopt: 1 error in 1 file\n");
        let all = [&error, &error, &warning];
        assert_eq!(summary(&all, 3), "sockopt: 2 errors, 1 warning in 1 file\n");
    }
}
