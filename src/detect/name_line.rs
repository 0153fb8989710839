//! A line of text as the words that names are made of, and what can be told from
//! a single word: an initial, an office, an ordinary noun. Lists of words are in
//! `name_words`; which words make a name is decided in `name_parse`.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;
use std::sync::LazyLock;

use crate::detect::name_words::{NOUN_ENDINGS, OFFICE_ENDINGS};

/// A word of a line: letters with hyphens and apostrophes inside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: &'a str,
    /// What stands between this word and the next one (or the line's end).
    pub(super) gap: &'a str,
}

impl<'a> Word<'a> {
    pub(super) fn capital(&self) -> bool {
        self.text.starts_with(|c: char| c.is_uppercase())
    }

    pub(super) fn lower(&self) -> String {
        self.text.to_lowercase()
    }

    /// "A." or "A"; a letter and a point.
    pub(super) fn initial(&self) -> bool {
        let mut letters = self.text.chars();
        let short = letters.next().is_some_and(char::is_uppercase)
            && (letters.next().is_none()
                || matches!(self.text, "Ch" | "St" | "Th" | "Sch" | "Chr" | "Ph"));
        short && self.gap.starts_with('.')
    }

    /// Whether the next word follows right away: one space, or a point and at most one.
    pub(super) fn joined(&self) -> bool {
        matches!(self.gap, " " | "\u{a0}")
            || (self.initial() && matches!(self.gap, "." | ". " | ".\u{a0}" | ".-"))
    }
}

/// One line with its words and its place in the segment.
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
    pub(super) words: Vec<Word<'a>>,
}

/// A name inside a segment, found by a way of this name.
pub(super) struct Claim {
    pub(super) range: Range<usize>,
    pub(super) score: f32,
    pub(super) way: &'static str,
}

impl<'a> Line<'a> {
    pub(super) fn new(text: &'a str, start: usize) -> Self {
        let mut words: Vec<Word<'a>> = Vec::with_capacity(text.len() / 6);
        let mut at = 0;
        while let Some((from, to)) = next_word(text, at) {
            if let Some(last) = words.last_mut() {
                last.gap = text.get(last.end - start..from).unwrap_or_default();
            }
            words.push(Word {
                start: start + from,
                end: start + to,
                text: text.get(from..to).unwrap_or_default(),
                gap: text.get(to..).unwrap_or_default(),
            });
            at = to;
        }
        Self { text, start, words }
    }

    pub(super) fn claim(
        &self,
        from: usize,
        end: usize,
        score: f32,
        way: &'static str,
        claims: &mut Vec<Claim>,
    ) {
        let (Some(first), Some(last)) = (self.words.get(from), self.words.get(end.wrapping_sub(1)))
        else {
            return;
        };
        let stop = last.end + usize::from(last.initial());
        if first.start + 1 < stop {
            claims.push(Claim {
                range: first.start..stop,
                score,
                way,
            });
        }
    }
}

/// The next run of letters, with hyphens and apostrophes between letters.
fn next_word(text: &str, at: usize) -> Option<(usize, usize)> {
    let rest = text.get(at..)?;
    let lead = rest
        .bytes()
        .take_while(|b| b.is_ascii() && !b.is_ascii_alphabetic())
        .count();
    let from = at + lead + text.get(at + lead..)?.find(char::is_alphabetic)?;
    let mut end = from;
    let mut signs = text.get(from..)?.chars().peekable();
    while let Some(c) = signs.next() {
        let inner = matches!(c, '-' | '\'' | '’' | '‑' | '\u{ad}')
            && signs.peek().is_some_and(|next| next.is_alphabetic());
        if !(c.is_ascii_alphabetic() || inner || c.is_alphabetic() || unicode_mark(c)) {
            break;
        }
        end += c.len_utf8();
    }
    Some((from, end))
}

/// Combining accents belong to the letter before them.
fn unicode_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Whether a word is all capitals.
pub(super) fn shouted(word: &str) -> bool {
    word.chars().count() > 1 && word.chars().all(|c| c.is_uppercase() || !c.is_alphabetic())
}

/// Endings of words by their last byte: every capital of a text is asked for them.
struct Endings(Vec<Vec<&'static str>>);

impl Endings {
    fn new(endings: &[&'static str]) -> Self {
        let mut by_last = vec![Vec::new(); 256];
        for ending in endings {
            let last = ending.bytes().next_back().map(usize::from);
            if let Some(list) = last.and_then(|last| by_last.get_mut(last)) {
                list.push(*ending);
            }
        }
        Self(by_last)
    }

    /// Whether a word ends like one of them and is more than `more` bytes longer.
    fn fit(&self, word: &str, more: usize) -> bool {
        // No ending reaches the first letter, so only capitals behind it matter.
        let plain = !word.chars().skip(1).any(char::is_uppercase);
        let lower = if plain {
            Cow::Borrowed(word)
        } else {
            Cow::Owned(word.to_lowercase())
        };
        let last = lower.bytes().next_back().map(usize::from);
        let list = last.and_then(|last| self.0.get(last));
        list.is_some_and(|list| {
            list.iter()
                .any(|ending| lower.len() > ending.len() + more && lower.ends_with(ending))
        })
    }
}

/// Whether a word ends like a person's office: "Gerichtsvollzieherin".
pub(super) fn office(word: &str) -> bool {
    static OFFICES: LazyLock<Endings> = LazyLock::new(|| Endings::new(OFFICE_ENDINGS));
    OFFICES.fit(word, 1)
}

/// Whether a word ends like an ordinary noun.
pub(super) fn noun(word: &str) -> bool {
    static NOUNS: LazyLock<Endings> = LazyLock::new(|| Endings::new(NOUN_ENDINGS));
    NOUNS.fit(word, 2)
}

pub(super) fn title_case(word: &str) -> String {
    let mut start = true;
    word.chars()
        .flat_map(|c| {
            let keep = std::mem::replace(&mut start, c == '-');
            if keep {
                vec![c]
            } else {
                c.to_lowercase().collect()
            }
        })
        .collect()
}

/// A set of words that is asked for every word of a text: hashed with FNV-1a,
/// which is fast for short words. The sets are built in, so nobody can choose
/// words that collide.
pub(super) type Words = HashSet<&'static str, BuildHasherDefault<Fnv>>;

pub(super) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
