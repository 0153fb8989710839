//! How a stand-in is put together of its parts: a name of its words, a street of
//! its name and number, a mail address after the person whose it is.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a few entity types are special, the other thirty are alike"
)]

use super::super::invent::{self, Seed};
use super::super::{Pseudonyms, number, shift};
use super::spelling::{begins_like, dress, fold, is_kept, like, main_word, owns, role};
use super::{Fitting, PersonName};
use crate::entity::EntityType;
use crate::error::Result;
use crate::mapping::Blind;

impl Pseudonyms<'_> {
    /// What a value may become; `None` if a token must take its place.
    pub(super) fn candidate(
        &mut self,
        entity_type: EntityType,
        text: &str,
        seed: &Seed,
        attempt: u32,
        fitting: &Fitting<'_>,
    ) -> Result<Option<String>> {
        Ok(match entity_type {
            EntityType::Person => Some(self.name(text, seed, attempt, fitting)?),
            EntityType::Street => self.street(text, attempt, fitting)?,
            EntityType::Email | EntityType::UserName => {
                self.mailbox(text, seed, attempt, fitting)?
            }
            EntityType::Url => {
                let base = self.inner_base("host", text, fitting)?;
                let host = fold(&base);
                Some(number::url(text, &format!("{host}.example"), seed, attempt))
            }
            EntityType::DateOfBirth | EntityType::DateOfDeath => {
                // One shift for a scope, so that ages and spans stay; no second try.
                let days = self.shift(fitting.scope);
                shift::shift(text, days).filter(|_| attempt == 0)
            }
            _ => number::stand_in(entity_type, text, seed),
        })
    }

    /// Days by which a scope's dates are moved: at least ten, less than a year,
    /// forwards or back.
    fn shift(&self, scope: Blind) -> i64 {
        let seed = Seed::new(self.key.blind("date shift", &[&scope.0]).0);
        let days = i64::from(seed.below(0, 340)) + 10;
        if seed.below(1, 2) == 0 { days } else { -days }
    }

    /// A name of several words, or with initials.
    fn name(
        &mut self,
        text: &str,
        seed: &Seed,
        attempt: u32,
        fitting: &Fitting<'_>,
    ) -> Result<String> {
        let unknown = PersonName::default();
        let person = fitting.person.unwrap_or(&unknown);
        let mut shown = String::new();
        let mut rest = text;
        let mut middle = attempt > 0;
        let mut n_words = 0;
        while let Some(first) = rest.chars().next() {
            let end = |letters: bool| {
                let other = |c: char| c.is_alphanumeric() != letters;
                rest.find(other).unwrap_or(rest.len())
            };
            let is_word = first.is_alphanumeric();
            let (piece, after) = rest.split_at_checked(end(is_word)).unwrap_or((rest, ""));
            rest = after;
            if !is_word {
                shown.push_str(piece);
                continue;
            }
            shown.push_str(&self.word(piece, n_words == 0, person, fitting)?);
            n_words += 1;
            // Two originals with one stand-in ("K. Müller" and "M. Müller"): a middle
            // initial tells them apart.
            if std::mem::take(&mut middle) {
                let letter = invent::letter(seed);
                shown.push_str(&format!(" {letter}."));
                if attempt > 12 {
                    shown.push_str(&format!(" {}.", invent::letter(&seed.next())));
                }
                if piece.chars().count() == 1 && rest.starts_with('.') {
                    // "K." keeps its own full stop.
                    shown = shown.replacen(&format!(" {letter}."), &format!(". {letter}"), 1);
                }
            }
        }
        Ok(shown)
    }

    /// One word of a name.
    fn word(
        &mut self,
        piece: &str,
        is_first: bool,
        person: &PersonName,
        fitting: &Fitting<'_>,
    ) -> Result<String> {
        let folded = fold(piece);
        if is_kept(&folded) {
            return Ok(piece.to_owned());
        }
        if folded.chars().count() == 1 {
            let begins = |word: &&String| word.starts_with(folded.as_str());
            let given = person.given.iter().find(begins);
            let (kind, of) = match given {
                Some(given) => ("given", given.clone()),
                None if !is_first && person.last.starts_with(folded.as_str()) => {
                    ("last", main_word(&person.last))
                }
                None => ("given", folded.clone()),
            };
            let base = self.name_base(kind, &of, person, fitting)?;
            let initial: String = base.chars().take(1).collect();
            return Ok(like(&initial, piece));
        }
        let (kind, stem) = role(&folded, is_first, person);
        let base = self.name_base(kind, &stem, person, fitting)?;
        Ok(dress(&base, piece, &stem))
    }

    /// "Hauptstraße 12 a" → "Lindkamper Straße 47 a", with the same number of
    /// steps between two houses of one street.
    fn street(
        &mut self,
        text: &str,
        attempt: u32,
        fitting: &Fitting<'_>,
    ) -> Result<Option<String>> {
        let at = text
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(text.len());
        let (name, house) = text.split_at_checked(at).unwrap_or((text, ""));
        let bare = name.trim_end();
        if bare.is_empty() {
            return Ok(None);
        }
        let (stem, ending) = invent::street_ending(bare);
        let base = self.inner_base("street", stem, fitting)?;
        let part = self.part("street", &fold(stem), fitting.scope);
        let step = self.seed(&part, u32::MAX).below(0, 60) + 7 + attempt * 97;
        let space = name.get(bare.len()..).unwrap_or_default();
        let house = number::moved(house, step);
        Ok(Some(format!("{base}{ending}{space}{house}")))
    }

    /// A mail address or a user name after the person whose it is.
    fn mailbox(
        &mut self,
        text: &str,
        seed: &Seed,
        attempt: u32,
        fitting: &Fitting<'_>,
    ) -> Result<Option<String>> {
        let (local, host) = text
            .split_once('@')
            .map_or((text, None), |(local, host)| (local, Some(host)));
        let mut shown = String::new();
        let mut start = 0;
        let bounds = local
            .char_indices()
            .filter(|(_, c)| !c.is_alphabetic())
            .map(|(at, c)| (at, c.len_utf8()))
            .chain([(local.len(), 0)]);
        let owners = fitting.people.iter().copied();
        let owner = owners
            .filter(|person| owns(local, person))
            .max_by_key(|person| begins_like(local, person));
        for (at, len) in bounds {
            let piece = local.get(start..at).unwrap_or_default();
            if !piece.is_empty() {
                let word = self.mail_word(piece, owner, seed, fitting)?;
                shown.push_str(&like(&word, piece));
            }
            shown.push_str(local.get(at..at + len).unwrap_or_default());
            start = at + len;
        }
        let mut shown = number::other_digits(&shown, seed);
        if attempt > 0 {
            shown.push_str(&seed.below(3, 900).to_string());
        }
        let Some(host) = host else {
            return Ok((shown.chars().count() > 4).then_some(shown));
        };
        let base = self.inner_base("host", host, fitting)?;
        Ok(Some(format!("{shown}@{}.example", fold(&base))))
    }

    fn mail_word(
        &mut self,
        piece: &str,
        owner: Option<&PersonName>,
        seed: &Seed,
        fitting: &Fitting<'_>,
    ) -> Result<String> {
        let folded = fold(piece);
        if let Some(person) = owner {
            let last = main_word(&person.last);
            if let Some(before) = folded.strip_suffix(last.as_str()) {
                let given = person.given.first().cloned().unwrap_or_default();
                let last = fold(&self.name_base("last", &last, person, fitting)?);
                if before.is_empty() {
                    return Ok(last);
                }
                let base = fold(&self.name_base("given", &given, person, fitting)?);
                // "mmueller" and "maxmueller".
                let n = if before == given { base.len() } else { 1 };
                return Ok(format!("{}{last}", base.get(..n).unwrap_or(&base)));
            }
            if let Some(given) = person.given.iter().find(|given| **given == folded) {
                return Ok(fold(&self.name_base("given", given, person, fitting)?));
            }
            if folded.chars().count() == 1 {
                let given = person.given.first().cloned().unwrap_or_default();
                let base = fold(&self.name_base("given", &given, person, fitting)?);
                return Ok(base.chars().take(1).collect());
            }
        }
        if folded.chars().count() < 3 {
            return Ok(invent::letter(seed).to_lowercase().to_string());
        }
        Ok(fold(&self.inner_base("mail", piece, fitting)?))
    }
}
