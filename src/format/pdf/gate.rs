//! The doubts: pages nobody can read, pictures under replaced text, and
//! whether the written file says what the input said, mentions apart. Each
//! check fails closed.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use super::geometry::{count, small, wide};
use super::glyph::{Glyph, Picture, Unit};
use super::interpret::Analysis;
use super::paint::TINY;
use super::plan::{Plan, key};
use super::read_back;
use super::strings::Place;
use super::text::unreadable;
use crate::document::Location;
use crate::error::{Error, ErrorKind, Result};

/// A picture over this part of a page may be the page.
const SCAN: f64 = 0.5;
/// Painted characters that make a page more than its picture.
const ENOUGH_TEXT: usize = 100;
/// Pictures from this many pixels on may hold a page of text.
const LARGE_PICTURE: u64 = 300_000;

/// Refuses pages that cannot be examined by reading text.
pub(super) fn examinable(analysis: &Analysis) -> Result<()> {
    for unit in &analysis.units {
        let place = Location::new("page").number(unit.page);
        let false_map = |glyph: &Glyph| {
            let show = analysis.shows.get(wide(glyph.show));
            let face = show.and_then(|show| analysis.faces.get(wide(show.face)));
            glyph.painted && face.is_some_and(super::font::Face::is_false)
        };
        let glyphs = analysis.glyphs.get(unit.glyphs.clone()).unwrap_or_default();
        if glyphs.iter().any(false_map) {
            return Err(Error::new(
                ErrorKind::NotExamined,
                "a font of the page shows other characters than it tells; they were not examined",
            )
            .at(place));
        }
        if unreadable(analysis, unit).is_some() {
            return Err(Error::new(
                ErrorKind::NotExamined,
                "text in a font that does not tell its characters was not examined",
            )
            .at(place));
        }
        if is_drawn(analysis, unit) {
            return Err(Error::new(
                ErrorKind::NotExamined,
                "the page has hardly any text but many shapes; they may be letters and were not examined",
            )
            .at(place));
        }
        if is_scan(analysis, unit) {
            let (_, hidden) = n_chars(analysis, unit);
            let what = if hidden >= ENOUGH_TEXT {
                "the page is a scan with a text layer; whether the layer tells all that the picture shows was not examined"
            } else {
                "the page is a scan; its picture was not examined"
            };
            return Err(Error::new(ErrorKind::NotExamined, what).at(place));
        }
    }
    Ok(())
}

/// Whether shapes may stand for letters: many curves, hardly any text.
fn is_drawn(analysis: &Analysis, unit: &Unit) -> bool {
    const MANY_CURVES: u32 = 400;
    const HARDLY_ANY: usize = 20;
    if unit.apart || unit.n_curves < MANY_CURVES {
        return false;
    }
    let glyphs = analysis.glyphs.get(unit.glyphs.clone()).unwrap_or_default();
    let said = glyphs.iter().filter(|glyph| {
        let code = analysis.codes.get(wide(glyph.code));
        code.is_some_and(|code| !code.text.trim().is_empty())
    });
    said.count() < HARDLY_ANY
}

fn is_scan(analysis: &Analysis, unit: &Unit) -> bool {
    let real = unit
        .pictures
        .iter()
        .filter(|picture| picture.n_pixels > TINY);
    if unit.apart {
        // A pattern or a mask may be the page as well; how large it is painted
        // is not known here.
        let large = real.map(|picture| picture.n_pixels).max().unwrap_or(0) > LARGE_PICTURE;
        let page = analysis
            .units
            .iter()
            .find(|other| other.page == unit.page && !other.apart);
        return large && page.is_some_and(|page| n_chars(analysis, page).0 < ENOUGH_TEXT);
    }
    let covered: f64 = real
        .map(|picture| picture.bounds.common(unit.area).area())
        .sum();
    if covered < SCAN * unit.area.area() {
        return false;
    }
    let (painted, hidden) = n_chars(analysis, unit);
    painted < ENOUGH_TEXT || hidden > painted
}

/// How many readable glyphs a unit paints, and how many it hides.
fn n_chars(analysis: &Analysis, unit: &Unit) -> (usize, usize) {
    let (mut painted, mut hidden) = (0, 0);
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
    (painted, hidden)
}

/// Pictures that stay and that nobody read.
pub(super) fn n_pictures(analysis: &Analysis) -> u32 {
    let real = |picture: &&Picture| picture.n_pixels > TINY;
    let n = analysis
        .units
        .iter()
        .flat_map(|unit| &unit.pictures)
        .filter(real)
        .count();
    small(n)
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

/// Checks that the strings beside the pages are what they should be.
pub(super) fn same_strings(expected: &[String], written: &[Place]) -> Result<()> {
    if expected.iter().eq(written.iter().map(|place| &place.text)) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Fidelity,
        "a bookmark, label, link or description differs from what it should be",
    ))
}

/// Checks that another interpreter reads no more in the written file than ours
/// did.
pub(super) fn second_opinion(bytes: &[u8], ours: &Analysis) -> Result<()> {
    let theirs = read_back::page_texts(bytes.to_vec())?;
    no_more(&theirs, ours)
}

/// Checks that another reader finds no text in the input that the clean copy
/// lacks: an object may have been lost in loading. What that reader cannot open
/// tells nothing.
pub(super) fn nothing_lost(input: &[u8], ours: &Analysis) -> Result<()> {
    match read_back::page_texts(input.to_vec()) {
        Ok(theirs) => no_more(&theirs, ours),
        Err(_) => Ok(()),
    }
}

fn no_more(theirs: &[String], ours: &Analysis) -> Result<()> {
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
