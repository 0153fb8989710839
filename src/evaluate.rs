//! How much is found, and how much of it is right: precision and recall against
//! labelled texts.
//!
//! Two ways to count. *Strict*: same span, same type. *By characters*: for
//! recall, how many labelled characters were taken (as any type: the point is
//! that they are gone); for precision, how many taken characters were labelled
//! with that type. Intervals are from resampling whole documents. Reading gold
//! files is `gold`'s business, counting one document `count`'s.

mod count;
mod gold;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::document::Span;
use crate::entity::{EntityType, Finding};
use crate::error::Result;
use crate::format::text;
use crate::pipeline::Pipeline;
use count::{Claim, PerDocument, compare};

pub use count::Counts;
pub use gold::{Gold, Label, read};

/// Resamplings of the documents for the intervals.
const N_RESAMPLINGS: usize = 1000;

/// What is measured.
#[allow(missing_debug_implementations, reason = "a recognizer has no look")]
pub enum Subject<'a> {
    /// Everything: recognizers, and what resolving adds.
    Pipeline(&'a Pipeline),
    /// One recognizer by itself.
    Recognizer(&'a dyn crate::detect::Recognizer),
}

/// Figures of one type, from 0 to 1.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Figures {
    /// The counts they come from.
    pub counts: Counts,
    /// Strict precision.
    pub precision: f64,
    /// Strict recall.
    pub recall: f64,
    /// Strict F1.
    pub f1: f64,
    /// 95 % interval of `f1`.
    pub f1_interval: (f64, f64),
    /// Strict F2: recall counts four times.
    pub f2: f64,
    /// Share of labelled characters taken: recall by characters.
    pub taken: f64,
    /// 95 % interval of `taken`.
    pub taken_interval: (f64, f64),
    /// Share of claimed characters that are right: precision by characters.
    pub right: f64,
    /// 95 % interval of `right`.
    pub right_interval: (f64, f64),
    /// Claims that touch nothing labelled so, in 1,000 words.
    pub false_per_1000_words: f64,
    /// F1 of `right` and `taken`.
    pub chars_f1: f64,
    /// F2 of `right` and `taken`.
    pub chars_f2: f64,
}

/// How much was taken of some documents, or of some spans.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Taken {
    /// Labelled spans that are personal data.
    pub spans: u64,
    /// Those of which every character was taken.
    pub whole: u64,
    /// Share of their characters that were taken, from 0 to 1.
    pub taken: f64,
    /// 95 % interval of `taken`.
    pub taken_interval: (f64, f64),
}

/// A group of documents: a genre, a layout, a language.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Group {
    /// Documents.
    pub documents: u64,
    /// Documents with at least one direct identifier not taken whole.
    pub documents_with_a_miss: u64,
    /// All direct identifiers.
    pub direct: Taken,
    /// Persons alone.
    pub persons: Taken,
}

/// What was measured.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Evaluation {
    /// Documents.
    pub documents: u64,
    /// Words, counted at spaces.
    pub words: u64,
    /// Documents with at least one direct identifier not taken whole.
    pub documents_with_a_miss: u64,
    /// Their share, from 0 to 1.
    pub miss: f64,
    /// 95 % interval of `miss`.
    pub miss_interval: (f64, f64),
    /// By type.
    pub types: BTreeMap<&'static str, Figures>,
    /// Over all types.
    pub all: Option<Figures>,
    /// By genre, layout, language (`layout=table`).
    pub groups: BTreeMap<String, Group>,
    /// Persons by origin of the name, where the labels tell it.
    pub origins: BTreeMap<String, Taken>,
    /// Labels of the gold that stand for no type here, and how often: left out.
    pub unknown_labels: BTreeMap<String, u64>,
}

/// Measures against labelled documents.
///
/// # Errors
/// If a recognizer fails.
pub fn evaluate(subject: &Subject<'_>, gold: &[Gold]) -> Result<Evaluation> {
    use rayon::prelude::*;
    let per_document: Vec<PerDocument> = gold
        .par_iter()
        .map(|gold| Ok(compare(gold, &claims(subject, gold)?)))
        .collect::<Result<_>>()?;
    Ok(Evaluation::new(gold, &per_document))
}

