//! The second look: which of the files that the prefilter left out a story runs through.
//!
//! A file need not name any API to make a difference. It may call a function of the workspace that returns
//! a socket, and bind that; or it may hold the constants and options that such a function is given. So once
//! the program is linked, its names are what to search for, again and again until nothing new appears:
//!
//! ```text
//! net.rs      pub fn socket() -> io::Result<Socket> { … }       named: it has words of the tables
//! server.rs   let s = net::socket()?; s.bind(&addr)?; …         found by the names `net` and `socket`
//! ports.rs    pub const PORT: u16 = 0;                          found by the path `crate::ports::PORT`
//! ```

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};

use crate::{
    Analysis, Examined, examine,
    link::{Mention, Needed, Program},
    model::confined_names,
    skim::{is_part, is_whole},
    workspace::Workspace,
};

/// What has been asked for so far.
#[derive(Debug, Default)]
pub struct SecondLook {
    asked: BTreeSet<Mention>,
    /// The same, within a file that was read.
    asked_within: BTreeSet<(usize, String)>,
    /// Packages of which it was asked what confines them to some platforms.
    confined: BTreeSet<usize>,
}

/// What to look for next.
#[derive(Debug)]
pub struct Demand {
    /// `mod name;` declarations whose files are needed: the declaring file and its
    /// [`crate::facts::FileFacts::mods`], by index.
    pub modules: BTreeSet<(usize, usize)>,
    /// Declarations of files that were left out, given in the same way, that hold on every platform: what these import
    /// may confine the crate.
    pub unconditional: BTreeSet<(usize, usize)>,
    /// Packages whose libraries are needed.
    pub libraries: BTreeSet<usize>,
    /// The bodies that are needed of functions which were read without: by file, where they begin.
    pub bodies: BTreeMap<usize, BTreeSet<usize>>,
    mentions: Pairs,
    /// Names that are enough in a file that was read.
    within: BTreeMap<usize, BTreeSet<String>>,
    imports: Pairs,
}

/// Pairs of names, each to be looked for in some packages.
#[derive(Debug)]
struct Pairs {
    names: Option<AhoCorasick>,
    /// For each package, pairs of names of which a file needs both.
    of_package: Vec<Vec<[usize; 2]>>,
}

impl SecondLook {
    /// What files could add to a workspace that were left out so far, and were not asked for before; and what is to
    /// be said without them.
    #[must_use]
    pub fn next(&mut self, workspace: &Workspace) -> (Demand, Analysis) {
        let program = Program::link(workspace);
        let Examined { analysis, story, unread, suspects } = examine(&program);
        let Needed { modules, unconditional, libraries } = program.needed(&story);
        let mut bodies: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for func in unread.iter().map(|it| program.func(*it)) {
            let start = func.func.unread.as_ref().map(|it| it.start);
            bodies.entry(func.file.0 as usize).or_default().extend(start);
        }
        let mut within: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        for (file, name) in program.own_mentions(&story) {
            if self.asked_within.insert((file, name.clone())) {
                within.entry(file).or_default().insert(name);
            }
        }
        let mentions = program.mentions(&story).into_iter();
        let mentions: Vec<Mention> = mentions.filter(|it| self.asked.insert(it.clone())).collect();
        let suspects: Vec<usize> =
            suspects.into_iter().filter(|it| self.confined.insert(*it)).collect();
        let packages = workspace.packages.len();
        let visible: Vec<_> = (0..packages).map(|it| visible(workspace, it)).collect();
        let seen = |mention: &Mention, package: usize| visible[package].contains(&mention.package);
        let names = |it: &Mention| it.names.clone();
        let mentions = Pairs::new(&mentions, packages, names, seen);
        // What confines a package is imported somewhere in it.
        let imports: Vec<_> = confined_names().filter(|_| !suspects.is_empty()).collect();
        let names = |it: &[&str; 2]| it.map(str::to_owned);
        let imports = Pairs::new(&imports, packages, names, |_, it| suspects.contains(&it));
        let demand =
            Demand { modules, unconditional, libraries, bodies, mentions, within, imports };
        (demand, analysis)
    }
}

