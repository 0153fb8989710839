//! Four eyes: the restore key in shares, of which some are needed and fewer
//! tell nothing.
//!
//! Shamir's sharing over GF(256), by the crate `blahaj`. A share names the key
//! it belongs to, so that shares of two keys are not mixed, and what comes out
//! is compared with that name: shares that were altered give no key at all.

use std::path::Path;

use base64::Engine;
use blahaj::{Share, Sharks};
use zeroize::Zeroizing;

use super::seal::{KeyFile, RestoreKey, ShareOf, damaged, decode, encode, read_key};
use crate::error::{Error, ErrorKind, Result};

/// What a key file of a share says it is.
const KIND: &str = "share";

/// One share of a restore key.
#[derive(Clone)]
pub struct KeyShare {
    of: ShareOf,
    bytes: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for KeyShare {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyShare(..)")
    }
}

impl RestoreKey {
    /// Splits the key into shares of which `threshold` make it again.
    ///
    /// # Errors
    /// If the numbers make no sense.
    pub fn split(&self, threshold: u8, n_shares: u8) -> Result<Vec<KeyShare>> {
        if threshold < 2 || n_shares < threshold {
            return Err(Error::new(
                ErrorKind::Settings,
                "a key is split into at least as many shares as are needed, and at least two are needed",
            ));
        }
        let of = ShareOf {
            threshold,
            public_id: encode(&self.public_id()),
        };
        let dealer = Sharks(threshold).dealer(self.bytes().as_slice());
        Ok(dealer
            .take(usize::from(n_shares))
            .map(|share| KeyShare {
                of: of.clone(),
                bytes: Zeroizing::new(Vec::from(&share)),
            })
            .collect())
    }

    /// Makes the key of enough shares.
    ///
    /// # Errors
    /// If there are too few, they belong to different keys, or one was altered.
    pub fn join(shares: &[KeyShare]) -> Result<Self> {
        let first = shares.first().ok_or_else(|| too_few(2, 0))?;
        if shares.iter().any(|share| share.of != first.of) {
            return Err(Error::new(
                ErrorKind::Key,
                "these shares belong to different keys",
            ));
        }
        let mut numbers: Vec<Option<&u8>> =
            shares.iter().map(|share| share.bytes.first()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        if numbers.len() < usize::from(first.of.threshold) {
            return Err(too_few(first.of.threshold, numbers.len()));
        }
        let parsed: Option<Vec<Share>> = shares
            .iter()
            .map(|share| Share::try_from(share.bytes.as_slice()).ok())
            .collect();
        let parsed = parsed.ok_or_else(damaged)?;
        let secret = Sharks(first.of.threshold)
            .recover(&parsed)
            .map_err(|_| damaged())?;
        let secret = Zeroizing::new(secret);
        let bytes: [u8; 32] = secret.as_slice().try_into().map_err(|_| damaged())?;
        let bytes = Zeroizing::new(bytes);
        let key = Self::from_bytes(&bytes);
        if key.public_id() != *decode(&first.of.public_id)? {
            return Err(Error::new(
                ErrorKind::Key,
                "a share was altered: together they make no key",
            ));
        }
        Ok(key)
    }
}

impl KeyShare {
    /// How many shares are needed.
    #[must_use]
    pub const fn threshold(&self) -> u8 {
        self.of.threshold
    }

    /// Reads a share.
    ///
    /// # Errors
    /// If it is missing, damaged, or readable by others.
    pub fn open(path: &Path) -> Result<Self> {
        let file = read_key(path, KIND)?;
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(file.key())
            .map_err(|_| damaged())?;
        Ok(Self {
            of: file.share.clone().ok_or_else(damaged)?,
            bytes: Zeroizing::new(bytes),
        })
    }

    /// Writes a share to a new file.
    ///
    /// # Errors
    /// If the file exists or cannot be written.
    pub fn save(&self, path: &Path) -> Result<()> {
        let key = base64::engine::general_purpose::STANDARD.encode(&*self.bytes);
        let mut file = KeyFile::new(KIND, key);
        file.share = Some(self.of.clone());
        file.write(path)
    }
}

fn too_few(needed: u8, there: usize) -> Error {
    Error::new(
        ErrorKind::Key,
        format!("{needed} different shares are needed and {there} were given"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::seal::{self, BatchKey};
    use super::*;

    #[test]
    fn enough_shares_make_the_key_and_fewer_do_not() {
        let folder = tempfile::tempdir().unwrap();
        seal::create(folder.path()).unwrap();
        let key = RestoreKey::open(folder.path()).unwrap();
        let sealed = BatchKey::open(folder.path())
            .unwrap()
            .seal("Erika Mustermann")
            .unwrap();
        let shares = key.split(2, 3).unwrap();
        for (a, b) in [(0, 1), (1, 2), (2, 0)] {
            let joined = RestoreKey::join(&[shares[a].clone(), shares[b].clone()]).unwrap();
            assert_eq!(*joined.open_sealed(&sealed).unwrap(), "Erika Mustermann");
        }
        for few in [&[][..], &[0], &[1, 1]] {
            let few: Vec<KeyShare> = few.iter().map(|at: &usize| shares[*at].clone()).collect();
            assert_eq!(RestoreKey::join(&few).unwrap_err().kind(), ErrorKind::Key);
        }
    }

    #[test]
    fn altered_and_mixed_shares_give_nothing() {
        let folder = tempfile::tempdir().unwrap();
        seal::create(&folder.path().join("a")).unwrap();
        seal::create(&folder.path().join("b")).unwrap();
        let one = RestoreKey::open(&folder.path().join("a")).unwrap();
        let other = RestoreKey::open(&folder.path().join("b")).unwrap();
        let (ones, others) = (one.split(2, 2).unwrap(), other.split(2, 2).unwrap());
        assert!(RestoreKey::join(&[ones[0].clone(), others[1].clone()]).is_err());
        let mut altered = ones[1].clone();
        altered.bytes[5] ^= 1;
        assert!(RestoreKey::join(&[ones[0].clone(), altered]).is_err());
        let path = folder.path().join("share-1.key");
        ones[0].save(&path).unwrap();
        assert!(ones[0].save(&path).is_err(), "never overwritten");
        let read = KeyShare::open(&path).unwrap();
        assert!(RestoreKey::join(&[read, ones[1].clone()]).is_ok());
        assert!(one.split(1, 3).is_err() && one.split(3, 2).is_err());
    }
}
