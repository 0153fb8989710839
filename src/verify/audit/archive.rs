//! Archives and compound files: what stands beside their entries, and which
//! kind of document the entries are.

use std::io::{Cursor, Read};

use super::{Audit, odf, office};
use crate::document::Location;
use crate::error::{Error, ErrorKind, Result};

/// All entries together unpack to no more, in bytes.
const MAX_UNPACKED: u64 = 2 << 30;
/// More entries than any document has.
const MAX_ENTRIES: usize = 65_535;

/// A file in an archive.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) data: Vec<u8>,
}

impl Entry {
    /// Its content as text, if it is text.
    pub(super) fn text(&self) -> Option<String> {
        match super::super::decode::decode(&self.data) {
            super::super::decode::Decoded::Text(text) => Some(text.into_owned()),
            super::super::decode::Decoded::Runs(_) => None,
        }
    }
}

/// Looks into a ZIP archive and tells its kind.
pub(super) fn look(audit: &mut Audit, bytes: &[u8]) -> Result<&'static str> {
    let entries = entries(audit, bytes)?;
    let has = |name: &str| entries.iter().any(|entry| entry.name == name);
    if has("[Content_Types].xml") {
        office::look(audit, &entries)?;
        return Ok("office");
    }
    if has("mimetype") && has("content.xml") {
        odf::look(audit, &entries)?;
        return Ok("odf");
    }
    for entry in &entries {
        let extension = entry.name.rsplit_once('.').map_or("", |(_, end)| end);
        let place = Location::new("archive entry");
        let known = audit.look_as(&entry.data, extension, place)?.is_some();
        if audit.strict && !known && !super::super::is_text(&entry.data) {
            audit.leftover_at(185, place);
        }
    }
    Ok("archive")
}

fn entries(audit: &mut Audit, bytes: &[u8]) -> Result<Vec<Entry>> {
    let broken = |_| Error::new(ErrorKind::Broken, "the archive cannot be read");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let place = Location::new("archive");
    if archive.len() > MAX_ENTRIES {
        return Err(Error::new(
            ErrorKind::Limit,
            "the archive has too many entries",
        ));
    }
    if !archive.comment().is_empty() {
        audit.leftover_at(69, place);
    }
    let (mut out, mut spans, mut left) = (Vec::new(), Vec::new(), MAX_UNPACKED);
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(broken)?;
        if file.encrypted() {
            let what = "the archive is encrypted; nothing in it was examined";
            return Err(Error::new(ErrorKind::Encrypted, what));
        }
        spans.push((
            file.header_start(),
            file.data_start().unwrap_or_default() + file.compressed_size(),
        ));
        if !file.comment().is_empty() || file.extra_data().as_deref().is_some_and(is_telling) {
            audit.leftover_at(69, place);
        }
        let name = file.name().map_err(broken)?.replace('\\', "/");
        if file.is_dir() {
            continue;
        }
        let mut data = Vec::new();
        file.take(left)
            .read_to_end(&mut data)
            .map_err(|error| Error::io("unpacking an archive", &error))?;
        left = left.saturating_sub(u64::try_from(data.len()).unwrap_or(left));
        if left == 0 {
            return Err(Error::new(
                ErrorKind::Limit,
                "the archive unpacks to too much",
            ));
        }
        out.push(Entry { name, data });
    }
    spans.sort_unstable();
    if has_gaps(&spans, bytes) {
        audit.leftover_at(69, place);
    }
    Ok(out)
}

/// Extra fields besides sizes of large files.
fn is_telling(extra: &[u8]) -> bool {
    !extra.is_empty() && !extra.starts_with(&[1, 0])
}

/// Bytes before, between or behind the entries that no directory explains.
fn has_gaps(spans: &[(u64, u64)], bytes: &[u8]) -> bool {
    let mut at = 0;
    for (start, end) in spans {
        // A descriptor of up to 24 bytes may follow an entry.
        if *start > at + 24 || (at == 0 && *start > 0) {
            return true;
        }
        at = at.max(*end);
    }
    let end = memchr::memmem::rfind(bytes, b"PK\x05\x06").unwrap_or_default();
    let directory = bytes
        .get(end + 16..end + 20)
        .and_then(|four| four.try_into().ok())
        .map_or(u32::MAX, u32::from_le_bytes);
    let large = directory == u32::MAX;
    bytes.len() > end + 22 || (!large && u64::from(directory) > at + 24)
}

/// An old Office file: its properties are what a redaction forgets first.
pub(super) fn compound(audit: &mut Audit, bytes: &[u8], place: Location) {
    let Ok(file) = cfb::CompoundFile::open(Cursor::new(bytes)) else {
        audit.leftover_at(185, place);
        return;
    };
    for entry in file.walk().filter(cfb::Entry::is_stream) {
        let name = entry.name().to_lowercase();
        let name = name.trim_start_matches(|c: char| c.is_control());
        let channel = match name {
            "summaryinformation" | "documentsummaryinformation" => 153,
            "worddocument" | "1table" | "0table" => 154,
            "workbook" | "book" => 118,
            "powerpoint document" | "current user" => 155,
            "encryptedpackage" => 185,
            _ if name.starts_with("__substg1.0_") => 150,
            _ => 156,
        };
        audit.leftover_at(channel, place);
    }
}
