//! What the holder of the keys does with a whole store: look, count, find a
//! person, erase, rotate, check (merging is next door).
//!
//! Everything that shows an original needs the restore key, and its caller
//! notes a reason in the audit log first. Finding reads every sealed original
//! (some ten thousand a second and processor): the store itself cannot tell
//! whose they are, and that is its point.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use zeroize::Zeroizing;

use super::seal::{BatchKey, RestoreKey};
use super::sql::{Value, first};
use super::store::{Store, entity_type, short, today};
use super::{Blind, MappingStore, SubjectKey};
use crate::entity::EntityType;
use crate::error::{Error, ErrorKind, Result};
use crate::token;

/// Rows that are read and opened at once.
const PAGE: i64 = 4096;

/// What a store holds, without opening anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Info {
    /// Subjects by type.
    pub n_subjects: BTreeMap<String, u64>,
    /// Spellings.
    pub n_surfaces: u64,
    /// Surrogates.
    pub n_surrogates: u64,
    /// Scopes: documents, folders or the one corpus.
    pub n_scopes: u64,
    /// Delivered outputs that the journal knows.
    pub n_deliveries: u64,
    /// Size in bytes.
    pub n_bytes: u64,
    /// How often the keys were changed.
    pub epoch: u64,
    /// Days after which a subject that was not seen again may be erased.
    pub retention_days: Option<u64>,
    /// Subjects past that.
    pub n_expired: u64,
}

/// A subject that somebody asked for.
#[derive(Clone)]
pub struct Found {
    /// Its key in the store.
    pub key: SubjectKey,
    /// The code of its tokens.
    pub code: String,
    /// What kind of data.
    pub entity_type: EntityType,
    /// The day it was bound, `YYYY-MM-DD`.
    pub created: String,
    /// The day it was last delivered.
    pub seen: String,
    /// Its spellings.
    pub spellings: Vec<Zeroizing<String>>,
    /// The outputs it is in, relative to their output folder.
    pub documents: Vec<String>,
}

/// Counts and codes only: spellings are originals.
impl std::fmt::Debug for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Found")
            .field("code", &self.code)
            .field("entity_type", &self.entity_type)
            .field("n_spellings", &self.spellings.len())
            .field("n_documents", &self.documents.len())
            .finish_non_exhaustive()
    }
}

/// What erasing took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Subjects.
    pub n_subjects: u64,
    /// Their spellings.
    pub n_surfaces: u64,
    /// Their surrogates, parts of names included.
    pub n_surrogates: u64,
    /// Journal entries of documents that they were in.
    pub n_deliveries: u64,
}

/// What a check went through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Subjects.
    pub n_subjects: u64,
    /// Sealed originals.
    pub n_sealed: u64,
    /// Those that were opened as well.
    pub n_opened: u64,
}

/// A row with a sealed original: number, variant, kind of data, sealed.
type SealedRow = (i64, String, String, Vec<u8>);

impl Store {
    /// Counts what is there.
    ///
    /// # Errors
    /// If the store fails.
    pub fn info(&mut self) -> Result<Info> {
        let mut info = Info {
            n_surfaces: self.count("SELECT count(*) FROM surface")?,
            n_surrogates: self.count("SELECT count(*) FROM surrogate")?,
            n_scopes: self.count("SELECT count(*) FROM scope")?,
            n_deliveries: self.count("SELECT count(*) FROM delivery")?,
            n_bytes: self.driver.n_bytes()?,
            epoch: self.number("epoch")?.unwrap_or(0),
            retention_days: self.number("retention_days")?,
            ..Info::default()
        };
        self.driver.query(
            "counting",
            "SELECT entity_type, count(*) FROM subject GROUP BY entity_type",
            &[],
            &mut |row| {
                info.n_subjects
                    .insert(row.text(0)?.to_owned(), row.count(1)?);
                Ok(())
            },
        )?;
        info.n_expired = u64::try_from(self.expired()?.len()).unwrap_or(u64::MAX);
        Ok(info)
    }

