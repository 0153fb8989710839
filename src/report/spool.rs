//! Where the reports of single files wait until the whole report is written:
//! one line of JSON per file, in a scratch file beside the report.
//!
//! The same line is kept in the journal, so that a file that did not change is
//! reported again without being read. A line holds no personal data: names in
//! it are names of copies, or tokens.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{FileReport, Found, Noted, Outcome, Place};
use crate::document::NoticeKind;
use crate::entity::EntityType;
use crate::error::{Error, ErrorKind, Result};
use crate::fs;

/// Reports of files, written once and read many times.
#[derive(Debug)]
pub struct Spool {
    path: PathBuf,
    writer: BufWriter<File>,
    /// What must not be let go before the reports are written: a lock.
    held: Option<Box<dyn std::any::Any + Send>>,
}

/// How a report looks on its line. Short keys: a million of them are kept, and
/// words of the program's own are not copied when it is read.
#[derive(Serialize, Deserialize)]
struct Line<'a> {
    n: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    f: Option<String>,
    b: u64,
    c: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[serde(borrow)]
    m: Vec<(&'a str, u64, u64)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[serde(borrow)]
    p: Vec<(&'a str, &'a str, [u32; 4], u64)>,
    #[serde(default, skip_serializing_if = "is_zero")]
    u: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    o: Vec<(u8, String, String, u64)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[serde(borrow)]
    d: Vec<(&'a str, [u32; 4])>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[serde(borrow)]
    a: Vec<(&'a str, [u32; 4])>,
    r: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    w: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(borrow)]
    l: Option<(&'a str, [u32; 4])>,
}

impl Spool {
    /// An empty spool in a folder. Its file is removed when the spool is dropped.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn new(folder: &Path) -> Result<Self> {
        let path = folder.join(format!("deckname-report.spool{}", fs::PART_SUFFIX));
        // A killed run may have left one.
        drop(std::fs::remove_file(&path));
        let file = fs::create_private(&path)?;
        Ok(Self {
            path,
            writer: BufWriter::new(file),
            held: None,
        })
    }

    /// Keeps something until the spool is dropped: a lock on the folder in which
    /// the reports are going to be written.
    pub fn hold(&mut self, lock: impl std::any::Any + Send) {
        self.held = Some(Box::new(lock));
    }

    /// Appends a report.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn push(&mut self, file: &FileReport) -> Result<()> {
        self.push_line(&line(file)?)
    }

    /// Appends a line that [`line()`] made.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn push_line(&mut self, line: &str) -> Result<()> {
        self.writer
            .write_all(line.as_bytes())
            .and_then(|()| self.writer.write_all(b"\n"))
            .map_err(|error| fs::writing("writing the report", &error))
    }

    /// All reports at once: for few files.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn all(&mut self) -> Result<Vec<FileReport>> {
        let mut all = Vec::new();
        self.each(|file| {
            all.push(file);
            Ok(())
        })?;
        Ok(all)
    }

    /// Calls `each` with every report, in the order in which they were pushed.
    ///
    /// # Errors
    /// If the disk refuses, or `each` fails.
    pub fn each(&mut self, mut each: impl FnMut(FileReport) -> Result<()>) -> Result<()> {
        self.writer
            .flush()
            .map_err(|error| fs::writing("writing the report", &error))?;
        let reading = |error: std::io::Error| Error::io("reading the report", &error);
        let file = File::open(&self.path).map_err(reading)?;
        for line in BufReader::new(file).lines() {
            each(parse(&line.map_err(reading)?)?)?;
        }
        Ok(())
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.path));
        drop(self.held.take());
    }
}

/// A report as a line without line end.
///
/// # Errors
/// If it cannot be written as JSON (a bug).
pub fn line(file: &FileReport) -> Result<String> {
    let (result, what, place) = match &file.outcome {
        Outcome::Delivered => ("delivered", None, None),
        Outcome::Unchanged => ("unchanged", None, None),
        Outcome::Scanned => ("scanned", None, None),
        Outcome::Gone { removed: true } => ("removed", None, None),
        Outcome::Gone { removed: false } => ("gone", None, None),
        Outcome::Failed { kind, what, place } => {
            let place = place.as_ref().map(pair);
            (kind.code(), Some(what.to_string()), place)
        }
    };
    let subjects = |entity_type| file.subjects.get(entity_type).copied().unwrap_or(0);
    let line = Line {
        n: file.name.clone(),
        f: file.format.as_ref().map(ToString::to_string),
        b: file.n_bytes,
        c: file.n_chars,
        m: file
            .mentions
            .iter()
            .map(|(entity_type, n)| (entity_type.name(), *n, subjects(entity_type)))
            .collect(),
        p: file.places.iter().map(found).collect(),
        u: file.n_unlisted,
        o: file.notices.iter().map(noted).collect(),
        d: file.doubts.iter().map(pair).collect(),
        a: file.ambiguous.iter().map(pair).collect(),
        r: result.to_owned(),
        w: what,
        l: place,
    };
    serde_json::to_string(&line)
        .map_err(|_| Error::new(ErrorKind::Internal, "the report cannot be written"))
}

/// The line of a delivered file as that of an unchanged one. In a line's texts
/// quotation marks are escaped, so the words can only stand where they mean it.
#[must_use]
pub fn unchanged(line: &str) -> String {
    line.replace("\"r\":\"delivered\"", "\"r\":\"unchanged\"")
}

