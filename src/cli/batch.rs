//! `deckname run` and `deckname retry`: pseudonymized copies of a folder, and
//! the reports.

use std::path::Path;

use super::args::{self, Run};
use super::draw::Draw;
use super::reports::{self, Sources};
use super::settings::{Places, absolute};
use super::stages::Stages;
use super::{isolation, keys, print, say, stages, unlock};
use crate::batch::{self, Deleted, Job, Limits, Mode, Reason, Scope};
use crate::error::{Error, ErrorKind, Result};
use crate::fs;
use crate::mapping::journal::Journal;
use crate::mapping::seal::{self, BatchKey};
use crate::report::{self, Kind, Report};
use crate::token::Language;

/// # Errors
/// If nothing can be done: wrong settings, no key, no store.
pub(super) fn run(args: &Run, mode: Mode) -> anyhow::Result<bool> {
    let places = Places::new(&args.places)?;
    let (input, output) = (absolute(&args.input)?, absolute(&args.out)?);
    places.check_apart(&[&input, &output])?;
    let language = Language::from(args.lang);
    let stages = stages::open(
        args.policy.as_deref(),
        &args.lists,
        &args.model,
        &args.reading,
    )?
    .converting_in(&output);
    if args.limits.worker {
        let key = BatchKey::open(&places.keys)?;
        let domain = &args.places.domain;
        return Ok(isolation::work(
            &stages,
            Some(&key),
            domain,
            language,
            &args.limits,
        )?);
    }
    carry_out(args, mode, &places, &stages, &input, &output)
}

/// Does what was asked for with stages that stand.
fn carry_out(
    args: &Run,
    mode: Mode,
    places: &Places,
    stages: &Stages,
    input: &Path,
    output: &Path,
) -> anyhow::Result<bool> {
    let language = Language::from(args.lang);
    let key = batch_key(places, args.dry_run)?;
    let (scope, limits) = (Scope::from(args.scope), limits(&args.limits));
    let (manifest, settings) = Sources {
        stages,
        // Keyed: who sees the journal must not be able to guess what a list holds.
        lists: key.blind("lists", &[&stages.lists]).0,
        scope: scope.name(),
        domain: &args.places.domain,
        language,
        max_file_size: limits.max_file_size,
    }
    .manifest(Kind::Run, &args.model)?;
    let job = Job {
        pipeline: &stages.pipeline,
        key: &key,
        input,
        output,
        domain: &args.places.domain,
        language,
        scope,
        limits,
        mode,
        thorough: args.thorough,
        deleted: args.deleted.into(),
        settings,
        isolation: isolation::children(&args.limits, output)?,
    };
    let mut journal = open_journal(places)?;
    if args.dry_run {
        return dry_run(&job, &journal).map(|()| true).map_err(Into::into);
    }
    let mut store = places.store.open(key.fingerprint(), key.public_id())?;
    let draw = Draw::new(args.quiet, args.log_format);
    draw.count_if_watched(input, output);
    let done = batch::run(&job, &mut store, &mut journal, &draw);
    draw.finish();
    let (summary, files) = done?;
    let report = reports::write(
        summary,
        files,
        manifest,
        output,
        language,
        &args.report_format,
    )?;
    unlock::note(places, &mut store, "run", &counts(&report), 0)?;
    tell(&report, args, language);
    Ok(report.summary.totals.failed == 0)
}

impl From<args::Deleted> for Deleted {
    fn from(typed: args::Deleted) -> Self {
        match typed {
            args::Deleted::Keep => Self::Keep,
            args::Deleted::Remove => Self::Remove,
        }
    }
}

/// The limits that were typed, in bytes.
pub(super) fn limits(typed: &args::Limits) -> Limits {
    let mib = |n: u64| n.saturating_mul(1 << 20);
    Limits {
        n_jobs: typed.jobs.unwrap_or_else(n_processors),
        memory: mib(typed.memory),
        max_file_size: mib(typed.max_file_size),
    }
}

/// The batch key; where nobody named a folder, new keys are made at the first run.
fn batch_key(places: &Places, dry_run: bool) -> Result<BatchKey> {
    let missing = !places.keys.join(seal::BATCH_KEY_FILE).exists();
    if missing && dry_run {
        return Err(Error::new(
            ErrorKind::Settings,
            "a dry run makes no keys, and there are none: everything would be new",
        ));
    }
    let store_is_new = places.store.file().is_some_and(|path| !path.exists());
    if missing && store_is_new {
        seal::create(&places.keys)?;
        keys::tell(places);
    }
    BatchKey::open(&places.keys)
}

/// Prints what a run would do: a line per file that it would touch, then sums.
fn dry_run(job: &Job<'_>, journal: &Journal) -> Result<()> {
    let mut out = String::new();
    let mut sums = std::collections::BTreeMap::new();
    batch::preview(job, journal, |reason, path, n_bytes| {
        let sum: &mut (u64, u64) = sums.entry(reason).or_default();
        sum.0 += 1;
        sum.1 += n_bytes;
        // The name of a new file is the name of a person as often as not.
        if let (Some(path), true) = (path, reason != Reason::Unchanged) {
            out.push_str(&format!("{}\t{n_bytes}\t{path}\n", word(reason)));
        }
    })?;
    for (reason, (n_files, n_bytes)) in sums {
        out.push_str(&format!(
            "# {}: {n_files} files, {n_bytes} bytes\n",
            word(reason)
        ));
    }
    print(out.as_bytes())
}

const fn word(reason: Reason) -> &'static str {
    match reason {
        Reason::New => "new",
        Reason::Changed => "changed",
        Reason::Settings => "other-settings",
        Reason::Redo => "redo",
        Reason::Unchanged => "unchanged",
        Reason::Gone => "source-gone",
    }
}

fn open_journal(places: &Places) -> Result<Journal> {
    let path = places.journal();
    if let Some(folder) = path.parent() {
        fs::make_folder(folder)?;
    }
    Journal::open(&path)
}

/// What the audit log says of a run: counts.
fn counts(report: &Report) -> String {
    let totals = &report.summary.totals;
    format!(
        "{} files: {} delivered, {} unchanged, {} not delivered",
        totals.files, totals.delivered, totals.unchanged, totals.failed
    )
}

fn tell(report: &Report, args: &Run, language: Language) {
    let totals = &report.summary.totals;
    let gone = if totals.gone > 0 {
        format!(", {} without a source", totals.gone)
    } else {
        String::new()
    };
    say(&format!(
        "{} files: {} delivered, {} unchanged, {} not delivered{gone}; {} mentions replaced",
        totals.files, totals.delivered, totals.unchanged, totals.failed, totals.mentions
    ));
    for (kind, n) in &report.summary.failures {
        say(&format!("  {n} × {}", report::reason(*kind, language)));
    }
    for (de, en) in &report.summary.remarks {
        say(match language {
            Language::De => de,
            Language::En => en,
        });
    }
    say(&format!(
        "Report: {}",
        args.out.join(batch::REPORT_HTML).display()
    ));
    for caution in report::cautions(language).iter().take(1) {
        say(caution);
    }
}

fn n_processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
}