    /// Sets how long a subject is kept that is not seen again; `None` for ever.
    ///
    /// # Errors
    /// If the store fails.
    pub fn set_retention(&mut self, days: Option<u64>) -> Result<()> {
        match days {
            Some(days) => self.set_meta("retention_days", &days.to_le_bytes())?,
            None => {
                self.begin()?;
                self.driver.execute(
                    "writing the mapping store",
                    "DELETE FROM meta WHERE name = 'retention_days'",
                    &[],
                )?;
            }
        }
        self.commit()
    }

    /// The subjects past their retention.
    ///
    /// # Errors
    /// If the store fails.
    pub fn expired(&mut self) -> Result<Vec<SubjectKey>> {
        let Some(days) = self.number("retention_days")? else {
            return Ok(Vec::new());
        };
        let before = today().saturating_sub(i64::try_from(days).unwrap_or(i64::MAX));
        let mut expired = Vec::new();
        self.driver.query(
            "looking for expired rows",
            "SELECT id FROM subject WHERE seen < ?1 ORDER BY id",
            &[Value::Int(before)],
            &mut |row| {
                expired.push(SubjectKey(row.int(0)?));
                Ok(())
            },
        )?;
        Ok(expired)
    }

    /// The subject of a token's code.
    ///
    /// # Errors
    /// If the store fails.
    pub fn subject_of_code(&mut self, code: &str) -> Result<Option<SubjectKey>> {
        first(
            self.driver.as_mut(),
            "looking a pseudonym up",
            "SELECT id FROM subject WHERE code = ?1",
            &[Value::Text(code)],
            |row| row.int(0).map(SubjectKey),
        )
    }

    /// The scope of a subject, as far as the tables keep it.
    ///
    /// # Errors
    /// If the store fails.
    pub fn scope_of_subject(&mut self, subject: SubjectKey) -> Result<Vec<u8>> {
        let scope = first(
            self.driver.as_mut(),
            "reading a subject",
            "SELECT scope.blind FROM scope JOIN subject ON subject.scope = scope.id
             WHERE subject.id = ?1",
            &[Value::Int(subject.0)],
            |row| row.blob(0).map(<[u8]>::to_vec),
        )?;
        Ok(scope.unwrap_or_default())
    }

    /// All subjects of which a spelling fits. Reads every original.
    ///
    /// # Errors
    /// If the store fails or the key is another store's.
    pub fn search(
        &mut self,
        key: &RestoreKey,
        fits: &(dyn Fn(EntityType, &str) -> bool + Sync),
    ) -> Result<Vec<SubjectKey>> {
        let mut found = BTreeSet::new();
        self.each_page(&mut |rows| {
            let opened: Result<Vec<Option<i64>>> = rows
                .par_iter()
                .map(|(subject, _, name, sealed)| {
                    let text = key.open_sealed(sealed)?;
                    Ok(fits(entity_type(name)?, &text).then_some(*subject))
                })
                .collect();
            found.extend(opened?.into_iter().flatten().map(SubjectKey));
            Ok(())
        })?;
        Ok(found.into_iter().collect())
    }

    /// Everything on some subjects.
    ///
    /// # Errors
    /// If the store fails or the key is another store's.
    pub fn details(&mut self, key: &RestoreKey, subjects: &[SubjectKey]) -> Result<Vec<Found>> {
        subjects.iter().map(|of| self.detail(key, *of)).collect()
    }

    fn detail(&mut self, key: &RestoreKey, subject: SubjectKey) -> Result<Found> {
        let id = [Value::Int(subject.0)];
        let mut found = first(
            self.driver.as_mut(),
            "reading a subject",
            "SELECT code, entity_type, created, seen FROM subject WHERE id = ?1",
            &id,
            |row| {
                Ok(Found {
                    key: subject,
                    code: row.text(0)?.to_owned(),
                    entity_type: entity_type(row.text(1)?)?,
                    created: date(row.int(2)?),
                    seen: date(row.int(3)?),
                    spellings: Vec::new(),
                    documents: Vec::new(),
                })
            },
        )?
        .ok_or_else(super::sql::strange)?;
        self.driver.query(
            "reading a subject",
            "SELECT sealed FROM surface WHERE subject = ?1 ORDER BY variant",
            &id,
            &mut |row| {
                found.spellings.push(key.open_sealed(row.blob(0)?)?);
                Ok(())
            },
        )?;
        self.driver.query(
            "reading the journal",
            "SELECT output FROM delivery JOIN occurrence ON occurrence.delivery = delivery.id
             WHERE occurrence.subject = ?1 ORDER BY output",
            &id,
            &mut |row| {
                found.documents.push(row.text(0)?.to_owned());
                Ok(())
            },
        )?;
        Ok(found)
    }

