//! Tables written as plain text: which header stands above a place.
//!
//! Formats hand over real cells with their labels. A text file, a mail or a PDF
//! has tables too, drawn with tabs, bars, semicolons, commas or spaces. Here
//! their header line is found, so that a recognizer can read "geb. am" above a
//! bare date. Nothing is changed or joined; a line that fits no header has none.

use std::ops::Range;
use std::sync::Arc;

/// A cell of a table in running text and what stands above it.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    /// Its place in the text.
    pub(crate) range: Range<usize>,
    /// Its header.
    pub(crate) header: Arc<str>,
}

/// The header line in force while segments pass by.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    header: Option<Header>,
}

#[derive(Debug)]
struct Header {
    separator: Separator,
    cells: Vec<(usize, Arc<str>)>,
    /// Lines since a row fitted.
    idle: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Separator {
    Char(char),
    Spaces,
}

/// A piece of a line: its bytes in the text and its first column in characters.
struct Piece {
    range: Range<usize>,
    column: usize,
}

impl Tables {
    /// The cells of a segment that have a header, in order.
    pub(crate) fn cells(&mut self, text: &str) -> Vec<Cell> {
        let bytes = text.as_bytes();
        let drawn = memchr::memchr3(b'\t', b'|', b';', bytes).is_some()
            || memchr::memmem::find(bytes, b"  ").is_some()
            || memchr::memchr(b',', bytes).is_some();
        let mut cells = Vec::new();
        if !drawn {
            self.idle();
            return cells;
        }
        let mut start = 0;
        let mut lines = text.split_inclusive('\n').peekable();
        while let Some(line) = lines.next() {
            let next = lines.peek().copied().unwrap_or_default();
            self.line(text, start..start + line.trim_end().len(), next, &mut cells);
            start += line.len();
        }
        cells
    }

    fn idle(&mut self) {
        if let Some(header) = &mut self.header {
            header.idle += 1;
            if header.idle > 3 {
                self.header = None;
            }
        }
    }

    fn line(&mut self, text: &str, range: Range<usize>, next: &str, cells: &mut Vec<Cell>) {
        let line = text.get(range.clone()).unwrap_or_default();
        if let Some(separator) = separator(line) {
            let pieces = pieces(line, range.start, separator);
            if is_header(text, &pieces) && (self.header.is_none() || is_row(next, separator)) {
                self.header = Some(Header::new(text, separator, &pieces));
                return;
            }
            if let Some(header) = &mut self.header
                && header.separator == separator
                && pieces.len() * 2 >= header.cells.len()
            {
                header.idle = 0;
                let counted = header.counted(&pieces);
                cells.extend(
                    pieces
                        .into_iter()
                        .enumerate()
                        .filter_map(|(index, piece)| header.above(index, piece, counted)),
                );
                return;
            }
        }
        self.idle();
    }
}

impl Header {
    fn new(text: &str, separator: Separator, pieces: &[Piece]) -> Self {
        let cell = |piece: &Piece| {
            (
                piece.column,
                Arc::from(
                    text.get(piece.range.clone())
                        .unwrap_or_default()
                        .trim_matches(['"', ' ']),
                ),
            )
        };
        Self {
            separator,
            cells: pieces.iter().map(cell).collect(),
            idle: 0,
        }
    }

    /// Whether the cells of a row go with the headers one by one: always where a
    /// character separates them; with spaces, if the columns do not line up.
    fn counted(&self, pieces: &[Piece]) -> bool {
        let lines_up = |piece: &Piece| {
            self.cells
                .iter()
                .any(|(column, _)| column.abs_diff(piece.column) < 2)
        };
        self.separator != Separator::Spaces
            || (pieces.len() <= self.cells.len()
                && pieces.len() + 2 >= self.cells.len()
                && !pieces.iter().all(lines_up))
    }

    /// The cell with its header: by number, or by the column it starts in.
    fn above(&self, index: usize, piece: Piece, counted: bool) -> Option<Cell> {
        let found = if counted {
            self.cells.get(index)
        } else {
            self.cells
                .iter()
                .rev()
                .find(|(column, _)| *column <= piece.column + 1)
        };
        let (_, header) = found?;
        (!header.is_empty() && !piece.range.is_empty()).then(|| Cell {
            range: piece.range,
            header: header.clone(),
        })
    }
}

/// How a line is drawn, if it has at least three cells.
fn separator(line: &str) -> Option<Separator> {
    let count = |c: char| line.matches(c).count();
    if count('\t') >= 2 {
        return Some(Separator::Char('\t'));
    }
    if count('|') >= 2 {
        return Some(Separator::Char('|'));
    }
    if count(';') >= 3 {
        return Some(Separator::Char(';'));
    }
    if count(',') >= 4 && line.matches(", ").count() * 4 <= count(',') {
        return Some(Separator::Char(','));
    }
    let gaps = line
        .trim()
        .split("  ")
        .filter(|part| !part.trim().is_empty())
        .count();
    (gaps >= 3).then_some(Separator::Spaces)
}

fn pieces(line: &str, start: usize, separator: Separator) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut open, mut column, mut quoted, mut spaces) = (0, 0, false, 0);
    let mut from_column = 0;
    let mut push = |from: usize, to: usize, column: usize, keep_empty: bool| {
        let part = line.get(from..to).unwrap_or_default();
        let lead = part.len() - part.trim_start().len();
        let length = part.trim().len();
        if length > 0 || keep_empty {
            pieces.push(Piece {
                range: start + from + lead..start + from + lead + length,
                column: column + lead,
            });
        }
    };
    for (at, c) in line.char_indices() {
        match separator {
            Separator::Char(mark) => {
                quoted ^= c == '"';
                if c == mark && !quoted {
                    push(open, at, from_column, true);
                    open = at + c.len_utf8();
                    from_column = column + 1;
                }
            }
            Separator::Spaces => {
                if c != ' ' && spaces >= 2 {
                    push(open, at, from_column, false);
                    open = at;
                    from_column = column;
                }
                spaces = if c == ' ' { spaces + 1 } else { 0 };
            }
        }
        column += 1;
    }
    push(
        open,
        line.len(),
        from_column,
        separator != Separator::Spaces,
    );
    pieces
}

