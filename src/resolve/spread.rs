//! The second pass: every further occurrence of an accepted value or of its
//! parts, in every segment, in every spelling.
//!
//! One look-up per word and length in a table of all values: linear in the text
//! and independent of how many values there are. Whole words only. An ordinary
//! word (Berg, Mai, Koch) is taken only where a salutation, a title or a first
//! name stands before it.

use std::collections::{BTreeMap, HashMap};

use super::canonical::{self, Shape, canonical, shape};
use super::fold::{Gap, Word, Words};
use super::name;
use super::overlap::{Claim, Claims, own_tokens};
use super::words::{is_given, is_ordinary};
use super::{Resolution, Subject};
use crate::document::Document;
use crate::entity::EntityType;

/// More words than any name or street has.
const MAX_WORDS: usize = 10;
/// More groups than a spaced IBAN of 34 characters has.
const MAX_GROUPS: usize = 12;
/// A shorter number is no identifier by its form alone.
const MIN_CODE: usize = 5;

/// Every value of a document by its spelling.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Values {
    words: HashMap<String, Entry>,
    codes: HashMap<String, Vec<CodeEntry>>,
    longest_code: usize,
}

/// A spelling made of words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    // Whole values before parts, then by type: the smallest wins a spelling.
    part: bool,
    entity_type: EntityType,
    trust: Trust,
}

