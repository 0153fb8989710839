//! Plain text and Markdown. Blocks between blank lines are the segments; line
//! ends, encoding and byte order mark stay as they were.

use std::ops::Range;

use super::encoding::Decoded;
use super::spliced::nth;
use super::{Format, OpenFile, ReadOptions};
use crate::document::{Document, Edit, Location, Segment, SegmentKind};
use crate::error::{Error, ErrorKind, Result};

/// Plain text and Markdown.
#[derive(Clone, Copy, Debug)]
pub struct Text;

impl Format for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn accepts(&self, _head: &[u8], extension: &str) -> bool {
        matches!(
            extension,
            "txt"
                | "text"
                | "md"
                | "markdown"
                | "rst"
                | "adoc"
                | "tex"
                | "srt"
                | "vtt"
                | "ini"
                | "cfg"
                | "conf"
                | "properties"
        )
    }

    fn open(&self, input: Vec<u8>, _options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        let decoded = Decoded::new(&input)?;
        let (document, starts) = paragraphs(&decoded.text);
        Ok(Box::new(OpenText {
            document,
            decoded,
            starts,
        }))
    }
}

/// Log files: every line stands for itself.
#[derive(Clone, Copy, Debug)]
pub struct Log;

impl Format for Log {
    fn name(&self) -> &'static str {
        "log"
    }

    fn accepts(&self, _head: &[u8], extension: &str) -> bool {
        matches!(extension, "log" | "syslog" | "err")
    }

    fn open(&self, input: Vec<u8>, _options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        let decoded = Decoded::new(&input)?;
        let mut document = Document::new();
        let mut starts = Vec::new();
        let mut at = 0;
        for (number, line) in decoded.text.split_inclusive('\n').enumerate() {
            let content = line.trim_end_matches(['\n', '\r']);
            if !content.trim().is_empty() {
                let place = Location::new("line").number(nth(number));
                document.push(Segment::new(SegmentKind::Paragraph, content, place));
                starts.push(at);
            }
            at += line.len();
        }
        Ok(Box::new(OpenText {
            document,
            decoded,
            starts,
        }))
    }
}

#[derive(Debug)]
struct OpenText {
    document: Document,
    decoded: Decoded,
    /// Where each segment starts in the decoded text, in bytes.
    starts: Vec<usize>,
}

impl OpenFile for OpenText {
    fn document(&self) -> &Document {
        &self.document
    }

    fn rewrite(&self, edits: &[Edit]) -> Result<Vec<u8>> {
        let mut ranges = Vec::with_capacity(edits.len());
        for edit in edits {
            let start = self
                .starts
                .get(edit.span.segment())
                .ok_or_else(|| Error::new(ErrorKind::Internal, "an edit for another document"))?;
            let range = start + edit.span.start()..start + edit.span.end();
            ranges.push((range, edit.with.clone()));
        }
        ranges.sort_by_key(|(range, _)| range.start);
        self.decoded.encode(&ranges)
    }
}

/// A text as a document, with where each segment starts in it, in bytes.
pub(crate) fn paragraphs(text: &str) -> (Document, Vec<usize>) {
    let mut document = Document::new();
    let mut starts = Vec::new();
    for block in blocks(text) {
        let number = u32::try_from(starts.len() + 1).unwrap_or(u32::MAX);
        document.push(Segment::new(
            SegmentKind::Paragraph,
            text.get(block.clone()).unwrap_or_default(),
            Location::new("text").paragraph(number),
        ));
        starts.push(block.start);
    }
    (document, starts)
}

/// The blocks of text between blank lines, without the line end that closes each.
fn blocks(text: &str) -> Vec<Range<usize>> {
    let mut blocks: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        let end = at + content.len();
        if content.trim().is_empty() {
            open = false;
        } else if open {
            if let Some(last) = blocks.last_mut() {
                last.end = end;
            }
        } else {
            blocks.push(at..end);
            open = true;
        }
        at += line.len();
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_keep_every_visible_character() {
        let text = "Stadt\r\nAmt\r\n\r\n  \nSehr geehrte\n\n";
        let found: Vec<_> = blocks(text).into_iter().map(|b| &text[b]).collect();
        assert_eq!(found, ["Stadt\r\nAmt", "Sehr geehrte"]);
    }

    #[test]
    fn a_log_is_read_line_by_line() {
        let input = b"12:00 user=max\n\n12:01 ende\r\n".to_vec();
        let file = Log.open(input.clone(), &ReadOptions::default()).unwrap();
        let segments = file.document().segments();
        assert_eq!(segments[1].text(), "12:01 ende");
        assert_eq!(segments[1].location().to_string(), "line 3");
        assert_eq!(file.rewrite(&[]).unwrap(), input);
        let edit = Edit {
            span: file.document().span(0, 11, 14).unwrap(),
            with: "[P]".into(),
        };
        let output = file.rewrite(&[edit]).unwrap();
        assert_eq!(output, b"12:00 user=[P]\n\n12:01 ende\r\n");
        assert!(Log.open(vec![0, 1, 2], &ReadOptions::default()).is_err());
    }

    #[test]
    fn an_edit_leaves_the_rest_byte_for_byte() {
        let input = b"Gr\xFC\xDFe\r\n\r\nMax M\xFCller\r\n".to_vec();
        let file = Text.open(input, &ReadOptions::default()).unwrap();
        let document = file.document();
        assert_eq!(document.segments()[1].text(), "Max Müller");
        let edit = Edit {
            span: document.span(1, 4, 11).unwrap(),
            with: "[PERSON_KX]".into(),
        };
        let output = file.rewrite(&[edit]).unwrap();
        assert_eq!(output, b"Gr\xFC\xDFe\r\n\r\nMax [PERSON_KX]\r\n");
    }
}
