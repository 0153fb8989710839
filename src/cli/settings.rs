//! What was typed, turned into what is meant, and checked before anything starts.

use std::path::{Path, PathBuf};

use super::args;
use crate::batch::Scope;
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::place::Place;
use crate::token::Language;

/// Where mapping store and keys are, absolute.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) store: Place,
    pub(super) keys: PathBuf,
    /// The audit log.
    pub(super) audit: PathBuf,
}

impl Places {
    /// # Errors
    /// If a default is needed and the system names no such folder.
    pub(super) fn new(places: &args::Places) -> Result<Self> {
        check_domain(&places.domain)?;
        let data = || -> Result<PathBuf> {
            let folder = user_folder("XDG_DATA_HOME", ".local/share", "LOCALAPPDATA")?;
            Ok(folder.join("deckname").join(&places.domain))
        };
        let store = match &places.store {
            Some(store) => match Place::server(&store.to_string_lossy(), &places.domain) {
                Some(server) => server,
                None => Place::File(absolute(store)?),
            },
            None => Place::File(data()?.join("mapping.sqlite")),
        };
        let audit = match (&places.audit, &store) {
            (Some(audit), _) => absolute(audit)?,
            (None, Place::File(path)) => beside(path, ".audit.jsonl"),
            (None, Place::Server { .. }) => data()?.join("audit.jsonl"),
        };
        let keys = match &places.keys {
            Some(keys) => absolute(keys)?,
            None => user_folder("XDG_CONFIG_HOME", ".config", "APPDATA")?
                .join("deckname")
                .join("keys")
                .join(&places.domain),
        };
        Ok(Self { store, keys, audit })
    }

    /// The journal of the output trees: beside the mapping store, or where a
    /// store would lie if it is on a server.
    pub(super) fn journal(&self) -> PathBuf {
        self.store.file().map_or_else(
            || self.audit.with_file_name("journal.sqlite"),
            |store| beside(store, ".journal"),
        )
    }

    /// Refuses to start when data, store and keys share a folder.
    ///
    /// # Errors
    /// If two of the three lie in each other.
    pub(super) fn check_apart(&self, data: &[&Path]) -> Result<()> {
        // A database has no folder of ours; its audit log lies where a store would.
        let store = self.store.file().unwrap_or(&self.audit);
        let store = store.parent().unwrap_or(store);
        check_pair(store, &self.keys, "the mapping store", "the keys")?;
        for folder in data {
            let folder = real(&absolute(folder)?);
            let folder = if folder.is_file() {
                folder.parent().unwrap_or(&folder).to_owned()
            } else {
                folder
            };
            check_pair(&folder, store, "the documents", "the mapping store")?;
            check_pair(&folder, &self.keys, "the documents", "the keys")?;
        }
        Ok(())
    }
}

/// A file beside another one.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.to_owned().into_os_string();
    name.push(ending);
    PathBuf::from(name)
}

impl From<args::Scope> for Scope {
    fn from(scope: args::Scope) -> Self {
        match scope {
            args::Scope::Document => Self::Document,
            args::Scope::Folder => Self::Folder,
            args::Scope::Corpus => Self::Corpus,
        }
    }
}

impl From<args::Language> for Language {
    fn from(language: args::Language) -> Self {
        match language {
            args::Language::De => Self::De,
            args::Language::En => Self::En,
        }
    }
}

/// An absolute path, whether or not there is anything.
///
/// # Errors
/// If the current folder is gone.
pub(super) fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(|error| {
        Error::new(
            ErrorKind::Settings,
            format!("a path cannot be resolved: {}", error.kind()),
        )
    })
}

/// The path with symbolic links resolved as far as it exists.
pub(super) fn real(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => real(parent).join(name),
        _ => path.to_owned(),
    }
}

fn check_pair(a: &Path, b: &Path, a_name: &str, b_name: &str) -> Result<()> {
    let (a, b) = (real(a), real(b));
    if !a.starts_with(&b) && !b.starts_with(&a) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Settings,
        format!(
            "{a_name} and {b_name} share a folder; keep documents, mapping store and keys in three places (see --store and --keys)"
        ),
    ))
}

fn check_domain(domain: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !domain.is_empty() && domain.len() <= 64 && domain.chars().all(plain) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Settings,
        "--domain takes up to 64 letters, digits, - and _",
    ))
}

/// A folder of the user: by the environment, or below the home folder.
pub(super) fn user_folder(variable: &str, below_home: &str, windows: &str) -> Result<PathBuf> {
    let named = |variable: &str| {
        let path = PathBuf::from(std::env::var_os(variable)?);
        path.is_absolute().then_some(path)
    };
    let home = || named("HOME").map(|home| home.join(below_home));
    let folder = if cfg!(windows) {
        named(windows)
    } else {
        named(variable).or_else(home)
    };
    folder.ok_or_else(|| {
        Error::new(
            ErrorKind::Settings,
            "the system names no folder for the user's data; use --store and --keys",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(store: &Path, keys: &Path) -> Places {
        Places {
            store: Place::File(store.to_owned()),
            keys: keys.to_owned(),
            audit: beside(store, ".audit.jsonl"),
        }
    }

    #[test]
    fn three_places_must_be_three() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["data", "store", "keys"] {
            crate::fs::make_folder(&at(name)).unwrap();
        }
        let store = at("store").join("m.sqlite");
        assert!(
            places(&store, &at("keys"))
                .check_apart(&[&at("data")])
                .is_ok()
        );
        for (store, keys, data) in [
            (at("data").join("m.sqlite"), at("keys"), at("data")),
            (store.clone(), at("store"), at("data")),
            (store.clone(), at("data").join("keys"), at("data")),
            (store.clone(), at("keys"), folder.path().to_owned()),
            (store, folder.path().to_owned(), at("data")),
        ] {
            let error = places(&store, &keys).check_apart(&[&data]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Settings);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_does_not_hide_a_shared_folder() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        crate::fs::make_folder(&at("data")).unwrap();
        crate::fs::make_folder(&at("store")).unwrap();
        std::os::unix::fs::symlink(at("data"), at("link")).unwrap();
        let error =
            places(&at("store").join("m"), &at("link").join("keys")).check_apart(&[&at("data")]);
        assert!(error.is_err());
    }
}
