//! What parts, relations, elements and attributes of an Office package mean
//! for the channels. Tables only.

use super::Weight;
use super::tags::Tag;

/// Parts that no redacted package has, by a piece of their lower-case path.
pub(super) const LEFTOVER_PARTS: &[(&str, u16)] = &[
    ("docprops/core", 51),
    ("docprops/app", 52),
    ("docprops/custom", 53),
    ("docmetadata/", 53),
    ("docprops/thumbnail", 54),
    ("customxml/", 55),
    ("vbaproject", 59),
    ("vbadata", 59),
    ("activex/", 59),
    ("ctrlprops/", 114),
    ("/ink/", 65),
    ("webextensions/", 65),
    ("customui/", 65),
    ("printersettings", 66),
    ("/fonts/", 67),
    ("word/people", 68),
    ("_xmlsignatures", 72),
    ("recipientdata", 85),
    ("glossary/", 86),
    ("afchunk", 89),
    ("websettings", 89),
    ("commentsids", 92),
    ("commentsextensible", 92),
    ("pivotcache/", 101),
    ("pivottables/", 101),
    ("slicer", 102),
    ("timeline", 102),
    ("xl/connections", 103),
    ("querytables/", 103),
    ("externallinks/", 104),
    ("xl/revisions/", 111),
    ("richdata/", 112),
    ("xl/calcchain", 112),
    ("xl/metadata", 112),
    ("customproperty", 116),
    ("dialogsheets/", 116),
    ("ppt/tags/", 124),
    ("changesinfos/", 128),
    ("revisioninfo", 128),
];

/// Parts that readers see or open, and where a name may stand.
pub(super) const PRESENT_PARTS: &[(&str, u16)] = &[
    ("embeddings/", 58),
    ("charts/", 62),
    ("diagrams/", 63),
    ("word/header", 77),
    ("word/footer", 77),
    ("word/footnotes", 77),
    ("word/endnotes", 77),
    ("word/comments", 76),
    ("xl/comments", 106),
    ("threadedcomments/", 106),
    ("xl/tables/", 113),
    ("xl/drawings/", 114),
    ("ppt/comments", 122),
    ("ppt/slidemasters/", 123),
    ("ppt/slidelayouts/", 123),
    ("handoutmasters/", 120),
    ("notesmasters/", 120),
];

/// Parts that the slides or pages do not show.
pub(super) const HIDDEN_PARTS: &[(&str, u16)] = &[("ppt/notesslides/", 120)];

/// Endings of media that are no pictures.
pub(super) const MEDIA: &[&str] = &[
    ".mp4", ".mp3", ".wav", ".wmv", ".avi", ".mov", ".m4a", ".m4v", ".vtt", ".mpg", ".wma",
];

/// Folders and files of a package that its programs need; what is elsewhere is
/// an orphan.
pub(super) const NEEDED_PARTS: &[&str] = &[
    "[content_types].xml",
    "_rels/",
    "word/document",
    "word/styles",
    "word/numbering",
    "word/settings",
    "word/fonttable",
    "word/theme/",
    "word/media/",
    "word/drawings/",
    "word/_rels/",
    "xl/workbook",
    "xl/worksheets/",
    "xl/chartsheets/",
    "xl/sharedstrings",
    "xl/styles",
    "xl/theme/",
    "xl/media/",
    "xl/persons/",
    "xl/_rels/",
    "ppt/presentation",
    "ppt/slides/",
    "ppt/theme/",
    "ppt/media/",
    "ppt/presprops",
    "ppt/viewprops",
    "ppt/tablestyles",
    "ppt/commentauthors",
    "ppt/authors",
    "ppt/drawings/",
    "ppt/_rels/",
];

