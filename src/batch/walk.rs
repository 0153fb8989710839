//! The input tree, file by file, in an order that never changes: the files of a
//! folder, then its subfolders, both by name.
//!
//! Nothing is kept but the folder at hand, so that a share of a million files
//! needs no more memory than one of a thousand. Symbolic links are reported and
//! not followed. Lock and index files of office programs are left out: they
//! hold user names and are no documents.

use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};
use crate::mapping::journal::Stamp;

/// One input file.
#[derive(Clone, Debug)]
pub(super) struct Input {
    pub(super) path: PathBuf,
    /// From the input root to the file, as the system spells it.
    pub(super) relative: PathBuf,
    /// Folders from the input root to the file.
    pub(super) folders: Vec<String>,
    pub(super) name: String,
    /// Whether the name is text. If it is not, nobody can tell what it says.
    pub(super) is_text: bool,
    pub(super) stamp: Stamp,
    /// Why it cannot even be opened: a folder that cannot be read.
    pub(super) trouble: Option<std::io::ErrorKind>,
}

/// Yields the files below a folder, or the one file.
pub(super) struct Walk {
    entries: walkdir::IntoIter,
    root: PathBuf,
    output: PathBuf,
}

impl Walk {
    /// # Errors
    /// If there is nothing to walk.
    pub(super) fn new(input: &Path, output: &Path) -> Result<Self> {
        let unreadable = |error: std::io::Error| {
            Error::new(
                ErrorKind::Settings,
                format!("the input cannot be read: {}", error.kind()),
            )
        };
        let meta = input.symlink_metadata().map_err(unreadable)?;
        let root = if meta.is_dir() {
            // A share that is not mounted or not ours is no empty folder.
            input.read_dir().map_err(unreadable)?;
            input
        } else {
            input.parent().unwrap_or_else(|| Path::new(""))
        };
        let entries = walkdir::WalkDir::new(input)
            .sort_by(|a, b| {
                let key = |entry: &walkdir::DirEntry| entry.file_type().is_dir();
                key(a)
                    .cmp(&key(b))
                    .then_with(|| a.file_name().cmp(b.file_name()))
            })
            .into_iter();
        Ok(Self {
            entries,
            root: root.to_owned(),
            output: output.to_owned(),
        })
    }

    fn input(&self, path: &Path, stamp: Stamp, trouble: Option<std::io::ErrorKind>) -> Input {
        let relative = path.strip_prefix(&self.root).unwrap_or(path).to_owned();
        let mut folders: Vec<String> = relative
            .components()
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        let name = folders.pop().unwrap_or_default();
        let is_text = path.file_name().is_none_or(|name| name.to_str().is_some());
        Input {
            path: path.to_owned(),
            relative,
            folders,
            name,
            is_text,
            stamp,
            trouble,
        }
    }
}

impl Iterator for Walk {
    type Item = Input;

    fn next(&mut self) -> Option<Input> {
        loop {
            match self.entries.next()? {
                Ok(entry) if entry.file_type().is_dir() => {
                    if entry.path() == self.output {
                        self.entries.skip_current_dir();
                    }
                }
                Ok(entry) if is_sidecar(entry.file_name()) => {}
                Ok(entry) => {
                    let stamp = entry.metadata().ok().map(|meta| stamp(&meta));
                    return Some(self.input(entry.path(), stamp.unwrap_or_default(), None));
                }
                Err(error) => {
                    let kind = error
                        .io_error()
                        .map_or(std::io::ErrorKind::Other, std::io::Error::kind);
                    let path = error.path().unwrap_or(&self.root).to_owned();
                    return Some(self.input(&path, Stamp::default(), Some(kind)));
                }
            }
        }
    }
}

/// How a file looks from outside.
pub(super) fn stamp(meta: &std::fs::Metadata) -> Stamp {
    let since = |time: std::time::SystemTime| {
        let since = time.duration_since(std::time::UNIX_EPOCH).ok()?;
        i64::try_from(since.as_nanos()).ok()
    };
    Stamp {
        size: meta.len(),
        mtime: meta.modified().ok().and_then(since).unwrap_or(0),
    }
}

fn is_sidecar(name: &std::ffi::OsStr) -> bool {
    let name = name.to_string_lossy();
    if name.starts_with("~$") || name.starts_with(".~lock.") {
        return true;
    }
    ["thumbs.db", ".ds_store", "desktop.ini"]
        .iter()
        .any(|sidecar| name.eq_ignore_ascii_case(sidecar))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn make(folder: &Path, names: &[&str]) {
        for name in names {
            let path = folder.join(name);
            crate::fs::make_folder(path.parent().unwrap()).unwrap();
            crate::fs::write_new(&path, b"x").unwrap();
        }
    }

    fn names(walk: Walk) -> Vec<String> {
        let shown = |input: Input| input.relative.to_string_lossy().replace('\\', "/");
        walk.map(shown).collect()
    }

    #[test]
    fn files_come_before_subfolders_and_sidecars_never() {
        let folder = tempfile::tempdir().unwrap();
        make(
            folder.path(),
            &[
                "b.txt",
                "a/c.txt",
                "a/~$c.docx",
                "z.txt",
                "a/Thumbs.db",
                "out/copy.txt",
                "c/d/e.txt",
            ],
        );
        let walk = Walk::new(folder.path(), &folder.path().join("out")).unwrap();
        assert_eq!(names(walk), ["b.txt", "z.txt", "a/c.txt", "c/d/e.txt"]);
        let one = Walk::new(&folder.path().join("a/c.txt"), &folder.path().join("out")).unwrap();
        assert_eq!(names(one), ["c.txt"]);
        assert!(Walk::new(&folder.path().join("nichts"), Path::new("out")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_loop_of_links_ends_and_is_told() {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path(), &["a/b.txt"]);
        std::os::unix::fs::symlink(folder.path(), folder.path().join("a/loop")).unwrap();
        let walk = Walk::new(folder.path(), Path::new("/nowhere")).unwrap();
        assert_eq!(names(walk), ["a/b.txt", "a/loop"]);
    }
}
