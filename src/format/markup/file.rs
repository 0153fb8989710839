//! A package of parts that are edited in place: keeps which bytes every segment
//! came from, and writes the package with all edits made.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::Source;
use super::piece::Piece;
use super::splice::{Splice, Splices, apply};
use super::walk::Found;
use crate::document::{Bilingual, Document, Edit, NoticeKind, Segment};
use crate::error::{Error, ErrorKind, Result};
use crate::format::OpenFile;
use crate::format::package;

/// An opened file made of parts.
pub(crate) struct SplicedFile {
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

/// What an entry holds.
pub(crate) enum Content {
    /// These bytes.
    Bytes(Arc<[u8]>),
    /// A part, with the edits made.
    Part(usize),
}

impl SplicedFile {
    pub(crate) fn new() -> Self {
        Self {
            document: Document::new(),
            segments: Vec::new(),
            parts: Vec::new(),
            outputs: Vec::new(),
        }
    }

    /// Adds a part and tells its index.
    pub(crate) fn add_part(
        &mut self,
        source: Source,
        original: Arc<[u8]>,
        fixed: Vec<Splice>,
    ) -> usize {
        self.parts.push(Part {
            source,
            original,
            pieces: Vec::new(),
            fixed,
        });
        self.parts.len() - 1
    }

    /// Adds a segment of a part.
    pub(crate) fn add_segment(&mut self, part: usize, found: Found) {
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

    /// Notes what a report must say.
    pub(crate) fn notice(&mut self, kind: NoticeKind, what: Bilingual) {
        self.document.notice(kind, what, 1);
    }

    /// Adds an entry of the package that is written.
    pub(crate) fn add_output(&mut self, name: String, content: Content) {
        self.outputs.push(Output { name, content });
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

impl OpenFile for SplicedFile {
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
