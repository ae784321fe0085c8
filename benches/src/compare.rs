//! The tool beside programs of others, over whole trees.

use std::{
    collections::BTreeSet,
    error::Error,
    fmt::Write as _,
    fs::{self, File},
    path::{Path, PathBuf},
    thread,
    time::{Duration, SystemTime},
};

use clap::Args;

use crate::{
    corpora::{Corpus, Size, admitted, sources},
    machine,
    pairs::{Limits, Pairs, Run, Spread, compare},
    peers::{self, Peer},
    process::{Job, Usage},
    tool::{Answer, Tool, metadata},
};

/// Compare the tool with programs of others
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Where `corpora` has built the trees
    dir: Option<PathBuf>,
    /// Another tree; may be given several times
    #[arg(long, value_name = "DIR")]
    tree: Vec<PathBuf>,
    /// Most pairs of runs in a comparison
    #[arg(long, default_value_t = 15)]
    pairs: usize,
    /// No pair of a comparison begins after so many seconds
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// cargo-sockopt, built; this source tree's own, if not told
    #[arg(long)]
    tool: Option<PathBuf>,
    /// Leave a program out: rg, ast-grep, semgrep, clippy
    #[arg(long, value_name = "PROGRAM")]
    without: Vec<String>,
    /// Write the tables into README.md and docs/performance.md
    #[arg(long)]
    pub(crate) write: bool,
}

/// What came of it, for readers.
pub(crate) struct Tables {
    /// A row per tree.
    pub(crate) brief: String,
    /// The rest.
    pub(crate) whole: String,
}

/// A tree, and what it is called.
struct Tree {
    name: String,
    folder: PathBuf,
}

/// Compares, and says what it says to `say` meanwhile.
///
/// # Errors
/// The tool cannot be run. Programs of others that cannot be run are named, and left out.
pub(crate) fn run(arguments: &Arguments, say: &dyn Fn(&str)) -> Result<Tables, Box<dyn Error>> {
    let limits = Limits { pairs: arguments.pairs, time: Duration::from_secs(arguments.seconds) };
    let machine = machine::line();
    let tool = Tool::new(arguments.tool.as_deref())?;
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let is_wanted = |program: &str| arguments.without.iter().all(|it| it != program);
    let mut peers = peers::all(&rules, cores);
    peers.retain(|peer| is_wanted(peer.program));
    let mut report = Report::new(&tool, limits, say);
    let trees = trees(arguments)?;
    for tree in &trees {
        report.add(tree, &peers)?;
        if tree.name == "small" && is_wanted("clippy") {
            report.add_clippy(tree)?;
        }
    }
    let Report { brief: briefs, rows, singles, left_out, .. } = report;
    let mut brief = format!("Measured on {machine}; {}", tool.version()?);
    let rustc = peers::version("rustc");
    let others = peers.iter().map(|peer| (peer.program, peer.version.as_deref()));
    let mut versions: Vec<_> = [("rustc", rustc.as_deref())].into_iter().chain(others).collect();
    versions.dedup();
    for (program, version) in versions {
        write!(brief, ", {program} {}", version.unwrap_or("is not installed"))?;
    }
    brief += ".\n\n| tree | lines of Rust | MB | seconds |";
    for peer in &peers {
        write!(brief, " {} |", peer.name)?;
    }
    brief += "\n| --- | ---: | ---: | ---: |";
    peers.iter().for_each(|_| brief += " ---: |");
    writeln!(brief, "\n{briefs}")?;
    let mut whole = format!(
        "| tree | beside | time | processor time | memory | pairs | ours | theirs |\n\
         | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n{rows}\n"
    );
    for peer in peers.iter().filter(|peer| peer.version.is_some()) {
        writeln!(whole, "- {}: `{}`", peer.name, peer.command())?;
    }
    for why in left_out {
        writeln!(whole, "- {why}")?;
    }
    writeln!(
        whole,
        "\n| tree | run | ms | CPU ms | MiB |\n| --- | --- | ---: | ---: | ---: |\n{singles}\n\
         | tree | files | MB | files with names we look for | MB of them |\n\
         | --- | ---: | ---: | ---: | ---: |"
    )?;
    // Last, since it takes memory: what a child takes is said to be no less.
    for tree in &trees {
        let Size { files, bytes, .. } = Size::of(&tree.folder)?;
        let (admitted, kept) = admitted(&tree.folder)?;
        let megabytes = |bytes| precise(bytes) / 1e6;
        let (all, kept) = (megabytes(bytes), megabytes(kept));
        let percent = 100.0 * kept / all;
        let Tree { name, .. } = tree;
        writeln!(
            whole,
            "| {name} | {files} | {all:.1} | {admitted} | {kept:.1} ({percent:.1} %) |"
        )?;
    }
    Ok(Tables { brief, whole })
}

