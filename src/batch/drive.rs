//! The loop of a run: files are fed to the pool, planned in input order on the
//! calling thread, handed back to the pool to be written, and noted.
//!
//! Plans that are ready together share one commit of the store and one of the
//! journal; only then do their copies become visible.

use std::collections::{BTreeMap, HashMap, VecDeque};

use crossbeam::channel::{Receiver, Sender};

use super::budget::{Budget, cost};
use super::isolate::Children;
use super::look::{Look, Looker, Place};
use super::walk::{Input, Walk};
use super::work::{Examination, Examined, Held, Planned, Written, deliver, examine};
use super::{Job, Mode};
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::journal::{Entry, Journal, Output, Stamp, State, Tree};
use crate::mapping::{MappingStore, SubjectKey};
use crate::progress::{Event, Progress};
use crate::report::spool::{self, Spool};
use crate::report::{FileReport, Outcome, Summary};

/// Reports that may wait for an earlier file's report.
const MAX_WAITING: usize = 4_096;

/// What comes back from the pool.
pub(super) enum Message {
    Examined(usize, Result<Examined>),
    Written(usize, Result<Written>),
}

/// A file in the house.
struct Guest {
    input: Input,
    known: Option<Entry>,
    place: Place,
    cost: u64,
    stamp: Stamp,
    content: [u8; 32],
    report: Option<FileReport>,
    former: Vec<String>,
    /// Who is in it, as the store knows them.
    subjects: Vec<SubjectKey>,
}

/// A file whose plan waits for the commit.
struct Ready {
    ticket: usize,
    held: Held,
    planned: Planned,
    folder: String,
    path: String,
}

/// A run and everything it knows.
pub(super) struct Run<'a, 'b> {
    pub(super) job: &'a Job<'b>,
    pub(super) store: &'a mut dyn MappingStore,
    pub(super) journal: &'a mut Journal,
    pub(super) tree: Tree,
    pub(super) progress: &'a dyn Progress,
    pub(super) spool: Spool,
    pub(super) summary: Summary,
    pub(super) looker: Looker,
    /// Whether a folder could not be read, so that missing files mean nothing.
    pub(super) trouble: bool,
    /// Files that are left for another run.
    pub(super) n_later: u64,
    budget: Budget,
    upcoming: Option<(Input, Place, Option<Entry>)>,
    guests: HashMap<usize, Guest>,
    to_plan: VecDeque<usize>,
    examined: HashMap<usize, Result<Examined>>,
    /// Finished reports by ticket, until those before them are finished.
    reports: BTreeMap<usize, (FileReport, String)>,
    next_ticket: usize,
    next_report: usize,
}

impl<'a, 'b> Run<'a, 'b> {
    pub(super) fn new(
        job: &'a Job<'b>,
        store: &'a mut dyn MappingStore,
        journal: &'a mut Journal,
        tree: Tree,
        progress: &'a dyn Progress,
    ) -> Result<Self> {
        Ok(Self {
            job,
            store,
            journal,
            tree,
            progress,
            spool: Spool::new(job.output)?,
            summary: Summary::default(),
            looker: Looker::new(),
            trouble: false,
            n_later: 0,
            budget: match &job.isolation {
                Some(_) => {
                    Budget::with_seats(job.limits.memory, Children::seats(job.limits.n_jobs.max(1)))
                }
                None => Budget::new(job.limits.memory, job.limits.n_jobs),
            },
            upcoming: None,
            guests: HashMap::new(),
            to_plan: VecDeque::new(),
            examined: HashMap::new(),
            reports: BTreeMap::new(),
            next_ticket: 0,
            next_report: 0,
        })
    }

