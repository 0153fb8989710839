//! The pseudonymized text of a file for language models: plain text, Markdown
//! or JSON lines, in reading order, read back like every other output.

use std::collections::BTreeMap;

use crate::document::{Document, Edit, Role, SegmentKind};
use crate::error::{Error, ErrorKind, Result};

/// How the text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emit {
    /// Paragraphs with blank lines between.
    Text,
    /// Headings, lists and tables as Markdown.
    Markdown,
    /// One JSON object per chunk: number, place in the file, text.
    Jsonl,
}

/// Chunks of this many characters fit every embedding model.
const CHUNK: usize = 2_000;

impl Emit {
    /// The ending of the file.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Markdown => "md",
            Self::Jsonl => "jsonl",
        }
    }

    /// The document with its edits made.
    ///
    /// # Errors
    /// If an edit belongs to another document.
    pub(super) fn write(self, document: &Document, edits: &[Edit]) -> Result<String> {
        let texts = edited(document, edits)?;
        let segments = document.segments().iter().zip(&texts);
        // What repeats other text is there once already.
        let pieces: Vec<_> = segments
            .filter(|(segment, text)| !segment.is_again() && !text.trim().is_empty())
            .map(|(segment, text)| Piece {
                kind: segment.kind(),
                role: segment.role(),
                place: segment.location().to_string(),
                row: segment.location().row(),
                part: segment.location().part(),
                text: text.trim(),
            })
            .collect();
        match self {
            Self::Text => Ok(paragraphs(&pieces, false)),
            Self::Markdown => Ok(paragraphs(&pieces, true)),
            Self::Jsonl => chunks(&pieces),
        }
    }
}

struct Piece<'a> {
    kind: &'a SegmentKind,
    role: Role,
    place: String,
    row: u32,
    part: &'static str,
    text: &'a str,
}

impl Piece<'_> {
    /// Cells of one row stand on one line.
    fn is_beside(&self, before: &Self) -> bool {
        let cell = |piece: &Self| matches!(piece.kind, SegmentKind::TableCell { .. });
        cell(self)
            && cell(before)
            && self.row == before.row
            && self.part == before.part
            && self.row > 0
    }
}

fn edited(document: &Document, edits: &[Edit]) -> Result<Vec<String>> {
    let foreign = || Error::new(ErrorKind::Internal, "an edit for another document");
    let mut by_segment: BTreeMap<usize, Vec<&Edit>> = BTreeMap::new();
    for edit in edits {
        by_segment
            .entry(edit.span.segment())
            .or_default()
            .push(edit);
    }
    let mut texts = Vec::with_capacity(document.segments().len());
    for (index, segment) in document.segments().iter().enumerate() {
        let old = segment.text();
        let mut own = by_segment.remove(&index).unwrap_or_default();
        own.sort_by_key(|edit| edit.span);
        let (mut new, mut at) = (String::new(), 0);
        for edit in own {
            new.push_str(old.get(at..edit.span.start()).ok_or_else(foreign)?);
            new.push_str(&edit.with);
            at = edit.span.end();
        }
        new.push_str(old.get(at..).ok_or_else(foreign)?);
        texts.push(new);
    }
    Ok(texts)
}

