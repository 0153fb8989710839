//! Edits as splices: bytes of a part that are taken out, and the text that is
//! written in their place. Everything else is copied.

use std::collections::BTreeMap;

use super::piece::{Codec, Kind, Piece};
use crate::error::{Error, ErrorKind, Result};

/// A stretch of a part and what takes its place.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Splice {
    /// Where the stretch starts.
    pub(crate) start: usize,
    /// Where it ends; the same for a mere insertion.
    pub(crate) end: usize,
    /// What is written instead, already escaped.
    pub(crate) with: String,
}

impl Splice {
    /// Takes bytes out.
    pub(crate) const fn cut(start: usize, end: usize) -> Self {
        Self {
            start,
            end,
            with: String::new(),
        }
    }
}

/// The edits to one part, collected.
#[derive(Default)]
pub(crate) struct Splices {
    list: Vec<Splice>,
    taken: BTreeMap<usize, usize>,
}

impl Splices {
    /// Replaces `range` of a segment by `with`: the text goes where the first
    /// editable piece stands, what follows is taken out.
    ///
    /// A segment that repeats others (`again`) leaves alone what an edit to
    /// the other one has already replaced.
    pub(crate) fn edit(
        &mut self,
        (text, pieces): (&str, &[Piece]),
        (start, end): (usize, usize),
        with: &str,
        again: bool,
    ) -> Result<()> {
        let mut with = Some(with);
        let mut n_touched = 0;
        for piece in touched(pieces, start, end) {
            n_touched += 1;
            let Some((from, to, before, behind)) = covered(text, piece, start, end) else {
                return Err(impossible());
            };
            if self.is_taken(from, to) {
                if !again {
                    return Err(impossible());
                }
                with = None;
                continue;
            }
            self.taken.insert(from, to);
            let (Kind::Raw(codec) | Kind::Whole(codec)) = piece.kind else {
                self.list.push(Splice::cut(from, to));
                continue;
            };
            let middle = with.take().unwrap_or_default();
            self.push(
                from,
                to,
                escape(codec, &[before, middle, behind])?,
                piece.space,
            );
        }
        match with {
            Some(with) if n_touched > 0 => self.beside(pieces, (start, end), with),
            None => Ok(()),
            Some(_) => Err(impossible()),
        }
    }

    /// Writes text beside elements that cannot hold any.
    fn beside(&mut self, pieces: &[Piece], (start, end): (usize, usize), with: &str) -> Result<()> {
        let holds_text = |p: &&Piece| p.kind != Kind::Element;
        let before = pieces
            .iter()
            .rev()
            .filter(|p| p.at + p.len <= start)
            .find(holds_text)
            .map(|p| (p, p.end));
        let behind = || {
            pieces
                .iter()
                .filter(|p| p.at >= end)
                .find(holds_text)
                .map(|p| (p, p.start))
        };
        let (piece, at) = before.or_else(behind).ok_or_else(impossible)?;
        let (Kind::Raw(codec) | Kind::Whole(codec)) = piece.kind else {
            return Err(impossible());
        };
        self.push(at, at, escape(codec, &[with])?, piece.space);
        Ok(())
    }

    fn push(&mut self, start: usize, end: usize, with: String, space: usize) {
        self.list.push(Splice { start, end, with });
        if space > 0 {
            self.list.push(Splice {
                start: space,
                end: space,
                with: " xml:space=\"preserve\"".to_owned(),
            });
        }
    }

    fn is_taken(&self, start: usize, end: usize) -> bool {
        self.taken
            .range(..end)
            .next_back()
            .is_some_and(|(_, taken_end)| *taken_end > start)
    }

    /// All splices, with those that are always made; an edit wins over a fixed
    /// splice inside it.
    pub(crate) fn with_fixed(self, fixed: &[Splice]) -> Vec<Splice> {
        let Self { mut list, taken } = self;
        let is_free = |splice: &&Splice| {
            !taken
                .range(..=splice.start)
                .next_back()
                .is_some_and(|(_, end)| *end >= splice.end && *end > splice.start)
        };
        list.extend(fixed.iter().filter(is_free).cloned());
        list.sort_unstable();
        list.dedup();
        list
    }
}

/// The pieces that an edit of `start..end` touches. Elements without text
/// count if they stand inside, not at an end.
fn touched(pieces: &[Piece], start: usize, end: usize) -> impl Iterator<Item = &Piece> {
    let first = pieces.partition_point(|p| p.at + p.len < start);
    pieces
        .get(first..)
        .unwrap_or_default()
        .iter()
        .take_while(move |p| p.at < end)
        .filter(move |p| p.at + p.len > start && (p.len > 0 || p.at > start))
}

