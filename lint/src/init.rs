//! The files with which a project begins: settings, and a job of its CI.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{baseline, cli::Ci, git::Git, project::read_text, report::REPOSITORY};

/// The commit that this program was made from, if it was built to be installed.
pub const COMMIT: Option<&str> = option_env!("SOCKOPT_COMMIT");

const SETTINGS: &str = include_str!("init/sockopt.toml");
const GITHUB: &str = include_str!("init/github.yml");
const GITLAB: &str = include_str!("init/gitlab.yml");

/// The settings, as text; all but the baseline are examples.
#[must_use]
pub fn settings(baseline: Option<&str>) -> String {
    let example = format!("# baseline = \"{}\"", baseline::FILE);
    let text = SETTINGS.replace("@REPOSITORY@", REPOSITORY);
    baseline.map_or(text.clone(), |path| text.replace(&example, &format!("baseline = {path:?}")))
}

/// What is to be checked, as a job sees it.
#[derive(Debug, Clone, Default)]
pub struct Job {
    /// The project's root in the repository; empty if it is the same.
    pub folder: String,
    /// Whether cargo knows the project: a folder of another kind has to be named.
    pub is_cargo: bool,
    /// The branch that others start from.
    pub branch: String,
    /// The commit of the tool that is to run, if it is known.
    pub commit: Option<&'static str>,
}

impl Job {
    /// A workflow of GitHub Actions.
    #[must_use]
    pub fn github(&self) -> String {
        let action = REPOSITORY.trim_start_matches("https://github.com/");
        let (rev, version) = (self.commit.unwrap_or("main"), env!("CARGO_PKG_VERSION"));
        let of_version = self.commit.map_or(String::new(), |_| format!(" # {version}"));
        let mut with = String::new();
        if !self.folder.is_empty() {
            with.extend(["          working-directory: ", &quoted(&self.folder), "\n"]);
        }
        if !self.is_cargo {
            with.push_str("          args: .\n");
        }
        let text = GITHUB.replace("@REPOSITORY@", REPOSITORY);
        let text = text.replace("@BRANCH@", &quoted(&self.branch)).replace("@WITH@", &with);
        text.replace("@ACTION@", &format!("{action}@{rev}{of_version}"))
    }

    /// A job of GitLab.
    #[must_use]
    pub fn gitlab(&self) -> String {
        let rev = self.commit.map_or(String::new(), |it| format!(" --rev {it}"));
        let mut command = String::new();
        if !self.folder.is_empty() {
            command.extend(["cd '", &self.folder.replace('\'', r"'\''"), "' && "]);
        }
        command.push_str("\"$CI_PROJECT_DIR/.sockopt/bin/cargo-sockopt\"");
        if !self.is_cargo {
            command.push_str(" .");
        }
        command.push_str(" --output \"$CI_PROJECT_DIR/gl-code-quality-report.json=gitlab\"");
        let text = GITLAB.replace("@REPOSITORY@", REPOSITORY);
        let text = text.replace("@SOURCE@", &format!("--git {REPOSITORY}{rev}"));
        let key = format!("sockopt-{}", COMMIT.unwrap_or(env!("CARGO_PKG_VERSION")));
        text.replace("@KEY@", &key).replace("@COMMAND@", &quoted(&command))
    }
}

/// A text in double quotes, as in JSON, which YAML reads, too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// What runs the jobs of a repository: as its files say, or else the host of its remote.
#[must_use]
pub fn detect(top: &Path) -> Vec<Ci> {
    let files = [(Ci::Github, ".github"), (Ci::Gitlab, ".gitlab-ci.yml")];
    let is_there = |(ci, path): (Ci, &str)| top.join(path).exists().then_some(ci);
    let found: Vec<_> = files.into_iter().filter_map(is_there).collect();
    if !found.is_empty() {
        return found;
    }
    let url = Git::new(top).line(&["remote", "get-url", "origin"]).unwrap_or_default();
    let hosts = [(Ci::Github, "github"), (Ci::Gitlab, "gitlab")];
    let is_host = |(ci, word): (Ci, &str)| host(&url).contains(word).then_some(ci);
    hosts.into_iter().filter_map(is_host).collect()
}

/// The host of a remote: `https://[user@]host[:port]/…` or `[user@]host:…`.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split('/').next().unwrap_or_default();
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    rest.split(':').next().unwrap_or_default()
}

/// The branch that others start from: that of the remote, or else the one at hand.
#[must_use]
pub fn branch(top: &Path) -> String {
    let git = Git::new(top);
    let remote = git.line(&["symbolic-ref", "--short", "refs/remotes/origin/HEAD"]);
    let remote = remote.ok().and_then(|it| Some(it.strip_prefix("origin/")?.to_owned()));
    let own = || git.line(&["symbolic-ref", "--short", "HEAD"]).ok();
    remote.or_else(own).unwrap_or_else(|| "main".to_owned())
}

/// A workflow of a repository that runs the tool already.
#[must_use]
pub fn workflow(top: &Path) -> Option<PathBuf> {
    let files = fs::read_dir(top.join(".github/workflows")).into_iter().flatten().flatten();
    let mut paths: Vec<_> = files.map(|it| it.path()).filter(|it| mentions_tool(it)).collect();
    paths.sort();
    paths.into_iter().next()
}

/// Whether a file mentions the tool.
#[must_use]
pub fn mentions_tool(path: &Path) -> bool {
    read_text(path).is_ok_and(|text| text.contains("sockopt"))
}

#[cfg(test)]
mod tests {
    use super::{Job, host, settings};
    use crate::config;

    #[test]
    fn the_host_of_a_remote_is_known() {
        for (url, expected) in [
            ("https://github.com/a/gitlab-tools.git", "github.com"),
            ("https://user:secret@gitlab.example.org:8443/a", "gitlab.example.org"),
            ("git@github.com:a/b.git", "github.com"),
            ("ssh://git@gitlab.com/a/b", "gitlab.com"),
            ("../elsewhere", ".."),
            ("", ""),
        ] {
            assert_eq!(host(url), expected, "{url}");
        }
    }

    #[test]
    fn the_examples_among_the_settings_are_settings() {
        let is_example = |it: &&str| it.contains(" = ") || it.starts_with("# [");
        let text = settings(Some("a \"b\".toml"));
        assert!(text.contains("\nbaseline = \"a \\\"b\\\".toml\"\n"), "{text}");
        let text = settings(None);
        let examples = text.lines().filter(is_example).map(|it| it.trim_start_matches("# "));
        let text = examples.collect::<Vec<_>>().join("\n");
        assert_eq!(text.lines().count(), 8, "{text}");
        config::parse::<config::raw::Raw>("sockopt.toml".as_ref(), &text).expect(&text);
    }

    #[test]
    fn a_job_runs_where_the_project_is() {
        let job = Job { folder: "it's \"here\"".into(), branch: "a]b".into(), ..Job::default() };
        let github = job.github();
        assert!(github.contains("branches: [\"a]b\"]"), "{github}");
        assert!(github.contains("working-directory: \"it's \\\"here\\\"\"\n          args: .\n"));
        assert!(job.gitlab().contains(r#"- "cd 'it'\\''s \"here\"' && \"$CI_PROJECT_DIR"#));
        let job = Job { is_cargo: true, ..job };
        assert!(!job.github().contains("args"));
        for text in [job.github(), job.gitlab()] {
            let open = |word: &&str| word.len() > 2 && word.starts_with('@') && word.ends_with('@');
            assert_eq!(text.split_whitespace().find(open), None, "{text}");
        }
    }
}
