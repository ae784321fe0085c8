//! What a row of the user does to the state.

use super::Solver;
use crate::{
    ir::Call,
    link::Type,
    model::{Api, Returns, SockOpt, Source, Step, Steps, own::TOO_FEW},
    socket::{Domain, OptValue, Phase, SockType},
    state::{Addr, Handle, OptState, Sock, Value},
    trace::EventKind,
};

impl<'w> Solver<'w> {
    /// Takes the steps of a row, all of them at the call.
    pub(super) fn steps(
        &mut self,
        call: &'w Call,
        row: &'static Api,
        steps: &'static Steps,
        args: &[Value<'w>],
    ) -> Value<'w> {
        self.memo.described.insert(self.spot(call.site).site, row.path);
        if steps.are_any() && args.len() < steps.operands {
            self.give_up(TOO_FEW);
        }
        if let Some(kind) = steps.creates {
            return self.make(call, row, (kind, steps), args);
        }
        let Some(handle) = self.socket_operand(call, args, steps.socket) else {
            return self.not_of_a_socket(row, steps, args);
        };
        let mut outcome = None;
        for (platforms, step) in &steps.each {
            self.tells_apart(*platforms);
            if !platforms.contains(self.platform) {
                continue;
            }
            match *step {
                Step::Set(option, value) => {
                    let value = value_of(option, value, args);
                    // Whether the call can fail is not known, so its result can be thrown away.
                    self.set_at(
                        self.spot(call.site),
                        (false, Returns::Other),
                        handle.id,
                        option,
                        value,
                    );
                }
                Step::Bind(operands) => {
                    outcome = Some(self.bind(call, row, handle.id, addr_of(operands, args)));
                }
                Step::Listen => self.listen(call, handle.id),
                Step::Connect => {
                    self.step(call, handle.id, EventKind::Connect, Phase::CONNECTED);
                }
            }
        }
        match (row.returns, outcome) {
            (Returns::Socket(path), _) => match self.program.workspace.models.socket_type(path) {
                Some(ty) => self.converted(handle, ty),
                None => Value::Sock(handle),
            },
            (Returns::This, _) => Value::Sock(handle),
            (_, Some(outcome)) => Value::Outcome(Box::new(outcome)),
            _ => Value::Unknown,
        }
    }

    /// Makes the socket, with what is set on it before it is bound.
    fn make(
        &mut self,
        call: &'w Call,
        row: &'static Api,
        ((domain, sock_type), steps): ((Domain, SockType), &'static Steps),
        args: &[Value<'w>],
    ) -> Value<'w> {
        let mut sock = Sock::new(domain, sock_type, self.spot(call.site));
        let (mut phase, mut addr) = (Phase::CREATED, Addr::UNKNOWN);
        for (platforms, step) in &steps.each {
            self.tells_apart(*platforms);
            if !platforms.contains(self.platform) {
                continue;
            }
            match *step {
                Step::Set(option, value) => {
                    // What the call switches on for everybody, it does by itself.
                    let is_implied = value == Source::Is(OptValue::ON);
                    let set_by = sock.created.filter(|_| !is_implied);
                    let value = value_of(option, value, args);
                    sock.options.set(option, OptState { set_by, ..value });
                }
                Step::Bind(operands) => (phase, addr) = (Phase::BOUND, addr_of(operands, args)),
                Step::Listen => phase = Phase::LISTENING,
                Step::Connect => phase = Phase::CONNECTED,
            }
        }
        let id = self.made(row, sock, phase, addr);
        let ty = match row.returns {
            Returns::Socket(path) => self.program.workspace.models.socket_type(path),
            _ => None,
        };
        Value::Fallible(Box::new(Value::Sock(Handle { id, ty })))
    }

    /// A call whose operand is no socket: what it does is lost, and what it returns is of its type.
    fn not_of_a_socket(
        &mut self,
        row: &'static Api,
        steps: &'static Steps,
        args: &[Value<'w>],
    ) -> Value<'w> {
        if steps.are_any() {
            args.iter().for_each(|it| self.escape(it, "operand that is not followed"));
        }
        match row.returns {
            Returns::Socket(path) => {
                let ty = self.program.workspace.models.socket_type(path);
                ty.map_or(Value::Unknown, |ty| self.unknown_of(&Type::Socket(ty)))
            }
            _ => Value::Unknown,
        }
    }
}

fn value_of(option: &'static SockOpt, value: Source<OptValue>, args: &[Value<'_>]) -> OptState {
    match value {
        Source::Is(value) => OptState::new(value, None),
        Source::Operand(at) => super::values::opt_state(option, args.get(at)),
    }
}

