//! How shorter mentions join the people whose full names are known: initials,
//! last names, first names, nicknames, names before marriage.
//!
//! A mention joins somebody only if exactly one fits; otherwise it stands for
//! somebody of its own, together with others of the same spelling.

use std::collections::BTreeMap;

use super::people::{People, Person, PersonMention};
use super::words::{self, Gender};

impl People {
    pub(super) fn index_from(&mut self, first: usize) {
        for at in first..self.persons.len() {
            self.index_person(at);
        }
    }

    pub(super) fn index_maiden(&mut self, mentions: &[PersonMention]) {
        for mention in mentions {
            let Some(before) = mention.maiden_of.filter(|at| self.is_assigned(*at)) else {
                continue;
            };
            let person = self.person(before);
            let word = mention.name.single.clone();
            self.maiden.entry(word).or_default().push(person);
        }
    }

    fn index_person(&mut self, at: usize) {
        let Some(person) = self.persons.get(at).cloned() else {
            return;
        };
        let root = self.root(at);
        let add = |map: &mut BTreeMap<String, Vec<usize>>, key: &str| {
            let list = map.entry(key.to_owned()).or_default();
            if list.last() != Some(&root) {
                list.push(root);
            }
        };
        for given in person.given.iter().filter(|given| given.len() > 1) {
            add(&mut self.by_given, given);
        }
        if person.given.len() > 1 {
            add(&mut self.by_given, &person.given.join(" "));
        }
        if person.last.len() > 1 {
            add(&mut self.by_last, &person.last);
            for part in person.last.split(['-', ' ']).filter(|part| part.len() > 2) {
                add(&mut self.by_last_part, part);
            }
            // "Garcia Lopez" may be the last name of "Carlos Garcia Lopez".
            if let Some(middle) = person.given.get(1..).and_then(<[_]>::last) {
                add(&mut self.by_last_part, &format!("{middle} {}", person.last));
                add(&mut self.by_last_part, middle);
            }
        }
        if let Some(initials) = initials(&person.given, &person.last) {
            add(&mut self.by_initials, &initials);
        }
    }

    /// "M. Müller", then "Max M.", then "M. M.".
    pub(super) fn join_initials(&mut self, mentions: &[PersonMention]) {
        for shape in [(false, true), (true, false), (true, true), (false, false)] {
            let mut anchors = Vec::new();
            for (at, mention) in mentions.iter().enumerate() {
                let name = &mention.name;
                let of = (name.last_initial().is_some(), name.starts_with_initial());
                let waits =
                    name.given.is_empty() || self.short.contains(&at) || self.is_assigned(at);
                if waits || of != shape {
                    continue;
                }
                let person = match self.by_short_name(mention) {
                    Found::One(person) => person,
                    Found::Several => {
                        self.doubtful.insert(at);
                        self.own_short_name(mention)
                    }
                    Found::None => {
                        let own = self.own_short_name(mention);
                        anchors.push(own);
                        own
                    }
                };
                self.assign(at, person);
            }
            // Somebody whom nobody fits is an anchor for what is shorter still.
            anchors.into_iter().for_each(|at| self.index_person(at));
        }
    }

    fn by_short_name(&self, mention: &PersonMention) -> Found {
        let name = &mention.name;
        let first = name.given.first().map_or("", String::as_str);
        match (name.last_initial(), name.starts_with_initial()) {
            (Some(_), true) => {
                let key = initials(&name.given, &name.last).unwrap_or_default();
                self.find(&[&self.by_initials], &key, mention, |_| true)
            }
            (Some(last), false) => {
                let fits = |person: &Person| person.last.starts_with(last);
                self.find(&[&self.by_given], first, mention, fits)
            }
            (None, _) => self.by_initial_and_last(first, mention),
        }
    }

    fn by_initial_and_last(&self, initial: &str, mention: &PersonMention) -> Found {
        let last = mention.name.last.as_str();
        let fits = |person: &Person| {
            let first = person.given.first();
            first.is_some_and(|given| given.starts_with(initial))
        };
        let stem = last.strip_suffix('s').unwrap_or(last);
        for (map, key) in [
            (&self.by_last, last),
            (&self.by_last_part, last),
            (&self.by_last, stem),
        ] {
            match self.find(&[map], key, mention, fits) {
                Found::None => {}
                found @ (Found::One(_) | Found::Several) => return found,
            }
        }
        Found::None
    }

    /// Who stands under a key, fits, and has no gender that speaks against it.
    fn find(
        &self,
        maps: &[&BTreeMap<String, Vec<usize>>],
        key: &str,
        mention: &PersonMention,
        fits: impl Fn(&Person) -> bool,
    ) -> Found {
        let mut found = Found::None;
        for at in maps.iter().filter_map(|map| map.get(key)).flatten() {
            let at = self.root(*at);
            let fits = self.may_be(at, mention) && self.persons.get(at).is_some_and(&fits);
            match found {
                Found::None if fits => found = Found::One(at),
                Found::One(known) if fits && known != at => return Found::Several,
                Found::None | Found::One(_) | Found::Several => {}
            }
        }
        found
    }

