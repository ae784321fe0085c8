//! Trees that are larger in one respect.

use std::{fs, io, path::PathBuf};

use sockopt_benches::{Author, listener};

/// One respect in which a tree grows.
pub(super) struct Respect {
    pub(super) name: &'static str,
    pub(super) says: &'static str,
    pub(super) first: u64,
    pub(super) last: u64,
    write: fn(&Tree, u64) -> io::Result<()>,
}

#[rustfmt::skip]
pub(super) const RESPECTS: &[Respect] = &[
    Respect { name: "lines",    says: "lines, in packages of 12,000 with one listener each",       first: 10_000, last: 10_000_000, write: lines },
    Respect { name: "findings", says: "listeners without the option, each in its own function",    first: 1,      last: 10_000,     write: findings },
    Respect { name: "chain",    says: "functions that hand one socket on to the next",             first: 1,      last: 10_000,     write: chain },
    Respect { name: "callers",  says: "functions that call one helper which makes the listener",   first: 1,      last: 10_000,     write: callers },
    Respect { name: "packages", says: "packages that use the helper of the first",                 first: 1,      last: 1_000,      write: packages },
    Respect { name: "sockets",  says: "sockets in one function",                                   first: 1,      last: 1_000,      write: sockets },
    Respect { name: "branches", says: "branches in one function, between making and binding",      first: 1,      last: 10_000,     write: branches },
    Respect { name: "nesting",  says: "branches within each other, around the bind",               first: 1,      last: 100,        write: nesting },
    Respect { name: "fields",   says: "structs with a socket that a method binds",                 first: 1,      last: 10_000,     write: fields },
    Respect { name: "traits",   says: "types that implement one trait by making a listener",       first: 1,      last: 1_000,      write: traits },
    Respect { name: "macros",   says: "listeners that one macro of the package writes",            first: 1,      last: 1_000,      write: macros },
    Respect { name: "file",     says: "lines of one file, with one listener",                      first: 100,    last: 100_000,    write: file },
];

const SOCKETS: &str = "\
use std::{io, net::SocketAddr};
use socket2::{Domain, Socket, Type};

";

const FIRST_STEP: &str = "\
pub fn step0(addr: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    REST
}

";

const STEP: &str = "\
pub fn stepNUMBER(socket: Socket, addr: SocketAddr) -> io::Result<Socket> {
    socket.set_nodelay(true)?;
    REST
}

";

const LAST: &str = "\
socket.bind(&addr.into())?;
    socket.listen(128)?;
    Ok(socket)";

const CALLER: &str = "\
pub fn serveNUMBER(addr: std::net::SocketAddr) -> std::io::Result<()> {
    let socket = HELPER::net::listen_on(addr)?;
    socket.set_nonblocking(true)?;
    drop(socket);
    Ok(())
}

";

const SOCKET: &str = "
    let sNUMBER = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    sNUMBER.set_reuse_address(true)?;
    sNUMBER.bind(&addr.into())?;
    sNUMBER.listen(128)?;
";

const BRANCH: &str = "
    if mode == NUMBER {
        socket.set_nodelay(true)?;
    }
";

const OPENED: &str = "
    if mode > NUMBER {
        socket.set_nodelay(true)?;
";

const CLOSED: &str = "
    } else {
        socket.set_nodelay(false)?;
    }
";

const SERVER: &str = "\
pub struct ServerNUMBER {
    socket: Socket,
}

impl ServerNUMBER {
    pub fn new() -> io::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.set_reuse_address(true)?;
        Ok(Self { socket })
    }

    pub fn start(&self, addr: SocketAddr) -> io::Result<()> {
        self.socket.bind(&addr.into())?;
        self.socket.listen(128)
    }
}

";

const TRAIT: &str = "\
pub trait Open {
    fn open(&self, addr: std::net::SocketAddr) -> std::io::Result<socket2::Socket>;
}

pub fn all(them: &[&dyn Open], addr: std::net::SocketAddr) -> std::io::Result<()> {
    them.iter().try_for_each(|it| it.open(addr)?.listen(128))
}
";

