//! The other end of [`super::isolate`]: what a child process does. It is told to
//! read a file, later to plan it, later to write the copy; it ends when the run
//! closes its input, whatever it is doing.

use std::fmt;
use std::io::{Read, Write};

use crossbeam::channel::{Receiver, unbounded};

use super::isolate::spot;
use super::survey::survey_of;
use super::wire::{self, Answer, Ask, Call, Told};
use super::work::{guarded, report_of};
use crate::entity::EntityType;
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::seal::BatchKey;
use crate::mapping::{Blind, Bound, MappingStore, NewSurrogate, SubjectKey};
use crate::pipeline::{Pipeline, Plan, Scan};
use crate::pseudonym::Pseudonyms;
use crate::report::{Outcome, Place, spool};
use crate::token::Language;

/// What a child works with: the same as the run that started it.
#[derive(Debug)]
pub struct Work<'a> {
    /// The stages.
    pub pipeline: &'a Pipeline,
    /// Hashes and seals; a scan has none.
    pub key: Option<&'a BatchKey>,
    /// Purpose or recipient.
    pub domain: &'a str,
    /// Language of labels.
    pub language: Language,
    /// Memory, in bytes, that it may take from now on.
    pub memory: u64,
    /// Threads for the parts of one file.
    pub n_jobs: usize,
}

/// The pipe to the run.
struct Line {
    out: Box<dyn Write + Send>,
    asked: Receiver<(Ask, Vec<u8>)>,
}

/// Works for a run until it closes the pipe.
///
/// # Errors
/// If the pipe breaks, or the system gives no threads.
pub fn serve(
    work: &Work<'_>,
    mut from: impl Read + Send + 'static,
    out: impl Write + Send + 'static,
) -> Result<()> {
    let (send, asked) = unbounded();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(work.n_jobs.max(1))
        .build()
        .map_err(|_| Error::new(ErrorKind::Io, "the system gives no threads"))?;
    limit(work.memory)?;
    // Listens while the work goes on: a child whose run was killed must end
    // even if its file makes it run in circles.
    std::thread::spawn(move || {
        while let Ok(message) = wire::receive(&mut from, u64::MAX) {
            if send.send(message).is_err() {
                break;
            }
        }
        std::process::exit(0);
    });
    let mut line = Line {
        out: Box::new(std::io::BufWriter::new(out)),
        asked,
    };
    pool.install(|| answer_all(work, &mut line))
}

fn answer_all(work: &Work<'_>, line: &mut Line) -> Result<()> {
    line.say(&Told::Ready, &[])?;
    let mut held: Option<(Scan, Option<Plan>)> = None;
    while let Ok((ask, bytes)) = line.asked.recv() {
        let done = match ask {
            Ask::Scan { name } => {
                held = None;
                misbehave(&bytes);
                scan(work, bytes, &name).map(|(scan, told)| {
                    held = Some((scan, None));
                    (told, Vec::new())
                })
            }
            Ask::Survey { name, folders } => {
                misbehave(&bytes);
                guarded(|| survey_of(work.pipeline, bytes, &name, &folders, work.language))
                    .and_then(|report| spool::line(&report))
                    .map(|report| (Told::Scanned { report }, Vec::new()))
            }
            Ask::Plan { scope } => plan(work, line, &mut held, Blind(scope)),
            Ask::Apply { folder } => apply(work, held.take(), &folder),
            Ask::Answer(_) => Err(unasked()),
        };
        let (told, bytes) = done.unwrap_or_else(|error| (failed(&error), Vec::new()));
        line.say(&told, &bytes)?;
    }
    Ok(())
}

fn scan(work: &Work<'_>, bytes: Vec<u8>, name: &str) -> Result<(Scan, Told)> {
    let scan = guarded(|| work.pipeline.scan(bytes, name))?;
    let report = report_of(&scan, None, String::new(), Outcome::Delivered);
    let report = spool::line(&report)?;
    Ok((scan, Told::Scanned { report }))
}

