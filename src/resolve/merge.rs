//! When two full names of one document are one person: other order, more or fewer
//! first names, a double name, a nickname, the name before a marriage.
//!
//! Nothing is merged that speaks against it: another gender, generation or date of
//! birth, or the two names side by side in a list.

use std::collections::BTreeMap;

use super::people::{People, Person, PersonMention};
use super::words;

impl People {
    fn merge(&mut self, from: usize, into: usize) {
        let (from, into) = (self.root(from), self.root(into));
        if from == into {
            return;
        }
        let gender = self.persons.get(from).and_then(|person| person.explicit);
        let doctor = self.persons.get(from).is_some_and(|person| person.doctor);
        let born = self
            .persons
            .get(from)
            .and_then(|person| person.born.clone());
        if let Some(person) = self.persons.get_mut(into) {
            person.explicit = person.explicit.or(gender);
            person.doctor |= doctor;
            person.born = person.born.take().or(born);
        }
        if let Some(person) = self.persons.get_mut(from) {
            person.merged_into = Some(into);
        }
    }

    /// Genders and generations that do not contradict each other.
    fn agree(&self, one: usize, other: usize) -> bool {
        let (Some(a), Some(b)) = (self.persons.get(one), self.persons.get(other)) else {
            return false;
        };
        let genders = a.explicit.is_none() || b.explicit.is_none() || a.explicit == b.explicit;
        let free = !a.split_by_gender && !b.split_by_gender;
        let births = a.born.is_none() || b.born.is_none() || a.born == b.born;
        let several = a.has_namesake || b.has_namesake;
        let apart = self.apart.contains(&(one.min(other), one.max(other)));
        genders && free && births && !several && !apart && a.generation == b.generation
    }

    /// Full names side by side in a list are those of two people.
    pub(super) fn set_apart(&mut self, mentions: &[PersonMention]) {
        for (at, _) in mentions.iter().enumerate().filter(|(_, m)| m.listed) {
            if self.is_assigned(at) && self.is_assigned(at + 1) {
                let (one, other) = (self.person(at), self.person(at + 1));
                self.apart.insert((one.min(other), one.max(other)));
            }
        }
    }

