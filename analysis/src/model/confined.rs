//! Items that only some platforms have, beyond what the rows say: importing one without a condition
//! confines the code to those platforms.

use crate::socket::Platforms;

/// Path prefix and the platforms that have it; the longest prefix counts.
#[rustfmt::skip]
static CONFINED: &[(&str, Platforms)] = &[
    ("async_std::os::unix",         Platforms::UNIX),
    ("inotify",                     Platforms::LINUX),
    ("io_uring",                    Platforms::LINUX),
    ("libc::SOMAXCONN",             Platforms::UNIX),
    ("libc::epoll_create1",         Platforms::LINUX),
    ("libc::fcntl",                 Platforms::UNIX),
    ("libc::fork",                  Platforms::UNIX),
    ("libc::getifaddrs",            Platforms::UNIX),
    ("mio::unix",                   Platforms::UNIX),
    ("nix",                         Platforms::UNIX),
    ("rustix::process",             Platforms::UNIX),
    ("std::os::android",            Platforms::LINUX),
    ("std::os::fd",                 Platforms::UNIX),
    ("std::os::freebsd",            Platforms::BSD),
    ("std::os::linux",              Platforms::LINUX),
    ("std::os::macos",              Platforms::APPLE),
    ("std::os::unix",               Platforms::UNIX),
    ("std::os::windows",            Platforms::WINDOWS),
    ("tokio::net::UnixDatagram",    Platforms::UNIX),
    ("tokio::net::UnixListener",    Platforms::UNIX),
    ("tokio::net::UnixSocket",      Platforms::UNIX),
    ("tokio::net::UnixStream",      Platforms::UNIX),
    ("tokio::net::unix",            Platforms::UNIX),
    ("tokio::net::windows",         Platforms::WINDOWS),
    ("tokio::signal::unix",         Platforms::UNIX),
    ("tokio::signal::windows",      Platforms::WINDOWS),
    ("tokio_uring",                 Platforms::LINUX),
    ("winapi",                      Platforms::WINDOWS),
    ("windows",                     Platforms::WINDOWS),
    ("windows_sys",                 Platforms::WINDOWS),
];

/// For each such path, two names that code needs which imports it.
pub fn confined_names() -> impl Iterator<Item = [&'static str; 2]> {
    CONFINED.iter().map(|(path, _)| {
        let mut names = path.rsplit("::");
        let last = names.next().unwrap_or(path);
        [names.next().unwrap_or("use"), last]
    })
}

/// The platforms that have the item at a canonical path.
#[must_use]
pub fn platforms_of(path: &str) -> Platforms {
    super::prefixes(path)
        .find_map(|prefix| CONFINED.iter().find(|(it, _)| *it == prefix))
        .map_or(Platforms::ALL, |(_, platforms)| *platforms)
}
