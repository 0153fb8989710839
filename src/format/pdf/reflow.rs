//! Moves the rest of a line so that a gap is as wide as its stand-in, and
//! shrinks stand-ins that would run into the next cell or off the page.

use super::geometry::wide;
use super::glyph::{Glyph, Unit};
use super::interpret::Analysis;
use super::layout::{Chunk, text_of, turned};
use super::plan::{Plan, key};
use super::text::Sources;

/// Kerning up to this many ems beside a gap would tell the letter that is gone.
const KERNING: f64 = 0.15;
/// A stand-in shrinks at most to this part of the size around it.
const SMALLEST: f64 = 0.6;
/// And to this part where the line would else run off the page: small print can
/// be read, what the page's edge cuts off cannot.
const TINIEST: f64 = 0.3;
/// Part of the page's width at its edge that printers leave blank.
const EDGE: f64 = 0.02;
/// A space of a full line is about this many ems wide.
const NARROW_SPACE: f64 = 0.2;
/// Part of the page's width that stays free at the right, if text ends before.
const MARGIN: f64 = 0.06;

/// Sets the shifts of all glyphs that move and the fit of all stand-ins.
pub(super) fn reflow(analysis: &Analysis, sources: &Sources, plan: &mut Plan) {
    for (unit, chunks) in by_unit(analysis, sources) {
        let text_right = chunks
            .iter()
            .filter(|chunk| chunk.angle == 0 && (unit.apart || chunk.right <= unit.area.right))
            .map(|chunk| chunk.right)
            .fold(f64::MIN, f64::max);
        let page_right = unit.area.right - MARGIN * unit.area.width();
        for chunk in chunks {
            let gone = |index: &usize| {
                let glyph = analysis.glyphs.get(*index);
                glyph.is_some_and(|glyph| plan.gone.contains_key(&key(glyph)))
            };
            if !chunk.glyphs.iter().any(gone) {
                continue;
            }
            let limit = match chunk.limit {
                Some(limit) => limit - 0.3 * chunk.size,
                // A piece apart is clipped where nobody knows: no wider than it was.
                None if chunk.angle == 0 && unit.apart => text_right,
                None if chunk.angle == 0 => text_right.max(page_right),
                None => f64::INFINITY,
            };
            let edge = match chunk.angle {
                0 => unit.area.right - EDGE * unit.area.width(),
                _ => f64::INFINITY,
            };
            move_chunk(analysis, chunk, limit, edge, plan);
        }
    }
}

/// The chunks of every unit; both lists are in the same order.
fn by_unit<'a>(analysis: &'a Analysis, sources: &'a Sources) -> Vec<(&'a Unit, Vec<&'a Chunk>)> {
    let mut out: Vec<(&Unit, Vec<&Chunk>)> = analysis
        .units
        .iter()
        .map(|unit| (unit, Vec::new()))
        .collect();
    for chunk in &sources.chunks {
        let Some(first) = chunk.glyphs.first() else {
            continue;
        };
        let at = analysis
            .units
            .partition_point(|unit| unit.glyphs.end <= *first);
        if let Some((_, chunks)) = out.get_mut(at) {
            chunks.push(chunk);
        }
    }
    out
}

/// Moves what stands behind a stand-in, so that the line ends before `limit` if
/// it can, and before `edge` if letters may get tiny for it.
fn move_chunk(analysis: &Analysis, chunk: &Chunk, limit: f64, edge: f64, plan: &mut Plan) {
    let walked = walk(analysis, chunk, plan, 0.0, false);
    let total: f64 = walked
        .stand_ins
        .iter()
        .filter_map(|index| plan.stand_ins.get(wide(*index)))
        .map(|stand_in| stand_in.width)
        .sum();
    let over = walked.end - limit.max(chunk.right);
    let mut squeeze = 0.0;
    if over > 0.0 && total > 0.0 {
        // The spaces of a justified line give way first.
        squeeze = if walked.spare > 0.0 {
            (over / walked.spare).min(1.0)
        } else {
            0.0
        };
        let end = walked.end - squeeze * walked.spare;
        let fit_to = |limit: f64| (total - (end - limit.max(chunk.right))) / total;
        let fit = fit_to(limit).clamp(SMALLEST, 1.0);
        let fit = fit.min(fit_to(edge).max(TINIEST));
        for index in walked.stand_ins {
            if let Some(stand_in) = plan.stand_ins.get_mut(wide(index))
                && stand_in.fit >= 1.0
            {
                stand_in.fit = fit;
                stand_in.width *= fit;
            }
        }
    }
    walk(analysis, chunk, plan, squeeze, true);
}

/// What a walk along a chunk finds.
#[derive(Default)]
struct Walked {
    /// Where the chunk ends with its stand-ins in place.
    end: f64,
    /// How much its spaces can shrink, in all.
    spare: f64,
    stand_ins: Vec<u32>,
}

/// How much a space can shrink: to the width that spaces have in a full line.
fn spare(analysis: &Analysis, glyph: &Glyph) -> f64 {
    let blank = text_of(glyph, &analysis.codes).trim().is_empty();
    if blank {
        (glyph.advance - NARROW_SPACE * glyph.size).max(0.0)
    } else {
        0.0
    }
}

/// Goes along a chunk with its spaces shrunk by the part `squeeze` of what they
/// can. With `set`, notes the shifts.
fn walk(analysis: &Analysis, chunk: &Chunk, plan: &mut Plan, squeeze: f64, set: bool) -> Walked {
    let mut shift = 0.0;
    let mut walked = Walked {
        end: chunk.left,
        ..Walked::default()
    };
    // Where the last glyph that goes ended, in a run of such glyphs.
    let mut run: Option<Run> = None;
    for index in &chunk.glyphs {
        let Some(glyph) = analysis.glyphs.get(*index) else {
            continue;
        };
        let (u, _) = turned(glyph, chunk.angle);
        let fate = plan.gone.get(&key(glyph)).copied();
        if let Some(stand_in) = fate {
            let current = run.get_or_insert(Run {
                start: u,
                end: u,
                stand_ins: 0.0,
            });
            if let Some(index) = stand_in {
                walked.stand_ins.push(index);
                let at = current.start + shift + current.stand_ins - u;
                if set {
                    plan.shifts.insert(key(glyph), at);
                }
                current.stand_ins += plan.stand_ins.get(wide(index)).map_or(0.0, |s| s.width);
            }
            current.end = current.end.max(u + glyph.advance);
            walked.end = walked.end.max(current.start + shift + current.stand_ins);
            continue;
        }
        if let Some(done) = run.take() {
            shift += done.shift(u, glyph);
        }
        if set && shift.abs() > 0.001 {
            plan.shifts.entry(key(glyph)).or_insert(shift);
        }
        walked.end = walked.end.max(u + shift + glyph.width);
        let spare = spare(analysis, glyph);
        walked.spare += spare;
        shift -= squeeze * spare;
    }
    walked
}

struct Run {
    start: f64,
    end: f64,
    stand_ins: f64,
}

impl Run {
    /// How far what follows moves. Kerning beside the gap goes with it.
    fn shift(&self, next: f64, glyph: &Glyph) -> f64 {
        let gap = next - self.end;
        let gap = if gap.abs() < KERNING * glyph.size {
            0.0
        } else {
            gap
        };
        self.start + self.stand_ins + gap - next
    }
}
