//! The attribute.

#![no_main]

sockopt_fuzz::target!(Attribute);
