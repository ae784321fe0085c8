//! `bad_setsockopt_args`: arguments of `setsockopt` that do not belong together.

use crate::{
    diagnostic::{Diagnostic, Report},
    fix::{Action, Fix},
    model::{
        SockOpt,
        options::{JOIN_GROUP, ValueKind},
    },
    socket::Platform,
    trace::{Event, RawName, RawSet, Trace},
};

declare_rule! {
    /// ### What it does
    /// Finds raw calls of `setsockopt` that name two options at once, name an option at a level that is not
    /// its own, or hand over a value of the wrong size.
    ///
    /// ### Why is this bad?
    /// Option names are numbers, not bits: `SO_REUSEADDR | SO_REUSEPORT` is 15 on Linux, which is
    /// `SO_REUSEPORT` alone. At another level the same number is another option: `SO_REUSEADDR` at
    /// `IPPROTO_IP` sets the time to live to 1, and answers die at the first router. A value shorter than
    /// a C `int` is refused with `EINVAL`; a length beyond the value reads whatever stands behind it. See
    /// setsockopt(2).
    ///
    /// ### Bad
    /// ```rust,no_run
    /// # #[cfg(not(unix))]
    /// # fn main() {}
    /// # #[cfg(unix)]
    /// # fn main() -> std::io::Result<()> {
    /// # use std::os::fd::AsRawFd;
    /// # let s = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
    /// let on: libc::c_int = 1;
    /// let names = libc::SO_REUSEADDR | libc::SO_REUSEPORT;
    /// let (fd, on) = (s.as_raw_fd(), (&raw const on).cast());
    /// let one = unsafe { libc::setsockopt(fd, libc::SOL_SOCKET, names, on, 4) }; //~ bad_setsockopt_args
    /// let level = libc::IPPROTO_IP;
    /// let two = unsafe { libc::setsockopt(fd, level, libc::SO_REUSEADDR, on, 4) }; //~ bad_setsockopt_args
    /// # assert_eq!((one, two), (0, 0));
    /// # Ok(()) }
    /// ```
    ///
    /// ```rust,no_run
    /// # #[cfg(not(unix))]
    /// # fn main() {}
    /// # #[cfg(unix)]
    /// # fn main() -> std::io::Result<()> {
    /// # use std::os::fd::AsRawFd;
    /// # let s = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
    /// # let fd = s.as_raw_fd();
    /// # let (level, name) = (libc::SOL_SOCKET, libc::SO_REUSEADDR);
    /// let on = true;
    /// let value = (&raw const on).cast();
    /// let n = unsafe { libc::setsockopt(fd, level, name, value, size_of_val(&on) as u32) }; //~ bad_setsockopt_args
    /// # assert_eq!(n, 0);
    /// # Ok(()) }
    /// ```
    ///
    /// ```rust,no_run
    /// # #[cfg(not(unix))]
    /// # fn main() {}
    /// # #[cfg(unix)]
    /// # fn main() -> std::io::Result<()> {
    /// # use std::os::fd::AsRawFd;
    /// # let s = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
    /// # let on: libc::c_int = 1;
    /// # let (fd, on) = (s.as_raw_fd(), (&raw const on).cast());
    /// let n = unsafe { libc::setsockopt(fd, libc::IPPROTO_IP, libc::SO_KEEPALIVE, on, 4) }; //~ bad_setsockopt_args
    /// # assert_eq!(n, 0);
    /// # Ok(()) }
    /// ```
    ///
    /// ### Good
    /// ```rust,no_run
    /// # #[cfg(not(unix))]
    /// # fn main() {}
    /// # #[cfg(unix)]
    /// # fn main() -> std::io::Result<()> {
    /// # use std::os::fd::AsRawFd;
    /// # let s = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
    /// # let fd = s.as_raw_fd();
    /// let on: libc::c_int = 1;
    /// let len = size_of_val(&on) as libc::socklen_t;
    /// let value = (&raw const on).cast();
    /// let n = unsafe { libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, value, len) };
    /// # assert_eq!(n, 0);
    /// # Ok(()) }
    /// ```
    ///
    /// ### Fix
    /// Set one option by each call, at its own level, as a C `int`. `--fix` puts names and levels right that
    /// stand in the call itself.
    ///
    /// ### Known misses
    /// Names and levels that are plain numbers, options that the tables do not list, and sizes that a
    /// generic wrapper takes from its type parameter stay silent. `getsockopt` is not judged. Options of
    /// `IPPROTO_IP` take a single byte as well, and on Windows so do others.
    "bad_setsockopt_args", Correctness, Deny, "setsockopt with arguments that do not belong together", check,
    |trace| trace.raw_sets().next().is_some(),
}

