//! What is done to one file on a thread of the pool: read and examined, later
//! written and put in its place. Nothing here touches a store.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::isolate::{Away, AwayCopy};
use super::look::copy_looks_untouched;
use super::walk::{Input, stamp};
use super::{Job, Mode};
use crate::document::Location;
use crate::error::{Error, ErrorKind, Result};
use crate::fs;
use crate::mapping::journal::{Entry, Output, Stamp, State};
use crate::mapping::seal::sha256;
use crate::mapping::{Blind, SubjectKey};
use crate::pipeline::{Applied, Pipeline, Plan, Scan};
use crate::pseudonym::Pseudonyms;
use crate::report::{FileReport, Found, MAX_PLACES, Noted, Outcome, Place};

/// A file that changed this short before it was read may change again within
/// the same tick of a coarse clock (two seconds on FAT), so its time of change
/// is not trusted.
const TICK: Duration = Duration::from_secs(2);

/// A file that was read.
pub(super) struct Examined {
    /// How it looked while it was read.
    pub(super) stamp: Stamp,
    /// Keyed hash of its bytes.
    pub(super) content: [u8; 32],
    pub(super) result: Result<Examination>,
}

/// What reading a file told.
pub(super) enum Examination {
    /// The same bytes as at an earlier run, whose result still stands.
    Same,
    /// What was found.
    Scan(Held),
}

/// A file that was read and waits for its plan.
pub(super) enum Held {
    /// Here.
    Here(Box<Scan>),
    /// In a child process.
    Away(Box<Away>),
}

/// What becomes of a file.
pub(super) struct Planned {
    /// The name of the copy.
    pub(super) name: String,
    pub(super) subjects: Vec<SubjectKey>,
    /// What a report says of it, without a name.
    pub(super) report: FileReport,
    /// The plan itself, unless a child process has it.
    plan: Option<Box<Plan>>,
}

impl Held {
    /// Decides what each mention becomes.
    ///
    /// # Errors
    /// If the policy blocks the file, or the store fails.
    pub(super) fn plan(
        &mut self,
        pipeline: &Pipeline,
        pseudonyms: &mut Pseudonyms<'_>,
        scope: Blind,
    ) -> Result<Planned> {
        match self {
            Self::Here(scan) => {
                let plan = pipeline.plan(scan, pseudonyms, scope)?;
                Ok(Planned {
                    name: plan.name.clone(),
                    subjects: plan.subjects.clone(),
                    report: report_of(scan, Some(&plan), String::new(), Outcome::Delivered),
                    plan: Some(Box::new(plan)),
                })
            }
            Self::Away(away) => {
                let plan = away.plan(pseudonyms.store, scope)?;
                Ok(Planned {
                    name: plan.name,
                    subjects: plan.subjects,
                    report: plan.report,
                    plan: None,
                })
            }
        }
    }

    /// What a report says of a file that has no plan.
    pub(super) fn report(&self) -> FileReport {
        match self {
            Self::Here(scan) => report_of(scan, None, String::new(), Outcome::Delivered),
            Self::Away(away) => away.report.clone(),
        }
    }
}

/// A delivered copy.
pub(super) struct Written {
    pub(super) output: Output,
    pub(super) doubts: Vec<Place>,
}

/// Reads a file and looks for what is to be replaced.
///
/// # Errors
/// If it cannot be read.
pub(super) fn examine(job: &Job<'_>, input: &Input, known: Option<&Entry>) -> Result<Examined> {
    if let Some(kind) = input.trouble {
        return Err(Error::new(
            ErrorKind::Io,
            format!("a folder cannot be read: {kind}"),
        ));
    }
    let (bytes, stamp) = read_steady(&input.path, job.limits.max_file_size, || ())?;
    let content = job.key.blind("content", &[&sha256(&bytes)]).0;
    let same = known.is_some_and(|known| {
        known.content == content && known.settings == job.settings && stands(job, known)
    });
    let result = if same {
        Ok(Examination::Same)
    } else if let Some(children) = &job.isolation {
        let away = children.scan(&bytes, &input.name);
        away.map(|away| Examination::Scan(Held::Away(Box::new(away))))
    } else {
        guarded(|| job.pipeline.scan(bytes, &input.name))
            .map(|scan| Examination::Scan(Held::Here(Box::new(scan))))
    };
    Ok(Examined {
        stamp,
        content,
        result,
    })
}

/// Whether what an earlier run made of the same bytes still stands.
fn stands(job: &Job<'_>, known: &Entry) -> bool {
    match known.state {
        State::Delivered if job.thorough => known.output.as_ref().is_some_and(|output| {
            let bytes = fs::read(&job.output.join(&output.path), u64::MAX);
            bytes.is_ok_and(|bytes| sha256(&bytes) == output.hash)
        }),
        State::Delivered => copy_looks_untouched(job, known),
        State::Failed => job.mode != Mode::Retry,
        State::Planned | State::FailedForNow => false,
    }
}