fn claims(subject: &Subject<'_>, gold: &Gold) -> Result<Vec<Claim>> {
    let (document, starts) = text::paragraphs(&gold.text);
    let found: Vec<(Span, EntityType)> = match subject {
        Subject::Pipeline(pipeline) => {
            let mentions = pipeline.examine(&document)?.mentions;
            mentions
                .into_iter()
                .map(|mention| (mention.span, mention.entity_type))
                .collect()
        }
        Subject::Recognizer(recognizer) => {
            let pair = |finding: Finding| (finding.span, finding.entity_type);
            recognizer
                .detect(&document)?
                .into_iter()
                .map(pair)
                .collect()
        }
    };
    let claim = |(span, entity_type): (Span, EntityType)| {
        let start = starts.get(span.segment())?;
        Some(Claim {
            range: start + span.start()..start + span.end(),
            entity_type,
        })
    };
    Ok(found.into_iter().filter_map(claim).collect())
}

impl Evaluation {
    fn new(gold: &[Gold], documents: &[PerDocument]) -> Self {
        let words = gold
            .iter()
            .map(|gold| to_u64(gold.text.split_whitespace().count()))
            .sum();
        let mut types = BTreeMap::new();
        for entity_type in EntityType::ALL {
            let counts: Vec<Counts> = documents
                .iter()
                .map(|document| document.of(*entity_type))
                .collect();
            let figures = figures(&counts, words);
            if figures.counts.gold + figures.counts.claimed > 0 {
                types.insert(entity_type.name(), figures);
            }
        }
        let mut unknown_labels = BTreeMap::new();
        for name in gold.iter().flat_map(|gold| &gold.unknown) {
            *unknown_labels.entry(name.clone()).or_insert(0) += 1;
        }
        let missed: Vec<Counts> = documents.iter().map(PerDocument::as_missed).collect();
        let all: Vec<Counts> = documents.iter().map(PerDocument::all).collect();
        Self {
            documents: to_u64(gold.len()),
            words,
            documents_with_a_miss: n_missed(documents.iter()),
            miss: sum(&missed).taken(),
            miss_interval: interval(&missed, Counts::taken),
            types,
            all: Some(figures(&all, words)),
            groups: groups(gold, documents),
            origins: origins(documents),
            unknown_labels,
        }
    }
}

fn n_missed<'a>(documents: impl Iterator<Item = &'a PerDocument>) -> u64 {
    to_u64(documents.filter(|document| document.miss).count())
}

fn groups(gold: &[Gold], documents: &[PerDocument]) -> BTreeMap<String, Group> {
    let mut members: BTreeMap<&str, Vec<&PerDocument>> = BTreeMap::new();
    for (gold, document) in gold.iter().zip(documents) {
        for group in &gold.groups {
            members.entry(group).or_default().push(document);
        }
    }
    let group = |documents: Vec<&PerDocument>| {
        let direct: Vec<Counts> = documents.iter().map(|known| known.direct()).collect();
        let persons: Vec<Counts> = documents
            .iter()
            .map(|known| known.of(EntityType::Person))
            .collect();
        Group {
            documents: to_u64(documents.len()),
            documents_with_a_miss: n_missed(documents.iter().copied()),
            direct: taken(&direct),
            persons: taken(&persons),
        }
    };
    members
        .into_iter()
        .map(|(name, documents)| (name.to_owned(), group(documents)))
        .collect()
}

fn origins(documents: &[PerDocument]) -> BTreeMap<String, Taken> {
    let mut names: Vec<&String> = documents
        .iter()
        .flat_map(|document| document.origins.keys())
        .collect();
    names.sort_unstable();
    names.dedup();
    let of = |name: &String| {
        let counts: Vec<Counts> = documents
            .iter()
            .filter_map(|document| document.origins.get(name).copied())
            .collect();
        taken(&counts)
    };
    names
        .into_iter()
        .map(|name| (name.clone(), of(name)))
        .collect()
}

fn taken(documents: &[Counts]) -> Taken {
    let counts = sum(documents);
    Taken {
        spans: counts.personal,
        whole: counts.whole,
        taken: counts.taken(),
        taken_interval: interval(documents, Counts::taken),
    }
}

fn figures(documents: &[Counts], words: u64) -> Figures {
    let counts = sum(documents);
    let (precision, recall) = (counts.precision(), counts.recall());
    let (taken, right) = (counts.taken(), counts.right());
    Figures {
        counts,
        precision,
        recall,
        f1: f_score(precision, recall, 1.0),
        f1_interval: interval(documents, |counts| {
            f_score(counts.precision(), counts.recall(), 1.0)
        }),
        f2: f_score(precision, recall, 2.0),
        taken,
        taken_interval: interval(documents, Counts::taken),
        right,
        right_interval: interval(documents, Counts::right),
        false_per_1000_words: 1000.0 * count::ratio(counts.wrong, words.max(1)),
        chars_f1: f_score(right, taken, 1.0),
        chars_f2: f_score(right, taken, 2.0),
    }
}

