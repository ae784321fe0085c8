//! Programs as cargo packages: written, built into one binary, run.

use std::{
    error::Error,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use sockopt_tests::oracle::generate::Program;

/// How many programs one package has: so many that cargo builds several at once.
const PER_PACKAGE: usize = 64;

const DEPENDENCIES: &str = r#"libc = "0.2"
nix = { version = "0.31", features = ["net", "socket"] }
rustix = { version = "1", features = ["net", "use-libc"] }
socket2 = { version = "0.6", features = ["all"] }
tokio = { version = "1", features = ["net", "rt"] }
"#;

/// Where the programs of one binary are.
pub(crate) struct Packages<'a> {
    pub(crate) dir: &'a Path,
    pub(crate) fixtures: PathBuf,
}

impl Packages<'_> {
    /// Writes all packages anew.
    pub(crate) fn write(&self, programs: &[Program]) -> Result<(), Box<dyn Error>> {
        if self.dir.exists() {
            fs::remove_dir_all(self.dir)?;
        }
        let record = self.fixtures.join("kernel-record");
        let record = format!("kernel-record = {{ path = \"{}\" }}\n", record.display());
        let names: Vec<_> =
            (0..programs.len().div_ceil(PER_PACKAGE)).map(|it| format!("programs-{it}")).collect();
        let mut main = "//! Runs every program.\n\nfn main() {\n    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();\n    \
            let runtime = runtime.expect(\"a runtime\");\n    let _guard = runtime.enter();\n    kernel_record::run(&[\n".to_owned();
        let mut dependencies = String::new();
        for (name, programs) in names.iter().zip(programs.chunks(PER_PACKAGE)) {
            let sources = self.dir.join(name).join("src/programs");
            fs::create_dir_all(&sources)?;
            let manifest = format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{record}{DEPENDENCIES}"
            );
            fs::write(self.dir.join(name).join("Cargo.toml"), manifest)?;
            let mut root = "#![allow(warnings)]\n".to_owned();
            for program in programs {
                let Program { name: module, text, looks_at } = program;
                fs::write(sources.join(format!("{module}.rs")), text)?;
                writeln!(root, "#[path = \"programs/{module}.rs\"]\npub mod {module};")?;
                let package = name.replace('-', "_");
                writeln!(
                    main,
                    "        kernel_record::Program {{ name: \"{module}\", looks_at: \"{looks_at}\", run: {package}::{module}::run }},"
                )?;
            }
            fs::write(self.dir.join(name).join("src/lib.rs"), root)?;
            writeln!(dependencies, "{name} = {{ path = \"{name}\" }}")?;
        }
        main += "    ]);\n}\n";
        fs::create_dir_all(self.dir.join("src"))?;
        fs::write(self.dir.join("src/main.rs"), main)?;
        fs::write(
            self.dir.join("Cargo.toml"),
            format!(
                "[workspace]\nmembers = {names:?}\nresolver = \"3\"\n\n[package]\nname = \"oracle-run\"\nversion = \"0.0.0\"\n\
                 edition = \"2024\"\n\n[dependencies]\n{record}tokio = {{ version = \"1\", features = [\"net\", \"rt\"] }}\n{dependencies}\n\
                 [profile.dev]\ndebug = \"line-tables-only\"\nincremental = false\n\n[profile.dev.package.\"*\"]\ndebug = false\n"
            ),
        )?;
        fs::copy(self.fixtures.join("Cargo.lock"), self.dir.join("Cargo.lock"))?;
        Ok(())
    }

    /// Builds the binary and runs it; what it printed.
    pub(crate) fn run(&self) -> Result<String, Box<dyn Error>> {
        let target = self.fixtures.join("target/oracle");
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build
            .args(["build", "--quiet", "--offline", "--target-dir"])
            .arg(&target)
            .current_dir(self.dir);
        // What `cargo test` sets for the test that calls would make the dependencies look changed, and the profile
        // stands in the manifest: without lines there is nothing to compare.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            let is_other = ["CARGO_PKG", "CARGO_MANIFEST", "CARGO_PROFILE"];
            if is_other.iter().any(|it| text.starts_with(it)) {
                build.env_remove(&name);
            }
        }
        let output = build.stdin(Stdio::null()).output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        let output = Command::new(target.join("debug/oracle-run")).stdin(Stdio::null()).output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }
}
