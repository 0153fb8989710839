//! The ZIP container of the Office formats, read once with limits and written
//! anew from nothing but names and contents.
//!
//! A written package holds what its caller listed and no more: no comments, no
//! extra fields, no times, no bytes between or behind entries, no slack inside
//! a compressed stream. That is why entries are compressed again even where
//! their content did not change: a raw copy would carry such slack along, and
//! compressing costs less than a millisecond for a usual letter. What an entry
//! means is not known here.

use std::collections::HashSet;
use std::io::{Cursor, Read, Write};
use std::sync::Arc;

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::error::{Error, ErrorKind, Result};
use crate::format::{ReadOptions, decrypt};

/// No part of a real document comes near this; a bomb does.
const MAX_ENTRY: u64 = 512 << 20;
/// What a package without ZIP64 can hold; the largest real one had 3,000.
const MAX_ENTRIES: usize = 65_535;
/// Repetitive sheets reach 1:100; deflate can do 1:1,032.
const MAX_RATIO: u64 = 300;
/// Below this size a ratio says nothing.
const RATIO_FROM: u64 = 4 << 20;
/// A name longer than this is no part name.
const MAX_NAME: usize = 1_024;
/// The first bytes of a compound file.
pub(crate) const CFB_MAGIC: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// The contents of a ZIP file, in the order of its directory.
#[derive(Clone, Debug, Default)]
pub struct Package {
    entries: Vec<Entry>,
    was_encrypted: bool,
}

/// One file in a package.
#[derive(Clone)]
pub struct Entry {
    /// Its name, slashes between folders.
    pub name: String,
    /// Its content.
    pub data: Arc<[u8]>,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A name may hold a person's name.
        f.debug_struct("Entry")
            .field("n_bytes", &self.data.len())
            .finish_non_exhaustive()
    }
}

impl Package {
    /// Reads all of a ZIP file.
    ///
    /// # Errors
    /// If it is encrypted, damaged (every checksum is compared), too large, or
    /// ambiguous: two readers must never see different contents.
    pub fn open(input: &[u8], options: &ReadOptions) -> Result<Self> {
        if input.starts_with(CFB_MAGIC) {
            let password = options.password.as_deref();
            let opened = decrypt::package(input, password, options.max_unpacked)?;
            // A package that holds no package, so that this ends.
            let opened = opened.filter(|opened| !opened.starts_with(CFB_MAGIC));
            let opened = opened.ok_or_else(|| compound(input))?;
            let package = Self::open(&opened, options)?;
            return Ok(Self {
                was_encrypted: true,
                ..package
            });
        }
        let mut archive = ZipArchive::new(Cursor::new(input)).map_err(|error| broken(&error))?;
        if archive.len() > MAX_ENTRIES {
            return Err(limit("the archive has too many entries"));
        }
        if archive.has_duplicate_names() {
            return Err(refused("the archive holds two entries of one name"));
        }
        if archive
            .has_overlapping_entries()
            .map_err(|error| broken(&error))?
        {
            return Err(refused("entries of the archive overlap"));
        }
        let mut left = options.max_unpacked;
        let mut names = HashSet::new();
        let mut entries = Vec::with_capacity(archive.len());
        for index in 0..archive.len() {
            let Some(entry) = read_entry(&mut archive, index, left)? else {
                continue;
            };
            left = left.saturating_sub(length(&entry.data));
            if !names.insert(entry.name.to_lowercase()) {
                return Err(refused(
                    "the archive holds two entries whose names differ in case only",
                ));
            }
            entries.push(entry);
        }
        Ok(Self {
            entries,
            was_encrypted: false,
        })
    }

    /// Entries of a package whose password was taken off.
    pub(crate) const fn without_password(entries: Vec<Entry>) -> Self {
        Self {
            entries,
            was_encrypted: true,
        }
    }

    /// Whether a password was taken off; what is written has none.
    #[must_use]
    pub const fn was_encrypted(&self) -> bool {
        self.was_encrypted
    }

    /// All entries, in order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The content of one entry; names are compared as Office does, without case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<[u8]>> {
        self.entries
            .iter()
            .find(|entry| entry.name.eq_ignore_ascii_case(name))
            .map(|entry| &entry.data)
    }
}

