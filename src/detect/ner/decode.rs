//! Token probabilities to spans of words.
//!
//! A word is a run of letters, digits and combining marks, or any other single
//! visible character. Its probabilities are the mean over all tokens that touch
//! it, in every window it stands in.

use std::ops::Range;

use super::labels::Kind;
use super::window::Line;
use crate::entity::EntityType;

/// The words of one line, with what the model said of them so far.
pub(super) struct Read<'d> {
    segment: usize,
    start: usize,
    text: &'d str,
    words: Vec<Word>,
    /// `words × labels` sums of probabilities.
    sums: Vec<f32>,
    n_labels: usize,
    /// Which bytes some token stood for.
    seen: Vec<bool>,
}

struct Word {
    range: Range<usize>,
    /// Tokens that touched it.
    n: u16,
}

/// A name.
pub(super) struct Found {
    pub(super) segment: usize,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) entity_type: EntityType,
    pub(super) score: f32,
}

impl<'d> Read<'d> {
    pub(super) fn new(line: &Line<'d>, n_labels: usize) -> Self {
        let word = |range| Word { range, n: 0 };
        let words: Vec<Word> = words(line.text).into_iter().map(word).collect();
        Self {
            segment: line.segment,
            start: line.start,
            text: line.text,
            sums: vec![0.0; words.len() * n_labels],
            words,
            n_labels,
            seen: vec![false; line.text.len()],
        }
    }

    /// The segment that the line belongs to.
    pub(super) const fn segment(&self) -> usize {
        self.segment
    }

    /// Adds the probabilities of one token that stands for some bytes.
    pub(super) fn add(&mut self, range: &Range<usize>, row: &[f32]) {
        if let Some(seen) = self.seen.get_mut(range.clone()) {
            seen.fill(true);
        }
        let first = self
            .words
            .partition_point(|word| word.range.end <= range.start);
        let touched = self
            .words
            .iter_mut()
            .zip(self.sums.chunks_mut(self.n_labels))
            .skip(first)
            .take_while(|(word, _)| word.range.start < range.end);
        for (word, sums) in touched {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += value;
            }
            word.n = word.n.saturating_add(1);
        }
    }

    /// Whether some token stood for every letter and every digit.
    pub(super) fn is_covered(&self) -> bool {
        let mut chars = self.text.char_indices();
        chars.all(|(at, c)| {
            let seen = || self.seen.get(at..at + c.len_utf8());
            !c.is_alphanumeric() || seen().is_some_and(|seen| seen.iter().all(|byte| *byte))
        })
    }

    /// The names: runs of words of one type.
    pub(super) fn names(&self, kinds: &[Kind], found: &mut Vec<Found>) {
        let mut open: Option<(Found, u16)> = None;
        let words = self.words.iter().zip(self.sums.chunks(self.n_labels));
        // Characters that the tokenizer drops (direction marks) are no words.
        for (word, sums) in words.filter(|(word, _)| word.n > 0) {
            let mean = |label: &usize| {
                let sum = sums.get(*label);
                sum.map_or(0.0, |sum| sum / f32::from(word.n))
            };
            let mean = |labels: &[usize]| labels.iter().map(mean).sum::<f32>();
            let Some((kind, score)) = best(mean, kinds) else {
                close(&mut open, found);
                continue;
            };
            let continues = mean(&kind.inside) >= mean(&kind.begin);
            match &mut open {
                Some((name, n)) if continues && name.entity_type == kind.entity_type => {
                    name.end = self.start + word.range.end;
                    name.score += score;
                    *n = n.saturating_add(1);
                }
                _ => {
                    close(&mut open, found);
                    let name = Found {
                        segment: self.segment,
                        start: self.start + word.range.start,
                        end: self.start + word.range.end,
                        entity_type: kind.entity_type,
                        score,
                    };
                    open = Some((name, 1));
                }
            }
        }
        close(&mut open, found);
    }
}

fn close(open: &mut Option<(Found, u16)>, found: &mut Vec<Found>) {
    if let Some((mut name, n)) = open.take() {
        name.score /= f32::from(n);
        found.push(name);
    }
}

/// The likeliest type of a word, if it is likely enough.
fn best(mean: impl Fn(&[usize]) -> f32, kinds: &[Kind]) -> Option<(&Kind, f32)> {
    let mut best: Option<(&Kind, f32)> = None;
    for kind in kinds {
        let score = mean(&kind.begin) + mean(&kind.inside);
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
