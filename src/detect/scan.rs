//! The cheap scan for places where identifiers can begin, and the rules that are
//! tried there.

use crate::detect::context::{Topics, before};
use crate::detect::pattern::{Claims, Compiled, FEW, Rules, Start};
use crate::detect::scene::Scene;

/// What is known of a place before any rule is tried there.
#[derive(Clone, Copy)]
struct Seen {
    /// Digits of the run.
    run: u8,
    /// Digits in the next bytes.
    ahead: u8,
    /// Topics of all words that could confirm a claim.
    near: Topics,
}

impl Seen {
    /// Nothing is known: every rule is tried.
    const ALL: Self = Self {
        run: u8::MAX,
        ahead: u8::MAX,
        near: Topics::ALL,
    };
}

impl Rules {
    pub(super) fn scan(&self, scene: &Scene<'_>, claims: Claims<'_>) {
        self.scan_digits(scene, claims);
        if self.has_start(Start::At) {
            self.scan_at(scene, claims);
        }
        if self.has_start(Start::Web) {
            self.scan_web(scene, claims);
        }
        self.scan_labels(scene, claims);
        for compiled in self.starting(Start::Anywhere) {
            let mut judge = |range| {
                if let Some((range, score)) = compiled.judge(scene, range) {
                    claims(compiled, range, score);
                }
            };
            let Some(regex) = compiled.regex() else {
                continue;
            };
            if compiled.grouped {
                let found = regex.captures_iter(scene.text);
                found
                    .filter_map(|found| found.name("v").map(|value| value.range()))
                    .for_each(&mut judge);
            } else {
                let found = regex.find_iter(scene.text);
                found.map(|found| found.range()).for_each(&mut judge);
            }
        }
    }

    fn try_at(&self, scene: &Scene<'_>, start: Start, at: usize, seen: Seen, claims: Claims<'_>) {
        let admits = |compiled: &Compiled| {
            let rule = &compiled.rule;
            rule.digits.admit(seen.run, seen.ahead)
                && (!rule.required || seen.near.meets(rule.context))
        };
        let n_admitted = self
            .starting(start)
            .filter(|compiled| admits(compiled))
            .count();
        if n_admitted == 0 {
            return;
        }
        // One look at all patterns is cheaper than a few tries, a try than a look.
        let matching = if n_admitted < FEW {
            None
        } else {
            self.matching(start, scene.text.get(at..).unwrap_or_default())
        };
        if matching
            .as_ref()
            .is_some_and(|matching| !matching.matched_any())
        {
            return;
        }
        for (index, compiled) in self.starting(start).enumerate() {
            if matching
                .as_ref()
                .is_none_or(|matching| matching.matched(index))
                && admits(compiled)
                && let Some((range, score)) = compiled.claim(scene, at)
            {
                claims(compiled, range, score);
            }
        }
    }

    fn scan_digits(&self, scene: &Scene<'_>, claims: Claims<'_>) {
        let bytes = scene.text.as_bytes();
        let (mut at, mut tried_to, mut token_at) = (0, 0, usize::MAX);
        while let Some(found) = bytes
            .get(at..)
            .and_then(|rest| rest.iter().position(u8::is_ascii_digit))
        {
            let first = at + found;
            let run = count_digits(bytes.get(first..).unwrap_or_default());
            let ahead = bytes
                .iter()
                .skip(first)
                .take(40)
                .take_while(|b| **b != b'\n');
            let ahead = ahead.filter(|b| b.is_ascii_digit()).count();
            let near = scene.near(first);
            let counts = Seen {
                run: small(run),
                ahead: small(ahead),
                near,
            };
            let left = before(scene.text, first);
            if !left.is_some_and(char::is_alphanumeric) {
                self.try_at(scene, Start::Digit, first, counts, claims);
                let lead = usize::from(matches!(left, Some('+' | '(')));
                let lead = lead
                    + usize::from(lead == 1 && first > 1 && bytes.get(first - 2) == Some(&b'('));
                self.try_at(scene, Start::Lead, first - lead, counts, claims);
                for shorter in (0..lead).rev().filter(|_| left == Some('(')) {
                    self.try_at(scene, Start::Lead, first - shorter, counts, claims);
                }
            }
            for start in words_before(scene.text, tried_to, first) {
                self.try_at(scene, Start::Upper, start, counts, claims);
            }
            let token = token_start(bytes, first);
            if token != token_at {
                token_at = token;
                self.try_at(scene, Start::Token, token, counts, claims);
            }
            at = first + run;
            tried_to = first;
        }
    }

