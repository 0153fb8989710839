//! Bytes read in every way in which they may hold text: encodings of
//! characters, and text hidden in text (base64, quoted-printable, percent signs,
//! hexadecimal digits).
//!
//! It only decodes. What is inside a container is the business of `sweep`.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::normalize::WALL;

/// Shortest run of base64 letters that is decoded: 15 bytes.
const MIN_BASE64: usize = 20;
/// Shortest run of hexadecimal digits that is decoded: four bytes.
const MIN_HEX: usize = 8;

/// What bytes turn out to be.
#[derive(Debug)]
pub(super) enum Decoded<'a> {
    /// Text, in the encoding that fits.
    Text(Cow<'a, str>),
    /// No text; the runs of letters in it, in one-byte and two-byte encodings.
    Runs(String),
}

/// Reads bytes as text if they are text, or collects the runs of letters.
pub(super) fn decode(bytes: &[u8]) -> Decoded<'_> {
    if let Some(text) = utf16_with_mark(bytes) {
        return Decoded::Text(Cow::Owned(text));
    }
    if is_binary(bytes) {
        return Decoded::Runs(runs(bytes));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded::Text(Cow::Borrowed(text)),
        Err(_) => {
            let (text, _, _) = encoding_rs::WINDOWS_1252.decode(bytes);
            Decoded::Text(text)
        }
    }
}

fn utf16_with_mark(bytes: &[u8]) -> Option<String> {
    let little = match bytes.get(..2)? {
        [0xFF, 0xFE] => true,
        [0xFE, 0xFF] => false,
        _ => return None,
    };
    Some(utf16(bytes.get(2..)?, little))
}

fn utf16(bytes: &[u8], little: bool) -> String {
    let unit = |pair: &[u8; 2]| {
        if little {
            u16::from_le_bytes(*pair)
        } else {
            u16::from_be_bytes(*pair)
        }
    };
    let (pairs, _) = bytes.as_chunks::<2>();
    char::decode_utf16(pairs.iter().map(unit))
        .map(|c| c.unwrap_or(WALL))
        .collect()
}

/// Control bytes do not stand in text.
fn is_binary(bytes: &[u8]) -> bool {
    let n_control = bytes.iter().filter(|byte| is_control(**byte)).count();
    n_control > 0 && n_control * 200 > bytes.len()
}

const fn is_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C)
}

/// Runs of at least three letters in UTF-8, Windows-1252 and both UTF-16.
fn runs(bytes: &[u8]) -> String {
    let mut out = String::new();
    for run in bytes.split(|byte| is_control(*byte) || *byte == 0x7F) {
        if run.len() >= 3 {
            out.push(WALL);
            match std::str::from_utf8(run) {
                Ok(text) => out.push_str(text),
                Err(_) => {
                    out.push_str(&encoding_rs::WINDOWS_1252.decode(run).0);
                    out.push(WALL);
                    out.push_str(&String::from_utf8_lossy(run));
                }
            }
        }
    }
    for (skip, little) in [(0, true), (1, true), (0, false), (1, false)] {
        wide_runs(bytes.get(skip..).unwrap_or_default(), little, &mut out);
    }
    out
}

fn wide_runs(bytes: &[u8], little: bool, out: &mut String) {
    let (pairs, _) = bytes.as_chunks::<2>();
    let mut run = String::new();
    for [a, b] in pairs {
        let (low, high) = if little { (*a, *b) } else { (*b, *a) };
        // Latin letters and their neighbours only: two bytes of noise are no text.
        let code = u32::from(high) << 8 | u32::from(low);
        match char::from_u32(code).filter(|c| high < 3 && !c.is_control() && code != 0) {
            Some(c) => run.push(c),
            None => flush(&mut run, out),
        }
    }
    flush(&mut run, out);
}

fn flush(run: &mut String, out: &mut String) {
    if run.chars().count() >= 3 {
        out.push(WALL);
        out.push_str(run);
    }
    run.clear();
}