/// Writes entries as a ZIP file: same input, same bytes. An entry `mimetype`
/// is stored, the others are deflated.
///
/// # Errors
/// If a name cannot be written or the archive would be too large.
pub fn write<'a>(entries: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, data) in entries {
        let method = if name == "mimetype" {
            CompressionMethod::Stored
        } else {
            CompressionMethod::Deflated
        };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644)
            .large_file(length(data) > u64::from(u32::MAX));
        writer
            .start_file(name, options)
            .map_err(|_| internal("an entry of the archive could not be written"))?;
        writer
            .write_all(data)
            .map_err(|error| Error::io("writing the archive", &error))?;
    }
    let cursor = writer
        .finish()
        .map_err(|_| internal("the archive could not be written"))?;
    Ok(cursor.into_inner())
}

/// Every file in a ZIP file, unpacked, and every file in ZIP files inside it.
/// For whoever reads an output like a stranger; names of nested entries are
/// joined by `!`.
///
/// # Errors
/// As [`Package::open`], and if archives are nested deeper than the limit.
pub fn unpack_all(input: &[u8], options: &ReadOptions) -> Result<Vec<(String, Vec<u8>)>> {
    let mut found = Vec::new();
    unpack_into(&mut found, "", input, options, options.max_depth)?;
    Ok(found)
}

fn unpack_into(
    found: &mut Vec<(String, Vec<u8>)>,
    prefix: &str,
    input: &[u8],
    options: &ReadOptions,
    depth: u32,
) -> Result<()> {
    for entry in Package::open(input, options)?.entries {
        let name = format!("{prefix}{}", entry.name);
        if entry.data.starts_with(b"PK\x03\x04") {
            let depth = depth
                .checked_sub(1)
                .ok_or_else(|| limit("archives are nested too deeply"))?;
            unpack_into(found, &format!("{name}!"), &entry.data, options, depth)?;
        }
        found.push((name, entry.data.to_vec()));
    }
    Ok(())
}

fn read_entry(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    left: u64,
) -> Result<Option<Entry>> {
    let file = archive.by_index(index).map_err(|error| broken(&error))?;
    if file.encrypted() {
        return Err(encrypted());
    }
    if file.is_symlink() {
        return Err(refused("the archive holds a link instead of a file"));
    }
    // Some programs write folders as on Windows.
    let name = file
        .name()
        .map_err(|error| broken(&error))?
        .replace('\\', "/");
    if !is_plain(&name) {
        return Err(refused("an entry name of the archive leaves the archive"));
    }
    if file.is_dir() {
        return Ok(None);
    }
    let packed = file.compressed_size();
    let most = MAX_ENTRY.min(left);
    // What it claims to unpack to, if that can be true.
    let expected = file.size().min(most).min(packed.saturating_mul(MAX_RATIO));
    let mut data = Vec::with_capacity(usize::try_from(expected + 1).unwrap_or(0));
    // One byte more than allowed tells a full entry from a cut one.
    let n = file
        .take(most.saturating_add(1))
        .read_to_end(&mut data)
        .map_err(|_| damaged())?;
    let n = u64::try_from(n).unwrap_or(u64::MAX);
    if n > most || (n > RATIO_FROM && n / packed.max(1) > MAX_RATIO) {
        return Err(limit("the archive unpacks to too much"));
    }
    Ok(Some(Entry {
        name,
        data: data.into(),
    }))
}

/// Whether a name stays inside the archive and means the same everywhere.
fn is_plain(name: &str) -> bool {
    let body = name.strip_suffix('/').unwrap_or(name);
    name.len() <= MAX_NAME
        && !body.is_empty()
        && !name.contains([':', '\0'])
        && !name.chars().any(char::is_control)
        && body
            .split('/')
            .all(|step| !step.is_empty() && step != "." && step != "..")
}

/// What a compound file in place of a ZIP file means.
fn compound(input: &[u8]) -> Error {
    // The directory of an encrypted package names its one big stream. Strict
    // readers miss damaged directories, so the raw bytes are searched too.
    let wide: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let named = cfb::CompoundFile::open(Cursor::new(input)).is_ok_and(|file| {
        file.walk()
            .any(|e| e.name().eq_ignore_ascii_case("EncryptedPackage"))
    });
    if named || memchr::memmem::find(input, &wide).is_some() {
        return encrypted();
    }
    Error::new(
        ErrorKind::Unsupported,
        "an old Office file under a new extension; save it as docx, xlsx or pptx",
    )
}

