//! The pairs that make restoring possible, and the only place they live.
//!
//! A store never sees a name in the clear: it is looked up by keyed hashes
//! ([`seal::BatchKey`]) and holds originals sealed to a public key, so that the
//! nightly job can write it but only the holder of the private key can read it.
//!
//! A *subject* (one person, one account) has a code. Each *surface*, one exact
//! spelling of it, has a variant of that code, so that restoring gives back
//! every byte. The empty variant is the spelling that was bound first.

pub mod admin;
pub mod audit;
pub mod journal;
pub mod merge;
mod passphrase;
pub mod place;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod seal;
pub mod shares;
mod sql;
pub mod sqlite;
pub mod store;

use crate::entity::EntityType;
use crate::error::Result;

/// A keyed hash of a value; tells equality to the holder of the index key and
/// nothing to anybody else.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Blind(pub [u8; 32]);

impl std::fmt::Debug for Blind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Blind(..)")
    }
}

/// A subject in a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubjectKey(pub i64);

/// What became of an attempt to bind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// It stands now.
    New(SubjectKey),
    /// The code or variant belongs to another value: try the next candidate.
    Taken,
}

/// A stand-in that looks real, on its way into a store.
#[derive(Clone, Copy, Debug)]
pub struct NewSurrogate<'a> {
    /// As it is written. No two originals of a store share one.
    pub shown: &'a str,
    /// What it stands for, hashed.
    pub blind: Blind,
    /// The part of names (a last name, a street) that it is the stand-in of, hashed.
    pub part: Option<Blind>,
    /// Whom it belongs to; `None` for a part of a name that relatives share.
    pub subject: Option<SubjectKey>,
    /// What kind of data.
    pub entity_type: EntityType,
    /// The original, sealed.
    pub sealed: &'a [u8],
}

/// Where the pairs live. All writes since the last commit become durable
/// together or not at all.
pub trait MappingStore: Send + std::fmt::Debug {
    /// The subject with this blind, and its code.
    ///
    /// # Errors
    /// If the store fails.
    fn subject(&mut self, blind: Blind) -> Result<Option<(SubjectKey, String)>>;

    /// Gives a subject a code, unless another subject has it.
    ///
    /// # Errors
    /// If the store fails.
    fn bind_subject(
        &mut self,
        blind: Blind,
        entity_type: EntityType,
        scope: Blind,
        code: &str,
    ) -> Result<Bound>;

    /// The variant of one spelling of a subject.
    ///
    /// # Errors
    /// If the store fails.
    fn surface(&mut self, subject: SubjectKey, blind: Blind) -> Result<Option<String>>;

    /// Gives a spelling a variant, unless another spelling has it.
    ///
    /// # Errors
    /// If the store fails.
    fn bind_surface(
        &mut self,
        subject: SubjectKey,
        blind: Blind,
        variant: &str,
        sealed: &[u8],
    ) -> Result<Bound>;

    /// The entity type and the sealed original of a code and variant.
    ///
    /// # Errors
    /// If the store fails.
    fn sealed(&mut self, code: &str, variant: &str) -> Result<Option<(EntityType, Vec<u8>)>>;

    /// The surrogates that stand for a value or a part, as they are written,
    /// oldest first.
    ///
    /// # Errors
    /// If the store fails.
    fn surrogates(&mut self, blind: Blind) -> Result<Vec<String>>;

    /// Issues a surrogate; `false` if it stands for something already.
    ///
    /// # Errors
    /// If the store fails.
    fn bind_surrogate(&mut self, new: &NewSurrogate<'_>) -> Result<bool>;

    /// All surrogates that were issued, with their numbers.
    ///
    /// # Errors
    /// If the store fails.
    fn issued_surrogates(&mut self) -> Result<Vec<(i64, String)>>;

    /// The entity type and the sealed original of a surrogate by its number.
    ///
    /// # Errors
    /// If the store fails.
    fn sealed_surrogate(&mut self, id: i64) -> Result<Option<(EntityType, Vec<u8>)>>;

    /// Remembers that an output was delivered: the blind of its source, where
    /// it lies (relative, pseudonymized), the hash of its bytes and who is in it.
    ///
    /// # Errors
    /// If the store fails.
    fn record_delivery(
        &mut self,
        source: Blind,
        output: &str,
        hash: [u8; 32],
        subjects: &[SubjectKey],
    ) -> Result<()>;

    /// Where the output of a source lies, and the hash of its bytes.
    ///
    /// # Errors
    /// If the store fails.
    fn delivery(&mut self, source: Blind) -> Result<Option<(String, [u8; 32])>>;

    /// Marks where [`MappingStore::roll_back`] goes back to, so that one file
    /// that fails does not take back what others bound in the same commit.
    ///
    /// # Errors
    /// If the store fails.
    fn mark(&mut self) -> Result<()>;

    /// Makes everything since the last commit durable.
    ///
    /// # Errors
    /// If the store fails; nothing of it stands then.
    fn commit(&mut self) -> Result<()>;

    /// Forgets everything since the last mark, or else since the last commit.
    ///
    /// # Errors
    /// If the store fails.
    fn roll_back(&mut self) -> Result<()>;
}
