//! What a PDF that this program wrote may have, told by a reader that did not
//! write it: which keys each kind of object has, which names, and that content
//! holds nothing but operators. A file of somebody else has more, and that is
//! no fault of it.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::Audit;
use super::pdf::{dict_of, resolve};
use crate::document::Location;
use crate::format::pdf::font_words;

/// What one content stream may unpack to, in bytes.
const MAX_STREAM: usize = 256 << 20;

/// Keys of a kind of object beyond those that any file needs to be shown.
const MORE: &[(&[u8], &str)] = &[
    (
        b"Catalog",
        "Outlines PageLabels StructTreeRoot MarkInfo OutputIntents Names AF",
    ),
    (b"Page", "Annots StructParents"),
    (b"XObject", "StructParents StructParent"),
    (b"Outlines", "Last"),
    (b"StructTreeRoot", "ParentTree ParentTreeNextKey"),
    (b"StructElem", "Pg Alt ActualText E T A"),
    (
        b"Annot",
        "Rect Border A Dest StructParent QuadPoints C F Contents",
    ),
    (b"Filespec", "F UF EF AFRelationship"),
    (b"EmbeddedFile", ""),
    (
        b"OutputIntent",
        "OutputConditionIdentifier DestOutputProfile",
    ),
];

/// Whether an object of a known kind may have a key.
pub(super) fn may_have(dict: &Dictionary, key: &[u8]) -> bool {
    let kind = dict.get(b"Type").and_then(Object::as_name);
    let kind = kind.unwrap_or_default();
    let listed = MORE.iter().find(|(name, _)| *name == kind);
    listed.is_some_and(|(_, keys)| keys.split(' ').any(|known| known.as_bytes() == key))
}

/// Whether a key that leads to data is where a copy has it.
pub(super) fn is_ours(doc: &Document, dict: &Dictionary, key: &[u8], value: &Object) -> bool {
    let is_action = |kind: &[u8]| {
        dict.get(b"S")
            .and_then(Object::as_name)
            .is_ok_and(|s| s == kind)
    };
    let only = |dict: &Dictionary, name: &[u8]| dict.len() == 1 && dict.has(name);
    match key {
        b"Names" => {
            let listed = resolve(doc, value).as_array().is_ok();
            listed
                || resolve(doc, value)
                    .as_dict()
                    .is_ok_and(|d| only(d, b"EmbeddedFiles"))
        }
        b"EmbeddedFiles" => only(dict, b"EmbeddedFiles"),
        b"URI" => is_action(b"URI") && dict.len() <= 3,
        b"Contents" => dict
            .get(b"Subtype")
            .and_then(Object::as_name)
            .is_ok_and(|s| s == b"Link"),
        b"F" | b"UF" if value.as_stream().is_ok() => dict
            .iter()
            .all(|(key, _)| matches!(key.as_slice(), b"F" | b"UF")),
        b"F" | b"UF" => dict
            .get(b"Type")
            .and_then(Object::as_name)
            .is_ok_and(|t| t == b"Filespec"),
        _ => may_have(dict, key),
    }
}

/// Looks at names and content of every object that is reached.
pub(super) fn look(audit: &mut Audit, doc: &Document, reached: impl Fn(&ObjectId) -> bool) {
    let mut contents = BTreeSet::new();
    // The reader of pages does not read what glyphs are drawn with.
    let drawn = doc
        .objects
        .values()
        .filter_map(dict_of)
        .any(|dict| dict.has(b"CharProcs"));
    let shown = audit.shown.clone().filter(|_| !drawn);
    for (id, object) in doc.objects.iter().filter(|(id, _)| reached(id)) {
        let Some(dict) = dict_of(object) else {
            continue;
        };
        let place = Location::new("object").number(id.0);
        let is = |key: &[u8], wanted: &[u8]| {
            dict.get(key)
                .and_then(Object::as_name)
                .is_ok_and(|name| name == wanted)
        };
        if is(b"Type", b"Page") {
            contents.extend(references(doc, dict.get(b"Contents").ok()));
        }
        if is(b"Subtype", b"Form") || dict.has(b"PatternType") && object.as_stream().is_ok() {
            contents.insert(*id);
        }
        if let Ok(procs) = dict.get(b"CharProcs") {
            let procs = resolve(doc, procs).as_dict().ok().into_iter().flatten();
            contents.extend(procs.filter_map(|(_, value)| value.as_reference().ok()));
        }
        if is(b"Type", b"OCG") && layer_says(dict) {
            audit.leftover_at(13, place);
        }
        if let (Some(shown), Ok(map)) = (&shown, dict.get(b"ToUnicode"))
            && let Object::Stream(map) = resolve(doc, map)
            && map_says(
                &map.get_plain_content_with_limit(MAX_STREAM)
                    .unwrap_or_default(),
                shown,
            )
        {
            audit.leftover_at(41, place);
        }
    }
    for id in contents {
        let Some(Object::Stream(stream)) = doc.objects.get(&id) else {
            continue;
        };
        let content = stream.get_plain_content_with_limit(MAX_STREAM);
        content_says(
            audit,
            &content.unwrap_or_default(),
            Location::new("object").number(id.0),
        );
    }
}

