//! Mail: one message (EML, MHTML) or many (mbox). Headers, every text part and
//! every attachment is a file in the file, each read by its own format; what no
//! format reads, signatures, routes and what stands outside of the parts is
//! dropped with a notice, encrypted mail is refused. Bytes between what changed
//! stay as they were.

mod body;
mod header;
mod transfer;

use std::ops::Range;

use super::nested::Nested;
use super::{Format, OpenFile, ReadOptions, card, html};
use crate::document::{Bilingual, Document, Edit, NoticeKind};
use crate::error::{Error, ErrorKind, Result};
use header::{Changes, Header};
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
/// Real mails have under 20.
const MAX_DEPTH: u32 = 50;
/// Real mails have under 500.
const MAX_PARTS: u32 = 10_000;

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

    fn accepts(&self, _head: &[u8], extension: &str) -> bool {
        matches!(extension, "eml" | "mht" | "mhtml" | "mim")
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
            start = parser.from_line(start)?;
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
                .from_line(start)
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

/// What became of a part.
enum Outcome {
    Kept,
    Dropped(Bilingual),
}

/// What a part's body is.
enum Leaf {
    /// Nothing in it.
    Blank,
    File(Box<dyn OpenFile>),
    /// Another message, in place.
    Message,
    Dropped(Bilingual),
}

struct Parser<'a> {
    input: &'a [u8],
    options: &'a ReadOptions,
    nested: Nested,
    pieces: Vec<Piece>,
    n_parts: u32,
}

impl<'a> Parser<'a> {
    fn new(input: &'a [u8], options: &'a ReadOptions) -> Self {
        Self {
            input,
            options,
            nested: Nested::default(),
            pieces: Vec::new(),
            n_parts: 0,
        }
    }

    fn finish(self) -> OpenMail {
        let first = memchr::memchr(b'\n', self.input).and_then(|at| self.input.get(..at));
        OpenMail {
            line_end: if first.is_some_and(|line| line.ends_with(b"\r")) {
                "\r\n"
            } else {
                "\n"
            },
            input: self.input.to_vec(),
            nested: self.nested,
            pieces: self.pieces,
        }
    }

    fn state(&self) -> (usize, usize) {
        (self.pieces.len(), self.nested.n_files())
    }

    fn restore(&mut self, state: (usize, usize)) {
        self.pieces.truncate(state.0);
        self.nested.truncate(state.1);
    }

