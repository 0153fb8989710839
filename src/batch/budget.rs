//! How many files may be in the house at once.
//!
//! A file is let in while the estimated memory of all files inside stays below
//! the budget. The estimate is rough and on the safe side: what a format unpacks
//! to, its text, the findings, the copy and what the check reads. A file that
//! alone costs more than the budget goes in alone.

use super::walk::Input;

/// What a file costs besides its size, in bytes.
const BASE: u64 = 2 << 20;
/// Files per thread that may wait for their turn, so that commits are shared.
const SEATS_PER_JOB: usize = 16;

/// The seats and the memory that are left.
#[derive(Debug)]
pub(super) struct Budget {
    memory: u64,
    used: u64,
    seats: usize,
    taken: usize,
}

impl Budget {
    pub(super) fn new(memory: u64, n_jobs: usize) -> Self {
        Self::with_seats(memory, n_jobs.max(1) * SEATS_PER_JOB)
    }

    pub(super) const fn with_seats(memory: u64, seats: usize) -> Self {
        Self {
            memory,
            used: 0,
            seats,
            taken: 0,
        }
    }

    /// Lets a file in, unless it must wait.
    pub(super) fn enter(&mut self, cost: u64) -> bool {
        let fits = self.used.saturating_add(cost) <= self.memory;
        if self.taken > 0 && (!fits || self.taken >= self.seats) {
            return false;
        }
        self.taken += 1;
        self.used = self.used.saturating_add(cost);
        true
    }

    pub(super) const fn leave(&mut self, cost: u64) {
        self.taken = self.taken.saturating_sub(1);
        self.used = self.used.saturating_sub(cost);
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.taken == 0
    }
}

/// Estimated memory that a file needs while it is worked on, in bytes.
pub(super) fn cost(input: &Input) -> u64 {
    let extension = input.name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let factor = match extension.to_ascii_lowercase().as_str() {
        "txt" | "md" | "csv" | "tsv" | "log" | "json" | "xml" | "html" | "htm" | "eml" => 12,
        "pdf" | "png" | "jpg" | "jpeg" | "tif" | "tiff" => 20,
        // Containers, which unpack to a multiple, and what nobody knows.
        _ => 40,
    };
    input.stamp.size.saturating_mul(factor).saturating_add(BASE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn big_files_wait_for_each_other() {
        let mut budget = Budget::new(100, 2);
        assert!(budget.enter(60));
        assert!(!budget.enter(60));
        assert!(budget.enter(40));
        budget.leave(60);
        assert!(budget.enter(60));
        budget.leave(60);
        budget.leave(40);
        assert!(budget.is_empty());
        assert!(budget.enter(1_000), "alone it may");
        assert!(!budget.enter(0));
    }

    #[test]
    fn seats_are_limited_too() {
        let mut budget = Budget::new(u64::MAX, 1);
        let n = (0..100).filter(|_| budget.enter(0)).count();
        assert_eq!(n, SEATS_PER_JOB);
    }
}
