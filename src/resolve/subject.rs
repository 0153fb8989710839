//! Which mentions name the same person or thing, and under which key.
//!
//! It collects what the text says around each mention and hands people to
//! `super::people` and everything else to `super::canonical`; values that
//! are only given in part (a street without its number) join the whole value
//! if exactly one fits.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a few entity types are special, the other thirty are alike"
)]

use std::collections::{BTreeMap, BTreeSet};

use super::canonical::{self, canonical};
use super::fold::fold;
use super::name::{self, Name};
use super::overlap::{Claims, spans};
use super::pairs;
use super::people::{People, PersonMention};
use super::words;
use super::{Mention, Part, Resolution, Subject, SubjectId};
use crate::document::{Document, Span};
use crate::entity::EntityType;

type Key = (EntityType, String);

/// Groups settled claims into subjects, numbered by first mention.
pub(super) fn group(document: &Document, claims: &Claims) -> Resolution {
    let places = spans(document, claims);
    let names = read_names(document, &places);
    let people = People::of(&names);
    let keys = keys(document, &places, &people);
    let mut resolution = Resolution::default();
    let mut known: BTreeMap<&Key, SubjectId> = BTreeMap::new();
    let mut parts: Vec<Parts> = Vec::new();
    let mut names = names.iter().enumerate();
    for ((span, entity_type), key) in places.iter().zip(&keys) {
        let subject = *known.entry(key).or_insert_with(|| {
            resolution.subjects.push(Subject {
                entity_type: *entity_type,
                canonical: key.1.clone(),
                parts: Vec::new(),
                name: None,
            });
            parts.push(Parts::default());
            SubjectId(resolution.subjects.len() - 1)
        });
        resolution.mentions.push(Mention {
            span: *span,
            entity_type: *entity_type,
            subject,
        });
        let Some(parts) = parts.get_mut(subject.0) else {
            continue;
        };
        match entity_type {
            EntityType::Person => {
                let next = names.next();
                parts.take_name(next.map(|(_, name)| name));
                let subject = resolution.subjects.get_mut(subject.0);
                if let Some((at, _)) = next
                    && people.doubtful.contains(&at)
                {
                    resolution.ambiguous.push(*span);
                }
                if let (Some((at, _)), Some(subject)) = (next, subject) {
                    subject
                        .name
                        .get_or_insert_with(|| people.full_name(people.person(at)));
                }
            }
            EntityType::Email => parts.take_email(document.text(*span)),
            EntityType::Street => parts.take_street(document.text(*span)),
            _ => {}
        }
    }
    for (subject, parts) in resolution.subjects.iter_mut().zip(parts) {
        subject.parts = parts.list;
    }
    resolution
}

/// The person mentions with what stands around them, in order.
fn read_names(document: &Document, places: &[(Span, EntityType)]) -> Vec<PersonMention> {
    let (people, births) = people_and_births(document, places);
    let mut mentions = Vec::with_capacity(people.len());
    for (at, span) in people.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| people.get(at)).copied();
        let after = people.get(at + 1).copied();
        let lead = name::lead(text_before(document, *span));
        let near = before.filter(|before| {
            before.segment() == span.segment() && is_near(document, *before, *span)
        });
        let mut name = Name::read(document.text(*span));
        name.generation = name.generation.or_else(|| {
            let segment = document.segments().get(span.segment())?;
            name::generation_after(segment.text().get(span.end()..)?)
        });
        mentions.push(PersonMention {
            name,
            born: births.get(at).cloned().flatten(),
            listed: after.is_some_and(|after| is_listed(document, *span, after)),
            maiden_of: at.checked_sub(1).filter(|_| lead.maiden && near.is_some()),
            shares_last_with: after
                .filter(|after| is_and(document, *span, *after))
                .map(|_| at + 1),
            lead,
        });
    }
    pairs::complete(document, &people, &mut mentions);
    mentions
}

/// What stands before a mention; for the start of a segment the segment before,
/// if that is nothing but "Herrn" or "Frau Dr.".
fn text_before(document: &Document, span: Span) -> &str {
    let own = document
        .span(span.segment(), 0, span.start())
        .map_or("", |span| document.text(span));
    if !own.trim().is_empty() {
        return own;
    }
    let before = span
        .segment()
        .checked_sub(1)
        .and_then(|at| document.segments().get(at))
        .map_or("", crate::document::Segment::text);
    if name::is_lead_only(before) {
        before
    } else {
        own
    }
}

