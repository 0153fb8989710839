//! Two stores of the same keys become one.
//!
//! Rows are copied as they are; nothing is opened. Two things may meet: a value
//! that both stores know under different codes (both stay restorable), and one
//! pseudonym that stands for different values (refused as a whole: an answer
//! could no longer be restored for sure).

use std::collections::BTreeMap;

use super::seal::sha256;
use super::sql::{Value, first};
use super::store::{Store, short};
use super::{Blind, MappingStore};
use crate::error::{Error, ErrorKind, Result};

/// What merging brought in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Subjects that were new.
    pub n_subjects: u64,
    /// Spellings that were new.
    pub n_surfaces: u64,
    /// Surrogates that were new.
    pub n_surrogates: u64,
}

/// A row of the table of subjects.
pub(super) struct SubjectRow {
    id: i64,
    blind: Vec<u8>,
    pub(super) code: String,
    pub(super) entity_type: String,
    scope: Vec<u8>,
    created: i64,
    seen: i64,
}

/// A row of the table of surrogates.
struct SurrogateRow {
    shown: String,
    blind: Vec<u8>,
    part: Option<Vec<u8>>,
    subject: Option<i64>,
    entity_type: String,
    created: i64,
    sealed: Vec<u8>,
}

/// Subject, variant, blind, sealed.
type SurfaceRow = (i64, String, Vec<u8>, Vec<u8>);

/// Rows in and out, for merging and checking.
impl Store {
    /// Takes in the mappings of another store of the same keys. Where both know
    /// a value under different codes, both codes can be restored afterwards.
    ///
    /// # Errors
    /// If the other store belongs to other keys, or one pseudonym stands for
    /// different values in the two; nothing is taken in then.
    pub fn merge(&mut self, other: &mut Self) -> Result<Merged> {
        for name in ["fingerprint", "public_id"] {
            if self.meta(name)? != other.meta(name)? {
                return Err(Error::new(
                    ErrorKind::Key,
                    "the two stores belong to different keys; rotate one of them first, or restore each with its own",
                ));
            }
        }
        self.begin()?;
        let merged = self.take_in(other);
        match merged {
            Ok(_) => self.commit()?,
            Err(_) => self.roll_back()?,
        }
        merged
    }

    fn take_in(&mut self, other: &mut Self) -> Result<Merged> {
        let mut merged = Merged::default();
        let mut ids = BTreeMap::new();
        for row in other.subjects()? {
            let (id, new) = self.take_subject(&row)?;
            merged.n_subjects += u64::from(new);
            ids.insert(row.id, id);
        }
        for row in other.surfaces()? {
            let subject = *ids.get(&row.0).ok_or_else(super::sql::strange)?;
            merged.n_surfaces += self.take_surface(subject, &row)?;
        }
        for row in other.surrogate_rows()? {
            let subject = row.subject.and_then(|id| ids.get(&id)).copied();
            merged.n_surrogates += self.take_surrogate(subject, &row)?;
        }
        Ok(merged)
    }

    pub(super) fn subjects(&mut self) -> Result<Vec<SubjectRow>> {
        let mut rows = Vec::new();
        self.driver.query(
            "reading the mapping store",
            "SELECT subject.id, subject.blind, code, entity_type, scope.blind, created, seen
             FROM subject JOIN scope ON scope.id = subject.scope ORDER BY subject.id",
            &[],
            &mut |row| {
                rows.push(SubjectRow {
                    id: row.int(0)?,
                    blind: row.blob(1)?.to_vec(),
                    code: row.text(2)?.to_owned(),
                    entity_type: row.text(3)?.to_owned(),
                    scope: row.blob(4)?.to_vec(),
                    created: row.int(5)?,
                    seen: row.int(6)?,
                });
                Ok(())
            },
        )?;
        Ok(rows)
    }

    pub(super) fn surfaces(&mut self) -> Result<Vec<SurfaceRow>> {
        let mut rows = Vec::new();
        self.driver.query(
            "reading the mapping store",
            "SELECT subject, variant, blind, sealed FROM surface ORDER BY subject, variant",
            &[],
            &mut |row| {
                let blobs = (row.blob(2)?.to_vec(), row.blob(3)?.to_vec());
                rows.push((row.int(0)?, row.text(1)?.to_owned(), blobs.0, blobs.1));
                Ok(())
            },
        )?;
        Ok(rows)
    }

