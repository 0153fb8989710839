//! From text to findings. A recognizer sees the whole document (so that a model
//! can batch) and claims places; it decides nothing.

pub mod allowed;
pub mod catalog;
pub mod checksum;
pub mod checksum_europe;
pub mod checksum_vat;
pub mod checksum_world;
pub mod context;
pub mod custom;
pub mod dictionary;
mod logins;
mod name_line;
mod name_parse;
mod name_ways;
mod name_words;
pub mod names;

pub mod ner;
pub mod pattern;
mod public_bodies;
pub mod rules;
mod scan;
mod scene;
mod table;
pub mod vector;

use crate::document::Document;
use crate::entity::{EntityType, Finding};
use crate::error::Result;

/// Finds some entity types in text.
pub trait Recognizer: Send + Sync {
    /// Its name, as findings and explanations show it.
    fn name(&self) -> &'static str;

    /// What it may find.
    fn entity_types(&self) -> Vec<EntityType>;

    /// Its findings in every segment. Findings may overlap.
    ///
    /// # Errors
    /// If any text could not be examined: never "nothing found" instead.
    fn detect(&self, document: &Document) -> Result<Vec<Finding>>;
}

/// The recognizers that need no model: rules of all countries and name rules.
///
/// # Errors
/// If a built-in rule does not compile (a bug).
pub fn standard() -> Result<Vec<Box<dyn Recognizer>>> {
    let (rules, (addresses, names)) = rayon::join(rules::standard, || {
        rayon::join(rules::address::Addresses::new, names::Names::new)
    });
    Ok(vec![
        Box::new(rules?),
        Box::new(addresses?),
        Box::new(names?),
    ])
}
