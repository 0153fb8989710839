//! The mapping store in one SQLite file.
//!
//! Write-ahead log with full sync: what `commit` acknowledged survives a power
//! cut. Two processes may share a file; the unique indexes decide who is first.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension, params};

use super::seal::sha256;
use super::{Blind, Bound, MappingStore, SubjectKey};
use crate::entity::EntityType;
use crate::error::{Error, ErrorKind, Result};

/// The version of the tables. A store of another version is refused.
const SCHEMA: i64 = 1;
/// How long to wait for another process that is writing.
const BUSY: Duration = Duration::from_secs(30);

const TABLES: &str = "
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE subject (
    id INTEGER PRIMARY KEY,
    blind BLOB NOT NULL UNIQUE,
    code TEXT NOT NULL UNIQUE,
    entity_type TEXT NOT NULL,
    scope BLOB NOT NULL,
    created TEXT NOT NULL
);
CREATE TABLE surface (
    subject INTEGER NOT NULL REFERENCES subject(id) ON DELETE CASCADE,
    variant TEXT NOT NULL,
    blind BLOB NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (subject, variant),
    UNIQUE (subject, blind)
) WITHOUT ROWID;
CREATE TABLE delivery (
    source BLOB PRIMARY KEY,
    output TEXT NOT NULL,
    hash BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE access (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    action TEXT NOT NULL,
    reason TEXT NOT NULL,
    n INTEGER NOT NULL,
    chain BLOB NOT NULL
);
";

/// A mapping store in a file.
pub struct SqliteStore {
    connection: Connection,
    /// Whether a transaction is open.
    open: bool,
}

impl SqliteStore {
    /// Opens the store in a file, making it if it is new. `fingerprint` tells
    /// the index key, `public_id` the public key; a store remembers both and
    /// refuses others.
    ///
    /// # Errors
    /// If the file is no store, of another version, belongs to another key, or
    /// cannot be written.
    pub fn open(path: &Path, fingerprint: Blind, public_id: [u8; 32]) -> Result<Self> {
        private_file(path)?;
        let mut store = Self::connect(path)?;
        store.begin()?;
        match store.meta("schema")? {
            None => store.create(fingerprint, public_id)?,
            Some(_) => {
                store.check_schema()?;
                let ours = store.meta("fingerprint")?.as_deref() == Some(&fingerprint.0[..]);
                if !ours || store.meta("public_id")?.as_deref() != Some(&public_id[..]) {
                    return Err(wrong_key());
                }
            }
        }
        store.commit()?;
        Ok(store)
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
        let store = Self::connect(path)?;
        store.check_schema()?;
        if store.meta("public_id")?.as_deref() != Some(&public_id[..]) {
            return Err(wrong_key());
        }
        Ok(store)
    }

    /// Notes an access to originals: what was done, why, and how many were
    /// read. Each entry holds a hash over itself and the one before.
    ///
    /// # Errors
    /// If the store cannot be written; nothing may be shown then.
    pub fn log_access(&mut self, action: &str, reason: &str, n: u64) -> Result<()> {
        self.begin()?;
        let last: Option<Vec<u8>> = self
            .connection
            .query_row(
                "SELECT chain FROM access ORDER BY id DESC LIMIT 1",
                [],
                |row| row.get(0),
            )
            .optional()
            .map_err(|error| failed("reading the access log", &error))?;
        let at = jiff::Timestamp::now().to_string();
        let n = i64::try_from(n).unwrap_or(i64::MAX);
        let chain = link(last.as_deref(), &at, action, reason, n);
        self.connection
            .execute(
                "INSERT INTO access (at, action, reason, n, chain) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![at, action, reason, n, &chain[..]],
            )
            .map_err(|error| failed("writing the access log", &error))?;
        self.commit()
    }

    /// How many accesses were noted. Fails if an entry was changed or removed.
    ///
    /// # Errors
    /// If the chain is broken or the store cannot be read.
    pub fn check_access_log(&self) -> Result<u64> {
        let failed_here = |error: rusqlite::Error| failed("reading the access log", &error);
        let mut rows = self
            .connection
            .prepare("SELECT at, action, reason, n, chain, id FROM access ORDER BY id")
            .map_err(failed_here)?;
        let mut rows = rows.query([]).map_err(failed_here)?;
        let mut last: Option<Vec<u8>> = None;
        let mut n_entries = 0;
        while let Some(row) = rows.next().map_err(failed_here)? {
            let read = |row: &rusqlite::Row<'_>| -> rusqlite::Result<(String, String, String, i64, Vec<u8>, i64)> {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
            };
            let (at, action, reason, n, chain, id) = read(row).map_err(failed_here)?;
            n_entries += 1;
            if chain != link(last.as_deref(), &at, &action, &reason, n) || id != n_entries {
                return Err(Error::new(
                    ErrorKind::Store,
                    format!("entry {id} of the access log was changed"),
                ));
            }
            last = Some(chain);
        }
        Ok(u64::try_from(n_entries).unwrap_or(0))
    }

    fn connect(path: &Path) -> Result<Self> {
        let connection =
            Connection::open(path).map_err(|error| failed("opening the mapping store", &error))?;
        let set = || -> rusqlite::Result<()> {
            connection.busy_timeout(BUSY)?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "synchronous", "FULL")?;
            connection.pragma_update(None, "foreign_keys", true)?;
            // Erased rows are overwritten, not just unlinked.
            connection.pragma_update(None, "secure_delete", true)
        };
        set().map_err(|error| failed("opening the mapping store", &error))?;
        connection.set_prepared_statement_cache_capacity(32);
        Ok(Self {
            connection,
            open: false,
        })
    }

    fn create(&mut self, fingerprint: Blind, public_id: [u8; 32]) -> Result<()> {
        let made = || -> rusqlite::Result<()> {
            self.connection.execute_batch(TABLES)?;
            let mut insert = self
                .connection
                .prepare("INSERT INTO meta (name, value) VALUES (?1, ?2)")?;
            insert.execute(params!["schema", SCHEMA.to_le_bytes()])?;
            insert.execute(params!["fingerprint", &fingerprint.0[..]])?;
            insert.execute(params!["public_id", &public_id[..]])?;
            Ok(())
        };
        made().map_err(|error| failed("making the mapping store", &error))
    }

    fn check_schema(&self) -> Result<()> {
        if self.meta("schema")?.as_deref() == Some(&SCHEMA.to_le_bytes()[..]) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Store,
            "the mapping store was made by another version of this program; use that version",
        ))
    }

    /// A value of the meta table; `None` if there is no such table either.
    fn meta(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let exists = self
            .connection
            .query_row(
                "SELECT count(*) FROM sqlite_master WHERE name = 'meta'",
                [],
                |row| row.get::<_, i64>(0),
            )
            .map_err(|error| failed("reading the mapping store", &error))?;
        if exists == 0 {
            return Ok(None);
        }
        self.connection
            .query_row("SELECT value FROM meta WHERE name = ?1", [name], |row| {
                row.get(0)
            })
            .optional()
            .map_err(|error| failed("reading the mapping store", &error))
    }

    fn begin(&mut self) -> Result<()> {
        if !self.open {
            // Immediate, so that two writers queue up instead of failing half-way.
            self.connection
                .execute_batch("BEGIN IMMEDIATE")
                .map_err(|error| failed("waiting for the mapping store", &error))?;
            self.open = true;
        }
        Ok(())
    }
}

