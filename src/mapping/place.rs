//! Where a store is: a file, or a database that several machines share.

use std::path::{Path, PathBuf};

use super::Blind;
use super::store::Store;
use crate::error::Result;
#[cfg(not(feature = "postgres"))]
use crate::error::{Error, ErrorKind};

/// Where a mapping store is.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// A SQLite file.
    File(PathBuf),
    /// A PostgreSQL database, and the domain whose schema it is.
    Server {
        /// `postgres://…`; it may hold a password.
        url: String,
        /// The domain.
        domain: String,
    },
}

impl Place {
    /// The server that a setting names; `None` if it names a file.
    #[must_use]
    pub fn server(setting: &str, domain: &str) -> Option<Self> {
        let is_url = setting.starts_with("postgres://") || setting.starts_with("postgresql://");
        is_url.then(|| Self::Server {
            url: setting.to_owned(),
            domain: domain.to_owned(),
        })
    }

    /// The file, if it is one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Server { .. } => None,
        }
    }

    /// Opens the store, making it if it is new.
    ///
    /// # Errors
    /// If it is no store, of a newer version, belongs to other keys, or cannot
    /// be reached or written.
    pub fn open(&self, fingerprint: Blind, public_id: [u8; 32]) -> Result<Store> {
        match self {
            Self::File(path) => Store::open(path, fingerprint, public_id),
            #[cfg(feature = "postgres")]
            Self::Server { url, domain } => Store::open_server(url, domain, fingerprint, public_id),
            #[cfg(not(feature = "postgres"))]
            Self::Server { .. } => Err(without()),
        }
    }

    /// Opens an existing store for restoring.
    ///
    /// # Errors
    /// If there is none, or it belongs to another restore key.
    pub fn open_existing(&self, public_id: [u8; 32]) -> Result<Store> {
        match self {
            Self::File(path) => Store::open_existing(path, public_id),
            #[cfg(feature = "postgres")]
            Self::Server { url, domain } => Store::open_existing_server(url, domain, public_id),
            #[cfg(not(feature = "postgres"))]
            Self::Server { .. } => Err(without()),
        }
    }
}

#[cfg(not(feature = "postgres"))]
fn without() -> Error {
    Error::new(
        ErrorKind::Settings,
        "this deckname was built without PostgreSQL; build it with the feature `postgres`",
    )
}

/// Never shows the address: it may hold a password.
impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Server { domain, .. } => f
                .debug_struct("Server")
                .field("domain", domain)
                .finish_non_exhaustive(),
        }
    }
}
