//! Text that stands beside the pages: titles of bookmarks, prefixes of page
//! labels, texts for screen readers, addresses of links. Each becomes a segment
//! of its own and is written anew from its characters, so that nothing hides in
//! how it was spelled.

use std::collections::HashMap;
use std::fmt;

use lopdf::{Dictionary, Document as Objects, Object, ObjectId, StringFormat};

use super::copy::Copier;
use crate::document::{Document, Edit, Location, Segment, SegmentKind};
use crate::error::{Error, ErrorKind, Result};

/// Words shorter than this prove nothing when they stand in an address.
const SHORT: usize = 4;

/// What a string is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    Text,
    /// An address: parts of it are written as `%C3%BC`.
    Address,
}

/// One string of a clean file.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) object: ObjectId,
    pub(super) key: &'static [u8],
    /// What it is, for reports and as context for recognizers.
    pub(super) name: &'static str,
    pub(super) text: String,
    pub(super) spelling: Spelling,
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Place")
            .field("object", &self.object)
            .field("name", &self.name)
            .field("n_bytes", &self.text.len())
            .finish_non_exhaustive()
    }
}

impl<'a> Copier<'a> {
    /// Copies a text string and remembers its place; `None` for what is no
    /// string or says nothing.
    pub(super) fn text(
        &mut self,
        dict: &'a Dictionary,
        key: &'static [u8],
        object: ObjectId,
        name: &'static str,
    ) -> Option<Object> {
        let bytes = self.get(dict, key)?.as_str().ok()?;
        let text = decode(bytes);
        if text.trim().is_empty() {
            return None;
        }
        let written = encode(&text);
        self.places.push(Place {
            object,
            key,
            name,
            text,
            spelling: Spelling::Text,
        });
        Some(written)
    }
}

/// Pushes a segment for every string; the index of the first one.
pub(super) fn fill(document: &mut Document, places: &[Place]) -> usize {
    let first = document.segments().len();
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for place in places {
        let count = counts.entry(place.name).or_default();
        *count += 1;
        document.push(Segment::new(
            SegmentKind::Attribute { name: place.name },
            place.text.as_str(),
            Location::new(place.name).number(*count),
        ));
    }
    first
}

/// Makes the edits of all strings in `doc` and tells what every string is then;
/// `edits` are all edits of the file, those of strings and the others. An
/// address that still holds a word of a replaced value is taken out whole.
pub(super) fn apply(
    doc: &mut Objects,
    places: &[Place],
    first: usize,
    document: &Document,
    edits: &[Edit],
) -> Result<Vec<String>> {
    let mut by_place: HashMap<usize, Vec<&Edit>> = HashMap::new();
    for edit in edits {
        if let Some(index) = edit.span.segment().checked_sub(first) {
            by_place.entry(index).or_default().push(edit);
        }
    }
    let words = words(document, edits);
    let known = known(document, edits);
    let mut out = Vec::with_capacity(places.len());
    for (index, place) in places.iter().enumerate() {
        let mut text = match by_place.get_mut(&index) {
            Some(edits) => edited(&place.text, edits)?,
            None => place.text.clone(),
        };
        if place.spelling == Spelling::Text {
            text = swept(text, &known);
        }
        if place.spelling == Spelling::Address && holds(&text, &words) {
            if let Some(Object::Dictionary(action)) = doc.objects.get_mut(&place.object) {
                *action = Dictionary::new();
            }
            continue;
        }
        if text != place.text {
            let value = match place.spelling {
                Spelling::Text => encode(&text),
                Spelling::Address => encode_address(&text),
            };
            if let Some(Object::Dictionary(dict)) = doc.objects.get_mut(&place.object) {
                dict.set(place.key, value.clone());
            }
            if place.spelling == Spelling::Text
                && let Object::String(bytes, _) = &value
            {
                text = decode(bytes);
            }
        }
        // A string that became empty is no string any more.
        if !text.trim().is_empty() {
            out.push(text);
        }
    }
    Ok(out)
}

fn edited(text: &str, edits: &mut [&Edit]) -> Result<String> {
    edits.sort_by_key(|edit| edit.span);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let before = text.get(at..edit.span.start());
        let before = before.ok_or_else(|| {
            Error::new(
                ErrorKind::Internal,
                "edits of one text overlap or do not fit it",
            )
        })?;
        out.push_str(before);
        out.push_str(&edit.with);
        at = edit.span.end();
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Ok(out)
}

