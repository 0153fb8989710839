//! Comma-separated values in any common dialect. Each field is a segment that
//! knows the header of its column; delimiter, quotes and line ends stay.

use std::ops::Range;
use std::sync::Arc;

use super::encoding::Decoded;
use super::{Format, OpenFile, ReadOptions};
use crate::document::{Document, Edit, Location, Segment, SegmentKind};
use crate::error::{Error, ErrorKind, Result};

/// CSV and TSV.
#[derive(Clone, Copy, Debug)]
pub struct Csv;

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn accepts(&self, _head: &[u8], extension: &str) -> bool {
        matches!(extension, "csv" | "tsv" | "tab")
    }

    fn open(&self, input: Vec<u8>, _options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        let decoded = Decoded::new(&input)?;
        let delimiter = delimiter(&decoded.text);
        let rows = rows(&decoded.text, delimiter);
        let mut document = Document::new();
        let mut fields = Vec::new();
        let header = header(&decoded.text, &rows);
        for (row, cells) in rows.into_iter().enumerate() {
            let label = row_label(&decoded.text, &cells, header.is_some());
            for (column, field) in cells.into_iter().enumerate() {
                let kind = SegmentKind::TableCell {
                    column: header
                        .as_ref()
                        .filter(|header| row > header.row)
                        .and_then(|header| header.names.get(column).cloned()),
                    row: label.clone().filter(|_| column > 0),
                };
                let at = Location::new("table").cell(number(row), number(column));
                document.push(Segment::new(kind, field.value(&decoded.text), at));
                fields.push(field);
            }
        }
        Ok(Box::new(OpenCsv {
            document,
            decoded,
            fields,
            delimiter,
        }))
    }
}

#[derive(Debug)]
struct OpenCsv {
    document: Document,
    decoded: Decoded,
    /// One per segment, in the same order.
    fields: Vec<Field>,
    delimiter: char,
}

/// Where a field stands, quotes included.
#[derive(Clone, Debug)]
struct Field {
    range: Range<usize>,
    quoted: bool,
}

#[derive(Debug)]
struct Header {
    row: usize,
    names: Vec<Arc<str>>,
}

impl Field {
    /// What the field says: without its quotes, doubled quotes as one.
    fn value(&self, text: &str) -> String {
        let raw = text.get(self.range.clone()).unwrap_or_default();
        if !self.quoted {
            return raw.to_owned();
        }
        let inner = raw.strip_prefix('"').unwrap_or(raw);
        inner
            .strip_suffix('"')
            .unwrap_or(inner)
            .replace("\"\"", "\"")
    }

    /// The field with another value, quoted if it was or must be.
    fn write(&self, value: &str, delimiter: char) -> String {
        if self.quoted || value.contains(['"', '\n', '\r', delimiter]) {
            format!("\"{}\"", value.replace('"', "\"\""))
        } else {
            value.to_owned()
        }
    }
}

impl OpenFile for OpenCsv {
    fn document(&self) -> &Document {
        &self.document
    }

    fn rewrite(&self, edits: &[Edit]) -> Result<Vec<u8>> {
        let mut edits: Vec<&Edit> = edits.iter().collect();
        edits.sort_by_key(|edit| edit.span);
        let mut ranges = Vec::new();
        for group in edits.chunk_by(|a, b| a.span.segment() == b.span.segment()) {
            let Some(first) = group.first() else { continue };
            let field = self.fields.get(first.span.segment()).ok_or_else(foreign)?;
            let old = field.value(&self.decoded.text);
            let new = splice(&old, group)?;
            ranges.push((field.range.clone(), field.write(&new, self.delimiter)));
        }
        self.decoded.encode(&ranges)
    }
}

/// A text with some of its ranges replaced; the edits are sorted.
fn splice(old: &str, edits: &[&Edit]) -> Result<String> {
    let mut new = String::with_capacity(old.len());
    let mut at = 0;
    for edit in edits {
        new.push_str(old.get(at..edit.span.start()).ok_or_else(foreign)?);
        new.push_str(&edit.with);
        at = edit.span.end();
    }
    new.push_str(old.get(at..).ok_or_else(foreign)?);
    Ok(new)
}

fn foreign() -> Error {
    Error::new(ErrorKind::Internal, "an edit for another document")
}

/// The delimiter that splits the first lines most evenly; a `sep=` line decides.
fn delimiter(text: &str) -> char {
    if let Some(rest) = text.strip_prefix("sep=") {
        return rest.chars().next().unwrap_or(';');
    }
    // Ties go to the semicolon, the delimiter of German Excel.
    let score = |candidate: char| {
        let head: String = text.split_inclusive('\n').take(20).collect();
        let counts: Vec<usize> = rows(&head, candidate).iter().map(Vec::len).collect();
        let most = counts.iter().copied().max().unwrap_or(0);
        let equal = counts.iter().filter(|count| **count == most).count();
        if most < 2 { 0 } else { equal * 100 + most }
    };
    let mut best = (';', score(';'));
    for candidate in ['\t', '|', ','] {
        let found = score(candidate);
        if found > best.1 {
            best = (candidate, found);
        }
    }
    best.0
}

