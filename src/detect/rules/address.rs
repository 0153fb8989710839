//! Addresses: street with house number, post-office box, postal code, town.
//!
//! An address is recognized by its shape (a word that ends like a street's
//! name, a house number, a postal code that exists, a capitalized place), not by
//! a list of places. Where a street's name looks like nothing in particular
//! ("Lange Zeile 5"), the postal code behind it or the line it fills proves it.
//! Streets without a number are claimed only if their ending is beyond doubt.

use std::ops::Range;

use aho_corasick::AhoCorasick;
use regex::Regex;

use super::street::Left;
use super::town::{behind_code, labeled, no_town, postal_code, trim_place};
use crate::detect::Recognizer;
use crate::detect::context::{before, left_of, overlaps_any, right_of};
use crate::detect::table::Tables;
use crate::document::{Document, SegmentKind};
use crate::entity::{EntityType, Finding, Score};
use crate::error::{Error, ErrorKind, Result};
use crate::token;

/// What makes a closer look worth it: endings of streets, words for post-office
/// boxes, words before towns, in this order.
const MARKS: &[&str] = &[
    "stra",
    "STRA",
    "Stra",
    "str.",
    "Str.",
    "gasse",
    "allee",
    "Allee",
    "chaussee", // N_STREET_MARKS
    "ostfach",
    "OSTFACH",
    "ostf.",
    "PF ",
    "Box ", // N_BOX_MARKS
    "ohnhaft ",
    "ohnt ",
    "ohnsitz in",
    "ohnort:",
    "Ort:",
    "Sitz in",
    "mtssitz in",
    "rzogen nach",
    "rt, Datum:",
    "storben",
    "eisetzung in",
    "ebt in",
    "der Stadt ",
    "geb.",
    "Geb",
    "GEB",
    "geb ",
    "geboren",
    "born",
    "Born",
    "of birth",
    "*",
];
const N_STREET_MARKS: usize = 9;
const N_BOX_MARKS: usize = 14;

/// The recognizer of addresses.
#[derive(Debug)]
pub struct Addresses {
    pub(super) house: Regex,
    pub(super) place: Regex,
    pub(super) street_of: Regex,
    pub(super) post_box: Regex,
    pub(super) place_after: Regex,
    pub(super) born_in: Regex,
    pub(super) date_line: Regex,
    pub(super) marks: AhoCorasick,
}

