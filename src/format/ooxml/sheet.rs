//! The cells of one sheet: read token by token while the rest of the sheet is
//! walked, so that a sheet is parsed once.

use std::collections::HashSet;
use std::sync::Arc;

use super::grid::{Cell, CellPlace, Grid, Labels, Value, add, column_of, value};
use super::number;
use crate::document::{Location, SegmentKind};
use crate::error::{Error, ErrorKind, Result};
use crate::format::markup::broken;
use crate::format::markup::file::SplicedFile;
use crate::format::markup::formula::{self, Follow};
use crate::format::markup::piece::{Piece, Text};
use crate::format::markup::rules::Names;
use crate::format::markup::scan::{Attribute, Tag, Token};
use crate::format::markup::splice::Splice;
use crate::format::markup::walk::{Found, Inner};

/// Reads the cells of one sheet and makes each a segment as soon as the headers
/// of the sheet are known.
pub(crate) struct SheetReader<'g> {
    grid: &'g mut Grid,
    source: &'g str,
    file: &'g mut SplicedFile,
    /// The part that the sheet becomes, and where it stands.
    part: usize,
    place: Location,
    labels: Labels,
    /// Cells before the headers are known.
    waiting: Vec<Cell>,
    /// How many of them belong to rows that were looked at.
    n_looked: usize,
    is_labelled: bool,
    /// What is behind the segments.
    pub(crate) pieces: Vec<Piece>,
    pub(crate) places: Vec<Option<CellPlace>>,
    pub(crate) fixed: Vec<Splice>,
    pub(crate) follows: Vec<Follow>,
    /// Texts in formulas, with the cell.
    pub(crate) literals: Vec<(u32, u32, Text)>,
    /// Shared formulas that were taken out.
    lost: HashSet<String>,
    row: u32,
    column: u32,
    open: Option<Open>,
    path: Vec<Step>,
    space: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Row,
    Cell,
    Value,
    Formula,
    Text,
    Phonetic(usize),
    Other,
}

/// What the value of a cell is.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Type {
    #[default]
    Number,
    Shared,
    /// Truth values and errors.
    Word,
    Text,
}

impl Type {
    fn of(written: &str) -> Self {
        match written {
            "n" => Self::Number,
            "s" => Self::Shared,
            "b" | "e" => Self::Word,
            _ => Self::Text,
        }
    }
}

/// The character data of a cell: nearly always one stretch of the sheet, for
/// which nothing is allocated.
#[derive(Default)]
enum Content {
    #[default]
    None,
    /// From, to, and where `xml:space` goes.
    One(usize, usize, usize),
    Many(Box<Text>),
}

impl Content {
    fn add(&mut self, source: &str, token: &Token<'_>, space: usize) {
        if let (Self::None, Token::Text(start, end)) = (&self, token) {
            *self = Self::One(*start, *end, space);
            return;
        }
        let mut text = std::mem::take(self).into_text(source);
        add(&mut text, source, token, space);
        *self = Self::Many(Box::new(text));
    }

    fn into_text(self, source: &str) -> Text {
        match self {
            Self::None => Text::default(),
            Self::Many(text) => *text,
            Self::One(start, end, space) => {
                let mut text = Text::default();
                add(&mut text, source, &Token::Text(start, end), space);
                text
            }
        }
    }

    /// What it says, and where, if that is one stretch.
    fn text<'t>(&'t self, source: &'t str) -> (&'t str, Option<(usize, usize)>) {
        match self {
            Self::None => ("", None),
            Self::One(start, end, _) => (
                source.get(*start..*end).unwrap_or_default(),
                Some((*start, *end)),
            ),
            Self::Many(text) => (&text.text, text.source(0, text.text.len())),
        }
    }
}

/// A cell while it is read.
#[derive(Default)]
struct Open {
    start: usize,
    kind: Type,
    style: u32,
    value: Content,
    formula: Text,
    formula_start: usize,
    formula_end: usize,
    shared: Option<String>,
}

