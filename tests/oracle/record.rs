//! What the kernel answered, as `fixtures/kernel-record` prints it.

use std::collections::BTreeMap;

/// The lines of a program that led to a call, the innermost first.
pub(crate) type Place = Vec<u64>;

/// A call, and the kernel's answer.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) what: What,
    pub(crate) errno: i32,
    pub(crate) place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum What {
    Socket { domain: i32, sock_type: i32 },
    Set { level: i32, name: i32, value: i32 },
    Bind { port: u16 },
    Listen,
    Connect,
}

/// A socket of one start, by its calls: the first one makes it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sock {
    /// The number of the input.
    pub(crate) run: usize,
    pub(crate) calls: Vec<Call>,
    /// Whether a connection was left in `TIME_WAIT`, and the control was refused.
    pub(crate) served: bool,
}

/// What happened to one program.
#[derive(Debug, Default)]
pub(crate) struct Story {
    /// The sockets of the first starts.
    pub(crate) first: Vec<Sock>,
    /// Those of the second starts, which are in the same order.
    pub(crate) second: Vec<Sock>,
    /// What ended a start early, if it was not the program.
    pub(crate) broken: Option<String>,
}

/// The stories of all programs, by name.
pub(crate) fn stories(text: &str) -> BTreeMap<String, Story> {
    let mut stories: BTreeMap<String, Story> = BTreeMap::new();
    let (mut name, mut run, mut second) = (String::new(), 0, false);
    let mut cookies: BTreeMap<u64, usize> = BTreeMap::new();
    for line in text.lines() {
        let words: Vec<_> = line.split(' ').collect();
        let number = |at: usize| words.get(at).and_then(|it| it.parse::<u64>().ok()).unwrap_or(0);
        let story = stories.entry(name.clone()).or_default();
        match words[0] {
            "program" => {
                words[1].clone_into(&mut name);
                run = usize::try_from(number(2)).unwrap_or(0);
            }
            "start" => {
                second = words[1] == "second";
                if words[2] == "panic" {
                    story.broken = Some(line.to_owned());
                }
            }
            "served" => {
                if let Some(index) = cookies.get(&number(1)) {
                    story.first[*index].served = words[2] == "Ok(true)";
                }
            }
            "call" => {
                let Some(call) = call(&words) else { continue };
                let socks = if second { &mut story.second } else { &mut story.first };
                let index = *cookies.entry(number(1)).or_insert(usize::MAX);
                if matches!(call.what, What::Socket { .. }) {
                    cookies.insert(number(1), socks.len());
                    socks.push(Sock { run, calls: vec![call], served: false });
                } else if let Some(sock) = socks.get_mut(index) {
                    sock.calls.push(call);
                }
            }
            _ => {}
        }
    }
    stories.remove("");
    stories
}

fn call(words: &[&str]) -> Option<Call> {
    let number = |at: usize| words.get(at)?.parse::<i32>().ok();
    let what = match *words.get(3)? {
        "socket" => What::Socket { domain: number(4)?, sock_type: number(5)? },
        "set" => What::Set { level: number(4)?, name: number(5)?, value: number(6)? },
        "bind" => What::Bind { port: u16::try_from(number(5)?).ok()? },
        "listen" => What::Listen,
        "connect" => What::Connect,
        _ => return None,
    };
    let place = words.last()?.strip_prefix('@')?;
    let place = place.split(',').filter_map(|it| it.parse().ok()).collect();
    Some(Call { what, errno: number(2)?, place })
}

impl Sock {
    pub(crate) fn domain(&self) -> i32 {
        match self.calls[0].what {
            What::Socket { domain, .. } => domain,
            _ => 0,
        }
    }

    pub(crate) fn sock_type(&self) -> i32 {
        match self.calls[0].what {
            What::Socket { sock_type, .. } => sock_type,
            _ => 0,
        }
    }

    pub(crate) fn made_at(&self) -> &Place {
        &self.calls[0].place
    }

    /// The position of its first bind.
    pub(crate) fn bound(&self) -> Option<usize> {
        self.calls.iter().position(|it| matches!(it.what, What::Bind { .. }))
    }

    pub(crate) fn listens(&self) -> bool {
        self.calls.iter().any(|it| it.what == What::Listen)
    }

    /// What an option was set to by the calls before position `end`.
    pub(crate) fn option(&self, option: (i32, i32), end: usize) -> Option<bool> {
        self.calls[..end].iter().rev().find_map(|call| match call.what {
            What::Set { level, name, value } if (level, name) == option => Some(value != 0),
            _ => None,
        })
    }

    /// The sets of an option: positions, values, places.
    pub(crate) fn sets(&self, option: (i32, i32)) -> impl Iterator<Item = (usize, bool, &Place)> {
        self.calls.iter().enumerate().filter_map(move |(at, call)| match call.what {
            What::Set { level, name, value } if (level, name) == option => {
                Some((at, value != 0, &call.place))
            }
            _ => None,
        })
    }
}
