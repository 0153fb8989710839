//! Text formats that are edited in place: a reader says which characters of
//! the file make up a segment and how a replacement is written there, and
//! edits become splices of the source. All that no edit touches stays byte for
//! byte. What the text means is not known here.
//!
//! All splices of a rewrite are made in one pass, so that a file with a million
//! edits takes a million steps.

use std::ops::Range;

use super::OpenFile;
use super::encoding::Decoded;
use super::step::{Step, is_off};
use crate::document::{Document, Edit, Location, Segment, SegmentKind};
use crate::error::{Error, ErrorKind, Result};

/// How text is written in a place.
pub(super) type Escape = fn(&str) -> String;

/// Text of a segment and the source it stands for.
#[derive(Clone, Debug)]
struct Run {
    /// Where it starts and ends in the segment.
    start: usize,
    end: usize,
    /// Where it stands in the source; empty for text that stands nowhere.
    source: Range<usize>,
    /// Whether the source is the text, byte for byte.
    exact: bool,
    /// How text is written here, if not as in the rest of the segment.
    escape: Option<Escape>,
}

/// The text of a segment while it is read.
#[derive(Clone, Default)]
pub(super) struct Draft {
    text: String,
    runs: Vec<Run>,
    escape: Option<Escape>,
    /// Whether the next literal starts a run of its own.
    is_closed: bool,
}

impl Draft {
    /// From here on replacements are written in this way.
    pub(super) fn escape_by(&mut self, escape: Option<Escape>) {
        self.escape = escape;
        self.is_closed = true;
    }

    /// Source text that stands for itself.
    pub(super) fn literal(&mut self, text: &str, at: usize) {
        let start = self.text.len();
        self.text.push_str(text);
        let is_closed = std::mem::take(&mut self.is_closed) || text.is_empty();
        if let Some(last) = self.runs.last_mut().filter(|_| !is_closed)
            && last.exact
            && last.source.end == at
        {
            last.end = self.text.len();
            last.source.end = at + text.len();
            return;
        }
        self.run(start, at..at + text.len(), true);
    }

    /// Source text that stands for another text: an escape, an encoded word.
    pub(super) fn decoded(&mut self, text: &str, source: Range<usize>) {
        let start = self.text.len();
        self.text.push_str(text);
        self.run(start, source, false);
    }

    /// Text that is not in the source: the space that a tag means.
    pub(super) fn joint(&mut self, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        self.run(start, 0..0, false);
    }

    fn run(&mut self, start: usize, source: Range<usize>, exact: bool) {
        if start < self.text.len() {
            let end = self.text.len();
            self.runs.push(Run {
                start,
                end,
                source,
                exact,
                escape: self.escape,
            });
        }
    }

    /// The parts of the source that the text comes from.
    pub(super) fn sources(&self) -> impl Iterator<Item = Range<usize>> {
        let sources = self.runs.iter().map(|run| run.source.clone());
        sources.filter(|source| !source.is_empty())
    }

    /// What was read so far.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether there is nothing to see.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// How a segment is written.
#[derive(Clone, Debug)]
enum Writing {
    /// Only what an edit touches is written again.
    Parts(Escape),
    /// The whole place is written again.
    Whole(Range<usize>, Escape),
}

#[derive(Clone, Debug)]
struct Field {
    runs: Vec<Run>,
    writing: Writing,
}

/// A text file with its segments.
pub(super) struct Spliced {
    pub(super) document: Document,
    pub(super) source: Decoded,
    fields: Vec<Field>,
    cuts: Vec<(Range<usize>, String)>,
}

impl Spliced {
    pub(super) const fn new(source: Decoded) -> Self {
        Self {
            document: Document::new(),
            source,
            fields: Vec::new(),
            cuts: Vec::new(),
        }
    }

    /// Adds a segment of which only edited parts are written again. Blank ones
    /// are left out.
    pub(super) fn push(&mut self, draft: Draft, kind: SegmentKind, at: Location, escape: Escape) {
        self.field(draft, kind, at, Writing::Parts(escape));
    }

    /// Adds a segment that is written again as a whole once it is edited.
    pub(super) fn push_whole(
        &mut self,
        draft: Draft,
        kind: SegmentKind,
        at: Location,
        whole: Range<usize>,
        write: Escape,
    ) {
        self.field(draft, kind, at, Writing::Whole(whole, write));
    }

    fn field(&mut self, draft: Draft, kind: SegmentKind, at: Location, writing: Writing) {
        if !draft.is_blank() {
            self.document.push(Segment::new(kind, draft.text, at));
            let runs = draft.runs;
            self.fields.push(Field { runs, writing });
        }
    }

    /// Puts `with` in place of a range of the source, whatever the edits. No
    /// segment may lie there.
    pub(super) fn cut(&mut self, range: Range<usize>, with: &str) {
        if !is_off(Step::Cuts) {
            self.cuts.push((range, with.to_owned()));
        }
    }

