//! The journal of an output tree: which source became which copy, under which
//! settings, so that the next night touches only what is new.
//!
//! It lies beside the mapping store and not beside the copies, because it would
//! tell which copy belongs to which original. Sources stand in it as keyed
//! hashes, never by name. It may be lost: every file is then done once more,
//! with the same pseudonyms.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, params};

use super::Blind;
use crate::error::{Error, ErrorKind, Result};

/// The version of the tables. A journal of another version is refused.
const SCHEMA: i64 = 1;
/// How long to wait for another run that shares the journal.
const BUSY: Duration = Duration::from_secs(30);

const TABLES: &str = "
CREATE TABLE tree (id INTEGER PRIMARY KEY, mark BLOB NOT NULL UNIQUE, input BLOB NOT NULL);
CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    tree INTEGER NOT NULL,
    folder BLOB NOT NULL,
    name BLOB NOT NULL,
    size INTEGER NOT NULL,
    mtime INTEGER NOT NULL,
    content BLOB NOT NULL,
    settings BLOB NOT NULL,
    state INTEGER NOT NULL,
    output TEXT,
    output_key TEXT,
    output_size INTEGER NOT NULL,
    output_mtime INTEGER NOT NULL,
    output_hash BLOB NOT NULL,
    former TEXT NOT NULL,
    report TEXT NOT NULL,
    UNIQUE (tree, folder, name)
);
CREATE INDEX entry_output ON entry (tree, output_key);
CREATE TABLE folder (
    tree INTEGER NOT NULL,
    folder BLOB NOT NULL,
    settings BLOB NOT NULL,
    output TEXT NOT NULL,
    output_key TEXT NOT NULL,
    PRIMARY KEY (tree, folder)
) WITHOUT ROWID;
CREATE INDEX folder_output ON folder (tree, output_key);
";

/// The columns of an entry, in the order in which `entry` reads them.
const COLUMNS: &str = "id, size, mtime, content, settings, state, output, output_size, output_mtime, output_hash, former";

/// A short keyed hash: enough to tell any two paths of one tree apart.
pub type Key = [u8; 16];

/// The journal in a file.
pub struct Journal {
    connection: Connection,
    open: bool,
}

/// One output tree in a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tree(i64);

/// Size in bytes and time of the last change, in nanoseconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// Nanoseconds since 1970; 0 if the time cannot be trusted.
    pub mtime: i64,
}

/// What became of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its copy has a name and may or may not be there.
    Planned,
    /// Its copy was delivered.
    Delivered,
    /// It has no copy.
    Failed,
    /// It has no copy, for a reason that may be gone tomorrow.
    FailedForNow,
}

/// A copy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// Where it lies: relative, pseudonymized, with `/`.
    pub path: String,
    /// How the file looked when it was delivered.
    pub stamp: Stamp,
    /// SHA-256 of its bytes.
    pub hash: [u8; 32],
}

/// What the journal knows of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Row number; 0 for an entry that is not in the journal yet.
    pub id: i64,
    /// How the source looked.
    pub stamp: Stamp,
    /// Keyed hash of its bytes.
    pub content: [u8; 32],
    /// Hash of all settings that decide how the copy looks.
    pub settings: Key,
    /// What became of it.
    pub state: State,
    /// Its copy, planned or delivered.
    pub output: Option<Output>,
    /// Copies under earlier names that are still to be removed.
    pub former: Vec<String>,
}

