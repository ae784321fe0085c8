//! `clap` 4: not sockets, but what programs do with them unless somebody says otherwise.

use crate::{
    model::{Api, Flags, Model, Prelude, Proved, Returns::Other, Role},
    socket::Platforms,
};

const ALL: Platforms = Platforms::ALL;

/// The tables of `clap`.
pub(super) static MODEL: Model = Model {
    krate: "clap",
    rows: ROWS,
    neutral: &[],
    types: &[],
    aliases: &[],
    extends: &[],
    prelude: Prelude {
        uses: "use clap::{Arg, ArgAction, ArgMatches, Args, Parser};",
        given: "arg: Arg, matches: ArgMatches",
    },
    proved: PROVED,
};

#[rustfmt::skip]
static PROVED: &[Proved] = &[
    Proved { version: "4.0.0", features: &["derive"], uses: "" },
];

#[rustfmt::skip]
static ROWS: &[Api] = &[
    Api { path: "clap::ArgAction::SetTrue",    role: Role::FlagAction(true),   returns: Other, platforms: ALL, versions: ">=4", proof: "let arg = arg.action(ArgAction::SetTrue);" },
    Api { path: "clap::ArgAction::SetFalse",   role: Role::FlagAction(false),  returns: Other, platforms: ALL, versions: ">=4", proof: "let arg = arg.action(ArgAction::SetFalse);" },
    Api { path: "clap::ArgMatches::get_flag",  role: Role::Flag,               returns: Other, platforms: ALL, versions: ">=4", proof: "let given: bool = matches.get_flag(\"reuse\");" },
    Api { path: "clap::Args",                  role: Role::Flags(&DERIVED),    returns: Other, platforms: ALL, versions: ">=4", proof: "fn same<T: Args>(it: T) -> T { it }" },
    Api { path: "clap::Parser",                role: Role::Flags(&DERIVED),    returns: Other, platforms: ALL, versions: ">=4", proof: "fn parsed<T: Parser>() -> T { T::parse() }" },
];

/// The derive macros read the same attributes.
static DERIVED: Flags = Flags {
    attributes: &["arg", "clap"],
    marks: &["long", "short"],
    neutral: &[
        "alias",
        "aliases",
        "conflicts_with",
        "conflicts_with_all",
        "display_order",
        "env",
        "global",
        "group",
        "help",
        "help_heading",
        "hide",
        "hide_env",
        "hide_env_values",
        "hide_long_help",
        "hide_short_help",
        "id",
        "long",
        "long_help",
        "name",
        "next_line_help",
        "overrides_with",
        "overrides_with_all",
        "requires",
        "requires_all",
        "short",
        "short_alias",
        "short_aliases",
        "verbatim_doc_comment",
        "visible_alias",
        "visible_aliases",
        "visible_short_alias",
        "visible_short_aliases",
    ],
    makers: &["parse", "parse_from", "try_parse", "try_parse_from"],
};
