//! All built-in rules by name: what `rules list` shows and a policy may switch off.
//!
//! Rules that are data list themselves; streets, towns and names are recognizers
//! with several ways each, which are named here. A test holds the list against
//! the vector files.

use crate::detect::rules;
use crate::entity::EntityType;

/// A built-in rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// Its name, as findings carry it.
    pub name: &'static str,
    /// What it finds.
    pub entity_type: EntityType,
    /// How sure it is by itself; `None` if it needs its context.
    pub alone: Option<f32>,
    /// How sure it is with its context.
    pub with_context: f32,
    /// The norm or authority that defines what it finds.
    pub source: &'static str,
}

/// All built-in rules.
#[must_use]
pub fn all() -> Vec<Entry> {
    let data = rules::all().into_iter().map(|rule| Entry {
        name: rule.name,
        entity_type: rule.entity_type,
        alone: (!rule.required).then_some(rule.score),
        with_context: rule.confirmed,
        source: rule.source,
    });
    let mut all: Vec<Entry> = data.collect();
    all.extend(WAYS.iter().map(|(name, entity_type, score, source)| Entry {
        name,
        entity_type: *entity_type,
        alone: Some(*score),
        with_context: *score,
        source,
    }));
    // Two patterns may share a name and a vector file.
    all.sort_by_key(|entry| entry.name);
    all.dedup_by_key(|entry| entry.name);
    all
}

/// The names of all built-in rules.
pub fn names() -> impl Iterator<Item = &'static str> {
    rules::all()
        .into_iter()
        .map(|rule| rule.name)
        .chain(WAYS.iter().map(|(name, ..)| *name))
}

type Way = (&'static str, EntityType, f32, &'static str);

const DIN: &str = "DIN 5008; Straßenverzeichnisse";
const LETTERS: &str = "usage of letters, forms and lists";

/// The ways of recognizers that are more than patterns, and how sure they mostly are.
const WAYS: &[Way] = &[
    ("street", EntityType::Street, 0.9, DIN),
    ("street_bare", EntityType::Street, 0.6, DIN),
    ("post_box", EntityType::Street, 0.9, DIN),
    ("town", EntityType::City, 0.9, DIN),
    (
        "postal_code",
        EntityType::PostalCode,
        0.9,
        "Deutsche Post, Postleitzahlen",
    ),
    ("address_label", EntityType::Street, 0.75, LETTERS),
    ("place", EntityType::City, 0.75, LETTERS),
    ("place_date", EntityType::City, 0.6, "DIN 5008"),
    ("town_after", EntityType::City, 0.65, LETTERS),
    ("town_before", EntityType::City, 0.65, LETTERS),
    (
        "user_of_name",
        EntityType::UserName,
        0.75,
        "usage: logins made of names",
    ),
    ("name_title", EntityType::Person, 0.9, LETTERS),
    ("name_first", EntityType::Person, 0.8, LETTERS),
    ("name_label", EntityType::Person, 0.85, LETTERS),
    ("name_signature", EntityType::Person, 0.8, LETTERS),
    ("name_address", EntityType::Person, 0.8, "DIN 5008"),
    ("name_greeting", EntityType::Person, 0.8, LETTERS),
    ("name_maiden", EntityType::Person, 0.85, LETTERS),
    ("name_reversed", EntityType::Person, 0.8, LETTERS),
    ("name_initial", EntityType::Person, 0.7, LETTERS),
    ("name_mail", EntityType::Person, 0.8, "RFC 5322"),
    ("name_office", EntityType::Person, 0.7, LETTERS),
    ("name_birth", EntityType::Person, 0.8, LETTERS),
    ("name_first_alone", EntityType::Person, 0.45, LETTERS),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_names_its_source() {
        for entry in all() {
            assert!(entry.source.len() > 3, "{}", entry.name);
        }
        assert!(all().len() > 100);
    }
}