    fn slice(&self, range: &Range<usize>) -> &'a [u8] {
        self.input.get(range.clone()).unwrap_or_default()
    }

    fn file(&mut self, file: Box<dyn OpenFile>, coded: Option<(Transfer, Range<usize>)>) {
        let index = self.nested.push(file);
        self.pieces.push(Piece::File(index, coded));
    }

    /// The line before a message in an mbox; tells where the message starts.
    fn from_line(&mut self, start: usize) -> Result<usize> {
        let Some(line) = lines(self.input, start..self.input.len()).next() else {
            return Ok(start);
        };
        let end = line.end;
        let file = body::open(self.slice(&line), None)?;
        self.file(file, None);
        Ok(end)
    }

    /// A whole message.
    fn message(&mut self, range: Range<usize>) -> Result<()> {
        let (header, _) = self.split(&range);
        if !Header::read(self.slice(&header))?.is_mail() {
            return Err(broken("the file does not begin with a mail header"));
        }
        match self.entity(range, 0)? {
            Outcome::Kept => Ok(()),
            Outcome::Dropped(_) => Err(Error::new(
                ErrorKind::NotExamined,
                "all that the mail holds is a file that cannot be examined",
            )),
        }
    }

    /// Header with its blank line, and body.
    fn split(&self, range: &Range<usize>) -> (Range<usize>, Range<usize>) {
        let blank = lines(self.input, range.clone())
            .find(|line| matches!(self.slice(line), b"\n" | b"\r\n"));
        let end = blank.map_or(range.end, |line| line.end);
        (range.start..end, end..range.end)
    }

    /// A message or a part.
    fn entity(&mut self, range: Range<usize>, depth: u32) -> Result<Outcome> {
        self.n_parts += 1;
        if depth > MAX_DEPTH || self.n_parts > MAX_PARTS {
            return Err(Error::new(
                ErrorKind::Limit,
                "the mail has too many parts in parts",
            ));
        }
        let (header, body) = self.split(&range);
        let header = Header::read(self.slice(&header))?;
        let media = header.media_type();
        if media.starts_with("multipart/") {
            if media == "multipart/encrypted" {
                return Err(encrypted());
            }
            let boundary = header.parameter("boundary").unwrap_or_default();
            let marks = self.marks(&body, boundary.trim_end());
            if !marks.is_empty() {
                let unsigned = media == "multipart/signed";
                self.file(
                    header.open(Changes {
                        unsigned,
                        extension: None,
                    }),
                    None,
                );
                return self.multipart(body, &marks, depth).map(|()| Outcome::Kept);
            }
        }
        let leaf = self.leaf(&header, &media, &body)?;
        let transfer = header.transfer();
        match leaf {
            Leaf::Dropped(what) => return Ok(Outcome::Dropped(what)),
            Leaf::Blank => {
                self.file(header.open(Changes::default()), None);
                self.pieces.push(Piece::Bytes(body));
            }
            Leaf::File(file) => {
                let extension = file.extension();
                self.file(
                    header.open(Changes {
                        unsigned: false,
                        extension,
                    }),
                    None,
                );
                let coded = (transfer != Transfer::Identity).then_some((transfer, body));
                self.file(file, coded);
            }
            Leaf::Message => {
                let state = self.state();
                self.file(header.open(Changes::default()), None);
                match self.entity(body, depth + 1) {
                    Ok(Outcome::Kept) => {}
                    Err(error)
                        if matches!(error.kind(), ErrorKind::Limit | ErrorKind::Internal) =>
                    {
                        return Err(error);
                    }
                    // A forwarded message that cannot be read is left out.
                    Ok(Outcome::Dropped(_)) | Err(_) => {
                        self.restore(state);
                        return Ok(Outcome::Dropped(MESSAGES));
                    }
                }
            }
        }
        Ok(Outcome::Kept)
    }

    /// The delimiter lines of a multipart body, and whether each is the last.
    fn marks(&self, body: &Range<usize>, boundary: &str) -> Vec<(Range<usize>, bool)> {
        let mut marks = Vec::new();
        if boundary.is_empty() {
            return marks;
        }
        for line in lines(self.input, body.clone()) {
            let text = self.slice(&line).trim_ascii_end();
            let Some(rest) = text
                .strip_prefix(b"--")
                .and_then(|text| text.strip_prefix(boundary.as_bytes()))
            else {
                continue;
            };
            match rest {
                b"" => marks.push((line, false)),
                b"--" => {
                    marks.push((line, true));
                    break;
                }
                _ => {}
            }
        }
        marks
    }

    fn multipart(
        &mut self,
        body: Range<usize>,
        marks: &[(Range<usize>, bool)],
        depth: u32,
    ) -> Result<()> {
        let first = marks.first().map_or(body.end, |(mark, _)| mark.start);
        self.outside(body.start..first);
        let mut delimiter = first;
        for (index, (mark, is_last)) in marks.iter().enumerate() {
            if *is_last {
                self.pieces.push(Piece::Bytes(delimiter..mark.end));
                self.outside(mark.end..body.end);
                break;
            }
            // The line end before a delimiter belongs to it.
            let end = match marks.get(index + 1) {
                Some((next, _)) => self.before_line_end(mark.end..next.start),
                None => body.end,
            };
            let state = self.state();
            self.pieces.push(Piece::Bytes(delimiter..mark.end));
            if let Outcome::Dropped(what) = self.entity(mark.end..end, depth + 1)? {
                self.restore(state);
                self.nested.document.notice(NoticeKind::Dropped, what, 1);
            }
            delimiter = end;
        }
        Ok(())
    }

    fn before_line_end(&self, range: Range<usize>) -> usize {
        let bytes = self.slice(&range);
        let bytes = bytes
            .strip_suffix(b"\n")
            .map(|bytes| bytes.strip_suffix(b"\r").unwrap_or(bytes));
        bytes.map_or(range.end, |bytes| range.start + bytes.len())
    }

    /// Text that no mail program shows.
    fn outside(&mut self, range: Range<usize>) {
        let text = self.slice(&range).trim_ascii();
        // What most programs write for readers of the last century.
        let usual = memchr::memmem::find(text, b"MIME").is_some() && text.len() < 200;
        if !text.is_empty() && !usual {
            self.nested.document.notice(NoticeKind::Dropped, OUTSIDE, 1);
        }
        if text.is_empty() {
            self.pieces.push(Piece::Bytes(range));
        }
    }

    fn leaf(&self, header: &Header, media: &str, body: &Range<usize>) -> Result<Leaf> {
        let transfer = header.transfer();
        let name = header.file_name().unwrap_or_default();
        match media {
            "application/pgp-signature"
            | "application/pkcs7-signature"
            | "application/x-pkcs7-signature"
            | "application/pgp-keys" => {
                return Ok(Leaf::Dropped(SIGNATURES));
            }
            "application/pgp-encrypted" => return Err(encrypted()),
            "application/pkcs7-mime" | "application/x-pkcs7-mime" => return Err(encrypted()),
            "message/partial"
            | "message/external-body"
            | "application/ms-tnef"
            | "application/applefile" => {
                return Ok(Leaf::Dropped(ATTACHMENTS));
            }
            _ => {}
        }
        if transfer == Transfer::Unknown {
            return Ok(Leaf::Dropped(ATTACHMENTS));
        }
        if self.slice(body).trim_ascii().is_empty() {
            return Ok(Leaf::Blank);
        }
        if matches!(media, "message/rfc822" | "message/global" | "message/news") {
            if transfer == Transfer::Identity {
                return Ok(Leaf::Message);
            }
            let bytes = transfer.decode(self.slice(body));
            let opened = self.attachment(bytes, "eml", options_of(self.options));
            return Ok(opened.map_or(Leaf::Dropped(MESSAGES), Leaf::File));
        }
        let bytes = transfer.decode(self.slice(body));
        let extension = name
            .rsplit_once('.')
            .map(|(_, extension)| extension.to_ascii_lowercase());
        let is_file = header.is_attachment() || !name.is_empty();
        let text = match extension.as_deref() {
            _ if !is_file => media,
            None | Some("txt" | "text" | "md" | "asc") if media.starts_with("text/") => media,
            Some("htm" | "html") if media == "text/html" => media,
            _ => "",
        };
        let Ok(charset) = header.charset() else {
            return Err(Error::new(
                ErrorKind::NotExamined,
                "a mail in UTF-7 cannot be examined",
            ));
        };
        let opened = match text {
            "text/html" | "application/xhtml+xml" => html::open(&bytes, charset),
            "text/calendar" => card::open(&bytes, "VCALENDAR"),
            "text/vcard" | "text/x-vcard" | "text/directory" => card::open(&bytes, "VCARD"),
            "text/xml" | "text/rtf" | "text/csv" => {
                self.attachment(bytes, extension_of(media), options_of(self.options))
            }
            "" if !is_file && media.is_empty() => body::open(&bytes, charset),
            text if text.starts_with("text/")
                || text.starts_with("message/")
                || text.starts_with("multipart/") =>
            {
                body::open(&bytes, charset)
            }
            _ => {
                let extension = extension.unwrap_or_default();
                let known = super::find(&bytes, &extension).is_ok();
                let extension = if known {
                    extension.as_str()
                } else {
                    extension_of(media)
                };
                return Ok(self
                    .attachment(bytes, extension, options_of(self.options))
                    .map_or(Leaf::Dropped(ATTACHMENTS), Leaf::File));
            }
        };
        match opened {
            Ok(file) => Ok(Leaf::File(file)),
            Err(_) if is_file => Ok(Leaf::Dropped(ATTACHMENTS)),
            Err(error) => Err(error),
        }
    }

    fn attachment(
        &self,
        bytes: Vec<u8>,
        extension: &str,
        options: Option<ReadOptions>,
    ) -> Result<Box<dyn OpenFile>> {
        let options =
            options.ok_or_else(|| Error::new(ErrorKind::Limit, "files are nested too deeply"))?;
        super::open(bytes, extension, &options)
    }
}