impl<'g> SheetReader<'g> {
    /// Reads the sheet that becomes a part of this number.
    pub(crate) fn new(
        grid: &'g mut Grid,
        source: &'g str,
        file: &'g mut SplicedFile,
        part: usize,
        place: Location,
    ) -> Self {
        Self {
            grid,
            source,
            file,
            part,
            place,
            labels: Labels::default(),
            waiting: Vec::new(),
            n_looked: 0,
            is_labelled: false,
            pieces: Vec::new(),
            places: Vec::new(),
            fixed: Vec::new(),
            follows: Vec::new(),
            literals: Vec::new(),
            lost: HashSet::new(),
            row: 0,
            column: 0,
            open: None,
            path: Vec::new(),
            space: 0,
        }
    }

    /// The sheet is read.
    pub(crate) fn finish(&mut self) {
        self.look();
        self.flush();
    }

    /// Looks for headers in the row that is complete.
    fn look(&mut self) {
        let row = self.waiting.get(self.n_looked..).unwrap_or_default();
        if !row.is_empty() {
            self.is_labelled = self.labels.look(row);
            self.n_looked = self.waiting.len();
        }
    }

    fn flush(&mut self) {
        for cell in std::mem::take(&mut self.waiting) {
            self.emit(cell);
        }
    }

    fn add(&mut self, cell: Cell) {
        if !self.is_labelled {
            let last = self.waiting.get(self.n_looked..).and_then(<[Cell]>::last);
            if last.is_some_and(|last| last.row != cell.row) {
                self.look();
            }
            if !self.is_labelled {
                self.waiting.push(cell);
                return;
            }
            self.flush();
        }
        self.emit(cell);
    }

    fn emit(&mut self, cell: Cell) {
        let kind = self.labels.kind(&cell);
        let place = self.place.cell(cell.row, cell.column);
        match cell.value {
            Value::Text(text) => {
                let found = Found::new(kind, *text, place);
                self.file.add_found(self.part, &mut self.pieces, found);
                self.places.push(None);
            }
            Value::Elsewhere(text, at) => {
                self.file.add_bare_segment(self.part, kind, text, place);
                self.places.push(Some(at));
            }
        }
    }