/// Elements that open a channel, by name without prefix.
const ELEMENTS: &[(&str, u16, Weight)] = &[
    ("mailMerge", 84, Weight::Leftover),
    ("docVars", 84, Weight::Leftover),
    ("docVar", 84, Weight::Leftover),
    ("attachedTemplate", 56, Weight::Leftover),
    ("rsids", 73, Weight::Leftover),
    ("docId", 73, Weight::Leftover),
    ("dataBinding", 80, Weight::Leftover),
    ("smartTagPr", 91, Weight::Leftover),
    ("permStart", 91, Weight::Leftover),
    ("altChunk", 89, Weight::Leftover),
    ("presenceInfo", 68, Weight::Leftover),
    ("scenario", 105, Weight::Leftover),
    ("fileSharing", 110, Weight::Leftover),
    ("customWorkbookView", 110, Weight::Leftover),
    ("customSheetView", 110, Weight::Leftover),
    ("customPr", 116, Weight::Leftover),
    ("webPublishItem", 116, Weight::Leftover),
    ("rPh", 96, Weight::Leftover),
    ("externalData", 62, Weight::Present),
    ("OLEObject", 58, Weight::Present),
    ("oleObj", 58, Weight::Present),
    ("signatureline", 72, Weight::Leftover),
    ("creationId", 73, Weight::Leftover),
    ("del", 75, Weight::Hidden),
    ("moveFrom", 75, Weight::Hidden),
    ("delText", 75, Weight::Hidden),
    ("delInstrText", 75, Weight::Hidden),
    ("ins", 75, Weight::Present),
    ("moveTo", 75, Weight::Present),
    ("rPrChange", 75, Weight::Present),
    ("pPrChange", 75, Weight::Present),
    ("vanish", 87, Weight::Hidden),
    ("specVanish", 87, Weight::Hidden),
    ("instrText", 79, Weight::Present),
    ("fldSimple", 79, Weight::Present),
    ("ffData", 81, Weight::Present),
    ("alias", 80, Weight::Present),
    ("listItem", 80, Weight::Present),
    ("bookmarkStart", 83, Weight::Present),
    ("txbxContent", 78, Weight::Present),
    ("textpath", 78, Weight::Present),
    ("Fallback", 70, Weight::Present),
    ("tblCaption", 90, Weight::Present),
    ("tblDescription", 90, Weight::Present),
    ("definedName", 105, Weight::Present),
    ("dataValidation", 107, Weight::Present),
    ("cfRule", 108, Weight::Present),
    ("autoFilter", 108, Weight::Present),
    ("oddHeader", 109, Weight::Present),
    ("oddFooter", 109, Weight::Present),
    ("evenHeader", 109, Weight::Present),
    ("firstHeader", 109, Weight::Present),
    ("mergeCell", 117, Weight::Present),
    ("custShow", 124, Weight::Present),
    ("section", 124, Weight::Present),
];

/// The channel that an element opens.
pub(super) fn element(tag: &Tag<'_>, part: &str) -> Option<(u16, Weight)> {
    let word = part.starts_with("word/");
    // A style is no text: white letters on a dark head of a table hide nothing.
    let text = word && !part.starts_with("word/styles") && !part.starts_with("word/theme");
    match tag.name {
        // Alignment and hyphen of other namespaces share these names.
        "del" | "ins" | "moveFrom" | "moveTo" if !word => return None,
        "vanish" | "specVanish" if !tag.is_on() => return None,
        "section" if tag.prefix != "p14" => return None,
        "color" if text => {
            let white = tag
                .value("val")
                .is_some_and(|v| v.eq_ignore_ascii_case("ffffff"));
            return white.then_some((87, Weight::Hidden));
        }
        "sz" if text => {
            let tiny = tag
                .value("val")
                .and_then(|v| v.parse::<u32>().ok())
                .is_some_and(|n| n < 5);
            return tiny.then_some((87, Weight::Hidden));
        }
        "sheet" if part.starts_with("xl/workbook") => {
            return tag
                .value("state")
                .filter(|s| s != "visible")
                .map(|_| (98, Weight::Hidden));
        }
        "row" | "col" if part.starts_with("xl/worksheets/") => {
            let on = tag.value("hidden").is_some_and(|v| v == "1" || v == "true");
            return on.then_some((98, Weight::Hidden));
        }
        "numFmt" => {
            let code = tag.value("formatCode").unwrap_or_default();
            return (code.trim() == ";;;").then_some((98, Weight::Hidden));
        }
        "sld" => {
            let off = tag.value("show").is_some_and(|v| v == "0" || v == "false");
            return off.then_some((121, Weight::Hidden));
        }
        "hyperlink" => return tag.value("tooltip").map(|_| (64, Weight::Present)),
        "docPr" | "cNvPr" => {
            let says = tag
                .value("descr")
                .or_else(|| tag.value("title"))
                .is_some_and(|t| !t.is_empty());
            return says.then_some((61, Weight::Present));
        }
        _ => {}
    }
    ELEMENTS
        .iter()
        .find(|(name, _, _)| *name == tag.name)
        .map(|(_, channel, weight)| (*channel, *weight))
}