/// The options one level deeper.
fn options_of(options: &ReadOptions) -> Option<ReadOptions> {
    Some(ReadOptions {
        max_depth: options.max_depth.checked_sub(1)?,
        ..options.clone()
    })
}

/// The extension that stands for a media type.
fn extension_of(media: &str) -> &'static str {
    const KNOWN: &[(&str, &str)] = &[
        ("application/pdf", "pdf"),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "docx",
        ),
        (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
        ),
        (
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            "pptx",
        ),
        ("application/vnd.oasis.opendocument.text", "odt"),
        ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
        ("application/vnd.oasis.opendocument.presentation", "odp"),
        ("application/msword", "doc"),
        ("application/vnd.ms-excel", "xls"),
        ("application/vnd.ms-powerpoint", "ppt"),
        ("application/vnd.ms-outlook", "msg"),
        ("application/rtf", "rtf"),
        ("text/rtf", "rtf"),
        ("text/richtext", "rtf"),
        ("text/csv", "csv"),
        ("text/plain", "txt"),
        ("text/html", "html"),
        ("text/calendar", "ics"),
        ("application/ics", "ics"),
        ("text/vcard", "vcf"),
        ("text/x-vcard", "vcf"),
        ("application/json", "json"),
        ("application/xml", "xml"),
        ("text/xml", "xml"),
        ("image/svg+xml", "svg"),
        ("image/png", "png"),
        ("image/jpeg", "jpg"),
        ("image/jpg", "jpg"),
        ("image/gif", "gif"),
        ("image/bmp", "bmp"),
        ("image/webp", "webp"),
        ("image/tiff", "tif"),
        ("application/zip", "zip"),
        ("application/x-zip-compressed", "zip"),
        ("application/gzip", "gz"),
        ("application/x-gzip", "gz"),
        ("application/x-tar", "tar"),
    ];
    let known = KNOWN.iter().find(|(name, _)| *name == media);
    known.map_or("", |(_, extension)| extension)
}

fn encrypted() -> Error {
    Error::new(
        ErrorKind::Encrypted,
        "the mail is encrypted or signed as a whole (S/MIME, PGP); decrypt it before",
    )
}

fn broken(what: &'static str) -> Error {
    Error::new(ErrorKind::Broken, what)
}

#[cfg(test)]
mod tests;
