//! The report for machines. The schema is stable: fields are added, never renamed.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{FileReport, Outcome, Report, Totals, cautions, happened};
use crate::document::Notice;
use crate::entity::EntityType;
use crate::error::{Error, ErrorKind, Result};
use crate::token::Language;

/// Version of the schema.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Json<'a> {
    schema: u32,
    program: &'static str,
    version: &'static str,
    scope: &'static str,
    recognizers: &'a [String],
    cautions: [&'static str; 3],
    totals: Totals,
    mentions: BTreeMap<&'static str, u64>,
    failures: BTreeMap<&'static str, u64>,
    files: Vec<JsonFile<'a>>,
}

#[derive(Serialize)]
struct JsonFile<'a> {
    name: &'a str,
    format: Option<&'static str>,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    bytes: u64,
    characters_extracted: u64,
    characters_examined: u64,
    mentions: BTreeMap<&'static str, u64>,
    subjects: BTreeMap<&'static str, u64>,
    notices: Vec<JsonNotice>,
    review: Vec<String>,
}

#[derive(Serialize)]
struct JsonNotice {
    what: &'static str,
    happened: &'static str,
    n: u32,
}

/// The report as JSON text.
///
/// # Errors
/// If it cannot be written as JSON (a bug).
pub fn write(report: &Report) -> Result<String> {
    let json = Json {
        schema: SCHEMA,
        program: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        scope: report.scope,
        recognizers: &report.recognizers,
        cautions: cautions(Language::En),
        totals: report.totals(),
        mentions: names(&report.mentions()),
        failures: report
            .failures()
            .into_iter()
            .map(|(kind, n)| (kind.code(), n))
            .collect(),
        files: report.files.iter().map(file).collect(),
    };
    let mut text = serde_json::to_string_pretty(&json)
        .map_err(|_| Error::new(ErrorKind::Internal, "the report cannot be written"))?;
    text.push('\n');
    Ok(text)
}

fn file(file: &FileReport) -> JsonFile<'_> {
    let (outcome, reason, detail, place) = match &file.outcome {
        Outcome::Delivered => ("delivered", None, None, None),
        Outcome::Unchanged => ("unchanged", None, None, None),
        Outcome::Failed { kind, what, place } => {
            let place = place.map(|place| place.to_string());
            ("failed", Some(kind.code()), Some(what.as_str()), place)
        }
    };
    JsonFile {
        name: &file.name,
        format: file.format,
        outcome,
        reason,
        detail,
        place,
        bytes: file.n_bytes,
        characters_extracted: file.n_chars,
        characters_examined: file.n_chars,
        mentions: names(&file.mentions),
        subjects: names(&file.subjects),
        notices: file.notices.iter().map(notice).collect(),
        review: file.doubts.iter().map(ToString::to_string).collect(),
    }
}

fn notice(notice: &Notice) -> JsonNotice {
    JsonNotice {
        what: notice.what.en,
        happened: happened(notice.kind, Language::En),
        n: notice.n,
    }
}

fn names(counts: &BTreeMap<EntityType, u64>) -> BTreeMap<&'static str, u64> {
    counts
        .iter()
        .map(|(entity_type, n)| (entity_type.name(), *n))
        .collect()
}
