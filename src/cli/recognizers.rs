//! Which recognizers a command works with.

use super::args::ModelChoice;
use super::say;
use crate::detect::ner::Ner;
use crate::detect::{self, Recognizer};
use crate::error::Result;

/// Recognizers of any kind.
type Recognizers = Vec<Box<dyn Recognizer>>;

/// The recognizers, and their names for reports.
///
/// # Errors
/// If the model does not load.
pub(super) fn all(choice: &ModelChoice) -> Result<(Recognizers, Vec<String>)> {
    let mut recognizers = detect::standard()?;
    let mut names: Vec<String> = recognizers
        .iter()
        .map(|known| known.name().to_owned())
        .collect();
    if choice.no_model {
        say("Without a model, names that no rule finds stay in the copies.");
    } else {
        let ner = ner(choice)?;
        names.push(format!("ner ({})", ner.model_name()));
        recognizers.push(Box::new(ner));
    }
    Ok((recognizers, names))
}

/// The chosen model.
///
/// # Errors
/// If it does not load.
pub(super) fn ner(choice: &ModelChoice) -> Result<Ner> {
    match &choice.model {
        Some(folder) => Ner::open(folder),
        None => Ner::embedded(),
    }
}
