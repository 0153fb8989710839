//! The two keys of a domain: one that writes, one that reads.
//!
//! The batch key holds a secret index key (HMAC-SHA-256, for looking values up)
//! and a public key; the restore key is the private half (X25519). Originals
//! are sealed with `crypto_box` sealed boxes (XSalsa20-Poly1305; the crate was
//! audited): whoever has the batch key can add to the store but not read it.
//! Before sealing a text is padded, so that its length does not show.

use std::path::Path;

use crypto_box::aead::OsRng;
use crypto_box::{PublicKey, SecretKey};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::Blind;
use super::passphrase::Stretch;
use crate::error::{Error, ErrorKind, Result};

/// The file that the batch needs.
pub const BATCH_KEY_FILE: &str = "batch.key";
/// The file that restoring needs; its place is with the data-protection officer.
pub const RESTORE_KEY_FILE: &str = "restore.key";

const VERSION: u32 = 1;
/// A key file is a few hundred bytes; more is another file.
const MAX_KEY_FILE: u64 = 16 << 10;
/// Sealed texts grow to a multiple of this.
const PADDING: usize = 32;

/// Looks values up and seals originals. Cannot read them.
#[derive(Clone)]
pub struct BatchKey {
    index: Zeroizing<[u8; 32]>,
    public: PublicKey,
}

/// Reads sealed originals.
#[derive(Clone)]
pub struct RestoreKey {
    secret: SecretKey,
}

/// What a key file holds.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyFile {
    version: u32,
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    index_key: Option<String>,
    /// The key itself; under a passphrase nonce and ciphertext.
    key: String,
    /// How the key was made from a passphrase.
    #[zeroize(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    passphrase: Option<Stretch>,
    /// Which share of which key it is.
    #[zeroize(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) share: Option<ShareOf>,
}

/// Which share of which key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShareOf {
    /// How many shares make the key.
    pub(super) threshold: u8,
    /// The hash of the key's public half, in Base64.
    pub(super) public_id: String,
}

/// Asks for a passphrase.
pub type Ask<'a> = &'a mut dyn FnMut() -> Result<Zeroizing<String>>;

impl BatchKey {
    /// A keyed hash of some parts. The purpose keeps uses apart; the parts'
    /// lengths go in, so that they cannot run into each other.
    #[must_use]
    pub fn blind(&self, purpose: &str, parts: &[&[u8]]) -> Blind {
        let mut mac = mac(&self.index);
        for part in std::iter::once(&purpose.as_bytes()).chain(parts) {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            mac.update(&length.to_le_bytes());
            mac.update(part);
        }
        Blind(mac.finalize().into_bytes().into())
    }

    /// Seals a text so that only the restore key opens it.
    ///
    /// # Errors
    /// If the system's random source fails.
    pub fn seal(&self, text: &str) -> Result<Vec<u8>> {
        let length = u32::try_from(text.len())
            .map_err(|_| Error::new(ErrorKind::Limit, "a value of more than 4 GiB"))?;
        let mut padded = Zeroizing::new(Vec::with_capacity(text.len() + PADDING + 4));
        padded.extend_from_slice(&length.to_le_bytes());
        padded.extend_from_slice(text.as_bytes());
        let full = padded.len().next_multiple_of(PADDING);
        padded.resize(full, 0);
        self.public
            .seal(&mut OsRng, &padded)
            .map_err(|_| Error::new(ErrorKind::Key, "sealing an original failed"))
    }

    /// What a store keeps to recognize its own key: a hash, not the key.
    #[must_use]
    pub fn fingerprint(&self) -> Blind {
        self.blind("fingerprint", &[self.public.as_bytes()])
    }

    /// A hash of the public key: what a store and a restore key must agree on.
    #[must_use]
    pub fn public_id(&self) -> [u8; 32] {
        public_id(&self.public)
    }

    /// Reads the batch key of a folder.
    ///
    /// # Errors
    /// If it is missing, damaged, or readable by others.
    pub fn open(folder: &Path) -> Result<Self> {
        let file = read_key(&folder.join(BATCH_KEY_FILE), "batch")?;
        let index = file.index_key.as_deref().ok_or_else(damaged)?;
        Ok(Self {
            index: Zeroizing::new(*decode(index)?),
            public: PublicKey::from_bytes(*decode(&file.key)?),
        })
    }
}