    /// Erases subjects: rows, surrogates, and the journal entries of the
    /// documents they were in (so that nothing ties them to a file any more).
    /// `parts` are the blinds of name parts to erase as well.
    ///
    /// # Errors
    /// If the store fails; nothing is erased then.
    pub fn erase(&mut self, subjects: &[SubjectKey], parts: &[Blind]) -> Result<Erased> {
        self.begin()?;
        let mut erased = Erased::default();
        let doing = "erasing";
        for subject in subjects {
            let id = [Value::Int(subject.0)];
            let mut run = |sql| self.driver.execute(doing, sql, &id);
            erased.n_deliveries += run(
                "DELETE FROM delivery WHERE id IN (SELECT delivery FROM occurrence WHERE subject = ?1)",
            )?;
            run("DELETE FROM occurrence WHERE subject = ?1")?;
            erased.n_surfaces += run("DELETE FROM surface WHERE subject = ?1")?;
            erased.n_surrogates += run("DELETE FROM surrogate WHERE subject = ?1")?;
            erased.n_subjects += run("DELETE FROM subject WHERE id = ?1")?;
        }
        for part in parts {
            erased.n_surrogates += self.driver.execute(
                doing,
                "DELETE FROM surrogate WHERE subject IS NULL AND (blind = ?1 OR part = ?1)",
                &[Value::Blob(&short(part))],
            )?;
        }
        self.commit()?;
        self.driver.forget()?;
        Ok(erased)
    }

    /// Seals every original to new keys. With the same index key all pseudonyms
    /// stay; with a new one a new epoch begins: old tokens can still be
    /// restored, and values get new ones from now on.
    ///
    /// # Errors
    /// If the store fails or the old key is another store's; nothing is changed
    /// then.
    pub fn rotate(&mut self, old: &RestoreKey, new: &BatchKey) -> Result<u64> {
        self.begin()?;
        let mut n_sealed = 0;
        let surfaces = self.all_sealed("SELECT subject, variant, '', sealed FROM surface")?;
        for page in surfaces.chunks(4096) {
            let sealed: Result<Vec<Vec<u8>>> = page
                .par_iter()
                .map(|(_, _, _, sealed)| new.seal(&old.open_sealed(sealed)?))
                .collect();
            for ((subject, variant, ..), sealed) in page.iter().zip(sealed?) {
                n_sealed += self.driver.execute(
                    "sealing anew",
                    "UPDATE surface SET sealed = ?3 WHERE subject = ?1 AND variant = ?2",
                    &[
                        Value::Int(*subject),
                        Value::Text(variant),
                        Value::Blob(&sealed),
                    ],
                )?;
            }
        }
        let surrogates = self.all_sealed("SELECT id, '', '', sealed FROM surrogate")?;
        for (id, _, _, sealed) in &surrogates {
            let sealed = new.seal(&old.open_sealed(sealed)?)?;
            n_sealed += self.driver.execute(
                "sealing anew",
                "UPDATE surrogate SET sealed = ?2 WHERE id = ?1",
                &[Value::Int(*id), Value::Blob(&sealed)],
            )?;
        }
        let epoch = self.number("epoch")?.unwrap_or(0) + 1;
        self.set_meta("epoch", &epoch.to_le_bytes())?;
        self.set_meta("fingerprint", &new.fingerprint().0)?;
        self.set_meta("public_id", &new.public_id())?;
        self.commit()?;
        self.driver.forget()?;
        Ok(n_sealed)
    }

