//! `deckname keys`: making, showing, splitting and joining the keys of a domain.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

use super::args::Places as PlaceArgs;
use super::settings::{Places, absolute};
use super::unlock::{self, Unlock};
use super::{print, say};
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::seal::{self, BatchKey, RestoreKey};
use crate::mapping::shares::KeyShare;

/// `deckname keys`
#[derive(Clone, Debug, ClapArgs)]
pub struct Keys {
    /// What to do with keys.
    #[command(subcommand)]
    pub verb: KeysVerb,
}

/// The verbs of `deckname keys`.
#[derive(Clone, Debug, Subcommand)]
pub enum KeysVerb {
    /// Make a batch key and a restore key. Move the restore key to whoever may restore.
    New(New),
    /// Say which keys are in the folder and what store they belong to; never the keys.
    Show(PlaceArgs),
    /// Split the restore key into shares, of which some are needed to restore.
    Split(Split),
    /// Make the restore key of shares again.
    Join(Join),
}

/// `deckname keys new`
#[derive(Clone, Debug, ClapArgs)]
pub struct New {
    /// Put the restore key under a passphrase.
    #[arg(long)]
    pub passphrase: bool,
    /// The passphrase in a file. Default: ask on the terminal.
    #[arg(long, value_name = "FILE", requires = "passphrase")]
    pub passphrase_file: Option<PathBuf>,
    /// Where the keys go.
    #[command(flatten)]
    pub places: PlaceArgs,
}

/// `deckname keys split`
#[derive(Clone, Debug, ClapArgs)]
pub struct Split {
    /// How many shares to make.
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub shares: u8,
    /// How many of them are needed.
    #[arg(long, default_value_t = 2, value_name = "N")]
    pub needed: u8,
    /// The folder to write `share-1.key` and so on to.
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
    /// How to open the key.
    #[command(flatten)]
    pub unlock: Unlock,
    /// Where the keys are.
    #[command(flatten)]
    pub places: PlaceArgs,
}

/// `deckname keys join`
#[derive(Clone, Debug, ClapArgs)]
pub struct Join {
    /// The shares.
    #[arg(value_name = "SHARE", required = true)]
    pub shares: Vec<PathBuf>,
    /// The folder to write `restore.key` to.
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
}

/// # Errors
/// If keys are missing, or there already, or cannot be written.
pub(super) fn run(args: &Keys) -> anyhow::Result<bool> {
    match &args.verb {
        KeysVerb::New(new) => make(new)?,
        KeysVerb::Show(places) => show(places)?,
        KeysVerb::Split(split) => take_apart(split)?,
        KeysVerb::Join(join) => put_together(join)?,
    }
    Ok(true)
}

fn make(new: &New) -> Result<()> {
    let places = Places::new(&new.places)?;
    places.check_apart(&[])?;
    let passphrase = if new.passphrase {
        Some(new_passphrase(new)?)
    } else {
        None
    };
    let passphrase = passphrase.as_ref().map(|text| text.as_str());
    seal::create_with(&places.keys, passphrase, None)?;
    tell(&places);
    Ok(())
}

/// A passphrase typed twice, or from a file.
fn new_passphrase(new: &New) -> Result<zeroize::Zeroizing<String>> {
    let file = new.passphrase_file.as_deref();
    let first = unlock::passphrase(file, "New passphrase: ")?;
    if file.is_none() && first != unlock::passphrase(None, "Again: ")? {
        return Err(Error::new(
            ErrorKind::Settings,
            "the two passphrases are not equal",
        ));
    }
    Ok(first)
}

fn show(args: &PlaceArgs) -> Result<()> {
    let places = Places::new(args)?;
    let mut lines = format!("folder       {}\n", places.keys.display());
    let batch = BatchKey::open(&places.keys);
    if let Ok(batch) = &batch {
        let (index, public) = (batch.fingerprint().0, batch.public_id());
        lines.push_str(&format!("batch.key    index {}\n", short(&index)));
        lines.push_str(&format!("             public {}\n", short(&public)));
    }
    let restore = places.keys.join(seal::RESTORE_KEY_FILE);
    let mut locked = false;
    let opened = RestoreKey::open_with(&places.keys, &mut || {
        locked = true;
        Err(Error::new(ErrorKind::Key, "locked"))
    });
    let state = match (&opened, locked) {
        (Ok(key), _) => format!("public {}", short(&key.public_id())),
        (Err(_), true) => "under a passphrase".to_owned(),
        (Err(_), false) if restore.exists() => "cannot be read".to_owned(),
        (Err(_), false) => "not here (good, if it lies with whoever may restore)".to_owned(),
    };
    lines.push_str(&format!("restore.key  {state}\n"));
    print(lines.as_bytes())?;
    match (batch, opened) {
        (Ok(batch), Ok(key)) if batch.public_id() != key.public_id() => Err(Error::new(
            ErrorKind::Key,
            "the two keys in this folder do not belong together",
        )),
        (Err(error), Err(_)) => Err(error),
        _ => Ok(()),
    }
}

/// The start of a hash: enough to compare by eye.
fn short(hash: &[u8; 32]) -> String {
    let bytes = hash.iter().take(8);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

fn take_apart(split: &Split) -> Result<()> {
    let places = Places::new(&split.places)?;
    let key = unlock::restore_key(&places, &split.unlock)?;
    let shares = key.split(split.needed, split.shares)?;
    let out = absolute(&split.out)?;
    crate::fs::make_folder(&out)?;
    for (n, share) in shares.iter().enumerate() {
        share.save(&out.join(format!("share-{}.key", n + 1)))?;
    }
    say(&format!(
        "{} shares in {}; any {} of them restore.",
        shares.len(),
        out.display(),
        split.needed
    ));
    say("Give each to somebody else, then remove restore.key and these copies.");
    Ok(())
}

fn put_together(join: &Join) -> Result<()> {
    let shares: Result<Vec<KeyShare>> = join
        .shares
        .iter()
        .map(|path| KeyShare::open(path))
        .collect();
    let out = absolute(&join.out)?;
    RestoreKey::join(&shares?)?.save(&out, None)?;
    say(&format!("restore.key written to {}.", out.display()));
    Ok(())
}

/// Says where new keys are and what to do with them.
pub(super) fn tell(places: &Places) {
    say(&format!("New keys in {}:", places.keys.display()));
    say("  batch.key    stays with the program: it can add to the mapping store, not read it.");
    say("  restore.key  reads the mapping store: move it to whoever may see real names,");
    say("               keep a copy in a safe. Without it nothing can be restored.");
}