/// The channel that an attribute opens.
pub(super) fn attribute(name: &str, value: &str, tag: &Tag<'_>, part: &str) -> Option<u16> {
    let local = name.rsplit(':').next().unwrap_or(name);
    let comments = |word: u16| match part {
        _ if part.starts_with("word/comments") => 76,
        _ if part.starts_with("xl/") => 106,
        _ if part.starts_with("ppt/") => 122,
        _ => word,
    };
    match local {
        "author" if !is_stand_in(value) => Some(comments(75)),
        "displayName" if tag.name == "person" && !is_stand_in(value) => Some(68),
        "userId" if value.contains(['@', ':']) => Some(68),
        "name" if matches!(tag.name, "cmAuthor" | "author") && !is_stand_in(value) => Some(122),
        "date" | "dT" | "created" | "dateUtc"
            if value.contains('T') && !value.starts_with("2000-01-01") =>
        {
            Some(comments(75))
        }
        "rsidR" | "rsidRDefault" | "rsidP" | "rsidRPr" | "rsidTr" | "rsidSect" | "rsidDel" => {
            Some(73)
        }
        "userName" => Some(110),
        "codeName" if part.starts_with("xl/") => Some(110),
        "refreshedBy" => Some(101),
        "gfxdata" => Some(60),
        _ => None,
    }
}

/// Whether an author is a number, as a redaction leaves it.
fn is_stand_in(value: &str) -> bool {
    let bare = value
        .trim_end_matches(|c: char| c.is_ascii_digit())
        .trim_end();
    matches!(
        bare,
        "" | "Autor" | "Author" | "A" | "Verfasser" | "Unbekannt" | "Unknown"
    ) || value.starts_with('[')
}

/// Prefixes that Office programs give to their own namespaces; those with a
/// number (`w14`, `x15ac`, `p188`) are named without it.
const PREFIXES: &str = "a ac aclsh adec ahyp aink am am3d ap asvg ax b c cdr cm cp cppr cs cx d dc \
    dcmitype dcterms dgm dsp ds ext farg g inkml iact lc m ma mc mo msink mx ns ntns o oel olw p pic \
    pm r s sl sle ss thm tgp usp v ve vt w wp wpc wpg wpi wps wne x xal xcalcf xda xdr xfpb xlpb \
    xlwcv xm xml xmlns xnsv xr xxl z xsi xsd emma";

/// Whether an attribute stands in a namespace nobody knows and holds a word.
pub(super) fn is_foreign(name: &str, value: &str) -> bool {
    let Some((prefix, _)) = name.split_once(':') else {
        return false;
    };
    let bare = prefix.trim_end_matches(|c: char| c.is_ascii_digit());
    let known = |prefix: &str| PREFIXES.split_whitespace().any(|known| known == prefix);
    // `x14ac`, `w16cid`, `xr2`: a short word, a number, a short word.
    let numbered = prefix.len() <= 10 && {
        let letters = prefix.split(|c: char| c.is_ascii_digit()).next();
        letters.is_some_and(|letters| letters.len() < prefix.len() && known(letters))
    };
    !known(bare) && !numbered && has_word(value)
}

/// Whether a bookmark or a tag of another program has a name that tells.
pub(super) fn is_called(tag: &Tag<'_>, name: &str, value: &str) -> bool {
    match (tag.name, name) {
        ("bookmarkStart", "w:name") => {
            let bare = value.trim_end_matches(|c: char| c.is_ascii_digit());
            let given = [
                "_Toc", "_Ref", "_Hlk", "_Hlt", "_GoBack", "OLE_LINK", "_top", "Marke_", "",
            ];
            !given.contains(&bare)
        }
        ("smartTag" | "customXml", "w:uri" | "w:element") => has_word(value),
        _ => false,
    }
}

/// Three letters in a row that are no hexadecimal number.
fn has_word(value: &str) -> bool {
    let hex = value
        .chars()
        .all(|c| c.is_ascii_hexdigit() || "{}-".contains(c));
    let is_word = |run: &str| run.chars().count() > 2;
    !hex && value.split(|c: char| !c.is_alphabetic()).any(is_word)
}