impl MappingStore for SqliteStore {
    fn subject(&mut self, blind: Blind) -> Result<Option<(SubjectKey, String)>> {
        self.connection
            .prepare_cached("SELECT id, code FROM subject WHERE blind = ?1")
            .and_then(|mut statement| {
                statement
                    .query_row([&blind.0[..]], |row| {
                        Ok((SubjectKey(row.get(0)?), row.get(1)?))
                    })
                    .optional()
            })
            .map_err(|error| failed("looking a value up", &error))
    }

    fn bind_subject(
        &mut self,
        blind: Blind,
        entity_type: EntityType,
        scope: Blind,
        code: &str,
    ) -> Result<Bound> {
        self.begin()?;
        let now = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
        let inserted = self
            .connection
            .prepare_cached(
                "INSERT INTO subject (blind, code, entity_type, scope, created) VALUES (?1, ?2, ?3, ?4, ?5)",
            )
            .and_then(|mut statement| {
                statement.insert(params![&blind.0[..], code, entity_type.name(), &scope.0[..], now])
            });
        bound(inserted.map(SubjectKey))
    }

    fn surface(&mut self, subject: SubjectKey, blind: Blind) -> Result<Option<String>> {
        self.connection
            .prepare_cached("SELECT variant FROM surface WHERE subject = ?1 AND blind = ?2")
            .and_then(|mut statement| {
                statement
                    .query_row(params![subject.0, &blind.0[..]], |row| row.get(0))
                    .optional()
            })
            .map_err(|error| failed("looking a spelling up", &error))
    }

