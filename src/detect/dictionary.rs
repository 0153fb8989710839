//! The user's own lists: what must go (deny) and what must stay (allow).
//!
//! A list is kept as the set of all beginnings of its entries, word by word, each
//! as one hash. A word of a text costs one or two look-ups whether the list has
//! ten entries or ten million (measured against Aho-Corasick:
//! `docs/decisions/0601-word-lists.md`). What counts as a word is decided in
//! `word`, what nearly matches in `fuzzy`. A deny list is a recognizer like any
//! other; what an allow list keeps is decided in [`super::allowed`].

mod fuzzy;
mod word;

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use crate::detect::Recognizer;
use crate::detect::context::overlaps_any;
use crate::document::{Document, Span};
use crate::entity::{DENY_LIST, EntityType, Finding, Score};
use crate::error::{Error, ErrorKind, Result};
use crate::token;
use fuzzy::Fuzzy;
use word::{Words, fold};

/// Endings that a German noun or name may take.
const ENDINGS: &[&str] = &["s", "es", "n", "en", "e", "ern", "er", "ens", "ns"];

/// The least that must be left of a word without its ending, in bytes.
const LEAST_STEM: usize = 3;

/// The most words an entry may have. It bounds how far a look-up may run.
const MOST_WORDS: usize = 64;

/// The least length of a part of a word such as `AntragQuast`, in bytes.
const LEAST_PART: usize = 4;

/// How entries of a list match.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Matching {
    /// As written, upper and lower case differ.
    Exact,
    /// Without regard to case, accents and umlauts' writing, with the endings of
    /// German inflection, spaces and hyphens alike.
    #[default]
    Tolerant,
    /// The same, and with one wrong letter in words of five to eight letters, two
    /// in longer ones.
    Fuzzy,
}

/// A compiled list.
#[derive(Debug)]
pub struct Dictionary {
    /// What every beginning of an entry means, by its hash.
    nodes: HashMap<u64, u8, Hashed>,
    /// Entries that begin or end with signs that count, such as "C++".
    edged: HashMap<u64, Vec<Edge>, Hashed>,
    fuzzy: Option<Fuzzy>,
    matching: Matching,
    entity_type: EntityType,
    n_entries: usize,
}

/// An entry goes on from here.
const MORE: u8 = 1;
/// An entry ends here.
const END: u8 = 2;
/// An entry ends here if the signs around it are right.
const EDGED: u8 = 4;

/// The signs before and behind an entry.
type Edge = (Box<str>, Box<str>);

/// A text while it is searched.
struct Look<'a> {
    text: &'a str,
    words: &'a Words,
    first: usize,
}

impl Dictionary {
    /// Compiles a list. Empty entries are left out.
    ///
    /// # Errors
    /// If an entry holds neither letter nor digit or too many words, or a list
    /// that matches fuzzily is too long.
    pub fn new<I, S>(entries: I, entity_type: EntityType, matching: Matching) -> Result<Self>
    where
        I: IntoIterator<Item = S>,
        S: AsRef<str>,
    {
        let mut list = Self {
            nodes: HashMap::default(),
            edged: HashMap::default(),
            fuzzy: (matching == Matching::Fuzzy).then(Fuzzy::default),
            matching,
            entity_type,
            n_entries: 0,
        };
        for (index, entry) in entries.into_iter().enumerate() {
            let entry = entry.as_ref().trim();
            if !entry.is_empty() {
                list.add(entry, index + 1)?;
            }
        }
        list.nodes.shrink_to_fit();
        Ok(list)
    }

    /// How many entries it has.
    #[must_use]
    pub const fn n_entries(&self) -> usize {
        self.n_entries
    }