    fn surrogate_rows(&mut self) -> Result<Vec<SurrogateRow>> {
        let mut rows = Vec::new();
        self.driver.query(
            "reading the mapping store",
            "SELECT shown, blind, part, subject, entity_type, created, sealed FROM surrogate ORDER BY id",
            &[],
            &mut |row| {
                rows.push(SurrogateRow {
                    shown: row.text(0)?.to_owned(),
                    blind: row.blob(1)?.to_vec(),
                    part: row.blob(2).ok().map(<[u8]>::to_vec),
                    subject: row.int(3).ok(),
                    entity_type: row.text(4)?.to_owned(),
                    created: row.int(5)?,
                    sealed: row.blob(6)?.to_vec(),
                });
                Ok(())
            },
        )?;
        Ok(rows)
    }

    /// The subject's number here, and whether it is new.
    fn take_subject(&mut self, row: &SubjectRow) -> Result<(i64, bool)> {
        let known = first(
            self.driver.as_mut(),
            "merging",
            "SELECT id, code FROM subject WHERE blind = ?1",
            &[Value::Blob(&row.blind)],
            |found| Ok((found.int(0)?, found.text(1)?.to_owned())),
        )?;
        // Known under another code: that one stays restorable under a blind of its own.
        let blind = match known {
            Some((id, code)) if code == row.code => return Ok((id, false)),
            Some(_) => {
                let both = [row.blind.as_slice(), row.code.as_bytes()].concat();
                short(&Blind(sha256(&both))).to_vec()
            }
            None => row.blind.clone(),
        };
        let scope = self.scope_of(&row.scope)?;
        let id = first(
            self.driver.as_mut(),
            "merging",
            "INSERT INTO subject (blind, code, entity_type, scope, created, seen)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING RETURNING id",
            &[
                Value::Blob(&blind),
                Value::Text(&row.code),
                Value::Text(&row.entity_type),
                Value::Int(scope),
                Value::Int(row.created),
                Value::Int(row.seen),
            ],
            |found| found.int(0),
        )?;
        if let Some(id) = id {
            return Ok((id, true));
        }
        let again = first(
            self.driver.as_mut(),
            "merging",
            "SELECT id FROM subject WHERE blind = ?1 AND code = ?2",
            &[Value::Blob(&blind), Value::Text(&row.code)],
            |found| found.int(0),
        )?;
        Ok((again.ok_or_else(two_values)?, false))
    }

    fn scope_of(&mut self, blind: &[u8]) -> Result<i64> {
        self.driver.execute(
            "merging",
            "INSERT INTO scope (blind) VALUES (?1) ON CONFLICT DO NOTHING",
            &[Value::Blob(blind)],
        )?;
        first(
            self.driver.as_mut(),
            "merging",
            "SELECT id FROM scope WHERE blind = ?1",
            &[Value::Blob(blind)],
            |row| row.int(0),
        )?
        .ok_or_else(super::sql::strange)
    }

    fn take_surface(&mut self, subject: i64, row: &SurfaceRow) -> Result<u64> {
        let (_, variant, blind, sealed) = row;
        let known = first(
            self.driver.as_mut(),
            "merging",
            "SELECT blind FROM surface WHERE subject = ?1 AND variant = ?2",
            &[Value::Int(subject), Value::Text(variant)],
            |found| found.blob(0).map(<[u8]>::to_vec),
        )?;
        match known {
            Some(known) if known == *blind => Ok(0),
            Some(_) => Err(two_values()),
            None => self.driver.execute(
                "merging",
                "INSERT INTO surface (subject, variant, blind, sealed) VALUES (?1, ?2, ?3, ?4)",
                &[
                    Value::Int(subject),
                    Value::Text(variant),
                    Value::Blob(blind),
                    Value::Blob(sealed),
                ],
            ),
        }
    }

    fn take_surrogate(&mut self, subject: Option<i64>, row: &SurrogateRow) -> Result<u64> {
        let known = first(
            self.driver.as_mut(),
            "merging",
            "SELECT blind FROM surrogate WHERE shown = ?1",
            &[Value::Text(&row.shown)],
            |found| found.blob(0).map(<[u8]>::to_vec),
        )?;
        match known {
            Some(known) if known == row.blind => Ok(0),
            Some(_) => Err(two_values()),
            None => self.driver.execute(
                "merging",
                "INSERT INTO surrogate (shown, blind, part, subject, entity_type, created, sealed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                &[
                    Value::Text(&row.shown),
                    Value::Blob(&row.blind),
                    row.part.as_deref().map_or(Value::Null, Value::Blob),
                    subject.map_or(Value::Null, Value::Int),
                    Value::Text(&row.entity_type),
                    Value::Int(row.created),
                    Value::Blob(&row.sealed),
                ],
            ),
        }
    }
}

fn two_values() -> Error {
    Error::new(
        ErrorKind::Store,
        "one pseudonym stands for different values in the two stores; they cannot become one. Keep both and restore each answer with its own",
    )
}
