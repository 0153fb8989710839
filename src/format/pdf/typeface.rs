//! The fonts that stand-ins are written in: a subset of Liberation (SIL OFL),
//! embedded with a map back to characters, so that every reader reads it.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, GlyphId, MetadataProvider};
use subsetter::GlyphRemapper;

use super::font::Style;
use super::geometry::{whole, wide};
use crate::error::{Error, ErrorKind, Result};

const SANS: &[u8] = include_bytes!("fonts/LiberationSans-Regular.ttf");
const SANS_BOLD: &[u8] = include_bytes!("fonts/LiberationSans-Bold.ttf");
const SERIF: &[u8] = include_bytes!("fonts/LiberationSerif-Regular.ttf");
const SERIF_BOLD: &[u8] = include_bytes!("fonts/LiberationSerif-Bold.ttf");

/// One of the four fonts, with the glyphs used so far.
pub(super) struct Typeface {
    style: Style,
    font: FontRef<'static>,
    data: &'static [u8],
    remapper: GlyphRemapper,
    /// New glyph id to character and width in thousandths.
    used: BTreeMap<u16, (char, f64)>,
}

impl Typeface {
    pub(super) fn new(style: Style) -> Result<Self> {
        let data = match (style.serif, style.bold) {
            (false, false) => SANS,
            (false, true) => SANS_BOLD,
            (true, false) => SERIF,
            (true, true) => SERIF_BOLD,
        };
        let font = FontRef::from_index(data, 0).map_err(|_| broken())?;
        Ok(Self {
            style,
            font,
            data,
            remapper: GlyphRemapper::new(),
            used: BTreeMap::new(),
        })
    }

    /// The resource name under which content calls it.
    pub(super) const fn name(&self) -> &'static str {
        match (self.style.serif, self.style.bold) {
            (false, false) => "DnR",
            (false, true) => "DnB",
            (true, false) => "DnS",
            (true, true) => "DnT",
        }
    }

    fn glyph(&self, character: char) -> Option<(GlyphId, f64)> {
        let glyph = self.font.charmap().map(character)?;
        let metrics = self
            .font
            .glyph_metrics(Size::new(1000.0), LocationRef::default());
        Some((glyph, f64::from(metrics.advance_width(glyph)?)))
    }

    /// Whether it has a character.
    pub(super) fn has(&self, character: char) -> bool {
        self.glyph(character).is_some()
    }

    /// Width of a text, in ems.
    pub(super) fn width(&self, text: &str) -> f64 {
        let width = |character| self.glyph(character).map_or(0.0, |(_, width)| width);
        text.chars().map(width).sum::<f64>() / 1000.0
    }

    /// The codes of a text.
    ///
    /// # Errors
    /// If the font lacks a character.
    pub(super) fn encode(&mut self, text: &str) -> Result<Vec<u8>> {
        let mut out = Vec::with_capacity(text.len() * 2);
        for character in text.chars() {
            let (glyph, width) = self.glyph(character).ok_or_else(|| {
                Error::new(
                    ErrorKind::Refused,
                    "a pseudonym has a character that the embedded font lacks; use Latin letters",
                )
            })?;
            let old = u16::try_from(glyph.to_u32()).map_err(|_| broken())?;
            let new = self.remapper.remap(old);
            self.used.entry(new).or_insert((character, width));
            out.extend_from_slice(&new.to_be_bytes());
        }
        Ok(out)
    }

    /// Puts the subset into a file and tells the font's object.
    pub(super) fn embed(&self, into: &mut Document) -> Result<ObjectId> {
        self.embed_as("DNSUBS", into)
    }

    /// The same under another tag: fonts that shall stay two need two names.
    pub(super) fn embed_as(&self, tag: &str, into: &mut Document) -> Result<ObjectId> {
        let subset = subsetter::subset(self.data, 0, &self.remapper).map_err(|_| broken())?;
        let mut dict = Dictionary::new();
        dict.set("Length1", i64::try_from(subset.len()).unwrap_or_default());
        let file = into.add_object(Stream::new(dict, subset));
        let name = match (self.style.serif, self.style.bold) {
            (false, false) => "LiberationSans",
            (false, true) => "LiberationSans-Bold",
            (true, false) => "LiberationSerif",
            (true, true) => "LiberationSerif-Bold",
        };
        let name = format!("{tag}+{name}");
        let name = name.as_str();
        let mut descriptor = Dictionary::new();
        descriptor.set("Type", "FontDescriptor");
        descriptor.set("FontName", name);
        descriptor.set("Flags", if self.style.serif { 34 } else { 32 });
        descriptor.set(
            "FontBBox",
            [-550, -310, 2100, 1040].map(Object::Integer).to_vec(),
        );
        descriptor.set("ItalicAngle", 0);
        descriptor.set("Ascent", 905);
        descriptor.set("Descent", -212);
        descriptor.set("CapHeight", 716);
        descriptor.set("StemV", if self.style.bold { 140 } else { 80 });
        descriptor.set("FontFile2", file);
        let descriptor = into.add_object(descriptor);
        let mut info = Dictionary::new();
        info.set("Registry", Object::string_literal("Adobe"));
        info.set("Ordering", Object::string_literal("Identity"));
        info.set("Supplement", 0);
        let mut cid = Dictionary::new();
        cid.set("Type", "Font");
        cid.set("Subtype", "CIDFontType2");
        cid.set("BaseFont", name);
        cid.set("CIDSystemInfo", info);
        cid.set("FontDescriptor", descriptor);
        cid.set("DW", 1000);
        let mut widths = Vec::new();
        for (code, (_, width)) in &self.used {
            widths.push(Object::Integer(i64::from(*code)));
            widths.push(Object::Array(vec![Object::Integer(whole(*width))]));
        }
        cid.set("W", widths);
        cid.set("CIDToGIDMap", "Identity");
        let cid = into.add_object(cid);
        let pairs = self
            .used
            .iter()
            .map(|(code, (c, _))| (u32::from(*code), c.to_string()));
        let map = to_unicode(&pairs.collect::<Vec<_>>(), 2);
        let map = into.add_object(Stream::new(Dictionary::new(), map));
        let mut font = Dictionary::new();
        font.set("Type", "Font");
        font.set("Subtype", "Type0");
        font.set("BaseFont", name);
        font.set("Encoding", "Identity-H");
        font.set("ToUnicode", map);
        font.set("DescendantFonts", vec![cid.into()]);
        Ok(into.add_object(font))
    }
}

