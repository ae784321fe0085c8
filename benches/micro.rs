//! The parts of an analysis by themselves, in bytes of source per second.
//!
//! What most files go through (the prefilter) is measured on code that has nothing to do with sockets, the rest on
//! the fixtures, which have to do with nothing else.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use divan::{Bencher, black_box, counter::BytesCount};
use sockopt_analysis::{Prefilter, Workspace, analyze, lower, testing::workspace};
use sockopt_benches::Author;
use walkdir::WalkDir;

/// Code without sockets, as in thirty files.
static PLAIN: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut author = Author::new(1);
    (0..30).map(|_| author.module(1_000)).collect()
});

/// Programs that are about sockets.
static FIXTURES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let is_source = |path: &PathBuf| path.extension().is_some_and(|it| it == "rs");
    let files = entries.map(walkdir::DirEntry::into_path).filter(is_source);
    files.filter_map(|path| fs::read_to_string(path).ok()).collect()
});

fn main() {
    divan::main();
}

fn bytes(texts: &[String]) -> BytesCount {
    BytesCount::new(texts.iter().map(String::len).sum::<usize>())
}

/// Does something to each text.
fn each<T>(bencher: Bencher<'_, '_>, texts: &[String], work: impl Fn(&str) -> T + Sync) {
    bencher
        .counter(bytes(texts))
        .bench(|| texts.iter().for_each(|text| drop(black_box(work(text)))));
}

#[divan::bench]
fn prefilter_of_plain_code(bencher: Bencher<'_, '_>) {
    let prefilter = Prefilter::of_tables();
    each(bencher, &PLAIN, |text| prefilter.admits(text.as_bytes()));
}

#[divan::bench]
fn prefilter_of_socket_code(bencher: Bencher<'_, '_>) {
    let prefilter = Prefilter::of_tables();
    each(bencher, &FIXTURES, |text| prefilter.admits(text.as_bytes()));
}

#[divan::bench]
fn parse_plain_code(bencher: Bencher<'_, '_>) {
    each(bencher, &PLAIN, syn::parse_file);
}

#[divan::bench]
fn parse_socket_code(bencher: Bencher<'_, '_>) {
    each(bencher, &FIXTURES, syn::parse_file);
}

#[divan::bench]
fn parse_and_lower_plain_code(bencher: Bencher<'_, '_>) {
    each(bencher, &PLAIN, lower);
}

#[divan::bench]
fn parse_and_lower_socket_code(bencher: Bencher<'_, '_>) {
    each(bencher, &FIXTURES, lower);
}

#[divan::bench]
fn link_and_solve_socket_code(bencher: Bencher<'_, '_>) {
    let lowered = FIXTURES.iter().filter_map(|text| lower(text).ok());
    let workspaces: Vec<Workspace> = lowered.map(|it| workspace(it.facts)).collect();
    bencher.counter(bytes(&FIXTURES)).bench(|| {
        workspaces.iter().for_each(|workspace| drop(black_box(analyze(workspace))));
    });
}
