//! Text folded for comparison, cut into words that know which bytes they came
//! from.
//!
//! Folding makes all spellings of a word equal: case, compatibility forms,
//! accents, umlauts (`ä` = `ae`), `ß` = `ss`, soft hyphens. It decides nothing:
//! what a run of words means is the business of the second pass.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// One word: a run of letters or a run of digits. A change from lower to upper
/// case or between letters and digits also starts a word (`AkteMüller2024`).
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    /// First byte in the text.
    pub(super) start: usize,
    /// One past the last byte in the text.
    pub(super) end: usize,
    /// What stands between this word and the one before.
    pub(super) gap: Gap,
    /// Whether it starts with an upper-case letter.
    pub(super) upper: bool,
    folded: (usize, usize),
}

/// What stands between two words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing: the boundary is one of case or of letters and digits.
    Glued,
    /// A hyphen at a line's end, and the next line goes on in lower case.
    LineHyphen,
    /// Spaces or a single mark, as inside a name or a number.
    Near,
    /// Brackets, colons and the like, as inside an address or a number only.
    Number,
    /// Anything else.
    Far,
}

/// The words of one text.
#[derive(Debug, Default)]
pub(super) struct Words {
    folded: String,
    list: Vec<Word>,
}

impl Words {
    /// Cuts a text.
    pub(super) fn of(text: &str) -> Self {
        let mut cutter = Cutter::default();
        for (at, c) in text.char_indices() {
            cutter.take(text, at, c);
        }
        cutter.close();
        cutter.words
    }

    /// All words, in order.
    pub(super) fn list(&self) -> &[Word] {
        &self.list
    }

    /// A word's folded letters.
    pub(super) fn folded(&self, word: Word) -> &str {
        self.folded
            .get(word.folded.0..word.folded.1)
            .unwrap_or_default()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Digit,
    Upper,
    Other,
}

#[derive(Default)]
struct Cutter {
    words: Words,
    open: Option<Word>,
    last: Option<Class>,
    gap_from: usize,
}

impl Cutter {
    fn take(&mut self, text: &str, at: usize, c: char) {
        let end = at + c.len_utf8();
        if !c.is_alphanumeric() || is_invisible(c) {
            if is_invisible(c) {
                if self.open.is_some() {
                    fold_char(c, &mut self.words.folded);
                }
                return;
            }
            self.close();
            return;
        }
        let class = if c.is_numeric() {
            Class::Digit
        } else if c.is_uppercase() {
            Class::Upper
        } else {
            Class::Other
        };
        let turn = match self.last {
            Some(Class::Digit) => class != Class::Digit,
            Some(Class::Other) => class != Class::Other,
            Some(Class::Upper) => class == Class::Digit,
            None => true,
        };
        if turn || self.open.is_none() {
            let glued = self.open.is_some();
            self.close();
            let gap = if glued {
                Gap::Glued
            } else {
                self.gap(text, at, c)
            };
            let from = self.words.folded.len();
            self.open = Some(Word {
                start: at,
                end,
                gap,
                upper: class == Class::Upper,
                folded: (from, from),
            });
        }
        self.last = Some(class);
        self.gap_from = end;
        fold_char(c, &mut self.words.folded);
        if let Some(word) = &mut self.open {
            word.end = end;
        }
    }

    fn close(&mut self) {
        self.last = None;
        if let Some(mut word) = self.open.take() {
            word.folded.1 = self.words.folded.len();
            self.words.list.push(word);
        }
    }