fn plan(
    work: &Work<'_>,
    line: &mut Line,
    held: &mut Option<(Scan, Option<Plan>)>,
    scope: Blind,
) -> Result<(Told, Vec<u8>)> {
    let (scan, known) = held.as_mut().ok_or_else(unasked)?;
    let mut pseudonyms = Pseudonyms {
        key: work.key.ok_or_else(unasked)?,
        store: &mut Proxy { line },
        domain: work.domain,
        language: work.language,
    };
    let plan = guarded(|| work.pipeline.plan(scan, &mut pseudonyms, scope))?;
    let report = report_of(scan, Some(&plan), String::new(), Outcome::Delivered);
    let told = Told::Planned {
        name: plan.name.clone(),
        subjects: plan.subjects.iter().map(|key| key.0).collect(),
        report: spool::line(&report)?,
    };
    *known = Some(plan);
    Ok((told, Vec::new()))
}

fn apply(
    work: &Work<'_>,
    held: Option<(Scan, Option<Plan>)>,
    folder: &str,
) -> Result<(Told, Vec<u8>)> {
    let Some((scan, Some(plan))) = held else {
        return Err(unasked());
    };
    let applied = guarded(|| work.pipeline.apply(&scan, &plan, folder))?;
    let doubts = super::work::doubts(&applied);
    let told = Told::Applied {
        doubts: doubts.iter().map(spot).collect(),
        text: applied
            .text
            .map(|(extension, text)| (extension.to_owned(), text)),
    };
    Ok((told, applied.bytes))
}

fn failed(error: &Error) -> Told {
    Told::Failed {
        kind: error.kind().code().to_owned(),
        what: error.what().to_owned(),
        place: error.place().map(|place| spot(&Place::from(place))),
    }
}

fn unasked() -> Error {
    Error::new(
        ErrorKind::Internal,
        "a child process was asked for something out of turn",
    )
}

impl Line {
    fn say(&mut self, told: &Told, bytes: &[u8]) -> Result<()> {
        wire::send(&mut *self.out, told, bytes)
            .map_err(|error| Error::io("talking to the run", &error))
    }

    fn call(&mut self, call: Call) -> Result<Answer> {
        self.say(&Told::Call(call), &[])?;
        let Ok((Ask::Answer(answer), _)) = self.asked.recv() else {
            return Err(unasked());
        };
        Ok(answer)
    }
}

/// The run's store, over the pipe.
struct Proxy<'a> {
    line: &'a mut Line,
}

impl fmt::Debug for Proxy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proxy(..)")
    }
}

impl Proxy<'_> {
    fn bound(&mut self, call: Call) -> Result<Bound> {
        let Answer::Bound(key) = self.line.call(call)? else {
            return Err(unasked());
        };
        Ok(key.map_or(Bound::Taken, |key| Bound::New(SubjectKey(key))))
    }
}

impl MappingStore for Proxy<'_> {
    fn subject(&mut self, blind: Blind) -> Result<Option<(SubjectKey, String)>> {
        let Answer::Subject(known) = self.line.call(Call::Subject(blind.0))? else {
            return Err(unasked());
        };
        Ok(known.map(|(key, code)| (SubjectKey(key), code)))
    }

    fn bind_subject(
        &mut self,
        blind: Blind,
        entity_type: EntityType,
        scope: Blind,
        code: &str,
    ) -> Result<Bound> {
        self.bound(Call::BindSubject {
            blind: blind.0,
            entity_type: entity_type.name().to_owned(),
            scope: scope.0,
            code: code.to_owned(),
        })
    }

    fn surface(&mut self, subject: SubjectKey, blind: Blind) -> Result<Option<String>> {
        let Answer::Variant(variant) = self.line.call(Call::Surface(subject.0, blind.0))? else {
            return Err(unasked());
        };
        Ok(variant)
    }

    fn bind_surface(
        &mut self,
        subject: SubjectKey,
        blind: Blind,
        variant: &str,
        sealed: &[u8],
    ) -> Result<Bound> {
        self.bound(Call::BindSurface {
            subject: subject.0,
            blind: blind.0,
            variant: variant.to_owned(),
            sealed: sealed.to_owned(),
        })
    }

    fn surrogates(&mut self, blind: Blind) -> Result<Vec<String>> {
        let Answer::Surrogates(known) = self.line.call(Call::Surrogates(blind.0))? else {
            return Err(unasked());
        };
        Ok(known)
    }

    fn bind_surrogate(&mut self, new: &NewSurrogate<'_>) -> Result<bool> {
        let call = Call::BindSurrogate {
            shown: new.shown.to_owned(),
            blind: new.blind.0,
            part: new.part.map(|part| part.0),
            subject: new.subject.map(|subject| subject.0),
            entity_type: new.entity_type.name().to_owned(),
            sealed: new.sealed.to_owned(),
        };
        let Answer::Issued(issued) = self.line.call(call)? else {
            return Err(unasked());
        };
        Ok(issued)
    }

    // The rest is the run's own business.

    fn sealed(&mut self, _: &str, _: &str) -> Result<Option<(EntityType, Vec<u8>)>> {
        Err(unasked())
    }

    fn issued_surrogates(&mut self) -> Result<Vec<(i64, String)>> {
        Err(unasked())
    }

    fn sealed_surrogate(&mut self, _: i64) -> Result<Option<(EntityType, Vec<u8>)>> {
        Err(unasked())
    }

    fn record_delivery(&mut self, _: Blind, _: &str, _: [u8; 32], _: &[SubjectKey]) -> Result<()> {
        Err(unasked())
    }

    fn delivery(&mut self, _: Blind) -> Result<Option<(String, [u8; 32])>> {
        Err(unasked())
    }

    fn mark(&mut self) -> Result<()> {
        Err(unasked())
    }

    fn commit(&mut self) -> Result<()> {
        Err(unasked())
    }

    fn roll_back(&mut self) -> Result<()> {
        Err(unasked())
    }
}