fn broken() -> Error {
    Error::new(ErrorKind::Internal, "the embedded font cannot be read")
}

/// A character map that tells the text of exactly these codes.
pub(super) fn to_unicode(pairs: &[(u32, String)], n_bytes: usize) -> Vec<u8> {
    let digits = n_bytes * 2;
    let high = (1_u64 << (8 * n_bytes.min(4))) - 1;
    let mut out = format!(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
         /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<{:0digits$X}> <{high:0digits$X}>\nendcodespacerange\n",
        0
    );
    for part in pairs.chunks(100) {
        out.push_str(&format!("{} beginbfchar\n", part.len()));
        for (code, text) in part {
            let utf16: String = text
                .encode_utf16()
                .map(|unit| format!("{unit:04X}"))
                .collect();
            out.push_str(&format!("<{code:0digits$X}> <{utf16}>\n"));
        }
        out.push_str("endbfchar\n");
    }
    out.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend");
    out.into_bytes()
}

/// All typefaces of one rewrite, by style.
#[derive(Default)]
pub(super) struct Typefaces {
    faces: Vec<Typeface>,
}

impl Typefaces {
    /// The index of the typeface for a style.
    pub(super) fn index(&mut self, style: Style) -> Result<u32> {
        let known = self.faces.iter().position(|face| face.style == style);
        let index = match known {
            Some(index) => index,
            None => {
                self.faces.push(Typeface::new(style)?);
                self.faces.len() - 1
            }
        };
        Ok(super::geometry::small(index))
    }

    pub(super) fn get(&self, index: u32) -> Option<&Typeface> {
        self.faces.get(wide(index))
    }

    pub(super) fn get_mut(&mut self, index: u32) -> Option<&mut Typeface> {
        self.faces.get_mut(wide(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_german_letters_are_there() {
        let mut face = Typeface::new(Style::default()).unwrap();
        assert!(
            face.encode("[PERSON_1] Jürgen Groß-Müßiggang Yıldırım Łódź €")
                .is_ok()
        );
        assert!(face.encode("\u{13000}").is_err());
        assert!(face.width("[PERSON_1]") > 3.0);
    }
}
