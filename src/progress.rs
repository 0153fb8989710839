//! What a long run tells about itself. The library reports, the command draws.

use crate::error::ErrorKind;

/// One thing that happened in a run.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event {
    /// The input tree was walked.
    Found {
        /// Files that will be worked on.
        n_files: u64,
        /// Their bytes.
        n_bytes: u64,
    },
    /// A file is done: delivered if there is no failure.
    Done {
        /// Its bytes.
        n_bytes: u64,
        /// Why it was not delivered.
        failure: Option<ErrorKind>,
    },
}

/// Whoever wants to hear of it. Called from several threads.
pub trait Progress: Send + Sync {
    /// Takes note of an event.
    fn on(&self, event: Event);
}

/// Nobody listens.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn on(&self, _event: Event) {}
}
