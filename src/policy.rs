//! What becomes of each kind of personal data: the user's rules.
//!
//! The default is strict: everything that is found is pseudonymized. A policy
//! file names exceptions; what it does not name stays strict, and what it names
//! wrongly is an error.

pub mod lists;
pub mod rules;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::entity::EntityType;
use crate::error::{Error, ErrorKind, Result};
use lists::{List, Lists};
use rules::Rules;

/// What to do with a mention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Leave it as it is.
    Keep,
    /// Replace it by a token that can be turned back: `[PERSON_K7RN3X]`.
    #[default]
    #[serde(alias = "token")]
    Pseudonymize,
    /// Replace it by a realistic value that can be turned back: `Jonas Albers`.
    Surrogate,
    /// Blacken most of it, for good: `Mxxx Mxxx`, `xxxx3000`.
    Mask,
    /// Make it coarser, for good: a date its year, a postal code two digits, a
    /// town its state. What has no coarser form is redacted.
    Generalize,
    /// Replace it by its label, for good.
    Redact,
    /// Refuse the file.
    Block,
}

/// The user's rules.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    actions: BTreeMap<EntityType, Action>,
    lists: Lists,
    rules: Rules,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    #[serde(default)]
    actions: BTreeMap<String, Action>,
    #[serde(default)]
    lists: lists::Section,
    #[serde(default)]
    rules: rules::Section,
    #[serde(default, rename = "rule")]
    own_rules: Vec<rules::Written>,
}

impl Action {
    /// Whether what it writes can be turned back by the holder of the restore key.
    #[must_use]
    pub const fn is_reversible(self) -> bool {
        matches!(self, Self::Pseudonymize | Self::Surrogate)
    }
}

impl Policy {
    /// Reads a policy from TOML:
    ///
    /// ```toml
    /// version = 1
    /// [actions]
    /// LOCATION = "keep"
    /// IBAN = "redact"
    /// ```
    ///
    /// # Errors
    /// If a key, a type or an action is not known.
    pub fn parse(text: &str) -> Result<Self> {
        // The words of a list may be names: a message must not quote them.
        let file: File = toml::from_str(text).map_err(|error| {
            let unquoted: Vec<_> = error.message().split('"').step_by(2).collect();
            wrong(&unquoted.join("…"))
        })?;
        if file.version != 1 {
            return Err(Error::new(
                ErrorKind::Settings,
                "the policy file must say `version = 1`",
            ));
        }
        let mut actions = BTreeMap::new();
        for (name, action) in file.actions {
            let entity_type = EntityType::parse(&name).ok_or_else(|| {
                let known: Vec<_> = EntityType::ALL.iter().map(|known| known.name()).collect();
                Error::new(
                    ErrorKind::Settings,
                    format!(
                        "the policy file names no known type in [actions]; known are {}",
                        known.join(", ")
                    ),
                )
            })?;
            actions.insert(entity_type, action);
        }
        let lists = file.lists.lists()?;
        let kept = |list: &List| actions.get(&list.entity_type) == Some(&Action::Keep);
        if lists.deny.iter().any(kept) {
            return Err(wrong(
                "[actions] keeps a type of a deny list; give the list another type",
            ));
        }
        let rules = file.rules.rules(file.own_rules)?;
        Ok(Self {
            actions,
            lists,
            rules,
        })
    }

    /// The user's own lists.
    #[must_use]
    pub const fn lists(&self) -> &Lists {
        &self.lists
    }

    /// The rules switched off, and the user's own.
    #[must_use]
    pub const fn rules(&self) -> &Rules {
        &self.rules
    }

    /// What to do with mentions of a type.
    #[must_use]
    pub fn action(&self, entity_type: EntityType) -> Action {
        self.actions.get(&entity_type).copied().unwrap_or_default()
    }

    /// The rules in a form that is equal exactly when the rules are.
    #[must_use]
    pub fn canonical(&self) -> String {
        format!("{:?}{:?}{:?}", self.actions, self.lists, self.rules)
    }
}

/// A policy that says something wrong; `what` holds nothing of a document.
fn wrong(what: &str) -> Error {
    Error::new(ErrorKind::Settings, format!("the policy file: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_policy_does_not_name_stays_strict() {
        let policy =
            Policy::parse("version = 1\n[actions]\nLOCATION = \"keep\"\nIBAN = \"redact\"")
                .unwrap();
        assert_eq!(policy.action(EntityType::Location), Action::Keep);
        assert_eq!(policy.action(EntityType::Iban), Action::Redact);
        assert_eq!(policy.action(EntityType::Person), Action::Pseudonymize);
    }

    #[test]
    fn a_wrong_policy_is_an_error() {
        for text in [
            "",
            "version = 2",
            "version = 1\n[actions]\nNAME = \"keep\"",
            "version = 1\nextra = 1",
            "version = 1\n[actions]\nIBAN = \"hide\"",
        ] {
            assert_eq!(
                Policy::parse(text).unwrap_err().kind(),
                ErrorKind::Settings,
                "{text}"
            );
        }
    }
}
