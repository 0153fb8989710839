//! Addresses: street with house number, post-office box, postal code, town.
//!
//! An address is recognized by its shape (a word that ends like a street's
//! name, a house number, a postal code that exists, a capitalized place), not by
//! a list of places. Where a street's name looks like nothing in particular
//! ("Lange Zeile 5"), the postal code behind it or the line it fills proves it.
//! Streets without a number are claimed only if their ending is beyond doubt.

use std::ops::Range;

use regex::Regex;

use crate::detect::Recognizer;
use crate::detect::context::before;
use crate::detect::pattern::own_tokens;
use crate::detect::table::Tables;
use crate::document::{Document, SegmentKind};
use crate::entity::{EntityType, Finding, Score};
use crate::error::{Error, ErrorKind, Result};

/// The recognizer of addresses.
#[derive(Debug)]
pub struct Addresses {
    house: Regex,
    place: Regex,
    street_of: Regex,
    post_box: Regex,
    place_after: Regex,
    born_in: Regex,
    date_line: Regex,
}

/// Endings of street names that are written together with the name.
const ENDINGS: &[&str] = &[
    "straße",
    "strasse",
    "str.",
    "str",
    "weg",
    "platz",
    "allee",
    "gasse",
    "ring",
    "ufer",
    "damm",
    "chaussee",
    "hof",
    "steig",
    "stieg",
    "pfad",
    "graben",
    "berg",
    "markt",
    "park",
    "wall",
    "zeile",
    "reihe",
    "winkel",
    "garten",
    "gärten",
    "gässchen",
    "gäßchen",
    "feld",
    "wiese",
    "wiesen",
    "kamp",
    "twiete",
    "brücke",
    "tor",
    "höhe",
    "halde",
    "grund",
    "tal",
    "rain",
    "anger",
    "promenade",
    "kai",
    "deich",
    "siedlung",
    "gässchen",
    "gässle",
    "wegle",
    "stiege",
    "zeil",
    "acker",
    "äcker",
    "busch",
    "horst",
    "heide",
    "bogen",
    "eck",
    "ecke",
    "hang",
    "hain",
    "koppel",
    "leite",
    "plan",
    "redder",
    "schneise",
    "bach",
    "bruch",
    "born",
    "brunnen",
    "mühle",
    "kirche",
    "ort",
    "dorf",
    "insel",
    "staße",
    "stras",
    "straß",
    "wald",
    "treppe",
    "passage",
    "terrasse",
    "terrassen",
    "lohe",
    "loh",
    "stein",
    "au",
    "aue",
    "moor",
    "weiher",
    "see",
    "hofstatt",
    "steg",
    "blick",
    "burg",
    "holz",
    "hecke",
    "kuhle",
    "diek",
    "wisch",
    "brink",
    "esch",
    "ried",
    "warft",
    "trift",
    "rand",
];

/// Endings that say "street" even without a house number.
const SURE_ENDINGS: &[&str] = &[
    "straße",
    "strasse",
    "str.",
    "gasse",
    "allee",
    "chaussee",
    "gässchen",
    "twiete",
];

/// Endings that stand as a word of their own: "Berliner Straße", "Alter Markt".
const WORDS: &[&str] = &[
    "straße",
    "strasse",
    "str.",
    "str",
    "weg",
    "platz",
    "allee",
    "gasse",
    "ring",
    "ufer",
    "damm",
    "chaussee",
    "hof",
    "steig",
    "pfad",
    "graben",
    "berg",
    "markt",
    "park",
    "wall",
    "zeile",
    "reihe",
    "winkel",
    "garten",
    "feld",
    "kamp",
    "brücke",
    "tor",
    "höhe",
    "promenade",
    "kai",
    "deich",
    "landstraße",
    "hauptstraße",
    "marktplatz",
    "kirchplatz",
    "kirchweg",
    "stieg",
    "heerstraße",
    "gärten",
    "wiesen",
    "anger",
    "twiete",
];

/// First words of streets named after a place near them.
const OPENERS: &[&str] = &[
    "am", "an", "auf", "im", "in", "zum", "zur", "unter", "hinter", "vor", "beim", "bei", "unterm",
    "überm", "hinterm", "ob", "achter",
];

