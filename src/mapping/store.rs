//! The mapping store's tables, and everything the batch and restoring do with
//! them; the same for every database behind it.
//!
//! Blinds are kept to 128 of their 256 bits: enough that two values never meet
//! in one store, and a third less space. Writers are alone (the driver sees to
//! it), so that "look, then add" is safe between processes.

use std::collections::HashMap;

use super::audit::Head;
use super::sql::{Driver, Value, first};
use super::{Blind, Bound, MappingStore, NewSurrogate, SubjectKey};
use crate::entity::EntityType;
use crate::error::{Error, ErrorKind, Result};

/// The version of the tables.
const SCHEMA: i64 = 2;
/// Seconds of a day.
const DAY: i64 = 86_400;

const TABLES: &str = "
CREATE TABLE meta (name TEXT PRIMARY KEY, value {blob} NOT NULL) {flat};
CREATE TABLE scope (id {id}, blind {blob} NOT NULL UNIQUE);
CREATE TABLE subject (
    id {id},
    blind {blob} NOT NULL UNIQUE,
    code TEXT NOT NULL UNIQUE,
    entity_type TEXT NOT NULL,
    scope {int} NOT NULL REFERENCES scope(id),
    created {int} NOT NULL,
    seen {int} NOT NULL
);
CREATE TABLE surface (
    subject {int} NOT NULL REFERENCES subject(id) ON DELETE CASCADE,
    variant TEXT NOT NULL,
    blind {blob} NOT NULL,
    sealed {blob} NOT NULL,
    PRIMARY KEY (subject, variant)
) {flat};
CREATE TABLE surrogate (
    id {id},
    shown TEXT NOT NULL UNIQUE,
    blind {blob} NOT NULL,
    part {blob},
    subject {int} REFERENCES subject(id) ON DELETE CASCADE,
    entity_type TEXT NOT NULL,
    created {int} NOT NULL,
    sealed {blob} NOT NULL
);
CREATE INDEX surrogate_blind ON surrogate (blind);
CREATE INDEX surrogate_part ON surrogate (part);
CREATE INDEX surrogate_subject ON surrogate (subject);
CREATE TABLE delivery (
    id {id},
    source {blob} NOT NULL UNIQUE,
    output TEXT NOT NULL,
    hash {blob} NOT NULL,
    day {int} NOT NULL
);
CREATE TABLE occurrence (
    subject {int} NOT NULL REFERENCES subject(id) ON DELETE CASCADE,
    delivery {int} NOT NULL REFERENCES delivery(id) ON DELETE CASCADE,
    PRIMARY KEY (subject, delivery)
) {flat};
CREATE INDEX occurrence_delivery ON occurrence (delivery);
";

/// From the first version's tables; its access log stays where it is.
const FROM_1: &str = "
ALTER TABLE meta RENAME TO meta_1;
ALTER TABLE subject RENAME TO subject_1;
ALTER TABLE surface RENAME TO surface_1;
ALTER TABLE delivery RENAME TO delivery_1;
";
const FROM_1_COPY: &str = "
INSERT INTO meta SELECT name, value FROM meta_1 WHERE name <> 'schema';
INSERT INTO scope (blind) SELECT DISTINCT substr(scope, 1, 16) FROM subject_1;
INSERT INTO subject
    SELECT old.id, substr(old.blind, 1, 16), old.code, old.entity_type, scope.id,
           CAST(strftime('%s', old.created) AS INTEGER) / 86400,
           CAST(strftime('%s', old.created) AS INTEGER) / 86400
    FROM subject_1 old JOIN scope ON scope.blind = substr(old.scope, 1, 16);
INSERT INTO surface SELECT subject, variant, substr(blind, 1, 16), sealed FROM surface_1;
INSERT INTO delivery (source, output, hash, day)
    SELECT substr(source, 1, 16), output, hash, 0 FROM delivery_1;
DROP TABLE surface_1;
DROP TABLE subject_1;
DROP TABLE delivery_1;
DROP TABLE meta_1;
";

/// A mapping store in a database.
pub struct Store {
    pub(super) driver: Box<dyn Driver>,
    scopes: HashMap<[u8; 16], i64>,
    /// Whether a transaction is open.
    open: bool,
    /// Whether [`MappingStore::mark`] was called in it.
    marked: bool,
}

