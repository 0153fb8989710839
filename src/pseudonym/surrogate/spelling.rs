//! Words of names and addresses: which part of a name a word is, its case, its
//! ending, its folded form.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a few entity types are special, the other thirty are alike"
)]

use super::PersonName;
use crate::entity::EntityType;

/// Whether a mail address's local part is made of a person's names.
pub(super) fn owns(local: &str, person: &PersonName) -> bool {
    let folded = fold(local);
    let last = main_word(&person.last);
    last.len() > 2 && folded.contains(&last)
}

/// Whether a first name of the person, or its initial, begins the local part.
pub(super) fn begins_like(local: &str, person: &PersonName) -> bool {
    let piece = local.split(|c: char| !c.is_alphabetic()).next();
    let piece = fold(piece.unwrap_or_default());
    let last = main_word(&person.last);
    let before = piece.strip_suffix(last.as_str()).unwrap_or(&piece);
    let fits = |given: &String| given == before || (before.len() == 1 && given.starts_with(before));
    person.given.iter().any(fits)
}

/// The first or last name that a text is, alone or in the genitive.
pub(super) fn lone(text: &str, person: &PersonName) -> Option<(&'static str, String)> {
    if !text.chars().all(char::is_alphabetic) {
        return None;
    }
    let folded = fold(text);
    let stem = folded.strip_suffix('s');
    for of in [Some(folded.as_str()), stem].into_iter().flatten() {
        if person.given.iter().any(|given| given == of) {
            return Some(("given", of.to_owned()));
        }
        if person.last == of {
            return Some(("last", of.to_owned()));
        }
    }
    // A nickname, or a last name that the full name does not have.
    (!folded.is_empty()).then(|| role(&folded, true, person))
}

/// Which part a word of a name is, and the part without genitive.
pub(super) fn role(folded: &str, is_first: bool, person: &PersonName) -> (&'static str, String) {
    let stem = folded.strip_suffix('s').unwrap_or(folded);
    for of in [folded, stem] {
        if person.given.iter().any(|given| given == of) {
            return ("given", of.to_owned());
        }
        let mut last = person.last.split([' ', '-']);
        if last.any(|word| word == of) {
            return ("last", of.to_owned());
        }
    }
    let kind = if is_first && !person.last.is_empty() {
        "given"
    } else {
        "last"
    };
    (kind, folded.to_owned())
}

/// The last name without particles.
pub(super) fn main_word(last: &str) -> String {
    let word = last.rsplit([' ', '-']).next();
    word.unwrap_or_default().to_owned()
}

/// Particles and generations tell nothing.
pub(super) fn is_kept(folded: &str) -> bool {
    matches!(
        folded,
        "von"
            | "vom"
            | "zu"
            | "zum"
            | "zur"
            | "van"
            | "de"
            | "der"
            | "den"
            | "del"
            | "della"
            | "di"
            | "da"
            | "dos"
            | "du"
            | "la"
            | "le"
            | "el"
            | "al"
            | "bin"
            | "ibn"
            | "ben"
            | "ter"
            | "ten"
            | "und"
            | "jun"
            | "sen"
            | "jr"
            | "sr"
            | "dr"
            | "prof"
            | "med"
            | "geb"
            | "herr"
            | "herrn"
            | "frau"
            | "familie"
    )
}

/// A stand-in in the case and the ending of the original: "MÜLLERS" → "ALBERS'".
pub(super) fn dress(base: &str, original: &str, stem: &str) -> String {
    let folded = fold(original);
    let genitive = folded.strip_suffix('s') == Some(stem);
    let mut shown = like(base, original);
    if genitive {
        let hisses = base.ends_with(['s', 'x', 'z']) || base.ends_with("ce");
        shown.push(if hisses { '\'' } else { 's' });
        if !hisses && original.ends_with('S') {
            shown.pop();
            shown.push('S');
        }
    }
    shown
}

/// In capitals, small, or capitalized, as the original.
pub(super) fn like(word: &str, original: &str) -> String {
    let mut letters = original.chars().filter(|c| c.is_alphabetic());
    let several = letters.clone().count() > 1;
    if several && letters.clone().all(char::is_uppercase) {
        word.to_uppercase()
    } else if letters.next().is_some_and(char::is_lowercase) {
        word.to_lowercase()
    } else {
        word.to_owned()
    }
}

/// A name in capitals or small, capitalized.
pub(super) fn like_name(word: &str) -> String {
    let cases = |upper: bool| {
        let mut letters = word.chars().filter(|c| c.is_alphabetic());
        letters.all(|c| {
            if upper {
                c.is_uppercase()
            } else {
                c.is_lowercase()
            }
        })
    };
    if cases(true) || cases(false) {
        capitalized(&word.to_lowercase())
    } else {
        word.to_owned()
    }
}

/// A folded word with a capital.
pub(super) fn capitalized(folded: &str) -> String {
    let mut chars = folded.chars();
    let first = chars.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(chars).collect()
}

/// A value whose stand-in is shared, and what of it is replaced.
pub(super) fn shared(entity_type: EntityType, text: &str) -> Option<(&'static str, &str)> {
    match entity_type {
        EntityType::City | EntityType::Location | EntityType::PlaceOfBirth => Some(("place", text)),
        EntityType::Organization => Some(("company", legal_form(text).0)),
        _ => None,
    }
}

/// A company's name and its legal form with the space before it.
fn legal_form(text: &str) -> (&str, &str) {
    const FORMS: [&str; 16] = [
        " GmbH & Co. KG",
        " GmbH & Co. OHG",
        " gGmbH",
        " GmbH",
        " mbH",
        " AG",
        " KG",
        " OHG",
        " GbR",
        " UG",
        " e.V.",
        " e. V.",
        " e.K.",
        " SE",
        " Ltd.",
        " Inc.",
    ];
    let found = FORMS.iter().find(|form| text.ends_with(**form));
    let at = found.map_or(text.len(), |form| text.len() - form.len());
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// What kind of data a part is.
pub(super) fn kind_type(kind: &str) -> EntityType {
    match kind {
        "street" => EntityType::Street,
        "host" => EntityType::Url,
        _ => EntityType::Person,
    }
}

/// The words of a text, folded.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(fold)
}

/// Letters and digits, lower case, umlauts as two letters.
pub(in crate::pseudonym) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' => folded.push_str("ae"),
            'ö' => folded.push_str("oe"),
            'ü' => folded.push_str("ue"),
            'ß' => folded.push_str("ss"),
            c if c.is_alphanumeric() => {
                let plain = unicode_normalization::char::decompose_canonical;
                plain(c, |part| {
                    if !unicode_normalization::char::is_combining_mark(part) {
                        folded.push(part);
                    }
                });
            }
            _ => {}
        }
    }
    folded
}