    /// Where the file stands, for [`Self::restore`].
    pub(super) fn state(&self) -> (usize, usize) {
        (self.fields.len(), self.cuts.len())
    }

    /// Forgets the segments and cuts since a state.
    pub(super) fn restore(&mut self, state: (usize, usize)) {
        self.fields.truncate(state.0);
        self.document.truncate(state.0);
        self.cuts.truncate(state.1);
    }

    /// How many segments there are.
    pub(super) fn n_segments(&self) -> usize {
        self.fields.len()
    }
}

impl std::fmt::Debug for Spliced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spliced")
            .field("document", &self.document)
            .finish_non_exhaustive()
    }
}

impl OpenFile for Spliced {
    fn document(&self) -> &Document {
        &self.document
    }

    fn rewrite(&self, edits: &[Edit]) -> Result<Vec<u8>> {
        let mut edits: Vec<&Edit> = edits.iter().collect();
        edits.sort_by_key(|edit| edit.span);
        let mut splices = self.cuts.clone();
        for group in edits.chunk_by(|a, b| a.span.segment() == b.span.segment()) {
            let Some(first) = group.first() else { continue };
            let segment = first.span.segment();
            let field = self.fields.get(segment).ok_or_else(foreign)?;
            match &field.writing {
                Writing::Whole(range, write) => {
                    let segment = self.document.segments().get(segment);
                    let old = segment.ok_or_else(foreign)?.text();
                    splices.push((range.clone(), write(&edited(old, group)?)));
                }
                Writing::Parts(escape) => {
                    let segment = self.document.segments().get(segment);
                    let text = segment.ok_or_else(foreign)?.text();
                    parts(text, &field.runs, group, *escape, &mut splices)?;
                }
            }
        }
        splices.sort_by_key(|(range, _)| (range.start, range.end));
        let apart = splices
            .windows(2)
            .all(|pair| matches!(pair, [(a, _), (b, _)] if a.end <= b.start));
        if !apart {
            return Err(Error::new(ErrorKind::Internal, "edits overlap"));
        }
        self.source.encode(&splices)
    }
}

/// The splices for the edits of one segment.
fn parts(
    text: &str,
    runs: &[Run],
    edits: &[&Edit],
    escape: Escape,
    splices: &mut Vec<(Range<usize>, String)>,
) -> Result<()> {
    // The edit that goes on over run ends is written where it first touches source.
    let mut n_placed = 0;
    let mut first_edit = 0;
    let start = edits.first().map_or(0, |edit| edit.span.start());
    let from = runs.partition_point(|run| run.end <= start);
    for run in runs.get(from..).unwrap_or_default() {
        while edits
            .get(first_edit)
            .is_some_and(|edit| edit.span.end() <= run.start)
        {
            first_edit += 1;
        }
        let here = edits.get(first_edit..).unwrap_or_default();
        let n = here.partition_point(|edit| edit.span.start() < run.end);
        let here = here.get(..n).unwrap_or_default();
        if here.is_empty() {
            if first_edit >= edits.len() {
                break;
            }
            continue;
        }
        if run.source.is_empty() {
            continue;
        }
        let escape = run.escape.unwrap_or(escape);
        let mut at = run.start;
        let mut rewritten = String::new();
        for (index, edit) in here.iter().enumerate() {
            let is_new = first_edit + index >= n_placed;
            n_placed = n_placed.max(first_edit + index + 1);
            let with = if is_new { edit.with.as_str() } else { "" };
            let start = edit.span.start().max(run.start);
            let end = edit.span.end().min(run.end);
            if run.exact {
                let base = run.source.start;
                let range = base + (start - run.start)..base + (end - run.start);
                splices.push((range, escape(with)));
            } else {
                rewritten.push_str(text.get(at..start).ok_or_else(foreign)?);
                rewritten.push_str(with);
                at = end;
            }
        }
        if !run.exact {
            rewritten.push_str(text.get(at..run.end).ok_or_else(foreign)?);
            splices.push((run.source.clone(), escape(&rewritten)));
        }
    }
    if n_placed < edits.len() {
        let what = "an edit falls where nothing is written";
        return Err(Error::new(ErrorKind::Internal, what));
    }
    Ok(())
}

/// A text with some of its ranges replaced; the edits are sorted.
pub(super) fn edited(old: &str, edits: &[&Edit]) -> Result<String> {
    let mut new = String::with_capacity(old.len());
    let mut at = 0;
    for edit in edits {
        new.push_str(old.get(at..edit.span.start()).ok_or_else(foreign)?);
        new.push_str(&edit.with);
        at = edit.span.end();
    }
    new.push_str(old.get(at..).ok_or_else(foreign)?);
    Ok(new)
}

