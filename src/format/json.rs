//! JSON, and JSON lines. Every string is a segment labeled by its key; long
//! numbers are segments too, because customers and phones are stored as
//! numbers. Keys that are no plain identifiers may be data and are segments.
//! A number that is replaced becomes a string.

use super::encoding::Decoded;
use super::spliced::{Draft, Spliced, is_base64_blob, nth};
use super::{Format, OpenFile, ReadOptions};
use crate::document::{Bilingual, Location, NoticeKind, SegmentKind};
use crate::error::{Error, ErrorKind, Result};
use std::sync::Arc;

/// What a report calls files inside of strings.
pub(super) const BLOBS: Bilingual = Bilingual {
    de: "in Text eingebettete Dateien (Base64)",
    en: "files embedded in text (base64)",
};

/// Real files stay under 100.
const MAX_DEPTH: usize = 1_000;
/// Shorter numbers identify nobody.
const MIN_DIGITS: usize = 5;

/// JSON and JSON lines.
#[derive(Clone, Copy, Debug)]
pub struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn accepts(&self, _head: &[u8], extension: &str) -> bool {
        matches!(
            extension,
            "json" | "jsonl" | "ndjson" | "geojson" | "jsonld" | "ipynb" | "har"
        )
    }

    fn open(&self, input: Vec<u8>, _options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        let source = Decoded::new(&input)?;
        let text = source.text.clone();
        let mut file = Spliced::new(source);
        read(&text, 0, &mut file)?;
        Ok(Box::new(file))
    }
}

/// Reads the JSON values in `text`, which stands at `base` in the source.
///
/// # Errors
/// If it is no JSON.
pub(super) fn read(text: &str, base: usize, file: &mut Spliced) -> Result<()> {
    let mut reader = Reader {
        text,
        base,
        at: 0,
        stack: Vec::new(),
        file,
    };
    reader.blanks();
    while reader.at < text.len() {
        reader.value()?;
        reader.blanks();
    }
    Ok(())
}

struct Reader<'a> {
    text: &'a str,
    base: usize,
    at: usize,
    stack: Vec<Frame>,
    file: &'a mut Spliced,
}

