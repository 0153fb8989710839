//! Pages whose text is in their pixels: scans, pictures with text, fonts that
//! do not tell their characters. The page is drawn, read by OCR, and the words
//! take part in everything as glyphs without content behind them: what is
//! replaced is painted over in the pictures and taken out of the content under
//! it. Writing the new text layer is the work of [`super::layer`].
//!
//! Faces and handwriting are not looked for. A page that OCR hardly reads is
//! not examined, and the file is refused.

use std::collections::{HashMap, HashSet};

use hayro_syntax::Pdf;
use lopdf::Object;
use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::canvas::{Drawn, Wanted, draw, finest};
use super::font::{Code, Face};
use super::gate::{self, Doubts};
use super::geometry::{Rect, count, small, whole, wide};
use super::glyph::{Glyph, Show};
use super::interpret::Analysis;
use super::pages::{self, Clean};
use super::paint::{self, Areas, TINY};
use super::reading::{SeenWord, on_page, words};
use super::{layer, load};
use crate::document::Location;
use crate::error::{Error, ErrorKind, Result};
use crate::format::scan::paint::{Box as PixelBox, codes};

/// The stream that the glyphs of OCR words come from: none.
pub(super) const NOWHERE: u32 = u32::MAX;
/// Pixels that drawing a page may decode.
const MOST_PIXELS: u64 = 150_000_000;

/// A page that OCR has read.
#[derive(Debug)]
pub(super) struct Seen {
    /// From 1.
    pub(super) page: u32,
    pub(super) doubts: Doubts,
    pub(super) words: Vec<SeenWord>,
    /// Glyphs whose characters the words tell; they stand behind all units.
    pub(super) blind: std::ops::Range<usize>,
}

/// A file whose doubtful pages have been read.
#[derive(Debug)]
pub(super) struct Sighted {
    pub(super) clean: Clean,
    pub(super) analysis: Analysis,
    pub(super) seen: Vec<Seen>,
    /// QR codes that were covered.
    pub(super) n_codes: u32,
    /// Text layers taken out because new ones are made.
    pub(super) n_layers: u32,
}

/// Reads all pages in doubt.
///
/// # Errors
/// `NotExamined` if a page in doubt cannot be read, with or without OCR.
pub(super) fn look(clean: Clean, analysis: Analysis, budget: usize) -> Result<Sighted> {
    let doubts = gate::doubts(&analysis)?;
    let has_ocr = !doubts.is_empty() && crate::format::scan::has_ocr();
    if !has_ocr {
        let serious = doubts.iter().find(|(_, doubts)| doubts.is_serious());
        return match serious {
            Some((page, doubts)) => Err(doubts.error().at(Location::new("page").number(*page))),
            None => Ok(Sighted {
                clean,
                analysis,
                seen: Vec::new(),
                n_codes: 0,
                n_layers: 0,
            }),
        };
    }
    let unshaped =
        |(page, doubts): &&(u32, Doubts)| doubts.font && !have_shapes(&clean.out, &analysis, *page);
    if let Some((page, doubts)) = doubts.iter().find(unshaped) {
        return Err(doubts.error().at(Location::new("page").number(*page)));
    }
    let (mut clean, mut analysis, n_layers) = layer::without(clean, analysis, &doubts, budget)?;
    let (found, codes) = read_pages(&mut clean, &analysis, &doubts)?;
    let mut n_codes = 0;
    let mut seen = found;
    if !codes.is_empty() {
        let mut areas = Areas::new();
        for (page, area) in &codes {
            for unit in analysis
                .units
                .iter()
                .filter(|u| !u.apart && u.page == *page)
            {
                paint::note(unit, *area, true, &mut areas)?;
            }
            n_codes += 1;
        }
        paint::cover(&mut clean.out, &areas)?;
        let again: Vec<(u32, Doubts)> = doubts
            .iter()
            .filter(|(page, _)| codes.iter().any(|(code, _)| code == page))
            .copied()
            .collect();
        let (more, left) = read_pages(&mut clean, &analysis, &again)?;
        if let Some((page, _)) = left.first() {
            let what = "a code on the page cannot be covered";
            let place = Location::new("page").number(*page);
            return Err(Error::new(ErrorKind::Refused, what).at(place));
        }
        seen.extend(more);
        seen.sort_by_key(|seen| seen.page);
    }
    insert(&mut analysis, &mut seen);
    Ok(Sighted {
        clean,
        analysis,
        seen,
        n_codes,
        n_layers,
    })
}

