//! Puts glyphs in the order in which a person reads them: lines along their
//! own direction, cells where a line has wide gaps, blocks of lines that belong
//! together. It orders and groups; text is made in [`super::text`].

use std::collections::BTreeMap;

use super::font::Code;
use super::geometry::wide;
use super::glyph::Glyph;
use super::interpret::Analysis;

/// A gap wider than this many ems starts a new cell of the line.
pub(super) const CELL_GAP: f64 = 1.5;
/// So does a gap of this many ems that no advance explains, where the text was
/// placed anew: cells may stand close.
const PLACED_GAP: f64 = 0.7;
/// A gap wider than this many ems is a space even if no glyph says so.
pub(super) const WORD_GAP: f64 = 0.14;
/// Glyphs of one line may differ by this many ems in height.
const SAME_LINE: f64 = 0.35;
/// The same character this near (in ems, and in its own widths: the two l of
/// "Müller" are near) is the same glyph printed twice.
const OVERPRINT: f64 = 0.25;

/// A piece of a line without wide gaps.
#[derive(Clone, Debug, Default)]
pub(super) struct Chunk {
    /// Indexes of glyphs, in reading order.
    pub(super) glyphs: Vec<usize>,
    /// Glyphs that repeat one of `glyphs` at the same place: repeated, repeating.
    pub(super) shadows: Vec<(usize, usize)>,
    /// Direction in degrees, and the place in the turned coordinates.
    pub(super) angle: i16,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) base: f64,
    pub(super) size: f64,
    /// Whether it ends in a colon: a label of what stands to its right.
    pub(super) is_label: bool,
    /// The cell to the left on the same line.
    pub(super) before: Option<usize>,
    /// Where the next cell of the line begins.
    pub(super) limit: Option<f64>,
}

/// Chunks that follow each other as one paragraph.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    pub(super) chunks: Vec<usize>,
}

/// The place of a glyph in coordinates in which its line runs to the right.
pub(super) fn turned(glyph: &Glyph, angle: i16) -> (f64, f64) {
    match angle {
        0 => (glyph.x, glyph.y),
        _ => {
            let (sin, cos) = f64::from(angle).to_radians().sin_cos();
            (glyph.x * cos + glyph.y * sin, glyph.y * cos - glyph.x * sin)
        }
    }
}

/// Orders the glyphs `range` of a page into chunks, top to bottom.
pub(super) fn chunks(analysis: &Analysis, range: std::ops::Range<usize>) -> Vec<Chunk> {
    let glyphs = &analysis.glyphs;
    let mut by_angle: BTreeMap<i16, Vec<(usize, f64, f64)>> = BTreeMap::new();
    for index in range {
        let Some(glyph) = glyphs.get(index) else {
            break;
        };
        if !glyph.x.is_finite() || !glyph.y.is_finite() {
            continue;
        }
        // Directions that differ by a degree are one slightly bent line.
        let angle = if glyph.angle.abs() <= 1 {
            0
        } else {
            glyph.angle
        };
        let (u, v) = turned(glyph, angle);
        by_angle.entry(angle).or_default().push((index, u, v));
    }
    let mut out = Vec::new();
    for (angle, mut placed) in by_angle {
        placed.sort_by(|a, b| {
            b.2.total_cmp(&a.2)
                .then(a.1.total_cmp(&b.1))
                .then(a.0.cmp(&b.0))
        });
        let mut line: Vec<(usize, f64, f64)> = Vec::new();
        let mut top = f64::INFINITY;
        for place in placed {
            let size = glyphs.get(place.0).map_or(0.0, |glyph| glyph.size);
            if !line.is_empty() && top - place.2 > SAME_LINE * size.max(0.5) {
                split_line(&mut line, angle, analysis, &mut out);
            }
            if line.is_empty() {
                top = place.2;
            }
            line.push(place);
        }
        split_line(&mut line, angle, analysis, &mut out);
    }
    out
}

/// Whether a gap is one single space of the same piece of text, however wide:
/// a justified line, not the next cell.
fn is_stretched(analysis: &Analysis, recent: &[(usize, f64, f64)], glyph: &Glyph, u: f64) -> bool {
    let mut before = recent
        .iter()
        .rev()
        .filter_map(|(index, x, _)| Some((analysis.glyphs.get(*index)?, *x)));
    let (Some((space, x)), Some((word, _))) = (before.next(), before.next()) else {
        return false;
    };
    let is_blank = |glyph: &Glyph| text_of(glyph, &analysis.codes).trim().is_empty();
    let explained = (u - (x + space.advance)).abs() < WORD_GAP * glyph.size;
    space.show == glyph.show && is_blank(space) && !is_blank(word) && explained
}

