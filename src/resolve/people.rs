//! Who is who: which mentions of one document name the same person.
//!
//! Full names are the anchors, and here they are made and merged; how shorter
//! mentions join them stands in [`super::join`]. Everything works on names, not
//! on text, and in time linear in the number of mentions.

use std::collections::{BTreeMap, BTreeSet};

use super::FullName;
use super::name::{Lead, Name};
use super::words::{self, Gender};

/// One mention of a person.
#[derive(Clone, Debug, Default)]
pub(super) struct PersonMention {
    pub(super) name: Name,
    pub(super) lead: Lead,
    /// The mention before it if only "geb." stands between.
    pub(super) maiden_of: Option<usize>,
    /// The mention after it if only "und" stands between ("Max und Erika Müller").
    pub(super) shares_last_with: Option<usize>,
    /// Whether the next mention is listed beside it, so that it names somebody else.
    pub(super) listed: bool,
    /// The date of birth beside it.
    pub(super) born: Option<String>,
}

/// Somebody.
#[derive(Clone, Debug, Default)]
pub(super) struct Person {
    pub(super) given: Vec<String>,
    pub(super) last: String,
    /// For somebody known by one word only.
    pub(super) single: String,
    pub(super) generation: Option<&'static str>,
    /// The gender that salutations tell.
    pub(super) explicit: Option<Gender>,
    /// Whether the text itself tells which is the last name.
    pub(super) sure: bool,
    pub(super) split_by_gender: bool,
    /// The date of birth that stands beside the name.
    pub(super) born: Option<String>,
    /// Whether somebody of the same name has another date of birth.
    pub(super) has_namesake: bool,
    /// Whether a doctor's degree stands before the name anywhere.
    pub(super) doctor: bool,
    /// Whether a hyphen joins the first names.
    pub(super) joined: bool,
    pub(super) merged_into: Option<usize>,
}

/// The people of a document, and who each mention is.
#[derive(Debug, Default)]
pub(super) struct People {
    pub(super) persons: Vec<Person>,
    pub(super) of_mention: Vec<usize>,
    /// Mentions of several words that are only the first or the last names of somebody.
    pub(super) short: BTreeSet<usize>,
    pub(super) by_last: BTreeMap<String, Vec<usize>>,
    pub(super) by_last_part: BTreeMap<String, Vec<usize>>,
    pub(super) by_given: BTreeMap<String, Vec<usize>>,
    pub(super) by_initials: BTreeMap<String, Vec<usize>>,
    pub(super) own: BTreeMap<(String, Option<Gender>), usize>,
    pub(super) maiden: BTreeMap<String, Vec<usize>>,
    /// Persons that stand side by side in a list: they are two.
    pub(super) apart: BTreeSet<(usize, usize)>,
    /// Mentions that several people fit, or that only seem to name somebody.
    pub(super) doubtful: BTreeSet<usize>,
    /// Persons that may be one of several others.
    pub(super) doubtful_persons: BTreeSet<usize>,
    /// Words that stand behind "Herr" or "Frau" somewhere: last names.
    pub(super) led: BTreeSet<String>,
}

