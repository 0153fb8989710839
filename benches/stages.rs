//! The stages one by one, over the samples: what reading, finding, planning,
//! and writing with checking cost.
//!
//! `cargo bench --bench stages`. Figures belong into `docs/measurements.md`,
//! as ratios: machines differ.

#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a bench may stop at any trouble"
)]

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use deckname::detect::{self, Recognizer};
use deckname::format::{self, ReadOptions};
use deckname::mapping::MappingStore;
use deckname::mapping::seal::{self, BatchKey};
use deckname::mapping::sqlite::SqliteStore;
use deckname::pipeline::{Pipeline, Scan};
use deckname::policy::Policy;
use deckname::pseudonym::Pseudonyms;
use deckname::token::Language;

struct Sample {
    name: String,
    bytes: Vec<u8>,
}

fn samples(extension: &str) -> Vec<Sample> {
    let mut samples = Vec::new();
    for entry in
        walkdir::WalkDir::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/documents"))
            .sort_by_file_name()
    {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().is_file() && name.ends_with(extension) {
            samples.push(Sample {
                bytes: std::fs::read(entry.path()).unwrap(),
                name,
            });
        }
    }
    assert!(!samples.is_empty(), "no sample ends in {extension}");
    samples
}

fn size(samples: &[Sample]) -> Throughput {
    Throughput::Bytes(
        samples
            .iter()
            .map(|sample| u64::try_from(sample.bytes.len()).unwrap())
            .sum(),
    )
}

fn rules() -> Pipeline {
    Pipeline::new(
        detect::standard().unwrap(),
        Policy::default(),
        ReadOptions::default(),
    )
}

fn stages(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    seal::create(folder.path()).unwrap();
    let key = BatchKey::open(folder.path()).unwrap();
    let mut store =
        SqliteStore::open(&folder.path().join("m"), key.fingerprint(), key.public_id()).unwrap();
    let scope = key.blind("scope", &[]);
    for extension in ["txt", "csv", "docx", "pdf"] {
        let samples = samples(extension);
        let pipeline = rules();
        let mut group = criterion.benchmark_group(extension);
        group.throughput(size(&samples));
        group.bench_function("open", |bencher| {
            bencher.iter(|| {
                for sample in &samples {
                    black_box(
                        format::open(sample.bytes.clone(), extension, &ReadOptions::default())
                            .unwrap(),
                    );
                }
            });
        });
        group.bench_function("scan with rules", |bencher| {
            bencher.iter(|| {
                for sample in &samples {
                    black_box(pipeline.scan(sample.bytes.clone(), &sample.name).unwrap());
                }
            });
        });
        let scans: Vec<Scan> = samples
            .iter()
            .map(|sample| pipeline.scan(sample.bytes.clone(), &sample.name).unwrap())
            .collect();
        let mut plan = |scan: &Scan| {
            let mut pseudonyms = Pseudonyms {
                key: &key,
                store: &mut store,
                domain: "bench",
                language: Language::De,
            };
            pipeline.plan(scan, &mut pseudonyms, scope).unwrap()
        };
        let plans: Vec<_> = scans.iter().map(&mut plan).collect();
        group.bench_function("plan again", |bencher| {
            bencher.iter(|| scans.iter().map(&mut plan).count());
        });
        store.commit().unwrap();
        group.bench_function("apply with checks", |bencher| {
            bencher.iter(|| {
                for (scan, plan) in scans.iter().zip(&plans) {
                    black_box(pipeline.apply(scan, plan, "").unwrap());
                }
            });
        });
        group.finish();
    }
}

fn recognizers(criterion: &mut Criterion) {
    let samples = samples("txt");
    let documents: Vec<_> = samples
        .iter()
        .map(|sample| format::open(sample.bytes.clone(), "txt", &ReadOptions::default()).unwrap())
        .collect();
    let mut group = criterion.benchmark_group("recognizers on text");
    group.throughput(size(&samples));
    let mut all: Vec<Box<dyn Recognizer>> = detect::standard().unwrap();
    if cfg!(feature = "embedded-model") {
        all.push(Box::new(detect::ner::Ner::embedded().unwrap()));
    }
    for recognizer in &all {
        group.bench_function(recognizer.name(), |bencher| {
            bencher.iter(|| {
                for document in &documents {
                    black_box(recognizer.detect(document.document()).unwrap());
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, stages, recognizers);
criterion_main!(benches);
