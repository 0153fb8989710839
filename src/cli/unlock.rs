//! Getting at the restore key, and noting every look at real values.
//!
//! The key comes from its file, from its file and a passphrase, or from shares.
//! Nothing is shown before the look stands in the audit log.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use zeroize::Zeroizing;

use super::settings::Places;
use crate::error::{Error, ErrorKind, Result};
use crate::fs;
use crate::mapping::audit::AuditLog;
use crate::mapping::place::Place;
use crate::mapping::seal::RestoreKey;
use crate::mapping::shares::KeyShare;
use crate::mapping::store::Store;

/// Longest passphrase in bytes.
const MAX_PASSPHRASE: u64 = 4096;

/// How the restore key is unlocked.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Unlock {
    /// A file with the passphrase of the restore key. Default: ask on the terminal.
    #[arg(long, value_name = "FILE", help_heading = "Places")]
    pub passphrase_file: Option<PathBuf>,
    /// A share of the restore key instead of the key itself; name as many as are needed.
    #[arg(long, value_name = "FILE", help_heading = "Places")]
    pub share: Vec<PathBuf>,
}

/// The restore key.
///
/// # Errors
/// If it is missing, its passphrase is wrong, or its shares are too few.
pub(super) fn restore_key(places: &Places, unlock: &Unlock) -> Result<RestoreKey> {
    if unlock.share.is_empty() {
        return RestoreKey::open_with(&places.keys, &mut || {
            passphrase(unlock.passphrase_file.as_deref(), "Passphrase: ")
        });
    }
    let shares: Result<Vec<KeyShare>> = unlock
        .share
        .iter()
        .map(|path| KeyShare::open(path))
        .collect();
    RestoreKey::join(&shares?)
}

/// A passphrase from a file, or from the terminal without showing it.
///
/// # Errors
/// If there is neither.
pub(super) fn passphrase(file: Option<&Path>, prompt: &str) -> Result<Zeroizing<String>> {
    let Some(file) = file else {
        return rpassword::prompt_password(prompt)
            .map(Zeroizing::new)
            .map_err(|_| {
                Error::new(
                    ErrorKind::Key,
                    "there is no terminal to ask for a passphrase; name a file with --passphrase-file",
                )
            });
    };
    let bytes = Zeroizing::new(fs::read(file, MAX_PASSPHRASE)?);
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| Error::new(ErrorKind::Key, "the passphrase file is not UTF-8"))?;
    Ok(Zeroizing::new(
        text.trim_end_matches(['\n', '\r']).to_owned(),
    ))
}

/// Notes a look at real values, in the log and its end in the store.
///
/// # Errors
/// If the log was changed or cut off, or cannot be written: nothing may be
/// shown then.
pub(super) fn note(
    places: &Places,
    store: &mut Store,
    action: &str,
    reason: &str,
    n_values: u64,
) -> Result<()> {
    let log = AuditLog::new(&places.audit);
    let name = log_name(&places.store);
    log.verify(store.audit_head(&name)?)?;
    if let Some(folder) = places.audit.parent() {
        fs::make_folder(folder)?;
    }
    let head = log.append(action, reason, n_values)?;
    store.set_audit_head(&name, head)
}

/// Under what name a store knows its audit log: several machines have several.
pub(super) fn log_name(place: &Place) -> String {
    match place {
        Place::File(_) => "log".to_owned(),
        Place::Server { .. } => {
            let host = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
            let host = host.or_else(|| std::env::var("COMPUTERNAME").ok());
            format!(
                "log of {}",
                host.as_deref().unwrap_or("this machine").trim()
            )
        }
    }
}

/// Refuses a reason that says nothing, before anything is done.
///
/// # Errors
/// If it is empty.
pub(super) fn check_reason(reason: &str) -> Result<()> {
    if reason.trim().is_empty() {
        return Err(Error::new(
            ErrorKind::Settings,
            "--reason must say why the real values are needed",
        ));
    }
    Ok(())
}
