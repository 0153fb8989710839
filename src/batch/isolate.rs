//! Files in child processes: a file that crashes its parser, eats all memory or
//! never ends takes only its own child with it.
//!
//! Starting a child means loading a model, so children are kept and used again;
//! one that died is replaced when the next file comes. A child reads, plans and
//! writes one file; it opens no file but the program's own, keeps no store and
//! names no output: the run hands it bytes, answers its questions to the store
//! when the file's turn has come, and puts the copy in its place. A child that a
//! file took over could still lie about this file and the ones after it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::child::{Child, Gone, Launch};
use super::wire::{Ask, Spot, Told};
use crate::document::Location;
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{Blind, MappingStore, SubjectKey};
use crate::pipeline::Emit;
use crate::report::{self, FileReport, Place, spool};

/// Children that may wait with a finished file for their turn, besides one per job.
const SPARE: usize = 2;

/// The child processes of a run.
pub struct Children {
    launch: Launch,
    idle: Mutex<Vec<Child>>,
}

/// A file that a child read and keeps until its copy is written.
pub(super) struct Away {
    children: Arc<Children>,
    /// `None` once it died.
    child: Option<Child>,
    /// How long it may still work on this file.
    left: Duration,
    /// What reading the file told.
    pub(super) report: FileReport,
}

/// What a child decided about a file.
pub(super) struct AwayPlan {
    /// The name of the copy.
    pub(super) name: String,
    pub(super) subjects: Vec<SubjectKey>,
    pub(super) report: FileReport,
}

/// A copy that a child wrote and read back.
pub(super) struct AwayCopy {
    pub(super) bytes: Vec<u8>,
    pub(super) doubts: Vec<Place>,
    pub(super) text: Option<(&'static str, String)>,
}

impl Children {
    /// Children that are started when they are needed.
    #[must_use]
    pub fn new(launch: Launch) -> Arc<Self> {
        Arc::new(Self {
            launch,
            idle: Mutex::new(Vec::new()),
        })
    }

    /// How many files may be in the house at once, when each holds a child from
    /// the moment it is read until its copy is written.
    pub(super) const fn seats(n_jobs: usize) -> usize {
        n_jobs + SPARE
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Child>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn child(&self) -> Result<Child> {
        let idle = self.idle().pop();
        idle.map_or_else(|| Child::start(&self.launch), Ok)
    }

    /// Has a child examine a file for a report.
    ///
    /// # Errors
    /// If it cannot, or dies over it.
    pub(super) fn survey(
        self: &Arc<Self>,
        bytes: &[u8],
        name: &str,
        folders: &[String],
    ) -> Result<FileReport> {
        let ask = Ask::Survey {
            name: name.to_owned(),
            folders: folders.to_owned(),
        };
        self.read(&ask, bytes).map(|away| away.report.clone())
    }

    /// Has a child read a file.
    ///
    /// # Errors
    /// If it cannot, or dies over it.
    pub(super) fn scan(self: &Arc<Self>, bytes: &[u8], name: &str) -> Result<Away> {
        let name = name.to_owned();
        self.read(&Ask::Scan { name }, bytes)
    }

    fn read(self: &Arc<Self>, ask: &Ask, bytes: &[u8]) -> Result<Away> {
        let n_bytes = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let mut away = Away {
            children: Arc::clone(self),
            child: Some(self.child()?),
            left: self.launch.timeout,
            report: FileReport::unread(String::new(), n_bytes, report::Outcome::Delivered),
        };
        match away.ask(ask, bytes, None)? {
            (Told::Scanned { report }, _) => away.report = away.parse(&report)?,
            _ => return Err(away.disown()),
        }
        Ok(away)
    }
}

impl Away {
    /// Decides what each mention becomes.
    ///
    /// # Errors
    /// If the policy blocks the file, the store fails, or the child dies.
    pub(super) fn plan(&mut self, store: &mut dyn MappingStore, scope: Blind) -> Result<AwayPlan> {
        match self.ask(&Ask::Plan { scope: scope.0 }, &[], Some(store))? {
            (
                Told::Planned {
                    name,
                    subjects,
                    report,
                },
                _,
            ) if is_plain(&name) => Ok(AwayPlan {
                name,
                subjects: subjects.into_iter().map(SubjectKey).collect(),
                report: self.parse(&report)?,
            }),
            _ => Err(self.disown()),
        }
    }

