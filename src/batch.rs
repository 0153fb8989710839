//! Many files: a folder goes in, a folder of pseudonymized copies comes out.
//!
//! Three stages run side by side. *Scan* and *apply* run on the thread pool;
//! *plan* runs on the calling thread in input order, so that the same input
//! gives the same bytes with any number of threads. A bounded number of files
//! is in flight. Mappings are durable before an output gets its name; a file
//! that fails leaves no output and never stops the others, a failing store does.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use crossbeam::channel::{Receiver, Sender, bounded, unbounded};
use rayon::ThreadPool;

use crate::error::{Error, ErrorKind, Result};
use crate::fs;
use crate::mapping::seal::{BatchKey, sha256};
use crate::mapping::{Blind, MappingStore, SubjectKey};
use crate::pipeline::{Applied, Pipeline, Plan, Scan, whole_name};
use crate::progress::{Event, Progress};
use crate::pseudonym::Pseudonyms;
use crate::report::{FileReport, Outcome, Report};
use crate::token::Language;

/// The report for machines, in the output folder.
pub const REPORT_JSON: &str = "deckname-report.json";
/// The report for people, in the output folder.
pub const REPORT_MARKDOWN: &str = "deckname-report.md";

/// Within what the same value has the same pseudonym.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scope {
    /// One file.
    Document,
    /// One folder: a case.
    #[default]
    Folder,
    /// Everything that shares a store.
    Corpus,
}

impl Scope {
    /// The scope as a stable word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Folder => "folder",
            Self::Corpus => "corpus",
        }
    }
}

/// What a run works with.
#[derive(Debug)]
pub struct Job<'a> {
    /// The stages.
    pub pipeline: &'a Pipeline,
    /// Hashes and seals.
    pub key: &'a BatchKey,
    /// The folder, or the one file, to read.
    pub input: &'a Path,
    /// The folder to write to.
    pub output: &'a Path,
    /// Purpose or recipient.
    pub domain: &'a str,
    /// Language of labels.
    pub language: Language,
    /// Within what a person keeps one pseudonym.
    pub scope: Scope,
    /// Threads.
    pub n_jobs: usize,
    /// Largest input file in bytes.
    pub max_file_size: u64,
    /// Whether to go on with what an earlier run left, skipping what it delivered.
    pub resume: bool,
    /// Stands for everything besides the bytes of a file that decides how its
    /// output looks: policy, model, version.
    pub settings: &'a str,
}

/// One input file.
#[derive(Clone, Debug)]
struct Input {
    index: usize,
    path: PathBuf,
    /// Folders from the input root to the file.
    folders: Vec<String>,
    name: String,
    n_bytes: u64,
    /// Why it cannot even be opened: a folder that cannot be read.
    trouble: Option<std::io::ErrorKind>,
}

enum Message {
    Scanned(usize, Result<Scan>),
    Applied(usize, Result<(Applied, [u8; 32])>),
}

/// A file between its plan and its delivery.
struct Pending {
    input: Input,
    source: Blind,
    output: String,
    subjects: Vec<SubjectKey>,
    report: FileReport,
}

/// A file that goes to the pool once its mappings are durable.
type Ready = (usize, Scan, Plan, String);

/// Runs a job. The report has one entry per input file, in order.
///
/// # Errors
/// If nothing can be done at all: the input is missing, the output is not
/// empty, or the store fails. A failing file is in the report instead.
pub fn run(job: &Job<'_>, store: &mut dyn MappingStore, progress: &dyn Progress) -> Result<Report> {
    let inputs = walk(job.input, job.output)?;
    prepare_output(job)?;
    progress.on(Event::Found {
        n_files: u64::try_from(inputs.len()).unwrap_or(u64::MAX),
        n_bytes: inputs.iter().map(|input| input.n_bytes).sum(),
    });
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(job.n_jobs.max(1))
        .build()
        .map_err(|_| Error::new(ErrorKind::Io, "the system gives no threads"))?;
    let (send, receive) = unbounded();
    let mut run = Run {
        job,
        store,
        progress,
        reports: BTreeMap::new(),
        pending: HashMap::new(),
        folder_names: HashMap::new(),
        taken: HashSet::from([REPORT_JSON.to_owned(), REPORT_MARKDOWN.to_owned()]),
    };
    pool.in_place_scope(|scope| run.drive(scope, &pool, &inputs, &send, &receive))?;
    run.store.commit()?;
    Ok(Report {
        files: run.reports.into_values().collect(),
        recognizers: Vec::new(),
        scope: job.scope.name(),
    })
}

