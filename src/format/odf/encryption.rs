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
use blowfish::Blowfish;
use cfb_mode::cipher::InnerIvInit as _;
use sha1::Sha1;
use zeroize::Zeroizing;

use super::locks::{Cipher, Derivation, Lock, Work, read};
use super::{MANIFEST, decide};
use crate::error::{Error, ErrorKind, Result};
use crate::format::ReadOptions;
use crate::format::decrypt::{Secret, cbc};
use crate::format::markup::Source;
use crate::format::package::{Entry, Package};

/// The one part of a package that is encrypted as a whole.
const WHOLE: &str = "encrypted-package";
/// The same for all parts of a file together.
const MAX_ALL_TURNS: u64 = 300_000_000;
/// How much of a packed part its checksum covers.
const CHECKED: usize = 1024;
/// As for entries of a package that is not encrypted.
const MAX_RATIO: u64 = 300;
const RATIO_FROM: u64 = 4 << 20;

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

fn length(data: &[u8]) -> u64 {
    u64::try_from(data.len()).unwrap_or(u64::MAX)
}

pub(super) fn damaged() -> Error {
    Error::new(
        ErrorKind::Broken,
        "the encrypted file is damaged; open it in its program and save it again",
    )
}

pub(super) fn too_much() -> Error {
    let what = "the file asks for more work than any program does";
    Error::new(ErrorKind::Limit, what)
}

pub(super) fn locked() -> Error {
    encrypted("the file is encrypted; name a file with its password (--password-file)")
}

pub(super) fn encrypted(what: &'static str) -> Error {
    Error::new(ErrorKind::Encrypted, what)
}
