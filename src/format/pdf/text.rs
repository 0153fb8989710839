//! Makes text of glyphs, twice: as blocks in the order of reading, and in the
//! order of the content stream where that differs. Every character remembers
//! its glyph.

use std::sync::Arc;

use super::geometry::wide;
use super::glyph::{Glyph, Unit};
use super::interpret::Analysis;
use super::layout::{Block, CELL_GAP, Chunk, WORD_GAP, blocks, chunks, text_of, turned};
use crate::document::{Document, Location, Segment, SegmentKind};

/// A run of bytes of a segment's text that one glyph shows. Hyphens that were
/// joined away have no bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) glyph: usize,
}

/// Where the text of every segment comes from.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// For each segment of the document, in order.
    pub(super) pieces: Vec<Vec<Piece>>,
    /// All chunks of all units.
    pub(super) chunks: Vec<Chunk>,
}

/// Text under construction.
#[derive(Default)]
struct Builder {
    text: String,
    pieces: Vec<Piece>,
}

impl Builder {
    fn glyph(&mut self, index: usize, text: &str) {
        let start = self.text.len();
        let composed = text
            .chars()
            .next()
            .zip(self.text.chars().next_back())
            .and_then(|(mark, base)| unicode_normalization::char::compose(base, mark));
        if let (Some(composed), Some(last)) = (composed, self.pieces.last().copied()) {
            // A letter and the accent over it are one character of two glyphs.
            self.text.pop();
            let start = self.text.len();
            self.text.push(composed);
            self.text.extend(text.chars().skip(1));
            let end = self.text.len();
            for piece in self.pieces.iter_mut().rev().take_while(|p| p.end > start) {
                piece.end = end;
            }
            self.pieces.push(Piece {
                start: last.start.min(start),
                end,
                glyph: index,
            });
            return;
        }
        for character in text.chars() {
            match character {
                '\u{AD}' => {}
                c if c.is_whitespace() || c.is_control() => {
                    // Several spaces are one: widths are layout, not text.
                    if !self.text.ends_with(' ') {
                        self.text.push(' ');
                    }
                }
                c => self.text.push(c),
            }
        }
        self.pieces.push(Piece {
            start,
            end: self.text.len(),
            glyph: index,
        });
    }

    fn space(&mut self, with: char) {
        let open = !self.text.is_empty() && !self.text.ends_with([' ', '\n']);
        if open || (with == '\n' && self.text.ends_with(' ')) {
            self.text.push(with);
        }
    }

    /// Takes a hyphen at the end away, but keeps its glyph at that place.
    fn join_hyphen(&mut self) {
        while self.text.ends_with([' ', '\n']) {
            self.text.pop();
        }
        self.text.pop();
        let end = self.text.len();
        for piece in &mut self.pieces {
            piece.start = piece.start.min(end);
            piece.end = piece.end.min(end);
        }
    }
}

/// A longer text above or beside a cell is no label.
const LONGEST_LABEL: usize = 60;

/// For every chunk the cell at the top of its column, if it stands in a table:
/// lines of several cells, one below the other.
fn columns(chunks: &[Chunk]) -> Vec<Option<usize>> {
    /// A row of a table holds fewer cells, and the row above is near.
    const LOOK_BACK: usize = 200;
    const ROW_STEP: f64 = 4.0;
    let in_row = |chunk: &Chunk| chunk.before.is_some() || chunk.limit.is_some();
    let mut columns: Vec<Option<usize>> = Vec::with_capacity(chunks.len());
    for (index, chunk) in chunks.iter().enumerate() {
        let is_above = |above: &Chunk| {
            let step = above.base - chunk.base;
            let overlap = above.right.min(chunk.right) - above.left.max(chunk.left);
            let narrow = (above.right - above.left).min(chunk.right - chunk.left);
            in_row(above)
                && above.angle == chunk.angle
                && step > 0.5 * chunk.size
                && step < ROW_STEP * chunk.size
                && overlap > 0.5 * narrow
        };
        let label = chunk.before.and_then(|before| chunks.get(before));
        // A form's value has its label at its left; above it stands another value.
        let in_table = in_row(chunk) && !label.is_some_and(|label| label.is_label);
        let before = chunks.iter().enumerate().take(index).rev().take(LOOK_BACK);
        let above = before
            .filter(|_| in_table)
            .find(|(_, above)| is_above(above))
            .map(|(above, _)| above);
        let top = above.map(|above| columns.get(above).copied().flatten().unwrap_or(above));
        columns.push(top);
    }
    columns
}

/// Fills a document with the text of all units.
pub(super) fn fill(document: &mut Document, analysis: &Analysis) -> Sources {
    let mut sources = Sources::default();
    let mut paragraphs = (0, 0);
    for unit in &analysis.units {
        if unit.page != paragraphs.0 {
            paragraphs = (unit.page, 0);
        }
        let first = sources.chunks.len();
        let mut found = chunks(analysis, unit.glyphs.clone());
        let blocks = blocks(&found);
        let columns = columns(&found);
        let mut plain = String::new();
        for block in &blocks {
            paragraphs.1 += 1;
            let place = Location::new("page")
                .number(unit.page)
                .paragraph(paragraphs.1);
            push_block(
                document,
                analysis,
                &found,
                (block, &columns),
                place,
                &mut sources,
                &mut plain,
            );
        }
        for chunk in &mut found {
            chunk.before = chunk.before.map(|before| before + first);
        }
        sources.chunks.append(&mut found);
        let place = Location::new("page").number(unit.page);
        push_content_order(document, analysis, unit, place, &mut sources, &plain);
    }
    sources
}

