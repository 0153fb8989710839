//! Decides, before anything is written, which glyphs go, where the stand-ins
//! go, and how far the rest of each line moves. The plan is data; `splice`
//! carries it out.
//!
//! The rest of a line moves so that the gap has the width of the stand-in: a
//! gap as wide as the name tells the name.

use std::collections::{HashMap, HashSet};

use super::geometry::{small, wide};
use super::glyph::Glyph;
use super::interpret::Analysis;
use super::reflow::reflow;
use super::text::{Piece, Sources, glyphs_of};
use super::typeface::Typefaces;
use crate::document::{Document, Edit, Span};
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
    /// Text of divided glyphs that stays.
    kept: String,
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
        let type3 = analysis
            .faces
            .get(wide(show.face))
            .map_or(1.0, |face| face.em);
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
    let mut planner = Planner {
        document,
        analysis,
        sources,
        typefaces,
        twins: twins(sources),
        owner: HashMap::new(),
        plan: Plan::default(),
    };
    let again = |edit: &Edit| {
        let segment = document.segments().get(edit.span.segment());
        segment.is_some_and(crate::document::Segment::is_again)
    };
    let edits = planner.joined(edits)?;
    for edit in edits.iter().filter(|edit| !again(edit)) {
        planner.add(edit)?;
    }
    for edit in edits.iter().filter(|edit| again(edit)) {
        planner.add(edit)?;
    }
    let mut plan = planner.plan;
    if !plan.gone.is_empty() {
        measure(analysis, &mut plan, typefaces);
        reflow(analysis, sources, &mut plan);
    }
    Ok(plan)
}

struct Planner<'a> {
    document: &'a Document,
    analysis: &'a Analysis,
    sources: &'a Sources,
    typefaces: &'a mut Typefaces,
    /// Glyphs that are printed over each other, both ways.
    twins: HashMap<usize, Vec<usize>>,
    owner: HashMap<Key, usize>,
    plan: Plan,
}

fn twins(sources: &Sources) -> HashMap<usize, Vec<usize>> {
    let mut out: HashMap<usize, Vec<usize>> = HashMap::new();
    for (one, other) in sources.chunks.iter().flat_map(|chunk| &chunk.shadows) {
        out.entry(*one).or_default().push(*other);
        out.entry(*other).or_default().push(*one);
    }
    out
}

impl Planner<'_> {
    fn hit(&self, span: Span) -> Result<Vec<Piece>> {
        let pieces =
            self.sources.pieces.get(span.segment()).ok_or_else(|| {
                Error::new(ErrorKind::Internal, "an edit is for another document")
            })?;
        Ok(glyphs_of(pieces, span.start(), span.end()))
    }

    /// Edits in order; two that share a glyph become one, with what stands
    /// between them.
    fn joined(&self, edits: &[Edit]) -> Result<Vec<Edit>> {
        let mut sorted: Vec<&Edit> = edits.iter().collect();
        sorted.sort_by_key(|edit| edit.span);
        let mut out: Vec<Edit> = Vec::with_capacity(edits.len());
        let mut last_glyph = None;
        for edit in sorted {
            let hit = self.hit(edit.span)?;
            let first = hit.first().map(|piece| piece.glyph);
            let segment = edit.span.segment();
            if let Some(last) = out.last_mut()
                && last.span.segment() == segment
                && first.is_some()
                && first == last_glyph
                && last.span.end() <= edit.span.start()
                && let Some(both) = self
                    .document
                    .span(segment, last.span.start(), edit.span.end())
                && let Some(gap) = self
                    .document
                    .span(segment, last.span.end(), edit.span.start())
            {
                last.with.push_str(self.document.text(gap));
                last.with.push_str(&edit.with);
                last.span = both;
            } else {
                out.push(edit.clone());
            }
            last_glyph = hit.last().map(|piece| piece.glyph).or(last_glyph);
        }
        Ok(out)
    }

    fn add(&mut self, edit: &Edit) -> Result<()> {
        let span = edit.span;
        let hit = self.hit(span)?;
        let (Some(head), Some(tail)) = (hit.first(), hit.last()) else {
            let blank = self.document.text(span).trim().is_empty();
            let uncovered = || Error::new(ErrorKind::Internal, "an edit covers no glyphs");
            return blank.then_some(()).ok_or_else(uncovered);
        };
        let twins = hit
            .iter()
            .filter_map(|piece| self.twins.get(&piece.glyph))
            .flatten();
        let all = hit.iter().map(|piece| &piece.glyph).chain(twins);
        let keys: Vec<Key> = all
            .filter_map(|i| self.analysis.glyphs.get(*i))
            .map(key)
            .collect();
        // What else the first and the last glyph show stays as text.
        let text = self
            .document
            .segments()
            .get(span.segment())
            .map_or("", |s| s.text());
        let before = text.get(head.start..span.start()).unwrap_or_default();
        let after = text.get(span.end()..tail.end).unwrap_or_default();
        let stand_in = StandIn {
            text: format!("{before}{}{after}", edit.with),
            kept: format!("{before}\n{after}"),
            typeface: 0,
            fit: 1.0,
            width: 0.0,
            n_bytes: span.len(),
        };
        match keys.iter().find_map(|key| self.owner.get(key)).copied() {
            Some(group) => self.join(group, &keys, stand_in, self.document.text(span)),
            None => self.start(head.glyph, &keys, stand_in),
        }
    }

    fn take(&mut self, keys: &[Key], group: usize) -> bool {
        let mut any = false;
        for key in keys {
            if !self.owner.contains_key(key) {
                self.owner.insert(*key, group);
                self.plan.gone.insert(*key, None);
                any = true;
            }
        }
        any
    }

    /// Adds glyphs to a stand-in that already has some of them.
    fn join(&mut self, group: usize, keys: &[Key], new: StandIn, value: &str) -> Result<()> {
        let more = self.take(keys, group);
        let Some(known) = self.plan.stand_ins.get_mut(group) else {
            return Ok(());
        };
        if more && known.n_bytes < new.n_bytes {
            let typeface = known.typeface;
            *known = new;
            known.typeface = typeface;
        } else if known.kept.contains(value.trim()) {
            return Err(Error::new(
                ErrorKind::Refused,
                "one glyph shows parts of two values and cannot be divided",
            ));
        }
        Ok(())
    }

    fn start(&mut self, host: usize, keys: &[Key], mut new: StandIn) -> Result<()> {
        let glyph = self.analysis.glyphs.get(host);
        let glyph = glyph
            .ok_or_else(|| Error::new(ErrorKind::Internal, "a place of the text has no glyph"))?;
        let show = self.analysis.shows.get(wide(glyph.show));
        let face = show.and_then(|show| self.analysis.faces.get(wide(show.face)));
        new.typeface = self
            .typefaces
            .index(face.map(|face| face.style).unwrap_or_default())?;
        let group = self.plan.stand_ins.len();
        self.take(keys, group);
        let fate = (!new.text.is_empty()).then_some(small(group));
        self.plan.gone.insert(key(glyph), fate);
        self.plan.stand_ins.push(new);
        Ok(())
    }
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
            let width = typefaces
                .get(stand_in.typeface)
                .map_or(0.0, |t| t.width(&stand_in.text));
            stand_in.width = width * em;
        }
    }
}