impl RestoreKey {
    /// Opens a sealed original.
    ///
    /// # Errors
    /// If it was sealed to another key or damaged.
    pub fn open_sealed(&self, sealed: &[u8]) -> Result<Zeroizing<String>> {
        let padded = Zeroizing::new(self.secret.unseal(sealed).map_err(|_| {
            Error::new(
                ErrorKind::Key,
                "this restore key does not open this store; use the key that belongs to it",
            )
        })?);
        let broken = || Error::new(ErrorKind::Store, "a sealed original is damaged");
        let (length, rest) = padded.split_first_chunk::<4>().ok_or_else(broken)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| broken())?;
        let text = rest.get(..length).ok_or_else(broken)?;
        let text = std::str::from_utf8(text).map_err(|_| broken())?;
        Ok(Zeroizing::new(text.to_owned()))
    }

    /// A hash of the public half: what a store and a restore key must agree on.
    #[must_use]
    pub fn public_id(&self) -> [u8; 32] {
        public_id(&self.secret.public_key())
    }

    /// Reads the restore key of a folder; one under a passphrase is refused.
    ///
    /// # Errors
    /// If it is missing, damaged, or readable by others.
    pub fn open(folder: &Path) -> Result<Self> {
        Self::open_with(folder, &mut || {
            Err(Error::new(
                ErrorKind::Key,
                "the restore key is under a passphrase; name a file that holds it with --passphrase-file",
            ))
        })
    }

    /// Reads the restore key of a folder, asking for its passphrase if it has one.
    ///
    /// # Errors
    /// As [`RestoreKey::open`], or if the passphrase is wrong.
    pub fn open_with(folder: &Path, ask: Ask<'_>) -> Result<Self> {
        let file = read_key(&folder.join(RESTORE_KEY_FILE), "restore")?;
        let bytes = match &file.passphrase {
            None => decode(&file.key)?,
            Some(stretch) => stretch.open(&ask()?, &file.key)?,
        };
        Ok(Self {
            secret: SecretKey::from_bytes(*bytes),
        })
    }

    /// Writes it into a folder that has none.
    ///
    /// # Errors
    /// If there is one, or the folder cannot be written.
    pub fn save(&self, folder: &Path, passphrase: Option<&str>) -> Result<()> {
        make_folder(folder)?;
        let secret = Zeroizing::new(self.secret.to_bytes());
        let mut file = KeyFile::new("restore", encode(&secret));
        if let Some(passphrase) = passphrase {
            let (stretch, sealed) = Stretch::seal(passphrase, &secret)?;
            file.key.zeroize();
            file.key = sealed;
            file.passphrase = Some(stretch);
        }
        file.write(&folder.join(RESTORE_KEY_FILE))
    }

    pub(super) fn bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.secret.to_bytes())
    }

    pub(super) fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self {
            secret: SecretKey::from_bytes(*bytes),
        }
    }
}

/// Makes both keys of a new domain in a folder.
///
/// # Errors
/// If one of them exists already, or the folder cannot be written.
pub fn create(folder: &Path) -> Result<()> {
    create_with(folder, None, None)
}

/// Makes both keys in a folder: under a passphrase, or with the index key of
/// another batch key, so that pseudonyms stay the same when the pair changes.
///
/// # Errors
/// If one of them exists already, or the folder cannot be written.
pub fn create_with(
    folder: &Path,
    passphrase: Option<&str>,
    index_of: Option<&BatchKey>,
) -> Result<()> {
    for name in [BATCH_KEY_FILE, RESTORE_KEY_FILE] {
        if folder.join(name).symlink_metadata().is_ok() {
            return Err(Error::new(
                ErrorKind::Key,
                "there are keys in this folder already; they are never overwritten",
            ));
        }
    }
    let restore = RestoreKey {
        secret: SecretKey::generate(&mut OsRng),
    };
    let mut index = Zeroizing::new([0_u8; 32]);
    match index_of {
        Some(batch) => *index = *batch.index,
        None => getrandom::fill(&mut *index)
            .map_err(|_| Error::new(ErrorKind::Key, "the system's random source fails"))?,
    }
    restore.save(folder, passphrase)?;
    let mut batch = KeyFile::new("batch", encode(&restore.secret.public_key().to_bytes()));
    batch.index_key = Some(encode(&index));
    batch.write(&folder.join(BATCH_KEY_FILE))
}

/// The SHA-256 of some bytes.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn public_id(key: &PublicKey) -> [u8; 32] {
    sha256(key.as_bytes())
}

fn mac(key: &[u8; 32]) -> Hmac<Sha256> {
    // HMAC takes keys of any length; a key of the block size is never refused.
    let mut block = Zeroizing::new([0_u8; 64]);
    if let Some(head) = block.first_chunk_mut::<32>() {
        *head = *key;
    }
    <Hmac<Sha256> as hmac::digest::KeyInit>::new((&*block).into())
}

fn make_folder(folder: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| {
        Error::new(
            ErrorKind::Key,
            format!("making the key folder: {}", error.kind()),
        )
    })
}