    fn start(&mut self, tag: &Tag<'_>, attributes: &[Attribute<'_>]) {
        let step = match tag.name {
            "row" => {
                let next = self.row.saturating_add(1);
                self.row = value(attributes, "r")
                    .and_then(|v| v.parse().ok())
                    .unwrap_or(next);
                self.column = 0;
                Step::Row
            }
            "c" => {
                self.start_cell(tag, attributes);
                Step::Cell
            }
            "v" => Step::Value,
            "f" => {
                if let Some(open) = &mut self.open {
                    open.formula_start = tag.start;
                    open.formula_end = tag.end;
                    let is_shared = value(attributes, "t") == Some("shared");
                    open.shared = value(attributes, "si")
                        .filter(|_| is_shared)
                        .map(str::to_owned);
                }
                Step::Formula
            }
            "t" => Step::Text,
            "rPh" => Step::Phonetic(tag.start),
            _ => Step::Other,
        };
        self.space = if step == Step::Text && !attributes.iter().any(|a| a.ns == "xml") {
            tag.attribute_end()
        } else {
            0
        };
        if !tag.empty {
            self.path.push(step);
        }
    }

    fn start_cell(&mut self, tag: &Tag<'_>, attributes: &[Attribute<'_>]) {
        let mut open = Open {
            start: tag.start,
            ..Open::default()
        };
        let mut column = None;
        // Once over the attributes: there are a million cells.
        for attribute in attributes.iter().filter(|a| a.ns.is_empty()) {
            match attribute.name {
                "r" => column = column_of(attribute.raw),
                "t" => open.kind = Type::of(attribute.raw),
                "s" => open.style = attribute.raw.parse().unwrap_or(0),
                // Both point into parts that are left out.
                "cm" | "vm" => {
                    let lost = Splice::cut(attribute.start, attribute.end);
                    self.fixed.push(lost);
                }
                _ => {}
            }
        }
        self.column = column.unwrap_or_else(|| self.column.saturating_add(1));
        self.open = (!tag.empty).then_some(open);
    }

    fn end(&mut self, end: usize, names: &mut Names) -> Result<()> {
        match self.path.pop() {
            Some(Step::Cell) => {
                if let Some(open) = self.open.take() {
                    self.end_cell(open, end, names)?;
                }
            }
            Some(Step::Formula) => {
                if let Some(open) = &mut self.open {
                    open.formula_end = end;
                }
            }
            Some(Step::Phonetic(start)) => self.fixed.push(Splice::cut(start, end)),
            _ => {}
        }
        Ok(())
    }

    fn end_cell(&mut self, open: Open, end: usize, names: &mut Names) -> Result<()> {
        if open.formula_end > 0 {
            self.formula(&open, names)?;
        }
        let (shown, place) = open.value.text(self.source);
        let value = match open.kind {
            Type::Shared => {
                let wrong = || broken("a cell points to a text that is not there");
                let string: u32 = shown.trim().parse().map_err(|_| wrong())?;
                let (start, end) = place.ok_or_else(wrong)?;
                let index = usize::try_from(string).map_err(|_| wrong())?;
                let shown = self.grid.show(index).ok_or_else(wrong)?;
                if shown.is_empty() {
                    return Ok(());
                }
                let (start, end) = (narrow(start)?, narrow(end)?);
                let at = CellPlace::Shared { string, start, end };
                Value::Elsewhere(Arc::clone(shown), at)
            }
            Type::Number if !shown.trim().is_empty() => {
                let display = self.grid.display(open.style);
                let shown = number::show(shown.trim(), display, self.grid.since_1904());
                let at = CellPlace::Number {
                    style: open.style,
                    start: narrow(open.start)?,
                    end: narrow(end)?,
                };
                Value::Elsewhere(shown, at)
            }
            Type::Text if !shown.trim().is_empty() => {
                Value::Text(Box::new(open.value.into_text(self.source)))
            }
            Type::Word | Type::Number | Type::Text => return Ok(()),
        };
        self.add(Cell {
            row: self.row,
            column: self.column,
            value,
        });
        Ok(())
    }

    /// The formula of a cell: one that reaches into another file is left out,
    /// its last value stays.
    fn formula(&mut self, open: &Open, names: &mut Names) -> Result<()> {
        let split = formula::split(&open.formula, names)?;
        let lost = open
            .shared
            .as_ref()
            .is_some_and(|id| self.lost.contains(id));
        if split.is_external || lost {
            self.lost.extend(open.shared.clone());
            self.fixed
                .push(Splice::cut(open.formula_start, open.formula_end));
            return Ok(());
        }
        self.fixed.extend(split.fixed);
        self.follows.extend(split.follows);
        let texts = split.texts.into_iter().filter(|text| !text.is_blank());
        self.literals
            .extend(texts.map(|text| (self.row, self.column, text)));
        Ok(())
    }
}

impl Inner for SheetReader<'_> {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "all other tokens hold no text here"
    )]
    fn token(
        &mut self,
        token: &Token<'_>,
        attributes: &[Attribute<'_>],
        names: &mut Names,
    ) -> Result<()> {
        match token {
            Token::Open(tag) => self.start(tag, attributes),
            Token::Close(end) => self.end(*end, names)?,
            Token::Remark(start, end) => self.fixed.push(Splice::cut(*start, *end)),
            _ => {
                let is_phonetic = self.path.iter().any(|s| matches!(s, Step::Phonetic(_)));
                let Some(open) = self.open.as_mut().filter(|_| !is_phonetic) else {
                    return Ok(());
                };
                match self.path.last() {
                    Some(Step::Value | Step::Text) => {
                        open.value.add(self.source, token, self.space);
                    }
                    Some(Step::Formula) => add(&mut open.formula, self.source, token, 0),
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

/// A position in a part; parts are smaller than 512 MiB.
fn narrow(position: usize) -> Result<u32> {
    u32::try_from(position).map_err(|_| Error::new(ErrorKind::Limit, "a part is too large"))
}

/// Texts in the formulas of a sheet as segments.
pub(crate) fn literals(
    texts: Vec<(u32, u32, Text)>,
    place: Location,
) -> impl Iterator<Item = Found> {
    texts.into_iter().map(move |(row, column, text)| {
        let kind = SegmentKind::Attribute { name: "formula" };
        Found::new(kind, text, place.cell(row, column))
    })
}
