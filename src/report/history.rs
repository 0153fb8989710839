//! The sums of earlier runs, so that a report can show how things went over
//! time: counts and dates, nothing else.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Kind, Summary};
use crate::error::{Error, ErrorKind, Result};
use crate::fs;

/// The file with the sums of earlier runs, beside the report.
pub const HISTORY: &str = "deckname-report.history.json";

/// Nights that are remembered: a year of them.
const MAX_NIGHTS: usize = 366;

/// Largest history file; a year of nights has 300 kB.
const MAX_BYTES: u64 = 4 << 20;

/// The sums of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Night {
    /// When it began, UTC.
    pub at: String,
    /// Whether copies were written.
    pub copies: bool,
    /// Files in the input.
    pub files: u64,
    /// Delivered by it.
    pub delivered: u64,
    /// Delivered earlier and unchanged.
    pub unchanged: u64,
    /// Not delivered.
    pub failed: u64,
    /// Mentions by type.
    pub mentions: BTreeMap<String, u64>,
}

impl Night {
    /// The sums of a run.
    #[must_use]
    pub fn new(at: &str, kind: Kind, summary: &Summary) -> Self {
        Self {
            at: at.to_owned(),
            copies: kind == Kind::Run,
            files: summary.totals.files,
            delivered: summary.totals.delivered,
            unchanged: summary.totals.unchanged,
            failed: summary.totals.failed,
            mentions: summary
                .mentions
                .iter()
                .map(|(entity_type, n)| (entity_type.name().to_owned(), *n))
                .collect(),
        }
    }
}

/// The earlier runs noted in a folder, and this one as the last. A history that
/// cannot be read begins anew: it decorates the report and decides nothing.
///
/// # Errors
/// If the history cannot be written.
pub fn note(folder: &Path, night: Night) -> Result<Vec<Night>> {
    let path = folder.join(HISTORY);
    let known = fs::read(&path, MAX_BYTES).ok();
    let mut nights: Vec<Night> = known
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default();
    nights.push(night);
    let surplus = nights.len().saturating_sub(MAX_NIGHTS);
    nights.drain(..surplus);
    let text = serde_json::to_string(&nights)
        .map_err(|_| Error::new(ErrorKind::Internal, "the history cannot be written"))?;
    fs::write_replacing(&path, text.as_bytes())?;
    Ok(nights)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let night = |n: usize| Night {
            at: n.to_string(),
            ..Night::default()
        };
        let many: Vec<Night> = (0..MAX_NIGHTS).map(night).collect();
        let text = serde_json::to_string(&many).unwrap();
        fs::write_new(&folder.path().join(HISTORY), text.as_bytes()).unwrap();
        let nights = note(folder.path(), night(1_000)).unwrap();
        assert_eq!(nights.len(), MAX_NIGHTS);
        assert_eq!(nights[0].at, "1");
        fs::write_replacing(&folder.path().join(HISTORY), b"kaputt").unwrap();
        assert_eq!(note(folder.path(), night(7)).unwrap(), [night(7)]);
    }
}
