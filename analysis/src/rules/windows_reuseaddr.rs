//! `windows_reuseaddr`: `SO_REUSEADDR` on a listener on Windows.

use crate::{
    diagnostic::{Diagnostic, Report},
    fix::{Action, Fix},
    model::options::REUSE_ADDR,
    socket::Platform,
    state::Bind,
    trace::Trace,
};

declare_rule! {
    /// ### What it does
    /// Finds TCP listeners on which `SO_REUSEADDR` is on when the program runs on Windows.
    ///
    /// ### Why is this bad?
    /// On Windows the option lets a second socket take a port that is in use, with an undetermined result
    /// (Microsoft, "Using `SO_REUSEADDR` and `SO_EXCLUSIVEADDRUSE`"): another process can take the traffic,
    /// and a second instance starts without an error. It is not needed there, since a port in `TIME_WAIT`
    /// can be bound anyway. `std`, `mio` and `tokio` leave it off on Windows for this reason.
    ///
    /// Reported unless told otherwise in packages that show that they are built for Windows: by a `cfg` that
    /// names it, a dependency for Windows, or a Windows target of their documentation. Naming the rule or its
    /// group in a level, or `platforms` in the configuration, decides outright.
    ///
    /// ### Bad
    /// ```rust,no_run
    /// # use socket2::{Domain, Socket, Type};
    /// # fn main() -> std::io::Result<()> {
    /// # let addr = std::net::SocketAddr::from(([127, 0, 0, 1], 8080));
    /// let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    /// s.set_reuse_address(true)?; //~ windows_reuseaddr
    /// s.bind(&addr.into())?;
    /// s.listen(128)?;
    /// # Ok(()) }
    /// ```
    ///
    /// ```rust,no_run
    /// # fn main() -> std::io::Result<()> {
    /// # let addr = std::net::SocketAddr::from(([127, 0, 0, 1], 8080));
    /// let s = net2::TcpBuilder::new_v4()?;
    /// let listener = s.reuse_address(true)?.bind(addr)?.listen(128)?; //~ windows_reuseaddr
    /// # drop(listener);
    /// # Ok(()) }
    /// ```
    ///
    /// ### Good
    /// ```rust,no_run
    /// # use socket2::{Domain, Socket, Type};
    /// # fn main() -> std::io::Result<()> {
    /// # let addr = std::net::SocketAddr::from(([127, 0, 0, 1], 8080));
    /// let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    /// #[cfg(not(windows))]
    /// s.set_reuse_address(true)?;
    /// s.bind(&addr.into())?;
    /// s.listen(128)?;
    /// # Ok(()) }
    /// ```
    ///
    /// ### Fix
    /// Put `#[cfg(not(windows))]` on the call, as `--fix` does. Where the call is part of an expression, its
    /// value becomes `cfg!(not(windows))`.
    ///
    /// ### Known misses
    /// A value that only the running program knows (a parameter or setting may well be on by default), a
    /// listener on port 0, and a socket that another crate binds stay silent. So does code that cannot be
    /// compiled for Windows, and a crate that has such code without a condition. A flag of the command line is
    /// known to be off unless it is given, if `clap` 4 reads it: by `get_flag` with a name that the package declares
    /// with `ArgAction::SetTrue` or `SetFalse`, or as a `bool` with `#[arg(long)]` of a structure whose `parse` is
    /// seen. Other readers of the command line, subcommands and flattened structures that are derived, and default
    /// values stay silent.
    "windows_reuseaddr", Portability, Warn, "SO_REUSEADDR on a listener on Windows", check,
    |trace| trace.doubts_a_listener(),
}

