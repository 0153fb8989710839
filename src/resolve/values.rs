//! Every value of a document in every spelling under which the second pass
//! looks for it, and how much a bare occurrence of each spelling proves.

use std::collections::HashMap;

use super::canonical::{self, Shape, canonical, shape};
use super::fold::{Gap, Words};
use super::name;
use super::words::{is_given, is_ordinary};
use super::{Resolution, Subject};
use crate::document::Document;
use crate::entity::EntityType;

/// More words than any name or street has.
pub(super) const MAX_WORDS: usize = 10;
/// More groups than a spaced IBAN of 34 characters has.
pub(super) const MAX_GROUPS: usize = 12;
/// A shorter number is no identifier by its form alone.
const MIN_CODE: usize = 5;

/// Every value of a document by its spelling.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Values {
    pub(super) words: HashMap<String, Entry>,
    pub(super) codes: HashMap<String, Vec<CodeEntry>>,
    pub(super) longest_code: usize,
}

/// A spelling made of words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    // Whole values before parts, then by type: the smallest wins a spelling.
    pub(super) part: bool,
    pub(super) entity_type: EntityType,
    pub(super) trust: Trust,
}

/// How much a bare occurrence proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trust {
    /// In any case, also inside a run of letters and digits.
    Any,
    /// Only if it starts upper case.
    Upper,
    /// Only with a salutation, a title or a first name before it.
    Led,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CodeEntry {
    pub(super) entity_type: EntityType,
    pub(super) canonical: String,
}

impl Values {
    /// All values of a resolution in all spellings to look for.
    pub(super) fn of(document: &Document, resolution: &Resolution) -> Self {
        let mut values = Self::default();
        for mention in &resolution.mentions {
            let Some(subject) = resolution.subjects.get(mention.subject.0) else {
                continue;
            };
            values.add_value(subject, document.text(mention.span));
        }
        for subject in &resolution.subjects {
            for part in &subject.parts {
                values.add_part(subject.entity_type, &part.text);
            }
        }
        values
    }

    fn add_value(&mut self, subject: &Subject, text: &str) {
        let entity_type = subject.entity_type;
        match shape(entity_type) {
            Shape::Name => self.add_name(text),
            Shape::Words => self.add_words(entity_type, text, false),
            Shape::Street => self.add_street(text, false),
            Shape::Date => self.add_date(entity_type, text),
            Shape::Phone => self.add_phone(text),
            Shape::Code | Shape::Groups | Shape::Url | Shape::Literal | Shape::Exact => {
                self.add_code(entity_type, &canonical::code(text), text);
            }
            Shape::Email => {
                self.add_code(entity_type, &canonical::code(text), text);
                self.add_mailbox_name(text);
            }
        }
    }

    fn add_part(&mut self, entity_type: EntityType, text: &str) {
        match shape(entity_type) {
            Shape::Street => self.add_street(text, true),
            Shape::Email => self.add_code(entity_type, &canonical::code(text), text),
            Shape::Name
            | Shape::Words
            | Shape::Date
            | Shape::Phone
            | Shape::Code
            | Shape::Groups
            | Shape::Url
            | Shape::Literal
            | Shape::Exact => self.add_words(entity_type, text, true),
        }
    }

    /// `max.mueller@…`: if one half is a first name, the other is a last name.
    fn add_mailbox_name(&mut self, text: &str) {
        let local = text.split_once('@').map_or("", |(local, _)| local);
        let pieces: Vec<&str> = local.split(['.', '_']).collect();
        let [one, other] = pieces.as_slice() else {
            return;
        };
        let (given, last) = match (is_given(&name::plain(one)), is_given(&name::plain(other))) {
            (true, false) => (one, other),
            (false, true) => (other, one),
            _ => return,
        };
        if last.len() >= 4 && last.chars().all(char::is_alphabetic) {
            self.add_words(EntityType::Person, last, true);
            self.add_words(EntityType::Person, &format!("{given} {last}"), true);
        }
    }

    fn add_name(&mut self, text: &str) {
        let person = EntityType::Person;
        self.add_words(person, text, false);
        let read = name::Name::read(text);
        if read.given.is_empty() || read.last.len() < 2 {
            return;
        }
        let given = read.given.join(" ");
        self.add_words(person, &format!("{given} {}", read.last), false);
        self.add_words(person, &format!("{} {given}", read.last), false);
        let Some(first) = read.given.first() else {
            return;
        };
        let last = read.last.replace([' ', '-'], "");
        if first.len() > 1 && last.len() > 3 {
            // As user names and file names have it.
            let initial = first.chars().next().map(String::from).unwrap_or_default();
            for joined in [
                format!("{first}{last}"),
                format!("{last}{first}"),
                format!("{initial}{last}"),
            ] {
                self.add_words(person, &joined, true);
            }
            self.add_words(person, &format!("{initial} {}", read.last), true);
        }
    }