/// Everything that base64 letters in a text decode to.
pub(super) fn base64_blobs(text: &str) -> Vec<Vec<u8>> {
    let lenient = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let engine = GeneralPurpose::new(&alphabet::STANDARD, lenient);
    let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_');
    let is_break = |c: char| matches!(c, '\r' | '\n');
    let mut blobs = Vec::new();
    for run in text.split(|c: char| !is_letter(c) && !is_break(c)) {
        if run.len() < MIN_BASE64 {
            continue;
        }
        // As it stands, and each line for itself: a sentence may come before.
        let whole: String = run.chars().filter(|c| !is_break(*c)).collect();
        let lines = run
            .split(is_break)
            .filter(|line| run.len() > line.len() && line.len() >= MIN_BASE64);
        for letters in std::iter::once(whole.as_str()).chain(lines) {
            if letters.len() < MIN_BASE64 || !looks_like_base64(letters) {
                continue;
            }
            let letters = letters.replace('-', "+").replace('_', "/");
            let even = letters.len() - usize::from(letters.len() % 4 == 1);
            let even = letters.get(..even).unwrap_or_default();
            blobs.extend(engine.decode(even).ok());
        }
    }
    blobs
}

/// Words and paths are letters of base64 too, but not mixed like it.
fn looks_like_base64(letters: &str) -> bool {
    let turns = letters
        .as_bytes()
        .windows(2)
        .filter(|pair| match pair {
            [a, b] => a.is_ascii_lowercase() != b.is_ascii_lowercase(),
            _ => false,
        })
        .count();
    turns * 8 > letters.len()
}

/// Everything that runs of hexadecimal digits in a text decode to.
pub(super) fn hex_blobs(text: &str) -> Vec<Vec<u8>> {
    let mut blobs = Vec::new();
    for run in text.split(|c: char| !c.is_ascii_hexdigit() && !c.is_ascii_whitespace()) {
        if run.len() < MIN_HEX {
            continue;
        }
        for digits in run.split(' ') {
            let digits: Vec<u8> = digits.bytes().filter(u8::is_ascii_hexdigit).collect();
            // Digits alone are numbers, as tables are full of them.
            if digits.len() >= MIN_HEX && digits.iter().any(u8::is_ascii_alphabetic) {
                blobs.push(from_hex(&digits));
            }
        }
    }
    blobs
}

/// Decodes pairs of hexadecimal digits.
pub(super) fn from_hex(digits: &[u8]) -> Vec<u8> {
    let (pairs, _) = digits.as_chunks::<2>();
    pairs.iter().filter_map(|[a, b]| hex_byte(*a, *b)).collect()
}

fn hex_byte(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

/// Decodes `=C3=BC` (and soft line ends) or `%C3%BC`; `None` if there is none.
pub(super) fn escaped(text: &str, sign: u8) -> Option<String> {
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    let mut n_decoded = 0;
    while let Some(at) = memchr::memchr(sign, rest) {
        let (before, after) = rest.split_at_checked(at)?;
        out.extend_from_slice(before);
        rest = match after {
            [_, b'\r', b'\n', tail @ ..] if sign == b'=' => tail,
            [_, b'\n', tail @ ..] if sign == b'=' => tail,
            [_, a, b, tail @ ..] => {
                if let Some(byte) = hex_byte(*a, *b) {
                    out.push(byte);
                    n_decoded += 1;
                    tail
                } else {
                    out.push(sign);
                    after.get(1..).unwrap_or_default()
                }
            }
            _ => {
                out.push(sign);
                after.get(1..).unwrap_or_default()
            }
        };
    }
    if n_decoded == 0 {
        return None;
    }
    out.extend_from_slice(rest);
    Some(match String::from_utf8(out) {
        Ok(text) => text,
        Err(error) => encoding_rs::WINDOWS_1252
            .decode(error.as_bytes())
            .0
            .into_owned(),
    })
}

/// The strings of a PDF content stream: `(…)` and `<…>`; kerning between two
/// pieces of one word leaves them together.
pub(super) fn pdf_strings(stream: &[u8]) -> String {
    let mut out = String::new();
    let mut rest = stream;
    let mut between: &[u8] = &[];
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'(' | b'<')) {
        let Some((before, after)) = rest.split_at_checked(at) else {
            break;
        };
        between = if between.is_empty() { before } else { between };
        let literal = after.first() == Some(&b'(');
        let (bytes, tail) = if literal {
            literal_string(after.get(1..).unwrap_or_default())
        } else {
            hex_string(after.get(1..).unwrap_or_default())
        };
        let kerned = between.iter().all(|byte| {
            byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b' ' | b'\n' | b'\r')
        });
        if !kerned {
            out.push(WALL);
        }
        let wide = bytes.len() > 3 && bytes.chunks_exact(2).all(|pair| pair.first() == Some(&0));
        if wide || bytes.starts_with(&[0xFE, 0xFF]) {
            out.push_str(&utf16(&bytes, false));
        } else {
            out.push_str(&encoding_rs::WINDOWS_1252.decode(&bytes).0);
        }
        rest = tail;
        between = &[];
    }
    out
}

