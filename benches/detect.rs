//! What the recognizers without a model cost, one by one and together, over prose
//! and over a table with an identifier in every field; and a word list of a
//! hundred thousand entries.
//!
//! `cargo bench --bench detect`. The texts are made here, always the same.

#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a bench may stop at any trouble"
)]

use std::fmt::Write;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use deckname::detect;
use deckname::detect::dictionary::{Dictionary, Matching};
use deckname::document::{Document, Location, Segment, SegmentKind};
use deckname::entity::EntityType;

/// Sentences as minutes and decisions have them; hardly anything to find.
const PROSE: &str = "Der Ausschuss hat die Vorlage in seiner letzten Sitzung beraten und \
    empfiehlt dem Plenum die Annahme in der geänderten Fassung. Nach § 35 Abs. 1 SGB X ist ein \
    schriftlicher Verwaltungsakt mit einer Begründung zu versehen; davon kann abgesehen werden, \
    soweit die Behörde einem Antrag entspricht. Die Kosten betragen 1.234,56 EUR und werden im \
    Haushaltsjahr 2024 veranschlagt. Herr Quast erläutert, dass die Straße saniert wird.\n";

fn prose() -> String {
    PROSE.repeat(4000)
}

fn dense() -> String {
    let mut text = String::from(
        "Kundennummer;Name;Straße;PLZ;Ort;Geburtsdatum;Telefon;E-Mail;IBAN;Kennzeichen\n",
    );
    for n in 0..10_000_u32 {
        let (a, b, c) = (n * 7 % 90_000 + 10_000, n * 13 % 28 + 1, n * 17 % 12 + 1);
        writeln!(
            text,
            "K-{a};Quast, Anna;Lindenstraße {b};{a};Wiesbaden;{b:02}.{c:02}.19{};0611/{a}{b};\
             anna.quast{n}@post.example;DE89370400440532013000;WI-AB {b}{c}",
            n % 60 + 30
        )
        .unwrap();
    }
    text
}

fn document(text: &str) -> Document {
    let mut document = Document::new();
    document.push(Segment::new(
        SegmentKind::Paragraph,
        text,
        Location::new("body"),
    ));
    document
}

fn recognizers(criterion: &mut Criterion) {
    let standard = detect::standard().unwrap();
    for (name, text) in [("prose", prose()), ("dense", dense())] {
        let document = document(&text);
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Bytes(u64::try_from(text.len()).unwrap()));
        group.sample_size(10);
        for recognizer in &standard {
            group.bench_function(recognizer.name(), |bench| {
                bench.iter(|| recognizer.detect(black_box(&document)).unwrap());
            });
        }
        group.bench_function("all", |bench| {
            bench.iter(|| {
                for recognizer in &standard {
                    black_box(recognizer.detect(black_box(&document)).unwrap());
                }
            });
        });
        group.finish();
    }
}

fn lists(criterion: &mut Criterion) {
    let text = prose();
    let document = document(&text);
    let mut group = criterion.benchmark_group("lists");
    group.throughput(Throughput::Bytes(u64::try_from(text.len()).unwrap()));
    group.sample_size(10);
    for n in [100_u32, 100_000] {
        let entries = (0..n).map(|n| format!("Eintrag{n} Muster{}", n % 97));
        let list = Dictionary::new(entries, EntityType::ListEntry, Matching::Tolerant).unwrap();
        group.bench_function(format!("{n} entries"), |bench| {
            bench.iter(|| list.spans(black_box(&document)));
        });
    }
    group.finish();
}

criterion_group!(benches, recognizers, lists);
criterion_main!(benches);
