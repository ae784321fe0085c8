//! Items that only some platforms have, beyond what the rows say: importing one without a condition
//! confines the code to those platforms.

use crate::socket::Platforms;

/// Path prefix and the platforms that have it; the longest prefix counts. An alias that every platform has is
/// listed, since what it means on Unix may be confined.
#[rustfmt::skip]
static CONFINED: &[(&str, Platforms)] = &[
    ("async_std::os::unix",       Platforms::UNIX),
    ("inotify",                   Platforms::LINUX),
    ("io_lifetimes",              Platforms::ALL),
    ("io_uring",                  Platforms::LINUX),
    ("kernel32_sys",              Platforms::WINDOWS),
    ("libc::epoll_create1",       Platforms::LINUX),
    ("mio::unix",                 Platforms::UNIX),
    ("miow",                      Platforms::WINDOWS),
    ("named_pipe",                Platforms::WINDOWS),
    ("nix",                       Platforms::UNIX),
    ("ntapi",                     Platforms::WINDOWS),
    ("rustix::fd",                Platforms::ALL),
    ("rustix::fs",                Platforms::UNIX),
    ("rustix::io::OwnedFd",       Platforms::ALL),
    ("rustix::io_uring",          Platforms::LINUX),
    ("rustix::mm",                Platforms::UNIX),
    ("rustix::mount",             Platforms::LINUX),
    ("rustix::param",             Platforms::UNIX),
    ("rustix::path",              Platforms::UNIX),
    ("rustix::pipe",              Platforms::UNIX),
    ("rustix::process",           Platforms::UNIX),
    ("rustix::pty",               Platforms::UNIX),
    ("rustix::rand",              Platforms::UNIX),
    ("rustix::shm",               Platforms::UNIX),
    ("rustix::stdio",             Platforms::UNIX),
    ("rustix::system",            Platforms::UNIX),
    ("rustix::termios",           Platforms::UNIX),
    ("rustix::thread",            Platforms::UNIX),
    ("rustix::time",              Platforms::UNIX),
    ("schannel",                  Platforms::WINDOWS),
    ("std::os::android",          Platforms::LINUX),
    ("std::os::fd",               Platforms::UNIX),
    ("std::os::freebsd",          Platforms::BSD),
    ("std::os::linux",            Platforms::LINUX),
    ("std::os::macos",            Platforms::APPLE),
    ("std::os::unix",             Platforms::UNIX),
    ("std::os::windows",          Platforms::WINDOWS),
    ("tokio::net::UnixDatagram",  Platforms::UNIX),
    ("tokio::net::UnixListener",  Platforms::UNIX),
    ("tokio::net::UnixSocket",    Platforms::UNIX),
    ("tokio::net::UnixStream",    Platforms::UNIX),
    ("tokio::net::unix",          Platforms::UNIX),
    ("tokio::net::windows",       Platforms::WINDOWS),
    ("tokio::signal::unix",       Platforms::UNIX),
    ("tokio::signal::windows",    Platforms::WINDOWS),
    ("tokio_uring",               Platforms::LINUX),
    ("uds_windows",               Platforms::WINDOWS),
    ("wepoll_ffi",                Platforms::WINDOWS),
    ("winapi",                    Platforms::WINDOWS),
    ("windows",                   Platforms::WINDOWS),
    ("windows_core",              Platforms::WINDOWS),
    ("windows_service",           Platforms::WINDOWS),
    ("windows_sys",               Platforms::WINDOWS),
    ("winreg",                    Platforms::WINDOWS),
    ("ws2_32_sys",                Platforms::WINDOWS),
];

/// For each such path, two names that code needs which imports it.
pub fn confined_names() -> impl Iterator<Item = [&'static str; 2]> {
    let confined = CONFINED.iter().filter(|(_, it)| *it != Platforms::ALL);
    confined.map(|(path, _)| {
        let mut names = path.rsplit("::");
        let last = names.next().unwrap_or(path);
        [names.next().unwrap_or("use"), last]
    })
}

