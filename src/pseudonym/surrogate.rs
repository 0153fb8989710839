//! Surrogates: stand-ins that look real and are invented.
//!
//! The same part of a name gives the same stand-in within a scope, so that
//! "Max Müller", "Herr Müller" and "m.mueller@…" fit together, and relatives
//! stay relatives. Every stand-in that is written anywhere stands for one
//! original and no other; the store's unique index decides. Numbers lie in
//! reserved ranges or fail their checksum. What has no safe stand-in (a
//! password, a number of five digits) gets a token instead: a short number
//! would be "restored" wherever it stands by chance.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a few entity types are special, the other thirty are alike"
)]

use super::invent::{self, Seed};
use super::{Known, Pseudonyms, number, part_blind, shift};
use crate::entity::EntityType;
use crate::error::Result;
use crate::mapping::{Blind, NewSurrogate, SubjectKey};

/// Candidates for one value before a token takes its place.
const MAX_ATTEMPTS: u32 = 60;
/// Candidates for a part; double names never run out before.
const MAX_PARTS: u32 = 400;

/// A person as the text names her.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PersonName {
    /// First names, folded.
    pub given: Vec<String>,
    /// The last name, folded, with particles.
    pub last: String,
    /// Whether a salutation or a first name tells a woman, or a man.
    pub female: Option<bool>,
    /// The parts as they stand in the text.
    pub shown: Vec<String>,
}

impl PersonName {
    /// The words that name her, folded; particles and initials tell nothing.
    pub fn telling_words(&self) -> impl Iterator<Item = String> {
        let named = self.given.iter().chain([&self.last]);
        named
            .chain(&self.shown)
            .flat_map(|text| words(text))
            .filter(|word| word.chars().count() > 1 && !is_kept(word))
    }

    /// A part as it stands in the text.
    fn original(&self, piece: &str) -> String {
        let mut pieces = self.shown.iter().flat_map(|word| {
            std::iter::once(word.as_str()).chain(word.split(['-', '\u{2010}', '\u{2011}']))
        });
        let found = pieces.find(|word| fold(word) == *piece);
        found.map_or_else(|| capitalized(piece), like_name)
    }
}

/// Names are originals.
impl std::fmt::Debug for PersonName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonName(..)")
    }
}

/// What a surrogate must fit to.
pub struct Fitting<'a> {
    /// Within what a value keeps its surrogate.
    pub scope: Blind,
    /// The person, if it is one.
    pub person: Option<&'a PersonName>,
    /// The people of the document: mail addresses follow their names.
    pub people: &'a [&'a PersonName],
    /// Whether a candidate says something that must not stand in the output.
    pub says_too_much: &'a dyn Fn(&str) -> bool,
}

/// Names are originals.
impl std::fmt::Debug for Fitting<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fitting(..)")
    }
}

/// A part of a value that has a stand-in of its own.
#[derive(Clone, Copy)]
struct Part<'a> {
    kind: &'static str,
    /// Folded.
    piece: &'a str,
    /// As it is restored where it stands alone; empty for what never does.
    original: &'a str,
    female: Option<bool>,
}

/// A row to bind.
struct Row<'a> {
    text: &'a str,
    blind: Blind,
    part: Option<Blind>,
    subject: Option<SubjectKey>,
    entity_type: EntityType,
}