    fn bind_surface(
        &mut self,
        subject: SubjectKey,
        blind: Blind,
        variant: &str,
        sealed: &[u8],
    ) -> Result<Bound> {
        self.begin()?;
        let inserted = self
            .connection
            .prepare_cached(
                "INSERT INTO surface (subject, variant, blind, sealed) VALUES (?1, ?2, ?3, ?4)",
            )
            .and_then(|mut statement| {
                statement.execute(params![subject.0, variant, &blind.0[..], sealed])
            });
        bound(inserted.map(|_| subject))
    }

    fn sealed(&mut self, code: &str, variant: &str) -> Result<Option<(EntityType, Vec<u8>)>> {
        let row: Option<(String, Vec<u8>)> = self
            .connection
            .prepare_cached(
                "SELECT entity_type, sealed FROM subject JOIN surface ON subject.id = surface.subject
                 WHERE code = ?1 AND variant = ?2",
            )
            .and_then(|mut statement| {
                statement
                    .query_row([code, variant], |row| Ok((row.get(0)?, row.get(1)?)))
                    .optional()
            })
            .map_err(|error| failed("looking a pseudonym up", &error))?;
        row.map(|(name, sealed)| {
            let entity_type = EntityType::parse(&name).ok_or_else(|| {
                Error::new(
                    ErrorKind::Store,
                    "the mapping store holds a type this version does not know",
                )
            })?;
            Ok((entity_type, sealed))
        })
        .transpose()
    }

    fn record_delivery(&mut self, source: Blind, output: &str, hash: [u8; 32]) -> Result<()> {
        self.begin()?;
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO delivery (source, output, hash) VALUES (?1, ?2, ?3)",
            )
            .and_then(|mut statement| statement.execute(params![&source.0[..], output, &hash[..]]))
            .map(|_| ())
            .map_err(|error| failed("writing the journal", &error))
    }

    fn delivery(&mut self, source: Blind) -> Result<Option<(String, [u8; 32])>> {
        self.connection
            .prepare_cached("SELECT output, hash FROM delivery WHERE source = ?1")
            .and_then(|mut statement| {
                statement
                    .query_row([&source.0[..]], |row| Ok((row.get(0)?, row.get(1)?)))
                    .optional()
            })
            .map_err(|error| failed("reading the journal", &error))
    }

    fn commit(&mut self) -> Result<()> {
        if self.open {
            self.connection
                .execute_batch("COMMIT")
                .map_err(|error| failed("writing the mapping store", &error))?;
            self.open = false;
        }
        Ok(())
    }

    fn roll_back(&mut self) -> Result<()> {
        if self.open {
            self.connection
                .execute_batch("ROLLBACK")
                .map_err(|error| failed("taking back a write", &error))?;
            self.open = false;
        }
        Ok(())
    }
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStore")
            .field("open", &self.open)
            .finish_non_exhaustive()
    }
}

/// One link of the access log's hash chain.
fn link(last: Option<&[u8]>, at: &str, action: &str, reason: &str, n: i64) -> [u8; 32] {
    let mut bytes = last.unwrap_or_default().to_vec();
    for part in [at, action, reason, &n.to_string()] {
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    sha256(&bytes)
}

/// A unique index that refuses means that somebody else was first.
fn bound(inserted: rusqlite::Result<SubjectKey>) -> Result<Bound> {
    match inserted {
        Ok(subject) => Ok(Bound::New(subject)),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
            Ok(Bound::Taken)
        }
        Err(error) => Err(failed("binding a pseudonym", &error)),
    }
}