impl Addresses {
    /// The recognizer.
    ///
    /// # Errors
    /// If a built-in pattern does not compile (a bug).
    pub fn new() -> Result<Self> {
        let compile = |pattern: &str| {
            Regex::new(pattern).map_err(|_| {
                Error::new(
                    ErrorKind::Internal,
                    "a pattern for addresses does not compile",
                )
            })
        };
        Ok(Self {
            house: compile(
                r"\A\d{1,4}(?:[ \x{a0}]?[a-zA-Z]\b)?(?:[ \x{a0}]?[-–/+][ \x{a0}]?\d{1,4}(?:[ \x{a0}]?[a-zA-Z]\b)?)?(?:[ \x{a0}]½)?",
            )?,
            place: compile(concat!(
                r"\A(?:(?:Bad|BAD|Sankt|St\.|Groß|Klein|Alt|Neu|Alte|Neue|Markt|Hohen|Hann\.|Burg|Ober|Unter|Nieder|Hohe|Kloster|Schloß|Stadt|Gemeinde|Hansestadt|Lutherstadt|Insel|Den|La|Le|Les|New|San|Am|Zum)[ \x{a0}]){0,2}",
                r"\p{Lu}[\p{L}'’.]*(?:[-–/]\p{L}[\p{L}'’.]*){0,4}",
                r"(?:[ \x{a0}](?:am|an der|an|im|in der|in|ob der|vor der|bei|unter|auf|auf der|a\. ?d\.|a\.|i\. ?d\.|i\.|v\. ?d\.|b\.|o\. ?d\.|AM|AN DER|IM|IN DER|BEI|OB DER)[ \x{a0}]?\p{Lu}[\p{L}.]+(?:-\p{L}+)?)?",
                r"(?:[ \x{a0}]?\([\p{L}. ]{2,20}\))?(?:/\p{Lu}\p{L}+)?",
            ))?,
            street_of: compile(
                r"(?:Straße|Strasse|Str\.|Platz|Allee|Weg|Ring|Ufer|Promenade|STRASSE|STRAßE|PLATZ)[ \x{a0}](?:des|der|am|an|im|in|zum|zur|von|vom|DES|DER)[ \x{a0}](?:[\p{L}.0-9-]+[ \x{a0}]){0,4}?[\p{Lu}][\p{L}-]+[ \x{a0}]\z",
            )?,
            place_after: compile(concat!(
                r"(?:(?:geb(?:oren|\.)?(?: am)?|born(?: on)?|\*)[ \x{a0}]?(?:[0-9./-]{6,10}|\d{1,2}\. ?\p{L}{3,9}\.? \d{4}|\d{1,2} \p{L}{3,9} \d{4})[ \x{a0}](?:in|zu)|geboren in|geb\. in|born in|Geburtsort:|Geb\.-Ort:|Place of birth:|(?:w|W)ohn(?:haft|t)(?: (?:jedoch|seit|zurzeit|derzeit|inzwischen|noch|weiterhin|jetzt|bereits|aber|nun|dem|\d[\d.]{0,9})){0,4} in|(?:w|W)ohnsitz in|Wohnort:|Ort:|Ort, Datum:|(?:ver|ge)storben(?: am)? [0-9. ]{6,12} in|Beisetzung in|mit Sitz in|mit dem Amtssitz in|(?:v|V)erzogen nach|[zZ]uletzt wohnhaft in|lebt in|aus der Stadt)[ \x{a0}\t]{1,20}",
                r"(?P<v>(?:(?:Bad|Sankt|St\.|Groß|Klein|Neu|Alt|Markt)[ \x{a0}])?\p{Lu}[\p{L}]+(?:-\p{L}+){0,3}(?: (?:am|an der|a\. ?d\.|im|in der|ob der) \p{Lu}\p{L}+)?)",
            ))?,
            born_in: compile(concat!(
                r"(?:[Gg]eb|GEB|[Bb]orn)(?:(?:o-\n)?[^\n\d]{0,30}\d{1,2}\.(?: ?\d{1,2}\.| ?\p{L}{3,9}\.?) ?\d{2,4} (?:in|zu)[ \x{a0}]|[^\n\d]{0,25}(?:[oO]rt|/ ?in)\b[^\n\d]{0,40}\d{1,2}\.\d{1,2}\.\d{2,4}(?:, | ?/ ?| in | )|urtsort[^\n\p{L}]{1,30}|urtsort und -land[^\n\p{L}]{1,30}|ORT=)",
                r"(?P<v>(?:(?:Bad|Sankt|St\.|Groß|Klein|Neu|Alt|Markt)[ \x{a0}])?\p{Lu}[\p{L}]+(?:-\p{L}+){0,3}(?: (?:am|an der|a\. ?d\.|im|in der|ob der) \p{Lu}\p{L}+)?)",
            ))?,
            date_line: compile(
                r"\A[ \t]*(?P<v>(?:(?:Bad|Sankt|St\.|Groß|Klein|Neu|Alt)[ \x{a0}])?\p{Lu}[\p{L}-]+(?: (?:am|an der|im) \p{Lu}\p{L}+)?), (?:den |im |am |d\. )?(?:\d{1,2}\. ?(?:\d{1,2}\. ?\d{2,4}|\p{Lu}\p{L}+ \d{4}))",
            )?,
            marks: AhoCorasick::new(MARKS).map_err(|_| {
                Error::new(ErrorKind::Internal, "the marks of addresses do not compile")
            })?,
            post_box: compile(
                r"\b(?:Postfach|POSTFACH|Postf\.|PF|P\.O\. Box|PO Box)[ \x{a0}:]{1,2}(?:Nr\.? )?\d{1,3}(?:[ \x{a0}]?\d{2}){0,3}\b",
            )?,
        })
    }
}

