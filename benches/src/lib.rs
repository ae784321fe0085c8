//! Rust as people write it, as much as is wanted: the same text for the same seed.
//!
//! Most of it has nothing to do with sockets, though some of it binds queries and listens to events: what a search
//! for names finds is not what matters. It compiles.

use fastrand::Rng;

const ADJECTIVES: &[&str] = &[
    "Active", "Batch", "Cached", "Default", "Encoded", "Fresh", "Global", "Hidden", "Inner",
    "Local", "Merged", "Open", "Pending", "Quoted", "Remote", "Shared", "Typed", "Upper", "Valid",
    "Wide",
];
const NOUNS: &[&str] = &[
    "Account", "Buffer", "Catalog", "Digest", "Entry", "Field", "Graph", "Header", "Index",
    "Journal", "Ledger", "Message", "Node", "Order", "Packet", "Record", "Schema", "Token",
    "Volume", "Window",
];
const FIELDS: &[(&str, &str, &str)] = &[
    ("name", "String", "String::new()"),
    ("size", "u64", "0"),
    ("limit", "Option<u64>", "None"),
    ("labels", "Vec<String>", "Vec::new()"),
    ("weights", "BTreeMap<String, u64>", "BTreeMap::new()"),
    ("is_ready", "bool", "false"),
    ("offset", "usize", "0"),
    ("created", "Duration", "Duration::ZERO"),
];

/// What every module begins with.
const HEAD: &str = "\
#![allow(dead_code)]
use std::{collections::BTreeMap, fmt, io, time::Duration};

";

/// Items by what they do; `Thing` and `thing` become names that occur once.
const ITEMS: &[&str] = &[ENUM, SERVICE, ALGORITHM, QUERY, EVENTS, ERROR, PARSER];

const RECORD: &str = "\
/// All that is known of a `Thing`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
DECLARED}

impl Thing {
    pub fn new() -> Self {
        Self {
MADE        }
    }
CHANGED}

";

const SETTER: &str = "
    #[must_use]
    pub fn with_FIELD(mut self, FIELD: TYPE) -> Self {
        self.FIELD = FIELD;
        self
    }
";

const ENUM: &str = r#"/// Where a `Thing` is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    Created,
    Queued { position: u32 },
    Running { worker: u16, attempts: u8 },
    Finished,
    Failed(i32),
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Created => f.write_str("created"),
            Self::Queued { position } => write!(f, "queued at {position}"),
            Self::Running { worker, attempts } => write!(f, "running on {worker} ({attempts})"),
            Self::Finished => f.write_str("finished"),
            Self::Failed(code) => write!(f, "failed with {code}"),
        }
    }
}

impl Thing {
    pub fn next(self) -> Option<Self> {
        Some(match self {
            Self::Created => Self::Queued { position: 0 },
            Self::Queued { position: 0 } => Self::Running { worker: 1, attempts: 1 },
            Self::Queued { position } => Self::Queued { position: position - 1 },
            Self::Running { attempts, .. } if attempts > 3 => Self::Failed(110),
            Self::Running { worker, attempts } => Self::Running { worker, attempts: attempts + 1 },
            Self::Finished | Self::Failed(_) => return None,
        })
    }
}

"#;

const SERVICE: &str = r#"/// Whatever can store a `Thing` and find it again.
pub trait ThingStore {
    type Key: Ord + Clone;

    fn put(&mut self, key: Self::Key, value: Vec<u8>) -> io::Result<Option<Vec<u8>>>;
    fn get(&self, key: &Self::Key) -> Option<&[u8]>;

    fn len(&self) -> usize;

    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[derive(Debug, Default)]
pub struct ThingMemory {
    entries: BTreeMap<String, Vec<u8>>,
    written: u64,
}

impl ThingStore for ThingMemory {
    type Key = String;

    fn put(&mut self, key: String, value: Vec<u8>) -> io::Result<Option<Vec<u8>>> {
        if value.len() > 1 << 20 {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "value is too large"));
        }
        self.written += value.len() as u64;
        Ok(self.entries.insert(key, value))
    }

    fn get(&self, key: &String) -> Option<&[u8]> {
        self.entries.get(key).map(Vec::as_slice)
    }

    fn len(&self) -> usize {
        self.entries.len()
    }
}

"#;

