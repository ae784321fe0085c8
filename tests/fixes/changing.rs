//! Runs that are killed, and runs at the same time.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use super::{LISTENER, Sample, fixed_listener};
use crate::harness::{Tool, wait};

const FIX: &str = "--fix --allow-no-vcs --quiet";

/// Enough for every run.
const PATIENCE: Duration = Duration::from_secs(120);

/// A package with many listeners, each in a file of its own.
struct Many {
    sample: Sample,
    files: Vec<String>,
}

impl Many {
    fn new(count: usize) -> Self {
        let names: Vec<_> = (0..count).map(|index| format!("m{index:03}")).collect();
        let lib = names.iter().fold(String::new(), |lib, name| lib + "pub mod " + name + ";\n");
        let sample = Sample::new(&[("src/lib.rs", &lib)]);
        let files = names.iter().map(|name| format!("src/{name}.rs")).collect();
        let many = Self { sample, files };
        many.reset();
        many
    }

    fn reset(&self) {
        self.files.iter().for_each(|file| self.sample.write(file, LISTENER));
    }

    fn tool(&self) -> Tool {
        self.sample.tool(FIX)
    }

    /// How many files are fixed; all others are as they were.
    fn fixed(&self) -> usize {
        let fixed = fixed_listener();
        let is_fixed = |file: &&String| {
            let text = self.sample.read(file);
            assert!(text == fixed || text == LISTENER, "{file} is damaged:\n{text}");
            text == fixed
        };
        self.files.iter().filter(is_fixed).count()
    }

    /// Kills runs at random moments: half of them at any time, half of them while files are written. Says how
    /// many runs were killed while some files were written and others were not, and how many left something.
    fn kill(&self, times: u32) -> (usize, usize) {
        let start = Instant::now();
        let mut child = self.tool().spawn();
        wait(&mut child, PATIENCE);
        let whole = start.elapsed();
        let mut random = Random(0x5eed);
        let (mut halfway, mut littered) = (0, 0);
        for time in 0..times {
            self.reset();
            let mut child = self.tool().spawn();
            let limit = if time % 2 == 0 {
                whole
            } else {
                self.wait_for_the_first();
                whole / 4
            };
            thread::sleep(random.below(limit));
            // A run that has ended cannot be killed any more.
            let _ = child.kill();
            child.wait().expect("a child can be waited for");
            let fixed = self.fixed();
            halfway += usize::from(fixed > 0 && fixed < self.files.len());
            littered += usize::from(!self.sample.stray().is_empty());
        }
        (halfway, littered)
    }

    /// Waits until the first file is written, or the run must be over.
    fn wait_for_the_first(&self) {
        let first = self.sample.path(&self.files[0]);
        let length = |path| fs::metadata(path).map_or(0, |it| it.len());
        let old = length(&first);
        let end = Instant::now() + Duration::from_secs(20);
        while length(&first) == old && Instant::now() < end {
            thread::sleep(Duration::from_micros(200));
        }
    }

    /// The next run leaves everything fixed and nothing else behind.
    fn assert_mended(&self) {
        let run = self.tool().run();
        assert_eq!(run.code(), Some(0), "{}", run.stderr);
        assert_eq!(self.fixed(), self.files.len());
        assert_eq!(self.sample.stray(), Vec::<std::path::PathBuf>::new());
    }
}

/// Numbers that are as random as it takes (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: Duration) -> Duration {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        limit.mul_f64(f64::from(u32::try_from(self.0 >> 32).expect("32 bits")) / 2f64.powi(32))
    }
}

#[test]
fn a_killed_run_damages_nothing() {
    let many = Many::new(40);
    many.kill(12);
    many.assert_mended();
}

/// `cargo test --release -p sockopt-tests killed_500_times -- --ignored --nocapture`
#[test]
#[ignore = "takes minutes"]
fn a_run_over_200_files_is_killed_500_times() {
    let many = Many::new(200);
    let (halfway, littered) = many.kill(500);
    eprintln!(
        "500 kills: {halfway} between the first file and the last, {littered} with leftovers"
    );
    assert!(halfway > 50, "hardly any run was killed while it wrote: {halfway}");
    many.assert_mended();
}

#[test]
fn what_a_killed_run_left_is_removed_by_the_next() {
    let many = Many::new(1);
    let leftover = many.sample.path("src/.sockopt-fix-AbCdEfGh.tmp");
    fs::write(&leftover, "half a te").expect("a file");
    many.assert_mended();
    fs::write(&leftover, "half a te").expect("a file");
    // Even if there is nothing to fix any more.
    many.assert_mended();
}

#[test]
fn two_runs_at_the_same_time_lose_nothing() {
    let many = Many::new(40);
    for _ in 0..3 {
        many.reset();
        let runs: Vec<_> =
            (0..3).map(|_| many.tool()).map(|it| thread::spawn(|| it.run())).collect();
        for run in runs {
            let run = run.join().expect("a run");
            assert_eq!(run.code(), Some(0), "{}", run.stderr);
        }
        many.assert_mended();
    }
}
