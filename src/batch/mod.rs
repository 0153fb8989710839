//! Many files: a folder goes in, a folder of pseudonymized copies comes out.
//!
//! Three stages run side by side. *Scan* and *apply* run on the thread pool;
//! *plan* runs on the calling thread in input order, so that the same input
//! gives the same bytes with any number of threads. A bounded number of files
//! is in flight. Mappings are durable before an output gets its name; a file
//! that fails leaves no output and never stops the others, a failing store does.
//!
//! A journal remembers what became of each source, so that a run over a tree
//! that was done before touches only what is new, and a run that was killed is
//! gone on with by starting it again.

mod budget;
mod child;
mod drive;
mod gone;
mod isolate;
mod look;
mod naming;
mod survey;
mod tree;
mod walk;
mod wire;
mod work;
mod worker;

use std::path::Path;
use std::sync::Arc;

use crossbeam::channel::unbounded;

use crate::error::{Error, ErrorKind, Result};
use crate::mapping::MappingStore;
use crate::mapping::journal::{Journal, Key, Tree, short};
use crate::mapping::seal::BatchKey;
use crate::pipeline::Pipeline;
use crate::progress::{Event, Progress};
use crate::report::Summary;
use crate::report::spool::Spool;
use crate::token::Language;
use drive::Run;
use look::{Look, Looker};
use tree::OutputTree;
use walk::Walk;

pub use child::Launch;
pub use isolate::Children;
pub use survey::{Survey, scan};
pub use tree::{RUNNING_FILE, TREE_FILE};
pub use worker::{LIMITS_MEMORY, Work, serve};

/// What the names of all files start with that lie in the output folder and
/// are no copies.
pub const REPORT_STEM: &str = "deckname-report.";
/// The report for machines, in the output folder.
pub const REPORT_JSON: &str = "deckname-report.json";
/// The report for people, in the output folder.
pub const REPORT_MARKDOWN: &str = "deckname-report.md";
/// The report for people and printers, in the output folder.
pub const REPORT_HTML: &str = "deckname-report.html";
/// The report for spreadsheets, in the output folder.
pub const REPORT_CSV: &str = "deckname-report.csv";
/// The report for pipelines, in the output folder.
pub const REPORT_JUNIT: &str = "deckname-report.junit.xml";
/// The report for viewers of scanners' results, in the output folder.
pub const REPORT_SARIF: &str = "deckname-report.sarif";
/// What was not delivered, in the output folder.
pub const QUARANTINE_CSV: &str = "deckname-report.quarantine.csv";

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

/// Which files a run takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// What is new, changed, or was done under other settings.
    #[default]
    Run,
    /// What earlier runs did not deliver.
    Retry,
}

/// What becomes of a copy whose source is gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Deleted {
    /// It stays and is listed.
    #[default]
    Keep,
    /// It is removed.
    Remove,
}

/// How much a run may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Threads.
    pub n_jobs: usize,
    /// Memory in bytes that files in flight may need, by estimate.
    pub memory: u64,
    /// Largest input file in bytes.
    pub max_file_size: u64,
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
    /// How much the run may take.
    pub limits: Limits,
    /// Which files it takes.
    pub mode: Mode,
    /// Whether unchanged files are told by their bytes and not by their looks.
    pub thorough: bool,
    /// What becomes of a copy whose source is gone.
    pub deleted: Deleted,
    /// Stands for everything besides the bytes of a file that decides how its
    /// output looks: policy, lists, model, version, scope, domain.
    pub settings: Key,
    /// Child processes that do the work, if each file is to have one.
    pub isolation: Option<Arc<Children>>,
}

/// Why a file would be taken by the next run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The journal does not know it.
    New,
    /// It looks other than it did.
    Changed,
    /// Policy, lists, model or program are others.
    Settings,
    /// It was not delivered, or its copy is not as it was.
    Redo,
    /// Nothing has to be done.
    Unchanged,
    /// It is in the journal but not in the input.
    Gone,
}

