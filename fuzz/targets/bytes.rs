//! The analysis, on bytes.

#![no_main]

use sockopt_fuzz::{Target, libfuzzer_sys};

libfuzzer_sys::fuzz_target!(|input: &[u8]| Target::Bytes.run(input));
