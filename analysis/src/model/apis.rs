//! The tables, one file per crate.

use super::Model;

mod async_io;
mod async_net;
mod async_std;
mod clap;
mod compio_net;
mod glommio;
mod libc;
mod may;
mod mio;
mod monoio;
mod net2;
mod nix;
mod rustix;
mod socket2;
mod std_net;
mod tokio;
mod tokio_uring;
mod winapi;
mod windows_sys;

/// Every table; a new crate is one file and one line here.
pub(super) static MODELS: &[&Model] = &[
    &async_io::MODEL,
    &async_net::MODEL,
    &async_std::MODEL,
    &clap::MODEL,
    &compio_net::MODEL,
    &glommio::MODEL,
    &libc::MODEL,
    &may::MODEL,
    &mio::MODEL,
    &monoio::MODEL,
    &net2::MODEL,
    &nix::MODEL,
    &rustix::MODEL,
    &socket2::MODEL,
    &std_net::MODEL,
    &tokio::MODEL,
    &tokio_uring::MODEL,
    &winapi::MODEL,
    &windows_sys::MODEL,
];
