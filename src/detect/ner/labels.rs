//! The labels of token classifiers: which tag schemes there are, and what stands
//! for which kind of personal data.
//!
//! Models come with `B-PER`, `I-PER`; with `I-PER` alone; with `S-` and `E-` for
//! single and last words, or `U-` and `L-`; with bare `PER`; and with `O` anywhere.
//! A map from the model's types to ours must name every one of them: what a model
//! finds and nobody reads would be a silent leak.

use std::collections::BTreeMap;

use super::model::model_error;
use crate::entity::EntityType;
use crate::error::Result;

/// What a map says of a type that is no personal data.
pub const NONE: &str = "NONE";
/// The label of a token that belongs to no name.
const OUTSIDE: &str = "O";

/// One type of the model: where its labels are and when it counts.
#[derive(Clone, Debug)]
pub struct Kind {
    /// What it is here.
    pub entity_type: EntityType,
    /// Indexes of the labels of a first or single word.
    pub begin: Vec<usize>,
    /// Indexes of the labels of all other words.
    pub inside: Vec<usize>,
    /// The least summed probability of all of them.
    pub threshold: f32,
}

/// A label without its position: whether it starts a name, and of which type.
fn split(label: &str) -> (bool, &str) {
    let parts = label.split_once('-').or_else(|| label.split_once('_'));
    match parts {
        Some(("B" | "S" | "U", name)) => (true, name),
        Some(("I" | "E" | "L" | "M", name)) => (false, name),
        _ => (false, label),
    }
}

/// The types that labels speak of, in the order of their first label.
pub fn types(labels: &[String]) -> Vec<&str> {
    let mut types: Vec<&str> = Vec::new();
    for label in labels.iter().filter(|label| *label != OUTSIDE) {
        let (_, name) = split(label);
        if !types.contains(&name) {
            types.push(name);
        }
    }
    types
}

/// What a type of a model usually stands for; `None` if nobody can tell.
#[must_use]
pub fn usual(name: &str) -> Option<EntityType> {
    let upper = name.to_ascii_uppercase();
    match upper.as_str() {
        "PER" | "PERS" | "PERSON" | "PERSONS" => Some(EntityType::Person),
        "ORG" | "ORGANISATION" | "ORGANIZATION" | "COMPANY" => Some(EntityType::Organization),
        "LOC" | "LOCATION" | "GPE" | "PLACE" => Some(EntityType::Location),
        "STREET" | "STR" => Some(EntityType::Street),
        other => EntityType::parse(other),
    }
}

/// The types of a model, by its labels and a map.
///
/// # Errors
/// If a label is not mapped, a mapped type has no label, or there is nothing to find.
pub fn kinds(
    labels: &[String],
    map: &BTreeMap<String, String>,
    thresholds: &BTreeMap<String, f32>,
) -> Result<Vec<Kind>> {
    if labels.iter().filter(|label| *label == OUTSIDE).count() != 1 {
        return Err(model_error(
            "the manifest's labels must hold O once, for what is no name",
        ));
    }
    let known = types(labels);
    if let Some(name) = map.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(model_error(format!(
            "the manifest maps the type {name}, for which the model has no label"
        )));
    }
    let mut kinds = Vec::new();
    for name in known {
        let mapped = map.get(name).ok_or_else(|| {
            model_error(format!(
                "the manifest does not map every label of the model: {name} is missing"
            ))
        })?;
        if mapped == NONE {
            continue;
        }
        let entity_type = EntityType::parse(mapped).ok_or_else(|| {
            model_error(format!(
                "the manifest maps the label {name} to {mapped}, which is no known entity type"
            ))
        })?;
        let at = |begins: bool| {
            let labels = labels.iter().enumerate();
            labels
                .filter(|(_, label)| *label != OUTSIDE && split(label) == (begins, name))
                .map(|(index, _)| index)
                .collect()
        };
        kinds.push(Kind {
            entity_type,
            begin: at(true),
            inside: at(false),
            threshold: thresholds.get(name).copied().unwrap_or(0.5),
        });
    }
    if kinds.is_empty() {
        return Err(model_error("the manifest maps every label to NONE"));
    }
    Ok(kinds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(labels: &[&str]) -> Vec<String> {
        labels.iter().map(|label| (*label).to_owned()).collect()
    }

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let pairs = pairs.iter();
        pairs
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect()
    }

    /// Type, labels that begin, labels inside.
    type Seen = (EntityType, Vec<usize>, Vec<usize>);

    fn seen(labels: &[&str], pairs: &[(&str, &str)]) -> Result<Vec<Seen>> {
        let kinds = kinds(&strings(labels), &map(pairs), &BTreeMap::new())?;
        let each = kinds.into_iter();
        Ok(each
            .map(|kind| (kind.entity_type, kind.begin, kind.inside))
            .collect())
    }

    #[test]
    fn every_scheme_is_read() {
        use EntityType::{Location, Person};
        let both = [("PER", "PERSON"), ("LOC", "LOCATION")];
        let rows: &[(&[&str], Vec<Seen>)] = &[
            (
                &["O", "B-PER", "I-PER", "B-LOC", "I-LOC"],
                vec![(Person, vec![1], vec![2]), (Location, vec![3], vec![4])],
            ),
            // The order of a well-known German model, which has no B-PER.
            (
                &["B-LOC", "I-LOC", "I-PER", "O"],
                vec![(Location, vec![0], vec![1]), (Person, vec![], vec![2])],
            ),
            (
                &["S-PER", "B-PER", "I-PER", "E-PER", "O", "U-LOC", "L-LOC"],
                vec![
                    (Person, vec![0, 1], vec![2, 3]),
                    (Location, vec![5], vec![6]),
                ],
            ),
            (
                &["O", "PER", "LOC"],
                vec![(Person, vec![], vec![1]), (Location, vec![], vec![2])],
            ),
        ];
        for (labels, expected) in rows {
            assert_eq!(seen(labels, &both).unwrap(), *expected, "{labels:?}");
        }
    }

    #[test]
    fn a_map_is_total() {
        let labels = ["O", "B-PER", "I-PER", "B-MISC", "I-MISC"];
        let says = |part: &str, labels: &[&str], pairs: &[(&str, &str)]| {
            let said = seen(labels, pairs).unwrap_err().to_string();
            assert!(said.contains(part), "{said}");
        };
        says("MISC is missing", &labels, &[("PER", "PERSON")]);
        says(
            "no known entity type",
            &labels,
            &[("PER", "PERSON"), ("MISC", "STUFF")],
        );
        says(
            "no label",
            &labels,
            &[("PER", "PERSON"), ("MISC", "NONE"), ("ORG", "ORGANIZATION")],
        );
        says("NONE", &labels, &[("PER", "NONE"), ("MISC", "NONE")]);
        says("O once", &labels[1..], &[("PER", "PERSON")]);
        let kept = seen(&labels, &[("PER", "PERSON"), ("MISC", "NONE")]).unwrap();
        assert_eq!(kept, [(EntityType::Person, vec![1], vec![2])]);
    }

    #[test]
    fn usual_names_are_known_and_others_are_not() {
        assert_eq!(usual("Per"), Some(EntityType::Person));
        assert_eq!(usual("IBAN"), Some(EntityType::Iban));
        for name in ["MISC", "LABEL_0", "PERderiv", "OTH"] {
            assert_eq!(usual(name), None, "{name}");
        }
    }
}
