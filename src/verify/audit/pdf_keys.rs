//! Keys of a PDF that lead to data beside the pages, with their channels, and
//! keys that a file needs to be shown. A key that is neither is a leftover in
//! a copy of ours: nobody knows what it holds.

use lopdf::{Dictionary, Object};

use super::pdf_copy;

/// Keys that carry data, whatever holds them.
const CARRIERS: &[(&[u8], u16)] = &[
    (b"ActualText", 14),
    (b"AlternateImages", 17),
    (b"Alternates", 17),
    (b"OPI", 17),
    (b"Thumb", 20),
    (b"Metadata", 25),
    (b"PieceInfo", 26),
    (b"LastModified", 26),
    (b"Outlines", 27),
    (b"Dests", 28),
    (b"PageLabels", 28),
    (b"StructTreeRoot", 29),
    (b"StructParent", 29),
    (b"StructParents", 29),
    (b"MarkInfo", 29),
    (b"AcroForm", 34),
    (b"XFA", 34),
    (b"ByteRange", 35),
    (b"DSS", 35),
    (b"EmbeddedFiles", 36),
    (b"EF", 36),
    (b"AF", 36),
    (b"Collection", 37),
    (b"JavaScript", 38),
    (b"JS", 38),
    (b"OpenAction", 38),
    (b"AA", 38),
    (b"Threads", 40),
    (b"B", 40),
    (b"SpiderInfo", 40),
    (b"CharSet", 41),
    (b"FontFamily", 41),
    (b"CIDSet", 41),
    (b"Perms", 45),
    (b"Legal", 45),
    (b"Requirements", 45),
    (b"DPartRoot", 45),
    (b"DPart", 45),
    (b"Extensions", 45),
    (b"OutputIntents", 46),
    (b"SeparationInfo", 46),
    (b"HalftoneName", 46),
    (b"SearchIndex", 48),
    (b"URI", 33),
    (b"Launch", 33),
];

/// Keys that pages, fonts, pictures, colors and functions need.
const NEEDED: &[&str] = &[
    "Type Subtype Length Length1 Length2 Length3 Filter DecodeParms Parent Kids Count Pages MediaBox CropBox BleedBox TrimBox ArtBox",
    "Rotate UserUnit Resources Contents Group Font XObject Pattern ExtGState ColorSpace Shading Properties ProcSet OCProperties OCGs",
    "D ON OFF Order BaseState Name Intent Usage AS RBGroups Locked ListMode VE P OC BBox Matrix FormType S CS I K PaintType TilingType",
    "XStep YStep PatternType ShadingType Background AntiAlias Coords Domain Function Extend FunctionType C0 C1 N Range Size",
    "BitsPerSample Order Encode Decode Functions Bounds BitsPerCoordinate BitsPerComponent BitsPerFlag VerticesPerRow Width Height",
    "ImageMask Mask SMask SMaskInData Matte Interpolate BaseFont FirstChar LastChar Widths FontDescriptor Encoding ToUnicode",
    "DescendantFonts FontBBox FontMatrix CharProcs CIDSystemInfo Registry Ordering Supplement DW W DW2 W2 CIDToGIDMap FontName FontStretch",
    "FontWeight Flags ItalicAngle Ascent Descent Leading CapHeight XHeight StemV StemH AvgWidth MaxWidth MissingWidth FontFile FontFile2",
    "FontFile3 CMapName WMode UseCMap BaseEncoding Differences LW LC LJ ML RI OP op OPM BG BG2 UCR UCR2 TR TR2 HT FL SM SA BM CA ca AIS TK G BC",
    "WhitePoint BlackPoint Gamma Lab Alternate Colorants Process Components MixingHints Solidities DotGain PrintingOrder HalftoneType",
    "Frequency Angle SpotFunction AccurateScreens TransferFunction Xsquare Ysquare Width2 Height2 Default Columns Rows Predictor Colors",
    "EarlyChange BlackIs1 EndOfLine EncodedByteAlign EndOfBlock DamagedRowsBeforeError JBIG2Globals ColorTransform Version Root Size Index",
    "Prev XRefStm First Extends Lang ID Info Producer CreationDate ModDate Trapped Encrypt Linearized L H O E T Tabs PageMode PageLayout ViewerPreferences Isolated Knockout",
];

