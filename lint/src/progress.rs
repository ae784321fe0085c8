//! A line that says what a long run is at: on a terminal, from the first second on, and gone before anything else is
//! printed.

use std::{
    io::{self, Write},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// What is over sooner needs no line.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the line is written.
const TICK: Duration = Duration::from_millis(250);

/// Names that are longer would break the line, which could not be removed then.
const MOST_CHARS: usize = 60;

/// Whether the line is on the screen.
static SHOWN: AtomicBool = AtomicBool::new(false);

/// Removes the line, if it is there.
pub fn clear() {
    if SHOWN.swap(false, Ordering::SeqCst) {
        // What cannot be written cannot be removed.
        let _ = io::stderr().write_all(b"\r\x1b[K");
    }
}

/// The line of a run.
#[derive(Debug, Default)]
pub struct Progress {
    line: Option<Arc<Line>>,
}

#[derive(Debug)]
struct Line {
    state: Mutex<State>,
    changed: Condvar,
    start: Instant,
}

#[derive(Debug, Default)]
struct State {
    step: String,
    is_over: bool,
}

impl Line {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn draw(&self) {
        let mut wait = PATIENCE;
        let mut state = self.state();
        while !state.is_over {
            let waited = self.changed.wait_timeout_while(state, wait, |it| !it.is_over);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            wait = TICK;
            if state.is_over || state.step.is_empty() {
                continue;
            }
            let step: String = state.step.chars().take(MOST_CHARS).collect();
            let seconds = self.start.elapsed().as_secs();
            SHOWN.store(true, Ordering::SeqCst);
            let _ = write!(io::stderr(), "\r\x1b[Ksockopt: {step} ({seconds} s)");
        }
    }
}

/// While it lives, the line is not written.
#[derive(Debug)]
pub struct Hidden<'a> {
    _state: Option<MutexGuard<'a, State>>,
}

impl Progress {
    /// A line on standard error, as soon as there is something to say.
    #[must_use]
    pub fn start() -> Self {
        let (state, changed) = (Mutex::default(), Condvar::new());
        let line = Arc::new(Line { state, changed, start: Instant::now() });
        let drawn = Arc::clone(&line);
        thread::spawn(move || drawn.draw());
        Self { line: Some(line) }
    }

    /// Says what the run is at.
    pub fn step(&self, step: impl Into<String>) {
        if let Some(line) = &self.line {
            line.state().step = step.into();
        }
    }

    /// Removes the line, so that something else can be written.
    #[must_use]
    pub fn hide(&self) -> Hidden<'_> {
        let state = self.line.as_ref().map(|it| it.state());
        if state.is_some() {
            clear();
        }
        Hidden { _state: state }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(line) = &self.line {
            line.state().is_over = true;
            line.changed.notify_all();
            clear();
        }
    }
}
