//! What the tool found, owned and complete: all that renderers see.
//!
//! Invariant: a finding holds display paths, byte offsets, lines and columns, and no site, so that it can
//! outlive the analysis.

use std::{
    collections::BTreeMap,
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sockopt_analysis::{
    Applicability, Diagnostic, Edit, Level, diagnostic, sites::Site, socket::Platforms,
};

use crate::{
    identity::Identity,
    levels::{Levels, Situation},
    locate::{Position, SourceText},
    project::{
        self, Target,
        modules::{Ambit, Loaded},
    },
    suppress::{flaws::Flaw, rules},
    warning::{Located, Warning},
};

/// Whether a finding fails the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Found at level warn.
    Warning,
    /// Found at level deny or forbid.
    Error,
}

impl Severity {
    /// The word that rustc uses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// What a level means for a finding; nothing for `allow`.
    #[must_use]
    pub const fn of(level: Level) -> Option<Self> {
        match level {
            Level::Allow => None,
            Level::Warn => Some(Self::Warning),
            Level::Deny | Level::Forbid => Some(Self::Error),
        }
    }
}

/// A stretch of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The file, as it is displayed.
    pub path: String,
    /// Where it starts.
    pub start: Position,
    /// Where it ends.
    pub end: Position,
    /// First byte, from the start of the file.
    pub byte_start: usize,
    /// Byte after the last.
    pub byte_end: usize,
}

/// A place and what is to be seen there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What: lowercase, no final period; may be empty.
    pub text: String,
}

/// How a finding can be repaired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// How far it can be trusted.
    #[serde(serialize_with = "by_name", deserialize_with = "from_name")]
    pub applicability: Applicability,
    /// What it does: an imperative.
    pub message: String,
    /// Its edits, all in one file: in order, and without overlaps.
    pub edits: Vec<Replacement>,
}

/// A stretch of a file, and what comes in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    /// What goes; empty to insert.
    pub place: Place,
    /// What comes.
    pub text: String,
}

/// The word that rustc uses.
#[must_use]
pub const fn applicability_name(applicability: Applicability) -> &'static str {
    match applicability {
        Applicability::MachineApplicable => "MachineApplicable",
        Applicability::MaybeIncorrect => "MaybeIncorrect",
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn by_name<S: Serializer>(applicability: &Applicability, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(applicability_name(*applicability))
}

fn from_name<'de, D: Deserializer<'de>>(from: D) -> Result<Applicability, D::Error> {
    let name = String::deserialize(from)?;
    let all = [Applicability::MachineApplicable, Applicability::MaybeIncorrect];
    let known = all.into_iter().find(|it| applicability_name(*it) == name);
    known.ok_or_else(|| D::Error::custom(format!("unknown applicability `{name}`")))
}

/// The package and the target whose code something was found in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The package's name; empty for files without a manifest.
    pub package: String,
    /// cargo's identifier of the package.
    pub package_id: String,
    /// The package's manifest; empty for files without one.
    #[serde(serialize_with = "project::lossy")]
    pub manifest_path: PathBuf,
    /// The target.
    pub target: Target,
}

/// Why a finding is meant to stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppressed {
    /// What the comment says.
    pub reason: String,
    /// The comment.
    pub place: Place,
}

/// How a finding compares with what was known; the words of SARIF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BaselineState {
    /// It was not there before.
    New,
    /// It was there before.
    Unchanged,
}

/// A text of the tool itself.
type Own = &'static str;

/// One violation of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule's name, without `sockopt::`.
    #[serde(deserialize_with = "known_rule")]
    pub rule: Own,
    /// The rule's documentation.
    #[serde(skip)]
    pub explanation: Own,
    /// Whether it fails the run.
    pub severity: Severity,
    /// One sentence of fact.
    pub message: String,
    /// What is wrong, and where.
    pub primary: Label,
    /// Where the cause lies, in the order of the story.
    pub secondary: Vec<Label>,
    /// Facts, with their authority.
    pub notes: Vec<String>,
    /// What to do: an imperative.
    pub help: Option<String>,
    /// How it can be repaired, where a safe edit is known.
    pub fix: Option<Suggestion>,
    /// The platforms that it holds on, in words.
    pub platforms: String,
    /// Path of the enclosing item.
    pub item: String,
    /// The package and target.
    pub origin: Origin,
    /// Why it is meant to stay, if a comment says so.
    pub suppressed: Option<Suppressed>,
    /// What it is known again by.
    pub identity: Identity,
    /// Whether it was there before, if it was compared with anything.
    pub baseline_state: Option<BaselineState>,
    /// Why its fix was not made, if that was tried.
    #[serde(skip)]
    pub unfixed: Option<String>,
}

