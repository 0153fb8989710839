//! Towns: by the words before them, after a street, before a letter's date, under a
//! header; and what can be a postal code.

use std::ops::Range;

use regex::Regex;

use super::address::{Addresses, Claim};
use super::address_words::{NO_TOWN_ENDINGS, NO_TOWNS};
use super::street::no_street;
use crate::detect::context::{left_of, right_of};
use crate::entity::EntityType;

/// What else stands behind a street, after a comma.
#[rustfmt::skip]
const NO_TOWN_BEHIND_STREET: &[&str] = &[
    "Zimmer", "Raum", "Tel", "Telefon", "Herr", "Frau", "Herrn", "Etage", "Stock", "Haus",
    "Wohnung", "Whg", "Ortsteil", "Postfach", "Geb", "Hinterhaus", "Fax", "Mobil",
    "Erdgeschoss", "Deutschland", "Stadtteil", "Flur", "Gemarkung", "Dachgeschoss", "Aufgang",
    "Treffpunkt", "Mieter", "Mieterin", "Eigentümer", "Eigentümerin", "Aufruf", "Eingang",
    "Saal", "Hof", "Keller",
];

impl Addresses {
    /// Tries a pattern that begins shortly before a mark.
    pub(super) fn near(
        &self,
        pattern: &Regex,
        name: &'static str,
        text: &str,
        at: usize,
        claims: &mut Vec<Claim>,
    ) {
        let start = at - left_of(text, at, 9).len();
        let Some(found) = pattern.captures(right_of(text, start, 190)) else {
            return;
        };
        let (Some(all), Some(value)) = (found.get(0), found.name("v").or_else(|| found.get(0)))
        else {
            return;
        };
        let lower = all.as_str().to_lowercase();
        let born = ["geb", "*", "born"]
            .iter()
            .any(|mark| lower.starts_with(mark))
            || lower.contains("birth");
        let (entity_type, score) = match (name, born) {
            ("post_box", _) => (EntityType::Street, 0.9),
            (_, true) => (EntityType::PlaceOfBirth, 0.8),
            (_, false) => (EntityType::City, 0.75),
        };
        let range = start + value.start()..start + value.end();
        let known = claims
            .iter()
            .rev()
            .take(4)
            .any(|claim| claim.range == range && claim.name == name);
        if !known && (name == "post_box" || !no_town(value.as_str()) && !no_street(value.as_str()))
        {
            claims.push(Claim {
                range,
                entity_type,
                score,
                name,
            });
        }
    }

    /// The town before a letter's date: "Wiesbaden, den 12.03.2024".
    pub(super) fn town_of_letter(&self, text: &str, digit: usize, claims: &mut Vec<Claim>) {
        let left = left_of(text, digit, 60);
        let line = left.rsplit('\n').next().unwrap_or_default();
        let first_of_line = line.len() < left.len() || line.len() == digit;
        let dated = [", ", ", den ", ", im ", ", am ", ", d. "]
            .iter()
            .any(|mark| line.ends_with(mark));
        if !first_of_line || !dated {
            return;
        }
        let start = digit - line.len();
        let Some(found) = self.date_line.captures(right_of(text, start, 110)) else {
            return;
        };
        let value = found
            .name("v")
            .filter(|value| !no_street(value.as_str()) && !no_town(value.as_str()));
        claims.extend(value.map(|value| Claim {
            range: start + value.start()..start + value.end(),
            entity_type: EntityType::City,
            score: 0.6,
            name: "place_date",
        }));
    }

    /// The town before a street: "in Wiesbaden, Lindenweg 7".
    pub(super) fn town_before(&self, text: &str, start: usize, claims: &mut Vec<Claim>) {
        let Some(left) = left_of(text, start, 60).strip_suffix(", ") else {
            return;
        };
        let marks = [" in ", " aus ", " nach ", "\nin ", " zu "];
        let Some(at) = marks
            .iter()
            .filter_map(|mark| Some(left.rfind(mark)? + mark.len()))
            .max()
        else {
            return;
        };
        let word = left.get(at..).unwrap_or_default();
        let whole = self.place.find(word).is_some_and(|m| m.end() == word.len());
        if whole && word.chars().count() > 2 && !no_town(word) && !no_street(word) {
            let end = start - ", ".len();
            claims.push(Claim {
                range: end - word.len()..end,
                entity_type: EntityType::City,
                score: 0.65,
                name: "town_before",
            });
        }
    }