struct Frame {
    is_object: bool,
    label: Option<Arc<str>>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n' | 0x1E)) {
            self.at += 1;
        }
    }

    /// One value with all that is in it.
    fn value(&mut self) -> Result<()> {
        loop {
            self.blanks();
            if self.begin()? {
                continue;
            }
            if self.end()? {
                return Ok(());
            }
        }
    }

    /// Begins a value; tells whether one inside it is to be read next.
    fn begin(&mut self) -> Result<bool> {
        match self
            .peek()
            .ok_or_else(|| broken("the JSON ends too early"))?
        {
            open @ (b'{' | b'[') => {
                let is_object = open == b'{';
                if self.stack.len() >= MAX_DEPTH {
                    return Err(Error::new(ErrorKind::Limit, "values are nested too deeply"));
                }
                let label = self.stack.last().and_then(|frame| frame.label.clone());
                self.stack.push(Frame { is_object, label });
                self.at += 1;
                self.blanks();
                if self.peek() == Some(if is_object { b'}' } else { b']' }) {
                    self.at += 1;
                    self.stack.pop();
                    return Ok(false);
                }
                if is_object {
                    self.key()?;
                }
                Ok(true)
            }
            b'"' => self.string_value().map(|()| false),
            b'-' | b'0'..=b'9' => self.number().map(|()| false),
            _ => self.word().map(|()| false),
        }
    }

    /// Goes on behind a value; tells whether the outermost one has ended.
    fn end(&mut self) -> Result<bool> {
        loop {
            let Some(is_object) = self.stack.last().map(|frame| frame.is_object) else {
                return Ok(true);
            };
            self.blanks();
            let next = self.peek();
            self.at += 1;
            match next {
                Some(b',') if is_object => {
                    self.blanks();
                    return self.key().map(|()| false);
                }
                Some(b',') => return Ok(false),
                Some(b'}') if is_object => self.stack.pop(),
                Some(b']') if !is_object => self.stack.pop(),
                _ => return Err(broken("a JSON value is not followed by a comma or its end")),
            };
        }
    }

    fn key(&mut self) -> Result<()> {
        let draft = self.string()?;
        let label: Arc<str> = draft.text().into();
        if !is_identifier(&label) {
            let kind = SegmentKind::Attribute { name: "key" };
            let at = self.place();
            self.file.push(draft, kind, at, escape);
        }
        if let Some(frame) = self.stack.last_mut() {
            frame.label = Some(label);
        }
        self.blanks();
        if self.peek() != Some(b':') {
            return Err(broken("a JSON key is not followed by a colon"));
        }
        self.at += 1;
        Ok(())
    }

    fn place(&self) -> Location {
        Location::new("value").number(nth(self.file.n_segments()))
    }

    fn kind(&self) -> SegmentKind {
        let label = self.stack.last().and_then(|frame| frame.label.clone());
        SegmentKind::FormField { label }
    }

    fn string_value(&mut self) -> Result<()> {
        let start = self.base + self.at;
        let draft = self.string()?;
        let end = self.base + self.at;
        if is_base64_blob(draft.text()) {
            self.file.cut(start + 1..end - 1, "");
            self.file.document.notice(NoticeKind::Dropped, BLOBS, 1);
        } else {
            let (kind, place) = (self.kind(), self.place());
            self.file.push(draft, kind, place, escape);
        }
        Ok(())
    }

    /// The string at the current place, quotes left out.
    fn string(&mut self) -> Result<Draft> {
        if self.peek() != Some(b'"') {
            return Err(broken("a JSON key is no string"));
        }
        self.at += 1;
        let mut draft = Draft::default();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let stop = rest
                .find(['"', '\\'])
                .ok_or_else(|| broken("a JSON string has no end"))?;
            let plain = rest.get(..stop).unwrap_or_default();
            if plain.contains(['\n', '\r']) {
                return Err(broken("a JSON string holds a line end"));
            }
            draft.literal(plain, self.base + self.at);
            self.at += stop;
            if self.peek() == Some(b'"') {
                self.at += 1;
                return Ok(draft);
            }
            let rest = self.text.get(self.at..).unwrap_or_default();
            let (c, length) = unescape(rest).ok_or_else(|| broken("an escape in a JSON string"))?;
            let from = self.base + self.at;
            draft.decoded(c.encode_utf8(&mut [0; 4]), from..from + length);
            self.at += length;
        }
    }

    fn number(&mut self) -> Result<()> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest
            .find(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '+' | '.' | 'e' | 'E'))
            .unwrap_or(rest.len());
        let number = rest.get(..length).unwrap_or_default();
        if number.parse::<f64>().is_err() {
            return Err(broken("a JSON number cannot be read"));
        }
        let start = self.base + self.at;
        self.at += length;
        if number.bytes().filter(u8::is_ascii_digit).count() >= MIN_DIGITS {
            let mut draft = Draft::default();
            draft.literal(number, start);
            let whole = start..start + length;
            let (kind, place) = (self.kind(), self.place());
            self.file.push_whole(draft, kind, place, whole, quoted);
        }
        Ok(())
    }

    fn word(&mut self) -> Result<()> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        // NaN and infinities are no JSON, but Python writes them.
        let word = ["true", "false", "null", "NaN", "Infinity", "-Infinity"]
            .into_iter()
            .find(|word| rest.starts_with(word))
            .ok_or_else(|| broken("no JSON value"))?;
        self.at += word.len();
        Ok(())
    }
}

/// The character that an escape at the start of a text means, and its length.
fn unescape(text: &str) -> Option<(char, usize)> {
    let c = text.chars().nth(1)?;
    let plain = match c {
        '"' | '\\' | '/' => c,
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'u' => {
            let unit = |at: usize| u32::from_str_radix(text.get(at..at + 4)?, 16).ok();
            let first = unit(2)?;
            let is_pair = (0xD800..0xDC00).contains(&first) && text.get(6..8) == Some("\\u");
            if let Some(second) = unit(8).filter(|u| is_pair && (0xDC00..0xE000).contains(u)) {
                let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return Some((char::from_u32(code)?, 12));
            }
            // Half a pair stands for nothing.
            return Some((char::from_u32(first).unwrap_or('\u{FFFD}'), 6));
        }
        _ => return None,
    };
    Some((plain, 2))
}

