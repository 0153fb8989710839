//! The second pass: every further occurrence of an accepted value or of its
//! parts, in every segment, in every spelling.
//!
//! One look-up per word and length in a table of all values: linear in the text
//! and independent of how many values there are. Whole words only. An ordinary
//! word (Berg, Mai, Koch) is taken only where a salutation, a title or a first
//! name stands before it.

use super::canonical::canonical;
use super::fold::{Gap, Word, Words};
use super::name;
use super::overlap::{Claim, Claims, own_tokens};
use super::values::{CodeEntry, Entry, MAX_GROUPS, MAX_WORDS, Trust, Values};
use super::words::{is_article, is_calling, is_given, is_ordinary, leads_to_name};
use crate::document::Document;
use crate::entity::EntityType;

impl Values {
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
        let mut glued = String::new();
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
            // "Frenetikpolis" may be written "FrenetikPolis", two words to the eye.
            let run_on = n > 0 && tail.iter().skip(1).take(n).all(|w| w.gap == Gap::Glued);
            let joined = run_on.then(|| {
                glued.clear();
                glued.extend(run.words().iter().map(|word| words.folded(*word)));
                self.entry(&glued)
            });
            let entry = self.entry(key).or_else(|| joined.flatten());
            if let Some(entry) = entry.filter(|entry| run.proves(entry)) {
                best = Some((n + 1, run.claim(entry)));
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
                    listed: false,
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
            Trust::Led => !glued && upper() && (self.is_led() || self.is_bare(entry)),
        }
    }

    fn is_led(&self) -> bool {
        let start = self.words().first().map_or(0, |word| word.start);
        let before = self.text.get(..start).unwrap_or_default();
        name::lead(before).titled || self.given_before().is_some()
    }

    /// Whether a calling ("Koch", "Richter") stands where only a name can: German
    /// sets an article before a calling and none before a person. It counts for
    /// persons of this document alone.
    fn is_bare(&self, entry: &Entry) -> bool {
        let [word] = self.words() else {
            return false;
        };
        if entry.entity_type != EntityType::Person || !is_calling(self.words.folded(*word)) {
            return false;
        }
        let line_start = self.text.get(..word.start).unwrap_or_default();
        let line_start = line_start.rsplit('\n').next().unwrap_or_default().trim();
        let line_end = self.text.get(word.end..).unwrap_or_default();
        let line_end = line_end.split('\n').next().unwrap_or_default().trim();
        if line_start.is_empty() {
            return line_end.is_empty();
        }
        let before = self
            .first
            .checked_sub(1)
            .and_then(|at| self.words.list().get(at))
            .filter(|before| {
                line_start.ends_with(self.text.get(before.start..before.end).unwrap_or("\n"))
            });
        before.is_some_and(|before| {
            let folded = self.words.folded(*before);
            leads_to_name(folded) || (before.upper && folded.len() > 4 && !is_article(folded))
        })
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
            listed: false,
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
    let covers = |known: &Claim| claim.start <= known.start && known.end <= claim.end;
    !is_covered(settled, claim) && overlapping.into_iter().any(|known| !covers(known))
}

/// Adds claims to claims.
pub(super) fn join(claims: &mut Claims, more: Claims) {
    for (segment, mut found) in more {
        claims.entry(segment).or_default().append(&mut found);
    }
}
