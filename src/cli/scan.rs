//! `deckname scan`: what personal data lies where, without a copy, a store or a
//! key.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;

use super::args::{Language, Limits, ListChoice, LogFormat, ModelChoice, ReportFormat};
use super::draw::Draw;
use super::reading::Reading;
use super::reports::{self, Sources};
use super::settings::absolute;
use super::{batch, isolation, say, stages};
use crate::batch::{REPORT_HTML, REPORT_STEM, Survey, scan};
use crate::error::{Error, ErrorKind};
use crate::fs;
use crate::report::spool::Spool;
use crate::report::{Kind, Report, Summary};

/// `deckname scan`
#[derive(Clone, Debug, ClapArgs)]
pub struct Scan {
    /// The folder or the file to read. It is never changed.
    #[arg(value_name = "IN")]
    pub input: PathBuf,
    /// The folder for the report: new, empty, or that of an earlier scan.
    #[arg(long, value_name = "OUT")]
    pub out: PathBuf,
    /// A policy file: what it keeps is not counted.
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
    pub reading: Reading,
    /// Language of the report.
    #[arg(long, value_enum, default_value_t = Language::De)]
    pub lang: Language,
    /// How much the scan may take.
    #[command(flatten)]
    pub limits: Limits,
    /// Write a list of the real paths and the names in the report. It holds
    /// personal data and must not lie in the folder of the report.
    #[arg(long, value_name = "FILE")]
    pub name_list: Option<PathBuf>,
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

/// # Errors
/// If nothing can be done: wrong settings, no input, no place for the report.
pub(super) fn run(args: &Scan) -> anyhow::Result<bool> {
    let (input, output) = (absolute(&args.input)?, absolute(&args.out)?);
    let list = args.name_list.as_deref().map(absolute).transpose()?;
    if list.as_ref().is_some_and(|list| list.starts_with(&output)) {
        return Err(
            settings("--name-list lies in the folder of the report; it holds real names").into(),
        );
    }
    refuse_foreign(&output)?;
    let stages = stages::open(
        args.policy.as_deref(),
        &args.lists,
        &args.model,
        &args.reading,
    )?;
    let limits = batch::limits(&args.limits);
    let language = args.lang.into();
    if args.limits.worker {
        return Ok(isolation::work(&stages, None, "", language, &args.limits)?);
    }
    fs::make_folder(&output)?;
    let (manifest, _) = Sources {
        stages: &stages,
        // A scan has no key, and a hash without one could be guessed.
        lists: [0; 32],
        scope: "document",
        domain: "",
        language,
        max_file_size: limits.max_file_size,
    }
    .manifest(Kind::Scan, &args.model)?;
    let survey = Survey {
        pipeline: &stages.pipeline,
        input: &input,
        output: &output,
        language,
        limits,
        isolation: isolation::children(&args.limits, &output)?,
    };
    let draw = Draw::new(args.quiet, args.log_format);
    draw.count_if_watched(&input, &output);
    let (summary, files) = examine(&survey, &draw, list.as_deref())?;
    let report = reports::write(
        summary,
        files,
        manifest,
        &output,
        language,
        &args.report_format,
    )?;
    tell(&report, args);
    Ok(report.summary.totals.failed == 0)
}

/// Examines all files, and writes the list of names if one is wanted.
fn examine(
    survey: &Survey<'_>,
    draw: &Draw,
    list: Option<&Path>,
) -> Result<(Summary, Spool), Error> {
    let mut names = String::from("\u{feff}Bericht;Datei\r\n");
    let scanned = scan(survey, draw, |shown, real| {
        if list.is_some() {
            let real = real.to_string_lossy().replace('"', "\"\"");
            let shown = shown.replace('"', "\"\"");
            names.push_str(&format!("\"{shown}\";\"{real}\"\r\n"));
        }
        Ok(())
    });
    draw.finish();
    if let (Ok(_), Some(list)) = (&scanned, list) {
        fs::write_replacing(list, names.as_bytes())?;
    }
    scanned
}

/// The folder for the report must hold nothing but reports.
fn refuse_foreign(output: &Path) -> Result<(), Error> {
    let foreign = |entry: std::io::Result<std::fs::DirEntry>| {
        entry.map_or(true, |entry| {
            let name = entry.file_name();
            !name.to_string_lossy().starts_with(REPORT_STEM)
        })
    };
    if output
        .read_dir()
        .is_ok_and(|mut inside| inside.any(foreign))
    {
        return Err(settings(
            "the folder for the report holds other files; choose another one",
        ));
    }
    Ok(())
}

fn tell(report: &Report, args: &Scan) {
    let totals = &report.summary.totals;
    say(&format!(
        "{} files: {} examined, {} not examined; {} mentions found",
        totals.files, totals.scanned, totals.failed, totals.mentions
    ));
    for (kind, n) in &report.summary.failures {
        let reason = crate::report::reason(*kind, args.lang.into());
        say(&format!("  {n} × {reason}"));
    }
    say(&format!("Report: {}", args.out.join(REPORT_HTML).display()));
}

fn settings(what: &'static str) -> Error {
    Error::new(ErrorKind::Settings, what)
}