type FullKey = (String, Option<&'static str>);

impl People {
    /// Groups mentions, which come in reading order.
    pub(super) fn of(mentions: &[PersonMention]) -> Self {
        let mut people = Self {
            of_mention: vec![usize::MAX; mentions.len()],
            ..Self::default()
        };
        let mentions = people.complete(mentions);
        people.anchor(&mentions);
        people.set_apart(&mentions);
        people.merge_anchors();
        people.merge_former_names(&mentions);
        people.index_from(0);
        people.join_initials(&mentions);
        people.led = led(&mentions);
        people.index_maiden(&mentions);
        people.join_singles(&mentions);
        people.join_maiden(&mentions);
        for at in 0..people.of_mention.len() {
            let root = people.root(people.of_mention.get(at).copied().unwrap_or_default());
            if let Some(of) = people.of_mention.get_mut(at) {
                *of = root;
            }
            if people.doubtful_persons.contains(&root) {
                people.doubtful.insert(at);
            }
        }
        people
    }

    /// The person of a mention: an index that is equal for equal people.
    pub(super) fn person(&self, mention: usize) -> usize {
        self.of_mention.get(mention).copied().unwrap_or_default()
    }

    /// The name of a person in its parts.
    pub(super) fn full_name(&self, person: usize) -> FullName {
        let Some(person) = self.persons.get(person) else {
            return FullName::default();
        };
        let mut name = FullName {
            given: person.given.clone(),
            last: person.last.clone(),
            female: None,
        };
        if words::is_given(&person.single) {
            name.given.push(person.single.clone());
        } else if !person.single.is_empty() {
            name.last.clone_from(&person.single);
        }
        let told = || name.given.first().and_then(|given| words::gender(given));
        let gender = person.explicit.or_else(told);
        name.female = gender.map(|gender| gender == Gender::Female);
        name
    }

    /// The key of a person: first names, last name; what tells namesakes apart.
    pub(super) fn canonical(&self, person: usize) -> String {
        let Some(person) = self.persons.get(person) else {
            return String::new();
        };
        let mut key = person.given.join(" ");
        for word in [&person.last, &person.single] {
            if !word.is_empty() {
                if !key.is_empty() {
                    key.push(' ');
                }
                key.push_str(word);
            }
        }
        if let Some(generation) = person.generation {
            key.push(' ');
            key.push_str(generation);
        }
        if let Some(born) = person.born.as_ref().filter(|_| person.has_namesake) {
            key.push_str(" *");
            key.push_str(born);
        }
        // A last name alone with "Frau" is not the one with "Herr".
        let lone = person.given.is_empty() || person.split_by_gender;
        match person.explicit.filter(|_| lone) {
            Some(Gender::Male) => key.push_str(" (m)"),
            Some(Gender::Female) => key.push_str(" (f)"),
            None => {}
        }
        key
    }

    /// "Max und Erika Müller": Max is Max Müller.
    fn complete(&self, mentions: &[PersonMention]) -> Vec<PersonMention> {
        let mut completed = mentions.to_vec();
        for mention in completed.iter_mut().rev() {
            let Some(next) = mention.shares_last_with.and_then(|at| mentions.get(at)) else {
                continue;
            };
            let alone = !mention.name.single.is_empty() && !next.name.last.is_empty();
            if alone && words::is_given(&mention.name.single) && !next.name.starts_with_initial() {
                mention.name.given = vec![std::mem::take(&mut mention.name.single)];
                mention.name.last.clone_from(&next.name.last);
                mention.lead.several = false;
            }
        }
        completed
    }

    /// Every full name is a person.
    fn anchor(&mut self, mentions: &[PersonMention]) {
        let mut keys: BTreeMap<FullKey, Vec<usize>> = BTreeMap::new();
        for (at, mention) in mentions.iter().enumerate() {
            let name = &mention.name;
            let full = !name.given.is_empty() && name.last.len() > 1 && !name.starts_with_initial();
            if full {
                let key = (name.full(), name.generation);
                keys.entry(key).or_default().push(at);
            }
        }
        self.set_short_apart(mentions, &mut keys);
        let known: Vec<FullKey> = keys.keys().cloned().collect();
        let has = |key: &FullKey| known.binary_search(key).is_ok();
        let singles: BTreeSet<&str> = mentions
            .iter()
            .map(|mention| mention.name.single.as_str())
            .collect();
        let mut groups: BTreeMap<FullKey, Vec<usize>> = BTreeMap::new();
        for (key, mut at) in keys {
            // A genitive, if the same name stands without the s as well.
            let stem = key.0.strip_suffix('s').map(|stem| (stem.to_owned(), key.1));
            let sure = at
                .iter()
                .any(|at| mentions.get(*at).is_some_and(|m| m.name.sure));
            let genitive = |stem: &FullKey| {
                let last = stem.0.rsplit(' ').next().unwrap_or_default();
                has(stem) || (!sure && singles.contains(last) && !words::is_given(last))
            };
            let key = stem.filter(genitive).unwrap_or(key);
            groups.entry(key).or_default().append(&mut at);
        }
        for (key, at) in groups {
            self.anchor_group(mentions, &key, &at);
        }
    }

    /// "Anna Maria" beside "Anna Maria Weber" and "Garcia Lopez" beside "Carlos
    /// Garcia Lopez" are no full names.
    fn set_short_apart(
        &mut self,
        mentions: &[PersonMention],
        keys: &mut BTreeMap<FullKey, Vec<usize>>,
    ) {
        let mut given = BTreeSet::new();
        let mut last = BTreeSet::new();
        for at in keys.values().filter_map(|at| at.first()) {
            let Some(name) = mentions.get(*at).map(|mention| &mention.name) else {
                continue;
            };
            if name.given.len() > 1 {
                given.insert(name.given.join(" "));
                last.extend(
                    name.given
                        .last()
                        .map(|middle| format!("{middle} {}", name.last)),
                );
            }
        }
        keys.retain(|(key, _), at| {
            let mut words = key.split(' ');
            let (first, final_word) = (words.next(), words.next_back());
            let is_short = (given.contains(key) && final_word.is_some_and(words::is_given))
                || (last.contains(key) && !first.is_some_and(words::is_given));
            if is_short {
                self.short.extend(at.iter().copied());
            }
            !is_short
        });
    }

    fn anchor_group(&mut self, mentions: &[PersonMention], key: &FullKey, at: &[usize]) {
        let explicit = |at: &usize| mentions.get(*at).and_then(|m| m.lead.gender);
        let male = at.iter().any(|at| explicit(at) == Some(Gender::Male));
        let female = at.iter().any(|at| explicit(at) == Some(Gender::Female));
        let split = male && female;
        let born = |at: &usize| mentions.get(*at).and_then(|m| m.born.clone());
        let dates: BTreeSet<String> = at.iter().filter_map(born).collect();
        let namesakes = dates.len() > 1;
        let doctor = at
            .iter()
            .any(|at| mentions.get(*at).is_some_and(|m| m.lead.doctor));
        let mut known: BTreeMap<(Option<Gender>, Option<String>), usize> = BTreeMap::new();
        let exact = |at: &&usize| mentions.get(**at).is_some_and(|m| m.name.full() == key.0);
        let sure = |at: &&usize| mentions.get(**at).is_some_and(|m| m.name.sure);
        let best = at
            .iter()
            .filter(exact)
            .find(sure)
            .or_else(|| at.iter().find(exact))
            .or_else(|| at.first());
        let Some(best) = best.and_then(|at| mentions.get(*at)) else {
            return;
        };
        let genitive = best.name.full().len() > key.0.len();
        let stem = best.name.last.strip_suffix('s').filter(|_| genitive);
        let last = stem.unwrap_or(&best.name.last).to_owned();
        let any = if male { Some(Gender::Male) } else { None };
        let any = if female { Some(Gender::Female) } else { any };
        for mention in at {
            let gender = if split { explicit(mention) } else { any };
            let birth = if namesakes {
                born(mention)
            } else {
                dates.first().cloned()
            };
            if namesakes && birth.is_none() {
                self.doubtful.insert(*mention);
            }
            let key = (gender, birth.clone());
            let person = *known.entry(key).or_insert_with(|| {
                self.persons.push(Person {
                    given: best.name.given.clone(),
                    last: last.clone(),
                    generation: best.name.generation,
                    explicit: gender,
                    sure: best.name.sure,
                    split_by_gender: split,
                    born: birth,
                    has_namesake: namesakes,
                    doctor,
                    joined: best.name.joined,
                    ..Person::default()
                });
                self.persons.len() - 1
            });
            self.assign(*mention, person);
        }
    }

    pub(super) fn assign(&mut self, mention: usize, person: usize) {
        if let Some(of) = self.of_mention.get_mut(mention) {
            *of = person;
        }
    }

    pub(super) fn root(&self, person: usize) -> usize {
        let mut at = person;
        while let Some(next) = self.persons.get(at).and_then(|person| person.merged_into) {
            at = next;
        }
        at
    }
}

/// The words that a salutation marks as last names.
fn led(mentions: &[PersonMention]) -> BTreeSet<String> {
    let led = |mention: &&PersonMention| mention.lead.titled && mention.lead.gender.is_some();
    let words = mentions.iter().filter(led);
    words.map(|mention| mention.name.single.clone()).collect()
}
