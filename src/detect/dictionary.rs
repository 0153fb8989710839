//! The user's own lists: what must go (deny) and what must stay (allow).
//!
//! A deny list is a recognizer like any other; an allow list is a filter that
//! tells which places must stay. Both match whole words, on request without
//! regard to case and with the endings of German inflection.

use aho_corasick::{AhoCorasick, MatchKind};

use crate::detect::Recognizer;
use crate::detect::context::{after, before};
use crate::document::{Document, Span};
use crate::entity::{EntityType, Finding, Score};
use crate::error::{Error, ErrorKind, Result};
use crate::token;

/// Endings that a German noun or name may take.
const ENDINGS: &[&str] = &[
    "", "s", "es", "n", "en", "e", "'", "’", "'s", "’s", "ern", "er",
];

/// How entries of a list match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tolerance {
    /// Whether upper and lower case differ.
    pub case_sensitive: bool,
    /// Whether the endings of German inflection are allowed.
    pub inflected: bool,
}

impl Default for Tolerance {
    fn default() -> Self {
        Self {
            case_sensitive: false,
            inflected: true,
        }
    }
}

/// A compiled list.
#[derive(Debug)]
pub struct Dictionary {
    automaton: AhoCorasick,
    entity_type: EntityType,
    tolerance: Tolerance,
}

impl Dictionary {
    /// Compiles a list. Empty entries are left out.
    ///
    /// # Errors
    /// If the list is too large for the automaton.
    pub fn new<I, S>(entries: I, entity_type: EntityType, tolerance: Tolerance) -> Result<Self>
    where
        I: IntoIterator<Item = S>,
        S: AsRef<str>,
    {
        let fold = |entry: S| fold(entry.as_ref().trim(), tolerance);
        let entries = entries
            .into_iter()
            .map(fold)
            .filter(|entry| !entry.is_empty());
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(entries)
            .map_err(|_| Error::new(ErrorKind::Settings, "the word list is too large"))?;
        Ok(Self {
            automaton,
            entity_type,
            tolerance,
        })
    }

    /// The places of a document where an entry stands, longest first at each start.
    #[must_use]
    pub fn spans(&self, document: &Document) -> Vec<Span> {
        let mut spans = Vec::new();
        for (index, segment) in document.segments().iter().enumerate() {
            let text = segment.text();
            let folded = Folded::new(text, self.tolerance);
            let masked = token::find_all(text).collect::<Vec<_>>();
            let mut found: Vec<(usize, usize)> = Vec::new();
            for hit in self.automaton.find_overlapping_iter(&folded.text) {
                let (Some(start), Some(end)) = (folded.place(hit.start()), folded.place(hit.end()))
                else {
                    continue;
                };
                let Some(end) = self.end(text, start, end) else {
                    continue;
                };
                if !masked
                    .iter()
                    .any(|token| token.start < end && start < token.end)
                {
                    found.push((start, end));
                }
            }
            found.sort_unstable_by_key(|(start, end)| (*start, std::cmp::Reverse(*end)));
            let mut covered = 0;
            for (start, end) in found {
                if end > covered {
                    covered = end;
                    spans.extend(document.span(index, start, end));
                }
            }
        }
        spans
    }

    /// Where the word ends that an entry stands for; `None` if it is another word.
    fn end(&self, text: &str, start: usize, end: usize) -> Option<usize> {
        let word = |c: char| c.is_alphanumeric();
        let opens = text
            .get(start..)
            .and_then(|rest| rest.chars().next())
            .is_some_and(word);
        if opens && before(text, start).is_some_and(word) {
            return None;
        }
        let closes = before(text, end).is_some_and(word);
        if !closes || !after(text, end).is_some_and(word) {
            return Some(end);
        }
        let rest = text.get(end..)?;
        let tail: usize = rest
            .chars()
            .take_while(|c| word(*c))
            .map(char::len_utf8)
            .sum();
        let tail_text = rest.get(..tail)?.to_lowercase();
        (self.tolerance.inflected && ENDINGS.contains(&tail_text.as_str())).then_some(end + tail)
    }
}

