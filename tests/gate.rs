//! What makes the tool a check of changes: what is meant to stay, what was there before, and the configuration.

mod baseline;
mod configuration;
mod models;
mod since;
mod suppressions;

use crate::sample::{MANIFEST, Sample, git};

/// A function that makes a listener; with `set`, a correct one.
fn listener(name: &str, set: bool) -> String {
    let set = if set { "    socket.set_reuse_address(true)?;\n" } else { "" };
    format!(
        "pub fn {name}(addr: std::net::SocketAddr) -> std::io::Result<socket2::Socket> {{\n    \
         let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;\n\
         {set}    socket.bind(&addr.into())?;\n    socket.listen(128)?;\n    Ok(socket)\n}}\n"
    )
}

/// A package with one file, committed.
fn committed(text: &str) -> Sample {
    let sample = Sample::new(&[("src/lib.rs", text)]);
    sample.commit("first");
    sample
}

#[track_caller]
fn says(text: &str, what: &str) {
    assert!(text.contains(what), "no `{what}` in:\n{text}");
}
