//! What must not be in an output, prepared once per document, and the search
//! for all of it at once. What an occurrence proves is decided in
//! [`super::judge`].

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a few entity types are special, the other thirty are alike"
)]

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use aho_corasick::{AhoCorasick, MatchKind};

use super::judge::{Form, Needle, Place, Reading, Verdict, form};
use super::normalize::{Normalized, START};
use crate::entity::EntityType;
use crate::error::{Error, ErrorKind, Result};

/// All values and parts that must be gone. It holds text: it lives no longer
/// than the file it came from.
#[derive(Clone, Default)]
pub struct Needles {
    known: BTreeMap<Vec<u8>, Needle>,
    prepared: OnceLock<Option<Arc<Prepared>>>,
}

struct Prepared {
    automaton: AhoCorasick,
    needles: Vec<Needle>,
}

impl fmt::Debug for Needles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Needles")
            .field("n_needles", &self.known.len())
            .finish_non_exhaustive()
    }
}

impl Needles {
    /// Nothing to look for yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many spellings are looked for.
    #[must_use]
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether there is nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Adds a whole value as it stood in the document. Every spelling that
    /// stood there should be added; other spellings of numbers are found anyway.
    pub fn value(&mut self, entity_type: EntityType, text: &str) {
        match entity_type {
            EntityType::Phone => self.phone(text),
            EntityType::DateOfBirth | EntityType::DateOfDeath => self.date(text),
            EntityType::Email | EntityType::Url | EntityType::Secret | EntityType::IpAddress => {
                self.add(text, true);
            }
            EntityType::Person
            | EntityType::Organization
            | EntityType::Location
            | EntityType::City
            | EntityType::Street
            | EntityType::PlaceOfBirth
            | EntityType::ListEntry => self.add(text, false),
            _ => self.add(text, text.contains(|c: char| c.is_ascii_digit())),
        }
    }

    /// Adds a value of which nothing but the text is known, and its parts: from
    /// a list, or from a store. The words of a name count each by itself, the
    /// part of a mail address before the sign too.
    pub fn original(&mut self, entity_type: EntityType, text: &str) {
        let has = |wanted: fn(char) -> bool| text.chars().any(wanted);
        let guessed = match entity_type {
            EntityType::ListEntry if text.contains('@') => EntityType::Email,
            EntityType::ListEntry
                if !has(char::is_alphabetic) && text.matches('.').count() == 2 =>
            {
                EntityType::DateOfBirth
            }
            EntityType::ListEntry if !has(char::is_alphabetic) => EntityType::Phone,
            known => known,
        };
        self.value(guessed, text);
        match guessed {
            EntityType::Email => {
                let local = text.split('@').next().unwrap_or_default();
                for part in local
                    .split(['.', '_', '-', '+'])
                    .filter(|part| part.len() > 3)
                {
                    self.part(part, false);
                }
            }
            EntityType::Person | EntityType::ListEntry => {
                let words = text.split(|c: char| !c.is_alphabetic());
                for part in words.filter(|word| word.chars().count() > 3) {
                    self.part(part, false);
                }
            }
            _ => {}
        }
    }

    /// Adds a part of a value (a last name, the local part of a mail address).
    /// `ordinary` says that it is also an ordinary word, whose lone occurrence
    /// is at most a doubt.
    pub fn part(&mut self, text: &str, ordinary: bool) {
        self.add_form(text, false, ordinary);
    }

    /// Whether any value or part stands in the name of a file or folder.
    #[must_use]
    pub fn touches_name(&self, name: &str) -> bool {
        let name = Normalized::of(name);
        // A search that fails must not pass for a clean name.
        !matches!(
            self.search(&name, Reading::Text, &mut Vec::new()),
            Ok(Verdict::Nothing | Verdict::Doubt)
        )
    }

    fn phone(&mut self, text: &str) {
        let text = text.replace("(0)", "");
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        self.add(&digits, true);
        let national = digits
            .strip_prefix("0049")
            .or_else(|| digits.strip_prefix("49").filter(|_| text.contains('+')))
            .unwrap_or(&digits);
        let national = national.strip_prefix('0').unwrap_or(national);
        // Short ones would be found in any longer number.
        if national.len() >= 7 {
            for prefix in ["0", "49", "490", "0049"] {
                self.add(&format!("{prefix}{national}"), true);
            }
        }
    }

    fn date(&mut self, text: &str) {
        const MONTHS: [&str; 12] = [
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ];
        self.add(text, false);
        let parts: Vec<&str> = text.split('.').map(str::trim).collect();
        let [day, month, year] = parts.as_slice() else {
            return;
        };
        let (Ok(day), Ok(month)) = (day.parse::<usize>(), month.parse::<usize>()) else {
            return;
        };
        self.add(&format!("{day:02}.{month:02}.{year}"), false);
        self.add(&format!("{year}-{month:02}-{day:02}"), false);
        if let Some(name) = month.checked_sub(1).and_then(|at| MONTHS.get(at)) {
            self.add(&format!("{day}. {name} {year}"), false);
        }
    }

    fn add(&mut self, text: &str, code: bool) {
        self.add_form(text, code, false);
    }

    fn add_form(&mut self, text: &str, code: bool, ordinary: bool) {
        let normalized = Normalized::of(text);
        let digit = |at: usize| normalized.text.get(at).map(u8::is_ascii_digit);
        // "94c" may stand as "94 c".
        let starts = |at: &usize| {
            normalized.note(*at) & START != 0 || (*at > 0 && digit(*at) != digit(*at - 1))
        };
        let joints: Vec<usize> = (1..normalized.text.len()).filter(starts).collect();
        if let Some(form) = form(&normalized.text, &joints, code) {
            let form = if ordinary && form == Form::Word {
                Form::Ordinary
            } else {
                form
            };
            let needle = Needle { form, joints };
            self.known.entry(normalized.text).or_insert(needle);
            self.prepared = OnceLock::new();
        }
    }

    fn prepare(&self) -> Option<&Prepared> {
        let build = || {
            let automaton = AhoCorasick::builder()
                .match_kind(MatchKind::Standard)
                .build(self.known.keys())
                .ok()?;
            Some(Arc::new(Prepared {
                automaton,
                needles: self.known.values().cloned().collect(),
            }))
        };
        self.prepared.get_or_init(build).as_deref()
    }

    /// The worst occurrence in a text; `doubtful` learns which needles may be
    /// there by chance.
    pub(super) fn search(
        &self,
        text: &Normalized,
        reading: Reading,
        doubtful: &mut Vec<usize>,
    ) -> Result<Verdict> {
        let mut worst = Verdict::Nothing;
        if self.known.is_empty() || text.text.is_empty() {
            return Ok(worst);
        }
        let prepared = self.prepare().ok_or_else(|| {
            Error::new(ErrorKind::Limit, "too many values to look for in one file")
        })?;
        for found in prepared.automaton.find_overlapping_iter(&text.text) {
            let Some(needle) = prepared.needles.get(found.pattern().as_usize()) else {
                continue;
            };
            let place = Place {
                text,
                start: found.start(),
                end: found.end(),
            };
            let verdict = needle.judge(&place, reading);
            if verdict == Verdict::Doubt {
                doubtful.push(found.pattern().as_usize());
            }
            worst = worst.max(verdict);
            if worst == Verdict::Leak {
                break;
            }
        }
        Ok(worst)
    }
}