    /// Whether nothing that stands beside a mention speaks against a person.
    fn may_be(&self, at: usize, mention: &PersonMention) -> bool {
        let Some(person) = self.persons.get(at) else {
            return false;
        };
        let generation = mention.name.generation;
        let generations = generation.is_none() || generation == person.generation;
        let births = mention.born.is_none() || person.born.is_none() || mention.born == person.born;
        generations && births && self.may_have(at, mention.lead.gender)
    }

    fn may_have(&self, at: usize, gender: Option<Gender>) -> bool {
        let Some(person) = self.persons.get(at) else {
            return false;
        };
        let told = || person.given.first().and_then(|given| words::gender(given));
        let known = person.explicit.or_else(told);
        gender.is_none() || known.is_none() || known == gender
    }

    fn own_short_name(&mut self, mention: &PersonMention) -> usize {
        let name = &mention.name;
        let key = (name.full(), None);
        if let Some(known) = self.own.get(&key) {
            return *known;
        }
        self.persons.push(Person {
            given: name.given.clone(),
            last: name.last.clone(),
            generation: name.generation,
            explicit: mention.lead.gender,
            ..Person::default()
        });
        let at = self.persons.len() - 1;
        self.own.insert(key, at);
        at
    }

    pub(super) fn is_assigned(&self, mention: usize) -> bool {
        self.of_mention
            .get(mention)
            .is_some_and(|at| *at != usize::MAX)
    }

    /// "Müller", "Herr Müller", "Max", "Müllers".
    pub(super) fn join_singles(&mut self, mentions: &[PersonMention]) {
        let mut waiting = Vec::new();
        for (at, mention) in mentions.iter().enumerate() {
            if self.is_assigned(at) || mention.maiden_of.is_some() {
                continue;
            }
            match self.by_single(mention) {
                Found::One(person) => self.assign(at, person),
                Found::None => waiting.push(at),
                Found::Several => {
                    self.doubtful.insert(at);
                    waiting.push(at);
                }
            }
        }
        // Those with a salutation first, so that bare ones can join them.
        let led = |at: &&usize| mentions.get(**at).is_some_and(|m| m.lead.gender.is_some());
        let (first, then): (Vec<&usize>, Vec<&usize>) = waiting.iter().partition(led);
        for at in first.into_iter().chain(then) {
            if let Some(mention) = mentions.get(*at) {
                let person = self.own_single(mention);
                self.assign(*at, person);
            }
        }
    }

    fn by_single(&self, mention: &PersonMention) -> Found {
        let word = mention.name.full();
        let word = word.as_str();
        if word.contains('-') {
            // "Hans-Rudolf" stands as two first names.
            let spaced = word.replace('-', " ");
            match self.find(&[&self.by_given], &spaced, mention, |_| true) {
                Found::None => {}
                found @ (Found::One(_) | Found::Several) => return found,
            }
        }
        let found = self.by_word(word, mention);
        if !matches!(found, Found::None) {
            return found;
        }
        let stem = word.strip_suffix('s').filter(|stem| stem.len() > 2);
        let of_stem = stem.map_or(Found::None, |stem| self.by_word(stem, mention));
        match (of_stem, stem) {
            // "Herr Peters" is not Peter; "Herrn Müllers" is Müller.
            (Found::One(at), Some(stem))
                if self.led.contains(word) && !self.is_last_part(at, stem) =>
            {
                Found::None
            }
            (Found::None, _) => self.by_nickname(word),
            (found, _) => found,
        }
    }

    /// "Basti" is Sebastian, if he is the only one.
    fn by_full_form(&self, word: &str) -> Found {
        let mut found = Found::None;
        let forms = words::full_forms(word).iter();
        let persons = forms.filter_map(|form| self.by_given.get(*form)).flatten();
        for at in persons.map(|at| self.root(*at)) {
            match found {
                Found::None => found = Found::One(at),
                Found::One(known) if known == at => {}
                Found::One(_) | Found::Several => return Found::Several,
            }
        }
        found
    }

    /// "Andi" is Andreas, if nobody else begins like that.
    fn by_nickname(&self, word: &str) -> Found {
        match self.by_full_form(word) {
            Found::None => {}
            found @ (Found::One(_) | Found::Several) => return found,
        }
        let stem = word.strip_suffix(['i', 'y']);
        // "Alex" may be Alexander's short form, or Alex: no telling.
        let whole = stem.is_none() && words::is_given(word);
        let stem = if whole {
            word
        } else {
            stem.unwrap_or_default()
        };
        if stem.len() < 3 {
            return Found::None;
        }
        let mut found = Found::None;
        let begins = |(given, _): &(&String, &Vec<usize>)| given.starts_with(stem);
        for (_, persons) in self.by_given.range(stem.to_owned()..).take_while(begins) {
            for at in persons.iter().map(|at| self.root(*at)) {
                match found {
                    Found::None if whole => return Found::Several,
                    Found::None => found = Found::One(at),
                    Found::One(known) if known == at => {}
                    Found::One(_) | Found::Several => return Found::Several,
                }
            }
        }
        found
    }