/// Replaced values and their longer words, in lower case and the longest first,
/// with their stand-ins. A short title gives a recognizer little to go by; what
/// was found elsewhere in the file counts here too.
fn known<'e>(document: &Document, edits: &'e [Edit]) -> Vec<(String, &'e str)> {
    /// Shorter words are too often words of the language.
    const LONG: usize = 5;
    let mut out: Vec<(String, &str)> = Vec::new();
    for edit in edits {
        let value = document.text(edit.span);
        let capital = |word: &&str| {
            word.chars().count() >= LONG && word.chars().next().is_some_and(char::is_uppercase)
        };
        let words = value.split(|c: char| !c.is_alphanumeric()).filter(capital);
        let whole = Some(value.trim()).filter(|value| value.chars().count() >= SHORT);
        for word in whole.into_iter().chain(words) {
            out.push((word.to_lowercase(), edit.with.as_str()));
        }
    }
    out.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(a.cmp(b)));
    out.dedup_by(|a, b| a.0 == b.0);
    out
}

/// A text without known values, whole words only.
fn swept(mut text: String, known: &[(String, &str)]) -> String {
    let mut lower = text.to_lowercase();
    for (value, with) in known {
        let mut from = 0;
        // Letters that change their length in lower case are rare; then the
        // places do not match, and the check of the output decides.
        while lower.len() == text.len()
            && let Some(at) = lower.get(from..).and_then(|rest| rest.find(value.as_str()))
        {
            let (start, end) = (from + at, from + at + value.len());
            let before = text.get(..start).and_then(|text| text.chars().next_back());
            let after = text.get(end..).and_then(|text| text.chars().next());
            let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            from = end;
            // A token is no place of a value, though it may spell one.
            if text.is_char_boundary(start)
                && text.is_char_boundary(end)
                && !inside(before)
                && !inside(after)
                && before != Some('[')
            {
                text.replace_range(start..end, with);
                lower = text.to_lowercase();
                from = start + with.len();
            }
        }
    }
    text
}

/// Words of all replaced values, as they may stand in an address.
fn words(document: &Document, edits: &[Edit]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for edit in edits {
        let value = document.text(edit.span).to_lowercase();
        let parts = value.split(|c: char| !c.is_alphanumeric());
        let whole: String = value.chars().filter(|c| c.is_alphanumeric()).collect();
        let long = |word: &String| word.chars().count() >= SHORT;
        out.extend(
            parts
                .map(str::to_owned)
                .chain(Some(whole))
                .flat_map(|word| [plain(&word), word])
                .filter(long),
        );
    }
    out.sort();
    out.dedup();
    out
}

/// As addresses spell German letters.
fn plain(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for character in word.chars() {
        match character {
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            other => out.push(other),
        }
    }
    out
}

fn holds(address: &str, words: &[String]) -> bool {
    let lower = address.to_lowercase();
    let bare: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    words
        .iter()
        .any(|word| lower.contains(word.as_str()) || bare.contains(word.as_str()))
}

/// A text string of a PDF: UTF-16, UTF-8, or PDF's own encoding. Control
/// characters are spaces.
pub(super) fn decode(bytes: &[u8]) -> String {
    let text = match bytes {
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        other => match std::str::from_utf8(other) {
            Ok(text) => text.to_owned(),
            Err(_) => other.iter().map(|byte| pdf_char(*byte)).collect(),
        },
    };
    let mut out = String::with_capacity(text.len());
    let mut language = false;
    for character in text.chars() {
        match character {
            // A language code stands between two of these.
            '\u{1B}' => language = !language,
            _ if language => {}
            '\r' | '\n' => out.push('\n'),
            '\u{FEFF}' | '\u{AD}' => {}
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16_lossy(&units)
}

/// PDF 32000, annex D.3; where it is Latin-1 it is not listed.
fn pdf_char(byte: u8) -> char {
    const ACCENTS: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];
    const HIGH: [char; 33] = [
        '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚',
        '™', 'ﬁ', 'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{FFFD}', '€',
    ];
    let from = |list: &[char], first: u8| {
        let at = usize::from(byte.saturating_sub(first));
        list.get(at).copied().unwrap_or('\u{FFFD}')
    };
    match byte {
        0x18..=0x1F => from(&ACCENTS, 0x18),
        0x80..=0xA0 => from(&HIGH, 0x80),
        other => char::from(other),
    }
}

/// Writes a text string.
pub(super) fn encode(text: &str) -> Object {
    if text.bytes().all(|b| matches!(b, b' '..=b'~' | b'\n')) {
        return Object::string_literal(text);
    }
    let mut bytes = vec![0xFE, 0xFF];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    Object::String(bytes, StringFormat::Hexadecimal)
}

/// The characters of an address, or `None` for one that is not kept: of a
/// scheme that opens or runs something, with a password, or unreadable.
pub(super) fn decode_address(bytes: &[u8]) -> Option<String> {
    const LONGEST: usize = 4096;
    if bytes.len() > LONGEST {
        return None;
    }
    let mut raw = Vec::with_capacity(bytes.len());
    let mut rest = bytes.trim_ascii();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte == b'%'
            && let Some((digits, behind)) = after.split_first_chunk::<2>()
            && let Some(value) = std::str::from_utf8(digits)
                .ok()
                .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            && !matches!(
                value,
                0..=0x1F | 0x7F | b':' | b'/' | b'?' | b'#' | b'&' | b'=' | b'+' | b'%'
            )
        {
            raw.push(value);
            rest = behind;
            continue;
        }
        raw.push(*byte);
    }
    let text = match String::from_utf8(raw) {
        Ok(text) => text,
        Err(error) => error.into_bytes().iter().map(|b| char::from(*b)).collect(),
    };
    let lower = text.to_lowercase();
    let web = lower
        .strip_prefix("https://")
        .or_else(|| lower.strip_prefix("http://"));
    let host = web.map(|web| web.split(['/', '?', '#']).next().unwrap_or_default());
    let known = host.is_some_and(|host| !host.contains('@'))
        || lower.starts_with("mailto:")
        || lower.starts_with("tel:");
    (known && !text.chars().any(char::is_control)).then_some(text)
}

