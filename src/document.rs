//! The text of one file as plain data: segments in reading order, places in
//! them, and edits to them.
//!
//! Nothing here knows a file format or what personal data is. A value that can
//! be printed by accident shows lengths and places, never text.

use std::fmt;
use std::sync::Arc;

/// The text of one file, in reading order. Cloning is cheap: text is shared.
#[derive(Clone, Debug, Default)]
pub struct Document {
    segments: Vec<Segment>,
    notices: Vec<Notice>,
}

/// One run of text that belongs together: a paragraph, a cell, a metadata value.
#[derive(Clone)]
pub struct Segment {
    kind: SegmentKind,
    text: Arc<str>,
    location: Location,
    again: bool,
    role: Role,
}

/// What a segment is among the others, as far as a reader in plain text needs it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Running text.
    #[default]
    Body,
    /// A heading of a level from 1 on.
    Heading(u8),
    /// An item of a list.
    Item,
}

/// What a segment is, with what a recognizer may use as context.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SegmentKind {
    /// Running text: a paragraph, a heading, a line.
    Paragraph,
    /// One cell of a table.
    TableCell {
        /// The header of its column.
        column: Option<Arc<str>>,
        /// The label of its row.
        row: Option<Arc<str>>,
    },
    /// A form field's value.
    FormField {
        /// The label that stands beside it.
        label: Option<Arc<str>>,
    },
    /// An attribute or a metadata value, with the attribute's own (fixed) name.
    Attribute {
        /// The name of the attribute, such as `author` or `alt text`.
        name: &'static str,
    },
    /// One component of the file's path. Underscores stand as spaces.
    FileName,
}

/// Where a segment stands, in words that hold no text of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location {
    part: &'static str,
    number: u32,
    paragraph: u32,
    row: u32,
    column: u32,
}

/// A byte range in one segment, half-open, on character boundaries. Only
/// [`Document::span`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    segment: usize,
    start: usize,
    end: usize,
}

/// What a span becomes.
#[derive(Clone)]
pub struct Edit {
    /// The place to replace.
    pub span: Span,
    /// The text that takes its place.
    pub with: String,
}

/// Something about a file that a report must say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notice {
    /// What happened.
    pub kind: NoticeKind,
    /// To what; a fixed word, in German and English.
    pub what: Bilingual,
    /// How often.
    pub n: u32,
}

/// What happened to a part of a file besides replacing text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NoticeKind {
    /// Left out of the copy.
    Dropped,
    /// Still in the copy, but nobody read it. Only content without text may be so.
    NotExamined,
    /// Damaged in the original and repaired on the way.
    Repaired,
}

/// A fixed phrase in both languages of the reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Bilingual {
    /// German.
    pub de: &'static str,
    /// English.
    pub en: &'static str,
}

impl Document {
    /// An empty document.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            segments: Vec::new(),
            notices: Vec::new(),
        }
    }

    /// Appends a segment and tells its index.
    pub fn push(&mut self, segment: Segment) -> usize {
        self.segments.push(segment);
        self.segments.len() - 1
    }

    /// Gives the last segment a role.
    pub fn set_role(&mut self, role: Role) {
        if let Some(last) = self.segments.last_mut() {
            last.role = role;
        }
    }

    /// Forgets the segments from an index on.
    pub fn truncate(&mut self, n_segments: usize) {
        self.segments.truncate(n_segments);
    }

    /// Appends a notice; equal ones are added up.
    pub fn notice(&mut self, kind: NoticeKind, what: Bilingual, n: u32) {
        if n == 0 {
            return;
        }
        let same = |known: &&mut Notice| known.kind == kind && known.what == what;
        match self.notices.iter_mut().find(same) {
            Some(known) => known.n = known.n.saturating_add(n),
            None => self.notices.push(Notice { kind, what, n }),
        }
    }

    /// All segments, in reading order.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// What a report must say about this file.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// The place `start..end` (bytes) of a segment; `None` unless the segment
    /// exists and both ends lie in it, in order, on character boundaries.
    #[must_use]
    pub fn span(&self, segment: usize, start: usize, end: usize) -> Option<Span> {
        self.segments.get(segment)?.text.get(start..end)?;
        Some(Span {
            segment,
            start,
            end,
        })
    }

    /// The text at a span; empty if the span was made for another document.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.segments
            .get(span.segment)
            .and_then(|segment| segment.text.get(span.start..span.end))
            .unwrap_or_default()
    }

    /// Bytes of text in all segments.
    #[must_use]
    pub fn n_bytes(&self) -> usize {
        self.segments.iter().map(|segment| segment.text.len()).sum()
    }

    /// Characters of text in all segments.
    #[must_use]
    pub fn n_chars(&self) -> usize {
        let chars = |segment: &Segment| segment.text.chars().count();
        self.segments.iter().map(chars).sum()
    }
}

impl Segment {
    /// A segment as it stands in the file.
    #[must_use]
    pub fn new(kind: SegmentKind, text: impl Into<Arc<str>>, location: Location) -> Self {
        Self {
            kind,
            text: text.into(),
            location,
            again: false,
            role: Role::Body,
        }
    }

    /// Marks a segment that shows text of another segment once more, in another
    /// reading order. It is searched and edited like any other, but a report
    /// does not count its mentions twice.
    #[must_use]
    pub fn again(mut self) -> Self {
        self.again = true;
        self
    }

    /// What the segment is.
    #[must_use]
    pub const fn kind(&self) -> &SegmentKind {
        &self.kind
    }