    /// Writes the copy and reads it back.
    ///
    /// # Errors
    /// If the copy cannot be made, is doubted, or the child dies.
    pub(super) fn apply(&mut self, folder: &str) -> Result<AwayCopy> {
        let folder = folder.to_owned();
        match self.ask(&Ask::Apply { folder }, &[], None)? {
            (Told::Applied { doubts, text }, bytes) => Ok(AwayCopy {
                bytes,
                doubts: doubts.into_iter().map(unspot).collect(),
                text: match text.map(known_text) {
                    Some(Some(text)) => Some(text),
                    None => None,
                    Some(None) => return Err(self.disown()),
                },
            }),
            _ => Err(self.disown()),
        }
    }

    fn ask(
        &mut self,
        ask: &Ask,
        bytes: &[u8],
        store: Option<&mut dyn MappingStore>,
    ) -> Result<(Told, Vec<u8>)> {
        let child = self.child.as_mut().ok_or_else(nonsense)?;
        let began = Instant::now();
        let told = child.exchange(ask, bytes, began + self.left, store);
        self.left = self.left.saturating_sub(began.elapsed());
        match told {
            Ok((Told::Failed { kind, what, place }, _)) => Err(failure(&kind, what, place)),
            Ok(told) => Ok(told),
            Err(gone) => Err(self.bury(gone)),
        }
    }

    fn parse(&mut self, line: &str) -> Result<FileReport> {
        spool::parse(line).map_err(|_| self.disown())
    }

    /// A child that talks nonsense is not used again.
    fn disown(&mut self) -> Error {
        drop(self.child.take());
        nonsense()
    }

    fn bury(&mut self, gone: Gone) -> Error {
        match self.child.take() {
            Some(child) => child.bury(gone, &self.children.launch),
            None => nonsense(),
        }
    }
}

impl Drop for Away {
    fn drop(&mut self) {
        if let Some(child) = self.child.take() {
            self.children.idle().push(child);
        }
    }
}

impl fmt::Debug for Children {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Children")
            .field("timeout", &self.launch.timeout)
            .field("memory", &self.launch.memory)
            .finish_non_exhaustive()
    }
}

/// An error as a child tells it. A kind that ends a run is not the child's to say.
fn failure(kind: &str, what: String, place: Option<Spot>) -> Error {
    let kind = ErrorKind::parse(kind).filter(|kind| !kind.is_fatal());
    let error = Error::new(kind.unwrap_or(ErrorKind::Internal), what);
    match place.and_then(location) {
        Some(place) => error.at(place),
        None => error,
    }
}

/// A place as errors know it; `None` if no part is called so.
fn location((part, [number, paragraph, row, column]): Spot) -> Option<Location> {
    let location = Location::new(report::known_part(&part)?);
    Some(
        location
            .number(number)
            .paragraph(paragraph)
            .cell(row, column),
    )
}

/// A place as a report knows it; a part that the program does not know by this
/// name could be text of the document.
pub(super) fn unspot((part, numbers): Spot) -> Place {
    Place {
        part: report::known_part(&part).unwrap_or("file").into(),
        numbers,
    }
}

pub(super) fn spot(place: &Place) -> Spot {
    (place.part.clone().into_owned(), place.numbers)
}

/// Whether a name can only be that of a file in its folder.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name != "."
        && name != ".."
        && !name.contains(['/', '\\', '\0'])
        && name.len() < 256
}

/// The text beside a copy, if its ending is one of ours.
fn known_text((extension, text): (String, String)) -> Option<(&'static str, String)> {
    let known = [Emit::Text, Emit::Markdown, Emit::Jsonl].map(Emit::extension);
    let known = known.into_iter().find(|known| *known == extension)?;
    Some((known, text))
}

fn nonsense() -> Error {
    Error::new(
        ErrorKind::Internal,
        "the child process that worked on this file said something that makes no sense",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_child_says_is_not_trusted() {
        for name in ["", "..", "../a.txt", "a/b", "a\\b", "/etc/passwd", "a\0"] {
            assert!(!is_plain(name), "{name}");
        }
        assert!(is_plain("Brief [PERSON].txt"));
        assert!(known_text(("/../../x".into(), String::new())).is_none());
        assert!(known_text(("txt".into(), String::new())).is_some());
        let error = failure("settings", "x".into(), None);
        assert!(!error.kind().is_fatal(), "a child ends no run");
        let error = failure("broken", "x".into(), Some(("page".into(), [2, 3, 0, 0])));
        assert_eq!(error.to_string(), "x (page 2, paragraph 3)");
        let error = failure("broken", "x".into(), Some(("Erika".into(), [2, 3, 0, 0])));
        assert_eq!(error.to_string(), "x", "no text of a child as a place");
    }
}
