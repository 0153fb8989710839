//! A workbook with edits to its cells: strings that several cells share are
//! parted where the cells part, numbers become text where a word takes their
//! place, and references follow a sheet that gets another name.

use std::collections::{BTreeMap, HashMap};

use super::grid::{CellPlace, Grid, SharedString};
use super::names::NAMESPACES;
use super::number::{self, Display};
use crate::document::{Document, Edit};
use crate::error::{Error, ErrorKind, Result};
use crate::format::OpenFile;
use crate::format::markup::file::SplicedFile;
use crate::format::markup::formula::Follow;
use crate::format::markup::piece::Codec;
use crate::format::markup::scan::{Scanner, Tag, Token};
use crate::format::markup::sheets::{TextEdits, edited};
use crate::format::markup::splice::{Splice, Splices, apply, escape};

/// An opened workbook.
pub(crate) struct Workbook {
    pub(crate) file: SplicedFile,
    pub(crate) grid: Grid,
    /// The part that holds the shared strings.
    pub(crate) strings_part: Option<usize>,
    /// The cells of each sheet, in the order of their segments.
    pub(crate) cells: Vec<CellRun>,
    /// The segments that name the sheets.
    pub(crate) sheets: Vec<usize>,
    /// References to sheets, with their part.
    pub(crate) follows: Vec<(usize, Follow)>,
}

/// The cells of one sheet; their segments follow each other.
pub(crate) struct CellRun {
    /// The segment of the first.
    pub(crate) first: usize,
    /// The part that holds them.
    pub(crate) part: usize,
    /// Where they stand; `None` for plain text in the sheet.
    pub(crate) places: Vec<Option<CellPlace>>,
}

impl OpenFile for Workbook {
    fn document(&self) -> &Document {
        self.file.document()
    }

    fn rewrite(&self, edits: &[Edit]) -> Result<Vec<u8>> {
        let mut plain = Vec::new();
        let mut by_cell: BTreeMap<usize, TextEdits<'_>> = BTreeMap::new();
        for edit in edits {
            let segment = edit.span.segment();
            if self.place(segment).is_some() {
                let edit = (edit.span.start(), edit.span.end(), edit.with.as_str());
                by_cell.entry(segment).or_default().push(edit);
            } else {
                plain.push(edit);
            }
        }
        let fitted = self.file.fit_sheets(&self.sheets, plain)?;
        let plain: Vec<&Edit> = fitted.iter().collect();
        let mut splices = self.file.splices(&plain)?;
        self.file
            .rename_sheets(&self.sheets, &self.follows, &plain, &mut splices)?;
        let mut shared: BTreeMap<usize, Vec<Shown<'_>>> = BTreeMap::new();
        for (segment, mut edits) in by_cell {
            edits.sort_unstable();
            let (part, place) = self.place(segment).ok_or_else(unknown)?;
            match place {
                CellPlace::Shared { string, start, end } => {
                    let index = (wide(start)?, wide(end)?);
                    shared
                        .entry(wide(string)?)
                        .or_default()
                        .push(Shown { part, index, edits });
                }
                CellPlace::Number { style, start, end } => {
                    let shown = edited(self.text(segment)?, &edits)?;
                    let cell = (wide(start)?, wide(end)?);
                    let splice = self.number(part, cell, self.grid.display(style), &shown)?;
                    splices.entry(part).or_default().replace(splice);
                }
            }
        }
        self.strings(shared, &mut splices)?;
        self.file.write(splices, &plain)
    }
}

/// A cell that shows a shared string, with its edits.
struct Shown<'e> {
    part: usize,
    index: (usize, usize),
    edits: TextEdits<'e>,
}

impl Workbook {
    fn place(&self, segment: usize) -> Option<(usize, CellPlace)> {
        let n = self.cells.partition_point(|run| run.first <= segment);
        let run = self.cells.get(n.checked_sub(1)?)?;
        let place = run.places.get(segment - run.first)?;
        place.map(|place| (run.part, place))
    }

