//! What texts are made of: the fixtures, as they are and in pieces, and random programs.

use std::{fs, sync::LazyLock};

use fastrand::Rng;
use sockopt_analysis::outline;

use crate::{
    oracle::generate,
    sources::{repository, rust_files},
};

/// Where new texts come from.
#[derive(Clone, Copy)]
pub(super) struct Pool {
    /// How many of sixteen are random programs.
    programs: u8,
}

/// The fixtures and random programs.
pub(super) const ALL: Pool = Pool { programs: 5 };

/// Random programs only.
pub(super) const PROGRAMS: Pool = Pool { programs: 16 };

/// A text longer than this takes too long to be tried often.
const LONGEST: usize = 12 << 10;

struct Fixtures {
    texts: Vec<String>,
    /// Their items, statements and match arms.
    pieces: Vec<String>,
}

static FIXTURES: LazyLock<Fixtures> = LazyLock::new(|| {
    let files = rust_files(&repository().join("fixtures")).into_iter();
    let texts: Vec<_> =
        files.map(|it| fs::read_to_string(it).expect("fixtures are UTF-8")).collect();
    let mut pieces: Vec<_> = texts
        .iter()
        .flat_map(|text| outline(text).into_iter().map(|it| text[it.range].to_owned()))
        .filter(|it| it.len() < LONGEST / 8)
        .collect();
    pieces.sort_unstable();
    pieces.dedup();
    Fixtures { texts: texts.into_iter().filter(|it| it.len() < LONGEST).collect(), pieces }
});

impl Pool {
    /// A whole text.
    pub(super) fn text(self, rng: &mut Rng) -> String {
        if rng.u8(..16) < self.programs {
            return generate::program("sample", rng.u64(..)).text;
        }
        rng.choice(&FIXTURES.texts).cloned().unwrap_or_default()
    }

    /// An item, a statement, or a match arm.
    pub(super) fn piece(self, rng: &mut Rng) -> String {
        if rng.u8(..16) < self.programs {
            let text = generate::program("sample", rng.u64(..)).text;
            let piece = rng.choice(outline(&text)).map(|it| text[it.range].to_owned());
            return piece.unwrap_or_default();
        }
        rng.choice(&FIXTURES.pieces).cloned().unwrap_or_default()
    }
}