    fn add(&mut self, entry: &str, number: usize) -> Result<()> {
        let wrong = |what: String| Err(Error::new(ErrorKind::Settings, what));
        let words = Words::of(entry, self.exact());
        let (Some(first), Some(last)) = (words.words.first(), words.words.last()) else {
            return wrong(format!(
                "entry {number} of a word list holds no letter or digit"
            ));
        };
        if words.words.len() > MOST_WORDS {
            return wrong(format!(
                "entry {number} of a word list has more than {MOST_WORDS} words"
            ));
        }
        self.n_entries += 1;
        if self.fuzzy.is_some() && self.n_entries > fuzzy::MOST_ENTRIES {
            return wrong(format!(
                "a list that matches fuzzily takes at most {} entries; use `match = \"tolerant\"`",
                fuzzy::MOST_ENTRIES
            ));
        }
        let mut state = 0;
        let mut before: Option<usize> = None;
        for word in &words.words {
            let gap = before.map_or(Some(0), |end| {
                gap(
                    entry.get(end..word.range.start).unwrap_or_default(),
                    self.exact(),
                )
            });
            let Some(gap) = gap else {
                return wrong(format!(
                    "entry {number} of a word list has a gap that no text can have"
                ));
            };
            if before.is_some() {
                *self.nodes.entry(state).or_default() |= MORE;
            }
            let from = join(state, gap);
            let to = step(from, hash_word(words.folded(word)));
            if let Some(fuzzy) = &mut self.fuzzy {
                fuzzy.add(from, to, words.folded(word));
            }
            self.nodes.entry(to).or_default();
            state = to;
            before = Some(word.range.end);
        }
        let lead = signs(entry.get(..first.range.start).unwrap_or_default());
        let trail = signs(entry.get(last.range.end..).unwrap_or_default());
        let flag = if lead.is_empty() && trail.is_empty() {
            END
        } else {
            let edges = self.edged.entry(state).or_default();
            edges.push((lead.into(), trail.into()));
            EDGED
        };
        *self.nodes.entry(state).or_default() |= flag;
        Ok(())
    }

    fn exact(&self) -> bool {
        self.matching == Matching::Exact
    }

    /// The places of a document where an entry stands, the longest at each start.
    #[must_use]
    pub fn spans(&self, document: &Document) -> Vec<Span> {
        let mut spans = Vec::new();
        if self.n_entries == 0 {
            return spans;
        }
        for (index, segment) in document.segments().iter().enumerate() {
            let text = segment.text();
            let words = Words::of(text, self.exact());
            let masked = token::find_all(text).collect::<Vec<_>>();
            let mut covered = 0;
            for at in 0..words.words.len() {
                let Some(place) = self.at(text, &words, at) else {
                    continue;
                };
                if place.end > covered && !overlaps_any(&masked, &place) {
                    covered = place.end;
                    spans.extend(document.span(index, place.start, place.end));
                }
            }
        }
        spans
    }

    /// The longest entry at a word, or in it.
    fn at(&self, text: &str, words: &Words, first: usize) -> Option<Range<usize>> {
        let look = Look { text, words, first };
        let word = words.words.get(first)?;
        if let Some(end) = self.walk(&look, first, 0) {
            return Some(word.range.start..end);
        }
        if !word.letters {
            return None;
        }
        let whole = text.get(word.range.clone())?;
        humps(whole)
            .filter(|part| part.len() >= LEAST_PART)
            .find(|part| {
                let folded = fold(whole.get(part.clone()).unwrap_or_default(), self.exact());
                self.flags(step(join(0, 0), hash_word(&folded))) & END != 0
            })
            .map(|part| word.range.start + part.start..word.range.start + part.end)
    }

    fn flags(&self, state: u64) -> u8 {
        self.nodes.get(&state).copied().unwrap_or_default()
    }

    /// Where the longest entry ends that goes on from a state with a word.
    fn walk(&self, look: &Look<'_>, at: usize, state: u64) -> Option<usize> {
        let word = look.words.words.get(at)?;
        let gap = if at == look.first {
            0
        } else {
            let before = look.words.words.get(at - 1)?.range.end;
            gap(look.text.get(before..word.range.start)?, self.exact())?
        };
        let from = join(state, gap);
        let plain = self.read(look, at, look.words.folded(word), from);
        let joined = look
            .joined(at)
            .and_then(|joined| self.read(look, at + 1, &joined, from));
        plain.max(joined)
    }

    /// The same, with the word as one or the other form of it reads.
    fn read(&self, look: &Look<'_>, last: usize, folded: &str, from: u64) -> Option<usize> {
        let mut best = self.reach(look, last, step(from, hash_word(folded)));
        if self.exact() {
            return best;
        }
        for ending in ENDINGS {
            if let Some(stem) = folded.strip_suffix(ending)
                && stem.len() >= LEAST_STEM
            {
                best = best.max(self.reach(look, last, step(from, hash_word(stem))));
            }
        }
        if let Some(fuzzy) = &self.fuzzy {
            let mut states = Vec::new();
            fuzzy.next(from, folded, &mut states);
            for state in states {
                best = best.max(self.reach(look, last, state));
            }
        }
        best
    }