/// Text that is written as it is.
pub(super) fn as_it_is(text: &str) -> String {
    text.to_owned()
}

/// Whether a value is a long run of base64: a file in a text, which nobody reads.
pub(super) fn is_base64_blob(text: &str) -> bool {
    // A hash or a key identifier stays under this.
    const LEAST: usize = 160;
    let data = text
        .split_once(";base64,")
        .filter(|(head, _)| head.trim_start().starts_with("data:"))
        .map_or(text, |(_, data)| data);
    if data.len() < text.len() {
        return true;
    }
    let (mut n, mut lower, mut upper) = (0_usize, false, false);
    for byte in data.bytes() {
        match byte {
            b'a'..=b'z' => lower = true,
            b'A'..=b'Z' => upper = true,
            b'0'..=b'9' | b'+' | b'/' | b'=' | b'-' | b'_' => {}
            b'\r' | b'\n' | b' ' | b'\t' => continue,
            _ => return false,
        }
        n += 1;
    }
    // Words have spaces; a base64 line has 60 letters or more.
    let longest = data
        .split_ascii_whitespace()
        .map(str::len)
        .max()
        .unwrap_or(0);
    n >= LEAST && lower && upper && longest >= 60
}

fn foreign() -> Error {
    Error::new(ErrorKind::Internal, "an edit for another document")
}

/// A number for a place, from 1.
pub(super) fn nth(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

/// A file with every occurrence of a text in its segments replaced.
#[cfg(test)]
pub(crate) fn replaced(file: &dyn OpenFile, old: &str, new: &str) -> String {
    let edits = edits_of_all(file.document(), old, new);
    String::from_utf8(file.rewrite(&edits).unwrap()).unwrap()
}

/// Edits that replace every occurrence of a text; there is at least one.
#[cfg(test)]
pub(crate) fn edits_of_all(document: &Document, old: &str, new: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (index, segment) in document.segments().iter().enumerate() {
        for (at, _) in segment.text().match_indices(old) {
            edits.push(Edit {
                span: document.span(index, at, at + old.len()).unwrap(),
                with: new.to_owned(),
            });
        }
    }
    assert!(!edits.is_empty(), "{old} not found");
    edits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upper(text: &str) -> String {
        text.to_uppercase()
    }

    /// `a<b>c&d;e` with the tag as a joint and the entity decoded.
    fn sample() -> Spliced {
        let source = Decoded::new(b"ab<b>cd&xy;ef").unwrap();
        let mut file = Spliced::new(source);
        let mut draft = Draft::default();
        draft.literal("ab", 0);
        draft.joint(" ");
        draft.literal("cd", 5);
        draft.decoded("XY", 7..11);
        draft.literal("ef", 11);
        file.push(draft, SegmentKind::Paragraph, Location::new("text"), upper);
        file
    }

    fn rewritten(edits: &[(usize, usize, &str)]) -> String {
        let file = sample();
        assert_eq!(file.document.segments()[0].text(), "ab cdXYef");
        let edits: Vec<Edit> = edits
            .iter()
            .map(|(start, end, with)| Edit {
                span: file.document.span(0, *start, *end).unwrap(),
                with: (*with).to_owned(),
            })
            .collect();
        String::from_utf8(file.rewrite(&edits).unwrap()).unwrap()
    }

    #[test]
    fn an_edit_over_runs_keeps_what_lies_between() {
        assert_eq!(rewritten(&[]), "ab<b>cd&xy;ef");
        assert_eq!(rewritten(&[(1, 4, "q")]), "aQ<b>d&xy;ef");
        assert_eq!(rewritten(&[(2, 4, "q")]), "ab<b>Qd&xy;ef");
        assert_eq!(rewritten(&[(0, 9, "q")]), "Q<b>");
        assert_eq!(rewritten(&[(6, 7, "q")]), "ab<b>cdXQef");
        assert_eq!(rewritten(&[(5, 6, "q"), (6, 8, "r")]), "ab<b>cdQRf");
        assert_eq!(
            rewritten(&[(0, 1, "q"), (1, 2, "r"), (8, 9, "s")]),
            "QR<b>cd&xy;eS"
        );
    }

    #[test]
    fn an_edit_without_a_place_is_an_error() {
        let file = sample();
        let edit = Edit {
            span: file.document.span(0, 2, 3).unwrap(),
            with: "q".into(),
        };
        assert_eq!(
            file.rewrite(&[edit]).unwrap_err().kind(),
            ErrorKind::Internal
        );
    }

    #[test]
    fn files_in_text_are_told_from_words() {
        assert!(is_base64_blob(&"iVBORw0KGgo".repeat(20)));
        assert!(is_base64_blob("data:image/png;base64,iVBO"));
        assert!(!is_base64_blob(&"ein Satz mit Worten ".repeat(20)));
        assert!(!is_base64_blob(&"0123456789abcdef".repeat(4)));
    }
}