fn check(trace: &Trace<'_>, report: &mut Report) {
    if trace.platform != Platform::Windows {
        return;
    }
    for listener in trace.tcp_listeners() {
        let option = listener.sock.options.get(&REUSE_ADDR);
        let ephemeral = listener.sock.binds.iter().all(Bind::is_ephemeral);
        let Some(setter) = option.set_by.filter(|_| option.is_on_by_default() && !ephemeral) else {
            continue;
        };
        let bind = listener.sock.binds.last().map(Bind::site);
        let message = if option.by_default {
            "`SO_REUSEADDR` is on by default for a listening socket on Windows"
        } else {
            "`SO_REUSEADDR` is on for a listening socket on Windows"
        };
        let diagnostic = Diagnostic::new(&RULE, setter.site, message)
            .primary("on Windows this lets another process take the port")
            .label(listener.sock.created.map(|spot| spot.site), "the socket is created here")
            .label(bind, "it is bound here")
            .label(listener.sock.listen.map(|spot| spot.site), "it listens here")
            .item(trace.item(setter.func))
            .note(
                "on Windows a second socket may then bind a port that is in use, with an undetermined result; see \
                 Microsoft, \"Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE\"",
            )
            .help("put `#[cfg(not(windows))]` on the call")
            .fix(Fix::sure(Action::NotOnWindows { call: setter.site }));
        let diagnostic = if option.by_default {
            diagnostic.note("it is on unless a flag on the command line says otherwise")
        } else {
            diagnostic
        };
        report.push(listener.story(diagnostic));
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        testing::{self, check, check_body},
        workspace::Crate,
    };

    #[test]
    fn every_way_to_leave_windows_out_is_seen() {
        for gate in ["cfg(not(windows))", "cfg(unix)", r#"cfg(target_os = "linux")"#] {
            check_body(&format!(
                r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
#[{gate}]
s.set_reuse_address(true)?;
s.bind(&addr.into())?; {missing}
s.listen(128)?;
",
                missing = if gate.contains("linux") { "//~ missing_reuseaddr" } else { "" },
            ));
        }
    }

    #[test]
    fn a_condition_in_the_program_is_seen_as_well() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
if cfg!(not(windows)) {
    s.set_reuse_address(true)?;
}
s.bind(&addr.into())?;
s.listen(128)?;
",
        );
    }

    #[test]
    fn a_condition_that_is_the_wrong_way_round_is_wrong_twice() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
#[cfg(windows)]
s.set_reuse_address(true)?; //~ windows_reuseaddr
s.bind(&addr.into())?; //~ missing_reuseaddr
s.listen(128)?;
",
        );
    }

    #[test]
    fn an_api_of_unix_alone_never_runs_on_windows() {
        check(
            r"
use socket2::{Domain, Socket, Type};
#[cfg(unix)]
fn listener(addr: std::net::SocketAddr) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    s.set_reuse_address(true)?;
    s.bind(&addr.into())?;
    s.listen(128)?;
    Ok(s)
}
",
        );
    }

    #[test]
    fn a_socket_that_never_listens_takes_no_traffic() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.set_reuse_address(true)?;