/// Whether a key is a name that a programmer gave.
fn is_identifier(key: &str) -> bool {
    let n_digits = key.bytes().filter(u8::is_ascii_digit).count();
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '$' | ':' | '.' | '@');
    // "@type" and "$ref", but no mail address.
    let sign = key.rfind('@').is_none_or(|at| at == 0);
    let lower_start = key
        .trim_start_matches(['@', '$', '_'])
        .starts_with(|c: char| c.is_ascii_lowercase());
    key.is_empty() || (key.chars().all(plain) && n_digits < MIN_DIGITS && sign && lower_start)
}

fn escape(text: &str) -> String {
    let whole = quoted(text);
    let inner = whole.get(1..whole.len().saturating_sub(1));
    // "</script>" would end JSON in a page.
    inner.unwrap_or_default().replace('<', "\\u003c")
}

fn quoted(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
}

fn broken(what: &'static str) -> Error {
    Error::new(ErrorKind::Broken, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::spliced::replaced;

    fn open(input: &str) -> Result<Box<dyn OpenFile>> {
        Json.open(input.as_bytes().to_vec(), &ReadOptions::default())
    }

    fn replace(input: &str, old: &str, new: &str) -> String {
        replaced(&*open(input).unwrap(), old, new)
    }

    #[test]
    fn strings_are_replaced_where_they_stand() {
        let input = "{ \"name\" : \"Max M\\u00fcller\\n\\\"ja\\\"\", \"n\":[1, 2.50,true,null] }\r\n{\"a\":\"\"}\n";
        assert_eq!(
            replace(input, "Max Müller", "[P]"),
            input.replace("Max M\\u00fcller", "[P]")
        );
        assert_eq!(open(input).unwrap().rewrite(&[]).unwrap(), input.as_bytes());
        assert_eq!(
            replace(input, "Max", "\"\\"),
            input.replace("Max", "\\\"\\\\")
        );
        assert_eq!(replace("[\"\\ud83d\\ude00\"]", "😀", "x"), "[\"x\"]");
    }

    #[test]
    fn a_replaced_number_becomes_a_string() {
        assert_eq!(
            replace("{\"tel\":491711234567}", "491711234567", "[T]"),
            "{\"tel\":\"[T]\"}"
        );
        assert!(
            open("[1, 22, 333]")
                .unwrap()
                .document()
                .segments()
                .is_empty()
        );
    }

    #[test]
    fn keys_are_labels_unless_they_hold_data() {
        let file = open("{\"vorname\":\"Max\",\"max@example.org\":{\"Max M\":\"x y\"}}").unwrap();
        let texts: Vec<_> = file
            .document()
            .segments()
            .iter()
            .map(|s| s.text().to_owned())
            .collect();
        assert_eq!(texts, ["Max", "max@example.org", "Max M", "x y"]);
        let labels: Vec<_> = file.document().segments()[0].kind().labels().collect();
        assert_eq!(labels, ["vorname"]);
    }

    #[test]
    fn embedded_files_are_dropped() {
        let blob = "iVBORw0KGgoAAAANSUhEUgAA".repeat(20);
        let file = open(&format!("{{\"image/png\": \"{blob}\"}}")).unwrap();
        assert_eq!(file.rewrite(&[]).unwrap(), b"{\"image/png\": \"\"}");
        assert_eq!(file.document().notices().len(), 1);
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for input in [
            "{",
            "{\"a\"}",
            "[1,]",
            "{\"a\":1,}",
            "nul",
            "\"a",
            "\"a\n\"",
            "[1 2]",
            "\"\\x\"",
            "-",
            "]",
        ] {
            assert!(open(input).is_err(), "{input}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(open(&deep).err().unwrap().kind(), ErrorKind::Limit);
    }
}