    fn by_word(&self, word: &str, mention: &PersonMention) -> Found {
        let lead = mention.lead;
        // With a salutation a last name is meant; without one it may be either.
        let first: &[&BTreeMap<String, Vec<usize>>] = if lead.titled {
            &[&self.by_last]
        } else {
            &[&self.by_last, &self.by_given]
        };
        match self.find(first, word, mention, |_| true) {
            Found::None => {}
            Found::One(at) if self.is_led_given(at, word) => return Found::Several,
            // "His father, Mr Weber" is not Max Weber, as like as not.
            Found::One(at) if lead.kin && self.is_last(at, word) => return Found::Several,
            // "Dr. Weber" is not the Herr Weber, born in 1980, whom nobody calls a doctor.
            Found::One(at) if lead.doctor && self.is_no_doctor(at) => return Found::Several,
            found @ (Found::One(_) | Found::Several) => return found,
        }
        // "Frau Klein" beside a Peter Klein is his wife before she is Anna Weber-Klein.
        if lead.gender.is_some() && self.by_last.contains_key(word) {
            return Found::None;
        }
        let then: [&BTreeMap<String, Vec<usize>>; 3] =
            [&self.by_last_part, &self.by_given, &self.maiden];
        for map in then {
            match self.find(&[map], word, mention, |_| true) {
                Found::None => {}
                Found::One(at) if self.is_led_given(at, word) => return Found::Several,
                found @ (Found::One(_) | Found::Several) => return found,
            }
        }
        Found::None
    }

    fn is_last(&self, at: usize, word: &str) -> bool {
        let person = self.persons.get(self.root(at));
        person.is_some_and(|person| person.last == word)
    }

    /// "Herr Werner" is not Werner Weber, as like as not.
    fn is_led_given(&self, at: usize, word: &str) -> bool {
        self.led.contains(word) && words::is_given(word) && !self.is_last_part(at, word)
    }

    /// Whether a word is the last name of a person, or part of it, or was.
    fn is_last_part(&self, at: usize, word: &str) -> bool {
        let person = self.persons.get(self.root(at));
        let part = |person: &Person| {
            let middle = person.given.get(1..).and_then(<[_]>::last);
            let mut parts = person.last.split(['-', ' ']);
            person.last.contains(word) && parts.any(|part| part == word || word.contains(part))
                || middle.is_some_and(|middle| word.starts_with(middle.as_str()))
        };
        let maiden = self.maiden.get(word);
        let former = maiden.is_some_and(|people| people.iter().any(|of| self.root(*of) == at));
        person.is_some_and(part) || former
    }

    fn is_no_doctor(&self, at: usize) -> bool {
        let person = self.persons.get(self.root(at));
        person.is_some_and(|person| {
            !person.doctor && (person.explicit.is_some() || person.born.is_some())
        })
    }

    fn own_single(&mut self, mention: &PersonMention) -> usize {
        let word = mention.name.full();
        let gender = mention.lead.gender;
        if let Some(known) = self.own.get(&(word.clone(), gender)) {
            return *known;
        }
        for spelling in [Some(word.as_str()), word.strip_suffix('s')]
            .into_iter()
            .flatten()
        {
            if let Some(known) = self.own_of(spelling, gender) {
                return known;
            }
        }
        self.persons.push(Person {
            single: word.clone(),
            explicit: gender,
            ..Person::default()
        });
        let at = self.persons.len() - 1;
        self.own.insert((word, gender), at);
        at
    }

    /// The only person known by this word alone, if the gender allows it.
    fn own_of(&self, word: &str, gender: Option<Gender>) -> Option<usize> {
        let get = |gender| self.own.get(&(word.to_owned(), gender)).copied();
        match gender {
            Some(_) => get(gender),
            None => match (
                get(Some(Gender::Male)),
                get(Some(Gender::Female)),
                get(None),
            ) {
                (_, _, Some(bare)) => Some(bare),
                (Some(one), None, None) | (None, Some(one), None) => Some(one),
                _ => None,
            },
        }
    }

    /// "Anna Müller, geb. Lang".
    pub(super) fn join_maiden(&mut self, mentions: &[PersonMention]) {
        for (at, mention) in mentions.iter().enumerate() {
            if self.is_assigned(at) {
                continue;
            }
            let before = mention.maiden_of.filter(|before| self.is_assigned(*before));
            let person = match before {
                Some(before) => self.person(before),
                None => self.own_single(mention),
            };
            self.assign(at, person);
        }
    }
}

/// How many persons fit.
#[derive(Clone, Copy, Debug)]
enum Found {
    None,
    One(usize),
    Several,
}

fn initials(given: &[String], last: &str) -> Option<String> {
    let mut key = String::new();
    key.extend(given.first()?.chars().take(1));
    key.extend(last.split(' ').next_back()?.chars().take(1));
    Some(key)
}
