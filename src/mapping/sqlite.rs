//! The mapping store in one SQLite file.
//!
//! Write-ahead log with full sync: what `commit` acknowledged survives a power
//! cut. Two processes may share a file; a writer waits for the one before.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode};

use super::Blind;
use super::sql::{Cell, Dialect, Driver, Row, Value};
use super::store::Store;
use crate::error::{Error, ErrorKind, Result};

/// How long to wait for another process that is writing.
const BUSY: Duration = Duration::from_secs(30);
/// The write-ahead log is cut back to this after a checkpoint.
const LOG_BYTES: i64 = 16 << 20;
/// Statements kept prepared.
const N_STATEMENTS: usize = 64;

/// A mapping store in a file.
pub type SqliteStore = Store;

impl Store {
    /// Opens the store in a file, making it if it is new. `fingerprint` tells
    /// the index key, `public_id` the public key; a store remembers both and
    /// refuses others.
    ///
    /// # Errors
    /// If the file is no store, of a newer version, belongs to another key, or
    /// cannot be written.
    pub fn open(path: &Path, fingerprint: Blind, public_id: [u8; 32]) -> Result<Self> {
        private_file(path)?;
        Self::with(Box::new(Sqlite::connect(path)?), fingerprint, public_id)
    }

    /// Opens an existing store for restoring.
    ///
    /// # Errors
    /// If there is none, or it belongs to another restore key.
    pub fn open_existing(path: &Path, public_id: [u8; 32]) -> Result<Self> {
        if !path.is_file() {
            return Err(Error::new(
                ErrorKind::Store,
                "there is no mapping store at this place; name it with --store",
            ));
        }
        Self::existing(Box::new(Sqlite::connect(path)?), public_id)
    }
}

struct Sqlite {
    connection: Connection,
    path: PathBuf,
}

impl Sqlite {
    fn connect(path: &Path) -> Result<Self> {
        let connection =
            Connection::open(path).map_err(|error| failed("opening the mapping store", &error))?;
        let set = || -> rusqlite::Result<()> {
            connection.busy_timeout(BUSY)?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "synchronous", "FULL")?;
            connection.pragma_update(None, "foreign_keys", true)?;
            connection.pragma_update(None, "journal_size_limit", LOG_BYTES)?;
            // Erased rows are overwritten, not just unlinked.
            connection.pragma_update(None, "secure_delete", true)
        };
        set().map_err(|error| failed("opening the mapping store", &error))?;
        connection.set_prepared_statement_cache_capacity(N_STATEMENTS);
        Ok(Self {
            connection,
            path: path.to_owned(),
        })
    }
}

impl Driver for Sqlite {
    fn execute(
        &mut self,
        doing: &'static str,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<u64> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(rusqlite::params_from_iter(values)))
            .map(|n| u64::try_from(n).unwrap_or(u64::MAX))
            .map_err(|error| failed(doing, &error))
    }

    fn query(
        &mut self,
        doing: &'static str,
        sql: &'static str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&Row) -> Result<()>,
    ) -> Result<()> {
        let failed = |error: rusqlite::Error| failed(doing, &error);
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let n_columns = statement.column_count();
        let mut rows = statement
            .query(rusqlite::params_from_iter(values))
            .map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let cells = (0..n_columns).map(|at| Ok(cell(row.get_ref(at).map_err(failed)?)));
            each(&Row(cells.collect::<Result<_>>()?))?;
        }
        Ok(())
    }

    fn script(&mut self, doing: &'static str, sql: &str) -> Result<()> {
        self.connection
            .execute_batch(sql)
            .map_err(|error| failed(doing, &error))
    }

    fn begin(&mut self) -> Result<()> {
        // Immediate, so that two writers queue up instead of failing half-way.
        self.script("waiting for the mapping store", "BEGIN IMMEDIATE")
    }

    fn has_table(&mut self, name: &'static str) -> Result<bool> {
        self.connection
            .query_row(
                "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?1",
                [name],
                |row| row.get::<_, i64>(0),
            )
            .map(|n| n > 0)
            .map_err(|error| failed("reading the mapping store", &error))
    }

    fn check_files(&mut self) -> Result<()> {
        let mut first = String::new();
        self.query(
            "checking the mapping store",
            "PRAGMA integrity_check(1)",
            &[],
            &mut |row| {
                row.text(0)?.clone_into(&mut first);
                Ok(())
            },
        )?;
        if first == "ok" {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Store,
            "the mapping store's file is damaged; restore it from a backup",
        ))
    }

    fn forget(&mut self) -> Result<()> {
        // Old pages live on in the write-ahead log until it is cut off.
        self.query(
            "cutting off the write-ahead log",
            "PRAGMA wal_checkpoint(TRUNCATE)",
            &[],
            &mut |_| Ok(()),
        )
    }

    fn n_bytes(&mut self) -> Result<u64> {
        let size = |path: &Path| path.metadata().map_or(0, |meta| meta.len());
        let mut log = self.path.clone().into_os_string();
        log.push("-wal");
        Ok(size(&self.path) + size(Path::new(&log)))
    }

    fn dialect(&self) -> Dialect {
        Dialect {
            id: "INTEGER PRIMARY KEY",
            blob: "BLOB",
            int: "INTEGER",
            without_rowid: "WITHOUT ROWID",
        }
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Value::Int(value) => ToSqlOutput::from(*value),
            Value::Text(value) => ToSqlOutput::from(*value),
            Value::Blob(value) => ToSqlOutput::from(*value),
            Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
        })
    }
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Integer(value) => Cell::Int(value),
        ValueRef::Text(value) => Cell::Text(String::from_utf8_lossy(value).into_owned()),
        ValueRef::Blob(value) => Cell::Blob(value.to_vec()),
        ValueRef::Null | ValueRef::Real(_) => Cell::Null,
    }
}

/// Makes an empty file that only its owner can read, before SQLite would make
/// one that others can.
pub(super) fn private_file(path: &Path) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Error::new(
            ErrorKind::Store,
            format!("making the mapping store: {}", error.kind()),
        )),
    }
}

/// The code of SQLite says enough; its message could quote a value.
fn failed(doing: &'static str, error: &rusqlite::Error) -> Error {
    let advice = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            "the file is damaged or no mapping store"
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => "another process holds it",
        Some(ErrorCode::DiskFull) => "the disk is full",
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            "no permission, or the folder is missing"
        }
        Some(_) | None => "the store failed",
    };
    let code = error.sqlite_error().map_or(0, |error| error.extended_code);
    Error::new(
        ErrorKind::Store,
        format!("{doing}: {advice} (SQLite code {code})"),
    )
}
