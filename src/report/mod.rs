//! What a run says about itself: places and counts, never text of a document.
//!
//! The report is data; [`json`], [`csv`], [`html`] and [`markdown`] write it.
//! Input files are not named by their real names (these hold personal data): a
//! delivered file is named as its output is, any other by a token that
//! `deckname restore` turns back for whoever holds the key.
//!
//! What is said about single files waits in a spool on the disk, so that a
//! report of a million files needs no more memory than one of ten.

pub mod csv;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod sarif;

mod chart;
mod german;
pub mod history;
mod html_files;
mod html_sums;
pub mod spool;
mod words;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::document::{Location, Notice, NoticeKind};
use crate::entity::EntityType;
use crate::error::{Error, ErrorKind};
use crate::token::Language;

pub use german::{detail, german, known_part, place};
pub use words::{cautions, happened, measured, reason};

/// Most places of findings that are listed for one file; the rest is counted.
pub const MAX_PLACES: usize = 1_000;

/// Most folders that are told apart in the sums; the rest is one sum.
const MAX_FOLDERS: usize = 2_000;

/// The report of a run.
#[derive(Debug)]
pub struct Report {
    /// The sums.
    pub summary: Summary,
    /// What is said about each file, in input order.
    pub files: spool::Spool,
    /// What makes the run reproducible.
    pub manifest: Manifest,
    /// Sums of earlier runs and of this one, oldest first.
    pub history: Vec<history::Night>,
}

/// What kind of run it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Copies were written.
    #[default]
    Run,
    /// Files were only examined.
    Scan,
}

/// What a run worked with: two runs with equal manifests over equal input make
/// equal copies.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Manifest {
    /// Run or scan.
    pub kind: Kind,
    /// Version of the program.
    pub version: String,
    /// When it began, UTC.
    pub started: String,
    /// What found the personal data: recognizers and the model's name.
    pub recognizers: Vec<String>,
    /// SHA-256 of the model file; empty without a model.
    pub model: String,
    /// SHA-256 of the policy.
    pub policy: String,
    /// SHA-256 of the built-in rules, lists and the program's version.
    pub rules: String,
    /// SHA-256 of everything that decides how a copy looks.
    pub settings: String,
    /// Scope within which one person has one pseudonym.
    pub scope: String,
    /// Purpose or recipient.
    pub domain: String,
}

/// What became of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReport {
    /// Its name as it may be shown, relative, with `/`.
    pub name: String,
    /// Its format, if it was recognized.
    pub format: Option<Cow<'static, str>>,
    /// Its size in bytes.
    pub n_bytes: u64,
    /// Characters extracted, all of them examined.
    pub n_chars: u64,
    /// Mentions by type.
    pub mentions: BTreeMap<EntityType, u64>,
    /// Subjects by type.
    pub subjects: BTreeMap<EntityType, u64>,
    /// Where the mentions are, at most [`MAX_PLACES`].
    pub places: Vec<Found>,
    /// Mentions whose places are not listed.
    pub n_unlisted: u64,
    /// What was dropped or not examined.
    pub notices: Vec<Noted>,
    /// Places a person may want to look at: an ordinary word of the copy that is
    /// also part of a removed value, or something the recognizers still find there.
    pub doubts: Vec<Place>,
    /// Places that name somebody who could be several of the people of the file.
    pub ambiguous: Vec<Place>,
    /// What became of it.
    pub outcome: Outcome,
}

/// Mentions of one type at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What kind of data.
    pub entity_type: EntityType,
    /// Where.
    pub place: Place,
    /// How many.
    pub n: u64,
}

/// A place in a file, without text of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The part's name, English.
    pub part: Cow<'static, str>,
    /// Number of the part, paragraph, row, column; 0 where there is none.
    pub numbers: [u32; 4],
}

/// Something about a file that a report must say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Noted {
    /// What happened.
    pub kind: NoticeKind,
    /// To what, German.
    pub de: Cow<'static, str>,
    /// To what, English.
    pub en: Cow<'static, str>,
    /// How often.
    pub n: u64,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Written, read back, and delivered.
    Delivered,
    /// Delivered by an earlier run and unchanged since.
    Unchanged,
    /// Examined; no copy was asked for.
    Scanned,
    /// Not delivered.
    Failed {
        /// Why.
        kind: ErrorKind,
        /// Why, in words.
        what: Cow<'static, str>,
        /// Where in the file.
        place: Option<Place>,
    },
    /// Its source is not there any more.
    Gone {
        /// Whether its copy was removed.
        removed: bool,
    },
}

/// The sums of a report, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Files in the input.
    pub files: u64,
    /// Delivered by this run.
    pub delivered: u64,
    /// Delivered by an earlier run.
    pub unchanged: u64,
    /// Examined without a copy.
    pub scanned: u64,
    /// Not delivered.
    pub failed: u64,
    /// Copies whose source is gone.
    pub gone: u64,
    /// Characters examined.
    pub characters: u64,
    /// Bytes of the input.
    pub bytes: u64,
    /// Mentions in all files that were delivered, are unchanged or were scanned.
    pub mentions: u64,
    /// Places that a person may want to look at.
    pub review: u64,
}

