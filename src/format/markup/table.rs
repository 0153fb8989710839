//! Where the walk stands in a table: row, column, the header over the column
//! and the label before the row.

use std::sync::Arc;

use super::walk::label;
use crate::document::SegmentKind;

/// A table while it is read.
#[derive(Default)]
pub(crate) struct Table {
    row: u32,
    column: usize,
    headers: Vec<Option<Arc<str>>>,
    label: Option<Arc<str>>,
    cell: Option<Cell>,
}

#[derive(Default)]
struct Cell {
    span: usize,
    text: String,
}

impl Table {
    pub(crate) fn start_row(&mut self) {
        self.row = self.row.saturating_add(1);
        self.column = 0;
        self.label = None;
    }

    pub(crate) fn start_cell(&mut self) {
        self.cell = Some(Cell {
            span: 1,
            text: String::new(),
        });
    }

    /// The open cell spans `n` columns.
    pub(crate) fn span(&mut self, n: usize) {
        // Word stops at 63 columns, PowerPoint at 75; a file may claim more.
        if let Some(cell) = &mut self.cell {
            cell.span = n.clamp(1, 1_000);
        }
    }

    /// A paragraph of the open cell.
    pub(crate) fn read(&mut self, text: &str) {
        if let Some(cell) = &mut self.cell
            && cell.text.len() < 400
        {
            cell.text.push_str(text);
            cell.text.push(' ');
        }
    }

    pub(crate) fn end_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        let found = label(&cell.text);
        if self.row == 1 {
            for _ in 0..cell.span {
                self.headers.push(found.clone());
            }
        }
        if self.column == 0 {
            self.label = found;
        }
        self.column += cell.span;
    }

    /// What a segment in the open cell is.
    pub(crate) fn kind(&self) -> SegmentKind {
        let header = self.headers.get(self.column).cloned().flatten();
        SegmentKind::TableCell {
            column: header.filter(|_| self.row > 1),
            row: self.label.clone().filter(|_| self.column > 0),
        }
    }

    /// Row and column of the open cell, from 1.
    pub(crate) fn place(&self) -> Option<(u32, u32)> {
        self.cell.as_ref()?;
        let column = u32::try_from(self.column).ok()?;
        Some((self.row, column.checked_add(1)?))
    }
}
