//! The words of a drawn page: OCR, on its sides and its head too where it reads
//! badly, and where each word stands on the page. A page that OCR hardly reads
//! is an error, never a page without text.

use image::RgbImage;

use super::canvas::Drawn;
use super::gate::Doubts;
use super::geometry::{Matrix, Rect, count};
use crate::error::{Error, ErrorKind, Result};
use crate::format::scan::paint::Box as PixelBox;
use crate::format::scan::tesseract::{self, Word};

/// Letters and digits from which on a page is judged by how surely they are read.
pub(super) const ENOUGH: usize = 30;
/// A word read less surely than this may be something else.
const SURE: f32 = 60.0;
/// A page of which less than this part is read surely may stand on its side,
/// and one of which less than the other is read so was not read.
const DOUBTFUL: f64 = 0.5;
const UNREAD: f64 = 0.3;
/// So many sure words make a picture one with text.
const FEW_WORDS: usize = 3;

/// A word on a page.
#[derive(Clone)]
pub(super) struct SeenWord {
    pub(super) text: String,
    /// What is to be painted over: the word with a little around it.
    pub(super) area: Rect,
    /// Where it begins, on its base line; which way it runs, in degrees.
    pub(super) origin: (f64, f64),
    pub(super) angle: f64,
    pub(super) width: f64,
    pub(super) size: f64,
    /// Paragraph and line.
    pub(super) line: (u32, u32, u32),
    /// Whether it stands on dark ground.
    pub(super) is_light: bool,
    /// Its operator among those of the analysis.
    pub(super) show: u32,
}

impl std::fmt::Debug for SeenWord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let n = self.text.len();
        f.debug_struct("SeenWord").field("n_bytes", &n).finish()
    }
}

/// Reads a drawn page; where it reads badly, also on its sides and its head.
pub(super) fn words(drawn: &Drawn, doubts: Doubts) -> Result<Vec<SeenWord>> {
    let first = tesseract::read(&drawn.pixels)?;
    if !doubts.is_serious() {
        let sure = |word: &&Word| word.confidence >= SURE && n_letters(&word.text) > 1;
        let has_text = first.iter().filter(sure).count() >= FEW_WORDS;
        return Ok(if has_text {
            seen_words(drawn, &first)
        } else {
            Vec::new()
        });
    }
    let (mut sure, all) = letters(&first);
    if all >= ENOUGH && count(sure) >= DOUBTFUL * count(all) {
        return Ok(seen_words(drawn, &first));
    }
    let mut best = (seen_words(drawn, &first), sure, all);
    let mut turned = drawn.turned();
    for n in 0..3 {
        if n > 0 {
            turned = turned.turned();
        }
        let read = tesseract::read(&turned.pixels)?;
        let (now, all) = letters(&read);
        if now > 2 * sure + ENOUGH / 3 {
            sure = now;
            best = (seen_words(&turned, &read), now, all);
        }
    }
    let (words, sure, all) = best;
    if all >= ENOUGH && count(sure) < UNREAD * count(all) {
        let what =
            "the page is a picture in which hardly anything can be read, so it was not examined";
        return Err(Error::new(ErrorKind::NotExamined, what));
    }
    Ok(words)
}

pub(super) fn n_letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

/// Letters and digits that were read surely, and all.
fn letters(words: &[Word]) -> (usize, usize) {
    let sum = |least: f32| {
        let read = words.iter().filter(|word| word.confidence >= least);
        read.map(|word| n_letters(&word.text)).sum()
    };
    (sum(SURE), sum(f32::MIN))
}

/// A box of pixels on the page, `padding` pixels larger all around.
pub(super) fn on_page(drawn: &Drawn, area: &PixelBox, padding: u32) -> Option<Rect> {
    let padding = f64::from(padding);
    let (left, top) = (f64::from(area.x), f64::from(area.y));
    let pixels = Rect {
        left: left - padding,
        bottom: top - padding,
        right: left + f64::from(area.width) + padding,
        top: top + f64::from(area.height) + padding,
    };
    Some(drawn.place.inverse()?.bounds(pixels))
}