const OPENER: &str = "\
pub struct OpenerNUMBER;

impl p1::open::Open for OpenerNUMBER {
    fn open(&self, addr: SocketAddr) -> io::Result<Socket> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.set_reuse_address(true)?;
        socket.bind(&addr.into())?;
        Ok(socket)
    }
}

";

/// A module, and its text.
type Module = (String, String);

/// A workspace that is being written.
pub(super) struct Tree {
    pub(super) root: PathBuf,
}

impl Tree {
    /// Writes a workspace that is so large in one respect.
    pub(super) fn write(&self, respect: &Respect, count: u64) -> io::Result<()> {
        self.file("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"p*\"]\n")?;
        (respect.write)(self, count)
    }

    fn file(&self, path: &str, text: &str) -> io::Result<()> {
        let path = self.root.join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, text)
    }

    /// A package of modules; `uses` is a package beside it.
    fn package(&self, name: &str, uses: Option<&str>, modules: &[Module]) -> io::Result<()> {
        let mut manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nsocket2 = \"0.6\"\n"
        );
        let dependency = uses.map(|it| format!("{it} = {{ path = \"../{it}\" }}\n"));
        manifest.extend(dependency);
        self.file(&format!("{name}/Cargo.toml"), &manifest)?;
        let declared = |(module, _): &Module| format!("pub mod {module};\n");
        let root: String = modules.iter().map(declared).collect();
        self.file(&format!("{name}/src/lib.rs"), &root)?;
        for (module, text) in modules {
            self.file(&format!("{name}/src/{module}.rs"), text)?;
        }
        Ok(())
    }

    /// A package `p0` with `count` items, fifty to a module, and beside each such module one without sockets.
    fn items(
        &self,
        count: u64,
        uses: Option<&str>,
        head: &str,
        item: &dyn Fn(u64) -> String,
    ) -> io::Result<()> {
        let mut author = Author::new(count);
        let mut modules = Vec::new();
        for first in (0..count).step_by(50) {
            let items: String = (first..count.min(first + 50)).map(item).collect();
            modules.push((module_of(first), format!("{head}{items}")));
            modules.push((format!("plain{}", first / 50), author.module(300)));
        }
        self.package("p0", uses, &modules)
    }

    /// A package with one function.
    fn function(&self, body: &str) -> io::Result<()> {
        let open = "pub fn run(addr: SocketAddr, mode: u32) -> io::Result<()> {";
        let text = format!("{SOCKETS}{open}\n{body}    Ok(())\n}}\n");
        self.package("p0", None, &[("run".to_owned(), text)])
    }
}

fn module_of(item: u64) -> String {
    format!("m{}", item / 50)
}

fn numbered(template: &str, number: u64) -> String {
    template.replace("NUMBER", &number.to_string())
}

/// The helper that others call.
fn helper() -> Module {
    ("net".to_owned(), listener("listen_on", true))
}

fn lines(tree: &Tree, count: u64) -> io::Result<()> {
    for package in 0..count.div_ceil(12_000) {
        let mut author = Author::new(package);
        let left = (count - package * 12_000).min(12_000);
        let modules = (0..left.div_ceil(300)).map(|it| (format!("m{it}"), author.module(300)));
        let modules: Vec<_> = modules.chain([helper()]).collect();
        tree.package(&format!("p{package}"), None, &modules)?;
    }
    Ok(())
}

fn findings(tree: &Tree, count: u64) -> io::Result<()> {
    tree.items(count, None, "", &|it| listener(&format!("listen{it}"), false))
}

fn chain(tree: &Tree, count: u64) -> io::Result<()> {
    tree.items(count, None, SOCKETS, &|it| {
        let next = it + 1;
        let call = || format!("crate::{}::step{next}(socket, addr)", module_of(next));
        let rest = if next < count { call() } else { LAST.to_owned() };
        numbered(if it == 0 { FIRST_STEP } else { STEP }, it).replace("REST", &rest)
    })
}

