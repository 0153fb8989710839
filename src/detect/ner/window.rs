//! Windows of model tokens over the lines of a document.
//!
//! Neighboring lines share a window, so that the model sees context; a line
//! that is too long is cut between words, and the next part repeats the end of
//! the one before. A cell or a form field stands as `label: value`; the label
//! is context and belongs to no segment. Lines come one by one and full windows
//! are handed on at once, so a long document needs no more memory than a short
//! one.

use std::ops::Range;

use super::model::Manifest;
use super::tokenizer::Piece;
use crate::document::{Document, Segment, SegmentKind};

/// Tokens that two parts of one long line share.
const OVERLAP: usize = 32;
/// Characters without a space after which a "word" is cut: nothing that long is
/// a name, and the tokenizer's time grows with the word.
const MAX_WORD: usize = 400;
/// Characters after which a line is cut at the next space, so that its words
/// need not all be held at once: some 15 pages.
const MAX_LINE: usize = 40_000;
/// Characters of a label that are shown to the model.
const MAX_LABEL: usize = 60;

/// What the model sees at once.
#[derive(Default)]
pub(super) struct Window {
    /// Tokens, special ones included.
    pub(super) ids: Vec<u32>,
    /// What each token stands for: the number of a line, and bytes of that line.
    pub(super) places: Vec<Option<(usize, Range<usize>)>>,
}

/// One line of a segment.
pub(super) struct Line<'d> {
    /// The segment's index.
    pub(super) segment: usize,
    /// Where in the segment the line starts, in bytes.
    pub(super) start: usize,
    /// The line.
    pub(super) text: &'d str,
    /// What stands in front of it for the model: `Name: `.
    label: String,
}

impl Window {
    fn special(&mut self, id: u32) {
        self.ids.push(id);
        self.places.push(None);
    }
}

impl Line<'_> {
    /// The line with its label, as the model reads it.
    pub(super) fn shown(&self) -> String {
        format!("{}{}", self.label, self.text)
    }
}

/// Fills windows with lines.
pub(super) struct Packer {
    limit: usize,
    bos: u32,
    eos: u32,
    open: Window,
    full: Vec<Window>,
}

impl Packer {
    pub(super) fn new(manifest: &Manifest) -> Self {
        Self {
            limit: manifest.max_pieces,
            bos: manifest.bos_id,
            eos: manifest.eos_id,
            open: Window::default(),
            full: Vec::new(),
        }
    }

    /// Adds the tokens of a line; `number` stands for it in the windows.
    pub(super) fn add(
        &mut self,
        number: usize,
        line: &Line<'_>,
        shown: &str,
        mut tokens: &[Piece],
    ) {
        while !tokens.is_empty() {
            if self.open.ids.is_empty() {
                self.open.special(self.bos);
            }
            if self.open.ids.len() + tokens.len() < self.limit {
                self.push(number, line, tokens);
                return;
            }
            if self.open.ids.len() > 1 {
                self.close();
                continue;
            }
            let cut = cut(shown, tokens, self.limit - 2);
            let (now, _) = tokens.split_at(cut.min(tokens.len()));
            self.push(number, line, now);
            self.close();
            tokens = tokens
                .get(cut.saturating_sub(OVERLAP.min(cut / 2))..)
                .unwrap_or_default();
        }
    }

    fn push(&mut self, number: usize, line: &Line<'_>, tokens: &[Piece]) {
        let label = line.label.len();
        for (id, range) in tokens {
            // A token that reaches into the label keeps only what is value.
            let value = range.start.max(label)..range.end.max(label);
            let place = (!value.is_empty()).then(|| value.start - label..value.end - label);
            self.open.ids.push(*id);
            self.open.places.push(place.map(|place| (number, place)));
        }
        self.open.special(self.eos);
    }

    fn close(&mut self) {
        self.full.push(std::mem::take(&mut self.open));
    }

    /// How many windows are full.
    pub(super) const fn n_full(&self) -> usize {
        self.full.len()
    }

    /// The windows that are full.
    pub(super) fn take_full(&mut self) -> Vec<Window> {
        std::mem::take(&mut self.full)
    }

