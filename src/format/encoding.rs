//! Bytes to text and back, without losing a byte.
//!
//! Text files of an administration come as UTF-8, UTF-16, Windows code pages,
//! and as mixtures of these in one log file. A text that this module hands out
//! is always written back as the same bytes; what it cannot tell for certain it
//! refuses, because a name in the wrong encoding is a name not found.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::error::{Error, ErrorKind, Result};

/// A decoded text that can be written back exactly.
#[derive(Clone)]
pub(super) struct Decoded {
    /// The text, without the byte order mark.
    pub(super) text: String,
    bom: &'static [u8],
    /// Runs of one encoding: where each ends in `text`, in bytes.
    runs: Vec<(usize, &'static Encoding)>,
}

impl Decoded {
    /// Decodes a whole file.
    ///
    /// # Errors
    /// If it is no text, or its encoding cannot be told.
    pub(super) fn new(bytes: &[u8]) -> Result<Self> {
        let decoded = match Encoding::for_bom(bytes) {
            Some((encoding, length)) => Self::with_bom(bytes, encoding, length)?,
            None => Self::without_bom(bytes)?,
        };
        decoded.refuse_binary()?;
        Ok(decoded)
    }

    /// Decodes a text whose container says what encoding it is in. A text that
    /// is valid UTF-8 is taken as such whatever a container of one-byte text
    /// says; a declaration that does not fit is ignored.
    ///
    /// # Errors
    /// If it is no text, or its encoding cannot be told.
    pub(super) fn declared(bytes: &[u8], encoding: Option<&'static Encoding>) -> Result<Self> {
        let Some(encoding) = encoding.filter(|encoding| *encoding != UTF_8) else {
            return Self::new(bytes);
        };
        let is_marked = Encoding::for_bom(bytes).is_some();
        let is_utf8 = encoding.is_ascii_compatible() && std::str::from_utf8(bytes).is_ok();
        if is_marked || is_utf8 {
            return Self::new(bytes);
        }
        let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) else {
            return Self::new(bytes);
        };
        let decoded = Self {
            runs: vec![(text.len(), encoding)],
            text: text.into_owned(),
            bom: b"",
        };
        if decoded.refuse_binary().is_ok() && decoded.encode(&[])? == bytes {
            Ok(decoded)
        } else {
            Self::new(bytes)
        }
    }

    /// Bytes as characters, one for one, for formats that say in their own way
    /// what a byte means. Nothing is refused; only ASCII can be written in.
    pub(super) fn bytewise(bytes: &[u8]) -> Self {
        let text = encoding_rs::WINDOWS_1252
            .decode_without_bom_handling(bytes)
            .0;
        Self {
            runs: vec![(text.len(), encoding_rs::WINDOWS_1252)],
            text: text.into_owned(),
            bom: b"",
        }
    }

    /// The whole file again, with `text` in place of the old text. `edits` are
    /// the replaced byte ranges of the old text, in order, with what stands there now.
    ///
    /// # Errors
    /// If a replacement cannot be written in the file's encoding.
    pub(super) fn encode(&self, edits: &[(std::ops::Range<usize>, String)]) -> Result<Vec<u8>> {
        let mut out = Vec::with_capacity(self.text.len() + 3);
        out.extend_from_slice(self.bom);
        let mut edits = edits.iter().peekable();
        let mut at = 0;
        for &(end, encoding) in &self.runs {
            while at < end {
                let edit = edits.next_if(|(range, _)| range.start < end || range.start == at);
                let stop = edit.map_or(end, |(range, _)| range.start);
                self.encode_part(at..stop, encoding, &mut out)?;
                at = stop;
                if let Some((range, with)) = edit {
                    encode_str(with, encoding, &mut out)?;
                    at = range.end;
                }
            }
        }
        if edits.next().is_some() {
            return Err(Error::new(ErrorKind::Internal, "an edit was left over"));
        }
        Ok(out)
    }

    fn encode_part(
        &self,
        range: std::ops::Range<usize>,
        encoding: &'static Encoding,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let part = self
            .text
            .get(range)
            .ok_or_else(|| Error::new(ErrorKind::Internal, "edits overlap or split a character"))?;
        encode_str(part, encoding, out)
    }

