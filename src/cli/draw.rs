//! Progress on a terminal: a bar; elsewhere: a line now and then.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressStyle};

use crate::progress::{Event, Progress};

/// Lines of a run without a terminal, at most about this many.
const N_LINES: u64 = 20;

/// Draws the progress of a run on standard error.
#[derive(Debug)]
pub(super) struct Draw {
    bar: ProgressBar,
    n_files: AtomicU64,
    n_done: AtomicU64,
    n_failed: AtomicU64,
    plain: bool,
}

impl Draw {
    pub(super) fn new(quiet: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let bar = if quiet || !terminal {
            ProgressBar::hidden()
        } else {
            ProgressBar::new(0)
        };
        if let Ok(style) = ProgressStyle::with_template(
            "{elapsed_precise} [{bar:30}] {bytes}/{total_bytes} {binary_bytes_per_sec} {msg} ({eta} left)",
        ) {
            bar.set_style(style.progress_chars("=> "));
        }
        Self {
            bar,
            n_files: AtomicU64::new(0),
            n_done: AtomicU64::new(0),
            n_failed: AtomicU64::new(0),
            plain: !quiet && !terminal,
        }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Draw {
    fn on(&self, event: Event) {
        match event {
            Event::Found { n_files, n_bytes } => {
                self.n_files.store(n_files, Ordering::Relaxed);
                self.bar.set_length(n_bytes);
            }
            Event::Done { n_bytes, failure } => {
                let n_done = self.n_done.fetch_add(1, Ordering::Relaxed) + 1;
                let failed = u64::from(failure.is_some());
                let n_failed = self.n_failed.fetch_add(failed, Ordering::Relaxed) + failed;
                let n_files = self.n_files.load(Ordering::Relaxed);
                self.bar.inc(n_bytes);
                let line = format!("{n_done}/{n_files} files, {n_failed} not delivered");
                if self.plain
                    && (n_done == n_files || n_done.is_multiple_of((n_files / N_LINES).max(1)))
                {
                    super::say(&line);
                }
                self.bar.set_message(line);
            }
        }
    }
}
