//! The report for people, German or English.

use std::fmt::Write as _;
use std::io::Write;

use super::csv::failure;
use super::json::put;
use super::{FileReport, Kind, Outcome, Report, Summary, cautions, happened, measured, place};
use crate::entity::EntityType;
use crate::error::Result;
use crate::token::Language;

/// Most files that a list for people shows; tables for machines show all.
const MAX_ROWS: usize = 1_000;

struct Words {
    title: &'static str,
    title_scan: &'static str,
    summary: &'static str,
    files: &'static str,
    delivered: &'static str,
    unchanged: &'static str,
    scanned: &'static str,
    gone: &'static str,
    removed: &'static str,
    more: &'static str,
    manifest: &'static str,
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
    ambiguous: &'static str,
    ambiguous_hint: &'static str,
    found_by: &'static str,
    scope: &'static str,
    restore: &'static str,
    nothing: &'static str,
}

const DE: Words = Words {
    title: "Bericht der Pseudonymisierung",
    title_scan: "Bericht der Bestandsaufnahme (ohne Kopien)",
    summary: "Überblick",
    files: "Dateien",
    delivered: "ausgeliefert",
    unchanged: "unverändert seit einem früheren Lauf",
    scanned: "untersucht",
    gone: "Vorlage gelöscht",
    removed: "Vorlage gelöscht, Kopie entfernt",
    more: "weitere; alle stehen in deckname-report.csv",
    manifest: "Angaben zur Wiederholbarkeit",
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
    ambiguous: "Nennungen, die mehrere Personen meinen können",
    ambiguous_hint: "Ihr Pseudonym steht für den Namen, nicht für eine der Personen. Wer gemeint ist, entscheidet nur, wer die Vorlage liest.",
    found_by: "Gesucht mit",
    scope: "Eine Person hat ein Pseudonym je",
    restore: "Namen nicht ausgelieferter Dateien stehen als Kennung; `deckname restore` zeigt sie dem Inhaber des Schlüssels.",
    nothing: "nichts",
};

const EN: Words = Words {
    title: "Report of the pseudonymization",
    title_scan: "Report of the audit (no copies)",
    summary: "Summary",
    files: "files",
    delivered: "delivered",
    unchanged: "unchanged since an earlier run",
    scanned: "examined",
    gone: "source gone",
    removed: "source gone, copy removed",
    more: "more; all are in deckname-report.csv",
    manifest: "What makes the run reproducible",
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
    ambiguous: "Mentions that several people fit",
    ambiguous_hint: "Their pseudonym stands for the name, not for one of those people. Who is meant only a reader of the original can tell.",
    found_by: "Searched with",
    scope: "One person has one pseudonym per",
    restore: "Files that were not delivered are named by a token; `deckname restore` shows their names to the holder of the key.",
    nothing: "nothing",
};

/// Writes the report as Markdown.
///
/// # Errors
/// If the disk refuses.
pub fn write(report: &mut Report, language: Language, out: &mut dyn Write) -> Result<()> {
    let words = match language {
        Language::De => &DE,
        Language::En => &EN,
    };
    let mut lists = Lists::default();
    report.files.each(|file| {
        lists.take(&file, language, words);
        Ok(())
    })?;
    let mut text = String::new();
    // Writing to a string cannot fail.
    write_head(&mut text, report, language, words).unwrap_or_default();
    lists.write(&mut text, words).unwrap_or_default();
    put(out, &text)
}

/// The lists of files, shortened.
#[derive(Default)]
struct Lists {
    failed: Rows,
    all: Rows,
    review: Rows,
    ambiguous: Rows,
}

/// Lines for people, and how many there would be.
#[derive(Default)]
struct Rows {
    lines: Vec<String>,
    n: usize,
}

impl Rows {
    fn push(&mut self, line: impl FnOnce() -> String) {
        self.n += 1;
        if self.lines.len() < MAX_ROWS {
            self.lines.push(line());
        }
    }

    fn write(&self, out: &mut String, words: &Words) -> std::fmt::Result {
        for line in &self.lines {
            writeln!(out, "{line}")?;
        }
        if self.n > self.lines.len() {
            writeln!(out, "\n… {} {}", self.n - self.lines.len(), words.more)?;
        }
        Ok(())
    }
}

impl Lists {
    fn take(&mut self, file: &FileReport, language: Language, words: &Words) {
        let n: u64 = file.mentions.values().sum();
        let state = match file.outcome {
            Outcome::Delivered | Outcome::Scanned => n.to_string(),
            Outcome::Unchanged => words.unchanged.to_owned(),
            Outcome::Failed { .. } => words.failed.to_owned(),
            Outcome::Gone { removed: true } => words.removed.to_owned(),
            Outcome::Gone { removed: false } => words.gone.to_owned(),
        };
        let format = file.format.as_deref().unwrap_or("?");
        self.all
            .push(|| format!("| {} | {format} | {state} |", cell(&file.name)));
        if matches!(file.outcome, Outcome::Failed { .. }) {
            let [why, what, at] = failure(file, language);
            self.failed
                .push(|| format!("| {} | {why}: {} | {at} |", cell(&file.name), cell(&what)));
        }
        for (places, rows) in [
            (&file.doubts, &mut self.review),
            (&file.ambiguous, &mut self.ambiguous),
        ] {
            if !places.is_empty() {
                let places: Vec<_> = places.iter().map(|at| place(at, language)).collect();
                rows.push(|| format!("- {}: {}", cell(&file.name), places.join("; ")));
            }
        }
    }

