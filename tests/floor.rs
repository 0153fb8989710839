//! Recall may not fall and false alarms may not rise: the whole program against
//! `samples/floor/*.jsonl`, documents that no model was trained on. The numbers
//! stand in `samples/labels/floor.toml`.

#![cfg(feature = "embedded-model")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use deckname::detect::{self, ner::Ner};
use deckname::evaluate::{self, Evaluation, Gold, Subject};
use deckname::format::ReadOptions;
use deckname::pipeline::Pipeline;
use deckname::policy::Policy;
use serde::Deserialize;

/// Fewer documents than this and the floors stand on nothing.
const FEWEST_DOCUMENTS: usize = 50;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Floors {
    /// Type → least share of labelled characters taken.
    types: BTreeMap<String, f64>,
    /// `layout=table` → least share of a person's characters taken.
    persons: BTreeMap<String, f64>,
    /// Type → least share of claimed characters that are right.
    right: BTreeMap<String, f64>,
    /// Most claims in the documents that hold no personal data.
    false_alarms: u64,
}

#[test]
fn recall_and_false_alarms_keep_their_floors() {
    let floors: Floors =
        toml::from_str(&std::fs::read_to_string(root().join("samples/labels/floor.toml")).unwrap())
            .unwrap();
    let gold = gold();
    assert!(gold.len() >= FEWEST_DOCUMENTS, "{} documents", gold.len());
    let mut recognizers = detect::standard().unwrap();
    recognizers.push(Box::new(Ner::embedded().unwrap()));
    let pipeline = Pipeline::new(recognizers, Policy::default(), ReadOptions::default());
    let measure = |gold: &[Gold]| evaluate::evaluate(&Subject::Pipeline(&pipeline), gold).unwrap();
    let mut faults = Vec::new();
    let mut judge = |what: String, value: f64, least: f64| {
        println!("{what}: {value:.4} (at least {least})");
        if value < least {
            faults.push(format!("{what}: {value:.4} is under {least}"));
        }
    };
    let all = measure(&gold);
    for (name, least) in &floors.types {
        judge(format!("{name} taken"), taken(&all, name), *least);
    }
    for (name, least) in &floors.right {
        let right = all.types.get(name.as_str()).expect("a known type").right;
        judge(format!("{name} right"), right, *least);
    }
    for (group, least) in &floors.persons {
        let part = of_group(&gold, group);
        assert!(!part.is_empty(), "no document is of {group}");
        judge(
            format!("PERSON taken, {group}"),
            taken(&measure(&part), "PERSON"),
            *least,
        );
    }
    let harmless = measure(&of_group(&gold, "origin=none"));
    let claims: u64 = harmless
        .types
        .values()
        .map(|figures| figures.counts.claimed)
        .sum();
    println!(
        "false alarms: {claims} (at most {}) in {} words",
        floors.false_alarms, harmless.words
    );
    if claims > floors.false_alarms {
        faults.push(format!(
            "{claims} false alarms, more than {}",
            floors.false_alarms
        ));
    }
    assert!(harmless.words >= 150, "too few harmless words to count");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_layout_and_origin_has_its_floor() {
    let floors: Floors =
        toml::from_str(&std::fs::read_to_string(root().join("samples/labels/floor.toml")).unwrap())
            .unwrap();
    for gold in gold() {
        for group in &gold.groups {
            let counted = group.starts_with("layout=") || group.starts_with("origin=");
            let floored = group == "origin=none" || floors.persons.contains_key(group);
            assert!(!counted || floored, "no floor for {group}");
        }
    }
}

fn taken(evaluation: &Evaluation, name: &str) -> f64 {
    evaluation.types.get(name).expect("a labelled type").taken
}

fn of_group(gold: &[Gold], group: &str) -> Vec<Gold> {
    gold.iter()
        .filter(|gold| gold.groups.iter().any(|known| known == group))
        .cloned()
        .collect()
}

fn gold() -> Vec<Gold> {
    ["de", "en"]
        .iter()
        .flat_map(|lang| {
            let path = root().join(format!("samples/floor/{lang}.jsonl"));
            evaluate::read(&std::fs::read(path).unwrap()).unwrap()
        })
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}
