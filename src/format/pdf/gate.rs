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
use super::sight::NOWHERE;
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

/// Why reading the text of a page may not tell what the page shows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Doubts {
    /// A font does not tell its characters, or wrong ones.
    pub(super) font: bool,
    is_false: bool,
    /// Shapes may be letters.
    shapes: bool,
    /// The page is a picture.
    pub(super) scan: bool,
    has_layer: bool,
    /// A picture on the page may show text.
    picture: bool,
}

impl Doubts {
    /// Whether a page cannot be delivered unless somebody looks at it.
    pub(super) const fn is_serious(self) -> bool {
        self.font || self.shapes || self.scan
    }

    /// What to say of a page that nobody looked at.
    pub(super) fn error(self) -> Error {
        let what = if self.is_false {
            "a font of the page shows other characters than it tells; they were not examined, which takes the program tesseract 5 with German and English"
        } else if self.font {
            "text in a font that does not tell its characters was not examined, which takes the program tesseract 5 with German and English"
        } else if self.shapes {
            "the page has hardly any text but many shapes; they may be letters and were not examined"
        } else if self.has_layer {
            "the page is a scan with a text layer; whether the layer tells all that the picture shows was not examined, which takes the program tesseract 5 with German and English"
        } else {
            "the page is a scan; its picture was not examined, which takes the program tesseract 5 with German and English"
        };
        Error::new(ErrorKind::NotExamined, what)
    }
}

/// The pages that cannot be examined by reading text alone.
///
/// # Errors
/// For what cannot be examined by looking at the page either, because it is
/// drawn apart from it.
pub(super) fn doubts(analysis: &Analysis) -> Result<Vec<(u32, Doubts)>> {
    let mut out = Vec::new();
    for unit in &analysis.units {
        let false_map = |glyph: &Glyph| {
            let show = analysis.shows.get(wide(glyph.show));
            let face = show.and_then(|show| analysis.faces.get(wide(show.face)));
            glyph.painted && face.is_some_and(super::font::Face::is_false)
        };
        let glyphs = analysis.glyphs.get(unit.glyphs.clone()).unwrap_or_default();
        let is_false = glyphs.iter().any(false_map);
        let (_, hidden) = n_chars(analysis, unit);
        let doubts = Doubts {
            font: is_false || unreadable(analysis, unit).is_some(),
            is_false,
            shapes: is_drawn(analysis, unit),
            scan: is_scan(analysis, unit),
            has_layer: hidden >= ENOUGH_TEXT,
            picture: has_picture(unit),
        };
        // Shapes could be read, but not taken out of the content.
        if (unit.apart && doubts.is_serious()) || doubts.shapes {
            return Err(doubts.error().at(Location::new("page").number(unit.page)));
        }
        if doubts.is_serious() || doubts.picture {
            out.push((unit.page, doubts));
        }
    }
    Ok(out)
}

/// Whether a page has a picture in which text can be read.
fn has_picture(unit: &Unit) -> bool {
    /// A line of small print has so many pixels at 100 dpi.
    const SOME_PIXELS: u64 = 60_000;
    /// Part of the page that a line of text takes.
    const SOME_ROOM: f64 = 0.015;
    let may_show = |picture: &Picture| {
        picture.n_pixels >= SOME_PIXELS && picture.bounds.area() >= SOME_ROOM * unit.area.area()
    };
    !unit.apart && unit.pictures.iter().any(may_show)
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

/// Pictures that stay and that nobody read; `seen` tells pages that were.
pub(super) fn n_pictures(analysis: &Analysis, seen: impl Fn(u32) -> bool) -> u32 {
    let real = |picture: &&Picture| picture.n_pixels > TINY;
    let n = analysis
        .units
        .iter()
        .filter(|unit| unit.apart || !seen(unit.page))
        .flat_map(|unit| &unit.pictures)
        .filter(real)
        .count();
    small(n)
}

/// The text of every unit without white space, in content order, and what was
/// added to pages. Words that OCR read have no content.
fn texts(analysis: &Analysis, plan: Option<&Plan>, added: &[(u32, String)]) -> Vec<String> {
    let mut out = Vec::new();
    for unit in &analysis.units {
        let mut text = String::new();
        for glyph in analysis.glyphs.get(unit.glyphs.clone()).unwrap_or_default() {
            let show = analysis.shows.get(wide(glyph.show));
            if show.is_some_and(|show| show.carrier == NOWHERE) {
                continue;
            }
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
        for (_, more) in added
            .iter()
            .filter(|(page, _)| *page == unit.page && !unit.apart)
        {
            text.extend(more.nfkc());
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
    if texts(old, Some(plan), &[]) == texts(new, None, &[]) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Fidelity,
        "the written text differs from the original outside the replaced places",
    ))
}

/// Checks that pages say what they said and what was added, and nothing else.
pub(super) fn layered(old: &Analysis, added: &[(u32, String)], new: &Analysis) -> Result<()> {
    if texts(old, None, added) == texts(new, None, &[]) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Fidelity,
        "the text layer of a page differs from what it should say",
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
///
/// Pages with fonts that do not tell their characters are left out: there the
/// other reader may guess where ours looks.
pub(super) fn second_opinion(
    bytes: &[u8],
    ours: &Analysis,
    guesses: impl Fn(u32) -> bool,
) -> Result<()> {
    let theirs = read_back::page_texts(bytes.to_vec())?;
    no_more(&theirs, ours, guesses)
}

/// Checks that another reader finds no text in the input that the clean copy
/// lacks: an object may have been lost in loading. What that reader cannot open
/// tells nothing.
pub(super) fn nothing_lost(input: &[u8], ours: &Analysis) -> Result<()> {
    match read_back::page_texts(input.to_vec()) {
        Ok(theirs) => {
            let doubts = doubts(ours)?;
            let is_font = |page| doubts.iter().any(|(p, doubts)| *p == page && doubts.font);
            no_more(&theirs, ours, is_font)
        }
        Err(_) => Ok(()),
    }
}

fn no_more(theirs: &[String], ours: &Analysis, guesses: impl Fn(u32) -> bool) -> Result<()> {
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
        if guesses(page) {
            continue;
        }
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