impl Pseudonyms<'_> {
    /// The surrogate of one spelling of a subject, bound if it is new; `None` if
    /// a token must take its place.
    ///
    /// # Errors
    /// If the store or the random source fails.
    pub fn surrogate(
        &mut self,
        subject: &Known,
        text: &str,
        fitting: &Fitting<'_>,
    ) -> Result<Option<String>> {
        let blind = self
            .key
            .blind("surrogate", &[&subject.blind.0, text.as_bytes()]);
        for known in self.store.surrogates(blind)? {
            if !(fitting.says_too_much)(&known) {
                return Ok(Some(known));
            }
        }
        let entity_type = subject.entity_type;
        if let Some(person) = fitting.person
            && let Some((kind, piece)) = lone(text, person)
        {
            return self
                .lone_part(kind, text, &piece, person, fitting)
                .map(Some);
        }
        if let Some((kind, stem)) = shared(entity_type, text) {
            return self.shared_value(subject, kind, stem, text, fitting);
        }
        for attempt in 0..MAX_ATTEMPTS {
            let seed = self.seed(&blind, attempt);
            let candidate = self.candidate(entity_type, text, &seed, attempt, fitting)?;
            let Some(candidate) = candidate else {
                return Ok(None);
            };
            if candidate == text || (fitting.says_too_much)(&candidate) {
                continue;
            }
            let row = Row {
                text,
                blind,
                part: None,
                subject: Some(subject.key),
                entity_type,
            };
            if self.bind(&candidate, &row)? {
                return Ok(Some(candidate));
            }
        }
        Ok(None)
    }

    /// A first or last name by itself: shared by all who have it.
    fn lone_part(
        &mut self,
        kind: &'static str,
        text: &str,
        piece: &str,
        person: &PersonName,
        fitting: &Fitting<'_>,
    ) -> Result<String> {
        let base = self.name_base(kind, piece, person, fitting)?;
        let part = self.part(kind, piece, fitting.scope);
        let variants = super::variants_blind(self.key, &part);
        let blind = self
            .key
            .blind("surrogate spelling", &[&part.0, text.as_bytes()]);
        for known in self.store.surrogates(blind)? {
            if !(fitting.says_too_much)(&known) {
                return Ok(known);
            }
        }
        let row = Row {
            text,
            blind,
            part: Some(variants),
            subject: None,
            entity_type: EntityType::Person,
        };
        let mut candidate = dress(&base, text, piece);
        for attempt in 0..MAX_PARTS {
            if !(fitting.says_too_much)(&candidate) && self.bind(&candidate, &row)? {
                return Ok(candidate);
            }
            let more = invent::last(&self.seed(&blind, attempt), attempt);
            candidate = dress(&format!("{base}-{more}"), text, piece);
        }
        Err(super::exhausted())
    }

    /// The stand-in of one part (a first name, a last name, a street, a host),
    /// capitalized, without ending.
    fn base(&mut self, of: Part<'_>, fitting: &Fitting<'_>) -> Result<String> {
        let part = self.part(of.kind, of.piece, fitting.scope);
        for known in self.store.surrogates(part)? {
            if !(fitting.says_too_much)(&known) {
                return Ok(known);
            }
        }
        let spelling = self
            .key
            .blind("surrogate spelling", &[&part.0, of.original.as_bytes()]);
        for attempt in 0..MAX_PARTS {
            let seed = self.seed(&part, attempt);
            let candidate = invent::part(of.kind, &seed, attempt, of.female);
            let same = fold(&candidate) == *of.piece;
            if same || (fitting.says_too_much)(&candidate) || self.is_real(&candidate, fitting)? {
                continue;
            }
            let row = Row {
                text: of.original,
                blind: spelling,
                part: Some(part),
                subject: None,
                entity_type: kind_type(of.kind),
            };
            if self.bind(&candidate, &row)? {
                return Ok(candidate);
            }
        }
        Err(super::exhausted())
    }

    /// The stand-in of a first or last name.
    fn name_base(
        &mut self,
        kind: &'static str,
        piece: &str,
        person: &PersonName,
        fitting: &Fitting<'_>,
    ) -> Result<String> {
        let part = Part {
            kind,
            piece,
            original: &person.original(piece),
            female: person.female,
        };
        self.base(part, fitting)
    }

    /// The stand-in of a part that never stands alone.
    fn inner_base(
        &mut self,
        kind: &'static str,
        text: &str,
        fitting: &Fitting<'_>,
    ) -> Result<String> {
        let part = Part {
            kind,
            piece: &fold(text),
            original: "",
            female: None,
        };
        self.base(part, fitting)
    }

    /// A town or a firm: shared by all who are found to name it.
    fn shared_value(
        &mut self,
        subject: &Known,
        kind: &'static str,
        stem: &str,
        text: &str,
        fitting: &Fitting<'_>,
    ) -> Result<Option<String>> {
        let part = self.part(kind, &fold(stem), fitting.scope);
        let blind = self
            .key
            .blind("surrogate spelling", &[&part.0, text.as_bytes()]);
        for known in self.store.surrogates(blind)? {
            if !(fitting.says_too_much)(&known) {
                return Ok(Some(known));
            }
        }
        let ending = text.get(stem.len()..).unwrap_or_default();
        for attempt in 0..MAX_ATTEMPTS {
            let invented = invent::part(kind, &self.seed(&part, attempt), attempt, None);
            let candidate = format!("{}{ending}", like(&invented, stem));
            let row = Row {
                text,
                blind,
                part: None,
                subject: Some(subject.key),
                entity_type: subject.entity_type,
            };
            if !(fitting.says_too_much)(&candidate) && self.bind(&candidate, &row)? {
                return Ok(Some(candidate));
            }
        }
        Ok(None)
    }

    /// Whether a candidate is somebody's real name in this scope.
    fn is_real(&mut self, candidate: &str, fitting: &Fitting<'_>) -> Result<bool> {
        for kind in ["given", "last"] {
            let part = self.part(kind, &fold(candidate), fitting.scope);
            if !self.store.surrogates(part)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn bind(&mut self, shown: &str, row: &Row<'_>) -> Result<bool> {
        let sealed = self.key.seal(row.text)?;
        self.store.bind_surrogate(&NewSurrogate {
            shown,
            blind: row.blind,
            part: row.part,
            subject: row.subject,
            entity_type: row.entity_type,
            sealed: &sealed,
        })
    }

    fn part(&self, kind: &str, piece: &str, scope: Blind) -> Blind {
        let scope = scope.0.get(..16).unwrap_or_default();
        part_blind(self.key, self.domain, scope, kind, piece)
    }

    fn seed(&self, blind: &Blind, attempt: u32) -> Seed {
        let seed = self
            .key
            .blind("surrogate seed", &[&blind.0, &attempt.to_le_bytes()]);
        Seed::new(seed.0)
    }

    fn candidate(
        &mut self,
        entity_type: EntityType,
        text: &str,
        seed: &Seed,
        attempt: u32,
        fitting: &Fitting<'_>,
    ) -> Result<Option<String>> {
        Ok(match entity_type {
            EntityType::Person => Some(self.name(text, seed, attempt, fitting)?),
            EntityType::Street => self.street(text, attempt, fitting)?,
            EntityType::Email | EntityType::UserName => {
                self.mailbox(text, seed, attempt, fitting)?
            }
            EntityType::Url => {
                let base = self.inner_base("host", text, fitting)?;
                let host = fold(&base);
                Some(number::url(text, &format!("{host}.example"), seed, attempt))
            }
            EntityType::DateOfBirth | EntityType::DateOfDeath => {
                // One shift for a scope, so that ages and spans stay; no second try.
                let days = self.shift(fitting.scope);
                shift::shift(text, days).filter(|_| attempt == 0)
            }
            _ => number::stand_in(entity_type, text, seed),
        })
    }

    /// Days by which a scope's dates are moved: at least ten, less than a year,
    /// forwards or back.
    fn shift(&self, scope: Blind) -> i64 {
        let seed = Seed::new(self.key.blind("date shift", &[&scope.0]).0);
        let days = i64::from(seed.below(0, 340)) + 10;
        if seed.below(1, 2) == 0 { days } else { -days }
    }

    /// A name of several words, or with initials.
    fn name(
        &mut self,
        text: &str,
        seed: &Seed,
        attempt: u32,
        fitting: &Fitting<'_>,
    ) -> Result<String> {
        let unknown = PersonName::default();
        let person = fitting.person.unwrap_or(&unknown);
        let mut shown = String::new();
        let mut rest = text;
        let mut middle = attempt > 0;
        let mut n_words = 0;
        while let Some(first) = rest.chars().next() {
            let end = |letters: bool| {
                let other = |c: char| c.is_alphanumeric() != letters;
                rest.find(other).unwrap_or(rest.len())
            };
            let is_word = first.is_alphanumeric();
            let (piece, after) = rest.split_at_checked(end(is_word)).unwrap_or((rest, ""));
            rest = after;
            if !is_word {
                shown.push_str(piece);
                continue;
            }
            shown.push_str(&self.word(piece, n_words == 0, person, fitting)?);
            n_words += 1;
            // Two originals with one stand-in ("K. Müller" and "M. Müller"): a middle
            // initial tells them apart.
            if std::mem::take(&mut middle) {
                let letter = invent::letter(seed);
                shown.push_str(&format!(" {letter}."));
                if attempt > 12 {
                    shown.push_str(&format!(" {}.", invent::letter(&seed.next())));
                }
                if piece.chars().count() == 1 && rest.starts_with('.') {
                    // "K." keeps its own full stop.
                    shown = shown.replacen(&format!(" {letter}."), &format!(". {letter}"), 1);
                }
            }
        }
        Ok(shown)
    }

    /// One word of a name.
    fn word(
        &mut self,
        piece: &str,
        is_first: bool,
        person: &PersonName,
        fitting: &Fitting<'_>,
    ) -> Result<String> {
        let folded = fold(piece);
        if is_kept(&folded) {
            return Ok(piece.to_owned());
        }
        if folded.chars().count() == 1 {
            let begins = |word: &&String| word.starts_with(folded.as_str());
            let given = person.given.iter().find(begins);
            let (kind, of) = match given {
                Some(given) => ("given", given.clone()),
                None if !is_first && person.last.starts_with(folded.as_str()) => {
                    ("last", main_word(&person.last))
                }
                None => ("given", folded.clone()),
            };
            let base = self.name_base(kind, &of, person, fitting)?;
            let initial: String = base.chars().take(1).collect();
            return Ok(like(&initial, piece));
        }
        let (kind, stem) = role(&folded, is_first, person);
        let base = self.name_base(kind, &stem, person, fitting)?;
        Ok(dress(&base, piece, &stem))
    }

    /// "Hauptstraße 12 a" → "Lindkamper Straße 47 a", with the same number of
    /// steps between two houses of one street.
    fn street(
        &mut self,
        text: &str,
        attempt: u32,
        fitting: &Fitting<'_>,
    ) -> Result<Option<String>> {
        let at = text
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(text.len());
        let (name, house) = text.split_at_checked(at).unwrap_or((text, ""));
        let bare = name.trim_end();
        if bare.is_empty() {
            return Ok(None);
        }
        let (stem, ending) = invent::street_ending(bare);
        let base = self.inner_base("street", stem, fitting)?;
        let part = self.part("street", &fold(stem), fitting.scope);
        let step = self.seed(&part, u32::MAX).below(0, 60) + 7 + attempt * 97;
        let space = name.get(bare.len()..).unwrap_or_default();
        let house = number::moved(house, step);
        Ok(Some(format!("{base}{ending}{space}{house}")))
    }

    /// A mail address or a user name after the person whose it is.
    fn mailbox(
        &mut self,
        text: &str,
        seed: &Seed,
        attempt: u32,
        fitting: &Fitting<'_>,
    ) -> Result<Option<String>> {
        let (local, host) = text
            .split_once('@')
            .map_or((text, None), |(local, host)| (local, Some(host)));
        let mut shown = String::new();
        let mut start = 0;
        let bounds = local
            .char_indices()
            .filter(|(_, c)| !c.is_alphabetic())
            .map(|(at, c)| (at, c.len_utf8()))
            .chain([(local.len(), 0)]);
        let owners = fitting.people.iter().copied();
        let owner = owners
            .filter(|person| owns(local, person))
            .max_by_key(|person| begins_like(local, person));
        for (at, len) in bounds {
            let piece = local.get(start..at).unwrap_or_default();
            if !piece.is_empty() {
                let word = self.mail_word(piece, owner, seed, fitting)?;
                shown.push_str(&like(&word, piece));
            }
            shown.push_str(local.get(at..at + len).unwrap_or_default());
            start = at + len;
        }
        let mut shown = number::other_digits(&shown, seed);
        if attempt > 0 {
            shown.push_str(&seed.below(3, 900).to_string());
        }
        let Some(host) = host else {
            return Ok((shown.chars().count() > 4).then_some(shown));
        };
        let base = self.inner_base("host", host, fitting)?;
        Ok(Some(format!("{shown}@{}.example", fold(&base))))
    }

    fn mail_word(
        &mut self,
        piece: &str,
        owner: Option<&PersonName>,
        seed: &Seed,
        fitting: &Fitting<'_>,
    ) -> Result<String> {
        let folded = fold(piece);
        if let Some(person) = owner {
            let last = main_word(&person.last);
            if let Some(before) = folded.strip_suffix(last.as_str()) {
                let given = person.given.first().cloned().unwrap_or_default();
                let last = fold(&self.name_base("last", &last, person, fitting)?);
                if before.is_empty() {
                    return Ok(last);
                }
                let base = fold(&self.name_base("given", &given, person, fitting)?);
                // "mmueller" and "maxmueller".
                let n = if before == given { base.len() } else { 1 };
                return Ok(format!("{}{last}", base.get(..n).unwrap_or(&base)));
            }
            if let Some(given) = person.given.iter().find(|given| **given == folded) {
                return Ok(fold(&self.name_base("given", given, person, fitting)?));
            }
            if folded.chars().count() == 1 {
                let given = person.given.first().cloned().unwrap_or_default();
                let base = fold(&self.name_base("given", &given, person, fitting)?);
                return Ok(base.chars().take(1).collect());
            }
        }
        if folded.chars().count() < 3 {
            return Ok(invent::letter(seed).to_lowercase().to_string());
        }
        Ok(fold(&self.inner_base("mail", piece, fitting)?))
    }
}

/// Whether a mail address's local part is made of a person's names.
fn owns(local: &str, person: &PersonName) -> bool {
    let folded = fold(local);
    let last = main_word(&person.last);
    last.len() > 2 && folded.contains(&last)
}

/// Whether a first name of the person, or its initial, begins the local part.
fn begins_like(local: &str, person: &PersonName) -> bool {
    let piece = local.split(|c: char| !c.is_alphabetic()).next();
    let piece = fold(piece.unwrap_or_default());
    let last = main_word(&person.last);
    let before = piece.strip_suffix(last.as_str()).unwrap_or(&piece);
    let fits = |given: &String| given == before || (before.len() == 1 && given.starts_with(before));
    person.given.iter().any(fits)
}

/// The first or last name that a text is, alone or in the genitive.
fn lone(text: &str, person: &PersonName) -> Option<(&'static str, String)> {
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
fn role(folded: &str, is_first: bool, person: &PersonName) -> (&'static str, String) {
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
fn main_word(last: &str) -> String {
    let word = last.rsplit([' ', '-']).next();
    word.unwrap_or_default().to_owned()
}

/// Particles and generations tell nothing.
fn is_kept(folded: &str) -> bool {
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
fn dress(base: &str, original: &str, stem: &str) -> String {
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
fn like(word: &str, original: &str) -> String {
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
fn like_name(word: &str) -> String {
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
fn capitalized(folded: &str) -> String {
    let mut chars = folded.chars();
    let first = chars.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(chars).collect()
}

/// A value whose stand-in is shared, and what of it is replaced.
fn shared(entity_type: EntityType, text: &str) -> Option<(&'static str, &str)> {
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
fn kind_type(kind: &str) -> EntityType {
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
pub(super) fn fold(text: &str) -> String {
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
