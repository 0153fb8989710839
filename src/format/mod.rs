//! Files in, files out: every format opens bytes into a [`Document`] and writes
//! the same bytes back with some spans replaced.
//!
//! No format opens a path, knows what personal data is, or copies through what
//! it does not understand: an unknown part is dropped (with a notice) or the
//! file is refused.

pub mod archive;
pub mod card;
pub mod csv;
mod decrypt;
mod encoding;
pub mod html;
pub mod image;
pub mod json;
pub mod legacy;
pub mod mail;
pub(crate) mod markup;
mod nested;
pub mod odf;
pub mod ooxml;
pub mod package;
pub mod pdf;
pub mod rtf;
pub mod scan;
mod spliced;
pub(crate) mod step;
pub mod text;
pub mod xml;
pub mod yaml;

use std::path::PathBuf;

use crate::document::{Document, Edit, Segment, SegmentKind};
use crate::error::{Error, ErrorKind, Result};

/// How a file may be read.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// Largest size, in bytes, that anything compressed may unpack to.
    pub max_unpacked: u64,
    /// How deep documents may lie in documents.
    pub max_depth: u32,
    /// Most pages of one file.
    pub max_pages: usize,
    /// Most cells with content of one file.
    pub max_cells: usize,
    /// A password to try besides the empty one.
    pub password: Option<String>,
    /// Whether tracked changes of a Word document are taken over: deleted text
    /// is left out then, otherwise both its old and its new form are searched.
    pub accept_changes: bool,
    /// Where files may lie that an outside program converts; `None`: nowhere.
    pub scratch: Option<PathBuf>,
    /// Whether Office files lose what no recognizer reads: properties, macros,
    /// names of editors, metadata of pictures. Without it every part stays byte
    /// for byte what it was wherever no edit falls, and whatever hides there
    /// stays too. It is off in measurements of that, and nowhere else.
    pub scrub: bool,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            // A workbook of a million cells unpacks to a few hundred MiB.
            max_unpacked: 2 << 30,
            // A mail with an archive with a document with a table.
            max_depth: 4,
            // The pages of the thickest file of a court, ten times.
            max_pages: 20_000,
            // Searching a million cells takes minutes.
            max_cells: 5_000_000,
            password: None,
            accept_changes: false,
            scratch: None,
            scrub: true,
        }
    }
}

/// Refuses a file that was read and holds more than it may, before it is
/// searched, which takes far longer than reading it.
///
/// # Errors
/// If it has too many pages or cells.
pub fn within(document: &Document, options: &ReadOptions) -> Result<()> {
    let too_many = |what: &str, most: usize| {
        let what = format!("more than {most} {what}; raise --max-{what} to examine it");
        Err(Error::new(ErrorKind::Limit, what))
    };
    let page = |segment: &Segment| {
        let place = segment.location();
        (place.part() == "page").then(|| place.of())
    };
    let segments = || document.segments().iter();
    let n_pages = segments().filter_map(page).max().unwrap_or(0);
    if usize::try_from(n_pages).is_ok_and(|n| n > options.max_pages) {
        return too_many("pages", options.max_pages);
    }
    let is_cell = |segment: &&Segment| matches!(segment.kind(), SegmentKind::TableCell { .. });
    if segments().filter(is_cell).count() > options.max_cells {
        return too_many("cells", options.max_cells);
    }
    Ok(())
}

/// A file format.
pub trait Format: Send + Sync {
    /// Its name in reports: `pdf`, `docx`.
    fn name(&self) -> &'static str;

    /// Whether a file that starts with `head` (its first 4,096 bytes or fewer)
    /// and ends in `.extension` (lower case, no dot) is of this format.
    fn accepts(&self, head: &[u8], extension: &str) -> bool;

    /// Reads the whole file.
    ///
    /// # Errors
    /// If it is broken, encrypted, too large, or holds what can neither be
    /// cleaned nor dropped.
    fn open(&self, input: Vec<u8>, options: &ReadOptions) -> Result<Box<dyn OpenFile>>;
}

/// An opened file; what is costly (layout, decompression) was done once.
pub trait OpenFile: Send + Sync {
    /// Its text and what a report must say about it.
    fn document(&self) -> &Document;

    /// The extension of the copy, where it is written in another format than it
    /// was read in.
    fn extension(&self) -> Option<&'static str> {
        None
    }

    /// The file with these edits made and everything dropped that must not be
    /// delivered. Edits may overlap only where they stand in segments that
    /// repeat each other ([`crate::document::Segment::is_again`]). With no
    /// edits the file is still cleaned.
    ///
    /// # Errors
    /// If an edit cannot be made exactly; nothing is written then.
    fn rewrite(&self, edits: &[Edit]) -> Result<Vec<u8>>;
}

/// All formats, most specific first.
#[must_use]
pub fn all() -> &'static [&'static dyn Format] {
    &[
        &pdf::Pdf,
        &ooxml::docx::Docx,
        &ooxml::xlsx::Xlsx,
        &ooxml::pptx::Pptx,
        &odf::ODT,
        &odf::ODS,
        &odf::ODP,
        &csv::Csv,
        &mail::Eml,
        &mail::Mbox,
        &mail::msg::Msg,
        &html::Html,
        &json::Json,
        &xml::Xml,
        &yaml::Yaml,
        &card::Card,
        &card::Calendar,
        &rtf::Rtf,
        &legacy::Legacy,
        &scan::Picture,
        &archive::Zip,
        &archive::Tar,
        &archive::Gzip,
        &text::Log,
        &text::Text,
    ]
}

/// The format of a file, by its first bytes and its extension.
///
/// # Errors
/// If no format takes it.
pub fn find(head: &[u8], extension: &str) -> Result<&'static dyn Format> {
    let head = head.get(..4096).unwrap_or(head);
    let extension = extension.to_ascii_lowercase();
    all()
        .iter()
        .copied()
        .find(|format| format.accepts(head, &extension))
        .ok_or_else(|| unsupported(head, &extension))
}

/// Opens a file of any known format.
///
/// # Errors
/// If no format takes it, or the format refuses it.
pub fn open(input: Vec<u8>, extension: &str, options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
    find(&input, extension)?.open(input, options)
}

fn unsupported(head: &[u8], extension: &str) -> Error {
    const KNOWN: &[&str] = &[
        "pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "csv", "tsv", "txt", "md", "msg",
        "zip", "tar", "gz", "tgz", "png", "jpg", "jpeg", "gif", "bmp", "webp", "tif", "tiff",
        "doc", "xls", "ppt",
    ];
    let what = if extension == "xlsb" {
        "a binary workbook; save it as xlsx"
    } else if KNOWN.contains(&extension) {
        "the content is not what the extension says; rename the file or repair it"
    } else if head.starts_with(b"\xD0\xCF\x11\xE0") {
        "an old Office file or an encrypted one; save it as docx, xlsx or pptx without a password"
    } else {
        "no format of this program reads such a file"
    };
    Error::new(ErrorKind::Unsupported, what)
}