struct Run<'a, 'b> {
    job: &'a Job<'b>,
    store: &'a mut dyn MappingStore,
    progress: &'a dyn Progress,
    reports: BTreeMap<usize, FileReport>,
    pending: HashMap<usize, Pending>,
    folder_names: HashMap<Vec<String>, String>,
    /// Output paths in use, lower case (some file systems do not tell case).
    taken: HashSet<String>,
}

impl<'a, 'b> Run<'a, 'b> {
    /// Feeds files to the pool, plans them in order and collects the results.
    fn drive<'scope>(
        &mut self,
        scope: &rayon::Scope<'scope>,
        _pool: &ThreadPool,
        inputs: &'scope [Input],
        send: &Sender<Message>,
        receive: &Receiver<Message>,
    ) -> Result<()>
    where
        'a: 'scope,
        'b: 'scope,
    {
        let job: &'a Job<'b> = self.job;
        // Two files per thread keep the pool busy while one waits for its turn.
        let (seats, free) = bounded::<()>(job.n_jobs.max(1) * 2);
        let mut waiting: BTreeMap<usize, Result<Scan>> = BTreeMap::new();
        let mut next_fed = 0;
        let mut next_planned = 0;
        while self.reports.len() < inputs.len() {
            while let Some(input) = inputs.get(next_fed) {
                if seats.try_send(()).is_err() {
                    break;
                }
                next_fed += 1;
                let send = send.clone();
                scope.spawn(move |_| tell(&send, Message::Scanned(input.index, scan(job, input))));
            }
            // All messages that are there share one commit.
            let mut message = Some(receive.recv().map_err(|_| lost())?);
            while let Some(next) = message {
                match next {
                    Message::Scanned(index, scanned) => {
                        waiting.insert(index, scanned);
                    }
                    Message::Applied(index, applied) => {
                        self.deliver(index, applied)?;
                        free.try_recv().unwrap_or_default();
                    }
                }
                message = receive.try_recv().ok();
            }
            let mut ready: Vec<Ready> = Vec::new();
            while let Some(scanned) = waiting.remove(&next_planned) {
                let Some(input) = inputs.get(next_planned) else {
                    break;
                };
                next_planned += 1;
                match self.plan(input, scanned)? {
                    None => free.try_recv().unwrap_or_default(),
                    Some((scan, plan, folder)) => ready.push((input.index, scan, plan, folder)),
                }
            }
            // Nothing becomes visible before its mappings are durable, and no
            // lock is held while the next message is waited for.
            self.store.commit()?;
            for (index, scan, plan, folder) in ready {
                let send = send.clone();
                scope.spawn(move |_| {
                    let applied = apply(job, &scan, &plan, &folder);
                    tell(&send, Message::Applied(index, applied));
                });
            }
        }
        Ok(())
    }

    /// Plans one file; `None` if it is done already, for better or worse.
    fn plan(
        &mut self,
        input: &Input,
        scanned: Result<Scan>,
    ) -> Result<Option<(Scan, Plan, String)>> {
        let job = self.job;
        let scan = match scanned {
            Ok(scan) => scan,
            Err(error) => return self.fail(input, None, &error).map(|()| None),
        };
        let source = self.source(input, scan.hash());
        if let Some(output) = self.delivered_before(source)? {
            self.taken.insert(output.to_lowercase());
            let report = report_of(&scan, output, Outcome::Unchanged);
            self.done(input, report);
            return Ok(None);
        }
        let scope = self.scope(input);
        self.store.mark()?;
        let planned = self.folder(&input.folders).and_then(|folder| {
            let plan = job.pipeline.plan(&scan, &mut self.pseudonyms(), scope)?;
            Ok((folder, plan))
        });
        let (folder, mut plan) = match planned {
            Ok(planned) => planned,
            Err(error) if error.kind().is_fatal() => return Err(error),
            Err(error) => {
                self.store.roll_back()?;
                return self.fail(input, Some(&scan), &error).map(|()| None);
            }
        };
        plan.name = self.free_name(&folder, &plan.name);
        let output = join(&folder, &plan.name);
        let mut report = report_of(&scan, output.clone(), Outcome::Delivered);
        report.mentions.clone_from(&plan.counts);
        report.subjects.clone_from(&plan.n_subjects);
        self.pending.insert(
            input.index,
            Pending {
                input: input.clone(),
                source,
                output,
                subjects: std::mem::take(&mut plan.subjects),
                report,
            },
        );
        Ok(Some((scan, plan, folder)))
    }

    /// Takes note of a delivered file, or of why it was not.
    fn deliver(&mut self, index: usize, applied: Result<(Applied, [u8; 32])>) -> Result<()> {
        let pending = self.pending.remove(&index).ok_or_else(lost)?;
        let written = applied.and_then(|(applied, hash)| {
            let path = self.job.output.join(&pending.output);
            if let Some(parent) = path.parent() {
                fs::make_folder(parent)?;
            }
            if self.job.resume {
                fs::write_replacing(&path, &applied.bytes)?;
            } else {
                fs::write_new(&path, &applied.bytes)?;
            }
            Ok((applied.doubts, hash))
        });
        let mut report = pending.report;
        match written {
            Ok((doubts, hash)) => {
                self.store.record_delivery(
                    pending.source,
                    &pending.output,
                    hash,
                    &pending.subjects,
                )?;
                report.doubts = doubts;
            }
            Err(error) if error.kind().is_fatal() => return Err(error),
            Err(error) => {
                report.outcome = Outcome::from(&error);
                report.mentions.clear();
                report.subjects.clear();
                report.name = self.hidden_name(&pending.input)?;
            }
        }
        self.progress.on(Event::Done {
            n_bytes: report.n_bytes,
            failure: failure(&report),
        });
        self.reports.insert(index, report);
        Ok(())
    }

    /// The name of a file that is not delivered may hold what was not found or
    /// what the check found: its whole path becomes a token.
    fn hidden_name(&mut self, input: &Input) -> Result<String> {
        let scope = self.job.key.blind("scope", &[b"report"]);
        let path = join(&input.folders.join("/"), &input.name);
        let dotted = known_extension(&path).unwrap_or_default();
        let shown = path.strip_suffix(dotted).unwrap_or(&path);
        let name = whole_name(&path, shown, &mut self.pseudonyms(), scope)?;
        Ok(format!("{name}{dotted}"))
    }

    fn fail(&mut self, input: &Input, scan: Option<&Scan>, error: &Error) -> Result<()> {
        if error.kind().is_fatal() {
            return Err(Error::new(error.kind(), error.what().to_owned()));
        }
        let name = self.hidden_name(input)?;
        let mut report = match scan {
            Some(scan) => report_of(scan, name, Outcome::from(error)),
            None => FileReport {
                name,
                format: None,
                n_bytes: input.n_bytes,
                n_chars: 0,
                mentions: BTreeMap::new(),
                subjects: BTreeMap::new(),
                notices: Vec::new(),
                doubts: Vec::new(),
                outcome: Outcome::from(error),
            },
        };
        report.notices.clear();
        self.done(input, report);
        Ok(())
    }

    fn done(&mut self, input: &Input, report: FileReport) {
        self.progress.on(Event::Done {
            n_bytes: input.n_bytes,
            failure: failure(&report),
        });
        self.reports.insert(input.index, report);
    }

    fn pseudonyms(&mut self) -> Pseudonyms<'_> {
        Pseudonyms {
            key: self.job.key,
            store: &mut *self.store,
            domain: self.job.domain,
            language: self.job.language,
        }
    }

    /// The scope of a file's values.
    fn scope(&self, input: &Input) -> Blind {
        let folders = input.folders.join("/");
        match self.job.scope {
            Scope::Document => self.job.key.blind(
                "scope",
                &[b"document", folders.as_bytes(), input.name.as_bytes()],
            ),
            Scope::Folder => self
                .job
                .key
                .blind("scope", &[b"folder", folders.as_bytes()]),
            Scope::Corpus => self.job.key.blind("scope", &[b"corpus"]),
        }
    }

    /// The pseudonymized path of a folder. Its parts are named in their own
    /// folder's scope, once, so that its files stay together.
    fn folder(&mut self, folders: &[String]) -> Result<String> {
        let Some((last, above)) = folders.split_last() else {
            return Ok(String::new());
        };
        if let Some(known) = self.folder_names.get(folders) {
            return Ok(known.clone());
        }
        let above = self.folder(above)?;
        let scope = match self.job.scope {
            Scope::Corpus => self.job.key.blind("scope", &[b"corpus"]),
            Scope::Document | Scope::Folder => self
                .job
                .key
                .blind("scope", &[b"folder", folders.join("/").as_bytes()]),
        };
        let pipeline = self.job.pipeline;
        let name = pipeline.folder_name(last, &mut self.pseudonyms(), scope)?;
        let name = self.free_name(&above, &name);
        let path = join(&above, &name);
        self.folder_names.insert(folders.to_vec(), path.clone());
        Ok(path)
    }

    /// A name that no other output has: with a number if need be.
    fn free_name(&mut self, folder: &str, name: &str) -> String {
        let (stem, dotted) = name
            .rsplit_once('.')
            .map_or((name, String::new()), |(stem, extension)| {
                (stem, format!(".{extension}"))
            });
        let mut candidate = name.to_owned();
        let mut n = 2;
        while !self.taken.insert(join(folder, &candidate).to_lowercase()) {
            candidate = format!("{stem} ({n}){dotted}");
            n += 1;
        }
        candidate
    }

    /// What a journal entry stands for: this file, these bytes, these settings.
    fn source(&self, input: &Input, hash: [u8; 32]) -> Blind {
        let folders = input.folders.join("/");
        let settings = [self.job.settings, self.job.domain, self.job.scope.name()].join("\n");
        self.job.key.blind(
            "source",
            &[
                folders.as_bytes(),
                input.name.as_bytes(),
                &hash,
                settings.as_bytes(),
            ],
        )
    }

    /// The output of an earlier run, if it is still there and unchanged.
    fn delivered_before(&mut self, source: Blind) -> Result<Option<String>> {
        if !self.job.resume {
            return Ok(None);
        }
        let Some((output, hash)) = self.store.delivery(source)? else {
            return Ok(None);
        };
        let path = self.job.output.join(&output);
        let same = fs::read(&path, u64::MAX).is_ok_and(|bytes| sha256(&bytes) == hash);
        Ok(same.then_some(output))
    }
}

