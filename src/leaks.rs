//! The leak corpus: small files that each hold one invented name in one of the
//! places where names survive a careless redaction, and what a run makes of
//! them. The scoreboard in `docs/reference/leaks.md` is written from here.
//!
//! The corpus says what stands where (`manifest.toml`); this room runs the main
//! job over it, with the names on a deny list, and looks whether any of them
//! came through. What counts as "came through" is decided by [`crate::verify`]
//! here and by a decoder of its own in `tests/leaks.rs`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;

use crate::batch::{self, Deleted, Job, Limits, Mode, Scope};
use crate::detect::{self, Recognizer};
use crate::document::{Document, NoticeKind};
use crate::entity::{EntityType, Finding, Score};
use crate::error::{Error, ErrorKind, Result};
use crate::format::ReadOptions;
use crate::fs;
use crate::mapping::journal::Journal;
use crate::mapping::seal::{self, BatchKey};
use crate::mapping::sqlite::SqliteStore;
use crate::pipeline::Pipeline;
use crate::policy::Policy;
use crate::progress::Silent;
use crate::report::{FileReport, Outcome};
use crate::token::Language;
use crate::verify::{self, Needles, channels};

/// Largest manifest, in bytes: a few hundred files take a hundred kilobytes.
const MAX_MANIFEST: u64 = 4 << 20;
/// Largest file of the corpus, in bytes.
const MAX_FILE: u64 = 4 << 20;

/// One file of the corpus.
#[derive(Clone, Debug, Deserialize)]
pub struct Case {
    /// Its path below `files/`.
    pub file: String,
    /// The channel, a line of LEAKS.
    pub line: u16,
    /// The invented name.
    pub canary: String,
    /// Where it stands.
    #[serde(rename = "where")]
    pub place: String,
    /// What kind of place that is.
    pub kind: Kind,
}

/// What kind of place a canary stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The document says it; whoever replaces names must replace it here.
    Text,
    /// It stands beside the text: metadata, leftovers, structure.
    Beside,
    /// Only pixels or outlines show it.
    Picture,
    /// No reader can open the file, or none may.
    Whole,
}

#[derive(Deserialize)]
struct Manifest {
    file: Vec<Case>,
}

/// What a run made of one file.
#[derive(Clone, Debug)]
pub struct Row {
    /// The file.
    pub case: Case,
    /// What became of it.
    pub fate: Fate,
    /// The delivered bytes.
    pub output: Option<Vec<u8>>,
    /// The delivered path, below the output folder.
    pub name: Option<String>,
}

/// What became of a canary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Delivered; the name was read and replaced.
    Replaced,
    /// Delivered without the part in which it stood.
    Dropped,
    /// Delivered with a picture that nobody read, and the report says so.
    NotExamined,
    /// Not delivered, and the report says why.
    Refused(ErrorKind, String),
    /// Left out: a lock file of a program, no document.
    Skipped,
    /// Delivered with the name in it.
    Leaked,
}

impl Fate {
    const fn words(&self) -> &'static str {
        match self {
            Self::Replaced => "replaced",
            Self::Dropped => "dropped",
            Self::NotExamined => "reported as not examined",
            Self::Refused(..) => "refused",
            Self::Skipped => "left out",
            Self::Leaked => "**LEAKED**",
        }
    }
}

/// Reads what stands where in a corpus.
///
/// # Errors
/// If the manifest is missing or is none.
pub fn read(corpus: &Path) -> Result<Vec<Case>> {
    let bytes = fs::read(&corpus.join("manifest.toml"), MAX_MANIFEST)?;
    let wrong = || {
        Error::new(
            ErrorKind::Settings,
            "manifest.toml is no list of leak files",
        )
    };
    let text = String::from_utf8(bytes).map_err(|_| wrong())?;
    let manifest: Manifest = toml::from_str(&text).map_err(|_| wrong())?;
    Ok(manifest.file)
}

