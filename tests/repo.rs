//! What the tool brings into a repository: an action, a hook, the files of `init`, pages, completions, a manual.
//!
//! The schemas are those of the JSON Schema Store and of GitLab; `.ci/validate` asks further validators.

mod action;
mod init;
mod pages;
mod shells;

use jsonschema::Validator;
use serde_json::Value;
use yaml_rust2::{Yaml, YamlLoader};

use crate::harness::repository;

/// A file of this repository.
fn file(path: &str) -> String {
    let path = repository().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// One YAML document as a value of JSON.
#[track_caller]
fn yaml(text: &str) -> Value {
    fn value(yaml: &Yaml) -> Value {
        match yaml {
            Yaml::String(it) => it.clone().into(),
            Yaml::Integer(it) => (*it).into(),
            Yaml::Boolean(it) => (*it).into(),
            Yaml::Array(all) => all.iter().map(value).collect(),
            Yaml::Hash(all) => {
                let key = |it: &Yaml| it.as_str().expect("a key is a text").to_owned();
                all.iter().map(|(name, it)| (key(name), value(it))).collect()
            }
            Yaml::Null => Value::Null,
            other => panic!("not expected: {other:?}"),
        }
    }
    let documents = YamlLoader::load_from_str(text).unwrap_or_else(|it| panic!("{it}\n{text}"));
    assert_eq!(documents.len(), 1, "one document: {text}");
    value(&documents[0])
}

/// Holds a value against a schema.
#[track_caller]
fn assert_valid(value: &Value, schema: &str) {
    let schema: Value = serde_json::from_str(schema).expect("a schema is JSON");
    let schema: Validator = jsonschema::validator_for(&schema).expect("a schema");
    let wrong: Vec<_> =
        schema.iter_errors(value).map(|it| format!("{}: {it}", it.instance_path())).collect();
    assert!(wrong.is_empty(), "{}\n{value:#}", wrong.join("\n"));
}

/// The actions that the steps in a value use.
fn used(steps: &Value) -> Vec<&str> {
    let steps = steps.as_array().expect("steps");
    steps.iter().filter_map(|it| it["uses"].as_str()).collect()
}

/// Whether an action is pinned to a commit.
fn is_pinned(action: &str) -> bool {
    let commit = action.rsplit_once('@').map_or("", |(_, commit)| commit);
    commit.len() == 40 && commit.bytes().all(|it| it.is_ascii_hexdigit())
}