impl KeyFile {
    pub(super) fn new(kind: &str, key: String) -> Self {
        Self {
            version: VERSION,
            kind: kind.to_owned(),
            index_key: None,
            key,
            passphrase: None,
            share: None,
        }
    }

    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Writes a new file that only its owner can read.
    pub(super) fn write(&self, path: &Path) -> Result<()> {
        use std::io::Write;
        let text = Zeroizing::new(
            toml::to_string(self)
                .map_err(|_| Error::new(ErrorKind::Internal, "a key file cannot be written"))?,
        );
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(path)
            .and_then(|mut out| out.write_all(text.as_bytes()).and_then(|()| out.sync_all()))
            .map_err(|error| {
                Error::new(
                    ErrorKind::Key,
                    format!("writing a key file: {}", error.kind()),
                )
            })
    }
}

pub(super) fn read_key(path: &Path, kind: &str) -> Result<KeyFile> {
    use std::io::Read;
    let file = std::fs::File::open(path).map_err(|error| {
        Error::new(
            ErrorKind::Key,
            format!("the {kind} key cannot be opened ({}); make keys with `deckname keys new`, or name their folder with --keys", error.kind()),
        )
    })?;
    refuse_readable_by_others(&file)?;
    let mut text = Zeroizing::new(String::new());
    file.take(MAX_KEY_FILE)
        .read_to_string(&mut text)
        .map_err(|_| damaged())?;
    let file: KeyFile = toml::from_str(&text).map_err(|_| damaged())?;
    if file.version != VERSION || file.kind != kind {
        return Err(damaged());
    }
    Ok(file)
}

#[cfg(unix)]
fn refuse_readable_by_others(file: &std::fs::File) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata().map_err(|_| damaged())?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Key,
        "a key file can be read by others; run `chmod 600` on it",
    ))
}

#[cfg(not(unix))]
fn refuse_readable_by_others(_file: &std::fs::File) -> Result<()> {
    Ok(())
}

pub(super) fn damaged() -> Error {
    Error::new(
        ErrorKind::Key,
        "a key file is damaged or of another kind or version",
    )
}

pub(super) fn encode(key: &[u8; 32]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(key)
}

pub(super) fn decode(text: &str) -> Result<Zeroizing<[u8; 32]>> {
    use base64::Engine;
    let bytes = Zeroizing::new(
        base64::engine::general_purpose::STANDARD
            .decode(text)
            .map_err(|_| damaged())?,
    );
    let array: [u8; 32] = bytes.as_slice().try_into().map_err(|_| damaged())?;
    Ok(Zeroizing::new(array))
}

impl std::fmt::Debug for BatchKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BatchKey(..)")
    }
}

impl std::fmt::Debug for RestoreKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RestoreKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> (BatchKey, RestoreKey) {
        let folder = tempfile::tempdir().unwrap();
        create(folder.path()).unwrap();
        let restore = RestoreKey::open(folder.path()).unwrap();
        (BatchKey::open(folder.path()).unwrap(), restore)
    }

    #[test]
    fn only_the_restore_key_opens_what_the_batch_sealed() {
        let (batch, restore) = keys();
        let (_, other) = keys();
        let sealed = batch.seal("Erika Mustermann").unwrap();
        assert_eq!(*restore.open_sealed(&sealed).unwrap(), "Erika Mustermann");
        assert_eq!(
            other.open_sealed(&sealed).unwrap_err().kind(),
            ErrorKind::Key
        );
        assert_eq!(batch.public_id(), restore.public_id());
        // The length does not show, and sealing twice gives two ciphertexts.
        assert_eq!(sealed.len(), batch.seal("Max").unwrap().len());
        assert_ne!(sealed, batch.seal("Erika Mustermann").unwrap());
    }

    #[test]
    fn blinds_depend_on_key_purpose_and_borders() {
        let (batch, _) = keys();
        let (other, _) = keys();
        let blind = batch.blind("p", &[b"ab", b"c"]);
        assert_eq!(blind, batch.blind("p", &[b"ab", b"c"]));
        assert_ne!(blind, batch.blind("p", &[b"a", b"bc"]));
        assert_ne!(blind, batch.blind("q", &[b"ab", b"c"]));
        assert_ne!(blind, other.blind("p", &[b"ab", b"c"]));
    }

    #[test]
    fn keys_are_never_overwritten_nor_read_when_open_to_others() {
        let folder = tempfile::tempdir().unwrap();
        create(folder.path()).unwrap();
        assert_eq!(create(folder.path()).unwrap_err().kind(), ErrorKind::Key);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let path = folder.path().join(BATCH_KEY_FILE);
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
            assert_eq!(
                BatchKey::open(folder.path()).unwrap_err().kind(),
                ErrorKind::Key
            );
        }
        let missing = RestoreKey::open(&folder.path().join("nichts")).unwrap_err();
        assert!(missing.what().contains("deckname keys new"));
    }
}
