//! Word, Excel, PowerPoint: one engine for packages of related XML parts.
//!
//! [`opc`] reads types and relations, [`walk`] turns a part into segments by
//! the tables of [`drawing`] and of each format; this file decides which parts
//! stay and writes the package. A part stays only if a table says so: text
//! parts are walked, pictures lose their metadata, all else is left out
//! together with the relations, declarations and elements that point to it.

pub mod docx;

mod drawing;
mod field;
mod names;
mod opc;
mod parts;
mod table;
mod walk;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::document::{Bilingual, Document, Edit, NoticeKind, Segment};
use crate::error::{Error, ErrorKind, Result};
use crate::format::markup::Source;
use crate::format::markup::piece::Piece;
use crate::format::markup::splice::{Splice, Splices, apply};
use crate::format::package::{self, Package};
use crate::format::{OpenFile, ReadOptions};
use walk::{Found, Rules};

/// What becomes of a part.
#[derive(Clone, Copy)]
pub(crate) enum Decision {
    /// It is searched; the name of the place and the meaning of its elements.
    Text(&'static str, &'static Rules),
    /// The same for parts in old, loose markup.
    Loose(&'static str, &'static Rules),
    /// A picture.
    Picture,
}

/// What one of the three programs makes of a package.
pub(crate) struct Flavor {
    /// Types of the main part, lower case.
    pub(crate) main: &'static [&'static str],
    /// What becomes of a part of a type; `None` leaves it to the shared table.
    pub(crate) decide: fn(&str) -> Option<Decision>,
}

/// An opened package.
pub(crate) struct OfficeFile {
    document: Document,
    segments: Vec<Place>,
    parts: Vec<Part>,
    outputs: Vec<Output>,
}

/// Where a segment stands.
struct Place {
    part: usize,
    pieces: Range<usize>,
}

/// A part that is searched or changed.
struct Part {
    source: Source,
    original: Arc<[u8]>,
    pieces: Vec<Piece>,
    fixed: Vec<Splice>,
}

/// An entry of the package that is written.
struct Output {
    name: String,
    content: Content,
}

enum Content {
    Bytes(Arc<[u8]>),
    Part(usize),
}

impl OfficeFile {
    /// Opens a package of one of the three programs.
    pub(crate) fn open(input: &[u8], flavor: &Flavor, options: &ReadOptions) -> Result<Self> {
        let package = Package::open(input, options)?;
        parts::Reading::new(&package, flavor)?.finish()
    }

    fn new() -> Self {
        Self {
            document: Document::new(),
            segments: Vec::new(),
            parts: Vec::new(),
            outputs: Vec::new(),
        }
    }

    fn add_part(&mut self, source: Source, original: Arc<[u8]>, fixed: Vec<Splice>) -> usize {
        self.parts.push(Part {
            source,
            original,
            pieces: Vec::new(),
            fixed,
        });
        self.parts.len() - 1
    }

    fn add_segment(&mut self, part: usize, found: Found) {
        let Some(pieces) = self.parts.get_mut(part).map(|part| &mut part.pieces) else {
            return;
        };
        let first = pieces.len();
        pieces.extend(found.text.pieces);
        self.segments.push(Place {
            part,
            pieces: first..pieces.len(),
        });
        let segment = Segment::new(found.kind, found.text.text, found.place);
        self.document.push(if found.again {
            segment.again()
        } else {
            segment
        });
    }

    fn dropped(&mut self, what: Bilingual) {
        self.document.notice(NoticeKind::Dropped, what, 1);
    }

    /// The splices of all edits, by part.
    fn splices(&self, edits: &[Edit]) -> Result<HashMap<usize, Splices>> {
        let mut splices: HashMap<usize, Splices> = HashMap::new();
        // Segments that repeat others come last, so that they find what the
        // others have replaced.
        for again in [false, true] {
            for edit in edits {
                let index = edit.span.segment();
                let segment = self.document.segments().get(index).ok_or_else(unknown)?;
                if segment.is_again() != again {
                    continue;
                }
                let place = self.segments.get(index).ok_or_else(unknown)?;
                let part = self.parts.get(place.part).ok_or_else(unknown)?;
                let pieces = part.pieces.get(place.pieces.clone()).ok_or_else(unknown)?;
                splices
                    .entry(place.part)
                    .or_default()
                    .edit(
                        (segment.text(), pieces),
                        (edit.span.start(), edit.span.end()),
                        &edit.with,
                        again,
                    )
                    .map_err(|error| error.at(segment.location()))?;
            }
        }
        Ok(splices)
    }
}

impl Part {
    fn write(&self, splices: Splices) -> Result<Arc<[u8]>> {
        let splices = splices.with_fixed(&self.fixed);
        if splices.is_empty() && !self.source.is_converted() {
            return Ok(Arc::clone(&self.original));
        }
        let text = apply(&self.source.text, &splices)?;
        Ok(self.source.encode(&text).into())
    }
}

impl OpenFile for OfficeFile {
    fn document(&self) -> &Document {
        &self.document
    }

    fn rewrite(&self, edits: &[Edit]) -> Result<Vec<u8>> {
        let mut splices = self.splices(edits)?;
        let mut entries = Vec::with_capacity(self.outputs.len());
        for output in &self.outputs {
            let bytes = match &output.content {
                Content::Bytes(bytes) => Arc::clone(bytes),
                Content::Part(index) => self
                    .parts
                    .get(*index)
                    .ok_or_else(unknown)?
                    .write(splices.remove(index).unwrap_or_default())?,
            };
            entries.push((output.name.as_str(), bytes));
        }
        package::write(entries.iter().map(|(name, bytes)| (*name, &**bytes)))
    }
}

fn unknown() -> Error {
    Error::new(ErrorKind::Internal, "an edit belongs to another document")
}
