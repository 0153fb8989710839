//! Text in the one spelling in which needles are searched: letters and digits
//! only, folded, with a note on each byte of what stood before it.
//!
//! Written apart from the folding in `resolve`, so that one mistake does not
//! blind both.

use unicode_normalization::UnicodeNormalization;

/// A word starts here.
pub(super) const START: u8 = 1;
/// What stands before is more than a space or a mark: a cell, a paragraph.
pub(super) const HARD: u8 = 2;
/// An upper-case letter.
pub(super) const UPPER: u8 = 4;
/// Only case or the change of letters and digits says that a word starts here.
pub(super) const SOFT: u8 = 8;
/// A hyphen at a line's end stands before.
pub(super) const HYPHEN: u8 = 16;

/// The character that views put between things that do not belong together.
pub(super) const WALL: char = '\u{1}';

/// Normalized text; both vectors have the same length.
#[derive(Debug, Default)]
pub(super) struct Normalized {
    pub(super) text: Vec<u8>,
    pub(super) notes: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Digit,
    Upper,
    Lower,
}

#[derive(Default)]
struct Gap {
    n_chars: u32,
    hard: bool,
    hyphen: bool,
    line: bool,
    last_dot: bool,
    sentence: bool,
}

impl Normalized {
    /// Normalizes a text.
    pub(super) fn of(text: &str) -> Self {
        let mut out = Self::default();
        out.text.reserve(text.len());
        out.notes.reserve(text.len());
        let mut kind = None;
        let mut gap = Gap {
            hard: true,
            n_chars: 1,
            ..Gap::default()
        };
        for c in text.chars() {
            if is_mark(c) {
                out.mark(c);
            } else if c.is_alphanumeric() {
                out.letter(c, &mut kind, &mut gap);
            } else if !is_invisible(c) {
                gap.take(c);
                kind = None;
            }
        }
        out
    }

    fn letter(&mut self, c: char, before: &mut Option<Kind>, gap: &mut Gap) {
        let kind = if c.is_numeric() {
            Kind::Digit
        } else if c.is_uppercase() {
            Kind::Upper
        } else {
            Kind::Lower
        };
        let from = self.text.len();
        self.fold(c);
        if self.text.len() == from {
            // A sign that folds to nothing takes no boundary with it.
            return;
        }
        let mut note = if kind == Kind::Upper { UPPER } else { 0 };
        if gap.n_chars > 0 {
            note |= START;
            if gap.is_hard() {
                note |= HARD;
            }
            if gap.hyphen && gap.line && kind == Kind::Lower {
                note |= HYPHEN;
            }
            *gap = Gap::default();
        } else {
            let turn = matches!(
                (*before, kind),
                (Some(Kind::Digit), Kind::Upper | Kind::Lower)
                    | (Some(Kind::Upper | Kind::Lower), Kind::Digit)
                    | (Some(Kind::Lower), Kind::Upper)
            );
            if turn {
                note |= SOFT;
            }
        }
        *before = Some(kind);
        self.notes.resize(self.text.len(), note & UPPER);
        if let Some(first) = self.notes.get_mut(from) {
            *first = note;
        }
    }

    /// Appends the folded form of one character.
    fn fold(&mut self, c: char) {
        if c.is_ascii() {
            self.text.extend(u8::try_from(c.to_ascii_lowercase()).ok());
            return;
        }
        for lower in c.nfkc().flat_map(char::to_lowercase) {
            match lower {
                'ä' | 'æ' => self.text.extend(b"ae"),
                'ö' | 'ø' | 'œ' => self.text.extend(b"oe"),
                'ü' => self.text.extend(b"ue"),
                'ß' => self.text.extend(b"ss"),
                'ł' => self.text.push(b'l'),
                'đ' | 'ð' => self.text.push(b'd'),
                'þ' => self.text.extend(b"th"),
                'ı' => self.text.push(b'i'),
                other => {
                    let mut bytes = [0; 4];
                    for plain in other.nfkd().filter(|d| d.is_alphanumeric() && !is_mark(*d)) {
                        self.text.extend(plain.encode_utf8(&mut bytes).as_bytes());
                    }
                }
            }
        }
    }

    /// A combining mark; only the diaeresis changes how a letter is spelled.
    fn mark(&mut self, c: char) {
        let umlaut = c == '\u{308}' && matches!(self.text.last(), Some(b'a' | b'o' | b'u'));
        if umlaut {
            self.text.push(b'e');
            self.notes
                .push(self.notes.last().copied().unwrap_or(0) & UPPER);
        }
    }

    /// The note of a byte; past the end everything starts anew.
    pub(super) fn note(&self, at: usize) -> u8 {
        self.notes.get(at).copied().unwrap_or(START | HARD)
    }
}

impl Gap {
    fn take(&mut self, c: char) {
        if c.is_whitespace() {
            self.line |= c == '\n' || c == '\r';
            self.sentence |= self.last_dot;
            // A run of spaces is one space.
            self.n_chars = self.n_chars.max(1);
        } else {
            self.n_chars += 1;
            self.hyphen |= matches!(c, '-' | '‐' | '‑');
            self.hard |= c == WALL;
        }
        self.last_dot = c == '.';
    }

    const fn is_hard(&self) -> bool {
        self.hard || self.n_chars > 4
    }
}

fn is_mark(c: char) -> bool {
    !c.is_ascii() && unicode_normalization::char::is_combining_mark(c)
}

/// Characters that take no room on paper.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_meet() {
        for spelling in [
            "Müller",
            "MÜLLER",
            "Mueller",
            "mu\u{308}ller",
            "Mül\u{AD}ler",
            "Ｍüller",
            "M\u{200B}üller",
        ] {
            assert_eq!(Normalized::of(spelling).text, b"mueller", "{spelling}");
        }
        assert_eq!(Normalized::of("DE02 1203-0000").text, b"de0212030000");
        assert_eq!(
            Normalized::of("Weiß José Łuka ﬁnk").text,
            b"weissjoselukafink"
        );
    }

    #[test]
    fn notes_tell_words() {
        let of = |text| Normalized::of(text).notes;
        assert_eq!(of("Ab c"), [START | HARD | UPPER, 0, START]);
        assert_eq!(of("aB1"), [START | HARD, SOFT | UPPER, SOFT]);
        assert_eq!(of("a-\nb")[1], START | HYPHEN);
        assert_eq!(of("a\u{1}b")[1], START | HARD);
    }
}