/// Short cells, none of them a number: what stands above a table.
fn is_header(text: &str, pieces: &[Piece]) -> bool {
    let cell = |piece: &Piece| {
        text.get(piece.range.clone())
            .unwrap_or_default()
            .trim_matches('"')
            .trim()
    };
    let digits = |word: &str| word.bytes().filter(u8::is_ascii_digit).count();
    let wordy = |word: &str| {
        word.chars().any(char::is_alphabetic)
            && word.chars().count() <= 32
            && digits(word) < 5
            && !word.starts_with(|c: char| c.is_ascii_digit())
    };
    let filled = pieces.iter().filter(|piece| !piece.range.is_empty());
    let n_filled = filled.clone().count();
    n_filled >= 3
        && filled
            .clone()
            .all(|piece| wordy(cell(piece)) || cell(piece).chars().all(|c| !c.is_alphanumeric()))
        && filled.filter(|piece| digits(cell(piece)) > 0).count() * 3 <= n_filled
        && known_header(text, pieces)
}

/// At least one cell is a word that usually heads a column.
fn known_header(text: &str, pieces: &[Piece]) -> bool {
    let known = [
        "name",
        "geb",
        "ort",
        "plz",
        "straße",
        "strasse",
        "str.",
        "anschrift",
        "adresse",
        "nr",
        "nummer",
        "datum",
        "tel",
        "fax",
        "mail",
        "iban",
        "konto",
        "bic",
        "id",
        "pass",
        "kennz",
        "zeichen",
        "az",
        "betrag",
        "bemerkung",
        "status",
        "datei",
        "user",
        "benutzer",
        "date",
        "phone",
        "address",
        "street",
        "city",
        "amount",
        "art",
        "person",
        "kind",
        "klasse",
        "funktion",
        "stelle",
        "beruf",
        "alter",
        "uhrzeit",
        "zeit",
        "teilnehmer",
        "patient",
        "kunde",
        "mitglied",
        "stufe",
        "herkunft",
        "staat",
        "land",
        "mobil",
        "empf",
        "absender",
        "sb",
        "bearbeiter",
        "lage",
        "eigentümer",
        "flur",
        "diagnose",
        "kasse",
        "notiz",
        "thema",
        "dob",
        "born",
        "postcode",
    ];
    pieces
        .iter()
        .filter(|piece| {
            let cell = text
                .get(piece.range.clone())
                .unwrap_or_default()
                .to_lowercase();
            known.iter().any(|word| cell.contains(word))
        })
        .count()
        * 3
        >= pieces
            .iter()
            .filter(|piece| !piece.range.is_empty())
            .count()
}

/// Whether a line looks like a row or a rule under a header.
fn is_row(line: &str, separator: Separator) -> bool {
    let drawn = line.trim();
    !drawn.is_empty()
        && (self::separator(line) == Some(separator)
            || drawn
                .chars()
                .all(|c| matches!(c, '-' | '=' | '|' | '+' | ' ' | '_' | ':')))
}

/// The header above a place.
pub(crate) fn header_at(cells: &[Cell], at: usize) -> Option<&Arc<str>> {
    let index = cells.partition_point(|cell| cell.range.end <= at);
    cells
        .get(index)
        .filter(|cell| cell.range.start <= at)
        .map(|cell| &cell.header)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(text: &str) -> Vec<(String, String)> {
        let cells = Tables::default().cells(text);
        cells
            .iter()
            .map(|cell| (cell.header.to_string(), text[cell.range.clone()].to_owned()))
            .collect()
    }

    #[test]
    fn drawn_tables() {
        for text in [
            "Nr\tName\tgeb. am\n1\tQuast\t03.07.1984",
            "| Nr | Name | geb. am |\n|----|------|---------|\n| 1 | Quast | 03.07.1984 |",
            "Nr;Name;geb. am;Ort\n1;Quast;03.07.1984;Wiesbaden",
            "Nr    Name        geb. am\n1     Quast       03.07.1984",
            "id,name,geb. am,ort,x\n1,Quast,03.07.1984,\"a,b\",y",
        ] {
            assert!(
                headers(text).contains(&("geb. am".to_owned(), "03.07.1984".to_owned())),
                "{text}: {:?}",
                headers(text)
            );
        }
        assert!(headers("Sehr geehrte Damen und Herren, am 3.7., um 12, wie immer").is_empty());
    }

    #[test]
    fn a_header_reaches_over_segments() {
        let mut tables = Tables::default();
        assert!(tables.cells("Nr\tName\tgeb. am").is_empty());
        assert_eq!(tables.cells("1\tQuast\t03.07.1984").len(), 3);
    }
}
