//! The report for people, German or English.

use std::fmt::Write;

use super::{FileReport, Outcome, Report, cautions, happened, reason};
use crate::entity::EntityType;
use crate::token::Language;

struct Words {
    title: &'static str,
    summary: &'static str,
    files: &'static str,
    delivered: &'static str,
    unchanged: &'static str,
    failed: &'static str,
    characters: &'static str,
    mentions: &'static str,
    kind: &'static str,
    count: &'static str,
    not_delivered: &'static str,
    file: &'static str,
    why: &'static str,
    place: &'static str,
    notices: &'static str,
    part: &'static str,
    happened: &'static str,
    all_files: &'static str,
    format: &'static str,
    review: &'static str,
    found_by: &'static str,
    scope: &'static str,
    restore: &'static str,
    nothing: &'static str,
}

const DE: Words = Words {
    title: "Bericht der Pseudonymisierung",
    summary: "Überblick",
    files: "Dateien",
    delivered: "ausgeliefert",
    unchanged: "unverändert seit einem früheren Lauf",
    failed: "nicht ausgeliefert",
    characters: "Zeichen gelesen und untersucht",
    mentions: "Ersetzte Nennungen",
    kind: "Art",
    count: "Anzahl",
    not_delivered: "Nicht ausgeliefert",
    file: "Datei",
    why: "Grund",
    place: "Stelle",
    notices: "Entfernt, repariert oder nicht untersucht",
    part: "Bestandteil",
    happened: "Behandlung",
    all_files: "Alle Dateien",
    format: "Format",
    review: "Stellen zur Durchsicht",
    found_by: "Gesucht mit",
    scope: "Eine Person hat ein Pseudonym je",
    restore: "Namen nicht ausgelieferter Dateien stehen als Kennung; `deckname restore` zeigt sie dem Inhaber des Schlüssels.",
    nothing: "nichts",
};

const EN: Words = Words {
    title: "Report of the pseudonymization",
    summary: "Summary",
    files: "files",
    delivered: "delivered",
    unchanged: "unchanged since an earlier run",
    failed: "not delivered",
    characters: "characters read and examined",
    mentions: "Mentions replaced",
    kind: "Type",
    count: "Count",
    not_delivered: "Not delivered",
    file: "File",
    why: "Reason",
    place: "Place",
    notices: "Dropped, repaired or not examined",
    part: "Part",
    happened: "Treatment",
    all_files: "All files",
    format: "Format",
    review: "Places to review",
    found_by: "Searched with",
    scope: "One person has one pseudonym per",
    restore: "Files that were not delivered are named by a token; `deckname restore` shows their names to the holder of the key.",
    nothing: "nothing",
};

/// The report as Markdown text.
#[must_use]
pub fn write(report: &Report, language: Language) -> String {
    let words = match language {
        Language::De => &DE,
        Language::En => &EN,
    };
    let mut out = String::new();
    // Writing to a string cannot fail.
    write_all(&mut out, report, language, words).unwrap_or_default();
    out
}

fn write_all(
    out: &mut String,
    report: &Report,
    language: Language,
    words: &Words,
) -> std::fmt::Result {
    let totals = report.totals();
    writeln!(out, "# {}\n", words.title)?;
    for sentence in cautions(language) {
        writeln!(out, "- {sentence}")?;
    }
    writeln!(out, "\n## {}\n", words.summary)?;
    writeln!(out, "- {} {}", totals.files, words.files)?;
    writeln!(out, "- {} {}", totals.delivered, words.delivered)?;
    if totals.unchanged > 0 {
        writeln!(out, "- {} {}", totals.unchanged, words.unchanged)?;
    }
    writeln!(out, "- {} {}", totals.failed, words.failed)?;
    writeln!(out, "- {} {}", totals.characters, words.characters)?;
    writeln!(
        out,
        "- {}: {}",
        words.found_by,
        report.recognizers.join(", ")
    )?;
    writeln!(out, "- {}: {}", words.scope, scope(report.scope, language))?;
    writeln!(out, "\n## {}\n", words.mentions)?;
    let label = |entity_type: EntityType| match language {
        Language::De => entity_type.label_de(),
        Language::En => entity_type.label_en(),
    };
    let mentions = report.mentions();
    if mentions.is_empty() {
        writeln!(out, "{}", words.nothing)?;
    } else {
        writeln!(out, "| {} | {} |\n| --- | ---: |", words.kind, words.count)?;
    }
    for (entity_type, n) in mentions {
        writeln!(out, "| {} | {n} |", label(entity_type))?;
    }
    failures(out, report, language, words)?;
    notices(out, report, language, words)?;
    files(out, report, words)?;
    review(out, report, words)
}