/// What is wrong with a call.
enum Cause {
    Names(&'static SockOpt, &'static SockOpt),
    Level(&'static SockOpt, &'static str),
    Short(&'static SockOpt, usize),
    Beyond(usize, usize),
}

fn check(trace: &Trace<'_>, report: &mut Report) {
    for (event, set) in trace.raw_sets() {
        if let Some(cause) = Cause::of(set, trace.platform) {
            report.push(diagnostic(trace, event, set, &cause));
        }
    }
}

impl Cause {
    fn of(set: RawSet, platform: Platform) -> Option<Self> {
        let option = match set.name {
            RawName::Both(one, other) => return Some(Self::Names(one, other)),
            RawName::One(option) => option,
        };
        if let Some(level) = set.level.filter(|level| !is_level_of(level, option, platform)) {
            return Some(Self::Level(option, level));
        }
        let number = matches!(option.value, ValueKind::Bool | ValueKind::Int);
        let strict = option.sol != "IPPROTO_IP" && platform != Platform::Windows;
        match (set.len, set.size) {
            (Some(len), _) if number && strict && len < INT => Some(Self::Short(option, len)),
            (Some(len), Some(size)) if size < INT && len > size => Some(Self::Beyond(size, len)),
            _ => None,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Names(one, other) => {
                format!("`{}` and `{}` are set by one call", one.name, other.name)
            }
            Self::Level(option, level) => format!("`{}` is set at level `{level}`", option.name),
            Self::Short(option, len) => format!("`{}` is set with a length of {len}", option.name),
            Self::Beyond(size, len) => {
                format!("`setsockopt` reads {len} bytes of a value that has {size}")
            }
        }
    }

    fn primary(&self) -> &'static str {
        match self {
            Self::Names(..) => "names of options are numbers, not bits",
            Self::Level(..) => "at this level the number is another option, or none",
            Self::Short(..) => "the call fails",
            Self::Beyond(..) => "what stands behind the value decides",
        }
    }

    fn note(&self) -> String {
        match self {
            Self::Names(one, other) if one.number | other.number == other.number => {
                format!("on Linux the two numbers make `{}` alone; see setsockopt(2)", other.name)
            }
            Self::Names(..) => "the two numbers make another one; see setsockopt(2)".to_owned(),
            Self::Level(option, _) => {
                format!("`{}` is an option of `{}`; see {}", option.name, option.sol, option.source)
            }
            Self::Short(option, _) => {
                format!(
                    "anything shorter than a C `int` is refused with EINVAL; see {}",
                    option.source
                )
            }
            Self::Beyond(..) => {
                "the length is that of the value in bytes; see setsockopt(2)".to_owned()
            }
        }
    }

    fn fix(&self, set: RawSet) -> Option<Action> {
        let call = set.at.site;
        match self {
            Self::Names(..) => Some(Action::Split { call, operand: set.operands.1 }),
            Self::Level(option, _) => {
                let operands = (set.operands.0?, set.operands.1);
                Some(Action::Relevel { call, operands, option })
            }
            Self::Short(..) | Self::Beyond(..) => None,
        }
    }