    fn with_bom(bytes: &[u8], encoding: &'static Encoding, length: usize) -> Result<Self> {
        let bom: &'static [u8] = if encoding == UTF_8 {
            b"\xEF\xBB\xBF"
        } else if encoding == UTF_16LE {
            b"\xFF\xFE"
        } else {
            b"\xFE\xFF"
        };
        let body = bytes.get(length..).unwrap_or_default();
        let text = encoding
            .decode_without_bom_handling_and_without_replacement(body)
            .ok_or_else(|| Error::new(ErrorKind::Broken, "not valid in its own encoding"))?;
        Ok(Self {
            runs: vec![(text.len(), encoding)],
            text: text.into_owned(),
            bom,
        })
    }

    fn without_bom(bytes: &[u8]) -> Result<Self> {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Ok(Self {
                text: text.to_owned(),
                bom: b"",
                runs: vec![(text.len(), UTF_8)],
            });
        }
        if let Some(encoding) = utf16_without_bom(bytes) {
            let mut decoded = Self::with_bom(bytes, encoding, 0)?;
            decoded.bom = b"";
            return Ok(decoded);
        }
        Self::by_line(bytes, guess(bytes))
    }

    /// Log files mix encodings: each line that is valid UTF-8 is taken as such,
    /// every other in the guessed legacy encoding.
    fn by_line(bytes: &[u8], legacy: &'static Encoding) -> Result<Self> {
        let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
        let mut runs: Vec<(usize, &'static Encoding)> = Vec::new();
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let encoding = if let Ok(line) = std::str::from_utf8(line) {
                text.push_str(line);
                UTF_8
            } else {
                let line = legacy
                    .decode_without_bom_handling_and_without_replacement(line)
                    .ok_or_else(unknown_encoding)?;
                text.push_str(&line);
                legacy
            };
            match runs.last_mut() {
                Some(last) if last.1 == encoding => last.0 = text.len(),
                _ => runs.push((text.len(), encoding)),
            }
        }
        let decoded = Self {
            text,
            bom: b"",
            runs,
        };
        // Some legacy encodings have two ways to write one character.
        if decoded.encode(&[])? == bytes {
            Ok(decoded)
        } else {
            Err(unknown_encoding())
        }
    }

    fn refuse_binary(&self) -> Result<()> {
        if self.text.contains('\0') {
            return Err(Error::new(
                ErrorKind::Unsupported,
                "not a text file: it holds NUL characters",
            ));
        }
        if self
            .text
            .chars()
            .any(|c| ('\u{80}'..'\u{A0}').contains(&c) && c != '\u{85}')
        {
            return Err(unknown_encoding());
        }
        Ok(())
    }
}

impl std::fmt::Debug for Decoded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoded")
            .field("n_bytes", &self.text.len())
            .field("runs", &self.runs.len())
            .finish_non_exhaustive()
    }
}

/// A guess that prefers the code pages of German Windows.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(Some(b"de"), Utf8Detection::Deny)
}

/// UTF-16 without a mark: every other byte of Latin text is zero.
fn utf16_without_bom(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(512))?;
    if head.len() < 4 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let zeros = |odd: usize| {
        let ours = head.iter().skip(odd).step_by(2);
        ours.filter(|byte| **byte == 0).count() * 10 > head.len() / 2 * 7
    };
    match (zeros(0), zeros(1)) {
        (false, true) => Some(UTF_16LE),
        (true, false) => Some(UTF_16BE),
        _ => None,
    }
}

fn encode_str(text: &str, encoding: &'static Encoding, out: &mut Vec<u8>) -> Result<()> {
    if encoding == UTF_8 {
        out.extend_from_slice(text.as_bytes());
    } else if encoding == UTF_16LE {
        out.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    } else if encoding == UTF_16BE {
        out.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    } else {
        let (bytes, _, unmappable) = encoding.encode(text);
        if unmappable {
            return Err(Error::new(
                ErrorKind::Refused,
                "a pseudonym cannot be written in the file's encoding; use tokens, or convert the file to UTF-8",
            ));
        }
        out.extend_from_slice(&bytes);
    }
    Ok(())
}

fn unknown_encoding() -> Error {
    Error::new(
        ErrorKind::NotExamined,
        "the text encoding cannot be told (an old DOS code page?); convert the file to UTF-8",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_back() {
        let utf16: Vec<u8> = "\u{FEFF}Müller 😀\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let bare: Vec<u8> = "Müller schreibt.\r\n"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        let cases: [&[u8]; 7] = [
            "Müller\r\n".as_bytes(),
            "\u{FEFF}Müller".as_bytes(),
            b"Herr M\xFCller, Gr\xFC\xDFe\r\n",
            b"Herr M\xFCller\nFrau M\xC3\xBCller\n",
            &utf16,
            &bare,
            b"",
        ];
        for bytes in cases {
            let decoded = Decoded::new(bytes).unwrap();
            assert_eq!(decoded.encode(&[]).unwrap(), bytes, "{}", decoded.text);
            assert!(
                bytes.is_empty() || decoded.text.contains("Müller"),
                "{}",
                decoded.text
            );
        }
    }

    #[test]
    fn a_declaration_counts_unless_it_lies() {
        let latin = Encoding::for_label(b"iso-8859-2");
        let text = Decoded::declared(b"\xB9koda", latin).unwrap().text;
        assert_eq!(text, "škoda");
        let utf8 = Decoded::declared("Müller".as_bytes(), latin).unwrap().text;
        assert_eq!(utf8, "Müller");
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(Decoded::bytewise(&all).encode(&[]).unwrap(), all);
    }

    #[test]
    fn an_edit_changes_only_its_place() {
        let decoded = Decoded::new(b"Herr M\xFCller\nFrau M\xC3\xBCller\n").unwrap();
        let at = decoded.text.rfind("Müller").unwrap();
        let edits = [(5..12, "X".to_owned()), (at..at + 7, "Y".to_owned())];
        assert_eq!(decoded.encode(&edits).unwrap(), b"Herr X\nFrau Y\n");
        assert!(decoded.encode(&[(5..12, "ж".into())]).is_err());
    }

    #[test]
    fn dos_text_and_binaries_are_refused() {
        let dos = Decoded::new(b"Herr M\x81ller aus K\x94ln, Stra\xE1e").unwrap_err();
        assert_eq!(dos.kind(), ErrorKind::NotExamined);
        let binary = Decoded::new(b"\x7FELF\0\0\0\x01").unwrap_err();
        assert_eq!(binary.kind(), ErrorKind::Unsupported);
    }
}
