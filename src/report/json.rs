//! The report for machines. The schema is stable: fields are added, never
//! renamed; `docs/reference/report.md` says what each means. Files stand one on
//! a line, so that two reports can be compared line by line.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;

use super::history::Night;
use super::{
    FileReport, Found, Manifest, Noted, Outcome, Report, Sums, Totals, cautions, happened, measured,
};
use crate::entity::EntityType;
use crate::error::{Error, ErrorKind, Result};
use crate::fs;
use crate::token::Language;

/// Version of the schema.
pub const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Head<'a> {
    schema: u32,
    program: &'static str,
    version: &'a str,
    scope: &'a str,
    recognizers: &'a [String],
    cautions: [&'static str; 3],
    measured: &'static str,
    manifest: &'a Manifest,
    totals: &'a Totals,
    mentions: BTreeMap<&'static str, u64>,
    failures: BTreeMap<&'static str, u64>,
    notices: Vec<JsonNotice>,
    folders: &'a BTreeMap<String, Sums>,
    formats: &'a BTreeMap<String, Sums>,
    remarks: Vec<&'a str>,
    history: &'a [Night],
}

#[derive(Serialize)]
struct JsonFile<'a> {
    name: &'a str,
    format: Option<&'a str>,
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
    places: Vec<JsonFound>,
    #[serde(skip_serializing_if = "is_zero")]
    mentions_unlisted: u64,
    notices: Vec<JsonNotice>,
    review: Vec<String>,
    ambiguous: Vec<String>,
}

#[derive(Serialize)]
struct JsonFound {
    #[serde(rename = "type")]
    entity_type: &'static str,
    place: String,
    n: u64,
}

#[derive(Serialize)]
struct JsonNotice {
    what: String,
    happened: &'static str,
    n: u64,
}

/// Writes the report as JSON.
///
/// # Errors
/// If the disk refuses.
pub fn write(report: &mut Report, out: &mut dyn Write) -> Result<()> {
    let summary = &report.summary;
    let head = Head {
        schema: SCHEMA,
        program: env!("CARGO_PKG_NAME"),
        version: &report.manifest.version,
        scope: &report.manifest.scope,
        recognizers: &report.manifest.recognizers,
        cautions: cautions(Language::En),
        measured: measured(Language::En),
        manifest: &report.manifest,
        totals: &summary.totals,
        mentions: names(&summary.mentions),
        failures: summary
            .failures
            .iter()
            .map(|(kind, n)| (kind.code(), *n))
            .collect(),
        notices: summary
            .notices
            .iter()
            .map(|((kind, _, en), n)| JsonNotice {
                what: en.to_string(),
                happened: happened(*kind, Language::En),
                n: *n,
            })
            .collect(),
        folders: &summary.folders,
        formats: &summary.formats,
        remarks: summary.remarks.iter().map(|(_, en)| en.as_str()).collect(),
        history: &report.history,
    };
    let text = serde_json::to_string_pretty(&head).map_err(|_| unwritable())?;
    let open = text.trim_end().trim_end_matches('}').trim_end();
    put(out, open)?;
    put(out, ",\n  \"files\": [")?;
    let mut separator = "\n    ";
    report.files.each(|report| {
        put(out, separator)?;
        separator = ",\n    ";
        let line = serde_json::to_string(&file(&report)).map_err(|_| unwritable())?;
        put(out, &line)
    })?;
    put(out, "\n  ]\n}\n")
}

pub(super) fn put(out: &mut dyn Write, text: &str) -> Result<()> {
    out.write_all(text.as_bytes())
        .map_err(|error| fs::writing("writing the report", &error))
}

/// The outcome as a stable word.
pub(super) const fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Delivered => "delivered",
        Outcome::Unchanged => "unchanged",
        Outcome::Scanned => "scanned",
        Outcome::Failed { .. } => "failed",
        Outcome::Gone { removed: true } => "removed",
        Outcome::Gone { removed: false } => "source_gone",
    }
}

fn file(file: &FileReport) -> JsonFile<'_> {
    let (reason, detail, place) = match &file.outcome {
        Outcome::Failed { kind, what, place } => {
            let place = place.as_ref().map(ToString::to_string);
            (Some(kind.code()), Some(what.as_ref()), place)
        }
        Outcome::Delivered | Outcome::Unchanged | Outcome::Scanned | Outcome::Gone { .. } => {
            (None, None, None)
        }
    };
    JsonFile {
        name: &file.name,
        format: file.format.as_deref(),
        outcome: outcome(&file.outcome),
        reason,
        detail,
        place,
        bytes: file.n_bytes,
        characters_extracted: file.n_chars,
        characters_examined: file.n_chars,
        mentions: names(&file.mentions),
        subjects: names(&file.subjects),
        places: file.places.iter().map(found).collect(),
        mentions_unlisted: file.n_unlisted,
        notices: file.notices.iter().map(notice).collect(),
        review: file.doubts.iter().map(ToString::to_string).collect(),
        ambiguous: file.ambiguous.iter().map(ToString::to_string).collect(),
    }
}

fn found(found: &Found) -> JsonFound {
    JsonFound {
        entity_type: found.entity_type.name(),
        place: found.place.to_string(),
        n: found.n,
    }
}

fn notice(notice: &Noted) -> JsonNotice {
    JsonNotice {
        what: notice.en.to_string(),
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

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_zero(n: &u64) -> bool {
    *n == 0
}

fn unwritable() -> Error {
    Error::new(ErrorKind::Internal, "the report cannot be written")
}
