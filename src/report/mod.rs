//! What a run says about itself: places and counts, never text of a document.
//!
//! The report is data; [`json`] and [`markdown`] write it. Input files are not
//! named by their real names (these hold personal data): a delivered file is
//! named as its output is, any other by a token that `deckname restore` turns
//! back for whoever holds the key.

pub mod json;
pub mod markdown;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::document::{Location, Notice, NoticeKind};
use crate::entity::EntityType;
use crate::error::{Error, ErrorKind};
use crate::token::Language;

/// The report of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// One entry per input file, in input order.
    pub files: Vec<FileReport>,
    /// What found the personal data: recognizers and the model's name.
    pub recognizers: Vec<String>,
    /// Scope within which one person has one pseudonym.
    pub scope: &'static str,
}

/// What became of one file.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// Its name as it may be shown, relative, with `/`.
    pub name: String,
    /// Its format, if it was recognized.
    pub format: Option<&'static str>,
    /// Its size in bytes.
    pub n_bytes: u64,
    /// Characters extracted, all of them examined.
    pub n_chars: u64,
    /// Mentions by type.
    pub mentions: BTreeMap<EntityType, u64>,
    /// Subjects by type.
    pub subjects: BTreeMap<EntityType, u64>,
    /// What was dropped or not examined.
    pub notices: Vec<Notice>,
    /// Places a person may want to look at.
    pub doubts: Vec<Location>,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Written, read back, and delivered.
    Delivered,
    /// Delivered by an earlier run and unchanged since.
    Unchanged,
    /// Not delivered.
    Failed {
        /// Why.
        kind: ErrorKind,
        /// Why, in words.
        what: String,
        /// Where in the file.
        place: Option<Location>,
    },
}

impl From<&Error> for Outcome {
    fn from(error: &Error) -> Self {
        Self::Failed {
            kind: error.kind(),
            what: error.what().to_owned(),
            place: error.place().copied(),
        }
    }
}

/// The sums of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Files in the input.
    pub files: u64,
    /// Delivered by this run.
    pub delivered: u64,
    /// Delivered by an earlier run.
    pub unchanged: u64,
    /// Not delivered.
    pub failed: u64,
    /// Characters examined.
    pub characters: u64,
    /// Mentions replaced.
    pub mentions: u64,
}

impl Report {
    /// The sums.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for file in &self.files {
            totals.files += 1;
            totals.characters += file.n_chars;
            match file.outcome {
                Outcome::Delivered => {
                    totals.delivered += 1;
                    totals.mentions += file.mentions.values().sum::<u64>();
                }
                Outcome::Unchanged => totals.unchanged += 1,
                Outcome::Failed { .. } => totals.failed += 1,
            }
        }
        totals
    }

    /// Mentions by type over all delivered files.
    #[must_use]
    pub fn mentions(&self) -> BTreeMap<EntityType, u64> {
        let mut sums = BTreeMap::new();
        for file in self
            .files
            .iter()
            .filter(|file| file.outcome == Outcome::Delivered)
        {
            for (entity_type, n) in &file.mentions {
                *sums.entry(*entity_type).or_insert(0) += n;
            }
        }
        sums
    }

    /// Not delivered files by reason.
    #[must_use]
    pub fn failures(&self) -> BTreeMap<ErrorKind, u64> {
        let mut sums = BTreeMap::new();
        for file in &self.files {
            if let Outcome::Failed { kind, .. } = file.outcome {
                *sums.entry(kind).or_insert(0) += 1;
            }
        }
        sums
    }

    /// Notices over all delivered files.
    #[must_use]
    pub fn notices(&self) -> Vec<Notice> {
        let mut sums: BTreeMap<_, u32> = BTreeMap::new();
        for file in self
            .files
            .iter()
            .filter(|file| file.outcome == Outcome::Delivered)
        {
            for notice in &file.notices {
                let sum = sums.entry((notice.kind, notice.what)).or_insert(0);
                *sum = sum.saturating_add(notice.n);
            }
        }
        sums.into_iter()
            .map(|((kind, what), n)| Notice { kind, what, n })
            .collect()
    }
}

/// The sentences that every report carries.
#[must_use]
pub const fn cautions(language: Language) -> [&'static str; 3] {
    match language {
        Language::De => [
            "Die Kopien sind pseudonymisiert, nicht anonymisiert: Wer den Schlüssel und den Zuordnungsspeicher hat, kann sie zurückführen; sie bleiben personenbezogene Daten (Art. 4 Nr. 5 DSGVO).",
            "Kein Verfahren findet jede Nennung. Mittelbare Angaben (Amt, Beruf, seltene Krankheit, Familienverhältnisse) können weiterhin auf eine Person hinweisen.",
            "Bilder, Handschrift und Gesichter wurden nicht untersucht; Dateien, die nicht vollständig gelesen werden konnten, wurden nicht ausgeliefert.",
        ],
        Language::En => [
            "The copies are pseudonymized, not anonymous: whoever holds the key and the mapping store can turn them back; they remain personal data (Art. 4(5) GDPR).",
            "No method finds every mention. Indirect details (office, profession, rare disease, family) may still point to a person.",
            "Pictures, handwriting and faces were not examined; files that could not be read whole were not delivered.",
        ],
    }
}

/// The reason in the report's language.
#[must_use]
pub const fn reason(kind: ErrorKind, language: Language) -> &'static str {
    let (de, en) = match kind {
        ErrorKind::Unsupported => ("Format nicht unterstützt", "format not supported"),
        ErrorKind::Broken => ("Datei beschädigt", "file damaged"),
        ErrorKind::Encrypted => ("verschlüsselt", "encrypted"),
        ErrorKind::Refused => ("nicht bereinigbarer Teil", "a part that cannot be cleaned"),
        ErrorKind::NotExamined => ("nicht vollständig lesbar", "not readable whole"),
        ErrorKind::Limit => ("Grenze überschritten", "limit exceeded"),
        ErrorKind::Recognizer => ("Erkennung fehlgeschlagen", "recognition failed"),
        ErrorKind::Blocked => ("durch Richtlinie gesperrt", "blocked by the policy"),
        ErrorKind::Leak => ("Prüfung fand Restwert", "the check found a leftover"),
        ErrorKind::Fidelity => ("Kopie weicht ab", "the copy differs"),
        ErrorKind::Io => ("Lese- oder Schreibfehler", "reading or writing failed"),
        ErrorKind::Internal => ("Programmfehler", "program error"),
        ErrorKind::Model => ("Sprachmodell fehlt", "model missing"),
        ErrorKind::Store => ("Zuordnungsspeicher", "mapping store"),
        ErrorKind::Key => ("Schlüssel", "key"),
        ErrorKind::Settings => ("Einstellungen", "settings"),
    };
    match language {
        Language::De => de,
        Language::En => en,
    }
}

/// What happened to a part, in the report's language.
#[must_use]
pub const fn happened(kind: NoticeKind, language: Language) -> &'static str {
    match (kind, language) {
        (NoticeKind::Dropped, Language::De) => "entfernt",
        (NoticeKind::Dropped, Language::En) => "dropped",
        (NoticeKind::NotExamined, Language::De) => "nicht untersucht",
        (NoticeKind::NotExamined, Language::En) => "not examined",
        (NoticeKind::Repaired, Language::De) => "repariert",
        (NoticeKind::Repaired, Language::En) => "repaired",
    }
}