/// The report on a line.
///
/// # Errors
/// If it is no such line.
pub fn parse(line: &str) -> Result<FileReport> {
    let line: Line<'_> = serde_json::from_str(line).map_err(|_| damaged())?;
    let outcome = match line.r.as_str() {
        "delivered" => Outcome::Delivered,
        "unchanged" => Outcome::Unchanged,
        "scanned" => Outcome::Scanned,
        "removed" => Outcome::Gone { removed: true },
        "gone" => Outcome::Gone { removed: false },
        code => Outcome::Failed {
            kind: ErrorKind::parse(code).ok_or_else(damaged)?,
            what: Cow::Owned(line.w.unwrap_or_default()),
            place: line.l.map(unpair),
        },
    };
    let mut mentions = BTreeMap::new();
    let mut subjects = BTreeMap::new();
    for (name, n, n_subjects) in line.m {
        let entity_type = EntityType::parse(name).ok_or_else(damaged)?;
        mentions.insert(entity_type, n);
        if n_subjects > 0 {
            subjects.insert(entity_type, n_subjects);
        }
    }
    let unfound = |(name, part, numbers, n): (&str, &str, [u32; 4], u64)| {
        let entity_type = EntityType::parse(name)?;
        let place = unpair((part, numbers));
        Some(Found {
            entity_type,
            place,
            n,
        })
    };
    let unnoted = |(kind, de, en, n): (u8, String, String, u64)| Noted {
        kind: match kind {
            0 => NoticeKind::Dropped,
            1 => NoticeKind::NotExamined,
            _ => NoticeKind::Repaired,
        },
        de: Cow::Owned(de),
        en: Cow::Owned(en),
        n,
    };
    Ok(FileReport {
        name: line.n,
        format: line.f.map(Cow::Owned),
        n_bytes: line.b,
        n_chars: line.c,
        mentions,
        subjects,
        places: line
            .p
            .into_iter()
            .map(unfound)
            .collect::<Option<_>>()
            .ok_or_else(damaged)?,
        n_unlisted: line.u,
        notices: line.o.into_iter().map(unnoted).collect(),
        doubts: line.d.into_iter().map(unpair).collect(),
        ambiguous: line.a.into_iter().map(unpair).collect(),
        outcome,
    })
}

fn found(found: &Found) -> (&str, &str, [u32; 4], u64) {
    let (part, numbers) = pair(&found.place);
    (found.entity_type.name(), part, numbers, found.n)
}

fn noted(noted: &Noted) -> (u8, String, String, u64) {
    let kind = match noted.kind {
        NoticeKind::Dropped => 0,
        NoticeKind::NotExamined => 1,
        NoticeKind::Repaired => 2,
    };
    (kind, noted.de.to_string(), noted.en.to_string(), noted.n)
}

fn pair(place: &Place) -> (&str, [u32; 4]) {
    (&place.part, place.numbers)
}

fn unpair((part, numbers): (&str, [u32; 4])) -> Place {
    let known = super::known_part(part).map(Cow::Borrowed);
    Place {
        part: known.unwrap_or_else(|| Cow::Owned(part.to_owned())),
        numbers,
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_zero(n: &u64) -> bool {
    *n == 0
}

fn damaged() -> Error {
    Error::new(
        ErrorKind::Store,
        "a line of the journal is damaged or of another version; remove the journal, and every file is done once more",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_reads_back() {
        let place = Place {
            part: Cow::Borrowed("page"),
            numbers: [2, 3, 0, 0],
        };
        let mut file = FileReport {
            name: "Akte/Brief [PERSON].pdf".into(),
            format: Some(Cow::Borrowed("pdf")),
            n_bytes: 10,
            n_chars: 7,
            mentions: BTreeMap::from([(EntityType::Person, 3)]),
            subjects: BTreeMap::from([(EntityType::Person, 1)]),
            places: vec![Found {
                entity_type: EntityType::Person,
                place: place.clone(),
                n: 3,
            }],
            n_unlisted: 4,
            notices: vec![Noted {
                kind: NoticeKind::Repaired,
                de: Cow::Borrowed("Verweise"),
                en: Cow::Borrowed("references"),
                n: 2,
            }],
            doubts: vec![place.clone()],
            ambiguous: vec![place.clone()],
            outcome: Outcome::Delivered,
        };
        assert_eq!(parse(&line(&file).unwrap()).unwrap(), file);
        for outcome in [
            Outcome::Unchanged,
            Outcome::Scanned,
            Outcome::Gone { removed: true },
            Outcome::Gone { removed: false },
            Outcome::Failed {
                kind: ErrorKind::Leak,
                what: Cow::Borrowed("etwas"),
                place: Some(place),
            },
        ] {
            file.outcome = outcome;
            assert_eq!(parse(&line(&file).unwrap()).unwrap(), file);
        }
        assert!(parse("{}").is_err());
        file.outcome = Outcome::Delivered;
        file.name = "a\",\"r\":\"delivered\"".into();
        let again = parse(&unchanged(&line(&file).unwrap())).unwrap();
        file.outcome = Outcome::Unchanged;
        assert_eq!(again, file);
    }

    #[test]
    fn a_spool_gives_back_what_it_got_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::new(folder.path()).unwrap();
        for n in 0..5 {
            let report = FileReport::unread(n.to_string(), n, Outcome::Scanned);
            spool.push(&report).unwrap();
        }
        let mut names = String::new();
        for _ in 0..2 {
            spool
                .each(|file| {
                    names.push_str(&file.name);
                    Ok(())
                })
                .unwrap();
        }
        assert_eq!(names, "0123401234");
        drop(spool);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