fn seen_words(drawn: &Drawn, words: &[Word]) -> Vec<SeenWord> {
    let Some(back) = drawn.place.inverse() else {
        return Vec::new();
    };
    let (x0, y0) = back.apply(0.0, 0.0);
    let (x1, y1) = back.apply(1.0, 0.0);
    let angle = (y1 - y0).atan2(x1 - x0).to_degrees();
    let mut out = Vec::new();
    for line in words.chunk_by(|a, b| (a.paragraph, a.line) == (b.paragraph, b.line)) {
        let Some((base, size)) = line_of(line) else {
            continue;
        };
        for word in line {
            let at = &word.area;
            let padding = at.height / 6 + 2;
            let Some(area) = on_page(drawn, at, padding) else {
                continue;
            };
            out.push(SeenWord {
                text: word.text.clone(),
                area,
                origin: back.apply(f64::from(at.x), base),
                angle,
                width: f64::from(at.width) * back.x_scale(),
                size: size * back.y_scale(),
                line: (word.paragraph.0, word.paragraph.1, word.line),
                is_light: is_dark(&drawn.pixels, at),
                show: 0,
            });
        }
    }
    out
}

/// The base line and the font size of a line, in pixels.
fn line_of(line: &[Word]) -> Option<(f64, f64)> {
    const BELOW: &[char] = &[
        'g', 'j', 'p', 'q', 'y', ',', ';', '(', ')', '[', ']', 'Q', 'ß', '/', '|',
    ];
    const HIGH: &[char] = &['b', 'd', 'f', 'h', 'k', 'l', 't', 'ä', 'ö', 'ü', 'i'];
    let bottom = |word: &Word| f64::from(word.area.y) + f64::from(word.area.height);
    let stands = |word: &&Word| !word.text.contains(BELOW) && n_letters(&word.text) > 0;
    let mut bottoms: Vec<f64> = line.iter().filter(stands).map(bottom).collect();
    if bottoms.is_empty() {
        let lifted = |word: &Word| bottom(word) - 0.22 * f64::from(word.area.height);
        bottoms = line.iter().map(lifted).collect();
    }
    bottoms.sort_by(f64::total_cmp);
    let base = bottoms.get(bottoms.len() / 2).copied()?;
    let height = |word: &Word| {
        let up = (base - f64::from(word.area.y)).max(2.0);
        let tall = word.text.contains(HIGH) || word.text.contains(char::is_uppercase);
        up / if tall || word.text.contains(char::is_numeric) {
            0.74
        } else {
            0.54
        }
    };
    let mut sizes: Vec<f64> = line.iter().map(height).collect();
    sizes.sort_by(f64::total_cmp);
    sizes.get(sizes.len() / 2).map(|size| (base, *size))
}

/// Whether the ground around a word is dark: the middle pixel of its border.
fn is_dark(pixels: &RgbImage, area: &PixelBox) -> bool {
    let mut edge = Vec::new();
    for x in area.x..area.x.saturating_add(area.width) {
        for y in [
            area.y.saturating_sub(2),
            area.y.saturating_add(area.height + 1),
        ] {
            let pixel = pixels.get_pixel_checked(x, y);
            edge.extend(pixel.map(|pixel| pixel.0.map(u32::from).iter().sum::<u32>()));
        }
    }
    edge.sort_unstable();
    edge.get(edge.len() / 2).is_some_and(|middle| *middle < 384)
}

/// The map that puts text of one em at a word's place.
pub(super) fn matrix(word: &SeenWord, stretch: f64, size: f64) -> Matrix {
    let (sin, cos) = word.angle.to_radians().sin_cos();
    let (x, y) = word.origin;
    let wide = size * stretch;
    Matrix([cos * wide, sin * wide, -sin * size, cos * size, x, y])
}