    /// Works through the whole tree. While a message is waited for, nothing is
    /// uncommitted, so that the lock of the store is free for others.
    pub(super) fn drive<'scope>(
        &mut self,
        scope: &rayon::Scope<'scope>,
        walk: &mut Walk,
        send: &Sender<Message>,
        receive: &Receiver<Message>,
    ) -> Result<()>
    where
        'a: 'scope,
        'b: 'scope,
    {
        loop {
            self.feed(scope, walk, send)?;
            if self.budget.is_empty() {
                break;
            }
            self.take(receive.recv().map_err(|_| lost())?)?;
            while let Ok(message) = receive.try_recv() {
                self.take(message)?;
            }
            let ready = self.plan_ready()?;
            self.commit()?;
            for ready in ready {
                let job: &'a Job<'b> = self.job;
                let send = send.clone();
                scope.spawn(move |_| {
                    let Ready {
                        ticket,
                        mut held,
                        planned,
                        folder,
                        path,
                    } = ready;
                    let written = deliver(job, &mut held, &planned, &folder, &path);
                    // A child process is free again before the next file is let in.
                    drop(held);
                    tell(&send, Message::Written(ticket, written));
                });
            }
            self.hand_in_reports()?;
        }
        self.commit()?;
        self.hand_in_reports()
    }

    /// Makes durable what was bound and noted: the mappings first.
    pub(super) fn commit(&mut self) -> Result<()> {
        self.store.commit()?;
        self.journal.commit()
    }

    fn feed<'scope>(
        &mut self,
        scope: &rayon::Scope<'scope>,
        walk: &mut Walk,
        send: &Sender<Message>,
    ) -> Result<()>
    where
        'a: 'scope,
        'b: 'scope,
    {
        while self.reports.len() < MAX_WAITING {
            let (input, place, known) = match self.upcoming.take() {
                Some(upcoming) => upcoming,
                None => match self.next_work(walk)? {
                    Some(next) => next,
                    None => break,
                },
            };
            let cost = cost(&input);
            if !self.budget.enter(cost) {
                self.upcoming = Some((input, place, known));
                break;
            }
            let ticket = self.ticket();
            let job: &'a Job<'b> = self.job;
            let send = send.clone();
            let (theirs, earlier) = (input.clone(), known.clone());
            scope.spawn(move |_| {
                let examined = examine(job, &theirs, earlier.as_ref());
                tell(&send, Message::Examined(ticket, examined));
            });
            self.to_plan.push_back(ticket);
            let stamp = Stamp {
                mtime: 0,
                ..input.stamp
            };
            self.guests.insert(
                ticket,
                Guest {
                    input,
                    known,
                    place,
                    cost,
                    stamp,
                    content: [0; 32],
                    report: None,
                    former: Vec::new(),
                    subjects: Vec::new(),
                },
            );
        }
        Ok(())
    }

    /// The next file that something has to be done for.
    fn next_work(&mut self, walk: &mut Walk) -> Result<Option<(Input, Place, Option<Entry>)>> {
        while self.reports.len() < MAX_WAITING {
            let Some(input) = walk.next() else {
                return Ok(None);
            };
            self.trouble |= input.trouble.is_some();
            let (place, look) =
                self.looker
                    .look(self.job, self.journal, Some(self.tree), &input)?;
            match look {
                Look::Work(known) => return Ok(Some((input, place, known))),
                Look::Later => self.n_later += 1,
                Look::Same(known) => {
                    let ticket = self.ticket();
                    self.same(ticket, known.id, input.stamp.size)?;
                    if self.budget.is_empty() {
                        self.hand_in_reports()?;
                    }
                }
            }
        }
        Ok(None)
    }

    const fn ticket(&mut self) -> usize {
        self.next_ticket += 1;
        self.next_ticket - 1
    }

    /// Reports a file as it was reported before.
    fn same(&mut self, ticket: usize, id: i64, n_bytes: u64) -> Result<()> {
        let line = spool::unchanged(&self.journal.report(id)?);
        let report = spool::parse(&line)?;
        self.finish(ticket, n_bytes, report, line);
        Ok(())
    }

    fn take(&mut self, message: Message) -> Result<()> {
        match message {
            Message::Examined(ticket, examined) => {
                self.examined.insert(ticket, examined);
                Ok(())
            }
            Message::Written(ticket, written) => {
                let guest = self.guests.remove(&ticket).ok_or_else(lost)?;
                match written {
                    Ok(written) => self.delivered(ticket, guest, written),
                    Err(error) => self.failed(ticket, guest, &error),
                }
            }
        }
    }

    /// Plans every file whose turn it is.
    fn plan_ready(&mut self) -> Result<Vec<Ready>> {
        let mut ready = Vec::new();
        while let Some(ticket) = self.to_plan.front().copied() {
            let Some(examined) = self.examined.remove(&ticket) else {
                break;
            };
            self.to_plan.pop_front();
            let guest = self.guests.remove(&ticket).ok_or_else(lost)?;
            ready.extend(self.plan(ticket, guest, examined)?);
        }
        Ok(ready)
    }

    fn plan(
        &mut self,
        ticket: usize,
        mut guest: Guest,
        examined: Result<Examined>,
    ) -> Result<Option<Ready>> {
        let examined = match examined {
            Ok(examined) => examined,
            Err(error) => return self.failed(ticket, guest, &error).map(|()| None),
        };
        guest.stamp = examined.stamp;
        guest.content = examined.content;
        let mut held = match examined.result {
            Ok(Examination::Scan(held)) => held,
            Ok(Examination::Same) => {
                let id = guest.known.as_ref().map_or(0, |known| known.id);
                self.journal.touch(id, guest.stamp)?;
                self.budget.leave(guest.cost);
                return self.same(ticket, id, guest.input.stamp.size).map(|()| None);
            }
            Err(error) => return self.failed(ticket, guest, &error).map(|()| None),
        };
        match self.name_and_plan(&guest, &mut held) {
            Ok((folder, path, mut planned)) => {
                guest.subjects = std::mem::take(&mut planned.subjects);
                let mut report = planned.report.clone();
                report.name.clone_from(&path);
                guest.report = Some(report);
                self.note_plan(&mut guest, &path)?;
                self.guests.insert(ticket, guest);
                Ok(Some(Ready {
                    ticket,
                    held,
                    planned,
                    folder,
                    path,
                }))
            }
            Err(error) if error.kind().is_fatal() => Err(error),
            Err(error) => {
                guest.report = Some(held.report());
                self.failed(ticket, guest, &error).map(|()| None)
            }
        }
    }

    /// Binds pseudonyms and chooses names. What a file that fails here bound
    /// stays bound: nobody has seen it, and the next attempt finds it again.
    fn name_and_plan(
        &mut self,
        guest: &Guest,
        held: &mut Held,
    ) -> Result<(String, String, Planned)> {
        let scope = self.scope(&guest.input);
        let parent = guest.input.relative.parent().map(std::path::Path::to_owned);
        let folder = self.folder(&guest.input.folders, &parent.unwrap_or_default())?;
        let job = self.job;
        let mut plan = held.plan(job.pipeline, &mut self.pseudonyms(), scope)?;
        if !guest.input.is_text {
            plan.name = self.whole_token(&guest.input, scope)?;
        }
        let path = self.output_path(&folder, &plan.name, guest.known.as_ref())?;
        Ok((folder, path, plan))
    }

    /// Reserves the copy's name, and remembers the names that it had.
    fn note_plan(&mut self, guest: &mut Guest, path: &str) -> Result<()> {
        if let Some(known) = &guest.known {
            guest.former.clone_from(&known.former);
            if let Some(output) = &known.output {
                guest.former.push(output.path.clone());
            }
            guest.former.retain(|former| former != path);
        }
        let output = Output {
            path: path.to_owned(),
            ..Output::default()
        };
        self.note(guest, State::Planned, Some(output), "")
    }

    fn note(
        &mut self,
        guest: &Guest,
        state: State,
        output: Option<Output>,
        report: &str,
    ) -> Result<()> {
        let entry = Entry {
            id: 0,
            stamp: guest.stamp,
            content: guest.content,
            settings: self.job.settings,
            state,
            output,
            former: guest.former.clone(),
        };
        let Place { folder, name } = guest.place;
        let id = self
            .journal
            .put(self.tree, &folder, &name, &entry, report)?;
        self.looker.meet(id);
        Ok(())
    }

    fn delivered(&mut self, ticket: usize, mut guest: Guest, written: Written) -> Result<()> {
        let mut report = guest.report.take().ok_or_else(lost)?;
        report.doubts = written.doubts;
        let former = std::mem::take(&mut guest.former);
        self.remove_copies(former.iter());
        let source = self
            .job
            .key
            .blind("source", &[&guest.place.folder, &guest.place.name]);
        let Output { path, hash, .. } = &written.output;
        self.store
            .record_delivery(source, path, *hash, &guest.subjects)?;
        let line = spool::line(&report)?;
        self.note(&guest, State::Delivered, Some(written.output), &line)?;
        self.budget.leave(guest.cost);
        self.finish(ticket, guest.input.stamp.size, report, line);
        Ok(())
    }

    /// Takes note of a file that has no copy, and of why.
    fn failed(&mut self, ticket: usize, mut guest: Guest, error: &Error) -> Result<()> {
        if error.kind().is_fatal() {
            return Err(Error::new(error.kind(), error.what().to_owned()));
        }
        // A share may be back tomorrow, a password given.
        let for_now = matches!(error.kind(), ErrorKind::Io | ErrorKind::Encrypted);
        let mut output = None;
        if let Some(known) = &guest.known {
            // A copy of an older version must not stand for a file that is
            // refused today; if the file just cannot be reached, it may.
            let keep = error.kind() == ErrorKind::Io && known.settings == self.job.settings;
            let mine = known
                .output
                .clone()
                .filter(|_| known.state != State::Planned);
            if keep && guest.report.is_none() {
                output = mine;
            } else {
                let paths = known.output.iter().map(|output| &output.path);
                let paths: Vec<_> = paths.chain(&known.former).cloned().collect();
                self.remove_copies(paths.iter());
            }
        }
        guest.former.clear();
        let name = self.hidden_name(&guest.input)?;
        let size = guest.input.stamp.size;
        let report = guest
            .report
            .take()
            .unwrap_or_else(|| FileReport::unread(String::new(), size, Outcome::Delivered))
            .without_copy(name, error);
        let state = if for_now {
            State::FailedForNow
        } else {
            State::Failed
        };
        let line = spool::line(&report)?;
        self.note(&guest, state, output, &line)?;
        self.budget.leave(guest.cost);
        self.finish(ticket, size, report, line);
        Ok(())
    }

    fn finish(&mut self, ticket: usize, n_bytes: u64, report: FileReport, line: String) {
        let failure = match report.outcome {
            Outcome::Failed { kind, .. } => Some(kind),
            Outcome::Delivered | Outcome::Unchanged | Outcome::Scanned | Outcome::Gone { .. } => {
                None
            }
        };
        self.progress.on(Event::Done { n_bytes, failure });
        self.reports.insert(ticket, (report, line));
    }

    fn hand_in_reports(&mut self) -> Result<()> {
        while let Some((report, line)) = self.reports.remove(&self.next_report) {
            self.next_report += 1;
            self.summary.add(&report);
            self.spool.push_line(&line)?;
        }
        Ok(())
    }

    /// Adds what is said about a file that is in the journal only.
    pub(super) fn add(&mut self, report: &FileReport) -> Result<()> {
        self.summary.add(report);
        self.spool.push(report)
    }

    /// Whether this run may tell which sources are gone.
    pub(super) fn knows_all(&self) -> bool {
        !self.trouble && self.job.mode == Mode::Run
    }
}

fn tell(send: &Sender<Message>, message: Message) {
    // The receiver is gone only when the run ended early.
    drop(send.send(message));
}

pub(super) fn lost() -> Error {
    Error::new(ErrorKind::Internal, "a file was lost between two stages")
}