impl Store {
    pub(super) fn with(
        driver: Box<dyn Driver>,
        fingerprint: Blind,
        public_id: [u8; 32],
    ) -> Result<Self> {
        let mut store = Self::on(driver);
        store.begin()?;
        match store.schema()? {
            None => store.create(fingerprint, public_id)?,
            Some(version) => {
                store.bring_up(version)?;
                let ours = store.meta("fingerprint")?.as_deref() == Some(&fingerprint.0[..]);
                if !ours || store.meta("public_id")?.as_deref() != Some(&public_id[..]) {
                    return Err(wrong_key());
                }
            }
        }
        store.commit()?;
        Ok(store)
    }

    pub(super) fn existing(driver: Box<dyn Driver>, public_id: [u8; 32]) -> Result<Self> {
        let mut store = Self::on(driver);
        match store.schema()? {
            None => {
                return Err(Error::new(
                    ErrorKind::Store,
                    "there is no mapping store at this place; name it with --store",
                ));
            }
            Some(SCHEMA) => {}
            Some(version) => {
                store.begin()?;
                store.bring_up(version)?;
                store.commit()?;
            }
        }
        if store.meta("public_id")?.as_deref() != Some(&public_id[..]) {
            return Err(wrong_key());
        }
        Ok(store)
    }

    fn on(driver: Box<dyn Driver>) -> Self {
        Self {
            driver,
            scopes: HashMap::new(),
            open: false,
            marked: false,
        }
    }

    /// The version of the tables; `None` if there are none.
    fn schema(&mut self) -> Result<Option<i64>> {
        if !self.driver.has_table("meta")? {
            return Ok(None);
        }
        let version = self.meta("schema")?.ok_or_else(foreign)?;
        let version: [u8; 8] = version.as_slice().try_into().map_err(|_| foreign())?;
        Ok(Some(i64::from_le_bytes(version)))
    }

    fn create(&mut self, fingerprint: Blind, public_id: [u8; 32]) -> Result<()> {
        let tables = self.driver.dialect().fill(TABLES);
        self.driver.script("making the mapping store", &tables)?;
        self.set_meta("schema", &SCHEMA.to_le_bytes())?;
        self.set_meta("fingerprint", &fingerprint.0)?;
        self.set_meta("public_id", &public_id)
    }

    /// Brings older tables up to this version; refuses newer ones.
    fn bring_up(&mut self, version: i64) -> Result<()> {
        match version {
            SCHEMA => Ok(()),
            1 => {
                let tables = self.driver.dialect().fill(TABLES);
                let script = [FROM_1, &tables, FROM_1_COPY].concat();
                self.driver
                    .script("bringing the mapping store up to date", &script)?;
                self.set_meta("schema", &SCHEMA.to_le_bytes())
            }
            _ if version > SCHEMA => Err(Error::new(
                ErrorKind::Store,
                format!(
                    "the mapping store was made by a newer deckname (tables {version}, this one knows {SCHEMA}); update this program"
                ),
            )),
            _ => Err(foreign()),
        }
    }

    /// A value of the meta table.
    pub(super) fn meta(&mut self, name: &str) -> Result<Option<Vec<u8>>> {
        first(
            self.driver.as_mut(),
            "reading the mapping store",
            "SELECT value FROM meta WHERE name = ?1",
            &[Value::Text(name)],
            |row| row.blob(0).map(<[u8]>::to_vec),
        )
    }

    pub(super) fn set_meta(&mut self, name: &str, value: &[u8]) -> Result<()> {
        self.begin()?;
        self.driver
            .execute(
                "writing the mapping store",
                "INSERT INTO meta (name, value) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                &[Value::Text(name), Value::Blob(value)],
            )
            .map(|_| ())
    }

    /// The last entry of the audit log that this store knows of, by the log's
    /// name; see [`super::audit`].
    ///
    /// # Errors
    /// If the store fails.
    pub fn audit_head(&mut self, log: &str) -> Result<Option<Head>> {
        let head = self.meta(&format!("audit {log}"))?;
        Ok(head.and_then(|bytes| Head::from_bytes(&bytes)))
    }

    /// Remembers the last entry of the audit log, so that a cut-off end shows.
    ///
    /// # Errors
    /// If the store fails.
    pub fn set_audit_head(&mut self, log: &str, head: Head) -> Result<()> {
        self.set_meta(&format!("audit {log}"), &head.to_bytes())?;
        self.commit()
    }

    pub(super) fn begin(&mut self) -> Result<()> {
        if !self.open {
            self.driver.begin()?;
            self.open = true;
        }
        Ok(())
    }

