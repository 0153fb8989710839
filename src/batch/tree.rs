//! One output tree: whose it is, and that only one run works on it.
//!
//! A tree that this program fills carries a mark, a random number that the
//! journal knows. The file of the mark is locked while a run is going on; the
//! system lets go of the lock when the process ends, however it ends, so that
//! no lock outlives its holder. A second file says who holds it, for people.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind as Cause;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};
use crate::fs;
use crate::mapping::journal::Key;

/// The file with the tree's mark, in the output folder.
pub const TREE_FILE: &str = "deckname-report.tree";
/// Who is working on the tree; left over only after a crash.
pub const RUNNING_FILE: &str = "deckname-report.running";

/// A locked output tree.
#[derive(Debug)]
pub(super) struct OutputTree {
    root: PathBuf,
    mark: Key,
    /// Whether this run made the tree.
    pub(super) is_new: bool,
    /// Whether the run before this one ended without tidying up.
    pub(super) was_interrupted: bool,
    /// Holds the lock until it is dropped.
    _lock: File,
}

impl OutputTree {
    /// Makes the output folder or takes up one that this program filled.
    ///
    /// # Errors
    /// If the folder holds something else, or another run works on it.
    pub(super) fn open(root: &Path) -> Result<Self> {
        let path = root.join(TREE_FILE);
        let is_new = path.symlink_metadata().is_err();
        if is_new {
            // What bears our name a run left that was killed while it began.
            if root.exists() && !holds_only_ours(root) {
                return Err(settings(
                    "the output folder is not empty and was not filled by this program; choose another one",
                ));
            }
            fs::make_folder(root).map_err(|error| settings(error.what().to_owned()))?;
            fs::write_new(&path, format!("{}\n", hex(&new_mark()?)).as_bytes())
                .map_err(|error| settings(error.what().to_owned()))?;
        }
        let lock = lock(&path, &root.join(RUNNING_FILE))?;
        let mark = read_mark(&path).ok_or_else(damaged)?;
        let running = root.join(RUNNING_FILE);
        let was_interrupted = running.exists();
        if was_interrupted {
            fs::remove_parts(root)?;
        }
        let who = format!(
            "process {}, since {}\n",
            std::process::id(),
            jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M:%S UTC")
        );
        fs::write_replacing(&running, who.as_bytes())
            .map_err(|error| settings(error.what().to_owned()))?;
        Ok(Self {
            root: root.to_owned(),
            mark,
            is_new,
            was_interrupted,
            _lock: lock,
        })
    }

    /// Whether nothing lies in the tree but what tells whose it is.
    pub(super) fn is_empty(&self) -> bool {
        holds_only_ours(&self.root)
    }

    /// The number that the journal knows this tree by.
    pub(super) const fn mark(&self) -> &Key {
        &self.mark
    }

    /// Whether the tree is still where it was.
    ///
    /// # Errors
    /// If somebody removed it while the run was going on.
    pub(super) fn check(root: &Path) -> Result<()> {
        if root.join(TREE_FILE).symlink_metadata().is_ok() {
            return Ok(());
        }
        Err(settings(
            "the output folder was removed or moved while the run was going on; nothing more was written",
        ))
    }
}

impl Drop for OutputTree {
    fn drop(&mut self) {
        // If it stays, the next run tidies up once more than it had to.
        drop(std::fs::remove_file(self.root.join(RUNNING_FILE)));
    }
}

fn holds_only_ours(root: &Path) -> bool {
    let ours = |entry: std::io::Result<std::fs::DirEntry>| {
        entry.is_ok_and(|entry| {
            let name = entry.file_name();
            name.to_string_lossy().starts_with(super::REPORT_STEM)
        })
    };
    root.read_dir().is_ok_and(|mut inside| inside.all(ours))
}

fn lock(path: &Path, running: &Path) -> Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .append(true)
        .open(path)
        .map_err(|error| settings(format!("the output folder: {}", error.kind())))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let who = std::fs::read_to_string(running).unwrap_or_default();
            let who = who.trim();
            let who = if who.is_empty() {
                "another process"
            } else {
                who
            };
            Err(settings(format!(
                "another run is working on this output folder ({who}); wait for it, or end it: the next run goes on where it stopped"
            )))
        }
        // A file system without locks: the file beside it must do.
        Err(TryLockError::Error(error)) if error.kind() == Cause::Unsupported => {
            if running.exists() {
                return Err(settings(format!(
                    "the output folder lies on a file system without locks and a run may be going on; if none is, remove {RUNNING_FILE}"
                )));
            }
            Ok(file)
        }
        Err(TryLockError::Error(error)) => Err(settings(format!(
            "locking the output folder: {}",
            error.kind()
        ))),
    }
}

/// The mark of an output folder, if this program filled it.
pub(super) fn mark(root: &Path) -> Result<Option<Key>> {
    let path = root.join(TREE_FILE);
    if path.symlink_metadata().is_err() {
        return Ok(None);
    }
    read_mark(&path).map(Some).ok_or_else(damaged)
}

fn read_mark(path: &Path) -> Option<Key> {
    unhex(std::fs::read_to_string(path).ok()?.trim())
}

fn damaged() -> Error {
    settings("the mark of the output folder is damaged; choose another folder")
}

fn new_mark() -> Result<Key> {
    let mut mark = Key::default();
    getrandom::fill(&mut mark)
        .map_err(|_| Error::new(ErrorKind::Internal, "the system gives no random numbers"))?;
    Ok(mark)
}

/// Bytes as hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Key> {
    let mut key = Key::default();
    if text.len() != key.len() * 2 {
        return None;
    }
    for (n, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * n..2 * n + 2)?, 16).ok()?;
    }
    Some(key)
}

fn settings(what: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Settings, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_has_one_run_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("out");
        let first = OutputTree::open(&root).unwrap();
        assert!(first.is_new && !first.was_interrupted);
        let error = OutputTree::open(&root).unwrap_err();
        let process = format!("process {}", std::process::id());
        assert!(error.what().contains(&process), "{error}");
        let mark = *first.mark();
        drop(first);
        let again = OutputTree::open(&root).unwrap();
        assert!(!again.is_new && !again.was_interrupted);
        assert_eq!(*again.mark(), mark);
    }

    #[test]
    fn a_lock_dies_with_its_holder() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("out");
        drop(OutputTree::open(&root).unwrap());
        // What a killed run leaves: the file that names it, and half a copy.
        fs::write_new(&root.join(RUNNING_FILE), b"process 1\n").unwrap();
        fs::write_new(&root.join(format!("a.txt{}", fs::PART_SUFFIX)), b"x").unwrap();
        let tree = OutputTree::open(&root).unwrap();
        assert!(tree.was_interrupted);
        drop(tree);
        assert_eq!(std::fs::read_dir(&root).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_of_others_is_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        let begun = format!("{TREE_FILE}{}", fs::PART_SUFFIX);
        fs::write_new(&folder.path().join(begun), b"").unwrap();
        drop(OutputTree::open(folder.path()).unwrap());
        std::fs::remove_file(folder.path().join(TREE_FILE)).unwrap();
        fs::write_new(&folder.path().join("a.txt"), b"x").unwrap();
        let error = OutputTree::open(folder.path()).unwrap_err();
        assert!(error.what().contains("not empty"), "{error}");
        assert!(OutputTree::check(folder.path()).is_err());
    }
}