/// A claim inside one segment.
pub(super) struct Claim {
    pub(super) range: Range<usize>,
    pub(super) entity_type: EntityType,
    pub(super) score: f32,
    pub(super) name: &'static str,
}

impl Recognizer for Addresses {
    fn name(&self) -> &'static str {
        "addresses"
    }

    fn entity_types(&self) -> Vec<EntityType> {
        vec![EntityType::Street, EntityType::PostalCode, EntityType::City]
    }

    fn detect(&self, document: &Document) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        let mut tables = Tables::default();
        for (index, segment) in document.segments().iter().enumerate() {
            let text = segment.text();
            let mut claims = Vec::new();
            self.scan(text, segment.kind(), &mut claims);
            if *segment.kind() == SegmentKind::Paragraph {
                for cell in tables.cells(text) {
                    labeled(text, cell.range, &cell.header, &mut claims);
                }
            }
            let masked = if claims.is_empty() {
                Vec::new()
            } else {
                token::find_all(text).collect::<Vec<_>>()
            };
            let free = |range: &Range<usize>| !overlaps_any(&masked, range);
            findings.extend(
                claims
                    .into_iter()
                    .filter(|claim| free(&claim.range))
                    .filter_map(|claim| {
                        Some(Finding {
                            span: document.span(index, claim.range.start, claim.range.end)?,
                            entity_type: claim.entity_type,
                            score: Score::new(claim.score),
                            recognizer: claim.name,
                        })
                    }),
            );
        }
        Ok(findings)
    }
}

