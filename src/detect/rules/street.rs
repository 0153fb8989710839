//! The name of a street, read backwards from its house number or its ending.
//!
//! The words before a place are looked at one by one: an ending like a street's
//! ("Lindenweg"), a word of its own ("Berliner Straße"), an opening ("Am Alten
//! Markt"). Nothing here decides what is claimed; that is `address`.

use super::address_words::{ENDINGS, KINDS, NO_STREETS, OPENERS, SMALL, SURE_ENDINGS, WORDS};
use crate::detect::context::left_of;

/// The words of a line before a place.
pub(super) struct Left<'a> {
    pub(super) text: &'a str,
    pub(super) line: &'a str,
    /// Where the line starts.
    pub(super) start: usize,
    /// Nearest first, at most six.
    pub(super) words: Vec<Word>,
}

pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether more than one space follows, or a mark that ends a phrase.
    pub(super) cut: bool,
}

impl Word {
    pub(super) fn text<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

impl<'a> Left<'a> {
    pub(super) fn new(text: &'a str, end: usize) -> Self {
        let left = left_of(text, end, 160);
        let line = left
            .rsplit(['\n', '\t', '|', ';'])
            .next()
            .unwrap_or_default();
        let start = end - line.len();
        let mut words = Vec::new();
        let mut rest = line;
        while words.len() < 6 {
            let trimmed = rest.trim_end_matches([' ', '\u{a0}']);
            let gap = rest.len() - trimmed.len();
            if trimmed.is_empty() {
                break;
            }
            let length: usize = trimmed
                .chars()
                .rev()
                .take_while(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '.' | '–'))
                .map(char::len_utf8)
                .sum();
            if length == 0 {
                break;
            }
            let word_end = start + trimmed.len();
            words.push(Word {
                start: word_end - length,
                end: word_end,
                cut: gap > 2,
            });
            rest = trimmed.get(..trimmed.len() - length).unwrap_or_default();
            if !rest.ends_with([' ', '\u{a0}']) {
                break;
            }
        }
        Self {
            text,
            line,
            start,
            words,
        }
    }

