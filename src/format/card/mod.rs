//! vCard and iCalendar: content lines, folded at 75 bytes, with parameters.
//! Every value that is no date, rule or fixed word is a segment, each component
//! of a name or an address for itself with its German label; parameters that
//! name people are segments too. Pictures, sounds, keys and attached files
//! inside of the file are dropped.

mod line;
mod value;

use std::ops::Range;
use std::sync::Arc;

use super::encoding::Decoded;
use super::spliced::{Draft, Spliced, as_it_is, nth};
use super::{Format, OpenFile, ReadOptions};
use crate::document::{Bilingual, Location, NoticeKind, SegmentKind};
use crate::error::{Error, ErrorKind, Result};
use line::{Line, lines};
use value::{
    components, escaped, in_parameter, in_printable_quoted, in_value, is_address, label,
    printable_quoted, split_value,
};

const FILES: Bilingual = Bilingual {
    de: "Bilder, Töne, Schlüssel und Dateien in Visitenkarten und Terminen",
    en: "pictures, sounds, keys and files in cards and events",
};
/// Properties whose value says when and how, never who.
const FIXED: &[&str] = &[
    "BEGIN",
    "END",
    "VERSION",
    "CALSCALE",
    "METHOD",
    "DTSTART",
    "DTEND",
    "DTSTAMP",
    "DUE",
    "COMPLETED",
    "CREATED",
    "LAST-MODIFIED",
    "DURATION",
    "TRANSP",
    "STATUS",
    "CLASS",
    "SEQUENCE",
    "PRIORITY",
    "PERCENT-COMPLETE",
    "RRULE",
    "EXRULE",
    "EXDATE",
    "RDATE",
    "RECURRENCE-ID",
    "TZOFFSETFROM",
    "TZOFFSETTO",
    "TRIGGER",
    "REPEAT",
    "ACTION",
    "FREEBUSY",
    "KIND",
    "PROFILE",
    "REV",
    "MAILER",
];
/// Parameters that say how a value is written.
const FIXED_PARAMETERS: &[&str] = &[
    "TYPE",
    "VALUE",
    "ENCODING",
    "CHARSET",
    "LANGUAGE",
    "PREF",
    "ROLE",
    "PARTSTAT",
    "RSVP",
    "CUTYPE",
    "FBTYPE",
    "RANGE",
    "RELATED",
    "RELTYPE",
    "FMTTYPE",
    "ALTID",
    "PID",
    "MEDIATYPE",
    "CALSCALE",
    "SCHEDULE-AGENT",
    "SCHEDULE-STATUS",
    "SCHEDULE-FORCE-SEND",
    "HOME",
    "WORK",
    "CELL",
    "VOICE",
    "FAX",
    "INTERNET",
    "POSTAL",
    "PARCEL",
    "DOM",
    "INTL",
    "MSG",
    "QUOTED-PRINTABLE",
    "BASE64",
    "PAGER",
    "LABEL",
];

/// vCard.
#[derive(Clone, Copy, Debug)]
pub struct Card;

/// iCalendar.
#[derive(Clone, Copy, Debug)]
pub struct Calendar;

impl Format for Card {
    fn name(&self) -> &'static str {
        "vcard"
    }

    fn accepts(&self, _head: &[u8], extension: &str) -> bool {
        matches!(extension, "vcf" | "vcard")
    }

    fn open(&self, input: Vec<u8>, _options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        open(&input, "VCARD")
    }
}

impl Format for Calendar {
    fn name(&self) -> &'static str {
        "icalendar"
    }

    fn accepts(&self, _head: &[u8], extension: &str) -> bool {
        matches!(extension, "ics" | "ical" | "ifb" | "vcs")
    }

    fn open(&self, input: Vec<u8>, _options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        open(&input, "VCALENDAR")
    }
}

/// Opens a card (`VCARD`) or a calendar (`VCALENDAR`).
///
/// # Errors
/// If it does not begin or end as one.
pub(super) fn open(input: &[u8], kind: &str) -> Result<Box<dyn OpenFile>> {
    let source = Decoded::new(input)?;
    let text = source.text.clone();
    let mut file = Spliced::new(source);
    let mut open = 0_u32;
    let mut seen = false;
    for range in lines(&text) {
        let line = Line::new(&text, range);
        let name = line.name().to_ascii_uppercase();
        if name.is_empty() {
            continue;
        }
        let value = line
            .text
            .text()
            .get(line.colon + 1..)
            .unwrap_or_default()
            .trim();
        seen |= name == "BEGIN" && value.eq_ignore_ascii_case(kind);
        if !seen {
            return Err(broken("the file does not begin as a card or a calendar"));
        }
        match name.as_str() {
            "BEGIN" => open += 1,
            "END" => {
                let left = open.checked_sub(1);
                open = left.ok_or_else(|| broken("an END too many"))?;
            }
            _ => {}
        }
        property(&line, &name, &mut file)?;
    }
    if !seen || open > 0 {
        return Err(broken("the file ends before its last END"));
    }
    Ok(Box::new(file))
}