fn callers(tree: &Tree, count: u64) -> io::Result<()> {
    tree.package("p1", None, &[helper()])?;
    tree.items(count, Some("p1"), "", &|it| numbered(CALLER, it).replace("HELPER", "p1"))
}

fn packages(tree: &Tree, count: u64) -> io::Result<()> {
    tree.package("p0", None, &[helper()])?;
    let mut author = Author::new(count);
    for it in 1..=count {
        let caller = numbered(CALLER, it).replace("HELPER", "p0");
        let plain = ("plain".to_owned(), author.module(300));
        tree.package(&format!("p{it}"), Some("p0"), &[("serve".to_owned(), caller), plain])?;
    }
    Ok(())
}

fn sockets(tree: &Tree, count: u64) -> io::Result<()> {
    let socket = |it| numbered(SOCKET, it);
    tree.function(&(0..count).map(socket).collect::<String>())
}

/// A function that makes a right listener, with code around the bind.
fn around(tree: &Tree, before: &str, after: &str) -> io::Result<()> {
    tree.function(&format!(
        "    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;\n    \
         socket.set_reuse_address(true)?;\n{before}    socket.bind(&addr.into())?;\n{after}    \
         socket.listen(128)?;\n"
    ))
}

fn branches(tree: &Tree, count: u64) -> io::Result<()> {
    let branch = |it| numbered(BRANCH, it);
    around(tree, &(0..count).map(branch).collect::<String>(), "")
}

fn nesting(tree: &Tree, count: u64) -> io::Result<()> {
    let opened = |it| numbered(OPENED, it);
    let closed = |_| CLOSED;
    let (before, after): (String, String) =
        ((0..count).map(opened).collect(), (0..count).map(closed).collect());
    around(tree, &before, &after)
}

fn fields(tree: &Tree, count: u64) -> io::Result<()> {
    tree.items(count, None, SOCKETS, &|it| numbered(SERVER, it))
}

fn traits(tree: &Tree, count: u64) -> io::Result<()> {
    tree.package("p1", None, &[("open".to_owned(), TRAIT.to_owned())])?;
    tree.items(count, Some("p1"), SOCKETS, &|it| numbered(OPENER, it))
}

fn macros(tree: &Tree, count: u64) -> io::Result<()> {
    tree.items(count, None, SOCKETS, &|it| format!("crate::listener!(listen{it});\n"))?;
    let root = fs::read_to_string(tree.root.join("p0/src/lib.rs"))?;
    let text = listener("$name", true);
    let rules = format!("macro_rules! listener {{\n    ($name:ident) => {{\n{text}    }};\n}}\n");
    tree.file("p0/src/lib.rs", &format!("#[macro_export]\n{rules}\n{root}"))
}

fn file(tree: &Tree, count: u64) -> io::Result<()> {
    let lines = usize::try_from(count).unwrap_or(usize::MAX);
    let text = Author::new(count).module(lines) + &listener("serve", true);
    tree.package("p0", None, &[("all".to_owned(), text)])
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use super::{RESPECTS, Tree};
    use crate::corpora::sources;

    #[test]
    fn every_tree_is_rust_and_grows() {
        let names: BTreeSet<_> = RESPECTS.iter().map(|it| it.name).collect();
        assert_eq!(names.len(), RESPECTS.len());
        for respect in RESPECTS {
            let written = |count| {
                let folder = tempfile::tempdir().unwrap();
                Tree { root: folder.path().to_owned() }.write(respect, count).unwrap();
                let texts = sources(folder.path()).map(|path| fs::read_to_string(path).unwrap());
                texts.collect::<Vec<_>>()
            };
            let (small, large) = (written(respect.first), written(respect.first * 10));
            for text in &small {
                syn::parse_file(text).unwrap_or_else(|error| panic!("{}: {error}", respect.name));
            }
            let lines = |texts: &[String]| texts.iter().map(|it| it.lines().count()).sum::<usize>();
            assert!(lines(&small) < lines(&large), "{}", respect.name);
        }
    }
}
