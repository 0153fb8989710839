//! Reads a PDF with eyes that took no part in writing it: `hayro-interpret`
//! for the pages, plain decoding for everything else. What it finds is for the
//! sweep in `verify` and never leaves the program.

use hayro_interpret::font::GlyphRun;
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::kurbo::{Affine, BezPath, Rect};
use hayro_interpret::pattern::Pattern;
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
    InterpreterCache, InterpreterSettings, Paint, SoftMask, interpret_page,
};
use lopdf::{Dictionary, Document, Object};

use crate::error::{Error, ErrorKind, Result};

/// Everything a stream of a written file may unpack to.
const MAX_STREAM: usize = 512 << 20;

/// Text as a second interpreter reads it: one string per page, then every text
/// string of the file's objects (bookmarks, fields, annotations, properties).
///
/// # Errors
/// If the file cannot be read.
pub fn second_reader(bytes: &[u8]) -> Result<Vec<String>> {
    let mut doc = load(bytes)?;
    // Without layers nothing is hidden from this reader.
    let root = doc.trailer.get(b"Root").and_then(Object::as_reference);
    if let Ok(root) = root
        && let Some(Object::Dictionary(catalog)) = doc.objects.get_mut(&root)
    {
        catalog.remove(b"OCProperties");
    }
    let visible = super::write::save(&mut doc)?;
    let mut out = page_texts(visible)?;
    for object in doc.objects.values() {
        strings(object, &mut |bytes| out.push(text_string(bytes)));
    }
    strings(&Object::Dictionary(doc.trailer.clone()), &mut |bytes| {
        out.push(text_string(bytes));
    });
    Ok(out)
}

/// The text of every page as `hayro-interpret` reads it.
pub(super) fn page_texts(bytes: Vec<u8>) -> Result<Vec<String>> {
    let pdf = hayro_syntax::Pdf::new(bytes).map_err(|_| unreadable())?;
    let cache = InterpreterCache::new();
    let settings = InterpreterSettings::default();
    let mut out = Vec::new();
    for page in pdf.pages().iter() {
        let mut reader = Reader::default();
        let area = Rect::new(-1e6, -1e6, 1e6, 1e6);
        let mut context =
            Context::new(Affine::IDENTITY, area, &cache, pdf.xref(), settings.clone());
        interpret_page(page, &mut context, &mut reader);
        out.push(reader.text);
    }
    Ok(out)
}

/// All streams of a file, unpacked, and all its strings and free names. Left
/// out are what the file format itself words (keys, fixed names), font
/// programs (which name their makers) and color profiles.
///
/// # Errors
/// If the file cannot be read or a stream cannot be unpacked.
pub fn streams(bytes: &[u8]) -> Result<Vec<Vec<u8>>> {
    let doc = load(bytes)?;
    let mut out = Vec::new();
    for object in doc.objects.values() {
        if let Object::Stream(stream) = object
            && !is_program(&stream.dict)
        {
            out.push(unpacked(stream)?);
        }
        strings(object, &mut |bytes| out.push(bytes.to_vec()));
        names(object, &mut |name| out.push(name.to_vec()));
    }
    strings(&Object::Dictionary(doc.trailer), &mut |bytes| {
        out.push(bytes.to_vec());
    });
    Ok(out)
}

fn load(bytes: &[u8]) -> Result<Document> {
    Document::load_mem(bytes).map_err(|_| unreadable())
}

fn unreadable() -> Error {
    Error::new(ErrorKind::Broken, "the PDF cannot be read back")
}

/// Pictures stay as they are packed; their pixels are no text.
fn unpacked(stream: &lopdf::Stream) -> Result<Vec<u8>> {
    const PICTURES: &[&[u8]] = &[
        b"DCTDecode",
        b"DCT",
        b"JPXDecode",
        b"JBIG2Decode",
        b"CCITTFaxDecode",
        b"CCF",
    ];
    let filters = stream.filters().unwrap_or_default();
    if filters.iter().any(|filter| PICTURES.contains(filter)) {
        return Ok(stream.content.clone());
    }
    let unpacked = stream.get_plain_content_with_limit(MAX_STREAM);
    let picture = stream
        .dict
        .get(b"Subtype")
        .and_then(Object::as_name)
        .is_ok_and(|n| n == b"Image");
    match unpacked {
        Ok(content) => Ok(content),
        Err(_) if picture => Ok(stream.content.clone()),
        Err(_) => Err(unreadable()),
    }
}

fn dict_of(object: &Object) -> Option<&Dictionary> {
    match object {
        Object::Dictionary(dict) => Some(dict),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    }
}

/// A font program or a color profile.
fn is_program(dict: &Dictionary) -> bool {
    dict.has(b"Length1")
        || (dict.has(b"N") && !dict.has(b"First"))
        || dict
            .get(b"Subtype")
            .and_then(Object::as_name)
            .is_ok_and(|name| matches!(name, b"Type1C" | b"CIDFontType0C" | b"OpenType"))
}

