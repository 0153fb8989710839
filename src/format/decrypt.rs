//! Takes the password off an encrypted Office package (ECMA-376 encryption as
//! in MS-OFFCRYPTO, both kinds: agile since Office 2010, standard of 2007).
//!
//! Only reading: a copy is never encrypted again, and the caller says so. The
//! old binary formats and rights management are not handled here. Where the
//! file carries a keyed checksum it is compared before anything is returned.

use std::io::{Cursor, Read};

use aes::cipher::{BlockCipherDecrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use super::markup::scan::{Scanner, Token};
use crate::error::{Error, ErrorKind, Result};

/// The password with which Excel encrypts what is only write-protected.
const KNOWN: &str = "VelvetSweatshop";
/// Office turns 100,000 times; a file that asks for far more wants to stall us.
const MAX_SPINS: u32 = 2_000_000;
/// Agile encryption starts anew every so many bytes.
const SEGMENT: usize = 4096;
const BLOCK: usize = 16;

const VERIFIER_INPUT: [u8; 8] = [0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79];
const VERIFIER_VALUE: [u8; 8] = [0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E];
const KEY_VALUE: [u8; 8] = [0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6];
const MAC_KEY: [u8; 8] = [0x5F, 0xB2, 0xAD, 0x01, 0x0C, 0xB9, 0xE1, 0xF6];
const MAC_VALUE: [u8; 8] = [0xA0, 0x67, 0x7F, 0x02, 0xB2, 0x2C, 0x84, 0x33];

/// A secret that is wiped when it is no longer needed.
pub(crate) type Secret = Zeroizing<Vec<u8>>;

/// The package inside an encrypted compound file. `None` if the file is no
/// encrypted package at all.
///
/// # Errors
/// If no password fits, the kind of encryption is not known, or the content was
/// changed after it was encrypted.
pub(crate) fn package(input: &[u8], password: Option<&str>, most: u64) -> Result<Option<Vec<u8>>> {
    let Ok(mut file) = cfb::CompoundFile::open(Cursor::new(input)) else {
        return Ok(None);
    };
    let Some(content) = stream(&mut file, "EncryptedPackage", most)? else {
        return Ok(None);
    };
    let Some(info) = stream(&mut file, "EncryptionInfo", 1 << 20)? else {
        return Err(encrypted(
            "the file is protected by rights management; save it without",
        ));
    };
    let scheme = Scheme::read(&info)?;
    for password in password.into_iter().chain([KNOWN]) {
        if let Some(key) = scheme.key(password)? {
            return scheme.open(&key, &content).map(Some);
        }
    }
    Err(encrypted(match password {
        Some(_) => "the password does not open the file",
        None => "the file is encrypted; name a file with its password (--password-file)",
    }))
}

fn stream<F: Read + std::io::Seek>(
    file: &mut cfb::CompoundFile<F>,
    name: &str,
    most: u64,
) -> Result<Option<Vec<u8>>> {
    let found = file
        .walk()
        .find(|e| e.is_stream() && e.name().eq_ignore_ascii_case(name))
        .map(|e| e.path().to_owned());
    let Some(path) = found else { return Ok(None) };
    let mut data = Vec::new();
    let stream = file.open_stream(path).map_err(|_| damaged())?;
    let n = stream
        .take(most.saturating_add(1))
        .read_to_end(&mut data)
        .map_err(|_| damaged())?;
    if u64::try_from(n).is_ok_and(|n| n > most) {
        return Err(Error::new(ErrorKind::Limit, "the file unpacks to too much"));
    }
    Ok(Some(data))
}

/// How a file is encrypted.
enum Scheme {
    Standard(Standard),
    Agile(Box<Agile>),
}

struct Standard {
    n_key: usize,
    salt: Vec<u8>,
    verifier: Vec<u8>,
    verifier_hash: Vec<u8>,
}

/// Salt, hash and size of a key.
struct Derivation {
    salt: Vec<u8>,
    hash: Hash,
    n_key: usize,
}

struct Agile {
    data: Derivation,
    mac_key: Vec<u8>,
    mac_value: Vec<u8>,
    password: Derivation,
    n_spins: u32,
    verifier_input: Vec<u8>,
    verifier_value: Vec<u8>,
    key_value: Vec<u8>,
}

impl Scheme {
    fn read(info: &[u8]) -> Result<Self> {
        let (major, minor) = (number(info, 0, 2)?, number(info, 2, 2)?);
        match (major, minor) {
            (4, 4) => {
                let xml = info.get(8..).and_then(|xml| std::str::from_utf8(xml).ok());
                Agile::read(xml.ok_or_else(damaged)?).map(|agile| Self::Agile(Box::new(agile)))
            }
            (2..=4, 2) => Standard::read(info).map(Self::Standard),
            _ => Err(unknown()),
        }
    }

    /// The key of the content, if the password fits.
    fn key(&self, password: &str) -> Result<Option<Secret>> {
        match self {
            Self::Standard(standard) => standard.key(password),
            Self::Agile(agile) => agile.key(password),
        }
    }

    fn open(&self, key: &[u8], content: &[u8]) -> Result<Vec<u8>> {
        let (head, body) = content.split_at_checked(8).ok_or_else(damaged)?;
        let size = usize::try_from(number(head, 0, 8)?).map_err(|_| damaged())?;
        let mut opened = match self {
            Self::Standard(_) => ecb(key, body)?.to_vec(),
            Self::Agile(agile) => {
                agile.compare(key, content)?;
                agile.open(key, body)?
            }
        };
        if size > opened.len() {
            return Err(damaged());
        }
        opened.truncate(size);
        Ok(opened)
    }
}

impl Standard {
    fn read(info: &[u8]) -> Result<Self> {
        let n_header = usize::try_from(number(info, 8, 4)?).map_err(|_| damaged())?;
        let verifier = info.get(12..).and_then(|rest| rest.get(n_header..));
        let verifier = verifier.ok_or_else(damaged)?;
        let algorithm = number(info, 12 + 8, 4)?;
        let (hash, bits) = (number(info, 12 + 12, 4)?, number(info, 12 + 16, 4)?);
        // AES with 128, 192 or 256 bits, SHA-1.
        let is_known = matches!(algorithm, 0x660E..=0x6610)
            && matches!(hash, 0 | 0x8004)
            && matches!(bits, 128 | 192 | 256);
        if !is_known || number(verifier, 0, 4)? != 16 {
            return Err(unknown());
        }
        let part = |from: usize, n: usize| {
            let part = verifier.get(from..from + n).ok_or_else(damaged)?;
            Ok::<Vec<u8>, Error>(part.to_vec())
        };
        Ok(Self {
            n_key: usize::try_from(bits / 8).map_err(|_| damaged())?,
            salt: part(4, 16)?,
            verifier: part(20, 16)?,
            verifier_hash: part(40, 32)?,
        })
    }

    fn key(&self, password: &str) -> Result<Option<Secret>> {
        let spun = spin(Hash::Sha1, &self.salt, password, 50_000);
        let last = Hash::Sha1.of(&[&spun, &[0; 4]]);
        let half = |pad: u8| {
            let mut block = Zeroizing::new(vec![pad; 64]);
            for (b, h) in block.iter_mut().zip(last.iter()) {
                *b ^= h;
            }
            Hash::Sha1.of(&[&block])
        };
        let mut key = half(0x36);
        key.extend_from_slice(&half(0x5C));
        key.truncate(self.n_key);
        let expected = ecb(&key, &self.verifier_hash)?;
        let found = Hash::Sha1.of(&[&ecb(&key, &self.verifier)?]);
        let fits = expected.get(..found.len()) == Some(found.as_slice());
        Ok(fits.then_some(key))
    }
}

impl Agile {
    fn read(xml: &str) -> Result<Self> {
        let mut elements: Vec<(String, Vec<(String, String)>)> = Vec::new();
        let mut scanner = Scanner::new(xml, &[]);
        while let Some(token) = scanner.next()? {
            if let Token::Open(tag) = token {
                let attributes = scanner.attributes().iter();
                let attributes = attributes.map(|a| (a.name.to_owned(), a.raw.to_owned()));
                elements.push((tag.name.to_owned(), attributes.collect()));
            }
        }
        let value = |element: &str, name: &str| {
            let found = elements.iter().find(|(known, _)| known == element);
            let found = found.and_then(|(_, list)| list.iter().find(|(known, _)| known == name));
            found.map(|(_, value)| value.as_str()).ok_or_else(damaged)
        };
        let bytes = |element: &str, name: &str| {
            let packed = value(element, name)?;
            BASE64.decode(packed.trim()).map_err(|_| damaged())
        };
        let derivation = |element: &str| {
            let is_known = value(element, "cipherAlgorithm")? == "AES"
                && value(element, "cipherChaining")? == "ChainingModeCBC";
            let bits: usize = value(element, "keyBits")?.parse().map_err(|_| damaged())?;
            if !is_known || !matches!(bits, 128 | 192 | 256) {
                return Err(unknown());
            }
            Ok(Derivation {
                salt: bytes(element, "saltValue")?,
                hash: Hash::named(value(element, "hashAlgorithm")?).ok_or_else(unknown)?,
                n_key: bits / 8,
            })
        };
        let n_spins = value("encryptedKey", "spinCount")?.parse();
        let n_spins: u32 = n_spins.map_err(|_| damaged())?;
        if n_spins > MAX_SPINS {
            let what = "the file asks for more work than any program does";
            return Err(Error::new(ErrorKind::Limit, what));
        }
        Ok(Self {
            data: derivation("keyData")?,
            mac_key: bytes("dataIntegrity", "encryptedHmacKey")?,
            mac_value: bytes("dataIntegrity", "encryptedHmacValue")?,
            password: derivation("encryptedKey")?,
            n_spins,
            verifier_input: bytes("encryptedKey", "encryptedVerifierHashInput")?,
            verifier_value: bytes("encryptedKey", "encryptedVerifierHashValue")?,
            key_value: bytes("encryptedKey", "encryptedKeyValue")?,
        })
    }

    fn key(&self, password: &str) -> Result<Option<Secret>> {
        let Derivation { salt, hash, n_key } = &self.password;
        let spun = spin(*hash, salt, password, self.n_spins);
        let open = |purpose: &[u8], packed: &[u8]| {
            let key = sized(hash.of(&[&spun, purpose]), *n_key);
            cbc(&key, salt, packed)
        };
        let input = open(&VERIFIER_INPUT, &self.verifier_input)?;
        let expected = open(&VERIFIER_VALUE, &self.verifier_value)?;
        let input = input.get(..salt.len()).ok_or_else(damaged)?;
        let found = hash.of(&[input]);
        if expected.get(..found.len()) != Some(found.as_slice()) {
            return Ok(None);
        }
        let mut key = open(&KEY_VALUE, &self.key_value)?;
        key.truncate(self.data.n_key);
        Ok(Some(key))
    }

    /// Compares the checksum of the whole content.
    fn compare(&self, key: &[u8], content: &[u8]) -> Result<()> {
        let Derivation { salt, hash, .. } = &self.data;
        let open = |purpose: &[u8], packed: &[u8]| {
            let mut opened = cbc(key, &hash.of(&[salt, purpose]), packed)?;
            opened.truncate(hash.size());
            Ok::<Secret, Error>(opened)
        };
        let (mac_key, expected) = (
            open(&MAC_KEY, &self.mac_key)?,
            open(&MAC_VALUE, &self.mac_value)?,
        );
        if hash.is_mac(&mac_key, content, &expected) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Broken,
            "the file was changed after it was encrypted; open it in its program and save it again",
        ))
    }

    fn open(&self, key: &[u8], body: &[u8]) -> Result<Vec<u8>> {
        let Derivation { salt, hash, .. } = &self.data;
        let mut opened = Vec::with_capacity(body.len());
        for (n, segment) in (0_u32..).zip(body.chunks(SEGMENT)) {
            let start = hash.of(&[salt, &n.to_le_bytes()]);
            opened.extend_from_slice(&cbc(key, &start, segment)?);
        }
        Ok(opened)
    }
}

