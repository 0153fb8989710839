//! The restore key under a passphrase, for a single desk without a safe place
//! for a key file.
//!
//! Argon2id makes a key of the passphrase (64 MiB, three passes: about a tenth
//! of a second, and as much for everybody who guesses), `XSalsa20Poly1305`
//! seals the restore key with it. A short passphrase stays guessable: whoever
//! steals the file can try at leisure.

use crypto_secretbox::aead::{Aead, KeyInit};
use crypto_secretbox::{Nonce, XSalsa20Poly1305};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::seal::damaged;
use crate::error::{Error, ErrorKind, Result};

/// RFC 9106's second choice, for machines where memory counts.
const MEMORY_KIB: u32 = 64 << 10;
const N_PASSES: u32 = 3;
const N_LANES: u32 = 1;
/// A file that asks for more than this was not made by us.
const MAX_MEMORY_KIB: u32 = 1 << 20;
const MAX_PASSES: u32 = 64;
/// Characters; fewer are guessed in no time.
const SHORTEST: usize = 12;
const NONCE_LEN: usize = 24;

/// How a key was made from a passphrase.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stretch {
    salt: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Stretch {
    /// Seals a key; the text is nonce and ciphertext.
    pub(super) fn seal(passphrase: &str, key: &[u8; 32]) -> Result<(Self, String)> {
        if passphrase.chars().count() < SHORTEST {
            return Err(Error::new(
                ErrorKind::Settings,
                format!(
                    "the passphrase must have {SHORTEST} characters or more; five random words are good"
                ),
            ));
        }
        let (mut salt, mut nonce) = ([0_u8; 16], [0_u8; NONCE_LEN]);
        getrandom::fill(&mut salt)
            .and_then(|()| getrandom::fill(&mut nonce))
            .map_err(|_| Error::new(ErrorKind::Key, "the system's random source fails"))?;
        let stretch = Self {
            salt: encode(&salt),
            memory_kib: MEMORY_KIB,
            passes: N_PASSES,
            lanes: N_LANES,
        };
        let sealed = stretch
            .cipher(passphrase)?
            .encrypt(&Nonce::from(nonce), key.as_slice())
            .map_err(|_| Error::new(ErrorKind::Key, "sealing the restore key failed"))?;
        Ok((stretch, encode(&[nonce.as_slice(), &sealed].concat())))
    }

    /// Opens what [`Stretch::seal`] made.
    pub(super) fn open(&self, passphrase: &str, sealed: &str) -> Result<Zeroizing<[u8; 32]>> {
        let bytes = decode(sealed)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_LEN>().ok_or_else(damaged)?;
        let key = self
            .cipher(passphrase)?
            .decrypt(&Nonce::from(*nonce), sealed)
            .map_err(|_| Error::new(ErrorKind::Key, "the passphrase is wrong"))?;
        let key = Zeroizing::new(key);
        let key: [u8; 32] = key.as_slice().try_into().map_err(|_| damaged())?;
        Ok(Zeroizing::new(key))
    }

    fn cipher(&self, passphrase: &str) -> Result<XSalsa20Poly1305> {
        if self.memory_kib > MAX_MEMORY_KIB || self.passes > MAX_PASSES {
            return Err(damaged());
        }
        let params = argon2::Params::new(self.memory_kib, self.passes, self.lanes, Some(32))
            .map_err(|_| damaged())?;
        let argon =
            argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
        let mut key = Zeroizing::new([0_u8; 32]);
        argon
            .hash_password_into(passphrase.as_bytes(), &decode(&self.salt)?, &mut *key)
            .map_err(|_| damaged())?;
        Ok(XSalsa20Poly1305::new((&*key).into()))
    }
}

fn encode(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn decode(text: &str) -> Result<Vec<u8>> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .map_err(|_| damaged())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_passphrase_opens() {
        let key = [7; 32];
        let (stretch, sealed) = Stretch::seal("fünf Wörter sind genug", &key).unwrap();
        let opened = stretch.open("fünf Wörter sind genug", &sealed).unwrap();
        assert_eq!(*opened, key);
        let error = stretch
            .open("fuenf Woerter sind genug", &sealed)
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Key);
        assert!(stretch.open("fünf Wörter sind genug", "AAAA").is_err());
        assert!(Stretch::seal("kurz", &key).is_err());
    }

    #[test]
    fn a_file_that_asks_for_too_much_is_refused() {
        let (mut stretch, sealed) = Stretch::seal("fünf Wörter sind genug", &[7; 32]).unwrap();
        stretch.memory_kib = u32::MAX;
        assert!(stretch.open("fünf Wörter sind genug", &sealed).is_err());
    }
}