/// Reads a file and makes sure that nobody wrote to it meanwhile. `between` is
/// called before the second look; for tests.
///
/// # Errors
/// If it cannot be read, is too large, or changed.
pub(super) fn read_steady(
    path: &Path,
    limit: u64,
    between: impl FnOnce(),
) -> Result<(Vec<u8>, Stamp)> {
    let looking = |error: std::io::Error| Error::io("looking at the file", &error);
    let before = stamp(&path.symlink_metadata().map_err(looking)?);
    let bytes = fs::read(path, limit)?;
    between();
    let mut after = stamp(&path.symlink_metadata().map_err(looking)?);
    if before != after || after.size != u64::try_from(bytes.len()).unwrap_or(u64::MAX) {
        return Err(Error::new(
            ErrorKind::Io,
            "the file changed while it was read; the next run takes it again",
        ));
    }
    let changed = SystemTime::UNIX_EPOCH.checked_add(Duration::from_nanos(
        u64::try_from(after.mtime).unwrap_or(0),
    ));
    let age = changed.and_then(|changed| SystemTime::now().duration_since(changed).ok());
    if age.is_none_or(|age| age < TICK) {
        after.mtime = 0;
    }
    Ok((bytes, after))
}

/// Writes the copy, reads it back and puts it in its place.
///
/// # Errors
/// If the copy cannot be made, is doubted, or cannot be written.
pub(super) fn deliver(
    job: &Job<'_>,
    held: &mut Held,
    planned: &Planned,
    folder: &str,
    path: &str,
) -> Result<Written> {
    let copy = match (held, &planned.plan) {
        (Held::Here(scan), Some(plan)) => {
            let applied = guarded(|| job.pipeline.apply(scan, plan, folder))?;
            AwayCopy {
                doubts: doubts(&applied),
                bytes: applied.bytes,
                text: applied.text,
            }
        }
        (Held::Away(away), _) => away.apply(folder)?,
        (Held::Here(_), None) => return Err(super::drive::lost()),
    };
    let output = put_in_place(job, path, &copy.bytes)?;
    if let Some((extension, text)) = &copy.text {
        put_in_place(job, &format!("{path}.{extension}"), text.as_bytes())?;
    }
    Ok(Written {
        output,
        doubts: copy.doubts,
    })
}

/// The places of a copy that a person may want to look at.
pub(super) fn doubts(applied: &Applied) -> Vec<Place> {
    let mut doubts = applied.doubts.clone();
    for (_, place) in &applied.residual {
        if !doubts.contains(place) {
            doubts.push(*place);
        }
    }
    doubts.iter().map(Place::from).collect()
}

/// Writes a copy that was read back under its final name.
///
/// # Errors
/// If the disk refuses, or the output folder is not there any more.
pub(super) fn put_in_place(job: &Job<'_>, path: &str, bytes: &[u8]) -> Result<Output> {
    super::tree::OutputTree::check(job.output)?;
    let target = job.output.join(path);
    if let Some(parent) = target.parent() {
        fs::make_folder(parent)?;
    }
    fs::write_replacing(&target, bytes)?;
    let meta = target
        .symlink_metadata()
        .map_err(|error| Error::io("looking at the copy", &error))?;
    Ok(Output {
        path: path.to_owned(),
        stamp: stamp(&meta),
        hash: sha256(bytes),
    })
}

/// Parsers from outside may panic; that fails the file and nothing else.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(Error::new(
            ErrorKind::Internal,
            "a parser failed on this file (a bug; please report it without the file)",
        ))
    })
}

/// What a report says about a file that was scanned and planned.
pub(super) fn report_of(
    scan: &Scan,
    plan: Option<&Plan>,
    name: String,
    outcome: Outcome,
) -> FileReport {
    let mut report = FileReport::unread(name, scan.n_bytes(), outcome);
    report.format = Some(std::borrow::Cow::Borrowed(scan.format()));
    report.n_chars = scan.n_chars();
    report.notices = scan.notices().iter().map(Noted::from).collect();
    report.ambiguous = scan.ambiguous().iter().map(Place::from).collect();
    if let Some(plan) = plan {
        report.mentions.clone_from(&plan.counts);
        report.subjects.clone_from(&plan.n_subjects);
        let found = |(key, n): (&(crate::entity::EntityType, Location), &u64)| Found {
            entity_type: key.0,
            place: Place::from(&key.1),
            n: *n,
        };
        report.places = plan.places.iter().take(MAX_PLACES).map(found).collect();
        report.n_unlisted = plan.places.values().skip(MAX_PLACES).sum();
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changes_while_it_is_read_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write_new(&path, b"eins").unwrap();
        let error = read_steady(&path, 100, || {
            fs::write_replacing(&path, b"eins und zwei").unwrap();
        })
        .unwrap_err();
        assert!(error.what().contains("changed while it was read"));
        let error = read_steady(&path, 100, || std::fs::remove_file(&path).unwrap()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        fs::write_new(&path, b"eins").unwrap();
        let (bytes, stamp) = read_steady(&path, 100, || ()).unwrap();
        assert_eq!(bytes, b"eins");
        assert_eq!(stamp, Stamp { size: 4, mtime: 0 }, "too young to trust");
    }
}