/// All files below a folder, sorted; symbolic links are not followed, and the
/// office programs' own lock and index files are left out (they hold user
/// names and are no documents).
fn walk(input: &Path, output: &Path) -> Result<Vec<Input>> {
    let meta = input.symlink_metadata().map_err(|error| {
        Error::new(
            ErrorKind::Settings,
            format!("the input cannot be read: {}", error.kind()),
        )
    })?;
    let mut inputs = Vec::new();
    let root = if meta.is_dir() {
        input
    } else {
        input.parent().unwrap_or_else(|| Path::new(""))
    };
    for entry in walkdir::WalkDir::new(input).sort_by_file_name() {
        let (path, trouble, n_bytes) = match &entry {
            Ok(entry) if entry.file_type().is_dir() => continue,
            Ok(entry) => (
                entry.path(),
                None,
                entry.metadata().map_or(0, |meta| meta.len()),
            ),
            Err(error) => {
                let kind = error
                    .io_error()
                    .map_or(std::io::ErrorKind::Other, std::io::Error::kind);
                (error.path().unwrap_or(input), Some(kind), 0)
            }
        };
        if path.starts_with(output) || is_sidecar(path) {
            continue;
        }
        let relative = path.strip_prefix(root).unwrap_or(path);
        let mut parts: Vec<String> = relative
            .components()
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        let name = parts.pop().unwrap_or_default();
        inputs.push(Input {
            index: inputs.len(),
            path: path.to_owned(),
            folders: parts,
            name,
            n_bytes,
            trouble,
        });
    }
    Ok(inputs)
}

