//! The cells of a workbook: shared strings, and sheets full of references to
//! them, numbers and formulas. Every cell becomes a segment that knows the
//! header of its column and the label of its row.

use std::collections::HashMap;
use std::sync::Arc;

use super::names::NAMESPACES;
use super::number::{self, Display};
use crate::document::SegmentKind;
use crate::error::Result;
use crate::format::markup::Source;
use crate::format::markup::piece::{Codec, Piece, Text};
use crate::format::markup::scan::{Attribute, Scanner, Tag, Token};
use crate::format::markup::splice::Splice;
use crate::format::markup::walk::label;

/// No program has more columns.
const MAX_COLUMN: u32 = 16_384;

/// What the cells of all sheets share.
#[derive(Default)]
pub(crate) struct Grid {
    /// The shared strings.
    pub(crate) strings: Vec<SharedString>,
    /// What they say and how many cells show each, close together: a million
    /// cells look here.
    texts: Vec<Arc<str>>,
    n_cells: Vec<u32>,
    /// Splices in the part of the shared strings.
    pub(crate) string_splices: Vec<Splice>,
    /// Where another string can be added.
    pub(crate) strings_end: usize,
    displays: Vec<Display>,
    since_1904: bool,
}

/// A shared string.
pub(crate) struct SharedString {
    pub(crate) text: Arc<str>,
    pub(crate) pieces: Vec<Piece>,
    /// The bytes of its element.
    pub(crate) element: (usize, usize),
}

/// A cell with something to read in it.
pub(crate) struct Cell {
    pub(crate) row: u32,
    pub(crate) column: u32,
    pub(crate) value: Value,
}

/// What a cell shows.
pub(crate) enum Value {
    /// Text in the sheet.
    Text(Box<Text>),
    /// What stands in another way: a string of all sheets, or a number as shown.
    Elsewhere(Arc<str>, CellPlace),
}

/// Where a cell stands in its sheet, if its segment is not plain text there.
/// There may be a million of them.
#[derive(Clone, Copy)]
pub(crate) enum CellPlace {
    /// It shows a shared string; the bytes of its number.
    Shared { string: u32, start: u32, end: u32 },
    /// It shows a number in some style; the bytes of the cell.
    Number { style: u32, start: u32, end: u32 },
}

impl Value {
    /// Whether it is text.
    const fn is_word(&self) -> bool {
        !matches!(self, Self::Elsewhere(_, CellPlace::Number { .. }))
    }

    /// What it says.
    fn text(&self) -> &str {
        match self {
            Self::Text(text) => &text.text,
            Self::Elsewhere(text, _) => text,
        }
    }
}

impl Grid {
    /// Whether dates count from 1904.
    pub(crate) const fn since_1904(&self) -> bool {
        self.since_1904
    }

    /// How a style shows numbers.
    pub(crate) fn display(&self, style: u32) -> &Display {
        let style = usize::try_from(style).unwrap_or(usize::MAX);
        self.displays.get(style).unwrap_or(&Display::Plain)
    }

    /// Notes how the workbook counts days.
    pub(crate) fn read_workbook(&mut self, data: &[u8]) -> Result<()> {
        each_tag(data, |tag, attributes| {
            if tag.name == "workbookPr" {
                let value = value(attributes, "date1904");
                self.since_1904 = matches!(value, Some("1" | "true"));
            }
        })
    }

    /// Reads how styles show numbers.
    pub(crate) fn read_styles(&mut self, data: &[u8]) -> Result<()> {
        let mut codes: HashMap<u32, String> = HashMap::new();
        let mut in_cells = false;
        let number = |attributes: &[Attribute<'_>]| {
            value(attributes, "numFmtId").and_then(|v| v.parse().ok())
        };
        each_tag(data, |tag, attributes| match tag.name {
            "numFmt" => {
                let code = attributes.iter().find(|a| a.name == "formatCode");
                let code = code.and_then(|a| Text::of_attribute(a).ok());
                if let (Some(id), Some(code)) = (number(attributes), code) {
                    codes.insert(id, code.text);
                }
            }
            "cellXfs" => in_cells = true,
            "cellStyles" | "dxfs" => in_cells = false,
            "xf" if in_cells => {
                let id = number(attributes).unwrap_or(0);
                let code = codes.get(&id).map(String::as_str);
                self.displays.push(number::display(id, code));
            }
            _ => {}
        })
    }

