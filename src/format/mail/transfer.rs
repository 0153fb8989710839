//! Transfer encodings of mail: base64 and quoted-printable, both ways, and the
//! encoded words of headers.

use std::ops::Range;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use encoding_rs::Encoding;

use crate::format::spliced::Draft;

/// How a part is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transfer {
    Identity,
    Base64,
    QuotedPrintable,
    /// Something that nobody uses any more.
    Unknown,
}

impl Transfer {
    pub(super) fn named(name: &str) -> Self {
        match name.trim().to_ascii_lowercase().trim_matches('"') {
            "" | "7bit" | "8bit" | "binary" | "7-bit" | "8-bit" => Self::Identity,
            "base64" => Self::Base64,
            "quoted-printable" => Self::QuotedPrintable,
            _ => Self::Unknown,
        }
    }

    /// What the written bytes mean.
    pub(super) fn decode(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Identity | Self::Unknown => bytes.to_vec(),
            Self::Base64 => base64(bytes),
            Self::QuotedPrintable => quoted_printable(bytes),
        }
    }

    /// The bytes written, with the line ends of the mail.
    pub(super) fn encode(self, bytes: &[u8], line_end: &str) -> Vec<u8> {
        match self {
            Self::Identity | Self::Unknown => bytes.to_vec(),
            Self::Base64 => in_base64(bytes, line_end),
            Self::QuotedPrintable => in_quoted_printable(bytes, line_end),
        }
    }
}

/// Decodes base64 as mail readers do: what is no letter is skipped.
fn base64(bytes: &[u8]) -> Vec<u8> {
    let lenient = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let engine = GeneralPurpose::new(&alphabet::STANDARD, lenient);
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let mut out = Vec::new();
    // Two encodings in a row have padding in the middle.
    for run in bytes.split(|byte| *byte == b'=') {
        let mut letters: Vec<u8> = run.iter().copied().filter(is_letter).collect();
        if letters.len() % 4 == 1 {
            letters.pop();
        }
        out.extend(engine.decode(&letters).unwrap_or_default());
    }
    out
}

fn in_base64(bytes: &[u8], line_end: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() * 4 / 3 + bytes.len() / 32);
    for line in bytes.chunks(57) {
        out.extend_from_slice(
            base64::engine::general_purpose::STANDARD
                .encode(line)
                .as_bytes(),
        );
        out.extend_from_slice(line_end.as_bytes());
    }
    out
}

fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let body = line.trim_ascii_end();
        let (body, end) = match body.strip_suffix(b"=") {
            Some(soft) => (soft, &b""[..]),
            None => {
                let n = line
                    .iter()
                    .rev()
                    .take_while(|byte| matches!(byte, b'\n' | b'\r'))
                    .count();
                // Blanks at the end of a line were added on the way.
                (body, line.get(line.len() - n..).unwrap_or_default())
            }
        };
        let mut rest = body;
        while let Some(at) = memchr::memchr(b'=', rest) {
            let (before, after) = rest.split_at_checked(at).unwrap_or((rest, &[]));
            out.extend_from_slice(before);
            let byte = after.get(1..3).and_then(hex);
            out.push(byte.unwrap_or(b'='));
            rest = after
                .get(if byte.is_some() { 3 } else { 1 }..)
                .unwrap_or_default();
        }
        out.extend_from_slice(rest);
        out.extend_from_slice(end);
    }
    out
}

fn hex(digits: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(digits).ok()?;
    u8::from_str_radix(text, 16).ok()
}

