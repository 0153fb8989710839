//! `deckname keys`: making the keys of a domain.

use super::args::{Keys, KeysVerb};
use super::say;
use super::settings::Places;
use crate::mapping::seal;

/// # Errors
/// If there are keys already or they cannot be written.
pub(super) fn run(args: &Keys) -> anyhow::Result<bool> {
    let KeysVerb::New(places) = &args.verb;
    let places = Places::new(places)?;
    places.check_apart(&[])?;
    seal::create(&places.keys)?;
    tell(&places);
    Ok(true)
}

/// Says where new keys are and what to do with them.
pub(super) fn tell(places: &Places) {
    say(&format!("New keys in {}:", places.keys.display()));
    say("  batch.key    stays with the program: it can add to the mapping store, not read it.");
    say("  restore.key  reads the mapping store: move it to whoever may see real names,");
    say("               keep a copy in a safe. Without it nothing can be restored.");
}
