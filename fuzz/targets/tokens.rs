//! The analysis, on sources of this repository, token by token something else.

#![no_main]

sockopt_fuzz::target!(Tokens);
