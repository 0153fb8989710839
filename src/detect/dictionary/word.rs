//! A text as a dictionary sees it: words, folded, with the way back to their places.
//!
//! A word is a run of letters or a run of digits, so that a digit or a raised
//! sign glued behind a name ("Quast1", "Quast²") does not hide it. Characters
//! that show nothing (soft hyphen, zero-width space) belong to the word and
//! vanish in the folding. What a sequence of words means is decided by the
//! dictionary.

use std::ops::Range;

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Its place in the text.
    pub(super) range: Range<usize>,
    /// Its place in [`Words::folded`].
    folded: Range<usize>,
    /// Whether it is a run of letters.
    pub(super) letters: bool,
}

/// The words of a text.
#[derive(Debug, Default)]
pub(super) struct Words {
    folded: String,
    pub(super) words: Vec<Word>,
}

/// What kind of run a character belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    Digit,
    /// Shows nothing, or is part of the letter before it: stays in any run.
    Silent,
    Gap,
}

impl Words {
    /// Takes a text apart.
    pub(super) fn of(text: &str, exact: bool) -> Self {
        let mut words = Self::default();
        words.folded.reserve(text.len());
        let mut open: Option<(usize, usize, Kind)> = None;
        for (at, c) in text.char_indices() {
            let kind = kind(c);
            match open {
                Some(_) if kind == Kind::Silent => {}
                Some((.., running)) if running == kind => {}
                Some((start, from, running)) => {
                    words.close(start..at, from, running);
                    open = None;
                }
                None => {}
            }
            if matches!(kind, Kind::Letter | Kind::Digit) {
                open.get_or_insert((at, words.folded.len(), kind));
            }
            if open.is_some() {
                fold_into(c, exact, &mut words.folded);
            }
        }
        if let Some((start, from, running)) = open {
            words.close(start..text.len(), from, running);
        }
        words
    }

    fn close(&mut self, range: Range<usize>, from: usize, kind: Kind) {
        self.words.push(Word {
            range,
            folded: from..self.folded.len(),
            letters: kind == Kind::Letter,
        });
    }

    /// The folded letters of a word.
    pub(super) fn folded(&self, word: &Word) -> &str {
        self.folded.get(word.folded.clone()).unwrap_or_default()
    }
}

/// One word that lies outside a text's list: a part of another, or two joined.
pub(super) fn fold(text: &str, exact: bool) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        fold_into(c, exact, &mut folded);
    }
    folded
}

fn kind(c: char) -> Kind {
    if c.is_ascii() {
        return match c {
            'a'..='z' | 'A'..='Z' => Kind::Letter,
            '0'..='9' => Kind::Digit,
            _ => Kind::Gap,
        };
    }
    if is_silent(c) || is_combining_mark(c) {
        Kind::Silent
    } else if is_raised(c) {
        Kind::Gap
    } else if c.is_alphabetic() {
        Kind::Letter
    } else if c.is_numeric() {
        Kind::Digit
    } else {
        Kind::Gap
    }
}

/// Characters that take no room: they must not hide a word.
pub(super) const fn is_silent(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{202a}'..='\u{202e}'
    )
}

/// Letters that stand raised or lowered, as footnote signs do.
const fn is_raised(c: char) -> bool {
    matches!(
        c,
        'ª' | 'º'
            | '\u{2b0}'..='\u{2ff}'
            | '\u{1d2c}'..='\u{1d6a}'
            | '\u{1d78}'
            | '\u{1d9b}'..='\u{1dbf}'
            | '\u{2071}'
            | '\u{207f}'
            | '\u{2090}'..='\u{209c}'
    )
}

/// Appends a character as it is compared: without case, umlauts as two letters,
/// other accents dropped. Exact comparing drops only what shows nothing.
fn fold_into(c: char, exact: bool, folded: &mut String) {
    if c.is_ascii() {
        folded.push(if exact { c } else { c.to_ascii_lowercase() });
        return;
    }
    if is_silent(c) {
        return;
    }
    if exact {
        decompose_canonical(c, |part| folded.push(part));
        return;
    }
    match c {
        'ß' | 'ẞ' => folded.push_str("ss"),
        'æ' | 'Æ' => folded.push_str("ae"),
        'œ' | 'Œ' | 'ø' | 'Ø' => folded.push_str("oe"),
        'ł' | 'Ł' => folded.push('l'),
        'đ' | 'Đ' => folded.push('d'),
        'ı' => folded.push('i'),
        _ => decompose_canonical(c, |part| fold_part(part, folded)),
    }
}

fn fold_part(part: char, folded: &mut String) {
    if part == '\u{308}' {
        // An umlaut is written with an e where the dots are missing; ë and ï are not.
        if folded.ends_with(['a', 'o', 'u']) {
            folded.push('e');
        }
    } else if !is_combining_mark(part) {
        folded.extend(part.to_lowercase());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let words = Words::of(text, false);
        words
            .words
            .iter()
            .map(|word| words.folded(word).to_owned())
            .collect()
    }

    #[test]
    fn runs_of_letters_and_runs_of_digits() {
        assert_eq!(
            words("Quast1 und Quast²"),
            ["quast", "1", "und", "quast", "²"]
        );
        assert_eq!(words("Qua\u{ad}st\u{200b}s Nameª"), ["quasts", "name"]);
        assert_eq!(
            words("ÖRESUND O\u{308}resund Strauß Brontë İnci"),
            ["oeresund", "oeresund", "strauss", "bronte", "inci"]
        );
    }

    #[test]
    fn places_lead_back() {
        let text = "über Quäst-12";
        let words = Words::of(text, false);
        let places: Vec<_> = words
            .words
            .iter()
            .map(|word| &text[word.range.clone()])
            .collect();
        assert_eq!(places, ["über", "Quäst", "12"]);
    }
}