/// Limits what this process may take from now on, and leaves no picture of its
/// memory on the disk if it crashes.
///
/// # Errors
/// If the system refuses.
#[cfg(target_os = "linux")]
fn limit(memory: u64) -> Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let refused = |_| Error::new(ErrorKind::Io, "the system sets no limit of memory");
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none).map_err(refused)?;
    let status = crate::fs::read(std::path::Path::new("/proc/self/status"), 1 << 16)?;
    let status = String::from_utf8_lossy(&status).into_owned();
    let has = status.lines().find_map(|line| {
        let kib = line.strip_prefix("VmData:")?.trim().strip_suffix("kB")?;
        kib.trim().parse::<u64>().ok()
    });
    let most = has
        .unwrap_or(0)
        .saturating_mul(1 << 10)
        .saturating_add(memory);
    let allowed = getrlimit(Resource::Data).maximum;
    let most = allowed.map_or(most, |allowed| most.min(allowed));
    let limit = Rlimit {
        current: Some(most),
        maximum: Some(most),
    };
    setrlimit(Resource::Data, limit).map_err(refused)?;
    die_first();
    Ok(())
}

/// When the whole machine runs out of memory, the kernel ends this process and
/// not the run.
#[cfg(target_os = "linux")]
fn die_first() {
    let score = std::fs::OpenOptions::new()
        .write(true)
        .open("/proc/self/oom_score_adj");
    if let Ok(mut score) = score {
        // Only a wish: in a container it may be forbidden.
        drop(score.write_all(b"1000"));
    }
}

/// Only Linux counts what a process really takes.
#[cfg(not(target_os = "linux"))]
fn limit(_: u64) -> Result<()> {
    Ok(())
}

/// Whether a child's memory is limited here.
pub const LIMITS_MEMORY: bool = cfg!(target_os = "linux");

/// For tests of the run: a file that says so makes a child of a development
/// build crash, hang or eat memory.
#[cfg(debug_assertions)]
fn misbehave(bytes: &[u8]) {
    let Some(mark) = std::env::var_os("DECKNAME_TEST_CHILD") else {
        return;
    };
    let says = |what: &str| memchr::memmem::find(bytes, what.as_bytes()).is_some();
    if says("@child:abort") {
        std::process::abort();
    }
    if says("@child:hang") {
        // Tells the test who hangs.
        let id = std::process::id().to_string();
        crate::fs::write_replacing(std::path::Path::new(&mark), id.as_bytes()).unwrap_or_default();
        loop {
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    }
    if says("@child:memory") {
        // Where nothing limits it, the test fails and the machine does not.
        let mut all = Vec::new();
        for _ in 0..128 {
            all.push(vec![1_u8; 16 << 20]);
        }
        std::hint::black_box(all);
    }
    if says("@child:stack") {
        std::hint::black_box(deep(1));
    }
}

#[cfg(not(debug_assertions))]
const fn misbehave(_: &[u8]) {}

#[cfg(debug_assertions)]
#[allow(unconditional_recursion, reason = "the stack is to overflow")]
fn deep(n: u64) -> u64 {
    let page = std::hint::black_box([n; 512]);
    deep(n + 1) + page.iter().sum::<u64>()
}