fn length(data: &[u8]) -> u64 {
    u64::try_from(data.len()).unwrap_or(u64::MAX)
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "all else means that the archive is damaged"
)]
fn broken(error: &ZipError) -> Error {
    match error {
        ZipError::UnsupportedArchive(what) if *what == ZipError::PASSWORD_REQUIRED => encrypted(),
        ZipError::InvalidPassword => encrypted(),
        ZipError::CompressionMethodNotSupported(_) | ZipError::UnsupportedArchive(_) => {
            refused("the archive uses a compression that no Office program writes")
        }
        _ => damaged(),
    }
}

fn damaged() -> Error {
    Error::new(
        ErrorKind::Broken,
        "the archive is damaged; open the file in its program and save it again",
    )
}

fn encrypted() -> Error {
    Error::new(
        ErrorKind::Encrypted,
        "the file is encrypted; name a file with its password (--password-file)",
    )
}

fn refused(what: &'static str) -> Error {
    Error::new(ErrorKind::Refused, what)
}

fn limit(what: &'static str) -> Error {
    Error::new(ErrorKind::Limit, what)
}

fn internal(what: &'static str) -> Error {
    Error::new(ErrorKind::Internal, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> ReadOptions {
        ReadOptions::default()
    }

    #[test]
    fn what_is_written_is_read_again_in_order() {
        let entries: [(&str, &[u8]); 2] = [("mimetype", b"a/b"), ("x/y.xml", b"<a/>")];
        let bytes = write(entries).unwrap();
        let package = Package::open(&bytes, &options()).unwrap();
        let names: Vec<_> = package.entries().iter().map(|e| e.name.as_str()).collect();
        assert_eq!(names, ["mimetype", "x/y.xml"]);
        assert_eq!(&**package.get("X/Y.xml").unwrap(), b"<a/>");
        assert_eq!(bytes, write(entries).unwrap());
    }

    #[test]
    fn names_that_leave_the_archive_are_refused() {
        for name in ["../a", "/a", "a//b", "a/../b", "C:a", "a/./b", "a\0b", ""] {
            assert!(!is_plain(name), "{name:?}");
        }
        assert!(is_plain("word/document.xml") && is_plain("word/"));
    }

    #[test]
    fn a_flipped_byte_is_found() {
        let mut bytes = write([("mimetype", &b"some text that is stored"[..])]).unwrap();
        let at = memchr::memmem::find(&bytes, b"that").unwrap();
        bytes[at] = b'T';
        assert_eq!(
            Package::open(&bytes, &options()).unwrap_err().kind(),
            ErrorKind::Broken
        );
    }

    #[test]
    fn names_that_differ_in_case_only_are_refused() {
        let bytes = write([("a.xml", &b"1"[..]), ("A.xml", &b"2"[..])]).unwrap();
        assert_eq!(
            Package::open(&bytes, &options()).unwrap_err().kind(),
            ErrorKind::Refused
        );
    }

    #[test]
    fn a_bomb_is_stopped() {
        let zeros = vec![0_u8; 16 << 20];
        let bytes = write([("a", &zeros[..])]).unwrap();
        assert_eq!(
            Package::open(&bytes, &options()).unwrap_err().kind(),
            ErrorKind::Limit
        );
    }

    #[test]
    fn nested_archives_are_unpacked_to_a_limit() {
        let mut bytes = write([("deep.txt", &b"needle"[..])]).unwrap();
        for _ in 0..3 {
            bytes = write([("in.zip", &bytes[..])]).unwrap();
        }
        let all = unpack_all(&bytes, &options()).unwrap();
        assert!(
            all.iter()
                .any(|(name, _)| name == "in.zip!in.zip!in.zip!deep.txt")
        );
        let shallow = ReadOptions {
            max_depth: 2,
            ..options()
        };
        assert_eq!(
            unpack_all(&bytes, &shallow).unwrap_err().kind(),
            ErrorKind::Limit
        );
    }
}