    fn help(&self) -> String {
        match self {
            Self::Names(..) => "set each option by a call of its own".to_owned(),
            Self::Level(option, _) => format!("set it at `{}`", option.sol),
            Self::Short(..) | Self::Beyond(..) => {
                "make the value a `c_int`, and take the length from it".to_owned()
            }
        }
    }
}

/// The size of a C `int`.
const INT: usize = 4;

/// Whether a level is the option's own. Linux gives `IPPROTO_ICMP` the number of `SOL_SOCKET`; groups are
/// joined under one name in both protocols.
fn is_level_of(level: &str, option: &SockOpt, platform: Platform) -> bool {
    let same = platform == Platform::Linux && level == "IPPROTO_ICMP" && option.sol == "SOL_SOCKET";
    let both = option == &JOIN_GROUP && level == "IPPROTO_IPV6";
    level == option.sol || same || both
}

fn diagnostic(trace: &Trace<'_>, event: &Event, set: RawSet, cause: &Cause) -> Diagnostic {
    let spot = match cause {
        Cause::Names(..) | Cause::Level(..) => event.spot,
        Cause::Short(..) | Cause::Beyond(..) => set.at,
    };
    let diagnostic = Diagnostic::new(&RULE, spot.site, cause.message())
        .primary(cause.primary())
        .label(Some(set.at.site), "the call is made here")
        .item(trace.item(spot.func))
        .note(cause.note())
        .help(cause.help())
        .fix(cause.fix(set).map(Fix::sure));
    event.story(diagnostic)
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_body};

    /// A raw call with these operands, on a line with a mark or without.
    fn raw(before: &str, operands: &str, mark: &str) {
        check(&format!(
            r"
use libc::*;
use std::mem;
pub fn set(fd: c_int, level: c_int, flag: bool) -> c_int {{
    let on: c_int = 1;
    {before}
    unsafe {{ setsockopt(fd, {operands}) }} {mark}
}}
"
        ));
    }

    const BAD: &str = "//~ bad_setsockopt_args";

    #[test]
    fn names_are_no_bits() {
        raw(
            "",
            "SOL_SOCKET, SO_REUSEADDR | SO_REUSEPORT, &on as *const _ as *const c_void, 4",
            BAD,
        );
        raw(
            "",
            "SOL_SOCKET, (SO_REUSEADDR | SO_KEEPALIVE) as c_int, (&raw const on).cast(), 4",
            BAD,
        );
        raw("", "level, SO_REUSEADDR | SO_REUSEPORT, (&raw const on).cast(), 4", BAD);
        raw("", "SOL_SOCKET, SO_REUSEPORT, (&raw const on).cast(), 4", "");
        raw("let other = 4;", "SOL_SOCKET, SO_REUSEPORT | other, (&raw const on).cast(), 4", "");
    }

    #[test]
    fn an_option_has_one_level() {
        for (level, name, mark) in [
            ("SOL_SOCKET", "TCP_NODELAY", BAD),
            ("IPPROTO_TCP", "SO_KEEPALIVE", BAD),
            ("IPPROTO_IP", "SO_REUSEADDR", BAD),
            ("IPPROTO_IP", "IPV6_V6ONLY", BAD),
            ("IPPROTO_ICMP", "SO_REUSEADDR", BAD),
            ("IPPROTO_IPV6", "IPV6_V6ONLY", ""),
            ("IPPROTO_TCP", "TCP_NODELAY", ""),
            ("SOL_TCP", "TCP_NODELAY", ""),
            ("SOL_IP", "IP_TTL", ""),
            ("level", "IP_TTL", ""),
            ("IPPROTO_TCP", "TCP_ULP", ""),
        ] {
            raw("", &format!("{level}, {name}, &on as *const _ as *const c_void, 4"), mark);
        }
    }

    #[test]
    fn linux_gives_two_levels_one_number() {
        check(
            r"
#[cfg(target_os = 'linux')]
pub fn set(fd: libc::c_int, on: *const libc::c_void) -> libc::c_int {
    unsafe { libc::setsockopt(fd, libc::IPPROTO_ICMP, libc::SO_REUSEADDR, on, 4) }
}
"
            .replace('\'', "\"")
            .as_str(),
        );
    }

    #[test]
    fn a_group_is_joined_under_one_name_in_both_protocols() {
        let operands = |level| format!("{level}, MCAST_JOIN_GROUP, group(&on), 136");
        raw("", &operands("IPPROTO_IP"), "");
        raw("", &operands("IPPROTO_IPV6"), "");
        raw("", &operands("SOL_SOCKET"), BAD);
    }

    #[test]
    fn a_value_is_a_c_int() {
        let reuse = |len: &str| {
            format!("SOL_SOCKET, SO_REUSEADDR, &on as *const _ as *const c_void, {len}")
        };
        raw("", &reuse("mem::size_of::<bool>() as socklen_t"), BAD);
        raw("", &reuse("size_of::<u16>().try_into().unwrap()"), BAD);
        raw("", &reuse("1"), BAD);
        raw("", &reuse("size_of::<c_int>() as _"), "");
        raw("", &reuse("size_of::<i32>() as _"), "");
        raw("", &reuse("size_of::<[u8; 4]>() as _"), "");
        raw("", &reuse("size_of::<usize>() as _"), "");
        raw("", &reuse("mem::size_of_val(&on) as socklen_t"), "");
        raw("", &reuse("length_of(&on)"), "");
        raw("", "SOL_SOCKET, SO_LINGER, linger(&on), 2", "");
        raw("", "SOL_SOCKET, SO_BINDTODEVICE, name(&on), 3", "");
        raw("", "IPPROTO_IP, IP_TTL, &ttl(&on) as *const u8 as *const c_void, 1", "");
    }

    #[test]
    fn the_type_of_a_variable_is_that_of_its_only_declaration() {
        let call = |name: &str, len: &str| {
            format!("SOL_SOCKET, SO_KEEPALIVE, (&raw const {name}).cast(), {len}")
        };
        raw("", &call("flag", "mem::size_of_val(&flag) as socklen_t"), BAD);
        raw("", &call("flag", "4"), BAD);
        raw("let short = 1_u8;", &call("short", "4"), BAD);
        raw("let short: i16 = 1;", &call("short", "size_of_val(&short) as _"), BAD);
        raw("let yes = true;", &call("yes", "size_of::<c_int>() as _"), "");
        raw("let yes = true;", &call("yes", "size_of::<i32>() as _"), BAD);
        raw("let flag = flag as c_int;", &call("flag", "mem::size_of_val(&flag) as socklen_t"), "");
        raw("let flag: c_int = flag.into();", &call("flag", "4"), "");
        raw("let yes: c_int = true.into();", &call("yes", "size_of_val(&yes) as _"), "");
        raw("let bytes = [1_u8, 0, 0, 0];", &call("bytes", "size_of_val(&bytes) as _"), "");
        raw("let bytes: [u8; 4] = [1, 0, 0, 0];", &call("bytes", "4"), "");
        raw("let large: u64 = 1;", &call("large", "8"), "");
        raw("let yes = true;", &call("yes", "size_of::<u64>() as _"), BAD);
        raw("", "SOL_SOCKET, SO_KEEPALIVE, &flag as *const bool as *const c_void, 4", BAD);
        raw("", "SOL_SOCKET, SO_KEEPALIVE, std::ptr::from_ref(&flag).cast(), 4", BAD);
        // What other functions make of it is not known.
        raw("", "SOL_SOCKET, SO_KEEPALIVE, widened(&flag), 4", "");
        raw("", "SOL_SOCKET, SO_KEEPALIVE, (&raw const flag).wrapping_sub(4).cast(), 4", "");
        raw("", &call("on", "length_of(&flag)"), "");
        raw("", &call("on", "size_of::<u8>().max(4) as _"), "");
    }

    #[test]
    fn a_wrapper_is_right_and_its_caller_is_not() {
        check(
            r"
use libc::*;
fn set(fd: c_int, level: c_int, name: c_int, value: c_int) -> c_int {
    unsafe { setsockopt(fd, level, name, &value as *const c_int as *const c_void, size_of::<c_int>() as _) }
}
pub fn quick(fd: c_int) -> c_int {
    set(fd, IPPROTO_TCP, TCP_NODELAY, 1)
}
pub fn slow(fd: c_int) -> c_int {
    set(fd, SOL_SOCKET, TCP_NODELAY, 0) //~ bad_setsockopt_args
}
pub fn shared(fd: c_int) -> c_int {
    set(fd, SOL_SOCKET, SO_REUSEADDR | SO_REUSEPORT, 1) //~ bad_setsockopt_args
}
",
        );
    }

    #[test]
    fn a_length_that_the_kernel_does_not_read_is_no_matter() {
        let call = |level: &str, name: &str, len: &str| {
            format!("{level}, {name}, (&raw const value).cast(), {len}")
        };
        raw("let value: u8 = 1;", &call("IPPROTO_IP", "IP_TTL", "1"), "");
        raw("let value: u8 = 1;", &call("IPPROTO_IP", "IP_TTL", "4"), BAD);
        raw("let value: i32 = 1;", &call("SOL_SOCKET", "SO_KEEPALIVE", "8"), "");
        raw("let value: u64 = 1;", &call("SOL_SOCKET", "SO_KEEPALIVE", "16"), "");
    }

    #[test]
    fn each_cause_is_told_with_its_cure() {
        let call = |operands: &str| format!("{operands}, (&raw const flag).cast()");
        let names = |one, other| call(&format!("SOL_SOCKET, {one} | {other}")) + ", 4";
        for (operands, told) in [
            (names("SO_REUSEADDR", "SO_REUSEPORT"), "names of options are numbers, not bits"),
            (names("SO_REUSEADDR", "SO_REUSEPORT"), "the two numbers make `SO_REUSEPORT` alone"),
            (names("SO_REUSEADDR", "SO_KEEPALIVE"), "the two numbers make another one"),
            (names("SO_REUSEPORT", "SO_REUSEADDR"), "the two numbers make another one"),
            (names("SO_REUSEADDR", "SO_REUSEPORT"), "set each option by a call of its own"),
            (call("IPPROTO_TCP, SO_KEEPALIVE") + ", 4", "the number is another option, or none"),
            (call("IPPROTO_TCP, SO_KEEPALIVE") + ", 4", "is an option of `SOL_SOCKET`"),
            (call("IPPROTO_TCP, SO_KEEPALIVE") + ", 4", "set it at `SOL_SOCKET`"),
            (call("SOL_SOCKET, SO_KEEPALIVE") + ", 1", "is set with a length of 1"),
            (call("SOL_SOCKET, SO_KEEPALIVE") + ", 1", "is refused with EINVAL"),
            (call("SOL_SOCKET, SO_KEEPALIVE") + ", 4", "reads 4 bytes of a value that has 1"),
            (call("SOL_SOCKET, SO_KEEPALIVE") + ", 4", "make the value a `c_int`"),
        ] {
            raw("", &operands, &format!("{BAD}: \"{told}\""));
        }
    }

    #[test]
    fn a_level_and_a_name_that_belong_together_stay_together() {
        check_body(
            r"
let fd = std::os::fd::AsRawFd::as_raw_fd(&Socket::new(Domain::IPV4, Type::STREAM, None)?);
let (level, name) = if addr.is_ipv4() {
    (libc::IPPROTO_IP, libc::IP_TTL)
} else {
    (libc::IPPROTO_IPV6, libc::IPV6_V6ONLY)
};
if unsafe { libc::setsockopt(fd, level, name, value(&addr), 4) } != 0 {
    return Err(io::Error::last_os_error());
}
",
        );
    }
}
