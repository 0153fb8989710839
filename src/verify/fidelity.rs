//! Whether a copy says what the original says, mentions apart: the same text in
//! the same places, the same number of pages, sheets and slides. A copy that
//! lost a sentence on the way is not delivered.

use std::collections::BTreeSet;

use crate::document::{Document, Edit, Segment, SegmentKind};
use crate::error::{Error, ErrorKind, Result};

/// Parts that are counted.
const COUNTED: [&str; 3] = ["page", "sheet", "slide"];

/// Formats whose reader sees in a copy what it saw in the original, segment by
/// segment. A page of a PDF is set anew, and its own gate compares glyphs; the
/// readers of packages leave some segments to the second look.
const SEGMENT_BY_SEGMENT: [&str; 2] = ["csv", "text"];

/// Compares the text of an original with its edits made, and the text of the
/// copy.
///
/// # Errors
/// `Fidelity` with the first place that differs.
pub fn same(before: &Document, edits: &[Edit], after: &Document, format: &str) -> Result<()> {
    for part in COUNTED {
        if count(before, part) != count(after, part) {
            let what = "the copy has another number of pages, sheets or slides than the original";
            return Err(Error::new(ErrorKind::Fidelity, what));
        }
    }
    if !SEGMENT_BY_SEGMENT.contains(&format) {
        return Ok(());
    }
    let expected = expected(before, edits);
    let found: Vec<String> = after
        .segments()
        .iter()
        .filter(|segment| is_said(segment))
        .map(|segment| bare(segment.text()))
        .collect();
    if expected == found || sorted(&expected) == sorted(&found) {
        return Ok(());
    }
    let differs = expected.iter().zip(&found).position(|(a, b)| a != b);
    let at = differs.unwrap_or_else(|| expected.len().min(found.len()));
    let what = "the text of the copy differs from the original outside the replaced places";
    let error = Error::new(ErrorKind::Fidelity, what);
    let segment = before
        .segments()
        .iter()
        .filter(|segment| is_said(segment))
        .nth(at);
    Err(match segment {
        Some(segment) => error.at(segment.location()),
        None => error,
    })
}

fn count(document: &Document, part: &str) -> usize {
    let places = document.segments().iter().map(Segment::location);
    let numbers: BTreeSet<u32> = places
        .filter(|place| place.part() == part)
        .map(|place| place.of())
        .collect();
    numbers.len()
}

/// Attributes are read as text where they look like it; a stand-in may look
/// like it where the original did not.
const fn is_said(segment: &Segment) -> bool {
    !matches!(segment.kind(), SegmentKind::Attribute { .. })
}

/// What each segment says after its edits, without blanks.
fn expected(before: &Document, edits: &[Edit]) -> Vec<String> {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let mut edits = edits.into_iter().peekable();
    let mut out = Vec::with_capacity(before.segments().len());
    for (index, segment) in before.segments().iter().enumerate() {
        let text = segment.text();
        let (mut said, mut at) = (String::new(), 0);
        while let Some(edit) = edits.next_if(|edit| edit.span.segment() == index) {
            said.push_str(text.get(at..edit.span.start()).unwrap_or_default());
            said.push_str(&edit.with);
            at = at.max(edit.span.end());
        }
        said.push_str(text.get(at..).unwrap_or_default());
        if is_said(segment) {
            out.push(bare(&said));
        }
    }
    out
}

/// Blanks and characters that take no room differ without a loss.
fn bare(text: &str) -> String {
    let room =
        |c: &char| !c.is_whitespace() && !c.is_control() && !matches!(c, '\u{AD}' | '\u{FEFF}');
    text.chars().filter(room).collect()
}

fn sorted(texts: &[String]) -> Vec<&String> {
    let mut texts: Vec<&String> = texts.iter().filter(|text| !text.is_empty()).collect();
    texts.sort_unstable();
    texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Location;

    fn document(texts: &[&str]) -> Document {
        let mut document = Document::new();
        for (number, text) in (1..).zip(texts) {
            let place = Location::new("slide").number(number);
            document.push(Segment::new(SegmentKind::Paragraph, *text, place));
        }
        document
    }

    #[test]
    fn only_the_edits_may_differ() {
        let before = document(&["Frau Muster kam.", "Ende"]);
        let span = before.span(0, 5, 11).unwrap();
        let edits = [Edit {
            span,
            with: "[X]".into(),
        }];
        let same = |texts: &[&str]| same(&before, &edits, &document(texts), "text").is_ok();
        assert!(same(&["Frau [X] kam.", "Ende"]));
        assert!(same(&["Frau\u{a0}[X] kam.", "Ende"]), "blanks");
        assert!(!same(&["Frau [X] kam.", "End"]));
        assert!(!same(&["Frau Muster kam.", "Ende"]));
        assert!(!same(&["Frau [X] kam."]), "a slide is missing");
        assert!(!same(&["Frau [X] kam.", "Ende", ""]), "a slide too many");
    }
}
