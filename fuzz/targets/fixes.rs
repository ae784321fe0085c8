//! Fixes.

#![no_main]

sockopt_fuzz::target!(Fixes);
