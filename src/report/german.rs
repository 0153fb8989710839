//! Reasons and places of the library in German: the library speaks English, a
//! report for a German office does not.
//!
//! A sentence that has no German form yet is shown in English, in quotation
//! marks; `tests/german.rs` finds such sentences in the source.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Place;
use crate::token::Language;

/// English, tab, German; `{}` stands for a number or a word that is taken over.
const TABLE: &str = include_str!("german.tsv");

static PHRASES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| rows().collect());

/// Sentences with a gap: they are tried one after the other.
static GAPS: LazyLock<Vec<(&str, &str)>> =
    LazyLock::new(|| rows().filter(|(en, _)| en.contains("{}")).collect());

fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.lines().filter_map(|line| line.split_once('\t'))
}

/// A reason in the report's language.
#[must_use]
pub fn detail(what: &str, language: Language) -> String {
    match language {
        Language::En => what.to_owned(),
        Language::De => german(what).unwrap_or_else(|| {
            if what.is_empty() {
                String::new()
            } else {
                format!("„{what}“")
            }
        }),
    }
}

/// The German form of a sentence, if there is one.
#[must_use]
pub fn german(what: &str) -> Option<String> {
    match PHRASES.get(what) {
        Some(known) => Some((*known).to_owned()),
        None => GAPS.iter().find_map(|(en, de)| fill(what, en, de)),
    }
}

/// A place in the report's language: `Seite 2, Absatz 3`.
#[must_use]
pub fn place(place: &Place, language: Language) -> String {
    let [number, paragraph, row, column] = place.numbers;
    let (part, names) = match language {
        Language::En => (place.part.as_ref(), ["paragraph", "row", "column"]),
        Language::De => (german_part(&place.part), ["Absatz", "Zeile", "Spalte"]),
    };
    let mut out = part.to_owned();
    if number > 0 {
        out.push_str(&format!(" {number}"));
    }
    for (name, n) in names.iter().zip([paragraph, row, column]) {
        if n > 0 {
            out.push_str(&format!(", {name} {n}"));
        }
    }
    out
}

/// A part's German name, or its own.
/// The name of a part as the library spells it, if it is one.
#[must_use]
pub fn known_part(part: &str) -> Option<&'static str> {
    /// Words that are the same in both languages.
    const SAME: [&str; 2] = ["text", "layout"];
    let same = SAME.into_iter().find(|same| *same == part);
    same.or_else(|| PHRASES.get_key_value(part).map(|(known, _)| *known))
}

fn german_part(part: &str) -> &str {
    PHRASES.get(part).copied().unwrap_or(part)
}

/// The German sentence with what stands in the English one at `{}`.
fn fill(what: &str, en: &str, de: &str) -> Option<String> {
    let (before, after) = en.split_once("{}")?;
    let middle = what.strip_prefix(before)?.strip_suffix(after)?;
    let middle = PHRASES.get(middle).copied().unwrap_or(middle);
    Some(de.replace("{}", middle))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    #[test]
    fn sentences_and_places_are_german() {
        assert_eq!(
            detail(
                "larger than 12 bytes; raise --max-file-size to examine it",
                Language::De
            ),
            "größer als 12 Bytes; --max-file-size erhöhen, um sie zu untersuchen"
        );
        assert_eq!(
            detail("opening the file: permission denied", Language::De),
            "Öffnen der Datei: keine Berechtigung"
        );
        assert_eq!(detail("etwas Neues", Language::De), "„etwas Neues“");
        assert_eq!(
            detail("the PDF has no pages", Language::En),
            "the PDF has no pages"
        );
        let at = Place {
            part: Cow::Borrowed("page"),
            numbers: [2, 3, 0, 0],
        };
        assert_eq!(place(&at, Language::De), "Seite 2, Absatz 3");
        assert_eq!(place(&at, Language::En), "page 2, paragraph 3");
    }

    #[test]
    fn no_sentence_stands_twice_or_loses_its_gap() {
        let mut seen = std::collections::HashSet::new();
        for (en, de) in rows() {
            assert!(seen.insert(en), "{en}");
            assert_eq!(en.matches("{}").count(), de.matches("{}").count(), "{en}");
            assert!(en.matches("{}").count() <= 1, "{en}");
        }
        assert!(seen.len() > 100);
    }
}