fn in_quoted_printable(bytes: &[u8], line_end: &str) -> Vec<u8> {
    const LONGEST: usize = 73;
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 8);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let body = line.strip_suffix(b"\n").unwrap_or(line);
        let is_ended = body.len() < line.len();
        let body = if is_ended {
            body.strip_suffix(b"\r").unwrap_or(body)
        } else {
            body
        };
        let mut column = 0;
        for (index, byte) in body.iter().enumerate() {
            if column >= LONGEST {
                out.extend_from_slice(b"=");
                out.extend_from_slice(line_end.as_bytes());
                column = 0;
            }
            let is_last = index + 1 == body.len();
            let plain =
                matches!(byte, 33..=60 | 62..=126) || (matches!(byte, b' ' | b'\t') && !is_last);
            if plain {
                out.push(*byte);
                column += 1;
            } else {
                out.extend_from_slice(format!("={byte:02X}").as_bytes());
                column += 3;
            }
        }
        if is_ended {
            out.extend_from_slice(line_end.as_bytes());
        }
    }
    out
}

/// An encoded word at the start of a text: its encoding, bytes, and length.
fn word(text: &str) -> Option<(&str, Vec<u8>, usize)> {
    let body = text.strip_prefix("=?")?;
    let (charset, rest) = body.split_once('?')?;
    let (kind, rest) = rest.split_once('?')?;
    let end = rest.find("?=")?;
    let data = rest.get(..end)?;
    if charset.len() > 40
        || charset.contains([' ', '\n'])
        || data.contains('\n')
        || data.len() > 2_000
    {
        return None;
    }
    let bytes = match kind {
        "B" | "b" => base64(data.as_bytes()),
        "Q" | "q" => quoted_printable(data.replace('_', " ").replace(' ', "=20").as_bytes()),
        _ => return None,
    };
    let length = text.len() - rest.len() + end + 2;
    // RFC 2231 appends a language to the charset.
    Some((charset.split('*').next().unwrap_or(charset), bytes, length))
}

/// Adds header text that stands at `at` to a draft: encoded words decoded,
/// folds as spaces.
pub(super) fn words(text: &str, at: usize, draft: &mut Draft) {
    let mut from = 0;
    while let Some(rest) = text.get(from..).filter(|rest| !rest.is_empty()) {
        let stop = rest
            .char_indices()
            .find(|(i, c)| {
                matches!(c, '\r' | '\n') || (*c == '=' && rest.get(i + 1..i + 2) == Some("?"))
            })
            .map_or(rest.len(), |(i, _)| i);
        draft.literal(rest.get(..stop).unwrap_or_default(), at + from);
        from += stop;
        let rest = text.get(from..).unwrap_or_default();
        if rest.is_empty() {
            break;
        }
        if let Some((meant, length)) = word_run(rest) {
            draft.decoded(&meant, at + from..at + from + length);
            from += length;
        } else if rest.starts_with(['\r', '\n']) {
            let length = rest.len() - rest.trim_start_matches(['\r', '\n', ' ', '\t']).len();
            draft.decoded(" ", at + from..at + from + length);
            from += length;
        } else {
            draft.literal(rest.get(..1).unwrap_or_default(), at + from);
            from += 1;
        }
    }
}

/// Encoded words in a row: those of one charset may split a character.
fn word_run(text: &str) -> Option<(String, usize)> {
    let (charset, mut bytes, mut length) = word(text)?;
    let mut meant = String::new();
    let mut current = charset;
    loop {
        let rest = text.get(length..).unwrap_or_default();
        let body = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let Some((next, more, n)) = word(body) else {
            break;
        };
        if !next.eq_ignore_ascii_case(current) {
            meant.push_str(&decode(current, &bytes));
            bytes.clear();
            current = next;
        }
        bytes.extend(more);
        length += rest.len() - body.len() + n;
    }
    meant.push_str(&decode(current, &bytes));
    Some((meant, length))
}