    /// The town after a street: "Lindenweg 7, Wiesbaden".
    pub(super) fn town_after(&self, text: &str, end: usize, claims: &mut Vec<Claim>) {
        let Some(rest) = text.get(end..).and_then(|rest| {
            const SEPARATORS: [&str; 6] = [", ", " in ", " · ", " | ", "\t", " / "];
            SEPARATORS
                .iter()
                .find_map(|separator| rest.strip_prefix(separator))
        }) else {
            return;
        };
        let Some(place) = self.place.find(rest) else {
            return;
        };
        let start = text.len() - rest.len();
        let word = place.as_str();
        let follows = rest.get(place.end()..).unwrap_or_default();
        let ends = follows.is_empty()
            || follows.starts_with([',', '.', ';', ')', '\n', '\r', ' ', ':', '\t', '|']);
        // A noun that goes on ("Treffpunkt Hofeinfahrt") is no town.
        let next = follows.strip_prefix(' ').unwrap_or_default();
        let goes_on = next.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
            && !["Tel", "Fax", "Mob", "E-", "Deu"]
                .iter()
                .any(|word| next.starts_with(word));
        let first = word.split([' ', '.', '-']).next().unwrap_or_default();
        if ends
            && !goes_on
            && word.chars().count() > 2
            && !NO_TOWN_BEHIND_STREET.contains(&first)
            && !no_town(word)
            && !no_street(word)
        {
            claims.push(Claim {
                range: start..start + trim_place(word),
                entity_type: EntityType::City,
                score: 0.65,
                name: "town_after",
            });
        }
    }
}

/// A cell or field whose label says what it is.
pub(super) fn labeled(text: &str, range: Range<usize>, label: &str, claims: &mut Vec<Claim>) {
    let cell = text.get(range.clone()).unwrap_or_default();
    let value = cell.trim_matches(|c: char| c.is_whitespace() || c == '"');
    if value.is_empty() || value.chars().count() > 60 {
        return;
    }
    let start = range.start + cell.find(value).unwrap_or(0);
    let worded =
        value.chars().any(char::is_alphabetic) && value.starts_with(|c: char| c.is_uppercase());
    let label = label
        .trim()
        .trim_end_matches([':', '*', ' '])
        .to_lowercase();
    let entity_type = match label.as_str() {
        "plz" | "postleitzahl" | "postcode" | "zip" if postal_code(value) => EntityType::PostalCode,
        "ort" | "wohnort" | "stadt" | "city" | "town"
            if worded && !value.contains(|c: char| c.is_ascii_digit()) =>
        {
            EntityType::City
        }
        "straße"
        | "strasse"
        | "str."
        | "str"
        | "anschrift"
        | "street"
        | "straße, hausnummer"
        | "straße, nr."
        | "straße und hausnummer"
        | "straße, hausnr."
        | "straße/nr."
        | "straße / hausnummer"
        | "adresse"
        | "address"
        | "straße hausnummer"
        | "wohnanschrift"
            if worded =>
        {
            EntityType::Street
        }
        "geburtsort" | "place of birth" | "geb.-ort" if worded => EntityType::PlaceOfBirth,
        _ => return,
    };
    claims.push(Claim {
        range: start..start + value.len(),
        entity_type,
        score: 0.75,
        name: "address_label",
    });
}

/// Where a place may begin behind a postal code, and by how many signs they are
/// parted. `left` stands before the code.
pub(super) fn behind_code(text: &str, code_end: usize, left: Option<char>) -> (usize, usize) {
    let rest = text.get(code_end..).unwrap_or_default();
    let gap = rest.len() - rest.trim_start_matches([' ', '\u{a0}', '\t']).len();
    let rest = rest.get(gap..).unwrap_or_default();
    // "'65185', 'Wiesbaden'": fields of a record.
    let quoted = ["', '", "','", "\",\"", "\", \"", "\";\""]
        .iter()
        .find(|between| rest.starts_with(**between));
    match (rest.chars().next(), quoted) {
        (Some(quote), Some(between)) if gap == 0 && left == Some(quote) => {
            (code_end + between.len(), 1)
        }
        (Some(c @ ('|' | ';' | '\t' | ',')), _) if left == Some(c) || left.is_none() => {
            (code_end + gap + 1, 1)
        }
        _ => (code_end + gap, gap),
    }
}

/// Whether a number can be a German postal code.
#[must_use]
pub fn postal_code(code: &str) -> bool {
    // Areas that are not assigned count too: a code may be mistyped, and a number
    // before a town is hardly anything else.
    let unused = ["00"];
    code.len() == 5
        && code.bytes().all(|b| b.is_ascii_digit())
        && !code.get(..2).is_some_and(|area| unused.contains(&area))
        && !matches!(code, "99999" | "12345")
}

/// Words after five digits that are no town.
pub(super) fn no_town(word: &str) -> bool {
    let lower = word.to_lowercase();
    let thing = |ending: &&str| lower.len() > ending.len() && lower.ends_with(ending);
    if lower == "bauhof" || lower == "parkplatz" || NO_TOWN_ENDINGS.iter().any(thing) {
        return true;
    }
    let first = lower.split([' ', '\u{a0}', '-']).next().unwrap_or_default();
    NO_TOWNS.contains(&first.trim_end_matches('.'))
}

/// Takes a sentence's end off a place.
pub(super) fn trim_place(word: &str) -> usize {
    let sentence_end = word.ends_with('.')
        && !word.ends_with("d.")
        && word
            .rsplit([' ', '/'])
            .next()
            .is_some_and(|last| last.len() > 5);
    word.len() - usize::from(sentence_end)
}
