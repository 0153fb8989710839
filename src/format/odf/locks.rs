//! What the manifest of an ODF package says about its encrypted parts: cipher,
//! key derivation and checksum of each, with limits to the work that a file may
//! ask for. What is done with it is in `encryption`.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::encryption::{damaged, encrypted, locked, too_much};
use super::names::NAMESPACES;
use crate::error::{Error, Result};
use crate::format::ReadOptions;
use crate::format::decrypt::Hash;
use crate::format::markup::piece::Text;
use crate::format::markup::scan::{Attribute, Scanner, Token};

/// LibreOffice turns 100,000 times; a file that asks for far more wants to
/// stall us.
const MAX_TURNS: u32 = 2_000_000;
/// LibreOffice fills 64 MiB three times.
const MAX_MEMORY_KIB: u32 = 1 << 20;
const MAX_PASSES: u32 = 20;
const MAX_LANES: u32 = 64;

/// How one part is encrypted.
#[derive(Clone)]
pub(super) struct Lock {
    pub(super) cipher: Cipher,
    pub(super) start: Vec<u8>,
    /// The hash of the password that the key is made of.
    pub(super) password: Hash,
    pub(super) derivation: Derivation,
    /// Hash of the first bytes of the packed part.
    pub(super) checksum: Option<(Hash, Vec<u8>)>,
    /// The size of the part itself.
    pub(super) size: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cipher {
    Blowfish,
    AesCbc,
    AesGcm,
}

/// How the key comes from the hash of the password.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Derivation {
    pub(super) salt: Vec<u8>,
    pub(super) n_key: usize,
    pub(super) work: Work,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Work {
    Pbkdf2 {
        turns: u32,
    },
    Argon2id {
        passes: u32,
        memory: u32,
        lanes: u32,
    },
}

/// What the manifest says about each encrypted part.
pub(super) fn read(manifest: &str, options: &ReadOptions) -> Result<HashMap<String, Lock>> {
    let mut locks = HashMap::new();
    let mut scanner = Scanner::new(manifest, NAMESPACES);
    let mut part: Option<(String, Option<u64>)> = None;
    let mut draft: Option<Draft> = None;
    while let Some(token) = scanner.next()? {
        match token {
            Token::Open(tag) => {
                let attributes = scanner.attributes();
                match (tag.name, &mut draft) {
                    ("file-entry", _) => {
                        let path = text(attributes, "full-path")?.ok_or_else(damaged)?;
                        let size = text(attributes, "size")?;
                        part = Some((path, size.and_then(|size| size.parse().ok())));
                    }
                    ("encryption-data", _) if options.password.is_none() => return Err(locked()),
                    ("encryption-data", _) if tag.empty => return Err(damaged()),
                    ("encryption-data", _) => draft = Some(Draft::new(attributes)?),
                    // Keys for persons instead of a password.
                    ("encrypted-key" | "keyinfo" | "KeyInfo", _) => return Err(unknown()),
                    (name, Some(draft)) => draft.read(name, attributes)?,
                    _ => {}
                }
            }
            Token::Close(end) => {
                let name = manifest.get(..end).and_then(|s| s.rsplit("</").next());
                if name.is_some_and(|name| name.contains("encryption-data"))
                    && let Some(draft) = draft.take()
                {
                    let (path, size) = part.clone().ok_or_else(damaged)?;
                    locks.insert(path, draft.finish(size)?);
                }
            }
            Token::Text(..)
            | Token::Cdata(..)
            | Token::Char(..)
            | Token::Remark(..)
            | Token::Declaration => {}
        }
    }
    Ok(locks)
}

/// A lock while its lines are read.
struct Draft {
    checksum: Option<(Hash, Vec<u8>)>,
    cipher: Option<(Cipher, Vec<u8>, usize)>,
    password: Hash,
    derivation: Option<Derivation>,
}

impl Draft {
    fn new(attributes: &[Attribute<'_>]) -> Result<Self> {
        let checksum = match (
            text(attributes, "checksum-type")?,
            bytes(attributes, "checksum")?,
        ) {
            (Some(kind), Some(sum)) => Some((checksum_hash(&kind)?, sum)),
            _ => None,
        };
        Ok(Self {
            checksum,
            cipher: None,
            // What holds if nothing is said.
            password: Hash::Sha1,
            derivation: None,
        })
    }

    fn read(&mut self, element: &str, attributes: &[Attribute<'_>]) -> Result<()> {
        match element {
            "algorithm" => {
                let name = text(attributes, "algorithm-name")?.ok_or_else(damaged)?;
                let start = bytes(attributes, "initialisation-vector")?.ok_or_else(damaged)?;
                let (cipher, n_key) = cipher(&name)?;
                self.cipher = Some((cipher, start, n_key));
            }
            "start-key-generation" => {
                let name = text(attributes, "start-key-generation-name")?;
                self.password = password_hash(&name.ok_or_else(damaged)?)?;
            }
            "key-derivation" => self.derivation = Some(derivation(attributes)?),
            _ => {}
        }
        Ok(())
    }

    fn finish(self, size: Option<u64>) -> Result<Lock> {
        let (cipher, start, n_key) = self.cipher.ok_or_else(damaged)?;
        let mut derivation = self.derivation.ok_or_else(damaged)?;
        let is_stream = cipher == Cipher::Blowfish;
        if derivation.n_key == 0 {
            derivation.n_key = n_key;
        }
        // A key of another length is no key for this cipher.
        let fits = if is_stream {
            (4..=56).contains(&derivation.n_key)
        } else {
            derivation.n_key == n_key
        };
        if !fits {
            return Err(damaged());
        }
        Ok(Lock {
            cipher,
            start,
            password: self.password,
            derivation,
            checksum: self.checksum,
            size,
        })
    }
}

/// A cipher by its name, and the length of its key.
fn cipher(name: &str) -> Result<(Cipher, usize)> {
    Ok(match name.rsplit('#').next().unwrap_or_default() {
        "Blowfish CFB" | "blowfish" => (Cipher::Blowfish, 16),
        "aes128-cbc" => (Cipher::AesCbc, 16),
        "aes192-cbc" => (Cipher::AesCbc, 24),
        "aes256-cbc" => (Cipher::AesCbc, 32),
        "aes256-gcm" => (Cipher::AesGcm, 32),
        _ => return Err(unknown()),
    })
}

fn password_hash(name: &str) -> Result<Hash> {
    match name.rsplit('#').next().unwrap_or_default() {
        "SHA1" | "sha1" => Ok(Hash::Sha1),
        "SHA256" | "sha256" => Ok(Hash::Sha256),
        _ => Err(unknown()),
    }
}

fn checksum_hash(name: &str) -> Result<Hash> {
    match name.rsplit('#').next().unwrap_or_default() {
        "SHA1/1K" | "sha1-1k" => Ok(Hash::Sha1),
        "SHA256/1K" | "sha256-1k" => Ok(Hash::Sha256),
        _ => Err(unknown()),
    }
}

fn derivation(attributes: &[Attribute<'_>]) -> Result<Derivation> {
    let name = text(attributes, "key-derivation-name")?.ok_or_else(damaged)?;
    let number = |name| -> Result<u32> {
        let value = text(attributes, name)?.ok_or_else(damaged)?;
        value.parse().map_err(|_| damaged())
    };
    let at_most = |n: u32, most: u32| if n > most { Err(too_much()) } else { Ok(n) };
    let work = match name.rsplit(['#', ':']).next().unwrap_or_default() {
        "PBKDF2" | "pbkdf2" => Work::Pbkdf2 {
            turns: at_most(number("iteration-count")?, MAX_TURNS)?,
        },
        "argon2id" => Work::Argon2id {
            passes: at_most(number("argon2-iterations")?, MAX_PASSES)?,
            memory: at_most(number("argon2-memory")?, MAX_MEMORY_KIB)?,
            lanes: at_most(number("argon2-lanes")?, MAX_LANES)?,
        },
        _ => return Err(unknown()),
    };
    let n_key = match text(attributes, "key-size")? {
        Some(size) => size.parse().map_err(|_| damaged())?,
        None => 0,
    };
    Ok(Derivation {
        salt: bytes(attributes, "salt")?.ok_or_else(damaged)?,
        n_key,
        work,
    })
}

/// The value of an attribute, whatever its namespace.
fn text(attributes: &[Attribute<'_>], name: &str) -> Result<Option<String>> {
    let found = attributes.iter().find(|a| a.name == name);
    found
        .map(|a| Text::of_attribute(a).map(|text| text.text))
        .transpose()
}

fn bytes(attributes: &[Attribute<'_>], name: &str) -> Result<Option<Vec<u8>>> {
    let Some(written) = text(attributes, name)? else {
        return Ok(None);
    };
    BASE64
        .decode(written.trim())
        .map(Some)
        .map_err(|_| damaged())
}

fn unknown() -> Error {
    encrypted("the file is encrypted in a way that is not known; save it without a password")
}