type Codes = Vec<(u32, Rect)>;

/// Draws and reads pages, several at a time. Pages with codes are not read but
/// told: the codes go first.
fn read_pages(
    clean: &mut Clean,
    analysis: &Analysis,
    doubts: &[(u32, Doubts)],
) -> Result<(Vec<Seen>, Codes)> {
    let bytes = super::write::save(&mut clean.out)?;
    let clean = &*clean;
    let results: Vec<Result<(Option<Seen>, Codes)>> = doubts
        .par_iter()
        .map(|(page, doubts)| {
            let read = read_page(&bytes, clean, analysis, (*page, *doubts));
            read.map_err(|error| error.at(Location::new("page").number(*page)))
        })
        .collect();
    let (mut seen, mut codes) = (Vec::new(), Vec::new());
    for result in results {
        let (one, mut more) = result?;
        seen.extend(one);
        codes.append(&mut more);
    }
    Ok((seen, codes))
}

fn read_page(
    bytes: &[u8],
    clean: &Clean,
    analysis: &Analysis,
    (page, doubts): (u32, Doubts),
) -> Result<(Option<Seen>, Codes)> {
    let drawn = drawn(bytes, clean, analysis, page, doubts)?;
    let found = codes(&image::DynamicImage::ImageRgb8(drawn.pixels.clone()).to_luma8());
    if !found.is_empty() {
        let area = |area: &PixelBox| (page, on_page(&drawn, area, 2).unwrap_or(Rect::EMPTY));
        return Ok((None, found.iter().map(area).collect()));
    }
    let words = words(&drawn, doubts)?;
    if doubts.font && !tells_enough(analysis, page, &words) {
        return Err(doubts.error());
    }
    // A picture without text needs no layer, and stays one nobody looked at.
    let without_text = words.is_empty() && !doubts.is_serious();
    let seen = Seen {
        page,
        doubts,
        words,
        blind: 0..0,
    };
    Ok(((!without_text).then_some(seen), Vec::new()))
}

/// Reads pages again after their pictures were painted over, several at a time.
pub(super) fn again(
    clean: &mut Clean,
    analysis: &Analysis,
    pages: &[&Seen],
) -> Result<HashMap<u32, Vec<SeenWord>>> {
    if pages.is_empty() {
        return Ok(HashMap::new());
    }
    let bytes = super::write::save(&mut clean.out)?;
    let clean = &*clean;
    pages
        .par_iter()
        .map(|seen| {
            let drawn = drawn(&bytes, clean, analysis, seen.page, seen.doubts)?;
            Ok((seen.page, words(&drawn, seen.doubts)?))
        })
        .collect()
}

fn drawn(
    bytes: &[u8],
    clean: &Clean,
    analysis: &Analysis,
    page: u32,
    doubts: Doubts,
) -> Result<Drawn> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(|_| not_drawn())?;
    let wanted = wanted(clean, analysis, page, doubts)?;
    draw(&pdf, &wanted).ok_or_else(not_drawn)
}

fn not_drawn() -> Error {
    Error::new(
        ErrorKind::NotExamined,
        "the page is a picture that cannot be drawn, so it was not examined",
    )
}