/// Runs the main job over a corpus. `scratch` is a new folder for keys, store
/// and copies; the caller removes it.
///
/// # Errors
/// If the corpus cannot be read or the scratch folder cannot be written.
pub fn run(corpus: &Path, scratch: &Path) -> Result<Vec<Row>> {
    let mut cases = read(corpus)?;
    // As the job walks: the files of a folder, then its folders, by name.
    let order = |case: &Case| -> Vec<(bool, String)> {
        let n = case.file.matches('/').count();
        let parts = case.file.split('/').map(str::to_owned);
        parts.enumerate().map(|(at, part)| (at < n, part)).collect()
    };
    cases.sort_by_cached_key(order);
    let (skipped, cases): (Vec<Case>, Vec<Case>) =
        cases.into_iter().partition(|case| is_lock(&case.file));
    let output = scratch.join("out");
    let reports = job(corpus, scratch, &output, &cases)?;
    if reports.len() != cases.len() {
        let what = "the corpus holds other files than its manifest; run make.py";
        return Err(Error::new(ErrorKind::Settings, what));
    }
    let mut rows = Vec::new();
    for (case, report) in cases.into_iter().zip(reports) {
        rows.push(row(case, &report, &output)?);
    }
    rows.extend(skipped.into_iter().map(|case| Row {
        case,
        fate: Fate::Skipped,
        output: None,
        name: None,
    }));
    rows.sort_by(|a, b| (a.case.line, &a.case.file).cmp(&(b.case.line, &b.case.file)));
    Ok(rows)
}

fn is_lock(file: &str) -> bool {
    file.starts_with("~$")
}

fn job(corpus: &Path, scratch: &Path, output: &Path, cases: &[Case]) -> Result<Vec<FileReport>> {
    let mut recognizers = detect::standard()?;
    let canaries = cases.iter().map(|case| fold(&case.canary)).collect();
    recognizers.push(Box::new(Canaries { canaries }));
    let pipeline = Pipeline::new(recognizers, Policy::default(), ReadOptions::default());
    let (keys, store) = (scratch.join("keys"), scratch.join("store"));
    seal::create(&keys)?;
    let key = BatchKey::open(&keys)?;
    fs::make_folder(&store)?;
    let mut journal = Journal::open(&store.join("m.sqlite.journal"))?;
    let mut store = SqliteStore::open(&store.join("m.sqlite"), key.fingerprint(), key.public_id())?;
    let job = Job {
        pipeline: &pipeline,
        key: &key,
        input: &corpus.join("files"),
        output,
        domain: "leaks",
        language: Language::De,
        scope: Scope::Document,
        limits: Limits {
            n_jobs: 2,
            memory: 1 << 30,
            max_file_size: MAX_FILE,
        },
        mode: Mode::Run,
        thorough: false,
        deleted: Deleted::Keep,
        settings: [0; 16],
        isolation: None,
    };
    let (_, mut files) = batch::run(&job, &mut store, &mut journal, &Silent)?;
    files.all()
}

fn row(case: Case, report: &FileReport, output: &Path) -> Result<Row> {
    if let Outcome::Failed { kind, what, .. } = &report.outcome {
        return Ok(Row {
            fate: Fate::Refused(*kind, what.to_string()),
            output: None,
            name: None,
            case,
        });
    }
    let bytes = fs::read(&output.join(&report.name), u64::MAX)?;
    let mut needles = Needles::new();
    needles.value(EntityType::Person, &case.canary);
    let is_there = needles.touches_name(&report.name)
        || verify::check_bytes(&bytes, &needles)
            .is_err_and(|error| error.kind() == ErrorKind::Leak);
    let unread = report
        .notices
        .iter()
        .any(|notice| notice.kind == NoticeKind::NotExamined);
    // An address with the name in it is replaced as an address.
    let was_replaced = report.mentions.contains_key(&EntityType::ListEntry)
        || (case.kind == Kind::Text && !report.mentions.is_empty());
    let fate = if is_there {
        Fate::Leaked
    } else if case.kind == Kind::Picture {
        // Who keeps a picture and says nothing has not done the work.
        if unread {
            Fate::NotExamined
        } else {
            Fate::Leaked
        }
    } else if was_replaced {
        Fate::Replaced
    } else {
        Fate::Dropped
    };
    Ok(Row {
        case,
        fate,
        output: Some(bytes),
        name: Some(report.name.clone()),
    })
}