    /// Reads the shared strings.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "all other tokens hold no text here"
    )]
    pub(crate) fn read_strings(&mut self, source: &str) -> Result<()> {
        let mut scanner = Scanner::new(source, NAMESPACES);
        let mut open: Vec<(&str, usize)> = Vec::new();
        let mut text = Text::default();
        let mut space = 0;
        while let Some(token) = scanner.next()? {
            match token {
                Token::Open(tag) if tag.empty && tag.name == "si" => {
                    self.add_string(Text::default(), (tag.start, tag.end));
                }
                Token::Open(tag) if tag.empty => {
                    if tag.name == "phoneticPr" {
                        self.string_splices.push(Splice::cut(tag.start, tag.end));
                    }
                }
                Token::Open(tag) => {
                    let spaced = scanner.attributes().iter().any(|a| a.ns == "xml");
                    space = if spaced { 0 } else { tag.attribute_end() };
                    open.push((tag.name, tag.start));
                }
                Token::Close(end) => match open.pop() {
                    Some(("si", start)) => self.add_string(std::mem::take(&mut text), (start, end)),
                    Some(("rPh", start)) => self.string_splices.push(Splice::cut(start, end)),
                    Some(("sst", _)) => {
                        let rest = source.get(..end).and_then(|s| s.rfind("</"));
                        self.strings_end = rest.unwrap_or(end);
                    }
                    _ => {}
                },
                Token::Remark(start, end) => self.string_splices.push(Splice::cut(start, end)),
                _ => {
                    let shown = matches!(open.last(), Some(("t", _)))
                        && !open.iter().any(|(name, _)| *name == "rPh");
                    if shown {
                        add(&mut text, source, &token, space);
                    }
                }
            }
        }
        Ok(())
    }

    fn add_string(&mut self, text: Text, element: (usize, usize)) {
        let shown = Arc::from(text.text);
        self.texts.push(Arc::clone(&shown));
        self.n_cells.push(0);
        self.strings.push(SharedString {
            text: shown,
            pieces: text.pieces,
            element,
        });
    }

    /// What a string says to one more cell.
    pub(crate) fn show(&mut self, index: usize) -> Option<&Arc<str>> {
        let n = self.n_cells.get_mut(index)?;
        *n = n.saturating_add(1);
        self.texts.get(index)
    }

    /// How many cells show a string.
    pub(crate) fn n_cells(&self, index: usize) -> usize {
        let n = self.n_cells.get(index).copied().unwrap_or(0);
        usize::try_from(n).unwrap_or(usize::MAX)
    }

    /// Empties the strings that no cell shows.
    pub(crate) fn empty_unused(&mut self, source: &str) {
        let strings = self.strings.iter().zip(&self.n_cells);
        let unused = strings.filter(|(string, n)| **n == 0 && !string.text.is_empty());
        let mut emptied = Vec::new();
        for (string, _) in unused {
            let (start, end) = string.element;
            let element = source.get(start..end).unwrap_or_default();
            let name = element.get(1..).unwrap_or_default();
            let name = name
                .split([' ', '>', '\n', '\r', '\t'])
                .next()
                .unwrap_or("si");
            let prefix = name.strip_suffix("si").unwrap_or_default();
            emptied.push(Splice {
                start,
                end,
                with: format!("<{prefix}si><{prefix}t/></{prefix}si>"),
            });
        }
        // What was cut inside them is gone with them.
        self.string_splices.retain(|cut| {
            !emptied
                .iter()
                .any(|e| e.start <= cut.start && cut.end <= e.end)
        });
        self.string_splices.extend(emptied);
        self.string_splices.sort_unstable();
    }
}