fn wanted(clean: &Clean, analysis: &Analysis, page: u32, doubts: Doubts) -> Result<Wanted> {
    /// A picture reaches a little over the page where scanners cut it.
    const FAR: f64 = 16.0;
    let units = analysis.units.iter();
    let unit = units.clone().find(|unit| unit.page == page && !unit.apart);
    let unit = unit.ok_or_else(not_drawn)?;
    let real = || {
        unit.pictures
            .iter()
            .filter(|picture| picture.n_pixels > TINY)
    };
    let mut area = unit.area;
    for picture in real() {
        area.left = area.left.min(picture.bounds.left);
        area.bottom = area.bottom.min(picture.bounds.bottom);
        area.right = area.right.max(picture.bounds.right);
        area.top = area.top.max(picture.bounds.top);
    }
    let n_pixels = real()
        .map(|picture| picture.n_pixels)
        .fold(0, u64::saturating_add);
    if n_pixels > MOST_PIXELS || area.area() > FAR * unit.area.area() || !area.area().is_finite() {
        let what = "pictures of the page are too large to be read, so they were not examined";
        return Err(Error::new(ErrorKind::NotExamined, what));
    }
    let index = wide(page).saturating_sub(1);
    let dict = clean
        .pages
        .get(index)
        .and_then(|page| clean.out.objects.get(&page.id));
    let turn = dict
        .and_then(|page| page.as_dict().ok())
        .and_then(|page| page.get(b"Rotate").ok())
        .and_then(|turn| Object::as_i64(turn).ok());
    let blind = if doubts.font {
        let glyphs = analysis.glyphs.get(unit.glyphs.clone()).unwrap_or_default();
        let blind = glyphs.iter().filter(|glyph| is_blind(analysis, glyph));
        blind.map(|glyph| (glyph.x, glyph.y)).collect()
    } else {
        Vec::new()
    };
    Ok(Wanted {
        page: index,
        area,
        turn: turn.unwrap_or(0),
        dpi: finest(real().map(|picture| (picture.n_pixels, picture.bounds))),
        blind,
    })
}

/// Whether as many letters were read as glyphs do not tell theirs, about.
fn tells_enough(analysis: &Analysis, page: u32, words: &[SeenWord]) -> bool {
    const MOST: f64 = 0.4;
    let units = analysis.units.iter();
    let on_page = units.filter(|unit| unit.page == page && !unit.apart);
    let glyphs = on_page.flat_map(|unit| analysis.glyphs.get(unit.glyphs.clone()));
    let n_blind = glyphs
        .flatten()
        .filter(|glyph| is_blind(analysis, glyph))
        .count();
    let n_read: usize = words.iter().map(|word| word.text.chars().count()).sum();
    count(n_read) >= MOST * count(n_blind)
}

/// Whether every font that does not tell its characters has its shapes in the
/// file. What another program would choose for it nobody can look at.
fn have_shapes(doc: &lopdf::Document, analysis: &Analysis, page: u32) -> bool {
    let units = analysis.units.iter();
    let on_page = units.filter(|unit| unit.page == page && !unit.apart);
    let glyphs = on_page.flat_map(|unit| analysis.glyphs.get(unit.glyphs.clone()));
    let blind = glyphs.flatten().filter(|glyph| is_blind(analysis, glyph));
    let faces: HashSet<u32> = blind
        .filter_map(|glyph| analysis.shows.get(wide(glyph.show)))
        .filter_map(|show| analysis.faces.get(wide(show.face)))
        .map(|face| face.id)
        .collect();
    faces.into_iter().all(|id| is_embedded(doc, (id, 0)))
}

fn is_embedded(doc: &lopdf::Document, id: lopdf::ObjectId) -> bool {
    let target = |object: &'_ Object| match object {
        Object::Reference(id) => doc.objects.get(id).cloned(),
        other => Some(other.clone()),
    };
    let part = |dict: &lopdf::Dictionary, key: &[u8]| {
        let found = dict.get(key).ok().and_then(target)?;
        match found {
            Object::Array(items) => items.first().and_then(target),
            other => Some(other),
        }
    };
    let Some(Object::Dictionary(font)) = doc.objects.get(&id) else {
        return false;
    };
    let descendant = part(font, b"DescendantFonts");
    let own = descendant
        .as_ref()
        .and_then(|d| d.as_dict().ok())
        .unwrap_or(font);
    let descriptor = part(own, b"FontDescriptor");
    let has_program = descriptor
        .as_ref()
        .and_then(|descriptor| descriptor.as_dict().ok())
        .is_some_and(|d| d.has(b"FontFile") || d.has(b"FontFile2") || d.has(b"FontFile3"));
    has_program || font.has(b"CharProcs")
}

