//! How much is found, and how much of it is right: precision and recall against
//! labelled texts.
//!
//! Two ways to count. *Strict*: same span, same type. *By characters*: for
//! recall, how many labelled characters were taken (as any type: the point is
//! that they are gone); for precision, how many taken characters were labelled
//! with that type. Intervals are from resampling whole documents.

mod gold;

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;

use crate::document::Span;
use crate::entity::{EntityType, Finding, IdentifierClass};
use crate::error::Result;
use crate::format::text;
use crate::pipeline::Pipeline;

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

/// Counts of one type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Labelled spans, public bodies and the like included.
    pub gold: u64,
    /// Labelled spans that are personal data.
    pub personal: u64,
    /// Claimed spans.
    pub claimed: u64,
    /// Claimed spans that are labelled just so.
    pub strict: u64,
    /// Personal spans of which every character was taken.
    pub whole: u64,
    /// Characters of personal spans.
    pub gold_chars: u64,
    /// Characters of personal spans that were taken, as any type.
    pub taken_chars: u64,
    /// Claimed characters.
    pub claimed_chars: u64,
    /// Claimed characters that are labelled with this type.
    pub right_chars: u64,
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
    /// Strict F2: recall counts four times.
    pub f2: f64,
    /// Share of labelled characters taken.
    pub taken: f64,
    /// 95 % interval of `taken`.
    pub taken_interval: (f64, f64),
    /// Share of claimed characters that are right.
    pub right: f64,
    /// 95 % interval of `right`.
    pub right_interval: (f64, f64),
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
    /// By type.
    pub types: BTreeMap<&'static str, Figures>,
    /// Over all types.
    pub all: Option<Figures>,
    /// Characters taken of direct identifiers, by group (`layout=table`).
    pub groups: BTreeMap<String, f64>,
}

/// Counts of one document.
#[derive(Clone, Debug, Default)]
struct PerDocument {
    types: BTreeMap<EntityType, Counts>,
    miss: bool,
}

/// A claimed span in bytes of the whole text.
struct Claim {
    range: Range<usize>,
    entity_type: EntityType,
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
    let mut evaluation = Evaluation {
        documents: to_u64(gold.len()),
        words: gold
            .iter()
            .map(|gold| to_u64(gold.text.split_whitespace().count()))
            .sum(),
        documents_with_a_miss: to_u64(per_document.iter().filter(|document| document.miss).count()),
        ..Evaluation::default()
    };
    for entity_type in EntityType::ALL {
        let one =
            |document: &PerDocument| document.types.get(entity_type).copied().unwrap_or_default();
        let counts: Vec<Counts> = per_document.iter().map(one).collect();
        let figures = figures(&counts);
        if figures.counts.gold + figures.counts.claimed > 0 {
            evaluation.types.insert(entity_type.name(), figures);
        }
    }
    let sum = |document: &PerDocument| {
        document
            .types
            .values()
            .copied()
            .fold(Counts::default(), Counts::add)
    };
    evaluation.all = Some(figures(&per_document.iter().map(sum).collect::<Vec<_>>()));
    evaluation.groups = groups(gold, &per_document);
    Ok(evaluation)
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

/// Counts one document: which characters are labelled, which were taken.
fn compare(gold: &Gold, claims: &[Claim]) -> PerDocument {
    let mut document = PerDocument::default();
    let mut taken = vec![false; gold.text.len()];
    for claim in claims {
        fill(&mut taken, &claim.range);
    }
    for label in &gold.labels {
        let counts = document.types.entry(label.entity_type).or_default();
        counts.gold += 1;
        if !label.personal {
            continue;
        }
        let got = count(&taken, &label.range);
        let whole = got == label.range.len();
        counts.personal += 1;
        counts.gold_chars += to_u64(label.range.len());
        counts.taken_chars += to_u64(got);
        counts.whole += u64::from(whole);
        document.miss |= !whole && label.entity_type.class() == IdentifierClass::Direct;
    }
    for claim in claims
        .iter()
        .filter(|claim| gold.is_judged(claim.entity_type))
    {
        let mut right = vec![false; gold.text.len()];
        let mut strict = false;
        for label in gold
            .labels
            .iter()
            .filter(|label| alike(label.entity_type, claim.entity_type))
        {
            fill(&mut right, &label.range);
            strict |= label.range == claim.range && label.entity_type == claim.entity_type;
        }
        let counts = document.types.entry(claim.entity_type).or_default();
        counts.claimed += 1;
        counts.strict += u64::from(strict);
        counts.claimed_chars += to_u64(claim.range.len());
        counts.right_chars += to_u64(count(&right, &claim.range));
    }
    document
}

/// Types that corpora draw the line between in other places.
fn alike(a: EntityType, b: EntityType) -> bool {
    use EntityType::{City, Location, PlaceOfBirth};
    let place = |known| matches!(known, City | Location | PlaceOfBirth);
    a == b || (place(a) && place(b))
}

fn fill(marks: &mut [bool], range: &Range<usize>) {
    if let Some(marks) = marks.get_mut(range.clone()) {
        marks.fill(true);
    }
}

fn count(marks: &[bool], range: &Range<usize>) -> usize {
    marks
        .get(range.clone())
        .map_or(0, |marks| marks.iter().filter(|mark| **mark).count())
}

impl Counts {
    const fn add(self, other: Self) -> Self {
        Self {
            gold: self.gold + other.gold,
            personal: self.personal + other.personal,
            claimed: self.claimed + other.claimed,
            strict: self.strict + other.strict,
            whole: self.whole + other.whole,
            gold_chars: self.gold_chars + other.gold_chars,
            taken_chars: self.taken_chars + other.taken_chars,
            claimed_chars: self.claimed_chars + other.claimed_chars,
            right_chars: self.right_chars + other.right_chars,
        }
    }

