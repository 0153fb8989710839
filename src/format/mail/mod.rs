//! Mail: one message (EML, MHTML) or many (mbox). Headers, every text part and
//! every attachment is a file in the file, each read by its own format; what no
//! format reads, signatures, routes and what stands outside of the parts is
//! dropped with a notice, encrypted mail is refused. Bytes between what changed
//! stay as they were.

mod body;
mod compose;
mod header;
mod media;
pub mod msg;
mod packed;
mod parameters;
mod parse;
mod transfer;
mod writing;

use std::ops::Range;

use super::nested::Nested;
use super::{Format, OpenFile, ReadOptions};
use crate::document::{Bilingual, Document, Edit, NoticeKind};
use crate::error::{Error, ErrorKind, Result};
use parse::Parser;
use transfer::{Transfer, lines};

const TRACES: Bilingual = Bilingual {
    de: "Kopfzeilen von Mails (Wege, Programme, Kennungen)",
    en: "mail headers (routes, programs, identifiers)",
};
const SIGNATURES: Bilingual = Bilingual {
    de: "elektronische Signaturen und Schlüssel von Mails",
    en: "electronic signatures and keys of mails",
};
const ATTACHMENTS: Bilingual = Bilingual {
    de: "Anhänge, die nicht untersucht werden können",
    en: "attachments that cannot be examined",
};
const OUTSIDE: Bilingual = Bilingual {
    de: "Text außerhalb der Teile einer Mail",
    en: "text outside of the parts of a mail",
};
const MESSAGES: Bilingual = Bilingual {
    de: "Nachrichten, die nicht untersucht werden können",
    en: "messages that cannot be examined",
};

/// One mail.
#[derive(Clone, Copy, Debug)]
pub struct Eml;

/// A folder of mails in one file.
#[derive(Clone, Copy, Debug)]
pub struct Mbox;

impl Format for Eml {
    fn name(&self) -> &'static str {
        "eml"
    }

    fn accepts(&self, head: &[u8], extension: &str) -> bool {
        // Some programs save plain mail under Outlook's extension.
        matches!(extension, "eml" | "mht" | "mhtml" | "mim")
            || (extension == "msg" && !head.starts_with(super::package::CFB_MAGIC))
    }

    fn open(&self, input: Vec<u8>, options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        let input = as_bytes(input);
        let n_blank = input
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        let mut parser = Parser::new(&input, options);
        let mut start = n_blank;
        if input
            .get(start..)
            .is_some_and(|rest| rest.starts_with(b"From "))
        {
            start = parser.mbox_line(start)?;
        }
        parser.message(start..input.len())?;
        Ok(Box::new(parser.finish()))
    }
}

impl Format for Mbox {
    fn name(&self) -> &'static str {
        "mbox"
    }

    fn accepts(&self, _head: &[u8], extension: &str) -> bool {
        matches!(extension, "mbox" | "mbx")
    }

    fn open(&self, input: Vec<u8>, options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        let input = as_bytes(input);
        let starts = starts(&input);
        let Some(first) = starts.first().copied() else {
            return Err(broken("no mail begins in this file"));
        };
        if input
            .get(..first)
            .is_some_and(|head| !head.trim_ascii().is_empty())
        {
            return Err(broken("no mail begins in this file"));
        }
        let mut parser = Parser::new(&input, options);
        let mut n_kept = 0_u32;
        let mut last_error = None;
        for (index, start) in starts.iter().copied().enumerate() {
            let end = starts.get(index + 1).copied().unwrap_or(input.len());
            let state = parser.state();
            let read = parser
                .mbox_line(start)
                .and_then(|start| parser.message(start..end));
            match read {
                Ok(()) => n_kept += 1,
                Err(error) if error.kind() == ErrorKind::Internal => return Err(error),
                Err(error) => {
                    parser.restore(state);
                    parser
                        .nested
                        .document
                        .notice(NoticeKind::Dropped, MESSAGES, 1);
                    last_error = Some(error);
                }
            }
        }
        match last_error {
            Some(error) if n_kept == 0 => Err(error),
            _ => Ok(Box::new(parser.finish())),
        }
    }
}

/// UTF-16 becomes UTF-8; a byte order mark goes.
fn as_bytes(input: Vec<u8>) -> Vec<u8> {
    let wide = matches!(
        input.as_slice(),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [_, 0, _, 0, ..] | [0, _, 0, _, ..]
    );
    if wide && let Ok(decoded) = super::encoding::Decoded::new(&input) {
        return decoded.text.into_bytes();
    }
    input
        .strip_prefix(b"\xEF\xBB\xBF")
        .map(<[u8]>::to_vec)
        .unwrap_or(input)
}

/// Where the messages of an mbox begin: lines that start with "From " at the
/// start or behind a blank line.
fn starts(input: &[u8]) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut was_blank = true;
    for line in lines(input, 0..input.len()) {
        let bytes = input.get(line.clone()).unwrap_or_default();
        if was_blank && bytes.starts_with(b"From ") {
            starts.push(line.start);
        }
        was_blank = bytes.trim_ascii().is_empty();
    }
    starts
}

/// A piece of the file in order.
enum Piece {
    Bytes(Range<usize>),
    /// A file, and how and where it stands in the input.
    File(usize, Option<(Transfer, Range<usize>)>),
}

struct OpenMail {
    input: Vec<u8>,
    nested: Nested,
    pieces: Vec<Piece>,
    line_end: &'static str,
}

impl OpenFile for OpenMail {
    fn document(&self) -> &Document {
        &self.nested.document
    }

    fn rewrite(&self, edits: &[Edit]) -> Result<Vec<u8>> {
        let files = self.nested.rewrite(edits)?;
        let mut out = Vec::with_capacity(self.input.len());
        let slice = |range: &Range<usize>| self.input.get(range.clone()).unwrap_or_default();
        for piece in &self.pieces {
            match piece {
                Piece::Bytes(range) => out.extend_from_slice(slice(range)),
                Piece::File(index, coded) => {
                    let bytes = files.get(*index).map(Vec::as_slice).unwrap_or_default();
                    match coded {
                        None => out.extend_from_slice(bytes),
                        Some((transfer, range)) => {
                            let old = slice(range);
                            if transfer.decode(old) == bytes {
                                out.extend_from_slice(old);
                            } else {
                                out.extend(transfer.encode(bytes, self.line_end));
                            }
                        }
                    }
                }
            }
        }
        Ok(out)
    }
}

fn broken(what: &'static str) -> Error {
    Error::new(ErrorKind::Broken, what)
}

#[cfg(test)]
mod tests;
