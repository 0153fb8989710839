//! Logins that are made of somebody's name: `tquast`, `quast.t`, `quasttor`,
//! `quast91`, where the document names Torben Quast.
//!
//! It needs no label: the name is the proof. Which names there are is known from
//! the name rules; this looks only for the ways a login is made of them.

use std::collections::HashSet;

use crate::document::Document;
use crate::entity::{EntityType, Finding, Score};

/// The rule's name.
pub(super) const NAME: &str = "user_of_name";

/// The least letters of a last name: shorter ones are parts of too many words.
const LEAST: usize = 4;

/// The longest login, in bytes.
const LONGEST: usize = 40;

/// The claims on logins made of the names that were found.
pub(super) fn of_names(document: &Document, names: &[Finding]) -> Vec<Finding> {
    let known = Known::of(document, names);
    let mut found = Vec::new();
    if known.logins.is_empty() && known.last.is_empty() {
        return found;
    }
    for (index, segment) in document.segments().iter().enumerate() {
        let text = segment.text();
        for (start, login) in words(text) {
            if known.knows(login) {
                found.extend(
                    document
                        .span(index, start, start + login.len())
                        .map(|span| Finding {
                            span,
                            entity_type: EntityType::UserName,
                            score: Score::new(0.75),
                            recognizer: NAME,
                        }),
                );
            }
        }
    }
    found
}

/// Words that may be logins: they begin with a small letter, stand free, and are
/// no part of an address. Bytes suffice: logins are ASCII.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let bytes = text.as_bytes();
    let part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    let joins = |b: u8| b == b'@' || !b.is_ascii() || b.is_ascii_alphanumeric();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = bytes.get(at..)?;
            let start = at + rest.iter().position(|b| part(*b))?;
            let length = bytes.get(start..)?.iter().take_while(|b| part(**b)).count();
            at = start + length;
            let before = start.checked_sub(1).and_then(|left| bytes.get(left));
            let free =
                !before.is_some_and(|b| joins(*b)) && !bytes.get(at).is_some_and(|b| joins(*b));
            if !free || length > LONGEST || !bytes.get(start).is_some_and(u8::is_ascii_lowercase) {
                continue;
            }
            let login = text.get(start..at)?.trim_end_matches(['.', '-', '_']);
            if login.len() > LEAST && !login.bytes().any(|b| b.is_ascii_uppercase()) {
                return Some((start, login));
            }
        }
    })
}

#[derive(Default)]
struct Known {
    /// Whole logins.
    logins: HashSet<String>,
    /// Last names.
    last: HashSet<String>,
    /// One bit for each of both by a cheap hash: most words are sorted out by it.
    bits: Vec<u64>,
}

/// Bits of the filter.
const N_BITS: usize = 1 << 16;

/// The bit of a word.
fn bit(word: &str) -> usize {
    let hash = word.bytes().fold(5381_usize, |hash, byte| {
        hash.wrapping_mul(33) ^ usize::from(byte)
    });
    hash % N_BITS
}

impl Known {
    fn of(document: &Document, names: &[Finding]) -> Self {
        let mut known = Self::default();
        for name in names.iter().filter(|name| name.score.value() >= 0.5) {
            let text = document.text(name.span);
            let reversed = text
                .split_once(',')
                .map(|(last, first)| format!("{first} {last}"));
            let words: Vec<String> = reversed
                .as_deref()
                .unwrap_or(text)
                .split(|c: char| c.is_whitespace())
                .map(fold)
                .filter(|word| !word.is_empty())
                .collect();
            let Some(last) = words.last().filter(|last| last.len() >= LEAST) else {
                continue;
            };
            known.last.insert(last.clone());
            if let Some(first) = words.first().filter(|_| words.len() > 1) {
                known.add(first, last);
            }
        }
        known.bits = vec![0; N_BITS / 64];
        for word in known.logins.iter().chain(&known.last) {
            let bit = bit(word);
            if let Some(bits) = known.bits.get_mut(bit / 64) {
                *bits |= 1 << (bit % 64);
            }
        }
        known
    }

    fn add(&mut self, first: &str, last: &str) {
        let start = |n: usize| first.get(..n.min(first.len())).unwrap_or_default();
        let short = last.get(..5.min(last.len())).unwrap_or_default();
        let bare: String = last.chars().filter(|c| !"aeiou".contains(*c)).collect();
        for made in [
            format!("{}{last}", start(1)),
            format!("{}.{last}", start(1)),
            format!("{}_{last}", start(1)),
            format!("{}{last}", start(2)),
            format!("{first}.{last}"),
            format!("{first}_{last}"),
            format!("{first}{last}"),
            format!("{last}.{first}"),
            format!("{last}{}", start(1)),
            format!("{last}.{}", start(1)),
            format!("{last}{}", start(2)),
            format!("{last}{}", start(3)),
            format!("{short}{}", start(2)),
            format!("{short}{}", start(3)),
            format!("{bare}{}", start(2)),
        ] {
            if made.len() > LEAST + 1 {
                self.logins.insert(made);
            }
        }
    }

    fn may_know(&self, word: &str) -> bool {
        let bit = bit(word);
        self.bits
            .get(bit / 64)
            .is_some_and(|bits| bits & (1 << (bit % 64)) != 0)
    }

    fn knows(&self, login: &str) -> bool {
        let bare = login.trim_end_matches(|c: char| c.is_ascii_digit());
        let n_digits = login.len() - bare.len();
        if !self.may_know(login) && (n_digits == 0 || !self.may_know(bare)) {
            return false;
        }
        self.logins.contains(login)
            || n_digits > 0
                && n_digits <= 4
                && (self.logins.contains(bare) || self.last.contains(bare))
    }
}

/// A word of a name as a login has it.
fn fold(word: &str) -> String {
    let mut folded = String::new();
    for c in word.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' => folded.push(c),
            'ä' | 'æ' => folded.push_str("ae"),
            'ö' | 'ø' => folded.push_str("oe"),
            'ü' => folded.push_str("ue"),
            'ß' => folded.push_str("ss"),
            'ı' => folded.push('i'),
            'ł' => folded.push('l'),
            _ => unicode_normalization::char::decompose_canonical(c, |part| {
                if part.is_ascii_lowercase() {
                    folded.push(part);
                }
            }),
        }
    }
    folded
}
