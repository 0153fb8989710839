//! Words that nearly match an entry: typing and reading errors.
//!
//! Every entry's word is filed under each form that one or two deletions make
//! of it, and a text's word is looked up the same way; what meets is measured.
//! So a word costs a few dozen look-ups, however long the list is.

use std::collections::HashMap;

use super::{Hashed, hash_word};

/// How many entries a fuzzy list may have: each word is filed some dozen times.
pub(super) const MOST_ENTRIES: usize = 200_000;

/// Longer words are only compared as they are.
const LONGEST: usize = 40;

/// A word of an entry: from which state to which it leads.
struct Edge {
    from: u64,
    to: u64,
    word: Box<str>,
}

/// The words of all entries by their shortened forms.
#[derive(Default)]
pub(super) struct Fuzzy {
    forms: HashMap<u64, Vec<u32>, Hashed>,
    edges: Vec<Edge>,
}

impl std::fmt::Debug for Fuzzy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fuzzy")
            .field("n_edges", &self.edges.len())
            .finish()
    }
}

impl Fuzzy {
    /// Files a word that leads from one state to another.
    pub(super) fn add(&mut self, from: u64, to: u64, word: &str) {
        let Ok(index) = u32::try_from(self.edges.len()) else {
            return;
        };
        for form in forms(word) {
            let edges = self.forms.entry(form ^ from).or_default();
            if edges.iter().any(|known| {
                self.edges
                    .get(usize::try_from(*known).unwrap_or(usize::MAX))
                    .is_some_and(|edge| edge.to == to)
            }) {
                continue;
            }
            edges.push(index);
        }
        self.edges.push(Edge {
            from,
            to,
            word: word.into(),
        });
    }

    /// The states that a word of a text leads to.
    pub(super) fn next(&self, from: u64, word: &str, states: &mut Vec<u64>) {
        for form in forms(word) {
            for index in self.forms.get(&(form ^ from)).into_iter().flatten() {
                let edge = usize::try_from(*index)
                    .ok()
                    .and_then(|at| self.edges.get(at));
                if let Some(edge) = edge
                    && edge.from == from
                    && !states.contains(&edge.to)
                    && is_near(word, &edge.word)
                {
                    states.push(edge.to);
                }
            }
        }
    }
}

/// How many errors a word of so many letters may have.
const fn allowed(n_letters: usize) -> usize {
    match n_letters {
        0..=4 => 0,
        5..=8 => 1,
        _ => 2,
    }
}

/// Hashes of the word and of all its forms with as many letters less as it may have errors.
fn forms(word: &str) -> Vec<u64> {
    let letters: Vec<char> = word.chars().collect();
    let mut all = vec![hash_word(word)];
    if letters.len() > LONGEST {
        return all;
    }
    let mut level = vec![letters.clone()];
    for _ in 0..allowed(letters.len().saturating_add(1)) {
        let mut shorter = Vec::new();
        for letters in &level {
            for at in 0..letters.len() {
                let mut less = letters.clone();
                less.remove(at);
                let text: String = less.iter().collect();
                all.push(hash_word(&text));
                shorter.push(less);
            }
        }
        level = shorter;
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether two words differ by no more errors than the shorter may have: a letter
/// more, less, other, or two that changed places.
fn is_near(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let most = allowed(a.len().min(b.len()));
    if a.len().abs_diff(b.len()) > most || a.len().max(b.len()) > LONGEST + 2 {
        return a == b;
    }
    distance(&a, &b) <= most
}

fn distance(a: &[char], b: &[char]) -> usize {
    let (mut before, mut last): (Vec<usize>, Vec<usize>) = (Vec::new(), (0..=b.len()).collect());
    for (row, left) in a.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, right) in b.iter().enumerate() {
            let at =
                |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, column) + usize::from(left != right))
                .min(at(&last, column + 1) + 1)
                .min(at(&current, column) + 1);
            let swapped = row > 0
                && column > 0
                && a.get(row - 1) == Some(right)
                && b.get(column - 1) == Some(left);
            if swapped {
                best = best.min(at(&before, column - 1) + 1);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut last, current);
    }
    last.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_grow_with_the_word() {
        for (a, b, near) in [
            ("quast", "quats", true),
            ("quast", "quas", false),
            ("quasten", "quastn", true),
            ("quast", "quest", true),
            ("kurz", "kurx", false),
            ("brandenburger", "brandenbruger", true),
            ("brandenburger", "brndenburgar", true),
            ("brandenburger", "brndnburgar", false),
        ] {
            assert_eq!(is_near(a, b), near, "{a} {b}");
        }
    }

    #[test]
    fn a_near_word_is_found() {
        let mut fuzzy = Fuzzy::default();
        fuzzy.add(0, 7, "brandenburger");
        let mut states = Vec::new();
        fuzzy.next(0, "brandnbruger", &mut states);
        assert_eq!(states, [7]);
        states.clear();
        fuzzy.next(1, "brandenburger", &mut states);
        assert!(states.is_empty());
    }
}
