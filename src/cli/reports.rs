//! Writes the reports of a run or a scan, and the manifest that makes it
//! reproducible.

use std::path::Path;

use super::args::{ModelChoice, ReportFormat};
use super::recognizers;
use super::stages::Stages;
use crate::batch::{
    QUARANTINE_CSV, REPORT_CSV, REPORT_HTML, REPORT_JSON, REPORT_JUNIT, REPORT_MARKDOWN,
    REPORT_SARIF,
};
use crate::error::Result;
use crate::fs;
use crate::mapping::journal::Key;
use crate::mapping::seal::sha256;
use crate::report::history::{self, Night};
use crate::report::spool::Spool;
use crate::report::{self, Kind, Manifest, Report, Summary};
use crate::token::Language;

/// What decides how outputs look besides the input.
pub(super) struct Sources<'a> {
    pub(super) stages: &'a Stages,
    /// Keyed hash of the entries of all lists.
    pub(super) lists: [u8; 32],
    pub(super) scope: &'a str,
    pub(super) domain: &'a str,
    pub(super) language: Language,
    pub(super) max_file_size: u64,
}

impl Sources<'_> {
    /// The manifest, and the short hash of all settings: an output of other
    /// settings is made anew.
    ///
    /// # Errors
    /// If the model's folder cannot be read.
    pub(super) fn manifest(&self, kind: Kind, model: &ModelChoice) -> Result<(Manifest, Key)> {
        let sources = self;
        let model = recognizers::fingerprint(model)?;
        let policy = hex(&sha256(sources.stages.policy.as_bytes()));
        let names = sources.stages.names.join("\n");
        let rules = [env!("CARGO_PKG_VERSION"), names.as_str()].join("\n");
        let rules = hex(&sha256(rules.as_bytes()));
        let language = match sources.language {
            Language::De => "de",
            Language::En => "en",
        };
        let all = [
            env!("CARGO_PKG_VERSION"),
            &model,
            &policy,
            &rules,
            sources.scope,
            sources.domain,
            language,
            &sources.max_file_size.to_string(),
            &hex(&sources.lists),
            &sources.stages.reading,
        ]
        .join("\n");
        let all = sha256(all.as_bytes());
        let mut settings = Key::default();
        settings
            .iter_mut()
            .zip(all)
            .for_each(|(to, from)| *to = from);
        let manifest = Manifest {
            kind,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started: jiff::Timestamp::now()
                .strftime("%Y-%m-%d %H:%M:%S UTC")
                .to_string(),
            recognizers: sources.stages.names.clone(),
            model,
            policy,
            rules,
            settings: hex(&all),
            scope: sources.scope.to_owned(),
            domain: sources.domain.to_owned(),
        };
        Ok((manifest, settings))
    }
}

/// Writes all reports into a folder.
///
/// # Errors
/// If the disk refuses.
pub(super) fn write(
    summary: Summary,
    files: Spool,
    manifest: Manifest,
    folder: &Path,
    language: Language,
    more: &[ReportFormat],
) -> Result<Report> {
    let night = Night::new(&manifest.started, manifest.kind, &summary);
    let history = history::note(folder, night)?;
    let mut report = Report {
        summary,
        files,
        manifest,
        history,
    };
    let at = |name: &str| folder.join(name);
    fs::replace_with(&at(REPORT_JSON), |out| {
        report::json::write(&mut report, out)
    })?;
    fs::replace_with(&at(REPORT_CSV), |out| {
        report::csv::write(&mut report, language, out)
    })?;
    fs::replace_with(&at(QUARANTINE_CSV), |out| {
        report::csv::quarantine(&mut report, language, out)
    })?;
    fs::replace_with(&at(REPORT_MARKDOWN), |out| {
        report::markdown::write(&mut report, language, out)
    })?;
    fs::replace_with(&at(REPORT_HTML), |out| {
        report::html::write(&mut report, language, out)
    })?;
    if more.contains(&ReportFormat::Junit) {
        fs::replace_with(&at(REPORT_JUNIT), |out| {
            report::junit::write(&mut report, language, out)
        })?;
    }
    if more.contains(&ReportFormat::Sarif) {
        fs::replace_with(&at(REPORT_SARIF), |out| {
            report::sarif::write(&mut report, language, out)
        })?;
    }
    Ok(report)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