/// The people of a document, and the whole dates of birth right behind their names.
fn people_and_births(
    document: &Document,
    places: &[(Span, EntityType)],
) -> (Vec<Span>, Vec<Option<String>>) {
    let mut people = Vec::new();
    let mut births = Vec::new();
    for (at, (span, entity_type)) in places.iter().enumerate() {
        if *entity_type != EntityType::Person {
            continue;
        }
        people.push(*span);
        let next = places.get(at + 1).filter(|(next, entity_type)| {
            *entity_type == EntityType::DateOfBirth && is_birth_of(document, *span, *next)
        });
        let date = next.map(|(next, _)| canonical(EntityType::DateOfBirth, document.text(*next)));
        births.push(date.filter(|date| date.len() == "1984-07-03".len()));
    }
    (people, births)
}

/// Whether a date of birth stands so close behind a name that it is hers.
fn is_birth_of(document: &Document, name: Span, date: Span) -> bool {
    const WORDS: [&str; 9] = [
        "geb",
        "geboren",
        "geborene",
        "am",
        "born",
        "dob",
        "jun",
        "sen",
        "geburtsdatum",
    ];
    let between = text_between(document, name, date);
    let mut words = between
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty());
    between.len() < 24
        && !between.contains('\n')
        && name.segment() == date.segment()
        && words.all(|word| WORDS.contains(&fold(word).as_str()))
}

/// Whether a name stands so close behind another that "geb." can join them.
fn is_near(document: &Document, before: Span, span: Span) -> bool {
    let between = text_between(document, before, span);
    // In XML and JSON the names of the fields stand between.
    let tagged = between.contains(['<', '"']);
    between.len() < if tagged { 64 } else { 24 }
}

/// Whether only a sign of a list stands between two names.
fn is_listed(document: &Document, one: Span, other: Span) -> bool {
    let comma = || {
        let spaced = |span| document.text(span).trim().contains(char::is_whitespace);
        text_between(document, one, other) == ", " && spaced(one) && spaced(other)
    };
    is_and(document, one, other) || (one.segment() == other.segment() && comma())
}

fn text_between(document: &Document, one: Span, other: Span) -> &str {
    document
        .span(one.segment(), one.end(), other.start())
        .map_or("", |span| document.text(span))
}

fn is_and(document: &Document, one: Span, other: Span) -> bool {
    if one.segment() != other.segment() {
        return false;
    }
    let between = document
        .span(one.segment(), one.end(), other.start())
        .map_or("", |span| document.text(span));
    matches!(between, " und " | " & " | " and " | " u. ")
}

/// The key of every place.
fn keys(document: &Document, places: &[(Span, EntityType)], people: &People) -> Vec<Key> {
    let mut n_people = 0;
    let mut keys: Vec<Key> = Vec::with_capacity(places.len());
    for (span, entity_type) in places {
        let key = if *entity_type == EntityType::Person {
            n_people += 1;
            people.canonical(people.person(n_people - 1))
        } else {
            canonical(*entity_type, document.text(*span))
        };
        // Signs that fold to nothing are at least themselves.
        let own = [key, fold(document.text(*span))];
        let key = own.into_iter().find(|key| !key.is_empty());
        let key = key.unwrap_or_else(|| document.text(*span).to_owned());
        keys.push((*entity_type, key));
    }
    let wholes = Wholes::of(&keys);
    for (entity_type, key) in &mut keys {
        if let Some(whole) = wholes.of_part(*entity_type, key) {
            *key = whole;
        }
    }
    keys
}

/// Whole values under the part by which they may be named; `None` if several fit.
struct Wholes {
    by_part: BTreeMap<Key, Option<String>>,
    all: BTreeSet<Key>,
}

impl Wholes {
    fn of(keys: &[Key]) -> Self {
        let all: BTreeSet<Key> = keys.iter().cloned().collect();
        let mut by_part: BTreeMap<Key, Option<String>> = BTreeMap::new();
        for (entity_type, key) in &all {
            let part = match entity_type {
                EntityType::Email => key.split_once('@').map(|(local, _)| local),
                EntityType::Street => canonical::street_name(key),
                EntityType::Organization => without_legal_form(key),
                _ => None,
            };
            if let Some(part) = part {
                by_part
                    .entry((*entity_type, part.to_owned()))
                    .and_modify(|whole| *whole = None)
                    .or_insert_with(|| Some(key.clone()));
            }
        }
        Self { by_part, all }
    }