    fn add_street(&mut self, text: &str, part: bool) {
        let street = EntityType::Street;
        self.add_words(street, text, part);
        let folded = super::fold::fold(text)
            .replace("strasse", "str")
            .replace("str.", "str");
        self.add_words(street, &folded, part);
        self.add_words(street, &folded.replace("str", "strasse"), part);
    }

    fn add_date(&mut self, entity_type: EntityType, text: &str) {
        self.add_words(entity_type, text, false);
        let iso = canonical(entity_type, text);
        let numbers: Vec<usize> = iso.split('-').filter_map(|n| n.parse().ok()).collect();
        let [year, month, day] = numbers.as_slice() else {
            return;
        };
        let short = year % 100;
        let mut spellings = vec![
            format!("{year}-{month:02}-{day:02}"),
            format!("{day:02}.{month:02}.{year}"),
            format!("{day}.{month}.{year}"),
            format!("{day:02}.{month:02}.{short:02}"),
            format!("{day}.{month}.{short:02}"),
        ];
        let names = month
            .checked_sub(1)
            .and_then(|at| canonical::MONTHS.get(at));
        for month in names.into_iter().flat_map(|(de, en)| [de, en]) {
            spellings.push(format!("{day}. {month} {year}"));
            spellings.push(format!("{day:02}. {month} {year}"));
        }
        for spelling in spellings {
            self.add_words(entity_type, &spelling, false);
        }
    }

    fn add_phone(&mut self, text: &str) {
        let phone = EntityType::Phone;
        let key = canonical(phone, text);
        self.add_code(phone, &canonical::code(text), text);
        let Some(digits) = key.strip_prefix('+') else {
            return;
        };
        let mut spellings = vec![digits.to_owned(), format!("00{digits}")];
        if let Some(national) = digits.strip_prefix("49") {
            spellings.push(format!("0{national}"));
            spellings.push(format!("490{national}"));
            spellings.push(format!("00490{national}"));
        }
        for spelling in spellings {
            self.add_code(phone, &spelling, text);
        }
    }

    fn add_code(&mut self, entity_type: EntityType, code: &str, text: &str) {
        if code.len() < MIN_CODE {
            return;
        }
        self.longest_code = self.longest_code.max(code.len());
        let entry = CodeEntry {
            entity_type,
            canonical: canonical(entity_type, text),
        };
        let entries = self.codes.entry(code.to_owned()).or_default();
        if let Err(at) = entries.binary_search(&entry) {
            entries.insert(at, entry);
        }
    }

    fn add_words(&mut self, entity_type: EntityType, text: &str, part: bool) {
        let words = Words::of(text);
        let list = words.list();
        if list.len() > MAX_WORDS {
            return;
        }
        let folded: Vec<&str> = list.iter().map(|word| words.folded(*word)).collect();
        let Some(trust) = trust(&folded) else {
            return;
        };
        let entry = Entry {
            part,
            entity_type,
            trust,
        };
        self.add_entry(folded.join(" "), entry.clone());
        // "McDonald" in capitals is one word.
        let glued = list.iter().skip(1).any(|word| word.gap == Gap::Glued);
        if glued {
            self.add_entry(folded.concat(), entry);
        }
    }

    fn add_entry(&mut self, key: String, entry: Entry) {
        match self.words.get_mut(&key) {
            Some(known) => {
                if entry < *known {
                    *known = entry;
                }
            }
            None => {
                self.words.insert(key, entry);
            }
        }
    }

    /// Whether there is nothing to look for.
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty() && self.codes.is_empty()
    }
}

/// What a bare occurrence of these words proves; `None` if nothing.
fn trust(folded: &[&str]) -> Option<Trust> {
    let len: usize = folded.iter().map(|word| word.len()).sum();
    let letters = |word: &&&str| word.chars().any(char::is_alphabetic);
    let strong = |word: &&str| word.len() > 3 && !is_ordinary(word);
    match folded {
        [] => None,
        [word] if word.chars().all(char::is_numeric) => None,
        [_] if len < 3 => None,
        [word] if is_ordinary(word) => Some(Trust::Led),
        [_] if len < 4 => Some(Trust::Upper),
        [_] => Some(Trust::Any),
        // A date is sure by its numbers; a run of tiny words is not.
        all if all.iter().filter(letters).count() == 0 => (len > 3).then_some(Trust::Any),
        all if all.iter().any(strong) => Some(Trust::Any),
        _ if len < 5 => None,
        _ => Some(Trust::Upper),
    }
}
