//! `deckname run`: pseudonymized copies of a folder, and a report.

use std::path::Path;

use super::args::Run;
use super::draw::Draw;
use super::settings::{Places, absolute};
use super::{keys, lists, recognizers, say};
use crate::batch::{self, Job};
use crate::error::{Error, ErrorKind, Result};
use crate::fs;
use crate::mapping::Blind;
use crate::mapping::seal::{self, BatchKey, sha256};
use crate::pipeline::Pipeline;
use crate::policy::Policy;
use crate::report::{self, Report};
use crate::token::Language;

/// A policy is a page of text.
const MAX_POLICY: u64 = 1 << 20;

/// # Errors
/// If nothing can be done: wrong settings, no key, no store.
pub(super) fn run(args: &Run) -> anyhow::Result<bool> {
    let places = Places::new(&args.places)?;
    let (input, output) = (absolute(&args.input)?, absolute(&args.out)?);
    places.check_apart(&[&input, &output])?;
    let policy = policy(args.policy.as_deref())?;
    let language = Language::from(args.lang);
    let (recognizers, mut names) = recognizers::all(&args.model)?;
    let mut recognizers = recognizers::with_rules(recognizers, policy.rules())?;
    names.extend(recognizers::rule_names(policy.rules()));
    let lists = lists::open(policy.lists(), args.policy.as_deref(), &args.lists)?;
    names.extend(lists.names());
    recognizers.extend(lists.deny);
    let key = batch_key(&places)?;
    let settings = settings(
        &policy,
        &names,
        &key.blind("lists", &[&lists.content]),
        args.reading.accept_changes,
    );
    let options = args.reading.options()?;
    let pipeline = Pipeline::new(recognizers, policy, options).with_allowed(lists.allowed);
    if let Some(folder) = places.store.file().and_then(Path::parent) {
        fs::make_folder(folder)?;
    }
    let mut store = places.store.open(key.fingerprint(), key.public_id())?;
    let job = Job {
        pipeline: &pipeline,
        key: &key,
        input: &input,
        output: &output,
        domain: &args.places.domain,
        language,
        scope: args.scope.into(),
        n_jobs: args.jobs.unwrap_or_else(n_processors),
        max_file_size: args.max_file_size.saturating_mul(1 << 20),
        resume: args.resume,
        settings: &settings,
    };
    let draw = Draw::new(args.quiet);
    let mut report = batch::run(&job, &mut store, &draw)?;
    draw.finish();
    report.recognizers = names;
    write_report(&report, &output, language)?;
    tell(&report, args, language);
    Ok(report.totals().failed == 0)
}

/// The policy of a file; the strict default where none is named.
///
/// # Errors
/// If it cannot be read or says something wrong.
pub(super) fn policy(path: Option<&Path>) -> Result<Policy> {
    let Some(path) = path else {
        return Ok(Policy::default());
    };
    let bytes = fs::read(path, MAX_POLICY).map_err(|error| {
        Error::new(
            ErrorKind::Settings,
            format!("the policy file: {}", error.what()),
        )
    })?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| Error::new(ErrorKind::Settings, "the policy file is not UTF-8"))?;
    Policy::parse(text)
}

/// What decides how outputs look besides the input: an output of other settings is made anew.
fn settings(
    policy: &Policy,
    recognizers: &[String],
    lists: &Blind,
    accept_changes: bool,
) -> String {
    let parts = [
        env!("CARGO_PKG_VERSION"),
        &policy.canonical(),
        &recognizers.join(","),
        // Keyed: who sees the journal must not be able to guess what a list holds.
        &format!("{:?}", lists.0),
        if accept_changes { "accept" } else { "" },
    ]
    .join("\n");
    sha256(parts.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The batch key; where nobody named a folder, new keys are made at the first run.
fn batch_key(places: &Places) -> Result<BatchKey> {
    let missing = !places.keys.join(seal::BATCH_KEY_FILE).exists();
    let store_is_new = places.store.file().is_some_and(|path| !path.exists());
    if missing && store_is_new {
        seal::create(&places.keys)?;
        keys::tell(places);
    }
    BatchKey::open(&places.keys)
}

fn write_report(report: &Report, output: &Path, language: Language) -> Result<()> {
    let json = report::json::write(report)?;
    fs::write_replacing(&output.join(batch::REPORT_JSON), json.as_bytes())?;
    let markdown = report::markdown::write(report, language);
    fs::write_replacing(&output.join(batch::REPORT_MARKDOWN), markdown.as_bytes())
}

fn tell(report: &Report, args: &Run, language: Language) {
    let totals = report.totals();
    say(&format!(
        "{} files: {} delivered, {} unchanged, {} not delivered; {} mentions replaced",
        totals.files, totals.delivered, totals.unchanged, totals.failed, totals.mentions
    ));
    for (kind, n) in report.failures() {
        say(&format!("  {n} × {}", report::reason(kind, language)));
    }
    say(&format!(
        "Report: {}",
        args.out.join(batch::REPORT_MARKDOWN).display()
    ));
    for caution in report::cautions(language).iter().take(1) {
        say(caution);
    }
}

fn n_processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
}