fn failures(
    out: &mut String,
    report: &Report,
    language: Language,
    words: &Words,
) -> std::fmt::Result {
    writeln!(out, "\n## {}\n", words.not_delivered)?;
    let failed: Vec<_> = report
        .files
        .iter()
        .filter_map(|file| match &file.outcome {
            Outcome::Failed { kind, what, place } => Some((file, kind, what, place)),
            Outcome::Delivered | Outcome::Unchanged => None,
        })
        .collect();
    if failed.is_empty() {
        return writeln!(out, "{}", words.nothing);
    }
    writeln!(out, "{}\n", words.restore)?;
    writeln!(
        out,
        "| {} | {} | {} |\n| --- | --- | --- |",
        words.file, words.why, words.place
    )?;
    for (file, kind, what, place) in failed {
        let place = place.map(|place| place.to_string()).unwrap_or_default();
        writeln!(
            out,
            "| {} | {}: {} | {place} |",
            cell(&file.name),
            reason(*kind, language),
            cell(what)
        )?;
    }
    Ok(())
}

fn notices(
    out: &mut String,
    report: &Report,
    language: Language,
    words: &Words,
) -> std::fmt::Result {
    writeln!(out, "\n## {}\n", words.notices)?;
    let notices = report.notices();
    if notices.is_empty() {
        return writeln!(out, "{}", words.nothing);
    }
    writeln!(
        out,
        "| {} | {} | {} |\n| --- | --- | ---: |",
        words.part, words.happened, words.count
    )?;
    for notice in notices {
        let what = match language {
            Language::De => notice.what.de,
            Language::En => notice.what.en,
        };
        writeln!(
            out,
            "| {what} | {} | {} |",
            happened(notice.kind, language),
            notice.n
        )?;
    }
    Ok(())
}

fn files(out: &mut String, report: &Report, words: &Words) -> std::fmt::Result {
    writeln!(out, "\n## {}\n", words.all_files)?;
    writeln!(
        out,
        "| {} | {} | {} |\n| --- | --- | ---: |",
        words.file, words.format, words.mentions
    )?;
    for file in &report.files {
        let n: u64 = file.mentions.values().sum();
        let state = match file.outcome {
            Outcome::Delivered => n.to_string(),
            Outcome::Unchanged => words.unchanged.to_owned(),
            Outcome::Failed { .. } => words.failed.to_owned(),
        };
        writeln!(
            out,
            "| {} | {} | {state} |",
            cell(&file.name),
            file.format.unwrap_or("?")
        )?;
    }
    Ok(())
}

fn review(out: &mut String, report: &Report, words: &Words) -> std::fmt::Result {
    let doubtful = |file: &&FileReport| !file.doubts.is_empty();
    if report.files.iter().any(|file| doubtful(&file)) {
        writeln!(out, "\n## {}\n", words.review)?;
    }
    for file in report.files.iter().filter(doubtful) {
        let places: Vec<_> = file.doubts.iter().map(ToString::to_string).collect();
        writeln!(out, "- {}: {}", cell(&file.name), places.join("; "))?;
    }
    Ok(())
}

/// Text in a table's cell: no bar, no line break.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

fn scope(scope: &'static str, language: Language) -> &'static str {
    match (scope, language) {
        ("document", Language::De) => "Dokument",
        ("folder", Language::De) => "Ordner",
        ("corpus", Language::De) => "Bestand",
        (scope, _) => scope,
    }
}
