//! Values of properties: their labels, their components, their escapes, and how
//! text is written back into them.

use std::ops::Range;

use super::broken;
use super::line::Line;
use crate::error::Result;
use crate::format::spliced::Draft;

/// Whether a value is a URI or a mail address, which has no escapes.
pub(super) fn is_address(name: &str) -> bool {
    matches!(
        name,
        "URL"
            | "ATTENDEE"
            | "ORGANIZER"
            | "EMAIL"
            | "SOURCE"
            | "FBURL"
            | "CALURI"
            | "CALADRURI"
            | "IMPP"
    )
}

/// The components of structured values, in German.
pub(super) const fn components(name: &str) -> &'static [&'static str] {
    match name.as_bytes() {
        b"N" => &[
            "Nachname",
            "Vorname",
            "weitere Vornamen",
            "Titel",
            "Namenszusatz",
        ],
        b"ADR" => &[
            "Postfach",
            "Adresszusatz",
            "Straße",
            "Ort",
            "Bundesland",
            "PLZ",
            "Land",
        ],
        b"ORG" => &["Organisation", "Abteilung", "Abteilung"],
        _ => &[],
    }
}

pub(super) fn label(name: &str) -> Option<&'static str> {
    Some(match name {
        "FN" | "NICKNAME" => "Name",
        "TEL" => "Telefon",
        "EMAIL" => "E-Mail",
        "BDAY" => "Geburtsdatum",
        "DEATHDATE" => "Sterbedatum",
        "BIRTHPLACE" => "Geburtsort",
        "LABEL" => "Anschrift",
        "ORG" => "Organisation",
        "TITLE" | "ROLE" => "Funktion",
        "ORGANIZER" | "ATTENDEE" | "CONTACT" => "Teilnehmer",
        "LOCATION" => "Ort",
        "SUMMARY" => "Betreff",
        _ => return None,
    })
}

/// The components of a value, without the semicolons between them.
pub(super) fn split_value(text: &str, from: usize, structured: bool) -> Vec<Range<usize>> {
    if !structured {
        return std::iter::once(from.min(text.len())..text.len()).collect();
    }
    let mut ranges = Vec::new();
    let mut start = from.min(text.len());
    let mut skip = false;
    for (at, c) in text.char_indices().filter(|(at, _)| *at >= from) {
        if skip {
            skip = false;
        } else if c == '\\' {
            skip = true;
        } else if c == ';' {
            ranges.push(start..at);
            start = at + 1;
        }
    }
    ranges.push(start..text.len());
    ranges
}

/// A value with backslash escapes.
pub(super) fn escaped(line: &Line<'_>, range: Range<usize>, draft: &mut Draft) {
    let mut at = range.start;
    while at < range.end {
        let rest = line.text.text().get(at..range.end).unwrap_or_default();
        let stop = rest.find('\\').map_or(range.end, |found| at + found);
        line.literal(at..stop, draft);
        let Some(c) = line
            .text
            .text()
            .get(stop..range.end)
            .and_then(|rest| rest.chars().nth(1))
        else {
            line.literal(stop..range.end, draft);
            return;
        };
        let end = stop + 1 + c.len_utf8();
        let meant = if matches!(c, 'n' | 'N') { '\n' } else { c };
        line.decoded(meant.encode_utf8(&mut [0; 4]), stop..end, draft);
        at = end;
    }
}

/// A value in quoted-printable (vCard 2.1), in UTF-8 or Windows-1252.
pub(super) fn printable_quoted(
    line: &Line<'_>,
    range: Range<usize>,
    draft: &mut Draft,
) -> Result<()> {
    let text = line.text.text();
    let mut at = range.start;
    while at < range.end {
        let rest = text.get(at..range.end).unwrap_or_default();
        let stop = rest.find('=').map_or(range.end, |found| at + found);
        line.literal(at..stop, draft);
        at = stop;
        let mut bytes = Vec::new();
        while text.get(at..at + 1) == Some("=") && at + 3 <= range.end {
            let digits = text
                .get(at + 1..at + 3)
                .and_then(|digits| u8::from_str_radix(digits, 16).ok());
            bytes.push(digits.ok_or_else(|| broken("a value in quoted-printable"))?);
            at += 3;
        }
        if bytes.is_empty() && stop < range.end {
            return Err(broken("a value in quoted-printable"));
        }
        let meant = match std::str::from_utf8(&bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => encoding_rs::WINDOWS_1252.decode(&bytes).0.into_owned(),
        };
        line.decoded(&meant, stop..at, draft);
    }
    Ok(())
}

pub(super) fn in_value(text: &str) -> String {
    let text = text
        .replace('\\', "\\\\")
        .replace(',', "\\,")
        .replace(';', "\\;");
    text.replace("\r\n", "\\n").replace('\n', "\\n")
}

/// No quote, no line end, and nothing that ends an unquoted parameter.
pub(super) fn in_parameter(text: &str) -> String {
    text.replace(['"', '\r', '\n', ':', ';', ','], " ")
}

pub(super) fn in_printable_quoted(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b" .,_-[]()/@+".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("={byte:02X}"));
        }
    }
    out
}
