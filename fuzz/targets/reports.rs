//! The whole tool, and what it prints.

#![no_main]

sockopt_fuzz::target!(Reports);