    /// The number of a scope, which is new to the store or not.
    fn scope(&mut self, scope: Blind) -> Result<i64> {
        let key = short(&scope);
        if let Some(known) = self.scopes.get(&key) {
            return Ok(*known);
        }
        self.driver.execute(
            "binding a scope",
            "INSERT INTO scope (blind) VALUES (?1) ON CONFLICT DO NOTHING",
            &[Value::Blob(&key)],
        )?;
        let found = first(
            self.driver.as_mut(),
            "looking a scope up",
            "SELECT id FROM scope WHERE blind = ?1",
            &[Value::Blob(&key)],
            |row| row.int(0),
        )?;
        let id = found.ok_or_else(super::sql::strange)?;
        self.scopes.insert(key, id);
        Ok(id)
    }
}

impl MappingStore for Store {
    fn subject(&mut self, blind: Blind) -> Result<Option<(SubjectKey, String)>> {
        first(
            self.driver.as_mut(),
            "looking a value up",
            "SELECT id, code FROM subject WHERE blind = ?1",
            &[Value::Blob(&short(&blind))],
            |row| Ok((SubjectKey(row.int(0)?), row.text(1)?.to_owned())),
        )
    }

    fn bind_subject(
        &mut self,
        blind: Blind,
        entity_type: EntityType,
        scope: Blind,
        code: &str,
    ) -> Result<Bound> {
        self.begin()?;
        let scope = self.scope(scope)?;
        let id = first(
            self.driver.as_mut(),
            "binding a pseudonym",
            "INSERT INTO subject (blind, code, entity_type, scope, created, seen)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5) ON CONFLICT DO NOTHING RETURNING id",
            &[
                Value::Blob(&short(&blind)),
                Value::Text(code),
                Value::Text(entity_type.name()),
                Value::Int(scope),
                Value::Int(today()),
            ],
            |row| row.int(0),
        )?;
        Ok(id.map_or(Bound::Taken, |id| Bound::New(SubjectKey(id))))
    }

    fn surface(&mut self, subject: SubjectKey, blind: Blind) -> Result<Option<String>> {
        first(
            self.driver.as_mut(),
            "looking a spelling up",
            "SELECT variant FROM surface WHERE subject = ?1 AND blind = ?2",
            &[Value::Int(subject.0), Value::Blob(&short(&blind))],
            |row| row.text(0).map(str::to_owned),
        )
    }

    fn bind_surface(
        &mut self,
        subject: SubjectKey,
        blind: Blind,
        variant: &str,
        sealed: &[u8],
    ) -> Result<Bound> {
        self.begin()?;
        // Another process may have bound this spelling between look-up and begin.
        if self.surface(subject, blind)?.is_some() {
            return Ok(Bound::Taken);
        }
        let n = self.driver.execute(
            "binding a spelling",
            "INSERT INTO surface (subject, variant, blind, sealed) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING",
            &[
                Value::Int(subject.0),
                Value::Text(variant),
                Value::Blob(&short(&blind)),
                Value::Blob(sealed),
            ],
        )?;
        Ok(if n > 0 {
            Bound::New(subject)
        } else {
            Bound::Taken
        })
    }

    fn sealed(&mut self, code: &str, variant: &str) -> Result<Option<(EntityType, Vec<u8>)>> {
        first(
            self.driver.as_mut(),
            "looking a pseudonym up",
            "SELECT entity_type, sealed FROM subject JOIN surface ON subject.id = surface.subject
             WHERE code = ?1 AND variant = ?2",
            &[Value::Text(code), Value::Text(variant)],
            |row| Ok((entity_type(row.text(0)?)?, row.blob(1)?.to_vec())),
        )
    }

    fn surrogates(&mut self, blind: Blind) -> Result<Vec<String>> {
        let mut shown = Vec::new();
        self.driver.query(
            "looking a surrogate up",
            "SELECT shown FROM surrogate WHERE blind = ?1 OR part = ?1 ORDER BY id",
            &[Value::Blob(&short(&blind))],
            &mut |row| {
                shown.push(row.text(0)?.to_owned());
                Ok(())
            },
        )?;
        Ok(shown)
    }

    fn bind_surrogate(&mut self, new: &NewSurrogate<'_>) -> Result<bool> {
        self.begin()?;
        let part = new.part.as_ref().map(short);
        let n = self.driver.execute(
            "binding a surrogate",
            "INSERT INTO surrogate (shown, blind, part, subject, entity_type, created, sealed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
            &[
                Value::Text(new.shown),
                Value::Blob(&short(&new.blind)),
                part.as_ref().map_or(Value::Null, |part| Value::Blob(part)),
                new.subject.map_or(Value::Null, |key| Value::Int(key.0)),
                Value::Text(new.entity_type.name()),
                Value::Int(today()),
                Value::Blob(new.sealed),
            ],
        )?;
        Ok(n > 0)
    }

