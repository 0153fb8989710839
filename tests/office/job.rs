//! The whole program over one file: a folder goes in, recognizers, plan, copy
//! and the check of the copy run as always, and the copy comes out. Only the
//! recognizer is one that knows which words to find.

use deckname::batch::{self, Deleted, Job, Limits, Mode, Scope};
use deckname::detect::Recognizer;
use deckname::document::Document;
use deckname::entity::{EntityType, Finding, Score};
use deckname::error::Result;
use deckname::format::ReadOptions;
use deckname::mapping::journal::Journal;
use deckname::mapping::seal::{self, BatchKey};
use deckname::mapping::sqlite::SqliteStore;
use deckname::pipeline::Pipeline;
use deckname::policy::Policy;
use deckname::progress::Silent;
use deckname::token::Language;

/// Claims every occurrence of some words.
struct Words(Vec<String>);

impl Recognizer for Words {
    fn name(&self) -> &'static str {
        "words"
    }

    fn entity_types(&self) -> Vec<EntityType> {
        vec![EntityType::UserName]
    }

    fn detect(&self, document: &Document) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        for (index, segment) in document.segments().iter().enumerate() {
            for word in &self.0 {
                for (at, _) in segment.text().match_indices(word.as_str()) {
                    findings.push(Finding {
                        span: document.span(index, at, at + word.len()).unwrap(),
                        entity_type: EntityType::UserName,
                        score: Score::new(1.0),
                        recognizer: "words",
                    });
                }
            }
        }
        Ok(findings)
    }
}

/// The copy of a file after a whole run that finds these words, or the report.
pub(crate) fn run(
    bytes: &[u8],
    extension: &str,
    words: &[String],
    options: ReadOptions,
) -> std::result::Result<Vec<u8>, String> {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("in")).unwrap();
    std::fs::write(at("in").join(format!("Akte.{extension}")), bytes).unwrap();
    seal::create(&at("keys")).unwrap();
    let key = BatchKey::open(&at("keys")).unwrap();
    std::fs::create_dir(at("store")).unwrap();
    let path = at("store").join("m.db");
    let mut store = SqliteStore::open(&path, key.fingerprint(), key.public_id()).unwrap();
    let recognizers: Vec<Box<dyn Recognizer>> = vec![Box::new(Words(words.to_vec()))];
    let pipeline = Pipeline::new(recognizers, Policy::default(), options);
    let job = Job {
        pipeline: &pipeline,
        key: &key,
        input: &at("in"),
        output: &at("out"),
        domain: "test",
        language: Language::De,
        scope: Scope::Document,
        limits: Limits {
            n_jobs: 1,
            memory: 1 << 30,
            max_file_size: 1 << 30,
        },
        mode: Mode::Run,
        thorough: false,
        deleted: Deleted::Keep,
        settings: [0; 16],
        isolation: None,
    };
    let mut journal = Journal::open(&at("store").join("m.journal")).unwrap();
    let (_, mut files) = batch::run(&job, &mut store, &mut journal, &Silent).unwrap();
    let report = files.all().unwrap();
    let copy = std::fs::read(at("out").join(format!("Akte.{extension}")));
    copy.map_err(|_| format!("{report:?}"))
}
