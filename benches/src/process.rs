//! One run of a program as a whole process: time, processor time, peak memory.

use std::{
    error::Error,
    ffi::OsStr,
    fs::File,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use wait4::Wait4;

/// What one run took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    /// Seconds on the wall.
    pub(crate) wall: f64,
    /// Seconds of all processors, those of children included.
    pub(crate) cpu: f64,
    /// Most memory at one time, in bytes: of the process, or of the one child that had more.
    pub(crate) peak: u64,
}

/// A program, and with which exit statuses it has done its work.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    program: PathBuf,
    args: Vec<PathBuf>,
    env: Vec<(&'static str, PathBuf)>,
    folder: Option<PathBuf>,
    done: &'static [i32],
}

impl Job {
    /// A job that ends with one of `done`.
    pub(crate) fn new(program: impl AsRef<Path>, done: &'static [i32]) -> Self {
        let program = program.as_ref().to_owned();
        Self { program, args: Vec::new(), env: Vec::new(), folder: None, done }
    }

    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args.extend(args.into_iter().map(|it| PathBuf::from(it.as_ref())));
        self
    }

    pub(crate) fn env(mut self, name: &'static str, value: impl AsRef<Path>) -> Self {
        self.env.push((name, value.as_ref().to_owned()));
        self
    }

    pub(crate) fn folder(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).envs(self.env.iter().map(|(name, value)| (name, value)));
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command.stdin(Stdio::null());
        command
    }

    /// Runs the program to its end. What it prints is thrown away.
    ///
    /// # Errors
    /// It cannot be started, or says that it failed.
    pub(crate) fn run(&self) -> Result<Usage, Box<dyn Error>> {
        // A file, since a full pipe would stop it; what it says is needed only if it fails.
        let complaints = tempfile::NamedTempFile::new()?;
        let mut command = self.command();
        command.stdout(Stdio::null()).stderr(File::create(complaints.path())?);
        let start = Instant::now();
        let used = command.spawn().map_err(|error| self.failure(&error.to_string()))?.wait4()?;
        let wall = start.elapsed().as_secs_f64();
        if !used.status.code().is_some_and(|code| self.done.contains(&code)) {
            let said = std::fs::read(complaints.path())?;
            return Err(self.failure(&format!("{}: {}", used.status, last_line(&said))));
        }
        let cpu = (used.rusage.utime + used.rusage.stime).as_secs_f64();
        Ok(Usage { wall, cpu, peak: used.rusage.maxrss })
    }

    /// What the program prints.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub(crate) fn output(&self) -> Result<String, Box<dyn Error>> {
        let output = self.command().output().map_err(|error| self.failure(&error.to_string()))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(self.failure(&format!("{}: {}", output.status, last_line(&output.stderr))))
    }

    fn failure(&self, why: &str) -> Box<dyn Error> {
        format!("failed to run `{}`: {why}", self.program.display()).into()
    }
}

fn last_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines().map(str::trim).rev();
    lines.find(|line| !line.is_empty()).unwrap_or("no reason given").to_owned()
}

/// A program of this name among the folders of `PATH`.
pub(crate) fn installed(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&folders).map(|folder| folder.join(&file)).find(|it| it.is_file())
}

#[cfg(all(test, unix))]
mod tests {
    use super::Job;

    #[test]
    fn a_run_is_measured() {
        let used = Job::new("sh", &[0]).args(["-c", "exit 0"]).run().unwrap();
        assert!(used.wall > 0.0 && used.peak > 0);
    }

    #[test]
    fn a_program_that_fails_is_no_measurement() {
        let job = Job::new("sh", &[0, 1]).args(["-c", "echo why >&2; exit 2"]);
        let error = job.run().unwrap_err().to_string();
        assert!(error.starts_with("failed to run `sh`") && error.ends_with(": why"), "{error}");
        assert!(Job::new("sh", &[2]).args(["-c", "exit 2"]).run().is_ok());
    }
}