fn paragraphs(pieces: &[Piece<'_>], markdown: bool) -> String {
    let mut out = String::new();
    let mut before: Option<&Piece<'_>> = None;
    for piece in pieces {
        if let Some(before) = before {
            let item = piece.role == Role::Item && before.role == Role::Item;
            out.push_str(match (piece.is_beside(before), item) {
                (true, _) => " | ",
                (false, true) => "\n",
                (false, false) => "\n\n",
            });
        }
        if markdown {
            match piece.role {
                Role::Heading(level) => {
                    out.push_str(&"#".repeat(usize::from(level.clamp(1, 6))));
                    out.push(' ');
                }
                Role::Item => out.push_str("- "),
                Role::Body => {}
            }
            if let SegmentKind::FormField { label: Some(label) } = piece.kind
                && is_fixed(label)
            {
                out.push_str(&format!("**{label}:** "));
            }
        }
        let is_line = markdown
            && (piece.role != Role::Body || matches!(piece.kind, SegmentKind::TableCell { .. }));
        if is_line {
            out.push_str(&piece.text.split_whitespace().collect::<Vec<_>>().join(" "));
        } else {
            out.push_str(piece.text);
        }
        before = Some(piece);
    }
    out.push('\n');
    out
}

/// A label comes from the file: only one that looks like a program's word is
/// written, all others were not examined as text of their own.
fn is_fixed(label: &str) -> bool {
    label.len() <= 24
        && label
            .chars()
            .all(|c| c.is_ascii_lowercase() || matches!(c, '_' | '-'))
}

fn chunks(pieces: &[Piece<'_>]) -> Result<String> {
    let mut out = String::new();
    let mut chunk = String::new();
    let mut place = "";
    let mut n = 0;
    let mut close = |chunk: &mut String, place: &str| -> Result<()> {
        if !chunk.is_empty() {
            n += 1;
            let line = serde_json::json!({ "id": n, "place": place, "text": chunk });
            let line = serde_json::to_string(&line)
                .map_err(|_| Error::new(ErrorKind::Internal, "a chunk could not be written"))?;
            out.push_str(&line);
            out.push('\n');
            chunk.clear();
        }
        Ok(())
    };
    let mut before: Option<&Piece<'_>> = None;
    for piece in pieces {
        let is_heading = matches!(piece.role, Role::Heading(_));
        if is_heading || chunk.len() + piece.text.len() > CHUNK {
            close(&mut chunk, place)?;
        }
        if chunk.is_empty() {
            place = &piece.place;
        } else {
            chunk.push_str(if before.is_some_and(|before| piece.is_beside(before)) {
                " | "
            } else {
                "\n"
            });
        }
        chunk.push_str(piece.text);
        before = Some(piece);
    }
    close(&mut chunk, place)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Location, Segment};

    fn sample() -> Document {
        let mut document = Document::new();
        let at = Location::new("page");
        document.push(Segment::new(
            SegmentKind::Paragraph,
            "Akte Max",
            at.paragraph(1),
        ));
        document.set_role(Role::Heading(2));
        document.push(Segment::new(
            SegmentKind::Paragraph,
            "eins",
            at.paragraph(2),
        ));
        document.set_role(Role::Item);
        document.push(Segment::new(
            SegmentKind::Paragraph,
            "zwei",
            at.paragraph(3),
        ));
        document.set_role(Role::Item);
        let cell = || SegmentKind::TableCell {
            column: None,
            row: None,
        };
        document.push(Segment::new(
            cell(),
            "Max",
            Location::new("table").cell(1, 1),
        ));
        document.push(Segment::new(
            cell(),
            "Bonn",
            Location::new("table").cell(1, 2),
        ));
        document
    }

    fn edits(document: &Document) -> Vec<Edit> {
        [(0, 5, 8), (3, 0, 3)]
            .map(|(segment, start, end)| Edit {
                span: document.span(segment, start, end).unwrap(),
                with: "[P]".into(),
            })
            .to_vec()
    }

    #[test]
    fn headings_lists_and_tables_are_markdown() {
        let document = sample();
        let text = Emit::Markdown.write(&document, &edits(&document)).unwrap();
        assert_eq!(text, "## Akte [P]\n\n- eins\n- zwei\n\n[P] | Bonn\n");
    }

    #[test]
    fn chunks_name_their_place() {
        let document = sample();
        let text = Emit::Jsonl.write(&document, &edits(&document)).unwrap();
        assert_eq!(
            text,
            "{\"id\":1,\"place\":\"page, paragraph 1\",\"text\":\"Akte [P]\\neins\\nzwei\\n[P] | Bonn\"}\n"
        );
    }
}
