//! Which rules exist. One file per country, `generic` for what knows no border;
//! `words` holds the context words of all of them.
//!
//! A rule is data; what cannot be said as data (streets, towns, names) is a
//! recognizer of its own.

pub mod address;
mod address_words;
mod at_ch;
pub mod dates;
pub mod de;
mod de_checks;
mod europe;
pub mod generic;
mod generic_checks;
mod labeled;
mod phones;
pub mod plates;
mod street;
pub mod town;
pub mod words;
mod world;

use crate::detect::context::{Topics, Words};
use crate::detect::pattern::{Check, Digits, Rule, Rules, Start};
use crate::entity::EntityType;
use crate::error::Result;

/// All built-in rules.
///
/// # Errors
/// If a built-in rule does not compile (a bug).
pub fn standard() -> Result<Rules> {
    Rules::new(Words::new(words::WORDS)?, all())
}

/// The built-in rules as data.
#[must_use]
pub fn all() -> Vec<Rule> {
    let mut all = generic::rules();
    all.extend(de::rules());
    all.extend(dates::rules());
    all.extend_from_slice(at_ch::RULES);
    all.extend_from_slice(world::RULES);
    all.extend_from_slice(europe::RULES);
    all.extend_from_slice(labeled::RULES);
    all
}

/// A rule to start from: medium score, nothing required.
const fn rule(entity_type: EntityType, name: &'static str, source: &'static str) -> Rule {
    Rule {
        entity_type,
        name,
        pattern: "",
        start: Start::Digit,
        digits: Digits::ANY,
        check: Check::Any,
        around: None,
        context: Topics::NONE,
        against: Topics::NONE,
        required: false,
        score: 0.5,
        confirmed: 0.9,
        loose: false,
        source,
    }
}

/// A rule whose pattern and check are proof enough.
const fn strong(entity_type: EntityType, name: &'static str, source: &'static str) -> Rule {
    Rule {
        score: 0.95,
        confirmed: 1.0,
        ..rule(entity_type, name, source)
    }
}
