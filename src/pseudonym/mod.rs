//! Inventing stand-ins. A pseudonymizer proposes, the mapping store disposes:
//! the first candidate that nobody else has becomes the pseudonym.

mod generalize;
mod invent;
mod mask;
mod number;
mod shift;
mod surrogate;

pub use generalize::generalize;
pub use mask::mask;
pub use surrogate::{Fitting, PersonName, words};

use crate::entity::EntityType;
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::seal::BatchKey;
use crate::mapping::{Blind, Bound, MappingStore, SubjectKey};
use crate::token::{self, Language, Token};

/// Most candidates tried for one value. Codes grow with the attempt, so that
/// even a store of a hundred million subjects needs only a handful.
const MAX_ATTEMPTS: u32 = 200;

/// Gives subjects and their spellings tokens, the same ones every time.
#[derive(Debug)]
pub struct Pseudonyms<'a> {
    /// Hashes and seals.
    pub key: &'a BatchKey,
    /// Where the pairs live.
    pub store: &'a mut dyn MappingStore,
    /// The purpose or recipient; other domains get other pseudonyms.
    pub domain: &'a str,
    /// Language of the labels.
    pub language: Language,
}

/// A subject with its code in the store.
#[derive(Clone, Debug)]
pub struct Known {
    key: SubjectKey,
    blind: Blind,
    entity_type: EntityType,
    code: String,
}

impl Known {
    /// Its key in the store.
    #[must_use]
    pub const fn key(&self) -> SubjectKey {
        self.key
    }
}

impl Pseudonyms<'_> {
    /// The subject with this canonical value in a scope (a document, a folder,
    /// everything), bound if it is new.
    ///
    /// # Errors
    /// If the store fails.
    pub fn subject(
        &mut self,
        entity_type: EntityType,
        canonical: &str,
        scope: Blind,
    ) -> Result<Known> {
        let blind = self.key.blind(
            "subject",
            &[
                self.domain.as_bytes(),
                &scope.0,
                entity_type.name().as_bytes(),
                canonical.as_bytes(),
            ],
        );
        for attempt in 0..MAX_ATTEMPTS {
            if let Some((key, code)) = self.store.subject(blind)? {
                return Ok(Known {
                    key,
                    blind,
                    entity_type,
                    code,
                });
            }
            let seed = self.key.blind("code", &[&blind.0, &attempt.to_le_bytes()]);
            let code = token::code(&seed.0, attempt);
            if let Bound::New(key) = self.store.bind_subject(blind, entity_type, scope, &code)? {
                return Ok(Known {
                    key,
                    blind,
                    entity_type,
                    code,
                });
            }
        }
        Err(exhausted())
    }

    /// The token of one exact spelling of a subject, bound if it is new.
    ///
    /// # Errors
    /// If the store or the random source fails.
    pub fn surface(&mut self, subject: &Known, text: &str) -> Result<Token> {
        let blind = self
            .key
            .blind("surface", &[&subject.blind.0, text.as_bytes()]);
        let mut variant = self.store.surface(subject.key, blind)?;
        if variant.is_none() {
            let sealed = self.key.seal(text)?;
            let mut attempt = 0;
            while variant.is_none() && attempt < MAX_ATTEMPTS {
                let seed = self
                    .key
                    .blind("variant", &[&blind.0, &attempt.to_le_bytes()]);
                let candidate = token::variant(&seed.0, attempt);
                variant = match self
                    .store
                    .bind_surface(subject.key, blind, &candidate, &sealed)?
                {
                    Bound::New(_) => Some(candidate),
                    // Another process may have bound this very spelling.
                    Bound::Taken => self.store.surface(subject.key, blind)?,
                };
                attempt += 1;
            }
        }
        Ok(Token::new(
            subject.entity_type,
            self.language,
            &subject.code,
            &variant.ok_or_else(exhausted)?,
        ))
    }
}

/// The blinds of the parts of a name for which surrogates may have been issued
/// in a scope (as far as the store keeps it): what erasing a person also takes.
#[must_use]
pub fn part_blinds(key: &BatchKey, domain: &str, scope: &[u8], name: &str) -> Vec<Blind> {
    let scope = scope.get(..16).unwrap_or(scope);
    name.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 1)
        .flat_map(|word| {
            let folded = surrogate::fold(word);
            ["given", "last"].map(|kind| part_blind(key, domain, scope, kind, &folded))
        })
        .flat_map(|part| [part, variants_blind(key, &part)])
        .collect()
}

/// The blind under which all spellings of a part are found.
fn variants_blind(key: &BatchKey, part: &Blind) -> Blind {
    key.blind("surrogate variant", &[&part.0])
}

/// The blind of one part of a name in a scope.
fn part_blind(key: &BatchKey, domain: &str, scope: &[u8], kind: &str, folded: &str) -> Blind {
    key.blind(
        "surrogate part",
        &[domain.as_bytes(), scope, kind.as_bytes(), folded.as_bytes()],
    )
}

fn exhausted() -> Error {
    Error::new(
        ErrorKind::Store,
        "no free pseudonym was found; the store is full or damaged",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::seal::{self, RestoreKey};
    use crate::mapping::sqlite::SqliteStore;
    use std::collections::HashMap;

    #[test]
    fn pseudonyms_are_stable_injective_and_open_again() {
        let folder = tempfile::tempdir().unwrap();
        seal::create(folder.path()).unwrap();
        let key = BatchKey::open(folder.path()).unwrap();
        let restore = RestoreKey::open(folder.path()).unwrap();
        let path = folder.path().join("m.sqlite");
        let mut store = SqliteStore::open(&path, key.fingerprint(), key.public_id()).unwrap();
        let scope = key.blind("scope", &[]);
        let mut seen: HashMap<String, String> = HashMap::new();
        for round in 0..2 {
            for n in 0..400 {
                let mut pseudonyms = Pseudonyms {
                    key: &key,
                    store: &mut store,
                    domain: "d",
                    language: Language::De,
                };
                let subject = pseudonyms
                    .subject(EntityType::Person, &format!("max muster{n}"), scope)
                    .unwrap();
                for surface in [format!("Max Muster{n}"), format!("Muster{n}")] {
                    let token = pseudonyms.surface(&subject, &surface).unwrap();
                    let known = seen.insert(token.to_string(), surface.clone());
                    assert_eq!(known.is_some(), round == 1, "{token}");
                    assert!(known.is_none_or(|known| known == surface));
                    let (_, sealed) = store
                        .sealed(token.code(), token.variant())
                        .unwrap()
                        .unwrap();
                    assert_eq!(*restore.open_sealed(&sealed).unwrap(), surface);
                    pseudonyms = Pseudonyms {
                        key: &key,
                        store: &mut store,
                        domain: "d",
                        language: Language::De,
                    };
                }
            }
        }
    }
}