/// All text strings; those whose wording the format fixes are left out.
fn strings(object: &Object, found: &mut impl FnMut(&[u8])) {
    match object {
        Object::String(bytes, _) => found(bytes),
        Object::Array(items) => items.iter().for_each(|item| strings(item, found)),
        other => {
            for (key, value) in dict_of(other).into_iter().flatten() {
                let fixed = matches!(
                    key.as_slice(),
                    b"Registry" | b"Ordering" | b"ID" | b"Producer"
                );
                if !fixed {
                    strings(value, found);
                }
            }
        }
    }
}

/// Names that a writer chose: of resources, fonts, inks and glyphs.
fn names(object: &Object, found: &mut impl FnMut(&[u8])) {
    match object {
        Object::Array(items) => {
            for item in items {
                if let Object::Name(name) = item {
                    found(name);
                } else {
                    names(item, found);
                }
            }
        }
        other => {
            for (key, value) in dict_of(other).into_iter().flatten() {
                match (key.as_slice(), value) {
                    (b"BaseFont" | b"FontName", Object::Name(name)) if !is_common_font(name) => {
                        found(name);
                    }
                    (
                        b"Font" | b"XObject" | b"Pattern" | b"ExtGState" | b"ColorSpace"
                        | b"Shading" | b"Properties" | b"CharProcs",
                        Object::Dictionary(map),
                    ) => map.iter().for_each(|(name, _)| found(name)),
                    _ => names(value, found),
                }
            }
        }
    }
}

/// Font names that happen to be names of people or places too.
fn is_common_font(name: &[u8]) -> bool {
    const COMMON: &[&[u8]] = &[
        b"Arial",
        b"Helvetica",
        b"Times",
        b"Courier",
        b"Calibri",
        b"Cambria",
        b"Verdana",
        b"Georgia",
        b"Garamond",
        b"Bodoni",
        b"Liberation",
        b"DejaVu",
        b"Carlito",
        b"Symbol",
        b"Segoe",
        b"Lucida",
        b"Roboto",
        b"NotoSans",
        b"OpenSans",
        b"Frutiger",
        b"Univers",
    ];
    let name = match name.get(6) {
        Some(b'+') => name.get(7..).unwrap_or_default(),
        _ => name,
    };
    COMMON.iter().any(|common| name.starts_with(common))
}

/// A text string of a PDF: UTF-16, UTF-8, or one byte per character.
fn text_string(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        other => match std::str::from_utf8(other) {
            Ok(text) => text.to_owned(),
            Err(_) => other.iter().map(|byte| char::from(*byte)).collect(),
        },
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16_lossy(&units)
}

/// Collects text: a space or a line break where the distance says so.
#[derive(Default)]
struct Reader {
    text: String,
    last: Option<(f64, f64, f64)>,
    /// Where the last run began and how many glyphs it had.
    last_run: Option<(Affine, usize)>,
    depth: u32,
}

impl Reader {
    fn glyphs(&mut self, run: &GlyphRun<'_, '_>, props: Affine) {
        // Text that is filled and outlined comes twice.
        let begin = run.glyphs().first().map(|glyph| props * glyph.transform());
        let this = begin.map(|begin| (begin, run.glyphs().len()));
        if this.is_some() && this == self.last_run {
            return;
        }
        self.last_run = this;
        for glyph in run.glyphs() {
            let place = props * glyph.transform();
            let [a, b, c, d, x, y] = place.as_coeffs();
            // Glyph space has 1,000 units to the em.
            let size = a.hypot(b).max(c.hypot(d)) * 1000.0;
            if let Some((last_x, last_y, last_size)) = self.last {
                let em = size.max(last_size).max(1e-3);
                let along = (x - last_x).hypot(y - last_y);
                if (y - last_y).abs() > 0.6 * em && (x - last_x).abs() > 0.6 * em {
                    self.text.push('\n');
                } else if along > 1.6 * em || x < last_x - 0.5 * em {
                    self.text.push(' ');
                }
            }
            self.last = Some((x, y, size));
            match glyph.as_unicode() {
                Some(BfString::Char(character)) => self.text.push(character),
                Some(BfString::String(text)) => self.text.push_str(&text),
                None => self.text.push('\u{FFFD}'),
            }
        }
    }

    fn inside(&mut self, read: impl FnOnce(&mut Self)) {
        if self.depth < 8 {
            self.depth += 1;
            read(self);
            self.depth -= 1;
        }
    }

    fn paint(&mut self, paint: &Paint<'_>, mode: &DrawMode) {
        if let Paint::Pattern(pattern) = paint
            && let Pattern::Tiling(tile) = pattern.as_ref()
        {
            let stroke = matches!(mode, DrawMode::Stroke(_));
            self.inside(|reader| {
                // Nothing to read is no failure.
                tile.interpret(reader, Affine::IDENTITY, stroke)
                    .unwrap_or(());
            });
        }
    }

    fn mask(&mut self, mask: Option<&SoftMask<'_>>) {
        if let Some(mask) = mask {
            self.inside(|reader| mask.interpret(reader));
        }
    }
}

impl<'a> Device<'a> for Reader {
    fn draw_path(&mut self, _: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.paint(&props.paint, mode);
        self.mask(props.soft_mask.as_ref());
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}

    fn push_transparency_group(&mut self, _: f32, mask: Option<SoftMask<'a>>, _: BlendMode) {
        self.mask(mask.as_ref());
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        self.glyphs(run, props.transform);
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}
