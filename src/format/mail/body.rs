//! The plain text of a mail: paragraphs without the marks of quoting, so that a
//! name that was broken over quoted lines is whole. Signatures, keys and
//! attached files in the text go; encrypted text is refused.

use std::ops::Range;

use encoding_rs::Encoding;

use super::{ATTACHMENTS, SIGNATURES};
use crate::document::{Location, NoticeKind, SegmentKind};
use crate::error::{Error, ErrorKind, Result};
use crate::format::OpenFile;
use crate::format::encoding::Decoded;
use crate::format::json::BLOBS;
use crate::format::spliced::{Draft, Spliced, as_it_is, is_base64_blob, nth};

/// Opens the plain text of a mail.
///
/// # Errors
/// If it is encrypted, or its encoding cannot be told.
pub(super) fn open(input: &[u8], charset: Option<&'static Encoding>) -> Result<Box<dyn OpenFile>> {
    let source = Decoded::declared(input, charset)?;
    let text = source.text.clone();
    let mut file = Spliced::new(source);
    let mut block = Block::default();
    let mut at = 0;
    let mut skip_to: Option<&str> = None;
    let mut skipped = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\r', '\n']);
        let (mark, body) = quote(content);
        if let Some(end) = skip_to {
            if body.trim_end() == end {
                skip_to = None;
                file.cut(skipped..at + content.len(), "");
            }
        } else if body.starts_with("-----BEGIN PGP MESSAGE-----") {
            return Err(Error::new(
                ErrorKind::Encrypted,
                "the mail's text is encrypted; decrypt it before",
            ));
        } else if let Some((end, what)) = attached(body) {
            block.flush(&mut file);
            file.document.notice(NoticeKind::Dropped, what, 1);
            skip_to = Some(end);
            skipped = at;
        } else if body.trim().is_empty() {
            block.flush(&mut file);
        } else {
            if block.depth != depth(mark) {
                block.flush(&mut file);
            }
            block.depth = depth(mark);
            block.line(body, at + mark.len());
        }
        at += line.len();
    }
    if skip_to.is_some() {
        file.cut(skipped..text.len(), "");
    }
    block.flush(&mut file);
    Ok(Box::new(file))
}

/// Lines of one paragraph.
#[derive(Default)]
struct Block {
    draft: Draft,
    depth: usize,
    /// Where the last line ends in the source.
    end: usize,
}

impl Block {
    fn line(&mut self, body: &str, at: usize) {
        if !self.draft.text().is_empty() {
            self.draft.decoded("\n", self.end..at);
        }
        self.draft.literal(body, at);
        self.end = at + body.len();
    }

    fn flush(&mut self, file: &mut Spliced) {
        let draft = std::mem::take(&mut self.draft);
        if is_base64_blob(draft.text()) {
            let ranges: Vec<Range<usize>> = draft.sources().collect();
            if let (Some(first), Some(last)) = (ranges.first(), ranges.last()) {
                file.cut(first.start..last.end, "");
                file.document.notice(NoticeKind::Dropped, BLOBS, 1);
            }
            return;
        }
        let at = Location::new("mail text").paragraph(nth(file.n_segments()));
        file.push(draft, SegmentKind::Paragraph, at, as_it_is);
    }
}

/// The marks of quoting before a line, and the line.
fn quote(line: &str) -> (&str, &str) {
    let n_marks = line
        .char_indices()
        .take_while(|(_, c)| matches!(c, '>' | ' '))
        .filter(|(_, c)| *c == '>')
        .last()
        .map_or(0, |(at, _)| at + 1);
    let (marks, body) = line.split_at_checked(n_marks).unwrap_or(("", line));
    if n_marks > 0 && body.starts_with(' ') {
        return line
            .split_at_checked(marks.len() + 1)
            .unwrap_or((marks, body));
    }
    (marks, body)
}

fn depth(marks: &str) -> usize {
    marks.matches('>').count()
}

/// The line that ends what this line begins, if it is no text.
fn attached(line: &str) -> Option<(&'static str, crate::document::Bilingual)> {
    let line = line.trim_end();
    match line {
        "-----BEGIN PGP SIGNATURE-----" => Some(("-----END PGP SIGNATURE-----", SIGNATURES)),
        "-----BEGIN PGP PUBLIC KEY BLOCK-----" => {
            Some(("-----END PGP PUBLIC KEY BLOCK-----", SIGNATURES))
        }
        _ => {
            let mode = line.strip_prefix("begin ")?.split(' ').next()?;
            let is_mode = (3..=4).contains(&mode.len())
                && mode.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
            is_mode.then_some(("end", ATTACHMENTS))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Edit;

    #[test]
    fn a_name_over_quoted_lines_is_whole() {
        let input = "Hallo,\r\n\r\n> gestern hat Max\r\n> M\u{fc}ller angerufen\r\n>> alt\r\n";
        let file = open(input.as_bytes(), None).unwrap();
        let document = file.document();
        let texts: Vec<_> = document.segments().iter().map(|s| s.text()).collect();
        assert_eq!(
            texts,
            ["Hallo,", "gestern hat Max\nM\u{fc}ller angerufen", "alt"]
        );
        let edit = Edit {
            span: document.span(1, 12, 23).unwrap(),
            with: "[P]".into(),
        };
        let output = String::from_utf8(file.rewrite(&[edit]).unwrap()).unwrap();
        assert_eq!(
            output,
            "Hallo,\r\n\r\n> gestern hat [P] angerufen\r\n>> alt\r\n"
        );
    }

    #[test]
    fn signatures_and_files_go_and_encrypted_text_is_refused() {
        let input = "Text\n-----BEGIN PGP SIGNATURE-----\nabc\n-----END PGP SIGNATURE-----\nMehr\nbegin 644 max.txt\n#0V%T\n`\nend\n";
        let file = open(input.as_bytes(), None).unwrap();
        assert_eq!(file.rewrite(&[]).unwrap(), b"Text\n\nMehr\n\n");
        assert_eq!(file.document().notices().len(), 2);
        let error = open(b"x\n-----BEGIN PGP MESSAGE-----\n", None)
            .err()
            .unwrap();
        assert_eq!(error.kind(), ErrorKind::Encrypted);
    }
}