/// What stands over the columns and before the rows of a sheet.
#[derive(Default)]
pub(crate) struct Labels {
    /// By column, the row of its header and the header.
    headers: Vec<Option<(u32, Arc<str>)>>,
    row: u32,
    column: u32,
    label: Option<Arc<str>>,
}

impl Labels {
    /// Looks for headers in a row: those of all columns stand in the first row
    /// with two or more words in it, that of a sheet with one column in its
    /// first word. Tells whether all headers are found.
    pub(crate) fn look(&mut self, row: &[Cell]) -> bool {
        let words: Vec<&Cell> = row.iter().filter(|cell| cell.value.is_word()).collect();
        if words.len() < 2 && row.len() > 1 {
            return false;
        }
        for cell in words.into_iter().filter(|cell| cell.column <= MAX_COLUMN) {
            let at = usize::try_from(cell.column).unwrap_or(0);
            if self.headers.len() <= at {
                self.headers.resize(at + 1, None);
            }
            if let Some(slot) = self.headers.get_mut(at)
                && slot.is_none()
            {
                *slot = label(cell.value.text()).map(|text| (cell.row, text));
            }
        }
        row.len() > 1
    }

    /// What the next cell is; cells come in order.
    pub(crate) fn kind(&mut self, cell: &Cell) -> SegmentKind {
        if self.row != cell.row {
            self.row = cell.row;
            self.column = cell.column;
            self.label = label(cell.value.text()).filter(|t| t.contains(char::is_alphabetic));
        }
        let at = usize::try_from(cell.column).unwrap_or(usize::MAX);
        let header = self.headers.get(at).and_then(Option::as_ref);
        SegmentKind::TableCell {
            column: header
                .filter(|(row, _)| *row < cell.row)
                .map(|(_, header)| Arc::clone(header)),
            row: self.label.clone().filter(|_| cell.column > self.column),
        }
    }
}

/// Appends a token of character data.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "all other tokens hold no text here"
)]
pub(crate) fn add(text: &mut Text, source: &str, token: &Token<'_>, space: usize) {
    let between = |start: usize, end: usize| source.get(start..end).unwrap_or_default();
    match *token {
        Token::Text(start, end) => text.raw(between(start, end), start, Codec::Text, space),
        Token::Cdata(start, end) => text.raw(between(start, end), start, Codec::Cdata, space),
        Token::Char(c, start, end) => {
            let mut buffer = [0; 4];
            text.whole(c.encode_utf8(&mut buffer), (start, end), Codec::Text, space);
        }
        _ => {}
    }
}

/// The column of a reference such as `AB12`, from 1.
pub(crate) fn column_of(reference: &str) -> Option<u32> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic);
    letters
        .map(|b| u32::from(b.to_ascii_uppercase() - b'A') + 1)
        .try_fold(0_u32, |column, letter| {
            column.checked_mul(26)?.checked_add(letter)
        })
        .filter(|column| *column > 0)
}

pub(crate) fn value<'v>(attributes: &[Attribute<'v>], name: &str) -> Option<&'v str> {
    let found = attributes
        .iter()
        .find(|a| a.name == name && a.ns.is_empty());
    found.map(|a| a.raw)
}

fn each_tag(data: &[u8], mut read: impl FnMut(&Tag<'_>, &[Attribute<'_>])) -> Result<()> {
    let source = Source::decode(data)?;
    let mut scanner = Scanner::new(&source.text, NAMESPACES);
    while let Some(token) = scanner.next()? {
        if let Token::Open(tag) = token {
            read(&tag, scanner.attributes());
        }
    }
    Ok(())
}
