//! What tests and fuzzers share: sources, random programs, and what must hold of any text.

pub mod fuzzing;
pub mod sources;

pub mod oracle {
    //! Random socket programs, of which `oracle/main.rs` asks the kernel.

    mod calls;
    pub mod generate;
}