    fn of_part(&self, entity_type: EntityType, key: &str) -> Option<String> {
        let whole = self.by_part.get(&(entity_type, key.to_owned()));
        if let Some(whole) = whole {
            return whole.clone();
        }
        // "Wiesbadens", if "Wiesbaden" is there too.
        let inflected = matches!(
            entity_type,
            EntityType::Location | EntityType::City | EntityType::Organization
        );
        let stem = key.strip_suffix('s').filter(|_| inflected)?;
        let there = self.all.contains(&(entity_type, stem.to_owned()));
        there.then(|| stem.to_owned())
    }
}

/// "mueller bau gmbh" without "gmbh".
fn without_legal_form(key: &str) -> Option<&str> {
    const FORMS: [&str; 24] = [
        " gmbh co kg",
        " gmbh und co kg",
        " ug haftungsbeschraenkt",
        " ggmbh",
        " gmbh",
        " mbh",
        " ag",
        " kg",
        " ohg",
        " gbr",
        " ug",
        " ev",
        " e v",
        " ek",
        " e k",
        " mbb",
        " partg",
        " se",
        " ltd",
        " llp",
        " plc",
        " inc",
        " eg",
        " e g",
    ];
    FORMS.iter().find_map(|form| key.strip_suffix(form))
}

/// Whether a text is a legal form and nothing else (a "Co. KG" without a name), which
/// names no organization.
pub(super) fn is_legal_form(text: &str) -> bool {
    let mut key = String::new();
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if !word.is_empty() {
            key.push(' ');
            key.push_str(&fold(word));
        }
    }
    without_legal_form(&key) == Some("")
}

/// The parts of one subject, each once.
#[derive(Default)]
struct Parts {
    seen: BTreeSet<String>,
    list: Vec<Part>,
}

impl Parts {
    fn take_name(&mut self, mention: Option<&PersonMention>) {
        let Some(mention) = mention else { return };
        for word in &mention.name.shown {
            let mut pieces = word.split(['-', '‐', '‑']);
            let (first, second) = (pieces.next(), pieces.next());
            self.add(word, 3);
            if second.is_some() {
                let pieces = first.into_iter().chain(second).chain(pieces);
                pieces.for_each(|piece| self.add(piece, 4));
            }
        }
    }

    fn take_email(&mut self, text: &str) {
        if let Some((local, _)) = text.split_once('@') {
            let local = local.strip_prefix("mailto:").unwrap_or(local);
            if names_somebody(local) {
                self.add(local, 5);
            }
        }
    }

    fn take_street(&mut self, text: &str) {
        let name = text.split(|c: char| c.is_ascii_digit()).next();
        let name = name.unwrap_or_default().trim();
        if name.len() < text.len() {
            self.add(name, 5);
        }
    }

    fn add(&mut self, text: &str, min_chars: usize) {
        let folded = name::plain(text);
        if text.chars().count() < min_chars || name::is_particle(&folded) {
            return;
        }
        if self.seen.insert(folded.clone()) {
            self.list.push(Part {
                text: text.to_owned(),
                ordinary: words::is_ordinary(&folded),
            });
        }
    }
}

/// Whether a mail address's local part belongs to one person: `m.lang`,
/// `lang77`, not `info` and not `buergerbuero.nord`.
fn names_somebody(local: &str) -> bool {
    let compound = local.contains(|c: char| !c.is_alphabetic());
    let pieces = local.split(|c: char| !c.is_alphabetic());
    compound
        && !pieces
            .filter(|piece| piece.len() > 2)
            .any(|piece| is_role(&fold(piece)))
}

fn is_role(piece: &str) -> bool {
    const ROLES: [&str; 40] = [
        "info",
        "kontakt",
        "mail",
        "post",
        "poststelle",
        "office",
        "buero",
        "service",
        "verwaltung",
        "rathaus",
        "sekretariat",
        "presse",
        "bewerbung",
        "datenschutz",
        "support",
        "team",
        "hallo",
        "noreply",
        "reply",
        "webmaster",
        "admin",
        "empfang",
        "amt",
        "ordnungsamt",
        "sozialamt",
        "jugendamt",
        "bauamt",
        "buergerbuero",
        "zentrale",
        "kanzlei",
        "praxis",
        "schule",
        "kita",
        "vorstand",
        "verein",
        "redaktion",
        "contact",
        "enquiries",
        "help",
        "hotline",
    ];
    ROLES.contains(&piece) || piece.ends_with("amt") || piece.ends_with("stelle")
}
