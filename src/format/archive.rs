//! Archives: ZIP, TAR and gzip. Every entry is read by its own format and the
//! archive is written anew with nothing but names and contents; names are text
//! like any other. Entries that no format reads, links and devices are dropped
//! with a notice; an archive of which nothing is left is refused.

use std::io::{Cursor, Read, Write};

use super::encoding::Decoded;
use super::nested::Nested;
use super::spliced::{Draft, Spliced, nth};
use super::step::{self, Step, is_off};
use super::{Format, OpenFile, ReadOptions, package};
use crate::document::{Bilingual, Document, Edit, Location, NoticeKind, SegmentKind};
use crate::error::{Error, ErrorKind, Result};

const ENTRIES: Bilingual = Bilingual {
    de: "Dateien in Archiven, die nicht untersucht werden können",
    en: "files in archives that cannot be examined",
};
const LINKS: Bilingual = Bilingual {
    de: "Verknüpfungen und Geräte in Archiven",
    en: "links and devices in archives",
};
/// More entries are no case file.
const MAX_ENTRIES: usize = 65_535;
/// Text packs 1:20, a log 1:100; deflate can do 1:1,032.
const MAX_RATIO: u64 = 300;
/// Below this size a ratio says nothing.
const RATIO_FROM: u64 = 4 << 20;

/// ZIP archives.
#[derive(Clone, Copy, Debug)]
pub struct Zip;

/// TAR archives.
#[derive(Clone, Copy, Debug)]
pub struct Tar;

/// One file, or a TAR archive, packed by gzip.
#[derive(Clone, Copy, Debug)]
pub struct Gzip;

impl Format for Zip {
    fn name(&self) -> &'static str {
        "zip"
    }

    fn accepts(&self, head: &[u8], extension: &str) -> bool {
        extension == "zip" && head.starts_with(b"PK")
    }

    fn open(&self, input: Vec<u8>, options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        let package = package::Package::open(&input, options)?;
        let entries = package.entries().iter();
        let entries = entries
            .map(|entry| (entry.name.clone(), entry.data.to_vec()))
            .collect();
        Archive::read(Kind::Zip, entries, Document::new(), options)
    }
}

impl Format for Tar {
    fn name(&self) -> &'static str {
        "tar"
    }

    fn accepts(&self, head: &[u8], extension: &str) -> bool {
        extension == "tar" && !head.is_empty()
    }

    fn open(&self, input: Vec<u8>, options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        let mut document = Document::new();
        let entries = tar_entries(&input, &mut document)?;
        Archive::read(Kind::Tar, entries, document, options)
    }
}

impl Format for Gzip {
    fn name(&self) -> &'static str {
        "gzip"
    }

    fn accepts(&self, head: &[u8], extension: &str) -> bool {
        matches!(extension, "gz" | "tgz") && head.starts_with(b"\x1F\x8B")
    }

    fn open(&self, input: Vec<u8>, options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        let mut decoder = flate2::read::MultiGzDecoder::new(input.as_slice());
        let named = decoder
            .header()
            .and_then(|header| header.filename())
            .map(<[u8]>::to_vec);
        let named = named
            .map(|name| String::from_utf8_lossy(&name).into_owned())
            .unwrap_or_default();
        let mut data = Vec::new();
        let most = options.max_unpacked;
        let n = decoder
            .by_ref()
            .take(most.saturating_add(1))
            .read_to_end(&mut data)
            .map_err(|_| broken("the packed file is damaged"))?;
        let (n, packed) = (length(n), length(input.len()));
        if n > most || (n > RATIO_FROM && n / packed.max(1) > MAX_RATIO) {
            return Err(Error::new(ErrorKind::Limit, "the file unpacks to too much"));
        }
        let is_tar = data.get(257..262) == Some(&b"ustar"[..]);
        // The name inside says what it is; a text says so itself.
        let extension = match named.rsplit_once('.') {
            _ if is_tar => "tar",
            Some((_, extension)) if super::find(&data, extension).is_ok() => extension,
            _ => "log",
        };
        let file = super::open(data, extension, &deeper(options)?)?;
        let mut nested = Nested::default();
        nested.push(file);
        Ok(Box::new(Archive {
            kind: Kind::Gzip,
            nested,
        }))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Zip,
    Tar,
    Gzip,
}

