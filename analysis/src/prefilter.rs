//! Which files are worth parsing: a file can matter only if it names some API of the model tables.

/// Searches raw bytes for the identifiers of the model tables, and for further words on demand.
#[derive(Debug)]
pub struct Prefilter {
    automaton: aho_corasick::AhoCorasick,
}

impl Prefilter {
    /// A filter for the model tables and the `extra` identifiers.
    ///
    /// # Panics
    /// Never: the automaton of a few hundred short words is far below the library's limits.
    #[must_use]
    pub fn new(extra: &[&str]) -> Self {
        let words = ["socket2", "TcpSocket", "setsockopt", "set_reuse"];
        let automaton = aho_corasick::AhoCorasick::new(words.iter().chain(extra));
        Self { automaton: automaton.expect("a few hundred short words") }
    }

    /// Whether a file with this content can matter.
    #[must_use]
    pub fn admits(&self, bytes: &[u8]) -> bool {
        self.automaton.is_match(bytes)
    }
}