fn push_block(
    document: &mut Document,
    analysis: &Analysis,
    chunks: &[Chunk],
    (block, columns): (&Block, &[Option<usize>]),
    place: Location,
    sources: &mut Sources,
    plain: &mut String,
) {
    let lines: Vec<&Chunk> = block.chunks.iter().filter_map(|c| chunks.get(*c)).collect();
    let label = |chunk: usize| {
        let text = label_text(analysis, chunks.get(chunk)?);
        (text.chars().count() <= LONGEST_LABEL).then(|| Arc::from(text))
    };
    let kind = match (lines.as_slice(), block.chunks.as_slice()) {
        ([only], [index]) => {
            let column = columns.get(*index).copied().flatten().and_then(label);
            let row = only.before.and_then(label);
            (column.is_some() || row.is_some()).then_some(SegmentKind::TableCell { column, row })
        }
        _ => None,
    };
    let kind = kind.unwrap_or(SegmentKind::Paragraph);
    let (joined, hyphens) = block_text(analysis, &lines, true);
    let trimmed = joined.text.trim();
    if trimmed.is_empty() {
        return;
    }
    plain.extend(trimmed.chars().filter(|c| !c.is_whitespace() && *c != '-'));
    document.push(Segment::new(kind.clone(), joined.text.as_str(), place));
    sources.pieces.push(joined.pieces);
    if hyphens > 0 {
        let (kept, _) = block_text(analysis, &lines, false);
        document.push(Segment::new(kind, kept.text.as_str(), place).again());
        sources.pieces.push(kept.pieces);
    }
}

/// The text of a block; with `join`, hyphens that a line break made are gone.
/// Also tells how many hyphens could have been joined.
fn block_text(analysis: &Analysis, lines: &[&Chunk], join: bool) -> (Builder, u32) {
    let mut out = Builder::default();
    let mut hyphens = 0;
    let full = lines.iter().map(|line| line.right).fold(f64::MIN, f64::max);
    let mut last: Option<&Chunk> = None;
    for line in lines {
        if let Some(last) = last {
            let next = line.glyphs.iter().find_map(|g| first_char(analysis, *g));
            let tail = out.text.trim_end();
            let hyphen = tail.ends_with(['-', '\u{2010}'])
                && tail.chars().rev().nth(1).is_some_and(char::is_alphanumeric);
            let soft = last.glyphs.last().is_some_and(|g| {
                analysis
                    .glyphs
                    .get(*g)
                    .is_some_and(|g| text_of(g, &analysis.codes) == "\u{AD}")
            });
            if soft {
                // Nothing of a soft hyphen is in the text.
            } else if hyphen && next.is_some_and(char::is_lowercase) {
                hyphens += 1;
                if join {
                    out.join_hyphen();
                } else {
                    trim_end(&mut out);
                }
            } else if hyphen && next.is_some_and(char::is_alphanumeric) {
                trim_end(&mut out);
            } else {
                let width = (full - last.left).max(last.size);
                let wrapped = full - last.right < (0.2 * width).max(6.0 * last.size)
                    && lines.len() > 1
                    && last.right - last.left > 18.0 * last.size;
                out.space(if wrapped { ' ' } else { '\n' });
            }
        }
        push_line(&mut out, analysis, line);
        last = Some(line);
    }
    (out, hyphens)
}

fn trim_end(out: &mut Builder) {
    let end = out.text.trim_end().len();
    out.text.truncate(end);
    for piece in &mut out.pieces {
        piece.start = piece.start.min(end);
        piece.end = piece.end.min(end);
    }
}

fn first_char(analysis: &Analysis, glyph: usize) -> Option<char> {
    let glyph = analysis.glyphs.get(glyph)?;
    text_of(glyph, &analysis.codes)
        .chars()
        .find(|c| !c.is_whitespace())
}

fn push_line(out: &mut Builder, analysis: &Analysis, line: &Chunk) {
    let gaps = word_gaps(analysis, line);
    for (index, is_space) in line.glyphs.iter().zip(gaps) {
        let Some(glyph) = analysis.glyphs.get(*index) else {
            continue;
        };
        if is_space {
            out.space(' ');
        }
        out.glyph(*index, text_of(glyph, &analysis.codes));
    }
}

