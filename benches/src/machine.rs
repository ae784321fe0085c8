//! What the figures were measured on, and when.

use std::{fs, thread};

use crate::process::Job;

/// One line: processor, cores, memory, system, date, and how busy the machine was.
pub(crate) fn line() -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut parts = vec![processor(), format!("{cores} cores")];
    parts.extend(memory().map(|bytes| format!("{} GiB", (bytes + (1 << 29)) >> 30)));
    parts.push(said("uname", &["-sr"]).unwrap_or_else(|| std::env::consts::OS.to_owned()));
    parts.extend(said("date", &["-u", "+%Y-%m-%d"]));
    parts.extend(load().map(|load| format!("load average {load} before the runs")));
    parts.join(", ")
}

fn processor() -> String {
    field("/proc/cpuinfo", "model name")
        .or_else(|| said("sysctl", &["-n", "machdep.cpu.brand_string"]))
        .unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

fn memory() -> Option<u64> {
    let kibibytes = field("/proc/meminfo", "MemTotal");
    let kibibytes = kibibytes.and_then(|it| it.strip_suffix(" kB")?.parse::<u64>().ok());
    let bytes = || said("sysctl", &["-n", "hw.memsize"])?.parse().ok();
    kibibytes.map(|it| it << 10).or_else(bytes)
}

fn load() -> Option<String> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split_whitespace().next().map(str::to_owned)
}

/// The value behind the first `name:` of a file.
fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let mut fields = text.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = fields.find(|(key, _)| key.trim() == name)?;
    Some(value.trim().to_owned())
}

fn said(program: &str, args: &[&str]) -> Option<String> {
    let text = Job::new(program, &[0]).args(args).output().ok()?;
    text.lines().next().map(|line| line.trim().to_owned())
}
