//! Looking without writing: what personal data lies where, without a copy, a
//! mapping store or a key.
//!
//! Files are reported under their own names with what was found in these
//! names replaced by labels; a file that could not be read is reported by its
//! number, because nobody knows what its name gives away.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crossbeam::channel::{Sender, unbounded};

use super::Limits;
use super::budget::{Budget, cost};
use super::drive::lost;
use super::isolate::Children;
use super::naming::{join, known_extension};
use super::tree::OutputTree;
use super::walk::{Input, Walk};
use super::work::{guarded, read_steady};
use crate::error::{Error, ErrorKind, Result};
use crate::pipeline::Pipeline;
use crate::progress::{Event, Progress};
use crate::report::spool::Spool;
use crate::report::{FileReport, Found, MAX_PLACES, Noted, Outcome, Place, Summary};
use crate::token::Language;

/// What a scan works with.
#[derive(Debug)]
pub struct Survey<'a> {
    /// The stages.
    pub pipeline: &'a Pipeline,
    /// The folder, or the one file, to read.
    pub input: &'a Path,
    /// The folder for the report.
    pub output: &'a Path,
    /// Language of labels.
    pub language: Language,
    /// How much the scan may take.
    pub limits: Limits,
    /// Child processes that do the work, if each file is to have one.
    pub isolation: Option<Arc<Children>>,
}

/// Examines every file. `named` is told each file's name in the report and its
/// real path; who keeps these keeps personal data.
///
/// # Errors
/// If nothing can be done at all; a failing file is in the report instead.
pub fn scan(
    survey: &Survey<'_>,
    progress: &dyn Progress,
    mut named: impl FnMut(&str, &Path) -> Result<()>,
) -> Result<(Summary, Spool)> {
    let mut walk = Walk::new(survey.input, survey.output)?;
    let lock = OutputTree::open(survey.output)?;
    let mut spool = Spool::new(survey.output)?;
    spool.hold(lock);
    let mut summary = Summary::default();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(survey.limits.n_jobs.max(1))
        .build()
        .map_err(|_| Error::new(ErrorKind::Io, "the system gives no threads"))?;
    let (send, receive) = unbounded();
    let mut budget = Budget::new(survey.limits.memory, survey.limits.n_jobs);
    let (mut upcoming, mut next, mut next_report) = (None, 0_usize, 0_usize);
    let mut done: BTreeMap<usize, (Input, FileReport)> = BTreeMap::new();
    pool.in_place_scope(|scope| -> Result<()> {
        loop {
            while let Some(input) = upcoming.take().or_else(|| walk.next()) {
                if !budget.enter(cost(&input)) {
                    upcoming = Some(input);
                    break;
                }
                let (send, number): (Sender<_>, usize) = (send.clone(), next);
                next += 1;
                scope.spawn(move |_| {
                    let report = examine(survey, &input, number);
                    // The receiver is gone only when the scan ended early.
                    drop(send.send((number, input, report)));
                });
            }
            if budget.is_empty() {
                return Ok(());
            }
            let (number, input, report) = receive.recv().map_err(|_| lost())?;
            budget.leave(cost(&input));
            done.insert(number, (input, report));
            while let Some((input, report)) = done.remove(&next_report) {
                next_report += 1;
                let failure = match report.outcome {
                    Outcome::Failed { kind, .. } => Some(kind),
                    Outcome::Delivered
                    | Outcome::Unchanged
                    | Outcome::Scanned
                    | Outcome::Gone { .. } => None,
                };
                let n_bytes = input.stamp.size;
                progress.on(Event::Done { n_bytes, failure });
                summary.add(&report);
                spool.push(&report)?;
                named(&report.name, &input.relative)?;
            }
        }
    })?;
    Ok((summary, spool))
}

/// The report of one file.
fn examine(survey: &Survey<'_>, input: &Input, number: usize) -> FileReport {
    match look_into(survey, input) {
        Ok(report) => report,
        Err(error) => {
            let dotted = known_extension(&input.name).unwrap_or_default();
            let name = match survey.language {
                Language::De => format!("[DATEI_{}]{dotted}", number + 1),
                Language::En => format!("[FILE_{}]{dotted}", number + 1),
            };
            FileReport::unread(name, input.stamp.size, Outcome::from(&error))
        }
    }
}

fn look_into(survey: &Survey<'_>, input: &Input) -> Result<FileReport> {
    if let Some(kind) = input.trouble {
        return Err(Error::new(
            ErrorKind::Io,
            format!("a folder cannot be read: {kind}"),
        ));
    }
    let (bytes, _) = read_steady(&input.path, survey.limits.max_file_size, || ())?;
    match &survey.isolation {
        Some(children) => children.survey(&bytes, &input.name, &input.folders),
        None => guarded(|| {
            survey_of(
                survey.pipeline,
                bytes,
                &input.name,
                &input.folders,
                survey.language,
            )
        }),
    }
}

/// What a report of a scan says of a file.
///
/// # Errors
/// If it cannot be read whole, or a recognizer fails.
pub(super) fn survey_of(
    pipeline: &Pipeline,
    bytes: Vec<u8>,
    name: &str,
    folders: &[String],
    language: Language,
) -> Result<FileReport> {
    let scan = pipeline.scan(bytes, name)?;
    let found = pipeline.survey(&scan, language)?;
    let mut folder = String::new();
    for name in folders {
        folder = join(&folder, &pipeline.masked(name, language)?);
    }
    let name = join(&folder, &found.name);
    let mut report = FileReport::unread(name, scan.n_bytes(), Outcome::Scanned);
    report.format = Some(std::borrow::Cow::Borrowed(scan.format()));
    report.n_chars = scan.n_chars();
    report.notices = scan.notices().iter().map(Noted::from).collect();
    report.ambiguous = scan.ambiguous().iter().map(Place::from).collect();
    report.mentions = found.counts;
    report.subjects = found.n_subjects;
    report.n_unlisted = found.places.values().skip(MAX_PLACES).sum();
    let listed = found.places.into_iter().take(MAX_PLACES);
    report.places = listed
        .map(|((entity_type, location), n)| Found {
            entity_type,
            place: Place::from(&location),
            n,
        })
        .collect();
    Ok(report)
}
