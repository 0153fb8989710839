//! Tokens: `[PERSON_K7RN3X]`, a stand-in that is visibly not real.
//!
//! The code comes from a keyed hash, not from a counter, so that neither order
//! nor number shows. Its alphabet has 17 characters without vowels and
//! look-alikes; 17 is prime, so the check character (a weighted sum over the
//! field of 17) notices every altered and every pair of swapped characters.
//! A spelling other than the first has a variant: `[PERSON_K7RN3X-H4]`.

use std::fmt;
use std::sync::LazyLock;

use regex::Regex;

use crate::entity::EntityType;

const ALPHABET: &[u8; 17] = b"CFHJKMNPRTVWX3479";
/// Characters of a code before the check character, at the first attempt: 24
/// million codes. The check character notices one altered character for sure; a
/// token with several altered ones must also miss every code that was issued,
/// and in a store of a thousand people it does but for one time in 400,000.
const FIRST_LENGTH: u32 = 6;

/// Language of the labels in tokens, and of reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// German.
    #[default]
    De,
    /// English.
    En,
}

/// A stand-in for one spelling of a subject.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Token {
    label: &'static str,
    code: String,
    variant: String,
}

impl Token {
    /// A token; code and variant come from [`code`] and [`variant`].
    #[must_use]
    pub fn new(entity_type: EntityType, language: Language, code: &str, variant: &str) -> Self {
        Self {
            label: match language {
                Language::De => entity_type.label_de(),
                Language::En => entity_type.label_en(),
            },
            code: code.to_owned(),
            variant: variant.to_owned(),
        }
    }

    /// The code, check character included.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The variant, without check character; empty for the first spelling.
    #[must_use]
    pub fn variant(&self) -> &str {
        &self.variant
    }

    /// The token without brackets, as it stands in file names.
    #[must_use]
    pub fn bare(&self) -> String {
        self.to_string().trim_matches(['[', ']']).to_owned()
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            label,
            code,
            variant,
        } = self;
        if variant.is_empty() {
            write!(f, "[{label}_{code}]")
        } else {
            write!(
                f,
                "[{label}_{code}-{variant}{}]",
                check(&format!("{code}{variant}"))
            )
        }
    }
}

/// The code that a hash gives at an attempt; later attempts give longer codes.
#[must_use]
pub fn code(seed: &[u8; 32], attempt: u32) -> String {
    // Three tries with six characters, then longer ones.
    let length = FIRST_LENGTH + (attempt / 3).min(8);
    let mut code = letters(seed, length);
    code.push(check(&code));
    code
}

/// The variant that a hash gives at an attempt. The first attempt is no variant.
#[must_use]
pub fn variant(seed: &[u8; 32], attempt: u32) -> String {
    match attempt {
        0 => String::new(),
        1..=8 => letters(seed, 1),
        9..=24 => letters(seed, 2),
        _ => letters(seed, 4),
    }
}

/// Whether the last character is the check character of those before it.
#[must_use]
pub fn is_valid(code: &str) -> bool {
    let Some((at, last)) = code.char_indices().next_back() else {
        return false;
    };
    code.get(..at)
        .is_some_and(|body| !body.is_empty() && is_body(body) && check(body) == last)
}

/// The code and the variant of a token's tail `K7RN3X` or `K7RN3X-H4`, if both
/// check characters fit. Upper case only.
#[must_use]
pub fn parse(tail: &str) -> Option<(&str, &str)> {
    let (code, variant) = match tail.split_once('-') {
        None => (tail, ""),
        Some((code, checked)) => {
            let (at, last) = checked.char_indices().next_back()?;
            let variant = checked.get(..at)?;
            let body = format!("{code}{variant}");
            if variant.is_empty() || !is_body(variant) || check(&body) != last {
                return None;
            }
            (code, variant)
        }
    };
    is_valid(code).then_some((code, variant))
}

