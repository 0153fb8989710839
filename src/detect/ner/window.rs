//! Windows of model tokens over the lines of a document.
//!
//! Neighboring lines share a window, so that the model sees context; a line
//! that is too long is cut between words, and the next part repeats the end of
//! the one before. A cell or a form field stands as `label: value`; the label
//! is context and belongs to no segment.

use std::ops::Range;

use super::model::Manifest;
use super::tokenizer::{Piece, Pieces};
use crate::document::{Document, Segment, SegmentKind};
use crate::error::Result;

/// Tokens that two parts of one long line share.
const OVERLAP: usize = 32;
/// Characters without a space after which a "word" is cut: nothing that long is
/// a name, and the tokenizer's time grows with the word.
const MAX_WORD: usize = 400;
/// Characters of a label that are shown to the model.
const MAX_LABEL: usize = 60;

/// What the model sees at once.
pub(super) struct Window {
    /// Tokens, special ones included.
    pub(super) ids: Vec<u32>,
    /// What each token stands for: a segment and bytes of it.
    pub(super) places: Vec<Option<(usize, Range<usize>)>>,
}

/// One line of a segment: its bytes, and the label in front of it.
struct Line {
    segment: usize,
    range: Range<usize>,
    label: String,
}

/// All windows of a document; every visible character of every line is in one.
pub(super) fn windows(
    document: &Document,
    pieces: &Pieces,
    manifest: &Manifest,
) -> Result<Vec<Window>> {
    let mut packer = Packer {
        limit: manifest.max_pieces,
        bos: manifest.bos_id,
        eos: manifest.eos_id,
        windows: Vec::new(),
        open: Window::new(),
    };
    for (index, segment) in document.segments().iter().enumerate() {
        for line in lines(index, segment) {
            let text = segment.text().get(line.range.clone()).unwrap_or_default();
            let shown = format!("{}{text}", line.label);
            let tokens = pieces.encode(&shown)?;
            packer.add(&shown, &line, &tokens);
        }
    }
    Ok(packer.finish())
}

impl Window {
    const fn new() -> Self {
        Self {
            ids: Vec::new(),
            places: Vec::new(),
        }
    }

    fn special(&mut self, id: u32) {
        self.ids.push(id);
        self.places.push(None);
    }
}

struct Packer {
    limit: usize,
    bos: u32,
    eos: u32,
    windows: Vec<Window>,
    open: Window,
}

impl Packer {
    fn add(&mut self, shown: &str, line: &Line, mut tokens: &[Piece]) {
        while !tokens.is_empty() {
            if self.open.ids.is_empty() {
                self.open.special(self.bos);
            }
            if self.open.ids.len() + tokens.len() < self.limit {
                self.push(line, tokens);
                return;
            }
            if self.open.ids.len() > 1 {
                self.close();
                continue;
            }
            let cut = cut(shown, tokens, self.limit - 2);
            let (now, _) = tokens.split_at(cut.min(tokens.len()));
            self.push(line, now);
            self.close();
            tokens = tokens
                .get(cut.saturating_sub(OVERLAP.min(cut / 2))..)
                .unwrap_or_default();
        }
    }

    fn push(&mut self, line: &Line, tokens: &[Piece]) {
        for (id, range) in tokens {
            let label = line.label.len();
            // A token that reaches into the label keeps only what is value.
            let value = range.start.max(label)..range.end.max(label);
            let place = (!value.is_empty()).then(|| {
                let start = line.range.start;
                (
                    line.segment,
                    start + value.start - label..start + value.end - label,
                )
            });
            self.open.ids.push(*id);
            self.open.places.push(place);
        }
        self.open.special(self.eos);
    }

    fn close(&mut self) {
        self.windows
            .push(std::mem::replace(&mut self.open, Window::new()));
    }

    fn finish(mut self) -> Vec<Window> {
        if self.open.ids.len() > 1 {
            self.close();
        }
        self.windows
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

/// The lines of a segment that hold a letter; very long words are lines of their own.
fn lines(index: usize, segment: &Segment) -> Vec<Line> {
    let text = segment.text();
    let label = label(segment.kind());
    let mut lines = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        for range in pieces_of(line) {
            let range = at + range.start..at + range.end;
            if text
                .get(range.clone())
                .is_some_and(|part| part.contains(char::is_alphabetic))
            {
                lines.push(Line {
                    segment: index,
                    range,
                    label: label.clone(),
                });
            }
        }
        at += line.len();
    }
    lines
}

/// A line as it is, or cut up where it has no space for too long.
fn pieces_of(line: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut n_since_space) = (0, 0);
    for (at, c) in line.char_indices() {
        if c.is_whitespace() {
            n_since_space = 0;
        } else if n_since_space == MAX_WORD {
            parts.push(start..at);
            (start, n_since_space) = (at, 1);
        } else {
            n_since_space += 1;
        }
    }
    parts.push(start..line.len());
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
