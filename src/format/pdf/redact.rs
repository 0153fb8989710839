//! Redactions that a person marked and never applied: what the areas show is
//! taken out of the file before anything reads it.

use lopdf::{Dictionary, Object};

use super::geometry::Rect;
use super::interpret::Analysis;
use super::pages::{self, Clean, rect};
use super::paint::{self, Areas};
use super::plan::{Plan, key};
use super::splice::splice;
use super::typeface::Typefaces;
use super::{gate, load};
use crate::error::Result;

/// A glyph goes if this part of it lies in an area.
const INSIDE: f64 = 0.25;

/// The file without what its marked areas show.
///
/// # Errors
/// If a picture under an area cannot be painted over, or the text outside
/// changed.
pub(super) fn apply(clean: Clean, analysis: Analysis, budget: usize) -> Result<(Clean, Analysis)> {
    if clean.redactions.is_empty() {
        return Ok((clean, analysis));
    }
    let mut plan = Plan::default();
    let mut areas = Areas::new();
    for unit in analysis.units.iter().filter(|unit| !unit.apart) {
        let page = usize::try_from(unit.page).unwrap_or(0);
        let marked: Vec<Rect> = clean
            .redactions
            .iter()
            .filter(|(index, _)| index + 1 == page)
            .map(|(_, area)| *area)
            .collect();
        for area in &marked {
            paint::note(unit, *area, true, &mut areas)?;
        }
        for glyph in analysis.glyphs.get(unit.glyphs.clone()).unwrap_or_default() {
            let own = paint::bounds(glyph, 0.0, 0.7);
            let inside = |area: &Rect| area.common(own).area() > INSIDE * own.area();
            if marked.iter().any(inside) {
                plan.gone.insert(key(glyph), None);
            }
        }
    }
    let mut changed = clean.out.clone();
    paint::cover(&mut changed, &areas)?;
    splice(
        &mut changed,
        &clean.pages,
        &analysis,
        &plan,
        &mut Typefaces::default(),
    )?;
    for (index, area) in &clean.redactions {
        let page = clean.pages.get(*index).map(|page| page.id);
        without_links(&mut changed, page, *area);
    }
    let mut again = pages::clean(&changed, budget)?;
    let written = load::analyze(&mut again)?;
    gate::same_text(&analysis, &plan, &written)?;
    again.dropped = clean.dropped;
    Ok((again, written))
}

/// Takes the links out of a page that touch an area.
fn without_links(doc: &mut lopdf::Document, page: Option<lopdf::ObjectId>, area: Rect) {
    let touches = |dict: &Dictionary| {
        let own = dict.get(b"Rect").ok().and_then(rect);
        own.is_none_or(|own| own.common(area).area() > 0.0)
    };
    let Some(Object::Dictionary(dict)) = page.and_then(|page| doc.objects.get(&page)) else {
        return;
    };
    let Ok(Object::Array(all)) = dict.get(b"Annots") else {
        return;
    };
    let kept: Vec<Object> = all
        .iter()
        .filter(|item| {
            let target = item.as_reference().ok().and_then(|id| doc.objects.get(&id));
            let dict = target.and_then(|target| target.as_dict().ok());
            dict.is_some_and(|dict| !touches(dict))
        })
        .cloned()
        .collect();
    if let Some(Object::Dictionary(dict)) = page.and_then(|page| doc.objects.get_mut(&page)) {
        dict.set("Annots", kept);
    }
}
