//! The tool itself, and what it asks of cargo.

use std::{
    env,
    error::Error,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use crate::process::Job;

/// Names the file that holds cargo's answer, for the program that gives it.
const ANSWER: &str = "SOCKOPT_BENCHES_ANSWER";

/// `cargo-sockopt`, built.
pub(crate) struct Tool {
    program: PathBuf,
}

impl Tool {
    /// The one that is given, or else the one of this source tree, built as a release is.
    ///
    /// # Errors
    /// It does not compile, or is not there.
    pub(crate) fn new(given: Option<&Path>) -> Result<Self, Box<dyn Error>> {
        let program = if let Some(program) = given {
            program.to_owned()
        } else {
            let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
            let build = ["build", "--quiet", "--release", "-p", "cargo-sockopt", "--manifest-path"];
            Job::new("cargo", &[0]).args(build).args([manifest]).run()?;
            // Both are in the folder of the profile.
            let name = format!("cargo-sockopt{}", env::consts::EXE_SUFFIX);
            env::current_exe()?.parent().map(|folder| folder.join(name)).unwrap_or_default()
        };
        let program = std::path::absolute(program)?;
        if program.is_file() {
            Ok(Self { program })
        } else {
            Err(format!("{} is not there: run this with `--release`", program.display()).into())
        }
    }

    /// A run over paths.
    pub(crate) fn job<P: AsRef<Path>>(&self, paths: impl IntoIterator<Item = P>) -> Job {
        let paths = paths.into_iter().map(|it| it.as_ref().as_os_str().to_owned());
        Job::new(&self.program, &[0, 1]).args(["sockopt"]).args(paths)
    }

    /// What it says of its version.
    pub(crate) fn version(&self) -> Result<String, Box<dyn Error>> {
        let said = Job::new(&self.program, &[0]).args(["sockopt", "--version"]).output()?;
        Ok(said.trim().to_owned())
    }
}

/// What cargo says about a workspace, kept in a file: with it, the time that cargo takes is not counted.
pub(crate) struct Answer {
    file: tempfile::NamedTempFile,
    own: PathBuf,
}

impl Answer {
    /// # Errors
    /// cargo cannot read the manifest.
    pub(crate) fn about(manifest: &Path) -> Result<Self, Box<dyn Error>> {
        let file = tempfile::NamedTempFile::new()?;
        fs::write(file.path(), metadata(manifest).output()?)?;
        Ok(Self { file, own: env::current_exe()? })
    }

    /// The job, with this instead of cargo.
    pub(crate) fn at_hand(&self, job: Job) -> Job {
        job.env("CARGO", &self.own).env(ANSWER, self.file.path())
    }
}

/// cargo, asked for what the tool asks for.
pub(crate) fn metadata(manifest: &Path) -> Job {
    let args = ["metadata", "--format-version=1", "--no-deps", "--manifest-path"];
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Job::new(PathBuf::from(cargo), &[0]).args(args).args([manifest])
}

/// Gives cargo's answer, if this program is called in cargo's place.
pub(crate) fn answer(first: Option<&OsString>) -> Option<io::Result<u64>> {
    let file = env::var_os(ANSWER).filter(|_| first.is_some_and(|it| it == "metadata"))?;
    Some(fs::File::open(file).and_then(|mut file| io::copy(&mut file, &mut io::stdout().lock())))
}
