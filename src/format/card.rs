//! vCard and iCalendar: content lines, folded at 75 bytes, with parameters.
//! Every value that is no date, rule or fixed word is a segment, each component
//! of a name or an address for itself with its German label; parameters that
//! name people are segments too. Pictures, sounds, keys and attached files
//! inside of the file are dropped.

use std::ops::Range;
use std::sync::Arc;

use super::encoding::Decoded;
use super::spliced::{Draft, Spliced, nth};
use super::{Format, OpenFile, ReadOptions};
use crate::document::{Bilingual, Location, NoticeKind, SegmentKind};
use crate::error::{Error, ErrorKind, Result};

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
                open = open
                    .checked_sub(1)
                    .ok_or_else(|| broken("an END too many"))?
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

/// The content lines: physical lines with those that continue them.
fn lines(text: &str) -> Vec<Range<usize>> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    let mut soft = false;
    for line in text.split_inclusive('\n') {
        let end = at + line.trim_end_matches(['\r', '\n']).len();
        let content = text.get(at..end).unwrap_or_default();
        let continues = soft || content.starts_with([' ', '\t']);
        match lines.last_mut().filter(|_| continues) {
            Some(last) => last.end = end,
            None => lines.push(at..end),
        }
        // vCard 2.1: a line in quoted-printable ends in a soft line end.
        let whole = lines
            .last()
            .and_then(|range| text.get(range.clone()))
            .unwrap_or_default();
        soft = content.ends_with('=') && is_printable_quoted(whole);
        at += line.len();
    }
    lines
}

fn is_printable_quoted(line: &str) -> bool {
    let head = line.split(':').next().unwrap_or_default();
    head.to_ascii_uppercase().contains("QUOTED-PRINTABLE")
}

/// One content line, unfolded, still with its escapes.
struct Line<'a> {
    source: &'a str,
    range: Range<usize>,
    text: Draft,
    /// Source position of each unfolded piece: where it starts in `text` and in the source.
    pieces: Vec<(usize, usize)>,
    /// Where the colon before the value stands in `text`.
    colon: usize,
}

impl<'a> Line<'a> {
    fn new(source: &'a str, range: Range<usize>) -> Self {
        let raw = source.get(range.clone()).unwrap_or_default();
        let quoted = is_printable_quoted(raw);
        let mut text = Draft::default();
        let mut pieces = Vec::new();
        let mut at = range.start;
        for (index, line) in raw.split_inclusive('\n').enumerate() {
            let body = line.trim_end_matches(['\r', '\n']);
            let folded = index > 0 && body.starts_with([' ', '\t']);
            let skip = usize::from(folded);
            let mut body = body.get(skip..).unwrap_or_default();
            if quoted && line.len() > body.len() + skip {
                body = body.strip_suffix('=').unwrap_or(body);
            }
            pieces.push((text.text().len(), at + skip));
            text.literal(body, at + skip);
            at += line.len();
        }
        let colon = colon(text.text()).unwrap_or_else(|| text.text().len());
        Self {
            source,
            range,
            text,
            pieces,
            colon,
        }
    }

    fn name(&self) -> &str {
        let text = self.text.text();
        let end = text.find([';', ':']).unwrap_or(text.len());
        let name = text.get(..end).unwrap_or_default();
        // Apple groups its properties: item1.EMAIL
        name.rsplit('.').next().unwrap_or(name).trim()
    }

    /// The place in the source of an offset in the unfolded text.
    fn place(&self, offset: usize) -> usize {
        let index = self.pieces.partition_point(|(start, _)| *start <= offset);
        let piece = self.pieces.get(index.saturating_sub(1));
        piece.map_or(self.range.start, |(start, source)| {
            source + (offset - start)
        })
    }

    /// Adds a stretch of the unfolded text to a draft, folds left out.
    fn literal(&self, range: Range<usize>, draft: &mut Draft) {
        let mut at = range.start;
        while at < range.end {
            let index = self.pieces.partition_point(|(start, _)| *start <= at);
            let next = self
                .pieces
                .get(index)
                .map_or(range.end, |(start, _)| *start);
            let end = next.min(range.end);
            draft.literal(
                self.text.text().get(at..end).unwrap_or_default(),
                self.place(at),
            );
            at = end;
        }
    }

