//! Two programs, run in turn: `A B A B …`. Whatever slows the machine down slows both, so the ratio of two runs that
//! follow each other says more than either.

use std::{
    error::Error,
    time::{Duration, Instant},
};

use crate::process::Usage;

/// How long a comparison may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Most pairs of runs.
    pub(crate) pairs: usize,
    /// No pair begins after this time, but the first.
    pub(crate) time: Duration,
}

/// Runs that followed each other.
#[derive(Debug)]
pub(crate) struct Pairs(Vec<(Usage, Usage)>);

/// The median of some figures, and the least and greatest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) least: f64,
    pub(crate) median: f64,
    pub(crate) greatest: f64,
}

/// What a run took, or why it did not come to its end.
pub(crate) type Run = Result<Usage, Box<dyn Error>>;

/// Runs `a` and `b` in turn. The first pair warms the file cache and is not counted, unless the time is up with it.
///
/// # Errors
/// One of them fails.
pub(crate) fn compare(
    a: &dyn Fn() -> Run,
    b: &dyn Fn() -> Run,
    limits: Limits,
) -> Result<Pairs, Box<dyn Error>> {
    let start = Instant::now();
    let mut pairs = vec![(a()?, b()?)];
    while pairs.len() <= limits.pairs && start.elapsed() < limits.time {
        pairs.push((a()?, b()?));
    }
    if pairs.len() > 1 {
        pairs.remove(0);
    }
    Ok(Pairs(pairs))
}

impl Pairs {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// What `figure` is of `a` in ratio to `b`, pair by pair.
    pub(crate) fn ratio(&self, figure: fn(&Usage) -> f64) -> Spread {
        Spread::of(self.0.iter().map(|(a, b)| figure(a) / figure(b)))
    }

    /// How much greater `figure` is of `a` than of `b`, pair by pair.
    pub(crate) fn excess(&self, figure: fn(&Usage) -> f64) -> Spread {
        Spread::of(self.0.iter().map(|(a, b)| figure(a) - figure(b)))
    }

    /// What `figure` is of `a`.
    pub(crate) fn a(&self, figure: fn(&Usage) -> f64) -> Spread {
        Spread::of(self.0.iter().map(|(a, _)| figure(a)))
    }

    /// What `figure` is of `b`.
    pub(crate) fn b(&self, figure: fn(&Usage) -> f64) -> Spread {
        Spread::of(self.0.iter().map(|(_, b)| figure(b)))
    }
}

impl Spread {
    /// Of figures, at least one.
    pub(crate) fn of(figures: impl IntoIterator<Item = f64>) -> Self {
        let mut all: Vec<f64> = figures.into_iter().collect();
        all.sort_by(f64::total_cmp);
        let at = |index: usize| all.get(index).copied().unwrap_or(f64::NAN);
        let (low, high) = (at(all.len().saturating_sub(1) / 2), at(all.len() / 2));
        Self { least: at(0), median: f64::midpoint(low, high), greatest: at(all.len().max(1) - 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Pairs, Spread, Usage};

    #[test]
    fn the_median_is_in_the_middle() {
        let of = |figures: &[f64]| {
            let it = Spread::of(figures.iter().copied());
            (it.least, it.median, it.greatest)
        };
        assert_eq!(of(&[3.0]), (3.0, 3.0, 3.0));
        assert_eq!(of(&[9.0, 1.0, 4.0]), (1.0, 4.0, 9.0));
        assert_eq!(of(&[8.0, 1.0, 4.0, 2.0]), (1.0, 3.0, 8.0));
    }

    #[test]
    fn ratios_are_taken_pair_by_pair() {
        let run = |wall| Usage { wall, cpu: 1.0, peak: 1 };
        // The machine was four times slower while the last pair ran.
        let pairs = Pairs(vec![(run(2.0), run(1.0)), (run(3.0), run(1.5)), (run(8.0), run(4.0))]);
        let ratio = pairs.ratio(|it| it.wall);
        assert!((ratio.least - 2.0).abs() < 1e-9 && (ratio.greatest - 2.0).abs() < 1e-9);
        assert!((pairs.excess(|it| it.wall).median - 1.5).abs() < 1e-9);
        assert!((pairs.a(|it| it.wall).median - 3.0).abs() < 1e-9);
        assert!((pairs.b(|it| it.wall).median - 1.5).abs() < 1e-9);
    }
}