fn known_rule<'de, D: Deserializer<'de>>(from: D) -> Result<Own, D::Error> {
    let name = String::deserialize(from)?;
    let known = rules::by_name(&name).map(|it| it.name);
    known.ok_or_else(|| D::Error::custom(format!("unknown rule `{name}`")))
}

impl Finding {
    /// Whether it counts: what is meant to stay, or was there before, is known to machines only.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.suppressed.is_none() && self.baseline_state != Some(BaselineState::Unchanged)
    }

    /// All that it says in words, line by line: where a reader sees nothing else.
    #[must_use]
    pub fn account(&self) -> String {
        let mut text = self.message.clone();
        if !self.primary.text.is_empty() {
            text.extend([": ", &self.primary.text]);
        }
        self.notes.iter().for_each(|it| text.extend(["\nnote: ", it]));
        if !self.platforms.is_empty() {
            text.extend(["\nholds on: ", &self.platforms]);
        }
        self.help.iter().for_each(|it| text.extend(["\nhelp: ", it]));
        text
    }

    /// Orders findings by file, then position, then rule.
    #[must_use]
    pub fn order(&self) -> (&str, usize, usize, &str) {
        let place = &self.primary.place;
        (&place.path, place.byte_start, place.byte_end, self.rule)
    }

    /// The same with paths that are displayed relative to another folder.
    #[must_use]
    pub fn moved(&self, sources: &Sources, base: &Path) -> Self {
        let mut finding = self.clone();
        let labels = std::iter::once(&mut finding.primary).chain(&mut finding.secondary);
        let edits = finding.fix.iter_mut().flat_map(|it| &mut it.edits);
        let places = labels.map(|it| &mut it.place).chain(edits.map(|it| &mut it.place));
        for place in places.chain(finding.suppressed.as_mut().map(|it| &mut it.place)) {
            place.path = sources.moved(&place.path, base);
        }
        finding
    }

    /// Says that a comment in a file wants it to stay.
    pub fn suppress(
        &mut self,
        reason: &str,
        path: &Path,
        comment: &Range<usize>,
        sources: &mut Sources,
    ) {
        let place = sources.place(path, comment);
        self.suppressed = Some(Suppressed { reason: reason.to_owned(), place });
    }

    /// Adds the fix of the diagnostic that the finding comes from, as edits of a file.
    pub fn suggest(
        &mut self,
        applicability: Applicability,
        path: &Path,
        edits: Vec<Edit>,
        sources: &mut Sources,
    ) {
        let message = self.help.clone().unwrap_or_else(|| "change it".to_owned());
        let edits = edits.into_iter();
        let edit = |it: Edit| Replacement { place: sources.place(path, &it.range), text: it.text };
        self.fix = Some(Suggestion { applicability, message, edits: edits.map(edit).collect() });
    }
}

/// The texts of the files that are shown, by display path.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sources {
    base: PathBuf,
    texts: BTreeMap<String, SourceText>,
}

impl Sources {
    /// No text yet; files below `base` are displayed relative to it.
    #[must_use]
    pub fn new(base: &Path) -> Self {
        Self { base: base.to_owned(), texts: BTreeMap::new() }
    }

    /// How a path is displayed.
    #[must_use]
    pub fn display(&self, path: &Path) -> String {
        let shown = path.strip_prefix(&self.base).unwrap_or(path);
        let shown = if shown.as_os_str().is_empty() { Path::new(".") } else { shown };
        shown.display().to_string()
    }

    /// The text of a displayed file.
    #[must_use]
    pub fn get(&self, display: &str) -> Option<&SourceText> {
        self.texts.get(display)
    }