/// Finds names. A whole one is never hidden by a match that overlaps it: that would be longer, and a name, too.
fn names(names: &[impl AsRef<str>]) -> Option<AhoCorasick> {
    let mut builder = AhoCorasick::builder();
    let built =
        builder.match_kind(MatchKind::LeftmostLongest).build(names.iter().map(AsRef::as_ref));
    built.ok().filter(|_| !names.is_empty())
}

/// The packages whose items a package can name.
fn visible(workspace: &Workspace, package: usize) -> BTreeSet<usize> {
    let members = workspace.packages[package].dependencies.iter().filter_map(|it| it.member);
    members.chain([package]).collect()
}

impl Pairs {
    fn new<T>(
        all: &[T],
        packages: usize,
        pair: impl Fn(&T) -> [String; 2],
        concerns: impl Fn(&T, usize) -> bool,
    ) -> Self {
        let mut words: BTreeMap<String, usize> = BTreeMap::new();
        let mut pairs = Vec::new();
        for it in all {
            pairs.push(pair(it).map(|name| {
                let next = words.len();
                *words.entry(name).or_insert(next)
            }));
        }
        let of_package = (0..packages).map(|package| {
            let here = all.iter().zip(&pairs).filter(|(it, _)| concerns(it, package));
            here.map(|(_, pair)| *pair).collect()
        });
        let of_package = of_package.collect();
        let mut patterns: Vec<_> = words.into_iter().collect();
        patterns.sort_unstable_by_key(|(_, number)| *number);
        let patterns: Vec<_> = patterns.into_iter().map(|(word, _)| word).collect();
        Self { names: names(&patterns), of_package }
    }

    fn are_any(&self, package: usize) -> bool {
        self.names.is_some() && self.of_package.get(package).is_some_and(|it| !it.is_empty())
    }

    /// Where the first of such a pair is in a file that has both.
    fn places(&self, package: usize, bytes: &[u8]) -> BTreeSet<usize> {
        let (Some(names), Some(pairs)) = (&self.names, self.of_package.get(package)) else {
            return BTreeSet::new();
        };
        let mut has = vec![Vec::new(); names.patterns_len()];
        for (word, place) in words(names, bytes) {
            has[word].push(place);
        }
        let both = pairs.iter().filter(|pair| pair.iter().all(|word| !has[*word].is_empty()));
        both.flat_map(|[first, _]| &has[*first]).copied().collect()
    }
}

/// Whole names in a text, each with where it is.
fn words(names: &AhoCorasick, bytes: &[u8]) -> impl Iterator<Item = (usize, usize)> {
    let whole = names.find_iter(bytes).filter(move |found| is_whole(bytes, found.range()));
    whole.map(|found| (found.pattern().as_usize(), found.start()))
}

impl Demand {
    /// Whether there is anything to look for in the files of a package.
    #[must_use]
    pub fn mentions(&self, package: usize) -> bool {
        self.mentions.are_any(package)
    }

    /// Whether a file of a package could go on with a story.
    #[must_use]
    pub fn admits(&self, package: usize, bytes: &[u8]) -> bool {
        !self.mentions.places(package, bytes).is_empty()
    }

    /// Whether there is anything to look for in a file that was read in parts.
    #[must_use]
    pub fn mentions_within(&self, file: usize) -> bool {
        self.within.contains_key(&file)
    }

    /// Where a file of a package could go on with a story. If it was read in parts, what it calls of its own counts.
    #[must_use]
    pub fn places(&self, package: usize, read: Option<usize>, bytes: &[u8]) -> BTreeSet<usize> {
        let mut places = self.mentions.places(package, bytes);
        if let Some(own) = read.and_then(|file| self.within.get(&file)) {
            let own: Vec<_> = own.iter().collect();
            let names = names(&own);
            let found = names.iter().flat_map(|names| words(names, bytes));
            places.extend(found.map(|(_, place)| place));
        }
        places
    }

