//! XML that is edited in place: a part is read as events with byte positions,
//! its text becomes segments made of pieces, and edits become splices, so that
//! everything between the splices stays byte for byte what it was.
//!
//! [`Source`] turns bytes into text and back, [`scan`] reads tags with their
//! namespaces, [`piece`] maps text to bytes, [`splice`] writes, [`walk`] finds
//! the segments of a part by a table of [`rules`], [`file`] holds a package of
//! parts. Which element means what is not known here: the formats bring tables.

pub(crate) mod scan;

pub(crate) mod piece;
pub(crate) mod splice;

pub(crate) mod rules;
pub(crate) mod walk;

pub(crate) mod attributes;
mod field;
mod flow;
pub(crate) mod formula;
pub(crate) mod given;
mod table;
pub(crate) mod typed;

pub(crate) mod file;
pub(crate) mod lists;
pub(crate) mod sheets;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::error::{Error, ErrorKind, Result};

/// The text of one XML part.
#[derive(Clone)]
pub(crate) struct Source {
    /// The text without a byte order mark. Its declaration says UTF-8.
    pub(crate) text: String,
    bom: bool,
    converted: bool,
}

impl Source {
    /// Decodes a part: the byte order mark counts first, then the look of the
    /// first bytes, then the declaration.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self> {
        let (encoding, bom_len) = match Encoding::for_bom(bytes) {
            Some((encoding, n)) => (encoding, n),
            None => (guess(bytes), 0),
        };
        let body = bytes.get(bom_len..).unwrap_or_default();
        let text = encoding
            .decode_without_bom_handling_and_without_replacement(body)
            .ok_or_else(|| broken("a part is not valid in its text encoding"))?
            .into_owned();
        if encoding == UTF_8 {
            return Ok(Self {
                text,
                bom: bom_len > 0,
                converted: false,
            });
        }
        Ok(Self {
            text: redeclare(&text),
            bom: false,
            converted: true,
        })
    }

    /// The bytes of the part with this text in place of its own.
    pub(crate) fn encode(&self, text: &str) -> Vec<u8> {
        let mark: &[u8] = if self.bom { b"\xEF\xBB\xBF" } else { b"" };
        [mark, text.as_bytes()].concat()
    }

    /// Whether the part is written in another encoding than it was read in.
    pub(crate) const fn is_converted(&self) -> bool {
        self.converted
    }
}

/// The encoding of a part without a byte order mark.
fn guess(bytes: &[u8]) -> &'static Encoding {
    match bytes {
        [b'<', 0, ..] => UTF_16LE,
        [0, b'<', ..] => UTF_16BE,
        _ => {
            let head = bytes.get(..200).unwrap_or(bytes);
            let declared = declared(&String::from_utf8_lossy(head))
                .and_then(|label| Encoding::for_label(label.as_bytes()));
            match declared {
                // A declaration that says UTF-16 in single bytes is wrong.
                Some(encoding) if encoding != UTF_16LE && encoding != UTF_16BE => encoding,
                _ => UTF_8,
            }
        }
    }
}

/// The value of `encoding=` in an XML declaration.
fn declared(head: &str) -> Option<String> {
    let (_, rest) = declaration(head)?.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest.split(quote).nth(1).map(str::to_owned)
}

fn declaration(head: &str) -> Option<&str> {
    head.strip_prefix("<?xml")?.split("?>").next()
}

fn redeclare(text: &str) -> String {
    match declared(text) {
        Some(label) => text.replacen(&label, "UTF-8", 1),
        None => text.to_owned(),
    }
}

/// The error of a part that is no well-formed XML.
pub(crate) fn broken(what: &'static str) -> Error {
    Error::new(ErrorKind::Broken, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, mark: bool) -> Vec<u8> {
        let mark = if mark { "\u{FEFF}" } else { "" };
        format!("{mark}{text}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect()
    }

    #[test]
    fn a_byte_order_mark_is_kept() {
        let bytes = "\u{FEFF}<a>ü</a>".as_bytes();
        let source = Source::decode(bytes).unwrap();
        assert_eq!(source.text, "<a>ü</a>");
        assert_eq!(source.encode(&source.text), bytes);
    }

    #[test]
    fn other_encodings_become_utf_8() {
        let text = "<?xml version='1.0' encoding='UTF-16'?><a>ü</a>";
        for mark in [true, false] {
            let source = Source::decode(&utf16(text, mark)).unwrap();
            assert_eq!(
                source.text,
                "<?xml version='1.0' encoding='UTF-8'?><a>ü</a>"
            );
            assert!(source.is_converted());
        }
        let latin = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xFC</a>";
        assert!(Source::decode(latin).unwrap().text.ends_with("<a>ü</a>"));
    }

    #[test]
    fn a_declaration_that_lies_does_not_win() {
        let text = "<?xml version='1.0' encoding='UTF-16'?><a>ü</a>";
        assert_eq!(Source::decode(text.as_bytes()).unwrap().text, text);
        assert!(Source::decode(b"<a>\xFC</a>").is_err());
    }
}