/// Small words inside such names.
const SMALL: &[&str] = &[
    "der", "dem", "den", "des", "die", "das", "von", "vom", "zum", "zur", "am", "im", "in", "und",
    "unter", "alten", "neuen", "de", "la", "du", "op", "den", "upn", "dat",
];

/// Nouns after "am", "im", "zum" with a number that are no street.
const NO_STREETS: &[&str] = &[
    "jahr",
    "jahre",
    "jahren",
    "absatz",
    "abs",
    "artikel",
    "kapitel",
    "raum",
    "zimmer",
    "fall",
    "alter",
    "januar",
    "februar",
    "märz",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "dezember",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
    "sonnabend",
    "abschnitt",
    "anlage",
    "blatt",
    "seite",
    "nummer",
    "nr",
    "punkt",
    "ziffer",
    "satz",
    "teil",
    "monat",
    "kalenderjahr",
    "schuljahr",
    "haushaltsjahr",
    "stock",
    "og",
    "eg",
    "obergeschoss",
    "termin",
    "zeitraum",
    "umfang",
    "quartal",
    "semester",
    "vorjahr",
    "sommer",
    "winter",
    "herbst",
    "frühjahr",
    "frühling",
    "kw",
    "woche",
    "tag",
    "abteilung",
    "gruppe",
    "stufe",
    "klasse",
    "haus",
    "gebäude",
    "tor",
    "gleis",
    "spieltag",
    "platz",
    "rang",
    "paragraf",
    "paragraph",
    "gesetz",
    "höhe",
    "wert",
    "preis",
    "rund",
    "ab",
    "bis",
    "minute",
    "rahmen",
    "mittel",
    "schnitt",
    "durchschnitt",
    "top",
    "tagesordnungspunkt",
    "buch",
    "band",
    "heft",
    "zeichen",
    "az",
    "übrigen",
    "aktenzeichen",
    "jahrgang",
    "wintersemester",
    "sommersemester",
    "geschäftsjahr",
    "wirtschaftsjahr",
    "tarif",
    "entgeltgruppe",
    "besoldungsgruppe",
    "pflegegrad",
    "verhältnis",
    "vergleich",
    "anhang",
    "tabelle",
    "feld",
    "zeile",
    "spalte",
    "stand",
    "mindestens",
    "höchstens",
    "etwa",
    "circa",
    "ca",
    "heute",
    "uhr",
    "eur",
    "euro",
    "betrag",
    "vorgang",
    "fach",
    "flur",
    "block",
    "kita",
    "saal",
    "halle",
    "version",
    "modul",
    "schritt",
    "ende",
    "anfang",
    "monate",
    "wochen",
    "tagen",
    "stunden",
];

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
                r"(?:(?:geb(?:oren|\.)?(?: am)?|born(?: on)?|\*)[ \x{a0}](?:[0-9./-]{6,10}|\d{1,2}\. ?\p{L}{3,9}\.? \d{4}|\d{1,2} \p{L}{3,9} \d{4})[ \x{a0}](?:in|zu)|geboren in|geb\. in|born in|Geburtsort:|Geb\.-Ort:|Place of birth:|(?:w|W)ohnhaft in|(?:w|W)ohnt in|(?:w|W)ohnsitz in|Wohnort:|Ort:|mit Sitz in|mit dem Amtssitz in|(?:v|V)erzogen nach|[zZ]uletzt wohnhaft in|lebt in|aus der Stadt)[ \x{a0}\t]{1,20}",
                r"(?P<v>(?:(?:Bad|Sankt|St\.|Groß|Klein|Neu|Alt|Markt)[ \x{a0}])?\p{Lu}[\p{L}]+(?:-\p{L}+){0,3}(?: (?:am|an der|a\. ?d\.|im|in der|ob der) \p{Lu}\p{L}+)?)",
            ))?,
            born_in: compile(concat!(
                r"(?:[Gg]eb|GEB|[Bb]orn)(?:[^\n\d]{0,30}\d{1,2}\.(?: ?\d{1,2}\.| ?\p{L}{3,9}\.?) ?\d{2,4} (?:in|zu)[ \x{a0}]|[^\n\d]{0,25}(?:[oO]rt|/ ?in)\b[^\n\d]{0,40}\d{1,2}\.\d{1,2}\.\d{2,4}(?:, | ?/ ?| in | )|urtsort[^\n\p{L}]{1,30}|urtsort und -land[^\n\p{L}]{1,30}|ORT=)",
                r"(?P<v>(?:(?:Bad|Sankt|St\.|Groß|Klein|Neu|Alt|Markt)[ \x{a0}])?\p{Lu}[\p{L}]+(?:-\p{L}+){0,3}(?: (?:am|an der|a\. ?d\.|im|in der|ob der) \p{Lu}\p{L}+)?)",
            ))?,
            date_line: compile(
                r"(?m)^[ \t]*(?P<v>(?:(?:Bad|Sankt|St\.|Groß|Klein|Neu|Alt)[ \x{a0}])?\p{Lu}[\p{L}-]+(?: (?:am|an der|im) \p{Lu}\p{L}+)?), (?:den |im |am |d\. )?(?:\d{1,2}\. ?(?:\d{1,2}\. ?\d{2,4}|\p{Lu}\p{L}+ \d{4}))",
            )?,
            post_box: compile(
                r"\b(?:Postfach|POSTFACH|Postf\.|PF|P\.O\. Box|PO Box)[ \x{a0}:]{1,2}(?:Nr\.? )?\d{1,3}(?:[ \x{a0}]?\d{2}){0,3}\b",
            )?,
        })
    }
}

