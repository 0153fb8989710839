//! Surrogates: stand-ins that look real and are invented.
//!
//! The same part of a name gives the same stand-in within a scope, so that
//! "Max Müller", "Herr Müller" and "m.mueller@…" fit together, and relatives
//! stay relatives. Every stand-in that is written anywhere stands for one
//! original and no other; the store's unique index decides. Numbers lie in
//! reserved ranges or fail their checksum. What has no safe stand-in (a
//! password, a number of five digits) gets a token instead: a short number
//! would be "restored" wherever it stands by chance.

mod compose;
mod spelling;

pub use spelling::words;

pub(super) use spelling::fold;
use spelling::{capitalized, dress, is_kept, kind_type, like, like_name, lone, shared};

use super::invent::{self, Seed};
use super::{Known, Pseudonyms, part_blind};
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
}