    /// Whether it matters which platforms the imports of a package confine it to.
    #[must_use]
    pub fn confines(&self, package: usize) -> bool {
        self.imports.are_any(package)
    }

    /// Whether a file may confine its package to some platforms by an import.
    #[must_use]
    pub fn imports(&self, package: usize, bytes: &[u8]) -> bool {
        !self.imports.places(package, bytes).is_empty()
    }
}

/// Invocations of macros, by name: a file need not name any API if a macro does that for it.
#[derive(Debug)]
pub struct Invocations {
    names: Option<AhoCorasick>,
    /// For each name, the packages that can mean a macro by it.
    packages: Vec<BTreeSet<usize>>,
}

impl Invocations {
    /// Those of macros of these names, in these packages.
    #[must_use]
    pub fn of(macros: BTreeMap<String, BTreeSet<usize>>) -> Self {
        let (names, packages): (Vec<_>, Vec<_>) = macros.into_iter().unzip();
        Self { names: self::names(&names), packages }
    }

    /// Whether there is anything to look for in the files of a package.
    #[must_use]
    pub fn are_any(&self, package: usize) -> bool {
        self.packages.iter().any(|it| it.contains(&package))
    }

    /// Where a file of a package may have one of them.
    #[must_use]
    pub fn places(&self, package: usize, bytes: &[u8]) -> BTreeSet<usize> {
        let names = self.names.as_ref().filter(|_| self.are_any(package));
        let found = names.iter().flat_map(|names| names.find_iter(bytes));
        let found = found.filter(|found| {
            let before = found.start().checked_sub(1).map(|at| bytes[at]);
            self.packages[found.pattern().as_usize()].contains(&package)
                && !before.is_some_and(is_part)
                && bytes[found.end()..].trim_ascii_start().starts_with(b"!")
        });
        found.map(|found| found.start()).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::SecondLook;
    use crate::{
        Workspace, lower,
        testing::workspace,
        workspace::{Crate, ModuleEdge},
    };

    const NET: &str = r"
use socket2::{Domain, Socket, Type};
use crate::config::{Options, PORT};
pub fn plain() -> io::Result<Socket> { Socket::new(Domain::IPV4, Type::STREAM, None) }
pub fn open(reuse: bool) -> io::Result<()> {
    let s = plain()?;
    if reuse { s.set_reuse_address(true)?; }
    s.bind(&([127, 0, 0, 1], PORT).into())?;
    s.listen(1)
}
pub struct Server { socket: Socket, options: Options }
impl Server {
    pub fn new() -> io::Result<Self> { Ok(Self { socket: plain()?, options: make() }) }
    fn start(&self) { self.socket.set_only_v6(true); crate::log::start(); }
}
pub fn run() { Server::new().unwrap().start(); }
pub fn wrong(addr: SocketAddr) -> io::Result<()> { let s = plain()?; s.bind(&addr.into())?; s.listen(1) }
";

    /// A crate of these files, the first of which is the root and declares the others it is given and the
    /// modules `config`, `log` and `web`, whose files are left out.
    fn sample() -> Workspace {
        let root = lower("mod net; mod config; mod log; mod web; pub use net::plain as make;");
        let net = lower(NET).unwrap().facts;
        let mut workspace = workspace(root.unwrap().facts);
        workspace.files.push(net);
        let krate = Crate { name: "demo".to_owned(), root: 0, package: 0, library: true };
        workspace.crates.push(krate);
        workspace.modules.push(ModuleEdge { parent: 0, decl: 0, child: 1 });
        workspace
    }

    #[track_caller]
    fn check(text: &str, admitted: bool) {
        let demand = SecondLook::default().next(&sample()).0;
        assert_eq!(demand.admits(0, text.as_bytes()), admitted, "{text}");
    }

    #[test]
    fn what_confines_a_crate_to_some_platforms_is_looked_at() {
        let (demand, _) = SecondLook::default().next(&sample());
        assert!(demand.confines(0) && !demand.confines(1));
        let imports = |text: &str| demand.imports(0, text.as_bytes());
        assert!(imports("use std::os::unix::fs::OpenOptionsExt;"));
        assert!(imports("use tokio::{signal::unix::{SignalKind, signal}};"));
        assert!(!imports("use std::fs::OpenOptions;"));
    }

    #[test]
    fn whoever_gets_a_socket_is_looked_at() {
        check("use crate::net; fn f() { net::plain().bind(addr); }", true);
        check("use crate::net::*; fn f() { plain() }", true);
        check("use demo::make; fn f() { make() }", true);
        check("fn f() { plain() }", false);
        check("use crate::net; fn f() { net::plainly() }", false);
    }

    #[test]
    fn in_the_file_of_a_function_its_name_is_enough() {
        let (demand, _) = SecondLook::default().next(&sample());
        assert!(demand.mentions_within(1) && !demand.mentions_within(0));
        let text = b"fn f() { plain() } fn g() { self.socket } fn h() { plainly() }";
        assert_eq!(demand.places(0, Some(1), text), BTreeSet::from([9, 33]));
        assert_eq!(demand.places(0, None, text), BTreeSet::new());
    }

    #[test]
    fn bodies_that_a_socket_gets_into_are_needed() {
        let mut workspace = sample();
        let text = "pub fn go(s: socket2::Socket) { s.bind(&crate::config::address_of_the_server(1)).unwrap(); s.listen(2); }\n\
            pub fn idle() { something_that_is_longer_than_what_is_read_in_any_case(1, 2, 3, 4, 5) }";
        let tail = "fn f() -> io::Result<()> { go(plain()?) } fn g() { idle() }";
        let none = BTreeSet::new();
        let foreign = crate::Foreign::default();
        workspace.files[1] = crate::lower_parts(text, &none, &foreign).unwrap().facts;
        workspace.files[0] = lower(&format!("mod net; use net::*;\n{NET}{tail}")).unwrap().facts;
        let (demand, _) = SecondLook::default().next(&workspace);
        assert_eq!(demand.bodies, [(1, BTreeSet::from([31]))].into());
    }

    #[test]
    fn whoever_decides_by_an_argument_is_looked_at() {
        check("fn f() { crate::net::open(false) }", true);
        check("fn f() { crate::net::run() }", false);
    }

    /// Whether those who call a function `open` are looked for.
    #[track_caller]
    fn check_open(open: &str, wanted: bool) {
        let imports = "use socket2::{Domain, SockAddr, Socket, Type};\nuse std::net::SocketAddr;";
        let workspace = workspace(lower(&format!("{imports}\n{open}")).unwrap().facts);
        let demand = SecondLook::default().next(&workspace).0;
        assert_eq!(demand.admits(0, b"fn f() { crate::open() }"), wanted, "{open}");
    }

    /// The same, given a body.
    #[track_caller]
    fn check_callers(body: &str, wanted: bool) {
        let head = "pub fn open(reuse: bool, addr: SockAddr, next: impl Fn(Socket))";
        check_open(&format!("{head} -> io::Result<()> {{ {body} Ok(()) }}"), wanted);
    }

    #[test]
    fn callers_are_looked_for_if_a_socket_comes_from_them_or_goes_to_them() {
        check_open("pub fn open(s: &Socket) { s.set_reuse_address(true); }", true);
        check_open("pub fn open(s: Socket) -> Socket { s.set_reuse_address(true); s }", true);
        check_open("pub fn open(s: &Socket) { s.set_recv_buffer_size(1); }", false);
        let set = |params: &str, name: &str| {
            format!(
                "pub fn open(s: &Socket, {params}) {{ libc::setsockopt(s.as_raw_fd(), libc::IPPROTO_UDP, {name}, &v, 4); }}"
            )
        };
        check_open(&set("", "libc::UDP_SEGMENT"), false);
        check_open(&set("reuse: bool", "libc::UDP_SEGMENT"), false);
        check_open(&set("reuse: bool, name: libc::c_int", "name"), true);
        check_open(
            "static S: Socket = s(); pub fn open(n: u8) { S.set_reuse_address(true); }",
            false,
        );
        let made = "Socket::new(Domain::IPV4, Type::STREAM, None).unwrap()";
        check_open(&format!("pub fn open() -> Socket {{ {made} }}"), true);
        check_open(&format!("pub fn open(to: &mut Socket) {{ *to = {made}; }}"), true);
        check_open(&format!("pub fn open() {{ log::show({made}); }}"), false);
    }

    #[test]
    fn callers_are_looked_for_if_a_rule_asks() {
        let tcp = "let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;";
        let on = "s.set_reuse_address(true)?;";
        let unsure = "s.set_reuse_address(reuse)?;";
        let client = "s.bind(&addr)?; s.connect(&addr)?;";
        let server = "s.bind(&addr)?; s.listen(1)?;";
        check_callers(&format!("{tcp} {unsure} {client}"), false);
        check_callers(&format!("{tcp} s.bind(&addr)?; {unsure} s.connect(&addr)?;"), true);
        check_callers(&format!("{tcp} {unsure} {server}"), true);
        check_callers(&format!("{tcp} {server}"), true);
        check_callers(&format!("{tcp} {unsure} s.bind(&addr)?; next(s);"), true);
        check_callers(&format!("{tcp} {unsure} {client} next(s);"), false);
        let other = tcp.replace("Domain::IPV4", "Domain::for_address(addr)");
        check_callers(&format!("#[cfg(unix)] {{ {other} {on} {server} }}"), false);
        let datagram = tcp.replace("STREAM", "DGRAM");
        check_callers(&format!("{datagram} {unsure} s.bind(&addr)?;"), true);
        check_callers(&format!("{datagram} s.bind(&addr)?;"), false);
        let free = "let addr = SockAddr::from(SocketAddr::from(([127, 0, 0, 1], 0)));";
        check_callers(&format!("{free} {tcp} {unsure} {server}"), false);
        check_callers(&format!("{free} {datagram} {unsure} s.bind(&addr)?;"), false);
        check_callers("let s = reuse.then(|| make()); s.set_reuse_address(true);", false);
        check_callers(&format!("{tcp} {on} s.set_linger(time(reuse))?; {server}"), true);
        check_callers(&format!("{tcp} {on} s.set_linger(time(reuse))?; {client}"), false);
        check_callers(&format!("{tcp} let _ = s.set_reuse_address(reuse); {client}"), true);
        check_callers(&format!("{tcp} s.set_only_v6(reuse)?; {client}"), true);
        let v6 = tcp.replace("IPV4", "IPV6");
        check_callers(&format!("{v6} s.set_only_v6(reuse)?; {client}"), false);
    }

    #[test]
    fn methods_are_known_by_their_type() {
        check("fn f() { Server::new() }", true);
        check("impl Server { fn g(&self) { self.socket.bind(addr) } }", true);
        check("fn f() { Client::new() }", false);
        check("struct Server; fn f() { other::stop() }", false);
    }

    #[test]
    fn files_that_define_what_a_story_uses_are_needed() {
        let demand = SecondLook::default().next(&sample()).0;
        let log_and_config = BTreeSet::from([(0, 1), (0, 2)]);
        assert_eq!(demand.modules, log_and_config, "`web` is not used");
    }

    #[test]
    fn nothing_is_asked_for_twice_nor_in_packages_that_cannot_know() {
        let mut workspace = sample();
        let mut other = workspace.packages[0].clone();
        other.name = "other".to_owned();
        workspace.packages.push(other);
        let mut look = SecondLook::default();
        let (demand, _) = look.next(&workspace);
        assert!(demand.mentions(0) && !demand.mentions(1));
        assert!(!demand.admits(1, b"use net::plain;"));
        assert!(!look.next(&workspace).0.mentions(0));
        workspace.packages[1].dependencies[0].member = Some(0);
        assert!(SecondLook::default().next(&workspace).0.admits(1, b"use demo::net::plain;"));
    }
}