    /// The first line of the window that is not full yet.
    pub(super) fn first_open(&self) -> Option<usize> {
        let mut places = self.open.places.iter().flatten();
        places.next().map(|(number, _)| *number)
    }

    /// Ends the last window.
    pub(super) fn finish(&mut self) {
        if self.open.ids.len() > 1 {
            self.close();
        }
    }
}

/// Where to cut a long line: before a word in the second half of what fits, or
/// hard if there is none.
fn cut(shown: &str, tokens: &[Piece], most: usize) -> usize {
    let starts_word = |index: &usize| {
        let before = tokens
            .get(*index)
            .and_then(|(_, range)| shown.get(..range.start));
        before.is_some_and(|before| before.ends_with(char::is_whitespace))
    };
    (most / 2 + 1..=most)
        .rev()
        .find(starts_word)
        .unwrap_or(most)
}

/// The lines of a document that hold a letter, in order. No name is without
/// one, and columns of numbers would cost as much as columns of names.
pub(super) fn lines(document: &Document) -> impl Iterator<Item = Line<'_>> {
    let segments = document.segments().iter().enumerate();
    segments.flat_map(|(index, segment)| lines_of(index, segment))
}

fn lines_of(index: usize, segment: &Segment) -> impl Iterator<Item = Line<'_>> {
    let label = label(segment.kind());
    let mut at = 0;
    let parts = segment.text().split_inclusive('\n').flat_map(move |line| {
        let start = at;
        at += line.len();
        parts(line).into_iter().map(move |range| {
            let text = line.get(range.clone()).unwrap_or_default();
            (start + range.start, text)
        })
    });
    parts
        .filter(|(_, text)| text.contains(char::is_alphabetic))
        .map(move |(start, text)| Line {
            segment: index,
            start,
            text,
            label: label.clone(),
        })
}

/// A line as it is, or cut up where it has no space for too long, or is too
/// long itself.
fn parts(line: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut n_chars, mut n_word) = (0, 0, 0);
    // The last place in the word that is no middle of a name.
    let mut soft = None;
    for (at, c) in line.char_indices() {
        if c.is_whitespace() {
            (n_word, soft) = (0, None);
            if n_chars >= MAX_LINE {
                parts.push(start..at);
                (start, n_chars) = (at, 0);
            }
        } else if n_word >= MAX_WORD {
            let at = soft.take().unwrap_or(at);
            parts.push(start..at);
            (start, n_chars, n_word) = (at, 0, 0);
        }
        if n_word > MAX_WORD / 2 && !c.is_alphanumeric() && !c.is_whitespace() {
            soft = Some(at + c.len_utf8());
        }
        n_chars += 1;
        n_word += usize::from(!c.is_whitespace());
    }
    if start < line.len() {
        parts.push(start..line.len());
    }
    parts
}

fn label(kind: &SegmentKind) -> String {
    let label = kind.labels().find(|label| !label.trim().is_empty());
    label.map_or_else(String::new, |label| {
        let short: String = label
            .trim()
            .trim_end_matches(':')
            .chars()
            .take(MAX_LABEL)
            .collect();
        format!("{}: ", short.replace(['\n', '\r'], " "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_the_whole_line_and_bounded() {
        let names = "Müller;Çelik;O'Brien;".repeat(60);
        let rows = [
            String::new(),
            "a b\n".to_owned(),
            "x".repeat(4 * MAX_WORD + 1),
            format!("kurz {} kurz", "ü".repeat(MAX_WORD + 1)),
            "漢".repeat(3000),
            "Max Muster ".repeat(20_000),
            names.clone(),
        ];
        for row in rows {
            let parts = parts(&row);
            let together: String = parts.iter().map(|range| &row[range.clone()]).collect();
            assert_eq!(together, row);
            for range in parts {
                let part = &row[range];
                assert!(!part.is_empty() && part.chars().count() <= MAX_LINE + MAX_WORD + 1);
                let longest = part
                    .split_whitespace()
                    .map(|word| word.chars().count())
                    .max();
                assert!(longest.unwrap_or(0) <= MAX_WORD + 1);
            }
        }
        for range in parts(&names) {
            assert!(names[..range.end].ends_with(';'), "cut inside a name");
        }
    }
}
