//! Whom a request of a person means: which spellings are hers, and which may be.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a few entity types name people, the other thirty do not"
)]

use unicode_normalization::UnicodeNormalization;

use crate::entity::EntityType;
use crate::error::{Error, ErrorKind, Result};

/// Letters of a last name that a user name must share to be listed.
const MIN_LAST: usize = 4;

/// A name as somebody gives it in a request.
pub(super) struct Person {
    words: Vec<String>,
}

impl Person {
    /// # Errors
    /// If there is no name in it.
    pub(super) fn parse(name: &str) -> Result<Self> {
        let mut words = words(name);
        words.retain(|word| !matches!(word.as_str(), "herr" | "herrn" | "frau" | "dr" | "prof"));
        if words.is_empty() {
            return Err(Error::new(
                ErrorKind::Settings,
                "--person takes a name, such as \"Erika Mustermann\"",
            ));
        }
        Ok(Self { words })
    }

    /// Whether all words of the name stand in a value, in any order.
    pub(super) fn is_named(&self, entity_type: EntityType, text: &str) -> bool {
        let there = words(text);
        let all = self
            .words
            .iter()
            .all(|word| there.contains(word) || there.contains(&format!("{word}s")));
        all && entity_type != EntityType::Organization
    }

    /// Whether a user name, a mail address, a file name or a lone last name may
    /// be hers.
    pub(super) fn may_be(&self, entity_type: EntityType, text: &str) -> bool {
        let Some(last) = self.words.last().filter(|last| last.len() >= MIN_LAST) else {
            return false;
        };
        match entity_type {
            EntityType::Email | EntityType::UserName | EntityType::FileName | EntityType::Url => {
                folded(text).contains(last.as_str())
            }
            EntityType::Person => {
                let there = words(text);
                // "M. Müller" for Max Müller, "Müller" alone.
                let fits = |word: &String| {
                    self.words.iter().any(|own| {
                        own == word || (word.len() == 1 && own.starts_with(word.as_str()))
                    })
                };
                there.contains(last) && there.iter().all(fits)
            }
            _ => false,
        }
    }
}

fn words(text: &str) -> Vec<String> {
    folded(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Lower case, umlauts as two letters, other marks gone.
fn folded(text: &str) -> String {
    let text: String = text.nfkc().collect::<String>().to_lowercase();
    let text = text.replace('ä', "ae").replace('ö', "oe");
    let text = text.replace('ü', "ue").replace('ß', "ss");
    text.nfd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_finds_its_spellings() {
        let person = Person::parse("Frau Dr. Erika Müller").unwrap();
        for text in [
            "Erika Müller",
            "MUELLER, ERIKA",
            "Müller Erika",
            "Erika Müllers",
        ] {
            assert!(person.is_named(EntityType::Person, text), "{text}");
        }
        for text in ["Max Müller", "Müller", "Erika Müllermann"] {
            assert!(!person.is_named(EntityType::Person, text), "{text}");
        }
        assert!(person.may_be(EntityType::Person, "E. Müller"));
        assert!(person.may_be(EntityType::Person, "Müller"));
        assert!(!person.may_be(EntityType::Person, "Max Müller"));
        assert!(person.may_be(EntityType::Email, "e.mueller@web.example"));
        assert!(!person.may_be(EntityType::Iban, "MUELLER"));
        assert!(Person::parse(" Frau ").is_err());
    }
}
