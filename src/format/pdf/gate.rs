//! The doubts: pages nobody can read, pictures under replaced text, and
//! whether the written file says what the input said, mentions apart. Each
//! check fails closed.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use super::geometry::{Rect, count, small, wide};
use super::glyph::{Glyph, Picture, Unit};
use super::interpret::Analysis;
use super::plan::{Plan, key};
use super::read_back;
use super::text::unreadable;
use crate::document::Location;
use crate::error::{Error, ErrorKind, Result};

/// A picture over this part of a page may be the page.
const SCAN: f64 = 0.5;
/// Painted characters that make a page more than its picture.
const ENOUGH_TEXT: usize = 100;
/// Pictures up to this many pixels are lines, dots and patterns.
const TINY_PICTURE: u64 = 32 * 32;

/// Refuses pages that cannot be examined by reading text.
pub(super) fn examinable(analysis: &Analysis) -> Result<()> {
    for unit in &analysis.units {
        let place = Location::new("page").number(unit.page);
        if unreadable(analysis, unit).is_some() {
            return Err(Error::new(
                ErrorKind::NotExamined,
                "text in a font that does not tell its characters was not examined",
            )
            .at(place));
        }
        if is_scan(analysis, unit) {
            return Err(Error::new(
                ErrorKind::NotExamined,
                "the page is a scan; its picture was not examined",
            )
            .at(place));
        }
    }
    Ok(())
}

fn is_scan(analysis: &Analysis, unit: &Unit) -> bool {
    let covered: f64 = unit
        .pictures
        .iter()
        .filter(|picture| picture.n_pixels > TINY_PICTURE)
        .map(|picture| picture.bounds.common(unit.area).area())
        .sum();
    if covered < SCAN * unit.area.area() {
        return false;
    }
    let (mut painted, mut hidden) = (0_usize, 0_usize);
    for glyph in analysis.glyphs.get(unit.glyphs.clone()).unwrap_or_default() {
        let code = analysis.codes.get(wide(glyph.code));
        if code.is_some_and(|code| !code.text.trim().is_empty()) {
            if glyph.painted {
                painted += 1;
            } else {
                hidden += 1;
            }
        }
    }
    painted < ENOUGH_TEXT || hidden > painted
}

/// Pictures that stay and that nobody read.
pub(super) fn n_pictures(analysis: &Analysis) -> u32 {
    let real = |picture: &&Picture| picture.n_pixels > TINY_PICTURE;
    let n = analysis
        .units
        .iter()
        .flat_map(|unit| &unit.pictures)
        .filter(real)
        .count();
    small(n)
}

/// Refuses a replacement over a picture: the picture may show the same text.
pub(super) fn no_pictures_under(analysis: &Analysis, plan: &Plan) -> Result<()> {
    if plan.gone.is_empty() {
        return Ok(());
    }
    for unit in analysis
        .units
        .iter()
        .filter(|unit| !unit.pictures.is_empty())
    {
        for glyph in analysis.glyphs.get(unit.glyphs.clone()).unwrap_or_default() {
            if !plan.gone.contains_key(&key(glyph)) {
                continue;
            }
            let area = bounds(glyph);
            let under = unit.pictures.iter().any(|picture| {
                picture.n_pixels > TINY_PICTURE
                    && picture.bounds.common(area).area() > 0.2 * area.area()
            });
            if under {
                return Err(Error::new(
                    ErrorKind::Refused,
                    "a picture lies under a replaced place and may show the same text",
                )
                .at(Location::new("page").number(unit.page)));
            }
        }
    }
    Ok(())
}

fn bounds(glyph: &Glyph) -> Rect {
    let (sin, cos) = f64::from(glyph.angle).to_radians().sin_cos();
    let (width, height) = (glyph.width.max(0.1), glyph.size.max(0.1) * 0.7);
    let corners = [(0.0, 0.0), (width, 0.0), (0.0, height), (width, height)];
    let mut out = Rect::EMPTY;
    for (u, v) in corners {
        let (x, y) = (glyph.x + u * cos - v * sin, glyph.y + u * sin + v * cos);
        out.left = out.left.min(x);
        out.right = out.right.max(x);
        out.bottom = out.bottom.min(y);
        out.top = out.top.max(y);
    }
    out
}

/// The text of every unit without white space, in content order.
fn texts(analysis: &Analysis, plan: Option<&Plan>) -> Vec<String> {
    let mut out = Vec::new();
    for unit in &analysis.units {
        let mut text = String::new();
        for glyph in analysis.glyphs.get(unit.glyphs.clone()).unwrap_or_default() {
            match plan.and_then(|plan| plan.gone.get(&key(glyph)).map(|fate| (plan, fate))) {
                None => {
                    let code = analysis.codes.get(wide(glyph.code));
                    text.push_str(code.map_or("", |code| code.text.as_str()));
                }
                Some((_, None)) => {}
                Some((plan, Some(stand_in))) => {
                    let stand_in = plan.stand_ins.get(wide(*stand_in));
                    text.extend(stand_in.map_or("", |s| s.text.as_str()).nfkc());
                }
            }
        }
        text.retain(|character| !character.is_whitespace() && character != '\u{AD}');
        if !unit.apart || !text.is_empty() {
            out.push(text);
        }
    }
    out
}

/// Checks that the written text is the old text with stand-ins for mentions.
pub(super) fn same_text(old: &Analysis, plan: &Plan, new: &Analysis) -> Result<()> {
    if texts(old, Some(plan)) == texts(new, None) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Fidelity,
        "the written text differs from the original outside the replaced places",
    ))
}

/// Checks that another interpreter reads no more than ours did.
pub(super) fn second_opinion(bytes: &[u8], ours: &Analysis) -> Result<()> {
    let theirs = read_back::page_texts(bytes.to_vec())?;
    let mut known: HashMap<u32, HashMap<char, usize>> = HashMap::new();
    for unit in &ours.units {
        let seen = known.entry(unit.page).or_default();
        for glyph in ours.glyphs.get(unit.glyphs.clone()).unwrap_or_default() {
            let code = ours.codes.get(wide(glyph.code));
            for character in code.map_or("", |code| code.text.as_str()).chars() {
                *seen.entry(character).or_default() += 1;
            }
        }
    }
    for (index, text) in theirs.iter().enumerate() {
        let page = small(index + 1);
        let mut left = known.remove(&page).unwrap_or_default();
        let (mut all, mut more) = (0_usize, 0_usize);
        for character in text.nfkc().filter(|c| c.is_alphanumeric()) {
            all += 1;
            match left.get_mut(&character) {
                Some(n) if *n > 0 => *n -= 1,
                _ => more += 1,
            }
        }
        if count(more) > (0.01 * count(all)).max(3.0) {
            return Err(Error::new(
                ErrorKind::Fidelity,
                "a second reader finds text that the first did not",
            )
            .at(Location::new("page").number(page)));
        }
    }
    Ok(())
}
