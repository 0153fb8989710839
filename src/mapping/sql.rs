//! What a store asks of a database, whichever it is: a handful of calls behind
//! which SQLite and PostgreSQL look alike.
//!
//! Statements are written once, with `?1` for the first value; a driver
//! translates. What a driver reports of a failure never quotes a value.

use crate::error::{Error, ErrorKind, Result};

/// A value on its way into the database.
#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    Int(i64),
    Text(&'a str),
    Blob(&'a [u8]),
    Null,
}

/// A value from the database.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Cell {
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
    Null,
}

/// A row of a result.
pub(super) struct Row(pub(super) Vec<Cell>);

impl Row {
    pub(super) fn int(&self, at: usize) -> Result<i64> {
        match self.0.get(at) {
            Some(Cell::Int(value)) => Ok(*value),
            _ => Err(strange()),
        }
    }

    pub(super) fn count(&self, at: usize) -> Result<u64> {
        u64::try_from(self.int(at)?).map_err(|_| strange())
    }

    pub(super) fn text(&self, at: usize) -> Result<&str> {
        match self.0.get(at) {
            Some(Cell::Text(value)) => Ok(value),
            _ => Err(strange()),
        }
    }

    pub(super) fn blob(&self, at: usize) -> Result<&[u8]> {
        match self.0.get(at) {
            Some(Cell::Blob(value)) => Ok(value),
            _ => Err(strange()),
        }
    }
}

/// A connection to a database.
pub(super) trait Driver: Send {
    /// Runs a statement; tells how many rows it changed.
    fn execute(
        &mut self,
        doing: &'static str,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<u64>;

    /// Runs a query and hands over each row.
    fn query(
        &mut self,
        doing: &'static str,
        sql: &'static str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&Row) -> Result<()>,
    ) -> Result<()>;

    /// Runs statements without values.
    fn script(&mut self, doing: &'static str, sql: &str) -> Result<()>;

    /// Begins to write; waits until no other process does.
    fn begin(&mut self) -> Result<()>;

    /// Whether there is a table of this name.
    fn has_table(&mut self, name: &'static str) -> Result<bool>;

    /// The database's own check of its files, if it has one.
    fn check_files(&mut self) -> Result<()>;

    /// Leaves no copy of erased rows in the database's own files, as far as it can.
    fn forget(&mut self) -> Result<()>;

    /// Size of the store in bytes.
    fn n_bytes(&mut self) -> Result<u64>;

    /// The tables' definition in this database's dialect.
    fn dialect(&self) -> Dialect;
}

/// The words in which the two databases differ.
#[derive(Clone, Copy)]
pub(super) struct Dialect {
    pub(super) id: &'static str,
    pub(super) blob: &'static str,
    pub(super) int: &'static str,
    pub(super) without_rowid: &'static str,
}

impl Dialect {
    /// A definition with `{id}`, `{blob}`, `{int}` and `{flat}` filled in.
    pub(super) fn fill(self, definition: &str) -> String {
        definition
            .replace("{id}", self.id)
            .replace("{blob}", self.blob)
            .replace("{int}", self.int)
            .replace("{flat}", self.without_rowid)
    }
}

/// The first row of a query, as far as the reader wants it.
pub(super) fn first<T>(
    driver: &mut dyn Driver,
    doing: &'static str,
    sql: &'static str,
    values: &[Value<'_>],
    read: impl Fn(&Row) -> Result<T>,
) -> Result<Option<T>> {
    let mut found = None;
    driver.query(doing, sql, values, &mut |row| {
        if found.is_none() {
            found = Some(read(row)?);
        }
        Ok(())
    })?;
    Ok(found)
}

/// A column that is not what it should be.
pub(super) fn strange() -> Error {
    Error::new(
        ErrorKind::Store,
        "the mapping store holds a row that makes no sense; run `deckname store check`",
    )
}