/// What `libc` has on Windows, beside `c_int` and the like, the error numbers, and the names that start with
/// `O_`, `S_` or `LC_`: the C runtime, and the calls of sockets without their constants and addresses.
static LIBC_ON_WINDOWS: &str = "\
    BUFSIZ EOF EXIT_FAILURE EXIT_SUCCESS FILE FILENAME_MAX FOPEN_MAX INT_MAX INT_MIN L_tmpnam NSIG RAND_MAX \
    SEEK_CUR SEEK_END SEEK_SET SIGABRT SIGFPE SIGILL SIGINT SIGSEGV SIGTERM SIG_ACK SIG_DFL SIG_ERR SIG_GET \
    SIG_IGN SIG_SGE SOCKET STRUNCATE TMP_MAX abort abs accept access aligned_free aligned_malloc \
    aligned_realloc atexit atof atoi atol atoll bind calloc chdir chmod clock clock_t close commit connect \
    creat ctime dev_t difftime dup dup2 errno_t execl execle execlp execlpe execv execve execvp execvpe exit \
    fclose fdopen feof ferror fflush fgetc fgetpos fgets fileno fopen fpos_t fprintf fputc fputs fread free \
    freopen fscanf fseek fsetpos fstat ftell fwrite get_daylight get_dstbias get_osfhandle get_timezone \
    get_tzname getchar getcwd getenv getpeername getpid getsockname getsockopt gmtime_s ino_t int16_t int32_t \
    int64_t int8_t intmax_t intptr_t isalnum isalpha isatty isblank iscntrl isdigit isgraph islower isprint \
    ispunct isspace isupper isxdigit labs listen localtime_s lseek lseek64 malloc memchr memcmp memcpy memmove \
    memset mkdir off_t open open_osfhandle pclose perror pipe popen printf ptrdiff_t putchar putenv putenv_s \
    puts qsort qsort_s raise rand read realloc recvfrom remove rename rewind rmdir scanf sendto setbuf \
    setlocale setsockopt setvbuf sighandler_t signal size_t snprintf sockaddr socket sprintf srand sscanf \
    ssize_t stat strcat strchr strcmp strcoll strcpy strcspn strdup strerror strlen strncat strncmp strncpy \
    strnlen strpbrk strrchr strspn strstr strtod strtof strtok strtol strtoll strtoul strtoull strxfrm system \
    time time64_t time_t timespec timeval timezone tm tmpfile tolower toupper tzset uint16_t uint32_t uint64_t \
    uint8_t uintmax_t uintptr_t ungetc unlink utimbuf wchar_t wchmod wcslen wcsnlen wcstombs wexecl wexecle \
    wexeclp wexeclpe wexecv wexecve wexecvp wexecvpe wopen wputenv wputenv_s write wrmdir wsetlocale wstat \
    wutime";

fn is_in_libc_on_windows(name: &str) -> bool {
    let prefixes = ["c_", "_", "O_", "S_I", "LC_"];
    let is_errno = |name: &str| {
        name.strip_prefix('E').is_some_and(|rest| {
            !rest.is_empty()
                && rest.chars().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit())
        })
    };
    prefixes.iter().any(|prefix| name.starts_with(prefix))
        || is_errno(name)
        || LIBC_ON_WINDOWS.split_ascii_whitespace().any(|it| it == name)
}

/// The platforms that the table says have the item at a path, canonical or as written.
#[must_use]
pub fn listed_platforms(path: &str) -> Option<Platforms> {
    let at = super::prefixes(path)
        .find_map(|prefix| CONFINED.binary_search_by_key(&prefix, |(it, _)| *it).ok())?;
    Some(CONFINED[at].1)
}

/// The platforms that have the item at a canonical path.
#[must_use]
pub fn platforms_of(path: &str) -> Platforms {
    listed_platforms(path).unwrap_or_else(|| match path.strip_prefix("libc::") {
        Some(name) if !is_in_libc_on_windows(name) => Platforms::UNIX,
        _ => Platforms::ALL,
    })
}

/// What only Windows has: crates, and modules of others.
pub fn of_windows_alone() -> impl Iterator<Item = &'static str> {
    CONFINED.iter().filter(|(_, it)| *it == Platforms::WINDOWS).map(|(path, _)| *path)
}

#[cfg(test)]
mod tests {
    use super::{CONFINED, platforms_of};
    use crate::socket::Platforms;

    #[test]
    fn paths_are_listed_once_and_in_order() {
        assert!(CONFINED.is_sorted_by(|(a, _), (b, _)| a < b));
    }

    #[test]
    fn names_of_libc_are_for_unix_unless_windows_has_them() {
        for name in ["fork", "sockaddr_in", "SO_REUSEADDR", "SOMAXCONN", "poll", "MSG_PEEK"] {
            assert_eq!(platforms_of(&format!("libc::{name}")), Platforms::UNIX, "{name}");
        }
        for name in ["c_int", "c_void", "socket", "EADDRINUSE", "O_RDONLY", "size_t", "memcpy"] {
            assert_eq!(platforms_of(&format!("libc::{name}")), Platforms::ALL, "{name}");
        }
        assert_eq!(platforms_of("libc"), Platforms::ALL);
        assert_eq!(platforms_of("libc::epoll_create1"), Platforms::LINUX);
    }
}