    /// "Anna Weber (früher Lang)" is the Anna Lang of the document.
    pub(super) fn merge_former_names(&mut self, mentions: &[PersonMention]) {
        let former: Vec<&PersonMention> = mentions
            .iter()
            .filter(|mention| mention.lead.formerly)
            .collect();
        if former.is_empty() {
            return;
        }
        let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, person) in self.persons.iter().enumerate() {
            let key = Self::outer_key(person).filter(|_| person.merged_into.is_none());
            if let Some(key) = key {
                by_name.entry(key).or_default().push(at);
            }
        }
        for mention in former {
            let Some(before) = mention.maiden_of.filter(|at| self.is_assigned(*at)) else {
                continue;
            };
            let person = self.root(self.person(before));
            let given = self.persons.get(person).and_then(|p| p.given.first());
            let key = given.map(|given| format!("{given} {}", mention.name.single));
            let found = key.and_then(|key| by_name.get(&key)).map(Vec::as_slice);
            if let Some([one]) = found
                && *one != person
                && self.agree(*one, person)
            {
                self.merge(*one, person);
            }
        }
    }

    /// Full names of one person in different length or order.
    pub(super) fn merge_anchors(&mut self) {
        self.merge_pairs(Self::swapped_key, |people, a, b| {
            let both_given = people.persons.get(a).is_some_and(|person| {
                words::is_given(&person.last) && person.given.iter().all(|g| words::is_given(g))
            });
            let sure = |at: usize| people.persons.get(at).is_some_and(|person| person.sure);
            sure(a) != sure(b) || !both_given
        });
        self.merge_pairs(Self::outer_key, Self::middle_names_agree);
        self.merge_double_names();
        self.merge_nicknames();
    }

    /// "Basti Weber" and "Sebastian Weber", "Chr. Weber" and "Christian Weber", if
    /// there is one Sebastian.
    fn merge_nicknames(&mut self) {
        let mut by_last: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, person) in self.persons.iter().enumerate() {
            if person.merged_into.is_none() {
                by_last.entry(person.last.clone()).or_default().push(at);
            }
        }
        let first = |people: &Self, at: usize| {
            let person = people.persons.get(at);
            person.and_then(|person| person.given.first().cloned())
        };
        for group in by_last.values().filter(|group| group.len() > 1) {
            for short in group {
                let Some(given) = first(self, *short) else {
                    continue;
                };
                let forms = words::full_forms(&given);
                let cut = (2..5).contains(&given.len()) && !words::is_given(&given);
                if forms.is_empty() && !cut {
                    continue;
                }
                let full = |at: &&usize| {
                    first(self, **at).is_some_and(|name| {
                        forms.contains(&name.as_str())
                            || (cut && name.len() > given.len() && name.starts_with(&given))
                    })
                };
                let fitting: Vec<usize> = group.iter().filter(full).copied().collect();
                match fitting.as_slice() {
                    [] => {}
                    [one] if self.agree(*short, *one) => self.merge(*short, *one),
                    _ => {
                        self.doubtful_persons.insert(*short);
                    }
                }
            }
        }
    }

    /// Merges where exactly two persons share a key and fit.
    fn merge_pairs(
        &mut self,
        key: impl Fn(&Person) -> Option<String>,
        fits: impl Fn(&Self, usize, usize) -> bool,
    ) {
        let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, person) in self.persons.iter().enumerate() {
            let key = key(person).filter(|_| person.merged_into.is_none());
            if let Some(key) = key {
                groups.entry(key).or_default().push(at);
            }
        }
        for group in groups.values() {
            let [one, other] = group.as_slice() else {
                continue;
            };
            if self.agree(*one, *other) && fits(self, *one, *other) {
                let (from, into) = if self.is_better(*one, *other) {
                    (*other, *one)
                } else {
                    (*one, *other)
                };
                self.merge(from, into);
            }
        }
    }

    /// The fuller of two names that are one, the one in natural order first.
    fn is_better(&self, one: usize, other: usize) -> bool {
        let key = |at: usize| {
            let len = self.persons.get(at).map_or(0, |person| {
                person.given.iter().map(String::len).sum::<usize>() + person.last.len()
            });
            let sure = self.persons.get(at).is_some_and(|person| person.sure);
            (sure, !self.looks_inverted(at), len)
        };
        key(one) >= key(other)
    }

    /// "Müller Max": the last word is a first name, the first is none.
    fn looks_inverted(&self, at: usize) -> bool {
        self.persons.get(at).is_some_and(|person| {
            let first = person
                .given
                .first()
                .is_some_and(|given| words::is_given(given));
            words::is_given(&person.last) && !first
        })
    }

    fn swapped_key(person: &Person) -> Option<String> {
        let [given] = person.given.as_slice() else {
            return None;
        };
        let (a, b) = (given.as_str(), person.last.as_str());
        Some(if a < b {
            format!("{a} {b}")
        } else {
            format!("{b} {a}")
        })
    }

    fn outer_key(person: &Person) -> Option<String> {
        Some(format!("{} {}", person.given.first()?, person.last))
    }

    /// One has no middle names, or they agree as far as both have them.
    fn middle_names_agree(&self, one: usize, other: usize) -> bool {
        let middle = |at: usize| {
            let given = self.persons.get(at).map(|person| person.given.as_slice());
            given.and_then(|given| given.get(1..)).unwrap_or_default()
        };
        // "Hans-Peter" is one name; "Hans" is another.
        let hyphen = |at: usize| self.persons.get(at).is_some_and(|person| person.joined);
        if hyphen(one) != hyphen(other) && middle(one).is_empty() != middle(other).is_empty() {
            return false;
        }
        let same = |(a, b): (&String, &String)| {
            a == b
                || (a.len() == 1 && b.starts_with(a.as_str()))
                || (b.len() == 1 && a.starts_with(b.as_str()))
        };
        middle(one).iter().zip(middle(other)).all(same)
    }

    /// "Anna Kowalski" and "Anna Kowalski-Brandt".
    fn merge_double_names(&mut self) {
        let mut plain: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut double: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, person) in self.persons.iter().enumerate() {
            let Some(first) = person
                .given
                .first()
                .filter(|_| person.merged_into.is_none())
            else {
                continue;
            };
            if person.last.contains('-') {
                for part in person.last.split('-') {
                    double
                        .entry(format!("{first} {part}"))
                        .or_default()
                        .push(at);
                }
            } else {
                plain
                    .entry(format!("{first} {}", person.last))
                    .or_default()
                    .push(at);
            }
        }
        for (key, doubles) in double {
            let ([double], Some([plain])) =
                (doubles.as_slice(), plain.get(&key).map(Vec::as_slice))
            else {
                continue;
            };
            if self.agree(*double, *plain) {
                self.merge(*plain, *double);
            }
        }
    }
}