/// Everything that is added up over the files.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// The sums.
    pub totals: Totals,
    /// Mentions by type.
    pub mentions: BTreeMap<EntityType, u64>,
    /// Not delivered files by reason.
    pub failures: BTreeMap<ErrorKind, u64>,
    /// What was dropped, repaired or not examined.
    pub notices: BTreeMap<(NoticeKind, Cow<'static, str>, Cow<'static, str>), u64>,
    /// Files and mentions by folder of the copies, first level.
    pub folders: BTreeMap<String, Sums>,
    /// Files and mentions by format.
    pub formats: BTreeMap<String, Sums>,
    /// Things that the whole run must say, in German and English.
    pub remarks: Vec<(String, String)>,
}

/// Sums of a group of files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sums {
    /// Files.
    pub files: u64,
    /// Not delivered.
    pub failed: u64,
    /// Mentions.
    pub mentions: u64,
}

impl Summary {
    /// Adds a file.
    pub fn add(&mut self, file: &FileReport) {
        if let Outcome::Gone { .. } = file.outcome {
            self.totals.gone += 1;
            return;
        }
        let failed = u64::from(matches!(file.outcome, Outcome::Failed { .. }));
        let n: u64 = file.mentions.values().sum();
        let totals = &mut self.totals;
        totals.files += 1;
        totals.characters += file.n_chars;
        totals.bytes += file.n_bytes;
        totals.mentions += n;
        let review = file.doubts.len() + file.ambiguous.len();
        totals.review += u64::try_from(review).unwrap_or(u64::MAX);
        match &file.outcome {
            Outcome::Delivered => totals.delivered += 1,
            Outcome::Unchanged => totals.unchanged += 1,
            Outcome::Scanned => totals.scanned += 1,
            Outcome::Failed { kind, .. } => {
                totals.failed += 1;
                *self.failures.entry(*kind).or_insert(0) += 1;
            }
            Outcome::Gone { .. } => {}
        }
        for (entity_type, n) in &file.mentions {
            *self.mentions.entry(*entity_type).or_insert(0) += n;
        }
        for notice in &file.notices {
            let key = (notice.kind, notice.de.clone(), notice.en.clone());
            *self.notices.entry(key).or_insert(0) += notice.n;
        }
        let one = Sums {
            files: 1,
            failed,
            mentions: n,
        };
        // The name of a file that is not delivered is a token without folder.
        let folder = file.name.split_once('/').map_or("", |(first, _)| first);
        let known = self.folders.len() < MAX_FOLDERS || self.folders.contains_key(folder);
        let folder = if known { folder } else { "…" };
        add(&mut self.folders, folder, one);
        add(
            &mut self.formats,
            file.format.as_deref().unwrap_or("?"),
            one,
        );
    }
}

fn add(sums: &mut BTreeMap<String, Sums>, key: &str, one: Sums) {
    if !sums.contains_key(key) {
        sums.insert(key.to_owned(), Sums::default());
    }
    if let Some(sum) = sums.get_mut(key) {
        sum.files += one.files;
        sum.failed += one.failed;
        sum.mentions += one.mentions;
    }
}

impl FileReport {
    /// A report of a file that nobody could look into.
    #[must_use]
    pub fn unread(name: String, n_bytes: u64, outcome: Outcome) -> Self {
        Self {
            name,
            format: None,
            n_bytes,
            n_chars: 0,
            mentions: BTreeMap::new(),
            subjects: BTreeMap::new(),
            places: Vec::new(),
            n_unlisted: 0,
            notices: Vec::new(),
            doubts: Vec::new(),
            ambiguous: Vec::new(),
            outcome,
        }
    }

    /// The same report of a file that is not delivered after all.
    #[must_use]
    pub fn without_copy(mut self, name: String, error: &Error) -> Self {
        self.name = name;
        self.mentions.clear();
        self.subjects.clear();
        self.places.clear();
        self.n_unlisted = 0;
        self.notices.clear();
        self.doubts.clear();
        self.ambiguous.clear();
        self.outcome = Outcome::from(error);
        self
    }
}

impl From<&Error> for Outcome {
    fn from(error: &Error) -> Self {
        Self::Failed {
            kind: error.kind(),
            what: Cow::Owned(error.what().to_owned()),
            place: error.place().map(Place::from),
        }
    }
}

impl From<&Location> for Place {
    fn from(location: &Location) -> Self {
        Self {
            part: Cow::Borrowed(location.part()),
            numbers: location.numbers(),
        }
    }
}

impl From<&Notice> for Noted {
    fn from(notice: &Notice) -> Self {
        Self {
            kind: notice.kind,
            de: Cow::Borrowed(notice.what.de),
            en: Cow::Borrowed(notice.what.en),
            n: u64::from(notice.n),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&place(self, Language::En))
    }
}

/// A number with its thousands apart: `1 234 567`, with narrow no-break spaces.
pub(crate) fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}
