//! The shapes in which a plan is told.

use super::{Api, Family, Opt, Scope, Sort, Step, Value, Writer, indented};

impl Writer {
    /// Tells steps, from where the socket is not made yet, or is in scope.
    pub(super) fn steps(&mut self, scope: &Scope, steps: &[Step]) -> String {
        let mut text = String::new();
        let mut rest = steps;
        while let Some(&step) = rest.first() {
            if step != Step::New
                && self.chance(6)
                && let Some(all) = self.remainder(scope, rest)
            {
                return text + &all;
            }
            match step {
                Step::New => {
                    let sets =
                        rest[1..].iter().take_while(|it| matches!(it, Step::Set(..))).count();
                    let sets = self.rng.usize(..=sets);
                    text += &self.making(scope, &rest[1..=sets]);
                    rest = &rest[1 + sets..];
                    continue;
                }
                Step::Set(opt, value) => {
                    if rest.get(1) == Some(&Step::Bind) && !self.needs_guard(step) && self.chance(6)
                    {
                        let value = self.told(value, scope).unwrap_or_else(|| "true".to_owned());
                        let set = self.api.set(&scope.sock, opt, &value);
                        let bind = self.api.bind(self.sort, &scope.sock, &scope.addr);
                        let chain = format!("{set}\n    .and_then(|()| {bind})");
                        text += &self.settled(&chain, scope, false);
                        rest = &rest[2..];
                        continue;
                    }
                    let sets = rest.iter().take_while(|it| matches!(it, Step::Set(..))).count();
                    let sets = 1 + self.rng.usize(..sets);
                    text += &self.sets(scope, &rest[..sets], 2);
                    rest = &rest[sets..];
                    continue;
                }
                Step::Bind => text += &self.binding(scope),
                Step::Join => {
                    let group =
                        "&std::net::Ipv4Addr::new(239, 1, 2, 3), &std::net::Ipv4Addr::LOCALHOST";
                    let call = format!("{}.join_multicast_v4({group})", scope.sock);
                    text += &self.settled(&call, scope, false);
                }
                Step::Listen if self.api == Api::Tokio => {
                    return text + &self.tokio_listener(scope, &rest[1..]);
                }
                Step::Listen => {
                    let call = self.api.listen(&scope.sock);
                    text += &self.settled(&call, scope, false);
                }
            }
            rest = &rest[1..];
        }
        text
    }

    /// A socket of tokio becomes something else when it listens.
    fn tokio_listener(&mut self, scope: &Scope, rest: &[Step]) -> String {
        let listener = self.name("listener");
        let end = if scope.fallible { "?" } else { ".unwrap()" };
        let mut text = format!("let {listener} = {}.listen(128){end};\n", scope.sock);
        for step in rest {
            let Step::Set(opt, value) = *step else { continue };
            let Some(value) = self.told(value, scope) else { continue };
            let call =
                Api::Socket2.set(&format!("socket2::SockRef::from(&{listener})"), opt, &value);
            text += &self.settled(&call, scope, true);
        }
        text + &format!("drop({listener});\n")
    }