/// The hashes of the standards.
#[derive(Clone, Copy)]
pub(crate) enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "SHA1" | "SHA-1" => Self::Sha1,
            "SHA256" | "SHA-256" => Self::Sha256,
            "SHA384" | "SHA-384" => Self::Sha384,
            "SHA512" | "SHA-512" => Self::Sha512,
            _ => return None,
        })
    }

    /// Its length in bytes.
    pub(crate) const fn size(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The hash of the parts, one behind the other.
    pub(crate) fn of(self, parts: &[&[u8]]) -> Secret {
        fn digest<D: Digest>(parts: &[&[u8]]) -> Secret {
            let mut digest = D::new();
            parts.iter().for_each(|part| digest.update(part));
            Zeroizing::new(digest.finalize().to_vec())
        }
        match self {
            Self::Sha1 => digest::<Sha1>(parts),
            Self::Sha256 => digest::<Sha256>(parts),
            Self::Sha384 => digest::<Sha384>(parts),
            Self::Sha512 => digest::<Sha512>(parts),
        }
    }

    fn is_mac(self, key: &[u8], content: &[u8], expected: &[u8]) -> bool {
        fn fits<M: Mac + hmac::digest::KeyInit>(
            key: &[u8],
            content: &[u8],
            expected: &[u8],
        ) -> bool {
            let mac = <M as Mac>::new_from_slice(key);
            mac.is_ok_and(|mac| mac.chain_update(content).verify_slice(expected).is_ok())
        }
        match self {
            Self::Sha1 => fits::<Hmac<Sha1>>(key, content, expected),
            Self::Sha256 => fits::<Hmac<Sha256>>(key, content, expected),
            Self::Sha384 => fits::<Hmac<Sha384>>(key, content, expected),
            Self::Sha512 => fits::<Hmac<Sha512>>(key, content, expected),
        }
    }
}