impl Addresses {
    fn scan(&self, text: &str, kind: &SegmentKind, claims: &mut Vec<Claim>) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(found) = bytes
            .get(at..)
            .and_then(|rest| rest.iter().position(u8::is_ascii_digit))
        {
            let first = at + found;
            let run = bytes
                .iter()
                .skip(first)
                .take_while(|b| b.is_ascii_digit())
                .count();
            at = first + run;
            if run <= 4 {
                self.street(text, first, claims);
                if run <= 2 {
                    self.town_of_letter(text, first, claims);
                }
            } else if run == 5 {
                self.town(text, first, kind, claims);
            }
        }
        self.marked(text, claims);
        for label in kind.labels() {
            labeled(text, 0..text.len(), label, claims);
        }
    }

    /// A street that ends with the house number at `digit`.
    fn street(&self, text: &str, digit: usize, claims: &mut Vec<Claim>) {
        if !before(text, digit).is_some_and(|c| matches!(c, ' ' | '\u{a0}' | '.' | '\t')) {
            return;
        }
        let Some(house) = text.get(digit..).and_then(|rest| self.house.find(rest)) else {
            return;
        };
        let end = digit + house.end();
        let right = text.get(end..).unwrap_or_default();
        if right.starts_with(|c: char| c.is_alphanumeric() || c == '%' || c == '€')
            || (right.starts_with(['.', ',', ':', '/'])
                && right.chars().nth(1).is_some_and(|c| c.is_ascii_digit()))
        {
            return;
        }
        let left = Left::new(text, digit);
        if is_counted(right) {
            return;
        }
        if left.words.first().is_some_and(|word| word.cut) {
            return;
        }
        let weak = |(start, score): (usize, f32)| {
            let lone = left.text.get(left.start..start).is_some_and(|lead| {
                lead.trim().is_empty()
                    || lead.trim_end().ends_with([',', ':', '('])
                    || lead.ends_with(" in der ")
                    || lead.ends_with(" in ")
            });
            let closed = right.is_empty()
                || right.starts_with([',', '\n', '\r', ')', ';', '\t', '|'])
                || right.starts_with(", ");
            let year = run_is_year(text, digit);
            (score > 0.6 || (lone && closed && !year) || self.before_town(text, end))
                .then_some((start, score))
        };
        let found = left
            .compound()
            .and_then(weak)
            .or_else(|| left.opener())
            .or_else(|| self.street_of(&left))
            .or_else(|| {
                self.before_town(text, end)
                    .then(|| left.any_name())
                    .flatten()
            });
        if let Some((start, score)) = found {
            claims.push(Claim {
                range: start..end,
                entity_type: EntityType::Street,
                score,
                name: "street",
            });
            self.town_after(text, end, claims);
            self.town_before(text, start, claims);
        }
    }

    /// "Straße des 17. Juni 135".
    fn street_of(&self, left: &Left<'_>) -> Option<(usize, f32)> {
        let found = self.street_of.find_iter(left.line).last()?;
        let mut start = left.start + found.start();
        if let Some(word) = left.words.iter().find(|word| word.end + 1 == start)
            && word.text(left.text).ends_with("er")
        {
            start = word.start;
        }
        Some((start, 0.9))
    }

    /// Whether a postal code and a town follow, on the same line or the next.
    fn before_town(&self, text: &str, end: usize) -> bool {
        let rest = text.get(end..).unwrap_or_default();
        let rest = rest.trim_start_matches([
            ',', ' ', '\n', '\r', ';', '\u{a0}', '\t', '·', '|', '•', '/',
        ]);
        let rest = rest.strip_prefix("D-").unwrap_or(rest);
        let code = rest.get(..5).unwrap_or_default();
        postal_code(code)
            && rest.get(5..).is_some_and(|place| {
                place.starts_with([' ', '\u{a0}']) && self.place.is_match(place.trim_start())
            })
    }

    /// A postal code at `first` and the town behind it.
    fn town(&self, text: &str, first: usize, kind: &SegmentKind, claims: &mut Vec<Claim>) {
        let code = text.get(first..first + 5).unwrap_or_default();
        let left = before(text, first);
        let country = ["D-", "DE-"]
            .iter()
            .any(|mark| left_of(text, first, 3).ends_with(mark));
        let joined = left.is_some_and(|c| {
            c.is_alphanumeric() || matches!(c, '-' | '/' | '.' | '_' | '+' | ':' | '=')
        });
        if !postal_code(code) || (joined && !country) {
            return;
        }
        let (place_at, gap) = behind_code(text, first + 5, left);
        let place = text
            .get(place_at..)
            .filter(|_| (1..=3).contains(&gap))
            .and_then(|rest| self.place.find(rest));
        let Some(place) = place else {
            let labeled = kind.labels().any(|label| {
                label.to_lowercase().contains("plz") || label.to_lowercase().contains("postleit")
            });
            let whole = text.trim() == code;
            if labeled && whole {
                claims.push(Claim {
                    range: first..first + 5,
                    entity_type: EntityType::PostalCode,
                    score: 0.9,
                    name: "postal_code",
                });
            }
            return;
        };
        let word = place.as_str();
        if word.chars().count() < 3 && !["Au", "Ow", "Oy", "Aa", "Aua", "Elz"].contains(&word)
            || no_town(word)
        {
            return;
        }
        let end = place_at + trim_place(word);
        claims.push(Claim {
            range: first..first + 5,
            entity_type: EntityType::PostalCode,
            score: 0.9,
            name: "postal_code",
        });
        claims.push(Claim {
            range: place_at..end,
            entity_type: EntityType::City,
            score: 0.85,
            name: "town",
        });
    }

    /// What words announce: streets without a number, post-office boxes, towns.
    fn marked(&self, text: &str, claims: &mut Vec<Claim>) {
        let mut found: Vec<Range<usize>> = claims.iter().map(|claim| claim.range.clone()).collect();
        found.sort_unstable_by_key(|range| range.end);
        for mark in self.marks.find_iter(text) {
            match mark.pattern().as_usize() {
                0..N_STREET_MARKS => bare_street(text, mark.start(), &found, claims),
                N_STREET_MARKS..N_BOX_MARKS => {
                    self.near(&self.post_box, "post_box", text, mark.start(), claims);
                }
                _ => {
                    self.near(&self.place_after, "place", text, mark.start(), claims);
                    self.near(&self.born_in, "place", text, mark.start(), claims);
                }
            }
        }
    }
}

