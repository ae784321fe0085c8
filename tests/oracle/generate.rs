//! Writes random programs: a plan for a socket, told in one of many shapes.
//!
//! Nothing here knows what comes of a program: the kernel does. What only the writer knows stands in comments:
//! which results are thrown away (`discarded`), and of which a failure is noted and then ignored (`logged`).
//! Every condition asks a part of the input that no other condition asks, so that all paths are possible.

use std::{cell::RefCell, rc::Rc};

use fastrand::Rng;

use super::calls::{Api, Family, Opt, Sort};

/// A program that was written.
#[derive(Debug)]
pub struct Program {
    /// What it is called.
    pub name: String,
    /// Its source: a module with a function `run`.
    pub text: String,
    /// The parts of the input that it looks at, as letters.
    pub looks_at: String,
}

/// A step of a plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    New,
    Set(Opt, Value),
    Bind,
    Join,
    Listen,
}

/// The value of an option.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Value {
    On,
    Off,
    /// Only the running program knows.
    Input,
}

/// Where the text is: what is in scope.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each says what is possible on its own")]
struct Scope {
    /// The socket: a place of its type, or of a reference to it.
    sock: String,
    /// The address; empty if it is not in scope.
    addr: String,
    /// Whether the input is in scope; a helper has a `bool` of its own at best.
    input: bool,
    switch: Rc<RefCell<Option<String>>>,
    /// Whether `?` and `return Ok(())` are possible.
    fallible: bool,
    /// Whether `return Ok(())` is possible, and ends the story of the socket.
    unit: bool,
    /// Whether the variable of the socket is its owner.
    owner: bool,
}

struct Writer {
    rng: Rng,
    api: Api,
    sort: Sort,
    family: Family,
    /// Parts of the input that no condition has asked yet.
    fresh: Vec<char>,
    looks_at: String,
    items: Vec<String>,
    names: usize,
    /// Whether the ports are in the source.
    literal: bool,
    ephemeral: bool,
    /// Whether a condition may ask the family of the address; one does.
    asks_family: bool,
}

/// The program of this seed.
#[must_use]
pub fn program(name: &str, seed: u64) -> Program {
    let mut rng = Rng::with_seed(seed);
    let api = [Api::Socket2, Api::Socket2, Api::Tokio, Api::Nix, Api::Libc, Api::Rustix];
    let mut api = api[rng.usize(..api.len())];
    let sort = match rng.u8(..10) {
        0 | 1 if api != Api::Tokio => Sort::Udp,
        2 => {
            api = Api::Socket2;
            Sort::Unix
        }
        _ => Sort::Tcp,
    };
    let family = match rng.u8(..8) {
        _ if sort == Sort::Unix => Family::V4,
        0 | 1 => Family::V6,
        2 => Family::Either,
        _ => Family::V4,
    };
    let mut fresh = vec!['a', 'b', 'c', 'm', 'n', 'o'];
    rng.shuffle(&mut fresh);
    fresh.truncate(3);
    let looks_at = match family {
        Family::V4 => String::new(),
        Family::V6 => "6".to_owned(),
        Family::Either => "f".to_owned(),
    };
    let literal = family == Family::V4 && rng.u8(..4) == 0;
    let ephemeral = family != Family::Either && rng.u8(..16) == 0;
    let mut writer = Writer {
        rng,
        api,
        sort,
        family,
        fresh,
        looks_at,
        items: Vec::new(),
        names: 0,
        literal,
        ephemeral,
        asks_family: family == Family::Either,
    };
    let body = writer.main();
    let mut text = format!(
        "use kernel_record::Input;\nuse std::{{io, net::SocketAddr}};\n{}\n\nconst REUSE: bool = true;\n\n{}\n\
         pub fn run(input: &Input) -> io::Result<()> {{\n{}    Ok(())\n}}\n",
        api.prelude(),
        api.items(),
        indented(&body)
    );
    for item in &writer.items {
        text.push('\n');
        text.push_str(item);
    }
    Program { name: name.to_owned(), text, looks_at: writer.looks_at }
}

fn indented(text: &str) -> String {
    text.lines().flat_map(|line| ["    ", line, "\n"]).collect()
}

impl Writer {
    fn chance(&mut self, of: u8) -> bool {
        self.rng.u8(..of) == 0
    }

    fn name(&mut self, stem: &str) -> String {
        self.names += 1;
        format!("{stem}{}", self.names)
    }