    /// Checks that everything fits together; with the key also that every
    /// original opens.
    ///
    /// # Errors
    /// If something is wrong; the message tells what, and how often.
    pub fn check(&mut self, key: Option<&RestoreKey>) -> Result<Checked> {
        self.driver.check_files()?;
        let orphans = self
            .count("SELECT count(*) FROM surface WHERE subject NOT IN (SELECT id FROM subject)")?
            + self.count(
                "SELECT count(*) FROM occurrence WHERE subject NOT IN (SELECT id FROM subject)
             OR delivery NOT IN (SELECT id FROM delivery)",
            )?;
        refuse(orphans, "rows belong to nobody")?;
        let mut checked = Checked::default();
        let (mut n_codes, mut n_twice, mut n_variants) = (0, 0, 0);
        for row in self.subjects()? {
            checked.n_subjects += 1;
            n_codes += u64::from(!token::is_valid(&row.code));
            entity_type(&row.entity_type)?;
        }
        refuse(n_codes, "codes are no codes")?;
        let mut spellings = BTreeSet::new();
        for (subject, variant, blind, _) in self.surfaces()? {
            n_twice += u64::from(!spellings.insert((subject, blind)));
            n_variants += u64::from(!token::is_body(&variant));
        }
        refuse(n_twice, "spellings have two pseudonyms")?;
        refuse(n_variants, "variants are no variants")?;
        self.each_page(&mut |rows| {
            let n_rows = u64::try_from(rows.len()).unwrap_or(u64::MAX);
            checked.n_sealed += n_rows;
            if let Some(key) = key {
                rows.par_iter()
                    .try_for_each(|row| key.open_sealed(&row.3).map(|_| ()))?;
                checked.n_opened += n_rows;
            }
            Ok(())
        })?;
        Ok(checked)
    }

    /// Opens every original and hands it to `each`, in pages of a bounded size.
    ///
    /// # Errors
    /// If the key does not open an original, or `each` fails.
    pub fn each_original(
        &mut self,
        key: &RestoreKey,
        each: &mut dyn FnMut(EntityType, &str),
    ) -> Result<()> {
        self.each_page(&mut |rows| {
            for row in rows {
                each(entity_type(&row.2)?, &key.open_sealed(&row.3)?);
            }
            Ok(())
        })
    }

    /// All sealed originals in pages of a bounded size.
    fn each_page(&mut self, each: &mut dyn FnMut(&[SealedRow]) -> Result<()>) -> Result<()> {
        let mut after = (i64::MIN, String::new());
        loop {
            let mut rows: Vec<SealedRow> = Vec::new();
            self.driver.query(
                "reading the mapping store",
                "SELECT surface.subject, variant, entity_type, sealed FROM surface
                 JOIN subject ON subject.id = surface.subject
                 WHERE surface.subject > ?1 OR (surface.subject = ?1 AND variant > ?2)
                 ORDER BY surface.subject, variant LIMIT ?3",
                &[Value::Int(after.0), Value::Text(&after.1), Value::Int(PAGE)],
                &mut |row| {
                    let (id, variant) = (row.int(0)?, row.text(1)?.to_owned());
                    rows.push((id, variant, row.text(2)?.to_owned(), row.blob(3)?.to_vec()));
                    Ok(())
                },
            )?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after = (last.0, last.1.clone());
            each(&rows)?;
        }
    }

    fn all_sealed(&mut self, sql: &'static str) -> Result<Vec<SealedRow>> {
        let mut rows = Vec::new();
        self.driver
            .query("reading the mapping store", sql, &[], &mut |row| {
                let (id, variant) = (row.int(0)?, row.text(1)?.to_owned());
                rows.push((id, variant, row.text(2)?.to_owned(), row.blob(3)?.to_vec()));
                Ok(())
            })?;
        Ok(rows)
    }

    fn count(&mut self, sql: &'static str) -> Result<u64> {
        first(self.driver.as_mut(), "counting", sql, &[], |row| {
            row.count(0)
        })
        .map(Option::unwrap_or_default)
    }

    fn number(&mut self, name: &str) -> Result<Option<u64>> {
        let value = self.meta(name)?;
        Ok(value.and_then(|bytes| bytes.as_slice().try_into().ok().map(u64::from_le_bytes)))
    }
}

fn refuse(n: u64, what: &str) -> Result<()> {
    if n == 0 {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Store,
        format!("the mapping store is damaged: {n} {what}; restore it from a backup"),
    ))
}

/// A day as `YYYY-MM-DD`.
fn date(day: i64) -> String {
    let at = jiff::Timestamp::from_second(day.saturating_mul(86_400));
    at.map_or_else(|_| String::new(), |at| at.strftime("%Y-%m-%d").to_string())
}
