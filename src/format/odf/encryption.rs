//! Takes the password off an ODF package (`OpenDocument` 1.2 part 3, section 3.4,
//! and the draft of 1.5 that LibreOffice has written since 24.2).
//!
//! Three kinds: every part for itself with Blowfish (`OpenOffice` 1 to 3) or AES
//! (LibreOffice since 3.5), or the whole package as one part with AES-GCM and a
//! key from Argon2id. Only reading: a copy has no password, and the caller says
//! so. Packages encrypted for `OpenPGP` keys are not opened. Parts that no copy
//! has are not decrypted.

use std::collections::HashMap;
use std::io::Read as _;

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{Aead as _, KeyInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use blowfish::Blowfish;
use cfb_mode::cipher::InnerIvInit as _;
use sha1::Sha1;
use zeroize::Zeroizing;

use super::names::NAMESPACES;
use super::{MANIFEST, decide};
use crate::error::{Error, ErrorKind, Result};
use crate::format::ReadOptions;
use crate::format::decrypt::{Hash, Secret, cbc};
use crate::format::markup::Source;
use crate::format::markup::piece::Text;
use crate::format::markup::scan::{Attribute, Scanner, Token};
use crate::format::package::{Entry, Package};

/// The one part of a package that is encrypted as a whole.
const WHOLE: &str = "encrypted-package";
/// LibreOffice turns 100,000 times; a file that asks for far more wants to
/// stall us.
const MAX_TURNS: u32 = 2_000_000;
/// The same for all parts of a file together.
const MAX_ALL_TURNS: u64 = 300_000_000;
/// LibreOffice fills 64 MiB three times.
const MAX_MEMORY_KIB: u32 = 1 << 20;
const MAX_PASSES: u32 = 20;
const MAX_LANES: u32 = 64;
/// How much of a packed part its checksum covers.
const CHECKED: usize = 1024;
/// As for entries of a package that is not encrypted.
const MAX_RATIO: u64 = 300;
const RATIO_FROM: u64 = 4 << 20;

/// How one part is encrypted.
#[derive(Clone)]
struct Lock {
    cipher: Cipher,
    start: Vec<u8>,
    /// The hash of the password that the key is made of.
    password: Hash,
    derivation: Derivation,
    /// Hash of the first bytes of the packed part.
    checksum: Option<(Hash, Vec<u8>)>,
    /// The size of the part itself.
    size: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cipher {
    Blowfish,
    AesCbc,
    AesGcm,
}

/// How the key comes from the hash of the password.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Derivation {
    salt: Vec<u8>,
    n_key: usize,
    work: Work,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Work {
    Pbkdf2 {
        turns: u32,
    },
    Argon2id {
        passes: u32,
        memory: u32,
        lanes: u32,
    },
}

/// The package without its password, if it has one.
///
/// # Errors
/// If no password or the wrong one is named, or if the package is damaged or
/// encrypted in another way.
pub(super) fn opened(package: Package, options: &ReadOptions) -> Result<Package> {
    let locks = match package.get(MANIFEST) {
        Some(manifest) => read(&Source::decode(manifest)?.text, options)?,
        None => HashMap::new(),
    };
    if locks.is_empty() {
        return match package.get(WHOLE) {
            Some(_) => Err(damaged()),
            None => Ok(package),
        };
    }
    let password = options.password.as_deref().ok_or_else(locked)?;
    let mut keys = Keys::new(password);
    if let Some(whole) = package.get(WHOLE) {
        let lock = locks.get(WHOLE).ok_or_else(damaged)?;
        let inner = keys.open(lock, whole, options.max_unpacked)?;
        let inner = Package::open(&inner, options)?;
        // A package in a package in a package ends here.
        if inner.get(WHOLE).is_some() {
            return Err(damaged());
        }
        return Ok(Package::without_password(inner.entries().to_vec()));
    }
    let mut left = options.max_unpacked;
    let mut entries = Vec::with_capacity(package.entries().len());
    for entry in package.entries() {
        let data = match locks.get(&entry.name) {
            Some(lock) if decide(&entry.name).is_some() => {
                let data = keys.open(lock, &entry.data, left)?;
                left = left.saturating_sub(length(&data));
                data.into()
            }
            _ => std::sync::Arc::clone(&entry.data),
        };
        entries.push(Entry {
            name: entry.name.clone(),
            data,
        });
    }
    Ok(Package::without_password(entries))
}

/// A password, and the keys that were made of it.
struct Keys {
    /// The password as programs have written it: all use UTF-8 today, old ones
    /// on Windows did not.
    spellings: Vec<Secret>,
    /// Whether it has opened a part, and in which spelling.
    fits: Option<usize>,
    known: HashMap<(usize, Derivation), Secret>,
    left: u64,
}

impl Keys {
    fn new(password: &str) -> Self {
        let utf_8 = Zeroizing::new(password.as_bytes().to_vec());
        let (old, _, is_lossy) = encoding_rs::WINDOWS_1252.encode(password);
        let old = Zeroizing::new(old.into_owned());
        let has_old = !is_lossy && *old != *utf_8;
        let spellings = [utf_8].into_iter().chain(has_old.then_some(old)).collect();
        Self {
            spellings,
            fits: None,
            known: HashMap::new(),
            left: MAX_ALL_TURNS,
        }
    }

    /// The content of a part.
    fn open(&mut self, lock: &Lock, data: &[u8], most: u64) -> Result<Vec<u8>> {
        let spellings = match self.fits {
            Some(fits) => fits..fits + 1,
            // Only the oldest kind knows another spelling than UTF-8.
            None if lock.password.size() == 20 => 0..self.spellings.len(),
            None => 0..1,
        };
        for spelling in spellings {
            let key = self.key(spelling, lock)?;
            if let Some(opened) = lock.open(&key, data, most)? {
                self.fits = Some(spelling);
                return Ok(opened);
            }
        }
        Err(match self.fits {
            Some(_) => damaged(),
            None => encrypted("the password does not open the file"),
        })
    }

    fn key(&mut self, spelling: usize, lock: &Lock) -> Result<Secret> {
        let password = self.spellings.get(spelling).ok_or_else(damaged)?;
        // Parts may differ in the hash too, but then not in the rest.
        let slot = (
            spelling * 100 + lock.password.size(),
            lock.derivation.clone(),
        );
        if let Some(key) = self.known.get(&slot) {
            return Ok(key.clone());
        }
        let Derivation { salt, n_key, work } = &lock.derivation;
        let start = lock.password.of(&[password]);
        let mut key = Zeroizing::new(vec![0; *n_key]);
        match *work {
            Work::Pbkdf2 { turns } => {
                let left = self.left.checked_sub(turns.into());
                self.left = left.ok_or_else(too_much)?;
                pbkdf2::pbkdf2_hmac::<Sha1>(&start, salt, turns, &mut key);
            }
            Work::Argon2id {
                passes,
                memory,
                lanes,
            } => {
                let params = argon2::Params::new(memory, passes, lanes, Some(*n_key));
                let argon = argon2::Argon2::new(
                    argon2::Algorithm::Argon2id,
                    argon2::Version::V0x13,
                    params.map_err(|_| damaged())?,
                );
                argon
                    .hash_password_into(&start, salt, &mut key)
                    .map_err(|_| damaged())?;
            }
        }
        self.known.insert(slot, key.clone());
        Ok(key)
    }
}

impl Lock {
    /// The content of a part, if the key fits.
    fn open(&self, key: &[u8], data: &[u8], most: u64) -> Result<Option<Vec<u8>>> {
        let Some(packed) = self.decrypt(key, data)? else {
            return Ok(None);
        };
        let checked = packed.get(..CHECKED).unwrap_or(&packed);
        let is_right = self
            .checksum
            .as_ref()
            .is_none_or(|(hash, expected)| *hash.of(&[checked]) == *expected);
        if !is_right {
            return Ok(None);
        }
        // Without a checksum only the content tells whether the key fits.
        let is_sure = self.checksum.is_some() || self.cipher == Cipher::AesGcm;
        match self.unpack(&packed, most) {
            Err(error) if error.kind() == ErrorKind::Broken && !is_sure => Ok(None),
            unpacked => unpacked.map(Some),
        }
    }

    fn decrypt(&self, key: &[u8], data: &[u8]) -> Result<Option<Secret>> {
        match self.cipher {
            Cipher::Blowfish => {
                let mut opened = Zeroizing::new(data.to_vec());
                let start: [u8; 8] = self.start.as_slice().try_into().map_err(|_| damaged())?;
                let cipher: Blowfish = Blowfish::new_from_slice(key).map_err(|_| damaged())?;
                cfb_mode::Decryptor::inner_iv_init(cipher, &start.into()).decrypt(&mut opened);
                Ok(Some(opened))
            }
            Cipher::AesCbc => {
                if data.is_empty() || !data.len().is_multiple_of(16) {
                    return Err(damaged());
                }
                let mut opened = cbc(key, &self.start, data)?;
                // The last byte says how many were added; the others are random.
                let added = opened.last().map_or(0, |n| usize::from(*n));
                let n = opened.len().checked_sub(added);
                let n = n.filter(|_| (1..=16).contains(&added));
                Ok(n.map(|n| {
                    opened.truncate(n);
                    opened
                }))
            }
            Cipher::AesGcm => {
                let nonce: [u8; 12] = self.start.as_slice().try_into().map_err(|_| damaged())?;
                // The standard for XML encryption writes the start in front.
                let body = data.strip_prefix(&nonce).unwrap_or(data);
                let cipher = Aes256Gcm::new_from_slice(key).map_err(|_| damaged())?;
                let opened = cipher.decrypt(&nonce.into(), body);
                Ok(opened.ok().map(Zeroizing::new))
            }
        }
    }

    fn unpack(&self, packed: &[u8], most: u64) -> Result<Vec<u8>> {
        let mut unpacked = Vec::new();
        let n = flate2::read::DeflateDecoder::new(packed)
            .take(most.saturating_add(1))
            .read_to_end(&mut unpacked);
        let is_size = |n: u64| self.size.is_none_or(|size| size == n);
        let n = match n.map(u64::try_from) {
            Ok(Ok(n)) if n > most || (n > RATIO_FROM && n / length(packed).max(1) > MAX_RATIO) => {
                return Err(too_much());
            }
            Ok(Ok(n)) => n,
            // A package is packed already.
            _ if packed.starts_with(b"PK") && is_size(length(packed)) => {
                return Ok(packed.to_vec());
            }
            _ => return Err(damaged()),
        };
        if !is_size(n) {
            return Err(damaged());
        }
        Ok(unpacked)
    }
}

/// What the manifest says about each encrypted part.
fn read(manifest: &str, options: &ReadOptions) -> Result<HashMap<String, Lock>> {
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

fn length(data: &[u8]) -> u64 {
    u64::try_from(data.len()).unwrap_or(u64::MAX)
}

fn damaged() -> Error {
    Error::new(
        ErrorKind::Broken,
        "the encrypted file is damaged; open it in its program and save it again",
    )
}

fn too_much() -> Error {
    let what = "the file asks for more work than any program does";
    Error::new(ErrorKind::Limit, what)
}

fn unknown() -> Error {
    encrypted("the file is encrypted in a way that is not known; save it without a password")
}

fn locked() -> Error {
    encrypted("the file is encrypted; name a file with its password (--password-file)")
}

fn encrypted(what: &'static str) -> Error {
    Error::new(ErrorKind::Encrypted, what)
}