    /// Adds what an escape means to a draft.
    fn decoded(&self, text: &str, range: Range<usize>, draft: &mut Draft) {
        let end = self.place(range.end.saturating_sub(1)) + 1;
        draft.decoded(text, self.place(range.start)..end);
    }

    fn parameters(&self) -> Vec<(String, Range<usize>)> {
        let head = self.text.text().get(..self.colon).unwrap_or_default();
        let mut found = Vec::new();
        let mut at = head.find(';').map_or(head.len(), |at| at + 1);
        while at < head.len() {
            let rest = head.get(at..).unwrap_or_default();
            let end = at + outside_quotes(rest, ';').unwrap_or(rest.len());
            let parameter = head.get(at..end).unwrap_or_default();
            let (name, value) = parameter.split_once('=').unwrap_or(("", parameter));
            let name = if name.is_empty() { value } else { name };
            found.push((name.trim().to_ascii_uppercase(), end - value.len()..end));
            at = end + 1;
        }
        found
    }
}

/// The colon that ends the parameters, not one in quotes.
fn colon(text: &str) -> Option<usize> {
    outside_quotes(text, ':')
}

fn outside_quotes(text: &str, sign: char) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (c == sign && !quoted).then_some(at)
    })
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
            (false, true) => crate::format::spliced::as_it_is,
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
        range.clone()
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

/// Whether a value is a URI or a mail address, which has no escapes.
fn is_address(name: &str) -> bool {
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
const fn components(name: &str) -> &'static [&'static str] {
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

fn label(name: &str) -> Option<&'static str> {
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
fn split_value(text: &str, from: usize, structured: bool) -> Vec<Range<usize>> {
    if !structured {
        return vec![from.min(text.len())..text.len()];
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
fn escaped(line: &Line<'_>, range: Range<usize>, draft: &mut Draft) {
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
fn printable_quoted(line: &Line<'_>, range: Range<usize>, draft: &mut Draft) -> Result<()> {
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

fn in_value(text: &str) -> String {
    let text = text
        .replace('\\', "\\\\")
        .replace(',', "\\,")
        .replace(';', "\\;");
    text.replace("\r\n", "\\n").replace('\n', "\\n")
}

/// No quote, no line end, and nothing that ends an unquoted parameter.
fn in_parameter(text: &str) -> String {
    text.replace(['"', '\r', '\n', ':', ';', ','], " ")
}

fn in_printable_quoted(text: &str) -> String {
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

fn broken(what: &'static str) -> Error {
    Error::new(ErrorKind::Broken, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Edit;

    const CARD: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Mustermann;Erika;;Dr.;\r\nFN:Dr. Erika Muster\r\n mann\r\nTEL;TYPE=work:0351 4567\r\nADR:;;Weg 1\\, links;Dresden;;01067;\r\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\r\n SkZJ\r\nNOTE:a\\nb\r\nEND:VCARD\r\n";

    fn texts(file: &dyn OpenFile) -> Vec<String> {
        file.document()
            .segments()
            .iter()
            .map(|s| s.text().to_owned())
            .collect()
    }

    fn replace(file: &dyn OpenFile, old: &str, new: &str) -> String {
        let document = file.document();
        let mut edits = Vec::new();
        for (index, segment) in document.segments().iter().enumerate() {
            for (at, _) in segment.text().match_indices(old) {
                let span = document.span(index, at, at + old.len()).unwrap();
                edits.push(Edit {
                    span,
                    with: new.to_owned(),
                });
            }
        }
        assert!(!edits.is_empty(), "{old} not found");
        String::from_utf8(file.rewrite(&edits).unwrap()).unwrap()
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
        let output = replace(&*file, "Mustermann", "[P;1]");
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
        assert!(replace(&*file, "Müller", "[P]").contains(":[P]=\n;Max"));
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
        let output = replace(&*file, "Müller, Max", "[P]");
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
