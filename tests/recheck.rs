//! What the recognizers find in a copy that they did not find in the original
//! is reported by place.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use deckname::detect::Recognizer;
use deckname::document::Document;
use deckname::entity::{EntityType, Finding, Score};
use deckname::error::Result;
use deckname::format::ReadOptions;
use deckname::mapping::seal::{self, BatchKey};
use deckname::mapping::store::Store;
use deckname::pipeline::Pipeline;
use deckname::policy::Policy;
use deckname::pseudonym::Pseudonyms;
use deckname::token::Language;

/// Knows one name at once, and another one only beside a token.
struct SecondSight;

impl Recognizer for SecondSight {
    fn name(&self) -> &'static str {
        "second sight"
    }

    fn entity_types(&self) -> Vec<EntityType> {
        vec![EntityType::Person]
    }

    fn detect(&self, document: &Document) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        for (index, segment) in document.segments().iter().enumerate() {
            let text = segment.text();
            let names: &[&str] = if text.contains("[PERSON_") {
                &["Quarzhold"]
            } else {
                &["Wüstenbergk"]
            };
            for name in names {
                for (at, _) in text.match_indices(name) {
                    findings.push(Finding {
                        span: document.span(index, at, at + name.len()).unwrap(),
                        entity_type: EntityType::Person,
                        score: Score::new(1.0),
                        recognizer: "second sight",
                    });
                }
            }
        }
        Ok(findings)
    }
}

fn residual(text: &str) -> Vec<EntityType> {
    let folder = tempfile::tempdir().unwrap();
    seal::create(folder.path()).unwrap();
    let key = BatchKey::open(folder.path()).unwrap();
    let mut store = Store::open(&folder.path().join("m"), key.fingerprint(), key.public_id());
    let mut pseudonyms = Pseudonyms {
        key: &key,
        store: store.as_mut().unwrap(),
        domain: "d",
        language: Language::De,
    };
    let policy = Policy::parse("version = 1").unwrap();
    let pipeline = Pipeline::new(vec![Box::new(SecondSight)], policy, ReadOptions::default());
    let scan = pipeline
        .scan(text.as_bytes().to_vec(), "brief.txt")
        .unwrap();
    let scope = key.blind("scope", &[b"x"]);
    let plan = pipeline.plan(&scan, &mut pseudonyms, scope).unwrap();
    let applied = pipeline.apply(&scan, &plan, "").unwrap();
    let kinds = applied.residual.iter();
    kinds.map(|(entity_type, _)| *entity_type).collect()
}

#[test]
fn what_the_copy_still_shows_is_reported() {
    let text = "Frau Wüstenbergk traf Quarzhold am Abend.\n\nQuarzhold ging allein.\n";
    assert_eq!(residual(text), [EntityType::Person]);
}

#[test]
fn a_stand_in_is_no_leftover() {
    assert!(residual("Frau Wüstenbergk kam am Abend.\n").is_empty());
    assert!(residual("Niemand kam.\n").is_empty());
}