    fn gap(&self, text: &str, at: usize, next: char) -> Gap {
        let between = text.get(self.gap_from..at).unwrap_or_default();
        let before = self.words.list.last();
        let Some(before) = before else {
            return Gap::Far;
        };
        gap_of(between, self.words.folded(*before), next)
    }
}

/// What a run of characters between two words amounts to.
fn gap_of(between: &str, before: &str, next: char) -> Gap {
    let mut marks = 0_usize;
    let mut number_only = false;
    let mut line = false;
    let mut dot_then_space = false;
    let mut last = ' ';
    let mut first = None;
    for c in between.chars().filter(|c| !is_invisible(*c)) {
        first = first.or(Some(c));
        if c.is_whitespace() {
            line |= c == '\n' || c == '\r';
            dot_then_space |= last == '.';
        } else {
            marks += 1;
            match c {
                '-' | '_' | '.' | ',' | '/' | '\'' | '’' | '‐' | '‑' | '–' => {}
                '(' | ')' | '@' | ':' | '+' | '\\' | '|' => number_only = true,
                _ => return Gap::Far,
            }
        }
        last = c;
    }
    if marks == 1 && line && next.is_lowercase() && matches!(first, Some('-' | '‐' | '‑')) {
        return Gap::LineHyphen;
    }
    // A full stop and a space end a sentence unless an initial or a number stands before.
    let sentence = dot_then_space && before.len() > 2;
    match (marks, number_only, sentence) {
        (_, _, true) | (4.., _, _) => Gap::Far,
        (_, true, false) | (2.., false, false) => Gap::Number,
        (_, false, false) => Gap::Near,
    }
}

/// Whether a character takes no room: soft hyphens, joiners, direction marks,
/// combining marks.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
        || (!c.is_ascii() && is_combining_mark(c))
}

/// Appends the folded form of a character.
pub(super) fn fold_char(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    let plain = match c {
        'ä' | 'Ä' | 'æ' | 'Æ' => "ae",
        'ö' | 'Ö' | 'ø' | 'Ø' | 'œ' | 'Œ' => "oe",
        'ü' | 'Ü' => "ue",
        'ß' | 'ẞ' => "ss",
        'ł' | 'Ł' => "l",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'þ' | 'Þ' => "th",
        'ı' => "i",
        // A combining diaeresis, as macOS writes file names.
        '\u{308}' if out.ends_with(['a', 'o', 'u']) => "e",
        _ => {
            if !is_invisible(c) {
                decompose_compatible(c, |d| {
                    if d == c {
                        out.extend(c.to_lowercase().filter(|l| !is_invisible(*l)));
                    } else {
                        fold_char(d, out);
                    }
                });
            }
            return;
        }
    };
    out.push_str(plain);
}

/// A text in the one spelling that all its spellings share, spaces collapsed.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if c.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            fold_char(c, &mut out);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(String, Gap)> {
        let words = Words::of(text);
        let show = |word: &Word| (words.folded(*word).to_owned(), word.gap);
        words.list().iter().map(show).collect()
    }

    #[test]
    fn spellings_fold_together() {
        for spelling in [
            "Müller",
            "MÜLLER",
            "Mueller",
            "Mu\u{308}ller",
            "Mül\u{AD}ler",
        ] {
            assert_eq!(fold(spelling), "mueller", "{spelling}");
        }
        assert_eq!(fold("José  Łuka\u{a0}Weiß"), "jose luka weiss");
        assert_eq!(fold("İpek"), "ipek");
    }

    #[test]
    fn words_and_gaps() {
        let expected = vec![
            ("akte".into(), Gap::Far),
            ("mueller".into(), Gap::Glued),
            ("2024".into(), Gap::Glued),
            ("max".into(), Gap::Near),
        ];
        assert_eq!(cut("AkteMüller2024_Max"), expected);
        assert_eq!(cut("Mül-\nler")[1], ("ler".into(), Gap::LineHyphen));
        assert_eq!(cut("Müller-\nLang")[1].1, Gap::Near);
        assert_eq!(cut("kam Max. Müller")[2].1, Gap::Far);
        assert_eq!(cut("M. Müller")[1].1, Gap::Near);
        assert_eq!(cut("max@web")[1].1, Gap::Number);
    }

    #[test]
    fn words_know_their_bytes() {
        let text = "Frau Mu\u{308}ller-Lüdenscheidt, 12";
        for word in Words::of(text).list() {
            assert!(text.get(word.start..word.end).is_some());
        }
    }
}