struct Archive {
    kind: Kind,
    /// Name, content, name, content, …; for gzip the one content.
    nested: Nested,
}

impl Archive {
    fn read(
        kind: Kind,
        entries: Vec<(String, Vec<u8>)>,
        document: Document,
        options: &ReadOptions,
    ) -> Result<Box<dyn OpenFile>> {
        if entries.len() > MAX_ENTRIES {
            return Err(Error::new(
                ErrorKind::Limit,
                "the archive has too many entries",
            ));
        }
        let mut options = deeper(options)?;
        let mut nested = Nested::default();
        nested.document = document;
        let mut n_dropped = 0;
        for (name, data) in entries {
            let extension = name
                .rsplit_once('.')
                .map(|(_, extension)| extension.to_ascii_lowercase());
            let n = length(data.len());
            options.max_unpacked = options.max_unpacked.saturating_sub(n);
            let is_system = name.starts_with("__MACOSX/") || name.ends_with("Thumbs.db");
            let kept = is_off(Step::Entries).then(|| data.clone());
            let opened = if is_system {
                Err(broken("a file of the system"))
            } else {
                super::open(data, &extension.unwrap_or_default(), &options)
            };
            match opened {
                Ok(file) => {
                    nested.push(entry_name(&name, file.extension())?);
                    nested.push(file);
                }
                Err(error) if error.kind() == ErrorKind::Internal => return Err(error),
                Err(_) => match kept {
                    Some(data) => {
                        nested.push(entry_name(&name, None)?);
                        nested.push(step::as_it_is(data));
                    }
                    None => n_dropped += 1,
                },
            }
        }
        nested
            .document
            .notice(NoticeKind::Dropped, ENTRIES, n_dropped);
        if nested.n_files() == 0 {
            let what = "nothing in the archive can be examined";
            return Err(Error::new(ErrorKind::NotExamined, what));
        }
        Ok(Box::new(Self { kind, nested }))
    }
}

/// The options one level deeper.
fn deeper(options: &ReadOptions) -> Result<ReadOptions> {
    let max_depth = options.max_depth.checked_sub(1);
    let max_depth =
        max_depth.ok_or_else(|| Error::new(ErrorKind::Limit, "archives are nested too deeply"))?;
    Ok(ReadOptions {
        max_depth,
        ..options.clone()
    })
}

/// The name of an entry as a file: each folder and the name for itself.
fn entry_name(name: &str, extension: Option<&str>) -> Result<Box<dyn OpenFile>> {
    let mut file = Spliced::new(Decoded::new(name.as_bytes())?);
    let mut at = 0;
    for step in name.split_inclusive('/') {
        let body = step.strip_suffix('/').unwrap_or(step);
        let is_last = body.len() == step.len();
        let stem = match body.rfind('.').filter(|dot| is_last && *dot > 0) {
            Some(dot) => {
                if let Some(extension) = extension {
                    file.cut(at + dot + 1..at + body.len(), extension);
                }
                body.get(..dot).unwrap_or(body)
            }
            None => body,
        };
        let mut draft = Draft::default();
        let mut from = 0;
        for piece in stem.split_inclusive('_') {
            let plain = piece.strip_suffix('_').unwrap_or(piece);
            draft.literal(plain, at + from);
            from += plain.len();
            if plain.len() < piece.len() {
                draft.decoded(" ", at + from..at + from + 1);
                from += 1;
            }
        }
        let kind = SegmentKind::Attribute { name: "file name" };
        let place = Location::new("entry name").number(nth(file.n_segments()));
        file.push(draft, kind, place, in_name);
        at += step.len();
    }
    Ok(Box::new(file))
}

/// A piece of a name that means the same on every system.
fn in_name(text: &str) -> String {
    let bad = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
    text.chars().map(|c| if bad(c) { '_' } else { c }).collect()
}

impl OpenFile for Archive {
    fn document(&self) -> &Document {
        &self.nested.document
    }

