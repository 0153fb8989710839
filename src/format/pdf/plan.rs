//! Decides, before anything is written, which glyphs go, where the stand-ins
//! go, and how far the rest of each line moves. The plan is data; `splice`
//! carries it out.
//!
//! The rest of a line moves so that the gap has the width of the stand-in: a
//! gap as wide as the name tells the name.

use std::collections::{HashMap, HashSet};

use super::geometry::wide;
use super::glyph::Glyph;
use super::interpret::Analysis;
use super::reflow::reflow;
use super::text::{Sources, glyphs_of};
use super::typeface::Typefaces;
use crate::document::{Document, Edit};
use crate::error::{Error, ErrorKind, Result};

/// A glyph by the bytes it comes from: operator, element, offset. A form that
/// is used twice shows the same glyph twice.
pub(super) type Key = (u32, u32, u32);

/// One text that takes the place of glyphs.
#[derive(Debug)]
pub(super) struct StandIn {
    pub(super) text: String,
    pub(super) typeface: u32,
    /// Part of the font size around it, to fit.
    pub(super) fit: f64,
    /// Width on the page.
    pub(super) width: f64,
    n_bytes: usize,
}

/// What happens to glyphs.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Glyphs that go, and the stand-in that starts there.
    pub(super) gone: HashMap<Key, Option<u32>>,
    pub(super) stand_ins: Vec<StandIn>,
    /// How far glyphs move along their line.
    pub(super) shifts: HashMap<Key, f64>,
}

pub(super) const fn key(glyph: &Glyph) -> Key {
    (glyph.show, glyph.element, glyph.at)
}

/// Length on the page of one em of the font around a glyph, along the line.
fn em(analysis: &Analysis, glyph: &Glyph) -> f64 {
    analysis.shows.get(wide(glyph.show)).map_or(0.0, |show| {
        let type3 = analysis.faces.get(wide(show.face)).map_or(1.0, |face| face.em);
        (show.size * show.stretch).abs() * show.scale * type3
    })
}

/// Plans all edits.
pub(super) fn plan(
    document: &Document,
    analysis: &Analysis,
    sources: &Sources,
    edits: &[Edit],
    typefaces: &mut Typefaces,
) -> Result<Plan> {
    let mut plan = Plan::default();
    let mut owner: HashMap<Key, usize> = HashMap::new();
    let again = |edit: &&Edit| {
        let segment = document.segments().get(edit.span.segment());
        segment.is_some_and(crate::document::Segment::is_again)
    };
    let twins = twins(sources);
    let first = edits.iter().filter(|edit| !again(edit));
    for edit in first.chain(edits.iter().filter(again)) {
        add(document, analysis, sources, edit, &twins, &mut owner, &mut plan, typefaces)?;
    }
    if plan.gone.is_empty() {
        return Ok(plan);
    }
    measure(analysis, &mut plan, typefaces);
    reflow(analysis, sources, &mut plan);
    Ok(plan)
}

/// Glyphs that are printed over each other, both ways.
fn twins(sources: &Sources) -> HashMap<usize, Vec<usize>> {
    let mut out: HashMap<usize, Vec<usize>> = HashMap::new();
    for (one, other) in sources.chunks.iter().flat_map(|chunk| &chunk.shadows) {
        out.entry(*one).or_default().push(*other);
        out.entry(*other).or_default().push(*one);
    }
    out
}

#[allow(
    clippy::too_many_arguments,
    reason = "one step of `plan`, which holds all of this; a struct for it would live four lines"
)]
fn add(
    document: &Document,
    analysis: &Analysis,
    sources: &Sources,
    edit: &Edit,
    twins: &HashMap<usize, Vec<usize>>,
    owner: &mut HashMap<Key, usize>,
    plan: &mut Plan,
    typefaces: &mut Typefaces,
) -> Result<()> {
    let span = edit.span;
    let segment = document.segments().get(span.segment());
    let pieces = sources.pieces.get(span.segment());
    let (Some(segment), Some(pieces)) = (segment, pieces) else {
        return Err(Error::new(ErrorKind::Internal, "an edit is for another document"));
    };
    let hit = glyphs_of(pieces, span.start(), span.end());
    let (Some(head), Some(tail)) = (hit.first(), hit.last()) else {
        let blank = document.text(span).trim().is_empty();
        return if blank {
            Ok(())
        } else {
            Err(Error::new(ErrorKind::Internal, "an edit covers no glyphs"))
        };
    };
    let mut all: Vec<usize> = Vec::new();
    for piece in &hit {
        all.push(piece.glyph);
        all.extend(twins.get(&piece.glyph).into_iter().flatten());
    }
    let keys: Vec<Key> = all.iter().filter_map(|i| analysis.glyphs.get(*i)).map(key).collect();
    let new: Vec<Key> = keys.iter().filter(|key| !owner.contains_key(*key)).copied().collect();
    if new.is_empty() {
        return Ok(());
    }
    // What else the first and the last glyph show stays as text.
    let before = segment.text().get(head.start..span.start()).unwrap_or_default();
    let after = segment.text().get(span.end()..tail.end).unwrap_or_default();
    let text = format!("{before}{}{after}", edit.with);
    let group = keys.iter().find_map(|key| owner.get(key)).copied();
    if let Some(group) = group {
        for key in new {
            owner.insert(key, group);
            plan.gone.insert(key, None);
        }
        if let Some(known) = plan.stand_ins.get_mut(group)
            && known.n_bytes < span.len()
        {
            known.text = text;
            known.n_bytes = span.len();
        }
        return Ok(());
    }
    let host = head.glyph;
    let host_glyph = analysis.glyphs.get(host).ok_or_else(|| {
        Error::new(ErrorKind::Internal, "a place of the text has no glyph")
    })?;
    let show = analysis.shows.get(wide(host_glyph.show));
    let style = show.and_then(|show| analysis.faces.get(wide(show.face)));
    let group = plan.stand_ins.len();
    for key in new {
        owner.insert(key, group);
        plan.gone.insert(key, None);
    }
    let stand_in = super::geometry::small(group);
    plan.gone.insert(key(host_glyph), (!text.is_empty()).then_some(stand_in));
    plan.stand_ins.push(StandIn {
        text,
        typeface: typefaces.index(style.map(|face| face.style).unwrap_or_default())?,
        fit: 1.0,
        width: 0.0,
        n_bytes: span.len(),
    });
    Ok(())
}

/// Sets the widths of all stand-ins once their texts are final.
fn measure(analysis: &Analysis, plan: &mut Plan, typefaces: &Typefaces) {
    let mut seen = HashSet::new();
    for glyph in &analysis.glyphs {
        let Some(Some(stand_in)) = plan.gone.get(&key(glyph)) else {
            continue;
        };
        if !seen.insert(*stand_in) {
            continue;
        }
        let em = em(analysis, glyph);
        if let Some(stand_in) = plan.stand_ins.get_mut(wide(*stand_in)) {
            let width = typefaces.get(stand_in.typeface).map_or(0.0, |t| t.width(&stand_in.text));
            stand_in.width = width * em;
        }
    }
}