    fn scan_at(&self, scene: &Scene<'_>, claims: Claims<'_>) {
        for at in memchr::memchr_iter(b'@', scene.text.as_bytes()) {
            let left = scene.text.get(..at).unwrap_or_default();
            let local = |c: char| c.is_alphanumeric() || "._%+-'&~".contains(c);
            let length: usize = left
                .chars()
                .rev()
                .take(64)
                .take_while(|c| local(*c))
                .map(char::len_utf8)
                .sum();
            let run = left.get(at - length..).unwrap_or_default();
            let length = run
                .trim_start_matches(|c: char| !c.is_alphanumeric() && c != '_')
                .len();
            self.try_at(scene, Start::At, at - length, Seen::ALL, claims);
            if length > 0 {
                self.try_at(scene, Start::At, at, Seen::ALL, claims);
            }
        }
    }

    fn scan_web(&self, scene: &Scene<'_>, claims: Claims<'_>) {
        let bytes = scene.text.as_bytes();
        for at in memchr::memmem::find_iter(bytes, "://") {
            let left = bytes.get(..at).unwrap_or_default();
            let scheme = left
                .iter()
                .rev()
                .take(12)
                .take_while(|b| b.is_ascii_alphabetic())
                .count();
            self.try_at(scene, Start::Web, at - scheme, Seen::ALL, claims);
        }
        for at in memchr::memmem::find_iter(bytes, "www.") {
            if !before(scene.text, at)
                .is_some_and(|c| c.is_alphanumeric() || matches!(c, '/' | '.'))
            {
                self.try_at(scene, Start::Web, at, Seen::ALL, claims);
            }
        }
    }

    fn scan_labels(&self, scene: &Scene<'_>, claims: Claims<'_>) {
        for compiled in self.starting(Start::After) {
            let context = compiled.rule.context;
            for hit in scene.hits.iter().filter(|hit| hit.topics.meets(context)) {
                if let Some((range, score)) = compiled.claim(scene, hit.end) {
                    claims(compiled, range, score);
                }
            }
            for (cell, _) in scene
                .cells
                .iter()
                .zip(scene.headers)
                .filter(|(_, topics)| topics.meets(context))
            {
                if let Some((range, score)) = compiled.claim(scene, cell.range.start) {
                    claims(compiled, range, score);
                }
            }
            if scene.labels.meets(context)
                && let Some((range, score)) = compiled.claim(scene, 0)
            {
                claims(compiled, range, score);
            }
        }
        for compiled in self.starting(Start::Word) {
            for hit in scene
                .hits
                .iter()
                .filter(|hit| hit.topics.meets(compiled.rule.context))
            {
                let left = scene.text.get(..hit.start).unwrap_or_default();
                let length: usize = left
                    .chars()
                    .rev()
                    .take_while(|c| c.is_alphabetic())
                    .map(char::len_utf8)
                    .sum();
                if let Some((range, score)) = compiled.claim(scene, hit.start - length) {
                    claims(compiled, range, score);
                }
            }
        }
    }
}

pub(super) fn count_digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| b.is_ascii_digit()).count()
}

fn small(number: usize) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}

/// Starts of the words before a digit (and of the word it ends) that could open
/// an identifier: up to three, each of at most nine letters, on the same line.
fn words_before(text: &str, from: usize, digit: usize) -> impl Iterator<Item = usize> {
    let mut starts = [None; 3];
    let (mut letters, mut words, mut at) = (0, 0, digit);
    let mut open = true;
    for (index, c) in text
        .get(from..digit)
        .unwrap_or_default()
        .char_indices()
        .rev()
    {
        if c.is_alphabetic() {
            letters += 1;
            at = from + index;
            open = letters <= 9;
        } else {
            if letters > 0 {
                if let Some(slot) = starts.get_mut(words) {
                    *slot = Some(at);
                }
                words += 1;
                letters = 0;
            }
            open =
                words <= 2 && matches!(c, ' ' | '-' | '.' | '/' | ':' | '–' | '\u{a0}' | '0'..='9');
        }
        if !open {
            break;
        }
    }
    let whole = from == 0 || !before(text, from).is_some_and(char::is_alphanumeric);
    if open
        && letters > 0
        && whole
        && let Some(slot) = starts.get_mut(words)
    {
        *slot = Some(at);
    }
    starts.into_iter().flatten()
}

fn token_start(bytes: &[u8], digit: usize) -> usize {
    let part = |b: &&u8| b.is_ascii_alphanumeric() || b"._:-".contains(b);
    let left = bytes.get(..digit).unwrap_or_default();
    let length = left.iter().rev().take(64).take_while(part).count();
    let run = left.get(digit - length..).unwrap_or_default();
    digit - length
        + run
            .iter()
            .take_while(|b| !b.is_ascii_alphanumeric() && **b != b':')
            .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_may_open_an_identifier() {
        let text = "mit WI-AB 123";
        assert_eq!(words_before(text, 0, 10).collect::<Vec<_>>(), [7, 4, 0]);
        assert_eq!(words_before("Aufenthalte 12", 0, 12).next(), None);
        assert_eq!(words_before("L01X0", 0, 1).collect::<Vec<_>>(), [0]);
    }
}