    fn reach(&self, look: &Look<'_>, last: usize, state: u64) -> Option<usize> {
        let flags = self.flags(state);
        if flags == 0 {
            return None;
        }
        let end = look.words.words.get(last)?.range.end;
        let mut best = (flags & END != 0).then_some(end);
        if flags & EDGED != 0 {
            best = best.max(self.edge(look, end, state));
        }
        if flags & MORE != 0 {
            best = best.max(self.walk(look, last + 1, state));
        }
        best
    }

    /// Whether the signs around a place are those of an entry; where it then ends.
    fn edge(&self, look: &Look<'_>, end: usize, state: u64) -> Option<usize> {
        let start = look.words.words.get(look.first)?.range.start;
        let (left, right) = (look.text.get(..start)?, look.text.get(end..)?);
        let edges = self.edged.get(&state)?.iter();
        edges
            .filter(|(lead, trail)| left.ends_with(&**lead) && right.starts_with(&**trail))
            .map(|(_, trail)| end + trail.len())
            .max()
    }
}

impl Look<'_> {
    /// A word that a hyphen at the end of a line takes apart.
    fn joined(&self, at: usize) -> Option<String> {
        let (word, next) = (self.words.words.get(at)?, self.words.words.get(at + 1)?);
        let gap = self.text.get(word.range.end..next.range.start)?;
        let mut signs = gap.chars().filter(|c| *c != '\r' && *c != ' ');
        let broken = matches!(signs.next(), Some('-' | '¬' | '‐'))
            && signs.next() == Some('\n')
            && signs.next().is_none();
        let small = self
            .text
            .get(next.range.clone())?
            .chars()
            .next()?
            .is_lowercase();
        (broken && small && word.letters && next.letters)
            .then(|| format!("{}{}", self.words.folded(word), self.words.folded(next)))
    }
}

impl Recognizer for Dictionary {
    fn name(&self) -> &'static str {
        DENY_LIST
    }

    fn entity_types(&self) -> Vec<EntityType> {
        vec![self.entity_type]
    }

    fn detect(&self, document: &Document) -> Result<Vec<Finding>> {
        let claim = |span| Finding {
            span,
            entity_type: self.entity_type,
            score: Score::SURE,
            recognizer: DENY_LIST,
        };
        Ok(self.spans(document).into_iter().map(claim).collect())
    }
}

/// What stands between two words, as one number; `None` if they belong to two
/// phrases. Signs that separate (a comma, an @) count, spaces and hyphens do not.
fn gap(between: &str, exact: bool) -> Option<u64> {
    if between.len() > 24 || between.bytes().filter(|b| *b == b'\n').count() > 1 {
        return None;
    }
    let mut signs = String::new();
    for c in between.chars().filter(|c| !word::is_silent(*c)) {
        if c.is_whitespace() {
            if exact && !signs.ends_with(' ') {
                signs.push(' ');
            }
        } else if exact || ",;:|!?=<>[]{}@\\\"„“”".contains(c) {
            signs.push(c);
        }
    }
    Some(if signs.is_empty() {
        0
    } else {
        hash_word(&signs)
    })
}

/// The signs at an end of an entry that count: quotes, brackets and marks of a
/// sentence do not.
fn signs(edge: &str) -> String {
    let edge =
        edge.trim_matches(|c: char| c.is_whitespace() || "\"'„“”‚‘’«»()[].,;:!?-".contains(c));
    edge.to_owned()
}

/// The parts of a word in which capitals start anew: `AntragQuast`. None if there is only one.
fn humps(word: &str) -> impl Iterator<Item = Range<usize>> {
    let mut cuts = Vec::new();
    let mut small = false;
    for (at, c) in word.char_indices() {
        if small && c.is_uppercase() {
            cuts.push(at);
        }
        small = c.is_lowercase();
    }
    let starts: Vec<usize> = if cuts.is_empty() || word.len() > 256 {
        Vec::new()
    } else {
        std::iter::once(0).chain(cuts).collect()
    };
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([word.len()]).collect();
    starts.into_iter().zip(ends).map(|(start, end)| start..end)
}

/// FNV-1a with a last mixing.
fn hash_word(word: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in word.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    mix(hash)
}