    /// Makes the socket, and sets options on it.
    fn making(&mut self, scope: &Scope, sets: &[Step]) -> String {
        let sock = scope.sock.clone();
        let new = self.api.make(self.sort, self.family, &scope.addr);
        let after = |writer: &mut Self| writer.sets(scope, sets, 2);
        match self.rng.u8(..16) {
            0 => {
                // Set on one socket, and then there is another.
                let first = self.sets(scope, sets, 2);
                let between = self.sets(scope, sets, 2);
                match self.condition(scope) {
                    Some(condition) if self.chance(2) => {
                        let between = indented(&between);
                        format!(
                            "let mut {sock} = {new}?;\n{first}if {condition} {{\n    {sock} = {new}?;\n{between}}}\n"
                        )
                    }
                    _ => format!("let mut {sock} = {new}?;\n{first}{sock} = {new}?;\n"),
                }
            }
            1 => {
                let first = after(self);
                let second = if self.chance(2) { after(self) } else { String::new() };
                format!("let {sock} = {new}?;\n{first}let {sock} = {new}?;\n{second}")
            }
            2 => {
                let inner = after(self);
                format!(
                    "let {sock} = {{\n    let {sock} = {new}?;\n{}    {sock}\n}};\n",
                    indented(&inner)
                )
            }
            3 => match self.condition(scope) {
                Some(condition) => {
                    let one = indented(&after(self));
                    let two = if self.chance(2) { indented(&after(self)) } else { String::new() };
                    format!(
                        "let {sock} = if {condition} {{\n    let {sock} = {new}?;\n{one}    {sock}\n}} else {{\n    \
                         let {sock} = {new}?;\n{two}    {sock}\n}};\n"
                    )
                }
                None => format!("let {sock} = {new}?;\n{}", after(self)),
            },
            4 => format!(
                "let {sock} = match {new} {{\n    Ok({sock}) => {sock},\n    Err(error) => return Err(error.into()),\n}};\n{}",
                after(self)
            ),
            5 | 6 => {
                let (function, argument) = self.maker(scope, sets);
                format!("let {sock} = {function}({}{argument})?;\n", scope.addr)
            }
            7 => {
                let text = after(self);
                let end = if scope.unit { "Ok(())" } else { "Err(io::ErrorKind::Other.into())" };
                format!(
                    "let mut made = None;\nfor _ in 0..1 {{\n    made = Some({new}?);\n}}\nlet Some({sock}) = made else {{\n    return {end};\n}};\n{text}"
                )
            }
            8 => match sets.first() {
                Some(&step @ Step::Set(opt, value)) if !self.needs_guard(step) => {
                    let Some(value) = self.told(value, scope) else {
                        return format!("let {sock} = {new}?;\n");
                    };
                    let set = self.api.set(&sock, opt, &value);
                    let rest = self.sets(scope, &sets[1..], 2);
                    format!(
                        "let {sock} = {new}.and_then(|{sock}| {set}.map(|()| {sock}))?;\n{rest}"
                    )
                }
                _ => format!("let {sock} = {new}?;\n"),
            },
            9 => format!("let {sock};\n{sock} = {new}?;\n{}", after(self)),
            10 => {
                let text = after(self);
                format!("let {sock} = {new}?;\nlet ({sock}, _) = ({sock}, 1);\n{text}")
            }
            _ => format!("let {sock} = {new}?;\n{}", after(self)),
        }
    }

    /// A function that makes the socket; its name, and what it is told beside the address.
    fn maker(&mut self, scope: &Scope, sets: &[Step]) -> (String, String) {
        let name = self.name("make");
        let inner = Scope { unit: false, ..Self::inner("s", true) };
        let body = self.making(&inner, sets);
        let (owned, addr) = (self.api.owned_type(), self.addr_type());
        self.items.push(format!(
            "fn {name}(addr: {addr}, on: bool) -> io::Result<{owned}> {{\n{}    Ok(s)\n}}\n",
            indented(&body)
        ));
        (name, format!(", {}", self.argument(scope)))
    }

    /// The scope of a helper that gets `sock`, `addr` and `on`.
    fn inner(sock: &str, owner: bool) -> Scope {
        Scope {
            sock: sock.to_owned(),
            addr: "addr".to_owned(),
            input: false,
            fallible: true,
            unit: true,
            owner,
            switch: std::rc::Rc::new(std::cell::RefCell::new(Some("on".to_owned()))),
        }
    }

