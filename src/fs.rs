//! Files that are either there whole or not there at all.
//!
//! Whatever this writes may hold personal data, so scratch files lie beside
//! their target, are readable by their owner only, and reach the disk before
//! they get their final name.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};

/// Ending of a file that is still being written. Left over only after a crash.
pub const PART_SUFFIX: &str = ".deckname-part";

/// Writes a file that does not exist yet: beside the target, synced, renamed.
///
/// # Errors
/// If the target exists, or the disk refuses; nothing is left behind then.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    if path.symlink_metadata().is_ok() {
        return Err(Error::new(
            ErrorKind::Io,
            "the target file exists already; choose an empty output folder",
        ));
    }
    write_replacing(path, bytes)
}

/// Writes a file, replacing what was there in one step.
///
/// # Errors
/// If the disk refuses; the old file stays as it was then.
pub fn write_replacing(path: &Path, bytes: &[u8]) -> Result<()> {
    let part = part_path(path);
    let written = write_part(&part, bytes)
        .and_then(|()| std::fs::rename(&part, path).map_err(|e| writing("renaming", &e)))
        .and_then(|()| sync_parent(path));
    if written.is_err() {
        // The part file may not exist; the first failure is what matters.
        drop(std::fs::remove_file(&part));
    }
    written
}

/// Writes a file piece by piece, replacing what was there in one step when all
/// of it is written.
///
/// # Errors
/// If the disk refuses or `fill` fails; the old file stays as it was then.
pub fn replace_with(path: &Path, fill: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let part = part_path(path);
    let fill_part = || -> Result<()> {
        let file = private_options()
            .create(true)
            .truncate(true)
            .open(&part)
            .map_err(|error| writing("creating the output", &error))?;
        let mut buffer = std::io::BufWriter::new(file);
        fill(&mut buffer)?;
        let file = buffer
            .into_inner()
            .map_err(|error| writing("writing the output", error.error()))?;
        file.sync_all()
            .map_err(|error| writing("writing the output", &error))?;
        std::fs::rename(&part, path).map_err(|error| writing("renaming", &error))?;
        sync_parent(path)
    };
    let written = fill_part();
    if written.is_err() {
        // The part file may not exist; the first failure is what matters.
        drop(std::fs::remove_file(&part));
    }
    written
}

/// Makes a folder and its parents, readable by the owner only.
///
/// # Errors
/// If the system refuses.
pub fn make_folder(path: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder
        .create(path)
        .map_err(|error| writing("making a folder", &error))
}

/// Opens a file that only its owner may read, creating it if `create_new` says so.
///
/// # Errors
/// If it exists already, or the system refuses.
pub fn create_private(path: &Path) -> Result<File> {
    private_options()
        .create_new(true)
        .open(path)
        .map_err(|error| Error::io("creating a file", &error))
}

/// Reads a whole file of at most `limit` bytes.
///
/// # Errors
/// If it is larger than the limit, is not a plain file, or cannot be read.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>> {
    use std::io::Read;
    let looking = |error: std::io::Error| Error::io("looking at the file", &error);
    // Opening a pipe would wait for a writer, so the kind is asked for first.
    let meta = path.symlink_metadata().map_err(looking)?;
    if !meta.is_file() {
        return Err(Error::new(
            ErrorKind::Unsupported,
            "not a plain file (links, pipes and devices are not followed)",
        ));
    }
    let file = File::open(path).map_err(|error| Error::io("opening the file", &error))?;
    let mut bytes = Vec::new();
    // One byte more than allowed tells a file that grew since it was looked at.
    let n = file
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| Error::io("reading the file", &error))?;
    if u64::try_from(n).unwrap_or(u64::MAX) > limit {
        return Err(Error::new(
            ErrorKind::Limit,
            format!("larger than {limit} bytes; raise --max-file-size to examine it"),
        ));
    }
    Ok(bytes)
}

/// Removes what a killed run left half written below a folder.
///
/// # Errors
/// If such a file cannot be removed.
pub fn remove_parts(folder: &Path) -> Result<()> {
    for entry in walkdir::WalkDir::new(folder).into_iter().flatten() {
        let name = entry.file_name().to_string_lossy();
        if entry.file_type().is_dir() && name.ends_with(PART_SUFFIX) {
            // A folder in which an outside program converted a file.
            std::fs::remove_dir_all(entry.path())
                .map_err(|error| Error::io("removing a scratch folder", &error))?;
        } else if entry.file_type().is_file() && name.ends_with(PART_SUFFIX) {
            std::fs::remove_file(entry.path())
                .map_err(|error| Error::io("removing a half-written file", &error))?;
        }
    }
    Ok(())
}

fn part_path(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(PART_SUFFIX);
    path.with_file_name(name)
}

fn write_part(part: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = private_options()
        .create(true)
        .truncate(true)
        .open(part)
        .map_err(|error| writing("creating the output", &error))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(|error| writing("writing the output", &error))
}

/// A failure to write. A full disk is not the fault of one file: it ends the run.
#[must_use]
pub fn writing(doing: &'static str, error: &std::io::Error) -> Error {
    use std::io::ErrorKind as Cause;
    if matches!(error.kind(), Cause::StorageFull | Cause::QuotaExceeded) {
        return Error::new(
            ErrorKind::Settings,
            format!(
                "{doing}: the disk is full; free some space and run again, the next run goes on where this one stopped"
            ),
        );
    }
    if error.kind() == Cause::ReadOnlyFilesystem {
        return Error::new(
            ErrorKind::Settings,
            format!("{doing}: the disk can only be read"),
        );
    }
    Error::io(doing, error)
}

fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

/// Makes the rename itself durable, where the system can sync a folder.
fn sync_parent(path: &Path) -> Result<()> {
    #[cfg(unix)]
    if let Some(parent) = path.parent() {
        let here = Path::new(".");
        let parent = if parent.as_os_str().is_empty() {
            here
        } else {
            parent
        };
        File::open(parent)
            .and_then(|folder| folder.sync_all())
            .map_err(|error| Error::io("syncing the output folder", &error))?;
    }
    #[cfg(not(unix))]
    drop(path);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_is_private_and_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("brief.txt");
        write_new(&path, b"inhalt").unwrap();
        assert_eq!(read(&path, 100).unwrap(), b"inhalt");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = path.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0);
        }
        assert_eq!(write_new(&path, b"x").unwrap_err().kind(), ErrorKind::Io);
        assert_eq!(read(&path, 5).unwrap_err().kind(), ErrorKind::Limit);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_pipes_are_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("brief.txt");
        write_new(&target, b"x").unwrap();
        let link = folder.path().join("link.txt");
        std::os::unix::fs::symlink(&target, &link).unwrap();
        let pipe = folder.path().join("pipe.txt");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &pipe,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR,
            0,
        )
        .unwrap();
        for path in [link, pipe, folder.path().to_owned()] {
            assert_eq!(read(&path, 100).unwrap_err().kind(), ErrorKind::Unsupported);
        }
    }

    #[test]
    fn what_a_killed_run_left_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let part = folder.path().join(format!("brief.txt{PART_SUFFIX}"));
        write_new(&part, b"halb").unwrap();
        write_new(&folder.path().join("brief.txt"), b"ganz").unwrap();
        remove_parts(folder.path()).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_failed_write_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kein-ordner").join("brief.txt");
        assert!(write_new(&path, b"inhalt").is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