s.bind(&addr.into())?;
s.connect(&addr.into())?;
",
        );
    }

    #[test]
    fn port_0_is_nobodys() {
        check_body(
            r"
let any = SocketAddr::from(([127, 0, 0, 1], 0));
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.set_reuse_address(true)?;
s.bind(&any.into())?;
s.listen(128)?;
",
        );
    }

    #[test]
    fn a_socket_that_a_dependency_binds_is_a_known_miss() {
        check(
            r"
fn service(builder: dependency::Builder) -> dependency::Builder {
    builder.tcp_config(|socket: dependency::TcpSocket| {
        let view = socket2::SockRef::from(&socket);
        view.set_reuse_address(true)?; //~ miss windows_reuseaddr: the dependency binds the socket that it shows
        Ok(socket)
    })
}
fn listener(addr: std::net::SocketAddr, reuse: bool) -> std::io::Result<socket2::Socket> {
    let s = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
    if reuse {
        s.set_reuse_address(true)?; //~ miss windows_reuseaddr: callers that nobody sees may choose
    }
    s.bind(&addr.into())?;
    s.listen(128)?;
    Ok(s)
}
",
        );
    }

    /// A program with some flags that turns the option on if `on`, and marks of what is found there.
    fn program(on: &str, mark: &str) -> String {
        format!(
            r#"
use clap::{{Arg, ArgAction, ArgMatches, Command}};
use socket2::{{Domain, Socket, Type}};
const KEEP: &str = "keep";
fn command() -> Command {{
    Command::new("demo")
        .arg(Arg::new("reuse").long("reuse").action(ArgAction::SetTrue))
        .arg(Arg::new("no-reuse").long("no-reuse").action(clap::ArgAction::SetTrue).help("…"))
        .arg(Arg::new("keep").long("no-keep").action(ArgAction::SetFalse))
        .arg(Arg::new("other").action(elsewhere::Action::SetTrue))
        .arg(elsewhere::Arg::new("mine").action(ArgAction::SetTrue))
        .arg(Arg::new("name").action(ArgAction::Set))
        .subcommand(Command::new("one").arg(Arg::new("both").action(ArgAction::SetTrue)))
        .subcommand(Command::new("two").arg(Arg::new("both").action(ArgAction::SetFalse)))
}}
fn main() {{ run(command().get_matches()); }}
fn run(matches: ArgMatches) {{
    let addr = std::net::SocketAddr::from(([127, 0, 0, 1], 8080));
    listener(addr, {on}).unwrap();
}}
fn listener(addr: std::net::SocketAddr, on: bool) -> std::io::Result<Socket> {{
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    if on {{
        s.set_reuse_address(true)?; {mark}
    }}
    s.bind(&addr.into())?;
    s.listen(128)?;
    Ok(s)
}}
"#
        )
    }

    #[test]
    fn what_is_on_unless_a_flag_is_given_is_on_by_default() {
        for on in [
            r#"!matches.get_flag("no-reuse")"#,
            r#"{ let mut on = true; if matches.get_flag("no-reuse") { on = false; } on }"#,
            r#"matches.get_flag("keep")"#,
            "matches.get_flag(KEEP)",
            r#"!matches.get_flag("reuse") && !matches.get_flag("no-reuse")"#,
            r#"matches.get_flag("keep") || elsewhere::on()"#,
            r#"if matches.get_flag("no-reuse") { false } else { true }"#,
            r#"match matches.get_flag("no-reuse") { true => false, false => true }"#,
        ] {
            check(&program(on, "//~ windows_reuseaddr"));
        }
    }

    #[test]
    fn what_is_off_unless_a_flag_is_given_is_the_users_choice() {
        for on in [
            r#"matches.get_flag("reuse")"#,
            r#"!matches.get_flag("keep")"#,
            r#"matches.get_flag("keep") && elsewhere::on()"#,
            r#"elsewhere::on() || matches.get_flag("reuse")"#,
            r#"if matches.get_flag("no-reuse") { true } else { elsewhere::on() }"#,
        ] {
            check(&program(on, ""));
        }
    }

    #[test]
    fn a_flag_of_which_nobody_knows_what_it_is_by_default_may_be_anything() {
        for name in ["other", "mine", "name", "both", "unheard-of"] {
            for not in ["", "!"] {
                check(&program(&format!(r#"{not}matches.get_flag("{name}")"#), ""));
            }
        }
        let not_a_flag = r#"!matches.get_one("no-reuse").copied().unwrap_or(true)"#;
        check(&program(not_a_flag, ""));
    }

    #[test]
    fn the_story_tells_of_the_default() {
        let text = program(r#"!matches.get_flag("no-reuse")"#, "");
        let workspace = testing::workspace(crate::lower(&text).unwrap().facts);
        let found = crate::analyze(&workspace).diagnostics;
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].message.contains("on by default"));
        assert!(found[0].notes.iter().any(|note| note.contains("unless a flag")));
    }

    /// A program whose flags are fields of `Cli`, and that does this before it listens.
    fn derived(before: &str, mark: &str) -> String {
        format!(
            r#"
use clap::Parser;
use socket2::{{Domain, Socket, Type}};
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {{
    /// Leaves the option alone.
    #[arg(long, short = 'n', env = "NO_REUSE", help = "…")]
    no_reuse: bool,
    #[arg(long)]
    reuse: bool,
    #[arg(long, action = clap::ArgAction::SetFalse)]
    changed: bool,
    #[arg(long, default_value_t = true)]
    on: bool,
    #[arg(long)]
    maybe: Option<bool>,
    plain: bool,
}}
#[derive(pest::Parser)]
struct Grammar {{ #[arg(long)] no_reuse: bool }}
struct Settings {{ no_reuse: bool }}
impl Settings {{ fn parse() -> Self {{ elsewhere::settings() }} }}
fn main() -> std::io::Result<()> {{
    {before}
    run(&cli, on)
}}
fn run(cli: &Cli, on: bool) -> std::io::Result<()> {{
    let addr = std::net::SocketAddr::from(([127, 0, 0, 1], 8080));
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    s.set_reuse_address(on)?; {mark}
    s.bind(&addr.into())?;
    s.listen(128)
}}
"#
        )
    }

    #[test]
    fn a_field_that_is_read_from_the_command_line_is_off_by_default() {
        for before in [
            "let cli = Cli::parse(); let on = !cli.no_reuse;",
            "let cli = Cli::try_parse().unwrap(); let on = !cli.no_reuse;",
            "let cli = <Cli as Parser>::parse_from(args); let on = !cli.no_reuse && !cli.reuse;",
            "let Cli { no_reuse, .. } = Cli::parse(); let on = !no_reuse; let cli = Cli::parse();",
        ] {
            check(&derived(before, "//~ windows_reuseaddr"));
        }
        for on in ["cli.reuse", "cli.changed", "!cli.changed", "cli.on", "!cli.plain", "!cli.maybe"]
        {
            check(&derived(&format!("let cli = Cli::parse(); let on = {on};"), ""));
        }
        for ty in ["Grammar", "Settings"] {
            check(&derived(&format!("let cli = {ty}::parse(); let on = !cli.no_reuse;"), ""));
        }
    }

    #[test]
    fn what_was_read_may_be_changed_before_it_counts() {
        for change in [
            "cli.no_reuse = elsewhere::on();",
            "cli.no_reuse |= elsewhere::on();",
            "if elsewhere::on() { cli.no_reuse = true; }",
            "elsewhere::merge(&mut cli);",
            "cli.update_from(args);",
            "let all = &mut cli; all.no_reuse = elsewhere::on();",
        ] {
            let before = format!("let mut cli = Cli::parse(); {change} let on = !cli.no_reuse;");
            check(&derived(&before, ""));
        }
    }

    #[test]
    fn a_structure_that_somebody_else_read_may_hold_anything() {
        let story = derived("let (cli, on) = elsewhere::all();", "");
        check(&story.replace("reuse_address(on)", "reuse_address(!cli.no_reuse)"));
    }

    #[test]
    fn listeners_that_std_binds_leave_it_off() {
        check_body(
            r"
let _listener = TcpListener::bind(addr)?;
",
        );
    }

    /// Platforms on which a listener in a crate with this item is reported.
    fn in_crate_with(item: &str) -> String {
        let text = format!(
            r"
{item}
pub fn listener(addr: std::net::SocketAddr) -> std::io::Result<socket2::Socket> {{
    let s = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
    s.set_reuse_address(true)?;
    s.bind(&addr.into())?;
    s.listen(128)?;
    Ok(s)
}}"
        );
        let mut workspace = testing::workspace(crate::lower(&text).unwrap().facts);
        workspace.crates.push(Crate {
            name: "demo".to_owned(),
            root: 0,
            package: 0,
            library: true,
        });
        let found = crate::analyze(&workspace).diagnostics;
        found.iter().map(|it| it.platforms.to_string()).collect()
    }

    #[test]
    fn what_a_crate_imports_without_a_condition_says_where_it_is_built() {
        let import = "use std::os::unix::fs::OpenOptionsExt;";
        assert_eq!(in_crate_with(import), "");
        assert_eq!(in_crate_with(&format!("mod files {{ {import} }}")), "");
        for condition in ["cfg(unix)", "cfg(test)", r#"cfg(feature = "files")"#] {
            assert_eq!(in_crate_with(&format!("#[{condition}] {import}")), "windows");
            assert_eq!(
                in_crate_with(&format!("#[{condition}] mod files {{ {import} }}")),
                "windows"
            );
        }
    }

    #[test]
    fn what_tests_import_says_nothing_about_the_crate() {
        check(
            r"
use socket2::{Domain, Socket, Type};
pub fn listener(addr: std::net::SocketAddr) -> std::io::Result<Socket> {
    let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    s.set_reuse_address(true)?; //~ windows_reuseaddr
    s.bind(&addr.into())?;
    s.listen(128)?;
    Ok(s)
}
#[cfg(test)]
mod tests { use std::os::unix::fs::PermissionsExt; }
",
        );
    }

    /// A listener in a module of its own, below what `above` says.
    fn below(above: &str, mark: &str) -> String {
        format!(
            r"
{above}
mod net {{
    use socket2::{{Domain, Socket, Type}};
    pub fn listener(addr: std::net::SocketAddr) -> std::io::Result<Socket> {{
        let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        s.set_reuse_address(true)?; {mark}
        s.bind(&addr.into())?;
        s.listen(128)?;
        Ok(s)
    }}
}}
"
        )
    }

    #[test]
    fn what_cannot_be_compiled_for_windows_is_not_for_windows() {
        for above in [
            "#![cfg(unix)]",
            "use std::os::unix::io::AsRawFd;",
            "use std::os::fd::{AsFd, AsRawFd};",
            "use std::{io, os::unix::*};",
            "use nix::sys::signal::kill;",
            "extern crate nix;",
            "use libc::{c_int, sockaddr_in};",
            "use rustix::process::getpid;",
            "use tokio::signal::unix::signal;",
            "fn fd(io: &dyn std::os::fd::AsRawFd) {}",
            "struct S; impl S { fn fd(&self) -> Option<std::os::unix::io::RawFd> { None } }",
            "struct S; impl std::os::fd::AsRawFd for S { fn as_raw_fd(&self) -> i32 { 0 } }",
            "#[cfg(windows)] compile_error!(\"not for Windows\");",
            "#[cfg(not(unix))] compile_error!(\"for Unix alone\");",
            "cfg_if::cfg_if! { if #[cfg(unix)] {} else { compile_error!(\"for Unix alone\"); } }",
        ] {
            check(&below(above, ""));
        }
    }

    #[test]
    fn what_may_be_compiled_for_windows_is_for_windows() {
        for above in [
            "#[cfg(unix)] use std::os::fd::AsRawFd;",
            "#[cfg(unix)] mod other { use std::os::fd::AsRawFd; }",
            "use libc::{c_int, setsockopt};",
            "fn f(code: libc::c_int) -> std::io::Result<()> { Ok(()) }",
            "struct S; #[cfg(unix)] impl S { fn fd(&self) -> std::os::fd::RawFd { 0 } }",
            "#[cfg(unix)] fn fd(io: &dyn std::os::fd::AsRawFd) {}",
            "use rustix::{fd::OwnedFd, net};",
            "#[cfg(all(windows, feature = \"tls\"))] compile_error!(\"no TLS on Windows\");",
            "#[cfg(not(any(unix, windows)))] compile_error!(\"what is this?\");",
            "fn f() { #[cfg(unix)] use std::os::fd::AsRawFd; }",
        ] {
            check(&below(above, "//~ windows_reuseaddr"));
        }
    }

    #[test]
    fn a_module_behind_cfg_unix_is_not_for_windows() {
        check(&below("#[cfg(unix)]", ""));
    }

    #[test]
    fn code_that_names_what_windows_lacks_is_not_for_windows() {
        check_body(
            r"
let s = Socket::new(Domain::IPV4, Type::STREAM, None)?;
s.set_reuse_address(true)?;
s.bind(&addr.into())?;
s.listen(libc::SOMAXCONN)?;
",
        );
    }
}