/// For each glyph of a line, whether a gap stands before it. Where letters
/// stand apart one by one, only a wider gap than theirs is a space.
fn word_gaps(analysis: &Analysis, line: &Chunk) -> Vec<bool> {
    /// So many letters in a row stand apart on purpose.
    const SPACED: usize = 4;
    let mut gaps = vec![f64::MIN];
    for pair in line.glyphs.windows(2) {
        let [one, next] = pair else { continue };
        let one = analysis.glyphs.get(*one);
        let next = analysis.glyphs.get(*next);
        gaps.push(one.zip(next).map_or(0.0, |(one, next)| {
            let step = turned(next, line.angle).0 - turned(one, line.angle).0;
            (step - one.advance.max(one.width * 0.5)) / next.size.max(0.1)
        }));
    }
    let mut out = Vec::with_capacity(gaps.len());
    for run in gaps.chunk_by(|a, b| (*a > WORD_GAP) == (*b > WORD_GAP)) {
        let apart = run.first().is_some_and(|gap| *gap > WORD_GAP);
        if apart && run.len() >= SPACED {
            let mut sorted = run.to_vec();
            sorted.sort_by(f64::total_cmp);
            let middle = sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
            out.extend(run.iter().map(|gap| *gap > middle * 1.6));
        } else {
            out.extend(run.iter().map(|_| apart));
        }
    }
    out
}

fn label_text(analysis: &Analysis, chunk: &Chunk) -> String {
    let mut out = Builder::default();
    push_line(&mut out, analysis, chunk);
    out.text.trim().to_owned()
}

/// Pushes those lines of the content order that the reading order does not show.
fn push_content_order(
    document: &mut Document,
    analysis: &Analysis,
    unit: &Unit,
    place: Location,
    sources: &mut Sources,
    plain: &str,
) {
    let mut lines: Vec<Builder> = vec![Builder::default()];
    let mut last: Option<&Glyph> = None;
    for index in unit.glyphs.clone() {
        let Some(glyph) = analysis.glyphs.get(index) else {
            break;
        };
        if let Some(last) = last {
            match step(last, glyph) {
                Step::Line => lines.push(Builder::default()),
                Step::Space => {
                    if let Some(line) = lines.last_mut() {
                        line.space(' ');
                    }
                }
                Step::None => {}
            }
        }
        if let Some(line) = lines.last_mut() {
            line.glyph(index, text_of(glyph, &analysis.codes));
        }
        last = Some(glyph);
    }
    let shown = |line: &Builder| {
        let bare: String = line
            .text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .collect();
        plain.len() < 400_000 && plain.contains(&bare)
    };
    let known: Vec<bool> = lines.iter().map(shown).collect();
    let mut open: Option<Builder> = None;
    for (index, line) in lines.into_iter().enumerate() {
        let near = known.get(index.saturating_sub(1)..known.len().min(index + 2));
        if near.is_some_and(|near| near.iter().all(|known| *known)) {
            finish(document, &mut open, place, sources);
            continue;
        }
        let out = open.get_or_insert_default();
        out.space('\n');
        let shift = out.text.len();
        out.text.push_str(&line.text);
        out.pieces
            .extend(line.pieces.into_iter().map(|piece| Piece {
                start: piece.start + shift,
                end: piece.end + shift,
                glyph: piece.glyph,
            }));
    }
    finish(document, &mut open, place, sources);
}

fn finish(
    document: &mut Document,
    open: &mut Option<Builder>,
    place: Location,
    sources: &mut Sources,
) {
    if let Some(done) = open.take().filter(|done| !done.text.trim().is_empty()) {
        document.push(Segment::new(SegmentKind::Paragraph, done.text, place).again());
        sources.pieces.push(done.pieces);
    }
}

enum Step {
    None,
    Space,
    Line,
}

/// What lies between two glyphs that follow each other in content.
fn step(last: &Glyph, next: &Glyph) -> Step {
    if last.angle != next.angle {
        return Step::Line;
    }
    let (a, at) = turned(last, last.angle);
    let (b, bt) = turned(next, last.angle);
    let size = last.size.max(next.size);
    let gap = b - (a + last.advance);
    if (at - bt).abs() > 0.5 * size || gap < -2.0 * size || gap > 3.0 * CELL_GAP * size {
        Step::Line
    } else if gap > WORD_GAP * size {
        Step::Space
    } else {
        Step::None
    }
}

/// The glyphs behind a byte range of a segment. Pieces are in order.
pub(super) fn glyphs_of(pieces: &[Piece], start: usize, end: usize) -> Vec<Piece> {
    let first = pieces.partition_point(|piece| piece.end < start);
    let rest = pieces.get(first..).unwrap_or_default().iter();
    rest.take_while(|piece| piece.start < end)
        .filter(|piece| {
            if piece.start == piece.end {
                piece.start > start
            } else {
                piece.end > start
            }
        })
        .copied()
        .collect()
}

/// Runs of drawn glyphs without a readable text, longest first to last; the
/// index of the first glyph of a run that is too long to be a symbol.
pub(super) fn unreadable(analysis: &Analysis, unit: &Unit) -> Option<usize> {
    const TOO_LONG: u32 = 3;
    let mut run = 0;
    for index in unit.glyphs.clone() {
        let glyph = analysis.glyphs.get(index)?;
        let code = analysis.codes.get(wide(glyph.code))?;
        if code.text.is_empty() && !code.blank {
            run += 1;
            if run >= TOO_LONG {
                return Some(index);
            }
        } else {
            run = 0;
        }
    }
    None
}
