//! The analysis, on random programs, token by token something else.

#![no_main]

sockopt_fuzz::target!(Programs);