fn trees(arguments: &Arguments) -> Result<Vec<Tree>, Box<dyn Error>> {
    let mut trees = Vec::new();
    for corpus in arguments.dir.iter().flat_map(|dir| Corpus::ALL.map(|it| it.folder(dir))) {
        if corpus.is_dir() {
            trees.push(corpus);
        }
    }
    trees.extend(arguments.tree.iter().cloned());
    if trees.is_empty() {
        return Err(
            "there is no tree: build some with `corpora DIR`, or name one with `--tree DIR`".into(),
        );
    }
    let named = |folder: PathBuf| -> Result<Tree, Box<dyn Error>> {
        let folder = fs::canonicalize(&folder)
            .map_err(|error| format!("failed to find {}: {error}", folder.display()))?;
        let name = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned();
        Ok(Tree { name, folder })
    };
    trees.into_iter().map(named).collect()
}

struct Report<'a> {
    tool: &'a Tool,
    limits: Limits,
    say: &'a dyn Fn(&str),
    /// A row per tree.
    brief: String,
    /// A row per tree and program.
    rows: String,
    /// A row per tree and run of the tool alone.
    singles: String,
    left_out: BTreeSet<String>,
}

impl<'a> Report<'a> {
    fn new(tool: &'a Tool, limits: Limits, say: &'a dyn Fn(&str)) -> Self {
        let [brief, rows, singles] = [const { String::new() }; 3];
        Self { tool, limits, say, brief, rows, singles, left_out: BTreeSet::new() }
    }

    fn add(&mut self, tree: &Tree, peers: &[Peer]) -> Result<(), Box<dyn Error>> {
        let Size { lines, bytes, .. } = Size::of(&tree.folder)?;
        let mut seconds = None;
        let mut cells = String::new();
        for peer in peers {
            let job = peer.job(&tree.folder);
            let pairs = if peer.version.is_some() {
                self.compare(tree, peer.name, &|| job.run(), self.limits)
            } else {
                self.left_out.insert(format!("{} is not installed", peer.name));
                None
            };
            let cell =
                pairs.as_ref().map_or_else(|| "?".to_owned(), |it| brief(it.ratio(wall).median));
            write!(cells, " {cell} |")?;
            seconds = seconds.or(pairs.map(|it| it.a(wall).median));
        }
        let seconds = seconds.map_or_else(|| "?".to_owned(), |it| format!("{it:.2}"));
        let megabytes = precise(bytes) / 1e6;
        writeln!(self.brief, "| {} | {lines} | {megabytes:.1} | {seconds} |{cells}", tree.name)?;
        self.add_singles(tree);
        Ok(())
    }

    /// clippy has no such rule: what it takes is what a look at the same code takes that needs a build.
    fn add_clippy(&mut self, tree: &Tree) -> Result<(), Box<dyn Error>> {
        let package = tree.folder.join("actix-web");
        let target = tempfile::tempdir()?;
        let job = Job::new("cargo", &[0])
            .args(["clippy", "--quiet"])
            .folder(&package)
            .env("CARGO_TARGET_DIR", target.path());
        let once = Limits { pairs: 0, ..self.limits };
        if self.compare(tree, "clippy, nothing built", &|| job.run(), once).is_some() {
            let again = || -> Run {
                let edited = File::options().append(true).open(package.join("src/lib.rs"))?;
                edited.set_modified(SystemTime::now())?;
                job.run()
            };
            self.compare(tree, "clippy, one file edited", &again, self.limits);
        }
        Ok(())
    }

    /// What came of the comparison, if it could be done.
    fn compare(
        &mut self,
        tree: &Tree,
        name: &str,
        peer: &dyn Fn() -> Run,
        limits: Limits,
    ) -> Option<Pairs> {
        (self.say)(&format!("{}: {name}", tree.name));
        let own = self.tool.job([&tree.folder]);
        match compare(&|| own.run(), peer, limits) {
            Ok(pairs) => {
                let row = row(&tree.name, name, &pairs);
                (self.say)(row.trim_end());
                self.rows.push_str(&row);
                Some(pairs)
            }
            Err(error) => {
                self.left_out.insert(format!("{name} on {}: {error}", tree.name));
                None
            }
        }
    }

