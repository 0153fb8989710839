//! The words around a value: which topics a text speaks of, and where.
//!
//! One Aho-Corasick pass over a segment finds every context word of every rule,
//! inside compounds and inflected forms too, because a word is looked for as a
//! part of other words unless it says otherwise. What a nearby topic means for a
//! claim is decided in `pattern`; the words themselves are data in
//! `rules/words.rs`.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::error::{Error, ErrorKind, Result};

/// What a context word speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
#[non_exhaustive]
pub enum Topic {
    /// Telephone, mobile, fax.
    Phone,
    /// Birth and its date.
    Birth,
    /// Death and its date.
    Death,
    /// The place of birth.
    BirthPlace,
    /// The personal tax identification number.
    TaxId,
    /// The number given by a tax office.
    TaxNumber,
    /// VAT and business identification numbers.
    VatId,
    /// Pension and social insurance.
    Pension,
    /// Health insurance.
    Health,
    /// Identity card, residence title.
    IdCard,
    /// Passport.
    Passport,
    /// Driving licence.
    Licence,
    /// Registration plate.
    Plate,
    /// Vehicle identification number.
    Vehicle,
    /// Files, cases, references.
    Case,
    /// Customers, members, staff, patients.
    Customer,
    /// Land.
    Parcel,
    /// Accounts at a bank.
    Account,
    /// German bank sort codes.
    SortCode,
    /// BIC.
    Bic,
    /// IBAN.
    Iban,
    /// Payment cards.
    Card,
    /// Registers of firms, clubs, professions.
    Register,
    /// User names.
    User,
    /// Passwords, keys, tokens.
    Secret,
    /// Network addresses.
    Network,
    /// Coordinates.
    Coordinates,
    /// Streets.
    Street,
    /// Towns.
    City,
    /// Postal codes.
    PostalCode,
    /// Web addresses.
    Web,
    /// A device: IMEI, serial number.
    Device,
    /// Numbers of things, not of persons: invoices, articles, norms, versions.
    Thing,
    /// A public line of an authority or a firm.
    Hotline,
    /// Sums of money, measures, statutes.
    Amount,
    /// The Swiss AHV number, the Austrian social insurance number.
    SocialAbroad,
    /// Any number that names something: "…nummer", "…-ID".
    Number,
    /// Home folders.
    Path,
    /// Words after which only a login can stand.
    Login,
    /// National identification numbers of other states.
    National,
    /// The filler of machine-readable zones.
    Mrz,
    /// Doctors.
    Doctor,
    /// Places where doctors work.
    Practice,
    /// References of letters, where initials may stand.
    Sign,
    /// What opens a private key.
    PrivateKey,
    /// What stands before a bearer token.
    Bearer,
}

/// Several topics at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Topics(u64);

impl Topics {
    /// No topic.
    pub const NONE: Self = Self(0);

    /// Every topic.
    pub const ALL: Self = Self(u64::MAX);

    /// These topics.
    #[must_use]
    pub const fn of(topics: &[Topic]) -> Self {
        let mut bits = 0;
        let mut rest = topics;
        while let [first, others @ ..] = rest {
            bits |= Self::bit(*first);
            rest = others;
        }
        Self(bits)
    }

    #[expect(
        clippy::as_conversions,
        reason = "a discriminant in a const fn; below 64"
    )]
    const fn bit(topic: Topic) -> u64 {
        1 << (topic as u8)
    }

    /// Whether both have a topic in common.
    #[must_use]
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The topics of both.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// A context word in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// What it speaks of.
    pub topics: Topics,
}

/// All context words, compiled.
pub struct Words {
    automaton: AhoCorasick,
    words: Vec<Word>,
}

struct Word {
    topics: Topics,
    from_start: bool,
    to_end: bool,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words")
            .field("n_words", &self.words.len())
            .finish()
    }
}