/// The hash of a password, turned many times so that guessing is slow.
fn spin(hash: Hash, salt: &[u8], password: &str, n: u32) -> Secret {
    let wide = password.encode_utf16().flat_map(u16::to_le_bytes);
    let wide = Zeroizing::new(wide.collect::<Vec<u8>>());
    let mut spun = hash.of(&[salt, &wide]);
    for i in 0..n {
        spun = hash.of(&[&i.to_le_bytes(), &spun]);
    }
    spun
}

/// A key cut or filled up to a length.
fn sized(mut key: Secret, n: usize) -> Secret {
    key.resize(n, 0x36);
    key
}

/// Decrypts block by block.
fn ecb(key: &[u8], data: &[u8]) -> Result<Secret> {
    match key.len() {
        16 => blocks(&Aes128::new_from_slice(key).map_err(|_| damaged())?, data),
        24 => blocks(&Aes192::new_from_slice(key).map_err(|_| damaged())?, data),
        32 => blocks(&Aes256::new_from_slice(key).map_err(|_| damaged())?, data),
        _ => Err(damaged()),
    }
}

fn blocks<C>(cipher: &C, data: &[u8]) -> Result<Secret>
where
    C: BlockCipherDecrypt + aes::cipher::BlockSizeUser<BlockSize = aes::cipher::consts::U16>,
{
    let mut out = Zeroizing::new(Vec::with_capacity(data.len()));
    for block in data.chunks(BLOCK) {
        let block: [u8; BLOCK] = block.try_into().map_err(|_| damaged())?;
        let mut block = aes::Block::from(block);
        cipher.decrypt_block(&mut block);
        out.extend_from_slice(&block);
    }
    Ok(out)
}

/// Decrypts blocks that are chained to their predecessors.
pub(crate) fn cbc(key: &[u8], start: &[u8], data: &[u8]) -> Result<Secret> {
    let mut out = ecb(key, data)?;
    let start = sized(Zeroizing::new(start.to_vec()), BLOCK);
    let before = start.iter().chain(data.iter());
    for (byte, before) in out.iter_mut().zip(before) {
        *byte ^= before;
    }
    Ok(out)
}

/// A little-endian number of up to eight bytes.
fn number(data: &[u8], from: usize, n: usize) -> Result<u64> {
    let bytes = data.get(from..from + n).ok_or_else(damaged)?;
    Ok(bytes
        .iter()
        .rev()
        .fold(0, |number, byte| (number << 8) | u64::from(*byte)))
}

fn damaged() -> Error {
    Error::new(
        ErrorKind::Broken,
        "the encrypted file is damaged; open it in its program and save it again",
    )
}

fn unknown() -> Error {
    encrypted("the file is encrypted in a way that is not known; save it without a password")
}

fn encrypted(what: &'static str) -> Error {
    Error::new(ErrorKind::Encrypted, what)
}