impl Journal {
    /// Opens a journal, making it if it is new.
    ///
    /// # Errors
    /// If the file is no journal, of another version, or cannot be written.
    pub fn open(path: &Path) -> Result<Self> {
        super::sqlite::private_file(path)?;
        let opening = |error: rusqlite::Error| failed("opening the journal", &error);
        let connection = Connection::open(path).map_err(opening)?;
        let set = || -> rusqlite::Result<i64> {
            connection.busy_timeout(BUSY)?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "synchronous", "FULL")?;
            connection.pragma_query_value(None, "user_version", |row| row.get(0))
        };
        let version = set().map_err(opening)?;
        connection.set_prepared_statement_cache_capacity(32);
        let mut journal = Self {
            connection,
            open: false,
        };
        if version == 0 {
            journal.begin()?;
            journal
                .connection
                .execute_batch(TABLES)
                .and_then(|()| {
                    journal
                        .connection
                        .pragma_update(None, "user_version", SCHEMA)
                })
                .map_err(|error| failed("making the journal", &error))?;
            journal.commit()?;
        } else if version != SCHEMA {
            return Err(Error::new(
                ErrorKind::Store,
                "the journal was made by another version of this program; remove it, and every file is done once more with the same pseudonyms",
            ));
        }
        Ok(journal)
    }

    /// The tree with this mark and the blind of the input that fills it; `None`
    /// if the journal does not know it.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub fn tree(&self, mark: &Key) -> Result<Option<(Tree, Key)>> {
        self.connection
            .query_row(
                "SELECT id, input FROM tree WHERE mark = ?1",
                [&mark[..]],
                |row| Ok((Tree(row.get(0)?), row.get(1)?)),
            )
            .optional()
            .map_err(|error| failed("reading the journal", &error))
    }

    /// Takes note of a new tree and of the input that fills it.
    ///
    /// # Errors
    /// If the journal cannot be written.
    pub fn new_tree(&mut self, mark: &Key, input: &Key) -> Result<Tree> {
        self.begin()?;
        self.connection
            .execute(
                "INSERT INTO tree (mark, input) VALUES (?1, ?2)",
                params![&mark[..], &input[..]],
            )
            .map_err(|error| failed("writing the journal", &error))?;
        Ok(Tree(self.connection.last_insert_rowid()))
    }

    /// All entries of one folder of the sources, by the key of their names.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub fn entries(&self, tree: Tree, folder: &Key) -> Result<HashMap<Key, Entry>> {
        let read = || -> rusqlite::Result<HashMap<Key, Entry>> {
            let mut statement = self.connection.prepare_cached(&format!(
                "SELECT {COLUMNS}, name FROM entry WHERE tree = ?1 AND folder = ?2"
            ))?;
            let rows = statement.query_map(params![tree.0, &folder[..]], |row| {
                Ok((row.get("name")?, entry(row)?))
            })?;
            rows.collect()
        };
        read().map_err(|error| failed("reading the journal", &error))
    }

    /// Calls `each` with every entry of a tree, in the order of their making.
    ///
    /// # Errors
    /// If the journal cannot be read, or `each` fails.
    pub fn every(&self, tree: Tree, mut each: impl FnMut(Entry) -> Result<()>) -> Result<()> {
        let reading = |error: rusqlite::Error| failed("reading the journal", &error);
        let mut statement = self
            .connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM entry WHERE tree = ?1 ORDER BY id"
            ))
            .map_err(reading)?;
        let mut rows = statement.query([tree.0]).map_err(reading)?;
        while let Some(row) = rows.next().map_err(reading)? {
            each(entry(row).map_err(reading)?)?;
        }
        Ok(())
    }

    /// The report line that was kept with an entry.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub fn report(&self, id: i64) -> Result<String> {
        self.connection
            .prepare_cached("SELECT report FROM entry WHERE id = ?1")
            .and_then(|mut statement| statement.query_row([id], |row| row.get(0)))
            .map_err(|error| failed("reading the journal", &error))
    }

    /// Writes an entry, new or known, with its report line, and tells its row.
    ///
    /// # Errors
    /// If the journal cannot be written.
    pub fn put(
        &mut self,
        tree: Tree,
        folder: &Key,
        name: &Key,
        entry: &Entry,
        report: &str,
    ) -> Result<i64> {
        self.begin()?;
        let output = entry.output.clone().unwrap_or_default();
        let path = entry.output.as_ref().map(|output| output.path.as_str());
        let former = serde_json::to_string(&entry.former).unwrap_or_default();
        self.connection
            .prepare_cached(
                "INSERT INTO entry (tree, folder, name, size, mtime, content, settings, state,
                     output, output_key, output_size, output_mtime, output_hash, former, report)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
                 ON CONFLICT (tree, folder, name) DO UPDATE SET size = ?4, mtime = ?5,
                     content = ?6, settings = ?7, state = ?8, output = ?9, output_key = ?10,
                     output_size = ?11, output_mtime = ?12, output_hash = ?13, former = ?14,
                     report = ?15
                 RETURNING id",
            )
            .and_then(|mut statement| {
                statement.query_row(
                    params![
                        tree.0,
                        &folder[..],
                        &name[..],
                        signed(entry.stamp.size),
                        entry.stamp.mtime,
                        &entry.content[..],
                        &entry.settings[..],
                        state_number(entry.state),
                        path,
                        path.map(str::to_lowercase),
                        signed(output.stamp.size),
                        output.stamp.mtime,
                        &output.hash[..],
                        former,
                        report,
                    ],
                    |row| row.get(0),
                )
            })
            .map_err(|error| failed("writing the journal", &error))
    }

    /// Takes note that a source looks different but is the same.
    ///
    /// # Errors
    /// If the journal cannot be written.
    pub fn touch(&mut self, id: i64, stamp: Stamp) -> Result<()> {
        self.begin()?;
        self.connection
            .prepare_cached("UPDATE entry SET size = ?2, mtime = ?3 WHERE id = ?1")
            .and_then(|mut statement| {
                statement.execute(params![id, signed(stamp.size), stamp.mtime])
            })
            .map(|_| ())
            .map_err(|error| failed("writing the journal", &error))
    }

    /// Forgets an entry.
    ///
    /// # Errors
    /// If the journal cannot be written.
    pub fn remove(&mut self, id: i64) -> Result<()> {
        self.begin()?;
        self.connection
            .prepare_cached("DELETE FROM entry WHERE id = ?1")
            .and_then(|mut statement| statement.execute([id]))
            .map(|_| ())
            .map_err(|error| failed("writing the journal", &error))
    }

    /// Whether a path of the output tree belongs to a file or a folder already.
    /// Upper and lower case are the same here: some file systems do not tell.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub fn is_taken(&self, tree: Tree, path: &str) -> Result<bool> {
        self.connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM entry WHERE tree = ?1 AND output_key = ?2)
                     OR EXISTS (SELECT 1 FROM folder WHERE tree = ?1 AND output_key = ?2)",
            )
            .and_then(|mut statement| {
                statement.query_row(params![tree.0, path.to_lowercase()], |row| row.get(0))
            })
            .map_err(|error| failed("reading the journal", &error))
    }

    /// The copy's name of a folder, and whether it was given under these settings.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub fn folder(
        &self,
        tree: Tree,
        folder: &Key,
        settings: &Key,
    ) -> Result<Option<(String, bool)>> {
        self.connection
            .prepare_cached(
                "SELECT output, settings = ?3 FROM folder WHERE tree = ?1 AND folder = ?2",
            )
            .and_then(|mut statement| {
                statement
                    .query_row(params![tree.0, &folder[..], &settings[..]], |row| {
                        Ok((row.get(0)?, row.get(1)?))
                    })
                    .optional()
            })
            .map_err(|error| failed("reading the journal", &error))
    }

    /// Gives a folder its name in the output tree.
    ///
    /// # Errors
    /// If the journal cannot be written.
    pub fn name_folder(
        &mut self,
        tree: Tree,
        folder: &Key,
        settings: &Key,
        output: &str,
    ) -> Result<()> {
        self.begin()?;
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO folder (tree, folder, settings, output, output_key)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )
            .and_then(|mut statement| {
                statement.execute(params![
                    tree.0,
                    &folder[..],
                    &settings[..],
                    output,
                    output.to_lowercase()
                ])
            })
            .map(|_| ())
            .map_err(|error| failed("writing the journal", &error))
    }

    /// Makes everything since the last commit durable.
    ///
    /// # Errors
    /// If the journal fails.
    pub fn commit(&mut self) -> Result<()> {
        if self.open {
            self.connection
                .execute_batch("COMMIT")
                .map_err(|error| failed("writing the journal", &error))?;
            self.open = false;
        }
        Ok(())
    }

    fn begin(&mut self) -> Result<()> {
        if !self.open {
            self.connection
                .execute_batch("BEGIN IMMEDIATE")
                .map_err(|error| failed("waiting for the journal", &error))?;
            self.open = true;
        }
        Ok(())
    }
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal")
            .field("open", &self.open)
            .finish_non_exhaustive()
    }
}