/// Runs a job. The report has one entry per input file, in order.
///
/// # Errors
/// If nothing can be done at all: the input is missing, the output is not
/// ours, or the store fails. A failing file is in the report instead.
pub fn run(
    job: &Job<'_>,
    store: &mut dyn MappingStore,
    journal: &mut Journal,
    progress: &dyn Progress,
) -> Result<(Summary, Spool)> {
    let mut walk = Walk::new(job.input, job.output)?;
    let output = OutputTree::open(job.output)?;
    let tree = tree_of(job, &output, journal)?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(job.limits.n_jobs.max(1))
        .build()
        .map_err(|_| Error::new(ErrorKind::Io, "the system gives no threads"))?;
    let (send, receive) = unbounded();
    let mut run = Run::new(job, store, journal, tree, progress)?;
    if output.was_interrupted {
        run.summary.remarks.push((
            "Der vorige Lauf wurde unterbrochen; dieser hat dort weitergemacht.".to_owned(),
            "The run before was interrupted; this one went on where it stopped.".to_owned(),
        ));
    }
    pool.in_place_scope(|scope| run.drive(scope, &mut walk, &send, &receive))?;
    run.settle_gone()?;
    if run.n_later > 0 {
        let n = run.n_later;
        run.summary.remarks.push((
            format!("{n} neue Dateien bleiben dem nächsten Lauf."),
            format!("{n} new files are left for the next run."),
        ));
    }
    let (summary, mut spool) = (run.summary, run.spool);
    spool.hold(output);
    Ok((summary, spool))
}

/// Tells what a run would do, without doing it or writing anything: why each
/// file would be taken, the name of its copy if it has one, and its size.
///
/// # Errors
/// If the input or the journal cannot be read.
pub fn preview(
    job: &Job<'_>,
    journal: &Journal,
    mut each: impl FnMut(Reason, Option<&str>, u64),
) -> Result<()> {
    let walk = Walk::new(job.input, job.output)?;
    let mark = tree::mark(job.output)?;
    let tree = match mark {
        Some(mark) => journal.tree(&mark)?.map(|(tree, _)| tree),
        None => None,
    };
    let mut looker = Looker::new();
    for input in walk {
        let (_, look) = looker.look(job, journal, tree, &input)?;
        let (reason, known) = match look {
            Look::Same(known) => (Reason::Unchanged, Some(known)),
            Look::Later => continue,
            Look::Work(None) => (Reason::New, None),
            Look::Work(Some(known)) if known.settings != job.settings => {
                (Reason::Settings, Some(known))
            }
            Look::Work(Some(known)) if known.stamp != input.stamp => (Reason::Changed, Some(known)),
            Look::Work(known) => (Reason::Redo, known),
        };
        let output = known.and_then(|known| known.output);
        let path = output.as_ref().map(|output| output.path.as_str());
        each(reason, path, input.stamp.size);
    }
    let Some(tree) = tree else {
        return Ok(());
    };
    journal.every(tree, |entry| {
        if !looker.met(entry.id) {
            let path = entry.output.as_ref().map(|output| output.path.as_str());
            each(Reason::Gone, path, entry.stamp.size);
        }
        Ok(())
    })
}

/// How many files and bytes an input has; for progress only.
#[must_use]
pub fn count(input: &Path, output: &Path) -> Event {
    let (mut n_files, mut n_bytes) = (0, 0);
    for input in Walk::new(input, output).into_iter().flatten() {
        n_files += 1;
        n_bytes += input.stamp.size;
    }
    Event::Found { n_files, n_bytes }
}

/// The journal's row for an output tree.
fn tree_of(job: &Job<'_>, output: &OutputTree, journal: &mut Journal) -> Result<Tree> {
    let input = job
        .key
        .blind("journal input", &[job.input.as_os_str().as_encoded_bytes()]);
    let input = short(input);
    let other = |what: &'static str| Err(Error::new(ErrorKind::Settings, what));
    match journal.tree(output.mark())? {
        Some((tree, known)) if known == input => Ok(tree),
        Some(_) => other(
            "the output folder was filled from another input; give each input an output folder of its own",
        ),
        None if output.is_new || output.is_empty() => {
            let tree = journal.new_tree(output.mark(), &input)?;
            journal.commit()?;
            Ok(tree)
        }
        None => other(
            "the output folder was filled with another mapping store, or the journal beside the store is gone; choose another output folder, or empty this one",
        ),
    }
}