/// Makes an empty file that only its owner can read, before SQLite would make
/// one that others can.
fn private_file(path: &Path) -> Result<()> {
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

fn wrong_key() -> Error {
    Error::new(
        ErrorKind::Key,
        "the mapping store belongs to other keys; name the right folder with --keys, or another store with --store",
    )
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

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Blind = Blind([7; 32]);
    const PUBLIC: [u8; 32] = [8; 32];

    fn blind(n: u8) -> Blind {
        Blind([n; 32])
    }

    #[test]
    fn what_was_committed_is_there_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.sqlite");
        let mut store = SqliteStore::open(&path, KEY, PUBLIC).unwrap();
        let Bound::New(subject) = store
            .bind_subject(blind(1), EntityType::Person, KEY, "K7RN3X")
            .unwrap()
        else {
            panic!("a new subject");
        };
        assert_eq!(
            store
                .bind_subject(blind(2), EntityType::Person, KEY, "K7RN3X")
                .unwrap(),
            Bound::Taken
        );
        assert!(matches!(
            store
                .bind_surface(subject, blind(3), "", b"sealed")
                .unwrap(),
            Bound::New(_)
        ));
        assert_eq!(
            store.bind_surface(subject, blind(4), "", b"x").unwrap(),
            Bound::Taken
        );
        store.commit().unwrap();
        store
            .bind_subject(blind(5), EntityType::Iban, KEY, "CCCCCC")
            .unwrap();
        store.roll_back().unwrap();
        drop(store);

        let mut store = SqliteStore::open(&path, KEY, PUBLIC).unwrap();
        assert_eq!(
            store.subject(blind(1)).unwrap(),
            Some((subject, "K7RN3X".into()))
        );
        assert_eq!(store.subject(blind(5)).unwrap(), None);
        assert_eq!(
            store.surface(subject, blind(3)).unwrap().as_deref(),
            Some("")
        );
        assert_eq!(
            store.sealed("K7RN3X", "").unwrap(),
            Some((EntityType::Person, b"sealed".to_vec()))
        );
        assert_eq!(store.sealed("K7RN3X", "C").unwrap(), None);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o077, 0);
        }
    }

    #[test]
    fn another_key_and_another_file_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.sqlite");
        drop(SqliteStore::open(&path, KEY, PUBLIC).unwrap());
        assert_eq!(
            SqliteStore::open(&path, blind(1), PUBLIC)
                .unwrap_err()
                .kind(),
            ErrorKind::Key
        );
        assert_eq!(
            SqliteStore::open_existing(&path, [1; 32])
                .unwrap_err()
                .kind(),
            ErrorKind::Key
        );
        let other = folder.path().join("other");
        crate::fs::write_new(&other, &[b'x'; 4096]).unwrap();
        assert_eq!(
            SqliteStore::open(&other, KEY, PUBLIC).unwrap_err().kind(),
            ErrorKind::Store
        );
        let missing = folder.path().join("missing");
        assert_eq!(
            SqliteStore::open_existing(&missing, PUBLIC)
                .unwrap_err()
                .kind(),
            ErrorKind::Store
        );
    }

    #[test]
    fn a_changed_access_log_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.sqlite");
        let mut store = SqliteStore::open(&path, KEY, PUBLIC).unwrap();
        for reason in ["Antwort", "Auskunft", "Prüfung"] {
            store.log_access("restore", reason, 3).unwrap();
        }
        assert_eq!(store.check_access_log().unwrap(), 3);
        store
            .connection
            .execute("UPDATE access SET n = 4 WHERE id = 2", [])
            .unwrap();
        assert!(store.check_access_log().is_err());
        store
            .connection
            .execute("DELETE FROM access WHERE id = 2", [])
            .unwrap();
        assert!(store.check_access_log().is_err());
    }

    #[test]
    fn two_writers_agree() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.sqlite");
        let mut first = SqliteStore::open(&path, KEY, PUBLIC).unwrap();
        let mut second = SqliteStore::open(&path, KEY, PUBLIC).unwrap();
        let Bound::New(subject) = first
            .bind_subject(blind(1), EntityType::Person, KEY, "A")
            .unwrap()
        else {
            panic!("a new subject");
        };
        first.commit().unwrap();
        // The second looked before the first committed; its bind tells it.
        assert_eq!(
            second
                .bind_subject(blind(1), EntityType::Person, KEY, "B")
                .unwrap(),
            Bound::Taken
        );
        assert_eq!(
            second.subject(blind(1)).unwrap(),
            Some((subject, "A".into()))
        );
    }
}