fn sum(documents: &[Counts]) -> Counts {
    documents
        .iter()
        .copied()
        .fold(Counts::default(), Counts::add)
}

/// The 95 % interval of a figure when the documents are drawn anew, the same
/// way at every run.
fn interval(documents: &[Counts], figure: impl Fn(Counts) -> f64) -> (f64, f64) {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut draw = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % to_u64(documents.len().max(1))).unwrap_or(0)
    };
    let mut values: Vec<f64> = (0..N_RESAMPLINGS)
        .map(|_| {
            let drawn = (0..documents.len()).filter_map(|_| documents.get(draw()).copied());
            figure(drawn.fold(Counts::default(), Counts::add))
        })
        .collect();
    values.sort_unstable_by(f64::total_cmp);
    let at = |share: usize| {
        values
            .get(N_RESAMPLINGS * share / 1000)
            .copied()
            .unwrap_or(0.0)
    };
    (at(25), at(975))
}

fn f_score(precision: f64, recall: f64, beta: f64) -> f64 {
    let bottom = beta * beta * precision + recall;
    if bottom > 0.0 {
        (1.0 + beta * beta) * precision * recall / bottom
    } else {
        0.0
    }
}

fn to_u64(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn documents() -> (Vec<Gold>, Vec<PerDocument>) {
        // Persons: a German name taken, a Turkish one missed; then a German one taken half.
        let lines = r#"{"layout":"table","text":"Max Çelik","spans":[[0,3,"PER","","full","german"],[4,9,"PER","","full","turkish"]]}
            {"layout":"prose","origin":"german","text":"Erika lebt","spans":[[0,5,"PER"],[6,10,"WEIRD"]]}"#;
        let gold = read(lines.as_bytes()).unwrap();
        let claim = |range| Claim {
            range,
            entity_type: EntityType::Person,
        };
        let found = vec![
            compare(&gold[0], &[claim(0..3)]),
            compare(&gold[1], &[claim(1..5)]),
        ];
        (gold, found)
    }

    #[test]
    fn figures_by_type_group_and_origin() {
        let (gold, found) = documents();
        let evaluation = Evaluation::new(&gold, &found);
        assert_eq!(
            (evaluation.documents, evaluation.documents_with_a_miss),
            (2, 2)
        );
        assert!((evaluation.miss - 1.0).abs() < 1e-9);
        let person = evaluation.types["PERSON"];
        assert!((person.precision - 0.5).abs() < 1e-9 && (person.recall - 1.0 / 3.0).abs() < 1e-9);
        // 3 + 6 + 5 bytes are labelled ("Ç" has two), 3 + 4 of them taken; 7 claimed, 7 right.
        assert!((person.taken - 7.0 / 14.0).abs() < 1e-9 && (person.right - 1.0).abs() < 1e-9);
        assert!(person.false_per_1000_words.abs() < 1e-9);
        assert!((person.chars_f1 - 2.0 / 3.0).abs() < 1e-9);
        assert!((person.chars_f2 - 5.0 * 0.5 / (4.0 + 0.5)).abs() < 1e-9);
        let table = evaluation.groups["layout=table"];
        assert_eq!(
            (table.documents, table.persons.spans, table.persons.whole),
            (1, 2, 1)
        );
        let german = evaluation.origins["german"];
        assert_eq!((german.spans, german.whole), (2, 1));
        assert!((german.taken - 7.0 / 8.0).abs() < 1e-9);
        assert!(evaluation.origins["turkish"].taken.abs() < 1e-9);
        assert_eq!(evaluation.unknown_labels["WEIRD"], 1);
    }

    #[test]
    fn an_interval_holds_its_figure() {
        let counts = |taken_chars| Counts {
            gold_chars: 10,
            taken_chars,
            ..Counts::default()
        };
        let documents: Vec<Counts> = (0..50).map(|n| counts(5 + n % 6)).collect();
        let (low, high) = interval(&documents, Counts::taken);
        assert!(
            low < 0.75 && 0.75 < high && high - low < 0.2,
            "{low} {high}"
        );
        let (low, high) = interval(&[counts(7); 20], Counts::taken);
        assert!((high - low).abs() < 1e-9, "no spread, no interval");
    }
}