/// Writes an address; reading it gives the same characters.
pub(super) fn encode_address(text: &str) -> Object {
    let mut out = Vec::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            0..=0x20
            | 0x7F..
            | b'"'
            | b'<'
            | b'>'
            | b'['
            | b']'
            | b'\\'
            | b'^'
            | b'`'
            | b'{'
            | b'|'
            | b'}' => out.extend_from_slice(format!("%{byte:02X}").as_bytes()),
            other => out.push(other),
        }
    }
    Object::string_literal(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(object: &Object) -> Vec<u8> {
        object.as_str().unwrap().to_vec()
    }

    #[test]
    fn every_encoding_reads_and_writes() {
        assert_eq!(decode(b"Erika"), "Erika");
        assert_eq!(decode(b"\xFE\xFF\0E\x01\x7E"), "Ež");
        assert_eq!(decode(b"\xFF\xFEE\0"), "E");
        assert_eq!(decode(b"M\xFCller \x84 \xA0"), "Müller — €");
        assert_eq!(decode(b"\xFE\xFF\0\x1B\0d\0e\0\x1B\0A"), "A");
        for text in ["Erika", "Groß 😀", "a\nb"] {
            assert_eq!(decode(&written(&encode(text))), text);
        }
    }

    #[test]
    fn what_was_found_elsewhere_goes_from_titles_too() {
        let mut document = Document::new();
        document.push(Segment::new(
            SegmentKind::Paragraph,
            "Frau Erika Mustermann",
            Location::new("page"),
        ));
        let edits = [Edit {
            span: document.span(0, 5, 21).unwrap(),
            with: "[PERSON_1]".into(),
        }];
        let known = known(&document, &edits);
        let swept = |text: &str| swept(text.to_owned(), &known);
        assert_eq!(swept("ERIKA MUSTERMANN, Akte"), "[PERSON_1], Akte");
        assert_eq!(swept("Akte Mustermann/Erika"), "Akte [PERSON_1]/[PERSON_1]");
        assert_eq!(swept("Mustermannstraße"), "Mustermannstraße");
    }

    #[test]
    fn addresses_keep_their_delimiters() {
        let text =
            decode_address(b"mailto:erika%40a.example?subject=Akte%20M%C3%BCller%26x").unwrap();
        assert_eq!(text, "mailto:erika@a.example?subject=Akte Müller%26x");
        assert_eq!(decode_address(&written(&encode_address(&text))), Some(text));
        let token = "mailto:[EMAIL_1]";
        let again = decode_address(&written(&encode_address(token)));
        assert_eq!(again.as_deref(), Some(token));
    }

    #[test]
    fn addresses_that_run_something_go() {
        for address in [
            "javascript:alert(1)",
            "file:///home/erika/x",
            "https://erika:geheim@a.example/",
            "Erika",
        ] {
            assert_eq!(decode_address(address.as_bytes()), None, "{address}");
        }
        assert!(holds(
            "https://a.example/erika-mustermann",
            &["mustermann".into()]
        ));
        assert!(holds(
            "https://a.example/erikamuster%6d",
            &["erikamuster".into()]
        ));
    }
}
