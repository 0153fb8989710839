//! The report as SARIF 2.1.0 (OASIS), for pipelines and viewers that show what
//! scanners of source code find: a result per reason, doubt and finding, with
//! the file and the place in it, never a value.
//!
//! Nothing in a document has a line and a column as SARIF means them, so a place
//! is a logical location. Files are not pretty-printed, one result on a line.

use std::collections::BTreeSet;
use std::io::Write;

use serde_json::{Value, json};

use super::json::put;
use super::{FileReport, Outcome, Place, Report, detail, happened, place, reason};
use crate::document::NoticeKind;
use crate::entity::EntityType;
use crate::error::{ErrorKind, Result};
use crate::token::Language;

/// The rule of a place that a person should look at.
const DOUBT: &str = "review";
/// The rule of a part that nobody read.
const UNREAD: &str = "not_examined_part";
/// The rule of mentions beyond the listed places.
const UNLISTED: &str = "unlisted";

/// Writes the report as SARIF.
///
/// # Errors
/// If the disk refuses.
pub fn write(report: &mut Report, language: Language, out: &mut dyn Write) -> Result<()> {
    let driver = json!({
        "name": "deckname",
        "semanticVersion": report.manifest.version,
        "rules": rules(report, language),
    });
    put(
        out,
        &format!(
            "{{\"version\":\"2.1.0\",\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"runs\":[{{\"tool\":{{\"driver\":{driver}}},\"columnKind\":\"unicodeCodePoints\",\"results\":["
        ),
    )?;
    let mut first = true;
    report.files.each(|file| {
        for result in results(&file, language) {
            let before = if std::mem::take(&mut first) {
                "\n"
            } else {
                ",\n"
            };
            put(out, &format!("{before}{result}"))?;
        }
        Ok(())
    })?;
    let successful = !report.summary.failures.keys().any(|kind| kind.is_fatal());
    let invocations = json!([{ "executionSuccessful": successful }]);
    put(out, &format!("\n],\"invocations\":{invocations}}}]}}\n"))
}

/// What may be reported: reasons, kinds of data, doubts.
fn rules(report: &Report, language: Language) -> Vec<Value> {
    let rule = |id: &str, text: &str, level: &str| {
        json!({
            "id": id,
            "shortDescription": { "text": text },
            "defaultConfiguration": { "level": level },
        })
    };
    let (doubt, unread, unlisted) = match language {
        Language::De => (
            "Stelle, die ein Mensch ansehen sollte",
            "Teil, den niemand gelesen hat",
            "weitere Nennungen ohne Stelle",
        ),
        Language::En => (
            "a place that a person should look at",
            "a part that nobody read",
            "more mentions without a place",
        ),
    };
    let mut rules = vec![
        rule(DOUBT, doubt, "warning"),
        rule(UNREAD, unread, "warning"),
        rule(UNLISTED, unlisted, "note"),
    ];
    for kind in ErrorKind::ALL.iter().filter(|kind| !kind.is_fatal()) {
        rules.push(rule(kind.code(), reason(*kind, language), "error"));
    }
    let kinds: BTreeSet<EntityType> = report.summary.mentions.keys().copied().collect();
    for kind in kinds {
        rules.push(rule(kind.name(), label(kind, language), "note"));
    }
    rules
}

fn results(file: &FileReport, language: Language) -> Vec<Value> {
    let mut all = Vec::new();
    let mut result = |rule: &str, level: &str, text: String, at: Option<&Place>| {
        all.push(json!({
            "ruleId": rule,
            "level": level,
            "message": { "text": text },
            "locations": [location(&file.name, at, language)],
        }));
    };
    if let Outcome::Failed { kind, what, place } = &file.outcome {
        let text = format!("{}: {}", reason(*kind, language), detail(what, language));
        result(kind.code(), "error", text, place.as_ref());
    }
    for doubt in &file.doubts {
        let text = match language {
            Language::De => "bitte ansehen: Hier kann noch etwas stehen",
            Language::En => "please look: something may be left here",
        };
        result(DOUBT, "warning", text.to_owned(), Some(doubt));
    }
    let unread = file
        .notices
        .iter()
        .filter(|notice| notice.kind == NoticeKind::NotExamined);
    for notice in unread {
        let what = match language {
            Language::De => &notice.de,
            Language::En => &notice.en,
        };
        let text = format!("{what}: {} ({})", happened(notice.kind, language), notice.n);
        result(UNREAD, "warning", text, None);
    }
    for found in &file.places {
        let text = format!("{}: {}", label(found.entity_type, language), found.n);
        result(found.entity_type.name(), "note", text, Some(&found.place));
    }
    if file.n_unlisted > 0 {
        let text = match language {
            Language::De => format!("weitere Nennungen ohne Stelle: {}", file.n_unlisted),
            Language::En => format!("more mentions without a place: {}", file.n_unlisted),
        };
        result(UNLISTED, "note", text, None);
    }
    all
}

const fn label(kind: EntityType, language: Language) -> &'static str {
    match language {
        Language::De => kind.label_de(),
        Language::En => kind.label_en(),
    }
}

fn location(name: &str, at: Option<&Place>, language: Language) -> Value {
    let file = json!({ "artifactLocation": { "uri": uri(name) } });
    match at {
        None => json!({ "physicalLocation": file }),
        Some(at) => json!({
            "physicalLocation": file,
            "logicalLocations": [{ "fullyQualifiedName": place(at, language) }],
        }),
    }
}

/// A relative path as a relative URI (RFC 3986).
fn uri(name: &str) -> String {
    let mut out = String::new();
    for byte in name.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        if plain {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_a_uri() {
        assert_eq!(
            uri("Akte/Brief [PERSON].pdf"),
            "Akte/Brief%20%5BPERSON%5D.pdf"
        );
        assert_eq!(uri("ä:b"), "%C3%A4%3Ab");
    }

    #[test]
    fn results_carry_reason_and_place_and_no_value() {
        let mut file = FileReport::unread(
            "a b.pdf".into(),
            1,
            Outcome::Failed {
                kind: ErrorKind::Limit,
                what: "the PDF has no pages".into(),
                place: Some(Place {
                    part: "page".into(),
                    numbers: [2, 0, 0, 0],
                }),
            },
        );
        file.n_unlisted = 3;
        let results = results(&file, Language::En);
        assert_eq!(results.len(), 2);
        let first = results.first().unwrap();
        assert_eq!(first["ruleId"], "limit");
        assert_eq!(first["level"], "error");
        let at = &first["locations"][0];
        assert_eq!(
            at["physicalLocation"]["artifactLocation"]["uri"],
            "a%20b.pdf"
        );
        assert_eq!(at["logicalLocations"][0]["fullyQualifiedName"], "page 2");
    }
}