/// Cuts one line into chunks and empties it.
fn split_line(
    line: &mut Vec<(usize, f64, f64)>,
    angle: i16,
    analysis: &Analysis,
    out: &mut Vec<Chunk>,
) {
    let (glyphs, codes) = (&analysis.glyphs, &analysis.codes);
    line.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let mut chunk = Chunk::default();
    let mut before = None;
    let mut middle = f64::MIN;
    let mut recent: Vec<(usize, f64, f64)> = Vec::new();
    for (index, u, v) in line.drain(..) {
        let Some(glyph) = glyphs.get(index) else {
            continue;
        };
        let text = text_of(glyph, codes);
        let twin = twin(analysis, &recent, (index, u, v));
        if let Some(twin) = twin {
            chunk.shadows.push((twin, index));
            continue;
        }
        let blank = text.trim().is_empty();
        // A space that lies under a letter separates nothing.
        if blank && (chunk.glyphs.is_empty() || u < middle) {
            continue;
        }
        if !blank {
            middle = u + glyph.width / 2.0;
        }
        let em = glyph.size.max(chunk.size * 0.7);
        let last = recent
            .last()
            .and_then(|(last, x, _)| Some((glyphs.get(*last)?, *x)));
        let placed = last.is_some_and(|(last, x)| {
            let show = analysis.shows.get(wide(glyph.show));
            glyph.show != last.show
                && show.is_some_and(|show| show.fresh)
                && u - (x + last.advance) > PLACED_GAP * em
        });
        let wide_gap =
            u - chunk.right > CELL_GAP * em && !is_stretched(analysis, &recent, glyph, u);
        if !blank && !chunk.glyphs.is_empty() && (placed || wide_gap) {
            before = finish(&mut chunk, before, Some(u), out);
            recent.clear();
        }
        if chunk.glyphs.is_empty() {
            chunk = Chunk {
                angle,
                left: u,
                right: u,
                base: v,
                ..Chunk::default()
            };
        }
        recent.push((index, u, v));
        chunk.glyphs.push(index);
        if !blank {
            chunk.is_label = text.ends_with(':');
            chunk.right = chunk.right.max(u + glyph.width);
            chunk.size = chunk.size.max(glyph.size);
        }
    }
    finish(&mut chunk, before, None, out);
}

/// The glyph among the last few that this one repeats at the same place.
fn twin(
    analysis: &Analysis,
    recent: &[(usize, f64, f64)],
    (index, u, v): (usize, f64, f64),
) -> Option<usize> {
    let glyph = analysis.glyphs.get(index)?;
    let text = text_of(glyph, &analysis.codes);
    let near = (OVERPRINT * glyph.size).min(0.4 * glyph.width);
    let same = |other: usize| {
        let other = analysis.glyphs.get(other);
        !text.is_empty() && other.is_some_and(|other| text_of(other, &analysis.codes) == text)
    };
    recent
        .iter()
        .rev()
        .take(6)
        .find(|(other, x, y)| (u - x).abs() < near && (v - y).abs() < near && same(*other))
        .map(|(other, ..)| *other)
}

fn finish(
    chunk: &mut Chunk,
    before: Option<usize>,
    limit: Option<f64>,
    out: &mut Vec<Chunk>,
) -> Option<usize> {
    let mut done = std::mem::take(chunk);
    if done.glyphs.is_empty() {
        return before;
    }
    done.before = before;
    done.limit = limit;
    out.push(done);
    Some(out.len() - 1)
}

pub(super) fn text_of<'c>(glyph: &Glyph, codes: &'c [Code]) -> &'c str {
    codes
        .get(wide(glyph.code))
        .map_or("", |code| code.text.as_str())
}

/// Joins chunks that stand below each other into blocks, in reading order.
pub(super) fn blocks(chunks: &[Chunk]) -> Vec<Block> {
    /// Blocks that may go on at one height; a page has fewer columns.
    const MOST_OPEN: usize = 256;
    let mut out: Vec<Block> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for (index, chunk) in chunks.iter().enumerate() {
        open.retain(|block| {
            let last = out.get(*block).and_then(|block| block.chunks.last());
            let last = last.and_then(|last| chunks.get(*last));
            last.is_some_and(|last| {
                last.angle == chunk.angle
                    && last.base - chunk.base < 2.5 * last.size.max(chunk.size)
            })
        });
        if open.len() > MOST_OPEN {
            open.remove(0);
        }
        let label = chunk.before.and_then(|before| chunks.get(before));
        let labelled = label.is_some_and(|label| label.is_label);
        let home = open.iter().copied().filter(|_| !labelled).find(|block| {
            let last = out.get(*block).and_then(|block| block.chunks.last());
            last.and_then(|last| chunks.get(*last))
                .is_some_and(|last| continues(last, chunk))
        });
        match home {
            Some(block) => {
                if let Some(block) = out.get_mut(block) {
                    block.chunks.push(index);
                }
            }
            None => {
                open.push(out.len());
                out.push(Block {
                    chunks: vec![index],
                });
            }
        }
    }
    out
}

/// Whether one chunk is the line below another.
fn continues(above: &Chunk, below: &Chunk) -> bool {
    let size = above.size.max(below.size);
    let step = above.base - below.base;
    let alike = above.size.min(below.size) > 0.8 * size;
    let overlap = above.right.min(below.right) - above.left.max(below.left);
    let narrow = (above.right - above.left).min(below.right - below.left);
    let aligned = (above.left - below.left).abs() < 2.5 * size;
    alike
        && above.angle == below.angle
        && step > 0.5 * size
        && step < 1.75 * size
        && (aligned && overlap > 0.0 || overlap > 0.7 * narrow)
}
