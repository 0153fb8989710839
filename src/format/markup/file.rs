//! A package of parts that are edited in place: keeps which bytes every segment
//! came from, and writes the package with all edits made.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::Source;
use super::piece::Piece;
use super::splice::{Splice, Splices, apply};
use super::typed::Typed;
use super::walk::Found;
use crate::document::{Bilingual, Document, Edit, Location, NoticeKind, Segment, SegmentKind};
use crate::error::{Error, ErrorKind, Result};
use crate::format::OpenFile;
use crate::format::package::{self, Entry};

/// An opened file made of parts.
pub(crate) struct SplicedFile {
    document: Document,
    segments: Vec<Place>,
    parts: Vec<Part>,
    outputs: Vec<Output>,
    children: Vec<(Range<usize>, Child)>,
    /// The part that is the whole file, if the file is no package.
    single: Option<usize>,
    /// Whether parts lose what is always cut or replaced in them.
    scrubs: bool,
}

/// How the bytes of a document are packed again for the part they came from.
pub(crate) type Wrap = Box<dyn Fn(Vec<u8>) -> Result<Vec<u8>> + Send + Sync>;

/// A document inside the document.
pub(crate) struct Child {
    /// The document, opened by its own format.
    pub(crate) file: Box<dyn OpenFile>,
    /// What stands around it, if it is not the whole part.
    pub(crate) wrap: Option<Wrap>,
    /// The bytes of the part it came from.
    pub(crate) original: Arc<[u8]>,
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
    typed: Vec<Typed>,
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
    /// A document of its own, with the edits made.
    Child(usize),
}