/// A street without a number, by an ending beyond doubt.
fn bare_street(text: &str, at: usize, found: &[Range<usize>], claims: &mut Vec<Claim>) {
    let ending = right_of(text, at, 24)
        .chars()
        .take_while(|c| c.is_alphabetic() || *c == '.');
    let end = at + ending.map(char::len_utf8).sum::<usize>();
    let Some((start, name)) = Left::new(text, end).bare() else {
        return;
    };
    let inflected = start + name.trim_end_matches(['.', 's', 'n']).len();
    let end = if name.ends_with("str.") {
        start + name.len()
    } else {
        inflected
    };
    let index = found.partition_point(|known| known.end < end);
    if found.get(index).is_none_or(|known| known.start > start) {
        claims.push(Claim {
            range: start..end,
            entity_type: EntityType::Street,
            score: 0.6,
            name: "street_bare",
        });
    }
}

/// Whether a unit stands behind a number: it is no house's.
fn is_counted(right: &str) -> bool {
    const UNITS: [&str; 11] = [
        "€", "EUR", "Euro", "%", "Uhr", "m²", "km", "kg", "Personen", "Prozent", "Stück",
    ];
    let right = right.trim_start_matches([' ', '\u{a0}']);
    UNITS.iter().any(|unit| right.starts_with(unit))
}

/// Whether the number at a place is a year of the last two centuries.
fn run_is_year(text: &str, digit: usize) -> bool {
    text.get(digit..digit + 4).is_some_and(|run| {
        run.parse()
            .is_ok_and(|year: u16| (1800..2100).contains(&year))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Location, Segment};

    fn found(text: &str) -> Vec<(EntityType, String)> {
        let mut document = Document::new();
        document.push(Segment::new(
            SegmentKind::Paragraph,
            text,
            Location::new("body"),
        ));
        let findings = Addresses::new().unwrap().detect(&document).unwrap();
        findings
            .iter()
            .map(|f| (f.entity_type, document.text(f.span).to_owned()))
            .collect()
    }

    #[test]
    fn an_address_in_one_line() {
        let all = found("wohnhaft Obere Lindenstraße 76b, 2. OG, 65185 Wiesbaden.");
        assert_eq!(
            all,
            [
                (EntityType::Street, "Obere Lindenstraße 76b".to_owned()),
                (EntityType::PostalCode, "65185".to_owned()),
                (EntityType::City, "Wiesbaden".to_owned()),
            ]
        );
    }

    #[test]
    fn streets_of_all_shapes() {
        for street in [
            "Straße des 17. Juni 135",
            "Am Alten Markt 3",
            "An der Ringkirche 12 a",
            "Berliner Str. 4-6",
            "LINDENWEG 7",
            "Carl-von-Weinberg-Straße 12",
            "Zum Grauen Stein 5",
            "Postfach 12 34 56",
            "Hauptstr. 9",
        ] {
            let text = format!("Anschrift: {street}\n");
            assert_eq!(found(&text), [(EntityType::Street, street.to_owned())]);
        }
        assert_eq!(
            found("Lange Zeile 5\n65185 Wiesbaden")[0].1,
            "Lange Zeile 5"
        );
    }

    #[test]
    fn no_addresses() {
        for text in [
            "Im Jahr 2020",
            "Am Montag 12 Personen",
            "im Alter von 12",
            "Zum 1. Mai 2024",
            "12000 Einwohner",
            "um 12345 Euro",
            "Kapitel 5",
            "Rund 300",
            "§ 17 Absatz 2",
            "In der Klasse 5",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
