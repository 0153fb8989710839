//! Progress on a terminal: a bar; elsewhere: a line now and then.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressStyle};

use super::args::LogFormat;
use crate::progress::{Event, Progress};

/// Draws the progress of a run on standard error.
#[derive(Debug)]
pub(super) struct Draw {
    bar: ProgressBar,
    n_files: AtomicU64,
    n_done: AtomicU64,
    n_failed: AtomicU64,
    plain: bool,
    json: bool,
}

impl Draw {
    pub(super) fn new(quiet: bool, format: LogFormat) -> Self {
        let json = format == LogFormat::Json;
        let terminal = std::io::stderr().is_terminal() && !json;
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
            json,
        }
    }

    /// Counts the files first where somebody looks on, for whom it is worth it.
    pub(super) fn count_if_watched(&self, input: &std::path::Path, output: &std::path::Path) {
        if !self.bar.is_hidden() {
            self.on(crate::batch::count(input, output));
        }
    }

    pub(super) fn finish(&self) {
        if self.plain {
            self.line(true);
        }
        self.bar.finish_and_clear();
    }

    fn line(&self, finished: bool) {
        let n_done = self.n_done.load(Ordering::Relaxed);
        let n_failed = self.n_failed.load(Ordering::Relaxed);
        if self.json {
            let at = jiff::Timestamp::now();
            super::say(&format!(
                "{{\"at\":\"{at}\",\"event\":\"progress\",\"files\":{n_done},\"not_delivered\":{n_failed},\"finished\":{finished}}}"
            ));
        } else {
            super::say(&format!("{n_done} files, {n_failed} not delivered"));
        }
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
                if self.plain && is_round(n_done) {
                    self.line(false);
                }
                if !self.bar.is_hidden() {
                    let n_files = self.n_files.load(Ordering::Relaxed);
                    self.bar.inc(n_bytes);
                    self.bar.set_message(format!(
                        "{n_done}/{n_files} files, {n_failed} not delivered"
                    ));
                }
            }
        }
    }
}

/// Numbers at which a line is due: 100, 200, … 1,000, 2,000, … so that a log of
/// a million files stays short.
const fn is_round(n: u64) -> bool {
    let mut step = 100;
    while n >= step * 10 {
        step *= 10;
    }
    n.is_multiple_of(step)
}