fn is_sidecar(path: &Path) -> bool {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    name.starts_with("~$")
        || name.starts_with(".~lock.")
        || matches!(name.as_str(), "thumbs.db" | ".ds_store" | "desktop.ini")
}

/// Makes the output folder, or refuses one in which something lies already.
fn prepare_output(job: &Job<'_>) -> Result<()> {
    if !job.resume
        && job
            .output
            .read_dir()
            .is_ok_and(|mut entries| entries.next().is_some())
    {
        return Err(Error::new(
            ErrorKind::Settings,
            "the output folder is not empty; choose another one, or go on with the run that filled it by --resume",
        ));
    }
    if job.resume {
        fs::remove_parts(job.output)?;
    }
    fs::make_folder(job.output)
        .map_err(|error| Error::new(ErrorKind::Settings, error.what().to_owned()))
}

fn scan(job: &Job<'_>, input: &Input) -> Result<Scan> {
    if let Some(kind) = input.trouble {
        return Err(Error::new(
            ErrorKind::Io,
            format!("a folder cannot be read: {kind}"),
        ));
    }
    guarded(|| {
        let bytes = fs::read(&input.path, job.max_file_size)?;
        job.pipeline.scan(bytes, &input.name)
    })
}

fn apply(job: &Job<'_>, scan: &Scan, plan: &Plan, folder: &str) -> Result<(Applied, [u8; 32])> {
    guarded(|| {
        let applied = job.pipeline.apply(scan, plan, folder)?;
        let hash = sha256(&applied.bytes);
        Ok((applied, hash))
    })
}