/// How much a bare occurrence proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Trust {
    /// In any case, also inside a run of letters and digits.
    Any,
    /// Only if it starts upper case.
    Upper,
    /// Only with a salutation, a title or a first name before it.
    Led,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct CodeEntry {
    entity_type: EntityType,
    canonical: String,
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
        match entity_type {
            EntityType::Street => self.add_street(text, true),
            EntityType::Email => self.add_code(entity_type, &canonical::code(text), text),
            _ => self.add_words(entity_type, text, true),
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
            iso.clone(),
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

    /// Claims for all occurrences that no settled claim covers yet.
    pub(super) fn search(&self, document: &Document, settled: &Claims) -> Claims {
        let mut found = Claims::new();
        let none = Vec::new();
        for (at, segment) in document.segments().iter().enumerate() {
            let text = segment.text();
            let settled = settled.get(&at).unwrap_or(&none);
            let claims = self.search_text(text, settled);
            if !claims.is_empty() {
                found.insert(at, claims);
            }
        }
        found
    }

    fn search_text(&self, text: &str, settled: &[Claim]) -> Vec<Claim> {
        let words = Words::of(text);
        let list = words.list();
        let mut found = Vec::new();
        let mut tokens = None;
        let mut key = String::new();
        let mut at = 0;
        while at < list.len() {
            let tail = list.get(at..).unwrap_or_default();
            let by_words = self.match_words(text, &words, at, &mut key);
            let by_code = self.match_code(text, &words, tail, &mut key);
            let best = match (by_words, by_code) {
                (Some(a), Some(b)) if b.1.end > a.1.end => Some(b),
                (Some(a), _) => Some(a),
                (None, b) => b,
            };
            let Some((n_words, claim)) = best else {
                at += 1;
                continue;
            };
            let tokens = tokens.get_or_insert_with(|| own_tokens(text));
            let in_token = tokens
                .iter()
                .any(|(start, end)| *start < claim.end && claim.start < *end);
            if in_token || crosses(settled, &claim) {
                // A shorter value may still start at the next word.
                at += 1;
                continue;
            }
            at += n_words;
            if !is_covered(settled, &claim) {
                found.push(claim);
            }
        }
        found
    }

    /// The longest value of words that starts at a word.
    fn match_words(
        &self,
        text: &str,
        words: &Words,
        at: usize,
        key: &mut String,
    ) -> Option<(usize, Claim)> {
        let tail = words.list().get(at..)?;
        let mut best = None;
        key.clear();
        for (n, word) in tail.iter().take(MAX_WORDS).enumerate() {
            match word.gap {
                Gap::LineHyphen => {}
                Gap::Far | Gap::Number if n > 0 => break,
                Gap::Glued | Gap::Near | Gap::Number | Gap::Far => {
                    if n > 0 {
                        key.push(' ');
                    }
                }
            }
            key.push_str(words.folded(*word));
            let run = Run {
                text,
                words,
                first: at,
                len: n + 1,
            };
            if let Some(entry) = self.entry(key) {
                if run.proves(entry) {
                    best = Some((n + 1, run.claim(entry)));
                }
            }
        }
        best
    }

    /// The entry of a spelling, or of the spelling without a genitive s.
    fn entry(&self, key: &str) -> Option<&Entry> {
        self.words.get(key).or_else(|| {
            let stem = key.strip_suffix('s').filter(|stem| stem.len() > 3)?;
            self.words.get(stem)
        })
    }

    /// The longest number or code that starts at a word.
    fn match_code(
        &self,
        text: &str,
        words: &Words,
        tail: &[Word],
        key: &mut String,
    ) -> Option<(usize, Claim)> {
        let first = tail.first().filter(|word| word.gap != Gap::Glued)?;
        let mut best = None;
        key.clear();
        for (n, word) in tail.iter().take(MAX_GROUPS).enumerate() {
            if (n > 0 && word.gap == Gap::Far) || key.len() > self.longest_code {
                break;
            }
            key.push_str(words.folded(*word));
            let ends = tail.get(n + 1).is_none_or(|next| next.gap != Gap::Glued);
            let Some(entries) = self.codes.get(key.as_str()).filter(|_| ends) else {
                continue;
            };
            let shown = text.get(first.start..word.end).unwrap_or_default();
            // A plus sign in front belongs to a number.
            let plus = text
                .get(..first.start)
                .is_some_and(|before| before.ends_with('+'));
            let start = first.start - usize::from(plus);
            let with_plus = text.get(start..word.end).unwrap_or(shown);
            let same = |entry: &&CodeEntry| {
                canonical(entry.entity_type, with_plus) == entry.canonical
                    || is_local_part(entry, shown)
            };
            if let Some(entry) = entries.iter().find(same) {
                let claim = Claim {
                    start,
                    end: word.end,
                    entity_type: entry.entity_type,
                    score: 0.9,
                };
                best = Some((n + 1, claim));
            }
        }
        best
    }
}

/// `m.lang` of `m.lang@web.example`.
fn is_local_part(entry: &CodeEntry, shown: &str) -> bool {
    entry.entity_type == EntityType::Email
        && entry
            .canonical
            .split_once('@')
            .is_some_and(|(local, _)| local == shown.to_lowercase())
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

/// A run of words in a text that spells a value.
struct Run<'a> {
    text: &'a str,
    words: &'a Words,
    first: usize,
    len: usize,
}

impl Run<'_> {
    fn words(&self) -> &[Word] {
        let all = self.words.list();
        all.get(self.first..self.first + self.len)
            .unwrap_or_default()
    }

    /// Whether the value may be meant here.
    fn proves(&self, entry: &Entry) -> bool {
        let Some(first) = self.words().first() else {
            return false;
        };
        let long = |word: &&Word| self.words.folded(**word).len() > 2;
        let letters = |word: &&Word| {
            !self
                .words
                .folded(**word)
                .starts_with(|c: char| c.is_numeric())
        };
        let upper = || {
            self.words()
                .iter()
                .filter(long)
                .filter(letters)
                .all(|word| word.upper)
        };
        let next = self.words.list().get(self.first + self.len);
        let glued = first.gap == Gap::Glued || next.is_some_and(|word| word.gap == Gap::Glued);
        let n_letters: usize = self
            .words()
            .iter()
            .map(|word| self.words.folded(*word).len())
            .sum();
        match entry.trust {
            // "AkteMüller", "mueller77": a long name is a name even there.
            Trust::Any => !glued || n_letters > 4,
            Trust::Upper => !glued && upper(),
            Trust::Led => !glued && upper() && self.is_led(),
        }
    }

    fn is_led(&self) -> bool {
        let start = self.words().first().map_or(0, |word| word.start);
        let before = self.text.get(..start).unwrap_or_default();
        name::lead(before).titled || self.given_before().is_some()
    }

    /// A first name right before the run.
    fn given_before(&self) -> Option<Word> {
        let before = self.words.list().get(self.first.checked_sub(1)?)?;
        let folded = self.words.folded(*before);
        let near = self.words().first()?.gap == Gap::Near;
        let name = before.upper && near && is_given(folded) && !is_ordinary(folded);
        let between = self.text.get(before.end..self.words().first()?.start);
        (name && between == Some(" ")).then_some(*before)
    }

    fn claim(&self, entry: &Entry) -> Claim {
        let run = self.words();
        let mut start = run.first().map_or(0, |word| word.start);
        let end = run.last().map_or(start, |word| word.end);
        // A first name left beside a last name would tell as much.
        let lone = entry.entity_type == EntityType::Person && self.len == 1;
        if let Some(given) = self.given_before().filter(|_| lone) {
            start = given.start;
        }
        Claim {
            start,
            end,
            entity_type: entry.entity_type,
            score: 0.5,
        }
    }
}

fn is_covered(settled: &[Claim], claim: &Claim) -> bool {
    let at = settled.partition_point(|known| known.end <= claim.start);
    settled
        .get(at)
        .is_some_and(|known| known.start <= claim.start && claim.end <= known.end)
}

/// Whether a claim cuts through a settled one: "Lang, Max" in "Lang, Max Lang".
fn crosses(settled: &[Claim], claim: &Claim) -> bool {
    let from = settled.partition_point(|known| known.end <= claim.start);
    let overlapping = settled
        .iter()
        .skip(from)
        .take_while(|known| known.start < claim.end);
    let inside = is_covered(settled, claim);
    overlapping
        .into_iter()
        .any(|known| !inside && !(claim.start <= known.start && known.end <= claim.end))
}

impl Values {
    /// Whether there is nothing to look for.
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty() && self.codes.is_empty()
    }
}

/// Adds claims to claims.
pub(super) fn join(claims: &mut Claims, more: Claims) {
    let all: BTreeMap<usize, Vec<Claim>> = more;
    for (segment, mut found) in all {
        claims.entry(segment).or_default().append(&mut found);
    }
}
