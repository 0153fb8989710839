//! Text that knows which bytes of its part every character came from.
//!
//! A piece maps a stretch of a segment to a stretch of the part: one to one,
//! or as a whole (an escape, an element that stands for a character). What an
//! edit does to the pieces it touches is decided in [`super::splice`].

use super::scan::{Attribute, character};
use crate::error::Result;

/// How text is written at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    /// Between tags.
    Text,
    /// In a CDATA section.
    Cdata,
    /// In an attribute.
    Attribute,
    /// In an attribute that holds an address with percent escapes.
    Url,
}

/// How a piece of text and its bytes belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Byte for byte.
    Raw(Codec),
    /// Only as a whole: an escape, or a value that is shown in other words.
    Whole(Codec),
    /// An element in place of a character, or of none. It can be taken out but
    /// holds no text.
    Element,
}

/// A stretch of a segment and the bytes behind it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    /// Where it starts in the segment.
    pub(crate) at: usize,
    /// Its length in the segment, in bytes.
    pub(crate) len: usize,
    /// Where it starts in the part.
    pub(crate) start: usize,
    /// Where it ends in the part.
    pub(crate) end: usize,
    /// How both belong together.
    pub(crate) kind: Kind,
    /// Where `xml:space` must be written if the piece is edited; 0 for nowhere.
    pub(crate) space: usize,
}

/// A segment while it is read.
#[derive(Clone, Default)]
pub(crate) struct Text {
    /// What it says.
    pub(crate) text: String,
    /// Where that stands, in the order of the text.
    pub(crate) pieces: Vec<Piece>,
}

impl Text {
    /// Appends text that stands in the part as it is.
    pub(crate) fn raw(&mut self, text: &str, start: usize, codec: Codec, space: usize) {
        let end = start + text.len();
        self.push(text, start, end, Kind::Raw(codec), space);
    }

    /// Appends text that the bytes `start..end` stand for as a whole.
    pub(crate) fn whole(
        &mut self,
        text: &str,
        (start, end): (usize, usize),
        codec: Codec,
        space: usize,
    ) {
        self.push(text, start, end, Kind::Whole(codec), space);
    }

    /// Appends an element that stands for `text`.
    pub(crate) fn element(&mut self, text: &str, start: usize, end: usize) {
        self.push(text, start, end, Kind::Element, 0);
    }

    fn push(&mut self, text: &str, start: usize, end: usize, kind: Kind, space: usize) {
        self.pieces.push(Piece {
            at: self.text.len(),
            len: text.len(),
            start,
            end,
            kind,
            space,
        });
        self.text.push_str(text);
    }

    /// Whether there is anything to read in it.
    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The stretch `start..end` of it; what is only one as a whole belongs to
    /// the stretch in which it starts.
    pub(crate) fn slice(&self, start: usize, end: usize) -> Self {
        let mut slice = Self::default();
        for piece in self
            .pieces
            .iter()
            .filter(|p| p.at < end && p.at + p.len > start)
        {
            let low = piece.at.max(start);
            let high = (piece.at + piece.len).min(end);
            let text = self.text.get(low..high).unwrap_or_default();
            match piece.kind {
                Kind::Raw(codec) => {
                    slice.raw(text, piece.start + (low - piece.at), codec, piece.space);
                }
                Kind::Whole(_) | Kind::Element if piece.at < start => {}
                Kind::Whole(_) | Kind::Element => {
                    let shown = self.text.get(piece.at..piece.at + piece.len);
                    let shown = shown.unwrap_or_default();
                    slice.push(shown, piece.start, piece.end, piece.kind, piece.space);
                }
            }
        }
        slice
    }

    /// The value of an attribute.
    pub(crate) fn of_attribute(attribute: &Attribute<'_>) -> Result<Self> {
        let mut text = Self::default();
        for (c, start, end) in characters(attribute)? {
            let mut buffer = [0; 4];
            let shown = c.encode_utf8(&mut buffer);
            if end - start == shown.len() {
                text.raw_joined(shown, start);
            } else {
                text.whole(shown, (start, end), Codec::Attribute, 0);
            }
        }
        Ok(text)
    }