    fn addr_type(&self) -> &'static str {
        if self.sort == Sort::Unix { "&SockAddr" } else { "SocketAddr" }
    }

    /// What a helper is told as its `bool`.
    fn argument(&mut self, scope: &Scope) -> String {
        match self.rng.u8(..3) {
            0 => self.condition(scope).unwrap_or_else(|| "true".to_owned()),
            1 => "false".to_owned(),
            _ => "true".to_owned(),
        }
    }

    /// Sets options, one way or another.
    fn sets(&mut self, scope: &Scope, sets: &[Step], depth: u8) -> String {
        if sets.is_empty() {
            return String::new();
        }
        if depth == 0 || self.chance(2) {
            return self.plain(scope, sets);
        }
        let depth = depth - 1;
        let plain = !self.needs_guard(sets[0]);
        match self.rng.u8(..14) {
            0 | 1 => match self.condition(scope) {
                Some(condition) => {
                    let one = indented(&self.sets(scope, sets, depth));
                    let two = if self.chance(2) {
                        format!(" else {{\n{}}}", indented(&self.sets(scope, sets, depth)))
                    } else {
                        String::new()
                    };
                    format!("if {condition} {{\n{one}}}{two}\n")
                }
                None => self.plain(scope, sets),
            },
            2 if scope.input && self.asks('m') => {
                let arms: Vec<_> = (0..3)
                    .map(|_| {
                        if self.chance(4) {
                            String::new()
                        } else {
                            indented(&indented(&self.sets(scope, sets, depth)))
                        }
                    })
                    .collect();
                format!(
                    "match input.mode {{\n    0 => {{\n{}    }}\n    1 => {{\n{}    }}\n    _ => {{\n{}    }}\n}}\n",
                    arms[0], arms[1], arms[2]
                )
            }
            3 if plain && scope.input && self.asks('o') => {
                let Step::Set(opt, _) = sets[0] else { return String::new() };
                let known = self.chance(2);
                let call = self.api.set(&scope.sock, opt, if known { "true" } else { "on" });
                let call = indented(&self.settled(&call, scope, true));
                let name = if known { "_" } else { "on" };
                format!(
                    "if let Some({name}) = input.maybe {{\n{call}}}\n{}",
                    self.sets(scope, &sets[1..], depth)
                )
            }
            4 if scope.input && self.asks('n') => {
                let body = indented(&self.sets(scope, sets, depth));
                format!("for _ in 0..input.count {{\n{body}}}\n")
            }
            5 => {
                let body = indented(&self.sets(scope, sets, depth));
                format!("loop {{\n{body}    break;\n}}\n")
            }
            6 if scope.input && self.asks('n') => {
                let body = indented(&self.sets(scope, sets, depth));
                let n = self.name("n");
                format!("let mut {n} = 0;\nwhile {n} < input.count {{\n{body}    {n} += 1;\n}}\n")
            }
            7 | 8 => self.helper(scope, sets, depth),
            9 if scope.fallible => {
                let name = self.name("tune");
                let inner = Scope { unit: false, ..scope.clone() };
                let body = indented(&self.sets(&inner, sets, depth));
                format!("let {name} = || -> io::Result<()> {{\n{body}    Ok(())\n}};\n{name}()?;\n")
            }
            10 if plain => {
                let Step::Set(opt, value) = sets[0] else { return String::new() };
                let Some(value) = self.told(value, scope) else { return String::new() };
                let name = self.name("tune");
                let set = self.api.set(&scope.sock, opt, "on");
                let call = self.settled(&format!("{name}({value})"), scope, true);
                format!(
                    "let {name} = |on: bool| {set};\n{call}{}",
                    self.sets(scope, &sets[1..], depth)
                )
            }
            11 => {
                let name = self.name("same");
                let inner = Scope { sock: name.clone(), owner: false, ..scope.clone() };
                let body = self.sets(&inner, sets, depth);
                format!("let {name} = &{};\n{body}", scope.sock)
            }
            12 if plain => {
                let Step::Set(opt, value) = sets[0] else { return String::new() };
                let Some(value) = self.told(value, scope) else { return String::new() };
                let name = self.name("reuse");
                let call = self.api.set(&scope.sock, opt, &name);
                let call = self.settled(&call, scope, true);
                format!("let {name} = {value};\n{call}{}", self.sets(scope, &sets[1..], depth))
            }
            _ => {
                let body = indented(&self.sets(scope, sets, depth));
                format!("{{\n{body}}}\n")
            }
        }
    }

    /// Whether an option is for one family of two.
    fn needs_guard(&self, step: Step) -> bool {
        self.family == Family::Either && matches!(step, Step::Set(Opt::OnlyV6, _))
    }

    /// Whether a part of the input was not asked yet; it is now.
    fn asks(&mut self, letter: char) -> bool {
        let Some(at) = self.fresh.iter().position(|it| *it == letter) else { return false };
        self.fresh.remove(at);
        self.looks_at.push(letter);
        true
    }

    fn plain(&mut self, scope: &Scope, sets: &[Step]) -> String {
        let mut text = String::new();
        for step in sets {
            let Step::Set(opt, value) = *step else { continue };
            let guarded = self.needs_guard(*step);
            if guarded && scope.addr.is_empty() {
                continue;
            }
            let value = if guarded { Value::On } else { value };
            let value = self.told(value, scope).unwrap_or_else(|| "true".to_owned());
            let call = self.api.set(&scope.sock, opt, &value);
            let call = self.settled(&call, scope, true);
            if guarded {
                let addr = &scope.addr;
                let call = indented(&call);
                text.extend(["if ", addr, ".is_ipv6() {\n", &call, "}\n"]);
            } else {
                text += &call;
            }
        }
        text
    }

    /// A function that sets options, and its call.
    fn helper(&mut self, scope: &Scope, sets: &[Step], depth: u8) -> String {
        let name = self.name("tune");
        let fallible = !self.chance(4);
        let inner =
            Scope { fallible, unit: false, addr: String::new(), ..Self::inner("sock", false) };
        let body = indented(&self.sets(&inner, sets, depth));
        let owned = self.api.owned_type();
        let argument = self.argument(scope);
        let call = format!("{name}(&{}, {argument})", scope.sock);
        if fallible {
            self.items.push(format!(
                "fn {name}(sock: &{owned}, on: bool) -> io::Result<()> {{\n{body}    Ok(())\n}}\n"
            ));
            self.settled(&call, scope, false)
        } else {
            self.items.push(format!("fn {name}(sock: &{owned}, on: bool) {{\n{body}}}\n"));
            format!("{call};\n")
        }
    }

    fn binding(&mut self, scope: &Scope) -> String {
        let bind = self.api.bind(self.sort, &scope.sock, &scope.addr);
        match self.rng.u8(..12) {
            0 => {
                let Some(condition) = self.condition(scope) else {
                    return self.settled(&bind, scope, false);
                };
                let (one, two) =
                    (self.settled(&bind, scope, false), self.settled(&bind, scope, false));
                format!("if {condition} {{\n{}}} else {{\n{}}}\n", indented(&one), indented(&two))
            }
            1 => {
                let name = self.name("attach");
                let inner = Scope { unit: false, ..Self::inner("sock", false) };
                let bind = self.api.bind(self.sort, "sock", "addr");
                let body = indented(&self.settled(&bind, &inner, false));
                self.items.push(format!(
                    "fn {name}(sock: &{}, addr: {}) -> io::Result<()> {{\n{body}    Ok(())\n}}\n",
                    self.api.owned_type(),
                    self.addr_type()
                ));
                self.settled(&format!("{name}(&{}, {})", scope.sock, scope.addr), scope, false)
            }
            2 => {
                let addr = self.name("addr");
                let bind = self.api.bind(self.sort, &scope.sock, &addr);
                format!("let {addr} = {};\n{}", scope.addr, self.settled(&bind, scope, false))
            }
            _ => self.settled(&bind, scope, false),
        }
    }

    /// All that is left, in a shape of its own.
    fn remainder(&mut self, scope: &Scope, rest: &[Step]) -> Option<String> {
        let sock = scope.sock.clone();
        let moves = self.api == Api::Tokio && rest.contains(&Step::Listen);
        if moves && !scope.owner {
            return None;
        }
        let variable = scope.owner && !sock.contains('.');
        Some(match self.rng.u8(..12) {
            0 => {
                let condition = self.condition(scope)?;
                let body = self.steps(scope, rest);
                format!("if {condition} {{\n    return Ok(());\n}}\n{body}")
            }
            1 => {
                let body = indented(&self.steps(scope, rest));
                format!("{{\n{body}}}\n")
            }
            2 => {
                let condition = self.condition(scope)?;
                let one = indented(&self.steps(scope, rest));
                let two: Vec<_> = if self.chance(2) {
                    rest.iter().copied().filter(|it| !matches!(it, Step::Set(..))).collect()
                } else {
                    rest.to_vec()
                };
                let two = indented(&self.steps(scope, &two));
                format!("if {condition} {{\n{one}}} else {{\n{two}}}\n")
            }
            3 | 4 => {
                let name = self.name("finish");
                let by_value = moves || (variable && self.chance(2));
                let inner = Self::inner("sock", by_value);
                let body = indented(&self.steps(&inner, rest));
                let (owned, addr) = (self.api.owned_type(), self.addr_type());
                let amp = if by_value { "" } else { "&" };
                self.items.push(format!(
                    "fn {name}(sock: {amp}{owned}, addr: {addr}, on: bool) -> io::Result<()> {{\n{body}    Ok(())\n}}\n"
                ));
                let argument = self.argument(scope);
                let call = format!("{name}({amp}{sock}, {}, {argument})", scope.addr);
                self.settled(&call, scope, false)
            }
            5 => {
                let name = self.name("go");
                let body = indented(&self.steps(scope, rest));
                let keyword = if moves { "move " } else { "" };
                format!(
                    "let {name} = {keyword}|| -> io::Result<()> {{\n{body}    Ok(())\n}};\n{name}()?;\n"
                )
            }
            6 if scope.owner => self.wrapper(scope, rest, moves),
            7 if variable && !moves => {
                let body = self.steps(&Scope { owner: false, ..scope.clone() }, rest);
                format!("let {sock} = std::sync::Arc::new({sock});\n{body}")
            }
            8 if variable => {
                let body = indented(&self.steps(scope, rest));
                format!("let some = Some({sock});\nif let Some({sock}) = some {{\n{body}}}\n")
            }
            9 if variable => {
                let body = self.steps(scope, rest);
                format!(
                    "let some = Some({sock});\nlet Some({sock}) = some else {{\n    return Ok(());\n}};\n{body}"
                )
            }
            10 if variable => {
                let owner = moves;
                let body = indented(&self.steps(&Scope { owner, ..scope.clone() }, rest));
                let amp = if moves { "" } else { "&" };
                format!("let all = vec![{sock}];\nfor {sock} in {amp}all {{\n{body}}}\n")
            }
            11 if !moves => {
                let name = self.name("same");
                let inner = Scope { sock: name.clone(), owner: false, ..scope.clone() };
                format!("let {name} = &{sock};\n{}", self.steps(&inner, rest))
            }
            _ => return None,
        })
    }

    /// A type of the program's own around the socket.
    fn wrapper(&mut self, scope: &Scope, rest: &[Step], moves: bool) -> String {
        let name = self.name("Wrapper");
        let inner = Self::inner("self.sock", moves);
        let body = indented(&indented(&self.steps(&inner, rest)));
        let (owned, addr) = (self.api.owned_type(), self.addr_type());
        let this = if moves { "self" } else { "&self" };
        self.items.push(format!(
            "struct {name} {{\n    sock: {owned},\n}}\n\nimpl {name} {{\n    \
             fn finish({this}, addr: {addr}, on: bool) -> io::Result<()> {{\n{body}        Ok(())\n    }}\n}}\n"
        ));
        let argument = self.argument(scope);
        let variable = self.name("wrapper");
        let call = format!("{variable}.finish({}, {argument})", scope.addr);
        let call = self.settled(&call, scope, false);
        format!("let {variable} = {name} {{ sock: {} }};\n{call}", scope.sock)
    }
}