    /// The folder that files are displayed relative to.
    #[must_use]
    pub fn base(&self) -> &Path {
        &self.base
    }

    /// The same texts, displayed relative to another folder.
    #[must_use]
    pub fn relative_to(&self, base: &Path) -> Self {
        let moved = |(path, text): (&String, &SourceText)| (self.moved(path, base), text.clone());
        Self { base: base.to_owned(), texts: self.texts.iter().map(moved).collect() }
    }

    /// How a displayed file is displayed relative to another folder, with `/` on every platform.
    #[must_use]
    pub fn moved(&self, display: &str, base: &Path) -> String {
        let path = self.absolute(display);
        let shown = path.strip_prefix(base).unwrap_or(&path);
        shown.display().to_string().replace(std::path::MAIN_SEPARATOR, "/")
    }

    /// Where a displayed file is.
    #[must_use]
    pub fn absolute(&self, display: &str) -> PathBuf {
        self.base.join(display)
    }

    /// Adds a text that is no file, or not one to be read again.
    pub fn insert(&mut self, path: &Path, text: String) {
        self.texts.insert(self.display(path), SourceText::new(text));
    }

    /// Locates a range of a file. The file is read when it is first asked for: the analysis keeps no text.
    pub fn place(&mut self, path: &Path, range: &Range<usize>) -> Place {
        let display = self.display(path);
        let read = || {
            let bytes = fs::read(path).unwrap_or_default();
            SourceText::new(String::from_utf8_lossy(&bytes).into_owned())
        };
        let source = self.texts.entry(display.clone()).or_insert_with(read);
        let range = source.clamp_range(range);
        Place {
            start: source.position(range.start),
            end: source.position(range.end),
            path: display,
            byte_start: range.start,
            byte_end: range.end,
        }
    }

    /// Locates a warning.
    pub fn locate(&mut self, warning: &Warning) -> Located {
        Located {
            path: self.display(&warning.path),
            place: warning.offset.map(|offset| self.place(&warning.path, &(offset..offset))),
            message: warning.message.clone(),
            help: warning.help.clone(),
        }
    }
}

/// Turns a diagnostic into a finding, unless its rule is allowed, its file is not reported on, or it holds on no
/// platform that the package is judged for.
pub fn from_diagnostic(
    diagnostic: &Diagnostic,
    loaded: &Loaded,
    levels: &Levels,
    sources: &mut Sources,
) -> Option<Finding> {
    let file = diagnostic.primary.site.file.0 as usize;
    let origin = loaded.origin(file)?;
    let (severity, platforms) = judge(diagnostic, loaded, levels)?;
    Some(Finding {
        rule: diagnostic.rule.name,
        explanation: diagnostic.rule.docs,
        severity,
        message: diagnostic.message.clone(),
        primary: label(&diagnostic.primary, loaded, sources),
        secondary: diagnostic.secondary.iter().map(|it| label(it, loaded, sources)).collect(),
        notes: diagnostic.notes.clone(),
        help: diagnostic.help.clone(),
        fix: None,
        platforms: platforms.to_string(),
        item: diagnostic.item.clone(),
        origin,
        suppressed: None,
        identity: Identity::default(),
        baseline_state: None,
        unfixed: None,
    })
}

/// Turns what is wrong with a suppression into a finding, unless its rule is allowed or its file is not reported
/// on.
pub fn from_flaw(
    flaw: &Flaw,
    loaded: &Loaded,
    levels: &Levels,
    sources: &mut Sources,
) -> Option<Finding> {
    let Flaw { rule, path, range, .. } = flaw;
    let severity = severity_of(flaw, loaded, levels)?;
    let mut finding = Finding {
        rule: rule.name,
        explanation: rule.docs,
        severity,
        message: flaw.message.clone(),
        primary: Label { place: sources.place(path, range), text: flaw.label.clone() },
        secondary: Vec::new(),
        notes: Vec::new(),
        help: Some(flaw.help.clone()),
        fix: None,
        platforms: String::new(),
        item: String::new(),
        origin: loaded.origin_at(path)?,
        suppressed: None,
        identity: Identity::default(),
        baseline_state: None,
        unfixed: None,
    };
    if let Some((applicability, edits)) = flaw.fix.clone() {
        finding.suggest(applicability, path, edits, sources);
    }
    let is_forbidden = levels.forbid(rule, loaded.settings_at(path), path);
    if let Some((reason, comment)) = flaw.suppressed.as_ref().filter(|_| !is_forbidden) {
        finding.suppress(reason, path, comment, sources);
    }
    Some(finding)
}