    fn main(&mut self) -> String {
        let scope = Scope { addr: self.address("addr"), ..Scope::plain() };
        let plan = self.plan();
        let mut text = String::new();
        if self.sort == Sort::Unix {
            text += "let to = SockAddr::unix(&input.path)?;\n";
        }
        if self.family == Family::Either {
            // Only an address whose type is in sight is asked for its family.
            text += "let addr: SocketAddr = input.addr;\nlet other: SocketAddr = input.other;\n";
        }
        if self.chance(6) {
            text += &self.decoy();
        }
        if self.sort == Sort::Tcp && self.chance(12) {
            return text + &self.std_listener();
        }
        match self.rng.u8(..12) {
            // The plan, for each of two addresses.
            0 if self.sort == Sort::Tcp => {
                let inner = Scope { addr: "addr".to_owned(), ..scope };
                let body = self.steps(&inner, &plan);
                let (one, other) = (self.address("addr"), self.address("other"));
                let body = indented(&body);
                return format!("{text}for addr in [{one}, {other}] {{\n{body}}}\n");
            }
            // Two plans, one after the other.
            1 if self.sort == Sort::Tcp => {
                text += &self.steps(&scope, &plan);
                let other = self.plan();
                let addr = self.address("other");
                let second = Scope { sock: "t".to_owned(), addr, ..scope };
                text += &self.steps(&second, &other);
            }
            // One plan or the other.
            2 => {
                if let Some(condition) = self.condition(&scope) {
                    let other = self.plan();
                    let (one, two) = (self.steps(&scope, &plan), self.steps(&scope, &other));
                    let (one, two) = (indented(&one), indented(&two));
                    return format!("{text}if {condition} {{\n{one}}} else {{\n{two}}}\n");
                }
                text += &self.steps(&scope, &plan);
            }
            _ => text += &self.steps(&scope, &plan),
        }
        text
    }

    /// An address of the input, as an expression.
    fn address(&self, name: &str) -> String {
        match self.sort {
            Sort::Unix => "&to".to_owned(),
            _ if self.family == Family::Either => name.to_owned(),
            _ if self.ephemeral => format!("SocketAddr::new(input.{name}.ip(), 0)"),
            _ if self.literal => format!("SocketAddr::new(input.{name}.ip(), 8080)"),
            _ => format!("input.{name}"),
        }
    }

    /// Another socket that gets what this one may lack.
    fn decoy(&mut self) -> String {
        let new = self.api.make(self.sort, self.family, "input.addr");
        let set = self.api.set("probe", Opt::ReuseAddr, "true");
        format!("let probe = {new}?;\n{set}?;\n")
    }

    /// A listener that the library makes and binds.
    fn std_listener(&mut self) -> String {
        let mut text = "let s = std::net::TcpListener::bind(input.addr)?;\n".to_owned();
        for opt in [Opt::ReuseAddr, Opt::ReusePort, Opt::OnlyV6] {
            if self.chance(3) && (opt != Opt::OnlyV6 || self.family == Family::V6) {
                let value = self.value();
                let Some(value) = self.told(value, &Scope::plain()) else { continue };
                let call = Api::Socket2.set("socket2::SockRef::from(&s)", opt, &value);
                text += &self.settled(&call, &Scope::plain(), true);
            }
        }
        text + "drop(s);\n"
    }

    fn value(&mut self) -> Value {
        match self.rng.u8(..10) {
            0 => Value::Off,
            1 => Value::Input,
            _ => Value::On,
        }
    }

    /// What happens to a socket.
    fn plan(&mut self) -> Vec<Step> {
        let mut plan = vec![Step::New];
        let set = |writer: &mut Self, plan: &mut Vec<Step>, opt: Opt, chance: u8| {
            let v6 = writer.sort != Sort::Unix && writer.family == Family::V4;
            if writer.api.has(opt)
                && writer.chance(chance)
                && !(opt == Opt::OnlyV6 && v6 && !writer.chance(4))
            {
                let value = writer.value();
                plan.push(Step::Set(opt, value));
            }
        };
        set(self, &mut plan, Opt::ReuseAddr, 2);
        set(self, &mut plan, Opt::ReusePort, 8);
        set(self, &mut plan, Opt::OnlyV6, 5);
        set(self, &mut plan, Opt::KeepAlive, 10);
        set(self, &mut plan, Opt::ReuseAddr, 10);
        let sets = plan.len();
        self.rng.shuffle(&mut plan[1..sets]);
        plan.push(Step::Bind);
        set(self, &mut plan, Opt::ReuseAddr, 6);
        set(self, &mut plan, Opt::ReusePort, 14);
        set(self, &mut plan, Opt::OnlyV6, 8);
        if self.sort == Sort::Udp {
            if self.api == Api::Socket2 && self.family == Family::V4 && self.chance(4) {
                plan.push(Step::Join);
            }
        } else if !self.chance(12) {
            plan.push(Step::Listen);
            set(self, &mut plan, Opt::ReuseAddr, 14);
            set(self, &mut plan, Opt::ReusePort, 20);
        }
        plan
    }

