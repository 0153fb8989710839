//! Sources that are not there any more: their copies are listed, or removed if
//! the job says so.

use super::Deleted;
use super::drive::Run;
use crate::error::Result;
use crate::mapping::journal::Entry;
use crate::report::{FileReport, Outcome};

/// From this number of gone sources on, more than half of a tree is a mistake
/// (a share that is not mounted) rather than a wish.
const MANY: u64 = 20;

impl Run<'_, '_> {
    /// Looks for entries that the walk did not meet.
    ///
    /// # Errors
    /// If the journal fails.
    pub(super) fn settle_gone(&mut self) -> Result<()> {
        if !self.knows_all() {
            return Ok(());
        }
        let (mut gone, mut n): (Vec<Entry>, u64) = (Vec::new(), 0);
        let looker = &self.looker;
        self.journal.every(self.tree, |entry| {
            n += 1;
            if !looker.met(entry.id) {
                gone.push(entry);
            }
            Ok(())
        })?;
        let n_gone = u64::try_from(gone.len()).unwrap_or(u64::MAX);
        let suspicious = n_gone >= MANY && n_gone > n / 2;
        let remove = self.job.deleted == Deleted::Remove && !suspicious;
        if suspicious && self.job.deleted == Deleted::Remove {
            self.summary.remarks.push((
                format!(
                    "Bei {n_gone} von {n} bekannten Dateien fehlt die Vorlage; es wurde nichts gelöscht. Ist die Freigabe eingehängt?"
                ),
                format!(
                    "The sources of {n_gone} of {n} known files are missing; nothing was removed. Is the share mounted?"
                ),
            ));
        }
        for entry in gone {
            self.settle(&entry, remove)?;
        }
        self.commit()
    }

    /// Removes copies that stand for nothing any more, and folders that are
    /// empty then. One that is gone already is as good.
    pub(super) fn remove_copies<'p>(&self, paths: impl Iterator<Item = &'p String>) {
        for path in paths {
            let path = self.job.output.join(path);
            drop(std::fs::remove_file(&path));
            let inside = |folder: &&std::path::Path| *folder != self.job.output;
            for folder in path.ancestors().skip(1).take_while(inside) {
                // A folder with something in it stays.
                if std::fs::remove_dir(folder).is_err() {
                    break;
                }
            }
        }
    }

    fn settle(&mut self, entry: &Entry, remove: bool) -> Result<()> {
        let path = entry.output.as_ref().map(|output| output.path.clone());
        if remove || path.is_none() {
            self.remove_copies(path.iter().chain(&entry.former));
            self.journal.remove(entry.id)?;
        }
        let Some(path) = path else {
            return Ok(());
        };
        let outcome = Outcome::Gone { removed: remove };
        let n_bytes = entry.stamp.size;
        self.add(&FileReport::unread(path, n_bytes, outcome))
    }
}