/// Whether a glyph shows something and tells nothing.
pub(super) fn is_blind(analysis: &Analysis, glyph: &Glyph) -> bool {
    let code = analysis.codes.get(wide(glyph.code));
    glyph.painted && code.is_some_and(|code| code.text.is_empty() && !code.blank)
}

/// Puts the words behind the glyphs of their pages.
fn insert(analysis: &mut Analysis, seen: &mut [Seen]) {
    if seen.is_empty() {
        return;
    }
    let face = small(analysis.faces.len());
    analysis.faces.push(Face::unknown());
    let mut known: HashMap<char, u32> = HashMap::new();
    let glyphs = std::mem::take(&mut analysis.glyphs);
    let mut units = std::mem::take(&mut analysis.units);
    let mut behind = Vec::new();
    for unit in &mut units {
        let start = analysis.glyphs.len();
        let own = glyphs.get(unit.glyphs.clone()).unwrap_or_default();
        let at = seen
            .iter()
            .position(|seen| seen.page == unit.page && !unit.apart);
        let Some(at) = at else {
            analysis.glyphs.extend_from_slice(own);
            unit.glyphs = start..analysis.glyphs.len();
            continue;
        };
        let first = behind.len();
        for glyph in own {
            // Where words stand, what tells nothing would stand between them, even
            // if it draws nothing.
            let code = analysis.codes.get(wide(glyph.code));
            if code.is_none_or(|code| code.text.is_empty()) {
                behind.push(*glyph);
            } else {
                analysis.glyphs.push(*glyph);
            }
        }
        let Some(page) = seen.get_mut(at) else {
            continue;
        };
        page.blind = first..behind.len();
        for word in &mut page.words {
            insert_word(analysis, word, face, &mut known);
        }
        unit.glyphs = start..analysis.glyphs.len();
    }
    let n = analysis.glyphs.len();
    for page in seen {
        page.blind = page.blind.start + n..page.blind.end + n;
    }
    analysis.glyphs.append(&mut behind);
    analysis.units = units;
}

fn insert_word(
    analysis: &mut Analysis,
    word: &mut SeenWord,
    face: u32,
    known: &mut HashMap<char, u32>,
) {
    word.show = small(analysis.shows.len());
    analysis.shows.push(Show {
        carrier: NOWHERE,
        start: 0,
        end: 0,
        face,
        font_name: None,
        size: word.size,
        char_space: 0.0,
        word_space: 0.0,
        stretch: 1.0,
        scale: 1.0,
        fresh: true,
    });
    let n = word.text.chars().count();
    let step = word.width / count(n.max(1));
    let (sin, cos) = word.angle.to_radians().sin_cos();
    for (at, character) in word.text.chars().enumerate() {
        let code = *known.entry(character).or_insert_with(|| {
            analysis.codes.push(Code {
                face,
                code: u32::from(character),
                n_bytes: 4,
                text: character.nfkc().collect(),
                spelled: String::new(),
                blank: false,
                width: 500.0,
                displacement: (0.0, 0.0),
            });
            small(analysis.codes.len() - 1)
        });
        let along = step * count(at);
        analysis.glyphs.push(Glyph {
            show: word.show,
            element: 0,
            at: small(at),
            code,
            x: along.mul_add(cos, word.origin.0),
            y: along.mul_add(sin, word.origin.1),
            angle: i16::try_from(whole(word.angle)).unwrap_or(0),
            advance: step,
            width: step,
            size: word.size,
            painted: true,
        });
    }
}

/// Cleans and interprets a changed file.
pub(super) fn examined(doc: &lopdf::Document, budget: usize) -> Result<(Clean, Analysis)> {
    let mut clean = pages::clean(doc, budget)?;
    let analysis = load::analyze(&mut clean)?;
    Ok((clean, analysis))
}