/// The first half of a keyed hash.
#[must_use]
pub fn short(blind: Blind) -> Key {
    let mut key = Key::default();
    key.iter_mut()
        .zip(blind.0)
        .for_each(|(to, from)| *to = from);
    key
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let path: Option<String> = row.get(6)?;
    let (size, mtime, hash) = (row.get(7)?, row.get(8)?, row.get(9)?);
    let former: String = row.get(10)?;
    Ok(Entry {
        id: row.get(0)?,
        stamp: Stamp {
            size: unsigned(row.get(1)?),
            mtime: row.get(2)?,
        },
        content: row.get(3)?,
        settings: row.get(4)?,
        state: state(row.get(5)?),
        output: path.map(|path| Output {
            path,
            stamp: Stamp {
                size: unsigned(size),
                mtime,
            },
            hash,
        }),
        former: serde_json::from_str(&former).unwrap_or_default(),
    })
}

const fn state_number(state: State) -> i64 {
    match state {
        State::Planned => 0,
        State::Delivered => 1,
        State::Failed => 2,
        State::FailedForNow => 3,
    }
}

/// What nobody knows is done again.
const fn state(number: i64) -> State {
    match number {
        1 => State::Delivered,
        2 => State::Failed,
        3 => State::FailedForNow,
        _ => State::Planned,
    }
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn unsigned(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

/// The code of SQLite says enough.
fn failed(doing: &'static str, error: &rusqlite::Error) -> Error {
    let advice = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            "the file is damaged; remove it, and every file is done once more with the same pseudonyms"
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => "another process holds it",
        Some(ErrorCode::DiskFull) => "the disk is full",
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            "no permission, or the folder is missing"
        }
        Some(_) | None => "the journal failed",
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

    fn sample(path: &str) -> Entry {
        Entry {
            id: 0,
            stamp: Stamp { size: 3, mtime: 7 },
            content: [1; 32],
            settings: [2; 16],
            state: State::Delivered,
            output: Some(Output {
                path: path.into(),
                stamp: Stamp { size: 5, mtime: 9 },
                hash: [3; 32],
            }),
            former: vec!["alt\n.txt".into()],
        }
    }

    #[test]
    fn what_was_written_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.sqlite");
        let mut journal = Journal::open(&path).unwrap();
        assert_eq!(journal.tree(&[5; 16]).unwrap(), None);
        let tree = journal.new_tree(&[5; 16], &[6; 16]).unwrap();
        let id = journal
            .put(tree, &[1; 16], &[2; 16], &sample("Brief.txt"), "zeile")
            .unwrap();
        journal
            .name_folder(tree, &[1; 16], &[2; 16], "Akte")
            .unwrap();
        journal.commit().unwrap();
        drop(journal);

        let mut journal = Journal::open(&path).unwrap();
        assert_eq!(journal.tree(&[5; 16]).unwrap(), Some((tree, [6; 16])));
        let entries = journal.entries(tree, &[1; 16]).unwrap();
        let known = entries.get(&[2; 16]).unwrap();
        assert_eq!(
            *known,
            Entry {
                id,
                ..sample("Brief.txt")
            }
        );
        assert_eq!(journal.report(id).unwrap(), "zeile");
        assert!(journal.is_taken(tree, "BRIEF.txt").unwrap());
        assert!(journal.is_taken(tree, "akte").unwrap());
        assert!(!journal.is_taken(tree, "Brief (2).txt").unwrap());
        let named = |settings| journal.folder(tree, &[1; 16], &[settings; 16]).unwrap();
        assert_eq!(named(2), Some(("Akte".to_owned(), true)));
        assert_eq!(named(9), Some(("Akte".to_owned(), false)));
        let again = journal
            .put(tree, &[1; 16], &[2; 16], &sample("Neu.txt"), "")
            .unwrap();
        assert_eq!(again, id);
        journal.remove(id).unwrap();
        journal.commit().unwrap();
        assert!(journal.entries(tree, &[1; 16]).unwrap().is_empty());
    }

    #[test]
    fn what_is_no_journal_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.sqlite");
        crate::fs::write_new(&path, &[b'x'; 4096]).unwrap();
        let error = Journal::open(&path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Store);
        assert!(error.what().contains("remove it"), "{error}");
    }
}
