//! What the fuzzers have in common that try texts.

#[cfg(fuzzing)]
compile_error!(
    "pass `--no-cfg-fuzzing`: under `cfg(fuzzing)`, `proc_macro2` does not say where tokens stand"
);

pub use libfuzzer_sys;
pub use sockopt_tests::fuzzing::Target;

/// A fuzzer of a target, whose texts change token by token.
#[macro_export]
macro_rules! target {
    ($target:ident) => {
        use $crate::{Target, libfuzzer_sys};

        libfuzzer_sys::fuzz_target!(|input: &[u8]| Target::$target.run(input));

        libfuzzer_sys::fuzz_mutator!(|input: &mut [u8], size: usize, most: usize, seed: u32| {
            let text = Target::$target.mutate(&input[..size], most, seed.into());
            input[..text.len()].copy_from_slice(&text);
            text.len()
        });
    };
}
