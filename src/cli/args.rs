//! What may be typed. Doc comments are the help texts.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

pub use super::keys::Keys;
pub use super::store::StoreArgs;
pub use super::unlock::Unlock;

/// Pseudonymizes folders of documents before an AI reads them, and puts the
/// real names back into the answer.
///
/// Three things never share a folder: the documents, the mapping store, and the
/// keys. Nothing leaves this machine.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = AFTER_HELP)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

const AFTER_HELP: &str = "\
Examples:
  deckname run akten/ --out fuer-die-ki/
  deckname restore antwort.md --reason \"Antwort auf Widerspruch\" --out antwort-mit-namen.md

Exit codes: 0 all delivered and verified; 1 some input failed, was refused or
not examined; 2 nothing done (usage, settings, keys, store).";

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Write pseudonymized copies of a folder (or of one file), and a report.
    Run(Run),
    /// Try again what earlier runs did not deliver.
    Retry(Run),
    /// Tell what personal data lies where: reports without copies, store or keys.
    Scan(super::scan::Scan),
    /// Check or show a policy.
    Policy(super::policy::PolicyArgs),
    /// Write shell completions or the man page.
    Generate(super::generate::Generate),
    /// Check or show the audit log.
    Audit(super::audit::Audit),
    /// Put the real values back into an answer.
    Restore(Restore),
    /// Make, show, split and join the keys of a domain.
    Keys(Keys),
    /// Look after the mapping store; answer the people who are in it.
    Store(StoreArgs),
    /// Measure precision and recall on labelled texts.
    Evaluate(Evaluate),
    /// List what a redacted file still carries beside its text, whoever redacted it.
    Verify(super::verify::Verify),
    /// List, test and explain the rules.
    Rules(super::rules::Rules),
    /// List, add, test and compare models that find names.
    Models(super::models::Models),
}

/// Where the mapping store and the keys are.
#[derive(Clone, Debug, ClapArgs)]
pub struct Places {
    /// The mapping store: a file, or `postgres://…` for one that several machines
    /// share. Default: a file in the user's data folder, one per domain.
    #[arg(long, value_name = "FILE|URL", help_heading = "Places")]
    pub store: Option<PathBuf>,
    /// The folder of the keys. Default: in the user's configuration folder, one per domain.
    #[arg(long, value_name = "FOLDER", help_heading = "Places")]
    pub keys: Option<PathBuf>,
    /// The audit log of every look at real values. Default: beside the mapping
    /// store; for a server in the user's data folder, one per domain.
    #[arg(long, value_name = "FILE", help_heading = "Places")]
    pub audit: Option<PathBuf>,
    /// The purpose or the recipient; each domain has its own keys, store and pseudonyms.
    #[arg(
        long,
        default_value = "default",
        value_name = "NAME",
        help_heading = "Places"
    )]
    pub domain: String,
}

/// Which NER model to use.
#[derive(Clone, Debug, ClapArgs)]
pub struct ModelChoice {
    /// Another NER model than the embedded one: its folder, or its name in
    /// `deckname models list`.
    #[arg(long, value_name = "FOLDER|NAME", conflicts_with = "no_model")]
    pub model: Option<PathBuf>,
    /// Rules only. Names without salutation, label or signature will be missed.
    #[arg(long)]
    pub no_model: bool,
}

/// The user's own words, beside those of the policy.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct ListChoice {
    /// A file of words that must go: one entry per line, every case and inflected form.
    /// May be given more than once.
    #[arg(long, value_name = "FILE")]
    pub deny: Vec<PathBuf>,
    /// A file of words that stay, unless a deny list names them.
    /// May be given more than once.
    #[arg(long, value_name = "FILE")]
    pub allow: Vec<PathBuf>,
}

/// `deckname evaluate`
#[derive(Clone, Debug, ClapArgs)]
pub struct Evaluate {
    /// Labelled texts: JSON Lines with text and spans, JSON Lines with tokens and
    /// tags, or `CoNLL`.
    #[arg(value_name = "GOLD", required = true)]
    pub gold: Vec<PathBuf>,
    /// Which NER model.
    #[command(flatten)]
    pub model: ModelChoice,
    /// Measure the model by itself, without rules.
    #[arg(long, conflicts_with = "no_model")]
    pub model_only: bool,
    /// Also persons by the origin of their names, each with the difference to this
    /// one, in points.
    #[arg(long, value_name = "REFERENCE", num_args = 0..=1, default_missing_value = "german", require_equals = true)]
    pub origins: Option<String>,
    /// JSON instead of a table; it always holds everything.
    #[arg(long)]
    pub json: bool,
}