impl Words {
    /// Compiles a table of topics and words. A word is found as a part of other
    /// words; `^` in front ties it to the start of a word, `$` behind to the end.
    ///
    /// # Errors
    /// If the automaton cannot be built (a bug in the table).
    pub fn new(table: &[(Topic, &[&str])]) -> Result<Self> {
        let mut patterns = Vec::new();
        let mut words = Vec::new();
        for (topic, list) in table {
            for word in *list {
                let bare = word.trim_start_matches('^').trim_end_matches('$');
                for spelling in spellings(bare) {
                    patterns.push(spelling);
                    words.push(Word {
                        topics: Topics::of(&[*topic]),
                        from_start: word.starts_with('^'),
                        to_end: word.len() > 1 && word.ends_with('$'),
                    });
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&patterns)
            .map_err(|_| Error::new(ErrorKind::Internal, "the context words do not compile"))?;
        Ok(Self { automaton, words })
    }

    /// All context words of a text, by their start. The vector is reused.
    pub fn find(&self, text: &str, hits: &mut Vec<Hit>) {
        hits.clear();
        for found in self.automaton.find_overlapping_iter(text) {
            let Some(word) = self.words.get(found.pattern().as_usize()) else {
                continue;
            };
            let (start, end) = (found.start(), found.end());
            let open = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
            if (word.from_start && !open(before(text, start)))
                || (word.to_end && !open(after(text, end)))
            {
                continue;
            }
            hits.push(Hit {
                start,
                end,
                topics: word.topics,
            });
        }
        shadow(hits);
    }

    /// The topics of a label.
    #[must_use]
    pub fn topics(&self, label: &str) -> Topics {
        let mut hits = Vec::new();
        self.find(label, &mut hits);
        hits.iter()
            .fold(Topics::NONE, |all, hit| all.with(hit.topics))
    }
}

/// The text right before a place: at most so many bytes, whole characters. It
/// keeps the look around a place from becoming a search through a whole file.
#[must_use]
pub fn left_of(text: &str, at: usize, most: usize) -> &str {
    let mut start = at.saturating_sub(most);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    text.get(start..at).unwrap_or_default()
}

/// The text right behind a place: at most so many bytes, whole characters.
#[must_use]
pub fn right_of(text: &str, at: usize, most: usize) -> &str {
    let mut end = at.saturating_add(most).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(at..end).unwrap_or_default()
}

/// Whether a place overlaps one of the ranges, which stand in order.
#[must_use]
pub fn overlaps_any(ranges: &[Range<usize>], range: &Range<usize>) -> bool {
    let first = ranges.partition_point(|known| known.end <= range.start);
    ranges
        .get(first)
        .is_some_and(|known| known.start < range.end)
}

/// Takes out hits inside a longer one: the "nummer" in "Kundennummer".
fn shadow(hits: &mut Vec<Hit>) {
    // The hits stand in the order of their ends, so a longer hit around one is
    // among the next few behind it or the one before with the same end.
    let covers = |wide: &Hit, hit: &Hit| {
        wide.start <= hit.start
            && hit.end <= wide.end
            && wide.end - wide.start > hit.end - hit.start
    };
    let mut index = 0;
    let mut last: Option<Hit> = None;
    let ahead: Vec<Hit> = hits.clone();
    hits.retain(|hit| {
        index += 1;
        let next = ahead.get(index..).unwrap_or_default().iter().take(8);
        let behind = last.is_some_and(|last| covers(&last, hit));
        let keep = !behind
            && !next
                .take_while(|wide| wide.start <= hit.start + 40)
                .any(|wide| covers(wide, hit));
        if keep {
            last = Some(*hit);
        }
        keep
    });
}

/// The character before a place.
#[must_use]
pub fn before(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

/// The character at a place.
#[must_use]
pub fn after(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// The writings of a word that the case-insensitive automaton (which only knows
/// ASCII) does not cover by itself.
fn spellings(word: &str) -> Vec<String> {
    let mut all = vec![word.to_owned()];
    if word.is_ascii() {
        return all;
    }
    let replaced = |pairs: [(&str, &str); 4]| {
        pairs
            .iter()
            .fold(word.to_owned(), |text, (from, to)| text.replace(from, to))
    };
    all.push(replaced([("ä", "Ä"), ("ö", "Ö"), ("ü", "Ü"), ("ß", "SS")]));
    all.push(replaced([
        ("ä", "ae"),
        ("ö", "oe"),
        ("ü", "ue"),
        ("ß", "ss"),
    ]));
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        Words::new(&[
            (Topic::Birth, &["geburts", "^geb"]),
            (Topic::Case, &["^az$"]),
            (Topic::Licence, &["führerschein"]),
        ])
        .unwrap()
    }

    #[test]
    fn compounds_and_inflections_count() {
        let words = words();
        for text in ["Geburtsdatums", "des Kindgeburtstags", "GEB.", "geb. Meier"] {
            assert!(
                words.topics(text).meets(Topics::of(&[Topic::Birth])),
                "{text}"
            );
        }
        for text in ["Umgebung", "Azubi", "Netz az1"] {
            assert!(words.topics(text).is_empty(), "{text}");
        }
        for text in ["FÜHRERSCHEIN", "Fuehrerscheins", "EU-Führerschein"] {
            assert!(
                words.topics(text).meets(Topics::of(&[Topic::Licence])),
                "{text}"
            );
        }
    }
}
