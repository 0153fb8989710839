//! `deckname restore`: real values back into an answer.

use std::io::Read;
use std::path::Path;

use super::args::Restore;
use super::settings::{Places, absolute, real};
use super::{print, say, unlock};
use crate::error::{Error, ErrorKind, Result};
use crate::format::ReadOptions;
use crate::restore::{Restored, Restorer};
use crate::{batch, fs};

/// Largest answer, in bytes.
const MAX_ANSWER: u64 = 512 << 20;

/// # Errors
/// If key, store or answer cannot be read, or the place to write to is wrong.
pub(super) fn run(args: &Restore) -> anyhow::Result<bool> {
    let places = Places::new(&args.places)?;
    places.check_apart(&[])?;
    unlock::check_reason(&args.reason)?;
    if let Some(out) = &args.out {
        refuse_delivered_folder(out)?;
    }
    let key = unlock::restore_key(&places, &args.unlock)?;
    let mut store = places.store.open_existing(key.public_id())?;
    let (bytes, extension) = input(args.file.as_deref())?;
    let mut restorer = Restorer {
        key: &key,
        store: &mut store,
    };
    let (output, restored) = restorer.file(bytes, &extension, &ReadOptions::default())?;
    // Nothing is shown that was not noted.
    unlock::note(&places, &mut store, "restore", &args.reason, restored.n())?;
    match &args.out {
        Some(out) => fs::write_new(out, &output)?,
        None => print(&output)?,
    }
    tell(&restored);
    Ok(restored.unknown.is_empty() && restored.damaged.is_empty())
}

fn input(file: Option<&Path>) -> Result<(Vec<u8>, String)> {
    let Some(file) = file else {
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .take(MAX_ANSWER)
            .read_to_end(&mut bytes)
            .map_err(|error| Error::io("reading standard input", &error))?;
        return Ok((bytes, "txt".into()));
    };
    let extension = file
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    Ok((fs::read(file, MAX_ANSWER)?, extension))
}

/// Real names never go where pseudonymized copies lie.
///
/// # Errors
/// If they would.
pub(super) fn refuse_delivered_folder(out: &Path) -> Result<()> {
    let out = real(&absolute(out)?);
    let delivered = |folder: &Path| folder.join(batch::REPORT_JSON).exists();
    if out.ancestors().skip(1).any(delivered) {
        return Err(Error::new(
            ErrorKind::Settings,
            "--out lies in a folder of pseudonymized copies; choose another place for real names",
        ));
    }
    Ok(())
}

fn tell(restored: &Restored) {
    say(&format!(
        "{} values restored ({} of them from tokens that had been altered)",
        restored.n(),
        restored.n_altered
    ));
    for (tokens, why) in [
        (&restored.unknown, "not in this store"),
        (&restored.damaged, "damaged, left as it is"),
    ] {
        for (token, n) in tokens {
            say(&format!("  {token} ({n}×): {why}"));
        }
    }
}