/// `deckname run`
#[derive(Clone, Debug, ClapArgs)]
pub struct Run {
    /// The folder or the file to read. It is never changed.
    #[arg(value_name = "IN")]
    pub input: PathBuf,
    /// The folder to write to: new, empty, or filled by an earlier run, which is
    /// gone on with: only what is new or changed is done.
    #[arg(long, value_name = "OUT")]
    pub out: PathBuf,
    /// Where mapping store and keys are.
    #[command(flatten)]
    pub places: Places,
    /// Within what the same person has the same pseudonym.
    #[arg(long, value_enum, default_value_t = Scope::Folder)]
    pub scope: Scope,
    /// A policy file: which kinds of data to keep, redact, pseudonymize or block.
    /// Default: pseudonymize everything that is found.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// The user's own words.
    #[command(flatten)]
    pub lists: ListChoice,
    /// Which NER model.
    #[command(flatten)]
    pub model: ModelChoice,
    /// How files are read.
    #[command(flatten)]
    pub reading: super::reading::Reading,
    /// Language of tokens and report.
    #[arg(long, value_enum, default_value_t = Language::De)]
    pub lang: Language,
    /// How much the run may take.
    #[command(flatten)]
    pub limits: Limits,
    /// Go on where an earlier run stopped. This is what happens anyway; the
    /// option is kept for scripts.
    #[arg(long)]
    pub resume: bool,
    /// Tell unchanged files by their bytes, not by size and time of change.
    #[arg(long)]
    pub thorough: bool,
    /// What becomes of a copy whose source is gone.
    #[arg(long, value_enum, default_value_t = Deleted::Keep)]
    pub deleted: Deleted,
    /// Print what would be done, and do nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// A further report, for pipelines.
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub report_format: Vec<ReportFormat>,
    /// How messages about the progress look on standard error.
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// No progress on the terminal.
    #[arg(long, short)]
    pub quiet: bool,
}

/// How much a run may take.
#[derive(Clone, Copy, Debug, ClapArgs)]
pub struct Limits {
    /// Files to work on at once. Default: one per processor.
    #[arg(long, short = 'j', value_name = "N", help_heading = "Limits")]
    pub jobs: Option<usize>,
    /// Memory for files that are worked on at once, in MiB. Files are let in by
    /// an estimate; one that alone needs more is worked on alone.
    #[arg(
        long,
        default_value_t = 2048,
        value_name = "MIB",
        help_heading = "Limits"
    )]
    pub memory: u64,
    /// Largest file to read, in MiB.
    #[arg(
        long,
        default_value_t = 512,
        value_name = "MIB",
        help_heading = "Limits"
    )]
    pub max_file_size: u64,
    /// Work on each file in a child process: one that crashes, hangs or needs more
    /// memory than --memory fails this file only. For files from outside.
    #[arg(long, help_heading = "Limits")]
    pub isolate: bool,
    /// Seconds that one file may take; only a child process can be stopped, so
    /// this includes --isolate. Default with --isolate: 3600.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..), help_heading = "Limits")]
    pub timeout: Option<u64>,
    /// Work for a run that started this process; not for people.
    #[arg(long, hide = true)]
    pub worker: bool,
}

/// What becomes of a copy whose source is gone.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Deleted {
    /// It stays, and the report lists it.
    Keep,
    /// It is removed, unless more than half of all sources are gone at once.
    Remove,
}

/// Further reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// `JUnit` XML.
    Junit,
    /// SARIF 2.1.0.
    Sarif,
}

/// How messages look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object per line.
    Json,
}

/// `deckname restore`
#[derive(Clone, Debug, ClapArgs)]
pub struct Restore {
    /// The answer, in any format that `run` reads. Default: standard input, as text.
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Where to write the text with real values. Default: standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Why the real values are needed; kept in the audit log.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// What the model was given: only its tokens are restored, and those that did not
    /// come back are listed.
    #[arg(long, value_name = "FILE")]
    pub sent: Option<PathBuf>,
    /// Put a notice at the head that this was made with AI, and who checked it.
    #[arg(long, value_name = "CHECKED BY")]
    pub label: Option<String>,
    /// How to open the restore key.
    #[command(flatten)]
    pub unlock: Unlock,
    /// Where mapping store and keys are.
    #[command(flatten)]
    pub places: Places,
}

/// Within what the same person has the same pseudonym.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Scope {
    /// One file.
    Document,
    /// One folder: a case.
    Folder,
    /// Everything that shares a store.
    Corpus,
}

/// Language of tokens and reports.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Language {
    /// German.
    De,
    /// English.
    En,
}