/// The channel that a key of a dictionary opens, if it opens one.
pub(super) fn channel(key: &[u8], dict: &Dictionary, value: &Object) -> Option<u16> {
    let has = |key: &[u8]| dict.has(key);
    let is_type = |wanted: &[u8]| {
        dict.get(b"Type")
            .and_then(Object::as_name)
            .is_ok_and(|name| name == wanted)
    };
    match key {
        b"Metadata" if is_type(b"Catalog") => return Some(24),
        // A list of beads on a page; a color elsewhere.
        b"B" if !is_type(b"Page") => return None,
        b"AF" if is_type(b"StructElem") => return Some(50),
        b"F" | b"UF" | b"Desc" if has(b"EF") || is_type(b"Filespec") => return Some(49),
        b"F" | b"FFilter" if value.as_str().is_ok() || value.as_dict().is_ok() => return Some(49),
        b"Names" if value.as_dict().is_ok() => return Some(28),
        b"Names" | b"Alt" | b"E" | b"T" | b"Contents" if value.as_str().is_ok() => return Some(29),
        _ => {}
    }
    CARRIERS
        .iter()
        .find(|(carrier, _)| *carrier == key)
        .map(|(_, channel)| *channel)
}

/// Whether a page, a font or another object whose keys are all known has one
/// that is not.
pub(super) fn has_unknown_key(dict: &Dictionary) -> bool {
    const CLOSED: [&[u8]; 14] = [
        b"Annot",
        b"EmbeddedFile",
        b"Filespec",
        b"Outlines",
        b"OutputIntent",
        b"StructElem",
        b"StructTreeRoot",
        b"Pattern",
        b"Catalog",
        b"Pages",
        b"Page",
        b"Font",
        b"FontDescriptor",
        b"XObject",
    ];
    let kind = dict
        .get(b"Type")
        .and_then(Object::as_name)
        .unwrap_or_default();
    let needed = |key: &[u8]| {
        let mut known = NEEDED.iter().flat_map(|line| line.split(' '));
        known.any(|known| known.as_bytes() == key)
    };
    let known = |key: &[u8]| needed(key) || pdf_copy::may_have(dict, key);
    CLOSED.contains(&kind) && dict.iter().any(|(key, _)| !known(key))
}

/// Whether a color profile says more than a short fixed description: profiles
/// of programs name their makers, those of people may name people.
pub(super) fn profile_says_more(profile: &[u8]) -> bool {
    let Some(n) = profile
        .get(128..132)
        .and_then(|four| four.try_into().ok())
        .map(u32::from_be_bytes)
    else {
        return false;
    };
    let rows = profile.get(132..).unwrap_or_default();
    let (rows, _) = rows.as_chunks::<12>();
    rows.iter()
        .take(usize::try_from(n).unwrap_or(0).min(100))
        .any(|row| {
            let [name @ .., a, b, c, d, e, f, g, h] = *row;
            let at = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(0);
            let size = usize::try_from(u32::from_be_bytes([e, f, g, h])).unwrap_or(0);
            let body = profile.get(at..at.saturating_add(size)).unwrap_or_default();
            let texts = matches!(
                &name,
                b"desc" | b"cprt" | b"dmnd" | b"dmdd" | b"vued" | b"targ"
            );
            texts && says(body.get(8..).unwrap_or_default())
        })
}

/// Whether bytes hold a word, in one or in two bytes a letter. A language and
/// a country (`enUS`) are none.
fn says(body: &[u8]) -> bool {
    let run = |window: &[u8]| window.iter().all(u8::is_ascii_alphabetic);
    let wide = |window: &[u8]| {
        let (pairs, _) = window.as_chunks::<2>();
        pairs
            .iter()
            .all(|[high, low]| *high == 0 && low.is_ascii_alphabetic())
    };
    body.windows(5).any(run) || body.windows(8).any(wide)
}
