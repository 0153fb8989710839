//! Finding issued surrogates in an answer: whole words, the longest first, and
//! only where one original is meant.
//!
//! White space may have become a line break, letters capitals, a genitive may
//! have been added. A name that stands inside a mail address or a host, or that
//! fits two surrogates in another case, is left alone.

use std::collections::HashMap;
use std::ops::Range;

use crate::error::Result;
use crate::mapping::MappingStore;

/// All surrogates of a store, by their first word.
#[derive(Debug, Default)]
pub(super) struct Issued {
    by_word: HashMap<String, Vec<(i64, String)>>,
}

/// A place where surrogates stand.
pub(super) struct Hit {
    pub(super) range: Range<usize>,
    /// The surrogates that it may be; one, or it is ambiguous.
    pub(super) ids: Vec<i64>,
    /// As it was issued.
    pub(super) shown: String,
    /// Whether it stands just as it was issued.
    pub(super) exact: bool,
}

impl Issued {
    /// Reads what was issued.
    pub(super) fn load(store: &mut dyn MappingStore) -> Result<Self> {
        let mut by_word: HashMap<String, Vec<(i64, String)>> = HashMap::new();
        for (id, shown) in store.issued_surrogates()? {
            let (_, word) = first_word(&shown);
            if !word.is_empty() {
                by_word.entry(word).or_default().push((id, shown));
            }
        }
        Ok(Self { by_word })
    }

    /// All places in a text, in order, without overlap.
    pub(super) fn find(&self, text: &str) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::new();
        if self.by_word.is_empty() {
            return hits;
        }
        let mut before = None;
        let mut free_from = 0;
        for (at, c) in text.char_indices() {
            let starts = c.is_alphanumeric() && !before.is_some_and(char::is_alphanumeric);
            before = Some(c);
            if !starts || at < free_from {
                continue;
            }
            if let Some(hit) = self.at(text, at, free_from) {
                free_from = hit.range.end;
                hits.push(hit);
            }
        }
        hits
    }

    /// The longest surrogate whose first word starts here.
    fn at(&self, text: &str, at: usize, free_from: usize) -> Option<Hit> {
        let tail = text.get(at..)?;
        let (_, word) = first_word(tail);
        let mut best: Option<Hit> = None;
        // "Arngarts" may be an inflected "Arngart".
        let stem = word.strip_suffix('s');
        let known = [Some(word.as_str()), stem].into_iter().flatten();
        for (id, shown) in known.filter_map(|word| self.by_word.get(word)).flatten() {
            let (lead, _) = first_word(shown);
            let start = at.checked_sub(lead).filter(|start| *start >= free_from);
            let lead_fits = start.is_some_and(|start| text.get(start..at) == shown.get(..lead));
            let (true, Some(start)) = (lead_fits, start) else {
                continue;
            };
            let Some((len, exact)) = fits(shown.get(lead..)?, tail) else {
                continue;
            };
            let range = start..at + len;
            if !stands_alone(text, &range, shown) {
                continue;
            }
            let better = best
                .as_ref()
                .is_none_or(|best| (range.end, exact) > (best.range.end, best.exact));
            if better {
                best = Some(Hit {
                    range,
                    ids: vec![*id],
                    shown: shown.clone(),
                    exact,
                });
            } else if let Some(best) = best
                .as_mut()
                .filter(|best| (best.range.end, best.exact) == (range.end, exact))
            {
                best.ids.push(*id);
            }
        }
        best
    }
}

/// Where the first letter or digit is, and the run of them, lower case.
fn first_word(text: &str) -> (usize, String) {
    let Some(at) = text.find(char::is_alphanumeric) else {
        return (0, String::new());
    };
    let rest = text.get(at..).unwrap_or_default();
    let end = rest
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(rest.len());
    (at, rest.get(..end).unwrap_or_default().to_lowercase())
}

/// How many bytes at the start of a text spell a surrogate, and whether exactly.
fn fits(shown: &str, text: &str) -> Option<(usize, bool)> {
    let mut rest = text;
    let mut exact = true;
    let mut wanted = shown.chars().peekable();
    while let Some(c) = wanted.next() {
        if c.is_whitespace() {
            let after = rest.trim_start_matches(is_space);
            let taken = rest.len() - after.len();
            if taken == 0 {
                return None;
            }
            exact &= rest.get(..taken).is_some_and(|gap| gap.chars().eq([c]));
            while wanted.peek().is_some_and(|c| c.is_whitespace()) {
                wanted.next();
            }
            rest = after;
            continue;
        }
        let bare = rest.trim_start_matches(is_nothing);
        let bare = escaped(bare, c).unwrap_or(bare);
        exact &= bare.len() == rest.len();
        let found = bare.chars().next()?;
        if !same(c, found) {
            return None;
        }
        exact &= c == found;
        rest = bare.get(found.len_utf8()..)?;
    }
    let len = text.len() - rest.len();
    let whole = text.get(..len)?;
    // "felix" and "linus" may be words of another language; "FELIX" is a heading.
    let is_word = shown.chars().all(char::is_alphanumeric);
    let lowered = is_word && whole.chars().all(char::is_lowercase) && whole != shown;
    (!lowered).then_some((len, exact))
}

/// What stands behind a Markdown escape, if that is the wanted sign.
fn escaped(text: &str, wanted: char) -> Option<&str> {
    let rest = text.strip_prefix('\\')?;
    (!wanted.is_alphanumeric() && rest.starts_with(wanted)).then_some(rest)
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || is_nothing(c)
}

/// Signs without width.
fn is_nothing(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}'
    )
}

fn same(a: char, b: char) -> bool {
    let hyphen = |c: char| matches!(c, '-' | '\u{2010}' | '\u{2011}');
    let quote = |c: char| matches!(c, '\'' | '\u{2019}' | '\u{2BC}');
    a == b
        || a.to_lowercase().eq(b.to_lowercase())
        || (hyphen(a) && hyphen(b))
        || (quote(a) && quote(b))
}

/// Whether no letter or digit touches the place, and no address goes on there.
fn stands_alone(text: &str, range: &Range<usize>, shown: &str) -> bool {
    let before = text
        .get(..range.start)
        .and_then(|text| text.chars().next_back());
    let rest = text.get(range.end..).unwrap_or_default();
    let mut after = rest.chars();
    let (next, second) = (after.next(), after.next());
    let first = shown.chars().next().is_some_and(char::is_alphanumeric);
    let last = shown.chars().next_back().is_some_and(char::is_alphanumeric);
    if first && before.is_some_and(|c| c.is_alphanumeric() || c == '@') {
        return false;
    }
    let address = shown.contains('@') || shown.contains(".example");
    if !address && next == Some('@') {
        return false;
    }
    let word = |c: char| c.is_alphanumeric();
    if last && next.is_some_and(word) {
        // A genitive that the answer added.
        return next == Some('s') && !second.is_some_and(word);
    }
    // "albers.example" and "j.albers@…" go on.
    let dotted = next == Some('.') && second.is_some_and(word);
    let before_dot = before == Some('.')
        && text
            .get(..range.start.saturating_sub(1))
            .and_then(|text| text.chars().next_back())
            .is_some_and(word);
    let in_host = dotted && rest.contains(".example");
    !(in_host || (before_dot && address))
}
