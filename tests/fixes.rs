//! `--fix` and what belongs to it: what the tests of fixes share.

mod changing;
mod modes;
mod texts;
mod version_control;
mod writing;

use std::{fs, ops::Deref, path::PathBuf};

use crate::sample::{self, MANIFEST};

/// What shows that the package is built for Windows.
const FOR_WINDOWS: &str = "[target.'cfg(windows)'.dependencies]\nwindows-sys = \"0.61\"\n";

/// A listener whose option is to be kept from Windows: a sure fix.
const LISTENER: &str = "\
use socket2::{Domain, Socket, Type};

pub fn listener(addr: std::net::SocketAddr) -> std::io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&addr.into())?;
    socket.listen(128)?;
    Ok(socket)
}
";

/// The same, fixed.
fn fixed_listener() -> String {
    let call = "    socket.set_reuse_address";
    LISTENER.replace(call, &format!("    #[cfg(not(windows))]\n{call}"))
}

/// A socket whose option may be meant: an unsafe fix.
const DATAGRAMS: &str = "\
use socket2::{Domain, Socket, Type};

pub fn datagrams() -> std::io::Result<Socket> {
    let addr = std::net::SocketAddr::from(([127, 0, 0, 1], 7000));
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&addr.into())?;
    Ok(socket)
}
";

/// The same, fixed.
fn fixed_datagrams() -> String {
    DATAGRAMS.replace("    socket.set_reuse_address(true)?;\n", "")
}

/// A package that is built for Windows, too.
struct Sample(sample::Sample);

impl Deref for Sample {
    type Target = sample::Sample;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Sample {
    /// A package with further files.
    fn new(files: &[(&str, &str)]) -> Self {
        let manifest = format!("{MANIFEST}\n{FOR_WINDOWS}");
        let mut all = vec![("Cargo.toml", manifest.as_str())];
        all.extend(files);
        Self(sample::Sample::new(&all))
    }

    /// A package with one listener.
    fn listener() -> Self {
        Self::new(&[("src/lib.rs", LISTENER)])
    }

    /// The names below the root that a run must not leave.
    fn stray(&self) -> Vec<PathBuf> {
        let mut stray = Vec::new();
        let mut folders = vec![self.root().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder can be read") {
                let path = entry.expect("an entry").path();
                if path.is_dir() && !path.ends_with("target") && !path.ends_with(".git") {
                    folders.push(path);
                } else if path.to_string_lossy().contains("sockopt-fix") {
                    stray.push(path);
                }
            }
        }
        stray
    }
}