/// Parsers from outside may panic; that fails the file and nothing else.
fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(Error::new(
            ErrorKind::Internal,
            "a parser failed on this file (a bug; please report it without the file)",
        ))
    })
}

fn tell(send: &Sender<Message>, message: Message) {
    // The receiver is gone only when the run ended early.
    drop(send.send(message));
}

fn lost() -> Error {
    Error::new(ErrorKind::Internal, "a file was lost between two stages")
}

fn report_of(scan: &Scan, name: String, outcome: Outcome) -> FileReport {
    FileReport {
        name,
        format: Some(scan.format()),
        n_bytes: scan.n_bytes(),
        n_chars: scan.n_chars(),
        mentions: BTreeMap::new(),
        subjects: BTreeMap::new(),
        notices: scan.notices().to_vec(),
        doubts: Vec::new(),
        outcome,
    }
}

const fn failure(report: &FileReport) -> Option<ErrorKind> {
    match report.outcome {
        Outcome::Failed { kind, .. } => Some(kind),
        Outcome::Delivered | Outcome::Unchanged => None,
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

/// The extension with its dot, if it is one that names a kind of file and not a person.
fn known_extension(name: &str) -> Option<&str> {
    const KNOWN: &[&str] = &[
        "bmp", "csv", "doc", "docm", "docx", "dotx", "eml", "gif", "gz", "heic", "htm", "html",
        "ics", "jpeg", "jpg", "json", "log", "md", "mbox", "msg", "odp", "ods", "odt", "pdf",
        "png", "ppt", "pptx", "rtf", "tar", "tif", "tiff", "tsv", "txt", "vcf", "xls", "xlsm",
        "xlsx", "xml", "yaml", "yml", "zip",
    ];
    let dotted = name.get(name.rfind('.')?..)?;
    let known = |extension: &&str| {
        dotted
            .get(1..)
            .is_some_and(|ours| ours.eq_ignore_ascii_case(extension))
    };
    KNOWN.iter().any(known).then_some(dotted)
}