const ALGORITHM: &str = "/// Groups `values` into at most `count` buckets of about the same weight.
pub fn thing(values: &[u64], count: usize) -> Vec<Vec<u64>> {
    let total: u64 = values.iter().sum();
    let target = total.checked_div(count.max(1) as u64).unwrap_or(0).max(1);
    let mut buckets = vec![Vec::new()];
    let mut weight = 0;
    for &value in values {
        if weight + value > target && buckets.len() < count {
            buckets.push(Vec::new());
            weight = 0;
        }
        weight += value;
        if let Some(bucket) = buckets.last_mut() {
            bucket.push(value);
        }
    }
    let mut sizes: Vec<_> = buckets.iter().map(|it| it.iter().sum::<u64>()).collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    while let [first, .., last] = sizes[..] {
        if first <= last * 2 {
            break;
        }
        let share = (first - last) / 2;
        sizes[0] -= share;
        let end = sizes.len() - 1;
        sizes[end] += share;
        sizes.sort_unstable_by(|a, b| b.cmp(a));
    }
    buckets.retain(|bucket| !bucket.is_empty());
    buckets
}

";

const QUERY: &str = r#"/// A statement whose parameters are bound one by one.
#[derive(Debug, Default)]
pub struct ThingQuery {
    text: &'static str,
    parameters: Vec<String>,
}

impl ThingQuery {
    pub fn bind(mut self, value: impl ToString) -> Self {
        self.parameters.push(value.to_string());
        self
    }

    pub fn execute(self) -> Result<usize, String> {
        let wanted = self.text.matches('?').count();
        if wanted == self.parameters.len() {
            Ok(wanted)
        } else {
            Err(format!("{} parameters for {wanted} places", self.parameters.len()))
        }
    }
}

pub fn insert_thing(name: &str, size: u64, labels: &[String]) -> Result<usize, String> {
    let query = ThingQuery { text: "insert into thing values (?, ?, ?)", ..Default::default() };
    let query = query.bind(name).bind(size).bind(labels.join(","));
    query.execute().map_err(|error| format!("failed to insert {name}: {error}"))
}

"#;

const EVENTS: &str = r#"/// Who is told when a `Thing` changes.
#[derive(Default)]
pub struct ThingEvents {
    listeners: Vec<Box<dyn Fn(&str) + Send>>,
}

impl ThingEvents {
    pub fn listen(&mut self, listener: impl Fn(&str) + Send + 'static) -> usize {
        self.listeners.push(Box::new(listener));
        self.listeners.len() - 1
    }

    pub fn emit(&self, name: &str) {
        self.listeners.iter().for_each(|listener| listener(name));
    }
}

/// Tells one listener about every change.
pub fn watch_thing(events: &mut ThingEvents, changes: &[&str]) -> usize {
    let id = events.listen(|change| {
        if change.is_empty() {
            return;
        }
        let (kind, rest) = change.split_once(':').unwrap_or((change, ""));
        println!("thing: {kind} ({rest})");
    });
    changes.iter().for_each(|change| events.emit(change));
    id
}

"#;

const ERROR: &str = r#"/// Why a `Thing` cannot be read.
#[derive(Debug)]
pub enum ThingError {
    Io(io::Error),
    Syntax { line: usize, message: String },
    Missing(&'static str),
}

impl From<io::Error> for ThingError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for ThingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Syntax { line, message } => write!(f, "line {line}: {message}"),
            Self::Missing(name) => write!(f, "`{name}` is missing"),
        }
    }
}

impl std::error::Error for ThingError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Syntax { .. } | Self::Missing(_) => None,
        }
    }
}

"#;

const PARSER: &str = r##"/// Reads `key = value` lines; what stands behind `#` is a comment.
pub fn parse_thing(text: &str) -> Result<BTreeMap<&str, &str>, String> {
    let mut values = BTreeMap::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            return Err(format!("line {}: there is no `=`", number + 1));
        };
        let value = value.trim().trim_matches('"');
        if values.insert(key.trim(), value).is_some() {
            return Err(format!("line {}: `{}` is there twice", number + 1, key.trim()));
        }
    }
    Ok(values)
}

#[cfg(test)]
mod thing_tests {
    use super::*;