fn property(line: &Line<'_>, name: &str, file: &mut Spliced) -> Result<()> {
    let parameters = line.parameters();
    let value = line.text.text().get(line.colon + 1..).unwrap_or_default();
    let has = |name: &str, values: &[&str]| {
        parameters.iter().any(|(known, range)| {
            let text = line
                .text
                .text()
                .get(range.clone())
                .unwrap_or_default()
                .to_ascii_uppercase();
            (known == name && values.contains(&text.as_str())) || values.contains(&known.as_str())
        })
    };
    let binary = has("ENCODING", &["B", "BASE64"]) || value.trim_start().starts_with("data:");
    if binary || matches!(name, "PHOTO" | "LOGO" | "SOUND" | "KEY") {
        drop_line(line, file);
        return Ok(());
    }
    for (parameter, range) in &parameters {
        if !FIXED_PARAMETERS.contains(&parameter.as_str()) {
            parameter_value(line, parameter, range.clone(), file);
        }
    }
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || ":;=+,-./ ".contains(c);
    if FIXED.contains(&name) && (value.chars().all(plain) || matches!(name, "BEGIN" | "END")) {
        return Ok(());
    }
    let quoted = has("ENCODING", &["QUOTED-PRINTABLE"]);
    let labels = components(name);
    let structured = !labels.is_empty();
    let from = line.colon + 1;
    for (index, range) in split_value(line.text.text(), from, structured)
        .into_iter()
        .enumerate()
    {
        let mut draft = Draft::default();
        if quoted {
            printable_quoted(line, range, &mut draft)?;
        } else {
            escaped(line, range, &mut draft);
        }
        let label = labels.get(index).copied().or_else(|| label(name));
        let kind = SegmentKind::FormField {
            label: Some(Arc::from(label.unwrap_or(name))),
        };
        let at = Location::new("property").number(nth(file.n_segments()));
        let escape = match (quoted, is_address(name)) {
            (true, _) => in_printable_quoted,
            (false, true) => as_it_is,
            (false, false) => in_value,
        };
        file.push(draft, kind, at, escape);
    }
    Ok(())
}

fn drop_line(line: &Line<'_>, file: &mut Spliced) {
    let rest = line.source.get(line.range.end..).unwrap_or_default();
    let end = line.range.end + rest.find('\n').map_or(rest.len(), |at| at + 1);
    file.cut(line.range.start..end, "");
    file.document.notice(NoticeKind::Dropped, FILES, 1);
}

fn parameter_value(line: &Line<'_>, name: &str, range: Range<usize>, file: &mut Spliced) {
    let raw = line.text.text().get(range.clone()).unwrap_or_default();
    let is_quoted = raw.len() >= 2 && raw.starts_with('"') && raw.ends_with('"');
    let inner = if is_quoted {
        range.start + 1..range.end - 1
    } else {
        range
    };
    let mut draft = Draft::default();
    line.literal(inner, &mut draft);
    let label = if name == "CN" { "Name" } else { name };
    let kind = SegmentKind::FormField {
        label: Some(Arc::from(label)),
    };
    let at = Location::new("parameter").number(nth(file.n_segments()));
    file.push(draft, kind, at, in_parameter);
}

fn broken(what: &'static str) -> Error {
    Error::new(ErrorKind::Broken, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::spliced::replaced;

    const CARD: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Mustermann;Erika;;Dr.;\r\nFN:Dr. Erika Muster\r\n mann\r\nTEL;TYPE=work:0351 4567\r\nADR:;;Weg 1\\, links;Dresden;;01067;\r\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\r\n SkZJ\r\nNOTE:a\\nb\r\nEND:VCARD\r\n";

    fn texts(file: &dyn OpenFile) -> Vec<String> {
        file.document()
            .segments()
            .iter()
            .map(|s| s.text().to_owned())
            .collect()
    }

    #[test]
    fn a_card_is_read_and_its_picture_dropped() {
        let file = Card.open(CARD.into(), &ReadOptions::default()).unwrap();
        assert_eq!(
            texts(&*file),
            [
                "Mustermann",
                "Erika",
                "Dr.",
                "Dr. Erika Mustermann",
                "0351 4567",
                "Weg 1, links",
                "Dresden",
                "01067",
                "a\nb"
            ]
        );
        let clean = CARD.replace("PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\r\n SkZJ\r\n", "");
        assert_eq!(file.rewrite(&[]).unwrap(), clean.as_bytes());
        let output = replaced(&*file, "Mustermann", "[P;1]");
        assert!(
            output.contains("N:[P\\;1];Erika") && output.contains("FN:Dr. Erika [P\\;1]\r\n \r\n"),
            "{output}"
        );
        let again = Card
            .open(output.clone().into(), &ReadOptions::default())
            .unwrap();
        assert_eq!(again.rewrite(&[]).unwrap(), output.as_bytes());
    }

    #[test]
    fn an_old_card_in_quoted_printable_is_read() {
        let input = "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCl=\nler;Max\nEND:VCARD\n";
        let file = Card.open(input.into(), &ReadOptions::default()).unwrap();
        assert_eq!(texts(&*file), ["Müller", "Max"]);
        assert!(replaced(&*file, "Müller", "[P]").contains(":[P]=\n;Max"));
    }

    #[test]
    fn an_event_names_its_people() {
        let input = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nDTSTART;TZID=Europe/Berlin:20240301T100000\r\nORGANIZER;CN=\"Müller, Max\":mailto:max@example.org\r\nSUMMARY:Treffen\\; wichtig\r\nATTACH;VALUE=BINARY;ENCODING=BASE64:AAAA\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let file = Calendar
            .open(input.into(), &ReadOptions::default())
            .unwrap();
        assert_eq!(
            texts(&*file),
            [
                "Europe/Berlin",
                "Müller, Max",
                "mailto:max@example.org",
                "Treffen; wichtig"
            ]
        );
        let output = replaced(&*file, "Müller, Max", "[P]");
        assert!(output.contains("CN=\"[P]\":mailto:max") && !output.contains("AAAA"));
    }

    #[test]
    fn broken_files_are_refused() {
        for input in [
            "",
            "x",
            "BEGIN:VCARD\nFN:x\n",
            "END:VCARD\n",
            "FN:x\nBEGIN:VCARD\nEND:VCARD\n",
        ] {
            assert!(
                Card.open(input.into(), &ReadOptions::default()).is_err(),
                "{input}"
            );
        }
    }
}