/// All rows of a text. A quote opens a quoted field only at the field's start;
/// whatever follows a closing quote makes the field an unquoted one.
fn rows(text: &str, delimiter: char) -> Vec<Vec<Field>> {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let (field, next) = field(text, at, delimiter);
        let end = field.range.end;
        row.push(field);
        let rest = text.get(end..next).unwrap_or_default();
        at = next;
        if rest.contains(['\n', '\r']) || (at >= text.len() && !rest.contains(delimiter)) {
            rows.push(std::mem::take(&mut row));
        } else if at >= text.len() {
            row.push(Field {
                range: at..at,
                quoted: false,
            });
            rows.push(std::mem::take(&mut row));
        }
    }
    rows
}

/// The field that starts at `at`, and where the next one starts.
fn field(text: &str, at: usize, delimiter: char) -> (Field, usize) {
    let rest = text.get(at..).unwrap_or_default();
    let quoted = rest.starts_with('"').then(|| closing_quote(rest)).flatten();
    let stop = |c: char| c == delimiter || c == '\n' || c == '\r';
    let length = quoted
        .filter(|end| {
            rest.get(*end..)
                .is_none_or(|after| after.is_empty() || after.starts_with(stop))
        })
        .unwrap_or_else(|| rest.find(stop).unwrap_or(rest.len()));
    let is_quoted = quoted == Some(length);
    let after = rest.get(length..).unwrap_or_default();
    let separator = if after.starts_with("\r\n") {
        2
    } else {
        after.chars().next().map_or(0, char::len_utf8)
    };
    let field = Field {
        range: at..at + length,
        quoted: is_quoted,
    };
    (field, at + length + separator)
}

/// One past the quote that closes a field starting with a quote.
fn closing_quote(rest: &str) -> Option<usize> {
    let mut at = 1;
    loop {
        at += rest.get(at..)?.find('"')? + 1;
        if !rest.get(at..)?.starts_with('"') {
            return Some(at);
        }
        at += 1;
    }
}

/// The first row, if it looks like names of columns: at least two fields, none
/// empty, none with a digit or an at sign.
fn header(text: &str, rows: &[Vec<Field>]) -> Option<Header> {
    let skip = usize::from(text.starts_with("sep="));
    let cells = rows.get(skip)?;
    let names: Vec<String> = cells.iter().map(|field| field.value(text)).collect();
    let like_a_name = |name: &String| {
        let filled = name.chars().any(char::is_alphabetic);
        filled && !name.contains(|c: char| c.is_ascii_digit() || c == '@')
    };
    let n_named = names.iter().filter(|name| like_a_name(name)).count();
    (names.len() >= 2 && n_named * 4 >= names.len() * 3).then(|| Header {
        row: skip,
        names: names.into_iter().map(Arc::from).collect(),
    })
}

/// In a table of two columns without header the first field is the label.
fn row_label(text: &str, cells: &[Field], has_header: bool) -> Option<Arc<str>> {
    let first = cells.first()?;
    (cells.len() == 2 && !has_header).then(|| first.value(text).into())
}

fn number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(input: &str) -> Box<dyn OpenFile> {
        Csv.open(input.as_bytes().to_vec(), &ReadOptions::default())
            .unwrap()
    }

    fn texts(file: &dyn OpenFile) -> Vec<String> {
        let segments = file.document().segments().iter();
        segments.map(|s| s.text().to_owned()).collect()
    }

    #[test]
    fn the_dialect_is_kept() {
        let input = "Name;Ort;Betrag\r\n\"Müller; Max\";\"sagt \"\"ja\"\"\";1,50\r\n;;\r\nx;y;";
        let file = open(input);
        assert_eq!(
            texts(&*file),
            [
                "Name",
                "Ort",
                "Betrag",
                "Müller; Max",
                "sagt \"ja\"",
                "1,50",
                "",
                "",
                "",
                "x",
                "y",
                ""
            ]
        );
        assert_eq!(file.rewrite(&[]).unwrap(), input.as_bytes());
        let document = file.document();
        let labels: Vec<_> = document.segments()[3].kind().labels().collect();
        assert_eq!(labels, ["Name"]);
        let edits = [
            Edit {
                span: document.span(3, 0, 12).unwrap(),
                with: "[P]".into(),
            },
            Edit {
                span: document.span(4, 0, 4).unwrap(),
                with: "a;b".into(),
            },
        ];
        let output = String::from_utf8(file.rewrite(&edits).unwrap()).unwrap();
        assert!(
            output.contains("\"[P]\";\"a;b \"\"ja\"\"\";1,50\r\n"),
            "{output}"
        );
    }

    #[test]
    fn quotes_in_the_middle_and_open_quotes_lose_nothing() {
        for input in [
            "a,\"b\" c,d\n1,2,3\n",
            "a,b\n\"offen,2\n3,4",
            "nur eine Zeile",
            "\n\n",
            "a\tb\n1\t2",
        ] {
            let file = open(input);
            assert_eq!(file.rewrite(&[]).unwrap(), input.as_bytes());
            let joined: String = texts(&*file).concat();
            let visible = |s: &str| {
                s.chars()
                    .filter(|c| c.is_alphanumeric())
                    .collect::<String>()
            };
            assert_eq!(visible(&joined), visible(input));
        }
    }

    #[test]
    fn the_delimiter_is_the_one_that_splits_evenly() {
        assert_eq!(delimiter("a;b;c\n1,5;2,5;3\n"), ';');
        assert_eq!(delimiter("a,b\nx y,\"1;2\"\n"), ',');
        assert_eq!(delimiter("sep=|\na|b\n"), '|');
        assert_eq!(delimiter("kein Trenner\n"), ';');
    }
}
