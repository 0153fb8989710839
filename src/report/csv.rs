//! The report as tables for a spreadsheet: one line per file, and the
//! quarantine list, one line per file that was not delivered.
//!
//! Semicolons and a byte order mark, as a German spreadsheet expects them. A
//! cell that a spreadsheet could take for a formula gets an apostrophe.

use std::fmt::Write as _;
use std::io::Write;

use super::json::{outcome, put};
use super::{FileReport, Outcome, Report, detail, place, reason};
use crate::error::Result;
use crate::token::Language;

/// One line per file.
///
/// # Errors
/// If the disk refuses.
pub fn write(report: &mut Report, language: Language, out: &mut dyn Write) -> Result<()> {
    put(
        out,
        match language {
            Language::De => {
                "\u{feff}Datei;Ergebnis;Grund;Einzelheit;Stelle;Format;Bytes;Zeichen;Nennungen;je Art;nicht untersucht oder entfernt;zur Durchsicht;mehrdeutige Personen\r\n"
            }
            Language::En => {
                "\u{feff}file;outcome;reason;detail;place;format;bytes;characters;mentions;by type;not examined or dropped;to review;ambiguous people\r\n"
            }
        },
    )?;
    report.files.each(|file| put(out, &row(&file, language)))
}

/// One line per file that was not delivered: its token, the reason, the place.
///
/// # Errors
/// If the disk refuses.
pub fn quarantine(report: &mut Report, language: Language, out: &mut dyn Write) -> Result<()> {
    put(
        out,
        match language {
            Language::De => "\u{feff}Datei;Grund;Einzelheit;Stelle;Format;Bytes\r\n",
            Language::En => "\u{feff}file;reason;detail;place;format;bytes\r\n",
        },
    )?;
    if report.summary.totals.failed == 0 {
        return Ok(());
    }
    report.files.each(|file| {
        let Outcome::Failed { .. } = file.outcome else {
            return Ok(());
        };
        let [why, what, at] = failure(&file, language);
        let format = file.format.as_deref().unwrap_or_default();
        let bytes = file.n_bytes.to_string();
        put(out, &line(&[&file.name, &why, &what, &at, format, &bytes]))
    })
}

fn row(file: &FileReport, language: Language) -> String {
    let [why, what, at] = failure(file, language);
    let mut types = String::new();
    for (entity_type, n) in &file.mentions {
        let label = match language {
            Language::De => entity_type.label_de(),
            Language::En => entity_type.label_en(),
        };
        // Writing to a string cannot fail.
        write!(types, "{label} {n}, ").unwrap_or_default();
    }
    let notices: Vec<String> = file
        .notices
        .iter()
        .map(|notice| {
            let what = match language {
                Language::De => &notice.de,
                Language::En => &notice.en,
            };
            let happened = super::happened(notice.kind, language);
            format!("{what} ({happened}) {}", notice.n)
        })
        .collect();
    let listed = |places: &[super::Place]| {
        let places: Vec<String> = places.iter().map(|at| place(at, language)).collect();
        places.join(", ")
    };
    let n: u64 = file.mentions.values().sum();
    line(&[
        &file.name,
        outcome(&file.outcome),
        &why,
        &what,
        &at,
        file.format.as_deref().unwrap_or_default(),
        &file.n_bytes.to_string(),
        &file.n_chars.to_string(),
        &n.to_string(),
        types.trim_end_matches(", "),
        &notices.join(", "),
        &listed(&file.doubts),
        &listed(&file.ambiguous),
    ])
}

/// Reason, detail and place of a file that was not delivered.
pub(super) fn failure(file: &FileReport, language: Language) -> [String; 3] {
    match &file.outcome {
        Outcome::Failed {
            kind,
            what,
            place: at,
        } => [
            reason(*kind, language).to_owned(),
            detail(what, language),
            at.as_ref()
                .map(|at| place(at, language))
                .unwrap_or_default(),
        ],
        Outcome::Delivered | Outcome::Unchanged | Outcome::Scanned | Outcome::Gone { .. } => {
            [String::new(), String::new(), String::new()]
        }
    }
}

fn line(cells: &[&str]) -> String {
    let mut out = String::new();
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.push(';');
        }
        let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        if formula || cell.contains([';', '"', '\n', '\r']) {
            out.push('"');
            if formula {
                out.push('\'');
            }
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(cell);
        }
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_no_formula() {
        assert_eq!(line(&["a", "b;c", "\"d\""]), "a;\"b;c\";\"\"\"d\"\"\"\r\n");
        assert_eq!(line(&["=1+1", "-2"]), "\"'=1+1\";\"'-2\"\r\n");
    }
}
