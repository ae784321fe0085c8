//! `fixtures/model-*` are what the tables say; `BLESS=1` writes them.

#![cfg(feature = "testing")]
#![expect(clippy::disallowed_methods, reason = "a test reads and writes the fixtures")]

use std::{collections::BTreeSet, env, fs, path::Path};

use sockopt_analysis::model::proofs;

#[test]
fn model_fixtures_are_what_the_tables_say() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let packages = proofs::packages();
    let bless = env::var("BLESS").is_ok_and(|value| value == "1");
    let mut differing = Vec::new();
    for (name, text) in &packages {
        let path = fixtures.join(name);
        if fs::read_to_string(&path).is_ok_and(|old| old == *text) {
            continue;
        }
        differing.push(name.as_str());
        if bless {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
        }
    }
    assert!(bless || differing.is_empty(), "not what the tables say, bless: {differing:?}");

    let folders: BTreeSet<_> = packages.keys().filter_map(|name| name.split('/').next()).collect();
    for entry in fs::read_dir(&fixtures).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            !name.starts_with("model-") || folders.contains(name.as_str()),
            "no table for {name}"
        );
    }
}