    fn write(&self, out: &mut String, words: &Words) -> std::fmt::Result {
        writeln!(out, "\n## {}\n", words.not_delivered)?;
        if self.failed.n == 0 {
            writeln!(out, "{}", words.nothing)?;
        } else {
            writeln!(out, "{}\n", words.restore)?;
            writeln!(
                out,
                "| {} | {} | {} |\n| --- | --- | --- |",
                words.file, words.why, words.place
            )?;
            self.failed.write(out, words)?;
        }
        writeln!(out, "\n## {}\n", words.all_files)?;
        writeln!(
            out,
            "| {} | {} | {} |\n| --- | --- | ---: |",
            words.file, words.format, words.mentions
        )?;
        self.all.write(out, words)?;
        if self.review.n > 0 {
            writeln!(out, "\n## {}\n", words.review)?;
            self.review.write(out, words)?;
        }
        if self.ambiguous.n > 0 {
            writeln!(
                out,
                "\n## {}\n\n{}\n",
                words.ambiguous, words.ambiguous_hint
            )?;
            self.ambiguous.write(out, words)?;
        }
        Ok(())
    }
}

fn write_head(
    out: &mut String,
    report: &Report,
    language: Language,
    words: &Words,
) -> std::fmt::Result {
    let title = match report.manifest.kind {
        Kind::Run => words.title,
        Kind::Scan => words.title_scan,
    };
    writeln!(out, "# {title}\n")?;
    for sentence in cautions(language) {
        writeln!(out, "- {sentence}")?;
    }
    writeln!(out, "- {}", measured(language))?;
    summary(out, &report.summary, language, words)?;
    let recognizers = report.manifest.recognizers.join(", ");
    writeln!(out, "- {}: {recognizers}", words.found_by)?;
    if report.manifest.kind == Kind::Run {
        let scope = scope(&report.manifest.scope, language);
        writeln!(out, "- {}: {scope}", words.scope)?;
    }
    mentions(out, &report.summary, language, words)?;
    notices(out, &report.summary, language, words)?;
    manifest(out, report, words)
}

fn summary(
    out: &mut String,
    summary: &Summary,
    language: Language,
    words: &Words,
) -> std::fmt::Result {
    let totals = &summary.totals;
    writeln!(out, "\n## {}\n", words.summary)?;
    for (n, what, always) in [
        (totals.files, words.files, true),
        (totals.delivered, words.delivered, totals.scanned == 0),
        (totals.scanned, words.scanned, false),
        (totals.unchanged, words.unchanged, false),
        (totals.failed, words.failed, true),
        (totals.gone, words.gone, false),
        (totals.characters, words.characters, true),
    ] {
        if always || n > 0 {
            writeln!(out, "- {n} {what}")?;
        }
    }
    for (de, en) in &summary.remarks {
        let remark = match language {
            Language::De => de,
            Language::En => en,
        };
        writeln!(out, "- {remark}")?;
    }
    Ok(())
}

fn mentions(
    out: &mut String,
    summary: &Summary,
    language: Language,
    words: &Words,
) -> std::fmt::Result {
    writeln!(out, "\n## {}\n", words.mentions)?;
    let label = |entity_type: EntityType| match language {
        Language::De => entity_type.label_de(),
        Language::En => entity_type.label_en(),
    };
    if summary.mentions.is_empty() {
        return writeln!(out, "{}", words.nothing);
    }
    writeln!(out, "| {} | {} |\n| --- | ---: |", words.kind, words.count)?;
    for (entity_type, n) in &summary.mentions {
        writeln!(out, "| {} | {n} |", label(*entity_type))?;
    }
    Ok(())
}

fn notices(
    out: &mut String,
    summary: &Summary,
    language: Language,
    words: &Words,
) -> std::fmt::Result {
    writeln!(out, "\n## {}\n", words.notices)?;
    if summary.notices.is_empty() {
        return writeln!(out, "{}", words.nothing);
    }
    writeln!(
        out,
        "| {} | {} | {} |\n| --- | --- | ---: |",
        words.part, words.happened, words.count
    )?;
    for ((kind, de, en), n) in &summary.notices {
        let what = match language {
            Language::De => de,
            Language::En => en,
        };
        writeln!(out, "| {what} | {} | {n} |", happened(*kind, language))?;
    }
    Ok(())
}

fn manifest(out: &mut String, report: &Report, words: &Words) -> std::fmt::Result {
    let manifest = &report.manifest;
    writeln!(out, "\n## {}\n", words.manifest)?;
    for (what, value) in [
        ("deckname", &manifest.version),
        ("UTC", &manifest.started),
        ("domain", &manifest.domain),
        ("model SHA-256", &manifest.model),
        ("policy SHA-256", &manifest.policy),
        ("rules SHA-256", &manifest.rules),
        ("settings SHA-256", &manifest.settings),
    ] {
        if !value.is_empty() {
            writeln!(out, "- {what}: `{value}`")?;
        }
    }
    Ok(())
}

/// Text in a table's cell: no bar, no line break.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

pub(super) fn scope(scope: &str, language: Language) -> &str {
    match (scope, language) {
        ("document", Language::De) => "Dokument",
        ("folder", Language::De) => "Ordner",
        ("corpus", Language::De) => "Bestand",
        (scope, _) => scope,
    }
}