/// Looks at the names that one dictionary holds or lists.
pub(super) fn names(audit: &mut Audit, doc: &Document, dict: &Dictionary, place: Location) {
    for key in [&b"BaseFont"[..], b"FontName"] {
        let name = dict.get(key).and_then(Object::as_name).unwrap_or_default();
        if font_tells(name) {
            audit.leftover_at(41, place);
        }
    }
    let is_layer = dict
        .get(b"Type")
        .and_then(Object::as_name)
        .is_ok_and(|name| name == b"OCG");
    if dict.has(b"Subtype") && dict.has(b"Name") && !is_layer {
        audit.leftover_at(41, place);
    }
    for key in [
        &b"Font"[..],
        b"XObject",
        b"Pattern",
        b"ExtGState",
        b"ColorSpace",
        b"Shading",
    ] {
        let part = dict.get(key).map(|part| resolve(doc, part));
        let part = part.ok().and_then(|part| part.as_dict().ok());
        let one = |part: &&Dictionary| {
            [&b"Type"[..], b"Subtype", b"ShadingType"]
                .iter()
                .any(|key| part.has(key))
        };
        let is_list = part.filter(|part| !one(part));
        if is_list.is_some_and(|part| part.iter().any(|(name, _)| tells(name))) {
            audit.leftover_at(41, place);
        }
    }
}

fn references(doc: &Document, contents: Option<&Object>) -> Vec<ObjectId> {
    match contents {
        Some(Object::Reference(id)) => match doc.objects.get(id) {
            Some(Object::Array(items)) => {
                items.iter().filter_map(|i| i.as_reference().ok()).collect()
            }
            _ => vec![*id],
        },
        Some(Object::Array(items)) => items.iter().filter_map(|i| i.as_reference().ok()).collect(),
        _ => Vec::new(),
    }
}

/// A layer has a number for its name, and nothing else.
fn layer_says(dict: &Dictionary) -> bool {
    let name = dict
        .get(b"Name")
        .and_then(Object::as_str)
        .unwrap_or_default();
    let number = name.strip_prefix(b"Layer ").unwrap_or(b"?");
    let keys = dict
        .iter()
        .all(|(key, _)| matches!(key.as_slice(), b"Type" | b"Name"));
    !keys || !number.iter().all(u8::is_ascii_digit)
}

/// Whether a resource's name has a run of letters that could be a name.
fn tells(name: &[u8]) -> bool {
    const COLORS: [&[u8]; 11] = [
        b"DefaultGray",
        b"DefaultRGB",
        b"DefaultCMYK",
        b"DeviceGray",
        b"DeviceRGB",
        b"DeviceCMYK",
        b"Pattern",
        b"CalGray",
        b"CalRGB",
        b"Lab",
        b"Indexed",
    ];
    let long = name
        .split(|byte| !byte.is_ascii_alphabetic())
        .any(|run| run.len() > 3);
    (long || !name.is_ascii()) && !COLORS.contains(&name)
}

/// Whether a font's name has letters left once the words of usual fonts are
/// taken out of it.
fn font_tells(name: &[u8]) -> bool {
    let base = match name.get(6) {
        Some(b'+') => name.get(7..).unwrap_or_default(),
        _ => name,
    };
    let Ok(base) = std::str::from_utf8(base) else {
        return true;
    };
    let mut rest = String::new();
    let mut last = ' ';
    for letter in base.chars() {
        if letter.is_uppercase() && last.is_lowercase() {
            rest.push(' ');
        }
        rest.extend(letter.to_lowercase());
        last = letter;
    }
    let mut words: Vec<&str> = font_words()
        .iter()
        .copied()
        .filter(|word| word.len() > 3)
        .collect();
    words.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
    for word in words {
        rest = rest.replace(word, " ");
    }
    let is_long = |run: &str| run.chars().count() > 3;
    !rest.is_ascii() || rest.split(|c: char| !c.is_alphabetic()).any(is_long)
}

/// Whether a map from codes to characters tells letters that no page shows.
fn map_says(map: &[u8], shown: &str) -> bool {
    let text = String::from_utf8_lossy(map);
    let mut tokens = text
        .split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '[' | ']'))
        .filter(|token| !token.is_empty());
    let (mut wide, mut row): (Option<usize>, Vec<&str>) = (None, Vec::new());
    let unseen =
        |told: &str| !shown.contains(told.chars().flat_map(folded).collect::<String>().as_str());
    tokens.any(|token| {
        match token {
            "beginbfchar" => (wide, row) = (Some(2), Vec::new()),
            "beginbfrange" => (wide, row) = (Some(3), Vec::new()),
            _ if token.starts_with("end") => wide = None,
            _ => row.push(token),
        }
        if wide.is_none_or(|n| row.len() < n) {
            return false;
        }
        let told = row.last().map(|digits| utf16(digits)).unwrap_or_default();
        row.truncate(0);
        // Of a range only its first code is looked at: the others follow from it.
        unseen(&told)
    })
}