/// The scoreboard: a table of channels and what became of their files.
#[must_use]
pub fn scoreboard(rows: &[Row]) -> String {
    let mut lines: BTreeMap<u16, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        lines.entry(row.case.line).or_default().push(row);
    }
    let count = |wanted: fn(&Fate) -> bool| rows.iter().filter(|row| wanted(&row.fate)).count();
    let mut out = format!(
        "{} files on {} channels: {} replaced, {} dropped, {} reported as not examined, {} refused, {} left out, {} leaked\n\n",
        rows.len(),
        lines.len(),
        count(|fate| *fate == Fate::Replaced),
        count(|fate| *fate == Fate::Dropped),
        count(|fate| *fate == Fate::NotExamined),
        count(|fate| matches!(fate, Fate::Refused(..))),
        count(|fate| *fate == Fate::Skipped),
        count(|fate| *fate == Fate::Leaked),
    );
    out.push_str("| channel | file | where the name stands | what becomes of it |\n| --- | --- | --- | --- |\n");
    for (line, rows) in lines {
        for row in rows {
            let file = row.case.file.replace(&row.case.canary, "…");
            let why = if let Fate::Refused(_, what) = &row.fate {
                format!(": {what}")
            } else {
                String::new()
            };
            // Writing to a string cannot fail.
            writeln!(
                out,
                "| {} {} | `{file}` | {} | {}{why} |",
                channels::code(line),
                channels::title(line, Language::En),
                row.case.place,
                row.fate.words(),
            )
            .unwrap_or_default();
        }
    }
    out
}

/// The corpus's own deny list. It finds a name with anything between its
/// letters that is none: what is tested is the writer, not the finder.
#[derive(Debug)]
struct Canaries {
    canaries: Vec<String>,
}

impl Recognizer for Canaries {
    fn name(&self) -> &'static str {
        "canaries"
    }

    fn entity_types(&self) -> Vec<EntityType> {
        vec![EntityType::ListEntry]
    }

    fn detect(&self, document: &Document) -> Result<Vec<Finding>> {
        let mut found = Vec::new();
        for (index, segment) in document.segments().iter().enumerate() {
            let (folded, places) = folded(segment.text());
            for canary in &self.canaries {
                for (at, _) in folded.match_indices(canary.as_str()) {
                    let last = at + canary.len() - 1;
                    let (Some((start, _)), Some((_, end))) = (places.get(at), places.get(last))
                    else {
                        continue;
                    };
                    if let Some(span) = document.span(index, *start, *end) {
                        found.push(Finding {
                            span,
                            entity_type: EntityType::ListEntry,
                            score: Score::new(1.0),
                            recognizer: self.name(),
                        });
                    }
                }
            }
        }
        Ok(found)
    }
}

fn fold(text: &str) -> String {
    folded(text).0
}

/// Letters only, lower case, umlauts without dots; and for each byte the place
/// it comes from.
fn folded(text: &str) -> (String, Vec<(usize, usize)>) {
    let mut out = String::new();
    let mut places = Vec::new();
    for (at, letter) in text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
        for lower in letter.to_lowercase() {
            let plain = if lower == 'ü' { 'u' } else { lower };
            out.push(plain);
            places.extend(std::iter::repeat_n(
                (at, at + letter.len_utf8()),
                plain.len_utf8(),
            ));
        }
    }
    (out, places)
}

#[cfg(test)]
mod mutation;