/// Every token with valid check characters in a text, as byte ranges, with or
/// without brackets: what recognizers and sweeps must leave alone.
pub fn find_all(text: &str) -> impl Iterator<Item = std::ops::Range<usize>> {
    static SHAPE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"\[?[A-Z]{2,16}_([CFHJKMNPRTVWX3479]{6,14}(?:-[CFHJKMNPRTVWX3479]{2,5})?)\]?")
            .ok()
    });
    // Most texts hold no underscore at all.
    let likely = text.contains('_').then_some(());
    likely
        .and(SHAPE.as_ref())
        .into_iter()
        .flat_map(move |shape| shape.captures_iter(text))
        .filter_map(|found| {
            let (whole, tail) = (found.get(0)?, found.get(1)?);
            if parse(tail.as_str()).is_some() {
                return Some(whole.range());
            }
            // What follows a hyphen may be another word.
            let (code, _) = tail.as_str().split_once('-')?;
            parse(code)?;
            Some(whole.start()..tail.start() + code.len())
        })
}

fn letters(seed: &[u8; 32], length: u32) -> String {
    // The hash as one big number in base 17; 32 bytes hold 62 digits.
    let mut number: Vec<u32> = seed.iter().map(|byte| u32::from(*byte)).collect();
    let mut letters = String::new();
    for _ in 0..length {
        let mut rest = 0;
        for digit in &mut number {
            let value = rest * 256 + *digit;
            *digit = value / 17;
            rest = value % 17;
        }
        letters.push(letter(rest));
    }
    letters
}

fn letter(value: u32) -> char {
    let at = usize::try_from(value % 17).unwrap_or(0);
    char::from(ALPHABET.get(at).copied().unwrap_or(b'C'))
}

fn value(c: char) -> Option<u32> {
    let at = ALPHABET.iter().position(|known| char::from(*known) == c)?;
    u32::try_from(at).ok()
}

/// Whether a text has only characters of codes.
#[must_use]
pub fn is_body(body: &str) -> bool {
    body.chars().all(|c| value(c).is_some())
}

/// The weighted sum over the field of 17. Weights are powers of 3, a generator:
/// no two of sixteen neighbors are equal, none is zero.
fn check(body: &str) -> char {
    let mut weight = 3;
    let mut sum = 0;
    for c in body.chars() {
        sum = (sum + weight * value(c).unwrap_or(0)) % 17;
        weight = weight * 3 % 17;
    }
    letter(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seed(n: u32) -> [u8; 32] {
        let mut bytes = [0_u8; 32];
        bytes[..4].copy_from_slice(&n.wrapping_mul(2_654_435_761).to_le_bytes());
        bytes[4..8].copy_from_slice(&n.to_le_bytes());
        bytes
    }

    #[test]
    fn every_altered_or_swapped_character_is_noticed() {
        for n in 0..200 {
            let code = code(&seed(n), 0);
            assert!(is_valid(&code), "{code}");
            for at in 0..code.len() {
                for other in ALPHABET {
                    let mut altered = code.clone().into_bytes();
                    if altered[at] == *other {
                        continue;
                    }
                    altered[at] = *other;
                    assert!(!is_valid(std::str::from_utf8(&altered).unwrap()));
                }
                if at > 0 && at + 1 < code.len() && code.as_bytes()[at] != code.as_bytes()[at - 1] {
                    let mut swapped = code.clone().into_bytes();
                    swapped.swap(at, at - 1);
                    assert!(!is_valid(std::str::from_utf8(&swapped).unwrap()));
                }
            }
        }
    }

    #[test]
    fn a_token_reads_back() {
        let code = code(&seed(1), 0);
        for variant in ["", "H", "3C"] {
            let token = Token::new(EntityType::Person, Language::De, &code, variant);
            let shown = token.to_string();
            assert_eq!(
                find_all(&format!("Herr {shown}, {}", token.bare())).count(),
                2
            );
            let tail = token.bare();
            let tail = tail.strip_prefix("PERSON_").unwrap();
            assert_eq!(parse(tail), Some((code.as_str(), variant)));
        }
        let followed = format!("PERSON_{code}-TV");
        assert_eq!(find_all(&followed).next(), Some(0..7 + code.len()));
        assert_eq!(find_all("[PERSON_AAAAAA] PERSON_1 FIRMA_CCCCCF").count(), 0);
    }

    #[test]
    fn later_attempts_give_longer_codes() {
        assert_eq!(code(&seed(3), 0).len(), 7);
        assert_eq!(code(&seed(3), 3).len(), 8);
        assert_eq!(variant(&seed(3), 0), "");
        assert_eq!(variant(&seed(3), 1).len(), 1);
    }
}