    fn rewrite(&self, edits: &[Edit]) -> Result<Vec<u8>> {
        let files = self.nested.rewrite(edits)?;
        if self.kind == Kind::Gzip {
            let data = files.first().map(Vec::as_slice).unwrap_or_default();
            let mut encoder =
                flate2::GzBuilder::new().write(Vec::new(), flate2::Compression::default());
            return encoder
                .write_all(data)
                .and_then(|()| encoder.finish())
                .map_err(|error| Error::io("packing the file", &error));
        }
        let (pairs, _) = files.as_chunks::<2>();
        let mut taken = std::collections::HashSet::new();
        let mut entries: Vec<(String, &[u8])> = Vec::with_capacity(pairs.len());
        for [name, data] in pairs {
            let name = String::from_utf8(name.clone()).map_err(|_| broken("a name is no text"))?;
            entries.push((free_name(name, &mut taken), data.as_slice()));
        }
        match self.kind {
            Kind::Zip => package::write(entries.iter().map(|(name, data)| (name.as_str(), *data))),
            Kind::Tar | Kind::Gzip => write_tar(&entries),
        }
    }
}

/// A name that no other entry has.
fn free_name(name: String, taken: &mut std::collections::HashSet<String>) -> String {
    let mut candidate = name.clone();
    let mut n = 2;
    while !taken.insert(candidate.to_lowercase()) {
        candidate = match name.rsplit_once('.') {
            Some((stem, extension)) => format!("{stem} ({n}).{extension}"),
            None => format!("{name} ({n})"),
        };
        n += 1;
    }
    candidate
}

fn tar_entries(input: &[u8], document: &mut Document) -> Result<Vec<(String, Vec<u8>)>> {
    let damaged = |_| broken("the archive is damaged");
    let mut archive = tar::Archive::new(Cursor::new(input));
    let mut entries = Vec::new();
    let mut n_links = 0;
    for entry in archive.entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        let kind = entry.header().entry_type();
        if kind.is_dir() || kind.is_pax_global_extensions() {
            continue;
        }
        if !kind.is_file() {
            n_links += 1;
            continue;
        }
        let name = String::from_utf8(entry.path_bytes().into_owned()).map_err(|_| {
            Error::new(ErrorKind::NotExamined, "a name in the archive is not UTF-8")
        })?;
        let name = name.trim_start_matches("./").to_owned();
        let is_plain = !name.is_empty()
            && !name.contains(['\\', ':'])
            && !name.chars().any(char::is_control)
            && name
                .split('/')
                .all(|step| !step.is_empty() && step != "." && step != "..");
        if !is_plain {
            return Err(Error::new(
                ErrorKind::Refused,
                "an entry name of the archive leaves the archive",
            ));
        }
        // No entry is larger than the archive it lies in.
        if entry.size() > length(input.len()) || entries.len() > MAX_ENTRIES {
            return Err(Error::new(
                ErrorKind::Limit,
                "an entry claims to be larger than the archive",
            ));
        }
        let mut data = Vec::new();
        entry.read_to_end(&mut data).map_err(damaged)?;
        entries.push((name, data));
    }
    document.notice(NoticeKind::Dropped, LINKS, n_links);
    Ok(entries)
}

fn write_tar(entries: &[(String, &[u8])]) -> Result<Vec<u8>> {
    let failed = |error: std::io::Error| Error::io("writing the archive", &error);
    let mut builder = tar::Builder::new(Vec::new());
    for (name, data) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_size(length(data.len()));
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        builder
            .append_data(&mut header, name, *data)
            .map_err(failed)?;
    }
    builder.into_inner().map_err(failed)
}

/// Every file in a TAR archive, for whoever reads an output like a stranger.
///
/// # Errors
/// If it is damaged.
pub fn unpack_tar(input: &[u8]) -> Result<Vec<(String, Vec<u8>)>> {
    tar_entries(input, &mut Document::new())
}

