//! Windows that were computed already in this run.
//!
//! Files of one case share letterheads, footers and forms. What a window yields
//! depends on the window alone, so a remembered answer changes no output.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Windows remembered; about 12 kB each, so 50 MB in all.
const MOST: usize = 4096;

/// Token ids to probabilities, shared by all threads.
#[derive(Debug, Default)]
pub(super) struct Seen {
    windows: Mutex<HashMap<Vec<u32>, Arc<Vec<f32>>>>,
}

impl Seen {
    pub(super) fn get(&self, ids: &[u32]) -> Option<Arc<Vec<f32>>> {
        let windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        windows.get(ids).cloned()
    }

    /// Remembers a window; when full, everything is forgotten, which keeps the
    /// common ones for most of the time without counting.
    pub(super) fn put(&self, ids: Vec<u32>, probabilities: Arc<Vec<f32>>) {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= MOST {
            windows.clear();
        }
        windows.insert(ids, probabilities);
    }
}
