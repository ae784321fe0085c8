//! The cargo subcommand.
