//! Fonts as the interpreter needs them: which bytes are one code, how wide it
//! is, which characters it shows. All knowledge about PDF fonts comes from
//! `hayro-font`, which only this file names.

use std::collections::HashMap;
use std::sync::Arc;

use hayro_cmap::BfString;
use hayro_font::{Font, FontCache, FontGlyph, FontQuery};
use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name, ObjectIdentifier};
use skrifa::MetadataProvider;
use unicode_normalization::UnicodeNormalization;

use super::geometry::small;

/// What one character code of one font is.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) face: u32,
    pub(super) code: u32,
    /// How many bytes the code takes.
    pub(super) n_bytes: u8,
    /// What it shows, NFKC; empty if nobody knows.
    pub(super) text: String,
    /// The same as the file spells it (`m²`, `…`): what the copy's font says.
    pub(super) spelled: String,
    /// Whether it draws nothing.
    pub(super) blank: bool,
    /// Advance, in thousandths of the font size.
    pub(super) width: f64,
    /// From the origin of the code to that of the glyph, in thousandths.
    pub(super) displacement: (f64, f64),
}

/// The look of a font, to choose the stand-in's font by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) bold: bool,
    pub(super) serif: bool,
}

/// What is remembered of a font after the analysis.
#[derive(Clone, Debug)]
pub(super) struct Face {
    pub(super) id: u32,
    pub(super) style: Style,
    pub(super) horizontal: bool,
    /// For Type 3 fonts: the height of an em in glyph space times the matrix.
    pub(super) em: f64,
    /// Letters and digits for which both the PDF and the font file tell a
    /// character, and for how many they differ.
    n_told: u32,
    n_differ: u32,
}

impl Face {
    /// The face of words that OCR read.
    pub(super) fn unknown() -> Self {
        Self {
            id: 0,
            style: Style::default(),
            horizontal: true,
            em: 1.0,
            n_told: 0,
            n_differ: 0,
        }
    }

    fn compare(&mut self, said: &str, own: &str) {
        let plain = |text: &str| text.nfkc().collect::<String>().to_lowercase();
        let (said, own) = (plain(said), plain(own));
        if own.chars().all(char::is_alphanumeric) {
            self.n_told += 1;
            if said != own {
                self.n_differ += 1;
            }
        }
    }

    /// Whether the PDF tells wrong characters: text would read other than it looks.
    pub(super) const fn is_false(&self) -> bool {
        self.n_differ >= 4 && self.n_differ * 2 > self.n_told
    }
}

/// All fonts of one file.
pub(super) struct Fonts<'a> {
    pdf: &'a Pdf,
    cache: FontCache<'a>,
    fonts: Vec<Option<Font<'a>>>,
    reverse: HashMap<u32, HashMap<u32, char>>,
    by_id: HashMap<u32, u32>,
    known: HashMap<(u32, u32), u32>,
    pub(super) faces: Vec<Face>,
    pub(super) codes: Vec<Code>,
}

impl<'a> Fonts<'a> {
    pub(super) fn new(pdf: &'a Pdf) -> Self {
        Self {
            pdf,
            cache: FontCache::new(),
            fonts: Vec::new(),
            reverse: HashMap::new(),
            by_id: HashMap::new(),
            known: HashMap::new(),
            faces: Vec::new(),
            codes: Vec::new(),
        }
    }

    /// The font that is object `id` of the file.
    pub(super) fn face(&mut self, id: u32) -> u32 {
        if let Some(face) = self.by_id.get(&id) {
            return *face;
        }
        let dict = self
            .pdf
            .xref()
            .get::<Dict<'a>>(ObjectIdentifier::new(id, 0));
        let font = dict.as_ref().and_then(|dict| {
            let resolver: hayro_font::FontResolverFn = Arc::new(|query| match query {
                FontQuery::Standard(font) => Some(font.get_font_data()),
                FontQuery::Fallback(query) => Some(query.pick_standard_font().get_font_data()),
            });
            let cmaps: hayro_font::CMapResolverFn = Arc::new(hayro_cmap::load_embedded);
            self.cache.font(dict, &resolver, &cmaps)
        });
        let face = small(self.faces.len());
        self.faces.push(Face {
            id,
            style: dict.as_ref().map(style).unwrap_or_default(),
            horizontal: font.as_ref().is_none_or(Font::is_horizontal),
            em: dict.as_ref().map_or(1.0, type3_em),
            n_told: 0,
            n_differ: 0,
        });
        self.fonts.push(font);
        self.by_id.insert(id, face);
        face
    }

    /// The code that starts at `offset` of a string; `None` at its end or if
    /// the font cannot be read.
    pub(super) fn read(&mut self, face: u32, text: &[u8], offset: usize) -> Option<u32> {
        if offset >= text.len() {
            return None;
        }
        let font = self.fonts.get(super::geometry::wide(face))?.as_ref()?;
        let (code, n_bytes) = font.read_code(text, offset);
        let n_bytes = n_bytes.clamp(1, text.len() - offset);
        if let Some(known) = self.known.get(&(face, code))
            && let Some(info) = self.codes.get(super::geometry::wide(*known))
            && usize::from(info.n_bytes) == n_bytes
        {
            return Some(*known);
        }
        let font = font.clone();
        let info = self.describe(&font, face, code, n_bytes);
        let index = small(self.codes.len());
        self.codes.push(info);
        self.known.insert((face, code), index);
        Some(index)
    }