impl SplicedFile {
    pub(crate) const fn new(scrubs: bool) -> Self {
        Self {
            scrubs,
            document: Document::new(),
            segments: Vec::new(),
            parts: Vec::new(),
            outputs: Vec::new(),
            children: Vec::new(),
            single: None,
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
            typed: Vec::new(),
        });
        self.parts.len() - 1
    }

    /// How many parts there are: the number of the next one.
    pub(crate) const fn n_parts(&self) -> usize {
        self.parts.len()
    }

    /// Gives a part what is behind the segments that were found before it was
    /// added.
    pub(crate) fn set_pieces(&mut self, part: usize, pieces: Vec<Piece>) {
        if let Some(part) = self.parts.get_mut(part) {
            part.pieces = pieces;
        }
    }

    /// Notes the cells of a part that hold values.
    pub(crate) fn add_typed(&mut self, part: usize, typed: Vec<Typed>) {
        if let Some(part) = self.parts.get_mut(part) {
            part.typed = typed;
        }
    }

    /// Says that a part is the whole file.
    pub(crate) const fn set_single(&mut self, part: usize) {
        self.single = Some(part);
    }

    /// Adds a segment of a part.
    pub(crate) fn add_segment(&mut self, part: usize, found: Found) {
        let Some(pieces) = self.parts.get_mut(part).map(|part| &mut part.pieces) else {
            return;
        };
        let mut pieces = std::mem::take(pieces);
        self.add_found(part, &mut pieces, found);
        self.set_pieces(part, pieces);
    }

    /// The same while the part is still read.
    pub(crate) fn add_found(&mut self, part: usize, pieces: &mut Vec<Piece>, found: Found) {
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

    /// Adds a segment whose edits someone else makes.
    pub(crate) fn add_bare_segment(
        &mut self,
        part: usize,
        kind: SegmentKind,
        text: Arc<str>,
        place: Location,
    ) {
        self.segments.push(Place { part, pieces: 0..0 });
        self.document.push(Segment::new(kind, text, place));
    }

    /// Adds a document that stands in a part of its own, with its segments, and
    /// tells its index.
    pub(crate) fn add_child(&mut self, child: Child) -> usize {
        let first = self.segments.len();
        let inner = child.file.document();
        for segment in inner.segments() {
            // Its edits are passed on; no part of this file has its bytes.
            self.segments.push(Place {
                part: usize::MAX,
                pieces: 0..0,
            });
            self.document.push(segment.clone());
        }
        for notice in inner.notices() {
            self.document.notice(notice.kind, notice.what, notice.n);
        }
        self.children.push((first..self.segments.len(), child));
        self.children.len() - 1
    }

    /// The document at an index, written with those of the edits that are its own.
    fn write_child(&self, index: usize, edits: &[&Edit]) -> Result<Arc<[u8]>> {
        let (range, child) = self.children.get(index).ok_or_else(unknown)?;
        let inner = child.file.document();
        let own = edits.iter().filter(|e| range.contains(&e.span.segment()));
        let own = own
            .map(|edit| {
                let segment = edit.span.segment() - range.start;
                let span = inner.span(segment, edit.span.start(), edit.span.end());
                Ok(Edit {
                    span: span.ok_or_else(unknown)?,
                    with: edit.with.clone(),
                })
            })
            .collect::<Result<Vec<Edit>>>()?;
        if own.is_empty() && !self.scrubs {
            return Ok(Arc::clone(&child.original));
        }
        let bytes = child.file.rewrite(&own)?;
        let bytes = match &child.wrap {
            Some(wrap) => wrap(bytes)?,
            None => bytes,
        };
        Ok(bytes.into())
    }

    /// Notes what a report must say.
    pub(crate) fn notice(&mut self, kind: NoticeKind, what: Bilingual) {
        self.document.notice(kind, what, 1);
    }

    /// Whether parts lose what is always cut or replaced in them.
    pub(crate) const fn scrubs(&self) -> bool {
        self.scrubs
    }

    /// Adds an entry of a package that is not scrubbed: under its name, and with
    /// its bytes unless it can be edited.
    pub(crate) fn add_faithful(&mut self, entry: &Entry, content: Option<Content>) {
        let content = match content {
            Some(edited @ (Content::Part(_) | Content::Child(_))) => edited,
            Some(Content::Bytes(_)) | None => Content::Bytes(Arc::clone(&entry.data)),
        };
        self.add_output(entry.name.clone(), content);
    }

    /// Adds an entry of the package that is written.
    pub(crate) fn add_output(&mut self, name: String, content: Content) {
        self.outputs.push(Output { name, content });
    }

    /// The splices of all edits, by part.
    pub(crate) fn splices(&self, edits: &[&Edit]) -> Result<HashMap<usize, Splices>> {
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
                if place.part == usize::MAX {
                    continue;
                }
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
    fn write(&self, splices: Splices, scrubs: bool) -> Result<Arc<[u8]>> {
        // What makes a cell text wins over what was to change in it.
        let mut fixed: Vec<Splice> = self
            .typed
            .iter()
            .flat_map(|t| t.splices(&splices))
            .collect();
        if scrubs {
            fixed.extend_from_slice(&self.fixed);
        }
        let splices = splices.with_fixed(&fixed);
        if splices.is_empty() && !(self.source.is_converted() && scrubs) {
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
        let edits: Vec<&Edit> = edits.iter().collect();
        self.write(self.splices(&edits)?, &edits)
    }
}

impl SplicedFile {
    /// The text of a part.
    pub(crate) fn source(&self, part: usize) -> Option<&str> {
        self.parts.get(part).map(|part| part.source.text.as_str())
    }

    /// Writes the package with these splices made; `edits` are passed on to the
    /// documents in it.
    pub(crate) fn write(
        &self,
        mut splices: HashMap<usize, Splices>,
        edits: &[&Edit],
    ) -> Result<Vec<u8>> {
        if let Some(single) = self.single {
            let part = self.parts.get(single).ok_or_else(unknown)?;
            return Ok(part
                .write(splices.remove(&single).unwrap_or_default(), self.scrubs)?
                .to_vec());
        }
        let mut entries = Vec::with_capacity(self.outputs.len());
        for output in &self.outputs {
            let bytes = match &output.content {
                Content::Bytes(bytes) => Arc::clone(bytes),
                Content::Child(index) => self.write_child(*index, edits)?,
                Content::Part(index) => self
                    .parts
                    .get(*index)
                    .ok_or_else(unknown)?
                    .write(splices.remove(index).unwrap_or_default(), self.scrubs)?,
            };
            entries.push((output.name.as_str(), bytes));
        }
        package::write(entries.iter().map(|(name, bytes)| (*name, &**bytes)))
    }
}

fn unknown() -> Error {
    Error::new(ErrorKind::Internal, "an edit belongs to another document")
}