    fn issued_surrogates(&mut self) -> Result<Vec<(i64, String)>> {
        let mut issued = Vec::new();
        self.driver.query(
            "reading the surrogates",
            "SELECT id, shown FROM surrogate",
            &[],
            &mut |row| {
                issued.push((row.int(0)?, row.text(1)?.to_owned()));
                Ok(())
            },
        )?;
        Ok(issued)
    }

    fn sealed_surrogate(&mut self, id: i64) -> Result<Option<(EntityType, Vec<u8>)>> {
        first(
            self.driver.as_mut(),
            "looking a surrogate up",
            "SELECT entity_type, sealed FROM surrogate WHERE id = ?1",
            &[Value::Int(id)],
            |row| Ok((entity_type(row.text(0)?)?, row.blob(1)?.to_vec())),
        )
    }

    fn record_delivery(
        &mut self,
        source: Blind,
        output: &str,
        hash: [u8; 32],
        subjects: &[SubjectKey],
    ) -> Result<()> {
        self.begin()?;
        let today = today();
        let id = first(
            self.driver.as_mut(),
            "writing the journal",
            "INSERT INTO delivery (source, output, hash, day) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (source) DO UPDATE SET output = excluded.output, hash = excluded.hash,
             day = excluded.day RETURNING id",
            &[
                Value::Blob(&short(&source)),
                Value::Text(output),
                Value::Blob(&hash),
                Value::Int(today),
            ],
            |row| row.int(0),
        )?;
        let id = id.ok_or_else(super::sql::strange)?;
        for subject in subjects {
            // Erased meanwhile by another process: then there is nothing to note.
            self.driver.execute(
                "writing the journal",
                "INSERT INTO occurrence (subject, delivery) SELECT id, ?2 FROM subject WHERE id = ?1
                 ON CONFLICT DO NOTHING",
                &[Value::Int(subject.0), Value::Int(id)],
            )?;
            self.driver.execute(
                "writing the journal",
                "UPDATE subject SET seen = ?2 WHERE id = ?1 AND seen < ?2",
                &[Value::Int(subject.0), Value::Int(today)],
            )?;
        }
        Ok(())
    }

    fn delivery(&mut self, source: Blind) -> Result<Option<(String, [u8; 32])>> {
        first(
            self.driver.as_mut(),
            "reading the journal",
            "SELECT output, hash FROM delivery WHERE source = ?1",
            &[Value::Blob(&short(&source))],
            |row| {
                let hash = row.blob(1)?.try_into();
                Ok((
                    row.text(0)?.to_owned(),
                    hash.map_err(|_| super::sql::strange())?,
                ))
            },
        )
    }

    fn mark(&mut self) -> Result<()> {
        self.begin()?;
        let script = if self.marked {
            "RELEASE SAVEPOINT mark; SAVEPOINT mark"
        } else {
            "SAVEPOINT mark"
        };
        self.driver.script("marking a write", script)?;
        self.marked = true;
        Ok(())
    }

    fn commit(&mut self) -> Result<()> {
        if self.open {
            self.driver.script("writing the mapping store", "COMMIT")?;
            self.open = false;
            self.marked = false;
        }
        Ok(())
    }

    fn roll_back(&mut self) -> Result<()> {
        self.scopes.clear();
        if self.open && self.marked {
            return self
                .driver
                .script("taking back a write", "ROLLBACK TO SAVEPOINT mark");
        }
        if self.open {
            self.driver.script("taking back a write", "ROLLBACK")?;
            self.open = false;
        }
        Ok(())
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("open", &self.open)
            .finish_non_exhaustive()
    }
}

/// As much of a blind as the tables keep.
pub(super) fn short(blind: &Blind) -> [u8; 16] {
    blind.0.first_chunk().copied().unwrap_or_default()
}

/// The day in UTC, counted from 1970-01-01: a store tells no hours.
pub(super) fn today() -> i64 {
    jiff::Timestamp::now().as_second().div_euclid(DAY)
}

pub(super) fn entity_type(name: &str) -> Result<EntityType> {
    EntityType::parse(name).ok_or_else(|| {
        Error::new(
            ErrorKind::Store,
            "the mapping store holds a type that this version does not know; update this program",
        )
    })
}

fn wrong_key() -> Error {
    Error::new(
        ErrorKind::Key,
        "the mapping store belongs to other keys; name the right folder with --keys, or another store with --store",
    )
}

fn foreign() -> Error {
    Error::new(
        ErrorKind::Store,
        "this database is no mapping store, or a damaged one; name another with --store",
    )
}
