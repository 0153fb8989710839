//! Documents inside a document: embedded workbooks behind charts, inserted
//! files, imported chunks. Each is opened by its own format, one level deeper,
//! and written back with its own edits. What no format opens, and what lies too
//! deep, is left out by the caller like any unknown part.
//!
//! A compound file around a package (`oleObject1.bin`) is built anew with
//! nothing in it but the cleaned package: its other streams hold paths, names
//! of programs and pictures of the content.

use std::io::{Cursor, Read as _, Write as _};

use crate::error::{Error, ErrorKind};
use crate::format::markup::file::{Child, Wrap};
use crate::format::package::CFB_MAGIC;
use crate::format::step::{self, Step, is_off};
use crate::format::{OpenFile, ReadOptions, open};

/// Relations that lead to a document of its own.
const RELATIONS: [&str; 3] = ["package", "oleObject", "aFChunk"];
/// Streams of a compound file that hold a whole package.
const STREAMS: [&str; 2] = ["Package", "EmbeddedOdf"];
/// Formats by what stands in clear in the directory of a package.
const MARKS: [(&[u8], &str); 9] = [
    (b"word/document.xml", "docx"),
    (b"xl/workbook.xml", "xlsx"),
    (b"ppt/presentation.xml", "pptx"),
    (b"opendocument.text", "odt"),
    (b"opendocument.spreadsheet", "ods"),
    (b"opendocument.presentation", "odp"),
    (b"opendocument.graphics", "odg"),
    (b"word/", "docx"),
    (b"xl/", "xlsx"),
];

/// Whether a relation of this kind leads to a document of its own.
pub(crate) fn is_child(relation: &str) -> bool {
    RELATIONS.contains(&relation)
}

/// Opens a document in a document; `None` if it is to be left out.
pub(crate) fn open_child(name: &str, data: &[u8], options: &ReadOptions) -> Option<Child> {
    let options = ReadOptions {
        max_depth: options.max_depth.checked_sub(1)?,
        // What is packed twice must not unpack to the whole allowance again.
        max_unpacked: options.max_unpacked / 4,
        ..options.clone()
    };
    if is_off(Step::Objects) {
        // Read, and delivered as it was.
        return Some(Child {
            file: step::as_it_is(data.to_vec()),
            wrap: None,
            original: data.into(),
        });
    }
    if data.starts_with(CFB_MAGIC) {
        let (content, wrap) = unwrap_compound(data)?;
        let extension = extension_of(&content)?;
        let file = opened(content, extension, &options)?;
        return Some(Child {
            file,
            wrap: Some(wrap),
            original: data.into(),
        });
    }
    let extension = match extension_of(data) {
        Some(extension) => extension.to_owned(),
        None => name.rsplit_once('.')?.1.to_ascii_lowercase(),
    };
    let file = opened(data.to_vec(), &extension, &options)?;
    Some(Child {
        file,
        wrap: None,
        original: data.into(),
    })
}

/// The file, unless its copy would be of another format than the part around it
/// says.
fn opened(data: Vec<u8>, extension: &str, options: &ReadOptions) -> Option<Box<dyn OpenFile>> {
    let file = open(data, extension, options).ok()?;
    file.extension().is_none().then_some(file)
}

/// The format of a package, whatever its name says.
fn extension_of(data: &[u8]) -> Option<&'static str> {
    if !data.starts_with(b"PK") {
        return None;
    }
    let is_in = |mark: &[u8]| memchr::memmem::find(data, mark).is_some();
    MARKS
        .iter()
        .find(|(mark, _)| is_in(mark))
        .map(|(_, extension)| *extension)
}

/// The package in a compound file, and the way back.
fn unwrap_compound(data: &[u8]) -> Option<(Vec<u8>, Wrap)> {
    let mut file = cfb::CompoundFile::open(Cursor::new(data)).ok()?;
    let class = *file.root_entry().clsid();
    let stream = STREAMS.iter().find(|name| file.is_stream(name))?;
    let mut content = Vec::new();
    // No longer than the file around it, unless its chain runs in a circle.
    let most = u64::try_from(data.len()).ok()?;
    let packed = file.open_stream(stream).ok()?;
    packed.take(most).read_to_end(&mut content).ok()?;
    let wrap: Wrap = Box::new(move |content| {
        let failed = |_| {
            Error::new(
                ErrorKind::Internal,
                "an embedded document could not be written",
            )
        };
        let cursor = Cursor::new(Vec::new());
        let mut file = cfb::CompoundFile::create(cursor).map_err(failed)?;
        file.set_storage_clsid("/", class).map_err(failed)?;
        let mut out = file.create_stream(stream).map_err(failed)?;
        out.write_all(&content).map_err(failed)?;
        out.flush().map_err(failed)?;
        drop(out);
        let epoch = std::time::SystemTime::UNIX_EPOCH;
        file.set_created_time("/", epoch).map_err(failed)?;
        file.set_modified_time("/", epoch).map_err(failed)?;
        file.flush().map_err(failed)?;
        Ok(file.into_inner().into_inner())
    });
    Some((content, wrap))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        for (name, data) in streams {
            file.create_stream(name).unwrap().write_all(data).unwrap();
        }
        file.flush().unwrap();
        file.into_inner().into_inner()
    }

    #[test]
    fn only_the_package_of_a_compound_file_is_written_again() {
        let original = compound(&[("Package", b"PK rest"), ("Erika", b"Mustermann")]);
        let (content, wrap) = unwrap_compound(&original).unwrap();
        assert_eq!(content, b"PK rest");
        let (first, second) = (wrap(content.clone()).unwrap(), wrap(content).unwrap());
        assert_eq!(first, second, "the time of writing shows");
        let read = cfb::CompoundFile::open(Cursor::new(first.as_slice())).unwrap();
        let names: Vec<String> = read
            .walk()
            .filter(|e| e.is_stream())
            .map(|e| e.name().to_owned())
            .collect();
        assert_eq!(names, ["Package"]);
        assert!(memchr::memmem::find(&first, b"Mustermann").is_none());
        assert!(unwrap_compound(&compound(&[("\u{1}Ole10Native", b"x")])).is_none());
    }

    #[test]
    fn what_lies_too_deep_or_is_unknown_is_left_out() {
        let options = ReadOptions {
            max_depth: 0,
            ..ReadOptions::default()
        };
        assert!(open_child("a.txt", b"Text", &options).is_none());
        assert!(open_child("a.txt", b"Text", &ReadOptions::default()).is_some());
        assert!(open_child("a.xyz", b"Text", &ReadOptions::default()).is_none());
    }
}