fn length(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

fn broken(what: &'static str) -> Error {
    Error::new(ErrorKind::Broken, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::spliced::edits_of_all;

    fn replace(file: &dyn OpenFile, old: &str, new: &str) -> Vec<u8> {
        let edits = edits_of_all(file.document(), old, new);
        file.rewrite(&edits).unwrap()
    }

    fn entries() -> [(String, &'static [u8]); 3] {
        [
            ("Akte Max/Brief_Max_M.txt".to_owned(), b"Von Max"),
            ("Akte Max/x.bin".to_owned(), b"\0\x01"),
            ("t.csv".to_owned(), b"Name;Ort\nMax;Bonn"),
        ]
    }

    #[test]
    fn entries_and_names_are_read_and_cleaned() {
        let pairs = entries();
        let zip = package::write(pairs.iter().map(|(name, data)| (name.as_str(), *data))).unwrap();
        let tar = write_tar(&pairs).unwrap();
        let pairs: [(&dyn Format, Vec<u8>); 2] = [(&Zip, zip), (&Tar, tar)];
        for (format, input) in pairs {
            let file = format.open(input, &ReadOptions::default()).unwrap();
            assert_eq!(file.document().notices().len(), 1);
            let output = replace(&*file, "Max", "[P]");
            let found = match format.name() {
                "zip" => package::unpack_all(&output, &ReadOptions::default()).unwrap(),
                _ => unpack_tar(&output).unwrap(),
            };
            let names: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, ["Akte [P]/Brief_[P]_M.txt", "t.csv"]);
            assert_eq!(found[0].1, b"Von [P]");
            let again = format
                .open(output.clone(), &ReadOptions::default())
                .unwrap();
            assert_eq!(again.rewrite(&[]).unwrap(), output);
            assert!(
                format
                    .open(b"PK\x03\x04 broken".to_vec(), &ReadOptions::default())
                    .is_err()
            );
        }
    }

    #[test]
    fn gzip_is_opened_by_the_name_inside() {
        let mut encoder = flate2::GzBuilder::new()
            .filename("Max.csv")
            .mtime(5)
            .write(Vec::new(), flate2::Compression::fast());
        encoder.write_all(b"Name;Ort\nMax;Bonn").unwrap();
        let input = encoder.finish().unwrap();
        let file = Gzip.open(input, &ReadOptions::default()).unwrap();
        let output = replace(&*file, "Max", "[P]");
        assert!(memchr::memmem::find(&output, b"Max.csv").is_none());
        let mut text = String::new();
        flate2::read::GzDecoder::new(output.as_slice())
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, "Name;Ort\n[P];Bonn");
        assert!(
            Gzip.open(b"\x1F\x8Bxx".to_vec(), &ReadOptions::default())
                .is_err()
        );
    }

    #[test]
    fn bombs_and_endless_nesting_are_stopped() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![b' '; 16 << 20]).unwrap();
        let bomb = encoder.finish().unwrap();
        assert_eq!(
            Gzip.open(bomb, &ReadOptions::default())
                .err()
                .unwrap()
                .kind(),
            ErrorKind::Limit
        );
        let mut deep = package::write([("a.txt", &b"x"[..])]).unwrap();
        for _ in 0..6 {
            deep = package::write([("a.zip", &deep[..])]).unwrap();
        }
        assert!(Zip.open(deep, &ReadOptions::default()).is_err());
    }

    #[test]
    fn links_and_names_that_leave_the_archive_are_not_followed() {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_size(0);
        builder
            .append_link(&mut header, "l", "/etc/passwd")
            .unwrap();
        let input = builder.into_inner().unwrap();
        assert!(Tar.open(input, &ReadOptions::default()).is_err());
        let mut raw = write_tar(&[("aa/x.txt".to_owned(), &b"x"[..])]).unwrap();
        raw[..2].copy_from_slice(b"..");
        let sum: u32 = raw[..512]
            .iter()
            .enumerate()
            .map(|(i, b)| {
                if (148..156).contains(&i) {
                    32
                } else {
                    u32::from(*b)
                }
            })
            .sum();
        raw[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        assert_eq!(
            Tar.open(raw, &ReadOptions::default()).err().unwrap().kind(),
            ErrorKind::Refused
        );
    }
}