    fn text(&self, segment: usize) -> Result<&str> {
        let segments = self.file.document().segments();
        segments.get(segment).map(|s| s.text()).ok_or_else(unknown)
    }

    /// Edits shared strings: in place for the first kind of cells that shows
    /// one, as further strings for all others.
    fn strings(
        &self,
        shared: BTreeMap<usize, Vec<Shown<'_>>>,
        splices: &mut HashMap<usize, Splices>,
    ) -> Result<()> {
        let Some(part) = self.strings_part else {
            return if shared.is_empty() {
                Ok(())
            } else {
                Err(unknown())
            };
        };
        let mut added = String::new();
        let mut n_strings = self.grid.strings.len();
        for (index, cells) in shared {
            let string = self.grid.strings.get(index).ok_or_else(unknown)?;
            // If some cells keep the string as it is, it stays for them.
            let mut in_place = (cells.len() >= self.grid.n_cells(index))
                .then(|| cells.first().map(|cell| cell.edits.clone()))
                .flatten();
            if let Some(edits) = &in_place {
                let target = splices.entry(part).or_default();
                for (start, end, with) in edits {
                    target.edit((&string.text, &string.pieces), (*start, *end), with, false)?;
                }
            }
            let mut known: HashMap<TextEdits<'_>, usize> = HashMap::new();
            if let Some(edits) = in_place.take() {
                known.insert(edits, index);
            }
            for cell in cells {
                let number = match known.get(&cell.edits) {
                    Some(number) => *number,
                    None => {
                        added.push_str(&self.another(part, string, &cell.edits)?);
                        known.insert(cell.edits.clone(), n_strings);
                        n_strings += 1;
                        n_strings - 1
                    }
                };
                if number != index {
                    splices.entry(cell.part).or_default().replace(Splice {
                        start: cell.index.0,
                        end: cell.index.1,
                        with: number.to_string(),
                    });
                }
            }
        }
        if !added.is_empty() {
            let at = self.grid.strings_end;
            splices.entry(part).or_default().replace(Splice {
                start: at,
                end: at,
                with: added,
            });
        }
        Ok(())
    }

    /// The markup of a shared string with edits made.
    fn another(&self, part: usize, string: &SharedString, edits: &TextEdits<'_>) -> Result<String> {
        let (from, to) = string.element;
        let mut own = Splices::default();
        for (start, end, with) in edits {
            own.edit((&string.text, &string.pieces), (*start, *end), with, false)?;
        }
        let inside = |splice: &&Splice| splice.start >= from && splice.end <= to;
        let fixed: Vec<Splice> = self
            .grid
            .string_splices
            .iter()
            .filter(inside)
            .cloned()
            .collect();
        let moved: Vec<Splice> = own
            .with_fixed(&fixed)
            .into_iter()
            .map(|splice| Splice {
                start: splice.start - from,
                end: splice.end - from,
                with: splice.with,
            })
            .collect();
        let source = self.file.source(part).ok_or_else(unknown)?;
        apply(source.get(from..to).ok_or_else(unknown)?, &moved)
    }

    /// The markup of a cell that shows `shown` in place of its number.
    fn number(
        &self,
        part: usize,
        (start, end): (usize, usize),
        display: &Display,
        shown: &str,
    ) -> Result<Splice> {
        let source = self.file.source(part).ok_or_else(unknown)?;
        let cell = source.get(start..end).ok_or_else(unknown)?;
        let with = rewrite_cell(cell, display, self.grid.since_1904(), shown)?;
        Ok(Splice { start, end, with })
    }
}

/// The pieces of a number cell that its new markup is made of.
#[derive(Default)]
struct CellParts<'c> {
    prefix: &'c str,
    /// Attributes as written, without the type and what is left out.
    attributes: String,
    /// The formula, if other cells depend on it.
    formula: Option<&'c str>,
    value: (usize, usize),
}