fn literal_string(text: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut out = Vec::new();
    let mut depth = 1;
    let mut rest = text;
    while let [byte, tail @ ..] = rest {
        rest = tail;
        match byte {
            b'\\' => rest = escape(tail, &mut out),
            b'(' => depth += 1,
            b')' if depth == 1 => return (out, tail),
            b')' => depth -= 1,
            _ => {}
        }
        if *byte != b'\\' {
            out.push(*byte);
        }
    }
    (out, rest)
}

fn escape<'a>(text: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
    let octal: Vec<u32> = text
        .iter()
        .take(3)
        .map_while(|byte| char::from(*byte).to_digit(8))
        .collect();
    if !octal.is_empty() {
        let code = octal.iter().fold(0, |code, digit| code * 8 + digit);
        out.extend(u8::try_from(code & 0xFF).ok());
        return text.get(octal.len()..).unwrap_or_default();
    }
    let [byte, tail @ ..] = text else { return text };
    match byte {
        b'n' | b'r' | b't' | b'b' | b'f' => out.push(b' '),
        b'\n' | b'\r' => {}
        other => out.push(*other),
    }
    tail
}

fn hex_string(text: &[u8]) -> (Vec<u8>, &[u8]) {
    let end = text
        .iter()
        .position(|byte| *byte == b'>')
        .unwrap_or(text.len());
    let digits: Vec<u8> = text
        .iter()
        .take(end)
        .copied()
        .filter(u8::is_ascii_hexdigit)
        .collect();
    (from_hex(&digits), text.get(end + 1..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pdf_strings_are_read() {
        assert!(pdf_strings(b"BT [(M\\374l) -20 (ler)] TJ ET").contains("Müller"));
        assert!(pdf_strings(b"<4D616E6E> Tj").contains("Mann"));
        assert!(pdf_strings(b"<FEFF004D0061006E006E> Tj").contains("Mann"));
        assert!(!pdf_strings(b"(Max) Tj 0 5 Td (ler) Tj").contains("Maxler"));
        assert!(pdf_strings(b"(a\\(b\\)c) Tj ((x)").contains("a(b)c"));
    }

    #[test]
    fn escapes_are_decoded() {
        assert_eq!(escaped("M=C3=BCl=\r\nler", b'=').as_deref(), Some("Müller"));
        assert_eq!(escaped("M%FCller", b'%').as_deref(), Some("Müller"));
        assert_eq!(escaped("a = b", b'='), None);
    }

    #[test]
    fn bytes_are_told_from_text() {
        let wide: Vec<u8> = "xx Müller"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for bytes in [wide, b"\x00\x01\x02M\xFCller\x00\x00".to_vec()] {
            let Decoded::Runs(runs) = decode(&bytes) else {
                panic!("binary");
            };
            assert!(runs.contains("Müller"), "{runs}");
        }
        assert!(matches!(decode("Müller\n".as_bytes()), Decoded::Text(_)));
        assert!(matches!(decode(b"M\xFCller"), Decoded::Text(text) if text == "Müller"));
    }
}
