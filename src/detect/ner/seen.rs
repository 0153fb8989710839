//! Windows that were computed already in this run.
//!
//! Files of one case share letterheads, footers and forms. What a window yields
//! depends on the window alone, so a remembered answer changes no output.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of windows in one of the two generations: 64 MB in all.
const MOST: usize = 32 << 20;
/// Bytes that a remembered window costs besides its numbers.
const OVERHEAD: usize = 160;

/// Token ids to probabilities, shared by all threads.
#[derive(Debug)]
pub(super) struct Seen {
    generations: Mutex<Generations>,
    most: usize,
}

type Windows = HashMap<Vec<u32>, Arc<Vec<f32>>>;

/// What came lately, and what came before that. When the young ones are too
/// many they become the old ones, and what nobody asked for is forgotten.
#[derive(Debug, Default)]
struct Generations {
    young: Windows,
    old: Windows,
    n_bytes: usize,
}

impl Default for Seen {
    fn default() -> Self {
        Self::with_most(MOST)
    }
}

impl Seen {
    fn with_most(most: usize) -> Self {
        Self {
            generations: Mutex::default(),
            most,
        }
    }

    pub(super) fn get(&self, ids: &[u32]) -> Option<Arc<Vec<f32>>> {
        let mut generations = self.lock();
        if let Some(known) = generations.young.get(ids) {
            return Some(Arc::clone(known));
        }
        let (ids, known) = generations.old.remove_entry(ids)?;
        generations.put(ids, Arc::clone(&known), self.most);
        Some(known)
    }

    pub(super) fn put(&self, ids: Vec<u32>, probabilities: Arc<Vec<f32>>) {
        self.lock().put(ids, probabilities, self.most);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Generations> {
        self.generations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generations {
    fn put(&mut self, ids: Vec<u32>, probabilities: Arc<Vec<f32>>, most: usize) {
        let size = 4 * (ids.len() + probabilities.len()) + OVERHEAD;
        if self.n_bytes + size > most {
            self.old = std::mem::take(&mut self.young);
            self.n_bytes = 0;
        }
        if size <= most && self.young.insert(ids, probabilities).is_none() {
            self.n_bytes += size;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(seen: &Seen) -> usize {
        let generations = seen.lock();
        let all = generations.young.iter().chain(&generations.old);
        all.map(|(ids, known)| 4 * (ids.len() + known.len()) + OVERHEAD)
            .sum()
    }

    #[test]
    fn memory_is_bounded_and_what_is_asked_for_stays() {
        let seen = Seen::with_most(100_000);
        let letterhead = vec![u32::MAX; 20];
        seen.put(letterhead.clone(), Arc::new(vec![0.5; 180]));
        for id in 0..10_000_u32 {
            seen.put(vec![id; 20], Arc::new(vec![0.0; 180]));
            assert!(held(&seen) <= 200_000, "{} bytes", held(&seen));
            if id % 50 == 0 {
                assert_eq!(seen.get(&letterhead).unwrap()[0], 0.5, "after {id}");
            }
        }
        assert!(seen.get(&[0; 20]).is_none(), "the first is forgotten");
        seen.put(vec![1], Arc::new(vec![0.0; 50_000]));
        assert!(seen.get(&[1]).is_none(), "too large to be remembered");
    }
}