impl Recognizer for Dictionary {
    fn name(&self) -> &'static str {
        "dictionary"
    }

    fn entity_types(&self) -> Vec<EntityType> {
        vec![self.entity_type]
    }

    fn detect(&self, document: &Document) -> Result<Vec<Finding>> {
        let claim = |span| Finding {
            span,
            entity_type: self.entity_type,
            score: Score::SURE,
            recognizer: "dictionary",
        };
        Ok(self.spans(document).into_iter().map(claim).collect())
    }
}

/// Takes out findings that lie inside a place which must stay.
#[must_use]
pub fn without_allowed(findings: Vec<Finding>, allowed: &[Span]) -> Vec<Finding> {
    let stays = |finding: &Finding| !allowed.iter().any(|span| span.covers(finding.span));
    findings.into_iter().filter(stays).collect()
}

/// A text as the automaton sees it, with the way back to the original's places.
struct Folded {
    text: String,
    /// For every byte of the folded text and its end: the place in the
    /// original, if a character starts there. Empty if nothing moved.
    places: Vec<Option<usize>>,
}

impl Folded {
    fn new(text: &str, tolerance: Tolerance) -> Self {
        let folded = fold(text, tolerance);
        if tolerance.case_sensitive || text.is_ascii() {
            return Self {
                text: folded,
                places: Vec::new(),
            };
        }
        let mut places = Vec::with_capacity(folded.len() + 1);
        for (at, c) in text.char_indices() {
            let width = fold_char(c).map(char::len_utf8).sum::<usize>();
            places.push(Some(at));
            places.extend(std::iter::repeat_n(None, width.saturating_sub(1)));
        }
        places.push(Some(text.len()));
        Self {
            text: folded,
            places,
        }
    }

    fn place(&self, at: usize) -> Option<usize> {
        if self.places.is_empty() {
            Some(at)
        } else {
            self.places.get(at).copied().flatten()
        }
    }
}

fn fold(text: &str, tolerance: Tolerance) -> String {
    if tolerance.case_sensitive {
        return text.to_owned();
    }
    text.chars().flat_map(fold_char).collect()
}

fn fold_char(c: char) -> impl Iterator<Item = char> {
    let c = if c == '\u{a0}' { ' ' } else { c };
    c.to_lowercase()
}

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

    fn found(text: &str, tolerance: Tolerance) -> Vec<String> {
        let list = Dictionary::new(
            ["Projekt Öresund", "Quast", "K7RN33", ""],
            EntityType::ListEntry,
            tolerance,
        )
        .unwrap();
        let document = document(text);
        list.spans(&document)
            .into_iter()
            .map(|span| document.text(span).to_owned())
            .collect()
    }

    #[test]
    fn whole_words_with_endings() {
        let tolerant = Tolerance::default();
        assert_eq!(
            found("das PROJEKT ÖRESUND und İ Quasts Haus", tolerant),
            ["PROJEKT ÖRESUND", "Quasts"]
        );
        assert!(found("Quastenflosser, Erquast", tolerant).is_empty());
        assert!(
            found("[PERSON_K7RN33]", tolerant).is_empty(),
            "a token of our own"
        );
        let exact = Tolerance {
            case_sensitive: true,
            inflected: false,
        };
        assert_eq!(found("quast Quast Quasts", exact), ["Quast"]);
    }

    #[test]
    fn what_is_allowed_stays() {
        let document = document("Herr Quast");
        let list = Dictionary::new(["Quast"], EntityType::Person, Tolerance::default()).unwrap();
        let findings = list.detect(&document).unwrap();
        assert_eq!(findings.len(), 1);
        assert!(without_allowed(findings, &list.spans(&document)).is_empty());
    }
}
