//! The first look at a source: is there anything to do?
//!
//! Path, size and time of change tell an unchanged file without opening it, so
//! that a night over a million old files is a walk and nothing else. Where they
//! differ, the bytes decide.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::walk::{Input, stamp};
use super::{Job, Mode};
use crate::error::Result;
use crate::mapping::journal::{Entry, Journal, Key, State, Tree, short};
use crate::mapping::seal::BatchKey;

/// What the journal knows of the folder at hand, and which entries were met.
pub(super) struct Looker {
    folder: Option<PathBuf>,
    key: Key,
    entries: HashMap<Key, Entry>,
    seen: Seen,
}

/// What there is to do for a source.
#[derive(Debug)]
pub(super) enum Look {
    /// Nothing: it is as it was.
    Same(Entry),
    /// It is new, changed, or was done under other settings.
    Work(Option<Entry>),
    /// It is left for another run.
    Later,
}

/// A source's place in the journal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) folder: Key,
    pub(super) name: Key,
}

impl Looker {
    pub(super) fn new() -> Self {
        Self {
            folder: None,
            key: Key::default(),
            entries: HashMap::new(),
            seen: Seen::default(),
        }
    }

    pub(super) fn look(
        &mut self,
        job: &Job<'_>,
        journal: &Journal,
        tree: Option<Tree>,
        input: &Input,
    ) -> Result<(Place, Look)> {
        let parent = input.relative.parent().unwrap_or(Path::new(""));
        if self.folder.as_deref() != Some(parent) {
            self.key = folder_key(job.key, parent);
            self.entries = match tree {
                Some(tree) => journal.entries(tree, &self.key)?,
                None => HashMap::new(),
            };
            self.folder = Some(parent.to_owned());
        }
        let place = Place {
            folder: self.key,
            name: name_key(job.key, input),
        };
        let known = self.entries.remove(&place.name);
        if let Some(known) = &known {
            self.seen.insert(known.id);
        }
        let look = match known {
            Some(known) if is_same(job, input, &known) => Look::Same(known),
            None if job.mode == Mode::Retry => Look::Later,
            known => Look::Work(known),
        };
        Ok((place, look))
    }

    /// Takes note of an entry whose source is there.
    pub(super) fn meet(&mut self, id: i64) {
        self.seen.insert(id);
    }

    /// Whether the walk met an entry.
    pub(super) fn met(&self, id: i64) -> bool {
        self.seen.contains(id)
    }
}

fn is_same(job: &Job<'_>, input: &Input, known: &Entry) -> bool {
    if input.trouble.is_some() {
        return false;
    }
    if job.mode == Mode::Retry {
        return known.state == State::Delivered;
    }
    let untouched = known.settings == job.settings
        && known.stamp == input.stamp
        && known.stamp.mtime != 0
        && !job.thorough;
    untouched
        && match known.state {
            State::Delivered => copy_looks_untouched(job, known),
            State::Failed => true,
            State::Planned | State::FailedForNow => false,
        }
}

/// Whether the copy is there and looks as it did when it was delivered.
pub(super) fn copy_looks_untouched(job: &Job<'_>, known: &Entry) -> bool {
    known.output.as_ref().is_some_and(|output| {
        let meta = job.output.join(&output.path).symlink_metadata();
        meta.is_ok_and(|meta| meta.is_file() && stamp(&meta) == output.stamp)
    })
}

/// What the journal knows a folder of the sources by.
pub(super) fn folder_key(key: &BatchKey, relative: &Path) -> Key {
    let bytes = relative.as_os_str().as_encoded_bytes();
    short(key.blind("journal folder", &[bytes]))
}

/// What the journal knows a file by, within its folder.
fn name_key(key: &BatchKey, input: &Input) -> Key {
    let name = input.relative.file_name().unwrap_or_default();
    short(key.blind("journal name", &[name.as_encoded_bytes()]))
}

/// Row numbers as bits: a million files need 125 kB.
#[derive(Default)]
struct Seen {
    bits: Vec<u64>,
}

impl Seen {
    fn at(id: i64) -> Option<(usize, u64)> {
        let id = usize::try_from(id).ok()?;
        Some((id / 64, 1 << (id % 64)))
    }

    fn insert(&mut self, id: i64) {
        let Some((word, bit)) = Self::at(id) else {
            return;
        };
        if self.bits.len() <= word {
            self.bits.resize(word + 1, 0);
        }
        if let Some(word) = self.bits.get_mut(word) {
            *word |= bit;
        }
    }

    fn contains(&self, id: i64) -> bool {
        Self::at(id)
            .is_some_and(|(word, bit)| self.bits.get(word).is_some_and(|word| word & bit != 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_remember_rows() {
        let mut seen = Seen::default();
        for id in [1, 63, 64, 1_000_000] {
            assert!(!seen.contains(id));
            seen.insert(id);
            assert!(seen.contains(id));
        }
        assert!(!seen.contains(2) && !seen.contains(-1) && !seen.contains(2_000_000));
    }
}