    fn taken(self) -> f64 {
        ratio(self.taken_chars, self.gold_chars)
    }

    fn right(self) -> f64 {
        ratio(self.right_chars, self.claimed_chars)
    }
}

fn figures(documents: &[Counts]) -> Figures {
    let counts = documents
        .iter()
        .copied()
        .fold(Counts::default(), Counts::add);
    let precision = ratio(counts.strict, counts.claimed);
    let recall = ratio(counts.strict, counts.gold);
    Figures {
        counts,
        precision,
        recall,
        f1: f_score(precision, recall, 1.0),
        f2: f_score(precision, recall, 2.0),
        taken: counts.taken(),
        taken_interval: interval(documents, Counts::taken),
        right: counts.right(),
        right_interval: interval(documents, Counts::right),
    }
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

fn groups(gold: &[Gold], documents: &[PerDocument]) -> BTreeMap<String, f64> {
    let mut sums: BTreeMap<String, Counts> = BTreeMap::new();
    for (gold, document) in gold.iter().zip(documents) {
        let direct = document
            .types
            .iter()
            .filter(|(known, _)| known.class() == IdentifierClass::Direct);
        let counts = direct.fold(Counts::default(), |sum, (_, counts)| sum.add(*counts));
        for group in &gold.groups {
            let sum = sums.entry(group.clone()).or_default();
            *sum = sum.add(counts);
        }
    }
    sums.into_iter()
        .map(|(group, counts)| (group, counts.taken()))
        .collect()
}

fn f_score(precision: f64, recall: f64, beta: f64) -> f64 {
    let bottom = beta * beta * precision + recall;
    if bottom > 0.0 {
        (1.0 + beta * beta) * precision * recall / bottom
    } else {
        0.0
    }
}

#[allow(
    clippy::as_conversions,
    reason = "counts of characters are far below 2^52"
)]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

fn to_u64(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gold() -> Gold {
        let line = r#"{"id":"x","layout":"letter","text":"Für Erika Muster und Jürgen","spans":[[4,16,"PER"],[21,27,"PER"]]}"#;
        read(line.as_bytes()).unwrap().remove(0)
    }

    fn claim(range: Range<usize>) -> Claim {
        Claim {
            range,
            entity_type: EntityType::Person,
        }
    }

    #[test]
    fn counts_are_by_span_and_by_character() {
        let gold = gold();
        // Bytes: "Für " is 5 long, "Jürgen" 7.
        let found = compare(&gold, &[claim(5..17), claim(18..21)]);
        let counts = found.types[&EntityType::Person];
        assert_eq!(
            (counts.gold, counts.claimed, counts.strict, counts.whole),
            (2, 2, 1, 1)
        );
        assert_eq!((counts.gold_chars, counts.taken_chars), (19, 12));
        assert_eq!((counts.claimed_chars, counts.right_chars), (15, 12));
        assert!(found.miss);
        let figures = figures(&[counts]);
        assert!((figures.f1 - 0.5).abs() < 1e-9);
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
    }
}
