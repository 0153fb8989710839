//! The section `[lists]` of a policy: the user's own words that must go or stay.
//!
//! Plain data: which files, which entries, how they match. Reading the files and
//! building recognizers of them is left to whoever has files and recognizers.

use std::path::PathBuf;

use serde::Deserialize;

use super::wrong;
use crate::entity::EntityType;
use crate::error::Result;

/// The user's lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lists {
    /// Lists of what must go, whatever else says.
    pub deny: Vec<List>,
    /// Lists of what must stay.
    pub allow: Vec<List>,
    /// Whether names of authorities, courts and public bodies stay.
    pub keep_public_bodies: bool,
}

/// One list: a file, entries, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// A text file with one entry per line; relative to the policy file.
    pub file: Option<PathBuf>,
    /// Entries written in the policy itself.
    pub entries: Vec<String>,
    /// What the entries are. Of no meaning for allow lists.
    pub entity_type: EntityType,
    /// How the entries match.
    pub matching: Matching,
}

/// How entries match.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Matching {
    /// As written.
    Exact,
    /// In every case, inflected form and writing of umlauts.
    #[default]
    Tolerant,
    /// With typing errors too.
    Fuzzy,
}

impl Default for Lists {
    fn default() -> Self {
        Self {
            deny: Vec::new(),
            allow: Vec::new(),
            keep_public_bodies: true,
        }
    }
}

impl List {
    /// A file of entries, with everything else by default.
    #[must_use]
    pub const fn of_file(file: PathBuf) -> Self {
        Self {
            file: Some(file),
            entries: Vec::new(),
            entity_type: EntityType::ListEntry,
            matching: Matching::Tolerant,
        }
    }
}

/// The section as it is written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    #[serde(default)]
    deny: Vec<Written>,
    #[serde(default)]
    allow: Vec<Written>,
    keep_public_bodies: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    file: Option<PathBuf>,
    #[serde(default)]
    entries: Vec<String>,
    #[serde(rename = "type")]
    entity_type: Option<String>,
    #[serde(rename = "match", default)]
    matching: Matching,
}

impl Section {
    /// What it means.
    ///
    /// # Errors
    /// If a list is empty or names no known type, or an allow list has a type or
    /// matches fuzzily.
    pub(super) fn lists(self) -> Result<Lists> {
        let deny = self.deny.into_iter().map(Written::list);
        let deny = deny.collect::<Result<Vec<_>>>()?;
        for list in &self.allow {
            if list.entity_type.is_some() {
                return Err(wrong("a list in [[lists.allow]] takes no type"));
            }
            if list.matching == Matching::Fuzzy {
                return Err(wrong(
                    "a list in [[lists.allow]] cannot match fuzzily: it would keep what nobody named",
                ));
            }
        }
        let allow = self.allow.into_iter().map(Written::list);
        Ok(Lists {
            deny,
            allow: allow.collect::<Result<Vec<_>>>()?,
            keep_public_bodies: self.keep_public_bodies.unwrap_or(true),
        })
    }
}

impl Written {
    fn list(self) -> Result<List> {
        if self.file.is_none() && self.entries.is_empty() {
            return Err(wrong("a list in [lists] needs a file or entries"));
        }
        let entity_type = match self.entity_type {
            None => EntityType::ListEntry,
            Some(name) => EntityType::parse(&name)
                .ok_or_else(|| wrong("a list in [[lists.deny]] names no known type"))?,
        };
        Ok(List {
            file: self.file,
            entries: self.entries,
            entity_type,
            matching: self.matching,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::entity::EntityType;
    use crate::policy::Policy;
    use crate::policy::lists::{List, Matching};

    #[test]
    fn lists_are_read() {
        let policy = Policy::parse(
            "version = 1\n[lists]\nkeep_public_bodies = false\n\
             [[lists.deny]]\nfile = \"vips.txt\"\ntype = \"PERSON\"\nmatch = \"fuzzy\"\n\
             [[lists.deny]]\nentries = [\"Projekt Öresund\"]\n\
             [[lists.allow]]\nentries = [\"Max Muster\"]\nmatch = \"exact\"\n",
        )
        .unwrap();
        let lists = policy.lists();
        assert!(!lists.keep_public_bodies);
        assert_eq!(lists.deny.len(), 2);
        let vips = lists.deny.first().unwrap();
        assert_eq!(vips.entity_type, EntityType::Person);
        assert_eq!(vips.matching, Matching::Fuzzy);
        assert_eq!(lists.deny[1].entity_type, EntityType::ListEntry);
        assert_eq!(lists.allow[0].matching, Matching::Exact);
        assert!(Policy::default().lists().keep_public_bodies);
        assert_ne!(policy.canonical(), Policy::default().canonical());
        assert_eq!(List::of_file("a".into()).matching, Matching::Tolerant);
    }

    #[test]
    fn wrong_lists_are_errors() {
        for list in [
            "[[lists.deny]]\n",
            "[[lists.deny]]\nentries = [\"a\"]\ntype = \"NAME\"\n",
            "[[lists.deny]]\nentries = [\"a\"]\nmatch = \"loose\"\n",
            "[[lists.allow]]\nentries = [\"a\"]\nmatch = \"fuzzy\"\n",
            "[[lists.allow]]\nentries = [\"a\"]\ntype = \"PERSON\"\n",
            "[lists]\ndenied = []\n",
            "[[lists.deny]]\nentries = \"Quast\"\n",
            "[actions]\nPERSON = \"keep\"\n[[lists.deny]]\nentries = [\"a\"]\ntype = \"PERSON\"\n",
        ] {
            let error = Policy::parse(&format!("version = 1\n{list}")).unwrap_err();
            assert!(!error.to_string().contains("Quast"), "{error}");
        }
    }
}