/// How severe it is that something is wrong with a suppression; nothing if its rule is allowed.
#[must_use]
pub fn severity_of(flaw: &Flaw, loaded: &Loaded, levels: &Levels) -> Option<Severity> {
    let (path, all) = (flaw.path.as_path(), Platforms::ALL);
    let settings = loaded.settings_at(path);
    let situation = Situation { settings, path, holds_on: all, built_for: all };
    Severity::of(levels.of(flaw.rule, &situation).0)
}

/// How severe a diagnostic is, and the platforms that it holds on, wherever its file is reported: nothing if its
/// rule is allowed, or it holds on no platform that the package is judged for.
#[must_use]
pub fn judge(
    diagnostic: &Diagnostic,
    loaded: &Loaded,
    levels: &Levels,
) -> Option<(Severity, Platforms)> {
    let file = diagnostic.primary.site.file.0 as usize;
    let Ambit { judged, built_for } = loaded.ambit(file);
    let holds_on = diagnostic.platforms.intersection(judged);
    let path = &loaded.files[file].path;
    let situation = Situation { settings: loaded.settings_at(path), path, holds_on, built_for };
    let (level, platforms) = levels.of(diagnostic.rule, &situation);
    Some((Severity::of(level)?, platforms))
}

fn label(label: &diagnostic::Label, loaded: &Loaded, sources: &mut Sources) -> Label {
    let Site { file, id } = label.site;
    let file = &loaded.files[file.0 as usize];
    Label { place: sources.place(&file.path, &file.sites.get(id).label), text: label.text.clone() }
}

#[cfg(test)]
mod tests {
    use std::{fs, io, path::Path};

    use sockopt_analysis::{
        Diagnostic, RULES,
        sites::{FileId, Site, SiteId},
        socket::Platforms,
    };

    use super::{Finding, Sources, from_diagnostic};
    use crate::{
        cli,
        levels::Levels,
        project::{cargo::Cargo, discover, modules},
    };