/// The address in some operands: one, or an address without a port and a port.
fn addr_of(operands: &[usize], args: &[Value<'_>]) -> Addr {
    let parts = operands.iter().map(|at| args.get(*at).cloned().unwrap_or(Value::Unknown));
    super::values::addr_of(&Value::Tuple(parts.collect()))
}

#[cfg(test)]
mod tests {
    use crate::{
        analyze, lower,
        model::{
            Own, Source, options,
            own::{Returned, Row, Set},
        },
        socket::{Domain, OptValue, Platforms, SockType},
        testing::{Differences, Found, marks, workspace},
    };

    const TCP: Option<(Domain, SockType)> = Some((Domain::INET, SockType::STREAM));

    fn row(path: &str) -> Row {
        Row {
            path: path.to_owned(),
            also: Vec::new(),
            creates: None,
            socket: 0,
            sets: Vec::new(),
            binds: None,
            listens: false,
            connects: false,
            returns: Returned::Plain,
            platforms: Platforms::ALL,
            versions: "*".to_owned(),
        }
    }

    fn reuse(value: Source<OptValue>) -> Set {
        Set { option: &options::REUSE_ADDR, value, platforms: Platforms::UNIX }
    }

    fn returned(path: &str) -> Returned {
        Returned::Type(path.to_owned())
    }

    /// Compares what is found in a body with its marks. No call that a row describes may be fixed.
    #[track_caller]
    fn check(rows: &[Row], body: &str) {
        let text = format!(
            "use socket2::{{Domain, Socket, Type}};\nfn f(addr: std::net::SocketAddr) -> std::io::Result<()> {{\n{body}\nOk(())\n}}\n"
        );
        let lowered = lower(&text).unwrap();
        let mut workspace = workspace(lowered.facts);
        workspace.models = Own::new(rows.to_vec());
        let analysis = analyze(&workspace);
        let found = analysis.diagnostics.into_iter().map(|it| {
            let start = lowered.sites.get(it.primary.site.id).label.start;
            let line = text[..start].matches('\n').count() + 1;
            let fixed = it.fix.as_ref().map(crate::Fix::site);
            assert!(
                !fixed.is_some_and(|it| analysis.described.contains_key(&it)),
                "{}",
                it.message
            );
            Found { line, rule: it.rule.name.to_owned(), message: it.message }
        });
        let mut differences = Differences::default();
        differences.compare("line", &marks(&text), found.collect());
        assert!(differences.is_empty(), "\n{differences}in:\n{text}");
    }

    #[test]
    fn a_call_that_makes_a_listener_is_judged_by_what_it_sets() {
        let listen = Row {
            creates: TCP,
            binds: Some(vec![0]),
            listens: true,
            returns: returned("std::net::TcpListener"),
            ..row("acme::listen")
        };
        check(std::slice::from_ref(&listen), "acme::listen(addr)?; //~ missing_reuseaddr");
        check(std::slice::from_ref(&listen), "acme::listen(\"[::]:0\")?;");
        let sets = vec![reuse(Source::Is(OptValue::ON))];
        check(&[Row { sets, ..listen.clone() }], "acme::listen(addr)?;");
        let sets = vec![reuse(Source::Operand(1))];
        let by_argument = Row { sets, ..listen };
        let body = "acme::listen(addr, true)?;\nacme::listen(addr, false)?; //~ disabled_reuseaddr\nacme::listen(addr, addr.is_ipv4())?;";
        check(&[by_argument], body);
    }

    #[test]
    fn whether_a_call_can_fail_does_not_matter() {
        let new =
            Row { creates: TCP, returns: returned("acme::Server"), ..row("acme::Server::new") };
        let bind = Row { binds: Some(vec![1]), ..row("acme::Server::bind") };
        let listen = Row { listens: true, ..row("acme::Server::listen") };
        let rows = [new, bind, listen];
        check(
            &rows,
            "let s = acme::Server::new();\ns.bind(addr); //~ missing_reuseaddr\ns.listen();",
        );
        check(&rows, "acme::Server::new().bind(addr); //~ miss missing_reuseaddr: nothing listens");
    }

    #[test]
    fn a_bind_that_failed_has_bound_nothing() {
        let bind = Row { binds: Some(vec![1]), ..row("acme::bind") };
        let body = "let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;\nif acme::bind(&s, addr).is_err() {\n#[cfg(unix)] s.set_reuse_address(true)?;\ns.bind(&addr.into())?;\ns.listen(1)?;\n}";
        check(&[bind], body);
    }

    #[test]
    fn a_call_with_too_few_arguments_is_told() {
        let tune = Row { sets: vec![reuse(Source::Operand(1))], ..row("acme::tune") };
        for (call, few) in [("acme::tune(&s)", true), ("acme::tune(&s, true)", false)] {
            let text = format!(
                "use socket2::*;\nfn f() -> std::io::Result<()> {{\nlet s = Socket::new(Domain::IPV4, Type::STREAM, None)?;\n{call};\nOk(())\n}}\n"
            );
            let mut workspace = workspace(lower(&text).unwrap().facts);
            workspace.models = Own::new(vec![tune.clone()]);
            let gave_up = analyze(&workspace).gave_up;
            assert_eq!(gave_up.contains_key(super::TOO_FEW), few, "{call}");
        }
    }

    #[test]
    fn an_address_may_have_its_port_elsewhere() {
        let bind =
            Row { creates: TCP, binds: Some(vec![0, 1]), listens: true, ..row("acme::bind_to") };
        let body = "acme::bind_to(ip, 0)?;\nacme::bind_to(ip, 80)?; //~ missing_reuseaddr";
        check(&[bind], body);
    }

    #[test]
    fn a_socket_goes_on_where_it_is_returned() {
        let make = Row { creates: TCP, returns: returned("socket2::Socket"), ..row("acme::make") };
        let body =
            "let s = acme::make()?;\ns.bind(&addr.into())?; //~ missing_reuseaddr\ns.listen(1)?;";
        check(std::slice::from_ref(&make), body);
        let typeless = Row { returns: Returned::Plain, ..make };
        check(&[typeless], body);
    }

    #[test]
    fn steps_are_those_of_the_socket_in_an_operand() {
        let tune =
            Row { socket: 1, sets: vec![reuse(Source::Is(OptValue::ON))], ..row("acme::tune") };
        let make = "let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;";
        let early = format!("{make}\nacme::tune(1, &s)?;\ns.bind(&addr.into())?;\ns.listen(1)?;");
        check(std::slice::from_ref(&tune), &early);
        let late = format!(
            "{make}\ns.bind(&addr.into())?;\nacme::tune(1, &s)?; //~ late_option\ns.listen(1)?;"
        );
        check(std::slice::from_ref(&tune), &late);
        // Whether it can fail is not known.
        let ignored =
            format!("{make}\nlet _ = acme::tune(1, &s);\ns.bind(&addr.into())?;\ns.listen(1)?;");
        check(&[tune], &ignored);
    }

    #[test]
    fn a_call_without_steps_leaves_the_socket_as_it_is() {
        let watch = row("acme::watch");
        let body = "let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;\nacme::watch(&s);\ns.bind(&addr.into())?; //~ missing_reuseaddr\ns.listen(1)?;";
        check(&[watch], body);
        check(&[], &body.replace("//~ missing_reuseaddr", ""));
    }

    #[test]
    fn a_type_of_the_user_has_methods() {
        let new =
            Row { creates: TCP, returns: returned("acme::Server"), ..row("acme::Server::new") };
        let named = Row { returns: Returned::This, ..row("acme::Server::named") };
        let bind = Row { binds: Some(vec![1]), ..row("acme::Server::bind") };
        let listen = Row { listens: true, ..row("acme::Server::listen") };
        let body = "let s = acme::Server::new()?.named(\"web\");\ns.local_addr();\ns.bind(addr)?; //~ missing_reuseaddr\ns.listen()?;";
        check(&[new.clone(), named, bind.clone(), listen.clone()], body);
        // What no row speaks of may do anything.
        let unknown = body.replace("local_addr", "prepare").replace("//~ missing_reuseaddr", "");
        check(&[new, bind, listen], &unknown);
    }

    #[test]
    fn a_row_holds_in_its_releases() {
        let old = Row {
            creates: TCP,
            binds: Some(vec![0]),
            listens: true,
            versions: "<2".to_owned(),
            ..row("acme::listen")
        };
        let text = "fn f() { acme::listen(\"[::]:80\").unwrap(); }";
        for (version, count) in [("1.9.0", 1), ("2.0.0", 0)] {
            let mut workspace = workspace(lower(text).unwrap().facts);
            workspace.models = Own::new(vec![old.clone()]);
            workspace.packages[0].dependencies.push(crate::workspace::Dependency {
                ident: "acme".to_owned(),
                krate: "acme".to_owned(),
                version: semver::Version::parse(version).ok(),
                member: None,
            });
            workspace.crates.push(crate::workspace::Crate {
                name: "sample".to_owned(),
                root: 0,
                package: 0,
                library: false,
            });
            assert_eq!(analyze(&workspace).diagnostics.len(), count, "{version}");
        }
    }

    #[test]
    fn the_same_rows_are_kept_once() {
        let paths = |own: Own| own.paths().next().map(str::as_ptr);
        let rows = vec![row("acme::kept")];
        assert_eq!(paths(Own::new(rows.clone())), paths(Own::new(rows)));
        assert_ne!(paths(Own::new(vec![row("acme::other")])), None);
    }
}