/// A claim inside one segment.
struct Claim {
    range: Range<usize>,
    entity_type: EntityType,
    score: f32,
    name: &'static str,
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
                own_tokens(text)
            };
            let free = |range: &Range<usize>| {
                !masked
                    .iter()
                    .any(|token| token.start < range.end && range.start < token.end)
            };
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
            } else if run == 5 {
                self.town(text, first, kind, claims);
            }
        }
        self.bare_streets(text, claims);
        for found in self.post_box.find_iter(text) {
            claims.push(Claim {
                range: found.range(),
                entity_type: EntityType::Street,
                score: 0.9,
                name: "post_box",
            });
        }
        self.places(text, claims);
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
        let number_is_unit = [
            "€", "EUR", "Euro", "%", "Uhr", "m²", "km", "kg", "Personen", "Prozent", "Stück",
        ];
        if number_is_unit
            .iter()
            .any(|unit| right.trim_start_matches([' ', '\u{a0}']).starts_with(unit))
        {
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
        let country = text
            .get(..first)
            .is_some_and(|left| left.ends_with("D-") || left.ends_with("DE-"));
        let joined = left.is_some_and(|c| {
            c.is_alphanumeric() || matches!(c, '-' | '/' | '.' | '_' | '+' | ':' | '=')
        });
        if !postal_code(code) || (joined && !country) {
            return;
        }
        let gap = text.get(first + 5..).map_or(0, |rest| {
            rest.len() - rest.trim_start_matches([' ', '\u{a0}', '\t']).len()
        });
        let place_at = first + 5 + gap;
        let (place_at, gap) = match text.get(place_at..).and_then(|rest| rest.chars().next()) {
            Some(c @ ('|' | ';' | '\t' | ',')) if before(text, first) == Some(c) || first == 0 => {
                (place_at + 1, 1)
            }
            _ => (place_at, gap),
        };
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

    /// Towns by the words before them: "geboren am … in", "wohnhaft in", and the
    /// town before a letter's date.
    fn places(&self, text: &str, claims: &mut Vec<Claim>) {
        for found in self.place_after.captures_iter(text) {
            let (Some(all), Some(value)) = (found.get(0), found.name("v")) else {
                continue;
            };
            let born = all.as_str().to_lowercase();
            let born = born.starts_with("geb")
                || born.starts_with('*')
                || born.contains("birth")
                || born.starts_with("born");
            let entity_type = if born {
                EntityType::PlaceOfBirth
            } else {
                EntityType::City
            };
            if !no_town(value.as_str()) && !no_street(value.as_str()) {
                claims.push(Claim {
                    range: value.range(),
                    entity_type,
                    score: 0.75,
                    name: "place",
                });
            }
        }
        for found in self.born_in.captures_iter(text) {
            if let Some(value) = found
                .name("v")
                .filter(|value| !no_street(value.as_str()) && !no_town(value.as_str()))
            {
                claims.push(Claim {
                    range: value.range(),
                    entity_type: EntityType::PlaceOfBirth,
                    score: 0.8,
                    name: "place",
                });
            }
        }
        for found in self.date_line.captures_iter(text) {
            if let Some(value) = found
                .name("v")
                .filter(|value| !no_street(value.as_str()) && !no_town(value.as_str()))
            {
                claims.push(Claim {
                    range: value.range(),
                    entity_type: EntityType::City,
                    score: 0.6,
                    name: "place_date",
                });
            }
        }
    }

    /// The town after a street: "Lindenweg 7, Wiesbaden".
    fn town_after(&self, text: &str, end: usize, claims: &mut Vec<Claim>) {
        let Some(rest) = text.get(end..).and_then(|rest| {
            rest.strip_prefix(", ")
                .or_else(|| rest.strip_prefix(" in "))
        }) else {
            return;
        };
        let Some(place) = self.place.find(rest) else {
            return;
        };
        let start = text.len() - rest.len();
        let word = place.as_str();
        let follows = rest.get(place.end()..).unwrap_or_default();
        let ends =
            follows.is_empty() || follows.starts_with([',', '.', ';', ')', '\n', '\r', ' ', ':']);
        let other = [
            "Zimmer",
            "Raum",
            "Tel",
            "Telefon",
            "Herr",
            "Frau",
            "Herrn",
            "Etage",
            "Stock",
            "Haus",
            "Wohnung",
            "Whg",
            "Ortsteil",
            "Postfach",
            "Geb",
            "Hinterhaus",
            "Fax",
            "Mobil",
            "Erdgeschoss",
            "Deutschland",
            "Stadtteil",
            "Flur",
            "Gemarkung",
            "Dachgeschoss",
            "Aufgang",
        ];
        let first = word.split([' ', '.', '-']).next().unwrap_or_default();
        if ends
            && word.chars().count() > 2
            && !other.contains(&first)
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

    /// Streets without a number, by an ending beyond doubt.
    fn bare_streets(&self, text: &str, claims: &mut Vec<Claim>) {
        for needle in [
            "stra", "STRA", "Stra", "str.", "Str.", "gasse", "allee", "Allee", "chaussee",
        ] {
            for at in memchr::memmem::find_iter(text.as_bytes(), needle) {
                let rest = text.get(at..).unwrap_or_default();
                let word: usize = rest
                    .chars()
                    .take_while(|c| c.is_alphabetic() || *c == '.')
                    .map(char::len_utf8)
                    .sum();
                let end = at + word;
                let left = Left::new(text, end);
                if let Some((start, name)) = left.bare() {
                    let end = start + name.trim_end_matches(['.', 's', 'n']).len();
                    let end = if name.ends_with("str.") {
                        start + name.len()
                    } else {
                        end
                    };
                    let known = claims
                        .iter()
                        .any(|claim| claim.range.start <= start && end <= claim.range.end);
                    if !known {
                        claims.push(Claim {
                            range: start..end,
                            entity_type: EntityType::Street,
                            score: 0.6,
                            name: "street_bare",
                        });
                    }
                }
            }
        }
    }
}

/// Whether the number at a place is a year of the last two centuries.
fn run_is_year(text: &str, digit: usize) -> bool {
    text.get(digit..digit + 4).is_some_and(|run| {
        run.parse()
            .is_ok_and(|year: u16| (1800..2100).contains(&year))
    })
}

/// A cell or field whose label says what it is.
fn labeled(text: &str, range: Range<usize>, label: &str, claims: &mut Vec<Claim>) {
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

/// Whether a number can be a German postal code.
#[must_use]
pub fn postal_code(code: &str) -> bool {
    let unused = ["00", "05", "11", "43", "62"];
    code.len() == 5
        && code.bytes().all(|b| b.is_ascii_digit())
        && !code.get(..2).is_some_and(|area| unused.contains(&area))
        && !matches!(code, "99999" | "12345")
}

/// Words after five digits that are no town.
fn no_town(word: &str) -> bool {
    let lower = word.to_lowercase();
    if [
        "amt",
        "raum",
        "saal",
        "zentrum",
        "halle",
        "bauhof",
        "parkplatz",
        "fenster",
        "nummer",
        "schule",
        "straße",
        "tion",
        "keit",
        "heit",
        "büro",
        "mieterin",
        "mieter",
        "aufruf",
    ]
    .iter()
    .any(|ending| lower.ends_with(ending))
    {
        return true;
    }
    let first = word
        .split([' ', '\u{a0}', '-'])
        .next()
        .unwrap_or_default()
        .trim_end_matches('.')
        .to_lowercase();
    [
        "eur",
        "euro",
        "uhr",
        "einwohner",
        "stück",
        "kilometer",
        "km",
        "mitglieder",
        "menschen",
        "personen",
        "euros",
        "besucher",
        "exemplare",
        "fälle",
        "tonnen",
        "arbeitsplätze",
        "kwh",
        "seiten",
        "zuschauer",
        "beschäftigte",
        "stimmen",
        "haushalte",
        "dollar",
        "meter",
        "quadratmeter",
        "hektar",
        "schüler",
        "studierende",
        "kunden",
        "bitte",
        "der",
        "die",
        "das",
        "und",
        "datum",
        "tel",
        "telefon",
        "fax",
        "nr",
        "az",
        "iban",
        "bic",
        "usd",
        "chf",
        "abs",
        "punkte",
        "bürger",
        "personalnr",
    ]
    .contains(&first.as_str())
}

/// Takes a sentence's end off a place.
fn trim_place(word: &str) -> usize {
    let sentence_end = word.ends_with('.')
        && !word.ends_with("d.")
        && word
            .rsplit([' ', '/'])
            .next()
            .is_some_and(|last| last.len() > 5);
    word.len() - usize::from(sentence_end)
}

/// The words of a line before a place.
struct Left<'a> {
    text: &'a str,
    line: &'a str,
    /// Where the line starts.
    start: usize,
    /// Nearest first, at most six.
    words: Vec<Word>,
}

struct Word {
    start: usize,
    end: usize,
    /// Whether more than one space follows, or a mark that ends a phrase.
    cut: bool,
}

impl Word {
    fn text<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

impl<'a> Left<'a> {
    fn new(text: &'a str, end: usize) -> Self {
        let left = text.get(..end).unwrap_or_default();
        let start = left.rfind(['\n', '\t', '|', ';']).map_or(0, |at| at + 1);
        let line = left.get(start..).unwrap_or_default();
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

    fn word(&self, at: usize) -> &'a str {
        self.words
            .get(at)
            .filter(|word| !word.cut || at == 0)
            .map_or("", |word| word.text(self.text))
    }

    fn place(&self, at: usize) -> usize {
        self.words.get(at).map_or(0, |word| word.start)
    }

    /// "Hauptstraße", "Berliner Straße", "Obere Hauptstraße", "Carl-von-Weinberg-Str."
    fn compound(&self) -> Option<(usize, f32)> {
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
    fn opener(&self) -> Option<(usize, f32)> {
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
    fn any_name(&self) -> Option<(usize, f32)> {
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
    fn bare(&self) -> Option<(usize, &'a str)> {
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
        let generic = [
            "hauptstraße",
            "bundesstraße",
            "landstraße",
            "landesstraße",
            "kreisstraße",
            "nebenstraße",
            "seitenstraße",
            "anliegerstraße",
            "spielstraße",
            "fahrradstraße",
            "wohnstraße",
            "einbahnstraße",
            "durchgangsstraße",
            "gemeindestraße",
            "autostraße",
            "schnellstraße",
            "datenstraße",
            "einkaufsstraße",
            "sackgasse",
            "erschließungsstraße",
            "zufahrtsstraße",
            "ortsstraße",
            "prachtstraße",
            "waschstraße",
            "fertigungsstraße",
            "milchstraße",
            "gasse",
            "rettungsgasse",
            "privatstraße",
            "baustraße",
            "querstraße",
            "umgehungsstraße",
            "parallelstraße",
            "stichstraße",
        ];
        if generic.contains(&stem) || stem.chars().count() < 7 {
            return None;
        }
        self.text
            .get(self.place(0)..end)
            .map(|name| (self.place(0), name))
    }
}

fn capital(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

fn no_street(word: &str) -> bool {
    NO_STREETS.contains(&word.trim_end_matches(['.', '-']).to_lowercase().as_str())
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