fn rewrite_cell(cell: &str, display: &Display, since_1904: bool, shown: &str) -> Result<String> {
    let parts = read_cell(cell)?;
    let (from, to) = parts.value;
    let old = cell.get(from..to).ok_or_else(unknown)?;
    let CellParts {
        prefix,
        attributes,
        formula,
        ..
    } = parts;
    if let Some(stored) = number::store(shown, old, display, since_1904) {
        let formula = formula.unwrap_or_default();
        return Ok(format!(
            "<{prefix}c{attributes}>{formula}<{prefix}v>{stored}</{prefix}v></{prefix}c>"
        ));
    }
    let text = escape(Codec::Text, &[shown])?;
    Ok(match formula {
        Some(formula) => format!(
            "<{prefix}c{attributes} t=\"str\">{formula}<{prefix}v>{text}</{prefix}v></{prefix}c>"
        ),
        None => format!(
            "<{prefix}c{attributes} t=\"inlineStr\"><{prefix}is><{prefix}t xml:space=\"preserve\">{text}</{prefix}t></{prefix}is></{prefix}c>"
        ),
    })
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "all other tokens hold no text here"
)]
fn read_cell(cell: &str) -> Result<CellParts<'_>> {
    let mut parts = CellParts::default();
    let mut scanner = Scanner::new(cell, NAMESPACES);
    let mut formula: Option<Tag<'_>> = None;
    let mut in_value = false;
    while let Some(token) = scanner.next()? {
        match token {
            Token::Open(tag) if tag.name == "c" => {
                let name = cell.get(tag.start + 1..tag.end).unwrap_or_default();
                let name = name
                    .split([' ', '>', '\n', '\r', '\t'])
                    .next()
                    .unwrap_or_default();
                parts.prefix = name.strip_suffix('c').unwrap_or_default();
                for attribute in scanner.attributes() {
                    if !matches!(attribute.name, "t" | "cm" | "vm") {
                        let written = cell.get(attribute.start..attribute.end);
                        parts.attributes.push_str(written.unwrap_or_default());
                    }
                }
            }
            Token::Open(tag) if tag.name == "f" => {
                // Other cells take their formula from the first of a group.
                let is_group = scanner.attributes().iter().any(|a| a.name == "ref");
                formula = is_group.then_some(tag);
                if is_group && tag.empty {
                    parts.formula = cell.get(tag.start..tag.end);
                }
            }
            Token::Open(tag) => in_value = tag.name == "v",
            Token::Close(end) => {
                if let Some(tag) = formula.take().filter(|tag| !tag.empty) {
                    parts.formula = cell.get(tag.start..end);
                }
                in_value = false;
            }
            Token::Text(start, end) if in_value => parts.value = (start, end),
            _ => {}
        }
    }
    Ok(parts)
}

fn wide(position: u32) -> Result<usize> {
    usize::try_from(position).map_err(|_| unknown())
}

fn unknown() -> Error {
    Error::new(ErrorKind::Internal, "an edit cannot be made exactly")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_becomes_text_or_another_number() {
        for (cell, shown, expected) in [
            (
                "<c r=\"A1\" s=\"2\"><v>123</v></c>",
                "456",
                "<c r=\"A1\" s=\"2\"><v>456</v></c>",
            ),
            (
                "<x:c r=\"A1\" t=\"n\" cm=\"1\"><x:f>B1&amp;\"\"</x:f><x:v>123</x:v></x:c>",
                "[ID_1]",
                "<x:c r=\"A1\" t=\"inlineStr\"><x:is><x:t xml:space=\"preserve\">[ID_1]</x:t></x:is></x:c>",
            ),
            (
                "<c r=\"A1\"><f t=\"shared\" ref=\"A1:A9\" si=\"0\">B1</f><v>1</v></c>",
                "<",
                "<c r=\"A1\" t=\"str\"><f t=\"shared\" ref=\"A1:A9\" si=\"0\">B1</f><v>&lt;</v></c>",
            ),
        ] {
            assert_eq!(
                rewrite_cell(cell, &Display::Plain, false, shown).unwrap(),
                expected
            );
        }
    }
}