/// Bytes in a named charset; UTF-8 wherever it fits.
pub(super) fn decode(charset: &str, bytes: &[u8]) -> String {
    if charset.eq_ignore_ascii_case("utf-7") {
        return utf7(bytes);
    }
    let encoding = Encoding::for_label(charset.as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252);
    match std::str::from_utf8(bytes) {
        Ok(text) if encoding.is_ascii_compatible() => text.to_owned(),
        _ => encoding.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// UTF-7, which only old mail uses.
fn utf7(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut out = String::new();
    let mut rest = text.as_ref();
    while let Some((before, after)) = rest.split_once('+') {
        out.push_str(before);
        let end = after
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '/' && c != '+')
            .unwrap_or(after.len());
        let (coded, tail) = after.split_at_checked(end).unwrap_or((after, ""));
        if coded.is_empty() {
            out.push('+');
        } else {
            let decoded = base64(coded.as_bytes());
            let (pairs, _) = decoded.as_chunks::<2>();
            let units = pairs.iter().map(|pair| u16::from_be_bytes(*pair));
            out.extend(char::decode_utf16(units).map(|c| c.unwrap_or('\u{FFFD}')));
        }
        rest = tail.strip_prefix('-').unwrap_or(tail);
    }
    out.push_str(rest);
    out
}

/// Text as encoded words in UTF-8, or as it is where ASCII does.
pub(super) fn in_words(text: &str) -> String {
    if text.is_ascii() && !text.contains("=?") && !text.contains(['\r', '\n']) {
        return text.to_owned();
    }
    let mut words = Vec::new();
    let mut chunk = String::new();
    for c in text.chars().map(|c| if c.is_control() { ' ' } else { c }) {
        // A word may have 75 characters.
        if chunk.len() + c.len_utf8() > 42 {
            words.push(std::mem::take(&mut chunk));
        }
        chunk.push(c);
    }
    words.push(chunk);
    let written = words.iter().map(|word| {
        let data = base64::engine::general_purpose::STANDARD.encode(word.as_bytes());
        format!("=?UTF-8?B?{data}?=")
    });
    written.collect::<Vec<_>>().join(" ")
}

/// The bytes of `%C3%BC` and plain letters in a parameter of RFC 2231.
pub(super) fn percent(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let [byte, tail @ ..] = rest {
        rest = tail;
        match tail.get(..2).and_then(hex).filter(|_| *byte == b'%') {
            Some(decoded) => {
                out.push(decoded);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => out.push(*byte),
        }
    }
    out
}

/// Lines of bytes with their positions, line ends included.
pub(super) fn lines(bytes: &[u8], range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut at = range.start;
    std::iter::from_fn(move || {
        let rest = bytes.get(at..range.end).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let line = at..at + length;
        at += length;
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn encoded_words_are_read() {
        for (text, meant) in [
            ("=?utf-8?B?TcO8bGxlcg==?=", "Müller"),
            ("=?iso-8859-1?Q?M=FCller=2C_Max?= x", "Müller, Max x"),
            ("=?utf-8?Q?M=C3?= =?utf-8?Q?=BCller?=", "Müller"),
            ("a\r\n b =?x", "a b =?x"),
            ("=?utf-7?Q?M+APw-ller?=", "Müller"),
        ] {
            let mut draft = Draft::default();
            words(text, 0, &mut draft);
            assert_eq!(draft.text(), meant);
        }
    }

    #[test]
    fn padding_in_the_middle_ends_nothing() {
        assert_eq!(base64(b"TWF4\r\nTQ==TWF4"), b"MaxMMax");
        assert_eq!(quoted_printable(b"a=\r\nb=3D =\nc  \n=ZZ"), b"ab= c\n=ZZ");
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(&base64(&in_base64(&bytes, "\r\n")), &bytes);
            let text: Vec<u8> = String::from_utf8_lossy(&bytes).replace('\r', "").replace('\n', "\r\n").into_bytes();
            prop_assert_eq!(quoted_printable(&in_quoted_printable(&text, "\r\n")), text);
        }

        #[test]
        fn words_are_decoded(text in "[^\\p{C}]{0,60}") {
            let mut draft = Draft::default();
            words(&in_words(&text), 0, &mut draft);
            prop_assert_eq!(draft.text(), text);
        }
    }
}
