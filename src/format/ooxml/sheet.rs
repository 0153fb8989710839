//! The cells of one sheet: read token by token while the rest of the sheet is
//! walked, so that a sheet is parsed once.

use std::collections::HashSet;

use super::grid::{Cell, Grid, Value, add, column_of, value};
use super::number::{self, Display};
use crate::document::{Location, SegmentKind};
use crate::error::Result;
use crate::format::markup::broken;
use crate::format::markup::formula::{self, Follow};
use crate::format::markup::piece::Text;
use crate::format::markup::rules::Names;
use crate::format::markup::scan::{Attribute, Tag, Token};
use crate::format::markup::splice::Splice;
use crate::format::markup::walk::{Found, Inner};

/// Reads the cells of one sheet.
pub(crate) struct SheetReader<'g> {
    grid: &'g mut Grid,
    source: &'g str,
    pub(crate) cells: Vec<Cell>,
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
    fn of(written: Option<&str>) -> Self {
        match written {
            None | Some("n") => Self::Number,
            Some("s") => Self::Shared,
            Some("b" | "e") => Self::Word,
            Some(_) => Self::Text,
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
    style: usize,
    value: Content,
    formula: Text,
    formula_start: usize,
    formula_end: usize,
    shared: Option<String>,
}

impl<'g> SheetReader<'g> {
    pub(crate) fn new(grid: &'g mut Grid, source: &'g str) -> Self {
        Self {
            grid,
            source,
            cells: Vec::new(),
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
        let spaced = attributes.iter().any(|a| a.ns == "xml");
        self.space = if spaced || step != Step::Text {
            0
        } else {
            tag.attribute_end()
        };
        if !tag.empty {
            self.path.push(step);
        }
    }

    fn start_cell(&mut self, tag: &Tag<'_>, attributes: &[Attribute<'_>]) {
        let place = value(attributes, "r").and_then(column_of);
        self.column = place.unwrap_or_else(|| self.column.saturating_add(1));
        // Both point into parts that are left out.
        for lost in attributes.iter().filter(|a| matches!(a.name, "cm" | "vm")) {
            self.fixed.push(Splice::cut(lost.start, lost.end));
        }
        self.open = (!tag.empty).then(|| Open {
            start: tag.start,
            kind: Type::of(value(attributes, "t")),
            style: value(attributes, "s")
                .and_then(|v| v.parse().ok())
                .unwrap_or(0),
            ..Open::default()
        });
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
                let string: usize = shown.trim().parse().map_err(|_| wrong())?;
                let index = place.ok_or_else(wrong)?;
                let shared = self.grid.strings.get_mut(string).ok_or_else(wrong)?;
                shared.n_cells += 1;
                if shared.text.is_empty() {
                    return Ok(());
                }
                Value::Shared { string, index }
            }
            Type::Number if !shown.trim().is_empty() => {
                let display = self.grid.displays.get(open.style).copied();
                let display = display.unwrap_or(Display::Plain);
                Value::Number {
                    shown: number::show(shown.trim(), display, self.grid.since_1904()),
                    cell: (open.start, end),
                    display,
                }
            }
            Type::Text if !shown.trim().is_empty() => {
                Value::Text(Box::new(open.value.into_text(self.source)))
            }
            Type::Word | Type::Number | Type::Text => return Ok(()),
        };
        self.cells.push(Cell {
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