    pub(super) fn word(&self, at: usize) -> &'a str {
        self.words
            .get(at)
            .filter(|word| !word.cut || at == 0)
            .map_or("", |word| word.text(self.text))
    }

    pub(super) fn place(&self, at: usize) -> usize {
        self.words.get(at).map_or(0, |word| word.start)
    }

    /// "Hauptstraße", "Berliner Straße", "Obere Hauptstraße", "Carl-von-Weinberg-Str."
    pub(super) fn compound(&self) -> Option<(usize, f32)> {
        let word = self.word(0);
        let lower = word.to_lowercase();
        let whole = WORDS.contains(&lower.as_str());
        let ends = ENDINGS
            .iter()
            .any(|ending| lower.len() > ending.len() + 1 && lower.ends_with(ending));
        if !capital(word)
            || word.ends_with('.') && !lower.ends_with("str.") && !lower.ends_with("pl.")
        {
            return None;
        }
        if whole {
            let before = self.word(1);
            if !capital(before)
                || before.ends_with('.') && before.chars().count() > 4
                || before.chars().count() < 3 && !before.ends_with('.')
            {
                return None;
            }
            let start = self.more_names(1);
            return (!no_street(before)).then_some((start, 0.9));
        }
        if !ends || no_street(word) {
            return None;
        }
        let sure = SURE_ENDINGS.iter().any(|ending| lower.ends_with(ending))
            || lower.ends_with("str")
            || lower.ends_with("weg")
            || lower.ends_with("platz");
        let adjective = [
            "alte", "neue", "obere", "untere", "große", "kleine", "lange", "hohe", "alter",
            "neuer", "oberer", "unterer", "großer", "kleiner", "vordere", "hintere", "innere",
            "äußere", "mittlere", "kurze", "breite", "enge", "st.",
        ];
        let adjective_before = adjective.contains(&self.word(1).to_lowercase().as_str());
        let start = if adjective_before {
            self.place(1)
        } else {
            self.place(0)
        };
        if let Some((opened, _)) = self.opener() {
            return Some((opened.min(start), 0.85));
        }
        Some((start, if sure { 0.95 } else { 0.6 }))
    }

    /// Further words of a name before "Straße": "Geschwister Scholl Straße", "Berliner".
    fn more_names(&self, from: usize) -> usize {
        let mut at = from;
        while at < 3
            && capital(self.word(at + 1))
            && self.is_name_part(at + 1)
            && !self.words.get(at + 1).is_some_and(|word| word.cut)
        {
            at += 1;
        }
        if at == from
            && OPENERS.contains(&self.word(from + 1).to_lowercase().as_str())
            && capital(self.word(from + 1))
        {
            at += 1;
        }
        self.place(at)
    }

    /// Whether a capitalized word may be part of a street's name and not of the sentence.
    fn is_name_part(&self, at: usize) -> bool {
        let word = self.word(at).to_lowercase();
        let known = [
            "dr.",
            "prof.",
            "st.",
            "sankt",
            "geschwister",
            "graf",
            "kaiser",
            "könig",
            "carl",
            "karl",
            "friedrich",
            "wilhelm",
            "otto",
            "von",
            "bürgermeister",
            "pfarrer",
            "alte",
            "neue",
            "obere",
            "untere",
            "große",
            "kleine",
            "am",
            "an",
            "im",
            "johann",
            "heinrich",
            "albert",
            "ernst",
            "hans",
            "rosa",
            "willy",
            "konrad",
        ];
        known.contains(&word.as_str())
    }

    /// "Am Alten Markt", "An der Ringkirche", "Zum Grauen Stein", "Im Wiesengrund".
    pub(super) fn opener(&self) -> Option<(usize, f32)> {
        let nearest = self.word(0);
        if !capital(nearest)
            || nearest.chars().count() < 3
            || no_street(nearest)
            || nearest.ends_with('.')
        {
            return None;
        }
        for at in 1..5 {
            let word = self.word(at);
            let lower = word.to_lowercase();
            if capital(word) && OPENERS.contains(&lower.as_str()) {
                let alone = self
                    .line
                    .get(..self.place(at) - self.start)
                    .is_some_and(|left| {
                        left.trim().is_empty() || left.trim_end().ends_with([',', ':', '·', '•'])
                    });
                return Some((self.place(at), if alone { 0.85 } else { 0.6 }));
            }
            if !(capital(word) || SMALL.contains(&lower.as_str()))
                || word.is_empty()
                || no_street(word)
            {
                return None;
            }
        }
        None
    }

    /// Any capitalized words up to the line's start, a comma or a small word;
    /// only for numbers that a postal code and a town follow.
    pub(super) fn any_name(&self) -> Option<(usize, f32)> {
        let mut at = 0;
        if !self.word(0).starts_with(char::is_alphabetic) {
            return None;
        }
        while at < 4 {
            let next = self.word(at + 1);
            if !(capital(next) || SMALL.contains(&next.to_lowercase().as_str()) && !next.is_empty())
            {
                break;
            }
            at += 1;
        }
        while at > 0 && !capital(self.word(at)) {
            at -= 1;
        }
        capital(self.word(at)).then(|| (self.place(at), 0.8))
    }

    /// A street without a number, ending where this was made.
    pub(super) fn bare(&self) -> Option<(usize, &'a str)> {
        let word = self.word(0);
        let lower = word.to_lowercase();
        let stem = lower.trim_end_matches(['.', ',']);
        let sure = SURE_ENDINGS.iter().any(|ending| {
            let ending = ending.trim_end_matches('.');
            stem.ends_with(ending) && (ending != "str" || lower.ends_with("str."))
        });
        if !sure || !capital(word) {
            return None;
        }
        let end = self.words.first()?.end;
        if WORDS.contains(&stem) || stem == "str" {
            let before = self.word(1);
            let named = before.ends_with("er") || before.contains('-');
            let start = self.place(1);
            return (capital(before)
                && named
                && !no_street(before)
                && before.len() > 4
                && ![
                    "Diese", "Dieser", "Einer", "Jeder", "Unserer", "Ihrer", "Seiner", "Der",
                ]
                .contains(&before))
            .then(|| self.text.get(start..end).map(|name| (start, name)))
            .flatten();
        }
        if KINDS.contains(&stem) || stem.chars().count() < 7 {
            return None;
        }
        self.text
            .get(self.place(0)..end)
            .map(|name| (self.place(0), name))
    }
}

pub(super) fn capital(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

pub(super) fn no_street(word: &str) -> bool {
    NO_STREETS.contains(&word.trim_end_matches(['.', '-']).to_lowercase().as_str())
}
