//! `deckname restore`: real values back into an answer.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

use super::args::Restore;
use super::settings::{Places, absolute, real};
use super::{print, say, unlock};
use crate::error::{Error, ErrorKind, Result};
use crate::format::ReadOptions;
use crate::mapping::seal::RestoreKey;
use crate::mapping::store::Store;
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
    if args.file.is_none() && args.out.is_none() && args.label.is_none() {
        return Ok(stream(args, &places, &key, &mut store)?);
    }
    let (bytes, extension) = input(args.file.as_deref())?;
    let is_text = label_fits(&bytes, &extension);
    let mut restorer = Restorer::new(&key, &mut store)?;
    let expected = expected(args, &mut restorer)?;
    let (mut output, restored) = restorer.file(bytes, &extension, &ReadOptions::default())?;
    let missing = restorer.missing(&expected);
    if let Some(checked_by) = &args.label {
        if !is_text {
            return Err(Error::new(
                ErrorKind::Settings,
                "--label is for text and Markdown; put the notice into this kind of file by hand",
            )
            .into());
        }
        output = labelled(&output, checked_by);
    }
    // Nothing is shown that was not noted.
    unlock::note(&places, &mut store, "restore", &args.reason, restored.n())?;
    match &args.out {
        Some(out) => fs::write_new(out, &output)?,
        None => print(&output)?,
    }
    Ok(tell(&restored, &missing))
}

/// Standard input to standard output, as it comes.
fn stream(args: &Restore, places: &Places, key: &RestoreKey, store: &mut Store) -> Result<bool> {
    // Noted before the first word is shown; how many it were, afterwards.
    unlock::note(places, store, "restore begins", &args.reason, 0)?;
    let mut restorer = Restorer::new(key, store)?;
    let expected = expected(args, &mut restorer)?;
    let streamed = restorer.stream(&mut std::io::stdin().lock(), &mut std::io::stdout().lock());
    let missing = restorer.missing(&expected);
    let restored = streamed?;
    unlock::note(places, store, "restore", &args.reason, restored.n())?;
    Ok(tell(&restored, &missing))
}

/// The pseudonyms of the text that the model was given.
fn expected(args: &Restore, restorer: &mut Restorer<'_>) -> Result<BTreeSet<String>> {
    let Some(sent) = &args.sent else {
        return Ok(BTreeSet::new());
    };
    let (bytes, extension) = input(Some(sent))?;
    let expected = restorer.expect_file(bytes, &extension, &ReadOptions::default())?;
    restorer.restrict(&expected);
    Ok(expected)
}

/// Whether a notice can be put at the head of a file.
fn label_fits(bytes: &[u8], extension: &str) -> bool {
    crate::format::find(bytes, extension).map_or(true, |format| format.name() == "text")
        && std::str::from_utf8(bytes).is_ok()
}

/// The notice of Article 50 of the EU's AI Act, in German and English.
fn labelled(output: &[u8], checked_by: &str) -> Vec<u8> {
    let checked_by = checked_by.trim();
    let by = if checked_by.is_empty() {
        (String::new(), String::new())
    } else {
        (
            format!(", geprüft von {checked_by}"),
            format!(", checked by {checked_by}"),
        )
    };
    let notice = format!("Mit KI erstellt{}. (Made with AI{}.)\n\n", by.0, by.1);
    [notice.as_bytes(), output].concat()
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

/// Tells what was done; `false` if something stayed as it was.
fn tell(restored: &Restored, missing: &[String]) -> bool {
    say(&format!(
        "{} values restored ({} of them although they had been altered)",
        restored.n(),
        restored.n_altered
    ));
    for (shown, why) in [
        (&restored.unknown, "not in this store"),
        (&restored.damaged, "damaged, left as it is"),
        (&restored.ambiguous, "may be several, left as it is"),
    ] {
        for (shown, n) in shown {
            say(&format!("  {shown} ({n}×): {why}"));
        }
    }
    for shown in missing {
        say(&format!(
            "  {shown}: was given to the model and did not come back"
        ));
    }
    restored.unknown.is_empty() && restored.damaged.is_empty() && restored.ambiguous.is_empty()
}