    /// A condition that nobody asked before.
    fn condition(&mut self, scope: &Scope) -> Option<String> {
        if self.asks_family && !scope.addr.is_empty() && self.chance(3) {
            self.asks_family = false;
            return Some(format!("{}.is_ipv6()", scope.addr));
        }
        if !scope.input {
            return scope.switch.take();
        }
        let letter = self.fresh.pop()?;
        self.looks_at.push(letter);
        let text = match letter {
            'm' => "input.mode == 1".to_owned(),
            'n' => "input.count > 0".to_owned(),
            'o' => "input.maybe.is_some()".to_owned(),
            _ => format!("input.{letter}"),
        };
        Some(if self.chance(3) && letter.is_ascii_lowercase() && text.len() == 7 {
            format!("!{text}")
        } else {
            text
        })
    }

    /// A value as an expression; none if there is nothing left to ask.
    fn told(&mut self, value: Value, scope: &Scope) -> Option<String> {
        Some(match value {
            Value::On => match self.rng.u8(..8) {
                0 => "!cfg!(windows)".to_owned(),
                1 => "REUSE".to_owned(),
                _ => "true".to_owned(),
            },
            Value::Off => match self.rng.u8(..4) {
                0 => "!REUSE".to_owned(),
                _ => "false".to_owned(),
            },
            Value::Input => self.condition(scope)?,
        })
    }

    /// An expression that is a `Result`, as a statement that looks at it, or does not.
    fn settled(&mut self, call: &str, scope: &Scope, is_set: bool) -> String {
        if is_set && self.chance(6) {
            // A comment on each of its lines; what `cvt` makes of a code is a result that it has seen.
            let raw = call.strip_prefix("cvt(").and_then(|it| it.strip_suffix(')'));
            let call = raw.unwrap_or(call).replace('\n', " // discarded\n");
            if raw.is_some() {
                let start = if self.chance(2) { "let _ = " } else { "" };
                return format!("{start}{call}; // discarded\n");
            }
            return match self.rng.u8(..4) {
                0 => format!("{call}.ok(); // discarded\n"),
                1 => format!("drop({call}); // discarded\n"),
                _ => format!("let _ = {call}; // discarded\n"),
            };
        }
        if is_set && scope.input && self.chance(12) {
            let call = call.replace('\n', " // logged\n");
            return format!(
                "if let Err(error) = {call} {{ // logged\n    input.log(&error);\n}}\n"
            );
        }
        if !scope.fallible {
            return match self.rng.u8(..3) {
                0 => format!("{call}.expect(\"works\");\n"),
                1 => format!("assert!({call}.is_ok());\n"),
                _ => format!("{call}.unwrap();\n"),
            };
        }
        match self.rng.u8(..12) {
            0 => format!("{call}.unwrap();\n"),
            1 => format!("if let Err(error) = {call} {{\n    return Err(error.into());\n}}\n"),
            2 => format!(
                "match {call} {{\n    Ok(_) => {{}}\n    Err(error) => return Err(error.into()),\n}}\n"
            ),
            3 => format!("{call}.map_err(|error| io::Error::other(error.to_string()))?;\n"),
            4 if scope.unit => format!("let Ok(_) = {call} else {{\n    return Ok(());\n}};\n"),
            _ => format!("{call}?;\n"),
        }
    }
}

impl Scope {
    fn plain() -> Self {
        Self {
            sock: "s".to_owned(),
            addr: "input.addr".to_owned(),
            input: true,
            switch: Rc::default(),
            fallible: true,
            unit: true,
            owner: true,
        }
    }
}

mod shapes;