    /// The findings of a project in which every file has one, at its first site.
    fn findings(tree: &[(&str, &str)], args: &str) -> Vec<Finding> {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in tree {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        in_folder(folder.path(), args)
    }

    fn in_folder(folder: &Path, args: &str) -> Vec<Finding> {
        let args = std::iter::once("c").chain(args.split_whitespace()).map(Into::into);
        let cli = cli::parse(args).unwrap();
        let cargo = Cargo { program: env!("CARGO").into(), cwd: folder.to_owned(), flags: vec![] };
        let found = discover(&cli, &cargo, &mut io::empty());
        assert!(found.errors.is_empty(), "{:?}", found.errors);
        let levels = Levels::new(&cli.levels.flags).unwrap();
        let of_project = |project| {
            let (loaded, _) = modules::load(project);
            let mut sources = Sources::new(folder);
            let finding = |file: usize| {
                let site = Site { file: FileId(u32::try_from(file).unwrap()), id: SiteId(0) };
                let mut diagnostic = Diagnostic::new(RULES[0], site, "wrong").primary("here");
                diagnostic.platforms = Platforms::UNIX;
                from_diagnostic(&diagnostic, &loaded, &levels, &mut sources)
            };
            let mut findings: Vec<_> = (0..loaded.files.len()).filter_map(finding).collect();
            findings.sort_by(|a, b| a.order().cmp(&b.order()));
            findings
        };
        found.projects.into_iter().flat_map(of_project).collect()
    }

    const CALL: &str =
        "\u{feff}//! ä\r\nuse socket2::Socket;\r\nfn f() {\r\n    /* é */ make(1);\r\n}\r\n";

    fn package() -> Vec<(&'static str, &'static str)> {
        vec![
            ("Cargo.toml", "[package]\nname = \"demo\"\nversion = \"1.2.3\"\nedition = \"2021\"\n"),
            (".gitignore", "ignored.rs\n"),
            ("src/lib.rs", "mod a; mod ignored;"),
            ("src/a.rs", CALL),
            ("src/ignored.rs", CALL),
            ("src/main.rs", CALL),
            ("tests/t.rs", CALL),
            ("tests/ui/orphan.rs", CALL),
        ]
    }

    fn places(args: &str) -> Vec<String> {
        let findings = findings(&package(), args).into_iter();
        findings.map(|it| format!("{} {}", it.primary.place.path, it.origin.target.name)).collect()
    }

    #[test]
    fn a_finding_knows_its_place_and_its_origin() {
        let findings = findings(&package(), "--lib");
        let finding = findings.iter().find(|it| it.primary.place.path.ends_with("a.rs")).unwrap();
        let place = &finding.primary.place;
        assert_eq!(&CALL[place.byte_start..place.byte_end], "make(1)");
        assert_eq!((place.start.line, place.start.column), (4, 13));
        assert_eq!((place.end.line, place.end.column), (4, 20));
        assert_eq!(finding.platforms, "unix");
        assert_eq!(finding.origin.package, "demo");
        assert!(
            finding.origin.package_id.ends_with("#demo@1.2.3"),
            "{}",
            finding.origin.package_id
        );
        assert!(finding.origin.manifest_path.ends_with("Cargo.toml"));
        assert_eq!(finding.origin.target.kind, ["lib"]);
        assert!(serde_json::to_string(finding).unwrap().contains("\"severity\":\"error\""));
    }

    #[test]
    fn what_is_ignored_or_not_selected_is_not_reported() {
        let all = [
            "src/a.rs demo",
            "src/lib.rs demo",
            "src/main.rs demo",
            "tests/t.rs t",
            "tests/ui/orphan.rs demo",
        ];
        assert_eq!(places(""), all);
        assert_eq!(places("--all-targets"), all);
        assert_eq!(places("--lib"), all[..2]);
        assert_eq!(places("--bins --tests"), all[2..4]);
        assert_eq!(places("src/a.rs"), all[..1]);
        assert_eq!(places("tests"), all[3..]);
        assert!(places("-A all").is_empty());
    }

    #[test]
    fn members_know_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let tree = [
            ("Cargo.toml", "[workspace]\nmembers = [\"net\", \"app\"]\nresolver = \"2\"\n"),
            ("Cargo.lock", "[[package]]\nname = \"socket2\"\nversion = \"0.5.9\"\n"),
            (
                "net/Cargo.toml",
                "[package]\nname = \"my-net\"\nversion = \"1.2.3\"\n[lib]\nname = \"net\"\n",
            ),
            ("net/src/lib.rs", CALL),
            (
                "app/Cargo.toml",
                "[package]\nname = \"app\"\n[dependencies]\nmy-net = { path = \"../net\" }\n\
                 sock = { package = \"socket2\", version = \"0.5\" }\n[dev-dependencies]\nx-y = \"1.1\"\n",
            ),
            ("app/src/main.rs", CALL),
        ];
        for (path, text) in tree {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let cargo =
            Cargo { program: env!("CARGO").into(), cwd: folder.path().into(), flags: vec![] };
        let cli = cli::parse(["c".into()]).unwrap();
        let found = discover(&cli, &cargo, &mut io::empty());
        let workspace = modules::workspace(&found.projects[0]);
        let dependencies: Vec<_> = workspace.packages[0]
            .dependencies
            .iter()
            .map(|it| {
                let version = it.version.as_ref().map(ToString::to_string).unwrap_or_default();
                let member = it.member.map(|it| workspace.packages[it].name.as_str());
                format!("{} {} {version} {member:?}", it.ident, it.krate)
            })
            .collect();
        let expected =
            ["net my_net 1.2.3 Some(\"my-net\")", "sock socket2 0.5.9 None", "x_y x_y 1.1.0 None"];
        assert_eq!(dependencies, expected);
        let shown: Vec<_> = in_folder(folder.path(), "-p app");
        assert_eq!(shown.len(), 1);
        assert_eq!(shown[0].primary.place.path, "app/src/main.rs");
        assert_eq!(in_folder(folder.path(), "net").len(), 1);
    }
}