/// A letter as it is compared: compatible forms and case folded.
pub(super) fn folded(letter: char) -> impl Iterator<Item = char> {
    use unicode_normalization::UnicodeNormalization;
    std::iter::once(letter)
        .nfkd()
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphabetic())
}

fn utf16(digits: &str) -> String {
    let (quads, _) = digits.as_bytes().as_chunks::<4>();
    let units: Vec<u16> = quads
        .iter()
        .filter_map(|quad| std::str::from_utf8(quad).ok())
        .filter_map(|quad| u16::from_str_radix(quad, 16).ok())
        .collect();
    String::from_utf16_lossy(&units)
}

/// Comments, and marked content that says something, between the operators.
fn content_says(audit: &mut Audit, content: &[u8], place: Location) {
    let mut at = 0;
    // Operands since the last operator: whether a dictionary among them says more
    // than a number.
    let mut says = false;
    while let Some(rest) = content.get(at..).filter(|rest| !rest.is_empty()) {
        match rest {
            [b'(', ..] => at += string_len(rest),
            [b'<', b'<', ..] => {
                let end = memchr::memmem::find(rest, b">>").map_or(rest.len(), |end| end + 2);
                let inside = rest.get(2..end.saturating_sub(2)).unwrap_or_default();
                says |= !is_number_mark(inside);
                at += end;
            }
            [b'<', ..] => at += memchr::memchr(b'>', rest).map_or(rest.len(), |end| end + 1),
            [b'%', ..] => {
                audit.leftover_at(43, place);
                at += memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
            }
            [b'/', ..] => at += 1 + word_len(rest.get(1..).unwrap_or_default()),
            _ => {
                let n = word_len(rest);
                match rest.get(..n).unwrap_or_default() {
                    b"BI" => {
                        at += picture_len(rest);
                        continue;
                    }
                    b"BDC" | b"DP" if says => audit.leftover_at(14, place),
                    _ => {}
                }
                if rest.first().is_some_and(u8::is_ascii_alphabetic) {
                    says = false;
                }
                at += n.max(1);
            }
        }
    }
}

fn is_number_mark(inside: &[u8]) -> bool {
    let text = String::from_utf8_lossy(inside);
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default();
    first == "/MCID" && words.all(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
}

fn word_len(rest: &[u8]) -> usize {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b"\0()<>[]{}/%".contains(byte);
    rest.iter().position(ends).unwrap_or(rest.len())
}

fn string_len(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0_u32, 0);
    while let Some(byte) = rest.get(at) {
        match byte {
            b'\\' => at += 1,
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            break;
        }
    }
    at.min(rest.len())
}

/// An inline picture: to the `EI` that stands by itself.
fn picture_len(rest: &[u8]) -> usize {
    let start = memchr::memmem::find(rest, b"ID").unwrap_or(rest.len());
    let data = rest.get(start..).unwrap_or_default();
    let ends = memchr::memmem::find_iter(data, b"EI").find(|at| {
        let before = at.checked_sub(1).and_then(|at| data.get(at));
        let after = data.get(at + 2);
        before.is_some_and(u8::is_ascii_whitespace) && after.is_none_or(u8::is_ascii_whitespace)
    });
    start + ends.map_or(data.len(), |at| at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channels(content: &[u8]) -> Vec<u16> {
        let mut audit = Audit::default();
        content_says(&mut audit, content, Location::new("object"));
        audit.leftovers().map(|trace| trace.channel).collect()
    }

    #[test]
    fn content_may_hold_operators_and_no_more() {
        let clean =
            b"q /OC /L1 BDC BT (50 % \\) (x) ) Tj <25> Tj ET EMC /Span <</MCID 3>> BDC EMC Q \
            BI /W 1 /H 1 ID %%\x01 EI 1 g";
        assert!(channels(clean).is_empty(), "{:?}", channels(clean));
        assert_eq!(channels(b"q % Max\nQ"), [43]);
        assert_eq!(channels(b"/Span <</ActualText (Max)>> BDC EMC"), [14]);
        assert_eq!(channels(b"/Span <</MCID 3 /Alt (Max)>> BDC EMC"), [14]);
    }

    #[test]
    fn broken_content_ends() {
        for content in [
            &b"("[..],
            b"<",
            b"<<",
            b"BI",
            b"%",
            b"(\\",
            b"/",
            b"BI ID",
            b")",
        ] {
            channels(content);
        }
    }

    #[test]
    fn names_of_resources_are_short() {
        assert!(!tells(b"F1") && !tells(b"T1_0") && !tells(b"DeviceRGB"));
        assert!(!font_tells(b"ABCDEF+TimesNewRomanPS-BoldMT") && !font_tells(b"DnF3-Bold"));
        assert!(font_tells(b"ErikaSans-Bold") && font_tells("ABCDEF+Müller".as_bytes()));
        assert!(tells(b"Erika") && tells(b"F1_Erika") && tells("Jörg".as_bytes()));
    }
}