    /// The value of an attribute that holds an address, percent escapes undone.
    pub(crate) fn of_url(attribute: &Attribute<'_>) -> Result<Self> {
        let characters = characters(attribute)?;
        let mut text = Self::default();
        let mut rest = characters.as_slice();
        while let Some((&(c, start, mut end), mut tail)) = rest.split_first() {
            let mut shown = c;
            if c == '%'
                && let Some((decoded, n)) = percent(rest)
                && let Some(&(_, _, last)) = n.checked_sub(1).and_then(|n| rest.get(n))
            {
                (shown, end) = (decoded, last);
                tail = rest.get(n..).unwrap_or_default();
            }
            let mut buffer = [0; 4];
            text.whole(shown.encode_utf8(&mut buffer), (start, end), Codec::Url, 0);
            rest = tail;
        }
        Ok(text)
    }

    /// Appends a raw character and joins it with the piece before it.
    fn raw_joined(&mut self, shown: &str, start: usize) {
        match self.pieces.last_mut() {
            Some(last) if last.kind == Kind::Raw(Codec::Attribute) && last.end == start => {
                last.end += shown.len();
                last.len += shown.len();
                self.text.push_str(shown);
            }
            _ => self.raw(shown, start, Codec::Attribute, 0),
        }
    }
}

/// The characters of an attribute's value with the bytes they came from.
fn characters(attribute: &Attribute<'_>) -> Result<Vec<(char, usize, usize)>> {
    let mut found = Vec::new();
    let mut rest = attribute.raw;
    let mut at = attribute.value_start;
    while let Some(c) = rest.chars().next() {
        let (c, len) = if c == '&' {
            let name = rest.split(';').next().unwrap_or_default();
            (character(name.trim_start_matches('&'))?, name.len() + 1)
        } else {
            (c, c.len_utf8())
        };
        found.push((c, at, at + len));
        at += len;
        rest = rest.get(len..).unwrap_or_default();
    }
    Ok(found)
}

/// The character that starts with a percent escape, and how many characters
/// spell it.
fn percent(rest: &[(char, usize, usize)]) -> Option<(char, usize)> {
    let mut bytes = Vec::new();
    for escape in rest.chunks(3).take(4) {
        let [('%', ..), (high, ..), (low, ..)] = escape else {
            break;
        };
        let (high, low) = (high.to_digit(16)?, low.to_digit(16)?);
        bytes.push(u8::try_from(high * 16 + low).ok()?);
        if let Ok(text) = std::str::from_utf8(&bytes) {
            let c = text.chars().next().filter(|c| !c.is_control())?;
            return Some((c, bytes.len() * 3));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(raw: &str) -> Attribute<'_> {
        Attribute {
            ns: "",
            name: "a",
            raw,
            value_start: 10,
            start: 0,
            end: 0,
        }
    }

    #[test]
    fn an_attribute_is_read_without_escapes() {
        let text = Text::of_attribute(&attribute("M&#252;ller &amp; S&#xF6;hne")).unwrap();
        assert_eq!(text.text, "Müller & Söhne");
        assert_eq!(text.pieces.len(), 7);
        assert_eq!((text.pieces[1].start, text.pieces[1].end), (11, 17));
        assert!(Text::of_attribute(&attribute("a & b")).is_err());
    }

    #[test]
    fn an_address_is_read_without_percent_escapes() {
        let text = Text::of_url(&attribute("mailto:m%C3%BCller%20x%ZZ%FF&amp;%")).unwrap();
        assert_eq!(text.text, "mailto:müller x%ZZ%FF&%");
        let umlaut = text.pieces.iter().find(|p| p.len == 2).unwrap();
        assert_eq!((umlaut.start, umlaut.end), (18, 24));
    }
}
