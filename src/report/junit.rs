//! The report as `JUnit` XML, for pipelines that show test results: one test case
//! per file, a failure for each that was not delivered.

use std::io::Write;

use super::chart::escape;
use super::csv::failure;
use super::json::put;
use super::{Outcome, Report};
use crate::error::Result;
use crate::token::Language;

/// Writes the report as `JUnit` XML.
///
/// # Errors
/// If the disk refuses.
pub fn write(report: &mut Report, language: Language, out: &mut dyn Write) -> Result<()> {
    let totals = report.summary.totals.clone();
    put(
        out,
        &format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"deckname\" tests=\"{}\" failures=\"{}\"><testsuite name=\"deckname\" tests=\"{}\" failures=\"{}\" skipped=\"0\">\n",
            totals.files, totals.failed, totals.files, totals.failed
        ),
    )?;
    report.files.each(|file| {
        let (folder, name) = file.name.rsplit_once('/').unwrap_or(("", &file.name));
        let case = format!(
            "<testcase classname=\"{}\" name=\"{}\"",
            escape(folder),
            escape(name)
        );
        match file.outcome {
            Outcome::Gone { .. } => Ok(()),
            Outcome::Failed { kind, .. } => {
                let [why, what, at] = failure(&file, language);
                put(
                    out,
                    &format!(
                        "{case}><failure type=\"{}\" message=\"{}\">{} {}</failure></testcase>\n",
                        kind.code(),
                        escape(&why),
                        escape(&what),
                        escape(&at)
                    ),
                )
            }
            Outcome::Delivered | Outcome::Unchanged | Outcome::Scanned => {
                put(out, &format!("{case}/>\n"))
            }
        }
    })?;
    put(out, "</testsuite></testsuites>\n")
}
