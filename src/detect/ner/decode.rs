//! Token probabilities to spans of words.
//!
//! A word is a run of letters, digits and combining marks, or any other single
//! visible character. Its probabilities are the mean over all tokens that touch
//! it, in every window it stands in.

use std::ops::Range;

use super::model::{Kind, Manifest};
use super::window::Window;
use crate::document::Document;
use crate::entity::EntityType;
use crate::error::{Error, ErrorKind, Result};

/// The words of a document with what the model said of them.
pub(super) struct Words {
    n_labels: usize,
    segments: Vec<Vec<Word>>,
}

struct Word {
    range: Range<usize>,
    sums: Vec<f32>,
    n: u16,
    /// Whether it is the first of its line: no name crosses a line.
    first: bool,
}

/// A name.
pub(super) struct Found {
    pub(super) segment: usize,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) entity_type: EntityType,
    pub(super) score: f32,
}

impl Words {
    pub(super) fn new(document: &Document, n_labels: usize) -> Self {
        let split = |text: &str| {
            let mut end = 0;
            let word = |range: Range<usize>| {
                let gap = text.get(end..range.start).unwrap_or_default();
                end = range.end;
                Word {
                    range,
                    sums: Vec::new(),
                    n: 0,
                    first: gap.contains('\n'),
                }
            };
            words(text).into_iter().map(word).collect()
        };
        Self {
            n_labels,
            segments: document
                .segments()
                .iter()
                .map(|segment| split(segment.text()))
                .collect(),
        }
    }

    /// Adds what one window said.
    pub(super) fn add(&mut self, window: &Window, probabilities: &[f32]) {
        for (place, row) in window
            .places
            .iter()
            .zip(probabilities.chunks(self.n_labels))
        {
            let Some((segment, range)) = place else {
                continue;
            };
            let Some(words) = self.segments.get_mut(*segment) else {
                continue;
            };
            let first = words.partition_point(|word| word.range.end <= range.start);
            for word in words
                .iter_mut()
                .skip(first)
                .take_while(|word| word.range.start < range.end)
            {
                word.sums.resize(self.n_labels, 0.0);
                for (sum, value) in word.sums.iter_mut().zip(row) {
                    *sum += value;
                }
                word.n = word.n.saturating_add(1);
            }
        }
    }

    /// No word with a letter may have stayed unseen.
    pub(super) fn check_coverage(&self, document: &Document) -> Result<()> {
        for (segment, words) in document.segments().iter().zip(&self.segments) {
            for word in words.iter().filter(|word| word.n == 0) {
                let text = segment.text().get(word.range.clone()).unwrap_or_default();
                if text.contains(char::is_alphabetic) {
                    return Err(Error::new(
                        ErrorKind::NotExamined,
                        "the NER model has no tokens for some characters here",
                    )
                    .at(segment.location()));
                }
            }
        }
        Ok(())
    }

    /// The names: runs of words of one type.
    pub(super) fn spans(&self, manifest: &Manifest) -> Vec<Found> {
        let kinds = manifest.kinds().unwrap_or_default();
        let mut found = Vec::new();
        for (segment, words) in self.segments.iter().enumerate() {
            let mut open: Option<(Found, u16)> = None;
            // Characters that the tokenizer drops (direction marks) are no words.
            for word in words.iter().filter(|word| word.n > 0) {
                let Some((kind, score)) = best(word, &kinds) else {
                    close(&mut open, &mut found);
                    continue;
                };
                let continues = !word.first && word.at(kind.inside) >= word.at(kind.begin);
                match &mut open {
                    Some((span, n)) if continues && span.entity_type == kind.entity_type => {
                        span.end = word.range.end;
                        span.score += score;
                        *n = n.saturating_add(1);
                    }
                    _ => {
                        close(&mut open, &mut found);
                        let span = Found {
                            segment,
                            start: word.range.start,
                            end: word.range.end,
                            entity_type: kind.entity_type,
                            score,
                        };
                        open = Some((span, 1));
                    }
                }
            }
            close(&mut open, &mut found);
        }
        found
    }
}

impl Word {
    /// The mean probability of a label.
    fn at(&self, label: usize) -> f32 {
        self.sums
            .get(label)
            .map_or(0.0, |sum| sum / f32::from(self.n.max(1)))
    }
}

fn close(open: &mut Option<(Found, u16)>, found: &mut Vec<Found>) {
    if let Some((mut span, n)) = open.take() {
        span.score /= f32::from(n);
        found.push(span);
    }
}

/// The likeliest type of a word, if it is likely enough.
fn best<'a>(word: &Word, kinds: &'a [Kind]) -> Option<(&'a Kind, f32)> {
    let sum = |kind: &Kind| word.at(kind.begin) + word.at(kind.inside);
    let mut best: Option<(&Kind, f32)> = None;
    for kind in kinds {
        let score = sum(kind);
        if best.is_none_or(|(_, known)| score > known) {
            best = Some((kind, score));
        }
    }
    best.filter(|(kind, score)| *score >= kind.threshold)
        .map(|(kind, score)| (kind, rescaled(score, kind.threshold)))
}

/// A probability on the scale of all recognizers, where a claim counts from one
/// half on: the type's threshold becomes one half.
fn rescaled(score: f32, threshold: f32) -> f32 {
    let room = (1.0 - threshold).max(f32::EPSILON);
    0.5 + 0.5 * ((score - threshold) / room).clamp(0.0, 1.0)
}

/// Rows of logits to rows of probabilities.
pub(super) fn softmax(mut logits: Vec<f32>, n_labels: usize, temperature: f32) -> Vec<f32> {
    for row in logits.chunks_mut(n_labels) {
        let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let mut sum = 0.0;
        for value in row.iter_mut() {
            *value = ((*value - most) / temperature).exp();
            sum += *value;
        }
        for value in row {
            *value /= sum;
        }
    }
    logits
}

/// The words of a text as byte ranges.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let part = c.is_alphanumeric() || ('\u{300}'..='\u{36F}').contains(&c);
        match words.last_mut() {
            Some(last) if part && open => last.end = end,
            _ if c.is_whitespace() => {}
            _ => words.push(at..end),
        }
        open = part;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_runs_of_letters_or_single_signs() {
        let text = "Frau Müller-Lüd e\u{301}, 12.";
        let found: Vec<_> = words(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(
            found,
            ["Frau", "Müller", "-", "Lüd", "e\u{301}", ",", "12", "."]
        );
    }

    #[test]
    fn probabilities_sum_to_one() {
        let row = softmax(vec![1000.0, 1001.0, -5.0], 3, 2.0);
        assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!(row[1] > row[0]);
    }
}