    /// Its text, UTF-8.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where it stands.
    #[must_use]
    pub const fn location(&self) -> Location {
        self.location
    }

    /// What it is among the others.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Whether it repeats the text of other segments in another order.
    #[must_use]
    pub const fn is_again(&self) -> bool {
        self.again
    }
}

impl SegmentKind {
    /// The words that stand as a label to this segment: the column header, the
    /// row label, the field label, the attribute name.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        let (first, second) = match self {
            Self::Paragraph | Self::FileName => (None, None),
            Self::TableCell { column, row } => (column.as_deref(), row.as_deref()),
            Self::FormField { label } => (label.as_deref(), None),
            Self::Attribute { name } => (Some(*name), None),
        };
        first.into_iter().chain(second)
    }
}

impl fmt::Debug for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Segment")
            .field("kind", &self.kind)
            .field("n_bytes", &self.text.len())
            .field("location", &self.location)
            .field("again", &self.again)
            .finish()
    }
}

impl fmt::Debug for SegmentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Paragraph => "Paragraph",
            Self::TableCell { .. } => "TableCell",
            Self::FormField { .. } => "FormField",
            Self::Attribute { .. } => "Attribute",
            Self::FileName => "FileName",
        })
    }
}

impl Location {
    /// A place in a named part: `body`, `page`, `header`, `properties`.
    #[must_use]
    pub const fn new(part: &'static str) -> Self {
        Self {
            part,
            number: 0,
            paragraph: 0,
            row: 0,
            column: 0,
        }
    }

    /// Which of several such parts, from 1.
    #[must_use]
    pub const fn number(mut self, number: u32) -> Self {
        self.number = number;
        self
    }

    /// Which paragraph or line of the part, from 1.
    #[must_use]
    pub const fn paragraph(mut self, paragraph: u32) -> Self {
        self.paragraph = paragraph;
        self
    }

    /// Which cell, row and column from 1.
    #[must_use]
    pub const fn cell(mut self, row: u32, column: u32) -> Self {
        self.row = row;
        self.column = column;
        self
    }

    /// The row, from 1; 0 if it is in no table.
    #[must_use]
    pub const fn row(&self) -> u32 {
        self.row
    }

    /// The part's name.
    #[must_use]
    pub const fn part(&self) -> &'static str {
        self.part
    }

    /// Which of several such parts it is, from 1; 0 if it is not numbered.
    #[must_use]
    pub const fn of(&self) -> u32 {
        self.number
    }

    /// Number of the part, paragraph, row, column; 0 where there is none.
    #[must_use]
    pub const fn numbers(&self) -> [u32; 4] {
        [self.number, self.paragraph, self.row, self.column]
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.part)?;
        if self.number > 0 {
            write!(f, " {}", self.number)?;
        }
        if self.paragraph > 0 {
            write!(f, ", paragraph {}", self.paragraph)?;
        }
        if self.row > 0 {
            write!(f, ", row {}", self.row)?;
        }
        if self.column > 0 {
            write!(f, ", column {}", self.column)?;
        }
        Ok(())
    }
}

impl Span {
    /// The index of the segment.
    #[must_use]
    pub const fn segment(self) -> usize {
        self.segment
    }

    /// The first byte.
    #[must_use]
    pub const fn start(self) -> usize {
        self.start
    }

    /// One past the last byte.
    #[must_use]
    pub const fn end(self) -> usize {
        self.end
    }

    /// Length in bytes.
    #[must_use]
    pub const fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether it covers nothing.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether both lie in one segment and share at least one byte.
    #[must_use]
    pub const fn overlaps(self, other: Self) -> bool {
        self.segment == other.segment && self.start < other.end && other.start < self.end
    }

    /// Whether the other lies inside this one.
    #[must_use]
    pub const fn covers(self, other: Self) -> bool {
        self.segment == other.segment && self.start <= other.start && other.end <= self.end
    }
}

impl fmt::Debug for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Edit")
            .field("span", &self.span)
            .field("n_bytes", &self.with.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        let mut document = Document::new();
        document.push(Segment::new(
            SegmentKind::Paragraph,
            text,
            Location::new("body").paragraph(1),
        ));
        document
    }

    #[test]
    fn a_span_never_splits_a_character() {
        let document = document("Müller");
        assert!(document.span(0, 0, 1).is_some());
        assert!(document.span(0, 0, 2).is_none(), "inside the ü");
        assert!(document.span(0, 3, 2).is_none(), "backwards");
        assert!(document.span(0, 0, 8).is_none(), "past the end");
        assert!(document.span(1, 0, 0).is_none(), "no such segment");
    }

    #[test]
    fn debug_shows_no_text() {
        let document = document("Erika Mustermann");
        let edit = Edit {
            span: document.span(0, 0, 5).unwrap(),
            with: "Geheim".into(),
        };
        let shown = format!("{document:?} {edit:?}");
        assert!(
            !shown.contains("Erika") && !shown.contains("Geheim"),
            "{shown}"
        );
    }

    #[test]
    fn notices_add_up() {
        const COMMENTS: Bilingual = Bilingual {
            de: "Kommentare",
            en: "comments",
        };
        let mut document = document("");
        document.notice(NoticeKind::Dropped, COMMENTS, 2);
        document.notice(NoticeKind::Dropped, COMMENTS, 3);
        document.notice(NoticeKind::Repaired, COMMENTS, 0);
        assert_eq!(document.notices().len(), 1);
        assert_eq!(document.notices()[0].n, 5);
    }
}