    fn describe(&mut self, font: &Font<'a>, face: u32, code: u32, n_bytes: usize) -> Code {
        let glyph_id = font.map_code(code);
        let glyph = font.glyph(glyph_id, code);
        let (said, blank) = match &glyph {
            FontGlyph::Outline(outline) => (
                outline.as_unicode(),
                outline.outline().elements().is_empty(),
            ),
            FontGlyph::Type3(glyph) => {
                let empty = glyph
                    .program()
                    .and_then(|stream| stream.decoded_data().ok())
                    .is_none_or(|data| data.len() < 40 && !has_paint(&data));
                (glyph.as_unicode(), empty)
            }
        };
        let said = said.map(|said| match said {
            BfString::Char(character) => character.to_string(),
            BfString::String(text) => text,
        });
        let own = self.by_font_file(face, &glyph);
        let said = said.filter(|text| is_readable(text));
        if let (Some(said), Some(own)) = (&said, &own)
            && let Some(face) = self.faces.get_mut(super::geometry::wide(face))
        {
            face.compare(said, own);
        }
        let spelled = said.or(own).unwrap_or_default();
        let text = spelled.nfkc().collect();
        let advance = font.code_advance(code);
        let displacement = font.origin_displacement(code);
        Code {
            face,
            code,
            n_bytes: u8::try_from(n_bytes).unwrap_or(1),
            text,
            spelled,
            blank,
            width: if font.is_horizontal() {
                advance.x
            } else {
                advance.y
            },
            displacement: (displacement.x, displacement.y),
        }
    }

    /// Without a mapping in the PDF, the embedded font's own table may tell.
    fn by_font_file(&mut self, face: u32, glyph: &FontGlyph<'a>) -> Option<String> {
        let FontGlyph::Outline(outline) = glyph else {
            return None;
        };
        let reverse = self.reverse.entry(face).or_insert_with(|| {
            let Some(data) = outline.font_data() else {
                return HashMap::new();
            };
            let bytes: &[u8] = (*data.data).as_ref();
            let Ok(font) = skrifa::FontRef::from_index(bytes, 0) else {
                return HashMap::new();
            };
            let mut reverse = HashMap::new();
            for (code, glyph) in font.charmap().mappings() {
                let readable = char::from_u32(code).filter(|c| is_readable(&c.to_string()));
                if let Some(character) = readable {
                    reverse.entry(glyph.to_u32()).or_insert(character);
                }
            }
            reverse
        });
        reverse
            .get(&outline.glyph_id().to_u32())
            .map(char::to_string)
    }
}

fn has_paint(data: &[u8]) -> bool {
    super::lex::Lexer::new(data).any(|i| !matches!(i.operator, b"d0" | b"d1" | b"q" | b"Q" | b"cm"))
}

/// Whether a mapping tells something: no control, private or replacement characters.
fn is_readable(text: &str) -> bool {
    let bad = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
            || c == '\u{FFFD}'
            || c == '\u{FFFF}'
            || matches!(u32::from(c), 0xE000..=0xF8FF | 0xF_0000..=0x10_FFFF)
    };
    !text.is_empty() && !text.chars().any(bad)
}

fn is_type3(dict: &Dict<'_>) -> bool {
    dict.get::<Name<'_>>("Subtype")
        .is_some_and(|name| name.as_str() == "Type3")
}

fn type3_em(dict: &Dict<'_>) -> f64 {
    if !is_type3(dict) {
        return 1.0;
    }
    let [a, _, _, d, _, _] = dict
        .get::<[f64; 6]>("FontMatrix")
        .unwrap_or([0.001, 0.0, 0.0, 0.001, 0.0, 0.0]);
    let [_, bottom, _, top] = dict.get::<[f64; 4]>("FontBBox").unwrap_or([0.0; 4]);
    let height = (top - bottom).abs();
    // A bounding box is about 1.2 em high; an empty one says nothing.
    let boxed = if height > 0.0 { height / 1.2 } else { 1000.0 };
    let boxed = (boxed * d).abs();
    // Many are wrong; letters are about half an em wide.
    let widths = dict.get::<Array<'_>>("Widths");
    let widths: Vec<f64> = widths
        .map(|widths| widths.iter::<f64>().filter(|w| *w != 0.0).collect())
        .unwrap_or_default();
    let mean = widths.iter().sum::<f64>() / super::geometry::count(widths.len().max(1));
    let wide = (mean * a / 0.52).abs();
    let wrong = wide > 0.0 && !(0.4..2.5).contains(&(boxed / wide));
    (if wrong { wide } else { boxed }).max(1e-6)
}

fn style(dict: &Dict<'_>) -> Style {
    let name = dict
        .get::<Name<'_>>("BaseFont")
        .map(|name| name.as_str().to_lowercase())
        .unwrap_or_default();
    let descendant = dict
        .get::<Array<'_>>("DescendantFonts")
        .and_then(|fonts| fonts.iter::<Dict<'_>>().next());
    let descriptor = descendant
        .as_ref()
        .unwrap_or(dict)
        .get::<Dict<'_>>("FontDescriptor");
    let flags = descriptor
        .as_ref()
        .and_then(|descriptor| descriptor.get::<u32>("Flags"))
        .unwrap_or(0);
    let weight = descriptor
        .as_ref()
        .and_then(|descriptor| descriptor.get::<u32>("FontWeight"))
        .unwrap_or(400);
    let serif_name = [
        "times", "serif", "roman", "garamond", "georgia", "cambria", "cmr", "minion", "book",
    ]
    .iter()
    .any(|part| name.contains(part) && !name.contains("sans"));
    let sans_name = ["arial", "helvetica", "sans", "calibri", "verdana"]
        .iter()
        .any(|part| name.contains(part));
    let bold_name = ["bold", "black", "heavy", "cmbx"]
        .iter()
        .any(|part| name.contains(part));
    Style {
        bold: bold_name || weight >= 600 || flags & (1 << 18) != 0,
        serif: serif_name || (flags & 2 != 0 && !sans_name),
    }
}