const fn mix(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 32)
}

const fn join(state: u64, gap: u64) -> u64 {
    mix(state ^ gap.rotate_left(17)).wrapping_add(0x9e37_79b9_7f4a_7c15)
}

const fn step(from: u64, word: u64) -> u64 {
    mix(from ^ word.rotate_left(31))
}

/// The keys are hashes already.
#[derive(Clone, Copy, Debug, Default)]
struct Given(u64);

impl Hasher for Given {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

type Hashed = BuildHasherDefault<Given>;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Location, Segment, SegmentKind};

    fn document(text: &str) -> Document {
        let mut document = Document::new();
        document.push(Segment::new(
            SegmentKind::Paragraph,
            text,
            Location::new("body"),
        ));
        document
    }

    const ENTRIES: &[&str] = &[
        "Projekt Öresund",
        "Quast",
        "K7RN33",
        "",
        "Brandenburger",
        "Müller-Lüdenscheidt",
        "C++",
        "Quast, Anna",
        "Straußenhof GmbH & Co. KG",
        "7-4711",
    ];

    fn found(text: &str, matching: Matching) -> Vec<String> {
        let list = Dictionary::new(ENTRIES, EntityType::ListEntry, matching).unwrap();
        let document = document(text);
        list.spans(&document)
            .into_iter()
            .map(|span| document.text(span).to_owned())
            .collect()
    }

    #[test]
    fn tolerant_lists_find_every_writing() {
        for (text, expected) in [
            (
                "das PROJEKT ÖRESUND und İ Quasts Haus",
                &["PROJEKT ÖRESUND", "Quasts"][..],
            ),
            (
                "Projekt Oeresund, Projekt\nÖresund, Projekt-O\u{308}resund",
                &[
                    "Projekt Oeresund",
                    "Projekt\nÖresund",
                    "Projekt-O\u{308}resund",
                ],
            ),
            ("Quastenflosser, Erquast, Quastel", &[]),
            ("[PERSON_K7RN33] ist ein Token", &[]),
            (
                "Quast1 Quast² 3Quast Quastª Quast* Quast_2023",
                &["Quast", "Quast", "Quast", "Quast", "Quast", "Quast"],
            ),
            (
                "Qua\u{ad}st, Q\u{200b}uast",
                &["Qua\u{ad}st", "Q\u{200b}uast"],
            ),
            ("Herr Branden-\nburger kam", &["Branden-\nburger"]),
            ("Herr Branden-\nBurger kam", &[]),
            (
                "MÜLLER LÜDENSCHEIDT, Mueller-Luedenscheidt",
                &["MÜLLER LÜDENSCHEIDT", "Mueller-Luedenscheidt"],
            ),
            ("C++ und C", &["C++"]),
            ("Quast, Anna; Quast; Anna", &["Quast, Anna", "Quast"]),
            (
                "der Straussenhof GmbH &Co KG",
                &["Straussenhof GmbH &Co KG"],
            ),
            ("Projekt.\n\nÖresund", &[]),
            ("AntragQuast.pdf, QuastVollmacht", &["Quast", "Quast"]),
            ("Nr. 7-4711, 74711, 17-4711", &["7-4711"]),
        ] {
            assert_eq!(found(text, Matching::Tolerant), expected, "{text}");
        }
    }

    #[test]
    fn exact_lists_find_one_writing() {
        assert_eq!(
            found("quast Quast Quasts QUAST Quast1", Matching::Exact),
            ["Quast", "Quast"]
        );
        assert_eq!(
            found("Projekt Öresund, Projekt-Öresund", Matching::Exact),
            ["Projekt Öresund"]
        );
    }

    #[test]
    fn fuzzy_lists_find_errors() {
        assert_eq!(
            found(
                "Qaust, Quest, Brandnburgre, Porjekt Öresumd, Quer",
                Matching::Fuzzy
            ),
            ["Qaust", "Quest", "Brandnburgre", "Porjekt Öresumd"]
        );
    }

    #[test]
    fn entries_that_cannot_match_are_errors() {
        for entry in ["***", "a  \n \n b", &"x ".repeat(65)] {
            let list = Dictionary::new([entry], EntityType::ListEntry, Matching::Tolerant);
            assert_eq!(list.unwrap_err().kind(), ErrorKind::Settings, "{entry}");
        }
    }
}