    /// What the tool takes by itself: all of a workspace, and one file that somebody has edited.
    fn add_singles(&mut self, tree: &Tree) {
        (self.say)(&format!("{}: alone", tree.name));
        let Some(file) = sources(&tree.folder).find(|path| speaks_of_sockets(path)) else { return };
        let mut inside = file.ancestors().skip(1).take_while(|it| it.starts_with(&tree.folder));
        let manifest = inside.find_map(|it| Some(it.join("Cargo.toml")).filter(|it| it.is_file()));
        let answer = manifest.as_deref().and_then(|it| Some((it, Answer::about(it).ok()?)));
        let short = file.strip_prefix(&tree.folder).unwrap_or(&file).display().to_string();
        let mut looks = vec![(format!("`{short}`"), self.tool.job([&file]))];
        if tree.folder.join("Cargo.toml").is_file() {
            looks.insert(0, ("the workspace".to_owned(), self.tool.job([&tree.folder])));
        }
        for (name, job) in looks {
            self.add_single(tree, &name, &job, None);
            if let Some((manifest, answer)) = &answer {
                let beyond = format!("{name}, beyond `cargo metadata`");
                self.add_single(tree, &beyond, &job, Some(&metadata(manifest)));
                let name = format!("{name}, with cargo's answer at hand");
                self.add_single(tree, &name, &answer.at_hand(job), None);
            }
        }
        if let Some((manifest, _)) = &answer {
            self.add_single(tree, "`cargo metadata --no-deps`", &metadata(manifest), None);
        }
    }

    /// Adds what a run takes, or what it takes beyond another.
    fn add_single(&mut self, tree: &Tree, name: &str, job: &Job, beyond: Option<&Job>) {
        // Beside itself, every second run counts, and each has warm caches.
        match compare(&|| job.run(), &|| beyond.unwrap_or(job).run(), self.limits) {
            Ok(pairs) => {
                let ms = |figure: fn(&Usage) -> f64| {
                    let spread =
                        if beyond.is_some() { pairs.excess(figure) } else { pairs.b(figure) };
                    let Spread { least, median, greatest } = spread;
                    format!("{:.0} ({:.0} to {:.0})", median * 1e3, least * 1e3, greatest * 1e3)
                };
                let (wall, cpu, peak) = (ms(wall), ms(cpu), pairs.a(peak).median);
                let row = format!("| {} | {name} | {wall} | {cpu} | {peak:.0} |\n", tree.name);
                self.singles.push_str(&row);
            }
            Err(error) => {
                self.left_out.insert(format!("{name} on {}: {error}", tree.name));
            }
        }
    }
}

/// Whether the text has a bind that may be a socket's.
fn speaks_of_sockets(path: &Path) -> bool {
    fs::read_to_string(path).is_ok_and(|text| text.contains(".bind(") && text.contains("socket2"))
}

fn row(tree: &str, peer: &str, pairs: &Pairs) -> String {
    let figures = |of: &dyn Fn(fn(&Usage) -> f64) -> Spread| {
        format!("{:.3} s, {:.3} s, {:.0} MiB", of(wall).median, of(cpu).median, of(peak).median)
    };
    format!(
        "| {tree} | {peer} | {} | {} | {} | {} | {} | {} |\n",
        ratio(pairs.ratio(wall)),
        ratio(pairs.ratio(cpu)),
        ratio(pairs.ratio(peak)),
        pairs.count(),
        figures(&|figure| pairs.a(figure)),
        figures(&|figure| pairs.b(figure)),
    )
}

/// `1.42× (1.30 to 1.61)` of what takes longer, and `1/38 (1/36 to 1/41)` of what takes less.
fn ratio(spread: Spread) -> String {
    let Spread { least, median, greatest } = spread;
    if least.to_bits() == greatest.to_bits() {
        return brief(median);
    }
    let (near, far) = if median < 1.0 { (greatest, least) } else { (least, greatest) };
    format!("{} ({} to {})", brief(median), brief(near), brief(far))
}

/// `1.42×`, or `1/38`.
fn brief(ratio: f64) -> String {
    let text = |it: f64| if it < 10.0 { format!("{it:.2}") } else { format!("{it:.0}") };
    if ratio < 1.0 { format!("1/{}", text(1.0 / ratio)) } else { format!("{}×", text(ratio)) }
}

fn wall(usage: &Usage) -> f64 {
    usage.wall
}

fn cpu(usage: &Usage) -> f64 {
    usage.cpu
}

/// In MiB.
fn peak(usage: &Usage) -> f64 {
    precise(usage.peak) / precise(1 << 20)
}

/// Exact below 2^53, which no figure reaches.
#[expect(clippy::cast_precision_loss, reason = "no figure is so large")]
pub(crate) fn precise(figure: u64) -> f64 {
    figure as f64
}

#[cfg(test)]
mod tests {
    use super::{Spread, ratio};

    #[test]
    fn a_ratio_is_read_from_its_better_side() {
        let spread = |least, median, greatest| Spread { least, median, greatest };
        assert_eq!(ratio(spread(1.3, 1.416, 1.6)), "1.42× (1.30× to 1.60×)");
        assert_eq!(ratio(spread(0.02, 0.025, 0.05)), "1/40 (1/20 to 1/50)");
        assert_eq!(ratio(spread(12.0, 12.0, 12.0)), "12×");
    }
}