/// The bytes of a piece that an edit covers, and the text of the piece before
/// and behind the edit where the piece is only replaced as a whole.
fn covered<'t>(
    text: &'t str,
    piece: &Piece,
    start: usize,
    end: usize,
) -> Option<(usize, usize, &'t str, &'t str)> {
    let low = piece.at.max(start);
    let high = (piece.at + piece.len).min(end);
    match piece.kind {
        Kind::Raw(_) => Some((
            piece.start + (low - piece.at),
            piece.start + (high - piece.at),
            "",
            "",
        )),
        Kind::Whole(_) => Some((
            piece.start,
            piece.end,
            text.get(piece.at..low)?,
            text.get(high..piece.at + piece.len)?,
        )),
        Kind::Element => Some((piece.start, piece.end, "", "")),
    }
}

/// The part with all splices made.
pub(crate) fn apply(source: &str, splices: &[Splice]) -> Result<String> {
    let mut out = String::with_capacity(source.len() + source.len() / 16);
    let mut at = 0;
    for splice in splices {
        let kept = source.get(at..splice.start).ok_or_else(impossible)?;
        out.push_str(kept);
        out.push_str(&splice.with);
        at = splice.end;
    }
    out.push_str(source.get(at..).ok_or_else(impossible)?);
    Ok(out)
}

/// Text as it is written at a place.
pub(crate) fn escape(codec: Codec, parts: &[&str]) -> Result<String> {
    let mut out = String::new();
    for c in parts.iter().flat_map(|part| part.chars()) {
        if !is_allowed(c) {
            return Err(Error::new(
                ErrorKind::Internal,
                "a replacement holds a character that XML cannot hold",
            ));
        }
        match codec {
            Codec::Cdata => out.push(c),
            Codec::Url if !is_plain_in_url(c) => {
                let mut buffer = [0; 4];
                for byte in c.encode_utf8(&mut buffer).bytes() {
                    out.push_str(&format!("%{byte:02X}"));
                }
            }
            Codec::Text | Codec::Attribute | Codec::Url => push_escaped(&mut out, c, codec),
        }
    }
    Ok(match codec {
        Codec::Cdata => out.replace("]]>", "]]]]><![CDATA[>"),
        Codec::Text | Codec::Attribute | Codec::Url => out,
    })
}

fn push_escaped(out: &mut String, c: char, codec: Codec) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '\r' => out.push_str("&#13;"),
        '"' if codec != Codec::Text => out.push_str("&quot;"),
        '\'' if codec != Codec::Text => out.push_str("&apos;"),
        '\n' if codec != Codec::Text => out.push_str("&#10;"),
        '\t' if codec != Codec::Text => out.push_str("&#9;"),
        _ => out.push(c),
    }
}

const fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

fn is_plain_in_url(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@/?#".contains(c)
}

fn impossible() -> Error {
    Error::new(ErrorKind::Internal, "an edit cannot be made exactly")
}

#[cfg(test)]
mod tests {
    use super::super::piece::Text;
    use super::*;

    /// `<a>Mül</a>-<a>l&amp;er</a>` with the dash as an element.
    fn sample() -> (&'static str, Text) {
        let source = "<a>Mül</a>-<a>l&amp;er</a>";
        let mut text = Text::default();
        text.raw("Mül", 3, Codec::Text, 2);
        text.element("-", 11, 12);
        text.raw("l", 15, Codec::Text, 14);
        text.whole("&", (16, 21), Codec::Text, 14);
        text.raw("er", 21, Codec::Text, 14);
        (source, text)
    }

    fn edited(start: usize, end: usize, with: &str) -> String {
        let (source, text) = sample();
        let mut splices = Splices::default();
        splices
            .edit((&text.text, &text.pieces), (start, end), with, false)
            .unwrap();
        apply(source, &splices.with_fixed(&[])).unwrap()
    }

    #[test]
    fn a_replacement_goes_to_the_first_piece() {
        let space = " xml:space=\"preserve\"";
        assert_eq!(edited(0, 9, "X"), format!("<a{space}>X</a><a{space}></a>"));
        assert_eq!(
            edited(6, 7, "<"),
            format!("<a>Mül</a>-<a{space}>l&lt;er</a>")
        );
        assert_eq!(
            edited(4, 5, "+"),
            format!("<a{space}>Mül+</a><a>l&amp;er</a>")
        );
    }

    #[test]
    fn overlapping_edits_fail_unless_the_segment_repeats() {
        let (source, text) = sample();
        let segment = (text.text.as_str(), text.pieces.as_slice());
        let mut splices = Splices::default();
        splices.edit(segment, (0, 4), "X", false).unwrap();
        assert!(splices.edit(segment, (1, 3), "Y", false).is_err());
        splices.edit(segment, (0, 4), "X", true).unwrap();
        let out = apply(source, &splices.with_fixed(&[])).unwrap();
        assert_eq!(out, "<a xml:space=\"preserve\">X</a>-<a>l&amp;er</a>");
    }

    #[test]
    fn addresses_and_cdata_are_escaped_their_way() {
        assert_eq!(
            escape(Codec::Url, &["[A 1]&ü"]).unwrap(),
            "%5BA%201%5D&amp;%C3%BC"
        );
        assert_eq!(
            escape(Codec::Cdata, &["a]]>b"]).unwrap(),
            "a]]]]><![CDATA[>b"
        );
        assert!(escape(Codec::Text, &["\u{1}"]).is_err());
    }
}