    #[test]
    fn comments_are_left_out() {
        let text = "# all\nname = \"a\" # first\n\nsize=3\n";
        let values = parse_thing(text).unwrap();
        assert_eq!(values["name"], "a");
        assert_eq!(values["size"], "3");
        assert!(parse_thing("name").is_err());
    }
}

"##;

const LISTENER: &str = "\
pub fn thing(addr: std::net::SocketAddr) -> std::io::Result<socket2::Socket> {
    let domain = socket2::Domain::for_address(addr);
    let socket = socket2::Socket::new(domain, socket2::Type::STREAM, None)?;
    socket.set_nodelay(true)?;
OPTION    socket.bind(&addr.into())?;
    socket.listen(1024)?;
    Ok(socket)
}

";

/// Writes code.
#[derive(Debug)]
pub struct Author {
    rng: Rng,
    written: usize,
}

impl Author {
    /// One that writes the same for the same seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { rng: Rng::with_seed(seed), written: 0 }
    }

    /// A module with about as many lines, without sockets.
    pub fn module(&mut self, lines: usize) -> String {
        let mut text = HEAD.to_owned();
        let mut count = 0;
        while count < lines {
            let item = if self.rng.u8(..) < 90 { self.record() } else { self.item() };
            count += item.matches('\n').count();
            text.push_str(&item);
        }
        text
    }

    fn item(&mut self) -> String {
        let template = ITEMS[self.rng.usize(..ITEMS.len())];
        let name = self.name();
        named(template, &name)
    }

    fn name(&mut self) -> String {
        self.written += 1;
        let adjective = ADJECTIVES[self.rng.usize(..ADJECTIVES.len())];
        let noun = NOUNS[self.rng.usize(..NOUNS.len())];
        format!("{adjective}{noun}{}", self.written)
    }

    /// A struct, and how it is made and changed.
    fn record(&mut self) -> String {
        let name = self.name();
        let mut fields = FIELDS.to_vec();
        self.rng.shuffle(&mut fields);
        fields.truncate(self.rng.usize(2..=FIELDS.len()));
        let each = |template: &str| -> String {
            let filled = |(field, ty, value): &(&str, &str, &str)| {
                let spoken = field.replace('_', " ");
                let with_field = template.replace("FIELD", field).replace("SPOKEN", &spoken);
                with_field.replace("TYPE", ty).replace("VALUE", value)
            };
            fields.iter().map(filled).collect()
        };
        let text = RECORD
            .replace("DECLARED", &each("    /// Its SPOKEN.\n    pub FIELD: TYPE,\n"))
            .replace("MADE", &each("            FIELD: VALUE,\n"))
            .replace("CHANGED", &each(SETTER));
        named(&text, &name)
    }
}

/// A function that makes a TCP listener with `socket2`, with the option that a restart needs or without.
#[must_use]
pub fn listener(name: &str, is_right: bool) -> String {
    let option = if is_right { "    socket.set_reuse_address(true)?;\n" } else { "" };
    LISTENER.replace("thing", name).replace("OPTION", option)
}

/// A template with a name in the place of `Thing` and `thing`.
fn named(template: &str, name: &str) -> String {
    template.replace("Thing", name).replace("thing", &spoken(name).replace(' ', "_"))
}

/// `open node 7` of `OpenNode7`.
fn spoken(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push(' ');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use sockopt_analysis::testing::found;

    use super::{Author, listener, spoken};

    #[test]
    fn a_module_has_as_many_lines_as_asked_for_and_no_findings() {
        let text = Author::new(7).module(500);
        let lines = text.lines().count();
        assert!((500..600).contains(&lines), "{lines}");
        assert!(found(&text).is_empty());
        assert_eq!(text, Author::new(7).module(500), "the seed decides");
        assert_ne!(text, Author::new(8).module(500));
    }

    #[test]
    fn a_listener_has_one_finding_or_none() {
        let rules = |is_right| -> Vec<_> {
            let all = found(&listener("serve", is_right)).into_iter().map(|it| it.rule);
            all.filter(|rule| rule != "windows_reuseaddr").collect()
        };
        assert_eq!(rules(false), ["missing_reuseaddr"]);
        assert_eq!(rules(true), [""; 0]);
    }

    #[test]
    fn names_are_spoken() {
        assert_eq!(spoken("OpenNode7"), "open node7");
    }
}
